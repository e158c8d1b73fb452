package snippet

import (
	"bytes"
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
		"</script>", "<!--", "*/", "//", "--", "-n", "!!", "~root", "{{x}}", "%{x}", "\\\n", "ends with \\", "\ufeffbom", "\u00a0nbsp", "\u0085", "e\u0301", "\ufffd", "C:\\new\\table\\0\\u1",
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
	w := writer{language: language{quote: q}}
	w.literal(piece{Yours, value})
	return Snippet{Spans: w.spans}.Text()
}

// Each language reads its literals back and prints the bytes that it has; nothing may have changed.
func TestQuotersAgainstTheirLanguages(t *testing.T) {
	values := uglyValues()
	for _, c := range []struct {
		name    string
		quote   quoter
		file    string
		command []string
		write   func(b *bytes.Buffer, literals []string)
	}{
		{"python", quotePython, "a.py", []string{"python3"}, func(b *bytes.Buffer, literals []string) {
			b.WriteString("for s in [\n" + strings.Join(literals, ",\n") + "]: print(s.encode().hex())\n")
		}},
		{"javascript", quoteJavaScript, "a.mjs", []string{"node"}, func(b *bytes.Buffer, literals []string) {
			b.WriteString("for (const s of [\n" + strings.Join(literals, ",\n") + "]) console.log(Buffer.from(s, 'utf8').toString('hex'));\n")
		}},
		{"go", quoteGo, "a.go", []string{"go", "run"}, func(b *bytes.Buffer, literals []string) {
			b.WriteString("package main\nimport \"fmt\"\nfunc main() { for _, s := range []string{\n" + strings.Join(literals, ",\n") + ",\n} { fmt.Printf(\"%x\\n\", s) } }\n")
		}},
		{"sh", quoteShell, "a.sh", []string{"sh"}, shellProgram},
		{"bash", quoteShell, "a.sh", []string{"bash"}, shellProgram},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := oracle.Program(t, c.command[0])
			var want, literals []string
			for _, v := range values {
				if !c.quote.nul && strings.Contains(v, "\x00") {
					continue
				}
				want = append(want, fmt.Sprintf("%x", v))
				literals = append(literals, quote(c.quote, v))
			}
			var text bytes.Buffer
			c.write(&text, literals)
			file := filepath.Join(t.TempDir(), c.file)
			if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(path, append(c.command[1:], file)...).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			got := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
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

func shellProgram(b *bytes.Buffer, literals []string) {
	b.WriteString("hex() { printf '%s' \"$1\" | od -An -v -tx1 | tr -d ' \\n'; echo; }\n")
	for _, l := range literals {
		b.WriteString("hex " + l + "\n")
	}
}

// A literal may be cut anywhere: its spans together are the same text as the uncut one.
func TestLiteralsCanBeCut(t *testing.T) {
	for _, q := range []quoter{quotePython, quoteGo, quoteJavaScript, quoteShell} {
		for _, v := range uglyValues() {
			for i := range v {
				w := writer{language: language{quote: q}}
				w.literal(piece{String, v[:i]}, piece{Fill, v[i:]})
				if got, want := (Snippet{Spans: w.spans}).Text(), quote(q, v); got != want {
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
