package drivers

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"certuri/snippet"
	"certuri/uribuild"
)

func init() {
	shell := nodePackage("mongosh", "mongosh")
	runners["env"] = runner{srv: true,
		prepare: prepareEnv("connect.sh", ""),
		client:  func(t *testing.T) string { return "sh and " + shell(t) },
		older: map[string][]runner{"docker-env-file": {{
			// docker run --env-file takes each line as it is.
			prepare: prepareEnv("docker.sh", "while IFS= read -r line; do export \"$line\"; done <.env\n"+
				"mongosh \"$MONGODB_URI\" ${MONGODB_KEY_PASSWORD+--tlsCertificateKeyFilePassword \"$MONGODB_KEY_PASSWORD\"} --quiet --eval 'db.adminCommand({ connectionStatus: 1 }).authInfo.authenticatedUsers'\n"),
			client:    func(t *testing.T) string { return shell(t) + ", the lines taken as docker takes them" },
			unheeding: true,
		}}},
	}
	runners["kubernetes"] = runner{prepare: prepareKubernetes, client: func(t *testing.T) string {
		return shell(t) + ", started as the Job says, without a cluster"
	}}
	runners["docker-compose"] = runner{prepare: prepareCompose, client: func(t *testing.T) string {
		_, version, _ := strings.Cut(run(t, "modules/compose", program(t, "go"), "list", "-m", "github.com/compose-spec/compose-go/v2"), " v")
		return shell(t) + ", started as Compose's loader " + strings.TrimSpace(version) + " says, without a container"
	}}
}

// prepareEnv runs a script beside the .env file; text, where there is one, is written for it. The line of the password,
// which a person fills in, is taken out: there it comes from the environment.
func prepareEnv(script, text string) func(*testing.T, snippet.Target) launch {
	return func(t *testing.T, _ snippet.Target) launch {
		sh := shellWith(t, filepath.Join(nodeModules(t), ".bin"))
		return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
			var kept []string
			for line := range strings.Lines(s.Text()) {
				if strings.HasPrefix(line, "MONGODB_URI=") {
					kept = append(kept, line)
				}
			}
			replace(t, filepath.Join(dir, s.File), strings.Join(kept, ""))
			if text != "" {
				unset := ""
				if !strings.Contains(s.Text(), "MONGODB_KEY_PASSWORD") {
					unset = "unset MONGODB_KEY_PASSWORD\n"
				}
				replace(t, filepath.Join(dir, script), unset+text)
			}
			return sh(ctx, dir, script)
		}
	}
}

func replace(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// kubectl stands for the program of this name: it keeps what it is to create in the folder cluster.
const kubectl = `#!/bin/sh
set -eu
case "$1" in
create)
	shift
	[ "$1" = secret ] && shift # generic
	name=$2
	shift 2
	mkdir -p "cluster/$name"
	for option; do
		value=${option#*=}
		key=${value%%=*}
		case "$option" in
		--from-file=*=/dev/stdin) cat >"cluster/$name/$key" ;;
		--from-literal=*) printf %s "${value#*=}" >"cluster/$name/$key" ;;
		*) exit 1 ;;
		esac
	done
	;;
apply | wait | logs) ;;
*) exit 1 ;;
esac
`

func prepareKubernetes(t *testing.T, _ snippet.Target) launch {
	job := build(t, "modules/kubernetes", "kubernetes")
	python, container := pythonWithPyMongo(t), absolute(t, "parsers/container.py")
	sh := shellWith(t, filepath.Join(nodeModules(t), ".bin"))
	return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
		bin := filepath.Join(dir, "bin")
		if err := os.MkdirAll(bin, 0o700); err != nil {
			t.Fatal(err)
		}
		replace(t, filepath.Join(bin, "kubectl"), kubectl)
		if err := os.Chmod(filepath.Join(bin, "kubectl"), 0o700); err != nil {
			t.Fatal(err)
		}
		replace(t, filepath.Join(dir, "all.sh"), "set -eu\nPATH=\"$PWD/bin:$PATH\" sh secrets.sh\n"+job+" <job.yaml >job.json\n"+
			python+" "+container+" kubernetes <job.json\n")
		return sh(ctx, dir, "all.sh")
	}
}

func prepareCompose(t *testing.T, _ snippet.Target) launch {
	compose := build(t, "modules/compose", "compose")
	python, container := pythonWithPyMongo(t), absolute(t, "parsers/container.py")
	sh := shellWith(t, filepath.Join(nodeModules(t), ".bin"))
	return func(ctx context.Context, dir string, _ snippet.Snippet) *exec.Cmd {
		replace(t, filepath.Join(dir, "all.sh"), "set -eu\n"+compose+" >app.json\n"+python+" "+container+" compose <app.json\n")
		return sh(ctx, dir, "all.sh")
	}
}

// A Secret of the type kubernetes.io/tls, which something else has made, is put together before the program starts.
func TestTLSSecretLogsIn(t *testing.T) {
	p := newPKI(t)
	target := snippet.Targets()[slices.IndexFunc(snippet.Targets(), func(t snippet.Target) bool { return t.ID == "kubernetes" })]
	command := prepareKubernetes(t, target)
	tried(t, target.ID, "tls-secret", runners[target.ID].client(t), string(snippet.URI))
	for _, v := range variants {
		s := p.start(t)
		in, password := v.input(p, s, target, keyPassword)
		in.Style, in.Version = snippet.URI, "tls-secret"
		rendered, err := snippet.Render(target.ID, in)
		if err != nil {
			t.Fatal(err)
		}
		p.provide(t, rendered.Needs, password)
		secret := func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
			folder := filepath.Join(dir, "cluster/mongodb-client")
			if err := os.MkdirAll(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			replace(t, filepath.Join(folder, "tls.crt"), string(p.chain))
			replace(t, filepath.Join(folder, "tls.key"), string(p.file(t, snippet.KeyPEM, password)))
			return command(ctx, dir, s)
		}
		if output := execute(t, secret, rendered, "MONGODB_KEY_PASSWORD="+password); !strings.Contains(output, "alice") {
			t.Errorf("%s: it printed\n%s", v.name, output)
		}
		p.check(t, s, runner{}, v.username)
	}
}

// A .env file means the same to npm's dotenv, to python-dotenv and to a shell, whatever the values are; what docker takes
// off a line is its own.
func TestEnvFilesAreReadAlike(t *testing.T) {
	sh, node, python := program(t, "sh"), program(t, "node"), pythonWithPyMongo(t)
	dir := t.TempDir()
	readers := map[string][]string{
		"npm":    {node, "-e", "process.stdout.write(require('" + filepath.Join(nodeModules(t), "dotenv") + "').parse(require('fs').readFileSync('.env')).MONGODB_URI)"},
		"python": {python, "-c", "import dotenv, sys; sys.stdout.buffer.write(dotenv.dotenv_values('.env')['MONGODB_URI'].encode())"},
		"sh":     {sh, "-c", ". ./.env; printf %s \"$MONGODB_URI\""},
	}
	all := inputs()
	for i := 0; i < len(all); i += 31 { // 31 has no factor in common with the combinations
		in := all[i]
		u, err := uribuild.Build(in.Deployment, uribuild.Identity{CertificateKeyFile: in.CertificateKeyFile, KeyPassword: in.Password, Username: in.Username})
		if err != nil {
			t.Fatal(err)
		}
		for _, version := range []string{"dotenv", "docker-env-file"} {
			in.Version = version
			s, err := snippet.Render("env", in)
			if err != nil {
				t.Fatal(err)
			}
			if version == "docker-env-file" {
				if got, want := s.Text(), "MONGODB_URI="+u.String()+"\n"; got != want {
					t.Errorf("docker reads %q, want %q", got, want)
				}
				continue
			}
			replace(t, filepath.Join(dir, ".env"), s.Text())
			for name, command := range readers {
				if got := run(t, dir, command[0], command[1:]...); got != u.String() {
					t.Errorf("%s reads %q, want %q", name, got, u)
				}
			}
		}
	}
}

// The YAML texts hold every path as it is: PyYAML, which knows nothing of ours, reads them back; so does what the settings
// file of VS Code holds.
func TestTextsForOtherProgramsAreRead(t *testing.T) {
	python := pythonWithPyMongo(t)
	dir := t.TempDir()
	all := render(t, "yaml")
	var paths []string
	for _, r := range all {
		paths = append(paths, r.path)
	}
	raw, err := json.Marshal(paths)
	if err != nil {
		t.Fatal(err)
	}
	replace(t, filepath.Join(dir, "paths.json"), string(raw))
	var documents []struct {
		Kind    string
		Secrets map[string]struct{ File string }
	}
	out := run(t, dir, python, "-c", "import json, yaml; print(json.dumps([yaml.safe_load(open(p, encoding='utf-8')) for p in json.load(open('paths.json'))]))")
	if err := json.Unmarshal([]byte(out), &documents); err != nil {
		t.Fatal(err)
	}
	for i, r := range all {
		want := strings.ReplaceAll(r.in.CertificateKeyFile, "$", "$$")
		if want == "" {
			want = "/path/to/client.pem"
		}
		if got := documents[i].Secrets["client.pem"].File; r.target.ID == "docker-compose" && got != want {
			t.Errorf("the path is read as %q, want %q", got, want)
		}
		if r.target.ID == "kubernetes" && documents[i].Kind != "Job" {
			t.Errorf("the kind is %q", documents[i].Kind)
		}
	}
	for _, r := range render(t, "text") {
		if r.target.ID != "vscode" {
			continue
		}
		s, err := snippet.Render(r.target.ID, r.in)
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range s.Also {
			var settings struct {
				Connections []struct{ ConnectionString string } `json:"mdb.presetConnections"`
			}
			if err := json.Unmarshal([]byte(other.Text()), &settings); err != nil {
				t.Fatalf("%v\n%s", err, other.Text())
			}
			if got := settings.Connections[0].ConnectionString; r.in.PasswordFrom == snippet.PasswordNone && got+"\n" != r.text {
				t.Errorf("the settings have %q, the string is %q", got, r.text)
			}
		}
	}
}
