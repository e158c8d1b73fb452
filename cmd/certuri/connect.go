package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"certuri/contract"
	"certuri/snippet"
)

// connectFlags are the deployment flags, shared by uri and snippet.
type connectFlags struct {
	files fileFlags
	form  contract.Form
	srv   bool
}

func (c *connectFlags) register(fs *flag.FlagSet) {
	c.files.register(fs)
	fs.Func("host", "`host[:port]`, several separated by commas or by giving the flag again", func(s string) error {
		if c.form.Hosts != "" {
			s = c.form.Hosts + "," + s
		}
		c.form.Hosts = s
		return nil
	})
	fs.BoolVar(&c.srv, "srv", false, "mongodb+srv://, as Atlas uses it")
	fs.StringVar(&c.form.ReplicaSetName, "replica-set", "", "`name` of the replica set")
	fs.StringVar(&c.form.Database, "database", "", "default database `name`")
	fs.StringVar(&c.form.CertificateKeyFile, "cert-path", "", "`path` of the certificate and key file, as the client will read it")
	fs.StringVar(&c.form.CAFile, "ca-path", "", "`path` of the servers' CA file, as the client will read it")
	fs.BoolVar(&c.form.WithUsername, "with-username", false, "write the user name out; the server takes it from the certificate without that")
}

// prepare opens the files, if any, and completes the form. When ok is false the command ends with status.
func (c *connectFlags) prepare(fs *flag.FlagSet, paths []string, stdout, stderr io.Writer) (o *opened, status int, ok bool) {
	switch {
	case c.srv && c.form.ReplicaSetName != "":
		return nil, misuse(fs, stderr, "--srv takes the replica set's name from DNS: leave out --replica-set"), false
	case c.srv:
		c.form.Topology = "srv"
	case c.form.ReplicaSetName != "":
		c.form.Topology = "replicaSet"
	case strings.Contains(c.form.Hosts, ","):
		c.form.Topology = "sharded"
	default:
		c.form.Topology = "single"
	}
	if c.form.WithUsername && len(paths) == 0 {
		return nil, misuse(fs, stderr, "--with-username needs the certificate's file"), false
	}
	if len(paths) == 0 {
		return &opened{engine: new(contract.Engine)}, exitDone, true
	}
	o, status, ok = c.files.open(fs, paths, false, stdout, stderr)
	if !ok {
		return nil, status, false
	}
	if c.form.WithUsername && o.report.Username == nil {
		return nil, refuse(&contract.Problem{Code: "no-username", What: "There is no user name to write out.",
			Why: "The files hold no certificate, or the server has no name for its subject.",
			Fix: "Run certuri inspect on the same files, or leave out --with-username."}, false, stdout, stderr), false
	}
	return o, exitDone, true
}

// render renders the form. Fields that cannot be used are a refusal here: a command has nobody typing.
func (c *connectFlags) render(o *opened) (*contract.Rendered, *contract.Problem) {
	response, _, refused := o.do(contract.Request{Op: contract.OpRender, Form: &c.form})
	if refused != nil {
		return nil, refused
	}
	if p := response.Rendered.Problems; len(p) > 0 {
		return nil, &p[0]
	}
	return response.Rendered, nil
}

// runURI prints a connection string.
func runURI(args []string, stdout, stderr io.Writer) int {
	fs := newFlags("uri", stderr)
	var c connectFlags
	c.register(fs)
	paths, ok := parse(fs, args, stderr)
	if !ok {
		return exitUsage
	}
	if c.form.Hosts == "" {
		return misuse(fs, stderr, "--host is missing")
	}
	o, status, ok := c.prepare(fs, paths, stdout, stderr)
	if !ok {
		return status
	}
	// Any target does: the connection string is the same for all of those that read one.
	c.form.Target, c.form.Style, c.form.PasswordFrom = "pymongo", "uri", "none"
	rendered, refused := c.render(o)
	if refused != nil {
		return refuse(refused, false, stdout, stderr)
	}
	fmt.Fprintln(stdout, rendered.URI)
	return exitDone
}

// runSnippet prints the program or command for one target.
func runSnippet(args []string, stdout, stderr io.Writer) int {
	fs := newFlags("snippet", stderr)
	var c connectFlags
	c.register(fs)
	fs.StringVar(&c.form.Target, "target", "", "`id` of the target; see certuri targets")
	fs.StringVar(&c.form.Version, "target-version", "", "`version` of the target, the newest when left out")
	fs.StringVar(&c.form.Style, "style", "", "constructor or uri")
	fs.StringVar(&c.form.PasswordFrom, "key-password", "", "where the key's password comes from: env or none (the default is what the files need)")
	fs.StringVar(&c.form.PasswordEnv, "key-password-variable", "", "the environment `variable` that the snippet reads")
	dir := fs.String("dir", "", "`folder` to write the snippet and all that belongs to it into, instead of printing it")
	force := fs.Bool("force", false, "replace files that exist")
	paths, ok := parse(fs, args, stderr)
	if !ok {
		return exitUsage
	}
	if c.form.Target == "" || c.form.Style == "" {
		return misuse(fs, stderr, "--target and --style are needed")
	}
	switch c.form.PasswordFrom {
	case "", "env", "none":
	default:
		return misuse(fs, stderr, "--key-password is env or none")
	}
	o, status, ok := c.prepare(fs, paths, stdout, stderr)
	if !ok {
		return status
	}
	if c.form.PasswordFrom == "" {
		c.form.PasswordFrom = o.passwordFrom(c.form.Target)
	}
	rendered, refused := c.render(o)
	if refused != nil {
		if refused.Field == "target" {
			return misuse(fs, stderr, refused.What+" "+refused.Fix)
		}
		return refuse(refused, false, stdout, stderr)
	}
	s := rendered.Snippet
	if *dir != "" {
		var paths []string
		var texts [][]byte
		for _, file := range append([]snippet.Snippet{s}, s.Also...) {
			path := filepath.Join(*dir, filepath.FromSlash(file.File))
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				return misuse(fs, stderr, err.Error())
			}
			paths, texts = append(paths, path), append(texts, []byte(file.Text()))
		}
		if refused := writeAll(paths, texts, 0o600, *force); refused != nil {
			return refuse(refused, false, stdout, stderr)
		}
		fmt.Fprintln(stderr, strings.Join(paths, "\n"))
	} else {
		fmt.Fprint(stdout, s.Text())
		for _, file := range s.Also {
			fmt.Fprintln(stderr, "note: "+file.File+" belongs to it; --dir writes it too.")
		}
	}
	for _, file := range rendered.Files {
		fmt.Fprintln(stderr, "needs "+printable(file.Path)+": "+file.Description+".")
	}
	for _, note := range s.Notes {
		fmt.Fprintln(stderr, "note:", note)
	}
	return exitDone
}

// passwordFrom is the source of the key's password that fits the opened files and the target: none for a key that is not
// encrypted, but a PKCS#12 file ought to have a password, and Java finds nothing in one that is not encrypted.
func (o *opened) passwordFrom(target string) string {
	if o.report == nil {
		return "env"
	}
	for _, t := range targetList() {
		if t.ID == target && t.File == string(snippet.PKCS12) {
			return "env"
		}
	}
	for _, k := range o.report.Keys {
		if k.Encrypted {
			return "env"
		}
	}
	if len(o.report.Keys) > 0 {
		return "none"
	}
	return "env"
}

// runTargets lists the targets.
func runTargets(args []string, stdout, stderr io.Writer) int {
	fs := newFlags("targets", stderr)
	asJSON := fs.Bool("json", false, "print JSON")
	rest, ok := parse(fs, args, stderr)
	if !ok {
		return exitUsage
	}
	if len(rest) > 0 {
		return misuse(fs, stderr, "it takes no arguments")
	}
	if *asJSON {
		printJSON(stdout, map[string][]contract.Target{"targets": targetList()})
		return exitDone
	}
	for _, t := range targetList() {
		fmt.Fprintf(stdout, "%-16s %-28s %-24s %s\n", t.ID, t.Label, strings.Join(t.Styles, ", "), strings.Join(t.Versions, ", "))
	}
	return exitDone
}

func targetList() []contract.Target {
	response, _ := new(contract.Engine).Do(contract.Request{Op: contract.OpTargets}, nil)
	return response.Targets
}
