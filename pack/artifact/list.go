package artifact

import (
	"fmt"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

// Widths at which the console cuts widget names, in characters.
const (
	ImportWidth    = 25 // the import dialog (Figure 33)
	CustomizeWidth = 30 // the list dashlets are chosen from (Figure 38)
)

// Listing is what the console's import dialogs show of a pack.
type Listing struct {
	Objects  []ListedObject `json:"knowledge_objects"`
	Reports  []ListedReport `json:"reports"`
	Widgets  []ListedWidget `json:"widgets"`
	Warnings diag.List      `json:"-"` // names that are cut to the same; positions are for the caller to fill in by their paths
}

// ListedObject is a row of the knowledge object import (Figure 26).
type ListedObject struct {
	Name      string `json:"object_name"`
	AppliesTo string `json:"applies_to"`
	Group     string `json:"group_name"`
}

// ListedReport is a row of the report import (Figure 29).
type ListedReport struct {
	Title     string   `json:"title"`
	Sites     []string `json:"sites"`
	Groups    []string `json:"groups"`
	Systems   []string `json:"systems"`
	Frequency string   `json:"frequency"`
}

// ListedWidget is a widget's name, whole and as the two lists cut it.
type ListedWidget struct {
	Name      string `json:"name"`
	Import    string `json:"import"`
	Customize string `json:"customize"`
}

// List gives what the import dialogs show.
func List(p *pack.Pack) Listing {
	l := Listing{Objects: []ListedObject{}, Reports: []ListedReport{}, Widgets: []ListedWidget{}}
	for _, o := range p.KnowledgeObjects {
		l.Objects = append(l.Objects, ListedObject{o.Name, o.AppliesTo, o.Group})
	}
	for _, r := range p.Reports {
		l.Reports = append(l.Reports, ListedReport{r.Title, notNil(r.Sites), notNil(r.Groups), notNil(r.Systems), r.Frequency})
	}
	for _, d := range p.Dashlets {
		l.Widgets = append(l.Widgets, ListedWidget{d.Title, cut(d.Title, ImportWidth), cut(d.Title, CustomizeWidth)})
	}
	inImport := func(w ListedWidget) string { return w.Import }
	inCustomize := func(w ListedWidget) string { return w.Customize }
	l.Warnings = append(l.Warnings, duplicates(l.Widgets, "widget-name-cut-in-import", "the import dialog", inImport)...)
	l.Warnings = append(l.Warnings, duplicates(l.Widgets, "widget-name-cut-in-customize", "the list to add from", inCustomize)...)
	return l
}

// duplicates warns of each name that is cut to what an earlier, different name is cut to.
func duplicates(widgets []ListedWidget, id, where string, shown func(ListedWidget) string) diag.List {
	var found diag.List
	first := map[string]string{}
	for i, w := range widgets {
		other, seen := first[shown(w)]
		if !seen {
			first[shown(w)] = w.Name
			continue
		}
		if other == w.Name {
			continue
		}
		found = append(found, diag.Diagnostic{ID: id, Severity: diag.Warning, Path: fmt.Sprintf("dashlets[%d].title", i),
			Message: fmt.Sprintf("%s shows both %q and %q as %q", where, clip(other), clip(w.Name), shown(w)),
			Help:    "let the titles differ earlier"})
	}
	return found
}

// cut gives the first n characters, without blanks at their end, which no one sees.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return strings.TrimRight(string(r[:n]), " ")
	}
	return s
}

func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
