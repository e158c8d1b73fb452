package snippet

import (
	"testing"

	"certuri/uribuild"
)

func TestConnectionString(t *testing.T) {
	for want, in := range map[string]Input{
		"mongodb://<hostname>:27017/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=%2Fpath%2Fto%2Fclient.pem":                                    {Style: Constructor, Version: "3.8"},
		"mongodb+srv://c.d.e/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=a%20b&tlsCertificateKeyFilePassword=p":                               {Deployment: uribuild.Deployment{Topology: uribuild.SRV, Hosts: []uribuild.Host{{Name: "c.d.e"}}}, CertificateKeyFile: "a b", PasswordFrom: PasswordInline, Password: "p"},
		"mongodb://CN%3Da@<hostname1>:27017,<hostname2>:27017,<hostname3>:27017/?replicaSet=rs0&tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=c": {Deployment: uribuild.Deployment{Topology: uribuild.ReplicaSet}, CertificateKeyFile: "c", Username: "CN=a"},
	} {
		if got, err := ConnectionString(in); err != nil || got != want {
			t.Errorf("got  %s, %v\nwant %s", got, err, want)
		}
	}
	if _, err := ConnectionString(Input{PasswordEnv: "a b"}); err == nil {
		t.Error("a wrong input was taken")
	}
}

func BenchmarkRenderAll(b *testing.B) {
	in := Input{Deployment: uribuild.Deployment{Topology: uribuild.Single, Hosts: []uribuild.Host{{Name: "db1.example.net", Port: 27017}}, CAFile: "/etc/ssl/ca.pem"}, Username: `CN=alice,O=Example\, Inc`, CertificateKeyFile: "/etc/ssl/client.pem"}
	for b.Loop() {
		for _, t := range Targets() {
			for _, in.Style = range t.Styles {
				if _, err := Render(t.ID, in); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
}
