package certparse

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gopkcs12 "software.sslmate.com/src/go-pkcs12"

	"certuri/internal/oracle"
)

// exportPKCS12 lets openssl write the test chain's leaf, its key and the chain.
func exportPKCS12(t testing.TB, password string, options ...string) []byte {
	t.Helper()
	c := chainForTests(t)
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	secret := write("password", []byte(password+"\n"))
	key := write("key", armour("PRIVATE KEY", c.leafKey))
	leaf := write("leaf", armour("CERTIFICATE", c.leaf))
	chain := write("chain", join(armour("CERTIFICATE", c.intermediate), armour("CERTIFICATE", c.root)))
	return runOpenSSL(t, nil, append([]string{"pkcs12", "-export", "-inkey", key, "-in", leaf, "-certfile", chain,
		"-name", "Möhre", "-passout", "file:" + secret}, options...)...)
}

// wantChain checks that the bundle holds the test chain whole.
func wantChain(t *testing.T, what string, b *Bundle) {
	t.Helper()
	c := chainForTests(t)
	if len(b.Identities) != 1 || !bytes.Equal(b.Identities[0].Leaf.Raw, c.leaf) || len(b.Identities[0].Chain) != 2 || len(b.Problems) > 0 {
		t.Errorf("%s: %s", what, summary(b))
		return
	}
	k := b.Identities[0].Key
	if k == nil || k.Locked || !bytes.Equal(k.SPKI, spkiOf(t, c.leaf)) {
		t.Errorf("%s: the key is %+v", what, k)
	}
}

func TestPKCS12FromOpenSSL(t *testing.T) {
	chainForTests(t) // before the parallel tests want it
	for _, c := range []struct {
		options []string
		detail  string
	}{
		{nil, "PBES2 AES-256-CBC, PBKDF2 HMAC-SHA256 2048 rounds; MAC SHA-256, 2048 rounds"},
		{[]string{"-legacy"}, "PBE-SHA1-RC2-40, 2048 rounds; PBE-SHA1-3DES, 2048 rounds; MAC SHA-1, 2048 rounds"},
		{[]string{"-legacy", "-descert", "-nomaciter"}, "PBE-SHA1-3DES, 2048 rounds; MAC SHA-1, 1 round"},
		{[]string{"-legacy", "-noiter"}, "PBE-SHA1-RC2-40, 1 round; PBE-SHA1-3DES, 1 round; MAC SHA-1, 2048 rounds"},
		{[]string{"-legacy", "-certpbe", "PBE-SHA1-RC4-40", "-keypbe", "PBE-SHA1-RC4-128"}, "PBE-SHA1-RC4-40, 2048 rounds; PBE-SHA1-RC4-128, 2048 rounds; MAC SHA-1, 2048 rounds"},
		{[]string{"-legacy", "-certpbe", "PBE-SHA1-RC2-128", "-keypbe", "PBE-SHA1-2DES"}, "PBE-SHA1-RC2-128, 2048 rounds; PBE-SHA1-2DES, 2048 rounds; MAC SHA-1, 2048 rounds"},
		{[]string{"-certpbe", "NONE", "-keypbe", "NONE"}, "not encrypted; MAC SHA-256, 2048 rounds"},
		{[]string{"-certpbe", "NONE", "-keypbe", "aes-128-cbc"}, "PBES2 AES-128-CBC, PBKDF2 HMAC-SHA256 2048 rounds; MAC SHA-256, 2048 rounds"},
		{[]string{"-certpbe", "aes-192-cbc", "-keypbe", "NONE"}, "PBES2 AES-192-CBC, PBKDF2 HMAC-SHA256 2048 rounds; MAC SHA-256, 2048 rounds"},
		{[]string{"-nomac"}, "PBES2 AES-256-CBC, PBKDF2 HMAC-SHA256 2048 rounds; no MAC"},
		{[]string{"-nomac", "-legacy"}, "PBE-SHA1-3DES, 2048 rounds; no MAC"},
		{[]string{"-nomac", "-legacy", "-certpbe", "PBE-SHA1-RC4-40", "-keypbe", "PBE-SHA1-RC4-128"}, "PBE-SHA1-RC4-40, 2048 rounds; PBE-SHA1-RC4-128, 2048 rounds; no MAC"},
		{[]string{"-macalg", "sha1"}, "PBES2 AES-256-CBC, PBKDF2 HMAC-SHA256 2048 rounds; MAC SHA-1, 2048 rounds"},
		{[]string{"-macalg", "sha224"}, "PBES2 AES-256-CBC, PBKDF2 HMAC-SHA256 2048 rounds; MAC SHA-224, 2048 rounds"},
		{[]string{"-macalg", "sha384"}, "PBES2 AES-256-CBC, PBKDF2 HMAC-SHA256 2048 rounds; MAC SHA-384, 2048 rounds"},
		{[]string{"-macalg", "sha512"}, "PBES2 AES-256-CBC, PBKDF2 HMAC-SHA256 2048 rounds; MAC SHA-512, 2048 rounds"},
		{[]string{"-macalg", "sha512-256"}, "PBES2 AES-256-CBC, PBKDF2 HMAC-SHA256 2048 rounds; MAC SHA-512/256, 2048 rounds"},
		{[]string{"-macalg", "sha3-256"}, "PBES2 AES-256-CBC, PBKDF2 HMAC-SHA256 2048 rounds; MAC SHA3-256, 2048 rounds"},
		{[]string{"-macalg", "md5"}, "PBES2 AES-256-CBC, PBKDF2 HMAC-SHA256 2048 rounds; MAC MD5, 2048 rounds"},
		{[]string{"-macalg", "ripemd160", "-provider", "default", "-provider", "legacy"}, "PBES2 AES-256-CBC, PBKDF2 HMAC-SHA256 2048 rounds; MAC RIPEMD-160, 2048 rounds"},
	} {
		t.Run(strings.Join(c.options, " "), func(t *testing.T) {
			t.Parallel()
			mayBeOpen := strings.Contains(c.detail, "not encrypted; no MAC")
			passwords := []string{"пароль 😀 ö"}
			if len(c.options) < 2 {
				passwords = []string{"correct horse", "", "пароль 😀 ö"}
			}
			for _, password := range passwords {
				data := exportPKCS12(t, password, c.options...)
				b := Open([]File{{Data: data, Passwords: []string{"wrong", password}}}, Options{})
				wantChain(t, password, b)
				if got := b.Containers[0]; got.Kind != KindPKCS12 || got.Locked || got.Detail != c.detail {
					t.Errorf("%q: %+v", password, *got)
				}
				if len(b.Identities) == 1 && (b.Identities[0].Leaf.FriendlyName != "Möhre" || b.Identities[0].Key.FriendlyName != "Möhre" ||
					!bytes.Equal(b.Identities[0].Leaf.LocalKeyID, b.Identities[0].Key.LocalKeyID) || b.Identities[0].Leaf.LocalKeyID == nil) {
					t.Errorf("%q: friendly name or local key id are lost", password)
				}

				b = Open([]File{{Data: data}}, Options{})
				if password == "" || mayBeOpen {
					wantChain(t, "no password for a file without one", b)
					continue
				}
				wantLocked(t, "no password", b, CodePasswordRequired)
				wantLocked(t, "wrong password", Open([]File{{Data: data, Passwords: []string{"wrong"}}}, Options{}), CodeWrongPassword)
			}
		})
	}
}

// wantLocked checks that a password is asked for, and nothing encrypted shown.
func wantLocked(t *testing.T, what string, b *Bundle, code Code) {
	t.Helper()
	if slices.ContainsFunc(b.Keys, func(k *Key) bool { return k.Encrypted && !k.Locked }) || !b.Containers[0].Locked {
		t.Errorf("%s: not locked: %s", what, summary(b))
	}
	for _, p := range b.Problems {
		// A MAC alone, with nothing encrypted, cannot tell a wrong password from a changed file.
		if p.Code != code && !(p.Code == CodeWrongOrDamaged && strings.HasPrefix(b.Containers[0].Detail, "not encrypted")) {
			t.Errorf("%s: %s", what, summary(b))
		}
	}
	if len(b.Problems) == 0 {
		t.Errorf("%s: nothing is said", what)
	}
}

// RFC 9579's scheme, and what its section 4 and the short keys of hostile files make necessary.
func TestPBMAC1(t *testing.T) {
	for _, e := range readCorpus(t) {
		if !strings.Contains(strings.ToLower(e.File), "pbmac1") {
			continue
		}
		b := e.open(t)
		if !strings.HasPrefix(e.Verdict, "open") {
			if len(b.Keys) > 0 || len(b.Problems) == 0 {
				t.Errorf("%s: %s", e.File, summary(b))
			}
			continue
		}
		if !strings.Contains(b.Containers[0].Detail, "; MAC PBMAC1 HMAC-SHA") || len(b.Problems) > 0 || len(b.Identities) != 1 {
			t.Errorf("%s: %s: %s", e.File, b.Containers[0].Detail, summary(b))
		}
		b = Open([]File{{Data: oracle.File(t, "corpus/"+e.File), Passwords: []string{"wrong"}}}, Options{})
		wantLocked(t, e.File, b, CodeWrongPassword)
	}
}

// A second writer, with its presets.
func TestPKCS12FromGoPKCS12(t *testing.T) {
	c := chainForTests(t)
	key, err := x509.ParsePKCS8PrivateKey(c.leafKey)
	if err != nil {
		t.Fatal(err)
	}
	parse := func(der []byte) *x509.Certificate {
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return certificate
	}
	for name, encoder := range map[string]*gopkcs12.Encoder{
		"LegacyRC2": gopkcs12.LegacyRC2, "LegacyDES": gopkcs12.LegacyDES, "Modern2023": gopkcs12.Modern2023, "Modern2026": gopkcs12.Modern2026,
		"Passwordless": gopkcs12.Passwordless,
	} {
		password := "пароль"
		if name == "Passwordless" {
			password = ""
		}
		data, err := encoder.Encode(key, parse(c.leaf), []*x509.Certificate{parse(c.intermediate), parse(c.root)}, password)
		if err != nil {
			t.Fatal(err)
		}
		wantChain(t, name, Open([]File{{Data: data, Passwords: []string{password}}}, Options{}))
		store, err := encoder.EncodeTrustStore([]*x509.Certificate{parse(c.root)}, password)
		if err != nil {
			t.Fatal(err)
		}
		if b := Open([]File{{Data: store, Passwords: []string{password}}}, Options{}); len(b.Certificates) != 1 || len(b.Problems) > 0 {
			t.Errorf("%s, trust store: %s", name, summary(b))
		}
	}
}

// Java: several entries with aliases, secret keys, a key with a password of its own, certificates with trustedKeyUsage.
func TestPKCS12FromKeytool(t *testing.T) {
	s := newKeytoolStore(t, "PKCS12")
	s.generate("first")
	s.generate("ключ 😀")
	s.run("-genseckey", "-alias", "secret", "-keyalg", "AES", "-keysize", "256")
	file := filepath.Join(t.TempDir(), "root")
	if err := os.WriteFile(file, chainForTests(t).root, 0o600); err != nil {
		t.Fatal(err)
	}
	s.run("-importcert", "-noprompt", "-alias", "trusted", "-file", file)
	b := Open([]File{{Data: s.bytes(), Passwords: []string{"store password"}}}, Options{})
	got := summary(b)
	for _, want := range []string{"key first EC of first", "key ключ 😀 EC of ключ 😀", "certificate trusted", "a secret key was passed over"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	if len(b.Problems) > 0 || len(b.Keys) != 2 || len(b.Certificates) != 3 {
		t.Error(got)
	}
}

// Parts to put together what no program at hand writes.

func contentInfo(oid string, content []byte) []byte {
	return encodeDER(tagSequence, encodeOID(oid), encodeDER(tagContext0, content))
}

func dataSafe(bags ...[]byte) []byte {
	return contentInfo(oidData, encodeDER(tagOctetString, encodeDER(tagSequence, bags...)))
}

func safeBag(oid string, value []byte) []byte {
	return encodeDER(tagSequence, encodeOID(oid), encodeDER(tagContext0, value))
}

func certificateBag(der []byte) []byte {
	return safeBag(oidCertBag, encodeDER(tagSequence, encodeOID(oidX509Certificate), encodeDER(tagContext0, encodeDER(tagOctetString, der))))
}

// pfx puts safes together, with a MAC under the password.
func pfx(password []byte, rounds int, safes ...[]byte) []byte {
	authenticated := encodeDER(tagSequence, safes...)
	k := pkcs12KDF(sha1.New(), password, []byte("salt"), min(rounds, 1000), 3, 20)
	h := hmac.New(sha1.New, k)
	h.Write(authenticated)
	macData := encodeDER(tagSequence,
		encodeDER(tagSequence, encodeDER(tagSequence, encodeOID("1.3.14.3.2.26")), encodeDER(tagOctetString, h.Sum(nil))),
		encodeDER(tagOctetString, []byte("salt")), number(rounds))
	return encodeDER(tagSequence, number(3), contentInfo(oidData, encodeDER(tagOctetString, authenticated)), macData)
}

func pfxWithoutMAC(safes ...[]byte) []byte {
	return encodeDER(tagSequence, number(3), contentInfo(oidData, encodeDER(tagOctetString, encodeDER(tagSequence, safes...))))
}

func TestPKCS12Contents(t *testing.T) {
	c := chainForTests(t)
	key := safeBag(oidKeyBag, c.leafKey)
	leaf, root := certificateBag(c.leaf), certificateBag(c.root)
	nested := safeBag(oidSafeContentsBag, encodeDER(tagSequence, leaf))
	for range maxSafeNesting - 1 {
		nested = safeBag(oidSafeContentsBag, encodeDER(tagSequence, nested))
	}
	envelope := contentInfo(oidEnvelopedData, encodeDER(tagSequence, number(0)))
	none, empty := []byte(nil), []byte{0, 0}
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"certificate only", pfx(empty, 1, dataSafe(root)), "certificate "},
		{"key only", pfx(empty, 1, dataSafe(key)), "key  EC of nobody"},
		{"MAC over no password", pfx(none, 1, dataSafe(key)), "key  EC of nobody"},
		{"no MAC", pfxWithoutMAC(dataSafe(key, leaf)), "key  EC of ; certificate "},
		{"several safes", pfxWithoutMAC(dataSafe(key), dataSafe(leaf), dataSafe(root)), "key  EC of ; certificate ; certificate "},
		{"nested safe contents", pfxWithoutMAC(dataSafe(nested)), "certificate "},
		{"nested too deep", pfxWithoutMAC(dataSafe(safeBag(oidSafeContentsBag, encodeDER(tagSequence, nested)), root)), `certificate ; too-large in bag 9: "nested safe contents"`},
		{"CRL, secret, SDSI and unknown bags", pfxWithoutMAC(dataSafe(safeBag(oidCRLBag, encodeDER(tagSequence)), safeBag(oidSecretBag, encodeDER(tagSequence)),
			safeBag(oidCertBag, encodeDER(tagSequence, encodeOID("1.2.840.113549.1.9.22.2"), encodeDER(tagContext0, encodeDER(tagIA5String)))),
			safeBag("1.2.3.4", encodeDER(tagSequence)), leaf)),
			"certificate ; bag 1: a certificate revocation list was passed over; bag 2: a secret key was passed over; " +
				"bag 3: a certificate that is not X.509 was passed over; bag 4: a bag of unknown type 1.2.3.4 was passed over"},
		{"a safe encrypted to a certificate", pfxWithoutMAC(envelope, dataSafe(key)), "key  EC of nobody; certificate-encrypted in safe 1"},
		{"a safe of unknown type", pfxWithoutMAC(contentInfo("1.2.3", encodeDER(tagSequence)), dataSafe(key)), `key  EC of nobody; unsupported-algorithm in safe 1: "1.2.3"`},
		{"signed instead of MACed", encodeDER(tagSequence, number(3), contentInfo(oidSignedData, encodeDER(tagSequence))), "public-key-integrity"},
		{"a damaged key beside a certificate", pfxWithoutMAC(dataSafe(safeBag(oidKeyBag, encodeDER(tagSequence)), root)), `certificate ; damaged in bag 1: "private key"`},
		{"a damaged certificate bag", pfxWithoutMAC(dataSafe(safeBag(oidCertBag, encodeDER(tagSequence)), key)), `key  EC of nobody; damaged in bag 1: "certificate"`},
		{"bags that are none", pfxWithoutMAC(dataSafe(number(1))), `damaged: "PKCS#12"`},
		{"too many MAC rounds", pfx(empty, maxPKCS12Rounds+1, dataSafe(root)), `too-many-rounds: "2000001 rounds"`},
	} {
		if got := summary(openOne(c.data)); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
}

const tagIA5String = 0x16

func TestPKCS12BagLimit(t *testing.T) {
	bag := safeBag(oidSecretBag, nil)
	wantLimit(t, openOne(pfxWithoutMAC(dataSafe(slices.Repeat([][]byte{bag}, maxBags+1)...))), "PKCS#12 bags")
}

// The MAC holds and a key does not open: it has a password of its own, and is not damaged. Java writes such files.
func TestPKCS12KeyWithItsOwnPassword(t *testing.T) {
	c := chainForTests(t)
	shrouded := safeBag(oidShroudedKeyBag, encryptKey(t, c.leafKey, "key password", "-v2", "aes-256-cbc"))
	data := pfx(bmpString("store password"), 1, dataSafe(shrouded, certificateBag(c.leaf)))
	b := Open([]File{{Data: data, Passwords: []string{"store password"}}}, Options{})
	if got := summary(b); !strings.HasPrefix(got, "key  locked of nobody; certificate ; bag 1: the password is right for the file, but this key has another one; wrong-password in bag 1") {
		t.Error(got)
	}
	b = Open([]File{{Data: data, Passwords: []string{"key password", "store password"}}}, Options{})
	if got := summary(b); got != "key  EC of ; certificate " {
		t.Error(got)
	}
}

// A file whose password is right and whose bytes are not is damaged; that much can be told.
func TestPKCS12ChangedUnderItsMAC(t *testing.T) {
	for _, options := range [][]string{nil, {"-legacy"}} {
		data := exportPKCS12(t, "pw", options...)
		changed := slices.Clone(data)
		at := bytes.LastIndex(data, []byte{tagOctetString, 8}) // the MAC's salt
		changed[at+3] ^= 1
		b := Open([]File{{Data: changed, Passwords: []string{"pw"}}}, Options{})
		if len(b.Problems) != 1 || b.Problems[0].Code != CodeDamaged || len(b.Keys)+len(b.Certificates) > 0 {
			t.Errorf("%v: %s", options, summary(b))
		}
		wantLocked(t, "wrong password", Open([]File{{Data: changed, Passwords: []string{"wp"}}}, Options{}), CodeWrongPassword)
	}
}

// A large safe takes the shorter way to telling a wrong password, and opens like a small one.
func TestPKCS12LargeSafe(t *testing.T) {
	filler := make([]byte, 3*largeCiphertext)
	contents := encodeDER(tagSequence, safeBag(oidSecretBag, encodeDER(tagOctetString, filler)), certificateBag(chainForTests(t).root))
	aes := runOpenSSL(t, contents, "enc", "-aes-128-cbc", "-K", strings.Repeat("00", 16), "-iv", strings.Repeat("00", 16))
	scheme := encodeDER(tagSequence, encodeOID("2.16.840.1.101.3.4.1.2"), encodeDER(tagOctetString, make([]byte, 16)))
	encrypted := encodeDER(tagSequence, number(0), encodeDER(tagSequence, encodeOID(oidData),
		encodeDER(tagSequence, encodeOID(oidPBES2), encodeDER(tagSequence, pbkdf2Parameters([]byte("salt"), 1), scheme)), encodeDER(tagContext, aes)))
	zeroFor := derive(func(k KDF) ([]byte, error) {
		key := make([]byte, k.Length)
		if string(k.Password) != "pw" {
			key[0] = 1
		}
		return key, nil
	})
	data := pfxWithoutMAC(contentInfo(oidEncryptedData, encrypted))
	for password, want := range map[string]string{
		"pw": "certificate ; bag 1: a secret key was passed over",
		"wp": "wrong-password",
	} {
		if got := summary(Open([]File{{Data: data, Passwords: []string{password}}}, Options{Derive: zeroFor})); got != want {
			t.Errorf("%q: %s", password, got)
		}
	}
}

// Older OpenSSL made each byte of a UTF-8 password a character.
func TestPKCS12PasswordOfBytes(t *testing.T) {
	c := chainForTests(t)
	data := pfx(bmpString(latin1Text("σύνθημα")), 1, dataSafe(safeBag(oidKeyBag, c.leafKey)))
	if b := Open([]File{{Data: data, Passwords: []string{"σύνθημα"}}}, Options{}); len(b.Keys) != 1 {
		t.Error(summary(b))
	}
}

// rounds opens a file the way a page does: keys that WebCrypto can derive are asked for and brought, until none is.
func twoPhases(t *testing.T, f File) (b *Bundle, asked []int) {
	t.Helper()
	m := &KeyMemory{Elsewhere: func(k KDF) bool { return k.Kind == KDFPBKDF2 }}
	for {
		b = Open([]File{f}, Options{Derive: m})
		wanted := m.Wanted()
		if b.Pending != (len(wanted) > 0) {
			t.Fatalf("pending %v, %d keys wanted", b.Pending, len(wanted))
		}
		if !b.Pending {
			return b, asked
		}
		asked = append(asked, len(wanted))
		for _, k := range wanted {
			key, err := StandardDeriver{}.Derive(k)
			if err != nil {
				t.Fatal(err)
			}
			m.Supply(k, key)
		}
	}
}

// Each round of asking is a trip through the page, and all derivations of a round run at once.
func TestDerivationsAreAskedForTogether(t *testing.T) {
	c := chainForTests(t)
	encrypted := encryptKey(t, c.leafKey, "pw", "-v2", "aes-256-cbc")
	pbmac1 := ""
	for _, e := range readCorpus(t) {
		if strings.HasSuffix(e.File, "pbmac1_256_256.good.p12") {
			pbmac1 = e.File
		}
	}
	for _, want := range []struct {
		name  string
		file  File
		asked []int
	}{
		{"PBES2 in PKCS#12: both safes at once", File{Data: exportPKCS12(t, "pw"), Passwords: []string{"pw"}}, []int{2}},
		{"the right password second", File{Data: exportPKCS12(t, "pw"), Passwords: []string{"wrong", "pw"}}, []int{2}},
		{"no password: the MAC asks for none", File{Data: exportPKCS12(t, "pw")}, nil},
		{"PKCS#12's own derivation is done here", File{Data: exportPKCS12(t, "pw", "-legacy"), Passwords: []string{"pw"}}, nil},
		{"PBMAC1 and what it vouches for", File{Data: oracle.File(t, "corpus/"+pbmac1), Passwords: []string{"1234"}}, []int{3}},
		{"an encrypted key", File{Data: encrypted, Passwords: []string{"pw"}}, []int{1}},
		{"three keys in one file", File{Data: slices.Concat(armour("ENCRYPTED PRIVATE KEY", encrypted),
			armour("ENCRYPTED PRIVATE KEY", encryptKey(t, c.rootKey, "pw")), armour("ENCRYPTED PRIVATE KEY", encrypted)), Passwords: []string{"pw"}}, []int{2}},
	} {
		b, asked := twoPhases(t, want.file)
		if !slices.Equal(asked, want.asked) {
			t.Errorf("%s: asked %v, want %v", want.name, asked, want.asked)
		}
		if want.file.Passwords != nil && (len(b.Problems) > 0 || len(b.Keys) == 0 || b.Keys[0].Locked) {
			t.Errorf("%s: %s", want.name, summary(b))
		}
		// The answer is the same as with everything derived on the spot.
		if direct := Open([]File{want.file}, Options{}); summary(direct) != summary(b) {
			t.Errorf("%s: %s\nin one go: %s", want.name, summary(b), summary(direct))
		}
	}
}

// derive is a function as a Deriver.
type derive func(KDF) ([]byte, error)

func (f derive) Derive(k KDF) ([]byte, error) { return f(k) }

// Errors travel into logs and reports.
func TestErrorsKeepSecrets(t *testing.T) {
	const password = "the password itself"
	failing := derive(func(KDF) ([]byte, error) { return nil, errors.New(password) })
	for _, data := range [][]byte{exportPKCS12(t, password), exportPKCS12(t, password, "-legacy"), encryptKey(t, chainForTests(t).leafKey, password)} {
		for _, d := range []Deriver{nil, failing} {
			b := Open([]File{{Data: data, Passwords: []string{password + "?"}}}, Options{Derive: d})
			if len(b.Problems) == 0 || strings.Contains(problemCodes(b), password) || strings.Contains(problemCodes(b), "MIG") {
				t.Error(problemCodes(b))
			}
		}
	}
}

func FuzzPKCS12(f *testing.F) {
	fuzzStore(f, "p12", func(s *session, data []byte) bool { return s.readPKCS12(data, "") })
}

// fuzzStore feeds a reader of key stores from the corpus files of a form: it says that it knows a file exactly when it
// reports a container, and a key is either locked or there.
func fuzzStore(f *testing.F, form string, read func(*session, []byte) bool) {
	seeds := 0
	for _, e := range readCorpus(f) {
		if e.Form == form && e.Password != nil {
			if data := oracle.File(f, "corpus/"+e.File); len(data) < 6000 {
				f.Add(data, *e.Password)
				seeds++
			}
		}
	}
	if seeds == 0 {
		f.Fatal("no seeds")
	}
	f.Fuzz(func(t *testing.T, data []byte, password string) {
		s := newSession(Options{Derive: cheapDeriver{}})
		s.startFile(0, []string{password})
		if read(s, data) != (len(s.bundle.Containers) == 1) {
			t.Fatal("known without a container, or the other way round")
		}
		for _, k := range s.bundle.Keys {
			if k.Locked != (k.PKCS8 == nil) {
				t.Fatalf("locked %v, PKCS#8 %x", k.Locked, k.PKCS8)
			}
		}
	})
}

func BenchmarkPKCS12Open(b *testing.B) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(chainForTests(b).leaf)
	if err != nil {
		b.Fatal(err)
	}
	data, err := gopkcs12.Modern2023.Encode(key, leaf, nil, "password") // AES-256, SHA-256, 2048 rounds
	if err != nil {
		b.Fatal(err)
	}
	b.Run("certparse", func(b *testing.B) {
		for b.Loop() {
			if got := Open([]File{{Data: data, Passwords: []string{"password"}}}, Options{}); len(got.Keys) != 1 {
				b.Fatal(summary(got))
			}
		}
	})
	b.Run("go-pkcs12", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := gopkcs12.Decode(data, "password"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// A MAC key as short as its file likes would make every 256th password right.
func TestPBMAC1KeyLength(t *testing.T) {
	hmacSHA256 := encodeDER(tagSequence, encodeOID("1.2.840.113549.2.9"))
	build := func(rest ...[]byte) element {
		rest = append(rest, hmacSHA256)
		e, _ := readElement(encodeDER(tagSequence, pbkdf2Parameters([]byte("salt"), 1, rest...), hmacSHA256))
		return e
	}
	digest := make([]byte, 32)
	for _, c := range []struct {
		name       string
		parameters element
		digest     []byte
		code       Code
	}{
		{"20 bytes", build(number(20)), digest, ""},
		{"19 bytes", build(number(19)), digest, CodeDamaged},
		{"1 byte", build(number(1)), digest, CodeDamaged},
		{"no length", build(), digest, CodeDamaged},
		{"more than any key has", build(number(maxDerivedKey + 1)), digest, CodeTooLarge},
		{"a digest cut short", build(number(32)), digest[:31], CodeDamaged},
	} {
		code := Code("")
		if _, e := readPBMAC1(c.parameters, c.digest); e != nil {
			code = e.Code
		}
		if code != c.code {
			t.Errorf("%s: %q, want %q", c.name, code, c.code)
		}
	}
}

// TestEmptyPasswordIsTriedWhereCheap: without a password the empty one is tried, but not at a price that the person would
// notice before having typed anything.
func TestEmptyPasswordIsTriedWhereCheap(t *testing.T) {
	cheap := Open([]File{{Data: exportPKCS12(t, "")}}, Options{})
	if len(cheap.Keys) != 1 || cheap.Keys[0].Locked {
		t.Errorf("2,048 rounds and an empty password: %v", cheap.Problems)
	}
	var counted countingDeriver
	dear := Open([]File{{Data: exportPKCS12(t, "pw", "-iter", "20001")}}, Options{Derive: &counted})
	if len(counted.asked) != 0 || len(dear.Problems) != 1 || dear.Problems[0].Code != CodePasswordRequired || dear.Problems[0].Found != FoundEmptyUntried {
		t.Errorf("%d derivations without a password, %v", len(counted.asked), dear.Problems)
	}
	given := Open([]File{{Data: exportPKCS12(t, "", "-iter", "20001"), Passwords: []string{""}}}, Options{})
	if len(given.Keys) != 1 || given.Keys[0].Locked {
		t.Errorf("an empty password that was given: %v", given.Problems)
	}
}

// TestOtherPassword: a file with the empty password opens under any that is given, where that is cheap, and says so.
func TestOtherPassword(t *testing.T) {
	for _, c := range []struct {
		of              string
		given           []string
		other, notASCII bool
	}{
		{"", nil, false, false},
		{"", []string{""}, false, false},
		{"", []string{"wrong"}, true, false},
		{"", []string{"wrong", "too"}, true, false},
		{"", []string{"wrong", ""}, false, false},
		{"pw", []string{"pw"}, false, false},
		{"p\u00e4ss", []string{"wrong", "p\u00e4ss"}, false, true},
		{"tab\t", []string{"tab\t"}, false, true},
	} {
		b := Open([]File{{Data: exportPKCS12(t, c.of), Passwords: c.given}}, Options{})
		if len(b.Keys) != 1 || b.Keys[0].Locked || b.Containers[0].OtherPassword != c.other || b.Containers[0].NotASCII != c.notASCII {
			t.Errorf("a password of %q, given %q: %+v %v", c.of, c.given, b.Containers[0], b.Problems)
		}
	}
}

// TestOtherKeyPassword: keys under another password than the file's, or under the same in an encoding of its maker's own,
// are opened, and it is said that they were.
func TestOtherKeyPassword(t *testing.T) {
	for _, c := range []struct {
		file, password string
		other, odd     bool
	}{
		{"spring-projects+spring-boot/9b9d7475d4-chains.p12", "secret", true, false}, // keytool's key password is empty
		{"nss-dev+nss/61bb09d50e-TestOldCA.p12", "nss", false, true},                 // an old NSS gave PBKDF2 UCS-2
		{"aws+aws-lc/ece8a96d4b-unicode_password.p12", "Hello, 世界", false, false},
	} {
		b := Open([]File{{Data: oracle.File(t, "corpus/"+c.file), Passwords: []string{c.password}}}, Options{})
		if got := b.Containers[0]; len(b.Keys) == 0 || b.Keys[0].Locked || got.OtherKeyPassword != c.other || got.OddEncoding != c.odd || got.OtherPassword {
			t.Errorf("%s: %+v", c.file, got)
		}
	}
}
