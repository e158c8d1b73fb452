// Package architecture holds docs/architecture.md to the code.
package architecture

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"certuri/internal/oracle"
)

// TestImports: the table of docs/architecture.md names for every package what it imports, tests aside, no less and no more.
func TestImports(t *testing.T) {
	document, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	rooms := map[string][]string{} // what each may import, as the table has it
	for line := range strings.SplitSeq(string(document), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || !strings.HasPrefix(cells[1], " `") {
			continue
		}
		var names []string
		for i, part := range strings.Split(cells[3], "`") {
			if i%2 == 1 {
				names = append(names, strings.TrimSuffix(part, "/"))
			}
		}
		rooms[strings.TrimSuffix(strings.Trim(cells[1], " `"), "/")] = names
	}
	packages := list(t, "GOOS=", "./...")
	packages["wasm"] = list(t, "GOOS=js", "./wasm")["wasm"]
	if len(packages) < 10 {
		t.Fatalf("go list knows %d packages", len(packages))
	}
	for name, imports := range packages {
		room, _, _ := strings.Cut(name, "/internal/") // a package's own
		names, ok := rooms[room]
		if !ok {
			t.Errorf("%s is not in the table", name)
			continue
		}
		used := map[string]bool{}
		for _, path := range imports {
			found := false
			for _, n := range names {
				if is(path, n) {
					found, used[n] = true, true
				}
			}
			if first, _, _ := strings.Cut(path, "/"); !found && (first == "certuri" || strings.Contains(first, ".")) {
				t.Errorf("%s imports %s, which the table does not have", name, path)
			}
		}
		for _, n := range names {
			if room == name && !used[n] {
				t.Errorf("%s does not import %s, though the table has it", name, n)
			}
		}
	}
}

// is tells whether the table's name stands for an import path: the whole of it for the project's and the standard library's
// packages, some of its elements for another module.
func is(path, name string) bool {
	if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") {
		return strings.Contains("/"+path+"/", "/"+name+"/")
	}
	return strings.TrimPrefix(path, "certuri/") == name
}

// list gives the imports of packages, by their paths within the module.
func list(t *testing.T, system, pattern string) map[string][]string {
	t.Helper()
	cmd := exec.Command(oracle.Program(t, "go"), "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", pattern)
	cmd.Dir = "../.."
	if cmd.Env = os.Environ(); system == "GOOS=js" {
		cmd.Env = append(cmd.Env, system, "GOARCH=wasm")
	}
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		packages[strings.TrimPrefix(words[0], "certuri/")] = words[1:]
	}
	return packages
}
