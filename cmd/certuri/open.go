package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"certuri/certbuild"
	"certuri/certbuild/signing"
	"certuri/contract"
)

// opened is what the files of a command line hold.
type opened struct {
	engine *contract.Engine
	report *contract.Report
	chosen bool // by --identity
}

// open reads the files and opens them with the password, if there is one. A refusal is what stopped it.
func open(paths []string, password *string) (*opened, *contract.Problem) {
	o := &opened{engine: &contract.Engine{KeyMaker: signing.Maker{}}}
	req := contract.Request{Op: contract.OpAdd, AsIs: true}
	var data [][]byte
	for _, path := range paths {
		b, err := readFile(path)
		if err != nil {
			return nil, cannotRead(err)
		}
		name := filepath.Base(path)
		if path == standardInput {
			name = "standard input"
		}
		req.Files = append(req.Files, contract.NewFile{Name: name, Password: password})
		data = append(data, b)
	}
	response, _ := o.engine.Do(req, data)
	if response.Report == nil {
		return nil, internalProblem(response)
	}
	o.report = response.Report
	return o, o.refused(password != nil)
}

func cannotRead(err error) *contract.Problem {
	p := &contract.Problem{Code: "cannot-read", What: "The file cannot be read: " + err.Error() + ".",
		Why: "The operating system refused it.", Fix: "Check the path and the file's permissions."}
	var at *fs.PathError
	if errors.As(err, &at) && isFolder(at.Path) {
		p.What, p.Why = at.Path+" is a folder.", "Only files are read."
		in := certbuild.QuotePath(strings.TrimSuffix(at.Path, "/"))
		p.Fix = "Name the files in it, such as " + in + "/*.pem or " + in + "/*.p12."
	}
	return p
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// reason is an error of the file system without the path that it is about.
func reason(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}

// maxRead is more than the engine takes: what is cut off here is refused there as too large.
const maxRead = 64 << 20

// standardInput stands for it among the files.
const standardInput = "-"

// readFile reads no more of a file than decides what to say of it: it may be a disk's image, or have no end.
func readFile(path string) ([]byte, error) {
	f := os.Stdin
	if path != standardInput {
		var err error
		if f, err = os.Open(path); err != nil {
			return nil, err
		}
		defer f.Close()
	}
	return io.ReadAll(io.LimitReader(f, maxRead))
}

// refused decides whether the files count as refused: nothing in them could be used, or a password was given and opened
// nothing.
func (o *opened) refused(withPassword bool) *contract.Problem {
	usable := len(o.report.Certificates) > 0 || len(o.report.Keys) > 0
	var first *contract.Problem
	for _, f := range o.report.Files {
		if f.Error == nil {
			continue
		}
		if first == nil {
			first = f.Error
		}
		if withPassword && f.State == "locked" && !o.unlockedAny() {
			return f.Error
		}
	}
	if usable {
		return nil
	}
	if first == nil {
		first = &contract.Problem{Code: "nothing-found", What: "There is no certificate and no key in what was given.",
			Why: "The files could be read, but hold neither.", Fix: "Look for a .p12, .pfx, .pem or .crt file."}
	}
	return first
}

// unlockedAny tells whether anything that was encrypted has been opened: a key, or a key store around keys that have
// passwords of their own.
func (o *opened) unlockedAny() bool {
	for _, c := range o.report.Containers {
		if !c.Locked && (c.Kind == "pkcs12" || c.Kind == "jks" || c.Kind == "jceks") {
			return true
		}
	}
	return o.unlockedKey()
}

// unlockedKey tells whether a key that was encrypted has been opened.
func (o *opened) unlockedKey() bool {
	return slices.ContainsFunc(o.report.Keys, func(k contract.Key) bool { return k.Encrypted && !k.Locked })
}

// do asks the engine one more thing about the opened files.
func (o *opened) do(req contract.Request) (contract.Response, [][]byte, *contract.Problem) {
	response, files := o.engine.Do(req, nil)
	switch {
	case response.Error != nil:
		return response, nil, response.Error
	case response.Internal != "":
		return response, nil, internalProblem(response)
	}
	return response, files, nil
}

func internalProblem(r contract.Response) *contract.Problem {
	return &contract.Problem{Code: "internal", What: "certuri itself failed: " + r.Internal + ".",
		Why: "This is a fault in certuri, not in your file.", Fix: "Please report it, without the file."}
}

// fixes are what to do at a command line where the page says where to type.
var fixes = map[string]string{
	"password-required":         "Give it with --password-env VARIABLE or --password-file PATH. Whoever gave you the file knows it; it often comes by another way, such as a text message.",
	"wrong-password":            "Mind capitals, the keyboard layout, and a blank or line end copied along with it: --password-file takes off one line end, a variable none.",
	"wrong-password-or-damaged": "Mind capitals, the keyboard layout, and a blank or line end copied along with the password. If it is right, fetch the file again.",
	"key-locked":                "Give the key's password with --password-env VARIABLE or --password-file PATH.",
}

// refuse reports a refusal in the form that was asked for.
func refuse(p *contract.Problem, asJSON bool, stdout, stderr io.Writer) int {
	p = told(p)
	if asJSON {
		printJSON(stdout, map[string]*contract.Problem{"error": p})
		return exitRefused
	}
	fmt.Fprintf(stderr, "certuri: %s\n", p.What)
	if p.Where != "" {
		fmt.Fprintf(stderr, "  where: %s\n", p.Where)
	}
	fmt.Fprintf(stderr, "  why:   %s\n  fix:   %s\n", p.Why, p.Fix)
	return exitRefused
}

// told is a problem as it is told at a command line.
func told(p *contract.Problem) *contract.Problem {
	fix, ok := fixes[p.Code]
	if !ok {
		return p
	}
	here := *p
	here.Fix = fix
	return &here
}

func printJSON(w io.Writer, v any) {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	_ = e.Encode(v) // a closed pipe is the reader's choice
}

// fileFlags are the flags of every command that opens files.
type fileFlags struct {
	password secretFlag
	identity string
}

func (f *fileFlags) register(fs *flag.FlagSet) {
	f.password.register(fs, "password", "the password of the files")
	named(fs, &f.identity, "identity", identityUsage)
}

// open reads the password and opens the files. When ok is false the command ends with status.
func (f *fileFlags) open(fs *flag.FlagSet, paths []string, asJSON bool, stdout, stderr io.Writer) (o *opened, status int, ok bool) {
	password, err := f.password.read()
	if err != nil {
		return nil, misuse(fs, stderr, err.Error()), false
	}
	o, refused := open(paths, password)
	if refused == nil {
		refused = f.choose(o)
	}
	if refused != nil {
		return nil, refuse(refused, asJSON, stdout, stderr), false
	}
	return o, exitDone, true
}

// choose chooses what --identity names, if it was given.
func (f *fileFlags) choose(o *opened) *contract.Problem {
	if f.identity == "" {
		return nil
	}
	o.chosen = true
	return o.choose(f.identity)
}
