import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;

/**
 * Compiles programs for as long as its standard input is open, so that the compilers start and warm up once.
 * A line is a job, its fields divided by tabs: the language, the compiler's own class path, and the compiler's arguments.
 * The answer is a line: "ok", or what the compiler said, with "\n" for the ends of lines.
 */
public class Compiler {
    public static void main(String[] args) throws Exception {
        PrintStream answers = System.out;
        BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, "UTF-8");
        System.setOut(out); // before any compiler looks for it
        System.setErr(out);
        Map<String, ClassLoader> compilers = new HashMap<>();
        for (String line = jobs.readLine(); line != null; line = jobs.readLine()) {
            String[] fields = line.split("\t", -1);
            ClassLoader compiler = compilers.get(fields[1]);
            if (compiler == null) {
                compilers.put(fields[1], compiler = loader(fields[1]));
            }
            String[] arguments = Arrays.copyOfRange(fields, 2, fields.length);
            said.reset();
            boolean ok;
            try {
                ok = compile(fields[0], compiler, out, arguments);
            } catch (Throwable t) {
                ok = false;
                t.printStackTrace(out);
            }
            answers.write((ok ? "ok" : "failed\n" + said.toString("UTF-8")).replace("\r", "").replace("\n", "\\n").getBytes(StandardCharsets.UTF_8));
            answers.write('\n');
            answers.flush();
        }
        System.exit(0); // some compilers leave threads behind
    }

    static boolean compile(String language, ClassLoader loader, PrintStream out, String[] arguments) throws Exception {
        Thread.currentThread().setContextClassLoader(loader);
        switch (language) {
            case "java":
                return ToolProvider.getSystemJavaCompiler().run(null, out, out, arguments) == 0;
            case "kotlin": {
                Class<?> type = loader.loadClass("org.jetbrains.kotlin.cli.jvm.K2JVMCompiler");
                Method exec = type.getMethod("exec", PrintStream.class, String[].class);
                return exec.invoke(type.getConstructor().newInstance(), out, arguments).toString().equals("OK");
            }
            case "scala": {
                Object reporter = loader.loadClass("dotty.tools.dotc.Main").getMethod("process", String[].class).invoke(null, (Object) arguments);
                return !(Boolean) reporter.getClass().getMethod("hasErrors").invoke(reporter);
            }
            case "scala-2.13": {
                Class<?> type = loader.loadClass("scala.tools.nsc.MainClass");
                return (Boolean) type.getMethod("process", String[].class).invoke(type.getConstructor().newInstance(), (Object) arguments);
            }
        }
        throw new IllegalArgumentException(language);
    }

    static ClassLoader loader(String classPath) throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
    }
}
