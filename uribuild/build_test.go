package uribuild

import (
	"errors"
	"testing"
)

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"":                   "",
		"AZaz09-._~":         "AZaz09-._~",
		"a b+c":              "a%20b%2Bc",
		"$external":          "%24external",
		`C:\certs\my.pem`:    "C%3A%5Ccerts%5Cmy.pem",
		"ü\u200f":            "%C3%BC%E2%80%8F",
		"!'()*%\x00\xff":     "%21%27%28%29%2A%25%00%FF",
		`CN=a,O=Example\, I`: "CN%3Da%2CO%3DExample%5C%2C%20I",
	} {
		if got := Escape(in); got != want {
			t.Errorf("Escape(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestBuild(t *testing.T) {
	id := Identity{CertificateKeyFile: "/etc/ssl/client.pem"}
	login := "tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=%2Fetc%2Fssl%2Fclient.pem"
	for _, c := range []struct {
		name string
		d    Deployment
		id   Identity
		want string
	}{
		{"one host", Deployment{Topology: Single, Hosts: []Host{{"h", 27017}}}, id, "mongodb://h:27017/?" + login},
		{"replica set first in the options", Deployment{Topology: ReplicaSet, Hosts: []Host{{"a", 1}, {"b", 0}}, ReplicaSetName: "rs0"}, id,
			"mongodb://a:1,b/?replicaSet=rs0&" + login},
		{"a set name kept from another topology is not written", Deployment{Topology: Sharded, Hosts: []Host{{"a", 0}, {"b", 0}}, ReplicaSetName: "rs0"}, id,
			"mongodb://a,b/?" + login},
		{"SRV, database, CA", Deployment{Topology: SRV, Hosts: []Host{{"c.ab1.mongodb.net", 0}}, Database: "app", CAFile: "ca.pem"}, id,
			"mongodb+srv://c.ab1.mongodb.net/app?" + login + "&tlsCAFile=ca.pem"},
		{"password before CA, extras last and in their order", Deployment{Topology: Single, Hosts: []Host{{"h", 0}}, CAFile: "c", Extra: []Option{{"w", "majority"}, {"appName", "a&b"}}},
			Identity{"k", "p w", ""},
			"mongodb://h/?tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=k&tlsCertificateKeyFilePassword=p%20w&tlsCAFile=c&w=majority&appName=a%26b"},
		{"user name, never a colon after it", Deployment{Topology: Single, Hosts: []Host{{"h", 0}}}, Identity{"/etc/ssl/client.pem", "", "CN=a:b@c/d,O=E+F"},
			"mongodb://CN%3Da%3Ab%40c%2Fd%2CO%3DE%2BF@h/?" + login},
		{"IPv6, zone, socket, IDN", Deployment{Topology: Sharded, Hosts: []Host{{"::1", 27018}, {"fe80::1%eth0", 0}, {"/tmp/my db.sock", 0}, {"bücher.example", 1}}}, Identity{},
			"mongodb://[::1]:27018,[fe80::1%25eth0],%2Ftmp%2Fmy%20db.sock,bücher.example:1/?tls=true&authMechanism=MONGODB-X509&authSource=%24external"},
	} {
		u, err := Build(c.d, c.id)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if got := u.String(); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestStringWithoutOptions(t *testing.T) {
	for want, u := range map[string]URI{
		"mongodb://h":     {Hosts: []Host{{"h", 0}}},
		"mongodb://h/db":  {Hosts: []Host{{"h", 0}}, Database: "db"},
		"mongodb://@h":    {Hosts: []Host{{"h", 0}}, HasUsername: true},
		"mongodb://u:@h":  {Hosts: []Host{{"h", 0}}, Username: "u", HasUsername: true, HasPassword: true},
		"mongodb+srv://h": {SRV: true, Hosts: []Host{{"h", 0}}},
	} {
		if got := u.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestBuildErrors(t *testing.T) {
	h := []Host{{"h", 0}}
	for _, c := range []struct {
		d     Deployment
		code  Code
		field string
	}{
		{Deployment{Hosts: h}, CodeTopology, "Topology"},
		{Deployment{Topology: Single}, CodeNoHosts, "Hosts"},
		{Deployment{Topology: Single, Hosts: []Host{{"a", 0}, {"b", 0}}}, CodeSeveralHosts, "Hosts"},
		{Deployment{Topology: Single, Hosts: []Host{{"", 1}}}, CodeHostEmpty, "Hosts"},
		{Deployment{Topology: SRV, Hosts: []Host{{"a", 0}, {"b", 0}}}, CodeSRVSeveralHosts, "Hosts"},
		{Deployment{Topology: SRV, Hosts: []Host{{"a", 27017}}}, CodeSRVPort, "Hosts"},
		{Deployment{Topology: SRV, Hosts: []Host{{"10.0.0.1", 0}}}, CodeSRVAddress, "Hosts"},
		{Deployment{Topology: SRV, Hosts: []Host{{"::1", 0}}}, CodeSRVAddress, "Hosts"},
		{Deployment{Topology: ReplicaSet, Hosts: h}, CodeNoReplicaSetName, "ReplicaSetName"},
		{Deployment{Topology: ReplicaSet, Hosts: h, ReplicaSetName: "rs0/h"}, CodeReplicaSetName, "ReplicaSetName"},
		{Deployment{Topology: ReplicaSet, Hosts: h, ReplicaSetName: "rs 0"}, CodeReplicaSetName, "ReplicaSetName"},
		{Deployment{Topology: Single, Hosts: h, Database: "$external"}, CodeDatabase, "Database"},
		{Deployment{Topology: Single, Hosts: h, Extra: []Option{{"AUTHSOURCE", "admin"}}}, CodeOptionTwice, "Extra"},
	} {
		_, err := Build(c.d, Identity{})
		var e *Error
		if !errors.As(err, &e) || e.Code != c.code || e.Field != c.field {
			t.Errorf("%+v: got %v (%+v), want %s on %s", c.d, err, e, c.code, c.field)
		}
	}
}

// Every code has its words: a person must never be shown the code alone.
func TestAdviceIsComplete(t *testing.T) {
	seen := map[Code]bool{}
	for _, a := range adviceText {
		if seen[a.code] {
			t.Errorf("%s twice", a.code)
		}
		seen[a.code] = true
		if a.What == "" || a.Why == "" || a.Fix == "" {
			t.Errorf("%s: incomplete", a.code)
		}
	}
	for _, c := range []Code{CodeNoHosts, CodeSeveralHosts, CodeSRVSeveralHosts, CodeSRVPort, CodeSRVAddress, CodeHostCharacter,
		CodeHostColons, CodeHostBrackets, CodeHostEmpty, CodePort, CodeScheme, CodeConnectionString, CodeReplicaSetPrefix,
		CodeNoReplicaSetName, CodeReplicaSetName, CodeDatabase, CodeOptionTwice, CodeTopology, CodeTooLong, CodeUserinfo,
		CodePercent, CodeOption, CodeConflict, CodeCredential, CodePastedAround, CodeSlashBeforeOption,
		CodeLines, CodeHTML, CodeSemicolon, CodeUnknownOption, CodeOldOption, CodeOptionValue} {
		if !seen[c] {
			t.Errorf("%s: no words", c)
		}
	}
}
