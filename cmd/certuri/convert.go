package main

import (
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"certuri/certbuild"
	"certuri/certbuild/jks"
	"certuri/contract"
)

// runConvert writes the file that a target reads, or one of another form.
func runConvert(args []string, stdout, stderr io.Writer) int {
	fset := newFlags("convert", stderr)
	var files fileFlags
	files.register(fset)
	var newPassword secretFlag
	newPassword.register(fset, "out-password", "the new password of the key or store; without it a key is written unencrypted")
	to := fset.String("to", "", "`form` of the file; without it the one that the target of --for reads:\n"+formList())
	target := fset.String("for", "", "`id` of the target that will read the file")
	out := fset.String("out", "", "`path` of the file to write")
	keyOut := fset.String("key-out", "", "`path` of the key's file with separate-pem; without it that of --out with the ending .key")
	alias := fset.String("alias", "", "`name` of the entry in a key store")
	force := fset.Bool("force", false, "replace files that exist")
	printCommands := fset.Bool("print-commands", false, "print the openssl and keytool lines that do the same")
	paths, ok := parse(fset, args, stderr)
	if !ok {
		return exitUsage
	}
	form := certbuild.FormNamed(*to)
	if *to == "" && *target != "" {
		form = certbuild.FormNamed(string(certbuild.ReaderOf(*target).Form()))
	}
	switch {
	case len(paths) == 0:
		return misuse(fset, stderr, "no file was named")
	case *target != "" && !knownTarget(*target):
		return misuse(fset, stderr, noTarget(*target))
	case *to == "" && *target == "":
		return misuse(fset, stderr, "--to or --for is missing")
	case form == nil:
		return misuse(fset, stderr, "there is no form "+*to+didYouMean("", *to, formNames())+"; certuri convert --help lists the forms")
	case *out == "":
		return misuse(fset, stderr, "--out is missing")
	case *keyOut != "" && form.Beside == "":
		return misuse(fset, stderr, "--key-out is for separate-pem")
	case *out == "-" || *keyOut == "-":
		return misuse(fset, stderr, "--out is the path of a file: keys are not printed")
	case *printCommands && slices.Contains(paths, standardInput):
		return misuse(fset, stderr, "openssl cannot read standard input again: name the file for --print-commands")
	}
	password, err := newPassword.read()
	if err != nil {
		return misuse(fset, stderr, err.Error())
	}
	switch {
	case password == nil:
		password = new(string)
	case form.Password == certbuild.NoPassword:
		return misuse(fset, stderr, "nothing in this form is encrypted: leave the new password out")
	case *password == "" && form.Password != certbuild.StorePassword:
		return misuse(fset, stderr, "the new password is empty: an empty password protects nothing; leave the flag out for a plain file")
	}
	outs := []string{*out}
	if form.Beside != "" {
		if *keyOut == "" {
			*keyOut = strings.TrimSuffix(*out, filepath.Ext(*out)) + form.Beside
		}
		outs = append(outs, *keyOut)
	}
	o, status, ok := files.open(fset, paths, false, stdout, stderr)
	if !ok {
		return status
	}
	o.engine.JKS = jks.Write
	o.engine.Spelling = &certbuild.Spelling{Files: paths, Out: outs,
		Password: files.password.source("OLD_PASSWORD"), NewPassword: newPassword.source("NEW_PASSWORD")}
	response, data, refused := o.do(contract.Request{Op: contract.OpSave, To: string(form.ID), Alias: *alias, NewPassword: *password,
		Form: &contract.Form{CertificateKeyFile: filepath.Base(*out), Target: *target}})
	if refused != nil {
		return refuse(refused, false, stdout, stderr)
	}
	mode := fs.FileMode(0o644)
	if form.Secret {
		mode = 0o600
	}
	if problem := writeAll(outs, data, mode, *force); problem != nil {
		return refuse(problem, false, stdout, stderr)
	}
	fmt.Fprintf(stderr, "%s: %s\n", strings.Join(outs, ", "), response.Saved.Description)
	if form.ID != certbuild.CAPEM && form.Password != certbuild.TrustPassword {
		o.warnSeveral(stderr)
	}
	if form.Password == certbuild.KeyPassword && *password == "" && o.unlockedKey() {
		fmt.Fprintln(stderr, "warning: the key was encrypted and no longer is. --out-password-env gives it a new password; snippet takes this file with --key-password none.")
	}
	for _, w := range response.Saved.Warnings {
		fmt.Fprintf(stderr, "warning: %s\n", w)
	}
	if *printCommands {
		fmt.Fprintln(stdout, strings.Join(response.Saved.Commands, "\n"))
	}
	return exitDone
}

// knownTarget tells whether a target has snippets or an entry in the table of readers.
func knownTarget(id string) bool {
	return slices.ContainsFunc(targetList(), func(t contract.Target) bool { return t.ID == id }) || certbuild.KnownReader(id)
}

// formNames are the forms and their other names.
func formNames() (names []string) {
	for _, f := range certbuild.Forms() {
		names = append(append(names, string(f.ID)), f.Aliases...)
	}
	return names
}

// formList is the forms for the usage, each with its other names.
func formList() string {
	var b strings.Builder
	for _, f := range certbuild.Forms() {
		name := string(f.ID)
		if len(f.Aliases) > 0 {
			name += " (" + strings.Join(f.Aliases, ", ") + ")"
		}
		fmt.Fprintf(&b, "  %s: %s\n", name, f.Label)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// source says where the password comes from, as openssl takes it after -passin.
func (s *secretFlag) source(otherwise string) string {
	switch {
	case s.env != "":
		return "env:" + s.env
	case s.file != "":
		return "file:" + s.file
	}
	return "env:" + otherwise
}
