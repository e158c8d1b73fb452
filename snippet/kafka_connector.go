package snippet

var kafkaConnector = Target{
	ID: "kafka-connector", Label: "Kafka connector", Language: "properties", Group: "Java",
	Styles:   []Style{URI},
	Versions: []string{"1.10+"},
	from:     []string{"1.10"},
	File:     PKCS12,
	CA:       PKCS12TrustStore,
	Docs:     "https://www.mongodb.com/docs/kafka-connector/current/security-and-authentication/tls-and-x509/",
	Since:    "1.10",
	saveAs:   "connector.properties", language: &properties, render: renderKafkaConnector,
}

// renderKafkaConnector writes the settings of a source; those of a sink differ in the first two lines only. The stores
// alone do not switch TLS on (mongodb/mongo-kafka util/SslConfigs.java). A ${env:NAME} in a value of the person's own is
// read by the worker too, and nothing escapes it.
func renderKafkaConnector(w *writer, r *request) {
	w.code("name=mongodb-source\nconnector.class=com.mongodb.kafka.connect.MongoSourceConnector\n")
	if r.Deployment.Database != "" {
		w.code("database=")
		w.literal(piece{Yours, r.Deployment.Database})
		w.code("\n")
	}
	w.begin()
	w.code("connection.uri=")
	w.literal(r.loginURI()...)
	w.code("\n")
	store := func(name string, path piece) {
		w.code("connection.ssl." + name + "=")
		w.literal(path)
		w.code("\n")
		switch r.PasswordFrom {
		case PasswordEnv:
			w.code("connection.ssl." + name + "Password=${env:" + r.PasswordEnv + "}\n")
		case PasswordInline:
			w.code("connection.ssl." + name + "Password=")
			w.literal(r.password())
			w.code("\n")
		}
	}
	store("keystore", r.certificateKeyFile())
	if r.Deployment.CAFile != "" {
		store("truststore", r.caFile())
	}
	w.end()
	if r.PasswordFrom == PasswordEnv {
		w.other("worker.properties", &properties, func(w *writer) {
			w.code("# For the settings of the worker, from Kafka 3.5 on.\n" +
				"config.providers=env\n" +
				"config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider\n")
		})
		w.note("When the variable is missing, Kafka takes ${env:" + r.PasswordEnv + "} itself for the password; the log then says that the keystore password was incorrect.")
	}
	if r.Deployment.CAFile != "" {
		w.note("The connector reads authorities from a trust store only, here with the same password: keytool -importcert -alias ca -file ca.pem -storetype PKCS12 -keystore ca.p12. It replaces Java's own authorities.")
	}
	if r.PasswordFrom == PasswordInline {
		w.note("Blanks at the ends of a password are cut off.")
	}
	jvmPasswordNote(w, r)
}
