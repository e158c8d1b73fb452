package certparse

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A ServerDN is a distinguished name as a server holds it while it compares names (SSLX509Name in mongodb/mongo
// src/mongo/util/net/ssl_types.h): RDNs in the order of the text, which is the reverse of a certificate's.
type ServerDN struct {
	RDNs [][]Attribute // none of them empty, unless the text ended in a comma
}

// The attributes by which a server tells cluster members from clients.
const (
	oidOrganization       = "2.5.4.10"
	oidOrganizationalUnit = "2.5.4.11"
	oidDomainComponent    = "0.9.2342.19200300.100.1.25"
)

// ServerDN is the name as a server of this profile holds it, with prepared values from Era42 on; for EraOpenSSL, which
// keeps text only, it is that of Era40. The error is a *NameError.
func (n Name) ServerDN(p Profile) (ServerDN, error) {
	var refused *NameError
	d := n.reversed(func(a Attribute) Attribute {
		if refused == nil {
			if p.Names >= WindowsMac {
				a, refused = systemString(a)
			} else {
				a, refused = openSSLString(a)
			}
		}
		if len(a.OID) > 127 {
			a.OID = a.OID[:127] // the server's buffer, convertX509ToSSLX509Name
		}
		return a
	})
	if refused != nil {
		return ServerDN{}, refused
	}
	if p.Era == Era42 {
		return d.Prepare()
	}
	return d, nil
}

// reversed turns the RDNs and the attributes in each of them around, which is X509_NAME's entries from last to first, and
// leaves empty RDNs out.
func (n Name) reversed(convert func(Attribute) Attribute) ServerDN {
	var d ServerDN
	for _, rdn := range slices.Backward(n.RDNs) {
		if len(rdn) == 0 {
			continue
		}
		turned := make([]Attribute, 0, len(rdn))
		for _, a := range slices.Backward(rdn) {
			turned = append(turned, convert(a))
		}
		d.RDNs = append(d.RDNs, turned)
	}
	return d
}

// openSSLString gives the bytes that an OpenSSL ASN1_STRING holds, or refuses what does not get through d2i_X509_NAME:
// types outside B_ASN1_PRINTABLE, and values that x509_name_canon cannot convert (crypto/x509/x_name.c).
func openSSLString(a Attribute) (Attribute, *NameError) {
	ok := true
	switch a.Tag {
	case tagNumberUTF8String:
		ok = utf8.Valid(a.Value)
	case tagNumberBMPString, tagNumberUniversalString:
		_, ok = decodeWide(a, false)
	case tagNumberBitString:
		if ok = len(a.Value) > 0 && a.Value[0] <= 7; ok {
			unused := a.Value[0]
			a.Value = bytes.Clone(a.Value[1:])
			if n := len(a.Value); n > 0 {
				a.Value[n-1] &= 0xff << unused
			}
		}
	case tagNumberNumericString, tagNumberPrintableString, tagNumberT61String, tagNumberIA5String, tagNumberSequence:
	case 7, 8, 9, 11, 13, 14, 15, 29: // accepted because B_ASN1_PRINTABLE holds B_ASN1_UNKNOWN
	default:
		ok = false
	}
	if !ok {
		return a, &NameError{Refusal: RefusedHandshake, Words: wordsHandshake, OID: a.OID}
	}
	return a, nil
}

// systemString gives what Windows (CertRDNValueToStrW) and macOS (SecCertificateCopyValues) hand to the server, where
// there is only one thing it can be.
func systemString(a Attribute) (Attribute, *NameError) {
	unknown := &NameError{Refusal: RefusedUnknown, Words: wordsUnknown, OID: a.OID}
	switch a.Tag {
	case tagNumberBMPString, tagNumberUniversalString:
		text, ok := decodeWide(a, true)
		if !ok {
			return a, unknown
		}
		a.Value = text
	case tagNumberUTF8String:
		if !utf8.Valid(a.Value) {
			return a, unknown
		}
	case tagNumberPrintableString, tagNumberT61String, tagNumberIA5String, tagNumberNumericString:
		if slices.ContainsFunc(a.Value, func(b byte) bool { return b >= utf8.RuneSelf }) {
			return a, unknown
		}
	default:
		return a, unknown
	}
	return a, nil
}

// decodeWide turns a BMPString or UniversalString into UTF-8. Surrogate pairs, which BMPString does not have and OpenSSL
// refuses, are put together on request.
func decodeWide(a Attribute, surrogates bool) (text []byte, ok bool) {
	width := 2
	if a.Tag == tagNumberUniversalString {
		width = 4
	}
	v := a.Value
	if len(v)%width != 0 {
		return nil, false
	}
	for ; len(v) > 0; v = v[width:] {
		var r rune
		for _, b := range v[:width] {
			r = r<<8 | rune(b)
		}
		if surrogates && width == 2 && len(v) >= 4 && utf16.IsSurrogate(r) {
			r = utf16.DecodeRune(r, rune(v[2])<<8|rune(v[3]))
			if r == utf8.RuneError {
				return nil, false
			}
			v = v[2:]
		}
		if !utf8.ValidRune(r) {
			return nil, false
		}
		text = utf8.AppendRune(text, r)
	}
	return text, true
}

// Prepare applies the server's string preparation to each value (SSLX509Name::normalizeStrings). Types that are strings
// become UTF8String, others stay as they are. The error is a *NameError for the first value refused.
func (d ServerDN) Prepare() (ServerDN, error) {
	prepared := ServerDN{make([][]Attribute, len(d.RDNs))}
	for i, rdn := range d.RDNs {
		prepared.RDNs[i] = slices.Clone(rdn)
		for j, a := range rdn {
			switch a.Tag {
			case tagNumberUTF8String, tagNumberPrintableString, tagNumberT61String, tagNumberIA5String,
				tagNumberUniversalString, tagNumberBMPString, tagNumberOctetString:
			default:
				continue
			}
			value, words, r := prepareString(a.Value)
			if words != "" {
				return ServerDN{}, &NameError{Refusal: RefusedConnection, Words: words, OID: a.OID, Rune: r}
			}
			prepared.RDNs[i][j] = Attribute{OID: a.OID, Tag: tagNumberUTF8String, Value: value}
		}
	}
	return prepared, nil
}

// Spell prints the name (operator<< of SSLX509Name) with the attribute names of the profile.
func (d ServerDN) Spell(p Profile) string {
	var b []byte
	for i, rdn := range d.RDNs {
		if i > 0 {
			b = append(b, ',')
		}
		for j, a := range rdn {
			if j > 0 {
				b = append(b, '+')
			}
			name, _ := AttributeName(a.OID, p)
			b = append(append(b, name...), '=')
			b = appendEscaped(b, a.Value)
		}
	}
	return string(b)
}

// appendEscaped appends one value the way the server's escapeRfc2253 does, its short trailing space left bare included.
func appendEscaped(b, value []byte) []byte {
	start := len(b)
	for i, c := range value {
		switch {
		case c >= utf8.RuneSelf:
			b = append(b, '\\', upperHex[c>>4], upperHex[c&15])
			continue
		case strings.IndexByte(`,+"\<>;`, c) >= 0, i == 0 && (c == ' ' || c == '#'):
			b = append(b, '\\')
		}
		b = append(b, c)
	}
	if len(b)-start > 2 && b[len(b)-1] == ' ' {
		b = append(b[:len(b)-1], `\ `...)
	}
	return b
}

const upperHex = "0123456789ABCDEF"

func appendHex(b, value []byte) []byte {
	for _, c := range value {
		b = append(b, upperHex[c>>4], upperHex[c&15])
	}
	return b
}

// Equal compares two names as the server does: order, attribute types, string types and bytes.
func (d ServerDN) Equal(other ServerDN) bool { return slices.EqualFunc(d.RDNs, other.RDNs, equalRDN) }

// Contains says whether every RDN of pattern occurs in the name, in whatever order. RDNs are compared whole, with the
// order of their attributes (SSLX509Name::contains, 7.0 and later). Both names must have been prepared.
func (d ServerDN) Contains(pattern ServerDN) bool {
	for _, rdn := range pattern.RDNs {
		if !slices.ContainsFunc(d.RDNs, func(own []Attribute) bool { return equalRDN(own, rdn) }) {
			return false
		}
	}
	return true
}

func equalRDN(a, b []Attribute) bool { return slices.EqualFunc(a, b, equalAttribute) }

func equalAttribute(a, b Attribute) bool {
	return a.OID == b.OID && a.Tag == b.Tag && bytes.Equal(a.Value, b.Value)
}

// ClusterPart keeps the attributes that make a cluster member, O, OU and DC, and drops RDNs that have none (filterClusterDN,
// 7.0 and later).
func (d ServerDN) ClusterPart() ServerDN {
	var part ServerDN
	for _, rdn := range d.RDNs {
		var kept []Attribute
		for _, a := range rdn {
			if a.OID == oidOrganization || a.OID == oidOrganizationalUnit || a.OID == oidDomainComponent {
				kept = append(kept, a)
			}
		}
		if len(kept) > 0 {
			part.RDNs = append(part.RDNs, kept)
		}
	}
	return part
}

// EqualUnordered compares the attributes of two names as a set with repeats, whatever RDN they stand in. Servers before 7.0
// compare the ClusterParts of a client and of their own certificate like this (canonicalizeClusterDN); an empty one is
// never a member's.
func (d ServerDN) EqualUnordered(other ServerDN) bool {
	sorted := func(d ServerDN) (all []string) { // as text, whose sorting the program has already
		for _, rdn := range d.RDNs {
			for _, a := range rdn {
				all = append(all, a.OID+" "+strconv.Itoa(a.Tag)+" "+string(a.Value))
			}
		}
		slices.Sort(all)
		return all
	}
	return slices.Equal(sorted(d), sorted(other))
}

// A DNError says why a server does not take a text for a distinguished name.
type DNError struct {
	Offset int    // where in the text, in bytes
	Words  string // the server's, without the character that it quotes
}

// Error gives the words and the place; the text is not in it.
func (e *DNError) Error() string {
	return "certparse: distinguished name, byte " + strconv.Itoa(e.Offset) + ": " + e.Words
}

// ParseServerDN reads a distinguished name as a Linux server does (parseDN in mongodb/mongo
// src/mongo/util/net/ssl_manager.cpp), which it does with createUser's name in $external and with the cluster
// membership settings, never with the name of a login. Values come as UTF8String and not prepared; see Prepare. The
// error is a *DNError.
//
// The grammar is RFC 4514's with the server's own ways: spaces are allowed in front of a value and are dropped anywhere
// in an attribute's name; bare spaces at a value's end count, unless an escaped space is among them; the text must not
// end where a value is due, so an empty value cannot come last. Names are OpenSSL's short ones and, of attribute types
// that occur in subjects, its long ones.
func ParseServerDN(text string) (ServerDN, error) {
	if !utf8.ValidString(text) {
		return ServerDN{}, &DNError{0, "DN strings must be valid UTF-8 strings"}
	}
	if text == "" {
		return ServerDN{}, &DNError{0, "Cannot parse empty DN"}
	}
	s := dnScanner{text: text}
	d := ServerDN{[][]Attribute{nil}}
	for !s.done() {
		s.skipSpaces()
		at := s.at
		oid, err := s.attributeType()
		if err != nil {
			return ServerDN{}, err
		}
		if oid == "" {
			return ServerDN{}, &DNError{at, "DN contained an unknown OID"}
		}
		value, err := s.value()
		if err != nil {
			return ServerDN{}, err
		}
		last := len(d.RDNs) - 1
		d.RDNs[last] = append(d.RDNs[last], Attribute{OID: oid, Tag: tagNumberUTF8String, Value: value})
		if s.take() == ',' {
			d.RDNs = append(d.RDNs, nil)
		}
	}
	return d, nil
}

type dnScanner struct {
	text string
	at   int
}

func (s *dnScanner) done() bool { return s.at == len(s.text) }

// peek is the byte to come, 0 at the end.
func (s *dnScanner) peek() byte {
	if s.done() {
		return 0
	}
	return s.text[s.at]
}

// take is peek, and moves on.
func (s *dnScanner) take() byte {
	c := s.peek()
	if !s.done() {
		s.at++
	}
	return c
}

func (s *dnScanner) skipSpaces() {
	for s.peek() == ' ' {
		s.at++
	}
}

func (s *dnScanner) fail(words string) *DNError { return &DNError{s.at, words} }

const wordsOverflow = "Overflowed string while parsing DN string"

// attributeType reads up to and over the equals sign; "" stands for a name that OpenSSL does not know.
func (s *dnScanner) attributeType() (oid string, err error) {
	if s.done() {
		return "", s.fail(wordsOverflow)
	}
	dotted := isDigit(s.peek())
	if !dotted && !isLetter(s.peek()) {
		return "", s.fail("DN attribute names must begin with either a digit or an alpha")
	}
	var name []byte
	for ; !s.done() && s.peek() != '='; s.at++ {
		switch c := s.peek(); {
		case c == ' ':
		case isDigit(c), dotted && c == '.', !dotted && (isLetter(c) || c == '-'):
			name = append(name, c)
		default:
			return "", s.fail("DN attribute name contains an invalid character")
		}
	}
	s.take()
	if dotted {
		return canonicalOID(string(name)), nil
	}
	return attributeOID(string(name)), nil
}

// value reads up to the comma, the plus sign or the end.
func (s *dnScanner) value() ([]byte, error) {
	s.skipSpaces()
	if s.done() {
		return nil, s.fail(wordsOverflow)
	}
	if s.peek() == '#' {
		return nil, s.fail("Raw DER sequences are not supported in DN strings")
	}
	value := []byte{}
	escapedSpaces := 0 // at the end of what was read
	for ; !s.done() && s.peek() != ',' && s.peek() != '+'; s.at++ {
		c := s.peek()
		escaped := c == '\\'
		if escaped {
			s.at++
			c = s.peek()
			switch {
			case isHexDigit(c):
				s.at++
				if !isHexDigit(s.peek()) {
					return nil, s.fail("Escaped hex value contains invalid character")
				}
				c = hexValue(c)<<4 | hexValue(s.peek())
			case s.done() || strings.IndexByte(`"+,;<>\ #=`, c) < 0:
				return nil, s.fail("Invalid escaped character")
			}
		} else if strings.IndexByte(`";<>`, c) >= 0 {
			return nil, s.fail("Found unescaped character that should be escaped")
		}
		switch {
		case c != ' ':
			escapedSpaces = 0
		case escaped:
			escapedSpaces++
		}
		value = append(value, c)
	}
	if escapedSpaces > 0 {
		value = value[:len(bytes.TrimRight(value, " "))+escapedSpaces]
	}
	return value, nil
}

// canonicalOID writes a dotted OID the way OpenSSL prints it back, "" when OpenSSL does not take it.
func canonicalOID(text string) string {
	arcs := strings.Split(text, ".")
	for i, arc := range arcs {
		if arc == "" {
			return ""
		}
		if arcs[i] = strings.TrimLeft(arc, "0"); arcs[i] == "" {
			arcs[i] = "0"
		}
	}
	switch {
	case len(arcs) < 2, len(arcs[0]) > 1 || arcs[0] > "2":
		return ""
	case arcs[0] != "2" && (len(arcs[1]) > 2 || len(arcs[1]) == 2 && arcs[1] > "39"):
		return ""
	}
	return strings.Join(arcs, ".")
}

func isDigit(c byte) bool    { return '0' <= c && c <= '9' }
func isLetter(c byte) bool   { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isHexDigit(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

func hexValue(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return c&0xf + 9
}
