import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.FileSystemResource;

/** Reads settings as Spring Boot does. */
public class SpringSettings extends Settings {
    public static void main(String[] args) throws Exception {
        new SpringSettings().print();
    }

    @Override
    Map<String, String> read(Path path) throws Exception {
        Map<String, String> settings = new HashMap<>();
        for (PropertySource<?> source : new PropertiesPropertySourceLoader().load("settings", new FileSystemResource(path))) {
            StandardEnvironment environment = new StandardEnvironment();
            environment.getPropertySources().addFirst(source);
            for (String name : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
                settings.put(name, Binder.get(environment).bind(name, String.class).get());
            }
        }
        return settings;
    }
}
