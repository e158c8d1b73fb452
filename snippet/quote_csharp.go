package snippet

// quoteCSharp writes regular string literals (C# specification, 6.4.5.6). Its \x takes up to four digits, as many as
// follow, so it is not used.
var quoteCSharp = quoter{open: `"`, close: `"`, nul: true, escape: func(b []byte, value string) []byte {
	return appendVisible(b, value, '"', func(b []byte, r rune) []byte {
		if r <= 0xFFFF {
			return appendHex(b, `\u`, r, 4)
		}
		return appendHex(b, `\U`, r, 8)
	})
}}
