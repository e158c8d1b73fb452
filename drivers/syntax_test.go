package drivers

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"certuri/snippet"
	"certuri/uribuild"
)

// A rendered is one program and what it was rendered from.
type rendered struct {
	target snippet.Target
	in     snippet.Input
	text   string
	path   string
}

// render writes the programs of every target in the language, in every style, version and source of the password, over
// a plain, an ugly and an empty input of each deployment. Each stands in a folder of its own.
func render(t *testing.T, language string) []rendered {
	t.Helper()
	dir := t.TempDir()
	var all []rendered
	for _, target := range snippet.Targets() {
		if target.Language != language {
			continue
		}
		for i, d := range deployments {
			ugly := snippet.Input{Deployment: d, Username: usernames[2], CertificateKeyFile: keyFiles[2], Password: passwords[1]}
			ugly.Deployment.CAFile = caFiles[1]
			plain := snippet.Input{Deployment: d, CertificateKeyFile: keyFiles[0]}
			empty := snippet.Input{}
			empty.Deployment.Topology = d.Topology
			for j, in := range []snippet.Input{plain, ugly, empty} {
				for _, in.Style = range target.Styles {
					for k, version := range target.Versions {
						for _, in.PasswordFrom = range []snippet.PasswordFrom{snippet.PasswordNone, snippet.PasswordEnv, snippet.PasswordInline} {
							in.Version = version
							s, err := snippet.Render(target.ID, in)
							if err != nil {
								t.Fatalf("%s %+v: %v", target.ID, in, err)
							}
							if s.Language != language || target.Language != language {
								t.Errorf("%s is rendered in %s", target.ID, s.Language)
							}
							folder := filepath.Join(dir, fmt.Sprintf("%s_%d_%d_%s_%d_%s", target.ID, i, j, in.Style, k, in.PasswordFrom))
							r := rendered{target, in, s.Text(), filepath.Join(folder, s.File)}
							if err := os.MkdirAll(filepath.Dir(r.path), 0o700); err != nil {
								t.Fatal(err)
							}
							if err := os.WriteFile(r.path, []byte(r.text), 0o600); err != nil {
								t.Fatal(err)
							}
							all = append(all, r)
						}
					}
				}
			}
		}
	}
	if len(all) == 0 {
		t.Fatalf("no target is written in %s", language)
	}
	return all
}

func root(r []rendered) string { return filepath.Dir(filepath.Dir(r[0].path)) }

func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%.4000s", name, args[0], err, out)
	}
	return string(out)
}

func TestPythonCompiles(t *testing.T) {
	run(t, root(render(t, "python")), program(t, "python3"), "-W", "error", "-m", "compileall", "-q", ".")
}

func TestNodeCompiles(t *testing.T) {
	node := program(t, "node")
	// One process checks all: a module is compiled, and not linked, by vm.SourceTextModule.
	check := filepath.Join(t.TempDir(), "check.mjs")
	if err := os.WriteFile(check, []byte(`import { readFileSync, readdirSync } from "node:fs";
import { SourceTextModule } from "node:vm";
let count = 0;
for (const folder of readdirSync(".")) {
  new SourceTextModule(readFileSync(folder + "/connect.mjs", "utf8"), { identifier: folder });
  count++;
}
console.log(count);
`), 0o600); err != nil {
		t.Fatal(err)
	}
	all := render(t, "javascript")
	out := run(t, root(all), node, "--no-warnings", "--experimental-vm-modules", check)
	if got, want := strings.TrimSpace(out), fmt.Sprint(len(all)); got != want {
		t.Errorf("%s programs were compiled, want %s", got, want)
	}
}

func TestGoCompiles(t *testing.T) {
	all := render(t, "go")
	dir, v1 := root(all), t.TempDir()
	for _, r := range all {
		if folder := filepath.Dir(r.path); r.target.ID == "go-v1" {
			if err := os.Rename(folder, filepath.Join(v1, filepath.Base(folder))); err != nil {
				t.Fatal(err)
			}
		}
	}
	for dir, module := range map[string]string{dir: ".", v1: "modules/go-v1"} {
		if out := run(t, dir, program(t, "gofmt"), "-l", "."); out != "" {
			t.Errorf("gofmt would change\n%s", out)
		}
		goModule(t, dir, module)
		run(t, dir, program(t, "go"), "vet", "-mod=readonly", "./...")
	}
}

// goModule makes dir a module that has the driver of another one.
func goModule(t *testing.T, dir, module string) {
	t.Helper()
	for _, name := range []string{"go.mod", "go.sum"} {
		raw, err := os.ReadFile(filepath.Join(module, name))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer("certuri v0.0.0", "", "replace certuri => ../", "").Replace(string(raw))
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// The programs themselves are not run: scripts in their place print the words that the shell gives them, openssl's on the
// standard error.
func TestShellCommandsSayWhatWasMeant(t *testing.T) {
	sh := program(t, "sh")
	bin := t.TempDir()
	for name, to := range map[string]string{"mongosh": "", "mongodump": "", "openssl": " >&2"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\nprintf '%s\\0' \"$@\""+to+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	words := func(out []byte) []string { return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00") }
	for _, r := range render(t, "shell") {
		cmd := exec.Command(sh, "-eu", r.path)
		cmd.Env = []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "MONGODB_KEY_PASSWORD=" + passwords[1], "external=EXPANDED", "x=EXPANDED"}
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil {
			t.Errorf("%v\n%s\n%s", err, r.text, stderr.Bytes())
			continue
		}
		keyFile := r.in.CertificateKeyFile
		if keyFile == "" {
			keyFile = "/path/to/client.pem"
		}
		caFile := r.in.Deployment.CAFile
		inline := r.in.PasswordFrom == snippet.PasswordInline && r.in.Password != ""
		fromEnv := r.in.PasswordFrom == snippet.PasswordEnv
		var want, tls [][]string
		add := func(when bool, words ...string) {
			if when {
				want = append(want, words)
			}
		}
		constructor := r.in.Style == snippet.Constructor
		if r.target.ID == "database-tools" {
			add(true, "--collection", "none")
			add(constructor, "--sslPEMKeyFile", keyFile)
			add(constructor && caFile != "", "--sslCAFile", caFile)
			add(constructor && inline || fromEnv && r.in.Version == "100.3-100.5", "--sslPEMKeyPassword", passwords[1])
		} else {
			add(true, "--quiet", "--eval", "db.adminCommand({ connectionStatus: 1 }).authInfo.authenticatedUsers")
			add(constructor, "--tls")
			add(constructor, "--tlsCertificateKeyFile", keyFile)
			add(constructor, "--authenticationMechanism", "MONGODB-X509")
			add(constructor, "--authenticationDatabase", "$external")
			add(constructor && r.in.Username != "", "--username", r.in.Username)
			add(constructor && caFile != "", "--tlsCAFile", caFile)
			add(fromEnv || constructor && inline, "--tlsCertificateKeyFilePassword", passwords[1])
		}
		if d := r.in.Deployment; r.target.ID == "shell" && d.Topology != uribuild.SRV && len(d.Hosts) > 0 && !strings.Contains(d.Hosts[0].Name, "/") {
			tls = append(tls, []string{"-cert", keyFile, "-cert_chain", keyFile, "-key", keyFile})
			if inline {
				tls = append(tls, []string{"-pass", "pass:" + passwords[1]})
			}
			if caFile != "" {
				tls = append(tls, []string{"-CAfile", caFile})
			}
		}
		got := words(stdout.Bytes())
		holds := func(got []string, want [][]string) {
			for _, w := range want {
				i := slices.Index(got, w[0])
				if i < 0 || i+len(w) > len(got) || !slices.Equal(got[i:i+len(w)], w) {
					t.Errorf("%q are not among %q\n%s", w, got, r.text)
				}
			}
		}
		holds(got, want)
		holds(words(stderr.Bytes()), tls)
		if !slices.ContainsFunc(got[:2], func(word string) bool { return strings.HasPrefix(word, "mongodb") }) {
			t.Errorf("the first words are %q", got[:2])
		}

		// Without the variable the shell stops before the program starts.
		if fromEnv {
			cmd := exec.Command(sh, r.path)
			cmd.Env = []string{"PATH=" + bin + ":" + os.Getenv("PATH")}
			if out, err := cmd.Output(); err == nil || len(out) > 0 {
				t.Errorf("it ran without the variable: %q\n%s", out, r.text)
			}
		}
	}
}
