package drivers

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func init() {
	instead["csharp"] = "parsed by Mono's compiler; there is no .NET SDK here"
}

// Mono's compiler knows the language up to C# 7, to which the programs keep, but neither the driver nor all of .NET's classes: it
// parses.
func TestCSharpParses(t *testing.T) {
	var files []string
	for i, r := range render(t, "csharp") {
		// All are parsed as one program.
		text := strings.Replace(r.text, "class Program", fmt.Sprintf("class Program%d", i), 1)
		if err := os.WriteFile(r.path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, r.path)
	}
	for _, symbol := range []string{"NETFRAMEWORK", "NET9_0_OR_GREATER"} {
		run(t, ".", program(t, "mcs"), append([]string{"--parse", "-warnaserror", "-define:" + symbol}, files...)...)
	}
}
