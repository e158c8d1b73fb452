package contract

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"slices"
	"testing"

	"certuri/certbuild/signing"
)

// remade gives a server's certificate, the authority that signed it, and another of the same name and key identifier.
func remade(t *testing.T) (server, authority, another []byte) {
	t.Helper()
	key := func() *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	issue := func(template, parent *x509.Certificate, public *ecdsa.PrivateKey, by *ecdsa.PrivateKey) []byte {
		template.NotBefore, template.NotAfter = clock().AddDate(-1, 0, 0), clock().AddDate(1, 0, 0)
		der, err := x509.CreateCertificate(rand.Reader, template, parent, &public.PublicKey, by)
		if err != nil {
			t.Fatal(err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	}
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Example CA"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, SubjectKeyId: []byte{1, 2, 3}}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "db"}, DNSNames: []string{"db.example.net"}}
	first, second := key(), key()
	return issue(leaf, ca, key(), first), issue(ca, ca, first, first), issue(ca, ca, second, second)
}

// TestDoctorSignatures: an authority that was made anew under its name is told from the one that signed, here and where
// signatures are verified outside, where each is asked about once. Where they cannot be, names decide.
func TestDoctorSignatures(t *testing.T) {
	server, authority, another := remade(t)
	examine := func(e *Engine, ca []byte, cannot string) ([]string, []string) {
		t.Helper()
		r, out := ask(t, e, Request{Op: OpDoctor, Form: &Form{Hosts: "db.example.net"}, Files: []NewFile{{Name: "db.pem", Role: "server"}, {Name: "ca.pem", Role: "ca"}}}, server, ca)
		r, _, asked := browser(t, e, r, out, cannot)
		if r.Doctor == nil {
			t.Fatalf("%+v", r)
		}
		return ids(r.Doctor), asked
	}
	page := func() *Engine { return &Engine{Now: clock, DeriveOutside: true} }
	for name, e := range map[string]*Engine{"here": {Now: clock, KeyMaker: signing.Maker{}}, "outside": page()} {
		if found, _ := examine(e, authority, ""); slices.Contains(found, "error T03") {
			t.Errorf("%s, the authority that signed: %v", name, found)
		}
		if found, _ := examine(e, another, ""); !slices.Contains(found, "error T03") {
			t.Errorf("%s, another of its name: %v", name, found)
		}
		if found, _ := examine(e, append(slices.Clone(another), authority...), ""); slices.Contains(found, "error T03") {
			t.Errorf("%s, both: %v", name, found)
		}
	}
	e := page()
	if found, asked := examine(e, another, "verify"); slices.Contains(found, "error T03") || len(asked) == 0 {
		t.Errorf("where nothing can be verified: %v, asked %v", found, asked)
	}
	if _, asked := examine(e, another, ""); len(asked) != 0 {
		t.Errorf("asked again: %v", asked)
	}
	if ask(t, e, Request{Op: OpClear}); len(e.signatures)+len(e.unverified) != 0 {
		t.Error("something of the certificates is kept")
	}
}
