package dotnet

import (
	"encoding/binary"
	"slices"

	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// Expressions of one pack begin alike. Where an expression is bound to the start of the text, its beginning up to the place where
// others part from it is a stem: the places a stem ends at, in the order in which .NET comes to them, are found once for a text,
// one by one as they are asked for, and each expression only runs what is left of it from there. That is what matching the
// whole does: what is left is tried at each end in that order, and neither the text nor the outcome depends on how the end
// was reached, unless a capture is kept that the expression refers to. Then the expression is matched as a whole.

// stem is a shared beginning, after that of its parent.
type stem struct {
	parent int
	part   *swiftPart
	follow guard // of all that goes on from it
}

// root is the stem of all: it ends where the text begins.
const root = 0

// route is one way of an expression bound to the start of the text: its outermost parts.
type route struct {
	way   *way
	tree  *syntax.Expression
	nodes []*syntax.Node
	keys  []string
}

// routeOf gives a way's route when it is bound to the start of the text.
func routeOf(tree *syntax.Expression, n *syntax.Node, needed map[int]bool) (route, bool) {
	r := route{tree: tree, nodes: partsOf(nil, n)}
	if r.nodes[0].Kind != syntax.TextStart {
		return r, false
	}
	r.nodes = r.nodes[1:]
	for _, part := range r.nodes {
		r.keys = append(r.keys, string(appendKey(nil, part, needed)))
	}
	return r, true
}

func waysOf(n *syntax.Node) []*syntax.Node {
	n = bare(n)
	if n.Kind != syntax.Alternate {
		return []*syntax.Node{n}
	}
	var ways []*syntax.Node
	for _, way := range n.Nodes {
		ways = append(ways, waysOf(way)...)
	}
	return ways
}

// oneOf is waysOf undone.
func oneOf(ways []*syntax.Node) *syntax.Node {
	if len(ways) == 1 {
		return ways[0]
	}
	return &syntax.Node{Kind: syntax.Alternate, Nodes: ways}
}

// partsOf takes concatenations apart.
func partsOf(parts []*syntax.Node, n *syntax.Node) []*syntax.Node {
	n = bare(n)
	if n.Kind != syntax.Concat {
		return append(parts, n)
	}
	for _, child := range n.Nodes {
		parts = partsOf(parts, child)
	}
	return parts
}

// appendKey writes what a node does: nodes with one key match alike and keep the same captures.
func appendKey(key []byte, n *syntax.Node, needed map[int]bool) []byte {
	key = append(key, byte(n.Kind), byte(len(n.Nodes)), byte(len(n.Nodes)>>8))
	switch n.Kind {
	case syntax.Literal, syntax.Class:
		key = appendSet(key, n.Units())
	case syntax.Repeat:
		key = binary.AppendVarint(binary.AppendVarint(key, int64(n.Min)), int64(n.Max))
		key = append(key, either[byte](n.Lazy, 1, 0))
	case syntax.Capture, syntax.IfGroup, syntax.Backreference:
		key = binary.AppendVarint(binary.AppendVarint(key, int64(n.Number)), int64(n.Pop))
		key = append(key, either[byte](needed[n.Number], 1, 0), byte(n.Options&syntax.IgnoreCase))
	}
	key = append(key, either[byte](leftwards(n), 1, 0))
	for _, child := range n.Nodes {
		key = appendKey(key, child, needed)
	}
	return key
}

func appendSet(key []byte, s syntax.Set) []byte {
	key = binary.AppendUvarint(key, uint64(len(s)))
	for _, r := range s {
		key = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(key, r.Lo), r.Hi)
	}
	return key
}

// grow makes what routes need that are alike up to from, which is as far as the stem parent goes; captured says that there are
// captures up to there. It gives the guard of all.
func (b *planner) grow(routes []route, parent, from int, captured bool) guard {
	first := routes[0]
	if len(routes) == 1 {
		return b.end(first, parent, from, captured)
	}
	depth := alikeTo(routes, from)
	shared := first.nodes[from:depth]
	if !worthSharing(shared) {
		return b.fork(routes, parent, from, depth, captured)
	}
	at := len(b.plan.stems)
	b.plan.stems = append(b.plan.stems, stem{parent: parent})
	follow := b.fork(routes, at, depth, depth, captured || slices.ContainsFunc(shared, hasCapture))
	part := b.tables.partOf(first.tree, shared, follow, false)
	b.plan.stems[at].part, b.plan.stems[at].follow = part, follow
	return part.enter
}

// fork goes on with each of the groups of routes that are still alike at depth.
func (b *planner) fork(routes []route, parent, from, depth int, captured bool) guard {
	var follow guard
	groups := map[string][]route{}
	var order []string
	for _, r := range routes {
		if depth == len(r.keys) {
			follow = follow.union(b.end(r, parent, from, captured))
			continue
		}
		key := r.keys[depth]
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], r)
	}
	for _, key := range order {
		follow = follow.union(b.grow(groups[key], parent, from, captured))
	}
	return follow
}

// end makes what is left of a way.
func (b *planner) end(r route, parent, from int, captured bool) guard {
	w, left := r.way, r.nodes[from:]
	w.stem, w.captured = parent, captured
	w.match = b.tables.partOf(r.tree, left, lastGuard, false)
	w.find = w.match
	if slices.ContainsFunc(left, hasCapture) {
		w.find = b.tables.partOf(r.tree, left, lastGuard, true)
	}
	rest := partsWithin(nil, &syntax.Node{Kind: syntax.Concat, Nodes: left}, referred(r.tree))
	known := needs{}
	at := placeOf(b.tables, known, rest)
	if at.run != nil || at.mark != none {
		at = nowhere
	}
	b.require(w, at, known.clauses(rest, ownClauses), known.clauses(r.nodes[:from], stemClauses))
	return w.match.enter
}

// alikeTo gives how far routes are alike.
func alikeTo(routes []route, from int) int {
	depth := from
	for ; depth < len(routes[0].keys); depth++ {
		key := routes[0].keys[depth]
		if slices.ContainsFunc(routes, func(r route) bool { return len(r.keys) <= depth || r.keys[depth] != key }) {
			break
		}
	}
	return depth
}

// worthSharing reports whether finding the end of a part costs more than keeping it.
func worthSharing(part []*syntax.Node) bool {
	return slices.ContainsFunc(part, func(n *syntax.Node) bool { return len(n.Nodes) > 0 })
}

func hasCapture(n *syntax.Node) bool {
	found := false
	n.Walk(func(n *syntax.Node) { found = found || n.Kind == syntax.Capture })
	return found
}
