package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"certuri/contract"
	"certuri/uribuild"
)

// runDoctor says why a login would fail. Files that cannot be opened are findings here, not refusals.
func runDoctor(args []string, stdout, stderr io.Writer) int {
	fs := newFlags("doctor", stderr)
	var files fileFlags
	files.register(fs)
	form := contract.Form{}
	fs.StringVar(&form.Target, "target", "", "`id` of the client that is to use the files; any, when left out")
	fs.StringVar(&form.Version, "target-version", "", "`version` of the client, or for Java of the JDK (\"JDK 11.0.2\")")
	server := fs.String("server-cert", "", "`file` with the server's certificate")
	ca := fs.String("ca-file", "", "`file` with the authorities that the client is to trust")
	req := contract.Request{Op: contract.OpDoctor, Form: &form, AsIs: true}
	named(fs, &req.Text, "uri", "connection `string`")
	fs.StringVar(&req.ServerVersion, "server-version", "", "`version` of the server, such as 7.0")
	named(fs, &req.ServerSubject, "server-subject", "the server's `subject`, or its O, OU and DC, when its certificate is not at hand")
	asJSON := fs.Bool("json", false, "print JSON")
	paths, ok := parse(fs, args, stderr)
	switch {
	case !ok:
		return exitUsage
	case len(paths) == 0:
		return misuse(fs, stderr, "no file was named")
	case form.Target == "" && form.Version != "":
		return misuse(fs, stderr, "--target-version is the version of the client that --target names, and that is missing")
	case form.Target != "" && !uribuild.KnowsTarget(form.Target):
		return misuse(fs, stderr, noTarget(form.Target))
	}
	password, err := files.password.read()
	if err != nil {
		return misuse(fs, stderr, err.Error())
	}
	o, refused := open(paths, password)
	if o == nil {
		return refuse(refused, *asJSON, stdout, stderr)
	}
	if refused := files.choose(o); refused != nil {
		return refuse(refused, *asJSON, stdout, stderr)
	}
	o.warnSeveral(stderr)
	var beside [][]byte
	for _, f := range [...]struct{ path, role string }{{*server, "server"}, {*ca, "ca"}} {
		if f.path == "" {
			continue
		}
		b, err := readFile(f.path)
		if err != nil {
			return refuse(cannotRead(err), *asJSON, stdout, stderr)
		}
		req.Files = append(req.Files, contract.NewFile{Name: filepath.Base(f.path), Role: f.role})
		beside = append(beside, b)
	}
	response, _ := o.engine.Do(req, beside)
	switch {
	case response.Error != nil && response.Error.Code == "unknown-version" && !*asJSON:
		return misuse(fs, stderr, response.Error.What+" "+response.Error.Fix)
	case response.Error != nil:
		return refuse(response.Error, *asJSON, stdout, stderr)
	case response.Doctor == nil:
		return refuse(internalProblem(response), *asJSON, stdout, stderr)
	case *asJSON:
		printJSON(stdout, response.Doctor)
	default:
		printDoctor(stdout, response.Doctor)
	}
	if response.Doctor.Verdict == contract.VerdictFails {
		return exitFound
	}
	return exitDone
}

// printDoctor is the form for people: the verdict, the findings with the worst first, and what was found good.
func printDoctor(w io.Writer, d *contract.Doctor) {
	switch d.Verdict {
	case contract.VerdictWorks:
		fmt.Fprintln(w, "It works, as far as can be told from here.")
	case contract.VerdictWarnings:
		fmt.Fprintln(w, "It works, with warnings.")
	default:
		fmt.Fprintln(w, "It will not work.")
	}
	for _, f := range d.Findings {
		fmt.Fprintf(w, "\n%s %s: %s\n  %s\n", f.Severity, f.ID, printable(f.What), printable(f.Why))
		if f.Error != "" {
			printQuoted(w, "the client prints", f.Error)
		}
		if f.Server != "" {
			fmt.Fprintf(w, "  the server says:   %s\n", printable(f.Server))
		}
		fmt.Fprintf(w, "  fix: %s\n", printable(f.Fix))
	}
	if len(d.Checked) > 0 {
		fmt.Fprintf(w, "\nFound good: %s.\n", strings.Join(d.Checked, "; "))
	}
}
