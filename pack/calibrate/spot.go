package calibrate

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
)

// spot is a place in a file where a text or an attribute value stands, in every copy of the part it belongs to.
type spot struct {
	where   string // as in Alerts/Alert/@Name
	name    string // the last of it, which may say what the place is for
	copies  []copied
	kind    *kind
	found   []reading // what the place may stand for, the likeliest first
	outcome *reading  // what it stands for in the dialect; nil: its constant text
	sort    sort
	fixed   bool     // a number that files of another kind show to count nothing
	copyOf  bool     // of a field that has its place elsewhere
	serial  *reading // the number of a counter that runs through the file
	runsOn  bool     // other places have numbers of that counter
	open    string   // characters of which no text of it, nor of its like, shows how they are written
	json    bool     // in a document whose root element is that of JSON
}

// copied is one copy of a spot.
type copied struct {
	text    string
	present bool
	s       *scope
}

// sort is what became of a spot.
type sort string

const (
	constant    sort = "constant"
	value       sort = "value"    // stands for a field
	made        sort = "made"     // made from the pack: numbers, ids
	dated       sort = "date"     // a date, kept as it was
	digest      sort = "checksum" // what looks like a checksum, kept as it was
	identity    sort = "id"       // a GUID that no item has, kept as it was
	measure     sort = "size"     // what is called like a length, a place or a sum of bytes, kept as it was
	unexplained sort = "unexplained"
	ambiguous   sort = "ambiguous" // more than one field fits
)

// reading is what a spot may stand for.
type reading struct {
	fields        []*field // one, or alternatives
	forms         string   // as a template has them, each behind a |
	values        map[string]string
	before, after string
	made          string            // instead of fields: @n and the like
	then          *reading          // what stands behind, in the same text
	id            bool              // of @n: the console's files have other numbers
	distinct      int               // how many different values speak for it
	zero          bool              // no value speaks for it, as there is none; only names can
	byName        bool              // names decided
	left          bool              // elimination decided
	leads         map[string]string // what stands before each alternative
	of            []*field          // of @of: the alternatives it tells; of @unit: the span
	empty         bool              // an item without a value is among the copies
	alike         []string          // other forms in which all its texts are spelled the same

	asIn     artifact.Kind // the kind whose files decided
	guessed  bool          // nothing but that it fits speaks for it
	inferred []Inferred
}

// worth tells how much a reading explains.
func (r *reading) worth() int {
	if r.made != "" {
		return 1
	}
	return 2 * min(r.distinct, 5)
}

// readings finds what the spot may stand for.
func (p *spot) readings() {
	if p.same() {
		p.sort = constant
	}
	if p.marks() || p.isTypeOfJSON() {
		return
	}
	if p.unquoted() {
		return
	}
	for _, f := range p.kind.fields {
		if r := p.asField(f); r != nil {
			p.found = append(p.found, *r)
		}
	}
	p.asAlternatives()
	slices.SortStableFunc(p.found, func(a, b reading) int { return b.distinct - a.distinct })
	if r := p.asSerial(); r != nil {
		p.found = []reading{*r}
		return
	}
	if r := p.asOwner(); r != nil && (len(p.found) == 0 || p.found[0].distinct < 2) {
		p.found = append(p.found, *r)
		return
	}
	if p.sort == constant && !p.isCalledCount() {
		p.guessCount()
		return
	}
	explained := len(p.found) > 0 && p.found[0].distinct > 1
	if r := p.asMade(); r != nil && (!explained || r.before+r.after == "" && !r.id) { // a field that is Group 1, Group 2, … is that, not a number
		p.found = append(p.found, *r)
	}
	if !slices.ContainsFunc(p.found, func(r reading) bool { return !r.zero }) {
		p.asFileName()
	}
}

// isTypeOfJSON reports whether the spot is what the tree of a JSON document says of its values, which no field is.
func (p *spot) isTypeOfJSON() bool {
	return p.name == "type" && p.json && !slices.ContainsFunc(p.copies, func(c copied) bool {
		return c.present && !slices.Contains([]string{"object", "array", "number", "boolean", "null"}, c.text)
	})
}

// unquoted finds what the spot may stand for between quotes, where all its texts are in some; it reports false where that is nothing.
func (p *spot) unquoted() bool {
	first := slices.IndexFunc(p.copies, func(c copied) bool { return c.present })
	if first < 0 || p.copies[first].text == "" || !strings.ContainsAny(p.copies[first].text[:1], `"'`) {
		return false
	}
	quote := p.copies[first].text[:1]
	bare := &spot{where: p.where, name: p.name, kind: p.kind, copies: slices.Clone(p.copies)}
	for i, c := range bare.copies {
		if c.present && (len(c.text) < 2 || !strings.HasPrefix(c.text, quote) || !strings.HasSuffix(c.text, quote)) {
			return false
		}
		if c.present {
			bare.copies[i].text = c.text[1 : len(c.text)-1]
		}
	}
	bare.readings()
	for i := range bare.found {
		r := &bare.found[i]
		r.before, r.after = quote+r.before, r.after+quote
	}
	p.found = bare.found
	return len(p.found) > 0
}

// marks reports whether the spot is what tells its element from others of its tag, or stands empty beside that.
func (p *spot) marks() bool {
	at := slices.IndexFunc(p.copies, func(c copied) bool { return c.present })
	if at < 0 || !p.same() {
		return false
	}
	around, last := p.where[:max(0, strings.LastIndex(p.where, "/"))], p.where[strings.LastIndex(p.where, "/")+1:]
	text := p.copies[at].text
	return strings.HasSuffix(around, "["+last+"="+text+"]") || text == "" && strings.Contains(last, "[@")
}

// missing adds the items in which the spot does not stand.
func (p *spot) missing(in []*scope) {
	for _, s := range in {
		p.copies = append(p.copies, copied{s: s})
	}
}

// worth tells how much the spot's likeliest reading explains; a text that changes and is not explained counts against it.
func (p *spot) worth() int {
	if len(p.found) > 0 && !p.found[0].zero {
		return p.found[0].worth()
	}
	if p.sort != constant {
		return -1
	}
	return 0
}

// same reports whether all copies that are there have one text.
func (p *spot) same() bool {
	first := slices.IndexFunc(p.copies, func(c copied) bool { return c.present })
	return first < 0 || !slices.ContainsFunc(p.copies, func(c copied) bool { return c.present && c.text != p.copies[first].text })
}

// asField tries one field.
func (p *spot) asField(f *field) *reading {
	t := f.ref.Type
	switch {
	case f.joined != nil:
		return p.asJoined(f)
	case t.Kind() == reflect.Bool || pack.Allowed(t) != nil:
		return p.asEnumeration(f)
	case t == reflect.TypeFor[pack.Duration]():
		if r := p.asForms(f, spanForms); r != nil && !r.zero { // no length tells no unit
			return r
		}
		return nil
	case t.Kind() == reflect.Int:
		return p.asForms(f, p.numberForms())
	}
	r := p.asForms(f, textForms)
	if r == nil || slices.Contains(r.inferred, SmoothedBlanks) {
		r = cmp.Or(p.asBroken(f), r)
	}
	if r != nil {
		return r
	}
	return p.asAffixed(f)
}

// place writes the reading as a template does; names gives dialect values their name.
func (r *reading) place(names func(map[string]string, *field) string, copy bool) string {
	if r.made != "" {
		forms := r.forms
		if r.of != nil {
			forms += "|" + names(r.values, nil)
		}
		text := r.before + "{" + r.made + forms + "}" + r.after
		if r.then != nil {
			text += r.then.place(names, false)
		}
		return text
	}
	var called []string
	for _, f := range r.fields {
		called = append(called, f.name)
	}
	what := strings.Join(called, " or ")
	if copy {
		what = "@copy " + what
	}
	forms := r.forms
	if r.leads != nil {
		forms += "|led " + names(r.leads, nil)
	}
	if len(r.values) > 0 {
		forms += "|" + names(r.values, r.fields[0])
	}
	return r.before + "{" + what + forms + "}" + r.after
}
