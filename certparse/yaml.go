package certparse

import (
	"strconv"
	"strings"
)

// A yamlReader reads as much of YAML 1.2 as Secrets are written in: block mappings and lists, block scalars, quoted and
// plain scalars, flow style, comments, several documents. Anchors and tags are stepped over, aliases are not followed.
type yamlReader struct {
	lines []yamlLine
	at    int
	nodes int
}

type yamlLine struct {
	indent int
	text   string // without its indentation and line end
}

// parseYAML returns the documents of a text; ok is false when a line makes no sense to it.
func parseYAML(text string) (documents []*node, ok bool) {
	r := &yamlReader{}
	read := func() bool {
		if r.peek(); r.at == len(r.lines) {
			return true
		}
		n, ok := r.block(0, 0)
		if r.peek(); !ok || r.at < len(r.lines) {
			return false
		}
		documents = append(documents, n)
		return true
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == "---" || strings.HasPrefix(line, "--- ") || line == "..." {
			if !read() {
				return nil, false
			}
			r.lines, r.at = r.lines[:0], 0
			continue
		}
		content := strings.TrimLeft(line, " ")
		r.lines = append(r.lines, yamlLine{len(line) - len(content), content})
	}
	return documents, read()
}

// peek steps over blank lines and comments and returns the line that comes next, nil at the end.
func (r *yamlReader) peek() *yamlLine {
	for ; r.at < len(r.lines); r.at++ {
		if l := &r.lines[r.at]; l.text != "" && l.text[0] != '#' && l.text[0] != '%' && strings.TrimSpace(l.text) != "" {
			return l
		}
	}
	return nil
}

// block reads the mapping, list or scalar that comes next and is indented by at least least.
func (r *yamlReader) block(least, depth int) (*node, bool) {
	l := r.peek()
	if r.nodes++; l == nil || l.indent < least || depth > maxTextNesting || r.nodes > maxTextStrings {
		return nil, false
	}
	if isListItem(l.text) {
		return r.list(l.indent, depth)
	}
	if _, _, ok := splitKey(l.text); ok && l.text[0] != '{' && l.text[0] != '[' {
		return r.mapping(l.indent, depth)
	}
	r.at++
	return r.inline(l.text, l.indent-1, depth)
}

func isListItem(text string) bool { return text == "-" || strings.HasPrefix(text, "- ") }

func (r *yamlReader) list(indent, depth int) (*node, bool) {
	n := &node{children: []*node{}}
	for l := r.peek(); l != nil && l.indent == indent && isListItem(l.text); l = r.peek() {
		item := strings.TrimLeft(l.text[1:], " ")
		var child *node
		var ok bool
		switch {
		case item == "":
			r.at++
			child, ok = r.block(indent+1, depth+1)
		default: // what follows the dash is a block of its own, indented to where it stands
			l.indent += len(l.text) - len(item)
			l.text = item
			child, ok = r.block(l.indent, depth+1)
		}
		if !ok {
			return nil, false
		}
		n.children = append(n.children, child)
	}
	return n, true
}

func (r *yamlReader) mapping(indent, depth int) (*node, bool) {
	n := &node{mapping: true, children: []*node{}}
	for l := r.peek(); l != nil && l.indent == indent; l = r.peek() {
		key, value, ok := splitKey(l.text)
		if !ok {
			return nil, false
		}
		r.at++
		var child *node
		if value == "" {
			next := r.peek()
			switch {
			case next != nil && next.indent > indent, next != nil && next.indent == indent && isListItem(next.text):
				child, ok = r.block(indent, depth+1)
			default:
				child = &node{}
			}
		} else {
			child, ok = r.inline(value, indent, depth+1)
		}
		if !ok {
			return nil, false
		}
		n.keys, n.children = append(n.keys, key), append(n.children, child)
	}
	if l := r.peek(); l != nil && l.indent > indent {
		return nil, false
	}
	return n, true
}

// splitKey takes "key: value" apart; value has its tag, its anchor and, when nothing else is there, its comment taken
// off.
func splitKey(text string) (key, value string, ok bool) {
	end := 0
	switch text[0] {
	case '"':
		key, end, ok = doubleQuoted(text)
	case '\'':
		key, end, ok = singleQuoted(text)
	default:
		for end < len(text) && (text[end] != ':' || end+1 < len(text) && text[end+1] != ' ' && text[end+1] != '\t') {
			end++
		}
		key, ok = strings.TrimRight(text[:end], " \t"), end > 0 && end < len(text)
	}
	if !ok {
		return "", "", false
	}
	rest := strings.TrimLeft(text[end:], " \t")
	if rest == "" || rest[0] != ':' {
		return "", "", false
	}
	return key, valueText(rest[1:]), true
}

func valueText(text string) string {
	text = strings.TrimSpace(text)
	for text != "" && (text[0] == '!' || text[0] == '&') {
		_, text, _ = strings.Cut(text, " ")
		text = strings.TrimLeft(text, " \t")
	}
	if text != "" && text[0] == '#' {
		return ""
	}
	return text
}

// inline reads a value that starts on its key's line; lines indented deeper than indent belong to it.
func (r *yamlReader) inline(text string, indent, depth int) (*node, bool) {
	switch text[0] {
	case '|', '>':
		return &node{scalar: r.blockScalar(text, indent)}, true
	case '"', '\'', '{', '[':
		r.nodes++
		for {
			f := &flowReader{text: text, nodes: r.nodes}
			n, ok := f.value(depth)
			if ok {
				r.nodes = f.nodes
				f.skip()
				return n, f.at == len(f.text) || f.text[f.at] == '#'
			}
			more := r.deeper(indent)
			if len(more) == 0 {
				return nil, false
			}
			text += "\n" + strings.Join(more, "\n")
		}
	}
	if i := strings.Index(text, " #"); i >= 0 {
		text = strings.TrimRight(text[:i], " \t")
	}
	for _, line := range r.deeper(indent) {
		text += " " + strings.TrimSpace(line)
	}
	return &node{scalar: text}, true
}

// deeper takes the lines that follow and are indented deeper than indent, blank ones among them.
func (r *yamlReader) deeper(indent int) (lines []string) {
	for r.at < len(r.lines) && (r.lines[r.at].indent > indent || strings.TrimSpace(r.lines[r.at].text) == "") {
		lines = append(lines, r.lines[r.at].text)
		r.at++
	}
	return lines
}

// blockScalar reads the lines of | and >. Lines of a folded one are joined by blanks, which PEM and base64 bear.
func (r *yamlReader) blockScalar(header string, indent int) string {
	width := -1
	for _, c := range header[1:] {
		if c >= '1' && c <= '9' {
			width = max(indent, 0) + int(c-'0')
		}
	}
	join := byte('\n')
	if header[0] == '>' {
		join = ' '
	}
	var b []byte
	for ; r.at < len(r.lines); r.at++ {
		l := r.lines[r.at]
		isBlank := strings.TrimSpace(l.text) == ""
		if !isBlank && l.indent <= indent {
			break
		}
		if width < 0 && !isBlank {
			width = l.indent
		}
		if !isBlank && l.indent > width {
			b = append(b, strings.Repeat(" ", min(l.indent-width, 1024))...)
		}
		b = append(b, l.text...)
		b = append(b, join)
	}
	text := strings.TrimRight(string(b), " \n")
	if !strings.Contains(header, "-") && text != "" {
		text += "\n"
	}
	return text
}

func listIndex(i int) string { return "[" + strconv.Itoa(i) + "]" }
