package lint

import "github.com/kpgen/kpgen/pack/diag"

var unusedProperty = check{
	diag.Check{
		ID: "unused-property", Severity: diag.Warning,
		Description: "The pack declares a property that nothing fills, shows or asks for.",
	},
	func(l *linter) {
		used := set{}
		l.propertyUses(func(_ string, _, _ int, name string) { used[name] = true })
		for i, p := range l.Properties {
			if p.Name != "" && !used[p.Name] {
				l.report(item("properties", i)+".name", -1, -1, "", "nothing uses the property %q", p.Name)
			}
		}
	},
}
