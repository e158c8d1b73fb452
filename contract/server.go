package contract

import (
	"strings"

	"certuri/certparse"
	"certuri/snippet"
	"certuri/uribuild"
)

// server answers with everything for the server's side and for manifests.
func (e *Engine) server(form Form) answer {
	if e.bundle == nil {
		e.bundle = &certparse.Bundle{}
	}
	in := snippet.ServerInput{
		Roles: roles(form.Roles),
		Deployment: uribuild.Deployment{
			Topology:       uribuild.Topology(form.Topology),
			ReplicaSetName: strings.TrimSpace(form.ReplicaSetName),
			CAFile:         strings.TrimSpace(form.CAFile),
		},
	}
	in.Deployment.Hosts, _ = uribuild.ParseHosts(form.Hosts) // render says what is wrong with them
	out := Server{Texts: []ServerText{}, Roles: []KnownRole{}}
	name := form.Username
	if id := e.identity(); id != nil {
		name = ""
		if n, _ := username(id.Leaf.Subject); n != nil {
			name = *n
			in.Subject = subjectOf(name)
		}
	}
	out.Username = name
	if name != "" {
		in.Usernames = []string{name}
	}
	if form.AllUsers && len(e.bundle.Identities) > 1 {
		in.Usernames, in.Script = e.usernames(), true
	}
	for _, t := range snippet.ServerTexts() {
		s, _ := snippet.RenderServer(t.ID, in)
		out.Texts = append(out.Texts, ServerText{ID: t.ID, Label: t.Label, Group: t.Group, Snippet: s})
	}
	for _, r := range snippet.BuiltInRoles() {
		out.Roles = append(out.Roles, KnownRole(r))
	}
	return answer{response: Response{Server: &out}}
}

// roles are those of the form that are filled in.
func roles(form []UserRole) []snippet.Role {
	var list []snippet.Role
	for _, r := range form {
		role := snippet.Role{Role: strings.TrimSpace(r.Role), DB: strings.TrimSpace(r.Database)}
		if role.Role != "" && role.DB != "" {
			list = append(list, role)
		}
	}
	return list
}

// subjectOf takes a user name apart, into the certificate's order. It is the server's own spelling, so that values are as
// the server compares them.
func subjectOf(username string) [][]snippet.SubjectAttribute {
	dn, err := certparse.ParseServerDN(username)
	if err != nil {
		return nil // an attribute that is empty or has no name: a name that createUser refuses
	}
	var subject [][]snippet.SubjectAttribute
	for i := len(dn.RDNs) - 1; i >= 0; i-- {
		var rdn []snippet.SubjectAttribute
		for _, a := range dn.RDNs[i] {
			name, _ := certparse.AttributeName(a.OID, certparse.Linux42)
			rdn = append(rdn, snippet.SubjectAttribute{Name: name, Value: string(a.Value)})
		}
		if rdn != nil {
			subject = append(subject, rdn)
		}
	}
	return subject
}
