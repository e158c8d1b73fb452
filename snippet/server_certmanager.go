package snippet

import "strings"

// certManagerNames are the attributes that cert-manager knows by name (pkg/util/pki/subject.go), in the order in which Go
// encodes a structured subject (crypto/x509/pkix Name.ToRDNSequence), with the field that gives it.
var certManagerNames = []struct{ server, name, field string }{
	{"C", "C", "countries"}, {"O", "O", "organizations"}, {"OU", "OU", "organizationalUnits"}, {"L", "L", "localities"},
	{"ST", "ST", "provinces"}, {"street", "STREET", "streetAddresses"}, {"postalCode", "2.5.4.17", "postalCodes"},
	{"CN", "CN", ""}, {"serialNumber", "SERIALNUMBER", "serialNumber"}, {"DC", "DC", ""}, {"UID", "UID", ""},
}

// structuredNames is how many of certManagerNames a structured subject can hold.
const structuredNames = 9

// renderCertManager writes a Certificate resource (https://cert-manager.io/docs/reference/api-docs/). A subject that the
// fields of subject give in the same order is written with them; any other needs literalSubject, a feature gate.
func renderCertManager(w *writer, r *serverRequest) {
	subject, kind := r.Subject, Yours
	if len(subject) == 0 {
		kind = Fill
		subject = [][]SubjectAttribute{{{"O", "<organization>"}}, {{"OU", "<unit>"}}, {{"CN", "<name>"}}}
	}
	w.code("apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata:\n  name: mongodb-client\nspec:\n  secretName: mongodb-client\n")
	w.code("  duration: 2160h # 90 days\n  renewBefore: 720h # the server warns in the log from here on\n")
	if structured(subject) {
		opened := false
		for _, rdn := range subject {
			n, value := certManagerName(rdn[0].Name), piece{kind, strings.ToValidUTF8(rdn[0].Value, "\uFFFD")}
			if n.server != "CN" && !opened {
				w.code("  subject:\n")
				opened = true
			}
			switch n.server {
			case "CN": // written below: it stands outside of subject
			case "serialNumber":
				w.code("    serialNumber: ")
				w.literal(value)
				w.code("\n")
			default:
				w.code("    " + n.field + ":\n      - ")
				w.literal(value)
				w.code("\n")
			}
		}
		for _, rdn := range subject {
			if rdn[0].Name == "CN" {
				w.code("  commonName: ")
				w.literal(piece{kind, strings.ToValidUTF8(rdn[0].Value, "\uFFFD")})
				w.code("\n")
			}
		}
	} else {
		w.code("  literalSubject: ")
		w.literal(piece{kind, literalSubject(subject)})
		w.code("\n")
		w.note("literalSubject keeps the order of the subject, which the user name depends on. It needs the feature gate LiteralCertificateSubject in the controller and the webhook of cert-manager.")
	}
	w.code(`  usages:
    - digital signature
    - client auth
  privateKey:
    algorithm: ECDSA
    size: 256
    encoding: PKCS8
    rotationPolicy: Always
  additionalOutputFormats:
    - type: CombinedPEM # the key tls-combined.pem of the Secret: key, certificate and chain
  issuerRef:
    kind: Issuer
    name: `)
	w.literal(piece{Fill, "<issuer>"})
	w.code("\n")
	w.note("The client reads tls-combined.pem of the Secret as its certificate and key file, and ca.crt as its CA file when the servers have the same authority. CombinedPEM is on by itself since cert-manager 1.15.")
	w.note("A renewed certificate has the same user name. Clients read the file at start: restart them, or have them open it anew.")
}

func certManagerName(server string) (n struct{ server, name, field string }) {
	for _, n := range certManagerNames {
		if n.server == server {
			return n
		}
	}
	n.name = server
	return n
}

// structured says whether the fields of subject and commonName give this subject: known attributes, each once, in Go's
// order, none beside another in one RDN.
func structured(subject [][]SubjectAttribute) bool {
	next := 0
	for _, rdn := range subject {
		for next < structuredNames && certManagerNames[next].server != rdn[0].Name {
			next++
		}
		if next++; len(rdn) != 1 || next > structuredNames || rdn[0].Value == "" {
			return false
		}
	}
	return true
}

// literalSubject writes the subject as RFC 4514 has it, with the names that cert-manager knows.
func literalSubject(subject [][]SubjectAttribute) string {
	var b strings.Builder
	for i := len(subject) - 1; i >= 0; i-- {
		for j, a := range subject[i] {
			if j > 0 {
				b.WriteByte('+')
			}
			b.WriteString(certManagerName(a.Name).name + "=")
			for k, c := range []byte(strings.ToValidUTF8(a.Value, "\uFFFD")) {
				edge := k == 0 || k == len(a.Value)-1
				if strings.IndexByte(`,+"\<>;`, c) >= 0 || c == ' ' && edge || c == '#' && k == 0 {
					b.WriteByte('\\')
				}
				b.WriteByte(c)
			}
		}
		if i > 0 {
			b.WriteByte(',')
		}
	}
	return b.String()
}
