package certparse

import "bytes"

// A PEMForm is what a strict reader meets in a file (RFC 7468 section 3, OpenSSL's PEM_read_bio, Go's encoding/pem), for
// the many things that Open forgives and a driver may not.
type PEMForm struct {
	Blocks []PEMBlock // in the order of the file

	Mark     bool // a UTF-8 byte-order mark stands first, or right before a later block
	UTF16    bool // the text is UTF-16
	Glued    bool // a BEGIN stands on the line of an END
	Escaped  bool // line ends are spelt \n
	Joined   bool // a block has no line ends at all, or CR alone for one
	Misspelt bool // a BEGIN or END line is not as RFC 7468 has it, or missing
	Blank    bool // there is a blank line inside a block, which OpenSSL takes for the end of headers
	Indented bool // a BEGIN has something else before it on its line
	Text     bool // there is text outside the blocks, such as the Bag Attributes of openssl pkcs12
}

// A PEMBlock is one block by its label.
type PEMBlock struct {
	Label   string
	DEKInfo bool // encrypted in OpenSSL's traditional way (RFC 1421 headers)
}

// Readable says whether readers that follow RFC 7468 find every block. What encoding/pem minds beside that is a
// byte-order mark before the first block (Mark).
func (f *PEMForm) Readable() bool {
	return len(f.Blocks) > 0 && !f.UTF16 && !f.Glued && !f.Escaped && !f.Joined && !f.Indented && !f.Misspelt
}

// DescribePEM looks at the text of a file, however deep in it the blocks are. It reads no key and no certificate and
// takes time linear in the text.
func DescribePEM(data []byte) PEMForm {
	var f PEMForm
	f.Mark = bytes.HasPrefix(data, []byte("\xef\xbb\xbf"))
	text := decodeText(data)
	f.UTF16 = !f.Mark && len(text) != len(data)
	gap := 0
	for m, ok := nextMarker(text, 0); ok; m, ok = nextMarker(text, m.stop) {
		between := text[gap:m.start]
		gap = m.stop
		if m.end {
			continue
		}
		if len(f.Blocks) == maxPEMBlocks {
			return f
		}
		following, _ := nextMarker(text, m.stop)
		body := text[m.stop:max(m.stop, following.start)]
		f.Blocks = append(f.Blocks, PEMBlock{Label: m.label, DEKInfo: bytes.Contains(body[:min(len(body), 256)], []byte("DEK-Info:"))})
		if promisesUse(m.label) {
			if rest, marked := bytes.CutPrefix(bytes.TrimLeft(between, "\r\n"), []byte("\xef\xbb\xbf")); marked && len(rest) == 0 {
				between, f.Mark = between[:len(between)-len("\xef\xbb\xbf")], true // two files were joined
			}
			f.mind(between, body)
			after, _, _ := bytes.Cut(text[following.stop:], []byte("\n"))
			f.Misspelt = f.Misspelt || string(text[m.start:m.stop]) != "-----BEGIN "+m.label+"-----" ||
				string(text[following.start:following.stop]) != "-----END "+m.label+"-----" ||
				len(bytes.TrimSpace(after)) > 0 && !bytes.HasPrefix(after, fiveDashes) && !f.Escaped && !f.Joined
			f.Blank = f.Blank || blankInside(body)
		}
		f.Text = f.Text || len(bytes.TrimSpace(between)) > 0
	}
	f.Text = len(f.Blocks) > 0 && (f.Text || len(bytes.TrimSpace(text[gap:])) > 0)
	return f
}

// mind notes what is wrong around one block: before is the text since the last, body what follows its BEGIN.
func (f *PEMForm) mind(before, body []byte) {
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	switch first := len(f.Blocks) == 1; {
	case len(before) == 0:
		f.Glued = f.Glued || !first
	case bytes.HasSuffix(line, []byte(`\n`)):
		f.Escaped = true
	case len(bytes.TrimSpace(line)) > 0, len(line) > 0 && (first || len(line) < len(before)):
		f.Indented = true
	}
	switch rest := bytes.TrimLeft(body, " \t"); {
	case bytes.HasPrefix(rest, []byte(`\n`)), bytes.HasPrefix(rest, []byte(`\r`)):
		f.Escaped = true
	case len(rest) > 0 && (rest[0] != '\n' && rest[0] != '\r' || bytes.IndexByte(body, '\n') < 0):
		f.Joined = true
	}
}

// blankInside says whether a block without headers has a blank line after its first one.
func blankInside(body []byte) bool {
	if bytes.IndexByte(body, ':') >= 0 {
		return false
	}
	number, blank := 0, false
	for line := range bytes.Lines(body) {
		if number++; number > 2 && len(bytes.TrimSpace(line)) == 0 && line[len(line)-1] == '\n' {
			blank = true
		}
	}
	return blank
}

// Issuer finds the certificate that issued c among others, by name and by key identifier where both state one. Nil
// means that none of them did, or that c issued itself. Signatures are not checked.
func Issuer(c *Certificate, among []*Certificate) *Certificate { return newIssuers(among).of(c) }
