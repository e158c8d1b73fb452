package certparse

import (
	"strconv"
	"strings"
	"time"
)

// isCertificate says whether an element has the outline of an X.509 certificate (RFC 5280 section 4.1): what tells it
// from a request, a revocation list and an attribute certificate is serial, algorithm, issuer, validity, subject, key.
func isCertificate(e element) bool {
	if e.tag != tagSequence {
		return false
	}
	tbs, ok := e.children().take(tagSequence)
	if !ok {
		return false
	}
	fields := tbs.children()
	fields.take(tagContext | tagConstructed) // version
	return fields.shape(tagInteger, tagSequence, tagSequence, tagSequence, tagSequence, tagSequence)
}

// parseCertificate reads what matters here of one certificate and never refuses one for a matter of style: what a
// strict reader would refuse is said in Oddities. It fails when the outline is not a certificate's.
//
// Raw, SHA256 and the like are of the bytes as found; SHA256, Source and the names of containers are the caller's.
func parseCertificate(der []byte) (*Certificate, bool) {
	outer, ok := readElement(der)
	if !ok || !isCertificate(outer) {
		return nil, false
	}
	c := &Certificate{Raw: outer.full, Version: 1}
	parts := outer.children()
	tbs, _ := parts.take(tagSequence)
	fields := tbs.children()

	if v, ok := fields.take(tagContext | tagConstructed); ok {
		number, ok := v.children().take(tagInteger)
		switch {
		case !ok || len(number.content) != 1 || number.content[0] > 2:
			c.odd("the version number is not 1, 2 or 3")
		default:
			c.Version = int(number.content[0]) + 1
		}
	}
	serial, _ := fields.take(tagInteger)
	innerAlgorithm, _ := fields.take(tagSequence)
	issuer, _ := fields.take(tagSequence)
	validity, _ := fields.take(tagSequence)
	subject, _ := fields.take(tagSequence)
	spki, _ := fields.take(tagSequence)

	c.Serial = serial.content
	c.serialOddities()
	c.Issuer = c.name("issuer", issuer)
	c.Subject = c.name("subject", subject)
	c.PublicKey = describeSPKI(spki.full)
	c.SignatureAlgorithm = signatureAlgorithm(innerAlgorithm.content)
	c.validity(validity)
	if outer.ber || tbs.ber || spki.ber || issuer.ber || subject.ber {
		c.odd("it is encoded in BER, not DER")
	}

	if outerAlgorithm, ok := parts.take(tagSequence); !ok {
		c.odd("the signature is missing")
	} else if string(outerAlgorithm.content) != string(innerAlgorithm.content) {
		c.odd("the signature algorithm is named differently inside and outside the signed part")
	}
	if signature, ok := parts.take(tagBitString); !ok || len(signature.content) < 2 {
		c.odd("the signature is missing")
	}
	if len(parts.rest) > 0 {
		c.odd("something follows the signature")
	}

	for len(fields.rest) > 0 {
		e, ok := fields.next()
		if !ok {
			c.odd("the signed part ends in something unreadable")
			break
		}
		switch e.tag {
		case tagContext | 1, tagContext | 2, tagContext | tagConstructed | 1, tagContext | tagConstructed | 2:
			c.odd("it has a unique identifier, which RFC 5280 forbids")
			if c.Version < 2 {
				c.odd("a version 1 certificate has fields of version 2")
			}
		case tagContext | tagConstructed | 3:
			if c.Version < 3 {
				c.odd("a version " + strconv.Itoa(c.Version) + " certificate has extensions")
			}
			c.extensions(e)
		default:
			c.odd("the signed part has an unknown field")
		}
	}
	if parts, _ := splitSPKI(spki.full); c.PublicKey.Algorithm == "EC" && parts.algorithm.parameters.tag == tagSequence {
		c.odd("the public key spells out its curve's parameters instead of naming the curve")
	}
	return c, true
}

// name reads a name; one that cannot be read still has its bytes, which is what issuers are found by.
func (c *Certificate) name(what string, e element) Name {
	n, err := ParseName(e.full)
	if err != nil {
		c.odd("the " + what + " cannot be read")
		n.Raw = e.full
	}
	return n
}

// odd adds an oddity, once.
func (c *Certificate) odd(text string) {
	for _, known := range c.Oddities {
		if known == text {
			return
		}
	}
	c.Oddities = append(c.Oddities, text)
}

func (c *Certificate) serialOddities() {
	s := c.Serial
	switch {
	case len(s) == 0:
		c.odd("the serial number is empty")
		return
	case s[0]&0x80 != 0:
		c.odd("the serial number is negative")
	case len(s) == 1 && s[0] == 0:
		c.odd("the serial number is zero")
	}
	if len(s) > 20 {
		c.odd("the serial number is longer than 20 bytes")
	}
	if len(s) > 1 && (s[0] == 0 && s[1]&0x80 == 0 || s[0] == 0xff && s[1]&0x80 != 0) {
		c.odd("the serial number is padded")
	}
}

func (c *Certificate) validity(validity element) {
	times := validity.children()
	for _, end := range []struct {
		name string
		at   *time.Time
	}{{"start", &c.NotBefore}, {"end", &c.NotAfter}} {
		e, ok := times.next()
		if ok {
			var strict bool
			*end.at, strict, ok = parseTime(e)
			if ok && !strict {
				c.odd("the " + end.name + " of its validity is written in a form that RFC 5280 forbids")
			}
		}
		if !ok {
			c.odd("the " + end.name + " of its validity cannot be read")
		}
	}
	if len(times.rest) > 0 {
		c.odd("something follows the end of its validity")
	}
}

// parseTime reads UTCTime and GeneralizedTime in every form of X.680 sections 46 and 47: seconds may be missing, there
// may be a fraction, an offset from UTC, or no zone at all, which is taken as UTC. strict is true for the one form that
// RFC 5280 section 4.1.2.5 allows.
func parseTime(e element) (t time.Time, strict, ok bool) {
	s := string(e.content)
	yearDigits := 2
	switch e.tag {
	case tagUTCTime:
	case tagGeneralizedTime:
		yearDigits = 4
	default:
		return t, false, false
	}
	year, s, ok := digits(s, yearDigits)
	if !ok {
		return t, false, false
	}
	if yearDigits == 2 {
		year += 1900
		if year < 1950 {
			year += 100
		}
	}
	field := [5]int{} // month, day, hour, minute, second
	read := 0
	for read < len(field) && s != "" && s[0] >= '0' && s[0] <= '9' {
		if field[read], s, ok = digits(s, 2); !ok {
			return t, false, false
		}
		read++
	}
	least := 4 // UTCTime must have minutes
	if yearDigits == 4 {
		least = 3
	}
	if read < least {
		return t, false, false
	}
	strict = read == 5 && s == "Z"
	if s != "" && (s[0] == '.' || s[0] == ',') { // a fraction of what was read last
		s = strings.TrimLeft(s[1:], "0123456789")
	}
	offset := 0
	switch {
	case s == "" || s == "Z":
	case (s[0] == '+' || s[0] == '-') && (len(s) == 5 || len(s) == 3):
		hours, rest, ok := digits(s[1:], 2)
		minutes := 0
		if ok && rest != "" {
			minutes, _, ok = digits(rest, 2)
		}
		if !ok || hours > 23 || minutes > 59 {
			return t, false, false
		}
		offset = hours*60 + minutes
		if s[0] == '-' {
			offset = -offset
		}
	default:
		return t, false, false
	}
	month, day, hour, minute, second := field[0], field[1], field[2], field[3], field[4]
	if month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60 {
		return t, false, false
	}
	t = time.Date(year, time.Month(month), day, hour, minute-offset, second, 0, time.UTC)
	if hour == 24 || second == 60 || time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() != day {
		strict = false
	}
	return t, strict, true
}

// digits reads n decimal digits from the start of s.
func digits(s string, n int) (value int, rest string, ok bool) {
	if len(s) < n {
		return 0, s, false
	}
	for i := range n {
		if s[i] < '0' || s[i] > '9' {
			return 0, s, false
		}
		value = value*10 + int(s[i]-'0')
	}
	return value, s[n:], true
}

// signatureAlgorithms are the common names; an algorithm that is not here is shown by its OID.
var signatureAlgorithms = []struct{ oid, name string }{
	{"1.2.840.113549.1.1.11", "SHA256-RSA"},
	{"1.2.840.113549.1.1.12", "SHA384-RSA"},
	{"1.2.840.113549.1.1.13", "SHA512-RSA"},
	{"1.2.840.113549.1.1.5", "SHA1-RSA"},
	{"1.3.14.3.2.29", "SHA1-RSA"},
	{"1.2.840.113549.1.1.14", "SHA224-RSA"},
	{"1.2.840.113549.1.1.15", "SHA512-224-RSA"},
	{"1.2.840.113549.1.1.16", "SHA512-256-RSA"},
	{"1.2.840.113549.1.1.4", "MD5-RSA"},
	{"1.2.840.113549.1.1.3", "MD4-RSA"},
	{"1.2.840.113549.1.1.2", "MD2-RSA"},
	{"1.3.36.3.3.1.2", "RIPEMD160-RSA"},
	{"2.16.840.1.101.3.4.3.13", "SHA3-224-RSA"},
	{"2.16.840.1.101.3.4.3.14", "SHA3-256-RSA"},
	{"2.16.840.1.101.3.4.3.15", "SHA3-384-RSA"},
	{"2.16.840.1.101.3.4.3.16", "SHA3-512-RSA"},
	{"1.2.840.10045.4.1", "ECDSA-SHA1"},
	{"1.2.840.10045.4.3.1", "ECDSA-SHA224"},
	{"1.2.840.10045.4.3.2", "ECDSA-SHA256"},
	{"1.2.840.10045.4.3.3", "ECDSA-SHA384"},
	{"1.2.840.10045.4.3.4", "ECDSA-SHA512"},
	{"2.16.840.1.101.3.4.3.10", "ECDSA-SHA3-256"},
	{"2.16.840.1.101.3.4.3.11", "ECDSA-SHA3-384"},
	{"2.16.840.1.101.3.4.3.12", "ECDSA-SHA3-512"},
	{"1.3.101.112", "Ed25519"},
	{"1.3.101.113", "Ed448"},
	{"1.2.840.10040.4.3", "DSA-SHA1"},
	{"1.3.14.3.2.27", "DSA-SHA1"},
	{"2.16.840.1.101.3.4.3.1", "DSA-SHA224"},
	{"2.16.840.1.101.3.4.3.2", "DSA-SHA256"},
	{"2.16.840.1.101.3.4.3.3", "DSA-SHA384"},
	{"2.16.840.1.101.3.4.3.4", "DSA-SHA512"},
	{"1.2.156.10197.1.501", "SM2-SM3"},
	{"1.2.643.2.2.3", "GOST2001-GOST94"},
	{"1.2.643.7.1.1.3.2", "GOST2012-256"},
	{"1.2.643.7.1.1.3.3", "GOST2012-512"},
	{"2.16.840.1.101.3.4.3.17", "ML-DSA-44"},
	{"2.16.840.1.101.3.4.3.18", "ML-DSA-65"},
	{"2.16.840.1.101.3.4.3.19", "ML-DSA-87"},
}

const oidRSAPSS = "1.2.840.113549.1.1.10"

// signatureAlgorithm names an AlgorithmIdentifier, given its content. RSASSA-PSS is named by the hash in its parameters
// (RFC 4055 section 3.1); absent, that is SHA-1.
func signatureAlgorithm(content []byte) string {
	oid := algorithmOID(content)
	if oid == oidRSAPSS {
		return pssHash(content) + "-RSAPSS"
	}
	for _, a := range signatureAlgorithms {
		if a.oid == oid {
			return a.name
		}
	}
	return oid
}

func pssHash(content []byte) string {
	fields := tlvReader{content}
	fields.take(tagOID)
	parameters, _ := fields.take(tagSequence)
	hash, ok := parameters.children().take(tagContext | tagConstructed)
	if !ok {
		return "SHA1"
	}
	id, _ := hash.children().take(tagSequence)
	return hashName(algorithmOID(id.content))
}

// hashName is the name of a hash by its OID, or the OID.
func hashName(oid string) string {
	switch oid {
	case "1.3.14.3.2.26":
		return "SHA1"
	case "2.16.840.1.101.3.4.2.4":
		return "SHA224"
	case "2.16.840.1.101.3.4.2.1":
		return "SHA256"
	case "2.16.840.1.101.3.4.2.2":
		return "SHA384"
	case "2.16.840.1.101.3.4.2.3":
		return "SHA512"
	}
	return oid
}

// extensions reads the extensions field: its content is one SEQUENCE OF Extension.
func (c *Certificate) extensions(field element) {
	list, ok := field.children().take(tagSequence)
	if !ok {
		c.odd("the extensions cannot be read")
		return
	}
	items := list.children()
	if len(items.rest) == 0 {
		c.odd("the list of extensions is empty")
	}
	c.Extensions = make([]Extension, 0, min(len(items.rest)/16+1, 12))
	for len(items.rest) > 0 {
		if len(c.Extensions) == maxExtensions {
			c.odd("there are more extensions than are read")
			return
		}
		item, ok := items.take(tagSequence)
		if !ok {
			c.odd("the extensions cannot be read to their end")
			return
		}
		parts := item.children()
		id, ok := parts.take(tagOID)
		critical, _ := parts.take(tagBoolean)
		value, valueOK := parts.take(tagOctetString)
		x := Extension{OID: oidText(id.content), Value: value.content}
		x.Critical = len(critical.content) == 1 && critical.content[0] != 0
		if !ok || x.OID == "" || !valueOK {
			c.odd("an extension cannot be read")
			continue
		}
		repeated := false
		for _, known := range c.Extensions {
			repeated = repeated || known.OID == x.OID
		}
		c.Extensions = append(c.Extensions, x)
		if repeated {
			c.odd("the extension " + x.OID + " is there twice; the first is taken")
			continue
		}
		if !c.extension(x) {
			c.odd("the extension " + extensionName(x.OID) + " is malformed")
		}
	}
}

// The extensions that are decoded.
const (
	oidSubjectKeyID     = "2.5.29.14"
	oidKeyUsage         = "2.5.29.15"
	oidSubjectAltName   = "2.5.29.17"
	oidBasicConstraints = "2.5.29.19"
	oidAuthorityKeyID   = "2.5.29.35"
	oidExtKeyUsage      = "2.5.29.37"
	oidAuthorityInfo    = "1.3.6.1.5.5.7.1.1"
	oidMongoRoles       = "1.3.6.1.4.1.34601.2.1.1"
	oidMongoMembership  = "1.3.6.1.4.1.34601.2.1.2"
)

func extensionName(oid string) string {
	switch oid {
	case oidSubjectKeyID:
		return "subject key identifier"
	case oidKeyUsage:
		return "key usage"
	case oidSubjectAltName:
		return "subject alternative name"
	case oidBasicConstraints:
		return "basic constraints"
	case oidAuthorityKeyID:
		return "authority key identifier"
	case oidExtKeyUsage:
		return "extended key usage"
	case oidAuthorityInfo:
		return "authority information access"
	case oidMongoRoles:
		return "MongoDB roles"
	case oidMongoMembership:
		return "MongoDB cluster membership"
	}
	return oid
}

// extension decodes one extension (RFC 5280 section 4.2 unless said otherwise); false when its value is malformed.
// What could be decoded is kept even then.
func (c *Certificate) extension(x Extension) bool {
	value := tlvReader{x.Value}
	switch x.OID {
	case oidBasicConstraints:
		c.BasicConstraints = true
		list, ok := value.take(tagSequence)
		fields := list.children()
		if ca, isThere := fields.take(tagBoolean); isThere {
			ok = ok && len(ca.content) == 1
			c.IsCA = len(ca.content) == 1 && ca.content[0] != 0
		}
		if length, isThere := fields.take(tagInteger); isThere && len(length.content) == 1 && length.content[0] < 0x80 { // more is no limit
			c.PathLength, c.PathLengthSet = int(length.content[0]), true
		}
		return ok && len(fields.rest) == 0 && len(value.rest) == 0
	case oidKeyUsage:
		c.KeyUsagePresent = true
		bits, ok := value.take(tagBitString)
		if !ok || len(bits.content) == 0 {
			return false
		}
		for i := range 9 {
			octet := 1 + i/8
			if octet < len(bits.content) && bits.content[octet]&(0x80>>(i%8)) != 0 {
				c.KeyUsage |= 1 << i
			}
		}
		return len(value.rest) == 0
	case oidExtKeyUsage:
		c.ExtKeyUsageSet = true
		list, ok := value.take(tagSequence)
		purposes := list.children()
		for ok && len(purposes.rest) > 0 {
			var id element
			if id, ok = purposes.take(tagOID); ok {
				c.ExtKeyUsage = append(c.ExtKeyUsage, oidText(id.content))
			}
		}
		return ok && len(c.ExtKeyUsage) > 0
	case oidSubjectAltName:
		return c.alternativeNames(value)
	case oidSubjectKeyID:
		id, ok := value.take(tagOctetString)
		c.SubjectKeyID = id.content
		return ok
	case oidAuthorityKeyID:
		list, ok := value.take(tagSequence)
		id, _ := list.children().take(tagContext)
		c.AuthorityKeyID = id.content
		return ok
	case oidAuthorityInfo:
		list, ok := value.take(tagSequence)
		items := list.children()
		for ok && len(items.rest) > 0 {
			var item element
			if item, ok = items.take(tagSequence); !ok {
				break
			}
			parts := item.children()
			method, _ := parts.take(tagOID)
			if url, isURI := parts.take(tagContext | 6); isURI && oidText(method.content) == "1.3.6.1.5.5.7.48.2" {
				c.CAIssuers = append(c.CAIssuers, string(url.content))
			}
		}
		return ok
	case oidMongoRoles:
		c.Roles, c.RolesError = parseRoles(x.Value)
		return c.RolesError == ""
	case oidMongoMembership:
		text, ok := value.take(tagUTF8String)
		c.ClusterMembership = string(text.content)
		if !ok || len(value.rest) > 0 {
			c.ClusterMembershipError = "Unexpected DER Tag"
		}
		return c.ClusterMembershipError == ""
	}
	return true
}

// alternativeNames keeps what can be read of a subject alternative name and says false when something could not.
func (c *Certificate) alternativeNames(value tlvReader) bool {
	list, ok := value.take(tagSequence)
	if !ok {
		return false
	}
	names := list.children()
	good := len(names.rest) > 0
	for len(names.rest) > 0 {
		n, ok := names.next()
		if !ok {
			return false
		}
		text := string(n.content)
		switch n.tag {
		case tagContext | 1:
			good = good && isASCII(n.content)
			c.EmailAddresses = append(c.EmailAddresses, text)
		case tagContext | 2:
			good = good && isASCII(n.content)
			c.DNSNames = append(c.DNSNames, text)
		case tagContext | 6:
			good = good && isASCII(n.content)
			c.URIs = append(c.URIs, text)
		case tagContext | 7:
			if address := addressText(n.content); address != "" {
				c.IPAddresses = append(c.IPAddresses, address)
			} else {
				good = false
			}
		}
	}
	return good
}

// addressText writes an IP address of 4 or 16 bytes, IPv6 as RFC 5952 has it; "" for any other length. The package
// net/netip would cost a page 15 kB for this.
func addressText(b []byte) string {
	switch len(b) {
	case 4:
		text := strconv.AppendUint(nil, uint64(b[0]), 10)
		for _, o := range b[1:] {
			text = strconv.AppendUint(append(text, '.'), uint64(o), 10)
		}
		return string(text)
	case 16:
	default:
		return ""
	}
	group := func(i int) uint64 { return uint64(b[2*i])<<8 | uint64(b[2*i+1]) }
	zerosAt, zeros := -1, 1 // the longest run of two or more groups of zeros, the first of equals
	for i := 0; i < 8; i++ {
		n := 0
		for i+n < 8 && group(i+n) == 0 {
			n++
		}
		if n > zeros {
			zerosAt, zeros = i, n
		}
		i += n
	}
	var text []byte
	for i := 0; i < 8; i++ {
		if i == zerosAt {
			text = append(text, "::"...)
			i += zeros - 1
			continue
		}
		if len(text) > 0 && text[len(text)-1] != ':' {
			text = append(text, ':')
		}
		text = strconv.AppendUint(text, group(i), 16)
	}
	return string(text)
}

func isASCII[T string | []byte](b T) bool {
	for i := range len(b) {
		if b[i] >= 0x80 {
			return false
		}
	}
	return true
}

// parseRoles reads MongoDB's roles extension, a SET OF SEQUENCE { role UTF8String, database UTF8String }, and refuses
// what the server's own reader refuses (mongodb/mongo src/mongo/util/net/ssl_manager.cpp, parsePeerRoles and
// DERToken::parse): tags other than those, indefinite lengths, lengths past the end. Long lengths, fields after the
// second and octets after the SET are taken. The text is the server's, for a search in its log.
func parseRoles(value []byte) (roles []Role, problem string) {
	set, _, problem := roleToken(value, tagSet)
	if problem != "" {
		return nil, problem
	}
	for rest := set; len(rest) > 0; {
		var sequence, name, database []byte
		if sequence, rest, problem = roleToken(rest, tagSequence); problem != "" {
			return nil, problem
		}
		if name, sequence, problem = roleToken(sequence, tagUTF8String); problem != "" {
			return nil, problem
		}
		if database, _, problem = roleToken(sequence, tagUTF8String); problem != "" {
			return nil, problem
		}
		roles = append(roles, Role{Role: string(name), Database: string(database)})
	}
	return roles, ""
}

func roleToken(b []byte, want byte) (content, rest []byte, problem string) {
	if len(b) == 0 {
		return nil, nil, "Invalid DER length"
	}
	switch b[0] {
	case tagUTF8String, tagInteger, tagSequence, tagSet:
	default:
		if b[0]&0xc0 != 0 {
			return nil, nil, "Unsupported tag class"
		}
		return nil, nil, "Unknown DER tag"
	}
	e, ok := readElement(b)
	if !ok || b[1] == 0x80 {
		return nil, nil, "Invalid DER length"
	}
	if e.tag != want {
		return nil, nil, "Unexpected DER Tag"
	}
	return e.content, b[len(e.full):], ""
}
