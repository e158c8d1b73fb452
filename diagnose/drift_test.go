package diagnose

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ownIDs are the ids of rules that no entry of the catalogue stands for. Findings about connection strings that the
// catalogue does not know begin with "uri-".
var ownIDs = []string{"name-refused", "name-rewritten", "ca-certificate", "self-signed", "weak-signature", "weak-key", "unusable-key", "unusual-curve",
	"unusual-certificate", "not-read", "several-keys", "several-certificates", "key-form", "clock", "extra-certificate", "chain-order", "extra-root",
	"not-an-authority", "key-not-compared", "pkcs12-not-encrypted", "ca-key", "key-store-type", "atlas-elsewhere", "other-authority", "critical-extension",
	"name-constraints"}

// TestFixtures: each fixture fires its rule, and its twin does not.
func TestFixtures(t *testing.T) {
	for _, x := range ruleFixtures {
		t.Run(x.id+" "+x.says, func(t *testing.T) {
			fired, twin := x.run(t)
			matches := func(f Finding) bool {
				return f.Severity == x.severity && strings.Contains(strings.Join([]string{f.What, f.Why, f.Fix, f.Error, f.Server}, "\n"), x.says)
			}
			if !slices.ContainsFunc(about(x.id, fired), matches) {
				t.Errorf("the fixture does not fire %s %s saying %q: %s", x.severity, x.id, x.says, shown(fired))
			}
			if slices.ContainsFunc(about(x.id, twin), matches) {
				t.Errorf("the twin fires %s too: %s", x.id, shown(about(x.id, twin)))
			}
			for _, f := range slices.Concat(fired, twin) {
				if f.What == "" || f.Why == "" || f.Fix == "" || f.Source == "" {
					t.Errorf("%s lacks a text: %+v", f.ID, f)
				}
			}
		})
	}
}

func shown(found []Finding) string {
	var b strings.Builder
	for _, f := range found {
		b.WriteString("\n  " + string(f.Severity) + " " + f.ID + " " + strings.Join(f.Also, " ") + ": " + f.What)
	}
	return b.String()
}

// TestNoDrift holds the catalogue and the rules together: every entry that can be told offline has a fixture that fires it
// and a twin that is silent about it, no other entry is ever emitted, and every other id is one of ours, with a fixture.
func TestNoDrift(t *testing.T) {
	emitted, covered := map[string]bool{}, map[string]bool{}
	for _, x := range ruleFixtures {
		fired, twin := x.run(t)
		for _, f := range slices.Concat(fired, twin) {
			for _, id := range append([]string{f.ID}, f.Also...) {
				emitted[id] = true
			}
		}
		if len(about(x.id, fired)) > 0 && len(about(x.id, twin)) == 0 {
			covered[x.id] = true
		}
	}
	for _, e := range Catalogue() {
		switch {
		case e.Offline && !covered[e.ID]:
			t.Errorf("%s is said to be told offline, and no fixture fires it beside a silent twin", e.ID)
		case !e.Offline && emitted[e.ID]:
			t.Errorf("%s is emitted, and the catalogue says that it cannot be told offline", e.ID)
		}
	}
	for _, id := range ownIDs {
		if !covered[id] {
			t.Errorf("%s has no fixture with a silent twin", id)
		}
	}
	for id := range emitted {
		if _, known := Lookup(id); !known && !slices.Contains(ownIDs, id) && !strings.HasPrefix(id, "uri-") {
			t.Errorf("%s is emitted, and neither the catalogue nor the list of our own has it", id)
		}
	}
}

// TestEveryIDHasAFixture reads the rules' sources: an id that stands in one of them is fired by some fixture.
func TestEveryIDHasAFixture(t *testing.T) {
	emitted := map[string]bool{}
	for _, x := range ruleFixtures {
		emitted[x.id] = true
	}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		name := f.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "catalogue") || strings.HasPrefix(name, "explain") || strings.HasPrefix(name, "diff") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?:listed\(|ID: |set\(|id = |broken\(|add\(|also\(|Also = \[\]string\{)"([a-zA-Z0-9-]+)"`).FindAllStringSubmatch(string(text), -1) {
			n++
			if !emitted[m[1]] && !strings.HasPrefix(m[1], "uri-") {
				t.Errorf("%s: no fixture fires %s", name, m[1])
			}
		}
	}
	if n < 60 {
		t.Errorf("only %d ids were found in the sources: has the way changed in which rules write them?", n)
	}
}
