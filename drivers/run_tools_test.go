package drivers

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"certuri/snippet"
	"certuri/uribuild"
)

func init() {
	tools := runner{prepare: prepareMongodump, client: mongodumpVersion, silent: true, mute: true, srv: true}
	tools.older = map[string][]runner{"100.3-100.5": {tools}} // what is written for them is right for newer ones as well
	runners["database-tools"] = tools
	runners["shell"] = runner{srv: true, prepare: prepareShellTest, client: func(t *testing.T) string {
		version, _, _ := strings.Cut(run(t, ".", program(t, "openssl"), "version"), " (")
		version, _, _ = strings.Cut(strings.TrimSpace(version), ".")
		return version + ", " + nodePackage("mongosh", "mongosh")(t)
	}}
	driver := "its form and its string were checked with the Node.js driver, which it is made with"
	instead["compass"], instead["vscode"] = driver, driver
}

// prepareShell runs shell scripts that start mongosh.
func prepareShell(t *testing.T, _ snippet.Target) launch {
	sh := shellWith(t, filepath.Join(nodeModules(t), ".bin"))
	return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd { return sh(ctx, dir, s.File) }
}

// prepareShellTest stops where the first of the two programs fails: the script itself goes on.
func prepareShellTest(t *testing.T, target snippet.Target) launch {
	command := prepareShell(t, target)
	return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
		cmd := command(ctx, dir, s)
		cmd.Args = append(cmd.Args[:1], "-e", s.File)
		return cmd
	}
}

// shellWith gives a way to run scripts that find programs in a folder.
func shellWith(t *testing.T, bin string) func(ctx context.Context, dir, file string) *exec.Cmd {
	sh := program(t, "sh")
	return func(ctx context.Context, dir, file string) *exec.Cmd {
		t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
		t.Setenv("HOME", dir) // mongosh keeps its history and logs there
		return exec.CommandContext(ctx, sh, file)
	}
}

func prepareMongodump(t *testing.T, _ snippet.Target) launch {
	const source = "github.com/mongodb/mongo-tools/mongodump/main"
	folder := strings.TrimSpace(run(t, "modules/database-tools", program(t, "go"), "list", "-f", "{{.Dir}}", source))
	// Its main package, copied, is built with one file more.
	copied := t.TempDir()
	sources, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(sources) == 0 {
		t.Fatal(source, err)
	}
	files := []string{filepath.Join(copied, "resolver.go")}
	for i, from := range append([]string{"parsers/resolver.go.txt"}, sources...) {
		raw, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			files = append(files, filepath.Join(copied, filepath.Base(from)))
		}
		replace(t, files[i], string(raw))
	}
	build(t, "modules/database-tools", "mongodump", files...)
	sh := shellWith(t, absolute(t, ".bin"))
	return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd { return sh(ctx, dir, s.File) }
}

func mongodumpVersion(t *testing.T) string {
	_, version, _ := strings.Cut(run(t, "modules/database-tools", program(t, "go"), "list", "-m", "github.com/mongodb/mongo-tools"), " v")
	return "mongodump " + strings.TrimSpace(version)
}

// build builds a program into .bin, with the versions that a module's go.mod names, and gives its path.
func build(t *testing.T, module, name string, sources ...string) string {
	t.Helper()
	path := absolute(t, filepath.Join(".bin", name))
	run(t, module, program(t, "go"), append([]string{"build", "-o", path}, sources...)...)
	return path
}

// What Compass and the extension for VS Code are given is a connection string, or the same in the fields of a form: the
// string logs in with the Node.js driver, and the fields say what it says.
func TestPastedStringsLogIn(t *testing.T) {
	p := newPKI(t)
	node := prepareNode("mongodb", "mongodb")(t, snippet.Target{})
	for _, target := range snippet.Targets() {
		if target.Language != "text" {
			continue
		}
		for _, v := range variants {
			s := p.start(t)
			in, password := v.input(p, s, target, keyPassword)
			in.Style = snippet.URI
			rendered, err := snippet.Render(target.ID, in)
			if err != nil {
				t.Fatal(err)
			}
			p.provide(t, rendered.Needs, password)
			// A person fills the password in, percent-encoded.
			uri := strings.NewReplacer("<MONGODB_KEY_PASSWORD>", uribuild.Escape(keyPassword), "\n", "").Replace(rendered.Text())
			output := execute(t, node, snippet.Snippet{File: "connect.mjs", Spans: []snippet.Span{{Text: `import { MongoClient } from "mongodb";
const client = new MongoClient(process.env.URI);
const status = await client.db("admin").command({ connectionStatus: 1 });
console.log(status.authInfo.authenticatedUsers);
await client.close();
`}}}, "URI="+uri)
			if !strings.Contains(output, "alice") {
				t.Errorf("%s: it printed\n%s", v.name, output)
			}
			p.check(t, s, runner{}, v.username)

			in.Style = snippet.Constructor
			form, err := snippet.Render(target.ID, in)
			if err != nil {
				t.Fatal(err)
			}
			fields := map[string]string{}
			for line := range strings.Lines(form.Text()) {
				if name, value, ok := strings.Cut(strings.TrimSpace(line), ":  "); ok {
					fields[name] = strings.TrimSpace(value)
				}
			}
			for name, want := range map[string]string{
				"Connection String Scheme": "mongodb", "Host": in.Deployment.Hosts[0].String(), "Authentication Method": "X.509", "SSL/TLS Connection": "On",
				"Certificate Authority (.pem)": in.Deployment.CAFile, "Client Certificate and Key (.pem)": in.CertificateKeyFile,
				"Client Key Password": map[snippet.PasswordFrom]string{snippet.PasswordEnv: "<MONGODB_KEY_PASSWORD>", snippet.PasswordInline: keyPassword}[v.from], "Replica Set Name": in.Deployment.ReplicaSetName,
			} {
				if fields[name] != want {
					t.Errorf("%s: %s is %q, want %q", target.ID, name, fields[name], want)
				}
			}
		}
	}
}
