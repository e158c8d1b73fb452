package snippet

import (
	"strings"
)

var golang = Target{
	ID: "go", Label: "Go driver", Language: "go", Group: "Go",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"2.x"},
	from:     []string{"2.0"},
	File:     CombinedPEM,
	Docs:     "https://www.mongodb.com/docs/drivers/go/current/security/authentication/x509/",
	Since:    "2.0",
	saveAs:   "main.go", language: &goLanguage, render: renderGo,
}

func renderGo(w *writer, r *request) { goProgram(w, r, goDriver{"/v2", "opts", "any", "Raw"}) }

// A goDriver has what differs between the major versions of the driver.
type goDriver struct{ path, connect, value, raw string }

func goProgram(w *writer, r *request, d goDriver) {
	w.code("package main\n\nimport (\n\t\"context\"\n\t\"fmt\"\n\t\"log\"\n")
	if r.PasswordFrom == PasswordEnv {
		if r.Style == URI {
			w.code("\t\"net/url\"\n")
		}
		w.code("\t\"os\"\n")
	}
	w.code("\t\"time\"\n\n" +
		"\t\"go.mongodb.org/mongo-driver" + d.path + "/bson\"\n" +
		"\t\"go.mongodb.org/mongo-driver" + d.path + "/mongo\"\n" +
		"\t\"go.mongodb.org/mongo-driver" + d.path + "/mongo/options\"\n)\n\nfunc main() {\n" +
		"\tctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)\n\tdefer cancel()\n\n")
	w.begin()
	if r.PasswordFrom == PasswordEnv {
		w.code("\tpassword := os.Getenv(")
		w.literal(piece{String, r.PasswordEnv})
		w.code(")\n\tif password == \"\" {\n\t\tlog.Fatal(")
		w.literal(piece{String, r.PasswordEnv + " is not set"})
		w.code(")\n\t}\n\n")
	}
	if r.Style == URI {
		w.code("\turi := ")
		uri := r.uri()
		if r.PasswordFrom == PasswordEnv {
			w.literal(append(uri, piece{String, "&tlsCertificateKeyFilePassword="})...)
			w.code(" +\n\t\turl.QueryEscape(password)")
		} else {
			w.literal(uri...)
		}
		w.code("\n\topts := options.Client().ApplyURI(uri)\n")
	} else {
		goOptions(w, r, d.value)
	}
	w.code("\tclient, err := mongo.Connect(" + d.connect + `)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Disconnect(ctx)
`)
	w.end()
	w.code(`
	if err := client.Ping(ctx, nil); err != nil {
		log.Fatal(err)
	}
	status, err := client.Database("admin").RunCommand(ctx, bson.M{"connectionStatus": 1}).` + d.raw + `()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(status.Lookup("authInfo", "authenticatedUsers"))
}
`)
	if r.Username != "" {
		w.note("The Go driver never sends the user name; the server takes it from the certificate.")
	}
	if r.Deployment.CAFile != "" {
		w.note("The CA file replaces the system's certificate authorities; it is not added to them.")
	}
	w.note("Go sends no certificate when the server's list of authorities names no issuer of the file's certificates: keep the intermediates in it.")
}

// goOptions writes the programmatic form. There is no option for a certificate's path, and SetTLSConfig must come
// after ApplyURI, which replaces the TLS configuration whenever its string says anything of TLS or is SRV.
func goOptions(w *writer, r *request, value string) {
	// gofmt aligns the values of a map literal in one block.
	entries := []string{"tlsCertificateKeyFile"}
	if r.PasswordFrom != PasswordNone {
		entries = append(entries, "tlsCertificateKeyFilePassword")
	}
	if r.Deployment.CAFile != "" {
		entries = append(entries, "tlsCAFile")
	}
	width := 0
	for _, name := range entries {
		width = max(width, len(name))
	}
	w.code("\ttlsConfig, err := options.BuildTLSConfig(map[string]" + value + "{\n")
	for _, name := range entries {
		w.code("\t\t\"" + name + "\": " + strings.Repeat(" ", width-len(name)))
		switch name {
		case "tlsCertificateKeyFile":
			w.literal(r.certificateKeyFile())
		case "tlsCAFile":
			w.literal(r.caFile())
		default:
			if r.PasswordFrom == PasswordEnv {
				w.code("password")
			} else {
				w.literal(r.password())
			}
		}
		w.code(",\n")
	}
	w.code("\t})\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n\topts := options.Client().\n\t\tApplyURI(")
	w.literal(r.seeds()...)
	w.code(").\n\t\tSetTLSConfig(tlsConfig). // after ApplyURI, which would replace it\n" +
		"\t\tSetAuth(options.Credential{AuthMechanism: \"MONGODB-X509\", AuthSource: \"$external\"")
	if r.Username != "" {
		w.code(", Username: ")
		w.literal(r.username())
	}
	w.code("})\n")
	for _, o := range r.Deployment.Extra {
		if n := strings.ToLower(o.Name); strings.HasPrefix(n, "tls") || strings.HasPrefix(n, "ssl") {
			w.note("SetTLSConfig replaces what the TLS options in the connection string ask for; set them on tlsConfig instead.")
			break
		}
	}
}
