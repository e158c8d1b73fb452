package certparse

import (
	"bytes"
	"cmp"
	"slices"
)

// pair finds which key belongs to which certificate and what can log in. Everything goes by maps: ten thousand
// certificates cost ten times what a thousand do.
//
// Identities come in this order, and within it as they were met:
//
//  1. certificates with their key before those without,
//  2. end-entity certificates before authorities,
//  3. those that may be used for client authentication before those whose extended key usage leaves it out.
//
// Of several certificates for one key, such as a renewal, the one that expires last is the key's certificate and comes
// first. Without a key, only certificates that issued no other one here are identities.
func (s *session) pair() {
	byKey := map[string][]*Certificate{}
	for _, c := range s.bundle.Certificates {
		if len(s.bundle.Keys) == 0 {
			break
		}
		if id := c.PublicKey.matchID(); id != "" {
			byKey[id] = append(byKey[id], c)
		}
	}
	paired := map[*Certificate]bool{}
	for _, k := range s.bundle.Keys {
		candidates := byKey[k.matchID()]
		if len(candidates) == 0 {
			continue
		}
		slices.SortStableFunc(candidates, func(a, b *Certificate) int {
			return cmp.Or(compareBool(b.IsCA, a.IsCA), b.NotAfter.Compare(a.NotAfter))
		})
		k.Certificate = candidates[0]
		for _, c := range candidates {
			if !paired[c] {
				paired[c] = true
				s.bundle.Identities = append(s.bundle.Identities, Identity{Leaf: c, Key: k})
			}
		}
	}

	issuers := newIssuers(s.bundle.Certificates)
	issued := map[*Certificate]bool{}
	for _, c := range s.bundle.Certificates {
		if issuer := issuers.of(c); issuer != nil {
			issued[issuer] = true
		}
	}
	for _, c := range s.bundle.Certificates {
		if !paired[c] && !issued[c] {
			s.bundle.Identities = append(s.bundle.Identities, Identity{Leaf: c})
		}
	}
	if len(s.bundle.Identities) == 0 && len(s.bundle.Certificates) > 0 {
		s.bundle.Identities = append(s.bundle.Identities, Identity{Leaf: s.bundle.Certificates[0]}) // each issued another: a loop
	}
	slices.SortStableFunc(s.bundle.Identities, func(a, b Identity) int {
		return cmp.Or(
			compareBool(a.Key != nil, b.Key != nil),
			compareBool(!a.Leaf.IsCA, !b.Leaf.IsCA),
			compareBool(a.Leaf.AllowsClientAuth(), b.Leaf.AllowsClientAuth()),
		)
	})
	for i := range s.bundle.Identities {
		s.bundle.Identities[i].Chain = issuers.chain(s.bundle.Identities[i].Leaf)
	}
}

// compareBool puts true first.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// AllowsClientAuth says whether RFC 5280 section 4.2.1.12 lets the certificate be used by a TLS client.
func (c *Certificate) AllowsClientAuth() bool {
	return !c.ExtKeyUsageSet || slices.Contains(c.ExtKeyUsage, ExtKeyUsageClientAuth) || slices.Contains(c.ExtKeyUsage, ExtKeyUsageAny)
}

// SelfIssued says whether issuer and subject are the same name, byte for byte (RFC 5280 section 3.2). Whether it is signed
// with its own key is another question.
func (c *Certificate) SelfIssued() bool { return bytes.Equal(c.Subject.Raw, c.Issuer.Raw) }

// issuers finds the issuer of a certificate among others, by name and key identifier.
type issuers struct {
	byName map[string]*Certificate   // the best of those with this subject
	byID   map[issuerID]*Certificate // the best of those with this subject and subject key identifier
}

// An issuerID is a subject and a subject key identifier, "" for none.
type issuerID struct{ name, keyID string }

func newIssuers(certificates []*Certificate) *issuers {
	i := &issuers{byName: make(map[string]*Certificate, len(certificates)), byID: make(map[issuerID]*Certificate, len(certificates))}
	for _, c := range certificates {
		id := issuerID{string(c.Subject.Raw), string(c.SubjectKeyID)}
		i.byName[id.name] = betterIssuer(i.byName[id.name], c)
		i.byID[id] = betterIssuer(i.byID[id], c)
	}
	return i
}

// betterIssuer keeps authorities before others and, of two, the one that expires last.
func betterIssuer(held, c *Certificate) *Certificate {
	if held == nil || cmp.Or(compareBool(c.IsCA, held.IsCA), held.NotAfter.Compare(c.NotAfter)) < 0 {
		return c
	}
	return held
}

// of finds the issuer of c, nil when it is not here or c issued itself. An authority key identifier that no candidate
// has leaves only candidates without an identifier of their own.
func (i *issuers) of(c *Certificate) *Certificate {
	self := c.SelfIssued()
	var found *Certificate
	switch {
	case len(c.AuthorityKeyID) > 0:
		if self && string(c.AuthorityKeyID) == string(c.SubjectKeyID) {
			return nil
		}
		if found = i.byID[issuerID{string(c.Issuer.Raw), string(c.AuthorityKeyID)}]; found == nil {
			found = i.byID[issuerID{string(c.Issuer.Raw), ""}]
		}
	case self:
		return nil
	default:
		found = i.byName[string(c.Issuer.Raw)]
	}
	if found == c {
		return nil
	}
	return found
}

// chain follows the issuers from leaf up to a certificate whose issuer is not here, and stops where it would loop.
func (i *issuers) chain(leaf *Certificate) []*Certificate {
	var chain []*Certificate
	for c := i.of(leaf); c != nil && c != leaf && len(chain) < maxChain && !slices.Contains(chain, c); c = i.of(c) {
		chain = append(chain, c)
	}
	return chain
}
