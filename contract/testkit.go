package contract

import (
	"crypto/rand"
	"errors"
	"hash/crc32"
	"net/netip"
	"slices"
	"strings"
	"time"

	"certuri/certbuild"
	"certuri/certparse"
	"certuri/snippet"
	"certuri/uribuild"
)

// The names of a test kit's files. Snippets and mongod.conf name them.
const (
	kitCA     = "ca.pem"
	kitServer = "server.pem"
	kitClient = "client.pem"
	kitStore  = "client.p12"
	kitTrust  = "truststore.p12"
)

// kitRoles let the first user do everything that a test needs, users included. They stand on the database admin: under the
// localhost exception only its roles can be granted (mongodb/mongo src/mongo/db/auth/authorization_session_impl.cpp,
// _getDefaultPrivileges).
var kitRoles = []snippet.Role{{Role: "readWriteAnyDatabase", DB: "admin"}, {Role: "userAdminAnyDatabase", DB: "admin"}, {Role: "clusterMonitor", DB: "admin"}}

// A kit is a test kit while it is made.
type kit struct {
	Kit
	form   KitForm
	hosts  []string
	salts  [2][]byte // of the two files that have a password
	bytes  [][]byte
	bundle *certparse.Bundle
}

// testKit makes the keys, then the certificates, then the files: the page's browser has its part in each.
func (e *Engine) testKit(form KitForm, archived bool) answer {
	k := &kit{form: form}
	for _, h := range form.Hosts {
		if h = strings.Trim(strings.TrimSpace(h), "[]"); h != "" && !slices.Contains(k.hosts, h) {
			k.hosts = append(k.hosts, h)
		}
	}
	// The first user can be created over the loopback alone.
	if !slices.ContainsFunc(k.hosts, loopback) {
		k.hosts = append(k.hosts, certbuild.DefaultKitHosts...)
	}
	t, _ := certbuild.KeyTypeNamed(certbuild.KitKeyType)
	return e.generate([]certbuild.KeyType{t, t, t}, func(keys []*certparse.Key) answer {
		drafts, err := certbuild.PlanKit(keys, k.hosts, e.now())
		var host *certbuild.HostError
		if errors.As(err, &host) {
			return refusal(Problem{Code: "host", Field: "hosts", What: "One of the hosts is no host name and no IP address.",
				Why: "The server's certificate is made for these names.", Fix: "Write names and addresses without ports, such as localhost or 10.0.0.5; others than ASCII names in their xn-- form."})
		} else if err != nil {
			return fault("testKit: " + err.Error())
		}
		return e.sign(drafts[:], func(certificates [][]byte) answer {
			var files []certparse.File
			for i, c := range certificates {
				files = append(files, certparse.File{Data: c}, certparse.File{Data: keys[i].PKCS8})
			}
			k.bundle = certparse.Open(files, certparse.Options{})
			k.Password = rand.Text()
			for i := range k.salts {
				if k.salts[i], err = certbuild.NewSalt(); err != nil {
					return fault("testKit: no randomness")
				}
			}
			if len(k.bundle.Certificates) != 3 {
				return fault("testKit: no certificates")
			}
			return e.kitFiles(k, archived)
		})
	})
}

// kitParts are the files that certbuild makes: of which certificate (0 is the authority's), and which of the kit's salts
// goes with the password, 0 for none.
var kitParts = []struct {
	form        certbuild.FormID
	of, salt    int
	alias, what string
	names       []string
}{
	{certbuild.CAPEM, 0, 0, "", "the authority; its key was not kept, so that nobody can sign with it", []string{kitCA}},
	{certbuild.CombinedPEMForm, 1, 0, "", "the server's certificate and key", []string{kitServer}},
	{certbuild.CombinedPEMForm, 2, 0, "", "the client's certificate and key", []string{kitClient}},
	{certbuild.SeparatePEM, 2, 0, "", "the client's certificate (.crt) and key (.key), a file each", []string{"client.crt", "client.key"}},
	{certbuild.PKCS12, 2, 1, "client", "the client's certificate and key for Java and .NET, under the password in password.txt", []string{kitStore}},
	{certbuild.TrustPKCS12, 0, 2, "", "the authority for Java, under the same password", []string{kitTrust}},
}

// kitFiles makes the files; it runs again when the keys of the password are there.
func (e *Engine) kitFiles(k *kit, archived bool) answer {
	certificates := k.bundle.Certificates
	k.Files, k.bytes = nil, nil
	var failure error
	for i := range kitParts {
		part := &kitParts[i]
		in := certbuild.Input{Authorities: certificates[:1]}
		for j := range k.bundle.Identities {
			if id := &k.bundle.Identities[j]; id.Leaf == certificates[part.of] {
				in.Identity = *id
			}
		}
		opt := certbuild.Options{Alias: part.alias, Derive: e.deriver()}
		if part.salt > 0 {
			opt.Password, opt.Salt = k.Password, k.salts[part.salt-1]
		}
		files, err := certbuild.Build(part.form, in, opt)
		if err != nil {
			failure = err // others ask for their keys all the same
			continue
		}
		for j, name := range part.names {
			k.add(name, files[j], name != kitCA && !strings.HasSuffix(name, ".crt"), part.what)
		}
	}
	if errors.Is(failure, certparse.ErrPending) {
		return e.ask(func() answer { return e.kitFiles(k, archived) })
	}
	if failure != nil {
		return refusal(e.buildProblem(failure))
	}
	k.add("password.txt", []byte(k.Password+"\n"), true, "the password of the two .p12 files")
	name, refused := username(certificates[2].Subject)
	if name == nil {
		return fault("testKit: " + refused)
	}
	k.Username = *name
	k.texts(certificates[1].NotAfter)
	var a answer
	a.response.Kit, a.files = &k.Kit, k.bytes
	if archived {
		a.response.Saved = &SavedFile{Name: "certuri-testkit.zip", Description: "a throw-away authority, a server's and a client's certificate, and all that goes with them"}
		a.files = [][]byte{k.archive(e.now())}
	}
	return a
}

func (k *kit) add(name string, content []byte, secret bool, what string) {
	k.Files = append(k.Files, KitFile{Name: name, Secret: secret, What: what})
	k.bytes = append(k.bytes, content)
}

// texts adds mongod.conf, the scripts, the snippets and the README.
func (k *kit) texts(until time.Time) {
	folder := k.form.Folder
	if folder != "" {
		folder = strings.TrimSuffix(folder, "/") + "/"
	}
	server := snippet.ServerInput{Usernames: []string{k.Username}, Roles: kitRoles,
		KeyFile: folder + kitServer, ClientCAFile: folder + kitCA, DBPath: folder + "data", Everywhere: k.everywhere()}
	for _, t := range [...]struct{ id, what string }{{"mongod-conf", "the server's settings"}, {"mongosh", "creates the user"}, {"check", "checks that the login works"}} {
		s, _ := snippet.RenderServer(t.id, server)
		k.add(s.File, []byte(s.Text()), false, t.what)
	}

	// The certificate may be for all names of a domain, and a connection is to one.
	host := k.hosts[max(0, slices.IndexFunc(k.hosts, func(h string) bool { return h[0] != '*' }))]
	in := snippet.Input{Deployment: uribuild.Deployment{Topology: uribuild.Single, Hosts: []uribuild.Host{{Name: host, Port: 27017}}}}
	for i, t := range snippet.Targets() {
		in.PasswordFrom, in.CertificateKeyFile, in.Deployment.CAFile = snippet.PasswordNone, kitClient, kitCA
		if i == 0 {
			uri, _ := snippet.ConnectionString(in)
			k.add("uri.txt", []byte(uri+"\n"), false, "the connection string")
		}
		if t.File == snippet.PKCS12 {
			in.PasswordFrom, in.CertificateKeyFile = snippet.PasswordEnv, kitStore
		}
		if t.CA == snippet.PKCS12TrustStore {
			in.Deployment.CAFile = kitTrust
		}
		s, err := snippet.Render(t.ID, in)
		if err != nil {
			continue // a target of other deployments
		}
		k.addSnippet(&s, t.ID)
		for j := range s.Also {
			k.addSnippet(&s.Also[j], t.ID)
		}
	}
	k.add("README.md", k.readme(until), false, "how to use it")
}

func (k *kit) addSnippet(s *snippet.Snippet, target string) {
	k.add("snippets/"+target+"/"+s.File, []byte(s.Text()), false, "for "+target)
}

// everywhere says whether the server is to be reached from other machines.
func (k *kit) everywhere() bool {
	return slices.ContainsFunc(k.hosts, func(h string) bool { return !loopback(h) })
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Is4() && ip.IsLoopback()
}

func (k *kit) readme(until time.Time) []byte {
	local := k.hosts[slices.IndexFunc(k.hosts, loopback)]
	bind := " --bind_ip 0.0.0.0" // in place of the configuration's bindIp; the two options of this name exclude one another
	if k.everywhere() {
		bind = ""
	}
	var b strings.Builder
	b.WriteString("# Test kit for X.509 logins\n\nMade by certuri for " + strings.Join(k.hosts, ", ") +
		". It is for tests: the keys are not encrypted. The client's certificate is good for 90 days, the server's until " +
		until.UTC().Format(time.DateOnly) + ".\n\nThe user name is `" + k.Username + "`.\n\n" +
		"Everything is run from this folder.\n\n" +
		"1. Start a server:\n\n       mkdir -p data && mongod --config mongod.conf\n\n" +
		"   mongod on Windows reads no key of this kind: run it in WSL or with Docker there.\n\n   With Docker:\n\n       mkdir -p data && docker run --rm -p 27017:27017 --user \"$(id -u):$(id -g)\" \\\n" +
		"         -v \"$PWD:$PWD\" -w \"$PWD\" mongo:8 mongod --config mongod.conf" + bind + "\n\n" +
		"2. Create the user, on the server's own machine: as long as it has no user, it takes the first one from there. With\n" +
		"   Docker, run this inside of the container (docker exec).\n\n" +
		"       mongosh --host " + local + " --tls --tlsCertificateKeyFile client.pem --tlsCAFile ca.pem --file create-user.js\n\n" +
		"3. Log in:\n\n       mongosh \"$(cat uri.txt)\" --file check-login.js\n\n" +
		"Programs are in `snippets`, one folder for each client. Those that read a .p12 file take its password from\n" +
		"MONGODB_KEY_PASSWORD:\n\n       export MONGODB_KEY_PASSWORD=\"$(cat password.txt)\"\n\n")
	for _, f := range k.Files {
		if !strings.Contains(f.Name, "/") {
			b.WriteString("- `" + f.Name + "`: " + f.What + "\n")
		}
	}
	return []byte(b.String())
}

// archive is a ZIP file with the kit's files as they are, in a folder of their own (APPNOTE.TXT, sections 4.3.7, 4.3.12 and
// 4.3.16). archive/zip would bring a compressor along, for 40 KB of files.
func (k *kit) archive(now time.Time) []byte {
	const unix, stored, utf8 = 3 << 8, 20, 0x800
	now = now.UTC()
	date := max(now.Year()-1980, 0)<<9 | int(now.Month())<<5 | now.Day()
	clock := now.Hour()<<11 | now.Minute()<<5 | now.Second()/2
	var out, directory []byte
	for i, content := range k.bytes {
		f := &k.Files[i]
		mode := 0o100644
		if f.Secret {
			mode = 0o100600
		}
		name, sum, size := "certuri-testkit/"+f.Name, int(crc32.ChecksumIEEE(content)), len(content)
		directory = append(little(directory, "42222224442222244", 0x02014b50, unix|stored, stored, utf8, 0, clock, date, sum, size, size,
			len(name), 0, 0, 0, 0, mode<<16, len(out)), name...)
		out = append(little(out, "42222244422", 0x04034b50, stored, utf8, 0, clock, date, sum, size, size, len(name), 0), name...)
		out = append(out, content...)
	}
	start, n := len(out), len(k.Files)
	return little(append(out, directory...), "42222442", 0x06054b50, 0, 0, n, n, len(directory), start, 0)
}

// little appends numbers of as many octets each as the digits say, the lowest first.
func little(b []byte, octets string, numbers ...int) []byte {
	for i, n := range numbers {
		for range octets[i] - '0' {
			b = append(b, byte(n))
			n >>= 8
		}
	}
	return b
}
