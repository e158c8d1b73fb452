package uribuild

import "strings"

// Import takes a connection string apart into what Build takes, so that a form can be filled from a pasted string.
// Build(Import(u)) says the same as u for every X.509 login: options that Build does not know are kept in
// Deployment.Extra in their order. What cannot be a part of such a login is left out: a password beside the user name,
// another mechanism or source, tls=false.
func Import(u URI) (Deployment, Identity) {
	d := Deployment{Topology: Sharded, Hosts: u.Hosts, Database: u.Database}
	id := Identity{}
	if u.HasUsername {
		id.Username = u.Username
	}
	switch {
	case u.SRV:
		d.Topology = SRV
	case u.value(optReplicaSet) != "":
		d.Topology = ReplicaSet
	case len(u.Hosts) == 1:
		d.Topology = Single
	}
	fields := []struct {
		name  string
		value *string
	}{
		{optTLS, nil}, {"ssl", nil}, {optMechanism, nil}, {optSource, nil},
		{optKeyFile, &id.CertificateKeyFile}, {optKeyPassword, &id.KeyPassword}, {optCAFile, &d.CAFile},
	}
	if d.Topology == ReplicaSet {
		fields = append(fields, struct {
			name  string
			value *string
		}{optReplicaSet, &d.ReplicaSetName})
	}
options:
	for _, o := range u.Options {
		for _, f := range fields {
			if strings.EqualFold(o.Name, f.name) {
				if f.value != nil && *f.value == "" {
					*f.value = o.Value
				}
				continue options
			}
		}
		d.Extra = append(d.Extra, o)
	}
	return d, id
}
