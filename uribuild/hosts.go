package uribuild

import (
	"net/netip"
	"strings"
)

// maxText is the longest text that is read as a connection string or a list of hosts. The longest real ones have a
// few KiB; the limit keeps the work that a paste can cause small.
const maxText = 64 << 10

// ParseHosts reads what people type in a hosts field: hosts with or without ports, separated by commas, semicolons,
// blanks or new lines; IPv6 addresses with or without brackets; Unix domain sockets as paths, percent-encoded or not;
// quotes, a mongodb:// or mongodb+srv:// prefix and a trailing slash are taken off. Nothing at all gives no hosts and no error.
//
// The error is an *Error with the place of the fault. Beside CodeConnectionString and CodeReplicaSetPrefix the hosts
// are given as well: the text was understood, but holds more than hosts.
func ParseHosts(text string) ([]Host, error) {
	if len(text) > maxText {
		return nil, &Error{Code: CodeTooLong, Field: "Hosts", End: len(text)}
	}
	fail := func(code Code, start, end int) *Error {
		return &Error{Code: code, Field: "Hosts", Start: start, End: end}
	}
	start, end := trim(text, 0, len(text), " \t\r\n\"'`,;")
	var more *Error
	if i := strings.Index(text[start:end], "://"); i >= 0 {
		switch strings.ToLower(text[start : start+i]) {
		case "mongodb", "mongodb+srv":
		default:
			return nil, fail(CodeScheme, start, start+i+3)
		}
		start += i + 3
		authority := end
		if j := strings.IndexAny(text[start:end], "?#"); j >= 0 {
			authority = start + j
		}
		if at := strings.LastIndexByte(text[start:authority], '@'); at >= 0 {
			more = fail(CodeConnectionString, start, start+at+1)
			start += at + 1
		}
	}
	if j := strings.IndexAny(text[start:end], "?#"); j >= 0 {
		more = fail(CodeConnectionString, start+j, end)
		end = start + j
	}
	for end > start+1 && text[end-1] == '/' {
		end--
	}
	for {
		from, to, code := aroundSlash(text, start, end)
		if code == "" {
			break
		}
		if code == CodeReplicaSetPrefix {
			more = fail(code, start, from)
		} else {
			more = fail(code, to, end)
		}
		start, end = from, to
	}

	var hosts []Host
	for start < end {
		if strings.IndexByte(hostSeparators, text[start]) >= 0 {
			start++
			continue
		}
		stop := end
		if j := strings.IndexAny(text[start:end], hostSeparators); j >= 0 {
			stop = start + j
		}
		from, to := trim(text, start, stop, "\"'`")
		if from == to {
			start = stop
			continue
		}
		h, err := parseHost(text[from:to], from)
		if err != nil {
			err.Field = "Hosts"
			return nil, err
		}
		hosts = append(hosts, h)
		start = stop
	}
	if more != nil {
		return hosts, more
	}
	return hosts, nil
}

// hostSeparators stand between hosts as people type them.
const hostSeparators = ", \t\r\n;"

// aroundSlash says what a slash among the hosts means: the end of a replica set's name (name/a,b), the start of a
// database (a,b/app), or nothing, because it belongs to the path of a socket. from and to are where the hosts are.
func aroundSlash(text string, start, end int) (from, to int, code Code) {
	hosts := text[start:end]
	first, last := strings.IndexByte(hosts, '/'), strings.LastIndexByte(hosts, '/')
	if first <= 0 {
		return start, end, "" // none, or a path from the first character on
	}
	if before := hosts[:first]; !strings.ContainsAny(before, hostSeparators) && !strings.ContainsAny(before, ".:]") {
		return start + first + 1, end, CodeReplicaSetPrefix
	}
	entry := strings.LastIndexAny(hosts[:last], hostSeparators) + 1
	if hosts[entry] == '/' || strings.ContainsAny(hosts[last:], hostSeparators) {
		return start, end, ""
	}
	return start, start + entry + strings.IndexByte(hosts[entry:], '/'), CodeConnectionString
}

func trim(text string, start, end int, cutset string) (int, int) {
	for start < end && strings.IndexByte(cutset, text[start]) >= 0 {
		start++
	}
	for start < end && strings.IndexByte(cutset, text[end-1]) >= 0 {
		end--
	}
	return start, end
}

// parseHost reads one host; at is its place, for the error.
func parseHost(s string, at int) (Host, *Error) {
	fail := func(code Code, start, end int) (Host, *Error) {
		return Host{}, &Error{Code: code, Start: at + start, End: at + end}
	}
	if s[0] == '/' {
		return Host{Name: s}, nil
	}
	if s[0] == '[' {
		closing := strings.IndexByte(s, ']')
		if closing < 0 {
			return fail(CodeHostBrackets, 0, len(s))
		}
		name, _ := unescape(s[1:closing], false) // the zone's percent sign may be %25, RFC 6874
		if !isIPv6(name) {
			return fail(CodeHostBrackets, 0, closing+1)
		}
		rest := s[closing+1:]
		if rest == "" {
			return Host{Name: name}, nil
		}
		if rest[0] != ':' {
			return fail(CodeHostBrackets, closing+1, len(s))
		}
		port, ok := parsePort(rest[1:])
		if !ok {
			return fail(CodePort, closing+1, len(s))
		}
		return Host{name, port}, nil
	}
	if strings.Count(s, ":") > 1 {
		if isIPv6(s) {
			return Host{Name: s}, nil
		}
		return fail(CodeHostColons, 0, len(s))
	}
	name, portText, hasPort := strings.Cut(s, ":")
	if name == "" {
		return fail(CodeHostEmpty, 0, len(s))
	}
	if strings.IndexByte(name, '%') >= 0 {
		decoded, bad := unescape(name, false)
		if bad >= 0 {
			return fail(CodePercent, bad, bad+1)
		}
		if strings.IndexByte(decoded, '/') >= 0 {
			if hasPort {
				return fail(CodePort, len(name), len(s))
			}
			return Host{Name: decoded}, nil
		}
		name = decoded
	}
	for i, r := range name {
		if !hostRune(r) {
			start := min(i, len(s)-1)
			return fail(CodeHostCharacter, start, min(start+len(string(r)), len(s)))
		}
	}
	if !hasPort {
		return Host{Name: name}, nil
	}
	port, ok := parsePort(portText)
	if !ok {
		return fail(CodePort, len(s)-len(portText)-1, len(s))
	}
	return Host{name, port}, nil
}

// isIPv6 admits an address with or without a zone, whose name is one of a network interface.
func isIPv6(s string) bool {
	addr, err := netip.ParseAddr(s)
	if err != nil || !addr.Is6() {
		return false
	}
	for i := range len(addr.Zone()) {
		if !unreserved(addr.Zone()[i]) {
			return false
		}
	}
	return true
}

// hostRune admits every character beyond ASCII that is not a blank or a format control: what an internationalised
// name may hold is for the resolver to say.
func hostRune(r rune) bool {
	if r < 0x80 {
		return r > 0 && unreserved(byte(r))
	}
	switch {
	case r < 0xA1, 0x2000 <= r && r <= 0x206F, r == 0x3000, r == 0xFEFF, r == 0xFFFD:
		return false
	}
	return true
}

func parsePort(s string) (uint16, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		if n = n*10 + int(s[i]-'0'); n > 65535 {
			return 0, false
		}
	}
	return uint16(n), n > 0
}

// unescape decodes percent-encoding, and "+" to a space when plus is set. bad is the offset of a percent sign that
// starts no encoded byte, which is kept as it is; -1 when there is none.
func unescape(s string, plus bool) (decoded string, bad int) {
	bad = -1
	if !strings.ContainsAny(s, "%+") {
		return s, bad
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '%' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0:
			b = append(b, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
		case c == '%':
			if bad < 0 {
				bad = i
			}
			b = append(b, c)
		case c == '+' && plus:
			b = append(b, ' ')
		default:
			b = append(b, c)
		}
	}
	return string(b), bad
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
