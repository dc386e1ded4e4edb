package calibrate

import (
	"reflect"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact/template"
)

// Where items are called by a field of theirs, their tags have its text: the keys of an object, sections of an INI file. What is called
// so is grouped like what has a number in its tag.

// callings learns the children of the parts as the items of a list whose tags have a text of theirs.
func (l *learner) callings(parts []part, absent []*scope, where string, k *kind) [][]*node {
	var all [][]*node
	for _, list := range k.lists {
		if len(list.refs) > 1 || list.ofTexts() {
			continue
		}
		for _, f := range kindOf(list.refs[0].Type.Elem(), "", k).fields {
			if f.joined != nil || f.ref.Type.Kind() != reflect.String || pack.Allowed(f.ref.Type) != nil {
				continue
			}
			at := slices.IndexFunc(escapeForms, func(form string) bool { return calls(parts, list, f, form) })
			if at >= 0 {
				all = append(all, l.grouped(parts, absent, list, where, byField(list, f, escapeForms[at]), &numbering{list: list.name, field: f.name}, k))
			}
		}
	}
	return all
}

// calls reports whether the items of each part are called by a field, in a form: there are several, with texts of their own.
func calls(parts []part, list *list, f *field, form string) bool {
	several := false
	for _, p := range parts {
		s, ok := byField(list, f, form)(p)
		if !ok || len(s.groups) != len(p.s.items(list)) {
			return false
		}
		several = several || len(s.groups) > 1
	}
	return several
}

// byField splits a part's children by the items, in order, whose field their tags have in them.
func byField(list *list, f *field, form string) func(part) (split, bool) {
	return func(p part) (split, bool) {
		var s split
		var texts []string
		for _, item := range p.s.items(list) {
			text, zero := f.text(item)
			spelled, ok := template.Spell(form, text)
			if zero || !ok {
				return s, false
			}
			texts = append(texts, spelled)
		}
		for _, x := range p.children() {
			tag, at := x.FullTag(), len(s.groups)
			switch next := at < len(texts) && strings.Contains(tag, texts[at]); {
			case next && !(at > 0 && strings.Contains(tag, texts[at-1]) && len(texts[at]) < len(texts[at-1])):
				s.groups, s.numbers = append(s.groups, []*etree.Element{x}), append(s.numbers, texts[at])
			case at > 0 && len(s.after) == 0 && strings.Contains(tag, texts[at-1]):
				s.groups[at-1] = append(s.groups[at-1], x)
			case at == 0:
				s.before = append(s.before, x)
			case at < len(texts):
				return s, false
			default:
				s.after = append(s.after, x)
			}
		}
		return s, true
	}
}

// calledAlone gives the tag of groups of one element each that is called by its item; empty where they are not that.
func calledAlone(groups [][]part) string {
	tag := ""
	for _, of := range groups {
		for i := range of {
			g := &of[i]
			if len(g.numbered) == 0 || g.numbered[len(g.numbered)-1].field == "" || len(g.below) != 1 {
				return ""
			}
			own := g.tag(g.below[0])
			if tag != "" && own != tag {
				return ""
			}
			tag = own
		}
	}
	for _, of := range groups {
		for i := range of {
			of[i].x, of[i].below = of[i].below[0], nil
		}
	}
	return tag
}

// call makes a spot of the elements' tags where these have a field of the item around.
func (n *node) call(where string) {
	if len(n.parts) == 0 || n.parts[0].x == nil {
		return
	}
	for _, of := range n.parts[0].numbered {
		if of.field == "" || !strings.HasSuffix(n.kind.path, of.list+"[]") || !strings.Contains(n.tag, of.place()) {
			continue
		}
		n.called = &spot{where: where, kind: n.kind}
		for _, p := range n.parts {
			n.called.copies = append(n.called.copies, copied{p.x.FullTag(), true, p.s})
		}
		n.called.readings()
	}
}

// uncalled gives the parts without what their own elements are called: the tags inside have no part of it.
func uncalled(parts []part) []part {
	if len(parts) == 0 || parts[0].x == nil || !slices.ContainsFunc(parts[0].numbered, func(of numbering) bool { return of.field != "" }) {
		return parts
	}
	parts = slices.Clone(parts)
	for i := range parts {
		parts[i].numbered = slices.DeleteFunc(slices.Clone(parts[i].numbered), func(of numbering) bool { return of.field != "" })
	}
	return parts
}
