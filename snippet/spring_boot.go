package snippet

var springBoot = Target{
	ID: "spring-boot", Label: "Spring Boot", Language: "properties", Group: "Java",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"4.x", "3.1-3.5"},
	from:     []string{"4.0", "3.1.1"},
	File:     CombinedPEM,
	Docs:     "https://docs.spring.io/spring-boot/reference/data/nosql.html#data.nosql.mongodb",
	Since:    "3.1.1",
	saveAs:   "application.properties", language: &properties, render: renderSpringBoot,
}

// renderSpringBoot writes the settings, with the program that tries them beside. There is no property for the mechanism:
// it is in the connection string, or the credential is given in code. The bundle switches TLS on.
func renderSpringBoot(w *writer, r *request) {
	prefix, customizer := "spring.mongodb.", "org.springframework.boot.mongodb.autoconfigure"
	if r.age == 1 {
		prefix, customizer = "spring.data.mongodb.", "org.springframework.boot.autoconfigure.mongo"
	}
	property := func(name string, value ...piece) {
		w.code(name + "=")
		w.literal(value...)
		w.code("\n")
	}
	if r.Style == URI {
		w.begin()
		property(prefix+"uri", r.loginURI()...)
	} else {
		property(prefix+"uri", r.seeds()...)
	}
	if r.Deployment.Database == "" {
		property(prefix+"database", piece{Fill, "test"}) // Spring Data does not start without one
	}
	property(prefix+"ssl.bundle", piece{String, "mongodb"})
	const bundle = "spring.ssl.bundle.pem.mongodb."
	file := springValue(r.certificateKeyFile())
	property(bundle+"keystore.certificate", file)
	property(bundle+"keystore.private-key", file)
	switch r.PasswordFrom {
	case PasswordEnv:
		w.code(bundle + "keystore.private-key-password=${" + r.PasswordEnv + "}\n")
	case PasswordInline:
		property(bundle+"keystore.private-key-password", springValue(r.password()))
	}
	if r.Deployment.CAFile != "" {
		property(bundle+"truststore.certificate", springValue(r.caFile()))
	}
	if r.Style == URI {
		w.end()
	}
	w.other("Application.java", &java, func(w *writer) {
		w.code(`package example;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import org.bson.Document;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
`)
		if r.Style == Constructor {
			w.code("import com.mongodb.MongoCredential;\nimport " + customizer + ".MongoClientSettingsBuilderCustomizer;\n")
		}
		w.code(`
@SpringBootApplication
public class Application {
    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(Application.class);
`)
		if r.PasswordFrom == PasswordEnv {
			w.code("        application.addInitializers(context -> context.getEnvironment().setRequiredProperties(")
			w.literal(piece{String, r.PasswordEnv})
			w.code("));\n")
		}
		w.code(`        application.run(args);
    }

`)
		if r.Style == Constructor {
			w.begin()
			w.code(`    @Bean
    MongoClientSettingsBuilderCustomizer x509() {
        return settings -> settings.credential(MongoCredential.createMongoX509Credential(`)
			if r.Username != "" {
				w.literal(r.username())
			}
			w.code("));\n    }\n")
			w.end()
			w.code("\n")
		}
		w.code(`    @Bean
    CommandLineRunner ping(MongoClient client) {
        return arguments -> {
            MongoDatabase admin = client.getDatabase("admin");
            admin.runCommand(new Document("ping", 1));
            Document status = admin.runCommand(new Document("connectionStatus", 1));
            System.out.println(status.get("authInfo", Document.class).get("authenticatedUsers"));
        };
    }
}
`)
	})
	if r.PasswordFrom == PasswordEnv {
		w.note("Without setRequiredProperties, Spring takes ${" + r.PasswordEnv + "} itself for the password when the variable is missing.")
	}
	if r.PasswordFrom != PasswordNone {
		w.note(asciiPasswordNote)
	}
	w.note("A bean of your own of type MongoClientSettings switches all of these settings off, without a word.")
	if r.age == 0 {
		w.note("Spring Boot 4 ignores the former spring.data.mongodb.uri, and connects to localhost.")
	}
	if r.Deployment.CAFile != "" {
		w.note("The CA file replaces Java's own authorities; it is not added to them.")
	}
}
