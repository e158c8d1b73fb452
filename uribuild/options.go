package uribuild

import (
	"slices"
	"strings"
)

// An OptionType says which values an option takes.
type OptionType string

// The types of options. Numbers are whole.
const (
	TypeBool       OptionType = "bool" // true or false, in lower case
	TypeNumber     OptionType = "number"
	TypeString     OptionType = "string"
	TypePath       OptionType = "path" // of a file, as the client will read it
	TypeList       OptionType = "list" // with commas
	TypeProperties OptionType = "properties"
	TypeTags       OptionType = "tags" // may be repeated
	TypeW          OptionType = "w"    // a number or a name
)

// Clients is a set of families of clients that read their options with the same parser.
type Clients uint8

// The families. Mongoose, mongosh, Compass and the VS Code extension are Node; Motor and Django are PyMongo; the
// Database Tools are Go; Kotlin, Scala, Spring and Quarkus are JVM.
const (
	PyMongo Clients = 1 << iota
	Node
	Go
	JVM
	DotNet
	Rust
	C
	Ruby
)

const all3 = PyMongo | Node | Go

// An OptionInfo is what is known of one option of a connection string.
type OptionInfo struct {
	Name       string // as documentation spells it; clients compare without regard to case
	Type       OptionType
	Min, Max   int      // of a number; Max 0 is none
	Values     []string // the only ones; nil for any
	ReplacedBy string   // for an old name: the one to write now, "" when nothing replaces it
	Inverted   bool     // the new option means the opposite
	Old        bool     // deprecated or removed
	Conflicts  []string // names that may not stand beside it
	Secret     bool     // the value must not be shown, logged or linked to
	Readers    Clients  // the families whose newest version reads it from the string
	Spans      []Span   // the versions that read it, where they are known and not all
	Note       string   // of versions, what Spans cannot say
	Source     string   // what decides
}

const (
	specURI  = "mongodb/specifications source/uri-options/uri-options.md"
	goSource = "mongodb/mongo-go-driver x/mongo/driver/connstring/connstring.go"
	node6    = "mongodb/node-mongodb-native etc/notes/CHANGES_6.0.0.md"
	pySource = "mongodb/mongo-python-driver pymongo/common.py"
	py4      = "mongodb/mongo-python-driver doc/migrate-to-pymongo4.rst"
	nodeCS   = "mongodb/node-mongodb-native src/connection_string.ts"

	javaSource = "mongodb/mongo-java-driver driver-core/src/main/com/mongodb/ConnectionString.java"
	netSource  = "mongodb/mongo-csharp-driver src/MongoDB.Driver/Core/Configuration/ConnectionString.cs"
	cSource    = "mongodb/mongo-c-driver src/libmongoc/src/mongoc/mongoc-uri.c"
)

var optionTable = []OptionInfo{
	// The login.
	{Name: "replicaSet", Type: TypeString, Readers: all3 | JVM | DotNet | Rust | C | Ruby, Source: specURI},
	{Name: "tls", Type: TypeBool, Readers: all3 | JVM | DotNet | Rust | C | Ruby, Spans: []Span{{PyMongo, "3.9", ""}, {Node, "3.3", ""}, {JVM, "3.11", ""}, {DotNet, "2.9", ""}, {Ruby, "2.9", ""}, {C, "1.15", ""}}, Note: "ssl before", Source: specURI},
	{Name: "ssl", Type: TypeBool, ReplacedBy: "tls", Readers: all3 | JVM | DotNet | Rust | C | Ruby, Source: specURI},
	{Name: "authMechanism", Type: TypeString, Readers: all3 | JVM | DotNet | Rust | C | Ruby, Source: specURI},
	{Name: "authMechanismProperties", Type: TypeProperties, Secret: true, Readers: all3 | JVM | DotNet | Rust | C | Ruby, Source: specURI},
	{Name: "authSource", Type: TypeString, Readers: all3 | JVM | DotNet | Rust | C | Ruby, Source: specURI},
	{Name: "tlsCertificateKeyFile", Type: TypePath, Conflicts: []string{"tlsCertificateFile", "tlsPrivateKeyFile"}, Readers: all3 | Rust | C | Ruby, Spans: []Span{{PyMongo, "3.9", ""}, {Node, "3.3", ""}, {Go, "1.1", ""}, {Ruby, "2.9", ""}}, Source: specURI},
	{Name: "tlsCertificateKeyFilePassword", Type: TypeString, Secret: true, Readers: all3 | Rust | C | Ruby, Spans: []Span{{PyMongo, "3.9", ""}, {Node, "3.3", ""}, {Go, "1.1", ""}, {Rust, "3.2", ""}, {Ruby, "2.9", ""}}, Note: "in Rust with the feature cert-key-password", Source: specURI},
	{Name: "tlsCAFile", Type: TypePath, Readers: all3 | Rust | C | Ruby, Spans: []Span{{PyMongo, "3.9", ""}, {Node, "3.3", ""}, {Go, "1.1", ""}, {Ruby, "2.9", ""}}, Source: specURI},
	{Name: "tlsCRLFile", Type: TypePath, Readers: PyMongo | Node, Spans: []Span{{PyMongo, "3.9", ""}, {Node, "6.0", ""}}, Source: pySource},
	{Name: "tlsCertificateFile", Type: TypePath, Conflicts: []string{"tlsCertificateKeyFile"}, ReplacedBy: "tlsCertificateKeyFile", Readers: Go, Spans: []Span{{Go, "1.3", ""}, {Node, "", "6.0"}}, Source: goSource},
	{Name: "tlsPrivateKeyFile", Type: TypePath, Conflicts: []string{"tlsCertificateKeyFile"}, Readers: Go, Spans: []Span{{Go, "1.3", ""}}, Source: goSource},
	{Name: "tlsInsecure", Type: TypeBool, Conflicts: []string{"tlsAllowInvalidCertificates", "tlsAllowInvalidHostnames", "tlsDisableOCSPEndpointCheck", "tlsDisableCertificateRevocationCheck"}, Readers: all3 | JVM | DotNet | Rust | C | Ruby, Source: specURI},
	{Name: "tlsAllowInvalidCertificates", Type: TypeBool, Conflicts: []string{"tlsInsecure", "tlsDisableOCSPEndpointCheck", "tlsDisableCertificateRevocationCheck"}, Readers: PyMongo | Node | Rust | C | Ruby, Source: specURI},
	{Name: "tlsAllowInvalidHostnames", Type: TypeBool, Conflicts: []string{"tlsInsecure"}, Readers: PyMongo | Node | JVM | C | Ruby, Source: specURI},
	{Name: "tlsDisableOCSPEndpointCheck", Type: TypeBool, Conflicts: []string{"tlsInsecure", "tlsAllowInvalidCertificates", "tlsDisableCertificateRevocationCheck"}, Readers: PyMongo | Go | C | Ruby, Source: specURI},
	{Name: "tlsDisableCertificateRevocationCheck", Type: TypeBool, Conflicts: []string{"tlsInsecure", "tlsAllowInvalidCertificates", "tlsDisableOCSPEndpointCheck"}, Readers: Go | DotNet | C, Source: specURI},

	// The rest of the published table.
	{Name: "appName", Type: TypeString, Readers: all3 | Rust, Source: specURI},
	{Name: "compressors", Type: TypeList, Readers: all3 | Rust, Source: specURI},
	{Name: "connectTimeoutMS", Type: TypeNumber, Readers: all3 | Rust, Source: specURI},
	{Name: "directConnection", Type: TypeBool, Readers: all3 | Rust, Source: specURI},
	{Name: "enableOverloadRetargeting", Type: TypeBool, Readers: all3 | Rust, Source: specURI},
	{Name: "heartbeatFrequencyMS", Type: TypeNumber, Min: 500, Readers: all3 | Rust, Source: specURI},
	{Name: "journal", Type: TypeBool, Readers: all3 | Rust, Source: specURI},
	{Name: "loadBalanced", Type: TypeBool, Readers: all3 | Rust, Source: specURI},
	{Name: "localThresholdMS", Type: TypeNumber, Readers: all3 | Rust, Source: specURI},
	{Name: "maxAdaptiveRetries", Type: TypeNumber, Readers: all3 | Rust, Source: specURI},
	{Name: "maxConnecting", Type: TypeNumber, Min: 1, Readers: all3 | Rust, Source: specURI},
	{Name: "maxIdleTimeMS", Type: TypeNumber, Readers: all3 | Rust, Source: specURI},
	{Name: "maxPoolSize", Type: TypeNumber, Readers: all3 | Rust, Source: specURI},
	{Name: "maxStalenessSeconds", Type: TypeNumber, Min: -1, Readers: all3 | Rust, Source: specURI},
	{Name: "minPoolSize", Type: TypeNumber, Readers: all3 | Rust, Source: specURI},
	{Name: "proxyHost", Type: TypeString, Readers: Node | Rust, Source: specURI},
	{Name: "proxyPort", Type: TypeNumber, Max: 65535, Readers: Node | Rust, Source: specURI},
	{Name: "proxyUsername", Type: TypeString, Readers: Node | Rust, Source: specURI},
	{Name: "proxyPassword", Type: TypeString, Secret: true, Readers: Node | Rust, Source: specURI},
	{Name: "readConcernLevel", Type: TypeString, Readers: all3 | Rust, Source: specURI},
	{Name: "readPreference", Type: TypeString, Values: []string{"primary", "primaryPreferred", "secondary", "secondaryPreferred", "nearest"}, Readers: all3 | Rust, Source: specURI},
	{Name: "readPreferenceTags", Type: TypeTags, Readers: all3 | Rust, Source: specURI},
	{Name: "retryReads", Type: TypeBool, Readers: all3 | Rust, Source: specURI},
	{Name: "retryWrites", Type: TypeBool, Readers: all3 | Rust, Source: specURI},
	{Name: "serverMonitoringMode", Type: TypeString, Values: []string{"auto", "stream", "poll"}, Readers: all3 | Rust, Source: specURI},
	{Name: "serverSelectionTimeoutMS", Type: TypeNumber, Readers: all3 | Rust, Source: specURI},
	{Name: "serverSelectionTryOnce", Type: TypeBool, Readers: C, Source: specURI},
	{Name: "socketTimeoutMS", Type: TypeNumber, Readers: all3, Source: specURI},
	{Name: "srvMaxHosts", Type: TypeNumber, Readers: all3 | Rust, Source: specURI},
	{Name: "srvServiceName", Type: TypeString, Readers: all3 | Rust, Source: specURI},
	{Name: "timeoutMS", Type: TypeNumber, Readers: all3, Source: specURI},
	{Name: "w", Type: TypeW, Readers: all3 | Rust, Source: specURI},
	{Name: "waitQueueTimeoutMS", Type: TypeNumber, Readers: PyMongo | Node | Rust, Source: specURI},
	{Name: "wTimeoutMS", Type: TypeNumber, Readers: PyMongo | Node | Rust, Source: specURI},
	{Name: "zlibCompressionLevel", Type: TypeNumber, Min: -1, Max: 9, Readers: all3 | Rust, Source: specURI},

	// Options of single clients.
	{Name: "zstdCompressionLevel", Type: TypeNumber, Min: -1, Max: 22, Readers: Go, Source: goSource},
	{Name: "connect", Type: TypeString, Values: []string{"automatic", "direct"}, ReplacedBy: "directConnection", Old: true, Readers: Go, Source: goSource},
	{Name: "uuidRepresentation", Type: TypeString, Readers: PyMongo | Rust, Source: pySource},
	{Name: "tz_aware", Type: TypeBool, Readers: PyMongo, Source: pySource},
	{Name: "srvAllowedHostsSuffix", Type: TypeString, Readers: PyMongo | Node, Source: nodeCS},
	{Name: "fsync", Type: TypeBool, Old: true, Readers: PyMongo | Node, Note: "gone from servers of today", Source: nodeCS},
	{Name: "noDelay", Type: TypeBool, Readers: Node, Source: nodeCS},
	{Name: "family", Type: TypeNumber, Readers: Node, Source: nodeCS},
	{Name: "monitorCommands", Type: TypeBool, Readers: Node, Source: nodeCS},
	{Name: "waitQueueMultiple", Type: TypeNumber, Old: true, Readers: PyMongo, Source: pySource},

	// Old names, with what they became.
	{Name: "wtimeout", Type: TypeNumber, ReplacedBy: "wTimeoutMS", Old: true, Readers: Node | JVM | DotNet, Source: specURI},
	{Name: "j", Type: TypeBool, ReplacedBy: "journal", Old: true, Readers: Node | JVM | DotNet, Source: specURI},
	{Name: "maxStaleness", Type: TypeNumber, ReplacedBy: "maxStalenessSeconds", Old: true, Readers: Go, Source: goSource},
	{Name: "heartbeatIntervalMS", Type: TypeNumber, ReplacedBy: "heartbeatFrequencyMS", Old: true, Readers: Go, Source: goSource},
	{Name: "sslClientCertificateKeyFile", Type: TypePath, ReplacedBy: "tlsCertificateKeyFile", Old: true, Readers: Go, Source: goSource},
	{Name: "sslClientCertificateKeyPassword", Type: TypeString, ReplacedBy: "tlsCertificateKeyFilePassword", Old: true, Secret: true, Readers: Go, Source: goSource},
	{Name: "sslCertificateAuthorityFile", Type: TypePath, ReplacedBy: "tlsCAFile", Old: true, Readers: Go, Source: goSource},
	{Name: "sslInsecure", Type: TypeBool, ReplacedBy: "tlsInsecure", Old: true, Readers: Go, Source: goSource},
	{Name: "sslCA", Type: TypePath, ReplacedBy: "tlsCAFile", Old: true, Spans: []Span{{Node, "", "6.0"}}, Source: node6},
	{Name: "sslCert", Type: TypePath, ReplacedBy: "tlsCertificateKeyFile", Old: true, Spans: []Span{{Node, "", "6.0"}}, Source: node6},
	{Name: "sslKey", Type: TypePath, ReplacedBy: "tlsCertificateKeyFile", Old: true, Spans: []Span{{Node, "", "6.0"}}, Source: node6},
	{Name: "sslPass", Type: TypeString, ReplacedBy: "tlsCertificateKeyFilePassword", Old: true, Secret: true, Spans: []Span{{Node, "", "6.0"}}, Source: node6},
	{Name: "sslCRL", Type: TypePath, ReplacedBy: "tlsCRLFile", Old: true, Spans: []Span{{Node, "", "6.0"}}, Source: node6},
	{Name: "sslValidate", Type: TypeBool, ReplacedBy: "tlsAllowInvalidCertificates", Inverted: true, Old: true, Spans: []Span{{Node, "", "6.0"}}, Source: node6},
	{Name: "sslPEMKeyFile", Type: TypePath, ReplacedBy: "tlsCertificateKeyFile", Old: true, Note: "a name of the old shell and of servers before 4.2", Source: specURI},
	{Name: "sslPEMKeyPassword", Type: TypeString, ReplacedBy: "tlsCertificateKeyFilePassword", Old: true, Secret: true, Note: "a name of the old shell and of servers before 4.2", Source: specURI},
	{Name: "sslCAFile", Type: TypePath, ReplacedBy: "tlsCAFile", Old: true, Note: "a name of the old shell and of servers before 4.2", Source: specURI},
	{Name: "ssl_certfile", Type: TypePath, ReplacedBy: "tlsCertificateKeyFile", Old: true, Spans: []Span{{PyMongo, "", "4.0"}}, Source: py4},
	{Name: "ssl_keyfile", Type: TypePath, ReplacedBy: "tlsCertificateKeyFile", Old: true, Spans: []Span{{PyMongo, "", "4.0"}}, Source: py4},
	{Name: "ssl_pem_passphrase", Type: TypeString, ReplacedBy: "tlsCertificateKeyFilePassword", Old: true, Secret: true, Spans: []Span{{PyMongo, "", "4.0"}}, Source: py4},
	{Name: "ssl_ca_certs", Type: TypePath, ReplacedBy: "tlsCAFile", Old: true, Spans: []Span{{PyMongo, "", "4.0"}}, Source: py4},
	{Name: "ssl_crlfile", Type: TypePath, ReplacedBy: "tlsCRLFile", Old: true, Spans: []Span{{PyMongo, "", "4.0"}}, Source: py4},
	{Name: "ssl_cert_reqs", Type: TypeString, ReplacedBy: "tlsAllowInvalidCertificates", Inverted: true, Old: true, Spans: []Span{{PyMongo, "", "4.0"}}, Source: py4},
	{Name: "ssl_match_hostname", Type: TypeBool, ReplacedBy: "tlsAllowInvalidHostnames", Inverted: true, Old: true, Spans: []Span{{PyMongo, "", "4.0"}}, Source: py4},
	{Name: "useNewUrlParser", Type: TypeBool, Old: true, Spans: []Span{{Node, "", "7.0"}}, Source: nodeCS},
	{Name: "useUnifiedTopology", Type: TypeBool, Old: true, Spans: []Span{{Node, "", "7.0"}}, Source: nodeCS},
}

// ownOptions are those that the clients have beside the published ones, with nothing to be said of them but who reads them.
// No name is taken for a misspelling of one of these.
var ownOptions = slices.Concat(
	own(Node, TypeBool, nodeCS, "autoSelectFamily bsonRegExp checkKeys enableUtf8Validation forceServerObjectId ignoreUndefined promoteBuffers promoteLongs promoteValues raw serializeFunctions useBigInt64 __skipPingOnConnect"),
	own(Node, TypeNumber, nodeCS, "autoSelectFamilyAttemptTimeout minHeartbeatFrequencyMS minInternalBufferSize mongodbLogMaxDocumentLength"),
	own(Node, TypeString, nodeCS, "allowPartialTrustChain ALPNProtocols checkServerIdentity ciphers connectionType dbName ecdhCurve enableTrace hints index keepAliveInitialDelay localAddress localPort lookup minDHSize mongodbLogPath name pskCallback rejectUnauthorized requestCert requestOCSP secureContext secureProtocol servername session SNICallback srvPoller"),
	own(PyMongo, TypeString, pySource, "datetime_conversion unicode_decode_error_handler"),
	own(JVM, TypeBool, javaSource, "sslInvalidHostNameAllowed"),
	own(JVM|DotNet, TypeNumber, javaSource, "maxLifeTimeMS"),
	own(JVM|DotNet|C, TypeString, javaSource, "gssapiServiceName"),
	own(JVM|DotNet|C, TypeBool, javaSource, "safe"),
	own(DotNet|C, TypeBool, netSource, "slaveOk"),
	own(DotNet, TypeBool, netSource, "ipv6 sslVerifyCertificate"),
	own(DotNet, TypeString, netSource, "connectTimeout guids heartbeatFrequency heartbeatInterval localThreshold maxIdleTime maxLifeTime secondaryAcceptableLatency secondaryAcceptableLatencyMS serverSelectionTimeout socketTimeout timeout waitQueueSize waitQueueTimeout"),
	own(C, TypeBool, cSource, "canonicalizeHostname"),
	own(C, TypeNumber, cSource, "socketCheckIntervalMS"),
)

func own(readers Clients, kind OptionType, source, names string) (all []OptionInfo) {
	for name := range strings.FieldsSeq(names) {
		all = append(all, OptionInfo{Name: name, Type: kind, Readers: readers, Source: source})
	}
	return all
}

// inProgramOnly are the options that Node.js takes from a program, and of which a string cannot hold the value.
const inProgramOnly = " auth autoencryption ca cert crl driverinfo fieldsasraw key mongodblogcomponentseverities passphrase pfx pkfactory readconcern runtimeadapters serverapi srvhostvalidator writeconcern "

// Options gives the table of the published options and their old names; it must not be changed.
func Options() []OptionInfo { return optionTable }

// LookupOption gives what is known of an option, whatever the case of its name, or nil.
func LookupOption(name string) *OptionInfo {
	for _, table := range [...][]OptionInfo{optionTable, ownOptions} {
		for i := range table {
			if strings.EqualFold(table[i].Name, name) {
				return &table[i]
			}
		}
	}
	return nil
}

// NearestOption gives the known option whose name is the most like a misspelt one, or nil when none is near.
func NearestOption(name string) *OptionInfo {
	name = strings.ToLower(name)
	if len(name) < 3 || len(name) > 64 {
		return nil
	}
	var nearest *OptionInfo
	best := 1 + min(3, max(1, len(name)/4))
	for i := range optionTable {
		o := &optionTable[i]
		if d := distance(name, strings.ToLower(o.Name)); d < best || d == best && nearest != nil && nearest.Old && !o.Old {
			nearest, best = o, d
		}
	}
	return nearest
}

// MeantOption gives the option that a name is for: the one of that name, the nearest, or the one of the login that the
// words of the name speak of (sslClientCert, tls_ca_certificate); nil when nothing is near.
func MeantOption(name string) *OptionInfo {
	if info := LookupOption(name); info != nil {
		return info
	}
	if info := NearestOption(name); info != nil {
		return info
	}
	lower := strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(name, "_", ""), "-", ""))
	for _, m := range meanings {
		if hasWord(lower, m.all) && (m.of == "" || hasWord(lower, m.of)) {
			return LookupOption(m.option)
		}
	}
	return nil
}

// meanings are tried in their order: a word of all and one of of make it the option, which is none where the words speak
// of something else.
var meanings = [...]struct{ all, of, option string }{
	{"mechanism", "", optMechanism},
	{"authsource authdb authdatabase authenticationdatabase", "", optSource},
	{"pass pwd", "tls ssl cert pem keyfile", optKeyPassword},
	{"allow valid verify insecure check crl revo system", "", ""},
	{"cafile cacert tlsca sslca rootca authority", "tls ssl cert pem", optCAFile},
	{"privatekey tlskey sslkey", "", "tlsPrivateKeyFile"},
	{"cert pem keyfile", "", optKeyFile},
	{"use enable", "tls ssl", optTLS},
}

func hasWord(s, words string) bool {
	for w := range strings.FieldsSeq(words) {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// distance is the number of characters to insert, delete, change or swap to make b of a (the restricted
// Damerau-Levenshtein distance).
func distance(a, b string) int {
	before, previous, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(previous[j]+1, row[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, previous, row = previous, row, before
	}
	return previous[len(b)]
}
