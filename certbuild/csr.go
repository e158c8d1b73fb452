package certbuild

import (
	"bytes"
	"encoding/base64"
	"strings"

	"certuri/certparse"
)

// oidExtensionRequest is RFC 2985 section 5.4.2, as DER content.
const oidExtensionRequest = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0e"

// The OIDs of extensions as package certparse names them.
const (
	dottedAltNames = "2.5.29.17"
	dottedRoles    = "1.3.6.1.4.1.34601.2.1.1"
)

// A Request is what a certificate request asks for.
type Request struct {
	Subject []byte // the Name in DER: Subject's, or a certificate's own bytes
	Key     *certparse.Key
	// AltNames are host names, IP addresses, e-mail addresses and URIs.
	AltNames []string
	// Roles go into MongoDB's own extension. A server that finds them there reads no user document, and most authorities
	// leave the extension out.
	Roles []certparse.Role
	// Renews is the certificate to be renewed, nil for none: where AltNames or Roles are empty, it gives them, byte for byte.
	Renews *certparse.Certificate
}

// An AltNameError names an alternative name that cannot be encoded, by its place in the list.
type AltNameError struct{ Index int }

// Error says so; the name is not in it.
func (e *AltNameError) Error() string { return "certbuild: not an alternative name" }

// Draft encodes a CertificationRequestInfo (RFC 2986 section 4.1) that asks for digitalSignature and clientAuth, to be
// signed with the request's own key. The error is an *AltNameError, or an *Error with CodeKeyType or CodeKeyLocked.
func (r Request) Draft() (Draft, error) {
	if r.Key.Locked || r.Key.PKCS8 == nil || r.Key.SPKI == nil {
		return Draft{}, &Error{Code: CodeKeyLocked}
	}
	t, ok := KeyTypeOf(r.Key.PublicKey)
	if !ok {
		return Draft{}, &Error{Code: CodeKeyType}
	}
	extensions := [][]byte{keyUsageExtension(0), extKeyUsageExtension(oidClientAuth)}
	if len(r.AltNames) > 0 {
		ext, bad := altNamesExtension(r.AltNames)
		if bad >= 0 {
			return Draft{}, &AltNameError{bad}
		}
		extensions = append(extensions, ext)
	} else if value := extensionOf(r.Renews, dottedAltNames); value != nil {
		extensions = append(extensions, extension(oidSubjectAltName, false, value))
	}
	if len(r.Roles) > 0 {
		extensions = append(extensions, rolesExtension(r.Roles))
	} else if value := extensionOf(r.Renews, dottedRoles); value != nil {
		extensions = append(extensions, extension(oidMongoRoles, false, value))
	}
	body := sequence(derInteger(0), r.Subject, r.Key.SPKI,
		der(tagContext0, attribute(oidExtensionRequest, sequence(extensions...))))
	return Draft{Key: r.Key, KeyType: t, Body: body}, nil
}

// PEM is the request as a file, from the signed draft.
func (Request) PEM(der []byte) []byte { return appendPEM(nil, "CERTIFICATE REQUEST", der) }

func extensionOf(c *certparse.Certificate, oid string) []byte {
	if c != nil {
		for _, e := range c.Extensions {
			if e.OID == oid {
				return e.Value
			}
		}
	}
	return nil
}

// A Requested is a certificate request that was read.
type Requested struct {
	Subject         certparse.Name
	SPKI            []byte
	altNames, roles []byte // the values of their extensions, nil where they were not asked for
}

// ParseRequest reads a certificate request in PEM or DER, and reports false when it is none. Its signature is not checked:
// it is compared with a certificate, and trusted for nothing.
func ParseRequest(data []byte) (Requested, bool) {
	if der := requestBlock(data); der != nil {
		data = der
	}
	info := first(first(data).content)
	version := first(info.content)
	subject := first(version.rest)
	spki := first(subject.rest)
	name, err := certparse.ParseName(subject.full)
	if info.tag != tagSequence || version.tag != tagInteger || spki.tag != tagSequence || err != nil {
		return Requested{}, false
	}
	r := Requested{Subject: name, SPKI: spki.full}
	for a := first(first(spki.rest).content); a.full != nil; a = first(a.rest) {
		id := first(a.content)
		if string(id.content) != oidExtensionRequest {
			continue
		}
		for e := first(first(first(id.rest).content).content); e.full != nil; e = first(e.rest) {
			id := first(e.content)
			value := first(id.rest)
			if value.tag == 0x01 { // critical
				value = first(value.rest)
			}
			switch string(id.content) {
			case oidSubjectAltName:
				r.altNames = value.content
			case oidMongoRoles:
				r.roles = value.content
			}
		}
	}
	return r, true
}

// requestBlock takes the first request out of PEM, nil where there is none. Windows writes NEW before the label.
// encoding/pem's reader would add 13 KB to the wasm, for a file that certbuild's like has written.
func requestBlock(data []byte) []byte {
	const label = "CERTIFICATE REQUEST-----"
	_, rest, found := bytes.Cut(data, []byte("-----BEGIN "))
	for found && !bytes.HasPrefix(rest, []byte(label)) && !bytes.HasPrefix(rest, []byte("NEW "+label)) {
		_, rest, found = bytes.Cut(rest, []byte("-----BEGIN "))
	}
	_, rest, _ = bytes.Cut(rest, []byte(label))
	body, _, ended := bytes.Cut(rest, []byte("-----END "))
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(body)), ""))
	if !ended || err != nil {
		return nil
	}
	return der
}

// A ReplyChange is a way in which a certificate is not what was asked for.
type ReplyChange string

// The changes.
const (
	ReplyOtherKey      ReplyChange = "reply-key"      // it is for another key: it can never be used
	ReplyNotForClients ReplyChange = "reply-purpose"  // its extended key usage leaves clientAuth out
	ReplySubject       ReplyChange = "reply-subject"  // the subject is another one, and so is the user name
	ReplyEncoding      ReplyChange = "reply-encoding" // the subject's bytes are others, and the user name is the same
	ReplyAuthority     ReplyChange = "reply-ca"       // it is an authority's
	ReplyRoles         ReplyChange = "reply-roles"    // the roles that were asked for are not in it
	ReplyOwnRoles      ReplyChange = "reply-granted"  // it has roles that were not asked for
	ReplyAltNames      ReplyChange = "reply-names"    // the alternative names are others
)

// Fits says whether a certificate is for the request's key.
func (r Requested) Fits(c *certparse.Certificate) bool {
	key := certparse.Key{PublicKey: certparse.PublicKey{SPKI: r.SPKI, Algorithm: c.PublicKey.Algorithm}}
	return key.BelongsTo(c)
}

// Compare says what an authority changed, worst first. key is the private key that is at hand, nil for none.
func (r Requested) Compare(c *certparse.Certificate, key *certparse.Key) []ReplyChange {
	renamed, encoded := false, false
	if !bytes.Equal(r.Subject.Raw, c.Subject.Raw) {
		before, err1 := r.Subject.ServerName(certparse.Linux42)
		now, err2 := c.Subject.ServerName(certparse.Linux42)
		encoded = err1 == nil && err2 == nil && before == now
		renamed = !encoded
	}
	roles := extensionOf(c, dottedRoles)
	var changes []ReplyChange
	for _, x := range [...]struct {
		is     bool
		change ReplyChange
	}{
		{!r.Fits(c) || key != nil && !key.BelongsTo(c), ReplyOtherKey},
		{!c.AllowsClientAuth(), ReplyNotForClients},
		{renamed, ReplySubject},
		{encoded, ReplyEncoding},
		{c.IsCA, ReplyAuthority},
		{r.roles != nil && !bytes.Equal(r.roles, roles), ReplyRoles},
		{r.roles == nil && roles != nil, ReplyOwnRoles},
		{r.altNames != nil && !bytes.Equal(r.altNames, extensionOf(c, dottedAltNames)), ReplyAltNames},
	} {
		if x.is {
			changes = append(changes, x.change)
		}
	}
	return changes
}
