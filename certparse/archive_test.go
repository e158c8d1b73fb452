package certparse

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/x509"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	gopkcs12 "software.sslmate.com/src/go-pkcs12"

	"certuri/internal/oracle"
)

type entry struct {
	name string
	data []byte
}

func makeZIP(t testing.TB, method uint16, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		f, err := w.CreateHeader(&zip.FileHeader{Name: e.name, Method: method})
		if err == nil {
			_, err = f.Write(e.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func makeTAR(t testing.TB, format tar.Format, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		err := w.WriteHeader(&tar.Header{Name: e.name, Mode: 0o600, Size: int64(len(e.data)), Format: format, Typeflag: tar.TypeReg})
		if err == nil {
			_, err = w.Write(e.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func makePKCS12(t testing.TB, leaf, key []byte, password string) []byte {
	t.Helper()
	certificate, err := x509.ParseCertificate(leaf)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.ParsePKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	p12, err := gopkcs12.Modern2023.WithIterations(1000).Encode(private, certificate, nil, password)
	if err != nil {
		t.Fatal(err)
	}
	return p12
}

func TestArchives(t *testing.T) {
	c := chainForTests(t)
	files := []entry{
		{"delivery/README.txt", []byte("Dear customer, read the manual at https://ca.example/.")},
		{"delivery/chain/intermediate.cer", c.intermediate},
		{"delivery/client.crt", armour("CERTIFICATE", c.leaf)},
		{"delivery/client.key", armour("PRIVATE KEY", c.leafKey)},
		{"delivery/" + strings.Repeat("long", 40) + ".txt", []byte("x")},
	}
	inner := makeZIP(t, zip.Deflate, files...)
	for _, test := range []struct {
		name string
		data []byte
	}{
		{"ZIP, deflated", inner},
		{"ZIP, stored", makeZIP(t, zip.Store, files...)},
		{"ZIP in ZIP", makeZIP(t, zip.Store, entry{"inner.zip", inner})},
		{"TAR, ustar", makeTAR(t, tar.FormatUSTAR, files[:4]...)},
		{"TAR, GNU", makeTAR(t, tar.FormatGNU, files...)},
		{"TAR, pax", makeTAR(t, tar.FormatPAX, files...)},
		{"TAR.GZ", gzipped(t, makeTAR(t, tar.FormatGNU, files...))},
		{"gzip of PEM", gzipped(t, join(c.combined(), armour("CERTIFICATE", c.intermediate)))},
		{"base64 of ZIP", []byte(b64(inner))},
	} {
		t.Run(test.name, func(t *testing.T) { wantIdentity(t, openOne(test.data), c.leaf, c.intermediate) })
	}
	b := openOne(inner)
	if got, want := b.Certificates[1].Source.Where, "delivery/client.crt: PEM block 1 (CERTIFICATE)"; got != want {
		t.Errorf("the certificate is at %q, want %q", got, want)
	}
}

func TestArchiveProblems(t *testing.T) {
	c := chainForTests(t)
	certificate := entry{"a.crt", armour("CERTIFICATE", c.leaf)}
	good := makeZIP(t, zip.Deflate, certificate)
	method := bytes.Clone(good)
	method[bytes.LastIndex(method, []byte("PK\x01\x02"))+10] = 14 // LZMA
	encrypted := bytes.Clone(good)
	encrypted[bytes.LastIndex(encrypted, []byte("PK\x01\x02"))+8] |= 1
	damaged := bytes.Clone(good)
	damaged[40] ^= 0xff
	wantCode(t, openOne(method), CodeUnsupportedArchive)
	wantCode(t, openOne(encrypted), CodeUnsupportedArchive)
	wantCode(t, openOne(good[:len(good)-30]), CodeDamaged)
	wantCode(t, openOne(makeZIP(t, zip.Deflate, entry{"a.txt", []byte("nothing")})), CodeNotACertificate)
	wantCode(t, openOne(makeZIP(t, zip.Deflate)), CodeNotACertificate)
	wantCode(t, openOne(gzipped(t, certificate.data)[:40]), CodeDamaged)
	tarred := makeTAR(t, tar.FormatGNU, entry{"a.crt", bytes.Repeat([]byte("x"), 5000)})
	wantCode(t, openOne(tarred[:2000]), CodeDamaged)
	if b := openOne(damaged); len(b.Problems) == 0 {
		t.Error("a damaged entry went unnoticed")
	}
}

// TestArchiveOfRealProgram reads what zip's and tar's own programs write, which differ from Go's in their headers.
func TestArchiveOfRealProgram(t *testing.T) {
	c := chainForTests(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "client.pem"), c.combined(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{{"tar", "-czf", "out", "client.pem"}, {"tar", "-cf", "out", "client.pem"}, {"python3", "-m", "zipfile", "-c", "out", "client.pem"}} {
		program, err := exec.LookPath(command[0])
		if err != nil {
			oracle.Lacking(t, command[0])
			continue
		}
		run := exec.Command(program, command[1:]...)
		run.Dir = dir
		if text, err := run.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", command, err, text)
		}
		data, err := os.ReadFile(filepath.Join(dir, "out"))
		if err != nil {
			t.Fatal(err)
		}
		wantIdentity(t, openOne(data), c.leaf)
	}
}

func manyEntries(t testing.TB, n int) []byte {
	entries := make([]entry, n)
	for i := range entries {
		entries[i] = entry{fmt.Sprintf("%d.txt", i), []byte("x")}
	}
	return makeZIP(t, zip.Store, entries...)
}
