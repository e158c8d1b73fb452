package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBadInput: what the system refuses is said in words that lead on, nothing secret is repeated, and nothing that a
// terminal would obey is printed.
func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("P", "sample")
	noise := filepath.Join(dir, "a\x1b[2Jb.pem")
	if err := os.WriteFile(noise, []byte("nothing"), 0o600); err != nil {
		t.Skip(err)
	}
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"inspect", dir}, 1, "Name the files in it, such as " + dir + "/*.pem"},
		{[]string{"doctor", sample, "--password-env", "P", "--ca-file", dir}, 1, "is a folder"},
		{[]string{"inspect", noise}, 1, "\ufffd[2Jb.pem"},
		{[]string{"inspect", noise + "x"}, 1, "no such file"},
		{[]string{"inspect", "a\x00b"}, 1, "invalid argument"},
		{[]string{"inspect", sample}, 1, "--password-env VARIABLE or --password-file PATH"},
		{[]string{"inspect", sample, "--password-env", ""}, 2, "for --password-env: it is empty"},
		{[]string{"inspect", sample, "--password-env", "hunter2"}, 2, "its name (not its value)"},
		{[]string{"inspect", sample, "--password-file", "hunter2"}, 2, "--password-file: the file cannot be read: no such file"},
		{[]string{"inspect", sample, "--password-file", dir}, 2, "--password-file: the file cannot be read: is a directory"},
		{[]string{"inspect", sample, "--identity", ""}, 2, "for --identity: it is empty"},
		{[]string{"convert", sample, "--password-env", "P", "--to", "pem", "--out", filepath.Join(dir, "no", "x.pem")}, 1, "make it: mkdir -p " + filepath.Join(dir, "no")},
		{[]string{"convert", sample, "--password-env", "P", "--to", "pem", "--out", "-"}, 2, "keys are not printed"},
		{[]string{"convert", sample, "--password-env", "P", "--to", "pem", "--out", "x", "--out-password-env", "hunter2"}, 2, "--out-password-env: there is no"},
		{[]string{"convert", "-", "--to", "pem", "--out", "x", "--print-commands"}, 2, "name the file"},
	} {
		status, out, errs := certuri(c.args...)
		if status != c.status || out != "" || !strings.Contains(errs, c.want) {
			t.Errorf("%q: status %d, stdout %s, stderr %q", c.args, status, out, errs)
		}
		if strings.Contains(errs, "\x1b") || strings.Contains(errs, "hunter2") || strings.Contains(errs, ".certuri-") {
			t.Errorf("%q: %q", c.args, errs)
		}
	}
	// Beside a file that is read, the name of one that is not.
	if status, out, _ := certuri("inspect", sample, noise, "--password-env", "P"); status != 0 || strings.Contains(out, "\x1b") || !strings.Contains(out, "[2Jb.pem") {
		t.Errorf("status %d, %q", status, out)
	}
}

// TestStandardInput: "-" among the files is standard input.
func TestStandardInput(t *testing.T) {
	in, err := os.Open(sample)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	before := os.Stdin
	defer func() { os.Stdin = before }()
	os.Stdin = in
	status, out, errs := certuri(withPassword(t, "inspect", "-")...)
	if status != 0 || !strings.Contains(out, sampleName) || !strings.Contains(out, "standard input  (read)") {
		t.Errorf("status %d, %s, %s", status, errs, out)
	}
}

// TestPasswordFile: an editor's byte order mark and one line end are no part of the password.
func TestPasswordFile(t *testing.T) {
	for content, want := range map[string]string{"secret": "secret", "\ufeffsecret\r\n": "secret", "secret\n\n": "secret\n", "se\ufeffcret": "se\ufeffcret"} {
		path := filepath.Join(t.TempDir(), "password")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := (&secretFlag{file: path}).read(); err != nil || *got != want {
			t.Errorf("%q is read otherwise than as %q: %v", content, want, err)
		}
	}
}
