package uribuild

import (
	"slices"
	"strings"
)

// A Severity says how much a Finding matters.
type Severity string

// The severities: an Error stops the login, a Warning may, or weakens it, an Info is worth knowing.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityInfo    Severity = "info"
)

// A Finding is one thing worth knowing about a pasted connection string.
type Finding struct {
	ID         string // of the catalogue of failures (R05, U01, T12) where it has one, else "uri-..."
	Severity   Severity
	What       string
	Why        string
	Fix        string // may hold two wordings, see diagnose.Worded
	Start, End int    // the characters that it is about, as byte offsets into the pasted text
	Error      string // what the target's driver prints, "…" for what varies; without a target one line for each that prints; "" when all are silent
	Mended     string // the whole string with this mended; "" when only the person can
}

// A LintResult is what Lint found.
type LintResult struct {
	Findings []Finding // worst first, then in the order of the text
	Mended   string    // the string with everything mended that can be; "" where a mended one would be of no use to anybody
	Parsed   Parsed
}

// LintOptions say whom a connection string is for. The zero value stands for any client.
type LintOptions struct {
	Target   string // a target's id
	Version  string // of the target, such as "3.8"; "" for the newest
	Username string // the certificate's, as the server spells it; "" when there is none to compare with
}

// Lint says what is wrong with a pasted connection string and what the client would make of it. It never looks at files
// or the network.
func Lint(text string, o LintOptions) LintResult {
	r := lint(text, o)
	// One mend can bring up another: a name of today is put right first, and is then too new for the version.
	for range 3 {
		next := lint(r.Mended, o).Mended
		if r.Mended == "" || next == "" || next == r.Mended {
			break
		}
		r.Mended = next
	}
	return r
}

func lint(text string, o LintOptions) LintResult {
	p := Parse(text)
	p.read(o)
	l := linter{p: &p, target: o.Target, family: ClientsOf(o.Target), version: driverVersion(o.Target, o.Version), certificate: o.Username}
	if len(p.Faults) == 1 && (p.Faults[0].Code == CodeTooLong && p.End == 0 || p.Faults[0].Code == CodeNoConnectionString) {
		l.faults()
		return LintResult{Findings: l.findings, Parsed: p}
	}
	l.means = make([]*OptionInfo, len(p.Options))
	for i, o := range p.Options {
		l.means[i] = MeantOption(o.Name)
	}
	l.faults()
	l.wrapped()
	l.placeholders()
	l.hosts()
	l.login()
	l.options()
	l.files()
	l.relaxed()

	whole, mended := p.clone(), ""
	for i := range l.findings {
		if mend := l.mends[i]; mend != nil && !l.useless {
			one := p.clone()
			if l.x509 {
				one.HasPassword, one.Password = false, "" // which such a login never has
			}
			mend(&one)
			l.findings[i].Mended = one.String()
			mend(&whole)
		}
	}
	if !l.useless {
		mended = whole.String()
	}
	slices.SortStableFunc(l.findings, func(a, b Finding) int {
		if d := rank(a.Severity) - rank(b.Severity); d != 0 {
			return d
		}
		return a.Start - b.Start
	})
	return LintResult{Findings: l.findings, Mended: mended, Parsed: p}
}

func rank(s Severity) int {
	return slices.Index([]Severity{SeverityError, SeverityWarning, SeverityInfo}, s)
}

// ClientsOf gives the family that a target's parser belongs to, all families for an empty or unknown target.
func ClientsOf(target string) Clients {
	switch target {
	case "pymongo", "pymongo-async", "motor", "django":
		return PyMongo
	case "node", "mongoose", "mongosh", "compass", "vscode":
		return Node
	case "go", "go-v1", "database-tools":
		return Go
	case "java-sync", "java-reactive", "kotlin", "scala", "spring-boot", "quarkus", "kafka-connector":
		return JVM
	case "csharp":
		return DotNet
	case "rust", "rust-sync":
		return Rust
	case "c", "cpp", "php", "laravel":
		return C
	case "ruby", "mongoid":
		return Ruby
	}
	return PyMongo | Node | Go | JVM | DotNet | Rust | C | Ruby
}

// KnowsTarget says whether Lint has heard of the target. Those here hand the string on to any client: for them Lint speaks
// of all families.
func KnowsTarget(target string) bool {
	switch target {
	case "env", "kubernetes", "docker-compose", "shell":
		return true
	}
	return ClientsOf(target) != ClientsOf("")
}

// read settles what the text alone leaves open: whether a colon belongs to the certificate's name, and what $$ is.
func (p *Parsed) read(o LintOptions) {
	if o.Target == "docker-compose" {
		p.around.compose = true
		for i := range p.Options {
			if p.Options[i].Value == "$"+External {
				p.Options[i].Value = External
			}
		}
	}
	if !p.HasPassword || o.Username == "" || p.Username+":"+p.Password != o.Username {
		return
	}
	colon, end := 0, 0
	for i := range p.Parts {
		if p.Parts[i].Kind == PartPassword { // which stands after the user name
			colon, end = p.Parts[i].Start-1, p.Parts[i].End
			p.Parts[i-1].End, p.Parts[i-1].Value = end, o.Username
			p.Parts = append(p.Parts[:i], p.Parts[i+1:]...)
			break
		}
	}
	p.Username, p.HasPassword, p.Password = o.Username, false, ""
	p.fault(CodeUserinfo, colon, colon+1) // last, and the only one of its kind
}

type linter struct {
	p           *Parsed
	target      string
	family      Clients
	version     string // of the family's driver, "" for the newest
	certificate string
	x509        bool          // the login is meant to be one of MONGODB-X509
	means       []*OptionInfo // what each option is, or is misspelt for; nil for nothing known
	useless     bool          // only the person knows, or can make, a part without which there is no login
	findings    []Finding
	mends       []func(*URI)
}

func (l *linter) add(f Finding, mend func(*URI)) {
	l.findings = append(l.findings, f)
	l.mends = append(l.mends, mend)
}

// one says whether a single family is meant, and it is this one.
func (l *linter) one(c Clients) bool { return l.family == c }

// before says whether a single family is meant, in a version older than this.
func (l *linter) before(c Clients, version string) bool {
	return l.one(c) && l.version != "" && Older(l.version, version)
}

// says chooses among what the three families print.
func (l *linter) says(pymongo, node, golang string) string {
	switch l.family {
	case PyMongo:
		return pymongo
	case Node:
		return node
	case Go:
		return golang
	case JVM, DotNet, Rust, C, Ruby:
		return ""
	}
	var lines []string
	for _, s := range [...][2]string{{"PyMongo: ", pymongo}, {"Node.js: ", node}, {"Go: ", golang}} {
		if s[1] != "" {
			lines = append(lines, s[0]+s[1])
		}
	}
	return strings.Join(lines, "\n")
}

func (u URI) clone() URI {
	u.Options, u.Hosts = slices.Clone(u.Options), slices.Clone(u.Hosts)
	return u
}

// set gives the option this value, in its place or before the first of the options that Build writes after it.
func (u *URI) set(name, value string) {
	if i := u.option(name); i >= 0 {
		u.Options[i].Value = value
		return
	}
	order := []string{optReplicaSet, optTLS, optMechanism, optSource, optKeyFile, optKeyPassword, optCAFile}
	rank := slices.Index(order, name)
	at := 0
	if rank < 0 {
		at = len(u.Options)
	}
	for i, o := range u.Options {
		if j := slices.IndexFunc(order, func(n string) bool { return strings.EqualFold(n, o.Name) }); j >= 0 && j < rank {
			at = i + 1
		}
	}
	u.Options = slices.Insert(u.Options, at, Option{name, value})
}

// hasValue says whether an equals sign follows the option.
func (p *Parsed) hasValue(name string) bool {
	i := p.option(name)
	return slices.ContainsFunc(p.Parts, func(part Part) bool { return part.Kind == PartValue && part.Index == i })
}

func (u *URI) remove(name string) {
	u.Options = slices.DeleteFunc(u.Options, func(o Option) bool { return strings.EqualFold(o.Name, name) })
}

// span gives the characters of an option, value those of its value.
func (l *linter) span(option int) (int, int) { return l.p.place(problem{option: option}) }

func (l *linter) value(option int) (start, end int) {
	for _, part := range l.p.Parts {
		if part.Kind == PartValue && part.Index == option {
			return part.Start, part.End
		}
	}
	return l.span(option)
}

// unchanged is the mend of what reading and writing the string again has mended already.
func unchanged(*URI) {}

const invalidScheme = `Invalid scheme, expected connection string to start with "mongodb://" or "mongodb+srv://"`

// wrongScheme is what clients print of a text that starts with something else.
func (l *linter) wrongScheme() string {
	pymongo := "InvalidURI: Invalid URI scheme: URI must begin with 'mongodb://' or 'mongodb+srv://'"
	if !strings.Contains(l.p.Text, "://") {
		pymongo = "" // it takes the text for hosts
	}
	return l.says(pymongo, "MongoParseError: "+invalidScheme, `scheme must be "mongodb" or "mongodb+srv"`)
}

// faults turns what Parse mended into findings, one for each kind.
func (l *linter) faults() {
	seen := map[string]int{}
	for _, f := range l.p.Faults {
		a := f.Advice()
		found := Finding{ID: "uri-" + string(f.Code), Severity: SeverityError, What: a.What, Why: a.Why, Fix: a.Fix, Start: f.Start, End: f.End}
		mend := unchanged
		switch f.Code {
		case CodeUserinfo:
			switch l.p.Text[f.Start] {
			case ':':
				found.ID = "R04"
				found.What = "A raw colon in the user name turns the rest of it into a password."
				found.Why = "The first colon before the @ separates user name and password, and MONGODB-X509 takes no password."
				found.Fix = "Write %3A, or leave the user name out: the server takes it from the certificate."
				found.Error = l.says("ConfigurationError: Passwords are not supported by MONGODB-X509", "MongoAPIError: Password not allowed for mechanism MONGODB-X509", "password cannot be specified for MONGO-X509")
			case '/':
				// PyMongo takes the rest for a database and, after a dot, a collection; only the database is checked.
				pymongo := "InvalidURI: Bad database name …"
				rest, _, _ := strings.Cut(l.p.Text[f.Start+1:l.p.End], "?")
				if database, _, _ := strings.Cut(rest, "."); !strings.Contains(database, "/") {
					pymongo = ""
				}
				found.ID, found.Error = "R05", l.says(pymongo, "MongoParseError: Username contains unescaped characters …", "unescaped slash in username")
			case '@':
				found.ID, found.Error = "R05", l.says("InvalidURI: Username and password must be escaped according to RFC 3986, use urllib.parse.quote_plus", "MongoParseError: Invalid connection string", "unescaped @ sign in user info")
			default:
				found.ID, found.Error = "R05", l.says("", "MongoParseError: Username contains unescaped characters …", "")
			}
		case CodePercent:
			found.ID = "R12"
			if found.Error = l.says("", "", "invalid URL escape …"); l.target != "" && !l.one(Go) {
				found.Severity = SeverityWarning
			}
			for _, part := range l.p.Parts {
				if f.Start >= part.Start && f.Start < part.End && (part.Kind == PartUsername || part.Kind == PartPassword) {
					found.ID, found.Severity = "R05", SeverityError
					found.Error = l.says("InvalidURI: Username and password must be escaped according to RFC 3986, use urllib.parse.quote_plus", "MongoParseError: URI malformed", "invalid URL escape …")
				}
			}
		case CodeHTML:
			found.ID = "R15"
			found.Error = l.says("InvalidURI: Can not mix '&' and ';' for option separators", "MongoParseError: "+plural(strings.Count(l.p.Text, "&amp;"))+" amp;…", "error parsing uri: invalid option …")
		case CodeSlashBeforeOption:
			found.Error = l.says("", "", "must have a / before the query ?")
			switch {
			case l.before(PyMongo, "4.6"):
				found.Error = "InvalidURI: A '/' is required between the host list and any options."
			case l.before(JVM, "5.2"):
				found.Error = "The connection string contains options without trailing slash"
			case !l.one(Go):
				found.Severity = SeverityWarning
			}
		case CodeSemicolon:
			switch {
			case l.family&PyMongo != 0 && strings.Contains(l.p.Text[l.p.Start:l.p.End], "&"):
				found.Error = l.says("InvalidURI: Can not mix '&' and ';' for option separators", "", "")
				if l.one(Go) {
					found.Severity = SeverityWarning
				}
			case l.one(PyMongo) || l.one(Go):
				found.Severity = SeverityWarning
			}
		case CodePastedAround:
			// A client that is given the very same text does not read past what stands before the scheme.
			if found.Severity = SeverityWarning; l.p.around.known {
				found.Severity = SeverityInfo
				found.What = "The string was taken out of the line that it stands in."
				found.Fix = "Give a client the string alone."
			} else if f.Start == 0 {
				found.Severity = SeverityError
				found.Error = l.wrongScheme()
			} else if strings.Trim(l.p.Text[f.Start:f.End], blanks) != "" {
				found.Severity = SeverityError // it becomes a part of the last value
			}
		case CodeLines, CodeBlanks:
			found.Severity = SeverityWarning
			if f.Code == CodeBlanks {
				found.Severity = SeverityError
			}
		case CodeNoConnectionString:
			found.Error = l.wrongScheme()
			mend = nil
		case CodeScheme:
			if f.Start > l.p.Start {
				found.What, found.Fix = "One scheme stands after another.", "Keep one."
				break
			}
			found.Error = l.wrongScheme()
		case CodeReplicaSetPrefix:
			found.Fix = "Remove the name and the slash, and write replicaSet= with the name."
		case CodeNoHosts:
			l.useless = true
			pymongo := "InvalidURI: Must provide at least one hostname or IP"
			if f.End < l.p.End {
				pymongo = "ConfigurationError: Empty host (or extra comma in host list)"
			}
			found.Error = l.says(pymongo, "MongoParseError: Protocol and host list are required in the uri", "must have at least 1 host")
			mend = nil
		case CodeHostEmpty:
			if found.Error = l.says("ConfigurationError: Empty host (or extra comma in host list)", "", ""); found.Error == "" {
				found.Severity = SeverityWarning
			}
		case CodeHostBrackets:
			node, golang := "MongoRuntimeError: Unable to parse …", "too many colons in address"
			switch l.p.Text[f.Start] {
			case '[':
				golang = "missing ']' in address"
			case ':':
				node = "MongoParseError: Invalid connection string"
			}
			found.Error = l.says("… must be enclosed in '[' and ']' according to RFC 2732.", node, golang)
		case CodePort:
			if found.Error = l.says("", "", "port must be …"); strings.HasSuffix(l.p.Text[f.Start:f.End], ":") {
				found.Error = ""
			} else if mend, l.useless = nil, true; l.family&PyMongo != 0 {
				found.Error = l.says("ValueError: Port …", "", "port must be …")
			}
		case CodeSRVPort:
			found.Error = l.says("InvalidURI: mongodb+srv:// URIs must not include a port number", "MongoParseError: mongodb+srv URI cannot have port number", "URI with srv must not include a port number")
			mend = func(u *URI) { u.Hosts[0].Port = 0 }
		case CodeSRVSeveralHosts:
			found.Error = l.says("InvalidURI: mongodb+srv:// URIs must include one, and only one, hostname", "MongoParseError: mongodb+srv URI cannot have multiple service names", "URI with SRV must include one and only one hostname")
			// Several hosts are those that DNS would have named.
			mend = func(u *URI) { u.SRV = false; u.set(optTLS, "true") }
		case CodeDatabase:
			found.Error = l.says("InvalidURI: Bad database name …", "", "")
			if mend = nil; l.p.Database == External {
				if l.one(Node) || l.one(Go) || l.one(JVM) || l.one(Ruby) {
					found.Severity = SeverityWarning // they take it, for the database of the commands as well
				}
				found.Fix = "Remove it from the path and write authSource=%24external."
				mend = func(u *URI) { u.Database = ""; u.set(optSource, External) }
			} else if strings.Trim(l.p.Database, "/") == "" {
				found.What, found.Fix = "More than one slash stands before the options.", "Write /? between the hosts and the options."
				mend = func(u *URI) { u.Database = "" }
			}
		case CodeCredential:
			found.What, found.Why = "There is an @ without a user name before it.", "The part before the @ is the user name; it may be left out, but not be empty."
			found.Fix = "Remove the @: the server takes the name from the certificate."
			found.Error = l.says("InvalidURI: The empty string is not valid username", "MongoParseError: URI contained empty userinfo section", "")
			mechanism := l.p.value(optMechanism)
			if l.one(Go) && isX509Like(mechanism) {
				found.Severity = SeverityWarning // it minds with every other mechanism
			}
			mend = nil
			if mechanism == "" || isX509Like(mechanism) {
				mend = func(u *URI) { u.HasUsername, u.HasPassword, u.Password = false, false, "" }
			}
		case CodeOption:
			switch text := strings.Trim(l.p.Text[f.Start:f.End], "&;"); {
			case text == "":
				if found.Error = l.says("InvalidURI: MongoDB URI options are key=value pairs", "", ""); found.Error == "" {
					found.Severity = SeverityWarning
				}
			case text[0] == '=':
				found.Error = l.says("Unknown option: .", "MongoParseError: option  is not supported", "invalid option")
			default:
				found.Error = l.says("InvalidURI: MongoDB URI options are key=value pairs", `MongoAPIError: URI option "`+text+`" cannot be specified with no value`, "invalid option")
			}
			mend = func(u *URI) {
				if l.x509 && u.value(optTLS) == "" && u.option(optTLS) >= 0 {
					u.set(optTLS, "true")
				}
				u.Options = slices.DeleteFunc(u.Options, func(o Option) bool {
					return o.Name == "" || o.Value == "" && (LookupOption(o.Name) == nil || !l.p.hasValue(o.Name))
				})
			}
		case CodeSRVAddress:
			mend = func(u *URI) { u.SRV = false; u.set(optTLS, "true") }
		case CodeHostCharacter, CodeHostColons, CodeTooLong:
			mend, l.useless = nil, true
			if strings.HasSuffix(l.p.Text[f.Start:f.End], ".sock") {
				found.Error = l.says("InvalidURI: Bad database name …", "MongoParseError: Protocol and host list are required in the uri", "must have at least 1 host")
				found.What = "The path of a Unix domain socket must be percent-encoded."
				found.Why = "A raw slash ends the hosts."
				found.Fix = "Write %2F for each slash of the path."
				mend, l.useless = unchanged, false
			}
		}
		if i, ok := seen[found.ID]; ok {
			g := &l.findings[i]
			if f.Code != CodePastedAround { // between the two is the string itself
				g.End = max(g.End, found.End)
			}
			if rank(found.Severity) < rank(g.Severity) {
				g.Severity, g.Error = found.Severity, found.Error
			}
			continue
		}
		seen[found.ID] = len(l.findings)
		l.add(found, mend)
	}
}

// plural is how Node.js begins its complaint of n options.
func plural(n int) string {
	if n == 1 {
		return "option"
	}
	return "options"
}
