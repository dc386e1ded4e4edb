package lint

import (
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/dotnet"
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
	l.findHazards()
	seen := map[diag.Span]bool{}
	l.dotnetExpressions(func(path, text string) {
		for _, h := range l.hazardous[text] {
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
	})
}

// dotnetExpressions visits every expression of .NET's.
func (l *linter) dotnetExpressions(visit func(path, text string)) {
	l.rules(func(path string, r pack.Rule, _ bool) {
		visit(path+".match.regex", r.Match.Regex)
		visit(path+".exception.regex", r.Exception.Regex)
	})
	for i, o := range l.KnowledgeObjects {
		objectExpressions(i, o, func(path string, e pack.Expression) { visit(path+".expression_1", e.Expression1) })
	}
}

// findHazards looks for the hazards of every expression once, of as many at a time as there are cores.
func (l *linter) findHazards() {
	if l.hazardous != nil {
		return
	}
	l.hazardous = map[string][]hazard.Hazard{}
	var all []*dotnet.Regexp
	l.dotnetExpressions(func(_, text string) {
		if _, known := l.hazardous[text]; known || text == "" {
			return
		}
		l.hazardous[text] = nil
		if re, err := l.compile(text, pack.DotNet); err == nil {
			all = append(all, re)
		}
	})
	found := make([][]hazard.Hazard, len(all))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, re := range all {
		group.Go(func() error {
			found[i] = hazard.Find(re)
			return nil
		})
	}
	_ = group.Wait() // none fails
	for i, re := range all {
		l.hazardous[re.String()] = found[i]
	}
}
