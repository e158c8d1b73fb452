package diagnose

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"certuri/certparse"
	"certuri/uribuild"
)

// hosts are those of the connection string or, without one, of the deployment.
//
//go:noinline
func (f *Facts) hosts() []uribuild.Host {
	if f.URI != "" {
		return uribuild.Parse(f.URI).Hosts
	}
	return f.Hosts
}

// srv says whether the host is the name of an SRV record, so that the real hosts come from DNS.
func (f *Facts) srv() bool {
	return f.SRV && f.URI == "" || f.URI != "" && uribuild.Parse(f.URI).SRV
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// sameAddress compares two addresses; mapped says that an IPv4 address in an IPv6 one is the same.
func sameAddress(a, b string, mapped bool) bool {
	x, err1 := netip.ParseAddr(a)
	y, err2 := netip.ParseAddr(b)
	if mapped {
		x, y = x.Unmap(), y.Unmap()
	}
	return err1 == nil && err2 == nil && x.WithZone("") == y.WithZone("")
}

// openSSL says that the client has OpenSSL for its TLS, as far as is known.
func (f *Facts) openSSL() bool {
	return f.family(uribuild.PyMongo) || f.family(uribuild.Node) || f.family(uribuild.C) || f.family(uribuild.Ruby)
}

// serverCertificate looks at the server's certificate and the hosts that it is to be found at.
func serverCertificate(f *Facts) (string, []*Finding) {
	c := f.serverLeaf()
	if c == nil {
		return "", f.hostsAlone()
	}
	found := f.dates(c, "The server's certificate", "Have the server's certificate renewed. It is for whoever runs the server to do.")
	found = append(found, f.chainProblems(c, f.path(c, f.Server), "The server's certificate", true)...)
	const enough = certparse.KeyUsageDigitalSignature | certparse.KeyUsageKeyEncipherment | certparse.KeyUsageKeyAgreement
	if c.KeyUsagePresent && c.KeyUsage&enough == 0 {
		found = with(found, listed("T01", Error, "The server's certificate may not be used by a server: its key usage has neither digitalSignature nor keyEncipherment nor keyAgreement.").
			why("Clients refuse the connection.").
			fix("Have it issued again with keyUsage = digitalSignature, keyEncipherment.").
			client("unsuitable certificate purpose").from("OpenSSL crypto/x509/v3_purp.c"))
	}
	if c.IsCA && !hasAltNames(c) {
		found = with(found, listed("ca-certificate", Warning, "What is given as the server's certificate is an authority's (CA:TRUE).").
			why("What is said about the server's certificate is then about another.").
			fix("Give the certificate that the server has in its tlsCertificateKeyFile."))
	}
	if c.ExtKeyUsageSet && !slices.Contains(c.ExtKeyUsage, certparse.ExtKeyUsageServerAuth) &&
		(!slices.Contains(c.ExtKeyUsage, certparse.ExtKeyUsageAny) || f.openSSL()) {
		found = with(found, listed("T01", Error, "The server's certificate may not be used by a server: its extended key usage lacks serverAuth.").
			why("Clients refuse the connection.").
			fix("Have it issued again with extendedKeyUsage = serverAuth, clientAuth.").
			client("unsuitable certificate purpose"))
	}
	for _, id := range f.Server.Identities {
		k := id.Key
		if id.Leaf != c || k == nil {
			continue
		}
		// An Atlas or Linux server reads them all; which platform it is on cannot be seen from here.
		x := listed("F14", Info, "").server("Failed to find PEM blob header: -----BEGIN RSA PRIVATE KEY-----")
		switch {
		case k.Algorithm != "RSA":
			x.What = "The server's key is no RSA key (" + k.Algorithm + "), and mongod on Windows reads only those from a file."
			x.Fix = "If the server runs on Windows: import server.p12 into the machine's store and start mongod with --tlsCertificateSelector thumbprint=..., or have the certificate issued for an RSA key."
		case k.Encrypted:
			x.What = "The server's key is encrypted, and mongod on Windows does not read that from a file."
			x.Fix = "If the server runs on Windows: openssl rsa -in server.pem -traditional -out server.key, then join server.crt and server.key again."
		default:
			continue
		}
		found = with(found, x)
	}
	if !hasAltNames(c) {
		s := Warning
		if f.family(uribuild.Go) || f.family(uribuild.Rust) {
			s = Error
		}
		found = with(found, listed("T07", s, "The server's certificate has no subject alternative name (its CN is "+strconv.Quote(strings.Join(values(c.Subject, oidCommonName), ", "))+").").
			why("Go and Rust do not look at the common name; Node.js, Java, Python and OpenSSL still do.").
			client(f.only(uribuild.Go, "x509: certificate relies on legacy Common Name field, use SANs instead")).also("T06"))
	}
	checked := "the server's certificate is in date and for a server"
	if f.srv() {
		return checked, found
	}
	for _, h := range f.hosts() {
		if strings.HasPrefix(h.Name, "/") || f.covers(c, h.Name) {
			checked = "the server's certificate is for every host"
			continue
		}
		found = with(found, listed("T06", Error, "The server's certificate is not for "+h.Name+": it has "+shownNames(c)+".").
			client(f.prints(&otherHost)))
	}
	return checked, found
}

// shownNames lists the names that a server's certificate is for, a few of them.
func shownNames(c *certparse.Certificate) string {
	names := append(slices.Clone(c.DNSNames), c.IPAddresses...)
	if len(names) == 0 {
		names = values(c.Subject, oidCommonName)
	}
	if len(names) == 0 {
		return "no name at all"
	}
	shown := names[:min(len(names), 6)]
	return strings.Join(shown, ", ") + andMore(len(names)-len(shown))
}

// hostsAlone says what can be said without the server's certificate. Of a connection string's hosts connection says it.
func (f *Facts) hostsAlone() []*Finding {
	if f.URI != "" {
		return nil
	}
	l, found := uribuild.HostAlone(f.Hosts)
	if !found {
		return nil
	}
	return []*Finding{f.otherName(l)}
}

// otherName is what uribuild says of a host, with what the client would print.
func (f *Facts) otherName(l uribuild.Finding) *Finding {
	return listed(l.ID, Severity(l.Severity), l.What).
		fix(l.Fix + " With the server's certificate at hand this can be told: [[--server-cert FILE|«About the server»]].").
		client(f.prints(&otherHost))
}

// serverTrust looks whether the CA file can vouch for the server.
func serverTrust(f *Facts) (string, []*Finding) {
	if f.CA == nil {
		return "", nil
	}
	var found []*Finding
	authorities := 0
	for _, c := range f.CA.Certificates {
		if notAuthority(c) == "" {
			authorities++
		}
		if !c.SelfIssued() && c.IsCA {
			continue // an intermediate that nothing hangs on
		}
		if len(found) == 0 { // one is enough
			if found = f.dates(c, "In the CA file, "+quoted(c.Subject), "Get the authority's new certificate and put it into the CA file."); len(found) > 0 && len(f.CA.Certificates) > 1 {
				found[0].Severity = Info // another of them may be the one that counts
			}
		}
	}
	if len(f.CA.Keys) > 0 {
		found = with(found, listed("ca-key", Warning, "The CA file holds a private key."))
	}
	id := "T03"
	switch {
	case f.family(uribuild.Go):
		id = "T05"
	case f.family(uribuild.JVM):
		id = "T04"
	}
	leaf := f.serverLeaf()
	switch {
	case len(f.CA.Certificates) == 0:
		found = with(found, listed(id, Error, "The CA file holds no certificate.").client(f.prints(&noAuthority)))
	case leaf == nil && authorities == 0 && !f.CA.Certificates[0].SelfIssued():
		found = with(found, listed(id, Warning, "The CA file holds no authority: "+quoted(f.CA.Certificates[0].Subject)+" lacks CA:TRUE.").client(f.prints(&noAuthority)))
	case leaf == nil && authorities > 0 && !slices.ContainsFunc(f.CA.Certificates, (*certparse.Certificate).SelfIssued):
		found = append(found, f.noRoot(id, f.CA.Certificates[0])...)
	case leaf == nil:
	default:
		last := leaf
		if above := f.path(leaf, f.Server); len(above) > 0 {
			last = above[len(above)-1]
		}
		if f.trusts(last) {
			if !last.SelfIssued() {
				if x := f.noRoot(id, last); x != nil {
					return "", append(found, x...)
				}
			}
			return "the CA file has the issuer of the server's certificate", found
		}
		what := "The CA file lacks the issuer of the server's certificate: " + quoted(last.Issuer) + "."
		for _, c := range f.CA.Certificates {
			if string(c.Subject.Raw) == string(last.Issuer.Raw) {
				what = "The CA file has an authority of the right name, " + quoted(last.Issuer) + ", with another key: it was made anew."
			}
		}
		found = with(found, listed(id, Error, what).client(f.prints(&noAuthority)))
	}
	return "", found
}

// noRoot is the finding about a CA file that ends with c, which is no root. Go, Java, Rust and .NET take any certificate in
// it for an anchor, OpenSSL does not without X509_V_FLAG_PARTIAL_CHAIN.
func (f *Facts) noRoot(id string, c *certparse.Certificate) []*Finding {
	s := Warning
	switch {
	case f.family(uribuild.PyMongo) || f.family(uribuild.Node):
		s = Error
	case f.Target != "" && !f.openSSL():
		return nil
	}
	return []*Finding{listed(id, s, "The CA file has no root: it ends with "+quoted(c.Subject)+", whose issuer it lacks.").
		why("OpenSSL wants the chain up to its root: PyMongo, Node.js and the server itself. Go and Java take any certificate in the file.").
		fix("Add the root " + quoted(c.Issuer) + " to the CA file.").
		client("unable to get issuer certificate")}
}

// atlas looks whether certificate and deployment are both Atlas's. Atlas-managed certificates have a CN alone for a subject,
// and an issuer that names both MongoDB and Atlas; «atlas» by itself is many a company's name.
func atlas(f *Facts) (string, []*Finding) {
	hosts := f.hosts()
	onAtlas := slices.ContainsFunc(hosts, func(h uribuild.Host) bool {
		return strings.HasSuffix(strings.ToLower(strings.TrimSuffix(h.Name, ".")), ".mongodb.net")
	})
	if f.Identity == nil {
		return "", nil
	}
	leaf, chain := f.Identity.Leaf, f.Identity.Chain
	issuer := strings.ToLower(leaf.Issuer.String())
	bare := len(leaf.Subject.RDNs) == 1 && len(values(leaf.Subject, oidCommonName)) == 1
	managed := bare && strings.Contains(issuer, "mongodb") && strings.Contains(issuer, "atlas")
	var found []*Finding
	switch {
	case managed:
		found = with(found, listed("F30", Info, "The certificate is Atlas-managed: "+quoted(leaf.Issuer)+" issued it."))
		if len(hosts) > 0 && !onAtlas {
			found = with(found, listed("atlas-elsewhere", Warning, "The certificate is Atlas-managed, and "+hosts[0].Name+" is no Atlas host.").server(saysValidation+"unable to get local issuer certificate"))
		}
	case onAtlas:
		problem := ""
		ca := leaf
		if len(chain) > 0 {
			ca = chain[len(chain)-1]
		} else if f.CA != nil {
			if c := f.issuer(leaf, f.CA.Certificates); c != nil {
				ca = c
			}
		}
		switch {
		case ca == leaf && leaf.SelfIssued():
			problem = notAuthority(leaf)
		case ca != leaf && notAuthority(ca) != "":
			problem = notAuthority(ca)
		case ca != leaf && f.Now.After(ca.NotAfter):
			problem = "it expired on " + date(ca.NotAfter)
		}
		switch {
		case problem != "":
			found = with(found, listed("T14", Error, "Atlas does not accept "+quoted(ca.Subject)+" as an authority: "+problem+"."))
		case bare:
			found = with(found, listed("T14", Info, "Unless Atlas made this certificate, its authority must be uploaded there: "+quoted(leaf.Issuer)+"."))
		default:
			found = with(found, listed("T14", Info, "The certificate is self-managed, and the deployment is Atlas: "+quoted(leaf.Issuer)+" must be uploaded there."))
		}
	}
	if onAtlas && f.CA != nil && !slices.ContainsFunc(f.CA.Certificates, func(c *certparse.Certificate) bool {
		return organization(c.Subject) == "Internet Security Research Group"
	}) {
		found = with(found, listed("T03", Warning, "A CA file is given, without the public root that Atlas uses.").
			why("Atlas's servers have certificates from Let's Encrypt (ISRG Root X1), and a CA file takes the place of the system's roots.").
			fix("Leave the CA file out.").client(f.prints(&noAuthority)).also("T05"))
	}
	return "", found
}
