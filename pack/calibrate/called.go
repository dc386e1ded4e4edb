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
			at := slices.IndexFunc(tagForms, func(form string) bool { return calls(parts, list, f, form) })
			if at >= 0 {
				in := &numbering{list: list.name, field: f.name, forms: piped(tagForms[at])}
				all = append(all, l.grouped(parts, absent, list, where, byField(list, f, tagForms[at]), in, k))
			}
		}
	}
	return all
}

// calls reports whether the items of each part are called by a field, in a form. One item alone may be called like what has nothing to do
// with it, if that is one word.
func calls(parts []part, list *list, f *field, form string) bool {
	texts := map[string]bool{}
	words := true
	for _, p := range parts {
		s, ok := byField(list, f, form)(p)
		if !ok {
			return false
		}
		for _, text := range s.numbers {
			texts[text] = true
			words = words && isName(text)
		}
	}
	return len(texts) > 1 || len(texts) == 1 && !words
}

// byField splits a part's children by the items, in order, whose field their tags have in them; false where an item has none.
func byField(list *list, f *field, form string) func(part) (split, bool) {
	return func(p part) (split, bool) {
		var s split
		items := p.s.items(list)
		own, next := "", f.spelled(items, 0, form) // what the item begun last is called, and the one to come
		for _, x := range p.children() {
			tag := x.FullTag()
			is, begins := calledBy(tag, own), calledBy(tag, next)
			last := len(s.groups) - 1
			switch {
			case begins && !(is && len(own) > len(next)): // of two that fit, the longer
				s.groups, s.numbers = append(s.groups, []*etree.Element{x}), append(s.numbers, next)
				own, next = next, f.spelled(items, len(s.groups), form)
			case is && len(s.after) == 0:
				s.groups[last] = append(s.groups[last], x)
			case last < 0:
				s.before = append(s.before, x)
			default:
				s.after = append(s.after, x)
			}
		}
		return s, len(s.groups) == len(items)
	}
}

// calledBy reports whether a tag has a text in it, which is all of it or long enough to be there for no other reason.
func calledBy(tag, text string) bool {
	return text != "" && (tag == text || len(text) > 2 && strings.Contains(tag, text))
}

// spelled is a field's text in an item of a number, in a form; empty where there is none.
func (f *field) spelled(items []*scope, number int, form string) string {
	if number >= len(items) {
		return ""
	}
	text, _ := f.text(items[number])
	spelled, _ := template.Spell(form, text)
	return spelled
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
		n.called.asTag(of.field)
	}
}

// asTag finds the fields that tags may have: one each.
func (p *spot) asTag(name string) {
	p.readings()
	p.found = slices.DeleteFunc(p.found, func(r reading) bool { return len(r.fields) != 1 || r.fields[0].joined != nil })
	at := slices.IndexFunc(p.kind.fields, func(f *field) bool { return f.name == name })
	for _, form := range tagForms {
		if len(p.found) > 0 {
			return
		}
		if r := p.asForm(p.kind.fields[at], form); r != nil {
			p.found = append(p.found, *r)
		} else if r := p.asAffixedIn(p.kind.fields[at], form); r != nil {
			p.found = append(p.found, *r)
		}
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
