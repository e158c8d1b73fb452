package certparse

import (
	"math/big"
	"strings"
	"unicode/utf8"
)

// An Attribute is one AttributeTypeAndValue of a name (RFC 5280 section 4.1.2.4), not converted in any way.
type Attribute struct {
	OID string // dotted
	// Tag is the value's universal tag number (12 UTF8String, 19 PrintableString, ...), or -1 when it has none.
	Tag int
	// Value is the content of the value. Segments of a constructed string are joined. A SEQUENCE keeps its tag and
	// length, because that is what OpenSSL keeps of it.
	Value []byte
}

// A Name is a subject or an issuer (RFC 5280 section 4.1.2.4).
type Name struct {
	Raw  []byte        // the RDNSequence's element, as found
	RDNs [][]Attribute // in certificate order; attributes of an RDN in encoded order, an empty SET as an empty slice
}

const (
	tagNumberBitString       = 3
	tagNumberOctetString     = 4
	tagNumberUTF8String      = 12
	tagNumberSequence        = 16
	tagNumberNumericString   = 18
	tagNumberPrintableString = 19
	tagNumberT61String       = 20
	tagNumberIA5String       = 22
	tagNumberUniversalString = 28
	tagNumberBMPString       = 30

	// maxNameDER is the most that OpenSSL takes of a whole client chain in a handshake, and so more than any name that can
	// log in (ssl.h, SSL_MAX_CERT_LIST_DEFAULT; X509_NAME_MAX in crypto/x509/x_name.c is 1 MiB). Preparing one costs up
	// to 60 ms natively and prints up to 3.4 MB.
	maxNameDER = 100 << 10
	// maxNameOID is the longest OID content that OpenSSL writes as text since 3.0.9 and 1.1.1u (OBJ_obj2txt, after RFC
	// 2578's 128 arcs of 32 bits). It bounds the quadratic cost of turning a long arc into decimal digits to 0.1 ms.
	maxNameOID = 586
	// maxStringNesting is how many constructed strings OpenSSL opens inside one another (crypto/asn1/tasn_dec.c).
	maxStringNesting = 6
)

// ParseName reads an RDNSequence. It takes what OpenSSL 3.0 takes, BER's long and indefinite lengths included, and any
// type of value, so that a name which a server refuses can still be shown. The error is an *Error: CodeTooLarge over
// OpenSSL's limits, else CodeDamaged.
func ParseName(der []byte) (Name, error) {
	if len(der) > maxNameDER {
		return Name{}, &Error{Code: CodeTooLarge, Found: "name"}
	}
	damaged := &Error{Code: CodeDamaged, Found: "name"}
	seq, ok := readElement(der)
	if !ok || seq.tag != tagSequence || len(seq.full) != len(der) {
		return Name{}, damaged
	}
	name := Name{Raw: seq.full}
	for rdns := seq.children(); len(rdns.rest) > 0; {
		set, ok := rdns.take(tagSet)
		if !ok {
			return Name{}, damaged
		}
		rdn := []Attribute{}
		for attributes := set.children(); len(attributes.rest) > 0; {
			pair, ok := attributes.take(tagSequence)
			if !ok {
				return Name{}, damaged
			}
			a, err := parseAttribute(pair)
			if err != nil {
				return Name{}, err
			}
			rdn = append(rdn, a)
		}
		name.RDNs = append(name.RDNs, rdn)
	}
	return name, nil
}

func parseAttribute(pair element) (Attribute, error) {
	damaged := &Error{Code: CodeDamaged, Found: "name attribute"}
	r := pair.children()
	id, ok := r.take(tagOID)
	if !ok {
		return Attribute{}, damaged
	}
	if len(id.content) > maxNameOID {
		return Attribute{}, &Error{Code: CodeTooLarge, Found: "attribute type"}
	}
	value, more := r.next()
	if !more || len(r.rest) > 0 {
		return Attribute{}, damaged
	}
	a := Attribute{OID: dottedOID(id.content), Tag: -1, Value: value.content}
	if a.OID == "" {
		return Attribute{}, damaged
	}
	number, class, constructed := int(value.tag&0x1f), value.tag&0xc0, value.tag&tagConstructed != 0
	switch {
	case class != 0 || number == 0x1f:
	case number == tagNumberSequence:
		if constructed {
			a.Tag, a.Value = number, value.full
		}
	case constructed:
		if a.Value, ok = joinSegments(nil, value.content, maxStringNesting); !ok {
			return Attribute{}, damaged
		}
		a.Tag = number
	default:
		a.Tag = number
	}
	return a, nil
}

// joinSegments puts a constructed string together the way OpenSSL does: whatever the segments' own tags are.
func joinSegments(to, content []byte, nesting int) ([]byte, bool) {
	if nesting == 0 {
		return nil, false
	}
	for r := (tlvReader{content}); len(r.rest) > 0; {
		e, ok := r.next()
		if ok && e.tag&tagConstructed != 0 {
			to, ok = joinSegments(to, e.content, nesting-1)
		} else {
			to = append(to, e.content...)
		}
		if !ok {
			return nil, false
		}
	}
	return to, true
}

// dottedOID writes an OBJECT IDENTIFIER's content in dotted form with arcs of any size, "" when OpenSSL does not take it
// for one (crypto/asn1/a_object.c, ossl_c2i_ASN1_OBJECT).
func dottedOID(content []byte) string {
	for i, o := range content {
		if o == 0x80 && (i == 0 || content[i-1]&0x80 == 0) {
			return "" // an arc padded with zeros
		}
	}
	if text := oidText(content); text != "" {
		return text
	}
	if len(content) == 0 || content[len(content)-1]&0x80 != 0 {
		return ""
	}
	var text strings.Builder
	arc, low := new(big.Int), new(big.Int)
	for _, o := range content {
		arc.Or(arc.Lsh(arc, 7), low.SetUint64(uint64(o&0x7f)))
		if o&0x80 != 0 {
			continue
		}
		if text.Len() == 0 {
			root := uint64(2)
			if arc.IsUint64() {
				root = min(arc.Uint64()/40, 2)
			}
			text.WriteByte('0' + byte(root))
			arc.Sub(arc, low.SetUint64(root*40))
		}
		text.WriteByte('.')
		text.WriteString(arc.String())
		arc.SetUint64(0)
	}
	return text.String()
}

// Empty says whether the name has no attributes at all: such a client has no user name.
func (n Name) Empty() bool {
	for _, rdn := range n.RDNs {
		if len(rdn) > 0 {
			return false
		}
	}
	return true
}

// String is the name as a Linux server of version 4.2 or later spells it. When there is no such spelling it is the
// nearest readable text, for reports only: OpenSSL's, and where OpenSSL refuses the certificate too, one in which
// unreadable values stand as hexadecimal digits.
func (n Name) String() string {
	if s, err := n.ServerName(Linux42); err == nil {
		return s
	}
	if s, err := n.RFC2253(OpenSSL35); err == nil {
		return s
	}
	d := n.reversed(func(a Attribute) Attribute {
		if !utf8.Valid(a.Value) {
			a.Value = appendHex([]byte("#"), a.Value)
		}
		return a
	})
	return d.Spell(Linux42)
}

// ServerName is the $external user name of a client whose certificate has this subject, as a server of this profile
// spells it. The rules are those of mongodb/mongo src/mongo/util/net/ssl_manager.cpp and ssl_manager_openssl.cpp. The
// error is a *NameError: there is no user name, and the client cannot log in.
//
// A name of profile Linux40 can hold control bytes, NUL among them. createUser refuses NUL, so such a client cannot log
// in there either.
func (n Name) ServerName(p Profile) (string, error) {
	if n.Empty() {
		return "", &NameError{Refusal: RefusedLogin, Words: wordsNoSubject}
	}
	if p.Era == EraOpenSSL {
		return n.RFC2253(p.Names)
	}
	d, err := n.ServerDN(p)
	if err != nil {
		return "", err
	}
	return d.Spell(p), nil
}

// A NameError says why a server of the profile asked for has no user name for a subject.
type NameError struct {
	Refusal Refusal
	// Words are the server's own, as its log prints them; for RefusedHandshake and RefusedUnknown, where the server's
	// code has no part in it, they are ours.
	Words string
	OID   string // the attribute at fault, "" when it is the whole name
	Rune  rune   // the code point at fault, 0 when it is not a single one
}

// Error gives the words; the subject is not in it.
func (e *NameError) Error() string { return "certparse: no user name: " + e.Words }

// A Refusal says what becomes of a client whose subject cannot be spelled.
type Refusal string

// The refusals.
const (
	// RefusedHandshake: the server's TLS library cannot read the certificate, so there is no connection.
	RefusedHandshake Refusal = "handshake"
	// RefusedConnection: the server drops the connection after the handshake; the client sees only that it is closed.
	RefusedConnection Refusal = "connection"
	// RefusedLogin: the connection stands and the login fails.
	RefusedLogin Refusal = "login"
	// RefusedUnknown: what Windows and macOS make of such a value was not established.
	RefusedUnknown Refusal = "unknown"
)

// The words of NameError. The server's are from mongodb/mongo src/mongo/util/icu.cpp and
// src/mongo/db/commands/authentication_commands.cpp.
const (
	wordsNoSubject  = "No verified subject name available from client"
	wordsHandshake  = "certificate does not parse in OpenSSL: refused in the TLS handshake"
	wordsNotUTF8    = "BadValue: Non UTF-8 data encountered"
	wordsUnassigned = "Location50692: Error preflighting normalization: U_STRINGPREP_UNASSIGNED_ERROR"
	wordsProhibited = "Location50692: Error preflighting normalization: U_STRINGPREP_PROHIBITED_ERROR"
	wordsEmptied    = "Location50692: Error preflighting normalization: U_STRING_NOT_TERMINATED_WARNING"
	wordsUnknown    = "not established for Windows and macOS servers: they convert this type of value with the system's own code"
)
