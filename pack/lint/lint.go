// Package lint judges a pack as a whole: names that must differ, references that must lead somewhere, expressions and queries
// that must be ones, and what is allowed but likely not meant. Each check has a file, a test and an id.
package lint

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/dotnet"
	"github.com/kpgen/kpgen/pack/dotnet/hazard"
	"github.com/kpgen/kpgen/pack/load"
	"github.com/kpgen/kpgen/templates"
)

// check is one thing to look for.
type check struct {
	diag.Check
	run func(l *linter)
}

// checks are all checks, those of errors first.
func checks() []check {
	return []check{
		badExpression, badQuery, duplicateName, duplicateFile, fileName, unknownToken, unknownProperty, unknownReport,
		unknownParameter, deviceToken, valueNotNumber, intervalWithoutTime, emptyRule, objectRuleKey, watchListRepeat,
		noSignature, noToken, unreplayedExpression, doubtfulExpression, unusedToken, unusedProperty, unusedParameter, siteName, missingFileName, cutName,
		mixedQuery,
	}
}

// slowChecks take seconds on a large pack, so they are made when they are asked for, not whenever a spec is loaded.
func slowChecks() []check { return []check{hazardousExpression, unprovedHazard} }

// Checks documents every check.
func Checks() []diag.Check {
	var out []diag.Check
	for _, c := range slices.Concat(checks(), slowChecks()) {
		out = append(out, c.Check)
	}
	return out
}

// Run gives what is wrong with a pack, the values one by one (load.Check) and the pack as a whole. The locator says where the
// values are written; nil for a pack written in Go. Values the locator calls broken, having been refused when they were read,
// are not judged a second time.
//
// Checks that take seconds are left out; see Thoroughly.
func Run(p *pack.Pack, loc diag.Locator) diag.List { return run(p, loc, checks()) }

// Thoroughly is Run with all checks, those that take seconds, too.
func Thoroughly(p *pack.Pack, loc diag.Locator) diag.List {
	return run(p, loc, slices.Concat(checks(), slowChecks()))
}

func run(p *pack.Pack, loc diag.Locator, checks []check) diag.List {
	l := &linter{
		Pack: p, loc: loc, list: load.Check(p, loc), compiled: map[expression]compiled{},
		attested: map[string]pack.PropertyType{}, declared: map[string]pack.PropertyType{},
	}
	for _, a := range templates.Properties() {
		l.attested[a.Name] = a.Type
	}
	for _, d := range p.Properties {
		l.declared[d.Name] = d.Type
	}
	for _, c := range checks {
		l.now = c.Check
		c.run(l)
	}
	return l.list.Unique()
}

type linter struct {
	*pack.Pack
	loc       diag.Locator
	now       diag.Check // the check that runs
	list      diag.List
	compiled  map[expression]compiled
	hazardous map[string][]hazard.Hazard // by expression; nil: not looked for
	attested  map[string]pack.PropertyType
	declared  map[string]pack.PropertyType

	suggested int // names a nearest one was looked for
}

// report adds a finding of the running check about the value at the path: bytes from up to to of its text, or with -1 all of it.
func (l *linter) report(path string, from, to int, help, format string, args ...any) {
	if b, ok := l.loc.(interface{ Broken(path string) bool }); ok && b.Broken(path) {
		return
	}
	d := diag.Diagnostic{ID: l.now.ID, Severity: l.now.Severity, Path: path, Message: fmt.Sprintf(format, args...), Help: help}
	switch {
	case l.loc != nil:
		d.Span = l.loc.Locate(path, from, to)
	case from >= 0:
		d.Message += fmt.Sprintf(" (at byte %d)", from)
	}
	l.list = append(l.list, d)
}

// item is the path of a list's item, as in alerts[0].
func item(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// rules visits every rule of every kind; objects tells those of knowledge objects.
func (l *linter) rules(visit func(path string, r pack.Rule, object bool)) {
	all := func(path string, rules []pack.Rule) {
		for i, r := range rules {
			visit(item(path+".rules", i), r, false)
		}
	}
	for i, c := range l.Categories {
		all(item("categories", i), c.Rules)
	}
	for i, a := range l.Alerts {
		all(item("alerts", i), a.Rules)
	}
	for i, r := range l.Reports {
		all(item("reports", i), r.Rules)
	}
	for i, o := range l.KnowledgeObjects {
		for j, r := range o.Rules {
			visit(item(item("knowledge_objects", i)+".rules", j), r.Rule, true)
		}
	}
}

// objectExpressions visits the expressions of a knowledge object.
func objectExpressions(object int, o pack.KnowledgeObject, visit func(path string, e pack.Expression)) {
	for i, r := range o.Rules {
		for j, e := range r.Expressions {
			visit(item(item(item("knowledge_objects", object)+".rules", i)+".expressions", j), e)
		}
	}
}

// expression is a regular expression of a flavour, compiled is what became of it.
type expression struct {
	text    string
	flavour pack.Flavour
}

type compiled struct {
	re  *dotnet.Regexp
	err error
}

func (l *linter) compile(text string, flavour pack.Flavour) (*dotnet.Regexp, error) {
	e := expression{text, flavour}
	c, known := l.compiled[e]
	if !known {
		c.re, c.err = dotnet.Compile(text, dotnet.Options{Flavour: flavour})
		l.compiled[e] = c
	}
	return c.re, c.err
}

// set is a set of names.
type set map[string]bool

// maxSuggestions is the number of names a nearest known one is looked for: whoever has more wrong is helped by none.
const maxSuggestions = 200

// suggest is help for a name that is not among the known.
func (l *linter) suggest(name string, known set) string {
	l.suggested++
	if l.suggested > maxSuggestions {
		return ""
	}
	return diag.DidYouMean(name, slices.Sorted(maps.Keys(known)))
}

// tokens gives the tokens a knowledge object captures; false when an expression of it is missing or none, so that not all its
// tokens are known.
func (l *linter) tokens(o pack.KnowledgeObject) (names set, all bool) {
	names, all = set{}, true
	objectExpressions(0, o, func(_ string, e pack.Expression) {
		re, err := l.compile(e.Expression1, pack.DotNet)
		if err != nil || e.Expression1 == "" {
			all = false
			return
		}
		for _, g := range re.Groups() {
			names[g] = true
		}
	})
	for _, r := range o.Rules {
		all = all && len(r.Expressions) > 0
	}
	return names, all
}

// allTokens gives the tokens of every knowledge object.
func (l *linter) allTokens() (names set, all bool) {
	names, all = set{}, true
	for _, o := range l.KnowledgeObjects {
		n, whole := l.tokens(o)
		maps.Copy(names, n)
		all = all && whole
	}
	return names, all
}

// propertyType gives the type of a property that is attested or declared by the pack.
func (l *linter) propertyType(name string) (pack.PropertyType, bool) {
	if t, ok := l.attested[name]; ok {
		return t, true
	}
	t, ok := l.declared[name]
	return t, ok
}
