package contract

import (
	"errors"
	"path"
	"slices"
	"strings"

	"certuri/certbuild"
	"certuri/snippet"
	"certuri/uribuild"
)

func targets() []Target {
	var list []Target
	for _, t := range snippet.Targets() {
		out := Target{ID: t.ID, Label: t.Label, Language: t.Language, Group: t.Group, Styles: []string{},
			Versions: t.Versions, File: string(t.File), Since: t.Since, Docs: t.Docs}
		for _, s := range t.Styles {
			out.Styles = append(out.Styles, string(s))
		}
		list = append(list, out)
	}
	return list
}

// render answers with everything that depends on the form. A field that cannot be used as typed becomes a Problem, and
// its stand-in is rendered instead, so that the rest stays live while the person types.
func (e *Engine) render(form Form) answer {
	var out Rendered
	newer, problem := clientVersion(form.Target, form.Version, false)
	if problem != nil {
		return refusal(*problem)
	}
	in := snippet.Input{
		Deployment: uribuild.Deployment{
			Topology:       uribuild.Topology(form.Topology),
			ReplicaSetName: strings.TrimSpace(form.ReplicaSetName),
			Database:       strings.TrimSpace(form.Database),
			CAFile:         strings.TrimSpace(form.CAFile),
		},
		CertificateKeyFile: strings.TrimSpace(form.CertificateKeyFile),
		PasswordFrom:       snippet.PasswordFrom(form.PasswordFrom),
		PasswordEnv:        strings.TrimSpace(form.PasswordEnv),
		Password:           form.Password,
		Style:              snippet.Style(form.Style),
		Version:            strings.TrimSpace(form.Version),
	}
	for _, o := range form.Extra {
		in.Deployment.Extra = append(in.Deployment.Extra, uribuild.Option(o))
	}
	var name string
	if id := e.identity(); id != nil {
		if n, _ := username(id.Leaf.Subject); n != nil {
			name = *n
		}
	}
	if form.WithUsername {
		in.Username = orDefault(name, form.Username)
	}
	if strings.TrimSpace(form.Hosts) != "" {
		hosts, err := uribuild.ParseHosts(form.Hosts)
		if err != nil {
			out.Problems = append(out.Problems, formProblem("hosts", err))
		}
		in.Deployment.Hosts = hosts
	}
	for {
		rendered, err := snippet.Render(form.Target, in)
		if err == nil {
			out.Snippet = rendered
			break
		}
		field := emptyField(&in, err)
		if field == "" {
			return refusal(formProblem("target", err))
		}
		out.Problems = append(out.Problems, formProblem(field, err))
	}
	if newer {
		out.Snippet.Notes = append(slices.Clip(out.Snippet.Notes), "This version is newer than those that are known; the code is for the newest of them.")
	}
	uri, err := snippet.ConnectionString(in)
	if err != nil {
		return fault("render: " + err.Error())
	}
	out.URI = uri
	if form.AllUsers && len(e.bundle.Identities) > 1 {
		out.CreateUser = snippet.CreateUsers(e.usernames(), roles(form.Roles))
	} else {
		out.CreateUser = snippet.CreateUser(name, roles(form.Roles))
	}
	out.Files = e.neededFiles(form, out.Snippet.Needs)
	return answer{response: Response{Rendered: &out}}
}

// usernames are the names of all identities that have one, each once, in their order.
func (e *Engine) usernames() []string {
	var names []string
	seen := map[string]bool{}
	for _, id := range e.bundle.Identities {
		if name, _ := username(id.Leaf.Subject); name != nil && !seen[*name] {
			seen[*name] = true
			names = append(names, *name)
		}
	}
	return names
}

// emptyField empties the field of the input that was refused, so that its stand-in is rendered, and gives its name in
// the form; "" when it is none that can be empty.
func emptyField(in *snippet.Input, err error) string {
	var deployment *uribuild.Error
	if errors.As(err, &deployment) {
		switch deployment.Field {
		case "Hosts":
			in.Deployment.Hosts = nil
			return "hosts"
		case "ReplicaSetName":
			in.Deployment.ReplicaSetName = ""
			return "replicaSetName"
		case "Database":
			in.Deployment.Database = ""
			return "database"
		case "Extra":
			in.Deployment.Extra = nil
			return "extra"
		}
		return ""
	}
	var input *snippet.Error
	if errors.As(err, &input) {
		switch input.Field {
		case "CertificateKeyFile":
			in.CertificateKeyFile = ""
			return "certificateKeyFile"
		case "CAFile":
			in.Deployment.CAFile = ""
			return "caFile"
		case "PasswordEnv":
			in.PasswordEnv = ""
			return "passwordEnv"
		case "Password":
			in.Password = ""
			return "password"
		case "Username":
			in.Username = ""
			return "withUsername"
		}
	}
	return ""
}

// formProblem puts a refusal of uribuild or snippet beside the form's field that it is about.
func formProblem(field string, err error) Problem {
	p := Problem{Code: "form", What: err.Error(), Field: field}
	var a uribuild.Advice
	var deployment *uribuild.Error
	var input *snippet.Error
	switch {
	case errors.As(err, &deployment):
		p.Code, a = string(deployment.Code), deployment.Advice()
	case errors.As(err, &input):
		p.Code, a = string(input.Code), input.Advice()
	default:
		return p
	}
	p.What, p.Why, p.Fix = a.What, a.Why, a.Fix
	return p
}

// neededFiles lists what the snippet names, with the names to save it under.
func (e *Engine) neededFiles(form Form, needs []snippet.Needed) []NeededFile {
	files := []NeededFile{}
	for _, n := range needs {
		file := NeededFile{Name: baseName(n.Path), Path: n.Path, Form: string(n.Form), Description: n.Form.String()}
		switch n.Form {
		case snippet.CAPEM, snippet.PKCS12TrustStore:
			file.Description += ", from whoever runs the servers"
		default:
			file.CanSave = e.canSave()
			file.Encrypted = n.Form != snippet.CertificatePEM && form.PasswordFrom != string(snippet.PasswordNone) &&
				!uribuild.Older(uribuild.Newest(form.Version), certbuild.ReaderOf(form.Target).Decrypts)
		}
		files = append(files, file)
	}
	return files
}

func (e *Engine) canSave() bool {
	id := e.identity()
	return id != nil && id.Key != nil && id.Key.PKCS8 != nil
}

func orDefault(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// baseName is the last element of a path, with either separator.
func baseName(p string) string {
	p = path.Base(strings.ReplaceAll(p, `\`, "/"))
	if p == "." || p == "/" {
		return ""
	}
	return p
}
