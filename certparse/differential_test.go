package certparse

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"certuri/internal/oracle"
)

var (
	differentialTime = flag.Duration("differential-time", 0, "how long TestDifferential goes on; 0 is one round of a fixed number of files")
	differentialSeed = flag.Uint64("differential-seed", 1, "what TestDifferential draws its mutations from")
)

const (
	differentialRound   = 1500
	differentialBound   = 5 * time.Second // for Open of one file; a busy machine included
	differentialFailure = 20              // disagreements, then the test stops: more say nothing new
	// differentialRounds keeps a changed round count from deciding how long the test takes.
	differentialRounds = 50_000
)

// TestDifferential opens damaged and rearranged real files, and asks the openssl program what it makes of the same bytes.
// Open never panics or takes long; it finds every certificate and every key that openssl finds; openssl, given what Open
// found, names the same subject and the same public key; and a key is said to belong to a certificate exactly when
// openssl computes equal public keys. To find more than openssl does is allowed, and counted.
//
// One seed and number always make the same file out of the shared ones. A file that fails is kept, for the generated
// seeds have new keys each time.
func TestDifferential(t *testing.T) {
	o := newOpenSSLOracle(t)
	seeds := differentialSeeds(t, o)
	if t.Failed() {
		return
	}
	end := time.Now().Add(*differentialTime)
	var number, failures atomic.Int64
	var tally differentialTally
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		folder := t.TempDir()
		workers.Go(func() {
			for failures.Load() < differentialFailure {
				n := number.Add(1) - 1
				if *differentialTime == 0 && n >= differentialRound || *differentialTime > 0 && time.Now().After(end) {
					return
				}
				m := newMutant(seeds, rand.New(rand.NewPCG(*differentialSeed, uint64(n))))
				if complaints := o.compare(m, folder, &tally); len(complaints) > 0 {
					failures.Add(1)
					t.Errorf("%d/%d: %s\n\t%s\n\tkept in %s", *differentialSeed, n, m.history, strings.Join(complaints, "\n\t"), m.keep())
				}
			}
		})
	}
	workers.Wait()
	t.Log(tally.String())
	if files := tally.files.Load(); tally.certificates.Load() < files/4 || tally.keys.Load() < files/8 || tally.pairs.Load() < files/20 {
		t.Error("openssl opened too little of this for the comparison to mean something")
	}
}

// A differentialTally counts what was compared and what only one side opened.
type differentialTally struct {
	files, refused, certificates, keys, pairs, moreCertificates, moreKeys, laborious atomic.Int64

	mu      sync.Mutex
	excused map[string]int
}

func (c *differentialTally) excuse(reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.excused == nil {
		c.excused = map[string]int{}
	}
	c.excused[reason]++
}

func (c *differentialTally) String() string {
	s := fmt.Sprintf("%d files, nothing in %d of them; equal: %d certificates, %d keys, %d pairs; more lenient than openssl: %d certificates, %d keys; not compared for their key derivations: %d",
		c.files.Load(), c.refused.Load(), c.certificates.Load(), c.keys.Load(), c.pairs.Load(), c.moreCertificates.Load(), c.moreKeys.Load(), c.laborious.Load())
	for _, reason := range slices.Sorted(maps.Keys(c.excused)) {
		s += fmt.Sprintf("\nanother answer than openssl's %d times: %s", c.excused[reason], reason)
	}
	return s
}

// An opensslOracle is the openssl program. What it says of one certificate or key is remembered.
type opensslOracle struct {
	program      string
	names        NameTable
	legacy       []string // arguments that bring the old ciphers
	certificates sync.Map // of DER to opensslCertificate
	publics      sync.Map // of a private key in DER to its public key, nil when openssl refuses it
}

type opensslCertificate struct {
	read    bool
	der     []byte // as openssl writes it again
	subject string // "" when openssl cannot print it
	public  []byte // nil when openssl cannot read it
}

func newOpenSSLOracle(t *testing.T) *opensslOracle {
	o := &opensslOracle{program: oracle.Program(t, "openssl"), names: OpenSSL30}
	version, err := exec.Command(o.program, "version").Output()
	if err != nil {
		t.Fatal(err)
	}
	var major, minor int
	if n, _ := fmt.Sscanf(string(version), "OpenSSL %d.%d", &major, &minor); n != 2 || major < 3 {
		oracle.Lacking(t, "OpenSSL 3")
		t.SkipNow()
	}
	if major > 3 || minor >= 5 {
		o.names = OpenSSL35
	}
	both := []string{"-provider", "default", "-provider", "legacy"}
	if _, ok := o.run(nil, append([]string{"list", "-providers"}, both...)...); ok {
		o.legacy = both
	}
	return o
}

// run returns what the program wrote, even when it failed. Numbers that a mutation made huge can keep it busy for long.
func (o *opensslOracle) run(input []byte, arguments ...string) (output []byte, ok bool) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, o.program, arguments...)
	cmd.Stdin = bytes.NewReader(input)
	output, err := cmd.Output()
	return output, err == nil
}

// certificate is what openssl says of one certificate by itself.
func (o *opensslOracle) certificate(der []byte) opensslCertificate {
	if known, ok := o.certificates.Load(string(der)); ok {
		return known.(opensslCertificate)
	}
	var c opensslCertificate
	ask := []string{"x509", "-inform", "DER", "-subject", "-nameopt", "RFC2253"}
	output, ok := o.run(der, append(ask, "-pubkey")...)
	if !ok { // a key that it does not know stops it
		output, _ = o.run(der, ask...)
	}
	for _, b := range pemBlocks(output) {
		switch b.Type {
		case "CERTIFICATE":
			c.read, c.der = true, b.Bytes
		case "PUBLIC KEY":
			c.public = b.Bytes
		}
	}
	for line := range strings.Lines(string(output)) {
		if subject, found := strings.CutPrefix(line, "subject="); found {
			c.subject = strings.TrimSuffix(subject, "\n")
		}
	}
	o.certificates.Store(string(der), c)
	return c
}

// public is the public key that openssl gives to a private key, or the same public key as openssl writes it.
func (o *opensslOracle) public(der []byte, options ...string) []byte {
	id := strings.Join(options, " ") + string(der)
	if known, ok := o.publics.Load(id); ok {
		return known.([]byte)
	}
	public, ok := o.run(der, append([]string{"pkey", "-inform", "DER", "-pubout", "-outform", "DER"}, options...)...)
	if !ok {
		public = nil
	}
	o.publics.Store(id, public)
	return public
}

// contradictory says whether openssl, asked to check a private key, calls it impossible.
func (o *opensslOracle) contradictory(der []byte) bool {
	_, ok := o.run(der, "pkey", "-inform", "DER", "-check", "-noout")
	return !ok
}

// samePublic compares two public keys as openssl writes them: points uncompressed, curves by name.
func (o *opensslOracle) samePublic(a, b []byte) bool {
	return bytes.Equal(a, b) || bytes.Equal(o.plainPublic(a), o.plainPublic(b))
}

func (o *opensslOracle) plainPublic(public []byte) []byte {
	if plain := o.public(public, "-pubin", "-ec_conv_form", "uncompressed", "-ec_param_enc", "named_curve"); plain != nil {
		return plain
	}
	if plain := o.public(public, "-pubin"); plain != nil { // not of an elliptic curve
		return plain
	}
	return public
}

func pemBlocks(text []byte) (blocks []*pem.Block) {
	for {
		b, rest := pem.Decode(text)
		if b == nil {
			return blocks
		}
		blocks, text = append(blocks, b), rest
	}
}

// open asks openssl what is in a file: every certificate and every private key, in DER as openssl writes them.
func (o *opensslOracle) open(path string, part mutantPart) (certificates, keys [][]byte) {
	password := path + ".password"
	if os.WriteFile(password, []byte(part.password+"\n"), 0o600) != nil {
		return nil, nil
	}
	output, ok := []byte(nil), false
	if part.form == "p12" {
		output, ok = o.run(nil, slices.Concat([]string{"pkcs12", "-nodes", "-in", path, "-passin", "file:" + password}, o.legacy)...)
	}
	if !ok {
		output, ok = o.run(nil, slices.Concat([]string{"storeutl", "-passin", "file:" + password}, o.legacy, []string{path})...)
		if !ok && !bytes.Contains(part.data, fiveDashes) {
			output = nil // it goes on looking, byte by byte, inside what it cannot read
		}
	}
	if part.form == "p7" {
		form := "DER"
		if bytes.Contains(part.data, fiveDashes) {
			form = "PEM"
		}
		output, _ = o.run(nil, "pkcs7", "-print_certs", "-inform", form, "-in", path)
	}
	for _, b := range pemBlocks(output) {
		switch b.Type {
		case "CERTIFICATE":
			certificates = append(certificates, b.Bytes)
		case "PRIVATE KEY":
			keys = append(keys, b.Bytes)
		}
	}
	return certificates, keys
}

// boundedRounds refuses derivations that take long, and remembers that it did.
type boundedRounds struct{ refused atomic.Bool }

func (d *boundedRounds) Derive(k KDF) ([]byte, error) {
	if k.Iterations > differentialRounds || k.N*k.R*k.P > 1<<17 {
		d.refused.Store(true)
		return nil, errTooMuchWork
	}
	return StandardDeriver{}.Derive(k)
}

// openBounded is Open with a panic and a hang made into errors.
func openBounded(files []File) (b *Bundle, laborious bool, err error) {
	derive := &boundedRounds{}
	opened := make(chan error, 1)
	start := time.Now()
	go func() {
		defer func() {
			if r := recover(); r != nil {
				stack := make([]byte, 4096)
				opened <- fmt.Errorf("panic: %v\n%s", r, stack[:runtime.Stack(stack, false)])
			}
		}()
		b = Open(files, Options{Derive: derive})
		opened <- nil
	}()
	select {
	case err = <-opened:
	case <-time.After(10 * differentialBound):
		return nil, false, errors.New("it does not end")
	}
	if took := time.Since(start); err == nil && took > differentialBound {
		err = fmt.Errorf("it took %v", took)
	}
	return b, derive.refused.Load(), err
}

// compare opens a mutant both ways and says where the answers disagree.
func (o *opensslOracle) compare(m mutant, folder string, tally *differentialTally) (complaints []string) {
	complain := func(format string, arguments ...any) {
		complaints = append(complaints, fmt.Sprintf(format, arguments...))
	}
	miss := func(format string, arguments ...any) {
		for _, e := range differentialExcuses {
			if strings.Contains(m.history, e.change) {
				tally.excuse(e.reason)
				return
			}
		}
		complain(format, arguments...)
	}
	tally.files.Add(1)
	var files []File
	for _, p := range m.parts {
		files = append(files, File{Data: p.data, Passwords: m.passwords})
	}
	b, laborious, err := openBounded(files)
	if err != nil {
		return []string{err.Error()}
	}
	if laborious {
		tally.laborious.Add(1)
		return nil
	}
	var certificates, keys [][]byte
	for i, p := range m.parts {
		path := filepath.Join(folder, strconv.Itoa(i))
		if err := os.WriteFile(path, p.data, 0o600); err != nil {
			return []string{err.Error()}
		}
		c, k := o.open(path, p)
		certificates, keys = append(certificates, c...), append(keys, k...)
	}
	if len(certificates)+len(keys)+len(b.Certificates)+len(b.Keys) == 0 {
		tally.refused.Add(1)
	}

	ours := map[string]bool{} // certificates as openssl writes them
	for _, c := range b.Certificates {
		seen := o.certificate(c.Raw)
		if !seen.read {
			tally.moreCertificates.Add(1)
			continue
		}
		ours[string(seen.der)] = true
		switch subject, err := c.Subject.RFC2253(o.names); {
		case err != nil && seen.subject != "":
			complain("no subject (%v) where openssl has %q", err, seen.subject)
		case err == nil && seen.subject != "" && subject != seen.subject:
			complain("the subject %q is %q to openssl", subject, seen.subject)
		}
		if seen.public != nil && !o.samePublic(seen.public, c.PublicKey.SPKI) {
			complain("a certificate has another public key than to openssl")
		}
	}
	for _, der := range certificates {
		if ours[string(der)] {
			tally.certificates.Add(1)
		} else {
			miss("openssl reads a certificate %s that is not found", digest(der))
		}
	}

	var publics [][]byte
	for _, k := range b.Keys {
		if k.Locked {
			continue
		}
		public := o.public(k.PKCS8)
		if public == nil {
			tally.moreKeys.Add(1)
			continue
		}
		publics = append(publics, public)
		if k.SPKI != nil && !o.samePublic(public, k.SPKI) {
			complain("a private key %s has another public key than to openssl", digest(k.PKCS8))
		}
	}
	for _, der := range keys {
		public := o.public(der)
		if public == nil {
			continue
		}
		if slices.ContainsFunc(publics, func(p []byte) bool { return o.samePublic(p, public) }) {
			tally.keys.Add(1)
		} else if o.contradictory(der) {
			tally.excuse("openssl's own check calls the key impossible")
		} else {
			miss("openssl reads a private key %s that is not found", digest(der))
		}
	}

	for _, k := range b.Keys {
		for _, c := range b.Certificates {
			paired := k.Certificate == c || slices.ContainsFunc(b.Identities, func(i Identity) bool { return i.Key == k && i.Leaf == c })
			if k.Locked {
				if paired {
					complain("a locked key is paired")
				}
				continue
			}
			private, public := o.public(k.PKCS8), o.certificate(c.Raw).public
			if private == nil || public == nil {
				continue
			}
			same := o.samePublic(private, public)
			if paired && !same && slices.Contains([]string{"DSA", "DH", "X9.42 DH"}, k.Algorithm) {
				tally.excuse("DSA and DH keys are matched by their public number alone, for a certificate may inherit the rest")
			} else if paired && !same {
				complain("a key is paired with a certificate that is not its own")
			}
			if same && k.SPKI != nil && (k.Certificate == nil || !k.BelongsTo(c)) {
				complain("a key and its certificate are not paired")
			}
			if paired && same {
				tally.pairs.Add(1)
			}
		}
	}
	if len(complaints) > 0 {
		complaints = append(complaints, "problems: "+problemCodes(b))
	}
	return complaints
}

// differentialExcuses are changes after which Open may miss what openssl finds.
var differentialExcuses = []struct{ change, reason string }{
	{"(a version)", "openssl does not look at the version of a key or a PKCS#12 file; no program writes another one, or none"},
	{"(0x4) tagged", "openssl puts a cut octet string together from pieces of any type"},
}

// digest stands for a certificate or a key, which may be a real one.
func digest(der []byte) string {
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:4])
}

// A seedFile is a file to damage.
type seedFile struct {
	name, form string
	password   *string
	data       []byte
}

// differentialSeeds are the shared files that openssl opens, and new ones.
func differentialSeeds(t *testing.T, o *opensslOracle) []seedFile {
	seeds := generatedSeeds(t, o)
	if _, err := os.Stat("../../shared/testdata/corpus"); err != nil {
		oracle.Lacking(t, "the corpus")
		return seeds
	}
	for _, e := range readCorpus(t) {
		if slices.ContainsFunc(e.OpenedBy, func(program string) bool { return strings.HasPrefix(program, "openssl-3.0") }) {
			seeds = append(seeds, seedFile{e.File, e.Form, e.Password, oracle.File(t, "corpus/"+e.File)})
		}
	}
	var server struct {
		Files []struct {
			File        string
			KeyPassword *string `json:"key_password"`
		}
	}
	if err := json.Unmarshal(oracle.File(t, "mongo-server/manifest.json"), &server); err != nil {
		t.Fatal(err)
	}
	for _, f := range server.Files {
		form := "pem"
		if strings.HasSuffix(f.File, ".pfx") {
			form = "p12"
		}
		seeds = append(seeds, seedFile{f.File, form, f.KeyPassword, oracle.File(t, "mongo-server/"+f.File)})
	}
	return slices.DeleteFunc(seeds, func(s seedFile) bool {
		if len(s.data) > 64<<10 {
			return true
		}
		_, laborious, err := openBounded([]File{{Data: s.data, Passwords: passwordList(s.password)}})
		if err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
		return laborious
	})
}

func passwordList(password *string) []string {
	if password == nil {
		return nil
	}
	return []string{*password}
}

// generatedSeeds are what the openssl program makes today.
func generatedSeeds(t *testing.T, o *opensslOracle) (seeds []seedFile) {
	folder := t.TempDir()
	password := "zwölf Bücher"
	run := func(arguments ...string) {
		cmd := exec.Command(o.program, arguments...)
		cmd.Dir = folder
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("openssl %s: %v\n%s", strings.Join(arguments, " "), err, text)
		}
	}
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	write := func(name string, parts ...string) {
		var all []byte
		for _, p := range parts {
			all = append(all, read(p)...)
		}
		if err := os.WriteFile(filepath.Join(folder, name), all, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	keep := func(name, form string, locked bool) {
		data := read(name)
		s := seedFile{name: "generated " + name, form: form, data: data}
		if locked {
			s.password = &password
		}
		seeds = append(seeds, s)
	}
	run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/O=Example/CN=CA", "-days", "9")
	for _, kind := range [][]string{
		{"rsa", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"},
		{"pss", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:1024"},
		{"p384", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"},
		{"explicit", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"},
		{"ed25519", "-algorithm", "ED25519"},
		{"ed448", "-algorithm", "ED448"},
	} {
		name := kind[0]
		key, leaf := name+".key", name+".pem"
		run(append([]string{"genpkey", "-out", key}, kind[1:]...)...)
		run("req", "-x509", "-new", "-CA", "ca.pem", "-CAkey", "ca.key", "-key", key, "-out", leaf, "-days", "9", "-utf8",
			"-multivalue-rdn", "-subj", "/C=DE/O=Bücher, Söhne+OU=a\"b/CN="+name)
		write(name+"-combined.pem", leaf, "ca.pem", key)
		keep(name+"-combined.pem", "pem", false)
		run("x509", "-in", leaf, "-outform", "DER", "-out", name+".der")
		keep(name+".der", "cert", false)
		run("pkey", "-in", key, "-outform", "DER", "-out", name+"-key.der")
		keep(name+"-key.der", "key", false)
		run("pkcs8", "-topk8", "-in", key, "-out", name+".p8", "-passout", "pass:"+password, "-iter", "100")
		write(name+"-locked.pem", name+".p8", leaf)
		keep(name+"-locked.pem", "pem", true)
		run("pkcs12", "-export", "-in", leaf, "-inkey", key, "-certfile", "ca.pem", "-name", "Name", "-iter", "100", "-passout", "pass:"+password, "-out", name+".p12")
		keep(name+".p12", "p12", true)
	}
	run("rsa", "-in", "rsa.key", "-aes128", "-traditional", "-passout", "pass:"+password, "-out", "rsa-traditional.key")
	write("rsa-traditional.pem", "rsa.pem", "rsa-traditional.key")
	keep("rsa-traditional.pem", "pem", true)
	run("ec", "-in", "p384.key", "-conv_form", "compressed", "-out", "p384-compressed.key")
	write("p384-compressed.pem", "p384-compressed.key", "p384.pem")
	keep("p384-compressed.pem", "pem", false)
	run("pkcs12", "-export", "-in", "rsa.pem", "-inkey", "rsa.key", "-iter", "1", "-certpbe", "NONE", "-keypbe", "PBE-SHA1-3DES", "-passout", "pass:", "-out", "rsa-empty.p12")
	password = ""
	keep("rsa-empty.p12", "p12", true)
	return seeds
}

type mutantPart struct {
	form, password string
	data           []byte
}

// A mutant is one or two files that are opened together.
type mutant struct {
	parts     []mutantPart
	passwords []string
	history   string // how it was made
}

// keep writes the files that disagreed where they outlive the test, and says where.
func (m mutant) keep() string {
	folder, err := os.MkdirTemp("", "certparse-differential-")
	for i, p := range m.parts {
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, strconv.Itoa(i)+"."+p.form), p.data, 0o600)
		}
	}
	if err != nil {
		return "no place: " + err.Error()
	}
	return folder
}

// newMutant damages or rearranges one file, up to three times.
func newMutant(seeds []seedFile, r *rand.Rand) (m mutant) {
	one := seeds[r.IntN(len(seeds))]
	m.passwords = passwordList(one.password)
	m.history = one.name
	data := slices.Clone(one.data)
	other := seeds[r.IntN(len(seeds))]
	took := false // something of the other file
	for range 1 + r.IntN(3)*r.IntN(2) {
		var what string
		var fromOther bool
		data, what, fromOther = mutate(data, other.data, r)
		if fromOther {
			what += " of " + other.name
			took = true
		}
		m.history += ", " + what
	}
	if took {
		m.passwords = append(m.passwords, passwordList(other.password)...)
	}
	m.parts = []mutantPart{{form: one.form, data: data}}
	if one.password != nil {
		m.parts[0].password = *one.password
	}
	if r.IntN(12) == 0 {
		m.history += ", beside " + other.name
		if !took {
			m.passwords = append(m.passwords, passwordList(other.password)...)
		}
		m.parts = append(m.parts, mutantPart{form: other.form, data: other.data})
		if other.password != nil {
			m.parts[1].password = *other.password
		}
	}
	return m
}

var armoured = regexp.MustCompile(`(?s)-----BEGIN [^-\n]+-----.*?-----END [^-\n]+-----\r?\n?`)

// mutate changes a file once. The kind of change is drawn from those that its form has.
func mutate(data, other []byte, r *rand.Rand) (changed []byte, what string, fromOther bool) {
	spans := armoured.FindAllIndex(data, -1)
	if len(spans) == 0 {
		changed, what, fromOther = mutateBinary(data, other, r)
		return changed, what, fromOther
	}
	if r.IntN(5) == 0 {
		changed, what = mutateBytes(data, r)
		return changed, what, false
	}
	return mutateText(data, other, spans, r)
}

// mutateBytes knows nothing of what it changes.
func mutateBytes(data []byte, r *rand.Rand) ([]byte, string) {
	if len(data) == 0 {
		return data, "nothing"
	}
	at := r.IntN(len(data))
	switch r.IntN(6) {
	case 0:
		return data[:at], fmt.Sprintf("cut at %d", at)
	case 1:
		return data[min(at, 200):], fmt.Sprintf("begun at %d", min(at, 200))
	case 2:
		noise := make([]byte, 1+r.IntN(40))
		for i := range noise {
			noise[i] = byte(r.Uint32())
		}
		if r.IntN(2) == 0 {
			return append(data, noise...), "noise after it"
		}
		return slices.Insert(data, at, noise...), fmt.Sprintf("noise at %d", at)
	case 3:
		end := min(len(data), at+1+r.IntN(8))
		return slices.Delete(data, at, end), fmt.Sprintf("%d bytes taken out at %d", end-at, at)
	default:
		bit := byte(1) << r.IntN(8)
		data[at] ^= bit
		return data, fmt.Sprintf("byte %d changed by %#x", at, bit)
	}
}

// mutateBinary changes DER, and now and then whatever bytes.
func mutateBinary(data, other []byte, r *rand.Rand) (changed []byte, what string, fromOther bool) {
	switch r.IntN(10) {
	case 0, 1:
		changed, what = mutateBytes(data, r)
		return changed, what, false
	case 2:
		return append(data, other...), "followed by the whole", true
	case 3:
		return armour([]string{"CERTIFICATE", "PRIVATE KEY", "X509 CERTIFICATE", "ENCRYPTED PRIVATE KEY"}[r.IntN(4)], data), "armoured", false
	}
	changed, what = mutateDER(data, r)
	return changed, what, false
}

// mutateText changes a file of PEM blocks.
func mutateText(data, other []byte, spans [][]int, r *rand.Rand) (changed []byte, what string, fromOther bool) {
	var blocks [][]byte // each with the text before it
	from := 0
	for _, s := range spans {
		blocks = append(blocks, data[from:s[1]:s[1]])
		from = s[1]
	}
	tail := data[from:]
	glue := func() []byte { return append(bytes.Join(blocks, nil), tail...) }
	i, j := r.IntN(len(blocks)), r.IntN(len(blocks))
	strangers := armoured.FindAll(other, -1)
	stranger := func() []byte {
		if len(strangers) == 0 {
			return armour("CERTIFICATE", other)
		}
		return strangers[r.IntN(len(strangers))]
	}
	switch r.IntN(16) {
	case 0:
		blocks = slices.Insert(blocks, j, blocks[i])
		return glue(), fmt.Sprintf("block %d again at %d", i, j), false
	case 1:
		blocks[i], blocks[j] = blocks[j], blocks[i]
		return glue(), fmt.Sprintf("blocks %d and %d exchanged", i, j), false
	case 2:
		blocks = slices.Delete(blocks, i, i+1)
		return glue(), fmt.Sprintf("without block %d", i), false
	case 3:
		slices.Reverse(blocks)
		return glue(), "in reverse", false
	case 4, 5:
		blocks = slices.Insert(blocks, i, stranger())
		return glue(), fmt.Sprintf("at %d a block", i), true
	case 6:
		blocks[i] = stranger()
		return glue(), fmt.Sprintf("in place of block %d one", i), true
	case 7:
		data = append(glue(), other...)
		return data, "followed by the whole", true
	case 8:
		blocks[i], what = mutateArmour(blocks[i], r)
		return glue(), fmt.Sprintf("block %d %s", i, what), false
	case 9, 10:
		blocks[i], what = mutateLines(blocks[i], r)
		return glue(), fmt.Sprintf("block %d %s", i, what), false
	}
	blocks[i], what = mutateInside(blocks[i], r)
	return glue(), fmt.Sprintf("block %d %s", i, what), false
}

// mutateArmour changes what stands around the base64.
func mutateArmour(block []byte, r *rand.Rand) ([]byte, string) {
	text := string(block)
	label := strings.SplitN(strings.SplitN(text, "-----BEGIN ", 2)[1], "-----", 2)[0]
	labels := []string{"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY",
		"ENCRYPTED PRIVATE KEY", "PUBLIC KEY", "PKCS7", "certificate", "ANY PRIVATE KEY"}
	other := labels[r.IntN(len(labels))]
	switch r.IntN(8) {
	case 0:
		return []byte(strings.ReplaceAll(text, label+"-----", other+"-----")), "labelled " + other
	case 1:
		return []byte(strings.Replace(text, "-----END "+label, "-----END "+other, 1)), "ended as " + other
	case 2:
		return []byte(strings.Replace(text, "-----BEGIN "+label+"-----\n", "-----BEGIN "+label+"-----\nComment: x\n\n", 1)), "with a header"
	case 3:
		return []byte(strings.Replace(text, "Proc-Type: 4,ENCRYPTED", "Proc-Type: 4,MIC-ONLY", 1)), "with another Proc-Type"
	case 4:
		return []byte(strings.Replace(text, "DEK-Info: ", "DEK-Info: DES-EDE3-CBC,", 1)), "with another DEK-Info"
	case 5:
		return []byte(strings.Replace(text, "-----BEGIN", "----BEGIN", 1)), "with a dash less"
	case 6:
		return []byte(strings.TrimRight(text, "\r\n")), "without a line end after it"
	default:
		return []byte("words before it\n" + text + "words after it\n"), "among words"
	}
}

// mutateLines damages lines.
func mutateLines(block []byte, r *rand.Rand) ([]byte, string) {
	lines := strings.SplitAfter(string(block), "\n")
	i := r.IntN(len(lines))
	what := ""
	switch r.IntN(10) {
	case 0:
		lines, what = slices.Delete(lines, i, i+1), "lost a line"
	case 1:
		lines, what = slices.Insert(lines, i, lines[i]), "has a line twice"
	case 2:
		lines, what = slices.Insert(lines, i, "\n"), "has an empty line"
	case 3:
		lines[i], what = strings.TrimRight(lines[i], "\r\n"), "has two lines in one"
	case 4:
		return []byte(strings.ReplaceAll(string(block), "\n", "\r\n")), "has CRLF"
	case 5:
		return []byte(strings.ReplaceAll(string(block), "\n", " \t\n")), "has blanks at the line ends"
	case 6:
		return []byte(strings.ReplaceAll(string(block), "\n", "\n  ")), "is indented"
	case 7:
		lines[i], what = "*"+lines[i], "has a character too many"
	case 8:
		half := len(lines[i]) / 2
		lines[i], what = lines[i][:half]+"\n"+lines[i][half:], "has a broken line"
	case 9:
		return []byte(strings.ReplaceAll(string(block), "=", "")), "lacks its padding"
	}
	return []byte(strings.Join(lines, "")), fmt.Sprintf("%s (%d)", what, i)
}

// mutateInside changes the DER within a block. One with headers is left, since encryption would hide the change.
func mutateInside(block []byte, r *rand.Rand) ([]byte, string) {
	at := bytes.Index(block, []byte("-----BEGIN "))
	b, _ := pem.Decode(block[at:])
	if b == nil || len(b.Headers) > 0 {
		return mutateLines(block, r)
	}
	der, what := mutateDER(b.Bytes, r)
	text := "-----BEGIN " + b.Type + "-----\n"
	for line := range slices.Chunk([]byte(base64.StdEncoding.EncodeToString(der)), 64) {
		text += string(line) + "\n"
	}
	return append(block[:at:at], text+"-----END "+b.Type+"-----\n"...), what
}

// A derNode is an element of DER that can be changed: the lengths around it follow. Strings that hold DER have children too.
type derNode struct {
	tag      byte
	before   []byte // the count of unused bits in a BIT STRING
	content  []byte // without children
	children []*derNode
	parent   *derNode
	form     int // how its length is written
}

// place says which element it is, and whether it is what versions look like: a small number that begins a sequence.
func (n *derNode) place(all []*derNode) string {
	kind := fmt.Sprintf("%#x", n.tag)
	if n.tag == 2 && len(n.content) == 1 && n.content[0] <= 3 && n.parent != nil && n.parent.children[0] == n {
		kind = "a version"
	}
	return fmt.Sprintf("%d (%s) ", slices.Index(all, n), kind)
}

const (
	shortest = iota
	needlesslyLong
	indefinite
	tooLarge
	tooSmall
)

func parseNodes(data []byte, parent *derNode, all *[]*derNode) (nodes []*derNode, ok bool) {
	for len(data) > 0 {
		if len(data) < 2 || data[0]&0x1f == 0x1f {
			return nil, false
		}
		head, length := 2, int(data[1])
		if count := length & 0x7f; length >= 0x80 {
			if count == 0 || count > 3 || len(data) < 2+count {
				return nil, false
			}
			length = 0
			for _, b := range data[2 : 2+count] {
				length = length<<8 | int(b)
			}
			head += count
		}
		if len(data)-head < length {
			return nil, false
		}
		n := &derNode{tag: data[0], content: data[head : head+length : head+length], parent: parent}
		data = data[head+length:]
		inner := n.content
		if n.tag == 3 && len(inner) > 0 {
			n.before, inner = inner[:1], inner[1:]
		}
		known := len(*all)
		*all = append(*all, n)
		if n.tag&0x20 != 0 || (n.tag == 3 || n.tag == 4) && len(inner) > 2 && inner[0] == 0x30 {
			if n.children, ok = parseNodes(inner, n, all); !ok {
				n.children, n.before = nil, nil
				*all = (*all)[:known+1]
			} else if n.children == nil {
				n.content = nil
			}
		} else {
			n.before = nil
		}
		nodes = append(nodes, n)
	}
	return nodes, true
}

func encodeNodes(nodes []*derNode) (data []byte) {
	for _, n := range nodes {
		content := n.content
		if n.children != nil {
			content = append(slices.Clone(n.before), encodeNodes(n.children)...)
		}
		length := len(content)
		switch n.form {
		case tooLarge:
			length++
		case tooSmall:
			length = max(0, length-1)
		case indefinite:
			data = append(append(append(data, n.tag, 0x80), content...), 0, 0)
			continue
		}
		data = append(data, n.tag)
		switch {
		case n.form == needlesslyLong:
			data = append(data, 0x83, byte(length>>16), byte(length>>8), byte(length))
		case length < 0x80:
			data = append(data, byte(length))
		case length < 0x100:
			data = append(data, 0x81, byte(length))
		case length < 0x10000:
			data = append(data, 0x82, byte(length>>8), byte(length))
		default:
			data = append(data, 0x83, byte(length>>16), byte(length>>8), byte(length))
		}
		data = append(data, content...)
	}
	return data
}

// mutateDER changes one element and writes the lengths around it anew.
func mutateDER(data []byte, r *rand.Rand) ([]byte, string) {
	var all []*derNode
	top, ok := parseNodes(data, nil, &all)
	if !ok || len(all) < 2 {
		return mutateBytes(data, r)
	}
	at := 1 + r.IntN(len(all)-1)
	n := all[at]
	what := "element " + n.place(all)
	siblings := &top
	if n.parent != nil {
		siblings = &n.parent.children
	}
	i := slices.Index(*siblings, n)
	leaves := slices.DeleteFunc(slices.Clone(all), func(l *derNode) bool { return l.children != nil })
	switch r.IntN(12) {
	case 0:
		*siblings = slices.Delete(*siblings, i, i+1)
		what += "removed"
	case 1:
		*siblings = slices.Insert(*siblings, i, n)
		what += "twice"
	case 2:
		j := r.IntN(len(*siblings))
		(*siblings)[i], (*siblings)[j] = (*siblings)[j], (*siblings)[i]
		what += "exchanged with a sibling"
	case 3:
		n.form = needlesslyLong
		what += "with a long length"
	case 4:
		if n.tag&0x20 != 0 {
			n.form = indefinite
			what += "of indefinite length"
			break
		}
		fallthrough
	case 5:
		n.form = []int{tooLarge, tooSmall}[r.IntN(2)]
		what += "with a wrong length"
	case 6:
		tags := []byte{0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1a, 0x1c, 0x1e, 0x30, 0x31, 0x80, 0xa0, 0xa1, 0xa3}
		n.tag = tags[r.IntN(len(tags))]
		what += fmt.Sprintf("tagged %#x", n.tag)
	case 7:
		l := leaves[r.IntN(len(leaves))]
		n.tag, n.content, n.children = l.tag, l.content, nil
		what += "replaced by another"
	case 8:
		n.content, n.children = nil, nil
		what += "emptied"
	default:
		l := leaves[r.IntN(len(leaves))]
		place := l.place(all)
		l.content, what = mutateBytes(slices.Clone(l.content), r)
		what = "in element " + place + what
	}
	return encodeNodes(top), what
}
