package contract

import (
	"errors"
	"path"
	"strings"

	"certuri/certbuild"
	"certuri/certparse"
)

// fileForms lists the forms of file that can be saved, for the target and the chosen identity.
func (e *Engine) fileForms(target string) answer {
	first := certbuild.ReaderOf(target).Form()
	var list []FileForm
	for _, f := range certbuild.Forms() {
		if e.JKS == nil && (f.ID == certbuild.JKS || f.ID == certbuild.TrustJKS) {
			continue
		}
		id := e.identity()
		list = append(list, FileForm{
			ID: string(f.ID), Label: f.Label, Extension: f.Extension, Secret: f.Secret,
			TakesPassword: f.Password != certbuild.NoPassword, NeedsPassword: f.Password == certbuild.StorePassword,
			Default: f.ID == first, Fits: id == nil || f.Takes(id),
		})
	}
	return answer{response: Response{Forms: list}}
}

// save makes a file out of the chosen identity: of the form that was asked for, else the one that the target reads.
func (e *Engine) save(req Request) answer {
	reader := certbuild.ReaderOf(req.Form.Target)
	form := certbuild.FormNamed(orDefault(req.To, string(reader.Form())))
	if form == nil {
		return fault("save: no such form")
	}
	if e.bundle == nil {
		e.bundle = &certparse.Bundle{}
	}
	in := certbuild.Input{Authorities: certbuild.Authorities(e.bundle)}
	opt := certbuild.Options{Password: req.NewPassword, Alias: req.Alias, Iterations: reader.Iterations, JKS: e.JKS, Derive: e.deriver()}
	id := e.identity()
	if form.KeyOnly && (id == nil || id.Key == nil) && len(e.bundle.Keys) > 0 {
		id = &certparse.Identity{Key: e.bundle.Keys[0]}
	}
	if id != nil {
		in.Identity = *id
		if id.Key == nil {
			in.Identity.Key = e.otherKey() // certbuild says what is wrong with it
		}
		if opt.Alias == "" && form.Password == certbuild.StorePassword {
			opt.Alias = label(*id)
		}
	}
	var err error
	if opt.Salt, err = certbuild.NewSalt(); err != nil {
		return fault("save: no randomness")
	}
	saved := savedNames(form, req.Form, form.ID == reader.Form())
	saved.Description = form.Label
	switch {
	case opt.Password != "" && form.Secret:
		saved.Description += ", encrypted with your new password"
	case form.Password == certbuild.KeyPassword:
		saved.Description += ", the key not encrypted"
	}
	for _, t := range certbuild.Troubles(req.Form.Target, form.ID, opt.Password) {
		saved.Warnings = append(saved.Warnings, troubles[t])
	}
	return e.build(form.ID, &in, &opt, &saved)
}

// otherKey is the key that a certificate without its own was probably meant to go with: one that is locked may still be
// it, one that belongs to no certificate here was opened for it. nil when no key is here.
func (e *Engine) otherKey() *certparse.Key {
	var best *certparse.Key
	for _, k := range e.bundle.Keys {
		if k.Locked {
			return k
		}
		if best == nil || best.Certificate != nil && k.Certificate == nil {
			best = k
		}
	}
	return best
}

// build is the part of save that runs again when the keys of the new password are there; the salt must not change in
// between.
func (e *Engine) build(form certbuild.FormID, in *certbuild.Input, opt *certbuild.Options, saved *SavedFile) answer {
	files, err := certbuild.Build(form, *in, *opt)
	if errors.Is(err, certparse.ErrPending) {
		return e.ask(func() answer { return e.build(form, in, opt, saved) })
	}
	if err != nil {
		return refusal(e.buildProblem(err))
	}
	names := e.Spelling
	if names == nil {
		names = &certbuild.Spelling{Out: []string{saved.Name, saved.Beside}, Password: "env:OLD_PASSWORD", NewPassword: "env:NEW_PASSWORD"}
		for _, f := range e.files {
			names.Files = append(names.Files, f.name)
		}
	}
	saved.Commands = certbuild.Commands(e.certparseFiles(), form, *in, *opt, *names)
	return answer{Response{Saved: saved}, files}
}

// savedNames are the names to save a file under: that of the path in the form, with the ending changed when it is the
// target's path and another form was asked for.
func savedNames(f *certbuild.Form, form *Form, asNamed bool) SavedFile {
	name, otherwise := form.CertificateKeyFile, "client"
	if !f.Secret && f.Password == certbuild.TrustPassword || f.ID == certbuild.CAPEM {
		name, otherwise, asNamed = form.CAFile, "ca", false
	}
	name = baseName(strings.TrimSpace(name))
	stem := orDefault(strings.TrimSuffix(name, path.Ext(name)), otherwise)
	if name == "" || !asNamed {
		name = stem + f.Extension
	}
	out := SavedFile{Name: name}
	if f.Beside != "" {
		out.Beside = stem + f.Beside
	}
	return out
}

// troubles are the words for every trouble of certbuild; a test walks them.
var troubles = map[certbuild.Trouble]string{
	certbuild.TroubleNotRead:       "The chosen client does not read this form.",
	certbuild.TroubleEmptyPassword: "The password is empty: whoever has the file has the key. Choose a password.",
	certbuild.TroubleNotASCII:      "Java 17 and older refuse a password with characters outside of ASCII. Choose an ASCII one.",
	certbuild.TroubleLegacy:        "Triple DES and SHA-1 are out of date. Take this only for a reader that refuses the AES form (Java 8 before 8u301, Java 11 before 11.0.12, Windows Server 2016, the macOS key chain), with a long password.",
	certbuild.TroubleJKS:           "JKS hides the key behind one round of SHA-1: passwords can be tried quickly. Every Java reads PKCS#12 too.",
	certbuild.TroubleOneRound:      "This form derives its key by one round of MD5: passwords can be tried quickly. Take PKCS#8 unless the reader is too old for it.",
	certbuild.TroublePBMAC1:        "PBMAC1 is read by OpenSSL 3.4, Bouncy Castle and newer, and not yet by Java, Windows, macOS and Node.js 22.",
}
