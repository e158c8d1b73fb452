package contract

import (
	"slices"
	"strings"
	"testing"
	"time"

	"certuri/certparse"
)

// examine opens files and asks the doctor.
func examine(t *testing.T, e *Engine, req Request, files ...[]byte) *Doctor {
	t.Helper()
	req.Op = OpDoctor
	r, _ := ask(t, e, req, files...)
	if r.Doctor == nil {
		t.Fatalf("no answer: %+v", r)
	}
	return r.Doctor
}

func ids(d *Doctor) []string {
	var all []string
	for _, f := range d.Findings {
		all = append(all, f.Severity+" "+f.ID)
	}
	return all
}

// TestDoctorVerdict: the worst finding decides, and a file of the wrong form stops the login only where it is read as it
// is.
func TestDoctorVerdict(t *testing.T) {
	const good = "mongodb://h/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=%2Fc.pem"
	e := opened(t)
	if d := examine(t, e, Request{Text: good}); d.Verdict != VerdictWorks || len(d.Checked) == 0 {
		t.Errorf("a clean login: %s %v", d.Verdict, ids(d))
	}
	if d := examine(t, e, Request{Form: &Form{Target: "pymongo"}, AsIs: true}); d.Verdict != VerdictFails || !slices.Contains(ids(d), "error F01") {
		t.Errorf("PyMongo reading a PKCS#12: %s %v", d.Verdict, ids(d))
	}
	if d := examine(t, e, Request{Form: &Form{Target: "pymongo"}}); d.Verdict != VerdictWorks || slices.Contains(ids(d), "info F01") || !slices.Contains(d.Checked, "the file that certuri makes is of the form that the client reads") {
		t.Errorf("PyMongo, for which a PEM is made: %s %v, %v", d.Verdict, ids(d), d.Checked)
	}
	if d := examine(t, e, Request{Text: strings.Replace(good, "tls=true&", "", 1), Form: &Form{Target: "node"}}); d.Verdict != VerdictFails || !slices.Contains(ids(d), "error R06") {
		t.Errorf("without TLS: %s %v", d.Verdict, ids(d))
	}
	if d := examine(t, e, Request{Text: strings.Replace(good, "h/", "localhost/", 1)}); d.Verdict != VerdictWorks || !slices.Contains(ids(d), "info T06") {
		t.Errorf("localhost: %s %v", d.Verdict, ids(d))
	}
	if d := examine(t, e, Request{ServerSubject: `O=Example\, Inc`, ServerVersion: "7.0"}); d.Verdict != VerdictFails || !slices.Contains(ids(d), "error U13") {
		t.Errorf("the server's O: %s %v", d.Verdict, ids(d))
	}
	if r, _ := ask(t, e, Request{Op: OpDoctor, ServerSubject: "Example"}); r.Error == nil || r.Error.Field != "serverSubject" || r.Error.Fix == "" {
		t.Errorf("a subject that is none: %+v", r)
	}
}

// TestDoctorUnread: files that cannot be opened are findings, with the id that they have in the catalogue.
func TestDoctorUnread(t *testing.T) {
	cases := []struct{ name, want, data, password string }{
		{"nothing", "error F01", "certainly nothing", ""},
		{"an empty file", "error F01", "", ""},
		{"a request", "error F01", "-----BEGIN CERTIFICATE REQUEST-----\nMIIBAA==\n-----END CERTIFICATE REQUEST-----\n", ""},
		{"a wrong password", "error F19", string(samplePKCS12), "wrong"},
		{"no password", "error F19", string(samplePKCS12), ""},
	}
	for _, c := range cases {
		e := new(Engine)
		file := NewFile{Name: "secret-name.p12"}
		if c.password != "" {
			file.Password = &c.password
		}
		ask(t, e, Request{Op: OpAdd, Files: []NewFile{file}}, []byte(c.data))
		d := examine(t, e, Request{AsIs: true})
		if d.Verdict != VerdictFails || !slices.Contains(ids(d), c.want) {
			t.Errorf("%s: %s %v, want %s", c.name, d.Verdict, ids(d), c.want)
		}
		for _, f := range d.Findings {
			if f.What == "" || f.Why == "" || f.Fix == "" {
				t.Errorf("%s: words are missing: %+v", c.name, f)
			}
		}
	}
}

// TestDoctorPassword: a password that is right but for blanks or percent-encoding is told from a wrong one, also where keys
// are derived outside.
func TestDoctorPassword(t *testing.T) {
	for typed, want := range map[string]string{" sample\n": "blanks", "sa%6Dple": "percent", "wrong": "Type it again"} {
		for _, outside := range []bool{false, true} {
			e := &Engine{Now: clock, DeriveOutside: outside}
			r, out := ask(t, e, Request{Op: OpAdd, Files: []NewFile{{Name: "sample.p12", Password: &typed}}}, samplePKCS12)
			deriveOutside(t, e, r, out)
			r, out = ask(t, e, Request{Op: OpDoctor})
			r, _, _ = deriveOutside(t, e, r, out)
			if r.Doctor == nil || len(r.Doctor.Findings) == 0 || r.Doctor.Findings[0].ID != "F19" || !strings.Contains(r.Doctor.Findings[0].Fix, want) {
				t.Errorf("%q, outside %v: %+v", typed, outside, r.Doctor)
			}
		}
	}
}

// TestDoctorReport: the text for a ticket has ids and versions, and nothing that names a person, a host or a file.
func TestDoctorReport(t *testing.T) {
	e := opened(t)
	d := examine(t, e, Request{Form: &Form{Target: "go", Version: "2.x"}, ServerVersion: "7.0.12", AsIs: true,
		Text: "mongodb://alice:hunter2@db.secret.example/?tls=true&authMechanism=MONGODB-X509&authSource=admin"})
	for _, part := range []string{"will-not-work", "client: go 2.x", "server: 7.0.12", "PKCS#12", "error: R02 ", "error: F01 "} {
		if !strings.Contains(d.Report, part) {
			t.Errorf("the report lacks %q:\n%s", part, d.Report)
		}
	}
	for _, part := range []string{"alice", "hunter2", "secret", "Example", "sample"} {
		if strings.Contains(d.Report, part) {
			t.Errorf("the report has %q:\n%s", part, d.Report)
		}
	}
}

// TestDoctorServerFile: the server's certificate comes beside the request; keys that its file needs are asked for as
// those of opened files are, and a file without a certificate is refused by the name of its role.
func TestDoctorServerFile(t *testing.T) {
	e := opened(t)
	e.DeriveOutside = true
	e.keys = certparse.KeyMemory{}
	req := Request{Op: OpDoctor, Files: []NewFile{{Name: "server.p12", Role: "server", Password: password("sample")}}}
	r, out := ask(t, e, req, samplePKCS12)
	r, _, asked := browser(t, e, r, out, "")
	if !slices.Contains(asked, "derive") {
		t.Error("no key was asked for")
	}
	if r.Doctor == nil || !slices.Contains(ids(r.Doctor), "error U15") {
		t.Fatalf("the client's own certificate as the server's: %+v", r)
	}
	r, _ = ask(t, e, Request{Op: OpDoctor, Files: []NewFile{{Name: "ca.pem", Role: "ca"}}}, []byte("nothing"))
	if r.Error == nil || r.Error.Field != "ca" || r.Error.Where != "ca.pem" {
		t.Errorf("a CA file with nothing in it: %+v", r)
	}
}

// TestDoctorClock: what is said depends on the clock that the engine is given.
func TestDoctorClock(t *testing.T) {
	e := opened(t)
	e.Now = func() time.Time { return time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC) }
	if d := examine(t, e, Request{}); !slices.Contains(ids(d), "warning clock") || !slices.Contains(ids(d), "error T10") {
		t.Errorf("in 1970: %v", ids(d))
	}
}
