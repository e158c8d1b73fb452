package certbuild_test

import (
	"bytes"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"certuri/certbuild"
	"certuri/certbuild/jks"
	"certuri/certparse"
	"certuri/internal/oracle"
)

// TestRefusals: what no reader could use is not written, and the code says what to do.
func TestRefusals(t *testing.T) {
	rsa, ec := input(open(t, chain(t, "RSA"), "")), input(open(t, chain(t, "EC"), ""))
	lone := certbuild.Input{Identity: certparse.Identity{Leaf: rsa.Identity.Leaf, Key: rsa.Identity.Key}}
	noKey := certbuild.Input{Identity: certparse.Identity{Leaf: rsa.Identity.Leaf}}
	locked := certbuild.Input{Identity: certparse.Identity{Leaf: rsa.Identity.Leaf, Key: &certparse.Key{Locked: true}}}
	swapped := certbuild.Input{Identity: certparse.Identity{Leaf: rsa.Identity.Leaf, Key: ec.Identity.Key}}
	with := func(password string) certbuild.Options {
		return certbuild.Options{Password: password, Iterations: few, JKS: jks.Write}
	}
	for _, c := range []struct {
		form certbuild.FormID
		in   certbuild.Input
		opt  certbuild.Options
		want certbuild.Code
	}{
		{certbuild.CertPEM, certbuild.Input{}, with(""), certbuild.CodeNoCertificate},
		{certbuild.PKCS12, certbuild.Input{}, with("x"), certbuild.CodeNoCertificate},
		{certbuild.KeyPEM, certbuild.Input{}, with(""), certbuild.CodeNoKey},
		{certbuild.PKCS12, noKey, with("x"), certbuild.CodeNoKey},
		{certbuild.KeyDER, locked, with("x"), certbuild.CodeKeyLocked},
		{certbuild.JKS, swapped, with("x"), certbuild.CodeKeyMismatch},
		{certbuild.SeparatePEM, swapped, with(""), certbuild.CodeKeyMismatch},
		{certbuild.ChainPEM, lone, with(""), certbuild.CodeNoChain},
		{certbuild.CAPEM, lone, with(""), certbuild.CodeNoAuthority},
		{certbuild.TrustPKCS12, lone, with(""), certbuild.CodeNoAuthority},
		{certbuild.TrustJKS, lone, with(""), certbuild.CodeNoAuthority},
		{certbuild.KeySEC1, rsa, with(""), certbuild.CodeKeyType},
		{certbuild.KeyPKCS1, ec, with(""), certbuild.CodeKeyType},
		{certbuild.JKS, rsa, with(""), certbuild.CodePasswordMissing},
		{certbuild.JKS, rsa, with("пароль"), certbuild.CodePasswordChars},
		{certbuild.JKS, rsa, certbuild.Options{Password: "x"}, certbuild.CodeNoWriter},
		{certbuild.PKCS12, rsa, certbuild.Options{Password: "x", Iterations: -1}, certbuild.CodeDerivation},
	} {
		files, err := certbuild.Build(c.form, c.in, c.opt)
		var e *certbuild.Error
		if !errors.As(err, &e) || e.Code != c.want || files != nil {
			t.Errorf("%s: %v, want %s", c.form, err, c.want)
		}
	}
}

// A key alone needs no certificate beside it.
func TestKeyAlone(t *testing.T) {
	in := input(open(t, chain(t, "EC"), ""))
	in.Identity.Leaf = nil
	for _, form := range []certbuild.FormID{certbuild.KeyPEM, certbuild.KeySEC1, certbuild.KeyDER} {
		if _, err := certbuild.Build(form, in, certbuild.Options{}); err != nil {
			t.Errorf("%s: %v", form, err)
		}
	}
}

// TestTwoPhases: a page is asked for all keys of a file at once, and what it brings makes the file.
func TestTwoPhases(t *testing.T) {
	in := input(open(t, chain(t, "EC"), ""))
	for form, keys := range map[certbuild.FormID]int{certbuild.PKCS12: 2, certbuild.PKCS12PBMAC1: 3, certbuild.TrustPKCS12: 1,
		certbuild.KeyDER: 1, certbuild.SeparatePEM: 1} {
		salt, err := certbuild.NewSalt()
		if err != nil {
			t.Fatal(err)
		}
		memory := &certparse.KeyMemory{Elsewhere: func(k certparse.KDF) bool { return k.Kind == certparse.KDFPBKDF2 }}
		opt := certbuild.Options{Password: "pass", Iterations: few, Salt: salt, Derive: memory}
		if files, err := certbuild.Build(form, in, opt); !errors.Is(err, certparse.ErrPending) || files != nil {
			t.Fatalf("%s: %v, want ErrPending", form, err)
		}
		wanted := memory.Wanted()
		if len(wanted) != keys {
			t.Errorf("%s: %d keys were asked for, not %d", form, len(wanted), keys)
		}
		salts := map[string]bool{}
		for _, k := range wanted {
			salts[string(k.Salt)] = true
			key, err := certparse.StandardDeriver{}.Derive(k)
			if err != nil {
				t.Fatal(err)
			}
			memory.Supply(k, key)
		}
		if len(salts) != keys {
			t.Errorf("%s: a salt is used twice", form)
		}
		files, err := certbuild.Build(form, in, opt)
		if err != nil {
			t.Fatal(form, err)
		}
		open(t, files[len(files)-1], "pass")
	}
}

// TestNames: names and ids of entries come back, and a name is never there twice.
func TestNames(t *testing.T) {
	in := input(open(t, chain(t, "EC"), ""))
	const alias = "Алиса 😀"
	for _, form := range []certbuild.FormID{certbuild.PKCS12, certbuild.PKCS12Legacy, certbuild.PKCS12PBMAC1, certbuild.JKS} {
		files, err := certbuild.Build(form, in, certbuild.Options{Password: "secret", Alias: alias, Iterations: few, JKS: jks.Write})
		if err != nil {
			t.Fatal(err)
		}
		b := open(t, files[0], "secret")
		want := alias
		if form == certbuild.JKS {
			want = "алиса " // lower case, and without what Java could not read
		}
		key, leaf := b.Keys[0], b.Identities[0].Leaf
		if key.FriendlyName != want || leaf.FriendlyName != want {
			t.Errorf("%s: named %q and %q", form, key.FriendlyName, leaf.FriendlyName)
		}
		if form != certbuild.JKS && (len(key.LocalKeyID) != 20 || !bytes.Equal(key.LocalKeyID, leaf.LocalKeyID)) {
			t.Errorf("%s: local key ids %x and %x", form, key.LocalKeyID, leaf.LocalKeyID)
		}
		for _, c := range b.Certificates[1:] {
			if c.FriendlyName != "" || c.LocalKeyID != nil {
				t.Errorf("%s: an issuer has the name %q", form, c.FriendlyName)
			}
		}
	}
	for _, form := range []certbuild.FormID{certbuild.TrustPKCS12, certbuild.TrustJKS} {
		files, err := certbuild.Build(form, in, certbuild.Options{Iterations: few, JKS: jks.Write})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, c := range open(t, files[0], "changeit").Certificates {
			names = append(names, c.FriendlyName)
		}
		if !slices.Equal(names, []string{"ca", "ca-2"}) {
			t.Errorf("%s: names %q", form, names)
		}
	}
}

// TestTraditional: PKCS#1 and SEC 1 are byte for byte what openssl writes.
func TestTraditional(t *testing.T) {
	curves := []string{"P-256", "P-521", "secp256k1", "brainpoolP256r1"}
	make := map[certbuild.FormID][][]string{certbuild.KeyPKCS1: {{"genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"}}}
	for _, c := range curves {
		make[certbuild.KeySEC1] = append(make[certbuild.KeySEC1], []string{"genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + c})
	}
	make[certbuild.KeySEC1] = append(make[certbuild.KeySEC1], append(slices.Clone(make[certbuild.KeySEC1][0]), "-pkeyopt", "ec_param_enc:explicit"))
	for form, commands := range make {
		for _, arguments := range commands {
			key := run(t, nil, "openssl", arguments...)
			in := certbuild.Input{Identity: certparse.Identity{Key: open(t, key, "").Keys[0]}}
			files, err := certbuild.Build(form, in, certbuild.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if want := run(t, key, "openssl", "pkey", "-traditional"); !bytes.Equal(files[0], want) {
				t.Errorf("%s of %v:\n%s\nopenssl:\n%s", form, arguments, files[0], want)
			}
		}
	}
}

// A file is never the same twice: its salts and initialisation vectors are drawn anew.
func TestFilesDiffer(t *testing.T) {
	in := input(open(t, chain(t, "RSA"), ""))
	for _, f := range certbuild.Forms() {
		if !f.Secret || !f.Takes(&in.Identity) {
			continue
		}
		opt := certbuild.Options{Password: "x", Iterations: few, JKS: jks.Write}
		a, err := certbuild.Build(f.ID, in, opt)
		if err != nil {
			t.Fatal(err)
		}
		b, err := certbuild.Build(f.ID, in, opt)
		if last := len(a) - 1; err != nil || bytes.Equal(a[last], b[last]) {
			t.Errorf("%s: %v, an encryption was repeated", f.ID, err)
		}
	}
}

// TestFormNames: every name leads to one form.
func TestFormNames(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range certbuild.Forms() {
		for _, name := range append([]string{string(f.ID)}, f.Aliases...) {
			if seen[name] {
				t.Errorf("%s is the name of two forms", name)
			}
			seen[name] = true
			if got := certbuild.FormNamed(name); got == nil || got.ID != f.ID {
				t.Errorf("%s leads to %v", name, got)
			}
		}
	}
	for _, target := range certbuild.ReaderTargets() {
		r := certbuild.ReaderOf(target)
		for _, form := range append(slices.Clone(r.Forms), r.Trust) {
			if certbuild.FormNamed(string(form)) == nil {
				t.Errorf("%s reads %s, which does not exist", target, form)
			}
		}
	}
}

// TestTroubles: a weak or unreadable file is not given without a word.
func TestTroubles(t *testing.T) {
	for _, c := range []struct {
		target   string
		form     certbuild.FormID
		password string
		want     string
	}{
		{"pymongo", certbuild.CombinedPEMForm, "é", ""},
		{"pymongo", certbuild.PKCS12, "x", "not-read"},
		{"pymongo", certbuild.KeyPEM, "", ""},
		{"", certbuild.PKCS12, "é", ""},
		{"", certbuild.PKCS12, "", "empty-password"},
		{"java-sync", certbuild.PKCS12, "é", "not-ascii"},
		{"java-sync", certbuild.PKCS12Legacy, "é", "not-ascii legacy"},
		{"java-sync", certbuild.JKS, "é", "jks"},
		{"java-sync", certbuild.PKCS12PBMAC1, "x", "not-read pbmac1"},
		{"java-sync", certbuild.CombinedPEMForm, "x", "not-read"},
		{"csharp", certbuild.PKCS12, "é", ""},
		{"", certbuild.KeyPKCS1, "x", "one-round"},
		{"", certbuild.KeyPKCS1, "", ""},
	} {
		if got := strings.Trim(fmt.Sprint(certbuild.Troubles(c.target, c.form, c.password)), "[]"); got != c.want {
			t.Errorf("%s, %s, %q: %q, want %q", c.target, c.form, c.password, got, c.want)
		}
	}
}

// TestCorpus writes every identity of the real files in every form that has a place for its key, and reads it back.
func TestCorpus(t *testing.T) {
	var manifest []struct {
		File     string
		Password *string
	}
	if err := json.Unmarshal(oracle.File(t, "corpus/manifest.json"), &manifest); err != nil {
		t.Fatal(err)
	}
	identities, kinds, seen := 0, map[string]int{}, map[string]bool{}
	for _, e := range manifest {
		f := certparse.File{Name: e.File, Data: oracle.File(t, "corpus/"+e.File)}
		if e.Password != nil {
			f.Passwords = []string{*e.Password}
		}
		b := certparse.Open([]certparse.File{f}, certparse.Options{})
		for _, id := range b.Identities {
			if id.Key == nil || id.Key.Locked || seen[string(id.Key.PKCS8)] || !id.Key.BelongsTo(id.Leaf) {
				continue
			}
			seen[string(id.Key.PKCS8)] = true
			identities++
			kinds[id.Key.Algorithm]++
			in := certbuild.Input{Identity: id, Authorities: certbuild.Authorities(b)}
			for _, form := range certbuild.Forms() {
				if !form.Takes(&id) || len(in.Authorities) == 0 && (form.ID == certbuild.CAPEM || form.Password == certbuild.TrustPassword) {
					continue
				}
				roundTrip(t, e.File, form, in, certbuild.Options{Password: "pass word", Alias: "name", Iterations: 1, JKS: jks.Write})
			}
		}
	}
	t.Log(identities, kinds)
	if identities < 100 || kinds["RSA"] == 0 || kinds["EC"] == 0 || kinds["Ed25519"] == 0 || kinds["RSA-PSS"] == 0 {
		t.Errorf("only %d identities of the kinds %v were found", identities, kinds)
	}
}

// roundTrip writes a file and wants the same certificates, key, chain and name back.
func roundTrip(t testing.TB, name string, form certbuild.Form, in certbuild.Input, opt certbuild.Options) {
	t.Helper()
	files, err := certbuild.Build(form.ID, in, opt)
	var refused *certbuild.Error
	if errors.As(err, &refused) && (refused.Code == certbuild.CodeNoChain && form.ID == certbuild.ChainPEM || form.ID == certbuild.JKS && refused.Code == certbuild.CodePasswordChars) {
		return
	}
	if err != nil {
		t.Errorf("%s as %s: %v", name, form.ID, err)
		return
	}
	var given []certparse.File
	for _, data := range files {
		given = append(given, certparse.File{Data: data, Passwords: []string{opt.Password}})
	}
	b := certparse.Open(given, certparse.Options{})
	for _, p := range b.Problems {
		t.Errorf("%s as %s: %v", name, form.ID, p)
	}
	want := []*certparse.Certificate{in.Identity.Leaf}
	if chain := in.Identity.Chain; len(chain) > 0 && chain[len(chain)-1].SelfIssued() {
		want = append(want, chain[:len(chain)-1]...)
	} else {
		want = append(want, chain...)
	}
	switch {
	case form.KeyOnly:
		want = nil
	case form.ID == certbuild.LeafPEM || form.ID == certbuild.CertDER:
		want = want[:1]
	case form.ID == certbuild.ChainPEM:
		want = want[1:]
	case form.ID == certbuild.CAPEM || form.Password == certbuild.TrustPassword:
		want = in.Authorities
	}
	got := digests(b.Certificates...)
	if expected := digests(want...); !slices.Equal(got, expected) && (form.ID != certbuild.TrustJKS || len(got) != len(expected)) {
		t.Errorf("%s as %s: %d certificates came back for %d", name, form.ID, len(got), len(expected))
	}
	if !form.Secret {
		return
	}
	if len(b.Keys) != 1 || !bytes.Equal(b.Keys[0].PKCS8, in.Identity.Key.PKCS8) {
		t.Errorf("%s as %s: another key came back", name, form.ID)
		return
	}
	if opt.Password != "" && !b.Keys[0].Encrypted {
		t.Errorf("%s as %s: the key is not encrypted", name, form.ID)
	}
	if form.Password == certbuild.StorePassword && form.ID != certbuild.JKS && b.Keys[0].FriendlyName != opt.Alias {
		t.Errorf("%s as %s: named %q, not %q", name, form.ID, b.Keys[0].FriendlyName, opt.Alias)
	}
}

// FuzzRoundTrip: whatever the password and the name, what is written is read again.
func FuzzRoundTrip(f *testing.F) {
	for i := range certbuild.Forms() {
		f.Add("secret", "alice", byte(i))
	}
	for _, password := range []string{"", "a", "pässwörd €", "😀", "\x00", "a\x00b", strings.Repeat("x", 300), "\ufeff", "ẞ"} {
		f.Add(password, password+"name", byte(12))
		f.Add(password, password+"name", byte(15))
	}
	ins := []certbuild.Input{input(open(f, chain(f, "RSA"), "")), input(open(f, chain(f, "EC"), ""))}
	f.Fuzz(func(t *testing.T, password, alias string, n byte) {
		form := certbuild.Forms()[int(n)%len(certbuild.Forms())]
		in := ins[int(n)/len(certbuild.Forms())%2]
		password, alias = strings.ToValidUTF8(password, ""), strings.ToValidUTF8(alias, "")
		if len(password) > 4000 || len(alias) > 4000 || !form.Takes(&in.Identity) || form.ID == certbuild.JKS && password == "" || form.ID == certbuild.TrustJKS && password == "" {
			t.Skip()
		}
		if strings.Contains(password, "\x00") {
			if _, err := certbuild.Build(form.ID, in, certbuild.Options{Password: password, Iterations: 1}); err == nil {
				t.Error("a password with a NUL is taken")
			}
			return
		}
		if form.ID == certbuild.TrustJKS && strings.ContainsFunc(password, func(r rune) bool { return r > 0xff }) {
			t.Skip()
		}
		opt := certbuild.Options{Password: password, Alias: strings.Trim(alias, "\x00"), Iterations: 1, JKS: jks.Write}
		if opt.Alias == "" {
			opt.Alias = "client"
		}
		roundTrip(t, "fuzz", form, in, opt)
		if password == "" || !form.Secret {
			return
		}
		// Under another password nothing opens.
		files, err := certbuild.Build(form.ID, in, opt)
		if err != nil {
			return
		}
		b := certparse.Open([]certparse.File{{Data: files[len(files)-1], Passwords: []string{password + "x"}}}, certparse.Options{})
		for _, k := range b.Keys {
			if !k.Locked {
				t.Errorf("%s: a wrong password opens the key", form.ID)
			}
		}
	})
}

// Every PEM that is written has LF line ends, 64 columns and nothing between its blocks.
func TestPEMIsPlain(t *testing.T) {
	in := input(open(t, chain(t, "RSA"), ""))
	for _, f := range certbuild.Forms() {
		files, err := certbuild.Build(f.ID, in, certbuild.Options{JKS: jks.Write})
		if err != nil || !strings.HasSuffix(string(f.ID), "-pem") {
			continue
		}
		for _, file := range files {
			if bytes.ContainsAny(file, "\r\ufeff") {
				t.Errorf("%s: a CR or a BOM", f.ID)
			}
			for len(file) > 0 {
				block, rest := pem.Decode(file)
				if block == nil || !bytes.Equal(file[:len(file)-len(rest)], pem.EncodeToMemory(block)) {
					t.Errorf("%s: something stands between the blocks", f.ID)
					break
				}
				file = rest
			}
		}
	}
}

// TestSetsAreSorted: DER has the elements of a SET OF in ascending order, and strict readers refuse others.
func TestSetsAreSorted(t *testing.T) {
	in := input(open(t, chain(t, "EC"), ""))
	files, err := certbuild.Build(certbuild.TrustPKCS12, in, certbuild.Options{Alias: strings.Repeat("long ", 20)})
	if err != nil {
		t.Fatal(err)
	}
	sets := 0
	var walk func(der []byte)
	walk = func(der []byte) {
		var previous []byte
		for len(der) > 0 {
			var e asn1.RawValue
			rest, err := asn1.Unmarshal(der, &e)
			if err != nil {
				return
			}
			if e.Tag == asn1.TagSet && e.Class == asn1.ClassUniversal {
				sets++
				for in := e.Bytes; len(in) > 0; {
					var child asn1.RawValue
					if in, err = asn1.Unmarshal(in, &child); err != nil {
						t.Fatal(err)
					}
					if bytes.Compare(previous, child.FullBytes) > 0 {
						t.Error("a SET OF is not in order")
					}
					previous = child.FullBytes
				}
				previous = nil
			}
			if e.IsCompound || e.Tag == asn1.TagOctetString {
				walk(e.Bytes)
			}
			der = rest
		}
	}
	walk(files[0])
	if sets < 4 {
		t.Errorf("only %d sets were found", sets)
	}
}
