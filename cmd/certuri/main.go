// Command certuri opens X.509 client certificates and says how to log in to MongoDB with them. It is the same engine as
// the website's, behind the same contract.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"certuri/certbuild"
	"certuri/contract"
)

// The exit statuses. Scripts rely on them.
const (
	exitDone    = 0
	exitRefused = 1 // the input was refused
	exitUsage   = 2
	exitFound   = 3 // doctor, lint or csr --check found an error, diff a difference
)

// A command is one subcommand.
type command struct {
	name, about string
	usage       string // what follows the name
	run         func(args []string, stdout, stderr io.Writer) int
}

// commands is in the order in which they are listed. A function, since some of them refer to it.
func commands() []command {
	return []command{
		{"inspect", "what the files hold, the user name first", "FILE... [--password-env VAR | --password-file PATH] [--identity WHICH] [--json]", runInspect},
		{"uri", "the connection string", "[FILE...] --host H[:P],... [--srv] [--replica-set N] [--cert-path P] [--ca-path P] [--with-username] [--identity WHICH] [--json]", runURI},
		{"snippet", "the program, settings or command that logs in", "[FILE...] --target ID [--target-version V] --style constructor|uri [--dir DIR] [the flags of uri]", runSnippet},
		{"targets", "what snippets are made for", "[--json]", runTargets},
		{"doctor", "why a login would fail", "FILE... [--identity WHICH] [--target ID] [--target-version V] [--server-cert FILE] [--ca-file FILE] [--uri URI] [--server-version V] [--json]", runDoctor},
		{"lint", "what is wrong with a connection string", "URI|- [--target ID [--target-version V]] [--json]", runLint},
		{"explain", "what an error message or a log means", "[TEXT|-] [--json]", runExplain},
		{"diff", "a user name beside the certificate's", "NAME|- FILE... [--password-env VAR | --password-file PATH] [--identity WHICH] [--json]", runDiff},
		{"convert", "the file that a client reads", "FILE... [--to FORM] [--for TARGET] --out PATH [--out-password-env VAR | --out-password-file PATH] [--identity WHICH] [--alias NAME] [--print-commands] [--force]", runConvert},
		{"createuser", "the command that creates the user", "FILE... [--role ROLE@DATABASE]... [--as FORM] [--all] [the flags of uri]", runCreateUser},
		{"server", "what goes on the server's side", "[FILE...] [--as FORM] [the flags of uri]", runServer},
		{"csr", "a certificate request, or a check of the reply to one", "[FILE...] [--subject NAME] [--key-type TYPE] [--san NAME]... [--role ROLE@DATABASE]... --out PATH [--out-key PATH] [--out-key-password-env VAR] | --check REQUEST FILE...", runCSR},
		{"testkit", "a throw-away authority with a server's and a client's certificate", "--dir FOLDER [--host NAME]... [--force]", runTestKit},
		{"serve", "the website, on this machine", "[--addr 127.0.0.1:8080]", runServe},
		{"version", "the release, and this program's SHA-256", "", runVersion},
	}
}

func commandNames() (names []string) {
	for _, c := range commands() {
		names = append(names, c.name)
	}
	return names
}

func main() {
	stdout := &printed{Writer: os.Stdout}
	status := run(os.Args[1:], stdout, os.Stderr)
	if stdout.err != nil && status == exitDone {
		fmt.Fprintln(os.Stderr, "certuri: the output could not be written: "+stdout.err.Error())
		status = exitRefused
	}
	os.Exit(status)
}

// printed is standard output, and what went wrong with it: a disk may be full.
type printed struct {
	io.Writer
	err error
}

func (p *printed) Write(b []byte) (n int, err error) {
	if n, err = p.Writer.Write(b); err != nil && p.err == nil {
		p.err = err
	}
	return n, err
}

func run(args []string, stdout, stderr io.Writer) int {
	stderr = terminal{stderr}
	if len(args) == 0 {
		usage(stderr)
		return exitUsage
	}
	name, args := args[0], args[1:]
	help := asksFor(args, "help") || asksFor(args, "h")
	switch name {
	case "help", "--help", "-help", "-h":
		if len(args) == 0 || help {
			usage(stdout)
			return exitDone
		}
		name, help = args[0], true
	case "--version", "-version":
		name = "version"
	}
	for _, c := range commands() {
		switch {
		case c.name != name:
		case help: // each command knows its own flags
			c.run([]string{"--help"}, io.Discard, stdout)
			return exitDone
		case asksFor(args, "json"):
			return runJSON(c, args, stdout, stderr)
		default:
			return c.run(args, stdout, stderr)
		}
	}
	fmt.Fprintf(stderr, "certuri: there is no command %q%s\n", name, didYouMean("", name, commandNames()))
	fmt.Fprintln(stderr, "certuri help lists the commands.")
	return exitUsage
}

// runJSON runs a command whose reader wants one JSON document, whatever happens: wrong usage too.
func runJSON(c command, args []string, stdout, stderr io.Writer) int {
	var said bytes.Buffer
	status := c.run(args, stdout, io.MultiWriter(stderr, &said))
	if status == exitUsage {
		what, _, _ := strings.Cut(strings.TrimPrefix(said.String(), "certuri "+c.name+": "), "\n")
		printJSON(stdout, map[string]*contract.Problem{"error": {Code: "usage", What: what,
			Why: "The command was called in a way that it does not have.", Fix: "Run: certuri " + c.name + " --help."}})
	}
	return status
}

// asksFor tells whether a flag is among the arguments, spelled with one dash or two.
func asksFor(args []string, name string) bool {
	for _, arg := range args {
		switch arg {
		case "--":
			return false
		case "-" + name, "--" + name:
			return true
		}
	}
	return false
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "certuri: from a client certificate to a working MongoDB connection")
	fmt.Fprintln(w)
	for _, c := range commands() {
		fmt.Fprintf(w, "  certuri %-11s %s\n", c.name, c.about)
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, "certuri COMMAND --help says what it takes.")
	fmt.Fprintln(w, "Exit status: 0 done, 1 the input was refused, 2 wrong usage, 3 doctor, lint or csr --check found an error, diff a difference.")
}

// parse reads flags and positional arguments in any order, which package flag does not do by itself. Everything after
// "--" is positional.
func parse(fs *flag.FlagSet, args []string, stderr io.Writer) (positional []string, ok bool) {
	fs.SetOutput(io.Discard) // its words have one dash
	for {
		switch err := fs.Parse(args); {
		case errors.Is(err, flag.ErrHelp):
			help(fs, stderr)
			return nil, false
		case err != nil:
			misuse(fs, stderr, flagWords(fs, err))
			return nil, false
		}
		rest := fs.Args()
		if len(rest) == 0 {
			return positional, true
		}
		if n := len(args) - len(rest); n > 0 && args[n-1] == "--" {
			return append(positional, rest...), true
		}
		positional, args = append(positional, rest[0]), rest[1:]
	}
}

// flagWords says what package flag says of an argument, with the flag's nearest name where there is none of this one.
func flagWords(fs *flag.FlagSet, err error) string {
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		var names []string
		fs.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
		return "there is no flag --" + name + didYouMean("--", name, names)
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: -"); ok {
		return "--" + name + " needs a value"
	}
	return strings.Replace(text, " for flag -", " for --", 1)
}

// newFlags makes the flag set of a command.
func newFlags(name string, stderr io.Writer) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.Usage = func() {}
	return fs
}

// help prints what a command takes.
func help(fs *flag.FlagSet, w io.Writer) {
	printUsage(fs, w)
	var flags bytes.Buffer
	fs.SetOutput(&flags)
	fs.PrintDefaults()
	fmt.Fprint(w, strings.ReplaceAll("\n"+flags.String(), "\n  -", "\n  --"))
}

func printUsage(fs *flag.FlagSet, w io.Writer) {
	for _, c := range commands() {
		if c.name == fs.Name() {
			fmt.Fprintln(w, strings.TrimSpace("usage: certuri "+c.name+" "+c.usage))
		}
	}
}

// misuse reports wrong usage.
func misuse(fs *flag.FlagSet, stderr io.Writer, text string) int {
	fmt.Fprintln(stderr, "certuri "+fs.Name()+": "+text)
	printUsage(fs, stderr)
	fmt.Fprintln(stderr, "certuri "+fs.Name()+" --help says more.")
	return exitUsage
}

// A secretFlag is a password given by reference: passwords never come as an argument's value, where other users of the
// machine could read them.
type secretFlag struct{ name, env, file string }

func (s *secretFlag) register(fs *flag.FlagSet, name, what string) {
	s.name = "--" + name
	named(fs, &s.env, name+"-env", "the name of the environment `variable` that holds "+what)
	named(fs, &s.file, name+"-file", "`file` that, less one line end, holds "+what)
}

// named adds a flag whose value cannot be empty: "$NAME" of a variable that is not set would be passed over.
func named(fs *flag.FlagSet, to *string, name, usage string) {
	fs.Func(name, usage, func(value string) error {
		if value == "" {
			return errors.New("it is empty")
		}
		*to = value
		return nil
	})
}

// read returns nil when no password was given. Nothing that was given is repeated: it may be the password itself, where
// its variable's name is meant.
func (s *secretFlag) read() (*string, error) {
	switch {
	case s.env != "" && s.file != "":
		return nil, fmt.Errorf("give %s-env or %s-file, not both", s.name, s.name)
	case s.env != "":
		value, ok := os.LookupEnv(s.env)
		if !ok {
			return nil, errors.New(s.name + "-env: there is no environment variable of this name: give its name (not its value), and export it")
		}
		return &value, nil
	case s.file != "":
		b, err := readFile(s.file)
		if err != nil {
			return nil, errors.New(s.name + "-file: the file cannot be read: " + reason(err))
		}
		text := strings.TrimPrefix(string(b), "\ufeff") // which editors on Windows put first, and nobody types
		value := strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
		return &value, nil
	}
	return nil, nil
}

// flags are the flags that give the password again, as words of a POSIX shell.
func (s *secretFlag) flags() []string {
	switch {
	case s.env != "":
		return []string{s.name + "-env", certbuild.QuotePath(s.env)}
	case s.file != "":
		return []string{s.name + "-file", certbuild.QuotePath(s.file)}
	}
	return nil
}
