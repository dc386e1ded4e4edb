package lint

import (
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack/diag"
)

// timeProperties are the attested properties that hold the time of an event (Figures 7-10).
var timeProperties = []string{"event_datetime", "event_datetime_utc", "LogTime"}

var intervalWithoutTime = check{
	diag.Check{
		ID: "interval-without-time", Severity: diag.Error,
		Description: "A dashlet's axis has an interval, and its property is no time.",
	},
	func(l *linter) {
		for i, d := range l.Dashlets {
			if d.Axis.Interval != 0 && d.Axis.Property != "" && !slices.Contains(timeProperties, d.Axis.Property) {
				l.report(item("dashlets", i)+".axis.interval", -1, -1, "times are "+strings.Join(timeProperties, ", "),
					"an interval needs a time on the axis, and %q is none", d.Axis.Property)
			}
		}
	},
}
