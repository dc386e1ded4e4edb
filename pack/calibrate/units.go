package calibrate

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact/template"
)

// A span may stand in two places: its number, and beside it the unit, of which the files may show no more than one.

// amount is the form of a span's number whose unit stands elsewhere.
const amount = "amount"

// unit makes the spot the unit of a span of which another spot has the number.
func (r *resolver) unit(s *spot) bool {
	var of *spot
	var words map[string]string
	for _, other := range r.spots {
		if other == s || other.kind != s.kind || !other.mayBeAmount() || slices.ContainsFunc(r.spots, func(o *spot) bool { return o.isUnitOf(other) }) {
			continue
		}
		to, ok := s.unitWords(other.outcome.fields[0])
		if ok && (of == nil || !strings.HasPrefix(s.name, of.name)) { // of several the one it is called like, or the nearest before it
			of, words = other, to
		}
	}
	if of == nil {
		return false
	}
	of.outcome.forms, of.outcome.values, of.outcome.alike = piped(amount), nil, nil
	f := of.outcome.fields[0]
	s.outcome = &reading{made: "@unit " + f.name, of: []*field{f}, values: words, distinct: len(words)}
	s.sort = made
	return true
}

func (p *spot) mayBeAmount() bool {
	c := p.outcome
	return c != nil && !p.copyOf && len(c.fields) == 1 && c.fields[0].ref.Type == reflect.TypeFor[pack.Duration]() &&
		(c.forms == piped(amount) || p.asForm(c.fields[0], amount) != nil)
}

func (p *spot) isUnitOf(other *spot) bool {
	return p.outcome != nil && p.outcome.made == "@unit "+other.outcome.fields[0].name
}

// unitWords gives the texts of the units if the spot tells those of the field: where there are several, or where the one is such a word.
func (p *spot) unitWords(f *field) (map[string]string, bool) {
	to, from := map[string]string{}, map[string]string{}
	for _, c := range p.copies {
		text, zero := f.text(c.s)
		unit := template.UnitOf(text)
		if known, ok := to[unit]; zero && c.text == "" {
			continue
		} else if zero || !c.present || c.text == "" || ok && known != c.text {
			return nil, false
		}
		if known, ok := from[c.text]; ok && known != unit {
			return nil, false
		}
		to[unit], from[c.text] = c.text, unit
	}
	for _, spelled := range unitSpellings {
		all := map[string]string{}
		for _, unit := range template.Units() {
			all[unit] = spelled(unit)
		}
		shown := maps.Clone(all)
		maps.DeleteFunc(shown, func(unit, _ string) bool { return to[unit] == "" })
		if len(to) > 0 && maps.Equal(shown, to) {
			return all, true
		}
	}
	return to, len(to) > 1
}

// unitSpellings are the ways programs write units of time.
var unitSpellings = []func(string) string{
	func(s string) string { return s },
	func(s string) string { return s + "s" },
	func(s string) string { return strings.ToUpper(s[:1]) + s[1:] },
	func(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "s" },
	strings.ToUpper,
	func(s string) string { return strings.ToUpper(s) + "S" },
	func(s string) string { return s[:1] },
	func(s string) string { return strings.ToUpper(s[:1]) },
}

// withoutUnit takes back numbers of spans whose units nothing tells.
func (r *resolver) withoutUnit() {
	for _, s := range r.spots {
		if s.outcome == nil || s.outcome.forms != piped(amount) || !s.mayBeAmount() ||
			slices.ContainsFunc(r.spots, func(o *spot) bool { return o.isUnitOf(s) }) {
			continue
		}
		delete(r.taken, s.outcome.fields[0].name)
		s.outcome, s.sort = nil, unexplained
	}
}
