package snippet

// quoteRuby writes double-quoted strings (Ruby, doc/syntax/literals.rdoc). A # would interpolate before {, $ and @.
var quoteRuby = quoter{open: `"`, close: `"`, nul: true, escape: escapeInterpolating('#')}
