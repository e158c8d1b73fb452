package diagnose

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"certuri/certparse"
	"certuri/uribuild"
)

// A written is a distinguished name as somebody wrote it.
type written struct {
	text string
	rdns []writtenRDN // in the order of the text
}

type writtenRDN struct {
	text       string // with the blanks around it
	attributes []certparse.Attribute
	labels     []string
}

// maxDiff is how much of a text is read, in bytes: more than any name that can log in, and enough for the getUsers() of
// a few thousand users.
const maxDiff = 1 << 20

// maxName is the longest text that is read as one name, in bytes: far more than any that is in use.
const maxName = 16 << 10

// maxNames is how many names of one text are compared.
const maxNames = 5000

// maxNested is how many times a string in a string is read: a log line in JSON in a container's log.
const maxNested = 2

// namesIn finds what may be a distinguished name in a text: all of it, a connection string's user name, each line behind
// what a program puts before a name, every string in quotes, as in createUser or the output of getUsers(), and what stands
// in a line of a log. The likeliest come first.
func namesIn(text string) []string {
	f := nameFinder{seen: map[string]bool{}}
	f.find(text[:min(len(text), maxDiff)], maxNested)
	return f.names
}

type nameFinder struct {
	names []string
	seen  map[string]bool
}

// prefixes are what openssl, keytool and others put before a subject.
var prefixes = [...]string{"subject=", "issuer=", "subject:", "issuer:", "owner:", "s:", "i:"}

// add notes a name with and without the blanks behind it, which may be a value's own.
func (f *nameFinder) add(s string) {
	if strings.Contains(s, "%3D") || strings.Contains(s, "%3d") { // out of a connection string
		if u := uribuild.Parse("mongodb://" + strings.TrimSpace(s) + "@host/"); u.HasUsername && u.Username != s {
			f.add(u.Username)
		}
	}
	s = strings.TrimRight(strings.TrimPrefix(strings.TrimLeft(s, " \t\r\n\ufeff"), "$external."), "\r\n")
	for _, prefix := range prefixes {
		if len(s) > len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
			s = strings.TrimLeft(s[len(prefix):], " \t\r\n")
		}
	}
	for _, s := range [...]string{s, strings.TrimSpace(s), mixed(s)} {
		if s != "" && len(f.names) < maxNames && !f.seen[s] {
			f.names, f.seen[s] = append(f.names, s), true
		}
	}
}

// mixed rewrites the form of openssl -text before release 1.1.1 and of many dumps since: commas between most attributes and
// slashes before those with long labels, as in CN=a/emailAddress=b. It is "" for others.
func mixed(s string) string {
	if strings.HasPrefix(s, "/") || len(s) > maxName {
		return ""
	}
	b := []byte(s)
	for i, c := range b {
		if c == '/' && labelEnd(s, i+1) > 0 {
			b[i] = ','
		}
	}
	if string(b) == s {
		return ""
	}
	return string(b)
}

func (f *nameFinder) find(text string, nested int) {
	if strings.Contains(text, "mongodb://") || strings.Contains(text, "mongodb+srv://") {
		if u := uribuild.Parse(text); u.HasUsername {
			f.add(u.Username)
			if u.HasPassword { // a bare colon in the name makes the rest a password
				f.add(u.Username + ":" + u.Password)
			}
			return
		}
	}
	f.add(text)
	for _, q := range quotedIn(text) {
		inner := unquoted(q)
		f.add(inner)
		f.add(q) // a shell's quotes leave backslashes alone
		if nested > 0 && len(f.names) < maxNames && strings.ContainsAny(inner, "\"'") {
			f.find(inner, nested-1)
		}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if len(line) < len(text) {
			f.add(line)
		}
		f.inLine(line)
	}
}

// inLine finds names that stand in a line without quotes. One ends at @$external, as in the logs of old servers, or with
// the line; then it must be a CN or several RDNs, since uid=0 in a log is no name.
func (f *nameFinder) inLine(line string) {
	external := strings.Contains(line, "@$external")
	for at := 0; at < len(line); at++ {
		if at > 0 && strings.IndexByte(" \t([{<:=>'\"", line[at-1]) < 0 || !isLetter(line[at]) && !isDigit(line[at]) {
			continue
		}
		end := labelEnd(line, at)
		if end == 0 {
			continue
		}
		written := strings.TrimRight(line[at:end-1], " ")
		known := label(strings.ToLower(written))
		if !known && (!external || strings.HasPrefix(labelOID(written), "?")) {
			continue
		}
		name, rest, found := strings.Cut(line[at:], "@$external")
		if found {
			f.add(name)
			at = len(line) - len(rest)
			external = strings.Contains(rest, "@$external")
		} else {
			if n, ok := readName(name); ok && at > 0 && (len(n.rdns) > 1 || strings.EqualFold(written, "CN")) {
				f.add(name)
			}
			return // what follows is of this name
		}
	}
}

// quotedIn finds the strings in quotes that may hold a name.
func quotedIn(text string) []string {
	var quoted []string
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		closing := rune(0)
		switch r {
		case '"', '\'', '`':
			closing = r
		case '“':
			closing = '”'
		case '«':
			closing = '»'
		case '„':
			closing = '“'
		}
		if closing == 0 || r == '\'' && i > 1 && isLetter(text[i-2]) { // O'Brien
			continue
		}
		end := i
		for end < len(text) && !strings.HasPrefix(text[end:], string(closing)) {
			if text[end] == '\\' {
				end++
			}
			end++
		}
		if end >= len(text) {
			break
		}
		if inner := text[i:end]; strings.Contains(inner, "=") {
			quoted = append(quoted, inner)
		}
		i = end + len(string(closing))
	}
	return quoted
}

// unquoted undoes the escapes of a string literal in JavaScript, JSON and most other languages.
func unquoted(s string) string {
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b = append(b, s[i])
			continue
		}
		i++
		digits := map[byte]int{'x': 2, 'u': 4}[s[i]]
		if code, ok := hexRune(s, i+1, digits); ok && digits > 0 {
			i += digits
			if low, ok := hexRune(s, i+3, 4); ok && utf16.IsSurrogate(code) && strings.HasPrefix(s[i+1:], `\u`) {
				code = utf16.DecodeRune(code, low)
				i += 6
			}
			b = utf8.AppendRune(b, code)
			continue
		}
		switch c := s[i]; c {
		case 'n':
			b = append(b, '\n')
		case 't':
			b = append(b, '\t')
		case '\\', '"', '\'', '`', '/':
			b = append(b, c)
		default:
			b = append(b, '\\', c) // no escape of a literal, so it is the name's own
		}
	}
	return string(b)
}

func hexRune(s string, from, digits int) (rune, bool) {
	if from+digits > len(s) {
		return 0, false
	}
	n, err := strconv.ParseUint(s[from:from+digits], 16, 32)
	return rune(n), err == nil
}

// readName reads a distinguished name in any of the spellings that programs print: RFC 2253 and 4514, RFC 1779 with its
// quotes and semicolons, openssl's with blanks or slashes, one RDN a line, and what people make of them. Where a comma
// without a backslash can only belong to the value it does. It is not ok when there is no label with an equals sign.
func readName(text string) (n written, ok bool) {
	if len(text) > maxName {
		return n, false
	}
	n.text = text
	separators := ",;"
	switch lines := strings.Count(text, "\n"); {
	case strings.HasPrefix(text, "/") && labelEnd(text, 1) > 0:
		separators = "/"
		text = text[1:]
	case lines > 0 && labelEnd(text, 0) > 0:
		separators = "\n"
		if strings.Contains(text, ",\n") { // wrapped, not one a line
			separators = ",;\n"
		}
	case lines == 0 && strings.Contains(text, `\n`):
		if again := strings.ReplaceAll(text, `\n`, "\n"); labelEnd(again[strings.IndexByte(again, '\n')+1:], 0) > 0 {
			return readName(again)
		}
	}
	start := 0
	var rdn writtenRDN
	for at := 0; ; {
		end := labelEnd(text, at)
		if end == 0 {
			return n, len(n.rdns) > 0
		}
		label := strings.TrimRight(strings.TrimLeft(text[at:end-1], " \t\r\n"), " \t")
		next, value, tag := readValue(text, end, separators)
		rdn.labels = append(rdn.labels, label)
		rdn.attributes = append(rdn.attributes, certparse.Attribute{OID: labelOID(label), Tag: tag, Value: value})
		if next < len(text) && text[next] == '+' {
			at = next + 1
			continue
		}
		rdn.text = text[start:next]
		n.rdns = append(n.rdns, rdn)
		if next >= len(text) {
			return n, true
		}
		rdn, at = writtenRDN{}, next+1
		start = at
	}
}

// labelEnd is the offset behind the equals sign of the attribute label that begins at an offset, 0 when there is none.
func labelEnd(text string, at int) int {
	for most := at + 64; at < len(text) && at < most && strings.IndexByte(" \t\r\n", text[at]) >= 0; { // wrapped and indented
		at++
	}
	start := at
	for at < len(text) && (isLetter(text[at]) || isDigit(text[at]) || at > start && (text[at] == '.' || text[at] == '-')) {
		at++
	}
	if at == start {
		return 0
	}
	for at < len(text) && text[at] == ' ' {
		at++
	}
	if at < len(text) && text[at] == '=' {
		return at + 1
	}
	return 0
}

// readValue reads a value that begins at an offset. It gives where it ends, at a separator or a plus sign that another
// label follows, or at the end. The tag is -1 for hexadecimal that is not a string's.
func readValue(text string, at int, separators string) (next int, value []byte, tag int) {
	ends := func(i int) bool {
		c := text[i]
		return (c == '+' || strings.IndexByte(separators, c) >= 0) && labelEnd(text, i+1) > 0
	}
	blanks := strings.TrimLeft(text[at:], " \t")
	at = len(text) - len(blanks)
	if strings.HasPrefix(blanks, `"`) {
		for i := at + 1; i < len(text); i++ {
			switch text[i] {
			case '\\':
				i++
			case '"':
				rest := strings.TrimLeft(text[i+1:], " \t\r\n")
				if after := len(text) - len(rest); rest == "" || ends(after) {
					return after, appendUnescaped(nil, text[at+1:i]), 12
				}
			}
		}
	}
	for next = at; next < len(text) && !ends(next); next++ {
		if text[next] == '\\' {
			next++
		}
	}
	next = min(next, len(text))
	raw := text[at:next]
	if digits, ok := strings.CutPrefix(strings.TrimSpace(raw), "#"); ok && len(digits) >= 4 && len(digits)%2 == 0 {
		if tag, content, ok := hexString(digits); ok {
			return next, content, tag
		}
	}
	trimmed := strings.TrimRight(raw, " \t\r\n")
	if odd := len(trimmed) - len(strings.TrimRight(trimmed, `\`)); odd%2 == 1 && len(trimmed) < len(raw) {
		trimmed = raw[:len(trimmed)+1] // an escaped blank
	}
	return next, appendUnescaped(nil, trimmed), 12
}

// appendUnescaped undoes the escapes of a name: \, and \2C, and \xC3 of openssl's slash form.
func appendUnescaped(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b = append(b, s[i])
			continue
		}
		i++
		from := i
		if s[i] == 'x' {
			from++
		}
		if code, ok := hexRune(s, from, 2); ok {
			b = append(b, byte(code))
			i = from + 1
			continue
		}
		b = append(b, s[i])
	}
	return b
}

// hexString takes the content out of a string in BER, given in hexadecimal.
func hexString(digits string) (tag int, content []byte, ok bool) {
	der := make([]byte, 0, len(digits)/2)
	for i := 0; i < len(digits); i += 2 {
		code, ok := hexRune(digits, i, 2)
		if !ok {
			return 0, nil, false
		}
		der = append(der, byte(code))
	}
	// The reader of certificates' names takes it: RDNSequence { RDN { CN = value } }.
	id := []byte{6, 3, 0x55, 4, 3}
	pair := wrap(0x30, append(id, der...))
	name, err := certparse.ParseName(wrap(0x30, wrap(0x31, pair)))
	if err != nil {
		return 0, nil, false
	}
	d, err := name.ServerDN(certparse.Linux40)
	if err != nil {
		return 0, nil, false
	}
	a := d.RDNs[0][0]
	if a.Tag == 30 || a.Tag == 28 { // UCS-2 and UCS-4 are text all the same
		var text []byte
		width := map[int]int{30: 2, 28: 4}[a.Tag]
		for chunk := range slices.Chunk(a.Value, width) {
			r := rune(0)
			for _, c := range chunk {
				r = r<<8 | rune(c)
			}
			text = utf8.AppendRune(text, r)
		}
		a.Value = text
	}
	return a.Tag, a.Value, true
}

// wrap puts a tag and a length before content.
func wrap(tag byte, content []byte) []byte {
	n := len(content)
	switch {
	case n < 0x80:
		return append([]byte{tag, byte(n)}, content...)
	case n < 0x10000:
		return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, content...)
	}
	return append([]byte{tag, 0x84, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, content...)
}

// otherLabels are labels of Windows, Java and others that OpenSSL does not have, in lower case.
var otherLabels = map[string]string{
	"e": "1.2.840.113549.1.9.1", "email": "1.2.840.113549.1.9.1", "emailaddress": "1.2.840.113549.1.9.1",
	"s": "2.5.4.8", "sp": "2.5.4.8", "t": "2.5.4.12", "g": "2.5.4.42", "i": "2.5.4.43", "dnq": "2.5.4.46", "street": "2.5.4.9",
	"serialnumber": "2.5.4.5", "title": "2.5.4.12", "givenname": "2.5.4.42", "surname": "2.5.4.4", "initials": "2.5.4.43",
	"generation": "2.5.4.44", "dnqualifier": "2.5.4.46", "commonname": "2.5.4.3", "organizationname": "2.5.4.10",
	"organizationalunitname": "2.5.4.11",
}

// labelOID finds the attribute type that a label stands for, in any program's spelling; "?" and the label where none
// knows it.
func labelOID(label string) string {
	lower := strings.ToLower(label)
	if dotted, ok := strings.CutPrefix(lower, "oid."); ok {
		label, lower = dotted, dotted
	}
	for _, try := range [...]string{label, strings.ToUpper(label)} {
		if d, err := certparse.ParseServerDN(try + "=x"); err == nil {
			return d.RDNs[0][0].OID
		}
		if oid, ok := otherLabels[lower]; ok {
			return oid
		}
	}
	return "?" + lower
}
