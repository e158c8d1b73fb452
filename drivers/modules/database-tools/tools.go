//go:build tools

// Package databasetools holds the requirements of this module: mongodump is built with them.
package databasetools

import _ "github.com/mongodb/mongo-tools/mongodump/main"
