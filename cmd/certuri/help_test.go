package main

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"certuri/contract"
)

// TestHelp: asking for help is no mistake, for no command.
func TestHelp(t *testing.T) {
	for _, c := range commands() {
		for _, args := range [][]string{{c.name, "--help"}, {c.name, "-h"}, {"help", c.name}, {c.name, "--json", "x", "--help"}} {
			status, out, errs := certuri(args...)
			if status != 0 || errs != "" || !strings.HasPrefix(out, "usage: certuri "+c.name) || strings.Count(out, "usage:") != 1 {
				t.Errorf("%q: status %d, stdout %s, stderr %s", args, status, out, errs)
			}
			// Flags are spelled as in the documents.
			if strings.Contains(out, "\n  -") && (!strings.Contains(out, "\n  --") || strings.Contains(out, "\n  ---")) {
				t.Errorf("%q: %s", args, out)
			}
		}
	}
	for _, args := range [][]string{{"help"}, {"--help"}, {"-h"}} {
		status, out, errs := certuri(args...)
		if status != 0 || errs != "" {
			t.Errorf("%q: status %d, %s", args, status, errs)
		}
		for _, c := range commands() {
			if !strings.Contains(out, "  certuri "+c.name+" ") || c.about == "" {
				t.Errorf("%q does not list %s", args, c.name)
			}
		}
	}
}

// TestNearestNames: a slip is met with the name that was meant, and a name that is near nothing with none.
func TestNearestNames(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"snipet"}, "(did you mean snippet?)"},
		{[]string{"help", "crs"}, "(did you mean csr?)"},
		{[]string{"conv"}, "(did you mean convert?)"},
		{[]string{"frobnicate"}, ""},
		{[]string{"inspect", "--pasword-env", "X", sample}, "there is no flag --pasword-env (did you mean --password-env?)"},
		{[]string{"inspect", "--password", "hunter2", sample}, "there is no flag --password (did you mean --password-env?)"},
		{[]string{"inspect", "--frobnicate", sample}, ""},
		{[]string{"inspect", sample, "--password-env"}, "--password-env needs a value"},
		{[]string{"snippet", "--target", "pymogno", "--style", "uri"}, "(did you mean pymongo?)"},
		{[]string{"snippet", "--target", "kubernetes", "--style", "constructor"}, "kubernetes has no style constructor: it has uri\n"},
		{[]string{"convert", sample, "--to", "pkcs-12", "--out", "x"}, "(did you mean pkcs12?)"},
		{[]string{"convert", sample, "--for", "nodejs", "--out", "x"}, "(did you mean node?)"},
		{[]string{"server", "--as", "certmanager"}, "(did you mean cert-manager?)"},
	} {
		status, out, errs := certuri(c.args...)
		if status != 2 || out != "" || !strings.Contains(errs, c.want) || c.want == "" && strings.Contains(errs, "did you mean") {
			t.Errorf("%q: status %d, stdout %s, stderr %s", c.args, status, out, errs)
		}
		if strings.Contains(errs, "hunter2") {
			t.Errorf("%q: a password is repeated", c.args)
		}
		if lines := strings.Count(errs, "\n"); lines > 3 {
			t.Errorf("%q: what is wrong stands above %d lines", c.args, lines)
		}
	}
}

// TestUsageJSON: whoever asks for JSON gets one document, for wrong usage too.
func TestUsageJSON(t *testing.T) {
	for _, args := range [][]string{
		{"inspect", "--json"}, {"lint", "--json"}, {"doctor", "--json", "--frobnicate"}, {"inspect", sample, "--password-env", "CERTURI_NOT_SET", "--json"},
		{"uri", "--json"}, {"uri", "--json", "--host", "h", "--with-username"}, {"targets", "-json", "x"}, {"diff", "--json"}, {"csr", "--check", "x", "--json"},
		{"csr", "--subject", "CN=x", "--out", "x", "--json"},
	} {
		status, out, errs := certuri(args...)
		var got struct{ Error contract.Problem }
		d := json.NewDecoder(strings.NewReader(out))
		if err := d.Decode(&got); err != nil || status != 2 || got.Error.Code != "usage" || got.Error.What == "" || strings.Contains(got.Error.What, "\n") || errs == "" {
			t.Errorf("%q: status %d, %v, stdout %s, stderr %s", args, status, err, out, errs)
		}
		if err := d.Decode(&got); err != io.EOF {
			t.Errorf("%q: more than one document: %s", args, out)
		}
	}
}
