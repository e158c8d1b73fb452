package snippet

var scala = Target{
	ID: "scala", Label: "Scala driver", Language: "scala", Group: "Scala",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"4.x-5.x"},
	from:     []string{"4.0"},
	File:     PKCS12,
	Docs:     "https://www.mongodb.com/docs/languages/scala/scala-driver/current/security/authentication/x509/",
	Since:    "4.0",
	saveAs:   "Connect.scala", language: &scalaLanguage, render: renderScala,
}

// renderScala writes what Scala 2.12, 2.13 and 3 read alike.
func renderScala(w *writer, r *request) {
	javaImports(w, r, "")
	w.code(`import org.mongodb.scala._
import scala.concurrent.Await
import scala.concurrent.duration.DurationInt

object Connect {
  def main(args: Array[String]): Unit = {
`)
	w.begin()
	w.code("    val password = ")
	switch r.PasswordFrom {
	case PasswordEnv:
		w.code("sys.env.getOrElse(")
		w.literal(piece{String, r.PasswordEnv})
		w.code(", sys.error(")
		w.literal(piece{String, r.PasswordEnv + " is not set"})
		w.code("))\n")
	case PasswordInline:
		w.literal(r.password())
		w.code("\n")
	default:
		w.code("\"\" // that of the file\n")
	}
	w.code(`
    val keys = KeyStore.getInstance("PKCS12")
    val keyFile = new FileInputStream(`)
	w.literal(r.certificateKeyFile())
	w.code(`)
    try keys.load(keyFile, password.toCharArray)
    finally keyFile.close()
    val keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm)
    keyManagers.init(keys, password.toCharArray)

`)
	trust := "null"
	if r.Deployment.CAFile != "" {
		trust = "trustManagers.getTrustManagers"
		w.code(`    val authorities = KeyStore.getInstance("PKCS12")
    authorities.load(null, null)
    val caFile = new FileInputStream(`)
		w.literal(r.caFile())
		w.code(`)
    try CertificateFactory.getInstance("X.509").generateCertificates(caFile)
      .forEach(authority => authorities.setCertificateEntry("ca" + authorities.size, authority))
    finally caFile.close()
    val trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm)
    trustManagers.init(authorities)

`)
	}
	w.code(`    val tls = SSLContext.getInstance("TLS")
    tls.init(keyManagers.getKeyManagers, ` + trust + `, null)

    val settings = MongoClientSettings.builder()
      .applyConnectionString(ConnectionString(`)
	jvmSettings(w, r, "\n      ", "(ssl => ssl.", ")")
	w.code(`
      .build()
    val client = MongoClient(settings)
`)
	w.end()
	w.code(`
    val admin = client.getDatabase("admin")
    Await.result(admin.runCommand(Document("ping" -> 1)).toFuture(), 1.minute)
    val status = Await.result(admin.runCommand(Document("connectionStatus" -> 1)).toFuture(), 1.minute)
    println(status("authInfo").asDocument.get("authenticatedUsers"))
    client.close()
  }
}
`)
	jvmNotes(w, r)
}
