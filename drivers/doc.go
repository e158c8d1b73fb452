// Package drivers checks what uribuild and snippet write with the programs that will read it: the Go driver, PyMongo and
// the Node.js driver, each in the version pinned here (go.mod, requirements.txt) or in e2e/package.json.
//
// PyMongo is looked for in .venv, made with
//
//	python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
//
// and the Node.js packages in ../e2e/node_modules, made with "npm ci". CERTURI_PYTHON and CERTURI_NODE_MODULES name
// others. With CERTURI_TARGET_VERSION, such as 3.8, the programs are rendered for that version of their client, to be run
// with an older one:
//
//	CERTURI_TARGET_VERSION=3.8 CERTURI_PYTHON=old/bin/python go test -run LogIn/pymongo/ .
package drivers
