package snippet

var kotlin = Target{
	ID: "kotlin", Label: "Kotlin coroutine driver", Language: "kotlin", Group: "Kotlin",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"4.10-5.x"},
	from:     []string{"4.10"},
	File:     PKCS12,
	Docs:     "https://www.mongodb.com/docs/drivers/kotlin/coroutine/current/security/auth/x509/",
	Since:    "4.10",
	saveAs:   "Connect.kt", language: &kotlinLanguage, render: renderKotlin,
}

func renderKotlin(w *writer, r *request) {
	w.code(`import com.mongodb.ConnectionString
import com.mongodb.MongoClientSettings
`)
	if r.Style == Constructor {
		w.code("import com.mongodb.MongoCredential\n")
	}
	w.code("import com.mongodb.kotlin.client.coroutine.MongoClient\n")
	javaImports(w, r, "")
	w.code("import org.bson.Document\n\nsuspend fun main() {\n")
	w.begin()
	w.code("    val password = ")
	switch r.PasswordFrom {
	case PasswordEnv:
		w.code("System.getenv(")
		w.literal(piece{String, r.PasswordEnv})
		w.code(") ?: error(")
		w.literal(piece{String, r.PasswordEnv + " is not set"})
		w.code(")\n")
	case PasswordInline:
		w.literal(r.password())
		w.code("\n")
	default:
		w.code("\"\" // that of the file\n")
	}
	w.code(`
    val keys = KeyStore.getInstance("PKCS12")
    FileInputStream(`)
	w.literal(r.certificateKeyFile())
	w.code(`).use { keys.load(it, password.toCharArray()) }
    val keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm())
    keyManagers.init(keys, password.toCharArray())

`)
	trust := "null"
	if r.Deployment.CAFile != "" {
		trust = "trustManagers.trustManagers"
		w.code(`    val authorities = KeyStore.getInstance("PKCS12")
    authorities.load(null, null)
    FileInputStream(`)
		w.literal(r.caFile())
		w.code(`).use { CertificateFactory.getInstance("X.509").generateCertificates(it) }
        .forEach { authorities.setCertificateEntry("ca${authorities.size()}", it) }
    val trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm())
    trustManagers.init(authorities)

`)
	}
	w.code(`    val tls = SSLContext.getInstance("TLS")
    tls.init(keyManagers.keyManagers, ` + trust + `, null)

    val settings = MongoClientSettings.builder()
        .applyConnectionString(ConnectionString(`)
	jvmSettings(w, r, "\n        ", " { it.", " }")
	w.code(`
        .build()
    val client = MongoClient.create(settings)
`)
	w.end()
	w.code(`
    val admin = client.getDatabase("admin")
    admin.runCommand(Document("ping", 1))
    val status = admin.runCommand(Document("connectionStatus", 1))
    println(status.get("authInfo", Document::class.java)["authenticatedUsers"])
    client.close()
}
`)
	w.note("For the driver without coroutines, import com.mongodb.kotlin.client.MongoClient and leave out suspend.")
	jvmNotes(w, r)
}
