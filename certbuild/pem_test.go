package certbuild

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"certuri/certparse"

	"github.com/youmark/pkcs8"

	"certuri/internal/oracle"
)

func run(t testing.TB, stdin []byte, program string, arguments ...string) []byte {
	t.Helper()
	cmd := exec.Command(oracle.Program(t, program), arguments...)
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(arguments, " "), err, stderr.Bytes())
	}
	return out
}

// certificate describes a certificate the way certparse does, as far as this package reads it.
func certificate(t testing.TB, der []byte, algorithm string) *certparse.Certificate {
	t.Helper()
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	subject, err := certparse.ParseName(c.RawSubject)
	if err != nil {
		t.Fatal(err)
	}
	issuer, err := certparse.ParseName(c.RawIssuer)
	if err != nil {
		t.Fatal(err)
	}
	return &certparse.Certificate{
		Raw: der, Subject: subject, Issuer: issuer,
		PublicKey: certparse.PublicKey{SPKI: c.RawSubjectPublicKeyInfo, Algorithm: algorithm},
	}
}

// identity makes a root, an intermediate and a leaf for a new key of the kind.
func identity(t testing.TB, algorithm string) certparse.Identity {
	t.Helper()
	var leafKey crypto.Signer
	var err error
	switch algorithm {
	case "RSA":
		leafKey, err = rsa.GenerateKey(rand.Reader, 2048)
	case "EC":
		leafKey, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "Ed25519":
		_, leafKey, err = ed25519.GenerateKey(rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	var chain []*certparse.Certificate
	var issuer *x509.Certificate
	var issuerKey crypto.Signer
	for i, name := range []string{"Root", "Intermediate", "client"} {
		key := leafKey
		if name != "client" {
			if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
				t.Fatal(err)
			}
		}
		template := &x509.Certificate{
			SerialNumber: big.NewInt(int64(i + 1)), Subject: pkix.Name{CommonName: name, Organization: []string{"certbuild test"}},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			BasicConstraintsValid: true, IsCA: name != "client",
		}
		if issuer == nil {
			issuer, issuerKey = template, key
		}
		der, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), issuerKey)
		if err != nil {
			t.Fatal(err)
		}
		kind := "EC"
		if name == "client" {
			kind = algorithm
		}
		chain = append([]*certparse.Certificate{certificate(t, der, kind)}, chain...)
		if issuer, err = x509.ParseCertificate(der); err != nil {
			t.Fatal(err)
		}
		issuerKey = key
	}
	der, err := x509.MarshalPKCS8PrivateKey(leafKey)
	if err != nil {
		t.Fatal(err)
	}
	return certparse.Identity{
		Leaf:  chain[0],
		Key:   &certparse.Key{PublicKey: chain[0].PublicKey, PKCS8: der},
		Chain: chain[1:],
	}
}

// few keeps the tests quick where the number of rounds is not their subject.
const few = 2000

func blocks(t testing.TB, file []byte) (labels []string, ders [][]byte) {
	t.Helper()
	for {
		block, rest := pem.Decode(file)
		if block == nil {
			if len(file) > 0 {
				t.Errorf("%d bytes behind the last block", len(file))
			}
			return labels, ders
		}
		labels, ders, file = append(labels, block.Type), append(ders, block.Bytes), rest
	}
}

func TestCombinedPEMOrder(t *testing.T) {
	id := identity(t, "EC")
	leaf, intermediate, root := id.Leaf.Raw, id.Chain[0].Raw, id.Chain[1].Raw
	selfSigned := certparse.Identity{Leaf: id.Leaf, Key: id.Key}
	for _, c := range []struct {
		name   string
		id     certparse.Identity
		opt    Options
		labels string
		ders   [][]byte
	}{
		{"root left out", id, Options{}, "CERTIFICATE CERTIFICATE PRIVATE KEY", [][]byte{leaf, intermediate, id.Key.PKCS8}},
		{"root asked for", id, Options{IncludeRoot: true}, "CERTIFICATE CERTIFICATE CERTIFICATE PRIVATE KEY", [][]byte{leaf, intermediate, root, id.Key.PKCS8}},
		{"no chain", selfSigned, Options{}, "CERTIFICATE PRIVATE KEY", [][]byte{leaf, id.Key.PKCS8}},
		{"encrypted", id, Options{Password: "x", Iterations: few}, "CERTIFICATE CERTIFICATE ENCRYPTED PRIVATE KEY", [][]byte{leaf, intermediate, nil}},
	} {
		file, err := CombinedPEM(c.id, c.opt)
		if err != nil {
			t.Fatal(c.name, err)
		}
		labels, ders := blocks(t, file)
		if got := strings.Join(labels, " "); got != c.labels {
			t.Errorf("%s: %s, want %s", c.name, got, c.labels)
			continue
		}
		for i, want := range c.ders {
			if want != nil && !bytes.Equal(ders[i], want) {
				t.Errorf("%s: block %d is another", c.name, i)
			}
		}
		if bytes.ContainsAny(file, "\r\ufeff") || !bytes.HasSuffix(file, []byte("-----\n")) {
			t.Errorf("%s: a CR, a BOM or no final line end", c.name)
		}
		for line := range strings.Lines(string(file)) {
			if len(line) > 65 {
				t.Errorf("%s: a line of %d columns", c.name, len(line)-1)
			}
		}
	}
}

func TestCombinedPEMRefuses(t *testing.T) {
	id, other := identity(t, "EC"), identity(t, "EC")
	locked := certparse.Identity{Leaf: id.Leaf, Key: &certparse.Key{Locked: true, Encrypted: true}}
	for _, c := range []struct {
		id   certparse.Identity
		want Code
	}{
		{certparse.Identity{Key: id.Key}, CodeNoCertificate},
		{certparse.Identity{Leaf: id.Leaf, Chain: id.Chain}, CodeNoKey},
		{locked, CodeKeyLocked},
		{certparse.Identity{Leaf: id.Leaf, Key: other.Key}, CodeKeyMismatch},
	} {
		file, err := CombinedPEM(c.id, Options{})
		var e *Error
		if !errors.As(err, &e) || e.Code != c.want || file != nil {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	_, err := CombinedPEM(id, Options{Password: "x", Iterations: -1})
	var e *Error
	if !errors.As(err, &e) || e.Code != CodeDerivation {
		t.Errorf("%v, want %s", err, CodeDerivation)
	}
}

// The two-phase derivation of a page: the first call asks, the second brings the key that was asked for.
func TestCombinedPEMTwoPhases(t *testing.T) {
	id := identity(t, "EC")
	salt, err := NewSalt()
	if err != nil {
		t.Fatal(err)
	}
	memory := &certparse.KeyMemory{Elsewhere: func(certparse.KDF) bool { return true }}
	opt := Options{Password: "pass wörd", Iterations: few, Salt: salt, Derive: memory}
	if file, err := CombinedPEM(id, opt); !errors.Is(err, certparse.ErrPending) || file != nil {
		t.Fatalf("%v, want ErrPending", err)
	}
	wanted := memory.Wanted()
	if len(wanted) != 1 || wanted[0].Kind != certparse.KDFPBKDF2 || wanted[0].Hash != "SHA-256" || wanted[0].Length != 32 ||
		wanted[0].Iterations != few || !bytes.Equal(wanted[0].Salt, salt[:saltBytes]) || string(wanted[0].Password) != opt.Password {
		t.Fatalf("asked for %+v", wanted)
	}
	key, err := certparse.StandardDeriver{}.Derive(wanted[0])
	if err != nil {
		t.Fatal(err)
	}
	memory.Supply(wanted[0], key)
	file, err := CombinedPEM(id, opt)
	if err != nil {
		t.Fatal(err)
	}
	_, ders := blocks(t, file)
	if _, err := pkcs8.ParsePKCS8PrivateKey(ders[len(ders)-1], []byte(opt.Password)); err != nil {
		t.Error(err)
	}
	opt.Salt = nil
	if _, err := CombinedPEM(id, opt); err == nil || errors.Is(err, certparse.ErrPending) {
		t.Errorf("%v: without a salt it would ask for ever", err)
	}
}

func TestTwoEncryptionsDiffer(t *testing.T) {
	id := identity(t, "EC")
	opt := Options{Password: "x", Iterations: few}
	a, err := CombinedPEM(id, opt)
	if err != nil {
		t.Fatal(err)
	}
	opt.Salt = bytes.Repeat([]byte{1}, derivations*saltBytes)
	b, err := CombinedPEM(id, opt)
	if err != nil {
		t.Fatal(err)
	}
	c, err := CombinedPEM(id, opt) // the same salt and key, another initialisation vector
	if err != nil || bytes.Equal(a, b) || bytes.Equal(b, c) {
		t.Errorf("%v: an encryption was repeated", err)
	}
}

// Every reader gets the same file, plain and encrypted, and must find the leaf, the intermediate and the key in it.
func TestReaders(t *testing.T) {
	for _, algorithm := range []string{"RSA", "EC", "Ed25519"} {
		for _, password := range []string{"", "pass word,+'\"\\$", "pässwörd €"} {
			name := algorithm + " plain"
			if password != "" {
				name = algorithm + " " + password
			}
			t.Run(name, func(t *testing.T) {
				id := identity(t, algorithm)
				file, err := CombinedPEM(id, Options{Password: password, Iterations: few})
				if err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(t.TempDir(), "client.pem")
				if err := os.WriteFile(path, file, 0o600); err != nil {
					t.Fatal(err)
				}
				t.Run("Go", func(t *testing.T) { goReads(t, file, id, password) })
				t.Run("openssl", func(t *testing.T) { opensslReads(t, path, id, password) })
				t.Run("Python", func(t *testing.T) { pythonReads(t, path, password) })
				t.Run("Node.js", func(t *testing.T) { nodeReads(t, path, password) })
			})
		}
	}
}

// goReads goes the way of MongoDB's Go driver: youmark/pkcs8 opens the key, crypto/tls pairs it.
func goReads(t *testing.T, file []byte, id certparse.Identity, password string) {
	_, ders := blocks(t, file)
	key, err := pkcs8.ParsePKCS8PrivateKey(ders[len(ders)-1], []byte(password))
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil || !bytes.Equal(der, id.Key.PKCS8) {
		t.Errorf("another key came back, %v", err)
	}
	plain := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	pair, err := tls.X509KeyPair(file, plain)
	if err != nil || len(pair.Certificate) != 2 || !bytes.Equal(pair.Certificate[0], id.Leaf.Raw) {
		t.Errorf("%d certificates, %v", len(pair.Certificate), err)
	}
	if password != "" {
		if _, err := pkcs8.ParsePKCS8PrivateKey(ders[len(ders)-1], []byte("wrong")); err == nil {
			t.Error("a wrong password opens the key")
		}
	}
}

func opensslReads(t *testing.T, path string, id certparse.Identity, password string) {
	t.Setenv("KEY_PASSWORD", password)
	if got := run(t, nil, "openssl", "x509", "-in", path, "-outform", "DER"); !bytes.Equal(got, id.Leaf.Raw) {
		t.Error("the first certificate is another")
	}
	if got := run(t, nil, "openssl", "pkey", "-in", path, "-passin", "env:KEY_PASSWORD", "-pubout", "-outform", "DER"); !bytes.Equal(got, id.Leaf.PublicKey.SPKI) {
		t.Error("the key is another")
	}
	if password == "" {
		return
	}
	text := string(run(t, nil, "openssl", "asn1parse", "-in", lastBlock(t, path)))
	for _, want := range []string{"PBES2", "PBKDF2", "hmacWithSHA256", "aes-256-cbc"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

// lastBlock puts the key's block into a file of its own.
func lastBlock(t *testing.T, path string) string {
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	own := path + ".key"
	if err := os.WriteFile(own, file[bytes.LastIndex(file, []byte("-----BEGIN")):], 0o600); err != nil {
		t.Fatal(err)
	}
	return own
}

func pythonReads(t *testing.T, path, password string) {
	run(t, []byte(password), "python3", "-c", `
import ssl, sys
password = sys.stdin.buffer.read()
ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(sys.argv[1], password=lambda: password or sys.exit("asked for a password"))
`, path)
}

func nodeReads(t *testing.T, path, password string) {
	run(t, []byte(password), "node", "-e", `
const fs = require("fs"), tls = require("tls"), file = fs.readFileSync(process.argv[1]);
tls.createSecureContext({ cert: file, key: file, passphrase: fs.readFileSync(0, "utf8") || undefined });
`, path)
}

// Java's own reader is what Spring Boot and Quarkus use. It takes printable ASCII passwords only.
func TestJavaReads(t *testing.T) {
	id := identity(t, "RSA")
	dir := t.TempDir()
	path, program := filepath.Join(dir, "client.pem"), filepath.Join(dir, "Reads.java")
	file, err := CombinedPEM(id, Options{Password: "pass word", Iterations: few})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{path: string(file), program: `
import java.nio.file.*; import java.security.*; import java.security.spec.*; import java.util.*; import javax.crypto.*; import javax.crypto.spec.*;
class Reads { public static void main(String[] a) throws Exception {
	String pem = Files.readString(Path.of(a[0])), begin = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
	pem = pem.substring(pem.indexOf(begin) + begin.length(), pem.indexOf("-----END ENCRYPTED"));
	EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(Base64.getMimeDecoder().decode(pem));
	AlgorithmParameters p = info.getAlgParameters();
	SecretKey key = SecretKeyFactory.getInstance(p.toString()).generateSecret(new PBEKeySpec(a[1].toCharArray()));
	Cipher cipher = Cipher.getInstance(p.toString());
	cipher.init(Cipher.DECRYPT_MODE, key, p);
	System.out.print(Base64.getEncoder().encodeToString(KeyFactory.getInstance("RSA").generatePrivate(info.getKeySpec(cipher)).getEncoded()));
} }`} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := run(t, nil, "java", program, path, "pass word")
	want := new(strings.Builder)
	for line := range strings.Lines(string(pem.EncodeToMemory(&pem.Block{Type: "X", Bytes: id.Key.PKCS8}))) {
		if !strings.HasPrefix(line, "-") {
			want.WriteString(strings.TrimSpace(line))
		}
	}
	if string(got) != want.String() {
		t.Error("another key came back")
	}
}

// Keys that crypto/x509 cannot hold go through as bytes. OpenSSL makes them and reads them back.
func TestKeysThatGoCannotHold(t *testing.T) {
	for _, c := range []struct {
		algorithm string
		genpkey   []string
	}{
		{"Ed448", []string{"-algorithm", "ED448"}},
		{"EC", []string{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1", "-pkeyopt", "ec_param_enc:named_curve"}},
		{"EC", []string{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP384r1", "-pkeyopt", "ec_param_enc:named_curve"}},
		{"RSA-PSS", []string{"-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"}},
	} {
		t.Run(strings.Join(c.genpkey[1:], " "), func(t *testing.T) {
			t.Setenv("KEY_PASSWORD", "secret")
			made := run(t, nil, "openssl", append([]string{"genpkey"}, c.genpkey...)...)
			toPKCS8 := []string{"pkcs8", "-topk8", "-nocrypt", "-outform", "DER"}
			key := run(t, made, "openssl", toPKCS8...)
			public := certparse.PublicKey{SPKI: run(t, key, "openssl", "pkey", "-inform", "DER", "-pubout", "-outform", "DER"), Algorithm: c.algorithm}
			dir := t.TempDir()
			plain, path := filepath.Join(dir, "plain.der"), filepath.Join(dir, "client.pem")
			if err := os.WriteFile(plain, key, 0o600); err != nil {
				t.Fatal(err)
			}
			der := run(t, nil, "openssl", "req", "-new", "-x509", "-key", plain, "-keyform", "DER", "-subj", "/CN=client", "-outform", "DER")
			id := certparse.Identity{Leaf: &certparse.Certificate{Raw: der, PublicKey: public}, Key: &certparse.Key{PublicKey: public, PKCS8: key}}
			file, err := CombinedPEM(id, Options{Password: "secret", Iterations: few})
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, file, 0o600); err != nil {
				t.Fatal(err)
			}
			opened := append(toPKCS8, "-in", path, "-passin", "env:KEY_PASSWORD")
			if got := run(t, nil, "openssl", opened...); !bytes.Equal(got, key) {
				t.Error("another key came back")
			}
			opensslReads(t, path, id, "secret")
			if c.algorithm != "Ed448" { // TLS with it is not in every build
				pythonReads(t, path, "secret")
			}
		})
	}
}

// A key whose length is a multiple of the block size gets a whole block of padding.
func TestPaddingOfEveryLength(t *testing.T) {
	for n := 1; n <= 48; n++ {
		plain := bytes.Repeat([]byte{0x30}, n)
		id := certparse.Identity{Key: &certparse.Key{PKCS8: plain}}
		b := &builder{Input: Input{Identity: id}, salts: make([]byte, saltBytes), Options: Options{Password: "x", Iterations: few,
			Derive: deriverFunc(func(k certparse.KDF) ([]byte, error) { return make([]byte, k.Length), nil })}}
		encrypted, err := b.pkcs8()
		if err != nil {
			t.Fatal(err)
		}
		var info struct {
			Algorithm struct {
				OID    asn1.ObjectIdentifier
				Params struct {
					KDF    asn1.RawValue
					Scheme struct {
						OID asn1.ObjectIdentifier
						IV  []byte
					}
				}
			}
			Data []byte
		}
		if rest, err := asn1.Unmarshal(encrypted, &info); err != nil || len(rest) > 0 {
			t.Fatal(err)
		}
		got, err := pkcs8.AES256CBC.Decrypt(make([]byte, 32), info.Algorithm.Params.Scheme.IV, info.Data)
		if err != nil || len(got) == 0 || len(got)%16 != 0 {
			t.Fatalf("%d bytes: %d, %v", n, len(got), err)
		}
		pad := int(got[len(got)-1])
		if len(got)-pad != n || !bytes.Equal(got[:n], plain) || !bytes.Equal(got[n:], bytes.Repeat([]byte{byte(pad)}, pad)) || pad == 0 {
			t.Errorf("%d bytes became %x", n, got)
		}
	}
}

// What stands in the file when nothing is chosen: the advised number of rounds, and a salt of 16 bytes.
func TestDefaults(t *testing.T) {
	id := identity(t, "EC")
	var asked certparse.KDF
	_, err := CombinedPEM(id, Options{Password: "x", Derive: deriverFunc(func(k certparse.KDF) ([]byte, error) {
		asked = k
		return make([]byte, k.Length), nil
	})})
	if err != nil || asked.Iterations != 600_000 || len(asked.Salt) != 16 {
		t.Errorf("%+v, %v", asked, err)
	}
}

type deriverFunc func(certparse.KDF) ([]byte, error)

func (f deriverFunc) Derive(k certparse.KDF) ([]byte, error) { return f(k) }

func TestDER(t *testing.T) {
	for _, c := range []struct{ got, want []byte }{
		{derInteger(0), []byte{2, 1, 0}},
		{derInteger(127), []byte{2, 1, 127}},
		{derInteger(128), []byte{2, 2, 0, 128}},
		{derInteger(600_000), []byte{2, 3, 9, 0x27, 0xc0}},
		{der(tagNull), []byte{5, 0}},
		{der(tagOctetString, make([]byte, 127))[:2], []byte{4, 127}},
		{der(tagOctetString, make([]byte, 128))[:3], []byte{4, 0x81, 128}},
		{der(tagOctetString, make([]byte, 300), make([]byte, 1))[:4], []byte{4, 0x82, 1, 45}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%x, want %x", c.got, c.want)
		}
	}
}

func BenchmarkCombinedPEM(b *testing.B) {
	id := identity(b, "EC")
	for name, opt := range map[string]Options{"plain": {}, "default rounds": {Password: "x"}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := CombinedPEM(id, opt); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
