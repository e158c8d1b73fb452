package snippet

// quotePython writes str literals (Python language reference, "String and Bytes literals"). They are read alike by
// Python 2.7 with unicode_literals and by every Python 3.
var quotePython = quoter{open: `"`, close: `"`, nul: true, escape: func(b []byte, value string) []byte {
	return appendVisible(b, value, '"', escapeFixedWidth)
}}

// escapeFixedWidth writes \xHH, \uHHHH or \UHHHHHHHH, which Python and Go share for characters; Go's \x is a byte, so
// it is used below 0x80 only.
func escapeFixedWidth(b []byte, r rune) []byte {
	switch {
	case r < 0x80:
		return appendHex(b, `\x`, r, 2)
	case r <= 0xFFFF:
		return appendHex(b, `\u`, r, 4)
	}
	return appendHex(b, `\U`, r, 8)
}
