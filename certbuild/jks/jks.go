// Package jks writes key stores of Java's own format from before Java 9, with github.com/pavlo-v-chernykh/keystore-go. It
// stands apart from package certbuild so that what that library costs, encoding/asn1 and fmt, 63 KB of the page's brotli,
// is linked in one place and can be left out in one.
package jks

import (
	"bytes"
	"time"
	"unicode/utf16"

	"certuri/certbuild"

	keystore "github.com/pavlo-v-chernykh/keystore-go/v4"
)

// Write is a certbuild.StoreWriter. Java hides each key by a chain of SHA-1 without rounds, so that passwords can be tried
// quickly (OpenJDK sun/security/provider/KeyProtector.java). The error is a *certbuild.Error with CodePasswordChars when
// the password has characters beyond Latin-1, which the library cannot hand on.
func Write(entries []certbuild.StoreEntry, password string) ([]byte, error) {
	secret, err := latin1(password)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	ks := keystore.New(keystore.WithOrderedAliases())
	for _, e := range entries {
		var chain []keystore.Certificate
		for _, der := range e.Certificates {
			chain = append(chain, keystore.Certificate{Type: "X.509", Content: der})
		}
		if e.Key != nil {
			err = ks.SetPrivateKeyEntry(alias(e.Alias), keystore.PrivateKeyEntry{CreationTime: now, PrivateKey: e.Key, CertificateChain: chain}, secret)
		} else {
			err = ks.SetTrustedCertificateEntry(alias(e.Alias), keystore.TrustedCertificateEntry{CreationTime: now, Certificate: chain[0]})
		}
		if err != nil {
			return nil, err
		}
	}
	var file bytes.Buffer
	err = ks.Store(&file, secret)
	return file.Bytes(), err
}

// latin1 is the password as the library takes it: it makes a UTF-16 unit of every byte.
func latin1(password string) ([]byte, error) {
	var b []byte
	for _, r := range password {
		if r > 0xff {
			return nil, &certbuild.Error{Code: certbuild.CodePasswordChars}
		}
		b = append(b, byte(r))
	}
	return b, nil
}

// alias leaves out what the library would write otherwise than Java reads it: NUL, and what takes two UTF-16 units.
func alias(name string) string {
	var b []rune
	for _, r := range name {
		if r > 0 && utf16.RuneLen(r) == 1 {
			b = append(b, r)
		}
	}
	return string(b)
}
