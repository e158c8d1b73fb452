package drivers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"certuri/snippet"
	"certuri/uribuild"

	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
)

// A login is what a client understood of a connection string.
type login struct {
	hosts, username, database, replicaSet   string
	tls                                     bool
	mechanism, source                       string
	certificateKeyFile, keyPassword, caFile string
}

// wanted gives what every client must have understood. Ports left out are 27017.
func wanted(in snippet.Input) login {
	var hosts []string
	for _, h := range in.Deployment.Hosts {
		switch {
		case in.Deployment.Topology == uribuild.SRV || strings.Contains(h.Name, "/"):
			hosts = append(hosts, h.Name)
			continue
		case h.Port == 0:
			h.Port = 27017
		}
		hosts = append(hosts, h.String())
	}
	return login{strings.Join(hosts, ","), in.Username, in.Deployment.Database, in.Deployment.ReplicaSetName, true,
		"MONGODB-X509", "$external", in.CertificateKeyFile, in.Password, in.Deployment.CAFile}
}

// connectionStrings gives one string per input and a folder in which the files that they name exist.
func connectionStrings(t *testing.T, inputs []snippet.Input) (dir string, uris []string) {
	t.Helper()
	dir = t.TempDir()
	for _, in := range inputs {
		u, err := uribuild.Build(in.Deployment, uribuild.Identity{
			CertificateKeyFile: in.CertificateKeyFile, KeyPassword: in.Password, Username: in.Username})
		if err != nil {
			t.Fatal(err)
		}
		uris = append(uris, u.String())
	}
	for _, name := range append(append([]string{}, keyFiles...), caFiles[1:]...) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir, uris
}

func compare(t *testing.T, uri string, got, want login) {
	t.Helper()
	if got != want {
		t.Errorf("%s\n got %+v\nwant %+v", uri, got, want)
	}
}

func TestGoReadsConnectionStrings(t *testing.T) {
	all := inputs()
	_, uris := connectionStrings(t, all)
	for i, uri := range uris {
		want := wanted(all[i])
		// The SRV scheme needs a DNS server before anything else is looked at; the rest of the string is read alike.
		c, err := connstring.ParseAndValidate(strings.Replace(uri, "mongodb+srv://", "mongodb://", 1))
		if err != nil {
			t.Errorf("%s\n%v", uri, err)
			continue
		}
		if len(c.UnknownOptions) > 0 {
			t.Errorf("%s\nunknown: %v", uri, c.UnknownOptions)
		}
		got := login{strings.Join(withPorts(c.Hosts, all[i]), ","), c.Username, c.Database, c.ReplicaSet, c.SSL, c.AuthMechanism, c.AuthSource,
			c.SSLClientCertificateKeyFile, "", c.SSLCaFile}
		if c.SSLClientCertificateKeyPasswordSet {
			got.keyPassword = c.SSLClientCertificateKeyPassword()
		}
		if c.PasswordSet {
			t.Errorf("%s has a password beside the user name", uri)
		}
		compare(t, uri, got, want)
	}
}

// withPorts adds the default port, which the Go driver adds later than its parser.
func withPorts(hosts []string, in snippet.Input) []string {
	with := make([]string, len(hosts))
	for i, h := range hosts {
		with[i] = h
		if in.Deployment.Topology != uribuild.SRV && in.Deployment.Hosts[i].Port == 0 && !strings.Contains(h, "/") {
			with[i] += ":27017"
		}
	}
	return with
}

func TestPyMongoReadsConnectionStrings(t *testing.T) {
	python := pythonWithPyMongo(t)
	all := inputs()
	dir, uris := connectionStrings(t, all)
	type answer struct {
		Error, Username, Password, Database string
		Hosts, Warnings                     []string
		Options                             map[string]string
	}
	for i, a := range ask[answer](t, dir, uris, python, absolute(t, "parsers/pymongo_uri.py")) {
		if a.Error != "" || len(a.Warnings) > 0 || a.Password != "" {
			t.Errorf("%s\n%s %v %q", uris[i], a.Error, a.Warnings, a.Password)
			continue
		}
		o := a.Options
		compare(t, uris[i], login{strings.Join(a.Hosts, ","), a.Username, a.Database, o["replicaset"], o["tls"] == "True", o["authmechanism"], o["authsource"],
			o["tlscertificatekeyfile"], o["tlscertificatekeyfilepassword"], o["tlscafile"]}, wanted(all[i]))
		for _, e := range all[i].Deployment.Extra {
			if got := o[strings.ToLower(e.Name)]; !strings.EqualFold(got, e.Value) {
				t.Errorf("%s\n%s is %q, want %q", uris[i], e.Name, got, e.Value)
			}
		}
	}
}

func TestNodeReadsConnectionStrings(t *testing.T) {
	node, modules := program(t, "node"), nodeModules(t)
	all := inputs()
	dir, uris := connectionStrings(t, all)
	type answer struct {
		Error, Username, Password, Database string
		Hosts                               []string
		Options                             map[string]string
		Client                              struct {
			Hosts                                             []string
			Username, Mechanism, Source, Database, ReplicaSet string
			CertificateKeyFile, KeyPassword, CAFile           string
			TLS                                               bool
		}
	}
	for i, a := range ask[answer](t, dir, uris, node, absolute(t, "parsers/node_uri.cjs"), modules) {
		if a.Error != "" || a.Password != "" {
			t.Errorf("%s\n%s %q", uris[i], a.Error, a.Password)
			continue
		}
		want, o := wanted(all[i]), a.Options
		compare(t, uris[i], login{strings.Join(withPorts(a.Hosts, all[i]), ","), a.Username, a.Database, o["replicaSet"], o["tls"] == "true", o["authMechanism"], o["authSource"],
			o["tlsCertificateKeyFile"], o["tlsCertificateKeyFilePassword"], o["tlsCAFile"]}, want)
		c := a.Client
		if want.database == "" {
			want.database = "test" // the driver's own default
		}
		compare(t, uris[i], login{strings.Join(c.Hosts, ","), c.Username, c.Database, c.ReplicaSet, c.TLS, c.Mechanism, c.Source,
			c.CertificateKeyFile, c.KeyPassword, c.CAFile}, want)
		for _, e := range all[i].Deployment.Extra {
			if got := o[e.Name]; got != e.Value {
				t.Errorf("%s\n%s is %q, want %q", uris[i], e.Name, got, e.Value)
			}
		}
	}
	t.Logf("%d strings", len(uris))
}
