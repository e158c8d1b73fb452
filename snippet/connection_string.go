package snippet

import "strings"

// ConnectionString gives the whole login as one string, for targets that read one, with the current option names and
// with stand-ins where the Input is empty. A key password that comes from the environment is not in it. The error is
// that of Render.
func ConnectionString(in Input) (string, error) {
	in.Style, in.Version = URI, ""
	r, err := pymongo.request(in)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, p := range r.uri() {
		b.WriteString(p.text)
	}
	return b.String(), nil
}
