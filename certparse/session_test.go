package certparse

import (
	"errors"
	"testing"

	"certuri/internal/oracle"
)

// countingDeriver counts what it is asked for, and answers ErrPending for what it must wait for.
type countingDeriver struct {
	asked   map[string]int
	pending bool
}

func (d *countingDeriver) Derive(k KDF) ([]byte, error) {
	if d.asked == nil {
		d.asked = map[string]int{}
	}
	d.asked[kdfIdentity(k)]++
	if d.pending {
		return nil, ErrPending
	}
	return StandardDeriver{}.Derive(k)
}

// TestNothingIsDerivedTwice: two copies of a file and the same wrong password twice cost what one costs.
func TestNothingIsDerivedTwice(t *testing.T) {
	c := chainForTests(t)
	p12 := makePKCS12(t, c.leaf, c.leafKey, "right")
	d := &countingDeriver{}
	f := File{Data: p12, Passwords: []string{"wrong", "right"}}
	wantIdentity(t, Open([]File{f, f}, Options{Derive: d}), c.leaf)
	if len(d.asked) == 0 {
		t.Fatal("nothing was derived")
	}
	for id, n := range d.asked {
		if n != 1 {
			t.Errorf("derived %d times: %q", n, id)
		}
	}
}

// TestPending: answers that are to come later leave the bundle incomplete, and say so; what needs none of them is there.
func TestPending(t *testing.T) {
	c := chainForTests(t)
	other, otherKey := selfSigned(t, "other", 1)
	files := []File{
		{Data: makePKCS12(t, c.leaf, c.leafKey, "x"), Passwords: []string{"x"}},
		{Data: join(armour("CERTIFICATE", other), armour("PRIVATE KEY", otherKey))},
	}
	b := Open(files, Options{Derive: &countingDeriver{pending: true}})
	if !b.Pending {
		t.Error("the bundle is not said to be incomplete")
	}
	if len(b.Identities) != 1 || string(b.Identities[0].Leaf.Raw) != string(other) {
		t.Errorf("%d identities", len(b.Identities))
	}
	if b = Open(files, Options{}); b.Pending || len(b.Identities) != 2 || len(b.Problems) != 0 {
		t.Errorf("with all keys: pending %v, %d identities, problems [%s]", b.Pending, len(b.Identities), problemCodes(b))
	}
}

// TestPasswordsBelongToTheirFile: a password opens the file it was typed for and no other.
func TestPasswordsBelongToTheirFile(t *testing.T) {
	c := chainForTests(t)
	single, singleKey := selfSigned(t, "single", 1)
	first, second := makePKCS12(t, c.leaf, c.leafKey, "one"), makePKCS12(t, single, singleKey, "two")
	b := Open([]File{{Data: first, Passwords: []string{"one"}}, {Data: second, Passwords: []string{"two"}}}, Options{})
	if len(b.Identities) != 2 || len(b.Problems) != 0 {
		t.Errorf("%d identities, problems [%s]", len(b.Identities), problemCodes(b))
	}
	b = Open([]File{{Data: first, Passwords: []string{"two"}}, {Data: second, Passwords: []string{"two"}}}, Options{})
	if len(b.Identities) != 1 || len(b.Problems) != 1 || b.Problems[0].Code != CodeWrongPassword || b.Problems[0].File != 0 {
		t.Errorf("%d identities, problems [%s]", len(b.Identities), problemCodes(b))
	}
	b = Open([]File{{Data: second, Passwords: []string{"two"}}, {Data: second[:0]}, {Data: first}, {Data: makePKCS12(t, single, singleKey, "two")}}, Options{})
	if len(b.Problems) != 3 || b.Problems[1].Code != CodePasswordRequired || b.Problems[2].Code != CodePasswordRequired {
		t.Errorf("a password went over to later files: problems [%s]", problemCodes(b))
	}
	b = Open([]File{{Data: first}, {Data: second, Passwords: []string{"two"}}}, Options{})
	if len(b.Problems) != 1 || b.Problems[0].Code != CodePasswordRequired || !b.Containers[0].Locked || b.Containers[1].Locked {
		t.Errorf("problems [%s]", problemCodes(b))
	}
}

// TestLockedPEMKey follows one encrypted key from no password over a wrong one to the right one, in PEM, as DER, and in
// a ZIP.
func TestLockedPEMKey(t *testing.T) {
	data := oracle.File(t, "mongo-server/client_password_protected.pem")
	if len(openOne(data).Certificates) == 0 {
		data = oracle.File(t, "mongo-server/password_protected.pem")
	}
	for _, test := range []struct {
		passwords []string
		code      Code
		locked    bool
	}{
		{nil, CodePasswordRequired, true},
		{[]string{"wrong"}, CodeWrongOrDamaged, true},
		{[]string{"qwerty"}, "", false},
		{[]string{"wrong", "qwerty"}, "", false},
	} {
		for _, wrapped := range [][]byte{data, makeZIP(t, 8, entry{"a.pem", data}), []byte(b64(data))} {
			b := Open([]File{{Data: wrapped, Passwords: test.passwords}}, Options{})
			switch {
			case test.code == "":
				if len(b.Problems) > 0 || len(b.Identities) == 0 || b.Identities[0].Key == nil {
					t.Errorf("%q: problems [%s]", test.passwords, problemCodes(b))
				}
			case len(b.Problems) != 1 || b.Problems[0].Code != test.code && b.Problems[0].Code != CodeWrongPassword:
				t.Errorf("%q: problems [%s], want %s", test.passwords, problemCodes(b), test.code)
			}
			pem := b.Containers[len(b.Containers)-1]
			if len(b.Keys) != 1 || b.Keys[0].Locked != test.locked || !b.Keys[0].Encrypted || pem.Kind != KindPEM || pem.Locked != test.locked {
				t.Errorf("%q: key %+v, container %+v", test.passwords, b.Keys, pem)
			}
		}
	}
}

func TestDerivationsAddUp(t *testing.T) {
	d := &derivations{deriver: &countingDeriver{}, known: map[string]derivation{}, pending: new(bool)}
	k := KDF{Kind: KDFPBKDF2, Hash: "SHA-1", Salt: []byte("s"), Iterations: maxTotalRounds + 1, Length: 16}
	if _, err := d.Derive(k); !errors.Is(err, errTooMuchWork) {
		t.Errorf("too many rounds in one derivation: %v", err)
	}
	k.Iterations = 1000
	if _, err := d.Derive(k); err != nil {
		t.Error(err)
	}
	d.rounds = maxTotalRounds - 999
	k.Salt = []byte("t")
	if _, err := d.Derive(k); !errors.Is(err, errTooMuchWork) {
		t.Errorf("too many rounds in all: %v", err)
	}
	if d.deriver = (&countingDeriver{pending: true}); *d.pending {
		t.Error("pending before anything is")
	}
	d.rounds, k.Salt = 0, []byte("u")
	if _, err := d.Derive(k); !errors.Is(err, ErrPending) || !*d.pending {
		t.Errorf("a key that is to come: %v", err)
	}
	k.Salt = []byte("s") // known, and free
	if _, err := d.Derive(k); err != nil {
		t.Error(err)
	}
}
