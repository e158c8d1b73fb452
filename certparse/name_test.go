package certparse

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"certuri/internal/oracle"
)

// serverFactsJSON reads a file of facts about the server.
func serverFactsJSON(t testing.TB, path string, into any) {
	t.Helper()
	if err := json.Unmarshal(oracle.File(t, path), into); err != nil {
		t.Fatal(path, err)
	}
}

type derivedCase struct {
	Name          string
	Subject       [][]struct{ OID, Hex string }
	NameDER       string `json:"name_der"`
	Username      *string
	Error         *string
	Username40    *string    `json:"username_4_0"`
	OpenSSL       *string    `json:"openssl_rfc2253"`
	WindowsLabels [][]string `json:"windows_macos_labels"`
}

func derivedCases(t testing.TB) []derivedCase {
	var file struct{ Cases []derivedCase }
	serverFactsJSON(t, "server-dn/derived.json", &file)
	if len(file.Cases) < 172 {
		t.Fatalf("%d cases, want 172", len(file.Cases))
	}
	return file.Cases
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func parseName(t testing.TB, der []byte) Name {
	t.Helper()
	n, err := ParseName(der)
	if err != nil {
		t.Fatalf("%x: %v", der, err)
	}
	return n
}

// The 172 subjects were worked out with OpenSSL 3.0 and ICU 72. There are no exceptions.
func TestDerivedUserNames(t *testing.T) {
	for _, c := range derivedCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			n := parseName(t, unhex(t, c.NameDER))
			if len(n.RDNs) != len(c.Subject) {
				t.Fatalf("%d RDNs, want %d", len(n.RDNs), len(c.Subject))
			}
			for i, rdn := range c.Subject {
				for j, a := range rdn {
					if n.RDNs[i][j].OID != a.OID {
						t.Errorf("RDN %d: type %s, want %s", i, n.RDNs[i][j].OID, a.OID)
					}
				}
			}
			check := func(p Profile, want *string) {
				t.Helper()
				got, err := n.ServerName(p)
				var refused *NameError
				switch {
				case want != nil && err != nil:
					t.Errorf("%v: refused with %q, want %q", p, err, *want)
				case want != nil && got != *want:
					t.Errorf("%v: %q, want %q", p, got, *want)
				case want == nil && (!errors.As(err, &refused) || got != ""):
					t.Errorf("%v: %q, %v, want a NameError", p, got, err)
				}
			}
			check(Linux42, c.Username)
			check(Linux40, c.Username40)
			if c.Name != "empty-name" { // OpenSSL prints "", and a server has no user of that name
				check(LinuxOld, c.OpenSSL)
			}
			if c.Error != nil {
				_, err := n.ServerName(Linux42)
				var refused *NameError
				if !errors.As(err, &refused) || refused.Words != *c.Error {
					t.Errorf("refused with %v, want %q", err, *c.Error)
				}
				want := map[bool]Refusal{true: RefusedHandshake, false: RefusedConnection}[strings.HasPrefix(*c.Error, "certificate does not parse")]
				if c.Name == "empty-name" {
					want = RefusedLogin
				}
				if refused.Refusal != want || (refused.OID == "") != (want == RefusedLogin) {
					t.Errorf("%q at %q, want %q", refused.Refusal, refused.OID, want)
				}
			}
			for i, label := range c.WindowsLabels {
				if got, known := AttributeName(n.RDNs[i][0].OID, WindowsMac42); known || got != label[0] {
					t.Errorf("Windows and macOS print %q, want %q", got, label[0])
				}
			}
		})
	}
}

// firstSubject reads the subject of a PEM file's first certificate with cryptobyte, so that what is tested here is not used
// to find its own input.
func firstSubject(t testing.TB, file []byte) []byte {
	t.Helper()
	for block, rest := pem.Decode(file); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		var certificate, tbs, subject cryptobyte.String
		input := cryptobyte.String(block.Bytes)
		if !input.ReadASN1(&certificate, asn1.SEQUENCE) || !certificate.ReadASN1(&tbs, asn1.SEQUENCE) ||
			!tbs.SkipOptionalASN1(asn1.Tag(0).Constructed().ContextSpecific()) || !tbs.SkipASN1(asn1.INTEGER) ||
			!tbs.SkipASN1(asn1.SEQUENCE) || !tbs.SkipASN1(asn1.SEQUENCE) || !tbs.SkipASN1(asn1.SEQUENCE) ||
			!tbs.ReadASN1Element(&subject, asn1.SEQUENCE) {
			t.Fatal("cannot read the certificate")
		}
		return subject
	}
	return nil
}

type mongoFile struct {
	File            string
	Certificates    int
	Username        *string
	UsernameDerived *string `json:"username_derived"`
	OpenSSL         *string `json:"openssl_rfc2253"`
}

func mongoFiles(t testing.TB) []mongoFile {
	var manifest struct{ Files []mongoFile }
	serverFactsJSON(t, "mongo-server/manifest.json", &manifest)
	if len(manifest.Files) < 67 {
		t.Fatalf("%d files, want 67", len(manifest.Files))
	}
	return manifest.Files
}

func TestMongoServerCertificates(t *testing.T) {
	names := 0
	for _, f := range mongoFiles(t) {
		if filepath.Ext(f.File) != ".pem" || f.Certificates == 0 {
			continue
		}
		n := parseName(t, firstSubject(t, oracle.File(t, "mongo-server/"+f.File)))
		got, err := n.ServerName(Linux42)
		for _, want := range []*string{f.Username, f.UsernameDerived} {
			if want != nil && got != *want {
				t.Errorf("%s: %q, %v, want %q", f.File, got, err, *want)
			}
		}
		if f.UsernameDerived == nil {
			var refused *NameError
			if !errors.As(err, &refused) || refused.Refusal != RefusedLogin || !n.Empty() {
				t.Errorf("%s: %q, %v, want no subject", f.File, got, err)
			}
			continue
		}
		names++
		if old, err := n.ServerName(LinuxOld); err != nil || old != *f.OpenSSL {
			t.Errorf("%s: OpenSSL's form is %q, %v, want %q", f.File, old, err, *f.OpenSSL)
		}
	}
	if names < 60 {
		t.Errorf("%d names compared, want 60", names)
	}
}

// Every kind of vector taken from the server's own tests is in here; a new kind fails.
func TestServerVectors(t *testing.T) {
	var vectors []struct {
		Name, Kind  string
		Input, Want json.RawMessage
	}
	serverFactsJSON(t, "server-dn/vectors.json", &vectors)
	if len(vectors) < 81 {
		t.Fatalf("%d vectors, want 81", len(vectors))
	}
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			decode := func(from json.RawMessage, into any) {
				t.Helper()
				if err := json.Unmarshal(from, into); err != nil {
					t.Fatal(err)
				}
			}
			prepared := func(text string) ServerDN {
				t.Helper()
				d, err := ParseServerDN(text)
				if err == nil {
					d, err = d.Prepare()
				}
				if err != nil {
					t.Fatalf("%q: %v", text, err)
				}
				return d
			}
			var input, want string
			switch v.Kind {
			case "escape-value":
				decode(v.Input, &input)
				decode(v.Want, &want)
				if got := string(appendEscaped(nil, []byte(input))); got != want {
					t.Errorf("%q, want %q", got, want)
				}
			case "parse-dn-and-normalise":
				var pairs [][2]string
				decode(v.Input, &input)
				decode(v.Want, &pairs)
				var got [][2]string
				for _, rdn := range prepared(input).RDNs {
					for _, a := range rdn {
						got = append(got, [2]string{a.OID, string(a.Value)})
					}
				}
				if len(got) != len(pairs) {
					t.Fatalf("%q, want %q", got, pairs)
				}
				for i := range got {
					if got[i] != pairs[i] {
						t.Errorf("%q, want %q", got[i], pairs[i])
					}
				}
			case "parse-dn-refused":
				decode(v.Input, &input)
				if d, err := ParseServerDN(input); err == nil {
					t.Errorf("taken as %q", d.Spell(Linux42))
				}
			case "cluster-dn-filter":
				decode(v.Input, &input)
				decode(v.Want, &want)
				if got := prepared(input).ClusterPart(); !got.Equal(prepared(want)) {
					t.Errorf("%q, want %q", got.Spell(Linux42), want)
				}
			case "dn-contains":
				var names struct{ Subject, Pattern string }
				var contains bool
				decode(v.Input, &names)
				decode(v.Want, &contains)
				if got := prepared(names.Subject).Contains(prepared(names.Pattern)); got != contains {
					t.Errorf("%v, want %v", got, contains)
				}
			case "username-of-certificate":
				decode(v.Input, &input)
				decode(v.Want, &want)
				n := parseName(t, firstSubject(t, oracle.File(t, input)))
				if got, err := n.ServerName(Linux42); got != want {
					t.Errorf("%q, %v, want %q", got, err, want)
				}
			case "username-refused-for-certificate":
				var login struct{ Certificate, User string }
				decode(v.Input, &login)
				n := parseName(t, firstSubject(t, oracle.File(t, login.Certificate)))
				if got, _ := n.ServerName(Linux42); got == login.User {
					t.Errorf("%q is the certificate's name", got)
				}
			case "roles-extension-value-der":
				var roles []struct{ Role, DB string }
				decode(v.Input, &input)
				decode(v.Want, &roles)
				got, problem := parseRoles(unhex(t, input))
				if refused := string(v.Want) == "null"; refused != (problem != "") {
					t.Fatalf("problem %q, want one: %v", problem, refused)
				}
				if problem == "" && len(got) != len(roles) {
					t.Fatalf("%v, want %v", got, roles)
				}
				for i, want := range roles {
					if got[i] != (Role{want.Role, want.DB}) {
						t.Errorf("%v, want %v", got[i], want)
					}
				}
			case "hostname-match":
				var names struct {
					Host string
					Name string `json:"certificate_name"`
				}
				var match bool
				decode(v.Input, &names)
				decode(v.Want, &match)
				if got := MatchesHostname(names.Name, names.Host); got != match {
					t.Errorf("%v, want %v", got, match)
				}
			default:
				t.Errorf("no test for kind %q", v.Kind)
			}
		})
	}
}

// nameDER encodes a name of RDNs in certificate order; each value is a whole element.
type typeAndValue struct {
	oid   string // content in hexadecimal
	value []byte
}

func nameDER(rdns ...[]typeAndValue) []byte {
	var all []byte
	for _, rdn := range rdns {
		var set []byte
		for _, a := range rdn {
			oid, err := hex.DecodeString(a.oid)
			if err != nil {
				panic(err)
			}
			set = append(set, tlv(tagSequence, append(tlv(tagOID, oid), a.value...))...)
		}
		all = append(all, tlv(tagSet, set)...)
	}
	return tlv(tagSequence, all)
}

func tlv(tag byte, content []byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.Tag(tag), func(b *cryptobyte.Builder) { b.AddBytes(content) })
	return b.BytesOrPanic()
}

const (
	hexCN = "550403"
	hexOU = "55040b"
	hexO  = "55040a"
)

func commonName(tag byte, value string) Name {
	n, err := ParseName(nameDER([]typeAndValue{{hexCN, tlv(tag, []byte(value))}}))
	if err != nil {
		panic(err)
	}
	return n
}

func TestParseNameTakesBER(t *testing.T) {
	// Each is what OpenSSL 3.0 prints for the same bytes inside a certificate.
	cn := tlv(tagOID, []byte{0x55, 4, 3})
	for _, c := range []struct {
		name string
		der  []byte
		want string
	}{
		{"long length", append([]byte{0x30, 0x82, 0, 0x0c}, tlv(tagSet, tlv(tagSequence, append(cn[:len(cn):len(cn)], 0x0c, 1, 'a')))...), "CN=a"},
		{"indefinite length", append(append([]byte{0x30, 0x80, 0x31, 0x80}, tlv(tagSequence, append(cn[:len(cn):len(cn)], 0x0c, 0x81, 1, 'a'))...), 0, 0, 0, 0), "CN=a"},
		{"constructed string", nameDER([]typeAndValue{{hexCN, tlv(0x2c, append(tlv(0x0c, []byte("ab")), tlv(0x04, []byte("cd"))...))}}), "CN=abcd"},
		{"constructed string of indefinite length", nameDER([]typeAndValue{{hexCN, []byte("\x2c\x80\x0c\x02ab\x0c\x02cd\x00\x00")}}), "CN=abcd"},
		{"unsorted SET", nameDER([]typeAndValue{{hexOU, tlv(0x0c, []byte("zz"))}, {hexCN, tlv(0x0c, []byte("a"))}}), "CN=a+OU=zz"},
		{"two arcs", nameDER([]typeAndValue{{"8837", tlv(0x0c, []byte("a"))}}), "2.999=a"},
		{"an arc over 64 bits", nameDER([]typeAndValue{{"2a" + strings.Repeat("ff", 10) + "7f", tlv(0x0c, []byte("a"))}}), "1.2.151115727451828646838271=a"},
	} {
		n, err := ParseName(c.der)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got, err := n.ServerName(Linux42); got != c.want {
			t.Errorf("%s: %q, %v, want %q", c.name, got, err, c.want)
		}
		if !bytes.Equal(n.Raw, c.der) {
			t.Errorf("%s: Raw is %x", c.name, n.Raw)
		}
	}
}

func TestParseNameRefuses(t *testing.T) {
	utf8a := tlv(0x0c, []byte("a"))
	nested := utf8a
	for range 7 { // OpenSSL 3.0 takes 6
		nested = tlv(0x2c, nested)
	}
	for name, c := range map[string]struct {
		der  []byte
		code Code
	}{
		"nothing":                 {nil, CodeDamaged},
		"cut off":                 {nameDER([]typeAndValue{{hexCN, utf8a}})[:8], CodeDamaged},
		"bytes behind it":         {append(nameDER([]typeAndValue{{hexCN, utf8a}}), 0), CodeDamaged},
		"a SET":                   {tlv(tagSet, nil), CodeDamaged},
		"a SEQUENCE as RDN":       {tlv(tagSequence, tlv(tagSequence, nil)), CodeDamaged},
		"a type and no value":     {nameDER([]typeAndValue{{hexCN, nil}}), CodeDamaged},
		"a type and two values":   {nameDER([]typeAndValue{{hexCN, append(utf8a, utf8a...)}}), CodeDamaged},
		"an empty OID":            {nameDER([]typeAndValue{{"", utf8a}}), CodeDamaged},
		"a padded OID":            {nameDER([]typeAndValue{{"558003", utf8a}}), CodeDamaged},
		"an OID cut off":          {nameDER([]typeAndValue{{"550483", utf8a}}), CodeDamaged},
		"an OID of 587 bytes":     {nameDER([]typeAndValue{{"2a" + strings.Repeat("ff", 585) + "7f", utf8a}}), CodeTooLarge},
		"strings nested too deep": {nameDER([]typeAndValue{{hexCN, nested}}), CodeDamaged},
		"a name over a handshake": {nameDER([]typeAndValue{{hexCN, tlv(0x0c, make([]byte, 100<<10))}}), CodeTooLarge},
	} {
		n, err := ParseName(c.der)
		var e *Error
		if !errors.As(err, &e) || e.Code != c.code {
			t.Errorf("%s: %v, %v, want %s", name, n.RDNs, err, c.code)
		}
	}
}

func TestNameErrorSaysWhatAndWhere(t *testing.T) {
	n := parseName(t, nameDER(
		[]typeAndValue{{hexO, tlv(0x0c, []byte("Example \U0001F600"))}},
		[]typeAndValue{{hexCN, tlv(0x0c, []byte("a\ue000"))}},
	))
	_, err := n.ServerName(Linux42)
	var refused *NameError
	if !errors.As(err, &refused) {
		t.Fatal(err)
	}
	// The leaf end is prepared first, so the emoji in O is never reached.
	if refused.OID != "2.5.4.3" || refused.Rune != 0xe000 || refused.Refusal != RefusedConnection || refused.Words != wordsProhibited {
		t.Errorf("%+v", refused)
	}
	if strings.Contains(err.Error(), "Example") {
		t.Errorf("the subject is in the error: %v", err)
	}
}

func TestNameString(t *testing.T) {
	for _, c := range []struct {
		name Name
		want string
	}{
		{commonName(0x0c, "a b"), "CN=a b"},
		{commonName(0x0c, "a\U0001F600"), `CN=a\F0\9F\98\80`}, // refused by 4.2, so OpenSSL's
		{commonName(0x14, "Jos\xe9"), `CN=Jos\C3\A9`},         // T61String, likewise
		{commonName(0x1a, "abc"), "CN=abc"},                   // VisibleString: OpenSSL does not read it
		{commonName(0x04, "a\xff"), `CN=\#61FF`},
		{Name{}, ""},
	} {
		if got := c.name.String(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestOtherSpellings(t *testing.T) {
	list := func(n Name) (got []string) {
		for _, s := range n.OtherSpellings() {
			text := s.Name
			if s.Err != nil {
				text = s.Err.Error()
			}
			got = append(got, s.Profile.String()+": "+text)
		}
		return got
	}
	if got := list(commonName(0x0c, "alice")); got != nil {
		t.Errorf("an ordinary name has other spellings: %q", got)
	}
	organizationIdentifier := parseName(t, nameDER([]typeAndValue{{"550461", tlv(0x0c, []byte("x"))}}))
	got := strings.Join(list(organizationIdentifier), "\n")
	want := "server 4.2 and later on Linux with OpenSSL 1.1.0: 2.5.4.97=x\n" +
		"server 4.2 and later on Windows and macOS: 2.5.4.97=x\n" +
		"server 4.0 on Windows and macOS: 2.5.4.97=x"
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	got = strings.Join(list(commonName(0x0c, "Jose\u0301")), "\n")
	want = `server 4.0, 3.6.6 and later 3.6, 3.4.17 and later 3.4 on Linux: CN=Jose\CC\81` + "\n" +
		`server up to 3.6.5, 3.4.16 on Linux: CN=Jose\CC\81`
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// 4.0 had a table of ten names on Windows and macOS (mongodb/mongo src/mongo/util/net/ssl_manager.cpp at 4.0), and only
// what is not in it, or is there by another label, is spelled differently.
func TestOldWindowsMac(t *testing.T) {
	type pair struct{ oid, want string }
	for _, p := range []pair{
		{"550409", "STREET"}, {"55040c", "2.5.4.12"}, {"550405", "2.5.4.5"}, {"550404", "2.5.4.4"}, {"55042a", "2.5.4.42"},
		{"550403", ""}, {"55040a", ""}, {"55040b", ""}, {"550406", ""}, {"550407", ""}, {"550408", ""},
		{"0992268993f22c640119", ""}, {"0992268993f22c640101", ""}, {"2a864886f70d010901", ""},
		{"2a0345", ""}, // no server has a name for it
	} {
		n := parseName(t, nameDER([]typeAndValue{{p.oid, tlv(0x0c, []byte("x"))}}))
		got := ""
		for _, s := range n.OtherSpellings() {
			if s.Profile == WindowsMac40 {
				got = strings.TrimSuffix(s.Name, "=x")
			}
		}
		if got != p.want {
			t.Errorf("%s: %q, want %q", p.oid, got, p.want)
		}
	}
}

// Windows and macOS decode a BMPString for what it is, where Linux takes its bytes for UTF-8.
func TestWindowsMacDecodes(t *testing.T) {
	for _, c := range []struct {
		name    Name
		want    string
		refused Refusal
	}{
		{commonName(0x1e, "\x04\x1a\x04\x30\x04\x3b"), `CN=\D0\9A\D0\B0\D0\BB`, ""},
		{commonName(0x1c, "\x00\x00\x00A\x00\x00\x04\x1a"), `CN=A\D0\9A`, ""},
		{commonName(0x0c, "ab "), `CN=ab\ `, ""},
		{commonName(0x14, "abc"), "CN=abc", ""},
		{commonName(0x14, "Jos\xe9"), "", RefusedUnknown},
		{commonName(0x1e, "\xd8\x3d\x00a"), "", RefusedUnknown},
		{commonName(0x1e, "\xd8\x3d\xde\x00"), "", RefusedConnection}, // an emoji: a pair of surrogates
		{commonName(0x1a, "abc"), "", RefusedUnknown},
	} {
		got, err := c.name.ServerName(WindowsMac42)
		var refused *NameError
		errors.As(err, &refused)
		if got != c.want || (refused == nil) != (c.refused == "") || refused != nil && refused.Refusal != c.refused {
			t.Errorf("%v: %q, %v, want %q %s", c.name, got, err, c.want, c.refused)
		}
	}
}

func BenchmarkServerName(b *testing.B) {
	for _, c := range []struct {
		name string
		der  []byte
	}{
		{"ascii", nameDER(
			[]typeAndValue{{"550406", tlv(0x13, []byte("US"))}}, []typeAndValue{{hexO, tlv(0x0c, []byte("Example, Inc"))}},
			[]typeAndValue{{hexOU, tlv(0x0c, []byte("Data"))}}, []typeAndValue{{hexCN, tlv(0x0c, []byte("alice"))}})},
		{"cyrillic", nameDER([]typeAndValue{{hexCN, tlv(0x0c, []byte("Калоян Петров"))}})},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n, err := ParseName(c.der)
				if err == nil {
					_, err = n.ServerName(Linux42)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
