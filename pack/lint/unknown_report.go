package lint

import "github.com/kpgen/kpgen/pack/diag"

var unknownReport = check{
	diag.Check{
		ID: "unknown-report", Severity: diag.Error,
		Description: "A dashlet rests on a report the pack does not have, unless the pack has none at all.",
	},
	func(l *linter) {
		titles := set{}
		for _, r := range l.Reports {
			titles[r.Title] = true
		}
		for i, d := range l.Dashlets {
			if d.Report != "" && len(titles) > 0 && !titles[d.Report] {
				l.report(item("dashlets", i)+".report", -1, -1, l.suggest(d.Report, titles), "no report has the title %q", d.Report)
			}
		}
	},
}
