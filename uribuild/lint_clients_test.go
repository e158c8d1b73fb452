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
