package contract

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
)

// TestEncodeAsStandard compares with encoding/json on random values of every type of the contract.
func TestEncodeAsStandard(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		for _, typ := range mirrored {
			v := reflect.New(typ)
			fillRandom(random, v.Elem(), 0)
			text := encode(v.Elem().Interface())
			back := reflect.New(typ)
			if err := json.Unmarshal(text, back.Interface()); err != nil {
				t.Fatalf("%s: %v\n%s", typ, err, text)
			}
			standard, err := json.Marshal(v.Interface())
			if err != nil {
				t.Fatal(err)
			}
			want := reflect.New(typ)
			if err := json.Unmarshal(standard, want.Interface()); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(back.Interface(), want.Interface()) {
				t.Fatalf("%s:\n%s\nencoding/json writes\n%s", typ, text, standard)
			}
			again := reflect.New(typ)
			if err := decode(standard, again.Interface()); err != nil || !reflect.DeepEqual(again.Interface(), want.Interface()) {
				t.Fatalf("%s: decode(%s): %v\n%+v", typ, standard, err, again.Elem())
			}
		}
	}
}

// TestEncodeFields: what encoding/json leaves out or writes as null, we do too.
func TestEncodeFields(t *testing.T) {
	for _, v := range []any{Report{}, Response{Report: &Report{}}, Identity{}, Rendered{}, Target{Styles: []string{}}, Need{}} {
		want, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if got := encode(v); string(got) != string(want) {
			t.Errorf("%T\n%s\nencoding/json writes\n%s", v, got, want)
		}
	}
}

var awkward = []string{"", "a", `"`, `\`, "\x00\x1f\x7f", "<&>", "  ", "é", "\U0001F600", "\xff\xfe", "\xed\xa0\x80", "x\ny"}

func fillRandom(random *rand.Rand, v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(awkward[random.IntN(len(awkward))] + awkward[random.IntN(len(awkward))])
	case reflect.Bool:
		v.SetBool(random.IntN(2) == 0)
	case reflect.Int:
		v.SetInt(int64(random.IntN(2_000_000) - 1_000_000))
	case reflect.Pointer:
		if random.IntN(3) > 0 && depth < 5 {
			v.Set(reflect.New(v.Type().Elem()))
			fillRandom(random, v.Elem(), depth+1)
		}
	case reflect.Slice:
		if n := random.IntN(4) - 1; n >= 0 && depth < 5 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				fillRandom(random, v.Index(i), depth+1)
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fillRandom(random, v.Field(i), depth+1)
		}
	}
}

// FuzzDecode: it ends, it takes nothing that encoding/json refuses, and what both take they read alike.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{"op":"add","files":[{"name":"a","password":null},{"name":"b","password":""}]}`, `{"op":"unlock","file":3,"password":"\u00e4\ud83d\ude00\ud800x"}`,
		`{"op":"render","form":{"hosts":"a","withUsername":true}}`, ` { } `, `{"op":1}`, `{"op":"x"`, `{"file":1e3}`, `{"file":-}`, `[`, `{"op":"\x"}`, `{"nope":1}`,
		`{"files":[[[[[[[[[[[[[[[[[[[[`, `{"op":"\ud83d\u0041"}`, `null`, `{"op":"a","op":"b"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var got, want Request
		if decode(text, &got) != nil {
			return
		}
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatalf("decode takes %q, encoding/json says %v", text, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q\n%+v\nencoding/json reads\n%+v", text, got, want)
		}
	})
}
