package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// modules has a wasm package that reaches text/template in two steps.
func TestForbiddenImportsNameTheWay(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":       "module certuri\n\ngo 1.26.0\n",
		"wasm/main.go": "package main\n\nimport _ \"certuri/middle\"\n\nfunc main() {}\n",
		"middle/m.go":  "package middle\n\nimport _ \"text/template\"\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	found, err := forbiddenImports(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(found, "\n")
	if !strings.Contains(all, "text/template") || !strings.Contains(all, "certuri/wasm -> certuri/middle -> text/template") {
		t.Errorf("found %q", found)
	}
}

// Compressed sizes are judged against a budget, so they must be those of whole, real streams.
func TestWeigh(t *testing.T) {
	data := []byte(strings.Repeat("certificate ", 10_000))
	w := weigh("x", data)
	if w.raw != len(data) || w.gzip < 20 || w.gzip > 2000 || w.brotli < 10 || w.brotli >= w.gzip {
		t.Errorf("%+v", w)
	}
}
