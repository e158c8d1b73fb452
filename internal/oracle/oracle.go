// Package oracle finds what tests compare with: other programs, and the real files of other projects that lie beside the
// repository and not in it. What is missing is said: a laptop goes on without the comparison, continuous integration
// (CI=true) fails.
package oracle

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// data is where the real files lie, as seen from the repository's top. Tests run in the folders of their packages.
const data = "../shared/testdata"

// top is the way from the folder of a package to the repository's, whose license is the only file of that name.
func top() string {
	for path := "."; len(path) < 20; path = filepath.Join("..", path) {
		if _, err := os.Stat(filepath.Join(path, "LICENSE")); err == nil {
			return path
		}
	}
	return ".."
}

// Program gives the path of a program, and skips the test where it is not installed. WebAssembly cannot run programs.
func Program(t testing.TB, name string) string {
	t.Helper()
	if runtime.GOOS == "js" {
		t.Skip("no programs under js")
	}
	path, err := exec.LookPath(name)
	if err != nil {
		Lacking(t, name)
		t.SkipNow()
	}
	return path
}

// Path gives the path of a real file or folder, and skips the test where it is not there.
func Path(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(top(), data, name)
	if _, err := os.Stat(path); err != nil {
		Lacking(t, "shared test data, "+name+",")
		t.SkipNow()
	}
	return path
}

// File reads a real file, and skips the test where it is not there.
func File(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(Path(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Lacking says that something to compare with is not here. It fails in continuous integration, and returns elsewhere.
func Lacking(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not here, and CI needs it", what)
	}
	t.Logf("%s is not here, so nothing is compared with it", what)
}
