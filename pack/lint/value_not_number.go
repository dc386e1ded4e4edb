package lint

import (
	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

var valueNotNumber = check{
	diag.Check{
		ID: "value-not-number", Severity: diag.Error,
		Description: "A dashlet adds up or averages nothing, or a property that is no number.",
	},
	func(l *linter) {
		for i, d := range l.Dashlets {
			if d.Value.Aggregate != pack.Sum && d.Value.Aggregate != pack.Average {
				continue
			}
			path := item("dashlets", i) + ".value.property"
			t, known := l.propertyType(d.Value.Property)
			switch {
			case d.Value.Property == "":
				l.report(path, -1, -1, "", "%s needs a property", d.Value.Aggregate)
			case known && t != pack.Number:
				l.report(path, -1, -1, "", "%s needs a number, and the property %q is a text", d.Value.Aggregate, d.Value.Property)
			}
		}
	},
}
