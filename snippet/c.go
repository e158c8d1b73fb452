package snippet

import "strings"

var cLanguage = language{"c", quoteC, "//", " include const char if return int bool true false NULL "}
var cmakeLanguage = language{"cmake", quoteC, "#", " "}

var libmongoc = Target{
	ID: "c", Label: "C driver", Language: "c", Group: "C and C++",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"2.x", "1.15-1.30"},
	from:     []string{"2.0", "1.15"},
	File:     CombinedPEM,
	Docs:     "https://www.mongodb.com/docs/languages/c/c-driver/current/security/authentication/x509/",
	Since:    "1.15",
	saveAs:   "connect.c", language: &cLanguage, render: renderC,
}

func renderC(w *writer, r *request) {
	w.code("#include <stdio.h>\n#include <stdlib.h>\n\n#include <mongoc/mongoc.h>\n\nint main(void)\n{\n")
	w.begin()
	if r.PasswordFrom == PasswordEnv {
		w.code("    const char *password = getenv(")
		w.ours(r.PasswordEnv)
		w.code(");\n    if (!password || !*password) {\n        fputs(")
		w.ours(r.PasswordEnv + " is not set\n")
		w.code(", stderr);\n        return EXIT_FAILURE;\n    }\n\n")
	}
	w.code("    mongoc_init();\n    bson_error_t error;\n    mongoc_uri_t *uri = mongoc_uri_new_with_error(\n        ")
	cURI(w, r)
	w.code(",\n        &error);\n    if (!uri) {\n        fprintf(stderr, \"%s\\n\", error.message);\n        return EXIT_FAILURE;\n    }\n")
	if r.Style == URI && r.PasswordFrom == PasswordEnv {
		w.code("    mongoc_uri_set_option_as_utf8(uri, MONGOC_URI_TLSCERTIFICATEKEYFILEPASSWORD, password);\n")
	}
	w.code("    mongoc_client_t *client = mongoc_client_new_from_uri(uri);\n    if (!client) {\n        fputs(\"this libmongoc was built without TLS\\n\", stderr);\n        return EXIT_FAILURE;\n    }\n")
	if r.Style == Constructor {
		w.code("    mongoc_ssl_opt_t tls = *mongoc_ssl_opt_get_default();\n    tls.pem_file = ")
		w.literal(r.certificateKeyFile())
		w.code(";\n")
		switch r.PasswordFrom {
		case PasswordEnv:
			w.code("    tls.pem_pwd = password;\n")
		case PasswordInline:
			w.code("    tls.pem_pwd = ")
			w.literal(r.password())
			w.code(";\n")
		}
		if r.Deployment.CAFile != "" {
			w.code("    tls.ca_file = ")
			w.literal(r.caFile())
			w.code(";\n")
		}
		w.code("    mongoc_client_set_ssl_opts(client, &tls);\n")
	}
	w.end()
	w.code(`
    bson_t *ping = BCON_NEW("ping", BCON_INT32(1));
    bson_t *status = BCON_NEW("connectionStatus", BCON_INT32(1));
    bson_t reply = BSON_INITIALIZER;
    bool ok = mongoc_client_command_simple(client, "admin", ping, NULL, NULL, &error)
        && mongoc_client_command_simple(client, "admin", status, NULL, &reply, &error);
    if (ok) {
        char *json = bson_as_relaxed_extended_json(&reply, NULL);
        puts(json);
        bson_free(json);
    } else {
        fprintf(stderr, "%s\n", error.message);
    }

    bson_destroy(&reply);
    bson_destroy(status);
    bson_destroy(ping);
    mongoc_client_destroy(client);
    mongoc_uri_destroy(uri);
    mongoc_cleanup();
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
`)
	w.other("CMakeLists.txt", &cmakeLanguage, func(w *writer) {
		w.code("cmake_minimum_required(VERSION 3.15)\nproject(connect C)\n\n")
		find, link := "mongoc", "mongoc::mongoc"
		if r.age == 1 {
			find, link = "mongoc-1.0", "mongo::mongoc_shared"
		}
		w.code("find_package(" + find + " REQUIRED)\nadd_executable(connect connect.c)\ntarget_link_libraries(connect PRIVATE " + link + ")\n")
	})
	if r.Username == "" && r.age == 1 {
		w.note("libmongoc before 1.30.4 takes the user name from the file and sends it, in OpenSSL's spelling.")
	}
	cNotes(w, r)
	if r.Style == Constructor {
		w.note("For a pool call mongoc_client_pool_set_ssl_opts instead, before the first client is taken from it.")
		noteExtraTLS(w, r, "mongoc_client_set_ssl_opts replaces what the TLS options in the connection string ask for; set them in tls instead.")
	}
}

// cURI writes the connection string of the C and C++ drivers. In the constructor style it holds the login, which neither
// has another way for, and no file.
func cURI(w *writer, r *request) {
	quote := w.quote
	w.quote = quoteCURI
	if r.Style == URI {
		w.literal(r.uri()...)
	} else {
		w.literal(r.loginURI()...)
	}
	w.quote = quote
}

func cNotes(w *writer, r *request) {
	if r.PasswordFrom == PasswordNone {
		w.note("If the key in the file is encrypted, OpenSSL stops and asks for its password on the terminal.")
	} else {
		w.note("On Windows the driver cannot read an encrypted key, unless it was built with OpenSSL.")
	}
	if r.Deployment.CAFile != "" {
		w.note("The CA file replaces the system's certificate authorities; it is not added to them.")
	}
	w.note("Why a file could not be used is said in the log, on standard error, and not in the error.")
}

// noteExtraTLS says so when further options of the connection string would be lost.
func noteExtraTLS(w *writer, r *request, text string) {
	for _, o := range r.Deployment.Extra {
		if n := strings.ToLower(o.Name); strings.HasPrefix(n, "tls") || strings.HasPrefix(n, "ssl") {
			w.note(text)
			return
		}
	}
}
