package snippet

import "unicode/utf16"

// quoteJSON writes strings (RFC 8259, section 7). Characters beyond the basic plane are two escapes there.
var quoteJSON = quoter{open: `"`, close: `"`, nul: true, escape: func(b []byte, value string) []byte {
	return appendVisible(b, value, '"', func(b []byte, r rune) []byte {
		if r > 0xFFFF {
			high, low := utf16.EncodeRune(r)
			return appendHex(appendHex(b, `\u`, high, 4), `\u`, low, 4)
		}
		return appendHex(b, `\u`, r, 4)
	})
}}
