package certparse

import (
	"strings"
)

// dekCipher is a cipher by the name that OpenSSL writes after DEK-Info. The three of RFC 1423 and the AES ones are what
// is in use; OpenSSL takes any cipher that it has, and files with others exist.
func dekCipher(name string) (c symmetric, ok bool) {
	name = strings.ToUpper(name)
	base, modeName, found := cutLast(name, "-")
	if !found {
		return c, false
	}
	mode, ok := map[string]cipherMode{"CBC": modeCBC, "ECB": modeECB, "CFB": modeCFB, "CFB8": modeCFB8, "OFB": modeOFB, "CTR": modeCTR}[modeName]
	if !ok {
		return c, false
	}
	switch base {
	case "AES-128":
		return aesCipher(128, mode, modeName), true
	case "AES-192":
		return aesCipher(192, mode, modeName), true
	case "AES-256":
		return aesCipher(256, mode, modeName), true
	case "DES-EDE3":
		return tripleDES(mode, modeName), true
	case "DES-EDE":
		return twoKeyTripleDES(mode, modeName), true
	case "DES":
		return desCipher(mode, modeName), true
	case "RC2":
		return rc2Cipher(name, 16, 128, mode), true
	case "RC2-64":
		return rc2Cipher(name, 8, 64, mode), true
	case "RC2-40":
		return rc2Cipher(name, 5, 40, mode), true
	case "BF":
		return blowfishCipher(16, mode, modeName), true
	case "CAST5":
		return cast5Cipher(mode, modeName), true
	}
	return c, false
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// readDEKInfo opens a key block with "Proc-Type: 4,ENCRYPTED" and "DEK-Info" headers (RFC 1421 section 4.6.1), keyed as
// OpenSSL does it: one round of MD5 over password and the first eight bytes of the IV. The header stands outside the
// encryption and nothing vouches for it but its length. What a wrong password is told apart by, see unlock.
func (s *session) readDEKInfo(label string, headers map[string]string, body []byte, where string) {
	name, ivHex, _ := strings.Cut(headers["DEK-Info"], ",")
	name, ivHex = strings.TrimSpace(name), strings.TrimSpace(ivHex)
	like := Key{Source: s.source(where)}
	if i := strings.Index(label, " PRIVATE KEY"); i > 0 {
		like.Algorithm = label[:i] // known though locked, unlike PKCS#8
	}
	sc, e := dekScheme(name, ivHex)
	s.readEncryptedKey(sc, e, body, like, s.passwords)
}

func dekScheme(name, ivHex string) (*scheme, *Error) {
	c, ok := dekCipher(name)
	if !ok {
		return nil, &Error{Code: CodeUnsupportedAlgorithm, Found: name}
	}
	iv, ok := hexBytes(ivHex)
	if !ok || len(iv) < 8 || c.ivLength() != 0 && len(iv) != c.ivLength() {
		return nil, &Error{Code: CodeDamaged, Found: name}
	}
	return &scheme{detail: name, cipher: c, iv: iv, kdf: KDF{Kind: KDFPEM, Hash: "MD5", Salt: iv[:8], Iterations: 1, Length: c.keyLength}}, nil
}
