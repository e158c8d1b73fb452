// Package drivers checks what uribuild and snippet write with the programs that will read it. It runs the rendered programs
// with real clients, the newest release and the oldest that still installs, against the stand-in server of server/, and
// writes what ran into ../docs/targets.md.
//
// "make test-drivers" fetches the clients and runs everything. The releases are pinned: go.mod here for the Go driver,
// modules/ for what is built from Go modules of its own, jvm/ for what Maven finds, node/package.json,
// requirements.txt, older/ for old Python packages; rust/*/Cargo.lock. C, C++, PHP and Ruby are those of the Debian
// release that is installed, and, unpacked by debian/unpack, the newest that Debian has. cpp/, php/ and ruby/ stand in
// for what Debian has no packages of. What is not here skips its tests on a laptop and fails them where CI=true.
//
// A client that is run needs an entry in runners (run_*_test.go); one that is not, a word in instead (matrix_test.go).
package drivers
