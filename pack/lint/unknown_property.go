package lint

import (
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/lucene"
)

var unknownProperty = check{
	diag.Check{
		ID: "unknown-property", Severity: diag.Error,
		Description: "Something names an event property that is neither attested nor declared by the pack.",
	},
	func(l *linter) {
		known := set{}
		for name := range l.attested {
			known[name] = true
		}
		for name := range l.declared {
			known[name] = true
		}
		l.propertyUses(func(path string, from, to int, name string) {
			if !known[name] {
				help := l.suggest(name, known)
				if help == "" {
					help = "declare it under properties"
				}
				l.report(path, from, to, help, "no property is called %q", name)
			}
		})
	},
}

// propertyUses visits every place that names a property.
func (l *linter) propertyUses(visit func(path string, from, to int, name string)) {
	whole := func(path, name string) {
		if name != "" {
			visit(path, -1, -1, name)
		}
	}
	for i, o := range l.KnowledgeObjects {
		for j, v := range o.Properties {
			whole(item(item("knowledge_objects", i)+".properties", j)+".property", v.Property)
		}
	}
	for i, a := range l.Alerts {
		for j, w := range a.WatchLists {
			whole(item(item("alerts", i)+".watch_lists", j)+".property", w.Property)
		}
	}
	for i, r := range l.Reports {
		for j, c := range r.Columns {
			whole(item(item("reports", i)+".columns", j)+".property", c.Property)
		}
	}
	for i, d := range l.Dashlets {
		path := item("dashlets", i)
		whole(path+".axis.property", d.Axis.Property)
		whole(path+".value.property", d.Value.Property)
		whole(path+".series", d.Series)
		q, err := lucene.Parse(d.Query)
		if err != nil {
			continue
		}
		for _, f := range q.Fields() {
			visit(path+".query", f.From, f.To, f.Name)
		}
	}
}
