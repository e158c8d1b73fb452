package diagnose

import (
	"strings"

	"certuri/uribuild"
)

// otherEnd are the words behind which the shell names the certificate's subject and not what was typed
// (mongodb/mongo src/mongo/db/commands/authentication_commands.cpp).
const otherEnd = "does not match the provided client certificate user"

// withoutOtherEnd takes the certificate's own name out of that message.
func withoutOtherEnd(text string) string {
	const quote = "\""
	before, rest, found := strings.Cut(text, otherEnd)
	lead, quoted, opened := strings.Cut(rest, quote)
	if name, after, closed := strings.Cut(quoted, quote); found && opened && closed {
		escape := name[len(strings.TrimRight(name, "\\")):] // of the quotes, in JSON
		return before + otherEnd + lead + quote + escape + quote + after
	}
	return text
}

// place looks where a name that equals the certificate's stands in a text, and says why it is another there: a literal that
// loses its backslashes, blanks inside the quotes, another database, percent-encoding. It leaves c as it is when the name is
// right where it stands.
func (c *Comparison) place(text string) {
	same := func(what, why, fix, entry string) {
		c.Verdict, c.Entry, c.What, c.Why, c.Fix = NamesSpelling, entry, what, why, fix
	}
	const bytewise = "The server compares the text byte for byte with its own spelling of the subject."
	bare, exact, external, blanks, swallowed, database := strings.Contains(text, c.Ours), false, false, false, false, ""
	quotes := quotedIn(text)
	at := 0
	for _, q := range quotes {
		at += strings.Index(text[at:], q) + len(q)
		inner := unquoted(q)
		db, name, qualified := strings.Cut(inner, ".")
		switch {
		case q == c.Ours && strings.Contains(q, `\`) && q == inner && ofJavaScript(text[:at-len(q)]):
			swallowed = true
		case inner == c.Ours || q == c.Ours || inner == "$external."+c.Ours:
			exact = true
			switch d := databaseBehind(text[at:]); d {
			case "":
			case "$external":
				external = true
			default:
				database = d
			}
		case qualified && name == c.Ours && db != "$external" && labelEnd(db, 0) == 0:
			exact, database = true, db
		case strings.Trim(inner, " \t") == c.Ours:
			blanks = true
		}
	}
	if u := uribuild.Parse(text); len(quotes) == 0 && strings.Contains(text, "://") && u.HasUsername {
		exact, blanks = u.Username == c.Ours, strings.Trim(u.Username, " \t") == c.Ours && u.Username != c.Ours
	}
	if database == "" && exact && !strings.Contains(text, "$external") {
		database = databaseBefore(text)
	}
	use := "Use exactly: " + c.Ours
	switch {
	case exact && !external && database != "" && database != "$external":
		same("The name is right, and the user is in the database "+database+".", "A login with a certificate looks for its user in $external.",
			`Create it there: db.getSiblingDB("$external").createUser(...), and drop the other.`, "U02")
	case exact:
	case swallowed:
		same("The literal loses its backslashes: JavaScript keeps what follows one, and drops it.", "What is stored is another name.",
			"Double each: "+strings.ReplaceAll(c.Ours, `\`, `\\`), "U08")
	case blanks:
		same("The same name with blanks around it, inside the quotes.", bytewise, use, "U03")
	case !bare && len(quotes) == 0 && strings.Contains(strings.ToUpper(text), "%3D") && !strings.Contains(text, "://"):
		same("The same name, percent-encoded.", "That is right in a connection string. In createUser, -u and options it is sent as it stands.",
			"Outside of a connection string write: "+c.Ours, "U03")
	}
}

// ofJavaScript says whether what comes before a string and its quote is a key without quotes, which only JavaScript has.
func ofJavaScript(before string) bool {
	key, found := strings.CutSuffix(strings.TrimRight(before[:max(len(before)-1, 0)], " \t\r\n"), ":")
	key = strings.TrimRight(key, " \t")
	return found && key != "" && isLetter(key[len(key)-1]) && strings.ContainsAny(key, "{(")
}

// databaseBehind reads the database that follows a user's name: ", db: "admin".
func databaseBehind(rest string) string {
	field, value, found := strings.Cut(rest, ":")
	if found && strings.Trim(field, " \t\r\n,\"'`") == "db" {
		if v := strings.TrimLeft(value, " \t"); v != "" && strings.IndexByte("\"'`", v[0]) >= 0 {
			db, _, _ := strings.Cut(v[1:], v[:1])
			return db
		}
	}
	return ""
}

// databaseBefore reads the database that a command is sent to: use admin, or getSiblingDB("admin").
func databaseBefore(text string) string {
	if _, rest, found := strings.Cut(text, "getSiblingDB("); found && rest != "" {
		db, _, _ := strings.Cut(rest[1:], rest[:1])
		return db
	}
	db := ""
	for line := range strings.Lines(text) {
		if name, found := strings.CutPrefix(strings.TrimSpace(line), "use "); found {
			db = strings.TrimRight(name, " ;")
		}
	}
	return db
}
