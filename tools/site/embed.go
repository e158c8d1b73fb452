package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// embed is the widget, laid out as an npm package that can as well be copied to a folder of a portal. Its names are stable
// because other people's pages refer to them.
func (b *builder) embed() (files, error) {
	out := files{"certuri.wasm": b.wasm}
	bundles := map[string]shape{
		"embed.js":  {ship: "embed", workerURL: "./worker.js", wasmURL: "./certuri.wasm"},
		"frame.js":  {ship: "embed"},
		"iframe.js": {ship: "embed"},
		"worker.js": {ship: "embed", worker: true},
	}
	for name, s := range bundles {
		var err error
		if out[name], err = b.bundle(name, s); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"embed.d.ts", "frame.d.ts", "react.d.ts"} {
		var err error
		if out[name], err = os.ReadFile(filepath.Join(b.web, name)); err != nil {
			return nil, err
		}
	}
	page, err := b.readPage("iframe.html")
	if err != nil {
		return nil, err
	}
	out["iframe.html"] = []byte(page)
	for name, from := range map[string]string{"README.md": b.readme, "LICENSE": b.license} {
		if from == "" {
			continue
		}
		if out[name], err = os.ReadFile(from); err != nil {
			return nil, err
		}
	}
	out["package.json"], err = b.packageJSON()
	return out, err
}

// packageJSON makes the folder an npm package. Bundlers follow new URL("./worker.js", import.meta.url) in embed.js to the
// worker and the engine; what they do not follow can be copied by its name.
func (b *builder) packageJSON() ([]byte, error) {
	type entry struct {
		Types   string `json:"types"`
		Default string `json:"default"`
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(struct {
		Name        string         `json:"name"`
		Version     string         `json:"version"`
		Description string         `json:"description"`
		License     string         `json:"license"`
		Type        string         `json:"type"`
		Types       string         `json:"types"`
		Exports     map[string]any `json:"exports"`
		SideEffects bool           `json:"sideEffects"`
	}{
		"certuri", b.version, "From an X.509 client certificate to a MongoDB connection: a custom element, nothing leaves the page", "Apache-2.0",
		"module", "./embed.d.ts",
		map[string]any{
			".":              entry{"./embed.d.ts", "./embed.js"},
			"./frame":        entry{"./frame.d.ts", "./frame.js"},
			"./certuri.wasm": "./certuri.wasm",
			"./iframe.html":  "./iframe.html",
			"./iframe.js":    "./iframe.js",
			"./package.json": "./package.json",
			"./react":        entry{"./react.d.ts", "./embed.js"}, // the same, with types for JSX
			"./worker.js":    "./worker.js",
		},
		true,
	})
	return out.Bytes(), err
}

// pin puts the company's own deployments, a JSON list, into a page's element. web/deployments.js checks the list itself.
func (b *builder) pin(html string) (string, error) {
	if b.deployments == nil {
		return html, nil
	}
	var list []any
	if err := json.Unmarshal(b.deployments, &list); err != nil {
		return "", fmt.Errorf("the deployments are no JSON list: %w", err)
	}
	var compact, escaped bytes.Buffer
	if err := json.Compact(&compact, b.deployments); err != nil {
		return "", err
	}
	json.HTMLEscape(&escaped, compact.Bytes()) // so that no text in it ends the element
	const end = "</x509-connect>"
	if strings.Count(html, end) != 1 {
		return "", fmt.Errorf("the page has %d elements to put the deployments into; one is wanted", strings.Count(html, end))
	}
	return strings.Replace(html, end, `<script type="application/json">`+escaped.String()+"</script>"+end, 1), nil
}
