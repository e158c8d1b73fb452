import com.mongodb.client.MongoClient;
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
