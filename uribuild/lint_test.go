package uribuild

import (
	"slices"
	"strings"
	"testing"
)

func ids(r LintResult) (all []string) {
	for _, f := range r.Findings {
		if f.Severity != SeverityInfo {
			all = append(all, f.ID)
		}
	}
	return all
}

// The strings of the catalogue of failures, what each is called, and what it is mended to.
func TestLintCatalogue(t *testing.T) {
	const (
		login = "tls=true&authMechanism=MONGODB-X509&authSource=%24external"
		file  = "&tlsCertificateKeyFile=%2Fc.pem"
		good  = "mongodb://h/?" + login + file
	)
	for _, c := range []struct {
		text, target string
		ids          []string
		mended       string
	}{
		{good, "", nil, good},
		{good, "mongosh", nil, good},
		{good, "java-sync", []string{"R08"}, "mongodb://h/?" + login},
		{good, "csharp", []string{"R09"}, "mongodb://h/?" + login},
		{good + "&tlsCertificateKeyFilePassword=x", "rust", []string{"R20"}, good + "&tlsCertificateKeyFilePassword=x"},
		{"mongodb://h/?" + login + "&sslCert=/c.pem&sslKey=/k.pem&sslPass=x&sslCA=/ca.pem&sslValidate=false", "node", []string{"R01", "R01", "R01", "R01", "R01"},
			""},
		{"mongodb://h/?" + login + "&sslCert=/c.pem&sslKey=/c.pem", "node", []string{"R01", "R01"}, good},
		{"mongodb://h/?" + login + "&sslCert=/c.pem&sslKey=/k.pem", "go", []string{"R01", "R01"}, "mongodb://h/?" + login + "&tlsCertificateFile=%2Fc.pem&tlsPrivateKeyFile=%2Fk.pem"},
		{"mongodb://h/?" + login + "&tlsCertificateFile=/c.pem&tlsPrivateKeyFile=/k.pem", "pymongo", []string{"R01", "R01"}, ""},
		{"mongodb://h/?" + login + "&ssl_certfile=/c.pem&ssl_ca_certs=/ca.pem", "pymongo", []string{"R01", "R01"}, good + "&tlsCAFile=%2Fca.pem"},
		{"mongodb://h/?" + login + "&sslClientCertificateKeyFile=/c.pem", "go", nil, good},
		{"mongodb://h/?tls=true&authMechanism=MONGODB-X509&authSource=admin" + file, "", []string{"R02"}, good},
		{"mongodb://h/?tls=true&authMechanism=MONGODB-X509&authSource=%2524external" + file, "", []string{"R02"}, good},
		{"mongodb://h/?tls=true&authMechanism=MONGODB-X509&authSource=" + file, "", []string{"R03"}, good},
		{"mongodb://CN=a:secret@h/?" + login + file, "", []string{"R04"}, good},
		{"mongodb://CN=a:b,O=E@h/?" + login + file, "", []string{"R04"}, "mongodb://CN%3Da%3Ab%2CO%3DE@h/?" + login + file},
		{"mongodb://alice:secret@h/?" + login + file, "", []string{"R04"}, good},
		{"mongodb://alice@h/?" + login + file, "", []string{"U01"}, good},
		{"mongodb://CN=a/b@c,O=d@h/?" + login + file, "", []string{"R05"}, "mongodb://CN%3Da%2Fb%40c%2CO%3Dd@h/?" + login + file},
		{"mongodb://h/?authMechanism=MONGODB-X509&authSource=%24external" + file, "node", []string{"R06"}, good},
		{"mongodb://h/?authMechanism=MONGODB-X509&authSource=%24external" + file, "pymongo", nil, good},
		{"mongodb://h/?tls=false&authMechanism=MONGODB-X509&authSource=%24external" + file, "pymongo", []string{"R06"}, good},
		{"mongodb://h/?tls=true" + file, "", []string{"R07"}, good},
		{"mongodb://alice:pw@h/?tls=true" + file, "", nil, "mongodb://alice:pw@h/?tls=true" + file},
		{good + "&tlsInsecure=true&tlsAllowInvalidCertificates=true", "", []string{"R10", "T12", "T12"}, good + "&tlsInsecure=true"},
		{good + "&ssl=false", "", []string{"R11"}, good},
		{"mongodb://h/?" + login + "&tlsCertificateKeyFile=/my+cert.pem", "", []string{"R12"}, "mongodb://h/?" + login + "&tlsCertificateKeyFile=%2Fmy%2Bcert.pem"},
		{"mongodb://h/?" + login + "&tlsCertificateKeyFile=%2Fmy+cert.pem", "", []string{"R12"}, "mongodb://h/?" + login + "&tlsCertificateKeyFile=%2Fmy%20cert.pem"},
		{"mongodb://h/?tlsCertificateKeyFile=/a#b.pem&" + login, "", []string{"R12"}, "mongodb://h/?tlsCertificateKeyFile=%2Fa%23b.pem&" + login},
		{"mongodb://h/?tlsCertificateKeyFile=/a@b.pem&" + login, "", []string{"R12"}, "mongodb://h/?tlsCertificateKeyFile=%2Fa%40b.pem&" + login},
		{"mongodb://h/?" + login + "&tlsCertificateKeyFile=~/c.pem", "", []string{"R13"}, "mongodb://h/?" + login + "&tlsCertificateKeyFile=~%2Fc.pem"},
		{"mongodb://h/?" + login + "&tlsCertificateKeyFile=-----BEGIN CERTIFICATE-----", "", []string{"R14"}, ""},
		{"mongodb://h/?tls=true&amp;authMechanism=MONGODB-X509&amp;authSource=%24external&amp;tlsCertificateKeyFile=%2Fc.pem", "", []string{"R15"}, good},
		{"mongodb://h/?tls=true&authMechanism=X509&authSource=%24external" + file, "", []string{"R16"}, good},
		{"mongodb://h/?tls=true&authMechanism=mongodb-x509&authSource=%24external" + file, "", []string{"R16"}, good},
		{good + "&tlsUseSystemCA=true", "node", []string{"R17"}, good},
		{good + "&tlsDisableOCSPEndpointCheck=true", "node", []string{"R17"}, good},
		{good + "&tlsDisableOCSPEndpointCheck=true", "pymongo", nil, good + "&tlsDisableOCSPEndpointCheck=true"},
		{good + "&tlsCertificateKeyFile=%2Fk.pem", "", []string{"R18"}, ""},
		{good + file, "", []string{"R18"}, good},
		{"mongodb+srv://c.ab1cd.mongodb.net/?authMechanism=MONGODB-X509" + file, "", []string{"uri-srv-authsource"}, "mongodb+srv://c.ab1cd.mongodb.net/?authMechanism=MONGODB-X509&authSource=%24external" + file},
		{"mongodb+srv://c.ab1cd.mongodb.net/?authMechanism=MONGODB-X509" + file, "node", nil, "mongodb+srv://c.ab1cd.mongodb.net/?authMechanism=MONGODB-X509&authSource=%24external" + file},
		{"mongodb://c.ab1cd.mongodb.net:27017/?" + login + file, "", []string{"uri-atlas-srv"}, "mongodb+srv://c.ab1cd.mongodb.net/?" + login + file},
		{"mongodb+srv://c.ab1cd.mongodb.net:27017/?" + login + file, "", []string{"uri-srv-port"}, "mongodb+srv://c.ab1cd.mongodb.net/?" + login + file},
		{"mongodb://h?" + login + file, "go", []string{"uri-slash-before-options"}, good},
		{"mongodb://h/?tls=true;authMechanism=MONGODB-X509;authSource=%24external;tlsCertificateKeyFile=/c.pem", "node", []string{"uri-semicolon"}, good},
		{"mongodb://h/?tls=True&authMechanism=MONGODB-X509&authSource=%24external" + file, "", []string{"uri-option-value"}, good},
		{"mongodb://h/?" + login + "&tlsCertificatKeyFile=/c.pem", "", []string{"uri-unknown-option"}, good},
		{"mongodb://h/?" + login + file + "&foo=bar", "pymongo", []string{"uri-unknown-option"}, good + "&foo=bar"},
		{"mongodb://h/?" + login + file + "&foo=bar", "node", []string{"uri-unknown-option"}, good},
		{"mongodb://h/$external?tls=true&authMechanism=MONGODB-X509" + file, "", []string{"uri-database"}, good},
		{"mongodb://[fe80::1%25eth0]/?" + login + file, "node", []string{"uri-ipv6-zone"}, "mongodb://[fe80::1%25eth0]/?" + login + file},
		{"mongodb://@h/?" + login + file, "", []string{"uri-credential"}, good},
		{"mongodb://h/?authMechanism=MONGODB-X509&authSource=%24external" + file, "ruby", []string{"R06"}, good},
		{"mongodb+srv://c.ab1cd.mongodb.net/?authMechanism=MONGODB-X509" + file, "mongoid", []string{"uri-srv-authsource"}, "mongodb+srv://c.ab1cd.mongodb.net/?authMechanism=MONGODB-X509&authSource=%24external" + file},
		{good + "&tlsDisableCertificateRevocationCheck=true", "ruby", []string{"uri-not-read"}, good},
	} {
		r := Lint(c.text, LintOptions{Target: c.target})
		if got := ids(r); !slices.Equal(got, c.ids) {
			t.Errorf("%s (%s)\n got %v\nwant %v", c.text, c.target, got, c.ids)
		}
		if r.Mended != c.mended {
			t.Errorf("%s (%s)\n   got %s\nwanted %s", c.text, c.target, r.Mended, c.mended)
		}
		for _, f := range r.Findings {
			if f.What == "" || f.Why == "" || f.Fix == "" || f.Start < 0 || f.End > len(c.text) || f.Start > f.End {
				t.Errorf("%s: incomplete: %+v", c.text, f)
			}
		}
		// What is mended is not mended again.
		again := Lint(r.Mended, LintOptions{Target: c.target})
		if again.Mended != r.Mended {
			t.Errorf("%s (%s): mended again to\n%s", r.Mended, c.target, again.Mended)
		}
		for _, f := range again.Findings {
			if f.Severity == SeverityError && f.Mended != "" {
				t.Errorf("%s (%s): still %s", r.Mended, c.target, f.ID)
			}
		}
	}
}

func TestLintPointsAtTheCharacters(t *testing.T) {
	for text, at := range map[string]string{
		"mongodb://CN=a/b@c@h/?tls=true&authMechanism=MONGODB-X509":                          "/b@",
		"mongodb://h/?tls=true&authMechanism=X509":                                           "X509",
		"mongodb://h/?tls=true&authMechanism=MONGODB-X509&authSource=a":                      "a",
		"mongodb://u:pw@h/?tls=true&authMechanism=MONGODB-X509&tlsCertificateKeyFile=/c.pem": ":pw",
		"mongodb://h/?tls=yes":                                 "yes",
		"mongodb://h/?tls=true&tlsCertificateKeyfle=/c.pem":    "tlsCertificateKeyfle=/c.pem",
		"mongodb://h/?tls=true&amp;authMechanism=MONGODB-X509": "&amp;",
		"U=mongodb://h/?tls=true":                              "U=",
	} {
		f := Lint(text, LintOptions{}).Findings[0]
		if got := text[f.Start:f.End]; got != at {
			t.Errorf("%s: %s points at %q, want %q", text, f.ID, got, at)
		}
	}
}

func TestLintComparesTheUsername(t *testing.T) {
	const certificate = `CN=alice,OU=Data,O=Example\, Inc,C=US`
	for name, what := range map[string]string{
		certificate:                                "",
		`C=US,O=Example\, Inc,OU=Data,CN=alice`:    "reverse order",
		`CN=alice,OU=data,O=Example\, Inc,C=US`:    "has OU=data where the certificate has OU=Data",
		`CN=alice, OU=Data, O=Example\, Inc, C=US`: "has  OU=Data where the certificate has OU=Data",
		`CN=alice,OU=Data`:                         `ends where the certificate's goes on with O=Example\, Inc`,
		certificate + ",X=1":                       "goes on with X=1",
	} {
		text := "mongodb://" + Escape(name) + "@h/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=/c.pem"
		r := Lint(text, LintOptions{Username: certificate})
		if what == "" {
			if got := ids(r); len(got) > 0 {
				t.Errorf("%s: %v", name, got)
			}
			continue
		}
		f := r.Findings[0]
		if f.ID != "U01" || !strings.Contains(f.What, what) || text[f.Start:f.End] != Escape(name) || strings.Contains(r.Mended, "@") {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestNearestOption(t *testing.T) {
	for name, want := range map[string]string{
		"tlsCertificatKeyFile": "tlsCertificateKeyFile", "authMechansim": "authMechanism", "replicasets": "replicaSet", "tslCAFile": "tlsCAFile",
		"authSoruce": "authSource", "foo": "", "somethingElseEntirely": "",
	} {
		got := ""
		if o := NearestOption(name); o != nil {
			got = o.Name
		}
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestOptionTable(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range Options() {
		lower := strings.ToLower(o.Name)
		if seen[lower] || o.Source == "" || o.Type == "" {
			t.Errorf("%s: twice or incomplete", o.Name)
		}
		seen[lower] = true
		if o.Type == TypeNumber && o.Min == 0 && o.Max < 0 {
			t.Errorf("%s: limits", o.Name)
		}
	}
	for _, o := range Options() {
		for _, name := range append(slices.Clone(o.Conflicts), o.ReplacedBy) {
			if name != "" && !seen[strings.ToLower(name)] {
				t.Errorf("%s names %s, which is not in the table", o.Name, name)
			}
		}
	}
}

// What is right depends on the version: PyMongo 3.8 has other names than 3.9, and Node.js lost its ssl names in 6.0.
func TestLintKnowsVersions(t *testing.T) {
	const (
		login    = "authMechanism=MONGODB-X509&authSource=%24external"
		modern   = "mongodb://h/?tls=true&" + login + "&tlsCertificateKeyFile=%2Fc.pem"
		pymongo3 = "mongodb://h/?ssl=true&" + login + "&ssl_certfile=%2Fc.pem&ssl_keyfile=%2Fc.pem"
		node5    = "mongodb://h/?tls=true&" + login + "&sslCert=%2Fc.pem&sslKey=%2Fc.pem"
	)
	for _, c := range []struct {
		text, target, version string
		ids                   []string
		mended                string
	}{
		{modern, "pymongo", "4.20", nil, modern},
		{modern, "pymongo", "3.9", nil, modern},
		{modern, "pymongo", "3.8", []string{"R01", "R01"}, pymongo3},
		{modern, "pymongo", "3.4-3.8", []string{"R01", "R01"}, pymongo3},
		{modern, "motor", "2.5", nil, modern},
		{pymongo3, "pymongo", "3.8", nil, pymongo3},
		{pymongo3, "pymongo", "4.0", []string{"R01", "R01"}, "mongodb://h/?ssl=true&" + login + "&tlsCertificateKeyFile=%2Fc.pem"},
		{node5, "node", "5.9", nil, node5},
		{node5, "mongoose", "7", nil, node5},
		{node5, "mongoose", "8", []string{"R01", "R01"}, modern},
		{modern, "node", "3.2", []string{"R01", "R01"}, "mongodb://h/?ssl=true&" + login + "&sslCert=%2Fc.pem&sslKey=%2Fc.pem"},
		{modern, "go-v1", "1.0", []string{"R01"}, modern},
		{modern, "rust", "3.1", nil, modern},
	} {
		r := Lint(c.text, LintOptions{Target: c.target, Version: c.version})
		if got := ids(r); !slices.Equal(got, c.ids) {
			t.Errorf("%s (%s %s)\n got %v\nwant %v", c.text, c.target, c.version, got, c.ids)
		}
		if r.Mended != c.mended {
			t.Errorf("%s (%s %s)\n   got %s\nwanted %s", c.text, c.target, c.version, r.Mended, c.mended)
		}
	}
}

// Nothing that is pasted makes the linter panic, point outside, or mend in circles.
func FuzzLint(f *testing.F) {
	for _, s := range []string{"mongodb://CN=a:b@h/?tls=true&amp;authMechanism=X509", "\"mongodb+srv://a:1,b\" + \"/?x\"", "mongodb://h/?sslCert=a&sslKey=b&tls=1&ssl=false", "mongodb:///a.sock@?;=&", "mongodb://[::1]:x,,/$external?authSource=&tlsCertificateKeyFile=a#b@c+d"} {
		f.Add(s, "node")
		f.Add(s, "go")
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, text, target string) {
		Lint(text, LintOptions{Target: target, Version: "3.2"})
		r := Lint(text, LintOptions{Target: target})
		for _, f := range r.Findings {
			if f.Start < 0 || f.End > len(text) || f.Start > f.End {
				t.Fatalf("%+v", f)
			}
		}
		for _, p := range r.Parsed.Parts {
			if p.Start < 0 || p.End > len(text) || p.Start > p.End {
				t.Fatalf("%+v", p)
			}
		}
	})
}
