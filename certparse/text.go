package certparse

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeText turns UTF-16 in either byte order, with a byte-order mark or without, into UTF-8, and takes a UTF-8 mark
// off. Other bytes are returned as they stand, without a copy.
func decodeText(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return data[3:]
	case len(data) > maxRecodedText:
		return data
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return decodeUTF16(data[2:], 0)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return decodeUTF16(data[2:], 1)
	}
	// Without a mark: Latin letters in UTF-16 have a NUL in every other byte, always on the same side.
	sample := data[:min(len(data), 256)&^1]
	if len(sample) < 8 {
		return data
	}
	var nul [2]int
	for i, b := range sample {
		if b == 0 {
			nul[i%2]++
		}
	}
	switch most := len(sample) / 2 * 9 / 10; {
	case nul[1] >= most && nul[0] == 0:
		return decodeUTF16(data, 0)
	case nul[0] >= most && nul[1] == 0:
		return decodeUTF16(data, 1)
	}
	return data
}

// decodeUTF16 reads UTF-16; low is the place of the low byte in each pair.
func decodeUTF16(data []byte, low int) []byte {
	text := make([]byte, 0, len(data)/2+64)
	for i := 0; i+1 < len(data); i += 2 {
		r := rune(data[i+low]) | rune(data[i+1-low])<<8
		if utf16.IsSurrogate(r) && i+3 < len(data) {
			if pair := utf16.DecodeRune(r, rune(data[i+2+low])|rune(data[i+3-low])<<8); pair != utf8.RuneError {
				r = pair
				i += 2
			}
		}
		text = utf8.AppendRune(text, r)
	}
	return text
}

// plainMarkers undoes, in a whole text, what hides the BEGIN lines themselves: percent-encoding (a proxy's
// X-Forwarded-Client-Cert), quoted-printable, HTML, JSON escapes, and the dashes of a word processor. Text without such
// signs is returned as it stands, without a copy.
func plainMarkers(text []byte) []byte {
	for from := 0; ; {
		i := bytes.Index(text[from:], markBegin)
		if i < 0 {
			return text
		}
		i += from
		from = i + len(markBegin)
		before, after := text[max(0, i-8):i], text[from:min(len(text), from+8)]
		starts := func(sign string) bool { return bytes.HasPrefix(after, []byte(sign)) }
		ends := func(sign string) bool { return bytes.HasSuffix(before, []byte(sign)) }
		switch {
		case starts(" ") && ends("-----"): // as it should be
		case starts("%20") && ends("-"):
			return decodePercent(text, false)
		case starts("+") && ends("-"):
			return decodePercent(text, true)
		case starts("&nbsp;"), starts("&#"), ends("&#45;"), ends("&#x2d;"), ends("&#x2D;"), starts(`\u0020`), ends(`\u002d`), ends(`\u002D`):
			return unwrapBody(text)
		case ends("=2D"), starts("=20") && ends("-"):
			return decodeQuotedPrintable(text)
		case starts(" ") || starts("\u00a0"):
			dash, _ := utf8.DecodeLastRune(bytes.TrimRight(before, "-"))
			if dash >= '\u2010' && dash <= '\u2015' || dash == '\u2212' || dash == '\ufe63' || dash == '\uff0d' || starts("\u00a0") {
				return decodeDashes(text)
			}
		}
	}
}

// decodeDashes turns every dash of Unicode into ASCII ones, of which a word processor makes one out of two or three, and
// no-break spaces into blanks.
func decodeDashes(text []byte) []byte {
	plain := make([]byte, 0, len(text)+64)
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch r {
		case '\u2010', '\u2011', '\u2012', '\u2212', '\ufe63', '\uff0d':
			plain = append(plain, '-')
		case '\u2013':
			plain = append(plain, "--"...)
		case '\u2014', '\u2015':
			plain = append(plain, "---"...)
		case '\u00a0':
			plain = append(plain, ' ')
		default:
			plain = append(plain, text[:size]...)
		}
		text = text[size:]
	}
	// Two dashes may have become one short or one long dash; five are looked for.
	for _, word := range []string{"BEGIN ", "END "} {
		plain = bytes.ReplaceAll(plain, []byte("--"+word), []byte("-----"+word))
	}
	return plain
}

func decodePercent(text []byte, plusIsBlank bool) []byte {
	plain := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		b := text[i]
		switch {
		case b == '%' && i+2 < len(text) && isHexDigit(text[i+1]) && isHexDigit(text[i+2]):
			n, _ := strconv.ParseUint(string(text[i+1:i+3]), 16, 8)
			b = byte(n)
			i += 2
		case b == '+' && plusIsBlank:
			b = ' '
		}
		plain = append(plain, b)
	}
	return plain
}

// decodeQuotedPrintable reads RFC 2045 section 6.7.
func decodeQuotedPrintable(text []byte) []byte {
	plain := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '=' || i+1 == len(text) {
			plain = append(plain, text[i])
			continue
		}
		switch {
		case text[i+1] == '\n':
			i++
		case text[i+1] == '\r' && i+2 < len(text) && text[i+2] == '\n':
			i += 2
		case i+2 < len(text) && isHexDigit(text[i+1]) && isHexDigit(text[i+2]):
			n, _ := strconv.ParseUint(string(text[i+1:i+3]), 16, 8)
			plain = append(plain, byte(n))
			i += 2
		default:
			plain = append(plain, '=')
		}
	}
	return plain
}

// unwrapBody takes off what a PEM body is wrapped in when it stands in source code, JSON, HTML, a comment or a mail:
// escapes, quotes with all that is between two strings, tags, entities, and the signs that start a quoted line.
func unwrapBody(body []byte) []byte {
	if bytes.Contains(body, []byte("=\n")) || bytes.Contains(body, []byte("=\r\n")) {
		if i := bytes.Index(body, []byte("=3D")); i >= 0 || softBreaks(body) {
			body = decodeQuotedPrintable(body)
		}
	}
	plain := make([]byte, 0, len(body))
	lineStart := false
	for i := 0; i < len(body); {
		b := body[i]
		atStart := lineStart
		lineStart = b == '\n' || lineStart && (b == ' ' || b == '\t' || b == '\r')
		switch b {
		case '\\':
			text, n := unescape(body[i:])
			plain = append(plain, text...)
			i += n
			continue
		case '&':
			text, n := entity(body[i:])
			plain = append(plain, text...)
			i += n
			continue
		case '<':
			if end := bytes.IndexByte(body[i:min(len(body), i+256)], '>'); end > 0 {
				plain = append(plain, '\n')
				i += end + 1
				continue
			}
		case '"', '\'', '`':
			// The string ends here; the next one begins after the next such quote. Between them stand +, commas,
			// brackets, or a line break.
			gap := bytes.IndexByte(body[i+1:min(len(body), i+256)], b)
			if gap < 0 {
				i++
				continue
			}
			plain = append(plain, '\n')
			i += gap + 2
			continue
		case '>', '|', '#', '*', ';':
			if atStart || len(plain) == 0 {
				lineStart = true
				i++
				continue
			}
		case 0xc2, 0xe2, 0xe3, 0xef: // the blanks of Unicode: no-break, zero-width, ideographic, byte-order mark
			r, size := utf8.DecodeRune(body[i:])
			if r == '\u00a0' || r >= '\u2000' && r <= '\u200f' || r == '\u2028' || r == '\u2029' || r == '\u202f' || r == '\u2060' || r == '\u3000' || r == '\ufeff' {
				plain = append(plain, ' ')
				i += size
				continue
			}
		case 0xa0: // the no-break blank of Latin-1
			b = ' '
		}
		plain = append(plain, b)
		i++
	}
	return plain
}

// softBreaks says whether the lines of a body end in = as quoted-printable's do, and not only the last.
func softBreaks(body []byte) bool {
	i := bytes.IndexByte(body, '=')
	rest := bytes.TrimLeft(body[i:], "=\r\n \t")
	return len(rest) > 0 && base64Class[rest[0]] == inBase64
}

// unescape reads one backslash escape, the backslash doubled or not, and how long it is.
func unescape(b []byte) (text string, n int) {
	for n < len(b) && b[n] == '\\' {
		n++
	}
	if n == len(b) {
		return "", n
	}
	switch c := b[n]; c {
	case 'n', 'r', 't', '\n':
		return "\n", n + 1
	case '\r':
		return "", n + 1
	case '/', '+', '=', '-':
		return string(c), n + 1
	case 'u', 'x':
		digits := 4
		if c == 'x' {
			digits = 2
		}
		if n+1+digits <= len(b) {
			if code, err := strconv.ParseUint(string(b[n+1:n+1+digits]), 16, 32); err == nil {
				return string(rune(code)), n + 1 + digits
			}
		}
	}
	return "", n
}

// entity reads one HTML character reference and how long it is.
func entity(b []byte) (text string, n int) {
	end := bytes.IndexByte(b[:min(len(b), 12)], ';')
	if end < 2 {
		return "", 1
	}
	switch name := string(b[1:end]); {
	case name == "nbsp" || name == "NewLine" || name == "Tab" || name == "zwnj" || name == "ensp" || name == "emsp" || name == "thinsp":
		return " ", end + 1
	case name == "plus":
		return "+", end + 1
	case name == "sol":
		return "/", end + 1
	case name == "equals":
		return "=", end + 1
	case name == "amp":
		return "&", end + 1
	case name == "quot" || name == "apos":
		return "", end + 1
	case name[0] == '#':
		base, digits := 10, name[1:]
		if digits != "" && (digits[0] == 'x' || digits[0] == 'X') {
			base, digits = 16, digits[1:]
		}
		if code, err := strconv.ParseUint(digits, base, 21); err == nil {
			if code == 0xa0 {
				code = ' '
			}
			return string(rune(code)), end + 1
		}
	}
	return "", 1
}

// readText reads a text of any kind and says whether it knew it.
func (s *session) readText(text []byte, where string) (known bool) {
	head := bytes.TrimLeft(text[:min(len(text), 512)], " \t\r\n")
	switch {
	case len(head) == 0:
		return false
	case bytes.HasPrefix(head, []byte("PuTTY-User-Key-File-")):
		s.problem(&Error{Code: CodePuTTYKey, File: s.file, Where: where})
		return true
	case isSSHPublicKey(head):
		s.passOver(CodePublicKey, "SSH public key", where)
		return true
	case head[0] == '{' || head[0] == '[':
		if s.readJSON(text, where) {
			return true
		}
	case s.readSecrets(text, where):
		return true
	}
	if len(text) <= maxRecodedText {
		text = plainMarkers(text)
	}
	if s.readPEM(text, where) {
		return true
	}
	return s.readBase64(text, where)
}

// isSSHPublicKey knows the one line of OpenSSH and the block of RFC 4716.
func isSSHPublicKey(head []byte) bool {
	for _, start := range []string{"ssh-rsa AAAA", "ssh-ed25519 AAAA", "ssh-dss AAAA", "ecdsa-sha2-nistp", "sk-ssh-ed25519", "sk-ecdsa-sha2", "---- BEGIN SSH2 PUBLIC KEY"} {
		if bytes.HasPrefix(head, []byte(start)) {
			return true
		}
	}
	return false
}

// readBase64 reads base64 without armour: a text that is nothing else, or pieces of it among other text (an
// attachment, an .env file, a kubeconfig, SAML metadata).
func (s *session) readBase64(text []byte, where string) bool {
	body := text
	if i := bytes.Index(body[:min(len(body), 256)], []byte(";base64,")); i >= 0 && bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n\"'"), []byte("data:")) {
		body = bytes.TrimRight(body[i+len(";base64,"):], " \t\r\n\"'")
	}
	length, fromURL := base64Text(body)
	if length < 8 || length > 1024 && !isWorthDecoding(body, fromURL) {
		return s.readEmbedded(text, where)
	}
	if fromURL {
		body = standardAlphabet(body)
	}
	data, _ := decodeBase64(body)
	if !s.enter(where, len(data)) {
		return true
	}
	defer s.leave()
	at := len(s.bundle.Containers)
	if s.read(data, where) {
		s.insertContainer(at, &Container{File: s.file, Kind: KindBase64, Where: where})
		return true
	}
	// MongoDB's --keyFile: 6 to 1024 base64 characters (mongodb/mongo src/mongo/db/auth/security_key.cpp).
	if length <= 1024 && !fromURL && looksRandom(body) {
		s.passOver(CodeKeyFile, "", where)
		return true
	}
	return false
}

// base64Text counts the characters of a text that is base64 and nothing else, in the usual alphabet or in base64url (RFC
// 4648 sections 4 and 5); 0 when it is anything else.
func base64Text(text []byte) (length int, fromURL bool) {
	padded := false
	for _, b := range text {
		switch class := base64Class[b]; {
		case class == blank:
			continue
		case class == padding:
			padded = true
		case padded || class == notBase64 && b != '-' && b != '_':
			return 0, false
		default:
			fromURL = fromURL || class == notBase64
		}
		length++
	}
	return length, fromURL
}

// looksRandom tells base64 of random bytes from a few words, which are made of the same characters: capitals, small
// letters and digits, and no blank within a line.
func looksRandom(text []byte) bool {
	var upper, lower, digit bool
	for i, b := range bytes.TrimSpace(text) {
		switch {
		case 'A' <= b && b <= 'Z':
			upper = true
		case 'a' <= b && b <= 'z':
			lower = true
		case '0' <= b && b <= '9':
			digit = true
		case (b == ' ' || b == '\t') && i > 0:
			return false
		}
	}
	return upper && lower && digit
}

// isWorthDecoding looks at the first bytes that a base64 text holds: DER, a key store, a compressed file, or text.
func isWorthDecoding(text []byte, fromURL bool) bool {
	text = bytes.TrimLeft(text, " \t\r\n")
	text = text[:min(len(text), 12)]
	if fromURL {
		text = standardAlphabet(text)
	}
	head, _ := decodeBase64(text)
	if len(head) < 6 {
		return false
	}
	for _, start := range []string{"\x30", "PK", "\x1f\x8b", "\xfe\xed\xfe\xed", "\xce\xce\xce\xce", "\xef\xbb\xbf", "\xff\xfe", "\xfe\xff", "\x00\x00\x00"} {
		if bytes.HasPrefix(head, []byte(start)) {
			return true
		}
	}
	for _, b := range head {
		if b >= 0x7f || b < ' ' && base64Class[b] != blank {
			return false
		}
	}
	return true
}

// standardAlphabet is a copy of base64url in the usual alphabet.
func standardAlphabet(text []byte) []byte {
	standard := bytes.Clone(text)
	for i, b := range standard {
		switch b {
		case '-':
			standard[i] = '+'
		case '_':
			standard[i] = '/'
		}
	}
	return standard
}

// readEmbedded finds base64 of DER or of PEM among other text. DER says how long it is, and PEM is followed by
// something that is no base64, so that line breaks and indentation between the pieces do no harm. Looking is bounded to
// a small multiple of the text.
func (s *session) readEmbedded(text []byte, where string) bool {
	budget := 8*len(text) + 1024
	found := 0
	at := len(s.bundle.Containers)
	for from := 0; from < len(text) && budget > 0; {
		i, isPEM := nextEmbedded(text, from)
		if i < 0 {
			break
		}
		from = i + 1
		if i > 0 && base64Class[text[i-1]] == inBase64 {
			continue
		}
		limit := len(text) - i
		if !isPEM {
			head, _ := decodeBase64(text[i:min(len(text), i+8)])
			if limit = derCharacters(head); limit < 48 {
				continue
			}
		}
		piece, length := base64Run(text[i:], limit, isPEM)
		budget -= length
		data, _ := decodeBase64(piece)
		if e, whole := readElement(data); !isPEM && (!whole || e.tag != tagSequence) {
			continue
		}
		place := joinWhere(where, numbered("base64 text", found+1))
		if !s.enter(place, len(data)) {
			break
		}
		if s.read(data, place) {
			found++
			from = i + length
		}
		s.leave()
	}
	if found > 0 {
		s.insertContainer(at, &Container{File: s.file, Kind: KindBase64, Where: where})
	}
	return found > 0
}

// nextEmbedded finds the next place where base64 of PEM or DER may begin.
func nextEmbedded(text []byte, from int) (at int, isPEM bool) {
	at = -1
	if i := bytes.Index(text[from:], []byte("MI")); i >= 0 {
		at = from + i
	}
	window := text[from:]
	if at >= 0 {
		window = text[from:at]
	}
	if i := bytes.Index(window, []byte("LS0tLS1CRUdJTi")); i >= 0 {
		return from + i, true
	}
	return at, false
}

// derCharacters is how many characters of base64 the DER object has whose first bytes these are, 0 when it is none.
func derCharacters(head []byte) int {
	if len(head) < 6 || head[0] != tagSequence || head[1] < 0x81 || head[1] > 0x83 {
		return 0
	}
	n := 0
	for _, b := range head[2 : 2+int(head[1]&0x7f)] {
		n = n<<8 | int(b)
	}
	n += 2 + int(head[1]&0x7f)
	return (n*4 + 2) / 3
}

// base64Run takes up to limit characters of base64 from the start of text, passing over blanks and the wrappings of
// source code and mail, and returns how far it came. A run of PEM stays on its line or, where lines are full, goes on.
func base64Run(text []byte, limit int, untilBlank bool) (run []byte, length int) {
	run = make([]byte, 0, min(limit, len(text)))
	lineStart := 0
	for length = 0; length < len(text) && len(run) < limit; length++ {
		switch b := text[length]; base64Class[b] {
		case inBase64:
			run = append(run, b)
		case blank:
			if untilBlank && b == '\n' {
				if length-lineStart < 56 {
					return run, length // a short line ends it
				}
				lineStart = length + 1
			} else if untilBlank && b == ' ' && len(run) > 0 && base64Class[text[length-1]] == inBase64 {
				return run, length
			}
		default:
			return run, length
		}
	}
	return run, length
}

// insertContainer puts a wrapping before what was found inside it.
func (s *session) insertContainer(at int, c *Container) {
	s.bundle.Containers = append(s.bundle.Containers, nil)
	copy(s.bundle.Containers[at+1:], s.bundle.Containers[at:])
	s.bundle.Containers[at] = c
}
