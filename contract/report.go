package contract

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math/big"
	"strings"
	"time"

	"certuri/certbuild"
	"certuri/certparse"
	"certuri/diagnose"
)

// report says what the opened files hold, for the chosen identity.
func (e *Engine) report() answer {
	if e.bundle == nil {
		e.bundle = &certparse.Bundle{}
	}
	b := e.bundle
	r := Report{
		Identities: []Identity{}, Files: []FileState{}, Certificates: []Certificate{}, Keys: []Key{},
		Containers: []Container{}, Findings: []Finding{},
	}
	leaves := make(map[*certparse.Certificate]bool)
	keyIndex := make(map[*certparse.Key]int)
	for i, k := range b.Keys {
		keyIndex[k] = i
	}
	for _, id := range b.Identities {
		leaves[id.Leaf] = true
		r.Identities = append(r.Identities, identity(id, keyIndex))
	}
	for _, c := range b.Certificates {
		r.Certificates = append(r.Certificates, e.certificate(c, leaves[c]))
	}
	for _, k := range b.Keys {
		r.Keys = append(r.Keys, e.key(k))
	}
	for _, c := range b.Containers {
		r.Containers = append(r.Containers, Container{
			Kind: string(c.Kind), Detail: c.Detail, Where: c.Where, Locked: c.Locked, File: e.fileID(c.File)})
	}
	for _, n := range b.Notes {
		r.Notes = append(r.Notes, e.place(n.Source.File, n.Source.Where)+": "+n.Text)
	}
	for i := range e.files {
		r.Files = append(r.Files, e.fileState(i))
	}
	c := e.aboutChosen(r.Files)
	r.Username, r.UsernameRefusal, r.OtherNames, r.Identity = c.Username, c.UsernameRefusal, c.OtherNames, c.Identity
	r.Findings, r.Checked = c.Findings, c.Checked
	return answer{response: Response{Report: &r}}
}

// choose says what follows from another choice among the same certificates.
func (e *Engine) choose() answer {
	if e.bundle == nil {
		e.bundle = &certparse.Bundle{}
	}
	states := make([]FileState, len(e.files))
	for i := range e.files {
		states[i] = e.fileState(i)
	}
	c := e.aboutChosen(states)
	return answer{response: Response{Chosen: &c}}
}

// aboutChosen is the part of a report that depends on the chosen identity. None of its lists is nil: where a page lays it
// over the report before, an absent one would leave the old in place.
func (e *Engine) aboutChosen(states []FileState) Chosen {
	c := Chosen{OtherNames: []OtherName{}, Findings: []Finding{}, Checked: []string{}}
	id := e.identity()
	if id != nil {
		c.Identity = hexSHA256(id.Leaf)
		c.Username, c.UsernameRefusal = username(id.Leaf.Subject)
		c.OtherNames = append(c.OtherNames, otherNames(id.Leaf.Subject)...)
	}
	findings, checked := diagnose.Run(diagnose.Facts{Bundle: e.bundle, Identity: id, Now: e.now(), Forms: e.forms(), AsIs: e.asIs})
	c.Checked = append(c.Checked, checked...)
	for i := range findings {
		c.Findings = append(c.Findings, e.finding(&findings[i]))
	}
	c.Findings = append(c.Findings, e.unread(states)...)
	return c
}

// forms says of each opened file what a strict PEM reader meets in it.
func (e *Engine) forms() []certparse.PEMForm {
	forms := make([]certparse.PEMForm, len(e.files))
	for i, f := range e.files {
		if f.form == nil {
			form := certparse.DescribePEM(f.data)
			f.form = &form
		}
		forms[i] = *f.form
	}
	return forms
}

// unread are findings about parts that could not be read of files that are otherwise in use; a file that is refused or
// locked says so itself.
func (e *Engine) unread(states []FileState) []Finding {
	var found []Finding
	for _, err := range e.bundle.Problems {
		if err.File < 0 || err.File >= len(states) || aboutPassword(err.Code) || states[err.File].State == "refused" || states[err.File].Request {
			continue
		}
		p := e.advise(err)
		found = append(found, Finding{ID: "not-read", Severity: string(diagnose.Warning),
			What: p.Where + ": " + p.What, Why: p.Why, Fix: p.Fix})
	}
	return found
}

func (e *Engine) now() time.Time {
	if e.Now != nil {
		return e.Now()
	}
	return time.Now()
}

// identity is the chosen identity, the first one when none was chosen or the chosen one has gone, nil when there is
// none.
func (e *Engine) identity() *certparse.Identity {
	if e.bundle == nil || len(e.bundle.Identities) == 0 {
		return nil
	}
	if chosen, err := hex.DecodeString(e.chosen); err == nil && len(chosen) > 0 {
		for i := range e.bundle.Identities {
			if id := &e.bundle.Identities[i]; bytes.Equal(id.Leaf.SHA256[:], chosen) {
				return id
			}
		}
	}
	return &e.bundle.Identities[0]
}

func hexSHA256(c *certparse.Certificate) string { return hex.EncodeToString(c.SHA256[:]) }

func spkiSHA256(k certparse.PublicKey) string {
	sum := sha256.Sum256(k.SPKI)
	return hex.EncodeToString(sum[:])
}

// username spells a subject for server 4.2 and later on Linux, or gives the server's refusal.
func username(subject certparse.Name) (name *string, refusal string) {
	s, err := subject.ServerName(certparse.Linux42)
	if err != nil {
		return nil, serverWords(err)
	}
	return &s, ""
}

// serverWords is what the server says or logs when it refuses a subject.
func serverWords(err error) string {
	var refused *certparse.NameError
	if errors.As(err, &refused) {
		return refused.Words
	}
	return err.Error()
}

// otherNames are the spellings of other kinds of server, where they differ.
func otherNames(subject certparse.Name) []OtherName {
	var names []OtherName
	for _, s := range subject.OtherSpellings() {
		other := OtherName{Where: "Server" + strings.TrimPrefix(s.Profile.String(), "server"), Name: s.Name}
		if s.Err != nil {
			other.Refusal = serverWords(s.Err)
		}
		names = append(names, other)
	}
	return names
}

func identity(id certparse.Identity, keyIndex map[*certparse.Key]int) Identity {
	out := Identity{Leaf: hexSHA256(id.Leaf), Chain: []string{}, NotAfter: rfc3339(id.Leaf.NotAfter)}
	out.Username, _ = username(id.Leaf.Subject)
	out.Label = label(id)
	if id.Key != nil {
		i := keyIndex[id.Key]
		out.Key = &i
	}
	for _, c := range id.Chain {
		out.Chain = append(out.Chain, hexSHA256(c))
	}
	return out
}

// label is a short name to choose an identity by: what the key store calls it, else its common name, else its subject.
func label(id certparse.Identity) string {
	if id.Key != nil && id.Key.FriendlyName != "" {
		return id.Key.FriendlyName
	}
	if id.Leaf.FriendlyName != "" {
		return id.Leaf.FriendlyName
	}
	const commonName = "2.5.4.3"
	for _, rdn := range id.Leaf.Subject.RDNs {
		for _, a := range rdn {
			if a.OID == commonName && len(a.Value) > 0 {
				return strings.ToValidUTF8(string(a.Value), "�")
			}
		}
	}
	return id.Leaf.Subject.String()
}

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (e *Engine) certificate(c *certparse.Certificate, leaf bool) Certificate {
	out := Certificate{
		SHA256: hexSHA256(c), Issuer: c.Issuer.String(), Serial: serial(c.Serial),
		NotBefore: rfc3339(c.NotBefore), NotAfter: rfc3339(c.NotAfter), Leaf: leaf, CA: c.IsCA,
		SelfIssued: c.SelfIssued(),
		KeyType:    c.PublicKey.Algorithm, Bits: c.PublicKey.Bits, Curve: c.PublicKey.Curve,
		Signature: c.SignatureAlgorithm, SPKISHA256: spkiSHA256(c.PublicKey),
		Oddities: c.Oddities, FriendlyName: c.FriendlyName, LocalKeyID: hex.EncodeToString(c.LocalKeyID), File: e.fileID(c.Source.File),
	}
	out.Username, _ = username(c.Subject)
	for _, names := range [][]string{c.DNSNames, c.IPAddresses, c.EmailAddresses, c.URIs} {
		out.AltNames = append(out.AltNames, names...)
	}
	for _, r := range c.Roles {
		out.Roles = append(out.Roles, r.Role+"@"+r.Database)
	}
	return out
}

// serial prints the content bytes of the serial's INTEGER as a hexadecimal number, with a sign where it is negative.
func serial(content []byte) string {
	n := new(big.Int).SetBytes(content)
	if len(content) > 0 && content[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(content))*8))
	}
	s := n.Text(16)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	if len(s)%2 == 1 {
		s = "0" + s
	}
	return sign + s
}

func (e *Engine) key(k *certparse.Key) Key {
	out := Key{
		Type: k.Algorithm, Bits: k.Bits, Curve: k.Curve, Encrypted: k.Encrypted, Encryption: k.Encryption,
		Locked: k.Locked, FriendlyName: k.FriendlyName, LocalKeyID: hex.EncodeToString(k.LocalKeyID), File: e.fileID(k.Source.File),
	}
	if k.SPKI != nil {
		s := spkiSHA256(k.PublicKey)
		out.SPKISHA256 = &s
	}
	if k.Certificate != nil {
		s := hexSHA256(k.Certificate)
		out.Certificate = &s
	}
	return out
}

func (e *Engine) fileID(index int) int {
	if index < 0 || index >= len(e.files) {
		return 0
	}
	return e.files[index].id
}

// place names where in the input something is: the file, and the part of it.
func (e *Engine) place(file int, where string) string {
	name := ""
	if file >= 0 && file < len(e.files) {
		name = e.files[file].name
	}
	switch {
	case where == "":
		return name
	case name == "":
		return where
	}
	return name + ", " + where
}

// fileState sums up one file: refused when nothing of it could be used, locked when a password would open more.
func (e *Engine) fileState(index int) FileState {
	b, f := e.bundle, e.files[index]
	state := FileState{ID: f.id, Name: f.name, Size: len(f.data), State: "read"}
	var kinds []string
	for _, c := range b.Containers {
		if c.File == index {
			text := kindName(c.Kind)
			if c.Detail != "" {
				text += ", " + c.Detail
			}
			kinds = append(kinds, text)
			if c.Locked {
				state.State = "locked"
			}
		}
	}
	if len(kinds) > 0 {
		state.Kind = kinds[0]
	}
	used := state.State == "locked"
	for _, k := range b.Keys {
		if k.Source.File == index {
			used = true
			if k.Locked {
				state.State = "locked"
			}
		}
	}
	for _, c := range b.Certificates {
		used = used || c.Source.File == index
	}
	var first *certparse.Error
	for _, p := range b.Problems {
		// What keeps a file locked is what the person must act on, whatever else is wrong with it.
		if p.File == index && (first == nil || state.State == "locked" && aboutPassword(p.Code) && !aboutPassword(first.Code)) {
			first = p
		}
	}
	if first == nil {
		return state
	}
	if !used && first.Code == certparse.CodeCSR && len(b.Identities) > 0 {
		if _, ok := certbuild.ParseRequest(f.data); ok {
			state.Kind, state.Request = "Certificate request", true
			return state
		}
	}
	if !used {
		state.State = "refused"
	}
	if state.State != "read" {
		p := e.advise(first)
		state.Error = &p
	}
	return state
}

func aboutPassword(c certparse.Code) bool {
	return c == certparse.CodePasswordRequired || c == certparse.CodeWrongPassword || c == certparse.CodeWrongOrDamaged
}

// kindName is how a person calls a container.
func kindName(k certparse.ContainerKind) string {
	switch k {
	case certparse.KindPEM:
		return "PEM"
	case certparse.KindDER:
		return "DER"
	case certparse.KindPKCS12:
		return "PKCS#12"
	case certparse.KindPKCS7:
		return "PKCS#7"
	case certparse.KindPKCS8:
		return "PKCS#8 key"
	case certparse.KindJKS:
		return "Java key store (JKS)"
	case certparse.KindJCEKS:
		return "Java key store (JCEKS)"
	case certparse.KindBase64:
		return "Base64"
	case certparse.KindKubernetes:
		return "Kubernetes Secret"
	case certparse.KindJSON:
		return "JSON"
	case certparse.KindZIP:
		return "ZIP"
	case certparse.KindTAR:
		return "TAR"
	}
	return string(k)
}
