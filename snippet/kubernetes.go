package snippet

import "certuri/uribuild"

var kubernetes = Target{
	ID: "kubernetes", Label: "Kubernetes", Language: "yaml", Group: "Deployment",
	Styles:   []Style{URI},
	Versions: []string{"secret", "tls-secret"},
	from:     []string{"1.21", "1.21"},
	File:     CombinedPEM,
	Docs:     "https://kubernetes.io/docs/concepts/configuration/secret/",
	Since:    "1.21",
	saveAs:   "job.yaml", language: &yaml, render: renderKubernetes,
}

// Where the files are inside a container.
const (
	podFile = "/etc/mongodb/client/client.pem"
	podCA   = "/etc/mongodb/ca/ca.pem"
)

// renderKubernetes writes a Job that logs in once, and the commands that make what it mounts. A Secret of the type
// kubernetes.io/tls, as cert-manager makes them, has the certificate and the key apart: a container puts them together.
func renderKubernetes(w *writer, r *request) {
	file, ca := r.certificateKeyFile(), r.caFile()
	inside := *r
	inside.CertificateKeyFile, inside.pathKind = podFile, String
	if ca.text != "" {
		inside.Deployment.CAFile = podCA
	}
	apart := r.age == 1

	w.code(`apiVersion: batch/v1
kind: Job
metadata:
  name: mongodb-login
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      securityContext:
        runAsUser: 999
        runAsGroup: 999
        fsGroup: 999 # may read the mounted files
`)
	if apart {
		w.code(`      initContainers:
        - name: combine
          image: mongo:8
          command:
            - sh
            - -c
            - umask 077 && { cat /tls/tls.crt; echo; cat /tls/tls.key; } >` + podFile + `
          volumeMounts:
            - name: mongodb-tls
              mountPath: /tls
              readOnly: true
            - name: mongodb-client
              mountPath: /etc/mongodb/client
`)
	}
	w.code(`      containers:
        - name: app
          image: mongo:8
          command:
            - mongosh
            - $(MONGODB_URI)
`)
	if r.PasswordFrom == PasswordEnv {
		w.code("            - --tlsCertificateKeyFilePassword\n            - $(" + r.PasswordEnv + ")\n")
	}
	w.code("            - --quiet\n            - --eval\n            - '" + whoAmI + "'\n")
	w.begin()
	w.code("          env:\n            - name: MONGODB_URI\n              value: ")
	w.literal(inside.uri()...)
	w.code("\n")
	if r.PasswordFrom == PasswordEnv {
		w.code("            - name: " + r.PasswordEnv + `
              valueFrom:
                secretKeyRef:
                  name: mongodb-key-password
                  key: password
`)
	}
	w.code(`          volumeMounts:
            - name: mongodb-client
              mountPath: /etc/mongodb/client
              readOnly: true
`)
	if ca.text != "" {
		w.code(`            - name: mongodb-ca
              mountPath: /etc/mongodb/ca
              readOnly: true
`)
	}
	w.code("      volumes:\n        - name: mongodb-client\n")
	if apart {
		w.code("          emptyDir:\n            medium: Memory\n        - name: mongodb-tls\n")
	}
	w.code("          secret:\n            secretName: mongodb-client\n            defaultMode: 256 # 0400\n")
	if ca.text != "" {
		w.code("        - name: mongodb-ca\n          configMap:\n            name: mongodb-ca\n")
	}
	w.end()

	w.needs = []Needed{}
	w.other("secrets.sh", &shell, func(w *writer) {
		if r.PasswordFrom == PasswordEnv {
			w.code("kubectl create secret generic mongodb-key-password --from-literal=password=\"${" + r.PasswordEnv + ":?}\"\n")
		}
		// kubectl takes a path apart at commas, quotes and equals signs; here the shell opens the file.
		if !apart {
			w.code("kubectl create secret generic mongodb-client --from-file=client.pem=/dev/stdin <")
			w.literal(file)
			w.code("\n")
			w.needs = append(w.needs, Needed{file.text, CombinedPEM})
		}
		if ca.text != "" {
			w.code("kubectl create configmap mongodb-ca --from-file=ca.pem=/dev/stdin <")
			w.literal(ca)
			w.code("\n")
			w.needs = append(w.needs, Needed{ca.text, CAPEM})
		}
		w.code("kubectl apply -f job.yaml\nkubectl wait --for=condition=complete --timeout=60s job/mongodb-login\nkubectl logs job/mongodb-login\n")
	})
	w.note("The Job logs in once and prints who it is. What a program of your own needs is the part from env on: it is the same in a Deployment.")
	if apart {
		w.note("The Secret mongodb-client has the keys tls.crt and tls.key, from cert-manager or kubectl create secret tls; kubectl takes no encrypted key there.")
	} else {
		w.note("A Secret of the type kubernetes.io/tls has no combined file; choose tls-secret as the version for one.")
	}
	if r.Deployment.Topology != uribuild.SRV && ca.text == "" {
		w.note("Without a CA file the server must have a certificate of a public authority.")
	}
}
