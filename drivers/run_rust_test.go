package drivers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"certuri/snippet"
)

func init() {
	for id, older := range map[string]string{"rust": "older", "rust-sync": "older-sync"} {
		r := runner{prepare: prepareRust("newest"), client: rustClient("newest"), silent: true}
		r.older = map[string][]runner{"2.x": {{prepare: prepareRust(older), client: rustClient(older), silent: true, plainKeys: true, unheeding: true}}}
		runners[id] = r
		instead[id+" 3.0-3.1"] = "the text for 3.2-3.x, without a password"
	}
}

// crates gives the compiled libraries that a program may name, by their names: the dependencies in a folder of rust/, as "make
// drivers/rust/target/stamp" has built them.
var crates = func() func(folder string) (map[string]string, error) {
	var lock sync.Mutex
	known := map[string]map[string]string{}
	return func(folder string) (map[string]string, error) {
		lock.Lock()
		defer lock.Unlock()
		if found := known[folder]; found != nil {
			return found, nil
		}
		cmd := exec.Command("cargo", "build", "--quiet", "--locked", "--offline", "--target-dir=../target", "--message-format=json")
		cmd.Dir = filepath.Join("rust", folder)
		out, err := cmd.Output()
		if err != nil {
			return nil, err
		}
		found := map[string]string{}
		for line := range bytes.Lines(out) {
			var message struct {
				Target    struct{ Name string }
				Filenames []string
			}
			if json.Unmarshal(line, &message) == nil {
				for _, name := range message.Filenames {
					if strings.HasSuffix(name, ".rlib") {
						found[message.Target.Name] = name
					}
				}
			}
		}
		known[folder] = found
		return found, nil
	}
}()

// rustc gives the compiler with the crates. A warning is an error: what is pasted should not start with one.
func rustc(t *testing.T, folder string) []string {
	t.Helper()
	program(t, "cargo")
	found, err := crates(folder)
	if err != nil || found["mongodb"] == "" || found["tokio"] == "" {
		absent(t, "the compiled Rust driver (make drivers/rust/target/stamp)")
	}
	return []string{program(t, "rustc"), "--edition=2021", "--deny=warnings", "--extern=mongodb=" + found["mongodb"], "--extern=tokio=" + found["tokio"],
		"-Ldependency=" + filepath.Dir(found["mongodb"])}
}

func prepareRust(folder string) func(*testing.T, snippet.Target) launch {
	return func(t *testing.T, _ snippet.Target) launch {
		compiler := rustc(t, folder)
		lock := absolute(t, filepath.Join("rust", folder, "Cargo.lock"))
		return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
			// Cargo finds the crates and the features that the program's Cargo.toml asks for, in the versions that are pinned here.
			run(t, dir, program(t, "cp"), lock, "Cargo.lock")
			run(t, dir, program(t, "cargo"), "tree", "--quiet", "--offline")
			run(t, dir, compiler[0], append(compiler[1:], "-o", "connect", s.File)...)
			return exec.CommandContext(ctx, filepath.Join(dir, "connect"))
		}
	}
}

func rustClient(folder string) func(*testing.T) string {
	return func(t *testing.T) string {
		t.Helper()
		rustc(t, folder)
		id := strings.TrimSpace(run(t, filepath.Join("rust", folder), "cargo", "pkgid", "--quiet", "--offline", "mongodb")) // ...#mongodb@3.9.1
		return "mongodb " + id[strings.LastIndexAny(id, "#@")+1:] + " with rustls"
	}
}

// All programs are compiled at once, each as a module of one crate.
func TestRustCompiles(t *testing.T) {
	compiler := rustc(t, "newest")
	var all strings.Builder
	seen := map[string]bool{}
	for _, r := range render(t, "rust") {
		if r.in.Version == r.target.Versions[0] && !seen[r.text] {
			seen[r.text] = true
			fmt.Fprintf(&all, "mod program_%d {\n%s}\n", len(seen), r.text)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "all.rs"), []byte(all.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, dir, compiler[0], append(compiler[1:], "--crate-type=lib", "--emit=metadata", "--allow=dead_code", "all.rs")...)
}
