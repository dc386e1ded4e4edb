package dotnet

import (
	"cmp"
	"slices"
)

// Measure tells how far an expression gets on a text: it holds the beginnings of the expression's alternatives that are
// expressions of their own, the one with the most of its alternative first.
type Measure struct {
	Expression string
	beginnings []Beginning
}

// Beginning is a part of an expression, in byte offsets, and where the alternative that it begins ends.
type Beginning struct {
	From, To, Whole int
	re              *Regexp
}

// Complete reports whether the beginning is all of its alternative.
func (b *Beginning) Complete() bool { return b.To == b.Whole }

func (b *Beginning) share() float64 { return float64(b.To-b.From) / float64(b.Whole-b.From) }

// Find gives the beginning's first match, nil when there is none or time runs out.
func (b *Beginning) Find(s *Subject) *Match {
	m, err := b.re.Find(s)
	if err != nil {
		return nil
	}
	return m
}

// NewMeasure gives the measure of an expression; one that is none gets nowhere on any text.
func NewMeasure(expression string, opt Options) *Measure {
	m := &Measure{Expression: expression}
	whole, err := Compile(expression, opt)
	if err != nil {
		return m
	}
	for _, a := range whole.Alternatives() {
		for _, cut := range a.Cuts {
			re, err := Compile(expression[a.From:cut], opt)
			if err == nil && cut > a.From {
				m.beginnings = append(m.beginnings, Beginning{a.From, cut, a.To, re})
			}
		}
	}
	slices.SortStableFunc(m.beginnings, func(a, b Beginning) int { return cmp.Compare(b.share(), a.share()) })
	return m
}

// Reach gives the greatest beginning that matches, nil when none does that is greater than what was reached before.
func (m *Measure) Reach(s *Subject, before *Beginning) *Beginning {
	for i := range m.beginnings {
		b := &m.beginnings[i]
		if before != nil && b.share() <= before.share() {
			return nil
		}
		if ok, err := b.re.Match(s); ok && err == nil {
			return b
		}
	}
	return nil
}

// Next gives the end of the part of the expression that comes after a beginning: what the text does not have.
func (m *Measure) Next(b *Beginning) int {
	next := b.Whole
	for i := range m.beginnings {
		if other := &m.beginnings[i]; other.From == b.From && other.To > b.To {
			next = min(next, other.To)
		}
	}
	return next
}
