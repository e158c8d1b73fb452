package certparse

import (
	_ "embed" // oidnames.txt
	"strconv"
	"strings"
	"sync"
)

// oidNames holds every OID that OpenSSL 3.5 can name, 1,336 of them, in a form that its own first lines describe. As
// text it adds 8 KB to the brotli-compressed program.
//
//go:embed oidnames.txt
var oidNames string

// AttributeName is what a server of this profile prints in front of the equals sign: OpenSSL's short name or, on Windows
// and macOS, the name in the server's own table. When it knows none, known is false and name is the OID itself. The
// names are case-sensitive: UID and uid are two attributes.
func AttributeName(oid string, p Profile) (name string, known bool) {
	n, ok := names().byOID[oid]
	switch p.Names {
	case OldWindowsMac:
		switch oid {
		case oidStreet:
			return "STREET", true
		case oidUserID, oidDomainComponent, oidEmailAddress, oidCommonName, oidCountry, oidLocality, oidState, oidOrganization, oidOrganizationalUnit:
		default:
			ok = false
		}
	case WindowsMac:
		ok = ok && n.windowsMac
	default:
		ok = ok && n.since >= p.Names
	}
	if !ok {
		return oid, false
	}
	return n.name, true
}

// The names of 4.0 on Windows and macOS, with those of serverdn.go.
const (
	oidStreet       = "2.5.4.9"
	oidUserID       = "0.9.2342.19200300.100.1.1"
	oidEmailAddress = "1.2.840.113549.1.9.1"
	oidCommonName   = "2.5.4.3"
	oidCountry      = "2.5.4.6"
	oidLocality     = "2.5.4.7"
	oidState        = "2.5.4.8"
)

// attributeOID finds the OID of OpenSSL's short or long name, "" when there is none (OBJ_txt2obj). Long names are known
// for types that occur in subjects.
func attributeOID(name string) string { return names().byName[name] }

// A nameOfOID is the name of one OID and who knows it.
type nameOfOID struct {
	name       string
	since      NameTable // the oldest OpenSSL with this name
	windowsMac bool
}

type nameIndex struct {
	byOID  map[string]nameOfOID
	byName map[string]string
}

// names is read when a name is first asked for; it takes about 0.3 ms.
var names = sync.OnceValue(func() nameIndex { return readNames(oidNames) })

func readNames(table string) nameIndex {
	index := nameIndex{make(map[string]nameOfOID, 1400), make(map[string]string, 1500)}
	var arcs []string
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if fields[0] == "#" {
			continue
		}
		if fields[0] == "+" {
			last, _ := strconv.Atoi(arcs[len(arcs)-1])
			arcs[len(arcs)-1] = strconv.Itoa(last + 1)
		} else {
			keep, more, _ := strings.Cut(fields[0], ".")
			n, _ := strconv.Atoi(keep)
			arcs = append(arcs[:n], strings.Split(more, ".")...)
		}
		oid := strings.Join(arcs, ".")
		entry := nameOfOID{name: fields[1], since: OpenSSL101}
		for _, f := range fields[2:] {
			if long, ok := strings.CutPrefix(f, "="); ok {
				index.byName[long] = oid
			} else if f == "w" {
				entry.windowsMac = true
			} else {
				entry.since = NameTable(f[0] - '0')
			}
		}
		index.byOID[oid] = entry
		index.byName[entry.name] = oid
	}
	return index
}
