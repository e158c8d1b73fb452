package certparse

import (
	"strings"
	"unicode/utf8"
)

// RFC2253 is the name as OpenSSL prints it with XN_FLAG_RFC2253 (X509_NAME_print_ex, `openssl x509 -nameopt RFC2253`): what
// servers before 3.4.17 and 3.6.6 used for the user name, and what people copy when they ask openssl for the subject. It
// differs from ServerName for attribute types that OpenSSL cannot name, for control bytes, for values that preparation
// changes, and for a value of one character. WindowsMac and OldWindowsMac stand for no OpenSSL and give OpenSSL35's answer. The error
// is a *NameError: OpenSSL does not read such a name.
//
// Unlike the openssl program, but like a server, it knows the type MongoRoles.
func (n Name) RFC2253(names NameTable) (string, error) {
	if names >= WindowsMac {
		names = OpenSSL35
	}
	d := n.reversed(func(a Attribute) Attribute { return a })
	var b []byte
	for i, rdn := range d.RDNs {
		if i > 0 {
			b = append(b, ',')
		}
		for j, a := range rdn {
			held, refused := openSSLString(a)
			if refused != nil {
				return "", refused
			}
			if j > 0 {
				b = append(b, '+')
			}
			name, known := AttributeName(a.OID, Profile{Names: names})
			if len(name) > 79 {
				name = name[:79] // do_name_ex's buffer
			}
			b = append(append(b, name...), '=')
			if text, ok := openSSLText(a); ok && known {
				b = appendOpenSSLEscaped(b, text)
			} else {
				b = appendHex(append(b, '#'), derOfString(a, held.Value))
			}
		}
	}
	return string(b), nil
}

// openSSLText is the value converted to UTF-8 by its type. It is not ok for types that are not strings to OpenSSL
// (crypto/asn1/a_strex.c, tag2nbyte).
func openSSLText(a Attribute) (text []byte, ok bool) {
	switch a.Tag {
	case tagNumberUTF8String:
		return a.Value, true
	case tagNumberBMPString, tagNumberUniversalString:
		return decodeWide(a, false)
	case tagNumberNumericString, tagNumberPrintableString, tagNumberT61String, tagNumberIA5String:
		for _, latin1 := range a.Value {
			text = utf8.AppendRune(text, rune(latin1))
		}
		return text, true
	}
	return nil, false
}

// appendOpenSSLEscaped appends text as ASN1_STRFLGS_RFC2253 prints it. A value's only character counts as its last, not
// as its first, so a lone # stays bare.
func appendOpenSSLEscaped(b, text []byte) []byte {
	for i, c := range text {
		first, last := i == 0, i == len(text)-1
		switch {
		case c >= utf8.RuneSelf, c < ' ', c == 0x7f:
			b = append(b, '\\', upperHex[c>>4], upperHex[c&15])
			continue
		case strings.IndexByte(`,+"\<>;`, c) >= 0, c == '#' && first && !last, c == ' ' && (first || last):
			b = append(b, '\\')
		}
		b = append(b, c)
	}
	return b
}

// derOfString encodes what OpenSSL holds of an attribute's value.
func derOfString(a Attribute, held []byte) []byte {
	content := held
	switch {
	case a.Tag == tagNumberSequence:
		return held
	case a.Tag == tagNumberBitString && len(held) == 0:
		content = []byte{0}
	case a.Tag == tagNumberBitString:
		content = append([]byte{a.Value[0]}, held...) // the count of unused bits
	}
	der := []byte{byte(a.Tag)}
	if n := len(content); n < 0x80 {
		der = append(der, byte(n))
	} else {
		var size []byte
		for ; n > 0; n >>= 8 {
			size = append([]byte{byte(n)}, size...)
		}
		der = append(append(der, 0x80|byte(len(size))), size...)
	}
	return append(der, content...)
}
