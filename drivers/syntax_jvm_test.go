package drivers

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"certuri/snippet"
	"certuri/uribuild"
)

// inPackages puts programs of a target that are compiled together into packages of their own. The slow compilers get those
// of one deployment: the others differ in values only, which TestKotlinAndScalaReadLiterals looks at.
func inPackages(t *testing.T, all []rendered, id string) (sources []string) {
	t.Helper()
	for i, r := range all {
		end := ";"
		if r.target.Language != "java" {
			end = ""
		}
		if r.target.ID != id || end == "" && !strings.HasPrefix(filepath.Base(filepath.Dir(r.path)), id+"_0_") {
			continue
		}
		if err := os.WriteFile(r.path, fmt.Appendf(nil, "package p%d%s\n%s", i, end, r.text), 0o600); err != nil {
			t.Fatal(err)
		}
		sources = append(sources, r.path)
	}
	return sources
}

func TestJavaCompiles(t *testing.T) {
	all := render(t, "java")
	for _, id := range []string{"java-sync", "java-reactive"} {
		compileJava(t, t.TempDir(), classPath(t, id), inPackages(t, all, id)...)
	}
}

func TestKotlinCompiles(t *testing.T) {
	compileKotlin(t, t.TempDir(), classPath(t, "kotlin"), inPackages(t, render(t, "kotlin"), "kotlin")...)
}

func TestScalaCompiles(t *testing.T) {
	sources := inPackages(t, render(t, "scala"), "scala")
	compileScala(t, t.TempDir(), classPath(t, "scala"), sources...)
	compileScala213(t, t.TempDir(), classPath(t, "scala-4.0"), sources...)
}

// TestQuarkusProgram holds the program that Maven builds equal with what is rendered.
func TestQuarkusProgram(t *testing.T) {
	s, err := snippet.Render("quarkus", snippet.Input{})
	if err != nil {
		t.Fatal(err)
	}
	built, err := os.ReadFile("jvm/quarkus/src/main/java/" + s.Also[0].File)
	if err != nil {
		t.Fatal(err)
	}
	if text := s.Also[0].Text(); text != string(built) {
		t.Errorf("rendered is\n%s", text)
	}
}

// mixtures are texts made of what languages and their readers trip over. They hold no NUL: paths cannot.
func mixtures(n int) []string {
	parts := []string{"${", "}", "$", "$$", "#{", "{", ":", `\`, `\\`, `\u0041`, `\n`, "\"", "'", "`", "%s", "%40", "=", "#", "!", ",", " ", "\t", "\n", "\r", "\f", "\x01", "\x7f", "\u0085", "\u00a0", "\u2028",
		"\u202e", "\ufeff", "\uffff", "ü", "北", "😀", "\U000E0001", "a", "0", "//", "/*", "*/", "x"}
	rng := rand.New(rand.NewPCG(3, 5))
	texts := []string{"plain", " both ends ", `C:\certs\${x}`, `\${x}`, `\\${${x}}`, "${MONGODB_KEY_PASSWORD}", "${a:b}", "a,b"}
	for len(texts) < n {
		var b strings.Builder
		for range 1 + rng.IntN(8) {
			b.WriteString(parts[rng.IntN(len(parts))])
		}
		texts = append(texts, b.String())
	}
	return texts
}

// Kotlin and Scala read their literals back and print the bytes that they have. Java does so in package snippet.
func TestKotlinAndScalaReadLiterals(t *testing.T) {
	texts := mixtures(400)
	for _, c := range []struct {
		id, module, mainClass, file, before, after string
		compile                                    compiler
	}{
		{"kotlin", "kotlin", "AKt", "A.kt", "fun main() { for (s in listOf(\n", ")) println(s.toByteArray().joinToString(\"\") { \"%02x\".format(it) }) }\n", compileKotlin},
		{"scala", "scala", "A", "A.scala", "object A { def main(args: Array[String]): Unit = for (s <- List(\n", ")) println(s.getBytes(\"UTF-8\").map(b => \"%02x\".format(b)).mkString) }\n", compileScala},
		{"scala", "scala-4.0", "A", "A.scala", "object A { def main(args: Array[String]): Unit = for (s <- List(\n", ")) println(s.getBytes(\"UTF-8\").map(b => \"%02x\".format(b)).mkString) }\n", compileScala213},
	} {
		t.Run(c.module, func(t *testing.T) {
			var literals []string
			for _, text := range texts {
				s, err := snippet.Render(c.id, snippet.Input{Username: text, PasswordFrom: snippet.PasswordNone})
				if err != nil {
					t.Fatal(err)
				}
				for _, span := range s.Spans {
					if span.Kind == snippet.Yours {
						literals = append(literals, `"`+span.Text+`"`)
					}
				}
			}
			if len(literals) != len(texts) {
				t.Fatalf("%d literals, want %d", len(literals), len(texts))
			}
			dir := t.TempDir()
			source := filepath.Join(dir, c.file)
			if err := os.WriteFile(source, []byte(c.before+strings.Join(literals, ",\n")+c.after), 0o600); err != nil {
				t.Fatal(err)
			}
			classes := classPath(t, c.module)
			c.compile(t, dir, classes, source)
			out, err := java(t.Context(), t, dir+string(filepath.ListSeparator)+classes, c.mainClass).Output()
			if err != nil {
				t.Fatal(err)
			}
			for i, line := range strings.Split(strings.TrimSuffix(string(out), "\n"), "\n") {
				if want := hex.EncodeToString([]byte(texts[i])); line != want {
					t.Errorf("%s\n got %s\nwant %s", literals[i], line, want)
				}
			}
		})
	}
}

// Spring Boot, Quarkus and Kafka Connect understand of their settings what was meant.
func TestSettingsSayWhatWasMeant(t *testing.T) {
	for _, c := range []struct {
		id, version, module, class string
	}{
		{"spring-boot", "4.x", "spring-boot", "SpringSettings"},
		{"spring-boot", "3.1-3.5", "spring-boot-3.5", "SpringSettings"},
		{"spring-boot", "3.1-3.5", "spring-boot-3.1", "SpringSettings"},
		{"quarkus", "", "quarkus", "QuarkusSettings"},
		{"kafka-connector", "", "kafka-connector", "KafkaSettings"},
	} {
		t.Run(c.module, func(t *testing.T) {
			dir := t.TempDir()
			var paths []string
			var wants []map[string]string
			for i, text := range mixtures(300) {
				if c.id == "kafka-connector" && strings.Contains(text, "${env:") {
					continue
				}
				in := snippet.Input{Deployment: uribuild.Deployment{Topology: uribuild.Single, Hosts: []uribuild.Host{{Name: "h", Port: 1}}, CAFile: "ca" + text},
					Username: text, CertificateKeyFile: text, PasswordFrom: snippet.PasswordInline, Password: "p" + text, Style: snippet.URI, Version: c.version}
				if c.id == "quarkus" && i%2 == 0 {
					in.Style = snippet.Constructor
				}
				s, err := snippet.Render(c.id, in)
				if err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(dir, fmt.Sprint(i))
				if err := os.WriteFile(path, []byte(s.Text()), 0o600); err != nil {
					t.Fatal(err)
				}
				d := in.Deployment
				d.CAFile = ""
				uri, err := uribuild.Build(d, uribuild.Identity{Username: text})
				if err != nil {
					t.Fatal(err)
				}
				want := map[string]string{"": uri.String(), "user": text, "file": in.CertificateKeyFile, "ca": in.Deployment.CAFile, "password": in.Password}
				if in.Style == snippet.Constructor {
					want[""] = "mongodb://h:1"
				}
				paths, wants = append(paths, path), append(wants, want)
			}
			classes, folder := classPath(t, c.module), t.TempDir()
			compileJava(t, folder, classes, absolute(t, "jvm/Settings.java"), absolute(t, "jvm/"+c.class+".java"))
			cmd := java(t.Context(), t, folder+string(filepath.ListSeparator)+classes, c.class)
			cmd.Stdin = strings.NewReader(strings.Join(paths, "\n") + "\n")
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v\n%s", err, err.(*exec.ExitError).Stderr)
			}
			lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
			if len(lines) != len(paths) {
				t.Fatalf("%d answers, want %d", len(lines), len(paths))
			}
			meaning := map[string]string{
				"spring.mongodb.uri": "", "spring.data.mongodb.uri": "", "spring.ssl.bundle.pem.mongodb.keystore.certificate": "file", "spring.ssl.bundle.pem.mongodb.keystore.private-key": "file",
				"spring.ssl.bundle.pem.mongodb.keystore.private-key-password": "password", "spring.ssl.bundle.pem.mongodb.truststore.certificate": "ca",
				"quarkus.mongodb.connection-string": "", "quarkus.mongodb.credentials.username": "user", "quarkus.tls.mongodb.key-store.pem.client.cert": "file", "quarkus.tls.mongodb.key-store.pem.client.key": "file",
				"quarkus.tls.mongodb.key-store.pem.client.password": "password", "quarkus.tls.mongodb.trust-store.pem.certs[0]": "ca",
				"connection.uri": "", "connection.ssl.keystore": "file", "connection.ssl.keystorePassword": "password", "connection.ssl.truststore": "ca", "connection.ssl.truststorePassword": "password",
			}
			for i, line := range lines {
				found := 0
				for _, setting := range strings.Fields(line) {
					name, value, _ := strings.Cut(setting, "=")
					what, ok := meaning[name]
					if !ok {
						continue
					}
					found++
					if want := hex.EncodeToString([]byte(wants[i][what])); value != want {
						t.Errorf("%s of %s\n got %s\nwant %s", name, paths[i], value, want)
					}
				}
				if found < 5 {
					t.Errorf("only %d settings: %s", found, line)
				}
			}
		})
	}
}
