package dotnet

import (
	"fmt"
	"slices"

	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// Plan is a set of expressions that are asked about one text after the other, made ready to be asked together. Each answers what
// it answers alone. Three things make that quick:
//
//   - One pass over a text finds all the literals the expressions need (plan_scan.go). It tells which expressions can match at
//     all, and the others cost nothing.
//   - An expression that can match is only tried where the literals are that its matches begin with or near (plan_places.go).
//     Those that begin alike at the start of the text share finding where their beginning ends (plan_prefix.go).
//   - A machine in which most ways fail at a glance runs what is left (plan_program.go, plan_machine.go).
//
// A plan is safe for concurrent use; each goroutine reads texts with a Reading of its own.
type Plan struct {
	expressions []planned
	ways        []*way // of all expressions
	always      []int  // expressions any text may match
	linear      []int  // expressions of the PCRE family
	stems       []stem
	clauses     []planClause
	scanner     *scanner
}

// planned is one expression.
type planned struct {
	*Regexp
	// ways are tried one after the other: those of its outermost alternation that begin where the text does, then the others as
	// one. There are none when the expression is matched plainly.
	ways   []*way
	whole  *swiftPart
	first  *unitTable // what a match begins with where .NET looks for that; nil: anything
	linear bool       // of the PCRE family: matched plainly but on ASCII, and a group has one capture
}

// way is a part of an expression that matches by itself.
type way struct {
	of       int // the expression's index
	id       int // among all ways of the plan
	needs    []int32
	anchored bool // begins where the text does: at the ends of a stem

	stem        int
	match, find *swiftPart // what is left after the stem, without and with captures
	captured    bool       // the stem holds captures, which Find needs

	lead  lead
	place place
}

// planClause is a clause and what is looked at when a text fulfils it.
type planClause struct {
	gates   []*gate
	located bool // the places of its literals are kept
}

// gate stands for all ways that need the same clauses: the one that brings it up, and others.
type gate struct {
	others []int32
	ways   []*way
}

// NewPlain makes a plan that asks each expression alone, which are known by their index.
func NewPlain(expressions []*Regexp) *Plan {
	p := &Plan{expressions: make([]planned, len(expressions))}
	for i, re := range expressions {
		p.expressions[i].Regexp = re
		p.always = append(p.always, i)
	}
	return p
}

// NewPlan makes a plan of expressions, which are known by their index.
func NewPlan(expressions []*Regexp) *Plan { return newPlanner(expressions).plan }

func newPlanner(expressions []*Regexp) *planner {
	p := NewPlain(expressions)
	p.always = nil
	b := &planner{plan: p, tables: &tables{known: map[string]*unitTable{}}, known: map[string]int32{}}
	for i, re := range expressions {
		e := &p.expressions[i]
		if _, e.linear = re.engine.(*linear); e.linear {
			p.linear = append(p.linear, i)
		}
		if isSwift(re.tree) && (!e.linear || isSwiftPCRE(re.tree)) {
			b.add(i)
		}
	}
	b.finish()
	return b
}

// planner makes a plan.
type planner struct {
	plan    *Plan
	tables  *tables
	routes  []route
	clauses []clause
	known   map[string]int32 // clauses by their text
}

// add plans one expression.
func (b *planner) add(i int) {
	e := &b.plan.expressions[i]
	root := e.tree.Root
	e.whole = b.tables.partOf(e.tree, []*syntax.Node{root}, lastGuard, true)
	if first, ok := firstUnits(root); ok && !e.linear {
		e.first = b.tables.of(first.set())
	}
	needed := referred(e.tree)
	ways := waysOf(root)
	for len(ways) > 0 {
		r, ok := routeOf(e.tree, ways[0], needed)
		if !ok {
			break
		}
		r.way = b.way(i)
		r.way.anchored = true
		b.routes, ways = append(b.routes, r), ways[1:]
	}
	if len(ways) > 0 {
		b.search(b.way(i), oneOf(ways), needed)
	}
}

func (b *planner) way(i int) *way {
	e := &b.plan.expressions[i]
	w := &way{of: i, id: len(b.plan.ways), place: nowhere}
	b.plan.ways, e.ways = append(b.plan.ways, w), append(e.ways, w)
	return w
}

// search plans a way that may begin anywhere.
func (b *planner) search(w *way, n *syntax.Node, needed map[int]bool) {
	e := &b.plan.expressions[w.of]
	w.match = b.tables.partOf(e.tree, []*syntax.Node{n}, lastGuard, false)
	w.find = w.match
	if hasCapture(n) {
		w.find = b.tables.partOf(e.tree, []*syntax.Node{n}, lastGuard, true)
	}
	parts := partsWithin(nil, n, needed)
	w.lead = leadOf(b.tables, parts)
	known := needs{}
	b.require(w, placeOf(b.tables, known, parts), known.clauses(parts, ownClauses), nil)
}

// finish makes what all expressions share.
func (b *planner) finish() {
	b.plan.stems = []stem{{follow: anyGuard}}
	if len(b.routes) > 0 {
		b.grow(b.routes, root, 0, false)
	}
	b.addGates()
	for i := range b.plan.expressions {
		needsNothing := func(w *way) bool { return len(w.needs) == 0 }
		if ways := b.plan.expressions[i].ways; len(ways) == 0 || slices.ContainsFunc(ways, needsNothing) {
			b.plan.always = append(b.plan.always, i)
		}
	}
	b.plan.scanner = newScanner(b.clauses)
}

func (b *planner) addGates() {
	known := map[string]*gate{}
	for _, w := range b.plan.ways {
		if len(w.needs) == 0 {
			continue
		}
		key := fmt.Sprint(w.needs)
		g := known[key]
		if g == nil {
			g = &gate{others: w.needs[1:]}
			known[key] = g
			of := &b.plan.clauses[w.needs[0]].gates
			*of = append(*of, g)
		}
		g.ways = append(g.ways, w)
	}
}

// require says what literals a way needs of a text, the first clause being what brings it up, and has the places kept of those it
// begins near.
func (b *planner) require(w *way, at place, own, shared []clause) {
	w.place = at
	clauses := slices.DeleteFunc(slices.Clone(own), at.literals.imply)
	if at.literals != nil {
		w.place.clause = b.clause(at.literals)
		b.plan.clauses[w.place.clause].located = true
		clauses = best(append(clauses, at.literals))
	}
	for _, c := range append(clauses, shared...) {
		if id := b.clause(c); !slices.Contains(w.needs, id) {
			w.needs = append(w.needs, id)
		}
	}
}

// clause gives a clause's index. One that several expressions need is one.
func (b *planner) clause(c clause) int32 {
	key := ""
	for _, literal := range c {
		key += literal + "\x00"
	}
	id, ok := b.known[key]
	if !ok {
		id = int32(len(b.clauses))
		b.known[key] = id
		b.clauses, b.plan.clauses = append(b.clauses, c), append(b.plan.clauses, planClause{})
	}
	return id
}
