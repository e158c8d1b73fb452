package main

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestUnusablePaths: a path that would lose something is refused, with --force too.
func TestUnusablePaths(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := os.Mkdir(in("folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(os.DevNull, in("null")); err != nil {
		t.Skip(err)
	}
	for _, c := range []struct {
		want string
		args []string
	}{
		{"Two files", []string{"convert", sample, "--to", "separate-pem", "--out", in("me.key")}},
		{"Two files", []string{"convert", sample, "--to", "separate-pem", "--out", in("me.pem"), "--key-out", in("folder/../me.pem")}},
		{"Two files", []string{"csr", "--subject", "CN=x", "--out", in("new.key")}},
		{"a device", []string{"convert", sample, "--to", "pem", "--out", in("null")}},
		{"folder", []string{"convert", sample, "--to", "pem", "--out", in("folder")}},
	} {
		t.Setenv("P", "sample")
		args := append(c.args, "--force")
		if c.args[0] == "convert" {
			args = append(args, "--password-env", "P")
		}
		if status, _, errs := certuri(args...); status != 1 || !strings.Contains(errs, c.want) || !strings.Contains(errs, "fix:") {
			t.Errorf("%q: status %d, %s", c.args, status, errs)
		}
	}
	if info, err := os.Lstat(in("null")); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link to a device was replaced: %v", err)
	}
	if list, _ := os.ReadDir(dir); len(list) != 2 {
		t.Errorf("left behind: %v", list)
	}
	// The opened file itself can be replaced: it has been read whole.
	own := in("own.pem")
	if status, _, errs := certuri("convert", sample, "--password-env", "P", "--to", "pem", "--out", own); status != 0 {
		t.Fatal(errs)
	}
	if status, _, errs := certuri("convert", own, "--to", "pem-key-first", "--out", own); status != 1 || !strings.Contains(errs, "--force") {
		t.Errorf("over the opened file: status %d, %s", status, errs)
	}
	if status, _, errs := certuri("convert", own, "--to", "pem-key-first", "--out", own, "--force"); status != 0 {
		t.Error(errs)
	}
	if _, err := tls.LoadX509KeyPair(own, own); err != nil {
		t.Error(err)
	}
}
