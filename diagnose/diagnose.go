// Package diagnose says what is wrong with a login before it is tried: rules over the opened files, the connection
// string, the server's certificate and the client that is to use them answer with findings, each with what it saw, why
// that matters, what to do, what the client and the server would print, and the source that decides. A rule speaks only
// on evidence, and what was looked at and found good is listed too.
package diagnose

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"certuri/certparse"
	"certuri/uribuild"
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
	Fix      string // what to do next; see Worded
	Source   string // what decides: an RFC section, a file in a public repository
	// Error is what the client prints, up to its values; without a target one line for each family that prints. Server is
	// what the server prints or logs. Both are "" where nothing is printed or the text is not known.
	Error  string
	Server string
	// Also are catalogue ids of other symptoms that the same cause shows.
	Also []string
}

// Facts are what the rules look at. Run reads the first three, Forms and AsIs, Examine all of them.
type Facts struct {
	Bundle *certparse.Bundle
	// Identity is the one that is to log in; nil when the bundle has none.
	Identity *certparse.Identity
	Now      time.Time

	// Forms says of each opened file, by its index, what a strict PEM reader meets in it.
	Forms []certparse.PEMForm
	// Target is the id of the client that is to use the files, "" for any; TargetVersion its version, "" for the newest.
	// For clients on the JVM it may name a JDK instead: "JDK 11.0.2", "jdk 8u202".
	Target        string
	TargetVersion string
	// AsIs says that the client reads these very files. Without it a file of the right form is made for it first, so that
	// form and order of the files given cannot stop a login.
	AsIs bool

	URI   string          // the connection string as pasted, "" for none
	Hosts []uribuild.Host // the hosts when there is no connection string
	SRV   bool            // Hosts is the name of an SRV record

	ServerVersion string // "4.4", "7.0.12"; "" when not known
	// Server holds the server's certificate and perhaps its chain and key; nil when not given.
	Server *certparse.Bundle
	// ServerSubject is the server's subject, or just its O, OU and DC, typed instead of Server; nil when not given.
	ServerSubject *certparse.ServerDN
	// CA holds the authorities that the client is to trust (tlsCAFile); nil when not given.
	CA *certparse.Bundle

	// Signed tells whether issuer's key made the signature of c, where that is known; nil where nothing is. Authorities are
	// known by their names and key identifiers, which one that was made anew under its old name may share with the old.
	Signed func(c, issuer *certparse.Certificate) (good, known bool)

	// above are the issuers of the identity's leaf, in order, from the bundle and the CA file. Identity.Chain is then the
	// part of it that the bundle has.
	above []*certparse.Certificate
}

// path is the way up from c through the certificates beside it and the CA file, as far as it goes. Of two authorities of
// one name that have both signed, which cross-signing makes, the one counts that leads to a root in the CA file.
func (f *Facts) path(c *certparse.Certificate, beside *certparse.Bundle) []*certparse.Certificate {
	among := slices.Clone(beside.Certificates)
	if f.CA != nil {
		among = append(among, f.CA.Certificates...)
	}
	steps := 0
	var up func(c *certparse.Certificate, among []*certparse.Certificate) (best []*certparse.Certificate, complete bool)
	up = func(c *certparse.Certificate, among []*certparse.Certificate) (best []*certparse.Certificate, complete bool) {
		if c.SelfIssued() {
			return nil, f.CA == nil || f.trusts(c)
		}
		for steps < 32 { // more are not tried
			steps++
			x := f.issuer(c, among)
			if x == nil {
				break
			}
			among = slices.DeleteFunc(slices.Clone(among), func(o *certparse.Certificate) bool { return o.SHA256 == x.SHA256 })
			rest, done := up(x, among)
			if done || len(rest) >= len(best) {
				best, complete = append([]*certparse.Certificate{x}, rest...), done
			}
			if complete {
				break
			}
		}
		return best, complete
	}
	best, _ := up(c, among)
	return best
}

// trusts says that this very certificate is in the CA file.
func (f *Facts) trusts(c *certparse.Certificate) bool {
	return f.CA != nil && slices.ContainsFunc(f.CA.Certificates, func(o *certparse.Certificate) bool { return o.SHA256 == c.SHA256 })
}

// issuer is certparse.Issuer without those whose key is not the one that signed.
func (f *Facts) issuer(c *certparse.Certificate, among []*certparse.Certificate) *certparse.Certificate {
	for range 8 { // more of one name are not looked through
		found := certparse.Issuer(c, among)
		if found == nil || !f.forged(c, found) {
			return found
		}
		among = slices.DeleteFunc(slices.Clone(among), func(x *certparse.Certificate) bool { return x.SHA256 == found.SHA256 })
	}
	return nil
}

// forged says that issuer's key is known not to have signed c.
func (f *Facts) forged(c, issuer *certparse.Certificate) bool {
	if f.Signed == nil {
		return false
	}
	good, known := f.Signed(c, issuer)
	return known && !good
}

// A rule looks at one thing. It says in a few words what it checked, or "" when there was nothing to check, and returns
// what it found.
type rule func(*Facts) (checked string, found []*Finding)

// fileRules need nothing but the opened files. The order of the rules is that of findings of one severity.
var fileRules = []rule{subject, key, validity, purpose, issuer, strength, roles, membership, unusual, storePassword, form}

// loginRules compare the files with the rest.
var loginRules = []rule{spelling, several, container, keyForm, chainOrder, authority, template, publicAuthority,
	cluster, serverCertificate, serverTrust, atlas, connection, clock}

// Run applies the rules about the files alone and returns the findings, worst first and otherwise in the order of the
// rules, and what was checked and found good.
func Run(f Facts) (findings []Finding, checked []string) { return apply(&f, fileRules) }

// Examine applies all rules.
func Examine(f *Facts) (findings []Finding, checked []string) {
	g := *f
	if f.Identity != nil {
		id := *f.Identity
		g.above = f.path(id.Leaf, f.Bundle)
		id.Chain = nil
		for _, c := range g.above {
			if !slices.Contains(f.Bundle.Certificates, c) {
				break
			}
			id.Chain = append(id.Chain, c)
		}
		g.Identity = &id
	}
	return apply(&g, append(fileRules[:len(fileRules):len(fileRules)], loginRules...))
}

func apply(f *Facts, rules []rule) (findings []Finding, checked []string) {
	for _, r := range rules {
		good, found := r(f)
		for _, x := range found {
			findings = append(findings, *x)
			if x.Severity != Info {
				good = ""
			}
		}
		if good != "" {
			checked = append(checked, good)
		}
	}
	return Sort(findings), checked
}

// Sort puts the worst findings first and keeps their order otherwise.
func Sort(findings []Finding) []Finding {
	var by [3][]Finding
	for _, f := range findings {
		by[f.Severity.rank()] = append(by[f.Severity.rank()], f)
	}
	return append(append(by[0], by[1]...), by[2]...)
}

// listed is a finding with the words of the catalogue, or of our own table, for why and what to do.
//
//go:noinline
func listed(id string, severity Severity, what string) *Finding {
	e, known := Lookup(id)
	if !known {
		for _, e = range ownWords {
			if e.ID == id {
				break
			}
		}
	}
	return &Finding{ID: id, Severity: severity, What: what, Why: e.Why, Fix: e.Fix, Source: e.Source}
}

// with is append, kept out of line for the reason below.
//
//go:noinline
func with(found []*Finding, x *Finding) []*Finding { return append(found, x) }

// quoted is a name as it is shown in a sentence.
//
//go:noinline
func quoted(n certparse.Name) string { return strconv.Quote(n.String()) }

// What a rule knows better than the table. They are not inlined, which would cost the wasm a hundred bytes at each of a
// hundred places.

//go:noinline
func (f *Finding) why(text string) *Finding { f.Why = text; return f }

//go:noinline
func (f *Finding) fix(text string) *Finding { f.Fix = text; return f }

//go:noinline
func (f *Finding) from(source string) *Finding { f.Source = source; return f }

//go:noinline
func (f *Finding) server(text string) *Finding { f.Server = text; return f }

//go:noinline
func (f *Finding) client(text string) *Finding { f.Error = text; return f }

// also takes ids parted by blanks.
//
//go:noinline
func (f *Finding) also(ids string) *Finding { f.Also = strings.Fields(ids); return f }
