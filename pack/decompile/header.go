package decompile

import (
	"cmp"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/lucene"
	"github.com/kpgen/kpgen/templates"
)

// tally counts texts.
type tally struct {
	order []string
	times map[string]int
}

func (t *tally) add(texts ...string) {
	if t.times == nil {
		t.times = map[string]int{}
	}
	for _, s := range texts {
		if s == "" {
			continue
		}
		if t.times[s] == 0 {
			t.order = append(t.order, s)
		}
		t.times[s]++
	}
}

// most is the text counted most often, the first of equals.
func (t *tally) most() string {
	best := ""
	for _, s := range t.order {
		if t.times[s] > t.times[best] {
			best = s
		}
	}
	return best
}

// derive fills in what import files do not carry, from their names and from what their items have in common.
func (d *Draft) derive() {
	d.Derived = true
	p := d.Pack
	var stems, prefixes, groups, types, systems tally
	for _, name := range []string{p.Files.Categories, p.Files.Alerts, p.Files.KnowledgeObjects, p.Files.Reports, p.Files.Dashlets} {
		stems.add(stem(name))
	}
	for _, c := range p.Categories {
		prefixes.add(prefix(c.Name))
		groups.add(c.Group)
	}
	for _, a := range p.Alerts {
		prefixes.add(prefix(a.Name))
		groups.add(a.Group)
		systems.add(a.Systems...)
	}
	for _, o := range p.KnowledgeObjects {
		prefixes.add(o.Name)
		groups.add(o.Group)
	}
	for _, r := range p.Reports {
		prefixes.add(prefix(r.Title))
		groups.add(r.Group)
		systems.add(r.Systems...)
	}
	for _, w := range p.Dashlets {
		prefixes.add(prefix(w.Title))
	}
	for _, r := range rulesOf(p) {
		types.add(r.rule.SourceType)
	}
	p.Title = cmp.Or(stems.most(), prefixes.most(), groups.most(), "Pack")
	p.Name = cmp.Or(strings.ReplaceAll(snake(p.Title), "_", "-"), "pack")
	p.Group = cmp.Or(groups.most(), p.Title)
	p.Version = "1.0.0"
	p.MinimumConsole = "9.3" // the guide's
	p.Source = pack.Source{Type: cmp.Or(types.most(), p.Title), System: cmp.Or(systems.most(), p.Title+"-syslog"), Priority: 13}
	d.declare()
	note := "Derived: the import files say nothing of it. Review"
	d.Comments["name"] = []string{note + " the name, title, version and console."}
	d.Comments["source"] = []string{note + " the type and the system; a device id and a priority may be missing."}
	if len(p.Properties) > 0 {
		d.Comments["properties"] = []string{note + " the types, and say what each holds. The names are all that the items use and nobody else attests."}
	}
}

// kindWords begin the names of import files.
var kindWords = []string{"category", "categories", "alert", "alerts", "ko", "knowledge", "object", "objects", "flex", "report", "reports",
	"dashboard", "dashboards", "dashlet", "dashlets"}

// stem is what a file's name says besides its kind: Heroku of Category_Heroku.iscat.
func stem(name string) string {
	words := strings.FieldsFunc(strings.TrimSuffix(name, filepath.Ext(name)), func(r rune) bool { return r == '_' || r == ' ' })
	for len(words) > 0 && slices.Contains(kindWords, strings.ToLower(words[0])) {
		words = words[1:]
	}
	return strings.Join(words, " ")
}

// prefix is what a name begins with up to a colon or a hyphen between blanks.
func prefix(name string) string {
	for _, sign := range []string{": ", " - "} {
		if before, _, ok := strings.Cut(name, sign); ok {
			return strings.TrimSpace(before)
		}
	}
	return ""
}

// propertyName is the form of a name a spec can declare.
var propertyName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// declare declares the properties the items use and that are not attested.
func (d *Draft) declare() {
	p := d.Pack
	known := map[string]bool{}
	for _, a := range templates.Properties() {
		known[a.Name] = true
	}
	add := func(name string, t pack.PropertyType) {
		if !known[name] && propertyName.MatchString(name) {
			known[name] = true
			p.Properties = append(p.Properties, pack.Property{Name: name, Type: t})
		}
	}
	for _, w := range p.Dashlets {
		if w.Value.Aggregate == pack.Sum || w.Value.Aggregate == pack.Average {
			add(w.Value.Property, pack.Number)
		}
	}
	for _, o := range p.KnowledgeObjects {
		for _, v := range o.Properties {
			add(v.Property, pack.Text)
		}
	}
	for _, a := range p.Alerts {
		for _, w := range a.WatchLists {
			add(w.Property, pack.Text)
		}
	}
	for _, r := range p.Reports {
		for _, c := range r.Columns {
			add(c.Property, pack.Text)
		}
	}
	for _, w := range p.Dashlets {
		add(w.Axis.Property, pack.Text)
		add(w.Value.Property, pack.Text)
		add(w.Series, pack.Text)
		if q, err := lucene.Parse(w.Query); err == nil {
			for _, f := range q.Fields() {
				add(f.Name, pack.Text)
			}
		}
	}
}
