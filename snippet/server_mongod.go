package snippet

import "certuri/uribuild"

// renderMongodConf writes the settings of a first server with X.509 logins (names of 4.2 and later; before, net.ssl).
// allowConnectionsWithoutCertificates stays out: it would let clients connect whose certificate is missing.
func renderMongodConf(w *writer, r *serverRequest) {
	if r.DBPath != "" {
		w.code("storage:\n  dbPath: ")
		w.literal(yours(r.DBPath))
		w.code("\n")
	}
	w.code("net:\n  port: " + r.listenPort + "\n")
	switch {
	case r.Everywhere:
		w.code("  bindIpAll: true\n  ipv6: true\n")
	case r.DBPath != "":
		w.code("  bindIp: localhost\n")
	default:
		w.code("  bindIp: ")
		w.literal(piece{String, "localhost,"}, r.host)
		w.code("\n")
	}
	w.code("  tls:\n    mode: requireTLS\n    certificateKeyFile: ")
	w.literal(r.serverKey)
	w.code(" # the server's certificate, chain and key\n    CAFile: ")
	w.literal(r.serverCA)
	w.code(" # the authorities that sign the clients' certificates\nsecurity:\n  authorization: enabled\n")
	if set := r.Deployment.Topology == uribuild.ReplicaSet; set {
		name := piece{Fill, standInSet}
		if r.Deployment.ReplicaSetName != "" {
			name = yours(r.Deployment.ReplicaSetName)
		}
		w.code("  clusterAuthMode: x509 # members know one another by the O, OU and DC of their certificates\nreplication:\n  replSetName: ")
		w.literal(name)
		w.code("\n")
	}
	w.code("setParameter:\n  authenticationMechanisms: MONGODB-X509,SCRAM-SHA-256\n")
	w.note("Every client must show a certificate of CAFile's authorities, also one that logs in with a password. A server that has clients already goes over allowTLS and preferTLS to requireTLS.")
	w.note("The server's certificate needs its host names as alternative names, and serverAuth; members of a replica set need clientAuth in it too. A client whose certificate has the server's O, OU and DC is taken for a member.")
	if r.DBPath == "" {
		w.note("These are the sections that X.509 needs: keep your own storage and systemLog.")
	}
}

// renderCheck writes a script that fails unless the certificate's user is logged in.
func renderCheck(w *writer, r *serverRequest) {
	w.code("const users = db.adminCommand({ connectionStatus: 1 }).authInfo.authenticatedUsers;\nconst expected = ")
	w.literal(r.names[0])
	w.code(`;
if (!users.some((one) => one.user === expected && one.db === "$external")) {
  throw new Error("not logged in as " + expected + " but as " + JSON.stringify(users));
}
print("logged in as " + expected);
`)
	w.note("Run it with the connection string of this page: mongosh \"$MONGODB_URI\" --file check-login.js. No users at all means that the string lacks authMechanism=MONGODB-X509.")
}
