package uribuild

import (
	"slices"
	"strings"
)

// A Parsed is a connection string as it was read from what a person pasted.
type Parsed struct {
	URI
	Text       string   // what was pasted
	Start, End int      // where in Text the connection string itself stands
	Parts      []Part   // in the order in which they stand, with offsets into Text
	Faults     []*Error // what was taken to be a mistake and mended, with offsets into Text

	around wrapping
}

// ParseStrict reads a connection string as the specifications have it (mongodb/specifications,
// source/connection-string/connection-string-spec.md, source/uri-options, source/auth) and refuses what they refuse: all
// that Parse mends, options that cannot stand together, credentials that do not fit. What they only warn of, such as
// unknown options, passes. The error is an *Error.
func ParseStrict(text string) (Parsed, error) {
	p := Parse(text)
	for _, f := range p.Faults {
		// The specification made this slash optional; some clients still want it, which Lint says.
		if f.Code != CodeSlashBeforeOption {
			return Parsed{}, f
		}
	}
	for _, c := range p.check() {
		if c.refuse {
			start, end := p.place(c)
			return Parsed{}, &Error{Code: c.code, Start: start, End: end}
		}
	}
	return p, nil
}

// Parse reads what a person pasted, in the sense in which they most likely meant it, and lists as Faults what it had to
// mend: text around the string, an escaped or broken scheme, line breaks, blanks, HTML's &amp;, raw delimiters in a user
// name, a raw socket path, options in the path or with other characters between them. It does not judge the options;
// Lint does. Options keep the spelling of their names, their order and their repetitions; the flags of a command line
// that mean an option follow them. A text that is no connection string has the one fault CodeNoConnectionString.
func Parse(text string) Parsed {
	p := Parsed{Text: text}
	if len(text) > maxText {
		p.fault(CodeTooLong, 0, len(text))
		return p
	}
	r := reader{Parsed: &p}
	if r.clean(); r.s == "" && len(p.Faults) > 0 && p.Faults[0].Code == CodeNoConnectionString {
		return p
	}
	r.read()
	r.readFlags()
	if !r.meant() {
		return Parsed{Text: text, Faults: []*Error{{Code: CodeNoConnectionString, End: len(text)}}}
	}
	slices.SortStableFunc(p.Parts, func(a, b Part) int { return a.Start - b.Start })
	slices.SortStableFunc(p.Faults, func(a, b *Error) int { return a.Start - b.Start })
	return p
}

// place gives the text that a problem is about: an option, or what stands before the hosts.
func (p *Parsed) place(c problem) (start, end int) {
	start = -1
	for _, part := range p.Parts {
		of := part.Kind == PartUsername || part.Kind == PartPassword
		if c.option >= 0 {
			of = (part.Kind == PartName || part.Kind == PartValue) && part.Index == c.option
		}
		if of {
			if start < 0 {
				start = part.Start
			}
			end = part.End
		}
	}
	return max(start, 0), end
}

func (p *Parsed) fault(code Code, start, end int) {
	if len(p.Faults) < maxFaults {
		p.Faults = append(p.Faults, &Error{Code: code, Start: start, End: end})
	}
}

// A reader holds the cleaned text after the scheme and where each byte of it stood in what was pasted.
type reader struct {
	*Parsed
	b        []byte
	s        string
	at       []int // one more than bytes: the last is the end
	misspelt bool  // the scheme
}

// faultAt and part translate offsets into the cleaned text.
func (r *reader) faultAt(code Code, start, end int) { r.fault(code, r.at[start], r.stop(start, end)) }

func (r *reader) part(kind PartKind, start, end int, value string, index int) {
	r.Parts = append(r.Parts, Part{kind, r.at[start], r.stop(start, end), value, index})
}

func (r *reader) stop(start, end int) int {
	if end == start {
		return r.at[start]
	}
	if end == len(r.s) {
		return r.at[end]
	}
	return r.at[end-1] + 1 // what was left out before the next byte belongs to neither
}

// read takes the cleaned text apart.
func (r *reader) read() {
	s := r.s
	query := queryStart(s)
	authority, first := query, query+1 // of the options
	switch at, width := optionInPath(s); {
	case query >= 0:
		for authority > 0 && s[authority-1] == '?' {
			authority--
		}
		if authority < query {
			r.faultAt(CodeSeparator, authority, query)
		}
	case at >= 0:
		r.faultAt(CodeQuestionMark, at, at+width)
		if authority, first = at, at+width; s[at] == '/' {
			authority++
		}
	default:
		authority, first = len(s), len(s)
	}
	hosts := 0
	if i := strings.LastIndexByte(s[:authority], '@'); i >= 0 {
		hosts = i + 1
	}
	r.readOptions(first)
	if hosts > 0 {
		r.readUserinfo(hosts - 1)
	}
	end := authority
	if i := strings.IndexAny(s[hosts:authority], `/\`); i >= 0 {
		if end = hosts + i; s[end] == '\\' {
			r.faultAt(CodeBackslash, end, end+1)
		}
		// mongodb:///tmp/mongodb-27017.sock
		if j := strings.Index(s[end:authority], ".sock"); i == 0 && j >= 0 {
			end += j + len(".sock")
			r.faultAt(CodeHostCharacter, hosts, end)
			r.Hosts = append(r.Hosts, Host{Name: s[hosts:end]})
			r.part(PartHost, hosts, end, s[hosts:end], 0)
		}
	}
	// rs0/a:27017,b:27017 is for the shell's --host.
	if name := s[hosts:end]; name != "" && end < authority && !strings.ContainsAny(name, ".:,[]") && strings.ContainsAny(s[end:authority], ":,") {
		r.faultAt(CodeReplicaSetPrefix, hosts, end+1)
		if r.option(optReplicaSet) < 0 {
			r.Options = append([]Option{{optReplicaSet, name}}, r.Options...)
			for i := range r.Parts {
				if r.Parts[i].Kind == PartName || r.Parts[i].Kind == PartValue {
					r.Parts[i].Index++
				}
			}
		}
		if hosts = end + 1; strings.Contains(s[hosts:authority], "/") {
			end = hosts + strings.IndexByte(s[hosts:authority], '/')
		} else {
			end = authority
		}
	}
	if len(r.Hosts) == 0 {
		r.readHosts(hosts, end)
	}
	if end < authority {
		if name, bad := unescape(s[end+1:authority], false); name != "" {
			if bad >= 0 {
				r.faultAt(CodePercent, end+1+bad, end+2+bad)
			}
			if strings.ContainsAny(name, "/\\ \"$\x00") {
				r.faultAt(CodeDatabase, end+1, authority)
			}
			r.Database = name
			r.part(PartDatabase, end+1, authority, name, 0)
		}
	} else if query >= 0 {
		r.faultAt(CodeSlashBeforeOption, query, query+1)
	}
}

// queryStart finds the question mark before the options. A raw one may stand in a distinguished name before it, and an
// at sign in a value after it, so a known option's name decides first.
func queryStart(s string) int {
	likely := -1
	for i := range len(s) {
		if s[i] != '?' {
			continue
		}
		name := nameAt(s, i+1)
		if LookupOption(name) != nil {
			return i
		}
		if likely < 0 && name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") == "" {
			likely = i
		}
	}
	if likely >= 0 {
		return likely
	}
	at := strings.LastIndexByte(s, '@') + 1
	if i := strings.IndexByte(s[at:], '?'); i >= 0 {
		return at + i
	}
	return -1
}

// optionInPath finds what stands in place of the question mark before a known option where there is none at all: a
// slash, an ampersand, or an encoded one. at is -1 when nothing does.
func optionInPath(s string) (at, width int) {
	for i := range len(s) {
		for _, mark := range [...]string{"/", "&", "%3F", "%3f"} {
			if strings.HasPrefix(s[i:], mark) && LookupOption(nameAt(s, i+len(mark))) != nil {
				return i, len(mark)
			}
		}
	}
	return -1, 0
}

// maxName is longer than the name of any option, maxOptions more than any string has. They bound what a paste can cost.
const (
	maxName    = 64
	maxOptions = 256
	maxFaults  = 64
)

// nameAt gives the text from i to the next equals sign, or nothing when there is none near.
func nameAt(s string, i int) string {
	name, _, ok := strings.Cut(s[i:min(len(s), i+maxName)], "=")
	if !ok {
		return ""
	}
	return strings.Trim(name, " ")
}

func (r *reader) readOptions(start int) {
	first, separated := start, byte(0)
	for start < len(r.s) {
		end := len(r.s)
		if i := strings.IndexByte(r.s[start:], '&'); i >= 0 {
			end = start + i
		}
		// Other characters separate only before the name of an option: paths and passwords hold them too. Once one has
		// separated and there is no ampersand, all of its kind do.
		next := end + 1
		for i := start; i < end; i++ {
			width := 1
			if strings.HasPrefix(r.s[i:], "%26") {
				width = 3
			} else if strings.IndexByte(";?, |", r.s[i]) < 0 {
				continue
			}
			name := nameAt(r.s[:end], i+width)
			known := LookupOption(name) != nil || r.s[i] == separated && (r.s[i] == ';' || plainName(name))
			switch {
			case !known:
				continue
			case r.s[i] == ';':
				r.faultAt(CodeSemicolon, i, i+1)
			case strings.IndexByte(r.s[start:i], '=') > 0:
				r.faultAt(CodeSeparator, i, i+width)
			default:
				continue
			}
			if !strings.Contains(r.s[first:], "&") {
				separated = r.s[i]
			}
			end, next = i, i+width
		}
		if len(r.Options) == maxOptions {
			r.faultAt(CodeTooLong, start, len(r.s))
			return
		}
		if start < end {
			r.readOption(start, end)
		} else if end < len(r.s) {
			r.faultAt(CodeOption, start, end+1)
		}
		start = next
	}
	if last := len(r.s) - 1; last > first && r.s[last] == '&' {
		r.faultAt(CodeOption, last, last+1)
	}
}

func (r *reader) readOption(start, end int) {
	start, end = r.withoutBlanks(start, end)
	equals, width := strings.IndexByte(r.s[start:end], '='), 1
	for _, other := range [...]string{":", "%3D", "%3d"} {
		if name, _, found := strings.Cut(r.s[start:end], other); found && equals < 0 && LookupOption(name) != nil {
			equals, width = len(name), len(other)
			r.faultAt(CodeSeparator, start+equals, start+equals+width)
		}
	}
	if equals <= 0 {
		r.faultAt(CodeOption, start, end)
		if equals < 0 {
			equals = end - start
		}
	}
	nameEnd := start + equals
	if equals > 0 {
		_, nameEnd = r.withoutBlanks(start, nameEnd)
	}
	name, _ := unescape(r.s[start:nameEnd], true)
	index := len(r.Options)
	r.part(PartName, start, nameEnd, name, index)
	value := ""
	if from := start + equals + width; from <= end {
		from, _ = r.withoutBlanks(from, end)
		if to := end - 1; from < to && r.s[from] == r.s[to] && strings.IndexByte(asciiQuotes, r.s[from]) >= 0 {
			r.faultAt(CodeQuotes, from, end)
			from, end = from+1, to
		}
		var bad int
		if value, bad = unescape(r.s[from:end], true); bad >= 0 {
			r.faultAt(CodePercent, from+bad, from+bad+1)
		}
		r.part(PartValue, from, end, value, index)
	}
	// In Docker Compose two dollar signs are one.
	if value == "$"+External && r.around.compose {
		value = External
	}
	r.Options = append(r.Options, Option{name, value})
}

// withoutBlanks moves start and end past raw blanks, which no name and no host has and a value only inside.
func (r *reader) withoutBlanks(start, end int) (int, int) {
	from, to := trim(r.s, start, end, blanks)
	if from == to {
		return start, end // an empty option is another fault
	}
	for _, gap := range [][2]int{{start, from}, {to, end}} {
		if gap[0] < gap[1] {
			r.faultAt(CodeBlanks, gap[0], gap[1])
		}
	}
	return from, to
}

func (r *reader) readUserinfo(end int) {
	raw := r.s[:end]
	user, password, hasPassword := strings.Cut(raw, ":")
	// Every client takes what follows the first colon for a password. That it belongs to a distinguished name shows
	// only where another part of the name follows (R04).
	if hasPassword && distinguishedName(raw) && morePartsOfName(password) && r.mechanismIsX509() {
		user, password, hasPassword = raw, "", false
	}
	reserved := func(s string, from int) {
		for i := range len(s) {
			if strings.IndexByte(":/?#[]@", s[i]) >= 0 {
				r.faultAt(CodeUserinfo, from+i, from+i+1)
			}
		}
	}
	decode := func(s string, from int) string {
		reserved(s, from)
		value, bad := unescape(s, false)
		if bad >= 0 {
			r.faultAt(CodePercent, from+bad, from+bad+1)
		}
		return value
	}
	r.HasUsername, r.Username = true, decode(user, 0)
	r.part(PartUsername, 0, len(user), r.Username, 0)
	if hasPassword {
		from := len(user) + 1
		r.HasPassword, r.Password = true, decode(password, from)
		r.part(PartPassword, from, end, r.Password, 0)
	}
	if r.Username == "" {
		r.faultAt(CodeCredential, 0, end+1)
	}
}

func (r *reader) mechanismIsX509() bool {
	i := r.option(optMechanism)
	return i >= 0 && strings.Contains(strings.ToUpper(r.Options[i].Value), "X509")
}

// distinguishedName says whether s starts like one: an attribute's name or number, and an equals sign.
func distinguishedName(s string) bool {
	s, _ = unescape(s, false)
	name, _, ok := strings.Cut(s, "=")
	name = strings.TrimSpace(name)
	if !ok || name == "" {
		return false
	}
	for i := range len(name) {
		if c := name[i]; !unreserved(c) || c == '~' || c == '_' {
			return false
		}
	}
	return true
}

// morePartsOfName says whether a part like O=Example follows a comma in s.
func morePartsOfName(s string) bool {
	_, rest, found := strings.Cut(s, ",")
	for found {
		if distinguishedName(rest) {
			return true
		}
		_, rest, found = strings.Cut(rest, ",")
	}
	return false
}

// option gives the index of the first option with this name, in any case, or -1.
func (u *URI) option(name string) int {
	return slices.IndexFunc(u.Options, func(o Option) bool { return strings.EqualFold(o.Name, name) })
}

func (r *reader) readHosts(start, end int) {
	if start == end {
		r.faultAt(CodeNoHosts, start, end)
		return
	}
	first := start
	for start <= end {
		stop := end
		if i := strings.IndexByte(r.s[start:end], ','); i >= 0 {
			stop = start + i
		}
		// A semicolon or a blank stands between two hosts where the first is plainly one.
		if i := strings.IndexAny(r.s[start:stop], "; "); i > 0 && strings.ContainsAny(r.s[start:start+i], ".:") && strings.Trim(r.s[start+i:stop], "; ") != "" {
			r.faultAt(CodeHostSeparator, start+i, start+i+1)
			stop = start + i
		}
		if from, to := r.withoutBlanks(start, stop); from == to {
			r.faultAt(CodeHostEmpty, max(start-1, first), min(stop+1, end))
		} else {
			r.readHost(from, to)
		}
		start = stop + 1
	}
	if r.SRV && len(r.Hosts) > 0 {
		if code := srvCode(r.Hosts); code != "" {
			r.faultAt(code, first, end)
		}
	}
}

func (r *reader) readHost(start, end int) {
	raw := r.s[start:end]
	h, err := parseHost(raw, 0)
	if err != nil {
		r.faultAt(err.Code, start+err.Start, start+err.End)
		if err.Code == CodePort {
			raw = raw[:err.Start]
		}
		name := raw
		if i := strings.LastIndexByte(raw, ':'); i > 0 && err.Code == CodeHostCharacter {
			if port, ok := parsePort(raw[i+1:]); ok {
				name, h.Port = raw[:i], port
			}
		}
		h.Name, _ = unescape(strings.Trim(name, "[]"), false)
	}
	if err == nil && raw[0] != '[' && strings.Contains(h.Name, ":") && !strings.Contains(h.Name, "/") {
		r.faultAt(CodeHostBrackets, start, end)
	}
	index := len(r.Hosts)
	r.Hosts = append(r.Hosts, h)
	nameEnd := start + len(raw)
	if h.Port != 0 {
		nameEnd = start + strings.LastIndexByte(raw, ':')
		r.part(PartPort, nameEnd+1, end, raw[nameEnd-start+1:], index)
	}
	r.part(PartHost, start, nameEnd, h.Name, index)
}
