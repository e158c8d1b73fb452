package certparse

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"certuri/internal/oracle"
)

func TestStandardDeriver(t *testing.T) {
	smeg := fromHex(t, "0073006d006500670000")
	for _, c := range []struct {
		source string
		kdf    KDF
		want   string
	}{
		{"RFC 6070, 2 rounds", KDF{Kind: KDFPBKDF2, Hash: "SHA-1", Password: []byte("password"), Salt: []byte("salt"), Iterations: 2, Length: 20},
			"ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"},
		{"RFC 6070, NUL bytes", KDF{Kind: KDFPBKDF2, Hash: "SHA-1", Password: []byte("pass\x00word"), Salt: []byte("sa\x00lt"), Iterations: 4096, Length: 16},
			"56fa6aa75548099dcc37d7f03425e0c3"},
		{"RFC 7914 section 11", KDF{Kind: KDFPBKDF2, Hash: "SHA-256", Password: []byte("passwd"), Salt: []byte("salt"), Iterations: 1, Length: 16},
			"55ac046e56e3089fec1691c22544b605"},
		{"RFC 7914 section 12, empty", KDF{Kind: KDFScrypt, N: 16, R: 1, P: 1, Length: 16}, "77d6576238657b203b19ca42c18a0497"},
		{"RFC 7914 section 12", KDF{Kind: KDFScrypt, Password: []byte("password"), Salt: []byte("NaCl"), N: 1024, R: 8, P: 16, Length: 16},
			"fdbabe1c9d3472007856e7190d01e9fe"},
		{"Bouncy Castle's PKCS12Test, key", KDF{Kind: KDFPKCS12, Hash: "SHA-1", Password: smeg, Salt: fromHex(t, "0a58cf64530d823f"), Iterations: 1, ID: 1, Length: 24},
			"8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3"},
		{"Bouncy Castle's PKCS12Test, IV", KDF{Kind: KDFPKCS12, Hash: "SHA-1", Password: smeg, Salt: fromHex(t, "0a58cf64530d823f"), Iterations: 1, ID: 2, Length: 8},
			"79993dfe048d3b76"},
	} {
		got, err := StandardDeriver{}.Derive(c.kdf)
		want := fromHex(t, c.want)
		if err != nil || !bytes.HasPrefix(got, want) || len(got) != c.kdf.Length {
			t.Errorf("%s: %x, %v; want %x", c.source, got, err, want)
		}
	}
}

// OpenSSL's own PKCS#12 derivation, over hashes of both block sizes and outputs longer than one hash.
func TestPKCS12KDFAgreesWithOpenSSL(t *testing.T) {
	openssl := oracle.Program(t, "openssl")
	password, salt := bmpString("Ünïcode 😀"), []byte("some salt of 23 bytes..")
	for _, hash := range []struct{ name, openssl string }{
		{"SHA-1", "SHA1"}, {"SHA-256", "SHA256"}, {"SHA-384", "SHA384"}, {"SHA-512", "SHA512"}, {"SHA-512/256", "SHA512-256"},
		{"SHA3-256", "SHA3-256"}, {"MD5", "MD5"},
	} {
		for _, length := range []int{5, 24, 150} {
			out, err := exec.Command(openssl, "kdf", "-keylen", strconv.Itoa(length), "-binary", "-kdfopt", "digest:"+hash.openssl,
				"-kdfopt", "hexpass:"+hex.EncodeToString(password), "-kdfopt", "hexsalt:"+hex.EncodeToString(salt),
				"-kdfopt", "iter:7", "-kdfopt", "id:3", "PKCS12KDF").Output()
			if err != nil {
				t.Fatalf("%s: %v", hash.name, err)
			}
			got, err := StandardDeriver{}.Derive(KDF{Kind: KDFPKCS12, Hash: hash.name, Password: password, Salt: salt, Iterations: 7, ID: 3, Length: length})
			if err != nil || !bytes.Equal(got, out) {
				t.Errorf("%s, %d bytes: %x, %v; openssl has %x", hash.name, length, got, err, out)
			}
		}
	}
}

func TestDeriverRefusesTheImpossible(t *testing.T) {
	for name, k := range map[string]KDF{
		"no length":           {Kind: KDFPBKDF2, Hash: "SHA-1", Iterations: 1},
		"no rounds":           {Kind: KDFPBKDF2, Hash: "SHA-1", Length: 1},
		"no hash":             {Kind: KDFPBKDF2, Iterations: 1, Length: 1},
		"PBKDF1 beyond MD5":   {Kind: KDFPBKDF1, Hash: "MD5", Iterations: 1, Length: 17},
		"JCEKS with odd salt": {Kind: KDFJCEKS, Hash: "MD5", Salt: []byte("123"), Iterations: 1, Length: 32},
		"scrypt with N = 3":   {Kind: KDFScrypt, N: 3, R: 1, P: 1, Length: 1},
		"unknown":             {Kind: "argon2", Hash: "SHA-1", Iterations: 1, Length: 1},
	} {
		if key, err := (StandardDeriver{}).Derive(k); err == nil {
			t.Errorf("%s: %x", name, key)
		}
	}
}

// A round must not allocate: at 600,000 of them the garbage would cost more than the hashing.
func TestPKCS12KDFDoesNotAllocatePerRound(t *testing.T) {
	for _, h := range hashFunctions {
		few := testing.AllocsPerRun(5, func() { pkcs12KDF(h.new(), []byte("password"), []byte("salt"), 10, 1, 8) })
		many := testing.AllocsPerRun(5, func() { pkcs12KDF(h.new(), []byte("password"), []byte("salt"), 1000, 1, 8) })
		if many > few+2 {
			t.Errorf("%s: %v allocations for 10 rounds, %v for 1000", h.name, few, many)
		}
	}
}

func TestBytesToKey(t *testing.T) {
	// D_1 = MD5(password, salt), D_2 = MD5(D_1, password, salt), written out.
	d1 := md5.Sum([]byte("secret12345678"))
	d2 := md5.Sum(append(d1[:], "secret12345678"...))
	if got := bytesToKey(md5.New(), []byte("secret"), []byte("12345678"), 24); !bytes.Equal(got, append(d1[:], d2[:8]...)) {
		t.Errorf("%x", got)
	}
}

func TestKeyMemory(t *testing.T) {
	slow := KDF{Kind: KDFPBKDF2, Hash: "SHA-1", Password: []byte("password"), Salt: []byte("salt"), Iterations: 2, Length: 20}
	other := slow
	other.Salt = []byte("pepper")
	local := slow
	local.Kind = KDFPKCS12
	m := &KeyMemory{Elsewhere: func(k KDF) bool { return k.Kind == KDFPBKDF2 }}
	for range 2 {
		for _, k := range []KDF{slow, other} {
			if _, err := m.Derive(k); !errors.Is(err, ErrPending) {
				t.Fatal(err)
			}
		}
	}
	first, err := m.Derive(local)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := m.Derive(local); &again[0] != &first[0] {
		t.Error("a key was derived twice")
	}
	wanted := m.Wanted()
	if len(wanted) != 2 || len(m.Wanted()) != 0 {
		t.Fatalf("%d keys wanted", len(wanted))
	}
	for _, k := range wanted {
		key, err := StandardDeriver{}.Derive(k)
		if err != nil {
			t.Fatal(err)
		}
		m.Supply(k, key)
	}
	if key, err := m.Derive(slow); err != nil || hex.EncodeToString(key[:4]) != "ea6c014d" {
		t.Errorf("%x, %v", key, err)
	}
}

// Every field that changes the key must change its identity.
func TestKDFIdentity(t *testing.T) {
	base := KDF{Kind: KDFPKCS12, Hash: "SHA-1", Password: []byte("ab"), Salt: []byte("cd"), Iterations: 1, ID: 1, N: 1, R: 1, P: 1, Length: 1}
	variants := []KDF{base}
	for _, change := range []func(*KDF){
		func(k *KDF) { k.Kind = KDFPBKDF2 }, func(k *KDF) { k.Hash = "SHA-256" },
		func(k *KDF) { k.Password, k.Salt = []byte("abc"), []byte("d") }, func(k *KDF) { k.Salt = []byte("ce") },
		func(k *KDF) { k.Iterations = 2 }, func(k *KDF) { k.ID = 2 }, func(k *KDF) { k.N = 2 }, func(k *KDF) { k.R = 2 },
		func(k *KDF) { k.P = 2 }, func(k *KDF) { k.Length = 2 },
	} {
		k := base
		change(&k)
		variants = append(variants, k)
	}
	seen := map[string]bool{}
	for _, k := range variants {
		seen[kdfIdentity(k)] = true
	}
	if len(seen) != len(variants) {
		t.Errorf("%d identities for %d derivations", len(seen), len(variants))
	}
}

// RFC 2268 section 5, through the constructor that keys are opened with.
func TestRC2(t *testing.T) {
	for _, c := range []struct {
		bits              int
		key, plain, crypt string
	}{
		{63, "0000000000000000", "0000000000000000", "ebb773f993278eff"},
		{64, "ffffffffffffffff", "ffffffffffffffff", "278b27e42e2f0d49"},
		{64, "3000000000000000", "1000000000000001", "30649edf9be7d2c2"},
		{64, "88", "0000000000000000", "61a8a244adacccf0"},
		{64, "88bca90e90875a", "0000000000000000", "6ccf4308974c267f"},
		{64, "88bca90e90875a7f0f79c384627bafb2", "0000000000000000", "1a807d272bbe5db1"},
		{128, "88bca90e90875a7f0f79c384627bafb2", "0000000000000000", "2269552ab0f85ca6"},
		{129, "88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e", "0000000000000000", "5b78d3a43dfff1f1"},
	} {
		key := fromHex(t, c.key)
		cipher, err := rc2Cipher("RC2", len(key), c.bits, modeCBC).new(key)
		if err != nil {
			t.Fatal(err)
		}
		out := make([]byte, 8)
		cipher.Decrypt(out, fromHex(t, c.crypt))
		if hex.EncodeToString(out) != c.plain {
			t.Errorf("%d bits of %s: %x", c.bits, c.key, out)
		}
	}
}

func TestPasswordForms(t *testing.T) {
	for _, c := range []struct {
		name, password string
		form           passwordForm
		want           string // hexadecimal, blanks between
	}{
		{"ASCII bytes", "pw", formBytes, "7077"},
		{"ASCII, BMP", "pw", formBMP, "007000770000"},
		{"ASCII in PKCS#12", "pw", formPKCS12, "7077 007000770000 00700077"},
		{"empty bytes", "", formBytes, "-"},
		{"empty and none", "", formBMP, "0000 -"},
		{"umlaut", "ö", formBytes, "c3b6 f6 6fcc88"},
		{"umlaut, BMP", "ö", formBMP, "00f60000 00c300b60000 006f03080000"},
		{"decomposed", "o\u0308", formBytes, "6fcc88 c3b6"},
		{"astral", "😀", formBMP, "d83dde000000 00f0009f009800800000"},
		{"beyond Latin-1", "σ", formBytes, "cf83"},
		{"not UTF-8", "\xf6", formBMP, "00f60000 fffd0000"},
		{"Java", "ö", formJava, "00f6 006f0308"},
	} {
		var got []string
		for _, f := range passwordForms(c.password, c.form) {
			if got = append(got, hex.EncodeToString(f)); len(f) == 0 {
				got[len(got)-1] = "-"
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}

func BenchmarkPKCS12KDF(b *testing.B) {
	password, salt := bmpString("password"), []byte("saltsalt")
	for b.Loop() {
		pkcs12KDF(sha1.New(), password, salt, 2048, 1, 24)
	}
}

func BenchmarkPBKDF2(b *testing.B) {
	for b.Loop() {
		_, _ = StandardDeriver{}.Derive(KDF{Kind: KDFPBKDF2, Hash: "SHA-256", Password: []byte("password"), Salt: []byte("saltsalt"), Iterations: 600_000, Length: 32})
	}
}
