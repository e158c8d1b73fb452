package main

import (
	"bytes"
	"compress/gzip"
	"encoding/ascii85"
	"encoding/json"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const fixturePage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>fixture</title>
<link rel="preload" as="fetch" crossorigin href="certuri.wasm">
<link rel="stylesheet" href="./page.css">
<link rel="icon" href="icon.svg">
<link rel="help" href="https://www.example.org/">
<script type="module" src="app.js"></script>
</head>
<body><a href="#main">skip</a><x509-connect></x509-connect></body>
</html>
`

var fixtureSources = map[string]string{
	"index.html":  fixturePage,
	"page.css":    "body {\n  color: red;\n}\n",
	"element.css": ":host {\n  display: block;\n}\n",
	"icon.svg":    "<svg xmlns='http://www.w3.org/2000/svg'/>",
	"app.js": `import css from "./element.css"; console.log(css, CERTURI_SHIP, CERTURI_VERSION);
if (CERTURI_SHIP === "offline") console.log("inside </script> a file"); else console.log(CERTURI_WORKER_URL, CERTURI_WASM_URL);`,
	"embed.js":          `export const worker = new URL(CERTURI_WORKER_URL, import.meta.url).href;`,
	"worker.js":         `import "./wasm_exec.js"; console.log(CERTURI_SHIP, CERTURI_WASM_URL, globalThis.Go);`,
	"frame.js":          `export {};`,
	"iframe.js":         `console.log(CERTURI_VERSION);`,
	"iframe.html":       `<!doctype html><script type="module" src="iframe.js"></script><x509-connect></x509-connect>`,
	"embed.d.ts":        `export {};`,
	"frame.d.ts":        `export {};`,
	"react.d.ts":        `export {};`,
	"wasm_exec.js":      `throw new Error("a stray copy was taken instead of the toolchain's");`,
	"service-worker.js": `console.log(CERTURI_ASSETS, CERTURI_BUILD);`,
	"_headers":          "/*\n  X-Content-Type-Options: nosniff\n",
}

// fixture writes sources, with changes on top, to a new folder.
func fixture(t *testing.T, changes map[string]string) *builder {
	t.Helper()
	web := t.TempDir()
	sources := maps.Clone(fixtureSources)
	maps.Copy(sources, changes)
	for name, text := range sources {
		if err := os.WriteFile(filepath.Join(web, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	loader := filepath.Join(t.TempDir(), "wasm_exec.js")
	if err := os.WriteFile(loader, []byte(`globalThis.Go = "the toolchain's";`), 0o644); err != nil {
		t.Fatal(err)
	}
	return &builder{web: web, wasmExec: loader, version: "1.2.3", wasm: []byte("\x00asm\x01\x00\x00\x00")}
}

func TestSiteNamesFollowContent(t *testing.T) {
	site, err := fixture(t, nil).site()
	if err != nil {
		t.Fatal(err)
	}
	page := string(site["index.html"])
	for _, ref := range regexp.MustCompile(`(?:src|href)="([^"#]+)"`).FindAllStringSubmatch(page, -1) {
		if site[ref[1]] == nil && !strings.HasPrefix(ref[1], "https://") {
			t.Errorf("index.html refers to %s, which is not there", ref[1])
		}
	}
	var names []string
	for name, data := range site {
		names = append(names, regexp.MustCompile(`-[0-9a-f]{10}\.`).ReplaceAllString(name, "-HASH."))
		if strings.HasPrefix(name, "assets/") && !strings.Contains(name, contentHash(data)) {
			t.Errorf("%s is not named after its content", name)
		}
	}
	slices.Sort(names)
	want := []string{"_headers", "assets/app-HASH.js", "assets/certuri-HASH.wasm", "assets/icon-HASH.svg", "assets/page-HASH.css",
		"assets/worker-HASH.js", "index.html", "service-worker.js"}
	if !slices.Equal(names, want) {
		t.Errorf("files %q", names)
	}

	app, worker, wasm := find(t, site, "app-"), find(t, site, "worker-"), find(t, site, "certuri-")
	if !bytes.Contains(site[app], []byte(`"`+worker+`"`)) {
		t.Errorf("the page does not know its worker: %s", site[app])
	}
	if !bytes.Contains(site[app], []byte(`"`+wasm+`"`)) {
		t.Errorf("the page does not know its engine: %s", site[app])
	}
	for _, want := range []string{`"site"`, `"1.2.3"`, `":host{display:block}"`} {
		if !bytes.Contains(site[app], []byte(want)) {
			t.Errorf("the script lacks %s: %s", want, site[app])
		}
	}

	// A change of the innermost file must change the address of everything that leads to it.
	changed := fixture(t, nil)
	changed.wasm = append(changed.wasm, 0)
	after, err := changed.site()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{app, wasm} {
		if after[name] != nil {
			t.Errorf("%s kept its name though the engine changed", name)
		}
	}
}

func find(t *testing.T, site files, part string) string {
	t.Helper()
	for name := range site {
		if strings.HasPrefix(name, "assets/"+part) {
			return name
		}
	}
	t.Fatalf("no %s", part)
	return ""
}

func TestOfflineFileIsWhole(t *testing.T) {
	b := fixture(t, nil)
	data, err := b.offline()
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	element := func(open, end string) string {
		_, rest, ok := strings.Cut(page, open)
		text, _, closed := strings.Cut(rest, end)
		if !ok || !closed {
			t.Fatalf("no %s", open)
		}
		return text
	}
	policy := element(`<meta http-equiv="Content-Security-Policy" content="`, `"`)
	if at := strings.Index(page, policy); at > strings.Index(page, "<title>") {
		t.Error("the policy comes after something that it must govern")
	}
	for _, want := range []string{
		"default-src 'none';", "connect-src 'none';", "worker-src blob:;", "base-uri 'none';", "form-action 'none';",
		"script-src " + policyHash([]byte(element(`<script type="module">`, "</script>"))) + " 'wasm-unsafe-eval';",
		"style-src " + policyHash([]byte(element("<style>", "</style>"))) + ";",
		"require-trusted-types-for 'script'", "trusted-types x509-worker", "img-src data:;",
	} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %s: %s", want, policy)
		}
	}
	if worker := element(`id="certuri-worker">`, "</script>"); !strings.Contains(worker, "the toolchain's") || !strings.Contains(worker, `"offline"`) {
		t.Errorf("worker %q", worker)
	}
	engine := strings.ReplaceAll(element(`id="certuri-wasm">`, "</script>"), "v", "<")
	unpacked, err := gzip.NewReader(ascii85.NewDecoder(strings.NewReader(engine)))
	if err != nil {
		t.Fatal(err)
	}
	if wasm, err := io.ReadAll(unpacked); err != nil || !bytes.Equal(wasm, b.wasm) {
		t.Errorf("wasm %q, %v", wasm, err)
	}
	for _, ref := range regexp.MustCompile(`\s(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(ref[1], "data:") && !strings.HasPrefix(ref[1], "#") && !strings.HasPrefix(ref[1], "https://") {
			t.Errorf("refers to %s", ref[1])
		}
	}
}

// A company's deployments stand in every page, as data that cannot end its element; a file that is no list ends the build.
func TestDeploymentsArePinned(t *testing.T) {
	b := fixture(t, nil)
	b.deployments = []byte(`[ {"name": "</script><b>"} ]`)
	site, err := b.site()
	if err != nil {
		t.Fatal(err)
	}
	embed, err := b.embed()
	if err != nil {
		t.Fatal(err)
	}
	offline, err := b.offline()
	if err != nil {
		t.Fatal(err)
	}
	want := `<x509-connect><script type="application/json">[{"name":"\u003c/script\u003e\u003cb\u003e"}]</script></x509-connect>`
	for name, page := range map[string][]byte{"site": site["index.html"], "embed": embed["iframe.html"], "offline": offline} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("%s: %s", name, page)
		}
	}
	for _, wrong := range []string{`{"name": "a"}`, `[`, ``} {
		b.deployments = []byte(wrong)
		if _, err := b.site(); err == nil {
			t.Errorf("%q was taken", wrong)
		}
	}
}

// Every file that package.json speaks of is in the package.
func TestEmbedIsAPackage(t *testing.T) {
	embed, err := fixture(t, nil).embed()
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Version, Types string
		Exports        map[string]any
	}
	if err := json.Unmarshal(embed["package.json"], &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Version != "1.2.3" {
		t.Errorf("version %q", manifest.Version)
	}
	refs := regexp.MustCompile(`"\./([^"]+)"[,\n}]`).FindAllSubmatch(embed["package.json"], -1)
	for _, ref := range refs {
		if embed[string(ref[1])] == nil {
			t.Errorf("%s is not in the package", ref[1])
		}
	}
	if len(refs) < len(manifest.Exports) {
		t.Errorf("%d references", len(refs))
	}
}

// The example of Content Security Policy Level 3, section 8.4 (hash usage for inline scripts).
func TestPolicyHash(t *testing.T) {
	if got, want := policyHash([]byte("alert('Hello, world.');")), "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestBuildRefuses(t *testing.T) {
	for name, changes := range map[string]map[string]string{
		"inline script":           {"index.html": strings.Replace(fixturePage, "</head>", "<script>alert(1)</script></head>", 1)},
		"inline module":           {"index.html": strings.Replace(fixturePage, "</head>", `<script type="module">alert(1)</script></head>`, 1)},
		"inline style":            {"index.html": strings.Replace(fixturePage, "</head>", "<style>a{}</style></head>", 1)},
		"style attribute":         {"index.html": strings.Replace(fixturePage, "<body>", `<body style="color:red">`, 1)},
		"event attribute":         {"index.html": strings.Replace(fixturePage, "<body>", `<body onload="x()">`, 1)},
		"missing file":            {"index.html": strings.Replace(fixturePage, "icon.svg", "gone.svg", 1)},
		"syntax error":            {"app.js": "let = ;"},
		"unknown import":          {"app.js": `import "./gone.js";`},
		"syntax error in a style": {"element.css": ":host { color }"},
	} {
		if _, err := fixture(t, changes).site(); err == nil {
			t.Errorf("%s: the site was built", name)
		}
	}
	for name, changes := range map[string]map[string]string{
		"no charset":  {"index.html": strings.Replace(fixturePage, `<meta charset="utf-8">`, "", 1)},
		"no body":     {"index.html": strings.Replace(fixturePage, "</body>", "", 1)},
		"two scripts": {"index.html": strings.Replace(fixturePage, "</head>", `<script type="module" src="embed.js"></script></head>`, 1)},
	} {
		if _, err := fixture(t, changes).offline(); err == nil {
			t.Errorf("%s: the offline file was built", name)
		}
	}
}

func TestInlineElementRefusesItsOwnEnd(t *testing.T) {
	for _, text := range []string{"a</script>b", "a</SCRIPT >b", "a<!--b"} {
		if out, err := inlineElement("script", "", []byte(text)); err == nil {
			t.Errorf("%q became %s", text, out)
		}
	}
}

// The same sources in another folder give the same bytes, and nothing of an earlier build stays.
func TestBuildRepeats(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	for _, dist := range []string{first, second} {
		stale := filepath.Join(dist, "site", "assets", "app-stale.js")
		if err := os.MkdirAll(filepath.Dir(stale), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(stale, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := fixture(t, nil).run(dist, filepath.Join(dist, "binary")); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(stale); err == nil {
			t.Error("a file of an earlier build stayed")
		}
	}
	count := 0
	err := fs.WalkDir(os.DirFS(first), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		count++
		a, _ := os.ReadFile(filepath.Join(first, name))
		b, err := os.ReadFile(filepath.Join(second, name))
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs", name)
		}
		return err
	})
	if err != nil || count != 2*8+1+10 {
		t.Errorf("%d files, %v", count, err)
	}
}
