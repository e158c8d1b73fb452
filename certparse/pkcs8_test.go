package certparse

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/youmark/pkcs8"

	"certuri/internal/oracle"
)

// openKey reads one file that should hold one key.
func openKey(t testing.TB, data []byte, passwords ...string) (*Key, *Bundle) {
	t.Helper()
	b := Open([]File{{Data: data, Passwords: passwords}}, Options{})
	if len(b.Keys) != 1 {
		t.Fatalf("%d keys, %s", len(b.Keys), problemCodes(b))
	}
	return b.Keys[0], b
}

// opensslSchemes are the ways in which openssl pkcs8 encrypts, and how they are described.
var opensslSchemes = []struct {
	options []string
	detail  string
}{
	{[]string{"-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA1"}, "PBES2 AES-128-CBC, PBKDF2 HMAC-SHA1 2048 rounds"},
	{[]string{"-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA224"}, "PBES2 AES-192-CBC, PBKDF2 HMAC-SHA224 2048 rounds"},
	{[]string{"-v2", "aes-256-cbc", "-iter", "10000"}, "PBES2 AES-256-CBC, PBKDF2 HMAC-SHA256 10000 rounds"},
	{[]string{"-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA384"}, "PBES2 AES-256-CBC, PBKDF2 HMAC-SHA384 2048 rounds"},
	{[]string{"-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512"}, "PBES2 AES-256-CBC, PBKDF2 HMAC-SHA512 2048 rounds"},
	{[]string{"-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512-224"}, "PBES2 AES-256-CBC, PBKDF2 HMAC-SHA512/224 2048 rounds"},
	{[]string{"-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512-256"}, "PBES2 AES-256-CBC, PBKDF2 HMAC-SHA512/256 2048 rounds"},
	{[]string{"-v2", "aes-256-cbc", "-v2prf", "hmacWithMD5"}, "PBES2 AES-256-CBC, PBKDF2 HMAC-MD5 2048 rounds"},
	{[]string{"-v2", "aes-128-cfb"}, "PBES2 AES-128-CFB, PBKDF2 HMAC-SHA256 2048 rounds"},
	{[]string{"-v2", "aes-192-ofb"}, "PBES2 AES-192-OFB, PBKDF2 HMAC-SHA256 2048 rounds"},
	{[]string{"-v2", "des3"}, "PBES2 DES-EDE3-CBC, PBKDF2 HMAC-SHA256 2048 rounds"},
	{[]string{"-v2", "des"}, "PBES2 DES-CBC, PBKDF2 HMAC-SHA256 2048 rounds"},
	{[]string{"-v2", "rc2"}, "PBES2 RC2-128-CBC, PBKDF2 HMAC-SHA256 2048 rounds"},
	{[]string{"-v2", "rc2-64-cbc"}, "PBES2 RC2-64-CBC, PBKDF2 HMAC-SHA256 2048 rounds"},
	{[]string{"-v2", "rc2-40-cbc"}, "PBES2 RC2-40-CBC, PBKDF2 HMAC-SHA256 2048 rounds"},
	{[]string{"-v2", "bf"}, "PBES2 BF-CBC, PBKDF2 HMAC-SHA256 2048 rounds"},
	{[]string{"-v2", "cast"}, "PBES2 CAST5-CBC, PBKDF2 HMAC-SHA256 2048 rounds"},
	{[]string{"-scrypt"}, "PBES2 AES-256-CBC, scrypt N=16384 r=8 p=1"},
	{[]string{"-scrypt", "-scrypt_N", "1024", "-scrypt_r", "4", "-scrypt_p", "3", "-v2", "aes-128-cbc"}, "PBES2 AES-128-CBC, scrypt N=1024 r=4 p=3"},
	{[]string{"-v1", "PBE-MD5-DES"}, "PBE-MD5-DES, 2048 rounds"},
	{[]string{"-v1", "PBE-MD5-RC2-64"}, "PBE-MD5-RC2-64, 2048 rounds"},
	{[]string{"-v1", "PBE-SHA1-DES"}, "PBE-SHA1-DES, 2048 rounds"},
	{[]string{"-v1", "PBE-SHA1-RC2-64"}, "PBE-SHA1-RC2-64, 2048 rounds"},
	{[]string{"-v1", "PBE-SHA1-RC4-128"}, "PBE-SHA1-RC4-128, 2048 rounds"},
	{[]string{"-v1", "PBE-SHA1-RC4-40"}, "PBE-SHA1-RC4-40, 2048 rounds"},
	{[]string{"-v1", "PBE-SHA1-3DES"}, "PBE-SHA1-3DES, 2048 rounds"},
	{[]string{"-v1", "PBE-SHA1-2DES"}, "PBE-SHA1-2DES, 2048 rounds"},
	{[]string{"-v1", "PBE-SHA1-RC2-128"}, "PBE-SHA1-RC2-128, 2048 rounds"},
	{[]string{"-v1", "PBE-SHA1-RC2-40"}, "PBE-SHA1-RC2-40, 2048 rounds"},
}

func encryptKey(t testing.TB, key []byte, password string, options ...string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return runOpenSSL(t, key, append([]string{"pkcs8", "-topk8", "-provider", "default", "-provider", "legacy", "-inform", "DER", "-outform", "DER",
		"-passout", "file:" + file}, options...)...)
}

func TestEncryptedPKCS8FromOpenSSL(t *testing.T) {
	plain := generateKey(t, ecOptions("P-256"))
	want, _ := parsePrivateKey(plain)
	for _, c := range opensslSchemes {
		t.Run(strings.Join(c.options, " "), func(t *testing.T) {
			t.Parallel()
			for _, password := range []string{"correct horse", "пароль 😀"} {
				der := encryptKey(t, plain, password, c.options...)
				k, b := openKey(t, der, "wrong", password)
				if k.Locked || !bytes.Equal(k.PKCS8, want.PKCS8) || !k.Encrypted || k.Encryption != c.detail || len(b.Problems) > 0 {
					t.Errorf("%q: locked %v, %q, %s", password, k.Locked, k.Encryption, problemCodes(b))
				}
				k, b = openKey(t, der, "wrong")
				if !k.Locked || k.PKCS8 != nil || k.SPKI != nil || problemCodes(b) != problemText(CodeWrongPassword, c.detail) {
					t.Errorf("a wrong password: locked %v, %s", k.Locked, problemCodes(b))
				}
				k, b = openKey(t, der)
				if !k.Locked || k.Encryption != c.detail || problemCodes(b) != problemText(CodePasswordRequired, c.detail) {
					t.Errorf("no password: locked %v, %s", k.Locked, problemCodes(b))
				}
			}
		})
	}
}

func problemText(code Code, found string) string { return (&Error{Code: code, Found: found}).Error() }

// A second writer of PBES2, with parameters of its own.
func TestEncryptedPKCS8FromYoumark(t *testing.T) {
	key, err := x509.ParsePKCS8PrivateKey(chainForTests(t).leafKey)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := parsePrivateKey(chainForTests(t).leafKey)
	for _, options := range []*pkcs8.Opts{
		{Cipher: pkcs8.AES256CBC, KDFOpts: pkcs8.PBKDF2Opts{SaltSize: 16, IterationCount: 1000, HMACHash: crypto.SHA256}},
		{Cipher: pkcs8.AES256GCM, KDFOpts: pkcs8.PBKDF2Opts{SaltSize: 8, IterationCount: 1, HMACHash: crypto.SHA1}},
		{Cipher: pkcs8.TripleDESCBC, KDFOpts: pkcs8.ScryptOpts{SaltSize: 8, CostParameter: 2, BlockSize: 1, ParallelizationParameter: 1}},
		{Cipher: pkcs8.AES128GCM, KDFOpts: pkcs8.ScryptOpts{SaltSize: 8, CostParameter: 4, BlockSize: 8, ParallelizationParameter: 2}},
	} {
		der, err := pkcs8.MarshalPrivateKey(key, []byte("pw"), options)
		if err != nil {
			t.Fatal(err)
		}
		if k, b := openKey(t, der, "pw"); k.Locked || !bytes.Equal(k.SPKI, want.SPKI) {
			t.Errorf("%s: %s", k.Encryption, problemCodes(b))
		}
		if k, b := openKey(t, der, "wp"); !k.Locked || b.Problems[0].Code != CodeWrongPassword {
			t.Errorf("%s: %s", k.Encryption, problemCodes(b))
		}
	}
}

// Old tools wrote passwords as the terminal gave them.
func TestPasswordInLatin1(t *testing.T) {
	plain := generateKey(t, ecOptions("P-256"))
	for _, options := range [][]string{{"-v1", "PBE-MD5-DES"}, {"-v2", "aes-256-cbc"}, {"-v1", "PBE-SHA1-3DES"}} {
		der := encryptKey(t, plain, "M\xf6tley", options...)
		if k, b := openKey(t, der, "Mötley"); k.Locked {
			t.Errorf("%v: %s", options, problemCodes(b))
		}
	}
}

// What vouches for the password tells damage from a typing error; see unlock.
func TestDamagedEncryptedPKCS8(t *testing.T) {
	plain := generateKey(t, []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"})
	der := encryptKey(t, plain, "pw", "-v2", "aes-256-cbc")
	whole, _ := readElement(der)
	r := whole.children()
	parameters, _ := r.next()
	data, _ := r.next()
	change := func(at int) []byte {
		c := slices.Clone(data.content)
		if at < 0 {
			at += len(c)
		}
		c[at] ^= 0x40
		return encodeDER(tagSequence, parameters.full, encodeDER(tagOctetString, c))
	}
	for _, c := range []struct {
		name string
		der  []byte
		want Code
	}{
		// The third block carries the length of the key's numbers: header and padding stay right.
		{"the second block of the key", change(17), CodeDamaged},
		{"the last block", change(-1), CodeWrongOrDamaged},
		{"a byte missing", encodeDER(tagSequence, parameters.full, encodeDER(tagOctetString, data.content[1:])), CodeDamaged},
		{"nothing left", encodeDER(tagSequence, parameters.full, encodeDER(tagOctetString)), CodeDamaged},
	} {
		if _, b := openKey(t, c.der, "pw"); b.Problems[0].Code != c.want {
			t.Errorf("%s: %s, want %s", c.name, problemCodes(b), c.want)
		}
		if _, b := openKey(t, c.der); len(b.Problems) != 1 {
			t.Errorf("%s: %s", c.name, problemCodes(b))
		}
	}
}

// encryptedUnder is an EncryptedPrivateKeyInfo under any algorithm, not decryptable.
func encryptedUnder(algorithm []byte) []byte {
	return encodeDER(tagSequence, algorithm, encodeDER(tagOctetString, make([]byte, 64)))
}

func pbes2(kdf, cipher []byte) []byte {
	return encryptedUnder(encodeDER(tagSequence, encodeOID(oidPBES2), encodeDER(tagSequence, kdf, cipher)))
}

func number(n int) []byte {
	return encodeUnsigned([]byte{byte(n >> 56), byte(n >> 48), byte(n >> 40), byte(n >> 32), byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}

func pbkdf2Parameters(salt []byte, rounds int, rest ...[]byte) []byte {
	parts := append([][]byte{encodeDER(tagOctetString, salt), number(rounds)}, rest...)
	return encodeDER(tagSequence, encodeOID(oidPBKDF2), encodeDER(tagSequence, parts...))
}

func scryptParameters(n, r, p int) []byte {
	return encodeDER(tagSequence, encodeOID(oidScrypt), encodeDER(tagSequence, encodeDER(tagOctetString, []byte("salt")), number(n), number(r), number(p)))
}

// What asks for too much work is refused before any is done, and what is not known is named.
func TestSchemeLimits(t *testing.T) {
	aes := encodeDER(tagSequence, encodeOID("2.16.840.1.101.3.4.1.42"), encodeDER(tagOctetString, make([]byte, 16)))
	salt := []byte("12345678")
	pbe := func(oid string, salt []byte, rounds int) []byte {
		return encryptedUnder(encodeDER(tagSequence, encodeOID(oid), encodeDER(tagSequence, encodeDER(tagOctetString, salt), number(rounds))))
	}
	cipher := func(oid string, parameters []byte) []byte {
		return pbes2(pbkdf2Parameters(salt, 1), encodeDER(tagSequence, encodeOID(oid), parameters))
	}
	iv16 := encodeDER(tagOctetString, make([]byte, 16))
	iv8 := encodeDER(tagOctetString, make([]byte, 8))
	huge := encodeUnsigned(bytes.Repeat([]byte{0x7f}, 40))
	for _, c := range []struct {
		name  string
		der   []byte
		code  Code
		found string
	}{
		{"PBKDF2 rounds", pbes2(pbkdf2Parameters(salt, maxPBKDF2Rounds+1), aes), CodeTooManyRounds, "10000001 rounds"},
		{"PBKDF2 rounds past an int", pbes2(encodeDER(tagSequence, encodeOID(oidPBKDF2), encodeDER(tagSequence, encodeDER(tagOctetString, salt), huge)), aes), CodeTooManyRounds, "countless rounds"},
		{"PBKDF2 without rounds", pbes2(pbkdf2Parameters(salt, 0), aes), CodeDamaged, "PBKDF2"},
		{"PBKDF2 salt", pbes2(pbkdf2Parameters(make([]byte, maxSalt+1), 1), aes), CodeTooLarge, "salt"},
		{"PBKDF2 key length", pbes2(pbkdf2Parameters(salt, 1, number(maxDerivedKey+1)), aes), CodeTooLarge, "derived key"},
		{"PBKDF2 key length of another cipher", pbes2(pbkdf2Parameters(salt, 1, number(16)), aes), CodeDamaged, "2.16.840.1.101.3.4.1.42"},
		{"PBKDF2 with Streebog", pbes2(pbkdf2Parameters(salt, 1, encodeDER(tagSequence, encodeOID("1.2.643.7.1.1.4.2"))), aes), CodeUnsupportedAlgorithm, "HMAC-Streebog-512"},
		{"scrypt memory", pbes2(scryptParameters(1<<20, 8, 1), aes), CodeTooManyRounds, "scrypt N=1048576 r=8 p=1"},
		{"scrypt work", pbes2(scryptParameters(1<<14, 8, 64), aes), CodeTooManyRounds, "scrypt N=16384 r=8 p=64"},
		{"scrypt overflow", pbes2(scryptParameters(1<<30, 1<<30, 1<<30), aes), CodeTooManyRounds, "scrypt N=1073741824 r=1073741824 p=1073741824"},
		{"scrypt N", pbes2(scryptParameters(1000, 8, 1), aes), CodeDamaged, "scrypt"},
		{"PBES1 rounds", pbe("1.2.840.113549.1.5.3", salt, maxPBES1Rounds+1), CodeTooManyRounds, "10000001 rounds"},
		{"PKCS#12 rounds", pbe("1.2.840.113549.1.12.1.3", salt, maxPKCS12Rounds+1), CodeTooManyRounds, "2000001 rounds"},
		{"PKCS#12 salt", pbe("1.2.840.113549.1.12.1.3", make([]byte, maxSalt+1), 1), CodeTooLarge, "salt"},
		{"MD2", pbe("1.2.840.113549.1.5.1", salt, 1), CodeUnsupportedAlgorithm, "PBE-MD2-DES"},
		{"Camellia", cipher("1.2.392.200011.61.1.1.1.4", iv16), CodeUnsupportedAlgorithm, "CAMELLIA-256-CBC"},
		{"AES-CCM", cipher("2.16.840.1.101.3.4.1.47", iv16), CodeUnsupportedAlgorithm, "AES-256-CCM"},
		{"unknown", cipher("1.2.3.4", iv16), CodeUnsupportedAlgorithm, "1.2.3.4"},
		{"AES with a short IV", cipher("2.16.840.1.101.3.4.1.2", iv8), CodeDamaged, "2.16.840.1.101.3.4.1.2"},
		{"AES without an IV", cipher("2.16.840.1.101.3.4.1.2", nil), CodeDamaged, "2.16.840.1.101.3.4.1.2"},
		{"RC2 of version 7", cipher("1.2.840.113549.3.2", encodeDER(tagSequence, number(7), iv8)), CodeUnsupportedAlgorithm, "RC2 version 7"},
		{"RC2 of 5000 bits", cipher("1.2.840.113549.3.2", encodeDER(tagSequence, number(5000), iv8)), CodeDamaged, "RC2-CBC"},
		{"another scheme", encryptedUnder(encodeDER(tagSequence, encodeOID("1.2.3"))), CodeUnsupportedAlgorithm, "1.2.3"},
	} {
		k, b := openKey(t, c.der, "pw")
		if len(b.Problems) != 1 || b.Problems[0].Code != c.code || b.Problems[0].Found != c.found || !k.Locked {
			t.Errorf("%s: %s", c.name, problemCodes(b))
		}
	}
	large := encodeDER(tagSequence, encodeDER(tagSequence, encodeOID("1.2.840.113549.1.12.1.3"), encodeDER(tagSequence, encodeDER(tagOctetString, salt), number(1))),
		encodeDER(tagOctetString, make([]byte, maxEncryptedKey+8)))
	if _, b := openKey(t, large, "pw"); problemCodes(b) != problemText(CodeTooLarge, "encrypted key") {
		t.Errorf("a large key: %s", problemCodes(b))
	}
	if _, b := openKey(t, pbes2(scryptParameters(1<<16, 8, 1), aes), "pw"); b.Problems[0].Code != CodeWrongPassword {
		t.Errorf("scrypt of just 64 MiB: %s", problemCodes(b))
	}
}

func FuzzPKCS8(f *testing.F) {
	seeds := 0
	for _, e := range readCorpus(f) {
		if e.Form == "encpkcs8" && e.Password != nil {
			f.Add(oracle.File(f, "corpus/"+e.File), *e.Password)
			seeds++
		}
	}
	if seeds == 0 {
		f.Fatal("no seeds")
	}
	f.Fuzz(func(t *testing.T, der []byte, password string) {
		s := newSession(Options{Derive: cheapDeriver{}})
		s.startFile(0, []string{password})
		known := s.readEncryptedPKCS8(der, "")
		if known != (len(s.bundle.Keys) == 1) {
			t.Fatalf("known %v, %d keys", known, len(s.bundle.Keys))
		}
		for _, k := range s.bundle.Keys {
			if k.Locked != (k.PKCS8 == nil) || k.Locked != (len(s.bundle.Problems) == 1) {
				t.Fatalf("locked %v, PKCS#8 %x, %s", k.Locked, k.PKCS8, problemCodes(s.bundle))
			}
		}
	})
}

// cheapDeriver refuses what would make fuzzing slow; the limits have tests of their own.
type cheapDeriver struct{}

func (cheapDeriver) Derive(k KDF) ([]byte, error) {
	if k.Iterations > 5000 || k.N*k.R*k.P > 1<<15 {
		return nil, errDerivation
	}
	return StandardDeriver{}.Derive(k)
}
