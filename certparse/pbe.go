package certparse

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/rc4"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/zmap/rc2"
	//lint:ignore SA1019 keys encrypted with it exist; nothing is written with it
	"golang.org/x/crypto/blowfish"
	//lint:ignore SA1019 keys encrypted with it exist; nothing is written with it
	"golang.org/x/crypto/cast5"
	"golang.org/x/text/unicode/norm"
)

// A cipherMode is how a block cipher is applied (NIST SP 800-38A and D).
type cipherMode byte

const (
	modeCBC cipherMode = iota // with the padding of RFC 8018 section 6.1.1
	modeECB                   // the same padding
	modeCFB                   // feedback of whole blocks
	modeCFB8
	modeOFB
	modeCTR
	modeGCM
	modeStream // no block cipher: RC4
)

// A symmetric is a cipher with its mode, ready for a key.
type symmetric struct {
	name      string // "AES-256-CBC"
	keyLength int
	block     int // bytes; also the length of the initialization vector where there is one
	mode      cipherMode
	new       func(key []byte) (cipher.Block, error) // nil for RC4
	tagLength int                                    // GCM
}

func (c symmetric) ivLength() int {
	switch c.mode {
	case modeECB, modeStream:
		return 0
	}
	return c.block
}

// decrypt returns the plain bytes. good is false when padding or authentication show that the key is wrong or the data
// damaged; plain is then what came out all the same, or nil. The data's length must fit; see fits.
func (c symmetric) decrypt(key, iv, data []byte) (plain []byte, good bool) {
	if c.mode == modeStream {
		stream, err := rc4.NewCipher(key)
		if err != nil {
			return nil, false
		}
		plain = make([]byte, len(data))
		stream.XORKeyStream(plain, data)
		return plain, true
	}
	block, err := c.new(key)
	if err != nil {
		return nil, false
	}
	if c.mode == modeGCM {
		var aead cipher.AEAD
		if c.tagLength != 16 {
			aead, err = cipher.NewGCMWithTagSize(block, c.tagLength)
		} else {
			aead, err = cipher.NewGCMWithNonceSize(block, len(iv))
		}
		if err != nil || len(iv) != aead.NonceSize() {
			return nil, false
		}
		plain, err = aead.Open(nil, iv, data, nil)
		return plain, err == nil
	}
	if c.mode == modeCBC && len(data) > largeCiphertext {
		// A wrong key is told by the last block, which saves decrypting the rest under every wrong password.
		end := len(data) - c.block
		last := make([]byte, c.block)
		cipher.NewCBCDecrypter(block, data[end-c.block:end]).CryptBlocks(last, data[end:])
		if _, good := c.unpad(last); !good {
			return nil, false
		}
	}
	plain = make([]byte, len(data))
	switch c.mode {
	case modeCBC:
		cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, data)
	case modeECB:
		for i := 0; i < len(data); i += c.block {
			block.Decrypt(plain[i:], data[i:])
		}
	case modeCFB:
		//lint:ignore SA1019 keys encrypted with it exist
		cipher.NewCFBDecrypter(block, iv).XORKeyStream(plain, data)
	case modeCFB8:
		register, pad := slices.Clone(iv), make([]byte, c.block)
		for i, b := range data {
			block.Encrypt(pad, register)
			plain[i] = b ^ pad[0]
			copy(register, register[1:])
			register[c.block-1] = b
		}
	case modeOFB:
		//lint:ignore SA1019 keys encrypted with it exist
		cipher.NewOFB(block, iv).XORKeyStream(plain, data)
	case modeCTR:
		cipher.NewCTR(block, iv).XORKeyStream(plain, data)
	}
	if c.mode == modeCBC || c.mode == modeECB {
		return c.unpad(plain)
	}
	return plain, true
}

// largeCiphertext is the size in bytes from which decrypting is worth saving: 30 ms of triple DES in a page.
const largeCiphertext = 64 << 10

// unpad takes the padding of RFC 8018 section 6.1.1 off. Wrong padding stays.
func (c symmetric) unpad(plain []byte) (unpadded []byte, good bool) {
	pad := int(plain[len(plain)-1])
	if pad == 0 || pad > c.block {
		return plain, false
	}
	for _, b := range plain[len(plain)-pad:] {
		if int(b) != pad {
			return plain, false
		}
	}
	return plain[:len(plain)-pad], true
}

// fits says whether data can be this cipher's output; if not, no key opens it.
func (c symmetric) fits(data []byte) bool {
	switch c.mode {
	case modeCBC, modeECB:
		return len(data) > 0 && len(data)%c.block == 0
	case modeGCM:
		return len(data) > c.tagLength
	}
	return len(data) > 0
}

func aesCipher(keyBits int, mode cipherMode, modeName string) symmetric {
	return symmetric{name: "AES-" + strconv.Itoa(keyBits) + "-" + modeName, keyLength: keyBits / 8, block: aes.BlockSize,
		mode: mode, new: aes.NewCipher, tagLength: 16}
}

// rc2Cipher is RC2 (RFC 2268) with a key of some bytes of which so many bits count.
func rc2Cipher(name string, keyLength, effectiveBits int, mode cipherMode) symmetric {
	return symmetric{name: name, keyLength: keyLength, block: 8, mode: mode, new: func(key []byte) (cipher.Block, error) {
		return rc2.NewCipherReducedStrength(key, uint(effectiveBits))
	}}
}

func rc4Cipher(keyBits int) symmetric {
	return symmetric{name: "RC4-" + strconv.Itoa(keyBits), keyLength: keyBits / 8, mode: modeStream}
}

func desCipher(mode cipherMode, modeName string) symmetric {
	return symmetric{name: "DES-" + modeName, keyLength: 8, block: 8, mode: mode, new: des.NewCipher}
}

func tripleDES(mode cipherMode, modeName string) symmetric {
	return symmetric{name: "DES-EDE3-" + modeName, keyLength: 24, block: 8, mode: mode, new: des.NewTripleDESCipher}
}

// twoKeyTripleDES uses the first key again as the third.
func twoKeyTripleDES(mode cipherMode, modeName string) symmetric {
	return symmetric{name: "DES-EDE-" + modeName, keyLength: 16, block: 8, mode: mode, new: func(key []byte) (cipher.Block, error) {
		return des.NewTripleDESCipher(slices.Concat(key, key[:8]))
	}}
}

func blowfishCipher(keyLength int, mode cipherMode, modeName string) symmetric {
	return symmetric{name: "BF-" + modeName, keyLength: keyLength, block: blowfish.BlockSize, mode: mode, new: func(key []byte) (cipher.Block, error) {
		return blowfish.NewCipher(key)
	}}
}

func cast5Cipher(mode cipherMode, modeName string) symmetric {
	return symmetric{name: "CAST5-" + modeName, keyLength: cast5.KeySize, block: cast5.BlockSize, mode: mode, new: func(key []byte) (cipher.Block, error) {
		return cast5.NewCipher(key)
	}}
}

// unsupportedAlgorithms are those that no listed library has, or that no file in use was seen to have, by name.
var unsupportedAlgorithms = []struct{ oid, name string }{
	{"1.2.840.113549.1.5.1", "PBE-MD2-DES"},
	{"1.2.840.113549.1.5.4", "PBE-MD2-RC2-64"},
	{"1.2.840.113549.3.9", "RC5-CBC"},
	{"1.2.392.200011.61.1.1.1.2", "CAMELLIA-128-CBC"},
	{"1.2.392.200011.61.1.1.1.3", "CAMELLIA-192-CBC"},
	{"1.2.392.200011.61.1.1.1.4", "CAMELLIA-256-CBC"},
	{"1.2.410.200004.1.4", "SEED-CBC"},
	{"1.2.410.200046.1.1.2", "ARIA-128-CBC"},
	{"1.2.410.200046.1.1.7", "ARIA-192-CBC"},
	{"1.2.410.200046.1.1.12", "ARIA-256-CBC"},
	{"1.3.6.1.4.1.188.7.1.1.2", "IDEA-CBC"},
	{"1.2.156.10197.1.104.2", "SM4-CBC"},
	{"1.2.643.2.2.21", "GOST 28147-89"},
	{"1.2.643.7.1.1.5.1.1", "Magma-CTR-ACPKM"},
	{"1.2.643.7.1.1.5.2.1", "Kuznyechik-CTR-ACPKM"},
	{"1.2.643.2.2.9", "GOST R 34.11-94"},
	{"1.2.643.2.2.10", "HMAC-GOST R 34.11-94"},
	{"1.2.643.7.1.1.2.2", "Streebog-256"},
	{"1.2.643.7.1.1.2.3", "Streebog-512"},
	{"1.2.643.7.1.1.4.1", "HMAC-Streebog-256"},
	{"1.2.643.7.1.1.4.2", "HMAC-Streebog-512"},
	{"1.2.156.10197.1.401", "SM3"},
	{"1.2.156.10197.1.401.2", "HMAC-SM3"},
	{"1.2.840.113549.2.2", "MD2"},
	{"1.2.840.113549.2.4", "MD4"},
	{"1.3.14.3.2.6", "DES-ECB"},
	{"1.3.14.3.2.17", "DES-EDE-ECB"},
	{"2.16.840.1.101.3.4.1.1", "AES-128-ECB"},
	{"2.16.840.1.101.3.4.1.21", "AES-192-ECB"},
	{"2.16.840.1.101.3.4.1.41", "AES-256-ECB"},
	{"2.16.840.1.101.3.4.1.5", "AES-128 key wrap"},
	{"2.16.840.1.101.3.4.1.25", "AES-192 key wrap"},
	{"2.16.840.1.101.3.4.1.45", "AES-256 key wrap"},
	{"2.16.840.1.101.3.4.1.7", "AES-128-CCM"},
	{"2.16.840.1.101.3.4.1.27", "AES-192-CCM"},
	{"2.16.840.1.101.3.4.1.47", "AES-256-CCM"},
	{"1.2.840.113549.1.9.16.3.18", "ChaCha20-Poly1305"},
	{"1.3.6.1.4.1.22554.1.1.2.1.2.1", "PBE-SHA1-AES-128-CBC (Bouncy Castle)"},
	{"1.3.6.1.4.1.22554.1.1.2.1.2.22", "PBE-SHA1-AES-192-CBC (Bouncy Castle)"},
	{"1.3.6.1.4.1.22554.1.1.2.1.2.42", "PBE-SHA1-AES-256-CBC (Bouncy Castle)"},
}

// unsupported is the error for an algorithm that cannot be had here.
func unsupported(oid string) *Error {
	return &Error{Code: CodeUnsupportedAlgorithm, Found: algorithmName(oid)}
}

func algorithmName(oid string) string {
	for _, a := range unsupportedAlgorithms {
		if a.oid == oid {
			return a.name
		}
	}
	return oid
}

// A passwordForm is how a scheme turns text into bytes.
type passwordForm byte

const (
	formBytes  passwordForm = iota // UTF-8
	formBMP                        // UTF-16 with two NULs behind it (RFC 7292 appendix B.1)
	formJava                       // UTF-16 (JKS)
	formPKCS12                     // UTF-8 inside PKCS#12, where NSS before 3.31 used UTF-16 with and without NULs
)

// A scheme is encryption under a password, as an AlgorithmIdentifier describes it.
type scheme struct {
	detail string // for Key.Encryption
	form   passwordForm
	cipher symmetric
	kdf    KDF    // without the password; the length is that of key, or of key and IV together
	iv     []byte // when the parameters hold it
	ivKDF  bool   // the IV is a derivation of its own (PKCS#12)
	// masked is Java's own protection of keys instead of all that; see jks.go.
	masked bool
}

// pbes1 are the schemes of RFC 8018 appendix A.3: PBKDF1 gives the key and, behind it, the IV.
var pbes1 = []struct {
	oid, name, hash string
	rc2             bool
}{
	{"1.2.840.113549.1.5.3", "PBE-MD5-DES", "MD5", false},
	{"1.2.840.113549.1.5.6", "PBE-MD5-RC2-64", "MD5", true},
	{"1.2.840.113549.1.5.10", "PBE-SHA1-DES", "SHA-1", false},
	{"1.2.840.113549.1.5.11", "PBE-SHA1-RC2-64", "SHA-1", true},
}

// pkcs12Scheme returns the name and cipher of a scheme of RFC 7292 appendix C. The names are OpenSSL's.
func pkcs12Scheme(oid string) (name string, c symmetric, ok bool) {
	switch oid {
	case "1.2.840.113549.1.12.1.1":
		return "PBE-SHA1-RC4-128", rc4Cipher(128), true
	case "1.2.840.113549.1.12.1.2":
		return "PBE-SHA1-RC4-40", rc4Cipher(40), true
	case "1.2.840.113549.1.12.1.3":
		return "PBE-SHA1-3DES", tripleDES(modeCBC, "CBC"), true
	case "1.2.840.113549.1.12.1.4":
		return "PBE-SHA1-2DES", twoKeyTripleDES(modeCBC, "CBC"), true
	case "1.2.840.113549.1.12.1.5":
		return "PBE-SHA1-RC2-128", rc2Cipher("RC2-128-CBC", 16, 128, modeCBC), true
	case "1.2.840.113549.1.12.1.6":
		return "PBE-SHA1-RC2-40", rc2Cipher("RC2-40-CBC", 5, 40, modeCBC), true
	}
	return "", symmetric{}, false
}

const (
	oidPBES2  = "1.2.840.113549.1.5.13"
	oidPBKDF2 = "1.2.840.113549.1.5.12"
	oidPBMAC1 = "1.2.840.113549.1.5.14"
	oidScrypt = "1.3.6.1.4.1.11591.4.11"
	oidJKS    = "1.3.6.1.4.1.42.2.17.1.1"
	oidJCEKS  = "1.3.6.1.4.1.42.2.19.1"
)

// readScheme understands an AlgorithmIdentifier of password-based encryption. The error has a code (unsupported,
// damaged, or asking for more work than limits.go allows) and says in Found what of; its place is for the caller to add.
func readScheme(a algorithm) (*scheme, *Error) {
	if a.oid == oidPBES2 {
		return readPBES2(a.parameters)
	}
	if a.oid == oidJKS {
		return &scheme{detail: "Java key protector", masked: true, form: formJava}, nil
	}
	sc := &scheme{}
	salt, rounds, ok := readSaltAndRounds(a.parameters)
	limit := maxPBES1Rounds
	if name, c, known := pkcs12Scheme(a.oid); known {
		sc.detail, sc.cipher, sc.form, sc.ivKDF = name, c, formBMP, c.ivLength() > 0
		sc.kdf = KDF{Kind: KDFPKCS12, Hash: "SHA-1", ID: 1, Length: c.keyLength}
		limit = maxPKCS12Rounds
	} else if a.oid == oidJCEKS {
		sc.detail, sc.cipher = "PBEWithMD5AndTripleDES", tripleDES(modeCBC, "CBC")
		sc.kdf = KDF{Kind: KDFJCEKS, Hash: "MD5", Length: 32}
		ok = ok && len(salt) == 8
	} else {
		i := 0
		for i < len(pbes1) && pbes1[i].oid != a.oid {
			i++
		}
		if i == len(pbes1) {
			return nil, unsupported(a.oid)
		}
		sc.detail, sc.cipher = pbes1[i].name, desCipher(modeCBC, "CBC")
		if pbes1[i].rc2 {
			sc.cipher = rc2Cipher("RC2-64-CBC", 8, 64, modeCBC)
		}
		sc.kdf = KDF{Kind: KDFPBKDF1, Hash: pbes1[i].hash, Length: 16}
	}
	if !ok {
		return nil, &Error{Code: CodeDamaged, Found: sc.detail}
	}
	sc.detail += ", " + roundsText(rounds)
	sc.kdf.Salt, sc.kdf.Iterations = salt, rounds
	if e := limitWork(sc.kdf, limit); e != nil {
		return nil, e
	}
	return sc, nil
}

// readSaltAndRounds reads a PBEParameter (RFC 8018 appendix A.3).
func readSaltAndRounds(parameters element) (salt []byte, rounds int, ok bool) {
	if parameters.tag != tagSequence {
		return nil, 0, false
	}
	r := parameters.children()
	octets, ok := r.take(tagOctetString)
	if !ok {
		return nil, 0, false
	}
	rounds, ok = r.rounds()
	return octets.content, rounds, ok
}

// rounds reads a count of rounds, at least 1. One that does not fit is the largest int, which every limit refuses.
func (r *tlvReader) rounds() (n int, ok bool) {
	look := *r
	if n, ok = r.integer(); ok {
		return n, n > 0
	}
	e, ok := look.take(tagInteger)
	return math.MaxInt, ok && len(e.content) > 1 && e.content[0] < 0x80
}

func roundsText(rounds int) string {
	switch rounds {
	case 1:
		return "1 round"
	case math.MaxInt:
		return "countless rounds"
	}
	return strconv.Itoa(rounds) + " rounds"
}

// limitWork refuses a derivation over the limits before any of it is done.
func limitWork(k KDF, maxRounds int) *Error {
	switch {
	case k.Iterations > maxRounds:
		return &Error{Code: CodeTooManyRounds, Found: roundsText(k.Iterations)}
	case len(k.Salt) > maxSalt:
		return &Error{Code: CodeTooLarge, Found: "salt"}
	case k.Length > maxDerivedKey:
		return &Error{Code: CodeTooLarge, Found: "derived key"}
	}
	return nil
}

// readPBES2 reads PBES2-params (RFC 8018 appendix A.4).
func readPBES2(parameters element) (*scheme, *Error) {
	damaged := &Error{Code: CodeDamaged, Found: "PBES2"}
	if parameters.tag != tagSequence {
		return nil, damaged
	}
	r := parameters.children()
	derivation, ok1 := r.algorithm()
	encryption, ok2 := r.algorithm()
	if !ok1 || !ok2 {
		return nil, damaged
	}
	kdf, kdfDetail, e := readPBES2KDF(derivation)
	if e != nil {
		return nil, e
	}
	sc := &scheme{kdf: kdf}
	if sc.cipher, sc.iv, e = readPBES2Cipher(encryption, kdf.Length); e != nil {
		return nil, e
	}
	sc.kdf.Length = sc.cipher.keyLength
	sc.detail = "PBES2 " + sc.cipher.name + ", " + kdfDetail
	return sc, nil
}

// readPBES2KDF reads the keyDerivationFunc of PBES2 or PBMAC1. The length is the one that the parameters state, 0 for
// none.
func readPBES2KDF(a algorithm) (k KDF, detail string, e *Error) {
	if a.oid == oidScrypt {
		return readScrypt(a.parameters)
	}
	if a.oid != oidPBKDF2 {
		return k, "", unsupported(a.oid)
	}
	damaged := &Error{Code: CodeDamaged, Found: "PBKDF2"}
	if a.parameters.tag != tagSequence {
		return k, "", damaged
	}
	r := a.parameters.children()
	salt, ok := r.take(tagOctetString)
	if !ok {
		if other, isOther := r.algorithm(); isOther {
			return k, "", unsupported(other.oid)
		}
		return k, "", damaged
	}
	rounds, ok := r.rounds()
	if !ok {
		return k, "", damaged
	}
	k = KDF{Kind: KDFPBKDF2, Hash: "SHA-1", Salt: salt.content, Iterations: rounds}
	if r.at(tagInteger) {
		if k.Length, ok = r.integer(); !ok {
			return k, "", damaged
		}
	}
	if r.at(tagSequence) {
		prf, ok := r.algorithm()
		if !ok {
			return k, "", damaged
		}
		h := hashByHMAC(prf.oid)
		if h == nil {
			return k, "", unsupported(prf.oid)
		}
		k.Hash = h.name
	}
	return k, "PBKDF2 " + hmacName(k.Hash) + " " + roundsText(rounds), limitWork(k, maxPBKDF2Rounds)
}

// hmacName is "HMAC-SHA256" for "SHA-256".
func hmacName(hash string) string { return "HMAC-" + strings.Replace(hash, "SHA-", "SHA", 1) }

// readScrypt reads scrypt-params (RFC 7914 section 7).
func readScrypt(parameters element) (k KDF, detail string, e *Error) {
	damaged := &Error{Code: CodeDamaged, Found: "scrypt"}
	if parameters.tag != tagSequence {
		return k, "", damaged
	}
	r := parameters.children()
	salt, ok := r.take(tagOctetString)
	if !ok {
		return k, "", damaged
	}
	k = KDF{Kind: KDFScrypt, Salt: salt.content}
	for _, n := range []*int{&k.N, &k.R, &k.P} {
		if *n, ok = r.integer(); !ok {
			return k, "", damaged
		}
	}
	if r.at(tagInteger) {
		if k.Length, ok = r.integer(); !ok {
			return k, "", damaged
		}
	}
	detail = "scrypt N=" + strconv.Itoa(k.N) + " r=" + strconv.Itoa(k.R) + " p=" + strconv.Itoa(k.P)
	switch {
	case k.N < 2 || k.N&(k.N-1) != 0 || k.R < 1 || k.P < 1:
		return k, "", damaged
	// One number at a time first, so that no product overflows.
	case k.N > maxScryptWork, k.R > maxScryptWork, k.P > maxScryptWork,
		128*int64(k.N)*int64(k.R) > maxScryptMemory,
		128*int64(k.R)*int64(k.P) > maxScryptMemory,
		int64(k.N)*int64(k.R)*int64(k.P) > maxScryptWork:
		return k, "", &Error{Code: CodeTooManyRounds, Found: detail}
	}
	return k, detail, limitWork(k, 0)
}

// readPBES2Cipher reads the encryptionScheme of PBES2 (RFC 8018 appendix B.2; RFC 3565 and 5084 for AES). length is
// the key length that the derivation's parameters state, 0 for none.
func readPBES2Cipher(a algorithm, length int) (c symmetric, iv []byte, e *Error) {
	damaged := &Error{Code: CodeDamaged, Found: a.oid}
	const aesArc = "2.16.840.1.101.3.4.1."
	switch {
	case strings.HasPrefix(a.oid, aesArc):
		n, err := strconv.Atoi(a.oid[len(aesArc):])
		if err != nil || n < 1 || n > 60 {
			return c, nil, unsupported(a.oid)
		}
		bits := 128 + 64*(n/20)
		switch n % 20 {
		case 2:
			c = aesCipher(bits, modeCBC, "CBC")
		case 3:
			c = aesCipher(bits, modeOFB, "OFB")
		case 4:
			c = aesCipher(bits, modeCFB, "CFB")
		case 6:
			c = aesCipher(bits, modeGCM, "GCM")
		default:
			return c, nil, unsupported(a.oid)
		}
	case a.oid == "1.2.840.113549.3.7":
		c = tripleDES(modeCBC, "CBC")
	case a.oid == "1.3.14.3.2.7":
		c = desCipher(modeCBC, "CBC")
	case a.oid == "1.3.14.3.2.8":
		c = desCipher(modeOFB, "OFB")
	case a.oid == "1.3.14.3.2.9":
		c = desCipher(modeCFB, "CFB")
	case a.oid == "1.3.6.1.4.1.3029.1.2":
		c = blowfishCipher(16, modeCBC, "CBC")
		if length >= 4 && length <= 56 {
			c.keyLength = length
		}
	case a.oid == "1.2.840.113533.7.66.10":
		return readCAST5(a.parameters)
	case a.oid == "1.2.840.113549.3.2":
		return readRC2(a.parameters, length)
	default:
		return c, nil, unsupported(a.oid)
	}
	if length != 0 && length != c.keyLength {
		return c, nil, damaged
	}
	if c.mode == modeGCM && a.parameters.tag == tagSequence { // GCMParameters
		r := a.parameters.children()
		nonce, ok := r.take(tagOctetString)
		c.tagLength = 12
		if r.at(tagInteger) {
			c.tagLength, ok = r.integer()
		}
		if !ok || len(nonce.content) == 0 || c.tagLength < 12 || c.tagLength > 16 {
			return c, nil, damaged
		}
		return c, nonce.content, nil
	}
	if c.mode == modeGCM && a.parameters.tag == tagOctetString && len(a.parameters.content) == c.block {
		// github.com/youmark/pkcs8 calls its CBC so when told to use GCM, and writes the IV that CBC has.
		c.mode, c.name = modeCBC, c.name+" (CBC in fact)"
	}
	if a.parameters.tag != tagOctetString || c.mode != modeGCM && len(a.parameters.content) != c.block {
		return c, nil, damaged
	}
	return c, a.parameters.content, nil
}

// readRC2 reads RC2-CBC-Parameter (RFC 8018 appendix B.2.3): a code for the bits that count, and the IV.
func readRC2(parameters element, length int) (c symmetric, iv []byte, e *Error) {
	damaged := &Error{Code: CodeDamaged, Found: "RC2-CBC"}
	bits := 32 // when no version is given
	if parameters.tag == tagSequence {
		r := parameters.children()
		if r.at(tagInteger) {
			version, ok := r.integer()
			switch {
			case !ok:
				return c, nil, damaged
			case version == 160:
				bits = 40
			case version == 120:
				bits = 64
			case version == 58:
				bits = 128
			case version >= 256:
				bits = version
			default:
				return c, nil, &Error{Code: CodeUnsupportedAlgorithm, Found: "RC2 version " + strconv.Itoa(version)}
			}
		}
		parameters, _ = r.next()
	}
	if length == 0 {
		length = bits / 8
	}
	if parameters.tag != tagOctetString || len(parameters.content) != 8 || bits > 1024 || length < 1 || length > 128 {
		return c, nil, damaged
	}
	return rc2Cipher("RC2-"+strconv.Itoa(bits)+"-CBC", length, bits, modeCBC), parameters.content, nil
}

// readCAST5 reads the parameters of RFC 2144 section 5, the IV and the key length in bits, of which only 128 is taken;
// OpenSSL writes the IV alone.
func readCAST5(parameters element) (c symmetric, iv []byte, e *Error) {
	c = cast5Cipher(modeCBC, "CBC")
	if parameters.tag == tagSequence {
		r := parameters.children()
		parameters, _ = r.next()
		if bits, ok := r.integer(); ok && bits != 8*c.keyLength {
			return c, nil, &Error{Code: CodeUnsupportedAlgorithm, Found: "CAST5-" + strconv.Itoa(bits)}
		}
	}
	if parameters.tag != tagOctetString || len(parameters.content) != c.block {
		return c, nil, &Error{Code: CodeDamaged, Found: c.name}
	}
	return c, parameters.content, nil
}

// decrypt tries one password in one encoding. good is false when padding, authentication or mask say no. The error is
// the Deriver's.
func (sc *scheme) decrypt(d Deriver, password, data []byte) (plain []byte, good bool, err error) {
	if sc.masked {
		plain, good = unmask(password, data)
		return plain, good, nil
	}
	k := sc.kdf
	k.Password = password
	key, err := d.Derive(k)
	if err != nil {
		return nil, false, err
	}
	iv := sc.iv
	switch {
	case sc.ivKDF:
		k.ID, k.Length = 2, sc.cipher.ivLength()
		if iv, err = d.Derive(k); err != nil {
			return nil, false, err
		}
	case len(key) > sc.cipher.keyLength:
		iv = key[sc.cipher.keyLength:]
		key = key[:sc.cipher.keyLength]
	}
	plain, good = sc.cipher.decrypt(key, iv, data)
	return plain, good, nil
}

// passwordForms are the bytes that a password has been turned into for such a scheme, the standard's own way first. The
// others are tried only after it has failed.
func passwordForms(password string, form passwordForm) [][]byte {
	var forms [][]byte
	add := func(b []byte) {
		for _, known := range forms {
			if bytes.Equal(known, b) {
				return
			}
		}
		forms = append(forms, b)
	}
	if form == formBytes || form == formPKCS12 {
		add([]byte(password))
	}
	if form == formBMP || form == formPKCS12 {
		if utf8.ValidString(password) {
			add(bmpString(password))
		}
		if password == "" {
			add(nil) // no password at all, which RFC 7292 lets differ from the empty one
		}
		// OpenSSL before 1.1.0 made each byte a character (crypto/pkcs12/p12_utl.c OPENSSL_asc2uni).
		add(bmpString(latin1Text(password)))
	}
	if form == formJava || form == formPKCS12 {
		add(javaPassword(password))
	}
	if latin1, ok := latin1Bytes(password); ok && (form == formBytes || form == formPKCS12) {
		add(latin1)
	}
	// An "é" is one character from most keyboards, and two where a Mac's file names have been through.
	for _, normal := range []string{norm.NFC.String(password), norm.NFD.String(password)} {
		switch form {
		case formBytes, formPKCS12:
			add([]byte(normal))
		case formBMP:
			add(bmpString(normal))
		case formJava:
			add(javaPassword(normal))
		}
	}
	return forms
}

// bmpString is UTF-16, big-endian, with the two NULs of RFC 7292 appendix B.1. Characters beyond the Basic
// Multilingual Plane become surrogate pairs, as in OpenSSL since 1.1.0 and in Java.
func bmpString(text string) []byte {
	units := utf16.Encode([]rune(text))
	b := make([]byte, 0, 2*len(units)+2)
	for _, u := range units {
		b = append(b, byte(u>>8), byte(u))
	}
	return append(b, 0, 0)
}

// latin1Text is the text whose characters are the bytes.
func latin1Text(s string) string {
	text := make([]rune, len(s))
	for i := range len(s) {
		text[i] = rune(s[i])
	}
	return string(text)
}

// latin1Bytes is the text in ISO 8859-1, if it can be written so.
func latin1Bytes(s string) ([]byte, bool) {
	b := make([]byte, 0, len(s))
	for _, r := range s { // what is not UTF-8 comes as U+FFFD
		if r > 0xff {
			return nil, false
		}
		b = append(b, byte(r))
	}
	return b, true
}
