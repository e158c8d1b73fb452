package drivers

import (
	"context"
	"os/exec"
	"testing"

	"certuri/snippet"
)

func init() {
	for _, id := range []string{"pymongo", "pymongo-async"} {
		runners[id] = runner{prepare: preparePython}
	}
}

func preparePython(t *testing.T, _ snippet.Target) launch {
	python := pythonWithPyMongo(t)
	return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
		return exec.CommandContext(ctx, python, "-W", "error::UserWarning", s.File)
	}
}
