package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"certuri/contract"
)

// runLint says what a connection string would do.
func runLint(args []string, stdout, stderr io.Writer) int {
	fs := newFlags("lint", stderr)
	target := fs.String("target", "", "`id` of the client that the string is for; any, when left out")
	version := fs.String("target-version", "", "`version` of the client; the newest, when left out")
	asJSON := fs.Bool("json", false, "print JSON")
	rest, ok := parse(fs, args, stderr)
	if !ok {
		return exitUsage
	}
	if len(rest) != 1 {
		return misuse(fs, stderr, "give one connection string, or - to read it from standard input")
	}
	text := rest[0]
	if text == "-" {
		b, err := io.ReadAll(io.LimitReader(os.Stdin, maxConnectionString))
		if err != nil {
			return misuse(fs, stderr, err.Error())
		}
		text = string(b)
	}
	response, _ := new(contract.Engine).Do(contract.Request{Op: contract.OpLint, Text: text, Target: *target, Version: *version}, nil)
	if response.Error != nil {
		if *asJSON && response.Error.Code == "unknown-version" {
			return refuse(response.Error, true, stdout, stderr)
		}
		return misuse(fs, stderr, response.Error.What+" "+response.Error.Fix)
	}
	lint := response.Lint
	if *asJSON {
		// The form is the page's; it repeats the string's secrets, and nobody asked for it here.
		lint.Import = nil
		printJSON(stdout, lint)
	} else {
		printLint(stdout, lint)
	}
	if lint.Verdict == contract.VerdictFails {
		return exitFound
	}
	return exitDone
}

// maxConnectionString is what lint reads from standard input; uribuild refuses more than this anyway.
const maxConnectionString = 1 << 20

// printQuoted shows what a program would print, which can be one line for each of several programs.
func printQuoted(w io.Writer, who, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintf(w, "  %s: %s\n", who, printable(line))
		who = strings.Repeat(" ", len(who))
	}
}

func printLint(w io.Writer, lint *contract.Lint) {
	for _, f := range lint.Findings {
		fmt.Fprintf(w, "%s %s: %s\n  %s\n", f.Severity, f.ID, printable(f.What), printable(f.Why))
		if f.Error != "" {
			printQuoted(w, "the client prints", f.Error)
		}
		fmt.Fprintf(w, "  fix: %s\n\n", printable(f.Fix))
	}
	switch lint.Verdict {
	case contract.VerdictWorks:
		fmt.Fprintln(w, "Nothing wrong found.")
	case contract.VerdictWarnings:
		fmt.Fprintln(w, "It works, with warnings.")
	default:
		fmt.Fprintln(w, "It will not work.")
	}
	if lint.Mended != "" {
		fmt.Fprintln(w, "mended: "+printable(lint.Mended))
	}
}
