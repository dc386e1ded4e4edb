package calibrate

import (
	"slices"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/artifact/fields"
)

// items learns copies as the items of a list, if there are as many; tag is empty for groups.
func (l *learner) items(list *list, copies [][]part, parts []part, tag, where string, k *kind) *node {
	total := 0
	for i, p := range parts {
		if len(p.s.items(list)) != len(copies[i]) {
			return nil
		}
		total += len(copies[i])
	}
	paired := make([]part, 0, total)
	for i, p := range parts {
		items := p.s.items(list)
		for j, item := range items {
			copy := copies[i][j]
			copy.s = item
			paired = append(paired, copy)
		}
	}
	if len(paired) == 0 {
		return nil
	}
	if !l.speaks(list, paired) {
		return nil
	}
	inner := kindOf(list.item(), k.itemPath(list), k)
	if list.of != nil {
		inner = inner.ofGroups(list)
	}
	inner.through = len(list.refs) > 1
	n := l.element(tag, where, paired, nil, inner)
	n.each = list
	n.resolve()
	if list.of != nil && !n.holdsItems() {
		return nil
	}
	if len(n.lists) == 0 && !slices.ContainsFunc(n.spots, (*spot).mayBeField) {
		return nil // as many, and nothing of the items in them
	}
	if inner.through && !slices.ContainsFunc(n.spots, func(s *spot) bool { return s.outcome != nil && strings.HasPrefix(s.outcome.made, "@parent") }) {
		return nil // nothing tells which item they belong to
	}
	return n
}

// mayBeField reports whether the spot stands for a field, or may.
func (s *spot) mayBeField() bool {
	return s.outcome != nil && len(s.outcome.fields) > 0 ||
		slices.ContainsFunc(s.found, func(r reading) bool { return !r.zero && len(r.fields) > 0 })
}

// itemPath is the generic path of a list's items, those in groups as any.
func (k *kind) itemPath(l *list) string {
	switch {
	case l.of != nil:
		return k.itemPath(l.of)
	case k.grouped:
		return k.outer.itemPath(l)
	}
	return fields.Join(k.path, l.name) + "[]"
}

// speaks reports whether some text of the copies holds a text of the list's items, so that it is worth a closer look.
func (l *learner) speaks(list *list, paired []part) bool {
	inner := kindOf(list.item(), "", nil)
	for _, p := range paired[:min(len(paired), 8)] {
		for _, f := range inner.fields {
			if f.joined != nil {
				if slices.ContainsFunc(f.texts(p.s), func(text string) bool { return text != "" && p.holds(text) }) {
					return true
				}
				continue
			}
			if text, zero := f.text(p.s); !zero && p.holds(text) {
				return true
			}
		}
	}
	return false
}

// holds reports whether a text of the part, or of its attributes, has the text in it.
func (p part) holds(text string) bool {
	if p.x != nil {
		return holds(p.x, text)
	}
	return slices.ContainsFunc(p.below, func(x *etree.Element) bool { return holds(x, text) })
}

func holds(x *etree.Element, text string) bool {
	own := textOf(x)
	if own == text || len(own) > len(text) && (len(text) > 2 && strings.Contains(own, text) || len(own) > 24) {
		return true // a long text may be a document, or spelled otherwise
	}
	for _, a := range x.Attr {
		if a.Value == text || len(text) > 2 && strings.Contains(a.Value, text) {
			return true
		}
	}
	return slices.ContainsFunc(x.Child, func(t etree.Token) bool {
		c, ok := t.(*etree.Element)
		return ok && holds(c, text)
	})
}

// again learns elements as copies of the items of a list that has its own elsewhere, as an index of them is.
func (l *learner) again(s *stack, parts []part, where string, k *kind) []*node {
	if l.noIndex {
		return nil
	}
	for _, list := range k.again {
		if len(list.refs) > 1 || s.most() < 2 || !s.counts(list, parts) {
			continue
		}
		if n := l.items(list, s.groups(), parts, s.tag, where, k); n != nil && n.copies() {
			return []*node{n}
		}
	}
	return nil
}

// copies makes all that stands for fields a copy of them; it reports false where that cannot be.
func (n *node) copies() bool {
	n.again, n.score = true, 0
	if len(n.lists) > 0 {
		return false
	}
	for _, s := range n.spots {
		switch {
		case s.outcome == nil || s.outcome.made != "" && s.outcome.of == nil:
		case len(s.outcome.fields) != 1 || s.outcome.fields[0].joined != nil:
			return false
		default:
			s.copyOf = true
			n.score++
		}
	}
	return n.score > 0
}

// copiesNothing reports whether an element in the node has a copy of a field that has no place of its own in the root.
func (n *node) copiesNothing(root *node) bool {
	if !n.again {
		return slices.ContainsFunc(n.children, func(c *node) bool { return c.copiesNothing(root) })
	}
	found := map[string]bool{}
	root.eachList(func(o *node) {
		for _, s := range o.spots {
			if o.each.name == n.each.name && s.outcome != nil && !s.copyOf {
				for _, f := range s.outcome.fields {
					found[f.name] = true
				}
			}
		}
	})
	return slices.ContainsFunc(n.spots, func(s *spot) bool { return s.copyOf && !found[s.outcome.fields[0].name] })
}
