package certparse

import "strings"

// A Signature is a certificate's, with what verifies it, in the terms of WebCrypto's verify().
type Signature struct {
	Algorithm  string // RSASSA-PKCS1-v1_5, RSA-PSS, ECDSA, Ed25519
	Hash       string // SHA-1, SHA-256, SHA-384, SHA-512; "" with Ed25519
	Curve      string // P-256, P-384, P-521; with ECDSA only
	SaltLength int    // bytes; with RSA-PSS only
	Key        []byte // the issuer's SubjectPublicKeyInfo, DER
	Signed     []byte // the TBSCertificate, as found
	Value      []byte // with ECDSA r and s, each in the width of the curve (RFC 3279 section 2.2.3 has them in DER)
}

// SignatureBy is the signature of c as the issuer's key would verify it. It is not known where the signature is of a kind
// that WebCrypto lacks (MD5, DSA, other curves, post-quantum), does not go with the key, or cannot be read.
func (c *Certificate) SignatureBy(issuer *Certificate) (s Signature, known bool) {
	outer, ok := readElement(c.Raw)
	if !ok {
		return s, false
	}
	parts := outer.children()
	tbs, _ := parts.take(tagSequence)
	algorithm, _ := parts.take(tagSequence)
	value, ok := parts.take(tagBitString)
	if !ok || outer.ber || tbs.ber || len(value.content) < 2 || value.content[0] != 0 {
		return s, false
	}
	key := issuer.PublicKey
	s = Signature{Key: key.SPKI, Signed: tbs.full, Value: value.content[1:]}
	name := c.SignatureAlgorithm
	scheme, hash := name, ""
	switch {
	case strings.HasPrefix(name, "ECDSA-"):
		scheme, hash = "ECDSA", name[len("ECDSA-"):]
	case strings.Contains(name, "-"):
		hash, scheme, _ = strings.Cut(name, "-")
	}
	switch hash {
	case "":
	case "SHA1", "SHA256", "SHA384", "SHA512":
		s.Hash = "SHA-" + hash[3:]
	default:
		return s, false
	}
	switch {
	case scheme == "RSA" && key.Algorithm == "RSA" && s.Hash != "":
		s.Algorithm = "RSASSA-PKCS1-v1_5"
		return s, true
	case scheme == "RSAPSS" && key.Algorithm == "RSA":
		s.Algorithm = "RSA-PSS"
		s.SaltLength, ok = pssSalt(algorithm, hash)
		return s, ok
	case scheme == "ECDSA" && key.Algorithm == "EC":
		size := map[string]int{"P-256": 32, "P-384": 48, "P-521": 66}[key.Curve]
		s.Algorithm, s.Curve = "ECDSA", key.Curve
		s.Value = fixedWidth(s.Value, size)
		return s, s.Value != nil
	case scheme == "Ed25519" && key.Algorithm == "Ed25519":
		s.Algorithm = "Ed25519"
		return s, true
	}
	return s, false
}

// pssSalt reads the salt's length from RSASSA-PSS-params (RFC 4055 section 3.1), where MGF1 uses the signature's hash, as
// WebCrypto wants it.
func pssSalt(algorithm element, hash string) (length int, ok bool) {
	fields := algorithm.children()
	fields.take(tagOID)
	parameters, _ := fields.take(tagSequence)
	list := parameters.children()
	list.take(tagContext | tagConstructed)
	mask := "SHA1"
	if field, ok := list.take(tagContext | tagConstructed | 1); ok {
		generator, _ := field.children().take(tagSequence)
		parts := generator.children()
		parts.take(tagOID)
		id, _ := parts.take(tagSequence)
		mask = hashName(algorithmOID(id.content))
	}
	length = 20
	if field, ok := list.take(tagContext | tagConstructed | 2); ok {
		if length, ok = field.children().integer(); !ok {
			return 0, false
		}
	}
	list.take(tagContext | tagConstructed | 3) // trailerField is always 1
	return length, mask == hash && len(list.rest) == 0
}

// fixedWidth turns an Ecdsa-Sig-Value into r and s of size bytes each, nil when it is none or size is 0.
func fixedWidth(der []byte, size int) []byte {
	e, ok := readElement(der)
	if !ok || size == 0 || e.tag != tagSequence {
		return nil
	}
	out := make([]byte, 0, 2*size)
	parts := e.children()
	for range 2 {
		n, ok := parts.take(tagInteger)
		number := trimZeros(n.content)
		if !ok || len(number) > size {
			return nil
		}
		out = append(out, leftPad(number, size)...)
	}
	return out
}
