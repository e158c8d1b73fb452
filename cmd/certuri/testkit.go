package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"certuri/certbuild/signing"
	"certuri/contract"
)

// runTestKit writes a throw-away authority, a server's and a client's certificate, and all that goes with them.
func runTestKit(args []string, stdout, stderr io.Writer) int {
	fset := newFlags("testkit", stderr)
	dir := fset.String("dir", "", "`folder` to write the kit to; it is made when it is not there")
	kit := contract.KitForm{}
	fset.Func("host", "`name` or address of the server, without a port; the first is its main name, and localhost is always among them", func(s string) error {
		kit.Hosts = append(kit.Hosts, s)
		return nil
	})
	force := fset.Bool("force", false, "write into a folder that is not empty, and replace files in it")
	rest, ok := parse(fset, args, stderr)
	switch {
	case !ok:
		return exitUsage
	case len(rest) > 0:
		return misuse(fset, stderr, "it takes no arguments")
	case *dir == "":
		return misuse(fset, stderr, "--dir is missing")
	}
	inside, err := os.ReadDir(*dir)
	switch {
	case len(inside) > 0 && !*force:
		return refuse(&contract.Problem{Code: "exists", What: "The folder " + *dir + " is not empty.",
			Why: "Nothing is overwritten without being asked to: it may be the only copy of a key.",
			Fix: "Choose another folder, or add --force."}, false, stdout, stderr)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return refuse(cannotWrite(err), false, stdout, stderr)
	}
	if kit.Folder, err = filepath.Abs(*dir); err != nil {
		return refuse(cannotWrite(err), false, stdout, stderr)
	}
	kit.Folder = filepath.ToSlash(kit.Folder)
	o := &opened{engine: &contract.Engine{KeyMaker: signing.Maker{}}}
	response, data, refused := o.do(contract.Request{Op: contract.OpTestKit, Kit: &kit})
	if refused != nil {
		return refuse(refused, false, stdout, stderr)
	}
	if problem := writeKit(*dir, response.Kit.Files, data, *force); problem != nil {
		return refuse(problem, false, stdout, stderr)
	}
	for _, f := range response.Kit.Files {
		if filepath.Base(f.Name) == f.Name {
			fmt.Fprintf(stderr, "%s: %s\n", filepath.Join(*dir, f.Name), f.What)
		}
	}
	fmt.Fprintln(stderr, "The keys are not encrypted: the kit is for tests. README.md says how to use it.")
	fmt.Fprintln(stdout, response.Kit.Username)
	return exitDone
}

// writeKit writes all files or none. Folders that it makes are for this user alone.
func writeKit(dir string, files []contract.KitFile, data [][]byte, replace bool) (problem *contract.Problem) {
	var made []string
	defer func() {
		for i := len(made) - 1; i >= 0 && problem != nil; i-- {
			os.Remove(made[i]) // fails where something is in it
		}
	}()
	var outputs []output
	for i, f := range files {
		o := output{filepath.Join(dir, filepath.FromSlash(f.Name)), data[i], 0o644}
		if f.Secret {
			o.mode = 0o600
		}
		var err error
		if made, err = makeFolders(filepath.Dir(o.path), made); err != nil {
			return cannotWrite(err)
		}
		outputs = append(outputs, o)
	}
	return writeFiles(outputs, replace)
}

// makeFolders makes a folder and those above it, and adds those that were not there to made.
func makeFolders(dir string, made []string) ([]string, error) {
	if _, err := os.Stat(dir); err == nil {
		return made, nil
	}
	made, err := makeFolders(filepath.Dir(dir), made)
	if err != nil {
		return made, err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return made, err
	}
	return append(made, dir), nil
}
