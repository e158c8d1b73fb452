package diagnose

import (
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// MaxExplain is how much of a text Explain looks at, in bytes. A log of that length takes about 0.1 s.
const MaxExplain = 1 << 20

// maxExplained is how many entries Explain answers with at most: what more of them have in common says nothing.
const maxExplained = 3

// Explain finds the entries that a message is about: anything that a client, a server or OpenSSL prints, alone or inside
// a log or a stack trace, cut off, wrapped, escaped as JSON, or retold. The best comes first, others only where they fit
// nearly as well and can be told apart. A text that is about nothing in the catalogue gives none.
//
// A message is known by its words, weighed by how rare they are, and by which of them stand side by side. So numbers,
// addresses and file names may differ, and line ends, quotes and case do not count.
func Explain(text string) []Entry {
	index := symptoms()
	text = text[:min(len(text), MaxExplain)]
	words, last := index.read(text)
	scores := index.match(words, last)
	index.retold(words, scores)
	index.elsewhere(text, words, scores)
	var found []Entry
	best := 0.0
	for len(found) < maxExplained {
		top := 0
		for i, s := range scores {
			if s > scores[top] {
				top = i
			}
		}
		best = max(best, scores[top])
		if scores[top] == 0 || scores[top] < nearly*best {
			break
		}
		scores[top] = 0
		if e := catalogue[top]; len(found) == 0 || e.TellApart != "" && found[0].TellApart != "" {
			found = append(found, e)
		}
	}
	return found
}

// The borders between knowing and guessing, found by the texts of the tests: quoted ones on one side, unrelated on the
// other.
const (
	leastShare  = 0.36 // of a symptom's weight that must be found
	shareByWord = 0.10 // more for each word that a symptom has less than eight
	leastWeight = 10.0 // that must be found at all
	leastWhole  = 3.0  // the same for a symptom that is found whole
	leastPiece  = 4.0  // the same for a text that is a piece of a symptom
	pieceFactor = 0.9  // on its score
	leastCode   = 10   // letters and digits make a word that stands alone a code
	codeScore   = 20.0 // of a code
	nearly      = 0.62 // of the best score makes another answer worth telling apart

	retoldLength = 60   // words; a longer text is a log, which quotes and does not retell
	retoldShare  = 0.50 // of the text's weight that an entry must account for
	retoldWeight = 14.0 // that must be found at all
	retoldFactor = 0.45 // against a quotation

	unknownWeight = 2.0 // of a word that the catalogue does not have
)

// A symptom is one text of an entry as words. A "*" in it stands for a value that differs each time. Marks say how it
// counts: "=" in front, only as the whole of a line or of a quoted text, because its words are too common; "~" before
// that, less, because another entry is the likelier cause of the same text, or (three and more) because any other text
// beside it says more, as with names; "!" behind a word, only if that word is there.
type symptom struct {
	entry  int
	words  []int32 // 64 at most, so that a set of them is one uint64
	needed uint64  // the words without which it is not this symptom
	joined uint64  // bit i: words i-1 and i stand side by side
	whole  bool
	code   bool    // a number or a constant, which says it alone in any language
	factor float64 // on its score
	window int     // words of the text within which it is looked for
	weight float64 // of all words and pairs
}

// An occurrence is a word's place in a symptom.
type occurrence struct{ symptom, at int32 }

type symptomIndex struct {
	vocabulary map[string]int32
	texts      []string       // by word
	weights    []float64      // by word, for symptoms
	rarity     []float64      // by word, over everything that entries say
	where      [][]occurrence // by word
	symptoms   []symptom
	said       []map[int32]bool // by entry: the words of all its texts
}

// A word is one word of the text; id is -1 when the catalogue does not have it.
type word struct {
	id    int32
	first bool // on its line or in its quotes
}

// symptoms is built when the first text is to be explained; it takes about 3 ms.
var symptoms = sync.OnceValue(func() *symptomIndex {
	x := &symptomIndex{vocabulary: make(map[string]int32, 2000), said: make([]map[int32]bool, len(catalogue))}
	learn := func(w string, _ bool) int32 {
		id, ok := x.vocabulary[w]
		if !ok {
			id = int32(len(x.vocabulary))
			x.vocabulary[w] = id
			x.texts = append(x.texts, w)
		}
		return id
	}
	for i, e := range catalogue {
		x.said[i] = make(map[int32]bool)
		for _, text := range strings.Split(e.symptoms, "|") {
			s := symptom{entry: i, window: 8, factor: 1}
			for strings.HasPrefix(text, "~") {
				text = text[1:]
				s.factor *= 0.8
			}
			text, s.whole = strings.CutPrefix(text, "=")
			for part := range strings.SplitSeq(text, "*") {
				s.window += 16
				start := len(s.words)
				for k, piece := range strings.Split(part, "!") {
					if k > 0 {
						s.needed |= 1 << (len(s.words) - 1)
					}
					split(piece, func(w string, first bool) { s.words = append(s.words, learn(w, first)) })
				}
				for j := start + 1; j < len(s.words); j++ {
					s.joined |= 1 << j
				}
			}
			s.window += len(s.words)*3/2 - 16
			for _, w := range s.words {
				x.said[i][w] = true
			}
			s.code = len(s.words) == 1 && len(x.texts[s.words[0]]) >= leastCode && !strings.HasSuffix(text, "=*")
			x.symptoms = append(x.symptoms, s)
		}
		split(e.What+" "+e.Why+" "+e.TellApart, func(w string, first bool) { x.said[i][learn(w, first)] = true })
	}
	for _, o := range others {
		learn(o.stem, false)
	}
	n := len(x.vocabulary)
	x.weights, x.rarity, x.where = make([]float64, n), make([]float64, n), make([][]occurrence, n)
	in, inSymptoms := make([]float64, n), make([]float64, n)
	for _, said := range x.said {
		for w := range said {
			in[w]++
		}
	}
	for i, s := range x.symptoms {
		for j, w := range s.words {
			x.where[w] = append(x.where[w], occurrence{int32(i), int32(j)})
			if k := len(x.where[w]); k == 1 || x.symptoms[x.where[w][k-2].symptom].entry != s.entry {
				inSymptoms[w]++
			}
		}
	}
	for text, w := range x.vocabulary {
		common := commonness(text)
		x.rarity[w] = common * math.Log2(float64(len(catalogue))/in[w])
		x.weights[w] = common * math.Log2(1+float64(len(catalogue))/max(1, inSymptoms[w]))
	}
	for i := range x.symptoms {
		s := &x.symptoms[i]
		s.weight = x.weigh(s, 1<<len(s.words)-1, s.joined)
	}
	return x
})

// The words that say little, because every program prints them: the first list nothing, the second a little.
const (
	emptyWords  = " of to in is it its as be are was for on with and or by at from that this than then if you your we i has have had been will can may would should must into but so all any only when there at com org me c s t o l e out up down does do did "
	commonWords = " error fail failed failur could find found file open cannot user name comman code type string option value line server client connec host data set use support requir invali except messag number id path list other more some same one two new get not no type reason warn caus read write load format method try again start run time out close called line index proper java lang io net go main node mongod mongo mongos mongoe driver databa db admin unknow field spec config please instea prefer given want first last next current before after never always just also how what which who whose where these those way differ same need see long object module functi proces allow execut permis denied direct system specif handle reques respon networ socket intern unable end stream remote empty size expect unexpe action access api url uri json select key local store timeou timed operat exist disabl resolv already addres such direct folder "
)

// commonness is a factor for a word's weight.
func commonness(w string) float64 {
	switch {
	case strings.Contains(emptyWords, " "+w+" "):
		return 0.08
	case len(w) < 5 && w[0] <= '9' && strings.Trim(w, "0123456789") == "":
		return 0.15
	case strings.Contains(commonWords, " "+w+" "):
		return 0.3
	}
	return 1
}

// sameWords are words that mean one thing here, as stems: each odd one is read as the one after it.
var sameWords = strings.NewReplacer(
	" passph ", " passwo ", " pass ", " passwo ", " cert ", " certif ", " certs ", " certif ",
	" expiri ", " expir ", " expira ", " expir ", " p12 ", " pkcs12 ",
	" pfx ", " pkcs12 ", " mismat ", " match ", " isnt ", " not ", " x509v3 ", " x509 ")

// split calls each with every word of the text as it is compared: in lower case, cut down to its stem, without escapes
// and colours. Labels of a distinguished name keep their equals sign, numbers with dots are one word.
func split(text string, each func(w string, first bool)) {
	var buf [40]byte
	n, alpha, long, first := 0, true, false, true
	flush := func() {
		if n > 0 && !article(buf[:n]) {
			each(stem(string(buf[:n]), alpha && !long), first)
			first = false
		}
		n, alpha, long = 0, true, false
	}
	add := func(r rune) {
		if n+utf8.UTFMax > len(buf) {
			long = true
			return
		}
		n += utf8.EncodeRune(buf[n:], r)
	}
	next := func(i int) byte {
		if i < len(text) {
			return text[i]
		}
		return 0
	}
	for i := 0; i < len(text); {
		c := text[i]
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		switch {
		case 'a' <= c && c <= 'z':
			add(r)
		case 'A' <= c && c <= 'Z':
			add(r + 'a' - 'A')
		case '0' <= c && c <= '9':
			alpha = false
			add(r)
		case c == '.' && n > 0 && isDigit(next(i+1)) && (isDigit(text[i-1]) || n == 1 && buf[0] == 'x'):
			if buf[0] != 'x' { // x.509 is x509
				add(r)
			}
		case (c == '\'' || r == '’') && n > 0 && isLetter(next(i+size)): // doesn't, certificate's
		case c == '=' && n > 0 && label(string(buf[:n])),
			c == ' ' && n > 0 && next(i+1) == '=' && next(i+2) == ' ' && label(string(buf[:n])):
			add('=')
			flush()
		case c == '+' && !isDigit(next(i+1)): // joins attributes of one RDN
			flush()
			each("+", false)
			first = false
		case c == 0x1b: // a colour: ESC [ ... m
			flush()
			for i+size < len(text) && size < 16 && !isLetter(text[i+size]) {
				size++
			}
			size++
		case c == '\\' && strings.IndexByte("nrt", next(i+1)) >= 0 && next(i+1) != 0:
			flush()
			first, size = true, 2
		case c == '\\' && next(i+1) == 'u' && i+6 <= len(text):
			flush()
			size = 6
		case c == '\n' || c == '"' || c == '`' || c == '«' || r == '“' || r == '«' || r == '»' || r == '”':
			flush()
			first = true
		case c >= utf8.RuneSelf && unicode.IsLetter(r):
			add(unicode.ToLower(r))
		case r == '\u00ad' || r == '\u200b': // breaks that a page put into a word
		default:
			flush()
		}
		i += size
	}
	flush()
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// article says whether a word is left out, so that those beside it are side by side.
func article(w []byte) bool {
	return string(w) == "the" || string(w) == "a" || string(w) == "an" || string(w) == "my"
}

// label says whether a word is an attribute's in a distinguished name.
func label(w string) bool {
	return strings.Contains(" c st s l o ou cn dc uid e email emailaddress street oid ", " "+w+" ")
}

// stem makes the forms of one word alike, roughly: no ending, and six letters. Names of options stay whole.
func stem(w string, alpha bool) string {
	if !alpha || len(w) > 14 || strings.HasSuffix(w, "=") || len(w) < 5 {
		return same(w)
	}
	for _, ending := range [...]string{"ing", "ed", "es", "s", "e"} {
		if len(w)-len(ending) >= 4 && strings.HasSuffix(w, ending) {
			w = w[:len(w)-len(ending)]
			break
		}
	}
	if w[len(w)-1] == 'y' {
		w = w[:len(w)-1] + "i"
	}
	return same(w[:min(len(w), 6)])
}

func same(w string) string {
	padded := " " + w + " "
	if out := sameWords.Replace(padded); out != padded {
		return strings.TrimSpace(out)
	}
	return w
}

// read turns a text into words. It also returns the last of them.
func (x *symptomIndex) read(text string) (words []word, last string) {
	words = make([]word, 0, min(len(text)/5, 1<<16))
	split(text, func(w string, first bool) {
		id, ok := x.vocabulary[w]
		if !ok {
			id = -1
		}
		words = append(words, word{id, first})
		last = w
	})
	return words, last
}

// weigh sums the words and the pairs that are set.
func (x *symptomIndex) weigh(s *symptom, words, pairs uint64) float64 {
	sum := 0.0
	for i, w := range s.words {
		if words&(1<<i) != 0 {
			sum += x.weights[w]
		}
		if pairs&(1<<i) != 0 {
			sum += (x.weights[w] + x.weights[s.words[i-1]]) / 2
		}
	}
	return sum
}

// block is how many words are looked at together; a message that crosses the border is seen whole in the next one, which
// starts half a block later.
const block = 512

// match scores each entry by its best symptom.
func (x *symptomIndex) match(words []word, last string) []float64 {
	scores := make([]float64, len(catalogue))
	seen := make([]uint64, len(x.symptoms))
	for from := 0; from == 0 || from+block/2 < len(words); from += block / 2 {
		part := words[from:min(from+block, len(words))]
		clear(seen)
		for _, w := range part {
			if w.id >= 0 {
				for _, o := range x.where[w.id] {
					seen[o.symptom] |= 1 << o.at
				}
			}
		}
		for i := range x.symptoms {
			s := &x.symptoms[i]
			if s.whole {
				if x.stands(s, part) {
					scores[s.entry] = max(scores[s.entry], s.factor*max(s.weight, leastWeight))
				}
				continue
			}
			if s.code {
				if seen[i] != 0 {
					scores[s.entry] = max(scores[s.entry], s.factor*codeScore)
				}
				continue
			}
			if len(s.words) == 1 && len(words) > retoldLength {
				continue // one word in a log is no message
			}
			if len(words) < retoldLength {
				if w := x.piece(s, words, last); w >= leastPiece {
					scores[s.entry] = max(scores[s.entry], w*pieceFactor*s.factor)
				}
			}
			most := x.weigh(s, seen[i], s.joined&seen[i]&(seen[i]<<1))
			if s.score(most) > scores[s.entry] {
				scores[s.entry] = max(scores[s.entry], s.score(x.heaviest(s, part)))
			}
		}
	}
	return scores
}

// score is what a found weight is worth: much of a long symptom more than all of a short one, nothing below the borders.
func (s *symptom) score(found float64) float64 {
	share := found / s.weight
	least := min(leastShare+max(0, float64(8-len(s.words)))*shareByWord, 0.85)
	if share < least || found < leastWeight && (share < 0.999 || found < leastWhole) {
		return 0
	}
	return found * share * s.factor
}

// piece is the weight of a short text that is cut out of the symptom, 0 when it is not. The words at its ends may be cut
// in two: the last is known by its beginning. Two words are enough only when one of them is a format's name.
func (x *symptomIndex) piece(s *symptom, words []word, last string) float64 {
	best := 0.0
	for ends := range 4 {
		from, to := ends&1, len(words)-ends>>1
		n := to - from
		if n < 2 || n == 2 && (ends > 0 || !x.format(words[0]) && !x.format(words[1])) || from == 1 && words[0].id >= 0 || to < len(words) && words[to].id >= 0 {
			continue
		}
		for at := 0; at+n <= len(s.words); at++ {
			same := 0
			for same < n && (words[from+same].id == s.words[at+same] ||
				from+same == len(words)-1 && strings.HasPrefix(x.texts[s.words[at+same]], last)) {
				same++
			}
			if same == n {
				set := uint64(1<<n-1) << at
				w := x.weigh(s, set, s.joined&set&(set<<1))
				if set&s.needed != s.needed {
					w /= 2
				}
				best = max(best, w)
			}
		}
	}
	return best
}

// format says whether a word has letters and digits, as pkcs12.
func (x *symptomIndex) format(w word) bool {
	return w.id >= 0 && isLetter(x.texts[w.id][0]) && strings.ContainsAny(x.texts[w.id], "0123456789")
}

// stands says whether the symptom is the whole of a line or of a quoted text.
func (x *symptomIndex) stands(s *symptom, words []word) bool {
	for i, w := range words {
		if end := i + len(s.words); w.first && end <= len(words) && (end == len(words) || words[end].first) {
			all := true
			for j, want := range s.words {
				all = all && words[i+j].id == want
			}
			if all {
				return true
			}
		}
	}
	return false
}

// heaviest is the greatest weight of the symptom's words and pairs in any stretch of its window's length.
func (x *symptomIndex) heaviest(s *symptom, words []word) float64 {
	type hit struct {
		at           int
		words, pairs uint64
	}
	var hits []hit
	last := uint64(0)
	for at, w := range words {
		set := uint64(0)
		if w.id >= 0 {
			for i, want := range s.words {
				if want == w.id {
					set |= 1 << i
				}
			}
		}
		if set != 0 {
			hits = append(hits, hit{at, set, s.joined & set & (last << 1)})
		}
		last = set
	}
	best := 0.0
	lastSet, lastPairs := uint64(0), uint64(0)
	for i, h := range hits {
		set, pairs := h.words, uint64(0)
		for _, later := range hits[i+1:] {
			if later.at-h.at > s.window {
				break
			}
			set |= later.words
			pairs |= later.pairs
		}
		if set&s.needed != s.needed || set == lastSet && pairs == lastPairs {
			continue
		}
		lastSet, lastPairs = set, pairs
		best = max(best, x.weigh(s, set, pairs))
	}
	return best
}

// topic are the words, as stems, of which a retold message must have one: without them it is about something else.
const topic = " x509 certif pem pkcs12 pkcs8 keysto jks extern subjec mongod tlsca mongosh compas atlas "

// retold raises the scores of entries that use the same rare words as a short text, in whatever order.
func (x *symptomIndex) retold(words []word, scores []float64) {
	if len(words) > retoldLength {
		return
	}
	var asked []int32 // in order, since sums of floating-point numbers depend on it
	total, about := 0.0, false
	for _, w := range words {
		switch {
		case w.id < 0:
			total += unknownWeight
		case !slices.Contains(asked, w.id):
			asked = append(asked, w.id)
			total += x.rarity[w.id]
		}
	}
	for stem := range strings.FieldsSeq(topic) {
		if id, ok := x.vocabulary[stem]; ok && slices.Contains(asked, id) {
			about = true
		}
	}
	if !about {
		return
	}
	for i, said := range x.said {
		found := 0.0
		for _, w := range asked {
			if said[w] {
				found += x.rarity[w]
			}
		}
		if share := found / total; share >= retoldShare && found >= retoldWeight {
			scores[i] = max(scores[i], found*share*retoldFactor)
		}
	}
}

// others are words of texts that are about something else: entries whose ids begin so are not meant, unless the text
// names X.509 too. A login by password fails in the same words; webpack 4 asks OpenSSL 3 for an algorithm that is gone.
var others = [...]struct{ stem, ids string }{
	{"scram", "U"}, {"scram", "T14"}, {"continuescramconversation", "U"}, {"continuescramconversation", "T14"}, {"webpac", "F18"},
}

// strangers are what other programs print around the same TLS and file errors, in lower case.
var strangers = [...]string{
	"npm err", "npmjs", "package.json", "fatal: unable to access", "curl: (", "pypi", "pip._vendor", "kubectl", "unable to connect to the server:",
	"://registry", "error response from daemon", "jdbc:mysql", "com.mysql", "psql:", "postgres",
}

// ours are what only MongoDB's programs print, or people who speak of them: beside it a stranger is only the surroundings.
var ours = [...]string{"mongo", ":27017", "ssl peer certificate", "certificate provided by peer"}

// elsewhere takes the scores from entries that the text rules out: those about TLS and files when another program printed
// it and nothing speaks of MongoDB, others by a word.
func (x *symptomIndex) elsewhere(text string, words []word, scores []float64) {
	text = strings.ToLower(text)
	in := func(s string) bool { return strings.Contains(text, s) }
	if slices.ContainsFunc(strangers[:], in) && !slices.ContainsFunc(ours[:], in) {
		for i, e := range catalogue {
			if e.ID[0] == 'T' || e.ID[0] == 'F' || e.ID == "R08" || e.ID == "R12" || e.ID == "R13" || e.ID == "R23" {
				scores[i] = 0
			}
		}
	}
	has := func(stem string) bool {
		id, ok := x.vocabulary[stem]
		return ok && slices.ContainsFunc(words, func(w word) bool { return w.id == id })
	}
	if has("x509") {
		return
	}
	for _, o := range others {
		if !has(o.stem) {
			continue
		}
		for i, e := range catalogue {
			if strings.HasPrefix(e.ID, o.ids) {
				scores[i] = 0
			}
		}
	}
}
