package certparse

import (
	"crypto/sha3"
	"math/big"
	"slices"
)

// The public keys of Ed448, X448 and X25519 (RFC 8032 section 5.2, RFC 7748 section 5). They are wanted to find the
// certificate that a key belongs to; weierstrass.publicPoint says why arithmetic whose time depends on the key is good
// enough for that, and why X25519 is not left to crypto/ecdh, which would bring its NIST curves along. Nothing is signed
// or agreed with it.

// A primeField is arithmetic modulo a prime.
type primeField struct{ p *big.Int }

// newField448 is modulo 2⁴⁴⁸ - 2²²⁴ - 1.
func newField448() primeField {
	one := big.NewInt(1)
	p := new(big.Int).Lsh(one, 448)
	p.Sub(p, new(big.Int).Lsh(one, 224))
	return primeField{p.Sub(p, one)}
}

// newField25519 is modulo 2²⁵⁵ - 19.
func newField25519() primeField {
	p := new(big.Int).Lsh(big.NewInt(1), 255)
	return primeField{p.Sub(p, big.NewInt(19))}
}

func (f primeField) mul(a, b *big.Int) *big.Int {
	n := new(big.Int).Mul(a, b)
	return n.Mod(n, f.p)
}

func (f primeField) invert(a *big.Int) *big.Int {
	n := new(big.Int).Mod(a, f.p)
	return n.ModInverse(n, f.p)
}

func addBig(a, b *big.Int) *big.Int { return new(big.Int).Add(a, b) }
func subBig(a, b *big.Int) *big.Int { return new(big.Int).Sub(a, b) }

// clamped448 is the scalar in the first 56 bytes, with the bits set and cleared that both RFCs ask for.
func clamped448(bytes []byte) *big.Int {
	b := slices.Clone(bytes[:56])
	b[0] &= 0xfc
	b[55] |= 0x80
	slices.Reverse(b)
	return new(big.Int).SetBytes(b)
}

// publicEd448 is RFC 8032 section 5.2.5. The seed has 57 bytes.
func publicEd448(seed []byte) []byte {
	f := newField448()
	s := clamped448(sha3.SumSHAKE256(seed, 114))
	baseX := hexNumber("4f1970c66bed0ded221d15a622bf36da9e146570470f1767ea6de324" +
		"a3d3a46412ae1af72ab66511433b80e18b00938e2626a82bc70cc05e")
	baseY := hexNumber("693f46716eb6bc248876203756c9c7624bea73736ca3984087789c1e" +
		"05a0c2d73ad3ff1ce67c39c4fdbd132c4ed7c8ad9808795bf230fa14")

	x, y := new(big.Int), big.NewInt(1) // the neutral element
	for i := s.BitLen() - 1; i >= 0; i-- {
		x, y = f.addEd448(x, y, x, y)
		if s.Bit(i) == 1 {
			x, y = f.addEd448(x, y, baseX, baseY)
		}
	}
	public := make([]byte, 57)
	y.FillBytes(public[1:])
	slices.Reverse(public)
	public[56] = byte(x.Bit(0)) << 7
	return public
}

// addEd448 is the complete addition on x² + y² = 1 + dx²y² with d = -39081.
func (f primeField) addEd448(x1, y1, x2, y2 *big.Int) (x, y *big.Int) {
	one := big.NewInt(1)
	xx, yy := f.mul(x1, x2), f.mul(y1, y2)
	dxy := f.mul(f.mul(xx, yy), big.NewInt(-39081))
	x = f.mul(addBig(f.mul(x1, y2), f.mul(y1, x2)), f.invert(addBig(one, dxy)))
	y = f.mul(subBig(yy, xx), f.invert(subBig(one, dxy)))
	return x, y
}

// publicX448 is RFC 7748's X448 on the base point. The scalar has 56 bytes.
func publicX448(scalar []byte) []byte {
	return newField448().ladder(clamped448(scalar), 5, 39081, 56)
}

// publicX25519 is RFC 7748's X25519 on the base point. The scalar has 32 bytes.
func publicX25519(scalar []byte) []byte {
	b := slices.Clone(scalar)
	b[0] &= 0xf8
	b[31] = b[31]&0x7f | 0x40
	slices.Reverse(b)
	return newField25519().ladder(new(big.Int).SetBytes(b), 9, 121665, 32)
}

// ladder is the Montgomery ladder of RFC 7748 section 5 on the base point with this u; the result has size bytes.
func (f primeField) ladder(s *big.Int, base, a24Value int64, size int) []byte {
	u, a24 := big.NewInt(base), big.NewInt(a24Value)
	x2, z2, x3, z3 := big.NewInt(1), new(big.Int), u, big.NewInt(1)
	for i := s.BitLen() - 1; i >= 0; i-- {
		bit := s.Bit(i) == 1
		if bit {
			x2, z2, x3, z3 = x3, z3, x2, z2
		}
		a, b := addBig(x2, z2), subBig(x2, z2)
		aa, bb := f.mul(a, a), f.mul(b, b)
		e := subBig(aa, bb)
		da, cb := f.mul(subBig(x3, z3), a), f.mul(addBig(x3, z3), b)
		sum, difference := addBig(da, cb), subBig(da, cb)
		x3, z3 = f.mul(sum, sum), f.mul(u, f.mul(difference, difference))
		x2, z2 = f.mul(aa, bb), f.mul(e, addBig(aa, f.mul(a24, e)))
		if bit {
			x2, z2, x3, z3 = x3, z3, x2, z2
		}
	}
	public := make([]byte, size)
	f.mul(x2, f.invert(z2)).FillBytes(public)
	slices.Reverse(public)
	return public
}
