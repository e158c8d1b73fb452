package snippet

import (
	"certuri/uribuild"
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

// targets stand in the order in which they are shown: a language's together, its plain driver first. They are pointers, so
// that the linker lays the table out and no code that copies it runs at the start.
var targets = []*Target{
	&pymongo, &pymongoAsync, &motor, &django,
	&node, &mongoose,
	&golang, &golangV1,
	&javaSync, &javaReactive, &kotlin, &scala, &springBoot, &quarkus,
	&csharp,
	&rust, &rustSync,
	&libmongoc, &cpp,
	&php, &laravel,
	&ruby, &mongoid,
	&mongosh, &databaseTools, &compass, &vscode,
	&kafkaConnector,
	&env, &kubernetes, &dockerCompose, &shellTest,
}

// Targets gives every target, in the order in which they are shown.
func Targets() []Target {
	all := make([]Target, len(targets))
	for i, t := range targets {
		all[i] = *t
	}
	return all
}

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
	return slices.IndexFunc(t.from, func(from string) bool { return !uribuild.Older(version, from) })
}
