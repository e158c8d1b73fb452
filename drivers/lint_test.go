package drivers

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"certuri/uribuild"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// A verdict is what a real client says of a string before it connects.
type verdict struct {
	Error    string
	Warnings []string
}

func (v verdict) text() string { return v.Error + "\n" + strings.Join(v.Warnings, "\n") }

// judges gives, per target, the function that asks the real client. The working directory holds client.pem and its kin.
func judges(t *testing.T, dir string) map[string]func([]string) []verdict {
	all := map[string]func([]string) []verdict{
		"go": func(uris []string) []verdict {
			t.Chdir(dir)
			verdicts := make([]verdict, len(uris))
			for i, uri := range uris {
				client, err := mongo.Connect(options.Client().ApplyURI(uri))
				if err != nil {
					verdicts[i].Error = err.Error()
					continue
				}
				_ = client.Disconnect(t.Context())
			}
			return verdicts
		},
	}
	python, script := pythonWithPyMongo(t), absolute(t, "parsers/pymongo_client.py")
	all["pymongo"] = func(uris []string) []verdict { return ask[verdict](t, dir, uris, python, script) }
	node, modules, script2 := program(t, "node"), nodeModules(t), absolute(t, "parsers/node_client.cjs")
	all["node"] = func(uris []string) []verdict { return ask[verdict](t, dir, uris, node, script2, modules) }
	return all
}

// clientFiles makes a certificate with its key under every name that the strings use.
func clientFiles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "alice"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})...)
	for _, name := range []string{"client.pem", "my client.pem", "my+client.pem", "a@b.pem", "a#b.pem", "a;b.pem", `C:\certs\c.pem`, "100%.pem"} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// generated gives n connection strings, about half of them broken in one of the ways in which people break them.
func generated(n int) []string {
	rng := mathrand.New(mathrand.NewPCG(7, 11))
	pick := func(all ...string) string { return all[rng.IntN(len(all))] }
	var uris []string
	for len(uris) < n {
		rare := func(usual string, others ...string) string {
			if rng.IntN(8) > 0 {
				return usual
			}
			return pick(others...)
		}
		user := rare("", "CN%3Dalice%2CO%3DE@", "CN=alice,O=E@", "CN=a/b@", "CN=a@b@", "CN=a?b@", "CN=a#b@", "CN=a[b]@", "CN=a:b@", "CN=50%@", "alice:pw@", "alice:@", "CN=a+b@", "CN=a b@", "@", "CN=a;b@", "CN=a\\,b@", "CN=a:b,O=E@", "alice@", "<username>:<password>@", "USER:PASS@")
		hosts := rare("h:27017", "a,b:1", "[::1]:27017", "::1", "%2Ftmp%2Fa.sock", "/tmp/a.sock", "a,,b", "a,", "h:0", "h:99999", "h:x", "bücher.example", "a.example, b.example", "a:1;b:2", "a:1 b:2", "rs0/a:1,b:2", "h:1:2", "mongodb://h", "<host>", "10.0.0.1", "", "[::1", "a::1", "h:")
		slash := rare("/", "/app", "", "/$external", "/a.b", "/a/b", "/a%20b", "//", `\`, "/ ")
		separator := rare("&", "&amp;", ";", "&&", "&", " & ", "?", ",", "|", "%26", `\u0026`, "& ", "&\u200b")
		question := rare("?", "??", "&", "%3F", "? ", `\?`)
		var opts []string
		add := func(s string) {
			if s != "" {
				opts = append(opts, s)
			}
		}
		add(rare("tls=true", "tls=True", "tls=1", "tls=false", "ssl=true", "", "tls=true&ssl=false", "tls=true&tls=true", "tls=true&ssl=true", "tls=", "TLS=true", `tls="true"`, "tls:true", "tls", "tls=tru e", "tsl=true", "useSSL=true", "tls=true "))
		add(rare("authMechanism=MONGODB-X509", "authMechanism=mongodb-x509", "authMechanism=X509", "", "authMechanism=", "authMechanism=SCRAM-SHA-256", "authMechanism=MONGODB_X509", "authMechanism=X.509", "authMechanism='MONGODB-X509'", "authMechansim=MONGODB-X509", "authMechanism=MONGODB-X509&authMechanism=MONGODB-X509", "authMechanism=MONGODB-X509&authMechanismProperties=A:b"))
		add(rare("authSource=%24external", "authSource=$external", "authSource=", "authSource=admin", "authSource=%2524external", "authSource=external", "authSource=$$external", "authSource=\\$external", "authSource=$external&authSource=admin", "authDatabase=$external", "", "authsource=%24external"))
		add(rare("tlsCertificateKeyFile=client.pem", "tlsCertificateKeyFile=my%20client.pem", "tlsCertificateKeyFile=my+client.pem", "tlsCertificateKeyFile=a@b.pem", "tlsCertificateKeyFile=a%40b.pem", "tlsCertificateKeyFile=a#b.pem",
			"tlsCertificateKeyFile=a;b.pem", `tlsCertificateKeyFile=C:\certs\c.pem`, "tlsCertificateKeyFile=100%.pem", "tlsCertificateKeyFile=", "", "tlsCertificateKeyFile=client.pem&tlsCertificateKeyFile=client.pem", "sslCert=client.pem",
			"ssl_certfile=client.pem", "sslClientCertificateKeyFile=client.pem", "tlsCertificateFile=client.pem&tlsPrivateKeyFile=client.pem", "tlsCertificateFile=client.pem", "tlsCertificateKeyFile=client.pem&tlsCertificateFile=client.pem&tlsPrivateKeyFile=client.pem",
			"tlsCertificatKeyFile=client.pem", "tlsCertKeyFile=client.pem", `tlsCertificateKeyFile="client.pem"`, "tlsCertificateKeyFile=client.pem,client.pem", "sslCert=client.pem&sslKey=my%20client.pem", "tlsCertificateKeyFile=file:client.pem", "sslPEMKeyFile=client.pem"))
		add(rare("", "tlsCAFile=client.pem", "tlsCAFile=my%20client.pem", "sslCA=client.pem", "ssl_ca_certs=client.pem"))
		add(rare("", "tlsInsecure=true", "tlsInsecure=true&tlsAllowInvalidCertificates=true", "tlsAllowInvalidHostnames=true&tlsInsecure=false", "tlsAllowInvalidHostnames=true", "tlsDisableOCSPEndpointCheck=true", "tlsDisableCertificateRevocationCheck=true",
			"tlsDisableOCSPEndpointCheck=true&tlsAllowInvalidCertificates=true", "tlsUseSystemCA=true", "sslValidate=false", "tlsAllowInvalidCertificates=yes"))
		add(rare("", "w=majority", "retryWrites=true", "retryWrites=1", "foo=bar", "foo", "=x", "w", "connectTimeoutMS=x", "connectTimeoutMS=1000", "replicaSet=rs0", "replicaSet=rs0&replicaSet=rs0", "readPreference=nope", "readPreference=nearest", "readPreference=Secondary",
			"directConnection=true", "srvMaxHosts=1", "wtimeout=5", "j=true", "journal=true", "maxPoolSize=", "appName=a b", "compressors=zlib", "serverMonitoringMode=x", "maxStalenessSeconds=90", "useNewUrlParser=true", "loadBalanced=true", "readPreferenceTags=a"))
		scheme := rare("mongodb://", "mongodb://", "mongodb://", "mongodb:\\\\", " mongodb://", "mongodb: //", "mongodb:", "jdbc:mongodb://", "mongodb//", "mongo://", "MONGODB://", "\"mongodb://")
		if separator == ";" && slices.Contains(opts, "tlsCertificateKeyFile=a;b.pem") {
			continue // nobody can tell which of the semicolons is meant
		}
		if strings.Contains("?,|;%26", separator) && slices.ContainsFunc(opts, func(o string) bool { return !strings.Contains(o, "=") && !strings.Contains(o, ":") }) {
			continue // nor where a value ends, when no name follows it
		}
		uri := scheme + user + hosts + slash
		if len(opts) > 0 {
			uri += question + strings.Join(opts, separator)
		}
		uri += rare("", "\"", "';", "”", "&", ")", " # mine")
		if !slices.Contains(uris, uri) {
			uris = append(uris, uri)
		}
	}
	return uris
}

// stringCount is 2,000, or fewer with -short.
func stringCount() int {
	if testing.Short() {
		return 300
	}
	return 2000
}

// Three things must hold of every string and every client. What the client refuses, Lint calls an error. A text that a
// finding quotes is what the client prints. And the mended string is taken by the client without a word.
func TestLintAgreesWithTheClients(t *testing.T) {
	dir := clientFiles(t)
	judges := judges(t, dir)
	uris := generated(stringCount())
	for target, judge := range judges {
		results := make([]uribuild.LintResult, len(uris))
		mended := make([]string, len(uris))
		for i, uri := range uris {
			results[i] = uribuild.Lint(uri, uribuild.LintOptions{Target: target})
			mended[i] = results[i].Mended
		}
		// Many strings are mended to the same one, which is asked for once.
		distinct := slices.Clone(mended)
		slices.Sort(distinct)
		distinct = slices.Compact(distinct)
		verdicts := judge(append(slices.Clone(uris), distinct...))
		before, after := verdicts[:len(uris)], make([]verdict, len(uris))
		for i, m := range mended {
			j, _ := slices.BinarySearch(distinct, m)
			after[i] = verdicts[len(uris)+j]
		}
		refused, missed, wrong, unmended := 0, 0, 0, 0
		report := func(count *int, format string, args ...any) {
			if *count++; *count <= 20 {
				t.Errorf(format, args...)
			}
		}
		for i, uri := range uris {
			var errors, quoted []string
			stuck, faults := false, 0
			for _, f := range results[i].Findings {
				if f.Severity == uribuild.SeverityError {
					errors = append(errors, f.ID)
					stuck = stuck || f.Mended == ""
				}
				if f.Severity != uribuild.SeverityInfo {
					faults++
				}
				if f.Error != "" && f.Error != "read ECONNRESET" && f.ID != "U01" { // which shows only against a server
					quoted = append(quoted, f.Error)
				}
			}
			// An ellipsis stands for what varies.
			said := func(s string) bool {
				rest, found := before[i].text(), true
				for piece := range strings.SplitSeq(s, "…") {
					if _, rest, found = strings.Cut(rest, strings.TrimSpace(piece)); !found {
						return false
					}
				}
				return true
			}
			if before[i].Error != "" {
				refused++
				if len(errors) == 0 {
					report(&missed, "%s refuses\n%q\n%s\nand Lint has no error", target, uri, before[i].Error)
				}
			}
			// A client stops at the first fault, so only a single one must be seen.
			if faults == 1 && len(quoted) == 1 && !said(quoted[0]) {
				report(&wrong, "%s: no text that Lint quotes is printed\n%q\nquoted %q\nprinted %s", target, uri, quoted, before[i].text())
			}
			if after[i].Error != "" && !stuck {
				report(&unmended, "%s refuses the mended string\n%q\nof\n%q\n%s\nfindings %v", target, mended[i], uri, after[i].text(), errors)
			}
		}
		t.Logf("%s: %d strings, %d refused, %d missed, %d quoted wrongly, %d mended wrongly", target, len(uris), refused, missed, wrong, unmended)
	}
}
