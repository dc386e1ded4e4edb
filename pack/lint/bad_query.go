package lint

import (
	"errors"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/lucene"
)

var badQuery = check{
	diag.Check{
		ID: "bad-query", Severity: diag.Error,
		Description: "A dashlet's query is no Lucene query, or uses a part of Lucene that is not taken.",
	},
	func(l *linter) {
		for i, d := range l.Dashlets {
			_, err := lucene.Parse(d.Query)
			var e *lucene.Error
			if d.Query != "" && errors.As(err, &e) {
				l.report(item("dashlets", i)+".query", e.From, e.To, e.Help, "%s", e.Message)
			}
		}
	},
}
