package certbuild

import "certuri/certparse"

// A StoreEntry is one entry of a Java key store.
type StoreEntry struct {
	Alias        string
	Key          []byte   // a PrivateKeyInfo, plain; nil for a trusted certificate
	Certificates [][]byte // DER, the leaf first; one for a trusted certificate
}

// A StoreWriter writes a key store of the type JKS. Package certbuild/jks has the one in use.
type StoreWriter func(entries []StoreEntry, password string) ([]byte, error)

// defaultTrustPassword is what Java's own trust store has had from the start. It protects nothing and need not be known
// to read the certificates; the format has no way to do without one.
const defaultTrustPassword = "changeit"

func (b *builder) jks() ([][]byte, error) {
	if b.Password == "" {
		return nil, &Error{Code: CodePasswordMissing}
	}
	e := StoreEntry{Alias: b.alias("client"), Key: b.Identity.Key.PKCS8}
	for _, c := range append([]*certparse.Certificate{b.Identity.Leaf}, b.chain()...) {
		e.Certificates = append(e.Certificates, c.Raw)
	}
	return b.writeJKS([]StoreEntry{e})
}

func (b *builder) trustJKS() ([][]byte, error) {
	if len(b.Authorities) == 0 {
		return nil, &Error{Code: CodeNoAuthority}
	}
	if b.Password == "" {
		b.Password = defaultTrustPassword
	}
	var entries []StoreEntry
	for i, c := range b.Authorities {
		entries = append(entries, StoreEntry{Alias: b.trustAlias(i), Certificates: [][]byte{c.Raw}})
	}
	return b.writeJKS(entries)
}

func (b *builder) writeJKS(entries []StoreEntry) ([][]byte, error) {
	if b.JKS == nil {
		return nil, &Error{Code: CodeNoWriter}
	}
	return one(b.JKS(entries, b.Password))
}
