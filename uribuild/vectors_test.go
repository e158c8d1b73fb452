package uribuild

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"certuri/internal/oracle"
)

// The vectors published for all drivers (mongodb/specifications) that are not met, with the reason.
var vectorExceptions = map[string]string{
	"should throw an exception if username and password provided (MONGODB-AWS)": "the same file has \"should use username and password if specified (MONGODB-AWS)\", which says the opposite of the same string",
}

type vector struct {
	Description, URI string
	Valid            bool
	Warning          *bool
	Hosts            []struct {
		Type, Host string
		Port       *int
	}
	Auth *struct {
		Username, Password, DB *string
	}
	Options    map[string]any
	Credential *struct {
		Username, Password, Mechanism *string
		Source                        string
		Properties                    map[string]any `json:"mechanism_properties"`
	}
}

func TestPublishedVectors(t *testing.T) {
	root := oracle.Path(t, "specifications")
	var paths []string
	for _, pattern := range []string{"connection-string/tests/*.json", "uri-options/tests/*.json", "auth/tests/legacy/*.json"} {
		found, _ := filepath.Glob(filepath.Join(root, pattern))
		if len(found) == 0 {
			t.Fatalf("no vectors in %s", pattern)
		}
		paths = append(paths, found...)
	}
	count, excepted := 0, 0
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var file struct{ Tests []vector }
		if err := json.Unmarshal(raw, &file); err != nil {
			t.Fatal(err)
		}
		for _, v := range file.Tests {
			count++
			wrong := v.check()
			if reason := vectorExceptions[v.Description]; reason != "" {
				excepted++
				if len(wrong) == 0 {
					t.Errorf("%s passes: take it off the list of exceptions", v.Description)
				}
				continue
			}
			for _, w := range wrong {
				t.Errorf("%s: %s\n%s\n%s", filepath.Base(path), v.Description, v.URI, w)
			}
		}
	}
	if excepted != len(vectorExceptions) {
		t.Errorf("%d exceptions were met, %d are listed", excepted, len(vectorExceptions))
	}
	t.Logf("%d vectors, %d exceptions", count, excepted)
}

func (v *vector) check() (wrong []string) {
	fail := func(parts ...string) { wrong = append(wrong, strings.Join(parts, " ")) }
	p, err := ParseStrict(v.URI)
	if (err == nil) != v.Valid {
		fail("valid is", strconv.FormatBool(v.Valid), "and the error", errorText(err))
	}
	if err != nil || !v.Valid {
		return wrong
	}
	warned := false
	bad := map[int]bool{}
	for _, c := range p.check() {
		warned = true
		if c.code == CodeOptionValue || c.code == CodeUnknownOption {
			bad[c.option] = true
		}
	}
	if v.Warning != nil && warned != *v.Warning {
		fail("warning is", strconv.FormatBool(warned))
	}
	if v.Hosts != nil {
		if len(v.Hosts) != len(p.Hosts) {
			fail("number of hosts:", strconv.Itoa(len(p.Hosts)))
		}
		for i, h := range v.Hosts {
			port := 0
			if h.Port != nil {
				port = *h.Port
			}
			if i < len(p.Hosts) && p.Hosts[i] != (Host{h.Host, uint16(port)}) {
				fail("host", p.Hosts[i].Name, "want", h.Host)
			}
			if unix := i < len(p.Hosts) && strings.Contains(p.Hosts[i].Name, "/"); unix != (h.Type == "unix") {
				fail(h.Host, "is a socket:", strconv.FormatBool(unix))
			}
		}
	}
	same := func(what string, want *string, has bool, got string) {
		switch {
		case want == nil && has:
			fail(what, "is", strconv.Quote(got), "want none")
		case want != nil && (!has || got != *want):
			fail(what, "is", strconv.Quote(got), "want", *want)
		}
	}
	if v.Auth != nil {
		same("user name", v.Auth.Username, p.HasUsername, p.Username)
		same("password", v.Auth.Password, p.HasPassword, p.Password)
		same("database", v.Auth.DB, p.Database != "", p.Database)
	}
	if c := v.Credential; c != nil {
		same("user name", c.Username, p.HasUsername, p.Username)
		same("password", c.Password, p.HasPassword, p.Password)
		mechanism := p.option(optMechanism)
		value := ""
		if mechanism >= 0 {
			value = p.Options[mechanism].Value
		}
		same("mechanism", c.Mechanism, mechanism >= 0, value)
		if got := p.AuthSource(); got != c.Source {
			fail("source", got, "want", c.Source)
		}
		if i := p.option("authMechanismProperties"); i >= 0 {
			got := map[string]any{}
			for _, kv := range pairs(p.Options[i].Value) {
				got[kv[0]] = kv[1]
			}
			for k, want := range c.Properties {
				if got[k] != want && k != "SERVICE_NAME" { // its default is the driver's to add
					fail("property", k)
				}
			}
		}
	}
	for name, want := range v.Options {
		i := p.option(name)
		if i < 0 || bad[i] {
			fail("no option", name)
			continue
		}
		info := LookupOption(name)
		var got any = p.Options[i].Value
		switch info.Type {
		case TypeBool:
			got = p.Options[i].Value == "true"
		case TypeNumber, TypeW:
			if n, err := strconv.Atoi(p.Options[i].Value); err == nil {
				got = float64(n)
			}
		case TypeList:
			var list []any
			for s := range strings.SplitSeq(p.Options[i].Value, ",") {
				list = append(list, s)
			}
			got = list
		case TypeProperties:
			got = object(p.Options[i].Value)
		case TypeTags:
			var list []any
			for _, o := range p.Options {
				if strings.EqualFold(o.Name, name) {
					list = append(list, object(o.Value))
				}
			}
			got = list
		}
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(want)
		if string(a) != string(b) {
			fail("option", name, "is", string(a), "want", string(b))
		}
	}
	return wrong
}

func object(s string) any {
	m := map[string]any{}
	for _, kv := range pairs(s) {
		m[kv[0]] = kv[1]
	}
	return m
}

func errorText(err error) string {
	if err == nil {
		return "none"
	}
	return err.Error()
}
