package uribuild

import (
	"slices"
	"strings"
)

// wrapped says what a shell, Compose or the like does to the string before a client reads it. Parse has read the string
// as it was meant.
func (l *linter) wrapped() {
	w := l.p.around
	if w.splits {
		l.add(Finding{ID: "uri-shell", Severity: SeverityError, Start: l.p.Start, End: l.p.End,
			What: "A shell ends the command at the first & of the string.",
			Why:  "Without quotes & starts the command in the background, and the client gets what stands before it.",
			Fix:  "Put the string between single quotes."}, unchanged)
	}
	i := l.p.option(optSource)
	if i < 0 {
		return
	}
	start, end := l.value(i)
	switch raw := l.p.Text[start:end]; {
	case raw == "$"+External:
		if !w.compose {
			return // R02 says it
		}
		f := Finding{ID: "R03", Severity: SeverityWarning, Start: start, End: end,
			What: "$$external is right in Docker Compose alone.",
			Why:  "Compose makes one dollar sign of two; everything else passes on both.",
			Fix:  "Write authSource=%24external, which is right everywhere."}
		switch {
		case w.list || l.target == "docker-compose":
			f.Severity = SeverityInfo
		case l.target == "kubernetes":
			f.Severity = SeverityError
		}
		l.add(f, unchanged)
	case strings.HasPrefix(raw, External):
		f := Finding{ID: "R03", Severity: SeverityWarning, Start: start, End: end,
			What: "A raw dollar sign stands in authSource.",
			Why:  "Outside single quotes a shell puts the value of its variable external there, which is nothing; so do PHP, Docker Compose and some readers of .env files.",
			Fix:  "Write authSource=%24external, which nothing expands."}
		switch {
		case w.expands || w.list || l.target == "docker-compose":
			f.Severity = SeverityError
			f.What = "$external is taken for a variable before the client reads it."
			f.Error = l.emptySource()
		case w.may:
		case w.protects || l.target != "" && l.target != "env" && l.target != "shell" && l.target != "mongosh" && l.target != "database-tools":
			f.Severity = SeverityInfo
		}
		l.add(f, unchanged)
	}
}

func (l *linter) emptySource() string {
	return l.says("InvalidURI: the authSource database cannot be an empty string", `MongoAPIError: URI option "authSource" cannot be specified with no value`, "authSource must be non-empty when supplied in a URI")
}

// placeholders looks for what a page or a template has in place of a name, a password, a host or a path.
func (l *linter) placeholders() {
	var first, last *Part
	user := false
	variable := true
	for i := range l.p.Parts {
		part := &l.p.Parts[i]
		if !IsPlaceholder(part.Kind, part.Value) {
			continue
		}
		if first == nil {
			first = part
		}
		last = part
		variable = variable && strings.ContainsAny(part.Value[:min(1, len(part.Value))], "${%")
		switch part.Kind {
		case PartUsername, PartPassword:
			user = true
		default:
			l.useless = true
		}
	}
	if first == nil {
		return
	}
	f := Finding{ID: "uri-placeholder", Severity: SeverityError, Start: first.Start, End: last.End,
		What: "A placeholder stands where a value belongs.",
		Why:  "The text was copied from a page or an example that leaves this to you; a client takes it as it is.",
		Fix:  "Write your own value."}
	if variable {
		f.Severity = SeverityWarning
		f.What = "A variable of a template stands where a value belongs."
		f.Why = "Whatever replaces it is what the client reads, and must be percent-encoded. A client does not replace it."
		f.Fix = "Check the string that comes out of the template."
		l.useless = true
	}
	var mend func(*URI)
	if user {
		f.Fix = "Leave user name and password out: the server takes the name from the certificate."
		if l.useless {
			f.Fix = "Write your own values, without user name and password: the server takes the name from the certificate."
		}
		mend = func(u *URI) {
			u.HasUsername, u.Username, u.HasPassword, u.Password = false, "", false, ""
			if u.option(optMechanism) < 0 {
				u.set(optMechanism, X509)
				u.set(optSource, External)
			}
			if !u.SRV {
				u.set(optTLS, "true")
			}
		}
	}
	l.add(f, mend)
}

// IsPlaceholder says whether a part of a connection string is one: in brackets, a variable, crossed out, or an example's
// own word.
func IsPlaceholder(kind PartKind, v string) bool {
	if kind == PartHost || kind == PartValue {
		// <cluster>.ab1cd.mongodb.net, cluster0.xxxxx.mongodb.net, /path/to/client.pem
		if kind == PartHost {
			v, _, _ = strings.Cut(v, ":")
		}
		if strings.EqualFold(strings.Trim(v, "${}"), External[1:]) {
			return false // R02 says it
		}
		if bracketed(v) {
			return true
		}
		for _, piece := range strings.FieldsFunc(v, func(r rune) bool { return r == '.' || r == '/' }) {
			if bracketed(piece) || kind == PartHost && crossedOut(piece) {
				return true
			}
		}
		lower := strings.ToLower(v)
		return kind == PartHost && (v == "HOST" || v == "HOSTNAME" || strings.HasPrefix(lower, "your-") || strings.HasPrefix(lower, "your_") || strings.HasPrefix(v, "YOUR")) ||
			kind == PartValue && strings.HasPrefix(lower, "/path/to/")
	}
	if kind != PartUsername && kind != PartPassword {
		return false
	}
	if bracketed(v) || crossedOut(v) {
		return true
	}
	v = strings.ToLower(strings.ReplaceAll(v, "_", ""))
	if kind == PartUsername {
		return slices.Contains([]string{"user", "username", "dbuser", "dbusername", "myuser", "youruser", "yourusername"}, v)
	}
	return slices.Contains([]string{"pass", "password", "dbpassword", "mypassword", "yourpassword", "pwd"}, v)
}

// bracketed says whether brackets or the signs of a template stand around s, or a dollar sign before a name.
func bracketed(s string) bool {
	for _, pair := range [...][2]string{{"<", ">"}, {"{", "}"}, {"${", "}"}, {"[", "]"}, {"%", "%"}} {
		if len(s) > 2 && strings.HasPrefix(s, pair[0]) && strings.HasSuffix(s, pair[1]) {
			return true
		}
	}
	name, found := strings.CutPrefix(s, "$")
	return found && s != External && plainName(name)
}

func crossedOut(s string) bool {
	return len(s) > 2 && (strings.Trim(s, "x") == "" || strings.Trim(s, "X") == "" || strings.Trim(s, "*") == "")
}
