package change

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
)

// shape says how the items of a list are told apart.
type shape struct {
	noun      string
	name      string // JSON name of the field people call an item by
	identity  bool   // the name is the item's identity, not only a hint
	ordered   bool
	capturing bool    // of ordered items only those have an order that capture a token in common: it keeps the first value
	loose     bool    // what is left over of both lists, and as many, is paired in order
	least     float64 // likeness from which two left-over items are one; 0: never

	added, removed, renamed string // ids
}

var shapes = map[reflect.Type]*shape{
	reflect.TypeFor[pack.Category](): item("category", "name", false),
	reflect.TypeFor[pack.Alert]():    item("alert", "name", false),
	// The first object that takes an event has it.
	reflect.TypeFor[pack.KnowledgeObject](): item("knowledge object", "name", true),
	reflect.TypeFor[pack.Report]():          item("report", "title", false),
	reflect.TypeFor[pack.Dashlet]():         item("dashlet", "title", false),

	reflect.TypeFor[pack.Rule](): {noun: "rule", name: "title", loose: true, least: 0.5,
		added: "rule-added", removed: "rule-removed"},
	reflect.TypeFor[pack.ObjectRule](): {noun: "rule", name: "title", ordered: true, capturing: true, loose: true, least: 0.5,
		added: "rule-added", removed: "rule-removed"},
	reflect.TypeFor[pack.Expression](): {noun: "expression", ordered: true, capturing: true, loose: true, least: 0.5,
		added: "expression-added", removed: "expression-removed"},
	reflect.TypeFor[pack.Column](): {noun: "column", name: "heading", identity: true, ordered: true,
		added: "column-added", removed: "column-removed", renamed: "column-renamed"},
	reflect.TypeFor[pack.PropertyValue](): {noun: "property", name: "property", identity: true,
		added: "property-filled", removed: "property-unfilled"},
	reflect.TypeFor[pack.Property](): {noun: "property", name: "name", identity: true, least: 0.6,
		added: "property-added", removed: "property-removed", renamed: "property-renamed"},
	reflect.TypeFor[pack.Parameter](): {noun: "parameter", name: "name", identity: true, least: 0.6,
		added: "parameter-added", removed: "parameter-removed", renamed: "parameter-renamed"},
	reflect.TypeFor[pack.Step](): {noun: "setup step", name: "title", ordered: true, loose: true, least: 0.5,
		added: "setup-changed", removed: "setup-changed"},
	reflect.TypeFor[pack.WatchListCheck](): {noun: "watch list", name: "group", added: "watch-list-added", removed: "watch-list-removed"},
}

func item(noun, name string, ordered bool) *shape {
	return &shape{noun: noun, name: name, identity: true, ordered: ordered, least: 0.6,
		added: "item-added", removed: "item-removed", renamed: "item-renamed"}
}

// called gives what an item is called, "" for nothing. An expression is known by its tokens.
func (s *shape) called(v reflect.Value) string {
	if s.noun == "expression" {
		return strings.Join(tokensOf(v), ", ")
	}
	for _, f := range fieldsOf(v.Type()) {
		if f.name == s.name {
			return v.FieldByIndex(f.index).String()
		}
	}
	return ""
}

// label names an item of a list for people.
func (s *shape) label(v reflect.Value, i int) string {
	name := s.called(v)
	switch {
	case s.noun == "expression" && name != "":
		return fmt.Sprintf("expression %d (%s)", i+1, name)
	case name == "" || s.noun == "expression":
		return fmt.Sprintf("%s %d", s.noun, i+1)
	}
	return fmt.Sprintf("%s %q", s.noun, name)
}

// content is what an added or removed item is, in a line; "" where its name says enough.
func content(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case pack.Rule:
		return x.Match.Regex + x.Match.Text
	case pack.ObjectRule:
		return x.Match.Regex + x.Match.Text
	case pack.Expression:
		return x.Expression1
	case pack.Column:
		return shownBy(x)
	case pack.PropertyValue:
		return strings.Join(x.Tokens, ", ")
	case pack.Property:
		return string(x.Type)
	case pack.Step:
		return x.Command
	case pack.WatchListCheck:
		return x.Property
	}
	return ""
}

// list compares two lists of structs: pairs what is one item in both, and compares the pairs.
func (c *comparer) list(a, b reflect.Value, w where) {
	if filled, ok := a.Interface().([]pack.PropertyValue); ok {
		a = reflect.ValueOf(c.withNewNames(filled, b.Interface().([]pack.PropertyValue)))
	}
	s := shapes[a.Type().Elem()]
	old, now := elements(a), elements(b)
	m := s.match(old, now)
	oldPath, newPath := join(w.oldPath, w.field), join(w.newPath, w.field)
	at := func(i, j int) where {
		out := where{oldPath: fmt.Sprintf("%s[%d]", oldPath, i), newPath: fmt.Sprintf("%s[%d]", newPath, j)}
		v, n := now, j
		if j < 0 {
			v, n = old, i
		}
		out.what = s.label(v[n], n)
		if w.what != "pack" {
			out.what = w.what + ", " + out.what
		}
		return out
	}
	for _, p := range m.pairs {
		c.pair(s, old[p.old], now[p.new], p, at(p.old, p.new))
	}
	if s.ordered {
		c.moved(s, old, now, m.pairs, at)
	}
	for _, i := range m.oldLeft {
		c.oneSided(s.removed, at(i, -1), old[i], false)
	}
	for _, j := range m.newLeft {
		c.oneSided(s.added, at(-1, j), now[j], true)
	}
}

// withNewNames gives properties that are now declared under another name that name, where they are filled under it.
func (c *comparer) withNewNames(filled, now []pack.PropertyValue) []pack.PropertyValue {
	out := slices.Clone(filled)
	for i := range out {
		name := c.renames.now("property", out[i].Property)
		if slices.ContainsFunc(now, func(p pack.PropertyValue) bool { return p.Property == name }) {
			out[i].Property = name
		}
	}
	return out
}

func elements(v reflect.Value) []reflect.Value {
	out := make([]reflect.Value, v.Len())
	for i := range out {
		out[i] = v.Index(i)
	}
	return out
}

// pair compares two items that are one.
func (c *comparer) pair(s *shape, a, b reflect.Value, p likeness, w where) {
	c.paths[w.oldPath] = w.newPath
	if was, is := s.called(a), s.called(b); s.identity && was != is {
		c.renamed(s, was, is, p.alike, w)
	}
	c.fields(a, b, w)
}

func (c *comparer) renamed(s *shape, was, is string, alike float64, w where) {
	scope := s.noun
	if s.noun == "column" {
		scope, _, _ = strings.Cut(w.newPath, ".")
	}
	c.renames.add(scope, was, is)
	c.report(s.renamed, w.below(s.name), was, is, "")
	last := &c.changes[len(c.changes)-1]
	last.Field, last.Alike = "", math.Floor(100*alike)/100 // never up to 1, which says that all else is the same
}

// moved reports the items that stand elsewhere among those that are in both lists.
func (c *comparer) moved(s *shape, old, now []reflect.Value, pairs []likeness, at func(i, j int) where) {
	stay := longestRise(pairs)
	for n, p := range pairs {
		if !stay[n] && (!s.capturing || contested(pairs, p, now)) {
			c.report("order-changed", at(p.old, p.new), fmt.Sprintf("%s %d", s.noun, p.old+1), fmt.Sprintf("%s %d", s.noun, p.new+1), "")
		}
	}
}

// contested reports whether an expression or a knowledge object's rule has passed one that captures one of its tokens.
func contested(pairs []likeness, p likeness, now []reflect.Value) bool {
	own := tokensOf(now[p.new])
	return slices.ContainsFunc(pairs, func(q likeness) bool {
		passed := (p.old < q.old) != (p.new < q.new)
		return passed && slices.ContainsFunc(tokensOf(now[q.new]), func(t string) bool { return slices.Contains(own, t) })
	})
}

// longestRise tells which of the pairs, in the old order, are in a longest run that is in the new order, too.
func longestRise(pairs []likeness) []bool {
	var tails []int // by length of a run: the pair that ends the one with the least end
	before := make([]int, len(pairs))
	for n, p := range pairs {
		i, _ := slices.BinarySearchFunc(tails, p.new, func(t, j int) int { return pairs[t].new - j })
		before[n] = -1
		if i > 0 {
			before[n] = tails[i-1]
		}
		if i == len(tails) {
			tails = append(tails, n)
		} else {
			tails[i] = n
		}
	}
	stay := make([]bool, len(pairs))
	if len(tails) > 0 {
		for n := tails[len(tails)-1]; n >= 0; n = before[n] {
			stay[n] = true
		}
	}
	return stay
}

// matching are the pairs of two lists, in the old order, and what is in one of them only.
type matching struct {
	pairs            []likeness
	oldLeft, newLeft []int
}

// match pairs the items of two lists: equal ones first, those whose names were swapped, then those of one name, one content, one
// likeness, one place.
func (s *shape) match(old, now []reflect.Value) *matching {
	m := &matching{oldLeft: indexes(len(old)), newLeft: indexes(len(now))}
	m.same(old, now, canonical)
	if s.identity && s.least > 0 {
		m.take(s.swapped(old, now, m))
	}
	if s.name != "" || s.noun == "expression" {
		m.same(old, now, s.called)
	}
	switch {
	case s.noun == "column":
		m.same(old, now, func(v reflect.Value) string { return shownBy(v.Interface().(pack.Column)) })
	case s.least > 0 && s.identity:
		m.same(old, now, s.withoutName)
	}
	if s.least > 0 {
		m.take(mostAlike(old, now, m.oldLeft, m.newLeft, s.least))
	}
	if s.loose && len(m.oldLeft) == len(m.newLeft) {
		var pairs []likeness
		for n, i := range m.oldLeft {
			pairs = append(pairs, likeness{old: i, new: m.newLeft[n]})
		}
		m.take(pairs)
	}
	slices.SortFunc(m.pairs, func(a, b likeness) int { return a.old - b.old })
	return m
}

// swapped pairs items that are the same but for their names where each of the names still belongs to another of them: two were swapped,
// or more in a ring.
func (s *shape) swapped(old, now []reflect.Value, m *matching) []likeness {
	rest := &matching{oldLeft: slices.Clone(m.oldLeft), newLeft: slices.Clone(m.newLeft)}
	rest.same(old, now, s.withoutName)
	pairs := rest.pairs
	for before := -1; len(pairs) != before; {
		before = len(pairs)
		was, is := map[string]bool{}, map[string]bool{}
		for _, p := range pairs {
			was[s.called(old[p.old])], is[s.called(now[p.new])] = true, true
		}
		pairs = slices.DeleteFunc(pairs, func(p likeness) bool { return !was[s.called(now[p.new])] || !is[s.called(old[p.old])] })
	}
	return pairs
}

func (s *shape) withoutName(v reflect.Value) string {
	bare := reflect.New(v.Type()).Elem()
	bare.Set(v)
	for _, f := range fieldsOf(v.Type()) {
		if f.name == s.name {
			bare.FieldByIndex(f.index).SetZero()
		}
	}
	if bare.IsZero() {
		return ""
	}
	return canonical(bare)
}

func indexes(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// same pairs left-over items with the same key, the first with the first; "" is no key.
func (m *matching) same(old, now []reflect.Value, key func(reflect.Value) string) {
	waiting := map[string][]int{}
	for _, j := range m.newLeft {
		k := key(now[j])
		waiting[k] = append(waiting[k], j)
	}
	var pairs []likeness
	for _, i := range m.oldLeft {
		k := key(old[i])
		if k == "" || len(waiting[k]) == 0 {
			continue
		}
		pairs = append(pairs, likeness{i, waiting[k][0], 1})
		waiting[k] = waiting[k][1:]
	}
	m.take(pairs)
}

func (m *matching) take(pairs []likeness) {
	for _, p := range pairs {
		m.oldLeft = without(m.oldLeft, p.old)
		m.newLeft = without(m.newLeft, p.new)
	}
	m.pairs = append(m.pairs, pairs...)
}

func without(list []int, i int) []int {
	at, _ := slices.BinarySearch(list, i)
	return slices.Delete(list, at, at+1)
}
