package snippet

import (
	"strings"

	"certuri/uribuild"
)

var compass = Target{
	ID: "compass", Label: "Compass", Language: "text", Group: "Shells and tools",
	Styles:           []Style{Constructor, URI},
	Versions:         []string{"1.x"},
	from:             []string{"1.24"},
	File:             CombinedPEM,
	Docs:             "https://www.mongodb.com/docs/compass/connect/advanced-connection-options/authentication-connection/",
	Since:            "1.24.1", // X.509 without a user name
	KeyPerConnection: true,
	saveAs:           "compass.txt", language: &plainText, render: renderCompass,
}

func renderCompass(w *writer, r *request) {
	if r.Style == URI {
		pastedURI(w, r)
		w.note("Paste it under Add new connection, into the field URI.")
	} else {
		connectionForm(w, r)
		w.note("This is the form under Add new connection, Advanced Connection Options.")
	}
	w.note("Paths are those of the machine that Compass runs on; give them whole.")
}

// pastedURI writes the connection string. Nothing reads the environment there, so the password is left to be filled in.
func pastedURI(w *writer, r *request) {
	uri := r.uri()
	if r.PasswordFrom == PasswordEnv {
		uri = append(uri, piece{String, "&" + r.names.keyPassword + "="}, piece{Fill, "<" + r.PasswordEnv + ">"})
		w.note("Put the password of the key in place of <" + r.PasswordEnv + ">, percent-encoded; or leave that option out and give the password in the form, under TLS/SSL.")
	}
	w.literal(uri...)
	w.code("\n")
}

// address is host and port outside of a connection string, where a stand-in is not percent-encoded.
func address(h uribuild.Host) string {
	if rest, stands := strings.CutPrefix(h.String(), "%3C"); stands {
		return "<" + strings.Replace(rest, "%3E", ">", 1)
	}
	return h.String()
}

// connectionForm says which value goes into which field (mongodb-js/compass, packages/connection-form).
func connectionForm(w *writer, r *request) {
	d := r.Deployment
	field := func(name string, values ...piece) {
		w.code("  " + name + ":" + strings.Repeat(" ", 35-len(name)))
		w.literal(values...)
		w.code("\n")
	}
	says := func(text string) piece { return piece{String, text} }
	w.code("General\n")
	scheme := "mongodb"
	if d.Topology == uribuild.SRV {
		scheme = "mongodb+srv"
	}
	field("Connection String Scheme", says(scheme))
	for _, h := range d.Hosts {
		field("Host", piece{r.hostsKind, address(h)})
	}
	w.code("Authentication\n")
	field("Authentication Method", says("X.509"))
	w.code("TLS/SSL\n")
	field("SSL/TLS Connection", says("On"))
	if d.CAFile != "" {
		field("Certificate Authority (.pem)", r.caFile())
	}
	field("Client Certificate and Key (.pem)", r.certificateKeyFile())
	switch r.PasswordFrom {
	case PasswordEnv:
		field("Client Key Password", piece{Fill, "<" + r.PasswordEnv + ">"})
	case PasswordInline:
		field("Client Key Password", r.password())
	}
	if d.ReplicaSetName != "" || len(d.Extra) > 0 {
		w.code("Advanced\n")
	}
	if d.ReplicaSetName != "" {
		field("Replica Set Name", piece{r.setKind, d.ReplicaSetName})
	}
	for _, o := range d.Extra {
		field("URI Options", piece{Yours, o.Name}, says(" = "), piece{Yours, o.Value})
	}
	if r.Username != "" {
		w.note("The form has no field for the user name; the server takes it from the certificate.")
	}
}
