package certparse

import "bytes"

// read reads bytes of any kind and says whether it knew them. What it knew and could not read is a problem already.
func (s *session) read(data []byte, where string) (known bool) {
	switch {
	case len(data) == 0:
		return false
	case isZIP(data):
		return s.readZIP(data, where)
	case bytes.HasPrefix(data, []byte("\x1f\x8b\x08")):
		return s.readGZIP(data, where)
	case isTAR(data):
		return s.readTAR(data, where)
	case bytes.HasPrefix(data, []byte("\x1e\xf1\xb5\xb0")):
		s.problem(&Error{Code: CodePVKKey, File: s.file, Where: where})
		return true
	case data[0] == tagSequence && s.readDERFile(data, where):
		return true
	}
	for _, m := range magics {
		if m.archive && bytes.HasPrefix(data, []byte(m.magic)) {
			s.problem(&Error{Code: CodeUnsupportedArchive, File: s.file, Where: where, Found: m.name})
			return true
		}
	}
	if s.readKeyStore(data, where) || s.readCertificateStore(data, where) {
		return true
	}
	return s.readText(decodeText(data), where)
}

// magics are formats that are known by their first bytes and hold nothing that is read here.
var magics = []struct {
	magic, name string
	archive     bool
}{
	{"7z\xbc\xaf\x27\x1c", "7-Zip", true},
	{"Rar!\x1a\x07", "RAR", true},
	{"BZh", "bzip2", true},
	{"\xfd7zXZ\x00", "xz", true},
	{"\x28\xb5\x2f\xfd", "Zstandard", true},
	{"MSCF", "Windows cabinet", true},
	{"%PDF-", "PDF", false},
	{"\x89PNG\r\n", "PNG", false},
	{"GIF8", "GIF", false},
	{"\xff\xd8\xff", "JPEG", false},
	{"SQLite format 3\x00", "SQLite database", false},
	{"\x7fELF", "ELF program", false},
	{"MZ", "Windows program", false},
	{"\xca\xfe\xba\xbe", "Java class", false},
	{"\xd0\xcf\x11\xe0", "Office document", false},
	{"kych", "macOS keychain", false},
	{"\x00\x06\x15\x61", "NSS database", false},
	{"{\\rtf", "RTF", false},
}

// nameOf names what the first bytes show, "" when they show nothing.
func nameOf(data []byte) string {
	for _, m := range magics {
		if bytes.HasPrefix(data, []byte(m.magic)) {
			return m.name
		}
	}
	head := bytes.ToLower(bytes.TrimLeft(data[:min(len(data), 512)], " \t\r\n"))
	switch {
	case bytes.HasPrefix(head, []byte("<!doctype html")), bytes.HasPrefix(head, []byte("<html")):
		return "HTML"
	case bytes.HasPrefix(head, []byte("certificate:\n    data:")), bytes.HasPrefix(head, []byte("certificate:\r\n    data:")):
		return "certificate printed as text" // openssl x509 -text -noout
	case bytes.HasPrefix(head, []byte("<rsakeyvalue>")):
		return "XML key"
	case bytes.HasPrefix(head, []byte("{")) && bytes.Contains(head, []byte(`"kty"`)):
		return "JSON Web Key"
	}
	return ""
}

// readDERFile reads one or more DER or BER objects that follow one another, as a file of their own, and the PEM that
// somebody put behind them.
func (s *session) readDERFile(data []byte, where string) bool {
	if len(data) > maxObjectBytes {
		if e, ok := readElement(data[:maxObjectBytes]); ok {
			data = data[:len(e.full)]
		} else if looksCut(data) {
			s.tooMany("object size", s.source(where))
			return true
		} else {
			return false
		}
	}
	e, ok := readElement(data)
	if !ok {
		if looksCut(data) {
			s.problem(&Error{Code: CodeDamaged, File: s.file, Where: where, Found: "DER"})
			s.readPEM(data, where)
			return true
		}
		// Some writers state a length that their own file does not have, and some readers forgive them.
		return s.readPKCS12(data, where)
	}
	rest := bytes.TrimLeft(data[len(e.full):], blanks)
	object := e.full
	more := startsObject(rest) || bytes.Contains(rest, fiveDashes)
	if !more {
		object = data // with what follows it, which is an oddity
	}
	if !s.readObject(object, where) {
		return false
	}
	if more {
		s.readMore(rest, where, 2)
	}
	return true
}

const blanks = " \t\r\n"

// startsObject says whether the bytes may be the start of a DER or BER object, and not the digit 0 of a text.
func startsObject(data []byte) bool {
	return len(data) > 16 && data[0] == tagSequence && (data[1] >= 0x80 && data[1] <= 0x84 || data[2] == tagInteger && data[3] == 1 || data[2] == tagSequence)
}

// readMore reads what stands behind or between other things in a file that was joined from several: DER objects, and
// then PEM. Objects are counted on from number. A short one that is followed by anything else is left alone: a small key
// that went through a text editor still looks like a key, and is another one. In longer objects the editor has spoilt
// the length, whose first octet is over 7F.
func (s *session) readMore(data []byte, where string, number int) {
	for ; startsObject(data); number++ {
		e, ok := readElement(data[:min(len(data), maxObjectBytes)])
		if !ok {
			return
		}
		rest := bytes.TrimLeft(data[len(e.full):], blanks)
		if data[1] < 0x80 && len(rest) > 0 && !startsObject(rest) && !bytes.Contains(rest, fiveDashes) ||
			!s.readObject(e.full, joinWhere(where, numbered("object", number))) {
			return
		}
		data = rest
	}
	if bytes.Contains(data, fiveDashes) {
		s.readPEM(data, where)
	}
}

// readObject reads one object and mentions the container that it is, unless its reader has done so.
func (s *session) readObject(data []byte, where string) bool {
	containers, usable, firstKey := len(s.bundle.Containers), s.usable, len(s.bundle.Keys)
	if !s.readDER(data, "", where) {
		return false
	}
	if len(s.bundle.Containers) == containers && s.usable > usable {
		c := &Container{File: s.file, Kind: KindDER, Where: where}
		if e, _ := readElement(data); !isCertificate(e) {
			c.Kind = KindPKCS8
		}
		for _, k := range s.bundle.Keys[firstKey:] {
			c.Detail, c.Locked = k.Encryption, k.Locked
		}
		s.addContainer(c)
	}
	return true
}

// looksCut says whether the data is the start of a DER object whose rest is missing: a SEQUENCE that claims more than
// there is and holds one of the openings in use here.
func looksCut(data []byte) bool {
	if len(data) < 16 || data[0] != tagSequence || data[1] < 0x81 || data[1] > 0x84 {
		return false
	}
	head := 2 + int(data[1]&0x7f)
	switch data[head] {
	case tagSequence: // a certificate, an encrypted key
		return data[head+1] >= 0x80 || data[head+2] == tagOID
	case tagInteger: // a key, a PKCS#12
		return data[head+1] == 1 && data[head+2] <= 3
	case tagOID: // a PKCS#7
		return data[head+1] == 9
	}
	return false
}

// readDER reads one DER or BER object by its shape. label is the PEM label, "" without one; it decides nothing here but
// helps the key reader. What follows the object belongs to it only in TRUSTED CERTIFICATE blocks. It returns false for
// objects of no known shape.
func (s *session) readDER(data []byte, label, where string) bool {
	e, ok := readElement(data)
	if !ok || e.tag != tagSequence {
		return false
	}
	inner := e.children()
	switch {
	case isCertificate(e):
		s.addCertificate(data, s.source(where), "", nil)
		return true
	case s.readPKCS12(data, where), s.readPKCS7(e, where):
		return true
	case s.readEncryptedPKCS8(e.full, where), s.readPrivateKey(e.full, label, where):
		return true
	case isRequest(e):
		s.passOver(CodeCSR, "", where)
		return true
	case isRevocationList(e):
		s.passOver(CodeCRL, "", where)
		return true
	case inner.shape(tagSequence, tagBitString) && len(e.full) > 16, isRSAPublicKey(e):
		s.passOver(CodePublicKey, "", where)
		return true
	case inner.at(tagSequence):
		// PkiPath (RFC 6066 section 10.1): a SEQUENCE OF Certificate
		first, ok := inner.next()
		if !ok || !isCertificate(first) {
			return false
		}
		for n := 1; ok && isCertificate(first); n++ {
			s.addCertificate(first.full, s.source(joinWhere(where, numbered("certificate", n))), "", nil)
			first, ok = inner.next()
		}
		return true
	}
	return false
}

// isRequest knows a PKCS#10 request (RFC 2986): version, subject, key, [0] attributes.
func isRequest(e element) bool {
	info, ok := e.children().take(tagSequence)
	if !ok {
		return false
	}
	fields := info.children()
	if !fields.shape(tagInteger, tagSequence, tagSequence) {
		return false
	}
	for range 3 {
		fields.next()
	}
	return len(fields.rest) == 0 || fields.at(tagContext|tagConstructed)
}

// isRevocationList knows a CertificateList (RFC 5280 section 5.1): algorithm, issuer and a time.
func isRevocationList(e element) bool {
	list, ok := e.children().take(tagSequence)
	if !ok {
		return false
	}
	fields := list.children()
	fields.take(tagInteger)
	return fields.shape(tagSequence, tagSequence, tagUTCTime) || fields.shape(tagSequence, tagSequence, tagGeneralizedTime)
}

// isRSAPublicKey knows the RSAPublicKey of RFC 8017 appendix A.1.1.
func isRSAPublicKey(e element) bool {
	fields := e.children()
	modulus, ok := fields.take(tagInteger)
	exponent, ok2 := fields.take(tagInteger)
	return ok && ok2 && len(fields.rest) == 0 && len(modulus.content) >= 32 && len(exponent.content) > 0
}
