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
	OpAdd     Op = "add"     // Files and their bytes, AsIs -> Report
	OpUnlock  Op = "unlock"  // File (0: every locked one), Password -> Report
	OpRemove  Op = "remove"  // File (0: every refused one) -> Report
	OpClear   Op = "clear"   // forgets everything -> Report
	OpChoose  Op = "choose"  // Identity -> Chosen
	OpDerived Op = "derived" // the keys of the last Need, as bytes -> what the interrupted request answers
	OpSample  Op = "sample"  // -> Saved, Password, and the bytes of a sample PKCS#12
	OpTargets Op = "targets" // -> Targets
	OpRender  Op = "render"  // Form -> Rendered
	OpSave    Op = "save"    // Form, NewPassword, To, Alias -> Saved and its bytes
	OpLint    Op = "lint"    // Text, Target, Version -> Lint
	// OpDoctor says why a login with the opened files would fail, before it is tried: Form (its target, version and hosts;
	// may be left out), Text (a connection string, which goes before the form's hosts; may be empty), ServerVersion,
	// ServerSubject, AsIs, and Files with Role and their bytes for the server's side -> Doctor.
	OpDoctor Op = "doctor"
	OpForms  Op = "forms" // Target -> Forms
	// OpExplain says what a message is about: Text (anything that a client, a server or OpenSSL printed) -> Explain.
	OpExplain Op = "explain"
	// OpDiff compares a name with the chosen identity's: Text (the name, or a text that holds it) -> Diff.
	OpDiff Op = "diff"
	// OpServer gives what goes on the server's side and into manifests: Form (its hosts, topology, files, Roles) -> Server.
	// Without an opened certificate its name is a stand-in.
	OpServer Op = "server"
	// OpCSR makes a certificate request, and a key unless the opened one is used again: CSR, NewPassword (for the new key's
	// file) -> Saved with Beside for the key's file, CSR, and the bytes of both.
	OpCSR Op = "csr"
	// OpReply says whether a certificate that came back is the one that was asked for: Files with the Role "request" and the
	// requests' bytes, beside the opened certificates and keys -> Reply, for the request and the certificate that belong
	// together by their key.
	OpReply Op = "reply"
	// OpTestKit makes an authority, a server's and a client's certificate, and all that goes with them: Kit, To ("zip" for
	// one archive) -> Kit, its files as bytes in their order; with "zip" -> Kit and Saved, and the archive's bytes alone.
	OpTestKit Op = "testKit"
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
	To          string `json:"to,omitempty"`     // FileForm.ID; "" for the form that the target reads
	Alias       string `json:"alias,omitempty"`  // the entry's name in a key store; "" for the identity's label
	Text        string `json:"text,omitempty"`   // a connection string as pasted
	Target      string `json:"target,omitempty"` // the id of the client it is for; "" for any
	// Version of the target, one of its labels or any number; "" for the newest.
	Version string `json:"version,omitempty"`
	// ServerVersion is "7.0" or "4.4.29", "" when not known; ServerSubject the server's subject or just its O, OU and DC,
	// typed or pasted in place of the certificate.
	ServerVersion string `json:"serverVersion,omitempty"`
	ServerSubject string `json:"serverSubject,omitempty"`
	// AsIs says, with OpAdd and OpDoctor, that the client is to read these very files. The page leaves it out: it makes a
	// file for the client.
	AsIs bool     `json:"asIs,omitempty"`
	CSR  *CSRForm `json:"csr,omitempty"`
	Kit  *KitForm `json:"kit,omitempty"`
}

// A NewFile goes with one byte array of the request, in the same order.
type NewFile struct {
	Name     string  `json:"name"`
	Password *string `json:"password,omitempty"` // null: none given
	Role     string  `json:"role,omitempty"`     // with OpDoctor: "server" for the server's certificate, "ca" for the CA file
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
	// AllUsers asks for one script that creates the users of all certificates, in place of the chosen one's command.
	AllUsers bool `json:"allUsers"`
	// Roles are what the user is to be given; none are shown as a stand-in. Server.Roles are those that every server has.
	Roles []UserRole `json:"roles,omitempty"`
	// Extra are options of an imported connection string that the form has no field for, kept in their order.
	Extra []Option `json:"extra,omitempty"`
}

// An Option is one option of a connection string, decoded.
type Option struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// A UserRole is a role on a database.
type UserRole struct {
	Role     string `json:"role"`
	Database string `json:"database"`
}

// A CSRForm is what a certificate request asks for.
type CSRForm struct {
	// Subject as the user name is to be, the most specific part first: "CN=alice,OU=Data,O=Example". "" takes the opened
	// certificate's, byte for byte.
	Subject string `json:"subject"`
	// KeyType is one of KeyTypes: ec-p256, ec-p384, ec-p521, rsa-2048, rsa-3072, rsa-4096, ed25519. "" signs with the opened
	// certificate's key, or makes an ec-p256 one where none is open.
	KeyType  string     `json:"keyType"`
	AltNames []string   `json:"altNames,omitempty"` // host names, IP addresses, e-mail addresses, URIs
	Roles    []UserRole `json:"roles,omitempty"`    // into MongoDB's own extension; most authorities drop it
}

// A KitForm is what a test kit is made for.
type KitForm struct {
	Hosts []string `json:"hosts"` // of the server; none stands for localhost and 127.0.0.1
	// Folder is the absolute path that the files will have, for mongod.conf; "" for paths that are right in the kit's folder.
	Folder string `json:"folder"`
}

// A Response answers a Request. At most one of its parts is set, and Error or Internal instead of it when there is
// nothing to answer with.
type Response struct {
	Hello    *Hello     `json:"hello,omitempty"`
	Report   *Report    `json:"report,omitempty"`
	Chosen   *Chosen    `json:"chosen,omitempty"`
	Need     []Need     `json:"need,omitempty"`
	Targets  []Target   `json:"targets,omitempty"`
	Rendered *Rendered  `json:"rendered,omitempty"`
	Saved    *SavedFile `json:"saved,omitempty"` // its bytes are the response's first byte array
	Password string     `json:"password,omitempty"`
	Lint     *Lint      `json:"lint,omitempty"`
	Doctor   *Doctor    `json:"doctor,omitempty"`
	Forms    []FileForm `json:"forms,omitempty"`
	Explain  *Explain   `json:"explain,omitempty"`
	Diff     *Diff      `json:"diff,omitempty"`
	Server   *Server    `json:"server,omitempty"`
	CSR      *CSR       `json:"csr,omitempty"`
	Reply    *Reply     `json:"reply,omitempty"`
	Kit      *Kit       `json:"kit,omitempty"`
	Error    *Problem   `json:"error,omitempty"`
	Internal string     `json:"internal,omitempty"` // our own bug, never the person's file
}

// Hello says what was loaded.
type Hello struct {
	Contract int    `json:"contract"`
	Version  string `json:"version"`
}

// A Need is one thing to be done outside; the numbers of byte arrays are indexes into the response's. What each gives goes
// back in the same order as the byte arrays of OpDerived, an empty one for what cannot be done.
//
//   - "derive" gives one PBKDF2 key (RFC 8018) from Hash, Iterations, Length, Password and Salt.
//   - "generate" gives a new key as PKCS#8, for Algorithm with Curve, or Bits of an RSA modulus.
//   - "sign" gives WebCrypto's signature of Message with the PKCS#8 Key, for Algorithm, Curve and Hash.
//   - "verify" gives one byte, 1 where Signature is of Message by the SubjectPublicKeyInfo Key, and 0 where it is not.
type Need struct {
	Kind       string `json:"kind"`
	Hash       string `json:"hash"` // WebCrypto's name: SHA-1, SHA-256, SHA-384, SHA-512
	Iterations int    `json:"iterations"`
	Length     int    `json:"length"` // bytes
	Password   int    `json:"password"`
	Salt       int    `json:"salt"`
	Algorithm  string `json:"algorithm,omitempty"` // WebCrypto's name: ECDSA, RSASSA-PKCS1-v1_5, RSA-PSS, Ed25519
	Curve      string `json:"curve,omitempty"`     // WebCrypto's name: P-256, P-384, P-521
	Bits       int    `json:"bits,omitempty"`
	Key        int    `json:"key"`
	Message    int    `json:"message"`
	Signature  int    `json:"signature,omitempty"`
	SaltLength int    `json:"saltLength,omitempty"` // bytes, of RSA-PSS
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

// A Chosen is what of a Report depends on the chosen identity, under the same names: with thousands of certificates open the
// rest is megabytes.
type Chosen struct {
	Username        *string     `json:"username"`
	UsernameRefusal string      `json:"usernameRefusal"`
	OtherNames      []OtherName `json:"otherNames"`
	Identity        string      `json:"identity"`
	Findings        []Finding   `json:"findings"`
	Checked         []string    `json:"checked"`
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
	// Request says that it holds a certificate request, which OpReply compares with what is open.
	Request bool `json:"request,omitempty"`
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
	// Error is what the client prints, one line for each kind of client when none was chosen; Server what the server prints
	// or logs. Also are ids of other entries of the catalogue that the same cause shows as.
	Error  string   `json:"error,omitempty"`
	Server string   `json:"server,omitempty"`
	Also   []string `json:"also,omitempty"`
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

// A Doctor is the answer to «why does it fail?». `certuri doctor --json` prints it.
type Doctor struct {
	Verdict  string    `json:"verdict"` // works, works-with-warnings, will-not-work
	Findings []Finding `json:"findings"`
	Checked  []string  `json:"checked"` // what was looked at and found good, in words
	// Report is text for a ticket: ids, what they stand for and versions, and no name, host or path.
	Report string `json:"report"`
}

// An Explain is what a message may be about. `certuri explain --json` prints it.
type Explain struct {
	Entries   []Entry `json:"entries"`             // three at most, the likeliest first; none when it is not known
	Shortened bool    `json:"shortened,omitempty"` // the text was longer than what is looked at
}

// An Entry is one entry of the catalogue of failures.
type Entry struct {
	ID        string `json:"id"`
	What      string `json:"what"`
	Why       string `json:"why"`
	Fix       string `json:"fix"`
	TellApart string `json:"tellApart,omitempty"` // when it is this one, where several print the same
	Offline   bool   `json:"offline,omitempty"`   // OpDoctor finds it in the files, the connection string or the target
	Source    string `json:"source,omitempty"`
}

// A Diff is a name beside the chosen identity's user name. `certuri diff --json` prints it.
type Diff struct {
	Verdict  string    `json:"verdict"` // equal, other-server, same-name, different, other-subject, no-name
	What     string    `json:"what"`
	Why      string    `json:"why"`
	Fix      string    `json:"fix"`
	Entry    string    `json:"entry,omitempty"`    // the id in the catalogue of failures
	Username string    `json:"username"`           // the certificate's, on server 4.2 and later, Linux
	Compared string    `json:"compared,omitempty"` // the name in the text that was compared
	Rows     []DiffRow `json:"rows"`               // in the server's order
}

// A DiffRow is one RDN of both names. The stretches that differ are in UTF-16 code units, as JavaScript counts.
type DiffRow struct {
	Label  string `json:"label"`
	Ours   string `json:"ours"`   // the server's; "" when it has none
	Theirs string `json:"theirs"` // as written; "" when it is missing
	State  string `json:"state"`  // same, differs, missing, extra
	// Kind is what differs: label, space, escape, order leave the value as it is; value, case, blank, backslash, encoding,
	// form, look-alike do not.
	Kind        string `json:"kind,omitempty"`
	OursStart   int    `json:"oursStart"`
	OursEnd     int    `json:"oursEnd"`
	TheirsStart int    `json:"theirsStart"`
	TheirsEnd   int    `json:"theirsEnd"`
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

// A FileForm is one form of file that can be saved.
type FileForm struct {
	ID            string `json:"id"`
	Label         string `json:"label"`
	Extension     string `json:"extension"` // with its dot
	Secret        bool   `json:"secret"`    // it holds the private key
	TakesPassword bool   `json:"takesPassword"`
	NeedsPassword bool   `json:"needsPassword"` // without one it is written under the empty password, with a warning
	Default       bool   `json:"default"`       // it is what the target is given
	Fits          bool   `json:"fits"`          // it has a place for the chosen identity's kind of key
}

// A SavedFile names the bytes that go with it.
type SavedFile struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	// Beside is the name of a second file that belongs to it, whose bytes are the response's second byte array.
	Beside   string   `json:"beside,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
	// Commands are lines of a POSIX shell that do the same with openssl and keytool.
	Commands []string `json:"commands,omitempty"`
}

// A Server is what goes on the server's side and into manifests, for the chosen identity.
type Server struct {
	Username string       `json:"username"` // "" without a certificate: then a stand-in is in the texts
	Texts    []ServerText `json:"texts"`
	Roles    []KnownRole  `json:"roles"` // the built-in roles, to choose from
}

// A ServerText is one text of the server's side.
type ServerText struct {
	ID      string          `json:"id"`    // mongosh, command, atlas-cli, atlas-ui, ansible, terraform, mongod-conf, check, cert-manager, base64-...
	Label   string          `json:"label"` // "Ansible"
	Group   string          `json:"group"` // the heading that it stands under
	Snippet snippet.Snippet `json:"snippet"`
}

// A KnownRole is a role that every server has.
type KnownRole struct {
	Role      string `json:"role"`
	AdminOnly bool   `json:"adminOnly"` // it exists on the database admin alone
	What      string `json:"what"`
}

// A CSR is what a certificate request asks for, as it was encoded.
type CSR struct {
	Username string   `json:"username"` // the name that a certificate with this subject logs in under; "" when the server has none
	KeyType  string   `json:"keyType"`
	NewKey   bool     `json:"newKey"`
	AltNames []string `json:"altNames,omitempty"`
	Roles    []string `json:"roles,omitempty"` // "role@database"
}

// A Reply is a certificate beside the request for it. `certuri csr --check` prints it.
type Reply struct {
	Certificate string `json:"certificate"` // SHA-256 of what was compared
	// Asked is the user name of the request's subject; "" when the server has none.
	Asked    string    `json:"asked"`
	Verdict  string    `json:"verdict"`  // as Doctor's: works, works-with-warnings, will-not-work
	Findings []Finding `json:"findings"` // what the authority changed
	Checked  []string  `json:"checked"`
}

// A Kit is a test kit. Its client certificate's user name is Username, and Password that of its PKCS#12 files.
type Kit struct {
	Username string    `json:"username"`
	Password string    `json:"password"`
	Files    []KitFile `json:"files"`
}

// A KitFile is one file of a test kit.
type KitFile struct {
	Name   string `json:"name"`   // a path with slashes, within the kit
	Secret bool   `json:"secret"` // it holds a key or a password: mode 0600
	What   string `json:"what"`
}
