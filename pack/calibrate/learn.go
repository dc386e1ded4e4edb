package calibrate

import (
	"slices"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/artifact/container"
)

// part is one copy of a stretch of a file: an element, or elements that stand side by side, and the item it is about.
type part struct {
	x     *etree.Element   // nil: a group
	below []*etree.Element // of a group
	s     *scope
	// numbered lists the lists whose numbers the tags inside hold, in the order they stand in the tag.
	numbered []numbering
	// marker is the attribute (@Type) or leaf whose text tells the sorts of elements inside that have one tag.
	marker string
	nulls  nullTags // of elements inside
	// nullKey is the attribute by which an element is known whose tag is that for no value; empty: it is any other element.
	nullKey string
}

// tag is the tag of an element in the part as kp:tag has it.
func (p part) tag(x *etree.Element) string {
	tag, _ := p.nulls.of(x)
	tag = literal(tag)
	for _, of := range p.numbered {
		tag = of.in(tag)
	}
	if mark, ok := markOf(x, p.marker); ok && p.marker != "" && isSort.MatchString(mark) {
		tag += "[" + p.marker + "=" + mark + "]"
	}
	return tag
}

func (p part) children() []*etree.Element {
	if p.x == nil {
		return p.below
	}
	return p.x.ChildElements()
}

// node is what all copies of a part have in common: an element of the template to be.
type node struct {
	tag        string // as kp:tag has it; empty: a group
	each       *list  // the list whose items its copies are about
	again      bool   // which have their places elsewhere
	kind       *kind  // of what is inside
	first      int    // number of the list's first item
	parts      []part
	absent     []*scope // the items of the scope around in which it does not stand
	called     *spot    // the tag, where that has a field of the item around
	attributes []*spot
	text       *spot
	marks      map[string]string // constant attributes that tell it from others of its tag
	stands     bool              // always, as only its place among others of its tag tells it from them
	children   []*node
	remark     *spot             // of a root element: the one comment with a number, where it counts
	inside     *container.Format // of the documents in its texts
	behind     string            // the forms it is behind
	spots      []*spot           // of its own scope, in it and below
	lists      []*list           // of its own scope, that it or what is below stands for
	score      int
}

// learner finds the structure of one kind's files.
type learner struct {
	inside  map[*etree.Element]*container.Document // those in texts, by what is around their root elements
	serials *serials
	noIndex bool // no list stands a second time
}

// element learns what copies of an element have in common, all in one kind of scope.
func (l *learner) element(tag, where string, parts []part, absent []*scope, k *kind) *node {
	n := &node{tag: tag, kind: k, parts: parts, absent: absent, first: 1}
	n.call(where)
	l.attributes(n, where)
	if !l.text(n, where) && !l.inner(n, where) {
		l.children(n, where)
	}
	n.sum()
	return n
}

// sum adds up what the node's own spots and its children explain.
func (n *node) sum() {
	for _, s := range n.own() {
		n.spots = append(n.spots, s)
		n.score += s.worth()
	}
	for _, c := range n.children {
		n.score += c.score
		if c.each != nil && c.again {
			continue
		}
		if c.each == nil {
			n.spots = append(n.spots, c.spots...)
			n.lists = append(n.lists, c.lists...)
		} else {
			n.lists = append(n.lists, c.each)
		}
	}
}

func (n *node) own() []*spot {
	own := slices.Clone(n.attributes)
	if n.called != nil {
		own = append(own, n.called)
	}
	if n.text != nil {
		own = append(own, n.text)
	}
	return own
}

// attributes makes a spot of every attribute, in the order they first stand in.
func (l *learner) attributes(n *node, where string) {
	var names []string
	for _, p := range n.parts {
		if p.x == nil {
			return
		}
		at := 0
		for _, a := range p.x.Attr {
			found := slices.Index(names, a.FullKey())
			if found < 0 {
				names = slices.Insert(names, at, a.FullKey())
				found = at
			}
			at = max(at, found+1)
		}
	}
	for _, name := range names {
		s := &spot{where: where + "/@" + name, name: name, kind: n.kind, json: isJSON(n.parts[0].x)}
		var sites []site
		for _, p := range n.parts {
			c := copied{s: p.s}
			for _, a := range p.x.Attr {
				if a.FullKey() == name {
					c.text, c.present = a.Value, true
					sites = append(sites, site{p.x, name})
				}
			}
			s.copies = append(s.copies, c)
		}
		s.missing(n.absent)
		l.serials.settle(s, sites)
		s.readings()
		n.attributes = append(n.attributes, s)
	}
}

// isJSON reports whether the element is in a document whose root element is that of JSON.
func isJSON(x *etree.Element) bool {
	for x.Parent() != nil && x.Parent().Tag != "" {
		x = x.Parent()
	}
	return x.FullTag() == "json"
}

// text makes a spot of the elements' text when none holds an element; it reports false where the text is a document itself.
func (l *learner) text(n *node, where string) bool {
	s := &spot{where: where, name: n.tag, kind: n.kind}
	var sites []site
	for _, p := range n.parts {
		if p.x == nil || holdsElements(p.x) {
			return false
		}
		sites = append(sites, site{p.x, ""})
		s.copies = append(s.copies, copied{textOf(p.x), true, p.s})
	}
	s.missing(n.absent)
	l.serials.settle(s, sites)
	s.readings()
	if len(s.found) == 0 || s.found[0].zero {
		if l.opens(s) {
			return false
		}
	}
	n.text = s
	return true
}

func holdsElements(x *etree.Element) bool {
	return slices.ContainsFunc(x.Child, func(t etree.Token) bool { _, ok := t.(*etree.Element); return ok })
}

func textOf(x *etree.Element) string {
	text := ""
	for _, token := range x.Child {
		if c, ok := token.(*etree.CharData); ok {
			text += c.Data
		}
	}
	return text
}

// children learns what stands inside.
func (l *learner) children(n *node, where string) {
	n.parts = fitting(n.parts)
	n.children = l.level(n.parts, n.absent, where, n.kind)
}

// level learns elements that stand side by side: element by element or, where that explains more, in groups, also of the sorts that
// a marker tells.
func (l *learner) level(parts []part, absent []*scope, where string, k *kind) []*node {
	parts = withNullTags(parts)
	best := l.plain(parts, absent, where, k)
	score := worth(best)
	better := func(others ...[]*node) {
		for _, other := range others {
			if w := worth(other); other != nil && w > score {
				best, score = other, w
			}
		}
	}
	better(l.groupings(parts, absent, where, k)...)
	better(l.callings(parts, absent, where, k)...)
	if marker := marker(parts); marker != "" {
		marked := slices.Clone(parts)
		for i := range marked {
			marked[i].marker = marker
		}
		better(l.plain(marked, absent, where, k))
		better(l.groupings(marked, absent, where, k)...)
	}
	return best
}

func worth(nodes []*node) int {
	sum := 0
	for _, n := range nodes {
		sum += n.score
	}
	return sum
}
