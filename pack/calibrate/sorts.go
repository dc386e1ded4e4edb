package calibrate

import (
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/artifact/template"
)

// sorters tell what an element among others of its tag is: of an archive's entry by its name, of any other by what is in it first.
var sorters = []func(x *etree.Element) string{
	func(x *etree.Element) string {
		if c := firstElement(x); c != nil {
			return c.FullTag()
		}
		return ""
	},
	func(x *etree.Element) string { return path.Dir(entryName(x)) },
	func(x *etree.Element) string { return path.Ext(entryName(x)) },
	func(x *etree.Element) string { return digits.ReplaceAllString(entryName(x), "#") },
	func(x *etree.Element) string { return prefix(path.Base(entryName(x))) },
}

// digits are the numbers in a name.
var digits = regexp.MustCompile(`\d+`)

func firstElement(x *etree.Element) *etree.Element {
	for c := range x.ChildElementsSeq() {
		return c
	}
	return nil
}

func entryName(x *etree.Element) string {
	if x.FullTag() != "entry" {
		return ""
	}
	name, _ := markOf(x, "@name")
	return name
}

// prefix is the first word of a file's name.
func prefix(name string) string {
	if at := strings.IndexFunc(name, func(r rune) bool { return !isWord(r) || r <= '9' }); at > 0 {
		return name[:at]
	}
	return ""
}

// amongOthers learns elements of which those of one sort are a list's items, and each other stands for itself, as the entries of an
// archive or the lines of a file that begins with one about all.
func (l *learner) amongOthers(s *stack, parts []part, absent []*scope, where string, k *kind) []*node {
	if s.most() < 2 || len(k.lists) == 0 || k.path != "" {
		return nil
	}
	var best []*node
	for _, sorter := range sorters {
		sorts := s.sortedBy(sorter)
		if len(sorts) < 2 || len(sorts) > maxSorts {
			continue
		}
		for _, list := range k.lists {
			for i, items := range sorts {
				if !items.counts(list, parts) {
					continue
				}
				n := l.items(list, items.groups(), parts, s.tag, where, k)
				others := l.others(slices.Delete(slices.Clone(sorts), i, i+1), parts, absent, where, k.without(k.within(list)))
				if all := append([]*node{n}, others...); n != nil && others != nil && (best == nil || worth(all) > worth(best)) {
					best = all
				}
			}
		}
	}
	return best
}

// sortedBy parts a stack by the sorts of its elements, in the order they first stand in.
func (s *stack) sortedBy(sorter func(x *etree.Element) string) []*stack {
	var all []*stack
	at := map[string]int{}
	for i, copies := range s.copies {
		for _, x := range copies {
			sort := sorter(x)
			n, known := at[sort]
			if !known {
				n = len(all)
				at[sort] = n
				all = append(all, &stack{tag: s.tag, copies: make([][]*etree.Element, len(s.copies))})
			}
			all[n].copies[i] = append(all[n].copies[i], x)
		}
	}
	return all
}

// others learns elements that stand once, or are told apart by a mark; nil where they are not.
func (l *learner) others(sorts []*stack, parts []part, absent []*scope, where string, k *kind) []*node {
	all := []*node{}
	for _, s := range sorts {
		nodes := l.toldApart(s, parts, absent, where, k)
		if nodes == nil && s.most() == 1 {
			nodes = []*node{l.element(s.tag, where, s.flat(parts), s.without(parts, absent), k)}
		}
		if nodes == nil {
			return nil
		}
		all = append(all, nodes...)
	}
	return all
}

// asFileName tries the name of an archive's entry as made of a field of the item that it is about.
func (p *spot) asFileName() {
	if p.kind.path == "" || !strings.HasSuffix(p.where, "entry/@name") {
		return
	}
	for _, f := range p.kind.fields {
		for _, form := range template.FileForms() {
			if f.joined != nil || f.ref.Type != reflect.TypeFor[string]() {
				continue
			}
			if r := p.asAffixedIn(f, form); r != nil {
				r.made, r.fields, r.distinct = "@copy "+f.name, nil, 0
				p.found = append(p.found, *r)
				return
			}
		}
	}
}
