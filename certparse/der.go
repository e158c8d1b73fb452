package certparse

import (
	"bytes"
	"errors"
)

// Tags that only this side of the package meets; the others stand in tlv.go.
const (
	tagNull      = 0x05
	tagBMPString = 0x1e
	tagContext0  = tagContext | tagConstructed     // [0], explicit or of a constructed type
	tagContext1  = tagContext | tagConstructed | 1 // [1]
)

// integer reads an INTEGER from 0 to 2³¹-1.
func (r *tlvReader) integer() (n int, ok bool) {
	e, ok := r.take(tagInteger)
	if !ok || len(e.content) == 0 || e.content[0] >= 0x80 {
		return 0, false
	}
	for _, b := range e.content {
		if n > 1<<23-1 {
			return 0, false
		}
		n = n<<8 | int(b)
	}
	return n, true
}

// An algorithm is an AlgorithmIdentifier (RFC 5280 section 4.1.1.2).
type algorithm struct {
	oid        string // dotted
	parameters element
	full       []byte
}

// algorithm reads an AlgorithmIdentifier. Absent parameters are the zero element.
func (r *tlvReader) algorithm() (a algorithm, ok bool) {
	whole, ok := r.take(tagSequence)
	if !ok {
		return a, false
	}
	inner := whole.children()
	id, ok := inner.take(tagOID)
	if !ok {
		return a, false
	}
	a.full, a.oid = whole.full, oidText(id.content)
	a.parameters, _ = inner.next()
	return a, a.oid != ""
}

// encodeOID is the element for a dotted object identifier, which must be well-formed.
func encodeOID(dotted string) []byte {
	var content []byte
	var first uint64
	for i := 0; dotted != ""; i++ {
		var arc uint64
		for dotted != "" && dotted[0] != '.' {
			arc = arc*10 + uint64(dotted[0]-'0')
			dotted = dotted[1:]
		}
		if dotted != "" {
			dotted = dotted[1:]
		}
		switch i {
		case 0:
			first = arc
			continue
		case 1:
			arc += 40 * first
		}
		shift := 0
		for arc>>(shift+7) != 0 {
			shift += 7
		}
		for ; shift > 0; shift -= 7 {
			content = append(content, byte(arc>>shift)|0x80)
		}
		content = append(content, byte(arc&0x7f))
	}
	return encodeDER(tagOID, content)
}

// encodeDER is an element with this tag whose content is the parts joined.
func encodeDER(tag byte, parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	out := appendLength(append(make([]byte, 0, n+6), tag), n)
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// encodeBitString is a BIT STRING of whole octets.
func encodeBitString(octets []byte) []byte { return encodeDER(tagBitString, []byte{0}, octets) }

// encodeUnsigned is an INTEGER from the big-endian bytes of a non-negative number.
func encodeUnsigned(n []byte) []byte {
	for len(n) > 0 && n[0] == 0 {
		n = n[1:]
	}
	if len(n) == 0 || n[0] >= 0x80 {
		return encodeDER(tagInteger, []byte{0}, n)
	}
	return encodeDER(tagInteger, n)
}

func appendLength(out []byte, n int) []byte {
	if n < 0x80 {
		return append(out, byte(n))
	}
	octets := 1
	for n>>(8*octets) != 0 {
		octets++
	}
	out = append(out, 0x80|byte(octets))
	for octets--; octets >= 0; octets-- {
		out = append(out, byte(n>>(8*octets)))
	}
	return out
}

var (
	errDERCut   = errors.New("an element is cut off or longer than what holds it")
	errDERDepth = errors.New("elements are nested too deeply")
	errDERForm  = errors.New("a string's parts are not of its type")
)

// toDER turns the first BER element of the input (X.690 section 8) into one with definite, minimal lengths and
// primitive strings, and returns what follows it. What is so already is returned as it stands, without a copy, and
// octet strings are not looked into, so that signatures and fingerprints of what they hold stay true. The order of sets
// and the values of booleans are left alone. Each byte is read once and copied maxDERDepth times at most.
func toDER(ber []byte) (der, rest []byte, err error) { return elementToDER(ber, 0) }

func elementToDER(in []byte, depth int) (der, rest []byte, err error) {
	if depth > maxDERDepth {
		return nil, nil, errDERDepth
	}
	if len(in) > 0 && isStringTag(in[0]) {
		content, rest, err := joinString(in)
		return reframe([]byte{in[0] &^ tagConstructed}, content), rest, err
	}
	head, indefinite := indefiniteHeader(in)
	content, minimal := in[head:], false
	if !indefinite {
		e, ok := readElement(in)
		if !ok {
			return nil, nil, errDERCut
		}
		content, rest, minimal = e.content, in[len(e.full):], !e.ber
		if e.tag&tagConstructed == 0 {
			if minimal {
				return e.full, rest, nil
			}
			return reframe(identifier(in), content), rest, nil
		}
	}

	left := content
	var rewritten []byte // the content, from the first child on that could not stay as it was
	for {
		if indefinite {
			if len(left) >= 2 && left[0] == 0 && left[1] == 0 {
				content, rest = content[:len(content)-len(left)], left[2:]
				break
			}
		} else if len(left) == 0 {
			break
		}
		child, after, err := elementToDER(left, depth+1)
		if err != nil {
			return nil, nil, err
		}
		if rewritten == nil && (len(child) != len(left)-len(after) || &child[0] != &left[0]) {
			rewritten = append([]byte{}, content[:len(content)-len(left)]...)
		}
		if rewritten != nil {
			rewritten = append(rewritten, child...)
		}
		left = after
	}
	switch {
	case rewritten != nil:
		return reframe(identifier(in), rewritten), rest, nil
	case !minimal:
		return reframe(identifier(in), content), rest, nil
	}
	whole := len(in) - len(rest)
	return in[:whole:whole], rest, nil
}

// joinString puts the content of a constructed string together. Its parts may be constructed in turn, to any depth: the
// files made to try readers go deeper here than elsewhere, so this does not recurse. Only the last part of a BIT STRING
// may have unused bits (X.690 section 8.6.4); their count is the first octet.
func joinString(in []byte) (joined, rest []byte, err error) {
	tag := in[0]
	// The constructed strings that are open: where they end at the latest, and whether an end mark says so.
	type constructed struct {
		limit      int
		indefinite bool
	}
	var open []constructed
	limit, at := len(in), 0
	for {
		for len(open) > 0 {
			innermost := open[len(open)-1]
			if innermost.indefinite {
				if !bytes.HasPrefix(in[at:limit], []byte{0, 0}) {
					break
				}
				at += 2
			} else if at < limit {
				break
			}
			if open = open[:len(open)-1]; len(open) == 0 {
				return joined, in[at:], nil
			}
			limit = open[len(open)-1].limit
		}
		if head, isIndefinite := indefiniteHeader(in[at:limit]); isIndefinite && in[at] == tag {
			at += head
			open = append(open, constructed{limit, true})
			continue
		}
		part, ok := readElement(in[at:limit])
		switch {
		case !ok:
			return nil, nil, errDERCut
		case part.tag == tag:
			limit = at + len(part.full)
			open = append(open, constructed{limit, false})
			at = limit - len(part.content)
			continue
		case part.tag != tag&^tagConstructed:
			return nil, nil, errDERForm
		case part.tag != tagBitString || len(joined) == 0:
			joined = append(joined, part.content...)
		case len(part.content) == 0 || joined[0] != 0:
			return nil, nil, errDERForm
		default:
			joined[0] = part.content[0]
			joined = append(joined, part.content[1:]...)
		}
		at += len(part.full)
	}
}

// indefiniteHeader says whether an element of indefinite length starts here, and how long its identifier and length
// octets are.
func indefiniteHeader(in []byte) (size int, ok bool) {
	n := len(identifier(in))
	if n == 0 || n >= len(in) || in[n] != 0x80 || in[0]&tagConstructed == 0 {
		return 0, false
	}
	return n + 1, true
}

// identifier is the identifier octets that start an element (X.690 section 8.1.2), nil when they are cut off.
func identifier(in []byte) []byte {
	if len(in) == 0 {
		return nil
	}
	n := 1
	if in[0]&0x1f == 0x1f {
		for n < len(in) && in[n]&0x80 != 0 {
			n++
		}
		n++
	}
	if n > len(in) {
		return nil
	}
	return in[:n]
}

// reframe puts a minimal length between identifier octets and content.
func reframe(identifier, content []byte) []byte {
	out := make([]byte, 0, len(identifier)+6+len(content))
	return append(appendLength(append(out, identifier...), len(content)), content...)
}

// isStringTag says whether the identifier octet is that of a constructed universal string type.
func isStringTag(tag byte) bool {
	if tag&0xe0 != tagConstructed {
		return false
	}
	n := tag & 0x1f
	return n == 3 || n == 4 || n == 12 || n >= 18 && n <= 22 || n >= 25 && n <= 30
}
