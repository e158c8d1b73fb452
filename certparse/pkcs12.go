package certparse

import (
	"crypto/hmac"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Object identifiers of RFC 7292 and of the parts of PKCS #7 (RFC 5652) and PKCS #9 (RFC 2985) that it uses.
const (
	oidData          = "1.2.840.113549.1.7.1"
	oidEnvelopedData = "1.2.840.113549.1.7.3"
	oidEncryptedData = "1.2.840.113549.1.7.6"

	oidKeyBag          = "1.2.840.113549.1.12.10.1.1"
	oidShroudedKeyBag  = "1.2.840.113549.1.12.10.1.2"
	oidCertBag         = "1.2.840.113549.1.12.10.1.3"
	oidCRLBag          = "1.2.840.113549.1.12.10.1.4"
	oidSecretBag       = "1.2.840.113549.1.12.10.1.5"
	oidSafeContentsBag = "1.2.840.113549.1.12.10.1.6"

	oidX509Certificate = "1.2.840.113549.1.9.22.1"
	oidFriendlyName    = "1.2.840.113549.1.9.20"
	oidLocalKeyID      = "1.2.840.113549.1.9.21"
)

// A pkcs12 is one PKCS#12 being read.
type pkcs12 struct {
	*session
	where     string
	container *Container
	passwords []string // the one that the MAC vouches for first
	verified  bool     // the MAC vouches for passwords[0] and for every byte
	safes     []safe
	details   []string // what encrypts it, each once
	mac       string   // what authenticates it
	bags      int
	untried   bool // no password was given, and the empty one is too dear to try
}

// A safe is one ContentInfo of the AuthenticatedSafe: bags, or what they are encrypted as.
type safe struct {
	where  string
	bags   []bag
	scheme *scheme // nil when not encrypted, or opened
	data   []byte
}

// A bag is one SafeBag, nested ones taken out of their SafeContents.
type bag struct {
	where        string
	oid          string
	value        element
	friendlyName string
	localKeyID   []byte
}

// readPKCS12 reads a PFX (RFC 7292). It reports false when the bytes are something else.
//
// The MAC is checked first: with a right one the password is known to be right and every byte to be as it was written,
// so that what still cannot be opened has a password of its own. Nothing is shown from a file whose MAC does not hold.
// Without a password the empty one is tried, in both its encodings, since files made without one ask for none.
func (s *session) readPKCS12(ber []byte, where string) bool {
	der, _, err := toDER(ber)
	if err != nil {
		return false
	}
	pfx, _ := readElement(der)
	r := pfx.children()
	if pfx.tag != tagSequence || !r.shape(tagInteger, tagSequence) {
		return false
	}
	version, ok := r.integer()
	contentType, content, isContent := r.contentInfo()
	if !ok || version > 3 || !isContent {
		return false
	}
	p := &pkcs12{session: s, where: where, container: &Container{File: s.file, Kind: KindPKCS12, Where: where}}
	switch contentType {
	case oidData:
	case oidSignedData:
		s.addContainer(p.container)
		p.refuse(where, &Error{Code: CodePublicKeyIntegrity})
		return true
	default:
		return false
	}
	s.addContainer(p.container)
	if content.tag != tagOctetString || !p.readAuthenticatedSafe(content.content) {
		p.refuse(where, &Error{Code: CodeDamaged, Found: "PKCS#12"})
		return true
	}
	if p.authenticate(r, content.content) {
		p.openSafes()
		p.emit()
	}
	p.describe()
	return true
}

// refuse reports an error at a place in this file.
func (p *pkcs12) refuse(where string, e *Error) {
	e.File, e.Where = p.file, where
	p.problem(e)
}

// contentInfo reads a ContentInfo (RFC 5652 section 3).
func (r *tlvReader) contentInfo() (oid string, content element, ok bool) {
	whole, ok := r.take(tagSequence)
	if !ok {
		return "", content, false
	}
	inner := whole.children()
	id, ok := inner.take(tagOID)
	if !ok {
		return "", content, false
	}
	explicit, ok := inner.take(tagContext0)
	if !ok {
		return "", content, false
	}
	content, ok = explicit.children().next()
	return oidText(id.content), content, ok
}

// readAuthenticatedSafe takes the SEQUENCE OF ContentInfo apart. A safe that is refused does not stop the others.
func (p *pkcs12) readAuthenticatedSafe(ber []byte) bool {
	der, _, err := toDER(ber)
	if err != nil {
		return false
	}
	whole, _ := readElement(der)
	if whole.tag != tagSequence {
		return false
	}
	r := whole.children()
	for number := 1; len(r.rest) > 0; number++ {
		oid, content, ok := r.contentInfo()
		if !ok || number > maxBags {
			return false
		}
		sf := safe{where: joinWhere(p.where, "safe "+strconv.Itoa(number))}
		switch oid {
		case oidData:
			if content.tag != tagOctetString {
				return false
			}
			if sf.bags, ok = p.parseBags(content.content, 0); !ok {
				return false
			}
		case oidEncryptedData:
			a, data, ok := encryptedContent(content)
			if !ok {
				return false
			}
			sc, e := p.readScheme(a)
			if e != nil {
				p.refuse(sf.where, e)
				continue
			}
			sf.scheme, sf.data = sc, data
		case oidEnvelopedData:
			p.refuse(sf.where, &Error{Code: CodeCertificateEncrypted})
			continue
		default:
			p.refuse(sf.where, &Error{Code: CodeUnsupportedAlgorithm, Found: oid})
			continue
		}
		p.safes = append(p.safes, sf)
	}
	return true
}

// readScheme is the package's readScheme for something inside PKCS#12; it remembers the scheme for the description.
func (p *pkcs12) readScheme(a algorithm) (*scheme, *Error) {
	sc, e := readScheme(a)
	detail := ""
	if e != nil {
		detail = e.Found
	} else {
		detail = sc.detail
		if sc.form == formBytes {
			sc.form = formPKCS12
		}
	}
	if detail != "" && !slices.Contains(p.details, detail) && len(p.details) < 8 {
		p.details = append(p.details, detail)
	}
	return sc, e
}

// encryptedContent reads an EncryptedData (RFC 5652 section 8): the algorithm, and the octets of its [0] IMPLICIT OCTET
// STRING, which BER may have in parts.
func encryptedContent(encrypted element) (a algorithm, data []byte, ok bool) {
	r := encrypted.children()
	if _, ok := r.integer(); !ok || encrypted.tag != tagSequence {
		return a, nil, false
	}
	info, ok := r.take(tagSequence)
	if !ok {
		return a, nil, false
	}
	r = info.children()
	if _, ok = r.take(tagOID); !ok {
		return a, nil, false
	}
	if a, ok = r.algorithm(); !ok {
		return a, nil, false
	}
	if e, ok := r.take(tagContext); ok {
		return a, e.content, true
	}
	parts, ok := r.take(tagContext0)
	if !ok {
		return a, nil, false
	}
	r = parts.children()
	for len(r.rest) > 0 {
		part, ok := r.take(tagOctetString)
		if !ok {
			return a, nil, false
		}
		data = append(data, part.content...)
	}
	return a, data, true
}

// parseBags reads a SafeContents. Nested ones are taken apart in their place.
func (p *pkcs12) parseBags(ber []byte, depth int) (bags []bag, ok bool) {
	der, _, err := toDER(ber)
	if err != nil {
		return nil, false
	}
	whole, _ := readElement(der)
	if whole.tag != tagSequence {
		return nil, false
	}
	r := whole.children()
	for len(r.rest) > 0 {
		outer, ok := r.take(tagSequence)
		if !ok {
			return nil, false
		}
		inner := outer.children()
		id, ok1 := inner.take(tagOID)
		explicit, ok2 := inner.take(tagContext0)
		if !ok1 || !ok2 {
			return nil, false
		}
		if p.bags++; p.bags > maxBags {
			p.tooMany("PKCS#12 bags", p.source(p.where))
			return bags, true
		}
		b := bag{where: joinWhere(p.where, "bag "+strconv.Itoa(p.bags)), oid: oidText(id.content)}
		b.value, _ = explicit.children().next()
		if attributes, ok := inner.take(tagSet); ok {
			b.readAttributes(attributes)
		}
		switch {
		case b.oid == oidShroudedKeyBag:
			if a, _, ok := b.encryptedKey(); ok {
				p.readScheme(a)
			}
		case b.oid == oidSafeContentsBag && depth >= maxSafeNesting:
			p.tooMany("nested safe contents", p.source(b.where))
			continue
		case b.oid == oidSafeContentsBag:
			nested, ok := p.parseBags(b.value.full, depth+1)
			if !ok {
				return nil, false
			}
			bags = append(bags, nested...)
			continue
		}
		bags = append(bags, b)
	}
	return bags, true
}

// readAttributes reads the friendly name and the local key id (RFC 2985 section 5.5); others, such as Java's
// trustedKeyUsage and Microsoft's provider names, are of no use here.
func (b *bag) readAttributes(attributes element) {
	r := attributes.children()
	for {
		attribute, ok := r.take(tagSequence)
		if !ok {
			return
		}
		inner := attribute.children()
		id, _ := inner.take(tagOID)
		values, _ := inner.take(tagSet)
		value, ok := values.children().next()
		if !ok {
			continue
		}
		switch oidText(id.content) {
		case oidFriendlyName:
			b.friendlyName = stringText(value)
		case oidLocalKeyID:
			b.localKeyID = value.content
		}
	}
}

// stringText is a string of any type as text.
func stringText(e element) string {
	text := string(e.content)
	if e.tag == tagBMPString {
		units := make([]uint16, len(e.content)/2)
		for i := range units {
			units[i] = uint16(e.content[2*i])<<8 | uint16(e.content[2*i+1])
		}
		text = string(utf16.Decode(units))
	} else if !utf8.ValidString(text) {
		text = latin1Text(text)
	}
	return strings.TrimRight(text, "\x00")
}

// encryptedKey reads the EncryptedPrivateKeyInfo of a shrouded key bag.
func (b *bag) encryptedKey() (a algorithm, data []byte, ok bool) {
	r := b.value.children()
	if a, ok = r.algorithm(); !ok || b.value.tag != tagSequence {
		return a, nil, false
	}
	octets, ok := r.take(tagOctetString)
	return a, octets.content, ok
}

// authenticate finds the password that the MAC vouches for. It reports whether to read on: the MAC holds, or there is
// none, or none that can be checked.
func (p *pkcs12) authenticate(r *tlvReader, authenticated []byte) bool {
	p.passwords = slices.Clone(p.session.passwords)
	if p.passwords == nil {
		p.passwords = []string{""}
	}
	macData, present := r.take(tagSequence)
	if !present {
		p.mac = "no MAC"
		return true
	}
	m, e := readMAC(macData)
	if m != nil {
		p.mac = m.detail
	}
	if e != nil {
		if e.Code == CodeUnsupportedAlgorithm {
			p.note(p.source(p.where), "the MAC was not checked: its algorithm is not known here")
			return true
		}
		p.refuse(p.where, e)
		return false
	}
	// Trying the empty password unasked spares the person a password that the file does not have, where it is cheap.
	candidates := p.session.passwords
	if m.kdf.Iterations <= maxUnaskedRounds && (candidates == nil || m.kdf.Kind == KDFPKCS12 && !slices.Contains(candidates, "")) {
		candidates = append(slices.Clone(candidates), "")
	}
	for i, password := range candidates {
		for _, form := range passwordForms(password, m.form) {
			holds, err := m.holds(p.derive, form, authenticated)
			switch {
			case errors.Is(err, ErrPending):
				// The rest is asked for in the same breath, as if this were the password. What comes of it is not
				// looked at before the MAC has held.
				p.passwords = []string{password}
				return true
			case errors.Is(err, errTooMuchWork):
				p.refuse(p.where, &Error{Code: CodeTooManyRounds, Found: m.detail})
				return false
			case err != nil:
				p.refuse(p.where, &Error{Code: CodeUnsupportedAlgorithm, Found: m.detail})
				return false
			case holds:
				p.verified = true
				p.container.OtherPassword = i >= len(p.session.passwords) && i > 0
				p.container.NoPassword = password == ""
				p.container.NotASCII = strings.ContainsFunc(password, func(r rune) bool { return r < ' ' || r > '~' })
				p.passwords = append([]string{password}, slices.Delete(slices.Clone(candidates), i, i+1)...)
				return true
			}
		}
	}
	switch code, pending := p.afterWrongMAC(); {
	case pending:
	case code == CodeDamaged:
		p.refuse(p.where, &Error{Code: code, Found: m.detail})
	default:
		p.untried = len(candidates) == 0
		p.locked(p.where, code)
	}
	return false
}

// afterWrongMAC tells a wrong password from a damaged file: a password under which something in the file decrypts to
// what it should be is right, and then the file or its MAC is not what was written.
func (p *pkcs12) afterWrongMAC() (code Code, pending bool) {
	sc, data := p.sample()
	if len(p.session.passwords) == 0 {
		return CodePasswordRequired, false
	}
	if sc == nil {
		return CodeWrongOrDamaged, false
	}
	for _, password := range p.session.passwords {
		plain, good, err := sc.decrypt(p.derive, passwordForms(password, sc.form)[0], data)
		if errors.Is(err, ErrPending) {
			return "", true
		}
		if err == nil && good && startsWhole(plain) {
			return CodeDamaged, false
		}
	}
	return CodeWrongPassword, false
}

// sample is the first thing in the file that is encrypted and can be decrypted, nil when there is none.
func (p *pkcs12) sample() (*scheme, []byte) {
	for _, sf := range p.safes {
		if sf.scheme != nil && sf.scheme.cipher.fits(sf.data) {
			return sf.scheme, sf.data
		}
		for _, b := range sf.bags {
			if b.oid != oidShroudedKeyBag {
				continue
			}
			if a, data, ok := b.encryptedKey(); ok {
				if sc, e := p.readScheme(a); e == nil && sc.cipher.fits(data) {
					return sc, data
				}
			}
		}
	}
	return nil, nil
}

// FoundEmptyUntried is Error.Found of a PKCS#12 file for which no password was given, and that asks for so many rounds
// that the empty one was not tried unasked.
const FoundEmptyUntried = "an empty one has not been tried"

// locked marks the file as wanting a password, or another one, and says so.
func (p *pkcs12) locked(where string, code Code) {
	if len(p.session.passwords) == 0 {
		code = CodePasswordRequired
	}
	p.container.Locked = true
	e := &Error{Code: code}
	if p.untried {
		e.Found = FoundEmptyUntried
	}
	p.refuse(where, e)
}

// A mac is the MacData of RFC 7292 section 4 or the PBMAC1 of RFC 9579.
type mac struct {
	detail string
	form   passwordForm
	hash   *hashFunction
	kdf    KDF // without the password
	digest []byte
}

// readMAC reads a MacData. The error's place is for the caller to add; m is set as far as its description is known.
func readMAC(macData element) (m *mac, e *Error) {
	damaged := &Error{Code: CodeDamaged, Found: "PKCS#12 MAC"}
	r := macData.children()
	digestInfo, ok1 := r.take(tagSequence)
	salt, ok2 := r.take(tagOctetString)
	d := digestInfo.children()
	a, ok3 := d.algorithm()
	digest, ok4 := d.take(tagOctetString)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return nil, damaged
	}
	if a.oid == oidPBMAC1 {
		return readPBMAC1(a.parameters, digest.content)
	}
	rounds := 1
	if r.at(tagInteger) {
		var ok bool
		if rounds, ok = r.rounds(); !ok {
			return nil, damaged
		}
	}
	m = &mac{hash: hashByOID(a.oid), form: formBMP, digest: digest.content}
	if m.hash == nil {
		e := unsupported(a.oid)
		m.detail = "MAC " + e.Found
		return m, e
	}
	m.detail = "MAC " + m.hash.name + ", " + roundsText(rounds)
	size := m.hash.new().Size()
	if len(m.digest) != size {
		return m, damaged
	}
	m.kdf = KDF{Kind: KDFPKCS12, Hash: m.hash.name, Salt: salt.content, Iterations: rounds, ID: 3, Length: size}
	return m, limitWork(m.kdf, maxPKCS12Rounds)
}

// minPBMAC1Key is the least key length taken, in bytes: with a key of one byte, which the file chooses, every 256th
// password would be right.
const minPBMAC1Key = 20

// readPBMAC1 reads PBMAC1-params (RFC 8018 appendix A.5, RFC 9579). The key length must be there (RFC 9579 section 4).
func readPBMAC1(parameters element, digest []byte) (m *mac, e *Error) {
	damaged := &Error{Code: CodeDamaged, Found: "PBMAC1"}
	r := parameters.children()
	derivation, ok1 := r.algorithm()
	scheme, ok2 := r.algorithm()
	if !ok1 || !ok2 || parameters.tag != tagSequence {
		return nil, damaged
	}
	m = &mac{detail: "MAC PBMAC1", form: formPKCS12, digest: digest}
	kdf, detail, e := readPBES2KDF(derivation)
	if e != nil {
		return m, e
	}
	if m.hash = hashByHMAC(scheme.oid); m.hash == nil {
		return m, unsupported(scheme.oid)
	}
	m.detail += " " + hmacName(m.hash.name) + ", " + detail
	m.kdf = kdf
	if kdf.Length < minPBMAC1Key || len(digest) != m.hash.new().Size() {
		return m, damaged
	}
	return m, nil
}

// holds says whether the MAC is right under a password in one encoding. The error is the Deriver's.
func (m *mac) holds(d Deriver, password, authenticated []byte) (bool, error) {
	k := m.kdf
	k.Password = password
	key, err := d.Derive(k)
	if err != nil {
		return false, err
	}
	h := hmac.New(m.hash.new, key)
	h.Write(authenticated)
	return hmac.Equal(h.Sum(nil), m.digest), nil
}

// openSafes decrypts the encrypted safes. With a MAC that holds, one that does not open has a password of its own or is
// damaged beyond what its maker noticed; without one, the first that does not open speaks for all.
func (p *pkcs12) openSafes() {
	complained := false
	for i := range p.safes {
		sf := &p.safes[i]
		if sf.scheme == nil {
			continue
		}
		e := p.unlock(sf.scheme, sf.data, p.passwords, func(plain []byte) (ok bool) {
			before := p.bags
			if sf.bags, ok = p.parseBags(plain, 0); !ok {
				p.bags = before
			}
			return ok
		})
		switch {
		case e == nil:
		case e.Code == CodeWrongPassword || e.Code == CodeWrongOrDamaged || e.Code == CodePasswordRequired:
			if !complained || p.verified {
				where := sf.where
				if !p.verified {
					where = p.where
				}
				p.locked(where, e.Code)
			}
			complained = true
		default:
			p.refuse(sf.where, e)
		}
	}
}

// emit hands the bags over, in the order of the file.
func (p *pkcs12) emit() {
	for i := range p.safes {
		for j := range p.safes[i].bags {
			p.emitBag(&p.safes[i].bags[j])
		}
	}
}

func (p *pkcs12) emitBag(b *bag) {
	src := p.source(b.where)
	damaged := &Error{Code: CodeDamaged}
	switch b.oid {
	case oidKeyBag:
		k, ok := p.keyReader.read(b.value.full)
		if !ok {
			damaged.Found = "private key"
			p.refuse(b.where, damaged)
			return
		}
		k.FriendlyName, k.LocalKeyID, k.Source = b.friendlyName, b.localKeyID, src
		p.addKey(k)
	case oidShroudedKeyBag:
		p.emitShroudedKey(b)
	case oidCertBag:
		r := b.value.children()
		id, ok1 := r.take(tagOID)
		explicit, ok2 := r.take(tagContext0)
		octets, ok3 := explicit.children().take(tagOctetString)
		switch {
		case !ok1 || !ok2:
			damaged.Found = "certificate"
			p.refuse(b.where, damaged)
		case oidText(id.content) != oidX509Certificate:
			p.note(src, "a certificate that is not X.509 was passed over")
		case !ok3:
			damaged.Found = "certificate"
			p.refuse(b.where, damaged)
		default:
			p.addCertificate(octets.content, src, b.friendlyName, b.localKeyID)
		}
	case oidCRLBag:
		p.note(src, "a certificate revocation list was passed over")
	case oidSecretBag:
		p.note(src, "a secret key was passed over")
	default:
		p.note(src, "a bag of unknown type "+b.oid+" was passed over")
	}
}

func (p *pkcs12) emitShroudedKey(b *bag) {
	a, data, ok := b.encryptedKey()
	if !ok {
		p.refuse(b.where, &Error{Code: CodeDamaged, Found: "private key"})
		return
	}
	sc, e := p.readScheme(a)
	before := len(p.bundle.Keys)
	p.readEncryptedKey(sc, e, data, Key{FriendlyName: b.friendlyName, LocalKeyID: b.localKeyID, Source: p.source(b.where)}, p.passwords)
	switch {
	case len(p.bundle.Keys) == before:
	case !p.bundle.Keys[before].Locked:
		p.container.OtherKeyPassword = p.container.OtherKeyPassword || p.verified && p.unlockedWith != p.passwords[0]
		p.container.OddEncoding = p.container.OddEncoding || p.unlockedWith != "" && p.unlockedForm > 0
	default:
		p.container.Locked = true
		if p.verified && sc != nil {
			p.note(p.source(b.where), "the password is right for the file, but this key has another one")
		}
	}
}

// describe fills in the container's detail.
func (p *pkcs12) describe() {
	if len(p.details) == 0 {
		p.details = []string{"not encrypted"}
	}
	p.container.Detail = strings.Join(append(p.details, p.mac), "; ")
}
