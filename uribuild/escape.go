package uribuild

const upperHex = "0123456789ABCDEF"

// Escape percent-encodes the UTF-8 bytes of s for any part of a connection string. Only A-Z a-z 0-9 - . _ ~ stay
// (RFC 3986, section 2.3, "unreserved"); a space is %20, never +, because Node.js and Go keep a plus sign in a user
// name where PyMongo turns it into a space. It is the one encoding that every client decodes to the same value.
func Escape(s string) string {
	for i := range len(s) {
		if !unreserved(s[i]) {
			return string(appendEscaped(make([]byte, 0, len(s)+16), s))
		}
	}
	return s
}

func appendEscaped(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; unreserved(c) {
			b = append(b, c)
		} else {
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return b
}

func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}
