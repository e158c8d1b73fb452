package certparse

import (
	"bytes"
	"encoding/binary"
)

// readCertificateStore reads a Windows serialized certificate store (.sst, what certmgr exports several certificates
// to; Microsoft MS-GPEF section 2.2.1.2.2): a header, then elements of property id, encoding, length and bytes, of which
// 32 is a certificate and 33 a revocation list.
func (s *session) readCertificateStore(data []byte, where string) bool {
	if !bytes.HasPrefix(data, []byte("\x00\x00\x00\x00CERT")) {
		return false
	}
	number := 0
	for data = data[8:]; len(data) >= 12; {
		id, size := binary.LittleEndian.Uint32(data), int(binary.LittleEndian.Uint32(data[8:]))
		if id == 0 {
			break
		}
		if data = data[12:]; size < 0 || size > len(data) {
			s.problem(&Error{Code: CodeDamaged, File: s.file, Where: where, Found: "Windows certificate store"})
			return true
		}
		switch id {
		case 32:
			number++
			s.addCertificate(data[:size], s.source(joinWhere(where, numbered("certificate", number))), "", nil)
		case 33:
			s.passOver(CodeCRL, "", where)
		}
		data = data[size:]
	}
	if number == 0 {
		s.passOver(CodeNotACertificate, "Windows certificate store without certificates", where)
	}
	return true
}
