package snippet

var env = Target{
	ID: "env", Label: "Environment (.env)", Language: "dotenv", Group: "Deployment",
	Styles:   []Style{URI},
	Versions: []string{"dotenv", "docker-env-file"},
	from:     []string{"1", "1"},
	File:     CombinedPEM,
	Docs:     "https://docs.docker.com/reference/cli/docker/container/run/#env",
	Since:    "1",
	saveAs:   ".env", language: &dotenv, render: renderEnv,
}

func renderEnv(w *writer, r *request) {
	if r.age == 1 {
		w.quote = quoteEnvFile
	}
	w.begin()
	w.code("MONGODB_URI=")
	w.literal(r.uri()...)
	w.code("\n")
	if r.PasswordFrom == PasswordEnv {
		w.code(r.PasswordEnv + "=")
		w.literal(piece{Fill, standInPassword})
		w.code("\n")
		w.note("Nothing puts " + r.PasswordEnv + " into the string: the program hands it to its client, as the snippets of the drivers do.")
	}
	w.end()
	if r.age == 1 {
		w.note("docker run --env-file takes quotes as part of the value, so there are none; a shell cannot read this file.")
		return
	}
	w.note("npm's dotenv, python-dotenv, Docker Compose and a shell read this file alike. docker run --env-file does not take the quotes off.")
	if r.PasswordFrom == PasswordEnv {
		w.note("A password that holds a single quote has no spelling that all of them read alike.")
	}
	w.other("connect.sh", &shell, func(w *writer) {
		w.code("set -a\n. ./.env\nset +a\nmongosh \"$MONGODB_URI\"")
		if r.PasswordFrom == PasswordEnv {
			w.code(" --tlsCertificateKeyFilePassword \"${" + r.PasswordEnv + ":?}\"")
		}
		w.code(" \\\n  --quiet --eval '" + whoAmI + "'\n")
	})
}
