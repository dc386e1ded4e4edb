package lint

import (
	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/dotnet/hazard"
)

var hazardousExpression = check{
	diag.Check{
		ID: "hazardous-expression", Severity: diag.Warning,
		Description: "An expression can match a text in so many ways that .NET takes exponential or polynomial time to find that it " +
			"does not: a line made for it stalls the console. Proved with such a line.",
	},
	func(l *linter) { l.hazards(func(h hazard.Hazard) bool { return h.Proved }) },
}

var unprovedHazard = check{
	diag.Check{
		ID: "unproved-hazard", Severity: diag.Note,
		Description: "An expression can match a text in exponentially many ways, but no line was found that takes long; or it is too " +
			"large to be judged.",
	},
	func(l *linter) { l.hazards(func(h hazard.Hazard) bool { return !h.Proved }) },
}

// hazards reports some of the hazards of all expressions of .NET's, one for a place: many expressions share one.
func (l *linter) hazards(meant func(hazard.Hazard) bool) {
	seen := map[diag.Span]bool{}
	visit := func(path, text string) {
		for _, h := range l.hazardsOf(text) {
			if !meant(h) {
				continue
			}
			if l.loc != nil {
				at := l.loc.Locate(path, h.From, h.To)
				if seen[at] {
					continue
				}
				seen[at] = true
			}
			l.report(path, h.From, h.To, h.Advice, "%s", h.Describe(text))
		}
	}
	l.rules(func(path string, r pack.Rule, _ bool) {
		visit(path+".match.regex", r.Match.Regex)
		visit(path+".exception.regex", r.Exception.Regex)
	})
	for i, o := range l.KnowledgeObjects {
		objectExpressions(i, o, func(path string, e pack.Expression) { visit(path+".expression_1", e.Expression1) })
	}
}

// hazardsOf gives the hazards of an expression, looked for once.
func (l *linter) hazardsOf(text string) []hazard.Hazard {
	re, err := l.compile(text, pack.DotNet)
	if err != nil || text == "" {
		return nil
	}
	if _, known := l.hazardous[text]; !known {
		l.hazardous[text] = hazard.Find(re)
	}
	return l.hazardous[text]
}
