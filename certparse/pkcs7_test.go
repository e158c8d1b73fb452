package certparse

import (
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"certuri/internal/oracle"
)

// TestPKCS7OfOpenSSL reads the bundles that openssl crl2pkcs7 writes, and one that openssl smime signs.
func TestPKCS7OfOpenSSL(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		oracle.Lacking(t, "openssl")
		t.SkipNow()
	}
	c := chainForTests(t)
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	chain := write("chain.pem", join(armour("CERTIFICATE", c.root), armour("CERTIFICATE", c.intermediate), armour("CERTIFICATE", c.leaf)))
	authorities := write("authorities.pem", join(armour("CERTIFICATE", c.root), armour("CERTIFICATE", c.intermediate)))
	leaf, key, text := write("leaf.pem", armour("CERTIFICATE", c.leaf)), write("key.pem", armour("PRIVATE KEY", c.leafKey)), write("text", []byte("signed"))
	for _, arguments := range [][]string{
		{"crl2pkcs7", "-nocrl", "-certfile", chain},
		{"crl2pkcs7", "-nocrl", "-certfile", chain, "-outform", "DER"},
		{"cms", "-sign", "-in", text, "-signer", leaf, "-inkey", key, "-certfile", authorities, "-outform", "DER", "-nodetach"},
		{"cms", "-sign", "-in", text, "-signer", leaf, "-inkey", key, "-certfile", authorities, "-outform", "DER", "-nodetach", "-stream", "-indef"}, // BER
	} {
		data, err := exec.Command(openssl, arguments...).Output()
		if err != nil {
			t.Fatalf("%v: %v", arguments, err)
		}
		b := Open([]File{{Data: data}, {Data: armour("PRIVATE KEY", c.leafKey)}}, Options{})
		wantIdentity(t, b, c.leaf, c.intermediate, c.root)
		kinds := map[ContainerKind]bool{}
		for _, container := range b.Containers {
			kinds[container.Kind] = true
		}
		if !kinds[KindPKCS7] {
			t.Errorf("%v: no PKCS#7 among the containers", arguments)
		}
	}
}

// TestCertificateLists reads certificates one after the other in the wrappings that have no signature.
func TestCertificateLists(t *testing.T) {
	c := chainForTests(t)
	store := []byte("\x00\x00\x00\x00CERT")
	for _, der := range [][]byte{c.leaf, c.intermediate} {
		for _, property := range []struct {
			id   uint32
			data []byte
		}{{3, make([]byte, 20)}, {32, der}} { // a hash of the certificate, then the certificate
			head := binary.LittleEndian.AppendUint32(nil, property.id)
			head = binary.LittleEndian.AppendUint32(head, 1)
			head = binary.LittleEndian.AppendUint32(head, uint32(len(property.data)))
			store = join(store, head, property.data)
		}
	}
	store = append(store, make([]byte, 12)...)
	list := encodeDER(tagSequence, c.leaf, c.intermediate)
	key := File{Data: armour("PRIVATE KEY", c.leafKey)}
	for name, data := range map[string][]byte{
		"PkiPath":                       list,
		"Netscape certificate sequence": encodeDER(tagSequence, encodeOID(oidNetscapeBundle), encodeDER(0xa0, list)),
		"Windows certificate store":     store,
	} {
		t.Run(name, func(t *testing.T) {
			wantIdentity(t, Open([]File{{Data: data}, key}, Options{}), c.leaf, c.intermediate)
		})
	}
	wantCode(t, openOne(store[:300]), CodeDamaged)
}

func TestPKCS7WithoutCertificates(t *testing.T) {
	c := chainForTests(t)
	signed := func(parts ...[]byte) []byte {
		content := encodeDER(tagSequence, join(encodeDER(tagInteger, []byte{1}), []byte{tagSet, 0}, encodeDER(tagSequence, encodeOID(oidPKCS7Data))), join(parts...), []byte{tagSet, 0})
		return encodeDER(tagSequence, encodeOID(oidSignedData), encodeDER(0xa0, content))
	}
	list := makeRevocationList(t)
	wantCode(t, openOne(signed()), CodeNotACertificate)
	b := openOne(signed(encodeDER(0xa1, list)))
	if len(b.Problems) != 2 || b.Problems[0].Code != CodeCRL {
		t.Errorf("problems of a bundle with nothing but a revocation list: [%s]", problemCodes(b))
	}
	b = openOne(signed(encodeDER(0xa0, c.leaf), encodeDER(0xa1, list)))
	if len(b.Certificates) != 1 || len(b.Problems) != 0 || len(b.Notes) != 1 {
		t.Errorf("%d certificates, problems [%s], notes %v", len(b.Certificates), problemCodes(b), b.Notes)
	}
	enveloped := encodeDER(tagSequence, encodeOID("1.2.840.113549.1.7.3"), encodeDER(0xa0, []byte{tagSequence, 0}))
	b = openOne(enveloped)
	wantCode(t, b, CodeNotACertificate)
	if b.Problems[0].Found != "PKCS#7 enveloped data" {
		t.Errorf("it is called %q", b.Problems[0].Found)
	}
}
