package diagnose

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"certuri/certparse"
)

// soon is how long before the end the server itself begins to warn (tlsX509ExpirationWarningThresholdDays).
const soon = 30 * 24 * time.Hour

func validity(f *Facts) (string, []*Finding) {
	if f.Identity == nil {
		return "", nil
	}
	found := f.dates(f.Identity.Leaf, "The certificate", "Ask for a renewal with the same subject[[|: «No certificate yet, or a new one» makes the request]]. Then the user on the server stays as it is.")
	for _, c := range f.Identity.Chain {
		found = append(found, f.dates(c, "The issuer's certificate "+quoted(c.Subject), "Ask for the issuer's new certificate and put it in the place of this one. If it has another key, have yours issued again too.")...)
	}
	return "it is in date", found
}

// dates looks at a certificate's validity; which begins the sentence, and renew says how to have it renewed.
func (f *Facts) dates(c *certparse.Certificate, which, renew string) []*Finding {
	until, from := date(c.NotAfter), date(c.NotBefore)
	one := func(s Severity, what, why, fix, server string) []*Finding {
		return []*Finding{listed("T10", s, which+what).why(why).fix(fix).server(server).from("RFC 5280 section 4.1.2.5; " + sourceServerTLS)}
	}
	switch {
	case f.Now.After(c.NotAfter):
		return one(Error, " expired on "+until+", "+days(f.Now.Sub(c.NotAfter))+" ago.",
			"Servers and clients refuse the connection.",
			renew,
			saysValidation+"certificate has expired")
	case f.Now.Before(c.NotBefore):
		return one(Error, " is not valid before "+from+", "+days(c.NotBefore.Sub(f.Now))+" from now.",
			"Servers and clients refuse the connection.",
			"Wait until then, or check the clock of this machine: it says "+date(f.Now)+".",
			saysValidation+"certificate is not yet valid")
	case c.NotAfter.Sub(f.Now) < soon:
		return one(Warning, " expires on "+until+", in "+days(c.NotAfter.Sub(f.Now))+".",
			"The login works until then. The server logs it from 30 days before the end.",
			renew,
			"Peer certificate expiration information")
	}
	return nil
}

// clock doubts the machine's own: no certificate is looked at before this program was written.
func clock(f *Facts) (string, []*Finding) {
	if f.Now.Year() >= 2026 {
		return "", nil
	}
	return "", []*Finding{listed("clock", Warning, "The clock of this machine says "+date(f.Now)+", which cannot be.")}
}

func date(t time.Time) string { return t.UTC().Format("2 January 2006") }

// days says a duration in whole days, and in hours below one day.
func days(d time.Duration) string {
	n, unit := int(d/(24*time.Hour)), " day"
	if n == 0 {
		n, unit = int(d/time.Hour), " hour"
	}
	if n != 1 {
		unit += "s"
	}
	return strconv.Itoa(n) + unit
}

func issuer(f *Facts) (string, []*Finding) {
	if f.Identity == nil {
		return "", nil
	}
	leaf, chain := f.Identity.Leaf, f.Identity.Chain
	if leaf.SelfIssued() && (!leaf.IsCA || f.CA != nil && !f.trusts(leaf)) {
		return "", []*Finding{listed("self-signed", Warning, "The certificate is self-signed: its issuer is itself.").server(saysValidation + "self-signed certificate")}
	}
	switch {
	case len(chain) == 0:
		return "", nil
	case !chain[len(chain)-1].SelfIssued():
		return "the chain is in order, up to a root that the server must have", nil
	}
	return "the chain is complete up to its root", nil
}

// crowd is how many leaves are no client's file any more but a list of users, where nothing follows from the order.
const crowd = 8

// chainOrder looks at the order of the certificates in the leaf's own file, and for gaps between them.
func chainOrder(f *Facts) (string, []*Finding) {
	if f.Identity == nil {
		return "", nil
	}
	if len(f.Bundle.Identities) > crowd {
		return "", nil
	}
	leaf, chain := f.Identity.Leaf, f.Identity.Chain
	var found []*Finding
	var file []*certparse.Certificate // the PEM file's certificates, in its order
	if pemLabel(leaf.Source) != "" {
		for _, c := range f.Bundle.Certificates {
			if c.Source.File == leaf.Source.File {
				file = append(file, c)
			}
		}
	}
	clients := map[*certparse.Certificate]bool{leaf: true} // with keys of their own, which several speaks of
	for _, id := range f.Bundle.Identities {
		clients[id.Leaf] = clients[id.Leaf] || id.Key != nil
	}
	inOrder := 0
	var extra []*certparse.Certificate
	for i, c := range file {
		at := slices.Index(chain, c)
		switch {
		case i == 0 && c != leaf && f.Identity.Key != nil:
			found = with(found, f.orRemade(listed("F10", f.asIs(Error), "The client's certificate is not the first in the file: "+quoted(c.Subject)+" is.").
				why("Clients take the first certificate for their own and compare it with the key.").
				fix("Put the client's certificate first, then the intermediates, then the key: [[`certuri convert FILE --to pem --out client.pem`|save the file under «Files this needs»]].").
				client(f.prints(&otherKey)).also("F09")))
		case clients[c] || file[0] != leaf:
		case at < 0:
			extra = append(extra, c)
		case at < inOrder:
			found = with(found, listed("chain-order", Info, "The intermediates are not in order: "+quoted(c.Subject)+" comes too late."))
		case c.SelfIssued():
			found = with(found, listed("extra-root", Info, "The file holds the root "+quoted(c.Subject)+"."))
		}
		inOrder = max(inOrder, at)
	}
	for _, c := range extra {
		for _, own := range chain {
			if string(c.Subject.Raw) == string(own.Subject.Raw) && bytes.Equal(c.PublicKey.SPKI, own.PublicKey.SPKI) &&
				slices.Index(file, c) < slices.Index(file, own) && f.CA != nil && f.trusts(f.above[len(f.above)-1]) {
				return "", with(found, listed("other-authority", Warning, "Two certificates of "+quoted(c.Subject)+" are in the file, and the first leads to no root in the CA file.").
					why("The authority is cross-signed. OpenSSL takes the first that fits and does not come back for the other.").
					fix("Leave the first out of the file, or put it after the other.").
					server(saysValidation+"unable to get local issuer certificate"))
			}
		}
	}
	if len(extra) > 0 {
		found = with(found, listed("extra-certificate", Info, "The file also holds "+quoted(extra[0].Subject)+andMore(len(extra)-1)+", not in the chain."))
	}
	return "the certificates are in order", append(found, f.gaps(leaf, chain)...)
}

// andMore counts what is not named.
func andMore(n int) string {
	if n == 0 {
		return ""
	}
	return " and " + strconv.Itoa(n) + " more"
}

// gaps looks for intermediates that are missing between the leaf and an authority that is at hand.
func (f *Facts) gaps(leaf *certparse.Certificate, chain []*certparse.Certificate) []*Finding {
	last := leaf
	if len(f.above) > 0 {
		last = f.above[len(f.above)-1]
	}
	sameName := func(c *certparse.Certificate) bool {
		return c != leaf && string(c.Subject.Raw) == string(last.Issuer.Raw)
	}
	if len(chain) < len(f.above) { // the CA file goes on where the files end
		if len(chain) > 0 {
			last = chain[len(chain)-1]
		} else {
			last = leaf
		}
		if slices.ContainsFunc(f.Bundle.Certificates, sameName) {
			return []*Finding{otherAuthority(last, "files").
				why("The authority was made anew under its old name, with another key. The one in the CA file did sign it.").
				fix("Leave the other out of the file.")}
		}
		return nil
	}
	if last.SelfIssued() || f.trusts(last) {
		return nil
	}
	missing := quoted(last.Issuer)
	x := listed("T11", Warning, "The issuer "+missing+" is missing.").server(saysValidation + "unable to get local issuer certificate")
	if len(last.CAIssuers) > 0 && strings.HasPrefix(last.CAIssuers[0], "http") {
		x.Fix = "Fetch it from " + last.CAIssuers[0] + " and append it after your certificate."
	}
	switch {
	case slices.ContainsFunc(f.Bundle.Certificates, sameName):
		return []*Finding{otherAuthority(last, "files")}
	case f.CA != nil && slices.ContainsFunc(f.CA.Certificates, sameName):
		return []*Finding{otherAuthority(last, "CA file").fix("Have the certificate issued again by the authority that there is now, or use the CA file with the old one if the server still has that.")}
	case f.CA != nil:
		x.What = "The issuer " + missing + " is neither in the files nor in the CA file."
		x.Why += " It may have it in its own CA file, if that is another than yours."
	case slices.ContainsFunc(f.Bundle.Certificates, func(c *certparse.Certificate) bool {
		return c.IsCA && c != leaf && !slices.Contains(chain, c)
	}):
		x.What = "There is a gap in the chain: the issuer " + missing + " is missing, and another authority is there."
	case len(last.CAIssuers) > 0:
		x.Severity = Info
		x.What = "The issuer " + missing + " is not in the files."
		x.Why = "The server must have it. If it is an intermediate, the server often has the root only."
	default:
		return nil
	}
	return []*Finding{x}
}

// authority looks at the issuers in the chain.
func authority(f *Facts) (string, []*Finding) {
	if f.Identity == nil {
		return "", nil
	}
	found := f.chainProblems(f.Identity.Leaf, f.above, "The certificate", false)
	if len(f.Identity.Chain) == 0 {
		return "", found
	}
	for _, x := range found {
		if x.ID == "name-constraints" {
			return "", found
		}
	}
	return "its issuers may issue certificates", found
}

// otherAuthority is the finding about a certificate whose issuer's name another authority has, in the files or the CA file.
func otherAuthority(c *certparse.Certificate, where string) *Finding {
	return listed("other-authority", Warning, quoted(c.Subject)+" names "+quoted(c.Issuer)+" as its issuer, but the one of that name in the "+where+" did not sign it.").
		server(saysValidation + "certificate signature failure")
}

// handled are the extensions that OpenSSL processes (X509_supported_extension), under 2.5.29 and elsewhere.
const handled = " 2.5.29.14 2.5.29.15 2.5.29.17 2.5.29.19 2.5.29.30 2.5.29.31 2.5.29.32 2.5.29.33 2.5.29.35 2.5.29.36 2.5.29.37 2.5.29.54" +
	" 2.16.840.1.113730.1.1 1.3.6.1.5.5.7.1.7 1.3.6.1.5.5.7.1.8 1.3.6.1.5.5.7.1.14 1.3.6.1.5.5.7.48.1.5 "

// chainProblems is what OpenSSL's check of a chain would stumble on (x509_vfy.c check_chain): leaf is a client's
// certificate or a server's, and above are its issuers.
func (f *Facts) chainProblems(leaf *certparse.Certificate, above []*certparse.Certificate, which string, server bool) []*Finding {
	var found []*Finding
	says := func(x *Finding, text string) {
		if server {
			x.Error = text
		} else {
			x.Server = saysValidation + text
		}
		found = with(found, x)
	}
	purpose, use := certparse.ExtKeyUsageClientAuth, "clientAuth"
	if server {
		purpose, use = certparse.ExtKeyUsageServerAuth, "serverAuth"
	}
	below := 0 // intermediates under the one that is looked at
	for i, c := range append([]*certparse.Certificate{leaf}, above...) {
		if i > 0 {
			which = "The issuer " + quoted(c.Subject)
		}
		for _, x := range c.Extensions {
			if x.Critical && !strings.Contains(handled, " "+x.OID+" ") {
				says(listed("critical-extension", Error, which+" has the extension "+x.OID+", marked critical."), "unhandled critical extension")
			}
		}
		if i == 0 {
			continue
		}
		if problem := notAuthority(c); problem != "" {
			says(listed("not-an-authority", Error, which+" may not issue certificates: "+problem+"."), "invalid CA certificate")
		}
		if c.ExtKeyUsageSet && !slices.Contains(c.ExtKeyUsage, purpose) &&
			(!server || f.openSSL() || !slices.Contains(c.ExtKeyUsage, certparse.ExtKeyUsageAny)) {
			says(listed("T01", Error, which+" may not issue such certificates: its extended key usage lacks "+use+".").
				why("An extended key usage of an authority holds for everything under it.").
				fix("Have the certificate issued by an authority without extendedKeyUsage, or with "+use+" in it.").
				from("OpenSSL crypto/x509/v3_purp.c"), "unsuitable certificate purpose")
		}
		if c.PathLengthSet && below > c.PathLength {
			says(listed("not-an-authority", Error, which+" allows "+strconv.Itoa(c.PathLength)+" intermediates under it, and has "+strconv.Itoa(below)+" (pathlen).").
				fix("Have the certificate issued by an authority further up, or that authority made again with a greater pathlen."), "path length constraint exceeded")
		}
		if !c.SelfIssued() {
			below++
		}
		if hasExtension(c, "2.5.29.30") {
			found = with(found, listed("name-constraints", Info, which+" limits the names of the certificates under it."))
		}
	}
	return found
}

// notAuthority says why a certificate cannot issue others, "" when it can. Version 1 roots have no extensions and pass
// with OpenSSL.
func notAuthority(c *certparse.Certificate) string {
	switch {
	case !c.IsCA && !(c.Version < 3 && c.SelfIssued()):
		return "it lacks CA:TRUE"
	case c.KeyUsagePresent && c.KeyUsage&certparse.KeyUsageCertSign == 0:
		return "its key usage lacks keyCertSign"
	}
	return ""
}

// publicAuthority looks for the marks of certificates that public authorities issue for web servers.
func publicAuthority(f *Facts) (string, []*Finding) {
	if f.Identity == nil {
		return "", nil
	}
	leaf := f.Identity.Leaf
	name := organization(leaf.Issuer)
	if name != "Let's Encrypt" && name != "Google Trust Services" && name != "ZeroSSL" &&
		!hasExtension(leaf, "1.3.6.1.4.1.11129.2.4.2") { // RFC 6962 section 3.3
		return "", nil
	}
	if !leaf.AllowsClientAuth() {
		return "", []*Finding{listed("T02", Error, "A public authority ("+name+") issued the certificate, without clientAuth.").server(saysPurpose)}
	}
	return "", []*Finding{listed("T02", Warning, "A public authority ("+name+") issued the certificate: it ends on "+date(leaf.NotAfter)+" and cannot be renewed for clients.").
		server(saysPurpose)}
}
