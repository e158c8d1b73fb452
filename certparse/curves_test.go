package certparse

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"testing"
)

// TestPublicKeysAgreeWithStandardLibrary holds our arithmetic to crypto/ecdh on the curves that both have.
func TestPublicKeysAgreeWithStandardLibrary(t *testing.T) {
	for name, curve := range map[string]ecdh.Curve{"P-256": ecdh.P256(), "P-384": ecdh.P384(), "P-521": ecdh.P521()} {
		for range 20 {
			key, err := curve.GenerateKey(rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			c := curveNamed(t, name)
			x, y, ok := c.parameters().publicPoint(key.Bytes())
			if !ok || !bytes.Equal(uncompressed(x, y, (c.bits+7)/8), key.PublicKey().Bytes()) {
				t.Fatalf("%s: another public key than crypto/ecdh's", name)
			}
		}
	}
	for range 20 {
		key, err := ecdh.X25519().GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(publicX25519(key.Bytes()), key.PublicKey().Bytes()) {
			t.Fatal("X25519: another public key than crypto/ecdh's")
		}
	}
}

// TestPrivateKeyOutOfRange: zero and the order of the group are no private keys (SEC 1 section 3.2.1).
func TestPrivateKeyOutOfRange(t *testing.T) {
	w := curveNamed(t, "P-256").parameters()
	for _, private := range [][]byte{nil, make([]byte, 32), w.n.Bytes()} {
		if _, _, ok := w.publicPoint(private); ok {
			t.Errorf("%x is taken for a private key", private)
		}
	}
}

func curveNamed(t *testing.T, name string) *namedCurve {
	t.Helper()
	for i := range namedCurves {
		if namedCurves[i].name == name {
			return &namedCurves[i]
		}
	}
	t.Fatalf("no curve %s", name)
	return nil
}
