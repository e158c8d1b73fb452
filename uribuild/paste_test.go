package uribuild

import (
	"os/exec"
	"strings"
	"testing"

	"certuri/internal/oracle"
)

// A shell is asked what it makes of each line: where it changes the string, Lint must say so, and only there.
func TestLintKnowsTheShell(t *testing.T) {
	shell := oracle.Program(t, "sh")
	const good = "mongodb://h/?tls=true&authMechanism=MONGODB-X509&authSource=$external&tlsCertificateKeyFile=/c.pem"
	for _, line := range []string{
		`export URI="` + good + `"`, `export URI='` + good + `'`, `export URI=` + good,
		`export URI="` + strings.Replace(good, "$", `\$`, 1) + `"`, `export URI="` + strings.Replace(good, "$", "%24", 1) + `"`,
		`export URI=` + strings.NewReplacer("&", `\&`, "$", `\$`, "?", `\?`).Replace(good),
	} {
		out, err := exec.Command(shell, "-c", line+"\n"+`printf %s "$URI"`).Output()
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		r := Lint(line, LintOptions{})
		for _, f := range r.Findings {
			if f.Severity == SeverityError {
				ids = append(ids, f.ID)
			}
		}
		if changed := Parse(string(out)).String() != r.Mended; changed != (len(ids) > 0) {
			t.Errorf("%s\nthe shell makes %s\nerrors %v", line, out, ids)
		}
		if want := strings.ReplaceAll(strings.Replace(good, "$", "%24", 1), "=/", "=%2F"); r.Mended != want {
			t.Errorf("%s\n mended to %s\nnot to %s", line, r.Mended, want)
		}
	}
}

// What stands around a string decides what a dollar sign in it is.
func TestLintDollar(t *testing.T) {
	const (
		one = "mongodb://h/?tls=true&authMechanism=MONGODB-X509&authSource=$external&tlsCertificateKeyFile=%2Fc.pem"
		two = "mongodb://h/?tls=true&authMechanism=MONGODB-X509&authSource=$$external&tlsCertificateKeyFile=%2Fc.pem"
	)
	for _, c := range []struct {
		text, target string
		id           string
		severity     Severity
	}{
		{one, "", "R03", SeverityWarning},
		{one, "pymongo", "R03", SeverityInfo},
		{one, "mongosh", "R03", SeverityWarning},
		{one, "docker-compose", "R03", SeverityError},
		{two, "docker-compose", "R03", SeverityInfo},
		{two, "pymongo", "R02", SeverityError},
		{"  - MONGODB_URI=" + one, "", "R03", SeverityError},
		{"  - MONGODB_URI=" + two, "", "R03", SeverityInfo},
		{`  - "MONGODB_URI=` + two + `"`, "", "R03", SeverityInfo},
		{`  MONGODB_URI: "` + two + `"`, "", "R03", SeverityWarning},
		{`  value: "` + two + `"`, "kubernetes", "R03", SeverityError},
		{`  "uri": "` + one + `",`, "", "R03", SeverityInfo},
		{"spring.data.mongodb.uri=" + one, "", "R03", SeverityInfo},
		{"MONGODB_URI=" + one, "", "R03", SeverityWarning},
		{`$uri = "` + one + `";`, "", "R03", SeverityError},
		{`$uri = '` + one + `';`, "", "R03", SeverityInfo},
		{`$env:URI = "` + one + `"`, "", "R03", SeverityError},
		{`mongosh "` + one + `"`, "", "R03", SeverityError},
		{`const uri = "` + one + `";`, "", "R03", SeverityInfo},
	} {
		r := Lint(c.text, LintOptions{Target: c.target})
		if want := strings.Replace(one, "$", "%24", 1); r.Mended != want {
			t.Errorf("%s (%s): mended to %s", c.text, c.target, r.Mended)
		}
		found := false
		for _, f := range r.Findings {
			if f.ID == c.id {
				found = true
				if at := c.text[f.Start:f.End]; f.Severity != c.severity || !strings.HasSuffix(at, "$external") {
					t.Errorf("%s (%s): %s of severity %s at %q", c.text, c.target, f.ID, f.Severity, at)
				}
			} else if f.Severity == SeverityError {
				t.Errorf("%s (%s): also %s", c.text, c.target, f.ID)
			}
		}
		if !found {
			t.Errorf("%s (%s): no %s", c.text, c.target, c.id)
		}
	}
}

// A placeholder is not a value. Those of a login with a password have no place in the mended string; where one is left
// that only the person can fill in, there is no mended string.
func TestLintPlaceholders(t *testing.T) {
	const atlas = "mongodb+srv://cluster0.ab1cd.mongodb.net/?authMechanism=MONGODB-X509&authSource=%24external"
	for text, mended := range map[string]string{
		"mongodb+srv://<username>:<password>@cluster0.ab1cd.mongodb.net/":                                     atlas,
		"mongodb+srv://<db_username>:<db_password>@cluster0.ab1cd.mongodb.net/?appName=C":                     atlas + "&appName=C",
		"mongodb+srv://USER:PASS@cluster0.ab1cd.mongodb.net":                                                  atlas,
		"mongodb+srv://alice:xxxxx@cluster0.ab1cd.mongodb.net":                                                atlas,
		"mongodb+srv://alice:*****@cluster0.ab1cd.mongodb.net":                                                atlas,
		"mongodb://<host>:27017/?tls=true&authMechanism=MONGODB-X509":                                         "",
		"mongodb+srv://cluster0.xxxxx.mongodb.net/?authMechanism=MONGODB-X509":                                "",
		"mongodb+srv://<cluster>.ab1cd.mongodb.net/?authMechanism=MONGODB-X509":                               "",
		"mongodb://h/?tls=true&authMechanism=MONGODB-X509&tlsCertificateKeyFile=<path to your certificate>":   "",
		"mongodb://h/?tls=true&authMechanism=MONGODB-X509&tlsCertificateKeyFile=/path/to/client.pem":          "",
		`mongosh "` + atlas + `" --apiVersion 1 --tlsCertificateKeyFile <path to X.509 .pem file>`:            "",
		"mongodb://${USER}:${PASS}@db.example.net/?tls=true":                                                  "",
		"mongodb://h/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=$CERT": "",
	} {
		r := Lint(text, LintOptions{})
		if r.Mended != mended {
			t.Errorf("%s\n mended to %s\nnot to %s", text, r.Mended, mended)
		}
		count := 0
		for _, f := range r.Findings {
			if f.ID == "uri-placeholder" {
				count++
			}
			if mended == "" && f.Mended != "" {
				t.Errorf("%s: %s mends to %s", text, f.ID, f.Mended)
			}
		}
		if count != 1 {
			t.Errorf("%s: %d findings of a placeholder", text, count)
		}
	}
	for _, text := range []string{atlas, "mongodb://alice:hunter2@host/?tls=true", "mongodb://h/?tls=true&appName=%3Cx"} {
		for _, f := range Lint(text, LintOptions{}).Findings {
			if f.ID == "uri-placeholder" {
				t.Errorf("%s: %s", text, f.What)
			}
		}
	}
}

// A password beside the user name of an X.509 login is in no mended string and in no words, whatever else is wrong. With
// the certificate at hand a colon of its name is told from one.
func TestLintDropsThePassword(t *testing.T) {
	for _, text := range []string{
		"mongodb://CN=alice:hunter2@h/?authMechanism=x509&authSource=admin&tlsCertificatKeyFile=~/c.pem",
		"mongodb://alice:hunter2@h/?authMechanism=MONGODB-X509&ssl=false",
		"mongodb://CN%3Dalice%2CO%3DE:hunter2@h/?authMechanism=MONGODB-X509&foo=bar",
		"mongodb://CN=alice,O=E:hunter2@h?authMechanism=MONGODB-X509&tls=1",
	} {
		for _, target := range []string{"", "pymongo", "node", "go", "java-sync", "rust", "mongosh"} {
			r := Lint(text, LintOptions{Target: target})
			all := r.Mended
			for _, f := range r.Findings {
				all += f.What + f.Why + f.Fix + f.Error + f.Mended
			}
			if strings.Contains(all, "hunter2") || !strings.HasPrefix(r.Mended, "mongodb://h/") {
				t.Errorf("%s (%s): %s\n%s", text, target, r.Mended, all)
			}
		}
	}
	text := "mongodb://CN=svc:8080@h/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=/c.pem"
	r := Lint(text, LintOptions{Username: "CN=svc:8080"})
	if !strings.Contains(r.Mended, "CN%3Dsvc%3A8080@") || len(r.Findings) != 1 || r.Findings[0].ID != "R04" || text[r.Findings[0].Start:r.Findings[0].End] != ":" {
		t.Errorf("%s\n%+v", r.Mended, r.Findings)
	}
}

// A login that names no certificate is said for every client that could not get one otherwise (T08, R21).
func TestLintMissesTheCertificate(t *testing.T) {
	const bare = "mongodb://h/?tls=true&authMechanism=MONGODB-X509&authSource=%24external"
	for target, want := range map[string]string{
		"": "warning T08", "pymongo": "warning T08", "node": "warning T08", "mongosh": "warning T08", "compass": "error R21", "vscode": "error R21",
		"env": "error T08", "kubernetes": "error T08", "docker-compose": "error T08", "shell": "error T08", "java-sync": "", "csharp": "",
	} {
		for _, text := range []string{bare, bare + "&tlsCAFile=/ca.pem"} {
			got := ""
			for _, f := range Lint(text, LintOptions{Target: target}).Findings {
				if f.ID == "T08" || f.ID == "R21" {
					got += string(f.Severity) + " " + f.ID
				}
			}
			if got != want {
				t.Errorf("%s (%s): %q, want %q", text, target, got, want)
			}
		}
		for _, given := range []string{"&tlsCertificateKeyFile=/c.pem", "&tlsCertKeyFile=/c.pem", "&sslPEMKeyFile=/c.pem", "&ssl_certfile=/c.pem"} {
			for _, f := range Lint(bare+given, LintOptions{Target: target}).Findings {
				if f.ID == "T08" || f.ID == "R21" {
					t.Errorf("%s (%s): %s", given, target, f.ID)
				}
			}
		}
	}
}

// An option that a client drops, and that the login needs, is an error however it is misspelt.
func TestLintMisspeltCertificate(t *testing.T) {
	for _, name := range []string{"tlsCertificatKeyFile", "tlsCertKeyFile", "sslPEMKeyfiel", "tlsCertificateKey", "tls_certificate_key_file", "clientCertificate", "tlsCert", "sslCertificate"} {
		text := "mongodb://h/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&" + name + "=%2Fc.pem"
		for _, target := range []string{"", "pymongo", "go", "node", "rust", "ruby", "c"} {
			r := Lint(text, LintOptions{Target: target})
			if len(r.Findings) != 1 || r.Findings[0].ID != "uri-unknown-option" || r.Findings[0].Severity != SeverityError ||
				r.Mended != strings.Replace(text, name, "tlsCertificateKeyFile", 1) {
				t.Errorf("%s (%s): %s\n%+v", name, target, r.Mended, r.Findings)
			}
		}
	}
	for name, want := range map[string]string{
		"tlsCertificateKeyPassword": optKeyPassword, "sslPassphrase": optKeyPassword, "tls_ca_cert": optCAFile, "sslRootCA": optCAFile, "authenticationMechanism": optMechanism,
		"tlsPrivateKey": "tlsPrivateKeyFile", "foo": "", "tlsVerify": "", "password": "",
	} {
		got := ""
		if o := MeantOption(name); o != nil {
			got = o.Name
		}
		if got != want {
			t.Errorf("%s means %q, want %q", name, got, want)
		}
	}
}

// In a container there is no drive letter and nobody's home.
func TestLintContainerPaths(t *testing.T) {
	for path, want := range map[string][2]Severity{
		`C:\certs\c.pem`: {"", SeverityError}, "C:/certs/c.pem": {"", SeverityError}, "~/c.pem": {SeverityError, SeverityError},
		"/Users/x/c.pem": {SeverityInfo, SeverityError}, "/home/x/c.pem": {SeverityInfo, SeverityWarning}, "/etc/c.pem": {"", ""},
	} {
		for i, target := range []string{"pymongo", "kubernetes", "docker-compose"} {
			var got Severity
			r := Lint("mongodb://h/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile="+path, LintOptions{Target: target})
			for _, f := range r.Findings {
				if f.ID == "R13" {
					got = f.Severity
				}
			}
			if got != want[min(i, 1)] {
				t.Errorf("%s (%s): %q", path, target, got)
			}
		}
	}
}

// A person reads one finding for one thing.
func TestLintSaysThingsOnce(t *testing.T) {
	for _, text := range []string{
		`export URI="mongodb://h/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=/c.pem"`,
		"\u201cmongodb://h/?tls=true & authMechanism=MONGODB-X509 & authSource=%24external&tlsCertificateKeyFile=/c.pem\u201d",
		"jdbc:mongodb://h/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=/c.pem\";",
	} {
		seen := map[string]bool{}
		for _, f := range Lint(text, LintOptions{}).Findings {
			if seen[f.ID] {
				t.Errorf("%s: %s twice", text, f.ID)
			}
			seen[f.ID] = true
		}
	}
	for _, text := range []string{"", "hello world", "hello", "postgres://u:p@h/db", "https://cloud.mongodb.com/v2#/clusters"} {
		if r := Lint(text, LintOptions{}); r.Mended != "" || len(r.Findings) != 1 || r.Findings[0].ID != "uri-no-connection-string" {
			t.Errorf("%s: %s, %+v", text, r.Mended, r.Findings)
		}
	}
}

// One click mends all that can be: nothing is left for a second one, whatever the client and its version.
func TestLintMendsAtOnce(t *testing.T) {
	const login = "authMechanism=MONGODB-X509&tlsCertificateKeyFile=/c.pem"
	for _, text := range []string{
		"mongodb://h/?/tls=true&" + login, "mongodb://h/?tls==true&" + login, "mongodb://h/?tls&" + login, "mongodb://h/?ssl=true&tls=false&" + login, "mongodb://h/?tls:true&" + login,
		"mongodb://h/?tls=true&ssl_cert_reqs=CERT_NONE&" + login, "mongodb://h/?tls=true&tlsAllowInvalidHostname=true&" + login, "mongodb://h/?tls=true&sslValidate=false&" + login,
		"cluster0.ab1cd.mongodb.net/?" + login, "mongodb+srv://10.0.0.1/?" + login, "mongodb+srv://a.b.c:1,d.e.f/?" + login, "mongodb://<username>:<password>@cluster0.ab1cd.mongodb.net/",
		"mongodb://CN=a:pw@h?authMechansim=x509&tlsCertKeyFile=file:///c.pem&foo=1", "mongodb://h/?authMechanism=SCRAM-SHA-1&" + login, "mongodb://h/?tls=true&readPreference=Secondary&" + login,
	} {
		for _, o := range []LintOptions{{}, {Target: "pymongo"}, {Target: "pymongo", Version: "3.8"}, {Target: "node"}, {Target: "node", Version: "3.2"}, {Target: "go"}, {Target: "java-sync"}, {Target: "csharp"}, {Target: "rust"}, {Target: "c"}, {Target: "ruby"}, {Target: "mongosh"}, {Target: "kubernetes"}} {
			r := Lint(text, o)
			again := lint(r.Mended, o)
			if r.Mended == "" || again.Mended != r.Mended {
				t.Errorf("%s (%s %s) is mended to\n%s and that to\n%s", text, o.Target, o.Version, r.Mended, again.Mended)
			}
			for _, f := range again.Findings {
				if f.Severity == SeverityError && f.Mended != "" {
					t.Errorf("%s (%s %s): %s is left in %s", text, o.Target, o.Version, f.ID, r.Mended)
				}
			}
		}
	}
}
