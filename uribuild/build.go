package uribuild

import (
	"net/netip"
	"strings"
)

// The options that Build writes, in the order in which it writes them.
const (
	optReplicaSet  = "replicaSet"
	optTLS         = "tls"
	optMechanism   = "authMechanism"
	optSource      = "authSource"
	optKeyFile     = "tlsCertificateKeyFile"
	optKeyPassword = "tlsCertificateKeyFilePassword"
	optCAFile      = "tlsCAFile"
)

const optProperties = "authMechanismProperties"

// X509 and External are the values that every X.509 login has.
const (
	X509     = "MONGODB-X509" // upper case: Go, the Database Tools and PyMongo compare exactly
	External = "$external"
)

// Build gives the connection string of an X.509 login. tls, authMechanism and authSource are always written out:
// Node.js and mongosh do not turn TLS on by themselves, and the TXT record of an Atlas cluster says
// authSource=admin, which most clients refuse for this mechanism. There is never a password beside the user name.
// The error is an *Error that names the field.
func Build(d Deployment, id Identity) (URI, error) {
	if err := d.check(); err != nil {
		return URI{}, err
	}
	u := URI{SRV: d.Topology == SRV, Hosts: d.Hosts, Database: d.Database}
	if id.Username != "" {
		u.Username, u.HasUsername = id.Username, true
	}
	set := func(name, value string) {
		if value != "" {
			u.Options = append(u.Options, Option{name, value})
		}
	}
	if d.Topology == ReplicaSet {
		set(optReplicaSet, d.ReplicaSetName)
	}
	set(optTLS, "true")
	set(optMechanism, X509)
	set(optSource, External)
	set(optKeyFile, id.CertificateKeyFile)
	set(optKeyPassword, id.KeyPassword)
	set(optCAFile, d.CAFile)
	for _, o := range d.Extra {
		for _, written := range u.Options {
			if strings.EqualFold(o.Name, written.Name) {
				return URI{}, &Error{Code: CodeOptionTwice, Field: "Extra"}
			}
		}
	}
	u.Options = append(u.Options, d.Extra...)
	return u, nil
}

func (d Deployment) check() error {
	switch d.Topology {
	case Single, ReplicaSet, Sharded, SRV:
	default:
		return &Error{Code: CodeTopology, Field: "Topology"}
	}
	if len(d.Hosts) == 0 {
		return &Error{Code: CodeNoHosts, Field: "Hosts"}
	}
	for _, h := range d.Hosts {
		if h.Name == "" {
			return &Error{Code: CodeHostEmpty, Field: "Hosts"}
		}
	}
	switch d.Topology {
	case Single:
		if len(d.Hosts) > 1 {
			return &Error{Code: CodeSeveralHosts, Field: "Hosts"}
		}
	case SRV:
		if code := srvCode(d.Hosts); code != "" {
			return &Error{Code: code, Field: "Hosts"}
		}
	case ReplicaSet:
		if d.ReplicaSetName == "" {
			return &Error{Code: CodeNoReplicaSetName, Field: "ReplicaSetName"}
		}
		if strings.ContainsFunc(d.ReplicaSetName, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '/' || r == ',' }) {
			return &Error{Code: CodeReplicaSetName, Field: "ReplicaSetName"}
		}
	}
	if len(d.Database) > 63 || strings.ContainsAny(d.Database, "/\\. \"$\x00") {
		return &Error{Code: CodeDatabase, Field: "Database"}
	}
	return nil
}

// srvCode says what is wrong with the hosts of a mongodb+srv:// string, "" for nothing.
func srvCode(hosts []Host) Code {
	switch h := hosts[0]; {
	case len(hosts) > 1:
		return CodeSRVSeveralHosts
	case h.Port != 0:
		return CodeSRVPort
	case strings.ContainsAny(h.Name, "/:") || isAddress(h.Name):
		return CodeSRVAddress
	}
	return ""
}

func isAddress(name string) bool {
	_, err := netip.ParseAddr(name)
	return err == nil
}
