package certparse

import (
	"bytes"
	"strings"
	"testing"
)

// Every cipher that OpenSSL encrypts traditional keys with, and a password that is wrong.
func TestDEKInfoFromOpenSSL(t *testing.T) {
	plain := generateKey(t, []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"})
	want, _ := parsePrivateKey(plain)
	for _, cipher := range []string{
		"DES-CBC", "DES-EDE-CBC", "DES-EDE3-CBC", "AES-128-CBC", "AES-192-CBC", "AES-256-CBC", "RC2-CBC", "RC2-64-CBC", "RC2-40-CBC",
		"BF-CBC", "CAST5-CBC", "AES-128-CFB", "AES-256-CFB8", "AES-256-OFB", "AES-128-CTR", "DES-CFB", "DES-EDE3-OFB", "DES-CFB8",
	} {
		pem := runOpenSSL(t, plain, "rsa", "-provider", "default", "-provider", "legacy", "-inform", "DER", "-traditional",
			"-"+strings.ToLower(cipher), "-passout", "pass:correct horse")
		if !strings.Contains(string(pem), "DEK-Info: "+cipher+",") {
			t.Fatalf("openssl wrote no DEK-Info with %s:\n%.200s", cipher, pem)
		}
		k, b := openKey(t, pem, "wrong", "correct horse")
		if k.Locked || !bytes.Equal(k.PKCS8, want.PKCS8) || k.Encryption != cipher || len(b.Problems) > 0 {
			t.Errorf("%s: locked %v, %q, %s", cipher, k.Locked, k.Encryption, problemCodes(b))
		}
		if k, b = openKey(t, pem, "wrong"); !k.Locked || b.Problems[0].Code != CodeWrongPassword || k.Algorithm != "RSA" {
			t.Errorf("%s, wrong password: locked %v, %s", cipher, k.Locked, problemCodes(b))
		}
		if k, b = openKey(t, pem); !k.Locked || b.Problems[0].Code != CodePasswordRequired || k.Encryption != cipher {
			t.Errorf("%s, no password: locked %v, %s", cipher, k.Locked, problemCodes(b))
		}
	}
}

func TestDEKInfoRefuses(t *testing.T) {
	for _, c := range []struct {
		header string
		code   Code
		found  string
	}{
		{"IDEA-CBC,0011223344556677", CodeUnsupportedAlgorithm, "IDEA-CBC"},
		{"CAMELLIA-256-CBC,00112233445566770011223344556677", CodeUnsupportedAlgorithm, "CAMELLIA-256-CBC"},
		{"AES-256,00112233445566770011223344556677", CodeUnsupportedAlgorithm, "AES-256"},
		{"AES-256-CBC,0011", CodeDamaged, "AES-256-CBC"},
		{"AES-256-CBC,0011223344556677", CodeDamaged, "AES-256-CBC"},
		{"AES-256-CBC,not hexadecimal", CodeDamaged, "AES-256-CBC"},
		{"AES-256-CBC", CodeDamaged, "AES-256-CBC"},
	} {
		s := newSession(Options{})
		s.startFile(0, []string{"pw"})
		s.readDEKInfo("RSA PRIVATE KEY", map[string]string{"DEK-Info": c.header}, make([]byte, 64), "PEM block 1")
		if got := problemCodes(s.bundle); got != (&Error{Code: c.code, Where: "PEM block 1", Found: c.found}).Error() {
			t.Errorf("%s: %s", c.header, got)
		}
		if len(s.bundle.Keys) != 1 || !s.bundle.Keys[0].Locked {
			t.Errorf("%s: %+v", c.header, s.bundle.Keys)
		}
	}
}
