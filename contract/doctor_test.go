package contract

import (
	"crypto/x509"
	"encoding/pem"
	"slices"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

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

// emptyPassword is the sample's certificate and key in a PKCS#12 file under the empty password.
func emptyPassword(t *testing.T, rounds int) []byte {
	t.Helper()
	key, leaf, chain, err := pkcs12.DecodeChain(samplePKCS12, "sample")
	if err != nil {
		t.Fatal(err)
	}
	file, err := pkcs12.Modern2023.WithIterations(rounds).Encode(key, leaf, chain, "")
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestEmptyPassword: a file under the empty password opens with any where that is cheap, and the answer says so; where it is
// dear, it is said that the empty one may be typed, and which one is right after another was.
func TestEmptyPassword(t *testing.T) {
	wrong := "wrong"
	for _, c := range []struct {
		password *string
		rounds   int
		asIs     bool
		report   string // a finding of the report
		doctor   string
		fix      string // in the words of either, or of the file
	}{
		{&wrong, 2048, true, "error F19", "error F19", "Give the empty password"},
		{&wrong, 2048, false, "info F19", "info F19", "Give the empty password"},
		{nil, 30_000, true, "", "error F19", "name an empty variable"},
		{&wrong, 30_000, true, "", "error F19", "Give an empty password"},
	} {
		e := &Engine{Now: clock}
		r, _ := ask(t, e, Request{Op: OpAdd, AsIs: c.asIs, Files: []NewFile{{Name: "empty.p12", Password: c.password}}}, emptyPassword(t, c.rounds))
		var inReport []string
		for _, f := range r.Report.Findings {
			inReport = append(inReport, f.Severity+" "+f.ID)
		}
		if c.report != "" && !slices.Contains(inReport, c.report) {
			t.Errorf("%d rounds: the report says %v, want %s", c.rounds, inReport, c.report)
		}
		d := examine(t, e, Request{AsIs: c.asIs})
		if i := slices.Index(ids(d), c.doctor); i < 0 || !strings.Contains(d.Findings[i].Fix, c.fix) {
			t.Errorf("%d rounds: the doctor says %v, want %s with %q", c.rounds, d.Findings, c.doctor, c.fix)
		}
	}
	for _, given := range []*string{nil, new(string)} {
		e := &Engine{Now: clock}
		r, _ := ask(t, e, Request{Op: OpAdd, AsIs: true, Files: []NewFile{{Name: "empty.p12", Password: given}}}, emptyPassword(t, 2048))
		for _, f := range r.Report.Findings {
			if f.ID == "F19" {
				t.Errorf("no other password was given: %+v", f)
			}
		}
	}
}

// TestReportForm: the report has what is wrong with the form of a file, as bad as it is for clients that read it as it is.
func TestReportForm(t *testing.T) {
	key, leaf, _, err := pkcs12.DecodeChain(samplePKCS12, "sample")
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Raw})
	text := string(certificate) + string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	for _, c := range []struct{ text, want string }{
		{text, ""},
		{strings.ReplaceAll(text, "\n", "\r\n"), ""},
		{"\xef\xbb\xbf" + text, "F05 warning info"},
		{"\xff\xfe" + strings.Join(strings.Split(text, ""), "\x00") + "\x00", "F06 error info"},
		{strings.Replace(text, "-----\n-----", "----------", 1), "F04 error info"},
		{strings.ReplaceAll(text, "\n", `\n`), "F07 error info"},
		{"> " + strings.ReplaceAll(text, "\n", "\n> "), "F01 error info"},
	} {
		for i, asIs := range []bool{true, false} {
			r, _ := ask(t, &Engine{Now: clock}, Request{Op: OpAdd, AsIs: asIs, Files: []NewFile{{Name: "client.pem"}}}, []byte(c.text))
			got := ""
			for _, f := range r.Report.Findings {
				if strings.HasPrefix(f.ID, "F") {
					got += f.ID + " " + f.Severity
				}
			}
			want := ""
			if words := strings.Fields(c.want); len(words) > 0 {
				want = words[0] + " " + words[1+i]
			}
			if got != want {
				t.Errorf("%.20q, as it is %v: %q, want %q", c.text, asIs, got, want)
			}
		}
	}
}
