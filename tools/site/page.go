package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// reference finds the elements of index.html that pull in another file.
var reference = regexp.MustCompile(`<script\b[^>]*\bsrc="([^"]+)"[^>]*>\s*</script>|<link\b[^>]*\bhref="([^"]+)"[^>]*>|<img\b[^>]*\bsrc="([^"]+)"[^>]*>`)

// inline finds what the website's policy forbids; better refused here than by a browser.
var inline = regexp.MustCompile(`<style\b|\sstyle="|\son[a-z]+="|<script>|<script\b[^>]*>[^<\s]`)

var absolute = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9+.-]*:|//|#)`)

// readPage gives a page of web/, with the company's deployments in it.
func (b *builder) readPage(name string) (string, error) {
	data, err := os.ReadFile(filepath.Join(b.web, name))
	if err != nil {
		return "", err
	}
	if found := inline.Find(data); found != nil {
		return "", fmt.Errorf("%s has %q; the policy allows no inline script or style", name, found)
	}
	return b.pin(string(data))
}

// rewriteReferences replaces every element that refers to one of our own files by what replace makes of it.
func rewriteReferences(html string, replace func(tag, ref string) (string, error)) (string, error) {
	var failed error
	html = reference.ReplaceAllStringFunc(html, func(tag string) string {
		groups := reference.FindStringSubmatch(tag)
		written := groups[1] + groups[2] + groups[3]
		if failed != nil || absolute.MatchString(written) {
			return tag
		}
		ref := strings.TrimPrefix(written, "./")
		out, err := replace(strings.Replace(tag, `"`+written+`"`, `"`+ref+`"`, 1), ref)
		if err != nil {
			failed = err
		}
		return out
	})
	return html, failed
}

// inlineElement refuses text that would end its element early.
func inlineElement(name, attributes string, text []byte) (string, error) {
	for _, end := range []string{"</" + name, "<!--"} {
		if bytes.Contains(bytes.ToLower(text), []byte(end)) {
			return "", fmt.Errorf("the text of <%s%s> contains %q", name, attributes, end)
		}
	}
	return "<" + name + attributes + ">" + string(text) + "</" + name + ">", nil
}

// policyHash is the source expression that allows exactly this text (Content Security Policy Level 3, section 2.3.1).
func policyHash(text []byte) string {
	sum := sha256.Sum256(text)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// offlinePolicy allows the file its own script, its own style and a worker made from its own text; nothing else, and no
// connection to anywhere.
func offlinePolicy(script string, styles []string, images bool) string {
	policy := "default-src 'none'; script-src " + script + " 'wasm-unsafe-eval'; "
	if len(styles) > 0 {
		policy += "style-src " + strings.Join(styles, " ") + "; "
	}
	if images {
		policy += "img-src data:; "
	}
	return policy + "worker-src blob:; connect-src 'none'; base-uri 'none'; form-action 'none'; " +
		"require-trusted-types-for 'script'; trusted-types x509-worker"
}

// insertPolicy puts the policy before everything that it must govern, but after the charset, which has to stand in the
// first 1024 bytes.
func insertPolicy(html, policy string) (string, error) {
	charset := regexp.MustCompile(`<meta charset="[^"]+">`).FindStringIndex(html)
	if charset == nil {
		return "", fmt.Errorf(`index.html has no <meta charset="...">`)
	}
	meta := "\n<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">"
	return html[:charset[1]] + meta + html[charset[1]:], nil
}

func dataURL(name string, data []byte) string {
	types := map[string]string{".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon", ".webp": "image/webp"}
	return "data:" + types[path.Ext(name)] + ";base64," + base64.StdEncoding.EncodeToString(data)
}
