package certbuild

import (
	"bytes"
	"slices"
)

const (
	tagInteger     = 0x02
	tagOctetString = 0x04
	tagNull        = 0x05
	tagOID         = 0x06
	tagBMPString   = 0x1e
	tagSequence    = 0x30
	tagSet         = 0x31
	tagContext0    = 0xa0 // constructed
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

// sequence encodes a SEQUENCE.
func sequence(parts ...[]byte) []byte { return der(tagSequence, parts...) }

// octets encodes an OCTET STRING.
func octets(content []byte) []byte { return der(tagOctetString, content) }

// oid encodes an object identifier from its content.
func oid(content string) []byte { return der(tagOID, []byte(content)) }

// setOf encodes a SET OF, whose elements DER has in ascending order (X.690 section 11.6).
func setOf(elements ...[]byte) []byte {
	slices.SortFunc(elements, bytes.Compare)
	return der(tagSet, elements...)
}

// withNull encodes an AlgorithmIdentifier whose parameters are NULL.
func withNull(algorithm string) []byte { return sequence(oid(algorithm), der(tagNull)) }

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

// An element is one DER element, and what follows it.
type element struct {
	tag                 byte
	full, content, rest []byte
}

// first takes the first element off DER that package certparse has written. What is not DER gives an empty element.
func first(in []byte) element {
	if len(in) < 2 {
		return element{}
	}
	n, head := int(in[1]), 2
	if n >= 0x80 {
		size := n & 0x7f
		if head += size; size > 3 || head > len(in) {
			return element{}
		}
		n = 0
		for _, b := range in[2:head] {
			n = n<<8 | int(b)
		}
	}
	if n > len(in)-head {
		return element{}
	}
	return element{in[0], in[:head+n], in[head : head+n], in[head+n:]}
}
