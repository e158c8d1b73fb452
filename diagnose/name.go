package diagnose

import (
	"errors"
	"strconv"
	"strings"

	"certuri/certparse"
)

const (
	sourceServerName = "mongodb/mongo src/mongo/util/net/ssl_manager.cpp"
	sourceServerAuth = "mongodb/mongo src/mongo/db/commands/authentication_commands.cpp"
	sourceServerTLS  = "mongodb/mongo src/mongo/util/net/ssl_manager_openssl.cpp"
)

// Attribute types that rules look for.
const (
	oidCommonName   = "2.5.4.3"
	oidOrganization = "2.5.4.10"
	oidUnit         = "2.5.4.11"
	oidEmail        = "1.2.840.113549.1.9.1"
	oidDomain       = "0.9.2342.19200300.100.1.25"
)

// values gives the values of one attribute type in a name, in certificate order.
//
//go:noinline
func values(n certparse.Name, oid string) []string {
	var all []string
	for _, rdn := range n.RDNs {
		for _, a := range rdn {
			if a.OID == oid {
				all = append(all, string(a.Value))
			}
		}
	}
	return all
}

// organization is a name's O, several joined.
//
//go:noinline
func organization(n certparse.Name) string { return strings.Join(values(n, oidOrganization), ", ") }

// username is the identity's name on current servers, "" when there is none.
//
//go:noinline
func (f *Facts) username() string {
	if f.Identity == nil {
		return ""
	}
	name, err := f.Identity.Leaf.Subject.ServerName(certparse.Linux42)
	if err != nil {
		return ""
	}
	return name
}

// before says that the server's version is known and older than this one.
func (f *Facts) before(version string) bool {
	return f.ServerVersion != "" && older(f.ServerVersion, version)
}

// since says that the server's version is known and is this one or newer.
func (f *Facts) since(version string) bool {
	return len(numbers(f.ServerVersion)) > 0 && !older(f.ServerVersion, version)
}

// era is the spelling of the server's version, false when that is not known.
func (f *Facts) era() (certparse.Era, bool) {
	v := f.ServerVersion
	switch {
	case len(numbers(v)) == 0:
		return 0, false
	case !older(v, "4.1.7"):
		return certparse.Era42, true
	case !older(v, "3.6.6"), older(v, "3.6") && !older(v, "3.4.17"):
		return certparse.Era40, true
	}
	return certparse.EraOpenSSL, true
}

func subject(f *Facts) (string, []*Finding) {
	if f.Identity == nil {
		return "", nil
	}
	name := f.Identity.Leaf.Subject
	if name.Empty() {
		return "", []*Finding{listed("U12", Error, "The certificate has no subject.").
			why("The server takes the user name from the subject and from nowhere else.").
			fix("Ask for a certificate with a subject, such as CN=your-application,O=Your Company. Names in the subject alternative name do not count.").
			server(saysNoSubject)}
	}
	_, err := name.ServerName(certparse.Linux42)
	var refused *certparse.NameError
	if errors.As(err, &refused) {
		return "", []*Finding{nameRefused(refused)}
	}
	era, known := f.era()
	var where []string
	for _, o := range name.OtherSpellings() {
		if !known || o.Profile.Era == era {
			where = append(where, o.Profile.String())
			if known && era != certparse.Era42 && o.Profile.Names < certparse.WindowsMac {
				return "", []*Finding{listed("U06", Warning, "Your server spells the user name "+o.Name+".").
					why("It is older than 4.2, and newer servers prepare the values before they print them.").
					fix("Use this form in createUser, and the other one after the upgrade: both users may exist side by side.")}
			}
		}
	}
	if len(where) == 0 {
		return "the server takes the subject as a user name", nil
	}
	return "the server takes the subject as a user name", []*Finding{
		listed("U06", Info, "Some servers spell the user name differently: "+strings.Join(where, "; ")+".").
			why("The label before the = and the treatment of odd characters depend on the server's version, its OpenSSL and its platform. The name shown is that of server 4.2 and later on a current Linux.").
			fix("If your server is one of those, use its form, which is shown with the name. Otherwise there is nothing to do.")}
}

// nameRefused says which attribute the server stumbles over and what becomes of the client.
func nameRefused(e *certparse.NameError) *Finding {
	what := "The server refuses this subject: " + e.Words
	if e.OID != "" {
		name, _ := certparse.AttributeName(e.OID, certparse.Linux42)
		what += ", in the attribute " + name
		if e.Rune != 0 {
			what += ", character U+" + strings.ToUpper(leftPad(strconv.FormatInt(int64(e.Rune), 16)))
		}
	}
	x := listed("name-refused", Error, what+".").server(e.Words)
	if e.Refusal == certparse.RefusedHandshake {
		x.Why = "The server's TLS library cannot read a certificate with such a subject, so there is no connection at all."
	}
	return x
}

// leftPad writes a code point with four digits at least, as Unicode does.
func leftPad(hex string) string {
	for len(hex) < 4 {
		hex = "0" + hex
	}
	return hex
}

// spelling looks at what people get wrong when they write the name themselves.
func spelling(f *Facts) (string, []*Finding) {
	name := f.username()
	if name == "" {
		return "", nil
	}
	var found []*Finding
	add := func(id, what string) { found = with(found, listed(id, Info, what)) }
	n := f.Identity.Leaf.Subject
	if emails := values(n, oidEmail); len(emails) > 0 {
		add("U05", "The subject has an e-mail address: emailAddress="+emails[0]+".")
	}
	multi := false
	for _, rdn := range n.RDNs {
		multi = multi || len(rdn) > 1
		for _, a := range rdn {
			if label, known := certparse.AttributeName(a.OID, certparse.Linux42); !known && len(found) < 4 {
				add("U04", "The subject has an attribute without a name: "+label+".")
			}
		}
	}
	if multi {
		add("U07", "One part of the subject has several attributes: the server writes "+name+".")
	}
	if strings.Contains(name, `\`) {
		add("U08", "The user name has escaped characters: "+name+".")
	}
	raw, err := n.ServerDN(certparse.Linux40)
	if era, known := f.era(); err == nil && raw.Spell(certparse.Linux42) != name && (!known || era == certparse.Era42) {
		found = with(found, listed("name-rewritten", Info, "The server rewrites the subject: it takes "+name+"."))
	}
	return "", found
}

// hasExtension says whether a certificate has an extension, by its OID.
//
//go:noinline
func hasExtension(c *certparse.Certificate, oid string) bool {
	for i := range c.Extensions {
		if c.Extensions[i].OID == oid {
			return true
		}
	}
	return false
}

// template looks for the marks that AD CS and mkcert leave.
func template(f *Facts) (string, []*Finding) {
	if f.Identity == nil {
		return "", nil
	}
	leaf := f.Identity.Leaf
	if organization(leaf.Subject) == "mkcert development certificate" {
		return "", []*Finding{listed("T15", Warning, "The certificate is mkcert's: O=mkcert development certificate.").server(saysMember)}
	}
	if !hasExtension(leaf, "1.3.6.1.4.1.311.20.2") && !hasExtension(leaf, "1.3.6.1.4.1.311.21.7") { // the template's name
		return "", nil
	}
	domains, units := len(values(leaf.Subject, oidDomain)), len(values(leaf.Subject, oidUnit))
	switch {
	case leaf.Subject.Empty():
		return "", []*Finding{listed("T16", Error, "The AD CS template left the subject empty.").server(saysNoSubject)}
	case domains > 0 || units > 1:
		return "", []*Finding{listed("T16", Warning, "The AD CS template filled the subject with the account's path: "+
			strconv.Itoa(domains)+" DC, "+strconv.Itoa(units)+" OU.")}
	}
	return "", nil
}
