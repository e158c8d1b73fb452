package certparse

// A Profile is a kind of server, as far as it spells user names differently. The zero value is Linux42.
type Profile struct {
	Era   Era
	Names NameTable
}

// An Era is a range of server versions that print names alike.
type Era uint8

// The eras, newest first. The borders are those of mongodb/mongo's release branches.
const (
	Era42      Era = iota // 4.2.0 to current: values are prepared after RFC 4518, then printed (SERVER-38427)
	Era40                 // 3.4.17 and later 3.4, 3.6.6 and later 3.6, all 4.0: printed raw
	EraOpenSSL            // up to 3.4.16, 3.6.0 to 3.6.5: OpenSSL's X509_NAME_print_ex with XN_FLAG_RFC2253
)

// A NameTable is what a server has to name attribute types with: the OpenSSL it is linked to, or on Windows and macOS
// its own table of 58, of ten in 4.0.
type NameTable uint8

// The tables. An OpenSSL before 3.0 is told by the number up to which it has names: 1.0.1 and 1.0.2 were read in public
// forks of those releases (crypto/objects/obj_mac.num), 1.1.1 in one too; 1.1.0's border is not certain, and nothing that
// belongs in a subject is near it.
const (
	OpenSSL35 NameTable = iota // 3.5; everything known to 3.0 too
	OpenSSL30
	OpenSSL111
	OpenSSL110
	OpenSSL102
	OpenSSL101
	WindowsMac
	OldWindowsMac
)

// The profiles in use.
var (
	// Linux42 is the default: 4.2.0 to current on Linux.
	Linux42 = Profile{Era42, OpenSSL35}
	// Linux40 is 3.4.17, 3.6.6 and 4.0 on Linux.
	Linux40 = Profile{Era40, OpenSSL35}
	// LinuxOld is everything older, where the user name is what openssl x509 -nameopt RFC2253 prints.
	LinuxOld = Profile{EraOpenSSL, OpenSSL35}
	// WindowsMac42 is 4.2.0 to current on Windows and macOS. It was read in the sources, never run. There the system
	// converts each value to Unicode before it is prepared; this is done here for the types with one possible reading
	// (ASCII, UTF-8, UCS-2, UCS-4), and the others are refused as RefusedUnknown. Whether macOS keeps the attributes of
	// a multi-valued RDN together was not established.
	WindowsMac42 = Profile{Era42, WindowsMac}
	// WindowsMac40 is 4.0 there, the first release without OpenSSL on these platforms: its table had ten names, STREET
	// among them, and gave the OID for all else (kX509OidToShortNameMappings in that release's ssl_manager.cpp).
	WindowsMac40 = Profile{Era40, OldWindowsMac}
)

// String names the profile for a person: "server 4.2 and later on Linux".
func (p Profile) String() string {
	if p == WindowsMac40 {
		return "server 4.0 on Windows and macOS"
	}
	s := [...]string{
		"server 4.2 and later",
		"server 4.0, 3.6.6 and later 3.6, 3.4.17 and later 3.4",
		"server up to 3.6.5, 3.4.16",
	}[p.Era]
	return s + [...]string{
		" on Linux", " on Linux with OpenSSL 3.0", " on Linux with OpenSSL 1.1.1", " on Linux with OpenSSL 1.1.0",
		" on Linux with OpenSSL 1.0.2", " on Linux with OpenSSL 1.0.1", " on Windows and macOS",
	}[p.Names]
}

// A Spelling is what one kind of server makes of a subject.
type Spelling struct {
	Profile Profile
	Name    string
	Err     error // a *NameError when there is no name
}

// OtherSpellings lists the profiles that spell the name differently from Linux42, or refuse it where Linux42 does not:
// older OpenSSL libraries first (each that differs from the one after it), then Windows and macOS, then older servers,
// and 4.0 on Windows and macOS where its labels differ.
// It is empty for nearly every certificate.
func (n Name) OtherSpellings() []Spelling {
	same := func(a, b Spelling) bool { return a.Name == b.Name && (a.Err == nil) == (b.Err == nil) }
	spell := func(p Profile) Spelling {
		s, err := n.ServerName(p)
		return Spelling{p, s, err}
	}
	usual := spell(Linux42)
	oldest := OpenSSL101 // the oldest table that has all the names that OpenSSL35 has
	relabelled := false  // by 4.0 on Windows and macOS
	for _, rdn := range n.RDNs {
		for _, a := range rdn {
			if entry, known := names().byOID[a.OID]; known {
				oldest = min(oldest, entry.since)
			}
			label, _ := AttributeName(a.OID, Linux42)
			old, _ := AttributeName(a.OID, WindowsMac40)
			relabelled = relabelled || old != label
		}
	}
	var others []Spelling
	last := usual
	for t := oldest + 1; t <= OpenSSL101; t++ {
		if s := spell(Profile{Era42, t}); !same(s, last) {
			others = append(others, s)
			last = s
		}
	}
	for _, p := range [...]Profile{WindowsMac42, Linux40, LinuxOld} {
		if s := spell(p); !same(s, usual) {
			others = append(others, s)
		}
	}
	if relabelled {
		others = append(others, spell(WindowsMac40))
	}
	return others
}
