package diagnose

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"certuri/certparse"
)

// An attribute of a subject in the making.
type rdnPart struct {
	oid   asn1.ObjectIdentifier
	value string
}

var (
	oidC    = asn1.ObjectIdentifier{2, 5, 4, 6}
	oidO    = asn1.ObjectIdentifier{2, 5, 4, 10}
	oidOU   = asn1.ObjectIdentifier{2, 5, 4, 11}
	oidCN   = asn1.ObjectIdentifier{2, 5, 4, 3}
	oidST   = asn1.ObjectIdentifier{2, 5, 4, 8}
	oidMail = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}
	oidOwn  = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1}
)

// withSubject makes a certificate with these RDNs in this order, issued by CN=Test CA,O=Example.
func withSubject(t *testing.T, rdns ...[]rdnPart) (*certparse.Certificate, []byte) {
	t.Helper()
	var seq pkix.RDNSequence
	for _, parts := range rdns {
		var set pkix.RelativeDistinguishedNameSET
		for _, p := range parts {
			set = append(set, pkix.AttributeTypeAndValue{Type: p.oid, Value: asn1.RawValue{Tag: asn1.TagUTF8String, Bytes: []byte(p.value)}})
		}
		seq = append(seq, set)
	}
	raw, err := asn1.Marshal(seq)
	if err != nil {
		t.Fatal(err)
	}
	key := newKey(t)
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test CA", Organization: []string{"Example"}},
		NotBefore: now, NotAfter: now.AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(7), RawSubject: raw, NotBefore: now, NotAfter: now.AddDate(1, 0, 0),
	}, ca, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	b := certparse.Open([]certparse.File{{Name: "c.der", Data: der}}, certparse.Options{})
	if len(b.Certificates) != 1 {
		t.Fatalf("%+v", b.Problems)
	}
	return b.Certificates[0], der
}

func one(oid asn1.ObjectIdentifier, value string) []rdnPart { return []rdnPart{{oid, value}} }

// spelled is the certificate of section 5 of the reference.
func spelled(t *testing.T) (*certparse.Certificate, []byte) {
	return withSubject(t, one(oidC, "US"), one(oidO, "Example, Inc"), one(oidOU, "Zürich"), one(oidCN, "svc"), one(oidOwn, "hello"), one(oidMail, "a@b.example"))
}

const spelledName = `emailAddress=a@b.example,1.3.6.1.4.1.99999.1=hello,CN=svc,OU=Z\C3\BCrich,O=Example\, Inc,C=US`

// TestDiffSpellings: every spelling that the reference knows of one certificate is the same name, and only the server's
// own is equal.
func TestDiffSpellings(t *testing.T) {
	leaf, _ := spelled(t)
	for _, c := range []struct {
		printedBy, text string
		verdict         Verdict
		entry           string
	}{
		{"the server", spelledName, NamesEqual, ""},
		{"openssl -nameopt RFC2253", `emailAddress=a@b.example,1.3.6.1.4.1.99999.1=#0C0568656C6C6F,CN=svc,OU=Z\C3\BCrich,O=Example\, Inc,C=US`, NamesOther, "U06"},
		{"openssl", `subject=C = US, O = "Example, Inc", OU = Z\C3\BCrich, CN = svc, 1.3.6.1.4.1.99999.1 = hello, emailAddress = a@b.example`, NamesSpelling, "U03"},
		{"openssl -nameopt compat", `subject=/C=US/O=Example, Inc/OU=Z\xC3\xBCrich/CN=svc/1.3.6.1.4.1.99999.1=hello/emailAddress=a@b.example`, NamesSpelling, "U03"},
		{"Node.js", "C=US\nO=Example\\, Inc\nOU=Zürich\nCN=svc\n1.3.6.1.4.1.99999.1=hello\nemailAddress=a@b.example", NamesSpelling, "U03"},
		{"Node.js, as a literal", `'C=US\nO=Example\\, Inc\nOU=Zürich\nCN=svc\n1.3.6.1.4.1.99999.1=hello\nemailAddress=a@b.example'`, NamesSpelling, "U03"},
		{"keytool", `Owner: EMAILADDRESS=a@b.example, OID.1.3.6.1.4.1.99999.1=hello, CN=svc, OU=Zürich, O="Example, Inc", C=US`, NamesSpelling, "U05"},
		{"Go", `CN=svc,OU=Zürich,O=Example\, Inc,C=US,1.2.840.113549.1.9.1=#0c0b6140622e6578616d706c65,1.3.6.1.4.1.99999.1=#130568656c6c6f`, NamesSpelling, "U03"},
		{"the Go driver", `1.3.6.1.4.1.99999.1=#130568656c6c6f,1.2.840.113549.1.9.1=#0c0b6140622e6578616d706c65,C=US, Inc,O=Example\,OU=Zürich,CN=svc`, NamesSpelling, "U09"},
		{"Windows", `E=a@b.example, OID.1.3.6.1.4.1.99999.1=hello, CN=svc, OU=Zürich, O="Example, Inc", C=US`, NamesSpelling, "U05"},
		{"s_client", "CONNECTED(00000003)\n---\nCertificate chain\n 0 s:C = US, O = \"Example, Inc\", OU = Z\\C3\\BCrich, CN = svc, 1.3.6.1.4.1.99999.1 = hello, emailAddress = a@b.example\n   i:O = Example, CN = Test CA\n   a:PKEY: id-ecPublicKey, 256 (bit); sigalg: ecdsa-with-SHA256\n---\n", NamesSpelling, "U03"},
		{"Bag Attributes", "Bag Attributes\n    localKeyID: 54 69\nsubject=C = US, O = \"Example, Inc\", OU = Z\\C3\\BCrich, CN = svc, 1.3.6.1.4.1.99999.1 = hello, emailAddress = a@b.example\n\nissuer=O = Example, CN = Test CA\n\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", NamesSpelling, "U03"},
		{"PowerShell", "Subject      : E=a@b.example, OID.1.3.6.1.4.1.99999.1=hello, CN=svc, OU=Zürich, O=\"Example, Inc\", C=US\r\nIssuer       : CN=Test CA, O=Example\r\nThumbprint   : 00AA\r\n", NamesSpelling, "U05"},
		{"an old log", `2019-01-02T03:04:05.678+0000 I ACCESS [conn42] Failed to authenticate ` + spelledName + `@$external from client 10.0.0.9:39002 with mechanism MONGODB-X509: UserNotFound: Could not find user ` + spelledName + `@$external`, NamesEqual, ""},
		{"openssl -text", "        Subject: C=US, O=Example, Inc, OU=Z\\xC3\\xBCrich, CN=svc/1.3.6.1.4.1.99999.1=hello/emailAddress=a@b.example\n", NamesSpelling, "U03"},
		{"no name in a log", "Process 17 (java) uid=0 gid=0 c=3 failed: exit=1\nuser=root", NamesNone, ""},
		{"createUser", `db.getSiblingDB("$external").runCommand({createUser: "emailAddress=a@b.example,1.3.6.1.4.1.99999.1=hello,CN=svc,OU=Z\\C3\\BCrich,O=Example\\, Inc,C=US", roles: []})`, NamesEqual, ""},
		{"getUsers()", `{ users: [ { _id: '$external.CN=other', user: 'CN=other', db: '$external' }, { _id: '$external.emailAddress=a@b.example,1.3.6.1.4.1.99999.1=hello,CN=svc,OU=Z\\C3\\BCrich,O=Example\\, Inc,C=US', userId: UUID('1'), db: '$external' } ], ok: 1 }`, NamesEqual, ""},
		{"a connection string", `mongodb://emailAddress%3Da%40b.example%2C1.3.6.1.4.1.99999.1%3Dhello%2CCN%3Dsvc%2COU%3DZ%5CC3%5CBCrich%2CO%3DExample%5C%2C%20Inc%2CC%3DUS@db.example/?authMechanism=MONGODB-X509`, NamesEqual, ""},
		{"a string literal", `"emailAddress=a@b.example,1.3.6.1.4.1.99999.1=hello,CN=svc,OU=Z\\C3\\BCrich,O=Example\\, Inc,C=US"`, NamesEqual, ""},
		{"a shell's quotes", `'` + spelledName + `'`, NamesEqual, ""},
		{"a backslash lost", strings.Replace(spelledName, `\,`, `,`, 1), NamesSpelling, "U08"},
	} {
		got := Diff(c.text, leaf, nil)
		if got.Verdict != c.verdict || got.Entry != c.entry {
			t.Errorf("%s: %s %s (%s), want %s %s\n%+v", c.printedBy, got.Verdict, got.Entry, got.What, c.verdict, c.entry, got.Rows)
		}
		if got.What == "" || got.Why == "" || got.Fix == "" || got.Ours != spelledName {
			t.Errorf("%s: %+v", c.printedBy, got)
		}
	}
}

// TestDiffPrograms asks the programs themselves how they print the subject.
func TestDiffPrograms(t *testing.T) {
	leaf, der := spelled(t)
	path := filepath.Join(t.TempDir(), "c.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{
		{"openssl", "x509", "-noout", "-subject", "-in", path},
		{"openssl", "x509", "-noout", "-subject", "-nameopt", "RFC2253", "-in", path},
		{"openssl", "x509", "-noout", "-subject", "-nameopt", "compat", "-in", path},
		{"openssl", "x509", "-noout", "-subject", "-nameopt", "oneline", "-in", path},
		{"openssl", "x509", "-noout", "-subject", "-nameopt", "multiline,utf8,-esc_msb", "-in", path},
		{"openssl", "x509", "-noout", "-issuer", "-subject", "-dates", "-in", path},
		{"openssl", "x509", "-text", "-in", path},
		{"openssl", "storeutl", "-noout", "-text", path},
		{"node", "-p", `new (require("crypto").X509Certificate)(require("fs").readFileSync(process.argv[1])).subject`, path},
		{"keytool", "-printcert", "-file", path},
	} {
		out, err := exec.Command(command[0], command[1:]...).Output()
		if err != nil {
			if os.Getenv("CI") == "true" {
				t.Errorf("%v: %v", command, err)
			} else {
				t.Logf("%s is not here: %v", command[0], err)
			}
			continue
		}
		text := string(out)
		if got := Diff(text, leaf, nil); got.Verdict != NamesSpelling && got.Verdict != NamesOther {
			t.Errorf("%v: %s %s\n%s%+v", command, got.Verdict, got.What, text, got.Rows)
		}
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	if got := Diff(parsed.Subject.String(), leaf, nil); got.Verdict != NamesSpelling {
		t.Errorf("Go: %s\n%+v", got.What, got.Rows)
	}
}

// TestDiffKinds: each way in which a name can be wrong is told by the row where it is, and marked where it is.
func TestDiffKinds(t *testing.T) {
	leaf, _ := withSubject(t, one(oidC, "US"), one(oidST, "New York"), one(oidO, "Café"), one(oidOU, "Data"), one(oidCN, "alice"))
	const ours = `CN=alice,OU=Data,O=Caf\C3\A9,ST=New York,C=US`
	for _, c := range []struct {
		name, text string
		verdict    Verdict
		row        int // in the server's order
		state      RowState
		kind       RowKind
		marked     string // of theirs
	}{
		{"equal", ours, NamesEqual, -1, "", "", ""},
		{"blank after a comma", `CN=alice, OU=Data,O=Caf\C3\A9,ST=New York,C=US`, NamesSpelling, 1, RowDiffers, KindSpace, " "},
		{"unescaped letter", `CN=alice,OU=Data,O=Café,ST=New York,C=US`, NamesSpelling, 2, RowDiffers, KindEscape, "é"},
		{"label S", `CN=alice,OU=Data,O=Caf\C3\A9,S=New York,C=US`, NamesSpelling, 3, RowDiffers, KindLabel, ""},
		{"label in lower case", `cn=alice,OU=Data,O=Caf\C3\A9,ST=New York,C=US`, NamesSpelling, 0, RowDiffers, KindLabel, "cn"},
		{"reversed", `C=US,ST=New York,O=Caf\C3\A9,OU=Data,CN=alice`, NamesSpelling, 0, RowSame, "", ""},
		{"case", `CN=Alice,OU=Data,O=Caf\C3\A9,ST=New York,C=US`, NamesDiffer, 0, RowDiffers, KindCase, "A"},
		{"two blanks", `CN=alice,OU=Data,O=Caf\C3\A9,ST=New  York,C=US`, NamesDiffer, 3, RowDiffers, KindBlank, " "},
		{"no-break space", "CN=alice,OU=Data,O=Caf\\C3\\A9,ST=New\u00a0York,C=US", NamesDiffer, 3, RowDiffers, KindBlank, "\u00a0"},
		{"Cyrillic a", "CN=аlice,OU=Data,O=Caf\\C3\\A9,ST=New York,C=US", NamesDiffer, 0, RowDiffers, KindLookAlike, "а"},
		{"decomposed", "CN=alice,OU=Data,O=Cafe\u0301,ST=New York,C=US", NamesDiffer, 2, RowDiffers, KindForm, "e\u0301"},
		{"read as Latin-1", "CN=alice,OU=Data,O=CafÃ©,ST=New York,C=US", NamesDiffer, 2, RowDiffers, KindEncoding, "Ã©"},
		{"escaped twice", `CN=alice,OU=Data,O=Caf\\C3\\A9,ST=New York,C=US`, NamesDiffer, 2, RowDiffers, KindBackslash, `\C3\`},
		{"another value", `CN=bob,OU=Data,O=Caf\C3\A9,ST=New York,C=US`, NamesDiffer, 0, RowDiffers, KindValue, "bob"},
		{"one missing", `CN=alice,O=Caf\C3\A9,ST=New York,C=US`, NamesDiffer, 1, RowMissing, "", ""},
		{"one too many", `CN=alice,OU=Data,OU=More,O=Caf\C3\A9,ST=New York,C=US`, NamesDiffer, 2, RowExtra, "", "OU=More"},
		{"the issuer", `CN=Test CA,O=Example`, NamesForeign, -1, "", "", ""},
		{"the issuer, reversed", `O = Example, CN = Test CA`, NamesForeign, -1, "", "", ""},
		{"the common name", `alice`, NamesDiffer, -1, "", "", ""},
		{"no name", `hello there`, NamesNone, -1, "", "", ""},
		{"nothing", ``, NamesNone, -1, "", "", ""},
	} {
		got := Diff(c.text, leaf, nil)
		if got.Verdict != c.verdict {
			t.Errorf("%s: %s (%s), want %s", c.name, got.Verdict, got.What, c.verdict)
			continue
		}
		if c.row < 0 {
			continue
		}
		if c.row >= len(got.Rows) {
			t.Errorf("%s: %+v", c.name, got.Rows)
			continue
		}
		r := got.Rows[c.row]
		if marked := r.Theirs[r.TheirsStart:r.TheirsEnd]; r.State != c.state || r.Kind != c.kind || marked != c.marked {
			t.Errorf("%s: row %d is %+v, marked %q (%s)", c.name, c.row, r, marked, got.What)
		}
		for i, r := range got.Rows {
			if i != c.row && r.State != RowSame {
				t.Errorf("%s: row %d differs, too: %+v", c.name, i, r)
			}
		}
	}
}

// TestDiffMultiValued: the attributes of one RDN stay together, and their order counts.
func TestDiffMultiValued(t *testing.T) {
	leaf, _ := withSubject(t, one(oidO, "Example"), []rdnPart{{oidCN, "a"}, {oidOU, "b"}})
	ours, err := leaf.Subject.ServerName(certparse.Linux42)
	if err != nil {
		t.Fatal(err)
	}
	first, rest, _ := strings.Cut(ours, ",")
	x, y, _ := strings.Cut(first, "+")
	for _, c := range []struct {
		text    string
		verdict Verdict
		entry   string
	}{
		{ours, NamesEqual, ""},
		{y + "+" + x + "," + rest, NamesSpelling, "U07"},
		{x + "," + y + "," + rest, NamesDiffer, ""},
	} {
		if got := Diff(c.text, leaf, nil); got.Verdict != c.verdict || c.entry != "" && got.Entry != c.entry {
			t.Errorf("%s: %s %s %s %+v", c.text, got.Verdict, got.Entry, got.What, got.Rows)
		}
	}
}

// TestDiffOtherCertificate: a name that belongs to another certificate of the file says so.
func TestDiffOtherCertificate(t *testing.T) {
	leaf, _ := withSubject(t, one(oidCN, "alice"))
	other, _ := withSubject(t, one(oidO, "Example"), one(oidCN, "bob"))
	got := Diff("CN=bob, O=Example", leaf, []*certparse.Certificate{leaf, other})
	if got.Verdict != NamesForeign || !strings.Contains(got.What, "another certificate") {
		t.Errorf("%+v", got)
	}
}

// TestDiffRoundTrip: the name of a subject with odd characters is equal to itself, alone and in a connection string, and
// the same with a blank after a comma.
func TestDiffRoundTrip(t *testing.T) {
	for _, value := range []string{"a", " a", "a ", "#a", `a,b`, `a+b=c`, `a"b`, `a\b`, `a\C3b`, "a;b<c>", "ü", "a=b", "O'Brien", `"q"`, "/x/y=z", "C=US"} {
		leaf, _ := withSubject(t, one(oidC, "US"), one(oidO, value), one(oidCN, "x"))
		ours, err := leaf.Subject.ServerName(certparse.Linux42)
		if err != nil {
			continue // preparation refuses it
		}
		for _, text := range []string{ours, "mongodb://" + strings.NewReplacer("%", "%25", "/", "%2F", "@", "%40", ":", "%3A", "+", "%2B").Replace(ours) + "@h/?tls=true"} {
			if got := Diff(text, leaf, nil); got.Verdict != NamesEqual {
				t.Errorf("%q: %s %+v", text, got.What, got.Rows)
			}
		}
		if got := Diff(strings.ReplaceAll(ours, ",C=", ", C="), leaf, nil); got.Verdict != NamesSpelling {
			t.Errorf("%q with a blank: %s %+v", ours, got.What, got.Rows)
		}
	}
}

// TestDiffInTime: texts made to be slow are not.
func TestDiffInTime(t *testing.T) {
	leaf, _ := spelled(t)
	others := slices.Repeat([]*certparse.Certificate{leaf}, 10_000)
	for name, text := range map[string]string{
		"RDNs":     strings.Repeat("a=b,", maxDiff/4),
		"newlines": "a=b" + strings.Repeat("\n", maxDiff-8) + "c=d",
		"quotes":   strings.Repeat(`"a=b" `, maxDiff/6),
		"names":    strings.Repeat(`"CN=svc,OU=x" 'CN=y' `, maxDiff/21),
		"open":     strings.Repeat(`"`, maxDiff-1) + "a",
		"plus":     "a=" + strings.Repeat("+a", maxDiff/2-4),
		"slashes":  strings.Repeat(`/a=`, maxDiff/3),
		"escapes":  "CN=" + strings.Repeat(`\`, maxDiff-8),
		"nested":   strings.Repeat(`"CN=\"O=\\\"OU=x\\\"\"" `, maxDiff/26),
		"a log":    strings.Repeat(`{"s":"I","id":5286307,"msg":"Failed to authenticate","attr":{"user":"CN=x,OU=y,O=z","error":"UserNotFound: Could not find user \"CN=x,OU=y,O=z\" for db \"$external\""}}`+"\n", maxDiff/170),
		"old log":  strings.Repeat("I ACCESS [conn42] Failed to authenticate CN=x,OU=y,O=z@$external from client\n", maxDiff/78),
		"one line": strings.Repeat("CN=x@$external ", maxDiff/15),
	} {
		start := time.Now()
		Diff(text, leaf, others)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: %v", name, took)
		} else {
			t.Logf("%s: %v", name, took)
		}
	}
}

// FuzzDiff: any text is compared in time, and what is said holds: marks lie within their texts, and no answer but one
// byte for byte is called equal.
func FuzzDiff(f *testing.F) {
	for _, s := range []string{spelledName, "C = US, O = \"Example, Inc\"", "/C=US/CN=svc", `{user: "CN=svc"}`, "CN=a+OU=b", "CN=#0C0161", "mongodb://CN%3Dsvc@h", "a\nb=c\n", `CN=\`} {
		f.Add(s)
	}
	var leaf *certparse.Certificate
	f.Fuzz(func(t *testing.T, text string) {
		if leaf == nil {
			leaf, _ = spelled(t)
		}
		got := Diff(text, leaf, nil)
		for _, r := range got.Rows {
			if r.OursStart > r.OursEnd || r.OursEnd > len(r.Ours) || r.TheirsStart > r.TheirsEnd || r.TheirsEnd > len(r.Theirs) {
				t.Errorf("%+v", r)
			}
		}
		if got.Verdict == NamesEqual && !slices.Contains(namesIn(text), spelledName) {
			t.Errorf("equal: %q", text)
		}
	})
}
