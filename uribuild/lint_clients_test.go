package uribuild

import (
	"strings"
	"testing"
)

// What a client takes is no error, and what it refuses is one. The real drivers decide: Node.js 7.9 and 5.9, PyMongo 4.20 and
// 4.5, the sources of Java, C#, C and Rust. Findings are those worse than an info.
func TestLintJudgesAsTheClientDoes(t *testing.T) {
	const (
		bare  = "mongodb://h.example.net/?tls=true&authMechanism=MONGODB-X509&authSource=%24external"
		whole = bare + "&tlsCertificateKeyFile=%2Fa.pem"
	)
	for _, c := range []struct {
		text, target, version string
		findings, mended      string // "same" for what was given
	}{
		// Options that are not in the published table.
		{whole + "&autoSelectFamily=true&ignoreUndefined=true&promoteValues=false&raw=true&useBigInt64=true&servername=a", "node", "", "", "same"},
		{whole + "&minHeartbeatFrequencyMS=500&autoSelectFamilyAttemptTimeout=300", "node", "", "", "same"},
		{whole + "&minHeartbeatFrequencyMS=500", "pymongo", "", "warning uri-not-read", whole},
		{whole + "&promoteValues=yes", "node", "", "error uri-option-value", whole + "&promoteValues=true"},
		{whole + "&pkFactory=a", "node", "", "error uri-unknown-option", whole},
		{bare + "&maxLifeTimeMS=1000&sslInvalidHostNameAllowed=false&safe=true", "java-sync", "", "", "same"},
		{bare + "&sslVerifyCertificate=true&ipv6=true&maxLifeTime=10s&maxIdleTime=10s&waitQueueTimeout=10s&heartbeatInterval=10s", "csharp", "", "", "same"},
		{bare + "&connect=replicaSet", "csharp", "", "", "same"},
		{whole + "&socketCheckIntervalMS=1000&safe=true", "c", "", "", "same"},
		{whole + "&unicode_decode_error_handler=strict&connect=false", "pymongo", "", "", "same"},
		{whole + "&socketTimeoutMS=1000", "rust", "", "error uri-not-read", whole},
		{whole + "&maxPoolSize=10&uuidRepresentation=javaLegacy", "rust", "", "", "same"},
		{whole + "&heartbeatFrequencyMS=5", "node", "", "warning uri-option-value", whole},
		{whole + "&heartbeatFrequencyMS=5", "pymongo", "", "error uri-option-value", whole},
		{whole + "&heartbeatFrequencyMS=5", "go", "", "warning uri-option-value", whole},
		{bare + "&tlsCAFile=%2Fca.pem&cert=-----BEGIN%20CERTIFICATE-----", "node", "", "", "same"},
		// Booleans.
		{strings.Replace(bare, "tls=true", "tls=1", 1), "java-sync", "", "warning uri-option-value", bare},
		{strings.Replace(bare, "tls=true", "tls=True", 1), "csharp", "", "warning uri-option-value", bare},
		{strings.Replace(bare, "tls=true", "tls=1", 1), "csharp", "", "error uri-option-value", bare},
		{strings.Replace(whole, "tls=true", "tls=True", 1), "node", "5.9", "warning uri-option-value", whole},
		{strings.Replace(whole, "tls=true", "tls=on", 1), "node", "5.9", "error uri-option-value", whole},
		{strings.Replace(whole, "tls=true", "tls=True", 1), "node", "6.0", "error uri-option-value", whole},
		// TLS that is switched on beside the string.
		{strings.Replace(bare, "tls=true&", "", 1), "spring-boot", "", "warning R06", bare},
		{strings.Replace(bare, "tls=true&", "", 1), "quarkus", "", "warning R06", bare},
		{strings.Replace(bare, "tls=true&", "", 1), "java-sync", "", "error R06", bare},
		{strings.Replace(whole, "tls=true&", "", 1), "mongosh", "", "warning R06", whole},
		// Characters that one client or version alone minds.
		{bare + "&tlsCertificateKeyFile=/a@b.pem", "c", "2.0", "", bare + "&tlsCertificateKeyFile=%2Fa%40b.pem"},
		{bare + "&tlsCertificateKeyFile=/a@b.pem", "c", "2.1", "error R12", bare + "&tlsCertificateKeyFile=%2Fa%40b.pem"},
		{bare + "&tlsCertificateKeyFile=/a?b.pem", "ruby", "", "error R12", bare + "&tlsCertificateKeyFile=%2Fa%3Fb.pem"},
		{bare + "&tlsCertificateKeyFile=/a?b.pem", "node", "", "", bare + "&tlsCertificateKeyFile=%2Fa%3Fb.pem"},
		{bare + "&replicaSet=a=b", "csharp", "", "error R12", bare + "&replicaSet=a%3Db"},
		{strings.Replace(bare, "/?", "/$external?", 1), "java-sync", "", "warning uri-database", bare},
		{strings.Replace(whole, "/?", "/$external?", 1), "pymongo", "", "error uri-database", whole},
		{strings.Replace(whole, "/?", "?", 1), "pymongo", "4.5", "error uri-slash-before-options", whole},
		{strings.Replace(whole, "/?", "?", 1), "pymongo", "4.6", "warning uri-slash-before-options", whole},
		{strings.Replace(bare, "/?", "?", 1), "java-sync", "5.1", "error uri-slash-before-options", bare},
		{strings.Replace(bare, "/?", "?", 1), "java-sync", "5.2", "warning uri-slash-before-options", bare},
		// Options that are too new for the version.
		{bare, "java-sync", "3.10", "error R01", strings.Replace(bare, "tls=", "ssl=", 1)},
		{bare, "java-sync", "3.11", "", "same"},
		{bare, "csharp", "2.8", "error R01", strings.Replace(bare, "tls=", "ssl=", 1)},
		{bare, "csharp", "2.9", "", "same"},
		{whole + "&tlsCertificateKeyFilePassword=x", "rust", "3.1", "error R01", "same"},
		{bare + "&tlsCertificateFile=%2Fa.pem&tlsPrivateKeyFile=%2Fk.pem", "go-v1", "1.3.0", "", "same"},
		{whole, "node", "4.1.1", "error R01", whole + "&tlsCertificateFile=%2Fa.pem"},
		{whole, "mongoose", "6.0", "error R01", whole + "&tlsCertificateFile=%2Fa.pem"},
		{whole + "&tlsCertificateFile=%2Fa.pem", "node", "4.0", "", "same"},
		{whole, "node", "4.1.2", "", "same"},
		{"mongodb+srv://c.ab1cd.mongodb.net/?authMechanism=MONGODB-X509&tlsCertificateKeyFile=%2Fa.pem", "node", "3.7", "error uri-srv-authsource", "mongodb+srv://c.ab1cd.mongodb.net/?authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=%2Fa.pem"},
	} {
		r := Lint(c.text, LintOptions{Target: c.target, Version: c.version})
		var got []string
		for _, f := range r.Findings {
			if f.Severity != SeverityInfo {
				got = append(got, string(f.Severity)+" "+f.ID)
			}
		}
		if c.mended == "same" {
			c.mended = c.text
		}
		if found := strings.Join(got, ", "); found != c.findings || r.Mended != c.mended {
			t.Errorf("%s (%s %s)\n got %q, mended to %q\nwant %q, mended to %q", c.text, c.target, c.version, found, r.Mended, c.findings, c.mended)
		}
	}
}

// TestLintTellsTrustFromIdentity: a CA file that the client does not read is mended by a trust store, not by a key store.
func TestLintTellsTrustFromIdentity(t *testing.T) {
	for target, words := range map[string][2]string{"java-sync": {"trustStore", "keyStore"}, "csharp": {"ServerCertificateValidationCallback", "ClientCertificates"}} {
		for i, option := range []string{"tlsCAFile=%2Fca.pem", "tlsCertificateKeyFile=%2Fa.pem"} {
			r := Lint("mongodb://h/?tls=true&authMechanism=MONGODB-X509&"+option, LintOptions{Target: target})
			if len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Fix, words[i]) || strings.Contains(r.Findings[0].Fix, words[1-i]) {
				t.Errorf("%s, %s: %+v", target, option, r.Findings)
			}
		}
	}
}
