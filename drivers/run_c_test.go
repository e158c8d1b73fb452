package drivers

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"certuri/snippet"
)

func init() {
	runners["c"] = runner{prepare: prepareC, client: func(t *testing.T) string { return series(t, "libmongoc", versionIn(t, "mongoc2.pc")) },
		older: map[string][]runner{"1.15-1.30": {{prepare: prepareInstalledC, derives: true, client: func(t *testing.T) string {
			return "libmongoc " + strings.TrimSpace(run(t, ".", program(t, "pkg-config"), "--modversion", "libmongoc-1.0"))
		}}}}}
	runners["cpp"] = runner{prepare: prepareC, client: func(t *testing.T) string {
		text := series(t, "mongocxx", versionIn(t, "libmongocxx1.pc"))
		if lacksHeaders(t) {
			text += ", by its v1 classes"
		}
		return text
	}}
}

// lacksHeaders says whether Debian's package still has the headers of the v1 classes only: those in cpp/ then give them the names
// that everyone uses.
func lacksHeaders(t *testing.T) bool {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(debian(t), "usr/include/mongocxx/v_noabi/mongocxx/client.hpp"))
	return err != nil || len(all) == 0
}

// versionIn reads a version from a file for pkg-config of Debian's newest drivers.
func versionIn(t *testing.T, file string) string {
	t.Helper()
	file = find(t, "usr/lib/*/pkgconfig/"+file)
	return strings.TrimSpace(run(t, ".", program(t, "sed"), "-n", "s/^Version: //p", file))
}

// series leaves the rest of a version out, for docs/targets.md: Debian's newest moves on between two runs of the tests.
func series(t *testing.T, name, version string) string {
	t.Helper()
	t.Logf("%s %s", name, version)
	major, _, _ := strings.Cut(version, ".")
	return name + " " + major + ".x of Debian unstable"
}

// prepareC builds with the CMakeLists.txt that goes with the program, and Debian's newest libraries.
func prepareC(t *testing.T, target snippet.Target) launch {
	cmake, start := program(t, "cmake"), unpacked(t)
	return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
		configure := []string{"-E", "env", "PKG_CONFIG_SYSROOT_DIR=" + debian(t), "PKG_CONFIG_LIBDIR=" + filepath.Dir(find(t, "usr/lib/*/pkgconfig/mongoc2.pc")),
			cmake, "-S", ".", "-B", "build", "-DCMAKE_PREFIX_PATH=" + filepath.Join(debian(t), "usr"), "-DCMAKE_EXE_LINKER_FLAGS=-Wl,--allow-shlib-undefined",
			"-DMONGOC_DEFAULT_IMPORTED_LIBRARY_TYPE=SHARED"} // the static one needs the C library that it was built for
		flags := "-Wall -Wextra -Werror"
		if target.ID == "cpp" && lacksHeaders(t) {
			flags += " -I" + absolute(t, "cpp") + " -I" + find(t, "usr/include/bson-2.*")
			configure = append(configure, "-DCMAKE_CXX_STANDARD_LIBRARIES="+find(t, "usr/lib/*/libbson2.so"))
		}
		configure = append(configure, "-DCMAKE_C_FLAGS="+flags, "-DCMAKE_CXX_FLAGS="+flags)
		run(t, dir, cmake, configure...)
		run(t, dir, cmake, "--build", "build")
		return exec.CommandContext(ctx, start[0], append(start[1:], filepath.Join(dir, "build/connect"))...)
	}
}

// prepareInstalledC builds with the libmongoc that is installed: the system's, 1.x.
func prepareInstalledC(t *testing.T, _ snippet.Target) launch {
	cmake := program(t, "cmake")
	if exec.Command(program(t, "pkg-config"), "--exists", "libmongoc-1.0").Run() != nil {
		absent(t, "libmongoc-dev")
	}
	return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
		run(t, dir, cmake, "-S", ".", "-B", "build", "-DCMAKE_C_FLAGS=-Wall -Wextra -Werror")
		run(t, dir, cmake, "--build", "build")
		return exec.CommandContext(ctx, filepath.Join(dir, "build/connect"))
	}
}

// Many programs are compiled at once: the headers take longer than all the rest.
func TestCCompiles(t *testing.T) {
	all := map[string][]rendered{}
	for _, r := range render(t, "c") {
		all[r.in.Version] = append(all[r.in.Version], r)
	}
	check := []string{"-std=gnu99", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"}
	newest := append(slices.Clip(check), "-isystem", find(t, "usr/include/mongoc-2.*"), "-isystem", find(t, "usr/include/bson-2.*"))
	run(t, ".", program(t, "gcc"), append(newest, oneUnit(t, all["2.x"], "all.c"))...)
	installed := append(slices.Clip(check), strings.Fields(run(t, ".", program(t, "pkg-config"), "--cflags", "libmongoc-1.0"))...)
	run(t, ".", program(t, "gcc"), append(installed, oneUnit(t, all["1.15-1.30"], "all.c"))...)
}

func TestCPPCompiles(t *testing.T) {
	check := []string{"-std=c++17", "-Wall", "-Wextra", "-Werror", "-Wno-return-type", "-fsyntax-only"}
	for _, folder := range []string{"usr/include/mongocxx/v_noabi", "usr/include/bsoncxx/v_noabi", "usr/include", "usr/include/bson-2.*"} {
		check = append(check, "-isystem", find(t, folder))
	}
	if lacksHeaders(t) {
		check = append(check, "-I", absolute(t, "cpp"))
	}
	run(t, ".", program(t, "g++"), append(check, oneUnit(t, render(t, "cpp"), "all.cpp"))...)
}

// oneUnit writes the different ones of the programs into one file, with their functions renamed, and gives its path.
func oneUnit(t *testing.T, programs []rendered, name string) string {
	t.Helper()
	includes, seen, rest := map[string]bool{}, map[string]bool{}, ""
	for _, r := range programs {
		if seen[r.text] {
			continue
		}
		seen[r.text] = true
		rename := strings.NewReplacer("int main(", fmt.Sprintf("int main_%d(", len(seen)), " percent_encode(", fmt.Sprintf(" percent_encode_%d(", len(seen)))
		for line := range strings.Lines(r.text) {
			if strings.HasPrefix(line, "#include ") {
				includes[line] = true
			} else {
				rest += rename.Replace(line)
			}
		}
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(strings.Join(slices.Sorted(maps.Keys(includes)), "")+rest), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
