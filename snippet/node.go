package snippet

import "certuri/uribuild"

var node = Target{
	ID: "node", Label: "Node.js driver", Language: "javascript", Group: "JavaScript",
	Styles:           []Style{Constructor, URI},
	Versions:         []string{"4.2-7.x", "4.0-4.1"},
	from:             []string{"4.1.2", "4.0"},
	File:             CombinedPEM,
	Docs:             "https://www.mongodb.com/docs/drivers/node/current/security/authentication/x509/",
	Since:            "4.0",
	KeyPerConnection: true,
	saveAs:           "connect.mjs", language: &javascript, render: renderNode,
}

func renderNode(w *writer, r *request) {
	w.code("import { MongoClient } from \"mongodb\";\n\n")
	w.begin()
	// Up to 4.1.1 the key alone was read from tlsCertificateKeyFile (NODE-3591).
	nodeClient(w, r, "const client = new MongoClient(", "", r.age == 1)
	w.end()
	w.code(`
try {
  await client.connect();
  await client.db("admin").command({ ping: 1 });
  const status = await client.db("admin").command({ connectionStatus: 1 });
  console.log(status.authInfo.authenticatedUsers);
} finally {
  await client.close();
}
`)
	nodeNotes(w, r)
}

// nodeClient writes the password, the connection string and the call that takes them. Mongoose has a short form for the
// user name, named by user.
func nodeClient(w *writer, r *request, call, user string, certificateApart bool) {
	if r.PasswordFrom == PasswordEnv {
		// A missing password would show only after 30 seconds, as "bad decrypt".
		w.code("const password = process.env." + r.PasswordEnv + ";\nif (!password) throw new Error(")
		w.literal(piece{String, r.PasswordEnv + " is not set"})
		w.code(");\n\n")
	}
	if r.Style == URI {
		w.code("const uri = ")
		uri := r.uri()
		if certificateApart {
			uri = append(uri, piece{String, "&tlsCertificateFile="}, piece{r.pathKind, uribuild.Escape(r.CertificateKeyFile)})
		}
		if r.PasswordFrom == PasswordEnv {
			w.literal(append(uri, piece{String, "&tlsCertificateKeyFilePassword="})...)
			w.code("\n  + encodeURIComponent(password)")
		} else {
			w.literal(uri...)
		}
		w.code(";\n" + call + "uri);\n")
		return
	}
	option := func(name string, value piece) {
		w.code("  " + name + ": ")
		w.literal(value)
		w.code(",\n")
	}
	w.code(call)
	w.literal(r.seeds()...)
	w.code(", {\n  tls: true, // not implied by the files\n")
	option("tlsCertificateKeyFile", r.certificateKeyFile())
	if certificateApart {
		option("tlsCertificateFile", r.certificateKeyFile())
	}
	switch r.PasswordFrom {
	case PasswordEnv:
		w.code("  tlsCertificateKeyFilePassword: password,\n")
	case PasswordInline:
		option("tlsCertificateKeyFilePassword", r.password())
	}
	if r.Deployment.CAFile != "" {
		option("tlsCAFile", r.caFile())
	}
	if r.Username != "" && user != "" {
		option(user, r.username())
	} else if r.Username != "" {
		// Without the password property the driver throws "credentials must be an object with ...".
		w.code("  auth: { username: ")
		w.literal(r.username())
		w.code(", password: undefined },\n")
	}
	option("authMechanism", piece{String, "MONGODB-X509"})
	option("authSource", piece{String, "$external"})
	w.code("});\n")
}

func nodeNotes(w *writer, r *request) {
	if r.Deployment.CAFile != "" {
		w.note("The CA file replaces Node's certificate authorities; it is not added to them.")
	}
	if r.PasswordFrom == PasswordNone {
		w.note("If the key in the file is encrypted, the driver fails after 30 seconds with \"bad decrypt\".")
	}
}
