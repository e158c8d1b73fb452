package snippet

import (
	"strings"
	"testing"
)

// Every name once, quoted as in the command for one; and users who are there already do not stop the script.
func TestCreateUsers(t *testing.T) {
	script := CreateUsers([]string{`CN=a,O=Example\, Inc`, `CN="b"`}, []Role{{"read", "app"}})
	const want = `const external = db.getSiblingDB("$external");
for (const user of [
  "CN=a,O=Example\\, Inc",
  "CN=\"b\"",
]) {
  if (external.getUser(user)) continue;
  external.runCommand({
    createUser: user,
    roles: [
      { role: "read", db: "app" },
    ],
  });
}
`
	if got := script.Text(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var yours []string
	for _, span := range script.Spans {
		if span.Kind == Yours {
			yours = append(yours, span.Text)
		}
	}
	if got := strings.Join(yours, " "); !strings.Contains(got, `CN=a,O=Example\\, Inc`) {
		t.Errorf("the names are not marked as the person's own: %s", got)
	}
}
