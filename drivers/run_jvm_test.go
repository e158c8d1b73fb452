package drivers

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"certuri/snippet"
)

func init() {
	java := func(module string) runner {
		return runner{prepare: prepareJVM(compileJava, "Connect", module), client: jar("Java driver", module, "mongodb-driver-sync"), srv: true, ascii: true}
	}
	newest := java("java-sync")
	newest.older = map[string][]runner{"3.11-5.x": {java("java-sync-3.11")}, "3.7-3.10": {java("java-sync-3.7")}}
	runners["java-sync"] = newest

	reactive := func(module string) runner {
		return runner{prepare: prepareJVM(compileJava, "Connect", module), client: jar("Java Reactive Streams driver", module, "mongodb-driver-reactivestreams"), srv: true, ascii: true}
	}
	newest = reactive("java-reactive")
	newest.older = map[string][]runner{"4.3-5.x": {reactive("java-reactive-4.3")}}
	runners["java-reactive"] = newest

	kotlin := func(module string) runner {
		return runner{prepare: prepareJVM(compileKotlin, "ConnectKt", module), client: jar("Kotlin driver", module, "mongodb-driver-kotlin-coroutine"), srv: true, ascii: true}
	}
	newest = kotlin("kotlin")
	newest.older = map[string][]runner{"4.10-5.x": {kotlin("kotlin-4.11")}}
	runners["kotlin"] = newest

	scala := func(compile compiler, module, artifact string) runner {
		return runner{prepare: prepareJVM(compile, "Connect", module), client: jar("Scala driver", module, artifact), srv: true, ascii: true}
	}
	newest = scala(compileScala, "scala", "mongo-scala-driver_3")
	newest.older = map[string][]runner{"4.x-5.x": {scala(compileScala213, "scala-4.0", "mongo-scala-driver_2.13")}}
	runners["scala"] = newest

	spring := func(module string) runner {
		return runner{prepare: prepareSpringBoot(module), client: jar("Spring Boot", module, "spring-boot"), srv: true, ascii: true}
	}
	newest = spring("spring-boot")
	newest.older = map[string][]runner{"3.1-3.5": {spring("spring-boot-3.5"), spring("spring-boot-3.1")}}
	runners["spring-boot"] = newest

	kafka := func(module string) runner {
		return runner{prepare: prepareKafkaConnector(module), client: jar("MongoDB Kafka connector", module, "mongo-kafka-connect"), srv: true, ascii: true, unheeding: true}
	}
	newest = kafka("kafka-connector")
	newest.older = map[string][]runner{"1.10+": {kafka("kafka-connector-1.10")}}
	runners["kafka-connector"] = newest

	runners["quarkus"] = runner{prepare: prepareQuarkus, client: quarkusVersion, srv: true, ascii: true, unheeding: true}
}

// classPath gives what a module of jvm/pom.xml depends on, as "make drivers/jvm/target/stamp" has found it.
func classPath(t *testing.T, module string) string {
	t.Helper()
	path := filepath.Join("jvm", module, "target/classpath")
	raw, err := os.ReadFile(path)
	if err != nil {
		absent(t, "drivers/"+path)
	}
	return string(raw)
}

// jar says which version of a client is on the module's class path.
func jar(label, module, artifact string) func(*testing.T) string {
	return func(t *testing.T) string {
		t.Helper()
		for _, path := range filepath.SplitList(classPath(t, module)) {
			if version, ok := strings.CutPrefix(filepath.Base(path), artifact+"-"); ok && version[0] <= '9' {
				return label + " " + strings.TrimSuffix(version, ".jar")
			}
		}
		t.Fatalf("%s is not on the class path of %s", artifact, module)
		return ""
	}
}

// A compiler makes classes in the folder out of sources.
type compiler func(t *testing.T, folder, classPath string, sources ...string)

func compileJava(t *testing.T, folder, classPath string, sources ...string) {
	t.Helper()
	compile(t, "java", "", append([]string{"-Xlint:all", "-Werror", "-proc:none", "-d", folder, "-cp", classPath}, sources...)...)
}

func compileKotlin(t *testing.T, folder, classPath string, sources ...string) {
	t.Helper()
	compile(t, "kotlin", "kotlin-compiler", append([]string{"-Werror", "-no-stdlib", "-no-reflect", "-d", folder, "-cp", classPath}, sources...)...)
}

func compileScala(t *testing.T, folder, classPath string, sources ...string) {
	t.Helper()
	compile(t, "scala", "scala-compiler", append([]string{"-Werror", "-deprecation", "-color", "never", "-d", folder, "-cp", classPath}, sources...)...)
}

func compileScala213(t *testing.T, folder, classPath string, sources ...string) {
	t.Helper()
	compile(t, "scala-2.13", "scala-2.13-compiler", append([]string{"-Werror", "-deprecation", "-d", folder, "-cp", classPath}, sources...)...)
}

// compilers is jvm/Compiler.java, which ends when this process does.
var compilers struct {
	sync.Mutex
	jobs    io.Writer
	answers *bufio.Reader
}

func compile(t *testing.T, language, module string, arguments ...string) {
	t.Helper()
	own := ""
	if module != "" {
		own = classPath(t, module)
	}
	compilers.Lock()
	defer compilers.Unlock()
	if compilers.jobs == nil {
		cmd := exec.Command(program(t, "java"), absolute(t, "jvm/Compiler.java"))
		jobs, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		answers, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		compilers.jobs, compilers.answers = jobs, bufio.NewReader(answers)
	}
	if _, err := io.WriteString(compilers.jobs, strings.Join(append([]string{language, own}, arguments...), "\t")+"\n"); err != nil {
		t.Fatal(err)
	}
	answer, err := compilers.answers.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if answer != "ok\n" {
		t.Fatalf("the compiler of %s says\n%.8000s", language, strings.ReplaceAll(answer, `\n`, "\n"))
	}
}

// prepareJVM compiles programs and runs them with the driver of a module.
func prepareJVM(compile compiler, mainClass, module string) func(*testing.T, snippet.Target) launch {
	return func(t *testing.T, _ snippet.Target) launch {
		classes := classPath(t, module)
		return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
			compile(t, dir, classes, filepath.Join(dir, s.File))
			return java(ctx, t, dir+string(filepath.ListSeparator)+classes, mainClass)
		}
	}
}

// java runs a class. The programs are short: starting fast is all that counts.
func java(ctx context.Context, t *testing.T, classPath string, arguments ...string) *exec.Cmd {
	return exec.CommandContext(ctx, program(t, "java"),
		append([]string{"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-cp", classPath}, arguments...)...)
}

// prepareSpringBoot runs the application beside the settings, which Spring Boot looks for in the working directory.
func prepareSpringBoot(module string) func(*testing.T, snippet.Target) launch {
	return func(t *testing.T, _ snippet.Target) launch {
		classes := classPath(t, module)
		return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
			compileJava(t, dir, classes, filepath.Join(dir, s.Also[0].File))
			return java(ctx, t, dir+string(filepath.ListSeparator)+classes, "example.Application")
		}
	}
}

// prepareKafkaConnector runs jvm/Connector.java, which does with the settings what a worker and the connector do to connect.
func prepareKafkaConnector(module string) func(*testing.T, snippet.Target) launch {
	return func(t *testing.T, _ snippet.Target) launch {
		classes, folder := classPath(t, module), t.TempDir()
		compileJava(t, folder, classes, absolute(t, "jvm/Connector.java"))
		return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
			return java(ctx, t, folder+string(filepath.ListSeparator)+classes, "Connector")
		}
	}
}

// prepareQuarkus runs the one application that Maven has built in jvm/quarkus, whose program TestQuarkusProgram holds equal
// with the rendered one. Quarkus takes all of the settings when the program starts, from the folder config.
func prepareQuarkus(t *testing.T, _ snippet.Target) launch {
	jar := absolute(t, "jvm/quarkus/target/quarkus-app/quarkus-run.jar")
	if _, err := os.Stat(jar); err != nil {
		absent(t, "drivers/jvm/quarkus/target")
	}
	return func(ctx context.Context, dir string, s snippet.Snippet) *exec.Cmd {
		config := filepath.Join(dir, "config")
		if err := os.Mkdir(config, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(dir, s.File), filepath.Join(config, s.File)); err != nil {
			t.Fatal(err)
		}
		return exec.CommandContext(ctx, program(t, "java"), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", jar)
	}
}

func quarkusVersion(t *testing.T) string {
	t.Helper()
	all, err := filepath.Glob("jvm/quarkus/target/quarkus-app/lib/main/io.quarkus.quarkus-mongodb-client-*.jar")
	if err != nil || len(all) != 1 {
		t.Fatalf("%v %v", all, err)
	}
	_, version, _ := strings.Cut(strings.TrimSuffix(filepath.Base(all[0]), ".jar"), "mongodb-client-")
	return "Quarkus " + version
}
