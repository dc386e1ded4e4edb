package decompile

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/kpgen/kpgen/pack/dotnet"
)

// maxName is the length a derived name has at most, unless a number has to be put to it.
const maxName = 28

// names gives out names, each once.
type names map[string]bool

// take gives the name, or with a number behind it when it is taken.
func (n names) take(name string) string {
	free := name
	for i := 2; n[free]; i++ {
		free = fmt.Sprintf("%s_%d", name, i)
	}
	n[free] = true
	return free
}

// snake writes words as a name: lower-case letters, digits and '_', "UserIp" as user_ip. It is empty when no letter is left.
func snake(s string) string {
	var b strings.Builder
	var last rune
	for _, r := range s {
		switch {
		case r >= unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r):
			r = '_'
		case unicode.IsUpper(r) && unicode.IsLower(last):
			b.WriteByte('_')
		}
		if r != '_' || last != '_' {
			b.WriteRune(unicode.ToLower(r))
		}
		last = r
	}
	name := strings.Trim(b.String(), "_")
	if name == "" || !strings.ContainsFunc(name, unicode.IsLetter) {
		return ""
	}
	if unicode.IsDigit(rune(name[0])) {
		name = "n" + name
	}
	return name
}

// joined makes one name of several, as many as there is room for.
func joined(words []string) string {
	name := ""
	for _, w := range words {
		w = snake(w)
		if w == "" || slices.Contains(strings.Split(name, "_"), w) {
			continue
		}
		if name != "" && len(name)+1+len(w) > maxName {
			break
		}
		name = strings.TrimPrefix(name+"_"+w, "_")
	}
	return strings.Trim(name[:min(len(name), maxName)], "_")
}

// form is a sort of text with a name of its own.
type form struct {
	name    string
	yes, no []string // what an expression takes as a whole that takes this sort, and what it does not
}

// other are texts of no sort in particular.
var other = []string{"", "x", "12", "12-5", "1.2", "--", "some text", "some text, and more", "www.example", "x y", "<>", `"`, "=", ": ",
	"a:b", "ab-cd:ef.g", "a/b.c", "1:a"}

// forms are known by examples, for there are many ways to write each. The first that fits counts.
var forms = []form{
	{"timestamp", []string{"2021-03-02T08:01:37Z"}, other},
	{"timestamp", []string{"2021-03-02T08:01:37.123456+00:00"}, other},
	{"timestamp", []string{"2021-03-02 08:01:37"}, other},
	{"timestamp", []string{"Mar 12 08:01:37"}, other},
	{"date", []string{"2021-03-02"}, other},
	{"clock", []string{"08:01:37"}, other},
	{"ip_address", []string{"192.0.2.7"}, other},
	{"uuid", []string{"44f1a6ad-36a9-490c-851d-62d09692b6d8"}, other},
	{"mac_address", []string{"00:00:5e:00:53:01"}, other},
	{"email_address", []string{"alice@example.com"}, other},
	{"colour_code", []string{"\x1b[31m"}, other},
	{"quoted_value", []string{`"some text"`}, other},
	{"quoted_value", []string{`'some text'`}, other},
	{"key_value", []string{"key=value"}, other},
	{"line_start", []string{"<134>1 2021-03-02T08:01:37+00:00 "}, other},
	{"line_start", []string{"<134>1 2021-03-02T08:01:37+00:00 host1 "}, other},
	{"line_start", []string{"Mar 12 08:01:37 host1 "}, other},
	{"value", []string{`"some text"`, "x", "12", "www.example"}, []string{"", "some text", "x y", `"`}},
	{"word", []string{"x", "some", "www"}, []string{"", "some text", "x y", `"`}},
}

// maxKnown is the longest expression that is tried on examples.
const maxKnown = 500

// formOf is the sort of text an expression takes, or nothing.
func formOf(expression string) string {
	if len(expression) > maxKnown {
		return ""
	}
	re, err := dotnet.Compile(`\A(?:`+expression+`)\z`, dotnet.Options{Timeout: 20 * time.Millisecond})
	if err != nil {
		return ""
	}
	takes := func(text string) bool {
		ok, err := re.Match(dotnet.NewSubject(text))
		return err == nil && ok
	}
	refuses := func(text string) bool { return !takes(text) }
	for _, f := range forms {
		if !slices.ContainsFunc(f.yes, refuses) && !slices.ContainsFunc(f.no, takes) {
			return f.name
		}
	}
	return ""
}

// told is what the text of a shared expression says of itself.
type told struct {
	*sharing
	uses     []*shared
	captures []string    // tokens
	words    [3][]string // that must be there, of which one must be there, that may be there

	word strings.Builder // being put together of letters and of what may follow them
	as   certainty       // of it
}

// certainty is whether a word is in every text an expression takes.
type certainty int

const (
	always certainty = iota
	oneOf
	perhaps
)

// tell collects what a stretch says, but for what must not be there.
func (t *told) tell(w stretch, definition bool, as certainty) {
	t.each(w, definition, func(x *shared) {
		t.flush()
		t.uses = append(t.uses, x)
	}, func(i int) {
		sym := t.symbols[t.text[i]]
		switch {
		case sym.word != "":
			if t.word.Len() == 0 {
				t.as = as
			}
			t.word.WriteString(sym.word)
		case sym.negative || len(t.inside[i]) == 0:
			t.flush()
		case t.word.Len() > 0: // auth(?:entication|n)?
			t.tell(t.inside[i][0].stretch, false, as)
		default:
			t.branches(i, as)
		}
	})
}

func (t *told) branches(i int, as certainty) {
	sym := t.symbols[t.text[i]]
	if len(t.inside[i]) > 1 {
		as = max(as, oneOf)
	}
	if sym.optional {
		as = perhaps
	}
	if sym.capture != "" && as < perhaps {
		t.captures = append(t.captures, sym.capture)
	}
	for _, in := range t.inside[i] {
		t.tell(in.stretch, false, as)
		t.flush()
	}
}

// fillers are words that say nothing.
var fillers = []string{"the", "and", "for", "was", "has", "had", "are", "with", "from", "that", "this"}

// flush ends a word. One of three letters or more says something.
func (t *told) flush() {
	letters := 0
	for _, r := range t.word.String() {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	if letters >= 3 && !slices.Contains(fillers, strings.ToLower(t.word.String())) {
		t.words[t.as] = append(t.words[t.as], t.word.String())
	}
	t.word.Reset()
}

// wordsOf gives the words that say what a stretch looks for, as parts of a name.
func (t *told) wordsOf() []string {
	switch {
	case len(t.words[always]) > 0:
		return t.words[always][:min(3, len(t.words[always]))]
	case len(t.words[oneOf]) > 1:
		return []string{t.words[oneOf][0], "or", t.words[oneOf][1]}
	}
	return t.words[oneOf]
}

// nameFor names a shared expression; those in it have their names already.
func (s *sharing) nameFor(x *shared, expanded string) string {
	t := told{sharing: s}
	t.tell(x.stretch, true, always)
	t.flush()
	_, leads := s.useAt(x.from, x.stretch, true)
	name := formOf(expanded)
	switch {
	case name != "":
		return name
	case len(t.captures) == 1:
		name = joined(t.captures)
	default:
		name = joined(t.wordsOf())
	}
	switch {
	case name != "":
	case leads:
		return strings.TrimSuffix(t.uses[0].name, "_more") + "_more"
	case len(t.uses) > 0 && !strings.HasPrefix(t.uses[0].name, "part"):
		return "with_" + strings.TrimPrefix(t.uses[0].name, "with_")
	case len(t.captures) > 0:
		name = joined(t.captures)
	case len(t.words[perhaps]) > 0:
		name = "maybe_" + joined(t.words[perhaps][:1])
	case strings.HasPrefix(expanded, "^"):
		return "line_start"
	default:
		return "part"
	}
	if strings.HasPrefix(expanded, "^") && !strings.HasSuffix(name, "_line") {
		return name + "_line"
	}
	return name
}
