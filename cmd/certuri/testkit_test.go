package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"certuri/internal/oracle"
)

// The kit is whole, its keys are for this user alone, and nothing is overwritten unasked.
func TestTestKit(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "kit")
	status, out, errs := certuri("testkit", "--dir", dir, "--host", "localhost", "--host", "10.1.2.3")
	if status != 0 || out != "CN=alice,OU=Clients,O=Test clients\n" {
		t.Fatalf("status %d, %q, %s", status, out, errs)
	}
	for name, mode := range map[string]os.FileMode{"ca.pem": 0o644, "server.pem": 0o600, "client.pem": 0o600, "client.p12": 0o600, "client.key": 0o600,
		"truststore.p12": 0o600, "password.txt": 0o600, "mongod.conf": 0o644, "create-user.js": 0o644, "README.md": 0o644, "snippets/node/connect.mjs": 0o644} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".certuri-*")); left != nil {
		t.Errorf("%q was left behind", left)
	}
	conf, _ := os.ReadFile(filepath.Join(dir, "mongod.conf"))
	if !strings.Contains(string(conf), `"`+filepath.ToSlash(dir)+`/server.pem"`) {
		t.Errorf("mongod.conf can be used from one folder only:\n%s", conf)
	}
	// Our own doctor and user name agree with it.
	client, server := filepath.Join(dir, "client.pem"), filepath.Join(dir, "server.pem")
	if status, out, _ = certuri("doctor", client, "--server-cert", server, "--ca-file", filepath.Join(dir, "ca.pem"), "--target", "node", "--json"); status != 0 ||
		!strings.Contains(out, `"verdict": "works"`) {
		t.Errorf("status %d: %s", status, out)
	}

	before, _ := os.ReadFile(client)
	if status, _, errs = certuri("testkit", "--dir", dir); status != 1 || !strings.Contains(errs, "--force") {
		t.Errorf("over a kit: status %d, %s", status, errs)
	}
	if after, _ := os.ReadFile(client); string(after) != string(before) {
		t.Error("the client's file was replaced unasked")
	}
	if status, _, errs = certuri("testkit", "--dir", dir, "--force"); status != 0 {
		t.Error(errs)
	}
	if after, _ := os.ReadFile(client); string(after) == string(before) {
		t.Error("--force replaced nothing")
	}
	oracle.Program(t, "openssl")
	for _, file := range []string{client, server} {
		if out, err := exec.Command("openssl", "verify", "-x509_strict", "-CAfile", filepath.Join(dir, "ca.pem"), file).CombinedOutput(); err != nil {
			t.Errorf("%s", out)
		}
	}
}

// A refused host leaves no folder behind, and neither does a file in the way.
func TestTestKitRefuses(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "kit")
	if status, _, errs := certuri("testkit", "--dir", dir, "--host", "a b"); status != 1 || !strings.Contains(errs, "host name") {
		t.Errorf("status %d, %s", status, errs)
	}
	file := filepath.Join(top, "file")
	os.WriteFile(file, nil, 0o600)
	if status, _, _ := certuri("testkit", "--dir", filepath.Join(file, "kit")); status != 1 {
		t.Errorf("status %d below a file", status)
	}
	if left, _ := os.ReadDir(top); len(left) != 1 {
		t.Errorf("%v was left behind", left)
	}
	for _, args := range [][]string{{"testkit"}, {"testkit", "--dir", dir, "x"}} {
		if status, _, _ := certuri(args...); status != exitUsage {
			t.Errorf("%q: status %d", args, status)
		}
	}
}

// A request, its key, and the check of what comes back.
func TestCSRCommand(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	status, out, errs := certuri("csr", "--subject", `CN=bob,O=Example\, Inc`, "--san", "a.example,b.example", "--role", "read@app", "--out", path("a.csr"))
	if status != 0 || out != "CN=bob,O=Example\\, Inc\n" || !strings.Contains(errs, "not encrypted") {
		t.Fatalf("status %d, %q, %s", status, out, errs)
	}
	if info, err := os.Stat(path("a.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if status, _, errs = certuri("csr", "--subject", "CN=x", "--out", path("b.csr"), "--out-key", path("a.key")); status != 1 {
		t.Errorf("a key was overwritten: status %d %s", status, errs)
	}
	if _, err := os.Stat(path("b.csr")); err == nil {
		t.Error("half of the output was left behind")
	}
	t.Setenv("NEW", "geheim")
	if status, _, errs = certuri("csr", "--subject", "CN=x", "--key-type", "ed25519", "--out", path("c.csr"), "--out-key-password-env", "NEW"); status != 0 || strings.Contains(errs, "warning") {
		t.Errorf("status %d %s", status, errs)
	}
	t.Setenv("NEW", "")
	for _, args := range [][]string{{"csr"}, {"csr", "--subject", "CN=x"}, {"csr", "--check", path("a.csr")},
		{"csr", "--subject", "CN=x", "--out", path("d.csr"), "--out-key-password-env", "NEW"}, {"csr", "--subject", "CN=x", "--role", "read", "--out", path("d.csr")}} {
		if status, _, _ := certuri(args...); status != exitUsage {
			t.Errorf("%q: status %d", args, status)
		}
	}
	// The authority is openssl: it copies the extensions, or it does not.
	oracle.Program(t, "openssl")
	run := func(arguments ...string) {
		t.Helper()
		if out, err := exec.Command("openssl", arguments...).CombinedOutput(); err != nil {
			t.Fatalf("%s", out)
		}
	}
	run("pkey", "-in", path("c.key"), "-passin", "pass:geheim", "-noout")
	run("req", "-in", path("c.csr"), "-verify", "-noout")
	run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", path("ca.key"), "-out", path("ca.pem"), "-subj", "/CN=CA")
	sign := func(out string, more ...string) {
		t.Helper()
		run(append([]string{"x509", "-req", "-in", path("a.csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-CAcreateserial", "-out", path(out)}, more...)...)
	}
	sign("good.pem", "-copy_extensions", "copyall")
	sign("bare.pem")
	status, out, _ = certuri("csr", "--check", path("a.csr"), path("good.pem"), path("a.key"))
	if status != 0 || !strings.Contains(out, "request's key") || strings.Contains(out, "fix:") {
		t.Errorf("status %d\n%s", status, out)
	}
	status, out, _ = certuri("csr", "--check", path("a.csr"), path("bare.pem"), "--json")
	if status != 0 || !strings.Contains(out, `"reply-roles"`) || !strings.Contains(out, `"works-with-warnings"`) {
		t.Errorf("status %d\n%s", status, out)
	}
	if status, out, _ = certuri("csr", "--check", path("c.csr"), path("good.pem")); status != exitFound || !strings.Contains(out, "another key") {
		t.Errorf("status %d\n%s", status, out)
	}
	// A renewal keeps the name and the key.
	if status, out, errs = certuri("csr", path("good.pem"), path("a.key"), "--out", path("renewal.csr")); status != 0 || out != "CN=bob,O=Example\\, Inc\n" {
		t.Fatalf("status %d, %s", status, errs)
	}
	if status, out, _ = certuri("csr", "--check", path("renewal.csr"), path("good.pem"), path("a.key")); status != 0 || strings.Contains(out, "fix:") {
		t.Errorf("status %d\n%s", status, out)
	}
	if status, _, _ = certuri("csr", path("good.pem"), path("a.key"), "--out", path("e.csr"), "--out-key", path("e.key")); status != exitUsage {
		t.Errorf("an --out-key that nothing is written to: status %d", status)
	}
}

func TestCreateUserCommand(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kit")
	if status, _, errs := certuri("testkit", "--dir", dir); status != 0 {
		t.Fatal(errs)
	}
	client := filepath.Join(dir, "client.pem")
	status, out, _ := certuri("createuser", client, "--role", "readWrite@app", "--as", "command")
	if want := "{\n  \"createUser\": \"CN=alice,OU=Clients,O=Test clients\",\n  \"roles\": [\n    { \"role\": \"readWrite\", \"db\": \"app\" }\n  ]\n}\n"; status != 0 || out != want {
		t.Errorf("status %d\n%s", status, out)
	}
	for as, want := range map[string]string{"mongosh": "createUser:", "atlas-cli": "--role readWrite@test", "atlas-ui": "Certificate", "ansible": "mongodb_user", "terraform": "mongodbatlas_database_user"} {
		if status, out, _ := certuri("createuser", client, "--as", as); status != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: status %d\n%s", as, status, out)
		}
	}
	if status, out, _ := certuri("server", client, "--host", "db1:27018", "--replica-set", "rs1"); status != 0 || !strings.Contains(out, "port: 27018") || !strings.Contains(out, `replSetName: "rs1"`) {
		t.Errorf("status %d\n%s", status, out)
	}
	for _, args := range [][]string{{"createuser"}, {"createuser", client, "--as", "mongod-conf"}, {"server", "--as", "ansible"}} {
		if status, _, _ := certuri(args...); status != exitUsage {
			t.Errorf("%q: status %d", args, status)
		}
	}
}
