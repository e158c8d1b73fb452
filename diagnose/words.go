package diagnose

import "strings"

// Worded is a Fix for one reader. Where the command line and the page do a thing differently, the text has both wordings:
// [[`certuri inspect FILE`|«$external user name»]], the command line's first. On the page, what stands in guillemets is the
// label of the part that it speaks of; on both, backticks are around what can be copied as it is.
func Worded(text string, page bool) string {
	for {
		before, rest, _ := strings.Cut(text, "[[")
		both, after, found := strings.Cut(rest, "]]")
		command, label, two := strings.Cut(both, "|")
		if !found || !two {
			return text
		}
		if page {
			command = label
		}
		text = before + command + after
	}
}

// ownWords are the words for what no entry of the catalogue stands for. They are data and not code at each rule, which
// would cost the wasm more than the words themselves.
var ownWords = [...]Entry{
	{ID: "several-keys",
		Why:    "A client takes the first key of its file, which may not be the certificate's.",
		Fix:    ownKeyAlone,
		Source: sourceServerTLS},
	{ID: "key-not-compared",
		Why:    "The public half that would tell is not in the file, and cannot be computed here.",
		Fix:    "Compare what these print: openssl pkey -in client.key -pubout, and openssl x509 -in client.crt -noout -pubkey",
		Source: "RFC 5958 section 2"},
	{ID: "key-store-type",
		Why:    "Java looks for PKCS#12 and JKS by itself, and for JCEKS only when told.",
		Fix:    "Give -Djavax.net.ssl.keyStoreType=JCEKS, or make a PKCS#12 file of it.",
		Source: "openjdk sun/security/util/KeyStoreDelegator.java"},
	{ID: "several-certificates",
		Why:    "A client sends the first certificate of its file, and that decides the user.",
		Fix:    "Choose the one that is to log in[[|, in the list of step 1]], and save it alone.",
		Source: sourceServerTLS},
	{ID: "name-rewritten",
		Why:    "It prepares each value after RFC 4518: odd spaces become plain ones, invisible characters go, compatibility characters become their plain letters.",
		Fix:    "Use the name as it is shown here in createUser, not as another program prints it.",
		Source: sourceServerName + "; src/mongo/util/icu.cpp"},
	{ID: "ca-certificate",
		Why:    "It can log in where its key is at hand, but an authority's key does not belong on an application's machine.",
		Fix:    "Look for the client's own certificate in what you were given. If this is the servers' authority, give its path [[as --ca-path (doctor: --ca-file)|in «CA file on your machine»]] instead.",
		Source: "RFC 5280 section 4.2.1.9"},
	{ID: "unusual-certificate",
		Why:    "Strict programs (Go, Java, browsers) may refuse it, although the user name is not affected.",
		Fix:    "If a driver refuses the file, ask for a certificate without this.",
		Source: "RFC 5280"},
	{ID: "ca-key",
		Why:    "Whoever reads an authority's key can make certificates for any user. Clients need the certificate only.",
		Fix:    "`openssl x509 -in ca.pem -out ca-only.pem`, and give that to the clients.",
		Source: "RFC 5280 section 4.2.1.9"},
	{ID: "atlas-elsewhere",
		Why:    "Only Atlas trusts the authority that issued it.",
		Fix:    "Connect to the cluster's own name (….mongodb.net), or get a certificate from the authority of your servers.",
		Source: "MongoDB Atlas: self-managed X.509"},
	{ID: "weak-signature",
		Why:    "The server has no rule of its own, but the TLS library under it may refuse it, and does at the security level that current systems set («ca md too weak»).",
		Fix:    "Ask for a certificate signed with SHA-256 or better.",
		Source: "OpenSSL SSL_CTX_set_security_level(3)"},
	{ID: "weak-key",
		Why:    "RSA keys under 2048 bits are refused by the TLS library of current systems («ee key too small»).",
		Fix:    "Ask for a certificate on a new key: RSA 2048 or more, or EC P-256.",
		Source: "OpenSSL SSL_CTX_set_security_level(3)"},
	{ID: "unusable-key",
		Why:    "TLS 1.3 has no DSA, and TLS libraries no longer offer it in TLS 1.2.",
		Fix:    "Ask for a certificate on an RSA or EC key.",
		Source: "RFC 8446 section 4.2.3"},
	{ID: "unusual-curve",
		Why:    "TLS 1.3 signs with P-256, P-384 and P-521 only. Clients then send no certificate at all, and the server answers «" + saysNoSubject + "».",
		Fix:    "Ask for a certificate on an RSA or EC P-256 key.",
		Source: "RFC 8446 section 4.2.3"},
	{ID: "name-refused",
		Why:    "The server prepares every value of the subject (RFC 4518) before it uses it. When one cannot be prepared it drops the connection, and the client sees no more than that.",
		Fix:    "Ask for a certificate whose subject avoids this character or string type. Plain letters, digits, spaces and hyphens in a UTF8String always work.",
		Source: sourceServerName + "; src/mongo/util/icu.cpp"},
	{ID: "clock",
		Why:    "Every certificate looks expired, or not yet valid, to a machine whose clock is wrong.",
		Fix:    "Set the clock (`timedatectl set-ntp true`), then look again.",
		Source: "RFC 5280 section 4.1.2.5"},
	{ID: "self-signed",
		Why:    "The server takes it only if this very certificate is in its CAFile.",
		Fix:    "Have it signed by an authority that the server trusts, or give this certificate to whoever runs the server, for its CAFile. A self-managed Atlas authority needs CA:TRUE.",
		Source: sourceServerTLS},
	{ID: "extra-certificate",
		Why:    "Clients send it along. Servers ignore it, Secure Transport on macOS may take it for the client's own.",
		Fix:    "Leave it out: [[`certuri convert FILE --to pem --out client.pem`|save the file under «Files this needs»]].",
		Source: "RFC 8446 section 4.4.2"},
	{ID: "chain-order",
		Why:    "Each certificate should be followed by its issuer. OpenSSL servers sort it out, others may not.",
		Fix:    "[[`certuri convert FILE --to pem --out client.pem`|Save the file under «Files this needs»: it comes in order.]]",
		Source: "RFC 8446 section 4.4.2"},
	{ID: "extra-root",
		Why:    "The server has to have it anyway, and only believes its own copy.",
		Fix:    "Nothing: it does no harm. It may be left out.",
		Source: "RFC 8446 section 4.4.2"},
	{ID: "other-authority",
		Why:    "The authority was made anew under its old name, with another key. The server goes by its own copy, and refuses when that is the same as this one.",
		Fix:    "Have the certificate issued again by the authority that there is now, or leave this one out of the file if the server still has the old.",
		Source: "RFC 5280 section 6.1.3 (a) (1)"},
	{ID: "critical-extension",
		Why:    "A critical extension has to be understood, and TLS libraries do not know this one: they refuse the certificate.",
		Fix:    "Have that certificate issued again with the extension not marked critical, or without it.",
		Source: "RFC 5280 section 4.2; OpenSSL X509_supported_extension"},
	{ID: "name-constraints",
		Why:    "These name constraints are not checked here. A name outside them is refused («permitted subtree violation»).",
		Fix:    "Compare what `openssl x509 -noout -ext nameConstraints -in issuer.pem` prints with your subject.",
		Source: "RFC 5280 section 4.2.1.10"},
	{ID: "not-an-authority",
		Why:    "The server refuses every certificate under it.",
		Fix:    "Make the authority again with basicConstraints = critical, CA:TRUE and keyUsage = keyCertSign, and issue the client's certificate with that.",
		Source: "RFC 5280 section 4.2.1.9"},
	{ID: "pkcs12-not-encrypted",
		Why:    "Java opens it and finds no entry in it, so that no certificate is sent.",
		Fix:    "Make it with a password: `openssl pkcs12 -export -in client.pem -out client.p12`[[|, or save it under «Files this needs»]].",
		Source: "openjdk sun/security/pkcs12/PKCS12KeyStore.java"},
	{ID: "key-form",
		Why:    "The client cannot open a private key in this form.",
		Fix:    "[[`certuri convert FILE --to pem --for TARGET --out client.pem`|Save the file under «Files this needs»]], or `openssl pkcs8 -topk8 -v2 aes256 -in client.key -out new.key` (with `-provider legacy -provider default` for an old scheme).",
		Source: "RFC 5958; RFC 8018"},
}
