package certbuild

import (
	"crypto/aes"
	"crypto/rand"
	"encoding/hex"
	"encoding/pem"
	"strings"

	"certuri/certparse"
)

// keyPKCS1 is the key as an RSAPrivateKey (RFC 8017 appendix A.1.2), which is what PKCS#8 has inside.
func (b *builder) keyPKCS1() ([][]byte, error) {
	_, private := b.splitKey()
	return one(b.traditionalPEM("RSA PRIVATE KEY", private))
}

// keySEC1 is the key as an ECPrivateKey (RFC 5915 section 3), with the curve in it, which in PKCS#8 stands beside it.
func (b *builder) keySEC1() ([][]byte, error) {
	parameters, private := b.splitKey()
	version := first(first(private).content)
	d := first(version.rest)
	key := sequence(version.full, d.full, der(tagContext0, parameters))
	if public := first(d.rest); public.tag == tagContext0|1 {
		key = sequence(version.full, d.full, der(tagContext0, parameters), public.full)
	}
	return one(b.traditionalPEM("EC PRIVATE KEY", key))
}

// splitKey takes the algorithm's parameters and the content of privateKey out of a PrivateKeyInfo.
func (b *builder) splitKey() (parameters, private []byte) {
	version := first(first(b.Identity.Key.PKCS8).content)
	algorithm := first(version.rest)
	return first(algorithm.content).rest, first(algorithm.rest).content
}

// traditionalPEM is a block of the forms from before PKCS#8. With a password it is encrypted as OpenSSL did it before
// version 1.0.0 and still reads it (RFC 1421 section 4.6.1, crypto/pem/pem_lib.c): the key is one round of MD5 over
// password and salt. The cipher is AES-256-CBC, but that single round makes trying passwords cheap.
func (b *builder) traditionalPEM(label string, key []byte) ([]byte, error) {
	block := &pem.Block{Type: label, Bytes: key}
	if b.Password != "" {
		iv := make([]byte, aes.BlockSize)
		if _, err := rand.Read(iv); err != nil {
			return nil, err
		}
		secret := b.derive(certparse.KDF{Kind: certparse.KDFPEM, Hash: "MD5",
			Password: []byte(b.Password), Salt: iv[:8], Iterations: 1, Length: keyBytes})
		if err := b.derived(); err != nil {
			return nil, err
		}
		cipher, err := aes.NewCipher(secret)
		if err != nil {
			return nil, &Error{Code: CodeDerivation, Err: err}
		}
		block.Headers = map[string]string{
			"Proc-Type": "4,ENCRYPTED",
			"DEK-Info":  "AES-256-CBC," + strings.ToUpper(hex.EncodeToString(iv)),
		}
		block.Bytes = encryptCBC(cipher, iv, key)
	}
	return pem.EncodeToMemory(block), nil
}
