package calibrate

import (
	"slices"

	"github.com/beevik/etree"
)

// ordered gives the children in an order that all copies keep. Where they leave it open, as no copy has both of two children, it is
// the model's order of what they stand for.
func (n *node) ordered() []*node {
	first := n.precedence()
	left := make([]int, len(n.children))
	for i := range left {
		left[i] = i
	}
	var ordered []*node
	for len(left) > 0 {
		next := -1
		for i, c := range left {
			if (next < 0 || n.children[c].rank(n.kind) < n.children[left[next]].rank(n.kind)) &&
				!slices.ContainsFunc(left, func(o int) bool { return first[[2]int{o, c}] }) {
				next = i
			}
		}
		next = max(next, 0) // the copies do not agree
		ordered, left = append(ordered, n.children[left[next]]), slices.Delete(left, next, next+1)
	}
	return ordered
}

// precedence tells of which two children a copy has an element of the one before one of the other.
func (n *node) precedence() map[[2]int]bool {
	type stretch struct{ child, from, to int }
	inside := map[*etree.Element][]stretch{}
	for i, c := range n.children {
		for _, p := range c.parts {
			for _, x := range p.elements() {
				all := inside[x.Parent()]
				if last := len(all) - 1; last >= 0 && all[last].child == i {
					all[last].from, all[last].to = min(all[last].from, x.Index()), max(all[last].to, x.Index())
					continue
				}
				inside[x.Parent()] = append(all, stretch{i, x.Index(), x.Index()})
			}
		}
	}
	first := map[[2]int]bool{}
	for _, all := range inside {
		for _, a := range all {
			for _, b := range all {
				if a.child != b.child && a.from < b.to {
					first[[2]int{a.child, b.child}] = true
				}
			}
		}
	}
	return first
}

// orderAttributes puts attributes that no copy has both of in the model's order.
func (n *node) orderAttributes() {
	for i := range n.attributes {
		for j := i; j > 0 && !together(n.attributes[j-1], n.attributes[j]) && n.spotRank(n.attributes[j]) < n.spotRank(n.attributes[j-1]); j-- {
			n.attributes[j-1], n.attributes[j] = n.attributes[j], n.attributes[j-1]
		}
	}
}

func together(a, b *spot) bool {
	for i := range a.copies {
		if a.copies[i].present && b.copies[i].present {
			return true
		}
	}
	return false
}

func (n *node) spotRank(s *spot) int {
	for i, f := range n.kind.fields {
		if s.outcome != nil && slices.Contains(s.outcome.fields, f) {
			return i
		}
	}
	return len(n.kind.fields)
}

// rank is the place in the model of the first field or list that a node of the scope stands for.
func (n *node) rank(k *kind) int {
	for i, f := range k.fields {
		for _, s := range n.spots {
			if s.outcome != nil && n.each == nil && slices.Contains(s.outcome.fields, f) {
				return i
			}
		}
	}
	return len(k.fields)
}

func (p part) elements() []*etree.Element {
	if p.x == nil {
		return p.below
	}
	return []*etree.Element{p.x}
}
