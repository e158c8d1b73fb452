package uribuild

import (
	"slices"
	"strconv"
	"strings"
)

// options looks at every option: unknown, old, not read by the target, twice, in conflict, with a wrong value.
func (l *linter) options() {
	x509 := l.x509
	for i, o := range l.p.Options {
		if info := LookupOption(o.Name); info != nil && !info.Old && o.Name != "" {
			l.reader(i, info)
		}
		if first := l.p.option(o.Name); isTLS(o.Name) && first < i && o.Value == l.p.Options[first].Value && l.family&Node != 0 {
			f := Finding{ID: "R18", Severity: SeverityError, What: documented(o.Name) + " stands there twice.", Why: "Node.js takes each option once.", Fix: "Keep one."}
			f.Start, f.End = l.span(i)
			if !l.one(Node) {
				f.Severity = SeverityWarning
			}
			f.Error = l.says("", `MongoInvalidArgumentError: URI option "`+o.Name+`" cannot appear more than once in the connection string`, "")
			l.add(f, func(u *URI) { value := u.value(o.Name); u.remove(o.Name); u.set(documented(o.Name), value) })
		}
	}
	l.pairsOf()
	for _, c := range l.p.check() {
		if c.option < 0 {
			if l.x509 || l.p.Username == "" {
				continue // login or Parse has said it
			}
			a := (&Error{Code: c.code}).Advice()
			f := Finding{ID: "uri-" + string(c.code), Severity: SeverityError, What: a.What, Why: a.Why, Fix: a.Fix}
			f.Start, f.End = l.p.place(c)
			l.add(f, nil)
			continue
		}
		o := l.p.Options[c.option]
		info := LookupOption(o.Name)
		start, end := l.span(c.option)
		a := (&Error{Code: c.code}).Advice()
		f := Finding{ID: "uri-" + string(c.code), Severity: SeverityWarning, What: a.What, Why: a.Why, Fix: a.Fix, Start: start, End: end}
		if c.refuse {
			f.Severity = SeverityError
		}
		remove := func(u *URI) {
			u.Options = slices.DeleteFunc(u.Options, func(p Option) bool { return p == o })
		}
		lower := strings.ToLower(o.Name)
		if strings.EqualFold(o.Name, "connect") && l.connects(o.Value) {
			continue
		}
		switch c.code {
		case CodeUnknownOption:
			l.unknown(c.option, f)
		case CodeOldOption:
			l.old(c.option, info, f)
		case CodeOptionTwice:
			if isTLS(o.Name) {
				l.conflictTLS(f)
				continue
			}
			f.What = info.Name + " stands there twice."
			if l.one(Node) || o.Value != l.p.Options[c.other].Value && (l.critical(info) || x509 && info.Name == optSource) {
				f.Severity = SeverityError
			}
			f.Error = l.says("Duplicate URI option '"+o.Name+"'.", `MongoInvalidArgumentError: URI option "`+o.Name+`" cannot appear more than once in the connection string`, "")
			if info.Type == TypePath {
				f.ID = "R18"
				f.Why = "Certificate and key go into one file; the option cannot be given once for each."
				f.Fix = "Put the certificate, its chain and the key into one PEM file and name it once."
				if l.separate() {
					l.useless = true
					l.add(f, nil)
					continue
				}
			}
			l.add(f, func(u *URI) {
				if l.x509 && info.Name == optMechanism {
					u.set(optMechanism, X509)
				}
				first := true
				u.Options = slices.DeleteFunc(u.Options, func(p Option) bool {
					if !strings.EqualFold(p.Name, o.Name) {
						return false
					}
					keep := first
					first = false
					return !keep
				})
			})
		case CodeConflict:
			if isTLS(o.Name) {
				l.conflictTLS(f)
				continue
			}
			if c.other >= 0 {
				other := l.p.Options[c.other]
				f.What = info.Name + " and " + other.Name + " cannot stand together."
				switch {
				case isRelaxing(lower) && isRelaxing(strings.ToLower(other.Name)):
					f.ID = "R10"
					f.Why = "They relax the same checks. The specification lists the pairs that clients must refuse."
					f.Fix = "Keep at most one; better, give the server's certificate authority in tlsCAFile."
					named := documented(o.Name)
					if isInsecure(lower) {
						named = documented(other.Name)
					}
					insecure := isInsecure(lower) || isInsecure(strings.ToLower(other.Name))
					switch {
					case insecure && strings.HasPrefix(named, "tlsAllow"):
						f.Error = l.says("InvalidURI: URI options tlsInsecure and "+named+" cannot be specified simultaneously.", "MongoAPIError: The 'tlsInsecure' option cannot be used with the '"+named+"' option", "")
					case insecure && named == "tlsDisableOCSPEndpointCheck":
						f.Error = l.says("InvalidURI: URI options tlsInsecure and "+named+" cannot be specified simultaneously.", "", "tlsInsecure URI option cannot be provided along with tlsDisableOCSPEndpointCheck")
					}
					if l.one(Go) && f.Error == "" {
						f.Severity = SeverityWarning
					}
				case l.before(Node, "6.0") && info.Type == TypePath:
					continue // which reads the certificate from the one and the key from the other
				case info.Name == "tlsCertificateFile" || info.Name == "tlsPrivateKeyFile" || info.Name == optKeyFile:
					f.Error = l.says("", "", "URI option cannot be provided along with tlsCertificateFile or tlsPrivateKeyFile")
					if other.Name == optKeyFile || info.Name != optKeyFile {
						l.add(f, remove)
					} else {
						l.add(f, func(u *URI) { u.remove("tlsCertificateFile"); u.remove("tlsPrivateKeyFile") })
					}
					continue
				}
			}
			l.add(f, remove)
		case CodeOptionValue:
			if len(info.Values) > 0 && info.exact(o.Value) != "" {
				// Go and the specification take it in any case.
				if !l.one(Go) {
					f.What = info.Name + " takes " + info.exact(o.Value) + ", in these letters."
					f.Fix = "Write it so."
					f.Start, f.End = l.value(c.option)
					if l.one(Node) && info.Name == "readPreference" {
						f.Severity = SeverityError
					}
					if info.Name == "readPreference" {
						f.Error = l.says(o.Value+" is not a valid read preference", `MongoInvalidArgumentError: Invalid read preference mode "`+o.Value+`"`, "")
					}
					l.add(f, func(u *URI) { u.set(o.Name, info.exact(o.Value)) })
				}
				continue
			}
			if info.Name == optSource {
				if !x509 {
					f.ID = "R03"
					l.add(f, remove)
				}
				continue // login has said it
			}
			l.wrongValue(c.option, info, f, remove)
		case CodeCredential:
			if info != nil && (info.Name == optMechanism || info.Name == optSource || info.Name == optProperties) && (x509 || isX509Like(o.Value)) {
				continue // login has said it
			}
			l.add(f, nil)
		}
	}
}

// connects says whether connect, which Go alone has with the values of the table, takes the value in the target.
func (l *linter) connects(value string) bool {
	value = strings.ToLower(value)
	return l.family&PyMongo != 0 && (value == "true" || value == "false") ||
		l.family&(DotNet|Ruby) != 0 && slices.Contains([]string{"automatic", "direct", "replicaset", "replica_set", "sharded", "sharded_router", "standalone"}, value)
}

func (u *URI) value(name string) string {
	if i := u.option(name); i >= 0 {
		return u.Options[i].Value
	}
	return ""
}

// isX509Like says whether a mechanism's name means MONGODB-X509: X.509, mongodb_x509, MONGODB–509.
func isX509Like(v string) bool     { return strings.HasSuffix(strings.TrimSpace(v), "509") }
func isInsecure(lower string) bool { return lower == "tlsinsecure" }
func isRelaxing(lower string) bool {
	return isInsecure(lower) || strings.HasPrefix(lower, "tlsallowinvalid") || strings.HasPrefix(lower, "tlsdisable")
}

func (l *linter) conflictTLS(f Finding) {
	if slices.ContainsFunc(l.findings, func(g Finding) bool { return g.ID == "R11" }) {
		return
	}
	f.ID, f.Severity = "R11", SeverityError
	f.What = "tls and ssl say opposite things."
	f.Why = "They are two names of one option."
	f.Fix = "Keep tls=true."
	f.Error = l.says("InvalidURI: Can not specify conflicting values for URI options ssl and tls.", "MongoParseError: All values of tls/ssl must be the same.", "tls and ssl options, when both specified, must be equivalent")
	if l.p.option("ssl") < 0 || l.p.option(optTLS) < 0 {
		f.What = "One option is given twice with opposite values."
		f.Error = ""
	}
	l.add(f, func(u *URI) { u.remove("ssl"); u.remove(optTLS); u.set(optTLS, "true") })
}

// reader says when the target does not read a known option.
func (l *linter) reader(i int, info *OptionInfo) {
	o := l.p.Options[i]
	if span := info.span(l.family); l.version != "" {
		switch {
		case span.From != "" && Older(l.version, span.From):
			l.tooNew(i, info, span)
			return
		case span.Until != "" && Older(l.version, span.Until):
			return // this version reads it
		}
	}
	if l.target == "" || l.family&(l.family-1) != 0 || info.Readers&l.family != 0 {
		if l.one(Rust) && info.Name == optKeyPassword {
			start, end := l.span(i)
			l.add(Finding{ID: "R20", Severity: SeverityWarning, Start: start, End: end,
				What:  "The Rust driver reads this only from 3.2 with the feature cert-key-password.",
				Why:   "Older releases cannot decrypt a key at all.",
				Fix:   "Switch the feature on in Cargo.toml, or use a key that is not encrypted.",
				Error: "the cert-key-password feature must be enabled to specify tlsCertificateKeyFilePassword in the URI"}, nil)
		}
		return
	}
	files := isCertificate(info)
	authority := info.Name == optCAFile || info.ReplacedBy == optCAFile
	for _, name := range []string{info.Name, info.ReplacedBy} {
		files = files || name == optKeyPassword || name == optCAFile
	}
	if l.family&(all3|Rust) == 0 && !files && !isRelaxing(strings.ToLower(o.Name)) {
		return // not established for this client
	}
	start, end := l.span(i)
	f := Finding{ID: "uri-not-read", Severity: SeverityWarning, Start: start, End: end,
		What: "This client does not read " + info.Name + ".",
		Why:  "It leaves the option out without a word.",
		Fix:  "Remove it, and use the client's own setting if it has one."}
	mend := func(u *URI) { u.remove(o.Name) }
	if isCertificate(info) && l.family&(JVM|DotNet) == 0 {
		f.ID, f.Severity = "R01", SeverityError
		f.Fix = "Put the certificate, its chain and the key into one PEM file and name it in tlsCertificateKeyFile."
		if mend = l.mergeInto(o); mend == nil {
			l.useless = true
			f.Fix = twoFilesFix
		}
	}
	switch l.family {
	case PyMongo:
		f.Why, f.Error = "It leaves the option out with a warning.", "Unknown option: "+strings.ToLower(o.Name)
	case Node:
		if f.Severity = SeverityError; f.ID != "R01" {
			f.ID = "R17"
		}
		f.Why, f.Error = "It refuses strings with options that it does not know.", "MongoParseError: option "+strings.ToLower(o.Name)+" is not supported"
	case Go:
		if isRelaxing(strings.ToLower(o.Name)) {
			f.Fix = "Remove it. The driver has tlsInsecure, which relaxes both the chain and the host name."
		}
	case JVM:
		f.Why, f.Error = "It leaves the option out with a warning in the log.", "Connection string contains unsupported option '"+strings.ToLower(o.Name)+"'."
		if files {
			f.ID, f.Severity = "R08", SeverityError
			f.Fix = "Put certificate and key into a PKCS#12 key store and give it through the system properties javax.net.ssl.keyStore..., or an SSLContext in MongoClientSettings."
			if authority {
				f.Fix = "Import the authority into a trust store and name it in javax.net.ssl.trustStore: `keytool -importcert -file ca.pem -alias mongodb -keystore trust.p12`."
			}
		}
	case DotNet:
		if files {
			f.ID, f.Severity = "R09", SeverityError
			f.Fix = "Load a PKCS#12 file as X509Certificate2 and set it in MongoClientSettings.SslSettings.ClientCertificates."
			if authority {
				f.Fix = "Add the authority to the system's store, or check it in SslSettings.ServerCertificateValidationCallback."
			}
		}
	case Rust:
		f.Severity, f.Why, f.Error = SeverityError, "It refuses strings with options that it does not know.", strings.ToLower(o.Name)+" is an invalid option"
		if info.Name == "socketTimeoutMS" {
			f.Error = "the Rust driver does not support socketTimeoutMS"
		}
	}
	l.add(f, mend)
}

// tooNew says that the version is older than the option, and what it called it.
func (l *linter) tooNew(i int, info *OptionInfo, span Span) {
	o := l.p.Options[i]
	start, end := l.span(i)
	f := Finding{ID: "R01", Severity: SeverityWarning, Start: start, End: end,
		What: info.Name + " is newer than this version: " + l.family.name() + " reads it from " + span.From + ".",
		Why:  "An older one leaves it out.",
		Fix:  "Take a newer version, or the older name."}
	if isTLS(info.Name) || info.Type == TypePath {
		f.Severity = SeverityError
	}
	var older []string
	for _, old := range optionTable {
		if old.ReplacedBy == info.Name && !old.Inverted && (old.Old && old.span(l.family).Until != "" || old.Name == "ssl") {
			older = append(older, old.Name)
		}
	}
	if l.one(Rust) {
		f.Severity, f.Why, f.Error = SeverityError, "It refuses strings with options that it does not know.", strings.ToLower(o.Name)+" is an invalid option"
	}
	if len(older) > 0 {
		f.Fix = "Take a newer version, or write " + strings.Join(older, " and ") + "."
	}
	if len(older) == 0 {
		l.add(f, nil)
		return
	}
	// One PEM file holds the certificate and the key, so it is the value of both older names.
	l.add(f, func(u *URI) {
		at := u.option(o.Name)
		if at < 0 {
			return
		}
		value := u.Options[at].Value
		u.remove(o.Name)
		for j, name := range older {
			if u.option(name) < 0 {
				u.Options = slices.Insert(u.Options, min(at+j, len(u.Options)), Option{name, value})
			}
		}
	})
}

// separate says whether the string names a certificate and its key as two files. Nothing but joining the files mends that
// where the client wants one; whichever option were kept, the other file would be lost.
func (l *linter) separate() bool {
	var both, certificate, key []string
	for i, o := range l.p.Options {
		info := l.means[i]
		if info == nil || !isCertificate(info) {
			continue
		}
		role := &both
		switch name := strings.ToLower(info.Name); {
		case name == "tlscertificatefile" || name == "sslcert" || name == "ssl_certfile":
			role = &certificate
		case name == "tlsprivatekeyfile" || name == "sslkey" || name == "ssl_keyfile":
			role = &key
		}
		if !slices.Contains(*role, o.Value) {
			*role = append(*role, o.Value)
		}
	}
	switch {
	case len(both) == 1:
		return len(certificate) == 0 && len(key) > 0 && key[0] != both[0]
	case len(both) == 0 && len(certificate) == 1 && len(key) == 1:
		return certificate[0] != key[0]
	}
	return len(both) > 1 || len(certificate) > 1 || len(key) > 0
}

// mergeInto makes a certificate's or key's own option tlsCertificateKeyFile, unless there is one. It is nil where only the
// person can.
func (l *linter) mergeInto(o Option) func(*URI) {
	if l.separate() {
		return l.twoFiles(o)
	}
	return func(u *URI) {
		if u.option(optKeyFile) < 0 {
			for i := range u.Options {
				if u.Options[i] == o {
					u.Options[i].Name = optKeyFile
				}
			}
		}
		u.remove(o.Name)
	}
}

// twoFilesFix is for the person: no mended string has a file that does not exist.
const twoFilesFix = "Join the two files (cat client.crt client.key > client.pem), and write tlsCertificateKeyFile=client.pem in place of both options."

// twoFiles writes the options that Go has for two files.
func (l *linter) twoFiles(o Option) func(*URI) {
	name := strings.ToLower(o.Name)
	if !l.one(Go) || l.p.option(optKeyFile) >= 0 || l.version != "" && Older(l.version, "1.3") {
		return nil
	}
	to := ""
	switch name {
	case "sslcert", "ssl_certfile":
		to = "tlsCertificateFile"
	case "sslkey", "ssl_keyfile":
		to = "tlsPrivateKeyFile"
	default:
		return nil
	}
	return func(u *URI) {
		for i := range u.Options {
			if u.Options[i] == o {
				u.Options[i].Name = to
			}
		}
	}
}

// pairsOf looks at options that need another one.
func (l *linter) pairsOf() {
	add := func(i int, f Finding, mend func(*URI)) {
		f.Start, f.End = l.span(i)
		l.add(f, mend)
	}
	if i := l.p.option("maxStalenessSeconds"); i >= 0 && !strings.HasPrefix(l.p.Options[i].Value, "-") {
		if preference := l.p.value("readPreference"); preference == "" || strings.EqualFold(preference, "primary") {
			severity := SeverityError
			if l.one(Node) {
				severity = SeverityWarning // which leaves it to the server
			}
			add(i, Finding{ID: "uri-conflict", Severity: severity,
				What:  "maxStalenessSeconds is given while the primary is read from.",
				Why:   "The primary is never stale; PyMongo and Go refuse the two together.",
				Fix:   "Add readPreference=nearest or the like, or remove the option.",
				Error: l.says("ConfigurationError: Read preference primary cannot be combined with maxStalenessSeconds", "", "unknown read preference")},
				func(u *URI) { u.remove("maxStalenessSeconds") })
		}
	}
	certificate, key := l.p.option("tlsCertificateFile"), l.p.option("tlsPrivateKeyFile")
	if l.family&Go == 0 || l.target == "" || (certificate < 0) == (key < 0) || l.p.option(optKeyFile) >= 0 {
		return
	}
	i, missing, given := certificate, "tlsPrivateKeyFile", "tlsCertificateFile"
	if certificate < 0 {
		i, missing, given = key, given, missing
	}
	add(i, Finding{ID: "uri-conflict", Severity: SeverityError,
		What:  given + " is given without " + missing + ".",
		Why:   "The two files belong together.",
		Fix:   "Add " + missing + ", or put certificate and key into one PEM file and name it in tlsCertificateKeyFile.",
		Error: "the " + missing + " URI option must be provided if the " + given + " option is specified"}, l.mergeInto(l.p.Options[i]))
}

func (l *linter) unknown(i int, f Finding) {
	o := l.p.Options[i]
	var mend func(*URI)
	f.What = "No client knows this option."
	near := l.means[i]
	switch {
	case strings.EqualFold(o.Name, "tlsUseSystemCA"):
		f.ID, f.What = "R17", "tlsUseSystemCA is a flag of mongosh, not an option of a connection string."
		f.Fix = "Remove it; without tlsCAFile clients use the system's authorities."
		mend = func(u *URI) { u.remove(o.Name) }
	case near != nil:
		name := near.Name
		if near.ReplacedBy != "" {
			name = near.ReplacedBy
		}
		f.What = "No client knows this option. " + name + " seems to be meant."
		f.Fix = "Write " + name + "."
		if l.critical(near) {
			f.Severity = SeverityError
			f.Why = "Without " + name + " the login fails. Some clients refuse the whole string, others leave the option out and go on."
		}
		switch {
		case isCertificate(near) && l.separate():
			l.useless = true
		case l.target != "" && l.family&(l.family-1) == 0 && isCertificate(near) && LookupOption(name).Readers&l.family == 0:
			f.Fix = "Remove it: this client does not read " + name + " from the string."
			mend = func(u *URI) { u.remove(o.Name) }
		default:
			mend = func(u *URI) {
				for j := range u.Options {
					if u.Options[j] == o && u.option(name) < 0 {
						u.Options[j].Name = name
					}
				}
				u.remove(o.Name)
			}
		}
	case l.one(Node) || l.one(Rust):
		mend = func(u *URI) { u.remove(o.Name) }
	}
	if l.one(Node) || l.one(Rust) {
		f.Severity = SeverityError
	}
	if l.one(Node) && strings.Contains(inProgramOnly, " "+strings.ToLower(o.Name)+" ") {
		if strings.HasPrefix(o.Value, "-----BEGIN") {
			return // PEM text, which ca, cert, crl and key do take
		}
		f.What = "Node.js takes " + o.Name + " from a program only."
		f.Why = "A connection string cannot hold its value."
		l.add(f, mend)
		return
	}
	f.Error = l.says("Unknown option: "+strings.ToLower(o.Name), "MongoParseError: option "+strings.ToLower(o.Name)+" is not supported", "")
	if l.one(JVM) {
		f.Error = "Connection string contains unsupported option '" + strings.ToLower(o.Name) + "'."
	}
	if o.Name == "" {
		return // Parse has said it
	}
	l.add(f, mend)
}

// critical says whether the login fails where an option is left out.
func (l *linter) critical(info *OptionInfo) bool {
	for _, name := range []string{info.Name, info.ReplacedBy} {
		switch name {
		case optMechanism, optKeyPassword, optCAFile:
			return true
		case optSource:
			return l.p.SRV
		case optTLS:
			return !l.p.SRV && l.family&(PyMongo|Go|Rust|C) != l.family
		}
	}
	return isCertificate(info)
}

func (l *linter) old(i int, info *OptionInfo, f Finding) {
	o := l.p.Options[i]
	if l.family == JVM || l.family == DotNet {
		if info.Type == TypePath || info.Secret {
			l.reader(i, info)
			return
		}
	}
	f.ID = "R01"
	f.What = info.Name + " is an old name."
	if since := info.Since(); since != "" {
		f.Why = "It is " + since + "."
	}
	if until := info.span(l.family).Until; l.version != "" && until != "" && Older(l.version, until) {
		return // this version has no other name for it
	}
	if l.target != "" && info.Readers&l.family != 0 {
		f.Severity = SeverityInfo
		f.Why = "This client still reads it. " + f.Why
	} else {
		lower := strings.ToLower(o.Name)
		f.Error = l.says("Unknown option: "+lower, "MongoParseError: option "+lower+" is not supported", "")
		if l.one(Node) && info.Readers&Node == 0 {
			f.Severity = SeverityError
		}
		if info.Type == TypePath {
			f.Severity = SeverityError // where it is left out, so is the certificate
		}
	}
	if info.Readers != 0 && l.target == "" {
		f.Severity, f.Error = SeverityWarning, ""
	}
	if info.ReplacedBy == "" {
		f.Fix = "Remove it."
		l.add(f, func(u *URI) { u.remove(o.Name) })
		return
	}
	f.Fix = "Write " + info.ReplacedBy + "."
	switch {
	case info.Name == "connect":
		l.add(f, func(u *URI) {
			u.remove(o.Name)
			if strings.EqualFold(o.Value, "direct") {
				u.set("directConnection", "true")
			}
		})
	case info.Inverted:
		f.Fix = "Write " + info.ReplacedBy + " with the opposite value, or nothing where the check is wanted."
		l.add(f, func(u *URI) {
			u.remove(o.Name)
			if v := strings.ToLower(o.Value); v == "false" || v == "cert_none" {
				u.set(info.ReplacedBy, "true")
			}
		})
	case info.ReplacedBy == optKeyFile:
		f.Fix = "Put the certificate, its chain and the key into one PEM file and name it in tlsCertificateKeyFile."
		mend := l.mergeInto(o)
		if mend == nil {
			l.useless = true
			f.Why += " No option but those of Go takes certificate and key as two files."
			f.Fix = twoFilesFix
		} else if l.separate() {
			f.Fix = "Write tlsCertificateFile and tlsPrivateKeyFile, which Go has for two files."
		}
		l.add(f, mend)
	default:
		l.add(f, func(u *URI) {
			if u.option(info.ReplacedBy) >= 0 {
				u.remove(o.Name)
				return
			}
			for j := range u.Options {
				if u.Options[j] == o {
					u.Options[j].Name = info.ReplacedBy
				}
			}
		})
	}
}

func (l *linter) wrongValue(i int, info *OptionInfo, f Finding, remove func(*URI)) {
	o := l.p.Options[i]
	if o.Value == "" && !l.p.hasValue(o.Name) {
		return // Parse has said it
	}
	f.Start, f.End = l.value(i)
	f.What = info.Name + " does not take this value."
	mend := remove
	if isTLS(info.Name) && l.x509 {
		mend = func(u *URI) { u.set(o.Name, "true") }
	}
	refusing := l.one(Node) || l.one(Go) || l.one(Rust)
	n, _ := strconv.Atoi(o.Value)
	tooSmall := info.Name == "heartbeatFrequencyMS" && n > 0 // which PyMongo and Rust refuse, and Node.js and Go take
	if refusing && info.Readers&l.family != 0 && !(tooSmall && !l.one(Rust)) || tooSmall && l.one(PyMongo) {
		f.Severity = SeverityError
	}
	if o.Value == "" {
		f.What = info.Name + " has no value."
		f.Fix = "Give it one, or remove the option."
		pymongo, golang := "", ""
		switch info.Type {
		case TypePath:
			f.Severity = SeverityError
			pymongo, golang = "FileNotFoundError: [Errno 2] No such file or directory: ''", "open : no such file or directory"
		case TypeNumber, TypeBool:
			golang = `invalid value for "` + o.Name + `": ""`
		}
		if info.Readers&PyMongo == 0 {
			pymongo = ""
		}
		if info.Readers&Go == 0 {
			golang = ""
		}
		f.Error = l.says(pymongo, `MongoAPIError: URI option "`+o.Name+`" cannot be specified with no value`, golang)
		if l.one(Node) {
			f.Severity = SeverityError
		}
		l.add(f, mend)
		return
	}
	golang := ""
	if info.Type == TypeBool || info.Type == TypeNumber {
		golang = `invalid value for "` + o.Name + `": "` + o.Value + `"`
	}
	switch {
	case info.Type == TypeBool:
		f.Error = l.says("", `must be either "true" or "false"`, golang)
	case tooSmall:
		f.Error = l.says("heartbeatFrequencyMS cannot be less than 500", "", "")
	case info.Type == TypeNumber:
		f.Error = l.says("", "", golang)
	case info.Name == "readPreference":
		f.Error = l.says(o.Value+" is not a valid read preference", `MongoInvalidArgumentError: Invalid read preference mode "`+o.Value+`"`, "unknown read preference "+o.Value)
	}
	if info.Type == TypeBool {
		f.Fix = "Write true or false, in lower case."
		name := info.Name
		if isTLS(name) {
			// PyMongo then connects without TLS.
			f.Severity = SeverityError
			f.Error = l.says("The value of "+name+" must be 'true' or 'false'", `MongoParseError: tls/ssl must be either "true" or "false"`, `invalid value for "`+o.Name+`": "`+o.Value+`"`)
		}
		if l.takesBool(strings.ToLower(o.Value)) {
			f.Severity, f.Error = SeverityWarning, ""
			f.Why = "This client takes it; others refuse it or go on without."
		}
		switch strings.ToLower(o.Value) {
		case "true", "1", "yes", "on", "t", "y":
			mend = func(u *URI) { u.set(o.Name, "true") }
		case "false", "0", "no", "off", "f", "n":
			mend = func(u *URI) { u.set(o.Name, "false") }
		}
	}
	l.add(f, mend)
}

// takesBool says whether the client takes more than the true and false of the specification, and this among it.
func (l *linter) takesBool(lower string) bool {
	words := ""
	switch {
	case l.one(DotNet):
		words = "true false"
	case l.one(JVM):
		words = "true yes 1 false no 0"
	case l.before(Node, "6.0") && !Older(l.version, "4.0"):
		words = "true t yes y 1 false f no n 0 -1"
	}
	return slices.Contains(strings.Fields(words), lower)
}

// files looks at the values that name files, and at secrets.
func (l *linter) files() {
	hasUserinfo := l.p.HasUsername
	for i, o := range l.p.Options {
		info := LookupOption(o.Name)
		if info == nil {
			info = &OptionInfo{Name: o.Name}
		}
		start, end := l.value(i)
		raw := l.p.Text[start:end]
		add := func(f Finding, mend func(*URI)) {
			f.Start, f.End = start, end
			l.add(f, mend)
		}
		if strings.Contains(raw, "+") {
			// A path that is otherwise raw was not written by a form encoder, so its plus is a plus.
			literal := info.Type == TypePath && strings.ContainsAny(raw, `/\`) || info.Name == optKeyPassword && !strings.Contains(raw, "%")
			mend := unchanged
			if literal {
				value, _ := unescape(raw, false)
				mend = func(u *URI) { u.set(o.Name, value) }
			}
			add(Finding{ID: "R12", Severity: SeverityWarning,
				What: "A raw plus sign stands in the value of " + info.Name + ".",
				Why:  "PyMongo, Node.js, Go and Java read it as a space; C#, Rust, C and Ruby as a plus.",
				Fix:  "Write %2B for a plus and %20 for a space."}, mend)
		}
		if strings.Contains(raw, "#") {
			f := Finding{ID: "R12", Severity: SeverityError,
				What: "A raw # stands in the value of " + info.Name + ".",
				Why:  "Node.js and what is built on it drop everything from there to the end, without an error; tls=true and the mechanism may be among it.",
				Fix:  "Write %23."}
			if l.target != "" && !l.one(Node) {
				f.Severity = SeverityInfo
			}
			add(f, unchanged)
		}
		if strings.Contains(raw, "@") && !hasUserinfo {
			f := Finding{ID: "R12", Severity: SeverityError,
				What:  "A raw @ stands in the value of " + info.Name + ".",
				Why:   "Go, Node.js and libmongoc 2.1 take what is before the first @ of the string for a user name.",
				Fix:   "Write %40.",
				Error: l.says("", "MongoParseError: … contains unescaped characters …", "unescaped … in …")}
			if l.target != "" && l.family&(Node|Go|C) == 0 || l.before(C, "2.1") {
				f.Severity = SeverityInfo
			}
			add(f, unchanged)
		}
		if strings.Contains(raw, ";") {
			f := Finding{ID: "R12", Severity: SeverityError,
				What:  "A raw semicolon stands in the value of " + info.Name + ".",
				Why:   "Go, PyMongo, Java and C# take it for a separator of options.",
				Fix:   "Write %3B.",
				Error: l.says("InvalidURI: Can not mix '&' and ';' for option separators", "", "invalid option …")}
			if l.target != "" && l.family&(Node|Rust|C|Ruby) != 0 {
				f.Severity = SeverityInfo
			}
			add(f, unchanged)
		}
		if l.one(Ruby) && strings.Contains(raw, "?") {
			add(Finding{ID: "R12", Severity: SeverityError,
				What:  "A raw question mark stands in the value of " + info.Name + ".",
				Why:   "The Ruby driver refuses it.",
				Fix:   "Write %3F.",
				Error: "Options contain an unescaped question mark (?)…"}, unchanged)
		}
		if l.one(DotNet) && strings.Contains(raw, "=") {
			add(Finding{ID: "R12", Severity: SeverityError,
				What: "A raw equals sign stands in the value of " + info.Name + ".",
				Why:  "C# drops what follows it, without an error.",
				Fix:  "Write %3D."}, unchanged)
		}
		if info.Secret && o.Value != "" {
			add(Finding{ID: "uri-secret", Severity: SeverityInfo,
				What: "The string holds a secret: " + info.Name + ".",
				Why:  "Connection strings end up in logs, shell histories and lists of processes.",
				Fix:  "Take it from the environment where the client can."}, nil)
		}
		if info.Type != TypePath || o.Value == "" {
			continue
		}
		v := o.Value
		lower := strings.ToLower(v)
		if one, other, two := strings.Cut(v, ","); two && isCertificate(info) && strings.ContainsAny(one, "./") && strings.ContainsAny(other, "./") {
			l.useless = true
			add(Finding{ID: "R18", Severity: SeverityError,
				What: info.Name + " names two files.",
				Why:  "It takes one path; clients look for a file whose name has a comma.",
				Fix:  "Join certificate and key in one PEM file (cat client.crt client.key > client.pem), and name that."}, nil)
		}
		if isCertificate(info) && (strings.HasSuffix(lower, ".p12") || strings.HasSuffix(lower, ".pfx") || strings.HasSuffix(lower, ".jks")) && l.family&(JVM|DotNet) != l.family {
			add(Finding{ID: "F01", Severity: SeverityWarning,
				What: "By its name the file is a key store, and " + info.Name + " takes PEM.",
				Why:  "No client reads PKCS#12 or a Java key store that a connection string names.",
				Fix:  "Make a PEM file of it: [[`certuri convert FILE --to pem --out client.pem`|save it under «Files this needs»]]."}, nil)
		}
		switch {
		case strings.HasPrefix(lower, "file:"):
			add(Finding{ID: "R13", Severity: SeverityError,
				What: info.Name + " holds a web address, where a path is wanted.",
				Why:  "Clients look for a file of that name.",
				Fix:  "Write the path alone."}, func(u *URI) {
				path := v[len("file:"):]
				if rest, found := strings.CutPrefix(path, "//"); found {
					path = rest
				}
				if len(path) > 2 && windowsPath(path[1:]) {
					path = path[1:] // file:///C:/certs
				}
				u.set(o.Name, path)
			})
		case strings.HasPrefix(strings.TrimSpace(v), "-----BEGIN") || strings.HasPrefix(v, "LS0tLS1CRUdJTi"):
			l.useless = true
			add(Finding{ID: "R14", Severity: SeverityError,
				What:  info.Name + " holds the certificate itself, where a path is wanted.",
				Why:   "The client tries to open a file of that name.",
				Fix:   "Save the PEM text in a file and give its path.",
				Error: l.says("FileNotFoundError: …", "ENAMETOOLONG: name too long, open '-----BEGIN…", "open …: file name too long")}, nil)
		case strings.HasPrefix(v, "~"):
			add(Finding{ID: "R13", Severity: SeverityError,
				What:  "The path starts with ~, which only a shell understands, and only at the start of a word.",
				Why:   "Clients look for a folder named ~.",
				Fix:   "Write the whole path.",
				Error: l.says("FileNotFoundError: [Errno 2] No such file or directory: '~…", "ENOENT: no such file or directory, open '~…", "open ~…: no such file or directory")}, nil)
		case windowsPath(v) && container(l.target):
			add(Finding{ID: "R13", Severity: SeverityError,
				What: "The path is one of Windows, and the program runs in a container.",
				Why:  "The container has its own files. There is no drive letter in it.",
				Fix:  "Mount the file, and write the path that it has in the container, such as /etc/mongodb/client.pem."}, nil)
		case strings.HasPrefix(v, "/Users/") || strings.HasPrefix(v, "/home/") || strings.HasPrefix(v, "/root/") ||
			strings.Contains(lower, `:\users\`) || strings.Contains(lower, ":/users/"):
			f := Finding{ID: "R13", Severity: SeverityInfo,
				What: "The path is in somebody's home directory.",
				Why:  "In a container, on a server or for a service's own user the file is not there, or cannot be read.",
				Fix:  "Put the file where the program runs, and name it by that path."}
			if container(l.target) {
				f.Severity = SeverityWarning
				f.Why = "The container has its own files, and its own home directories."
				f.Fix = "Mount the file, and write the path that it has in the container, such as /etc/mongodb/client.pem."
				if strings.HasPrefix(v, "/Users/") {
					f.Severity = SeverityError // macOS alone has that folder, and no container runs it
				}
			}
			add(f, nil)
		case v[0] != '/' && v[0] != '\\' && !windowsPath(v) && !bracketed(v):
			add(Finding{ID: "R13", Severity: SeverityInfo,
				What: "The path is relative.",
				Why:  "It is looked for from the folder that the program is started in, which differs between a shell, a service and a test.",
				Fix:  "Write the whole path."}, nil)
		}
	}
}

func container(target string) bool { return target == "kubernetes" || target == "docker-compose" }

// windowsPath says whether a drive letter or the name of a server stands first.
func windowsPath(v string) bool {
	return len(v) > 2 && v[1] == ':' && (v[2] == '\\' || v[2] == '/') || strings.HasPrefix(v, `\\`)
}

// relaxed says what the options that switch checks off really do (T12).
func (l *linter) relaxed() {
	for i, o := range l.p.Options {
		if o.Value != "true" {
			continue
		}
		why := ""
		switch strings.ToLower(o.Name) {
		case "tlsinsecure", "sslinsecure":
			why = "Neither the server's chain nor its host name is checked: anyone on the way can read and change everything."
			if l.one(JVM) {
				why = "In Java it relaxes the check of the host name only; a private authority still fails with \"PKIX path building failed\"."
			}
		case "tlsallowinvalidcertificates":
			why = "The server's chain is not checked: anyone on the way can read and change everything. In Node.js the host name is not checked either."
		case "tlsallowinvalidhostnames", "sslinvalidhostnameallowed":
			why = "A certificate for any other host is taken as well, if a known authority has signed it."
		default:
			continue
		}
		if known := LookupOption(o.Name); l.target != "" && known.Readers&l.family == 0 {
			continue // not read
		}
		start, end := l.span(i)
		l.add(Finding{ID: "T12", Severity: SeverityWarning, Start: start, End: end,
			What: documented(o.Name) + " switches off checks of the server.",
			Why:  why + " It does not help the login: the client's certificate is the server's to check.",
			Fix:  "Remove it and give the server's certificate authority in tlsCAFile."}, nil)
	}
}

// documented gives the name as documentation spells it.
func documented(name string) string {
	if i := LookupOption(name); i != nil {
		return i.Name
	}
	return name
}
