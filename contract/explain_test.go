package contract

import (
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"certuri/diagnose"
)

// TestExplain: a known message gives its entry, an unknown one an empty list and no null, and a text over the limit says
// that it was cut.
func TestExplain(t *testing.T) {
	for _, c := range []struct {
		text      string
		ids       string
		shortened bool
	}{
		{"error:04800066:PEM routines::bad end line", "F04", false},
		{"MongoServerError: E11000 duplicate key error", "", false},
		{strings.Repeat("x", diagnose.MaxExplain+1), "", true},
	} {
		r, _ := ask(t, new(Engine), Request{Op: OpExplain, Text: c.text})
		if r.Explain == nil || r.Explain.Entries == nil {
			t.Fatalf("%.40s: %+v", c.text, r)
		}
		if len(r.Explain.Entries) == 1 && r.Explain.Entries[0].TellApart != "" {
			t.Errorf("%.40s: told apart from nothing", c.text)
		}
		if first := append(r.Explain.Entries, Entry{})[0]; first.ID != c.ids || r.Explain.Shortened != c.shortened {
			t.Errorf("%.40s: %+v", c.text, r.Explain)
		}
	}
}

// TestDiffMarks: what differs is marked as JavaScript counts, so that a page can underline it.
func TestDiffMarks(t *testing.T) {
	e := new(Engine)
	r, _ := ask(t, e, Request{Op: OpDiff, Text: "CN=alice"})
	if r.Error == nil || r.Error.Code != "no-certificate" {
		t.Errorf("without a certificate: %+v", r)
	}
	data, err := os.ReadFile("sample.p12")
	if err != nil {
		t.Fatal(err)
	}
	password := "sample"
	ask(t, e, Request{Op: OpAdd, Files: []NewFile{{Name: "sample.p12", Password: &password}}}, data)
	r, _ = ask(t, e, Request{Op: OpDiff, Text: `CN=😀alice,OU=Data,O=Example\, Inc,C=US`})
	if r.Diff == nil || len(r.Diff.Rows) != 4 || r.Diff.Verdict != string(diagnose.NamesDiffer) {
		t.Fatalf("%+v", r)
	}
	row := r.Diff.Rows[0]
	theirs := utf16.Encode([]rune(row.Theirs))
	if got := string(utf16.Decode(theirs[row.TheirsStart:row.TheirsEnd])); got != "😀" || row.OursStart != row.OursEnd {
		t.Errorf("marked is %q: %+v", got, row)
	}
	r, _ = ask(t, e, Request{Op: OpDiff, Text: r.Diff.Username})
	if r.Diff == nil || r.Diff.Verdict != string(diagnose.NamesEqual) || r.Diff.Rows == nil {
		t.Errorf("%+v", r)
	}
}
