package snippet

import (
	"strings"
	"unicode/utf16"
)

// quoteJava writes string literals of Java (JLS, 3.10.5 and 3.3) and of Scala, which share these escapes. What is not ASCII
// is escaped too: compilers of both read sources in the system's encoding, up to Java 17 without being told.
var quoteJava = quoter{open: `"`, close: `"`, nul: true, escape: func(b []byte, value string) []byte {
	return appendUTF16(b, value, `"`)
}}

// quoteKotlin writes string literals of Kotlin (language reference, "Strings"), in which $ begins a template.
var quoteKotlin = quoter{open: `"`, close: `"`, nul: true, escape: func(b []byte, value string) []byte {
	return appendUTF16(b, value, `"$`)
}}

// appendUTF16 appends printable ASCII as it is, with a backslash before a backslash and before each of the special
// characters, and everything else as \uHHHH, a character beyond the basic plane as the two halves that UTF-16 has for it.
func appendUTF16(b []byte, value, special string) []byte {
	for _, r := range value {
		switch {
		case r == '\\' || strings.ContainsRune(special, r):
			b = append(b, '\\', byte(r))
		case ' ' <= r && r < 0x7F:
			b = append(b, byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r <= 0xFFFF:
			b = appendHex(b, `\u`, r, 4)
		default:
			high, low := utf16.EncodeRune(r)
			b = appendHex(appendHex(b, `\u`, high, 4), `\u`, low, 4)
		}
	}
	return b
}
