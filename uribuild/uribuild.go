// Package uribuild builds, reads and checks MongoDB connection strings for X.509 logins. It promises that
// Parse(u.String()) gives u back, that what it writes is read alike by every driver (the portable percent-encoding of
// Escape), and that nothing a person pasted is lost. It imports nothing but the standard library.
package uribuild

// A Host is one seed of a connection string.
type Host struct {
	Name string // a name, an IPv4 or IPv6 address without brackets, or the path of a Unix domain socket
	Port uint16 // 0 when none is written
}

// An Option is one name and value of the query, both decoded.
type Option struct{ Name, Value string }

// A URI is a connection string in parts, all of them decoded.
type URI struct {
	SRV         bool // mongodb+srv://
	Username    string
	HasUsername bool // an empty user name is not the same as none
	Password    string
	HasPassword bool
	Hosts       []Host
	Database    string
	Options     []Option
}

// A Topology is what is being connected to.
type Topology string

// The topologies of a Deployment; the values are part of the JSON contract.
const (
	Single     Topology = "single"
	ReplicaSet Topology = "replicaSet"
	Sharded    Topology = "sharded"
	SRV        Topology = "srv" // mongodb+srv, as Atlas uses it
)

// A Deployment is the server side of a connection.
type Deployment struct {
	Topology       Topology
	Hosts          []Host
	ReplicaSetName string
	Database       string   // the default database in the path, "" for none
	CAFile         string   // path to the certificate authorities of the servers, "" for the system's
	Extra          []Option // options kept from an imported string, in their order
}

// An Identity is the client side: the certificate's file and, only if asked for, the user name.
type Identity struct {
	CertificateKeyFile string // path, as the client will read it
	KeyPassword        string // "" for none; only ever set when the person asked for it in the text
	Username           string // "" leaves the name to the server, which takes it from the certificate
}
