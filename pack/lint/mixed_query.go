package lint

import (
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/lucene"
)

var mixedQuery = check{
	diag.Check{
		ID: "mixed-query", Severity: diag.Warning,
		Description: "A dashlet's query has AND and OR side by side without brackets, which Lucene's parsers read differently.",
	},
	func(l *linter) {
		for i, d := range l.Dashlets {
			q, err := lucene.Parse(d.Query)
			if err != nil {
				continue
			}
			if m := q.Mixed(); m != nil {
				l.report(item("dashlets", i)+".query", m.From, m.To, m.Help, "%s", m.Message)
			}
		}
	},
}
