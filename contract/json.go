package contract

import (
	"errors"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// The contract needs little of JSON: objects for structs, arrays for slices, strings, whole numbers and truth values.
// Reading and writing just that costs the wasm a tenth of what encoding/json costs (115 KB of 1,480, brotli 11). The
// tests hold the two together on every type of the contract.

// encode writes a value of the contract as encoding/json would, but for HTML's characters, which need no escape here.
func encode(v any) []byte { return appendValue(make([]byte, 0, 8192), reflect.ValueOf(v)) }

// A field is what a struct's declaration says of one of its fields.
type field struct {
	name      string
	key       string // the name as JSON, with the colon
	omitEmpty bool
}

// fieldsRead are the fields of each struct that was met. Taking a tag apart costs more than writing most values.
var fieldsRead = struct {
	sync.Mutex
	of map[reflect.Type][]field
}{of: map[reflect.Type][]field{}}

func fieldsOf(t reflect.Type) []field {
	fieldsRead.Lock()
	defer fieldsRead.Unlock()
	if known, ok := fieldsRead.of[t]; ok {
		return known
	}
	fields := make([]field, t.NumField())
	for i := range fields {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		fields[i] = field{name, string(append(appendString(nil, name), ':')), options == "omitempty"}
	}
	fieldsRead.of[t] = fields
	return fields
}

func appendValue(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.String:
		return appendString(b, v.String())
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.Int:
		return strconv.AppendInt(b, v.Int(), 10)
	case reflect.Pointer:
		if v.IsNil() {
			return append(b, "null"...)
		}
		return appendValue(b, v.Elem())
	case reflect.Slice:
		if v.IsNil() {
			return append(b, "null"...)
		}
		var fields []field
		if of := v.Type().Elem(); of.Kind() == reflect.Struct {
			fields = fieldsOf(of)
		}
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			if fields != nil {
				b = appendStruct(b, v.Index(i), fields)
			} else {
				b = appendValue(b, v.Index(i))
			}
		}
		return append(b, ']')
	case reflect.Struct:
		return appendStruct(b, v, fieldsOf(v.Type()))
	}
	panic("contract: a type that JSON has no place for: " + v.Kind().String())
}

func appendStruct(b []byte, v reflect.Value, fields []field) []byte {
	b = append(b, '{')
	first := true
	for i := range fields {
		f := &fields[i]
		value := v.Field(i)
		if f.omitEmpty && empty(value) {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, f.key...)
		b = appendValue(b, value)
	}
	return append(b, '}')
}

// empty is what encoding/json leaves out under omitempty.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// appendString copies what needs no escape in one piece.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || n > 1 {
				i += n
				continue
			}
		}
		b = append(b, s[done:i]...)
		i++
		done = i
		switch {
		case c >= utf8.RuneSelf:
			b = append(b, "\uFFFD"...)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, '\\', c)
		}
	}
	return append(append(b, s[done:]...), '"')
}

// maxJSONDepth is more than any request nests; it bounds the stack.
const maxJSONDepth = 16

var errJSON = errors.New("this is not the JSON of a request")

// decode reads JSON into the struct that v points to. It refuses fields that the struct does not have, and values of
// another type: both are faults of the caller, since only our own code writes requests.
func decode(text []byte, v any) error {
	d := decoder{text: string(text)}
	if err := d.value(reflect.ValueOf(v).Elem(), 0); err != nil {
		return err
	}
	if d.next(); d.at < len(d.text) {
		return errJSON
	}
	return nil
}

type decoder struct {
	text string
	at   int
}

// next skips white space.
func (d *decoder) next() {
	for d.at < len(d.text) && d.text[d.at] <= ' ' && strings.IndexByte(" \t\n\r", d.text[d.at]) >= 0 {
		d.at++
	}
}

// take consumes the word, if it comes next.
func (d *decoder) take(word string) bool {
	d.next()
	if d.at == len(d.text) || d.text[d.at] != word[0] || !strings.HasPrefix(d.text[d.at:], word) {
		return false
	}
	d.at += len(word)
	return true
}

func (d *decoder) value(v reflect.Value, depth int) error {
	if depth > maxJSONDepth {
		return errJSON
	}
	if d.take("null") {
		v.SetZero()
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return d.value(v.Elem(), depth)
	case reflect.String:
		s, err := d.string()
		v.SetString(s)
		return err
	case reflect.Bool:
		if d.take("true") {
			v.SetBool(true)
			return nil
		}
		if d.take("false") {
			v.SetBool(false)
			return nil
		}
	case reflect.Int:
		d.next()
		start := d.at
		for d.at < len(d.text) && (d.text[d.at] == '-' || '0' <= d.text[d.at] && d.text[d.at] <= '9') {
			d.at++
		}
		n, err := strconv.Atoi(d.text[start:d.at])
		if err != nil || strconv.Itoa(n) != d.text[start:d.at] { // 007 is no JSON
			return errJSON
		}
		v.SetInt(int64(n))
		return nil
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		return d.list("[", "]", func() error {
			v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
			return d.value(v.Index(v.Len()-1), depth+1)
		})
	case reflect.Struct:
		fields := fieldsOf(v.Type())
		return d.list("{", "}", func() error {
			name, err := d.string()
			if err != nil {
				return err
			}
			if !d.take(":") {
				return errJSON
			}
			for i := range fields {
				if fields[i].name == name {
					return d.value(v.Field(i), depth+1)
				}
			}
			return errors.New("no field " + strconv.Quote(name))
		})
	}
	return errJSON
}

// list reads what stands between two brackets, separated by commas.
func (d *decoder) list(open, end string, item func() error) error {
	if !d.take(open) {
		return errJSON
	}
	if d.take(end) {
		return nil
	}
	for {
		if err := item(); err != nil {
			return err
		}
		if d.take(end) {
			return nil
		}
		if !d.take(",") {
			return errJSON
		}
	}
}

func (d *decoder) string() (string, error) {
	if !d.take(`"`) {
		return "", errJSON
	}
	var b []byte
	done := d.at // what stands before it is in b
	for d.at < len(d.text) {
		c := d.text[d.at]
		d.at++
		switch {
		case c == '"':
			s := d.text[done : d.at-1]
			if b != nil {
				s = string(append(b, s...))
			}
			if !utf8.ValidString(s) {
				s = string([]rune(s)) // each byte that is no UTF-8 becomes U+FFFD
			}
			return s, nil
		case c < ' ':
			return "", errJSON
		case c == '\\':
			b = append(b, d.text[done:d.at-1]...)
			r, ok := d.escape()
			if !ok {
				return "", errJSON
			}
			b = utf8.AppendRune(b, r)
			done = d.at
		}
	}
	return "", errJSON
}

// escape reads what follows a backslash. Half of a surrogate pair alone is U+FFFD, as encoding/json has it.
func (d *decoder) escape() (rune, bool) {
	if d.at == len(d.text) {
		return 0, false
	}
	c := d.text[d.at]
	d.at++
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i]), true
	}
	if c != 'u' {
		return 0, false
	}
	r, ok := d.hex4()
	if ok && utf16.IsSurrogate(r) {
		whole := rune(utf8.RuneError)
		if at := d.at; at+1 < len(d.text) && d.text[at] == '\\' && d.text[at+1] == 'u' {
			d.at += 2
			low, isHex := d.hex4()
			if whole = utf16.DecodeRune(r, low); !isHex || whole == utf8.RuneError {
				whole, d.at = utf8.RuneError, at // what follows stands for itself
			}
		}
		return whole, true
	}
	return r, ok
}

func (d *decoder) hex4() (rune, bool) {
	if d.at+4 > len(d.text) {
		return 0, false
	}
	n, err := strconv.ParseUint(d.text[d.at:d.at+4], 16, 16)
	d.at += 4
	return rune(n), err == nil
}
