package lint

import (
	"fmt"

	"github.com/kpgen/kpgen/pack/diag"
)

var missingFileName = check{
	diag.Check{
		ID: "missing-file-name", Severity: diag.Warning,
		Description: "The pack has items of a kind and no name for their file, so a build leaves them out.",
	},
	func(l *linter) {
		for _, f := range outputFiles(l.Pack) {
			if f.name == "" && f.items > 0 {
				l.report(f.path, -1, -1, fmt.Sprintf("give %s a name ending in %s", f.path, f.extension),
					"the pack has %s (%d) and no name for their file, so a build leaves them out", f.kind, f.items)
			}
		}
	},
}
