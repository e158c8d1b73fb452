package snippet

import (
	"net/netip"
	"strings"

	"certuri/uribuild"
)

var shellTest = Target{
	ID: "shell", Label: "Shell test", Language: "shell", Group: "Shells and tools",
	Styles:           []Style{Constructor, URI},
	Versions:         []string{"OpenSSL 1.1.0+"},
	from:             []string{"1.1"},
	File:             CombinedPEM,
	Docs:             "https://docs.openssl.org/3.0/man1/openssl-s_client/",
	Since:            "1.1.0", // -cert_chain
	KeyPerConnection: true,
	saveAs:           "test.sh", language: &shell, render: renderShell,
}

// renderShell writes the two steps of a login apart: TLS with openssl, then the login with mongosh. The first that fails says
// where to look.
func renderShell(w *writer, r *request) {
	if r.PasswordFrom == PasswordEnv {
		w.code(": \"${" + r.PasswordEnv + ":?}\"\nexport " + r.PasswordEnv + "\n\n")
	}
	if r.Deployment.Topology == uribuild.SRV {
		w.note("The servers stand in DNS: nslookup -type=SRV _mongodb._tcp. and the name of the cluster. For one of them, as a single host, this script tests TLS as well.")
	} else {
		w.code("# TLS: it must say \"Verification: OK\".\n")
	}
	for _, h := range r.Deployment.Hosts {
		if r.Deployment.Topology == uribuild.SRV || strings.Contains(h.Name, "/") {
			continue
		}
		if h.Port == 0 {
			h.Port = 27017
		}
		w.code("openssl s_client -brief -connect ")
		w.literal(piece{r.hostsKind, address(h)})
		if _, err := netip.ParseAddr(h.Name); err == nil {
			w.code(" -verify_ip ")
			w.literal(piece{r.hostsKind, h.Name})
		} else {
			w.code(" -servername ")
			w.literal(piece{r.hostsKind, h.Name})
			w.code(" -verify_hostname ")
			w.literal(piece{r.hostsKind, h.Name})
		}
		w.code(" -verify_return_error \\\n  -cert ")
		w.literal(r.certificateKeyFile())
		w.code(" -cert_chain ")
		w.literal(r.certificateKeyFile())
		w.code(" -key ")
		w.literal(r.certificateKeyFile())
		switch r.PasswordFrom {
		case PasswordEnv:
			w.code(" \\\n  -pass env:" + r.PasswordEnv)
		case PasswordInline:
			w.code(" \\\n  -pass ")
			w.literal(piece{String, "pass:"}, r.password())
		}
		if r.Deployment.CAFile != "" {
			w.code(" \\\n  -CAfile ")
			w.literal(r.caFile())
		}
		w.code(" </dev/null\n")
	}
	if r.Deployment.Topology != uribuild.SRV {
		w.code("\n")
	}
	w.code("# The login: the server says who you are.\n")
	mongoshCommand(w, r)
	if r.PasswordFrom != PasswordNone {
		w.note("Other users of the machine can see the password in the list of processes while mongosh runs.")
	}
	w.note(posixNote)
}
