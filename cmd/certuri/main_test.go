package main

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"certuri/contract"
)

const (
	sample     = "../../contract/sample.p12"
	sampleName = `CN=alice,OU=Data,O=Example\, Inc,C=US`
)

// certuri runs the command line in process.
func certuri(args ...string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	status = run(args, &out, &err)
	return status, out.String(), err.String()
}

func withPassword(t *testing.T, args ...string) []string {
	t.Setenv("CERTURI_TEST_PASSWORD", "sample")
	return append(args, "--password-env", "CERTURI_TEST_PASSWORD")
}

func TestInspectJSON(t *testing.T) {
	status, out, errs := certuri(withPassword(t, "inspect", sample, "--json")...)
	if status != 0 || errs != "" {
		t.Fatalf("status %d, stderr %s", status, errs)
	}
	// The fields that others read by name; a struct of ours would not notice a renamed one.
	var got struct {
		Username     string
		Certificates []struct {
			SHA256, Username, Issuer, Serial, NotBefore, NotAfter string
			Leaf                                                  bool
		}
		Keys []struct {
			Type                   string
			Bits                   int
			Encrypted              bool
			Encryption, SPKISHA256 string
			Certificate            *string
		}
		Containers []struct{ Kind, Detail string }
		Findings   []contract.Finding
	}
	d := json.NewDecoder(strings.NewReader(out))
	if err := d.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if got.Username != sampleName {
		t.Errorf("username %q", got.Username)
	}
	if len(got.Certificates) != 2 || !got.Certificates[0].Leaf || got.Certificates[1].Leaf || got.Certificates[0].Username != sampleName ||
		got.Certificates[0].Serial != "02" || got.Certificates[0].NotBefore != "2026-01-01T00:00:00Z" || len(got.Certificates[0].SHA256) != 64 {
		t.Errorf("certificates %+v", got.Certificates)
	}
	if len(got.Keys) != 1 || got.Keys[0].Type != "EC" || got.Keys[0].Bits != 256 || !got.Keys[0].Encrypted || got.Keys[0].Encryption == "" ||
		got.Keys[0].Certificate == nil || *got.Keys[0].Certificate != got.Certificates[0].SHA256 {
		t.Errorf("keys %+v", got.Keys)
	}
	if len(got.Containers) == 0 || got.Containers[0].Kind != "pkcs12" || got.Containers[0].Detail == "" {
		t.Errorf("containers %+v", got.Containers)
	}
	if !strings.Contains(out, `"localKeyId": "`) {
		t.Error("the local key id of the PKCS#12 is not shown")
	}
	if !strings.Contains(out, `"findings": []`) {
		t.Error("findings must be an empty list, not null, on a clean certificate")
	}
}

// TestRefusals: the status is 1, the reason is on stderr, or with --json an error object is on stdout.
func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	t.Setenv("WRONG", "wrong")
	cases := []struct {
		name, code string
		args       []string
	}{
		{"no password", "password-required", []string{sample}},
		{"wrong password", "wrong-password", []string{sample, "--password-env", "WRONG"}},
		{"wrong password from a file", "wrong-password", []string{sample, "--password-file", write("pw", "wrong\n")}},
		{"missing file", "cannot-read", []string{filepath.Join(dir, "missing")}},
		{"empty file", "empty-file", []string{write("empty", "")}},
		{"a file without end", "too-large", []string{"/dev/zero"}},
		{"noise", "not-a-certificate", []string{write("noise", strings.Repeat("certainly nothing ", 100))}},
	}
	for _, c := range cases {
		status, out, errs := certuri(append([]string{"inspect", "--json"}, c.args...)...)
		var got struct{ Error contract.Problem }
		if err := json.Unmarshal([]byte(out), &got); err != nil || status != 1 || got.Error.Code != c.code || errs != "" {
			t.Errorf("%s with --json: status %d, stdout %s, stderr %s", c.name, status, out, errs)
		}
		if got.Error.What == "" || got.Error.Why == "" || got.Error.Fix == "" {
			t.Errorf("%s: words are missing: %+v", c.name, got.Error)
		}
		status, out, errs = certuri(append([]string{"inspect"}, c.args...)...)
		if status != 1 || out != "" || !strings.Contains(errs, "fix:") {
			t.Errorf("%s: status %d, stdout %s, stderr %s", c.name, status, out, errs)
		}
	}
}

func TestUsage(t *testing.T) {
	t.Setenv("EMPTY", "")
	for _, args := range [][]string{
		{}, {"no-such-command"}, {"inspect"}, {"inspect", "--no-such-flag", sample}, {"inspect", sample, "--password-env", "CERTURI_NOT_SET"},
		{"inspect", sample, "--password-env", "EMPTY", "--password-file", "x"},
		{"uri"}, {"uri", "--host", "h", "--with-username"}, {"uri", "--host", "h", "--srv", "--replica-set", "rs0"},
		{"snippet", "--target", "pymongo"}, {"snippet", "--target", "no-such-driver", "--style", "uri"},
		{"convert", sample, "--to", "pem"}, {"convert", sample, "--to", "exe", "--out", "x"},
		{"convert", sample, "--to", "pem", "--out", "x", "--out-password-env", "EMPTY"},
		{"convert", sample, "--to", "pem", "--out", "x", "--for", "no-such-driver"}, {"targets", "extra"}, {"lint"}, {"lint", "a", "b"}, {"lint", "a", "--target", "no-such-driver"},
	} {
		if status, out, errs := certuri(args...); status != 2 || out != "" || errs == "" {
			t.Errorf("%q: status %d, stdout %q, stderr %q", args, status, out, errs)
		}
	}
}

func TestURI(t *testing.T) {
	cases := []struct {
		args []string
		want string
	}{
		{[]string{"--host", "db1"}, "mongodb://db1/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=%2Fpath%2Fto%2Fclient.pem"},
		{[]string{"--host", "a:1,b:2", "--replica-set", "rs0", "--cert-path", "c p.pem", "--ca-path", "/ca.pem"},
			"mongodb://a:1,b:2/?replicaSet=rs0&tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=c%20p.pem&tlsCAFile=%2Fca.pem"},
		{[]string{"--host", "c.ab1cd.mongodb.net", "--srv", "--cert-path", "c.pem", "--database", "shop"},
			"mongodb+srv://c.ab1cd.mongodb.net/shop?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=c.pem"},
		{[]string{sample, "--host", "a", "--host", "b:2", "--cert-path", "c.pem", "--with-username"},
			"mongodb://CN%3Dalice%2COU%3DData%2CO%3DExample%5C%2C%20Inc%2CC%3DUS@a,b:2/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=c.pem"},
	}
	for _, c := range cases {
		status, out, errs := certuri(withPassword(t, append([]string{"uri"}, c.args...)...)...)
		if status != 0 || strings.TrimSpace(out) != c.want {
			t.Errorf("%q: status %d, stderr %s\n%s\nwant\n%s", c.args, status, errs, out, c.want)
		}
	}
	if status, _, errs := certuri("uri", "--host", "a:b:c"); status != 1 || !strings.Contains(errs, "fix:") {
		t.Errorf("a bad host: status %d, stderr %s", status, errs)
	}
}

func TestSnippet(t *testing.T) {
	status, out, errs := certuri(withPassword(t, "snippet", sample, "--target", "pymongo", "--style", "constructor", "--host", "db1:27017")...)
	if status != 0 || !strings.Contains(out, `authMechanism="MONGODB-X509"`) || !strings.Contains(out, "MONGODB_KEY_PASSWORD") {
		t.Errorf("status %d, stderr %s\n%s", status, errs, out)
	}
	status, out, _ = certuri("snippet", "--target", "pymongo", "--style", "constructor", "--key-password", "none")
	if status != 0 || strings.Contains(out, "tlsCertificateKeyFilePassword") {
		t.Errorf("without a password: status %d\n%s", status, out)
	}
	// A PKCS#12 file ought to have a password, whatever the key was in before.
	plain := filepath.Join(t.TempDir(), "plain.pem")
	if status, _, errs := certuri(withPassword(t, "convert", sample, "--to", "pem", "--out", plain)...); status != 0 {
		t.Fatal(errs)
	}
	for target, want := range map[string]bool{"java-sync": true, "node": false} {
		_, out, _ = certuri("snippet", plain, "--target", target, "--style", "constructor")
		if strings.Contains(out, "MONGODB_KEY_PASSWORD") != want {
			t.Errorf("%s:\n%s", target, out)
		}
	}
}

// All of a program's files are written, or none.
func TestSnippetDir(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	args := []string{"snippet", "--target", "mongoid", "--style", "constructor", "--dir", dir}
	written := func() (files []string) {
		filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				files = append(files, path)
			}
			return err
		})
		return files
	}
	status, out, errs := certuri(args...)
	files := written()
	if status != 0 || out != "" || len(files) < 2 {
		t.Fatalf("status %d, %q, %s", status, files, errs)
	}
	if err := os.Remove(files[0]); err != nil {
		t.Fatal(err)
	}
	if status, _, errs = certuri(args...); status != 1 || !strings.Contains(errs, "--force") {
		t.Errorf("over an existing file: status %d, %s", status, errs)
	}
	if left := written(); len(left) != len(files)-1 {
		t.Errorf("%q was left behind", left)
	}
	if status, _, errs = certuri(append(args, "--force")...); status != 0 {
		t.Error(errs)
	}
}

func TestTargets(t *testing.T) {
	status, out, _ := certuri("targets", "--json")
	var got struct{ Targets []contract.Target }
	if err := json.Unmarshal([]byte(out), &got); err != nil || status != 0 {
		t.Fatalf("status %d: %v", status, err)
	}
	ids := make(map[string]bool)
	for _, target := range got.Targets {
		ids[target.ID] = true
		if target.Label == "" || target.Language == "" || target.File == "" || len(target.Styles) == 0 || len(target.Versions) == 0 {
			t.Errorf("%+v", target)
		}
	}
	for _, id := range []string{"pymongo", "pymongo-async", "node", "go", "mongosh"} {
		if !ids[id] {
			t.Errorf("no target %s", id)
		}
	}
}

func TestLint(t *testing.T) {
	const good = "mongodb://h/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=%2Fc.pem"
	if status, out, errs := certuri("lint", good, "--target", "pymongo"); status != 0 || errs != "" || !strings.Contains(out, "Nothing wrong") {
		t.Errorf("status %d, stderr %s\n%s", status, errs, out)
	}
	status, out, _ := certuri("lint", strings.Replace(good, "%24external", "admin", 1), "--target", "pymongo", "--json")
	var got struct {
		Verdict  string
		Findings []contract.Finding
		Mended   string
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil || status != 3 || got.Verdict != "will-not-work" || got.Mended != good {
		t.Errorf("status %d, %v: %s", status, err, out)
	}
	// A client that reads a certificate in another way altogether is known too, although no snippet is made for it yet.
	if status, out, _ := certuri("lint", good, "--target", "java-sync"); status != 3 || !strings.Contains(out, "R08") {
		t.Errorf("for the JVM: status %d\n%s", status, out)
	}
	for _, f := range got.Findings {
		if f.ID == "" || f.Severity == "" || f.What == "" || f.Why == "" || f.Fix == "" {
			t.Errorf("%+v", f)
		}
	}
}

// TestConvert: the file is whole, private, and never written over another without being asked to.
func TestConvert(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "client.pem")
	args := withPassword(t, "convert", sample, "--to", "pem", "--out", out)
	if status, _, errs := certuri(args...); status != 0 {
		t.Fatalf("status %d, stderr %s", status, errs)
	}
	if _, err := tls.LoadX509KeyPair(out, out); err != nil {
		t.Error(err)
	}
	info, err := os.Stat(out)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %o", info.Mode().Perm())
	}
	if err := os.WriteFile(out, []byte("the only copy"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, errs := certuri(args...); status != 1 || !strings.Contains(errs, "--force") {
		t.Errorf("over an existing file: status %d, stderr %s", status, errs)
	}
	if b, _ := os.ReadFile(out); string(b) != "the only copy" {
		t.Errorf("the existing file now holds %q", b)
	}
	if status, _, errs := certuri(append(args, "--force")...); status != 0 {
		t.Errorf("with --force: status %d, stderr %s", status, errs)
	}
	if status, _, _ := certuri(withPassword(t, "convert", sample, "--to", "pem", "--out", filepath.Join(dir, "no", "such", "dir"))...); status != 1 {
		t.Errorf("into a missing directory: status %d", status)
	}
	t.Setenv("NEW", "secret")
	encrypted := filepath.Join(dir, "encrypted.pem")
	if status, _, errs := certuri(withPassword(t, "convert", sample, "--to", "pem", "--out", encrypted, "--out-password-env", "NEW")...); status != 0 {
		t.Errorf("encrypted: status %d, stderr %s", status, errs)
	}
	if b, _ := os.ReadFile(encrypted); !bytes.Contains(b, []byte("BEGIN ENCRYPTED PRIVATE KEY")) || bytes.Contains(b, []byte("BEGIN PRIVATE KEY")) {
		t.Error("the key was not encrypted")
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 {
		t.Errorf("files were left behind: %v", entries)
	}
}

// TestStandIns: a connection string with a path that nobody gave says so.
func TestStandIns(t *testing.T) {
	status, out, errs := certuri("uri", "--host", "db1")
	if status != 0 || strings.Count(out, "\n") != 1 || !strings.Contains(errs, "--cert-path is missing: %2Fpath%2Fto%2Fclient.pem is a stand-in") {
		t.Errorf("status %d, %s, %s", status, out, errs)
	}
	if _, _, errs = certuri("uri", "--host", "db1", "--cert-path", "c.pem"); errs != "" {
		t.Error(errs)
	}
	for _, c := range []struct {
		args []string
		want []string
	}{{nil, []string{"%2Fpath%2Fto%2Fclient.pem"}}, {[]string{"--cert-path", "c.pem"}, []string{}}} {
		_, out, errs := certuri(append([]string{"uri", "--host", "db1", "--json"}, c.args...)...)
		var got struct {
			URI      string
			StandIns []string
		}
		if err := json.Unmarshal([]byte(out), &got); err != nil || errs != "" || got.StandIns == nil || !slices.Equal(got.StandIns, c.want) ||
			!strings.HasPrefix(got.URI, "mongodb://db1/?") {
			t.Errorf("%q: %v, %s, %s", c.args, err, out, errs)
		}
	}
	var got struct{ Error contract.Problem }
	if status, out, _ := certuri("uri", "--host", "a:b:c", "--json"); status != 1 || json.Unmarshal([]byte(out), &got) != nil || got.Error.Fix == "" {
		t.Errorf("status %d, %s", status, out)
	}
	if _, _, errs = certuri("snippet", "--target", "go", "--style", "uri"); !strings.Contains(errs, "stand-ins, to be replaced: <hostname>, ") {
		t.Error(errs)
	}
}
