package snippet

import (
	"slices"
	"strings"
)

// A Role is a role of a user, on a database.
type Role struct{ Role, DB string }

// A BuiltInRole is a role that every server has (https://www.mongodb.com/docs/manual/reference/built-in-roles/).
type BuiltInRole struct {
	Role      string
	AdminOnly bool // it exists on the database admin alone
	What      string
}

// builtInRoles stand in the order in which they are offered: what a program needs, then what people need.
var builtInRoles = []BuiltInRole{
	{"readWrite", false, "read and write one database"},
	{"read", false, "read one database"},
	{"dbAdmin", false, "indexes, statistics and collections of one database"},
	{"userAdmin", false, "users and roles of one database; on admin, of all"},
	{"dbOwner", false, "everything on one database"},
	{"readWriteAnyDatabase", true, "read and write all databases"},
	{"readAnyDatabase", true, "read all databases"},
	{"dbAdminAnyDatabase", true, "dbAdmin on all databases"},
	{"userAdminAnyDatabase", true, "users and roles of all databases"},
	{"clusterMonitor", true, "read the state of the cluster, for monitoring"},
	{"clusterManager", true, "manage replica sets and sharding"},
	{"clusterAdmin", true, "clusterManager, clusterMonitor, hostManager and dropping databases"},
	{"hostManager", true, "manage single servers"},
	{"enableSharding", true, "shard collections"},
	{"backup", true, "back up the cluster"},
	{"restore", true, "restore a backup"},
	{"root", true, "everything"},
}

// BuiltInRoles gives the built-in roles, in the order in which they are offered.
func BuiltInRoles() []BuiltInRole { return slices.Clone(builtInRoles) }

// CreateUser gives the command that makes the $external user, for mongosh. An empty user name and missing roles become
// stand-ins of kind Fill; the role's stand-in is readWrite on the database test.
func CreateUser(username string, roles []Role) Snippet {
	in := ServerInput{Roles: roles}
	if username != "" {
		in.Usernames = []string{username}
	}
	return mustServerText("mongosh", in)
}

// CreateUsers gives one script for mongosh that makes a $external user of each name, all with the same roles. Users who
// are there already are left as they are, so that it can be run again.
func CreateUsers(usernames []string, roles []Role) Snippet {
	return mustServerText("mongosh", ServerInput{Usernames: usernames, Roles: roles, Script: true})
}

func renderMongoshUser(w *writer, in *serverRequest) {
	if in.Script {
		w.code("const external = db.getSiblingDB(\"$external\");\nfor (const user of [\n")
		for _, name := range in.names {
			w.code("  ")
			w.literal(name)
			w.code(",\n")
		}
		w.code("]) {\n  if (external.getUser(user)) continue;\n  external.runCommand({\n    createUser: user,\n")
		userRoles(w, "    ", "role", "db", in.roles)
		w.code("  });\n}\n")
		w.note("Run it in mongosh as a user who may create users (userAdminAnyDatabase). It leaves users alone who are there already.")
		return
	}
	w.code("db.getSiblingDB(\"$external\").runCommand({\n  createUser: ")
	w.literal(in.names[0])
	w.code(",\n")
	userRoles(w, "  ", "role", "db", in.roles)
	w.code("});\n")
	w.note("Run it in mongosh as a user who may create users (userAdminAnyDatabase).")
	w.note("Atlas does not take this command: add the user under Database Access, with the same name.")
}

// userRoles writes the field "roles" of the command as JavaScript.
func userRoles(w *writer, indent, role, database string, roles []userRole) {
	w.code(indent + "roles: [\n")
	for _, r := range roles {
		w.code(indent + "  { " + role + ": ")
		w.literal(r.role)
		w.code(", " + database + ": ")
		w.literal(r.db)
		w.code(" },\n")
	}
	w.code(indent + "],\n")
}

// renderUserCommand writes the command as a document, for drivers and tools: JSON, several users as a list.
func renderUserCommand(w *writer, in *serverRequest) {
	indent, last := "", len(in.names)-1
	if last > 0 {
		w.code("[\n")
		indent = "  "
	}
	for i, name := range in.names {
		w.code(indent + "{\n" + indent + "  \"createUser\": ")
		w.literal(name)
		w.code(",\n" + indent + "  \"roles\": [\n")
		for j, r := range in.roles {
			w.code(indent + "    { \"role\": ")
			w.literal(r.role)
			w.code(", \"db\": ")
			w.literal(r.db)
			w.code(" }")
			if j < len(in.roles)-1 {
				w.code(",")
			}
			w.code("\n")
		}
		w.code(indent + "  ]\n" + indent + "}")
		if i < last {
			w.code(",")
		}
		w.code("\n")
	}
	if last > 0 {
		w.code("]\n")
	}
	w.note("It is run on the database $external: runCommand of mongosh, command of a driver's database object. There is no pwd: the server refuses one there.")
}

// renderAtlasCLI follows internal/cli/dbusers/create.go of mongodb/mongodb-atlas-cli; it has not been run.
func renderAtlasCLI(w *writer, in *serverRequest) {
	w.code("# Once for a project: the authority of the clients' certificates.\natlas security customerCerts create --casFile ")
	w.literal(piece{Fill, "/path/to/ca.pem"})
	w.code("\n\n# Each user.\n")
	for _, name := range in.names {
		w.code("atlas dbusers create --x509Type CUSTOMER \\\n  --username ")
		w.literal(name)
		for _, r := range in.roles {
			role := r.role.text + "@" + r.db.text
			if strings.ContainsAny(role, ",\"\r\n") { // the flag is read as CSV
				role = `"` + strings.ReplaceAll(role, `"`, `""`) + `"`
			}
			w.code(" \\\n  --role ")
			w.literal(piece{r.role.kind, role})
		}
		w.code("\n")
	}
	w.note(atlasNote)
	w.note("Written from the sources of the Atlas CLI; it takes an account to try it. Saving the authority restarts the cluster's servers one after another.")
	w.note(posixNote)
}

const atlasNote = "Atlas knows its own roles (atlasAdmin, readWriteAnyDatabase, readAnyDatabase, ...), read, readWrite and dbAdmin on a database, and custom ones. This is for your own authority; for a certificate made by Atlas the user is of the type MANAGED, under its common name."

// renderAtlasUI follows https://www.mongodb.com/docs/atlas/security-self-managed-x509/.
func renderAtlasUI(w *writer, in *serverRequest) {
	w.code("Security > Database & Network Access > Advanced: turn on Self-Managed X.509 Authentication and give the authority's certificate (ca.pem), once for a project.\n")
	for _, name := range in.names {
		w.code("\nDatabase Users > Add New Database User\nAuthentication method: Certificate\nCommon Name (the whole subject): ")
		w.literal(name)
		w.code("\nPrivileges:")
		for i, r := range in.roles {
			if i > 0 {
				w.code(",")
			}
			w.code(" ")
			w.literal(r.role)
			w.code("@")
			w.literal(r.db)
		}
		w.code("\n")
	}
	w.note(atlasNote)
	w.note("Written from Atlas's manual; the names of menus change.")
}

// renderAnsible follows the module's own checks (plugins/modules/mongodb_user.py of community.mongodb): without a
// password it insists on update_password: on_create.
func renderAnsible(w *writer, in *serverRequest) {
	for _, name := range in.names {
		w.code("- name: MongoDB user of a client certificate\n  community.mongodb.mongodb_user:\n    login_host: ")
		w.literal(in.host)
		if in.port != "" {
			w.code("\n    login_port: " + in.port)
		}
		w.code(`
    login_user: "{{ mongodb_admin_user }}"
    login_password: "{{ mongodb_admin_password }}"
    ssl: true
    ssl_ca_certs: `)
		w.literal(in.ca)
		w.code("\n    database: $external\n    name: ")
		w.literal(name)
		w.code("\n    roles:\n")
		for _, r := range in.roles {
			w.code("      - role: ")
			w.literal(r.role)
			w.code("\n        db: ")
			w.literal(r.db)
			w.code("\n")
		}
		w.code("    state: present\n    update_password: on_create # it has none\n")
	}
	w.note("It needs the collection community.mongodb, PyMongo on the host that runs it, and the two variables from your vault. A server that wants a client certificate needs ssl_certfile as well.")
}

// renderTerraform follows the provider mongodb/mongodbatlas (docs/resources/database_user.md).
func renderTerraform(w *writer, in *serverRequest) {
	w.code("variable \"atlas_project_id\" {\n  type = string\n}\n")
	for i, name := range in.names {
		w.code("\nresource \"mongodbatlas_database_user\" \"x509")
		if i > 0 {
			w.code("_" + decimal(i+1))
		}
		w.code("\" {\n  project_id         = var.atlas_project_id\n  auth_database_name = \"$external\"\n  x509_type          = \"CUSTOMER\"\n  username           = ")
		w.literal(name)
		w.code("\n")
		for _, r := range in.roles {
			w.code("\n  roles {\n    role_name     = ")
			w.literal(r.role)
			w.code("\n    database_name = ")
			w.literal(r.db)
			w.code("\n  }\n")
		}
		w.code("}\n")
	}
	w.note(atlasNote)
	w.note("The authority is the resource mongodbatlas_x509_authentication_database_user with customer_x509_cas.")
}

// Text gives what is copied: the concatenation of the spans.
func (s Snippet) Text() string {
	var b strings.Builder
	for _, span := range s.Spans {
		b.WriteString(span.Text)
	}
	return b.String()
}
