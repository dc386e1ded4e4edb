package calibrate

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/artifact/template"
)

// Forms that are tried for each sort of value, plain first.
var (
	escapeForms = []string{"", "c", "doubled", "quoted", "xml", "html", "markup", "attribute"}
	textForms   = append(escapeForms[:len(escapeForms):len(escapeForms)], "url", "percent", "base64", "base64utf16", "hex")
	tagForms    = append(escapeForms[:len(escapeForms):len(escapeForms)], "percent", "xmlname", "asciiname")
	spanForms   = []string{"", "seconds", "milliseconds", "minutes", "hours", "days", "ticks", "timespan", "clock", "shortclock", "iso8601", "words", "lowerwords", amount}
)

func (p *spot) asForms(f *field, forms []string) *reading {
	var first *reading
	for _, form := range forms {
		r := p.asForm(f, form)
		switch {
		case r == nil:
		case first == nil:
			first = r
		case r.distinct == first.distinct && maps.Equal(r.values, first.values):
			first.alike = append(first.alike, form)
		}
	}
	return first
}

// asForm tries a field in one form. Items without a value may all have one text of their own.
func (p *spot) asForm(f *field, form string) *reading {
	distinct := map[string]bool{}
	none, nones, plainly := "", false, false
	some, told, smoothed := false, false, false
	for _, c := range p.copies {
		text, zero := f.text(c.s)
		some, told = some || zero, told || !zero
		switch spelled, ok := template.Spell(form, text); {
		case !c.present && !zero:
			return nil
		case !zero && ok && spelled != c.text && isSmoothed(spelled, c.text):
			smoothed = true
		case !c.present:
		case zero && !ok && c.text == "":
			plainly = true
		case zero && c.text == spelled && ok:
			plainly = true
			distinct[text] = distinct[text] || text != ""
		case zero && nones && none != c.text, !zero && (!ok || spelled != c.text):
			return nil
		case zero:
			none, nones = c.text, true
		default:
			distinct[text] = true
		}
	}
	delete(distinct, "")
	if !told { // a 0 may be that of any number
		clear(distinct)
	}
	if form != "" && len(distinct) == 0 || nones && plainly {
		return nil
	}
	r := &reading{fields: []*field{f}, forms: piped(form), distinct: len(distinct), zero: len(distinct) == 0, empty: some}
	if smoothed && len(distinct) == 0 {
		return nil
	}
	if smoothed {
		r.infer(SmoothedBlanks)
	}
	if nones {
		if r.zero || !saysNothing(none) && len(distinct) < 3 {
			return nil
		}
		spelled, ok := template.Spell(form, fields.Format(reflect.New(f.ref.Type).Elem()))
		if !ok {
			return nil
		}
		r.values = map[string]string{spelled: none}
	}
	return r
}

// isSmoothed reports whether a console took line breaks, or blanks at the ends, out of a text, or all behind its first line.
func isSmoothed(text, there string) bool {
	if there == "" || !strings.Contains(text, "\n") && strings.TrimSpace(text) == text {
		return false
	}
	smooth, is := strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(there), " ")
	first, _, _ := strings.Cut(text, "\n")
	return smooth == is || strings.TrimSpace(first) == is
}

// nothings are words programs write where there is no value.
var nothings = []string{"n/a", "none", "null", "nil", "any", "all", "undefined", "empty", "not set"}

// saysNothing reports whether a text likely stands for no value.
func saysNothing(text string) bool {
	return slices.Contains(nothings, strings.ToLower(strings.Trim(text, "()<>[]-* "))) || strings.IndexFunc(text, isWord) < 0
}

func piped(form string) string {
	if form == "" {
		return ""
	}
	return "|" + form
}

// asAffixed tries a field with constant text around it.
func (p *spot) asAffixed(f *field) *reading {
	if r := p.asAffixedIn(f, "slashes"); r != nil && r.before == "/" && r.after == "/" { // as expressions stand in programs
		return r
	}
	var first *reading
	for _, form := range escapeForms {
		switch r := p.asAffixedIn(f, form); {
		case r == nil:
		case first == nil:
			first = r
		case r.before == first.before && r.after == first.after:
			first.alike = append(first.alike, form)
		}
	}
	return first
}

func (p *spot) asAffixedIn(f *field, form string) *reading {
	r := &reading{fields: []*field{f}, forms: piped(form)}
	distinct := map[string]bool{}
	for _, c := range p.copies {
		text, zero := f.text(c.s)
		if !c.present && zero {
			continue
		}
		text, ok := template.Spell(form, text)
		if !ok {
			return nil
		}
		if len(distinct) == 0 {
			at := strings.Index(c.text, text)
			if zero || at < 0 || len(text) < 3 {
				return nil
			}
			r.before, r.after = c.text[:at], c.text[at+len(text):]
		}
		if !c.present || c.text != r.before+text+r.after {
			return nil
		}
		distinct[text] = true
	}
	if r.distinct = len(distinct); r.distinct < 2 {
		return nil
	}
	return r
}

// asAlternatives tries pairs of fields of which an item has one.
func (p *spot) asAlternatives() {
	for i, f := range p.kind.fields {
		for _, g := range p.kind.fields[:i] {
			if f.joined == nil && g.joined == nil && f.ref.Type == g.ref.Type && f.ref.Type.Kind() == reflect.String {
				p.asEither(g, f)
			}
		}
	}
}

func (p *spot) asEither(f, g *field) {
	var first *reading
	for _, form := range escapeForms {
		r := p.asEitherIn(f, g, form)
		if r == nil && alternative(f.name) == g.name {
			r = p.asLed(f, g, form)
		}
		switch {
		case r == nil:
		case first == nil:
			first = r
		default:
			first.alike = append(first.alike, form)
		}
	}
	if first != nil {
		p.found = append(p.found, *first)
	}
}

// asLed tries two fields of which an item has one, each with a text of its own before it.
func (p *spot) asLed(f, g *field, form string) *reading {
	leads := map[string]string{}
	distinct := map[string]bool{}
	for _, c := range p.copies {
		name := f.name
		text, noF := f.text(c.s)
		if other, noG := g.text(c.s); noF {
			if name, text = g.name, other; noG {
				if c.text != "" {
					return nil
				}
				continue
			}
		} else if !noG {
			return nil
		}
		spelled, ok := template.Spell(form, text)
		lead, is := strings.CutSuffix(c.text, spelled)
		if known, told := leads[name]; !ok || !is || !c.present || told && known != lead {
			return nil
		}
		leads[name] = lead
		distinct[text] = true
	}
	if len(leads) < 2 || leads[f.name] == leads[g.name] || len(distinct) < 3 {
		return nil
	}
	return &reading{fields: []*field{f, g}, forms: piped(form), leads: leads, distinct: len(distinct)}
}

func (p *spot) asEitherIn(f, g *field, form string) *reading {
	distinct := map[string]bool{}
	both := [2]bool{}
	none := ""
	for _, c := range p.copies {
		a, noA := f.text(c.s)
		b, noB := g.text(c.s)
		if noA && noB {
			if c.text != "" && none != "" && c.text != none {
				return nil
			}
			none = cmp.Or(none, c.text)
			continue
		}
		both[0], both[1] = both[0] || !noA, both[1] || !noB
		text := a + b
		distinct[text] = true
		if spelled, ok := template.Spell(form, text); !noA && !noB || !c.present || !ok || spelled != c.text {
			return nil
		}
	}
	if !both[0] || !both[1] {
		return nil
	}
	r := &reading{fields: []*field{f, g}, forms: piped(form), distinct: len(distinct)}
	if none != "" {
		r.values = map[string]string{"": none}
	}
	return r
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
