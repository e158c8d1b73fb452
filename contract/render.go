package contract

import (
	"errors"
	"path"
	"strings"

	"certuri/certbuild"
	"certuri/certparse"
	"certuri/snippet"
	"certuri/uribuild"
)

// savedName is the name of the combined PEM when the form has no path for it.
const savedName = "client.pem"

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
		Version:            form.Version,
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
	uri, err := snippet.ConnectionString(in)
	if err != nil {
		return fault("render: " + err.Error())
	}
	out.URI = uri
	out.CreateUser = snippet.CreateUser(name, nil)
	out.Files = e.neededFiles(form, out.Snippet.Needs)
	return answer{response: Response{Rendered: &out}}
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
			file.Encrypted = n.Form != snippet.CertificatePEM && form.PasswordFrom != string(snippet.PasswordNone)
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

// savedFileName is the last element of the certificate's path, with either separator.
func savedFileName(form Form) string {
	return orDefault(baseName(strings.TrimSpace(form.CertificateKeyFile)), savedName)
}

func baseName(p string) string {
	p = path.Base(strings.ReplaceAll(p, `\`, "/"))
	if p == "." || p == "/" {
		return ""
	}
	return p
}

// save makes the file that the snippet names, out of the chosen identity.
func (e *Engine) save(form Form, newPassword string) answer {
	id := e.identity()
	if id == nil {
		return refusal(buildProblem(&certbuild.Error{Code: certbuild.CodeNoCertificate}))
	}
	opt := certbuild.PEMOptions{Password: newPassword, Derive: e.deriver()}
	if newPassword != "" {
		opt.Iterations = iterations(form.Target)
		salt, err := certbuild.NewSalt()
		if err != nil {
			return fault("save: no randomness")
		}
		opt.Salt = salt
	}
	return e.savePEM(*id, opt, savedFileName(form))
}

// iterations is what the target can bear each time it decrypts the key.
func iterations(target string) int {
	for _, t := range snippet.Targets() {
		if t.ID == target && t.KeyPerConnection {
			return certbuild.FrequentIterations
		}
	}
	return certbuild.DefaultIterations
}

// savePEM is the part of save that runs again when the key of the new password is there; the salt must not change in
// between.
func (e *Engine) savePEM(id certparse.Identity, opt certbuild.PEMOptions, name string) answer {
	pem, err := certbuild.CombinedPEM(id, opt)
	if errors.Is(err, certparse.ErrPending) {
		return e.ask(func() answer { return e.savePEM(id, opt, name) })
	}
	if err != nil {
		return refusal(buildProblem(err))
	}
	description := "certificate, chain and private key"
	if opt.Password != "" {
		description += ", the key encrypted with your new password"
	}
	return answer{Response{Saved: &SavedFile{Name: name, Description: description}}, [][]byte{pem}}
}
