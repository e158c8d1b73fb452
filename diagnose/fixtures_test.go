package diagnose

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	keystore "github.com/pavlo-v-chernykh/keystore-go/v4"
	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"

	native "certuri/certbuild/signing"
	"certuri/certparse"
)

// A scene is a login in the making: a client's certificate and its files, and what is around them. Everything is made in
// the test. As it stands it is clean; the fixture of a rule and its twin differ in one thing.
type scene struct {
	t      *testing.T
	client *x509.Certificate // template
	key    any               // the client's; EC P-256
	ca     *x509.Certificate // template of the issuer
	server *x509.Certificate // template of the server's certificate, same issuer; nil: not given
	files  func(made) [][]byte
	facts  Facts // what is set here is kept
	giveCA func(made) []byte
	// serverFile takes the place of the file made from server.
	serverFile func(made) []byte
	password   string // of the files; "secret" where it is not set
}

// What a scene is made into.
type made struct {
	t                             *testing.T
	leaf, ca, server              []byte // DER
	key, otherKey, caKey, srvKey  any
	leafPEM, caPEM, keyPEM        []byte
	leafCertificate, caCertficate *x509.Certificate
}

const cleanURI = "mongodb://db.example.net/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=%2Fetc%2Fclient.pem"

func newScene(t *testing.T) *scene {
	f := clean(t)
	s := &scene{t: t, client: f.template, key: f.key,
		ca: &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test CA"}, IsCA: true, BasicConstraintsValid: true,
			NotBefore: now.AddDate(-1, 0, 0), NotAfter: f.caEnds, KeyUsage: x509.KeyUsageCertSign,
		},
	}
	s.files = func(m made) [][]byte { return [][]byte{join(m.leafPEM, m.keyPEM)} }
	s.facts.AsIs, s.facts.Now, s.password = true, now, "secret"
	return s
}

// withServer gives the server's certificate: in date, for db.example.net, of another organisation than the client.
func (s *scene) withServer() *x509.Certificate {
	s.server = &x509.Certificate{
		SerialNumber: big.NewInt(9), Subject: pkix.Name{CommonName: "db.example.net", Organization: []string{"Example"}, OrganizationalUnit: []string{"Servers"}},
		NotBefore: now.AddDate(0, -1, 0), NotAfter: now.AddDate(1, 0, 0), DNSNames: []string{"db.example.net"},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	return s.server
}

// newRSA makes every scene's key an RSA key, once for all of them.
var rsaKey = func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
}()

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func pemOf(label string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func public(key any) any {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return &k.PublicKey
	case *ecdsa.PrivateKey:
		return &k.PublicKey
	}
	panic("a key of another kind")
}

// look makes the scene, opens its files and applies all rules, with Unread for what could not be read.
func (s *scene) look() []Finding {
	newEC := func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }
	m := made{t: s.t, key: s.key, otherKey: newEC(), caKey: newEC(), srvKey: newEC()}
	m.ca = must(x509.CreateCertificate(rand.Reader, s.ca, s.ca, public(m.caKey), m.caKey))
	m.caCertficate = must(x509.ParseCertificate(m.ca))
	m.leaf = must(x509.CreateCertificate(rand.Reader, s.client, m.caCertficate, public(s.key), m.caKey))
	m.leafCertificate, _ = x509.ParseCertificate(m.leaf)
	m.leafPEM, m.caPEM = pemOf("CERTIFICATE", m.leaf), pemOf("CERTIFICATE", m.ca)
	m.keyPEM = pemOf("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(s.key)))
	f := s.facts
	if s.server != nil {
		m.server = must(x509.CreateCertificate(rand.Reader, s.server, m.caCertficate, public(m.srvKey), m.caKey))
		file := pemOf("CERTIFICATE", m.server)
		if s.serverFile != nil {
			file = s.serverFile(m)
		}
		f.Server = certparse.Open([]certparse.File{{Data: file, Passwords: []string{"secret"}}}, certparse.Options{})
		if f.Server.Certificates == nil {
			s.t.Fatal("the server's certificate cannot be read")
		}
	}
	if s.giveCA != nil {
		f.CA = certparse.Open([]certparse.File{{Data: s.giveCA(m)}}, certparse.Options{})
	}
	var open []certparse.File
	for _, data := range s.files(m) {
		open = append(open, certparse.File{Name: "client", Data: data, Passwords: []string{s.password}})
		f.Forms = append(f.Forms, certparse.DescribePEM(data))
	}
	f.Bundle = certparse.Open(open, certparse.Options{})
	if len(f.Bundle.Identities) > 0 {
		f.Identity = &f.Bundle.Identities[0]
	}
	f.Signed = func(c, issuer *certparse.Certificate) (good, known bool) {
		signature, known := c.SignatureBy(issuer)
		if !known {
			return false, false
		}
		return native.Maker{}.Verify(signature)
	}
	found, _ := Examine(&f)
	for _, e := range f.Bundle.Problems {
		found = append(found, Unread(&f, e, "what", "why", "fix"))
	}
	return Sort(found)
}

// files of many kinds

func (m made) combined() []byte { return join(m.leafPEM, m.keyPEM) }

// rsaPEM is the client's RSA key in its own form, with the certificate.
func (m made) rsaPEM() []byte {
	return join(m.leafPEM, pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(m.key.(*rsa.PrivateKey))))
}

func (m made) encrypted(o *pkcs8.Opts) []byte {
	return join(m.leafPEM, pemOf("ENCRYPTED PRIVATE KEY", must(pkcs8.MarshalPrivateKey(m.key, []byte("secret"), o))))
}

func (m made) traditional() []byte {
	//lint:ignore SA1019 this is what the rule is about
	block := must(x509.EncryptPEMBlock(rand.Reader, "EC PRIVATE KEY", must(x509.MarshalECPrivateKey(m.key.(*ecdsa.PrivateKey))), []byte("secret"), x509.PEMCipherAES256))
	return join(m.leafPEM, pem.EncodeToMemory(block))
}

// pbes1 is a key under a scheme of PKCS#5 version 1 or PKCS#12; nobody can open it, and nobody needs to.
func (m made) pbes1(oid asn1.ObjectIdentifier) []byte {
	type algorithm struct {
		ID         asn1.ObjectIdentifier
		Parameters struct {
			Salt   []byte
			Rounds int
		}
	}
	var info struct {
		Algorithm algorithm
		Data      []byte
	}
	info.Algorithm.ID = oid
	info.Algorithm.Parameters.Salt, info.Algorithm.Parameters.Rounds = []byte("saltsalt"), 2048
	info.Data = make([]byte, 128)
	return join(m.leafPEM, pemOf("ENCRYPTED PRIVATE KEY", must(asn1.Marshal(info))))
}

// markedInside is a key and a certificate whose file began with a byte order mark before both were joined. Python and
// Node.js load it.
func (m made) markedInside() []byte { return join(m.keyPEM, []byte("\xef\xbb\xbf"), m.leafPEM) }

// jks is a Java key store under "secret", whose key is under a password of its own.
func (m made) jks(keyPassword string) []byte {
	ks, b := keystore.New(), bytes.Buffer{}
	entry := keystore.PrivateKeyEntry{CreationTime: now, PrivateKey: must(x509.MarshalPKCS8PrivateKey(m.key)),
		CertificateChain: []keystore.Certificate{{Type: "X.509", Content: m.leaf}}}
	if err := errors.Join(ks.SetPrivateKeyEntry("client", entry, []byte(keyPassword)), ks.Store(&b, []byte("secret"))); err != nil {
		m.t.Fatal(err)
	}
	return b.Bytes()
}

// singleDES is a key that DEK-Info says is under DES, which Go still has.
func (m made) singleDES() []byte {
	//lint:ignore SA1019 this is what the rule is about
	block := must(x509.EncryptPEMBlock(rand.Reader, "EC PRIVATE KEY", must(x509.MarshalECPrivateKey(m.key.(*ecdsa.PrivateKey))), []byte("secret"), x509.PEMCipherDES))
	return join(m.leafPEM, pem.EncodeToMemory(block))
}

// camelliaDEK is a key that DEK-Info says is under Camellia; nobody here can open it.
func (m made) camelliaDEK() []byte {
	return join(m.leafPEM, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: make([]byte, 128),
		Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "CAMELLIA-256-CBC,00112233445566778899AABBCCDDEEFF"}}))
}

// camellia is a PKCS#8 key under PBES2 with Camellia.
func (m made) camellia() []byte {
	type algorithm struct {
		ID         asn1.ObjectIdentifier
		Parameters any
	}
	info := struct {
		Algorithm algorithm
		Data      []byte
	}{algorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}, struct{ KDF, Cipher algorithm }{
		algorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}, struct {
			Salt   []byte
			Rounds int
		}{[]byte("saltsalt"), 2048}},
		algorithm{asn1.ObjectIdentifier{1, 2, 392, 200011, 61, 1, 1, 1, 4}, make([]byte, 16)},
	}}, make([]byte, 128)}
	return join(m.leafPEM, pemOf("ENCRYPTED PRIVATE KEY", must(asn1.Marshal(info))))
}

func (m made) pkcs12(e *pkcs12.Encoder) []byte {
	return m.locked(e, "secret")
}

func (m made) locked(e *pkcs12.Encoder, password string) []byte {
	return must(e.Encode(m.key, m.leafCertificate, nil, password))
}

// store is a file of this kind under a password, and the password with it.
func store(e *pkcs12.Encoder, password string) func(*scene) {
	return func(s *scene) {
		s.password = password
		s.files = only(func(m made) []byte { return m.locked(e, password) })
	}
}

// withoutMAC takes the MAC off a PFX.
func withoutMAC(pfx []byte) []byte {
	var p struct {
		Version int
		Auth    asn1.RawValue
		MAC     asn1.RawValue `asn1:"optional"`
	}
	must(asn1.Unmarshal(pfx, &p))
	return must(asn1.Marshal(struct {
		Version int
		Auth    asn1.RawValue
	}{p.Version, p.Auth}))
}

func inUTF16(text []byte) []byte {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(string(text))) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

func only(data func(made) []byte) func(made) [][]byte {
	return func(m made) [][]byte { return [][]byte{data(m)} }
}

func attribute(oid asn1.ObjectIdentifier, value string) pkix.AttributeTypeAndValue {
	return pkix.AttributeTypeAndValue{Type: oid, Value: value}
}

func extension(oid asn1.ObjectIdentifier, value ...byte) pkix.Extension {
	return pkix.Extension{Id: oid, Value: value}
}

// A fixture of a rule: set is common to the fixture and its twin, and fire is what the fixture has besides. says is in
// What, Why, Fix, Error or Server.
type ruleFixture struct {
	id       string
	severity Severity
	says     string
	set      func(*scene)
	fire     func(*scene)
}

func uri(text string) func(*scene)              { return func(s *scene) { s.facts.URI = text } }
func target(id string) func(*scene)             { return func(s *scene) { s.facts.Target = id } }
func files(data func(made) []byte) func(*scene) { return func(s *scene) { s.files = only(data) } }
func aimed(id, text string) func(*scene) {
	return func(s *scene) { s.facts.Target, s.facts.URI = id, text }
}
func both(a, b func(*scene)) func(*scene) { return func(s *scene) { a(s); b(s) } }
func rsaScene(s *scene)                   { s.key = rsaKey }
func servers(s *scene)                    { s.withServer() }

// more is the clean connection string with something besides.
func more(options string) string { return cleanURI + options }

func without(part string) string { return strings.Replace(cleanURI, part, "", 1) }

func named(user string) string {
	return strings.Replace(cleanURI, "mongodb://", "mongodb://"+user+"@", 1)
}

var (
	aes256 = &pkcs8.Opts{Cipher: pkcs8.AES256CBC, KDFOpts: pkcs8.PBKDF2Opts{SaltSize: 8, IterationCount: 1000, HMACHash: 5}}
	des3   = &pkcs8.Opts{Cipher: pkcs8.TripleDESCBC, KDFOpts: pkcs8.PBKDF2Opts{SaltSize: 8, IterationCount: 1000, HMACHash: 5}}
	scrypt = &pkcs8.Opts{Cipher: pkcs8.AES256CBC, KDFOpts: pkcs8.ScryptOpts{SaltSize: 8, CostParameter: 2, BlockSize: 8, ParallelizationParameter: 1}}

	pbeSHA13DES = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 1, 3}
	pbeMD5DES   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 3}
)

var ruleFixtures = []ruleFixture{
	// the user name
	{"U01", Error, "value", uri(cleanURI), uri(named("CN%3Dbob"))},
	{"U03", Error, "", uri(named("CN%3Dsvc%2CO%3DExample")), uri(named("O%3DExample%2CCN%3Dsvc"))},
	{"U03", Error, "", uri(cleanURI), uri(named("%2FO%3DExample%2FCN%3Dsvc"))},
	{"U03", Error, "", uri(cleanURI), uri(named("CN%3Dsvc%2C%20O%3DExample"))},
	{"U04", Info, "1.2.3.45", nil, func(s *scene) {
		s.client.Subject.ExtraNames = []pkix.AttributeTypeAndValue{attribute(asn1.ObjectIdentifier{1, 2, 3, 45}, "x")}
	}},
	{"U05", Info, "emailAddress=a@b.example", nil, func(s *scene) {
		s.client.Subject.ExtraNames = []pkix.AttributeTypeAndValue{attribute(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}, "a@b.example")}
	}},
	{"U06", Info, "Windows and macOS", nil, func(s *scene) {
		s.client.Subject.ExtraNames = []pkix.AttributeTypeAndValue{attribute(asn1.ObjectIdentifier{2, 5, 4, 97}, "VATDE-1")}
	}},
	{"U06", Info, "server 4.0 on Windows and macOS", nil, func(s *scene) { s.client.Subject.StreetAddress = []string{"Elm Street 1"} }},
	{"U06", Info, "server 4.0 on Windows and macOS", func(s *scene) {
		s.client.Subject.StreetAddress, s.facts.ServerVersion = []string{"Elm Street 1"}, "7.0"
	}, func(s *scene) { s.facts.ServerVersion = "4.0.28" }},
	{"U06", Warning, "CN=Jose\\CC\\81", func(s *scene) { s.client.Subject.CommonName, s.facts.ServerVersion = "Jose\u0301", "7.0" }, func(s *scene) { s.facts.ServerVersion = "4.0.19" }},
	{"U07", Info, "+", nil, func(s *scene) {
		s.client.RawSubject = must(asn1.Marshal([]pkix.RelativeDistinguishedNameSET{{attribute(asn1.ObjectIdentifier{2, 5, 4, 3}, "a"), attribute(asn1.ObjectIdentifier{2, 5, 4, 11}, "b")}}))
	}},
	{"U08", Info, `Example\, Inc`, nil, func(s *scene) { s.client.Subject.Organization = []string{"Example, Inc"} }},
	{"U10", Error, "authenticate.username", aimed("rust", cleanURI), uri(named("CN%3Dsvc%2CO%3DExample"))},
	{"U11", Error, "", func(s *scene) { s.client.Subject.Organization = nil; s.facts.URI = named("CN%3Dsvc") }, uri(named("svc"))},
	{"U12", Error, "no subject", nil, func(s *scene) { s.client.Subject = pkix.Name{} }},
	{"U13", Error, "O=Example", both(servers, func(s *scene) { s.facts.ServerVersion = "7.0" }), func(s *scene) { s.server.Subject.OrganizationalUnit = nil }},
	{"U13", Error, "O=Example", both(servers, func(s *scene) { s.facts.ServerVersion = "6.0.4" }), func(s *scene) { s.server.Subject.OrganizationalUnit = nil }},
	{"U13", Error, "O=Example", func(s *scene) { s.facts.ServerVersion = "6.0"; s.subject("OU=Servers,O=Example") }, func(s *scene) { s.subject("O=Example") }},
	{"U13", Warning, "from 7.0 on", func(s *scene) {
		s.client.Subject.OrganizationalUnit = []string{"Apps"}
		s.subject("OU=Servers,O=Example")
	}, func(s *scene) { s.subject("O=Example") }},
	{"U13", Warning, "before 7.0", func(s *scene) { s.withServer() }, func(s *scene) {
		s.client.Subject.OrganizationalUnit = []string{"Servers"}
		s.server.RawSubject = must(asn1.Marshal(pkix.RDNSequence{{attribute(asn1.ObjectIdentifier{2, 5, 4, 10}, "Example"), attribute(asn1.ObjectIdentifier{2, 5, 4, 11}, "Servers")}}))
	}},
	{"U14", Error, "only be used for cluster", servers, func(s *scene) { s.server.Subject.OrganizationalUnit = nil }},
	{"U15", Error, "server's own", servers, func(s *scene) {
		s.serverFile = func(m made) []byte { return m.leafPEM }
	}},
	{"U15", Warning, "db.example.net", uri(cleanURI), func(s *scene) {
		s.client.ExtKeyUsage = append(s.client.ExtKeyUsage, x509.ExtKeyUsageServerAuth)
		s.client.DNSNames = []string{"*.example.net"}
	}},
	{"U16", Warning, "foo", nil, func(s *scene) {
		s.client.ExtraExtensions = []pkix.Extension{extension(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 34601, 2, 1, 2}, 0x0c, 3, 'f', 'o', 'o')}
	}},
	{"U16", Error, "cannot be read", nil, func(s *scene) {
		s.client.ExtraExtensions = []pkix.Extension{extension(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 34601, 2, 1, 2}, 0x04, 3, 'f', 'o', 'o')}
	}},
	{"U17", Error, "authSource", uri(cleanURI), uri(strings.Replace(cleanURI, "%24external", "admin", 1))},
	{"U18", Info, "no O, OU or DC", servers, func(s *scene) { s.server.Subject = pkix.Name{CommonName: "db.example.net"} }},
	{"U19", Error, "tls", uri(cleanURI), uri(without("tls=true&"))},
	{"U21", Info, "backup@admin", nil, func(s *scene) {
		s.client.ExtraExtensions = []pkix.Extension{rolesExtension(s.t, "312b300f0c066261636b75700c0561646d696e30180c0f72656164416e7944617461626173650c0561646d696e")}
	}},
	{"U21", Error, "cannot be read", nil, func(s *scene) {
		s.client.ExtraExtensions = []pkix.Extension{rolesExtension(s.t, "3003020101")}
	}},
	{"name-refused", Error, "UNASSIGNED", nil, func(s *scene) { s.client.Subject.CommonName = "a\U0001F600" }},
	{"name-rewritten", Info, "CN=a b", nil, func(s *scene) { s.client.Subject.CommonName = "a\u00a0b" }},

	// the connection string
	{"R01", Error, "tlsCertificateKeyFile", aimed("node", cleanURI), uri(strings.Replace(cleanURI, "tlsCertificateKeyFile", "sslCert", 1))},
	{"R02", Error, "authSource", uri(cleanURI), uri(strings.Replace(cleanURI, "%24external", "admin", 1))},
	{"R03", Error, "empty", uri(cleanURI), uri(strings.Replace(cleanURI, "%24external", "", 1))},
	{"R04", Error, "password", uri(named("CN%3Dsvc%2CO%3DExample")), uri(named("CN%3Dsvc%2CO%3DExample:secret"))},
	{"R05", Error, "", uri(named("CN%3Da%2Fb")), uri(named("CN=a/b"))},
	{"R06", Error, "tls=true", aimed("node", cleanURI), uri(without("tls=true&"))},
	{"R07", Error, "authMechanism", uri(cleanURI), uri(without("authMechanism=MONGODB-X509&"))},
	{"R08", Error, "tlscertificatekeyfile", aimed("java-sync", without("&tlsCertificateKeyFile=%2Fetc%2Fclient.pem")), uri(cleanURI)},
	{"R09", Error, "", aimed("csharp", without("&tlsCertificateKeyFile=%2Fetc%2Fclient.pem")), uri(cleanURI)},
	{"R10", Error, "tlsInsecure", uri(more("&tlsInsecure=true")), uri(more("&tlsInsecure=true&tlsAllowInvalidHostnames=true"))},
	{"R11", Error, "ssl", uri(cleanURI), uri(more("&ssl=false"))},
	{"R12", Warning, "plus", uri(cleanURI), uri(strings.Replace(cleanURI, "client.pem", "my+client.pem", 1))},
	{"R13", Info, "relative", uri(cleanURI), uri(strings.Replace(cleanURI, "%2Fetc%2Fclient.pem", "client.pem", 1))},
	{"R14", Error, "path", uri(cleanURI), uri(strings.Replace(cleanURI, "%2Fetc%2Fclient.pem", "-----BEGIN%20CERTIFICATE-----", 1))},
	{"R15", Error, "&amp;", uri(cleanURI), uri(strings.ReplaceAll(cleanURI, "&", "&amp;"))},
	{"R16", Error, "MONGODB-X509", uri(cleanURI), uri(strings.Replace(cleanURI, "MONGODB-X509", "X509", 1))},
	{"R17", Error, "tlsUseSystemCA", aimed("node", cleanURI), uri(more("&tlsUseSystemCA=true"))},
	{"R18", Error, "twice", aimed("node", cleanURI), uri(more("&tlsCertificateKeyFile=%2Fetc%2Fclient.key"))},
	{"R19", Info, "password", uri(cleanURI), uri("mongodb://me:secret@db.example.net/?tls=true&tlsCertificateKeyFile=%2Fetc%2Fclient.pem")},
	{"R20", Warning, "cert-key-password", aimed("rust", cleanURI), both(files(func(m made) []byte { return m.encrypted(aes256) }), uri(more("&tlsCertificateKeyFilePassword=secret")))},
	{"R20", Error, "from 3.2 on", both(target("rust"), func(s *scene) { s.facts.TargetVersion = "3.0-3.1" }), files(func(m made) []byte { return m.encrypted(aes256) })},
	{"R20", Info, "cert-key-password", target("rust"), files(func(m made) []byte { return m.encrypted(aes256) })},
	{"R22", Warning, "no password", aimed("mongosh", cleanURI), files(func(m made) []byte { return m.encrypted(aes256) })},
	{"R22", Error, "no password", func(s *scene) { s.facts.Target, s.facts.TargetVersion, s.facts.URI = "mongosh", "2.2.1", cleanURI }, files(func(m made) []byte { return m.encrypted(aes256) })},

	// files
	{"F01", Error, "PKCS#12", target("pymongo"), files(func(m made) []byte { return m.pkcs12(pkcs12.Modern2023) })},
	{"F01", Error, "no start line", target("node"), files(func(m made) []byte { return []byte("certainly nothing") })},
	{"F01", Error, "", nil, files(func(m made) []byte { return pemOf("CERTIFICATE REQUEST", m.leaf) })},
	{"F01", Error, "start of a line", target("c"), files(func(m made) []byte { return bytes.ReplaceAll(m.combined(), []byte("\n"), []byte("\n> ")) })},
	{"F01", Error, "five dashes", nil, files(func(m made) []byte {
		return bytes.Replace(m.combined(), []byte("-----END CERT"), []byte("----END CERT"), 1)
	})},
	{"F07", Error, "line breaks", nil, files(func(m made) []byte { return bytes.ReplaceAll(m.combined(), []byte("\n"), []byte("\r")) })},
	{"F01", Error, "not proc type", both(target("go"), files(made.spaced)), target("node")},
	{"F01", Warning, "blank line", files(func(m made) []byte {
		return bytes.ReplaceAll(m.combined(), []byte("-----\n-----"), []byte("-----\n\n\n-----"))
	}), files(made.spaced)},
	{"F01", Error, "X509 CERTIFICATE", both(target("node"), files(func(m made) []byte { return join(pemOf("X509 CERTIFICATE", m.leaf), m.keyPEM) })), target("go")},
	{"F02", Error, "failed to find PRIVATE KEY", target("go"), files(func(m made) []byte { return m.leafPEM })},
	{"F03", Error, "failed to find CERTIFICATE", target("go"), files(func(m made) []byte { return m.keyPEM })},
	{"F03", Error, "", nil, files(func(m made) []byte {
		return []byte(base64.StdEncoding.EncodeToString([]byte(rand.Text() + rand.Text() + rand.Text() + rand.Text())))
	})},
	{"F04", Error, "bad end line", target("node"), files(func(m made) []byte { return join(bytes.TrimRight(m.leafPEM, "\n"), m.keyPEM) })},
	{"F05", Error, "failed to find CERTIFICATE", target("go"), files(func(m made) []byte { return join([]byte("\xef\xbb\xbf"), m.combined()) })},
	{"F05", Warning, "", nil, files(func(m made) []byte { return join([]byte("\xef\xbb\xbf"), m.combined()) })},
	{"F05", Error, "failed to find CERTIFICATE", both(target("node"), files(made.markedInside)), target("go")},
	{"F01", Error, "start of a line", both(target("node"), files(made.markedInside)), files(func(m made) []byte { return join(m.keyPEM, []byte("> "), m.leafPEM) })},
	{"F07", Error, "certuri convert", nil, files(func(m made) []byte { return bytes.ReplaceAll(m.combined(), []byte("\n"), []byte(" ")) })},
	{"F06", Error, "UTF-16", nil, files(func(m made) []byte { return inUTF16(m.combined()) })},
	{"F07", Error, `\n`, nil, files(func(m made) []byte { return bytes.ReplaceAll(m.combined(), []byte("\n"), []byte(`\n`)) })},
	{"F07", Error, "line breaks", nil, files(func(m made) []byte { return bytes.ReplaceAll(m.combined(), []byte("\n"), []byte(" ")) })},
	{"F08", Error, "", files(func(m made) []byte { return m.encrypted(aes256) }), func(s *scene) {
		s.files = only(func(m made) []byte {
			return join(m.leafPEM, pemOf("ENCRYPTED PRIVATE KEY", must(pkcs8.MarshalPrivateKey(m.key, []byte("another"), aes256))))
		})
	}},
	{"F08", Warning, "no password for it", aimed("go", cleanURI), files(func(m made) []byte { return m.encrypted(aes256) })},
	{"F09", Error, "Private key doesn't match certificate", target("pymongo"), files(func(m made) []byte {
		return join(m.leafPEM, pemOf("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(m.otherKey))))
	})},
	{"F10", Error, "does not match", target("go"), files(func(m made) []byte {
		return join(m.leafPEM, pemOf("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(m.otherKey))))
	})},
	{"F10", Error, "not the first", files(func(m made) []byte { return join(m.leafPEM, m.caPEM, m.keyPEM) }), files(func(m made) []byte { return join(m.caPEM, m.leafPEM, m.keyPEM) })},
	{"F11", Warning, "unsupported encrypted", target("c"), files(func(m made) []byte { return m.encrypted(aes256) })},
	{"F12", Info, "ASN1 bad tag", func(s *scene) { s.key = rsaKey; s.facts.Target, s.facts.TargetVersion = "c", "2.0.2" }, func(s *scene) { s.facts.TargetVersion = "1.30.4" }},
	{"F13", Warning, "EC key", target("php"), files(func(m made) []byte {
		return join(m.leafPEM, pemOf("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(m.key.(*ecdsa.PrivateKey)))))
	})},
	{"F14", Info, "Windows", servers, func(s *scene) {
		s.serverFile = func(m made) []byte {
			return join(pemOf("CERTIFICATE", m.server), pemOf("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(m.srvKey))))
		}
	}},
	{"F14", Info, "server.pem", servers, func(s *scene) {
		s.serverFile = func(m made) []byte {
			der := must(x509.CreateCertificate(rand.Reader, s.server, m.caCertficate, &rsaKey.PublicKey, m.caKey))
			return join(pemOf("CERTIFICATE", der), pemOf("ENCRYPTED PRIVATE KEY", must(pkcs8.MarshalPrivateKey(rsaKey, []byte("secret"), aes256))))
		}
	}},
	{"F15", Info, "Secure Transport", both(rsaScene, both(target("c"), files(made.rsaPEM))), files(made.combined)},
	{"F16", Error, "unsupported OID", target("rust"), files(func(m made) []byte { return m.encrypted(des3) })},
	{"F16", Error, "not encrypted", aimed("rust", cleanURI), uri(more("&tlsCertificateKeyFilePassword=secret"))},
	{"F17", Error, "only PBES2", target("go"), files(func(m made) []byte { return m.pbes1(pbeSHA13DES) })},
	{"F17", Error, "before 1.17", both(target("go-v1"), func(s *scene) { s.facts.TargetVersion = "1.16" }), files(func(m made) []byte { return m.encrypted(scrypt) })},
	{"F18", Error, "RC2", target("node"), files(func(m made) []byte { return m.pkcs12(pkcs12.LegacyRC2) })},
	{"F18", Warning, "RC2", files(func(m made) []byte { return m.pkcs12(pkcs12.LegacyDES) }), files(func(m made) []byte { return m.pkcs12(pkcs12.LegacyRC2) })},
	{"F19", Error, "keystore password was incorrect", target("java-sync"), files(func(m made) []byte { return m.locked(pkcs12.Modern2023, "another") })},
	{"F19", Error, "it has an empty one", files(func(m made) []byte { return m.pkcs12(pkcs12.Modern2023) }), files(func(m made) []byte { return m.locked(pkcs12.Modern2023, "") })},
	{"F19", Error, "mac verify failure", both(target("node"), func(s *scene) { store(pkcs12.Modern2023, "")(s); s.password = "" }), func(s *scene) { s.password = "wrong" }},
	{"F19", Warning, "beyond ASCII", both(target("java-sync"), func(s *scene) { store(pkcs12.Modern2023, "pass")(s) }), func(s *scene) { store(pkcs12.Modern2023, "p\u00e4ss")(s) }},
	{"F19", Error, "beyond ASCII", both(target("kotlin"), func(s *scene) { s.facts.TargetVersion = "JDK 25.0.2"; store(pkcs12.Modern2023, "p\u00e4ss")(s) }), func(s *scene) { s.facts.TargetVersion = "JDK 17.0.15" }},
	{"F19", Error, "beyond ASCII", both(target("scala"), func(s *scene) { s.facts.TargetVersion = "JDK 25.0.2"; store(pkcs12.Modern2023, "p\u00e4ss")(s) }), func(s *scene) { store(pkcs12.LegacyDES, "p\u00e4ss")(s) }},
	{"F20", Warning, "no MAC", files(func(m made) []byte { return m.pkcs12(pkcs12.Modern2023) }), files(func(m made) []byte { return withoutMAC(m.pkcs12(pkcs12.Modern2023)) })},
	{"F21", Info, "8u301", both(target("java-sync"), files(func(m made) []byte { return m.pkcs12(pkcs12.LegacyDES) })), files(func(m made) []byte { return m.pkcs12(pkcs12.Modern2023) })},
	{"F21", Error, "HmacPBESHA256", func(s *scene) {
		s.facts.Target, s.facts.TargetVersion = "kotlin", "JDK 11.0.12"
		s.files = only(func(m made) []byte { return m.pkcs12(pkcs12.Modern2023) })
	}, func(s *scene) { s.facts.TargetVersion = "jdk 11.0.11" }},
	{"F21", Error, "HmacPBESHA256", func(s *scene) {
		s.facts.Target, s.facts.TargetVersion = "java-sync", "JDK 8u301"
		s.files = only(func(m made) []byte { return m.pkcs12(pkcs12.Modern2023) })
	}, func(s *scene) { s.facts.TargetVersion = "JDK 8u202" }},
	{"F21", Error, "HmacPBESHA256", func(s *scene) {
		s.facts.Target, s.facts.TargetVersion = "java-sync", "JDK 1.8.0_301"
		s.files = only(func(m made) []byte { return m.pkcs12(pkcs12.Modern2023) })
	}, func(s *scene) { s.facts.TargetVersion = "JDK 1.8.0_202" }},
	{"F22", Error, "HmacPBE1.2.840", both(target("spring-boot"), files(func(m made) []byte { return m.pkcs12(pkcs12.Modern2023) })), files(func(m made) []byte { return m.pkcs12(pkcs12.Modern2026) })},
	{"F23", Info, "macOS", both(target("csharp"), files(func(m made) []byte { return m.pkcs12(pkcs12.LegacyDES) })), files(func(m made) []byte { return m.pkcs12(pkcs12.Modern2023) })},
	{"F24", Info, "0x8009030E", both(target("csharp"), files(func(m made) []byte { return m.pkcs12(pkcs12.LegacyDES) })), files(made.combined)},
	{"F25", Error, "", target("csharp"), files(func(m made) []byte { return m.leaf })},
	{"F26", Error, "Unrecognized keystore format", both(target("java-sync"), files(func(m made) []byte { return m.pkcs12(pkcs12.LegacyDES) })), files(made.combined)},
	{"F27", Warning, "two files", target("pymongo"), func(s *scene) { s.files = func(m made) [][]byte { return [][]byte{m.leafPEM, m.keyPEM} } }},
	{"F27", Warning, "Secret", nil, files(func(m made) []byte {
		return []byte("apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata:\n  tls.crt: " + base64.StdEncoding.EncodeToString(m.leafPEM) + "\n  tls.key: " + base64.StdEncoding.EncodeToString(m.keyPEM) + "\n")
	})},
	{"F28", Info, "text around", nil, files(func(m made) []byte { return join([]byte("Bag Attributes\n    localKeyID: 01\n"), m.combined()) })},
	{"F29", Warning, "AES-256-CBC", files(func(m made) []byte { return m.encrypted(aes256) }), files(made.traditional)},
	{"F29", Error, "old PEM form", target("quarkus"), files(made.traditional)},
	{"F30", Info, "Atlas", func(s *scene) {
		s.client.Subject.Organization = nil
		s.ca.Subject = pkix.Name{CommonName: "Atlas Corp CA", Organization: []string{"Atlas Corp"}}
	}, func(s *scene) { s.ca.Subject = pkix.Name{CommonName: "0123", Organization: []string{"MongoDB Atlas"}} }},
	{"key-form", Error, "PKCS#8", both(target("quarkus"), rsaScene), files(made.rsaPEM)},
	{"key-form", Warning, "PBE-MD5-DES", nil, files(func(m made) []byte { return m.pbes1(pbeMD5DES) })},
	{"pkcs12-not-encrypted", Error, "not encrypted", both(target("java-sync"), files(func(m made) []byte { return m.pkcs12(pkcs12.LegacyDES) })), files(func(m made) []byte { return must(pkcs12.Passwordless.Encode(m.key, m.leafCertificate, nil, "")) })},
	{"not-read", Error, "", nil, files(func(m made) []byte { return []byte("7z\xbc\xaf\x27\x1c0000000000000000000000") })},
	{"F17", Error, "before 1.17", both(target("go-v1"), func(s *scene) {
		s.facts.TargetVersion = "1.17.0"
		s.files = only(func(m made) []byte { return m.encrypted(scrypt) })
	}), func(s *scene) { s.facts.TargetVersion = "1.16.2" }},
	{"F17", Error, "unsupported cipher", target("go"), files(made.camellia)},
	{"F29", Error, "DES-CBC", both(target("go"), files(made.singleDES)), target("node")},
	{"F29", Error, "unknown encryption mode", both(target("node"), files(made.camelliaDEK)), target("go")},
	{"key-not-compared", Warning, "CAMELLIA-256-CBC", nil, files(made.camellia)},
	{"key-not-compared", Warning, "CAMELLIA-256-CBC", target("node"), files(made.camelliaDEK)},
	{"F10", Error, "not the certificate's", files(func(m made) []byte {
		return join(m.combined(), pemOf("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(m.otherKey))))
	}), files(func(m made) []byte {
		return join(m.leafPEM, pemOf("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(m.otherKey))), m.keyPEM)
	})},
	{"several-keys", Warning, "2 private keys", files(made.combined), func(s *scene) {
		s.files = func(m made) [][]byte {
			return [][]byte{pemOf("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(m.otherKey))), m.combined()}
		}
	}},
	{"F19", Warning, "has an empty password", both(target("java-sync"), store(pkcs12.Modern2023, "secret")), store(pkcs12.Modern2023, "")},
	{"F18", Info, "Nothing for this client", both(target("java-sync"), store(pkcs12.LegacyDES, "secret")), store(pkcs12.LegacyRC2, "secret")},
	{"ca-certificate", Error, "trust store", files(func(m made) []byte { return m.pkcs12(pkcs12.Modern2023) }), files(func(m made) []byte {
		return must(pkcs12.Modern2023.EncodeTrustStore([]*x509.Certificate{m.caCertficate}, "secret"))
	})},
	{"F19", Error, "Cannot recover key", both(target("java-sync"), files(func(m made) []byte { return m.jks("secret") })), files(func(m made) []byte { return m.jks("another") })},
	{"key-store-type", Info, "JCEKS", both(target("java-sync"), files(func(m made) []byte { return m.jks("secret") })), files(func(m made) []byte {
		b := m.jks("secret")
		b = append([]byte{0xce, 0xce, 0xce, 0xce}, b[4:len(b)-sha1.Size]...)
		digest := sha1.Sum(join([]byte("\x00s\x00e\x00c\x00r\x00e\x00tMighty Aphrodite"), b))
		return append(b, digest[:]...)
	})},
	{"several-keys", Info, "2 private keys", nil, files(func(m made) []byte {
		return join(m.combined(), pemOf("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(m.otherKey))))
	})},
	{"several-certificates", Warning, "2 client certificates", nil, func(s *scene) { s.second("another", "Example", time.Hour) }},
	{"extra-certificate", Info, "not in the chain", nil, files(func(m made) []byte {
		return join(m.leafPEM, pemOf("CERTIFICATE", stranger(m, "Stranger", nil, m.otherKey)), m.keyPEM)
	})},
	{"extra-root", Info, "Test CA", nil, files(func(m made) []byte { return join(m.leafPEM, m.caPEM, m.keyPEM) })},
	{"chain-order", Info, "not in order", func(s *scene) { s.deep(false) }, func(s *scene) { s.deep(true) }},

	// trust
	{"T01", Error, "serverAuth", nil, func(s *scene) { s.client.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }},
	{"T01", Error, "digitalSignature", nil, func(s *scene) { s.client.KeyUsage = x509.KeyUsageKeyEncipherment }},
	{"T01", Error, "may not be used by a server", servers, func(s *scene) { s.server.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }},
	{"T01", Error, "anyExtendedKeyUsage", nil, func(s *scene) { s.client.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} }},
	{"T01", Error, "lacks serverAuth", func(s *scene) {
		s.withServer().ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny}
		s.facts.Target = "go"
	}, target("node")},
	{"T02", Error, "Let's Encrypt", nil, func(s *scene) {
		s.ca.Subject = pkix.Name{CommonName: "R12", Organization: []string{"Let's Encrypt"}}
		s.client.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	}},
	{"T02", Warning, "cannot be renewed", nil, func(s *scene) {
		s.client.ExtraExtensions = []pkix.Extension{extension(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}, 4, 2, 0, 0)}
	}},
	{"T03", Error, "lacks the issuer", trusted, func(s *scene) {
		s.giveCA = func(m made) []byte { return pemOf("CERTIFICATE", stranger(m, "Other CA", caTemplate, m.otherKey)) }
	}},
	{"T03", Error, "another key", trusted, func(s *scene) {
		s.giveCA = func(m made) []byte { return pemOf("CERTIFICATE", stranger(m, "Test CA", caTemplate, m.otherKey)) }
	}},
	{"T03", Error, "another key", both(trusted, sameKeyID), func(s *scene) {
		s.giveCA = func(m made) []byte { return pemOf("CERTIFICATE", stranger(m, "Test CA", withKeyID, m.otherKey)) }
	}},
	{"other-authority", Warning, "did not sign it", both(sameKeyID, files(func(m made) []byte { return join(m.leafPEM, m.caPEM, m.keyPEM) })), files(func(m made) []byte {
		return join(m.leafPEM, pemOf("CERTIFICATE", stranger(m, "Test CA", withKeyID, m.otherKey)), m.keyPEM)
	})},
	{"T03", Warning, "lacks CA:TRUE", func(s *scene) { s.giveCA = func(m made) []byte { return m.caPEM } }, func(s *scene) { s.giveCA = func(m made) []byte { return m.leafPEM } }},
	{"T04", Error, "PKIX", both(trusted, target("java-sync")), func(s *scene) {
		s.giveCA = func(m made) []byte { return pemOf("CERTIFICATE", stranger(m, "Other CA", caTemplate, m.otherKey)) }
	}},
	{"T05", Error, "unknown authority", both(trusted, target("go")), func(s *scene) {
		s.giveCA = func(m made) []byte { return pemOf("CERTIFICATE", stranger(m, "Other CA", caTemplate, m.otherKey)) }
	}},
	{"T06", Error, "db.example.net", both(servers, uri(cleanURI)), func(s *scene) { s.server.DNSNames = []string{"*.net", "other.example.net"} }},
	{"T06", Error, "10.0.0.1", both(servers, func(s *scene) {
		s.server.IPAddresses = []net.IP{net.IPv4(10, 0, 0, 1)}
		s.facts.URI = strings.Replace(cleanURI, "db.example.net", "10.0.0.1", 1)
	}), func(s *scene) { s.server.IPAddresses = nil; s.server.DNSNames = []string{"10.0.0.1"} }},
	{"T06", Error, "altnames", both(servers, func(s *scene) {
		s.server.DNSNames = []string{"*.net"}
		s.facts.Target, s.facts.URI = "go", strings.Replace(cleanURI, "db.example.net", "example.net", 1)
	}), target("node")},
	{"T06", Error, "db.example.net", both(servers, func(s *scene) {
		s.server.DNSNames = []string{"d*.example.net"}
		s.facts.Target, s.facts.URI = "node", cleanURI
	}), target("go")},
	{"T06", Error, "altnames", both(servers, func(s *scene) {
		s.server.DNSNames = []string{"d*.example.net"}
		s.facts.Target, s.facts.URI = "node", cleanURI
	}), func(s *scene) { s.server.DNSNames = []string{"e*.example.net"} }},
	{"T06", Error, "::ffff:10.0.0.1", both(servers, func(s *scene) {
		s.server.IPAddresses = []net.IP{net.IPv4(10, 0, 0, 1)}
		s.facts.Target, s.facts.URI = "go", strings.Replace(cleanURI, "db.example.net", "[::ffff:10.0.0.1]", 1)
	}), target("node")},
	{"T06", Info, "localhost", uri(cleanURI), uri(strings.Replace(cleanURI, "db.example.net", "localhost", 1))},
	{"T07", Error, "legacy Common Name", both(servers, target("go")), func(s *scene) { s.server.DNSNames = nil }},
	{"T07", Warning, "common name", both(servers, target("node")), func(s *scene) { s.server.DNSNames = nil }},
	{"T08", Warning, "names no certificate", uri(cleanURI), uri(without("&tlsCertificateKeyFile=%2Fetc%2Fclient.pem"))},
	{"T10", Error, "expired on 29 June 2026, 2 days ago", nil, func(s *scene) { s.client.NotAfter = now.Add(-49 * time.Hour) }},
	{"T10", Error, "check the clock", nil, func(s *scene) { s.client.NotBefore = now.Add(time.Hour) }},
	{"T10", Warning, "in 29 days", nil, func(s *scene) { s.client.NotAfter = now.Add(29 * 24 * time.Hour) }},
	{"T10", Error, "server's certificate expired", servers, func(s *scene) { s.server.NotAfter = now.Add(-time.Hour) }},
	{"T10", Error, "CA file", func(s *scene) { s.giveCA = func(m made) []byte { return m.caPEM } }, func(s *scene) { s.ca.NotAfter = now.Add(-time.Hour) }},
	{"T11", Warning, "neither in the files nor", func(s *scene) { s.giveCA = func(m made) []byte { return m.caPEM } }, func(s *scene) {
		s.giveCA = func(m made) []byte { return pemOf("CERTIFICATE", stranger(m, "Other CA", caTemplate, m.otherKey)) }
	}},
	{"T11", Warning, "gap", nil, files(func(m made) []byte {
		return join(m.leafPEM, pemOf("CERTIFICATE", stranger(m, "Other CA", caTemplate, m.otherKey)), m.keyPEM)
	})},
	{"T11", Info, "must have it", nil, func(s *scene) { s.client.IssuingCertificateURL = []string{"http://ca.example/ca.crt"} }},
	// the chain, as OpenSSL checks it
	{"critical-extension", Error, "The certificate has the extension 1.2.3.4.5", func(s *scene) { s.client.ExtraExtensions = unknownExtension(false) }, func(s *scene) { s.client.ExtraExtensions = unknownExtension(true) }},
	{"critical-extension", Error, "The server's certificate has the extension", both(servers, func(s *scene) { s.server.ExtraExtensions = unknownExtension(false) }), func(s *scene) { s.server.ExtraExtensions = unknownExtension(true) }},
	{"critical-extension", Error, "The issuer", withCA, func(s *scene) { s.ca.ExtraExtensions = unknownExtension(true) }},
	{"name-constraints", Info, "limits the names", withCA, func(s *scene) {
		s.ca.PermittedDNSDomains, s.ca.PermittedDNSDomainsCritical = []string{"example.net"}, true
	}},
	{"T01", Error, "may not issue such certificates", withCA, func(s *scene) { s.ca.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }},
	{"not-an-authority", Error, "allows 0 intermediates under it, and has 2", func(s *scene) { s.ca.MaxPathLen = 2; s.rooted() }, func(s *scene) { s.ca.MaxPathLen, s.ca.MaxPathLenZero = 0, true }},
	{"not-an-authority", Error, "path length constraint exceeded", func(s *scene) { s.ca.MaxPathLen = 2; s.rooted() }, func(s *scene) { s.ca.MaxPathLen = 1 }},
	{"weak-key", Warning, "The key of the issuer", s2048, func(s *scene) { s.under(smallKey(s.t), true) }},
	{"T03", Error, "unable to get issuer certificate", both(target("pymongo"), func(s *scene) { s.under(rsaKey, true) }), func(s *scene) { s.under(rsaKey, false) }},
	{"T03", Error, "The CA file has no root", both(trusted, target("node")), func(s *scene) { s.giveCA = func(m made) []byte { return pemOf("CERTIFICATE", m.server) } }},
	{"T03", Warning, "The CA file has no root", both(trusted, target("go")), both(target(""), func(s *scene) { s.giveCA = func(m made) []byte { return pemOf("CERTIFICATE", m.server) } })},
	{"T01", Error, "nor keyAgreement.", both(servers, func(s *scene) { s.server.KeyUsage = x509.KeyUsageKeyEncipherment }), func(s *scene) { s.server.KeyUsage = x509.KeyUsageCertSign }},
	{"ca-certificate", Warning, "given as the server's", servers, func(s *scene) {
		s.server.IsCA, s.server.BasicConstraintsValid, s.server.DNSNames = true, true, nil
	}},
	{"self-signed", Warning, "self-signed", func(s *scene) { s.ownAuthority(true) }, func(s *scene) { s.ownAuthority(false) }},
	{"other-authority", Warning, "in the CA file", func(s *scene) { s.giveCA = func(m made) []byte { return m.caPEM } }, func(s *scene) {
		s.giveCA = func(m made) []byte { return pemOf("CERTIFICATE", stranger(m, "Test CA", caTemplate, m.otherKey)) }
	}},
	{"other-authority", Warning, "Leave the other out", func(s *scene) {
		s.files = only(func(m made) []byte {
			return join(m.leafPEM, pemOf("CERTIFICATE", stranger(m, "Test CA", caTemplate, m.otherKey)), m.keyPEM)
		})
	}, func(s *scene) { s.giveCA = func(m made) []byte { return m.caPEM } }},
	{"other-authority", Warning, "the first leads to no root", func(s *scene) { s.cross(false) }, func(s *scene) { s.cross(true) }},
	{"T10", Error, "put it into the CA file", func(s *scene) { s.giveCA = func(m made) []byte { return m.caPEM } }, func(s *scene) { s.ca.NotAfter = now.Add(-time.Hour) }},
	{"T10", Error, "in the place of this one", withCA, func(s *scene) { s.ca.NotAfter = now.Add(-time.Hour) }},
	{"T10", Error, "whoever runs the server", servers, func(s *scene) { s.server.NotAfter = now.Add(-time.Hour) }},
	{"T07", Warning, "Python and OpenSSL", both(servers, target("pymongo")), func(s *scene) { s.server.DNSNames = nil }},
	{"U13", Error, "another OU beside them is not enough", both(servers, func(s *scene) { s.facts.ServerVersion = "7.0" }), func(s *scene) { s.server.Subject.OrganizationalUnit = nil }},
	{"uri-no-x509", Warning, "does not log in", uri(cleanURI), uri("mongodb://db.example.net/?tls=true")},
	{"T12", Warning, "tlsInsecure", uri(cleanURI), uri(more("&tlsInsecure=true"))},
	{"T14", Error, "CA:TRUE", func(s *scene) {
		s.facts.URI = atlasURI
		s.files = only(func(m made) []byte { return join(m.leafPEM, m.caPEM, m.keyPEM) })
	}, func(s *scene) { s.ca.IsCA = false }},
	{"T14", Info, "must be uploaded", uri(cleanURI), uri(atlasURI)},
	{"T03", Warning, "ISRG", func(s *scene) { s.facts.URI = cleanURI; s.giveCA = func(m made) []byte { return m.caPEM } }, uri(atlasURI)},
	{"T14", Info, "Unless Atlas made", func(s *scene) { s.facts.URI = atlasURI }, func(s *scene) {
		s.client.Subject.Organization = nil
		s.ca.Subject = pkix.Name{CommonName: "Atlas Corp CA", Organization: []string{"Atlas Corp"}}
	}},
	{"T15", Warning, "mkcert", nil, func(s *scene) { s.client.Subject.Organization = []string{"mkcert development certificate"} }},
	{"T16", Warning, "2 DC, 1 OU", adcs, func(s *scene) {
		s.client.Subject.ExtraNames = []pkix.AttributeTypeAndValue{attribute(asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 25}, "example"), attribute(asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 25}, "corp"), attribute(asn1.ObjectIdentifier{2, 5, 4, 11}, "Users")}
	}},
	{"T16", Error, "empty", adcs, func(s *scene) { s.client.Subject = pkix.Name{} }},
	{"T17", Error, "no private key", nil, files(func(m made) []byte { return m.leaf })},
	{"T18", Warning, "different subjects", nil, func(s *scene) { s.second("svc", "Example Ltd", time.Hour) }},
	{"T18", Info, "same user", nil, func(s *scene) { s.second("svc", "Example", time.Hour) }},
	{"self-signed", Warning, "self-signed", nil, func(s *scene) {
		s.files = only(func(m made) []byte {
			return join(pemOf("CERTIFICATE", must(x509.CreateCertificate(rand.Reader, s.client, s.client, public(s.key), s.key))), m.keyPEM)
		})
	}},
	{"ca-certificate", Warning, "CA:TRUE", nil, func(s *scene) { s.client.IsCA, s.client.BasicConstraintsValid = true, true }},
	{"not-an-authority", Error, "lacks CA:TRUE", files(func(m made) []byte { return join(m.leafPEM, m.caPEM, m.keyPEM) }), func(s *scene) { s.ca.IsCA = false }},
	{"not-an-authority", Error, "keyCertSign", files(func(m made) []byte { return join(m.leafPEM, m.caPEM, m.keyPEM) }), func(s *scene) { s.ca.KeyUsage = x509.KeyUsageDigitalSignature }},
	{"weak-signature", Warning, "SHA1", files(func(m made) []byte { return m.sha1Signed(true) }), files(func(m made) []byte { return m.sha1Signed(false) })},
	{"weak-signature", Error, "ca md too weak", target("node"), files(func(m made) []byte { return m.sha1Signed(false) })},
	{"unusable-key", Warning, "ML-DSA-44", nil, files(func(m made) []byte {
		return m.withKey(must(asn1.Marshal(struct{ ID asn1.ObjectIdentifier }{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 17}})), make([]byte, 1312))
	})},
	{"unusual-certificate", Error, "version 1 certificate", target("java-sync"), files(func(m made) []byte {
		return join(pemOf("CERTIFICATE", bytes.Replace(m.leaf, []byte{0xa0, 3, 2, 1, 2}, []byte{0xa0, 3, 2, 1, 0}, 1)), m.keyPEM)
	})},
	{"weak-key", Warning, "1024 bits", nil, func(s *scene) { s.key = smallKey(s.t) }},
	{"unusual-curve", Warning, "P-224", nil, func(s *scene) { s.key = must(ecdsa.GenerateKey(elliptic.P224(), rand.Reader)) }},
	{"unusual-curve", Error, "unsupported elliptic curve", func(s *scene) { s.key = must(ecdsa.GenerateKey(elliptic.P224(), rand.Reader)) }, target("go")},
	{"unusable-key", Error, "Go reads", files(func(m made) []byte {
		return m.withKey(must(asn1.Marshal(struct{ ID asn1.ObjectIdentifier }{asn1.ObjectIdentifier{1, 3, 101, 113}})), make([]byte, 57))
	}), target("database-tools")},
	{"unusual-certificate", Info, "unusual", nil, func(s *scene) {
		s.client.ExtraExtensions = []pkix.Extension{extension(asn1.ObjectIdentifier{2, 5, 29, 19}, 1, 1, 1)}
	}},
	{"unusable-key", Error, "ML-KEM-512", files(mlkem(true)), files(mlkem(false))},
	{"key-not-compared", Warning, "ML-KEM-512", files(mlkem(true)), files(mlkem(false))},
	{"F10", Error, "does not belong", files(mlkem(false)), files(mlkem(true))},
	{"unusable-key", Error, "DSA", nil, func(s *scene) { s.files = only(dsaCertificate) }},
	{"ca-key", Warning, "private key", func(s *scene) { s.giveCA = func(m made) []byte { return m.caPEM } }, func(s *scene) {
		s.giveCA = func(m made) []byte {
			return join(m.caPEM, pemOf("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(m.caKey))))
		}
	}},
	{"atlas-elsewhere", Warning, "no Atlas host", func(s *scene) {
		s.client.Subject.Organization = nil
		s.ca.Subject = pkix.Name{CommonName: "0123", Organization: []string{"MongoDB Atlas"}}
		s.facts.URI = atlasURI
	}, uri(cleanURI)},
	{"clock", Warning, "2011", nil, func(s *scene) { s.facts.Now = time.Date(2011, 1, 1, 0, 0, 0, 0, time.UTC) }},
}

const atlasURI = "mongodb+srv://c.ab1cd.mongodb.net/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=%2Fetc%2Fclient.pem"

// subject gives the server's subject as text.
func (s *scene) subject(text string) {
	dn := must(certparse.ParseServerDN(text))
	s.facts.ServerSubject = &dn
}

func trusted(s *scene) {
	s.withServer()
	s.giveCA = func(m made) []byte { return m.caPEM }
}

func unknownExtension(critical bool) []pkix.Extension {
	return []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3, 4, 5}, Critical: critical, Value: []byte{5, 0}}}
}

// withCA has the issuer in the client's file.
func withCA(s *scene) {
	s.files = only(func(m made) []byte { return join(m.leafPEM, m.caPEM, m.keyPEM) })
}

// rooted is deep with the root in the CA file.
func (s *scene) rooted() {
	s.deep(false)
	s.giveCA = func(m made) []byte { return m.caPEM }
}

func s2048(s *scene) { s.under(rsaKey, true) }

// under puts an intermediate of this key between client and root. The CA file has the root, or the intermediate alone.
func (s *scene) under(key any, root bool) {
	intermediate := func(m made) *x509.Certificate {
		template := *s.ca
		template.Subject, template.SerialNumber = pkix.Name{CommonName: "Lower CA"}, big.NewInt(3)
		return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, &template, m.caCertficate, public(key), m.caKey))))
	}
	s.files = only(func(m made) []byte {
		c := intermediate(m)
		leaf := must(x509.CreateCertificate(rand.Reader, s.client, c, public(s.key), key))
		return join(pemOf("CERTIFICATE", leaf), pemOf("CERTIFICATE", c.Raw), m.keyPEM)
	})
	s.giveCA = func(m made) []byte {
		if root {
			return m.caPEM
		}
		return pemOf("CERTIFICATE", intermediate(m).Raw)
	}
}

// cross puts an intermediate that two roots have signed between client and root, that of the CA file first or last.
func (s *scene) cross(wrong bool) {
	s.giveCA = func(m made) []byte { return m.caPEM }
	s.files = only(func(m made) []byte {
		template := *s.ca
		template.Subject, template.SerialNumber = pkix.Name{CommonName: "Lower CA"}, big.NewInt(3)
		other := must(x509.ParseCertificate(stranger(m, "Other CA", caTemplate, m.otherKey)))
		first := must(x509.CreateCertificate(rand.Reader, &template, m.caCertficate, public(m.srvKey), m.caKey))
		second := must(x509.CreateCertificate(rand.Reader, &template, other, public(m.srvKey), m.otherKey))
		leaf := must(x509.CreateCertificate(rand.Reader, s.client, must(x509.ParseCertificate(first)), public(s.key), m.srvKey))
		if wrong {
			first, second = second, first
		}
		return join(pemOf("CERTIFICATE", leaf), pemOf("CERTIFICATE", first), pemOf("CERTIFICATE", second), m.keyPEM)
	})
}

// ownAuthority is a client's certificate that is its own authority, with CA:TRUE, in the CA file or not.
func (s *scene) ownAuthority(trusted bool) {
	s.client.IsCA, s.client.BasicConstraintsValid = true, true
	var der []byte
	s.giveCA = func(m made) []byte {
		der = must(x509.CreateCertificate(rand.Reader, s.client, s.client, public(s.key), s.key))
		if trusted {
			return pemOf("CERTIFICATE", der)
		}
		return m.caPEM
	}
	s.files = only(func(m made) []byte { return join(pemOf("CERTIFICATE", der), m.keyPEM) })
}

func adcs(s *scene) {
	s.client.ExtraExtensions = []pkix.Extension{extension(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 20, 2}, 0x1e, 2, 0, 'U')}
}

// caTemplate makes stranger an authority.
var caTemplate = &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}

// withKeyID and sameKeyID give two authorities one key identifier, so that only the signature tells them apart.
var withKeyID = &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, SubjectKeyId: []byte{1, 2, 3}}

func sameKeyID(s *scene) { s.ca.SubjectKeyId = withKeyID.SubjectKeyId }

// stranger is a certificate that has nothing to do with the others, signed by its own key.
func stranger(m made, name string, like *x509.Certificate, key any) []byte {
	template := &x509.Certificate{}
	if like != nil {
		*template = *like
	}
	template.SerialNumber, template.Subject = big.NewInt(77), pkix.Name{CommonName: name}
	template.NotBefore, template.NotAfter = now.AddDate(-1, 0, 0), now.AddDate(5, 0, 0)
	return must(x509.CreateCertificate(rand.Reader, template, template, public(key), key))
}

// second puts another certificate with its key into the file, for this CN and O, that ends later.
func (s *scene) second(name, organization string, later time.Duration) {
	s.files = only(func(m made) []byte {
		template := *s.client
		template.SerialNumber, template.NotAfter = big.NewInt(8), s.client.NotAfter.Add(later)
		template.Subject = pkix.Name{CommonName: name, Organization: []string{organization}}
		der := must(x509.CreateCertificate(rand.Reader, &template, m.caCertficate, public(m.otherKey), m.caKey))
		return join(m.combined(), pemOf("CERTIFICATE", der), pemOf("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(m.otherKey))))
	})
}

// deep puts two intermediates between client and root, in order or not.
func (s *scene) deep(wrong bool) {
	s.files = only(func(m made) []byte {
		upper, lower := *s.ca, *s.ca
		upper.Subject, upper.SerialNumber = pkix.Name{CommonName: "Upper CA"}, big.NewInt(2)
		lower.Subject, lower.SerialNumber = pkix.Name{CommonName: "Lower CA"}, big.NewInt(3)
		upperDER := must(x509.CreateCertificate(rand.Reader, &upper, m.caCertficate, public(m.otherKey), m.caKey))
		lowerDER := must(x509.CreateCertificate(rand.Reader, &lower, must(x509.ParseCertificate(upperDER)), public(m.srvKey), m.otherKey))
		leaf := must(x509.CreateCertificate(rand.Reader, s.client, must(x509.ParseCertificate(lowerDER)), public(s.key), m.srvKey))
		first, last := lowerDER, upperDER
		if wrong {
			first, last = last, first
		}
		return join(pemOf("CERTIFICATE", leaf), pemOf("CERTIFICATE", first), pemOf("CERTIFICATE", last), m.keyPEM)
	})
}

// withKey is the client's certificate with another public key in it, of kinds that crypto/x509 does not make. Its
// signature is no longer right, which no rule looks at.
func (m made) withKey(algorithm, public []byte) []byte {
	var c struct {
		TBS struct {
			Version    int `asn1:"explicit,tag:0"`
			Serial     *big.Int
			Signature  asn1.RawValue
			Issuer     asn1.RawValue
			Validity   asn1.RawValue
			Subject    asn1.RawValue
			Key        asn1.RawValue
			Extensions asn1.RawValue `asn1:"explicit,tag:3"`
		}
		Algorithm asn1.RawValue
		Signature asn1.BitString
	}
	must(asn1.Unmarshal(m.leaf, &c))
	key := struct {
		Algorithm asn1.RawValue
		Public    asn1.BitString
	}{asn1.RawValue{FullBytes: algorithm}, asn1.BitString{Bytes: public, BitLength: 8 * len(public)}}
	c.TBS.Key = asn1.RawValue{FullBytes: must(asn1.Marshal(key))}
	return pemOf("CERTIFICATE", must(asn1.Marshal(c)))
}

// spaced is the client's file with a blank line after every other.
func (m made) spaced() []byte { return bytes.ReplaceAll(m.combined(), []byte("\n"), []byte("\n\n")) }

// sha1Signed is the client's certificate with the name of sha1WithRSAEncryption, which Go no longer signs with, in place of
// sha256WithRSAEncryption; no rule checks the signature.
func (m made) sha1Signed(bySelf bool) []byte {
	issuer := m.caCertficate.Subject
	if bySelf {
		issuer = m.leafCertificate.Subject
	}
	template := *m.leafCertificate
	template.SignatureAlgorithm = x509.SHA256WithRSA
	der := must(x509.CreateCertificate(rand.Reader, &template, &x509.Certificate{Subject: issuer}, public(m.key), rsaKey))
	der = bytes.ReplaceAll(der, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11}, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5})
	return join(pemOf("CERTIFICATE", der), m.keyPEM)
}

func dsaCertificate(m made) []byte {
	type parameters struct{ P, Q, G *big.Int }
	p := new(big.Int).SetBit(big.NewInt(1), 2047, 1)
	return m.withKey(must(asn1.Marshal(struct {
		ID         asn1.ObjectIdentifier
		Parameters parameters
	}{asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}, parameters{p, big.NewInt(7), big.NewInt(2)}})), must(asn1.Marshal(big.NewInt(4))))
}

// mlkem is a certificate and a private key of ML-KEM-512, whose public half Go does not compute; with other, the key is
// of another kind than the certificate.
func mlkem(other bool) func(made) []byte {
	type algorithm struct{ ID asn1.ObjectIdentifier }
	identifier := algorithm{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 4, 1}}
	key := must(asn1.Marshal(struct {
		Version   int
		Algorithm algorithm
		Key       []byte
	}{0, identifier, make([]byte, 64)}))
	return func(m made) []byte {
		certificate := m.withKey(must(asn1.Marshal(identifier)), make([]byte, 800))
		if other {
			certificate = m.leafPEM
		}
		return join(certificate, pemOf("PRIVATE KEY", key))
	}
}

// run looks at the fixture and at its twin.
func (x ruleFixture) run(t *testing.T) (fired, twin []Finding) {
	scene := func(fire bool) []Finding {
		s := newScene(t)
		if x.set != nil {
			x.set(s)
		}
		if fire {
			x.fire(s)
		}
		return s.look()
	}
	return scene(true), scene(false)
}

func about(id string, found []Finding) []Finding {
	var all []Finding
	for _, f := range found {
		if f.ID == id || slices.Contains(f.Also, id) {
			all = append(all, f)
		}
	}
	return all
}

// TestMany: ten thousand certificates in one file cost a moment and give no more findings than two do.
func TestMany(t *testing.T) {
	s := newScene(t)
	s.files = only(func(m made) []byte {
		file := m.combined()
		for i := range 10_000 {
			// The same certificate with another serial number, which is its fifteenth octet: no rule checks signatures.
			der := bytes.Clone(m.ca)
			at := bytes.Index(der, []byte{0xa0, 3, 2, 1, 2, 2, 1, 1}) + 7
			der[at] = byte(i)
			subject := bytes.Index(der[at+1:], []byte("Test CA")) + at + 1
			der[subject], der[subject+1] = 'A'+byte(i%26), 'A'+byte(i/256%26)
			file = append(file, pemOf("CERTIFICATE", der)...)
		}
		return file
	})
	start := time.Now()
	if found := s.look(); len(found) > 10 {
		t.Errorf("%d findings", len(found))
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}
