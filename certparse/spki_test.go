package certparse

import (
	"bytes"
	"testing"
)

// One key in all its encodings has one matchID, and no two keys of the test share one.
func TestMatchID(t *testing.T) {
	public := func(pkcs8 []byte, options ...string) []byte {
		return runOpenSSL(t, pkcs8, append([]string{"ec", "-inform", "DER", "-pubout", "-outform", "DER"}, options...)...)
	}
	group := func(spkis ...[]byte) [][]byte { return spkis }

	p256 := generateKey(t, ecOptions("P-256"))
	k1 := generateKey(t, ecOptions("secp256k1"))
	exotic := generateKey(t, ecOptions("secp160r1"))
	binary := generateKey(t, ecOptions("sect283r1"))
	rsa := opensslPublic(t, generateKey(t, []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"}))
	parts, _ := splitSPKI(rsa)
	dsa := opensslPublic(t, generateKey(t, nil))
	dsaParts, _ := splitSPKI(dsa)
	groups := map[string][][]byte{
		"P-256": group(public(p256), public(p256, "-conv_form", "compressed"), public(p256, "-conv_form", "hybrid"),
			public(p256, "-param_enc", "explicit"), public(p256, "-param_enc", "explicit", "-conv_form", "compressed")),
		"secp256k1": group(public(k1), public(k1, "-param_enc", "explicit")),
		"secp160r1, explicit": group(public(exotic, "-param_enc", "explicit"),
			public(exotic, "-param_enc", "explicit", "-conv_form", "compressed")),
		"sect283r1": group(public(binary), public(binary, "-conv_form", "compressed")),
		"RSA": group(rsa,
			encodeDER(tagSequence, encodeDER(tagSequence, encodeOID(oidRSA)), encodeBitString(parts.key)),
			encodeDER(tagSequence, encodeDER(tagSequence, encodeOID(oidRSAPSS)), encodeBitString(parts.key))),
		"another RSA": group(opensslPublic(t, generateKey(t, []string{"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"}))),
		"DSA":         group(dsa, encodeDER(tagSequence, encodeDER(tagSequence, encodeOID(oidDSA)), encodeBitString(dsaParts.key))),
		"Ed25519":     group(opensslPublic(t, generateKey(t, []string{"-algorithm", "ED25519"}))),
		"unknown":     group(encodeDER(tagSequence, encodeDER(tagSequence, encodeOID("1.2.3")), encodeBitString([]byte{1}))),
		"unknown too": group(encodeDER(tagSequence, encodeDER(tagSequence, encodeOID("1.2.3")), encodeBitString([]byte{2}))),
	}
	owner := map[string]string{}
	for name, spkis := range groups {
		first := describeSPKI(spkis[0])
		for i, spki := range spkis {
			p := describeSPKI(spki)
			if !sameKey(first, p) {
				t.Errorf("%s: encoding %d is another key", name, i)
			}
			if other := owner[p.matchID()]; other != "" && other != name {
				t.Errorf("%s and %s are one key", name, other)
			}
			owner[p.matchID()] = name
		}
	}
	for _, nothing := range [][]byte{nil, {0x30, 0}, []byte("no key"), rsa[:20]} {
		if p := describeSPKI(nothing); p.matchID() != "" || sameKey(p, p) || !bytes.Equal(p.SPKI, nothing) {
			t.Errorf("%x has an identity", nothing)
		}
	}
}

func TestDescribeSPKI(t *testing.T) {
	spki := func(oid string, parameters, key []byte) []byte {
		return encodeDER(tagSequence, encodeDER(tagSequence, encodeOID(oid), parameters), encodeBitString(key))
	}
	for _, c := range []struct {
		spki             []byte
		algorithm, curve string
		bits             int
	}{
		{spki("1.2.643.7.1.1.1.1", nil, make([]byte, 64)), "GOST R 34.10-2012 256", "", 256},
		{spki("2.16.840.1.101.3.4.3.18", nil, make([]byte, 8)), "ML-DSA-65", "", 0},
		{spki("1.2.3.4", nil, nil), "1.2.3.4", "", 0},
		{spki(oidEC, encodeOID("1.2.3.4"), []byte{4, 1, 1}), "EC", "1.2.3.4", 0},
		{spki(oidEC, encodeOID("1.3.36.3.3.2.8.1.1.14"), []byte{4, 1, 1}), "EC", "brainpoolP512t1", 512},
		{spki(oidEC, nil, []byte{4, 1, 1}), "EC", "", 0},
		{spki(oidEC, encodeDER(tagSequence), []byte{4, 1, 1}), "EC", "explicit", 0},
		{spki(oidSM2, encodeOID(oidSM2), []byte{4, 1, 1}), "EC", "SM2", 256},
		{spki(oidRSA, []byte{tagNull, 0}, encodeDER(tagSequence, number(0xffff), number(3))), "RSA", "", 16},
		{spki(oidRSA, []byte{tagNull, 0}, []byte("no RSA key")), "RSA", "", 0},
	} {
		p := describeSPKI(c.spki)
		if p.Algorithm != c.algorithm || p.Curve != c.curve || p.Bits != c.bits {
			t.Errorf("%x: %s, %q, %d bits; want %s, %q, %d", c.spki, p.Algorithm, p.Curve, p.Bits, c.algorithm, c.curve, c.bits)
		}
	}
}

// The table of curves agrees with OpenSSL's, names and object identifiers.
func TestNamedCurvesAgreeWithOpenSSL(t *testing.T) {
	for i := range namedCurves {
		c := &namedCurves[i]
		if c.name == "FRP256v1" {
			continue // not in OpenSSL
		}
		key := generateKey(t, ecOptions(c.name))
		k, ok := parsePrivateKey(key)
		if !ok || k.Curve != c.name || k.Bits != c.bits || !bytes.Contains(key, encodeOID(c.oid)) {
			t.Errorf("%s: read as %q of %d bits", c.name, k.Curve, k.Bits)
		}
	}
}
