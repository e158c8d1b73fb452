// Command certuri opens X.509 client certificates and says how to log in to MongoDB with them. It is the same engine as
// the website's, behind the same contract.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// The exit statuses. Scripts rely on them.
const (
	exitDone    = 0
	exitRefused = 1 // the input was refused
	exitUsage   = 2
	exitFound   = 3 // doctor or lint found an error, diff a difference
)

// A command is one subcommand.
type command struct {
	name    string
	summary string
	run     func(args []string, stdout, stderr io.Writer) int
}

// commands is in the order in which they are listed. A function, since some of them refer to it.
func commands() []command {
	return []command{
		{"inspect", "FILE... [--password-env VAR | --password-file PATH] [--json]", runInspect},
		{"uri", "[FILE...] --host H[:P],... [--srv] [--replica-set N] [--cert-path P] [--ca-path P] [--with-username]", runURI},
		{"snippet", "[FILE...] --target ID [--target-version V] --style constructor|uri [--dir DIR] [the flags of uri]", runSnippet},
		{"targets", "[--json]", runTargets},
		{"doctor", "FILE... [--target ID] [--target-version V] [--server-cert FILE] [--ca-file FILE] [--uri URI] [--server-version V] [--json]", runDoctor},
		{"lint", "URI|- [--target ID [--target-version V]] [--json]", runLint},
		{"explain", "[TEXT|-] [--json]", runExplain},
		{"diff", "NAME|- FILE... [--password-env VAR | --password-file PATH] [--json]", runDiff},
		{"convert", "FILE... [--to FORM] [--for TARGET] --out PATH [--out-password-env VAR | --out-password-file PATH] [--alias NAME] [--print-commands] [--force]", runConvert},
		{"createuser", "FILE... [--role ROLE@DATABASE]... [--as FORM] [--all] [the flags of uri]", runCreateUser},
		{"server", "[FILE...] [--as FORM] [the flags of uri]", runServer},
		{"csr", "[FILE...] [--subject NAME] [--key-type TYPE] [--san NAME]... [--role ROLE@DATABASE]... --out PATH [--out-key PATH] [--out-key-password-env VAR] | --check REQUEST FILE...", runCSR},
		{"testkit", "--dir FOLDER [--host NAME]... [--force]", runTestKit},
		{"serve", "[--addr 127.0.0.1:8080]", runServe},
	}
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		usage(stderr)
		return exitUsage
	}
	switch args[0] {
	case "help", "--help", "-h":
		usage(stdout)
		return exitDone
	case "version", "--version":
		printVersion(stdout)
		return exitDone
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(args[1:], stdout, stderr)
		}
	}
	fmt.Fprintf(stderr, "certuri: there is no command %q\n", args[0])
	usage(stderr)
	return exitUsage
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "certuri: from a client certificate to a working MongoDB connection")
	fmt.Fprintln(w)
	for _, c := range commands() {
		fmt.Fprintf(w, "  certuri %-8s %s\n", c.name, c.summary)
	}
	fmt.Fprintln(w, "  certuri version")
	fmt.Fprintln(w)
	fmt.Fprintln(w, "Exit status: 0 done, 1 the input was refused, 2 wrong usage, 3 doctor or lint found an error, diff a difference.")
}

// parse reads flags and positional arguments in any order, which package flag does not do by itself. Everything after
// "--" is positional.
func parse(fs *flag.FlagSet, args []string, stderr io.Writer) (positional []string, ok bool) {
	fs.SetOutput(stderr)
	for {
		if err := fs.Parse(args); err != nil {
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

// newFlags makes a flag set that prints the command's usage.
func newFlags(name string, stderr io.Writer) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.Usage = func() {
		for _, c := range commands() {
			if c.name == name {
				fmt.Fprintf(stderr, "usage: certuri %s %s\n", name, c.summary)
			}
		}
		fs.PrintDefaults()
	}
	return fs
}

// misuse reports wrong usage.
func misuse(fs *flag.FlagSet, stderr io.Writer, text string) int {
	fmt.Fprintln(stderr, "certuri "+fs.Name()+": "+text)
	fs.Usage()
	return exitUsage
}

// errPasswordBoth is what both password flags at once get.
var errPasswordBoth = errors.New("give --password-env or --password-file, not both")

// A secretFlag is a password given by reference: passwords never come as an argument's value, where other users of the
// machine could read them.
type secretFlag struct{ env, file string }

func (s *secretFlag) register(fs *flag.FlagSet, prefix, what string) {
	fs.StringVar(&s.env, prefix+"-env", "", "environment `variable` that holds "+what)
	fs.StringVar(&s.file, prefix+"-file", "", "`file` that holds "+what+", less one line end")
}

// read returns nil when no password was given.
func (s *secretFlag) read() (*string, error) {
	switch {
	case s.env != "" && s.file != "":
		return nil, errPasswordBoth
	case s.env != "":
		value, ok := os.LookupEnv(s.env)
		if !ok {
			return nil, fmt.Errorf("the environment variable %s is not set", s.env)
		}
		return &value, nil
	case s.file != "":
		b, err := os.ReadFile(s.file)
		if err != nil {
			return nil, err
		}
		value := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
		return &value, nil
	}
	return nil, nil
}
