// Package contract is the one interface between the engine and what stands in front of it: requests and responses as
// JSON, with the bytes of files beside them, never inside. The page speaks it through the wasm bridge and the command
// line speaks it in process, so that every answer can be tested natively. web/contract.d.ts mirrors these types, and a
// test holds the two together.
package contract

import "certuri/snippet"

// Version is the contract's version. The page compares it with its own after loading the engine.
const Version = 1

// An Op names what a Request asks for.
type Op string

// The operations. Every one that changes the opened files answers with a Report.
const (
	OpHello   Op = "hello"   // -> Hello
	OpAdd     Op = "add"     // Files and their bytes -> Report
	OpUnlock  Op = "unlock"  // File, Password -> Report
	OpRemove  Op = "remove"  // File -> Report
	OpClear   Op = "clear"   // forgets everything -> Report
	OpChoose  Op = "choose"  // Identity -> Report
	OpDerived Op = "derived" // the keys of the last Need, as bytes -> what the interrupted request answers
	OpSample  Op = "sample"  // -> Saved, Password, and the bytes of a sample PKCS#12
	OpTargets Op = "targets" // -> Targets
	OpRender  Op = "render"  // Form -> Rendered
	OpSave    Op = "save"    // Form, NewPassword -> Saved and its bytes
	OpLint    Op = "lint"    // Text, Target -> Lint
)

// A Request is one question. Only the fields named at its Op are read.
type Request struct {
	Op       Op        `json:"op"`
	Files    []NewFile `json:"files,omitempty"`
	File     int       `json:"file,omitempty"`     // FileState.ID
	Password string    `json:"password,omitempty"` // an empty one is a password too
	Identity string    `json:"identity,omitempty"` // Identity.Leaf; "" chooses the first
	Form     *Form     `json:"form,omitempty"`
	// NewPassword encrypts the key of a saved file; "" leaves it plain.
	NewPassword string `json:"newPassword,omitempty"`
	Text        string `json:"text,omitempty"`   // a connection string as pasted
	Target      string `json:"target,omitempty"` // the id of the client it is for; "" for any
}

// A NewFile goes with one byte array of the request, in the same order.
type NewFile struct {
	Name     string  `json:"name"`
	Password *string `json:"password,omitempty"` // null: none given
}

// A Form is the page's steps 2 and 3, as typed. Empty fields are shown as stand-ins to fill in.
type Form struct {
	Topology           string `json:"topology"` // single, replicaSet, sharded, srv
	Hosts              string `json:"hosts"`    // "a:27017, b" as typed
	ReplicaSetName     string `json:"replicaSetName"`
	Database           string `json:"database"`
	CAFile             string `json:"caFile"`
	CertificateKeyFile string `json:"certificateKeyFile"`
	PasswordFrom       string `json:"passwordFrom"` // env, inline, none
	PasswordEnv        string `json:"passwordEnv"`
	Password           string `json:"password"` // inline only
	WithUsername       bool   `json:"withUsername"`
	// Username is the name of an imported connection string. An opened certificate's own name takes its place.
	Username string `json:"username"`
	Target   string `json:"target"`
	Version  string `json:"version"`
	Style    string `json:"style"` // constructor, uri
	// Extra are options of an imported connection string that the form has no field for, kept in their order.
	Extra []Option `json:"extra,omitempty"`
}

// An Option is one option of a connection string, decoded.
type Option struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// A Response answers a Request. At most one of its parts is set, and Error or Internal instead of it when there is
// nothing to answer with.
type Response struct {
	Hello    *Hello     `json:"hello,omitempty"`
	Report   *Report    `json:"report,omitempty"`
	Need     []Need     `json:"need,omitempty"`
	Targets  []Target   `json:"targets,omitempty"`
	Rendered *Rendered  `json:"rendered,omitempty"`
	Saved    *SavedFile `json:"saved,omitempty"` // its bytes are the response's first byte array
	Password string     `json:"password,omitempty"`
	Lint     *Lint      `json:"lint,omitempty"`
	Error    *Problem   `json:"error,omitempty"`
	Internal string     `json:"internal,omitempty"` // our own bug, never the person's file
}

// Hello says what was loaded.
type Hello struct {
	Contract int    `json:"contract"`
	Version  string `json:"version"`
}

// A Need asks for one PBKDF2 key (RFC 8018) to be derived outside; Password and Salt are indexes into the response's
// byte arrays. The keys go back in the same order as the byte arrays of OpDerived.
type Need struct {
	Hash       string `json:"hash"` // WebCrypto's name: SHA-1, SHA-256, SHA-384, SHA-512
	Iterations int    `json:"iterations"`
	Length     int    `json:"length"` // bytes
	Password   int    `json:"password"`
	Salt       int    `json:"salt"`
}

// A Problem is advice: what happened, why, and what to do next.
type Problem struct {
	Code  string `json:"code"`
	What  string `json:"what"`
	Why   string `json:"why"`
	Fix   string `json:"fix"`
	Where string `json:"where,omitempty"` // "client.pem, PEM block 2 (ENCRYPTED PRIVATE KEY)"
	Field string `json:"field,omitempty"` // the Form field it is about
}

// A Report says what the opened files hold. `certuri inspect --json` prints it.
type Report struct {
	// Username is the chosen identity's $external name on server 4.2 and later, Linux; null when there is none.
	Username *string `json:"username"`
	// UsernameRefusal is set when the server refuses the chosen identity's subject, in the server's words.
	UsernameRefusal string        `json:"usernameRefusal,omitempty"`
	OtherNames      []OtherName   `json:"otherNames,omitempty"`
	Identity        string        `json:"identity,omitempty"` // the chosen leaf's SHA-256
	Identities      []Identity    `json:"identities"`
	Files           []FileState   `json:"files"`
	Certificates    []Certificate `json:"certificates"`
	Keys            []Key         `json:"keys"`
	Containers      []Container   `json:"containers"`
	Findings        []Finding     `json:"findings"`
	Checked         []string      `json:"checked,omitempty"` // what was checked, in words, for a clean bill
	Notes           []string      `json:"notes,omitempty"`
}

// An OtherName is the user name where it differs from Report.Username.
type OtherName struct {
	Where   string `json:"where"` // "Server 4.0", "Windows and macOS servers", ...
	Name    string `json:"name,omitempty"`
	Refusal string `json:"refusal,omitempty"` // the server's words when it has no name there
}

// A FileState is one file the person gave.
type FileState struct {
	ID    int    `json:"id"`
	Name  string `json:"name"`
	Size  int    `json:"size"`
	Kind  string `json:"kind"`  // "PKCS#12, PBES2 AES-256-CBC", for the person
	State string `json:"state"` // read, locked (a password is wanted), refused
	// Error is why the file is locked or refused: password-required at first, wrong-password after a try.
	Error *Problem `json:"error,omitempty"`
}

// An Identity is a certificate that could log in.
type Identity struct {
	Leaf     string   `json:"leaf"` // SHA-256
	Username *string  `json:"username"`
	Label    string   `json:"label"` // short, for choosing: the friendly name or the common name
	Key      *int     `json:"key"`   // index into Report.Keys
	Chain    []string `json:"chain"` // SHA-256, the leaf's issuer first
	NotAfter string   `json:"notAfter"`
}

// A Certificate is one certificate found.
type Certificate struct {
	SHA256       string   `json:"sha256"`
	Username     *string  `json:"username"` // null when the server has no name for its subject
	Issuer       string   `json:"issuer"`
	Serial       string   `json:"serial"`
	NotBefore    string   `json:"notBefore"` // RFC 3339
	NotAfter     string   `json:"notAfter"`
	Leaf         bool     `json:"leaf"`
	CA           bool     `json:"ca"`
	SelfIssued   bool     `json:"selfIssued"`
	KeyType      string   `json:"keyType"`
	Bits         int      `json:"bits,omitempty"`
	Curve        string   `json:"curve,omitempty"`
	Signature    string   `json:"signature"`
	SPKISHA256   string   `json:"spkiSha256"`
	AltNames     []string `json:"altNames,omitempty"`
	Roles        []string `json:"roles,omitempty"` // "role@database", MongoDB's roles extension
	Oddities     []string `json:"oddities,omitempty"`
	FriendlyName string   `json:"friendlyName,omitempty"`
	LocalKeyID   string   `json:"localKeyId,omitempty"` // hexadecimal; PKCS#12's own link between certificate and key
	File         int      `json:"file"`                 // FileState.ID
}

// A Key is one private key found, locked or not. The key itself never leaves the engine this way.
type Key struct {
	Type         string  `json:"type"`
	Bits         int     `json:"bits"`
	Curve        string  `json:"curve,omitempty"`
	Encrypted    bool    `json:"encrypted"`
	Encryption   string  `json:"encryption"`
	Locked       bool    `json:"locked"`
	SPKISHA256   *string `json:"spkiSha256"`  // null while locked
	Certificate  *string `json:"certificate"` // SHA-256 of the certificate it belongs to
	FriendlyName string  `json:"friendlyName,omitempty"`
	LocalKeyID   string  `json:"localKeyId,omitempty"`
	File         int     `json:"file"` // FileState.ID
}

// A Container is one wrapping that was read or is locked.
type Container struct {
	Kind   string `json:"kind"`
	Detail string `json:"detail"`
	Where  string `json:"where,omitempty"`
	Locked bool   `json:"locked,omitempty"`
	File   int    `json:"file"` // FileState.ID
}

// A Finding is one thing worth knowing, worst first in every list.
type Finding struct {
	ID       string `json:"id"`
	Severity string `json:"severity"` // error, warning, info
	What     string `json:"what"`
	Why      string `json:"why"`
	Fix      string `json:"fix"`
	Source   string `json:"source,omitempty"` // what decides: an RFC section, a file in a public repository
}

// A Target is one client that snippets can be made for.
type Target struct {
	ID       string   `json:"id"`
	Label    string   `json:"label"`
	Language string   `json:"language"`
	Group    string   `json:"group"` // the heading that it stands under
	Styles   []string `json:"styles"`
	Versions []string `json:"versions"` // newest first
	File     string   `json:"file"`     // the form of the file it reads: "combined-pem", "pkcs12", ...
	Since    string   `json:"since"`    // the oldest version that the newest snippet is right for
	Docs     string   `json:"docs"`     // the page of the client's own manual
}

// A Lint is what was found in a pasted connection string.
type Lint struct {
	Verdict  string        `json:"verdict"` // works, works-with-warnings, will-not-work
	Findings []LintFinding `json:"findings"`
	Mended   string        `json:"mended,omitempty"` // the string with everything mended that can be, when that differs
	// Import is the form as the string fills it: its deployment fields and Extra, and none of the rest.
	Import *Form `json:"import,omitempty"`
}

// A LintFinding is a Finding that points into the pasted text.
type LintFinding struct {
	ID       string `json:"id"`
	Severity string `json:"severity"`
	What     string `json:"what"`
	Why      string `json:"why"`
	Fix      string `json:"fix"`
	Start    int    `json:"start"` // UTF-16 code units, as JavaScript counts, from the start of the text
	End      int    `json:"end"`
	Error    string `json:"error,omitempty"`  // what the client prints
	Mended   string `json:"mended,omitempty"` // the whole string with this mended
}

// Rendered is everything that step 3 shows for one Form.
type Rendered struct {
	Snippet    snippet.Snippet `json:"snippet"`
	URI        string          `json:"uri"`        // the connection string alone, without the key's password unless inline
	CreateUser snippet.Snippet `json:"createUser"` // for mongosh
	Files      []NeededFile    `json:"files"`
	Problems   []Problem       `json:"problems,omitempty"` // fields that could not be used as typed
}

// A NeededFile is a file that the snippet names.
type NeededFile struct {
	Name        string `json:"name"` // the name to save it under
	Path        string `json:"path"` // the path as the snippet names it
	Form        string `json:"form"` // "combined-pem", "pkcs12", "ca-pem", ...
	Description string `json:"description"`
	CanSave     bool   `json:"canSave"`   // OpSave would give it
	Encrypted   bool   `json:"encrypted"` // the form says that its key has a password
}

// A SavedFile names the bytes that go with it.
type SavedFile struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}
