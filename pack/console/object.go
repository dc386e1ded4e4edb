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
	path    string
	rules   []objectRule
	numbers map[string]bool // the properties it fills that hold numbers
}

type objectRule struct {
	rule
	expressions []expression
}

type expression struct {
	path   string
	groups []string // path#name for each of the expression's groups, beside names
	names  []string
	re     int // in the plan
}

func (c *Console) compileObject(i int, found *diag.List) object {
	ko := &c.pack.KnowledgeObjects[i]
	ready := object{KnowledgeObject: ko, path: fmt.Sprintf("knowledge_objects[%d]", i), numbers: numbers(c.pack)}
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
		ready.names = append(ready.names, name)
		ready.groups = append(ready.groups, GroupPath(path, name))
	}
	return ready
}

// GroupPath names a group of a knowledge object's expression among a Result's Hits.
func GroupPath(expression, group string) string { return expression + "#" + group }

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
	for _, g := range m.Groups {
		last, ok := g.Last()
		at := slices.Index(e.names, g.Name)
		if !ok || at < 0 {
			continue
		}
		r.Hits = append(r.Hits, e.groups[at])
		if !slices.ContainsFunc(r.Tokens, func(t Token) bool { return t.Name == g.Name }) {
			r.Tokens = append(r.Tokens, Token{Name: g.Name, Value: last.Value, From: last.From, To: last.To, Path: e.path})
		}
	}
}

// fill sets the properties a knowledge object gives an event: three of its own (Figure 10: log_category, log_source,
// source_type) and those the pack maps tokens to.
func (w *Worker) fill(o *object, r *Result) {
	r.Properties = append(r.Properties, Property{"log_category", o.AppliesTo}, Property{"log_source", o.Name},
		Property{"source_type", w.c.sourceType})
	for _, p := range o.Properties {
		value := ""
		for _, token := range p.Tokens {
			value = cmp.Or(value, r.Token(token))
		}
		if o.numbers[p.Property] {
			value = leadingNumber(value)
		}
		if value != "" {
			r.Properties = append(r.Properties, Property{p.Property, value})
		}
	}
	slices.SortFunc(r.Properties, func(a, b Property) int { return cmp.Compare(a.Name, b.Name) })
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
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return ""
	}
	return strconv.FormatFloat(math.Round(f)+0, 'f', 0, 64) // +0: no negative zero
}
