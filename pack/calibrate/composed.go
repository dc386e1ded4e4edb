package calibrate

import (
	"reflect"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact/template"
)

// composed makes the spot a copy of two fields, one behind the other, as a path is of an item's group and its name.
func (r *resolver) composed(s *spot) bool {
	if s.kind.path == "" || s.same() || slices.ContainsFunc(s.copies, func(c copied) bool { return !c.present }) {
		return false
	}
	var texts []*field
	for _, f := range s.kind.fields {
		if f.joined == nil && f.ref.Type == reflect.TypeFor[string]() && !slices.ContainsFunc(s.copies, func(c copied) bool { return !f.tells(c.s) }) {
			texts = append(texts, f)
		}
	}
	for _, first := range texts {
		for _, second := range texts {
			for _, form := range textForms {
				if c := s.asBoth(first, second, form); first != second && c != nil {
					s.outcome, s.sort = c, made
					return true
				}
			}
		}
	}
	return false
}

// asBoth tries two fields in a form, with a constant text between them, and perhaps around.
func (s *spot) asBoth(first, second *field, form string) *reading {
	var before, between, after string
	for i, c := range s.copies {
		a, b := spelledIn(form, first, c.s), spelledIn(form, second, c.s)
		if i == 0 {
			var ok, also bool
			before, after, ok = strings.Cut(c.text, a)
			between, after, also = strings.Cut(after, b)
			if !ok || !also || between == "" || strings.Contains(before+between+after, "{") {
				return nil
			}
		}
		if c.text != before+a+between+b+after {
			return nil
		}
	}
	return &reading{made: "@copy " + first.name, forms: piped(form), before: before, after: between,
		then: &reading{made: "@copy " + second.name, forms: piped(form), after: after}}
}

// spelledIn is the text of an item's field in a form.
func spelledIn(form string, f *field, s *scope) string {
	text, _ := f.text(s)
	text, _ = template.Spell(form, text)
	return text
}
