package certbuild

import (
	"encoding/pem"

	"certuri/certparse"
)

// PEMOptions adjust CombinedPEM. The zero value writes the key plain and leaves the root out.
type PEMOptions struct {
	// Password encrypts the key; "" writes it plain. It is used as UTF-8. Java reads only printable ASCII ones.
	Password string
	// Iterations is the number of PBKDF2 rounds; 0 stands for DefaultIterations.
	Iterations int
	// Salt is that of the key derivation, from NewSalt; nil draws one. A caller whose Derive may answer
	// certparse.ErrPending sets it and keeps it for the second call, because a key fits only the salt that it was asked
	// for with.
	Salt []byte
	// Derive computes the PBKDF2 key; nil stands for certparse.StandardDeriver.
	Derive certparse.Deriver
	// IncludeRoot keeps a self-issued certificate at the end of the chain. A server has its own copy and does not look
	// at a client's.
	IncludeRoot bool
}

// CombinedPEM writes one file with the leaf, the intermediates in order, and the key as PKCS#8: the order that every client
// reads, with LF line ends, 64 columns and nothing between the blocks. With a password the key is PBES2 with
// PBKDF2-HMAC-SHA256 and AES-256-CBC (RFC 8018), the one encryption that OpenSSL, Go, Java, .NET and Rust all read.
//
// The error is an *Error, or certparse.ErrPending when Derive left the key for later: call again with the same options.
func CombinedPEM(id certparse.Identity, opt PEMOptions) ([]byte, error) {
	switch {
	case id.Leaf == nil:
		return nil, &Error{Code: CodeNoCertificate}
	case id.Key == nil:
		return nil, &Error{Code: CodeNoKey}
	case id.Key.Locked || len(id.Key.PKCS8) == 0:
		return nil, &Error{Code: CodeKeyLocked}
	case !id.Key.BelongsTo(id.Leaf):
		return nil, &Error{Code: CodeKeyMismatch}
	}
	label, key := "PRIVATE KEY", id.Key.PKCS8
	if opt.Password != "" {
		var err error
		if key, err = encryptPKCS8(key, opt); err != nil {
			return nil, err
		}
		label = "ENCRYPTED PRIVATE KEY"
	}
	chain := id.Chain
	if last := len(chain) - 1; last >= 0 && !opt.IncludeRoot && chain[last].SelfIssued() {
		chain = chain[:last]
	}
	out := appendPEM(nil, "CERTIFICATE", id.Leaf.Raw)
	for _, c := range chain {
		out = appendPEM(out, "CERTIFICATE", c.Raw)
	}
	return appendPEM(out, label, key), nil
}

func appendPEM(out []byte, label string, der []byte) []byte {
	return append(out, pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})...)
}
