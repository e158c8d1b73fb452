package certbuild

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"certuri/certparse"
)

// A Spelling says how Commands names what it works on.
type Spelling struct {
	Files []string // paths of the opened files, in their order
	Out   []string // of the new file, and of the one beside it
	// Password and NewPassword are where the passwords come from, as openssl takes it after -passin: "env:VARIABLE" or
	// "file:PATH".
	Password, NewPassword string
}

// Commands gives the lines of a POSIX shell that make a file with the same content with openssl 3 and keytool. The files
// are those that Open has read; form, in and opt are those of Build. Where a program cannot do a step, such as taking a
// file out of an archive, a comment says so.
func Commands(files []certparse.File, form FormID, in Input, opt Options, spelling Spelling) []string {
	f := FormNamed(string(form))
	s := &script{files: files, Spelling: spelling, form: f,
		b: &builder{Input: in, Options: opt}, sources: map[int]*source{}}
	if f.Secret {
		s.add("umask 077")
	}
	for i, out := range spelling.Out {
		s.outs[i] = file(out)
		if slices.Contains(spelling.Files, out) { // openssl reads the old one while the new one is written
			s.outs[i] = s.temp("out-" + strconv.Itoa(i+1))
		}
	}
	s.write()
	for i, out := range spelling.Out {
		if s.outs[i] != file(out) {
			s.add("mv " + s.outs[i] + " " + file(out))
		}
	}
	if len(s.temporary) > 0 {
		s.add(`rm -r "$tmp"`)
	}
	if s.refusal != "" {
		return []string{"# " + s.refusal}
	}
	return s.lines
}

// A script is the lines so far.
type script struct {
	Spelling
	files     []certparse.File
	form      *Form
	b         *builder
	outs      [2]string // what is written, quoted
	lines     []string
	temporary []string // files in the folder that is removed in the end
	sources   map[int]*source
	refusal   string // why there are no commands
}

// A source is an opened file by itself.
type source struct {
	in     *certparse.Bundle
	kind   certparse.ContainerKind
	detail string
	// noPassword: none was given, or the empty one.
	noPassword bool
	store      string // what a Java key store is turned into
	entry      string // which of its entries is in there
}

func (s *script) add(line string) { s.lines = append(s.lines, line) }

// temp names a file in a folder that is removed in the end.
func (s *script) temp(name string) string {
	if len(s.temporary) == 0 {
		s.add("tmp=$(mktemp -d)")
	}
	name = `"$tmp"/` + name
	if !slices.Contains(s.temporary, name) {
		s.temporary = append(s.temporary, name)
	}
	return name
}

// recipes are the lines that make each form. What stands in braces is for (*script).named, which adds the lines that it needs.
var recipes = []struct {
	form  FormID
	lines string
}{
	{CombinedPEMForm, "cat {leaf}{chain} {encrypted} > {out}"},
	{KeyFirstPEM, "cat {encrypted} {leaf}{chain} > {out}"},
	{SeparatePEM, "{certificates}\nopenssl pkcs8 -topk8 -in {key}{protection} -out {beside}"},
	{CertPEM, "{certificates}"},
	{LeafPEM, "{certificate}"},
	{ChainPEM, "{issuers}"},
	{CAPEM, "{authorities}"},
	{KeyPEM, "openssl pkcs8 -topk8 -in {key}{protection} -out {out}"},
	{KeyDER, "openssl pkcs8 -topk8 -in {key}{protection} -outform DER -out {out}"},
	{KeyPKCS1, "openssl pkey -in {key} -traditional{aes} -out {out}"},
	{KeySEC1, "openssl pkey -in {key} -traditional{aes} -out {out}"},
	{CertDER, "openssl x509 -in {leaf} -outform DER -out {out}"},
	{PKCS12, exportPKCS12 + aesAndSHA256 + "{out}"},
	{PKCS12Legacy, exportPKCS12 + " -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg SHA1 -out {out}"},
	{PKCS12PBMAC1, "# OpenSSL 3.4 or newer:\n" + exportPKCS12 + " -pbmac1_pbkdf2" + aesAndSHA256 + "{out}"},
	{JKS, exportPKCS12 + aesAndSHA256 + "{store}\nkeytool -importkeystore -noprompt -srckeystore {store} -srcstoretype PKCS12" +
		" -srcstorepass:{java} -destkeystore {out} -deststoretype JKS -deststorepass:{java}"},
	{TrustPKCS12, "{trusted}"},
	{TrustJKS, "{trusted}"},
}

const (
	exportPKCS12 = "openssl pkcs12 -export -in {leaf} -inkey {key}{certfile} -name {alias} -iter {iterations} -passout {new}"
	aesAndSHA256 = " -keypbe AES-256-CBC -certpbe AES-256-CBC -macalg SHA256 -out "
)

// write adds the lines that make the file.
func (s *script) write() {
	for _, r := range recipes {
		if r.form != s.form.ID {
			continue
		}
		for line := range strings.SplitSeq(r.lines, "\n") {
			if line = s.fill(line); line != "" {
				s.add(line)
			}
		}
	}
}

// fill puts words in place of what stands in braces.
func (s *script) fill(line string) string {
	out := ""
	for {
		before, after, found := strings.Cut(line, "{")
		out += before
		if !found {
			return out
		}
		name, rest, _ := strings.Cut(after, "}")
		out += s.named(name)
		line = rest
	}
}

// named is what stands for a name in a recipe. What is made of the opened files is made first, by lines of its own.
func (s *script) named(name string) string {
	switch name {
	case "out":
		return s.outs[0]
	case "beside":
		return s.outs[1]
	case "leaf":
		return s.picked("leaf.pem", s.b.Identity.Leaf)
	case "chain", "certfile": // with the blank before it, or nothing
		chain := s.b.chain()
		switch {
		case len(chain) == 0:
			return ""
		case name == "certfile":
			return " -certfile " + s.picked("chain.pem", chain...)
		}
		return " " + s.picked("chain.pem", chain...)
	case "certificates":
		s.pick(append([]*certparse.Certificate{s.b.Identity.Leaf}, s.b.chain()...), s.outs[0])
	case "certificate":
		s.pick([]*certparse.Certificate{s.b.Identity.Leaf}, s.outs[0])
	case "issuers":
		s.pick(s.b.chain(), s.outs[0])
	case "authorities":
		s.pick(s.b.Authorities, s.outs[0])
	case "trusted":
		s.trust()
	case "key":
		return s.key()
	case "encrypted":
		if s.b.Password == "" {
			return s.key()
		}
		line := s.fill("openssl pkcs8 -topk8 -in {key}{protection} -out ")
		out := s.temp("encrypted.pem")
		s.add(line + out)
		return out
	case "protection":
		if s.b.Password == "" {
			return " -nocrypt"
		}
		return s.fill(" -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter {iterations} -passout {new}")
	case "aes":
		if s.b.Password != "" {
			return s.fill(" -aes256 -passout {new}")
		}
	case "iterations":
		own := StoreIterations
		switch {
		case s.form.ID == PKCS12Legacy:
			own = LegacyIterations
		case s.form.Password == KeyPassword:
			own = DefaultIterations
		}
		return strconv.Itoa(s.b.iterations(own))
	case "alias":
		return word(s.b.alias("client"))
	case "new":
		if s.b.Password == "" {
			return "pass:" // it needs no hiding, and no variable that holds it
		}
		return word(s.NewPassword)
	case "java":
		return javaSource(s.NewPassword)
	case "store":
		return s.temp("new.p12")
	}
	return ""
}

// picked puts certificates into a file of their own.
func (s *script) picked(name string, certificates ...*certparse.Certificate) string {
	out := s.temp(name)
	s.pick(certificates, out)
	return out
}

// trust makes a trust store. Without a password keytool is told to write what has none.
func (s *script) trust() {
	flags := " -storetype JKS"
	if s.form.ID == TrustPKCS12 {
		flags = " -storetype PKCS12"
	}
	switch {
	case s.b.Password == "" && s.form.ID == TrustJKS:
		flags += " -storepass " + defaultTrustPassword
	case s.b.Password == "":
		flags += " -J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE -J-Dkeystore.pkcs12.macAlgorithm=NONE"
	default:
		flags += " -storepass:" + javaSource(s.NewPassword)
		if s.form.ID == TrustPKCS12 {
			flags += s.fill(" -J-Dkeystore.pkcs12.certPbeIterationCount={iterations} -J-Dkeystore.pkcs12.macIterationCount={iterations}")
		}
	}
	for i, c := range s.b.Authorities {
		s.add("keytool -importcert -noprompt -alias " + word(s.b.trustAlias(i)) + " -file " + s.picked("ca.pem", c) + " -keystore " + s.outs[0] + flags)
	}
}

// javaSource is where a password comes from as keytool has it behind its option: "env VARIABLE" or "file PATH".
func javaSource(source string) string {
	kind, name, _ := strings.Cut(source, ":")
	return kind + " " + word(name)
}

// key puts the key into a file of its own, as PEM and plain.
func (s *script) key() string {
	k := s.b.Identity.Key
	src := s.source(k.Source.File)
	done := slices.Contains(s.temporary, `"$tmp"/key.pem`)
	out := s.temp("key.pem")
	if src == nil || done {
		return out
	}
	n := 0 // of this key, among those of the file
	for i, other := range src.in.Keys {
		if bytes.Equal(other.PKCS8, k.PKCS8) {
			n = i + 1
			k = other // with its place in the file by itself
		}
	}
	if strings.HasPrefix(k.Algorithm, "ML-DSA") {
		s.add("# OpenSSL 3.5 or newer:")
	}
	in, flags := file(s.Files[s.b.Identity.Key.Source.File]), ""
	switch src.kind {
	case certparse.KindPKCS12:
		in = s.unpack(src, in) + " -nocerts -noenc"
	case certparse.KindJKS, certparse.KindJCEKS:
		in, n = s.fromJava(src, in, k.FriendlyName)+" -nocerts -noenc", 1
	default:
		if k.Encrypted {
			flags = legacyFlags(k.Encryption, " -provider legacy -provider default") + " -passin " + word(s.Password)
		}
		if n == 1 {
			s.add("openssl pkey -in " + in + flags + " -out " + out)
			return out
		}
		in, n = block(blockNumber(k.Source.Where))+" "+in, 1
	}
	if n > 1 {
		in += " | " + block(n)
	}
	s.add(in + " | openssl pkey" + flags + " -out " + out)
	return out
}

// pick writes certificates to a file, one after the other.
func (s *script) pick(certificates []*certparse.Certificate, out string) {
	into := " > "
	for _, c := range certificates {
		src := s.source(c.Source.File)
		if src == nil {
			return
		}
		in, n := file(s.Files[c.Source.File]), 0
		for i, other := range src.in.Certificates {
			if other.SHA256 == c.SHA256 {
				n = i + 1
				c = other // with its place in the file by itself
			}
		}
		switch src.kind {
		case certparse.KindPKCS12:
			in = s.unpack(src, in) + " -nokeys"
		case certparse.KindPKCS7:
			flags := ""
			if src.in.Containers[0].Kind == certparse.KindPKCS7 {
				flags = " -inform DER"
			}
			in = "openssl pkcs7 -in " + in + flags + " -print_certs"
		case certparse.KindJKS, certparse.KindJCEKS:
			entry, number, inChain := strings.Cut(c.Source.Where, ": certificate ")
			if !inChain {
				s.add("keytool -exportcert -rfc -keystore " + in + " -storetype " + strings.ToUpper(string(src.kind)) +
					src.javaPassword(" -storepass:", s.Password) + " -alias " + word(c.FriendlyName) + into + out)
				into = " >> "
				continue
			}
			n, _ = strconv.Atoi(number)
			for _, k := range src.in.Keys {
				if k.Source.Where == entry {
					in = s.fromJava(src, in, k.FriendlyName) + " -nokeys"
				}
			}
		default:
			if n > 1 {
				s.add(block(blockNumber(c.Source.Where)) + " " + in + into + out)
			} else {
				s.add("openssl x509 -in " + in + into + out)
			}
			into = " >> "
			continue
		}
		if n > 1 {
			s.add(in + " | " + block(n) + into + out)
		} else {
			s.add(in + " | openssl x509" + into + out)
		}
		into = " >> "
	}
}

// blockNumber is the number in "PEM block 2 (CERTIFICATE)".
func blockNumber(where string) int {
	digits, _, _ := strings.Cut(strings.TrimPrefix(where, "PEM block "), " ")
	n, _ := strconv.Atoi(digits)
	return n
}

// block prints one block of PEM.
func block(n int) string {
	number := strconv.Itoa(n)
	return "awk '/-----BEGIN/{n++} n==" + number + "; /-----END/&&n==" + number + "{exit}'"
}

// source looks at a file by itself, where nothing is left out because another file has it too.
func (s *script) source(index int) *source {
	if src := s.sources[index]; src != nil {
		return src
	}
	f := s.files[index]
	src := &source{store: "old.p12", in: certparse.Open([]certparse.File{f}, certparse.Options{Derive: s.b.Derive})}
	src.noPassword = !slices.ContainsFunc(f.Passwords, func(p string) bool { return p != "" })
	if index > 0 {
		src.store = "old-" + strconv.Itoa(index+1) + ".p12"
	}
	if len(src.in.Containers) > 0 {
		src.kind, src.detail = src.in.Containers[0].Kind, src.in.Containers[0].Detail
	}
	if len(src.in.Containers) == 2 && src.in.Containers[1].Kind == certparse.KindPKCS7 {
		src.kind = certparse.KindPKCS7 // in PEM
	}
	switch src.kind {
	case certparse.KindPEM, certparse.KindDER, certparse.KindPKCS12, certparse.KindPKCS7, certparse.KindPKCS8, certparse.KindJKS, certparse.KindJCEKS:
	default:
		s.refusal = "openssl and keytool do not look into " + file(s.Files[index]) + " (" + string(src.kind) + "): take the files out of it first."
		return nil
	}
	if src.kind == certparse.KindPEM && !plainPEM(f.Data, len(src.in.Certificates)+len(src.in.Keys)) {
		s.refusal = "openssl does not read " + file(s.Files[index]) + " as it stands: its lines are not those of PEM. Convert it with certuri first."
		return nil
	}
	s.sources[index] = src
	return src
}

// plainPEM tells whether openssl finds the number of blocks at least: certparse also reads PEM that has lost its line ends, is
// in UTF-16 or stands inside of something else.
func plainPEM(data []byte, blocks int) bool {
	form := certparse.DescribePEM(data)
	return form.Readable() && !form.Blank && len(form.Blocks) >= blocks
}

// opensslPassword is the argument of -passin for the file.
func (src *source) opensslPassword(from string) string {
	if src.noPassword {
		return "pass:"
	}
	return word(from)
}

// javaPassword is keytool's option for the file. Without a password keytool asks for one, and takes none for an answer.
func (src *source) javaPassword(option, from string) string {
	if src.noPassword {
		return " < /dev/null"
	}
	return option + javaSource(from)
}

// unpack is the command that prints what is in a PKCS#12 file; what it is to print is for the caller to add.
func (s *script) unpack(src *source, in string) string {
	if strings.Contains(src.detail, "PBMAC1") {
		s.add("# OpenSSL 3.4 or newer:")
	}
	return "openssl pkcs12" + legacyFlags(src.detail, " -legacy") + " -in " + in + " -passin " + src.opensslPassword(s.Password)
}

// fromJava does so for one entry of a Java key store, by way of PKCS#12.
func (s *script) fromJava(src *source, in, alias string) string {
	store := s.temp(src.store)
	if src.entry != alias {
		src.entry = alias
		s.add("keytool -importkeystore -noprompt -srckeystore " + in + " -srcstoretype " + strings.ToUpper(string(src.kind)) +
			" -srcstorepass:" + javaSource(s.Password) + " -srcalias " + word(alias) +
			" -destkeystore " + store + " -deststoretype PKCS12" + " -deststorepass:" + javaSource(s.Password))
	}
	return "openssl pkcs12 -in " + store + " -passin " + word(s.Password)
}

// legacyFlags gives the flags when an algorithm is one that OpenSSL 3 keeps in its legacy provider.
func legacyFlags(algorithms, flags string) string {
	for _, old := range []string{"RC2", "RC4", "PBE-MD5", "PBE-SHA1-DES", "BF-", "CAST5", "DES-CBC", "DES-OFB", "DES-CFB", "MD2", "RIPEMD"} {
		if strings.Contains(algorithms, old) {
			return flags
		}
	}
	return ""
}

// QuotePath quotes a path for a POSIX shell as one word that no program takes for an option.
func QuotePath(path string) string { return file(path) }

// file quotes a path. A dash in front would make an option of it, and awk takes one with "=" for an assignment.
func file(s string) string {
	if strings.HasPrefix(s, "-") || strings.Contains(s, "=") && !strings.HasPrefix(s, "/") {
		s = "./" + s
	}
	return word(s)
}

// word quotes one word of a POSIX shell.
func word(s string) string {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-_./:,@+%=", c) >= 0:
		default:
			return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
		}
	}
	if s == "" {
		return "''"
	}
	return s
}
