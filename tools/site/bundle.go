package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// A shape says which of the three pages a bundle is for, and where it finds the rest.
type shape struct {
	ship      string // site, offline, embed
	worker    bool   // the bundle is the worker
	workerURL string // for the page: relative to the document (site) or to the module (embed)
	wasmURL   string // likewise, for the page and not for the worker

	// For the service worker: the files beside the page, relative to it, and a hash of everything.
	assets []string
	build  string
}

// bundle is one script or style sheet of web/ with everything it imports, minified.
func (b *builder) bundle(entry string, s shape) ([]byte, error) {
	web, err := filepath.Abs(b.web)
	if err != nil {
		return nil, err
	}
	format := api.FormatESModule
	if s.worker {
		format = api.FormatIIFE // a blob: URL of an opaque origin (file://) starts classic workers everywhere
	}
	assets, err := json.Marshal(s.assets)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     web,
		EntryPoints:       []string{filepath.Join(web, filepath.FromSlash(entry))},
		Bundle:            true,
		Format:            format,
		Target:            api.ES2022,
		Charset:           api.CharsetUTF8,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsNone,
		Define: map[string]string{
			"CERTURI_ASSETS":     string(assets),
			"CERTURI_BUILD":      strconv.Quote(s.build),
			"CERTURI_ENGINE":     strconv.Quote(fmt.Sprintf("%x", sha256.Sum256(b.wasm))),
			"CERTURI_SHIP":       strconv.Quote(s.ship),
			"CERTURI_VERSION":    strconv.Quote(b.version),
			"CERTURI_WORKER_URL": strconv.Quote(s.workerURL),
			"CERTURI_WASM_URL":   strconv.Quote(s.wasmURL),
		},
		Plugins: []api.Plugin{b.toolchainLoader(), styleText()},
	})
	var problems []error
	for _, m := range append(result.Errors, result.Warnings...) {
		where := entry
		if m.Location != nil {
			where = fmt.Sprintf("%s:%d:%d", m.Location.File, m.Location.Line, m.Location.Column)
		}
		problems = append(problems, fmt.Errorf("%s: %s", where, m.Text))
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return result.OutputFiles[0].Contents, nil
}

// toolchainLoader answers the import of ./wasm_exec.js with the file of the Go toolchain that built the engine: the two
// must be of one version, so it is not kept in web/.
func (b *builder) toolchainLoader() api.Plugin {
	return api.Plugin{Name: "wasm_exec", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: `/wasm_exec\.js$`}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: "wasm_exec.js", Namespace: "go"}, nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: "go"}, func(api.OnLoadArgs) (api.OnLoadResult, error) {
			data, err := os.ReadFile(b.wasmExec)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			text := strings.ReplaceAll(string(data), "\r\n", "\n")
			return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, nil
		})
	}}
}

// styleText gives a script that imports a style sheet its text, minified, for a constructable style sheet: the only kind
// of style that the strictest page policies leave to a custom element.
func styleText() api.Plugin {
	return api.Plugin{Name: "style text", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: `\.css$`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			if args.Kind != api.ResolveJSImportStatement {
				return api.OnResolveResult{}, nil
			}
			return api.OnResolveResult{Path: filepath.Join(args.ResolveDir, args.Path), Namespace: "style"}, nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: "style"}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			data, err := os.ReadFile(args.Path)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			result := api.Transform(string(data), api.TransformOptions{
				Loader: api.LoaderCSS, Charset: api.CharsetUTF8, Sourcefile: args.Path,
				MinifyWhitespace: true, MinifySyntax: true, LegalComments: api.LegalCommentsNone,
			})
			text := strings.TrimSpace(string(result.Code))
			return api.OnLoadResult{Contents: &text, Loader: api.LoaderText, Errors: result.Errors, Warnings: result.Warnings}, nil
		})
	}}
}
