import com.mongodb.client.MongoClient;
import com.mongodb.kafka.connect.source.MongoSourceConfig;
import com.mongodb.kafka.connect.util.ConnectionValidator;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.utils.Utils;
import org.bson.Document;

/**
 * Does with connector.properties what a Kafka Connect worker and the connector do before they copy anything: the providers
 * of worker.properties fill in the secrets, the connector checks its settings, and its own validator connects.
 */
public class Connector {
    public static void main(String[] args) throws Exception {
        Properties worker = new java.io.File("worker.properties").exists() ? Utils.loadProps("worker.properties") : new Properties();
        Map<String, ConfigProvider> providers = new HashMap<>();
        for (String name : worker.getProperty("config.providers", "").split(",")) {
            if (!name.isEmpty()) {
                ConfigProvider provider = Utils.newInstance(worker.getProperty("config.providers." + name + ".class"), ConfigProvider.class);
                provider.configure(new HashMap<>());
                providers.put(name, provider);
            }
        }
        Map<String, String> settings = new ConfigTransformer(providers)
                .transform(Utils.propsToStringMap(Utils.loadProps("connector.properties"))).data();
        Config checked = new Config(MongoSourceConfig.CONFIG.validate(settings));
        MongoClient client = ConnectionValidator.validateCanConnect(new MongoSourceConfig(settings), checked, MongoSourceConfig.CONNECTION_URI_CONFIG).orElse(null);
        boolean refused = false;
        for (ConfigValue value : checked.configValues()) {
            for (String message : value.errorMessages()) {
                System.err.println(value.name() + ": " + message);
                refused = true;
            }
        }
        if (refused) {
            System.exit(1);
        }
        Document status = client.getDatabase("admin").runCommand(new Document("connectionStatus", 1));
        System.out.println(status.get("authInfo", Document.class).get("authenticatedUsers"));
        client.close();
    }
}
