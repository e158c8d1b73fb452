package certbuild

import (
	"encoding/pem"

	"certuri/certparse"
)

// CombinedPEM writes one file with the leaf, the intermediates in order, and the key as PKCS#8: the order that every client
// reads, with LF line ends, 64 columns and nothing between the blocks. With a password the key is PBES2 with
// PBKDF2-HMAC-SHA256 and AES-256-CBC (RFC 8018), the one encryption that OpenSSL, Go, Java, .NET and Rust all read.
// It is Build for CombinedPEMForm, and its errors are Build's.
func CombinedPEM(id certparse.Identity, opt Options) ([]byte, error) {
	files, err := Build(CombinedPEMForm, Input{Identity: id}, opt)
	if err != nil {
		return nil, err
	}
	return files[0], nil
}

func appendPEM(out []byte, label string, der []byte) []byte {
	return append(out, pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})...)
}

func appendCertificates(out []byte, certificates ...*certparse.Certificate) []byte {
	for _, c := range certificates {
		out = appendPEM(out, "CERTIFICATE", c.Raw)
	}
	return out
}

// one makes the answer of a form of one file.
func one(file []byte, err error) ([][]byte, error) {
	if err != nil {
		return nil, err
	}
	return [][]byte{file}, nil
}

func (b *builder) fullChain() []byte {
	return appendCertificates(appendCertificates(nil, b.Identity.Leaf), b.chain()...)
}

func (b *builder) combinedPEM() ([][]byte, error) { return one(b.appendKey(b.fullChain())) }

func (b *builder) keyFirstPEM() ([][]byte, error) {
	file, err := b.appendKey(nil)
	return one(append(file, b.fullChain()...), err)
}

func (b *builder) separatePEM() ([][]byte, error) {
	key, err := b.appendKey(nil)
	if err != nil {
		return nil, err
	}
	return [][]byte{b.fullChain(), key}, nil
}

func (b *builder) keyPEM() ([][]byte, error) { return one(b.appendKey(nil)) }

func (b *builder) keyDER() ([][]byte, error) { return one(b.pkcs8()) }

func (b *builder) certPEM() ([][]byte, error) { return one(b.fullChain(), nil) }

func (b *builder) leafPEM() ([][]byte, error) {
	return one(appendCertificates(nil, b.Identity.Leaf), nil)
}

func (b *builder) certDER() ([][]byte, error) { return one(b.Identity.Leaf.Raw, nil) }

func (b *builder) chainPEM() ([][]byte, error) {
	chain := b.chain()
	if len(chain) == 0 {
		return nil, &Error{Code: CodeNoChain}
	}
	return one(appendCertificates(nil, chain...), nil)
}

func (b *builder) caPEM() ([][]byte, error) {
	if len(b.Authorities) == 0 {
		return nil, &Error{Code: CodeNoAuthority}
	}
	return one(appendCertificates(nil, b.Authorities...), nil)
}

// appendKey appends the key as a PEM block of PKCS#8, encrypted when there is a password.
func (b *builder) appendKey(out []byte) ([]byte, error) {
	key, err := b.pkcs8()
	if err != nil {
		return nil, err
	}
	label := "PRIVATE KEY"
	if b.Password != "" {
		label = "ENCRYPTED PRIVATE KEY"
	}
	return appendPEM(out, label, key), nil
}
