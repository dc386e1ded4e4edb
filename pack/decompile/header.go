package decompile

import (
	"cmp"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/diag"
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
	for _, k := range artifact.Kinds() {
		l := labelsOf(p, k)
		stems.add(l.stem)
		prefixes.add(l.prefixes...)
		groups.add(l.groups...)
	}
	for _, a := range p.Alerts {
		systems.add(a.Systems...)
	}
	for _, r := range p.Reports {
		systems.add(r.Systems...)
	}
	for _, r := range rulesOf(p) {
		types.add(r.rule.SourceType)
	}
	p.Title = cmp.Or(stems.most(), prefixes.most(), groups.most(), "Pack")
	p.Name = cmp.Or(strings.ReplaceAll(joined([]string{p.Title}), "_", "-"), "pack")
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

// labels are what tells whose pack a file is: what its name says, what names of its items begin with, and their groups.
type labels struct {
	stem             string
	prefixes, groups []string
}

func labelsOf(p *pack.Pack, k artifact.Kind) labels {
	var l labels
	add := func(prefix, group string) {
		l.prefixes, l.groups = append(l.prefixes, prefix), append(l.groups, group)
	}
	switch k {
	case artifact.Categories:
		l.stem = stem(p.Files.Categories)
		for _, c := range p.Categories {
			add(prefix(c.Name), c.Group)
		}
	case artifact.Alerts:
		l.stem = stem(p.Files.Alerts)
		for _, a := range p.Alerts {
			add(prefix(a.Name), a.Group)
		}
	case artifact.KnowledgeObjects:
		l.stem = stem(p.Files.KnowledgeObjects)
		for _, o := range p.KnowledgeObjects {
			add(o.Name, o.Group)
		}
	case artifact.Reports:
		l.stem = stem(p.Files.Reports)
		for _, r := range p.Reports {
			add(prefix(r.Title), r.Group)
		}
	case artifact.Dashlets:
		l.stem = stem(p.Files.Dashlets)
		for _, w := range p.Dashlets {
			add(prefix(w.Title), "")
		}
	}
	return l
}

// strangers warns of files that have nothing in common that would tell they are of one pack.
func (d *Draft) strangers(b *artifact.Bundle) {
	of := map[string][]artifact.Kind{} // who has a label
	var kinds []artifact.Kind
	add := func(k artifact.Kind, label string) {
		label = strings.ToLower(label)
		if label == "" || slices.Contains(of[label], k) {
			return
		}
		of[label] = append(of[label], k)
		if !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	for _, k := range artifact.Kinds() {
		l := labelsOf(d.Pack, k)
		for _, label := range slices.Concat([]string{l.stem}, l.prefixes, l.groups) {
			add(k, label)
		}
	}
	for _, r := range rulesOf(d.Pack) {
		add(artifact.Kind(r.key), r.rule.SourceType)
	}
	familiar := map[artifact.Kind]bool{}
	for _, all := range of {
		for _, k := range all {
			familiar[k] = familiar[k] || len(all) > 1
		}
	}
	strange := slices.DeleteFunc(slices.Clone(kinds), func(k artifact.Kind) bool { return familiar[k] })
	if len(strange) == len(kinds) {
		strange = strange[min(1, len(strange)):] // the others are strange to the first
	}
	for _, k := range strange {
		d.Warnings = append(d.Warnings, diag.Diagnostic{ID: "file-of-another-pack", Severity: diag.Warning,
			Span:    diag.Span{File: b.Locate(string(k), -1, -1).File},
			Message: "neither its name nor anything in the file says that it is of the same pack as the others",
			Help:    "give the files of one pack at a time, unless it is one"})
	}
}

// kindWords stand in the names of import files for their kinds.
var kindWords = []string{"category", "categories", "alert", "alerts", "ko", "knowledge", "object", "objects", "flex", "report", "reports",
	"dashboard", "dashboards", "dashlet", "dashlets"}

// stem is what a file's name says besides its kind: Heroku of Category_Heroku.iscat and of Heroku Alerts.isalt.
func stem(name string) string {
	words := strings.FieldsFunc(strings.TrimSuffix(name, filepath.Ext(name)), func(r rune) bool { return r == '_' || r == ' ' })
	isKind := func(word string) bool { return slices.Contains(kindWords, strings.ToLower(word)) }
	for len(words) > 0 && isKind(words[0]) {
		words = words[1:]
	}
	for len(words) > 1 && isKind(words[len(words)-1]) {
		words = words[:len(words)-1]
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
