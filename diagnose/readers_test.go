package diagnose

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"certuri/internal/oracle"

	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"
)

// kindsOfFile are client files of every form that the rules tell apart.
func kindsOfFile() []ruleFixture {
	kind := func(name string, f func(*scene)) ruleFixture { return ruleFixture{says: name, fire: f} }
	sha1 := &pkcs8.Opts{Cipher: pkcs8.AES128CBC, KDFOpts: pkcs8.PBKDF2Opts{SaltSize: 8, IterationCount: 1000, HMACHash: 3}}
	return []ruleFixture{
		kind("combined", files(made.combined)),
		kind("key first", files(func(m made) []byte { return join(m.keyPEM, m.leafPEM) })),
		kind("with its root", files(func(m made) []byte { return join(m.leafPEM, m.caPEM, m.keyPEM) })),
		kind("root first", files(func(m made) []byte { return join(m.caPEM, m.leafPEM, m.keyPEM) })),
		kind("certificate only", files(func(m made) []byte { return m.leafPEM })),
		kind("key only", files(func(m made) []byte { return m.keyPEM })),
		kind("another key", files(func(m made) []byte {
			return join(m.leafPEM, pemOf("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(m.otherKey))))
		})),
		kind("RSA in its own form", both(rsaScene, files(made.rsaPEM))),
		kind("aes256", files(func(m made) []byte { return m.encrypted(aes256) })),
		kind("sha1", files(func(m made) []byte { return m.encrypted(sha1) })),
		kind("sha512", files(made.underSHA512)),
		kind("des3", files(func(m made) []byte { return m.encrypted(des3) })),
		kind("scrypt", files(func(m made) []byte { return m.encrypted(scrypt) })),
		kind("traditional", files(made.traditional)),
		kind("attributes", files(func(m made) []byte { return join([]byte("Bag Attributes\n    localKeyID: 01\n"), m.combined()) })),
		kind("Windows line ends", files(func(m made) []byte { return bytes.ReplaceAll(m.combined(), []byte("\n"), []byte("\r\n")) })),
		kind("mark", files(func(m made) []byte { return join([]byte("\xef\xbb\xbf"), m.combined()) })),
		kind("UTF-16", files(func(m made) []byte { return inUTF16(m.combined()) })),
		kind("glued", files(func(m made) []byte { return join(bytes.TrimRight(m.leafPEM, "\n"), m.keyPEM) })),
		kind("escaped", files(func(m made) []byte { return bytes.ReplaceAll(m.combined(), []byte("\n"), []byte(`\n`)) })),
		kind("joined", files(func(m made) []byte { return bytes.ReplaceAll(m.combined(), []byte("\n"), []byte(" ")) })),
		kind("indented", files(func(m made) []byte {
			return join([]byte("  "), bytes.ReplaceAll(m.combined(), []byte("\n"), []byte("\n  ")))
		})),
		kind("DER", files(func(m made) []byte { return m.leaf })),
		kind("PKCS#12", files(func(m made) []byte { return m.pkcs12(pkcs12.Modern2023) })),
		kind("PKCS#12, triple DES", files(func(m made) []byte { return m.pkcs12(pkcs12.LegacyDES) })),
		kind("PKCS#12, RC2", files(func(m made) []byte { return m.pkcs12(pkcs12.LegacyRC2) })),
		kind("PKCS#12, PBMAC1", files(func(m made) []byte { return m.pkcs12(pkcs12.Modern2026) })),
		kind("PKCS#12, plain", files(func(m made) []byte { return must(pkcs12.Passwordless.Encode(m.key, m.leafCertificate, nil, "")) })),
	}
}

// underSHA512 encrypts the key with PBKDF2 and HMAC-SHA512 (RFC 8018), which youmark/pkcs8 neither writes nor reads.
func (m made) underSHA512() []byte {
	type algorithm struct {
		ID         asn1.ObjectIdentifier
		Parameters any
	}
	salt, iv := []byte("saltsalt"), make([]byte, aes.BlockSize)
	key := must(pbkdf2.Key(sha512.New, "secret", salt, 1000, 32))
	plain := must(x509.MarshalPKCS8PrivateKey(m.key))
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	plain = append(plain, bytes.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(must(aes.NewCipher(key)), iv).CryptBlocks(plain, plain)
	type parameters struct {
		Salt   []byte
		Rounds int
		PRF    any
	}
	type pbes2 struct{ Derivation, Encryption algorithm }
	return join(m.leafPEM, pemOf("ENCRYPTED PRIVATE KEY", must(asn1.Marshal(struct {
		Algorithm algorithm
		Data      []byte
	}{algorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}, pbes2{
		algorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}, parameters{salt, 1000, algorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 11}, asn1.NullRawValue}}},
		algorithm{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}, iv},
	}}, plain}))))
}

// sameVerdict makes each kind of file, asks the rules about a target and a program about the file, and compares. apart
// lists the kinds where the two are known to differ, with the reason.
func sameVerdict(t *testing.T, target string, pick func(name string) bool, opens func(paths []string) []bool, apart map[string]string) {
	t.Helper()
	dir := t.TempDir()
	var names, paths []string
	var says [][]Finding
	for i, k := range kindsOfFile() {
		if !pick(k.says) {
			continue
		}
		s := newScene(t)
		s.facts.Target = target
		k.fire(s)
		path := filepath.Join(dir, strconv.Itoa(i))
		write := s.files
		s.files = func(m made) [][]byte {
			data := write(m)
			if err := os.WriteFile(path, data[0], 0o600); err != nil {
				t.Fatal(err)
			}
			return data
		}
		says = append(says, s.look())
		names, paths = append(names, k.says), append(paths, path)
	}
	for i, opened := range opens(paths) {
		refused := len(says[i]) > 0 && says[i][0].Severity == Error
		if _, known := apart[names[i]]; known != (refused == opened) {
			t.Errorf("%s, %s: the program opens it: %v, the rules refuse it: %v (known to differ: %v)%s", target, names[i], opened, refused, known, shown(says[i]))
		}
	}
}

func runReader(t *testing.T, paths []string, name string, args ...string) []bool {
	t.Helper()
	cmd := exec.Command(oracle.Program(t, name), append(args, paths...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	var opened []bool
	if err != nil || json.Unmarshal(out, &opened) != nil || len(opened) != len(paths) {
		t.Fatalf("%s: %v, %s", name, err, out)
	}
	return opened
}

func isPKCS12(name string) bool { return strings.HasPrefix(name, "PKCS#12") }

// TestAgainstPython: what the rules say of a file for PyMongo is what Python's ssl does with it.
func TestAgainstPython(t *testing.T) {
	const script = `
import json, ssl, sys
def opens(path):
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(path, None, "secret")
        return True
    except Exception:
        return False
print(json.dumps([opens(p) for p in sys.argv[1:]]))`
	all := func(string) bool { return true }
	sameVerdict(t, "pymongo", all, func(paths []string) []bool { return runReader(t, paths, "python3", "-c", script) }, nil)
}

// TestAgainstNode: the same for Node.js, PKCS#12 as pfx and the rest as PEM.
func TestAgainstNode(t *testing.T) {
	const script = `
const tls = require("tls"), fs = require("fs");
const opens = (path) => {
  const data = fs.readFileSync(path);
  try {
    if (data[0] === 0x30 && data[4] === 2) tls.createSecureContext({ pfx: data, passphrase: "secret" });
    else tls.createSecureContext({ cert: data, key: data, passphrase: "secret" });
    return true;
  } catch { return false; }
};
console.log(JSON.stringify(process.argv.slice(1).map(opens)));`
	all := func(string) bool { return true }
	sameVerdict(t, "node", all, func(paths []string) []bool { return runReader(t, paths, "node", "-e", script) }, map[string]string{
		"PKCS#12, PBMAC1": "the rules warn: newer OpenSSL reads it",
		"PKCS#12, plain":  "the rules warn: without a MAC some refuse it",
	})
}

// TestAgainstGo: the same for the Go driver, whose reader (addClientCertFromBytes in mongo/options/clientoptions.go) is
// encoding/pem, youmark/pkcs8 and crypto/tls.
func TestAgainstGo(t *testing.T) {
	opens := func(path string) bool {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var certificates, key []byte
		for {
			block, rest := pem.Decode(data)
			if block == nil {
				break
			}
			data = rest
			switch {
			case block.Type == "CERTIFICATE":
				certificates = append(certificates, pem.EncodeToMemory(block)...)
			case key != nil || !strings.HasSuffix(block.Type, "PRIVATE KEY"):
			//lint:ignore SA1019 the driver uses it
			case x509.IsEncryptedPEMBlock(block):
				//lint:ignore SA1019 the driver uses it
				der, err := x509.DecryptPEMBlock(block, []byte("secret"))
				if err != nil {
					return false
				}
				key = pemOf(block.Type, der)
			case block.Type == "ENCRYPTED PRIVATE KEY":
				k, err := pkcs8.ParsePKCS8PrivateKey(block.Bytes, []byte("secret"))
				if err != nil {
					return false
				}
				key = pemOf("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(k)))
			default:
				key = pem.EncodeToMemory(block)
			}
		}
		_, err = tls.X509KeyPair(certificates, key)
		return err == nil
	}
	all := func(string) bool { return true }
	sameVerdict(t, "go", all, func(paths []string) (opened []bool) {
		for _, p := range paths {
			opened = append(opened, opens(p))
		}
		return opened
	}, nil)
}

// TestAgainstJava: the same for key stores in a JDK of today.
func TestAgainstJava(t *testing.T) {
	keytool := oracle.Program(t, "keytool")
	sameVerdict(t, "java-sync", isPKCS12, func(paths []string) (opened []bool) {
		for _, p := range paths {
			out, err := exec.Command(keytool, "-list", "-keystore", p, "-storepass", "secret").Output()
			opened = append(opened, err == nil && bytes.Contains(out, []byte("PrivateKeyEntry")))
		}
		return opened
	}, nil)
}
