package drivers

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite testdata/verdicts.txt")

// TestVerdicts keeps a table of what each client says of strings on which they differ: a new version of one of them that
// changes its mind shows up as a difference. "go test -run Verdicts -update ." rewrites the table.
func TestVerdicts(t *testing.T) {
	path := absolute(t, "testdata/verdicts.txt")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var uris []string
	head, _, _ := strings.Cut(string(raw), "\n\n")
	for line := range strings.Lines(string(raw)) {
		if uri, ok := strings.CutPrefix(line, "= "); ok {
			uris = append(uris, strings.NewReplacer(`\n`, "\n", `\\`, `\`).Replace(strings.TrimSuffix(uri, "\n")))
		}
	}
	if len(uris) == 0 {
		t.Fatal("no strings in testdata/verdicts.txt")
	}
	judges := judges(t, clientFiles(t))
	all := map[string][]verdict{}
	for _, client := range []string{"pymongo", "node", "go"} {
		all[client] = judges[client](uris)
	}
	var b strings.Builder
	b.WriteString(head + "\n")
	for i, uri := range uris {
		b.WriteString("\n= " + strings.NewReplacer("\n", `\n`, `\`, `\\`).Replace(uri) + "\n")
		for _, client := range []string{"pymongo", "node", "go"} {
			v := all[client][i]
			text := "taken"
			switch {
			case v.Error != "":
				text = "refused: " + v.Error
			case len(v.Warnings) > 0:
				text = "warned: " + strings.Join(v.Warnings, " | ")
			}
			first, _, _ := strings.Cut(text, "\n")
			b.WriteString("  " + client + strings.Repeat(" ", 8-len(client)) + first + "\n")
		}
	}
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, want := strings.Split(b.String(), "\n"), strings.Split(string(raw), "\n")
	for i := range max(len(got), len(want)) {
		g, w := "", ""
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			t.Fatalf("line %d\n got %s\nwant %s", i+1, g, w)
		}
	}
}
