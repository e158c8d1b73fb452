package diagnose

import (
	"strings"

	"certuri/certparse"
)

// What a client's reader opens. The facts are those of the drivers' sources and of runs with OpenSSL 3.0 (Python, Node.js,
// Ruby, C), Go 1.26 and JDK 17 and 25.
const (
	readsPEM     = 1 << iota // a PEM file
	readsPKCS12              // a PKCS#12 file
	readsJKS                 // a Java key store
	readsApart               // certificate and key in two files
	readsPKCS1               // BEGIN RSA PRIVATE KEY, BEGIN EC PRIVATE KEY
	readsDEK                 // the same, encrypted with AES or triple DES
	readsDES                 // ... with single DES, which OpenSSL 3 left behind
	readsAES                 // PKCS#8, PBES2 with AES-CBC, PBKDF2 with HMAC-SHA256
	readsSHA1                // ... with HMAC-SHA1
	readsSHA2                // ... with HMAC-SHA384 or HMAC-SHA512
	readsScrypt              // ... with scrypt
	reads3DES                // PBES2 with triple DES
	readsPBE3DES             // PKCS#12's own scheme with triple DES
	readsOld                 // PBES1 with MD5 and DES
	readsFirst               // sends the first certificate of a PEM only
)

const (
	openSSL  = readsPEM | readsPKCS1 | readsDEK | readsAES | readsSHA1 | readsSHA2 | readsScrypt | reads3DES | readsPBE3DES
	golang   = readsPEM | readsPKCS1 | readsApart | readsDEK | readsDES | readsAES | readsSHA1 | reads3DES
	keyStore = readsPKCS12 | readsJKS
	jvmPEM   = keyStore | readsPEM | readsApart | readsAES | readsSHA1 | readsSHA2 | readsPBE3DES | readsOld
)

// readers say what each target opens. env, kubernetes, docker-compose and shell hand the file on to a client that is not
// known.
var readers = [...]struct {
	targets string
	reads   int
}{
	{" pymongo pymongo-async motor django mongosh compass vscode c cpp php laravel ", openSSL},
	{" node mongoose ", openSSL | readsPKCS12},
	{" ruby mongoid ", openSSL | readsApart},
	{" go go-v1 database-tools ", golang | readsScrypt},
	{" java-sync java-reactive kotlin scala kafka-connector ", keyStore},
	{" spring-boot ", jvmPEM | readsPKCS1},
	{" quarkus ", jvmPEM},
	{" csharp ", readsPKCS12 | readsPEM | readsPKCS1 | readsApart | readsAES | readsSHA1 | readsSHA2 | reads3DES | readsPBE3DES | readsFirst},
	{" rust rust-sync ", readsPEM | readsPKCS1 | readsAES | readsSHA2 | readsScrypt},
}

// reads gives what the target opens, 0 when that is not known.
func (f *Facts) reads() int {
	for _, r := range readers {
		if f.Target != "" && strings.Contains(r.targets, " "+f.Target+" ") {
			if f.Target == "go-v1" && older(f.TargetVersion, "1.17") {
				return golang
			}
			return r.reads
		}
	}
	return 0
}

// encryptionOf says what a reader needs to open a key in a PEM file, 0 for a plain PKCS#8 key; known is false for what
// none of them is known to open.
func encryptionOf(k *certparse.Key, label string) (needs int, known bool) {
	e := k.Encryption
	has := func(s string) bool { return strings.Contains(e, s) }
	switch {
	case !k.Encrypted && strings.HasPrefix(label, "RSA ") || !k.Encrypted && strings.HasPrefix(label, "EC "):
		return readsPKCS1, true
	case !k.Encrypted:
		return 0, true
	case label != "ENCRYPTED PRIVATE KEY" && strings.HasPrefix(e, "DES-CBC"):
		return readsDES, true
	case label != "ENCRYPTED PRIVATE KEY": // DEK-Info's
		return readsDEK, strings.HasPrefix(e, "AES-") || strings.HasPrefix(e, "DES-EDE3-")
	case has("PBE-SHA1-3DES"):
		return readsPBE3DES, true
	case !has("PBES2"):
		return readsOld, has("MD5-DES")
	case has("DES-EDE3"):
		return reads3DES, true
	case !has("PBES2 AES-") || !has("-CBC"):
		return 0, false
	case has("scrypt"):
		return readsScrypt, true
	case has("HMAC-SHA1 "):
		return readsSHA1, true
	case has("HMAC-SHA256 "):
		return readsAES, true
	}
	return readsSHA2, true
}

// pemLabel is the label of the block that a key or certificate stands in, "" when it is not of a PEM file.
func pemLabel(s certparse.Source) string {
	_, block, found := strings.Cut(s.Where, "PEM block ")
	_, label, _ := strings.Cut(block, "(")
	if !found || strings.Contains(s.Where, ": ") {
		return ""
	}
	return strings.TrimSuffix(label, ")")
}

// older says whether a version like "1.30.4", "v2", "JDK 8u202" or "jdk11.0.2" comes before another. What is missing or
// no number counts as the newest: nothing is said without evidence.
func older(version, than string) bool {
	a, b := numbers(version), numbers(than)
	for i, y := range b {
		if i == len(a) {
			return false
		}
		if a[i] != y {
			return a[i] < y
		}
	}
	return false
}

func numbers(s string) []int {
	var all []int
	in := false
	for i := 0; i < len(s); i++ {
		digit := s[i] >= '0' && s[i] <= '9'
		switch {
		case digit && in && all[len(all)-1] < 1e6:
			all[len(all)-1] = all[len(all)-1]*10 + int(s[i]-'0')
		case digit && !in:
			all = append(all, int(s[i]-'0'))
		case !digit && len(all) > 0 && s[i] != '.' && s[i] != 'u' && s[i] != '_':
			return all
		}
		in = digit
	}
	return all
}
