// Package signing makes keys and signatures, and verifies these, with the standard library, for programs that are not the
// page: the wasm leaves that to the browser, since crypto/ecdsa and crypto/rsa would be a seventh of it.
package signing

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha256" // the hashes of the key types
	_ "crypto/sha512"
	"crypto/x509"
	"errors"

	"certuri/certbuild"
)

// Maker is a certbuild.KeyMaker. Randomness is crypto/rand's.
type Maker struct{}

var errType = errors.New("signing: no such type of key")

var curves = map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}
var hashes = map[string]crypto.Hash{"SHA-1": crypto.SHA1, "SHA-256": crypto.SHA256, "SHA-384": crypto.SHA384, "SHA-512": crypto.SHA512}

// Generate implements certbuild.KeyMaker.
func (Maker) Generate(t certbuild.KeyType) ([]byte, error) {
	var key any
	var err error
	switch {
	case t.Algorithm == "ECDSA" && curves[t.Curve] != nil:
		key, err = ecdsa.GenerateKey(curves[t.Curve], rand.Reader)
	case t.Algorithm == "Ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	case t.Algorithm == "RSASSA-PKCS1-v1_5":
		key, err = rsa.GenerateKey(rand.Reader, t.Bits)
	default:
		err = errType
	}
	if err != nil {
		return nil, err
	}
	return x509.MarshalPKCS8PrivateKey(key)
}

// Sign implements certbuild.KeyMaker.
func (Maker) Sign(t certbuild.KeyType, pkcs8, message []byte) ([]byte, error) {
	key, err := x509.ParsePKCS8PrivateKey(pkcs8)
	if err != nil {
		return nil, err
	}
	digest := message
	if h := hashes[t.Hash]; h != 0 {
		sum := h.New()
		sum.Write(message)
		digest = sum.Sum(nil)
	}
	switch key := key.(type) {
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, key, digest)
		if err != nil {
			return nil, err
		}
		width := (key.Curve.Params().BitSize + 7) / 8
		return append(r.FillBytes(make([]byte, width)), s.FillBytes(make([]byte, width))...), nil
	case *rsa.PrivateKey:
		return rsa.SignPKCS1v15(rand.Reader, key, hashes[t.Hash], digest)
	case ed25519.PrivateKey:
		return ed25519.Sign(key, message), nil
	}
	return nil, errType
}
