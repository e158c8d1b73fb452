package diagnose

import (
	"slices"
	"strconv"
	"strings"

	"certuri/certparse"
	"certuri/uribuild"
)

func purpose(f *Facts) (string, []*Finding) {
	if f.Identity == nil || f.trustStore() {
		return "", nil
	}
	leaf, found := f.Identity.Leaf, []*Finding(nil)
	if !leaf.AllowsClientAuth() {
		what := "The certificate may not be used by a client: its extended key usage lacks clientAuth"
		if slices.Contains(leaf.ExtKeyUsage, certparse.ExtKeyUsageServerAuth) {
			what += " and has serverAuth, so it is a server's certificate"
		}
		found = with(found, listed("T01", Error, what+".").
			why("The server refuses the connection («unsupported certificate purpose» with an older OpenSSL). Public authorities have stopped issuing clientAuth in 2026.").
			fix("Ask for a certificate with extendedKeyUsage = clientAuth, from a private authority that the server trusts.").
			server(saysPurpose))
	}
	if leaf.AllowsClientAuth() && leaf.ExtKeyUsageSet && !slices.Contains(leaf.ExtKeyUsage, certparse.ExtKeyUsageClientAuth) {
		found = with(found, listed("T01", Error, "The certificate may not be used by a client: its extended key usage has anyExtendedKeyUsage and lacks clientAuth.").
			why("RFC 5280 would let it pass. OpenSSL, which the server uses on Linux, wants clientAuth by name.").
			fix("Ask for a certificate with extendedKeyUsage = clientAuth.").
			server(saysPurpose).from("OpenSSL crypto/x509/v3_purp.c"))
	}
	const enough = certparse.KeyUsageDigitalSignature | certparse.KeyUsageKeyAgreement
	if leaf.KeyUsagePresent && leaf.KeyUsage&enough == 0 {
		found = with(found, listed("T01", Error, "The certificate may not sign a login: its key usage has neither digitalSignature nor keyAgreement.").
			why("OpenSSL, which the server uses, does not take it as a client's certificate.").
			fix("Ask for a certificate with keyUsage = digitalSignature.").
			server(saysPurpose).from("RFC 5280 section 4.2.1.3; OpenSSL crypto/x509/v3_purp.c"))
	}
	if leaf.IsCA {
		found = with(found, listed("ca-certificate", Warning, "This is the certificate of an authority (CA:TRUE), not of a client."))
	}
	return "it may be used by a client", found
}

// weakSignature says whether a signature algorithm is one that current TLS libraries refuse.
func weakSignature(name string) bool {
	return strings.Contains(name, "MD5") || strings.Contains(name, "MD2") || strings.Contains(name, "SHA1")
}

// agreementOnly are the algorithms, with ML-KEM, whose keys do not sign.
var agreementOnly = []string{"X25519", "X448", "DH", "X9.42 DH", "ECDH", "ECMQV", "RSA-OAEP"}

// signing are the algorithms that clients and servers log in with.
var signing = []string{"RSA", "RSA-PSS", "EC", "Ed25519", "Ed448", ""}

func strength(f *Facts) (string, []*Finding) {
	if f.Identity == nil {
		return "", nil
	}
	leaf, found := f.Identity.Leaf, []*Finding(nil)
	for i, c := range append([]*certparse.Certificate{leaf}, f.Identity.Chain...) {
		if !weakSignature(c.SignatureAlgorithm) || c.SelfIssued() { // its own signature is not looked at (ssl_security_cert_sig)
			continue
		}
		which := "The certificate"
		if i > 0 {
			which = "The issuer's certificate " + quoted(c.Subject)
		}
		s := Warning
		// Node.js 17 and later bring an OpenSSL 3, which refuses it at its lowest level but one. Which Node.js goes with a version
		// of a driver is open. Compass and VS Code have BoringSSL.
		if (f.Target == "node" || f.Target == "mongoose" || f.Target == "mongosh") && f.TargetVersion == "" {
			s = Error
		}
		found = with(found, listed("weak-signature", s, which+" is signed with "+c.SignatureAlgorithm+".").client(f.prints(&weakDigest)))
	}
	for _, c := range f.Identity.Chain {
		if k := c.PublicKey; k.Algorithm == "RSA" && k.Bits > 0 && k.Bits < 2048 {
			found = with(found, listed("weak-key", Warning, "The key of the issuer "+quoted(c.Subject)+" has only "+strconv.Itoa(k.Bits)+" bits.").
				why("TLS libraries of current systems refuse it, and Python the whole file («ca key too small»).").
				fix("Have the certificate issued by an authority with RSA 2048 or more, or EC P-256.").
				client(f.only(uribuild.PyMongo, "[SSL: CA_KEY_TOO_SMALL] ca key too small")))
		}
	}
	switch k := leaf.PublicKey; {
	case k.Algorithm == "RSA" && k.Bits > 0 && k.Bits < 2048:
		found = with(found, listed("weak-key", Warning, "The key has only "+strconv.Itoa(k.Bits)+" bits."))
	case k.Algorithm == "DSA":
		found = with(found, listed("unusable-key", Error, "The key is a DSA key."))
	case strings.HasPrefix(k.Algorithm, "ML-KEM") || slices.Contains(agreementOnly, k.Algorithm):
		found = with(found, listed("unusable-key", Error, "The key is for "+k.Algorithm+", which has no signatures.").
			why("A login is a signature made with the key. This kind of key only encrypts or agrees on a secret."))
	case !slices.Contains(signing, k.Algorithm):
		found = with(found, listed("unusable-key", Warning, "The key is for "+k.Algorithm+".").
			why("Few TLS libraries know it, if any: ML-DSA is in OpenSSL from 3.5 on.").client(f.only(uribuild.Node, "error:03000072:digital envelope routines::decode error")))
	case f.family(uribuild.Go) && (k.Algorithm == "Ed448" || k.Algorithm == "RSA-PSS"):
		found = with(found, listed("unusable-key", Error, "The key is for "+k.Algorithm+", and the client is Go.").
			why("Go reads RSA, EC and Ed25519 keys only.").client("tls: failed to parse private key").from("golang/go crypto/x509/pkcs8.go"))
	case k.Algorithm == "EC" && k.Curve != "P-256" && k.Curve != "P-384" && k.Curve != "P-521":
		x := listed("unusual-curve", Warning, "The key is on the curve "+k.Curve+".").client(f.only(uribuild.Go, "x509: unsupported elliptic curve"))
		if f.family(uribuild.Go) {
			x.Severity = Error // it has no other curves at all
		}
		found = with(found, x)
	}
	return "key and signature are strong enough", found
}

func roles(f *Facts) (string, []*Finding) {
	if f.Identity == nil {
		return "", nil
	}
	leaf := f.Identity.Leaf
	switch {
	case leaf.RolesError != "":
		return "", []*Finding{listed("U21", Error, "The certificate carries MongoDB roles that cannot be read.").
			why("The server drops the connection when the extension 1.3.6.1.4.1.34601.2.1.1 is malformed.").
			fix("Have the certificate issued again, with a SET OF SEQUENCE { role UTF8String, database UTF8String }, or without the extension.").
			server(leaf.RolesError).from(sourceServerName + " parsePeerRoles")}
	case len(leaf.Roles) > 0:
		names := make([]string, len(leaf.Roles))
		for i, r := range leaf.Roles {
			names[i] = r.Role + "@" + r.Database
		}
		return "", []*Finding{listed("U21", Info, "The certificate itself grants roles: "+strings.Join(names, ", ")+".").
			why("The server takes the roles from the certificate, needs no createUser, and ignores the roles of an existing user of that name.").
			fix("Nothing, if that is meant. To grant roles on the server instead, use a certificate without the extension, or start the server with allowRolesFromX509Certificates=false.")}
	}
	return "", nil
}

// membership reads MongoDB's cluster membership extension.
func membership(f *Facts) (string, []*Finding) {
	if f.Identity == nil {
		return "", nil
	}
	switch leaf := f.Identity.Leaf; {
	case leaf.ClusterMembershipError != "":
		return "", []*Finding{listed("U16", Error, "The certificate carries a MongoDB cluster membership that cannot be read.").
			why("A server from 7.0 on drops the connection when the extension 1.3.6.1.4.1.34601.2.1.2 is malformed.").
			fix("Have the certificate issued again without the extension: it is for servers.").
			server(leaf.ClusterMembershipError).from(sourceServerName + " parseDERString")}
	case leaf.ClusterMembership != "":
		return "", []*Finding{listed("U16", Warning, "The certificate says that it is a member of the cluster "+strconv.Quote(leaf.ClusterMembership)+".").
			why("Servers from 7.0 on that are set to this name (net.tls.clusterAuthX509.extensionValue) take the client for one of themselves.").
			server("The provided certificate represents both a cluster member and an explicit user which exists in the authzn database.")}
	}
	return "", nil
}

func unusual(f *Facts) (string, []*Finding) {
	if f.Identity == nil {
		return "", nil
	}
	var found []*Finding
	for _, o := range f.Identity.Leaf.Oddities {
		x := listed("unusual-certificate", Info, "The certificate is unusual: "+o+".")
		if f.family(uribuild.JVM) && o == "a version 1 certificate has extensions" {
			x.Severity, x.Why = Error, "Java refuses it, and with it the whole key store."
			x.Error = "java.security.cert.CertificateParsingException: no more data allowed for version 1 certificate"
		}
		found = with(found, x)
	}
	return "", found
}
