package contract

import (
	"errors"
	"slices"
	"strings"

	"certuri/certbuild"
	"certuri/certparse"
)

// csr makes a certificate request for the form's subject or the opened certificate's, signed with the opened key or a new
// one.
func (e *Engine) csr(form CSRForm, password string) answer {
	if e.bundle == nil {
		e.bundle = &certparse.Bundle{}
	}
	id := e.identity()
	var r certbuild.Request
	for _, name := range form.AltNames {
		if name = strings.TrimSpace(name); name != "" {
			r.AltNames = append(r.AltNames, name)
		}
	}
	for _, role := range roles(form.Roles) {
		r.Roles = append(r.Roles, certparse.Role{Role: role.Role, Database: role.DB})
	}
	if text := strings.TrimLeft(form.Subject, " \t\r\n"); text != "" { // an escaped space may end it
		subject, err := certbuild.Subject(text)
		if err != nil {
			return refusal(subjectProblem(err))
		}
		r.Subject = subject
	} else if id != nil {
		r.Subject, r.Renews = id.Leaf.Subject.Raw, id.Leaf
	} else {
		return refusal(Problem{Code: "no-subject", Field: "subject", What: "There is no subject to ask for.",
			Why: "None was given, and no certificate is open that could be renewed.", Fix: "Write one like CN=alice,OU=Data,O=Example, or open the certificate."})
	}
	if form.KeyType == "" {
		switch {
		case id != nil && id.Key != nil:
			r.Key = id.Key
		case id == nil && len(e.bundle.Keys) > 0:
			r.Key = e.bundle.Keys[0]
		}
	}
	if r.Key != nil {
		return e.request(r, "", nil)
	}
	t, ok := certbuild.KeyTypeNamed(orDefault(form.KeyType, "ec-p256"))
	if !ok {
		return refusal(Problem{Code: "key-type", Field: "keyType", What: "There is no such type of key.",
			Why: "Keys are of the types " + strings.Join(certbuild.KeyTypes(), ", ") + ".", Fix: "Choose one of them."})
	}
	salt, err := certbuild.NewSalt()
	if err != nil {
		return fault("csr: no randomness")
	}
	return e.generate([]certbuild.KeyType{t}, func(keys []*certparse.Key) answer {
		r.Key = keys[0]
		return e.request(r, password, salt)
	})
}

// request signs the request. With a salt the key is new, and goes into a file of its own.
func (e *Engine) request(r certbuild.Request, password string, salt []byte) answer {
	draft, err := r.Draft()
	var name *certbuild.AltNameError
	var refused *certbuild.Error
	switch {
	case errors.As(err, &name):
		return refusal(Problem{Code: "alt-name", Field: "altNames", What: "One of the alternative names cannot be used.",
			Why: "It is no host name, IP address, e-mail address or URI, or it is not ASCII.", Fix: "Write names outside of ASCII in their xn-- form."})
	case errors.As(err, &refused) && refused.Code == certbuild.CodeKeyType:
		return refusal(Problem{Code: "key-type", Field: "keyType", What: "This kind of key cannot sign a request here.",
			Why: "Neither WebCrypto nor Go's standard library signs with " + r.Key.Algorithm + " " + r.Key.Curve + " keys.",
			Fix: "Choose a new key, or run openssl x509 -x509toreq -in client.pem -signkey client.key -out client.csr, which keeps the subject."})
	case err != nil:
		return refusal(e.buildProblem(err))
	}
	return e.sign([]certbuild.Draft{draft}, func(signed [][]byte) answer {
		out := CSR{KeyType: orDefault(draft.KeyType.Name, r.Key.Algorithm), NewKey: salt != nil, AltNames: r.AltNames}
		if name, err := certparse.ParseName(r.Subject); err == nil {
			if n, _ := username(name); n != nil {
				out.Username = *n
			}
		}
		for _, role := range r.Roles {
			out.Roles = append(out.Roles, role.Role+"@"+role.Database)
		}
		saved := SavedFile{Name: "client.csr", Description: "certificate request"}
		if r.Renews != nil {
			saved.Description += ", with the subject of the opened certificate"
		}
		file := r.PEM(signed[0])
		if salt == nil {
			return answer{Response{Saved: &saved, CSR: &out}, [][]byte{file}}
		}
		saved.Beside = "client.key"
		if password == "" {
			saved.Warnings = []string{"The new key is not encrypted: whoever has its file has the key."}
		}
		return e.requestKey(r.Key, password, salt, func(key []byte) answer {
			return answer{Response{Saved: &saved, CSR: &out}, [][]byte{file, key}}
		})
	})
}

// requestKey makes the file of the new key; it runs again when the key of the password is there.
func (e *Engine) requestKey(key *certparse.Key, password string, salt []byte, take func([]byte) answer) answer {
	in := certbuild.Input{Identity: certparse.Identity{Key: key}}
	files, err := certbuild.Build(certbuild.KeyPEM, in, certbuild.Options{Password: password, Salt: salt, Derive: e.deriver()})
	if errors.Is(err, certparse.ErrPending) {
		return e.ask(func() answer { return e.requestKey(key, password, salt, take) })
	}
	if err != nil {
		return refusal(e.buildProblem(err))
	}
	return take(files[0])
}

func subjectProblem(err error) Problem {
	why := "It is not a distinguished name."
	var refused *certparse.DNError
	if errors.As(err, &refused) {
		why = "The server's own reader says: " + refused.Words + "."
	}
	return Problem{Code: "subject", Field: "subject", What: "The subject cannot be read.", Why: why,
		Fix: `Write it like CN=alice,OU=Data,O=Example\, Inc, with a backslash before , + " \ < > and ;.`}
}

// reply compares the opened certificate with the request for it: of several, the two that have the same key.
func (e *Engine) reply(named []NewFile, files [][]byte) answer {
	var requests []certbuild.Requested
	for i, n := range named {
		if n.Role == "request" && i < len(files) {
			if r, ok := certbuild.ParseRequest(files[i]); ok {
				requests = append(requests, r)
			}
		}
	}
	if len(requests) == 0 {
		return refusal(Problem{Code: "no-request", Field: "request", What: "There is no certificate request in this file.",
			Why: "It starts with «-----BEGIN CERTIFICATE REQUEST-----».", Fix: "Look for the .csr file that was sent to the authority."})
	}
	id := e.identity()
	if id == nil {
		return refusal(Problem{Code: "no-certificate", What: "There is no certificate to compare with the request.",
			Why: "None is open.", Fix: "Open what the authority sent back."})
	}
	asked, id := together(requests, id, e.bundle.Identities)
	// Without a key of its own, one that belongs to no certificate is taken for the one it should have.
	key := id.Key
	for i := 0; i < len(e.bundle.Keys) && key == nil; i++ {
		if one := e.bundle.Keys[i]; one.Certificate == nil && one.SPKI != nil {
			key = one
		}
	}
	if key != nil && key.SPKI == nil {
		key = nil // it is locked
	}
	changes := asked.Compare(id.Leaf, key)
	out := Reply{Certificate: hexSHA256(id.Leaf), Verdict: VerdictWorks, Findings: []Finding{}, Checked: []string{}}
	if name, _ := username(asked.Subject); name != nil {
		out.Asked = *name
	}
	changed := map[certbuild.ReplyChange]bool{}
	for _, c := range changes {
		changed[c] = true
		f := replyWords[slices.IndexFunc(replyWords, func(f Finding) bool { return f.ID == string(c) })]
		switch {
		case f.Severity == "error":
			out.Verdict = VerdictFails
		case f.Severity == "warning" && out.Verdict == VerdictWorks:
			out.Verdict = VerdictWarnings
		}
		out.Findings = append(out.Findings, f)
	}
	for _, good := range [...]struct {
		change certbuild.ReplyChange
		text   string
	}{
		{certbuild.ReplyOtherKey, "it is for the request's key"},
		{certbuild.ReplySubject, "the user name is the one that was asked for"},
		{certbuild.ReplyNotForClients, "it may be used by a client"},
	} {
		if !changed[good.change] {
			out.Checked = append(out.Checked, good.text)
		}
	}
	return answer{response: Response{Reply: &out}}
}

// together finds the request and the certificate with the same key: for the chosen certificate first, then for any. Where there
// is no such pair, the first request stands beside the chosen certificate.
func together(requests []certbuild.Requested, chosen *certparse.Identity, all []certparse.Identity) (certbuild.Requested, *certparse.Identity) {
	for i := -1; i < len(all); i++ {
		id := chosen
		if i >= 0 {
			id = &all[i]
		}
		for _, r := range requests {
			if r.Fits(id.Leaf) {
				return r, id
			}
		}
	}
	return requests[0], chosen
}

// replyWords are the words for every change of certbuild; a test walks them.
var replyWords = []Finding{
	{ID: string(certbuild.ReplyOtherKey), Severity: "error", What: "The certificate is for another key.",
		Why: "Its public key is not that of the request or of the private key: nobody can log in with the two together.",
		Fix: "Look for the key that the request was made with, or ask the authority for a certificate for this very request.", Source: "RFC 2986 section 4.1"},
	{ID: string(certbuild.ReplyNotForClients), Severity: "error", What: "The certificate may not be used by clients.",
		Why: "The authority left clientAuth out of its extended key usage, and the server drops such a connection.",
		Fix: "Ask for a certificate with the purpose clientAuth.", Source: "RFC 5280 section 4.2.1.12"},
	{ID: string(certbuild.ReplySubject), Severity: "warning", What: "The authority changed the subject, and so the user name.",
		Why: "The server takes the name from the certificate, not from the request.",
		Fix: "Create the user under the name that the certificate has now, or ask for the subject as requested."},
	{ID: string(certbuild.ReplyEncoding), Severity: "info", What: "The authority encoded the subject in another way.",
		Why: "The user name is the same on server 4.2 and later.", Fix: "Nothing, unless a server is older."},
	{ID: string(certbuild.ReplyAuthority), Severity: "warning", What: "The certificate is an authority's.",
		Why: "Whoever has its key can issue certificates that the server takes.", Fix: "Ask for a certificate that is no CA."},
	{ID: string(certbuild.ReplyRoles), Severity: "warning", What: "The roles are not in the certificate as requested.",
		Why: "Most authorities leave out extensions that they do not know.", Fix: "Create the user on the server with these roles."},
	{ID: string(certbuild.ReplyOwnRoles), Severity: "warning", What: "The certificate has roles that were not asked for.",
		Why: "The server takes them in place of those of the user's document.", Fix: "Check them, or ask for a certificate without them.",
		Source: "mongodb/mongo src/mongo/db/auth/authorization_manager_impl.cpp"},
	{ID: string(certbuild.ReplyAltNames), Severity: "info", What: "The alternative names are others than requested.",
		Why: "The server does not look at a client's.", Fix: "Nothing for a login to MongoDB."},
}
