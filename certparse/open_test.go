package certparse

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"testing"
	"time"
)

// A testChain is a root, an intermediate and a leaf with their keys, made anew for each run.
type testChain struct {
	root, intermediate, leaf          []byte // DER
	rootKey, intermediateKey, leafKey []byte // PKCS#8
}

var chainForTests = func() func(testing.TB) testChain {
	var made *testChain
	return func(t testing.TB) testChain {
		if made == nil {
			c := makeChain(t)
			made = &c
		}
		return *made
	}
}()

func makeChain(t testing.TB) testChain {
	t.Helper()
	var c testChain
	key := func() (*ecdsa.PrivateKey, []byte) {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		der, err := x509.MarshalPKCS8PrivateKey(k)
		if err != nil {
			t.Fatal(err)
		}
		return k, der
	}
	var rootKey, intermediateKey, leafKey *ecdsa.PrivateKey
	rootKey, c.rootKey = key()
	intermediateKey, c.intermediateKey = key()
	leafKey, c.leafKey = key()
	root := authority("Root", 1)
	intermediate := authority("Intermediate", 2)
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: "leaf", Organization: []string{"Test"}},
		NotBefore: testStart, NotAfter: testStart.AddDate(1, 0, 0),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, DNSNames: []string{"leaf.example"},
	}
	c.root = sign(t, root, root, rootKey.Public(), rootKey)
	c.intermediate = sign(t, intermediate, root, intermediateKey.Public(), rootKey)
	c.leaf = sign(t, leaf, intermediate, leafKey.Public(), intermediateKey)
	return c
}

var testStart = time.Date(2024, 2, 3, 4, 5, 6, 0, time.UTC)

func authority(name string, serial int64) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, NotBefore: testStart,
		NotAfter: testStart.AddDate(10, 0, 0), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, SubjectKeyId: []byte(name),
	}
}

func sign(t testing.TB, template, parent *x509.Certificate, public any, signer crypto.Signer) []byte {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// selfSigned is one certificate and its key, cheap to make in numbers.
func selfSigned(t testing.TB, name string, serial int64) (der, pkcs8 []byte) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, NotBefore: testStart, NotAfter: testStart.AddDate(1, 0, 0),
	}
	pkcs8, err = x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return sign(t, template, template, public, private), pkcs8
}

func armour(label string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})
}

// combined is the file that most drivers read: certificate, then key.
func (c testChain) combined() []byte {
	return bytes.Join([][]byte{armour("CERTIFICATE", c.leaf), armour("PRIVATE KEY", c.leafKey)}, nil)
}

// openOne opens one file without a password.
func openOne(data []byte) *Bundle { return Open([]File{{Name: "a file", Data: data}}, Options{}) }

// wantIdentity fails unless the bundle's first identity is the leaf with its key and no problem was met.
func wantIdentity(t *testing.T, b *Bundle, leaf []byte, chain ...[]byte) {
	t.Helper()
	for _, p := range b.Problems {
		t.Errorf("problem: %v", p)
	}
	if len(b.Identities) == 0 {
		t.Fatalf("no identity among %d certificates and %d keys", len(b.Certificates), len(b.Keys))
	}
	i := b.Identities[0]
	if !bytes.Equal(i.Leaf.Raw, leaf) {
		t.Errorf("the first identity is %s", i.Leaf.Subject)
	}
	if i.Key == nil {
		t.Error("the identity has no key")
	} else if i.Key.Certificate != i.Leaf {
		t.Error("the key's certificate is another one")
	}
	if len(i.Chain) != len(chain) {
		t.Fatalf("the chain has %d certificates, want %d", len(i.Chain), len(chain))
	}
	for n, c := range chain {
		if !bytes.Equal(i.Chain[n].Raw, c) {
			t.Errorf("chain[%d] is %s", n, i.Chain[n].Subject)
		}
	}
}

// wantCode fails unless the bundle has exactly one problem, with this code, and nothing usable.
func wantCode(t *testing.T, b *Bundle, code Code) {
	t.Helper()
	if len(b.Problems) != 1 || b.Problems[0].Code != code {
		t.Errorf("problems are [%s], want %s", problemCodes(b), code)
	}
	if len(b.Certificates) > 0 || len(b.Identities) > 0 {
		t.Error("a certificate came out of it")
	}
}

func TestOpenFormsOfOneIdentity(t *testing.T) {
	c := chainForTests(t)
	leaf, key := armour("CERTIFICATE", c.leaf), armour("PRIVATE KEY", c.leafKey)
	intermediate, root := armour("CERTIFICATE", c.intermediate), armour("CERTIFICATE", c.root)
	rootKey := armour("PRIVATE KEY", c.rootKey)

	for _, test := range []struct {
		name  string
		files [][]byte
		chain [][]byte
	}{
		{"certificate and key", [][]byte{leaf, key}, nil},
		{"one file, key first", [][]byte{join(key, leaf)}, nil},
		{"certificate authority first", [][]byte{join(root, intermediate, leaf, key)}, [][]byte{c.intermediate, c.root}},
		{"three files, any order", [][]byte{join(root, intermediate), key, leaf}, [][]byte{c.intermediate, c.root}},
		{"DER files", [][]byte{c.leaf, c.leafKey, c.intermediate}, [][]byte{c.intermediate}},
		{"DER glued to DER", [][]byte{join(c.intermediate, c.leaf), c.leafKey}, [][]byte{c.intermediate}},
		{"DER, then PEM", [][]byte{join(c.intermediate, leaf, key)}, [][]byte{c.intermediate}},
		{"PEM, then DER", [][]byte{join(leaf, c.leafKey)}, nil},
		{"PEM, DER, PEM", [][]byte{join(leaf, c.intermediate, []byte("\r\n"), c.root, key)}, [][]byte{c.intermediate, c.root}},
		{"PKCS#12, then PEM", [][]byte{join(makePKCS12(t, c.intermediate, c.intermediateKey, ""), leaf, key)}, [][]byte{c.intermediate}},
		{"twice the same", [][]byte{join(leaf, key), join(leaf, key)}, nil},
		{"an authority's key beside", [][]byte{join(root, rootKey), join(leaf, key, intermediate)}, [][]byte{c.intermediate, c.root}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var files []File
			for _, data := range test.files {
				files = append(files, File{Data: data})
			}
			wantIdentity(t, Open(files, Options{}), c.leaf, test.chain...)
		})
	}
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestOpenDistinguishesWhatIsMissing(t *testing.T) {
	c := chainForTests(t)
	other, otherKey := selfSigned(t, "other", 9)

	b := openOne(armour("CERTIFICATE", c.leaf))
	if len(b.Identities) != 1 || b.Identities[0].Key != nil || len(b.Problems) != 0 {
		t.Errorf("a certificate without key: %d identities, problems [%s]", len(b.Identities), problemCodes(b))
	}
	b = openOne(armour("PRIVATE KEY", c.leafKey))
	if len(b.Identities) != 0 || len(b.Keys) != 1 || len(b.Problems) != 0 {
		t.Errorf("a key without certificate: %d identities, %d keys, problems [%s]", len(b.Identities), len(b.Keys), problemCodes(b))
	}
	b = openOne(join(armour("CERTIFICATE", c.leaf), armour("PRIVATE KEY", otherKey)))
	if len(b.Keys) != 1 || b.Keys[0].Certificate != nil || b.Identities[0].Key != nil {
		t.Error("the key of another certificate was taken for this one's")
	}
	b = openOne(join(armour("CERTIFICATE", c.leaf), armour("CERTIFICATE", other), armour("PRIVATE KEY", otherKey)))
	if string(b.Identities[0].Leaf.Raw) != string(other) {
		t.Error("the certificate that has its key does not come first")
	}
}

func TestOpenRefusesByName(t *testing.T) {
	c := chainForTests(t)
	for _, test := range []struct {
		name string
		data []byte
		code Code
	}{
		{"empty", nil, CodeEmptyFile},
		{"blanks", []byte(" \r\n\t\n"), CodeNotACertificate},
		{"prose", []byte("Dear customer,\nyour certificate is ready.\n"), CodeNotACertificate},
		{"OpenSSH key", armour("OPENSSH PRIVATE KEY", []byte("openssh-key-v1\x00")), CodeOpenSSHKey},
		{"PuTTY key", []byte("PuTTY-User-Key-File-3: ssh-rsa\r\nEncryption: none\r\n"), CodePuTTYKey},
		{"PVK key", []byte("\x1e\xf1\xb5\xb0\x00\x00\x00\x00\x01\x00\x00\x00"), CodePVKKey},
		{"public key", armour("PUBLIC KEY", spkiOf(t, c.leaf)), CodePublicKey},
		{"public key in DER", spkiOf(t, c.leaf), CodePublicKey},
		{"SSH public key", []byte("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJLN me@host\n"), CodePublicKey},
		{"request", armour("CERTIFICATE REQUEST", makeRequest(t)), CodeCSR},
		{"request in DER", makeRequest(t), CodeCSR},
		{"revocation list", armour("X509 CRL", makeRevocationList(t)), CodeCRL},
		{"revocation list in DER", makeRevocationList(t), CodeCRL},
		{"OpenPGP", []byte("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBF\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n"), CodePGP},
		{"key file", []byte("kXGv0vq1Xq8y3Zk2bG9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1u\nb3BxcnN0dXZ3eHl6\n"), CodeKeyFile},
		{"words in the characters of base64", []byte("basicConstraints critical CA TRUE pathlen 0 and some more Words 123\n"), CodeNotACertificate},
		{"damaged certificate", armour("CERTIFICATE", c.leaf[:200]), CodeDamaged},
		{"cut-off PEM", armour("CERTIFICATE", c.leaf)[:300], CodeDamaged},
		{"cut-off DER", c.leaf[:200], CodeDamaged},
		{"words that mention PEM", []byte("paste the text from -----BEGIN CERTIFICATE----- on\n"), CodeNotACertificate},
		{"7-Zip", []byte("7z\xbc\xaf\x27\x1c\x00\x04"), CodeUnsupportedArchive},
		{"HTML", []byte("<!DOCTYPE html><html><body>Not found</body></html>"), CodeNotACertificate},
		{"printed certificate", []byte("Certificate:\n    Data:\n        Version: 3 (0x2)\n"), CodeNotACertificate},
		{"PDF", []byte("%PDF-1.7\n"), CodeNotACertificate},
	} {
		t.Run(test.name, func(t *testing.T) { wantCode(t, openOne(test.data), test.code) })
	}
}

func TestOpenNotesWhatStandsBesideTheRest(t *testing.T) {
	c := chainForTests(t)
	b := openOne(join(c.combined(), armour("X509 CRL", makeRevocationList(t)), armour("CERTIFICATE REQUEST", makeRequest(t))))
	wantIdentity(t, b, c.leaf)
	if len(b.Notes) != 2 {
		t.Errorf("notes are %v", b.Notes)
	}
}

func spkiOf(t testing.TB, der []byte) []byte {
	t.Helper()
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c.RawSubjectPublicKeyInfo
}

func makeRequest(t testing.TB) []byte {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "asked"}}, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func makeRevocationList(t testing.TB) []byte {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	issuer := authority("Issuer", 1)
	issuer.KeyUsage = x509.KeyUsageCRLSign
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: testStart, NextUpdate: testStart.AddDate(0, 1, 0)}, issuer, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}
