package certparse

import (
	"bytes"
	"encoding/pem"
	"reflect"
	"strings"
	"testing"
)

// TestDescribePEM: what a strict reader would stumble over, one thing at a time.
func TestDescribePEM(t *testing.T) {
	certificate := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: bytes.Repeat([]byte{7}, 100)}))
	key := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: bytes.Repeat([]byte{9}, 100)}))
	blocks := []PEMBlock{{Label: "CERTIFICATE"}, {Label: "PRIVATE KEY"}}
	cases := []struct {
		name, text string
		want       PEMForm
	}{
		{"as it should be", certificate + key, PEMForm{}},
		{"Windows line ends", strings.ReplaceAll(certificate+key, "\n", "\r\n"), PEMForm{}},
		{"blank lines", "\n" + certificate + "\n\n" + key + "\n", PEMForm{}},
		{"no last line end", certificate + strings.TrimSpace(key), PEMForm{}},
		{"mark", "\xef\xbb\xbf" + certificate + key, PEMForm{Mark: true}},
		{"glued", strings.TrimSpace(certificate) + key, PEMForm{Glued: true}},
		{"escaped", strings.ReplaceAll(certificate+key, "\n", `\n`), PEMForm{Escaped: true, Text: true}},
		{"escaped, Windows", strings.ReplaceAll(certificate+key, "\n", `\r\n`), PEMForm{Escaped: true, Text: true}},
		{"CR alone", strings.ReplaceAll(certificate+key, "\n", "\r"), PEMForm{Joined: true}},
		{"four dashes", strings.Replace(certificate+key, "-----END", "----END", 1), PEMForm{Misspelt: true, Text: true}},
		{"something after the END", certificate + strings.TrimSpace(key) + "x\n", PEMForm{Misspelt: true, Text: true}},
		{"spaced", strings.ReplaceAll(certificate+key, "\n", "\n\n"), PEMForm{Blank: true}},
		{"spaces", strings.ReplaceAll(certificate+key, "\n", " "), PEMForm{Joined: true}},
		{"nothing", strings.ReplaceAll(certificate+key, "\n", ""), PEMForm{Joined: true, Glued: true}},
		{"indented", "  " + strings.ReplaceAll(certificate+key, "\n", "\n  "), PEMForm{Indented: true}},
		{"quoted", "> " + strings.ReplaceAll(certificate+key, "\n", "\n> "), PEMForm{Indented: true, Text: true}},
		{"attributes", "Bag Attributes\n    localKeyID: 01\n" + certificate + key, PEMForm{Text: true}},
		{"text between", certificate + "subject=CN = x\n" + key, PEMForm{Text: true}},
		{"text behind", certificate + key + "that is all\n", PEMForm{Text: true}},
	}
	for _, c := range cases {
		c.want.Blocks = blocks
		if got := DescribePEM([]byte(c.text)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
		// encoding/pem is the strictest reader around; it goes on behind text.
		block, rest := pem.Decode([]byte(c.text))
		second, _ := pem.Decode(rest)
		strict := block != nil && block.Type == "CERTIFICATE" && second != nil && second.Type == "PRIVATE KEY"
		if got := DescribePEM([]byte(c.text)); got.Readable() && !got.Mark != strict {
			t.Errorf("%s: readable %v, encoding/pem says %v", c.name, got.Readable(), strict)
		}
	}
	utf16 := []byte{0xfe, 0xff}
	for _, r := range certificate {
		utf16 = append(utf16, 0, byte(r))
	}
	if got := DescribePEM(utf16); !got.UTF16 || got.Mark || len(got.Blocks) != 1 {
		t.Errorf("UTF-16: %+v", got)
	}
	if got := DescribePEM([]byte("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n")); len(got.Blocks) != 1 || !got.Blocks[0].DEKInfo {
		t.Errorf("DEK-Info: %+v", got)
	}
	for _, text := range []string{"", "-----", "-----BEGIN", "nothing", "-----BEGIN CERTIFICATE-----"} {
		if got := DescribePEM([]byte(text)); got.Glued || got.Escaped || got.Joined || got.Indented {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

// TestIssuer: by name, and by key identifier where both state one.
func TestIssuer(t *testing.T) {
	name := func(raw string) Name { return Name{Raw: []byte(raw)} }
	leaf := &Certificate{Subject: name("leaf"), Issuer: name("ca"), AuthorityKeyID: []byte{1}}
	right := &Certificate{Subject: name("ca"), Issuer: name("ca"), IsCA: true, SubjectKeyID: []byte{1}}
	anew := &Certificate{Subject: name("ca"), Issuer: name("ca"), IsCA: true, SubjectKeyID: []byte{2}}
	if got := Issuer(leaf, []*Certificate{anew, right}); got != right {
		t.Errorf("got %+v", got)
	}
	if got := Issuer(leaf, []*Certificate{anew}); got != nil {
		t.Errorf("an authority with another key counts: %+v", got)
	}
}
