package drivers

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"certuri/snippet"
)

func init() {
	node := func(label, name, folder string) runner {
		return runner{srv: true, prepare: prepareNode(name, folder), client: nodePackage(label, folder)}
	}
	newest := node("Node.js driver", "mongodb", "mongodb")
	newest.older = map[string][]runner{
		"4.2-7.x": {node("Node.js driver", "mongodb", "mongodb-4.1.2")},
		"4.0-4.1": {node("Node.js driver", "mongodb", "mongodb-4.0")},
	}
	runners["node"] = newest
	newest = node("Mongoose", "mongoose", "mongoose")
	newest.older = map[string][]runner{
		"6.1-9.x": {node("Mongoose", "mongoose", "mongoose-6.1")},
		"6.0":     {node("Mongoose", "mongoose", "mongoose-6.0")},
	}
	runners["mongoose"] = newest
	runners["mongosh"] = runner{srv: true, prepare: prepareShell, client: nodePackage("mongosh", "mongosh")}
}

// prepareNode runs with a package of node/node_modules, which may stand there under another name beside a newer one. Node.js
// looks for what that package needs where it really is.
func prepareNode(name, folder string) func(*testing.T, snippet.Target) launch {
	return func(t *testing.T, _ snippet.Target) launch {
		node, modules := program(t, "node"), nodeModules(t)
		return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
			own := filepath.Join(dir, "node_modules")
			if err := os.Mkdir(own, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(filepath.Join(modules, folder), filepath.Join(own, name)); err != nil {
				t.Fatal(err)
			}
			return exec.CommandContext(ctx, node, s.File)
		}
	}
}

// nodePackage says which version of a package is installed.
func nodePackage(label, folder string) func(t *testing.T) string {
	return func(t *testing.T) string {
		t.Helper()
		raw, err := os.ReadFile(filepath.Join(nodeModules(t), folder, "package.json"))
		if err != nil {
			t.Fatal(err)
		}
		var about struct{ Version string }
		if err := json.Unmarshal(raw, &about); err != nil {
			t.Fatal(err)
		}
		return label + " " + about.Version
	}
}
