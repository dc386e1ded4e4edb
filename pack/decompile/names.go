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

// wellKnown are forms of text with a name of their own: a shared expression that takes all the examples as a whole, and not the
// counterexamples, is called so.
var wellKnown = []struct {
	name        string
	yes, no     []string
	atLineStart bool
}{
	{name: "timestamp", yes: []string{"2021-03-02T08:01:37Z"}, no: []string{"x", "12"}},
	{name: "timestamp", yes: []string{"2021-03-02T08:01:37.123456+00:00"}, no: []string{"x", "12"}},
	{name: "timestamp", yes: []string{"2021-03-02 08:01:37"}, no: []string{"x y", "12"}},
	{name: "timestamp", yes: []string{"Mar 12 08:01:37"}, no: []string{"x y", "12"}},
	{name: "date", yes: []string{"2021-03-02"}, no: []string{"x", "12-5"}},
	{name: "clock", yes: []string{"08:01:37"}, no: []string{"x", "12"}},
	{name: "ip_address", yes: []string{"192.0.2.7", "203.0.113.255"}, no: []string{"x", "12", "www.example.com"}},
	{name: "uuid", yes: []string{"44f1a6ad-36a9-490c-851d-62d09692b6d8"}, no: []string{"x", "not-hex"}},
	{name: "mac_address", yes: []string{"00:00:5e:00:53:01"}, no: []string{"x", "12:30"}},
	{name: "email_address", yes: []string{"alice@example.com"}, no: []string{"x", "example.com"}},
	{name: "quoted_value", yes: []string{`"some text"`}, no: []string{"x", "some text"}},
	{name: "quoted_value", yes: []string{`'some text'`}, no: []string{"x", "some text"}},
	{name: "key_value", yes: []string{"key=value"}, no: []string{"x", "some text"}},
	{name: "line_start", yes: []string{"<134>1 2021-03-02T08:01:37+00:00 "}, no: []string{"x"}, atLineStart: true},
	{name: "line_start", yes: []string{"Mar 12 08:01:37 host1 "}, no: []string{"x"}, atLineStart: true},
}

// maxKnown is the longest expression that is tried on examples.
const maxKnown = 500

// formOf is the well-known form of text an expression takes, or nothing.
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
	for _, form := range wellKnown {
		if form.atLineStart == strings.HasPrefix(expression, "^") && !slices.ContainsFunc(form.yes, func(s string) bool { return !takes(s) }) &&
			!slices.ContainsFunc(form.no, takes) {
			return form.name
		}
	}
	return ""
}

// told is what the text of a shared expression says of itself: the shared ones in it, the words it looks for, the tokens it captures.
type told struct {
	uses            []*shared
	words, captures []string
}

// tell collects what a stretch says, but for what must not be there.
func (s *sharing) tell(w stretch, definition bool, t *told) {
	s.each(w, definition, func(x *shared) { t.uses = append(t.uses, x) }, func(id int32) {
		sym := s.symbols[id]
		switch {
		case sym.negative:
			return
		case sym.capture != "":
			t.captures = append(t.captures, sym.capture)
		case isTelling(sym.word):
			t.words = append(t.words, sym.word)
		}
		for _, in := range sym.inside {
			s.tell(in.sequence, false, t)
		}
	})
}

// isTelling tells a word that says something: three letters.
func isTelling(word string) bool {
	letters := 0
	for _, r := range word {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters >= 3
}

// name names a shared expression; those in it have their names already. What is nothing's sign gets a number.
func (s *sharing) nameFor(x *shared, expanded string) string {
	var t told
	s.tell(x.stretch, true, &t)
	atStart := strings.HasPrefix(expanded, "^")
	name := formOf(expanded)
	switch {
	case name != "":
		return name
	case len(t.captures) == 1:
		name = joined(append(t.captures, t.words...)[:1])
	case len(t.words) > 0:
		name = joined(t.words[:min(3, len(t.words))])
	case len(t.captures) > 1:
		name = joined(t.captures)
	}
	switch {
	case name == "" && len(t.uses) > 0:
		return strings.TrimSuffix(t.uses[0].name, "_more") + "_more"
	case name == "" && atStart:
		return "line_start"
	case name == "":
		return "part"
	case atStart && !strings.HasSuffix(name, "_line"):
		return name + "_line"
	}
	return name
}
