package certparse

import (
	"crypto/sha256"
	"errors"
	"strconv"
)

// A session is one call of Open: what it has found so far, and where it is.
type session struct {
	bundle *Bundle
	derive Deriver // remembers what it has derived, so that nothing is derived twice

	file      int      // index of the file being read
	passwords []string // what may be tried on the file being read
	depth     int      // archives and wrappings entered; limited by maxNesting

	certificates map[[sha256.Size]byte]*Certificate
	keys         map[[sha256.Size]byte]*Key // by PKCS#8; locked keys are not in it
	keyReader    keyReader
	expanded     int             // bytes that archives and encodings have grown to, all files together
	blocks       int             // PEM blocks met, all files together
	usable       int             // certificates and keys met in the file being read, repeated ones too
	problems     int             // problems of the file being read
	unlockedWith string          // the password that opened something last
	unlockedForm int             // and which of its forms did
	passedOver   []*Error        // things recognised that are neither; see passOver
	limited      map[string]bool // ceilings already reported
}

// source is the place where in the file being read.
func (s *session) source(where string) Source { return Source{File: s.file, Where: where} }

// addCertificate takes one certificate; what follows it in der is left. A certificate met before gains the friendly
// name or local key id that it lacked. What cannot be read becomes a problem.
func (s *session) addCertificate(der []byte, src Source, friendlyName string, localKeyID []byte) {
	s.usable++
	element, ok := readElement(der)
	if !ok {
		s.problem(&Error{Code: CodeDamaged, File: src.File, Where: src.Where, Found: "certificate"})
		return
	}
	sum := sha256.Sum256(element.full)
	c := s.certificates[sum]
	if c == nil {
		if len(s.bundle.Certificates) >= maxCertificates {
			s.tooMany("certificates", src)
			return
		}
		var ok bool
		if c, ok = parseCertificate(element.full); !ok {
			s.problem(&Error{Code: CodeDamaged, File: src.File, Where: src.Where, Found: "certificate"})
			return
		}
		if rest := der[len(element.full):]; len(rest) > 0 && rest[0] != tagSequence { // else another object, or OpenSSL's trust settings
			c.odd("something follows it where it ends")
		}
		c.SHA256, c.Source = sum, src
		s.certificates[sum] = c
		s.bundle.Certificates = append(s.bundle.Certificates, c)
	}
	if c.FriendlyName == "" {
		c.FriendlyName = friendlyName
	}
	if c.LocalKeyID == nil {
		c.LocalKeyID = localKeyID
	}
}

// addKey takes one private key, plain or locked. A plain key met before gains the names that it lacked.
func (s *session) addKey(k *Key) {
	s.usable++
	if len(s.bundle.Keys) >= maxKeys {
		s.tooMany("keys", k.Source)
		return
	}
	if k.PKCS8 != nil {
		sum := sha256.Sum256(k.PKCS8)
		if known := s.keys[sum]; known != nil {
			if known.FriendlyName == "" {
				known.FriendlyName = k.FriendlyName
			}
			if known.LocalKeyID == nil {
				known.LocalKeyID = k.LocalKeyID
			}
			return
		}
		s.keys[sum] = k
	}
	s.bundle.Keys = append(s.bundle.Keys, k)
}

// addContainer takes one wrapping met.
func (s *session) addContainer(c *Container) {
	if len(s.bundle.Containers) < maxPEMBlocks {
		s.bundle.Containers = append(s.bundle.Containers, c)
	}
}

// problem reports what could not be read.
func (s *session) problem(e *Error) {
	s.problems++
	if len(s.bundle.Problems) < maxProblems {
		s.bundle.Problems = append(s.bundle.Problems, e)
	}
}

// note reports what was read and passed over on purpose.
func (s *session) note(src Source, text string) {
	if len(s.bundle.Notes) < maxProblems {
		s.bundle.Notes = append(s.bundle.Notes, Note{Source: src, Text: text})
	}
}

// passOver takes something recognised that is no certificate and no private key, such as a revocation list. Beside
// certificates or keys in the same file it becomes a note; a file that holds nothing better has it as its problem.
func (s *session) passOver(code Code, found, where string) {
	if len(s.passedOver) < maxProblems {
		s.passedOver = append(s.passedOver, &Error{Code: code, File: s.file, Where: where, Found: found})
	}
}

// tooMany reports a ceiling of limits.go, once for each.
func (s *session) tooMany(what string, src Source) {
	if s.limited[what] {
		return
	}
	s.limited[what] = true
	s.problem(&Error{Code: CodeTooLarge, File: src.File, Where: src.Where, Found: what})
}

// errTooMuchWork is what the remembering Deriver answers once the rounds of one call together pass maxTotalRounds.
var errTooMuchWork = errors.New("certparse: too many key derivation rounds in one call")

// A derivations remembers what a Deriver has answered, the refusals too, so that the same derivation asked for by two
// readers or two copies of a file costs once, and adds up what has been spent.
type derivations struct {
	deriver Deriver
	known   map[string]derivation
	rounds  int
	pending *bool // set once an answer is ErrPending
}

type derivation struct {
	key []byte
	err error
}

// Derive implements Deriver.
func (d *derivations) Derive(k KDF) ([]byte, error) {
	id := kdfIdentity(k)
	if r, ok := d.known[id]; ok {
		return r.key, r.err
	}
	rounds := k.Iterations
	if k.Kind == KDFScrypt {
		rounds = k.N * k.R * k.P
	}
	if rounds < 0 || d.rounds+rounds > maxTotalRounds {
		return nil, errTooMuchWork
	}
	d.rounds += rounds
	key, err := d.deriver.Derive(k)
	d.known[id] = derivation{key, err}
	if errors.Is(err, ErrPending) {
		*d.pending = true
	}
	return key, err
}

// kdfIdentity is equal for equal derivations only: each variable part has its length before it.
func kdfIdentity(k KDF) string {
	b := make([]byte, 0, 128+len(k.Password)+len(k.Salt))
	for _, n := range []int{k.Iterations, int(k.ID), k.N, k.R, k.P, k.Length, len(k.Kind), len(k.Hash), len(k.Password)} {
		b = append(strconv.AppendInt(b, int64(n), 10), ' ')
	}
	b = append(b, k.Kind...)
	b = append(b, k.Hash...)
	b = append(b, k.Password...)
	return string(append(b, k.Salt...))
}
