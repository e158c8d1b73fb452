package snippet

// quoteC writes string literals of C and C++ (ISO C17, 6.4.5 and 6.4.4.4). Bytes beyond ASCII are octal escapes: what a
// compiler makes of them does not hang on the encoding that it takes the source for, and, unlike \x, they end after three
// digits. ? is escaped because ??/ and the like are trigraphs under -std=c99. NUL would end the string.
var quoteC = quoter{open: `"`, close: `"`, escape: func(b []byte, value string) []byte { return escapeC(b, value, '?') }}

// quoteCURI is for connection strings: they have one ? that stands alone, and every other is %3F.
var quoteCURI = quoter{open: `"`, close: `"`, escape: func(b []byte, value string) []byte { return escapeC(b, value, '"') }}

func escapeC(b []byte, value string, alsoEscaped byte) []byte {
	for i := range len(value) {
		switch c := value[i]; {
		case c == '"' || c == '\\' || c == alsoEscaped:
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, `\n`...)
		case c < ' ' || c >= 0x7f:
			b = append(b, '\\', '0'+c>>6, '0'+c>>3&7, '0'+c&7)
		default:
			b = append(b, c)
		}
	}
	return b
}
