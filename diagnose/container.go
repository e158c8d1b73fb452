package diagnose

import (
	"slices"
	"strings"

	"certuri/certparse"
	"certuri/uribuild"
)

// remade says that a file of the right form is made for the client, so that what kind of file was given is of no interest.
func (f *Facts) remade() bool { return !f.AsIs && f.Target != "" }

// orRemade is what to do about a defect of the file given, where it is not made anew anyway.
func (f *Facts) orRemade(x *Finding) *Finding {
	if f.remade() {
		x.Fix = "Use the file that certuri makes for this client: it is without this."
	}
	return x
}

// container compares how PKCS#12 files are encrypted with what the client decrypts.
func container(f *Facts) (string, []*Finding) {
	if f.remade() {
		return "", nil
	}
	var found []*Finding
	checked := ""
	reads := f.reads()
	for _, c := range f.Bundle.Containers {
		if c.Kind != certparse.KindPKCS12 || c.Detail == "" {
			continue
		}
		if reads&readsPKCS12 != 0 {
			checked = "the client opens a PKCS#12 file of this kind"
		}
		has := func(s string) bool { return strings.Contains(c.Detail, s) }
		add := func(x *Finding) { found = with(found, x) }
		jvm, dotnet := f.family(uribuild.JVM), f.family(uribuild.DotNet)
		if has("RC2") || has("RC4") || has("MD5-DES") {
			s := f.asIs(Warning)
			switch {
			case f.Target == "node" || f.Target == "mongoose":
				s = f.asIs(Error)
			case jvm || dotnet:
				s = Info
			}
			x := listed("F18", s, "The PKCS#12 file is encrypted with "+c.Detail+".").client(f.prints(&legacyPKCS12))
			if s == Info && (jvm || dotnet) {
				x.Why, x.Fix = "The client reads it. Programs on OpenSSL 3 do not, unless they have its legacy provider.", "Nothing for this client. For the others m"+remake+"."
			}
			add(x)
		}
		if jvm && c.NoPassword {
			add(listed("F19", f.asIs(Warning), "The PKCS#12 file has an empty password.").
				why("An empty javax.net.ssl.keyStorePassword counts as none, and without one Java finds no entry in the file: no certificate is sent.").
				fix("M" + remake + ", with a password.").server(saysNoSubject).from("openjdk sun/security/ssl/SSLContextImpl.java; PKCS12KeyStore.java"))
		}
		if has("no MAC") {
			s := f.asIs(Warning)
			if jvm {
				s = Info // reads it
			}
			add(listed("F20", s, "The PKCS#12 file has no MAC ("+c.Detail+").").client(f.prints(&badStorePassword)))
		}
		plainKey := f.Identity != nil && f.Identity.Key != nil && !f.Identity.Key.Encrypted && f.Identity.Key.Source.File == c.File && c.Where == ""
		if jvm && (has("not encrypted") || plainKey) {
			add(listed("pkcs12-not-encrypted", f.asIs(Error), "The key in the PKCS#12 file is not encrypted.").server(saysNoSubject))
		}
		if jvm && slices.ContainsFunc(strings.Split(c.Detail, "; "), notJavas) {
			add(listed("F18", f.asIs(Error), "The PKCS#12 file is encrypted with "+c.Detail+".").
				why("Of PBES2, Java has AES-128 and AES-256 under PBKDF2 only.").
				client("java.io.IOException: PBE parameter parsing error: expecting the object identifier for AES cipher").
				from("openjdk com/sun/crypto/provider/PBES2Parameters.java"))
			continue
		}
		if n := f.jdk(); c.NotASCII && jvm && (!has("PBES2") || len(n) == 0 || n[0] < firstUTF8JDK) {
			s := f.asIs(Error)
			if has("PBES2") && (len(n) == 0 || n[0] > 17) {
				s = f.asIs(Warning)
			}
			add(listed("F19", s, "The PKCS#12 file's password has characters beyond ASCII.").
				why("Java up to 17 refuses such passwords for a PKCS#12 file, and newer ones for triple DES and RC2 still.").
				fix("M" + remake + ", with a password of plain letters, digits and signs.").
				client(badStorePassword.jvm).from("openjdk com/sun/crypto/provider/PBEKey.java, PBKDF2KeyImpl.java"))
		}
		switch modern := has("PBES2") && (has("MAC SHA-256") || has("MAC SHA-384") || has("MAC SHA-512")); {
		case has("PBMAC1"):
			s := Info
			switch {
			case jvm:
				s = f.asIs(Error)
			case f.Target == "" || reads&readsPKCS12 != 0:
				s = f.asIs(Warning)
			}
			add(listed("F22", s, "The PKCS#12 file is authenticated with "+c.Detail[strings.Index(c.Detail, "PBMAC1"):]+".").
				client(f.only(uribuild.JVM, "java.security.NoSuchAlgorithmException: Algorithm HmacPBE1.2.840.113549.1.5.14 not available")))
		case modern && jvm:
			s := Info
			switch n := f.jdk(); {
			case len(n) > 1 && n[0] == 8 && n[1] < 301, len(n) > 2 && n[0] == 11 && n[1] == 0 && n[2] < 12, len(n) > 0 && n[0] < 8, len(n) > 0 && n[0] > 8 && n[0] < 11:
				s = f.asIs(Error)
			case len(n) > 1 || len(n) == 1 && n[0] > 11:
				continue
			}
			add(listed("F21", s, "The PKCS#12 file is encrypted with "+c.Detail+", which Java reads from 8u301, 11.0.12 and 12 on.").
				client("java.io.IOException: Integrity check failed: java.security.NoSuchAlgorithmException: Algorithm HmacPBESHA256 not available"))
		case modern && dotnet:
			add(listed("F23", Info, "The PKCS#12 file is encrypted with "+c.Detail+", and the client may run on macOS or an old Windows.").
				client("MAC verification failed during PKCS12 import (wrong password?)"))
		}
	}
	return checked, found
}

// notJavas says whether a part of a container's description is a PBES2 that no JDK reads.
func notJavas(part string) bool {
	return strings.HasPrefix(part, "PBES2 ") && (strings.Contains(part, "scrypt") || !strings.HasPrefix(part, "PBES2 AES-128-CBC") && !strings.HasPrefix(part, "PBES2 AES-256-CBC"))
}

// firstUTF8JDK is the oldest JDK that was seen to take a password beyond ASCII for PBES2; 17 was seen to refuse it.
const firstUTF8JDK = 25

// CutJDK takes the word before the numbers of a JDK's version: "JDK 11.0.2", "jdk8u202", "OpenJDK 17", "Java 21".
func CutJDK(version string) (number string, ok bool) {
	v := strings.TrimPrefix(strings.ToLower(strings.TrimSpace(version)), "open")
	for _, word := range [...]string{"jdk", "java"} {
		if rest, found := strings.CutPrefix(v, word); found {
			return strings.TrimLeft(rest, " -"), true
		}
	}
	return "", false
}

// jdk gives the numbers of the JDK that the target's version names: 11, 0, 9 of "JDK 11.0.9", and 8, 202 of "jdk 8u202" and
// of "Java 1.8.0_202"; nil when it names none.
func (f *Facts) jdk() []int {
	v, named := CutJDK(f.TargetVersion)
	if !named {
		return nil
	}
	n := numbers(v)
	if len(n) > 1 && n[0] == 1 {
		if n = n[1:]; len(n) > 1 {
			n = slices.Delete(n, 1, 2) // the 0 of 1.8.0
		}
	}
	return n
}

// remake is how a PKCS#12 file is made again, less its first letter.
const remake = "ake the file again: [[`certuri convert FILE --to pkcs12 --out client.p12 --out-password-env VAR`|save it under «Files this needs»]]"

// storePassword looks for PKCS#12 files that were opened with another password than the one given.
func storePassword(f *Facts) (string, []*Finding) {
	var found []*Finding
	for _, c := range f.Bundle.Containers {
		s := Info
		if reads := f.reads(); (reads == 0 || reads&readsPKCS12 != 0) && (f.Identity == nil || f.Identity.Leaf.Source.File == c.File) {
			s = f.asIs(Error)
		}
		switch {
		case c.OtherPassword:
			found = with(found, listed("F19", s, "The password that was given is not the PKCS#12 file's: it has an empty one.").
				why("certuri tries the empty one too. OpenSSL, Java, Python and Node.js refuse the file with the password that was given.").
				fix("Give the empty password to the client. Or m"+remake+".").client(f.prints(&badStorePassword)))
		case c.OtherKeyPassword:
			found = with(found, listed("F19", s, "The key in the PKCS#12 file has another password than the file.").
				why("certuri tries the empty one too. Clients open both with one password.").
				fix("M"+remake+".").client(f.prints(&badKeyPassword)))
		case c.OddEncoding:
			found = with(found, listed("F19", s, "The password is right, and the PKCS#12 file uses it in another encoding than the standard's.").
				why("Programs of its maker read it, such as an old NSS. OpenSSL and Java derive another key from the same password.").
				fix("M"+remake+".").client(f.prints(&badKeyPassword)))
		}
	}
	return "", found
}

// only gives a text to a family and to nobody in particular.
func (f *Facts) only(c uribuild.Clients, text string) string {
	if f.Target == "" || f.family(c) {
		return text
	}
	return ""
}

// form looks at the files as strict readers see them, and at what kind of file the client wants. What is broken about a
// file is said even where it is made anew, since it explains why the client refused it.
func form(f *Facts) (string, []*Finding) {
	reads := f.reads()
	var found []*Finding
	checked := ""
	add := func(x *Finding) { found = with(found, x) }
	for i := range f.Forms {
		p := &f.Forms[i]
		kind := certparse.ContainerKind("")
		locked := false
		for _, c := range f.Bundle.Containers {
			if c.File == i && kind == "" {
				kind, locked = c.Kind, c.Locked
			}
		}
		used := locked
		for _, c := range f.Bundle.Certificates {
			used = used || c.Source.File == i
		}
		for _, k := range f.Bundle.Keys {
			used = used || k.Source.File == i
		}
		switch {
		case kind == "" || !used:
			continue // said about the file
		case kind == certparse.KindKubernetes:
			if !f.remade() {
				add(listed("F27", f.asIs(Warning), "The file is a Kubernetes Secret, and clients read the files in it."))
			}
			continue
		case kind == certparse.KindPEM || kind == certparse.KindJSON && len(p.Blocks) > 0 || p.UTF16 && len(p.Blocks) > 0:
		default:
			if x, wrong := f.wrongKind(kind); wrong && f.remade() {
				checked = remadeForm
			} else if wrong {
				add(x)
			} else if reads != 0 {
				checked = "the client reads a file of this form"
			}
			if kind == certparse.KindJCEKS && reads&readsJKS != 0 && !f.remade() {
				add(listed("key-store-type", Info, "The file is a key store of the type JCEKS."))
			}
			continue
		}
		if reads != 0 && reads&readsPEM == 0 && f.remade() {
			checked = remadeForm
			continue
		}
		if reads != 0 && reads&readsPEM == 0 {
			add(listed("F26", f.asIs(Error), "The file is a PEM, and the client reads a PKCS#12 or Java key store.").
				client(f.prints(&noCertificate)))
			continue
		}
		if reads != 0 {
			checked = "the client reads a file of this form"
		}
		broken := func(id, what string, d *defect) *Finding {
			x := f.orRemade(listed(id, f.asIs(Error), what).client(f.prints(d)).also("F01 F09"))
			add(x)
			return x
		}
		switch {
		case p.UTF16:
			broken("F06", "The PEM is UTF-16 text.", &noCertificate)
		case p.Glued:
			broken("F04", "The end of one PEM block and the start of the next stand on one line.", &gluedBlocks)
		case p.Escaped, p.Joined:
			what := "The PEM has lost its line breaks."
			if p.Escaped {
				what = `The PEM has \n spelt out where lines should end.`
			}
			x := broken("F07", what, &noCertificate)
			if !f.remade() {
				x.Fix = "[[`certuri convert FILE --to pem --out client.pem`|Save it under «Files this needs»]]: that puts them back. To carry a file in an environment variable, encode it first: `base64 -w0 client.pem`."
			}
		case p.Indented:
			x := listed("F01", f.asIs(Error), "A BEGIN line of the PEM has something before it on its line.").client(f.prints(&noCertificate)).also("F09")
			add(f.orRemade(x.why("Clients look for it at the start of a line: indented and quoted text is not found.")))
		case p.Misspelt:
			x := listed("F01", f.asIs(Error), "A BEGIN or END line of the PEM is not as it should be.").client(f.prints(&gluedBlocks)).also("F09")
			add(f.orRemade(x.why("Clients want five dashes, BEGIN or END, a plain blank, the label and five dashes, with nothing after them.")))
		case p.Blank && (reads == 0 || f.openSSL()):
			s := f.asIs(Error)
			if reads == 0 {
				s = f.asIs(Warning)
			}
			x := listed("F01", s, "The PEM has a blank line inside a block.").client(f.prints(&blankLine)).also("F09")
			add(f.orRemade(x.why("OpenSSL takes a blank line for the end of headers, and does not find the rest.").
				fix("Delete the blank lines: sed -i '/^[[:space:]]*$/d' client.pem")))
		case f.family(uribuild.Go) && slices.ContainsFunc(p.Blocks, func(b certparse.PEMBlock) bool { return b.Label == "X509 CERTIFICATE" }):
			x := listed("F01", f.asIs(Error), "The PEM has a block with the label X509 CERTIFICATE.").client(f.prints(&noCertificate)).also("F09")
			add(f.orRemade(x.why("Go knows CERTIFICATE only.").fix("sed -i 's/X509 CERTIFICATE/CERTIFICATE/' client.pem")))
		}
		if p.Mark {
			s := Info
			switch {
			case f.family(uribuild.Go):
				s = f.asIs(Error)
			case reads == 0:
				s = f.asIs(Warning)
			}
			add(f.orRemade(listed("F05", s, "The PEM has a UTF-8 byte order mark (EF BB BF) before a BEGIN line.").
				fix("`sed -i 's/^\\xef\\xbb\\xbf//' client.pem`[[|, or save the file under «Files this needs»]].").client(f.only(uribuild.Go, "failed to find CERTIFICATE"))))
		}
		if p.Text && p.Readable() && !f.remade() {
			add(listed("F28", Info, "The PEM has text around its blocks."))
		}
	}
	if id := f.Identity; id != nil && id.Key != nil && id.Leaf.Source.File != id.Key.Source.File && !f.remade() {
		s := Info
		if reads&readsApart == 0 && reads&readsPEM != 0 {
			s = f.asIs(Warning)
		}
		add(listed("F27", s, "The certificate and its key are in two files.").
			why("The Python, Node.js, C, PHP and Rust drivers, mongosh and Compass read both from one file.").
			fix("[[`certuri convert client.crt client.key --to pem --out client.pem`|Save the file under «Files this needs»]]."))
	}
	return checked, found
}

const remadeForm = "the file that certuri makes is of the form that the client reads"

// wrongKind is the finding about a file that is no PEM, for a client that does not read it.
func (f *Facts) wrongKind(kind certparse.ContainerKind) (x *Finding, wrong bool) {
	reads := f.reads()
	name := map[certparse.ContainerKind]string{
		certparse.KindPKCS12: "a PKCS#12 file", certparse.KindJKS: "a Java key store", certparse.KindJCEKS: "a Java key store",
		certparse.KindPKCS7: "a PKCS#7 file", certparse.KindDER: "a DER file", certparse.KindPKCS8: "a DER key",
		certparse.KindBase64: "base64 without BEGIN and END lines",
	}[kind]
	switch {
	case name == "": // archives and JSON are made to be taken apart
		return x, false
	case kind == certparse.KindPKCS12 && (reads == 0 || reads&readsPKCS12 != 0),
		(kind == certparse.KindJKS || kind == certparse.KindJCEKS) && (reads == 0 || reads&readsJKS != 0):
		return x, false
	case reads == 0 && kind != certparse.KindBase64:
		return listed("F01", Info, "The file is "+name+", and most clients read PEM."), true
	}
	x = listed("F01", f.asIs(Error), "The file is "+name+", and the client does not read that.").client(f.prints(&noCertificate)).also("F09")
	if reads&readsPEM == 0 && reads != 0 {
		x.Fix = "Make a PKCS#12 file: [[`openssl pkcs12 -export -in client.crt -inkey client.key -out client.p12`|save it under «Files this needs»]]."
	}
	return x, true
}

// Unread gives the id of what is wrong with a file, or a part of one, that could not be read, and what clients print
// about it. The words are the caller's: they are those of the error's code.
func Unread(f *Facts, e *certparse.Error, what, why, fix string) Finding {
	x := &Finding{ID: "not-read", Severity: Error, What: what, Why: why, Fix: fix, Source: "certparse"}
	set := func(id string, d *defect, also ...string) {
		entry, _ := Lookup(id)
		x.ID, x.Error, x.Source, x.Also = id, f.prints(d), entry.Source, also
	}
	store := slices.ContainsFunc(f.Bundle.Containers, func(c *certparse.Container) bool {
		return c.File == e.File && (c.Kind == certparse.KindPKCS12 || c.Kind == certparse.KindJKS || c.Kind == certparse.KindJCEKS)
	})
	verified := slices.ContainsFunc(f.Bundle.Containers, func(c *certparse.Container) bool { return c.File == e.File && c.Verified })
	switch e.Code {
	case certparse.CodePasswordRequired, certparse.CodeWrongPassword, certparse.CodeWrongOrDamaged:
		if verified && e.Code != certparse.CodePasswordRequired {
			set("F19", &badKeyPassword)
			x.What, x.Why = "The key has another password than the key store.", "The one that was given is the store's. MongoDB's Java driver opens store and key with one."
			if e.Found == "Java key protector" {
				x.Error = f.only(uribuild.JVM, "java.security.UnrecoverableKeyException: Cannot recover key")
			}
			x.Fix = "Give the key the store's password: `keytool -keypasswd -keystore client.jks -alias NAME`."
			break
		}
		if store {
			set("F19", &badStorePassword)
		} else {
			set("F08", &badPassword, "F09")
		}
	case certparse.CodeKeyFile:
		set("F03", &noCertificate, "F01")
	case certparse.CodeEmptyFile, certparse.CodeNotACertificate, certparse.CodeDamaged, certparse.CodeCSR, certparse.CodeCRL, certparse.CodePublicKey,
		certparse.CodePGP, certparse.CodeOpenSSHKey, certparse.CodePuTTYKey, certparse.CodePVKKey:
		set("F01", &noCertificate, "F09")
	case certparse.CodeUnsupportedAlgorithm:
		if store {
			set("F18", &legacyPKCS12)
		}
	}
	return *x
}
