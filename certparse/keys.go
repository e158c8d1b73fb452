package certparse

import (
	"bytes"
	"crypto/ed25519"
	"math/big"
)

// readPrivateKey reads one plain private key: PKCS#8 (RFC 5208 and 5958), PKCS#1 (RFC 8017), SEC 1 (RFC 5915) or
// OpenSSL's DSA form. The bytes decide which, since labels are often wrong; a label ("" for none) says only that a key
// was meant, so that bytes which are none are a damaged key rather than something else. It reports false when there is
// no label and this is no key.
func (s *session) readPrivateKey(der []byte, label, where string) bool {
	k, ok := s.keyReader.read(der)
	if !ok {
		if label != "" {
			s.problem(&Error{Code: CodeDamaged, File: s.file, Where: where, Found: label})
		}
		return label != ""
	}
	k.Source = s.source(where)
	s.addKey(k)
	return true
}

// A keyReader reads private keys, and computes their public keys where those are not beside them. Some of that takes
// milliseconds, so that a file of thousands of keys made for the purpose would take minutes: once maxPublicKeyWork is
// spent, keys are read without it. The zero value is ready.
type keyReader struct {
	spent int // microseconds, as estimated
}

// afford says whether a computation of so many microseconds is still to be done.
func (kr *keyReader) afford(microseconds int) bool {
	if microseconds < 0 || microseconds > maxPublicKeyWork-kr.spent {
		return false
	}
	kr.spent += microseconds
	return true
}

// read reads a plain private key in any of the forms of readPrivateKey. What follows the key is left. The
// result's PKCS8 is written anew: of the first version and without attributes, which every reader takes.
func (kr *keyReader) read(der []byte) (*Key, bool) {
	der, _, err := toDER(der)
	if err != nil {
		return nil, false
	}
	whole, _ := readElement(der)
	if whole.tag != tagSequence {
		return nil, false
	}
	const n = tagInteger
	switch r := whole.children(); {
	case r.shape(tagInteger, tagSequence, tagOctetString):
		return kr.pkcs8(r)
	case r.shape(tagInteger, tagOctetString):
		return kr.ec(element{}, whole, nil)
	case r.shape(n, n, n, n, n, n, n, n, n):
		return newRSAKey(rsaAlgorithm, whole)
	case r.shape(n, n, n, n, n, n) && !r.shape(n, n, n, n, n, n, n):
		return kr.openSSLDSA(r)
	}
	return nil, false
}

// newKey puts a key together from its AlgorithmIdentifier, the content of privateKey and the octets of
// subjectPublicKey. Without the latter SPKI stays nil: the key is read, and nothing can be matched by it.
func newKey(algorithm, private, public []byte) *Key {
	k := &Key{
		PublicKey: describeSPKI(encodeDER(tagSequence, algorithm, encodeBitString(public))),
		PKCS8:     encodeDER(tagSequence, []byte{tagInteger, 1, 0}, algorithm, encodeDER(tagOctetString, private)),
	}
	if public == nil {
		k.SPKI = nil
	}
	return k
}

// pkcs8 reads what is inside a PrivateKeyInfo or OneAsymmetricKey.
func (kr *keyReader) pkcs8(r *tlvReader) (*Key, bool) {
	if version, ok := r.integer(); !ok || version > 1 {
		return nil, false
	}
	a, ok := r.algorithm()
	if !ok {
		return nil, false
	}
	octets, _ := r.take(tagOctetString)
	private := octets.content
	var public []byte // RFC 5958's publicKey [1] IMPLICIT BIT STRING
	for {
		e, ok := r.next()
		if !ok {
			break
		}
		if e.tag == tagContext|1 && len(e.content) > 1 {
			public = e.content[1:]
		}
	}

	inner, _ := readElement(private)
	switch a.oid {
	case oidRSA:
		return newRSAKey(rsaAlgorithm, inner)
	case oidRSAPSS, oidRSAOAEP:
		return newRSAKey(plainPSS(a), inner)
	case oidEC, oidSM2:
		return kr.ec(a.parameters, inner, public)
	case oidEd25519, oidX25519, oidEd448, oidX448:
		seed := inner.content
		if inner.tag != tagOctetString {
			seed = private // some writers leave the inner OCTET STRING out
		}
		public, ok = kr.publicEdwards(a.oid, seed)
		private = encodeDER(tagOctetString, seed)
	case oidDSA, oidDH, oidX942DH:
		public, ok = kr.publicPower(a, inner)
	case oidMLKEM512, oidMLKEM768, oidMLKEM1024:
		public = publicMLKEM(a.oid, private)
	case oidMLDSA44, oidMLDSA65, oidMLDSA87:
		if kr.afford(5_000) {
			public = publicMLDSA(a.oid, private)
		}
	}
	if !ok {
		return nil, false
	}
	return newKey(a.full, private, public), true
}

// rsaAlgorithm is the AlgorithmIdentifier of rsaEncryption with its NULL (RFC 3279 section 2.3.1), which some writers
// leave out and some readers insist on.
var rsaAlgorithm = []byte("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00")

// newRSAKey reads an RSAPrivateKey (RFC 8017 appendix A.1.2).
func newRSAKey(algorithm []byte, private element) (*Key, bool) {
	if private.tag != tagSequence {
		return nil, false
	}
	r := private.children()
	version, ok := r.integer()
	if !ok || version > 1 {
		return nil, false
	}
	var numbers [5]element // n, e, d, p, q
	for i := range numbers {
		if numbers[i], ok = r.take(tagInteger); !ok {
			return nil, false
		}
	}
	modulus, p, q := numbers[0].content, numbers[3].content, numbers[4].content
	if bits := bitLength(modulus); bits < 2 || bits > maxModulusBits || modulus[0] >= 0x80 {
		return nil, false
	}
	k := newKey(algorithm, private.full, encodeDER(tagSequence, numbers[0].full, numbers[1].full))
	// More than two primes make version 1, and a key from a token may leave the primes zero.
	if version == 0 && bitLength(p) > 0 && bitLength(q) > 0 && !isProduct(modulus, p, q) {
		k.Oddities = append(k.Oddities, "the modulus is not the product of the primes: nothing that this key signs will verify")
	}
	return k, true
}

func isProduct(n, p, q []byte) bool {
	if len(p)+len(q) > len(n)+16 {
		return false
	}
	product := new(big.Int).Mul(new(big.Int).SetBytes(p), new(big.Int).SetBytes(q))
	return bytes.Equal(product.Bytes(), trimZeros(n))
}

// plainPSS is an AlgorithmIdentifier of RSA-PSS or RSA-OAEP with the NULLs that the hashes in its parameters may have or
// lack (RFC 4055 section 2.1), so that the public key comes out as OpenSSL writes it.
func plainPSS(a algorithm) []byte {
	if a.parameters.tag != tagSequence {
		return a.full
	}
	var fields []byte
	for r := a.parameters.children(); len(r.rest) > 0; {
		field, ok := r.next()
		if !ok {
			return a.full
		}
		inner := field.children()
		if hash, ok := inner.algorithm(); ok && field.tag == tagContext0 {
			field.full = encodeDER(tagContext0, withNull(hash))
		} else if ok && field.tag == tagContext1 {
			of := tlvReader{hash.parameters.full}
			if h, ok := of.algorithm(); ok {
				field.full = encodeDER(tagContext1, encodeDER(tagSequence, encodeOID(hash.oid), withNull(h)))
			}
		}
		fields = append(fields, field.full...)
	}
	return encodeDER(tagSequence, encodeOID(a.oid), encodeDER(tagSequence, fields))
}

func withNull(hash algorithm) []byte {
	if hash.parameters.tag != 0 {
		return hash.full
	}
	return encodeDER(tagSequence, encodeOID(hash.oid), []byte{tagNull, 0})
}

// ec reads an ECPrivateKey (RFC 5915). Its curve is in the parameters beside it in PKCS#8, which may be absent,
// or in itself; a key with neither, whose parameters were lost, is placed by its public point. Java leaves the public
// key out, which is then computed where the curve is known.
func (kr *keyReader) ec(parameters, private element, public []byte) (*Key, bool) {
	r := private.children()
	if version, ok := r.integer(); !ok || version != 1 {
		return nil, false
	}
	octets, ok := r.take(tagOctetString)
	if !ok {
		return nil, false
	}
	d := trimZeros(octets.content)
	for {
		e, ok := r.next()
		if !ok {
			break
		}
		inner, _ := readElement(e.content)
		switch {
		case e.tag == tagContext0 && parameters.tag != tagOID && parameters.tag != tagSequence:
			parameters = inner
		case e.tag == tagContext1 && inner.tag == tagBitString && len(inner.content) > 1:
			public = inner.content[1:]
		}
	}
	if parameters.tag != tagOID && parameters.tag != tagSequence {
		parameters = element{}
		if c := curveOfPoint(public); c != nil {
			parameters, _ = readElement(encodeOID(c.oid))
		}
	}

	if oid := oidText(parameters.content); oid == oidEd25519 || oid == oidEd448 {
		// The form that OpenSSH tools wrote before RFC 8410.
		public, ok := kr.publicEdwards(oid, octets.content)
		if !ok {
			return nil, false
		}
		return newKey(encodeDER(tagSequence, parameters.full), octets.full, public), true
	}

	c := describeCurve(parameters)
	if c.parameters != nil && kr.afford(c.bits*c.bits/20) {
		x, y, ok := c.parameters.publicPoint(d)
		switch {
		case ok:
			// The private half decides: a public point beside it that is another key's would sign for nobody.
			computed := uncompressed(x, y, (c.bits+7)/8)
			given, _ := pointX(public)
			if x, _ := pointX(computed); !bytes.Equal(x, given) {
				public = computed
			}
		case parameters.tag == tagOID:
			return nil, false
		}
	}

	parts := [][]byte{{tagInteger, 1, 1}, octets.full}
	if c.parameters != nil {
		parts[1] = encodeDER(tagOctetString, leftPad(d, (c.parameters.n.BitLen()+7)/8))
	}
	if public != nil {
		parts = append(parts, encodeDER(tagContext1, encodeBitString(public)))
	}
	algorithm := encodeDER(tagSequence, encodeOID(oidEC), plainCurve(parameters, c))
	return newKey(algorithm, encodeDER(tagSequence, parts...), public), true
}

// plainCurve is explicit curve parameters with both coefficients in as many octets as the field has (SEC 1 appendix
// C.2), which some writers cut short, the generator uncompressed, and the optional cofactor, so that the public key comes
// out as OpenSSL writes it.
func plainCurve(parameters element, c curveDescription) []byte {
	if parameters.tag != tagSequence || c.bits == 0 {
		return parameters.full
	}
	r := parameters.children()
	version, _ := r.next()
	field, _ := r.next()
	curve, ok := r.take(tagSequence)
	if !ok {
		return parameters.full
	}
	inner := curve.children()
	a, _ := inner.take(tagOctetString)
	b, ok := inner.take(tagOctetString)
	if !ok {
		return parameters.full
	}
	size := (c.bits + 7) / 8
	fit := func(n []byte) []byte { return encodeDER(tagOctetString, leftPad(trimZeros(n), size)) }
	coefficients := encodeDER(tagSequence, fit(a.content), fit(b.content), inner.rest)
	base, _ := r.take(tagOctetString)
	if w := c.parameters; w != nil {
		base.full = encodeDER(tagOctetString, uncompressed(w.gx, w.gy, size))
	}
	order, ok := r.take(tagInteger)
	if !ok || c.bits > maxFieldBits || bitLength(order.content) < 2 || bitLength(order.content) > c.bits+1 {
		return parameters.full
	}
	if len(r.rest) == 0 {
		r.rest = encodeUnsigned(cofactor(field, c.bits, new(big.Int).SetBytes(order.content)).Bytes())
	}
	return encodeDER(tagSequence, version.full, field.full, coefficients, base.full, order.full, r.rest)
}

// uncompressed writes a point as SEC 1 section 2.3.3 has it.
func uncompressed(x, y *big.Int, size int) []byte {
	return append(append([]byte{4}, leftPad(x.Bytes(), size)...), leftPad(y.Bytes(), size)...)
}

// cofactor is the number of points on the curve divided by the order n of the generator. By Hasse's theorem the former
// is so near to q + 1, for a field of q elements, that rounding gives it.
func cofactor(field element, bits int, n *big.Int) *big.Int {
	q := new(big.Int).Lsh(big.NewInt(1), uint(bits))
	inner := field.children()
	inner.next()
	if prime, ok := inner.take(tagInteger); ok {
		q.SetBytes(prime.content)
	}
	q.Add(q, big.NewInt(1))
	q.Add(q, new(big.Int).Rsh(n, 1))
	return q.Div(q, n)
}

// curveOfPoint finds the curve that an uncompressed point lies on.
func curveOfPoint(point []byte) *namedCurve {
	if len(point) == 0 || point[0] != 4 {
		return nil
	}
	for i := range namedCurves {
		c := &namedCurves[i]
		w := c.parameters()
		if w == nil || len(point) != 1+2*((c.bits+7)/8) {
			continue
		}
		half := len(point) / 2
		if w.contains(new(big.Int).SetBytes(point[1:1+half]), new(big.Int).SetBytes(point[1+half:])) {
			return c
		}
	}
	return nil
}

// leftPad puts zeros before a number so that it has this many bytes; a longer number stays as it is.
func leftPad(n []byte, size int) []byte {
	if len(n) >= size {
		return n
	}
	padded := make([]byte, size)
	copy(padded[size-len(n):], n)
	return padded
}

// publicEdwards computes the public key of RFC 8410's algorithms from the private key's octets. It reports false for
// octets of the wrong number.
func (kr *keyReader) publicEdwards(oid string, seed []byte) (public []byte, ok bool) {
	switch oid {
	case oidEd25519:
		if len(seed) == ed25519.SeedSize {
			return ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey), true
		}
	case oidX25519:
		if len(seed) == 32 && kr.afford(1_000) {
			return publicX25519(seed), true
		}
		return nil, len(seed) == 32
	case oidEd448:
		if len(seed) == 57 && kr.afford(15_000) {
			return publicEd448(seed), true
		}
		return nil, len(seed) == 57
	case oidX448:
		if len(seed) == 56 && kr.afford(2_000) {
			return publicX448(seed), true
		}
		return nil, len(seed) == 56
	}
	return nil, false
}

// openSSLDSA reads version, p, q, g, y and x, the form of OpenSSL's "DSA PRIVATE KEY" (crypto/dsa/dsa_asn1.c). y is
// computed instead of believed.
func (kr *keyReader) openSSLDSA(r *tlvReader) (*Key, bool) {
	var numbers [6]element
	for i := range numbers {
		numbers[i], _ = r.take(tagInteger)
	}
	p, q, g, x := numbers[1], numbers[2], numbers[3], numbers[5]
	parameters := encodeDER(tagSequence, p.full, q.full, g.full)
	identifier := tlvReader{encodeDER(tagSequence, encodeOID(oidDSA), parameters)}
	a, _ := identifier.algorithm()
	public, ok := kr.publicPower(a, x)
	if !ok {
		return nil, false
	}
	return newKey(a.full, x.full, public), true
}

// publicPower is g to the power of the private key, modulo p: the public key of DSA (RFC 3279 section 2.3.2) and of both
// kinds of Diffie-Hellman key. PKCS #3 has parameters p, g; the others p, q, g (DSA) and p, g, q (X9.42).
func (kr *keyReader) publicPower(a algorithm, private element) (public []byte, ok bool) {
	var numbers []element
	parameters := a.parameters.children()
	for len(numbers) < 3 {
		e, ok := parameters.take(tagInteger)
		if !ok {
			break
		}
		numbers = append(numbers, e)
	}
	if private.tag != tagInteger || len(numbers) < 2 || a.oid == oidDSA && len(numbers) < 3 {
		return nil, false
	}
	p, g := numbers[0].content, numbers[1].content
	if a.oid == oidDSA {
		g = numbers[2].content
	}
	if bitLength(p) == 0 || bitLength(p) > maxModulusBits || bitLength(private.content) > bitLength(p) {
		return nil, false
	}
	exponent := bitLength(private.content)
	if !kr.afford(bitLength(p) * bitLength(p) / 1000 * exponent / 1000) {
		return nil, true
	}
	y := new(big.Int).SetBytes(g)
	y.Exp(y, new(big.Int).SetBytes(private.content), new(big.Int).SetBytes(p))
	return encodeUnsigned(y.Bytes()), true
}
