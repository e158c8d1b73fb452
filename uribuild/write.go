package uribuild

import (
	"strconv"
	"strings"
)

// A PartKind says what a piece of a connection string's text is.
type PartKind string

// The kinds of Part. Delimiters are no part; they are what stands between two.
const (
	PartScheme   PartKind = "scheme"
	PartUsername PartKind = "username"
	PartPassword PartKind = "password"
	PartHost     PartKind = "host"
	PartPort     PartKind = "port"
	PartDatabase PartKind = "database"
	PartName     PartKind = "name"  // of an option
	PartValue    PartKind = "value" // of an option
)

// A Part is one piece of a connection string's text, with its place.
type Part struct {
	Kind       PartKind
	Start, End int    // byte offsets into the text
	Value      string // decoded
	Index      int    // which host or option, counted from 0
}

// String writes the connection string: options in their order, always after "/?" because Go, the Database Tools and
// the old shell refuse a "?" without the slash, and everything in Escape's encoding. An IPv6 address is bracketed
// and its zone's percent sign is %25 (RFC 6874); a Unix domain socket's path is percent-encoded; an internationalised
// name stays as it was typed.
func (u URI) String() string {
	text, _ := u.Parts()
	return text
}

// Parts writes the connection string as String does and says where in it each part stands.
func (u URI) Parts() (string, []Part) {
	var b []byte
	parts := make([]Part, 0, 4+2*len(u.Hosts)+2*len(u.Options))
	put := func(kind PartKind, index int, value, text string) {
		start := len(b)
		b = append(b, text...)
		parts = append(parts, Part{kind, start, len(b), value, index})
	}
	scheme := "mongodb"
	if u.SRV {
		scheme = "mongodb+srv"
	}
	put(PartScheme, 0, scheme, scheme)
	b = append(b, "://"...)
	if u.HasUsername || u.HasPassword {
		put(PartUsername, 0, u.Username, Escape(u.Username))
		if u.HasPassword {
			b = append(b, ':')
			put(PartPassword, 0, u.Password, Escape(u.Password))
		}
		b = append(b, '@')
	}
	for i, h := range u.Hosts {
		if i > 0 {
			b = append(b, ',')
		}
		put(PartHost, i, h.Name, hostText(h.Name))
		if h.Port != 0 {
			b = append(b, ':')
			port := strconv.Itoa(int(h.Port))
			put(PartPort, i, port, port)
		}
	}
	if u.Database != "" || len(u.Options) > 0 {
		b = append(b, '/')
	}
	if u.Database != "" {
		put(PartDatabase, 0, u.Database, Escape(u.Database))
	}
	for i, o := range u.Options {
		if i == 0 {
			b = append(b, '?')
		} else {
			b = append(b, '&')
		}
		put(PartName, i, o.Name, Escape(o.Name))
		b = append(b, '=')
		put(PartValue, i, o.Value, Escape(o.Value))
	}
	return string(b), parts
}

// String writes the host as a connection string has it, with its port if it has one.
func (h Host) String() string {
	if h.Port == 0 {
		return hostText(h.Name)
	}
	return hostText(h.Name) + ":" + strconv.Itoa(int(h.Port))
}

func hostText(name string) string {
	if strings.Contains(name, ":") && !strings.Contains(name, "/") {
		return "[" + strings.ReplaceAll(name, "%", "%25") + "]"
	}
	if strings.Contains(name, "/") {
		return Escape(name)
	}
	// Names beyond ASCII are for the resolver to translate: percent-encoded they would reach PyMongo undecoded.
	b := make([]byte, 0, len(name))
	for i := range len(name) {
		if name[i] >= 0x80 {
			b = append(b, name[i])
		} else {
			b = appendEscaped(b, name[i:i+1])
		}
	}
	return string(b)
}
