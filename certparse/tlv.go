package certparse

import "strconv"

// Tags as they stand in the first octet: class, constructed bit, number.
const (
	tagBoolean         = 0x01
	tagInteger         = 0x02
	tagBitString       = 0x03
	tagOctetString     = 0x04
	tagOID             = 0x06
	tagUTF8String      = 0x0c
	tagUTCTime         = 0x17
	tagGeneralizedTime = 0x18
	tagSequence        = 0x30
	tagSet             = 0x31

	tagConstructed = 0x20
	tagContext     = 0x80 // class bits of [0], [1], ... primitive
)

// An element is one TLV of BER, as found: content and full share memory with the input, so that a certificate keeps
// its fingerprint. Lengths may be long or indefinite, which DER forbids and real files have.
type element struct {
	tag     byte
	content []byte // an indefinite length's end-of-contents octets are not in it
	full    []byte
	ber     bool // the length is not in DER's form, here
}

// readElement reads the element that starts b. What follows it is b[len(e.full):].
func readElement(b []byte) (e element, ok bool) { return readNested(b, 0) }

func readNested(b []byte, depth int) (e element, ok bool) {
	if len(b) < 2 || depth > maxDERDepth {
		return e, false
	}
	e.tag = b[0]
	head := 1
	if b[0]&0x1f == 0x1f { // a tag number over 30: the number is skipped, the octets stay in full
		for head < len(b) && b[head]&0x80 != 0 {
			head++
		}
		head++
		if head >= len(b) {
			return e, false
		}
	}
	n := int(b[head])
	head++
	switch {
	case n < 0x80:
	case n == 0x80:
		if e.tag&tagConstructed == 0 {
			return e, false
		}
		return readIndefinite(b, e, head, depth)
	default:
		octets := n & 0x7f
		if octets > len(b)-head {
			return e, false
		}
		n = 0
		for _, o := range b[head : head+octets] {
			if n > len(b) {
				return e, false
			}
			n = n<<8 | int(o)
		}
		e.ber = n < 0x80 || b[head] == 0
		head += octets
	}
	if n > len(b)-head {
		return e, false
	}
	e.content, e.full = b[head:head+n], b[:head+n]
	return e, true
}

// readIndefinite finds the end-of-contents octets by walking the elements inside.
func readIndefinite(b []byte, e element, head, depth int) (element, bool) {
	e.ber = true
	at := head
	for {
		if len(b)-at >= 2 && b[at] == 0 && b[at+1] == 0 {
			e.content, e.full = b[head:at], b[:at+2]
			return e, true
		}
		inner, ok := readNested(b[at:], depth+1)
		if !ok {
			return e, false
		}
		at += len(inner.full)
	}
}

// A tlvReader walks the elements of a constructed element's content.
type tlvReader struct{ rest []byte }

func (e element) children() *tlvReader { return &tlvReader{e.content} }

// next reads one element of any kind.
func (r *tlvReader) next() (element, bool) {
	e, ok := readElement(r.rest)
	if ok {
		r.rest = r.rest[len(e.full):]
	}
	return e, ok
}

// take reads the next element if it has this tag, and stays where it is otherwise.
func (r *tlvReader) take(tag byte) (element, bool) {
	if !r.at(tag) {
		return element{}, false
	}
	return r.next()
}

// at says whether the next element has this tag.
func (r *tlvReader) at(tag byte) bool { return len(r.rest) > 0 && r.rest[0] == tag }

// shape says whether the elements that come next have these tags, in this order; the reader does not move.
func (r *tlvReader) shape(tags ...byte) bool {
	look := tlvReader{r.rest}
	for _, tag := range tags {
		if _, ok := look.take(tag); !ok {
			return false
		}
	}
	return true
}

// oidText writes an OBJECT IDENTIFIER's content in dotted form, "" when it is not one. Arcs over 64 bits are not in use.
func oidText(content []byte) string {
	if known := commonOID(content); known != "" {
		return known
	}
	if len(content) == 0 || len(content) > 128 || content[len(content)-1]&0x80 != 0 {
		return ""
	}
	text := make([]byte, 0, 3*len(content))
	var arc uint64
	first := true
	for _, o := range content {
		if arc >= 1<<57 {
			return ""
		}
		arc = arc<<7 | uint64(o&0x7f)
		if o&0x80 != 0 {
			continue
		}
		if first {
			root := min(arc/40, 2)
			text = strconv.AppendUint(text, root, 10)
			arc -= root * 40
			first = false
		}
		text = strconv.AppendUint(append(text, '.'), arc, 10)
		arc = 0
	}
	return string(text)
}

// commonOID has the text of the object identifiers that most certificates are made of, so that ten thousand certificates
// share theirs: "" for any other.
func commonOID(content []byte) string {
	switch string(content) {
	case "\x55\x04\x03":
		return "2.5.4.3"
	case "\x55\x04\x06":
		return "2.5.4.6"
	case "\x55\x04\x07":
		return "2.5.4.7"
	case "\x55\x04\x08":
		return "2.5.4.8"
	case "\x55\x04\x0a":
		return "2.5.4.10"
	case "\x55\x04\x0b":
		return "2.5.4.11"
	case "\x55\x1d\x0e":
		return "2.5.29.14"
	case "\x55\x1d\x0f":
		return "2.5.29.15"
	case "\x55\x1d\x11":
		return "2.5.29.17"
	case "\x55\x1d\x13":
		return "2.5.29.19"
	case "\x55\x1d\x1f":
		return "2.5.29.31"
	case "\x55\x1d\x20":
		return "2.5.29.32"
	case "\x55\x1d\x23":
		return "2.5.29.35"
	case "\x55\x1d\x25":
		return "2.5.29.37"
	case "\x2b\x06\x01\x05\x05\x07\x01\x01":
		return "1.3.6.1.5.5.7.1.1"
	case "\x2b\x06\x01\x05\x05\x07\x03\x01":
		return "1.3.6.1.5.5.7.3.1"
	case "\x2b\x06\x01\x05\x05\x07\x03\x02":
		return "1.3.6.1.5.5.7.3.2"
	case "\x2b\x06\x01\x05\x05\x07\x30\x01":
		return "1.3.6.1.5.5.7.48.1"
	case "\x2b\x06\x01\x05\x05\x07\x30\x02":
		return "1.3.6.1.5.5.7.48.2"
	case "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01":
		return "1.2.840.113549.1.1.1"
	case "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b":
		return "1.2.840.113549.1.1.11"
	case "\x2a\x86\x48\xce\x3d\x02\x01":
		return "1.2.840.10045.2.1"
	case "\x2a\x86\x48\xce\x3d\x03\x01\x07":
		return "1.2.840.10045.3.1.7"
	case "\x2a\x86\x48\xce\x3d\x04\x03\x02":
		return "1.2.840.10045.4.3.2"
	case "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01":
		return "1.2.840.113549.1.9.1"
	}
	return ""
}

// algorithmOID is the dotted OID that starts an AlgorithmIdentifier's content, "" when there is none.
func algorithmOID(content []byte) string {
	r := tlvReader{content}
	id, ok := r.take(tagOID)
	if !ok {
		return ""
	}
	return oidText(id.content)
}
