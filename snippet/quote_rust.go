package snippet

// quoteRust writes string literals (The Rust Reference, "String literals" and "ASCII escapes").
var quoteRust = quoter{open: `"`, close: `"`, nul: true, escape: func(b []byte, value string) []byte {
	return appendVisible(b, value, '"', escapeBraced)
}}

// escapeBraced writes \xHH or \u{HHHHHH}, which Rust, PHP and Ruby share.
func escapeBraced(b []byte, r rune) []byte {
	if r < 0x80 {
		return appendHex(b, `\x`, r, 2)
	}
	digits := 4
	if r > 0xFFFF {
		digits = 6
	}
	return append(appendHex(b, `\u{`, r, digits), '}')
}
