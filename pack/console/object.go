package console

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/templates"
)

// object is a knowledge object made ready.
type object struct {
	*pack.KnowledgeObject
	path  string
	rules []objectRule
	fills []fill
}

// fill is a property an object gives an event.
type fill struct {
	name   string
	own    bool   // the object's own, always there
	value  string // of those
	tokens []int  // of others: the first that has a value
	number bool
}

type objectRule struct {
	rule
	expressions []expression
}

type expression struct {
	path   string
	groups []string // path#name for each of the expression's groups, beside names and tokens
	names  []string
	tokens []int
	re     int // in the plan
}

func (c *Console) compileObject(i int, found *diag.List) object {
	ko := &c.pack.KnowledgeObjects[i]
	ready := object{KnowledgeObject: ko, path: fmt.Sprintf("knowledge_objects[%d]", i), fills: c.fillsOf(ko)}
	for j := range ko.Rules {
		path := fmt.Sprintf("%s.rules[%d]", ready.path, j)
		r := objectRule{rule: c.compileRule(path, &ko.Rules[j].Rule, found)}
		for k, e := range ko.Rules[j].Expressions {
			r.expressions = append(r.expressions, c.compileExpression(fmt.Sprintf("%s.expressions[%d]", path, k), e, found))
		}
		ready.rules = append(ready.rules, r)
	}
	return ready
}

func (c *Console) compileExpression(path string, e pack.Expression, found *diag.List) expression {
	ready := expression{path: path, re: c.compile(path+".expression_1", e.Expression1, pack.DotNet, found)}
	if ready.re == noExpression {
		return ready
	}
	for _, name := range c.compiled[ready.re].Groups() {
		ready.names, ready.tokens = append(ready.names, name), append(ready.tokens, c.token(name))
		ready.groups = append(ready.groups, GroupPath(path, name))
	}
	return ready
}

// GroupPath names a group of a knowledge object's expression among a Result's Hits.
func GroupPath(expression, group string) string { return expression + "#" + group }

// noToken is the index of no token.
const noToken = -1

// token gives a token's index, noToken for "".
func (c *Console) token(name string) int {
	if name == "" {
		return noToken
	}
	if _, ok := c.tokens[name]; !ok {
		c.tokens[name] = len(c.tokens)
	}
	return c.tokens[name]
}

// token gives the value of a token of the event at hand, "" when it has none.
func (w *Worker) token(i int, r *Result) string {
	if at := w.tokens[i]; at > 0 {
		return r.Tokens[at-1].Value
	}
	return ""
}

// fillsOf lists what an object fills, in order of the names: three properties of its own (Figure 10: log_category, log_source,
// source_type) and those the pack maps tokens to.
func (c *Console) fillsOf(o *pack.KnowledgeObject) []fill {
	all := []fill{{name: "log_category", own: true, value: o.AppliesTo}, {name: "log_source", own: true, value: o.Name},
		{name: "source_type", own: true, value: c.sourceType}}
	isNumber := numbers(c.pack)
	for _, p := range o.Properties {
		f := fill{name: p.Property, number: isNumber[p.Property]}
		for _, name := range p.Tokens {
			if token := c.token(name); token != noToken {
				f.tokens = append(f.tokens, token)
			}
		}
		all = append(all, f)
	}
	slices.SortStableFunc(all, func(a, b fill) int { return cmp.Compare(a.name, b.name) })
	return all
}

// numbers lists the properties that hold numbers: the attested ones and those the pack declares.
func numbers(p *pack.Pack) map[string]bool {
	is := map[string]bool{}
	for _, known := range templates.Properties() {
		is[known.Name] = known.Type == pack.Number
	}
	for _, own := range p.Properties {
		is[own.Name] = own.Type == pack.Number
	}
	return is
}

// pickObject finds the knowledge object of the event and fills tokens and properties. The vendor's material says an event must
// not match more than one object: when it does, the first in the pack is taken and the rest are a finding.
func (w *Worker) pickObject(r *Result) {
	var taken *object
	for i := range w.c.objects {
		o := &w.c.objects[i]
		hits := len(r.Hits)
		if !w.takesObject(o, r) {
			continue
		}
		if taken == nil {
			taken = o
			w.extract(o, r.Hits[hits:], r)
			continue
		}
		r.Findings = append(r.Findings, Finding{ID: "object-ambiguous", Path: o.path,
			Message: fmt.Sprintf("the event matches the knowledge objects %q and %q; it must match one", taken.Name, o.Name)})
	}
}

func (w *Worker) takesObject(o *object, r *Result) bool {
	taken := false
	for i := range o.rules {
		if w.accepts(&o.rules[i].rule, r) {
			r.Hits = append(r.Hits, o.rules[i].path)
			taken = true
		}
	}
	return taken
}

// extract runs the expressions of the rules that took the event. A token keeps the first value it gets: what the console does
// when two expressions capture one token is not known.
func (w *Worker) extract(o *object, hits []string, r *Result) {
	r.KnowledgeObject = o.Name
	for i := range o.rules {
		if !slices.Contains(hits, o.rules[i].path) {
			continue
		}
		for j := range o.rules[i].expressions {
			w.capture(&o.rules[i].expressions[j], r)
		}
	}
	w.fill(o, r)
}

// capture adds the tokens of one expression: every named group's last capture (a group name used twice is one group in .NET).
func (w *Worker) capture(e *expression, r *Result) {
	m, err := w.find(e.re)
	if err != nil {
		r.timeout(e.path+".expression_1", err)
	}
	if m == nil {
		return
	}
	r.Hits = append(r.Hits, e.path)
	for i := range m.Groups {
		g := &m.Groups[i]
		at := slices.Index(e.names, g.Name)
		if at < 0 || len(g.Captures) == 0 {
			continue
		}
		last := &g.Captures[len(g.Captures)-1]
		r.Hits = append(r.Hits, e.groups[at])
		if token := e.tokens[at]; w.tokens[token] == 0 {
			r.Tokens = append(r.Tokens, Token{Name: g.Name, Value: last.Value, From: last.From, To: last.To, Path: e.path})
			w.tokens[token] = len(r.Tokens)
		}
	}
}

// fill sets the properties a knowledge object gives an event. Those of its own are there even when empty.
func (w *Worker) fill(o *object, r *Result) {
	for i := range o.fills {
		f := &o.fills[i]
		value := f.value
		for _, token := range f.tokens {
			if value = w.token(token, r); value != "" {
				break
			}
		}
		if f.number {
			value = leadingNumber(value)
		}
		if value != "" || f.own {
			r.Properties = append(r.Properties, Property{f.name, value})
		}
	}
}

// leadingNumber gives the number a text begins with, rounded to the nearest integer, halves away from zero; "" when it begins
// with none. Figure 10 stores 626.77MB as 627 and 1024.00MB as 1024; that this is the console's rule for numbers is inferred.
func leadingNumber(s string) string {
	s = strings.TrimLeft(s, " ")
	end := strings.IndexFunc(s, func(c rune) bool { return (c < '0' || c > '9') && c != '.' && c != '-' })
	if end >= 0 {
		s = s[:end]
	}
	if s == "" { // most values of numbers are: not to make an error of it is worth a line
		return ""
	}
	if isInteger(s) {
		return s
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return ""
	}
	return strconv.FormatFloat(math.Round(f)+0, 'f', 0, 64) // +0: no negative zero
}

// isInteger reports whether a text is a whole number as leadingNumber writes it, one that it would not round.
func isInteger(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) <= 15 && (s[0] != '0' || len(s) == 1)
}
