package diagnose

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"certuri/certparse"

	"golang.org/x/text/unicode/norm"
)

// A Verdict says how two names relate.
type Verdict string

// The verdicts; the values are part of the JSON contract.
const (
	NamesEqual    Verdict = "equal"         // byte for byte
	NamesOther    Verdict = "other-server"  // equal to what another kind of server makes of the subject
	NamesSpelling Verdict = "same-name"     // the same attributes and values, written differently
	NamesDiffer   Verdict = "different"     // another value, attribute or number of RDNs
	NamesForeign  Verdict = "other-subject" // the name of another certificate: the issuer, or one in the same file
	NamesNone     Verdict = "no-name"       // there is nothing to compare
)

// A Comparison is a name that somebody wrote, beside the certificate's.
type Comparison struct {
	Verdict        Verdict
	What, Why, Fix string
	Entry          string // the catalogue's, "" where there is none
	Ours, Theirs   string // the server's user name, and the name that was compared
	Rows           []Row  // in the server's order; none when the names are equal or cannot be laid side by side
}

// A Row is one RDN of both names.
type Row struct {
	Label        string // as the server prints it
	Ours, Theirs string // "" where the other name alone has it
	State        RowState
	Kind         RowKind // what differs
	// The stretch that differs, in bytes.
	OursStart, OursEnd, TheirsStart, TheirsEnd int
}

// A RowState says how the RDNs of a row relate.
type RowState string

// The states; the values are part of the JSON contract.
const (
	RowSame    RowState = "same"
	RowDiffers RowState = "differs"
	RowMissing RowState = "missing" // in what was written
	RowExtra   RowState = "extra"
)

// A RowKind says what differs.
type RowKind string

// The kinds, likeliest to be overlooked last; the values are part of the JSON contract. The first three leave the value
// as it is.
const (
	KindLabel     RowKind = "label"     // E for emailAddress
	KindSpace     RowKind = "space"     // blanks around the label or the value
	KindEscape    RowKind = "escape"    // quotes or another escape
	KindOrder     RowKind = "order"     // of the attributes in a multi-valued RDN
	KindValue     RowKind = "value"     // another value
	KindCase      RowKind = "case"      // upper and lower case
	KindBlank     RowKind = "blank"     // blanks inside the value
	KindBackslash RowKind = "backslash" // escaped once too often
	KindEncoding  RowKind = "encoding"  // UTF-8 read as something else
	KindForm      RowKind = "form"      // composed and decomposed letters
	KindLookAlike RowKind = "look-alike"
)

// kindWords finish "the difference is in ...".
var kindWords = map[RowKind]string{
	KindLabel: "the label", KindSpace: "blanks around it", KindEscape: "quotes or escapes", KindOrder: "the order within one RDN",
	KindValue: "the value", KindCase: "upper and lower case", KindBlank: "blanks in the value", KindBackslash: "a backslash too many",
	KindEncoding: "the text's encoding (UTF-8 read as Latin-1)", KindForm: "the form of accented letters (NFC and NFD)",
	KindLookAlike: "a character that only looks the same",
}

// Diff compares a name that was typed or pasted with the user name of a certificate. The text may hold the name alone in
// any program's spelling, or be a connection string, a createUser command or the output of getUsers(); of several names
// the nearest is compared. Others are certificates whose names may have been taken by mistake.
func Diff(text string, leaf *certparse.Certificate, others []*certparse.Certificate) Comparison {
	c := Comparison{Verdict: NamesNone}
	dn, err := leaf.Subject.ServerDN(certparse.Linux42)
	if err == nil {
		c.Ours, err = leaf.Subject.ServerName(certparse.Linux42)
	}
	if err != nil {
		c.What, c.Entry = "The certificate has no user name to compare with.", "U12"
		c.Why = "The server takes none from its subject."
		c.Fix = "[[`certuri inspect FILE`|Step 1]] says why."
		return c
	}
	text = withoutOtherEnd(text[:min(len(text), maxDiff)])
	names := namesIn(text)
	if slices.ContainsFunc(names, func(name string) bool {
		_, ofDatabase, _ := strings.Cut(name, ".") // as an _id has it
		return name == c.Ours || ofDatabase == c.Ours
	}) {
		c.Verdict, c.Theirs = NamesEqual, c.Ours
		c.What = "The names are equal, byte for byte."
		c.Why = "This is how a server from 4.2 on under Linux spells the subject."
		c.Fix = "Nothing to change. If the login fails, the name is not the reason: look at the server's log."
		c.place(text)
		return c
	}
	for _, o := range leaf.Subject.OtherSpellings() {
		if o.Err == nil && slices.Contains(names, o.Name) {
			c.Verdict, c.Theirs, c.Entry = NamesOther, o.Name, "U06"
			c.What = "This is the name on another kind of server: " + o.Profile.String() + "."
			c.Why = "Labels and odd characters depend on the server's version and platform."
			c.Fix = "Keep it if that is your server. Elsewhere use: " + c.Ours
			if n, ok := readName(o.Name); ok {
				c.Rows = align(dn, n.rdns).rows
			}
			return c
		}
	}
	var best *layout
	mangled := false
	try := func(name string, again bool) {
		n, ok := readName(name)
		if !ok {
			return
		}
		if rdns, ok := n.typedAs(dn); ok {
			if l := align(dn, rdns); best == nil || l.far < best.far {
				best, c.Theirs, mangled = &l, name, again
			}
		}
	}
	for _, name := range names {
		try(name, false)
	}
	if best == nil {
		return c.bare(names, leaf)
	}
	if best.far >= distant {
		// The Go driver turns its own spelling around at every comma, escaped ones too.
		theirs, far := c.Theirs, best.far
		parts := strings.Split(theirs, ",")
		slices.Reverse(parts)
		if try(strings.Join(parts, ","), true); best.far >= distant && best.far < far {
			mangled = false
		}
		c.Theirs = theirs
	}
	c.Rows = best.rows
	c.judge(best)
	if mangled && c.Verdict == NamesSpelling {
		c.What, c.Entry = "The same name, as the Go driver mangles it: turned around at every comma, escaped ones included.", "U09"
	}
	if c.Verdict == NamesDiffer {
		c.foreign(leaf, others)
	}
	return c
}

// bare is the answer to a text without any label and equals sign.
func (c Comparison) bare(names []string, leaf *certparse.Certificate) Comparison {
	c.What = "There is no distinguished name in this text."
	c.Why = "The user name is the whole subject, with labels such as CN=."
	c.Fix = "Use exactly: " + c.Ours
	for _, rdn := range leaf.Subject.RDNs {
		for _, a := range rdn {
			if a.OID == "2.5.4.3" && slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, string(a.Value)) }) {
				c.Verdict, c.Entry = NamesDiffer, "U11"
				c.Theirs = string(a.Value)
				c.What = "This is the common name alone, without CN= and the rest."
			}
		}
	}
	return c
}

// judge puts the rows into words.
func (c *Comparison) judge(l *layout) {
	var kinds []RowKind
	missing, extra := 0, 0
	for _, r := range c.Rows {
		switch {
		case r.State == RowMissing:
			missing++
		case r.State == RowExtra:
			extra++
		case r.Kind != "" && !slices.Contains(kinds, r.Kind):
			kinds = append(kinds, r.Kind)
		}
	}
	words := make([]string, 0, 4)
	switch {
	case l.reversed && len(c.Rows) > 1:
		words = append(words, "the order of the RDNs is reversed")
	case l.moved:
		words = append(words, "the RDNs are in another order")
	}
	if missing > 0 {
		words = append(words, count(missing, "RDN")+" missing")
	}
	if extra > 0 {
		words = append(words, count(extra, "RDN")+" too many")
	}
	in := make([]string, len(kinds))
	for i, k := range kinds {
		in[i] = kindWords[k]
	}
	if len(in) > 0 {
		words = append(words, "the difference is in "+strings.Join(in, " and "))
	}
	if len(words) == 0 {
		words = append(words, "the separators differ: the server puts a comma and no blank between RDNs")
	}
	said := strings.Join(words, "; ") + "."
	c.Why = "The server compares the text byte for byte with its own spelling of the subject."
	c.Fix = "Leave the user name out where you can; otherwise, and in createUser, use exactly: " + c.Ours
	if l.far < distant {
		c.Verdict, c.Entry = NamesSpelling, "U03"
		c.What = "The same name, written differently: " + said
	} else {
		c.Verdict, c.Entry = NamesDiffer, "U01"
		c.What = "Another name: " + said
	}
	switch {
	case l.reversed || l.moved:
	case slices.Contains(kinds, KindLabel):
		c.Entry = "U06"
		for _, r := range c.Rows {
			if r.Kind == KindLabel && strings.HasPrefix(r.Ours, "emailAddress=") {
				c.Entry = "U05"
			}
		}
	case slices.Contains(kinds, KindEscape) && strings.Contains(c.Theirs, "=#"):
		c.Entry = "U04"
	case slices.Contains(kinds, KindEscape), slices.Contains(kinds, KindBackslash):
		c.Entry = "U08"
	case slices.Contains(kinds, KindOrder):
		c.Entry = "U07"
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "one " + what + " is"
	}
	return "several " + what + "s are"
}

// foreign looks whether the name is another certificate's.
func (c *Comparison) foreign(leaf *certparse.Certificate, others []*certparse.Certificate) {
	n, _ := readName(c.Theirs)
	is := func(subject certparse.Name) bool {
		dn, err := subject.ServerDN(certparse.Linux42)
		if err != nil || len(dn.RDNs) != len(n.rdns) {
			return false
		}
		rdns, _ := n.typedAs(dn)
		return align(dn, rdns).far < distant
	}
	whose := ""
	if is(leaf.Issuer) {
		whose = "the issuer's, whoever signed the certificate"
	}
	for _, o := range others {
		if whose == "" && o != leaf && is(o.Subject) {
			whose = "that of another certificate in the file"
		}
	}
	if whose == "" {
		return
	}
	c.Verdict = NamesForeign
	c.What = "This is another name: " + whose + "."
	c.Why = "The user name is the subject of the client's own certificate."
}

// distant is the distance from which on names differ in more than spelling.
const distant = 1000

// A layout is two names side by side.
type layout struct {
	rows     []Row
	far      int  // how far they are apart; below distant it is the spelling alone
	reversed bool // theirs was turned around for it
	moved    bool // theirs is in an order of its own
}

// align lays a written name beside the server's, straight or reversed, whichever is nearer.
func align(ours certparse.ServerDN, theirs []writtenRDN) layout {
	straight := lay(ours, theirs)
	back := slices.Clone(theirs)
	slices.Reverse(back)
	for i := range back {
		back[i].turn()
	}
	turned := lay(ours, back)
	if turned.far++; turned.far < straight.far {
		turned.reversed = true
		return turned
	}
	return straight
}

// typedAs gives the RDNs with the types of ours where a label differs from ours in case alone: people write uid for UID,
// which OpenSSL gives to another type. It is not ok when no label is known: mode=0644 is no name.
func (n written) typedAs(ours certparse.ServerDN) (rdns []writtenRDN, ok bool) {
	rdns = slices.Clone(n.rdns)
	all := slices.Concat(ours.RDNs...)
	for i := range rdns {
		attributes := slices.Clone(rdns[i].attributes)
		for j, label := range rdns[i].labels {
			for _, own := range all {
				if own.OID == attributes[j].OID {
					break
				}
				if name, _ := certparse.AttributeName(own.OID, certparse.Linux42); strings.EqualFold(name, label) {
					attributes[j].OID = own.OID
				}
			}
			ok = ok || !strings.HasPrefix(attributes[j].OID, "?")
		}
		rdns[i].attributes = attributes
	}
	return rdns, ok
}

// turn reverses the attributes of an RDN, as programs do that print a name in the certificate's order.
func (r *writtenRDN) turn() {
	r.attributes, r.labels = slices.Clone(r.attributes), slices.Clone(r.labels)
	slices.Reverse(r.attributes)
	slices.Reverse(r.labels)
}

// lay pairs RDNs: each of ours with the nearest of theirs that has the same attribute types, in place before out of it.
func lay(ours certparse.ServerDN, theirs []writtenRDN) (l layout) {
	used := make([]bool, len(theirs))
	pair := make([]int, len(ours.RDNs))
	for i := range pair {
		pair[i] = -1
	}
	for _, strict := range [...]bool{true, false} { // equal values first, so that none is taken away
		from := 0
		for i, own := range ours.RDNs {
			if pair[i] >= 0 {
				from = pair[i] + 1
				continue
			}
			for k := range theirs {
				j := (from + k) % max(1, len(theirs))
				if !used[j] && sameTypes(own, theirs[j].attributes) && (!strict || sameValues(own, theirs[j].attributes)) {
					pair[i], used[j] = j, true
					from = j + 1
					break
				}
			}
		}
	}
	last, at := -1, 0
	extras := func(to int) {
		for ; at < to; at++ {
			if !used[at] {
				text := theirs[at].text
				l.rows = append(l.rows, Row{Label: strings.Join(theirs[at].labels, "+"), Theirs: text, State: RowExtra, TheirsEnd: len(text)})
				l.far += distant
			}
		}
	}
	for i, own := range ours.RDNs {
		text := (certparse.ServerDN{RDNs: [][]certparse.Attribute{own}}).Spell(certparse.Linux42)
		label, _ := certparse.AttributeName(own[0].OID, certparse.Linux42)
		j := pair[i]
		if j < 0 {
			l.rows = append(l.rows, Row{Label: label, Ours: text, State: RowMissing, OursEnd: len(text)})
			l.far += distant
			continue
		}
		if j > last {
			extras(j)
		} else {
			l.moved = true
			l.far += 20
		}
		last = max(last, j)
		r := compareRDN(own, theirs[j], text)
		r.Label = label
		l.rows = append(l.rows, r)
		switch r.Kind {
		case "":
		case KindLabel, KindSpace, KindEscape, KindOrder:
			l.far++
		default:
			l.far += distant + r.TheirsEnd - r.TheirsStart
		}
	}
	extras(len(theirs))
	return l
}

// sameTypes compares the attribute types of two RDNs as sets with repeats.
func sameTypes(a, b []certparse.Attribute) bool {
	return slices.Equal(sortedTypes(a), sortedTypes(b))
}

func sortedTypes(all []certparse.Attribute) []string {
	types := make([]string, len(all))
	for i, a := range all {
		types[i] = a.OID
	}
	slices.Sort(types)
	return types
}

func sameValues(a, b []certparse.Attribute) bool {
	for _, x := range a {
		if !slices.ContainsFunc(b, func(y certparse.Attribute) bool { return x.OID == y.OID && string(x.Value) == string(y.Value) }) {
			return false
		}
	}
	return true
}

// compareRDN compares two RDNs of the same attribute types.
func compareRDN(own []certparse.Attribute, theirs writtenRDN, text string) Row {
	r := Row{Ours: text, Theirs: theirs.text, State: RowSame}
	if text == theirs.text {
		return r
	}
	r.State = RowDiffers
	r.OursStart, r.OursEnd, r.TheirsStart, r.TheirsEnd = stretch(text, theirs.text)
	inOrder := slices.EqualFunc(own, theirs.attributes, func(a, b certparse.Attribute) bool { return a.OID == b.OID })
	switch {
	case sameValues(own, theirs.attributes):
		labels := make([]string, len(own))
		for i, a := range own {
			labels[i], _ = certparse.AttributeName(a.OID, certparse.Linux42)
		}
		written := slices.Clone(theirs.labels)
		slices.Sort(labels)
		slices.Sort(written)
		switch {
		case !slices.Equal(labels, written):
			r.Kind = KindLabel
		case !inOrder || len(own) > 1 && !strings.ContainsAny(theirs.text, ` \"`):
			r.Kind = KindOrder
		case withoutBlanks(text) == withoutBlanks(theirs.text):
			r.Kind = KindSpace
		default:
			r.Kind = KindEscape
		}
	default:
		r.Kind = KindValue
		for _, a := range own {
			for _, b := range theirs.attributes {
				if a.OID == b.OID && string(a.Value) != string(b.Value) {
					r.Kind = valueKind(string(a.Value), string(b.Value))
				}
			}
		}
	}
	return r
}

// valueKind says how two values differ, the kind that is hardest to see before the one that explains least.
func valueKind(ours, theirs string) RowKind {
	switch {
	case norm.NFC.String(ours) == norm.NFC.String(theirs):
		return KindForm
	case strings.EqualFold(ours, theirs):
		return KindCase
	case withoutBlanks(ours) == withoutBlanks(theirs):
		return KindBlank
	case string(appendUnescaped(nil, theirs)) == ours || string(appendUnescaped(nil, strings.Trim(theirs, `"`))) == ours:
		return KindBackslash
	case latin1(ours) == theirs || latin1(theirs) == ours:
		return KindEncoding
	case plainLook(ours) == plainLook(theirs):
		return KindLookAlike
	}
	return KindValue
}

func withoutBlanks(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' {
			return -1
		}
		return r
	}, s)
}

// latin1 is what UTF-8 looks like when it is read as Latin-1.
func latin1(s string) string {
	r := make([]rune, len(s))
	for i := range len(s) {
		r[i] = rune(s[i])
	}
	return string(r)
}

// lookAlikes are pairs: a character, and the Latin or ASCII one for which it is easily taken.
const lookAlikes = "аaеeоoрpсcуyхxіiјjѕsԁdһhӏlАAВBЕEЗ3КKМMНHОOРPСCТTУYХXІIЈJЅSΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXοoνvιiαa" +
	"‐-‑-‒-–-—-−-’'‘'ʼ'“\"”\"․.，,⁄/∕/lI1I|I0OıI"

var lookAlike = func() *strings.Replacer {
	var pairs []string
	for r := []rune(lookAlikes); len(r) > 1; r = r[2:] {
		pairs = append(pairs, string(r[0]), string(r[1]))
	}
	return strings.NewReplacer(pairs...)
}

// plainLook maps characters that look alike to one of them.
func plainLook(s string) string { return lookAlike().Replace(norm.NFKC.String(s)) }

// stretch finds the part in which two texts differ, in whole characters.
func stretch(a, b string) (aStart, aEnd, bStart, bEnd int) {
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	for start > 0 && (start < len(a) && !utf8.RuneStart(a[start]) || start < len(b) && !utf8.RuneStart(b[start])) {
		start--
	}
	aEnd, bEnd = len(a), len(b)
	for aEnd > start && bEnd > start && a[aEnd-1] == b[bEnd-1] {
		aEnd--
		bEnd--
	}
	for aEnd < len(a) && !utf8.RuneStart(a[aEnd]) || bEnd < len(b) && !utf8.RuneStart(b[bEnd]) {
		aEnd++
		bEnd++
	}
	return start, aEnd, start, bEnd
}
