package diagnose

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestWorded(t *testing.T) {
	for _, c := range []struct{ text, command, page string }{
		{"Renew it.", "Renew it.", "Renew it."},
		{"Use [[`certuri inspect FILE`|«Name»]].", "Use `certuri inspect FILE`.", "Use «Name»."},
		{"[[a|b]] and [[c|d]]", "a and c", "b and d"},
		{"Join both[[|, or save the file]].", "Join both.", "Join both, or save the file."},
		{"if [[ -f client.pem ]]", "if [[ -f client.pem ]]", "if [[ -f client.pem ]]"},
		{"x | y [[", "x | y [[", "x | y [["},
	} {
		if got := Worded(c.text, false); got != c.command {
			t.Errorf("%q on the command line: %q, want %q", c.text, got, c.command)
		}
		if got := Worded(c.text, true); got != c.page {
			t.Errorf("%q on the page: %q, want %q", c.text, got, c.page)
		}
	}
}

// TestEachReaderHasTheirWords reads every text in the sources: the command line's wording names nothing of the page, the
// page's no command of ours, and each label in it stands on the page.
func TestEachReaderHasTheirWords(t *testing.T) {
	labels, err := os.ReadFile("../web/texts.js")
	if err != nil {
		t.Fatal(err)
	}
	var sources []string
	for _, pattern := range []string{"*.go", "../contract/*.go", "../uribuild/*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, found...)
	}
	both := regexp.MustCompile(`\[\[([^|\]]*)\|([^\]]*)\]\]`)
	literals := regexp.MustCompile(`"(?:[^"\\\n]|\\.)*"`)
	step := regexp.MustCompile(`\b[sS]tep [1-3]\b`)
	ofProgram := regexp.MustCompile(`certuri (?:inspect|convert|diff|snippet|uri|doctor|lint|explain|createuser|csr|testkit|server) \S|--(?:password|server|ca|cert|target|for|to)\b`)
	texts := 0
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(source)) {
			if strings.HasPrefix(strings.TrimSpace(line), "//") {
				continue
			}
			for _, literal := range literals.FindAllString(line, -1) {
				text, err := strconv.Unquote(literal)
				if err != nil {
					t.Fatalf("%s: %s: %v", name, literal, err)
				}
				if shared := both.ReplaceAllString(text, ""); ofProgram.MatchString(shared) || step.MatchString(shared) {
					t.Errorf("%s: %q has one wording for both", name, shared)
				}
				for _, m := range both.FindAllStringSubmatch(text, -1) {
					texts++
					if step.MatchString(m[1]) || strings.Contains(m[1], "«") {
						t.Errorf("%s: on the command line %q speaks of the page", name, m[1])
					}
					if ofProgram.MatchString(m[2]) {
						t.Errorf("%s: on the page %q speaks of a command", name, m[2])
					}
					for _, label := range regexp.MustCompile(`«([^»]+)»`).FindAllStringSubmatch(m[2], -1) {
						if !strings.Contains(string(labels), `"`+label[1]+`"`) {
							t.Errorf("%s: the page has no label %q", name, label[1])
						}
					}
				}
			}
		}
	}
	if texts < 40 {
		t.Errorf("only %d texts with two wordings were found: has the way changed in which they are written?", texts)
	}
}
