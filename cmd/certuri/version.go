package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"

	"certuri/contract"
)

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
