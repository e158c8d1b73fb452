package drivers

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// absent skips the test on a laptop that lacks a program and fails it in CI.
func absent(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what + " is not here")
	}
	t.Skip(what + " is not here")
}

func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		absent(t, name)
	}
	return path
}

// pythonWithPyMongo gives the interpreter of the virtual environment.
func pythonWithPyMongo(t *testing.T) string {
	t.Helper()
	path := absolute(t, ".venv/bin/python")
	if _, err := os.Stat(path); err != nil {
		absent(t, "PyMongo's virtual environment (drivers/.venv)")
	}
	return path
}

// nodeModules gives the folder that holds the Node.js packages.
func nodeModules(t *testing.T) string {
	t.Helper()
	path := absolute(t, "node/node_modules")
	if _, err := os.Stat(filepath.Join(path, "mongodb")); err != nil {
		absent(t, "the Node.js driver (drivers/node/node_modules/mongodb)")
	}
	return path
}

// ask runs a parser in dir, gives it the strings and reads one answer for each.
func ask[T any](t *testing.T, dir string, strings []string, name string, args ...string) []T {
	t.Helper()
	in, err := json.Marshal(strings)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(in)
	cmd.Env = append(os.Environ(), "PYTHONHASHSEED=0") // PyMongo prints sets
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", args[0], err, stderr.Bytes())
	}
	var answers []T
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatalf("%s: %v", args[0], err)
	}
	if len(answers) != len(strings) {
		t.Fatalf("%s: %d answers to %d strings", args[0], len(answers), len(strings))
	}
	return answers
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
