package drivers

import (
	"certuri/snippet"
	"certuri/uribuild"
)

// Texts that have broken generators. The paths are names that a file can have on Linux, so that the clients that open
// a file while they parse (PyMongo) find one.
var (
	usernames = []string{"", `CN=alice,OU=Data,O=Example\, Inc,C=US`, "CN=a:b/c?d#e[f]@g%20+h&i=j;k \"'`$x\\\n\u202eZürich 北京😀"}
	keyFiles  = []string{"client.pem", `C:\certs\my client.pem`, "certs \u202e/ü+%41&#,;=@?'\"$x`.pem"}
	passwords = []string{"", "p+q %41&#;=@:/?ü\u202e😀\"'`$x\\\n"}
	caFiles   = []string{"", `\\server\share\ca's.pem`}
	databases = []string{"", "app"}
)

var deployments = []uribuild.Deployment{
	{Topology: uribuild.Single, Hosts: []uribuild.Host{{Name: "db1.example.net", Port: 27018}}},
	{Topology: uribuild.Single, Hosts: []uribuild.Host{{Name: "/tmp/mongodb 27017.sock"}}},
	{Topology: uribuild.ReplicaSet, ReplicaSetName: "rs-0_ü+&", Hosts: []uribuild.Host{{Name: "db1.example.net", Port: 27017}, {Name: "db2"}, {Name: "10.0.0.1", Port: 1}}},
	{Topology: uribuild.Sharded, Hosts: []uribuild.Host{{Name: "2001:db8::1", Port: 65535}, {Name: "::1"}, {Name: "localhost"}},
		Extra: []uribuild.Option{{Name: "appName", Value: "a b+c&d;e#f@ü"}, {Name: "retryWrites", Value: "false"}}},
	{Topology: uribuild.SRV, Hosts: []uribuild.Host{{Name: "cluster0.ab1cd.mongodb.net"}}},
}

// inputs gives every combination of the above.
func inputs() []snippet.Input {
	var all []snippet.Input
	for _, d := range deployments {
		for _, username := range usernames {
			for _, keyFile := range keyFiles {
				for _, password := range passwords {
					for _, d.CAFile = range caFiles {
						for _, d.Database = range databases {
							in := snippet.Input{Deployment: d, Username: username, CertificateKeyFile: keyFile,
								PasswordFrom: snippet.PasswordNone, Password: password}
							if password != "" {
								in.PasswordFrom = snippet.PasswordInline
							}
							all = append(all, in)
						}
					}
				}
			}
		}
	}
	return all
}
