package certparse

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"
)

// A pemMarker is a BEGIN or END line, wherever on its line it stands.
type pemMarker struct {
	end         bool
	label       string // of BEGIN: what END repeats decides nothing
	start, stop int    // its first dash, and what follows its last
}

var (
	fiveDashes = []byte("-----")
	markBegin  = []byte("BEGIN")
	markEnd    = []byte("END")
)

// nextMarker finds the first marker at or after from. Text is walked over once, however many dashes it has.
func nextMarker(text []byte, from int) (m pemMarker, ok bool) {
	for {
		i := bytes.Index(text[from:], fiveDashes)
		if i < 0 {
			return m, false
		}
		m.start = from + i
		at := m.start
		for at < len(text) && text[at] == '-' {
			at++
		}
		from = at
		for at < len(text) && text[at] == ' ' && at-from < 4 {
			at++
		}
		switch rest := text[at:]; {
		case bytes.HasPrefix(rest, markBegin):
			m.end = false
			at += len(markBegin)
		case bytes.HasPrefix(rest, markEnd):
			m.end = true
			at += len(markEnd)
		default:
			continue
		}
		length := 0
		for length <= maxLabel && isLabelByte(text, at+length) {
			length++
		}
		close := at + length
		dashes := 0
		for close+dashes < len(text) && text[close+dashes] == '-' && dashes < 5 {
			dashes++
		}
		if length == 0 || length > maxLabel || dashes < 2 {
			continue
		}
		if !m.end {
			m.label = tidyLabel(text[at:close])
		}
		m.stop = close + dashes // where files are glued, the next marker's own dashes follow
		return m, true
	}
}

// isLabelByte says whether text[i] belongs to a label: a single dash does, two end it.
func isLabelByte(text []byte, i int) bool {
	if i >= len(text) {
		return false
	}
	switch b := text[i]; {
	case b >= 'A' && b <= 'Z', b >= 'a' && b <= 'z', b >= '0' && b <= '9':
		return true
	case b == '-':
		return i+1 < len(text) && text[i+1] != '-'
	default:
		return b == ' ' || b == '.' || b == '#' || b == '/' || b == '_'
	}
}

// tidyLabel squeezes blanks and puts back those that were lost on the way, as in RSAPRIVATEKEY.
func tidyLabel(text []byte) string {
	switch string(text) { // no copy of what nearly every block is
	case " CERTIFICATE":
		return "CERTIFICATE"
	case " PRIVATE KEY":
		return "PRIVATE KEY"
	}
	label := strings.Join(strings.Fields(string(text)), " ")
	for _, known := range []string{"RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "TRUSTED CERTIFICATE", "X509 CERTIFICATE"} {
		if label == strings.ReplaceAll(known, " ", "") {
			return known
		}
	}
	return label
}

// readPEM reads every PEM block of a text in whatever order and disguise (RFC 7468 and what became of it): blocks may
// be indented, glued together, on one line, with \n spelled out, or inside source code, HTML or a quoted mail. Time is
// linear in the text. It returns false when there is no block at all.
func (s *session) readPEM(text []byte, where string) bool {
	container := &Container{File: s.file, Kind: KindPEM, Where: where}
	first := len(s.bundle.Keys)
	number, gap := 0, 0
	m, ok := nextMarker(text, 0)
	for ok {
		if m.end {
			m, ok = nextMarker(text, m.stop)
			continue
		}
		following, more := nextMarker(text, m.stop)
		body, whole := text[m.stop:], false
		if more {
			body, whole = text[m.stop:following.start], following.end
		}
		if s.blocks++; s.blocks > maxPEMBlocks {
			s.tooMany("PEM blocks", s.source(where))
			break
		}
		if number == 0 {
			s.addContainer(container)
		}
		number++
		block := pemBlock{label: m.label, whole: whole, where: joinWhere(where, "PEM block "+strconv.Itoa(number)+" ("+m.label+")")}
		if len(body) > maxBlockBytes {
			s.tooMany("PEM block size", s.source(block.where))
		} else {
			s.readBetween(text[gap:m.start], where)
			s.readBlock(block, body, text[gap:m.start])
		}
		gap = m.start
		if whole {
			gap = following.stop
			following, more = nextMarker(text, following.stop)
		}
		m, ok = following, more
	}
	s.readBetween(text[gap:], where)
	for _, k := range s.bundle.Keys[first:] {
		container.Locked = container.Locked || k.Locked
	}
	return number > 0
}

// readBetween reads DER that stands between blocks or after the last, where files were joined.
func (s *session) readBetween(text []byte, where string) {
	if text = bytes.TrimLeft(text, blanks); startsObject(text) {
		s.readMore(text, where, 1)
	}
}

type pemBlock struct {
	label string
	whole bool // its END is there
	where string
}

// readBlock reads what stands between BEGIN and END; before is the text since the last block, where openssl pkcs12
// writes the attributes of what follows.
func (s *session) readBlock(b pemBlock, body, before []byte) {
	headers, data, ok := decodeBody(body)
	if b.label == "PUBLIC KEY" && ok && s.readPrivateKey(data, "", b.where) {
		s.note(s.source(b.where), "a private key is labelled as a public one: openssl opens it, other programs may not")
		return
	}
	if s.refuseLabel(b) {
		return
	}
	if dek := headers["DEK-Info"]; dek != "" && ok && strings.HasSuffix(b.label, "PRIVATE KEY") {
		s.readDEKInfo(b.label, headers, data, b.where)
		return
	}
	if !b.whole && len(data) < 16 {
		return // words about PEM, not PEM
	}
	firstKey := len(s.bundle.Keys)
	firstCertificate := len(s.bundle.Certificates)
	if _, whole := readElement(data); !ok || !whole || !s.readDER(data, b.label, b.where) {
		if promisesUse(b.label) {
			s.problem(&Error{Code: CodeDamaged, File: s.file, Where: b.where, Found: b.label})
		} else {
			s.passOver(CodeNotACertificate, b.label, b.where)
		}
		return
	}
	name, id := bagAttributes(before)
	for _, k := range s.bundle.Keys[firstKey:] {
		if k.FriendlyName == "" {
			k.FriendlyName = name
		}
		if k.LocalKeyID == nil {
			k.LocalKeyID = id
		}
	}
	for _, c := range s.bundle.Certificates[firstCertificate:] {
		if c.FriendlyName == "" {
			c.FriendlyName = name
		}
		if c.LocalKeyID == nil {
			c.LocalKeyID = id
		}
	}
}

// promisesUse says whether a block of this label should have held certificates or a private key.
func promisesUse(label string) bool {
	switch label {
	case "CERTIFICATE", "X509 CERTIFICATE", "X.509 CERTIFICATE", "TRUSTED CERTIFICATE", "PKCS7", "PKCS #7 SIGNED DATA", "PKCS12",
		"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "ANY PRIVATE KEY":
		return true
	}
	return false
}

// refuseLabel answers blocks whose label alone says that they are no certificate and no key that could be used here.
func (s *session) refuseLabel(b pemBlock) bool {
	problem := func(code Code) bool {
		s.problem(&Error{Code: code, File: s.file, Where: b.where, Found: b.label})
		return true
	}
	switch b.label {
	case "OPENSSH PRIVATE KEY":
		return problem(CodeOpenSSHKey)
	case "TSS2 PRIVATE KEY", "TSS KEY BLOB", "PKCS#11 PROVIDER URI", "ENCRYPTED COSIGN PRIVATE KEY", "ENCRYPTED SIGSTORE PRIVATE KEY",
		"EdDSA PRIVATE KEY": // PuTTY's own form of Ed25519
		return problem(CodeUnsupportedAlgorithm)
	case "PUBLIC KEY", "RSA PUBLIC KEY", "EC PUBLIC KEY", "ECDSA PUBLIC KEY", "DSA PUBLIC KEY", "SSH2 PUBLIC KEY", "ECDSA Public Key":
		s.passOver(CodePublicKey, b.label, b.where)
	case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST":
		s.passOver(CodeCSR, b.label, b.where)
	case "X509 CRL", "CRL":
		s.passOver(CodeCRL, b.label, b.where)
	case "EC PARAMETERS", "DSA PARAMETERS", "DH PARAMETERS", "X9.42 DH PARAMETERS", "ATTRIBUTE CERTIFICATE", "OCSP RESPONSE", "OCSP REQUEST":
		s.passOver(CodeNotACertificate, b.label, b.where)
	default:
		if strings.HasPrefix(b.label, "PGP ") {
			s.passOver(CodePGP, b.label, b.where)
			return true
		}
		return false
	}
	return true
}

// bagAttributes reads what openssl pkcs12 writes before a block.
func bagAttributes(before []byte) (friendlyName string, localKeyID []byte) {
	if len(before) > 2048 {
		before = before[len(before)-2048:]
	}
	if i := bytes.LastIndex(before, []byte("Bag Attributes")); i >= 0 {
		before = before[i:]
	} else {
		return "", nil
	}
	for line := range strings.Lines(string(before)) {
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(name) {
		case "friendlyName":
			friendlyName = value
		case "localKeyID":
			if id, ok := hexBytes(strings.ReplaceAll(value, " ", "")); ok && len(id) > 0 {
				localKeyID = id
			}
		}
	}
	return friendlyName, localKeyID
}

// What a byte is in base64 text.
const (
	notBase64 = iota
	inBase64
	blank
	padding
)

var base64Class = func() (class [256]uint8) {
	for _, b := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		class[b] = inBase64
	}
	for _, b := range []byte(" \t\r\n\v\f") {
		class[b] = blank
	}
	class['='] = padding
	return class
}()

// decodeBody reads the inside of a PEM block: headers, if there are any, and base64. The plain case costs one pass; only
// a body with something else in it is unwrapped first.
func decodeBody(body []byte) (headers map[string]string, data []byte, ok bool) {
	if lines := bytes.TrimLeft(body, " \t\r\n"); bytes.HasPrefix(lines, []byte("// ")) {
		body = bytes.ReplaceAll(body, []byte("// "), nil) // comment signs that are letters of base64 too
	}
	if data, ok = decodeBase64(body); ok {
		return nil, data, true
	}
	plain := unwrapBody(body)
	headers, plain = splitHeaders(plain)
	data, ok = decodeBase64(plain)
	return headers, data, ok
}

// decodeBase64 reads base64 with blanks anywhere and with or without its padding. What follows the padding, and the
// bits left over from a wrong length, are dropped: what was encoded says itself whether it is whole. ok is false when a
// character is not of base64; what stood before it is decoded all the same.
func decodeBase64(text []byte) (data []byte, ok bool) {
	compact := make([]byte, 0, len(text))
	ok = true
loop:
	for _, b := range text {
		switch base64Class[b] {
		case inBase64:
			compact = append(compact, b)
		case padding:
			break loop
		case notBase64:
			ok = false
			break loop
		}
	}
	if len(compact)%4 == 1 {
		compact = compact[:len(compact)-1]
	}
	n, _ := base64.RawStdEncoding.Decode(compact, compact) // in place: the writer stays behind the reader
	return compact[:n:n], ok
}

// splitHeaders takes the RFC 1421 headers off a PEM body. Where the line ends were lost, DEK-Info ends after as many
// hexadecimal digits as the cipher's initialization vector has.
func splitHeaders(body []byte) (headers map[string]string, rest []byte) {
	rest = bytes.TrimLeft(body, " \t\r\n")
	if i := bytes.Index(rest, []byte("DEK-Info:")); i >= 0 {
		value := bytes.TrimLeft(rest[i+len("DEK-Info:"):], " \t")
		cipher, after, found := bytes.Cut(value, []byte(","))
		if found && len(cipher) < maxLabel && bytes.IndexByte(cipher, '\n') < 0 {
			after = bytes.TrimLeft(after, " \t")
			digits := 0
			for digits < len(after) && digits < dekDigits(string(cipher)) && isHexDigit(after[digits]) {
				digits++
			}
			headers = map[string]string{
				"Proc-Type": "4,ENCRYPTED",
				"DEK-Info":  string(cipher) + "," + string(after[:digits]),
			}
			rest = bytes.TrimLeft(after[digits:], blanks)
		}
	}
	for {
		line, after, found := bytes.Cut(rest, []byte("\n"))
		name, value, isHeader := strings.Cut(string(line[:min(len(line), 1024)]), ":")
		if !isHeader || !found {
			return headers, rest
		}
		if headers == nil {
			headers = map[string]string{}
		}
		if name = strings.TrimSpace(name); headers[name] == "" { // of several, openssl takes the first too
			headers[name] = strings.TrimSpace(value)
		}
		for bytes.HasSuffix(bytes.TrimRight(line, " \t\r"), []byte(`\`)) && found { // RFC 4716 continuation
			line, after, found = bytes.Cut(after, []byte("\n"))
		}
		rest = after
	}
}

// dekDigits is the length of the initialization vector in DEK-Info: two digits for each byte of the cipher's block.
func dekDigits(cipher string) int {
	for _, wide := range []string{"AES", "CAMELLIA", "SEED", "ARIA", "SM4", "id-aes"} {
		if strings.HasPrefix(cipher, wide) {
			return 32
		}
	}
	return 16
}
