package certbuild

import (
	"slices"
	"strings"
)

// A Reader is what one client reads.
type Reader struct {
	// Forms are those that it reads, the one that it is given first.
	Forms []FormID
	// Trust is the form of the file with the servers' authorities.
	Trust FormID
	// Iterations is the number of rounds that it can bear for each derivation, 0 for as many as the form has.
	Iterations int
	// ASCII says that it may take only passwords of printable ASCII in anything but JKS: so does Java 17, and with triple
	// DES Java 25 too (OpenJDK com/sun/crypto/provider/PBKDF2KeyImpl.java and PBEKey.java).
	ASCII bool
	// Decrypts is the client's first version that reads an encrypted key, "" where all do.
	Decrypts string
}

// pemForms are those of clients that hand a file to OpenSSL or to code of their own that reads PEM.
var pemForms = []FormID{CombinedPEMForm, KeyFirstPEM}

// javaForms are those of clients whose keys come from Java's key stores. PBMAC1 is not among them: no JDK up to 25 knows it.
var javaForms = []FormID{PKCS12, PKCS12Legacy, JKS}

// readers holds every target's reader, those with the same one together. All that read an encrypted PEM key read PBES2
// with PBKDF2-HMAC-SHA256 and AES-256-CBC, so the table has no column for it: HMAC-SHA512 fails in Go's drivers and the
// Database Tools, scrypt in Java and Go before 1.17, triple DES in Java, anything but PBES2 in Go and Rust. Nor for the
// order of blocks: leaf, chain, key is read by all. What the table says was read in the clients' sources or seen in runs;
// the tests open what it leads to with the libraries under the clients.
var readers = []struct {
	targets string
	reader  Reader
}{
	{"pymongo pymongo-async motor django c cpp php laravel ruby mongoid database-tools env kubernetes docker-compose",
		Reader{Forms: pemForms, Trust: CAPEM}},
	// The crate reads keys with a password from 3.2 on (mongodb/mongo-rust-driver#1256).
	{"rust rust-sync", Reader{Forms: pemForms, Trust: CAPEM, Decrypts: "3.2"}},
	// The Go driver takes two files too.
	{"go go-v1", Reader{Forms: append(pemForms[:2:2], SeparatePEM, CertPEM), Trust: CAPEM}},
	// These decrypt the key for every connection, in the thread that does all their work (nodejs/node lib/_tls_wrap.js).
	// The drivers' constructor takes PKCS#12 as well, a connection string does not.
	{"node mongoose", Reader{Forms: append(pemForms[:2:2], PKCS12, PKCS12Legacy), Trust: CAPEM, Iterations: FrequentIterations}},
	{"mongosh shell compass vscode", Reader{Forms: pemForms, Trust: CAPEM, Iterations: FrequentIterations}},
	// A program reads authorities from PEM by a few lines of its own; a connector has no program.
	{"java-sync java-reactive kotlin scala", Reader{Forms: javaForms, Trust: CAPEM, ASCII: true}},
	{"kafka-connector", Reader{Forms: javaForms, Trust: TrustPKCS12, ASCII: true}},
	// Their settings take PEM, the same file for certificate and key or two, and key stores.
	{"spring-boot quarkus", Reader{Forms: append(pemForms[:2:2], SeparatePEM, CertPEM, PKCS12, PKCS12Legacy, JKS), Trust: CAPEM, ASCII: true}},
	// PEM since .NET 5, by other calls.
	{"csharp", Reader{Forms: append([]FormID{PKCS12, PKCS12Legacy, SeparatePEM, CertPEM}, pemForms...), Trust: CAPEM}},
}

// ReaderOf gives what a target reads. A target that is not known is taken for one that reads PEM, as most do.
func ReaderOf(target string) Reader {
	if r, ok := readerOf(target); ok {
		return r
	}
	return Reader{Forms: pemForms, Trust: CAPEM}
}

// ReaderTargets gives the ids of the targets in the table.
func ReaderTargets() []string {
	var ids []string
	for _, r := range readers {
		ids = append(ids, strings.Fields(r.targets)...)
	}
	return ids
}

// KnownReader says whether the table has the target.
func KnownReader(target string) bool {
	_, ok := readerOf(target)
	return ok
}

func readerOf(target string) (Reader, bool) {
	for _, r := range readers {
		if slices.Contains(strings.Fields(r.targets), target) {
			return r.reader, true
		}
	}
	return Reader{}, false
}

// Form is the form that the client is given.
func (r Reader) Form() FormID { return r.Forms[0] }

// Reads says whether the client reads a form that holds the certificate: authorities and keys alone are always parts of
// something.
func (r Reader) Reads(form FormID) bool {
	f := FormNamed(string(form))
	return f == nil || f.Password != StorePassword && form != CombinedPEMForm && form != KeyFirstPEM && form != SeparatePEM ||
		slices.Contains(r.Forms, form)
}

// Trouble is a reason to think again about a file that can be written.
type Trouble string

// The troubles. The values are part of the JSON contract.
const (
	TroubleNotRead       Trouble = "not-read"       // the client does not read the form
	TroubleEmptyPassword Trouble = "empty-password" // a store with a key under the empty password
	TroubleNotASCII      Trouble = "not-ascii"      // the client may refuse the password's characters
	TroubleLegacy        Trouble = "legacy"         // PKCS12Legacy
	TroubleJKS           Trouble = "jks"            // JKS
	TroubleOneRound      Trouble = "one-round"      // a key encrypted in a form from before PKCS#8
	TroublePBMAC1        Trouble = "pbmac1"         // PKCS12PBMAC1
)

// Troubles gives what the person should be told about a file of this form under this password, for this target; "" stands
// for none in particular.
func Troubles(target string, form FormID, password string) []Trouble {
	r, known := readerOf(target)
	f := FormNamed(string(form))
	var found []Trouble
	for _, c := range [...]struct {
		when bool
		t    Trouble
	}{
		{known && !r.Reads(form), TroubleNotRead},
		{f.Password == StorePassword && password == "", TroubleEmptyPassword},
		{r.ASCII && form != JKS && !printableASCII(password), TroubleNotASCII},
		{form == PKCS12Legacy, TroubleLegacy},
		{form == JKS, TroubleJKS},
		{(form == KeyPKCS1 || form == KeySEC1) && password != "", TroubleOneRound},
		{form == PKCS12PBMAC1, TroublePBMAC1},
	} {
		if c.when {
			found = append(found, c.t)
		}
	}
	return found
}

func printableASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
