// Command slim takes out of a Go program's wasm what only a stack trace with file names and line numbers would read: a
// tenth of the engine's compressed size. The linker's -s and -w leave it in, since other systems can map it lazily.
// Function names stay, so that a crash still says where.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: slim IN.wasm OUT.wasm")
		os.Exit(2)
	}
	wasm, err := os.ReadFile(os.Args[1])
	if err == nil {
		wasm, err = slim(wasm)
	}
	if err == nil {
		err = os.WriteFile(os.Args[2], wasm, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "slim:", err)
		os.Exit(1)
	}
}

// slim gives the program without its line tables.
func slim(wasm []byte) ([]byte, error) {
	m, err := readModule(wasm)
	if err != nil {
		return nil, err
	}
	if err := clearLineTables(m.memory); err != nil {
		return nil, err
	}
	return m.write(), nil
}
