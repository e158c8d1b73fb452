package diagnose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"certuri/certparse"
	"certuri/internal/oracle"
)

var now = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// A fixture is a client certificate in the making. What a test changes is what it is about.
type fixture struct {
	template *x509.Certificate
	key      crypto.Signer
	selfSign bool
	caEnds   time.Time
	withKey  crypto.Signer // the key that goes into the file; nil: the certificate's own
	noKey    bool
	noCert   bool
	noCA     bool
}

// clean is a certificate that nothing is wrong with.
func clean(t *testing.T) *fixture {
	return &fixture{
		template: &x509.Certificate{
			SerialNumber: big.NewInt(7),
			Subject:      pkix.Name{CommonName: "svc", Organization: []string{"Example"}},
			NotBefore:    now.AddDate(0, -1, 0),
			NotAfter:     now.AddDate(1, 0, 0),
			KeyUsage:     x509.KeyUsageDigitalSignature,
			ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		},
		key:    newKey(t),
		caEnds: now.AddDate(10, 0, 0),
	}
}

func newKey(t *testing.T) crypto.Signer {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// run makes the PEM file, opens it, and applies the rules.
func (f *fixture) run(t *testing.T) ([]Finding, []string) {
	t.Helper()
	caKey := newKey(t)
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test CA"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: f.caEnds, KeyUsage: x509.KeyUsageCertSign,
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		t.Fatal(err)
	}
	parent, signer := ca, caKey
	if f.selfSign {
		parent, signer = f.template, f.key
	}
	der, err := x509.CreateCertificate(rand.Reader, f.template, parent, f.key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	var file []byte
	if !f.noCert {
		file = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	}
	if !f.selfSign && !f.noCA && !f.noCert {
		file = append(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})...)
	}
	if !f.noKey {
		key := f.key
		if f.withKey != nil {
			key = f.withKey
		}
		keyDER, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		file = append(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})...)
	}
	b := certparse.Open([]certparse.File{{Name: "client.pem", Data: file}}, certparse.Options{})
	for _, p := range b.Problems {
		t.Fatal(p)
	}
	facts := Facts{Bundle: b, Now: now}
	if len(b.Identities) > 0 {
		facts.Identity = &b.Identities[0]
	}
	return Run(facts)
}

// TestRules has a fixture for each rule that fires it. Its twin is clean, which must fire none: the two differ only in
// what the case changes.
func TestRules(t *testing.T) {
	cases := []struct {
		name     string
		change   func(*testing.T, *fixture)
		id       string
		severity Severity
		says     string // in What
	}{
		{"no subject", func(_ *testing.T, f *fixture) { f.template.Subject = pkix.Name{} }, "U12", Error, "no subject"},
		{"emoji in the subject", func(_ *testing.T, f *fixture) { f.template.Subject.CommonName = "a\U0001F600" }, "name-refused", Error, "U_STRINGPREP_UNASSIGNED_ERROR"},
		{"e-mail address and organization id", func(_ *testing.T, f *fixture) {
			f.template.Subject.ExtraNames = []pkix.AttributeTypeAndValue{{Type: asn1.ObjectIdentifier{2, 5, 4, 97}, Value: "VATDE-1"}}
		}, "U06", Info, "Windows and macOS"},
		{"expired", func(_ *testing.T, f *fixture) { f.template.NotAfter = now.Add(-49 * time.Hour) }, "T10", Error, "expired on 29 June 2026, 2 days ago"},
		{"expired an hour ago", func(_ *testing.T, f *fixture) { f.template.NotAfter = now.Add(-time.Hour) }, "T10", Error, "1 hour ago"},
		{"not yet valid", func(_ *testing.T, f *fixture) { f.template.NotBefore = now.Add(73 * time.Hour) }, "T10", Error, "not valid before 4 July 2026, 3 days from now"},
		{"expires soon", func(_ *testing.T, f *fixture) { f.template.NotAfter = now.Add(29 * 24 * time.Hour) }, "T10", Warning, "in 29 days"},
		{"issuer expired", func(_ *testing.T, f *fixture) { f.caEnds = now.Add(-24 * time.Hour) }, "T10", Error, `"CN=Test CA" expired`},
		{"no key", func(_ *testing.T, f *fixture) { f.noKey = true }, "F02", Error, "no private key"},
		{"another key", func(t *testing.T, f *fixture) { f.withKey = newKey(t) }, "F10", Error, "does not belong"},
		{"no certificate", func(_ *testing.T, f *fixture) { f.noCert = true }, "F03", Error, "no certificate"},
		{"serverAuth only", func(_ *testing.T, f *fixture) {
			f.template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		}, "T01", Error, "serverAuth"},
		{"codeSigning only", func(_ *testing.T, f *fixture) {
			f.template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}
		}, "T01", Error, "lacks clientAuth."},
		{"keyEncipherment only", func(_ *testing.T, f *fixture) { f.template.KeyUsage = x509.KeyUsageKeyEncipherment }, "T01", Error, "key usage"},
		{"an authority", func(_ *testing.T, f *fixture) { f.template.IsCA, f.template.BasicConstraintsValid = true, true }, "ca-certificate", Warning, "CA:TRUE"},
		{"self-signed", func(_ *testing.T, f *fixture) { f.selfSign = true }, "self-signed", Warning, "self-signed"},
		{"small key", func(t *testing.T, f *fixture) { f.key = smallKey(t) }, "weak-key", Warning, "1024 bits"},
		{"P-224", func(t *testing.T, f *fixture) {
			k, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			f.key = k
		}, "unusual-curve", Warning, "P-224"},
		{"roles", func(t *testing.T, f *fixture) {
			f.template.ExtraExtensions = []pkix.Extension{rolesExtension(t, "312b300f0c066261636b75700c0561646d696e30180c0f72656164416e7944617461626173650c0561646d696e")}
		}, "U21", Info, "backup@admin, readAnyDatabase@admin"},
		{"malformed roles", func(t *testing.T, f *fixture) {
			f.template.ExtraExtensions = []pkix.Extension{rolesExtension(t, "3003020101")}
		}, "U21", Error, "cannot be read"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := clean(t)
			c.change(t, f)
			found, _ := f.run(t)
			for _, x := range found {
				if x.ID == c.id && x.Severity == c.severity && strings.Contains(x.What, c.says) {
					if x.Why == "" || x.Fix == "" || x.Source == "" {
						t.Errorf("the finding lacks why, fix or source: %+v", x)
					}
					return
				}
			}
			t.Errorf("found %+v, want %s %s saying %q", found, c.severity, c.id, c.says)
		})
	}
}

// TestClean is the twin of all of them.
func TestClean(t *testing.T) {
	found, checked := clean(t).run(t)
	if len(found) != 0 {
		t.Errorf("a clean certificate has findings: %+v", found)
	}
	want := "the server takes the subject as a user name; the key belongs to the certificate; it is in date; it may be used by a client; the chain is complete up to its root; key and signature are strong enough"
	if got := strings.Join(checked, "; "); got != want {
		t.Errorf("checked\n%s\nwant\n%s", got, want)
	}
}

// TestNoRestriction: a certificate without key usage extensions may be used for anything (RFC 5280 section 4.2.1.12). That
// anyExtendedKeyUsage is clientAuth too is not so for OpenSSL: a handshake with one ends in "unsuitable certificate purpose".
func TestNoRestriction(t *testing.T) {
	f := clean(t)
	f.template.KeyUsage, f.template.ExtKeyUsage = 0, nil
	if found, _ := f.run(t); len(found) != 0 {
		t.Errorf("without usages: %+v", found)
	}
	f = clean(t)
	f.template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny, x509.ExtKeyUsageClientAuth}
	if found, _ := f.run(t); len(found) != 0 {
		t.Errorf("with anyExtendedKeyUsage and clientAuth: %+v", found)
	}
}

// TestAnyPurpose holds the rule about anyExtendedKeyUsage to what openssl says of the same certificate.
func TestAnyPurpose(t *testing.T) {
	openssl := oracle.Program(t, "openssl")
	for _, usages := range [][]x509.ExtKeyUsage{nil, {x509.ExtKeyUsageClientAuth}, {x509.ExtKeyUsageAny}, {x509.ExtKeyUsageAny, x509.ExtKeyUsageClientAuth}, {x509.ExtKeyUsageServerAuth}} {
		s := newScene(t)
		s.client.ExtKeyUsage = usages
		dir := t.TempDir()
		ca, leaf := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "leaf.pem")
		s.files = func(m made) [][]byte {
			for file, text := range map[string][]byte{ca: m.caPEM, leaf: m.leafPEM} {
				if err := os.WriteFile(file, text, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			return [][]byte{m.combined()}
		}
		refused := slices.ContainsFunc(s.look(), func(f Finding) bool { return f.ID == "T01" })
		out, err := exec.Command(openssl, "verify", "-no_check_time", "-purpose", "sslclient", "-CAfile", ca, leaf).CombinedOutput()
		if refused != (err != nil) {
			t.Errorf("%v: refused by the rule %v, openssl: %s", usages, refused, out)
		}
	}
}

// TestWorstFirst: errors come before warnings, warnings before notes, whatever the order of the rules.
func TestWorstFirst(t *testing.T) {
	f := clean(t)
	f.selfSign = true                                                                                                    // warning
	f.template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}                                              // error
	f.template.Subject.ExtraNames = []pkix.AttributeTypeAndValue{{Type: asn1.ObjectIdentifier{2, 5, 4, 97}, Value: "x"}} // info
	found, _ := f.run(t)
	for i := 1; i < len(found); i++ {
		if found[i].Severity.rank() < found[i-1].Severity.rank() {
			t.Errorf("%s stands after %s", found[i].Severity, found[i-1].Severity)
		}
	}
	if len(found) < 3 {
		t.Errorf("only %d findings: %+v", len(found), found)
	}
}

func rolesExtension(t *testing.T, valueHex string) pkix.Extension {
	t.Helper()
	value, err := hex.DecodeString(valueHex)
	if err != nil {
		t.Fatal(err)
	}
	return pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 34601, 2, 1, 1}, Value: value}
}

// smallKey is an RSA key under the size that crypto/rsa makes without being asked twice.
func smallKey(t *testing.T) crypto.Signer {
	t.Helper()
	t.Setenv("GODEBUG", "rsa1024min=0")
	k, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	return k
}
