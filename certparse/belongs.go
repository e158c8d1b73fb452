package certparse

// BelongsTo says whether this is the private key of a certificate, however each writes the public half. It is false for a
// key that is locked or whose public half cannot be computed.
func (k *Key) BelongsTo(c *Certificate) bool { return sameKey(k.PublicKey, c.PublicKey) }
