package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"certuri/certbuild"
	"certuri/contract"
	"certuri/snippet"
	"certuri/uribuild"
)

// connectFlags are the deployment flags, shared by uri and snippet.
type connectFlags struct {
	files fileFlags
	form  contract.Form
	srv   bool
	json  bool // what is refused is said in JSON
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
	o, status, ok = c.files.open(fs, paths, c.json, stdout, stderr)
	if !ok {
		return nil, status, false
	}
	if c.form.WithUsername && o.report.Username == nil {
		return nil, refuse(&contract.Problem{Code: "no-username", What: "There is no user name to write out.",
			Why: "The files hold no certificate, or the server has no name for its subject.",
			Fix: "Run certuri inspect on the same files, or leave out --with-username."}, c.json, stdout, stderr), false
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
	fs.BoolVar(&c.json, "json", false, "print JSON, with the stand-ins that are still to be replaced")
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
	if c.form.WithUsername {
		o.warnSeveral(stderr)
	}
	// Any target does: the connection string is the same for all of those that read one.
	c.form.Target, c.form.Style, c.form.PasswordFrom = "pymongo", "uri", "none"
	rendered, refused := c.render(o)
	if refused != nil {
		return refuse(refused, c.json, stdout, stderr)
	}
	if c.json {
		printJSON(stdout, map[string]any{"uri": rendered.URI, "standIns": standIns(rendered.Snippet)})
		return exitDone
	}
	fmt.Fprintln(stdout, rendered.URI)
	for _, text := range standIns(rendered.Snippet) {
		fmt.Fprintln(stderr, "note: --cert-path is missing: "+text+" is a stand-in for it.")
	}
	return exitDone
}

// standIns are the texts in a snippet that the person must still replace, each once. The usual port may stay.
func standIns(s snippet.Snippet) []string {
	found := []string{}
	for _, span := range s.Spans {
		if span.Kind == snippet.Fill && span.Text != "27017" && !slices.Contains(found, span.Text) {
			found = append(found, span.Text)
		}
	}
	return found
}

// noteStandIns says what is still to be replaced.
func noteStandIns(s snippet.Snippet, stderr io.Writer) {
	if found := standIns(s); len(found) > 0 {
		fmt.Fprintln(stderr, "note: these are stand-ins, to be replaced: "+strings.Join(found, ", "))
	}
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
	fs.StringVar(&c.form.PasswordEnv, "key-password-variable", "MONGODB_KEY_PASSWORD", "the environment `variable` that the snippet reads")
	dir := fs.String("dir", "", "`folder` to write the snippet and all that belongs to it into, instead of printing it")
	force := fs.Bool("force", false, "replace files that exist")
	paths, ok := parse(fs, args, stderr)
	if !ok {
		return exitUsage
	}
	switch {
	case c.form.Target == "" || c.form.Style == "":
		return misuse(fs, stderr, "--target and --style are needed")
	case !knownTarget(c.form.Target):
		return misuse(fs, stderr, noTarget(c.form.Target))
	}
	if styles := stylesOf(c.form.Target); !slices.Contains(styles, c.form.Style) {
		return misuse(fs, stderr, c.form.Target+" has no style "+c.form.Style+": it has "+strings.Join(styles, " and "))
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
	o.warnSeveral(stderr)
	if c.form.PasswordFrom == "" {
		c.form.PasswordFrom = o.passwordFrom(c.form.Target, c.form.Version)
	}
	rendered, refused := c.render(o)
	if refused != nil {
		if refused.Field == "target" || refused.Field == "version" {
			return misuse(fs, stderr, refused.What+" "+refused.Fix)
		}
		return refuse(refused, false, stdout, stderr)
	}
	s := rendered.Snippet
	if *dir != "" {
		var written []string
		var texts [][]byte
		for _, file := range append([]snippet.Snippet{s}, s.Also...) {
			path := filepath.Join(*dir, filepath.FromSlash(file.File))
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				return misuse(fs, stderr, err.Error())
			}
			written, texts = append(written, path), append(texts, []byte(file.Text()))
		}
		if refused := writeAll(written, texts, 0o600, *force); refused != nil {
			return refuse(refused, false, stdout, stderr)
		}
		fmt.Fprintln(stderr, strings.Join(written, "\n"))
	} else {
		fmt.Fprint(stdout, s.Text())
		for _, file := range s.Also {
			fmt.Fprintln(stderr, "note: "+file.File+" belongs to it; --dir writes it too.")
		}
	}
	for _, file := range rendered.Files {
		fmt.Fprintln(stderr, "needs "+printable(file.Path)+": "+file.Description+".")
		if command := c.convertCommand(o, paths, file); command != "" {
			fmt.Fprintln(stderr, "  make it with: "+command)
		}
	}
	noteStandIns(s, stderr)
	for _, note := range s.Notes {
		fmt.Fprintln(stderr, "note:", note)
	}
	return exitDone
}

// convertCommand is the command that makes a file as the snippet reads it: the key with a password from the variable that the
// snippet reads, or with none. It is "" where the file cannot be made of what was opened, or the input cannot be read again.
func (c *connectFlags) convertCommand(o *opened, paths []string, file contract.NeededFile) string {
	if !file.CanSave || slices.Contains(paths, standardInput) {
		return ""
	}
	words := []string{"certuri", "convert"}
	for _, path := range paths {
		words = append(words, certbuild.QuotePath(path))
	}
	words = append(words, c.files.password.flags()...)
	if len(o.report.Identities) > 1 {
		words = append(words, "--identity", o.report.Identity[:16])
	}
	words = append(words, "--for", c.form.Target)
	if file.Form != string(certbuild.ReaderOf(c.form.Target).Form()) {
		words = append(words, "--to", file.Form)
	}
	out := file.Name
	if slices.Contains(paths, out) { // which may be the only copy of the key
		out = "new-" + out
	}
	words = append(words, "--out", certbuild.QuotePath(out))
	if file.Encrypted {
		words = append(words, "--out-password-env", c.form.PasswordEnv)
	}
	return strings.Join(words, " ")
}

// passwordFrom is the source of the key's password that fits the opened files and the target: none for a key that is not
// encrypted, or a client that reads no other. But a PKCS#12 file ought to have a password, and Java finds nothing in one that
// is not encrypted.
func (o *opened) passwordFrom(target, version string) string {
	if uribuild.Older(uribuild.Newest(version), certbuild.ReaderOf(target).Decrypts) {
		return "none"
	}
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

// noTarget says that there is no target of this name.
func noTarget(id string) string {
	var ids []string
	for _, t := range targetList() {
		ids = append(ids, t.ID)
	}
	return "there is no target " + id + didYouMean("", id, ids) + "; see certuri targets"
}

// stylesOf are the styles that a target's snippets come in, nil for one that has no snippets.
func stylesOf(id string) []string {
	for _, t := range targetList() {
		if t.ID == id {
			return t.Styles
		}
	}
	return nil
}

func targetList() []contract.Target {
	response, _ := new(contract.Engine).Do(contract.Request{Op: contract.OpTargets}, nil)
	return response.Targets
}
