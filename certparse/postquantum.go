package certparse

import (
	"crypto/mlkem"
	"crypto/sha3"
)

// postQuantumPrivate takes the wrapping off an ML-DSA or ML-KEM private key (RFC 9881 section 6, RFC 9935 section 6): a
// seed, an expanded key, or both, seed first. Writers before those RFCs left the wrapping out; the length tells a seed
// from an expanded key.
func postQuantumPrivate(private []byte) []byte {
	e, _ := readElement(private)
	if len(e.full) != len(private) {
		return private
	}
	if e.tag == tagSequence {
		e, _ = e.children().next()
	}
	switch e.tag {
	case tagContext, tagOctetString:
		return e.content
	}
	return private
}

// publicMLKEM is the encapsulation key of an ML-KEM private key: it stands inside the expanded key (FIPS 203 section
// 7.1), and is computed from a seed where the standard library has the parameter set. Nil when neither can be had.
func publicMLKEM(oid string, private []byte) []byte {
	private = postQuantumPrivate(private)
	k := 2
	switch oid {
	case oidMLKEM768:
		k = 3
		if key, err := mlkem.NewDecapsulationKey768(private); err == nil {
			return key.EncapsulationKey().Bytes()
		}
	case oidMLKEM1024:
		k = 4
		if key, err := mlkem.NewDecapsulationKey1024(private); err == nil {
			return key.EncapsulationKey().Bytes()
		}
	}
	if len(private) == 768*k+96 { // the PKE's 384k bytes, the encapsulation key, its hash, z
		return private[384*k : 768*k+32]
	}
	return nil
}

// The public key of ML-DSA (FIPS 204), which no listed library computes. It is wanted to find the certificate that a key
// belongs to; nothing is signed. It takes a time that depends on the key; weierstrass.publicPoint says why that is good
// enough.

const mldsaQ = 8380417

// A mldsaPoly is a polynomial of degree below 256 with coefficients modulo mldsaQ.
type mldsaPoly [256]uint32

// publicMLDSA computes the public key from a seed or an expanded private key; nil for one of the wrong size. An expanded
// key also has a hash of its public key, which must agree.
func publicMLDSA(oid string, private []byte) []byte {
	k, l, eta := 4, 4, 2
	switch oid {
	case oidMLDSA65:
		k, l, eta = 6, 5, 4
	case oidMLDSA87:
		k, l, eta = 8, 7, 2
	}
	packed := 96 // bytes of a short polynomial: 3 bits for each coefficient, or 4
	if eta == 4 {
		packed = 128
	}
	private = postQuantumPrivate(private)
	var rho, hash []byte
	short := make([]mldsaPoly, l+k) // s1 and s2
	const head = 128                // rho, K, tr
	switch {
	case len(private) == 32: // FIPS 204 algorithm 6
		seed := sha3.SumSHAKE256(append(append([]byte{}, private...), byte(k), byte(l)), 128)
		rho = seed[:32]
		for i := range short {
			short[i] = mldsaShort(seed[32:96], i, eta)
		}
	case len(private) >= head+(l+k)*packed+416*k: // algorithm 24; 416 bytes are a polynomial of t0
		rho, hash = private[:32], private[64:head]
		for i := range short {
			short[i] = mldsaUnpack(private[head+i*packed:head+(i+1)*packed], eta)
		}
	default:
		return nil
	}

	zetas := mldsaZetas()
	for i := range l {
		short[i].ntt(zetas)
	}
	public := append([]byte{}, rho...)
	for row := range k { // t = A·s1 + s2, of which the upper ten bits are published
		var t mldsaPoly
		for column := range l {
			a := mldsaUniform(rho, column, row)
			for i := range t {
				t[i] = uint32((uint64(t[i]) + uint64(a[i])*uint64(short[column][i])) % mldsaQ)
			}
		}
		t.inverseNTT(zetas)
		var bits, n uint32
		for i := range t {
			r := (t[i] + short[l+row][i]) % mldsaQ
			bits |= (r + 1<<12 - 1) >> 13 << n
			for n += 10; n >= 8; n -= 8 {
				public = append(public, byte(bits))
				bits >>= 8
			}
		}
	}
	if hash != nil && string(sha3.SumSHAKE256(public, 64)) != string(hash) {
		return nil
	}
	return public
}

// mldsaUniform is RejNTTPoly (algorithm 30) for one place of the matrix A.
func mldsaUniform(rho []byte, column, row int) (p mldsaPoly) {
	h := sha3.NewSHAKE128()
	h.Write(rho)
	h.Write([]byte{byte(column), byte(row)})
	var b [3]byte
	for i := 0; i < len(p); {
		h.Read(b[:])
		if z := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2]&0x7f)<<16; z < mldsaQ {
			p[i] = z
			i++
		}
	}
	return p
}

// mldsaShort is RejBoundedPoly (algorithm 31).
func mldsaShort(rho []byte, nonce, eta int) (p mldsaPoly) {
	h := sha3.NewSHAKE256()
	h.Write(rho)
	h.Write([]byte{byte(nonce), byte(nonce >> 8)})
	var b [1]byte
	for i := 0; i < len(p); {
		h.Read(b[:])
		for _, half := range []byte{b[0] & 15, b[0] >> 4} {
			value, ok := 2-int(half%5), half < 15
			if eta == 4 {
				value, ok = 4-int(half), half < 9
			}
			if ok && i < len(p) {
				p[i] = uint32(value+mldsaQ) % mldsaQ
				i++
			}
		}
	}
	return p
}

// mldsaUnpack is BitUnpack (algorithm 19) of coefficients from -eta to eta.
func mldsaUnpack(packed []byte, eta int) (p mldsaPoly) {
	width := len(packed) * 8 / len(p)
	for i := range p {
		value := 0
		for bit := range width {
			at := i*width + bit
			value |= int(packed[at/8]>>(at%8)&1) << bit
		}
		p[i] = uint32(eta-value+mldsaQ) % mldsaQ
	}
	return p
}

// mldsaZetas are the powers of 1753 in bit-reversed order (appendix B).
func mldsaZetas() (zetas [256]uint64) {
	power := uint64(1)
	for i := range 256 {
		reversed := 0
		for bit := range 8 {
			reversed |= i >> bit & 1 << (7 - bit)
		}
		zetas[reversed] = power
		power = power * 1753 % mldsaQ
	}
	return zetas
}

// ntt is algorithm 41.
func (p *mldsaPoly) ntt(zetas [256]uint64) {
	m := 0
	for length := 128; length >= 1; length /= 2 {
		for start := 0; start < 256; start += 2 * length {
			m++
			for j := start; j < start+length; j++ {
				t := uint32(zetas[m] * uint64(p[j+length]) % mldsaQ)
				p[j+length] = (p[j] + mldsaQ - t) % mldsaQ
				p[j] = (p[j] + t) % mldsaQ
			}
		}
	}
}

// inverseNTT is algorithm 42.
func (p *mldsaPoly) inverseNTT(zetas [256]uint64) {
	m := 256
	for length := 1; length < 256; length *= 2 {
		for start := 0; start < 256; start += 2 * length {
			m--
			for j := start; j < start+length; j++ {
				t := p[j]
				p[j] = (t + p[j+length]) % mldsaQ
				difference := uint64(t + mldsaQ - p[j+length])
				p[j+length] = uint32((mldsaQ - zetas[m]) * difference % mldsaQ)
			}
		}
	}
	for i := range p {
		p[i] = uint32(uint64(p[i]) * 8347681 % mldsaQ) // 256⁻¹
	}
}
