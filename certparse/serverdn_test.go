package certparse

import (
	"errors"
	"strings"
	"testing"
)

func TestParseServerDN(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"CN=a", "CN:a"},
		{"CN=a,", "CN:a,"},             // a comma at the end leaves an empty RDN
		{"CN=a+", "CN:a"},              // a plus sign leaves nothing
		{"C N=a", "CN:a"},              // spaces anywhere in a name
		{" CN = a,  O =b", "CN:a,O:b"}, // and in front of names and values
		{"CN=a , O=b", "CN:a ,O:b"},    // bare spaces at a value's end are kept
		{`CN=a\  , O=b`, "CN:a ,O:b"},  // unless an escaped one is among them
		{`CN=a \ `, "CN:a "},           // which costs a server's own name for "a" and two spaces one of them
		{`CN=\ \ `, "CN:  "},
		{`CN=\20\20 `, "CN:  "},
		{"CN=,O=b", "CN:,O:b"},
		{"commonName=a,organizationName=b", "CN:a,O:b"}, // OpenSSL's long names
		{"2.5.4.3=a", "CN:a"},
		{"2.05.4.003=a", "CN:a"},
		{"1.2.3.45=a=b", "1.2.3.45:a=b"},
		{"2.999=a", "2.999:a"},
		{"MongoRoles=a", "MongoRoles:a"},
		{`CN=\C3\a9`, "CN:é"},
		{`CN=\=\#`, "CN:=#"},
	} {
		d, err := ParseServerDN(c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		var b strings.Builder
		for i, rdn := range d.RDNs {
			if i > 0 {
				b.WriteByte(',')
			}
			for j, a := range rdn {
				if j > 0 {
					b.WriteByte('+')
				}
				name, _ := AttributeName(a.OID, Linux42)
				b.WriteString(name + ":" + string(a.Value))
			}
		}
		if b.String() != c.want {
			t.Errorf("%q: %q, want %q", c.text, b.String(), c.want)
		}
	}
}

func TestParseServerDNRefuses(t *testing.T) {
	for _, c := range []struct {
		text, words string
		offset      int
	}{
		{"", "Cannot parse empty DN", 0},
		{"  ", wordsOverflow, 2},
		{"CN=a\xff", "DN strings must be valid UTF-8 strings", 0},
		{"CN", wordsOverflow, 2},
		{"CN=", wordsOverflow, 3},
		{"CN=a,O=", wordsOverflow, 7}, // an empty value cannot come last
		{"CN=a, ", wordsOverflow, 6},
		{"=a", "DN attribute names must begin with either a digit or an alpha", 0},
		{"C_N=a", "DN attribute name contains an invalid character", 1},
		{"2.5.x=a", "DN attribute name contains an invalid character", 4},
		{"cn=a", "DN contained an unknown OID", 0}, // case counts
		{"CN=a,E=b", "DN contained an unknown OID", 5},
		{"3.1=a", "DN contained an unknown OID", 0},
		{"1.40=a", "DN contained an unknown OID", 0},
		{"1=a", "DN contained an unknown OID", 0},
		{"1..2=a", "DN contained an unknown OID", 0},
		{"CN=#0c", "Raw DER sequences are not supported in DN strings", 3},
		{`CN=a;b`, "Found unescaped character that should be escaped", 4},
		{`CN=a\`, "Invalid escaped character", 5},
		{`CN=a\x`, "Invalid escaped character", 5},
		{`CN=a\C`, "Escaped hex value contains invalid character", 6},
	} {
		d, err := ParseServerDN(c.text)
		var refused *DNError
		if !errors.As(err, &refused) || refused.Words != c.words || refused.Offset != c.offset || d.RDNs != nil {
			t.Errorf("%q: %v, %v, want %q at %d", c.text, d.RDNs, err, c.words, c.offset)
		}
	}
}

func TestServerDNComparison(t *testing.T) {
	dn := func(text string) ServerDN {
		t.Helper()
		d, err := ParseServerDN(text)
		if err == nil {
			d, err = d.Prepare()
		}
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if !dn("CN=Jose\u0301, O=b").Equal(dn("CN=Jos\u00e9,O=b")) {
		t.Error("two spellings of one prepared name differ")
	}
	if dn("CN=a,O=b").Equal(dn("O=b,CN=a")) || dn("CN=a,O=b").Equal(dn("CN=a+O=b")) || dn("CN=a").Equal(dn("CN=A")) {
		t.Error("order, grouping or case does not count")
	}
	if !dn("DC=a,OU=x,O=y").EqualUnordered(dn("O=y+OU=x,DC=a")) || dn("O=y,O=y").EqualUnordered(dn("O=y")) {
		t.Error("EqualUnordered: order counts, or repeats do not")
	}
	// What a certificate holds and what a setting says are compared by their prepared values.
	n := parseName(t, nameDER(
		[]typeAndValue{{hexO, tlv(tagNumberPrintableString, []byte("MongoDB"))}},
		[]typeAndValue{{hexCN, tlv(tagNumberBMPString, []byte("\x00a"))}, {hexOU, tlv(tagNumberT61String, []byte("Kernel"))}},
	))
	d, err := n.ServerDN(Linux42)
	if err != nil || !d.Equal(dn("OU=Kernel+CN=a,O=MongoDB")) {
		t.Errorf("%q, %v", d.Spell(Linux42), err)
	}
	if !d.ClusterPart().Equal(dn("OU=Kernel,O=MongoDB")) || !d.Contains(dn("O=MongoDB")) || d.Contains(dn("OU=Kernel")) {
		t.Error("ClusterPart or Contains")
	}
	if raw, err := n.ServerDN(Linux40); err != nil || raw.Equal(d) {
		t.Errorf("raw values are equal to prepared ones, %v", err)
	}
}
