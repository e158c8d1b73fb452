package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// forbidden are the packages that the engine in the browser does without, and why.
var forbidden = map[string]string{
	"text/template":         "calls methods by name, which keeps every exported method of the program: about 380 KB of brotli",
	"html/template":         "is text/template and more",
	"net/http":              "about 700 KB of brotli, and the page makes no requests",
	"net":                   "the page makes no connections",
	"crypto/tls":            "the page makes no connections",
	"crypto/x509":           "refuses certificates that the server takes; certparse reads without it, at a fraction of the size",
	"crypto/ecdh":           "its self-tests link every NIST curve, 159 KB of brotli; see publicPoint in certparse/curves.go",
	"encoding/json":         "115 KB of brotli; contract/json.go is the little of JSON that the contract needs",
	"os/exec":               "there are no processes in a browser",
	"regexp":                "hand-written scanners are smaller and have no surprises on hostile input",
	"go/ast":                "a compiler front end has no work in a browser",
	"encoding/gob":          "the contract is JSON",
	"encoding/xml":          "the contract is JSON",
	"testing":               "test code must not ship",
	"log/slog":              "nothing is logged: files, names and passwords are secrets",
	"golang.org/x/net/idna": "user names and hosts are taken as typed",
}

// forbiddenImports lists the forbidden packages in the wasm's dependency graph, each with the shortest way to it. dir is
// the module's folder.
func forbiddenImports(dir string) ([]string, error) {
	list := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports", "./wasm")
	list.Dir = dir
	list.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	imports := map[string][]string{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
		imports[p.ImportPath] = p.Imports
	}
	const root = "certuri/wasm"
	if imports[root] == nil {
		return nil, fmt.Errorf("go list does not know %s", root)
	}
	from := map[string]string{root: ""}
	var found []string
	for queue := []string{root}; len(queue) > 0; queue = queue[1:] {
		for _, next := range imports[queue[0]] {
			if _, seen := from[next]; seen {
				continue
			}
			from[next] = queue[0]
			queue = append(queue, next)
			if why, bad := forbidden[next]; bad {
				var way []string
				for at := next; at != ""; at = from[at] {
					way = append(way, at)
				}
				slices.Reverse(way)
				found = append(found, fmt.Sprintf("FORBIDDEN IMPORT %s: %s\n  (%s)", next, why, strings.Join(way, " -> ")))
			}
		}
	}
	return found, nil
}
