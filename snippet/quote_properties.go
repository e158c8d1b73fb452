package snippet

import "strings"

// quoteProperties writes values of .properties files (java.util.Properties, "load"; Spring Boot and SmallRye Config read
// the same escapes). A blank is escaped because one at the start of a value is skipped, and what is not ASCII because
// half of the readers take the file for ISO 8859-1.
var quoteProperties = quoter{nul: true, escape: func(b []byte, value string) []byte {
	return appendUTF16(b, value, " ")
}}

// springValue keeps Spring from taking a part of the value for a placeholder: the default of a placeholder without a name
// is plain text. A backslash before one escapes it since Spring Framework 6.2 and does not before, so it goes into a
// placeholder of its own.
func springValue(p piece) piece {
	parts := strings.Split(p.text, "${")
	for i := range parts[1:] {
		text := strings.TrimRight(parts[i], `\`)
		if backslashes := parts[i][len(text):]; backslashes != "" {
			parts[i] = text + "${:" + backslashes + "}"
		}
	}
	p.text = strings.Join(parts, "${:$}{")
	return p
}

// quarkusValue keeps SmallRye Config from taking a part of the value for an expression, and two dollar signs for one.
func quarkusValue(p piece) piece {
	p.text = strings.ReplaceAll(p.text, "$", `\$`)
	return p
}
