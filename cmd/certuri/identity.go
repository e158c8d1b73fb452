package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"certuri/contract"
)

// identityUsage is the help of --identity.
const identityUsage = "`which` certificate, where the files hold several that could log in: its user name, the short name that inspect shows, its serial, or eight or more digits of its SHA-256"

// minFingerprint is how many digits of a SHA-256 are taken for one: fewer may be met by chance.
const minFingerprint = 8

// choose chooses the one identity that which names. It is refused when there is none of this name, or several.
func (o *opened) choose(which string) *contract.Problem {
	var found []contract.Identity
	for _, id := range o.report.Identities {
		if o.isNamed(id, which) {
			found = append(found, id)
		}
	}
	switch len(found) {
	case 1:
		response, _, refused := o.do(contract.Request{Op: contract.OpChoose, Identity: found[0].Leaf})
		if refused != nil {
			return refused
		}
		r, c := o.report, response.Chosen
		r.Identity, r.Username, r.UsernameRefusal, r.OtherNames = c.Identity, c.Username, c.UsernameRefusal, c.OtherNames
		r.Findings, r.Checked = c.Findings, c.Checked
		return nil
	case 0:
		return &contract.Problem{Code: "no-such-identity", What: "No certificate here is " + printable(which) + ".",
			Why: "The files hold: " + o.list(o.report.Identities) + ".", Fix: "Give one of these to --identity, by its user name or its SHA-256."}
	}
	return &contract.Problem{Code: "several-identities", What: fmt.Sprintf("%d certificates here are %s.", len(found), printable(which)),
		Why: "They are: " + o.list(found) + ".", Fix: "Give the SHA-256 of the one that is meant to --identity."}
}

// isNamed says whether which names the identity. Fingerprints and serials are taken with and without colons and blanks.
func (o *opened) isNamed(id contract.Identity, which string) bool {
	if id.Label == which || id.Username != nil && *id.Username == which {
		return true
	}
	digits := strings.ToLower(strings.NewReplacer(":", "", " ", "").Replace(which))
	if len(digits) >= minFingerprint && strings.HasPrefix(id.Leaf, digits) {
		return true
	}
	serial := strings.TrimLeft(strings.TrimPrefix(digits, "0x"), "0")
	return serial != "" && strings.TrimLeft(o.certificate(id.Leaf).Serial, "0") == serial
}

// certificate is the certificate with this SHA-256.
func (o *opened) certificate(sha256 string) contract.Certificate {
	i := slices.IndexFunc(o.report.Certificates, func(c contract.Certificate) bool { return c.SHA256 == sha256 })
	if i < 0 {
		return contract.Certificate{}
	}
	return o.report.Certificates[i]
}

// maxListed is how many certificates a message lists.
const maxListed = 10

// list names identities so that they can be told apart.
func (o *opened) list(ids []contract.Identity) string {
	if len(ids) == 0 {
		return "none"
	}
	var names []string
	for i, id := range ids {
		if i == maxListed {
			names = append(names, fmt.Sprintf("and %d more", len(ids)-i))
			break
		}
		name := id.Label
		if id.Username != nil {
			name = *id.Username
		}
		until, _, _ := strings.Cut(id.NotAfter, "T")
		names = append(names, fmt.Sprintf("%s (SHA-256 %s…, serial %s, until %s)", printable(name), id.Leaf[:16], o.certificate(id.Leaf).Serial, until))
	}
	return strings.Join(names, "; ")
}

// warnSeveral says which certificate was taken where nobody chose and others would have done as well.
func (o *opened) warnSeveral(stderr io.Writer) {
	if o.chosen || o.report == nil || len(o.report.Identities) == 0 {
		return
	}
	first := o.report.Identities[0]
	var rivals []contract.Identity
	for _, id := range o.report.Identities {
		if (id.Key != nil) == (first.Key != nil) && o.certificate(id.Leaf).CA == o.certificate(first.Leaf).CA {
			rivals = append(rivals, id)
		}
	}
	if len(rivals) > 1 {
		fmt.Fprintf(stderr, "warning: the files hold %d certificates that could log in: %s. The first was taken; --identity chooses.\n", len(rivals), o.list(rivals))
	}
}
