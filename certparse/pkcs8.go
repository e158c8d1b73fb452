package certparse

import "errors"

// readEncryptedPKCS8 reads an EncryptedPrivateKeyInfo (RFC 5958 section 3). It reports false when the bytes are
// something else.
func (s *session) readEncryptedPKCS8(der []byte, where string) bool {
	der, _, err := toDER(der)
	if err != nil {
		return false
	}
	whole, _ := readElement(der)
	r := whole.children()
	if whole.tag != tagSequence || !r.shape(tagSequence, tagOctetString) {
		return false
	}
	a, ok := r.algorithm()
	if !ok || hashByOID(a.oid) != nil { // a DigestInfo has the same shape
		return false
	}
	data, _ := r.take(tagOctetString)
	sc, e := readScheme(a)
	s.readEncryptedKey(sc, e, data.content, Key{Source: s.source(where)}, s.passwords)
	return true
}

// readEncryptedKey opens a key that is encrypted under a scheme, or under one that was refused, and adds it with the
// names and the place of like. A key that stays locked is added too, beside the problem that says why.
func (s *session) readEncryptedKey(sc *scheme, refused *Error, data []byte, like Key, passwords []string) {
	like.Encrypted = true
	k, e := (*Key)(nil), refused
	if len(data) > maxEncryptedKey {
		sc, e = nil, &Error{Code: CodeTooLarge, Found: "encrypted key"}
	}
	if sc != nil {
		like.Encryption = sc.detail
		k, e = s.unlockKey(sc, data, passwords)
	} else {
		like.Encryption = e.Found
	}
	switch {
	case k != nil:
		k.Encrypted, k.Encryption = true, like.Encryption
		k.FriendlyName, k.LocalKeyID, k.Source = like.FriendlyName, like.LocalKeyID, like.Source
		s.addKey(k)
	case e != nil:
		like.Locked = true
		s.addKey(&like)
		e.File, e.Where = like.Source.File, like.Source.Where
		s.problem(e)
	}
}

// unlockKey tries passwords on an encrypted private key. Without a key and an error the answer is pending.
func (s *session) unlockKey(sc *scheme, data []byte, passwords []string) (*Key, *Error) {
	var k *Key
	e := s.unlock(sc, data, passwords, func(plain []byte) (ok bool) {
		k, ok = s.keyReader.read(plain)
		return ok
	})
	if e != nil {
		k = nil
	}
	return k, e
}

// unlock tries passwords, in every form that the scheme's writers have used, until accept takes what comes out. A nil
// error with accept never satisfied means that a key is pending and Bundle.Pending is set.
//
// Nothing in PKCS#5 proves a password wrong, but two things vouch for a right one independently of each other: the
// padding at the end, and the header at the start, which states the length. So with neither the password is called
// wrong (damage to both ends at once, or to the few bytes of the salt, is far less likely than a typing error); with
// both, and content that cannot be read, the file is called damaged; with one of them it cannot be told.
func (s *session) unlock(sc *scheme, data []byte, passwords []string, accept func(plain []byte) bool) *Error {
	if !sc.masked && !sc.cipher.fits(data) {
		return &Error{Code: CodeDamaged, Found: sc.detail}
	}
	if len(passwords) == 0 {
		return &Error{Code: CodePasswordRequired, Found: sc.detail}
	}
	// With none given, what was tried is the empty password, and failing that means that one is wanted.
	worst := &Error{Code: CodeWrongPassword, Found: sc.detail}
	for _, password := range passwords {
		for i, form := range passwordForms(password, sc.form) {
			plain, good, err := sc.decrypt(s.derive, form, data)
			switch {
			case errors.Is(err, ErrPending):
				// Later forms and passwords are asked for only when this one has failed.
				return nil
			case errors.Is(err, errTooMuchWork):
				return &Error{Code: CodeTooManyRounds, Found: sc.detail}
			case err != nil:
				return &Error{Code: CodeUnsupportedAlgorithm, Found: sc.detail}
			}
			if good && accept(plain) {
				s.unlockedWith, s.unlockedForm = password, i
				return nil
			}
			header := startsWhole(plain)
			// One byte of padding comes out of one wrong password in 256, two out of one in 65,000.
			padded := good && (sc.masked || len(data)-len(plain) >= 2)
			switch {
			case header && good:
				return &Error{Code: CodeDamaged, Found: sc.detail}
			case header || padded:
				worst.Code = CodeWrongOrDamaged
			}
		}
	}
	if len(s.passwords) == 0 {
		worst.Code = CodePasswordRequired
	}
	return worst
}

// startsWhole says whether decrypted bytes start with a SEQUENCE that is as long as they are, padding allowed for, and
// in it an element that a key or safe contents begin with.
func startsWhole(plain []byte) bool {
	if len(plain) < 8 || plain[0] != tagSequence {
		return false
	}
	n, head := int(plain[1]), 2
	if n >= 0x80 {
		octets := n & 0x7f
		if octets < 1 || octets > 4 {
			return false
		}
		n, head = 0, head+octets
		for _, b := range plain[2:head] {
			n = n<<8 | int(b)
		}
	}
	short := len(plain) - head - n
	return short >= 0 && short <= 16 && (plain[head] == tagInteger || plain[head] == tagSequence)
}
