package snippet

var pymongo = Target{
	ID: "pymongo", Label: "PyMongo", Language: "python", Group: "Python",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"4.x", "3.11-3.13", "3.9-3.10", "3.4-3.8"},
	from:     []string{"4.0", "3.11", "3.9", "3.4"},
	File:     CombinedPEM,
	Docs:     "https://www.mongodb.com/docs/languages/python/pymongo-driver/current/security/authentication/x509/",
	Since:    "3.4",
	saveAs:   "connect.py", language: &python, render: renderPyMongo,
}

// The names before 3.9 (pymongo/common.py of 3.8).
var pymongoSSLNames = optionNames{"ssl", "ssl_certfile", "ssl_pem_passphrase", "ssl_ca_certs"}

func renderPyMongo(w *writer, r *request) {
	if r.age == 3 {
		r.names = pymongoSSLNames
	}
	// Up to 3.10 parse_uri decodes all options before it takes them apart, and then each value again
	// (pymongo/uri_parser.py of 3.10).
	r.encodeTwice = r.age >= 2
	pythonImports(w, r, "import pymongo\n")
	w.code("\n")
	w.begin()
	pythonClient(w, r, "", "pymongo.MongoClient")
	w.end()
	w.code(`
client.admin.command("ping")
status = client.admin.command("connectionStatus")
print(status["authInfo"]["authenticatedUsers"])
client.close()
`)
	pythonNotes(w, r)
	if r.encodeTwice && r.Style == URI {
		w.note("PyMongo before 3.11 decodes the options of a connection string twice, so some values are encoded twice here. Do not give this string to another client.")
	}
}

func pythonImports(w *writer, r *request, driver string) {
	if r.PasswordFrom == PasswordEnv {
		w.code("import os\n")
		if r.Style == URI {
			w.code("from urllib.parse import quote\n")
		}
		w.code("\n")
	}
	w.code(driver)
}

// pythonClient writes the assignment of client. Keyword arguments take raw values, never percent-encoded ones:
// PyMongo refuses authSource="%24external". The empty password= is refused too, so there is none.
func pythonClient(w *writer, r *request, indent, class string) {
	if r.Style == URI {
		w.code(indent + "uri = ")
		pythonURI(w, r, indent)
		w.code("\n" + indent + "client = " + class + "(uri)\n")
		return
	}
	argument := func(name string, value piece) {
		w.code(indent + "    " + name + "=")
		w.literal(value)
		w.code(",\n")
	}
	w.code(indent + "client = " + class + "(\n" + indent + "    ")
	w.literal(r.seeds()...)
	w.code(",\n" + indent + "    " + r.names.tls + "=True,\n")
	argument(r.names.keyFile, r.certificateKeyFile())
	switch r.PasswordFrom {
	case PasswordEnv:
		w.code(indent + "    " + r.names.keyPassword + "=os.environ[")
		w.literal(piece{String, r.PasswordEnv})
		w.code("],\n")
	case PasswordInline:
		argument(r.names.keyPassword, r.password())
	}
	if r.Deployment.CAFile != "" {
		argument(r.names.caFile, r.caFile())
	}
	if r.Username != "" {
		argument("username", r.username())
	}
	argument("authMechanism", piece{String, "MONGODB-X509"})
	argument("authSource", piece{String, "$external"})
	w.code(indent + ")\n")
}

// pythonURI writes the expression of the connection string.
func pythonURI(w *writer, r *request, indent string) {
	uri := r.uri()
	if r.PasswordFrom != PasswordEnv {
		w.literal(uri...)
		return
	}
	w.code("(\n" + indent + "    ")
	w.literal(append(uri, piece{String, "&" + r.names.keyPassword + "="})...)
	w.code("\n" + indent + "    + quote(")
	if r.encodeTwice {
		w.code("quote(")
	}
	w.code("os.environ[")
	w.literal(piece{String, r.PasswordEnv})
	w.code("], safe=\"\")")
	if r.encodeTwice {
		w.code(", safe=\"\")")
	}
	w.code("\n" + indent + ")")
}

func pythonNotes(w *writer, r *request) {
	if r.PasswordFrom == PasswordNone {
		w.note("If the key in the file is encrypted, PyMongo stops and asks for its password on the terminal.")
	}
	if r.Deployment.CAFile != "" {
		w.note("The CA file replaces the system's certificate authorities; it is not added to them.")
	}
}
