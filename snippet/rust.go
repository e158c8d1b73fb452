package snippet

var rustLanguage = language{"rust", quoteRust, "//", " use async fn await let mut if return Some Ok Err "}
var tomlLanguage = language{"toml", quoteRust, "#", " true false "}

var rust = Target{
	ID: "rust", Label: "Rust driver", Language: "rust", Group: "Rust",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"3.2-3.x", "3.0-3.1", "2.x"},
	from:     []string{"3.2", "3.0", "2.0"},
	File:     CombinedPEM,
	Docs:     "https://www.mongodb.com/docs/drivers/rust/current/security/authentication/x509/",
	Since:    "2.0",
	saveAs:   "src/main.rs", language: &rustLanguage, render: func(w *writer, r *request) { renderRust(w, r, false) },
}

var rustSync = Target{
	ID: "rust-sync", Label: "Rust driver, sync API", Language: "rust", Group: "Rust",
	Styles:   rust.Styles,
	Versions: rust.Versions,
	from:     rust.from,
	File:     CombinedPEM,
	Docs:     rust.Docs,
	Since:    "2.0",
	saveAs:   "src/main.rs", language: &rustLanguage, render: func(w *writer, r *request) { renderRust(w, r, true) },
}

// renderRust starts from a connection string in both styles: options for mongodb+srv cannot be made by hand.
func renderRust(w *writer, r *request, sync bool) {
	// Up to 3.9 the driver sends the name in a field "username", which the server does not know and refuses
	// (mongodb/mongo-rust-driver, src/client/auth/x509.rs).
	if r.Username != "" {
		w.note("The user name is left out: the Rust driver sends it in a field that the server refuses. The server takes it from the certificate.")
		r.Username = ""
	}
	old := r.age == 2
	password := r.PasswordFrom
	if r.age > 0 && password != PasswordNone {
		text := "The driver decrypts keys from 3.2 on: this version needs a file whose key has no password."
		if password == PasswordEnv {
			text += " It does not read " + r.PasswordEnv + "."
		}
		w.note(text)
		password, r.Password = PasswordNone, ""
	}
	client, wait, run, none := "Client", ".await", ".await", ""
	switch {
	case sync && old:
		client, wait, run, none = "sync::Client", "", "", ", None"
	case sync:
		client, wait, run = "sync::Client", ".run()", ".run()"
	case old:
		none = ", None"
	}

	if r.Style == Constructor {
		w.code("use std::path::PathBuf;\n\n")
	}
	imports := []string{"bson::doc", "options::ClientOptions", client}
	switch {
	case r.Style == Constructor:
		imports[1] = "options::{AuthMechanism, ClientOptions, Credential, Tls, TlsOptions}"
	case password == PasswordEnv:
		imports[1] = "options::{ClientOptions, Tls}"
	}
	if r.Style == Constructor {
		w.code("use mongodb::{\n")
		for _, i := range imports {
			w.code("    " + i + ",\n")
		}
		w.code("};\n\n")
	} else {
		w.code("use mongodb::{" + imports[0] + ", " + imports[1] + ", " + imports[2] + "};\n\n")
	}
	if sync {
		w.code("fn main() -> Result<(), Box<dyn std::error::Error>> {\n")
	} else {
		w.code("#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n")
	}
	w.begin()
	if password == PasswordEnv {
		w.code("    let password = std::env::var(")
		w.ours(r.PasswordEnv)
		w.code(").map_err(|_| ")
		w.ours(r.PasswordEnv + " is not set")
		w.code(")?;\n")
	}
	mut := "mut "
	if r.Style == URI && password != PasswordEnv {
		mut = ""
	}
	w.code("    let " + mut + "options = ClientOptions::parse(\n        ")
	if r.Style == URI {
		w.literal(r.uri()...)
	} else {
		w.literal(r.seeds()...)
	}
	w.code(",\n    )" + wait + "?;\n")
	switch {
	case r.Style == Constructor:
		rustOptions(w, r, password)
	case password == PasswordEnv:
		w.code("    if let Some(Tls::Enabled(tls)) = &mut options.tls {\n        tls.tls_certificate_key_file_password = Some(password.into_bytes());\n    }\n")
	}
	w.code("    let client = Client::with_options(options)?;\n")
	w.end()
	w.code("\n    let admin = client.database(\"admin\");\n" +
		"    admin.run_command(doc! { \"ping\": 1 }" + none + ")" + run + "?;\n" +
		"    let status = admin.run_command(doc! { \"connectionStatus\": 1 }" + none + ")" + run + "?;\n" +
		"    println!(\"{:?}\", status.get_document(\"authInfo\")?.get_array(\"authenticatedUsers\")?);\n" +
		"    Ok(())\n}\n")

	features := ""
	if sync && !old {
		features = "\"sync\""
	} else if sync {
		features = "\"tokio-sync\""
	}
	if password != PasswordNone {
		if features != "" {
			features += ", "
		}
		features += "\"cert-key-password\""
	}
	w.other("Cargo.toml", &tomlLanguage, func(w *writer) {
		w.code("[package]\nname = \"connect\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\nmongodb = { version = \"")
		w.code([]string{"3.2", "3.0", "2.8"}[r.age] + "\"")
		if sync && old {
			w.code(", default-features = false")
		}
		if features != "" {
			w.code(", features = [" + features + "]")
		}
		w.code(" }\n")
		if !sync {
			w.code("tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n")
		}
	})
	switch password {
	case PasswordNone:
		w.note("A key with a password cannot be read in this way.")
	default:
		w.note("The key must be encrypted, as PKCS#8 with AES: a password for a plain key is refused, and so are the older ciphers.")
	}
	if r.Deployment.CAFile != "" {
		w.note("The CA file replaces the certificate authorities that are built in; it is not added to them.")
	} else {
		w.note("Without a CA file the driver trusts Mozilla's list of authorities, not the system's.")
	}
	if r.Style == Constructor {
		noteExtraTLS(w, r, "options.tls replaces what the TLS options in the connection string ask for; set them there instead.")
	}
}

func rustOptions(w *writer, r *request, password PasswordFrom) {
	w.code("    options.tls = Some(Tls::Enabled(\n        TlsOptions::builder()\n            .cert_key_file_path(PathBuf::from(")
	w.literal(r.certificateKeyFile())
	w.code("))\n")
	switch password {
	case PasswordEnv:
		w.code("            .tls_certificate_key_file_password(password.into_bytes())\n")
	case PasswordInline:
		w.code("            .tls_certificate_key_file_password(")
		w.literal(r.password())
		w.code(".as_bytes().to_vec())\n")
	}
	if r.Deployment.CAFile != "" {
		w.code("            .ca_file_path(PathBuf::from(")
		w.literal(r.caFile())
		w.code("))\n")
	}
	w.code("            .build(),\n    ));\n" +
		"    options.credential = Some(\n        Credential::builder()\n            .mechanism(AuthMechanism::MongoDbX509)\n            .build(),\n    );\n")
}
