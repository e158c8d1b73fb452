package snippet

import "strings"

// A Role is a role of a user, on a database.
type Role struct{ Role, DB string }

// CreateUser gives the command that makes the $external user, for mongosh. An empty user name and missing roles become
// stand-ins of kind Fill; the role's stand-in is readWrite on the database test.
func CreateUser(username string, roles []Role) Snippet {
	w := &writer{language: javascript}
	w.code("db.getSiblingDB(\"$external\").runCommand({\n  createUser: ")
	if username == "" {
		w.literal(piece{Fill, standInUsername})
	} else {
		w.literal(piece{Yours, strings.ToValidUTF8(username, "\uFFFD")})
	}
	w.code(",\n  roles: [\n")
	kind := Yours
	if len(roles) == 0 {
		kind, roles = Fill, []Role{{"readWrite", "test"}}
	}
	for _, role := range roles {
		w.code("    { role: ")
		w.literal(piece{kind, strings.ToValidUTF8(role.Role, "\uFFFD")})
		w.code(", db: ")
		w.literal(piece{kind, strings.ToValidUTF8(role.DB, "\uFFFD")})
		w.code(" },\n")
	}
	w.code("  ],\n});\n")
	w.note("Run it in mongosh as a user who may create users (userAdminAnyDatabase).")
	w.note("Atlas does not take this command: add the user under Database Access, with the same name.")
	return Snippet{Spans: w.spans, Language: "javascript", File: "create-user.js", Notes: w.notes}
}

// Text gives what is copied: the concatenation of the spans.
func (s Snippet) Text() string {
	var b strings.Builder
	for _, span := range s.Spans {
		b.WriteString(span.Text)
	}
	return b.String()
}
