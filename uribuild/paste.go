package uribuild

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A wrapping is what a connection string was pasted with, as far as it changes what a client gets to read.
type wrapping struct {
	known    bool // a line of a script, a file or a program, which hands on the string alone
	expands  bool // a shell, PHP or the like puts a variable in place of $external
	may      bool // an .env file, whose readers differ in that
	protects bool // nothing takes $external for a variable
	splits   bool // a shell ends the command at the first &
	compose  bool // where Docker Compose makes one dollar sign of two: a YAML value, or its list of variables
	list     bool // that list, which nothing but Compose has: $external is a variable there
	command  bool // flags stand around the string
}

const (
	blanks      = " \t\r\n"
	asciiQuotes = "\"'`"
)

// quotes are pairs; word processors and chat programs make the curved ones.
var quotes = [...][2]string{{`"`, `"`}, {"'", "'"}, {"`", "`"}, {"“", "”"}, {"„", "“"}, {"‘", "’"}, {"«", "»"}}

// commands are the programs whose command lines are pasted with a connection string in them.
var commands = []string{"mongosh", "mongo", "mongodump", "mongorestore", "mongoexport", "mongoimport", "mongostat", "mongotop",
	"mongofiles", "bsondump", "docker", "podman", "kubectl", "sudo", "npx", "env", "exec"}

// wrapped reads the line that stands before the string.
func wrapped(before, quote string) (w wrapping) {
	before = strings.TrimSuffix(before[strings.LastIndexByte(before, '\n')+1:], quote)
	line := strings.TrimLeft(strings.TrimSpace(before), "$> ") // a prompt, or the sigil of PHP and Perl
	first, _, _ := strings.Cut(line, " ")
	item, isList := strings.CutPrefix(line, "- ")
	if item = strings.TrimLeft(item, asciiQuotes); quote == "" && strings.HasSuffix(item, "=") {
		quote = line[2:max(2, len(line)-len(item))]
	}
	name, assigned := strings.CutSuffix(line, "=")
	program := first[strings.LastIndexByte(first, '/')+1:]
	w.known = quote != "" && line != "" || assigned
	switch {
	case isList && strings.HasSuffix(item, "="):
		w.known, w.compose, w.list = true, true, true
	case strings.HasSuffix(line, ":") && (quote != "" || strings.HasSuffix(before, " ")):
		w.known, w.compose, w.protects = true, true, strings.HasSuffix(line, `":`)
	case strings.HasPrefix(line, "--") || slices.Contains(commands, program):
		w.known, w.command = true, true
		w.expands, w.splits = quote != "'", quote == ""
	case first == "export" || first == "declare" || first == "setenv" || first == "ENV":
		w.known = true
		w.expands, w.splits = quote != "'", quote == "" && first != "ENV"
	case strings.HasPrefix(strings.TrimSpace(before), "$") || first == "val" || first == "my":
		w.expands = quote == `"`
	case assigned && plainName(name):
		w.may = quote != "'"
	default:
		w.protects = w.known
	}
	w.protects = w.protects || quote == "'"
	return w
}

// plainName says whether s can be the name of a variable of a shell.
func plainName(s string) bool {
	for i := range len(s) {
		if !wordByte(s[i]) || s[i] == '-' {
			return false
		}
	}
	return s != ""
}

// clean finds the scheme, takes off what stands around the string, and writes its characters as a client should get
// them: on one line, without the escapes of the text that it was copied from.
func (r *reader) clean() {
	text := r.Text
	start, body, ok := findScheme(text)
	if !ok && start < body && !schemeMeant(text[start:body]) {
		r.fault(CodeNoConnectionString, 0, len(text))
		return
	}
	if !ok && start == body {
		start, _ = trim(text, 0, len(text), blanks+asciiQuotes)
		body = start
		r.fault(CodeScheme, start, start)
	}
	quote, closing := "", ""
	for _, pair := range quotes {
		// One that nothing closes was left over.
		if strings.HasSuffix(text[:start], pair[0]) && strings.Contains(text[body:], pair[1]) {
			quote, closing = pair[0], pair[1]
		}
	}
	written := text[start:body]
	encoded := strings.Contains(written, "%")
	r.misspelt = !ok && strings.HasSuffix(written, "://")
	// One scheme before another: a field that already had one, or a web address.
	for nested := true; nested; {
		nested = false
		for _, scheme := range []string{"mongodb://", "mongodb+srv://", "http://", "https://"} {
			if strings.HasPrefix(text[body:], scheme) {
				nested = true
				r.fault(CodeScheme, body, body+len(scheme))
				r.SRV = scheme == "mongodb+srv://"
				body += len(scheme)
			}
		}
	}
	r.SRV = r.SRV || strings.Contains(strings.ToLower(written), "srv")
	scheme := "mongodb"
	if r.SRV {
		scheme = "mongodb+srv"
	}
	if ok {
		r.Parts = append(r.Parts, Part{PartScheme, start, start + len(scheme), scheme, 0})
	}
	properties := strings.Contains(written, `\:`)
	plain := written
	if properties || quote != "" {
		plain = strings.NewReplacer(`\:`, ":", `\/`, "/").Replace(written)
	}
	switch {
	case encoded:
		r.fault(CodeEncoded, start, body)
	case start < body && plain != scheme+"://":
		r.fault(CodeScheme, start, body)
	}
	r.Start = start
	if start > 0 {
		r.fault(CodePastedAround, 0, start)
	}
	r.around = wrapped(text[:start], quote)
	bare := r.around.splits

	r.b = make([]byte, 0, len(text)-body)
	end := len(text)
	if quote == "" {
		end = bareEnd(text, start, body)
		if i := strings.IndexAny(text[body:end], " \t"); i >= 0 && r.around.splits {
			end = body + i // a word of a shell
		}
	}
	i := body
scan:
	for i < end {
		c, rest := text[i], text[i:end]
		switch {
		case quote != "" && strings.HasPrefix(rest, closing):
			next := continuation(text, i, closing, quote)
			if next < 0 {
				end = i
				break scan
			}
			r.fault(CodeLines, i, next)
			i = next
			continue
		case quote != "" && c == '\\' && i+1 < end && strings.IndexByte("\\/\"'`$", text[i+1]) >= 0,
			properties && c == '\\' && i+1 < end && strings.IndexByte("\\:=#!", text[i+1]) >= 0,
			bare && c == '\\' && i+1 < end && strings.IndexByte("?&=$", text[i+1]) >= 0:
			i++
			switch c = text[i]; c {
			case '$':
				r.around.expands = false
			case '&':
				r.around.splits = false
			}
		case c == '\\' && i+1 < end && (text[i+1] == '?' || text[i+1] == '&'):
			if !strings.Contains(written, `\`) { // else CodeScheme has said it
				r.fault(CodeBackslash, i, i+1)
			}
			i++
			continue
		case c == '\\' && len(rest) >= 6 && rest[1:4] == "u00" && unhex(rest[4]) >= 2 && unhex(rest[5]) >= 0:
			if quote == "" {
				r.fault(CodeBackslash, i, i+6)
			}
			r.put(byte(unhex(rest[4])<<4|unhex(rest[5])), i)
			i += 6
			continue
		case encoded && c == '%' && len(rest) > 2 && unhex(rest[1]) >= 0 && unhex(rest[2]) >= 0:
			r.put(byte(unhex(rest[1])<<4|unhex(rest[2])), i)
			i += 3
			continue
		case c == '\r' || c == '\n':
			from, to := i, i
			for from > body && strings.IndexByte(blanks, text[from-1]) >= 0 && len(r.b) > 0 && r.b[len(r.b)-1] == text[from-1] {
				from--
				r.b, r.at = r.b[:len(r.b)-1], r.at[:len(r.at)-1]
			}
			for to < end && strings.IndexByte(blanks, text[to]) >= 0 {
				to++
			}
			if quote == "" && anotherLine(text[i:to], text[to:end]) {
				end = i
				break scan
			}
			if to < end {
				r.fault(CodeLines, from, to)
			}
			i = to
			continue
		case c == '&':
			if size := ampersand(rest); size > 1 {
				r.fault(CodeHTML, i, i+size)
				r.put('&', i)
				i += size
				continue
			}
		case c >= 0x80:
			if size, blank := invisible(rest); size > 0 {
				r.fault(CodeBlanks, i, i+size)
				if blank {
					r.put(' ', i)
				}
				i += size
				continue
			}
		}
		r.put(c, i)
		i++
	}
	r.s, r.at, r.End = string(r.b), append(r.at, end), end
	if r.around.splits = r.around.splits && strings.Contains(r.s, "&"); end < len(text) {
		r.fault(CodePastedAround, end, len(text))
	}
}

//go:noinline
func (r *reader) put(c byte, at int) { r.b, r.at = append(r.b, c), append(r.at, at) }

// bareEnd gives where a string without quotes around it ends.
func bareEnd(text string, start, body int) int {
	_, end := trim(text, body, len(text), blanks)
	// <mongodb://...>, as in mails.
	if start > 0 && end > body && text[start-1] == '<' && text[end-1] == '>' {
		end--
	}
	for open := strings.Count(text[body:end], ")") - strings.Count(text[body:end], "("); open > 0 && text[end-1] == ')'; open-- {
		end-- // of the code around it
	}
	if bare := trimQuotes(text, body, end); bare < end {
		end = bare
	} else if _, bare := trim(text, body, end, ",;)"); bare < end {
		if bare = trimQuotes(text, body, bare); strings.IndexByte(",;)", text[bare]) < 0 {
			end = bare
		}
	}
	// After a blank: a flag of a command line, a comment, the next command, another string.
	for _, next := range []string{" -", " #", " //", " | ", " > ", " && "} {
		if i := strings.Index(text[body:end], next); i >= 0 {
			_, end = trim(text, body, body+i, blanks)
			end = trimQuotes(text, body, end)
		}
	}
	for _, scheme := range []string{"mongodb://", "mongodb+srv://"} {
		if i := strings.Index(text[body:end], scheme); i > 0 {
			if j := strings.LastIndexAny(text[body:body+i], blanks); j > 0 {
				_, end = trim(text, body, body+j, blanks)
				// The word that introduces the other one.
				if k := strings.LastIndexAny(text[body:end], blanks); k > 0 && strings.HasSuffix(text[body:end], ":") {
					_, end = trim(text, body, body+k, blanks)
				}
			}
		}
	}
	return end
}

// trimQuotes takes quotes off the end that have no partner in the string.
func trimQuotes(text string, start, end int) int {
	for {
		bare := start + len(strings.TrimRight(text[start:end], asciiQuotes+"“”„‘’"))
		if bare == end || strings.Count(text[start:end], text[bare:end])%2 == 0 {
			return end
		}
		end = bare
	}
}

// anotherLine says whether a string ends at a line break: an empty line, or a next one that is plainly something else.
func anotherLine(gap, next string) bool {
	if strings.Count(gap, "\n") > 1 || next == "" {
		return true
	}
	if strings.IndexByte("#-}])", next[0]) >= 0 || strings.HasPrefix(next, "export ") {
		return true
	}
	name := next[:len(next)-len(strings.TrimLeft(next, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"))]
	return len(name) > 1 && strings.HasPrefix(next[len(name):], "=") || strings.Contains(next[:min(len(next), maxName)], ": ")
}

// ampersand gives the length of what HTML and XML write for an ampersand, also when it was encoded twice.
func ampersand(s string) int {
	for _, entity := range []string{"&amp;", "&#38;", "&#x26;"} {
		if rest, found := strings.CutPrefix(s, entity); found {
			size := len(entity)
			for strings.HasPrefix(rest, "amp;") {
				size, rest = size+4, rest[4:]
			}
			return size
		}
	}
	return 1
}

// invisible gives the length of a character that cannot be seen (zero-width blanks and joiners, a byte order mark), and
// says whether it is a blank of some width.
func invisible(s string) (size int, blank bool) {
	switch r, size := utf8.DecodeRuneInString(s); {
	case r == 0xA0, 0x2000 <= r && r <= 0x200A, r == 0x202F, r == 0x3000:
		return size, true
	case 0x200B <= r && r <= 0x200F, r == 0x2060, r == 0xFEFF:
		return size, false
	}
	return 0, false
}

// findScheme gives where the scheme starts and where the text after its slashes starts. Without a scheme of MongoDB's
// ok is false, and the two are those of another scheme, or equal.
func findScheme(text string) (start, body int, ok bool) {
	lower := strings.ToLower(text)
	if len(lower) != len(text) { // some characters change their length; offsets would not fit
		lower = text
	}
	for from := 0; ; {
		i := strings.Index(lower[from:], "mongodb")
		if i < 0 {
			break
		}
		start = from + i
		rest := lower[start+7:]
		for _, srv := range []string{"+srv", "%2bsrv", ".srv", "-srv", "_srv"} {
			rest = strings.TrimPrefix(rest, srv)
		}
		if after, found := strings.CutPrefix(rest, "%3a%2f%2f"); found {
			return start, len(text) - len(after), true
		}
		if after, found := strings.CutPrefix(strings.TrimPrefix(rest, `\`), ":"); found {
			slashes := len(after) - len(strings.TrimLeft(after, `/\`))
			// mongodb:///tmp/a.sock has a third slash that belongs to a path.
			if strings.HasPrefix(after, "///") {
				slashes = 2
			}
			if slashes > 0 {
				return start, len(text) - len(after) + slashes, true
			}
		}
		from = start + 7
	}
	// mongodb: //h, mongodb//h, mongodb;//h, but not mongodb:27017, which is a host.
	if i := strings.Index(lower, "mongodb"); i >= 0 {
		rest := strings.TrimPrefix(lower[i+7:], "+srv")
		after := strings.TrimLeft(rest, " :;/\\")
		gap := rest[:len(rest)-len(after)]
		if after != "" && (strings.ContainsAny(gap, ":;") || strings.Contains(gap, "//")) && (after[0] < '0' || after[0] > '9') {
			return i, len(text) - len(after), false
		}
	}
	if i := strings.Index(text, "://"); i >= 0 {
		start = i
		for start > 0 && (wordByte(text[start-1]) || text[start-1] == '+') {
			start--
		}
		return start, i + 3, false
	}
	return 0, 0, false
}

// schemeMeant says whether a scheme is one of MongoDB's, misspelt.
func schemeMeant(scheme string) bool {
	scheme = strings.ToLower(strings.TrimRight(scheme, " :;/\\"))
	name := strings.TrimRight(strings.TrimSuffix(scheme, "srv"), "+-_")
	return strings.HasPrefix(name, "mongo") || distance(name, "mongodb") <= 2
}

func wordByte(c byte) bool { return unreserved(c) && c != '.' && c != '~' }

// continuation gives where a string literal goes on after the quote at i that ends its first piece, as in
// "mongodb://..." + "&tls=true", or -1.
func continuation(text string, i int, closing, opening string) int {
	j := i + len(closing)
	for j < len(text) && strings.IndexByte(blanks+"+.\\", text[j]) >= 0 {
		j++
	}
	if j > i+len(closing) && strings.HasPrefix(text[j:], opening) {
		return j + len(opening)
	}
	return -1
}

// flags are those of mongosh and the Database Tools that say what an option says.
var flags = [][2]string{{"tls", optTLS}, {"ssl", optTLS}, {"tlsCertificateKeyFile", optKeyFile}, {"sslPEMKeyFile", optKeyFile},
	{"tlsCertificateKeyFilePassword", optKeyPassword}, {"sslPEMKeyPassword", optKeyPassword}, {"tlsCAFile", optCAFile}, {"sslCAFile", optCAFile},
	{"authenticationMechanism", optMechanism}, {"authenticationDatabase", optSource}}

// readFlags takes the flags around the string of a command line for the options that they stand for.
func (r *reader) readFlags() {
	after := len(r.Text) - len(strings.TrimLeft(r.Text[r.End:], asciiQuotes))
	for _, around := range [][2]int{{0, r.Start}, {after, len(r.Text)}} {
		for from := around[0]; from < around[1]; {
			start, end := word(r.Text, from, around[1])
			from = end + 1
			name, value, given := strings.Cut(r.Text[start:end], "=")
			if !strings.HasPrefix(name, "--") {
				continue
			}
			for _, flag := range flags {
				if name[2:] != flag[0] || r.option(flag[1]) >= 0 {
					continue
				}
				valueStart := start + len(name) + 1
				if flag[1] == optTLS {
					value, valueStart, given = "true", end, true
				} else if !given {
					valueStart, end = word(r.Text, from, around[1])
					value, from = r.Text[valueStart:end], end+1
				}
				r.Parts = append(r.Parts, Part{PartName, start, start + len(name), flag[1], len(r.Options)},
					Part{PartValue, valueStart, end, strings.Trim(value, asciiQuotes), len(r.Options)})
				r.Options = append(r.Options, Option{flag[1], strings.Trim(value, asciiQuotes)})
			}
		}
	}
}

// word gives the next word of a command line between from and end, with its quotes.
func word(text string, from, end int) (start, stop int) {
	for from < end && strings.IndexByte(blanks+"\\", text[from]) >= 0 {
		from++
	}
	var quote byte
	for stop = from; stop < end; stop++ {
		switch c := text[stop]; {
		case c == quote:
			quote = 0
		case quote == 0 && c == '<': // a placeholder with blanks
			quote = '>'
		case quote == 0 && strings.IndexByte(asciiQuotes, c) >= 0:
			quote = c
		case quote == 0 && strings.IndexByte(blanks, c) >= 0:
			return from, stop
		}
	}
	return from, stop
}

// meant says whether a text without a scheme is a connection string at all: it has a known option, or nothing but hosts
// and one of them is plainly a host.
func (r *reader) meant() bool {
	for _, part := range r.Parts {
		if part.Kind == PartScheme {
			return true
		}
	}
	if r.misspelt {
		return true
	}
	for _, o := range r.Options {
		if LookupOption(o.Name) != nil {
			return true
		}
	}
	for _, f := range r.Faults {
		if f.Code != CodeScheme && f.Code != CodePastedAround && f.Code != CodeSlashBeforeOption {
			return false
		}
	}
	for _, h := range r.Hosts {
		if h.Port != 0 || strings.ContainsAny(h.Name, ".:/") || h.Name == "localhost" {
			return true
		}
	}
	return false
}
