package main

import (
	"fmt"
	"io"
	"os"

	"certuri/contract"
)

// runDiff compares a user name with a certificate's. Its status is exitDone for equal names and exitFound for others.
func runDiff(args []string, stdout, stderr io.Writer) int {
	fs := newFlags("diff", stderr)
	var files fileFlags
	files.register(fs)
	asJSON := fs.Bool("json", false, "print JSON")
	rest, ok := parse(fs, args, stderr)
	if !ok {
		return exitUsage
	}
	if len(rest) < 2 {
		return misuse(fs, stderr, "give a name (or a connection string, a createUser command, the output of getUsers(), or - for standard input) and the certificate's file")
	}
	text := rest[0]
	if text == "-" {
		b, err := io.ReadAll(io.LimitReader(os.Stdin, maxConnectionString))
		if err != nil {
			return misuse(fs, stderr, err.Error())
		}
		text = string(b)
	}
	o, status, ok := files.open(fs, rest[1:], *asJSON, stdout, stderr)
	if !ok {
		return status
	}
	response, _, refused := o.do(contract.Request{Op: contract.OpDiff, Text: text})
	if refused != nil {
		return refuse(refused, *asJSON, stdout, stderr)
	}
	d := response.Diff
	if *asJSON {
		printJSON(stdout, d)
	} else {
		printDiff(stdout, d)
	}
	if d.Verdict != "equal" {
		return exitFound
	}
	return exitDone
}

// printDiff shows the RDNs of both names one below the other, with the part that differs underlined.
func printDiff(w io.Writer, d *contract.Diff) {
	fmt.Fprintln(w, printable(d.What))
	for _, r := range d.Rows {
		switch r.State {
		case "same":
			fmt.Fprintf(w, "    %s\n", printable(r.Ours))
		case "missing":
			fmt.Fprintf(w, "  + %s   (missing)\n", printable(r.Ours))
		case "extra":
			fmt.Fprintf(w, "  - %s   (too many)\n", printable(r.Theirs))
		default:
			fmt.Fprintf(w, "  - %s   (%s)\n%s  + %s\n%s", printable(r.Theirs), r.Kind, underline(r.Theirs, r.TheirsStart, r.TheirsEnd),
				printable(r.Ours), underline(r.Ours, r.OursStart, r.OursEnd))
		}
	}
	fmt.Fprintf(w, "  why: %s\n  fix: %s\n", d.Why, printable(d.Fix))
}

// underline is a line of carets below a stretch of UTF-16 code units, "" when the stretch is empty.
func underline(text string, start, end int) string {
	if start == end {
		return ""
	}
	line := "    "
	units := 0
	for _, r := range text {
		switch {
		case units >= end:
			return line + "\n"
		case units >= start:
			line += "^"
		default:
			line += " "
		}
		if units++; r > 0xffff {
			units++
		}
	}
	return line + "\n"
}
