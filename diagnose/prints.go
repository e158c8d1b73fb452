package diagnose

import (
	"strings"

	"certuri/uribuild"
)

// A defect is something about a file that clients complain of in words of their own.
type defect struct{ python, node, golang, c, ruby, jvm, dotnet, rust string }

const pythonPrefix = "ConfigurationError: Private key doesn't match certificate: "

// What clients print. The texts of Python, Node.js 20, Go and Java 17 were seen, those of C and Ruby with OpenSSL 3.0;
// .NET's and Rust's were read in their sources and in reports.
var (
	noCertificate = defect{
		python: pythonPrefix + "[SSL] PEM lib", node: "error:0480006C:PEM routines::no start line", golang: "failed to find CERTIFICATE",
		c: "Cannot find certificate in '<file>'", ruby: "PEM_read_bio_X509: no start line", jvm: "Unrecognized keystore format. Please load it with a specified type"}
	noKey = defect{
		python: pythonPrefix + "[SSL] PEM lib", node: "error:1E08010C:DECODER routines::unsupported", golang: "failed to find PRIVATE KEY",
		c: "Cannot find private key in: '<file>'"}
	gluedBlocks = defect{
		python: pythonPrefix + "[SSL] PEM lib", node: "error:04800066:PEM routines::bad end line", golang: "failed to find CERTIFICATE"}
	blankLine = defect{
		python: pythonPrefix + "[SSL] PEM lib", node: "error:0480006B:PEM routines::not proc type"}
	otherKey = defect{
		python: pythonPrefix + "[X509: KEY_VALUES_MISMATCH] key values mismatch", node: "error:05800074:x509 certificate routines::key values mismatch",
		golang: "tls: private key does not match public key", c: "Cannot load private key: '<file>'", ruby: "SSL_CTX_use_PrivateKey: key values mismatch"}
	badPassword = defect{
		python: pythonPrefix + "[SSL] PEM lib", node: "error:1C800064:Provider routines::bad decrypt", golang: "pkcs8: incorrect password",
		c: "Cannot find private key in: '<file>'", ruby: "OpenSSL::PKey::PKeyError: Could not parse PKey: unsupported", rust: "Failed to decrypt private key:"}
	badStorePassword = defect{
		node: "mac verify failure", jvm: "java.io.IOException: keystore password was incorrect", dotnet: "The specified network password is not correct."}
	badKeyPassword = defect{
		node: "bad decrypt", jvm: "java.security.UnrecoverableKeyException: Get Key failed: Given final block not properly padded."}
	legacyPKCS12 = defect{node: "Unsupported PKCS12 PFX data"}
	unknownPEM   = defect{
		python: pythonPrefix + "[SSL] PEM lib", node: "error:0480006C:PEM routines::no start line", golang: "pkcs8: only PBES2 supported",
		ruby: "OpenSSL::PKey::PKeyError: Could not parse PKey: unsupported", rust: "Invalid encrypted private key: PKCS#8 ASN.1 error: unknown/unsupported OID"}
	weakDigest = defect{
		python: "[SSL: CA_MD_TOO_WEAK] ca md too weak", node: "error:0A00018E:SSL routines::ca md too weak"}
	noAuthority = defect{
		python: "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate", node: "unable to verify the first certificate",
		golang: "tls: failed to verify certificate: x509: certificate signed by unknown authority",
		jvm:    "PKIX path building failed: unable to find valid certification path to requested target", c: "unable to get local issuer certificate"}
	otherHost = defect{
		python: "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch", node: "Hostname/IP does not match certificate's altnames",
		golang: "tls: failed to verify certificate: x509: certificate is valid for", jvm: "No subject alternative"}
)

// prints gives what the client prints about a defect; without a target one line for each of the common families.
func (f *Facts) prints(d *defect) string {
	switch uribuild.ClientsOf(f.Target) {
	case uribuild.PyMongo:
		return d.python
	case uribuild.Node:
		return d.node
	case uribuild.Go:
		return d.golang
	case uribuild.JVM:
		return d.jvm
	case uribuild.DotNet:
		return d.dotnet
	case uribuild.Rust:
		return d.rust
	case uribuild.C:
		return d.c
	case uribuild.Ruby:
		return d.ruby
	}
	var lines []string
	for _, s := range [...][2]string{{"PyMongo: ", d.python}, {"Node.js: ", d.node}, {"Go: ", d.golang}, {"Java: ", d.jvm}} {
		if s[1] != "" {
			lines = append(lines, s[0]+s[1])
		}
	}
	return strings.Join(lines, "\n")
}

// family says whether the target is of this family; false for any.
//
//go:noinline
func (f *Facts) family(c uribuild.Clients) bool { return uribuild.ClientsOf(f.Target) == c }

// The server's own words.
const (
	saysNoSubject   = "No verified subject name available from client"
	saysValidation  = "SSL peer certificate validation failed: "
	saysPurpose     = saysValidation + "unsuitable certificate purpose"
	saysNoPeer      = "no SSL certificate provided by peer; connection rejected"
	saysNoSuchUser  = "There is no x.509 client certificate matching the user."
	saysMember      = "Cannot create an x.509 user with a subjectname that would be recognized as an internal cluster member"
	saysMemberLogin = "The provided certificate can only be used for cluster authentication, not client authentication."
	saysMemberPower = "Client isn't a mongod or mongos, but is connecting with a certificate with cluster membership"
	saysOwn         = "Client connecting with server's own TLS certificate"
)
