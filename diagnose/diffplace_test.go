package diagnose

import (
	"strings"
	"testing"
)

// TestDiffPlace: a name that is the certificate's, letter for letter, is another one where it stands; and each twin of it is
// right.
func TestDiffPlace(t *testing.T) {
	const ours = `CN=app,OU=Apps,O=Example\, Inc,C=US`
	doubled := strings.ReplaceAll(ours, `\`, `\\`)
	leaf, _ := withSubject(t, []rdnPart{{oidC, "US"}}, []rdnPart{{oidO, "Example, Inc"}}, []rdnPart{{oidOU, "Apps"}}, []rdnPart{{oidCN, "app"}})
	for _, c := range []struct{ name, text, what, entry string }{
		{"a literal's backslash", `db.getSiblingDB("$external").createUser({user: "` + ours + `", roles: []})`, "loses its backslashes", "U08"},
		{"doubled", `db.getSiblingDB("$external").createUser({user: "` + doubled + `", roles: []})`, "", ""},
		{"a backslash in a shell's quotes", `'` + ours + `'`, "", ""},
		{"a backslash in a dictionary of Python", `{"user": '` + ours + `', "db": "$external"}`, "", ""},
		{"a blank behind", `createUser({user: "` + doubled + ` ", roles: []})`, "blanks around", "U03"},
		{"a blank before", `{"user":" ` + doubled + `","db":"$external"}`, "blanks around", "U03"},
		{"blanks of the paste", "  " + ours + " \n", "", ""},
		{"a blank in a connection string", "mongodb://CN%3Dapp%2COU%3DApps%2CO%3DExample%5C%2C%20Inc%2CC%3DUS%20@db.example.net/", "blanks around", "U03"},
		{"a connection string", "mongodb://CN%3Dapp%2COU%3DApps%2CO%3DExample%5C%2C%20Inc%2CC%3DUS@db.example.net/", "", ""},
		{"the name alone, percent-encoded", "CN%3Dapp%2COU%3DApps%2CO%3DExample%5C%2C%20Inc%2CC%3DUS", "percent-encoded", "U03"},
		{"in admin", `{ users: [ { user: "` + doubled + `", db: "admin" } ] }`, "database admin", "U02"},
		{"in admin, by its id", `_id: 'admin.` + doubled + `'`, "database admin", "U02"},
		{"in admin and in $external", `[{ user: "` + doubled + `", db: "admin" }, { user: "` + doubled + `", db: "$external" }]`, "", ""},
		{"roles in another database", `{ user: "` + doubled + `", roles: [{ role: "read", db: "app" }], db: "$external" }`, "", ""},
		{"created in admin", "use admin\ndb.createUser({user: \"" + doubled + `", roles: []})`, "database admin", "U02"},
		{"created by getSiblingDB", `db.getSiblingDB("admin").createUser({user: "` + doubled + `", roles: []})`, "database admin", "U02"},
		{"created in $external", "use $external\ndb.createUser({user: \"" + doubled + `", roles: []})`, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Diff(c.text, leaf, nil)
			if c.what == "" {
				if got.Verdict != NamesEqual {
					t.Errorf("%s: %s", got.Verdict, got.What)
				}
				return
			}
			if got.Verdict != NamesSpelling || got.Entry != c.entry || !strings.Contains(got.What, c.what) || got.Why == "" || got.Fix == "" {
				t.Errorf("%s %s: %s", got.Verdict, got.Entry, got.What)
			}
		})
	}
	// The old shell's message has what was typed first, and then the certificate's.
	typed := strings.Replace(ours, "C=US", "C=GB", 1)
	for _, quote := range []string{`"`, `\"`} {
		message := "Username " + quote + typed + quote + " does not match the provided client certificate user " + quote + ours + quote
		if got := Diff(message, leaf, nil); got.Verdict != NamesDiffer {
			t.Errorf("%s: %s %s", message, got.Verdict, got.What)
		}
	}
}
