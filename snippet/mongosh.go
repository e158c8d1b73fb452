package snippet

import "certuri/uribuild"

var mongosh = Target{
	ID: "mongosh", Label: "mongosh", Language: "shell", Group: "Shells and tools",
	Styles:           []Style{Constructor, URI},
	Versions:         []string{"2.x"},
	from:             []string{"1.0"},
	File:             CombinedPEM,
	Docs:             "https://www.mongodb.com/docs/mongodb-shell/connect/",
	Since:            "1.0",
	KeyPerConnection: true,
	saveAs:           "connect.sh", language: &shell, render: renderMongosh,
}

// whoAmI asks mongosh for the names of those who are logged in.
const whoAmI = "db.adminCommand({ connectionStatus: 1 }).authInfo.authenticatedUsers"

func renderMongosh(w *writer, r *request) {
	mongoshCommand(w, r)
	switch r.PasswordFrom {
	case PasswordEnv:
		w.note("Other users of the machine can see the password in the list of processes while mongosh runs.")
	case PasswordNone:
		w.note("mongosh 2.3.3 and later asks for the password of an encrypted key. Up to 2.12 it misreads a typed password that holds anything but letters, digits and - _ . ! ~ * ' ( ).")
	}
	if r.Deployment.Topology == uribuild.Single {
		w.note("Leave out the last line to stay in the shell.")
	}
	w.note(posixNote)
}

const posixNote = "This is for a POSIX shell: Linux, macOS, WSL, Git Bash. PowerShell and cmd.exe quote and continue lines in other ways."

// mongoshCommand writes a command line. Values of flags are raw, mongosh encodes them itself; $external must not reach
// the shell unquoted, and --tls is not implied by the files.
func mongoshCommand(w *writer, r *request) {
	w.begin()
	w.code("mongosh ")
	if r.Style == URI {
		w.literal(r.uri()...)
	} else {
		w.literal(r.seeds()...)
		w.code(" \\\n  --tls")
		w.flag("tlsCertificateKeyFile", r.certificateKeyFile())
		if r.PasswordFrom == PasswordInline {
			w.flag("tlsCertificateKeyFilePassword", r.password())
		}
		if r.Deployment.CAFile != "" {
			w.flag("tlsCAFile", r.caFile())
		}
		if r.Username != "" {
			w.flag("username", r.username())
		}
		w.flag("authenticationMechanism", piece{String, "MONGODB-X509"})
		w.flag("authenticationDatabase", piece{String, "$external"})
	}
	if r.PasswordFrom == PasswordEnv {
		// :? stops the shell with a message when the variable is missing or empty.
		w.code(" \\\n  --tlsCertificateKeyFilePassword \"${" + r.PasswordEnv + ":?}\"")
	}
	w.end()
	w.code(" \\\n  --quiet --eval '" + whoAmI + "'\n")
}

// flag writes a long option of a command line on a line of its own.
func (w *writer) flag(name string, value piece) {
	w.code(" \\\n  --" + name + " ")
	w.literal(value)
}
