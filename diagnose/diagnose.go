// Package diagnose says what is wrong with a login before it is tried: rules over the opened files that answer with
// findings, each with what it saw, why that matters, what to do, and the source that decides. A rule speaks only on
// evidence, and what was looked at and found good is listed too.
package diagnose

import (
	"time"

	"certuri/certparse"
)

// A Severity orders findings: an Error stops the login, a Warning may, an Info is worth knowing.
type Severity string

// The severities; the values are part of the JSON contract.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

func (s Severity) rank() int {
	switch s {
	case Error:
		return 0
	case Warning:
		return 1
	}
	return 2
}

// A Finding is one thing that a rule saw. ID is the entry's id in the catalogue of failures where there is one (T10),
// and a word of our own where there is none (name-refused).
type Finding struct {
	ID       string
	Severity Severity
	What     string // the fact, with the values that made the rule fire
	Why      string // what comes of it
	Fix      string // what to do next
	Source   string // what decides: an RFC section, a file in a public repository
}

// Facts are what the rules look at.
type Facts struct {
	Bundle *certparse.Bundle
	// Identity is the one that is to log in; nil when the bundle has none.
	Identity *certparse.Identity
	Now      time.Time
}

// A rule looks at one thing. It says in a few words what it checked, or "" when there was nothing to check, and returns
// what it found.
type rule func(Facts) (checked string, found []Finding)

// Run applies all rules and returns the findings, worst first and otherwise in the order of the rules, and what was
// checked and found good.
func Run(f Facts) (findings []Finding, checked []string) {
	var by [3][]Finding
	for _, r := range certificateRules {
		good, found := r(f)
		if len(found) == 0 && good != "" {
			checked = append(checked, good)
		}
		for _, x := range found {
			by[x.Severity.rank()] = append(by[x.Severity.rank()], x)
		}
	}
	return append(append(by[0], by[1]...), by[2]...), checked
}
