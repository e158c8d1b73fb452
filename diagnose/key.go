package diagnose

import (
	"slices"
	"strconv"
	"strings"

	"certuri/certparse"
	"certuri/uribuild"
)

func key(f *Facts) (string, []*Finding) {
	if f.trustStore() {
		return "", []*Finding{listed("ca-certificate", Error, "The key store holds authorities only, and no private key: it is a trust store.").
			why("It says whom to trust. A login needs a certificate of the client's own, and its key.")}
	}
	if f.Identity == nil {
		if len(f.Bundle.Keys) == 0 || len(f.Bundle.Certificates) > 0 {
			return "", nil
		}
		return "", []*Finding{listed("F03", Error, "There is a private key but no certificate.").
			why("The user name is the certificate's subject, and the client must send the certificate to the server. A key alone is neither.").
			fix("Add the certificate that was issued for this key: a .crt, .pem or .cer file from whoever signed it. [[Then: `cat client.crt client.key > client.pem`.|«Add files» takes it.]]").
			client(f.prints(&noCertificate))}
	}
	switch {
	case f.Identity.Key != nil && f.otherFirst():
		return "", []*Finding{f.orRemade(listed("F10", f.asIs(Error), "The first private key in the file is not the certificate's.").
			why("Clients take the first key of the file, and this certificate's comes after it.").
			fix(ownKeyAlone).client(f.prints(&otherKey)).also("F09"))}
	case f.Identity.Key != nil:
		return "the key belongs to the certificate", nil
	case f.unopenable() != nil:
		k := f.unopenable()
		return "", []*Finding{listed("key-not-compared", Warning, "certuri cannot open the private key, and so not tell whether it belongs to this certificate: "+k.Encryption+".").
			why("certuri does not have this cipher. OpenSSL may (it has Camellia and ARIA), and with it Python, Node.js, Ruby and C.")}
	case lockedKeys(f.Bundle) > 0:
		return "", []*Finding{listed("F08", Warning, "The private key is still locked.").
			why("Until its password is known, nobody can tell whether it belongs to this certificate, and no file can be made from it.").
			fix("[[Give the key's password with --password-env|Type the key's password beside its file]]. The user name is right without it.").
			client(f.prints(&badPassword))}
	case slices.ContainsFunc(f.Bundle.Keys, func(k *certparse.Key) bool {
		return k.SPKI == nil && k.Algorithm == f.Identity.Leaf.PublicKey.Algorithm
	}):
		return "", []*Finding{listed("key-not-compared", Warning, "Whether the private key belongs to this certificate cannot be told: it is a key for "+f.Identity.Leaf.PublicKey.Algorithm+".")}
	case len(f.Bundle.Keys) > 0:
		return "", []*Finding{listed("F10", Error, "The private key does not belong to this certificate.").
			why("Their public keys differ.").
			fix("Find the key that the certificate was requested with. After a renewal the old key no longer fits the new certificate, unless it was kept on purpose.").
			client(f.prints(&otherKey)).also("F09")}
	}
	x := listed("F02", Error, "There is no private key for this certificate.").
		why("The client must prove that it holds the key. The certificate is enough for the user name and for createUser, but not for a login.").
		fix("Add the file with the key (.key, .pem, or a .p12 that holds both). If the key sits in a Windows or macOS store, export it from there as .p12 with «export the private key».").
		client(f.prints(&noKey))
	if f.family(uribuild.DotNet) {
		x = listed("F25", Error, "There is no private key for this certificate.").server(saysNoPeer).also("F02 T08 T17")
	} else if pemLabel(f.Identity.Leaf.Source) == "" {
		x.Also = []string{"T17"} // .cer, .p12 and .p7b without a key are what stores export
	}
	return "", []*Finding{x}
}

// trustStore says that there is nothing but authorities, in PKCS#12 files and Java key stores.
func (f *Facts) trustStore() bool {
	b := f.Bundle
	return f.Identity != nil && len(b.Keys) == 0 && lockedKeys(b) == 0 &&
		!slices.ContainsFunc(b.Certificates, func(c *certparse.Certificate) bool { return !c.IsCA }) &&
		!slices.ContainsFunc(b.Containers, func(c *certparse.Container) bool {
			return c.Kind != certparse.KindPKCS12 && c.Kind != certparse.KindJKS && c.Kind != certparse.KindJCEKS
		})
}

const ownKeyAlone = "Keep the certificate, its chain and its own key: [[`certuri convert FILE --to pem --out client.pem`|save the file under «Files this needs»]]."

// otherFirst says that a key of another certificate stands before the identity's in their PEM file, for a client that
// takes the first.
func (f *Facts) otherFirst() bool {
	own := f.Identity.Key
	if reads := f.reads(); pemLabel(own.Source) == "" || reads != 0 && (reads&readsPEM == 0 || reads&readsFirst != 0) {
		return false
	}
	for _, k := range f.Bundle.Keys {
		if k.Source.File == own.Source.File {
			return k.SPKI != nil && string(k.SPKI) != string(own.SPKI)
		}
	}
	return false
}

// unopenable is the first locked key whose encryption certuri does not have, nil when there is none.
func (f *Facts) unopenable() *certparse.Key {
	for _, k := range f.Bundle.Keys {
		if CannotOpen(f.Bundle, k) {
			return k
		}
	}
	return nil
}

// CannotOpen says that k stays locked because certuri does not have its encryption, whatever its password is.
func CannotOpen(b *certparse.Bundle, k *certparse.Key) bool {
	return k.Locked && slices.ContainsFunc(b.Problems, func(e *certparse.Error) bool {
		return e.Code == certparse.CodeUnsupportedAlgorithm && e.File == k.Source.File && e.Where == k.Source.Where
	})
}

func lockedKeys(b *certparse.Bundle) int {
	n := 0
	for _, k := range b.Keys {
		if k.Locked {
			n++
		}
	}
	for _, c := range b.Containers {
		if c.Locked {
			n++
		}
	}
	return n
}

// several looks at files with more than one certificate for a client.
func several(f *Facts) (string, []*Finding) {
	var paired []*certparse.Certificate
	keys := map[*certparse.Key]bool{}
	for _, id := range f.Bundle.Identities {
		if id.Key != nil {
			paired = append(paired, id.Leaf)
			keys[id.Key] = true
		}
	}
	if len(paired) < 2 {
		s := Warning
		if f.AsIs && f.Identity != nil && f.Identity.Key != nil && f.Bundle.Keys[0] == f.Identity.Key {
			s = Info // the right one is taken
		}
		if len(paired) == 1 && len(f.Bundle.Keys) > 1 && f.Identity != nil && (f.Identity.Key == nil || !f.otherFirst()) {
			return "", []*Finding{listed("several-keys", s, "There are "+strconv.Itoa(len(f.Bundle.Keys))+" private keys for one certificate.").client(f.prints(&otherKey))}
		}
		if len(paired) == 0 {
			return "", nil
		}
		return "there is one certificate with a key", nil
	}
	a, b := paired[0], paired[1]
	x := listed("several-certificates", Warning, "There are "+strconv.Itoa(len(paired))+" client certificates with keys.")
	an, bn := values(a.Subject, oidCommonName), values(b.Subject, oidCommonName)
	switch {
	case string(a.Subject.Raw) == string(b.Subject.Raw):
		x = listed("T18", Info, "There are two certificates for the same user, until "+date(a.NotAfter)+" and "+date(b.NotAfter)+".").
			fix("Use the one that ends later, and restart the programs that have read the other.")
	case len(an) > 0 && slices.Equal(an, bn) && string(a.Issuer.Raw) == string(b.Issuer.Raw):
		x = listed("T18", Warning, "The two certificates of CN="+an[0]+" have different subjects, so they are different users.").
			server(`Could not find user "<name>" for db "$external"`)
	}
	return "", []*Finding{x}
}

// asIs is the severity of what stops the client only when it reads these very files.
func (f *Facts) asIs(s Severity) Severity {
	if f.AsIs {
		return s
	}
	return Info
}

// keyForm compares the form of the key in its PEM file with what the client opens.
func keyForm(f *Facts) (string, []*Finding) {
	var k *certparse.Key
	if f.Identity != nil {
		k = f.Identity.Key
	}
	for _, locked := range f.Bundle.Keys {
		if k == nil && locked.Locked {
			k = locked
		}
	}
	if k == nil {
		return "", nil
	}
	label := pemLabel(k.Source)
	if label == "" {
		return "", nil
	}
	reads := f.reads()
	needs, known := encryptionOf(k, label)
	traditional := k.Encrypted && label != "ENCRYPTED PRIVATE KEY"
	var found []*Finding
	opens := known && reads&needs == needs
	if reads&readsPEM == 0 {
		opens = reads != 0 // a key store, for which form says enough
	}
	switch {
	case CannotOpen(f.Bundle, k) && (reads == 0 || f.openSSL()): // said with the key
	case f.family(uribuild.Rust) && !k.Encrypted && strings.Contains(f.URI, "tlsCertificateKeyFilePassword="):
		found = with(found, listed("F16", Error, "The connection string has a password for the key, and the key is not encrypted.").
			why("The Rust driver then looks for an encrypted key and finds none.").fix("Remove tlsCertificateKeyFilePassword.").
			client("No encrypted private keys found"))
	case reads == 0 && traditional:
		found = with(found, listed("F29", f.asIs(Warning), "The private key is encrypted in the old PEM form: "+k.Encryption+"."))
	case reads == 0 && k.Encrypted && (!known || needs == readsOld):
		found = with(found, keyFormFinding(f, k, f.asIs(Warning)))
	case reads != 0 && !opens:
		found = with(found, f.orRemade(keyFormFinding(f, k, f.asIs(Error))))
	case traditional && reads&readsPEM != 0:
		found = with(found, listed("F29", Info, "The private key is encrypted in the old PEM form: "+k.Encryption+"."))
	}
	switch {
	case f.family(uribuild.C):
		found = append(found, f.nativeTLS(k, label)...)
	case f.family(uribuild.DotNet):
		found = with(found, listed("F24", Info, "The key is in a PEM file, and the client is .NET.").
			client("System.ComponentModel.Win32Exception (0x8009030E): No credentials are available in the security package"))
	case f.family(uribuild.Rust) && k.Encrypted && uribuild.Older(uribuild.Newest(f.TargetVersion), "3.2"):
		found = with(found, listed("R20", f.asIs(Error), "The private key is encrypted, and the Rust driver reads such keys from 3.2 on."))
	case f.family(uribuild.Rust) && k.Encrypted && f.URI == "":
		found = with(found, listed("R20", Info, "The private key is encrypted, and the client is Rust."))
	}
	checked := ""
	if reads&readsPEM != 0 && !CannotOpen(f.Bundle, k) {
		checked = "the client opens a key of this form"
	}
	return checked, append(found, f.keyPassword(k)...)
}

func keyFormFinding(f *Facts, k *certparse.Key, s Severity) *Finding {
	what := "The private key is encrypted with " + k.Encryption + "."
	id := ""
	switch {
	case !k.Encrypted:
	case f.family(uribuild.Rust):
		id = "F16"
	case pemLabel(k.Source) != "ENCRYPTED PRIVATE KEY":
		id = "F29"
		what = "The private key is encrypted in the old PEM form: " + k.Encryption + "."
	case f.family(uribuild.Go):
		id = "F17"
	}
	if id == "" {
		x := listed("key-form", s, what).client(f.prints(&unknownPEM))
		if !k.Encrypted {
			x.What = "The private key is in its algorithm's own form (" + pemLabel(k.Source) + "), and the client wants PKCS#8."
			x.Fix = "`openssl pkcs8 -topk8 -nocrypt -in client.key -out new.key`[[|, or save the file under «Files this needs»]]."
		}
		return x
	}
	x := listed(id, s, what).client(f.prints(&unknownPEM))
	switch {
	case !f.family(uribuild.Go):
	case id == "F29":
		x.Error = "x509: unknown encryption mode"
	case strings.Contains(k.Encryption, "PBES2") || !strings.Contains(k.Encryption, "PBE"): // a cipher that certuri lacks stands alone
		x.Why = "Its PKCS#8 reader knows PBKDF2 with HMAC-SHA1 and HMAC-SHA256, and AES-CBC and triple DES."
		x.Error = "pkcs8: unsupported hash function"
		if strings.Contains(k.Encryption, "scrypt") {
			x.Why, x.Error = "Releases before 1.17 know PBKDF2 only.", "pkcs8: unsupported KDF"
		} else if !strings.Contains(k.Encryption, "AES-") {
			x.Error = "pkcs8: unsupported cipher"
		}
	}
	return x
}

// nativeTLS says what the C driver's back ends for Windows and macOS make of a key. Which of them a build has cannot be
// seen from here.
func (f *Facts) nativeTLS(k *certparse.Key, label string) []*Finding {
	var found []*Finding
	switch {
	case k.Encrypted:
		found = with(found, listed("F11", f.asIs(Warning), "The private key is encrypted ("+k.Encryption+"), and the client is built on the C driver.").
			client("Detected unsupported encrypted private key"))
	case label == "EC PRIVATE KEY":
		found = with(found, listed("F13", f.asIs(Warning), "The key is an EC key in its own form, and the client is built on the C driver.").
			client("Can't find private key in '<file>'"))
	case label == "PRIVATE KEY" && (f.TargetVersion == "" || older(f.TargetVersion, "1.30.5") || !older(f.TargetVersion, "2") && older(f.TargetVersion, "2.0.2")):
		found = with(found, listed("F12", Info, "The key is PKCS#8, and the client is built on the C driver.").
			client("Failed to parse private key. (0x8009310B) ASN1 bad tag value met."))
	}
	if k.Encrypted || label != "RSA PRIVATE KEY" {
		found = with(found, listed("F15", Info, "The key is not an unencrypted RSA key in its own form, and the client may be built on macOS's Secure Transport.").
			client("Failed importing PEM '<file>' (code: -25257)"))
	}
	return found
}

// keyPassword looks for the password that an encrypted key needs in a connection string that names the file.
func (f *Facts) keyPassword(k *certparse.Key) []*Finding {
	if !k.Encrypted || f.URI == "" || !f.AsIs {
		return nil
	}
	u := uribuild.Parse(f.URI)
	file, password := false, false
	for _, o := range u.Options {
		file = file || strings.EqualFold(o.Name, "tlsCertificateKeyFile")
		password = password || strings.EqualFold(o.Name, "tlsCertificateKeyFilePassword")
	}
	if !file || password || f.family(uribuild.JVM) || f.family(uribuild.DotNet) {
		return nil
	}
	if f.Target == "mongosh" {
		s := Warning
		if f.TargetVersion != "" && older(f.TargetVersion, "2.3.3") {
			s = Error
		}
		return []*Finding{listed("R22", s, "The private key is encrypted, and the connection string has no password for it.")}
	}
	return []*Finding{listed("F08", Warning, "The private key is encrypted, and the connection string has no password for it.").
		why("Go and Node.js refuse the file then; Python, Ruby, C and PHP ask on the terminal, where a service hangs.").
		client(f.prints(&badPassword))}
}
