package lint

import "github.com/kpgen/kpgen/pack/diag"

var unusedParameter = check{
	diag.Check{ID: "unused-parameter", Severity: diag.Warning, Description: "No setup step names the parameter."},
	func(l *linter) {
		used := set{}
		l.parameterUses(func(_ string, _, _ int, name string) { used[name] = true })
		for i, p := range l.Parameters {
			if p.Name != "" && !used[p.Name] {
				l.report(item("parameters", i)+".name", -1, -1, "", "no setup step names {{%s}}", p.Name)
			}
		}
	},
}
