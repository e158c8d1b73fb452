package snippet

// quoteHCL writes quoted templates of HCL, Terraform's language (hashicorp/hcl hclsyntax/spec.md, "Template Expressions").
// ${ and %{ begin a template there; a brace that is written as an escape does not.
var quoteHCL = quoter{open: `"`, close: `"`, escape: func(b []byte, value string) []byte {
	hex := func(b []byte, r rune) []byte {
		if r > 0xFFFF {
			return appendHex(b, `\U`, r, 8)
		}
		return appendHex(b, `\u`, r, 4)
	}
	for _, r := range value {
		if r == '{' {
			b = hex(b, r)
		} else {
			b = appendVisible(b, string(r), '"', hex)
		}
	}
	return b
}, nul: true}

var hcl = language{"hcl", quoteHCL, "#", " resource variable "}

// quoteAnsible writes YAML scalars for Ansible, which would take double braces for a template of Jinja; the tag says that
// the value is none.
var quoteAnsible = quoter{open: `!unsafe "`, close: `"`, nul: true, escape: quoteYAML.escape}

var ansible = language{"yaml", quoteAnsible, "#", " "}
