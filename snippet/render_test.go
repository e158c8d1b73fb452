package snippet

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"certuri/uribuild"
)

func one(host string) uribuild.Deployment {
	return uribuild.Deployment{Topology: uribuild.Single, Hosts: []uribuild.Host{{Name: host}}}
}

func TestTargetsAreComplete(t *testing.T) {
	ids := map[string]bool{}
	for _, target := range Targets() {
		if ids[target.ID] {
			t.Errorf("%s twice", target.ID)
		}
		ids[target.ID] = true
		if target.Label == "" || target.Group == "" || target.File == "" || target.Since == "" || !strings.HasPrefix(target.Docs, "https://") {
			t.Errorf("%s: incomplete: %+v", target.ID, target)
		}
		if len(target.Versions) == 0 || len(target.Versions) != len(target.from) || len(target.Styles) == 0 {
			t.Errorf("%s: versions %v from %v, styles %v", target.ID, target.Versions, target.from, target.Styles)
		}
	}
	Targets()[0].ID = "changed"
	if Targets()[0].ID == "changed" {
		t.Error("the table can be changed from outside")
	}
}

func TestVersionsAreFound(t *testing.T) {
	for _, c := range []struct {
		id, version string
		index       int
	}{
		{"pymongo", "", 0}, {"pymongo", "4.x", 0}, {"pymongo", "4", 0}, {"pymongo", "4.20.0", 0}, {"pymongo", "5.1", 0},
		{"pymongo", "3.11-3.13", 1}, {"pymongo", "3.12.3", 1}, {"pymongo", "3.x", 1}, {"pymongo", "3.10.1", 2}, {"pymongo", "3.9", 2},
		{"pymongo", "3.8", 3}, {"pymongo", "3.4.0", 3}, {"pymongo", "3.3", -1}, {"pymongo", "latest", -1},
		{"node", "7.x", 0}, {"node", "v6.2", 0}, {"node", "4.1.2", 0}, {"node", "4.1.1", 1}, {"node", "3.7", -1},
		{"go", "v2.10.0", 0}, {"go", "1.17", -1},
		{"java-sync", "5.6.1", 0}, {"java-sync", "3.12.14", 0}, {"java-sync", "3.10.2", 1}, {"java-sync", "3.6", -1}, {"spring-boot", "3.1.0", -1}, {"spring-boot", "3.5", 1},
	} {
		i := slices.IndexFunc(targets, func(t *Target) bool { return t.ID == c.id })
		if got := targets[i].age(c.version); got != c.index {
			t.Errorf("%s %q: entry %d, want %d", c.id, c.version, got, c.index)
		}
	}
}

func TestRenderErrors(t *testing.T) {
	for _, c := range []struct {
		id   string
		in   Input
		code Code
	}{
		{"cobol", Input{}, CodeTarget},
		{"pymongo", Input{Style: "haiku"}, CodeStyle},
		{"pymongo", Input{Version: "2.6"}, CodeVersion},
		{"pymongo", Input{PasswordFrom: "vault"}, CodePassword},
		{"mongosh", Input{PasswordEnv: "A B"}, CodeEnvName},
		{"mongosh", Input{PasswordEnv: "1A"}, CodeEnvName},
		{"mongosh", Input{PasswordEnv: "A}$(id)"}, CodeEnvName},
		{"mongosh", Input{Username: "CN=\x00"}, CodeNUL},
		{"mongosh", Input{PasswordFrom: PasswordInline, Password: "\x00"}, CodeNUL},
		{"go", Input{CertificateKeyFile: "a\x00b"}, CodeNUL},
		{"node", Input{Deployment: uribuild.Deployment{CAFile: "a\x00b"}}, CodeNUL},
	} {
		_, err := Render(c.id, c.in)
		var e *Error
		if !errors.As(err, &e) || e.Code != c.code {
			t.Errorf("%s %+v: got %v, want %s", c.id, c.in, err, c.code)
		} else if a := e.Advice(); a.What == "" || a.Why == "" || a.Fix == "" {
			t.Errorf("%s has no words", c.code)
		}
	}
	_, err := Render("node", Input{Deployment: uribuild.Deployment{Topology: uribuild.SRV, Hosts: []uribuild.Host{{Name: "h", Port: 1}}}})
	var e *uribuild.Error
	if !errors.As(err, &e) || e.Code != uribuild.CodeSRVPort {
		t.Errorf("SRV with a port: %v", err)
	}
}

// A password that the form still holds must not reach the text once another source is chosen.
func TestPasswordOnlyWhereAskedFor(t *testing.T) {
	for _, target := range Targets() {
		for _, style := range target.Styles {
			for _, from := range []PasswordFrom{PasswordNone, PasswordEnv, PasswordInline} {
				s, err := Render(target.ID, Input{Deployment: one("h"), Style: style, PasswordFrom: from, Password: "hunter2"})
				if err != nil {
					t.Fatal(err)
				}
				if got := strings.Contains(s.Text(), "hunter2"); got != (from == PasswordInline) {
					t.Errorf("%s %s %s: password in the text: %v", target.ID, style, from, got)
				}
				if got := strings.Contains(s.Text(), defaultPasswordEnv); got != (from == PasswordEnv) {
					t.Errorf("%s %s %s: variable in the text: %v", target.ID, style, from, got)
				}
			}
		}
	}
}

// The spans carry the highlighting: every kind is there, and what is the person's own is exactly that.
func TestSpans(t *testing.T) {
	s, err := Render("node", Input{Deployment: one("db1.example.net"), Username: `CN="a"`, CertificateKeyFile: "c.pem", PasswordFrom: PasswordNone})
	if err != nil {
		t.Fatal(err)
	}
	of := func(kind SpanKind) (texts []string) {
		for _, span := range s.Spans {
			if span.Kind == kind {
				texts = append(texts, span.Text)
			}
		}
		return texts
	}
	if got, want := of(Yours), []string{"db1.example.net", "c.pem", `CN=\"a\"`}; !slices.Equal(got, want) {
		t.Errorf("yours: %q, want %q", got, want)
	}
	if got, want := of(Comment), []string{"// not implied by the files"}; !slices.Equal(got, want) {
		t.Errorf("comments: %q, want %q", got, want)
	}
	for _, k := range []string{"import", "const", "await", "true"} {
		if !slices.Contains(of(Keyword), k) {
			t.Errorf("keywords: %q lack %s", of(Keyword), k)
		}
	}
	if len(of(Fill)) > 0 {
		t.Errorf("fill: %q, want none", of(Fill))
	}
	if s, _ = Render("node", Input{}); !slices.Contains(of(Fill), standInHost) || !slices.Contains(of(Fill), standInPath+".pem") {
		t.Errorf("fill: %q", of(Fill))
	}
}

func TestCreateUser(t *testing.T) {
	got := CreateUser(`CN=a,O=Example\, Inc`, []Role{{"read", "app"}, {"it's", `d"b`}}).Text()
	want := `db.getSiblingDB("$external").runCommand({
  createUser: "CN=a,O=Example\\, Inc",
  roles: [
    { role: "read", db: "app" },
    { role: "it's", db: "d\"b" },
  ],
});
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if s := CreateUser("", nil); !slices.ContainsFunc(s.Spans, func(s Span) bool { return s.Kind == Fill && s.Text == standInUsername }) {
		t.Errorf("no stand-in for the name: %+v", s.Spans)
	}
}
