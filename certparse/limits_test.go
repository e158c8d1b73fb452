package certparse

import (
	"archive/zip"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"math/big"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// wantLimit fails unless the ceiling on this was met, and says so once.
func wantLimit(t *testing.T, b *Bundle, found string) {
	t.Helper()
	n := 0
	for _, p := range b.Problems {
		if p.Code == CodeTooLarge && p.Found == found {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d problems name the ceiling on %s: [%.300s]", n, found, problemCodes(b))
	}
}

// hangs is no measure of speed: it is what only a reader without a ceiling takes on the slowest machine.
const hangs = 30 * time.Second

func TestInputSize(t *testing.T) {
	c := chainForTests(t)
	big := make([]byte, maxInputBytes)
	b := Open([]File{{Data: big[:1]}, {Data: big}, {Data: c.combined()}}, Options{})
	wantLimit(t, b, "file size")
	if len(b.Identities) != 1 {
		t.Error("a small file after one that is too large was not read")
	}
}

func TestFileCount(t *testing.T) {
	wantLimit(t, Open(make([]File, maxFiles+5), Options{}), "files")
}

func TestPasswordLimits(t *testing.T) {
	c := chainForTests(t)
	passwords := make([]string, maxPasswords+1)
	wantLimit(t, Open([]File{{Data: c.combined(), Passwords: passwords}}, Options{}), "passwords")
	wantLimit(t, Open([]File{{Data: c.combined(), Passwords: []string{strings.Repeat("x", maxPasswordBytes+1)}}}, Options{}), "password length")
}

func TestCertificateCount(t *testing.T) {
	b := openOne(manyCertificates(t, maxCertificates+10))
	wantLimit(t, b, "certificates")
	if len(b.Certificates) != maxCertificates {
		t.Errorf("%d certificates", len(b.Certificates))
	}
}

func TestBlockCount(t *testing.T) {
	b := openOne(bytes.Repeat([]byte("-----BEGIN X-----\nAAAA\n-----END X-----\n"), maxPEMBlocks+10))
	wantLimit(t, b, "PEM blocks")
	if len(b.Problems) > maxProblems {
		t.Errorf("%d problems", len(b.Problems))
	}
}

func TestNesting(t *testing.T) {
	c := chainForTests(t)
	data := c.combined()
	for range maxNesting {
		data = makeZIP(t, zip.Store, entry{"a.zip", data})
	}
	wantIdentity(t, openOne(data), c.leaf)
	wantLimit(t, openOne(makeZIP(t, zip.Store, entry{"a.zip", data})), "nesting")
}

func TestArchiveEntryCount(t *testing.T) {
	wantLimit(t, openOne(manyEntries(t, maxArchiveEntries+1)), "archive entries")
}

func TestArchiveBombs(t *testing.T) {
	zeros := make([]byte, 16<<20)
	bomb := makeZIP(t, zip.Deflate, entry{"zeros", zeros})
	wantLimit(t, openOne(bomb), "unpacked size")
	wantLimit(t, openOne(gzipped(t, zeros)), "unpacked size")

	// Ten entries that point at the same packed bytes, each within its own ratio: the sum is bounded too.
	text := []byte(strings.Repeat("not a certificate, and not much else either. ", 20_000))
	var many []entry
	for range 200 {
		many = append(many, entry{"x", text})
	}
	b := openOne(makeZIP(t, zip.Deflate, many...))
	wantLimit(t, b, "unpacked size")

	// Entries that are bombs each are not inflated one after the other for ever. They share their packed bytes, as the
	// ZIP bombs of the field do.
	one := makeZIP(t, zip.Deflate, entry{"x", zeros[:2<<20]})
	directory := bytes.LastIndex(one, []byte("PK\x01\x02"))
	end := bytes.LastIndex(one, []byte("PK\x05\x06"))
	shared := join(one[:directory], bytes.Repeat(one[directory:end], maxArchiveEntries), one[end:])
	start := time.Now()
	wantLimit(t, openOne(shared), "unpacked size")
	if took := time.Since(start); took > hangs {
		t.Errorf("%d bombs took %v", maxArchiveEntries, took)
	}
}

func TestDERNesting(t *testing.T) {
	deep := []byte{0x05, 0x00}
	for range maxDERDepth + 10 {
		deep = append(append([]byte{0x30, 0x80}, deep...), 0, 0)
	}
	if _, ok := readElement(deep); ok {
		t.Error("elements nested past the limit were read")
	}
	if _, ok := readElement(deep[2*20 : len(deep)-2*20]); !ok {
		t.Error("elements nested within the limit were not read")
	}
	wantCode(t, openOne(deep), CodeNotACertificate)
}

func TestObjectSize(t *testing.T) {
	data := make([]byte, maxObjectBytes+1000)
	copy(data, []byte{0x30, 0x84})
	binary.BigEndian.PutUint32(data[2:], uint32(len(data)-6))
	copy(data[6:], []byte{0x02, 0x01, 0x03})
	wantLimit(t, openOne(data), "object size")
}

func TestExtensionCount(t *testing.T) {
	c := &Certificate{}
	one := []byte{0x30, 0x09, 0x06, 0x03, 0x2a, 0x03, 0x00, 0x04, 0x02, 0x05, 0x00}
	var list []byte
	for i := range maxExtensions + 10 {
		one[6] = byte(i & 0x7f)
		list = append(list, one...)
	}
	list = encodeDER(tagSequence, list)
	c.extensions(element{content: list})
	if len(c.Extensions) != maxExtensions {
		t.Errorf("%d extensions", len(c.Extensions))
	}
}

// TestNoiseIsRefusedQuickly: bytes and texts that mean nothing, as large as they may be, take little time and no copies.
func TestNoiseIsRefusedQuickly(t *testing.T) {
	noise := make([]byte, maxInputBytes)
	seed := uint64(1)
	for i := 0; i+8 <= len(noise); i += 8 {
		seed ^= seed << 13
		seed ^= seed >> 7
		seed ^= seed << 17
		binary.LittleEndian.PutUint64(noise[i:], seed)
	}
	fill := func(pattern string) []byte { return bytes.Repeat([]byte(pattern), (maxInputBytes-64)/len(pattern)) }
	for _, test := range []struct {
		name   string
		data   []byte
		memory uint64 // that may be asked for, all in all
	}{
		{"noise", noise, 1 << 20},
		{"zeros", make([]byte, maxInputBytes), 1 << 20},
		{"dashes", fill("-"), 1 << 20},
		{"blanks", fill(" "), 1 << 20},
		{"sequences", fill("\x30\x80"), 8 << 20},
		{"MI", fill("MIIB "), 1 << 30},
		{"braces", fill("{"), 1 << 20},
		{"BEGIN without END", fill("-----BEGIN CERTIFICATE-----\n"), 64 << 20},
		{"END without BEGIN", fill("-----END CERTIFICATE-----\n"), 600 << 20},
		{"one block", join([]byte("-----BEGIN CERTIFICATE-----\n"), fill("QUJD\x01")), 1 << 20},
		{"UTF-16 of noise", join([]byte("\xff\xfe"), noise[:maxRecodedText-2]), 256 << 20},
		{"base64 of nothing", fill("QUJD"), 256 << 20},
	} {
		t.Run(test.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			b := openOne(test.data)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if len(b.Problems) == 0 || len(b.Certificates) > 0 {
				t.Errorf("problems [%s]", problemCodes(b))
			}
			memory := after.TotalAlloc - before.TotalAlloc
			t.Logf("%v, %d KiB asked for", took, memory>>10)
			if took > hangs {
				t.Errorf("took %v", took)
			}
			if memory > test.memory {
				t.Errorf("asked for %d MiB, want at most %d", memory>>20, test.memory>>20)
			}
		})
	}
}

func TestStructuredTextLimits(t *testing.T) {
	c := chainForTests(t)
	deep := strings.Repeat("[", maxTextNesting+10)
	b := openOne([]byte(deep + "\n" + string(c.combined())))
	wantIdentity(t, b, c.leaf) // taken for a text with PEM in it
	many := `["` + strings.Repeat(`","`, maxTextStrings) + `"]`
	wantCode(t, openOne([]byte(many)), CodeNotACertificate)
	large := `{"a":"` + strings.Repeat("x", maxStructuredText) + `","pem":"` + strings.ReplaceAll(string(c.combined()), "\n", `\n`) + `"}`
	wantIdentity(t, openOne([]byte(large)), c.leaf)
}

func TestKeyCount(t *testing.T) {
	var text bytes.Buffer
	for i := range maxKeys + 1 {
		seed := make([]byte, 32)
		binary.BigEndian.PutUint32(seed, uint32(i))
		text.Write(armour("PRIVATE KEY", join(fromHex(t, "302e020100300506032b657004220420"), seed)))
	}
	b := openOne(text.Bytes())
	wantLimit(t, b, "keys")
	if len(b.Keys) != maxKeys {
		t.Errorf("%d keys are kept", len(b.Keys))
	}
}

// TestChainLength: a chain that goes on for ever is cut, and its leaf is still one.
func TestChainLength(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	name := func(i int) pkix.Name { return pkix.Name{CommonName: strconv.Itoa(i)} }
	var text bytes.Buffer
	for i := range maxChain + 3 { // 0 is the leaf; each is issued by the next
		template := &x509.Certificate{SerialNumber: big.NewInt(int64(i) + 1), Subject: name(i), NotAfter: time.Now().AddDate(1, 0, 0),
			IsCA: i > 0, BasicConstraintsValid: true}
		der, err := x509.CreateCertificate(rand.Reader, template, &x509.Certificate{Subject: name(i + 1)}, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(armour("CERTIFICATE", der))
	}
	b := openOne(text.Bytes())
	if len(b.Identities) == 0 || b.Identities[0].Leaf != b.Certificates[0] || len(b.Identities[0].Chain) != maxChain {
		t.Fatalf("%d identities, the first with a chain of %d", len(b.Identities), len(b.Identities[0].Chain))
	}
}
