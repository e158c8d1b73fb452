package drivers

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"certuri/drivers/server"
	"certuri/snippet"
	"certuri/uribuild"
)

// keyPassword has the characters that URIs, shells and literals trip over.
const keyPassword = `p+q %41&#;=@:/?ü"'$x\`

// A pki is everything that a server and its clients need.
type pki struct {
	dir    string
	config *tls.Config
	leaf   *x509.Certificate
	// What goes into files, in PEM: the leaf with the intermediate, its key, the root.
	chain, key, root []byte
	made             map[formAndPassword][]byte
}

type formAndPassword struct {
	form     snippet.Form
	password string
}

// newPKI makes a root, an intermediate that signs a client's certificate, and a server's certificate. The server knows
// the root only, so a client must send the intermediate as well.
func newPKI(t *testing.T) *pki {
	t.Helper()
	p := &pki{dir: t.TempDir(), made: map[formAndPassword][]byte{}}
	serial := int64(0)
	issue := func(subject pkix.Name, parent *x509.Certificate, parentKey crypto.Signer, change func(*x509.Certificate)) (*x509.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		serial++
		template := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: subject, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), BasicConstraintsValid: true}
		change(template)
		if parent == nil {
			parent, parentKey = template, key
		}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey)
		if err != nil {
			t.Fatal(err)
		}
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return certificate, key
	}
	ca := func(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign }
	root, rootKey := issue(pkix.Name{CommonName: "Test root"}, nil, nil, ca)
	middle, middleKey := issue(pkix.Name{CommonName: "Test intermediate"}, root, rootKey, ca)
	host, hostKey := issue(pkix.Name{CommonName: "localhost", Organization: []string{"Servers"}}, root, rootKey, func(c *x509.Certificate) {
		c.DNSNames, c.IPAddresses = []string{"localhost", server.MemberName}, []net.IP{net.IPv4(127, 0, 0, 1)}
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	})
	leaf, leafKey := issue(pkix.Name{CommonName: "alice", OrganizationalUnit: []string{"Data"}, Organization: []string{"Example, Inc"}, Country: []string{"US"}}, middle, middleKey, func(c *x509.Certificate) {
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	})
	p.leaf = leaf
	pool := x509.NewCertPool()
	pool.AddCert(root)
	p.config = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{host.Raw}, PrivateKey: hostKey}}, ClientCAs: pool}

	block := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
	pkcs8, err := x509.MarshalPKCS8PrivateKey(leafKey)
	if err != nil {
		t.Fatal(err)
	}
	p.chain = append(block("CERTIFICATE", leaf.Raw), block("CERTIFICATE", middle.Raw)...)
	p.key, p.root = block("PRIVATE KEY", pkcs8), block("CERTIFICATE", root.Raw)
	return p
}

// names are the paths of the certificate's and of the authorities' file for a target, with characters that URIs, shells
// and literals trip over.
func (p *pki) names(target snippet.Target) (certificateKeyFile, caFile string) {
	certificateKeyFile, caFile = "my client+1#100%.pem", "ca's.pem"
	if target.File == snippet.PKCS12 {
		certificateKeyFile = "my client+1#100%.p12"
	}
	if target.CA == snippet.PKCS12TrustStore {
		caFile = "ca's.p12"
	}
	return filepath.Join(p.dir, certificateKeyFile), filepath.Join(p.dir, caFile)
}

// provide makes the files that a snippet needs. What holds the key is encrypted with the password; "" leaves it plain, or
// under the empty password where the form always has one.
func (p *pki) provide(t *testing.T, needs []snippet.Needed, password string) {
	t.Helper()
	for _, n := range needs {
		made, ok := p.made[formAndPassword{n.Form, password}]
		if !ok {
			made = p.file(t, n.Form, password)
			p.made[formAndPassword{n.Form, password}] = made
		}
		if err := os.WriteFile(n.Path, made, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func (p *pki) file(t *testing.T, form snippet.Form, password string) []byte {
	t.Helper()
	tool := func(stdin []byte, name string, args ...string) []byte {
		cmd := exec.Command(program(t, name), args...)
		cmd.Env = append(os.Environ(), "KEY_PASSWORD="+password)
		cmd.Stdin = bytes.NewReader(stdin)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s%s", name, args[0], err, out, stderr.Bytes())
		}
		return out
	}
	key := func() []byte {
		if password == "" {
			return p.key
		}
		return tool(p.key, "openssl", "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256", "-passout", "env:KEY_PASSWORD")
	}
	switch form {
	case snippet.CombinedPEM:
		return slices.Concat(p.chain, key())
	case snippet.CertificatePEM:
		return p.chain
	case snippet.KeyPEM:
		return key()
	case snippet.CAPEM:
		return p.root
	case snippet.PKCS12:
		in := filepath.Join(t.TempDir(), "client.pem") // openssl reads it twice
		if err := os.WriteFile(in, slices.Concat(p.chain, p.key), 0o600); err != nil {
			t.Fatal(err)
		}
		return tool(nil, "openssl", "pkcs12", "-export", "-in", in, "-name", "client",
			"-keypbe", "AES-256-CBC", "-certpbe", "AES-256-CBC", "-macalg", "sha256", "-passout", "env:KEY_PASSWORD")
	case snippet.PKCS12TrustStore:
		// openssl leaves out what tells Java that a certificate is trusted.
		store := filepath.Join(t.TempDir(), "trust.p12")
		args := []string{"-importcert", "-noprompt", "-alias", "ca", "-storetype", "PKCS12", "-keystore", store, "-storepass:env", "KEY_PASSWORD"}
		if password == "" { // keytool asks for one, and uses it for nothing
			args = append(args[:len(args)-2], "-storepass", "unused", "-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE", "-J-Dkeystore.pkcs12.macAlgorithm=NONE")
		}
		tool(p.root, "keytool", args...)
		made, err := os.ReadFile(store)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	t.Fatalf("no file of the form %q is made here", form)
	return nil
}

// start runs a server that spells users as Go does, which for this subject is how mongod does.
func (p *pki) start(t *testing.T) *server.Server {
	t.Helper()
	s, err := server.Start(p.config, func(c *x509.Certificate) string { return c.Subject.String() })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// startFor starts a server that knows the intermediate too where the client does not send it.
func (p *pki) startFor(t *testing.T, r runner) *server.Server {
	t.Helper()
	if !r.leafOnly {
		return p.start(t)
	}
	knowing := *p
	knowing.config = p.config.Clone()
	knowing.config.ClientCAs = p.config.ClientCAs.Clone()
	_, intermediate := pem.Decode(p.chain)
	knowing.config.ClientCAs.AppendCertsFromPEM(intermediate)
	return knowing.start(t)
}

const username = `CN=alice,OU=Data,O=Example\, Inc,C=US`

// A launch makes the command that runs a rendered program which stands, with what it needs, in dir.
type launch func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd

// A runner is how the programs of one target are run.
type runner struct {
	// prepare finds or builds what all of the target's programs share. It skips or fails the test when that is not here.
	prepare func(t *testing.T, target snippet.Target) launch
	// client says what ran, for docs/targets.md: "PyMongo 4.20.0".
	client func(t *testing.T) string
	// older has the oldest clients that still install, by the label of the target's version that they are rendered for.
	older map[string][]runner
	// silent: the client never sends the user name. derives: without one it sends the certificate's. leafOnly: it does not
	// send the intermediates.
	silent, derives, leafOnly bool
	// mute: it cannot ask who is logged in. srv: its launch obeys CERTURI_DNS, so that a mongodb+srv string can be tried.
	mute, srv bool
	// ascii: it takes no other password for AES, like Java before 18.
	ascii bool
	// plainKeys: it reads no key with a password, and the snippet asks for none.
	plainKeys bool
	// unheeding: it does not notice that the variable is missing, which a note of the snippet says.
	unheeding bool
}

// password is that of the files made for the runner.
func (r runner) password() string {
	if r.ascii {
		return strings.ReplaceAll(keyPassword, "ü", "u")
	}
	return keyPassword
}

// runners has an entry for each target that runs here; each language's file adds its own.
var runners = map[string]runner{}

// A variant is one of the ways in which the programs of every target are tried.
type variant struct {
	name     string
	from     snippet.PasswordFrom
	username string
	topology uribuild.Topology
}

var variants = []variant{
	{"plain key", snippet.PasswordNone, "", uribuild.Single},
	{"password from the environment", snippet.PasswordEnv, "", uribuild.ReplicaSet},
	{"password in the text, user name", snippet.PasswordInline, username, uribuild.Sharded},
}

// input gives what a program is rendered from that shall log in to the server, and the password of its files: the given
// one or none.
func (v variant) input(p *pki, s *server.Server, target snippet.Target, password string) (snippet.Input, string) {
	in := snippet.Input{
		Deployment: uribuild.Deployment{Topology: v.topology, Hosts: []uribuild.Host{{Name: "127.0.0.1", Port: s.Port()}}, Database: "app"},
		Username:   v.username, PasswordFrom: v.from,
	}
	in.CertificateKeyFile, in.Deployment.CAFile = p.names(target)
	switch v.from {
	case snippet.PasswordNone:
		password = ""
	case snippet.PasswordInline:
		in.Password = password
	}
	if v.topology == uribuild.ReplicaSet {
		in.Deployment.ReplicaSetName, s.SetName = "rs+0", "rs+0"
	}
	return in, password
}

// What a person copies works: each program is run by the real driver, and the server sees the right certificate with its
// chain, and a login on $external with MONGODB-X509, without a user name unless one was asked for.
func TestRenderedProgramsLogIn(t *testing.T) {
	p := newPKI(t)
	forEachRelease(t, func(t *testing.T, r runner, target snippet.Target, version string) {
		for _, style := range target.Styles {
			t.Run(string(style), func(t *testing.T) {
				command := r.prepare(t, target)
				tried(t, target.ID, version, r.client(t), string(style))
				for _, v := range variants {
					s := p.startFor(t, r)
					in, password := v.input(p, s, target, r.password())
					in.Style, in.Version = style, version
					rendered, err := snippet.Render(target.ID, in)
					if err != nil {
						t.Fatal(err)
					}
					files := password
					if r.plainKeys {
						files = ""
					}
					p.provide(t, rendered.Needs, files)
					output := execute(t, command, rendered, "MONGODB_KEY_PASSWORD="+password)
					if !r.mute && !strings.Contains(output, "alice") {
						t.Errorf("%s: it printed\n%s", v.name, output)
					}
					p.check(t, s, r, v.username)
				}
			})
		}
	})
}

// The same with mongodb+srv, where the hosts come from a DNS server whose TXT record says authSource=admin, as Atlas's do.
func TestSRVProgramsLogIn(t *testing.T) {
	p := newPKI(t)
	for _, target := range snippet.Targets() {
		r := runners[target.ID]
		if !r.srv {
			continue
		}
		for _, style := range target.Styles {
			t.Run(target.ID+"/"+string(style), func(t *testing.T) {
				command := r.prepare(t, target)
				tried(t, target.ID, target.Versions[0], r.client(t), srvColumn)
				s := p.startFor(t, r)
				s.SetName = "rs0"
				dns, stop, err := server.StartDNS(s.Port(), s.SetName)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(stop)
				in := snippet.Input{Deployment: uribuild.Deployment{Topology: uribuild.SRV, Hosts: []uribuild.Host{{Name: server.ClusterName}}},
					PasswordFrom: snippet.PasswordEnv, Style: style}
				in.CertificateKeyFile, in.Deployment.CAFile = p.names(target)
				rendered, err := snippet.Render(target.ID, in)
				if err != nil {
					t.Fatal(err)
				}
				password := r.password()
				p.provide(t, rendered.Needs, password)
				hosts := filepath.Join(p.dir, "hosts")
				replace(t, hosts, "127.0.0.1 "+server.MemberName+"\n")
				_, port, _ := strings.Cut(dns, ":") // Quarkus asks by itself
				output := execute(t, command, rendered, "MONGODB_KEY_PASSWORD="+password, "CERTURI_DNS="+dns,
					"NODE_OPTIONS=--require "+absolute(t, "parsers/resolver.cjs"),
					"JAVA_TOOL_OPTIONS=-Djava.naming.provider.url=dns://"+dns+" -Djdk.net.hosts.file="+hosts+
						" -Dquarkus.mongodb.dns.server-host=127.0.0.1 -Dquarkus.mongodb.dns.server-port="+port)
				if !r.mute && !strings.Contains(output, "alice") {
					t.Errorf("it printed\n%s", output)
				}
				p.check(t, s, r, "")
			})
		}
	}
}

// forEachRelease runs the test for every target, with its newest client and with the older ones.
func forEachRelease(t *testing.T, test func(t *testing.T, r runner, target snippet.Target, version string)) {
	for _, target := range snippet.Targets() {
		t.Run(target.ID, func(t *testing.T) {
			newest, ok := runners[target.ID]
			if !ok {
				t.Skipf("%s is not run here; docs/targets.md says what is done instead", target.ID)
			}
			if newest.client == nil {
				t.Fatal("the runner does not say what it runs")
			}
			for i, version := range target.Versions {
				releases := newest.older[version]
				if i == 0 {
					releases = append([]runner{newest}, releases...)
				}
				for _, r := range releases {
					t.Run(version, func(t *testing.T) { test(t, r, target, version) })
				}
			}
		})
	}
}

// execute runs the program and gives what it printed; it must end well.
func execute(t *testing.T, command launch, s snippet.Snippet, environment ...string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, s)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := command(ctx, dir, s)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), environment...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s\n%s", err, s.Text(), out)
	}
	return string(out)
}

// write puts a program and what goes with it into the folder.
func write(t *testing.T, dir string, s snippet.Snippet) {
	t.Helper()
	for _, file := range append([]snippet.Snippet{s}, s.Also...) {
		path := filepath.Join(dir, file.File)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(file.Text()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// check compares what the server saw with what was meant.
func (p *pki) check(t *testing.T, s *server.Server, r runner, wantUser string) {
	t.Helper()
	if s.Plain() > 0 {
		t.Errorf("%d connections without TLS", s.Plain())
	}
	attempts := s.Authentications()
	if len(attempts) == 0 {
		t.Error("no login was tried")
	}
	for _, a := range attempts {
		want := 2
		if r.leafOnly {
			want = 1
		}
		if len(a.Certificates) != want || !a.Certificates[0].Equal(p.leaf) {
			t.Errorf("%d certificates were shown, want the leaf and the intermediate", len(a.Certificates))
		}
		if a.DB != "$external" || a.Mechanism != "MONGODB-X509" || a.Error != "" {
			t.Errorf("%+v", a)
		}
		if wantUser == "" && r.derives {
			wantUser = username
		}
		if wantUser == "" || r.silent {
			if a.HasUser {
				t.Errorf("the user name %q was sent unasked", a.User)
			}
		} else if a.User != wantUser {
			t.Errorf("the user name %q was sent, want %q", a.User, wantUser)
		}
	}
	asked := false
	for _, c := range s.Commands() {
		asked = asked || c.Name == "connectionStatus"
	}
	if !asked && !r.mute {
		t.Error("the server was not asked who is logged in")
	}
}

// Without the variable a program stops at once and says which one is missing, and does not wait for a server.
func TestMissingVariableFailsFast(t *testing.T) {
	p := newPKI(t)
	forEachRelease(t, func(t *testing.T, r runner, target snippet.Target, version string) {
		for _, style := range target.Styles {
			t.Run(string(style), func(t *testing.T) {
				command := r.prepare(t, target)
				in := snippet.Input{Style: style, Version: version, PasswordEnv: "CERTURI_TEST_UNSET"}
				in.CertificateKeyFile, _ = p.names(target)
				s, err := snippet.Render(target.ID, in)
				if err != nil {
					t.Fatal(err)
				}
				p.provide(t, s.Needs, "secret")
				dir := t.TempDir()
				write(t, dir, s)
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				cmd := command(ctx, dir, s)
				cmd.Dir = dir
				out, err := cmd.CombinedOutput()
				var exit *exec.ExitError
				said := string(out)
				if r.unheeding {
					said = strings.Join(s.Notes, "\n")
				}
				if !errors.As(err, &exit) || ctx.Err() != nil || !strings.Contains(said, "CERTURI_TEST_UNSET") {
					t.Errorf("%v\n%s", err, out)
				}
			})
		}
	})
}

// The stand-in refuses what mongod refuses, so that a passing program means something.
func TestServerRefuses(t *testing.T) {
	p := newPKI(t)
	python := pythonWithPyMongo(t)
	keyFile, caFile := filepath.Join(p.dir, "client.pem"), filepath.Join(p.dir, "ca.pem")
	p.provide(t, []snippet.Needed{{Path: keyFile, Form: snippet.CombinedPEM}, {Path: caFile, Form: snippet.CAPEM}}, "")
	for _, c := range []struct{ name, options, want string }{
		{"no certificate", "", "No verified subject name available from client"},
		{"another name", fmt.Sprintf("tlsCertificateKeyFile=%q, username=\"CN=bob\",", keyFile), "There is no x.509 client certificate matching the user."},
	} {
		s := p.start(t)
		text := fmt.Sprintf("import pymongo\npymongo.MongoClient(\"mongodb://127.0.0.1:%d\", tls=True, tlsCAFile=%q, %s authMechanism=\"MONGODB-X509\").admin.command(\"ping\")\n",
			s.Port(), caFile, c.options)
		out, err := exec.Command(python, "-c", text).CombinedOutput()
		if err == nil || !strings.Contains(string(out), c.want) {
			t.Errorf("%s: %v\n%s", c.name, err, out)
		}
	}
}
