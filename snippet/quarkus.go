package snippet

var quarkus = Target{
	ID: "quarkus", Label: "Quarkus", Language: "properties", Group: "Java",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"3.20+"},
	from:     []string{"3.20"},
	File:     CombinedPEM,
	Docs:     "https://quarkus.io/guides/mongodb",
	Since:    "3.20",
	saveAs:   "application.properties", language: &properties, render: renderQuarkus,
}

// renderQuarkus writes the settings, with the program that tries them beside. Only a named TLS configuration is used, and
// only when a property asks for it: tls=true in the connection string does not (quarkusio/quarkus MongoClients.java).
func renderQuarkus(w *writer, r *request) {
	property := func(name string, value ...piece) {
		w.code("quarkus." + name + "=")
		w.literal(value...)
		w.code("\n")
	}
	w.begin()
	if r.Style == URI {
		property("mongodb.connection-string", r.loginURI()...)
	} else {
		property("mongodb.connection-string", r.seeds()...)
		property("mongodb.credentials.auth-mechanism", piece{String, "MONGODB-X509"})
		if r.Username != "" {
			property("mongodb.credentials.username", quarkusValue(r.username()))
		}
	}
	property("mongodb.tls-configuration-name", piece{String, "mongodb"})
	file := quarkusValue(r.certificateKeyFile())
	property("tls.mongodb.key-store.pem.client.cert", file)
	property("tls.mongodb.key-store.pem.client.key", file)
	switch r.PasswordFrom {
	case PasswordEnv:
		w.code("quarkus.tls.mongodb.key-store.pem.client.password=${" + r.PasswordEnv + "}\n")
	case PasswordInline:
		property("tls.mongodb.key-store.pem.client.password", quarkusValue(r.password()))
	}
	if r.Deployment.CAFile != "" {
		property("tls.mongodb.trust-store.pem.certs[0]", quarkusValue(r.caFile()))
	}
	w.end()
	w.other("Ping.java", &java, func(w *writer) {
		w.code(`import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import jakarta.inject.Inject;
import org.bson.Document;

@QuarkusMain
public class Ping implements QuarkusApplication {
    @Inject
    MongoClient client;

    @Override
    public int run(String... args) {
        MongoDatabase admin = client.getDatabase("admin");
        admin.runCommand(new Document("ping", 1));
        Document status = admin.runCommand(new Document("connectionStatus", 1));
        System.out.println(status.get("authInfo", Document.class).get("authenticatedUsers"));
        return 0;
    }
}
`)
	})
	if r.PasswordFrom == PasswordEnv {
		w.note("When " + r.PasswordEnv + " is missing, Quarkus goes on without a password, and says of the encrypted key that the PRIVATE KEY delimiter is missing.")
	} else if r.PasswordFrom == PasswordInline {
		w.note("With a password here, the key in the file must be an encrypted one.")
	}
	if r.PasswordFrom != PasswordNone {
		w.note(asciiPasswordNote)
	}
	if r.Deployment.CAFile != "" {
		w.note("The CA file replaces Java's own authorities; it is not added to them.")
	}
}
