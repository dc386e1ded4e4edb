package lint

import (
	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

// CutName is the id of the check that finds two widgets under one name in the console's lists.
const CutName = "cut-name"

var cutName = check{
	diag.Check{
		ID: CutName, Severity: diag.Warning,
		Description: "Two dashlets' titles are the same where the console cuts them: at 25 characters when importing, at 30 in " +
			"the dashboard's list.",
	},
	func(l *linter) {
		for _, n := range []int{pack.CustomizeWidth, pack.ImportWidth} {
			first := map[string]int{}
			for i, d := range l.Dashlets {
				shown := pack.CutName(d.Title, n)
				j, twice := first[shown]
				if !twice {
					first[shown] = i
					continue
				}
				earlier := l.Dashlets[j].Title
				told := n == pack.ImportWidth && pack.CutName(earlier, pack.CustomizeWidth) == pack.CutName(d.Title, pack.CustomizeWidth)
				if told || d.Title == earlier { // at the greater width, or one name to begin with
					continue
				}
				l.report(item("dashlets", i)+".title", -1, -1, "put what differs first",
					"cut at %d characters, as the console shows it, the title is that of %s", n, l.place(item("dashlets", j)+".title"))
			}
		}
	},
}
