package snippet

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"certuri/internal/oracle"
	"certuri/uribuild"
)

// uglyServer has names and roles that break what is quoted badly, and what the texts must give back.
func uglyServer() (ServerInput, []any) {
	var names []string
	for _, v := range uglyValues() {
		if v != "" && !strings.ContainsAny(v, "\x00\n\r") { // a shell's reader here works by lines
			names = append(names, "CN="+v)
		}
	}
	in := ServerInput{Usernames: names, Script: true, Roles: []Role{{"read'\"$Write\\", "a{{b}}%{c}${d}"}, {"x,y", "z"}}}
	var want []any
	for _, n := range names {
		want = append(want, map[string]any{"user": n, "roles": []any{
			map[string]any{"role": "read'\"$Write\\", "db": "a{{b}}%{c}${d}"}, map[string]any{"role": "x,y", "db": "z"}}})
	}
	return in, want
}

// readText runs a program over a text of the server's side and reads the JSON that it prints.
func readText(t *testing.T, id string, in ServerInput, file string, wrap func(string) string, command ...string) any {
	t.Helper()
	oracle.Program(t, command[0])
	s, ok := RenderServer(id, in)
	if !ok {
		t.Fatal("there is no " + id)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, file), []byte(wrap(s.Text())), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%.3000s", err, errs.Bytes())
	}
	var got any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("%v in %.300s", err, out.Bytes())
	}
	return got
}

func same(text string) string { return text }

// Each language's own reader finds the names and roles that went in.
func TestCreateUserAgainstReaders(t *testing.T) {
	in, want := uglyServer()
	check := func(t *testing.T, got any) {
		t.Helper()
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			t.Fatalf("%d users, want %d: %.200v", len(list), len(want), got)
		}
		for i := range want {
			if !reflect.DeepEqual(list[i], want[i]) {
				t.Errorf("got %q\nwant %q", list[i], want[i])
			}
		}
	}
	t.Run("mongosh", func(t *testing.T) {
		check(t, readText(t, "mongosh", in, "a.js", func(s string) string {
			return "const out = []; const db = { getSiblingDB: (name) => ({ getUser: () => name === '$external' ? null : 1, runCommand: (c) => out.push({ user: c.createUser, roles: c.roles }) }) };\n" +
				s + "\nconsole.log(JSON.stringify(out));"
		}, "node", "a.js"))
	})
	t.Run("command", func(t *testing.T) {
		check(t, readText(t, "command", in, "a.json", same, "node", "-e",
			"console.log(JSON.stringify(JSON.parse(require('fs').readFileSync('a.json', 'utf8')).map((c) => ({ user: c.createUser, roles: c.roles }))))"))
	})
	t.Run("ansible", func(t *testing.T) {
		// A YAML reader does not care for the tag, and Jinja would take the braces without it.
		if s, _ := RenderServer("ansible", in); strings.Count(s.Text(), "name: !unsafe \"") != len(in.Usernames) {
			t.Error("a name is open to templates")
		}
		check(t, readText(t, "ansible", in, "a.yml", same, "ruby", "-Ku", "-ryaml", "-rjson", "-e",
			"puts JSON.generate(YAML.load(File.read('a.yml', encoding: 'UTF-8')).map { |x| m = x['community.mongodb.mongodb_user']; raise if m['database'] != '$external'; { user: m['name'], roles: m['roles'] } })"))
	})
	t.Run("atlas-cli", func(t *testing.T) {
		// The flag --role is read as CSV, with pflag's readAsCSV. Every argument costs two processes.
		in, want = ServerInput{Usernames: in.Usernames[:60], Roles: in.Roles}, want[:60]
		s := readText(t, "atlas-cli", in, "a.sh", func(s string) string {
			return "atlas() { if [ \"$1\" = dbusers ]; then shift 2; for a in \"$@\"; do printf '%s' \"$a\" | od -An -v -tx1 | tr -d ' \\n'; echo; done; echo .; fi; }\n" + s
		}, "sh", "-c", `sh a.sh | ruby -rjson -rcsv -e 'puts JSON.generate(STDIN.read.split(".\n").map { |c| a = c.split("\n", -1).map { |x| [x].pack("H*").force_encoding("UTF-8") }; raise if a[0] != "--x509Type"; { user: a[3], roles: a[4..].each_slice(2).map { |f, r| r && CSV.parse_line(r)[0].rpartition("@") }.compact.map { |r| { role: r[0], db: r[2] } } } })'`)
		check(t, s)
	})
	t.Run("terraform", func(t *testing.T) {
		s, _ := RenderServer("terraform", in)
		check(t, readHCL(t, s.Text()))
	})
}

// readHCL reads what renderTerraform writes, by HCL's rules for quoted templates (hclsyntax/spec.md).
func readHCL(t *testing.T, text string) any {
	t.Helper()
	var users []any
	var user map[string]any
	var role map[string]any
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if strings.HasPrefix(line, "resource ") {
			user = map[string]any{"roles": []any{}}
			users = append(users, user)
		}
		if !ok || !strings.HasPrefix(strings.TrimSpace(value), `"`) {
			continue
		}
		value = strings.TrimSpace(value)
		if strings.Contains(value, "${") || strings.Contains(value, "%{") {
			t.Errorf("a template begins in %s", value)
		}
		// Without templates, what is left are Go's escapes.
		var plain string
		if err := json.Unmarshal([]byte(hclToJSON(value)), &plain); err != nil {
			t.Fatalf("%v in %s", err, value)
		}
		switch strings.TrimSpace(key) {
		case "username":
			user["user"] = plain
		case "role_name":
			role = map[string]any{"role": plain}
		case "database_name":
			role["db"] = plain
			user["roles"] = append(user["roles"].([]any), role)
		}
	}
	return users
}

// hclToJSON turns \U00012345 into a pair of surrogates.
func hclToJSON(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		if s[i+1] == 'U' {
			var r rune
			for _, c := range s[i+2 : i+10] {
				r = r<<4 | rune(strings.IndexRune("0123456789abcdef", c))
			}
			b.WriteString(string(quoteJSON.escape(nil, string(r))))
			i += 9
			continue
		}
		b.WriteString(s[i : i+2])
		i++
	}
	return b.String()
}

// mongod.conf is YAML with these settings and no others, and a path with anything in it survives.
func TestMongodConf(t *testing.T) {
	for _, c := range []struct {
		in   ServerInput
		want string
	}{
		{ServerInput{KeyFile: `C:\a "b".pem`, ClientCAFile: "/x: y #z/ca.pem", DBPath: "/data", Everywhere: true},
			`{"storage":{"dbPath":"/data"},"net":{"port":27017,"bindIpAll":true,"ipv6":true,"tls":{"mode":"requireTLS","certificateKeyFile":"C:\\a \"b\".pem","CAFile":"/x: y #z/ca.pem"}},"security":{"authorization":"enabled"},"setParameter":{"authenticationMechanisms":"MONGODB-X509,SCRAM-SHA-256"}}`},
		{ServerInput{Deployment: uribuild.Deployment{Topology: uribuild.ReplicaSet, ReplicaSetName: "yes", Hosts: []uribuild.Host{{Name: "db1", Port: 27018}}}},
			`{"net":{"port":27018,"bindIp":"localhost,db1","tls":{"mode":"requireTLS","certificateKeyFile":"/etc/mongodb/server.pem","CAFile":"/etc/mongodb/client-ca.pem"}},"security":{"authorization":"enabled","clusterAuthMode":"x509"},"replication":{"replSetName":"yes"},"setParameter":{"authenticationMechanisms":"MONGODB-X509,SCRAM-SHA-256"}}`},
	} {
		got := readText(t, "mongod-conf", c.in, "a.yml", same, "ruby", "-ryaml", "-rjson", "-e", "puts JSON.generate(YAML.load_file('a.yml'))")
		var want any
		if err := json.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
	}
}

// The check passes for the one user, and for no other.
func TestCheckScript(t *testing.T) {
	in := ServerInput{Usernames: []string{`CN=a\, "b",O=c`}}
	for user, want := range map[string]string{`CN=a\, "b",O=c`: "good", "CN=a": "bad", "": "bad"} {
		quoted, _ := json.Marshal(user)
		got := readText(t, "check", in, "a.js", func(s string) string {
			return "const db = { adminCommand: () => ({ authInfo: { authenticatedUsers: " + string(quoted) + " ? [{ user: " + string(quoted) + ", db: '$external' }] : [] } }) };\nconst print = () => {};\n" +
				"let verdict = 'good'; try { (() => {\n" + s + "})() } catch { verdict = 'bad' }\nconsole.log(JSON.stringify(verdict));"
		}, "node", "a.js")
		if got != want {
			t.Errorf("%q: %v", user, got)
		}
	}
}

// A subject that cert-manager's fields give in the same order is written with them; the order of any other is kept by
// literalSubject. Go's own encoder of structured subjects is what cert-manager uses.
func TestCertManager(t *testing.T) {
	one := func(pairs ...string) (subject [][]SubjectAttribute) {
		for i := 0; i < len(pairs); i += 2 {
			subject = append(subject, []SubjectAttribute{{pairs[i], pairs[i+1]}})
		}
		return subject
	}
	for _, c := range []struct {
		subject [][]SubjectAttribute
		want    map[string]any
	}{
		{one("C", "US", "O", `Example, "Inc"`, "OU", "yes", "CN", "alice"),
			map[string]any{"commonName": "alice", "subject": map[string]any{"countries": []any{"US"}, "organizations": []any{`Example, "Inc"`}, "organizationalUnits": []any{"yes"}}}},
		{one("CN", "alice", "serialNumber", "12"), map[string]any{"commonName": "alice", "subject": map[string]any{"serialNumber": "12"}}},
		{one("CN", "alice"), map[string]any{"commonName": "alice"}},
		{one("O", "Example, Inc", "OU", "a", "OU", " b#", "CN", "#x "), map[string]any{"literalSubject": `CN=\#x\ ,OU=\ b#,OU=a,O=Example\, Inc`}},
		{one("CN", "alice", "O", "last"), map[string]any{"literalSubject": "O=last,CN=alice"}},
		{one("DC", "org", "DC", "example", "UID", "u", "street", "s", "1.2.3", "v"), map[string]any{"literalSubject": "1.2.3=v,STREET=s,UID=u,DC=example,DC=org"}},
		{[][]SubjectAttribute{{{"CN", "a"}, {"OU", "b"}}}, map[string]any{"literalSubject": "CN=a+OU=b"}},
	} {
		got := readText(t, "cert-manager", ServerInput{Subject: c.subject}, "a.yml", same, "ruby", "-ryaml", "-rjson", "-e", "puts JSON.generate(YAML.load_file('a.yml'))")
		spec := got.(map[string]any)["spec"].(map[string]any)
		for _, field := range []string{"commonName", "subject", "literalSubject"} {
			if !reflect.DeepEqual(spec[field], c.want[field]) {
				t.Errorf("%v: %s is %v, want %v", c.subject, field, spec[field], c.want[field])
			}
		}
		if usages := spec["usages"]; !reflect.DeepEqual(usages, []any{"digital signature", "client auth"}) {
			t.Errorf("usages %v", usages)
		}
	}
}

// What the start-up lines make of the variable is the file that went in, for nobody else to read.
func TestStartLines(t *testing.T) {
	const content = "-----BEGIN CERTIFICATE-----\nzzz\n"
	for id, c := range map[string]struct {
		file    string
		end     string
		command []string
	}{
		"base64-shell":  {"start.sh", "", []string{"sh", "start.sh", "sh", "-c", `test -z "$MONGODB_CLIENT_PEM_BASE64" && stat -c %a "$MONGODB_CERTIFICATE_KEY_FILE" && cat "$MONGODB_CERTIFICATE_KEY_FILE"`}},
		"base64-python": {"a.py", "print(oct(os.stat(path).st_mode)[-3:])\nprint(open(path).read(), end='')\n", []string{"python3", "a.py"}},
		"base64-node":   {"a.mjs", "import { readFileSync, statSync } from 'node:fs';\nconsole.log((statSync(tlsCertificateKeyFile).mode & 0o777).toString(8)); process.stdout.write(readFileSync(tlsCertificateKeyFile));\n", []string{"node", "a.mjs"}},
		"base64-ruby":   {"a.rb", "puts (File.stat(CLIENT_FILE.path).mode & 0777).to_s(8)\nprint File.read(CLIENT_FILE.path)\n", []string{"ruby", "a.rb"}},
		"base64-php":    {"a.php", "printf(\"%o\\n\", fileperms($path) & 0777); readfile($path);", []string{"php", "a.php"}},
	} {
		t.Run(id, func(t *testing.T) {
			oracle.Program(t, c.command[0])
			s, _ := RenderServer(id, ServerInput{})
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, c.file), []byte(s.Text()+c.end), 0o600); err != nil {
				t.Fatal(err)
			}
			// The line that encodes it is the text's own.
			os.WriteFile(filepath.Join(dir, "client.pem"), []byte(content), 0o600)
			encode := exec.Command("sh", "-c", s.Also[0].Text())
			encode.Dir = dir
			encoded, err := encode.Output()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(c.command[0], c.command[1:]...)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "TMPDIR="+dir, "MONGODB_CLIENT_PEM_BASE64="+string(encoded))
			out, err := cmd.CombinedOutput()
			if err != nil || string(out) != "600\n"+content {
				t.Errorf("%v: %q", err, out)
			}
		})
	}
}

// The lines in compiled languages compile.
func TestStartLinesCompile(t *testing.T) {
	for id, c := range map[string]struct {
		end     string
		command []string
	}{
		"base64-go":   {"\nfunc main() { clientTLS() }\n", []string{"go", "vet", "clientfile.go"}},
		"base64-java": {"", []string{"javac", "ClientContext.java"}},
	} {
		t.Run(id, func(t *testing.T) {
			oracle.Program(t, c.command[0])
			s, _ := RenderServer(id, ServerInput{})
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, s.File), []byte(s.Text()+c.end), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(c.command[0], c.command[1:]...)
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// Stand-ins are marked, and what the server would refuse is said.
func TestServerTextsEmpty(t *testing.T) {
	for _, text := range ServerTexts() {
		s, ok := RenderServer(text.ID, ServerInput{})
		if !ok || s.Text() == "" || s.File == "" || s.Language == "" {
			t.Errorf("%s: %+v", text.ID, s)
		}
		if text.Group == groupUser && !strings.Contains(s.Text(), standInUsername) {
			t.Errorf("%s has no stand-in for the name", text.ID)
		}
		for _, span := range s.Spans {
			if span.Kind == Yours {
				t.Errorf("%s: %q is marked as the person's", text.ID, span.Text)
			}
		}
	}
	s := CreateUser("CN=a", []Role{{"readAnyDatabase", "app"}})
	if notes := strings.Join(s.Notes, " "); !strings.Contains(notes, "readAnyDatabase exists on the database admin alone") {
		t.Error(notes)
	}
	if s = CreateUser("CN=a\x00", nil); strings.Contains(s.Text(), `\x00`) || !strings.Contains(strings.Join(s.Notes, " "), "NUL") {
		t.Errorf("NUL: %s %q", s.Text(), s.Notes)
	}
}
