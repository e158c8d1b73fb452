package contract

import "certuri/certparse"

// A signedPair is a certificate and one that may have signed it, by their SHA-256.
type signedPair [2][32]byte

// What is known of a signature.
const (
	signatureUnknown = iota
	signatureGood
	signatureBad
)

// A pendingSignature is one that was asked about and is verified outside.
type pendingSignature struct {
	pair signedPair
	certparse.Signature
}

// signed tells whether issuer's key signed c, as far as that is known by now: the page verifies later what is asked for here.
func (e *Engine) signed(c, issuer *certparse.Certificate) (good, known bool) {
	pair := signedPair{c.SHA256, issuer.SHA256}
	state, seen := e.signatures[pair]
	if !seen {
		s, verifiable := c.SignatureBy(issuer)
		switch {
		case !verifiable:
		case e.KeyMaker != nil:
			state = signatureState(e.KeyMaker.Verify(s))
		case e.DeriveOutside:
			e.unverified = append(e.unverified, pendingSignature{pair, s})
			return false, false
		}
		e.remember(pair, state)
	}
	return state == signatureGood, state != signatureUnknown
}

func signatureState(good, known bool) int {
	switch {
	case !known:
		return signatureUnknown
	case good:
		return signatureGood
	}
	return signatureBad
}

func (e *Engine) remember(pair signedPair, state int) {
	if e.signatures == nil {
		e.signatures = map[signedPair]int{}
	}
	e.signatures[pair] = state
}

// verify has outside verified what signed was asked about; again runs when that is known.
func (e *Engine) verify(again func() answer) answer {
	pending := e.unverified
	e.unverified = nil
	var needs []Need
	var files [][]byte
	for _, p := range pending {
		needs = append(needs, Need{Kind: "verify", Algorithm: p.Algorithm, Hash: p.Hash, Curve: p.Curve, SaltLength: p.SaltLength,
			Key: len(files), Message: len(files) + 1, Signature: len(files) + 2})
		files = append(files, p.Key, p.Signed, p.Value)
	}
	return e.outside(needs, files, func(results [][]byte) answer {
		for i, p := range pending {
			known := i < len(results) && len(results[i]) == 1
			e.remember(p.pair, signatureState(known && results[i][0] == 1, known))
		}
		return again()
	})
}
