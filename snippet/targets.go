package snippet

import (
	"slices"
	"strings"
)

// A Target is one client that snippets can be rendered for.
type Target struct {
	ID       string
	Label    string
	Language string // of the snippet: "python", "javascript", "go", "shell", ...
	Group    string // the heading that it stands under
	Styles   []Style
	Versions []string // labels, newest first
	File     Form     // the form of the file that holds the certificate and the key
	CA       Form     // the form of the file with the servers' authorities; "" stands for CAPEM
	Docs     string   // the page of the client's own manual
	Since    string   // the oldest version that has everything the snippet uses
	// KeyPerConnection says that the client decrypts the key for every connection and not once: Node.js makes a secure
	// context in each tls.connect (nodejs/node lib/_tls_wrap.js).
	KeyPerConnection bool

	from     []string // the oldest version that each of Versions is right for
	saveAs   string
	language *language
	// render writes the text. It sets the writer's needs where they are not one file of each form.
	render func(*writer, *request)
}

// targets stand in the order in which they are shown: a language's together, its plain driver first.
var targets = []Target{
	pymongo, pymongoAsync,
	node,
	golang,
	mongosh,
}

// Targets gives every target, in the order in which they are shown.
func Targets() []Target { return slices.Clone(targets) }

// age gives the index of the version's entry in Versions, -1 when the snippet is right for none so old.
func (t *Target) age(version string) int {
	if version == "" {
		return 0
	}
	if i := slices.Index(t.Versions, version); i >= 0 {
		return i
	}
	if c := strings.TrimPrefix(version, "v"); c == "" || c[0] < '0' || c[0] > '9' {
		return -1
	}
	return slices.IndexFunc(t.from, func(from string) bool { return !older(version, from) })
}

// older compares the numbers of two versions; "x" and what is missing count as the highest in the left one, so that
// "4.x" is read as the newest 4.
func older(a, b string) bool {
	as, bs := strings.Split(strings.TrimPrefix(a, "v"), "."), strings.Split(b, ".")
	for i, y := range bs {
		if i == len(as) {
			return false
		}
		x, ok := number(as[i])
		if !ok {
			return false
		}
		if want, _ := number(y); x != want {
			return x < want
		}
	}
	return false
}

func number(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' || i > 6 {
			return n, i > 0
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, s != ""
}
