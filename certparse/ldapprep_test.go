package certparse

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"certuri/internal/oracle"
)

func TestPrepTableIsTheProfile(t *testing.T) {
	var profile struct {
		Deleted, Prohibited, Unassigned [][2]string
		ToSpace                         [][2]string `json:"to_space"`
		Remap                           map[string]string
	}
	serverFactsJSON(t, "server-dn/ldap-prep-profile.json", &profile)
	point := func(s string) rune {
		n, err := strconv.ParseUint(s, 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		return rune(n)
	}
	want := make([]prepClass, utf8.MaxRune+1)
	for class, ranges := range map[prepClass][][2]string{
		prepDelete: profile.Deleted, prepSpace: profile.ToSpace, prepUnassigned: profile.Unassigned,
		prepProhibited: profile.Prohibited,
	} {
		for _, r := range ranges {
			for c := point(r[0]); c <= point(r[1]); c++ {
				want[c] = class
			}
		}
	}
	want[' '] = prepKeep // the profile maps it to itself
	for c, class := range want {
		if got := prepClassOf(rune(c)); got != class {
			t.Fatalf("U+%04X is class %d, want %d", c, got, class)
		}
	}
	for from, to := range profile.Remap {
		if got, ok := preCorrection(point(from)); !ok || got != point(to) {
			t.Errorf("U+%s becomes U+%04X, want U+%s", from, got, to)
		}
	}
	if len(prepCorrected) != len(profile.Remap) {
		t.Errorf("%d corrected mappings, want %d", len(prepCorrected), len(profile.Remap))
	}
}

// pythonPrep is RFC 4518 sections 2.1 to 2.4 with ICU's differences (U+FFFD passes, spaces stay), on the Unicode 3.2 data
// that Python keeps for its own string preparation. It shares nothing with package norm or the table.
const pythonPrep = `
import json, sys, unicodedata
ucd = unicodedata.ucd_3_2_0
def spans(text):
    return {c for part in text.split() for a, _, b in [part.partition("-")] for c in range(int(a, 16), int(b or a, 16) + 1)}
nothing = spans("0-8 E-1F 7F-84 86-9F AD 34F 6DD 70F 1806 180B-180E 200B-200F 202A-202E 2060-2063 206A-206F FE00-FE0F FEFF "
                "FFF9-FFFC 1D173-1D17A E0001 E0020-E007F")
space = spans("9-D 85") | {c for c in range(0x110000) if ucd.category(chr(c)) in ("Zs", "Zl", "Zp")}
def nonchar(c): return 0xFDD0 <= c <= 0xFDEF or c & 0xFFFE == 0xFFFE
def prep(s):
    out = []
    for ch in s:
        c = ord(ch)
        if ucd.category(ch) == "Cn" and not nonchar(c): return "unassigned"
        if c in nothing: continue
        out.append(" " if c in space else ch)
    if not out: return "emptied"
    s = ucd.normalize("NFKC", "".join(out))
    if any(ucd.category(ch) == "Co" or nonchar(ord(ch)) for ch in s): return "prohibited"
    return "=" + s
json.dump([prep(s) for s in json.load(sys.stdin)], sys.stdout)
`

func TestPreparationAgreesWithPython(t *testing.T) {
	python := oracle.Program(t, "python3")
	random := rand.New(rand.NewPCG(4518, 32))
	var inputs []string
	for c := rune(0); c <= utf8.MaxRune; c++ { // every code point that has a life before planes 3 to 13
		if utf8.ValidRune(c) && (c < 0x30000 || c >= 0xE0000 && c < 0xE0200 || c&0xFFF0 == 0xFFF0) {
			inputs = append(inputs, string(c), "a"+string(c))
		}
	}
	blocks := [][2]rune{{0x20, 0x7e}, {0xa0, 0x24f}, {0x300, 0x34e}, {0x400, 0x45f}, {0x5d0, 0x5ea}, {0x5b0, 0x5c4}, {0x900, 0x97f},
		{0x1100, 0x11f9}, {0xac00, 0xd7a3}, {0x1e00, 0x1eff}, {0x1f00, 0x1fff}, {0x2000, 0x206f}, {0x2100, 0x218f}, {0x3040, 0x30ff},
		{0xf900, 0xfa2d}, {0xfb00, 0xfb4f}, {0xff00, 0xffee}, {0x1d400, 0x1d7ff}, {0x2f800, 0x2fa1d}}
	for range 20_000 {
		var s []rune
		for range 1 + random.IntN(12) {
			b := blocks[random.IntN(len(blocks))]
			s = append(s, b[0]+random.Int32N(b[1]-b[0]+1))
		}
		inputs = append(inputs, string(s))
	}
	for range 300 { // past the 30 combining marks of norm's stream-safe form
		s := []rune{'x', 'e', 0x1112, 0x1161}[:1+random.IntN(4)]
		for range 31 + random.IntN(60) {
			s = append(s, 0x300+random.Int32N(0x4e))
		}
		inputs = append(inputs, string(append(s, 'y')))
	}
	asked, err := json.Marshal(inputs)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-c", pythonPrep)
	cmd.Stdin = bytes.NewReader(asked)
	cmd.Stderr = os.Stderr
	answer, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	if err := json.Unmarshal(answer, &want); err != nil {
		t.Fatal(err)
	}
	bad := 0
	for i, in := range inputs {
		prepared, words, _ := prepareString([]byte(in))
		got := "=" + string(prepared)
		switch words {
		case wordsUnassigned:
			got = "unassigned"
		case wordsProhibited:
			got = "prohibited"
		case wordsEmptied:
			got = "emptied"
		}
		if got != want[i] {
			if bad++; bad < 20 {
				t.Errorf("%+q: %+q, want %+q", in, got, want[i])
			}
		}
	}
	t.Logf("%d strings compared, %d differ", len(inputs), bad)
}

func TestManyCombiningMarks(t *testing.T) {
	marks := strings.Repeat("\u0301", 40)
	got, words, _ := prepareString([]byte("e" + marks + "x"))
	if want := "\u00e9" + marks[2:] + "x"; string(got) != want || words != "" {
		t.Errorf("%+q %s, want %+q", got, words, want)
	}
}
