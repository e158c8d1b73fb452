package certparse

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"time"
)

func TestToDER(t *testing.T) {
	for _, c := range []struct{ name, ber, der, rest string }{
		{"DER stays", "3003020105", "3003020105", ""},
		{"what follows is left", "0500 020101", "0500", "020101"},
		{"long form", "308104 02810105", "3003020105", ""},
		{"leading zeros in the length", "3084000000030201 05", "3003020105", ""},
		{"indefinite", "3080 020105 0000", "3003020105", ""},
		{"indefinite in indefinite, and what follows", "3080 3080 0500 0000 0000 ff", "30043002 0500", "ff"},
		{"octet string in parts", "2409 0402aabb 0403ccddee", "0405aabbccddee", ""},
		{"octet string in indefinite parts", "2480 0401aa 2480 0401bb 0000 0000", "0402aabb", ""},
		{"octet string without parts", "2480 0000", "0400", ""},
		{"bit string in parts", "2309 0303 00aabb 0302 04f0", "0304 04aabbf0", ""},
		{"text in parts", "2c06 0c0141 0c0142", "0c024142", ""},
		{"a part after an unchanged one", "3009 020105 2404 0402aabb", "3007 020105 0402aabb", ""},
		{"an implicit octet string's parts cannot be known", "a004 0402aabb", "a004 0402aabb", ""},
		{"octet strings are not looked into", "0404 30800000", "0404 30800000", ""},
		{"tag above 30", "bf2180 0500 0000", "bf2102 0500", ""},
	} {
		ber, want, wantRest := fromHex(t, c.ber), fromHex(t, c.der), fromHex(t, c.rest)
		der, rest, err := toDER(ber)
		if len(want) == 0 {
			if err == nil {
				t.Errorf("%s: %x", c.name, der)
			}
			continue
		}
		if err != nil || !bytes.Equal(der, want) || !bytes.Equal(rest, wantRest) {
			t.Errorf("%s: %x and %x, %v; want %x and %x", c.name, der, rest, err, want, wantRest)
		}
	}
}

func TestToDERRefuses(t *testing.T) {
	for name, ber := range map[string]string{
		"nothing":                           "",
		"tag alone":                         "30",
		"cut content":                       "3004 0201",
		"indefinite without an end":         "3080 020101",
		"indefinite primitive":              "0480 0000",
		"child longer than its parent":      "3003 020205",
		"parts of another type":             "2403 020105",
		"unused bits before the last part":  "2308 0302 04f0 0302 00aa",
		"a length of more than any machine": "3089 ffffffffffffffffff",
	} {
		if der, _, err := toDER(fromHex(t, ber)); err == nil {
			t.Errorf("%s became %x", name, der)
		}
	}
}

// Octet strings inside octet strings go deeper in files made to try readers than anything else does.
func TestToDERNesting(t *testing.T) {
	nested := fromHex(t, "0401aa")
	for range 1000 {
		nested = encodeDER(tagOctetString|tagConstructed, nested)
	}
	if der, _, err := toDER(nested); err != nil || hex.EncodeToString(der) != "0401aa" {
		t.Errorf("%x, %v", der, err)
	}
	sequences := fromHex(t, "0500")
	for range maxDERDepth + 2 {
		sequences = encodeDER(tagSequence, sequences)
	}
	if _, _, err := toDER(sequences); err == nil {
		t.Error("no ceiling on nested sequences")
	}
}

// DER is returned without a copy, so that a large file is not held twice.
func TestToDERDoesNotCopyDER(t *testing.T) {
	der := encodeDER(tagSequence, bytes.Repeat(encodeDER(tagOctetString, make([]byte, 100)), 100))
	if n := testing.AllocsPerRun(10, func() { toDER(der) }); n > 210 {
		t.Errorf("%v allocations", n)
	}
	if out, _, _ := toDER(der); &out[0] != &der[0] {
		t.Error("DER was copied")
	}
}

func TestToDERTakesLinearTime(t *testing.T) {
	// One long string in many parts, inside as many indefinite sequences as are let through.
	build := func(parts int) []byte {
		ber := []byte{0x24, 0x80}
		ber = append(ber, bytes.Repeat([]byte{4, 1, 0xaa}, parts)...)
		ber = append(ber, 0, 0)
		for range 60 {
			ber = append(append([]byte{0x30, 0x80}, ber...), 0, 0)
		}
		return ber
	}
	cost := func(parts int) time.Duration {
		ber := build(parts)
		best := time.Hour
		for range 3 {
			start := time.Now()
			if _, _, err := toDER(ber); err != nil {
				t.Fatal(err)
			}
			best = min(best, time.Since(start))
		}
		return best
	}
	// A reader that copied at each level would take a hundred times as long for ten times the input; the rest is room for
	// a busy machine.
	small, large := cost(20_000), cost(200_000)
	if large > 70*small {
		t.Errorf("ten times the input took %v after %v", large, small)
	}
}

func TestObjectIdentifiersRoundTrip(t *testing.T) {
	for _, dotted := range []string{"0.9.2342", "1.2.840.113549.1.1.1", "2.5.29.37.0", "2.999.3", "2.16.840.1.113894.746875.1.1"} {
		e, _ := readElement(encodeOID(dotted))
		if got := oidText(e.content); got != dotted {
			t.Errorf("%s came back as %s", dotted, got)
		}
	}
}

func FuzzToDER(f *testing.F) {
	for _, seed := range []string{"3080020105 0000", "2480 0401aa 2480 0401bb 0000 0000", "bf21800500 0000", "2309 0303 00aabb 0302 04f0", "2404 2480 0401aa 0000"} {
		f.Add(fromHex(f, seed))
	}
	f.Fuzz(func(t *testing.T, ber []byte) {
		der, rest, err := toDER(ber)
		if err != nil {
			return
		}
		if len(der) > len(ber)-len(rest) {
			t.Fatalf("%x grew to %x", ber, der)
		}
		again, left, err := toDER(der)
		if err != nil || len(left) != 0 || !bytes.Equal(again, der) {
			t.Fatalf("%x became %x and then %x, %v", ber, der, again, err)
		}
	})
}

func fromHex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
