package dotnet

import "github.com/kpgen/kpgen/pack/dotnet/syntax"

// guard says with what unit the text may go on where a part of an expression and all that follows it is to match: a way whose
// guard does not hold the next unit fails for certain and is not taken. It may hold too much, never too little.
type guard struct {
	low  [4]uint64 // units below 256
	high bool      // some unit from 256 on
	end  bool      // the end of the text
	// last says that nothing follows that can fail, so the first way of a part to match is the one taken.
	last bool
}

// lastGuard is for what nothing follows.
var lastGuard = guard{low: anyGuard.low, high: true, end: true, last: true}

var anyGuard = guard{low: [4]uint64{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}, high: true, end: true}

func guardOf(s syntax.Set) guard {
	var g guard
	for _, r := range s {
		for unit := int(r.Lo); unit <= int(r.Hi) && unit < 256; unit++ {
			g.low[unit>>6] |= 1 << (unit & 63)
		}
		g.high = g.high || r.Hi >= 256
	}
	return g
}

func (g guard) union(h guard) guard {
	for i := range g.low {
		g.low[i] |= h.low[i]
	}
	return guard{low: g.low, high: g.high || h.high, end: g.end || h.end}
}

func (g guard) intersect(h guard) guard {
	for i := range g.low {
		g.low[i] &= h.low[i]
	}
	return guard{low: g.low, high: g.high && h.high, end: g.end && h.end}
}

func (g guard) has(unit int) bool { return g.low[unit>>6]>>(unit&63)&1 != 0 }

// meets reports whether the guard holds a unit of a set.
func (g guard) meets(s syntax.Set) bool {
	g.end = false
	return g.intersect(guardOf(s)) != guard{}
}

// guardOfNode gives the guard of a node that is read from left to right and followed by what next guards.
func guardOfNode(n *syntax.Node, next guard) guard {
	switch n.Kind {
	case syntax.Literal, syntax.Class:
		return guardOf(n.Units())
	case syntax.Concat:
		for i := len(n.Nodes) - 1; i >= 0; i-- {
			next = guardOfNode(n.Nodes[i], next)
		}
		return next
	case syntax.Alternate:
		return guardOfAny(n.Nodes, next)
	case syntax.Repeat:
		return guardOfRepeat(n, next)
	case syntax.Group, syntax.Capture, syntax.Atomic:
		return guardOfNode(n.Nodes[0], next)
	case syntax.LookAhead:
		return guardOfNode(n.Nodes[0], anyGuard).intersect(next)
	case syntax.NotLookAhead:
		return guardOfNot(n, next)
	case syntax.IfGroup:
		return guardOfBranches(n.Nodes, next)
	case syntax.IfLook:
		return guardOfBranches(n.Nodes[1:], next)
	case syntax.Backreference:
		return anyGuard
	case syntax.TextEnd:
		return next.intersect(guard{end: true})
	case syntax.FinalLineEnd, syntax.LineEnd:
		lineEnd := guardOf(syntax.Set{{Lo: '\n', Hi: '\n'}})
		lineEnd.end = true
		return next.intersect(lineEnd)
	}
	return next
}

func guardOfAny(nodes []*syntax.Node, next guard) guard {
	var g guard
	for _, n := range nodes {
		g = g.union(guardOfNode(n, next))
	}
	return g
}

// guardOfBranches is for a condition, which may have no second branch.
func guardOfBranches(nodes []*syntax.Node, next guard) guard {
	g := guardOfAny(nodes, next)
	if len(nodes) < 2 {
		g = g.union(next)
	}
	return g
}

func guardOfRepeat(n *syntax.Node, next guard) guard {
	if n.Max == 0 {
		return next
	}
	if mayBeEmpty(n.Nodes[0]) {
		return guardOfNode(n.Nodes[0], anyGuard).union(next)
	}
	g := guardOfNode(n.Nodes[0], anyGuard)
	if n.Min == 0 {
		g = g.union(next)
	}
	return g
}

// guardOfNot takes off what a negative lookahead for one unit refuses. A guard cannot tell units from 256 on apart.
func guardOfNot(n *syntax.Node, next guard) guard {
	inside := bare(n.Nodes[0])
	if !single(inside) {
		return next
	}
	refused := guardOf(inside.Units())
	for i := range next.low {
		next.low[i] &^= refused.low[i]
	}
	return next
}
