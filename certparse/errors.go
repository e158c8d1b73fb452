package certparse

import "strconv"

// An Error says what stopped Open from reading something. Match on Code; the text may change.
type Error struct {
	Code  Code
	File  int    // index into the files given to Open
	Where string // "PEM block 2 (ENCRYPTED PRIVATE KEY)", or "" for the whole file
	Found string // the algorithm, label or format met; never bytes from the file
	Err   error  // cause, may be nil; never set near keys and passwords
}

// Error prints the code and the place, for logs and tests. People are shown the advice of package contract.
func (e *Error) Error() string {
	s := "certparse: " + string(e.Code)
	if e.Where != "" {
		s += " in " + e.Where
	}
	if e.Found != "" {
		s += ": " + strconv.Quote(e.Found)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// A Code names one thing that the person can do next: two causes with the same remedy share a code. The values are part
// of the JSON contract.
type Code string

// The codes of Error.
const (
	CodeEmptyFile            Code = "empty-file"
	CodeTooLarge             Code = "too-large"                 // over a size or count in limits.go; Found names it
	CodeTooManyRounds        Code = "too-many-rounds"           // key derivation over a limit
	CodeNotACertificate      Code = "not-a-certificate"         // nothing in it is a certificate or key in any form known
	CodeDamaged              Code = "damaged"                   // recognised, but cut off or corrupt
	CodePasswordRequired     Code = "password-required"         // encrypted and no password was given
	CodeWrongPassword        Code = "wrong-password"            // the file itself proves that the password is wrong
	CodeWrongOrDamaged       Code = "wrong-password-or-damaged" // the encryption cannot tell the two apart
	CodeUnsupportedAlgorithm Code = "unsupported-algorithm"     // Found names it
	CodePublicKeyIntegrity   Code = "public-key-integrity"      // PKCS#12 signed, not MACed
	CodeCertificateEncrypted Code = "certificate-encrypted"     // PKCS#12 safe encrypted to a certificate
	CodeOpenSSHKey           Code = "openssh-key"
	CodePuTTYKey             Code = "putty-key"
	CodePVKKey               Code = "pvk-key"
	CodePublicKey            Code = "public-key"
	CodeCSR                  Code = "certificate-request"
	CodeCRL                  Code = "revocation-list"
	CodePGP                  Code = "pgp"
	CodeKeyFile              Code = "replica-set-keyfile"   // MongoDB's shared-secret keyFile
	CodeBouncyKeystore       Code = "bouncycastle-keystore" // BKS, UBER, BCFKS
	CodeUnsupportedArchive   Code = "unsupported-archive"   // 7-Zip, RAR, an encrypted ZIP; Found names it
)
