package certparse

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A node is a piece of JSON or YAML: a scalar as text, or what a mapping or list holds. Numbers, true and null are kept
// as they are written, for nothing here asks what they are.
type node struct {
	scalar   string
	keys     []string // of a mapping, beside children; nil for a list
	children []*node  // nil for a scalar
	mapping  bool
}

// get is the value of a key, nil when n is no mapping or has none.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for i, k := range n.keys {
		if k == key {
			return n.children[i]
		}
	}
	return nil
}

// text is the scalar of a key, "" when there is none.
func (n *node) text(key string) string {
	if v := n.get(key); v != nil {
		return v.scalar
	}
	return ""
}

// A flowReader reads JSON, and YAML's flow style, which is JSON with quotes left out: one reader for both, as lenient as
// the second. encoding/json would decode into maps, lose the order, and refuse a whole file for one stray comma.
type flowReader struct {
	text  string
	at    int
	nodes int
}

// readJSON reads the strings of a JSON text: PEM, base64 of it or of DER, wherever they stand; and Kubernetes Secrets.
// It returns false when the text is not JSON or holds nothing of use.
func (s *session) readJSON(text []byte, where string) bool {
	if len(text) > maxStructuredText {
		return false
	}
	r := &flowReader{text: string(text)}
	var documents []*node
	for r.skip(); r.at < len(r.text); r.skip() { // one document, or one for each line
		n, ok := r.value(0)
		if !ok {
			return false
		}
		documents = append(documents, n)
	}
	known := false
	for _, n := range documents {
		if n.children != nil && s.readTree(n, where, KindJSON) {
			known = true
		}
	}
	return known
}

func (r *flowReader) skip() {
	for r.at < len(r.text) && strings.IndexByte(" \t\r\n", r.text[r.at]) >= 0 {
		r.at++
	}
}

// accept steps over b if it comes next, blanks around it too.
func (r *flowReader) accept(b byte) bool {
	r.skip()
	if r.at < len(r.text) && r.text[r.at] == b {
		r.at++
		r.skip()
		return true
	}
	return false
}

func (r *flowReader) value(depth int) (*node, bool) {
	r.skip()
	if r.nodes++; depth > maxTextNesting || r.nodes > maxTextStrings || r.at >= len(r.text) {
		return nil, false
	}
	switch r.text[r.at] {
	case '{':
		n := &node{mapping: true, children: []*node{}}
		r.accept('{')
		for !r.accept('}') {
			key, ok := r.scalar()
			if !ok || !r.accept(':') {
				return nil, false
			}
			child, ok := r.value(depth + 1)
			if !ok {
				return nil, false
			}
			n.keys, n.children = append(n.keys, key), append(n.children, child)
			if !r.accept(',') && r.at < len(r.text) && r.text[r.at] != '}' {
				return nil, false
			}
		}
		return n, true
	case '[':
		n := &node{children: []*node{}}
		r.accept('[')
		for !r.accept(']') {
			child, ok := r.value(depth + 1)
			if !ok {
				return nil, false
			}
			n.children = append(n.children, child)
			if !r.accept(',') && r.at < len(r.text) && r.text[r.at] != ']' {
				return nil, false
			}
		}
		return n, true
	}
	text, ok := r.scalar()
	return &node{scalar: text}, ok
}

// scalar reads a string in either kind of quotes, or a bare word up to what ends one.
func (r *flowReader) scalar() (string, bool) {
	if r.at >= len(r.text) {
		return "", false
	}
	switch r.text[r.at] {
	case '"':
		text, n, ok := doubleQuoted(r.text[r.at:])
		r.at += n
		return text, ok
	case '\'':
		text, n, ok := singleQuoted(r.text[r.at:])
		r.at += n
		return text, ok
	}
	length := 0
	for rest := r.text[r.at:]; length < len(rest); length++ {
		if c := rest[length]; strings.IndexByte(",{}[]\"\n", c) >= 0 || c == ':' && (length+1 == len(rest) || strings.IndexByte(" \t\r\n", rest[length+1]) >= 0) {
			break
		}
	}
	text := r.text[r.at : r.at+length]
	r.at += length
	return strings.TrimSpace(text), length > 0
}

// doubleQuoted reads a string of JSON (RFC 8259 section 7) or YAML (1.2.2 section 7.3.1) that starts at s[0], and how
// long it is. A line break inside it is YAML's, and folds into a blank.
func doubleQuoted(s string) (text string, n int, ok bool) {
	end := strings.IndexAny(s[1:], "\"\\\n")
	if end >= 0 && s[1+end] == '"' {
		return s[1 : 1+end], end + 2, true // nothing to undo
	}
	b := make([]byte, 0, 64)
	for n = 1; n < len(s); {
		c := s[n]
		switch {
		case c == '"':
			return string(b), n + 1, true
		case c == '\n':
			b = append(b, ' ')
			for n < len(s) && strings.IndexByte(" \t\r\n", s[n]) >= 0 {
				n++
			}
			continue
		case c != '\\' || n+1 == len(s):
			b = append(b, c)
			n++
			continue
		}
		n += 2
		switch c = s[n-1]; c {
		case 'n':
			b = append(b, '\n')
		case 'r':
			b = append(b, '\r')
		case 't':
			b = append(b, '\t')
		case 'b', 'f', 'a', 'e', 'v', '0':
			b = append(b, ' ')
		case '\r', '\n': // YAML: a line goes on, without its indentation
			for n < len(s) && (s[n] == ' ' || s[n] == '\t' || s[n] == '\n') {
				n++
			}
		case 'x', 'u', 'U':
			digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
			r, good := hexRune(s, n, digits)
			if !good {
				return "", n, false
			}
			n += digits
			if utf16.IsSurrogate(r) && strings.HasPrefix(s[n:], `\u`) {
				if low, good := hexRune(s, n+2, 4); good {
					r = utf16.DecodeRune(r, low)
					n += 6
				}
			}
			b = utf8.AppendRune(b, r)
		default:
			b = append(b, c)
		}
	}
	return "", n, false
}

func hexRune(s string, at, digits int) (rune, bool) {
	if at+digits > len(s) {
		return 0, false
	}
	code, err := strconv.ParseUint(s[at:at+digits], 16, 32)
	return rune(code), err == nil && code <= utf8.MaxRune
}

// singleQuoted reads a YAML string (1.2.2 section 7.3.2) that starts at s[0], and how long it is.
func singleQuoted(s string) (text string, n int, ok bool) {
	for n = 1; n < len(s); n++ {
		if s[n] != '\'' {
			continue
		}
		if n+1 < len(s) && s[n+1] == '\'' {
			n++
			continue
		}
		return strings.ReplaceAll(s[1:n], "''", "'"), n + 1, true
	}
	return "", n, false
}
