package certparse

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"certuri/internal/oracle"
)

// seedNames adds hand-written names and, where the shared data is there, the derived subjects.
func seedNames(f *testing.F) {
	for _, value := range []string{"alice", "a,b+c", " a", "a ", "a  ", "   ", "#1", "Jos\u00e9", "e\u0301", "\u200b", "\U0001F600", "\ue000", "\ufdfa"} {
		f.Add(nameDER([]typeAndValue{{hexO, tlv(tagNumberPrintableString, []byte("Example"))}}, []typeAndValue{{hexCN, tlv(tagUTF8String, []byte(value))}}))
	}
	f.Add(nameDER([]typeAndValue{{hexOU, tlv(tagNumberT61String, []byte("\xe9"))}, {"2a032d", tlv(tagNumberNumericString, []byte("1\x00\xff "))}}))
	f.Add(nameDER([]typeAndValue{{"2a" + strings.Repeat("ff", 60) + "7f", tlv(tagBitString, []byte{4, 0xff})}}, nil))
	f.Add([]byte("\x30\x80\x31\x80\x30\x80\x06\x03\x55\x04\x03\x2c\x80\x0c\x01a\x0c\x01b\x00\x00\x00\x00\x00\x00\x00\x00"))
	b, err := os.ReadFile("../../shared/testdata/server-dn/derived.json")
	if err != nil {
		oracle.Lacking(f, "shared test data")
		return
	}
	var file struct{ Cases []derivedCase }
	if err := json.Unmarshal(b, &file); err != nil || len(file.Cases) == 0 {
		f.Fatal(err, "no seeds")
	}
	for _, c := range file.Cases {
		der, err := hex.DecodeString(c.NameDER)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(der)
	}
}

func FuzzParseName(f *testing.F) {
	seedNames(f)
	f.Fuzz(func(t *testing.T, der []byte) {
		n, err := ParseName(der)
		if err != nil {
			if n.RDNs != nil || n.Raw != nil {
				t.Error("a name beside an error")
			}
			return
		}
		if !bytes.Equal(n.Raw, der) {
			t.Errorf("Raw is %x", n.Raw)
		}
		texts := []string{n.String()}
		for _, s := range n.OtherSpellings() {
			texts = append(texts, s.Name)
		}
		for _, text := range texts {
			// A letter that decomposes to 18 costs 3 bytes in and 99 out; an attribute's name costs 11 in and 40 out.
			if len(text) > 40*len(der)+64 {
				t.Errorf("%d bytes printed of %d", len(text), len(der))
			}
		}
	})
}

// FuzzServerName takes the server's spelling apart again with the server's own parser: the values come back as prepared,
// save for what the two are known not to agree on.
func FuzzServerName(f *testing.F) {
	seedNames(f)
	f.Fuzz(func(t *testing.T, der []byte) {
		n, err := ParseName(der)
		if err != nil {
			return
		}
		text, err := n.ServerName(Linux42)
		if err != nil {
			return
		}
		for _, c := range []byte(text) {
			if c >= 0x80 {
				t.Fatalf("%q holds a byte over 7F", text)
			}
		}
		d, err := n.ServerDN(Linux42)
		if err != nil {
			t.Fatal(err)
		}
		var want [][]string
		for _, rdn := range d.RDNs {
			var values []string
			for _, a := range rdn {
				name, known := AttributeName(a.OID, Linux42)
				if known && attributeOID(name) != a.OID || !known && canonicalOID(name) != name || strings.ContainsAny(name, "._") && known {
					return // a name that the grammar does not take, such as ct_cert_scts
				}
				values = append(values, name+"="+spacesKept(string(a.Value)))
			}
			want = append(want, values)
		}
		last := d.RDNs[len(d.RDNs)-1]
		back, err := ParseServerDN(text)
		if len(last[len(last)-1].Value) == 0 {
			if err == nil {
				t.Errorf("%q: an empty value at the end was taken", text)
			}
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		for i, rdn := range back.RDNs {
			for j, a := range rdn {
				name, _ := AttributeName(a.OID, Linux42)
				if i >= len(want) || j >= len(want[i]) || want[i][j] != name+"="+string(a.Value) {
					t.Fatalf("%q: %s=%q at %d.%d, want %q", text, name, a.Value, i, j, want)
				}
			}
			if len(rdn) != len(want[i]) {
				t.Fatalf("%q: RDN %d has %d attributes, want %d", text, i, len(rdn), len(want[i]))
			}
		}
		if len(back.RDNs) != len(want) {
			t.Fatalf("%q: %d RDNs, want %d", text, len(back.RDNs), len(want))
		}
	})
}

// spacesKept is what is left of a value's spaces after the server has printed and parsed it: at the end it escapes one, and
// the first of a value of nothing else, and the parser drops bare ones beside escaped ones.
func spacesKept(value string) string {
	body := strings.TrimRight(value, " ")
	escaped := 1
	if body == "" {
		escaped = 2
	}
	return body + strings.Repeat(" ", min(len(value)-len(body), escaped))
}
