package contract

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"certuri/certbuild"
	"certuri/certparse"
	"certuri/snippet"

	"github.com/youmark/pkcs8"
)

const sampleName = `CN=alice,OU=Data,O=Example\, Inc,C=US`

// clock is inside the sample's validity.
func clock() time.Time { return time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC) }

// ask sends a request over the JSON of the bridge, as the page does.
func ask(t *testing.T, e *Engine, req Request, files ...[]byte) (Response, [][]byte) {
	t.Helper()
	text, err := json.Marshal(req)
	if err != nil {
		t.Fatal(err)
	}
	answered, out := e.Handle(text, files)
	var r Response
	if err := json.Unmarshal(answered, &r); err != nil {
		t.Fatal(err)
	}
	if r.Internal != "" {
		t.Fatalf("%s: internal: %s", req.Op, r.Internal)
	}
	return r, out
}

// deriveOutside does the worker's part until there is an answer, with Go's PBKDF2 in WebCrypto's place, and counts the
// rounds of asking.
func deriveOutside(t *testing.T, e *Engine, r Response, files [][]byte) (Response, [][]byte, int) {
	t.Helper()
	asked := 0
	for r.Need != nil {
		asked++
		var keys [][]byte
		for _, n := range r.Need {
			if n.Hash != "SHA-256" {
				t.Fatalf("asked for %s", n.Hash)
			}
			key, err := pbkdf2.Key(sha256.New, string(files[n.Password]), files[n.Salt], n.Iterations, n.Length)
			if err != nil {
				t.Fatal(err)
			}
			keys = append(keys, key)
		}
		r, files = ask(t, e, Request{Op: OpDerived}, keys...)
	}
	return r, files, asked
}

func password(s string) *string { return &s }

// TestSampleInTwoPhases is the page's main path: the sample is added locked, a wrong password keeps it, the right one
// opens it, and the keys come from outside in one round.
func TestSampleInTwoPhases(t *testing.T) {
	e := &Engine{DeriveOutside: true, Now: clock}
	r, files := ask(t, e, Request{Op: OpSample})
	if r.Saved == nil || r.Password != "sample" || len(files) != 1 {
		t.Fatalf("sample: %+v with %d files", r, len(files))
	}
	p12 := files[0]

	r, files = ask(t, e, Request{Op: OpAdd, Files: []NewFile{{Name: "sample.p12"}}}, p12)
	r, _, _ = deriveOutside(t, e, r, files)
	if r.Report == nil || len(r.Report.Files) != 1 {
		t.Fatalf("add: %+v", r)
	}
	f := r.Report.Files[0]
	if f.State != "locked" || f.Error == nil || f.Error.Code != "password-required" || r.Report.Username != nil {
		t.Errorf("without a password: %+v, user name %v", f, r.Report.Username)
	}

	r, files = ask(t, e, Request{Op: OpUnlock, File: f.ID, Password: "wrong"})
	r, _, _ = deriveOutside(t, e, r, files)
	if f = r.Report.Files[0]; f.State != "locked" || f.Error == nil || f.Error.Code != "wrong-password" || f.Size != len(p12) {
		t.Errorf("with a wrong password: %+v", f)
	}

	r, files = ask(t, e, Request{Op: OpUnlock, File: f.ID, Password: "sample"})
	if r.Need == nil {
		t.Fatal("the right password asks for no keys from outside")
	}
	r, _, rounds := deriveOutside(t, e, r, files)
	if rounds != 1 {
		t.Errorf("keys were asked for in %d rounds, want 1", rounds)
	}
	rep := r.Report
	if rep.Username == nil || *rep.Username != sampleName {
		t.Fatalf("user name %v, want %s", rep.Username, sampleName)
	}
	if rep.Files[0].State != "read" || rep.Files[0].Error != nil {
		t.Errorf("file: %+v", rep.Files[0])
	}
	if len(rep.Certificates) != 2 || len(rep.Keys) != 1 || rep.Keys[0].Certificate == nil || !rep.Certificates[0].Leaf {
		t.Errorf("certificates %+v, keys %+v", rep.Certificates, rep.Keys)
	}
	if len(rep.Findings) != 0 || len(rep.Checked) == 0 {
		t.Errorf("the sample has findings: %+v", rep.Findings)
	}

	// Nothing is derived again for what is known already.
	if r, _ = ask(t, e, Request{Op: OpAdd, Files: []NewFile{{Name: "again.p12", Password: password("sample")}}}, p12); r.Need != nil {
		t.Error("the same file a second time asks for keys")
	}
}

// TestWithoutWebCrypto: a page that is not a secure context answers with no keys, and the engine computes them.
func TestWithoutWebCrypto(t *testing.T) {
	e := &Engine{DeriveOutside: true, Now: clock}
	r, _ := ask(t, e, Request{Op: OpAdd, Files: []NewFile{{Name: "s.p12", Password: password("sample")}}}, samplePKCS12)
	if r.Need == nil {
		t.Fatal("no keys were asked for")
	}
	r, _ = ask(t, e, Request{Op: OpDerived})
	if r.Report == nil || r.Report.Username == nil || *r.Report.Username != sampleName {
		t.Errorf("answered %+v", r)
	}
}

// TestNewRequestCancels: a request that comes while keys are awaited takes its place, and late keys are refused.
func TestNewRequestCancels(t *testing.T) {
	e := &Engine{DeriveOutside: true, Now: clock}
	r, _ := ask(t, e, Request{Op: OpAdd, Files: []NewFile{{Name: "s.p12", Password: password("sample")}}}, samplePKCS12)
	if r.Need == nil {
		t.Fatal("no keys were asked for")
	}
	if r, _ = ask(t, e, Request{Op: OpClear}); r.Report == nil || len(r.Report.Files) != 0 {
		t.Fatalf("clear: %+v", r)
	}
	text, _ := e.Handle([]byte(`{"op":"derived"}`), nil)
	if !strings.Contains(string(text), `"internal"`) {
		t.Errorf("late keys were answered with %s", text)
	}
}

// TestClearForgets: nothing of the files is reachable from the engine afterwards.
func TestClearForgets(t *testing.T) {
	e := opened(t)
	ask(t, e, Request{Op: OpClear})
	if e.files != nil || !reflect.DeepEqual(e.keys, certparse.KeyMemory{}) || e.resume != nil || e.chosen != "" || len(e.bundle.Certificates) != 0 {
		t.Errorf("left behind: %+v", e)
	}
}

// opened is an engine with the sample unlocked.
func opened(t *testing.T) *Engine {
	t.Helper()
	e := &Engine{Now: clock}
	r, _ := ask(t, e, Request{Op: OpAdd, Files: []NewFile{{Name: "sample.p12", Password: password("sample")}}}, samplePKCS12)
	if r.Report == nil || r.Report.Username == nil {
		t.Fatalf("the sample does not open: %+v", r.Report)
	}
	return e
}

// TestRender: the user name goes into createUser always and into the rest only when asked for, and fields that cannot be
// used are told without losing the rest.
func TestRender(t *testing.T) {
	e := opened(t)
	form := Form{Topology: "replicaSet", Hosts: "db1.example.net:27017,db2.example.net", ReplicaSetName: "rs0",
		CertificateKeyFile: "/etc/ssl/mongo/me.pem", CAFile: "/etc/ssl/mongo/ca.pem", PasswordFrom: "env", Target: "pymongo", Style: "uri"}
	r, _ := ask(t, e, Request{Op: OpRender, Form: &form})
	out := r.Rendered
	if out == nil {
		t.Fatalf("answered %+v", r)
	}
	const uri = "mongodb://db1.example.net:27017,db2.example.net/?replicaSet=rs0&tls=true&authMechanism=MONGODB-X509&authSource=%24external" +
		"&tlsCertificateKeyFile=%2Fetc%2Fssl%2Fmongo%2Fme.pem&tlsCAFile=%2Fetc%2Fssl%2Fmongo%2Fca.pem"
	if out.URI != uri {
		t.Errorf("URI\n%s\nwant\n%s", out.URI, uri)
	}
	if code := text(out.CreateUser.Spans); !strings.Contains(code, `CN=alice,OU=Data,O=Example\\, Inc,C=US`) {
		t.Errorf("createUser does not carry the name as JavaScript writes it:\n%s", code)
	}
	if strings.Contains(text(out.Snippet.Spans), "alice") {
		t.Error("the user name is in the snippet although it was not asked for")
	}
	want := []NeededFile{
		{Name: "me.pem", Path: "/etc/ssl/mongo/me.pem", Form: "combined-pem", Description: out.Files[0].Description, CanSave: true, Encrypted: true},
		{Name: "ca.pem", Path: "/etc/ssl/mongo/ca.pem", Form: "ca-pem", Description: out.Files[1].Description},
	}
	if !reflect.DeepEqual(out.Files, want) {
		t.Errorf("files %+v, want %+v", out.Files, want)
	}

	form.WithUsername = true
	form.Hosts = "db1:99999"
	form.Database = "a b"
	form.PasswordEnv = "1-BAD"
	r, _ = ask(t, e, Request{Op: OpRender, Form: &form})
	var fields []string
	for _, p := range r.Rendered.Problems {
		if p.What == "" || p.Fix == "" {
			t.Errorf("a problem without words: %+v", p)
		}
		fields = append(fields, p.Field)
	}
	if want := []string{"hosts", "passwordEnv", "database"}; !sameSet(fields, want) {
		t.Errorf("problems in %q, want %q", fields, want)
	}
	if code := text(r.Rendered.Snippet.Spans); !strings.Contains(code, "CN%3Dalice%2COU%3DData%2CO%3DExample%5C%2C%20Inc%2CC%3DUS@") {
		t.Errorf("the user name is missing:\n%s", code)
	}

	form = Form{Target: "no-such-driver"}
	if r, _ = ask(t, e, Request{Op: OpRender, Form: &form}); r.Error == nil || r.Error.Field != "target" {
		t.Errorf("an unknown target: %+v", r)
	}
}

func text(spans []snippet.Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

func sameSet(a, b []string) bool {
	count := make(map[string]int)
	for _, s := range a {
		count[s]++
	}
	for _, s := range b {
		count[s]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// TestEveryTargetRendersEmpty: steps 2 and 3 are useful before anything is known.
func TestEveryTargetRendersEmpty(t *testing.T) {
	e := new(Engine)
	r, _ := ask(t, e, Request{Op: OpTargets})
	if len(r.Targets) < 5 {
		t.Fatalf("%d targets", len(r.Targets))
	}
	for _, target := range r.Targets {
		for _, style := range target.Styles {
			for _, version := range target.Versions {
				form := Form{Target: target.ID, Style: style, Version: version, Topology: "single", PasswordFrom: "env"}
				r, _ := ask(t, e, Request{Op: OpRender, Form: &form})
				if r.Rendered == nil || len(r.Rendered.Problems) != 0 || len(r.Rendered.Snippet.Spans) == 0 {
					t.Errorf("%s %s %s: %+v", target.ID, style, version, r)
				}
			}
		}
	}
}

// TestSave: the saved file is what Go's own TLS reads, plain and with a password that comes in two phases.
func TestSave(t *testing.T) {
	e := opened(t)
	form := Form{CertificateKeyFile: `C:\certs\me.pem`}
	r, files := ask(t, e, Request{Op: OpSave, Form: &form})
	if r.Saved == nil || r.Saved.Name != "me.pem" || len(files) != 1 {
		t.Fatalf("saved %+v", r)
	}
	if _, err := tls.X509KeyPair(files[0], files[0]); err != nil {
		t.Errorf("plain: %v", err)
	}

	e.DeriveOutside = true
	r, files = ask(t, e, Request{Op: OpSave, Form: &form, NewPassword: "pä ss"})
	if r.Need == nil {
		t.Fatal("the new key is not asked for from outside")
	}
	r, files, _ = deriveOutside(t, e, r, files)
	if r.Saved == nil || len(files) != 1 {
		t.Fatalf("saved %+v", r)
	}
	key := lastBlock(files[0])
	if key.Type != "ENCRYPTED PRIVATE KEY" {
		t.Fatalf("the last block is %s", key.Type)
	}
	if _, err := pkcs8.ParsePKCS8PrivateKey(key.Bytes, []byte("pä ss")); err != nil {
		t.Errorf("youmark/pkcs8: %v", err)
	}

	// Node.js decrypts the key for every connection.
	form.Target = "node"
	if r, _ = ask(t, e, Request{Op: OpSave, Form: &form, NewPassword: "x"}); r.Need == nil || r.Need[0].Iterations > 50_000 {
		t.Errorf("for Node.js: %+v", r.Need)
	}
	form.Target = "pymongo"
	if r, _ = ask(t, e, Request{Op: OpSave, Form: &form, NewPassword: "x"}); r.Need == nil || r.Need[0].Iterations < 600_000 {
		t.Errorf("for PyMongo: %+v", r.Need)
	}

	if r, _ = ask(t, new(Engine), Request{Op: OpSave, Form: &form}); r.Error == nil {
		t.Errorf("saving nothing: %+v", r)
	}
}

func lastBlock(data []byte) (last *pem.Block) {
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		last = block
	}
	return last
}

// TestAdvice: every code of certparse and certbuild has words, and none of them is left unfilled.
func TestAdvice(t *testing.T) {
	e := new(Engine)
	codes := codesIn(t, "../certparse/errors.go", 20)
	for code := range codes {
		for _, found := range []string{"", "RC5"} {
			p := e.advise(&certparse.Error{Code: certparse.Code(code), File: -1, Found: found})
			for _, words := range []string{p.What, p.Why, p.Fix} {
				if words == "" || strings.ContainsAny(words, "{}") || strings.Contains(words, "no words for yet") {
					t.Errorf("%s with %q: %+v", code, found, p)
				}
			}
		}
	}
	for code := range advices {
		if !codes[string(code)] {
			t.Errorf("advice for %s, which certparse does not have", code)
		}
	}
	codes = codesIn(t, "../certbuild/certbuild.go", 5)
	for code := range codes {
		if p := e.buildProblem(&certbuild.Error{Code: certbuild.Code(code)}); p.What == "" || p.Why == "" || p.Fix == "" {
			t.Errorf("%s: %+v", code, p)
		}
	}
	for code := range buildAdvices {
		if !codes[string(code)] {
			t.Errorf("advice for %s, which certbuild does not have", code)
		}
	}
}

// codesIn reads the values of the constants of type Code from a source file.
func codesIn(t *testing.T, file string, atLeast int) map[string]bool {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	codes := make(map[string]bool)
	for _, m := range regexp.MustCompile(`Code = "([a-z0-9-]+)"`).FindAllSubmatch(source, -1) {
		codes[string(m[1])] = true
	}
	if len(codes) < atLeast {
		t.Fatalf("found only %d codes in %s", len(codes), file)
	}
	return codes
}

// TestInternalHidesValues: a panic's own text may quote what it choked on, so only runtime errors are shown.
func TestInternalHidesValues(t *testing.T) {
	if got := Internal(struct{ secret string }{"hunter2"}); bytes.Contains(got, []byte("hunter2")) {
		t.Errorf("%s", got)
	}
}

// TestSerial against how openssl x509 -serial prints the same bytes, in lower case.
func TestSerial(t *testing.T) {
	for content, want := range map[string]string{
		"\x01": "01", "\x00\x80": "80", "\xff": "-01", "\x80": "-80", "\x0a\xbc": "0abc", "": "00", "\x00": "00", "\xff\x7f": "-81",
	} {
		if got := serial([]byte(content)); got != want {
			t.Errorf("serial(%x) = %s, want %s", content, got, want)
		}
	}
}

// web/worker.js tells by the beginning of a response whether it asks for something.
func TestNeedStandsFirst(t *testing.T) {
	if got := encode(Response{Need: []Need{{}}}); !strings.HasPrefix(string(got), `{"need":`) {
		t.Errorf("a response that asks begins %.20s", got)
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Response]()) {
		if f.Name != "Need" && !strings.Contains(f.Tag.Get("json"), ",omitempty") {
			t.Errorf("%s would stand in every response, perhaps before need", f.Name)
		}
	}
}
