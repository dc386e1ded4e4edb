package lint

import (
	"strings"

	"github.com/kpgen/kpgen/pack/diag"
)

var duplicateFile = check{
	diag.Check{
		ID: "duplicate-file", Severity: diag.Error,
		Description: "Two import files have one name, or one has the name of a file every build writes; case makes no difference.",
	},
	func(l *linter) {
		taken := map[string]string{"manifest.json": "every build writes it", "runsheet.md": "every build writes it"}
		for _, f := range outputFiles(l.Pack) {
			key := strings.ToLower(f.name)
			if by, twice := taken[key]; twice {
				l.report(f.path, -1, -1, "", "the file name %q is taken: %s", f.name, by)
			}
			if f.name != "" {
				taken[key] = "it is that of the " + f.kind
			}
		}
	},
}
