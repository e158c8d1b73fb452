package snippet

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"certuri/internal/oracle"
)

// uglyValues are texts that have broken generators, and random mixtures of their characters.
func uglyValues() []string {
	values := []string{
		"", " ", "plain", "CN=alice,OU=Data,O=Example\\, Inc,C=US", `\`, `\\`, `'`, `"`, `'"'"'`, "`id`", "$HOME ${x} $(id)", "#{1+1}", "%s %d %%",
		"a\nb", "a\r\nb", "\t", "\x00", "\x0012", "\x7f", "\u2028\u2029", "\u202eRTL\u202c", "\u200f\u200d", "Zürich", "北京", "😀😀", "\U000E0001", "\\u0041", "\\x41", "\\N{BULLET}",
		"</script>", "<!--", "*/", "//", "--", "-n", "!!", "~root", "{{x}}", "%{x}", "\\\n", "??/ ??=", "<%= 1 %>", "ends with \\", "\ufeffbom", "\u00a0nbsp", "\u0085", "e\u0301", "\ufffd", "C:\\new\\table\\0\\u1",
	}
	alphabet := []rune("ab01\\\\'\"`$#{}%!&|;<>()*?[]~=+-_/.,: \t\n\r\x00\x01\x1b\x7f\u0080\u00a0\u00ad\u0301\u05d0\u200e\u200f\u2028\u202e\ufeff\uffff字é😀\U000e0041\U0010ffff")
	rng := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		r := make([]rune, rng.IntN(12))
		for i := range r {
			r[i] = alphabet[rng.IntN(len(alphabet))]
		}
		values = append(values, string(r))
	}
	return values
}

func quote(q quoter, value string) string {
	w := newWriter(&language{quote: q})
	w.literal(piece{Yours, value})
	return w.snippet("").Text()
}

// Each language reads its literals back and prints the bytes that it has; nothing may have changed.
func TestQuotersAgainstTheirLanguages(t *testing.T) {
	for _, c := range []struct {
		name     string
		quote    quoter
		file     string
		write    func(b *bytes.Buffer, literals []string)
		commands [][]string // run one after another in the folder of the file; the last prints
	}{
		{"python", quotePython, "a.py", func(b *bytes.Buffer, literals []string) {
			b.WriteString("for s in [\n" + strings.Join(literals, ",\n") + "]: print(s.encode().hex())\n")
		}, [][]string{{"python3", "a.py"}}},
		{"javascript", quoteJavaScript, "a.mjs", func(b *bytes.Buffer, literals []string) {
			b.WriteString("for (const s of [\n" + strings.Join(literals, ",\n") + "]) console.log(Buffer.from(s, 'utf8').toString('hex'));\n")
		}, [][]string{{"node", "a.mjs"}}},
		{"go", quoteGo, "a.go", func(b *bytes.Buffer, literals []string) {
			b.WriteString("package main\nimport \"fmt\"\nfunc main() { for _, s := range []string{\n" + strings.Join(literals, ",\n") + ",\n} { fmt.Printf(\"%x\\n\", s) } }\n")
		}, [][]string{{"go", "run", "a.go"}}},
		{"sh", quoteShell, "a.sh", shellProgram, [][]string{{"sh", "a.sh"}}},
		{"bash", quoteShell, "a.sh", shellProgram, [][]string{{"bash", "a.sh"}}},
		{"rust", quoteRust, "a.rs", func(b *bytes.Buffer, literals []string) {
			b.WriteString("fn main() { for s in [\n" + strings.Join(literals, ",\n") + ",\n] { for b in s.bytes() { print!(\"{:02x}\", b); } println!(); } }\n")
		}, [][]string{{"rustc", "a.rs"}, {"./a"}}},
		// -std=c99 has trigraphs.
		{"c", quoteC, "a.c", cProgram, [][]string{{"gcc", "-std=c99", "-o", "a", "a.c"}, {"./a"}}},
		{"cpp", quoteC, "a.cpp", cProgram, [][]string{{"g++", "-std=c++11", "-o", "a", "a.cpp"}, {"./a"}}},
		{"php", quotePHP, "a.php", func(b *bytes.Buffer, literals []string) {
			b.WriteString("<?php foreach ([\n" + strings.Join(literals, ",\n") + "] as $s) echo bin2hex($s), \"\\n\";\n")
		}, [][]string{{"php", "a.php"}}},
		{"ruby", quoteRuby, "a.rb", func(b *bytes.Buffer, literals []string) {
			b.WriteString("[\n" + strings.Join(literals, ",\n") + "].each { |s| puts s.b.unpack1('H*') }\n")
		}, [][]string{{"ruby", "-Ku", "a.rb"}}},
		{"erb and yaml", erbYAML.quote, "a.yml", yamlList,
			[][]string{{"ruby", "-Ku", "-ryaml", "-rerb", "-e", "YAML.safe_load(ERB.new(File.read('a.yml', encoding: 'UTF-8')).result).each { |s| puts s.b.unpack1('H*') }"}}},
		{"yaml", quoteYAML, "a.yml", yamlList, [][]string{{"ruby", "-Ku", "-ryaml", "-e", "YAML.safe_load(File.read('a.yml', encoding: 'UTF-8')).each { |s| puts s.b.unpack1('H*') }"}}},
		{"compose", quoteCompose, "a.yml", yamlList, [][]string{{"ruby", "-Ku", "-ryaml", "-e", "YAML.safe_load(File.read('a.yml', encoding: 'UTF-8')).each { |s| puts s.b.gsub('$$') { '$' }.unpack1('H*') }"}}},
		{"json", quoteJSON, "a.json", func(b *bytes.Buffer, literals []string) { b.WriteString("[" + strings.Join(literals, ",\n") + "]") },
			[][]string{{"node", "-e", "for (const s of JSON.parse(require('fs').readFileSync('a.json', 'utf8'))) console.log(Buffer.from(s, 'utf8').toString('hex'))"}}},
		{"env", quoteEnv, "a.sh", shellProgram, [][]string{{"sh", "a.sh"}}},
		{"java", quoteJava, "A.java", func(b *bytes.Buffer, literals []string) {
			b.WriteString("class A { public static void main(String[] args) throws Exception { for (String s : new String[] {\n" + strings.Join(literals, ",\n") +
				"\n}) { for (byte b : s.getBytes(\"UTF-8\")) System.out.printf(\"%02x\", b); System.out.println(); } } }\n")
		}, [][]string{{"java", "-Dfile.encoding=ISO-8859-1", "A.java"}}}, // the encoding that does not matter
		{"properties", quoteProperties, "A.java", propertiesProgram, [][]string{{"java", "A.java"}}},
		{"csharp", quoteCSharp, "a.cs", func(b *bytes.Buffer, literals []string) {
			b.WriteString("static class A { static void Main() { foreach (var s in new string[] {\n" + strings.Join(literals, ",\n") +
				"\n}) System.Console.WriteLine(System.BitConverter.ToString(System.Text.Encoding.UTF8.GetBytes(s)).Replace(\"-\", \"\").ToLowerInvariant()); } }\n")
		}, [][]string{{"mcs", "a.cs"}, {"mono", "a.exe"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var want, literals []string
			for _, v := range uglyValues() {
				if !c.quote.nul && strings.Contains(v, "\x00") {
					continue
				}
				want = append(want, fmt.Sprintf("%x", v))
				literals = append(literals, quote(c.quote, v))
			}
			var text, out bytes.Buffer
			c.write(&text, literals)
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, c.file), text.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, command := range c.commands {
				if !strings.Contains(command[0], "/") {
					oracle.Program(t, command[0])
				}
				out.Reset()
				cmd := exec.Command(command[0], command[1:]...)
				cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &out
				if err := cmd.Run(); err != nil {
					t.Fatalf("%s: %v\n%.4000s", command[0], err, out.Bytes())
				}
			}
			got := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
			if len(got) != len(want) {
				t.Fatalf("%d values were printed, want %d", len(got), len(want))
			}
			for i := range want {
				if got[i] != want[i] {
					t.Errorf("%s\n got %s\nwant %s", literals[i], got[i], want[i])
				}
			}
		})
	}
}

func cProgram(b *bytes.Buffer, literals []string) {
	b.WriteString("#include <stdio.h>\nstatic const char *all[] = {\n" + strings.Join(literals, ",\n") +
		"};\nint main(void) { for (unsigned i = 0; i < sizeof all / sizeof *all; i++) { for (const char *s = all[i]; *s; s++) printf(\"%02x\", (unsigned char)*s); puts(\"\"); } return 0; }\n")
}

func yamlList(b *bytes.Buffer, literals []string) {
	for _, l := range literals {
		b.WriteString("- " + l + "\n")
	}
}

// propertiesProgram has the settings inside the program that reads them.
func propertiesProgram(b *bytes.Buffer, literals []string) {
	var settings bytes.Buffer
	for i, l := range literals {
		fmt.Fprintf(&settings, "%d=%s\n", i, l)
	}
	fmt.Fprintf(b, "class A { public static void main(String[] args) throws Exception { var settings = new java.util.Properties();\n"+
		"settings.load(new java.io.ByteArrayInputStream(java.util.Base64.getMimeDecoder().decode(\"\"\"\n%s\n\"\"\")));\n"+
		"for (int i = 0; i < settings.size(); i++) { for (byte b : settings.getProperty(\"\" + i).getBytes(\"UTF-8\")) System.out.printf(\"%%02x\", b); System.out.println(); } } }\n",
		base64.StdEncoding.EncodeToString(settings.Bytes()))
}

func shellProgram(b *bytes.Buffer, literals []string) {
	b.WriteString("hex() { printf '%s' \"$1\" | od -An -v -tx1 | tr -d ' \\n'; echo; }\n")
	for _, l := range literals {
		b.WriteString("hex " + l + "\n")
	}
}

// A literal may be cut anywhere: its spans together are the same text as the uncut one.
func TestLiteralsCanBeCut(t *testing.T) {
	for _, q := range []quoter{quotePython, quoteGo, quoteJavaScript, quoteShell, quoteJava, quoteKotlin, quoteProperties, quoteRust, quoteC, quoteCURI, quotePHP, quoteRuby, quoteCSharp, erbYAML.quote, quoteHCL, quoteAnsible} {
		for _, v := range uglyValues() {
			for i := range v {
				w := newWriter(&language{quote: q})
				w.literal(piece{String, v[:i]}, piece{Fill, v[i:]})
				if got, want := w.snippet("").Text(), quote(q, v); got != want {
					t.Fatalf("cut at %d: %s, whole: %s", i, got, want)
				}
			}
		}
	}
}

func FuzzQuoteGo(f *testing.F) {
	for _, v := range uglyValues()[:40] {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, value string) {
		value = strings.ToValidUTF8(value, "\uFFFD")
		got, err := strconv.Unquote(quote(quoteGo, value))
		if err != nil || got != value {
			t.Fatalf("%q is written %s and read as %q, %v", value, quote(quoteGo, value), got, err)
		}
	})
}
