package certparse

import (
	"bytes"
	"crypto/mlkem"
	"slices"
	"strings"
	"testing"
)

// corpusKey is a key of the corpus by the end of its file's name.
func corpusKey(t *testing.T, suffix string) *Key {
	t.Helper()
	for _, e := range readCorpus(t) {
		if strings.HasSuffix(e.File, suffix) {
			b := e.open(t)
			if len(b.Keys) == 0 || b.Keys[0].SPKI == nil || spkiSum(b.Keys[0].PublicKey) != e.Keys[0] {
				t.Fatalf("%s: %s", e.File, summary(b))
			}
			return b.Keys[0]
		}
	}
	t.Fatalf("no %s in the corpus", suffix)
	return nil
}

// Both forms of an ML-DSA private key lead to the public key that OpenSSL and Bouncy Castle computed.
func TestMLDSAPublicKeys(t *testing.T) {
	for file, algorithm := range map[string]string{
		"ml-dsa-44-key.der": "ML-DSA-44", "-ML-DSA-65.pem": "ML-DSA-65", "-ML-DSA-87.pem": "ML-DSA-87",
		"prv-87-bare-priv.pem": "ML-DSA-87", "ml-dsa-44-key.p12": "ML-DSA-44",
	} {
		if k := corpusKey(t, file); k.Algorithm != algorithm {
			t.Errorf("%s: %s", file, k.Algorithm)
		}
	}

	expanded := privateOctets(t, corpusKey(t, "prv-87-bare-priv.pem"))
	if len(expanded) != 4896 {
		t.Fatalf("%d bytes", len(expanded))
	}
	changed := slices.Clone(expanded)
	changed[200] ^= 1 // a coefficient of s1: the hash of the public key no longer agrees
	for name, private := range map[string][]byte{"changed": changed, "cut": expanded[:4895], "none": nil, "a seed too long": make([]byte, 33)} {
		if public := publicMLDSA(oidMLDSA87, private); public != nil {
			t.Errorf("%s: a public key of %d bytes", name, len(public))
		}
	}
}

func privateOctets(t *testing.T, k *Key) []byte {
	t.Helper()
	whole, _ := readElement(k.PKCS8)
	r := whole.children()
	r.next()
	r.next()
	octets, ok := r.take(tagOctetString)
	if !ok {
		t.Fatal("no private key")
	}
	return postQuantumPrivate(octets.content)
}

func TestMLKEMPublicKeys(t *testing.T) {
	seed := bytes.Repeat([]byte{7}, 64)
	key, err := mlkem.NewDecapsulationKey768(seed)
	if err != nil {
		t.Fatal(err)
	}
	for name, private := range map[string][]byte{
		"seed":          encodeDER(tagContext, seed),
		"seed and key":  encodeDER(tagSequence, encodeDER(tagOctetString, seed), encodeDER(tagOctetString, make([]byte, 2400))),
		"bare seed":     seed,
		"seed in a way": encodeDER(tagOctetString, seed),
	} {
		if !bytes.Equal(publicMLKEM(oidMLKEM768, private), key.EncapsulationKey().Bytes()) {
			t.Errorf("%s: another public key", name)
		}
	}
	for _, suffix := range []string{"openssl-ml-kem-1024-priv.p12", "openssl-ml-kem-768-seed.p12"} {
		corpusKey(t, suffix)
	}
	if publicMLKEM(oidMLKEM512, seed) != nil {
		t.Error("a public key where none can be computed")
	}
}
