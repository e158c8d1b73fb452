package certbuild

import "slices"

const (
	tagInteger     = 0x02
	tagOctetString = 0x04
	tagNull        = 0x05
	tagOID         = 0x06
	tagSequence    = 0x30
)

// der encodes one element in DER (X.690 section 10.1) from its tag octet and the parts of its content.
func der(tag byte, parts ...[]byte) []byte {
	content := slices.Concat(parts...)
	out := []byte{tag}
	if n := len(content); n < 0x80 {
		out = append(out, byte(n))
	} else {
		size := bigEndian(n)
		out = append(append(out, 0x80|byte(len(size))), size...)
	}
	return append(out, content...)
}

// derInteger encodes a number that is not negative.
func derInteger(n int) []byte {
	content := bigEndian(n)
	if content[0]&0x80 != 0 {
		content = append([]byte{0}, content...)
	}
	return der(tagInteger, content)
}

// bigEndian is n in the fewest octets, one at least.
func bigEndian(n int) []byte {
	octets := []byte{byte(n)}
	for n >>= 8; n > 0; n >>= 8 {
		octets = append(octets, byte(n))
	}
	slices.Reverse(octets)
	return octets
}
