package signing

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	_ "crypto/sha1" // many old authorities signed with it, and whether one did is not a question of its strength
	"crypto/x509"
	"math/big"

	"certuri/certparse"
)

// minRSABits is the smallest modulus that crypto/rsa works with.
const minRSABits = 1024

// Verify implements certbuild.KeyMaker.
func (Maker) Verify(s certparse.Signature) (good, known bool) {
	key, err := x509.ParsePKIXPublicKey(s.Key)
	if err != nil {
		return false, false
	}
	digest := s.Signed
	if h := hashes[s.Hash]; h != 0 {
		sum := h.New()
		sum.Write(s.Signed)
		digest = sum.Sum(nil)
	}
	switch key := key.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() < minRSABits {
			return false, false
		}
		if s.Algorithm == "RSA-PSS" {
			return rsa.VerifyPSS(key, hashes[s.Hash], digest, s.Value, &rsa.PSSOptions{SaltLength: s.SaltLength}) == nil, true
		}
		return rsa.VerifyPKCS1v15(key, hashes[s.Hash], digest, s.Value) == nil, true
	case *ecdsa.PublicKey:
		half := len(s.Value) / 2
		r, t := new(big.Int).SetBytes(s.Value[:half]), new(big.Int).SetBytes(s.Value[half:])
		return ecdsa.Verify(key, digest, r, t), true
	case ed25519.PublicKey:
		return ed25519.Verify(key, s.Signed, s.Value), true
	}
	return false, false
}
