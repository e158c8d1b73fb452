package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// portsTried is how many ports above the usual one `serve` tries before it lets the system choose.
const portsTried = 10

// runServe serves the website that this program was built with until it is interrupted. It returns the exit status.
func runServe(args []string, stdout, stderr io.Writer) int {
	flags := newFlags("serve", stderr)
	addr := flags.String("addr", "127.0.0.1:8080", "`address` to listen on")
	positional, ok := parse(flags, args, stderr)
	if !ok {
		return exitUsage
	}
	if len(positional) > 0 {
		return misuse(flags, stderr, "takes no arguments")
	}
	chosen := false
	flags.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "addr" })

	if embeddedSite == nil {
		fmt.Fprintln(stderr, "certuri serve: this program was built without the website. Build it with: make build")
		return exitRefused
	}
	handler, err := newSiteHandler(embeddedSite)
	if err != nil {
		fmt.Fprintf(stderr, "certuri serve: %v\n", err)
		return exitRefused
	}
	listener, err := listen(*addr, !chosen)
	if err != nil {
		fmt.Fprintf(stderr, "certuri serve: %v\n", err)
		return exitRefused
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	fmt.Fprintf(stdout, "certuri is at http://%s (Ctrl-C stops it)\n", listener.Addr())
	if err := serveUntil(ctx, listener, handler); err != nil {
		fmt.Fprintf(stderr, "certuri serve: %v\n", err)
		return exitRefused
	}
	return exitDone
}

// listen opens addr. When addr is taken and the caller did not insist on it, the next ports are tried, then any.
func listen(addr string, orAnother bool) (net.Listener, error) {
	listener, err := net.Listen("tcp", addr)
	if err == nil || !orAnother || !errors.Is(err, syscall.EADDRINUSE) {
		return listener, err
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	first, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	for next := first + 1; next <= first+portsTried; next++ {
		if listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(next))); err == nil {
			return listener, nil
		}
	}
	return net.Listen("tcp", net.JoinHostPort(host, "0"))
}

// serveUntil serves until ctx is done, then lets answers that are under way finish.
func serveUntil(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if err := server.Shutdown(grace); errors.Is(err, context.DeadlineExceeded) {
		return server.Close()
	} else {
		return err
	}
}

// siteHandler answers from a fixed table of files: what is not in it does not exist, whatever the path looks like.
type siteHandler struct {
	files map[string]siteFile // by request path
	rules []headerRule
}

type siteFile struct {
	gzip        []byte
	etag        string
	contentType string
}

// contentTypes are fixed here because the system's table of types differs between machines, and browsers compile wasm
// while it loads only under its own type.
var contentTypes = map[string]string{
	".css":         "text/css; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".wasm":        "application/wasm",
	".webmanifest": "application/manifest+json",
}

// newSiteHandler reads a site whose files are all gzip-packed and named with .gz at the end. Its _headers file is not
// served: it says which headers the others get.
func newSiteHandler(site fs.FS) (*siteHandler, error) {
	handler := &siteHandler{files: map[string]siteFile{}}
	err := fs.WalkDir(site, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		packed, err := fs.ReadFile(site, name)
		if err != nil {
			return err
		}
		name = strings.TrimSuffix(name, ".gz")
		if name == "_headers" {
			handler.rules, err = readHeaderRules(packed)
			return err
		}
		contentType, ok := contentTypes[path.Ext(name)]
		if !ok {
			return fmt.Errorf("no content type is known for %s", name)
		}
		sum := sha256.Sum256(packed)
		file := siteFile{gzip: packed, etag: fmt.Sprintf(`W/"%x"`, sum[:8]), contentType: contentType}
		handler.files["/"+name] = file
		if name == "index.html" {
			handler.files["/"] = file
		}
		return nil
	})
	if err == nil && handler.rules == nil {
		err = errors.New("the site has no _headers")
	}
	return handler, err
}

func (s *siteHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	for _, rule := range s.rules {
		if rule.matches(r.URL.Path) {
			header.Set(rule.name, rule.value)
		}
	}
	if r.TLS == nil {
		header.Del("Strict-Transport-Security") // RFC 6797, section 7.2: not over plain HTTP
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		header.Set("Cache-Control", "no-store")
		http.Error(w, "This site only answers GET and HEAD.", http.StatusMethodNotAllowed)
		return
	}
	file, ok := s.files[r.URL.Path]
	if !ok {
		header.Set("Cache-Control", "no-store") // the rule for /assets/* would keep the absence for a year
		http.NotFound(w, r)
		return
	}
	header.Set("Content-Type", file.contentType)
	header.Set("ETag", file.etag)
	header.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("If-None-Match"), file.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if acceptsGzip(r) {
		header.Set("Content-Encoding", "gzip")
		header.Set("Content-Length", strconv.Itoa(len(file.gzip)))
		w.Write(file.gzip) // net/http leaves the body out of the answer to HEAD
		return
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(file.gzip))
	if err != nil {
		http.Error(w, "The site in this program is damaged.", http.StatusInternalServerError)
		return
	}
	io.Copy(w, unpacked)
}

// acceptsGzip reads Accept-Encoding as far as it matters here: gzip is named, and not with the weight 0 that refuses it.
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, weighted := strings.Cut(part, ";")
		if strings.TrimSpace(coding) != "gzip" {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
		return !weighted || err == nil && q > 0
	}
	return false
}

// A headerRule is one header of a _headers file and the paths that get it.
type headerRule struct {
	pattern     string // a path, or a prefix with * at its end
	name, value string
}

func (rule headerRule) matches(path string) bool {
	if prefix, ok := strings.CutSuffix(rule.pattern, "*"); ok {
		return strings.HasPrefix(path, prefix)
	}
	return path == rule.pattern
}

// readHeaderRules reads the _headers format of Netlify and Cloudflare, as far as both agree on it: a path on a line of
// its own, then its headers, indented; # begins a comment line.
func readHeaderRules(packed []byte) ([]headerRule, error) {
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(unpacked)
	if err != nil {
		return nil, err
	}
	return parseHeaderRules(string(text))
}

func parseHeaderRules(text string) ([]headerRule, error) {
	var rules []headerRule
	pattern := ""
	for number, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || strings.HasPrefix(trimmed, "#"):
		case line[0] == '/':
			pattern = trimmed
		default:
			name, value, ok := strings.Cut(trimmed, ":")
			if !ok || pattern == "" {
				return nil, fmt.Errorf("_headers, line %d: neither a path nor a header of one", number+1)
			}
			rules = append(rules, headerRule{pattern, strings.TrimSpace(name), strings.TrimSpace(value)})
		}
	}
	return rules, nil
}
