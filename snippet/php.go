package snippet

var phpLanguage = language{"php", quotePHP, "//", " require use if new return throw function fn true false null echo "}

var php = Target{
	ID: "php", Label: "PHP library", Language: "php", Group: "PHP",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"1.5-2.x"},
	from:     []string{"1.5"},
	File:     CombinedPEM,
	Docs:     "https://www.mongodb.com/docs/php-library/current/security/authentication/x509/",
	Since:    "1.5",
	saveAs:   "connect.php", language: &phpLanguage, render: renderPHP,
}

func renderPHP(w *writer, r *request) {
	w.code("<?php\n// composer require mongodb/mongodb\nrequire __DIR__ . '/vendor/autoload.php';\n\n")
	w.begin()
	if r.PasswordFrom == PasswordEnv {
		w.code("$password = getenv('" + r.PasswordEnv + "');\nif ($password === false || $password === '') {\n    throw new RuntimeException('" + r.PasswordEnv + " is not set');\n}\n")
	}
	if r.Style == URI {
		w.code("$client = new MongoDB\\Client(\n    ")
		phpURI(w, r, "\n    . rawurlencode($password)")
		w.code("\n);\n")
	} else {
		w.code("$client = new MongoDB\\Client(")
		w.literal(r.seeds()...)
		w.code(", [\n")
		phpOptions(w, r, "    ", "$password")
		w.code("]);\n")
	}
	w.end()
	w.code(`
$admin = $client->selectDatabase('admin');
$admin->command(['ping' => 1]);
$status = $admin->command(['connectionStatus' => 1])->toArray()[0];
echo json_encode($status['authInfo']['authenticatedUsers']), "\n";
`)
	phpNotes(w, r)
}

// phpURI writes the connection string; encoded is the code that appends a password from the environment.
func phpURI(w *writer, r *request, encoded string) {
	if r.PasswordFrom != PasswordEnv {
		w.literal(r.uri()...)
		return
	}
	w.literal(append(r.uri(), piece{String, "&tlsCertificateKeyFilePassword="})...)
	w.code(encoded)
}

// phpOptions writes the members of the array of URI options. They take raw values, which must be strings: null and
// false are refused, so what is not there is left out. $external would be expanded between double quotes.
func phpOptions(w *writer, r *request, indent, password string) {
	option := func(name string, value piece) {
		w.code(indent + "'" + name + "' => ")
		w.literal(value)
		w.code(",\n")
	}
	w.code(indent + "'tls' => true,\n")
	option("tlsCertificateKeyFile", r.certificateKeyFile())
	switch r.PasswordFrom {
	case PasswordEnv:
		w.code(indent + "'tlsCertificateKeyFilePassword' => " + password + ",\n")
	case PasswordInline:
		option("tlsCertificateKeyFilePassword", r.password())
	}
	if r.Deployment.CAFile != "" {
		option("tlsCAFile", r.caFile())
	}
	if r.Username != "" {
		option("username", r.username())
	}
	w.code(indent + "'authMechanism' => 'MONGODB-X509',\n" + indent + "'authSource' => '$external',\n")
}

func phpNotes(w *writer, r *request) {
	if r.PasswordFrom == PasswordNone {
		w.note("If the key in the file is encrypted, OpenSSL asks for its password on the terminal.")
	}
	if r.Deployment.CAFile != "" {
		w.note("The CA file replaces the system's certificate authorities; it is not added to them.")
	}
	w.note("PHP keeps connections between requests: restart its workers after the file has changed.")
	w.note("What is wrong with a file is said only in the log: php -d mongodb.debug=stderr.")
}
