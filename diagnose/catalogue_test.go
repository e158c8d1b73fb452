package diagnose

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// failures is the reference that the catalogue answers to.
const failures = "../../shared/reference/failures.md"

func readFailures(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(failures)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("the reference of failures is not here: ", err)
	}
	return string(text)
}

// ownEntries are those that the reference does not have, each with the one that it follows.
var ownEntries = map[string]string{"R22": "R23"}

// TestCatalogueIsComplete: every entry of the reference is here under its id, and nothing else but our own.
func TestCatalogueIsComplete(t *testing.T) {
	var want, got []string
	for _, m := range regexp.MustCompile(`(?m)^\*\*([URFT]\d\d)\*\*`).FindAllStringSubmatch(readFailures(t), -1) {
		want = append(want, m[1])
		if own, ok := ownEntries[m[1]]; ok {
			want = append(want, own)
		}
	}
	for _, e := range Catalogue() {
		got = append(got, e.ID)
	}
	if len(want) != 92+len(ownEntries) || !slices.Equal(got, want) {
		t.Errorf("the catalogue has %v, the reference %v", got, want)
	}
}

// TestCatalogueTexts: each entry says all that it must, and no more than is read by someone in a hurry.
func TestCatalogueTexts(t *testing.T) {
	for _, e := range Catalogue() {
		for _, text := range []struct {
			name, text string
			most       int
		}{{"What", e.What, 90}, {"Why", e.Why, 200}, {"Fix", Worded(e.Fix, false), 220},
			{"Fix on the page", Worded(e.Fix, true), 220}, {"Source", e.Source, 90}} {
			if n := utf8.RuneCountInString(text.text); n == 0 || n > text.most {
				t.Errorf("%s: %s has %d characters, wanted are 1 to %d", e.ID, text.name, n, text.most)
			}
		}
		if !strings.HasSuffix(e.What, ".") || !strings.HasSuffix(e.Why, ".") {
			t.Errorf("%s: What and Why are sentences", e.ID)
		}
		if found, ok := Lookup(e.ID); !ok || found != e {
			t.Errorf("%s is not found by its id", e.ID)
		}
	}
	if e, ok := Lookup("U99"); ok {
		t.Errorf("U99 is %+v", e)
	}
}

// TestSymptomsFit: a set of a symptom's words is kept in 64 bits.
func TestSymptomsFit(t *testing.T) {
	for _, s := range symptoms().symptoms {
		if n := len(s.words); n == 0 || n > 64 {
			t.Errorf("%s has a symptom of %d words", catalogue[s.entry].ID, n)
		}
	}
}
