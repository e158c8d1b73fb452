package certparse

import (
	"bytes"
	"crypto/sha256"
	"math/big"
	"math/bits"
)

// Object identifiers of public key algorithms that are treated in a way of their own.
const (
	oidRSA     = "1.2.840.113549.1.1.1"
	oidRSAOAEP = "1.2.840.113549.1.1.7"
	oidDSA     = "1.2.840.10040.4.1"
	oidDH      = "1.2.840.113549.1.3.1"
	oidX942DH  = "1.2.840.10046.2.1"
	oidEC      = "1.2.840.10045.2.1"

	oidMLDSA44   = "2.16.840.1.101.3.4.3.17"
	oidMLDSA65   = "2.16.840.1.101.3.4.3.18"
	oidMLDSA87   = "2.16.840.1.101.3.4.3.19"
	oidMLKEM512  = "2.16.840.1.101.3.4.4.1"
	oidMLKEM768  = "2.16.840.1.101.3.4.4.2"
	oidMLKEM1024 = "2.16.840.1.101.3.4.4.3"

	oidSM2     = "1.2.156.10197.1.301" // the curve, which Chinese writers also put for the algorithm
	oidX25519  = "1.3.101.110"
	oidX448    = "1.3.101.111"
	oidEd25519 = "1.3.101.112"
	oidEd448   = "1.3.101.113"
)

// A publicKeyAlgorithm is a kind of key by its object identifier; bits is 0 where the key itself decides.
type publicKeyAlgorithm struct {
	oid  string
	name string
	bits int
}

var publicKeyAlgorithms = []publicKeyAlgorithm{
	{oidRSA, "RSA", 0},
	{oidRSAPSS, "RSA-PSS", 0},
	{oidRSAOAEP, "RSA-OAEP", 0},
	{oidEC, "EC", 0},
	{oidSM2, "EC", 0},
	{"1.3.132.1.12", "ECDH", 0},
	{"1.3.132.1.13", "ECMQV", 0},
	{oidEd25519, "Ed25519", 256},
	{oidEd448, "Ed448", 456},
	{oidX25519, "X25519", 256},
	{oidX448, "X448", 448},
	{oidDSA, "DSA", 0},
	{"1.3.14.3.2.12", "DSA", 0}, // OIW's, before ANSI's
	{oidDH, "DH", 0},
	{oidX942DH, "X9.42 DH", 0},
	{"1.2.643.2.2.19", "GOST R 34.10-2001", 256},
	{"1.2.643.2.2.20", "GOST R 34.10-94", 1024},
	{"1.2.643.7.1.1.1.1", "GOST R 34.10-2012 256", 256},
	{"1.2.643.7.1.1.1.2", "GOST R 34.10-2012 512", 512},
	{oidMLDSA44, "ML-DSA-44", 0},
	{oidMLDSA65, "ML-DSA-65", 0},
	{oidMLDSA87, "ML-DSA-87", 0},
	{oidMLKEM512, "ML-KEM-512", 0},
	{oidMLKEM768, "ML-KEM-768", 0},
	{oidMLKEM1024, "ML-KEM-1024", 0},
	{"2.16.840.1.101.3.4.3.20", "SLH-DSA-SHA2-128s", 0},
	{"2.16.840.1.101.3.4.3.21", "SLH-DSA-SHA2-128f", 0},
	{"2.16.840.1.101.3.4.3.22", "SLH-DSA-SHA2-192s", 0},
	{"2.16.840.1.101.3.4.3.23", "SLH-DSA-SHA2-192f", 0},
	{"2.16.840.1.101.3.4.3.24", "SLH-DSA-SHA2-256s", 0},
	{"2.16.840.1.101.3.4.3.25", "SLH-DSA-SHA2-256f", 0},
	{"2.16.840.1.101.3.4.3.26", "SLH-DSA-SHAKE-128s", 0},
	{"2.16.840.1.101.3.4.3.27", "SLH-DSA-SHAKE-128f", 0},
	{"2.16.840.1.101.3.4.3.28", "SLH-DSA-SHAKE-192s", 0},
	{"2.16.840.1.101.3.4.3.29", "SLH-DSA-SHAKE-192f", 0},
	{"2.16.840.1.101.3.4.3.30", "SLH-DSA-SHAKE-256s", 0},
	{"2.16.840.1.101.3.4.3.31", "SLH-DSA-SHAKE-256f", 0},
}

// describeSPKI says what a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) holds. What it does not know or cannot read
// is left empty: a certificate with a strange key is still a certificate.
func describeSPKI(spki []byte) PublicKey {
	p := PublicKey{SPKI: spki}
	parts, ok := splitSPKI(spki)
	if !ok {
		return p
	}
	p.Algorithm = parts.algorithm.oid
	for i := range publicKeyAlgorithms {
		if publicKeyAlgorithms[i].oid == p.Algorithm {
			p.Algorithm, p.Bits = publicKeyAlgorithms[i].name, publicKeyAlgorithms[i].bits
			break
		}
	}
	switch p.Algorithm {
	case "RSA", "RSA-PSS", "RSA-OAEP":
		if n, _, ok := parts.rsa(); ok {
			p.Bits = bitLength(n)
		}
	case "EC", "ECDH", "ECMQV":
		c := describeCurve(parts.algorithm.parameters)
		p.Curve, p.Bits = c.name, c.bits
	case "DSA", "DH", "X9.42 DH":
		parameters := parts.algorithm.parameters.children()
		if prime, ok := parameters.take(tagInteger); ok {
			p.Bits = bitLength(prime.content)
		}
	}
	return p
}

// sameKey says whether two descriptions are of one key, however its public half is written; see matchID.
func sameKey(a, b PublicKey) bool {
	id := a.matchID()
	return id != "" && id == b.matchID()
}

// matchID is equal for two descriptions of one public key and differs otherwise, whatever the encoding: RSA and RSA-PSS
// identifiers with the same modulus, compressed and uncompressed points, named curves and their explicit parameters,
// DSA keys with parameters and with inherited ones. It is "" when there is nothing to compare, so a caller that matches
// through a map leaves such keys out.
func (p PublicKey) matchID() string {
	parts, ok := splitSPKI(p.SPKI)
	if !ok {
		return ""
	}
	switch p.Algorithm {
	case "RSA", "RSA-PSS", "RSA-OAEP":
		if n, e, ok := parts.rsa(); ok {
			return fingerprint("RSA", trimZeros(n), trimZeros(e))
		}
	case "EC", "ECDH", "ECMQV":
		// The x coordinate tells one key from another: a point and its negative share it, but nobody holds both.
		if x, ok := pointX(parts.key); ok {
			return fingerprint("EC", []byte(describeCurve(parts.algorithm.parameters).id), trimZeros(x))
		}
	case "DSA", "DH", "X9.42 DH":
		if y, ok := (&tlvReader{parts.key}).take(tagInteger); ok {
			return fingerprint(p.Algorithm, trimZeros(y.content))
		}
	}
	return fingerprint(p.Algorithm, parts.key)
}

// fingerprint is a hash over parts with their lengths, so that no two lists of parts share one.
func fingerprint(kind string, parts ...[]byte) string {
	h := sha256.New()
	h.Write(encodeDER(tagUTF8String, []byte(kind)))
	for _, p := range parts {
		h.Write(encodeDER(tagOctetString, p))
	}
	return string(h.Sum(nil))
}

// spkiParts is a SubjectPublicKeyInfo taken apart; key is the bit string's whole octets.
type spkiParts struct {
	algorithm algorithm
	key       []byte
}

func splitSPKI(spki []byte) (parts spkiParts, ok bool) {
	whole, ok := readElement(spki)
	if !ok || whole.tag != tagSequence {
		return parts, false
	}
	r := whole.children()
	if parts.algorithm, ok = r.algorithm(); !ok {
		return parts, false
	}
	key, ok := r.take(tagBitString)
	if !ok || len(key.content) == 0 {
		return parts, false
	}
	parts.key = key.content[1:]
	return parts, true
}

// rsa reads an RSAPublicKey (RFC 8017 appendix A.1.1): modulus and public exponent.
func (parts spkiParts) rsa() (n, e []byte, ok bool) {
	whole, ok := readElement(parts.key)
	if !ok || whole.tag != tagSequence {
		return nil, nil, false
	}
	r := whole.children()
	modulus, ok := r.take(tagInteger)
	if !ok {
		return nil, nil, false
	}
	exponent, ok := r.take(tagInteger)
	return modulus.content, exponent.content, ok
}

// pointX is the x coordinate of an elliptic curve point in any form of SEC 1 section 2.3.3.
func pointX(point []byte) (x []byte, ok bool) {
	if len(point) < 2 {
		return nil, false
	}
	switch half := (len(point) - 1) / 2; point[0] {
	case 2, 3:
		return point[1:], true
	case 4, 6, 7:
		return point[1 : 1+half], true
	}
	return nil, false
}

// A curveDescription is what EC parameters (RFC 3279 section 2.3.5) say.
type curveDescription struct {
	name string // "P-256", ...; "explicit"; a dotted OID; "" when absent
	id   string // equal for equal curves, named or explicit
	bits int
	// parameters are nil when unknown, over a binary field, and where the generator is compressed on a curve without a
	// name: a square root modulo a number that the file chooses can take for ever.
	parameters *weierstrass
}

func describeCurve(parameters element) curveDescription {
	switch parameters.tag {
	case tagOID:
		oid := oidText(parameters.content)
		if c := curveByOID(oid); c != nil {
			return curveDescription{c.name, c.name, c.bits, c.parameters()}
		}
		return curveDescription{name: oid, id: oid}
	case tagSequence:
		return describeExplicitCurve(parameters)
	}
	return curveDescription{}
}

const oidPrimeField = "1.2.840.10045.1.1"

// describeExplicitCurve reads the ECParameters of RFC 3279 section 2.3.5 (SpecifiedECDomain in SEC 1 appendix C.2).
func describeExplicitCurve(parameters element) curveDescription {
	d := curveDescription{name: "explicit", id: string(parameters.full)}
	r := parameters.children()
	if _, ok := r.integer(); !ok { // the version
		return d
	}
	field, ok1 := r.algorithm() // a FieldID has an AlgorithmIdentifier's form
	coefficients, ok2 := r.take(tagSequence)
	base, ok3 := r.take(tagOctetString)
	order, ok4 := r.take(tagInteger)
	c := coefficients.children()
	a, ok5 := c.take(tagOctetString)
	b, ok6 := c.take(tagOctetString)
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || !ok6 {
		return d
	}
	// The seed and the cofactor are optional, and the generator has several forms.
	d.id = fingerprint("explicit", field.full, trimZeros(a.content), trimZeros(b.content), trimZeros(order.content))
	if field.oid != oidPrimeField {
		binary := field.parameters.children()
		if d.bits, _ = binary.integer(); d.bits > maxFieldBits {
			d.bits = 0
		}
		return d
	}
	d.bits = bitLength(field.parameters.content)
	if d.bits > maxFieldBits || bitLength(order.content) > maxFieldBits+1 {
		return d
	}
	w := &weierstrass{
		p: new(big.Int).SetBytes(field.parameters.content),
		a: new(big.Int).SetBytes(a.content),
		b: new(big.Int).SetBytes(b.content),
		n: new(big.Int).SetBytes(order.content),
	}
	if w.a.Cmp(w.p) >= 0 || w.b.Cmp(w.p) >= 0 {
		return d
	}
	x, ok := pointX(base.content)
	if !ok || len(x) > maxFieldBits/8+1 {
		return d
	}
	w.gx = new(big.Int).SetBytes(x)
	if base.content[0] > 3 {
		w.gy = new(big.Int).SetBytes(base.content[1+len(x):])
		d.parameters = w
	}
	for i := range namedCurves {
		if c := &namedCurves[i]; c.p != "" && c.bits == d.bits && c.is(w) {
			d.name, d.id, d.parameters = c.name, c.name, c.parameters()
			break
		}
	}
	return d
}

// bitLength is the number of bits of a big-endian number, leading zeros not counted.
func bitLength(n []byte) int {
	n = trimZeros(n)
	if len(n) == 0 {
		return 0
	}
	return 8*(len(n)-1) + bits.Len8(n[0])
}

func trimZeros(n []byte) []byte { return bytes.TrimLeft(n, "\x00") }
