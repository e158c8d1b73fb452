package diagnose

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"certuri/certparse"
	"certuri/internal/oracle"
)

// vectorNames gives every subject of the vectors that has a user name.
func vectorNames(t *testing.T) map[string]*certparse.Certificate {
	t.Helper()
	var file struct {
		Cases []struct {
			Username *string
			NameDER  string `json:"name_der"`
		}
	}
	if err := json.Unmarshal(oracle.File(t, "server-dn/derived.json"), &file); err != nil {
		t.Fatal(err)
	}
	names := map[string]*certparse.Certificate{}
	for _, c := range file.Cases {
		if c.Username == nil {
			continue
		}
		der, err := hex.DecodeString(c.NameDER)
		if err != nil {
			t.Fatal(err)
		}
		subject, err := certparse.ParseName(der)
		if err != nil {
			t.Fatal(err)
		}
		names[*c.Username] = &certparse.Certificate{Subject: subject}
	}
	if len(names) < 90 {
		t.Fatalf("%d names", len(names))
	}
	return names
}

// inJavaScript is a name as mongosh prints it and as one types it.
func inJavaScript(s, quote string) string {
	return quote + strings.NewReplacer(`\`, `\\`, quote, `\`+quote, "\t", `\t`, "\n", `\n`).Replace(s) + quote
}

// TestDiffVectors: each name of the vectors is equal to itself wherever it is pasted from.
func TestDiffVectors(t *testing.T) {
	forms := []struct {
		name string
		do   func(string) string
	}{
		{"alone", func(s string) string { return s }},
		{"a line", func(s string) string { return s + "\r\n" }},
		{"JavaScript", func(s string) string { return inJavaScript(s, `"`) }},
		{"JavaScript, single quotes", func(s string) string { return inJavaScript(s, `'`) }},
		{"JSON", func(s string) string {
			b, _ := json.Marshal(map[string]string{"user": s, "db": "$external"})
			return string(b)
		}},
		{"createUser", func(s string) string {
			return `db.getSiblingDB("$external").runCommand({ createUser: ` + inJavaScript(s, `"`) + `, roles: [ { role: "readWrite", db: "app" } ] })`
		}},
		{"getUsers", func(s string) string {
			users := ""
			for _, u := range []string{"CN=first,O=Example", s, "CN=last,O=Example"} {
				users += fmt.Sprintf("    {\n      _id: %s,\n      userId: UUID('5d3a'),\n      user: %s,\n      db: '$external',\n      roles: [ { role: 'read', db: 'app' } ],\n      mechanisms: [ 'external' ]\n    },\n",
					inJavaScript("$external."+u, "'"), inJavaScript(u, "'"))
			}
			return "{\n  users: [\n" + users + "  ],\n  ok: 1\n}"
		}},
		{"getUsers, ids", func(s string) string { return `"_id" : ` + inJavaScript("$external."+s, `"`) + "," }},
		{"connection string", func(s string) string {
			return "mongodb+srv://" + strings.ReplaceAll(url.QueryEscape(s), "+", "%20") + "@c.example/?tls=true"
		}},
		{"openssl's prefix", func(s string) string { return "subject=" + s + "\n" }},
		{"openssl 1.0's prefix", func(s string) string { return "subject= " + s + "\n" }},
		{"both lines", func(s string) string { return "subject=" + s + "\nissuer=CN=Test CA,O=Example\n" }},
		{"YAML", func(s string) string { return "auth:\n  username: " + inJavaScript(s, `"`) + "\n  db: $external\n" }},
		{"a log line", func(s string) string {
			return `{"s":"I","c":"ACCESS","id":5286307,"msg":"Failed to authenticate","attr":{"client":"10.0.0.1:36734","mechanism":"MONGODB-X509","user":` + inJavaScript(s, `"`) + `,"db":"$external"}}`
		}},
		{"an old log line", func(s string) string {
			return "2019-01-02T03:04:05.678+0000 I ACCESS   [conn42] Failed to authenticate " + s + "@$external from client 10.0.0.9:39002 with mechanism MONGODB-X509: UserNotFound: Could not find user " + s + "@$external"
		}},
		{"a JSON log line in JSON", func(s string) string {
			b, _ := json.Marshal(map[string]string{"log": `{"attr":{"user":` + inJavaScript(s, `"`) + `}}` + "\n"})
			return string(b)
		}},
	}
	for _, form := range forms {
		t.Run(form.name, func(t *testing.T) {
			for name, leaf := range vectorNames(t) {
				if got := Diff(form.do(name), leaf, nil); got.Verdict != NamesEqual {
					t.Errorf("%q: %s %s (compared %q)", name, got.Verdict, got.What, got.Theirs)
				}
			}
		})
	}
}

// TestDiffVectorMutations: what was changed in a name of the vectors is what is marked, and nothing else.
func TestDiffVectorMutations(t *testing.T) {
	for name, leaf := range vectorNames(t) {
		if name == "CN=a " { // a server's bug leaves this blank without a backslash: read as one behind the name
			continue
		}
		dn, err := leaf.Subject.ServerDN(certparse.Linux42)
		if err != nil {
			t.Fatal(err)
		}
		var rdns []string
		for _, rdn := range dn.RDNs {
			rdns = append(rdns, certparse.ServerDN{RDNs: [][]certparse.Attribute{rdn}}.Spell(certparse.Linux42))
		}
		if strings.Join(rdns, ",") != name {
			t.Fatalf("%q is %q", name, rdns)
		}
		with := func(i int, text ...string) string {
			return strings.Join(slices.Concat(rdns[:i], text, rdns[i+1:]), ",")
		}
		check := func(text string, verdict Verdict, row int, state RowState, kinds ...RowKind) {
			t.Helper()
			got := Diff(text, leaf, nil)
			if got.Verdict != verdict {
				t.Errorf("%q for %q: %s %s %+v", text, name, got.Verdict, got.What, got.Rows)
				return
			}
			for i, r := range got.Rows {
				if i == row && (r.State != state || len(kinds) > 0 && !slices.Contains(kinds, r.Kind)) || i != row && row >= 0 && r.State != RowSame {
					t.Errorf("%q for %q: row %d is %+v (%s)", text, name, i, r, got.What)
				}
			}
		}
		for i, rdn := range rdns {
			label, value, _ := strings.Cut(rdn, "=")
			if lower := strings.ToLower(label); lower != label {
				check(with(i, lower+"="+value), NamesSpelling, i, RowDiffers, KindLabel)
			}
			check(with(i, label+" = "+value), NamesSpelling, i, RowDiffers, KindSpace)
			if i > 0 {
				check(with(i, " "+rdn), NamesSpelling, i, RowDiffers, KindSpace)
			}
			check(with(i, "title=zz", rdn), NamesDiffer, i, RowExtra)
			if slices.Contains(rdns[i+1:], rdn) || slices.Contains(rdns[:i], rdn) {
				continue // which of two equal ones was changed cannot be told
			}
			check(with(i, label+"=zz"+value), NamesDiffer, i, RowDiffers)
			if len(rdns) > 1 {
				check(with(i), NamesDiffer, i, RowMissing)
			}
			if strings.Contains(rdn, "+") {
				continue
			}
			check(with(i, label+"=zz9"), NamesDiffer, i, RowDiffers)
			if upper := strings.ToUpper(value); upper != value && !strings.Contains(value, `\`) {
				check(with(i, label+"="+upper), NamesDiffer, i, RowDiffers, KindCase)
			}
		}
		if back := slices.Clone(rdns); len(rdns) > 1 && rdns[0] != rdns[1] {
			slices.Reverse(back)
			if got := Diff(strings.Join(back, ", "), leaf, nil); got.Verdict != NamesSpelling {
				t.Errorf("%q, reversed: %s %s", name, got.Verdict, got.What)
			}
		}
	}
}
