package drivers

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"certuri/snippet"
)

func init() {
	gem := func(t *testing.T) []string {
		return []string{program(t, "ruby"), "-r", absolute(t, "ruby/resolver.rb"), "-I", find(t, "usr/share/rubygems-integration/all/gems/mongo-*/lib")}
	}
	// The driver of that age calls URI.decode, which Ruby 3.0 has dropped.
	installed := func(t *testing.T) []string {
		return []string{program(t, "ruby"), "-r", absolute(t, "ruby/uri_decode.rb")}
	}
	newest := func(t *testing.T) string { return series(t, "mongo", rubyVersion(t, gem(t))) }
	runners["ruby"] = runner{prepare: prepareRuby(gem), client: newest, srv: true,
		older: map[string][]runner{"2.5-2.8": {{prepare: prepareRuby(installed), client: func(t *testing.T) string { return "mongo " + rubyVersion(t, installed(t)) }, leafOnly: true}}}}
	mongoid := func(t *testing.T) []string { return append(gem(t), "-I", absolute(t, "ruby")) }
	runners["mongoid"] = runner{prepare: prepareRuby(mongoid), srv: true, client: func(t *testing.T) string {
		return newest(t) + ", to which a stand-in hands the file's options"
	}}
}

// prepareRuby runs plain Ruby with the drivers on its load path.
func prepareRuby(start func(*testing.T) []string) func(*testing.T, snippet.Target) launch {
	return func(t *testing.T, target snippet.Target) launch {
		words := append(start(t), "-W0")
		if exec.Command(words[0], append(words[1:], "-e", "require 'mongo'")...).Run() != nil {
			absent(t, "the Ruby driver with bson")
		}
		return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
			file := s.File
			if target.ID == "mongoid" {
				file = s.Also[0].File
			}
			return exec.CommandContext(ctx, words[0], append(words[1:], file)...)
		}
	}
}

func rubyVersion(t *testing.T, words []string) string {
	t.Helper()
	return run(t, ".", words[0], append(words[1:], "-W0", "-e", "require 'mongo'; print Mongo::VERSION")...)
}

func TestRubyCompiles(t *testing.T) {
	var files []string
	for _, r := range render(t, "ruby") {
		files = append(files, r.path)
	}
	run(t, ".", program(t, "ruby"), append([]string{"-e", "ARGV.each { |f| RubyVM::InstructionSequence.compile_file(f) }"}, files...)...)
}

// Mongoid's file goes through ERB and then YAML, and holds what was meant.
func TestMongoidReadsWhatWasMeant(t *testing.T) {
	const read = `ARGV.each { |f| puts YAML.safe_load(ERB.new(File.read(f, encoding: 'UTF-8')).result, permitted_classes: [Symbol])['production']['clients']['default'].to_json }`
	all := slices.DeleteFunc(render(t, "yaml"), func(r rendered) bool { return r.target.ID != "mongoid" || r.in.CertificateKeyFile == "" })
	args := []string{"-rerb", "-ryaml", "-rjson", "-e", read}
	for _, r := range all {
		args = append(args, r.path)
	}
	cmd := exec.Command(program(t, "ruby"), args...)
	cmd.Env = append(os.Environ(), "MONGODB_KEY_PASSWORD="+passwords[1])
	out, err := cmd.Output()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil || len(lines) != len(all) {
		t.Fatalf("%d files, %d answers, %v", len(all), len(lines), err)
	}
	for i, r := range all {
		var got struct {
			URI, Database string
			Options       map[string]any
		}
		if err := json.Unmarshal([]byte(lines[i]), &got); err != nil {
			t.Fatal(err)
		}
		want := map[string]any{}
		if r.in.PasswordFrom == snippet.PasswordEnv || r.in.PasswordFrom == snippet.PasswordInline && r.in.Style == snippet.Constructor {
			want["ssl_key_pass_phrase"] = passwords[1]
			if r.in.Password == "" && r.in.PasswordFrom == snippet.PasswordInline {
				want["ssl_key_pass_phrase"] = "<password>"
			}
		}
		if r.in.Style == snippet.Constructor {
			maps.Copy(want, map[string]any{"ssl": true, "ssl_cert": r.in.CertificateKeyFile, "ssl_key": r.in.CertificateKeyFile, "auth_mech": "mongodb_x509", "auth_source": "$external"})
			if r.in.Username != "" {
				want["user"] = r.in.Username
			}
			if ca := r.in.Deployment.CAFile; ca != "" {
				want["ssl_ca_cert"] = ca
			}
		} else if in := r.in; in.PasswordFrom == snippet.PasswordEnv {
			in.PasswordFrom = snippet.PasswordNone
			if uri, err := snippet.ConnectionString(in); err != nil || got.URI != uri {
				t.Errorf("uri: got %s\nwant %s, %v", got.URI, uri, err)
			}
		}
		if !maps.Equal(got.Options, want) || got.Database == "" {
			t.Errorf("got %q %v\nwant %v\n%s", got.Database, got.Options, want, r.text)
		}
	}
}
