package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"certuri/contract"
)

// twoClients are the files of two test kits, whose certificates have the same user name, and the sample, and what inspect
// says of them.
func twoClients(t *testing.T) (files []string, report contract.Report) {
	t.Helper()
	for _, name := range []string{"a", "b"} {
		dir := filepath.Join(t.TempDir(), name)
		if status, _, errs := certuri("testkit", "--dir", dir); status != 0 {
			t.Fatal(errs)
		}
		files = append(files, filepath.Join(dir, "client.pem"))
	}
	files = append(files, sample)
	t.Setenv("CERTURI_TEST_PASSWORD", "sample")
	status, out, errs := certuri(append([]string{"inspect", "--json", "--password-env", "CERTURI_TEST_PASSWORD"}, files...)...)
	if err := json.Unmarshal([]byte(out), &report); err != nil || status != 0 || len(report.Identities) != 3 {
		t.Fatalf("status %d, %v, %d identities, %s", status, err, len(report.Identities), errs)
	}
	return files, report
}

// TestIdentity: every command that works with one certificate takes the one that --identity names, by whatever tells it from
// the others, and says so when that names none or several.
func TestIdentity(t *testing.T) {
	files, report := twoClients(t)
	second := report.Identities[1]
	var serial string
	for _, c := range report.Certificates {
		if c.SHA256 == second.Leaf {
			serial = c.Serial
		}
	}
	if report.Identity == second.Leaf || serial == "" {
		t.Fatal("the second is the first")
	}
	with := func(args ...string) []string {
		return append(append(args, files...), "--password-env", "CERTURI_TEST_PASSWORD")
	}
	spaced := strings.ToUpper(second.Leaf[0:2] + ":" + second.Leaf[2:4] + ":" + second.Leaf[4:6] + ":" + second.Leaf[6:8])
	for _, which := range []string{second.Leaf, second.Leaf[:8], spaced, serial, "0x" + strings.ToUpper(serial)} {
		status, out, errs := certuri(with("inspect", "--json", "--identity", which)...)
		if status != 0 || !strings.Contains(out, `"identity": "`+second.Leaf+`"`) {
			t.Errorf("%s: status %d, %s", which, status, errs)
		}
	}
	for _, c := range []struct{ which, code string }{
		{"alice", "several-identities"}, {"CN=alice,OU=Clients,O=Test clients", "several-identities"},
		{"bob", "no-such-identity"}, {second.Leaf[:7], "no-such-identity"}, {"0", "no-such-identity"},
	} {
		status, out, _ := certuri(with("inspect", "--json", "--identity", c.which)...)
		var got struct{ Error contract.Problem }
		if err := json.Unmarshal([]byte(out), &got); err != nil || status != 1 || got.Error.Code != c.code {
			t.Errorf("%s: status %d, %s", c.which, status, out)
		}
		for _, id := range report.Identities[:2] {
			if !strings.Contains(got.Error.Why, id.Leaf[:16]) {
				t.Errorf("%s: the choices are not listed: %s", c.which, got.Error.Why)
			}
		}
	}

	dir := t.TempDir()
	out := filepath.Join(dir, "out.crt")
	const name = `CN=alice,OU=Data,O=Example\, Inc,C=US`
	for _, c := range []struct {
		args []string
		want string // in what is printed
	}{
		{[]string{"uri", "--host", "h", "--with-username"}, "Example%5C%2C%20Inc"},
		{[]string{"createuser"}, `Example\\, Inc`},
		{[]string{"server", "--as", "check"}, `Example\\, Inc`},
		{[]string{"snippet", "--target", "pymongo", "--style", "constructor", "--with-username"}, `Example\\, Inc`},
		{[]string{"doctor"}, ""},
		{[]string{"convert", "--to", "leaf-pem", "--out", out}, ""},
	} {
		// The first is taken with a warning that lists the others; a choice needs none.
		status, printed, errs := certuri(with(c.args...)...)
		if status != 0 || !strings.Contains(errs, "warning: the files hold 3 certificates") || !strings.Contains(errs, second.Leaf[:16]) ||
			c.want != "" && strings.Contains(printed, c.want) {
			t.Errorf("%q: status %d, %s\n%s", c.args, status, errs, printed)
		}
		os.Remove(out)
		status, printed, errs = certuri(with(append(c.args, "--identity", name)...)...)
		if status != 0 || strings.Contains(errs, "could log in") || !strings.Contains(printed, c.want) {
			t.Errorf("%q, chosen: status %d, %s\n%s", c.args, status, errs, printed)
		}
		if status, _, errs = certuri(with(append(c.args, "--identity", "alice")...)...); status != 1 || !strings.Contains(errs, "fix:") {
			t.Errorf("%q, not told apart: status %d, %s", c.args, status, errs)
		}
	}
	if _, printed, _ := certuri("inspect", out); !strings.Contains(printed, name) {
		t.Errorf("convert wrote another:\n%s", printed)
	}
	// A script for all users leaves nothing out.
	if status, _, errs := certuri(with("createuser", "--all")...); status != 0 || strings.Contains(errs, "could log in") {
		t.Errorf("status %d, %s", status, errs)
	}
}
