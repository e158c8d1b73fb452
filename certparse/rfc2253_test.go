package certparse

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"certuri/internal/oracle"
)

// certificateWith is a certificate that is good for nothing but carrying a subject through OpenSSL's parser.
func certificateWith(subject []byte) []byte {
	algorithm := tlv(tagSequence, tlv(tagOID, []byte("\x2a\x86\x48\xce\x3d\x04\x03\x02")))
	spki := tlv(tagSequence, append(
		tlv(tagSequence, append(tlv(tagOID, []byte("\x2a\x86\x48\xce\x3d\x02\x01")), tlv(tagOID, []byte("\x2a\x86\x48\xce\x3d\x03\x01\x07"))...)),
		tlv(tagBitString, append([]byte{0, 4}, make([]byte, 64)...))...))
	tbs := slices.Concat(
		tlv(0xa0, tlv(tagInteger, []byte{2})), tlv(tagInteger, []byte{1}), algorithm, tlv(tagSequence, nil),
		tlv(tagSequence, append(tlv(tagUTCTime, []byte("200101000000Z")), tlv(tagUTCTime, []byte("400101000000Z"))...)), subject, spki)
	return tlv(tagSequence, slices.Concat(tlv(tagSequence, tbs), algorithm, tlv(tagBitString, make([]byte, 9))))
}

// opensslSubjects gives what the openssl program prints for each subject, nil where it cannot read the certificate. All go
// through one run of openssl verify, which prints the subject of each file, the reason why it is not trusted, and the file.
func opensslSubjects(t testing.TB, subjects [][]byte) []*string {
	t.Helper()
	openssl, dir := oracle.Program(t, "openssl"), t.TempDir()
	arguments := []string{"verify", "-nameopt", "RFC2253"}
	for i, subject := range subjects {
		file := strconv.Itoa(i) + ".der"
		if err := os.WriteFile(filepath.Join(dir, file), certificateWith(subject), 0o600); err != nil {
			t.Fatal(err)
		}
		arguments = append(arguments, file)
	}
	cmd := exec.Command(openssl, arguments...)
	cmd.Dir = dir
	out, _ := cmd.CombinedOutput() // it fails: no certificate is trusted
	printed := make([]*string, len(subjects))
	var before, subject string
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.Contains(line, " at 0 depth lookup: ") {
			subject = before
		} else if file, ok := strings.CutSuffix(line, ".der: verification failed"); ok {
			i, err := strconv.Atoi(strings.TrimPrefix(file, "error "))
			if err != nil {
				t.Fatalf("openssl printed %q", line)
			}
			text := subject
			printed[i] = &text
		}
		before = line
	}
	return printed
}

// programDiffers are the names for which the openssl program is no stand-in for a server's OpenSSL.
var programDiffers = map[string]string{
	"oid-mongoRoles": "a server registers the name MongoRoles with OpenSSL; the program does not",
}

// The same subjects go through the openssl program: those of the shared data where it is there, and made ones for every
// type of value, with the BER, the bad encodings and the odd characters of which no reference tells.
func TestRFC2253AgreesWithOpenSSL(t *testing.T) {
	type subject struct {
		name string
		der  []byte
	}
	var subjects []subject
	t.Run("shared", func(t *testing.T) { // in a subtest, so that only this part is skipped without the data
		for _, f := range mongoFiles(t) {
			if filepath.Ext(f.File) == ".pem" && f.Certificates > 0 {
				subjects = append(subjects, subject{f.File, firstSubject(t, oracle.File(t, "mongo-server/"+f.File))})
			}
		}
		for _, c := range derivedCases(t) {
			subjects = append(subjects, subject{c.Name, unhex(t, c.NameDER)})
		}
	})
	one := func(name, oid string, value []byte) {
		subjects = append(subjects, subject{name, nameDER([]typeAndValue{{oid, value}})})
	}
	for tag := range byte(31) {
		for _, constructed := range []byte{0, tagConstructed} {
			for _, content := range []string{"\x04\x02ab", "\x00\x00\x00a", "\x05abc", "\x1fab", "\x09", "\x00", ""} {
				if constructed != 0 && tag != tagNumberSequence {
					content = string(tlv(tagOctetString, []byte(content)))
				}
				one("value of a type", hexCN, tlv(tag|constructed, []byte(content)))
			}
		}
	}
	for _, tag := range []byte{0x80, 0x8c, 0x4c, 0xcc} {
		one("class other than universal", hexCN, tlv(tag, []byte("ab")))
	}
	one("high tag number", hexCN, []byte("\x1f\x1f\x02ab"))
	for _, s := range []string{"\xf4\x90\x80\x80", "\xf8\xa8\x80\x80\x80", "\xc0\x80", "\xed\xa0\x80", "\xc3", "\U0001F600", "\uFFFF", "\x00", " ",
		"#", "##", "  ", " #", "a ", "\\", "\u00e9 ", " \u00e9", "\x7f", strings.Repeat("x", 300)} {
		one("UTF8String", hexCN, tlv(tagUTF8String, []byte(s)))
		one("IA5String", hexCN, tlv(tagNumberIA5String, []byte(s)))
		one("UTF8String of unknown type", "2a032d", tlv(tagUTF8String, []byte(s)))
	}
	for _, s := range []string{"\xd8\x3d\xde\x00", "\xd8\x3d\x00a", "\x00a\x00", "\xff\xff", "\x00 \x00a", "\x00#"} {
		one("BMPString", hexCN, tlv(tagNumberBMPString, []byte(s)))
	}
	for _, s := range []string{"\x00\x11\x00\x00", "\x80\x00\x00\x00", "\x00\x00\xd8\x00", "\x00\x01\xf6\x00", "\x00\x00\x00"} {
		one("UniversalString", hexCN, tlv(tagNumberUniversalString, []byte(s)))
	}
	for _, oid := range []string{"", "80", "55", "5583", "558003", "55048003", "8837", "883703", "7f", "28", "50", "ffffffff7f01",
		"2a" + strings.Repeat("ff", 9) + "7f", "2a" + strings.Repeat("ff", 30) + "7f", "2a" + strings.Repeat("ff", 200) + "7f"} {
		one("OID", oid, tlv(tagUTF8String, []byte("x,y")))
	}
	nested := tlv(tagUTF8String, []byte("ab"))
	for range 8 {
		nested = tlv(tagUTF8String|tagConstructed, nested)
		one("nested string", hexCN, nested)
	}
	ders := make([][]byte, len(subjects))
	for i, s := range subjects {
		ders[i] = s.der
	}
	read := 0
	for i, printed := range opensslSubjects(t, ders) {
		s, want, readable := subjects[i], "", printed != nil
		if readable {
			want = *printed
			read++
		}
		got, err := "", error(nil)
		n, err := ParseName(s.der)
		if err == nil {
			got, err = n.RFC2253(OpenSSL35)
		}
		agrees := got == want && (err == nil) == readable
		if reason, listed := programDiffers[s.name]; listed {
			t.Logf("%s: %s", s.name, reason)
			if agrees {
				t.Errorf("%s: listed as different, and it agrees", s.name)
			}
			continue
		}
		if !agrees {
			t.Errorf("%s %x: %q, %v, openssl has %q, readable %v", s.name, s.der, got, err, want, readable)
		}
		if readable && mustAgree(n) {
			if got, err := n.ServerName(Linux42); got != want {
				t.Errorf("%s: server name %q, %v, openssl has %q", s.name, got, err, want)
			}
		}
	}
	if read < 100 {
		t.Errorf("openssl read %d of %d subjects", read, len(subjects))
	}
	t.Logf("%d subjects, %d of them readable to OpenSSL", len(subjects), read)
}

// mustAgree says that a name has nothing in which a server's spelling departs from OpenSSL's.
func mustAgree(n Name) bool {
	if n.Empty() {
		return false
	}
	for _, rdn := range n.RDNs {
		for _, a := range rdn {
			_, known := AttributeName(a.OID, Linux42)
			isString := slices.Contains([]int{tagNumberUTF8String, tagNumberNumericString, tagNumberPrintableString, tagNumberT61String, tagNumberIA5String}, a.Tag)
			plain := !slices.ContainsFunc(a.Value, func(b byte) bool { return b < ' ' || b > '~' })
			if !known || !isString || !plain || len(a.Value) == 1 || len(a.Value) == 2 && a.Value[1] == ' ' {
				return false
			}
		}
	}
	return true
}
