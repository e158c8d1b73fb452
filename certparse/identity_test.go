package certparse

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
)

func chainText(chain []*Certificate) (text string) {
	for _, c := range chain {
		text += "/" + c.FriendlyName
	}
	return text
}

// named is a certificate for tests of chain building, where names and key identifiers decide and keys do not.
func named(name, subject, issuer, subjectKey, authorityKey string, isCA bool) *Certificate {
	c := &Certificate{FriendlyName: name, Subject: Name{Raw: []byte(subject)}, Issuer: Name{Raw: []byte(issuer)}, IsCA: isCA}
	if subjectKey != "" {
		c.SubjectKeyID = []byte(subjectKey)
	}
	if authorityKey != "" {
		c.AuthorityKeyID = []byte(authorityKey)
	}
	return c
}

func TestChain(t *testing.T) {
	for _, test := range []struct {
		what         string
		certificates []*Certificate
		want         string
	}{
		{"by name", []*Certificate{named("leaf", "L", "I", "", "", false), named("root", "R", "R", "", "", true), named("mid", "I", "R", "", "", true)}, "/mid/root"},
		{"two of one name, the identifier decides", []*Certificate{named("leaf", "L", "I", "", "k2", false), named("old", "I", "R", "k1", "", true), named("new", "I", "R", "k2", "", true)}, "/new"},
		{"an identifier that nobody has", []*Certificate{named("leaf", "L", "I", "", "k3", false), named("old", "I", "R", "k1", "", true)}, ""},
		{"a candidate without identifier", []*Certificate{named("leaf", "L", "I", "", "k3", false), named("old", "I", "R", "", "", true)}, "/old"},
		{"an authority before a namesake", []*Certificate{named("leaf", "L", "I", "", "", false), named("namesake", "I", "R", "", "", false), named("mid", "I", "R", "", "", true)}, "/mid"},
		{"a key rolled over", []*Certificate{named("leaf", "L", "R", "", "k2", false), named("new with old", "R", "R", "k2", "k1", true), named("old", "R", "R", "k1", "k1", true)}, "/new with old/old"},
		{"a loop", []*Certificate{named("leaf", "L", "A", "", "", false), named("a", "A", "B", "", "", true), named("b", "B", "A", "", "", true)}, "/a/b"},
		{"self-signed", []*Certificate{named("leaf", "L", "L", "", "", false)}, ""},
		{"a loop through the leaf", []*Certificate{named("leaf", "L", "A", "", "", false), named("a", "A", "L", "", "", true)}, "/a"},
	} {
		if got := chainText(newIssuers(test.certificates).chain(test.certificates[0])); got != test.want {
			t.Errorf("%s: chain is %q, want %q", test.what, got, test.want)
		}
	}
}

func TestIdentitiesInOrder(t *testing.T) {
	c := chainForTests(t)
	single, singleKey := selfSigned(t, "single", 7)

	// Without any key: the leaf, and what issued nothing here.
	b := openOne(join(armour("CERTIFICATE", c.root), armour("CERTIFICATE", c.leaf), armour("CERTIFICATE", single), armour("CERTIFICATE", c.intermediate)))
	if len(b.Identities) != 2 || string(b.Identities[0].Leaf.Raw) != string(c.leaf) || string(b.Identities[1].Leaf.Raw) != string(single) {
		t.Errorf("%d identities without keys", len(b.Identities))
	}
	// An authority with its key comes after an end-entity certificate with its.
	b = openOne(join(armour("CERTIFICATE", c.root), armour("PRIVATE KEY", c.rootKey), armour("CERTIFICATE", single), armour("PRIVATE KEY", singleKey)))
	if len(b.Identities) != 2 || string(b.Identities[0].Leaf.Raw) != string(single) || b.Identities[1].Key == nil {
		t.Errorf("%d identities with an authority's key", len(b.Identities))
	}
	// An authority with its key comes before any certificate without.
	b = openOne(join(armour("CERTIFICATE", single), armour("CERTIFICATE", c.root), armour("PRIVATE KEY", c.rootKey)))
	if len(b.Identities) != 2 || string(b.Identities[0].Leaf.Raw) != string(c.root) || b.Identities[1].Key != nil {
		t.Errorf("%d identities with an authority's key alone", len(b.Identities))
	}
	// The same thing twice is there once.
	b = openOne(join(c.combined(), armour("CERTIFICATE", c.leaf), armour("PRIVATE KEY", c.leafKey), c.leaf))
	if len(b.Certificates) != 1 || len(b.Keys) != 1 || len(b.Identities) != 1 {
		t.Errorf("%d certificates, %d keys, %d identities of one", len(b.Certificates), len(b.Keys), len(b.Identities))
	}
	// Only authorities: the one that issued none here.
	b = openOne(join(armour("CERTIFICATE", c.root), armour("CERTIFICATE", c.intermediate)))
	if len(b.Identities) != 1 || string(b.Identities[0].Leaf.Raw) != string(c.intermediate) || len(b.Identities[0].Chain) != 1 {
		t.Errorf("%d identities among authorities", len(b.Identities))
	}
}

// TestRenewedCertificateOfOneKey: two certificates for one key are two identities, the one that expires last first.
func TestRenewedCertificateOfOneKey(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	made := func(years int, purpose x509.ExtKeyUsage) []byte {
		template := &x509.Certificate{SerialNumber: big.NewInt(int64(years)), Subject: pkix.Name{CommonName: "me"}, NotBefore: testStart,
			NotAfter: testStart.AddDate(years, 0, 0), ExtKeyUsage: []x509.ExtKeyUsage{purpose}}
		return sign(t, template, template, key.Public(), key)
	}
	old, renewed := made(1, x509.ExtKeyUsageClientAuth), made(2, x509.ExtKeyUsageClientAuth)
	b := Open([]File{{Data: armour("CERTIFICATE", old)}, {Data: armour("PRIVATE KEY", pkcs8)}, {Data: armour("CERTIFICATE", renewed)}}, Options{})
	if len(b.Identities) != 2 || string(b.Identities[0].Leaf.Raw) != string(renewed) || b.Keys[0].Certificate != b.Identities[0].Leaf {
		t.Errorf("%d identities; the first is not the renewed one", len(b.Identities))
	}
	server := made(3, x509.ExtKeyUsageServerAuth)
	b = openOne(join(armour("CERTIFICATE", server), armour("CERTIFICATE", old), armour("PRIVATE KEY", pkcs8)))
	if string(b.Identities[0].Leaf.Raw) != string(old) {
		t.Error("a certificate for servers comes before one for clients")
	}
}
