package certbuild_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"certuri/certbuild"
	"certuri/certbuild/signing"
	"certuri/certparse"
	"certuri/internal/oracle"
)

// newKey makes a key of the type.
func newKey(t testing.TB, name string) *certparse.Key {
	t.Helper()
	kind, ok := certbuild.KeyTypeNamed(name)
	if !ok {
		t.Fatal("there is no " + name)
	}
	pkcs8, err := signing.Maker{}.Generate(kind)
	if err != nil {
		t.Fatal(err)
	}
	return certparse.Open([]certparse.File{{Data: pkcs8}}, certparse.Options{}).Keys[0]
}

// signed puts a signature to a draft.
func signed(t testing.TB, d certbuild.Draft) []byte {
	t.Helper()
	signature, err := signing.Maker{}.Sign(d.KeyType, d.Key.PKCS8, d.Body)
	if err != nil {
		t.Fatal(err)
	}
	der, err := d.Signed(signature)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// A kit's certificates hold before Go's and OpenSSL's verifiers, for what they are meant for and for nothing else.
func TestKitVerifies(t *testing.T) {
	now := time.Now()
	var keys []*certparse.Key
	for range 3 {
		keys = append(keys, newKey(t, certbuild.KitKeyType))
	}
	drafts, err := certbuild.PlanKit(keys, []string{"db.example.com", "10.0.0.5", "::1"}, now)
	if err != nil {
		t.Fatal(err)
	}
	var certificates []*x509.Certificate
	dir := t.TempDir()
	serials := map[string]bool{}
	for i, d := range drafts {
		der := signed(t, d)
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		certificates = append(certificates, c)
		write(t, filepath.Join(dir, []string{"ca", "server", "client"}[i]+".pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
		serials[c.SerialNumber.String()] = true
		if bits := c.SerialNumber.BitLen(); c.SerialNumber.Sign() <= 0 || bits < 96 || bits > 128 {
			t.Errorf("a serial number of %d bits", bits)
		}
		var spki struct {
			Algorithm pkix.AlgorithmIdentifier
			Key       asn1.BitString
		}
		if _, err := asn1.Unmarshal(c.RawSubjectPublicKeyInfo, &spki); err != nil {
			t.Fatal(err)
		}
		if sum := sha1Of(spki.Key.Bytes); !bytes.Equal(c.SubjectKeyId, sum) || !bytes.Equal(c.AuthorityKeyId, certificates[0].SubjectKeyId) {
			t.Errorf("certificate %d: key identifiers %x and %x", i, c.SubjectKeyId, c.AuthorityKeyId)
		}
	}
	if len(serials) != 3 {
		t.Error("two certificates have one serial number")
	}
	ca, server, client := certificates[0], certificates[1], certificates[2]
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	verify := func(c *x509.Certificate, host string, usage x509.ExtKeyUsage) error {
		_, err := c.Verify(x509.VerifyOptions{Roots: roots, DNSName: host, KeyUsages: []x509.ExtKeyUsage{usage}, CurrentTime: now})
		return err
	}
	for _, host := range []string{"db.example.com", "10.0.0.5", "::1"} {
		if err := verify(server, host, x509.ExtKeyUsageServerAuth); err != nil {
			t.Error(err)
		}
	}
	if err := verify(server, "", x509.ExtKeyUsageClientAuth); err != nil {
		t.Error("a member of a replica set is a client too: ", err)
	}
	if err := verify(client, "", x509.ExtKeyUsageClientAuth); err != nil {
		t.Error(err)
	}
	if verify(client, "", x509.ExtKeyUsageServerAuth) == nil {
		t.Error("the client's certificate is good for servers")
	}
	if days := client.NotAfter.Sub(now).Hours() / 24; days < 31 || days > 100 {
		t.Errorf("the client's certificate is good for %v days", days)
	}
	for _, a := range server.Subject.Names {
		for _, b := range client.Subject.Names {
			if a.Type.Equal(b.Type) && a.Value == b.Value {
				t.Errorf("server and client have %s in common: before 7.0 and since, that is what members are told by", a.Value)
			}
		}
	}
	oracle.Program(t, "openssl")
	for name, purpose := range map[string]string{"server": "sslserver", "client": "sslclient"} {
		run(t, nil, "openssl", "verify", "-x509_strict", "-purpose", purpose, "-CAfile", filepath.Join(dir, "ca.pem"), filepath.Join(dir, name+".pem"))
	}
}

func TestKitHosts(t *testing.T) {
	key := newKey(t, certbuild.KitKeyType)
	keys := []*certparse.Key{key, key, key}
	for _, host := range []string{"", "a b", "http://x", "a@b", "ü.example", "a,b", "-", "x..y", strings.Repeat("a", 64) + ".x", "a:27017"} {
		var refused *certbuild.HostError
		if _, err := certbuild.PlanKit(keys, []string{"localhost", host}, time.Now()); host != "-" && (!errors.As(err, &refused) || refused.Index != 1) {
			t.Errorf("%q: %v", host, err)
		}
	}
	long := strings.Repeat("a.", 40) + "example"
	drafts, err := certbuild.PlanKit(keys, []string{long}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if c, err := x509.ParseCertificate(signed(t, drafts[1])); err != nil || len(c.Subject.CommonName) > 64 || c.DNSNames[0] != long {
		t.Errorf("a long host: %v", err)
	}
}

// Every type of key signs a request that OpenSSL and Go verify, with everything in it that was asked for.
func TestRequestVerifies(t *testing.T) {
	subject, err := certbuild.Subject(`CN=alice\, the first,OU=Data,DC=example,emailAddress=a@example.com,O=Beispiel \C3\BC,C=DE`)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range certbuild.KeyTypes() {
		t.Run(name, func(t *testing.T) {
			r := certbuild.Request{Subject: subject, Key: newKey(t, name), AltNames: []string{"a.example.com", "192.0.2.1", "::1", "a@example.com", "spiffe://x/y"},
				Roles: []certparse.Role{{Role: "readAnyDatabase", Database: "admin"}, {Role: "backup", Database: "admin"}}}
			draft, err := r.Draft()
			if err != nil {
				t.Fatal(err)
			}
			der := signed(t, draft)
			csr, err := x509.ParseCertificateRequest(der)
			if err != nil {
				t.Fatal(err)
			}
			if err := csr.CheckSignature(); err != nil {
				t.Error(err)
			}
			if !bytes.Equal(csr.RawSubject, subject) || !bytes.Equal(csr.RawSubjectPublicKeyInfo, r.Key.SPKI) {
				t.Error("subject or key are not those that went in")
			}
			if len(csr.DNSNames) != 1 || len(csr.IPAddresses) != 2 || !csr.IPAddresses[1].Equal(net.IPv6loopback) || len(csr.EmailAddresses) != 1 || len(csr.URIs) != 1 {
				t.Errorf("alternative names: %v %v %v %v", csr.DNSNames, csr.IPAddresses, csr.EmailAddresses, csr.URIs)
			}
			values := map[string]string{}
			for _, e := range csr.Extensions {
				values[e.Id.String()] = hex.EncodeToString(e.Value)
			}
			// The roles are those of a certificate in the server's own tests, byte for byte.
			for oid, want := range map[string]string{
				"1.3.6.1.4.1.34601.2.1.1": "312b300f0c066261636b75700c0561646d696e30180c0f72656164416e7944617461626173650c0561646d696e",
				"2.5.29.37":               "300a06082b06010505070302",
				"2.5.29.15":               "03020780",
			} {
				if values[oid] != want {
					t.Errorf("extension %s is %s, want %s", oid, values[oid], want)
				}
			}
			oracle.Program(t, "openssl")
			run(t, r.PEM(der), "openssl", "req", "-verify", "-noout")
		})
	}
}

// A renewal keeps the subject of every subject in the server's data byte for byte, and what the reader of requests makes of it.
func TestRenewalKeepsSubject(t *testing.T) {
	var data struct {
		Cases []struct {
			Name, Username string
			DER            string `json:"name_der"`
		}
	}
	if err := json.Unmarshal(oracle.File(t, "server-dn/derived.json"), &data); err != nil {
		t.Fatal(err)
	}
	key := newKey(t, "ec-p256")
	read := 0
	for _, c := range data.Cases {
		name, err := hex.DecodeString(c.DER)
		if err != nil || len(name) == 0 {
			t.Fatal(c.Name)
		}
		draft, err := certbuild.Request{Subject: name, Key: key}.Draft()
		if err != nil {
			t.Fatal(err)
		}
		der := signed(t, draft)
		if back, ok := certbuild.ParseRequest(der); !ok || !bytes.Equal(back.Subject.Raw, name) || !bytes.Equal(back.SPKI, key.SPKI) {
			t.Errorf("%s: the subject is another", c.Name)
		}
		// And a name that is typed as the server spells it gives a subject that the server spells the same.
		if c.Username == "" {
			continue
		}
		// The server's reader of names refuses some, and drops bare spaces at the ends of others.
		dn, err := certparse.ParseServerDN(c.Username)
		if err == nil {
			dn, err = dn.Prepare()
		}
		if err != nil || dn.Spell(certparse.Linux42) != c.Username {
			continue
		}
		encoded, err := certbuild.Subject(c.Username)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		parsed, err := certparse.ParseName(encoded)
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		if spelt, err := parsed.ServerName(certparse.Linux42); err != nil || spelt != c.Username && len(parsed.RDNs) == strings.Count(c.Username, "=") {
			t.Errorf("%s: %q became %q, %v", c.Name, c.Username, spelt, err)
		}
		read++
	}
	if read < 100 {
		t.Errorf("only %d names were read", read)
	}
}

func TestSubjectTypes(t *testing.T) {
	der, err := certbuild.Subject("2.25.340282366920938463463374607431768211455=u,CN=x,serialNumber=a_b,C=DE,DC=ex,emailAddress=a@b")
	if err != nil {
		t.Fatal(err)
	}
	name, err := certparse.ParseName(der)
	if err != nil {
		t.Fatal(err)
	}
	var tags []int
	for _, rdn := range name.RDNs {
		tags = append(tags, rdn[0].Tag)
	}
	if !slices.Equal(tags, []int{22, 22, 19, 12, 12, 12}) { // the underscore is not in PrintableString
		t.Errorf("tags %v", tags)
	}
	if oid := name.RDNs[5][0].OID; oid != "2.25.340282366920938463463374607431768211455" {
		t.Errorf("the UUID came back as %s", oid)
	}
	for _, bad := range []string{"", "alice", "CN=a,FOO=b", "CN=#04", `CN="a`, "3.1.2=x"} {
		var refused *certparse.DNError
		if _, err := certbuild.Subject(bad); !errors.As(err, &refused) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// Keys that cannot sign are refused before anything is asked of them.
func TestRequestRefusesKeys(t *testing.T) {
	oracle.Program(t, "openssl")
	dir := t.TempDir()
	for name, arguments := range map[string][]string{
		"secp256k1": {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"},
		"brainpool": {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1"},
		"ed448":     {"-algorithm", "ED448"},
		"pss":       {"-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"},
	} {
		path := filepath.Join(dir, name)
		run(t, nil, "openssl", append([]string{"genpkey", "-out", path}, arguments...)...)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b := open(t, data, "")
		var refused *certbuild.Error
		if _, err := (certbuild.Request{Subject: []byte{0x30, 0}, Key: b.Keys[0]}).Draft(); !errors.As(err, &refused) || refused.Code != certbuild.CodeKeyType {
			t.Errorf("%s: %v", name, err)
		}
	}
	var refused *certbuild.Error
	if _, err := (certbuild.Request{Subject: []byte{0x30, 0}, Key: &certparse.Key{Locked: true}}).Draft(); !errors.As(err, &refused) || refused.Code != certbuild.CodeKeyLocked {
		t.Errorf("locked: %v", err)
	}
}

// What an authority changes is told, and an odd size of RSA key renews as well.
func TestReplyChanges(t *testing.T) {
	ca, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key := newKey(t, "ec-p256")
	subject, _ := certbuild.Subject("CN=alice,O=Example")
	draft, err := certbuild.Request{Subject: subject, Key: key, AltNames: []string{"a.example"}, Roles: []certparse.Role{{Role: "read", Database: "x"}}}.Draft()
	if err != nil {
		t.Fatal(err)
	}
	der := signed(t, draft)
	asked, ok := certbuild.ParseRequest(certbuild.Request{}.PEM(der))
	if !ok {
		t.Fatal("the request cannot be read")
	}
	csr, _ := x509.ParseCertificateRequest(der)
	plain, _ := certbuild.Request{Subject: subject, Key: key}.Draft()
	without, _ := certbuild.ParseRequest(signed(t, plain))
	issue := func(change func(*x509.Certificate, *any)) *certparse.Certificate {
		template := &x509.Certificate{SerialNumber: big.NewInt(5), RawSubject: csr.RawSubject, NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour), ExtraExtensions: csr.Extensions}
		var public any = csr.PublicKey
		change(template, &public)
		der, err := x509.CreateCertificate(rand.Reader, template, template, public, ca)
		if err != nil {
			t.Fatal(err)
		}
		return open(t, der, "").Certificates[0]
	}
	good := issue(func(*x509.Certificate, *any) {})
	for _, c := range []struct {
		name string
		from certbuild.Requested
		is   *certparse.Certificate
		key  *certparse.Key
		want []certbuild.ReplyChange
	}{
		{"as asked", asked, good, key, nil},
		{"no key at hand", asked, good, nil, nil},
		{"another private key", asked, good, newKey(t, "ec-p256"), []certbuild.ReplyChange{certbuild.ReplyOtherKey}},
		{"another key", asked, issue(func(_ *x509.Certificate, k *any) { *k = ca.Public() }), nil, []certbuild.ReplyChange{certbuild.ReplyOtherKey}},
		{"extensions dropped", asked, issue(func(c *x509.Certificate, _ *any) { c.ExtraExtensions = nil }), key,
			[]certbuild.ReplyChange{certbuild.ReplyRoles, certbuild.ReplyAltNames}},
		{"for servers", without, issue(func(c *x509.Certificate, _ *any) {
			c.ExtraExtensions, c.ExtKeyUsage = nil, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		}), key, []certbuild.ReplyChange{certbuild.ReplyNotForClients}},
		{"renamed", without, issue(func(c *x509.Certificate, _ *any) {
			c.ExtraExtensions, c.RawSubject, c.Subject = nil, nil, pkix.Name{CommonName: "bob"}
		}), key, []certbuild.ReplyChange{certbuild.ReplySubject}},
		{"encoded anew", without, issue(func(c *x509.Certificate, _ *any) { // Go writes PrintableString
			c.ExtraExtensions, c.RawSubject, c.Subject = nil, nil, pkix.Name{CommonName: "alice", Organization: []string{"Example"}}
		}), key, []certbuild.ReplyChange{certbuild.ReplyEncoding}},
		{"an authority with roles", without, issue(func(c *x509.Certificate, _ *any) { c.IsCA, c.BasicConstraintsValid = true, true }), key,
			[]certbuild.ReplyChange{certbuild.ReplyAuthority, certbuild.ReplyOwnRoles}},
	} {
		if got := c.from.Compare(c.is, c.key); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	// A renewal takes alternative names and roles over as they are.
	renewal, err := certbuild.Request{Subject: good.Subject.Raw, Key: key, Renews: good}.Draft()
	if err != nil {
		t.Fatal(err)
	}
	again, _ := certbuild.ParseRequest(signed(t, renewal))
	if changes := again.Compare(good, key); len(changes) != 0 {
		t.Errorf("the renewal differs: %v", changes)
	}
}

// Requests of other programs are read, and what is none is refused.
func TestParseRequest(t *testing.T) {
	oracle.Program(t, "openssl")
	path := filepath.Join(t.TempDir(), "k")
	out := run(t, nil, "openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path, "-subj", "/O=Example/CN=alice")
	if r, ok := certbuild.ParseRequest(out); !ok || len(r.Subject.RDNs) != 2 {
		t.Errorf("openssl's request: %v", ok)
	}
	others := append([]byte("Certificate Request:\n-----BEGIN EC PARAMETERS-----\nAAAA\n-----END EC PARAMETERS-----\n"), bytes.ReplaceAll(bytes.ReplaceAll(out, []byte("CERT"), []byte("NEW CERT")), []byte("\n"), []byte("\r\n"))...)
	if _, ok := certbuild.ParseRequest(others); !ok {
		t.Error("behind another block, as Windows writes it")
	}
	for _, bad := range [][]byte{nil, []byte("-----BEGIN CERTIFICATE REQUEST-----"), []byte("x"), {0x30, 0x80}, {0x30, 0x84, 0xff, 0xff, 0xff, 0xff}, bytes.Repeat([]byte{0x30, 0x02}, 20)} {
		if _, ok := certbuild.ParseRequest(bad); ok {
			t.Errorf("%x is a request", bad)
		}
	}
	block, _ := pem.Decode(out)
	for i := range block.Bytes { // cut anywhere, and with any byte changed, it does not panic
		certbuild.ParseRequest(block.Bytes[:i])
		changed := bytes.Clone(block.Bytes)
		changed[i] ^= 0xff
		certbuild.ParseRequest(changed)
	}
}

func TestParseRole(t *testing.T) {
	for text, want := range map[string]certparse.Role{"read@app": {Role: "read", Database: "app"}, "a@b@c": {Role: "a@b", Database: "c"}} {
		if got, ok := certbuild.ParseRole(text); !ok || got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	for _, bad := range []string{"", "read", "@app", "read@"} {
		if _, ok := certbuild.ParseRole(bad); ok {
			t.Error(bad)
		}
	}
}

func sha1Of(b []byte) []byte {
	sum := sha1.Sum(b)
	return sum[:]
}
