package calibrate

import (
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// ordered gives the children in an order that all copies keep. Where they leave it open, as no copy has both of two children, it is
// the model's order of what they stand for.
func (n *node) ordered() []*node {
	var ordered []*node
	for _, i := range inOrder(len(n.children), n.precedence(), func(i int) int { return n.children[i].rank(n.kind) }) {
		ordered = append(ordered, n.children[i])
	}
	return ordered
}

// inOrder gives the numbers up to n so that those stand first that do so by pairs, and else those of the lower rank.
func inOrder(n int, first map[[2]int]bool, rank func(i int) int) []int {
	left, ranks := make([]int, n), make([]int, n)
	for i := range left {
		left[i], ranks[i] = i, rank(i)
	}
	var ordered []int
	for len(left) > 0 {
		next := -1
		for i, c := range left {
			if (next < 0 || ranks[c] < ranks[left[next]]) && !slices.ContainsFunc(left, func(o int) bool { return first[[2]int{o, c}] }) {
				next = i
			}
		}
		next = max(next, 0) // the copies do not agree
		ordered, left = append(ordered, left[next]), slices.Delete(left, next, next+1)
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

// orderAttributes puts the attributes in an order that all copies keep, and those that no copy has both of in the model's order.
func (n *node) orderAttributes() {
	numbers := map[string]int{}
	for i, a := range n.attributes {
		numbers[a.name] = i
	}
	first, seen := map[[2]int]bool{}, map[string]bool{}
	for _, p := range n.parts {
		if p.x == nil {
			return
		}
		var names []string
		for _, a := range p.x.Attr {
			names = append(names, a.FullKey())
		}
		all := strings.Join(names, " ")
		if seen[all] {
			continue
		}
		seen[all] = true
		for i, a := range names {
			for _, b := range names[i+1:] {
				first[[2]int{numbers[a], numbers[b]}] = true
			}
		}
	}
	var ordered []*spot
	for _, i := range inOrder(len(n.attributes), first, func(i int) int { return n.spotRank(n.attributes[i]) }) {
		ordered = append(ordered, n.attributes[i])
	}
	n.attributes = ordered
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
