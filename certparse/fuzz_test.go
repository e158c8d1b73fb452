package certparse

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"certuri/internal/oracle"
)

// fuzzRounds keeps key derivations short while fuzzing: what is fuzzed is the reading.
type fuzzRounds struct{}

func (fuzzRounds) Derive(k KDF) ([]byte, error) {
	if k.Iterations > 4096 || k.N*k.R*k.P > 1<<14 {
		return nil, errTooMuchWork
	}
	return StandardDeriver{}.Derive(k)
}

// seeds adds one identity in many forms, and the small files of the shared corpus when it is there.
func seeds(f *testing.F) {
	c := chainForTests(f)
	for _, data := range [][]byte{
		c.combined(), c.leaf, c.leafKey, makePKCS12(f, c.leaf, c.leafKey, "x"), []byte(b64(c.leaf)), gzipped(f, c.combined()),
		makeZIP(f, 8, entry{"a.pem", c.combined()}), makeTAR(f, 0, entry{"a.pem", c.combined()}),
		[]byte("kind: Secret\ndata:\n  tls.crt: " + b64(armour("CERTIFICATE", c.leaf)) + "\nlist: [a, {b: 'c'}]\n- |\n  x\n"),
		jsonText(f, map[string]any{"certificate": string(armour("CERTIFICATE", c.leaf)), "ca_chain": []string{b64(c.root)}}),
	} {
		f.Add(data)
	}
	files, err := filepath.Glob("../../shared/testdata/corpus/*/*")
	if err != nil {
		f.Fatal(err)
	}
	if len(files) == 0 {
		oracle.Lacking(f, "the corpus")
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if len(data) <= 4096 {
			f.Add(data)
		}
	}
}

// FuzzOpen: whatever the bytes, Open returns, in time, with something to say, and says the same again.
func FuzzOpen(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		files := []File{{Data: data, Passwords: []string{"", "x"}}}
		start := time.Now()
		b := Open(files, Options{Derive: fuzzRounds{}})
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("took %v", took)
		}
		if len(b.Certificates)+len(b.Keys)+len(b.Problems) == 0 {
			t.Error("nothing was found and nothing said")
		}
		for _, c := range b.Certificates {
			if len(c.Raw) == 0 || len(c.Subject.Raw) == 0 {
				t.Error("a certificate without bytes")
			}
		}
		for _, i := range b.Identities {
			if i.Leaf == nil || i.Key != nil && !sameKey(i.Key.PublicKey, i.Leaf.PublicKey) {
				t.Error("an identity's key is not its certificate's")
			}
		}
		if again := Open(files, Options{Derive: fuzzRounds{}}); !reflect.DeepEqual(b, again) {
			t.Error("the second time gave another answer")
		}
	})
}

// FuzzCertificate: the certificate reader alone, which gets to see far more this way.
func FuzzCertificate(f *testing.F) {
	c := chainForTests(f)
	f.Add(c.leaf)
	f.Add(c.root)
	f.Fuzz(func(t *testing.T, data []byte) {
		c, ok := parseCertificate(data)
		if ok && (len(c.Raw) > len(data) || c.Version < 1 || c.Version > 3) {
			t.Errorf("version %d, %d of %d bytes", c.Version, len(c.Raw), len(data))
		}
		if ok {
			if s, known := c.SignatureBy(c); known && (len(s.Key) == 0 || len(s.Signed) == 0 || len(s.Signed)+len(s.Key) > 2*len(data)) {
				t.Errorf("a signature of %d bytes by %d bytes", len(s.Signed), len(s.Key))
			}
		}
	})
}

// FuzzPEM: a certificate stays readable whatever text stands before and after its block, unless that text has a marker
// of its own.
func FuzzPEM(f *testing.F) {
	c := chainForTests(f)
	f.Add("", "")
	f.Add("Bag Attributes\n", "-----")
	f.Add("----", "--\n-----BEGIN")
	block := string(armour("CERTIFICATE", c.leaf))
	f.Fuzz(func(t *testing.T, before, after string) {
		if _, marked := nextMarker([]byte(before+"\n"), 0); marked {
			return
		}
		s := newSession(Options{})
		s.startFile(0, nil)
		s.readPEM([]byte(before+"\n"+block+after), "")
		if len(s.bundle.Certificates) != 1 {
			t.Errorf("%d certificates", len(s.bundle.Certificates))
		}
	})
}
