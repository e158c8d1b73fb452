package certbuild

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"

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

	saltBytes = 16 // NIST SP 800-132 section 5.1
	keyBytes  = 32 // AES-256
)

// The object identifiers of RFC 8018 appendix C and of NIST's Computer Security Objects Register, as DER content.
const (
	oidPBES2          = "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d"
	oidPBKDF2         = "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c"
	oidHMACWithSHA256 = "\x2a\x86\x48\x86\xf7\x0d\x02\x09"
	oidAES256CBC      = "\x60\x86\x48\x01\x65\x03\x04\x01\x2a"
)

// NewSalt draws the salt for one encryption of a key.
func NewSalt() ([]byte, error) {
	salt := make([]byte, saltBytes)
	_, err := rand.Read(salt)
	return salt, err
}

// errSaltNeeded is a fault of the caller: the key that it will bring could never fit.
var errSaltNeeded = errors.New("certbuild: PEMOptions.Salt must be set when keys are derived elsewhere")

// encryptPKCS8 wraps a PrivateKeyInfo in an EncryptedPrivateKeyInfo (RFC 5958 section 3). It takes the key as bytes, since
// libraries that take it as a Go value cannot hold Ed448, secp256k1, brainpool and RSA-PSS keys, and bring crypto/x509
// into the program. The tests read the result with such a library and with other programs.
func encryptPKCS8(pkcs8 []byte, opt PEMOptions) ([]byte, error) {
	iterations, salt, derive := opt.Iterations, opt.Salt, opt.Derive
	if iterations == 0 {
		iterations = DefaultIterations
	}
	if derive == nil {
		derive = certparse.StandardDeriver{}
	}
	if salt == nil {
		var err error
		if salt, err = NewSalt(); err != nil {
			return nil, err
		}
	}
	key, err := derive.Derive(certparse.KDF{
		Kind: certparse.KDFPBKDF2, Hash: "SHA-256",
		Password: []byte(opt.Password), Salt: salt, Iterations: iterations, Length: keyBytes,
	})
	switch {
	case errors.Is(err, certparse.ErrPending) && opt.Salt == nil:
		return nil, errSaltNeeded
	case errors.Is(err, certparse.ErrPending):
		return nil, certparse.ErrPending
	case err != nil:
		return nil, &Error{Code: CodeDerivation, Err: err}
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, &Error{Code: CodeDerivation, Err: err}
	}
	iv := make([]byte, aes.BlockSize)
	if _, err := rand.Read(iv); err != nil {
		return nil, err
	}
	pad := aes.BlockSize - len(pkcs8)%aes.BlockSize
	data := append(bytes.Clone(pkcs8), bytes.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(data, data)

	prf := der(tagSequence, der(tagOID, []byte(oidHMACWithSHA256)), der(tagNull))
	kdf := der(tagSequence, der(tagOID, []byte(oidPBKDF2)),
		der(tagSequence, der(tagOctetString, salt), derInteger(iterations), prf))
	scheme := der(tagSequence, der(tagOID, []byte(oidAES256CBC)), der(tagOctetString, iv))
	algorithm := der(tagSequence, der(tagOID, []byte(oidPBES2)), der(tagSequence, kdf, scheme))
	return der(tagSequence, algorithm, der(tagOctetString, data)), nil
}
