package drivers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"certuri/snippet"
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
							if err := os.Mkdir(folder, 0o700); err != nil {
								t.Fatal(err)
							}
							r := rendered{target, in, s.Text(), filepath.Join(folder, s.File)}
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
	dir := root(all)
	if out := run(t, dir, program(t, "gofmt"), "-l", "."); out != "" {
		t.Errorf("gofmt would change\n%s", out)
	}
	goModule(t, dir)
	run(t, dir, program(t, "go"), "vet", "-mod=mod", "./...")
}

// goModule makes dir a module that has the driver of this one.
func goModule(t *testing.T, dir string) {
	t.Helper()
	for _, name := range []string{"go.mod", "go.sum"} {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer("certuri v0.0.0", "", "replace certuri => ../", "").Replace(string(raw))
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// mongosh itself is not run: a script in its place prints the words that the shell gives it.
func TestShellCommandsSayWhatWasMeant(t *testing.T) {
	sh := program(t, "sh")
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "mongosh"), []byte("#!/bin/sh\nprintf '%s\\0' \"$@\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, r := range render(t, "shell") {
		cmd := exec.Command(sh, "-eu", r.path)
		cmd.Env = []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "MONGODB_KEY_PASSWORD=" + passwords[1], "external=EXPANDED", "x=EXPANDED"}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%v\n%s\n%s", err, r.text, out)
			continue
		}
		words := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
		want := [][]string{{"--quiet"}, {"--eval", "db.adminCommand({ connectionStatus: 1 }).authInfo.authenticatedUsers"}}
		if r.in.Style == snippet.Constructor {
			keyFile := r.in.CertificateKeyFile
			if keyFile == "" {
				keyFile = "/path/to/client.pem"
			}
			want = append(want, []string{"--tls"}, []string{"--tlsCertificateKeyFile", keyFile},
				[]string{"--authenticationMechanism", "MONGODB-X509"}, []string{"--authenticationDatabase", "$external"})
			if r.in.Username != "" {
				want = append(want, []string{"--username", r.in.Username})
			}
			if r.in.Deployment.CAFile != "" {
				want = append(want, []string{"--tlsCAFile", r.in.Deployment.CAFile})
			}
		}
		if r.in.PasswordFrom == snippet.PasswordEnv || r.in.Style == snippet.Constructor && r.in.PasswordFrom == snippet.PasswordInline && r.in.Password != "" {
			want = append(want, []string{"--tlsCertificateKeyFilePassword", passwords[1]})
		}
		for _, w := range want {
			i := slices.Index(words, w[0])
			if i < 0 || i+len(w) > len(words) || !slices.Equal(words[i:i+len(w)], w) {
				t.Errorf("%q are not among %q\n%s", w, words, r.text)
			}
		}
		if !strings.HasPrefix(words[0], "mongodb") {
			t.Errorf("the first word is %q", words[0])
		}

		// Without the variable the shell stops before mongosh starts.
		if r.in.PasswordFrom == snippet.PasswordEnv {
			cmd := exec.Command(sh, r.path)
			cmd.Env = []string{"PATH=" + bin + ":" + os.Getenv("PATH")}
			if out, err := cmd.Output(); err == nil || len(out) > 0 {
				t.Errorf("it ran without the variable: %q\n%s", out, r.text)
			}
		}
	}
}
