package proof

import (
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
	best, far := Place{}, 0
	for _, s := range r.seen {
		if n := m.reach(dotnet.NewSubject(s.text), far); n > far {
			best, far = s.at, n
		}
	}
	if far == 0 {
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
	subject, far := dotnet.NewSubject(text), 0
	for _, c := range r.proof.Claims {
		if c.Kind != kind || c.Item != item || c.rule == nil {
			continue
		}
		if path == "" {
			path = c.Path
		}
		m := newMeasure(c.rule.Match.Regex, pack.DotNet)
		if n := m.reach(subject, far); n > far {
			far = n
			path, help = c.Path, fmt.Sprintf("nearest: rule %q at %s, as far as %s", c.Part, c.Span, m.shown(n))
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
	help, far := "", 0
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
		if n := m.reach(subject, far); n > far {
			far = n
			help = fmt.Sprintf("nearest: %s at %s, as far as %s", c.Part, c.Span, m.shown(n))
			if n == len(expression) {
				return fmt.Sprintf("%s at %s matches", c.Part, c.Span)
			}
		}
	}
	return help
}

// measure tells how far an expression gets on a text: the longest beginning of it that is an expression and matches.
type measure struct {
	expression string
	ends       []int // where a beginning ends, ascending
	beginnings []*dotnet.Regexp
}

func newMeasure(expression string, flavour pack.Flavour) *measure {
	m := &measure{expression: expression}
	whole, err := dotnet.Compile(expression, dotnet.Options{Flavour: flavour})
	if err != nil {
		return m
	}
	for _, end := range append(whole.Prefixes(), len(expression)) {
		if end == 0 {
			continue
		}
		if re, err := dotnet.Compile(expression[:end], dotnet.Options{Flavour: flavour}); err == nil {
			m.ends, m.beginnings = append(m.ends, end), append(m.beginnings, re)
		}
	}
	return m
}

// reach gives the end of the longest beginning that matches, 0 when none longer than floor does.
func (m *measure) reach(s *dotnet.Subject, floor int) int {
	for i := len(m.ends) - 1; i >= 0 && m.ends[i] > floor; i-- {
		if ok, err := m.beginnings[i].Match(s); ok && err == nil {
			return m.ends[i]
		}
	}
	return 0
}

// shown gives the last part of a beginning, as a person would look for it.
func (m *measure) shown(end int) string {
	const width = 40
	from := max(0, end-width)
	piece := strings.ToValidUTF8(m.expression[from:end], "")
	if from > 0 {
		piece = "…" + piece
	}
	if end == len(m.expression) {
		return piece + ", the whole expression: its other conditions refuse the line"
	}
	return fmt.Sprintf("%s, %d of %d characters", piece, end, len(m.expression))
}
