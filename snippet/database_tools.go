package snippet

var databaseTools = Target{
	ID: "database-tools", Label: "Database Tools", Language: "shell", Group: "Shells and tools",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"100.6+", "100.3-100.5"},
	from:     []string{"100.6", "100.3"}, // 100.3 reads encrypted PKCS#8 keys; 100.6 asks for their password
	File:     CombinedPEM,
	Docs:     "https://www.mongodb.com/docs/database-tools/mongodump/",
	Since:    "100.3",
	saveAs:   "dump.sh", language: &shell, render: renderDatabaseTools,
}

// renderDatabaseTools writes a mongodump of nothing. The flags are still called --ssl..., and where --authenticationDatabase
// differs from what an SRV record says it is refused: so the login stands in the string in both styles.
func renderDatabaseTools(w *writer, r *request) {
	if r.PasswordFrom == PasswordEnv {
		w.code(": \"${" + r.PasswordEnv + ":?}\"\n")
		if r.age == 0 {
			// What asks for the password reads it from a pipe as well, where other users of the machine do not see it.
			w.code("printf '%s\\n' \"$" + r.PasswordEnv + "\" | ")
		}
	}
	w.begin()
	w.code("mongodump --uri ")
	if r.Style == URI {
		w.literal(r.uri()...)
	} else {
		w.literal(r.loginURI()...)
		w.flag("sslPEMKeyFile", r.certificateKeyFile())
		if r.PasswordFrom == PasswordInline {
			w.flag("sslPEMKeyPassword", r.password())
		}
		if r.Deployment.CAFile != "" {
			w.flag("sslCAFile", r.caFile())
		}
	}
	if r.PasswordFrom == PasswordEnv && r.age == 1 {
		w.code(" \\\n  --sslPEMKeyPassword \"$" + r.PasswordEnv + "\"")
		w.note("Other users of the machine can see the password in the list of processes while the tool runs.")
	}
	w.end()
	if r.Deployment.Database == "" {
		w.flag("db", piece{Fill, "test"})
	}
	w.code(" \\\n  --collection none --archive=/dev/null\n")
	w.note("This only tries the login: it dumps a collection that is not there to nowhere. mongorestore, mongoexport, mongoimport and mongostat log in with the same options.")
	if r.Username != "" {
		w.note("The tools never send the user name; the server takes it from the certificate.")
	}
	w.note(posixNote)
}
