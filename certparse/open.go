package certparse

import "crypto/sha256"

// Open reads the files of one drop together and says what is in them. It never fails as a whole: what can be read is in
// the bundle, and everything that cannot be is a Problem that names its file and place.
//
// Names of files play no part: bytes decide. Certificates and keys are paired across all files, whichever file either
// came in. The passwords of a file are tried on that file alone; nil means that none was given, and whatever then turns
// out to be encrypted is reported as CodePasswordRequired.
//
// Open keeps references into the files' bytes, which must not be changed while the bundle is in use. The same files
// and passwords give the same bundle.
func Open(files []File, opt Options) *Bundle {
	s := newSession(opt)
	if len(files) > maxFiles {
		s.tooMany("files", Source{File: maxFiles})
		files = files[:maxFiles]
	}
	total := 0
	for i, f := range files {
		s.startFile(i, f.Passwords)
		switch total += len(f.Data); {
		case len(f.Data) == 0:
			s.problem(&Error{Code: CodeEmptyFile, File: i})
		case total > maxInputBytes:
			total -= len(f.Data) // a smaller file may still fit
			s.problem(&Error{Code: CodeTooLarge, File: i, Found: "file size"})
		default:
			known := s.read(f.Data, "")
			s.finishFile(known, f.Data)
		}
	}
	s.pair()
	return s.bundle
}

func newSession(opt Options) *session {
	s := &session{
		bundle:       &Bundle{},
		certificates: map[[sha256.Size]byte]*Certificate{},
		keys:         map[[sha256.Size]byte]*Key{},
		limited:      map[string]bool{},
	}
	deriver := opt.Derive
	if deriver == nil {
		deriver = StandardDeriver{}
	}
	s.derive = &derivations{deriver: deriver, known: map[string]derivation{}, pending: &s.bundle.Pending}
	return s
}

// startFile forgets what belonged to the file before.
func (s *session) startFile(index int, passwords []string) {
	s.file, s.depth, s.usable, s.problems, s.passedOver = index, 0, 0, 0, nil
	s.passwords = nil
	for _, p := range passwords {
		if len(s.passwords) == maxPasswords {
			s.tooMany("passwords", s.source(""))
			break
		}
		if len(p) > maxPasswordBytes {
			s.tooMany("password length", s.source(""))
			continue
		}
		s.passwords = append(s.passwords, p)
	}
	if passwords != nil && s.passwords == nil {
		s.passwords = []string{} // given, though of no use
	}
}

// finishFile says what a file was that held nothing to use, and mentions what was passed over in one that did.
func (s *session) finishFile(known bool, data []byte) {
	switch {
	case s.usable > 0 || s.problems > 0:
		for _, e := range s.passedOver {
			s.note(Source{File: e.File, Where: e.Where}, passedOverText(e))
		}
	case len(s.passedOver) > 0:
		for _, e := range s.passedOver {
			s.problem(e)
		}
	case known:
		s.problem(&Error{Code: CodeNotACertificate, File: s.file, Found: s.kind()})
	default:
		s.problem(&Error{Code: CodeNotACertificate, File: s.file, Found: nameOf(data)})
	}
}

// kind is the kind of the first container that the file being read has.
func (s *session) kind() string {
	for _, c := range s.bundle.Containers {
		if c.File == s.file {
			return string(c.Kind)
		}
	}
	return ""
}

func passedOverText(e *Error) string {
	switch e.Code {
	case CodeCRL:
		return "a certificate revocation list was passed over"
	case CodeCSR:
		return "a certificate request was passed over"
	case CodePublicKey:
		return "a public key was passed over"
	case CodePGP:
		return "an OpenPGP block was passed over"
	case CodeKeyFile:
		return "a replica-set key file was passed over"
	}
	if e.Found != "" {
		return e.Found + " was passed over"
	}
	return "something that is no certificate and no key was passed over"
}

// enter goes one wrapping deeper and charges the bytes that it grew to. The caller must leave when it returns true.
func (s *session) enter(where string, grown int) bool {
	if s.depth >= maxNesting {
		s.tooMany("nesting", s.source(where))
		return false
	}
	if s.expanded+grown > maxExpandedBytes {
		s.tooMany("unpacked size", s.source(where))
		return false
	}
	s.expanded += grown
	s.depth++
	return true
}

func (s *session) leave() { s.depth-- }

// joinWhere puts a place inside another.
func joinWhere(outer, inner string) string {
	switch {
	case outer == "":
		return inner
	case inner == "":
		return outer
	}
	return outer + ": " + inner
}

// shownName makes a name from a file fit for a place: short, on one line, printable.
func shownName(name string) string {
	shown := make([]rune, 0, 32)
	for _, r := range name {
		if len(shown) == maxNameBytes {
			return string(shown) + "…"
		}
		if r < ' ' || r >= 0x7f && r < 0xa0 || r >= '\u2028' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
			r = '\ufffd'
		}
		shown = append(shown, r)
	}
	return string(shown)
}
