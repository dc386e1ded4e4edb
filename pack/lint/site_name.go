package lint

import "github.com/kpgen/kpgen/pack/diag"

// The guide's own report file carries its author's machine, R1S5-VM30 (Figure 29).
var siteName = check{
	diag.Check{
		ID: "site-name", Severity: diag.Warning,
		Description: "A report names a site: the name of a machine other consoles do not have.",
	},
	func(l *linter) {
		for i, r := range l.Reports {
			for j, s := range r.Sites {
				l.report(item(item("reports", i)+".sites", j), -1, -1, "leave sites out: a console fills in its own",
					"the site %q is one console's machine", s)
			}
		}
	},
}
