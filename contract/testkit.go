package contract

import (
	"crypto/rand"
	"errors"
	"hash/crc32"
	"net/netip"
	"path"
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
	salt   []byte
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
	if len(k.hosts) == 0 {
		k.hosts = slices.Clone(certbuild.DefaultKitHosts)
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
			if k.salt, err = certbuild.NewSalt(); err != nil || len(k.bundle.Certificates) != 3 {
				return fault("testKit: no certificates")
			}
			return e.kitFiles(k, archived)
		})
	})
}

// kitFiles makes the files; it runs again when the keys of the password are there.
func (e *Engine) kitFiles(k *kit, archived bool) answer {
	ca := k.bundle.Certificates[0]
	opt := certbuild.Options{Salt: k.salt, Derive: e.deriver()}
	k.Files, k.bytes = nil, nil
	var failure error
	build := func(form certbuild.FormID, leaf *certparse.Certificate, opt certbuild.Options, what string, names ...string) {
		in := certbuild.Input{Authorities: []*certparse.Certificate{ca}}
		for _, id := range k.bundle.Identities {
			if id.Leaf == leaf {
				in.Identity = id
			}
		}
		files, err := certbuild.Build(form, in, opt)
		if err != nil {
			failure = err
			return
		}
		for i, name := range names {
			k.add(name, files[i], name != kitCA && name != "client.crt", what)
		}
	}
	server, client := k.bundle.Certificates[1], k.bundle.Certificates[2]
	build(certbuild.CAPEM, nil, opt, "the authority; its key was not kept, so that nobody can sign with it", kitCA)
	build(certbuild.CombinedPEMForm, server, opt, "the server's certificate and key", kitServer)
	build(certbuild.CombinedPEMForm, client, opt, "the client's certificate and key", kitClient)
	build(certbuild.SeparatePEM, client, opt, "the client's certificate and key apart", "client.crt", "client.key")
	opt.Password = k.Password
	opt.Alias = "client"
	build(certbuild.PKCS12, client, opt, "the client's certificate and key for Java and .NET, under the password in password.txt", kitStore)
	opt.Alias = ""
	build(certbuild.TrustPKCS12, nil, opt, "the authority for Java, under the same password", kitTrust)
	if errors.Is(failure, certparse.ErrPending) {
		return e.ask(func() answer { return e.kitFiles(k, archived) })
	}
	if failure != nil {
		return refusal(buildProblem(failure))
	}
	k.add("password.txt", []byte(k.Password+"\n"), true, "the password of the two .p12 files")
	name, refused := username(client.Subject)
	if name == nil {
		return fault("testKit: " + refused)
	}
	k.Username = *name
	k.texts(server)
	if !archived {
		return answer{Response{Kit: &k.Kit}, k.bytes}
	}
	saved := SavedFile{Name: "certuri-testkit.zip", Description: "a throw-away authority, a server's and a client's certificate, and all that goes with them"}
	return answer{Response{Kit: &k.Kit, Saved: &saved}, [][]byte{k.archive(e.now())}}
}

func (k *kit) add(name string, content []byte, secret bool, what string) {
	k.Files = append(k.Files, KitFile{Name: name, Secret: secret, What: what})
	k.bytes = append(k.bytes, content)
}

// texts adds mongod.conf, the scripts, the snippets and the README.
func (k *kit) texts(server *certparse.Certificate) {
	place := func(name string) string {
		if k.form.Folder == "" {
			return name
		}
		return strings.TrimSuffix(k.form.Folder, "/") + "/" + name
	}
	in := snippet.ServerInput{Usernames: []string{k.Username}, Roles: kitRoles,
		KeyFile: place(kitServer), ClientCAFile: place(kitCA), DBPath: place("data"), Everywhere: k.everywhere()}
	host := k.hosts[0]
	text := func(id, name, what string) {
		s, _ := snippet.RenderServer(id, in)
		k.add(name, []byte(s.Text()), false, what)
	}
	text("mongod-conf", "mongod.conf", "the server's settings")
	text("mongosh", "create-user.js", "creates the user")
	text("check", "check-login.js", "checks that the login works")

	connection := snippet.Input{PasswordFrom: snippet.PasswordNone, CertificateKeyFile: kitClient,
		Deployment: uribuild.Deployment{Topology: uribuild.Single, Hosts: []uribuild.Host{{Name: host, Port: 27017}}, CAFile: kitCA}}
	uri, _ := snippet.ConnectionString(connection)
	k.add("uri.txt", []byte(uri+"\n"), false, "the connection string")
	for _, t := range snippet.Targets() {
		in := connection
		if t.File == snippet.PKCS12 {
			in.CertificateKeyFile, in.PasswordFrom, in.Deployment.CAFile = kitStore, snippet.PasswordEnv, kitTrust
			if t.CA == "" {
				in.Deployment.CAFile = kitCA
			}
		}
		s, err := snippet.Render(t.ID, in)
		if err != nil {
			continue // a target of other deployments
		}
		for _, file := range append([]snippet.Snippet{s}, s.Also...) {
			k.add("snippets/"+t.ID+"/"+file.File, []byte(file.Text()), false, "for "+t.Label)
		}
	}
	k.add("README.md", k.readme(host, server.NotAfter), false, "how to use it")
}

// everywhere says whether the server is to be reached from other machines.
func (k *kit) everywhere() bool {
	return slices.ContainsFunc(k.hosts, func(h string) bool {
		ip, err := netip.ParseAddr(h)
		return err == nil && !ip.IsLoopback() || err != nil && h != "localhost"
	})
}

func (k *kit) readme(host string, until time.Time) []byte {
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
		"   or, with Docker:\n\n       mkdir -p data && docker run --rm -p 27017:27017 --user \"$(id -u):$(id -g)\" \\\n" +
		"         -v \"$PWD:$PWD\" -w \"$PWD\" mongo:8 mongod --config mongod.conf" + bind + "\n\n" +
		"2. Create the user, on the server's own machine: as long as it has no user, it takes the first one from there. With\n" +
		"   Docker, run this inside of the container (docker exec).\n\n" +
		"       mongosh --host " + host + " --tls --tlsCertificateKeyFile client.pem --tlsCAFile ca.pem --file create-user.js\n\n" +
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
// 4.3.16). archive/zip would bring a compressor along, for 20 KB of files.
func (k *kit) archive(now time.Time) []byte {
	const folder, unix, stored = "certuri-testkit", 3, 20
	year, month, day := now.UTC().Date()
	clock := now.UTC()
	date := max(year-1980, 0)<<9 | int(month)<<5 | day
	stamp := clock.Hour()<<11 | clock.Minute()<<5 | clock.Second()/2
	var out, directory []byte
	for i, f := range k.Files {
		mode := 0o100644
		if f.Secret {
			mode = 0o100600
		}
		name, content := path.Join(folder, f.Name), k.bytes[i]
		sum, size := int(crc32.ChecksumIEEE(content)), len(content)
		common := little(nil, 2, stored, 0x800, 0, stamp, date) // 0x800: names in UTF-8
		common = little(common, 4, sum, size, size)
		common = little(common, 2, len(name), 0)
		directory = append(little(little(directory, 4, 0x02014b50), 2, unix<<8|stored), common...)
		directory = little(directory, 2, 0, 0, 0)
		directory = append(little(directory, 4, mode<<16, len(out)), name...)
		out = append(append(little(out, 4, 0x04034b50), common...), name...)
		out = append(out, content...)
	}
	start := len(out)
	out = little(append(out, directory...), 4, 0x06054b50)
	out = little(out, 2, 0, 0, len(k.Files), len(k.Files))
	out = little(out, 4, len(directory), start)
	return little(out, 2, 0)
}

// little appends numbers of so many octets each, the lowest first.
func little(b []byte, octets int, numbers ...int) []byte {
	for _, n := range numbers {
		for range octets {
			b = append(b, byte(n))
			n >>= 8
		}
	}
	return b
}
