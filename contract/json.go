package contract

import (
	"errors"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The contract needs little of JSON: objects for structs, arrays for slices, strings, whole numbers and truth values.
// Reading and writing just that costs the wasm a tenth of what encoding/json costs (115 KB of 1,480, brotli 11). The
// tests hold the two together on every type of the contract.

// encode writes a value of the contract as encoding/json would, but for HTML's characters, which need no escape here.
func encode(v any) []byte { return appendValue(make([]byte, 0, 4096), reflect.ValueOf(v)) }

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
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendValue(b, v.Index(i))
		}
		return append(b, ']')
	case reflect.Struct:
		b = append(b, '{')
		first := true
		for i := range v.NumField() {
			name, omitEmpty := fieldName(v.Type().Field(i))
			if omitEmpty && empty(v.Field(i)) {
				continue
			}
			if !first {
				b = append(b, ',')
			}
			first = false
			b = append(appendString(b, name), ':')
			b = appendValue(b, v.Field(i))
		}
		return append(b, '}')
	}
	panic("contract: a type that JSON has no place for: " + v.Kind().String())
}

func fieldName(f reflect.StructField) (name string, omitEmpty bool) {
	name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name, options == "omitempty"
}

// empty is what encoding/json leaves out under omitempty.
func empty(v reflect.Value) bool {
	if v.Kind() == reflect.Slice {
		return v.Len() == 0
	}
	return v.Kind() != reflect.Struct && v.IsZero()
}

func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for _, r := range s { // bytes that are no UTF-8 come out as U+FFFD
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// maxJSONDepth is more than any request nests; it bounds the stack.
const maxJSONDepth = 16

var errJSON = errors.New("this is not the JSON of a request")

// decode reads JSON into the struct that v points to. It refuses fields that the struct does not have, and values of
// another type: both are faults of the caller, since only our own code writes requests.
func decode(text []byte, v any) error {
	d := decoder{text: text}
	if err := d.value(reflect.ValueOf(v).Elem(), 0); err != nil {
		return err
	}
	if d.next(); d.at < len(d.text) {
		return errJSON
	}
	return nil
}

type decoder struct {
	text []byte
	at   int
}

// next skips white space.
func (d *decoder) next() {
	for d.at < len(d.text) && strings.IndexByte(" \t\n\r", d.text[d.at]) >= 0 {
		d.at++
	}
}

// take consumes the word, if it comes next.
func (d *decoder) take(word string) bool {
	d.next()
	if !strings.HasPrefix(string(d.text[d.at:min(len(d.text), d.at+len(word))]), word) {
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
		n, err := strconv.Atoi(string(d.text[start:d.at]))
		if err != nil || strconv.Itoa(n) != string(d.text[start:d.at]) { // 007 is no JSON
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
		return d.list("{", "}", func() error {
			name, err := d.string()
			if err != nil {
				return err
			}
			if !d.take(":") {
				return errJSON
			}
			for i := range v.NumField() {
				if known, _ := fieldName(v.Type().Field(i)); known == name {
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
	for d.at < len(d.text) {
		c := d.text[d.at]
		d.at++
		switch {
		case c == '"':
			return string([]rune(string(b))), nil // each byte that is no UTF-8 becomes U+FFFD
		case c < ' ':
			return "", errJSON
		case c != '\\':
			b = append(b, c)
		default:
			r, ok := d.escape()
			if !ok {
				return "", errJSON
			}
			b = utf8.AppendRune(b, r)
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
	n, err := strconv.ParseUint(string(d.text[d.at:d.at+4]), 16, 16)
	d.at += 4
	return rune(n), err == nil
}
