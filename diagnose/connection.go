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
		case "R02":
			x.Also, x.Server = []string{"U17"}, "X.509 authentication must always use the $external database."
		case "R06":
			x.Also, x.Server = []string{"U19"}, "The server is configured to only allow SSL connections"
		case "R08":
			x.Also, x.Server = []string{"U12", "T08"}, saysNoSubject
		case "R09":
			x.Also, x.Server = []string{"U12", "T08"}, saysNoSubject
		}
		found = with(found, x)
	}
	// Without a certificate in the string it must come some other way, which the JVM and .NET have and others can have.
	x509, file := false, false
	for _, o := range result.Parsed.Options {
		x509 = x509 || strings.EqualFold(o.Name, "authMechanism") && strings.EqualFold(o.Value, uribuild.X509)
		lower := strings.ToLower(o.Name)
		file = file || strings.HasPrefix(lower, "tlscertificate") || strings.HasPrefix(lower, "ssl") && lower != "ssl"
	}
	if x509 && !file && !f.family(uribuild.JVM) && !f.family(uribuild.DotNet) {
		found = with(found, listed("T08", Warning, "The connection string asks for an X.509 login and names no certificate.").
			fix("Add tlsCertificateKeyFile=client.pem, unless your program gives the certificate in another way.").
			server(saysNoPeer).also("U12"))
	}
	if !x509 {
		return "", found // right or not, it is no login with a certificate
	}
	return "the connection string is right", found
}
