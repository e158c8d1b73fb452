package snippet

// quoteJavaScript writes string literals (ECMA-262, section 12.9.4). \x00 stands for NUL, because \0 before a digit is an
// octal escape, and characters beyond the basic plane have the braced form of ES2015.
var quoteJavaScript = quoter{open: `"`, close: `"`, nul: true, escape: func(b []byte, value string) []byte {
	return appendVisible(b, value, '"', func(b []byte, r rune) []byte {
		switch {
		case r < 0x80:
			return appendHex(b, `\x`, r, 2)
		case r <= 0xFFFF:
			return appendHex(b, `\u`, r, 4)
		}
		return append(appendHex(b, `\u{`, r, 6), '}')
	})
}}
