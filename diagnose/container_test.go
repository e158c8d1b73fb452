package diagnose

import (
	"slices"
	"testing"

	"certuri/certparse"
)

// TestStores: what becomes of PKCS#12 files that openssl and NSS write and go-pkcs12 does not. The refusals were seen: Java 17
// and 25 find no entry where the key is in a plain bag, and read of PBES2 AES-128 and AES-256 only; OpenSSL and Java fail on
// keys under another password, or under the same in another encoding.
func TestStores(t *testing.T) {
	const usual = "PBES2 AES-256-CBC, PBKDF2 HMAC-SHA256 2048 rounds"
	for _, c := range []struct {
		container  certparse.Container
		plain      bool // the key is in a plain bag
		java, node string
	}{
		{certparse.Container{Detail: usual + "; MAC SHA-1, 2048 rounds"}, false, "", ""},
		{certparse.Container{Detail: usual + "; MAC SHA-1, 2048 rounds"}, true, "pkcs12-not-encrypted", ""},
		{certparse.Container{Detail: "PBES2 AES-128-CBC, PBKDF2 HMAC-SHA1 1 round; MAC SHA-1, 1 round"}, false, "", ""},
		{certparse.Container{Detail: "PBES2 AES-192-CBC, PBKDF2 HMAC-SHA256 1 round; MAC SHA-1, 1 round"}, false, "F18", ""},
		{certparse.Container{Detail: usual + "; PBES2 DES-EDE3-CBC, PBKDF2 HMAC-SHA1 1 round; MAC SHA-1, 1 round"}, false, "F18", ""},
		{certparse.Container{Detail: "PBES2 RC2-128-CBC, PBKDF2 HMAC-SHA1 1 round; MAC SHA-1, 1 round"}, false, "F18", "F18"},
		{certparse.Container{Detail: "PBES2 AES-256-CBC, scrypt N=16384 r=8 p=1; MAC SHA-1, 1 round"}, false, "F18", ""},
		{certparse.Container{Detail: "PBE-SHA1-3DES, 1 round; MAC SHA-1, 1 round"}, false, "", ""},
		{certparse.Container{Detail: usual + "; MAC SHA-1, 1 round", OtherKeyPassword: true}, false, "F19", "F19"},
		{certparse.Container{Detail: usual + "; MAC SHA-1, 1 round", OddEncoding: true}, false, "F19", "F19"},
	} {
		for target, want := range map[string]string{"java-sync": c.java, "node": c.node, "pymongo": ""} {
			file := c.container
			file.Kind = certparse.KindPKCS12
			leaf := &certparse.Certificate{}
			f := Facts{Target: target, AsIs: true, Bundle: &certparse.Bundle{Containers: []*certparse.Container{&file}},
				Identity: &certparse.Identity{Leaf: leaf, Key: &certparse.Key{Encrypted: !c.plain}}}
			var got []string
			for _, rule := range []rule{container, storePassword} {
				_, found := rule(&f)
				for _, x := range found {
					if x.Severity == Error {
						got = append(got, x.ID)
					}
				}
			}
			if want == "" && got != nil || want != "" && !slices.Equal(got, []string{want}) {
				t.Errorf("%+v for %s: %v, want %q", c.container, target, got, want)
			}
		}
	}
}
