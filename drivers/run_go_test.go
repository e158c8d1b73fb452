package drivers

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"

	"certuri/snippet"
)

func init() {
	runners["go"] = runner{prepare: prepareGo, silent: true}
}

func prepareGo(t *testing.T, _ snippet.Target) launch {
	tool := program(t, "go")
	return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
		goModule(t, dir)
		run(t, dir, tool, "build", "-mod=mod", "-o", "connect", s.File)
		return exec.CommandContext(ctx, filepath.Join(dir, "connect"))
	}
}
