package contract

import (
	"archive/zip"
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"certuri/certbuild"
	"certuri/certbuild/signing"
	"certuri/certparse"
	"certuri/internal/oracle"
	"certuri/snippet"
	"certuri/uribuild"
)

// browser answers what the engine needs as the page's worker does. What it cannot do comes back empty.
func browser(t *testing.T, e *Engine, r Response, files [][]byte, cannot string) (Response, [][]byte, []string) {
	t.Helper()
	var asked []string
	for r.Need != nil {
		var results [][]byte
		for _, n := range r.Need {
			asked = append(asked, n.Kind)
			kind := certbuild.KeyType{Algorithm: n.Algorithm, Curve: n.Curve, Bits: n.Bits, Hash: n.Hash}
			var result []byte
			var err error
			switch {
			case n.Kind == cannot:
			case n.Kind == "derive":
				result, err = certparse.StandardDeriver{}.Derive(certparse.KDF{Kind: certparse.KDFPBKDF2, Hash: n.Hash,
					Password: files[n.Password], Salt: files[n.Salt], Iterations: n.Iterations, Length: n.Length})
			case n.Kind == "generate":
				result, err = signing.Maker{}.Generate(kind)
			case n.Kind == "sign":
				result, err = signing.Maker{}.Sign(kind, files[n.Key], files[n.Message])
			case n.Kind == "verify":
				good, known := signing.Maker{}.Verify(certparse.Signature{Algorithm: n.Algorithm, Hash: n.Hash, Curve: n.Curve, SaltLength: n.SaltLength,
					Key: files[n.Key], Signed: files[n.Message], Value: files[n.Signature]})
				if known {
					result = []byte{0}
				}
				if good {
					result[0] = 1
				}
			default:
				t.Fatalf("asked for %q", n.Kind)
			}
			if err != nil {
				t.Fatal(err)
			}
			results = append(results, result)
		}
		r, files = ask(t, e, Request{Op: OpDerived}, results...)
	}
	return r, files, asked
}

func kitFile(k *Kit, files [][]byte, name string) []byte {
	for i, f := range k.Files {
		if f.Name == name {
			return files[i]
		}
	}
	return nil
}

// In the page the kit comes out of three rounds: keys, signatures, the password's keys.
func TestKitInThePage(t *testing.T) {
	e := &Engine{DeriveOutside: true}
	r, files := ask(t, e, Request{Op: OpTestKit, Kit: &KitForm{}, To: "zip"})
	r, files, asked := browser(t, e, r, files, "")
	if r.Kit == nil || r.Saved == nil || len(files) != 1 {
		t.Fatalf("%+v", r)
	}
	for kind, times := range map[string]int{"generate": 3, "sign": 3, "derive": 3} {
		if n := strings.Count(strings.Join(asked, " "), kind); n != times {
			t.Errorf("%s %d times", kind, n)
		}
	}
	archive, err := zip.NewReader(bytes.NewReader(files[0]), int64(len(files[0])))
	if err != nil {
		t.Fatal(err)
	}
	if len(archive.File) != len(r.Kit.Files) {
		t.Fatalf("%d files in the archive, %d in the kit", len(archive.File), len(r.Kit.Files))
	}
	for i, f := range archive.File {
		mode := fs.FileMode(0o644)
		if r.Kit.Files[i].Secret {
			mode = 0o600
		}
		if f.Name != "certuri-testkit/"+r.Kit.Files[i].Name || f.Mode() != mode || time.Since(f.Modified).Abs() > time.Hour {
			t.Errorf("%s, mode %v, of %v", f.Name, f.Mode(), f.Modified)
		}
		content, err := f.Open()
		if err == nil {
			_, err = io.Copy(io.Discard, content) // which checks the sum
		}
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	// Another program reads the archive, and finds the modes.
	oracle.Program(t, "python3")
	path := filepath.Join(t.TempDir(), "kit.zip")
	if err := os.WriteFile(path, files[0], 0o600); err != nil {
		t.Fatal(err)
	}
	const program = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), oct(z.getinfo('certuri-testkit/client.pem').external_attr >> 16))"
	if out, err := exec.Command("python3", "-c", program, path).CombinedOutput(); err != nil || string(out) != "None 0o100600\n" {
		t.Errorf("%v %s", err, out)
	}
}

// A browser that cannot make keys is told so.
func TestKitWithoutWebCrypto(t *testing.T) {
	for _, cannot := range []string{"generate", "sign"} {
		e := &Engine{DeriveOutside: true}
		r, files := ask(t, e, Request{Op: OpTestKit, Kit: &KitForm{}})
		if r, _, _ = browser(t, e, r, files, cannot); r.Error == nil || r.Error.Code != "no-crypto" {
			t.Errorf("%s: %+v", cannot, r)
		}
	}
	e := &Engine{DeriveOutside: true}
	ask(t, e, Request{Op: OpTestKit, Kit: &KitForm{}})
	if r, _ := ask(t, e, Request{Op: OpDerived}); r.Error == nil || r.Error.Code != "no-crypto" {
		t.Errorf("no WebCrypto at all: %+v", r)
	}
}

// The kit passes the doctor without a warning for every target, and every file that a snippet names is in it.
func TestKitPassesDoctor(t *testing.T) {
	e := &Engine{KeyMaker: signing.Maker{}}
	r, files := ask(t, e, Request{Op: OpTestKit, Kit: &KitForm{Hosts: []string{" localhost ", "127.0.0.1", "localhost", ""}}})
	if r.Kit == nil {
		t.Fatalf("%+v", r)
	}
	kit := r.Kit
	uri := strings.TrimSpace(string(kitFile(kit, files, "uri.txt")))
	for _, target := range snippet.Targets() {
		in := snippet.Input{PasswordFrom: snippet.PasswordNone, CertificateKeyFile: kitClient}
		name, text := kitClient, uri
		if target.File == snippet.PKCS12 {
			name, in.PasswordFrom = kitStore, snippet.PasswordEnv
		}
		if name == kitStore || uribuild.KnowsTarget(target.ID) && readsNoFiles(target.ID, uri) {
			text = "mongodb://localhost:27017/?tls=true&authMechanism=MONGODB-X509&authSource=%24external"
		}
		opened := &Engine{}
		ask(t, opened, Request{Op: OpAdd, Files: []NewFile{{Name: name, Password: &kit.Password}}}, kitFile(kit, files, name))
		d, _ := ask(t, opened, Request{Op: OpDoctor, AsIs: true, Text: text, ServerVersion: "8.0", Form: &Form{Target: target.ID},
			Files: []NewFile{{Name: kitServer, Role: "server"}, {Name: kitCA, Role: "ca"}}},
			kitFile(kit, files, kitServer), kitFile(kit, files, kitCA))
		if d.Doctor == nil {
			t.Errorf("%s: %+v", target.ID, d)
			continue
		}
		for _, f := range d.Doctor.Findings {
			if f.Severity != "info" {
				t.Errorf("%s: %s %s: %s", target.ID, f.Severity, f.ID, f.What)
			}
		}
		found := false
		for _, f := range kit.Files {
			found = found || strings.HasPrefix(f.Name, "snippets/"+target.ID+"/")
		}
		if !found {
			t.Errorf("there is no program for %s", target.ID)
		}
	}
	// What the programs name is there.
	for i, f := range kit.Files {
		if !strings.HasPrefix(f.Name, "snippets/") {
			continue
		}
		for _, word := range strings.FieldsFunc(string(files[i]), func(r rune) bool {
			return !(r == '.' || r == '-' || r == '_' || r == '/' || 'a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9')
		}) {
			name := strings.TrimPrefix(word, "./")
			stem := strings.TrimSuffix(name, filepath.Ext(name))
			if stem == "" || strings.ContainsAny(stem, "./ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
				continue // a property, a variable, or a path inside of a container
			}
			if slices.Contains([]string{".pem", ".p12", ".crt", ".key"}, filepath.Ext(name)) && kitFile(kit, files, name) == nil {
				t.Errorf("%s names %s, which is not in the kit", f.Name, name)
			}
		}
	}
	for _, secret := range []string{kitServer, kitClient, kitStore, "client.key", "password.txt"} {
		i := slices.IndexFunc(kit.Files, func(f KitFile) bool { return f.Name == secret })
		if i < 0 || !kit.Files[i].Secret {
			t.Errorf("%s is readable by all", secret)
		}
	}
	// The server is reached from nowhere else, and no file but password.txt has the password.
	if conf := string(kitFile(kit, files, "mongod.conf")); !strings.Contains(conf, "bindIp: localhost") {
		t.Error(conf)
	}
	for i, f := range kit.Files {
		if f.Name != "password.txt" && bytes.Contains(files[i], []byte(kit.Password)) {
			t.Errorf("%s has the password in it", f.Name)
		}
	}
	if len(kit.Password) < 20 {
		t.Error("a short password")
	}
}

// readsNoFiles tells whether a client takes no files from a connection string.
func readsNoFiles(target, uri string) bool {
	e := &Engine{}
	response, _ := e.Do(Request{Op: OpLint, Text: uri, Target: target}, nil)
	return response.Lint != nil && response.Lint.Verdict == VerdictFails
}

// Two kits share nothing.
func TestKitsDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 2 {
		e := &Engine{KeyMaker: signing.Maker{}}
		r, files := ask(t, e, Request{Op: OpTestKit, Kit: &KitForm{Hosts: []string{"db1.example.com"}, Folder: "/srv/kit/"}})
		for _, secret := range []string{r.Kit.Password, string(kitFile(r.Kit, files, kitClient)), string(kitFile(r.Kit, files, kitCA))} {
			if seen[secret] {
				t.Error("two kits have something in common")
			}
			seen[secret] = true
		}
		conf := string(kitFile(r.Kit, files, "mongod.conf"))
		if !strings.Contains(conf, `"/srv/kit/server.pem"`) || !strings.Contains(conf, "bindIpAll: true") {
			t.Error(conf)
		}
	}
	for _, c := range []struct{ host, uri string }{{"*.example.com", "mongodb://localhost:27017/"}, {"::1", "mongodb://[::1]:27017/"}, {"127.0.0.2", "mongodb://127.0.0.2:27017/"}} {
		r, files := ask(t, &Engine{KeyMaker: signing.Maker{}}, Request{Op: OpTestKit, Kit: &KitForm{Hosts: []string{c.host}}})
		if uri := string(kitFile(r.Kit, files, "uri.txt")); !strings.HasPrefix(uri, c.uri) {
			t.Errorf("%s: %s", c.host, uri)
		}
	}
	r, _ := ask(t, &Engine{KeyMaker: signing.Maker{}}, Request{Op: OpTestKit, Kit: &KitForm{Hosts: []string{"a b"}}})
	if r.Error == nil || r.Error.Field != "hosts" {
		t.Errorf("%+v", r)
	}
}

// A request in the page: the new key's password, the opened key's signature, and what a form can get wrong.
func TestCSR(t *testing.T) {
	e := &Engine{DeriveOutside: true}
	r, files := ask(t, e, Request{Op: OpCSR, CSR: &CSRForm{Subject: "CN=alice,O=Example", KeyType: "rsa-2048", AltNames: []string{" ", "a.example"},
		Roles: []UserRole{{"read", "app"}, {"", "x"}}}, NewPassword: "geheim"})
	r, files, asked := browser(t, e, r, files, "")
	if r.CSR == nil || len(files) != 2 || !slices.Equal(asked, []string{"generate", "sign", "derive"}) {
		t.Fatalf("%v %+v", asked, r)
	}
	if r.CSR.Username != "CN=alice,O=Example" || !r.CSR.NewKey || len(r.CSR.Roles) != 1 || r.Saved.Beside == "" || r.Saved.Warnings != nil {
		t.Errorf("%+v %+v", r.CSR, r.Saved)
	}
	block, _ := pem.Decode(files[0])
	csr, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil || csr.CheckSignature() != nil {
		t.Fatal(err)
	}
	// The key opens with the password and belongs to the request: with the sample's certificate it does not.
	with := opened(t)
	ask(t, with, Request{Op: OpAdd, Files: []NewFile{{Name: "k", Password: password("geheim")}}}, files[1])
	if last := with.bundle.Keys[len(with.bundle.Keys)-1]; !bytes.Equal(last.SPKI, csr.RawSubjectPublicKeyInfo) || last.Locked {
		t.Error("the key is not the request's")
	}
	r, _ = ask(t, with, Request{Op: OpReply, Files: []NewFile{{Name: "a.csr", Role: "request"}}}, files[0])
	if r.Reply == nil || r.Reply.Verdict != VerdictFails || r.Reply.Findings[0].ID != string(certbuild.ReplyOtherKey) {
		t.Errorf("%+v", r)
	}

	// A renewal signs with the opened key and keeps the name.
	renewing := opened(t)
	renewing.KeyMaker = signing.Maker{}
	r, files = ask(t, renewing, Request{Op: OpCSR, CSR: &CSRForm{}})
	if r.CSR == nil || r.CSR.NewKey || len(files) != 1 || r.CSR.Username != sampleName || r.Saved.Beside != "" {
		t.Fatalf("%+v", r)
	}
	if asked, ok := certbuild.ParseRequest(files[0]); !ok || !bytes.Equal(asked.Subject.Raw, renewing.identity().Leaf.Subject.Raw) {
		t.Error("the subject is another")
	}
	r, _ = ask(t, renewing, Request{Op: OpReply, Files: []NewFile{{Role: "request"}}}, files[0])
	if r.Reply == nil || r.Reply.Verdict != VerdictWorks || len(r.Reply.Checked) != 3 {
		t.Errorf("%+v", r.Reply)
	}

	// A key that was opened locked, a certificate without a key, and what can be mistyped.
	for code, req := range map[string]Request{
		"no-subject": {Op: OpCSR, CSR: &CSRForm{}},
		"subject":    {Op: OpCSR, CSR: &CSRForm{Subject: "alice"}},
		"key-type":   {Op: OpCSR, CSR: &CSRForm{Subject: "CN=a", KeyType: "dsa"}},
		"alt-name":   {Op: OpCSR, CSR: &CSRForm{Subject: "CN=a", AltNames: []string{"a b"}}},
		"no-request": {Op: OpReply, Files: []NewFile{{Role: "request"}}},
	} {
		if r, _ := ask(t, &Engine{KeyMaker: signing.Maker{}}, req, []byte("x")); r.Error == nil || r.Error.Code != code || r.Error.Fix == "" {
			t.Errorf("%s: %+v", code, r.Error)
		}
	}
	r, files = ask(t, &Engine{KeyMaker: signing.Maker{}}, Request{Op: OpCSR, CSR: &CSRForm{Subject: "CN=a"}})
	if r.CSR.KeyType != "ec-p256" || len(r.Saved.Warnings) != 1 || len(files) != 2 {
		t.Errorf("%+v", r)
	}
}

// The roles of the form reach every text, and the name of an ugly subject survives.
func TestServer(t *testing.T) {
	e := opened(t)
	r, _ := ask(t, e, Request{Op: OpServer, Form: &Form{Hosts: "db1:27018", Roles: []UserRole{{"dbOwner", "app"}, {" ", ""}}}})
	if r.Server == nil || r.Server.Username != sampleName || len(r.Server.Roles) < 10 {
		t.Fatalf("%+v", r)
	}
	for _, text := range r.Server.Texts {
		if text.Group == "Create the user" && (!strings.Contains(text.Snippet.Text(), "dbOwner") || strings.Contains(text.Snippet.Text(), "readWrite")) {
			t.Errorf("%s: %s", text.ID, text.Snippet.Text())
		}
		if text.ID == "cert-manager" && strings.Contains(text.Snippet.Text(), "<organization>") {
			t.Error("cert-manager has a stand-in for the subject")
		}
	}
	rendered, _ := ask(t, e, Request{Op: OpRender, Form: &Form{Target: "node", Roles: []UserRole{{"dbOwner", "app"}}}})
	if text := rendered.Rendered.CreateUser.Text(); !strings.Contains(text, `role: "dbOwner", db: "app"`) {
		t.Error(text)
	}
	if r, _ = ask(t, &Engine{}, Request{Op: OpServer, Form: &Form{}}); r.Server == nil || r.Server.Username != "" {
		t.Errorf("without a certificate: %+v", r)
	}
}

// Every change has words, and no words are left over.
func TestReplyWords(t *testing.T) {
	changes := []certbuild.ReplyChange{certbuild.ReplyOtherKey, certbuild.ReplyNotForClients, certbuild.ReplySubject, certbuild.ReplyEncoding,
		certbuild.ReplyAuthority, certbuild.ReplyRoles, certbuild.ReplyOwnRoles, certbuild.ReplyAltNames}
	if len(replyWords) != len(changes) {
		t.Errorf("%d entries", len(replyWords))
	}
	for _, c := range changes {
		i := slices.IndexFunc(replyWords, func(f Finding) bool { return f.ID == string(c) })
		if i < 0 {
			t.Errorf("%s has no words", c)
			continue
		}
		if w := replyWords[i]; w.What == "" || w.Why == "" || w.Fix == "" || w.Severity == "" {
			t.Errorf("%s: %+v", c, w)
		}
	}
}
