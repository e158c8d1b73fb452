package certparse

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestCertificatesAgreeWithCryptoX509 compares every field with Go's own parser, on each certificate of the corpus that
// it takes.
func TestCertificatesAgreeWithCryptoX509(t *testing.T) {
	compared := map[[32]byte]bool{}
	for _, e := range readCorpus(t) {
		for _, c := range e.open(t).Certificates {
			if compared[c.SHA256] {
				continue
			}
			x, err := x509.ParseCertificate(c.Raw)
			if err != nil {
				continue
			}
			compared[c.SHA256] = true
			if d := differencesFromX509(c, x); len(d) > 0 {
				t.Errorf("%s, %s: %s", e.File, c.Source.Where, strings.Join(d, "; "))
			}
		}
	}
	if len(compared) < 300 {
		t.Errorf("only %d certificates were compared", len(compared))
	}
	t.Logf("%d certificates agree", len(compared))
}

func differencesFromX509(c *Certificate, x *x509.Certificate) (d []string) {
	differ := func(what string, same bool) {
		if !same {
			d = append(d, what)
		}
	}
	differ("version", c.Version == x.Version)
	differ("subject", bytes.Equal(c.Subject.Raw, x.RawSubject))
	differ("issuer", bytes.Equal(c.Issuer.Raw, x.RawIssuer))
	differ("key", bytes.Equal(c.PublicKey.SPKI, x.RawSubjectPublicKeyInfo))
	serial := new(big.Int).SetBytes(c.Serial)
	if len(c.Serial) > 0 && c.Serial[0]&0x80 != 0 {
		serial.Sub(serial, new(big.Int).Lsh(big.NewInt(1), uint(8*len(c.Serial))))
	}
	differ("serial", serial.Cmp(x.SerialNumber) == 0)
	differ("start "+c.NotBefore.String(), c.NotBefore.Equal(x.NotBefore))
	differ("end "+c.NotAfter.String(), c.NotAfter.Equal(x.NotAfter))
	if x.Version < 3 {
		return d // Go leaves extensions out where the version forbids them; OpenSSL, and so the server, reads them
	}
	differ("key usage", int(c.KeyUsage) == int(x.KeyUsage))
	differ("authority", c.IsCA == x.IsCA)
	differ("subject key id", bytes.Equal(c.SubjectKeyID, x.SubjectKeyId))
	differ("authority key id", bytes.Equal(c.AuthorityKeyID, x.AuthorityKeyId))
	differ("DNS names", slices.Equal(c.DNSNames, x.DNSNames))
	differ("e-mail", slices.Equal(c.EmailAddresses, x.EmailAddresses))
	differ("issuers' addresses", slices.Equal(c.CAIssuers, x.IssuingCertificateURL))
	var addresses []string
	for _, ip := range x.IPAddresses {
		addresses = append(addresses, ip.String())
	}
	differ("IP addresses", slices.Equal(c.IPAddresses, addresses))
	differ("URIs", len(c.URIs) == len(x.URIs))
	differ("purposes", len(c.ExtKeyUsage) == len(x.ExtKeyUsage)+len(x.UnknownExtKeyUsage))
	differ("extensions", len(c.Extensions) == len(x.Extensions))
	for i := range min(len(c.Extensions), len(x.Extensions)) {
		a, b := c.Extensions[i], x.Extensions[i]
		differ("extension "+a.OID, a.OID == b.Id.String() && a.Critical == b.Critical && bytes.Equal(a.Value, b.Value))
	}
	if x.SignatureAlgorithm != x509.UnknownSignatureAlgorithm && x.SignatureAlgorithm != x509.SHA256WithRSAPSS &&
		x.SignatureAlgorithm != x509.SHA384WithRSAPSS && x.SignatureAlgorithm != x509.SHA512WithRSAPSS {
		differ("signature algorithm "+c.SignatureAlgorithm, c.SignatureAlgorithm == x.SignatureAlgorithm.String())
	}
	return d
}

// A testCertificate is the parts of a certificate, to be put together strangely.
type testCertificate struct {
	version, serial, algorithm, issuer, validity, subject, spki, extensions []byte
	outerAlgorithm, signature, more                                         []byte
}

func (p testCertificate) encode() []byte {
	tbs := encodeDER(tagSequence, p.version, p.serial, p.algorithm, p.issuer, p.validity, p.subject, p.spki, p.extensions)
	return encodeDER(tagSequence, tbs, p.outerAlgorithm, p.signature, p.more)
}

// takeApart splits a good certificate.
func takeApart(t testing.TB, der []byte) (p testCertificate) {
	t.Helper()
	outer, ok := readElement(der)
	if !ok {
		t.Fatal("not a certificate")
	}
	parts := outer.children()
	tbs, _ := parts.next()
	fields := tbs.children()
	for _, to := range []*[]byte{&p.version, &p.serial, &p.algorithm, &p.issuer, &p.validity, &p.subject, &p.spki, &p.extensions} {
		e, _ := fields.next()
		*to = e.full
	}
	algorithm, _ := parts.next()
	signature, _ := parts.next()
	p.outerAlgorithm, p.signature = algorithm.full, signature.full
	return p
}

// TestOddCertificates: what a strict reader refuses is read for what matters, and said in words.
func TestOddCertificates(t *testing.T) {
	good := takeApart(t, chainForTests(t).leaf)
	times := func(from, to []byte) []byte { return encodeDER(tagSequence, from, to) }
	utc := func(text string) []byte { return encodeDER(tagUTCTime, []byte(text)) }
	general := func(text string) []byte { return encodeDER(tagGeneralizedTime, []byte(text)) }
	extension := func(oid string, value []byte) []byte {
		return encodeDER(tagSequence, encodeOID(oid), encodeDER(tagOctetString, value))
	}
	extensions := func(list ...[]byte) []byte { return encodeDER(0xa3, encodeDER(tagSequence, list...)) }
	end := time.Date(2025, 2, 3, 4, 5, 6, 0, time.UTC)

	for _, test := range []struct {
		name  string
		with  func(*testCertificate)
		oddly string // part of the one oddity, "" for none
		check func(*Certificate) bool
	}{
		{"as it was", func(p *testCertificate) {}, "", func(c *Certificate) bool { return c.NotAfter.Equal(end) && c.DNSNames[0] == "leaf.example" }},
		{"negative serial", func(p *testCertificate) { p.serial = encodeDER(tagInteger, []byte{0x85, 1}) }, "negative", nil},
		{"zero serial", func(p *testCertificate) { p.serial = encodeDER(tagInteger, []byte{0}) }, "zero", nil},
		{"empty serial", func(p *testCertificate) { p.serial = encodeDER(tagInteger) }, "empty", nil},
		{"long serial", func(p *testCertificate) { p.serial = encodeDER(tagInteger, bytes.Repeat([]byte{1}, 30)) }, "longer than 20", nil},
		{"padded serial", func(p *testCertificate) { p.serial = encodeDER(tagInteger, []byte{0, 1}) }, "padded", nil},
		{"version 1 with extensions", func(p *testCertificate) { p.version = nil }, "version 1 certificate has extensions", func(c *Certificate) bool { return len(c.DNSNames) == 1 }},
		{"version 7", func(p *testCertificate) { p.version = encodeDER(0xa0, encodeDER(tagInteger, []byte{6})) }, "version number", nil},
		{"unique identifiers", func(p *testCertificate) { p.extensions = join(encodeDER(0x81, []byte{0, 1}), p.extensions) }, "unique identifier", func(c *Certificate) bool { return len(c.DNSNames) == 1 }},
		{"no seconds", func(p *testCertificate) { p.validity = times(utc("2402030405Z"), utc("250203040506Z")) }, "start of its validity", func(c *Certificate) bool { return c.NotBefore.Equal(time.Date(2024, 2, 3, 4, 5, 0, 0, time.UTC)) }},
		{"an offset", func(p *testCertificate) { p.validity = times(utc("240203040506Z"), utc("250203060506+0200")) }, "end of its validity", func(c *Certificate) bool { return c.NotAfter.Equal(end) }},
		{"a fraction", func(p *testCertificate) { p.validity = times(utc("240203040506Z"), general("20250203040506.789Z")) }, "end of its validity", func(c *Certificate) bool { return c.NotAfter.Equal(end) }},
		{"no zone", func(p *testCertificate) { p.validity = times(utc("240203040506"), general("20250203040506")) }, "validity", func(c *Certificate) bool { return c.NotAfter.Equal(end) }},
		{"the last second", func(p *testCertificate) { p.validity = times(utc("500101000000Z"), general("99991231235959Z")) }, "", func(c *Certificate) bool { return c.NotBefore.Year() == 1950 && c.NotAfter.Year() == 9999 }},
		{"a time that is none", func(p *testCertificate) { p.validity = times(utc("240203040506Z"), utc("never")) }, "end of its validity cannot be read", func(c *Certificate) bool { return c.NotAfter.IsZero() }},
		{"31 February", func(p *testCertificate) { p.validity = times(utc("240203040506Z"), utc("250231040506Z")) }, "end of its validity", func(c *Certificate) bool { return c.NotAfter.Month() == time.March }},
		{"different algorithms", func(p *testCertificate) { p.outerAlgorithm = encodeDER(tagSequence, encodeOID("1.2.3")) }, "named differently", nil},
		{"no signature", func(p *testCertificate) { p.signature = nil }, "signature is missing", nil},
		{"more after the signature", func(p *testCertificate) { p.more = []byte{5, 0} }, "follows the signature", nil},
		{"extensions that are none", func(p *testCertificate) { p.extensions = encodeDER(0xa3, []byte{5, 0}) }, "extensions cannot be read", nil},
		{"an extension twice", func(p *testCertificate) {
			p.extensions = extensions(extension(oidSubjectKeyID, encodeDER(tagOctetString, []byte{1})), extension(oidSubjectKeyID, encodeDER(tagOctetString, []byte{2})))
		}, "there twice", func(c *Certificate) bool { return bytes.Equal(c.SubjectKeyID, []byte{1}) }},
		{"a bad address", func(p *testCertificate) {
			p.extensions = extensions(extension(oidSubjectAltName, encodeDER(tagSequence, encodeDER(0x87, []byte{1, 2, 3}), encodeDER(0x82, []byte("a.example")))))
		}, "subject alternative name is malformed", func(c *Certificate) bool { return c.DNSNames[0] == "a.example" && len(c.IPAddresses) == 0 }},
		{"a name that is none", func(p *testCertificate) { p.subject = encodeDER(tagSequence, []byte{5, 0}) }, "subject cannot be read", func(c *Certificate) bool { return len(c.Subject.Raw) == 4 }},
		{"long lengths", func(p *testCertificate) { p.subject = append([]byte{0x30, 0x82, 0, p.subject[1]}, p.subject[2:]...) }, "BER", func(c *Certificate) bool { return len(c.Subject.RDNs) == 2 }},
		{"empty subject", func(p *testCertificate) { p.subject = []byte{0x30, 0} }, "", func(c *Certificate) bool { return c.Subject.Empty() }},
		{"roles", func(p *testCertificate) {
			p.extensions = extensions(extension(oidMongoRoles, encodeDER(tagSet, encodeDER(tagSequence, encodeDER(tagUTF8String, []byte("read")), encodeDER(tagUTF8String, []byte("db"))))))
		}, "", func(c *Certificate) bool { return c.Roles[0] == Role{"read", "db"} }},
		{"roles in another string type", func(p *testCertificate) {
			p.extensions = extensions(extension(oidMongoRoles, encodeDER(tagSet, encodeDER(tagSequence, encodeDER(0x13, []byte("read")), encodeDER(tagUTF8String, []byte("db"))))))
		}, "MongoDB roles", func(c *Certificate) bool { return c.RolesError == "Unknown DER tag" && len(c.Roles) == 0 }},
		{"roles of indefinite length", func(p *testCertificate) {
			p.extensions = extensions(extension(oidMongoRoles, []byte{0x31, 0x80, 0, 0}))
		}, "MongoDB roles", func(c *Certificate) bool { return c.RolesError == "Invalid DER length" }},
		{"no roles", func(p *testCertificate) { p.extensions = extensions(extension(oidMongoRoles, []byte{0x31, 0})) }, "", func(c *Certificate) bool { return c.RolesError == "" && len(c.Roles) == 0 }},
		{"cluster", func(p *testCertificate) {
			p.extensions = extensions(extension(oidMongoMembership, encodeDER(tagUTF8String, []byte("foo"))))
		}, "", func(c *Certificate) bool { return c.ClusterMembership == "foo" }},
		{"empty purposes", func(p *testCertificate) { p.extensions = extensions(extension(oidExtKeyUsage, []byte{0x30, 0})) }, "extended key usage", func(c *Certificate) bool { return c.ExtKeyUsageSet && !c.AllowsClientAuth() }},
	} {
		t.Run(test.name, func(t *testing.T) {
			parts := good
			test.with(&parts)
			b := openOne(parts.encode())
			if len(b.Certificates) != 1 || len(b.Problems) != 0 {
				t.Fatalf("%d certificates, problems [%s]", len(b.Certificates), problemCodes(b))
			}
			c := b.Certificates[0]
			odd := strings.Join(c.Oddities, " | ")
			if test.oddly == "" && odd != "" || !strings.Contains(odd, test.oddly) {
				t.Errorf("oddities are %q, want %q", odd, test.oddly)
			}
			if test.check != nil && !test.check(c) {
				t.Errorf("it is read wrongly: %+v", *c)
			}
		})
	}
}

// TestCertificateInBER: a certificate of indefinite length keeps its bytes and its fingerprint.
func TestCertificateInBER(t *testing.T) {
	leaf := chainForTests(t).leaf
	outer, _ := readElement(leaf)
	ber := join([]byte{0x30, 0x80}, outer.content, []byte{0, 0})
	b := openOne(ber)
	if len(b.Certificates) != 1 || !bytes.Equal(b.Certificates[0].Raw, ber) || b.Certificates[0].DNSNames[0] != "leaf.example" {
		t.Fatalf("%d certificates, problems [%s]", len(b.Certificates), problemCodes(b))
	}
}

func TestTrailingBytes(t *testing.T) {
	c := chainForTests(t)
	b := openOne(join(c.leaf, []byte("\r\n\x00\x00")))
	if len(b.Certificates) != 1 || !bytes.Equal(b.Certificates[0].Raw, c.leaf) || len(b.Problems) > 0 {
		t.Errorf("%d certificates, problems [%s]", len(b.Certificates), problemCodes(b))
	}
	if odd := b.Certificates[0].Oddities; len(odd) != 1 {
		t.Errorf("oddities are %q", odd)
	}
	// OpenSSL's trust settings follow the certificate in their own block; they are no oddity.
	trusted := armour("TRUSTED CERTIFICATE", join(c.leaf, encodeDER(tagSequence, encodeDER(tagSequence, encodeOID("1.3.6.1.5.5.7.3.2")))))
	b = openOne(join(trusted, armour("PRIVATE KEY", c.leafKey)))
	wantIdentity(t, b, c.leaf)
	if odd := b.Certificates[0].Oddities; len(odd) > 0 {
		t.Errorf("oddities are %q", odd)
	}
}

func TestAddressText(t *testing.T) {
	for _, want := range []string{
		"127.0.0.1", "255.0.0.255", "::", "::1", "1::", "2001:db8::1", "2001:db8:0:1:1:1:1:1", "2001:0:0:1::1", "1:2:3:4:5:6:7:8",
		"fe80::1:0:0:1", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:7:0", "1:0:0:2::",
	} {
		address, err := netip.ParseAddr(want)
		if err != nil {
			t.Fatal(err)
		}
		if got := addressText(address.AsSlice()); got != address.String() {
			t.Errorf("%s is written %s", address, got)
		}
	}
	if got := addressText(make([]byte, 5)); got != "" {
		t.Errorf("five bytes are written %s", got)
	}
}

func TestAlternativeNames(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := authority("names", 5)
	template.URIs = []*url.URL{{Scheme: "spiffe", Host: "x", Path: "/y"}}
	template.EmailAddresses = []string{"me@example.com"}
	template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	template.DNSNames = []string{"*.example.com"}
	template.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{1, 3, 6, 1, 4, 1, 311, 20, 2, 2}}
	template.KeyUsage |= x509.KeyUsageDecipherOnly | x509.KeyUsageDigitalSignature
	der := sign(t, template, template, key.Public(), key)
	x, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	c := openOne(der).Certificates[0]
	if d := differencesFromX509(c, x); len(d) > 0 {
		t.Error(d)
	}
	if c.KeyUsage != KeyUsageDigitalSignature|KeyUsageCertSign|1<<8 || c.URIs[0] != "spiffe://x/y" || c.ExtKeyUsage[0] != "1.3.6.1.4.1.311.20.2.2" {
		t.Errorf("read wrongly: %+v", *c)
	}
}
