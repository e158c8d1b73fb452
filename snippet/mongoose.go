package snippet

var mongoose = Target{
	ID: "mongoose", Label: "Mongoose", Language: "javascript", Group: "JavaScript",
	Styles:           []Style{Constructor, URI},
	Versions:         []string{"6.1-9.x", "6.0"},
	from:             []string{"6.1", "6.0"}, // 6.0.0 has the driver 4.1.1, 6.1.0 has 4.2
	File:             CombinedPEM,
	Docs:             "https://mongoosejs.com/docs/tutorials/ssl.html",
	Since:            "6.0",
	KeyPerConnection: true,
	saveAs:           "connect.mjs", language: &javascript, render: renderMongoose,
}

// renderMongoose writes the Node.js driver's options: Mongoose hands them on, and makes auth of user.
func renderMongoose(w *writer, r *request) {
	w.code("import mongoose from \"mongoose\";\n\n")
	w.begin()
	user := "user"
	if r.age == 1 {
		user = "" // 6.0 makes an auth of it that its driver refuses
	}
	nodeClient(w, r, "await mongoose.connect(", user, r.age == 1)
	w.end()
	w.code(`
try {
  const admin = mongoose.connection.db.admin();
  await admin.command({ ping: 1 });
  const status = await admin.command({ connectionStatus: 1 });
  console.log(status.authInfo.authenticatedUsers);
} finally {
  await mongoose.disconnect();
}
`)
	nodeNotes(w, r)
}
