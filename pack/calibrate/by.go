package calibrate

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/artifact/template"
)

// Items may stand under an element of their group. What repeats is then the group, of whose items the elements inside are: the groups
// are learned as a list of their own, which templates have as kp:by.

// groupField is the field by which consoles keep items together.
const groupField = "group"

// addGroups adds to the lists of a pack those of their items' groups, where items share one: else nothing tells the two apart.
func (k *kind) addGroups(parts []part) {
	for _, l := range slices.Clone(k.lists) {
		field, ok := fields.Resolve(l.item(), groupField)
		if !ok || len(l.refs) > 1 {
			continue
		}
		by := &list{name: l.name + "[]." + groupField, refs: l.refs, of: l, field: field}
		if slices.ContainsFunc(parts, func(p part) bool { return len(p.s.items(by)) < len(p.s.items(l)) }) {
			k.lists = append(k.lists, by)
		}
	}
}

// item is the type of the list's items.
func (l *list) item() reflect.Type {
	if l.of != nil {
		return template.GroupType(l.refs[0], l.field)
	}
	return l.refs[len(l.refs)-1].Type.Elem()
}

// groups gives the groups of the items of the scope's list, each where its first item stands.
func (s *scope) groups(l *list) []*scope {
	items, _ := l.refs[0].Get(s.item)
	var all []*scope
	of := map[string]*scope{}
	for i := range items.Len() {
		value, _ := l.field.Get(items.Index(i))
		g := of[value.String()]
		if g == nil {
			g = &scope{item: reflect.New(l.item()).Elem(), outer: s, number: len(all)}
			g.item.Field(0).Set(value)
			of[value.String()], all = g, append(all, g)
		}
		g.item.Field(1).Set(reflect.Append(g.item.Field(1), items.Index(i)))
	}
	return all
}

// ofGroups gives the kind of a list's groups: their items are in one list, and they have one field in common.
func (k *kind) ofGroups(l *list) *kind {
	k.grouped = true
	k.fields = slices.DeleteFunc(slices.Clone(k.fields), func(f *field) bool { return f.joined != nil })
	k.lists = slices.DeleteFunc(slices.Clone(k.lists), func(inside *list) bool { return inside.name != l.of.name })
	k.counts = k.lists
	return k
}

// holdsItems reports whether the elements of groups have those of their items inside; what is there of the group's name is a copy.
func (n *node) holdsItems() bool {
	holds := false
	for _, c := range n.children {
		c.eachList(func(items *node) {
			if !items.kind.outer.grouped {
				return
			}
			holds = true
			for _, s := range items.spots {
				if s.outcome != nil && len(s.outcome.fields) == 1 && s.outcome.fields[0].name == groupField {
					s.copyOf = true
				}
			}
		})
	}
	return holds
}

// countGroups takes numbers about the whole file that never change for that of the groups, where the file has any, by the same rules as for
// that of the items.
func (n *node) countGroups() {
	at := slices.IndexFunc(n.lists, func(l *list) bool { return l.of != nil })
	if at < 0 {
		return
	}
	seen := map[*kind]bool{}
	n.eachSpot(func(s *spot) {
		if s.kind.path != "" {
			return
		}
		if !seen[s.kind] {
			seen[s.kind] = true
			s.kind.counts = append(slices.Clone(s.kind.counts), n.lists[at])
		}
		if s.outcome == nil && s.sort == constant {
			if s.guessCount(); len(s.found) == 1 && s.found[0].guessed {
				s.outcome, s.sort = &s.found[0], made
			}
		}
	})
}

// groupList tells of the groups that the node stands for.
func (n *node) groupList(l List) List {
	l.Path = n.each.name
	if l.Most < 2 {
		l.Sure = Single
		l.Asks = []Ask{{OneItem, l.Path, fmt.Sprintf("give %s another value in one item, to see that %s repeats", l.Path, l.Where)}}
	}
	return l
}
