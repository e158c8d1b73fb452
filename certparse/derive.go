package certparse

import (
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"errors"
	"hash"
	"slices"

	//lint:ignore SA1019 files made with it exist; nothing is written with it
	"golang.org/x/crypto/ripemd160"
	"golang.org/x/crypto/scrypt"
)

// ErrPending is what a Deriver returns for a key that it will have later. Open goes on with the rest, so that one call
// collects all that can be asked for at once, and sets Bundle.Pending.
var ErrPending = errors.New("certparse: key derivation pending")

// A KDFKind names a key derivation that is worth computing elsewhere or remembering.
type KDFKind string

// The derivations that Open asks a Deriver for.
const (
	KDFPBKDF1 KDFKind = "pbkdf1" // RFC 8018 section 5.1
	KDFPBKDF2 KDFKind = "pbkdf2" // RFC 8018 section 5.2
	KDFPKCS12 KDFKind = "pkcs12" // RFC 7292 appendix B.2
	KDFScrypt KDFKind = "scrypt" // RFC 7914
	KDFPEM    KDFKind = "pem"    // OpenSSL's EVP_BytesToKey with one round, under DEK-Info headers
	KDFJCEKS  KDFKind = "jceks"  // OpenJDK com/sun/crypto/provider/PBES1Core.java, PBEWithMD5AndTripleDES
)

// A KDF is one derivation: the inputs, and how many bytes are wanted.
type KDF struct {
	Kind       KDFKind
	Hash       string // "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512", ...; not for scrypt
	Password   []byte // in the encoding the derivation takes; BMPString with its NULs for PKCS#12
	Salt       []byte
	Iterations int  // all but scrypt
	ID         byte // PKCS#12: 1 key, 2 IV, 3 MAC key
	N, R, P    int  // scrypt
	Length     int  // bytes wanted
}

// A Deriver computes KDFs. Derive returns ErrPending when the key is to be computed elsewhere (a browser's WebCrypto,
// which is asynchronous) and Open is to be called again; any other error means that the derivation is impossible.
type Deriver interface {
	Derive(KDF) ([]byte, error)
}

// StandardDeriver computes every KDF on the spot, from the hashes of the standard library and golang.org/x/crypto.
type StandardDeriver struct{}

// errDerivation is why a derivation is impossible: parameters no reader of this package lets through.
var errDerivation = errors.New("certparse: impossible key derivation")

// Derive implements Deriver.
func (StandardDeriver) Derive(k KDF) ([]byte, error) {
	if k.Length < 1 {
		return nil, errDerivation
	}
	if k.Kind == KDFScrypt {
		return scrypt.Key(k.Password, k.Salt, k.N, k.R, k.P, k.Length)
	}
	h := hashNamed(k.Hash)
	if h == nil || k.Iterations < 1 {
		return nil, errDerivation
	}
	switch k.Kind {
	case KDFPBKDF2:
		return pbkdf2.Key(h, string(k.Password), k.Salt, k.Iterations, k.Length)
	case KDFPKCS12:
		return pkcs12KDF(h(), k.Password, k.Salt, k.Iterations, k.ID, k.Length), nil
	case KDFPBKDF1:
		if key := pbkdf1(h(), k.Password, k.Salt, k.Iterations); k.Length <= len(key) {
			return key[:k.Length], nil
		}
	case KDFPEM:
		return bytesToKey(h(), k.Password, k.Salt, k.Length), nil
	case KDFJCEKS:
		if key := jceksKDF(h(), k.Password, k.Salt, k.Iterations); k.Length <= len(key) {
			return key[:k.Length], nil
		}
	}
	return nil, errDerivation
}

// A KeyMemory is a Deriver that computes each key once however often it is asked, and that can leave keys to be
// computed elsewhere. One KeyMemory per opened file makes the two phases of a page: Open is called, Wanted tells what to
// derive, Supply brings it, Open is called again. It holds passwords and keys: drop it when the file is closed. It is
// not for concurrent use.
type KeyMemory struct {
	// Elsewhere says which derivations are left to Supply; nil stands for none.
	Elsewhere func(KDF) bool

	known  map[string][]byte // by kdfIdentity
	wanted []KDF
	asked  map[string]bool // what is in wanted, or was handed out
}

// Derive implements Deriver. It returns ErrPending for what Elsewhere claims and Supply has not brought yet.
func (m *KeyMemory) Derive(k KDF) ([]byte, error) {
	id := kdfIdentity(k)
	if key, ok := m.known[id]; ok {
		return key, nil
	}
	if m.Elsewhere != nil && m.Elsewhere(k) {
		if !m.asked[id] {
			if m.asked == nil {
				m.asked = map[string]bool{}
			}
			m.asked[id] = true
			m.wanted = append(m.wanted, k)
		}
		return nil, ErrPending
	}
	key, err := StandardDeriver{}.Derive(k)
	if err == nil {
		m.Supply(k, key)
	}
	return key, err
}

// Wanted returns the derivations answered with ErrPending since the last call of Wanted, each once.
func (m *KeyMemory) Wanted() []KDF {
	wanted := m.wanted
	m.wanted, m.asked = nil, nil
	return wanted
}

// Supply brings the key of one derivation; it is kept, not copied.
func (m *KeyMemory) Supply(k KDF, key []byte) {
	if m.known == nil {
		m.known = map[string][]byte{}
	}
	m.known[kdfIdentity(k)] = key
}

// A hashFunction is a hash by its names: its own, and those of HMAC with it, as a MAC and as PBKDF2's PRF.
type hashFunction struct {
	name     string
	oid      string
	hmacOIDs []string
	new      func() hash.Hash
}

// hashFunctions are those met in PKCS#5 and PKCS#12, most frequent first. Sources: RFC 8018 appendix B.1, RFC 7292
// appendix A.1, NIST's Computer Security Objects Register, RFC 2313 (MD5), RFC 4868's predecessors under 1.3.6.1.5.5.8.1.
var hashFunctions = []hashFunction{
	{"SHA-1", "1.3.14.3.2.26", []string{"1.2.840.113549.2.7", "1.3.6.1.5.5.8.1.2"}, sha1.New},
	{"SHA-256", "2.16.840.1.101.3.4.2.1", []string{"1.2.840.113549.2.9"}, sha256.New},
	{"SHA-384", "2.16.840.1.101.3.4.2.2", []string{"1.2.840.113549.2.10"}, sha512.New384},
	{"SHA-512", "2.16.840.1.101.3.4.2.3", []string{"1.2.840.113549.2.11"}, sha512.New},
	{"SHA-224", "2.16.840.1.101.3.4.2.4", []string{"1.2.840.113549.2.8"}, sha256.New224},
	{"SHA-512/224", "2.16.840.1.101.3.4.2.5", []string{"1.2.840.113549.2.12"}, sha512.New512_224},
	{"SHA-512/256", "2.16.840.1.101.3.4.2.6", []string{"1.2.840.113549.2.13"}, sha512.New512_256},
	{"SHA3-224", "2.16.840.1.101.3.4.2.7", []string{"2.16.840.1.101.3.4.2.13"}, func() hash.Hash { return sha3.New224() }},
	{"SHA3-256", "2.16.840.1.101.3.4.2.8", []string{"2.16.840.1.101.3.4.2.14"}, func() hash.Hash { return sha3.New256() }},
	{"SHA3-384", "2.16.840.1.101.3.4.2.9", []string{"2.16.840.1.101.3.4.2.15"}, func() hash.Hash { return sha3.New384() }},
	{"SHA3-512", "2.16.840.1.101.3.4.2.10", []string{"2.16.840.1.101.3.4.2.16"}, func() hash.Hash { return sha3.New512() }},
	{"MD5", "1.2.840.113549.2.5", []string{"1.2.840.113549.2.6", "1.3.6.1.5.5.8.1.1"}, md5.New},
	{"RIPEMD-160", "1.3.36.3.2.1", []string{"1.3.6.1.5.5.8.1.4"}, ripemd160.New},
}

func hashNamed(name string) func() hash.Hash {
	for i := range hashFunctions {
		if hashFunctions[i].name == name {
			return hashFunctions[i].new
		}
	}
	return nil
}

func hashByOID(oid string) *hashFunction {
	for i := range hashFunctions {
		if hashFunctions[i].oid == oid {
			return &hashFunctions[i]
		}
	}
	return nil
}

func hashByHMAC(oid string) *hashFunction {
	for i := range hashFunctions {
		for _, o := range hashFunctions[i].hmacOIDs {
			if o == oid {
				return &hashFunctions[i]
			}
		}
	}
	return nil
}

// pkcs12KDF is the derivation of RFC 7292 appendix B.2. The hash's block size is the v of the RFC, which names only
// hashes up to SHA-512; for SHA-3 it is the rate, as OpenSSL has it.
func pkcs12KDF(h hash.Hash, password, salt []byte, rounds int, id byte, length int) []byte {
	v := h.BlockSize()
	diversifier := make([]byte, v)
	for i := range diversifier {
		diversifier[i] = id
	}
	// I of the RFC: salt and password, each repeated to a multiple of v.
	input := repeatTo(make([]byte, 0, roundUp(len(salt), v)+roundUp(len(password), v)), salt, roundUp(len(salt), v))
	input = repeatTo(input, password, roundUp(len(password), v))

	out := make([]byte, 0, length+h.Size())
	block := make([]byte, h.Size())
	addend := make([]byte, v)
	for {
		h.Reset()
		h.Write(diversifier)
		h.Write(input)
		block = h.Sum(block[:0])
		for i := 1; i < rounds; i++ {
			h.Reset()
			h.Write(block)
			block = h.Sum(block[:0])
		}
		out = append(out, block...)
		if len(out) >= length {
			return out[:length]
		}
		// Each v-byte block of the input becomes itself plus the hash repeated, plus one, modulo 2^(8v).
		repeatTo(addend[:0], block, v)
		for part := input; len(part) > 0; part = part[v:] {
			carry := 1
			for i := v - 1; i >= 0; i-- {
				carry += int(part[i]) + int(addend[i])
				part[i] = byte(carry)
				carry >>= 8
			}
		}
	}
}

func roundUp(n, multiple int) int { return (n + multiple - 1) / multiple * multiple }

// repeatTo appends n bytes of the pattern over and over, or nothing when the pattern is empty.
func repeatTo(out, pattern []byte, n int) []byte {
	for n > 0 && len(pattern) > 0 {
		take := min(n, len(pattern))
		out = append(out, pattern[:take]...)
		n -= take
	}
	return out
}

// pbkdf1 is the derivation of RFC 8018 section 5.1, all bytes of the hash.
func pbkdf1(h hash.Hash, password, salt []byte, rounds int) []byte {
	h.Write(password)
	h.Write(salt)
	key := h.Sum(nil)
	for i := 1; i < rounds; i++ {
		h.Reset()
		h.Write(key)
		key = h.Sum(key[:0])
	}
	return key
}

// bytesToKey is the derivation of OpenSSL's crypto/evp/evp_key.c EVP_BytesToKey with one round, which is what PEM
// encryption uses.
func bytesToKey(h hash.Hash, password, salt []byte, length int) []byte {
	var out []byte
	for len(out) < length {
		h.Reset()
		if len(out) > 0 {
			h.Write(out[len(out)-h.Size():])
		}
		h.Write(password)
		h.Write(salt)
		out = h.Sum(out)
	}
	return out[:length]
}

// jceksKDF is the derivation of Java's PBEWithMD5AndTripleDES: PBKDF1's loop run on each half of the salt, with the
// password hashed in again every round. The salt must have 8 bytes; should its halves be equal, the first is reversed.
func jceksKDF(h hash.Hash, password, salt []byte, rounds int) []byte {
	if len(salt) != 8 {
		return nil
	}
	halves := [8]byte(salt)
	if [4]byte(salt[:4]) == [4]byte(salt[4:]) {
		slices.Reverse(halves[:4])
	}
	var out []byte
	for _, half := range [][]byte{halves[:4], halves[4:]} {
		digest := append(make([]byte, 0, h.Size()), half...)
		for range rounds {
			h.Reset()
			h.Write(digest)
			h.Write(password)
			digest = h.Sum(digest[:0])
		}
		out = append(out, digest...)
	}
	return out
}
