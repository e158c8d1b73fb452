package certparse

import "strings"

// MatchesHostname says whether MongoDB's own programs take a certificate's name, from its subjectAltName or common name,
// for a host (hostNameMatchForX509Certificates in mongodb/mongo src/mongo/util/net/ssl_manager.cpp). Case and one
// trailing dot do not count. A name that starts with "*." matches any single first label; no other wildcard does.
func MatchesHostname(certificateName, host string) bool {
	certificateName, host = strings.TrimSuffix(certificateName, "."), strings.TrimSuffix(host, ".")
	if len(certificateName) < 2 {
		return false
	}
	if strings.HasPrefix(certificateName, "*.") {
		dot := strings.IndexByte(host, '.')
		return dot >= 0 && equalASCIIFold(certificateName[1:], host[dot:])
	}
	return equalASCIIFold(certificateName, host)
}

func equalASCIIFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		x, y := a[i], b[i]
		if x != y && (x|0x20 != y|0x20 || !isLetter(x)) {
			return false
		}
	}
	return true
}
