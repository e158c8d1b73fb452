package signing

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"certuri/certparse"
	"certuri/internal/oracle"
)

// TestVerifyAgainstStandardLibrary compares each signature of the corpora, right and damaged, with what crypto/x509 says of it.
func TestVerifyAgainstStandardLibrary(t *testing.T) {
	var entries []struct {
		File     string
		Password *string
	}
	if err := json.Unmarshal(oracle.File(t, "corpus/manifest.json"), &entries); err != nil {
		t.Fatal(err)
	}
	compared, other := 0, 0
	for _, e := range entries {
		f := certparse.File{Data: oracle.File(t, "corpus/"+e.File)}
		if e.Password != nil {
			f.Passwords = []string{*e.Password}
		}
		b := certparse.Open([]certparse.File{f}, certparse.Options{})
		for _, c := range b.Certificates {
			issuer := certparse.Issuer(c, b.Certificates)
			if issuer == nil {
				if !c.SelfIssued() {
					continue
				}
				issuer = c
			}
			child, err := x509.ParseCertificate(c.Raw)
			if err != nil {
				continue
			}
			parent, err := x509.ParseCertificate(issuer.Raw)
			if err != nil {
				continue
			}
			for _, damaged := range []bool{false, true} {
				s, known := c.SignatureBy(issuer)
				if damaged && known {
					s.Signed = append([]byte(nil), s.Signed...)
					s.Signed[len(s.Signed)/2] ^= 1
					child.RawTBSCertificate = s.Signed
				}
				good := false
				if known {
					good, known = Maker{}.Verify(s)
				}
				want := parent.CheckSignature(child.SignatureAlgorithm, child.RawTBSCertificate, child.Signature)
				var insecure x509.InsecureAlgorithmError
				switch {
				case errors.As(want, &insecure) || errors.Is(want, x509.ErrUnsupportedAlgorithm) || !known:
					other++
				case good != (want == nil):
					t.Errorf("%s, %s (%s): %v, and crypto/x509 says %v", e.File, child.Subject, c.SignatureAlgorithm, good, want)
				default:
					compared++
				}
				if want == nil && !known && c.SignatureAlgorithm != "Ed448" {
					t.Errorf("%s, %s: crypto/x509 verifies this %s, and we do not know", e.File, child.Subject, c.SignatureAlgorithm)
				}
			}
		}
	}
	if compared < 300 {
		t.Errorf("only %d signatures were compared, %d were not", compared, other)
	}
	t.Logf("%d compared, %d of other kinds", compared, other)
}

// TestVerifyWhatOpenSSLSigned covers what the corpora have little of, each with another key of the same kind beside it.
func TestVerifyWhatOpenSSLSigned(t *testing.T) {
	openssl := oracle.Program(t, "openssl")
	folder := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command(openssl, args...)
		cmd.Dir = folder
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("openssl %v: %v\n%s", args, err, out)
		}
	}
	open := func(name string) *certparse.Certificate {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return certparse.Open([]certparse.File{{Data: data}}, certparse.Options{}).Certificates[0]
	}
	rsa := []string{"-newkey", "rsa:2048"}
	pss := func(options ...string) []string {
		args := append([]string{}, rsa...)
		for _, o := range append([]string{"rsa_padding_mode:pss"}, options...) {
			args = append(args, "-sigopt", o)
		}
		return args
	}
	for _, c := range []struct {
		name    string
		options []string
		known   bool
	}{
		{"RSA SHA-1", append([]string{"-sha1"}, rsa...), true},
		{"RSA SHA-512", append([]string{"-sha512"}, rsa...), true},
		{"RSA-PSS", pss(), true},
		{"RSA-PSS SHA-384, salt 12", append([]string{"-sha384"}, pss("rsa_pss_saltlen:12")...), true},
		{"RSA-PSS with another hash inside", pss("rsa_mgf1_md:sha512"), false},
		{"P-256", []string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"}, true},
		{"P-521 SHA-512", []string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521", "-sha512"}, true},
		{"secp256k1", []string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"}, false},
		{"Ed25519", []string{"-newkey", "ed25519"}, true},
		{"Ed448", []string{"-newkey", "ed448"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, name := range []string{"a", "b"} {
				run(append([]string{"req", "-x509", "-nodes", "-subj", "/CN=Example CA", "-days", "2", "-keyout", name + ".key", "-out", name + ".pem"}, c.options...)...)
			}
			a, b := open("a.pem"), open("b.pem")
			s, known := a.SignatureBy(a)
			if known != c.known {
				t.Fatalf("known: %v (%+v)", known, s.Algorithm)
			}
			if !known {
				return
			}
			if good, known := (Maker{}).Verify(s); !good || !known {
				t.Errorf("its own key does not verify it")
			}
			if s, _ = a.SignatureBy(b); s.Key == nil {
				t.Fatal("not known with the other key")
			}
			if good, known := (Maker{}).Verify(s); good || !known {
				t.Errorf("another key verifies it")
			}
		})
	}
}
