// Command site builds the three shapes of the page from web/ and the engine's wasm: the static website, the one-file
// offline page, and the widget. What it writes depends only on what it reads, so builds can be compared byte for byte.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/ascii85"
	"encoding/hex"
	"flag"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	var b builder
	flag.StringVar(&b.web, "web", "web", "folder of the page's sources")
	wasm := flag.String("wasm", "bin/certuri.wasm", "the engine")
	flag.StringVar(&b.wasmExec, "wasm-exec", "", "lib/wasm/wasm_exec.js of the Go toolchain that built the engine")
	flag.StringVar(&b.version, "version", "", "product version, shown by the page")
	dist := flag.String("dist", "dist", "folder for site/, embed/ and certuri.html")
	binary := flag.String("binary", "", "folder for the gzip copy of the site that `certuri serve` embeds")
	flag.StringVar(&b.readme, "readme", "", "the widget's manual, for its npm package")
	flag.StringVar(&b.license, "license", "", "the licence, for the npm package")
	deployments := flag.String("deployments", "", "JSON `file` with the deployments that the pages offer")
	flag.Parse()

	var err error
	if *deployments != "" {
		b.deployments, err = os.ReadFile(*deployments)
	}
	if err == nil {
		b.wasm, err = os.ReadFile(*wasm)
	}
	if err == nil {
		err = b.run(*dist, *binary)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "site:", err)
		os.Exit(1)
	}
}

type builder struct {
	web, wasmExec, version string
	readme, license        string // of the npm package; none when empty
	wasm                   []byte
	deployments            []byte // a JSON list that every page offers; nil for none
}

// files maps slash-separated paths to contents.
type files map[string][]byte

func (b *builder) run(dist, binary string) error {
	site, err := b.site()
	if err != nil {
		return fmt.Errorf("website: %w", err)
	}
	offline, err := b.offline()
	if err != nil {
		return fmt.Errorf("offline file: %w", err)
	}
	embed, err := b.embed()
	if err != nil {
		return fmt.Errorf("widget: %w", err)
	}
	if err := replaceFolder(filepath.Join(dist, "site"), site); err != nil {
		return err
	}
	if err := replaceFolder(filepath.Join(dist, "embed"), embed); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dist, "certuri.html"), offline, 0o644); err != nil {
		return err
	}
	if binary == "" {
		return nil
	}
	packed := files{}
	for name, data := range site {
		packed[name+".gz"] = gzipped(data)
	}
	return replaceFolder(binary, packed)
}

// site is the static website. Everything but index.html, service-worker.js and _headers is named after its content, so it
// can be cached for ever; the names reach the page's code as constants.
func (b *builder) site() (files, error) {
	out := files{}
	add := func(name string, data []byte) string {
		ext := path.Ext(name)
		hashed := fmt.Sprintf("assets/%s-%s%s", strings.TrimSuffix(path.Base(name), ext), contentHash(data), ext)
		out[hashed] = data
		return hashed
	}
	wasm := add("certuri.wasm", b.wasm)
	worker, err := b.bundle("worker.js", shape{ship: "site", worker: true})
	if err != nil {
		return nil, err
	}
	urls := map[string]string{"certuri.wasm": wasm, "worker.js": add("worker.js", worker)}

	html, err := b.readPage("index.html")
	if err != nil {
		return nil, err
	}
	html, err = rewriteReferences(html, func(tag, ref string) (string, error) {
		url, done := urls[ref]
		if !done {
			data, err := b.asset(ref, shape{ship: "site", workerURL: urls["worker.js"], wasmURL: urls["certuri.wasm"]})
			if err != nil {
				return "", err
			}
			url = add(ref, data)
			urls[ref] = url
		}
		return strings.Replace(tag, `"`+ref+`"`, `"`+url+`"`, 1), nil
	})
	if err != nil {
		return nil, err
	}
	headers, err := os.ReadFile(filepath.Join(b.web, "_headers"))
	if err != nil {
		return nil, err
	}
	// What a browser keeps includes the headers of the page, so a new policy is a new version.
	assets := slices.Sorted(maps.Keys(out))
	build := contentHash([]byte(html + string(headers) + strings.Join(assets, "\n")))
	if out["service-worker.js"], err = b.bundle("service-worker.js", shape{ship: "site", worker: true, assets: assets, build: build}); err != nil {
		return nil, err
	}
	out["index.html"], out["_headers"] = []byte(html), headers
	return out, nil
}

// offline is the page as one file that makes no request at all. The worker's source and the engine ride along as data
// blocks: a browser does not run a script element of an unknown type, so they need no hash in the policy.
func (b *builder) offline() ([]byte, error) {
	worker, err := b.bundle("worker.js", shape{ship: "offline", worker: true})
	if err != nil {
		return nil, err
	}
	html, err := b.readPage("index.html")
	if err != nil {
		return nil, err
	}
	var scripts, styles []string
	images := false
	html, err = rewriteReferences(html, func(tag, ref string) (string, error) {
		if ref == "worker.js" || ref == "certuri.wasm" || strings.Contains(tag, `rel="manifest"`) {
			return "", nil // hints for a page that has a server
		}
		data, err := b.asset(ref, shape{ship: "offline"})
		if err != nil {
			return "", err
		}
		switch path.Ext(ref) {
		case ".js":
			scripts = append(scripts, policyHash(data))
			return inlineElement("script", ` type="module"`, data)
		case ".css":
			styles = append(styles, policyHash(data))
			images = images || bytes.Contains(data, []byte("url("))
			return inlineElement("style", "", data)
		}
		images = true
		return strings.Replace(tag, `"`+ref+`"`, `"`+dataURL(ref, data)+`"`, 1), nil
	})
	if err != nil {
		return nil, err
	}
	if len(scripts) != 1 || len(styles) > 1 {
		return nil, fmt.Errorf("index.html refers to %d scripts and %d style sheets; one of each is wanted", len(scripts), len(styles))
	}
	workerBlock, err := inlineElement("script", ` type="text/plain" id="certuri-worker"`, worker)
	if err != nil {
		return nil, err
	}
	wasmBlock, err := inlineElement("script", ` type="text/plain" id="certuri-wasm"`, ascii(gzipped(b.wasm)))
	if err != nil {
		return nil, err
	}
	if html, err = insertPolicy(html, offlinePolicy(scripts[0], styles, images)); err != nil {
		return nil, err
	}
	end := strings.LastIndex(html, "</body>")
	if end < 0 {
		return nil, fmt.Errorf("index.html has no </body> to put the engine before")
	}
	return []byte(html[:end] + workerBlock + "\n" + wasmBlock + "\n" + html[end:]), nil
}

// asset is what a reference in index.html stands for: code and styles are bundled, anything else is taken as it is.
func (b *builder) asset(ref string, s shape) ([]byte, error) {
	switch path.Ext(ref) {
	case ".js", ".css":
		return b.bundle(ref, s)
	}
	return os.ReadFile(filepath.Join(b.web, filepath.FromSlash(ref)))
}

// ascii writes bytes as Ascii85, which is 6 % shorter than base64, in letters that cannot end an element: v for <, and no
// short form of four zeros.
func ascii(data []byte) []byte {
	text := make([]byte, ascii85.MaxEncodedLen(len(data)))
	text = text[:ascii85.Encode(text, data)]
	return bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("z"), []byte("!!!!!")), []byte("<"), []byte("v"))
}

func contentHash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:5])
}

func gzipped(data []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // a bytes.Buffer takes everything
	}
	return out.Bytes()
}

// replaceFolder leaves exactly the given files in dir, so that nothing of an earlier build is served.
func replaceFolder(dir string, content files) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	for name, data := range content {
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
