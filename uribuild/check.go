package uribuild

import (
	"slices"
	"strconv"
	"strings"
)

// A problem is one thing that the specifications say of the options and credentials of a connection string.
type problem struct {
	code   Code
	refuse bool // clients must refuse the string; otherwise they warn and leave the option out
	option int  // index, -1 for the user name and password
	other  int  // the option that it conflicts with, -1 for none
}

// check judges the options and credentials as the specifications have it (mongodb/specifications,
// source/uri-options/uri-options.md, source/auth/auth.md, source/load-balancers, source/initial-dns-seedlist-discovery).
func (u *URI) check() []problem {
	var found []problem
	add := func(code Code, refuse bool, option, other int) {
		found = append(found, problem{code, refuse, option, other})
	}
	for i, o := range u.Options {
		info := LookupOption(o.Name)
		if info == nil {
			add(CodeUnknownOption, false, i, -1)
			continue
		}
		if info.Old {
			add(CodeOldOption, false, i, -1)
		}
		// An empty authSource must be refused: a shell has eaten $external (R03).
		if !info.valid(o.Value) {
			add(CodeOptionValue, info.Name == optSource, i, -1)
		}
		// One earlier option is enough to say so.
		twice, conflict := -1, -1
		for j, p := range u.Options[:i] {
			switch {
			case strings.EqualFold(p.Name, o.Name) && info.Type != TypeTags:
				if twice < 0 || p.Value != o.Value {
					twice = j
				}
			case conflict >= 0:
			case slices.ContainsFunc(info.Conflicts, func(c string) bool { return strings.EqualFold(c, p.Name) }),
				isTLS(o.Name) && isTLS(p.Name) && o.Value != p.Value:
				conflict = j
			}
		}
		if tls := isTLS(o.Name); twice >= 0 && (!tls || u.Options[twice].Value != o.Value) {
			add(CodeOptionTwice, tls || strings.HasPrefix(info.Name, "proxy"), i, twice)
		}
		if conflict >= 0 {
			add(CodeConflict, true, i, conflict)
		}
	}
	found = append(found, u.checkTopology()...)
	return append(found, u.checkCredential()...)
}

func isTLS(name string) bool {
	return strings.EqualFold(name, optTLS) || strings.EqualFold(name, "ssl")
}

// exact gives the value that is meant where only the case of its letters differs, "" for none.
func (info *OptionInfo) exact(value string) string {
	for _, v := range info.Values {
		if strings.EqualFold(v, value) {
			return v
		}
	}
	return ""
}

// valid says whether the option takes the value.
func (info *OptionInfo) valid(value string) bool {
	if info.Values != nil {
		return slices.Contains(info.Values, value)
	}
	switch info.Type {
	case TypeBool:
		return value == "true" || value == "false"
	case TypeNumber:
		n, err := strconv.Atoi(value)
		return err == nil && n >= info.Min && (info.Max == 0 || n <= info.Max)
	case TypeW:
		n, err := strconv.Atoi(value)
		return value != "" && (err != nil || n >= 0)
	case TypeTags:
		return value == "" || pairs(value) != nil
	case TypeProperties:
		return pairs(value) != nil
	}
	return value != ""
}

// pairs reads "a:1,b:2"; a value may hold colons. nil is an item without one.
func pairs(value string) [][2]string {
	var all [][2]string
	for item := range strings.SplitSeq(value, ",") {
		k, v, ok := strings.Cut(item, ":")
		if !ok {
			return nil
		}
		all = append(all, [2]string{k, v})
	}
	return all
}

func (u *URI) isTrue(name string) bool {
	i := u.option(name)
	return i >= 0 && u.Options[i].Value == "true"
}

func (u *URI) checkTopology() []problem {
	var found []problem
	conflict := func(name string, when bool, other string) {
		if i := u.option(name); i >= 0 && when {
			found = append(found, problem{CodeConflict, true, i, u.option(other)})
		}
	}
	direct, balanced := u.isTrue("directConnection"), u.isTrue("loadBalanced")
	conflict("directConnection", direct && (u.SRV || len(u.Hosts) > 1), "")
	conflict("loadBalanced", balanced && len(u.Hosts) > 1, "")
	conflict("loadBalanced", balanced && direct, "directConnection")
	conflict("loadBalanced", balanced && u.option(optReplicaSet) >= 0, optReplicaSet)
	conflict("srvMaxHosts", !u.SRV, "")
	conflict("srvServiceName", !u.SRV, "")
	if i := u.option("srvMaxHosts"); i >= 0 {
		n, _ := strconv.Atoi(u.Options[i].Value)
		conflict("srvMaxHosts", u.SRV && n > 0 && u.option(optReplicaSet) >= 0, optReplicaSet)
		conflict("srvMaxHosts", u.SRV && n > 0 && balanced, "loadBalanced")
	}
	noHost := u.option("proxyHost") < 0
	conflict("proxyPort", noHost, "")
	conflict("proxyUsername", noHost || u.option("proxyPassword") < 0, "")
	conflict("proxyPassword", noHost || u.option("proxyUsername") < 0, "")
	return found
}

// The mechanisms of the auth specification.
const (
	scram1   = "SCRAM-SHA-1"
	scram256 = "SCRAM-SHA-256"
	plain    = "PLAIN"
	gssapi   = "GSSAPI"
	aws      = "MONGODB-AWS"
	oidc     = "MONGODB-OIDC"
	cr       = "MONGODB-CR"
)

func (u *URI) checkCredential() []problem {
	refused := func(option int) []problem { return []problem{{CodeCredential, true, option, -1}} }
	if u.HasUsername && u.Username == "" {
		return refused(-1)
	}
	m := u.option(optMechanism)
	if m < 0 {
		return nil
	}
	source := u.option(optSource)
	properties := u.option(optProperties)
	property := map[string]string{}
	if properties >= 0 {
		given := pairs(u.Options[properties].Value)
		if given == nil {
			return nil // the option is left out with a warning; what it should have said is not known
		}
		for _, p := range given {
			property[p[0]] = p[1]
		}
	}
	mechanism := u.Options[m].Value
	switch mechanism {
	case X509, gssapi, aws, oidc:
		if source >= 0 && u.Options[source].Value != External {
			return refused(source)
		}
	}
	known := func(names ...string) bool {
		for k := range property {
			if !slices.Contains(names, k) {
				return false
			}
		}
		return true
	}
	switch mechanism {
	case X509:
		switch {
		case u.HasPassword:
			return refused(-1)
		case properties >= 0:
			return refused(properties)
		}
	case gssapi:
		host, given := property["CANONICALIZE_HOST_NAME"]
		switch {
		case !u.HasUsername:
			return refused(m)
		case given && !slices.Contains([]string{"none", "forward", "forwardAndReverse", "true", "false"}, host):
			return refused(properties)
		}
	case plain, scram1, scram256, cr:
		switch {
		case !u.HasUsername:
			return refused(m)
		case u.Password == "":
			return refused(-1)
		}
	case aws:
		_, token := property["AWS_SESSION_TOKEN"]
		switch {
		case u.HasUsername != u.HasPassword:
			return refused(-1)
		case token && !u.HasUsername:
			return refused(properties)
		}
	case oidc:
		environment := property["ENVIRONMENT"]
		switch {
		case u.HasPassword:
			return refused(-1)
		case !known("ENVIRONMENT", "TOKEN_RESOURCE"):
			return refused(properties)
		case environment == "azure" || environment == "gcp":
			if property["TOKEN_RESOURCE"] == "" {
				return refused(properties)
			}
		case environment == "test" || environment == "k8s":
			if u.HasUsername {
				return refused(-1)
			}
		default:
			return refused(m)
		}
	default:
		return refused(m)
	}
	return nil
}

// AuthSource gives the database that the credentials are looked up in, as the authentication specification chooses it.
func (u *URI) AuthSource() string {
	if i := u.option(optSource); i >= 0 {
		return u.Options[i].Value
	}
	mechanism := ""
	if i := u.option(optMechanism); i >= 0 {
		mechanism = u.Options[i].Value
	}
	switch mechanism {
	case X509, gssapi, aws, oidc:
		return External
	}
	switch {
	case u.Database != "":
		return u.Database
	case mechanism == plain:
		return External
	}
	return "admin"
}
