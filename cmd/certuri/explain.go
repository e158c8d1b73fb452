package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"certuri/contract"
	"certuri/diagnose"
)

// runExplain says what an error message or a log is about. Messages may begin with dashes ("--tlsCertificateSelector is
// not supported"), so only arguments without blanks are taken for flags.
func runExplain(args []string, stdout, stderr io.Writer) int {
	fs := newFlags("explain", stderr)
	asJSON := fs.Bool("json", false, "print JSON")
	var flags, texts []string
	for i, arg := range args {
		if arg == "--" {
			texts = append(texts, args[i+1:]...)
			break
		}
		if len(arg) > 1 && arg[0] == '-' && !strings.ContainsAny(arg, " \t\r\n") {
			flags = append(flags, arg)
		} else {
			texts = append(texts, arg)
		}
	}
	if _, ok := parse(fs, flags, stderr); !ok {
		return exitUsage
	}
	// Words without quotes around them are a message, too.
	text := strings.Join(texts, " ")
	if text == "" || text == "-" {
		b, err := io.ReadAll(io.LimitReader(os.Stdin, diagnose.MaxExplain+1))
		if err != nil {
			return misuse(fs, stderr, err.Error())
		}
		text = string(b)
	}
	response, _ := new(contract.Engine).Do(contract.Request{Op: contract.OpExplain, Text: text}, nil)
	explained := response.Explain
	if explained.Shortened {
		fmt.Fprintln(stderr, "certuri explain: only the first MiB of the text was looked at; paste the lines around the error to see all of them")
	}
	if *asJSON {
		printJSON(stdout, explained)
	} else {
		printExplained(stdout, explained.Entries)
	}
	return exitDone
}

func printExplained(w io.Writer, entries []contract.Entry) {
	switch len(entries) {
	case 0:
		fmt.Fprintln(w, "This message is not one that certuri knows.")
		fmt.Fprintln(w, "Try more of it, with the lines before it, or the server's log of the same moment. For the files themselves: certuri doctor FILE...")
	case 1:
	default:
		fmt.Fprint(w, "Several causes print this. The likeliest first:\n\n")
	}
	for i, e := range entries {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s %s\n  why: %s\n", e.ID, e.What, e.Why)
		if e.TellApart != "" {
			fmt.Fprintf(w, "  it is this one when: %s\n", e.TellApart)
		}
		fmt.Fprintf(w, "  fix: %s\n", e.Fix)
		if e.Offline {
			fmt.Fprintln(w, "  certuri doctor can see this in your files, connection string or target.")
		}
	}
}
