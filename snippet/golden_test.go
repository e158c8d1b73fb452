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

// marked shows which parts of a snippet are the person's own, which they must fill in, and where the fragment is.
func marked(s Snippet) string {
	var b strings.Builder
	for i, span := range s.Spans {
		if f := s.Fragment; f != nil && i == f.Start {
			b.WriteString("⟨")
		} else if f != nil && i == f.End {
			b.WriteString("⟩")
		}
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

// A goldenCase is one input that every target is rendered from.
type goldenCase struct {
	name string
	in   Input
}

func goldenCases(t *testing.T) []goldenCase {
	t.Helper()
	paths, _ := filepath.Glob("testdata/cases/*.json")
	if len(paths) == 0 {
		t.Fatal("no cases in testdata/cases")
	}
	var cases []goldenCase
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c := goldenCase{name: strings.TrimSuffix(filepath.Base(path), ".json")}
		d := json.NewDecoder(strings.NewReader(string(raw)))
		d.DisallowUnknownFields()
		if err := d.Decode(&c.in); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		cases = append(cases, c)
	}
	return cases
}

// One file for each target, and in it every case times every style and version whose text differs. It is written by
// "go test ./snippet -run TestGolden/TARGET -update" and read in review.
func TestGolden(t *testing.T) {
	cases := goldenCases(t)
	known := map[string]bool{"createUser": true}
	for _, target := range Targets() {
		known[target.ID] = true
		t.Run(target.ID, func(t *testing.T) {
			got := &archive{text: map[string]string{}}
			for _, c := range cases {
				for _, style := range target.Styles {
					newest := ""
					for _, version := range target.Versions {
						c.in.Style, c.in.Version = style, version
						s, err := Render(target.ID, c.in)
						if err != nil {
							t.Fatalf("%s %s %s: %v", c.name, style, version, err)
						}
						text := sections(s)
						if newest == "" {
							newest = text
						} else if text == newest {
							continue
						}
						got.add(c.name+" "+string(style)+" "+version, text)
					}
				}
			}
			compare(t, "testdata/"+target.ID+".txtar", got)
		})
	}
	t.Run("createUser", func(t *testing.T) {
		got := &archive{text: map[string]string{}}
		for _, c := range cases {
			got.add(c.name, sections(CreateUser(c.in.Username, nil)))
		}
		compare(t, "testdata/createUser.txtar", got)
	})
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		if !known[strings.TrimSuffix(filepath.Base(file), ".txtar")] {
			t.Errorf("%s belongs to no target", file)
		}
	}
}

// sections gives all of a snippet: its text, its notes, the files that it needs, and what goes with it.
func sections(s Snippet) string {
	text := marked(s)
	for _, n := range s.Notes {
		text += "note: " + n + "\n"
	}
	for _, n := range s.Needs {
		text += "needs: " + string(n.Form) + " " + n.Path + "\n"
	}
	for _, other := range s.Also {
		text += "also: " + other.File + "\n" + sections(other)
	}
	return text
}

func (a *archive) add(name, text string) {
	a.names = append(a.names, name)
	a.text[name] = text
}

func compare(t *testing.T, path string, got *archive) {
	t.Helper()
	if *update {
		got.write(t, path)
		return
	}
	want := readArchive(t, path)
	for _, name := range got.names {
		if text, ok := want.text[name]; !ok {
			t.Errorf("%s: no section %q", path, name)
		} else if got.text[name] != text {
			t.Errorf("%s: %s\n--- got\n%s--- want\n%s", path, name, got.text[name], text)
		}
	}
	for _, name := range want.names {
		if _, ok := got.text[name]; !ok {
			t.Errorf("%s: section %q belongs to nothing", path, name)
		}
	}
}
