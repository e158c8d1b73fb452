package snippet

var javaSync = Target{
	ID: "java-sync", Label: "Java driver", Language: "java", Group: "Java",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"3.11-5.x", "3.7-3.10"},
	from:     []string{"3.11", "3.7"},
	File:     PKCS12,
	Docs:     "https://www.mongodb.com/docs/drivers/java/sync/current/security/auth/x509/",
	Since:    "3.7",
	saveAs:   "Connect.java", language: &java, render: renderJavaSync,
}

// Before 3.11 the driver does not know tls=true, and connects without TLS.
func renderJavaSync(w *writer, r *request) {
	if r.age == 1 {
		r.names.tls = "ssl"
	}
	w.code(`import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
`)
	if r.Style == Constructor {
		w.code("import com.mongodb.MongoCredential;\n")
	}
	w.code(`import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
`)
	javaImports(w, r, ";")
	w.code(`import org.bson.Document;
`)
	javaClient(w, r)
	w.code(`
        MongoDatabase admin = client.getDatabase("admin");
        admin.runCommand(new Document("ping", 1));
        Document status = admin.runCommand(new Document("connectionStatus", 1));
        System.out.println(status.get("authInfo", Document.class).get("authenticatedUsers"));
        client.close();
    }
}
`)
	jvmNotes(w, r)
}

// javaImports writes the imports of javaClient that are not of the driver. They are the same in Kotlin and Scala, but for
// what ends a line.
func javaImports(w *writer, r *request, end string) {
	names := []string{"java.io.FileInputStream", "java.security.KeyStore"}
	if r.Deployment.CAFile != "" {
		if w.name == "java" {
			names = append(names, "java.security.cert.Certificate") // the others infer it
		}
		names = append(names, "java.security.cert.CertificateFactory")
	}
	names = append(names, "javax.net.ssl.KeyManagerFactory", "javax.net.ssl.SSLContext")
	if r.Deployment.CAFile != "" {
		names = append(names, "javax.net.ssl.TrustManagerFactory")
	}
	for _, name := range names {
		w.code("import " + name + end + "\n")
	}
}

// javaClient writes the class up to the assignment of client. The connection string of these drivers cannot name files:
// the certificate is in an SSLContext in both styles. applyConnectionString stands first, because it replaces what its
// string speaks of.
func javaClient(w *writer, r *request) {
	w.code("\npublic class Connect {\n    public static void main(String[] args) throws Exception {\n")
	w.begin()
	w.code("        String password = ")
	switch r.PasswordFrom {
	case PasswordEnv:
		w.code("System.getenv(")
		w.literal(piece{String, r.PasswordEnv})
		w.code(");\n        if (password == null) throw new IllegalStateException(")
		w.literal(piece{String, r.PasswordEnv + " is not set"})
		w.code(");\n")
	case PasswordInline:
		w.literal(r.password())
		w.code(";\n")
	default:
		w.code("\"\"; // that of the file\n")
	}
	w.code(`
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (FileInputStream file = new FileInputStream(`)
	w.literal(r.certificateKeyFile())
	w.code(`)) {
            keys.load(file, password.toCharArray());
        }
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, password.toCharArray());

`)
	trust := "null"
	if r.Deployment.CAFile != "" {
		trust = "trustManagers.getTrustManagers()"
		w.code(`        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        try (FileInputStream file = new FileInputStream(`)
		w.literal(r.caFile())
		w.code(`)) {
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                authorities.setCertificateEntry("ca" + authorities.size(), authority);
            }
        }
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(authorities);

`)
	}
	w.code(`        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keyManagers.getKeyManagers(), ` + trust + `, null);

        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(`)
	jvmSettings(w, r, "\n                ", "(ssl -> ssl.", ")")
	w.code(`
                .build();
        MongoClient client = MongoClients.create(settings);
`)
	w.end()
}

// jvmSettings writes the rest of the builder's calls from inside that of applyConnectionString, which all drivers on the
// JVM share; open and close enclose the body of a lambda. TLS must be switched on: an SSLContext alone does not, and an SRV host does so in the string's parser only.
func jvmSettings(w *writer, r *request, line, open, close string) {
	if r.Style == URI {
		w.literal(r.loginURI()...)
		w.code("))" + line + ".applyToSslSettings" + open + "context(tls)" + close)
		return
	}
	w.literal(r.seeds()...)
	w.code("))" + line + ".applyToSslSettings" + open + "enabled(true).context(tls)" + close +
		line + ".credential(MongoCredential.createMongoX509Credential(")
	if r.Username != "" {
		w.literal(r.username())
	}
	w.code("))")
}

const asciiPasswordNote = "Give the file a password of ASCII characters: Java before 18 takes no other for AES."

func jvmNotes(w *writer, r *request) {
	if r.Style == URI {
		w.note("A connection string of this driver cannot name the certificate's file; tlsCertificateKeyFile is ignored with a warning. The file goes into the SSLContext.")
	}
	jvmPasswordNote(w, r)
	if r.Deployment.CAFile != "" {
		w.note("The CA file must hold certificates only. It replaces Java's own authorities; it is not added to them.")
	}
}

func jvmPasswordNote(w *writer, r *request) {
	if r.PasswordFrom == PasswordNone {
		w.note("This is for a PKCS#12 file with the empty password. In one that is not encrypted at all Java finds no key, says nothing, and sends no certificate.")
	} else {
		w.note(asciiPasswordNote)
	}
}
