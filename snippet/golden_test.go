package snippet

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// An archive is a txtar file: a comment, then sections under "-- name --" lines, in their order.
type archive struct {
	comment string
	names   []string
	text    map[string]string
}

func readArchive(t *testing.T, path string) *archive {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	a := &archive{text: map[string]string{}}
	name := ""
	for line := range strings.Lines(string(raw)) {
		if n, ok := strings.CutPrefix(line, "-- "); ok && strings.HasSuffix(n, " --\n") {
			name = strings.TrimSuffix(n, " --\n")
			a.names = append(a.names, name)
		} else if name == "" {
			a.comment += line
		} else {
			a.text[name] += line
		}
	}
	return a
}

func (a *archive) write(t *testing.T, path string) {
	t.Helper()
	var b strings.Builder
	b.WriteString(a.comment)
	for _, name := range a.names {
		b.WriteString("-- " + name + " --\n" + a.text[name])
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// marked shows which parts of a snippet are the person's own and which they must fill in.
func marked(s Snippet) string {
	var b strings.Builder
	for _, span := range s.Spans {
		switch span.Kind {
		case Yours:
			b.WriteString("⟦" + span.Text + "⟧")
		case Fill:
			b.WriteString("⟪" + span.Text + "⟫")
		default:
			b.WriteString(span.Text)
		}
	}
	return b.String()
}

// Every case times every target, style and version whose text differs. A case's sections are written by
// "go test ./snippet -update" from its input.json and read in review.
func TestGolden(t *testing.T) {
	paths, _ := filepath.Glob("testdata/*.txtar")
	if len(paths) == 0 {
		t.Fatal("no cases in testdata")
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			a := readArchive(t, path)
			var in Input
			d := json.NewDecoder(strings.NewReader(a.text["input.json"]))
			d.DisallowUnknownFields()
			if err := d.Decode(&in); err != nil {
				t.Fatal(err)
			}
			got := &archive{comment: a.comment, names: []string{"input.json"}, text: map[string]string{"input.json": a.text["input.json"]}}
			add := func(name string, s Snippet) {
				text := marked(s)
				for _, n := range s.Notes {
					text += "note: " + n + "\n"
				}
				got.names = append(got.names, name)
				got.text[name] = text
			}
			for _, target := range Targets() {
				for _, style := range target.Styles {
					newest := ""
					for _, version := range target.Versions {
						in.Style, in.Version = style, version
						s, err := Render(target.ID, in)
						if err != nil {
							t.Fatalf("%s %s %s: %v", target.ID, style, version, err)
						}
						if newest == "" {
							newest = s.Text()
						} else if s.Text() == newest {
							continue
						}
						add(target.ID+" "+string(style)+" "+version, s)
					}
				}
			}
			add("createUser", CreateUser(in.Username, nil))
			if *update {
				got.write(t, path)
				return
			}
			for _, name := range got.names {
				if want, ok := a.text[name]; !ok {
					t.Errorf("%s: no section %q", path, name)
				} else if got.text[name] != want {
					t.Errorf("%s: %s\n--- got\n%s--- want\n%s", path, name, got.text[name], want)
				}
			}
			for _, name := range a.names {
				if _, ok := got.text[name]; !ok {
					t.Errorf("%s: section %q belongs to no target", path, name)
				}
			}
		})
	}
}
