package certbuild

import (
	"crypto/des"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"hash"
	"strconv"
	"unicode/utf16"

	"certuri/certparse"
)

const (
	// StoreIterations is the number of rounds of each derivation of a PKCS#12 file. Its MAC is made with PKCS#12's own
	// derivation, one hash a round, so more rounds for the contents alone would protect nothing: a password would be
	// tried on the MAC. It is ten times what keytool takes, 0.1 s to open, and below the 300,000 at which .NET stops
	// (dotnet/runtime Pkcs12LoaderLimits, IndividualKdfIterationLimit).
	StoreIterations = 100_000

	// LegacyIterations is the number of rounds of each of the five derivations of the old profile, all of them in Go: 0.3 s
	// in a page.
	LegacyIterations = 10_000

	// EmptyPasswordIterations is the number of rounds of each derivation from the empty password, whatever the form:
	// everyone knows that one, so rounds protect nothing. It is what openssl takes unasked. NIST SP 800-132 section 5.2
	// wants 1,000 of FIPS modules, and certparse tries the empty password unasked on up to 20,000 (maxUnaskedRounds).
	EmptyPasswordIterations = 2_048
)

// The object identifiers of RFC 7292, RFC 5652, RFC 2985, RFC 9579 and Oracle (PKCS12KeyStore.java), as DER content.
const (
	oidData            = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
	oidEncryptedData   = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06"
	oidShroudedKeyBag  = "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02"
	oidCertBag         = "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x03"
	oidX509Certificate = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x16\x01"
	oidFriendlyName    = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x14"
	oidLocalKeyID      = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x15"
	oidTrustedKeyUsage = "\x60\x86\x48\x01\x86\xf9\x66\xad\xca\x7b\x01\x01"
	oidAnyKeyUsage     = "\x55\x1d\x25\x00"
	oidPBESHA13DES     = "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x03"
	oidPBMAC1          = "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0e"
	oidSHA1            = "\x2b\x0e\x03\x02\x1a"
	oidSHA256          = "\x60\x86\x48\x01\x65\x03\x04\x02\x01"
)

// A profile is what a PKCS#12 file is protected with.
type profile struct {
	protect func(*builder) protection // derives the key for one encrypted part
	mac     func(*builder) macMaker   // derives the key of the MAC; nil for none
}

// A macMaker gives the MacData over the contents.
type macMaker func(contents []byte) []byte

var (
	modern = profile{func(b *builder) protection { return b.pbes2(StoreIterations) },
		func(b *builder) macMaker { return b.mac(sha256.New, "SHA-256", oidSHA256, StoreIterations) }}
	legacy = profile{func(b *builder) protection { return b.tripleDES() },
		func(b *builder) macMaker { return b.mac(sha1.New, "SHA-1", oidSHA1, LegacyIterations) }}
	fips = profile{modern.protect, (*builder).pbmac1}
)

func (b *builder) pkcs12() ([][]byte, error)       { return one(b.keyStore(modern)) }
func (b *builder) pkcs12Legacy() ([][]byte, error) { return one(b.keyStore(legacy)) }
func (b *builder) pkcs12PBMAC1() ([][]byte, error) { return one(b.keyStore(fips)) }

// keyStore is a PFX (RFC 7292 section 4) with the leaf and its chain in an encrypted part, and the key in a shrouded bag
// of its own. Leaf and key have the alias as their friendly name, and the leaf's SHA-1 as their local key id, by which
// readers know them for a pair.
func (b *builder) keyStore(p profile) ([]byte, error) {
	forCertificates, forKey, mac := p.protect(b), p.protect(b), p.mac(b)
	if err := b.derived(); err != nil {
		return nil, err
	}
	leaf := b.Identity.Leaf
	id := sha1.Sum(leaf.Raw)
	attributes := [][]byte{friendlyName(b.alias("client")), attribute(oidLocalKeyID, octets(id[:]))}
	bags := certBag(leaf, attributes...)
	for _, c := range b.chain() {
		bags = append(bags, certBag(c)...)
	}
	certificates, err := encryptedData(forCertificates, sequence(bags))
	if err != nil {
		return nil, err
	}
	algorithm, data, err := forKey.encrypt(b.Identity.Key.PKCS8)
	if err != nil {
		return nil, err
	}
	key := bag(oidShroudedKeyBag, sequence(algorithm, octets(data)), attributes...)
	return pfx(mac, certificates, dataInfo(sequence(key))), nil
}

// trustPKCS12 holds authorities with the attribute by which Java knows that they are to be trusted; without it a JDK finds
// no entries in the file. The certificates are public: without a password they are written plain and without a MAC, and a
// JDK reads them whatever password it is given, and given none.
func (b *builder) trustPKCS12() ([][]byte, error) {
	if len(b.Authorities) == 0 {
		return nil, &Error{Code: CodeNoAuthority}
	}
	var bags []byte
	for i, c := range b.Authorities {
		bags = append(bags, certBag(c, friendlyName(b.trustAlias(i)), attribute(oidTrustedKeyUsage, oid(oidAnyKeyUsage)))...)
	}
	if b.Password == "" {
		return one(pfx(nil, dataInfo(sequence(bags))), nil)
	}
	protect, mac := modern.protect(b), modern.mac(b)
	if err := b.derived(); err != nil {
		return nil, err
	}
	certificates, err := encryptedData(protect, sequence(bags))
	if err != nil {
		return nil, err
	}
	return one(pfx(mac, certificates), nil)
}

// alias is the name of the entry.
func (b *builder) alias(otherwise string) string {
	if b.Alias == "" {
		return otherwise
	}
	return b.Alias
}

// trustAlias is the name of one of several entries; a store has each name once.
func (b *builder) trustAlias(i int) string {
	if i == 0 {
		return b.alias("ca")
	}
	return b.alias("ca") + "-" + strconv.Itoa(i+1)
}

// pfx puts the safes together and authenticates them.
func pfx(mac macMaker, safes ...[]byte) []byte {
	contents := sequence(safes...)
	var macData []byte
	if mac != nil {
		macData = mac(contents)
	}
	return sequence(derInteger(3), dataInfo(contents), macData)
}

// dataInfo is a ContentInfo of type data (RFC 5652 section 4).
func dataInfo(content []byte) []byte {
	return sequence(oid(oidData), der(tagContext0, octets(content)))
}

// encryptedData is a ContentInfo with an EncryptedData (RFC 5652 section 8).
func encryptedData(p protection, content []byte) ([]byte, error) {
	algorithm, data, err := p.encrypt(content)
	if err != nil {
		return nil, err
	}
	info := sequence(oid(oidData), algorithm, der(0x80, data))
	return sequence(oid(oidEncryptedData), der(tagContext0, sequence(derInteger(0), info))), nil
}

// bag is a SafeBag (RFC 7292 section 4.2).
func bag(id string, value []byte, attributes ...[]byte) []byte {
	parts := [][]byte{oid(id), der(tagContext0, value)}
	if len(attributes) > 0 {
		parts = append(parts, setOf(attributes...))
	}
	return sequence(parts...)
}

func certBag(c *certparse.Certificate, attributes ...[]byte) []byte {
	return bag(oidCertBag, sequence(oid(oidX509Certificate), der(tagContext0, octets(c.Raw))), attributes...)
}

func attribute(id string, value []byte) []byte { return sequence(oid(id), setOf(value)) }

func friendlyName(name string) []byte {
	return attribute(oidFriendlyName, der(tagBMPString, bmp(name)))
}

// bmp is text as UTF-16, big-endian, which is what programs make of the BMPString that RFC 7292 asks for.
func bmp(text string) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = append(out, byte(unit>>8), byte(unit))
	}
	return out
}

// pkcs12Key derives a key of RFC 7292 appendix B: use is 1 for a cipher's key, 2 for its IV, 3 for a MAC's key. The
// password is terminated by two NULs there, the empty one too.
func (b *builder) pkcs12Key(hash string, salt []byte, iterations int, use byte, length int) []byte {
	return b.derive(certparse.KDF{Kind: certparse.KDFPKCS12, Hash: hash, Password: append(bmp(b.Password), 0, 0),
		Salt: salt, Iterations: iterations, ID: use, Length: length})
}

// mac is the MacData of RFC 7292 section 4 with HMAC.
func (b *builder) mac(newHash func() hash.Hash, name, id string, iterations int) macMaker {
	salt, rounds := b.salt(), b.iterations(iterations)
	key := b.pkcs12Key(name, salt, rounds, 3, newHash().Size())
	return func(contents []byte) []byte {
		h := hmac.New(newHash, key)
		h.Write(contents)
		return sequence(sequence(withNull(id), octets(h.Sum(nil))), octets(salt), derInteger(rounds))
	}
}

// pbmac1 is the MacData of RFC 9579. Its outer salt is not used, and its outer rounds are the default, 1.
func (b *builder) pbmac1() macMaker {
	salt, rounds := b.salt(), b.iterations(StoreIterations)
	key := b.pbkdf2(salt, rounds)
	parameters := sequence(pbkdf2Algorithm(salt, rounds, keyBytes), withNull(oidHMACWithSHA256))
	return func(contents []byte) []byte {
		h := hmac.New(sha256.New, key)
		h.Write(contents)
		return sequence(sequence(sequence(oid(oidPBMAC1), parameters), octets(h.Sum(nil))), octets([]byte("NOT USED")))
	}
}

// A tripleDES is pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292 appendix C), its key derived.
type tripleDES struct {
	salt, key, iv []byte
	iterations    int
}

func (b *builder) tripleDES() tripleDES {
	t := tripleDES{salt: b.salt(), iterations: b.iterations(LegacyIterations)}
	t.key = b.pkcs12Key("SHA-1", t.salt, t.iterations, 1, 24)
	t.iv = b.pkcs12Key("SHA-1", t.salt, t.iterations, 2, des.BlockSize)
	return t
}

func (t tripleDES) encrypt(plain []byte) (algorithm, data []byte, err error) {
	block, err := des.NewTripleDESCipher(t.key)
	if err != nil {
		return nil, nil, &Error{Code: CodeDerivation, Err: err}
	}
	algorithm = sequence(oid(oidPBESHA13DES), sequence(octets(t.salt), derInteger(t.iterations)))
	return algorithm, encryptCBC(block, t.iv, plain), nil
}
