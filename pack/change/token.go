package change

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/kpgen/kpgen/pack"
)

// tokensOf names the tokens of an expression or of a knowledge object's rule.
func tokensOf(v reflect.Value) []string {
	var all []pack.Expression
	switch x := v.Interface().(type) {
	case pack.Expression:
		all = []pack.Expression{x}
	case pack.ObjectRule:
		all = x.Expressions
	}
	var out []string
	for _, e := range all {
		for _, t := range tokens(e.Expression1) {
			out = append(out, t.name)
		}
	}
	return out
}

// captured is a token of a knowledge object where it is captured first.
type captured struct {
	token
	path string // of the expression
}

// capturedBy lists the tokens of an object, each once.
func capturedBy(o pack.KnowledgeObject, path string) []captured {
	var out []captured
	for i, r := range o.Rules {
		for j, e := range r.Expressions {
			for _, t := range tokens(e.Expression1) {
				if !slices.ContainsFunc(out, func(c captured) bool { return c.name == t.name }) {
					out = append(out, captured{t, fmt.Sprintf("%s.rules[%d].expressions[%d]", path, i, j)})
				}
			}
		}
	}
	return out
}

// missing lists the tokens of a that b does not have.
func missing(a, b []captured) []captured {
	return slices.DeleteFunc(slices.Clone(a), func(t captured) bool {
		return slices.ContainsFunc(b, func(u captured) bool { return u.name == t.name })
	})
}

// tokens compares what two knowledge objects capture. The one token an expression has lost and the one it has gained are one that was
// renamed.
func (c *comparer) tokens(a, b pack.KnowledgeObject, w where) {
	old, now := capturedBy(a, w.oldPath), capturedBy(b, w.newPath)
	gone, added := missing(old, now), missing(now, old)
	in := func(list []captured, path string) []captured {
		return slices.DeleteFunc(slices.Clone(list), func(t captured) bool { return t.path != path })
	}
	for _, t := range gone {
		into := in(added, c.paths[t.path])
		if len(into) != 1 || len(in(gone, t.path)) != 1 {
			c.token("token-removed", t, captured{}, w)
			continue
		}
		c.token("token-renamed", t, into[0], w)
		c.renames.add("token", t.name, into[0].name)
		added = missing(added, into)
	}
	for _, t := range added {
		c.token("token-added", captured{}, t, w)
	}
}

func (c *comparer) token(id string, old, now captured, w where) {
	p := Place{What: w.what}
	if old.name != "" {
		p.OldPath = join(old.path, "expression_1")
		p.Old = c.old.locate(p.OldPath, old.from, old.to)
	}
	if now.name != "" {
		p.NewPath = join(now.path, "expression_1")
		p.New = c.new.locate(p.NewPath, now.from, now.to)
	}
	name := now.name
	if name == "" || old.name != "" {
		name = old.name
	}
	p.What = fmt.Sprintf("%s, token %q", w.what, name)
	ch := Change{ID: id, Step: stepOf(id), What: p.What, Old: old.name, New: now.name, Places: []Place{p}}
	if id == "token-renamed" {
		ch.Alike = 1
	}
	c.changes = append(c.changes, ch)
}
