package contract

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"certuri/certbuild"
	"certuri/certbuild/jks"
	"certuri/certbuild/signing"
	"certuri/certparse"
	"certuri/snippet"
)

// TestSaveForms saves every form through the two phases of a page, and reads it again.
func TestSaveForms(t *testing.T) {
	e := opened(t)
	e.DeriveOutside, e.JKS = true, jks.Write
	r, _ := ask(t, e, Request{Op: OpForms, Target: "java-sync"})
	if len(r.Forms) != len(certbuild.Forms()) {
		t.Fatalf("%d forms", len(r.Forms))
	}
	for _, f := range r.Forms {
		if f.ID == "" || f.Label == "" || f.Extension == "" || f.Default != (f.ID == "pkcs12") || f.NeedsPassword && !f.TakesPassword {
			t.Errorf("%+v", f)
		}
		if f.Fits != (f.ID != "key-pkcs1") { // the sample's key is EC
			t.Errorf("%s fits: %v", f.ID, f.Fits)
		}
		request := Request{Op: OpSave, Form: &Form{CertificateKeyFile: "/etc/me.pem", Target: "java-sync"}, To: f.ID, Alias: "me", NewPassword: "secret"}
		if !f.TakesPassword {
			request.NewPassword = ""
		}
		r, files := ask(t, e, request)
		if r.Need != nil {
			r, files, _ = deriveOutside(t, e, r, files)
		}
		if !f.Fits || f.ID == "chain-pem" {
			if r.Error == nil || r.Error.Fix == "" {
				t.Errorf("%s: %+v", f.ID, r)
			}
			continue
		}
		if r.Saved == nil || !strings.HasSuffix(r.Saved.Name, f.Extension) && f.ID != "pkcs12" || r.Saved.Description == "" || len(r.Saved.Commands) == 0 {
			t.Errorf("%s: %+v", f.ID, r)
			continue
		}
		if (r.Saved.Beside != "") != (len(files) == 2) {
			t.Errorf("%s: %d files, the second named %q", f.ID, len(files), r.Saved.Beside)
		}
		var given []certparse.File
		for _, data := range files {
			given = append(given, certparse.File{Data: data, Passwords: []string{"secret"}})
		}
		b := certparse.Open(given, certparse.Options{})
		if len(b.Problems) > 0 || len(b.Certificates)+len(b.Keys) == 0 || (len(b.Keys) == 1) != f.Secret {
			t.Errorf("%s reads as %d certificates and %d keys, %v", f.ID, len(b.Certificates), len(b.Keys), b.Problems)
		}
		for _, line := range r.Saved.Commands {
			if strings.Contains(line, "secret") || strings.Contains(line, "sample ") {
				t.Errorf("%s shows a password: %s", f.ID, line)
			}
		}
	}
	e.JKS = nil
	if r, _ := ask(t, e, Request{Op: OpForms}); slices.ContainsFunc(r.Forms, func(f FileForm) bool { return strings.Contains(f.ID, "jks") }) {
		t.Error("JKS is offered where it cannot be written")
	}
	if r, _ := ask(t, e, Request{Op: OpSave, Form: new(Form), To: "jks", NewPassword: "secret"}); r.Error == nil || r.Error.Code != "no-writer" {
		t.Errorf("JKS where it cannot be written: %+v", r)
	}
	if r, _ := e.Do(Request{Op: OpSave, Form: new(Form), To: "exe"}, nil); r.Internal == "" {
		t.Errorf("a form that does not exist: %+v", r)
	}
}

// TestSavedNames: the target's own path names the file; another form changes its ending.
func TestSavedNames(t *testing.T) {
	for _, c := range []struct{ target, to, path, ca, name, beside string }{
		{"pymongo", "", "", "", "client.pem", ""},
		{"pymongo", "", `C:\keys\me.crt`, "", "me.crt", ""},
		{"pymongo", "pkcs12", "/etc/me.pem", "", "me.p12", ""},
		{"java-sync", "", "", "", "client.p12", ""},
		{"java-sync", "", "me.pfx", "", "me.pfx", ""},
		{"go", "separate-pem", "me.pem", "", "me.crt", "me.key"},
		{"go", "ca-pem", "me.pem", "", "ca.pem", ""},
		{"java-sync", "truststore-pkcs12", "me.p12", "/etc/root.pem", "root.p12", ""},
	} {
		r, _ := ask(t, opened(t), Request{Op: OpSave, To: c.to, Form: &Form{Target: c.target, CertificateKeyFile: c.path, CAFile: c.ca}})
		if r.Saved == nil || r.Saved.Name != c.name || r.Saved.Beside != c.beside {
			t.Errorf("%+v: %+v", c, r.Saved)
		}
	}
}

// TestTroubleWords: every trouble has its words.
func TestTroubleWords(t *testing.T) {
	source, err := os.ReadFile("../certbuild/reader.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`Trouble = "([a-z0-9-]+)"`).FindAllSubmatch(source, -1)
	for _, code := range codes {
		if troubles[certbuild.Trouble(code[1])] == "" {
			t.Errorf("%s has no words", code[1])
		}
	}
	if len(codes) < 7 {
		t.Errorf("only %d troubles were found", len(codes))
	}
	r, _ := ask(t, opened(t), Request{Op: OpSave, Form: &Form{Target: "pymongo"}, To: "pkcs12-legacy"})
	if r.Saved == nil || len(r.Saved.Warnings) != 3 {
		t.Errorf("an old PKCS#12 without a password for PyMongo: %+v", r.Saved)
	}
}

// TestReadersAgree holds the table of readers to that of snippets: what a snippet names is what is saved for it.
func TestReadersAgree(t *testing.T) {
	for _, target := range snippet.Targets() {
		r := certbuild.ReaderOf(target.ID)
		if !certbuild.KnownReader(target.ID) {
			t.Errorf("%s has no reader", target.ID)
			continue
		}
		if target.File != snippet.NoFile && certbuild.FormID(target.File) != r.Form() {
			t.Errorf("%s: its snippet names %s, and %s is saved", target.ID, target.File, r.Form())
		}
		if ca := orDefault(string(target.CA), string(snippet.CAPEM)); ca != string(r.Trust) {
			t.Errorf("%s: its snippet names authorities in %s, and %s is saved", target.ID, ca, r.Trust)
		}
		if target.KeyPerConnection != (r.Iterations == certbuild.FrequentIterations) {
			t.Errorf("%s: %d rounds, and a key for every connection is %v", target.ID, r.Iterations, target.KeyPerConnection)
		}
	}
}

// TestSaveWithoutItsKey: a certificate whose key is not here is told what is here in its place.
func TestSaveWithoutItsKey(t *testing.T) {
	pair := func() (leaf, key []byte) {
		r, files := ask(t, &Engine{KeyMaker: signing.Maker{}}, Request{Op: OpTestKit, Kit: new(KitForm)})
		return kitFile(r.Kit, files, "client.crt"), kitFile(r.Kit, files, "client.key")
	}
	leaf, key := pair()
	_, other := pair()
	in := certbuild.Input{Identity: certparse.Identity{Key: certparse.Open([]certparse.File{{Data: key}}, certparse.Options{}).Keys[0]}}
	encrypted, err := certbuild.Build(certbuild.KeyPEM, in, certbuild.Options{Password: "x", Iterations: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		files [][]byte
		want  string
	}{
		{[][]byte{leaf}, "no-key"},
		{[][]byte{leaf, other}, "key-mismatch"},
		{[][]byte{leaf, encrypted[0]}, "key-locked"},
		{[][]byte{leaf, other, encrypted[0]}, "key-locked"},
		{[][]byte{leaf, other, key}, ""},
	} {
		e := &Engine{Now: clock}
		request := Request{Op: OpAdd}
		for range c.files {
			request.Files = append(request.Files, NewFile{Name: "file"})
		}
		ask(t, e, request, c.files...)
		r, _ := ask(t, e, Request{Op: OpSave, Form: new(Form), To: "pem"})
		if c.want == "" && r.Saved == nil || c.want != "" && (r.Error == nil || r.Error.Code != c.want) {
			t.Errorf("%d files: %+v, want %q", len(c.files), r, c.want)
		}
		// The certificate alone needs no key.
		if r, _ = ask(t, e, Request{Op: OpSave, Form: new(Form), To: "cert-pem"}); r.Saved == nil {
			t.Errorf("%d files: %+v", len(c.files), r)
		}
	}
}

// TestNeededFile: a client that reads no encrypted key is not offered one.
func TestNeededFile(t *testing.T) {
	for version, want := range map[string]bool{"": true, "3.2-3.x": true, "3.0-3.1": false, "2.x": false} {
		r, _ := ask(t, opened(t), Request{Op: OpRender, Form: &Form{Target: "rust", Style: "uri", Topology: "single", PasswordFrom: "env", Version: version}})
		if r.Rendered == nil || len(r.Rendered.Files) == 0 || r.Rendered.Files[0].Encrypted != want {
			t.Errorf("%q: %+v", version, r)
		}
	}
}
