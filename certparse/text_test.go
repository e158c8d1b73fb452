package certparse

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
)

func b64(data []byte) string { return base64.StdEncoding.EncodeToString(data) }

func jsonText(t testing.TB, v any) []byte {
	t.Helper()
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTextWrappers(t *testing.T) {
	c := chainForTests(t)
	leaf, key := string(armour("CERTIFICATE", c.leaf)), string(armour("PRIVATE KEY", c.leafKey))
	intermediate, root := string(armour("CERTIFICATE", c.intermediate)), string(armour("CERTIFICATE", c.root))
	indent := func(text, by string) string {
		return by + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n"+by) + "\n"
	}
	secret := map[string]any{
		"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "metadata": map[string]any{"name": "db-client"},
		"data": map[string]any{"tls.crt": b64([]byte(leaf + intermediate)), "tls.key": b64([]byte(key))},
	}
	for _, test := range []struct {
		name  string
		text  []byte
		chain [][]byte
		kind  ContainerKind
	}{
		{"Secret in JSON", jsonText(t, secret), [][]byte{c.intermediate}, KindKubernetes},
		{"List in JSON", jsonText(t, map[string]any{"kind": "List", "items": []any{map[string]any{"kind": "ConfigMap", "data": map[string]any{"a": "b"}}, secret}}), [][]byte{c.intermediate}, KindKubernetes},
		{"Secret in YAML", []byte("apiVersion: v1\nkind: Secret\nmetadata:\n  name: db-client\n  labels: {app: x, tier: \"y\"}\ntype: kubernetes.io/tls\ndata:\n  # the pair\n  tls.crt: " + b64([]byte(leaf+intermediate)) + "\n  tls.key: " + b64([]byte(key)) + " # secret\n"), [][]byte{c.intermediate}, KindKubernetes},
		{"Secret in YAML, CRLF and BOM", []byte("\ufeff" + strings.ReplaceAll("kind: Secret\ndata:\n  tls.crt: "+b64([]byte(leaf))+"\n  tls.key: "+b64([]byte(key))+"\n", "\n", "\r\n")), nil, KindKubernetes},
		{"Secret in YAML, folded", []byte("kind: Secret\ndata:\n  tls.crt: >-\n" + indent(wrap(b64([]byte(leaf)), 70), "    ") + "  tls.key: |\n" + indent(wrap(b64([]byte(key)), 70), "    ")), nil, KindKubernetes},
		{"Secret in YAML, quoted", []byte("kind: \"Secret\"\n\"data\":\n  'tls.crt': \"" + b64([]byte(leaf)) + "\"\n  tls.key: !!binary '" + b64([]byte(key)) + "'\n"), nil, KindKubernetes},
		{"Secret in YAML, flow", []byte("kind: Secret\ndata: {tls.crt: " + b64([]byte(leaf)) + ",\n  tls.key: " + b64([]byte(key)) + "}\n"), nil, KindKubernetes},
		{"Secret in YAML, stringData", []byte("---\nkind: Secret\nstringData:\n  client.pem: |\n" + indent(leaf+key, "    ") + "---\nkind: Deployment\nspec:\n- name: x\n  args: [a, b]\n"), nil, KindKubernetes},
		{"Secret in YAML, stringData quoted", []byte("kind: Secret\nstringData:\n  client.pem: \"" + strings.ReplaceAll(leaf+key, "\n", `\n`) + "\"\n"), nil, KindKubernetes},
		{"List in YAML", []byte("apiVersion: v1\nitems:\n- apiVersion: v1\n  data:\n    tls.crt: " + b64([]byte(leaf)) + "\n    tls.key: " + b64([]byte(key)) + "\n  kind: Secret\n  metadata:\n    annotations:\n      kubectl.kubernetes.io/last-applied-configuration: |\n        {\"kind\":\"Secret\"}\n    name: a\nkind: List\n"), nil, KindKubernetes},
		{"SecretList", jsonText(t, map[string]any{"kind": "SecretList", "items": []any{map[string]any{"data": map[string]any{"tls.crt": b64([]byte(leaf)), "tls.key": b64([]byte(key))}}}}), nil, KindKubernetes},
		{"data that is no Secret's", jsonText(t, map[string]any{"type": "x", "metadata": map[string]any{}, "data": map[string]any{"certificate": leaf, "key": key, "note": "plain words"}}), nil, KindJSON},
		{"not quite YAML", []byte("kind: Secret\n\tdata: {{ .Values.x }}\n" + leaf + key), nil, KindPEM},
		{"ConfigMap", []byte("kind: ConfigMap\ndata:\n  client.pem: |\n" + indent(leaf+key, "    ")), nil, KindPEM},
		{"kubeconfig", []byte("kind: Config\nusers:\n- name: me\n  user:\n    client-certificate-data: " + b64([]byte(leaf)) + "\n    client-key-data: " + b64([]byte(key)) + "\n"), nil, KindBase64},
		{"Vault", jsonText(t, map[string]any{"request_id": "1", "lease_duration": 0, "data": map[string]any{
			"ca_chain": []string{intermediate, root}, "certificate": leaf, "issuing_ca": intermediate, "private_key": key, "private_key_type": "ec", "serial_number": "01:02"}}), [][]byte{c.intermediate, c.root}, KindJSON},
		{"Vault with der", jsonText(t, map[string]any{"data": map[string]any{"certificate": b64(c.leaf), "private_key": b64(c.leafKey)}}), nil, KindJSON},
		{"x5c", jsonText(t, map[string]any{"keys": []any{map[string]any{"x5c": []string{b64(c.leaf), b64(c.intermediate)}, "k": key}}}), [][]byte{c.intermediate}, KindJSON},
		{"a JSON string in JSON", jsonText(t, map[string]any{"SecretString": string(jsonText(t, map[string]any{"pem": leaf + key}))}), nil, KindJSON},
		{"JSON lines", []byte(strings.ReplaceAll(string(jsonText(t, leaf)), "\n", "") + "\n{\"k\":" + string(jsonText(t, key)) + "}\n"), nil, KindPEM},
		{"JSON cut off", jsonText(t, map[string]any{"a": leaf + key, "b": strings.Repeat("x", 400)})[:len(leaf+key)+200], nil, KindPEM},
		{"SAML metadata", []byte("<ds:X509Certificate>\n" + indent(wrap(b64(c.leaf), 76), "   ") + "</ds:X509Certificate>\n" + key), nil, KindPEM},
		{"attachment", []byte("MIME-Version: 1.0\r\nContent-Disposition: attachment; filename=\"MI.key\"\r\n\r\n" + wrap(b64(c.leafKey), 76) + "\r\n--x\r\n\r\n" + wrap(b64(c.leaf), 76) + "\r\n--x--\r\n"), nil, KindBase64},
		{"data URL", []byte("data:application/x-x509-ca-cert;base64," + b64(join(c.leaf, c.leafKey))), nil, KindBase64},
		{"base64url", []byte(base64.RawURLEncoding.EncodeToString(join(c.leaf, c.leafKey))), nil, KindBase64},
		{"base64 of DER", []byte(wrap(b64(join(c.leaf, c.leafKey)), 64)), nil, KindBase64},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := openOne(test.text)
			if test.name == "SAML metadata" { // PEM wins; the certificate among the markup has no BEGIN
				if len(b.Keys) != 1 {
					t.Errorf("%d keys", len(b.Keys))
				}
				b = openOne([]byte(strings.ReplaceAll(string(test.text), key, "")))
				if len(b.Certificates) != 1 || string(b.Certificates[0].Raw) != string(c.leaf) {
					t.Errorf("%d certificates", len(b.Certificates))
				}
				return
			}
			wantIdentity(t, b, c.leaf, test.chain...)
			if b.Containers[0].Kind != test.kind {
				t.Errorf("the first container is %q, want %q", b.Containers[0].Kind, test.kind)
			}
		})
	}
}

func TestSecretPlaces(t *testing.T) {
	c := chainForTests(t)
	b := openOne(jsonText(t, map[string]any{"kind": "Secret", "metadata": map[string]any{"name": "db-client"}, "data": map[string]any{"tls.crt": b64(armour("CERTIFICATE", c.leaf))}}))
	if got, want := b.Certificates[0].Source.Where, "Secret db-client: tls.crt: PEM block 1 (CERTIFICATE)"; got != want {
		t.Errorf("the certificate is at %q, want %q", got, want)
	}
	b = openOne(jsonText(t, map[string]any{"data": map[string]any{"private_key": string(armour("PRIVATE KEY", c.leafKey)), "a secret text": string(armour("CERTIFICATE", c.leaf))}}))
	if got, want := b.Keys[0].Source.Where, "data.private_key: PEM block 1 (PRIVATE KEY)"; got != want {
		t.Errorf("the key is at %q, want %q", got, want)
	}
	if got, want := b.Certificates[0].Source.Where, "data.…: PEM block 1 (CERTIFICATE)"; got != want {
		t.Errorf("the certificate is at %q, want %q", got, want)
	}
}

func TestPasswordsInASecretAreTried(t *testing.T) {
	c := chainForTests(t)
	p12 := makePKCS12(t, c.leaf, c.leafKey, "from the Secret")
	b := openOne(jsonText(t, map[string]any{"kind": "Secret", "data": map[string]any{"keystore.p12": b64(p12), "keystore.password": b64([]byte("from the Secret\n"))}}))
	wantIdentity(t, b, c.leaf)
	// The password belongs to its Secret and to nothing after it.
	b = openOne([]byte("kind: Secret\nstringData:\n  password: from the Secret\n---\nkind: Secret\ndata:\n  client.p12: " + b64(p12) + "\n"))
	wantCode(t, b, CodePasswordRequired)
}

func TestYAML(t *testing.T) {
	documents, ok := parseYAML(`# head
a: plain text
  goes on
"b": "quoted \"x\" \u00e9\
  joined"
c: 'it''s'   # comment
list:
- one
- two: 2
  three: 3
-
  - nested
empty:
literal: |+
  first
    second

folded: >
  x
  y
flow: {k: [1, "2", three], url: http://x/y}
anchor: &a !tag value
---
second: document
`)
	if !ok || len(documents) != 2 {
		t.Fatalf("%d documents, %v", len(documents), ok)
	}
	n := documents[0]
	for _, test := range []struct{ key, want string }{
		{"a", "plain text goes on"}, {"b", `quoted "x" éjoined`}, {"c", "it's"}, {"empty", ""},
		{"literal", "first\n  second\n"}, {"folded", "x y\n"}, {"anchor", "value"},
	} {
		if got := n.text(test.key); got != test.want {
			t.Errorf("%s is %q, want %q", test.key, got, test.want)
		}
	}
	list := n.get("list")
	if len(list.children) != 3 || list.children[0].scalar != "one" || list.children[1].text("three") != "3" || list.children[2].children[0].scalar != "nested" {
		t.Error("the list is read wrongly")
	}
	if flow := n.get("flow"); flow.text("url") != "http://x/y" || flow.get("k").children[2].scalar != "three" {
		t.Error("the flow mapping is read wrongly")
	}
	for _, bad := range []string{"a:\n   c: d\n  e: f\n", "a: \"open\n", "a: {b\n", "- a\nb: c\n", strings.Repeat("- ", 500) + "x"} {
		if _, ok := parseYAML(bad); ok {
			t.Errorf("%.20q was taken", bad)
		}
	}
}

func TestDoubleQuoted(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{`"plain" more`, "plain"},
		{`"a\tb\nc\r\/\\\"d"`, "a\tb\nc\r/\\\"d"},
		{`"\b\f"`, "  "},
		{`"\u00e9 \ud83d\ude00 \x41"`, "é 😀 A"},
		{"\"folded\n   line\"", "folded line"},
	} {
		got, n, ok := doubleQuoted(test.text)
		if got != test.want || !ok || n > len(test.text) {
			t.Errorf("%s is read as %q, %v", test.text, got, ok)
		}
	}
	for _, bad := range []string{`"`, `"open`, `"\u12"`, `"\uzzzz"`, `"\`} {
		if got, _, ok := doubleQuoted(bad); ok {
			t.Errorf("%s was taken for %q", bad, got)
		}
	}
}
