package diagnose

import (
	"crypto/tls"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"certuri/internal/oracle"
)

// A quotation is a text that the reference quotes, and the entries that it quotes it for.
type quotation struct {
	text string
	ids  []string
}

// noMessage are quotations that no program prints: words of a sentence about the cause, and single characters.
var noMessage = []string{"#", ">", `\n`, "None", "username", "user", "mechanism", "authenticate", "my+cert%20.pem", "Out-File", "__system"}

// quotations reads every quoted symptom of the reference: what stands between backquotes in the headings of the entries,
// or in double quotes where a person said it. A text that is part of another entry's is that entry's, too.
func quotations(t *testing.T) []quotation {
	t.Helper()
	quoted := regexp.MustCompile("``.+?``|`[^`]+`")
	heading := regexp.MustCompile(`^\*\*([URFT]\d\d)\*\* (.*?)(?: - Seen|\. Cause|$)`)
	var all []quotation
	for line := range strings.Lines(readFailures(t)) {
		m := heading.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		for _, text := range quoted.FindAllString(m[2], -1) {
			if text = strings.TrimSpace(strings.Trim(text, "`")); !slices.Contains(noMessage, text) {
				all = append(all, quotation{text, []string{m[1]}})
			}
		}
	}
	for i := range all {
		for _, other := range all {
			if strings.Contains(other.text, all[i].text) {
				all[i].ids = append(all[i].ids, other.ids[0])
			}
		}
	}
	if len(all) < 150 {
		t.Fatalf("only %d quotations were found in the reference", len(all))
	}
	return all
}

// rank is the place of the first of the entries in the answer, 0 when none of them is there.
func rank(text string, ids []string) int {
	for i, e := range Explain(text) {
		if slices.Contains(ids, e.ID) {
			return i + 1
		}
	}
	return 0
}

func explained(text string) string {
	var ids []string
	for _, e := range Explain(text) {
		ids = append(ids, e.ID)
	}
	return strings.Join(ids, " ")
}

// TestQuotedSymptoms: every text that the reference quotes leads to its entry first, and where several answers are given
// each says how to tell it from the others.
func TestQuotedSymptoms(t *testing.T) {
	for _, q := range quotations(t) {
		if rank(q.text, q.ids) != 1 {
			t.Errorf("%v is explained as %q: %s", q.ids, explained(q.text), q.text)
		}
		found := Explain(q.text)
		for _, e := range found {
			if len(found) > 1 && e.TellApart == "" {
				t.Errorf("%s: one of several answers (%s), and nothing tells it apart: %s", e.ID, explained(q.text), q.text)
			}
		}
	}
}

// mutations are what happens to a message between the program that printed it and the person who pastes it.
var mutations = []struct {
	name string
	do   func(string) string
}{
	{"first 60 %", func(s string) string { return cut(s, 0, 0.6) }},
	{"last 60 %", func(s string) string { return cut(s, 0.4, 1) }},
	{"wrapped", func(s string) string { return wrapped("[2026-07-01 12:00:00] ERROR app.startup "+s, 72, "        ") }},
	{"narrow", func(s string) string { return wrapped(s, 24, "  | ") }},
	{"mongod log", func(s string) string {
		escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
		return `{"t":{"$date":"2026-07-01T12:00:00.123+00:00"},"s":"E","c":"NETWORK","id":4615610,"svc":"S","ctx":"conn17",` +
			`"msg":"Failed to check socket connectivity","attr":{"error":{"code":9001,"codeName":"SocketException","errmsg":"` + escaped +
			`"},"remote":"10.1.2.3:54321","connectionId":17}}`
	}},
	{"stack trace", func(s string) string {
		return "Exception in thread \"main\" java.lang.IllegalStateException: Failed to load ApplicationContext\n" +
			strings.Repeat("\tat org.springframework.beans.factory.support.AbstractBeanFactory.doGetBean(AbstractBeanFactory.java:337)\n", 40) +
			"Caused by: " + s + "\n" +
			strings.Repeat("\tat com.example.app.Main.run(Main.java:17)\n    at async Server.start (file:///srv/app/server.mjs:12:3)\n", 40) + "\t... 23 more\n"
	}},
	{"other values", func(s string) string {
		s = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(s, "db-17.prod.internal")
		s = regexp.MustCompile(`'[^' ]*(/|\\)[^']*'`).ReplaceAllString(s, `'/srv/secrets/mongo/app.pem'`)
		s = regexp.MustCompile(`\.c:\d+`).ReplaceAllString(s, ".c:1007")
		return regexp.MustCompile(`127\.0\.0\.1`).ReplaceAllString(s, "10.20.30.40")
	}},
	{"upper case", strings.ToUpper},
	{"colours and quotes", func(s string) string {
		return "\x1b[31m✗ “" + strings.NewReplacer("'", "’", `"`, "”", " ", "\u00a0").Replace(s) + "”\x1b[0m"
	}},
}

// TestMutatedSymptoms: a text with enough left of it is still found, nearly always first.
func TestMutatedSymptoms(t *testing.T) {
	for _, m := range mutations {
		t.Run(m.name, func(t *testing.T) {
			all := quotations(t)
			first, among, n := 0, 0, 0
			for _, q := range all {
				if len(strings.FieldsFunc(q.text, notWord)) < 3 {
					continue // single words have nothing to spare
				}
				text, ids := m.do(q.text), q.ids
				if strings.Contains(m.name, "60 %") {
					// A piece may be the same in other entries' texts, but for a word that was cut in two.
					whole := strings.Join(strings.Fields(text)[1:], " ")
					if m.name == "first 60 %" {
						whole = strings.Join(slices.Delete(strings.Fields(text), len(strings.Fields(text))-1, len(strings.Fields(text))), " ")
					}
					for _, other := range slices.Concat(all, runtimeTable(t)) {
						if strings.Contains(strings.ToLower(other.text), strings.ToLower(whole)) {
							ids = append(ids, other.ids...)
						}
					}
				}
				if n := len(strings.FieldsFunc(text, notWord)); telling(text) < 2 || strings.Contains(m.name, "60 %") && n < 5 {
					continue // too little is left
				}
				n++
				switch r := rank(text, ids); {
				case r == 1:
					first++
					among++
				case r > 1:
					among++
					t.Logf("%v are second to %s: %s", q.ids, explained(text), text)
				default:
					t.Logf("%v: %q is not found: %s", q.ids, explained(text), text)
				}
			}
			t.Logf("%d texts: %.1f %% first, %.1f %% among the answers", n, 100*float64(first)/float64(n), 100*float64(among)/float64(n))
			if least := 0.95 * float64(n); float64(among) < least || float64(first) < least {
				t.Errorf("of %d texts %d are found first and %d at all", n, first, among)
			}
		})
	}
}

// telling counts the words that are not in every program's messages.
func telling(text string) int {
	n := 0
	split(text, func(w string, _ bool) {
		if _, known := symptoms().vocabulary[w]; known && commonness(w) == 1 {
			n++
		}
	})
	return n
}

func notWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

func cut(s string, from, to float64) string {
	r := []rune(s)
	return string(r[int(from*float64(len(r))):int(to*float64(len(r)))])
}

func wrapped(s string, width int, indent string) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Fields(s) {
		switch {
		case i > 0 && column+len(word) > width:
			b.WriteString("\n" + indent)
			column = len(indent)
		case i > 0:
			b.WriteByte(' ')
		}
		b.WriteString(word)
		column += len(word) + 1
	}
	return b.String()
}

// runtimeTable reads section 6 of the reference: the texts that each runtime prints for one defect of a file.
func runtimeTable(t *testing.T) []quotation {
	t.Helper()
	_, text, _ := strings.Cut(readFailures(t), "\n## 6")
	text, _, _ = strings.Cut(text, "\nLine numbers")
	rows := map[string]string{
		"wrong or no pass phrase": "F08", "wrong pass phrase": "F08", "key of another": "F10", "certificate only": "F02",
		"key only": "F01 F03", "UTF-8 BOM": "F03 F05", "UTF-16": "F01 F06 F03", "END and BEGIN glued": "F04 F01", "literal": "F07 F01 F03",
		"PKCS#12 given as PEM": "F01 F03", "PKCS#12, RC2-40": "F18", "PKCS#12, wrong password": "F19", "PEM given as pfx": "F19",
	}
	var all []quotation
	for line := range strings.Lines(text) {
		cells := strings.Split(line, "|")
		for name, ids := range rows {
			if len(cells) < 3 || !strings.HasPrefix(strings.TrimSpace(cells[1]), name) {
				continue
			}
			for _, q := range regexp.MustCompile("`[^`]+`").FindAllString(strings.Join(cells[2:], "|"), -1) {
				all = append(all, quotation{strings.Trim(q, "`"), strings.Fields(ids)})
			}
		}
	}
	if len(all) < 30 {
		t.Errorf("only %d texts were found in section 6", len(all))
	}
	return all
}

// TestRuntimeTable: each text of section 6 is explained by an entry about that defect.
func TestRuntimeTable(t *testing.T) {
	for _, q := range runtimeTable(t) {
		if rank(q.text, q.ids) == 0 {
			t.Errorf("%q is explained as %q, not by one of %s", q.text, explained(q.text), q.ids)
		}
	}
}

// TestRetold has messages as people tell them, from memory or in their own words, and as newer programs print them.
func TestRetold(t *testing.T) {
	first := 0
	for _, c := range retoldTexts {
		r := rank(c.text, strings.Fields(c.ids))
		if r == 0 {
			t.Errorf("%s: explained as %q: %s", c.ids, explained(c.text), c.text)
		}
		if found := Explain(c.text); len(found) > 1 {
			for _, e := range found {
				if e.TellApart == "" {
					t.Errorf("%s: one of several answers (%s), and nothing tells it apart: %s", e.ID, explained(c.text), c.text)
				}
			}
		}
		if r == 1 {
			first++
		} else {
			t.Logf("%s: explained as %q: %s", c.ids, explained(c.text), c.text)
		}
	}
	t.Logf("%d of %d are found first", first, len(retoldTexts))
}

var retoldTexts = []struct{ ids, text string }{
	{"U01", "the server says there's no x509 certificate that matches my user"},
	{"U01", "MongoServerError: There is no x.509 client certificate matching the user, code 18"},
	{"U02", "mongod log: could not find the user CN=app,OU=x in db $external"},
	{"U02", `{"t":{"$date":"2026-01-02T03:04:05.678+00:00"},"s":"I","c":"ACCESS","id":5286307,"ctx":"conn42","msg":"Failed to authenticate","attr":{"client":"10.0.0.9:39002","isSpeculative":true,"isClusterMember":false,"mechanism":"MONGODB-X509","user":"CN=app,O=Acme","db":"$external","error":"UserNotFound: Could not find user \"CN=app,O=Acme\" for db \"$external\"","result":11,"metrics":{"conversation_duration":{"micros":812}}}}`},
	{"U02 U01", "pymongo.errors.OperationFailure: Authentication failed., full error: {'ok': 0.0, 'errmsg': 'Authentication failed.', 'code': 18, 'codeName': 'AuthenticationFailed'}"},
	{"U11 U02", "MongoServerError: bad auth : Authentication failed.\n    at Connection.onMessage (/app/node_modules/mongodb/lib/cmap/connection.js:202:26) {\n  ok: 0,\n  code: 8000,\n  codeName: 'AtlasError'\n}"},
	{"U12", "no verified subject name from the client was available"},
	{"U13", "createUser fails: x.509 user with a subject name that would be recognized as internal cluster member"},
	{"U14", "provided certificate can only be used for cluster authentication and not for client authentication"},
	{"U17", "X.509 auth must always use $external"},
	{"U19", "ssl support required for mongodb-x509"},
	{"U20", "x509 authentication is disabled on the server"},
	{"R01", "mongoose: option sslKey isn't supported any more"},
	{"R02", "mechanism MONGODB-X509 requires authSource $external"},
	{"R03", "authSource can't be specified with no value"},
	{"R04", "passwords are not supported by the mechanism MONGODB-X509"},
	{"R05", "user name contains unescaped characters CN=me,O=a/b"},
	{"R06", "mongod says: the server is configured to only allow SSL connections"},
	{"R07", "MongoServerError: command listDatabases requires authentication"},
	{"R08", "WARN org.mongodb.driver.uri - Connection string contains unsupported option 'tlscafile'."},
	{"R10", "tlsInsecure can't be used together with tlsAllowInvalidCertificates"},
	{"R16", "invalid auth mechanism X509"},
	{"F01", "openssl: PEM_read_bio: no start line when loading the client certificate"},
	{"F01", "Could not read certificate from /etc/ssl/mongo.pem: cannot read certificate file, no start line"},
	{"F02", "go driver: failed to find the PRIVATE KEY in my pem"},
	{"F04", "PEM routines: bad end line after cat cert.pem key.pem"},
	{"U12", "Exception in thread \"main\" com.mongodb.MongoSecurityException: Exception authenticating MongoCredential{mechanism=MONGODB-X509}\nCaused by: com.mongodb.MongoCommandException: Command failed with error 18 (AuthenticationFailed): 'No verified subject name available from client' on server db:27017"},
	{"U01", "com.mongodb.MongoSecurityException: Exception authenticating MongoCredential{mechanism=MONGODB-X509, userName='CN=a', source='$external'}\nCaused by: com.mongodb.MongoCommandException: Command failed with error 18 (AuthenticationFailed): 'There is no x.509 client certificate matching the user.' on server db:27017"},
	{"F04", "error:09091066:PEM routines:PEM_read_bio_ex:bad end line"},
	{"F08", "wrong pass phrase for the private key: bad decrypt"},
	{"F08", "x509: decryption password is incorrect"},
	{"F10", "X509 key values mismatch between certificate and private key"},
	{"F10", "nginx-like error: SSL_CTX_use_PrivateKey key values mismatch"},
	{"F11", "PHP on Windows: unsupported encrypted private key detected"},
	{"F18", "openssl 3: digital envelope routines unsupported algorithm RC2-40-CBC reading my p12"},
	{"F18", "Error: unsupported\n    at configSecureContext (node:internal/tls/secure-context:278:15)\n    at Object.createSecureContext (node:_tls_common:116:3)"},
	{"F19", "openssl pkcs12: mac verify error, invalid password"},
	{"F19", "keystore was tampered with, or password was incorrect"},
	{"F24", "no credentials are available in the security package (SslStream, .NET)"},
	{"F26", "java: unrecognized keystore format, please load with specified type"},
	{"T01", "SSL peer certificate validation failed: unsuitable certificate purpose"},
	{"T03", "curl-like: unable to get the local issuer certificate"},
	{"T03", "pymongo.errors.ServerSelectionTimeoutError: db:27017: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain (_ssl.c:1006)"},
	{"T04", "Spring Boot: PKIX path building failed, unable to find a valid certification path to the requested target"},
	{"T05", "server selection error: x509: certificate signed by an unknown authority"},
	{"T06", "IP 10.0.0.1 isn't in the certificate's list of altnames, hostname does not match"},
	{"T08", "the peer provided no SSL certificate; connection rejected"},
	{"T09", "tlsv1 alert internal error, SSL alert number 80 from Atlas"},
	{"T10", "my client certificate has expired, validation failed on the mongod"},
	{"T11 T03", "server log: SSL peer certificate validation failed: unable to get local issuer certificate"},
	{"T03 T11 T01", "write EPROTO 140:error:0A000412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate:ssl/record/rec_layer_s3.c:1586:SSL alert number 42"},
	{"T10", "x509: certificate has expired or is not yet valid: current time 2026-01-01T00:00:00Z is after 2025-12-31T00:00:00Z"},
	{"T10", "javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed"},
	{"T10", "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1006)"},
	{"T08", "javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_required"},
	{"T03", "javax.net.ssl.SSLHandshakeException: Received fatal alert: unknown_ca"},
	{"T03 T01 T10", "javax.net.ssl.SSLHandshakeException: Received fatal alert: bad_certificate"},
	{"T03", "remote error: tls: unknown certificate authority"},
	{"T03 T10 T01", "remote error: tls: bad certificate"},
	{"T08", "write EPROTO 00E8F5:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:1605:SSL alert number 116"},
	{"T09", "MongoServerSelectionError: 80B8A0:error:0A000438:SSL routines:ssl3_read_bytes:tlsv1 alert internal error:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:1590:SSL alert number 80"},
	{"T06", "MongoServerSelectionError: Hostname/IP does not match certificate's altnames: Host: localhost. is not in the cert's altnames: DNS:db.example.com"},
	{"T06", "x509: certificate is valid for db.example.com, not localhost"},
	{"T06", "javax.net.ssl.SSLHandshakeException: No subject alternative DNS name matching localhost found."},
	{"T03", "MongoServerSelectionError: unable to verify the first certificate"},
	{"T03", "System.Security.Authentication.AuthenticationException: The remote certificate is invalid because of errors in the certificate chain: PartialChain"},
	{"U02 U01", "com.mongodb.MongoSecurityException: Exception authenticating MongoCredential{mechanism=MONGODB-X509, userName='null', source='$external', password=<hidden>, mechanismProperties=<hidden>}\nCaused by: com.mongodb.MongoCommandException: Command failed with error 18 (AuthenticationFailed): 'Authentication failed.' on server db:27017."},
	{"U02 U01", "connection() error occurred during connection handshake: auth error: round trip error: (AuthenticationFailed) Authentication failed."},
	{"T08", `{"t":{"$date":"2026-01-02T03:04:05.678+00:00"},"s":"E","c":"NETWORK","id":23255,"ctx":"conn8","msg":"No SSL certificate provided by peer; connection rejected"}`},
	{"T08", `{"t":{"$date":"2026-01-02T03:04:05.678+00:00"},"s":"I","c":"NETWORK","id":22988,"ctx":"conn8","msg":"Error receiving request from client. Ending connection from remote","attr":{"error":{"code":141,"codeName":"SSLHandshakeFailed","errmsg":"no SSL certificate provided by peer; connection rejected"},"remote":"10.0.0.9:39002","connectionId":8}}`},
	{"R06", `{"t":{"$date":"2026-01-02T03:04:05.678+00:00"},"s":"I","c":"NETWORK","id":22988,"ctx":"conn8","msg":"Error receiving request from client. Ending connection from remote","attr":{"error":{"code":141,"codeName":"SSLHandshakeFailed","errmsg":"The server is configured to only allow SSL connections"},"remote":"10.0.0.9:39002","connectionId":8}}`},
	{"T01", `{"s":"W","c":"NETWORK","id":23235,"ctx":"conn8","msg":"SSL peer certificate validation failed","attr":{"reason":"unsuitable certificate purpose"}}`},
	{"T10", `{"s":"E","c":"NETWORK","id":23256,"ctx":"conn8","msg":"SSL peer certificate validation failed","attr":{"error":"SSL peer certificate validation failed: certificate has expired"}}`},
	{"F10", "OpenSSL::X509::CertificateError: key values mismatch"},
	{"F08", "OpenSSL: error:1C800064:Provider routines::bad decrypt while loading the key file client.pem"},
	{"F26", "java.io.IOException: Invalid keystore format\n\tat sun.security.provider.JavaKeyStore.engineLoad(JavaKeyStore.java:666)"},
	{"F19 F21", "java.io.IOException: keystore password was incorrect\n\tat sun.security.pkcs12.PKCS12KeyStore.engineLoad(PKCS12KeyStore.java:2059)\nCaused by: java.security.UnrecoverableKeyException: failed to decrypt safe contents entry: javax.crypto.BadPaddingException: Given final block not properly padded"},
	{"F19", "System.Security.Cryptography.CryptographicException: The specified network password is not correct."},
	{"F09", "pymongo.errors.ConfigurationError: Private key doesn't match certificate: [SSL] PEM lib (_ssl.c:4065)"},
	{"R06 T08 T09", "MongoServerSelectionError: connection <monitor> to 10.0.0.1:27017 closed"},
	{"R06 T08", "com.mongodb.MongoSocketReadException: Prematurely reached end of stream"},
	{"R13 R12", "MongoServerSelectionError: ENOENT: no such file or directory, open '/etc/ssl/client.pem'"},
	{"U02 U01", "(node:1) [DEP0040] DeprecationWarning: The `punycode` module is deprecated. Please use a userland alternative instead.\nMongoServerError: Authentication failed."},
	{"T10", "(node:1) [DEP0040] DeprecationWarning: The `punycode` module is deprecated. Please use a userland alternative instead.\nError: certificate has expired"},
	{"F19", "(node:1) [DEP0005] DeprecationWarning: Buffer() is deprecated due to security and usability issues. Please use the Buffer.alloc() or Buffer.from() methods instead.\nError: mac verify failure"},
	{"R01", "Option: sslPEMKeyFile is deprecated. Please use tlsCertificateKeyFile instead."},
	{"T03", "curl: (60) SSL certificate problem: unable to get local issuer certificate, when I ask my mongodb server"},
	{"T10", "kubectl logs mongodb-0: x509: certificate has expired or is not yet valid"},
	{"U01", `Username "CN=app,OU=clients,O=Acme,C=GB" does not match the provided client certificate user "CN=app,OU=clients,O=Acme,C=US"`},
	{"R04", "Cannot set the password for users defined on the '$external' database"},
	{"T06", "host name doesn't match the certificate altnames, localhost"},
	{"T06", "The remote certificate is invalid according to the validation procedure: RemoteCertificateNameMismatch"},
	{"U02", `Could not find user "CN=app,OU=clients`},
	{"U07", "CN=app+OU=clients,O=Acme"},
	{"R02", `GSSAPI and X509 require "$external" authSource`},
	{"R02", "mongosh wants authSource to be $external"},
	{"R04", "password isn't allowed with x509"},
	{"R13", "cannot open client.pem, file not found"},
	{"R16", "unknown authenticator: mongodb-x509"},
	{"R16", "Unsupported authMechanism: mongodb-x509"},
	{"R17", "Kind: An invalid argument was provided: tlscertificatefile is an invalid option. An option with a similar name exists: tlscertificatekeyfile"},
	{"R17", "unknown option `tls'"},
	{"F01", "openssl no start line when loading my pem"},
	{"F10", "pymongo.errors.ConfigurationError: [SSL: NO_CERTIFICATE_ASSIGNED] no certificate assigned (_ssl.c:3900)"},
	{"F19", "java.security.KeyManagementException: Cannot recover key"},
	{"F19", "com.mongodb.MongoClientException: Unable to create default SSLContext"},
	{"F26", "java says unrecognized keystore format"},
	{"T12", "works only with tlsAllowInvalidCertificates"},
	{"T15", "mkcert client certificate does not work"},
	{"T01", "$ kubectl logs db-0\nSSL peer certificate validation failed: unsuitable certificate purpose"},
	{"T06", "SSL: host name 'db' doesn't match certificate"},
	{"R02", "authSource must be $external"},
}

// TestAnswersTogether has texts that several causes print: all of these are given.
func TestAnswersTogether(t *testing.T) {
	for _, c := range []struct{ ids, text string }{
		{"F03 F05", "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched"},
		{"F19 F21", "keystore password was incorrect"},
		{"F19 F21", "java.io.IOException: keystore password was incorrect"},
		{"T01 T03 T10", "SSL peer certificate validation failed"},
		{"F01 F06 F07", "openssl no start line when loading my pem"},
	} {
		for _, id := range strings.Fields(c.ids) {
			if rank(c.text, []string{id}) == 0 {
				t.Errorf("explained as %q, without %s: %s", explained(c.text), id, c.text)
			}
		}
	}
}

// TestUnrelated: what is about something else is not explained.
func TestUnrelated(t *testing.T) {
	for _, text := range unrelatedTexts {
		if got := explained(text); got != "" {
			t.Errorf("explained as %s: %s", got, text)
		}
	}
	t.Logf("%d texts", len(unrelatedTexts))
}

var unrelatedTexts = []string{
	"", " ", "\n\n", "hello", "?", "password", "certificate", "mongodb", "error", "TLS", "failed", "x.509", "user name",
	"The quick brown fox jumps over the lazy dog.",
	"Call me Ishmael. Some years ago, never mind how long precisely, having little or no money in my purse, I thought I would sail about a little and see the watery part of the world.",
	"Dear team, please find attached the minutes of Tuesday's meeting. We agreed to move the release to next week and to update the certificate of attendance template.",
	"Can you please send me the key to the office? The old one does not fit the lock any more since the renewal of the door.",
	"MongoServerError: E11000 duplicate key error collection: shop.users index: email_1 dup key: { email: \"a@b.example\" }",
	"WriteConflict error: this operation conflicted with another operation. Please retry your operation or multi-document transaction.",
	"MongoServerError: operation exceeded time limit, code: 50, codeName: 'MaxTimeMSExpired'",
	"MongoServerError: Executor error during find command :: caused by :: Sort exceeded memory limit of 104857600 bytes, but did not opt in to external sorting.",
	"MongooseError: Operation `users.findOne()` buffering timed out after 10000ms",
	"MongoServerError: PlanExecutor error during aggregation :: caused by :: BSONObj size: 17825792 is invalid. Size must be between 0 and 16793600(16MB)",
	"MongoServerError: Unrecognized pipeline stage name: '$lokup'",
	"MongoServerError: ns not found: shop.orders, code: 26, NamespaceNotFound",
	"not primary and secondaryOk=false, code: 13435, NotPrimaryNoSecondaryOk",
	"MongoServerError: Document failed validation, code: 121",
	"{\"t\":{\"$date\":\"2026-01-02T03:04:05.678+00:00\"},\"s\":\"I\",\"c\":\"COMMAND\",\"id\":51803,\"ctx\":\"conn8\",\"msg\":\"Slow query\",\"attr\":{\"type\":\"command\",\"ns\":\"shop.orders\",\"command\":{\"find\":\"orders\",\"filter\":{\"user\":\"alice\"}},\"planSummary\":\"COLLSCAN\",\"docsExamined\":91234,\"durationMillis\":420}}",
	"{\"t\":{\"$date\":\"2026-01-02T03:04:05.678+00:00\"},\"s\":\"I\",\"c\":\"NETWORK\",\"id\":22943,\"ctx\":\"listener\",\"msg\":\"Connection accepted\",\"attr\":{\"remote\":\"10.0.0.9:39002\",\"connectionId\":42,\"connectionCount\":7}}",
	"{\"t\":{\"$date\":\"2026-01-02T03:04:05.678+00:00\"},\"s\":\"I\",\"c\":\"STORAGE\",\"id\":22430,\"ctx\":\"Checkpointer\",\"msg\":\"WiredTiger message\",\"attr\":{\"message\":\"saving checkpoint snapshot min: 4\"}}",
	"{\"s\":\"I\",\"c\":\"REPL\",\"id\":21215,\"ctx\":\"ReplCoord-3\",\"msg\":\"Member is in new state\",\"attr\":{\"hostAndPort\":\"db2:27017\",\"newState\":\"SECONDARY\"}}",
	"java.lang.NullPointerException: Cannot invoke \"String.length()\" because \"name\" is null\n\tat com.example.Main.main(Main.java:5)\n\tat java.base/jdk.internal.reflect.NativeMethodAccessorImpl.invoke0(Native Method)",
	"Exception in thread \"main\" java.lang.OutOfMemoryError: Java heap space\n\tat java.util.Arrays.copyOf(Arrays.java:3236)",
	"java.lang.ClassNotFoundException: com.example.Foo\n\tat java.net.URLClassLoader.findClass(URLClassLoader.java:381)",
	"org.springframework.beans.factory.NoSuchBeanDefinitionException: No qualifying bean of type 'com.example.UserRepository' available",
	"Traceback (most recent call last):\n  File \"app.py\", line 3, in <module>\n    import flask\nModuleNotFoundError: No module named 'flask'",
	"KeyError: 'user'\n  File \"/usr/lib/python3.11/json/decoder.py\", line 355, in raw_decode",
	"json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
	"TypeError: Cannot read properties of undefined (reading 'name')\n    at /app/server.js:10:5\n    at Layer.handle [as handle_request]",
	"Error: Cannot find module 'express'\nRequire stack:\n- /app/index.js\n    at Module._resolveFilename (node:internal/modules/cjs/loader:1140:15)",
	"npm ERR! code ERESOLVE\nnpm ERR! ERESOLVE unable to resolve dependency tree",
	"panic: runtime error: index out of range [5] with length 3\n\ngoroutine 1 [running]:\nmain.main()\n\t/tmp/x.go:9 +0x1d",
	"fatal error: all goroutines are asleep - deadlock!",
	"error[E0382]: borrow of moved value: `s`\n --> src/main.rs:4:20",
	"undefined reference to `main'\ncollect2: error: ld returned 1 exit status",
	"Segmentation fault (core dumped)",
	"FATAL: password authentication failed for user \"postgres\"",
	"ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)",
	"ERROR: relation \"users\" does not exist at character 15",
	"WRONGPASS invalid username-password pair or user is disabled.",
	"535 5.7.8 Authentication credentials invalid",
	"Permission denied (publickey).\nfatal: Could not read from remote repository.",
	"fatal: not a git repository (or any of the parent directories): .git",
	"remote: Support for password authentication was removed. Please use a personal access token instead.",
	"ssh: connect to host example.com port 22: Connection refused",
	"curl: (6) Could not resolve host: example.invalid",
	"dial tcp 10.0.0.1:5432: connect: connection refused",
	"connect ECONNREFUSED 127.0.0.1:27017",
	"getaddrinfo ENOTFOUND db.example.invalid",
	"HTTP/1.1 404 Not Found\nContent-Type: text/html\nConnection: close",
	"HTTP 500 Internal Server Error: the server encountered an unexpected condition",
	"Error from server (NotFound): pods \"web-0\" not found",
	"Warning  FailedScheduling  0/3 nodes are available: 3 Insufficient memory.",
	"CrashLoopBackOff: back-off 5m0s restarting failed container",
	"Error response from daemon: pull access denied for foo, repository does not exist or may require 'docker login'",
	"Error: Invalid value for variable: on main.tf line 12: The given value is not suitable",
	"ls: cannot access 'foo': No such file or directory",
	"bash: foo: command not found",
	"make: *** No rule to make target 'all'.  Stop.",
	"disk I/O error: no space left on device",
	"BUILD FAILURE: Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.8.1:compile",
	"The connection was closed by the remote host after 30 seconds of inactivity.",
	"The user name or password is incorrect. Try again.",
	"Your session has expired. Please log in again.",
	"Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua.",
	"Der schnelle braune Fuchs springt über den faulen Hund, und niemand weiß, warum.",
	"1 2 3 4 5 6 7 8 9 10", "0x00007ff6c0a81234 in ?? ()", "\x00\x01\x02\xff\xfe",
	"SELECT * FROM users WHERE name = 'alice' AND type = 'client' ORDER BY id LIMIT 10;",
	"mongodb://localhost:27017/test", "db.users.find({name: 'alice'}).sort({age: -1})",
	"MongoServerError: Transaction 1 has been aborted.",
	"com.mongodb.MongoWriteException: Write operation error on server localhost:27017. Write error: WriteError{code=11000, message='E11000 duplicate key error collection: t.c index: _id_ dup key: { _id: 1 }', details={}}.",
	"com.mongodb.MongoTimeoutException: Timed out after 30000 ms while waiting for a server that matches ReadPreferenceServerSelector{readPreference=primary}. Client view of cluster state is {type=UNKNOWN, servers=[{address=localhost:27017, type=UNKNOWN, state=CONNECTING, exception={com.mongodb.MongoSocketOpenException: Exception opening socket}, caused by {java.net.ConnectException: Connection refused}}]",
	"pymongo.errors.ServerSelectionTimeoutError: localhost:27017: [Errno 111] Connection refused, Timeout: 30s, Topology Description: <TopologyDescription id: 64, topology_type: Unknown, servers: [<ServerDescription ('localhost', 27017) server_type: Unknown, rtt: None, error=AutoReconnect('localhost:27017: [Errno 111] Connection refused')>]>",
	"MongoServerSelectionError: connect ECONNREFUSED ::1:27017\n    at Timeout._onTimeout (/app/node_modules/mongodb/lib/sdam/topology.js:278:38)",
	"MongoServerError: cannot use the session with transaction in progress",
	"MongoServerError: Cursor not found, cursor id: 9837429",
	"MongoBulkWriteError: E11000 duplicate key error",
	"server returned error on SASL authentication step: SCRAM-SHA-256",
	"CastError: Cast to ObjectId failed for value \"abc\" (type string) at path \"_id\" for model \"User\"",
	"ValidationError: User validation failed: email: Path `email` is required.",
	"OverwriteModelError: Cannot overwrite `User` model once compiled.",
	"BSONError: input must be a 24 character hex string, 12 byte Uint8Array, or an integer",
	"java.sql.SQLException: Access denied for user 'app'@'10.0.0.1' (using password: YES)",
	"org.hibernate.LazyInitializationException: failed to lazily initialize a collection of role: com.example.A.b, could not initialize proxy - no Session",
	"System.NullReferenceException: Object reference not set to an instance of an object.\n   at Program.Main(String[] args) in C:\\src\\Program.cs:line 12",
	"System.IO.FileNotFoundException: Could not load file or assembly 'Newtonsoft.Json, Version=13.0.0.0'. The system cannot find the file specified.",
	"Unhandled exception. System.InvalidOperationException: Sequence contains no elements",
	"PHP Fatal error:  Uncaught Error: Call to undefined function foo() in /var/www/index.php:3",
	"PHP Warning:  fopen(data.csv): Failed to open stream: No such file or directory in /var/www/x.php on line 5",
	"NoMethodError: undefined method `name' for nil:NilClass",
	"thread 'main' panicked at 'called `Option::unwrap()` on a `None` value', src/main.rs:4:37",
	"redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.",
	"kafka.errors.NoBrokersAvailable: NoBrokersAvailable",
	"FATAL: no pg_hba.conf entry for host \"10.0.0.1\", user \"app\", database \"db\", no encryption",
	"docker: Error response from daemon: driver failed programming external connectivity on endpoint web: Bind for 0.0.0.0:80 failed: port is already allocated.",
	"error: failed to push some refs to 'github.com:foo/bar.git'",
	"CONFLICT (content): Merge conflict in README.md",
	"E: Unable to locate package foo",
	"sudo: unable to resolve host box: Name or service not known",
	"systemd[1]: mongod.service: Main process exited, code=exited, status=14/n/a",
	"ImagePullBackOff: Back-off pulling image \"foo:latest\"",
	"error: You must be logged in to the server (Unauthorized)",
	"AccessDenied: User: arn:aws:iam::1:user/x is not authorized to perform: s3:GetObject on resource: foo",
	"java.net.SocketTimeoutException: Read timed out\n\tat java.net.SocketInputStream.socketRead0(Native Method)",
	"java.io.IOException: Broken pipe",
	"write EPIPE", "read ECONNRESET", "socket hang up",
	"context deadline exceeded",
	"Please enter your user name and the password for the VPN client. Contact your administrator if the problem persists.",
	"The server will be down for maintenance on Sunday from 2 to 4. All users of the database will be logged out.",
	"We regret to inform you that your application for the certificate programme was rejected.",
	"How do I export a certificate from Windows?", "What is the difference between TLS 1.2 and TLS 1.3?",
	"I lost the key to my house and the spare is not in the usual place.",
	"Failed to compile. Module not found: Error: Can't resolve './App' in '/src'",
	"The subject of this email is the quarterly report; the server name and the file are attached.",
	"Host key verification failed.", "npm ERR! enoent ENOENT: no such file or directory, open '/app/package.json'",
	"Error: EACCES: permission denied, mkdir '/usr/local/lib/node_modules'",
	"Connection string is invalid: missing host", "Invalid scheme, expected connection string to start with \"mongodb://\" or \"mongodb+srv://\"",
	"querySrv ENOTFOUND _mongodb._tcp.cluster0.example.mongodb.net",
	"pymongo.errors.InvalidURI: Username and password must be escaped",
	"2019-01-02T03:04:05.678+0000 I ACCESS   [conn42] SASL SCRAM-SHA-1 authentication failed for app on admin from client 10.0.0.9:39002 ; AuthenticationFailed: SCRAM authentication failed, storedKey mismatch",
	"MongoServerError: user is not allowed to do action [createCollection] on [shop.orders]",
	"MongoServerSelectionError: Server selection timed out after 30000 ms",
	"MongoServerSelectionError: getaddrinfo EAI_AGAIN mongo",
	"MongoNetworkError: failed to connect to server [localhost:27017] on first connect [Error: connect ECONNREFUSED 127.0.0.1:27017]",
	"Error: querySrv ETIMEOUT _mongodb._tcp.cluster0.example.mongodb.net",
	"MongoNetworkTimeoutError: connection timed out",
	"MongoWriteConcernError: waiting for replication timed out",
	"MongoNotConnectedError: Client must be connected before running operations",
	"MongoServerError: node is not in primary or recovering state",
	"NotWritablePrimary: not primary",
	"curl: (56) OpenSSL SSL_read: Connection reset by peer, errno 104",
	"git: error: RPC failed; curl 92 HTTP/2 stream 0 was not closed cleanly: INTERNAL_ERROR (err 2)",
	"ERR_CONNECTION_RESET net::ERR_SSL_PROTOCOL_ERROR",
	"ORA-28860: Fatal SSL error",
	"java.sql.SQLRecoverableException: IO Error: The Network Adapter could not establish the connection",
	`psql: error: connection to server at "db" (10.0.0.1), port 5432 failed: FATAL:  password authentication failed for user "app"`,
	"FATAL: connection requires a valid client certificate",
	"ERROR 2026 (HY000): SSL connection error: protocol version mismatch",
	"redis: NOAUTH Authentication required.",
	"Error 403 Forbidden: The user is not authorized to access this resource",
	"LDAP: error code 49 - 80090308: LdapErr: DSID-0C09042A, comment: AcceptSecurityContext error, data 52e, v3839",
	"Host key verification failed. no matching host key type found. Their offer: ssh-rsa",
	"Failed to load resource: the server responded with a status of 404 ()",
	"{\"t\":{\"$date\":\"2024-01-15T12:28:57.012+00:00\"},\"s\":\"I\",\"c\":\"NETWORK\",\"id\":22944,\"ctx\":\"conn17\",\"msg\":\"Connection ended\",\"attr\":{\"remote\":\"10.0.0.1:36734\",\"connectionId\":17,\"connectionCount\":3}}\n{\"t\":{\"$date\":\"2024-01-15T12:28:57.012+00:00\"},\"s\":\"W\",\"c\":\"CONTROL\",\"id\":22120,\"ctx\":\"initandlisten\",\"msg\":\"Access control is not enabled for the database. Read and write access to data and configuration is unrestricted\",\"tags\":[\"startupWarnings\"]}",
	`{"t":{"$date":"2024-01-15T12:28:57.012+00:00"},"s":"E","c":"STORAGE","id":22435,"ctx":"initandlisten","msg":"WiredTiger error","attr":{"error":1,"message":"[1642][1:0x7f], connection: __posix_open_file, 667: /data/db/WiredTiger.turtle: handle-open: open: Operation not permitted"}}`,
	`{"t":{"$date":"2024-01-15T12:28:57.012+00:00"},"s":"E","c":"CONTROL","id":20568,"ctx":"initandlisten","msg":"Error setting up listener","attr":{"error":{"code":9001,"codeName":"SocketException","errmsg":"Address already in use"}}}`,
	"mongod.service: Main process exited, code=exited, status=1/FAILURE",
	"BadValue: security.keyFile is required when authorization is enabled with replica sets",
	`{"t":{"$date":"2024-01-15T12:28:57.012+00:00"},"s":"I","c":"ACCESS","id":20254,"ctx":"main","msg":"Read security file failed","attr":{"error":{"code":30,"codeName":"InvalidPath","errmsg":"permissions on /etc/mongo/keyfile are too open"}}}`,
	"Heartbeat failed after max retries HostUnreachable Could not find address for a.svc.cluster.local:27017: SocketException: Host not found (authoritative)",
	"ReadConcernMajorityNotAvailableYet: Read concern majority reads are currently not possible.",
	"Failed to refresh key cache",
	`Exception in thread "main" java.lang.NoClassDefFoundError: com/mongodb/MongoClient`,
	"java.util.NoSuchElementException: No value present",
	"Error creating bean with name 'mongoTemplate' defined in class path resource: Unsatisfied dependency",
	"Could not load host key: /etc/ssh/ssh_host_rsa_key",
	"gpg: decryption failed: Bad session key",
	"openssl:Error: 'foo' is an invalid command.",
	`WARNING: UNPROTECTED PRIVATE KEY FILE! Permissions 0644 for 'aws.pem' are too open. Load key "aws.pem": bad permissions`,
	"ubuntu@1.2.3.4: Permission denied (publickey). ssh -i key.pem",
	"Error: EACCES: permission denied, open '/app/logs/app.log'",
	"FileNotFoundError: [Errno 2] No such file or directory: 'data.csv'",
	`docker: Error response from daemon: Get "https://registry-1.docker.io/v2/": net/http: TLS handshake timeout.`,
	"Error: Cannot perform an interactive login from a non TTY device",
	"smtplib.SMTPAuthenticationError: (535, b'5.7.8 Username and Password not accepted')",
	"com.rabbitmq.client.AuthenticationFailureException: ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN",
	"Invalid connection string: mongodb://localhost",
	"bson.errors.InvalidDocument: cannot encode object",
	"MongoError: Resumable change stream error InternalError code: 1 codeName: 'InternalError'",
	"The operation could not be completed: SSL connect attempt failed because the server requires SNI",
	"certificate error",
	"connection closed",
	"server error",
	"tls handshake",
	"client certificate",
	"private key",
	"invalid password",
	"authentication failure",
	"ssl error",
	"wrong password",
	"certificate chain",
	"root certificate",
	"keystore password",
	"internal error",
	"remote error",
	`{"t":{"$date":"2022-07-06T10:51:38.267+00:00"},"s":"I",  "c":"ACCESS",   "id":20250,   "ctx":"conn9","msg":"Authentication succeeded","attr":{"mechanism":"SCRAM-SHA-256","speculative":true,"principalName":"__system","authenticationDatabase":"local","remote":"127.0.0.1:57162","extraInfo":{}}}`,
	"keytool error: java.lang.Exception: Alias <client> does not exist",
	"openssl: symbol lookup error: openssl: undefined symbol: EVP_mdc2",
	"CERTIFICATE OF COMPLETION",
	"We could not verify your identity. Please upload a valid ID.",
	"Error: socket hang up\n    at connResetException (node:internal/errors:720:14)\n  code: 'ECONNRESET'",
	`MongoServerError: E11000 duplicate key error collection: certs.certificates index: subject_1 dup key: { subject: "x" }`,
	"ValidationError: certificate: Path `certificate` is required.",
	"MongoServerError: Document failed validation (private key field missing)",
	"MongoRuntimeError: Unable to parse test:x with URL",
	"com.mongodb.MongoWriteConcernException: Write operation error",
	"MongoServerError: Failed to parse: key: must be string",
	"could not find certificate of deposit rate",
	"kubectl: error: tls: private key and cert flags must both be set",
	"Error: listen EADDRINUSE: address already in use :::27017",
	"WARNING: client cert auth disabled in pg_hba.conf",
	"InvalidClientTokenId: The security token included in the request is invalid",
	"(node:1) [DEP0040] DeprecationWarning: The `punycode` module is deprecated. Please use a userland alternative instead.",
	`auth error: sasl conversation error: unable to authenticate using mechanism "SCRAM-SHA-1": (AtlasError) bad auth : authentication failed`,
	"MongoServerError: bad auth : Authentication failed.\n    at continueScramConversation (/app/node_modules/mongodb/lib/cmap/auth/scram.js:131:5)\n  code: 8000, codeName: 'AtlasError'",
	"npm ERR! code SELF_SIGNED_CERT_IN_CHAIN\nnpm ERR! request to https://npmjs.example/express failed, reason: self signed certificate in certificate chain",
	"CN=app,OU=cli",
	"npm error code SELF_SIGNED_CERT_IN_CHAIN\nnpm error errno SELF_SIGNED_CERT_IN_CHAIN",
	"fatal: unable to access 'https://git.example.com/x.git/': SSL certificate problem: unable to get local issuer certificate",
	"curl: (60) SSL certificate problem: certificate has expired",
	"WARNING: Retrying after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self signed certificate in certificate chain (_ssl.c:1006)'))'\nCould not fetch URL https://pypi.example/simple/pip/",
	"Unable to connect to the server: x509: certificate signed by unknown authority",
	`Error response from daemon: Get "https://registry.example.com/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
	"com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure\nCaused by: sun.security.validator.ValidatorException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target",
	`psql: error: connection to server at "db" (10.0.0.1), port 5432 failed: SSL error: certificate verify failed`,
	"npm ERR! code ENOENT\nnpm ERR! syscall open\nnpm ERR! path /app/package.json\nnpm ERR! enoent ENOENT: no such file or directory, open '/app/package.json'",
}

// TestFixesKeepTheCertificate runs each command that writes a file with another form of the key: the certificates are in
// it, too, the client's first.
func TestFixesKeepTheCertificate(t *testing.T) {
	openssl := filepath.Dir(oracle.Program(t, "openssl"))
	shell := oracle.Program(t, "sh")
	scene := newScene(t)
	scene.key = rsaKey
	var client []byte
	scene.files = func(m made) [][]byte {
		client = join(m.rsaPEM(), m.caPEM)
		return [][]byte{client}
	}
	scene.look()
	quoted := regexp.MustCompile("`([^`]*openssl (?:pkey|rsa|pkcs8) [^`]*)`")
	n := 0
	for _, e := range Catalogue() {
		for _, m := range quoted.FindAllStringSubmatch(Worded(e.Fix, false), -1) {
			n++
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "client.pem"), client, 0o600); err != nil {
				t.Fatal(err)
			}
			command := strings.TrimSuffix(strings.TrimPrefix(m[1], `cmd /c "`), `"`) // reads the same in a shell
			cmd := exec.Command(shell, "-c", strings.Replace(command, "-v2 aes256", "-nocrypt", 1))
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "PATH="+openssl+string(os.PathListSeparator)+os.Getenv("PATH"))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %v: %s", e.ID, err, out)
				continue
			}
			written := filepath.Join(dir, "new.pem")
			pair, err := tls.LoadX509KeyPair(written, written)
			if err != nil {
				t.Errorf("%s: %s: %v", e.ID, m[1], err)
			} else if !strings.HasPrefix(m[1], "cmd ") && len(pair.Certificate) != 2 {
				t.Errorf("%s: %s: %d certificates of 2", e.ID, m[1], len(pair.Certificate))
			}
		}
	}
	if n != 9 {
		t.Errorf("%d commands, expected were 9", n)
	}
}

// TestJavaStoresHavePasswords: a JVM opens neither store without, and says so in words about something else.
func TestJavaStoresHavePasswords(t *testing.T) {
	for _, e := range Catalogue() {
		for _, store := range []string{"keyStore", "trustStore"} {
			if strings.Contains(e.Fix, "javax.net.ssl."+store+"=") && !strings.Contains(e.Fix, "javax.net.ssl."+store+"Password=") {
				t.Errorf("%s names no password for the %s", e.ID, store)
			}
		}
	}
}

// TestExplainInTime: the longest text that is looked at, of the words that cost most, and of nothing.
func TestExplainInTime(t *testing.T) {
	for name, text := range map[string]string{
		"certificates": strings.Repeat("certificate private key password x509 tls ssl unsupported pem ", MaxExplain/60),
		"unknown":      strings.Repeat("zyx wvu ", MaxExplain/8),
		"one word":     strings.Repeat("a", MaxExplain),
		"colours":      strings.Repeat("\x1b[", MaxExplain/2),
		"backslashes":  strings.Repeat(`\u00`, MaxExplain/4),
		"equals":       strings.Repeat("C=", MaxExplain/2),
	} {
		start := time.Now()
		Explain(text)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: %v", name, took)
		} else {
			t.Logf("%s: %v", name, took)
		}
	}
	// A message at the very end of the longest text is found all the same.
	text := strings.Repeat("at com.example.Main(Main.java:17)\n", MaxExplain/34)
	if got := explained(text[:MaxExplain-60] + "\nPKIX path building failed"); got != "T04 R08" {
		t.Errorf("at the end of the text: %q", got)
	}
}

// FuzzExplain: any text is answered, by at most three different entries, and the same way each time.
func FuzzExplain(f *testing.F) {
	for _, c := range retoldTexts {
		f.Add(c.text)
	}
	for _, text := range unrelatedTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := explained(text)
		ids := strings.Fields(got)
		slices.Sort(ids)
		if len(ids) > maxExplained || len(slices.Compact(ids)) != len(strings.Fields(got)) {
			t.Errorf("explained as %q", got)
		}
		if again := explained(text); again != got {
			t.Errorf("first %q, then %q", got, again)
		}
		if !utf8.ValidString(got) {
			t.Error("not UTF-8")
		}
	})
}
