package certbuild_test

import (
	"bytes"
	"encoding/hex"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"certuri/certbuild"
	"certuri/certbuild/jks"
	"certuri/certparse"
	"certuri/internal/oracle"
)

// TestCommands runs the equivalent commands on files of every kind that openssl and keytool open, and compares what they
// make with what Build makes: the certificates in their order, the key, and how they are protected.
func TestCommands(t *testing.T) {
	for _, program := range []string{"openssl", "keytool", "awk", "sh"} {
		oracle.Program(t, program)
	}
	const old, fresh = "old password", "new 'password'"
	t.Setenv("OLD_PASSWORD", old)
	t.Setenv("NEW_PASSWORD", fresh)
	combined := chain(t, "RSA")
	ecCombined := chain(t, "EC")
	build := func(form certbuild.FormID, pemFile []byte) []byte {
		files, err := certbuild.Build(form, input(open(t, pemFile, "")), certbuild.Options{
			Password: old, Alias: "-Alice's", Iterations: few, IncludeRoot: true, JKS: jks.Write})
		if err != nil {
			t.Fatal(form, err)
		}
		return files[0]
	}
	given := filepath.Join(t.TempDir(), "given") // some programs read it twice, which standard input does not bear
	t.Setenv("GIVEN", given)
	sh := func(in []byte, line string) []byte {
		write(t, given, in)
		return run(t, nil, "sh", "-ec", line)
	}
	certificates, key := split(combined)

	type file struct {
		name string
		data []byte
	}
	noPassword := func(form certbuild.FormID) []byte {
		files, err := certbuild.Build(form, input(open(t, combined, "")), certbuild.Options{Iterations: few, JKS: jks.Write})
		if err != nil {
			t.Fatal(err)
		}
		return files[0]
	}
	inputs := []struct {
		name  string
		files []file
		forms []certbuild.FormID // nil for all that take the key
	}{
		{"RC2-40 of 2009", []file{{"it's old.p12", sh(combined, `openssl pkcs12 -export -legacy -in "$GIVEN" -passout env:OLD_PASSWORD -name old`)}}, nil},
		{"PKCS#12", []file{{"-client.p12", build(certbuild.PKCS12, combined)}}, []certbuild.FormID{certbuild.KeyFirstPEM, certbuild.PKCS12Legacy}},
		{"combined PEM", []file{{"a=b.pem", build(certbuild.CombinedPEMForm, combined)}}, []certbuild.FormID{
			certbuild.CombinedPEMForm, certbuild.KeyPKCS1, certbuild.PKCS12, certbuild.JKS}},
		{"combined PEM with an EC key", []file{{"client.pem", build(certbuild.KeyFirstPEM, ecCombined)}}, []certbuild.FormID{
			certbuild.CombinedPEMForm, certbuild.KeySEC1, certbuild.PKCS12}},
		{"root first", []file{{"reversed.pem", append(reverse(certificates), key...)}}, []certbuild.FormID{
			certbuild.CombinedPEMForm, certbuild.CertPEM, certbuild.ChainPEM, certbuild.CAPEM, certbuild.TrustPKCS12}},
		{"DEK-Info with DES, and the certificate in DER", []file{
			{"key.pem", sh(key, `openssl rsa -in "$GIVEN" -traditional -des -passout env:OLD_PASSWORD -provider legacy -provider default`)},
			{"client.der", build(certbuild.CertDER, combined)}}, []certbuild.FormID{certbuild.CombinedPEMForm, certbuild.PKCS12, certbuild.CertDER}},
		{"PBES1 in DER, and PKCS#7", []file{
			{"key.der", sh(key, `openssl pkcs8 -in "$GIVEN" -topk8 -v1 PBE-MD5-DES -outform DER -passout env:OLD_PASSWORD -provider legacy -provider default`)},
			{"client.p7b", sh(certificates, `openssl crl2pkcs7 -nocrl -certfile "$GIVEN"`)}}, []certbuild.FormID{certbuild.CombinedPEMForm, certbuild.PKCS12Legacy, certbuild.CAPEM}},
		{"PKCS#7 in DER", []file{
			{"key.pem", key}, {"client.p7b", sh(certificates, `openssl crl2pkcs7 -nocrl -certfile "$GIVEN" -outform DER`)}}, []certbuild.FormID{certbuild.SeparatePEM}},
		{"JKS", []file{{"client.jks", build(certbuild.JKS, combined)}}, []certbuild.FormID{
			certbuild.CombinedPEMForm, certbuild.CertPEM, certbuild.PKCS12, certbuild.KeyPKCS1}},
		{"two keys in one PEM", []file{{"two.pem", slices.Concat(ecCombined, combined)}}, []certbuild.FormID{certbuild.CombinedPEMForm, certbuild.PKCS12}},
		{"trust store", []file{{"trust.jks", build(certbuild.TrustJKS, combined)}}, []certbuild.FormID{certbuild.CAPEM, certbuild.TrustPKCS12}},
		{"PKCS#12 without a password", []file{{"none.p12", noPassword(certbuild.PKCS12)}}, []certbuild.FormID{certbuild.CombinedPEMForm}},
		{"trust store without its password", []file{{"none.jks", noPassword(certbuild.TrustJKS)}}, []certbuild.FormID{certbuild.CAPEM}},
		{"the same leaf in two files", []file{{"leaf.pem", build(certbuild.LeafPEM, combined)}, {"client.p12", build(certbuild.PKCS12, combined)}},
			[]certbuild.FormID{certbuild.CombinedPEMForm, certbuild.PKCS12}},
		{"onto itself", []file{{"-out file", build(certbuild.CombinedPEMForm, combined)}}, []certbuild.FormID{certbuild.CombinedPEMForm, certbuild.CertPEM}},
	}
	for i, in := range inputs {
		t.Run(in.name, func(t *testing.T) {
			dir := t.TempDir()
			var files []certparse.File
			spelling := certbuild.Spelling{Out: []string{"-out file", "out.key"}, Password: "env:OLD_PASSWORD", NewPassword: "env:NEW_PASSWORD"}
			for _, f := range in.files {
				write(t, filepath.Join(dir, f.name), f.data)
				given := certparse.File{Name: f.name, Data: f.data, Passwords: []string{old}}
				if strings.HasPrefix(f.name, "none.") {
					given.Passwords = nil
				}
				files = append(files, given)
				spelling.Files = append(spelling.Files, f.name)
			}
			bundle := certparse.Open(files, certparse.Options{})
			for _, p := range bundle.Problems {
				t.Fatal(p)
			}
			before := entries(t, dir)
			for _, f := range certbuild.Forms() {
				if len(in.forms) > 0 && !slices.Contains(in.forms, f.ID) || !f.Takes(&bundle.Identities[0]) || f.ID == certbuild.PKCS12PBMAC1 {
					continue
				}
				passwords := []string{fresh}
				if f.Password == certbuild.NoPassword {
					passwords = []string{""}
				} else if i == 0 {
					passwords = []string{"", fresh}
				}
				for _, password := range passwords {
					if f.ID == certbuild.JKS && password == "" {
						continue
					}
					opt := certbuild.Options{Password: password, Alias: "new name", Iterations: few, JKS: jks.Write}
					want, err := certbuild.Build(f.ID, input(bundle), opt)
					if err != nil {
						t.Fatal(f.ID, err)
					}
					lines := certbuild.Commands(files, f.ID, input(bundle), opt, spelling)
					script := strings.Join(lines, "\n")
					if strings.Contains(script, old) || strings.Contains(script, "password'") {
						t.Errorf("%s: a password is shown:\n%s", f.ID, script)
					}
					cmd := exec.Command(oracle.Program(t, "sh"), "-ec", script)
					cmd.Dir = dir
					if out, err := cmd.CombinedOutput(); err != nil {
						t.Fatalf("%s: %v\n%s\n%s", f.ID, err, script, out)
					}
					for i := range want {
						path := filepath.Join(dir, spelling.Out[i])
						got := read(t, path)
						a, b := content(got, password), content(want[i], password)
						if f.Password == certbuild.TrustPassword { // keytool has its own order
							a, b = sorted(a), sorted(b)
						}
						if a != b {
							t.Errorf("%s, password %q:\n%s\nmade\n%s\ninstead of\n%s", f.ID, password, script, a, b)
						}
						if info, err := os.Stat(path); err != nil || f.Secret && info.Mode().Perm() != 0o600 {
							t.Errorf("%s: mode %v, %v", f.ID, info.Mode(), err)
						}
						os.Remove(path)
						for _, f := range in.files {
							if filepath.Base(path) == f.name {
								write(t, path, f.data)
							}
						}
					}
					if after := entries(t, dir); !slices.Equal(after, before) {
						t.Errorf("%s: the commands leave %q", f.ID, after)
					}
				}
			}
		})
	}
}

// TestEmptyPassword: a store under the empty password opens without being given one, here and where keytool and openssl
// count the rounds that the equivalent commands ask for.
func TestEmptyPassword(t *testing.T) {
	combined := chain(t, "EC")
	for _, f := range certbuild.Forms() {
		if f.Password != certbuild.StorePassword || f.ID == certbuild.JKS {
			continue
		}
		in := input(open(t, combined, ""))
		files, err := certbuild.Build(f.ID, in, certbuild.Options{})
		if err != nil {
			t.Fatal(f.ID, err)
		}
		b := certparse.Open([]certparse.File{{Data: files[0]}}, certparse.Options{})
		if len(b.Problems) > 0 || len(b.Keys) != 1 || b.Keys[0].Locked {
			t.Errorf("%s does not open unasked: %v", f.ID, b.Problems)
		}
		given := []certparse.File{{Name: "client.pem", Data: combined}}
		lines := certbuild.Commands(given, f.ID, in, certbuild.Options{}, certbuild.Spelling{
			Files: []string{"client.pem"}, Out: []string{"out.p12"}, Password: "env:UNSET", NewPassword: "env:UNSET"})
		if f.ID == certbuild.PKCS12PBMAC1 { // needs OpenSSL 3.4
			if !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "-iter 2048 -passout pass:") }) {
				t.Errorf("%s: %q", f.ID, lines)
			}
			continue
		}
		cmd := exec.Command(oracle.Program(t, "sh"), "-ec", strings.Join(lines, "\n"))
		cmd.Dir = t.TempDir()
		write(t, filepath.Join(cmd.Dir, "client.pem"), combined)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", f.ID, err, out)
		}
		rounds := func(data []byte) string {
			path := filepath.Join(t.TempDir(), "store.p12")
			write(t, path, data)
			// It describes the MAC and the parts on standard error.
			out, err := exec.Command(oracle.Program(t, "openssl"), "pkcs12", "-info", "-noout", "-in", path, "-passin", "pass:").CombinedOutput()
			if err != nil {
				t.Errorf("%s: %v\n%s", f.ID, err, out)
			}
			return strings.ReplaceAll(string(out), "salt length: 16", "salt length: 8") // ours is the longer one
		}
		ours, theirs := rounds(files[0]), rounds(read(t, filepath.Join(cmd.Dir, "out.p12")))
		if ours != theirs || strings.Count(ours, "2048") != 3 {
			t.Errorf("%s: openssl sees\n%s\nand in its own\n%s", f.ID, ours, theirs)
		}
	}
}

// TestCommandsNeed: a file that openssl does not read gets no commands but the reason, and a newer OpenSSL is named.
func TestCommandsNeed(t *testing.T) {
	combined := chain(t, "EC")
	utf16 := []byte{0xff, 0xfe}
	for _, c := range combined {
		utf16 = append(utf16, c, 0)
	}
	for _, c := range []struct {
		name string
		data []byte
		want string // in the first line, after umask
	}{
		{"as openssl writes it", combined, ""},
		{"CRLF", bytes.ReplaceAll(combined, []byte("\n"), []byte("\r\n")), ""},
		{"text before it", append([]byte("Bag Attributes\n    friendlyName: me\n"), combined...), ""},
		{"no line ends", bytes.ReplaceAll(combined, []byte("\n"), []byte(" ")), "# openssl does not read client.pem"},
		{"a block glued to the one before", bytes.Replace(combined, []byte("-----\n-----"), []byte("----------"), 1), "# openssl does not read client.pem"},
		{"UTF-16", utf16, "# openssl does not read client.pem"},
	} {
		bundle := open(t, c.data, "")
		given := []certparse.File{{Name: "client.pem", Data: c.data}}
		lines := certbuild.Commands(given, certbuild.CombinedPEMForm, input(bundle), certbuild.Options{}, certbuild.Spelling{
			Files: []string{"client.pem"}, Out: []string{"out.pem"}, Password: "env:UNSET", NewPassword: "env:UNSET"})
		cmd := exec.Command(oracle.Program(t, "openssl"), "x509", "-in", "client.pem", "-noout")
		cmd.Dir = t.TempDir()
		write(t, filepath.Join(cmd.Dir, "client.pem"), c.data)
		reads := cmd.Run() == nil
		if refused := len(lines) == 1 && strings.HasPrefix(lines[0], c.want); refused != (c.want != "") || reads != (c.want == "") && !strings.Contains(c.name, "glued") {
			t.Errorf("%s: openssl reads it: %v, and the commands are %q", c.name, reads, lines)
		}
	}
	data := read(t, oracle.Path(t, "corpus/bcgit+bc-test-data/41e498a955-ML-DSA-65.pem"))
	lines := certbuild.Commands([]certparse.File{{Data: data}}, certbuild.KeyPEM, input(open(t, data, "")), certbuild.Options{}, certbuild.Spelling{
		Files: []string{"pq.pem"}, Out: []string{"out.pem"}})
	if !slices.Contains(lines, "# OpenSSL 3.5 or newer:") {
		t.Errorf("%q", lines)
	}
}

func entries(t *testing.T, dir string) (names []string) {
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

// content is what a file holds and how it is protected, in words.
func content(data []byte, password string) string {
	var passwords []string
	if password != "" || !bytes.HasPrefix(data, []byte("-----")) {
		passwords = []string{password, "changeit"}
	}
	b := certparse.Open([]certparse.File{{Data: data, Passwords: passwords}}, certparse.Options{})
	var s strings.Builder
	for _, p := range b.Problems {
		s.WriteString(p.Error() + "\n")
	}
	for _, c := range b.Containers {
		s.WriteString(string(c.Kind) + " " + c.Detail + "\n")
	}
	for _, c := range b.Certificates {
		s.WriteString(hex.EncodeToString(c.SHA256[:]) + " " + strings.ToLower(c.FriendlyName) + "\n")
	}
	for _, k := range b.Keys {
		s.WriteString("key " + hex.EncodeToString(k.PKCS8) + " " + k.Encryption + " " + strings.ToLower(k.FriendlyName) + "\n")
	}
	return s.String()
}

func sorted(lines string) string {
	list := strings.Split(lines, "\n")
	slices.Sort(list)
	return strings.Join(list, "\n")
}

// split parts a combined PEM into certificates and key.
func split(combined []byte) (certificates, key []byte) {
	at := bytes.Index(combined, []byte("-----BEGIN PRIVATE"))
	return combined[:at], combined[at:]
}

// reverse turns the blocks round.
func reverse(file []byte) (out []byte) {
	for {
		block, rest := pem.Decode(file)
		if block == nil {
			return out
		}
		out, file = append(pem.EncodeToMemory(block), out...), rest
	}
}
