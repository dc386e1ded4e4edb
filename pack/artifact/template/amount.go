package template

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/diag"
)

// A span may stand in two places, {period|amount} its number and {@unit period|units} its unit, which is the largest that tells it in
// a whole number: day, hour, minute or second, before the place's forms.

// inUnit gives a span as a number of its largest unit.
func inUnit(d time.Duration) (n int64, unit string, ok bool) {
	for _, u := range wordUnits {
		if d > 0 && d%u.unit == 0 {
			return int64(d / u.unit), u.name, true
		}
	}
	return 0, "", false
}

// Units are the names of units of time, longest first.
func Units() []string {
	var names []string
	for _, u := range wordUnits {
		names = append(names, u.name)
	}
	return names
}

// UnitOf is the unit that a span stands in, as the model writes it; empty for none.
func UnitOf(text string) string {
	d, err := pack.ParseDuration(text)
	if err != nil {
		return ""
	}
	_, unit, _ := inUnit(time.Duration(d))
	return unit
}

// amount spells the number of a span; what it is without the unit, no reading tells.
type amount struct{}

func (amount) write(text string) (string, bool) {
	d, err := pack.ParseDuration(text)
	if err != nil {
		return "", false
	}
	n, _, ok := inUnit(time.Duration(d))
	return strconv.FormatInt(n, 10), ok
}

func (amount) read(text string) (string, bool) { return text, true }

// isAmount reports whether the text of a place is a number whose unit stands elsewhere.
func (p *place) isAmount() bool {
	for _, f := range p.forms {
		if _, is := f.(amount); is {
			return true
		}
	}
	return false
}

// bindUnit binds the unit of a span whose amount stands elsewhere.
func (c *compiler) bindUnit(p *place, name string, in *inner) error {
	ref, ok := fields.Resolve(in.scope, name)
	if !ok || ref.Type != reflect.TypeFor[pack.Duration]() {
		return fmt.Errorf("%q is no span of time here", name)
	}
	p.refs, p.unit = []*fields.Ref{ref}, true
	in.show(ref)
	c.t.units[ref.Path(in.path)] = p
	return nil
}

// unitText is the unit of the item's span.
func (p *place) unitText(s *scope) (string, bool) {
	v, _ := p.refs[0].Get(s.item)
	unit := UnitOf(fields.Format(v))
	return unit, unit != ""
}

// spans sets the spans whose number and unit are there.
func (r *reader) spans(it *item) {
	for _, c := range it.amounts {
		ref := c.refs[0]
		unit, told := it.units[ref.Name]
		d, ok := readSpanInWords(strings.TrimSpace(c.text) + " " + unit)
		if !told || !ok {
			r.Found = append(r.Found, diag.Diagnostic{ID: "bad-value", Severity: diag.Error, Span: c.at.Span(-1, -1), Path: ref.Path(it.path),
				Message: fmt.Sprintf("%q of the unit %q is no span of time; expected a whole number, and beside it the unit", diag.Clip(c.text), diag.Clip(unit))})
			continue
		}
		r.set(ref, it.scope, pack.Duration(d).String(), c.at.Whole())
	}
}

// noteSpan keeps a number or a unit until the other is there; it reports false for anything else.
func (r *reader) noteSpan(p *place, it *item, plain string, at container.Place) bool {
	switch {
	case p.unit:
		if it.units == nil {
			it.units = map[string]string{}
		}
		it.units[p.refs[0].Name] = plain
	case p.isAmount() && plain != "":
		it.amounts = append(it.amounts, choice{p.refs, plain, at})
	default:
		return false
	}
	return true
}

// refusesSpan says why a span of which amount and unit stand in two places cannot be written, or gives nil.
func (t *Template) refusesSpan(p *place, path, text string) *diag.Diagnostic {
	if _, ok := spell(p.forms, text); !ok {
		return p.refuses(fmt.Sprintf("the place %s of the dialect has no way to write it", p.source), "")
	}
	unit := t.units[path]
	if unit == nil {
		return p.refuses(fmt.Sprintf("nothing of the dialect tells the unit of %s", p.source), "")
	}
	if _, ok := spell(unit.forms, UnitOf(text)); !ok {
		return unit.refuses(fmt.Sprintf("the place %s of the dialect has no way to write this unit", unit.source), UnitOf(text))
	}
	return nil
}
