package contract

import (
	"errors"
	"slices"
	"strings"

	"certuri/certparse"
	"certuri/diagnose"
	"certuri/uribuild"
)

// doctor looks at the opened files together with the connection string, the client that is to use them and what is known
// of the server.
func (e *Engine) doctor(req Request, files [][]byte) answer {
	if e.bundle == nil {
		e.bundle = &certparse.Bundle{}
	}
	var form Form
	if req.Form != nil {
		form = *req.Form
	}
	newerClient, problem := clientVersion(form.Target, form.Version, true)
	newerServer, serverProblem := serverVersion(req.ServerVersion)
	if problem == nil {
		problem = serverProblem
	}
	if problem != nil {
		return refusal(*problem)
	}
	f := diagnose.Facts{
		Bundle: e.bundle, Identity: e.identity(), Now: e.now(), Forms: e.forms(), AsIs: req.AsIs,
		Target: form.Target, TargetVersion: strings.TrimSpace(form.Version),
		URI: strings.TrimSpace(req.Text), SRV: form.Topology == string(uribuild.SRV),
		ServerVersion: strings.TrimSpace(req.ServerVersion),
	}
	f.Hosts, _ = uribuild.ParseHosts(form.Hosts) // the form says itself what is wrong with them
	if len(files) != len(req.Files) {
		return fault("doctor: files without their bytes")
	}
	for _, role := range [...]string{"server", "ca"} {
		b, refused := e.openRole(req.Files, files, role)
		switch {
		case refused != nil:
			return refusal(*refused)
		case b != nil && b.Pending:
			return e.ask(func() answer { return e.doctor(req, files) })
		}
		if role == "ca" {
			f.CA = b
		} else {
			f.Server = b
		}
	}
	if text := strings.TrimSpace(req.ServerSubject); text != "" {
		dn, err := certparse.ParseServerDN(text)
		if err != nil {
			return refusal(serverSubjectProblem(err))
		}
		f.ServerSubject = &dn
	}

	e.unverified, f.Signed = nil, e.signed
	findings, checked := diagnose.Examine(&f)
	if len(e.unverified) > 0 {
		return e.verify(func() answer { return e.doctor(req, files) })
	}
	unread, pending := e.unreadFindings(&f)
	if pending {
		return e.ask(func() answer { return e.doctor(req, files) })
	}
	why := false // a key stays locked; that it is locked need not be said too
	for i := range unread {
		why = why || unread[i].ID == "F08" || unread[i].ID == "F19"
	}
	for i := range findings {
		if !why || findings[i].ID != "F08" {
			unread = append(unread, findings[i])
		}
	}
	for _, newer := range [...]struct {
		is   bool
		what string
	}{{newerClient, "This version of the client is newer than those that are known: " + f.TargetVersion + "."}, {newerServer, "This version of the server is newer than those that are known: " + f.ServerVersion + "."}} {
		if newer.is {
			unread = append(unread, diagnose.Finding{ID: newerID, Severity: diagnose.Info, What: newer.what, Why: newerWhy, Fix: newerFix, Source: "certuri"})
		}
	}
	out := Doctor{Verdict: VerdictWorks, Findings: []Finding{}, Checked: append([]string{}, checked...)}
	sorted := diagnose.Sort(unread)
	for i := range sorted {
		switch x := &sorted[i]; {
		case x.Severity == diagnose.Error:
			out.Verdict = VerdictFails
		case x.Severity == diagnose.Warning && out.Verdict == VerdictWorks:
			out.Verdict = VerdictWarnings
		}
		out.Findings = append(out.Findings, e.finding(&sorted[i]))
	}
	out.Report = ticket(&f, out)
	return answer{response: Response{Doctor: &out}}
}

// finding is a finding of diagnose as the contract has it.
//
//go:noinline
func (e *Engine) finding(f *diagnose.Finding) Finding {
	return Finding{ID: f.ID, Severity: string(f.Severity), What: f.What, Why: f.Why, Fix: diagnose.Worded(f.Fix, e.Page), Source: f.Source,
		Error: f.Error, Server: f.Server, Also: f.Also}
}

// openRole opens the files of one role together, nil when there is none. Files that hold no certificate are refused:
// nothing could be said about them.
func (e *Engine) openRole(named []NewFile, files [][]byte, role string) (*certparse.Bundle, *Problem) {
	var open []certparse.File
	for i, n := range named {
		if n.Role == role {
			file := certparse.File{Name: n.Name, Data: files[i]}
			if n.Password != nil {
				file.Passwords = []string{*n.Password}
			}
			open = append(open, file)
		}
	}
	if open == nil {
		return nil, nil
	}
	b := certparse.Open(open, certparse.Options{Derive: e.deriver()})
	if len(b.Certificates) > 0 || b.Pending {
		return b, nil
	}
	p := Problem{Code: "nothing-found", What: "There is no certificate in this file.",
		Why: "It could be read, but holds none.", Fix: "Look for a file with a line «-----BEGIN CERTIFICATE-----»."}
	if len(b.Problems) > 0 {
		p = e.advise(b.Problems[0])
	}
	p.Where, p.Field = open[0].Name, role
	return nil, &p
}

func serverSubjectProblem(err error) Problem {
	why := "It is not a distinguished name."
	var refused *certparse.DNError
	if errors.As(err, &refused) {
		why = "The server's own reader says: " + refused.Words + "."
	}
	return Problem{Code: "server-subject", Field: "serverSubject", What: "The server's subject cannot be read.", Why: why,
		Fix: "Write it like O=Example\\, Inc,OU=Servers,DC=example, as openssl x509 -in server.pem -noout -subject -nameopt RFC2253 prints it."}
}

// unreadFindings are findings about files, and parts of files, that could not be opened. With an identity that has its
// key the rest may do without them.
func (e *Engine) unreadFindings(f *diagnose.Facts) (found []diagnose.Finding, pending bool) {
	seen := map[string]bool{}
	for _, err := range e.bundle.Problems {
		locked := err.Code == certparse.CodePasswordRequired && f.Identity != nil // which the rule about the key says
		compared := err.Code == certparse.CodeCSR && err.File >= 0 && err.File < len(e.files) && e.fileState(err.File).Request
		cipher := f.Identity != nil && slices.ContainsFunc(e.bundle.Keys, func(k *certparse.Key) bool {
			return k.Source.File == err.File && k.Source.Where == err.Where && diagnose.CannotOpen(e.bundle, k)
		})
		if locked || compared || cipher || seen[e.place(err.File, string(err.Code))] {
			continue
		}
		seen[e.place(err.File, string(err.Code))] = true
		p := e.advise(err)
		if err.Code == certparse.CodeWrongPassword || err.Code == certparse.CodeWrongOrDamaged {
			fix, wait := e.otherPassword(err.File)
			if pending = pending || wait; fix != "" {
				p.Fix = fix
			}
		}
		x := diagnose.Unread(f, err, p.What, p.Why, p.Fix)
		if p.Where != "" {
			x.What = p.Where + ": " + x.What
		}
		if f.Identity != nil && f.Identity.Key != nil {
			x.Severity = diagnose.Warning
		}
		found = append(found, x)
	}
	if b := e.bundle; len(found) == 0 && len(e.files) > 0 && len(b.Certificates)+len(b.Keys) == 0 {
		x := diagnose.Unread(f, &certparse.Error{Code: certparse.CodeNotACertificate}, "There is no certificate and no key in what was given.",
			"The files could be read, but hold neither.", "Look for a .p12, .pfx, .pem or .crt file.")
		found = append(found, x)
	}
	return found, pending
}

// otherPassword tries what a wrong password may have been meant as: without the blanks that were copied along, as the
// connection string that it was taken from would be decoded, and the empty one. It says what to do when one of them opens the file.
func (e *Engine) otherPassword(index int) (fix string, pending bool) {
	if index >= len(e.files) || len(e.files[index].passwords) == 0 {
		return "", false
	}
	file := e.files[index]
	typed := file.passwords[0]
	decoded := typed
	if o := uribuild.Parse("mongodb://h/?x=" + typed).Options; len(o) == 1 {
		decoded = o[0].Value
	}
	for i, password := range [...]string{strings.TrimSpace(typed), decoded, ""} {
		if password == typed {
			continue
		}
		b := certparse.Open([]certparse.File{{Data: file.data, Passwords: []string{password}}}, certparse.Options{Derive: e.deriver()})
		pending = pending || b.Pending
		if !b.Pending && !slices.ContainsFunc(b.Problems, func(p *certparse.Error) bool { return aboutPassword(p.Code) }) {
			switch {
			case password == "":
				return "Give an empty password: the file was made with none.", pending
			case i == 0:
				return "Leave out the blanks around the password: it is right without them.", pending
			}
			return "Decode the password: it is percent-encoded, as in a connection string, and right without that (%40 is @, + is a blank).", pending
		}
	}
	return "", pending
}

// ticket is the doctor's answer as text that can be shown to anybody: what the catalogue says of an id, which no value of
// the person's is part of.
func ticket(f *diagnose.Facts, d Doctor) string {
	lines := []string{"certuri doctor " + ProductVersion + ", " + f.Now.UTC().Format("2006-01-02"), "verdict: " + d.Verdict}
	if f.Target != "" {
		lines = append(lines, "client: "+f.Target+" "+f.TargetVersion)
	}
	if f.ServerVersion != "" {
		lines = append(lines, "server: "+f.ServerVersion)
	}
	for _, c := range f.Bundle.Containers {
		lines = append(lines, "file: "+kindName(c.Kind)+" "+c.Detail)
	}
	for i := range d.Findings {
		x := &d.Findings[i]
		entry, _ := diagnose.Lookup(x.ID)
		lines = append(lines, x.Severity+": "+x.ID+" "+entry.What)
	}
	for _, c := range d.Checked {
		lines = append(lines, "good: "+c)
	}
	return strings.Join(lines, "\n") + "\n"
}
