package contract

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"certuri/snippet"
)

// mirrored are the structs of the contract, each with the types it is made of.
var mirrored = []reflect.Type{
	reflect.TypeFor[Request](), reflect.TypeFor[NewFile](), reflect.TypeFor[Form](), reflect.TypeFor[Option](), reflect.TypeFor[Lint](), reflect.TypeFor[LintFinding](), reflect.TypeFor[Explain](), reflect.TypeFor[Entry](), reflect.TypeFor[Diff](), reflect.TypeFor[DiffRow](), reflect.TypeFor[UserRole](), reflect.TypeFor[CSRForm](), reflect.TypeFor[KitForm](), reflect.TypeFor[Server](), reflect.TypeFor[ServerText](), reflect.TypeFor[KnownRole](), reflect.TypeFor[CSR](), reflect.TypeFor[Reply](), reflect.TypeFor[Kit](), reflect.TypeFor[KitFile](), reflect.TypeFor[Doctor](), reflect.TypeFor[Response](),
	reflect.TypeFor[Hello](), reflect.TypeFor[Need](), reflect.TypeFor[Problem](), reflect.TypeFor[Report](), reflect.TypeFor[Chosen](),
	reflect.TypeFor[OtherName](), reflect.TypeFor[FileState](), reflect.TypeFor[Identity](), reflect.TypeFor[Certificate](),
	reflect.TypeFor[Key](), reflect.TypeFor[Container](), reflect.TypeFor[Finding](), reflect.TypeFor[Target](),
	reflect.TypeFor[Rendered](), reflect.TypeFor[NeededFile](), reflect.TypeFor[SavedFile](), reflect.TypeFor[FileForm](),
	reflect.TypeFor[snippet.Snippet](), reflect.TypeFor[snippet.Span](), reflect.TypeFor[snippet.Range](), reflect.TypeFor[snippet.Needed](),
}

// TestMirror holds web/contract.d.ts to the Go types: the same structs, the same fields in the same order, the same
// types, and optional exactly where omitempty is.
func TestMirror(t *testing.T) {
	text, err := os.ReadFile("../web/contract.d.ts")
	if err != nil {
		t.Fatal(err)
	}
	declared := make(map[string]string)
	for _, m := range regexp.MustCompile(`(?s)export interface (\w+) \{\n(.*?)\n\}`).FindAllStringSubmatch(string(text), -1) {
		declared[m[1]] = m[2]
	}
	for _, typ := range mirrored {
		got, ok := declared[typ.Name()]
		if !ok {
			t.Errorf("contract.d.ts has no interface %s", typ.Name())
			continue
		}
		delete(declared, typ.Name())
		if want := typescript(typ); strip(got) != strip(want) {
			t.Errorf("interface %s is\n%s\nand the Go type asks for\n%s", typ.Name(), got, want)
		}
	}
	for name := range declared {
		t.Errorf("contract.d.ts has an interface %s that no Go type stands behind", name)
	}
}

// TestMirrorOps holds the union type Op to the constants.
func TestMirrorOps(t *testing.T) {
	text, err := os.ReadFile("../web/contract.d.ts")
	if err != nil {
		t.Fatal(err)
	}
	union := regexp.MustCompile(`(?s)export type Op =(.*?);`).FindStringSubmatch(string(text))
	if union == nil {
		t.Fatal("contract.d.ts has no type Op")
	}
	var got []string
	for _, m := range regexp.MustCompile(`"(\w+)"`).FindAllStringSubmatch(union[1], -1) {
		got = append(got, m[1])
	}
	want := []string{string(OpHello), string(OpAdd), string(OpUnlock), string(OpRemove), string(OpClear), string(OpChoose),
		string(OpDerived), string(OpSample), string(OpTargets), string(OpRender), string(OpSave), string(OpLint), string(OpDoctor), string(OpForms), string(OpExplain), string(OpDiff), string(OpServer), string(OpCSR), string(OpReply), string(OpTestKit)}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("type Op is %q, the constants are %q", got, want)
	}
}

// strip leaves out comments, which the two sides need not share, and white space.
func strip(s string) string {
	s = regexp.MustCompile(`(?s)/\*.*?\*/|//[^\n]*`).ReplaceAllString(s, "")
	return strings.Join(strings.Fields(s), " ")
}

func typescript(typ reflect.Type) string {
	var b strings.Builder
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		b.WriteString("  " + name)
		optional := options == "omitempty"
		if optional {
			b.WriteString("?")
		}
		b.WriteString(": " + typescriptOf(f.Type, optional) + ";\n")
	}
	return b.String()
}

func typescriptOf(typ reflect.Type, optional bool) string {
	switch typ.Kind() {
	case reflect.Pointer:
		if optional {
			return typescriptOf(typ.Elem(), false)
		}
		return typescriptOf(typ.Elem(), false) + " | null"
	case reflect.Slice:
		return typescriptOf(typ.Elem(), false) + "[]"
	case reflect.Struct:
		return typ.Name()
	case reflect.Bool:
		return "boolean"
	case reflect.Int:
		return "number"
	}
	if typ == reflect.TypeFor[Op]() {
		return "Op"
	}
	return "string"
}
