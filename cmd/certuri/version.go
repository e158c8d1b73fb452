package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"

	"certuri/contract"
)

// runVersion prints the version.
func runVersion(args []string, stdout, stderr io.Writer) int {
	fs := newFlags("version", stderr)
	rest, ok := parse(fs, args, stderr)
	switch {
	case !ok:
		return exitUsage
	case len(rest) > 0:
		return misuse(fs, stderr, "it takes no arguments")
	}
	printVersion(stdout)
	return exitDone
}

// printVersion says which release this program is, and its own SHA-256 for comparison with the release's SHA256SUMS.
func printVersion(w io.Writer) {
	fmt.Fprintln(w, "certuri", contract.ProductVersion)
	path, err := os.Executable()
	if err != nil {
		return
	}
	program, err := os.Open(path)
	if err != nil {
		return
	}
	defer program.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, program); err == nil {
		fmt.Fprintf(w, "sha256 %x\n", sum.Sum(nil))
	}
}
