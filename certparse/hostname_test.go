package certparse

import "testing"

// The server's own vectors, in TestServerVectors, leave these out.
func TestMatchesHostname(t *testing.T) {
	for _, c := range []struct {
		name, host string
		want       bool
	}{
		{"localhost", "localhost", true},
		{"LOCALHOST", "localhost.", true},
		{"*.example.com", "example.com", false},
		{"*.example.com", "localhost", false},
		{"*.EXAMPLE.com", "a.example.COM", true},
		{"*", "a", false},
		{"a", "a", false}, // the server asks for two characters at least
		{"w*.example.com", "www.example.com", false},
		{"a@b", "a`b", false}, // they differ in the bit of letter case, and are not letters
		{"", "", false},
	} {
		if got := MatchesHostname(c.name, c.host); got != c.want {
			t.Errorf("%q for %q: %v, want %v", c.name, c.host, got, c.want)
		}
	}
}
