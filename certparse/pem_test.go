package certparse

import (
	"bytes"
	"encoding/base64"
	"html"
	"mime/quotedprintable"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// TestPEMDisguises puts one certificate and key into every disguise that real files come in; each must give the same
// identity.
func TestPEMDisguises(t *testing.T) {
	c := chainForTests(t)
	plain := string(c.combined())
	lines := strings.Split(strings.TrimSpace(plain), "\n")
	eachLine := func(prefix, suffix string) string {
		return prefix + strings.Join(lines, suffix+"\n"+prefix) + suffix + "\n"
	}
	utf16Text := func(order int, mark bool) string {
		text := "# Zürich\r\n" + plain
		if mark {
			text = "\ufeff" + text
		} else {
			text = plain
		}
		var b []byte
		for _, u := range utf16.Encode([]rune(text)) {
			pair := [2]byte{}
			pair[order], pair[1-order] = byte(u), byte(u>>8)
			b = append(b, pair[:]...)
		}
		return string(b)
	}
	quotedPrintable := func() string {
		var b strings.Builder
		w := quotedprintable.NewWriter(&b)
		w.Write([]byte(plain))
		w.Close()
		return "Content-Transfer-Encoding: quoted-printable\n\n" + b.String()
	}
	for _, test := range []struct{ name, text string }{
		{"plain", plain},
		{"CRLF", strings.ReplaceAll(plain, "\n", "\r\n")},
		{"CR", strings.ReplaceAll(plain, "\n", "\r")},
		{"no final newline", strings.TrimSpace(plain)},
		{"BOM", "\ufeff" + plain},
		{"UTF-16LE with mark", utf16Text(0, true)},
		{"UTF-16BE with mark", utf16Text(1, true)},
		{"UTF-16LE without mark", utf16Text(0, false)},
		{"UTF-16BE without mark", utf16Text(1, false)},
		{"trailing blanks", eachLine("", " \t ")},
		{"indented", eachLine("    ", "")},
		{"blank lines between", strings.ReplaceAll(plain, "\n", "\n\n")},
		{"text around", "Hello,\nhere it is:\n" + plain + "\nBye -- the portal\n"},
		{"bag attributes", "Bag Attributes\n    friendlyName: me\n    localKeyID: 01 02 \nsubject=CN = leaf\nissuer=CN = x\n" + plain},
		{"glued", strings.ReplaceAll(plain, "-----\n-----", "----------")},
		{"one line", strings.ReplaceAll(plain, "\n", "")},
		{"blanks for newlines", strings.ReplaceAll(plain, "\n", " ")},
		{"blanks in labels lost too", strings.ReplaceAll(strings.ReplaceAll(plain, "\n", ""), " ", "")},
		{`literal \n`, strings.ReplaceAll(plain, "\n", `\n`)},
		{`literal \r\n`, strings.ReplaceAll(plain, "\n", `\r\n`)},
		{`literal \\n`, strings.ReplaceAll(plain, "\n", `\\n`)},
		{"environment file", `TLS_PEM="` + strings.ReplaceAll(plain, "\n", `\n`) + `"` + "\nOTHER=1\n"},
		{"JSON with escaped slashes", strings.ReplaceAll(strings.ReplaceAll(plain, "/", `\/`), "\n", `\n`)},
		{`JSON with \u escapes`, strings.ReplaceAll(strings.ReplaceAll(plain, "+", `\u002B`), "\n", `\u000a`)},
		{"HTML breaks", "<p>" + strings.ReplaceAll(plain, "\n", "<br>\n") + "</p>"},
		{"HTML line entities", strings.ReplaceAll(strings.ReplaceAll(plain, "+", "&#43;"), "\n", "&#10;")},
		{"HTML hexadecimal entities", strings.ReplaceAll(strings.ReplaceAll(plain, "=", "&#x3D;"), "\n", "&#xa;")},
		{"HTML blanks", strings.ReplaceAll(html.EscapeString(plain), " ", "&nbsp;")},
		{"HTML list", "<ul><li>" + strings.Join(lines, "</li>\n<li>") + "</li></ul>"},
		{"percent-encoded", url.PathEscape(plain)},
		{"form-encoded", url.QueryEscape(plain)},
		{"quoted mail", eachLine("> ", "")},
		{"twice quoted mail", eachLine("> > ", "")},
		{"quoted-printable", quotedPrintable()},
		{"shell comment", eachLine("# ", "")},
		{"C++ comment", eachLine("// ", "")},
		{"Java comment", "/**\n" + eachLine(" * ", "") + " */\n"},
		{"C strings", eachLine(`"`, `\n"`)},
		{"Java strings", `String s = ` + strings.Join(strings.Split(eachLine(`    "`, `\n" +`), "\n"), "\n")},
		{"Python strings in a list", "[" + eachLine("'", "',") + "]"},
		{"no-break spaces", strings.ReplaceAll(plain, "\n", "\u00a0\n")},
		{"no-break spaces of Latin-1", strings.ReplaceAll(plain, "\n", "\xa0\n")},
		{"zero-width spaces", strings.ReplaceAll(plain, "\n", "\u200b\n")},
		{"en dashes", strings.ReplaceAll(plain, "-----", "\u2013\u2013-")},
		{"em dashes", strings.ReplaceAll(plain, "-----", "\u2014-")},
		{"X509 CERTIFICATE", strings.ReplaceAll(plain, " CERTIFICATE", " X509 CERTIFICATE")},
		{"certutil's label for a key", strings.ReplaceAll(plain, " PRIVATE KEY", " CERTIFICATE")},
		{"END of another label", strings.ReplaceAll(plain, "END CERTIFICATE", "END X509 CERTIFICATE")},
		{"no padding", strings.ReplaceAll(plain, "=", "")},
		{"headers", strings.ReplaceAll(plain, "CERTIFICATE-----\nM", "CERTIFICATE-----\nComment: x\nX-More: y\n\nM")},
		{"base64 of the whole file", base64.StdEncoding.EncodeToString([]byte(plain))},
		{"wrapped base64 of the whole file", wrap(base64.StdEncoding.EncodeToString([]byte(plain)), 76)},
		{"base64 of base64", base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString([]byte(plain))))},
		{"base64 in an environment file", "A=1\nPEM=" + base64.StdEncoding.EncodeToString([]byte(plain)) + "\nB=2\n"},
		{"NULs after the end", plain + "\x00\x00\x00"},
		{"binary before", "\x00\x01\x02\xff\xfe" + plain},
	} {
		t.Run(test.name, func(t *testing.T) { wantIdentity(t, openOne([]byte(test.text)), c.leaf) })
	}
}

func wrap(text string, width int) string {
	var b strings.Builder
	for len(text) > width {
		b.WriteString(text[:width] + "\r\n")
		text = text[width:]
	}
	return b.String() + text
}

func TestPEMKeepsBagAttributes(t *testing.T) {
	c := chainForTests(t)
	b := openOne(join([]byte("Bag Attributes\n    localKeyID: 0A 0B\n    friendlyName: alice\nKey Attributes: <No Attributes>\n"),
		armour("PRIVATE KEY", c.leafKey), []byte("Bag Attributes\n    friendlyName: other: one\n"), armour("CERTIFICATE", c.leaf)))
	wantIdentity(t, b, c.leaf)
	if k := b.Keys[0]; k.FriendlyName != "alice" || !bytes.Equal(k.LocalKeyID, []byte{0x0a, 0x0b}) {
		t.Errorf("key attributes are %q and %x", k.FriendlyName, k.LocalKeyID)
	}
	if l := b.Certificates[0]; l.FriendlyName != "other: one" || l.LocalKeyID != nil {
		t.Errorf("certificate attributes are %q and %x", l.FriendlyName, l.LocalKeyID)
	}
}

func TestPEMPlaces(t *testing.T) {
	c := chainForTests(t)
	b := openOne(join(armour("CERTIFICATE", c.leaf), armour("OPENSSH PRIVATE KEY", []byte("x")), armour("PRIVATE KEY", c.leafKey)))
	if got := b.Certificates[0].Source.Where; got != "PEM block 1 (CERTIFICATE)" {
		t.Errorf("the certificate is at %q", got)
	}
	if got := b.Problems[0].Where; got != "PEM block 2 (OPENSSH PRIVATE KEY)" {
		t.Errorf("the problem is at %q", got)
	}
	if got := b.Keys[0].Source.Where; got != "PEM block 3 (PRIVATE KEY)" {
		t.Errorf("the key is at %q", got)
	}
}

// TestPEMLeavesMangledBinary: DER between blocks that was turned into text, each byte over 7F into three, still starts
// like a key of the right length.
func TestPEMLeavesMangledBinary(t *testing.T) {
	c := chainForTests(t)
	single, singleKey := selfSigned(t, "single", 1)
	mangled := []byte(strings.ToValidUTF8(string(singleKey[:16])+strings.Repeat("\xff\x01", 16), "\ufffd"))
	b := openOne(join(armour("CERTIFICATE", single), mangled, []byte("\n"), c.combined()))
	if len(b.Keys) != 1 {
		t.Errorf("%d keys", len(b.Keys))
	}
	wantIdentity(t, b, c.leaf)
}

func TestPEMLabels(t *testing.T) {
	for _, test := range []struct{ text, label string }{
		{"-----BEGIN CERTIFICATE-----", "CERTIFICATE"},
		{"-----BEGIN ML-DSA-44 PRIVATE KEY-----", "ML-DSA-44 PRIVATE KEY"},
		{"-------- BEGIN  X9.42  DH PARAMETERS--", "X9.42 DH PARAMETERS"},
		{"-----BEGINENCRYPTEDPRIVATEKEY-----", "ENCRYPTED PRIVATE KEY"},
		{"----BEGIN CERTIFICATE-----", ""},
		{"-----BEGIN -----", ""},
		{"-----BEGIN \"CERTIFICATE\"-----", ""},
		{"-----BEGIN " + strings.Repeat("X", maxLabel+1) + "-----", ""},
	} {
		if m, _ := nextMarker([]byte(test.text), 0); m.label != test.label {
			t.Errorf("%s has the label %q, want %q", test.text, m.label, test.label)
		}
	}
}

// TestPEMCutOffBlockLeavesTheNext: a block without END must not swallow the one after it.
func TestPEMCutOffBlockLeavesTheNext(t *testing.T) {
	c := chainForTests(t)
	b := openOne(join(armour("CERTIFICATE", c.root)[:200], []byte("\n"), c.combined()))
	if len(b.Certificates) != 1 || len(b.Problems) != 1 || b.Problems[0].Code != CodeDamaged || b.Identities[0].Key == nil {
		t.Errorf("%d certificates, problems [%s]", len(b.Certificates), problemCodes(b))
	}
}

func TestSplitHeaders(t *testing.T) {
	const iv16, iv8 = "00112233445566778899AABBCCDDEEFF", "0011223344556677"
	for _, test := range []struct{ name, body, dek, rest string }{
		{"lines", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC," + iv16 + "\n\nQUJD\n", "AES-256-CBC," + iv16, "QUJD"},
		{"CRLF", "\r\nProc-Type: 4,ENCRYPTED\r\nDEK-Info: DES-EDE3-CBC," + iv8 + "\r\n\r\nQUJD\r\n", "DES-EDE3-CBC," + iv8, "QUJD"},
		{"more headers", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-CBC," + iv8 + "\nDEK-Info: AES-128-CBC," + iv16 + "\nComment: x\n\nQUJD\n", "DES-CBC," + iv8, "QUJD"},
		{"one line", "Proc-Type: 4,ENCRYPTEDDEK-Info: AES-128-CBC," + iv16 + "ABCD", "AES-128-CBC," + iv16, "ABCD"},
		{"blanks", " Proc-Type: 4,ENCRYPTED DEK-Info: DES-CBC," + iv8 + " ABCD ", "DES-CBC," + iv8, "ABCD"},
		{"no encryption", "Comment: x\n\nABCD", "", "ABCD"},
	} {
		t.Run(test.name, func(t *testing.T) {
			headers, rest := splitHeaders([]byte(test.body))
			if headers["DEK-Info"] != test.dek || strings.TrimSpace(string(rest)) != test.rest {
				t.Errorf("headers %v, rest %q", headers, rest)
			}
		})
	}
}

// manyCertificates is one PEM of n different certificates: one certificate with its serial number changed, which is all
// that a reader can tell.
func manyCertificates(t testing.TB, n int) []byte {
	t.Helper()
	c := chainForTests(t)
	tagged := bytes.Replace(c.leaf, []byte{0x02, 0x01, 0x03}, []byte{0x02, 0x01, 0x03}, 1)
	at := bytes.Index(tagged, []byte("leaf.example")) // eight letters of the name count the certificates
	if at < 0 {
		t.Fatal("the certificate has no name to change")
	}
	var text bytes.Buffer
	for i := range n {
		copy(tagged[at:], strconv.Itoa(10_000_000 + i)[:8])
		text.Write(armour("CERTIFICATE", tagged))
	}
	return text.Bytes()
}

// TestManyCertificatesTakeLinearTime tells a scan of all certificates for each certificate, which would cost ten times as
// much for each of 10,000 as for each of 1,000, from none. How near the two really are, make bench says.
func TestManyCertificatesTakeLinearTime(t *testing.T) {
	few, many := manyCertificates(t, 1_000), manyCertificates(t, 10_000)
	cost := func(data []byte, n int) time.Duration {
		best := time.Hour
		for range 5 {
			start := time.Now()
			if got := len(openOne(data).Certificates); got != n {
				t.Fatalf("%d certificates of %d", got, n)
			}
			best = min(best, time.Since(start))
		}
		return best / time.Duration(n)
	}
	small, large := cost(few, 1_000), cost(many, 10_000)
	t.Logf("%v each of 1,000, %v each of 10,000: %.2f times", small, large, float64(large)/float64(small))
	if large > 5*small {
		t.Errorf("a certificate among 10,000 costs %v, among 1,000 %v", large, small)
	}
}

func BenchmarkOpenCertificates(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		data := manyCertificates(b, n)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				openOne(data)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/certificate")
		})
	}
}

// TestPrivateKeyLabelledPublic: openssl pkey opens it, so saying that it is a public key would be untrue.
func TestPrivateKeyLabelledPublic(t *testing.T) {
	c := chainForTests(t)
	b := Open([]File{{Data: append(armour("CERTIFICATE", c.leaf), armour("PUBLIC KEY", c.leafKey)...)}}, Options{})
	if len(b.Keys) != 1 || b.Keys[0].Certificate == nil || len(b.Notes) != 1 {
		t.Errorf("%d keys, notes %v, problems %v", len(b.Keys), b.Notes, b.Problems)
	}
}
