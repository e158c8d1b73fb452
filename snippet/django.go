package snippet

var django = Target{
	ID: "django", Label: "Django MongoDB Backend", Language: "python", Group: "Python",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"5.2.1-6.x", "5.2.0"},
	from:     []string{"5.2.1", "5.2.0"},
	File:     CombinedPEM,
	Docs:     "https://www.mongodb.com/docs/languages/python/django-mongodb/current/connect/",
	Since:    "5.2.0",
	saveAs:   "connect.py", language: &python, render: renderDjango,
}

// renderDjango writes DATABASES and as much of Django as tries it. The backend calls MongoClient(HOST, **OPTIONS), with
// USER as the username.
func renderDjango(w *writer, r *request) {
	pythonImports(w, r, "import django\nfrom django.conf import settings\nfrom django.db import connection\n")
	entry := func(indent, name string, value piece) {
		w.code(indent + "\"" + name + "\": ")
		w.literal(value)
		w.code(",\n")
	}
	w.code("\n")
	w.begin()
	w.code("DATABASES = {\n    \"default\": {\n        \"ENGINE\": \"django_mongodb_backend\",\n        \"HOST\": ")
	if r.Style == URI {
		pythonURI(w, r, "        ")
	} else {
		w.literal(r.seeds()...)
	}
	w.code(",\n")
	name := piece{Yours, r.Deployment.Database}
	if name.text == "" {
		name = piece{Fill, "test"}
	}
	entry("        ", "NAME", name)
	// 5.2.0 hands over what is missing here as well: an empty password, which PyMongo refuses, and an empty user name, which
	// wins over that of the string.
	if r.Username != "" && (r.Style == Constructor || r.age == 1) {
		entry("        ", "USER", r.username())
	} else if r.age == 1 {
		w.code("        \"USER\": None,\n")
	}
	if r.age == 1 {
		w.code("        \"PASSWORD\": None,\n")
	}
	if r.Style == Constructor {
		w.code("        \"OPTIONS\": {\n            \"" + r.names.tls + "\": True,\n")
		entry("            ", r.names.keyFile, r.certificateKeyFile())
		switch r.PasswordFrom {
		case PasswordEnv:
			w.code("            \"" + r.names.keyPassword + "\": os.environ[")
			w.literal(piece{String, r.PasswordEnv})
			w.code("],\n")
		case PasswordInline:
			entry("            ", r.names.keyPassword, r.password())
		}
		if r.Deployment.CAFile != "" {
			entry("            ", r.names.caFile, r.caFile())
		}
		entry("            ", "authMechanism", piece{String, "MONGODB-X509"})
		entry("            ", "authSource", piece{String, "$external"})
		w.code("        },\n")
	}
	w.code("    },\n}\n")
	w.end()
	w.code(`
settings.configure(DATABASES=DATABASES)
django.setup()
connection.ensure_connection()
admin = connection.database.client.admin
admin.command("ping")
print(admin.command("connectionStatus")["authInfo"]["authenticatedUsers"])
connection.close()
`)
	pythonNotes(w, r)
	w.note("In a project, DATABASES goes into settings.py; the rest only tries it.")
}
