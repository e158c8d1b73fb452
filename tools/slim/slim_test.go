package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program needs all that the runtime reads the tables for: stacks that grow and are scanned, panics that are recovered,
// the names of callers.
const program = `package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

type tree struct{ left, right *tree }

func grow(n int) *tree {
	if n == 0 {
		return nil
	}
	var pad [64]byte
	t := &tree{grow(n - 1), nil}
	pad[n%64]++
	if n%64 == 0 {
		runtime.GC()
	}
	t.right = &tree{}
	return t
}

func fails(a []int, i int) (err any) {
	defer func() { err = recover() }()
	return a[i]
}

func main() {
	depth := 0
	for t := grow(2000); t != nil; t = t.left {
		depth++
	}
	fmt.Println(depth, fails([]int{1}, 3))
	pc, _, line, _ := runtime.Caller(0)
	fmt.Println(runtime.FuncForPC(pc).Name(), line > 0)
	fmt.Println(len(debug.Stack()) > 0)
	done := make(chan int)
	go func() { defer close(done); done <- depth }()
	fmt.Println(<-done)
	var m map[string]int
	m["x"] = 1
}
`

func build(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"main.go": program, "go.mod": "module x\n\ngo 1.26\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	wasm := filepath.Join(dir, "x.wasm")
	cmd := exec.Command("go", "build", "-ldflags=-s -w", "-o", wasm, ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return wasm
}

func run(t *testing.T, wasm string) (stdout, stderr string) {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec_node.js"), wasm)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")} // the loader refuses a big environment
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	_ = cmd.Run() // it ends with a panic
	return out.String(), errs.String()
}

// A slimmed program does what it did, and a crash still names the program's functions, but no line.
func TestSlim(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("node is not here")
	}
	path := build(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	after, err := slim(before, "main.")
	if err != nil {
		t.Fatal(err)
	}
	slimmed := filepath.Join(filepath.Dir(path), "slim.wasm")
	if err := os.WriteFile(slimmed, after, 0o644); err != nil {
		t.Fatal(err)
	}
	out, trace := run(t, path)
	slimOut, slimTrace := run(t, slimmed)
	if want := "2000 runtime error: index out of range [3] with length 1\nmain.main true\ntrue\n2000\n"; out != want {
		t.Fatalf("before: %q", out)
	}
	if want := strings.Replace(out, "main.main true", "main.main false", 1); slimOut != want {
		t.Errorf("after: %q, want %q", slimOut, want)
	}
	if !strings.Contains(trace, "main.go:") {
		t.Fatalf("before:\n%s", trace)
	}
	if !strings.Contains(slimTrace, "assignment to entry in nil map") || !strings.Contains(slimTrace, "main.main()\n\t?:0") {
		t.Errorf("after:\n%s", slimTrace)
	}
	if bytes.Contains(after, []byte("fmt.Println\x00")) || !bytes.Contains(before, []byte("fmt.Println\x00")) {
		t.Error("the names of other packages are still there")
	}
	if again, err := slim(after, "main."); err != nil || !bytes.Equal(again, after) {
		t.Errorf("slimming twice is not slimming once: %v", err)
	}
}

// What is not laid out as expected is refused, so that a new Go cannot break the engine in silence.
func TestSlimRefuses(t *testing.T) {
	wasm, err := os.ReadFile(build(t))
	if err != nil {
		t.Fatal(err)
	}
	other := bytes.Replace(wasm, magic, append([]byte{0xf0}, magic[1:]...), 1)
	for name, b := range map[string][]byte{
		"empty": nil, "text": []byte("#!/bin/sh"), "cut": wasm[:len(wasm)/2], "no table": other, "header only": wasm[:8],
	} {
		if _, err := slim(b, "main."); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}
