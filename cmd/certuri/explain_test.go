package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// withStdin lets the command read a text from its standard input.
func withStdin(t *testing.T, text string) {
	t.Helper()
	path := t.TempDir() + "/stdin"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stdin
	os.Stdin = f
	t.Cleanup(func() { os.Stdin = before; f.Close() })
}

func TestExplainJSON(t *testing.T) {
	for _, c := range []struct{ name, text, id string }{
		{"a message", "tls: private key does not match public key", "F10"},
		{"a message that begins with dashes", "--tlsCertificateSelector is not supported on this platform", "T17"},
		{"an unknown one", "MongoServerError: E11000 duplicate key error", ""},
	} {
		for _, args := range [][]string{{"explain", c.text, "--json"}, {"explain", "--json", "--", c.text}, {"explain", "-", "--json"}, {"explain", "--json"}} {
			withStdin(t, c.text+"\n")
			status, out, errs := certuri(args...)
			var got struct {
				Entries []struct{ ID, What, Why, Fix string }
			}
			if err := json.Unmarshal([]byte(out), &got); err != nil || status != 0 || errs != "" {
				t.Fatalf("%s: status %d, %v, %s%s", c.name, status, err, out, errs)
			}
			switch {
			case !strings.Contains(out, `"entries"`), got.Entries == nil:
				t.Errorf("%s: %s", c.name, out)
			case c.id == "" && len(got.Entries) != 0, c.id != "" && (len(got.Entries) == 0 || got.Entries[0].ID != c.id):
				t.Errorf("%s: %+v", c.name, got)
			}
		}
	}
}

// TestExplainWords: words without quotes are one message, and a flag that does not exist is wrong usage.
func TestExplainWords(t *testing.T) {
	status, out, _ := certuri("explain", "mac", "verify", "failure")
	if status != 0 || !strings.Contains(out, "F19") {
		t.Errorf("status %d: %s", status, out)
	}
	if status, _, errs := certuri("explain", "--jsn", "x"); status != exitUsage || errs == "" {
		t.Errorf("status %d: %s", status, errs)
	}
	if _, out, _ := certuri("explain", "hello"); !strings.Contains(out, "not one that certuri knows") {
		t.Error(out)
	}
}

// TestExplainLimit: more than the limit is not read, and that is said.
func TestExplainLimit(t *testing.T) {
	withStdin(t, strings.Repeat("0123456789\n", 200_000)+"mac verify failure")
	status, out, errs := certuri("explain", "-", "--json")
	if status != 0 || !strings.Contains(errs, "only the first MiB") || !strings.Contains(out, `"entries": []`) {
		t.Errorf("status %d, %s%s", status, out, errs)
	}
}

func TestDiffStatus(t *testing.T) {
	for _, c := range []struct {
		name    string
		status  int
		verdict string
	}{
		{sampleName, 0, "equal"},
		{`db.createUser({user: "CN=alice,OU=Data,O=Example\\, Inc,C=US"})`, 0, "equal"},
		{"mongodb://CN%3Dalice%2COU%3DData%2CO%3DExample%5C%2C%20Inc%2CC%3DUS@db.example/?tls=true", 0, "equal"},
		{`/C=US/O=Example, Inc/OU=Data/CN=alice`, 3, "same-name"},
		{`CN=Alice,OU=Data,O=Example\, Inc,C=US`, 3, "different"},
		{"hello", 3, "no-name"},
	} {
		withStdin(t, c.name)
		for _, name := range []string{c.name, "-"} {
			status, out, errs := certuri(withPassword(t, "diff", name, sample, "--json")...)
			var got struct {
				Verdict, What, Why, Fix string
				Rows                    []struct{ Label, Ours, Theirs, State string }
			}
			if err := json.Unmarshal([]byte(out), &got); err != nil || errs != "" {
				t.Fatalf("%s: %v, %s%s", name, err, out, errs)
			}
			if status != c.status || got.Verdict != c.verdict || got.What == "" || got.Why == "" || got.Fix == "" || got.Rows == nil {
				t.Errorf("%s: status %d, %+v", name, status, got)
			}
		}
	}
}

func TestDiffUsage(t *testing.T) {
	if status, _, errs := certuri("diff", sampleName); status != exitUsage || errs == "" {
		t.Errorf("no file: status %d, %s", status, errs)
	}
	if status, _, errs := certuri("diff", sampleName, "no-such-file"); status != exitRefused || errs == "" {
		t.Errorf("no such file: status %d, %s", status, errs)
	}
	// The file for people has both names and a mark under what differs.
	_, out, _ := certuri(withPassword(t, "diff", `CN=Alice,OU=Data,O=Example\, Inc,C=US`, sample)...)
	if !strings.Contains(out, "  - CN=Alice   (case)\n       ^\n  + CN=alice\n       ^\n    OU=Data\n") {
		t.Error(out)
	}
}
