package contract

import (
	"strings"
	"testing"

	"certuri/snippet"
)

// TestVersions: what is no version is refused with what is possible, and what is newer than the rules is taken with a note.
func TestVersions(t *testing.T) {
	const taken, newer, refused = "taken", "newer", "refused"
	for _, c := range []struct{ target, version, want string }{
		{"pymongo", "", taken}, {"pymongo", "4.x", taken}, {"pymongo", "4.20.0", taken}, {"pymongo", " v3.12 ", taken}, {"pymongo", "3.4-3.8", taken},
		{"pymongo", "4.9.0b1", taken}, {"pymongo", "4.16.0.dev0", taken}, {"pymongo", "2.6", taken}, {"pymongo", "5", newer}, {"pymongo", "9.1", newer},
		{"pymongo", "abc", refused}, {"pymongo", "99", refused}, {"pymongo", "4.x.y", refused}, {"pymongo", "4.x.1", refused}, {"pymongo", "   ", refused},
		{"pymongo", "x", refused}, {"pymongo", "4..1", refused}, {"pymongo", "4.", refused}, {"pymongo", "-4", refused}, {"pymongo", "4 1", refused},
		{"pymongo", "latest", refused}, {"pymongo", "JDK 11", refused}, {"pymongo", "secret", refused}, {"pymongo", "4.2\x00", refused},
		{"node", "7.0.0-rc.1", taken}, {"go-v1", "1.17.6", taken}, {"go-v1", "1.18", newer}, {"database-tools", "100.14.0", taken}, {"database-tools", "101", newer},
		{"rust", "3.0-3.1", taken}, {"compass", "1.46.2", taken}, {"compass", "2.0", newer}, {"quarkus", "3.20+", taken}, {"quarkus", "3.30.1", taken},
		{"kubernetes", "secret", taken}, {"kubernetes", "1.34", taken}, {"env", "dotenv", taken}, {"shell", "OpenSSL 1.1.0+", taken}, {"shell", "3.0.19", taken},
		{"java-sync", "5.6.1", taken}, {"java-sync", "JDK 11.0.2", taken}, {"java-sync", "jdk 8u202", taken}, {"kotlin", "jdk-21.0.4+7", taken}, {"scala", "OpenJDK 17", taken},
		{"java-sync", "Java 1.8.0_202", taken}, {"java-sync", "JDK 26", newer}, {"java-sync", "JDK 99", refused}, {"java-sync", "JDK", refused}, {"java-sync", "JDK eleven", refused},
		{"", "JDK 11", taken}, {"", "4.2", taken}, {"", "abc", refused},
	} {
		is, p := clientVersion(c.target, c.version, true)
		got := taken
		switch {
		case p != nil:
			got = refused
			if p.Field != "version" || p.What == "" || p.Why == "" || !strings.Contains(p.Fix, "such as") && !strings.Contains(p.Fix, "one of") {
				t.Errorf("%s %q: %+v", c.target, c.version, p)
			}
		case is:
			got = newer
		}
		if got != c.want {
			t.Errorf("%s %q: %s, want %s", c.target, c.version, got, c.want)
		}
	}
	if _, p := clientVersion("pymongo", "abc", true); p == nil || !strings.Contains(p.Fix, "4.x, 3.11-3.13, 3.9-3.10, 3.4-3.8") || strings.Contains(p.Fix, "JDK") {
		t.Errorf("what is possible: %+v", p)
	}
	if _, p := clientVersion("java-sync", "JDK 17", false); p == nil {
		t.Error("a snippet for a JDK")
	}
	for version, want := range map[string]string{
		"": taken, "7.0": taken, "4.4.29": taken, "8.2.0-rc5": taken, "v6.0": taken, "2.6": taken, "9.0": newer, "abc": refused, "99": refused, "7.x.y": refused, " ": refused, "7.": refused,
	} {
		is, p := serverVersion(version)
		if got := (map[bool]string{true: newer, false: taken})[is]; p == nil && got != want || (p != nil) != (want == refused) {
			t.Errorf("server %q: %s %+v, want %s", version, got, p, want)
		}
	}
	// Every label that the page can send is taken.
	for _, target := range snippet.Targets() {
		for _, version := range target.Versions {
			if is, p := clientVersion(target.ID, version, false); is || p != nil {
				t.Errorf("%s %q: newer %v, %+v", target.ID, version, is, p)
			}
		}
	}
}

// TestNewerVersion: the note is in every answer that depends on the version.
func TestNewerVersion(t *testing.T) {
	e := opened(t)
	form := Form{Target: "pymongo", Version: "5.1", Style: "uri", PasswordFrom: "none"}
	if d := examine(t, e, Request{Form: &form, ServerVersion: "9.0"}); strings.Count(strings.Join(ids(d), " "), "info "+newerID) != 2 {
		t.Errorf("doctor: %v", ids(d))
	}
	if r, _ := ask(t, e, Request{Op: OpLint, Text: "mongodb://h/", Target: "pymongo", Version: "5.1"}); r.Lint == nil || r.Lint.Findings[len(r.Lint.Findings)-1].ID != newerID {
		t.Errorf("lint: %+v", r)
	}
	if r, _ := ask(t, e, Request{Op: OpRender, Form: &form}); r.Rendered == nil || !strings.Contains(strings.Join(r.Rendered.Snippet.Notes, " "), "newer") {
		t.Errorf("snippet: %+v", r)
	}
	form.Version = "4.x.y"
	for _, req := range []Request{{Op: OpDoctor, Form: &form}, {Op: OpLint, Text: "mongodb://h/", Target: "pymongo", Version: "4.x.y"}, {Op: OpRender, Form: &form}} {
		if r, _ := ask(t, e, req); r.Error == nil || r.Error.Code != "unknown-version" {
			t.Errorf("%s: %+v", req.Op, r)
		}
	}
}
