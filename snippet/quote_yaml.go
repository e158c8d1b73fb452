package snippet

// quoteYAML writes double-quoted scalars (YAML 1.2.2, section 7.3.1; its escapes are in 5.7). YAML 1.1 reads them alike.
// They stand in one line, so that the way in which a file is indented cannot change them.
var quoteYAML = quoter{open: `"`, close: `"`, nul: true, escape: func(b []byte, value string) []byte {
	return appendVisible(b, value, '"', escapeFixedWidth)
}}
