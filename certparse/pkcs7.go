package certparse

import "strconv"

// Content types (RFC 5652 section 14, RFC 2315).
const (
	oidPKCS7Data      = "1.2.840.113549.1.7.1"
	oidSignedData     = "1.2.840.113549.1.7.2"
	oidPKCS7Prefix    = "1.2.840.113549.1.7."
	oidCMSPrefix      = "1.2.840.113549.1.9.16.1."
	oidNetscapeBundle = "2.16.840.1.113730.2.5"
)

// readPKCS7 takes the certificates out of a PKCS#7 or CMS signed-data (RFC 5652 section 5.1), BER or DER, whoever signed
// it and whatever; the bundles that Windows and Java write sign nothing. It returns false for what is no ContentInfo.
func (s *session) readPKCS7(e element, where string) bool {
	fields := e.children()
	id, ok := fields.take(tagOID)
	if !ok {
		return false
	}
	contentType := oidText(id.content)
	content, hasContent := fields.take(tagContext | tagConstructed)
	container := &Container{File: s.file, Kind: KindPKCS7, Where: where}
	var list *tlvReader
	switch {
	case contentType == oidSignedData && hasContent:
		signed, ok := content.children().take(tagSequence)
		if !ok {
			s.problem(&Error{Code: CodeDamaged, File: s.file, Where: where, Found: "PKCS#7 signed data"})
			return true
		}
		parts := signed.children()
		parts.take(tagInteger)  // version
		parts.take(tagSet)      // digest algorithms
		parts.take(tagSequence) // what is signed
		certificates, _ := parts.take(tagContext | tagConstructed)
		list = certificates.children()
		if parts.at(tagContext | tagConstructed | 1) {
			s.passOver(CodeCRL, "", where)
		}
		container.Detail = "signed data"
	case contentType == oidNetscapeBundle && hasContent:
		certificates, _ := content.children().take(tagSequence)
		list = certificates.children()
		container.Detail = "Netscape certificate sequence"
	case len(contentType) > len(oidPKCS7Prefix) && contentType[:len(oidPKCS7Prefix)] == oidPKCS7Prefix,
		len(contentType) > len(oidCMSPrefix) && contentType[:len(oidCMSPrefix)] == oidCMSPrefix:
		s.passOver(CodeNotACertificate, contentTypeName(contentType), where)
		return true
	default:
		return false
	}
	s.addContainer(container)
	found := 0
	for len(list.rest) > 0 {
		c, ok := list.next()
		if !ok {
			s.problem(&Error{Code: CodeDamaged, File: s.file, Where: where, Found: "PKCS#7 " + container.Detail})
			return true
		}
		if isCertificate(c) {
			found++
			s.addCertificate(c.full, s.source(joinWhere(where, numbered("certificate", found))), "", nil)
		}
	}
	if found == 0 {
		s.passOver(CodeNotACertificate, "PKCS#7 without certificates", where)
	}
	return true
}

func contentTypeName(oid string) string {
	switch oid {
	case oidPKCS7Data:
		return "PKCS#7 data"
	case oidSignedData:
		return "PKCS#7 without certificates"
	case "1.2.840.113549.1.7.3":
		return "PKCS#7 enveloped data"
	case "1.2.840.113549.1.7.4":
		return "PKCS#7 signed and enveloped data"
	case "1.2.840.113549.1.7.5":
		return "PKCS#7 digested data"
	case "1.2.840.113549.1.7.6":
		return "PKCS#7 encrypted data"
	case "1.2.840.113549.1.9.16.1.2":
		return "CMS authenticated data"
	case "1.2.840.113549.1.9.16.1.9":
		return "CMS compressed data"
	case "1.2.840.113549.1.9.16.1.23":
		return "CMS authenticated and enveloped data"
	}
	return "CMS content " + oid
}

func numbered(what string, n int) string { return what + " " + strconv.Itoa(n) }
