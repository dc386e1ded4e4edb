package lint

import (
	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

var unreplayedExpression = check{
	diag.Check{
		ID: "unreplayed-expression", Severity: diag.Warning,
		Description: "An expression has an expression 2 or a format string. Figure 45 shows the fields empty and what they do " +
			"is not known, so no replay follows them.",
	},
	func(l *linter) {
		for i, o := range l.KnowledgeObjects {
			objectExpressions(i, o, func(path string, e pack.Expression) {
				l.unreplayed(path+".expression_2", e.Expression2)
				l.unreplayed(path+".format", e.Format)
			})
		}
	},
}

func (l *linter) unreplayed(path, value string) {
	if value != "" {
		l.report(path, -1, -1, "",
			"what the console does with this field is not known: it is written to the file and has no part in a replay")
	}
}
