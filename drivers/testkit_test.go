package drivers

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"certuri/drivers/server"
	"certuri/snippet"
)

// A test kit's own programs log in with its own files, to a server that has the kit's certificate and authority.
func TestKitLogsIn(t *testing.T) {
	// The command line makes it: the engine's own dependencies are not this module's.
	folder := t.TempDir()
	binary, kit := filepath.Join(folder, "certuri"), filepath.Join(folder, "kit")
	build := exec.Command("go", "build", "-o", binary, "./cmd/certuri")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	made, err := exec.Command(binary, "testkit", "--dir", kit).Output()
	if err != nil {
		t.Fatal(err)
	}
	username := strings.TrimSpace(string(made))
	file := func(name string) []byte {
		t.Helper()
		content, err := os.ReadFile(filepath.Join(kit, name))
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	certificate, err := tls.X509KeyPair(file("server.pem"), file("server.pem"))
	if err != nil {
		t.Fatal(err)
	}
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM(file("ca.pem")) {
		t.Fatal("no authority")
	}
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, ClientCAs: authorities}

	for _, id := range []string{"pymongo", "node", "go", "java-sync"} {
		t.Run(id, func(t *testing.T) {
			r := runners[id]
			targets := snippet.Targets()
			target := targets[slices.IndexFunc(targets, func(target snippet.Target) bool { return target.ID == id })]
			command := r.prepare(t, target)
			s, err := server.Start(config, func(*x509.Certificate) string { return username })
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()

			// The program runs in the kit's folder, from where all of it names its files.
			dir := t.TempDir()
			for _, name := range []string{"ca.pem", "client.pem", "client.p12", "truststore.p12"} {
				if err := os.WriteFile(filepath.Join(dir, name), file(name), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			programs, err := filepath.Glob(filepath.Join(kit, "snippets", id, "*"))
			if err != nil || len(programs) != 1 {
				t.Fatalf("%q, %v", programs, err)
			}
			program := snippet.Snippet{File: filepath.Base(programs[0])}
			text := strings.ReplaceAll(string(file(filepath.Join("snippets", id, program.File))), "27017", strconv.Itoa(int(s.Port())))
			if err := os.WriteFile(filepath.Join(dir, program.File), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			cmd := command(ctx, dir, program)
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "MONGODB_KEY_PASSWORD="+strings.TrimSpace(string(file("password.txt"))))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			attempts := s.Authentications()
			if len(attempts) == 0 {
				t.Error("no login was tried")
			}
			for _, a := range attempts {
				if a.Mechanism != "MONGODB-X509" || a.DB != "$external" || a.Error != "" {
					t.Errorf("%+v", a)
				}
			}
		})
	}
}
