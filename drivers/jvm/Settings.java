import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Prints what a program understands of each .properties file that standard input names: a line of name=hex for each. */
abstract class Settings {
    abstract Map<String, String> read(Path path) throws Exception;

    void print() throws Exception {
        BufferedReader paths = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String path = paths.readLine(); path != null; path = paths.readLine()) {
            StringBuilder line = new StringBuilder();
            for (Map.Entry<String, String> setting : new TreeMap<>(read(Path.of(path))).entrySet()) {
                line.append(setting.getKey()).append('=');
                for (byte b : setting.getValue().getBytes(StandardCharsets.UTF_8)) {
                    line.append(String.format("%02x", b));
                }
                line.append(' ');
            }
            System.out.println(line);
        }
    }
}
