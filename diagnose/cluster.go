package diagnose

import (
	"bytes"
	"slices"
	"strings"

	"certuri/certparse"
	"certuri/uribuild"
)

// serverLeaf is the server's own certificate, nil when none was given.
//
//go:noinline
func (f *Facts) serverLeaf() *certparse.Certificate {
	switch {
	case f.Server == nil || len(f.Server.Certificates) == 0:
		return nil
	case len(f.Server.Identities) > 0:
		return f.Server.Identities[0].Leaf
	}
	return f.Server.Certificates[0]
}

// cluster compares the client's O, OU and DC with the server's: up to 6.x a client with the same set is a member of the
// cluster, from 7.0 on one that has all of the server's (isClusterMember in ssl_manager.cpp).
func cluster(f *Facts) (string, []*Finding) {
	if f.Identity == nil {
		return "", nil
	}
	leaf, server := f.Identity.Leaf, f.serverLeaf()
	var found []*Finding
	if server == nil && leaf.AllowsClientAuth() && slices.Contains(leaf.ExtKeyUsage, certparse.ExtKeyUsageServerAuth) {
		for _, h := range f.hosts() {
			if f.covers(leaf, h.Name) {
				found = with(found, listed("U15", Warning, "The certificate is also a server's: it is for the host "+h.Name+" that you connect to.").
					server(saysOwn))
				break
			}
		}
	}
	var own certparse.ServerDN
	var err error
	switch {
	case server != nil:
		own, err = server.Subject.ServerDN(certparse.Linux42)
		if server.SHA256 == leaf.SHA256 || bytes.Equal(server.PublicKey.SPKI, leaf.PublicKey.SPKI) {
			return "", with(found, listed("U15", Error, "The client's certificate is the server's own.").server(saysOwn).also("U13 U14"))
		}
	case f.ServerSubject != nil:
		own, err = f.ServerSubject.Prepare()
	default:
		return "", found
	}
	client, clientErr := leaf.Subject.ServerDN(certparse.Linux42)
	if err != nil || clientErr != nil {
		return "", found
	}
	part := own.ClusterPart()
	if len(part.RDNs) == 0 {
		if server != nil {
			found = with(found, listed("U18", Info, "The server's certificate has no O, OU or DC.").
				why("Members of a replica set that log in to one another by X.509 do not know it as one of theirs. With a keyFile it does not matter.").
				server("Failed to authenticate CN=<host>@$external with mechanism MONGODB-X509: UserNotFound"))
		}
		return "", found
	}
	same, contains := client.ClusterPart().EqualUnordered(part), client.Contains(part)
	shown := part.Spell(certparse.Linux42)
	x := listed("U13", Error, "The server takes this certificate for a cluster member's: both have "+shown+".").
		server(saysMember).also("U14 U15")
	x.Why = "Up to 6.x equal O, OU and DC make a member; from 7.0 on it is enough to have all of the server's. createUser refuses the name; the login is refused («" + saysMemberLogin +
		"»), or with clusterAuthMode x509 it has all rights («" + saysMemberPower + "»)."
	if contains && !f.before("7.0") {
		x.Fix = "Issue client certificates without one of these: " + shown + ". From 7.0 on another OU beside them is not enough. Or give the servers an OU that no client has."
	}
	switch {
	case f.since("7.0") && contains, f.before("7.0") && same, same && contains && !f.since("7.0"):
	case f.since("7.0") || f.before("7.0"):
		return "the server does not take it for a cluster member", found
	case contains:
		x.Severity = Warning
		x.What = "A server from 7.0 on takes this certificate for a cluster member's: it has " + shown + " like the server."
	case same:
		x.Severity = Warning
		x.What = "A server before 7.0 takes this certificate for a cluster member's: both have " + shown + "."
	default:
		return "the server does not take it for a cluster member", found
	}
	return "", with(found, x)
}

// covers says whether a server's certificate is for a host, by its subject alternative names and, where it has none
// of those, by its common name.
func (f *Facts) covers(c *certparse.Certificate, host string) bool {
	if address := isAddress(host); address {
		// OpenSSL and Node.js compare the octets, Go and Java take ::ffff:10.0.0.1 for 10.0.0.1.
		return slices.ContainsFunc(c.IPAddresses, func(ip string) bool { return sameAddress(ip, host, !f.openSSL()) })
	}
	names := c.DNSNames
	if !hasAltNames(c) {
		names = values(c.Subject, oidCommonName)
	}
	return slices.ContainsFunc(names, func(name string) bool {
		if strings.HasPrefix(name, "*.") && strings.Count(name, ".") < 2 {
			return f.family(uribuild.Go) && certparse.MatchesHostname(name, host) // "*.com": nothing for OpenSSL, Node.js and Java
		}
		return certparse.MatchesHostname(name, host) || f.family(uribuild.Node) && partlyWild(name, host)
	})
}

// partlyWild matches a name such as db*.example.net, which RFC 9525 forbids and Node.js takes (lib/tls.js check).
func partlyWild(name, host string) bool {
	first, rest, _ := strings.Cut(strings.ToLower(name), ".")
	label, domain, _ := strings.Cut(strings.ToLower(strings.TrimSuffix(host, ".")), ".")
	before, after, wild := strings.Cut(first, "*")
	return wild && before+after != "" && !strings.Contains(after, "*") && !strings.Contains(first, "xn--") && rest == domain && strings.Contains(rest, ".") &&
		len(label) >= len(before+after) && strings.HasPrefix(label, before) && strings.HasSuffix(label, after)
}

func hasAltNames(c *certparse.Certificate) bool { return len(c.DNSNames)+len(c.IPAddresses) > 0 }
