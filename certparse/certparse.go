// Package certparse reads the certificate files people are handed (PEM in any disguise, PKCS#12, DER, PKCS#7, Java
// key stores, Kubernetes Secrets) and says what is inside: certificates, private keys, which belongs to which, the
// chain, and the subject as a MongoDB server spells it.
//
// It does no I/O, keeps no state between calls and knows nothing of JSON or browsers. Bytes decide what a file is; its
// name never does. Every number that a file can choose has a ceiling in limits.go, and input that asks for more is
// refused before the work starts. Text from a file never reaches an error message except algorithm names and labels.
package certparse

import "time"

// A File is one file as the person gave it, with the passwords they typed for it.
type File struct {
	Name string // shown in reports, never interpreted
	Data []byte
	// Passwords are tried in order on whatever in the file is encrypted. Nil means that none was given, which is not
	// the same as one empty password: PKCS#12 tells the two apart (RFC 7292 appendix B.1).
	Passwords []string
}

// Options adjust Open. The zero value reads natively with the limits of limits.go.
type Options struct {
	// Derive computes keys from passwords; nil stands for StandardDeriver. See Deriver for the two-phase use.
	Derive Deriver
}

// A Bundle is everything Open found in the files of one call, in the order in which it was met.
type Bundle struct {
	Containers   []*Container
	Certificates []*Certificate // each distinct certificate once
	Keys         []*Key         // each distinct key once; a locked key is its own entry
	Identities   []Identity     // what can log in, best first; see Identity
	Problems     []*Error       // what could not be read, and why
	Notes        []Note         // what was passed over on purpose, such as a CRL
	// Pending is set when a Deriver answered ErrPending: the answer is incomplete and Open must be called again with
	// the keys that were asked for.
	Pending bool
}

// A Container is one wrapping met on the way to certificates and keys: the file itself or something inside it.
type Container struct {
	File   int           // index into the files given to Open
	Kind   ContainerKind // KindPEM, KindPKCS12, ...
	Where  string        // "" for the file itself, else the path inside it, such as "client.zip: client.p12"
	Detail string        // for a reader who knows the terms: "PBES2 AES-256-CBC, PBKDF2 HMAC-SHA256 2048 rounds; MAC SHA-256"
	Locked bool          // a password is wanted before more can be read
	// OtherPassword says that none of the passwords given is the file's, which has the empty one and was opened with it.
	OtherPassword bool
	// Verified says that a password given is that of the Java key store, whose digest vouches for it. Keys in it may have others.
	Verified bool
	// NoPassword says that the empty password opened a PKCS#12 file with a MAC.
	NoPassword bool
	// NotASCII says that the password that opened it has characters beyond printable ASCII.
	NotASCII bool
	// OtherKeyPassword says that a key in it has another password than the file, and OddEncoding that the password was turned
	// into bytes in a way that is not RFC 7292's, or RFC 8018's for PBES2. All four are PKCS#12's.
	OtherKeyPassword, OddEncoding bool
}

// A ContainerKind names a wrapping. The values are part of the JSON contract.
type ContainerKind string

// The kinds of container that Open reads.
const (
	KindPEM        ContainerKind = "pem"
	KindDER        ContainerKind = "der"
	KindPKCS12     ContainerKind = "pkcs12"
	KindPKCS7      ContainerKind = "pkcs7"
	KindPKCS8      ContainerKind = "pkcs8" // one private key in DER, plain or encrypted
	KindJKS        ContainerKind = "jks"
	KindJCEKS      ContainerKind = "jceks"
	KindBase64     ContainerKind = "base64" // base64 without armour
	KindKubernetes ContainerKind = "kubernetes-secret"
	KindJSON       ContainerKind = "json" // PEM or base64 in JSON strings, such as Vault's answer
	KindZIP        ContainerKind = "zip"
	KindTAR        ContainerKind = "tar"
)

// A Certificate holds what matters here of an X.509 certificate (RFC 5280), read without crypto/x509, which refuses
// certificates that servers take.
type Certificate struct {
	Raw       []byte // DER, as found
	SHA256    [32]byte
	Subject   Name
	Issuer    Name
	Serial    []byte // the INTEGER's content bytes, two's complement
	NotBefore time.Time
	NotAfter  time.Time
	PublicKey PublicKey
	// SignatureAlgorithm is its common name ("SHA256-RSA", "ECDSA-SHA384", "Ed25519"), or the dotted OID.
	SignatureAlgorithm string
	Version            int

	BasicConstraints bool // the extension is present
	IsCA             bool
	// PathLength is how many intermediates may be under this authority (RFC 5280 section 4.2.1.9), where PathLengthSet.
	PathLength      int
	PathLengthSet   bool
	KeyUsage        KeyUsage // 0 with KeyUsagePresent false: no restriction
	KeyUsagePresent bool
	ExtKeyUsage     []string // dotted OIDs
	ExtKeyUsageSet  bool     // the extension is present
	DNSNames        []string
	IPAddresses     []string
	EmailAddresses  []string
	URIs            []string
	SubjectKeyID    []byte
	AuthorityKeyID  []byte
	CAIssuers       []string // authority information access, caIssuers URLs
	Extensions      []Extension

	// Roles are MongoDB's roles extension 1.3.6.1.4.1.34601.2.1.1; RolesError is set when it is present and malformed,
	// which makes the server drop the connection (mongodb/mongo src/mongo/util/net/ssl_manager.cpp parsePeerRoles).
	Roles      []Role
	RolesError string
	// ClusterMembership is MongoDB's extension 1.3.6.1.4.1.34601.2.1.2, "" when absent. ClusterMembershipError is set when
	// it is present and malformed, which makes the server drop the connection (same file, parseDERString).
	ClusterMembership      string
	ClusterMembershipError string

	// Oddities are things a strict reader refuses and MongoDB's server may take, in words.
	Oddities []string

	FriendlyName string // from a PKCS#12 attribute or a key store alias
	LocalKeyID   []byte // PKCS#12 localKeyId
	Source       Source
}

// An Extension is one certificate extension, undecoded.
type Extension struct {
	OID      string
	Critical bool
	Value    []byte
}

// A Role is one entry of MongoDB's roles extension.
type Role struct{ Role, Database string }

// KeyUsage is the bit set of RFC 5280 section 4.2.1.3; bit 0 (digitalSignature) is 1.
type KeyUsage uint16

// The key usages that decide whether a certificate may log in.
const (
	KeyUsageDigitalSignature KeyUsage = 1 << 0
	KeyUsageKeyEncipherment  KeyUsage = 1 << 2
	KeyUsageKeyAgreement     KeyUsage = 1 << 4
	KeyUsageCertSign         KeyUsage = 1 << 5
)

// ExtKeyUsageClientAuth and its kin are the purposes of RFC 5280 section 4.2.1.12.
const (
	ExtKeyUsageAny        = "2.5.29.37.0"
	ExtKeyUsageServerAuth = "1.3.6.1.5.5.7.3.1"
	ExtKeyUsageClientAuth = "1.3.6.1.5.5.7.3.2"
)

// A PublicKey describes a SubjectPublicKeyInfo.
type PublicKey struct {
	SPKI      []byte // DER, as found
	Algorithm string // "RSA", "RSA-PSS", "EC", "Ed25519", "Ed448", "DSA", ... or a dotted OID
	Bits      int    // modulus or field size; 0 when unknown
	Curve     string // "P-256", "secp256k1", ..., "explicit", or a dotted OID; EC only
}

// A Key is a private key, or one that is still locked.
type Key struct {
	PublicKey         // SPKI is nil while the key is locked and when it cannot be computed
	PKCS8      []byte // the plain PrivateKeyInfo (RFC 5208) in DER, nil while locked
	Encrypted  bool   // it was encrypted in the file, locked or not
	Encryption string // "PBES2 AES-256-CBC, PBKDF2 HMAC-SHA256 2048 rounds", "" when not encrypted
	Locked     bool   // no password opened it
	// Oddities say why a key that was read cannot work, in words: its numbers contradict each other.
	Oddities []string
	// Certificate is the certificate whose public key this is, nil when there is none in the bundle.
	Certificate *Certificate

	FriendlyName string
	LocalKeyID   []byte
	Source       Source
}

// A Source says where in the input a certificate or key was found.
type Source struct {
	File  int    // index into the files given to Open
	Where string // "PEM block 2 (PRIVATE KEY)", "bag 1", ..., "" when it is the whole file
}

// An Identity is a certificate that could log in: a leaf with its key, if that is there, and its issuers.
type Identity struct {
	Leaf  *Certificate
	Key   *Key           // nil when the bundle has no key for the leaf
	Chain []*Certificate // issuers in order, the leaf's own issuer first, a root last when the bundle holds it
}

// A Note says what was read and passed over on purpose.
type Note struct {
	Source Source
	Text   string // "a certificate revocation list was passed over"
}
