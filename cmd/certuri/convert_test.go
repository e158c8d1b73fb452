package main

import (
	"bytes"
	"crypto/tls"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"certuri/certbuild"
	"certuri/certparse"
	"certuri/internal/oracle"

	gopkcs12 "software.sslmate.com/src/go-pkcs12"
)

// TestConvertOldFile: a PKCS#12 as it was written in 2009, its certificates under 40 bits of RC2, becomes for every target
// a file that the library under the target reads.
func TestConvertOldFile(t *testing.T) {
	dir := t.TempDir()
	oracle.Program(t, "openssl")
	t.Setenv("OLD", "sample")
	t.Setenv("NEW", "new password")
	plain := filepath.Join(dir, "plain.pem")
	if status, _, errs := certuri("convert", sample, "--password-env", "OLD", "--to", "pem", "--out", plain); status != 0 {
		t.Fatal(errs)
	}
	old := filepath.Join(dir, "old.p12")
	if out, err := exec.Command("openssl", "pkcs12", "-export", "-legacy", "-in", plain, "-passout", "env:OLD", "-out", old).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	status, out, _ := certuri("inspect", old, "--password-env", "OLD", "--json")
	if status != 0 || !strings.Contains(out, "RC2-40") {
		t.Fatalf("openssl did not write RC2-40: %s", out)
	}
	for _, target := range certbuild.ReaderTargets() {
		for _, password := range []string{"", "new password"} {
			path := filepath.Join(dir, target+password)
			args := []string{"convert", old, "--password-env", "OLD", "--for", target, "--out", path}
			if password != "" {
				args = append(args, "--out-password-env", "NEW")
			}
			if status, _, errs := certuri(args...); status != 0 {
				t.Errorf("%s: status %d, %s", target, status, errs)
				continue
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			switch form := certbuild.ReaderOf(target).Form(); form {
			case certbuild.PKCS12:
				if _, _, chain, err := gopkcs12.DecodeChain(data, password); err != nil || len(chain) != 0 {
					t.Errorf("%s: %d issuers, %v", target, len(chain), err)
				}
			case certbuild.CombinedPEMForm:
				if password == "" {
					if _, err := tls.X509KeyPair(data, data); err != nil {
						t.Errorf("%s: %v", target, err)
					}
				} else if !bytes.Contains(data, []byte("BEGIN ENCRYPTED PRIVATE KEY")) {
					t.Errorf("%s: the key is not encrypted", target)
				}
			default:
				t.Errorf("%s is given %s, which is not tried here", target, form)
			}
		}
	}
}

// TestConvertForms writes every form under every one of its names.
func TestConvertForms(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("NEW", "new password")
	for _, f := range certbuild.Forms() {
		for _, name := range append([]string{string(f.ID)}, f.Aliases...) {
			path := filepath.Join(dir, name)
			args := withPassword(t, "convert", sample, "--to", name, "--out", path, "--alias", "me")
			password := ""
			if f.Password != certbuild.NoPassword {
				password = "new password"
				args = append(args, "--out-password-env", "NEW")
			}
			status, out, errs := certuri(append(args, "--print-commands")...)
			if f.ID == certbuild.KeyPKCS1 || f.ID == certbuild.ChainPEM { // the sample has an EC key and a root
				if _, err := os.Stat(path); status != 1 || !strings.Contains(errs, "fix:") || !os.IsNotExist(err) {
					t.Errorf("%s: status %d, %v, %s", name, status, err, errs)
				}
				continue
			}
			if status != 0 {
				t.Errorf("%s: status %d, %s", name, status, errs)
				continue
			}
			if !strings.Contains(out, "openssl ") && !strings.Contains(out, "keytool ") || !strings.Contains(out, path) || strings.Contains(out, "new password") {
				t.Errorf("%s: the commands are\n%s", name, out)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			b := certparse.Open([]certparse.File{{Data: data, Passwords: []string{password}}}, certparse.Options{})
			if len(b.Problems) > 0 || len(b.Certificates)+len(b.Keys) == 0 {
				t.Errorf("%s: %v", name, b.Problems)
			}
			want := os.FileMode(0o644)
			if f.Secret {
				want = 0o600
			}
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: mode %v, %v", name, info.Mode(), err)
			}
			if f.Beside != "" {
				if info, err := os.Stat(path + f.Beside); err != nil || info.Mode().Perm() != 0o600 {
					t.Errorf("%s: the key: %v", name, err)
				}
			}
		}
	}
}

// TestConvertPair: of two files both are written, or none.
func TestConvertPair(t *testing.T) {
	dir := t.TempDir()
	crt, key := filepath.Join(dir, "me.crt"), filepath.Join(dir, "me.key")
	args := withPassword(t, "convert", sample, "--to", "separate-pem", "--out", crt)
	if err := os.WriteFile(key, []byte("the only copy"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, errs := certuri(args...); status != 1 || !strings.Contains(errs, key) {
		t.Errorf("over a key: status %d, %s", status, errs)
	}
	if b, _ := os.ReadFile(key); string(b) != "the only copy" {
		t.Error("the key was overwritten")
	}
	if list, _ := os.ReadDir(dir); len(list) != 1 {
		t.Errorf("left behind: %v", list)
	}
	if status, _, errs := certuri(append(args, "--key-out", filepath.Join(dir, "missing", "me.key"))...); status != 1 {
		t.Errorf("into a folder that is missing: status %d, %s", status, errs)
	}
	if list, _ := os.ReadDir(dir); len(list) != 1 {
		t.Errorf("left behind: %v", list)
	}
	other := filepath.Join(dir, "other.pem")
	if status, _, errs := certuri(append(args, "--key-out", other)...); status != 0 {
		t.Fatalf("status %d, %s", status, errs)
	}
	if _, err := tls.LoadX509KeyPair(crt, other); err != nil {
		t.Error(err)
	}
}

// TestConvertWarns: nothing weak is written without a word on stderr.
func TestConvertWarns(t *testing.T) {
	t.Setenv("NEW", "new password")
	t.Setenv("EMPTY", "")
	for _, c := range []struct{ flags, want string }{
		{"--to pkcs12 --out-password-env NEW", ""},
		{"--to pkcs12", "password is empty"},
		{"--to pkcs12 --out-password-env EMPTY", "password is empty"},
		{"--to pkcs12-legacy --out-password-env NEW", "out of date"},
		{"--to jks --out-password-env NEW", "SHA-1"},
		{"--to key-sec1 --out-password-env NEW", "MD5"},
		{"--to pem", "not encrypted"},
		{"--to pkcs12 --for pymongo --out-password-env NEW", "does not read"},
	} {
		args := append(strings.Fields(c.flags), "--out", filepath.Join(t.TempDir(), "out"))
		status, _, errs := certuri(withPassword(t, append([]string{"convert", sample}, args...)...)...)
		if status != 0 || !strings.Contains(errs, c.want) || c.want == "" && strings.Contains(errs, "warning") {
			t.Errorf("%s: status %d, %s", c.flags, status, errs)
		}
	}
}

// TestConvertUsage: what cannot be meant is refused before a file is opened.
func TestConvertUsage(t *testing.T) {
	t.Setenv("NEW", "new password")
	out := filepath.Join(t.TempDir(), "out")
	for _, flags := range []string{
		"--out " + out, "--to exe --out " + out, "--to pem", "--to cert-pem --out-password-env NEW --out " + out,
		"--to pem --key-out k --out " + out, "--for nobody --out " + out,
	} {
		if status, _, errs := certuri(slices.Concat([]string{"convert", sample}, strings.Fields(flags))...); status != 2 {
			t.Errorf("%s: status %d, %s", flags, status, errs)
		}
	}
	if _, out, _ := certuri("convert", "--help"); !strings.Contains(out, "truststore-jks") {
		t.Errorf("the help does not list the forms: %s", out)
	}
}

// TestConvertCommands: what is printed does the same, from where it was printed.
func TestConvertCommands(t *testing.T) {
	oracle.Program(t, "openssl")
	t.Setenv("NEW", "new password")
	out := filepath.Join(t.TempDir(), "me.p12")
	_, commands, errs := certuri(withPassword(t, "convert", sample, "--to", "pkcs12", "--out", out, "--out-password-env", "NEW", "--print-commands")...)
	first, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(errs)
	}
	if output, err := exec.Command("sh", "-ec", commands).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, commands, output)
	}
	second, err := os.ReadFile(out)
	if err != nil || bytes.Equal(first, second) {
		t.Errorf("%v: the commands wrote nothing", err)
	}
	for _, data := range [][]byte{first, second} {
		key, leaf, _, err := gopkcs12.DecodeChain(data, "new password")
		if err != nil || key == nil || leaf.Subject.CommonName != "alice" {
			t.Errorf("%v, %v", leaf, err)
		}
	}
}

// TestSnippetFits: the command that stands beside a snippet makes the file that it reads: with a password where it has one,
// without where it has none, of the chosen certificate.
func TestSnippetFits(t *testing.T) {
	samplePath, err := filepath.Abs(sample)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	t.Setenv("P", "sample")
	t.Setenv("MONGODB_KEY_PASSWORD", "new password")
	if status, _, errs := certuri("convert", samplePath, "--password-env", "P", "--to", "pem", "--out", "plain one.pem"); status != 0 {
		t.Fatal(errs)
	}
	if status, _, errs := certuri("testkit", "--dir", "kit"); status != 0 {
		t.Fatal(errs)
	}
	input, err := os.ReadFile(samplePath)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"given.p12", "client.p12"} {
		if err := os.WriteFile(name, input, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// What was opened may be the only copy of the key.
	if _, _, errs := certuri("snippet", "--target", "java-sync", "--style", "constructor", "client.p12", "--password-env", "P"); !strings.Contains(errs, "--out new-client.p12") {
		t.Error(errs)
	}
	os.Remove("client.p12")
	ran := map[string]bool{}
	for _, target := range targetList() {
		for i := range len(target.Styles) * len(target.Versions) {
			style, version := target.Styles[i%len(target.Styles)], target.Versions[i/len(target.Styles)]
			for _, input := range [][]string{{"given.p12", "--password-env", "P"}, {"plain one.pem"}, {"kit/client.pem", "plain one.pem", "--identity", "02"}} {
				args := slices.Concat([]string{"snippet", "--target", target.ID, "--style", style, "--target-version", version}, input)
				status, out, errs := certuri(args...)
				if status != 0 {
					t.Fatalf("%q: %s", args, errs)
				}
				_, command, found := strings.Cut(errs, "  make it with: certuri ")
				if version == "tls-secret" { // the Secret is made by cert-manager or kubectl
					continue
				}
				if !found {
					t.Errorf("%q: nothing makes the file: %s", args, errs)
					continue
				}
				command, _, _ = strings.Cut(command, "\n")
				wants := strings.Contains(out, "MONGODB_KEY_PASSWORD")
				if wants != strings.Contains(command, " --out-password-env MONGODB_KEY_PASSWORD") {
					t.Errorf("%q: a password is read: %v, and the command is %s", args, wants, command)
				}
				if ran[command] {
					continue
				}
				ran[command] = true
				words := strings.Fields(strings.ReplaceAll(command, "'plain one.pem'", "plain+one.pem"))
				for i, word := range words {
					words[i] = strings.ReplaceAll(word, "+", " ")
				}
				written := words[slices.Index(words, "--out")+1]
				if status, _, errs := certuri(words...); status != 0 {
					t.Errorf("%q: %s: %s", args, command, errs)
					continue
				}
				data, err := os.ReadFile(written)
				if err != nil {
					t.Fatal(err)
				}
				b := certparse.Open([]certparse.File{{Data: data}}, certparse.Options{})
				if open := len(b.Keys) > 0 && !b.Keys[0].Locked; open == wants {
					t.Errorf("%q: opens without a password: %v", args, open)
				}
				if b = certparse.Open([]certparse.File{{Data: data, Passwords: []string{"new password"}}}, certparse.Options{}); len(b.Identities) == 0 ||
					b.Identities[0].Leaf.Serial[0] != 2 {
					t.Errorf("%q: %v", args, b.Problems)
				}
				os.Remove(written)
			}
		}
	}
}
