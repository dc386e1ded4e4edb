package lint

import (
	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

var noToken = check{
	diag.Check{
		ID: "no-token", Severity: diag.Warning,
		Description: "A knowledge object's expression has no named group, so it captures nothing.",
	},
	func(l *linter) {
		for i, o := range l.KnowledgeObjects {
			objectExpressions(i, o, func(path string, e pack.Expression) {
				re, err := l.compile(e.Expression1, pack.DotNet)
				if err == nil && e.Expression1 != "" && len(re.Groups()) == 0 {
					l.report(path+".expression_1", -1, -1, "name a group: (?<Token>…)",
						"the expression has no named group, so it captures nothing")
				}
			})
		}
	},
}
