package lint

import (
	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

var doubtfulExpression = check{
	diag.Check{
		ID: "doubtful-expression", Severity: diag.Warning,
		Description: "What a part of a .NET expression matches on a console is not sure: .NET goes astray there, or its versions " +
			"differ, or it is another engine's and means something else.",
	},
	func(l *linter) {
		l.rules(func(path string, r pack.Rule, _ bool) {
			l.doubt(path+".match.regex", r.Match.Regex)
			l.doubt(path+".exception.regex", r.Exception.Regex)
		})
		for i, o := range l.KnowledgeObjects {
			objectExpressions(i, o, func(path string, e pack.Expression) { l.doubt(path+".expression_1", e.Expression1) })
		}
	},
}

func (l *linter) doubt(path, text string) {
	re, err := l.compile(text, pack.DotNet)
	if err != nil {
		return
	}
	for _, d := range re.Doubts() {
		l.report(path, d.From, d.To, "", "%s [%s]", d.Message, d.Kind)
	}
}
