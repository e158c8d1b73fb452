package snippet

var vscode = Target{
	ID: "vscode", Label: "MongoDB for VS Code", Language: "text", Group: "Shells and tools",
	Styles:           []Style{Constructor, URI},
	Versions:         []string{"1.x"},
	from:             []string{"0.3"},
	File:             CombinedPEM,
	Docs:             "https://www.mongodb.com/docs/mongodb-vscode/connect/",
	Since:            "0.3.0", // X.509 without a user name
	KeyPerConnection: true,
	saveAs:           "vscode.txt", language: &plainText, render: renderVSCode,
}

// renderVSCode writes what Compass takes: the extension has its form and its driver.
func renderVSCode(w *writer, r *request) {
	if r.Style == Constructor {
		connectionForm(w, r)
		w.note("This is the form under MongoDB: Connect, Open form, Advanced Connection Options.")
	} else {
		pastedURI(w, r)
		w.note("Paste it under MongoDB: Connect with Connection String.")
		if r.PasswordFrom != PasswordInline { // its manual says to keep secrets out
			w.other(".vscode/settings.json", &jsonLanguage, func(w *writer) {
				w.code("{\n  \"mdb.presetConnections\": [\n    {\n      \"name\": \"X.509\",\n      \"connectionString\": ")
				w.literal(r.uri()...)
				w.code("\n    }\n  ]\n}\n")
			})
			w.note("The settings file offers the same connection to everyone who opens the folder.")
		}
	}
	w.note("Paths are those of the machine that the extension runs on: with WSL, SSH or a container, the remote one.")
}
