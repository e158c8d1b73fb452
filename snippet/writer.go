package snippet

import "strings"

// A language is what the writer must know to mark the fixed text of a snippet.
type language struct {
	name     string
	quote    quoter
	comment  string // what starts one, to the end of the line
	keywords string // with a space around each
}

var python = language{"python", quotePython, "#", " import from as async def await try finally with if not raise None True False return "}
var javascript = language{"javascript", quoteJavaScript, "//", " import from const await try finally if throw new true false undefined "}
var goLanguage = language{"go", quoteGo, "//", " package import func if defer return var nil any map string "}
var java = language{"java", quoteJava, "//", " import public class static void throws new if throw null true for try return "}
var kotlinLanguage = language{"kotlin", quoteKotlin, "//", " import suspend fun val null true "}
var scalaLanguage = language{"scala", quoteJava, "//", " import object def val new try finally null true "}
var properties = language{"properties", quoteProperties, "#", " "}
var shell = language{"shell", quoteShell, "#", " "}
var yaml = language{"yaml", quoteYAML, "#", " "}
var composeYAML = language{"yaml", quoteCompose, "#", " "}
var dotenv = language{"dotenv", quoteEnv, "#", " "}
var jsonLanguage = language{"json", quoteJSON, noComment, " "}
var plainText = language{"text", quoteText, noComment, " "}

const noComment = "\x00"

// A writer collects the spans of one snippet. Text of our own goes through code, every value through literal.
type writer struct {
	language
	spans    []Span
	notes    []string
	fragment *Range
	needs    []Needed
	also     []Snippet
}

// begin and end enclose the part of a program that makes the client: what goes into a program that exists already.
func (w *writer) begin() { w.fragment = &Range{Start: len(w.spans)} }
func (w *writer) end()   { w.fragment.End = len(w.spans) }

// other writes a further file of the program, in a language of its own.
func (w *writer) other(file string, l *language, write func(*writer)) {
	o := &writer{language: *l}
	write(o)
	w.also = append(w.also, o.snippet(file))
	w.needs = append(w.needs, o.needs...)
}

func (w *writer) snippet(file string) Snippet {
	return Snippet{Spans: w.spans, Language: w.name, File: file, Notes: w.notes, Fragment: w.fragment, Also: w.also}
}

// A piece is a part of a literal's value: String for what is ours, Yours, or Fill.
type piece struct {
	kind SpanKind
	text string
}

func (w *writer) span(kind SpanKind, text string) {
	if text == "" {
		return
	}
	if n := len(w.spans); n > 0 && w.spans[n-1].Kind == kind && !w.bound(n) {
		w.spans[n-1].Text += text
		return
	}
	w.spans = append(w.spans, Span{kind, text})
}

// bound says whether the fragment begins or ends behind n spans, where none may be joined to the last.
func (w *writer) bound(n int) bool {
	return w.fragment != nil && (w.fragment.Start == n || w.fragment.End == n)
}

// code writes fixed text: never a value. Comments, string literals and keywords in it are marked.
func (w *writer) code(text string) {
	plain := 0 // where the plain text begins that is not written yet: to append it byte by byte would copy it each time
	for at := 0; at < len(text); {
		rest := text[at:]
		n, kind := 1, Plain
		switch c := rest[0]; {
		case strings.HasPrefix(rest, w.comment):
			kind = Comment
			if n = strings.IndexByte(rest, '\n'); n < 0 {
				n = len(rest)
			}
		case c == '"' || c == '\'' && w.name != "go":
			kind = String
			n = 2 + strings.IndexByte(rest[1:], c) // our own literals hold no escaped delimiter
		case wordByte(c):
			for n < len(rest) && wordByte(rest[n]) {
				n++
			}
			if strings.Contains(w.keywords, " "+rest[:n]+" ") {
				kind = Keyword
			}
		}
		if kind != Plain {
			w.span(Plain, text[plain:at])
			w.span(kind, rest[:n])
			plain = at + n
		}
		at += n
	}
	w.span(Plain, text[plain:])
}

func wordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}

// literal writes one string literal whose value is the texts of the pieces, one after another.
func (w *writer) literal(pieces ...piece) {
	q := w.quote
	if q.bare != nil {
		whole := ""
		for _, p := range pieces {
			whole += p.text
		}
		if q.bare(whole) {
			for _, p := range pieces {
				w.span(p.kind, p.text)
			}
			return
		}
	}
	w.span(String, q.open)
	for _, p := range pieces {
		w.span(p.kind, string(q.escape(nil, p.text)))
	}
	w.span(String, q.close)
}

// ours writes a literal whose value is not the person's.
func (w *writer) ours(text string) { w.literal(piece{String, text}) }

func (w *writer) note(text string) { w.notes = append(w.notes, text) }
