package proof

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/dotnet"
)

// nearest says which sample came nearest to showing a claim, "" when there is nothing to say.
func (r *run) nearest(c *Claim) string {
	expression, flavour := r.expressionOf(c)
	if expression == "" {
		return ""
	}
	m := newMeasure(expression, flavour)
	var best Place
	var far *beginning
	for _, s := range r.seen {
		if b := m.reach(dotnet.NewSubject(s.text), far); b != nil {
			best, far = s.at, b
		}
	}
	if far == nil {
		return "no sample matches even its beginning"
	}
	return fmt.Sprintf("nearest: %s, as far as %s", best, m.shown(far))
}

// expressionOf gives the expression behind a claim, "" when it has none of its own.
func (r *run) expressionOf(c *Claim) (string, pack.Flavour) {
	p := r.proof.Pack
	switch {
	case c.Kind == kindDevice:
		return p.Source.DeviceID.Expression, p.Source.DeviceID.Flavour
	case c.rule != nil:
		return c.rule.Match.Regex, pack.DotNet
	case c.Kind != kindExpression:
		return "", ""
	}
	for i := range p.KnowledgeObjects {
		for k := range p.KnowledgeObjects[i].Rules {
			for n, e := range p.KnowledgeObjects[i].Rules[k].Expressions {
				if c.Path == fmt.Sprintf("knowledge_objects[%d].rules[%d].expressions[%d]", i, k, n) {
					return e.Expression1, pack.DotNet
				}
			}
		}
	}
	return "", ""
}

// nearestRule finds the rule of an item that came farthest on a line it was expected to take, and says how far; the item's first
// rule when none has an expression that begins to match, "" when the pack has no such item.
func (r *run) nearestRule(kind, item, text string) (path, help string) {
	subject := dotnet.NewSubject(text)
	var far *beginning
	for _, c := range r.proof.Claims {
		if c.Kind != kind || c.Item != item || c.rule == nil {
			continue
		}
		if path == "" {
			path = c.Path
		}
		m := newMeasure(c.rule.Match.Regex, pack.DotNet)
		if b := m.reach(subject, far); b != nil {
			far = b
			path, help = c.Path, fmt.Sprintf("nearest: rule %q at %s, as far as %s", c.Part, c.Span, m.shown(b))
		}
	}
	return path, help
}

// nearestToken says how far the expressions that capture a column's token came on a line.
func (r *run) nearestToken(col pack.Column, text string) string {
	if col.Token == "" {
		return ""
	}
	subject := dotnet.NewSubject(text)
	var far *beginning
	help := ""
	for _, c := range r.proof.Claims {
		expression, _ := r.expressionOf(c)
		if c.Kind != kindExpression || expression == "" {
			continue
		}
		re, err := dotnet.Compile(expression, dotnet.Options{})
		if err != nil || !slices.Contains(re.Groups(), col.Token) {
			continue
		}
		m := newMeasure(expression, pack.DotNet)
		if b := m.reach(subject, far); b != nil {
			far = b
			help = fmt.Sprintf("nearest: %s at %s, as far as %s", c.Part, c.Span, m.shown(b))
			if b.to == b.whole {
				return fmt.Sprintf("%s at %s matches", c.Part, c.Span)
			}
		}
	}
	return help
}

// measure tells how far an expression gets on a text: the beginnings of its alternatives that are expressions of their own, the
// one with the most of its alternative first.
type measure struct {
	expression string
	beginnings []beginning
}

// beginning is a part of an expression and its share of the alternative it begins, above 0 and at most 1.
type beginning struct {
	from, to, whole int
	re              *dotnet.Regexp
}

func (b *beginning) share() float64 { return float64(b.to-b.from) / float64(b.whole-b.from) }

func newMeasure(expression string, flavour pack.Flavour) *measure {
	m := &measure{expression: expression}
	whole, err := dotnet.Compile(expression, dotnet.Options{Flavour: flavour})
	if err != nil {
		return m
	}
	for _, a := range whole.Alternatives() {
		for _, cut := range a.Cuts {
			re, err := dotnet.Compile(expression[a.From:cut], dotnet.Options{Flavour: flavour})
			if err == nil && cut > a.From {
				m.beginnings = append(m.beginnings, beginning{a.From, cut, a.To, re})
			}
		}
	}
	slices.SortStableFunc(m.beginnings, func(a, b beginning) int { return cmp.Compare(b.share(), a.share()) })
	return m
}

// reach gives the greatest beginning that matches, nil when none does that is greater than what was reached before.
func (m *measure) reach(s *dotnet.Subject, before *beginning) *beginning {
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

// shown gives the last part of a beginning, as a person would look for it.
func (m *measure) shown(b *beginning) string {
	const width = 40
	from := max(b.from, b.to-width)
	piece := strings.ToValidUTF8(m.expression[from:b.to], "")
	if from > 0 {
		piece = "…" + piece
	}
	if b.to == b.whole {
		return piece + ", its end: another condition of the rule refuses the line"
	}
	return fmt.Sprintf("%s, character %d of %d", piece, b.to, len(m.expression))
}
