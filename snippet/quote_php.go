package snippet

// quotePHP writes double-quoted strings (PHP manual, "Strings"): the single-quoted have no escapes for what cannot be seen.
// \u{} needs PHP 7.
var quotePHP = quoter{open: `"`, close: `"`, nul: true, escape: escapeInterpolating('$')}

// escapeInterpolating escapes for a language in which sigil starts an expression in the middle of a string.
func escapeInterpolating(sigil rune) func(b []byte, value string) []byte {
	return func(b []byte, value string) []byte {
		for _, r := range value {
			if r == sigil {
				b = append(b, '\\', byte(r))
			} else {
				b = appendVisible(b, string(r), '"', escapeBraced)
			}
		}
		return b
	}
}
