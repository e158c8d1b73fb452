package snippet

// quoteShell writes words of a POSIX shell (POSIX.1-2017, XCU 2.2.2). Between single quotes nothing is special, so
// nothing can be escaped there either: characters without a glyph stay as they are, and NUL cannot be written at all.
var quoteShell = quoter{open: `'`, close: `'`, bare: bareWord, escape: func(b []byte, value string) []byte {
	for i := range len(value) {
		if value[i] == '\'' {
			b = append(b, `'\''`...)
		} else {
			b = append(b, value[i])
		}
	}
	return b
}}

// bareWord admits the characters that no POSIX shell gives a meaning anywhere in a word.
func bareWord(value string) bool {
	for i := range len(value) {
		c := value[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '-', c == '_', c == '.', c == '/', c == ':', c == ',', c == '@', c == '+', c == '%':
		default:
			return false
		}
	}
	return value != ""
}
