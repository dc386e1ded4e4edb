package lint

import (
	"strings"

	"github.com/kpgen/kpgen/pack/diag"
)

var duplicateName = check{
	diag.Check{
		ID: "duplicate-name", Severity: diag.Error,
		Description: "Two things of one kind have one name; names that differ only in case are one.",
	},
	func(l *linter) {
		for i := range l.Properties {
			path := item("properties", i) + ".name"
			if _, known := l.attested[l.Properties[i].Name]; known {
				l.report(path, -1, -1, "leave the declaration out", "the property %q is attested already", l.Properties[i].Name)
			}
		}
		l.distinct("parameter", len(l.Parameters), func(i int) (path, name string) {
			return item("parameters", i) + ".name", l.Parameters[i].Name
		})
		l.distinct("property", len(l.Properties), func(i int) (path, name string) {
			return item("properties", i) + ".name", l.Properties[i].Name
		})
		l.distinct("category", len(l.Categories), func(i int) (path, name string) {
			return item("categories", i) + ".name", l.Categories[i].Name
		})
		l.distinct("alert", len(l.Alerts), func(i int) (path, name string) {
			return item("alerts", i) + ".name", l.Alerts[i].Name
		})
		l.distinct("knowledge object", len(l.KnowledgeObjects), func(i int) (path, name string) {
			return item("knowledge_objects", i) + ".name", l.KnowledgeObjects[i].Name
		})
		l.distinct("report", len(l.Reports), func(i int) (path, name string) {
			return item("reports", i) + ".title", l.Reports[i].Title
		})
		l.distinct("dashlet", len(l.Dashlets), func(i int) (path, name string) {
			return item("dashlets", i) + ".title", l.Dashlets[i].Title
		})
		for r, report := range l.Reports {
			l.distinct("column", len(report.Columns), func(i int) (path, name string) {
				return item(item("reports", r)+".columns", i) + ".heading", report.Columns[i].Heading
			})
		}
		for o, object := range l.KnowledgeObjects {
			l.distinct("filled property", len(object.Properties), func(i int) (path, name string) {
				return item(item("knowledge_objects", o)+".properties", i) + ".property", object.Properties[i].Property
			})
		}
	},
}

// distinct reports each of n names that came before. Names nobody gave are another check's.
func (l *linter) distinct(kind string, n int, at func(i int) (path, name string)) {
	first := map[string]string{}
	for i := range n {
		path, name := at(i)
		key := strings.ToLower(name)
		before, twice := first[key]
		switch {
		case name == "":
		case twice:
			l.report(path, -1, -1, "", "%q is the name of another %s: %s", name, kind, l.place(before))
		default:
			first[key] = path
		}
	}
}

// place tells where a value is: in its file, or in the model.
func (l *linter) place(path string) string {
	if l.loc != nil {
		return l.loc.Locate(path, -1, -1).String()
	}
	return path
}
