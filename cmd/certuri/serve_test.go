package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// siteFixture is a small site as tools/site leaves it for the binary, with the real _headers.
func siteFixture(t *testing.T) fs.FS {
	t.Helper()
	headers, err := os.ReadFile("../../web/_headers")
	if err != nil {
		t.Fatal(err)
	}
	site := fstest.MapFS{}
	for name, content := range map[string]string{
		"_headers":                  string(headers),
		"index.html":                "<!doctype html><title>page</title>",
		"assets/app-0123.js":        "export {};",
		"assets/certuri-4567.wasm":  "\x00asm",
		"assets/unlikely name.json": "{}",
	} {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		io.WriteString(w, content)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		site[name+".gz"] = &fstest.MapFile{Data: packed.Bytes()}
	}
	return site
}

func startSite(t *testing.T) *httptest.Server {
	t.Helper()
	handler, err := newSiteHandler(siteFixture(t))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// exchange sends a request exactly as written: http.Client would tidy its path.
func exchange(t *testing.T, server *httptest.Server, method, path string, header ...string) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n", method, path)
	for _, line := range header {
		fmt.Fprintf(conn, "%s\r\n", line)
	}
	fmt.Fprint(conn, "\r\n")
	request := &http.Request{Method: method}
	response, err := http.ReadResponse(bufio.NewReader(conn), request)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func TestServeFiles(t *testing.T) {
	server := startSite(t)
	for _, c := range []struct{ path, contentType, cacheControl, body string }{
		{"/", "text/html; charset=utf-8", "no-cache", "<!doctype html><title>page</title>"},
		{"/?a=b", "text/html; charset=utf-8", "no-cache", "<!doctype html><title>page</title>"},
		{"/index.html", "text/html; charset=utf-8", "no-cache", "<!doctype html><title>page</title>"},
		{"/assets/app-0123.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "export {};"},
		{"/assets/certuri-4567.wasm", "application/wasm", "public, max-age=31536000, immutable", "\x00asm"},
		{"/assets/unlikely%20name.json", "application/json", "public, max-age=31536000, immutable", "{}"},
	} {
		t.Run(c.path, func(t *testing.T) {
			plain, body := exchange(t, server, "GET", c.path)
			if plain.StatusCode != 200 || body != c.body {
				t.Errorf("status %d, body %q", plain.StatusCode, body)
			}
			for name, want := range map[string]string{"Content-Type": c.contentType, "Cache-Control": c.cacheControl,
				"Content-Encoding": "", "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"} {
				if got := plain.Header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			if !strings.Contains(plain.Header.Get("Content-Security-Policy"), "default-src 'none'") {
				t.Error("no policy")
			}

			packed, body := exchange(t, server, "GET", c.path, "Accept-Encoding: br, gzip;q=0.8")
			unpacked, err := gzip.NewReader(strings.NewReader(body))
			if packed.Header.Get("Content-Encoding") != "gzip" || err != nil {
				t.Fatalf("gzip was accepted and not sent: %v", err)
			}
			if got, err := io.ReadAll(unpacked); err != nil || string(got) != c.body {
				t.Errorf("unpacked %q, %v", got, err)
			}

			head, body := exchange(t, server, "HEAD", c.path)
			if head.StatusCode != 200 || body != "" || head.Header.Get("Content-Type") != c.contentType {
				t.Errorf("HEAD: status %d, body %q, %v", head.StatusCode, body, head.Header)
			}

			again, body := exchange(t, server, "GET", c.path, "If-None-Match: "+plain.Header.Get("Etag"))
			if again.StatusCode != 304 || body != "" || again.Header.Get("Content-Security-Policy") == "" {
				t.Errorf("unchanged: status %d, body %q", again.StatusCode, body)
			}
		})
	}
}

func TestServeRefusals(t *testing.T) {
	server := startSite(t)
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"POST", "/", 405},
		{"PUT", "/assets/app-0123.js", 405},
		{"OPTIONS", "/", 405},
		{"GET", "/assets/", 404},
		{"GET", "/assets", 404},
		{"GET", "/assets/gone-89ab.js", 404},
		{"GET", "/_headers", 404},
		{"GET", "/index.html.gz", 404},
		{"GET", "/../../../../etc/passwd", 404},
		{"GET", "/assets/../../serve.go", 404},
		{"GET", "/assets/..%2findex.html", 404},
		{"GET", "/%2e%2e/serve.go", 404},
		{"GET", "//index.html", 404},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			response, body := exchange(t, server, c.method, c.path)
			if response.StatusCode != c.status {
				t.Errorf("status %d, want %d; body %q", response.StatusCode, c.status, body)
			}
			if response.Header.Get("Content-Security-Policy") == "" {
				t.Error("an error page without the policy")
			}
			if got := response.Header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control: %q; a cache would keep the refusal", got)
			}
			if c.status == 405 && response.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("Allow: %q", response.Header.Get("Allow"))
			}
		})
	}
}

// RFC 6797, section 7.2.
func TestServeKeepsTransportSecurityForTLS(t *testing.T) {
	plain := startSite(t)
	if response, _ := exchange(t, plain, "GET", "/"); response.Header.Get("Strict-Transport-Security") != "" {
		t.Error("Strict-Transport-Security over plain HTTP")
	}
	handler, err := newSiteHandler(siteFixture(t))
	if err != nil {
		t.Fatal(err)
	}
	secure := httptest.NewTLSServer(handler)
	defer secure.Close()
	response, err := secure.Client().Get(secure.URL)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no Strict-Transport-Security over TLS")
	}
}

func TestAcceptsGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "br, gzip": true, "deflate,gzip;q=0.5": true, "gzip;q=0": false, "gzip; q=0.000": false,
		"gzip ;q=1": true, "x-gzip-not": false, "identity": false,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", header)
		if got := acceptsGzip(r); got != want {
			t.Errorf("%q: %v, want %v", header, got, want)
		}
	}
}

func TestNewSiteHandlerRefuses(t *testing.T) {
	for name, site := range map[string]fs.FS{
		"an unknown type": fstest.MapFS{"a.exe.gz": &fstest.MapFile{}},
		"no _headers":     fstest.MapFS{"index.html.gz": &fstest.MapFile{}},
	} {
		if _, err := newSiteHandler(site); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestListenTakesAnotherPortOnlyWhenAllowed(t *testing.T) {
	first, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	taken := first.Addr().String()

	second, err := listen(taken, true)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if second.Addr().String() == taken || !strings.HasPrefix(second.Addr().String(), "127.0.0.1:") {
		t.Errorf("listens on %s", second.Addr())
	}
	if third, err := listen(taken, false); err == nil {
		third.Close()
		t.Error("an address that was asked for and is taken is not refused")
	}
}

func TestServeUntilLetsAnswersFinish(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stop()
		time.Sleep(50 * time.Millisecond)
		io.WriteString(w, "whole")
	})
	ended := make(chan error, 1)
	go func() { ended <- serveUntil(ctx, listener, slow) }()
	response, err := http.Get("http://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if string(body) != "whole" || err != nil {
		t.Errorf("the answer under way was %q, %v", body, err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", listener.Addr().String()); err == nil {
		t.Error("still listening")
	}
}

func TestRunServeUsage(t *testing.T) {
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"there"}, exitUsage, "takes no arguments"},
		{[]string{"--port", "1"}, exitUsage, "-port"},
	} {
		var stdout, stderr bytes.Buffer
		if got := runServe(c.args, &stdout, &stderr); got != c.status || !strings.Contains(stderr.String(), c.says) {
			t.Errorf("%q: status %d, stderr %q", c.args, got, stderr.String())
		}
	}
	if embeddedSite != nil {
		t.Skip("built with the website")
	}
	var stdout, stderr bytes.Buffer
	if got := runServe(nil, &stdout, &stderr); got != exitRefused || !strings.Contains(stderr.String(), "make build") {
		t.Errorf("without the website: status %d, stderr %q", got, stderr.String())
	}
}
