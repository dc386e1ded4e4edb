package lint

import (
	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

var watchListRepeat = check{
	diag.Check{
		ID: "watch-list-repeat", Severity: diag.Error,
		Description: "An alert asks one watch list twice about one property: the same again, or a contradiction no event fulfils.",
	},
	func(l *linter) {
		for i, a := range l.Alerts {
			seen := map[pack.WatchListCheck]bool{}
			for j, w := range a.WatchLists {
				w.Absent = false
				if seen[w] {
					l.report(item(item("alerts", i)+".watch_lists", j), -1, -1, "",
						"the alert asks the watch list %q about %q already", w.Group, w.Property)
				}
				seen[w] = true
			}
		}
	},
}
