//go:build !site

package main

import "io/fs"

// embeddedSite is nil: plain `go build` and `go install` have no built website to take in.
var embeddedSite fs.FS
