package drivers

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"certuri/snippet"
)

func init() {
	runners["node"] = runner{prepare: prepareNode}
	runners["mongosh"] = runner{prepare: prepareMongosh}
}

func prepareNode(t *testing.T, _ snippet.Target) launch {
	node, modules := program(t, "node"), nodeModules(t)
	return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
		if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
			t.Fatal(err)
		}
		return exec.CommandContext(ctx, node, s.File)
	}
}

// mongosh is large and asked for by nothing else: it is run where it is installed, and elsewhere its words are checked by
// TestShellCommandsSayWhatWasMeant.
func prepareMongosh(t *testing.T, _ snippet.Target) launch {
	path, err := exec.LookPath("mongosh")
	if err != nil {
		t.Skip("mongosh is not installed")
	}
	sh := program(t, "sh")
	return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
		t.Setenv("PATH", filepath.Dir(path)+string(filepath.ListSeparator)+os.Getenv("PATH"))
		return exec.CommandContext(ctx, sh, s.File)
	}
}
