// Package decompile turns what was read from import files into a spec a person would have written: what several expressions share
// is named once, what rules repeat is a fragment, and what no field holds is a comment where it stood.
//
// It is pack/load the other way round: a pack of which Load allows every value is, after Files and Load, the pack it was.
package decompile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/load"
)

// Draft is a spec to be written.
type Draft struct {
	Pack     *pack.Pack // with what had to be derived
	Derived  bool       // the files have no manifest: the pack's name and all that stands before its items is derived
	Warnings diag.List  // of files that look as if they were another pack's
	load.Notation
}

// New drafts a spec of what was read. The cost is near proportional to the size of the expressions, whatever they hold.
func New(b *artifact.Bundle) *Draft {
	p := *b.Pack
	d := &Draft{Pack: &p, Notation: load.Notation{
		Written: map[string]string{}, Uses: map[string][]string{}, Comments: map[string][]string{},
	}}
	if p.Name == "" {
		d.derive()
		d.strangers(b)
	}
	d.share(d.fragments())
	d.comment(b)
	return d
}

// Files are those of the spec folder. The error is a text that YAML cannot hold.
func (d *Draft) Files() ([]artifact.File, error) {
	texts, err := load.Format(d.Pack, d.Notation)
	var files []artifact.File
	for _, t := range texts {
		files = append(files, artifact.File(t))
	}
	return files, err
}

// fragments adds the rule fragments, and gives the rules that are written out.
func (d *Draft) fragments() []*ruleAt {
	all := rulesOf(d.Pack)
	found, written := fragments(all)
	for _, r := range all {
		if len(r.uses) > 0 {
			d.Uses[r.path] = namesOf(r.uses)
		}
	}
	for _, f := range found {
		out := load.Fragment{Name: f.name, Rule: f.rule, Key: home(f.users)}
		i := slices.IndexFunc(written, func(r *ruleAt) bool { return r.path == "rules."+f.name })
		if i >= 0 {
			out.Rule, out.Use = written[i].own(), namesOf(written[i].uses)
		} else {
			written = append(written, &ruleAt{path: "rules." + f.name, key: out.Key, rule: f.rule})
		}
		d.Rules = append(d.Rules, out)
	}
	return written
}

// site is an expression's place in the pack.
type site struct{ path, key, text string }

// sites lists the expressions that are written: those of the rules, and the knowledge objects'.
func (d *Draft) sites(rules []*ruleAt) []site {
	var all []site
	add := func(path, key, text string) {
		if text != "" {
			all = append(all, site{path, key, text})
		}
	}
	for _, r := range rules {
		own := r.own()
		add(r.path+".match.regex", r.key, own.Match.Regex)
		add(r.path+".exception.regex", r.key, own.Exception.Regex)
	}
	for i, o := range d.Pack.KnowledgeObjects {
		for j, r := range o.Rules {
			for k, e := range r.Expressions {
				path := fmt.Sprintf("knowledge_objects[%d].rules[%d].expressions[%d]", i, j, k)
				add(path+".expression_1", "knowledge_objects", e.Expression1)
				add(path+".expression_2", "knowledge_objects", e.Expression2)
			}
		}
	}
	return all
}

// share names what expressions share, and writes all of them with the names.
func (d *Draft) share(rules []*ruleAt) {
	sites := d.sites(rules)
	c := newCorpus()
	tops := make([]stretch, len(sites))
	for i, s := range sites {
		tops[i] = c.add(s.text)
	}
	w := &writer{sharing: share(c, tops), names: names{}, keys: map[*shared]map[string]bool{}}
	for i, s := range sites {
		w.define(tops[i], false)
		d.Written[s.path] = w.render(tops[i], false)
		w.usedIn(tops[i], false, s.key)
	}
	d.Expressions = w.definitions()
}

// writer names shared expressions in the order they are needed.
type writer struct {
	*sharing
	names names
	order []*shared // those used by others first
	keys  map[*shared]map[string]bool
}

// define names every shared expression a stretch is written with.
func (w *writer) define(at stretch, definition bool) {
	w.visit(at, definition, func(x *shared) {
		if x.name != "" {
			return
		}
		w.define(x.stretch, true)
		x.name = w.names.take(w.nameFor(x, w.expanded(x)))
		w.order = append(w.order, x)
	})
}

// expanded is the text a shared expression stands for.
func (w *writer) expanded(x *shared) string {
	var b strings.Builder
	for _, id := range w.text[x.from:x.to] {
		b.WriteString(w.symbols[id].text)
	}
	return b.String()
}

// usedIn notes the key of the file a stretch is written in.
func (w *writer) usedIn(at stretch, definition bool, key string) {
	w.visit(at, definition, func(x *shared) {
		if w.keys[x] == nil {
			w.keys[x] = map[string]bool{}
		}
		w.keys[x][key] = true
	})
}

// definitions writes the shared expressions, each for the file all its uses are in, else for pack.yaml.
func (w *writer) definitions() []load.Definition {
	out := make([]load.Definition, len(w.order))
	for i, x := range slices.Backward(w.order) {
		key := ""
		for k := range w.keys[x] {
			if key = k; len(w.keys[x]) > 1 {
				key = ""
			}
		}
		w.usedIn(x.stretch, true, key)
		out[i] = load.Definition{Name: x.name, Written: w.body(x), Key: key}
	}
	return out
}
