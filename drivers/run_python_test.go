package drivers

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"certuri/snippet"
)

func init() {
	python := func(label, name string, older map[string][]string) runner {
		r := runner{srv: true, prepare: preparePython(""), client: pythonPackage(label, name, ""), older: map[string][]runner{}}
		for version, folders := range older {
			for _, folder := range folders {
				r.older[version] = append(r.older[version], runner{prepare: preparePython(folder), client: pythonPackage(label, name, folder)})
			}
		}
		return r
	}
	runners["pymongo"] = python("PyMongo", "pymongo", map[string][]string{ // 3.6 is the first that Python 3.11 imports
		"4.x": {"pymongo-4.0"}, "3.11-3.13": {"pymongo-3.11"}, "3.9-3.10": {"pymongo-3.9"}, "3.4-3.8": {"pymongo-3.6"}})
	runners["pymongo-async"] = python("PyMongo", "pymongo", map[string][]string{"4.x": {"pymongo-4.9"}})
	instead["motor 2.2-2.5"] = "it needs a Python before 3.11; the text is that for 3.x"
	runners["motor"] = python("Motor", "motor", map[string][]string{"3.x": {"motor-3.1"}})
	runners["django"] = python("Django MongoDB Backend", "django-mongodb-backend", map[string][]string{"5.2.1-6.x": {"django-5.2.1"}, "5.2.0": {"django-5.2.0"}})
}

// preparePython runs with the packages in a folder of .venv/older, or with those of .venv.
func preparePython(folder string) func(*testing.T, snippet.Target) launch {
	return func(t *testing.T, _ snippet.Target) launch {
		python, path, resolver := pythonWithPyMongo(t), olderPackages(t, folder), absolute(t, "parsers/resolver.py")
		return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
			// The path goes in by the command line: the environment is the program's own.
			return exec.CommandContext(ctx, python, "-W", "error::UserWarning", "-c",
				`import os, runpy, sys
sys.path.insert(0, sys.argv[2])
if "CERTURI_DNS" in os.environ:
    runpy.run_path(sys.argv[3])
runpy.run_path(sys.argv[1], run_name="__main__")`, s.File, path, resolver)
		}
	}
}

// olderPackages gives the folder with old packages, "" for none.
func olderPackages(t *testing.T, folder string) string {
	t.Helper()
	if folder == "" {
		return ""
	}
	path := absolute(t, filepath.Join(".venv/older", folder))
	if _, err := os.Stat(path); err != nil {
		absent(t, "drivers/.venv/older/"+folder)
	}
	return path
}

// pythonPackage says which version of a package is installed.
func pythonPackage(label, name, folder string) func(t *testing.T) string {
	return func(t *testing.T) string {
		t.Helper()
		return label + " " + strings.TrimSpace(run(t, ".", pythonWithPyMongo(t), "-c",
			"import sys, importlib.metadata; sys.path[:0] = sys.argv[2:]; print(importlib.metadata.version(sys.argv[1]))", name, olderPackages(t, folder)))
	}
}
