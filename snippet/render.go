package snippet

import (
	"slices"
	"strings"

	"certuri/uribuild"
)

// A Code says why nothing could be rendered.
type Code string

// The codes of an Error.
const (
	CodeTarget   Code = "unknown-target"
	CodeStyle    Code = "unknown-style"
	CodeVersion  Code = "unknown-version"
	CodePassword Code = "unknown-password-source"
	CodeEnvName  Code = "environment-name"
	CodeNUL      Code = "nul-character"
)

// An Error says which field of the Input could not be used.
type Error struct {
	Code  Code
	Field string // "Version", "PasswordEnv", ...; "" for the target's id
}

func (e *Error) Error() string { return "snippet: " + string(e.Code) }

// Advice gives the words for the error.
func (e *Error) Advice() uribuild.Advice {
	switch e.Code {
	case CodeTarget:
		return uribuild.Advice{What: "There is no such target.", Why: "Targets are named by their ids.", Fix: "Choose one of the listed targets."}
	case CodeStyle:
		return uribuild.Advice{What: "This target has no such style.", Why: "Some clients take their settings in one way only.", Fix: "Choose constructor or uri, as the target lists them."}
	case CodeVersion:
		return uribuild.Advice{What: "The snippet is not known to work with this version.", Why: "The client had no X.509 login then, or spelt its options in another way.", Fix: "Choose one of the listed versions."}
	case CodePassword:
		return uribuild.Advice{What: "The source of the key's password is not known.", Why: "It is one of none, env and inline.", Fix: "Choose one of these."}
	case CodeEnvName:
		return uribuild.Advice{What: "This cannot be the name of an environment variable.", Why: "Shells take letters, digits and underscores, not starting with a digit.", Fix: "Use a name such as MONGODB_KEY_PASSWORD."}
	case CodeNUL:
		return uribuild.Advice{What: "A value holds the character NUL.", Why: "Paths, host names and arguments of a program end at it.", Fix: "Remove the character, or choose a target that is not a shell."}
	}
	return uribuild.Advice{What: string(e.Code)}
}

const defaultPasswordEnv = "MONGODB_KEY_PASSWORD"

// Stand-ins are shown as Fill until the person gives their own. The path is a valid one, so that the rest of the
// snippet can be tried; a host name has none that would be right.
const (
	standInHost     = "<hostname>"
	standInCluster  = "<cluster>.mongodb.net"
	standInSet      = "rs0"
	standInPath     = "/path/to/client"
	standInPassword = "<password>"
	standInUsername = "CN=<name>,OU=<unit>,O=<organization>"
)

// A request is an Input that has been checked, with stand-ins where it is empty.
type request struct {
	Input
	hostsKind, setKind, pathKind, passwordKind SpanKind
	names                                      optionNames
	encodeTwice                                bool // the client decodes the values of options twice
	age                                        int  // index into the target's versions: 0 is the newest
}

// optionNames are the names that changed between versions of a client.
type optionNames struct{ tls, keyFile, keyPassword, caFile string }

var tlsNames = optionNames{"tls", "tlsCertificateKeyFile", "tlsCertificateKeyFilePassword", "tlsCAFile"}

// Render gives the snippet of the target with this id. Empty hosts, paths and the like become stand-ins of kind Fill.
// Everything that does not fit is an error: *Error, or *uribuild.Error for the deployment.
//
// A Version may be one of the target's labels or any version number of the client, such as "4.20".
func Render(id string, in Input) (Snippet, error) {
	i := slices.IndexFunc(targets, func(t *Target) bool { return t.ID == id })
	if i < 0 {
		return Snippet{}, &Error{Code: CodeTarget}
	}
	t := targets[i]
	r, err := t.request(in)
	if err != nil {
		return Snippet{}, err
	}
	w := newWriter(t.language)
	t.render(w, r)
	s := w.snippet(t.saveAs)
	if s.Needs = w.needs; s.Needs == nil && t.File != NoFile {
		s.Needs = append(s.Needs, Needed{r.CertificateKeyFile, t.File})
		if ca := r.Deployment.CAFile; ca != "" {
			s.Needs = append(s.Needs, Needed{ca, t.ca()})
		}
	}
	if says := formOfName(r.CertificateKeyFile); says != "" && t.File != NoFile && (says == PKCS12) != (t.File == PKCS12) {
		s.Notes = append(s.Notes, "The name of the certificate's file speaks of another form than "+t.Label+" reads: "+t.File.String()+".")
	}
	return s, nil
}

func (t *Target) ca() Form {
	if t.CA == "" {
		return CAPEM
	}
	return t.CA
}

// formOfName tells PKCS#12 and PEM apart by a name's ending; "" for any other.
func formOfName(path string) Form {
	switch strings.ToLower(path[strings.LastIndexByte(path, '.')+1:]) {
	case "p12", "pfx", "pkcs12":
		return PKCS12
	case "pem", "crt", "cer", "key":
		return CombinedPEM
	}
	return ""
}

// String says the form in words.
func (f Form) String() string {
	switch f {
	case CombinedPEM:
		return "one PEM file with the certificate, its chain and the key"
	case CertificatePEM:
		return "a PEM file with the certificate and its chain"
	case KeyPEM:
		return "a PEM file with the private key"
	case CAPEM:
		return "a PEM file with the authorities that signed the servers' certificates"
	case PKCS12:
		return "a PKCS#12 file with the certificate, its chain and the key"
	case PKCS12TrustStore:
		return "a PKCS#12 trust store with the authorities that signed the servers' certificates"
	}
	return "no file"
}

func (t *Target) request(in Input) (*request, error) {
	r := &request{Input: in, hostsKind: Yours, setKind: Yours, pathKind: Yours, passwordKind: Yours, names: tlsNames}
	if r.Style == "" {
		r.Style = t.Styles[0]
	}
	if !slices.Contains(t.Styles, r.Style) {
		return nil, &Error{CodeStyle, "Style"}
	}
	if r.age = t.age(in.Version); r.age < 0 {
		return nil, &Error{CodeVersion, "Version"}
	}
	switch r.PasswordFrom {
	case PasswordNone, PasswordEnv:
		r.Password = ""
	case "":
		r.PasswordFrom, r.Password = PasswordEnv, ""
	case PasswordInline:
		if r.Password == "" {
			r.Password, r.passwordKind = standInPassword, Fill
		}
	default:
		return nil, &Error{CodePassword, "PasswordFrom"}
	}
	if r.PasswordEnv == "" {
		r.PasswordEnv = defaultPasswordEnv
	}
	if !envName(r.PasswordEnv) {
		return nil, &Error{CodeEnvName, "PasswordEnv"}
	}

	d := &r.Deployment
	if d.Topology == "" {
		d.Topology = uribuild.Single
	}
	if len(d.Hosts) == 0 {
		r.hostsKind = Fill
		switch d.Topology {
		case uribuild.SRV:
			d.Hosts = []uribuild.Host{{Name: standInCluster}}
		case uribuild.ReplicaSet:
			d.Hosts = []uribuild.Host{{Name: "<hostname1>", Port: 27017}, {Name: "<hostname2>", Port: 27017}, {Name: "<hostname3>", Port: 27017}}
		default:
			d.Hosts = []uribuild.Host{{Name: standInHost, Port: 27017}}
		}
	}
	if d.Topology == uribuild.ReplicaSet && d.ReplicaSetName == "" {
		d.ReplicaSetName, r.setKind = standInSet, Fill
	}
	if r.CertificateKeyFile == "" {
		r.CertificateKeyFile, r.pathKind = standInPath+".pem", Fill
		if t.File == PKCS12 {
			r.CertificateKeyFile = standInPath + ".p12"
		}
	}

	// Every language here writes its text in UTF-8; a broken byte sequence would not survive any of them.
	for _, p := range []*string{&r.Username, &r.Password, &r.CertificateKeyFile, &d.CAFile, &d.ReplicaSetName, &d.Database} {
		*p = strings.ToValidUTF8(*p, "\uFFFD")
	}
	if strings.Contains(r.CertificateKeyFile, "\x00") {
		return nil, &Error{CodeNUL, "CertificateKeyFile"}
	}
	if strings.Contains(d.CAFile, "\x00") {
		return nil, &Error{CodeNUL, "CAFile"}
	}
	if !t.language.quote.nul && r.Style == Constructor && strings.Contains(r.Username, "\x00") {
		return nil, &Error{CodeNUL, "Username"}
	}
	if !t.language.quote.nul && strings.Contains(r.Password, "\x00") {
		return nil, &Error{CodeNUL, "Password"}
	}
	if _, err := uribuild.Build(*d, uribuild.Identity{}); err != nil {
		return nil, err
	}
	return r, nil
}

func envName(s string) bool {
	for i := range len(s) {
		if !wordByte(s[i]) || i == 0 && s[i] <= '9' {
			return false
		}
	}
	return true
}

// uri gives the whole login as one connection string. A password from the environment is not in it.
func (r *request) uri() []piece {
	u, err := uribuild.Build(r.Deployment, uribuild.Identity{
		CertificateKeyFile: r.CertificateKeyFile, KeyPassword: r.Password, Username: r.Username})
	if err != nil {
		return nil // request has built it already
	}
	r.rename(u.Options)
	return r.pieces(u)
}

// rename gives options the names that this version of the client knows.
func (r *request) rename(options []uribuild.Option) {
	for i, o := range options {
		switch o.Name {
		case tlsNames.tls:
			options[i].Name = r.names.tls
		case tlsNames.keyFile:
			options[i].Name = r.names.keyFile
		case tlsNames.keyPassword:
			options[i].Name = r.names.keyPassword
		case tlsNames.caFile:
			options[i].Name = r.names.caFile
		}
	}
}

// loginURI gives a connection string with the login and TLS, and no files: for a client that takes them elsewhere.
func (r *request) loginURI() []piece {
	d := r.Deployment
	d.CAFile = ""
	u, err := uribuild.Build(d, uribuild.Identity{Username: r.Username})
	if err != nil {
		return nil // request has built it already
	}
	r.rename(u.Options)
	return r.pieces(u)
}

// seeds gives a connection string that says where the servers are, and nothing of the login.
func (r *request) seeds() []piece {
	d := r.Deployment
	u := uribuild.URI{SRV: d.Topology == uribuild.SRV, Hosts: d.Hosts, Database: d.Database}
	if d.Topology == uribuild.ReplicaSet {
		u.Options = append(u.Options, uribuild.Option{Name: "replicaSet", Value: d.ReplicaSetName})
	}
	u.Options = append(u.Options, d.Extra...)
	return r.pieces(u)
}

func (r *request) pieces(u uribuild.URI) []piece {
	text, parts := u.Parts()
	firstExtra := len(u.Options) - len(r.Deployment.Extra)
	pieces := make([]piece, 0, 2*len(parts))
	add := func(kind SpanKind, written string) {
		if written != "" {
			pieces = append(pieces, piece{kind, written})
		}
	}
	done := 0
	for _, p := range parts {
		kind, written := String, text[p.Start:p.End]
		switch p.Kind {
		case uribuild.PartHost, uribuild.PartPort:
			if kind = r.hostsKind; kind == Fill {
				written = p.Value
			}
		case uribuild.PartUsername, uribuild.PartDatabase:
			kind = Yours
		case uribuild.PartName:
			if p.Index >= firstExtra {
				kind = Yours
			}
		case uribuild.PartValue:
			switch u.Options[p.Index].Name {
			case "replicaSet":
				kind = r.setKind
			case r.names.keyFile:
				kind = r.pathKind
			case r.names.keyPassword:
				if kind = r.passwordKind; kind == Fill {
					written = p.Value
				}
			case r.names.caFile:
				kind = Yours
			default:
				if p.Index >= firstExtra {
					kind = Yours
				}
			}
		}
		// Once decoded, any other character is itself.
		if r.encodeTwice && (p.Kind == uribuild.PartValue || p.Kind == uribuild.PartDatabase) && strings.ContainsAny(p.Value, "%+&;=") {
			written = uribuild.Escape(written)
		}
		add(String, text[done:p.Start])
		add(kind, written)
		done = p.End
	}
	return pieces
}

func (r *request) certificateKeyFile() piece { return piece{r.pathKind, r.CertificateKeyFile} }
func (r *request) caFile() piece             { return piece{Yours, r.Deployment.CAFile} }
func (r *request) username() piece           { return piece{Yours, r.Username} }
func (r *request) password() piece           { return piece{r.passwordKind, r.Password} }
