package drivers

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"certuri/snippet"
)

// instead says what was done with the programs of a target that is not run, by its id, or by its id and the label of one
// of its versions. A target that neither has a runner nor stands here fails the tests.
var instead = map[string]string{}

// A trial is one column of one row of docs/targets.md: programs of one target, rendered for one of its versions.
type trial struct{ target, version, column string }

// srvColumn is the column of the programs that find their servers by DNS; the others are the styles.
const srvColumn = "srv"

var columns = []string{string(snippet.Constructor), string(snippet.URI), srvColumn}

var trials = struct {
	sync.Mutex
	clients map[trial][]string // what ran, the newest first; the column is ""
	results map[trial]string
}{clients: map[trial][]string{}, results: map[trial]string{}}

// tried notes how the test went when it ends. A test that was skipped has tried nothing.
func tried(t *testing.T, target, version, client, column string) {
	t.Cleanup(func() {
		if t.Skipped() {
			return
		}
		trials.Lock()
		defer trials.Unlock()
		if all := trials.clients[trial{target, version, ""}]; !slices.Contains(all, client) {
			trials.clients[trial{target, version, ""}] = append(all, client)
		}
		switch key := (trial{target, version, column}); {
		case t.Failed():
			trials.results[key] = "fails"
		case trials.results[key] == "":
			trials.results[key] = "logs in"
		}
	})
}

const matrixPath = "../docs/targets.md"

const matrixHead = `# Targets, and what was run

The tests in drivers/ write this page; "make matrix" does it by hand, and CI fails when the page is not what its own run
gives. "Logs in" means: the rendered program was given the files that the snippet names and run as it stands, with a plain
key, with an encrypted key and its password from the environment, and with a password and a user name in the text. Each
time the server saw the right certificate with its chain, and an authenticate on $external with MONGODB-X509. The server is
the stand-in of drivers/server, which answers and refuses as mongod does; it is not mongod. "SRV" means: the same with a
mongodb+srv string, the hosts and authSource=admin coming from a DNS server.

| target | id | file | snippet for | run with | constructor | connection string | SRV |
|---|---|---|---|---|---|---|---|
`

// TestMain compares what was run with docs/targets.md when all tests have ended. "-update" rewrites the rows of what ran,
// which may be some only; the comparison needs all.
func TestMain(m *testing.M) {
	code := m.Run()
	all := !testing.Short()
	for _, name := range []string{"test.run", "test.skip", "test.list"} {
		all = all && flag.Lookup(name).Value.String() == ""
	}
	if !all && !*update {
		os.Exit(code)
	}
	if err := matrix(all && os.Getenv("CI") == "true"); err != nil {
		fmt.Fprintln(os.Stderr, "docs/targets.md:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// matrix writes or compares the page. Rows of what did not run stay as they are, except where everything must run.
func matrix(everything bool) error {
	raw, err := os.ReadFile(matrixPath)
	if err != nil && !(*update && os.IsNotExist(err)) {
		return err
	}
	kept := map[trial]string{} // the cells of the page; what ran stands in column ""
	for line := range strings.Lines(string(raw)) {
		cells := strings.Split(strings.TrimSuffix(line, "|\n"), "|")
		if len(cells) != 9 {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		id, version := strings.Trim(cells[2], "`"), cells[4]
		for i, column := range append([]string{""}, columns...) {
			kept[trial{id, version, column}] = cells[5+i]
		}
	}

	var page strings.Builder
	page.WriteString(matrixHead)
	var wrong []string
	for _, target := range snippet.Targets() {
		r, runs := runners[target.ID]
		if !runs && instead[target.ID] == "" {
			wrong = append(wrong, target.ID+" is neither run nor named in `instead`")
		}
		for i, version := range target.Versions {
			reason := instead[target.ID+" "+version]
			if reason == "" && !runs {
				reason = instead[target.ID]
			}
			cell := func(column string) string {
				key := trial{target.ID, version, column}
				text := trials.results[key]
				if column == "" {
					text = strings.Join(trials.clients[key], ", ")
				} else if column != srvColumn && !slices.Contains(target.Styles, snippet.Style(column)) {
					return "has none"
				}
				switch {
				case text != "":
				case runs && !everything && kept[key] != "" && !strings.HasPrefix(kept[key], "not run"):
					text = kept[key]
				case trials.clients[trial{target.ID, version, ""}] != nil:
				case !runs || i > 0 && len(r.older[version]) == 0:
					text = "not run"
					if column == "" && reason != "" {
						text += ": " + reason
					}
				case everything && column != srvColumn:
					wrong = append(wrong, target.ID+" "+version+" "+column+" was not run")
				}
				if text == "" {
					text = "not tried"
				}
				return text
			}
			page.WriteString("| " + target.Label + " | `" + target.ID + "` | " + string(target.File) + " | " + version)
			for _, column := range append([]string{""}, columns...) {
				page.WriteString(" | " + cell(column))
			}
			page.WriteString(" |\n")
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%s", strings.Join(wrong, "; "))
	}
	if page.String() == string(raw) {
		return nil
	}
	if *update {
		return os.WriteFile(filepath.FromSlash(matrixPath), []byte(page.String()), 0o644)
	}
	got, want := strings.Split(page.String(), "\n"), strings.Split(string(raw), "\n")
	for i, line := range got {
		if i >= len(want) || line != want[i] {
			committed := ""
			if i < len(want) {
				committed = want[i]
			}
			return fmt.Errorf("line %d differs from what this run gives; \"make matrix\" rewrites it\n got %s\npage %s", i+1, line, committed)
		}
	}
	return fmt.Errorf("it has lines that belong to nothing; \"make matrix\" rewrites it")
}
