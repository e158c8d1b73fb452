package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"certuri/contract"
)

// runConvert writes the file that a target reads.
func runConvert(args []string, stdout, stderr io.Writer) int {
	fset := newFlags("convert", stderr)
	var files fileFlags
	files.register(fset)
	var newPassword secretFlag
	newPassword.register(fset, "out-password", "the new password of the key; without it the key is written unencrypted")
	to := fset.String("to", "", "`form` of the file: pem (certificate, chain and key in one file)")
	target := fset.String("for", "", "`id` of the target that will read the file; it decides how a new password protects the key")
	out := fset.String("out", "", "`path` of the file to write")
	force := fset.Bool("force", false, "replace the file if it exists")
	paths, ok := parse(fset, args, stderr)
	if !ok {
		return exitUsage
	}
	switch {
	case len(paths) == 0:
		return misuse(fset, stderr, "no file was named")
	case *to != "pem":
		return misuse(fset, stderr, "--to must be pem")
	case *out == "":
		return misuse(fset, stderr, "--out is missing")
	case *target != "" && !slices.ContainsFunc(targetList(), func(t contract.Target) bool { return t.ID == *target }):
		return misuse(fset, stderr, "there is no target "+*target+"; see certuri targets")
	}
	password, err := newPassword.read()
	if err != nil {
		return misuse(fset, stderr, err.Error())
	}
	if password != nil && *password == "" {
		return misuse(fset, stderr, "the new password is empty: an empty password protects nothing; leave the flag out for a plain key")
	}
	o, status, ok := files.open(fset, paths, false, stdout, stderr)
	if !ok {
		return status
	}
	req := contract.Request{Op: contract.OpSave, Form: &contract.Form{CertificateKeyFile: filepath.Base(*out), Target: *target}}
	if password != nil {
		req.NewPassword = *password
	}
	response, data, refused := o.do(req)
	if refused != nil {
		return refuse(refused, false, stdout, stderr)
	}
	if err := writeWhole(*out, data[0], *force); err != nil {
		p := &contract.Problem{Code: "cannot-write", What: "The file was not written: " + err.Error() + ".",
			Why: "The operating system refused it, and nothing was left behind.", Fix: "Choose another path."}
		if errors.Is(err, fs.ErrExist) {
			p = &contract.Problem{Code: "exists", What: "The file " + *out + " exists.",
				Why: "Nothing is overwritten without being asked to: it may be the only copy of a key.",
				Fix: "Choose another path, or add --force."}
		}
		return refuse(p, false, stdout, stderr)
	}
	fmt.Fprintf(stderr, "%s: %s\n", *out, response.Saved.Description)
	return exitDone
}

// writeWhole writes a file with mode 0600, whole or not at all, and over an existing one only when replace is set.
func writeWhole(path string, data []byte, replace bool) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".certuri-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if removed := os.Remove(f.Name()); err == nil && removed != nil && !errors.Is(removed, fs.ErrNotExist) {
			err = removed
		}
	}()
	if _, err = f.Write(data); err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	if replace {
		return os.Rename(f.Name(), path)
	}
	return os.Link(f.Name(), path) // fails when the path exists, which Rename does not
}
