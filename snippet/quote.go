package snippet

import (
	"strconv"
	"unicode/utf8"
)

// A quoter writes string literals of one language. escape works on a part of a literal without looking at its
// neighbours, so that a literal can be cut into spans anywhere between two characters of the value.
type quoter struct {
	open, close string
	escape      func(b []byte, value string) []byte
	// bare says whether the whole value may stand without quotes; nil where a literal always has them.
	bare func(value string) bool
	// nul says whether the language can hold the character NUL.
	nul bool
}

// appendVisible appends the characters of value as they are where they can be seen, and calls escape for the others:
// the delimiter, the backslash, controls, and everything that strconv.IsPrint does not call printable, which includes
// the marks that turn the direction of writing and blanks that look like nothing. Pasted code then shows what it holds.
func appendVisible(b []byte, value string, delimiter rune, escape func(b []byte, r rune) []byte) []byte {
	for _, r := range value {
		switch {
		case r == delimiter || r == '\\':
			b = append(b, '\\', byte(r))
		case ' ' <= r && r < 0x7f:
			b = append(b, byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case strconv.IsPrint(r):
			b = utf8.AppendRune(b, r)
		default:
			b = escape(b, r)
		}
	}
	return b
}

// appendHex appends prefix and r in exactly digits hexadecimal digits.
func appendHex(b []byte, prefix string, r rune, digits int) []byte {
	b = append(b, prefix...)
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		b = append(b, "0123456789abcdef"[r>>shift&15])
	}
	return b
}
