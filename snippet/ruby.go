package snippet

var rubyLanguage = language{"ruby", quoteRuby, "#", " require true false nil "}

var ruby = Target{
	ID: "ruby", Label: "Ruby driver", Language: "ruby", Group: "Ruby",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"2.9-2.x", "2.5-2.8"},
	from:     []string{"2.9", "2.5"},
	File:     CombinedPEM,
	Docs:     "https://www.mongodb.com/docs/ruby-driver/current/security/authentication/x509/",
	Since:    "2.5",
	saveAs:   "connect.rb", language: &rubyLanguage, render: renderRuby,
}

// rubyNames are the words of the hash that Mongo::Client takes. Up to 2.8 a connection string knew only ssl
// (lib/mongo/uri.rb).
var rubyNames = optionNames{"ssl", "ssl_cert", "ssl_key_pass_phrase", "ssl_ca_cert"}

func renderRuby(w *writer, r *request) {
	w.code("require 'mongo' # gem install mongo\n\n")
	w.begin()
	w.code("client = Mongo::Client.new(\n  ")
	if r.Style == URI && r.age == 0 {
		w.literal(r.uri()...)
		if r.PasswordFrom == PasswordEnv {
			w.code(",\n  ssl_key_pass_phrase: ENV.fetch(")
			w.ours(r.PasswordEnv)
			w.code(")")
		}
	} else {
		// ssl_key is needed although it is the same file: without it no certificate is sent, and nothing is said.
		option := func(name string, value piece) {
			w.code(",\n  " + name + ": ")
			w.literal(value)
		}
		if r.Style == URI {
			r.names.tls = rubyNames.tls
			w.literal(r.loginURI()...)
		} else {
			w.literal(r.seeds()...)
			w.code(",\n  ssl: true")
		}
		option("ssl_cert", r.certificateKeyFile())
		option("ssl_key", r.certificateKeyFile())
		switch r.PasswordFrom {
		case PasswordEnv:
			w.code(",\n  ssl_key_pass_phrase: ENV.fetch(")
			w.ours(r.PasswordEnv)
			w.code(")")
		case PasswordInline:
			option("ssl_key_pass_phrase", r.password())
		}
		if r.Deployment.CAFile != "" {
			option("ssl_ca_cert", r.caFile())
		}
		if r.Style == Constructor {
			if r.Username != "" {
				option("user", r.username())
			}
			w.code(",\n  auth_mech: :mongodb_x509,\n  auth_source: '$external'")
		}
	}
	w.code("\n)\n")
	w.end()
	w.code(`
admin = client.use('admin').database
admin.command(ping: 1)
status = admin.command(connectionStatus: 1).documents.first
puts status['authInfo']['authenticatedUsers']
client.close
`)
	rubyNotes(w, r)
	if r.age == 1 {
		w.note("The driver before 2.10 sends the first certificate of the file only: the server must know the intermediates.")
	}
}

func rubyNotes(w *writer, r *request) {
	if r.PasswordFrom == PasswordNone {
		w.note("If the key in the file is encrypted, OpenSSL stops and asks for its password on the terminal.")
	}
	if r.Deployment.CAFile != "" {
		w.note("The CA file replaces the system's certificate authorities; it is not added to them.")
	}
}
