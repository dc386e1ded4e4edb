package lint

import (
	"slices"

	"github.com/kpgen/kpgen/pack/diag"
)

var deviceToken = check{
	diag.Check{
		ID: "device-token", Severity: diag.Error,
		Description: "The device id's token is no group of its expression (Figure 5).",
	},
	func(l *linter) {
		id := l.Source.DeviceID
		if id.Expression == "" || id.Token == "" {
			return
		}
		re, err := l.compile(id.Expression, id.Flavour)
		if err == nil && !slices.Contains(re.Groups(), id.Token) {
			l.report("source.device_id.token", -1, -1, diag.DidYouMean(id.Token, re.Groups()),
				"the expression has no group called %q", id.Token)
		}
	},
}
