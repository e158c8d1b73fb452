package snippet

var javaReactive = Target{
	ID: "java-reactive", Label: "Java Reactive Streams driver", Language: "java", Group: "Java",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"4.3-5.x"},
	from:     []string{"4.3"},
	File:     PKCS12,
	Docs:     "https://www.mongodb.com/docs/languages/java/reactive-streams-driver/current/security/authentication/x509/",
	Since:    "4.3",
	saveAs:   "Connect.java", language: &java, render: renderJavaReactive,
}

func renderJavaReactive(w *writer, r *request) {
	w.code(`import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
`)
	if r.Style == Constructor {
		w.code("import com.mongodb.MongoCredential;\n")
	}
	w.code(`import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoDatabase;
`)
	javaImports(w, r, ";")
	w.code(`import org.bson.Document;
import reactor.core.publisher.Mono;
`)
	javaClient(w, r)
	w.code(`
        MongoDatabase admin = client.getDatabase("admin");
        Document status = Mono.from(admin.runCommand(new Document("ping", 1)))
                .then(Mono.from(admin.runCommand(new Document("connectionStatus", 1))))
                .block();
        System.out.println(status.get("authInfo", Document.class).get("authenticatedUsers"));
        client.close();
    }
}
`)
	jvmNotes(w, r)
}
