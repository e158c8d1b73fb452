import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.utils.Utils;

/** Reads settings as a Kafka Connect worker does. */
public class KafkaSettings extends Settings {
    public static void main(String[] args) throws Exception {
        new KafkaSettings().print();
    }

    @Override
    Map<String, String> read(Path path) throws Exception {
        Map<String, ConfigProvider> providers = new HashMap<>();
        providers.put("env", new EnvVarConfigProvider());
        return new ConfigTransformer(providers).transform(Utils.propsToStringMap(Utils.loadProps(path.toString()))).data();
    }
}
