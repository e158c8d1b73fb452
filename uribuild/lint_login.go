package uribuild

import (
	"strings"
)

// certificateOptions are those that name a client certificate's file, in any client and version.
var certificateOptions = []string{optKeyFile, "tlsCertificateFile", "sslClientCertificateKeyFile", "sslCert", "sslPEMKeyFile", "ssl_certfile"}

func (l *linter) certificateOption() int {
	for _, name := range certificateOptions {
		if i := l.p.option(name); i >= 0 {
			return i
		}
	}
	return l.meant(optKeyFile)
}

// meant gives the option of this name, or the first that is misspelt for it, of which options() speaks, or -1.
func (l *linter) meant(name string) int {
	if i := l.p.option(name); i >= 0 {
		return i
	}
	for i, info := range l.means {
		if info != nil && (info.Name == name || info.ReplacedBy == name) && !strings.EqualFold(info.Name, l.p.Options[i].Name) {
			return i
		}
	}
	return -1
}

// hosts looks at what the hosts say of the deployment.
func (l *linter) hosts() {
	for _, part := range l.p.Parts {
		if part.Kind == PartHost && strings.Contains(part.Value, ":") && strings.Contains(part.Value, "%") && l.family&Node != 0 {
			f := Finding{ID: "uri-ipv6-zone", Severity: SeverityWarning, Start: part.Start, End: part.End,
				What:  "An IPv6 address has a zone.",
				Why:   "Node.js and what is built on it cannot read it, in any spelling.",
				Fix:   "Give the host a name, or an address that needs no zone.",
				Error: l.says("", "MongoRuntimeError: Unable to parse …", "")}
			if l.one(Node) {
				f.Severity = SeverityError
			}
			l.add(f, nil)
		}
	}
	if f, found := HostAlone(l.p.Hosts); found {
		for _, part := range l.p.Parts {
			if part.Kind == PartHost && strings.Contains(f.What, part.Value) && f.End == 0 {
				f.Start, f.End = part.Start, part.End
			}
		}
		l.add(f, nil)
	}
	if l.p.SRV || len(l.p.Hosts) != 1 {
		return
	}
	// An Atlas cluster's own name has three labels before nothing but mongodb.net, and no address: only SRV records.
	h := l.p.Hosts[0]
	labels := strings.Split(h.Name, ".")
	if len(labels) != 4 || !strings.HasSuffix(h.Name, ".mongodb.net") || strings.Contains(labels[0], "-shard-") || strings.HasPrefix(labels[0], "pl-") || h.Port != 0 && h.Port != 27017 {
		return
	}
	start, end := 0, 0
	for _, part := range l.p.Parts {
		if part.Kind == PartScheme {
			start, end = part.Start, part.End
		}
	}
	l.add(Finding{ID: "uri-atlas-srv", Severity: SeverityWarning, Start: start, End: end,
		What: "This looks like an Atlas cluster's name, which needs mongodb+srv://.",
		Why:  "The name itself has no address; DNS names the hosts in its SRV record.",
		Fix:  "Write mongodb+srv:// and no port."},
		func(u *URI) {
			u.SRV = true
			u.Hosts[0].Port = 0
			u.remove("directConnection")
			u.remove(optReplicaSet)
			if l.x509 {
				u.set(optSource, External)
			}
		})
}

// HostAlone says what the hosts alone tell about the server's certificate (T06): one is an address, or this machine. The
// finding points nowhere.
func HostAlone(hosts []Host) (f Finding, found bool) {
	for _, h := range hosts {
		if isAddress(h.Name) || strings.EqualFold(h.Name, "localhost") {
			return Finding{ID: "T06", Severity: SeverityInfo,
				What: "You connect to " + h.Name + ", which a server's certificate often does not name.",
				Why:  "Clients compare the host with the subject alternative names of the server's certificate.",
				Fix:  "Connect by the host's name, or have " + h.Name + " put into the server's certificate."}, true
		}
	}
	return Finding{}, false
}

// noCertificate says that a login with a certificate names none (T08), unless the client takes it from elsewhere only.
func (l *linter) noCertificate() {
	if l.one(JVM) || l.one(DotNet) {
		return
	}
	for _, info := range l.means {
		if info != nil && isCertificate(info) {
			return // an old name, a misspelt one, or a key alone: another finding
		}
	}
	f := Finding{ID: "T08", Severity: SeverityWarning, Start: l.p.Start, End: l.p.End,
		What: "The string asks for an X.509 login and names no certificate.",
		Why:  "Without one there is nothing to log in with, and the server closes the connection.",
		Fix:  "Add tlsCertificateKeyFile=client.pem, unless your program gives the certificate in another way."}
	switch l.target {
	case "compass", "vscode":
		f.ID, f.Severity = "R21", SeverityError
		f.Error = "A Client Certificate is required with x509 authentication."
		f.Why = "The form takes the certificate from the string, or from its own field under TLS/SSL."
		f.Fix = "Add tlsCertificateKeyFile= with the whole path, or choose the file under TLS/SSL."
	case "mongosh", "database-tools":
		f.Fix = "Add tlsCertificateKeyFile=client.pem, or the flag --tlsCertificateKeyFile (--sslPEMKeyFile of the Database Tools)."
	case "env", "kubernetes", "docker-compose", "shell":
		f.Severity = SeverityError
		f.Why = "The string is all that the program gets here. Java and C# alone take the certificate from elsewhere."
		f.Fix = "Add tlsCertificateKeyFile= with the path that the program sees."
	}
	l.add(f, nil)
}

// isCertificate says whether an option names the file of a client's certificate or key.
func isCertificate(info *OptionInfo) bool {
	return info.Type == TypePath && info.Name != optCAFile && info.ReplacedBy != optCAFile && !strings.Contains(strings.ToUpper(info.Name), "CRL")
}

// login looks at mechanism, source, user name, password and TLS.
func (l *linter) login() {
	mechanism, source, certificate := l.meant(optMechanism), l.meant(optSource), l.certificateOption()
	for i, o := range l.p.Options {
		if strings.EqualFold(o.Name, optMechanism) && isX509Like(o.Value) {
			mechanism = i // also where another one stands before it
		}
	}
	written := ""
	if mechanism >= 0 {
		written = l.p.Options[mechanism].Value
	}
	x509 := written == X509
	switch {
	case x509:
	case isX509Like(written):
		x509 = true
		start, end := l.value(mechanism)
		f := Finding{ID: "R16", Severity: SeverityError, Start: start, End: end,
			What:  "The mechanism is spelt MONGODB-X509.",
			Why:   "PyMongo leaves a mechanism out that it does not know, with a warning, and connects without a login; Go refuses it; Node.js takes some short forms.",
			Fix:   "Write authMechanism=MONGODB-X509, in capitals.",
			Error: l.says("authmechanism must be in (…", "", "")}
		if l.family&Go != 0 {
			golang := "invalid auth mechanism"
			if strings.EqualFold(written, X509) {
				golang = "unknown authenticator: " + written
			}
			f.Error = l.says("authmechanism must be in (…", "", golang)
		}
		switch {
		case l.family&Node != 0 && !strings.EqualFold(written, X509) && !strings.EqualFold(written, "X509"):
			if node := "MongoParseError: authMechanism one of …"; l.one(Node) {
				f.Error = node
			} else if l.target == "" {
				f.Error = strings.Replace(f.Error, "\nGo: ", "\nNode.js: "+node+"\nGo: ", 1)
			}
		case l.one(Node) || (l.one(Ruby) || l.one(C)) && strings.EqualFold(written, X509):
			f.Severity = SeverityWarning // they compare without regard to case
		}
		l.add(f, func(u *URI) { u.set(optMechanism, X509) })
	case mechanism < 0 && certificate >= 0 && l.p.Password == "":
		x509 = true
		start, end := l.span(certificate)
		l.add(Finding{ID: "R07", Severity: SeverityError, Start: start, End: end,
			What: "A client certificate is given, but no login is asked for.",
			Why:  "Without authMechanism the certificate only makes the TLS connection; every command is then refused as not authorized.",
			Fix:  "Add authMechanism=MONGODB-X509."},
			func(u *URI) { u.set(optMechanism, X509); u.set(optSource, External) })
	case certificate >= 0 && !l.p.HasUsername:
		return // the mechanism is wrong or wants a user name, which options says
	case certificate >= 0:
		start, end := l.span(certificate)
		l.add(Finding{ID: "R19", Severity: SeverityInfo, Start: start, End: end,
			What: "The certificate is for the TLS connection only; the login uses a user name and password.",
			Why:  "Without authMechanism=MONGODB-X509 the server does not take the user from the certificate.",
			Fix:  "This is right where the server wants both. To log in with the certificate, remove the user name and password and add authMechanism=MONGODB-X509."}, nil)
		return
	case mechanism < 0 && l.p.HasUsername && l.p.Password == "" && distinguishedName(l.p.Username):
		x509 = true
		l.add(Finding{ID: "R07", Severity: SeverityError, Start: l.p.Start, End: l.p.End,
			What:  "The user name is a certificate's, but no mechanism is given.",
			Why:   "Without authMechanism clients want a password for it.",
			Fix:   "Add authMechanism=MONGODB-X509.",
			Error: l.says("ConfigurationError: A password is required", "", "")},
			func(u *URI) { u.set(optMechanism, X509); u.set(optSource, External) })
	case mechanism < 0 && source >= 0 && l.p.Options[source].Value == External && l.p.Password == "":
		x509 = true
		start, end := l.span(source)
		l.add(Finding{ID: "R07", Severity: SeverityError, Start: start, End: end,
			What: "authSource is $external, but no mechanism is given.",
			Why:  "Clients do not guess the mechanism from the source.",
			Fix:  "Add authMechanism=MONGODB-X509."},
			func(u *URI) { u.set(optMechanism, X509) })
	}
	l.x509 = x509
	if !x509 {
		if mechanism < 0 && l.p.End > 0 && len(l.p.Hosts) > 0 {
			l.add(Finding{ID: "uri-no-x509", Severity: SeverityInfo, Start: l.p.Start, End: l.p.End,
				What: "This string does not log in with a certificate.",
				Why:  "It names neither a certificate nor the mechanism MONGODB-X509.",
				Fix:  "Add tls=true, authMechanism=MONGODB-X509, authSource=%24external and the certificate's file."}, nil)
		}
		return
	}
	l.source(source)
	l.credentials()
	if i := l.p.option(optProperties); i >= 0 {
		start, end := l.span(i)
		f := Finding{ID: "uri-credential", Severity: SeverityWarning, Start: start, End: end,
			What:  "MONGODB-X509 has no mechanism properties.",
			Why:   "Go refuses them; PyMongo leaves those out that it does not know.",
			Fix:   "Remove the option.",
			Error: l.says("", "", "MONGO-X509 cannot have mechanism properties")}
		if l.family&Go != 0 {
			f.Severity = SeverityError
		}
		l.add(f, func(u *URI) { u.remove(optProperties) })
	}
	l.tls(certificate)
	l.noCertificate()
	l.keyAlone()
}

// keyAlone says that Node.js 4.0.0 to 4.1.1 read only the key of tlsCertificateKeyFile (NODE-3591).
func (l *linter) keyAlone() {
	i := l.p.option(optKeyFile)
	if i < 0 || !l.before(Node, "4.1.2") || Older(l.version, "4.0") || l.p.option("tlsCertificateFile") >= 0 || l.p.option("sslCert") >= 0 {
		return
	}
	start, end := l.span(i)
	l.add(Finding{ID: "R01", Severity: SeverityError, Start: start, End: end,
		What: "This version reads only the key from tlsCertificateKeyFile.",
		Why:  "The Node.js driver 4.0.0 to 4.1.1 takes the certificate from tlsCertificateFile alone, and shows none without it.",
		Fix:  "Name the same file in tlsCertificateFile as well, or take 4.1.2 or newer."},
		func(u *URI) { u.set("tlsCertificateFile", u.value(optKeyFile)) })
}

func (l *linter) source(source int) {
	mend := func(u *URI) { u.set(optSource, External) }
	if source < 0 {
		if !l.p.SRV {
			return
		}
		f := Finding{ID: "uri-srv-authsource", Severity: SeverityError, Start: l.p.Start, End: l.p.End,
			What:  "With mongodb+srv:// authSource must be written out.",
			Why:   "The TXT record of an Atlas cluster says authSource=admin. PyMongo, Go, mongosh, Compass, Java and C# take it over and then refuse it for MONGODB-X509.",
			Fix:   "Add authSource=%24external.",
			Error: l.says("ValueError: authentication source must be $external or None for MONGODB-X509", "", "auth source must be $external")}
		switch {
		case l.target == "mongosh" || l.target == "compass" || l.target == "vscode":
			f.Error = "MongoParseError: authMechanism MONGODB-X509 requires an authSource of '$external'"
		case l.before(Node, "4.0"):
			f.Why = "The TXT record of an Atlas cluster says authSource=admin, which this version takes over and then refuses."
			f.Error = "Invalid source 'admin' for mechanism 'MONGODB-X509' specified"
		case l.one(Node) || l.one(Rust) || l.one(C):
			f.Severity = SeverityInfo
			f.Why = "The TXT record of an Atlas cluster says authSource=admin. This client passes over it, but others that are given the same string do not."
		}
		l.add(f, mend)
		return
	}
	value := l.p.Options[source].Value
	if value == External {
		return
	}
	start, end := l.value(source)
	if value == "" {
		l.add(Finding{ID: "R03", Severity: SeverityError, Start: start, End: end,
			What:  "authSource is empty: a shell or a template has eaten $external.",
			Why:   "Between double quotes a shell puts the value of its variable external in place of $external, and there is none. Docker Compose and template engines do the same.",
			Fix:   "Write authSource=%24external, which nothing expands.",
			Error: l.emptySource()}, mend)
		return
	}
	f := Finding{ID: "R02", Severity: SeverityError, Start: start, End: end,
		What:  "authSource is not $external.",
		Why:   "Users of certificates are in the virtual database $external, whatever database they work on.",
		Fix:   "Write authSource=%24external, or remove the option on a mongodb:// string.",
		Error: l.says("ValueError: authentication source must be $external or None for MONGODB-X509", "MongoParseError: authMechanism MONGODB-X509 requires an authSource of '$external'", "auth source must be $external")}
	switch {
	case strings.HasPrefix(value, "%24") || strings.HasPrefix(value, "%25"):
		f.Why = "The dollar sign is percent-encoded twice, so the client looks for a database whose name starts with a percent sign."
	case strings.EqualFold(value, "external"):
		f.Why = "The dollar sign is missing. It is a part of the name."
	case value == "$"+External:
		f.Why = "Two dollar signs are one in Docker Compose alone; in a shell they are a number."
	case strings.HasPrefix(value, `\`):
		f.Why = "The backslash is for a shell; a client takes it for a part of the name."
	}
	l.add(f, mend)
}

func (l *linter) credentials() {
	var user, password Part
	for _, part := range l.p.Parts {
		switch part.Kind {
		case PartUsername:
			user = part
		case PartPassword:
			password = part
		}
	}
	if l.p.HasPassword && l.p.Username != "" {
		f := Finding{ID: "R04", Severity: SeverityError, Start: password.Start - 1, End: password.End,
			What:  "MONGODB-X509 takes no password beside the user name.",
			Why:   "The certificate's key proves who you are. The password of an encrypted key goes into tlsCertificateKeyFilePassword.",
			Fix:   "Remove the colon and the password.",
			Error: l.says("ConfigurationError: Passwords are not supported by MONGODB-X509", "MongoAPIError: Password not allowed for mechanism MONGODB-X509", "password cannot be specified for MONGO-X509")}
		switch {
		case l.one(JVM):
			f.Error = "Invalid mechanism, MONGODB_x509 does not support passwords"
		case l.one(DotNet):
			f.Error = "A MONGODB-X509 does not support a password."
		case l.one(Rust):
			f.Error = "A password cannot be specified with MONGODB-X509"
		case l.one(Ruby) && l.p.Password != "":
			f.Error = "Password is not supported for :mongodb_x509 auth mechanism"
		case l.p.Password == "" && l.family&(PyMongo|Node|Go|Ruby) == l.family:
			f.Severity, f.Error = SeverityWarning, ""
			f.Why = "An empty password passes in this client and is refused by Java, C#, Rust, C and PHP."
		}
		if distinguishedName(l.p.Username) {
			f.What = "What follows the first colon of the user name is taken for a password, and MONGODB-X509 takes none."
			f.Fix = "Leave both out: the server takes the name from the certificate. A colon that belongs to the name is %3A."
		}
		l.add(f, func(u *URI) { u.HasUsername, u.Username, u.HasPassword, u.Password = false, "", false, "" })
	}
	if !l.p.HasUsername || l.p.Username == "" {
		return
	}
	name := l.p.Username
	drop := func(u *URI) { u.HasUsername, u.Username, u.HasPassword, u.Password = false, "", false, "" }
	switch {
	case l.certificate != "" && name != l.certificate:
		what, why := difference(name, l.certificate)
		severity := SeverityError
		if l.one(Go) {
			severity = SeverityWarning // never sent
		}
		l.add(Finding{ID: "U01", Severity: severity, Start: user.Start, End: user.End, What: what, Why: why,
			Fix:   "Leave the user name out: the server takes it from the certificate. Or write it exactly as the server spells it.",
			Error: "There is no x.509 client certificate matching the user."}, drop)
	case l.p.HasPassword: // R04 has said it
	case l.one(Rust):
		l.add(Finding{ID: "uri-username", Severity: SeverityError, Start: user.Start, End: user.End,
			What: "The Rust driver must be given no user name.",
			Why:  "It sends the name in a field that the server's command does not have.",
			Fix:  "Leave the user name out: the server takes it from the certificate."}, drop)
	case !distinguishedName(name):
		f := Finding{ID: "U01", Severity: SeverityError, Start: user.Start, End: user.End,
			What:  "The user name is not the subject of a certificate.",
			Why:   "The server compares it with the certificate's subject, such as CN=alice,O=Example.",
			Fix:   "Leave the user name out: the server takes it from the certificate.",
			Error: "There is no x.509 client certificate matching the user."}
		if l.one(Go) {
			f.Severity, f.Error = SeverityWarning, ""
			f.Why = "Go never sends it; other clients do, and the server refuses it."
		}
		l.add(f, drop)
	case l.certificate == "":
		l.add(Finding{ID: "uri-username", Severity: SeverityInfo, Start: user.Start, End: user.End,
			What: "The user name is not needed.",
			Why:  "Every server since 3.4 takes it from the certificate. Where it is sent, it must equal the server's spelling of the subject byte for byte; Go never sends it.",
			Fix:  "Leave it out unless the server is older."}, nil)
	}
}

// difference says where two distinguished names part.
func difference(typed, certificate string) (what, why string) {
	a, b := rdns(typed), rdns(certificate)
	reversed := len(a) == len(b) && len(a) > 1
	for i := range a {
		reversed = reversed && a[i] == b[len(b)-1-i]
	}
	if reversed {
		return "The user name has the parts of the certificate's name in the reverse order.", "The server writes the most specific part first, CN before O before C, and compares the text."
	}
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	why = "The server compares the text byte for byte with its own spelling of the certificate's subject."
	switch {
	case i == len(a):
		return "The user name ends where the certificate's goes on with " + b[i] + ".", why
	case i == len(b):
		return "The user name goes on with " + a[i] + " where the certificate's ends.", why
	}
	if strings.TrimSpace(a[i]) == b[i] {
		why = "There are blanks around the part. " + why
	}
	return "The user name has " + a[i] + " where the certificate has " + b[i] + ".", why
}

// rdns cuts a name at its unescaped commas.
func rdns(name string) []string {
	var all []string
	start := 0
	for i := 0; i < len(name); i++ {
		switch name[i] {
		case '\\':
			i++
		case ',':
			all = append(all, name[start:i])
			start = i + 1
		}
	}
	return append(all, name[start:])
}

func (l *linter) tls(certificate int) {
	option := l.p.option("ssl")
	if i := l.meant(optTLS); i >= 0 {
		option = i
	}
	mend := func(u *URI) { u.remove("ssl"); u.set(optTLS, "true") }
	if option >= 0 {
		if value := l.p.Options[option].Value; value == "false" {
			start, end := l.span(option)
			f := Finding{ID: "R06", Severity: SeverityError, Start: start, End: end,
				What: "TLS is switched off.",
				Why:  "The certificate is shown while TLS is set up; without it there is nothing to log in with.",
				Fix:  "Write tls=true."}
			if certificate >= 0 {
				f.Error = l.says("ConfigurationError: TLS has not been enabled but the following tls parameters have been set: …", "", "")
			}
			l.add(f, mend)
		}
		return
	}
	if l.p.SRV {
		return // which switches TLS on everywhere
	}
	f := Finding{ID: "R06", Severity: SeverityError, Start: l.p.Start, End: l.p.End,
		What: "tls=true is missing.",
		Why:  "Node.js and everything built on it connect without TLS and never read the certificate; the server closes the connection.",
		Fix:  "Add tls=true."}
	switch {
	case l.target == "spring-boot" || l.target == "quarkus":
		f.Severity = SeverityWarning
		f.Why = "Nothing in the string switches TLS on. The application's settings must: a bundle in Spring Boot, quarkus.mongodb.tls in Quarkus."
		f.Fix = "Add tls=true, unless the settings switch TLS on."
	case l.target == "mongosh":
		f.Severity, f.Error = SeverityWarning, "read ECONNRESET"
		f.Why = "mongosh connects without TLS, unless the flag --tls stands beside the string."
		f.Fix = "Add tls=true, or the flag --tls."
	case l.one(Node):
		f.Error = "read ECONNRESET"
	case l.one(Ruby):
		f.Why = "The Ruby driver connects without TLS and never reads the certificate; the server closes the connection."
		f.Error = "Connection reset by peer"
	case certificate >= 0 && l.family&(PyMongo|Go|Rust|C) == l.family:
		f.Severity = SeverityInfo
		f.Why = "This client switches TLS on when a certificate is given. Node.js and others do not, so a string that is passed around should say it."
	case l.target != "":
		f.Why = "Nothing in the string switches TLS on. X.509 over a plain connection is not refused by the client, and cannot work."
	}
	l.add(f, mend)
}
