package contract

import (
	"reflect"
	"strings"
	"testing"

	"certuri/uribuild"
)

// TestLintImportsAll: a pasted string comes back out of the form as it went in, options that the form has no field for
// included.
func TestLintImportsAll(t *testing.T) {
	for _, uri := range []string{
		"mongodb://db1:27017,db2/shop?replicaSet=rs0&tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=%2Fc%20x.pem&tlsCAFile=%2Fca.pem&retryWrites=true&w=majority",
		"mongodb+srv://c.ab1cd.mongodb.net/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=c.pem&noSuchOption=1",
		"mongodb://[fe80::1%25eth0]:27018/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=c.pem",
		"mongodb://CN%3Dbob%2CO%3DExample@h/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=c.pem",
		"mongodb://%2Ftmp%2Fmongodb-27017.sock/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=c.pem",
	} {
		e := new(Engine)
		r, _ := ask(t, e, Request{Op: OpLint, Text: uri})
		if r.Lint == nil || r.Lint.Import == nil {
			t.Fatalf("%s: %+v", uri, r)
		}
		form := *r.Lint.Import
		form.Target, form.Style = "pymongo", "uri"
		r, _ = ask(t, e, Request{Op: OpRender, Form: &form})
		if r.Rendered == nil || len(r.Rendered.Problems) != 0 || r.Rendered.URI != uri {
			t.Errorf("%s came back as %+v", uri, r.Rendered)
		}
	}
}

// TestLintVerdict: the worst finding decides, offsets count as JavaScript does, and the opened certificate is compared.
func TestLintVerdict(t *testing.T) {
	const good = "mongodb://h/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=%2Fc.pem"
	e := opened(t)
	r, _ := ask(t, e, Request{Op: OpLint, Text: good, Target: "pymongo"})
	if r.Lint.Verdict != VerdictWorks || len(r.Lint.Findings) != 0 || r.Lint.Mended != "" {
		t.Errorf("%+v", r.Lint)
	}
	wrongName := strings.Replace(good, "//h", "//CN%3Dbob@h", 1)
	if r, _ = ask(t, e, Request{Op: OpLint, Text: wrongName, Target: "pymongo"}); r.Lint.Verdict != VerdictFails || r.Lint.Findings[0].ID != "U01" {
		t.Errorf("a name that is not the certificate's: %+v", r.Lint)
	}
	if r, _ = ask(t, new(Engine), Request{Op: OpLint, Text: wrongName, Target: "pymongo"}); r.Lint.Verdict == VerdictFails {
		t.Errorf("without a certificate nothing contradicts the name: %+v", r.Lint)
	}
	text := "😀😀 " + strings.Replace(good, "%24external", "admin", 1)
	r, _ = ask(t, e, Request{Op: OpLint, Text: text, Target: "pymongo"})
	if r.Lint.Verdict != VerdictFails {
		t.Fatalf("authSource=admin: %+v", r.Lint)
	}
	for _, f := range r.Lint.Findings {
		if f.ID == "R02" {
			// In the text's bytes the two faces take eight, in JavaScript four.
			if at := strings.Index(text, "admin") - 4; f.Start > at || f.End < at+len("admin") || f.Start < at-len("&authSource=") {
				t.Errorf("R02 points at %d to %d, admin is at %d", f.Start, f.End, at)
			}
			return
		}
	}
	t.Errorf("no R02 in %+v", r.Lint.Findings)
}

// TestLintAndDoctorAgree: what the string alone shows is said by both, once and alike (T06, T08, R21 among it).
func TestLintAndDoctorAgree(t *testing.T) {
	for _, text := range []string{
		"mongodb://10.0.0.1/?tls=true&authMechanism=MONGODB-X509&authSource=%24external",
		"mongodb://localhost/?tls=true&authMechanism=MONGODB-X509&authSource=$external&tlsCertKeyFile=~/c.pem",
	} {
		for _, target := range []string{"", "pymongo", "mongosh", "compass", "kubernetes", "java-sync"} {
			e := opened(t)
			r, _ := ask(t, e, Request{Op: OpLint, Text: text, Target: target})
			d := examine(t, e, Request{Text: text, Form: &Form{Target: target}})
			for _, f := range r.Lint.Findings {
				count := 0
				for _, id := range ids(d) {
					if id == f.Severity+" "+f.ID {
						count++
					}
				}
				if count != 1 {
					t.Errorf("%s (%s): lint has %s %s, doctor %v", text, target, f.Severity, f.ID, ids(d))
				}
			}
		}
	}
}

// TestLintImportsNoPlaceholders: what only a page's example has does not reach the form.
func TestLintImportsNoPlaceholders(t *testing.T) {
	r, _ := ask(t, new(Engine), Request{Op: OpLint, Text: "mongodb+srv://<db_username>:<db_password>@cluster0.ab1cd.mongodb.net/?authMechanism=MONGODB-X509&tlsCertificateKeyFile=<path>"})
	if f := r.Lint.Import; f == nil || f.Username != "" || f.WithUsername || f.CertificateKeyFile != "" || f.Hosts != "cluster0.ab1cd.mongodb.net" || r.Lint.Mended != "" || r.Lint.Verdict != VerdictFails {
		t.Errorf("%+v", r.Lint)
	}
	if r, _ = ask(t, new(Engine), Request{Op: OpLint, Text: "hello world"}); r.Lint.Import != nil || r.Lint.Mended != "" || r.Lint.Verdict != VerdictFails {
		t.Errorf("%+v", r.Lint)
	}
}

func TestHostsText(t *testing.T) {
	hosts := []uribuild.Host{{Name: "a", Port: 1}, {Name: "::1", Port: 27017}, {Name: "fe80::1%eth0"}, {Name: "/tmp/mongodb.sock"}, {Name: "10.0.0.1"}}
	back, err := uribuild.ParseHosts(hostsText(hosts))
	if err != nil || !reflect.DeepEqual(back, hosts) {
		t.Errorf("%q reads back as %+v, %v", hostsText(hosts), back, err)
	}
}
