package lint

import (
	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

// The vendor wants a signature that recognises the event; the guide's own object has none and tells its events by source type
// (Figure 45), so its absence is allowed where there is one.
var noSignature = check{
	diag.Check{
		ID: "no-signature", Severity: diag.Warning,
		Description: "A knowledge object's rule has neither a message signature (match) nor a source type, so it may take " +
			"another object's events.",
	},
	func(l *linter) {
		l.rules(func(path string, r pack.Rule, object bool) {
			if object && r.Match.IsZero() && r.SourceType == "" {
				l.report(path, -1, -1, "give it a match that only these events have, or a source_type",
					"nothing tells this rule's events from those of other knowledge objects")
			}
		})
	},
}
