package lint

import (
	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

var emptyRule = check{
	diag.Check{
		ID: "empty-rule", Severity: diag.Error,
		Description: "A rule of a category, an alert or a report restricts nothing, so it takes every event.",
	},
	func(l *linter) {
		l.rules(func(path string, r pack.Rule, object bool) {
			r.Title = ""
			if !object && r == (pack.Rule{}) {
				l.report(path, -1, -1, "give it a match or a field such as event_source",
					"this rule restricts nothing, so it takes every event")
			}
		})
	},
}
