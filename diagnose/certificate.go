package diagnose

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"certuri/certparse"
)

// certificateRules need nothing but the opened files. Their order is the order of findings of one severity.
var certificateRules = []rule{subject, key, validity, purpose, issuer, strength, roles, unusual}

const (
	sourceServerName = "mongodb/mongo src/mongo/util/net/ssl_manager.cpp"
	sourceServerAuth = "mongodb/mongo src/mongo/db/commands/authentication_commands.cpp"
	sourceServerTLS  = "mongodb/mongo src/mongo/util/net/ssl_manager_openssl.cpp"
)

func subject(f Facts) (string, []Finding) {
	if f.Identity == nil {
		return "", nil
	}
	leaf := f.Identity.Leaf
	if leaf.Subject.Empty() {
		return "", []Finding{{"U12", Error,
			"The certificate has no subject.",
			"The server takes the user name from the subject and from nowhere else: it answers «No verified subject name available from client».",
			"Ask for a certificate with a subject, such as CN=your-application,O=Your Company. Names in the subject alternative name do not count.",
			sourceServerAuth}}
	}
	_, err := leaf.Subject.ServerName(certparse.Linux42)
	var refused *certparse.NameError
	if errors.As(err, &refused) {
		return "", []Finding{nameRefused(refused)}
	}
	var found []Finding
	if others := leaf.Subject.OtherSpellings(); len(others) > 0 {
		where := make([]string, len(others))
		for i, o := range others {
			where[i] = o.Profile.String()
		}
		found = append(found, Finding{"U06", Info,
			"Some servers spell the user name differently: " + strings.Join(where, "; ") + ".",
			"The label before the = and the treatment of odd characters depend on the server's version, its OpenSSL and its platform. The name shown is that of server 4.2 and later on a current Linux.",
			"If your server is one of those, use its form, which is shown with the name. Otherwise there is nothing to do.",
			sourceServerName})
	}
	return "the server takes the subject as a user name", found
}

// nameRefused says which attribute the server stumbles over and what becomes of the client.
func nameRefused(e *certparse.NameError) Finding {
	what := "The server refuses this subject: " + e.Words
	if e.OID != "" {
		name, _ := certparse.AttributeName(e.OID, certparse.Linux42)
		what += ", in the attribute " + name
		if e.Rune != 0 {
			what += ", character U+" + strings.ToUpper(leftPad(strconv.FormatInt(int64(e.Rune), 16)))
		}
	}
	why := "The server prepares every value of the subject (RFC 4518) before it uses it. When one cannot be prepared it drops the connection, and the client sees no more than that."
	if e.Refusal == certparse.RefusedHandshake {
		why = "The server's TLS library cannot read a certificate with such a subject, so there is no connection at all."
	}
	return Finding{"name-refused", Error, what + ".", why,
		"Ask for a certificate whose subject avoids this character or string type. Plain letters, digits, spaces and hyphens in a UTF8String always work.",
		sourceServerName + "; src/mongo/util/icu.cpp"}
}

// leftPad writes a code point with four digits at least, as Unicode does.
func leftPad(hex string) string {
	for len(hex) < 4 {
		hex = "0" + hex
	}
	return hex
}

func key(f Facts) (string, []Finding) {
	if f.Identity == nil {
		if len(f.Bundle.Keys) == 0 {
			return "", nil
		}
		if len(f.Bundle.Certificates) > 0 {
			return "", nil
		}
		return "", []Finding{{"F03", Error,
			"There is a private key but no certificate.",
			"The user name is the certificate's subject, and the client must send the certificate to the server. A key alone is neither.",
			"Add the certificate that was issued for this key: a .crt, .pem or .cer file from whoever signed it.",
			"RFC 5280 section 4.1; " + sourceServerAuth}}
	}
	switch k := f.Identity.Key; {
	case k != nil:
		return "the key belongs to the certificate", nil
	case lockedKeys(f.Bundle) > 0:
		return "", []Finding{{"F08", Warning,
			"The private key is still locked.",
			"Until its password is known, nobody can tell whether it belongs to this certificate, and no file can be made from it.",
			"Type the key's password beside its file. The user name above is right without it.",
			"RFC 5958 section 3"}}
	case len(f.Bundle.Keys) > 0:
		return "", []Finding{{"F10", Error,
			"The private key does not belong to this certificate.",
			"Their public keys differ. Drivers refuse such a pair: «key values mismatch» in Node.js and Python, «private key does not match public key» in Go.",
			"Find the key that the certificate was requested with. After a renewal the old key no longer fits the new certificate, unless it was kept on purpose.",
			"RFC 5280 section 4.1.2.7"}}
	}
	return "", []Finding{{"F02", Error,
		"There is no private key for this certificate.",
		"The client must prove that it holds the key. The certificate is enough for the user name and for createUser, but not for a login.",
		"Add the file with the key (.key, .pem, or a .p12 that holds both). If the key sits in a Windows or macOS store, export it from there as .p12 with «export the private key».",
		"RFC 8446 section 4.4.3"}}
}

func lockedKeys(b *certparse.Bundle) int {
	n := 0
	for _, k := range b.Keys {
		if k.Locked {
			n++
		}
	}
	for _, c := range b.Containers {
		if c.Locked {
			n++
		}
	}
	return n
}

// soon is how long before the end the server itself begins to warn (tlsX509ExpirationWarningThresholdDays).
const soon = 30 * 24 * time.Hour

func validity(f Facts) (string, []Finding) {
	if f.Identity == nil {
		return "", nil
	}
	var found []Finding
	look := func(c *certparse.Certificate, which string) {
		until, from := date(c.NotAfter), date(c.NotBefore)
		switch {
		case f.Now.After(c.NotAfter):
			found = append(found, Finding{"T10", Error,
				which + " expired on " + until + ", " + days(f.Now.Sub(c.NotAfter)) + " ago.",
				"The server refuses the connection: «SSL peer certificate validation failed: certificate has expired».",
				"Ask for a renewal with the same subject: then the user on the server stays as it is.",
				"RFC 5280 section 4.1.2.5; " + sourceServerTLS})
		case f.Now.Before(c.NotBefore):
			found = append(found, Finding{"T10", Error,
				which + " is not valid before " + from + ", " + days(c.NotBefore.Sub(f.Now)) + " from now.",
				"The server refuses the connection: «SSL peer certificate validation failed: certificate is not yet valid».",
				"Wait until then, or check the clock of this machine: it says " + date(f.Now) + ".",
				"RFC 5280 section 4.1.2.5; " + sourceServerTLS})
		case c.NotAfter.Sub(f.Now) < soon:
			found = append(found, Finding{"T10", Warning,
				which + " expires on " + until + ", in " + days(c.NotAfter.Sub(f.Now)) + ".",
				"The login works until then. The server logs «Peer certificate expiration information» from 30 days before the end.",
				"Ask for a renewal now, with the same subject.",
				"RFC 5280 section 4.1.2.5; " + sourceServerTLS})
		}
	}
	look(f.Identity.Leaf, "The certificate")
	for _, c := range f.Identity.Chain {
		look(c, "The issuer's certificate "+strconv.Quote(c.Subject.String()))
	}
	return "it is in date", found
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

func purpose(f Facts) (string, []Finding) {
	if f.Identity == nil {
		return "", nil
	}
	leaf, found := f.Identity.Leaf, []Finding(nil)
	if !leaf.AllowsClientAuth() {
		what := "The certificate may not be used by a client: its extended key usage lacks clientAuth"
		if slices.Contains(leaf.ExtKeyUsage, certparse.ExtKeyUsageServerAuth) {
			what += " and has serverAuth, so it is a server's certificate"
		}
		found = append(found, Finding{"T01", Error, what + ".",
			"The server refuses the connection: «SSL peer certificate validation failed: unsuitable certificate purpose» («unsupported certificate purpose» with an older OpenSSL). Public authorities have stopped issuing clientAuth in 2026.",
			"Ask for a certificate with extendedKeyUsage = clientAuth, from a private authority that the server trusts.",
			"RFC 5280 section 4.2.1.12; " + sourceServerTLS})
	}
	const enough = certparse.KeyUsageDigitalSignature | certparse.KeyUsageKeyAgreement
	if leaf.KeyUsagePresent && leaf.KeyUsage&enough == 0 {
		found = append(found, Finding{"T01", Error,
			"The certificate may not sign a login: its key usage has neither digitalSignature nor keyAgreement.",
			"OpenSSL, which the server uses, does not take it as a client's certificate: «unsuitable certificate purpose».",
			"Ask for a certificate with keyUsage = digitalSignature.",
			"RFC 5280 section 4.2.1.3; OpenSSL crypto/x509/v3_purp.c"})
	}
	if leaf.IsCA {
		found = append(found, Finding{"ca-certificate", Warning,
			"This is the certificate of an authority (CA:TRUE), not of a client.",
			"It can log in where its key is at hand, but an authority's key does not belong on an application's machine.",
			"Look for the client's own certificate in what you were given. If this is the servers' authority, put its path into «CA file» in step 2 instead.",
			"RFC 5280 section 4.2.1.9"})
	}
	return "it may be used by a client", found
}

func issuer(f Facts) (string, []Finding) {
	if f.Identity == nil {
		return "", nil
	}
	leaf, chain := f.Identity.Leaf, f.Identity.Chain
	if leaf.SelfIssued() && !leaf.IsCA {
		return "", []Finding{{"self-signed", Warning,
			"The certificate is self-signed: its issuer is itself.",
			"The server takes it only if this very certificate is in its CAFile. Otherwise: «SSL peer certificate validation failed: self-signed certificate».",
			"Have it signed by an authority that the server trusts, or give this certificate to whoever runs the server, for its CAFile. A self-managed Atlas authority needs CA:TRUE.",
			sourceServerTLS}}
	}
	if len(chain) == 0 {
		return "", nil
	}
	last := chain[len(chain)-1]
	if !last.SelfIssued() {
		return "the chain is in order, up to a root that the server must have", nil
	}
	return "the chain is complete up to its root", nil
}

func strength(f Facts) (string, []Finding) {
	if f.Identity == nil {
		return "", nil
	}
	leaf, found := f.Identity.Leaf, []Finding(nil)
	if s := leaf.SignatureAlgorithm; strings.Contains(s, "MD5") || strings.Contains(s, "MD2") || strings.Contains(s, "SHA1") {
		found = append(found, Finding{"weak-signature", Warning,
			"The certificate is signed with " + s + ".",
			"The server has no rule of its own, but the TLS library under it may refuse it, and does at the security level that current systems set.",
			"Ask for a certificate signed with SHA-256 or better.",
			"OpenSSL SSL_CTX_set_security_level(3)"})
	}
	switch k := leaf.PublicKey; {
	case k.Algorithm == "RSA" && k.Bits > 0 && k.Bits < 2048:
		found = append(found, Finding{"weak-key", Warning,
			"The key has only " + strconv.Itoa(k.Bits) + " bits.",
			"RSA keys under 2048 bits are refused by the TLS library of current systems («ee key too small»).",
			"Ask for a certificate on a new key: RSA 2048 or more, or EC P-256.",
			"OpenSSL SSL_CTX_set_security_level(3)"})
	case k.Algorithm == "DSA":
		found = append(found, Finding{"unusable-key", Error,
			"The key is a DSA key.",
			"TLS 1.3 has no DSA, and TLS libraries no longer offer it in TLS 1.2.",
			"Ask for a certificate on an RSA or EC key.",
			"RFC 8446 section 4.2.3"})
	case k.Algorithm == "EC" && k.Curve != "P-256" && k.Curve != "P-384" && k.Curve != "P-521":
		found = append(found, Finding{"unusual-curve", Warning,
			"The key is on the curve " + k.Curve + ".",
			"TLS 1.3 signs with P-256, P-384 and P-521 only. Clients then send no certificate at all, and the server answers «No verified subject name available from client».",
			"Ask for a certificate on an RSA or EC P-256 key.",
			"RFC 8446 section 4.2.3"})
	}
	return "key and signature are strong enough", found
}

func roles(f Facts) (string, []Finding) {
	if f.Identity == nil {
		return "", nil
	}
	leaf := f.Identity.Leaf
	switch {
	case leaf.RolesError != "":
		return "", []Finding{{"U21", Error,
			"The certificate carries MongoDB roles that cannot be read: " + leaf.RolesError + ".",
			"The server drops the connection when the extension 1.3.6.1.4.1.34601.2.1.1 is malformed.",
			"Have the certificate issued again, with a SET OF SEQUENCE { role UTF8String, database UTF8String }, or without the extension.",
			sourceServerName + " parsePeerRoles"}}
	case len(leaf.Roles) > 0:
		names := make([]string, len(leaf.Roles))
		for i, r := range leaf.Roles {
			names[i] = r.Role + "@" + r.Database
		}
		return "", []Finding{{"U21", Info,
			"The certificate itself grants roles: " + strings.Join(names, ", ") + ".",
			"The server takes the roles from the certificate, needs no createUser, and ignores the roles of an existing user of that name.",
			"Nothing, if that is meant. To grant roles on the server instead, use a certificate without the extension, or start the server with allowRolesFromX509Certificates=false.",
			sourceServerAuth}}
	}
	return "", nil
}

func unusual(f Facts) (string, []Finding) {
	if f.Identity == nil {
		return "", nil
	}
	var found []Finding
	for _, o := range f.Identity.Leaf.Oddities {
		found = append(found, Finding{"unusual-certificate", Info,
			"The certificate is unusual: " + o + ".",
			"Strict programs (Go, Java, browsers) may refuse it, although the user name is not affected.",
			"If a driver refuses the file, ask for a certificate without this.",
			"RFC 5280"})
	}
	return "", found
}
