package snippet

import (
	"slices"
	"strings"
)

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

// A writer collects one snippet: all of its text in one buffer, and where in it each span ends. Text of our own goes
// through code, every value through literal.
type writer struct {
	language
	words    []string // the language's keywords, taken apart
	text     []byte
	marks    []mark
	notes    []string
	fragment *Range
	needs    []Needed
	also     []Snippet
}

// A mark says that the text between the mark before it and end is of this kind.
type mark struct {
	kind SpanKind
	end  int
}

func newWriter(l *language) *writer {
	return &writer{language: *l, words: strings.Fields(l.keywords), text: make([]byte, 0, 2048), marks: make([]mark, 0, 64)}
}

// begin and end enclose the part of a program that makes the client: what goes into a program that exists already.
func (w *writer) begin() { w.fragment = &Range{Start: len(w.marks)} }
func (w *writer) end()   { w.fragment.End = len(w.marks) }

// other writes a further file of the program, in a language of its own.
func (w *writer) other(file string, l *language, write func(*writer)) {
	o := newWriter(l)
	write(o)
	w.also = append(w.also, o.snippet(file))
	w.needs = append(w.needs, o.needs...)
}

func (w *writer) snippet(file string) Snippet {
	text, spans, start := string(w.text), make([]Span, len(w.marks)), 0
	for i, m := range w.marks {
		spans[i] = Span{m.kind, text[start:m.end]}
		start = m.end
	}
	return Snippet{Spans: spans, Language: w.name, File: file, Notes: w.notes, Fragment: w.fragment, Also: w.also}
}

// A piece is a part of a literal's value: String for what is ours, Yours, or Fill.
type piece struct {
	kind SpanKind
	text string
}

// mark says of what kind the text is from the last mark up to end.
func (w *writer) mark(kind SpanKind, end int) {
	n, start := len(w.marks), 0
	if n > 0 {
		start = w.marks[n-1].end
	}
	switch {
	case start == end:
	case n > 0 && w.marks[n-1].kind == kind && !w.bound(n):
		w.marks[n-1].end = end
	default:
		w.marks = append(w.marks, mark{kind, end})
	}
}

// span writes text of one kind.
func (w *writer) span(kind SpanKind, text string) {
	w.text = append(w.text, text...)
	w.mark(kind, len(w.text))
}

// bound says whether the fragment begins or ends behind n spans, where none may be joined to the last.
func (w *writer) bound(n int) bool {
	return w.fragment != nil && (w.fragment.Start == n || w.fragment.End == n)
}

// code writes fixed text: never a value. Comments, string literals and keywords in it are marked.
func (w *writer) code(text string) {
	before := len(w.text)
	w.text = append(w.text, text...)
	for at := 0; at < len(text); {
		start, kind := at, Plain
		switch c := text[at]; {
		case wordByte(c):
			for at++; at < len(text) && wordByte(text[at]); at++ {
			}
			if slices.Contains(w.words, text[start:at]) {
				kind = Keyword
			}
		case c == '"' || c == '\'' && w.name != "go":
			kind = String
			at += 2 + strings.IndexByte(text[at+1:], c) // our own literals hold no escaped delimiter
		case c == w.comment[0] && strings.HasPrefix(text[at:], w.comment):
			kind = Comment
			if n := strings.IndexByte(text[at:], '\n'); n >= 0 {
				at += n
			} else {
				at = len(text)
			}
		default:
			at++
		}
		if kind != Plain {
			w.mark(Plain, before+start)
			w.mark(kind, before+at)
		}
	}
	w.mark(Plain, len(w.text))
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
		w.text = q.escape(w.text, p.text)
		w.mark(p.kind, len(w.text))
	}
	w.span(String, q.close)
}

// ours writes a literal whose value is not the person's.
func (w *writer) ours(text string) { w.literal(piece{String, text}) }

func (w *writer) note(text string) { w.notes = append(w.notes, text) }
