package certbuild

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"

	"certuri/certparse"
)

// A FormID names a form of file. The values are part of the JSON contract and of the command line, and package snippet
// names the file that a target reads with them.
type FormID string

// The forms.
const (
	CombinedPEMForm FormID = "combined-pem"
	KeyFirstPEM     FormID = "combined-pem-key-first"
	SeparatePEM     FormID = "separate-pem"
	CertPEM         FormID = "cert-pem"
	LeafPEM         FormID = "leaf-pem"
	ChainPEM        FormID = "chain-pem"
	CAPEM           FormID = "ca-pem"
	KeyPEM          FormID = "key-pem"
	KeyPKCS1        FormID = "key-pkcs1"
	KeySEC1         FormID = "key-sec1"
	CertDER         FormID = "cert-der"
	KeyDER          FormID = "key-der"
	PKCS12          FormID = "pkcs12"
	PKCS12Legacy    FormID = "pkcs12-legacy"
	PKCS12PBMAC1    FormID = "pkcs12-pbmac1"
	JKS             FormID = "jks"
	TrustPKCS12     FormID = "truststore-pkcs12"
	TrustJKS        FormID = "truststore-jks"
)

// A PasswordUse says what a new password does in a form.
type PasswordUse byte

// The uses of a new password.
const (
	NoPassword  PasswordUse = iota // nothing in the form is encrypted
	KeyPassword                    // it encrypts the key, which without one is written plain
	// StorePassword: the form always has one. Without, the empty password is used where the form allows it.
	StorePassword
	TrustPassword // it protects public certificates against changes; it may be missing
)

// A Form is one form of file that Build writes.
type Form struct {
	ID        FormID
	Label     string // for a person, such as "PKCS#12 key store"
	Extension string // of the file's name, with its dot
	Secret    bool   // it holds the private key
	KeyOnly   bool   // and nothing else: a certificate is not needed
	Password  PasswordUse
	// Beside is the extension of a second file that Build gives, "" for none.
	Beside  string
	Aliases []string // other names that the command line takes
	build   func(*builder) ([][]byte, error)
}

// forms stand in the order in which they are shown.
var forms = []Form{
	{CombinedPEMForm, "PEM with certificate, chain and key", ".pem", true, false, KeyPassword, "", []string{"pem"}, (*builder).combinedPEM},
	{KeyFirstPEM, "PEM with key, certificate and chain", ".pem", true, false, KeyPassword, "", []string{"pem-key-first"}, (*builder).keyFirstPEM},
	{SeparatePEM, "two PEM files: certificate with chain, and key", ".crt", true, false, KeyPassword, ".key", []string{"crt-key"}, (*builder).separatePEM},
	{CertPEM, "PEM with certificate and chain", ".crt", false, false, NoPassword, "", []string{"cert", "crt", "fullchain"}, (*builder).certPEM},
	{LeafPEM, "PEM with the certificate alone", ".crt", false, false, NoPassword, "", []string{"leaf"}, (*builder).leafPEM},
	{ChainPEM, "PEM with the chain alone", ".pem", false, false, NoPassword, "", []string{"chain"}, (*builder).chainPEM},
	{CAPEM, "PEM with the authorities (CA file)", ".pem", false, false, NoPassword, "", []string{"ca", "ca-bundle"}, (*builder).caPEM},
	{KeyPEM, "PEM with the key, PKCS#8", ".key", true, true, KeyPassword, "", []string{"key", "key-pkcs8", "pkcs8"}, (*builder).keyPEM},
	{KeyPKCS1, "PEM with the RSA key, PKCS#1", ".key", true, true, KeyPassword, "", []string{"pkcs1"}, (*builder).keyPKCS1},
	{KeySEC1, "PEM with the EC key, SEC 1", ".key", true, true, KeyPassword, "", []string{"sec1"}, (*builder).keySEC1},
	{CertDER, "DER certificate", ".cer", false, false, NoPassword, "", []string{"der", "cer"}, (*builder).certDER},
	{KeyDER, "DER key, PKCS#8", ".der", true, true, KeyPassword, "", []string{"pkcs8-der"}, (*builder).keyDER},
	{PKCS12, "PKCS#12 (AES-256, SHA-256)", ".p12", true, false, StorePassword, "", []string{"p12", "pfx"}, (*builder).pkcs12},
	{PKCS12Legacy, "PKCS#12 for old readers (3DES, SHA-1)", ".p12", true, false, StorePassword, "", []string{"p12-legacy", "pfx-legacy"}, (*builder).pkcs12Legacy},
	{PKCS12PBMAC1, "PKCS#12 for FIPS (AES-256, PBMAC1)", ".p12", true, false, StorePassword, "", []string{"p12-pbmac1", "pkcs12-fips"}, (*builder).pkcs12PBMAC1},
	{JKS, "Java key store (JKS)", ".jks", true, false, StorePassword, "", []string{"keystore"}, (*builder).jks},
	{TrustPKCS12, "Java trust store, PKCS#12", ".p12", false, false, TrustPassword, "", []string{"truststore"}, (*builder).trustPKCS12},
	{TrustJKS, "Java trust store, JKS", ".jks", false, false, TrustPassword, "", nil, (*builder).trustJKS},
}

// Forms gives every form, in the order in which they are shown.
func Forms() []Form { return slices.Clone(forms) }

// FormNamed finds a form by its id or one of its aliases, nil when there is none of this name. It is not to be changed.
func FormNamed(name string) *Form {
	for i := range forms {
		if string(forms[i].ID) == name || slices.Contains(forms[i].Aliases, name) {
			return &forms[i]
		}
	}
	return nil
}

// Takes says whether the form has a place for the identity's key: PKCS#1 holds RSA keys only, SEC 1 EC keys only.
func (f *Form) Takes(id *certparse.Identity) bool {
	switch {
	case id.Key == nil || id.Key.Locked:
		return true
	case f.ID == KeyPKCS1:
		return id.Key.Algorithm == "RSA"
	case f.ID == KeySEC1:
		return id.Key.Algorithm == "EC"
	}
	return true
}

// An Input is what a file is made of.
type Input struct {
	Identity    certparse.Identity
	Authorities []*certparse.Certificate // for CAPEM and the trust stores
}

// Authorities are the certificates of a bundle that sign others, in the order in which they were met. A certificate of
// version 1 has no mark that says so; one that issued itself counts, unless its key is here, which makes it the client's.
func Authorities(b *certparse.Bundle) []*certparse.Certificate {
	mine := make(map[*certparse.Certificate]bool)
	for _, k := range b.Keys {
		mine[k.Certificate] = true
	}
	var found []*certparse.Certificate
	for _, c := range b.Certificates {
		if c.IsCA || c.SelfIssued() && !mine[c] {
			found = append(found, c)
		}
	}
	return found
}

// Options adjust Build. The zero value writes a key plain and a store under the empty password.
type Options struct {
	// Password encrypts what is secret in the file; "" stands for none. What forms and readers make of characters that are
	// not ASCII differs: PBES2 takes UTF-8, PKCS#12's own derivation UTF-16, and Java 17 neither.
	Password string
	// Alias is the entry's name in a key store; "" stands for "client", and "ca" in a trust store.
	Alias string
	// Iterations is the number of rounds of each key derivation; 0 stands for the form's own number, and with no Password for
	// EmptyPasswordIterations.
	Iterations int
	// Salt is that of all key derivations of one file, from NewSalt; nil draws one. A caller whose Derive may answer
	// certparse.ErrPending sets it and keeps it for the second call, because a key fits only the salt that it was asked
	// for with.
	Salt []byte
	// Derive computes the keys; nil stands for certparse.StandardDeriver.
	Derive certparse.Deriver
	// JKS writes the forms of that name; nil leaves them out.
	JKS StoreWriter
	// IncludeRoot keeps a self-issued certificate at the end of the chain. A server has its own copy and does not look
	// at a client's.
	IncludeRoot bool
}

const (
	saltBytes = 16 // NIST SP 800-132 section 5.1
	// derivations is the most that one file takes: its certificates' key, its private key's, its MAC's.
	derivations = 3
)

// NewSalt draws the salts for one file.
func NewSalt() ([]byte, error) {
	salt := make([]byte, derivations*saltBytes)
	_, err := rand.Read(salt)
	return salt, err
}

// Build writes a file of the form: its bytes, and those of the second file where Form.Beside says that there is one.
//
// The error is an *Error, or certparse.ErrPending when Derive left keys for later: all that the file needs have then been
// asked for; call again with the same options.
func Build(form FormID, in Input, opt Options) ([][]byte, error) {
	f := FormNamed(string(form))
	if f == nil {
		return nil, errors.New("certbuild: there is no form of this name")
	}
	if strings.IndexByte(opt.Password, 0) >= 0 { // programs in C end it there, and key derivations take it for the empty one
		return nil, &Error{Code: CodePasswordChars}
	}
	b := &builder{Input: in, Options: opt, salts: opt.Salt}
	if b.Derive == nil {
		b.Derive = certparse.StandardDeriver{}
	}
	if b.salts == nil {
		var err error
		if b.salts, err = NewSalt(); err != nil {
			return nil, err
		}
	}
	if len(b.salts) != derivations*saltBytes {
		return nil, errors.New("certbuild: Options.Salt is not from NewSalt")
	}
	if f.Secret {
		if err := b.checkKey(f); err != nil {
			return nil, err
		}
	} else if f.Password == NoPassword && f.ID != CAPEM && in.Identity.Leaf == nil {
		return nil, &Error{Code: CodeNoCertificate}
	}
	files, err := f.build(b)
	if err != nil {
		return nil, err
	}
	return files, nil
}

// A builder makes one file.
type builder struct {
	Input
	Options
	salts   []byte // what is left of them
	failure error  // of a derivation; ErrPending gives way to any other
}

// checkKey refuses a key that is of no use.
func (b *builder) checkKey(f *Form) error {
	id := &b.Identity
	switch {
	case id.Leaf == nil && !f.KeyOnly:
		return &Error{Code: CodeNoCertificate}
	case id.Key == nil:
		return &Error{Code: CodeNoKey}
	case id.Key.Locked || len(id.Key.PKCS8) == 0:
		return &Error{Code: CodeKeyLocked}
	case id.Leaf != nil && !id.Key.BelongsTo(id.Leaf):
		return &Error{Code: CodeKeyMismatch}
	case !f.Takes(id):
		return &Error{Code: CodeKeyType}
	}
	return nil
}

// chain is what goes with the leaf.
func (b *builder) chain() []*certparse.Certificate {
	chain := b.Identity.Chain
	if last := len(chain) - 1; last >= 0 && !b.IncludeRoot && chain[last].SelfIssued() {
		chain = chain[:last]
	}
	return chain
}

// iterations is the number asked for, or the form's own, and few under the empty password.
func (b *builder) iterations(own int) int {
	switch {
	case b.Iterations != 0:
		return b.Iterations
	case b.Password == "":
		return EmptyPasswordIterations
	}
	return own
}

// salt takes the salt of one more derivation.
func (b *builder) salt() []byte {
	s := b.salts[:saltBytes]
	b.salts = b.salts[saltBytes:]
	return s
}

// derive asks for one key. What goes wrong is kept for derived, so that all keys of a file are asked for together.
func (b *builder) derive(k certparse.KDF) []byte {
	key, err := b.Derive.Derive(k)
	if err != nil && (b.failure == nil || errors.Is(b.failure, certparse.ErrPending)) {
		b.failure = err
	}
	return key
}

// derived says what went wrong with the keys asked for, nil when they are there.
func (b *builder) derived() error {
	switch {
	case errors.Is(b.failure, certparse.ErrPending) && b.Salt == nil:
		return errSaltNeeded
	case errors.Is(b.failure, certparse.ErrPending):
		return certparse.ErrPending
	case b.failure != nil:
		return &Error{Code: CodeDerivation, Err: b.failure}
	}
	return nil
}

// errSaltNeeded is a fault of the caller: the key that it will bring could never fit.
var errSaltNeeded = errors.New("certbuild: Options.Salt must be set when keys are derived elsewhere")
