package drivers

import (
	"os"
	"path/filepath"
	"testing"
)

// debian gives the folder with Debian's newest drivers, unpacked and not installed.
func debian(t *testing.T) string {
	t.Helper()
	path := absolute(t, "debian/root")
	if _, err := os.Stat(path); err != nil {
		absent(t, "Debian's newest drivers (make drivers/debian/root)")
	}
	return path
}

// find gives the one path in the folder of Debian's drivers that matches.
func find(t *testing.T, pattern string) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(debian(t), pattern))
	if err != nil || len(paths) == 0 {
		t.Fatalf("drivers/debian/root has no %s", pattern)
	}
	return paths[len(paths)-1]
}

// unpacked gives the words that start a program of that folder, or one that was linked with its libraries: by its own dynamic
// linker, since the libraries need a newer C library than the system's.
func unpacked(t *testing.T) []string {
	t.Helper()
	library := find(t, "usr/lib/*/libc.so.6")
	return []string{find(t, "usr/lib*/ld-linux*.so.*"), "--library-path", filepath.Dir(library)}
}
