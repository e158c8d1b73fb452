package certbuild

import (
	"crypto/sha1"
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"certuri/certparse"
)

// A KeyType is a kind of key that certificates and requests are made with. The names of Algorithm, Curve and Hash are
// WebCrypto's (https://w3c.github.io/webcrypto/).
type KeyType struct {
	Name      string // "ec-p256", as the page and the command line call it; "" for RSA keys of other sizes
	Algorithm string // ECDSA, RSASSA-PKCS1-v1_5, Ed25519
	Curve     string // of ECDSA
	Bits      int    // of an RSA modulus
	Hash      string // what the signature is over
	signature string // the signature algorithm, as the content of its AlgorithmIdentifier
}

// The signature algorithms of RFC 5758 section 3.2, RFC 8017 appendix A.2.4 (with its NULL) and RFC 8410 section 3.
const (
	ecdsaWithSHA256 = "\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"
	ecdsaWithSHA384 = "\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03"
	ecdsaWithSHA512 = "\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x04"
	rsaWithSHA256   = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00"
	pureEd25519     = "\x06\x03\x2b\x65\x70"
)

// keyTypes stand in the order in which they are offered.
var keyTypes = []KeyType{
	{"ec-p256", "ECDSA", "P-256", 0, "SHA-256", ecdsaWithSHA256},
	{"ec-p384", "ECDSA", "P-384", 0, "SHA-384", ecdsaWithSHA384},
	{"ec-p521", "ECDSA", "P-521", 0, "SHA-512", ecdsaWithSHA512},
	{"rsa-2048", "RSASSA-PKCS1-v1_5", "", 2048, "SHA-256", rsaWithSHA256},
	{"rsa-3072", "RSASSA-PKCS1-v1_5", "", 3072, "SHA-256", rsaWithSHA256},
	{"rsa-4096", "RSASSA-PKCS1-v1_5", "", 4096, "SHA-256", rsaWithSHA256},
	{"ed25519", "Ed25519", "", 0, "", pureEd25519},
}

// KeyTypes are the names of the types that can be generated.
func KeyTypes() []string {
	names := make([]string, len(keyTypes))
	for i, t := range keyTypes {
		names[i] = t.Name
	}
	return names
}

// KeyTypeNamed finds a type of key by its name.
func KeyTypeNamed(name string) (KeyType, bool) {
	for _, t := range keyTypes {
		if t.Name == name {
			return t, true
		}
	}
	return KeyType{}, false
}

// KeyTypeOf says how a key signs; it reports false for keys that neither WebCrypto nor Go's standard library signs with:
// secp256k1, brainpool curves, Ed448, RSA-PSS, DSA.
func KeyTypeOf(k certparse.PublicKey) (KeyType, bool) {
	for _, t := range keyTypes {
		switch {
		case k.Algorithm == "EC" && t.Curve != "" && t.Curve == k.Curve, k.Algorithm == "Ed25519" && t.Algorithm == "Ed25519":
			return t, true
		case k.Algorithm == "RSA" && t.Bits > 0:
			if t.Bits != k.Bits {
				t.Name, t.Bits = "", k.Bits
				if exact, ok := KeyTypeNamed("rsa-" + strconv.Itoa(k.Bits)); ok {
					t = exact
				}
			}
			return t, true
		}
	}
	return KeyType{}, false
}

// A KeyMaker does what keys do. In a process it is package signing's, in a page the browser's WebCrypto: the
// wasm does without crypto/ecdsa and crypto/rsa, which are 160 KB of it.
type KeyMaker interface {
	// Generate makes a key, as PKCS#8.
	Generate(KeyType) (pkcs8 []byte, err error)
	// Sign signs with a PKCS#8 key. A signature is as WebCrypto gives it: with ECDSA, r and s in the width of the curve.
	Sign(t KeyType, pkcs8, message []byte) ([]byte, error)
	// Verify tells whether a signature is the key's, where it knows such keys.
	Verify(certparse.Signature) (good, known bool)
}

// A Draft is a certificate or a request that is complete but for its signature.
type Draft struct {
	Key     *certparse.Key // that signs
	KeyType KeyType        // of Key
	Body    []byte         // what is signed
}

// errSignature is a fault of whoever signed.
var errSignature = errors.New("certbuild: this is not a signature of the key's kind")

// Signed puts the signature to the draft. It comes as KeyMaker says.
func (d Draft) Signed(signature []byte) ([]byte, error) {
	if len(signature) == 0 {
		return nil, errSignature
	}
	if d.KeyType.Algorithm == "ECDSA" { // Ecdsa-Sig-Value, RFC 3279 section 2.2.3
		half := len(signature) / 2
		if len(signature)%2 != 0 {
			return nil, errSignature
		}
		signature = sequence(unsigned(signature[:half]), unsigned(signature[half:]))
	}
	return sequence(d.Body, d.KeyType.identifier(), bitString(signature)), nil
}

func (t KeyType) identifier() []byte { return sequence([]byte(t.signature)) }

// unsigned encodes a number that is not negative, from its octets.
func unsigned(n []byte) []byte {
	for len(n) > 1 && n[0] == 0 {
		n = n[1:]
	}
	if len(n) == 0 || n[0]&0x80 != 0 {
		n = append([]byte{0}, n...)
	}
	return der(tagInteger, n)
}

// bitString encodes whole octets as a BIT STRING.
func bitString(octets []byte) []byte { return der(0x03, []byte{0}, octets) }

// A certificateDraft is what a certificate says.
type certificateDraft struct {
	serial              []byte
	issuer, subject     []byte // Names in DER
	notBefore, notAfter time.Time
	subjectKey          *certparse.Key
	extensions          [][]byte
}

// draft encodes a TBSCertificate (RFC 5280 section 4.1), to be signed with key.
func (c certificateDraft) draft(key *certparse.Key, t KeyType) Draft {
	body := sequence(der(tagContext0, derInteger(2)), unsigned(c.serial), t.identifier(), c.issuer,
		sequence(derTime(c.notBefore), derTime(c.notAfter)), c.subject, c.subjectKey.SPKI,
		der(tagContext0|3, sequence(c.extensions...)))
	return Draft{Key: key, KeyType: t, Body: body}
}

// derTime encodes a time as RFC 5280 section 4.1.2.5 has it: two digits of the year until 2049.
func derTime(t time.Time) []byte {
	t = t.UTC()
	if t.Year() < 2050 {
		return der(0x17, []byte(t.Format("060102150405Z")))
	}
	return der(0x18, []byte(t.Format("20060102150405Z")))
}

// The object identifiers of RFC 5280 section 4.2 and of MongoDB (src/mongo/util/net/ssl_manager.cpp), as DER content.
const (
	oidSubjectKeyID     = "\x55\x1d\x0e"
	oidKeyUsage         = "\x55\x1d\x0f"
	oidSubjectAltName   = "\x55\x1d\x11"
	oidBasicConstraints = "\x55\x1d\x13"
	oidAuthorityKeyID   = "\x55\x1d\x23"
	oidExtKeyUsage      = "\x55\x1d\x25"
	oidServerAuth       = "\x2b\x06\x01\x05\x05\x07\x03\x01"
	oidClientAuth       = "\x2b\x06\x01\x05\x05\x07\x03\x02"
	oidMongoRoles       = "\x2b\x06\x01\x04\x01\x82\x8e\x29\x02\x01\x01"
)

func extension(id string, critical bool, value []byte) []byte {
	if critical {
		return sequence(oid(id), der(0x01, []byte{0xff}), octets(value))
	}
	return sequence(oid(id), octets(value))
}

// keyUsageExtension sets bits of the first octet of KeyUsage (RFC 5280 section 4.2.1.3); bit 0 is the highest.
func keyUsageExtension(bits ...int) []byte {
	var usage byte
	last := 0
	for _, b := range bits {
		usage |= 0x80 >> b
		last = max(last, b)
	}
	return extension(oidKeyUsage, true, der(0x03, []byte{byte(7 - last), usage}))
}

func extKeyUsageExtension(purposes ...string) []byte {
	var ids []byte
	for _, p := range purposes {
		ids = append(ids, oid(p)...)
	}
	return extension(oidExtKeyUsage, false, sequence(ids))
}

// keyID is the first method of RFC 5280 section 4.2.1.2: SHA-1 over the public key without its algorithm.
func keyID(k *certparse.Key) []byte {
	algorithm := first(first(k.SPKI).content)
	public := first(algorithm.rest).content
	sum := sha1.Sum(public[min(1, len(public)):])
	return sum[:]
}

func subjectKeyIDExtension(k *certparse.Key) []byte {
	return extension(oidSubjectKeyID, false, octets(keyID(k)))
}

func authorityKeyIDExtension(k *certparse.Key) []byte {
	return extension(oidAuthorityKeyID, false, sequence(der(0x80, keyID(k))))
}

// rolesExtension is of MongoDB's extension 1.3.6.1.4.1.34601.2.1.1: a SET of SEQUENCE { role UTF8String,
// database UTF8String } (src/mongo/util/net/ssl_manager.cpp, parsePeerRoles).
func rolesExtension(roles []certparse.Role) []byte {
	var set [][]byte
	for _, r := range roles {
		set = append(set, sequence(der(0x0c, []byte(r.Role)), der(0x0c, []byte(r.Database))))
	}
	return extension(oidMongoRoles, false, setOf(set...))
}

// altNamesExtension encodes a SubjectAltName (RFC 5280 section 4.2.1.6). What is an address, an e-mail address or a URI is
// seen by its form; everything else is a host name. It reports the index of a name that is none of these.
func altNamesExtension(names []string) (ext []byte, bad int) {
	var general []byte
	for i, name := range names {
		tag, value := byte(0x82), []byte(name) // dNSName
		if ip, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil && ip.Zone() == "" {
			tag, value = 0x87, ip.Unmap().AsSlice()
		} else if strings.Contains(name, "://") {
			tag = 0x86
		} else if strings.Contains(name, "@") {
			tag = 0x81
		} else if !hostName(name) {
			return nil, i
		}
		for _, c := range name {
			if c <= ' ' || c > '~' {
				return nil, i
			}
		}
		general = append(general, der(tag, value)...)
	}
	return extension(oidSubjectAltName, false, sequence(general)), -1
}

// hostName admits letters, digits, hyphens and underscores between dots, and a star as the first label.
func hostName(name string) bool {
	labels := strings.Split(strings.TrimSuffix(name, "."), ".")
	for i, label := range labels {
		if label == "" || len(label) > 63 || len(name) > 253 {
			return false
		}
		if label == "*" && i == 0 && len(labels) > 1 {
			continue
		}
		for j := range len(label) {
			c := label[j] | 0x20
			if !('a' <= c && c <= 'z' || '0' <= label[j] && label[j] <= '9' || label[j] == '-' || label[j] == '_') {
				return false
			}
		}
	}
	return true
}

// Subject encodes a Name from the text of a distinguished name, in the order and with the escapes of a user name: the
// most specific part comes first, and stands last in the certificate. Countries, serial numbers and DN qualifiers become
// PrintableString, domain components and e-mail addresses IA5String, as RFC 5280 appendix A has them where the value allows
// it; everything else is UTF8String. The error is a *certparse.DNError.
func Subject(text string) ([]byte, error) {
	dn, err := certparse.ParseServerDN(text)
	if err != nil {
		return nil, err
	}
	var rdns [][]byte
	for i := len(dn.RDNs) - 1; i >= 0; i-- {
		var set [][]byte
		for _, a := range dn.RDNs[i] {
			id, ok := encodedOID(a.OID)
			if !ok {
				return nil, &certparse.DNError{Words: "DN contained an unknown OID"}
			}
			set = append(set, sequence(der(tagOID, id), der(stringTag(a), a.Value)))
		}
		if len(set) > 0 { // a comma at the end of the text leaves an empty one
			rdns = append(rdns, setOf(set...))
		}
	}
	return sequence(rdns...), nil
}

func stringTag(a certparse.Attribute) byte {
	tag := byte(0x0c)
	switch a.OID {
	case "2.5.4.6", "2.5.4.5", "2.5.4.46":
		tag = 0x13
	case "0.9.2342.19200300.100.1.25", "1.2.840.113549.1.9.1":
		tag = 0x16
	}
	for _, c := range a.Value {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
		if c >= 0x80 || tag == 0x13 && !letter && strings.IndexByte(" '()+,-./:=?", c) < 0 {
			return 0x0c
		}
	}
	return tag
}

// encodedOID gives the content of an OBJECT IDENTIFIER from its dotted form. Arcs may be of any size, as those of UUIDs are;
// math/big would read them, and bring package fmt into the wasm, 60 KB of it.
func encodedOID(dotted string) ([]byte, bool) {
	var content []byte
	root := 0
	for i, text := range strings.Split(dotted, ".") {
		groups := []byte{0} // of seven bits, the lowest first
		for _, digit := range []byte(text) {
			if digit < '0' || digit > '9' {
				return nil, false
			}
			groups = timesPlus(groups, 10, int(digit-'0'))
		}
		switch {
		case text == "" || i == 0 && (len(groups) > 1 || groups[0] > 2):
			return nil, false
		case i == 0:
			root = int(groups[0])
			continue
		case i == 1: // X.690 section 8.19.4
			groups = timesPlus(groups, 1, 40*root)
		}
		for j := len(groups) - 1; j > 0; j-- {
			content = append(content, groups[j]|0x80)
		}
		content = append(content, groups[0])
	}
	return content, len(content) > 0
}

// timesPlus multiplies a number in groups of seven bits and adds to it.
func timesPlus(groups []byte, factor, carry int) []byte {
	for i, g := range groups {
		v := int(g)*factor + carry
		groups[i], carry = byte(v&0x7f), v>>7
	}
	for ; carry > 0; carry >>= 7 {
		groups = append(groups, byte(carry&0x7f))
	}
	return groups
}

// ParseRole reads "role@database"; a role may hold an at sign, a database may not.
func ParseRole(text string) (certparse.Role, bool) {
	at := strings.LastIndexByte(text, '@')
	if at < 1 || at == len(text)-1 {
		return certparse.Role{}, false
	}
	return certparse.Role{Role: text[:at], Database: text[at+1:]}, true
}
