package snippet

import "strings"

var dockerCompose = Target{
	ID: "docker-compose", Label: "Docker Compose", Language: "yaml", Group: "Deployment",
	Styles:   []Style{URI},
	Versions: []string{"2.x"},
	from:     []string{"1.25"},
	File:     CombinedPEM,
	Docs:     "https://docs.docker.com/compose/how-tos/use-secrets/",
	Since:    "1.25",
	saveAs:   "compose.yaml", language: &composeYAML, render: renderDockerCompose,
}

// quoteCompose writes YAML scalars for a file in which Compose replaces variables: two dollar signs stand for one.
var quoteCompose = quoter{open: `"`, close: `"`, nul: true, escape: func(b []byte, value string) []byte {
	return quoteYAML.escape(b, strings.ReplaceAll(value, "$", "$$"))
}}

// renderDockerCompose writes a service that logs in once. Compose mounts secrets under /run/secrets by their names.
func renderDockerCompose(w *writer, r *request) {
	file, ca := r.certificateKeyFile(), r.caFile()
	inside := *r
	inside.CertificateKeyFile, inside.pathKind = "/run/secrets/client.pem", String
	if ca.text != "" {
		inside.Deployment.CAFile = "/run/secrets/ca.pem"
	}
	w.code("services:\n  app:\n    image: mongo:8\n    command:\n      - sh\n      - -c\n      - exec mongosh \"$$MONGODB_URI\"")
	if r.PasswordFrom == PasswordEnv {
		w.code(" --tlsCertificateKeyFilePassword \"$$" + r.PasswordEnv + "\"")
	}
	w.code(" --quiet --eval \"$$0\"\n      - '" + whoAmI + "'\n")
	w.begin()
	w.code("    environment:\n      MONGODB_URI: ")
	w.literal(inside.uri()...)
	w.code("\n")
	if r.PasswordFrom == PasswordEnv {
		w.code("      " + r.PasswordEnv + ": ${" + r.PasswordEnv + ":?}\n")
	}
	w.code("    secrets:\n      - client.pem\n")
	if ca.text != "" {
		w.code("      - ca.pem\n")
	}
	w.code("secrets:\n  client.pem:\n    file: ")
	w.literal(file)
	w.code("\n")
	if ca.text != "" {
		w.code("  ca.pem:\n    file: ")
		w.literal(ca)
		w.code("\n")
	}
	w.end()
	w.note("docker compose run --rm app logs in once and prints who it is. Put your own image and command in place of the first lines.")
	w.note("Compose mounts the files with the owner and mode that they have: the user in the container must be able to read them.")
}
