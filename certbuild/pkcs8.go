package certbuild

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"

	"certuri/certparse"
)

const (
	// DefaultIterations is OWASP's advice for PBKDF2-HMAC-SHA256 (Password Storage Cheat Sheet), and the most that every
	// client takes: some releases of .NET refuse a key with more (dotnet/runtime PasswordBasedEncryption.cs,
	// IterationLimit). A client pays 0.15 to 0.25 s each time it loads the file: most do so once, Node.js for every
	// connection.
	DefaultIterations = 600_000

	// FrequentIterations is for clients that decrypt the key for every connection, in the thread that does all their
	// work: 6 ms each time instead of 190. It is ten times what openssl pkcs8 -topk8 takes, and weaker than
	// DefaultIterations by a factor of thirty: the password should be a long one.
	FrequentIterations = 20_000

	keyBytes = 32 // AES-256
)

// The object identifiers of RFC 8018 appendix C and of NIST's Computer Security Objects Register, as DER content.
const (
	oidPBES2          = "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d"
	oidPBKDF2         = "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c"
	oidHMACWithSHA256 = "\x2a\x86\x48\x86\xf7\x0d\x02\x09"
	oidAES256CBC      = "\x60\x86\x48\x01\x65\x03\x04\x01\x2a"
)

// pkcs8 is the key as a PrivateKeyInfo, or with a password as an EncryptedPrivateKeyInfo (RFC 5958 sections 2 and 3). It
// takes the key as bytes, since libraries that take it as a Go value cannot hold Ed448, secp256k1, brainpool and RSA-PSS
// keys, and bring crypto/x509 into the program. The tests read the result with such a library and with other programs.
func (b *builder) pkcs8() ([]byte, error) {
	if b.Password == "" {
		return b.Identity.Key.PKCS8, nil
	}
	p := b.pbes2(DefaultIterations)
	if err := b.derived(); err != nil {
		return nil, err
	}
	algorithm, data, err := p.encrypt(b.Identity.Key.PKCS8)
	if err != nil {
		return nil, err
	}
	return sequence(algorithm, octets(data)), nil
}

// A protection encrypts one thing under the password.
type protection interface {
	// encrypt gives the AlgorithmIdentifier and the encrypted bytes.
	encrypt(plain []byte) (algorithm, data []byte, err error)
}

// A pbes2 is PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC (RFC 8018 section 6.2), its key derived.
type pbes2 struct {
	salt, key  []byte
	iterations int
}

func (b *builder) pbes2(iterations int) pbes2 {
	p := pbes2{salt: b.salt(), iterations: b.iterations(iterations)}
	p.key = b.pbkdf2(p.salt, p.iterations)
	return p
}

func (b *builder) pbkdf2(salt []byte, iterations int) []byte {
	return b.derive(certparse.KDF{Kind: certparse.KDFPBKDF2, Hash: "SHA-256",
		Password: []byte(b.Password), Salt: salt, Iterations: iterations, Length: keyBytes})
}

func (p pbes2) encrypt(plain []byte) (algorithm, data []byte, err error) {
	block, err := aes.NewCipher(p.key)
	if err != nil {
		return nil, nil, &Error{Code: CodeDerivation, Err: err}
	}
	iv := make([]byte, aes.BlockSize)
	if _, err := rand.Read(iv); err != nil {
		return nil, nil, err
	}
	kdf := pbkdf2Algorithm(p.salt, p.iterations)
	scheme := sequence(oid(oidAES256CBC), octets(iv))
	return sequence(oid(oidPBES2), sequence(kdf, scheme)), encryptCBC(block, iv, plain), nil
}

// pbkdf2Algorithm is the AlgorithmIdentifier of PBKDF2 with HMAC-SHA256 (RFC 8018 appendix A.2). length is keyLength,
// which PBES2 leaves out and PBMAC1 needs.
func pbkdf2Algorithm(salt []byte, iterations int, length ...byte) []byte {
	parameters := [][]byte{octets(salt), derInteger(iterations)}
	for _, n := range length {
		parameters = append(parameters, derInteger(int(n)))
	}
	return sequence(oid(oidPBKDF2), sequence(append(parameters, withNull(oidHMACWithSHA256))...))
}

// encryptCBC encrypts a copy of the bytes in CBC mode with the padding of RFC 8018 section 6.1.1.
func encryptCBC(block cipher.Block, iv, plain []byte) []byte {
	pad := block.BlockSize() - len(plain)%block.BlockSize()
	data := append(bytes.Clone(plain), bytes.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(data, data)
	return data
}
