package contract

import (
	"errors"
	"strings"

	"certuri/certbuild"
	"certuri/certparse"
	"certuri/diagnose"
)

// An advice is what a person reads when something cannot be opened. {found} stands for Error.Found.
type advice struct{ what, why, fix string }

// advise turns an error of certparse into advice.
func (e *Engine) advise(err *certparse.Error) Problem {
	a, ok := advices[err.Code]
	if !ok {
		a = advice{"This could not be read ({found}).", "It is of a kind that certuri has no words for yet.", "Please report it."}
	}
	fill := func(s string) string {
		if err.Found == "" {
			return strings.ReplaceAll(s, " ({found})", "")
		}
		return strings.ReplaceAll(s, "{found}", err.Found)
	}
	p := Problem{Code: string(err.Code), What: fill(a.what), Why: fill(a.why), Fix: diagnose.Worded(fill(a.fix), e.Page), Where: e.place(err.File, err.Where)}
	if err.Found == certparse.FoundEmptyUntried {
		p.Fix += diagnose.Worded(" If the file was made without a password, [[name an empty variable in --password-env|leave the field empty and unlock it]].", e.Page)
	}
	return p
}

// advices has an entry for every code of certparse; a test walks them.
var advices = map[certparse.Code]advice{
	certparse.CodeEmptyFile: {
		"The file is empty.",
		"It has no bytes. A download or copy that was cut off leaves such files.",
		"Fetch it again from where you got it.",
	},
	certparse.CodeTooLarge: {
		"This is over a limit ({found}).",
		"Certificate files are small. The limits keep a broken or hostile file from eating the machine's memory.",
		"Give just the file with the certificate and its key. From a large archive, take those out first.",
	},
	certparse.CodeTooManyRounds: {
		"The password protection asks for too much work ({found}).",
		"The file itself says how often its password must be hashed, and this is beyond any sensible figure.",
		"Ask for the file with an ordinary round count: `openssl pkcs12 -export -iter 600000` is plenty.",
	},
	certparse.CodeNotACertificate: {
		"There is no certificate or key in this file ({found}).",
		"It is none of the forms that certificates come in: PEM, DER, PKCS#12, PKCS#7, a Java key store, a Kubernetes Secret.",
		"Look for a file that ends in .p12, .pfx, .pem, .crt or .jks, or that has a line «-----BEGIN CERTIFICATE-----».",
	},
	certparse.CodeDamaged: {
		"The file is damaged ({found}).",
		"It begins as it should and then breaks off or contradicts itself. Mail programs, editors and copying through a terminal do that.",
		"Fetch it again, as a file and in binary mode, and compare its size with the original's.",
	},
	certparse.CodePasswordRequired: {
		"A password is needed ({found}).",
		"The contents are encrypted, and the password is the one that was set when the file was made.",
		"[[Give it with --password-env VAR or --password-file PATH|Type it beside the file]]. Whoever gave you the file knows it; it often comes by another way, such as a text message.",
	},
	certparse.CodeWrongPassword: {
		"The password is wrong ({found}).",
		"What it decrypts is no key, or does not pass the file's own check.",
		"Type it again: mind capitals, the keyboard layout, and a blank copied along with it.[[| The file is kept.]]",
	},
	certparse.CodeWrongOrDamaged: {
		"The password is wrong, or the file is damaged ({found}).",
		"This kind of encryption has no check that could tell the two apart. A wrong password is by far the likelier.",
		"Type the password again: mind capitals, the keyboard layout, and a blank copied along with it. If it is right, fetch the file again.",
	},
	certparse.CodeUnsupportedAlgorithm: {
		"The file uses an algorithm that certuri does not have ({found}).",
		"It is rare or long out of use, and there is no well-kept implementation to rely on.",
		"Ask for the file with AES: openssl pkcs12 -export -keypbe AES-256-CBC -certpbe AES-256-CBC, or openssl pkcs8 -topk8 -v2 aes-256-cbc.",
	},
	certparse.CodePublicKeyIntegrity: {
		"This PKCS#12 file is protected by a signature, not by a password.",
		"RFC 7292 allows it (public-key integrity mode), but no common program writes or reads such files.",
		"Ask for an ordinary PKCS#12 file with a password.",
	},
	certparse.CodeCertificateEncrypted: {
		"A part of this PKCS#12 file is encrypted to another certificate, not with a password.",
		"RFC 7292 allows it (public-key privacy mode). Only the holder of that certificate's key can open the part.",
		"Ask for an ordinary PKCS#12 file with a password.",
	},
	certparse.CodeOpenSSHKey: {
		"This is an OpenSSH private key.",
		"MongoDB's drivers and TLS libraries do not read OpenSSH's own format.",
		"If it is the key of your certificate, convert a copy of it: ssh-keygen -p -m PKCS8 -f copy-of-key.",
	},
	certparse.CodePuTTYKey: {
		"This is a PuTTY private key (.ppk).",
		"It is made for SSH. MongoDB's drivers and TLS libraries do not read it.",
		"If it is the key of your certificate, convert it: puttygen key.ppk -O private-openssh -o key, then ssh-keygen -p -m PKCS8 -f key.",
	},
	certparse.CodePVKKey: {
		"This is a Microsoft PVK private key.",
		"It is an old format of code-signing tools. MongoDB's drivers do not read it.",
		"Convert it: openssl rsa -inform PVK -in key.pvk -out key.pem (with -provider legacy -provider default when it is encrypted).",
	},
	certparse.CodePublicKey: {
		"This is a public key.",
		"A login needs the certificate, which names you, and the private key, which proves it. A public key does neither.",
		"Look for the private key (BEGIN PRIVATE KEY) and the certificate (BEGIN CERTIFICATE).",
	},
	certparse.CodeCSR: {
		"This is a certificate request, not a certificate.",
		"It is what one sends to an authority. The certificate is what comes back.",
		"Ask the authority for the certificate issued on this request, and keep the key that was made with it.",
	},
	certparse.CodeCRL: {
		"This is a certificate revocation list.",
		"It lists certificates that no longer count. It has no certificate and no key of yours.",
		"Look for a file with a line «-----BEGIN CERTIFICATE-----», or a .p12 file.",
	},
	certparse.CodePGP: {
		"This is a PGP message or key.",
		"PGP has nothing to do with X.509. A certificate that was sent to you PGP-encrypted must be decrypted first.",
		"Decrypt it: `gpg --decrypt file`.",
	},
	certparse.CodeKeyFile: {
		"This looks like the key file of a replica set.",
		"It is the secret that the servers share among themselves (security.keyFile). Clients do not use it.",
		"Ask for your client certificate and its key instead, and do not pass this file on.",
	},
	certparse.CodeBouncyKeystore: {
		"This is a Bouncy Castle key store ({found}).",
		"Only Java programs with the Bouncy Castle provider read it.",
		"Convert it where the provider is installed: keytool -importkeystore -srckeystore FILE -srcstoretype BKS (or UBER, BCFKS) -destkeystore client.p12 -deststoretype PKCS12.",
	},
	certparse.CodeUnsupportedArchive: {
		"This is an archive that certuri does not unpack ({found}).",
		"ZIP, TAR and gzip are unpacked here, without passwords.",
		"Unpack it with the program it was made with, and give the files inside.",
	},
}

// buildAdvices has an entry for every code of certbuild; a test walks them.
var buildAdvices = map[certbuild.Code]advice{
	certbuild.CodeNoCertificate: {
		"There is no certificate to write.",
		"The file is made of a certificate, its chain and its key, and the first of these is missing.",
		"Open your certificate first.",
	},
	certbuild.CodeNoKey: {
		"There is no private key to write.",
		"The client must prove that it holds the key, so a file without it would be of no use.",
		"Add the file that holds the key of this certificate.",
	},
	certbuild.CodeKeyLocked: {
		"The private key is still locked.",
		"A locked key can be neither checked nor written in another form.",
		"[[Give the key's password with --password-env VAR|Type the key's password beside its file]].",
	},
	certbuild.CodeKeyMismatch: {
		"The private key belongs to another certificate.",
		"Their public keys differ, and every client refuses such a pair. After a renewal an old key does not fit the new certificate.",
		"Open the key that this certificate was requested with, or the certificate that was issued for this key.",
	},
	certbuild.CodeDerivation: {
		"The key could not be encrypted with the new password.",
		"The key derivation did not give an answer.",
		"Try again; if it stays so, save the key without a password and encrypt it with openssl pkcs8 -topk8.",
	},
	certbuild.CodeNoChain: {
		"There is no chain to write.",
		"The opened files hold no certificate between yours and its root authority. Many authorities sign without one.",
		"Nothing is missing if the servers know the issuer. Otherwise add the file with the intermediate certificates.",
	},
	certbuild.CodeNoAuthority: {
		"There is no authority's certificate to write.",
		"A trust store or CA file is made of the certificates that sign others, and the opened files hold none.",
		"Open the CA file that whoever runs the servers gave you.",
	},
	certbuild.CodeKeyType: {
		"This form cannot hold a key of this kind.",
		"PKCS#1 (BEGIN RSA PRIVATE KEY) is for RSA, SEC 1 (BEGIN EC PRIVATE KEY) for elliptic curves.",
		"Take PKCS#8 (key-pem), which holds every key and which every current client reads.",
	},
	certbuild.CodePasswordChars: {
		"The file cannot be written with this password.",
		"It has characters that the form has no place for: a NUL, or in a JKS key store one beyond Latin-1.",
		"Choose another password, or PKCS#12 in place of JKS.",
	},
	certbuild.CodePasswordMissing: {
		"A JKS key store needs a password.",
		"Java opens no key in one without.",
		"Choose a password of six characters or more.",
	},
	certbuild.CodeNoWriter: {
		"This program does not write JKS key stores.",
		"It was built without what writes them; every Java reads PKCS#12.",
		"Choose PKCS#12, or use the program `certuri` in a shell.",
	},
}

// buildProblem gives the words for what certbuild refuses.
func (e *Engine) buildProblem(err error) Problem {
	var refused *certbuild.Error
	if !errors.As(err, &refused) {
		return Problem{Code: "internal", What: "The file could not be made.", Why: "This is a fault in certuri.", Fix: "Please report it."}
	}
	a := buildAdvices[refused.Code]
	return Problem{Code: string(refused.Code), What: a.what, Why: a.why, Fix: diagnose.Worded(a.fix, e.Page)}
}
