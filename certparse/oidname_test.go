package certparse

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"certuri/internal/oracle"
)

// renamed are the OIDs whose name changed between OpenSSL 3.0 and 3.5. The table has one name for each.
var renamed = map[string]string{
	"1.3.6.1.5.5.7.1.4": "ac-auditEntity became ac-auditIdentity; it is a certificate extension, not a subject's attribute",
}

func TestNamesAreOpenSSLs(t *testing.T) {
	var table struct {
		Rows []struct {
			OID        string
			Name35     string  `json:"openssl_3_5"`
			Name30     *string `json:"openssl_3_0"`
			WindowsMac *string `json:"windows_macos"`
		}
	}
	serverFactsJSON(t, "server-dn/oid-shortnames.json", &table)
	if len(table.Rows) < 1336 || len(names().byOID) != len(table.Rows)+1 { // MongoRoles is the server's own
		t.Fatalf("%d rows, %d names", len(table.Rows), len(names().byOID))
	}
	for _, r := range table.Rows {
		if reason, listed := renamed[r.OID]; listed {
			t.Logf("%s: %s", r.OID, reason)
			if r.Name30 != nil && *r.Name30 == r.Name35 {
				t.Errorf("%s is listed as renamed, and is not", r.OID)
			}
			r.Name30 = &r.Name35
		}
		for _, c := range []struct {
			table NameTable
			want  *string
		}{{OpenSSL35, &r.Name35}, {OpenSSL30, r.Name30}, {WindowsMac, r.WindowsMac}} {
			got, known := AttributeName(r.OID, Profile{Names: c.table})
			if known != (c.want != nil) || known && got != *c.want || !known && got != r.OID {
				t.Errorf("%s in table %d: %q, %v, want %v", r.OID, c.table, got, known, c.want)
			}
		}
	}
}

// OpenSSL's program lists its names, long ones included. A later release than 3.5 may have more.
func TestNamesAgreeWithOpenSSL(t *testing.T) {
	out, err := exec.Command(oracle.Program(t, "openssl"), "list", "-objects").Output()
	if err != nil {
		t.Fatal(err)
	}
	long := 0
	shorts := map[string][]string{} // 1.3 has two
	for line := range strings.Lines(string(out)) {
		short, rest, ok := strings.Cut(strings.TrimSpace(line), " = ")
		if !ok {
			continue // "# None-OID object"
		}
		oid := rest
		if at := strings.LastIndex(rest, ", "); at >= 0 {
			oid = rest[at+2:]
			if known := attributeOID(rest[:at]); known != "" {
				long++
				if known != oid {
					t.Errorf("long name %q is %s, want %s", rest[:at], known, oid)
				}
			} else if strings.HasPrefix(oid, "2.5.4.") {
				t.Errorf("long name %q of %s is missing", rest[:at], oid)
			}
		}
		shorts[oid] = append(shorts[oid], short)
	}
	compared := 0
	for oid, short := range shorts {
		if got, known := AttributeName(oid, Linux42); known && renamed[oid] == "" {
			compared++
			if !slices.Contains(short, got) {
				t.Errorf("%s: %q, want %q", oid, got, short)
			}
		}
	}
	if compared < 1000 || long < 18 {
		t.Errorf("%d names and %d long names compared", compared, long)
	}
}

func TestAttributeNameBySystem(t *testing.T) {
	for _, c := range []struct {
		oid   string
		names NameTable
		want  string
	}{
		{"2.5.4.3", OpenSSL101, "CN"},
		{"1.3.6.1.4.1.311.60.2.1.3", OpenSSL102, "jurisdictionC"},
		{"1.3.6.1.4.1.311.60.2.1.3", OpenSSL101, "1.3.6.1.4.1.311.60.2.1.3"},
		{"2.5.4.97", OpenSSL111, "organizationIdentifier"},
		{"2.5.4.97", OpenSSL110, "2.5.4.97"},
		{"0.9.2342.19200300.100.1.1", WindowsMac, "UID"},
		{"0.9.2342.19200300.100.1.44", OpenSSL30, "uid"},
		{"0.9.2342.19200300.100.1.44", WindowsMac, "0.9.2342.19200300.100.1.44"},
		{"1.3.6.1.4.1.34601.2.1.1", OpenSSL101, "MongoRoles"},
		{"1.3.6.1.4.1.34601.2.1.1", WindowsMac, "1.3.6.1.4.1.34601.2.1.1"},
		{"1.2.3.45", OpenSSL35, "1.2.3.45"},
	} {
		if got, _ := AttributeName(c.oid, Profile{Names: c.names}); got != c.want {
			t.Errorf("%s in table %d: %q, want %q", c.oid, c.names, got, c.want)
		}
	}
}
