package diagnose

import (
	"crypto/x509"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"certuri/certparse"
	"certuri/internal/oracle"
)

// allTargets are the ids that the table of readers knows, and those that hand files on.
var allTargets = []string{"", "pymongo", "pymongo-async", "motor", "django", "node", "mongoose", "go", "go-v1", "java-sync", "java-reactive", "kotlin", "scala",
	"spring-boot", "quarkus", "csharp", "rust", "rust-sync", "c", "cpp", "php", "laravel", "ruby", "mongoid", "mongosh", "database-tools", "compass", "vscode",
	"kafka-connector", "env", "kubernetes", "docker-compose", "shell"}

// ofForm are the ids that an error about the form of a file, or of a certificate, may have: what one client reads another
// does not.
var ofForm = []string{"F01", "F04", "F05", "F06", "F07", "F10", "F16", "F17", "F18", "F19", "F20", "F22", "F26", "F29", "key-form", "pkcs12-not-encrypted",
	"weak-signature", "unusual-certificate", "unusable-key", "unusual-curve"}

// TestCorpora: certificates that crypto/x509 and the manifest's programs find nothing wrong with have no errors, in
// whatever kind of file they came; for a client, errors are about the form of the file alone.
func TestCorpora(t *testing.T) {
	var list []struct {
		File     string
		Password *string
		Verdict  string
		OpenedBy []string
	}
	if err := json.Unmarshal(oracle.File(t, "corpus/manifest.json"), &list); err != nil {
		t.Fatal(err)
	}
	judged := map[certparse.ContainerKind]int{}
	one := func(name string, data []byte, password *string, strict bool) {
		file := certparse.File{Name: name, Data: data}
		if password != nil {
			file.Passwords = []string{*password}
		}
		b := certparse.Open([]certparse.File{file}, certparse.Options{})
		f := Facts{Bundle: b, AsIs: true, Forms: []certparse.PEMForm{certparse.DescribePEM(data)}}
		var clean bool
		if len(b.Identities) > 0 {
			f.Identity = &b.Identities[0]
			f.Now, clean = cleanClient(f.Identity)
		}
		for _, f.Target = range allTargets {
			found, _ := Examine(&f)
			if !clean || !strict || len(b.Problems) > 0 {
				continue
			}
			for _, x := range found {
				if x.Severity == Error && (f.Target == "" || !slices.Contains(ofForm, x.ID)) {
					t.Errorf("%s for %q: %s: %s", name, f.Target, x.ID, x.What)
				}
			}
			if f.Target == "" {
				judged[b.Containers[0].Kind]++
			}
		}
	}
	for _, x := range list {
		one(x.File, oracle.File(t, "corpus/"+x.File), x.Password, x.Verdict == "open" && len(x.OpenedBy) > 0)
	}
	servers, err := filepath.Glob(filepath.Join(oracle.Path(t, "mongo-server"), "*.p*"))
	if err != nil || len(servers) < 50 {
		t.Fatal("the server's certificates are not here: ", err)
	}
	for _, path := range servers {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		password := "qwerty"
		one(filepath.Base(path), data, &password, true)
	}
	t.Logf("clean clients by kind of file: %v", judged)
	for _, kind := range []certparse.ContainerKind{certparse.KindPEM, certparse.KindPKCS12} {
		if judged[kind] < 50 {
			t.Errorf("only %d clean clients in files of the kind %s", judged[kind], kind)
		}
	}
}

// cleanClient says whether crypto/x509 finds a client's certificate in a leaf with its key, and gives a time at which it
// and its issuers are in date.
func cleanClient(id *certparse.Identity) (now time.Time, clean bool) {
	leaf, err := x509.ParseCertificate(id.Leaf.Raw)
	if err != nil || id.Key == nil || len(leaf.Subject.Names) == 0 ||
		leaf.Version < 3 && len(id.Leaf.Extensions) > 0 { // crypto/x509 passes over those, OpenSSL does not
		return now, false
	}
	if _, err := id.Leaf.Subject.ServerName(certparse.Linux42); err != nil {
		return now, false
	}
	clean = len(leaf.ExtKeyUsage)+len(leaf.UnknownExtKeyUsage) == 0 || slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageClientAuth)
	clean = clean && (leaf.KeyUsage == 0 || leaf.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageKeyAgreement) != 0)
	clean = clean && leaf.PublicKeyAlgorithm != x509.DSA && leaf.PublicKeyAlgorithm != x509.UnknownPublicKeyAlgorithm // keys that do not sign are among these
	from, until := leaf.NotBefore, leaf.NotAfter
	for _, c := range id.Chain {
		issuer, err := x509.ParseCertificate(c.Raw)
		if err != nil {
			return now, false
		}
		clean = clean && (issuer.IsCA || issuer.Version < 3) && (issuer.KeyUsage == 0 || issuer.KeyUsage&x509.KeyUsageCertSign != 0)
		if issuer.NotBefore.After(from) {
			from = issuer.NotBefore
		}
		if issuer.NotAfter.Before(until) {
			until = issuer.NotAfter
		}
	}
	return from.Add(until.Sub(from) / 2), clean && from.Before(until)
}
