package lint

import (
	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

var objectRuleKey = check{
	diag.Check{
		ID: "object-rule-key", Severity: diag.Error,
		Description: "A knowledge object's rule has none of log type, event source, event id and event type, of which the " +
			"console needs one.",
	},
	func(l *linter) {
		l.rules(func(path string, r pack.Rule, object bool) {
			if object && r.LogType == "" && r.EventSource == "" && r.EventID == "" && r.EventType == "" {
				l.report(path, -1, -1, "",
					"the rule of a knowledge object needs at least one of log_type, event_source, event_id and event_type")
			}
		})
	},
}
