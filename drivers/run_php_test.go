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
	// The libraries are plain PHP over the extension, and Debian has no packages of them: php/ stands in.
	const by = ", by its Manager"
	for id, version := range map[string]string{"php": "1.5-2.x", "laravel": "4.x-5.x"} {
		r := runner{prepare: preparePHP(newestPHP), client: func(t *testing.T) string { return series(t, "ext-mongodb", phpVersion(t, newestPHP(t))) + by }}
		// Run as the same text: what differs is the extension.
		r.older = map[string][]runner{version: {{prepare: preparePHP(installedPHP), derives: true,
			client: func(t *testing.T) string { return "ext-mongodb " + phpVersion(t, installedPHP(t)) + by }}}}
		runners[id] = r
	}
}

// newestPHP gives the words that start Debian's newest PHP with its extension.
func newestPHP(t *testing.T) []string {
	t.Helper()
	return append(unpacked(t), find(t, "usr/bin/php*.*"), "-n", "-d", "extension="+find(t, "usr/lib/php/*/mongodb.so"))
}

// installedPHP gives the words that start the PHP that is installed.
func installedPHP(t *testing.T) []string {
	t.Helper()
	php := program(t, "php")
	if exec.Command(php, "-r", "exit(extension_loaded('mongodb') ? 0 : 1);").Run() != nil {
		absent(t, "php-mongodb")
	}
	return []string{php}
}

func phpVersion(t *testing.T, words []string) string {
	t.Helper()
	return run(t, ".", words[0], append(words[1:], "-r", "echo phpversion('mongodb');")...)
}

func preparePHP(start func(*testing.T) []string) func(*testing.T, snippet.Target) launch {
	return func(t *testing.T, target snippet.Target) launch {
		words := append(start(t), "-d", "display_errors=stderr", "-d", "error_reporting=-1")
		library, err := os.ReadFile("php/autoload.php")
		if err != nil {
			t.Fatal(err)
		}
		laravel := absolute(t, "php/artisan.php")
		return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
			if err := os.MkdirAll(filepath.Join(dir, "vendor"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "vendor/autoload.php"), library, 0o600); err != nil {
				t.Fatal(err)
			}
			program := s.File
			if target.ID == "laravel" {
				program = laravel
			}
			return exec.CommandContext(ctx, words[0], append(words[1:], program)...)
		}
	}
}

func TestPHPCompiles(t *testing.T) {
	php := program(t, "php")
	var files []string
	for _, r := range render(t, "php") {
		files = append(files, r.path)
	}
	if out := run(t, ".", php, append([]string{"-d", "opcache.enable_cli=0", "-r",
		`foreach (array_slice($argv, 1) as $f) { token_get_all(file_get_contents($f), TOKEN_PARSE); } echo count($argv) - 1;`, "--"}, files...)...); strings.TrimSpace(out) == "0" {
		t.Error("nothing was parsed")
	}
}
