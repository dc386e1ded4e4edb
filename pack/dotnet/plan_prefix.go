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
	plan  *planned
	way   int // among the plan's
	tree  *syntax.Expression
	nodes []*syntax.Node
	keys  []string
}

// rest is what is left of a route after a stem.
type rest struct {
	stem        int
	match, find *swiftPart // without and with captures
	// captured says that a stem before holds captures, which Find needs.
	captured bool
}

// routesOf gives the ways of an expression when all are bound to the start of the text, else nil.
func routesOf(p *planned, tree *syntax.Expression) []route {
	needed := referred(tree)
	var routes []route
	for i, way := range waysOf(tree.Root) {
		r := route{plan: p, way: i, tree: tree, nodes: partsOf(nil, way)}
		if len(r.nodes) == 0 || r.nodes[0].Kind != syntax.TextStart {
			return nil
		}
		r.nodes = r.nodes[1:]
		for _, n := range r.nodes {
			r.keys = append(r.keys, string(appendKey(nil, n, needed)))
		}
		routes = append(routes, r)
	}
	return routes
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

// grower makes stems and rests.
type grower struct {
	tables *tables
	stems  []stem
}

// grow makes what routes need that are alike up to from, which is as far as the stem parent goes; captured says that there are
// captures up to there. It gives the guard of all.
func (g *grower) grow(routes []route, parent, from int, captured bool) guard {
	first := routes[0]
	if len(routes) == 1 {
		return g.finish(first, parent, from, captured)
	}
	depth := alikeTo(routes, from)
	shared := first.nodes[from:depth]
	if !worthSharing(shared) {
		return g.fork(routes, parent, from, depth, captured)
	}
	at := len(g.stems)
	g.stems = append(g.stems, stem{parent: parent})
	follow := g.fork(routes, at, depth, depth, captured || slices.ContainsFunc(shared, hasCapture))
	part := g.tables.partOf(first.tree, shared, follow, false)
	g.stems[at].part, g.stems[at].follow = part, follow
	return part.enter
}

// fork goes on with each of the groups of routes that are still alike at depth.
func (g *grower) fork(routes []route, parent, from, depth int, captured bool) guard {
	var follow guard
	groups := map[string][]route{}
	var order []string
	for _, r := range routes {
		if depth == len(r.keys) {
			follow = follow.union(g.finish(r, parent, from, captured))
			continue
		}
		key := r.keys[depth]
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], r)
	}
	for _, key := range order {
		follow = follow.union(g.grow(groups[key], parent, from, captured))
	}
	return follow
}

func (g *grower) finish(r route, parent, from int, captured bool) guard {
	left := r.nodes[from:]
	end := rest{stem: parent, captured: captured}
	end.match = g.tables.partOf(r.tree, left, anyGuard, false)
	end.find = end.match
	if slices.ContainsFunc(left, hasCapture) {
		end.find = g.tables.partOf(r.tree, left, anyGuard, true)
	}
	r.plan.ways[r.way] = end
	return end.match.enter
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
