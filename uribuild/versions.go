package uribuild

import (
	"strconv"
	"strings"
)

// A Span says from which version a family of clients reads an option, and from which it no longer does.
type Span struct {
	Clients     Clients // one family
	From, Until string  // "" where nothing is known or nothing is meant
}

var familyNames = []struct {
	family Clients
	name   string
}{{PyMongo, "PyMongo"}, {Node, "Node.js"}, {Go, "Go"}, {JVM, "Java"}, {DotNet, ".NET"}, {Rust, "Rust"}, {C, "C"}, {Ruby, "Ruby"}}

func (c Clients) name() string {
	for _, f := range familyNames {
		if f.family == c {
			return f.name
		}
	}
	return ""
}

// Since says in words what Spans say and what they cannot.
func (o *OptionInfo) Since() string {
	var came, went []string
	for _, s := range o.Spans {
		if s.From != "" {
			came = append(came, s.Clients.name()+" "+s.From)
		}
		if s.Until != "" {
			went = append(went, s.Clients.name()+" "+s.Until)
		}
	}
	var parts []string
	if len(came) > 0 {
		parts = append(parts, "there from "+strings.Join(came, ", "))
	}
	if len(went) > 0 {
		parts = append(parts, "gone from "+strings.Join(went, ", "))
	}
	if o.Note != "" {
		parts = append(parts, o.Note)
	}
	return strings.Join(parts, "; ")
}

func (o *OptionInfo) span(family Clients) Span {
	for _, s := range o.Spans {
		if s.Clients == family {
			return s
		}
	}
	return Span{}
}

// driverVersion gives the version of the driver whose parser a target's version uses, "" when that is not known. Mongoose
// and mongosh bring the Node.js driver, Motor brings PyMongo: their numbers run ahead or behind by a constant.
func driverVersion(target, version string) string {
	version = strings.TrimPrefix(Newest(version), "v")
	major, rest, _ := strings.Cut(version, ".")
	n, ok := leadingNumber(major)
	if !ok {
		return ""
	}
	switch target {
	case "pymongo", "pymongo-async", "node", "go", "go-v1", "java-sync", "java-reactive", "kotlin", "scala", "rust", "rust-sync", "ruby", "csharp", "c":
		return version
	case "mongoose": // 6 to 9 have the driver 4 to 7, 5 has 3
		if minor, _, _ := strings.Cut(rest, "."); n == 6 && minor == "0" {
			return "4.1.1"
		}
		return strconv.Itoa(n - 2)
	case "motor": // 2 has PyMongo 3, 3 has PyMongo 4
		return strconv.Itoa(n + 1)
	case "mongosh":
		if minor, _, _ := strings.Cut(rest, "."); n == 1 || minor == "0" {
			return "5" // mongosh 2.0 has the driver 6
		}
		return "6"
	}
	return ""
}

// Newest gives the newest version of a range: 3.8 of "3.4-3.8". A single version is its own.
func Newest(version string) string { return version[strings.LastIndexByte(version, '-')+1:] }

// Older says whether version a comes before b. "x" and what is missing count as the highest in a, so that "4.x" is the
// newest 4, and as the lowest in b.
func Older(a, b string) bool {
	as, bs := strings.Split(strings.TrimPrefix(a, "v"), "."), strings.Split(b, ".")
	for i, y := range bs {
		if i == len(as) {
			return false
		}
		have, ok := leadingNumber(as[i])
		if !ok {
			return false
		}
		if want, _ := leadingNumber(y); have != want {
			return have < want
		}
	}
	return false
}

// leadingNumber reads the digits that a part of a version begins with: 20 of "20rc1".
func leadingNumber(s string) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' || i > 6 {
			return n, i > 0
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, s != ""
}

// VersionNumber reads a version as a person types it: "4", "v6.2.1", "4.x", "5.0.0-rc1", "1.10+", "3.0-3.1". It gives the
// first two numbers, of a range those of its end; minor is -1 where it is an x or left out. It is not ok for anything
// else, an x before the end among it.
func VersionNumber(version string) (major, minor int, ok bool) {
	version = strings.TrimPrefix(version, "v")
	if from, to, ranged := strings.Cut(version, "-"); ranged {
		if major, minor, ok = VersionNumber(from); ok && to != "" && to[0] >= '0' && to[0] <= '9' {
			return VersionNumber(to)
		}
		return major, minor, ok && plainWord(to)
	}
	minor = -1
	parts := strings.Split(version, ".")
	for i, part := range parts {
		n, ok := leadingNumber(part)
		last := i == len(parts)-1
		switch {
		case part == "x" && i > 0 && last:
			n = -1
		case i == 3 && last && plainWord(part): // dev0
		case !ok || i > 3 || !plainWord(part) || !last && strings.Trim(part, "0123456789") != "":
			return 0, 0, false
		}
		switch i {
		case 0:
			major = n
		case 1:
			minor = n
		}
	}
	return major, minor, true
}

// plainWord says whether s has letters, digits, dots, underscores and plus signs only, and at least one of them.
func plainWord(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; (c < 'a' || c > 'z') && (s[i] < '0' || s[i] > '9') && s[i] != '.' && s[i] != '_' && s[i] != '+' {
			return false
		}
	}
	return s != "" && len(s) <= 12
}
