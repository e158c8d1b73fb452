package certparse

import (
	"bytes"
	"crypto/x509"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"certuri/internal/oracle"
)

// runOpenSSL runs the program and returns what it wrote.
func runOpenSSL(t testing.TB, input []byte, arguments ...string) []byte {
	t.Helper()
	cmd := exec.Command(oracle.Program(t, "openssl"), arguments...)
	cmd.Stdin = bytes.NewReader(input)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("openssl %s: %v\n%s", strings.Join(arguments, " "), err, complaint.Bytes())
	}
	return out
}

func parsePrivateKey(der []byte) (*Key, bool) { return new(keyReader).read(der) }

func opensslPublic(t testing.TB, key []byte) []byte {
	t.Helper()
	return runOpenSSL(t, key, "pkey", "-inform", "DER", "-pubout", "-outform", "DER")
}

var keyKinds = []struct {
	name      string
	generate  []string // arguments of openssl genpkey
	algorithm string
	bits      int
	curve     string
}{
	{"RSA", []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"}, "RSA", 1024, ""},
	{"RSA of three primes", []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024", "-pkeyopt", "rsa_keygen_primes:3"}, "RSA", 1024, ""},
	{"RSA-PSS", []string{"-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:1024"}, "RSA-PSS", 1024, ""},
	{"RSA-PSS restricted", []string{"-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:1024", "-pkeyopt", "rsa_pss_keygen_md:sha256",
		"-pkeyopt", "rsa_pss_keygen_mgf1_md:sha512", "-pkeyopt", "rsa_pss_keygen_saltlen:20"}, "RSA-PSS", 1024, ""},
	{"P-256", ecOptions("P-256"), "EC", 256, "P-256"},
	{"P-384", ecOptions("P-384"), "EC", 384, "P-384"},
	{"P-521", ecOptions("P-521"), "EC", 521, "P-521"},
	{"P-224", ecOptions("P-224"), "EC", 224, "P-224"},
	{"P-192", ecOptions("P-192"), "EC", 192, "P-192"},
	{"secp256k1", ecOptions("secp256k1"), "EC", 256, "secp256k1"},
	{"brainpoolP160r1", ecOptions("brainpoolP160r1"), "EC", 160, "brainpoolP160r1"},
	{"brainpoolP192r1", ecOptions("brainpoolP192r1"), "EC", 192, "brainpoolP192r1"},
	{"brainpoolP224r1", ecOptions("brainpoolP224r1"), "EC", 224, "brainpoolP224r1"},
	{"brainpoolP256r1", ecOptions("brainpoolP256r1"), "EC", 256, "brainpoolP256r1"},
	{"brainpoolP320r1", ecOptions("brainpoolP320r1"), "EC", 320, "brainpoolP320r1"},
	{"brainpoolP384r1", ecOptions("brainpoolP384r1"), "EC", 384, "brainpoolP384r1"},
	{"brainpoolP512r1", ecOptions("brainpoolP512r1"), "EC", 512, "brainpoolP512r1"},
	{"SM2", ecOptions("SM2"), "EC", 256, "SM2"},
	{"brainpoolP256t1", ecOptions("brainpoolP256t1"), "EC", 256, "brainpoolP256t1"},
	{"sect283r1", ecOptions("sect283r1"), "EC", 283, "sect283r1"},
	{"P-256, explicit", append(ecOptions("P-256"), "-pkeyopt", "ec_param_enc:explicit"), "EC", 256, "P-256"},
	{"P-521, explicit", append(ecOptions("P-521"), "-pkeyopt", "ec_param_enc:explicit"), "EC", 521, "P-521"},
	{"brainpoolP256r1, explicit", append(ecOptions("brainpoolP256r1"), "-pkeyopt", "ec_param_enc:explicit"), "EC", 256, "brainpoolP256r1"},
	{"secp160r1, explicit", append(ecOptions("secp160r1"), "-pkeyopt", "ec_param_enc:explicit"), "EC", 160, "explicit"},
	{"sect283r1, explicit", append(ecOptions("sect283r1"), "-pkeyopt", "ec_param_enc:explicit"), "EC", 283, "explicit"},
	{"Ed25519", []string{"-algorithm", "ED25519"}, "Ed25519", 256, ""},
	{"Ed448", []string{"-algorithm", "ED448"}, "Ed448", 456, ""},
	{"X25519", []string{"-algorithm", "X25519"}, "X25519", 256, ""},
	{"X448", []string{"-algorithm", "X448"}, "X448", 448, ""},
	{"DSA", nil, "DSA", 1024, ""},
	{"DH", []string{"-algorithm", "DH", "-pkeyopt", "group:ffdhe2048"}, "DH", 2048, ""},
	{"X9.42 DH", []string{"-algorithm", "DHX", "-pkeyopt", "dh_rfc5114:1"}, "X9.42 DH", 1024, ""},
}

func ecOptions(curve string) []string {
	return []string{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + curve}
}

// generateKey makes a key of one kind in PKCS#8.
func generateKey(t testing.TB, options []string) []byte {
	t.Helper()
	arguments := append([]string{"genpkey", "-outform", "DER"}, options...)
	if options == nil { // DSA has parameters that genpkey wants from a file
		file := filepath.Join(t.TempDir(), "parameters")
		runOpenSSL(t, nil, "genpkey", "-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:1024", "-out", file)
		arguments = append(arguments, "-paramfile", file)
	}
	key := runOpenSSL(t, nil, arguments...)
	// genpkey writes some kinds in their traditional form.
	return runOpenSSL(t, key, "pkcs8", "-topk8", "-nocrypt", "-inform", "DER", "-outform", "DER")
}

// Keys of every kind in every form that OpenSSL writes have the public key that OpenSSL computes, and come out in a
// PKCS#8 that OpenSSL takes for the same key.
func TestKeyKindsAgreeWithOpenSSL(t *testing.T) {
	for _, kind := range keyKinds {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			pkcs8 := generateKey(t, kind.generate)
			public := opensslPublic(t, pkcs8)
			forms := map[string][]byte{"PKCS#8": pkcs8}
			if slices.Contains([]string{"RSA", "EC", "DSA"}, kind.algorithm) {
				forms["traditional"] = runOpenSSL(t, pkcs8, "pkey", "-inform", "DER", "-traditional", "-outform", "DER")
			}
			if kind.algorithm == "EC" {
				forms["compressed"] = runOpenSSL(t, pkcs8, "ec", "-inform", "DER", "-outform", "DER", "-conv_form", "compressed")
				forms["hybrid"] = runOpenSSL(t, pkcs8, "ec", "-inform", "DER", "-outform", "DER", "-conv_form", "hybrid")
				forms["without public key"] = runOpenSSL(t, pkcs8, "ec", "-inform", "DER", "-outform", "DER", "-no_public")
			}
			for form, der := range forms {
				k, ok := parsePrivateKey(der)
				if !ok {
					t.Errorf("%s: not read", form)
					continue
				}
				if k.Algorithm != kind.algorithm || k.Bits != kind.bits || k.Curve != kind.curve || len(k.Oddities) > 0 {
					t.Errorf("%s: %s, %d bits, curve %q, %v", form, k.Algorithm, k.Bits, k.Curve, k.Oddities)
				}
				want := public
				if form != "PKCS#8" {
					want = opensslPublic(t, der)
				}
				if kind.curve == "explicit" && (form == "compressed" || kind.name == "sect283r1, explicit" && form == "hybrid") {
					want = k.SPKI // OpenSSL writes the generator anew
				}
				if k.SPKI == nil && form == "without public key" && curveWithoutNumbers(kind.name) {
					continue
				}
				if !bytes.Equal(k.SPKI, want) {
					t.Errorf("%s: public key\n%x, openssl has\n%x", form, k.SPKI, want)
				}
				if again := opensslPublic(t, k.PKCS8); !sameKey(describeSPKI(again), describeSPKI(public)) {
					t.Errorf("%s: the PKCS#8 written is another key to openssl", form)
				}
				if !sameKey(k.PublicKey, describeSPKI(public)) {
					t.Errorf("%s: not matched to its public key", form)
				}
			}
		})
	}
}

// curveWithoutNumbers are curves of the test whose public keys are not computed.
func curveWithoutNumbers(kind string) bool {
	return kind == "brainpoolP256t1" || strings.HasPrefix(kind, "sect")
}

// crypto/x509 takes what is written for every kind that it knows.
func TestPKCS8ForCryptoX509(t *testing.T) {
	for _, kind := range keyKinds {
		switch kind.name {
		case "RSA", "P-256", "P-384", "P-521", "P-224", "Ed25519", "X25519":
			k, ok := parsePrivateKey(generateKey(t, kind.generate))
			if !ok {
				t.Fatal(kind.name)
			}
			if _, err := x509.ParsePKCS8PrivateKey(k.PKCS8); err != nil {
				t.Errorf("%s: %v", kind.name, err)
			}
		}
	}
}

// Ways in which files in use differ from what the standards write.
func TestKeyOddForms(t *testing.T) {
	p256 := generateKey(t, ecOptions("P-256"))
	plain, _ := parsePrivateKey(p256)
	sec1 := runOpenSSL(t, p256, "pkey", "-inform", "DER", "-traditional", "-outform", "DER")
	whole, _ := readElement(sec1)
	r := whole.children()
	version, _ := r.next()
	octets, _ := r.next()
	r.next() // the parameters
	publicField, _ := r.next()
	rsa := generateKey(t, []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"})
	rsaKey, _ := parsePrivateKey(rsa)
	rsaWhole, _ := readElement(rsa)
	rr := rsaWhole.children()
	rr.next()
	rr.next()
	rsaOctets, _ := rr.next()
	seed := bytes.Repeat([]byte{7}, 32)
	ed25519 := encodeDER(tagSequence, []byte{2, 1, 0}, encodeDER(tagSequence, encodeOID(oidEd25519)), encodeDER(tagOctetString, encodeDER(tagOctetString, seed)))
	edKey, _ := parsePrivateKey(ed25519)

	for _, c := range []struct {
		name string
		der  []byte
		want *Key
	}{
		{"EC without parameters is placed by its point", encodeDER(tagSequence, version.full, octets.full, publicField.full), plain},
		{"EC with a leading zero too many", encodeDER(tagSequence, version.full, encodeDER(tagOctetString, []byte{0}, octets.content),
			encodeDER(tagContext0, encodeOID("1.2.840.10045.3.1.7"))), plain},
		{"something behind the key", append(slices.Clone(p256), "\r\n"...), plain},
		{"RSA without NULL", encodeDER(tagSequence, []byte{2, 1, 0}, encodeDER(tagSequence, encodeOID(oidRSA)), rsaOctets.full), rsaKey},
		{"attributes", encodeDER(tagSequence, []byte{2, 1, 0}, rsaAlgorithm, rsaOctets.full, encodeDER(tagContext0, encodeDER(tagSequence))), rsaKey},
		{"indefinite lengths", slices.Concat([]byte{0x30, 0x80, 2, 1, 0}, rsaAlgorithm, []byte{0x24, 0x80}, rsaOctets.full, []byte{0, 0, 0, 0}), rsaKey},
		{"Ed25519 with its public key (RFC 5958)", encodeDER(tagSequence, []byte{2, 1, 1}, encodeDER(tagSequence, encodeOID(oidEd25519)),
			encodeDER(tagOctetString, encodeDER(tagOctetString, seed)), encodeDER(0x81, []byte{0}, make([]byte, 32))), edKey},
		{"Ed25519 without the inner octet string", encodeDER(tagSequence, []byte{2, 1, 0}, encodeDER(tagSequence, encodeOID(oidEd25519)), encodeDER(tagOctetString, seed)), edKey},
	} {
		k, ok := parsePrivateKey(c.der)
		if !ok {
			t.Errorf("%s: not read", c.name)
			continue
		}
		if !bytes.Equal(k.SPKI, c.want.SPKI) || !bytes.Equal(k.PKCS8, c.want.PKCS8) {
			t.Errorf("%s: another key:\n%x\n%x", c.name, k.PKCS8, c.want.PKCS8)
		}
	}
}

func TestKeyThatContradictsItself(t *testing.T) {
	rsa := runOpenSSL(t, generateKey(t, []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"}), "pkey", "-inform", "DER", "-traditional", "-outform", "DER")
	whole, _ := readElement(rsa)
	r := whole.children()
	var parts [][]byte
	for len(r.rest) > 0 {
		e, _ := r.next()
		parts = append(parts, slices.Clone(e.full))
	}
	parts[4][len(parts[4])-1] ^= 2 // a prime
	k, ok := parsePrivateKey(encodeDER(tagSequence, parts...))
	if !ok || len(k.Oddities) != 1 {
		t.Errorf("%v, %+v", ok, k)
	}
}

// A public point that is not the private key's would let a certificate pass for this key's.
func TestForeignPublicPointIsNotBelieved(t *testing.T) {
	mine, _ := parsePrivateKey(generateKey(t, ecOptions("P-256")))
	other, _ := parsePrivateKey(generateKey(t, ecOptions("P-256")))
	parts, _ := splitSPKI(mine.SPKI)
	foreign, _ := splitSPKI(other.SPKI)
	forged := bytes.Replace(mine.PKCS8, parts.key, foreign.key, 1)
	if bytes.Equal(forged, mine.PKCS8) {
		t.Fatal("nothing was forged")
	}
	k, ok := parsePrivateKey(forged)
	if !ok || !sameKey(k.PublicKey, mine.PublicKey) {
		t.Error("the forged point was taken")
	}
}

func TestNotAKey(t *testing.T) {
	certificate := chainForTests(t).leaf
	for name, der := range map[string][]byte{
		"nothing": nil, "certificate": certificate, "a lone integer": {2, 1, 5}, "an empty sequence": {0x30, 0},
		"RSA that lost a number":   encodeDER(tagSequence, bytes.Repeat([]byte{2, 1, 5}, 8)),
		"version 9":                fromHex(t, "30 0c 020109 3005 06032b6570 0400"),
		"Ed25519 of 31 bytes":      encodeDER(tagSequence, []byte{2, 1, 0}, encodeDER(tagSequence, encodeOID(oidEd25519)), encodeDER(tagOctetString, make([]byte, 31))),
		"P-256 with a key of zero": encodeDER(tagSequence, []byte{2, 1, 1}, encodeDER(tagOctetString, make([]byte, 32)), encodeDER(tagContext0, encodeOID("1.2.840.10045.3.1.7"))),
	} {
		if k, ok := parsePrivateKey(der); ok {
			t.Errorf("%s was taken for a key: %s", name, k.Algorithm)
		}
	}
	s := newSession(Options{})
	if s.readPrivateKey(certificate, "", "here") || len(s.bundle.Problems) > 0 {
		t.Error("a certificate without label was taken for a key")
	}
	if !s.readPrivateKey(certificate[:40], "RSA PRIVATE KEY", "here") || len(s.bundle.Problems) != 1 || s.bundle.Problems[0].Code != CodeDamaged {
		t.Errorf("%v", s.bundle.Problems)
	}
}

// Explicit parameters can be made so that arithmetic on them does not end, or takes for ever.
func TestHostileCurveParameters(t *testing.T) {
	number := func(n int) []byte { return bytes.Repeat([]byte{0xff}, n) }
	explicit := func(prime, base, order []byte) []byte {
		return encodeDER(tagSequence, []byte{2, 1, 1},
			encodeDER(tagSequence, encodeOID(oidPrimeField), encodeUnsigned(prime)),
			encodeDER(tagSequence, encodeDER(tagOctetString, []byte{1}), encodeDER(tagOctetString, []byte{1})),
			encodeDER(tagOctetString, base), encodeUnsigned(order))
	}
	for name, parameters := range map[string][]byte{
		"composite prime, compressed base":    explicit([]byte{0x0f}, []byte{2, 4}, []byte{7}),
		"even prime, compressed base":         explicit([]byte{0x10}, []byte{2, 4}, []byte{7}),
		"prime zero":                          explicit(nil, []byte{4, 1, 1}, []byte{7}),
		"order zero":                          explicit([]byte{0x0d}, []byte{4, 1, 1}, nil),
		"base not on the curve":               explicit([]byte{0x0d}, []byte{4, 1, 1}, []byte{7}),
		"field of a megabyte":                 explicit(number(1<<20), []byte{4, 1, 1}, []byte{7}),
		"order of a megabyte":                 explicit([]byte{0x0d}, []byte{4, 1, 1}, number(1<<20)),
		"base of a megabyte":                  explicit([]byte{0x0d}, append([]byte{4}, number(1<<20)...), []byte{7}),
		"field of the largest size, no curve": explicit(number(maxFieldBits/8), append([]byte{2}, number(8)...), number(maxFieldBits/8)),
	} {
		der := encodeDER(tagSequence, []byte{2, 1, 1}, encodeDER(tagOctetString, number(16)), encodeDER(tagContext0, parameters))
		if k, ok := parsePrivateKey(der); ok && k.SPKI != nil {
			t.Errorf("%s: a public key was computed", name)
		}
	}
}

func FuzzPrivateKey(f *testing.F) {
	seeds := 0
	for _, e := range readCorpus(f) {
		if e.Form == "key" {
			f.Add(oracle.File(f, "corpus/"+e.File))
			seeds++
		}
	}
	if seeds == 0 {
		f.Fatal("no seeds")
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		k, ok := parsePrivateKey(der)
		if !ok {
			return
		}
		again, ok := parsePrivateKey(k.PKCS8)
		// A public key of an unknown kind is known only where it stood beside the private one.
		if !ok || !bytes.Equal(again.PKCS8, k.PKCS8) || again.SPKI != nil && !bytes.Equal(again.SPKI, k.SPKI) {
			t.Fatalf("%x does not read back as itself", k.PKCS8)
		}
	})
}

// Public keys that take long to compute are computed up to a ceiling, and the keys are read all the same.
func TestPublicKeyWork(t *testing.T) {
	key := func(n int) []byte { // on a curve that crypto/ecdh lacks, without its public key
		return encodeDER(tagSequence, []byte{2, 1, 1}, encodeDER(tagOctetString, []byte{1, byte(n >> 8), byte(n)}), encodeDER(tagContext0, encodeOID("1.3.36.3.3.2.8.1.1.13")))
	}
	s := newSession(Options{})
	computed := 0
	for n := range 300 {
		s.readPrivateKey(key(n), "", "")
		if s.bundle.Keys[n].SPKI != nil {
			computed++
		}
	}
	if want := maxPublicKeyWork / (512 * 512 / 20); len(s.bundle.Keys) != 300 || computed != want {
		t.Errorf("%d keys, %d public keys computed, want %d", len(s.bundle.Keys), computed, want)
	}

	// One key that alone would take longer than all may.
	big := bytes.Repeat([]byte{0x7f}, maxModulusBits/8)
	parameters := encodeDER(tagSequence, encodeUnsigned(big), encodeUnsigned([]byte{2}))
	dh := encodeDER(tagSequence, []byte{2, 1, 0}, encodeDER(tagSequence, encodeOID(oidDH), parameters), encodeDER(tagOctetString, encodeUnsigned(big)))
	if k, ok := parsePrivateKey(dh); !ok || k.SPKI != nil || k.Bits != maxModulusBits-1 {
		t.Errorf("%v, %+v", ok, k)
	}
}
