package certparse

import (
	"bytes"
	"strings"
)

// readSecrets reads the Kubernetes Secrets of a YAML text. It returns false when there is none, and the text may still
// hold PEM in some other way.
func (s *session) readSecrets(text []byte, where string) bool {
	if len(text) > maxStructuredText || !bytes.Contains(text, []byte("kind")) || !bytes.Contains(text, []byte("Secret")) {
		return false
	}
	documents, ok := parseYAML(string(text))
	if !ok {
		return false
	}
	found := false
	for _, n := range documents {
		found = hasSecret(n, false) || found
	}
	if !found {
		return false
	}
	for _, n := range documents {
		s.readTree(n, where, "")
	}
	return true
}

func hasSecret(n *node, listed bool) bool {
	if isSecret(n, listed) {
		return true
	}
	listed = listed || n.text("kind") == "SecretList"
	for _, c := range n.children {
		if hasSecret(c, listed) {
			return true
		}
	}
	return false
}

// isSecret knows a Secret (Kubernetes API, core/v1) with something in it. In a SecretList the items may go without a
// kind of their own.
func isSecret(n *node, listed bool) bool {
	data := n.get("data")
	if data == nil || data.children == nil {
		data = n.get("stringData")
	}
	if data == nil || !data.mapping {
		return false
	}
	return n.text("kind") == "Secret" || listed && n.get("kind") == nil
}

// readTree reads every string in a tree that may be a certificate or key, and the Secrets in it as such. kind is the
// container that a find outside Secrets belongs to, "" when that is not to be mentioned. It says whether it found any.
func (s *session) readTree(n *node, where string, kind ContainerKind) bool {
	var container *Container
	if kind != "" {
		container = &Container{File: s.file, Kind: kind, Where: where}
	}
	found := false
	var walk func(n *node, path string, listed bool)
	walk = func(n *node, path string, listed bool) {
		if isSecret(n, listed) {
			found = true
			s.readSecret(n, where)
			return
		}
		listed = listed || n.text("kind") == "SecretList"
		for i, c := range n.children {
			key := listIndex(i)
			if n.mapping {
				key = shownKey(n.keys[i])
			}
			if path != "" && key[0] != '[' {
				key = "." + key
			}
			walk(c, path+key, listed)
		}
		if n.children != nil || !mayHold(n.scalar) {
			return
		}
		place := joinWhere(where, path)
		if !s.enter(place, len(n.scalar)) {
			return
		}
		containers := len(s.bundle.Containers)
		if s.readText([]byte(n.scalar), place) {
			found = true
			if container != nil {
				s.insertContainer(containers, container)
				container = nil
			}
		}
		s.leave()
	}
	walk(n, "", false)
	return found
}

// mayHold says whether a string is worth a closer look: PEM, or the base64 of PEM or of something read here. DER must be
// whole: a list of the lines of one PEM is no list of certificates.
func mayHold(text string) bool {
	if len(text) < 48 {
		return false
	}
	if strings.Contains(text, "-----BEGIN") {
		return true
	}
	text = strings.TrimLeft(text, " \n")
	for _, start := range base64Starts {
		if strings.HasPrefix(text, start) {
			if start[0] != 'M' {
				return true
			}
			data, ok := decodeBase64([]byte(text))
			_, whole := readElement(data)
			return ok && whole
		}
	}
	return false
}

// base64Starts is how base64 begins when what it holds is read here: DER, PEM (with a byte-order mark too), JKS, JCEKS,
// ZIP, gzip.
var base64Starts = []string{"MI", "MC", "MD", "ME", "MF", "MG", "MH", "LS0tLS1CRUdJTi", "77u/LS0tLS1CRUdJ", "/u3+7Q", "zs7Ozg", "UEsDB", "H4sIA"}

// readSecret reads the values of one Secret: those of data are base64, those of stringData are what they are. Values
// whose key speaks of a password are tried on the others.
func (s *session) readSecret(n *node, where string) {
	if name := n.get("metadata").text("name"); name != "" {
		where = joinWhere(where, "Secret "+shownKey(name))
	}
	s.addContainer(&Container{File: s.file, Kind: KindKubernetes, Where: where})
	type value struct {
		key  string
		data []byte
	}
	var values []value
	given := s.passwords
	for _, field := range []string{"data", "stringData"} {
		m := n.get(field)
		if m == nil || !m.mapping {
			continue
		}
		for i, key := range m.keys {
			data := []byte(m.children[i].scalar)
			if field == "data" {
				decoded, ok := decodeBase64(data)
				if !ok {
					s.problem(&Error{Code: CodeDamaged, File: s.file, Where: joinWhere(where, shownKey(key)), Found: "base64"})
					continue
				}
				data = decoded
			}
			if name := strings.ToLower(key); strings.Contains(name, "pass") && len(data) <= maxPasswordBytes && !bytes.Contains(data, fiveDashes) {
				if len(s.passwords) < maxPasswords {
					s.passwords = append(s.passwords[:len(s.passwords):len(s.passwords)], strings.TrimRight(string(data), "\r\n"))
				}
				continue
			}
			values = append(values, value{key, data})
		}
	}
	for _, v := range values {
		if place := joinWhere(where, shownKey(v.key)); s.enter(place, len(v.data)) {
			s.read(v.data, place)
			s.leave()
		}
	}
	s.passwords = given
}

// shownKey is a key as a place shows it. Keys that are plain words are part of the format; anything else is the
// person's own text.
func shownKey(key string) string {
	for i := range len(key) {
		switch c := key[i]; {
		case isLetter(c), isDigit(c), c == '.', c == '_', c == '-', c == '/':
		default:
			return "…"
		}
	}
	if key == "" || len(key) > maxNameBytes {
		return "…"
	}
	return key
}
