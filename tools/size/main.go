// Command size prints what each built artifact weighs, raw and compressed, and fails over the budgets that the project
// set itself (docs/architecture.md). It also fails when the engine's wasm links a package that is known to cost more
// than it gives, and says through which import it came.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// Budgets in bytes.
const (
	wasmBrotliBudget     = 1_350_000
	restBrotliBudget     = 60_000 // everything the site loads but the wasm
	offlineBudget        = 2_600_000
	brotliQuality        = 11
	brotliWindow         = 22
	biggestBrotliedBytes = 8 << 20 // bigger files are not served; they get gzip only, brotli 11 takes a minute on them
)

func main() {
	ok, err := run(os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "size:", err)
		os.Exit(1)
	}
	if !ok {
		os.Exit(1)
	}
}

type weight struct {
	path              string
	raw, gzip, brotli int
}

func run(out io.Writer) (ok bool, err error) {
	var paths []string
	for _, root := range []string{"dist/site", "dist/certuri.html", "dist/embed", "bin/certuri"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && filepath.Base(path) != "_headers" {
				paths = append(paths, path)
			}
			return err
		})
		if err != nil {
			return false, fmt.Errorf("%w; run: make build", err)
		}
	}
	weights, err := weighAll(paths)
	if err != nil {
		return false, err
	}

	fmt.Fprintf(out, "%-44s %10s %10s %10s\n", "bytes", "raw", "gzip -9", "brotli 11")
	var wasm, rest, offline int
	for _, w := range weights {
		brotli := "-"
		if w.brotli > 0 {
			brotli = fmt.Sprint(w.brotli)
		}
		fmt.Fprintf(out, "%-44s %10d %10d %10s\n", w.path, w.raw, w.gzip, brotli)
		switch {
		case w.path == "dist/certuri.html":
			offline = w.raw
		case !strings.HasPrefix(w.path, "dist/site/"):
		case strings.HasSuffix(w.path, ".wasm"):
			wasm += w.brotli
		default:
			rest += w.brotli
		}
	}
	fmt.Fprintln(out)
	ok = true
	for _, b := range []struct {
		what           string
		weight, budget int
	}{
		{"wasm, brotli", wasm, wasmBrotliBudget},
		{"everything else the site loads, brotli", rest, restBrotliBudget},
		{"offline file", offline, offlineBudget},
	} {
		verdict := "ok"
		if b.weight > b.budget {
			verdict, ok = "OVER BUDGET", false
		}
		fmt.Fprintf(out, "%-44s %10d of %9d  %3d %%  %s\n", b.what, b.weight, b.budget, 100*b.weight/b.budget, verdict)
	}
	found, err := forbiddenImports(".")
	if err != nil {
		return false, err
	}
	for _, line := range found {
		fmt.Fprintln(out, line)
	}
	return ok && len(found) == 0, nil
}

// weighAll compresses each different content once, side by side: brotli 11 is slow, and the same wasm ships twice.
func weighAll(paths []string) ([]weight, error) {
	weights := make([]weight, len(paths))
	first := map[[sha256.Size]byte]int{}
	same := map[int]int{}
	var group sync.WaitGroup
	for i, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(data)
		if earlier, seen := first[sum]; seen {
			same[i] = earlier
			continue
		}
		first[sum] = i
		group.Go(func() { weights[i] = weigh(path, data) })
	}
	group.Wait()
	for i, earlier := range same {
		weights[i] = weights[earlier]
		weights[i].path = paths[i]
	}
	return weights, nil
}

func weigh(path string, data []byte) weight {
	var packed bytes.Buffer
	zip, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	zip.Write(data)
	zip.Close()
	w := weight{path: path, raw: len(data), gzip: packed.Len()}
	if len(data) <= biggestBrotliedBytes {
		packed.Reset()
		br := brotli.NewWriterOptions(&packed, brotli.WriterOptions{Quality: brotliQuality, LGWin: brotliWindow})
		br.Write(data)
		br.Close()
		w.brotli = packed.Len()
	}
	return w
}
