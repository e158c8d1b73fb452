package snippet

var pymongoAsync = Target{
	ID: "pymongo-async", Label: "PyMongo async", Language: "python", Group: "Python",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"4.x"},
	from:     []string{"4.9"},
	File:     CombinedPEM,
	Docs:     "https://www.mongodb.com/docs/languages/python/pymongo-driver/current/security/authentication/x509/",
	Since:    "4.9",
	saveAs:   "connect.py", language: &python, render: renderPyMongoAsync,
}

func renderPyMongoAsync(w *writer, r *request) {
	w.code("import asyncio\n")
	if r.PasswordFrom != PasswordEnv {
		w.code("\n")
	}
	pythonImports(w, r, "import pymongo\n")
	w.code("\n\nasync def main():\n")
	w.begin()
	pythonClient(w, r, "    ", "pymongo.AsyncMongoClient")
	w.end()
	w.code(`    try:
        await client.admin.command("ping")
        status = await client.admin.command("connectionStatus")
        print(status["authInfo"]["authenticatedUsers"])
    finally:
        await client.close()


asyncio.run(main())
`)
	pythonNotes(w, r)
	w.note("AsyncMongoClient is stable from PyMongo 4.13; 4.9 to 4.12 have it as a beta.")
}
