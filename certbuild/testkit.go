package certbuild

import (
	"crypto/rand"
	"net/netip"
	"time"

	"certuri/certparse"
)

// The lifetimes of a test kit. A server warns 30 days before a client's certificate ends
// (tlsX509ExpirationWarningThresholdDays), so the client's is well above that, and macOS takes servers' certificates of at
// most 825 days.
const (
	kitClientLife = 90 * 24 * time.Hour
	kitServerLife = 365 * 24 * time.Hour
	kitClockSkew  = time.Hour // before now, for machines whose clocks are behind
)

// The subjects of a test kit. The client's O and OU differ from the server's, or a server would take it for a member of its
// cluster: since 7.0 it does so when every O, OU and DC of the server's subject stands in the client's too, and before
// when they are the same (mongodb/mongo src/mongo/util/net/ssl_manager.cpp, isClusterMember).
const (
	kitCAName     = "CN=certuri test kit CA,O=Test authority"
	kitServerName = "OU=Servers,O=Test servers" // after the CN, which is the first host
	kitClientName = "CN=alice,OU=Clients,O=Test clients"
)

// KitKeyType is the type of a test kit's keys: every client reads it, and it is made at once.
const KitKeyType = "ec-p256"

// DefaultKitHosts are the names that a test kit's server answers to when none are given.
var DefaultKitHosts = []string{"localhost", "127.0.0.1"}

// A HostError names a host that a certificate cannot be made for, by its place in the list.
type HostError struct{ Index int }

// Error gives the place; the name is not in it.
func (e *HostError) Error() string { return "certbuild: not a host name or IP address" }

// PlanKit drafts an authority, a server's certificate for the hosts and a client's. The keys are three of KitKeyType: the
// authority's, the server's, the client's. The error is a *HostError, or that of the random source.
//
// The server's certificate is good for serverAuth and clientAuth: members of a replica set log in to one another with it
// (mongodb/mongo src/mongo/util/net/ssl_manager_openssl.cpp takes net.tls.certificateKeyFile for both directions). The
// client's is for clientAuth alone.
func PlanKit(keys []*certparse.Key, hosts []string, now time.Time) (drafts [3]Draft, err error) {
	var serials [3][]byte
	for i := range serials {
		serials[i] = make([]byte, 16)
		if _, err := rand.Read(serials[i]); err != nil {
			return drafts, err
		}
	}
	altNames, bad := altNamesExtension(hosts)
	for i, h := range hosts {
		if _, err := netip.ParseAddr(h); err != nil && !hostName(h) && bad < 0 {
			bad = i // an e-mail address or a URI
		}
	}
	if bad >= 0 {
		return drafts, &HostError{bad}
	}
	server := hosts[0]
	if len(server) > 64 { // ub-common-name, RFC 5280 appendix A.1
		server = "server"
	}
	names := [3]string{kitCAName, "CN=" + server + "," + kitServerName, kitClientName}
	var subjects [3][]byte
	for i, name := range names {
		if subjects[i], err = Subject(name); err != nil {
			return drafts, err
		}
	}
	ca := keys[0]
	own := [3][][]byte{
		{extension(oidBasicConstraints, true, sequence(der(0x01, []byte{0xff}))), keyUsageExtension(5, 6)},
		{keyUsageExtension(0), extKeyUsageExtension(oidServerAuth, oidClientAuth), altNames},
		{keyUsageExtension(0), extKeyUsageExtension(oidClientAuth)},
	}
	lives := [3]time.Duration{kitServerLife + 24*time.Hour, kitServerLife, kitClientLife}
	t, _ := KeyTypeNamed(KitKeyType)
	for i := range drafts {
		drafts[i] = certificateDraft{
			serial: serials[i], issuer: subjects[0], subject: subjects[i],
			notBefore: now.Add(-kitClockSkew), notAfter: now.Add(lives[i]), subjectKey: keys[i],
			extensions: append(own[i], subjectKeyIDExtension(keys[i]), authorityKeyIDExtension(ca)),
		}.draft(ca, t)
	}
	return drafts, nil
}
