// Package snippet renders what a person pastes: programs, commands and configuration that log in with MONGODB-X509.
// It is one table of targets with a pure function each. No value reaches the text but through the target's quoter.
package snippet

import "certuri/uribuild"

// A Style is one of the ways of saying the same connection to a client.
type Style string

// The styles; the values are part of the JSON contract and of the command line.
const (
	Constructor Style = "constructor"
	URI         Style = "uri"
)

// A PasswordFrom says where the snippet takes the key's password from.
type PasswordFrom string

// The sources of the key's password; the values are part of the JSON contract.
const (
	PasswordNone   PasswordFrom = "none"   // the key in the file is not encrypted
	PasswordEnv    PasswordFrom = "env"    // from the environment variable Input.PasswordEnv
	PasswordInline PasswordFrom = "inline" // written into the text
)

// An Input is all that a snippet depends on.
type Input struct {
	Deployment         uribuild.Deployment
	Username           string // "" leaves it out
	CertificateKeyFile string // path of the file the target reads
	PasswordFrom       PasswordFrom
	PasswordEnv        string // the variable's name; "" stands for MONGODB_KEY_PASSWORD
	Password           string // PasswordInline only
	Style              Style
	Version            string // one of the target's versions, "" for the newest
}

// A SpanKind says what a piece of a snippet is, for highlighting and for marking what is the person's own.
type SpanKind string

// The kinds of span.
const (
	Plain   SpanKind = ""
	Keyword SpanKind = "keyword"
	String  SpanKind = "string"
	Comment SpanKind = "comment"
	Yours   SpanKind = "yours" // a value that came from the person or their certificate
	Fill    SpanKind = "fill"  // a stand-in that they must still replace
)

// A Span is a piece of a snippet.
type Span struct {
	Kind SpanKind `json:"kind,omitempty"`
	Text string   `json:"text"`
}

// A Snippet is rendered text: the concatenation of its spans is what is copied.
type Snippet struct {
	Spans    []Span   `json:"spans"`
	Language string   `json:"language"` // "python", "javascript", "go", "shell"
	File     string   `json:"file"`     // the name to save it under, such as "connect.py"
	Notes    []string `json:"notes,omitempty"`
	// Fragment are the spans from the first to before the last that make the client, inside a whole program; null where
	// the whole is meant to be copied.
	Fragment *Range `json:"fragment,omitempty"`
	// Needs are the files that the text names.
	Needs []Needed `json:"needs,omitempty"`
	// Also are further files of the program: the settings beside the code, or the code that tries the settings.
	Also []Snippet `json:"also,omitempty"`
}

// A Range counts spans: Start is in it, End is not.
type Range struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// A Form says what is in a file.
type Form string

// The forms of file that targets read; the values are those of certbuild and of the command line.
const (
	NoFile           Form = "none"         // it takes the certificate in no file
	CombinedPEM      Form = "combined-pem" // the leaf, its chain and the key
	CertificatePEM   Form = "cert-pem"     // the leaf and its chain
	KeyPEM           Form = "key-pem"      // the key, PKCS#8
	CAPEM            Form = "ca-pem"       // the authorities that signed the servers' certificates
	PKCS12           Form = "pkcs12"       // the leaf, its chain and the key, with a password
	PKCS12TrustStore Form = "truststore-pkcs12"
)

// A Needed is a file that a snippet names.
type Needed struct {
	Path string `json:"path"` // as the snippet names it
	Form Form   `json:"form"`
}
