package certparse

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"certuri/internal/oracle"
)

// A corpusEntry is what independent programs make of one file.
type corpusEntry struct {
	File         string
	Password     *string
	Verdict      string
	Form         string
	Certificates []struct {
		SHA256     string `json:"sha256"`
		Subject    string // as OpenSSL 3.5 writes RFC 2253
		SPKISHA256 string `json:"spkiSha256"`
	}
	Keys     []string
	OpenedBy []string
}

func readCorpus(t testing.TB) []corpusEntry {
	t.Helper()
	var entries []corpusEntry
	if err := json.Unmarshal(oracle.File(t, "corpus/manifest.json"), &entries); err != nil {
		t.Fatal(err)
	}
	if len(entries) < 600 {
		t.Fatalf("the manifest has %d entries", len(entries))
	}
	return entries
}

func (e corpusEntry) open(t testing.TB) *Bundle {
	f := File{Name: e.File, Data: oracle.File(t, "corpus/"+e.File)}
	if e.Password != nil {
		f.Passwords = []string{*e.Password}
	}
	return Open([]File{f}, Options{})
}

// difference compares a bundle with the manifest, "" when they agree.
func (e corpusEntry) difference(b *Bundle) string {
	var d []string
	var got, want []string
	stated := map[string]bool{} // certificates whose key no program could name have no fingerprint of it
	for _, c := range e.Certificates {
		id := c.SHA256[:16]
		if stated[id] = c.SPKISHA256 != ""; stated[id] {
			id += " key " + c.SPKISHA256[:16]
		}
		want = append(want, id)
	}
	for _, c := range b.Certificates {
		id := hex.EncodeToString(c.SHA256[:])[:16]
		if known, found := stated[id]; known || !found {
			id += " key " + spkiSum(c.PublicKey)[:16]
		}
		got = append(got, id)
	}
	if text := setDifference("certificate", got, want); text != "" {
		d = append(d, text)
	}
	got, want = nil, nil
	for _, k := range b.Keys {
		if k.Locked { // the manifest has only keys that some program unlocked
			continue
		}
		got = append(got, spkiSum(k.PublicKey)[:16])
	}
	for _, k := range e.Keys {
		want = append(want, k[:min(16, len(k))])
	}
	if text := setDifference("key", got, want); text != "" {
		d = append(d, text)
	}
	for _, want := range e.Certificates {
		for _, c := range b.Certificates {
			got, err := c.Subject.RFC2253(OpenSSL35)
			if hex.EncodeToString(c.SHA256[:]) == want.SHA256 && err == nil && want.Subject != "" && got != want.Subject {
				d = append(d, "subject "+got+" for "+want.Subject)
			}
		}
	}
	for _, k := range b.Keys { // a key whose fingerprint is a certificate's belongs to it
		for _, c := range b.Certificates {
			if k.SPKI != nil && spkiSum(k.PublicKey) == spkiSum(c.PublicKey) && k.Certificate == nil {
				d = append(d, "a key is not matched to its certificate")
			}
		}
	}
	return strings.Join(d, "; ")
}

func spkiSum(p PublicKey) string {
	sum := sha256.Sum256(p.SPKI)
	return hex.EncodeToString(sum[:])
}

// setDifference compares without order or repetition.
func setDifference(what string, got, want []string) string {
	var d []string
	for _, w := range want {
		if !slices.Contains(got, w) {
			d = append(d, "no "+what+" "+w)
		}
	}
	for _, g := range got {
		if !slices.Contains(want, g) {
			d = append(d, "an extra "+what+" "+g)
		}
	}
	slices.Sort(d)
	return strings.Join(slices.Compact(d), ", ")
}

func problemCodes(b *Bundle) string {
	var codes []string
	for _, p := range b.Problems {
		codes = append(codes, p.Error())
	}
	return strings.Join(codes, " | ")
}

// TestCorpus opens every real file and compares with what independent programs found in it. What differs must stand in
// corpusExceptions with its reason; a line there that is no longer needed fails.
func TestCorpus(t *testing.T) {
	seen := map[string]bool{}
	opened, refused := 0, 0
	for _, e := range readCorpus(t) {
		b := e.open(t)
		difference := ""
		switch e.Verdict {
		case "open", "open-lenient", "open-partial":
			difference = e.difference(b)
			if difference == "" {
				opened++
			} else if p := problemCodes(b); p != "" {
				difference += " [" + p + "]"
			}
		case "refuse", "empty":
			usable := len(b.Certificates) > 0
			for _, k := range b.Keys {
				usable = usable || !k.Locked
			}
			switch {
			case usable:
				difference = "opened though no program does"
			case len(b.Problems) == 0:
				difference = "neither opened nor refused"
			default:
				refused++
			}
		default:
			t.Errorf("%s: unknown verdict %q", e.File, e.Verdict)
		}
		reason, excepted := corpusExceptions[e.File]
		seen[e.File] = true
		switch {
		case difference != "" && !excepted:
			t.Errorf("%s (%s, %s): %s", e.File, e.Form, e.Verdict, difference)
		case difference == "" && excepted:
			t.Errorf("%s agrees now: take it off the list (%s)", e.File, reason)
		case excepted:
			t.Logf("exception: %s: %s: %s", e.File, reason, difference)
		}
	}
	for file := range corpusExceptions {
		if !seen[file] {
			t.Errorf("the exception %s is not in the corpus", file)
		}
	}
	t.Logf("%d opened with equal answers, %d refused, %d exceptions", opened, refused, len(corpusExceptions))
}

// TestMongoServerFiles opens the test files of the MongoDB server and compares with what their manifest says: how many
// certificates and lists, and the first certificate's validity.
func TestMongoServerFiles(t *testing.T) {
	var manifest struct {
		Files []struct {
			File         string
			Certificates int
			CRLs         int
			Key          *string
			KeyPassword  *string `json:"key_password"`
			NotBefore    string
			NotAfter     string
		}
	}
	if err := json.Unmarshal(oracle.File(t, "mongo-server/manifest.json"), &manifest); err != nil {
		t.Fatal(err)
	}
	if len(manifest.Files) < 50 {
		t.Fatalf("the manifest has %d files", len(manifest.Files))
	}
	for _, f := range manifest.Files {
		file := File{Data: oracle.File(t, "mongo-server/"+f.File)}
		if f.KeyPassword != nil {
			file.Passwords = []string{*f.KeyPassword}
		}
		b := Open([]File{file}, Options{})
		if strings.HasSuffix(f.File, ".pfx") { // the manifest counts PEM blocks
			if len(b.Problems) > 0 || len(b.Identities) == 0 || b.Identities[0].Key == nil {
				t.Errorf("%s: no identity, problems [%s]", f.File, problemCodes(b))
			}
			continue
		}
		if len(b.Certificates) != f.Certificates {
			t.Errorf("%s: %d certificates, want %d", f.File, len(b.Certificates), f.Certificates)
		}
		lists := 0
		for _, n := range b.Notes {
			if strings.Contains(n.Text, "revocation list") {
				lists++
			}
		}
		for _, p := range b.Problems {
			if p.Code != CodeCRL || f.Certificates > 0 {
				t.Errorf("%s: %v", f.File, p)
			}
			lists++
		}
		if lists != f.CRLs {
			t.Errorf("%s: %d revocation lists, want %d", f.File, lists, f.CRLs)
		}
		if hasKey := len(b.Keys) > 0 && !b.Keys[0].Locked; hasKey != (f.Key != nil) {
			t.Errorf("%s: a key was found: %v", f.File, hasKey)
		}
		if f.Certificates == 0 {
			continue
		}
		c := b.Certificates[0]
		if got := c.NotBefore.Format("2006-01-02 15:04:05Z"); got != f.NotBefore {
			t.Errorf("%s: valid from %s, want %s", f.File, got, f.NotBefore)
		}
		if got := c.NotAfter.Format("2006-01-02 15:04:05Z"); got != f.NotAfter {
			t.Errorf("%s: valid to %s, want %s", f.File, got, f.NotAfter)
		}
		if f.Key != nil && b.Identities[0].Key == nil {
			t.Errorf("%s: the key is not matched", f.File)
		}
	}
}

// TestMongoExtensions reads the server's own test certificates with its own extensions.
func TestMongoExtensions(t *testing.T) {
	b := openOne(oracle.File(t, "mongo-server/client_roles.pem"))
	want := []Role{{"backup", "admin"}, {"readAnyDatabase", "admin"}}
	if c := b.Certificates[0]; !slices.Equal(c.Roles, want) || c.RolesError != "" {
		t.Errorf("roles are %v, error %q", c.Roles, c.RolesError)
	}
	b = openOne(oracle.File(t, "mongo-server/cluster-member-foo-alt-rdn.pem"))
	if got := b.Certificates[0].ClusterMembership; got != "foo" {
		t.Errorf("the cluster is %q", got)
	}
}

// corpusExceptions are the files of the corpus whose answer differs from the manifest's, each with the reason why ours
// stands.
var corpusExceptions = map[string]string{
	"Hakky54+sslcontext-kickstart/c0bdbf776c-one-liner-alternative-certificate-type.pem":          lenientRight,
	"Hakky54+sslcontext-kickstart/8cdf8770bc-one-liner-encrypted-rsa-aes-256-cbc-private-key.pem": lenientRight,
	"Hakky54+sslcontext-kickstart/fbece7294b-one-liner-encrypted-rsa-des-ede3-cbc-identity.pem":   "besides the certificates it has the key, which the lenient program passed over: it is that of encrypted-rsa-identity.pem, the same file with its line breaks",
	"cloudflare+cfssl/fc2b146d93-cfssl_output.pem":                                                lenientRight,
	"Tongsuo-Project+Tongsuo/00f2196727-cert-misalignedpad.pem":                                   "the padding of its base64 is not where it belongs; node-forge reads the same certificate",
	"golang+go/16a8b2c421-x509_test.go":                                                           lenientRight,
	"bcgit+bc-java/06ab8a54c0-with-key-entry.p12":                                                 "node-forge reads the same certificate and key",
	"randombit+botan/f654b4c325-unknown_bag_secret.pfx":                                           "Bouncy Castle reads the same certificate; the secret bag is passed over with a note",
	"smallstep+certinfo/19270c46cb-digicert_mldsa-44.key":                                         publicHalf,
	"google+boringssl/e81977b6ed-good.pem":                                                        "the label CA CERTIFICATE is one program's own; the block holds a certificate",
	"gnutls+gnutls/a641d4e259-cve-2019-3829.pem":                                                  "openssl x509 reads the second certificate too",
	"kaikramer+keystore-explorer/4bb5fe0cf4-keystore.pem":                                         "one key has the END line of a certificate; openssl reads it with its own",
	"rustls+pemfile/381e767431-gunk.pem":                                                          "one of its certificates stands between the blocks in DER; openssl reads it when it is cut out",
	"nss-dev+nss/61bb09d50e-TestOldCA.p12":                                                        "the key opens with the password in another encoding",
	"mongodb-js+devtools-shared/e6413d2d8a-sshd.key":                                              "an OpenSSH key is named with the command that converts it",
	"bcgit+bc-java/464c444108-CertTest.java":                                                      spkiAsFound,
	"Tongsuo-Project+Tongsuo/256b253ded-v3-certs-RC2.p12":                                         spkiAsFound,
	"gnutls+gnutls/93a6ec8377-userid.pem":                                                         spkiAsFound,
	"phpseclib+phpseclib/15886d903c-pfx3.der":                                                     spkiAsFound,
	"phpseclib+phpseclib/e3067c70a1-pfx4.der":                                                     spkiAsFound,
	"phpseclib+phpseclib/733d2614a0-pfx5.der":                                                     spkiAsFound,
	"bcgit+bc-test-data/113b519c00-ML-KEM-512.pem":                                                publicHalf,
	"bcgit+bc-java/5624a3d254-PKCS12StoreTest.java":                                               publicHalf,
	"gnutls+gnutls/cd23972e20-key-gost12.pem":                                                     publicHalf,
	"gnutls+gnutls/0f45b594c8-key-gost01.p8":                                                      publicHalf,
	"gnutls+gnutls/785b6d7926-key-gost12-256-2.p8":                                                publicHalf,
	"gnutls+gnutls/b02e115420-key-gost12-256.p8":                                                  publicHalf,
	"bcgit+bc-java/79fc08b1f7-PKCS12StoreTest.java":                                               gostEncryption,
	"gnutls+gnutls/24006b669c-key-gost01-2-enc.p8":                                                gostEncryption,
	"gnutls+gnutls/572eeda844-key-gost12-256-2-enc.p8":                                            gostEncryption,
}

const (
	spkiAsFound    = "its key's algorithm has no NULL parameters; the manifest's fingerprint is of OpenSSL's rewriting, ours of the bytes as found"
	lenientRight   = "no program that was tried reads this wrapping; what is inside is whole, and equal to what openssl makes of it unwrapped"
	publicHalf     = "the key is read, its public half is not computed: no MongoDB deployment authenticates with this algorithm"
	gostEncryption = "the encryption needs GOST ciphers, which no listed dependency has; refused by name"
)
