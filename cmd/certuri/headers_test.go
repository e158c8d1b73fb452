package main

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// siteHeaders is what web/_headers gives each kind of path. A header that two rules set for one path is an error: Netlify
// and Cloudflare differ in what they then send.
func siteHeaders(t *testing.T, path string) http.Header {
	t.Helper()
	text, err := os.ReadFile("../../web/_headers")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := parseHeaderRules(string(text))
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{}
	for _, rule := range rules {
		if rule.matches(path) {
			header.Add(rule.name, rule.value)
		}
	}
	for name, values := range header {
		if len(values) > 1 {
			t.Errorf("%s: two rules set %s", path, name)
		}
	}
	return header
}

// directives splits a Content-Security-Policy.
func directives(policy string) map[string][]string {
	out := map[string][]string{}
	for part := range strings.SplitSeq(policy, ";") {
		if words := strings.Fields(part); len(words) > 0 {
			out[words[0]] = words[1:]
		}
	}
	return out
}

// The rules are those by which the MDN HTTP Observatory gives or takes points, where one response can show them, and
// its requirements for A+. Each must hold; there is no score to trade between them.
func TestHeadersWouldScoreAPlus(t *testing.T) {
	for _, path := range []string{"/", "/index.html", "/assets/app-0123.js", "/nothing-here"} {
		header := siteHeaders(t, path)
		csp := directives(header.Get("Content-Security-Policy"))
		check := func(rule string, holds bool) {
			if !holds {
				t.Errorf("%s: %s", path, rule)
			}
		}
		only := func(directive string, sources ...string) bool {
			return slices.Equal(csp[directive], sources)
		}
		check("CSP: default-src is 'none'", only("default-src", "'none'"))
		check("CSP: scripts from here and wasm, nothing else", only("script-src", "'self'", "'wasm-unsafe-eval'"))
		check("CSP: styles from here", only("style-src", "'self'"))
		check("CSP: workers from what the page holds, and the service worker", only("worker-src", "'self'", "blob:"))
		check("CSP: requests to here", only("connect-src", "'self'"))
		check("CSP: no base", only("base-uri", "'none'"))
		check("CSP: no form target", only("form-action", "'none'"))
		check("CSP: no framing", only("frame-ancestors", "'none'"))
		check("CSP: Trusted Types are required", only("require-trusted-types-for", "'script'"))
		check("CSP: a Trusted Types policy for each of the two scripts", only("trusted-types", "x509-worker", "service-worker"))
		for name, sources := range csp {
			for _, source := range sources {
				loose := slices.Contains([]string{"'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "*", "http:", "https:", "data:", "blob:"}, source)
				// A worker's script cannot be slipped in as a blob: Trusted Types let one policy of one URL start workers.
				ours := name == "worker-src" && source == "blob:"
				check("CSP: "+name+" allows "+source, ours || !loose && !strings.Contains(source, "://"))
			}
		}
		check("CSP: enforced", header.Get("Content-Security-Policy-Report-Only") == "")
		check("X-Content-Type-Options", header.Get("X-Content-Type-Options") == "nosniff")
		check("X-Frame-Options, for browsers without frame-ancestors", header.Get("X-Frame-Options") == "DENY")
		check("Referrer-Policy", header.Get("Referrer-Policy") == "no-referrer")
		check("Cross-Origin-Opener-Policy", header.Get("Cross-Origin-Opener-Policy") == "same-origin")
		check("Cross-Origin-Resource-Policy", header.Get("Cross-Origin-Resource-Policy") == "same-origin")
		age := regexp.MustCompile(`^max-age=(\d+)`).FindStringSubmatch(header.Get("Strict-Transport-Security"))
		seconds := 0
		if age != nil {
			seconds, _ = strconv.Atoi(age[1])
		}
		check("Strict-Transport-Security: six months or more", seconds >= 15768000)
		check("no Access-Control-Allow-Origin", header.Get("Access-Control-Allow-Origin") == "")
		check("no Set-Cookie", header.Get("Set-Cookie") == "")
		for _, feature := range []string{"camera", "microphone", "geolocation", "usb", "serial", "hid", "payment", "display-capture"} {
			check("Permissions-Policy: "+feature, strings.Contains(", "+header.Get("Permissions-Policy")+",", ", "+feature+"=(),"))
		}
	}
}

// A page that is kept while its assets have new names would be a broken page.
func TestHeadersCachePageAndAssets(t *testing.T) {
	for path, want := range map[string]string{
		"/": "no-cache", "/index.html": "no-cache", "/assets/app-0123.js": "public, max-age=31536000, immutable", "/other": "",
	} {
		if got := siteHeaders(t, path).Get("Cache-Control"); got != want {
			t.Errorf("%s: Cache-Control %q, want %q", path, got, want)
		}
	}
}

func TestParseHeaderRules(t *testing.T) {
	rules, err := parseHeaderRules("# a comment\n/*\n  A: b: c\n\n/x\n\tD:e\n")
	want := []headerRule{{"/*", "A", "b: c"}, {"/x", "D", "e"}}
	if err != nil || !slices.Equal(rules, want) {
		t.Errorf("%v, %v", rules, err)
	}
	for _, bad := range []string{"  A: b\n", "/*\n  no header\n"} {
		if _, err := parseHeaderRules(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
