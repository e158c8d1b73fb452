package snippet

import (
	"slices"
	"strconv"
	"strings"

	"certuri/uribuild"
)

// A ServerInput is all that the texts of the server's side depend on. Everything may be empty: stand-ins of kind Fill take
// its place.
type ServerInput struct {
	Usernames []string
	// Script asks the mongosh text for a script that can be run again, also for one user.
	Script     bool
	Roles      []Role
	Deployment uribuild.Deployment // its CAFile is what the clients trust
	// Subject is the certificate's, for texts that ask for a new one: RDNs in the certificate's order.
	Subject [][]SubjectAttribute
	// KeyFile and ClientCAFile are the server's own files as mongod reads them: its certificate with the key, and the
	// authorities of the clients' certificates. DBPath and LogPath are left out of mongod.conf when they are empty.
	KeyFile, ClientCAFile, DBPath string
	// Everywhere makes the server listen on all addresses, not on the loopback ones alone.
	Everywhere bool
}

// A SubjectAttribute is one attribute of a subject: its name as a server prints it, or its dotted OID, and its text.
type SubjectAttribute struct{ Name, Value string }

// A ServerText is one text of the server's side.
type ServerText struct {
	ID    string
	Label string
	Group string // the heading that it stands under

	saveAs   string
	language *language
	render   func(*writer, *serverRequest)
}

// The headings.
const (
	groupUser        = "Create the user"
	groupServer      = "Configure the server"
	groupManifest    = "Manifests"
	groupEnvironment = "Certificate in an environment variable"
)

// serverTexts stand in the order in which they are shown.
var serverTexts = []ServerText{
	{"mongosh", "mongosh", groupUser, "create-user.js", &javascript, renderMongoshUser},
	{"command", "Command document", groupUser, "create-user.json", &jsonLanguage, renderUserCommand},
	{"atlas-cli", "Atlas CLI", groupUser, "create-user.sh", &shell, renderAtlasCLI},
	{"atlas-ui", "Atlas, in the browser", groupUser, "create-user.txt", &plainText, renderAtlasUI},
	{"ansible", "Ansible", groupUser, "create-user.yml", &ansible, renderAnsible},
	{"terraform", "Terraform (Atlas)", groupUser, "create-user.tf", &hcl, renderTerraform},
	{"mongod-conf", "mongod.conf", groupServer, "mongod.conf", &yaml, renderMongodConf},
	{"check", "Check the login", groupServer, "check-login.js", &javascript, renderCheck},
	{"cert-manager", "cert-manager", groupManifest, "certificate.yaml", &yaml, renderCertManager},
	{"base64-shell", "Shell", groupEnvironment, "start.sh", &shell, startShell},
	{"base64-python", "Python", groupEnvironment, "client_file.py", &python, fixed(startPython)},
	{"base64-node", "Node.js", groupEnvironment, "client-file.mjs", &javascript, fixed(startNode)},
	{"base64-go", "Go", groupEnvironment, "clientfile.go", &goLanguage, fixed(startGo)},
	{"base64-java", "Java", groupEnvironment, "ClientContext.java", &java, fixed(startJava)},
	{"base64-csharp", "C#", groupEnvironment, "ClientCertificate.cs", &csharpLanguage, fixed(startCSharp)},
	{"base64-php", "PHP", groupEnvironment, "client-file.php", &phpLanguage, fixed(startPHP)},
	{"base64-ruby", "Ruby", groupEnvironment, "client_file.rb", &rubyLanguage, fixed(startRuby)},
	{"base64-rust", "Rust", groupEnvironment, "client_file.rs", &rustLanguage, fixed(startRust)},
}

// ServerTexts gives the list of the texts, in the order in which they are shown.
func ServerTexts() []ServerText { return slices.Clone(serverTexts) }

// RenderServer gives the text with this id, and false when there is none.
func RenderServer(id string, in ServerInput) (Snippet, bool) {
	i := slices.IndexFunc(serverTexts, func(t ServerText) bool { return t.ID == id })
	if i < 0 {
		return Snippet{}, false
	}
	t := serverTexts[i]
	r := in.request()
	w := newWriter(t.language)
	t.render(w, r)
	if t.Group == groupUser {
		for _, note := range r.warnings() {
			w.note(note)
		}
	}
	file := t.saveAs
	if in.Script && id == "mongosh" {
		file = "create-users.js"
	}
	return w.snippet(file), true
}

func mustServerText(id string, in ServerInput) Snippet {
	s, _ := RenderServer(id, in)
	return s
}

// A serverRequest is a ServerInput with stand-ins where it is empty.
type serverRequest struct {
	ServerInput
	names      []piece
	roles      []userRole
	host, ca   piece
	port       string
	serverKey  piece
	serverCA   piece
	listenPort string
}

type userRole struct{ role, db piece }

func (in ServerInput) request() *serverRequest {
	r := &serverRequest{ServerInput: in, listenPort: "27017",
		host: piece{Fill, standInHost}, ca: piece{Fill, "/path/to/ca.pem"},
		serverKey: piece{Fill, "/etc/mongodb/server.pem"}, serverCA: piece{Fill, "/etc/mongodb/client-ca.pem"}}
	for _, name := range in.Usernames {
		r.names = append(r.names, yours(strings.ReplaceAll(name, "\x00", "\uFFFD"))) // createUser refuses NUL, see warnings
	}
	if len(r.names) == 0 {
		r.names = []piece{{Fill, standInUsername}}
	}
	for _, role := range in.Roles {
		r.roles = append(r.roles, userRole{yours(role.Role), yours(role.DB)})
	}
	if len(r.roles) == 0 {
		r.roles = []userRole{{piece{Fill, "readWrite"}, piece{Fill, "test"}}}
	}
	if hosts := in.Deployment.Hosts; len(hosts) > 0 && in.Deployment.Topology != uribuild.SRV {
		r.host = yours(hosts[0].Name)
		if hosts[0].Port != 0 {
			r.port = decimal(int(hosts[0].Port))
			r.listenPort = r.port
		}
	}
	for _, f := range [...]struct {
		path string
		to   *piece
	}{{in.Deployment.CAFile, &r.ca}, {in.KeyFile, &r.serverKey}, {in.ClientCAFile, &r.serverCA}} {
		if f.path != "" {
			*f.to = yours(f.path)
		}
	}
	return r
}

func yours(text string) piece { return piece{Yours, strings.ToValidUTF8(text, "\uFFFD")} }

func decimal(n int) string { return strconv.Itoa(n) }

// warnings say what the server would refuse.
func (r *serverRequest) warnings() []string {
	var notes []string
	for _, name := range r.Usernames {
		if strings.Contains(name, "\x00") {
			notes = append(notes, "A name holds the character NUL, and createUser refuses it: the certificate needs another subject.")
			break
		}
	}
	for _, role := range r.Roles {
		i := slices.IndexFunc(builtInRoles, func(b BuiltInRole) bool { return b.Role == role.Role })
		if i >= 0 && builtInRoles[i].AdminOnly && role.DB != "admin" {
			notes = append(notes, "The role "+role.Role+" exists on the database admin alone.")
		}
	}
	return notes
}
