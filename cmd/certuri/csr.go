package main

import (
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"certuri/certbuild"
	"certuri/certbuild/signing"
	"certuri/contract"
)

// runCSR makes a certificate request, or checks a reply against one.
func runCSR(args []string, stdout, stderr io.Writer) int {
	fs := newFlags("csr", stderr)
	var files fileFlags
	files.register(fs)
	var form contract.CSRForm
	fs.StringVar(&form.Subject, "subject", "", "the `name` to ask for, as the user name is to be: \"CN=alice,OU=Data,O=Example\"; without it the opened certificate's, byte for byte")
	fs.StringVar(&form.KeyType, "key-type", "", "make a new key of this `type`: "+strings.Join(certbuild.KeyTypes(), ", ")+"; without it the opened key signs, or a new ec-p256 one")
	fs.Func("san", "alternative `name`, several separated by commas or by giving the flag again", func(s string) error {
		form.AltNames = append(form.AltNames, strings.Split(s, ",")...)
		return nil
	})
	registerRoles(fs, &form.Roles, "`role@database` for MongoDB's own extension, which needs an authority that keeps it")
	out := fs.String("out", "", "`path` of the request to write")
	keyOut := fs.String("out-key", "", "`path` of the new key's file; without it that of --out with the ending .key")
	var newPassword secretFlag
	newPassword.register(fs, "out-key-password", "the password of the new key; without it the key is written unencrypted")
	force := fs.Bool("force", false, "replace files that exist")
	request := fs.String("check", "", "compare the certificate that came back, among the files, with this request's `file`; exit status 3 when it cannot be used")
	asJSON := fs.Bool("json", false, "with --check: print JSON")
	paths, ok := parse(fs, args, stderr)
	switch {
	case !ok:
		return exitUsage
	case *request != "" && len(paths) == 0:
		return misuse(fs, stderr, "--check needs the files with the certificate that came back")
	case *request != "":
		return checkReply(fs, &files, paths, *request, *asJSON, stdout, stderr)
	case *asJSON:
		return misuse(fs, stderr, "--json is for --check")
	case len(paths) == 0 && form.Subject == "":
		return misuse(fs, stderr, "--subject is missing, and no file was named")
	case *out == "":
		return misuse(fs, stderr, "--out is missing")
	}
	password, err := newPassword.read()
	switch {
	case err != nil:
		return misuse(fs, stderr, err.Error())
	case password == nil:
		password = new(string)
	case *password == "":
		return misuse(fs, stderr, "the new password is empty: an empty password protects nothing; leave the flag out for a plain key")
	}
	o := &opened{engine: new(contract.Engine)}
	if len(paths) > 0 {
		var status int
		if o, status, ok = files.open(fs, paths, false, stdout, stderr); !ok {
			return status
		}
		o.warnSeveral(stderr)
	}
	o.engine.KeyMaker = signing.Maker{}
	response, data, refused := o.do(contract.Request{Op: contract.OpCSR, CSR: &form, NewPassword: *password})
	if refused != nil {
		return refuse(refused, false, stdout, stderr)
	}
	if !response.CSR.NewKey && (*keyOut != "" || *password != "") {
		return misuse(fs, stderr, "the opened key signs, and no new one is made: add --key-type for one, or leave out --out-key and its password")
	}
	outputs := []output{{*out, data[0], 0o644}}
	if response.CSR.NewKey {
		if *keyOut == "" {
			*keyOut = strings.TrimSuffix(*out, filepath.Ext(*out)) + ".key"
		}
		outputs = append(outputs, output{*keyOut, data[1], 0o600})
	}
	if problem := writeFiles(outputs, *force); problem != nil {
		return refuse(problem, false, stdout, stderr)
	}
	fmt.Fprintf(stderr, "%s: %s\n", *out, response.Saved.Description)
	if response.CSR.NewKey {
		fmt.Fprintf(stderr, "%s: its private key, %s\n", *keyOut, response.CSR.KeyType)
	}
	for _, w := range response.Saved.Warnings {
		fmt.Fprintf(stderr, "warning: %s\n", w)
	}
	fmt.Fprintln(stdout, response.CSR.Username)
	return exitDone
}

// checkReply says what the authority changed.
func checkReply(fs *flag.FlagSet, files *fileFlags, paths []string, request string, asJSON bool, stdout, stderr io.Writer) int {
	b, err := readFile(request)
	if err != nil {
		return refuse(cannotRead(err), asJSON, stdout, stderr)
	}
	o, status, ok := files.open(fs, paths, asJSON, stdout, stderr)
	if !ok {
		return status
	}
	response, _ := o.engine.Do(contract.Request{Op: contract.OpReply, Files: []contract.NewFile{{Name: filepath.Base(request), Role: "request"}}}, [][]byte{b})
	switch {
	case response.Error != nil:
		return refuse(response.Error, asJSON, stdout, stderr)
	case response.Reply == nil:
		return refuse(internalProblem(response), asJSON, stdout, stderr)
	case asJSON:
		printJSON(stdout, response.Reply)
	default:
		for _, f := range response.Reply.Findings {
			fmt.Fprintf(stdout, "%s: %s\n  %s\n  fix: %s\n", f.Severity, f.What, f.Why, f.Fix)
		}
		if len(response.Reply.Checked) > 0 {
			fmt.Fprintf(stdout, "Found good: %s.\n", strings.Join(response.Reply.Checked, "; "))
		}
	}
	if response.Reply.Verdict == contract.VerdictFails {
		return exitFound
	}
	return exitDone
}

// registerRoles adds the flag --role.
func registerRoles(fs *flag.FlagSet, to *[]contract.UserRole, usage string) {
	fs.Func("role", usage+"; may be given again", func(s string) error {
		role, ok := certbuild.ParseRole(s)
		if !ok {
			return fmt.Errorf("write it as role@database, such as readWrite@app")
		}
		*to = append(*to, contract.UserRole(role))
		return nil
	})
}
