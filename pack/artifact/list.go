package artifact

import "github.com/kpgen/kpgen/pack"

// Listing is what the console's import dialogs show of a pack.
type Listing struct {
	Objects []ListedObject `json:"knowledge_objects"`
	Reports []ListedReport `json:"reports"`
	Widgets []ListedWidget `json:"widgets"`
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
		l.Widgets = append(l.Widgets, ListedWidget{d.Title, pack.CutName(d.Title, pack.ImportWidth), pack.CutName(d.Title, pack.CustomizeWidth)})
	}
	return l
}

func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
