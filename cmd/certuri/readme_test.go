package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestREADME runs the command lines of the README, one after the other in one folder, with the files that they name.
func TestREADME(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	p12, err := os.ReadFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for _, variable := range []string{"P12_PASSWORD", "PEM_PASSWORD", "NEW_PASSWORD", "MONGODB_KEY_PASSWORD"} {
		t.Setenv(variable, "sample")
	}
	for _, args := range [][]string{
		{"testkit", "--dir", "given"}, {"convert", "given/client.pem", "--to", "pem", "--out", "old.pem", "--out-password-env", "PEM_PASSWORD"},
	} {
		if status, _, errs := certuri(args...); status != 0 {
			t.Fatal(errs)
		}
	}
	for name, from := range map[string]string{"client.crt": "client.crt", "client.key": "client.key", "chain.pem": "ca.pem", "server.pem": "server.pem", "new.pem": "client.crt"} {
		data, err := os.ReadFile(filepath.Join("given", from))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile("client.p12", p12, 0o600); err != nil {
		t.Fatal(err)
	}
	found := map[string]int{"doctor": 3, "lint": 3, "diff": 3} // the examples find something
	ran := map[string]bool{}
	for line := range strings.Lines(string(readme)) {
		line, ok := strings.CutPrefix(line, "    certuri ")
		if !ok {
			continue
		}
		args := shellWords(line)
		if ran[args[0]] = true; args[0] == "serve" {
			continue
		}
		if status, _, errs := certuri(args...); status != found[args[0]] {
			t.Errorf("%q: status %d, %s", args, status, errs)
		}
	}
	for _, c := range commands() {
		if !ran[c.name] && c.name != "version" {
			t.Errorf("the README does not show %s", c.name)
		}
	}
}

// shellWords takes a line apart at blanks outside of single quotes.
func shellWords(line string) (words []string) {
	for i, part := range strings.Split(strings.TrimSpace(line), "'") {
		if i%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	return words
}
