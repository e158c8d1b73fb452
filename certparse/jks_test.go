package certparse

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"certuri/internal/oracle"
)

// A keytoolStore is a key store that keytool is building.
type keytoolStore struct {
	t    testing.TB
	path string
	kind string
}

func newKeytoolStore(t testing.TB, kind string) *keytoolStore {
	t.Helper()
	oracle.Program(t, "keytool")
	return &keytoolStore{t, filepath.Join(t.TempDir(), "store"), kind}
}

func (s *keytoolStore) run(arguments ...string) {
	s.t.Helper()
	arguments = append(arguments, "-keystore", s.path, "-storetype", s.kind, "-storepass", "store password")
	if out, err := exec.Command("keytool", arguments...).CombinedOutput(); err != nil {
		s.t.Fatalf("keytool %v: %v\n%s", arguments, err, out)
	}
}

func (s *keytoolStore) generate(alias string, more ...string) {
	s.t.Helper()
	s.run(append([]string{"-genkeypair", "-alias", alias, "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=" + alias, "-validity", "3650"}, more...)...)
}

func (s *keytoolStore) bytes() []byte {
	data, err := os.ReadFile(s.path)
	if err != nil {
		s.t.Fatal(err)
	}
	return data
}

// summary lists what a bundle has, so that tests compare at a glance.
func summary(b *Bundle) string {
	var parts []string
	for _, k := range b.Keys {
		state := k.Algorithm
		if k.Locked {
			state = "locked"
		}
		owner := "nobody"
		if k.Certificate != nil {
			owner = k.Certificate.FriendlyName
		}
		parts = append(parts, "key "+k.FriendlyName+" "+state+" of "+owner)
	}
	for _, c := range b.Certificates {
		parts = append(parts, "certificate "+c.FriendlyName)
	}
	for _, n := range b.Notes {
		parts = append(parts, n.Source.Where+": "+n.Text)
	}
	for _, p := range b.Problems {
		parts = append(parts, strings.TrimPrefix(p.Error(), "certparse: "))
	}
	return strings.Join(parts, "; ")
}

func TestKeyStoresFromKeytool(t *testing.T) {
	for _, kind := range []string{"JKS", "JCEKS"} {
		t.Run(kind, func(t *testing.T) {
			s := newKeytoolStore(t, kind)
			s.generate("first")
			protector, secret := "Java key protector", ""
			if kind == "JCEKS" {
				protector = "PBEWithMD5AndTripleDES, "
				// An object without a length stands between the others; aliases are sorted by hash.
				for _, alias := range []string{"s1", "s2", "s3"} {
					s.run("-genseckey", "-alias", alias, "-keyalg", "AES", "-keysize", "256")
				}
				secret = "a secret key was passed over"
			}
			s.generate("ключ 😀", "-keypass", "its own password")
			if err := os.WriteFile(s.path+".crt", chainForTests(t).root, 0o600); err != nil {
				t.Fatal(err)
			}
			s.run("-importcert", "-noprompt", "-alias", "trusted", "-file", s.path+".crt")
			data := s.bytes()

			b := Open([]File{{Data: data, Passwords: []string{"wrong", "its own password", "store password"}}}, Options{})
			got := summary(b)
			for _, want := range []string{"key first EC of first", "key ключ 😀 EC of ключ 😀", "certificate trusted"} {
				if !strings.Contains(got, want) {
					t.Errorf("no %q in %s", want, got)
				}
			}
			if len(b.Certificates) != 3 || len(b.Keys) != 2 || len(b.Problems) != 0 || strings.Count(got, secret) < 3 && secret != "" {
				t.Error(got)
			}
			if c := b.Containers[0]; string(c.Kind) != strings.ToLower(kind) || c.Locked || !strings.HasPrefix(c.Detail, protector) || !strings.HasSuffix(c.Detail, "; SHA-1 digest") {
				t.Errorf("%+v", *c)
			}

			// The store's password alone: the other key says that it has one of its own.
			b = Open([]File{{Data: data, Passwords: []string{"store password"}}}, Options{})
			got = summary(b)
			if !strings.Contains(got, "key ключ 😀 locked") || !strings.Contains(got, "this key has another one") ||
				len(b.Problems) != 1 || b.Problems[0].Code != CodeWrongPassword || !b.Containers[0].Locked {
				t.Error(got)
			}
			for _, c := range []struct {
				passwords []string
				code      Code
			}{{nil, CodePasswordRequired}, {[]string{"wrong"}, CodeWrongPassword}, {[]string{""}, CodeWrongPassword}} {
				b = Open([]File{{Data: data, Passwords: c.passwords}}, Options{})
				if len(b.Certificates) != 3 || len(b.Problems) != 2 || b.Problems[0].Code != c.code || b.Problems[1].Code != c.code {
					t.Errorf("%q: %s", c.passwords, summary(b))
				}
			}
		})
	}
}

// A store of certificates is open to all; a password for it is still told to be wrong.
func TestTrustStoreFromKeytool(t *testing.T) {
	s := newKeytoolStore(t, "JKS")
	file := filepath.Join(t.TempDir(), "certificate")
	if err := os.WriteFile(file, chainForTests(t).root, 0o600); err != nil {
		t.Fatal(err)
	}
	s.run("-importcert", "-noprompt", "-alias", "authority", "-file", file)
	for _, c := range []struct {
		passwords []string
		want      string
	}{
		{nil, "certificate authority"},
		{[]string{"store password"}, "certificate authority"},
		{[]string{"wrong"}, "certificate authority; wrong-password"},
	} {
		if got := summary(Open([]File{{Data: s.bytes(), Passwords: c.passwords}}, Options{})); got != c.want {
			t.Errorf("%q: %s", c.passwords, got)
		}
	}
}

func TestDamagedKeyStore(t *testing.T) {
	s := newKeytoolStore(t, "JKS")
	s.generate("one")
	s.generate("two")
	data := s.bytes()
	for _, cut := range []int{5, 12, 40, len(data) / 2, len(data) - 21, len(data) - 1} {
		b := Open([]File{{Data: data[:cut], Passwords: []string{"store password"}}}, Options{})
		if last := b.Problems[len(b.Problems)-1]; last.Code != CodeDamaged {
			t.Errorf("cut to %d bytes: %s", cut, summary(b))
		}
	}
	// Entries before the fault are still there.
	if b := Open([]File{{Data: data[:len(data)-1], Passwords: []string{"store password"}}}, Options{}); len(b.Keys) != 2 || b.Keys[0].Locked {
		t.Error(summary(b))
	}
	version := slices.Clone(data)
	version[7] = 9
	if b := openOne(version); b.Problems[0].Code != CodeDamaged {
		t.Error(summary(b))
	}
}

func TestKeyStoreLimits(t *testing.T) {
	entry := []byte{0, 0, 0, 2, 0, 1, 'a', 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 'X', '.', '5', '0', '9', 0, 0, 0, 0}
	data := binary.BigEndian.AppendUint32([]byte(magicJKS+"\x00\x00\x00\x02"), maxBags+1)
	data = append(data, bytes.Repeat(entry, maxBags+1)...)
	data = append(data, make([]byte, sha1.Size)...)
	wantLimit(t, openOne(data), "key store entries")
}

// A serialized object that refers to itself, nests or lies about its size ends the walk.
func TestJavaObject(t *testing.T) {
	class := func(name, flags, fields, super string) string {
		return "72" + name + "0000000000000000" + flags + fields + "78" + super
	}
	const a = "000141" // the name "A"
	for _, c := range []struct {
		name, stream string
		ok           bool
	}{
		{"null", "70", true},
		{"string", "74 0002 4142", true},
		{"object with a number and a string", "73" + class(a, "02", "0002 49 000178 4c 000179 74 0001 4c", "70") + "00000007 74 0000", true},
		{"object with annotation", "73" + class(a, "03", "0000", "70") + "7702 ffff 78", true},
		{"array of bytes", "75" + class("0002 5b42", "02", "0000", "70") + "00000003 aabbcc", true},
		{"class met before", "75" + class("0002 5b4c", "02", "0000", "70") + "00000002 73" + class(a, "02", "0000", "70") + "73 71 007e0002", true},
		{"class that extends itself", "73" + class(a, "02", "0000", "71 007e0000"), false},
		{"array longer than the stream", "75" + class("0002 5b42", "02", "0000", "70") + "7fffffff aa", false},
		{"array of objects longer than the stream", "75" + class("0002 5b4c", "02", "0000", "70") + "ffffffff 70", false},
		{"reference to nothing", "73 71 007e0005", false},
		{"class of a type not known", "73" + class(a, "00", "0000", "70"), false},
		{"cut", "73 72 0001", false},
		{"unknown code", "99", false},
		{"nested for ever", strings.Repeat("75"+class("0002 5b4c", "02", "0000", "70")+"00000001", 100), false},
	} {
		r := &javaReader{rest: fromHex(t, "aced0005"+c.stream)}
		if ok := skipJavaObject(r); ok != c.ok || ok && len(r.rest) > 0 {
			t.Errorf("%s: %v, %d bytes left", c.name, ok, len(r.rest))
		}
	}
}

func FuzzKeyStore(f *testing.F) {
	fuzzStore(f, "jks", func(s *session, data []byte) bool { return s.readKeyStore(data, "") })
}

// Java's own cipher decides how JCEKS keys are derived, most of all for a salt of two equal halves.
func TestJCEKSAgreesWithJava(t *testing.T) {
	java := oracle.Program(t, "java")
	file := filepath.Join(t.TempDir(), "Encrypt.java")
	if err := os.WriteFile(file, []byte(`
import java.util.HexFormat;
import javax.crypto.*;
import javax.crypto.spec.*;

class Encrypt {
	public static void main(String[] salts) throws Exception {
		for (String salt : salts) {
			SecretKey key = SecretKeyFactory.getInstance("PBEWithMD5AndTripleDES").generateSecret(new PBEKeySpec("password".toCharArray()));
			Cipher cipher = Cipher.getInstance("PBEWithMD5AndTripleDES");
			cipher.init(Cipher.ENCRYPT_MODE, key, new PBEParameterSpec(HexFormat.of().parseHex(salt), 5));
			System.out.println(HexFormat.of().formatHex(cipher.doFinal("plain text".getBytes("UTF-8"))));
		}
	}
}`), 0o600); err != nil {
		t.Fatal(err)
	}
	salts := []string{"0102030405060708", "0102030401020304", "ff00ff01ff00ff01"}
	out, err := exec.Command(java, append([]string{file}, salts...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	for i, encrypted := range strings.Fields(string(out)) {
		key, err := StandardDeriver{}.Derive(KDF{Kind: KDFJCEKS, Hash: "MD5", Password: []byte("password"), Salt: fromHex(t, salts[i]), Iterations: 5, Length: 32})
		if err != nil {
			t.Fatal(err)
		}
		plain, good := tripleDES(modeCBC, "CBC").decrypt(key[:24], key[24:], fromHex(t, encrypted))
		if !good || string(plain) != "plain text" {
			t.Errorf("salt %s: %q", salts[i], plain)
		}
	}
}
