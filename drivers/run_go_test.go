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
	runners["go"] = goRunner(".", "go.mongodb.org/mongo-driver/v2")
	newest := goRunner("modules/go-v1", "go.mongodb.org/mongo-driver")
	newest.older = map[string][]runner{"1.9-1.11": {goRunner("modules/go-v1-oldest", "go.mongodb.org/mongo-driver")}}
	runners["go-v1"] = newest
}

// goRunner builds programs with the driver that a module's go.mod names.
func goRunner(module, driver string) runner {
	return runner{
		silent: true, srv: true,
		prepare: func(t *testing.T, _ snippet.Target) launch {
			tool := program(t, "go")
			return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
				goModule(t, dir, module)
				resolver, err := os.ReadFile("parsers/resolver.go.txt")
				if err != nil {
					t.Fatal(err)
				}
				replace(t, filepath.Join(dir, "resolver.go"), string(resolver))
				run(t, dir, tool, "build", "-mod=readonly", "-o", "connect", s.File, "resolver.go")
				return exec.CommandContext(ctx, filepath.Join(dir, "connect"))
			}
		},
		client: func(t *testing.T) string {
			_, version, _ := strings.Cut(run(t, module, program(t, "go"), "list", "-m", driver), " v")
			return "Go driver " + strings.TrimSpace(version)
		},
	}
}
