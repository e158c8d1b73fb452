//go:build site

package main

import (
	"embed"
	"io/fs"
)

// The Makefile puts the built site there, each file gzip-packed. The all: prefix takes in _headers.
//
//go:embed all:site
var siteFolder embed.FS

var embeddedSite = func() fs.FS {
	site, err := fs.Sub(siteFolder, "site")
	if err != nil {
		panic(err) // only for an invalid path
	}
	return site
}()
