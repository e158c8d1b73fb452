package certparse

import (
	"bytes"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

const (
	magicJKS   = "\xfe\xed\xfe\xed"
	magicJCEKS = "\xce\xce\xce\xce"
)

// readKeyStore reads a Java key store of type JKS or JCEKS, whose formats are in OpenJDK only
// (sun/security/provider/JavaKeyStore.java, com/sun/crypto/provider/JceKeyStore.java). It reports false when the bytes
// are something else.
//
// Certificates are open to all; keys are encrypted one by one, usually under the password of the store, which a digest
// over the whole file vouches for.
func (s *session) readKeyStore(data []byte, where string) bool {
	ks := &keyStore{session: s, where: where, container: &Container{File: s.file, Kind: KindJKS, Where: where}}
	switch {
	case bytes.HasPrefix(data, []byte(magicJKS)):
	case bytes.HasPrefix(data, []byte(magicJCEKS)):
		ks.container.Kind = KindJCEKS
	default:
		return false
	}
	s.addContainer(ks.container)
	r := &javaReader{rest: data[len(magicJKS):]}
	whole := ks.readEntries(r) && len(r.rest) == sha1.Size
	ks.passwords = slices.Clone(s.passwords)
	verified := whole && ks.verify(data)
	ks.container.Verified = verified
	before := s.problems
	for i := range ks.entries {
		ks.emit(&ks.entries[i], verified)
	}
	switch {
	case !whole:
		s.problem(&Error{Code: CodeDamaged, File: s.file, Where: where, Found: "key store"})
	case !verified && len(ks.passwords) > 0 && s.problems == before && !ks.opened:
		s.problem(&Error{Code: CodeWrongPassword, File: s.file, Where: where})
	}
	ks.container.Detail = strings.Join(append(ks.details, "SHA-1 digest"), "; ")
	return true
}

// A keyStore is one key store being read.
type keyStore struct {
	*session
	where     string
	container *Container
	entries   []keyStoreEntry
	passwords []string // the one that the digest vouches for first
	details   []string // what protects the keys, each once
	opened    bool     // a key has been opened
}

type keyStoreEntry struct {
	where        string
	alias        string
	key          []byte // an EncryptedPrivateKeyInfo, nil for a certificate
	certificates [][]byte
}

// readEntries reads the entries; those before a fault are kept.
func (ks *keyStore) readEntries(r *javaReader) bool {
	version := r.uint32()
	count := r.uint32()
	if version != 1 && version != 2 {
		return false
	}
	for number := 1; number <= int(count); number++ {
		if number > maxBags {
			ks.tooMany("key store entries", ks.source(ks.where))
			return false
		}
		e := keyStoreEntry{where: joinWhere(ks.where, "entry "+strconv.Itoa(number))}
		tag := r.uint32()
		e.alias = r.text()
		r.bytes(8) // the date of entry
		switch tag {
		case 1: // a key and its chain
			e.key = r.bytes(int(r.uint32()))
			for n := r.uint32(); n > 0 && !r.bad; n-- {
				e.certificates = append(e.certificates, r.certificate(version))
			}
		case 2: // a trusted certificate
			e.certificates = [][]byte{r.certificate(version)}
		case 3: // a secret key, only in JCEKS
			if !skipJavaObject(r) {
				return false
			}
			ks.note(ks.source(e.where), "a secret key was passed over")
			continue
		default:
			return false
		}
		if r.bad {
			return false
		}
		ks.entries = append(ks.entries, e)
	}
	return true
}

// verify finds the password that the digest at the end vouches for, and puts it first.
func (ks *keyStore) verify(data []byte) bool {
	body, digest := data[:len(data)-sha1.Size], data[len(data)-sha1.Size:]
	for i, password := range ks.passwords {
		h := sha1.New()
		h.Write(javaPassword(password))
		h.Write([]byte("Mighty Aphrodite")) // OpenJDK's whitener
		h.Write(body)
		if subtle.ConstantTimeCompare(h.Sum(nil), digest) == 1 {
			ks.passwords = append([]string{password}, slices.Delete(ks.passwords, i, i+1)...)
			return true
		}
	}
	return false
}

func (ks *keyStore) emit(e *keyStoreEntry, verified bool) {
	if e.key != nil {
		ks.emitKey(e, verified)
	}
	for i, der := range e.certificates {
		name, where := "", e.where
		if i == 0 {
			name = e.alias
		}
		if len(e.certificates) > 1 {
			where += ": certificate " + strconv.Itoa(i+1)
		}
		ks.addCertificate(der, ks.source(where), name, nil)
	}
}

func (ks *keyStore) emitKey(e *keyStoreEntry, verified bool) {
	der, _, err := toDER(e.key)
	whole, _ := readElement(der)
	r := whole.children()
	a, ok := r.algorithm()
	octets, isKey := r.take(tagOctetString)
	if err != nil || !ok || !isKey {
		ks.problem(&Error{Code: CodeDamaged, File: ks.file, Where: e.where, Found: "private key"})
		return
	}
	sc, refused := readScheme(a)
	if sc != nil && !slices.Contains(ks.details, sc.detail) && len(ks.details) < 8 {
		ks.details = append(ks.details, sc.detail)
	}
	before := len(ks.bundle.Keys)
	ks.readEncryptedKey(sc, refused, octets.content, Key{FriendlyName: e.alias, Source: ks.source(e.where)}, ks.passwords)
	if len(ks.bundle.Keys) == before {
		return
	}
	if !ks.bundle.Keys[before].Locked {
		ks.opened = true
		return
	}
	ks.container.Locked = true
	if verified && sc != nil {
		ks.note(ks.source(e.where), "the password is right for the key store, but this key has another one")
	}
}

// unmask undoes Java's proprietary protection of keys in a JKS (OpenJDK sun/security/provider/KeyProtector.java): 20
// bytes of salt, the key XORed with a chain of SHA-1 over the password, and SHA-1 over password and key. The last proves
// the password.
func unmask(password, data []byte) (plain []byte, good bool) {
	if len(data) < 2*sha1.Size {
		return nil, false
	}
	salt, masked, want := data[:sha1.Size], data[sha1.Size:len(data)-sha1.Size], data[len(data)-sha1.Size:]
	plain = make([]byte, len(masked))
	h := sha1.New()
	link := append(make([]byte, 0, sha1.Size), salt...)
	for i := 0; i < len(plain); i += sha1.Size {
		h.Reset()
		h.Write(password)
		h.Write(link)
		link = h.Sum(link[:0])
		subtle.XORBytes(plain[i:], masked[i:], link)
	}
	h.Reset()
	h.Write(password)
	h.Write(plain)
	return plain, subtle.ConstantTimeCompare(h.Sum(link[:0]), want) == 1
}

// javaPassword is a password as Java's key stores hash it: UTF-16, big-endian, without a NUL behind it.
func javaPassword(password string) []byte {
	b := bmpString(password)
	return b[:len(b)-2]
}

// A javaReader reads what Java's DataOutputStream wrote. After a read past the end it is bad, and reads zeros.
type javaReader struct {
	rest []byte
	bad  bool
}

func (r *javaReader) bytes(n int) []byte {
	if r.bad || n < 0 || n > len(r.rest) {
		r.bad, r.rest = true, nil
		return nil
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}

func (r *javaReader) uint8() byte {
	if b := r.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *javaReader) uint16() int {
	if b := r.bytes(2); b != nil {
		return int(binary.BigEndian.Uint16(b))
	}
	return 0
}

func (r *javaReader) uint32() uint32 {
	if b := r.bytes(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// certificate reads one certificate; since version 2 its type ("X.509") stands before it.
func (r *javaReader) certificate(version uint32) []byte {
	if version == 2 {
		r.text()
	}
	return r.bytes(int(r.uint32()))
}

// text reads Java's modified UTF-8: one to three bytes for each UTF-16 unit, a NUL in two.
func (r *javaReader) text() string {
	b := r.bytes(r.uint16())
	units := make([]uint16, 0, len(b))
	for i := 0; i < len(b); {
		c := uint16(b[i])
		switch {
		case c >= 0xe0 && i+2 < len(b):
			c = c<<12 | uint16(b[i+1]&0x3f)<<6 | uint16(b[i+2]&0x3f)
			i += 3
		case c >= 0xc0 && c < 0xe0 && i+1 < len(b):
			c = c&0x1f<<6 | uint16(b[i+1]&0x3f)
			i += 2
		default:
			i++
		}
		units = append(units, c)
	}
	return string(utf16.Decode(units))
}
