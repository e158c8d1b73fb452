package certparse

import (
	"slices"
	"strings"
	"testing"

	"certuri/internal/oracle"
)

// A wrong password for a real file is called wrong, and opens nothing.
func TestCorpusWrongPassword(t *testing.T) {
	tried := map[string]int{}
	for _, e := range readCorpus(t) {
		if e.Password == nil || *e.Password == "" || !strings.HasPrefix(e.Verdict, "open") {
			continue
		}
		data := oracle.File(t, "corpus/"+e.File)
		right := Open([]File{{Data: data, Passwords: []string{*e.Password}}}, Options{})
		if !slices.ContainsFunc(right.Keys, func(k *Key) bool { return k.Encrypted && !k.Locked }) {
			continue
		}
		wrong := Open([]File{{Data: data, Passwords: []string{"not " + *e.Password}}}, Options{})
		for _, k := range wrong.Keys {
			if k.Encrypted && !k.Locked && !slices.ContainsFunc(right.Keys, func(r *Key) bool { return sameKey(r.PublicKey, k.PublicKey) }) {
				t.Errorf("%s: a wrong password opened another key", e.File)
			}
		}
		code := Code("")
		for _, p := range wrong.Problems {
			if p.Code == CodeWrongPassword || code == "" {
				code = p.Code
			}
		}
		switch {
		case code == CodeWrongPassword:
			tried[e.Form]++
		case slices.ContainsFunc(wrong.Keys, func(k *Key) bool { return k.Locked }) || len(wrong.Keys) == 0:
			t.Errorf("%s: a wrong password gives %q", e.File, code)
		}
	}
	for form, least := range map[string]int{"p12": 100, "encpkcs8": 35, "pem": 20, "jks": 3} {
		if tried[form] < least {
			t.Errorf("only %d files of the form %s had a password to get wrong", tried[form], form)
		}
	}
}

// Without a password, a file that has one says so, and what it is encrypted with is told all the same.
func TestCorpusWithoutPassword(t *testing.T) {
	for _, e := range readCorpus(t) {
		if e.Password == nil || *e.Password == "" || e.Verdict != "open" || e.Form != "p12" && e.Form != "encpkcs8" {
			continue
		}
		b := Open([]File{{Data: oracle.File(t, "corpus/"+e.File)}}, Options{})
		if len(b.Problems) == 0 {
			continue // the manifest's password is not wanted: nothing is encrypted
		}
		if !slices.ContainsFunc(b.Problems, func(p *Error) bool { return p.Code == CodePasswordRequired }) {
			t.Errorf("%s: %s", e.File, problemCodes(b))
		}
		if c := b.Containers[0]; !c.Locked || c.Detail == "" {
			t.Errorf("%s: %+v", e.File, *c)
		}
	}
}

// One changed byte in a PKCS#12 never gives another key or certificate than the file has, and never goes unnoticed
// where there is a MAC.
func TestCorpusDamagedPKCS12(t *testing.T) {
	files := 0
	for _, e := range readCorpus(t) {
		if e.Form != "p12" || e.Password == nil || e.Verdict != "open" {
			continue
		}
		if files++; files%8 != 0 {
			continue
		}
		data := oracle.File(t, "corpus/"+e.File)
		whole := e.open(t)
		if !strings.Contains(whole.Containers[0].Detail, "MAC SHA") || strings.Contains(whole.Containers[0].Detail, "00000 rounds") {
			continue
		}
		for at := 40; at < len(data); at += len(data)/23 + 1 {
			broken := slices.Clone(data)
			broken[at] ^= 0x10
			b := Open([]File{{Data: broken, Passwords: []string{*e.Password}}}, Options{})
			for _, k := range b.Keys {
				if !k.Locked && !slices.ContainsFunc(whole.Keys, func(w *Key) bool { return sameKey(w.PublicKey, k.PublicKey) }) {
					t.Errorf("%s, byte %d: another key", e.File, at)
				}
			}
			if len(b.Problems) == 0 && len(b.Certificates)+len(b.Keys) < len(whole.Certificates)+len(whole.Keys) {
				t.Errorf("%s, byte %d: something is missing and nothing is said", e.File, at)
			}
		}
	}
}
