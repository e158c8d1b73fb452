package drivers

import (
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
	dir                            string
	config                         *tls.Config
	leaf                           *x509.Certificate
	plainKey, encryptedKey, caFile string // names of files in dir
}

// newPKI makes a root, an intermediate that signs a client's certificate, and a server's certificate. The server knows
// the root only, so a client must send the intermediate as well.
func newPKI(t *testing.T) *pki {
	t.Helper()
	p := &pki{dir: t.TempDir(), plainKey: "my client+1.pem", encryptedKey: "encrypted#100%.pem", caFile: "ca's.pem"}
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
		c.DNSNames, c.IPAddresses = []string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1)}
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
	chain := append(block("CERTIFICATE", leaf.Raw), block("CERTIFICATE", middle.Raw)...)
	key := block("PRIVATE KEY", pkcs8)
	p.write(t, p.caFile, block("CERTIFICATE", root.Raw))
	p.write(t, p.plainKey, append(append([]byte{}, chain...), key...))
	cmd := exec.Command(program(t, "openssl"), "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256", "-passout", "env:KEY_PASSWORD")
	cmd.Env = append(os.Environ(), "KEY_PASSWORD="+keyPassword)
	cmd.Stdin = strings.NewReader(string(key))
	encrypted, err := cmd.Output()
	if err != nil {
		t.Fatalf("openssl pkcs8: %v", err)
	}
	p.write(t, p.encryptedKey, append(append([]byte{}, chain...), encrypted...))
	return p
}

func (p *pki) write(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), text, 0o600); err != nil {
		t.Fatal(err)
	}
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

const username = `CN=alice,OU=Data,O=Example\, Inc,C=US`

// A launch makes the command that runs a rendered program which stands, with what it needs, in dir.
type launch func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd

// A runner is how the programs of one target are run.
type runner struct {
	// prepare finds or builds what all of the target's programs share. It skips or fails the test when that is not here.
	prepare func(t *testing.T, target snippet.Target) launch
	// client says what ran, for docs/targets.md: "PyMongo 4.20.0".
	client func(t *testing.T) string
	// silent: the client never sends the user name. leafOnly: it does not send the intermediates.
	silent, leafOnly bool
}

// runners has an entry for each target that runs here; each language's file adds its own.
var runners = map[string]runner{}

// prepare gives the way to run the target's programs, or skips.
func prepare(t *testing.T, target snippet.Target) launch {
	t.Helper()
	r, ok := runners[target.ID]
	if !ok {
		t.Skipf("%s is not run here; docs/targets.md says what is done instead", target.ID)
	}
	return r.prepare(t, target)
}

// What a person copies works: each program is run by the real driver, and the server sees the right certificate with its
// chain, and a login on $external with MONGODB-X509, without a user name unless one was asked for.
func TestRenderedProgramsLogIn(t *testing.T) {
	p := newPKI(t)
	type variant struct {
		name     string
		from     snippet.PasswordFrom
		username string
		topology uribuild.Topology
	}
	variants := []variant{
		{"plain key", snippet.PasswordNone, "", uribuild.Single},
		{"password from the environment", snippet.PasswordEnv, "", uribuild.ReplicaSet},
		{"password in the text, user name", snippet.PasswordInline, username, uribuild.Sharded},
	}
	for _, target := range snippet.Targets() {
		for _, style := range target.Styles {
			t.Run(target.ID+"/"+string(style), func(t *testing.T) {
				command := prepare(t, target)
				for _, v := range variants {
					s := p.start(t)
					in := snippet.Input{
						Deployment: uribuild.Deployment{Topology: v.topology, Hosts: []uribuild.Host{{Name: "127.0.0.1", Port: s.Port()}}, CAFile: filepath.Join(p.dir, p.caFile), Database: "app"},
						Username:   v.username, CertificateKeyFile: filepath.Join(p.dir, p.encryptedKey),
						PasswordFrom: v.from, Style: style, Version: os.Getenv("CERTURI_TARGET_VERSION"),
					}
					switch v.from {
					case snippet.PasswordNone:
						in.CertificateKeyFile = filepath.Join(p.dir, p.plainKey)
					case snippet.PasswordInline:
						in.Password = keyPassword
					}
					if v.topology == uribuild.ReplicaSet {
						in.Deployment.ReplicaSetName, s.SetName = "rs+0", "rs+0"
					}
					rendered, err := snippet.Render(target.ID, in)
					var unknown *snippet.Error
					if errors.As(err, &unknown) && unknown.Code == snippet.CodeVersion {
						t.Skipf("%s has no %s", target.ID, in.Version)
					}
					if err != nil {
						t.Fatal(err)
					}
					output := execute(t, command, rendered, "MONGODB_KEY_PASSWORD="+keyPassword)
					if !strings.Contains(output, "alice") {
						t.Errorf("%s: it printed\n%s", v.name, output)
					}
					p.check(t, s, target, v.username)
				}
			})
		}
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
func (p *pki) check(t *testing.T, s *server.Server, target snippet.Target, wantUser string) {
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
		if runners[target.ID].leafOnly {
			want = 1
		}
		if len(a.Certificates) != want || !a.Certificates[0].Equal(p.leaf) {
			t.Errorf("%d certificates were shown, want the leaf and the intermediate", len(a.Certificates))
		}
		if a.DB != "$external" || a.Mechanism != "MONGODB-X509" || a.Error != "" {
			t.Errorf("%+v", a)
		}
		if wantUser == "" || runners[target.ID].silent {
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
	if !asked {
		t.Error("the server was not asked who is logged in")
	}
}

// Without the variable a program stops at once and says which one is missing, and does not wait for a server.
func TestMissingVariableFailsFast(t *testing.T) {
	for _, target := range snippet.Targets() {
		for _, style := range target.Styles {
			t.Run(target.ID+"/"+string(style), func(t *testing.T) {
				command := prepare(t, target)
				s, err := snippet.Render(target.ID, snippet.Input{Style: style, PasswordEnv: "CERTURI_TEST_UNSET"})
				if err != nil {
					t.Fatal(err)
				}
				dir := t.TempDir()
				write(t, dir, s)
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				cmd := command(ctx, dir, s)
				cmd.Dir = dir
				out, err := cmd.CombinedOutput()
				var exit *exec.ExitError
				if !errors.As(err, &exit) || ctx.Err() != nil || !strings.Contains(string(out), "CERTURI_TEST_UNSET") {
					t.Errorf("%v\n%s", err, out)
				}
			})
		}
	}
}

// The stand-in refuses what mongod refuses, so that a passing program means something.
func TestServerRefuses(t *testing.T) {
	p := newPKI(t)
	python := pythonWithPyMongo(t)
	for _, c := range []struct{ name, options, want string }{
		{"no certificate", "", "No verified subject name available from client"},
		{"another name", fmt.Sprintf("tlsCertificateKeyFile=%q, username=\"CN=bob\",", filepath.Join(p.dir, p.plainKey)), "There is no x.509 client certificate matching the user."},
	} {
		s := p.start(t)
		text := fmt.Sprintf("import pymongo\npymongo.MongoClient(\"mongodb://127.0.0.1:%d\", tls=True, tlsCAFile=%q, %s authMechanism=\"MONGODB-X509\").admin.command(\"ping\")\n",
			s.Port(), filepath.Join(p.dir, p.caFile), c.options)
		out, err := exec.Command(python, "-c", text).CombinedOutput()
		if err == nil || !strings.Contains(string(out), c.want) {
			t.Errorf("%s: %v\n%s", c.name, err, out)
		}
	}
}
