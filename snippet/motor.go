package snippet

var motor = Target{
	ID: "motor", Label: "Motor", Language: "python", Group: "Python",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"3.x", "2.2-2.5"},
	from:     []string{"3.0", "2.2"}, // 2.2 is the first that needs PyMongo 3.11 (motor, doc/changelog.rst)
	File:     CombinedPEM,
	Docs:     "https://motor.readthedocs.io/en/stable/examples/authentication.html",
	Since:    "2.2",
	saveAs:   "connect.py", language: &python, render: renderMotor,
}

// renderMotor writes PyMongo's arguments: Motor hands them to its MongoClient as they are.
func renderMotor(w *writer, r *request) {
	w.code("import asyncio\n")
	if r.PasswordFrom != PasswordEnv {
		w.code("\n")
	}
	pythonImports(w, r, "from motor.motor_asyncio import AsyncIOMotorClient\n")
	w.code("\n\nasync def main():\n")
	w.begin()
	pythonClient(w, r, "    ", "AsyncIOMotorClient")
	w.end()
	w.code(`    await client.admin.command("ping")
    status = await client.admin.command("connectionStatus")
    print(status["authInfo"]["authenticatedUsers"])
    client.close()


asyncio.run(main())
`)
	pythonNotes(w, r)
	w.note("Motor is deprecated; its fixes end in May 2027. PyMongo's own AsyncMongoClient takes the same arguments.")
}
