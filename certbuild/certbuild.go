// Package certbuild writes the files that a client reads: PEM and DER, keys as PKCS#8, PKCS#1 and SEC 1, PKCS#12 in the
// profiles that its readers know, Java key stores, and stores and bundles of authorities. Forms lists them; ReaderOf says
// which of them a client is given.
//
// It takes what package certparse found and changes nothing in it: certificates are written byte for byte, and of a key
// only the wrapping is new. It does no I/O, and it refuses to write a file that no client could use, such as a key that
// does not belong to the certificate.
package certbuild

// An Error says why a file was not written. Match on Code; the text may change.
type Error struct {
	Code Code
	Err  error // cause, may be nil; never anything of a key or a password
}

// Error gives the code and the cause.
func (e *Error) Error() string {
	s := "certbuild: " + string(e.Code)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// A Code names one thing that the person can do next. The values are part of the JSON contract.
type Code string

// The codes of Error.
const (
	CodeNoCertificate Code = "no-certificate" // the identity has no leaf
	CodeNoKey         Code = "no-key"         // none of the files held the certificate's key
	CodeKeyLocked     Code = "key-locked"     // the key is there, its password is not
	CodeKeyMismatch   Code = "key-mismatch"   // the key belongs to another certificate
	CodeDerivation    Code = "derivation"     // the Deriver cannot compute the key that encrypts
	CodeNoChain       Code = "no-chain"       // the chain alone is wanted, and there is none
	CodeNoAuthority   Code = "no-authority"   // authorities are wanted, and none of the files held one
	CodeKeyType       Code = "key-type"       // the form has no place for a key of this algorithm
	CodePasswordChars Code = "password-chars" // the form cannot hold this password's characters
	CodeNoWriter      Code = "no-writer"      // Options.JKS is not set
	// CodePasswordMissing: the form cannot do without a password.
	CodePasswordMissing Code = "password-missing"
)
