package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"certuri/contract"
)

// runInspect prints what the files hold.
func runInspect(args []string, stdout, stderr io.Writer) int {
	fs := newFlags("inspect", stderr)
	var files fileFlags
	files.register(fs)
	asJSON := fs.Bool("json", false, "print JSON")
	paths, ok := parse(fs, args, stderr)
	if !ok {
		return exitUsage
	}
	if len(paths) == 0 {
		return misuse(fs, stderr, "no file was named")
	}
	o, status, ok := files.open(fs, paths, *asJSON, stdout, stderr)
	if !ok {
		return status
	}
	if *asJSON {
		printJSON(stdout, o.report)
	} else {
		printReport(terminal{stdout}, o.report)
	}
	return exitDone
}

// printReport is inspect's form for people: the user name first, then what was found, then what is to be done.
func printReport(w io.Writer, r *contract.Report) {
	switch {
	case r.Username != nil:
		fmt.Fprintf(w, "$external user name\n  %s\n", *r.Username)
	case r.UsernameRefusal != "":
		fmt.Fprintf(w, "$external user name\n  none: the server says: %s\n", r.UsernameRefusal)
	}
	for _, n := range r.OtherNames {
		fmt.Fprintf(w, "  %s: %s\n", n.Where, printable(n.Name+n.Refusal))
	}
	for _, f := range r.Files {
		fmt.Fprintf(w, "\n%s  (%s)\n", printable(f.Name), f.State)
		if f.Kind != "" {
			fmt.Fprintf(w, "  %s\n", f.Kind)
		}
		if f.Error != nil {
			fmt.Fprintf(w, "  %s %s\n", f.Error.What, told(f.Error).Fix)
		}
		for _, c := range r.Certificates {
			if c.File == f.ID {
				printCertificate(w, c)
			}
		}
		for _, k := range r.Keys {
			if k.File == f.ID {
				printKey(w, k)
			}
		}
	}
	for _, n := range r.Notes {
		fmt.Fprintf(w, "\nnote: %s\n", n)
	}
	for _, f := range r.Findings {
		fmt.Fprintf(w, "\n%s %s: %s\n  %s\n  fix: %s\n", f.Severity, f.ID, f.What, f.Why, f.Fix)
	}
	if len(r.Findings) == 0 && len(r.Checked) > 0 {
		fmt.Fprintf(w, "\nNothing wrong: %s.\n", strings.Join(r.Checked, "; "))
	}
}

func printCertificate(w io.Writer, c contract.Certificate) {
	kind := "certificate"
	switch {
	case c.Leaf:
		kind = "client certificate"
	case c.CA:
		kind = "authority"
	}
	name := "(no user name)"
	if c.Username != nil {
		name = *c.Username
	}
	fmt.Fprintf(w, "  %s %s\n    issuer %s\n    %s to %s, %s, %s, serial %s\n    SHA-256 %s\n", kind, name, printable(c.Issuer),
		c.NotBefore, c.NotAfter, keyText(c.KeyType, c.Bits, c.Curve), c.Signature, c.Serial, c.SHA256)
	if c.FriendlyName != "" {
		fmt.Fprintf(w, "    friendly name %s\n", printable(c.FriendlyName))
	}
	if c.LocalKeyID != "" {
		fmt.Fprintf(w, "    local key id %s\n", c.LocalKeyID)
	}
}

func printKey(w io.Writer, k contract.Key) {
	text := "private key"
	if k.Type != "" {
		text += " " + keyText(k.Type, k.Bits, k.Curve)
	}
	if k.Encryption != "" {
		text += ", " + k.Encryption
	}
	switch {
	case k.Locked:
		text += ", locked"
	case k.Certificate != nil:
		text += ", belongs to " + (*k.Certificate)[:16] + "…"
	default:
		text += ", belongs to no certificate here"
	}
	fmt.Fprintln(w, "  "+text)
}

func keyText(algorithm string, bits int, curve string) string {
	switch {
	case curve != "":
		return algorithm + " " + curve
	case bits > 0:
		return algorithm + " " + strconv.Itoa(bits)
	}
	return algorithm
}

// A terminal is where people read: control bytes of a subject or a file's name are not sent to it. Lines may end.
type terminal struct{ io.Writer }

func (t terminal) Write(b []byte) (int, error) {
	lines := strings.Split(string(b), "\n")
	for i := range lines {
		lines[i] = printable(lines[i])
	}
	_, err := io.WriteString(t.Writer, strings.Join(lines, "\n"))
	return len(b), err
}

// printable shows control bytes as they would be escaped: a subject may hold any, and a terminal would obey them.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '�'
		}
		return r
	}, s)
}
