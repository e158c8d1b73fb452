package diagnose

import (
	"strings"

	"certuri/uribuild"
)

// connection takes over what uribuild finds in the connection string.
func connection(f *Facts) (string, []*Finding) {
	if f.URI == "" {
		return "", nil
	}
	target := f.Target
	if !uribuild.KnowsTarget(target) {
		target = ""
	}
	name := f.username()
	result := uribuild.Lint(f.URI, uribuild.LintOptions{Target: target, Version: f.TargetVersion, Username: name})
	var found []*Finding
	for _, l := range result.Findings {
		x := &Finding{ID: l.ID, Severity: Severity(l.Severity), What: l.What, Why: l.Why, Fix: l.Fix, Error: l.Error, Source: "uribuild"}
		if e, known := Lookup(l.ID); known {
			x.Source = e.Source
		}
		switch l.ID {
		case "U01":
			x.Error, x.Server = "", saysNoSuchUser
			c := Diff(result.Parsed.Username, f.Identity.Leaf, f.Bundle.Certificates)
			x.What, x.Why = "The user name in the connection string: "+c.What, c.Why
			if e, _ := Lookup(c.Entry); e.Offline && c.Entry != "U01" {
				x.ID, x.Also = c.Entry, []string{"U01"}
			}
			if c.Verdict == NamesOther && f.ServerVersion == "" {
				x.Severity = Warning // right, if the server is one of those
			}
		case "uri-username":
			if f.family(uribuild.Rust) {
				x = listed("U10", x.Severity, x.What).server("BSON field 'authenticate.username' is an unknown field.")
			}
		case "T06":
			if f.serverLeaf() != nil {
				continue // which is looked at itself
			}
			x = f.otherName(l)
		case "T08", "R21":
			x.Also, x.Server = []string{"U12"}, saysNoPeer
		case "uri-no-x509":
			x.Severity = Warning // whoever asks about a login with a certificate wants one
		case "R02":
			x.Also, x.Server = []string{"U17"}, "X.509 authentication must always use the $external database."
		case "R06":
			x.Also, x.Server = []string{"U19"}, "The server is configured to only allow SSL connections"
		case "R08", "R09":
			if !strings.Contains(x.What, "CAFile") { // or else it is about the server's certificate
				x.Also, x.Server = []string{"U12", "T08"}, saysNoSubject
			}
		}
		found = with(found, x)
	}
	x509 := false
	for _, o := range result.Parsed.Options {
		x509 = x509 || strings.EqualFold(o.Name, "authMechanism") && strings.EqualFold(o.Value, uribuild.X509)
	}
	if !x509 {
		return "", found // right or not, it is no login with a certificate
	}
	return "the connection string is right", found
}
