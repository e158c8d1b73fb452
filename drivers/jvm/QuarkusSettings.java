import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Reads settings as Quarkus does. */
public class QuarkusSettings extends Settings {
    public static void main(String[] args) throws Exception {
        new QuarkusSettings().print();
    }

    @Override
    Map<String, String> read(Path path) throws Exception {
        SmallRyeConfig config = new SmallRyeConfigBuilder().addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(path.toUri().toURL())).build();
        Map<String, String> settings = new HashMap<>();
        for (String name : config.getPropertyNames()) {
            config.getOptionalValue(name, String.class).ifPresent(value -> settings.put(name, value));
        }
        return settings;
    }
}
