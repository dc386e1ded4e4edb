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
	m := dotnet.NewMeasure(expression, dotnet.Options{Flavour: flavour})
	var best Place
	var far *dotnet.Beginning
	for _, s := range r.seen {
		if b := m.Reach(dotnet.NewSubject(s.text), far); b != nil {
			best, far = s.at, b
		}
	}
	if far == nil {
		return "no sample matches even its beginning"
	}
	return fmt.Sprintf("nearest: %s, as far as %s", best, shown(m, far))
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
	var far *dotnet.Beginning
	for _, c := range r.proof.Claims {
		if c.Kind != kind || c.Item != item || c.rule == nil {
			continue
		}
		if path == "" {
			path = c.Path
		}
		m := dotnet.NewMeasure(c.rule.Match.Regex, dotnet.Options{})
		if b := m.Reach(subject, far); b != nil {
			far = b
			path, help = c.Path, fmt.Sprintf("nearest: rule %q at %s, as far as %s", c.Part, c.Span, shown(m, b))
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
	var far *dotnet.Beginning
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
		m := dotnet.NewMeasure(expression, dotnet.Options{})
		if b := m.Reach(subject, far); b != nil {
			far = b
			help = fmt.Sprintf("nearest: %s at %s, as far as %s", c.Part, c.Span, shown(m, b))
			if b.Complete() {
				return fmt.Sprintf("%s at %s matches", c.Part, c.Span)
			}
		}
	}
	return help
}

// shown gives the last part of a beginning, as a person would look for it.
func shown(m *dotnet.Measure, b *dotnet.Beginning) string {
	const width = 40
	from := max(b.From, b.To-width)
	piece := strings.ToValidUTF8(m.Expression[from:b.To], "")
	if from > 0 {
		piece = "…" + piece
	}
	if b.Complete() {
		return piece + ", its end: another condition of the rule refuses the line"
	}
	return fmt.Sprintf("%s, character %d of %d", piece, b.To, len(m.Expression))
}
