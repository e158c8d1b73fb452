package certparse

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:generate go run ./internal/gen -data ../../shared/testdata/server-dn

// A prepClass is what RFC 4518 preparation does with a code point.
type prepClass uint8

const (
	prepKeep prepClass = iota
	prepDelete
	prepSpace
	prepUnassigned // not in Unicode 3.2: refused
	prepProhibited // refused, when it is still there after normalisation
)

// A prepRange is a run of code points of one class. prepRanges is sorted and holds no prepKeep.
type prepRange struct {
	first, last rune
	class       prepClass
}

func prepClassOf(r rune) prepClass {
	i, found := slices.BinarySearchFunc(prepRanges[:], r, func(p prepRange, r rune) int {
		switch {
		case p.last < r:
			return -1
		case p.first > r:
			return 1
		}
		return 0
	})
	if !found {
		return prepKeep
	}
	return prepRanges[i].class
}

// prepareString is the server's icuX509DNPrep (mongodb/mongo src/mongo/util/icu.cpp): RFC 4518 preparation by ICU's profile
// of that name, unassigned code points not allowed. There is no case folding, no bidirectional check, and spaces are not
// squeezed. When the server refuses the value, words are its words, and r is the code point at fault, if there is one.
func prepareString(value []byte) (prepared []byte, words string, r rune) {
	if !slices.ContainsFunc(value, func(b byte) bool { return b < ' ' || b > '~' }) {
		return value, "", 0
	}
	if !utf8.Valid(value) {
		return nil, wordsNotUTF8, 0
	}
	var mapped strings.Builder
	mapped.Grow(len(value))
	for _, r := range string(value) {
		switch prepClassOf(r) {
		case prepUnassigned:
			return nil, wordsUnassigned, r
		case prepDelete:
		case prepSpace:
			mapped.WriteByte(' ')
		default:
			if corrected, ok := preCorrection(r); ok {
				r = corrected
			}
			mapped.WriteRune(r)
		}
	}
	if mapped.Len() == 0 {
		return nil, wordsEmptied, 0
	}
	text := nfkc(mapped.String())
	for _, r := range text {
		if prepClassOf(r) == prepProhibited {
			return nil, wordsProhibited, r
		}
	}
	return []byte(text), "", 0
}

// preCorrection gives the mapping of Unicode 3.2 for the five compatibility ideographs whose mapping Corrigendum 4
// changed; ICU keeps the old one for its string preparation.
func preCorrection(r rune) (rune, bool) {
	for _, c := range prepCorrected {
		if c[0] == r {
			return c[1], true
		}
	}
	return 0, false
}

const combiningGraphemeJoiner = 0x034f

// nfkc is Normalisation Form KC (UAX #15). A later Unicode than 3.2 gives the same for what 3.2 assigns, save for
// prepCorrected. Package norm inserts a combining grapheme joiner after 30 combining marks (UAX #15's stream-safe
// format), which ICU does not; s holds none of its own, preparation has deleted it.
func nfkc(s string) string {
	n := norm.NFKC.String(s)
	if strings.ContainsRune(n, combiningGraphemeJoiner) {
		return nfkcLong(s)
	}
	return n
}

// nfkcLong is UAX #15's algorithm for any number of combining marks, on top of norm's data.
func nfkcLong(s string) string {
	type char struct {
		r     rune
		class int // canonical combining class, 0 for a starter
	}
	var chars []char
	for _, r := range s {
		for _, d := range norm.NFKD.String(string(r)) {
			chars = append(chars, char{d, int(norm.NFD.PropertiesString(string(d)).CCC())})
		}
	}
	for i := 0; i < len(chars); i++ {
		end := i
		for end < len(chars) && chars[end].class != 0 {
			end++
		}
		slices.SortStableFunc(chars[i:end], func(a, b char) int { return a.class - b.class })
		i = end
	}
	composed := make([]rune, 0, len(chars))
	starter, between := -1, -1 // where the last starter is, and the class of what stands between it and c, -1 for nothing
	for _, c := range chars {
		if starter >= 0 && between < c.class {
			one := norm.NFC.String(string([]rune{composed[starter], c.r}))
			if r, size := utf8.DecodeRuneInString(one); size == len(one) {
				composed[starter] = r
				continue
			}
		}
		if between = c.class; between == 0 {
			starter, between = len(composed), -1
		}
		composed = append(composed, c.r)
	}
	return string(composed)
}
