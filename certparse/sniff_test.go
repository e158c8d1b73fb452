package certparse

import "testing"

// Somebody ran cat over a DER file and a PEM file.
func TestDERAndPEMGlued(t *testing.T) {
	c := chainForTests(t)
	for name, data := range map[string][]byte{
		"DER, then PEM":     join(c.leaf, armour("PRIVATE KEY", c.leafKey), armour("CERTIFICATE", c.intermediate)),
		"two DER, then PEM": join(c.leaf, c.intermediate, armour("PRIVATE KEY", c.leafKey)),
	} {
		t.Run(name, func(t *testing.T) { wantIdentity(t, openOne(data), c.leaf, c.intermediate) })
	}
	b := openOne(join(c.leaf[:100], armour("PRIVATE KEY", c.leafKey)))
	if len(b.Keys) != 1 || len(b.Problems) != 1 || b.Problems[0].Code != CodeDamaged {
		t.Errorf("behind half a certificate: %d keys, problems [%s]", len(b.Keys), problemCodes(b))
	}
}
