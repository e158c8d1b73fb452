package uribuild

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// What people paste, and what it is taken to mean.
func TestParseMendsPastes(t *testing.T) {
	const login = "tls=true&authMechanism=MONGODB-X509"
	for _, c := range []struct {
		name, text, want string
		codes            []Code
	}{
		{"nothing wrong", "mongodb://h/?" + login, "mongodb://h/?" + login, nil},
		{"at sign and slash in a name", "mongodb://CN=a@b.c/d,O=E@h/?" + login, "mongodb://CN%3Da%40b.c%2Fd%2CO%3DE@h/?" + login, []Code{CodeUserinfo, CodeUserinfo}},
		{"question mark in a name", "mongodb://CN=a?b=c,O=E@h/?" + login, "mongodb://CN%3Da%3Fb%3Dc%2CO%3DE@h/?" + login, []Code{CodeUserinfo}},
		{"colon in a name", "mongodb://CN=a,OU=k:i,O=E@h/?" + login, "mongodb://CN%3Da%2COU%3Dk%3Ai%2CO%3DE@h/?" + login, []Code{CodeUserinfo}},
		{"a colon that no part of a name follows is a password", "mongodb://CN=a,OU=k:i@h/?" + login, "mongodb://CN%3Da%2COU%3Dk:i@h/?" + login, nil},
		{"a colon is a password without X.509", "mongodb://CN%3Da:pw@h/?authMechanism=PLAIN", "mongodb://CN%3Da:pw@h/?authMechanism=PLAIN", nil},
		{"at sign in a value only", "mongodb://h/?tlsCAFile=/a@b.pem", "mongodb://h/?tlsCAFile=%2Fa%40b.pem", nil},
		{"percent sign in a name", "mongodb://CN=100%@h/?" + login, "mongodb://CN%3D100%25@h/?" + login, []Code{CodePercent}},
		{"HTML", "mongodb://h/?tls=true&amp;authMechanism=MONGODB-X509", "mongodb://h/?" + login, []Code{CodeHTML}},
		{"backslashes", `mongodb:\\h/?` + login, "mongodb://h/?" + login, []Code{CodeScheme}},
		{"one slash", `mongodb:/h/?` + login, "mongodb://h/?" + login, []Code{CodeScheme}},
		{"escaped slashes of JSON", `"mongodb:\/\/h\/?` + login + `"`, "mongodb://h/?" + login, []Code{CodePastedAround, CodePastedAround}},
		{"capitals", "MongoDB+SRV://c.d.e/?" + login, "mongodb+srv://c.d.e/?" + login, []Code{CodeScheme}},
		{"another scheme", "mongo://h/?" + login, "mongodb://h/?" + login, []Code{CodeScheme}},
		{"no scheme", "h:27017/?" + login, "mongodb://h:27017/?" + login, []Code{CodeScheme}},
		{"no slash", "mongodb://h?" + login, "mongodb://h/?" + login, []Code{CodeSlashBeforeOption}},
		{"semicolons", "mongodb://h/?tls=true;authMechanism=MONGODB-X509", "mongodb://h/?" + login, []Code{CodeSemicolon}},
		{"a semicolon in a path", "mongodb://h/?tlsCAFile=a;b=c.pem", "mongodb://h/?tlsCAFile=a%3Bb%3Dc.pem", nil},
		{"Windows path", `mongodb://h/?tlsCertificateKeyFile=C:\certs\my client.pem&tls=true`, "mongodb://h/?tlsCertificateKeyFile=C%3A%5Ccerts%5Cmy%20client.pem&tls=true", nil},
		{"Windows path in code", `uri = "mongodb://h/?tlsCertificateKeyFile=C:\\certs\\client.pem"`, "mongodb://h/?tlsCertificateKeyFile=C%3A%5Ccerts%5Cclient.pem", []Code{CodePastedAround, CodePastedAround}},
		{"export", "export MONGODB_URI='mongodb://h/?" + login + "'\n", "mongodb://h/?" + login, []Code{CodePastedAround, CodePastedAround}},
		{"env file", "MONGODB_URI=mongodb://h/?" + login + "\n", "mongodb://h/?" + login, []Code{CodePastedAround, CodePastedAround}},
		{"code", "client = MongoClient(\"mongodb://h/?" + login + "\", tls=True)", "mongodb://h/?" + login, []Code{CodePastedAround, CodePastedAround}},
		{"literals joined", "\"mongodb://h/?\" +\n    \"tls=true\"\n  \"&authMechanism=MONGODB-X509\"", "mongodb://h/?" + login, []Code{CodePastedAround, CodeLines, CodeLines, CodePastedAround}},
		{"lines", "mongodb://h/?tls=true\n   &authMechanism=MONGODB-X509", "mongodb://h/?" + login, []Code{CodeLines}},
		{"command", "mongosh mongodb://h/?tls=true --quiet", "mongodb://h/?tls=true", []Code{CodePastedAround, CodePastedAround}},
		{"socket", "mongodb:///tmp/mongodb-27017.sock/app?tls=true", "mongodb://%2Ftmp%2Fmongodb-27017.sock/app?tls=true", []Code{CodeHostCharacter}},
		{"IPv6 without brackets", "mongodb://2001:db8::1/?tls=true", "mongodb://[2001:db8::1]/?tls=true", []Code{CodeHostBrackets}},
		{"port", "mongodb://a:99999,b/?tls=true", "mongodb://a,b/?tls=true", []Code{CodePort}},
		{"comma at the end", "mongodb://a,b,/?tls=true", "mongodb://a,b/?tls=true", []Code{CodeHostEmpty}},
		{"ampersands doubled", "mongodb://h/?tls=true&&w=1", "mongodb://h/?tls=true&w=1", []Code{CodeOption}},
		{"SRV with a port", "mongodb+srv://c.d.e:27017/", "mongodb+srv://c.d.e:27017", []Code{CodeSRVPort}},
		{"eaten by a shell", "mongodb://h/?authSource=&tls=true", "mongodb://h/?authSource=&tls=true", nil},
		{"unknown options are kept", "mongodb://h/db?Foo=a+b&bar=%2B&Foo=", "mongodb://h/db?Foo=a%20b&bar=%2B&Foo=", nil},
		{"nothing", "", "mongodb://", []Code{CodeNoConnectionString}},
		{"two words", "hello world", "mongodb://", []Code{CodeNoConnectionString}},
		{"one word", "hello", "mongodb://", []Code{CodeNoConnectionString}},
		{"another database's", "postgres://u:p@h:5432/db?tls=true", "mongodb://", []Code{CodeNoConnectionString}},
		{"a host alone", "db1.example.net", "mongodb://db1.example.net", []Code{CodeScheme}},
		{"JDBC", "jdbc:mongodb://h/?" + login, "mongodb://h/?" + login, []Code{CodePastedAround}},
		{"Spring", "spring.data.mongodb.uri=mongodb://h/?" + login, "mongodb://h/?" + login, []Code{CodePastedAround}},
		{"properties", `spring.data.mongodb.uri=mongodb\://h/?tls\=true&authMechanism\=MONGODB-X509`, "mongodb://h/?" + login, []Code{CodePastedAround}},
		{"curved quotes", "“mongodb://h/?" + login + "”", "mongodb://h/?" + login, []Code{CodePastedAround, CodePastedAround}},
		{"a curved quote at the end", "mongodb://h/?" + login + "”", "mongodb://h/?" + login, []Code{CodePastedAround}},
		{"a quote and a comma at the end", "mongodb://h/?" + login + "\",", "mongodb://h/?" + login, []Code{CodePastedAround}},
		{"blanks around delimiters", "mongodb://a, b/?tls=true & authMechanism = MONGODB-X509", "mongodb://a,b/?" + login, []Code{CodeBlanks, CodeBlanks, CodeBlanks, CodeBlanks, CodeBlanks}},
		{"a zero-width blank", "mongodb://h/?tls=true\u200b&authMechanism=MONGODB-X509", "mongodb://h/?" + login, []Code{CodeBlanks}},
		{"JSON's ampersand", `mongodb://h/?tls=true\u0026authMechanism=MONGODB-X509`, "mongodb://h/?" + login, []Code{CodeBackslash}},
		{"JSON's ampersand in quotes", `"mongodb://h/?tls=true\u0026authMechanism=MONGODB-X509"`, "mongodb://h/?" + login, []Code{CodePastedAround, CodePastedAround}},
		{"HTML twice", "mongodb://h/?tls=true&amp;amp;authMechanism=MONGODB-X509", "mongodb://h/?" + login, []Code{CodeHTML}},
		{"escaped by zsh", `mongosh mongodb://h/\?tls=true\&authMechanism=MONGODB-X509`, "mongodb://h/?" + login, []Code{CodePastedAround}},
		{"backslashes with a port", `mongodb:\\h:27018\?` + login, "mongodb://h:27018/?" + login, []Code{CodeScheme, CodeSlashBeforeOption}},
		{"a backslash before the database", `mongodb:\\h:27018\app?` + login, "mongodb://h:27018/app?" + login, []Code{CodeScheme, CodeBackslash}},
		{"encoded as a whole", "mongodb%3A%2F%2Fh%2F%3Ftls%3Dtrue%26authMechanism%3DMONGODB-X509%26authSource%3D%2524external", "mongodb://h/?" + login + "&authSource=%24external", []Code{CodeEncoded}},
		{"options in the path", "mongodb://h/tls=true&authMechanism=MONGODB-X509", "mongodb://h/?" + login, []Code{CodeQuestionMark}},
		{"an ampersand for the question mark", "mongodb://h/app&tls=true&authMechanism=MONGODB-X509", "mongodb://h/app?" + login, []Code{CodeQuestionMark}},
		{"a second question mark", "mongodb://h/?tls=true?authMechanism=MONGODB-X509", "mongodb://h/?" + login, []Code{CodeSeparator}},
		{"commas between options", "mongodb://h/?tls=true, authMechanism=MONGODB-X509", "mongodb://h/?" + login, []Code{CodeSeparator, CodeBlanks}},
		{"a comment", "mongodb://h/?" + login + " # prod", "mongodb://h/?" + login, []Code{CodePastedAround}},
		{"the next line of the file", "MONGODB_URI=mongodb://h/?" + login + "\nDEBUG=1\n", "mongodb://h/?" + login, []Code{CodePastedAround, CodePastedAround}},
		{"a wrapped terminal", "mongodb://h/?tls=true&authMech\nanism=MONGODB-X509", "mongodb://h/?" + login, []Code{CodeLines}},
		{"Compose", "  - MONGODB_URI=mongodb://h/?" + login + "&authSource=$$external", "mongodb://h/?" + login + "&authSource=%24external", []Code{CodePastedAround}},
		{"a word of a shell", "docker run -e U=mongodb://h/?tls=true&authMechanism=MONGODB-X509 app", "mongodb://h/?" + login, []Code{CodePastedAround, CodePastedAround}},
		{"separators without a known name after them", "mongodb://h/?tls=true|authMechanism=MONGODB-X509|foo=bar", "mongodb://h/?" + login + "&foo=bar", []Code{CodeSeparator, CodeSeparator}},
		{"a colon for the equals sign", "mongodb://h/?tls:true&authMechanism%3DMONGODB-X509", "mongodb://h/?" + login, []Code{CodeSeparator, CodeSeparator}},
		{"quotes around values", `mongodb://h/?tls="true"&authMechanism='MONGODB-X509'`, "mongodb://h/?" + login, []Code{CodeQuotes, CodeQuotes}},
		{"a replica set before the hosts", "mongodb://rs0/a:1,b:2/?" + login, "mongodb://a:1,b:2/?replicaSet=rs0&" + login, []Code{CodeReplicaSetPrefix}},
		{"hosts with a semicolon", "mongodb://a:1;b:2/?" + login, "mongodb://a:1,b:2/?" + login, []Code{CodeHostSeparator}},
		{"a scheme twice", "mongodb://mongodb://h/?" + login, "mongodb://h/?" + login, []Code{CodeScheme}},
		{"a scheme half typed", "mongodb: //h/?" + login, "mongodb://h/?" + login, []Code{CodeScheme}},
		{"a host named mongodb", "mongodb:27017/?" + login, "mongodb://mongodb:27017/?" + login, []Code{CodeScheme}},
		{"angle brackets", "<mongodb://h/?" + login + ">", "mongodb://h/?" + login, []Code{CodePastedAround, CodePastedAround}},
		{"another string behind it", "old: mongodb://h/?" + login + " new: mongodb://b/", "mongodb://h/?" + login, []Code{CodePastedAround, CodePastedAround}},
		{"an ampersand at the end", "mongodb://h/?" + login + "&", "mongodb://h/?" + login, []Code{CodeOption}},
		{"flags", `mongosh "mongodb://h/?authMechanism=MONGODB-X509" --tls --tlsCertificateKeyFile '/c d.pem'`, "mongodb://h/?authMechanism=MONGODB-X509&tls=true&tlsCertificateKeyFile=%2Fc%20d.pem", []Code{CodePastedAround, CodePastedAround}},
		{"flags before", `mongodump --ssl --sslPEMKeyFile=/c.pem --uri "mongodb://h/?authMechanism=MONGODB-X509"`, "mongodb://h/?authMechanism=MONGODB-X509&tls=true&tlsCertificateKeyFile=%2Fc.pem", []Code{CodePastedAround, CodePastedAround}},
	} {
		p := Parse(c.text)
		if got := p.String(); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
		var codes []Code
		for _, f := range p.Faults {
			codes = append(codes, f.Code)
		}
		if !slices.Equal(codes, c.codes) {
			t.Errorf("%s: faults %v, want %v", c.name, codes, c.codes)
		}
	}
}

// Every part is found where it stands in the paste.
func TestParsePositions(t *testing.T) {
	text := `export U="mongodb://CN=a:b,O=c@h1:27017,h2/app?tls=true&amp;authMechanism=MONGODB-X509&tlsCAFile=C%3A%5Cca.pem" # mine`
	p := Parse(text)
	want := []string{"scheme mongodb mongodb", "username CN=a:b,O=c CN=a:b,O=c", "host h1 h1", "port 27017 27017", "host h2 h2", "database app app",
		"name tls tls", "value true true", "name authMechanism authMechanism", "value MONGODB-X509 MONGODB-X509", "name tlsCAFile tlsCAFile", `value C%3A%5Cca.pem C:\ca.pem`}
	var got []string
	for _, part := range p.Parts {
		got = append(got, string(part.Kind)+" "+text[part.Start:part.End]+" "+part.Value)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := text[p.Start:p.End]; !strings.HasPrefix(got, "mongodb://") || !strings.HasSuffix(got, "ca.pem") {
		t.Errorf("the string is %q", got)
	}
}

func TestParseStrictRefuses(t *testing.T) {
	for text, code := range map[string]Code{
		" mongodb://h": CodePastedAround, "mongodb://h/?tls=true&tlsInsecure=true&tlsAllowInvalidHostnames=true": CodeConflict,
		"mongodb://u:p@h/?authMechanism=MONGODB-X509": CodeCredential, "mongodb://h/?authMechanism=X509": CodeCredential,
		"mongodb://" + strings.Repeat("a", maxText): CodeTooLong,
	} {
		_, err := ParseStrict(text)
		if e, ok := err.(*Error); !ok || e.Code != code {
			t.Errorf("%.40q: %v, want %s", text, err, code)
		}
	}
}

// Parse(Build(x)) == x, with every part where Parts says that it stands; and nothing makes Parse panic or point outside.
func FuzzParseBuild(f *testing.F) {
	f.Add("db1.example.net:27017, [fe80::1%25eth0]", "rs0", "app", "CN=a:b@c/d?e#f+g", `C:\certs\my client+1%.pem`, "p&=;w", "appName", "a+b c", false)
	f.Add("/tmp/ü.sock,bücher.example:1", "x&y", "", "", `\\server\share\ca.pem`, "", "foo", "", false)
	f.Add("cluster0.ab1cd.mongodb.net", "", "a%b", "CN=\x00\xff", "a,b", "é", "w", "majority", true)
	f.Fuzz(func(t *testing.T, hosts, set, database, username, path, password, name, value string, srv bool) {
		Parse(hosts + set + database + username + path)
		list, err := ParseHosts(hosts)
		if err != nil || len(list) == 0 {
			return
		}
		d := Deployment{Topology: Sharded, Hosts: list, Database: database, CAFile: path + "2"}
		switch {
		case srv:
			d.Topology = SRV
		case set != "":
			d.Topology, d.ReplicaSetName = ReplicaSet, set
		}
		if name != "" {
			d.Extra = []Option{{name, value}, {name, value}}
		}
		u, err := Build(d, Identity{CertificateKeyFile: path, KeyPassword: password, Username: username})
		if err != nil || len(u.String()) > maxText {
			return
		}
		text, parts := u.Parts()
		p := Parse(text)
		if !reflect.DeepEqual(p.URI, u) || len(p.Faults) > 0 {
			t.Fatalf("%q\n got %+v\nwant %+v\nfaults %v", text, p.URI, u, p.Faults)
		}
		again, err := Build(Import(p.URI))
		if err != nil || !reflect.DeepEqual(again, u) {
			t.Fatalf("imported and built again: %v\n got %+v\nwant %+v", err, again, u)
		}
		if !slices.Equal(p.Parts, parts) {
			t.Fatalf("%q\n got %+v\nwant %+v", text, p.Parts, parts)
		}
	})
}

// hangs is no measure of speed: on the slowest machine only a reader that goes over the text again for each character
// takes so long.
const hangs = 20 * time.Second

// A hostile paste ends, and says no more than a person can read.
func TestParseEnds(t *testing.T) {
	for _, piece := range []string{"&tls=1", "&sslCert=x", "&tlsCertificateKeyFile=a+b#c", "&tlsInsecure=true&tlsAllowInvalidHostnames=true", "&a=+#@;", "?", ";", "&a=", "&", "@", "%", ",", ":", "[", "/", "\n", "&amp;", "\"+\"", "mongodb", "?a;", "&tls=;", "&tlsCertKeyFil=x", "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=x", ")", " --tls", "mongodb://", "%26", "; ", "\u200b"} {
		text := "\"mongodb://" + strings.Repeat(piece, maxText/len(piece)-20)
		start := time.Now()
		p := Parse(text)
		p.check()
		for _, target := range []string{"", "node", "java-sync"} {
			Lint(text, LintOptions{Target: target})
			Lint(text[1:], LintOptions{Target: target})
		}
		if took := time.Since(start); took > hangs {
			t.Errorf("%q repeated: %v", piece, took)
		}
		if len(p.Faults) > maxFaults || len(p.Options) > maxOptions {
			t.Errorf("%q repeated: %d faults, %d options", piece, len(p.Faults), len(p.Options))
		}
	}
}

func TestImport(t *testing.T) {
	p := Parse("mongodb://alice:x@a:1,b/app?w=majority&replicaSet=rs0&ssl=true&tlsCAFile=ca.pem&appName=x&authSource=$external&authMechanism=MONGODB-X509&tlsCertificateKeyFile=c.pem&foo=")
	u, err := Build(Import(p.URI))
	if err != nil {
		t.Fatal(err)
	}
	want := "mongodb://alice@a:1,b/app?replicaSet=rs0&tls=true&authMechanism=MONGODB-X509&authSource=%24external&tlsCertificateKeyFile=c.pem&tlsCAFile=ca.pem&w=majority&appName=x&foo="
	if got := u.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if d, _ := Import(Parse("mongodb+srv://c.d.e/?replicaSet=x").URI); d.Topology != SRV || len(d.Extra) != 1 {
		t.Errorf("%+v", d)
	}
}
