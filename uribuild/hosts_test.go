package uribuild

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestParseHosts(t *testing.T) {
	for _, c := range []struct {
		text string
		want []Host
	}{
		{"", nil},
		{" \n", nil},
		{"localhost", []Host{{"localhost", 0}}},
		{"a:27017, b", []Host{{"a", 27017}, {"b", 0}}},
		{"a:1\nb:2\r\n\tc;d", []Host{{"a", 1}, {"b", 2}, {"c", 0}, {"d", 0}}},
		{`"db1.example.net:27017"`, []Host{{"db1.example.net", 27017}}},
		{"'a','b'", []Host{{"a", 0}, {"b", 0}}},
		{"mongodb://a:27017,b:27018/", []Host{{"a", 27017}, {"b", 27018}}},
		{"MongoDB+SRV://cluster0.ab1cd.mongodb.net", []Host{{"cluster0.ab1cd.mongodb.net", 0}}},
		{"db1.example.net/", []Host{{"db1.example.net", 0}}},
		{"10.0.0.1:65535", []Host{{"10.0.0.1", 65535}}},
		{"::1", []Host{{"::1", 0}}},
		{"[::1]", []Host{{"::1", 0}}},
		{"[2001:db8::1]:27018,2001:db8::2", []Host{{"2001:db8::1", 27018}, {"2001:db8::2", 0}}},
		{"fe80::1%eth0", []Host{{"fe80::1%eth0", 0}}},
		{"[fe80::1%25eth0]:1", []Host{{"fe80::1%eth0", 1}}},
		{"/tmp/mongodb-27017.sock", []Host{{"/tmp/mongodb-27017.sock", 0}}},
		{"/tmp/a.sock,/tmp/b.sock", []Host{{"/tmp/a.sock", 0}, {"/tmp/b.sock", 0}}},
		{"%2Ftmp%2Fmongodb-27017.sock", []Host{{"/tmp/mongodb-27017.sock", 0}}},
		{"a,/tmp/b.sock", []Host{{"a", 0}, {"/tmp/b.sock", 0}}},
		{"bücher.example:27017", []Host{{"bücher.example", 27017}}},
		{"my_host", []Host{{"my_host", 0}}},
	} {
		got, err := ParseHosts(c.text)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%q: got %v, %v; want %v", c.text, got, err, c.want)
		}
	}
}

func TestParseHostsErrors(t *testing.T) {
	for _, c := range []struct {
		text string
		code Code
		at   string // the text between Start and End
		want []Host // what is understood all the same
	}{
		{"a:0", CodePort, ":0", nil},
		{"a, b:65536", CodePort, ":65536", nil},
		{"a:27017x", CodePort, ":27017x", nil},
		{"a:", CodePort, ":", nil},
		{"[::1]:-1", CodePort, ":-1", nil},
		{":27017", CodeHostEmpty, ":27017", nil},
		{"a::27017", CodeHostColons, "a::27017", nil},
		{"[localhost]:27017", CodeHostBrackets, "[localhost]", nil},
		{"[::1:27017", CodeHostBrackets, "[::1:27017", nil},
		{"[::1]27017", CodeHostBrackets, "27017", nil},
		{"a, d*b.example", CodeHostCharacter, "*", nil},
		{"a b\u200f", CodeHostCharacter, "\u200f", nil},
		{"a\\b", CodeHostCharacter, "\\", nil},
		{"ho%zzst", CodePercent, "%", nil},
		{"https://cloud.mongodb.com", CodeScheme, "https://", nil},
		{"mongodb://alice:s3cret@h:1", CodeConnectionString, "alice:s3cret@", []Host{{"h", 1}}},
		{"mongodb://h,i/app?w=1", CodeConnectionString, "/app", []Host{{"h", 0}, {"i", 0}}},
		{"h:27017/app", CodeConnectionString, "/app", []Host{{"h", 27017}}},
		{"a,b:2/app", CodeConnectionString, "/app", []Host{{"a", 0}, {"b", 2}}},
		{"rs0/a:1,b:2/app", CodeConnectionString, "/app", []Host{{"a", 1}, {"b", 2}}},
		{"rs0/a:1,b:2", CodeReplicaSetPrefix, "rs0/", []Host{{"a", 1}, {"b", 2}}},
	} {
		got, err := ParseHosts(c.text)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%q: got %v, %v; want %s", c.text, got, err, c.code)
			continue
		}
		if e.Code != c.code || c.text[e.Start:e.End] != c.at || !slices.Equal(got, c.want) {
			t.Errorf("%q: got %v, %s at %q; want %v, %s at %q", c.text, got, e.Code, c.text[e.Start:e.End], c.want, c.code, c.at)
		}
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: the error quotes what was typed", c.text)
		}
	}
	if _, err := ParseHosts(strings.Repeat("a", maxText+1)); err == nil {
		t.Error("a text over the limit was read")
	}
}

// What is read as hosts is written so that it is read again as the same hosts.
func FuzzParseHosts(f *testing.F) {
	for _, s := range []string{"a:1, b", "[fe80::1%25eth0]:1", "/tmp/a.sock", "rs0/a", "mongodb://u:p@h/db?x=y", "%2Ftmp%2F%C3%BC.sock", "[::ffff:1.2.3.4]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		hosts, err := ParseHosts(text)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Start < 0 || e.End > len(text) || e.Start > e.End {
				t.Fatalf("%q: %+v", text, err)
			}
		}
		for _, h := range hosts {
			again, err := ParseHosts(h.String())
			if err != nil || len(again) != 1 || again[0] != h {
				t.Fatalf("%q: %+v is written %q and read as %+v, %v", text, h, h.String(), again, err)
			}
		}
	})
}
