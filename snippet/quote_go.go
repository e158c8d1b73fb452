package snippet

// quoteGo writes interpreted string literals (Go specification, "String literals").
var quoteGo = quoter{open: `"`, close: `"`, nul: true, escape: func(b []byte, value string) []byte {
	return appendVisible(b, value, '"', escapeFixedWidth)
}}
