package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestDoctor: the fields that others read by name, the exit statuses, and refused files as findings.
func TestDoctor(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	t.Setenv("WRONG", "wrong")
	t.Setenv("CERTURI_TEST_PASSWORD", "sample")
	password := []string{"--password-env", "CERTURI_TEST_PASSWORD"}
	const uri = "mongodb://db.example.net/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=%2Fc.pem"
	cases := []struct {
		name    string
		args    []string
		status  int
		verdict string
		want    string // the id of a finding
	}{
		{"clean", append([]string{sample}, password...), 0, "works", ""},
		{"clean, with its target", append([]string{sample, "--target", "java-sync"}, password...), 0, "works", "F21"},
		{"a PEM reader", append([]string{sample, "--target", "pymongo"}, password...), 3, "will-not-work", "F01"},
		{"an old JDK", append([]string{sample, "--target", "kotlin", "--target-version", "JDK 8u202"}, password...), 3, "will-not-work", "F21"},
		{"a member's O", append([]string{sample, "--server-subject", `O=Example\, Inc`, "--server-version", "8.0"}, password...), 3, "will-not-work", "U13"},
		{"not a member before 7.0", append([]string{sample, "--server-subject", `O=Example\, Inc`, "--server-version", "6.0"}, password...), 0, "works", ""},
		{"a right connection string", append([]string{sample, "--uri", uri}, password...), 0, "works", ""},
		{"no TLS", append([]string{sample, "--uri", strings.Replace(uri, "tls=true&", "", 1)}, password...), 3, "will-not-work", "R06"},
		{"the wrong password", []string{sample, "--password-env", "WRONG"}, 3, "will-not-work", "F19"},
		{"no password", []string{sample}, 3, "will-not-work", "F19"},
		{"noise", []string{write("noise", strings.Repeat("certainly nothing ", 100))}, 3, "will-not-work", "F01"},
		{"UTF-16", []string{write("utf16", "\xff\xfe-\x00-\x00-\x00-\x00-\x00B\x00E\x00G\x00I\x00N\x00")}, 3, "will-not-work", "F01"},
	}
	for _, c := range cases {
		status, out, errs := certuri(append([]string{"doctor", "--json"}, c.args...)...)
		var got struct {
			Verdict  string
			Findings []struct{ ID, Severity, What, Why, Fix string }
			Checked  []string
		}
		if err := json.Unmarshal([]byte(out), &got); err != nil || status != c.status || errs != "" || got.Verdict != c.verdict {
			t.Errorf("%s: status %d, stdout %s, stderr %s", c.name, status, out, errs)
		}
		found := c.want == ""
		for _, f := range got.Findings {
			found = found || f.ID == c.want
			if f.What == "" || f.Why == "" || f.Fix == "" || !slices.Contains([]string{"error", "warning", "info"}, f.Severity) {
				t.Errorf("%s: %+v", c.name, f)
			}
		}
		if !found {
			t.Errorf("%s: no %s in %s", c.name, c.want, out)
		}
		status, out, errs = certuri(append([]string{"doctor"}, c.args...)...)
		if status != c.status || errs != "" || (status == 3) != strings.HasPrefix(out, "It will not work.") || c.want != "" && !strings.Contains(out, " "+c.want+": ") {
			t.Errorf("%s: status %d, stdout %s, stderr %s", c.name, status, out, errs)
		}
	}
}

// TestDoctorRefusals: what is not there is refused, on whichever side.
func TestDoctorRefusals(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	for _, c := range []struct {
		status int
		args   []string
	}{
		{1, []string{missing}},
		{1, withPassword(t, sample, "--server-cert", missing)},
		{1, withPassword(t, sample, "--ca-file", missing)},
		{1, withPassword(t, sample, "--server-subject", "nothing")},
		{2, nil},
		{2, []string{sample, "--target", "no-such-client"}},
		{2, withPassword(t, sample, "--target", "pymongo", "--target-version", "4.x.y")},
		{2, withPassword(t, sample, "--server-version", "99")},
		{2, withPassword(t, sample, "--target-version", "3")},
		{2, withPassword(t, sample, "--uri", "")},
		{2, withPassword(t, sample, "--server-subject", "")},
	} {
		if status, out, errs := certuri(append([]string{"doctor"}, c.args...)...); status != c.status || out != "" || errs == "" {
			t.Errorf("%v: status %d, stdout %s, stderr %s", c.args, status, out, errs)
		}
	}
}

// TestVersionRefusals: nonsense for a version is wrong usage, and what is possible is said; as JSON it is a refusal.
func TestVersionRefusals(t *testing.T) {
	for _, args := range [][]string{
		withPassword(t, "doctor", sample, "--target", "pymongo", "--target-version", "abc"),
		{"lint", "mongodb://h/", "--target", "pymongo", "--target-version", "abc"},
		{"snippet", "--target", "pymongo", "--style", "uri", "--target-version", "abc"},
	} {
		if status, out, errs := certuri(args...); status != 2 || out != "" || !strings.Contains(errs, "4.x, 3.11-3.13") {
			t.Errorf("%v: status %d, stdout %s, stderr %s", args, status, out, errs)
		}
		if args[0] == "snippet" {
			continue
		}
		if status, out, errs := certuri(append(args, "--json")...); status != 1 || !strings.Contains(out, `"unknown-version"`) || errs != "" {
			t.Errorf("%v --json: status %d, stdout %s, stderr %s", args, status, out, errs)
		}
	}
}
