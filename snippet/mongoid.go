package snippet

// erbYAML is YAML that goes through ERB first: a value must not hold <%.
var erbYAML = language{"yaml", quoter{open: `"`, close: `"`, nul: true, escape: func(b []byte, value string) []byte {
	for _, r := range value {
		if r == '%' {
			b = append(b, `\x25`...)
		} else {
			b = quoteYAML.escape(b, string(r))
		}
	}
	return b
}}, "#", " true false "}

var mongoid = Target{
	ID: "mongoid", Label: "Mongoid", Language: "yaml", Group: "Ruby",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"7.2-9.x"},
	from:     []string{"7.2"},
	File:     CombinedPEM,
	Docs:     "https://www.mongodb.com/docs/mongoid/current/configuration/",
	Since:    "7.2",
	saveAs:   "config/mongoid.yml", language: &erbYAML, render: renderMongoid,
}

func renderMongoid(w *writer, r *request) {
	w.code("production:\n  clients:\n    default:\n")
	w.begin()
	// The % of a connection string cannot follow a <: there all is encoded, but for the stand-ins.
	w.code("      uri: ")
	w.quote = quoteYAML
	if r.Style == URI {
		w.literal(r.uri()...)
	} else {
		w.literal(r.seeds()...)
	}
	w.quote = erbYAML.quote
	option := func(name string, value piece) {
		w.code("        " + name + ": ")
		w.literal(value)
		w.code("\n")
	}
	w.code("\n      database: ")
	if r.Deployment.Database == "" {
		w.literal(piece{Fill, "app"})
	} else {
		w.literal(piece{Yours, r.Deployment.Database})
	}
	w.code("\n")
	if r.Style == Constructor || r.PasswordFrom == PasswordEnv {
		w.code("      options:\n")
	}
	if r.Style == Constructor {
		w.code("        ssl: true\n")
		option("ssl_cert", r.certificateKeyFile())
		option("ssl_key", r.certificateKeyFile())
	}
	switch {
	case r.PasswordFrom == PasswordEnv:
		w.code("        ssl_key_pass_phrase: <%= ENV.fetch('" + r.PasswordEnv + "').to_json %>\n")
	case r.PasswordFrom == PasswordInline && r.Style == Constructor:
		option("ssl_key_pass_phrase", r.password())
	}
	if r.Style == Constructor {
		if r.Deployment.CAFile != "" {
			option("ssl_ca_cert", r.caFile())
		}
		if r.Username != "" {
			option("user", r.username())
		}
		w.code("        auth_mech: :mongodb_x509 # with the colon\n        auth_source: '$external'\n")
	}
	w.end()
	w.other("ping.rb", &rubyLanguage, func(w *writer) {
		w.code(`require 'mongoid' # gem install mongoid

Mongoid.load!('config/mongoid.yml', :production)
admin = Mongoid.default_client.use('admin').database
admin.command(ping: 1)
status = admin.command(connectionStatus: 1).documents.first
puts status['authInfo']['authenticatedUsers']
`)
	})
	rubyNotes(w, r)
}
