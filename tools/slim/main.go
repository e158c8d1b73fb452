// Command slim takes out of a Go program's wasm what only a stack trace would read: file names, line numbers, and the
// names of functions that are not the program's own. They are an eighth of the engine's compressed size. The linker's -s
// and -w leave them in, since other systems can map them lazily. A crash still says in which of our functions it was.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	own := flag.String("own", "main.", "`prefix` of the names that stay, beside main's")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: slim [-own PREFIX] IN.wasm OUT.wasm")
		os.Exit(2)
	}
	wasm, err := os.ReadFile(flag.Arg(0))
	if err == nil {
		wasm, err = slim(wasm, *own)
	}
	if err == nil {
		err = os.WriteFile(flag.Arg(1), wasm, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "slim:", err)
		os.Exit(1)
	}
}

// slim gives the program without its line tables and without the names of functions but main's and those with this prefix.
func slim(wasm []byte, own string) ([]byte, error) {
	m, err := readModule(wasm)
	if err != nil {
		return nil, err
	}
	if err := clearTables(m.memory, own); err != nil {
		return nil, err
	}
	return m.write(), nil
}
