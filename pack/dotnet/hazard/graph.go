package hazard

import (
	"github.com/kpgen/kpgen/pack/dotnet"
	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// Limits on an automaton. An expression that needs more is not judged.
const (
	maxPoints = 300_000
	maxStates = 60_000
	maxWays   = 1_500_000
	// manyRounds is the count from which on a repetition is taken for one without end. Whether it is long enough to do harm is left
	// to the proof.
	manyRounds = 16
)

// graph is the search for a match as an automaton without empty moves that has a path for every way a backtracking engine can
// come to a place in the text: two paths over one word are two ways the engine tries, one after the other.
//
// A state is having just taken a unit at a place of the expression. What looks around is a part that is entered and never left,
// beside the way on, which is the search of an engine: it looks, comes back, and goes on.
type graph struct {
	alphabet
	backward bool // texts are read from right to left
	states   []state
	scopes   []scope
	loops    []*syntax.Node
	depths   []int // of the loops, 1 for an outermost one
}

// The first two states.
const (
	startState  = iota // before anything
	searchState        // text has been passed over: the search begins at every place
)

// state is a place where a unit is taken.
type state struct {
	set     int // of the alphabet
	letters letters
	node    *syntax.Node
	scope   int
	*leaving
}

// leaving is where paths lead from a state; many states share one.
type leaving struct {
	ways []way
	ends []end
}

// way is a path from one state to the next.
type way struct {
	to   int
	when condition
	many bool // there are several such paths
	// apex is the outermost scope the path comes through: what is deeper than it is left, then entered.
	apex int
	loop int // the outermost loop that begins another round on the path, or none
}

// end says that the end of a scope can be reached from a state without taking a unit.
type end struct {
	scope int
	when  condition
}

const none = -1

// condition is what must hold where a path is taken.
type condition uint8

const (
	atStart     condition = 1 << iota // nothing was read
	atEnd                             // nothing is left, or a newline
	afterLine                         // the unit read is a newline
	beforeLine                        // the unit to come is a newline
	atBoundary                        // one of them is a word character
	offBoundary                       // both are, or none
	uncertain                         // something the automaton does not follow
)

// holds reports whether a condition may hold between two letters of these kinds.
func (c condition) holds(before, after kind) bool {
	switch {
	case c&(atStart|atEnd) != 0,
		c&afterLine != 0 && before != newline,
		c&beforeLine != 0 && after != newline,
		c&atBoundary != 0 && (before == wordCharacter) == (after == wordCharacter),
		c&offBoundary != 0 && (before == wordCharacter) != (after == wordCharacter):
		return false
	}
	return true
}

// scope is what is searched on its own: the whole expression, or a part of it out of which no other way is tried once it has
// matched.
type scope struct {
	node   *syntax.Node
	parent int
	depth  int
}

// within reports whether a scope is another one or in it.
func (g *graph) within(inner, outer int) bool {
	for g.scopes[inner].depth > g.scopes[outer].depth {
		inner = g.scopes[inner].parent
	}
	return inner == outer
}

// child gives the scope directly in outer that inner is in, or none when it is outer.
func (g *graph) child(inner, outer int) int {
	at := none
	for inner != outer {
		at, inner = inner, g.scopes[inner].parent
	}
	return at
}

// point is a place between units.
type point struct {
	is    pointKind
	next  []int
	state int       // take
	when  condition // check
	loop  int       // again
	scope int       // that the point is in
	ends  int       // leave: the scope that ends here
	depth int       // loops around
}

type pointKind uint8

const (
	fork  pointKind = iota // goes on at any of next
	take                   // takes a unit
	check                  // goes on when a condition holds
	again                  // a round ends: goes on at next[0], or with another round at next[1]
	leave                  // a scope ends
)

// builder makes a graph out of points, from the end of the expression to its beginning.
type builder struct {
	*graph
	points    []point
	after     []int // of each state, the point behind it
	scope     int
	depth     int
	elsewhere []*syntax.Node // what is searched the other way
	known     map[closureKey]*leaving
	ways      int
}

// tooLarge is the panic of an expression that has too many places or paths.
type tooLarge struct{}

// newGraph makes the graph of a part of an expression that is searched for everywhere in a text, and gives what is searched in the
// other direction, inside it. Its letters are those that any part of the expression tells apart.
func newGraph(expression, root *syntax.Node, backward bool) (g *graph, elsewhere []*syntax.Node, ok bool) {
	defer func() {
		switch cause := recover().(type) {
		case nil:
		case tooLarge:
			g, elsewhere, ok = nil, nil, false
		default:
			panic(cause)
		}
	}()
	b := &builder{graph: &graph{backward: backward, scopes: []scope{{node: root, parent: none}}}, known: map[closureKey]*leaving{}}
	b.states = make([]state, 2)
	b.states[searchState].set = b.ask(syntax.All)
	b.after = make([]int, 2)
	last := b.point(point{is: leave})
	first := b.node(root, last)
	b.ask(syntax.Set{{Lo: '\n', Hi: '\n'}})
	if root != expression {
		expression.Walk(func(n *syntax.Node) {
			if n.Kind == syntax.Literal || n.Kind == syntax.Class {
				b.ask(n.Units())
			}
		})
	}
	b.split()
	b.connect(first)
	return b.graph, b.elsewhere, true
}

func (b *builder) point(p point) int {
	if len(b.points) >= maxPoints {
		panic(tooLarge{})
	}
	p.scope, p.depth = b.scope, b.depth
	b.points = append(b.points, p)
	return len(b.points) - 1
}

func (b *builder) fork(next ...int) int { return b.point(point{is: fork, next: next}) }

func (b *builder) check(when condition, next int) int {
	return b.point(point{is: check, when: when, next: []int{next}})
}

// node adds what a node needs to go on at next, and gives the point to begin at.
func (b *builder) node(n *syntax.Node, next int) int {
	switch n.Kind {
	case syntax.Literal, syntax.Class:
		return b.take(n, n.Units(), next)
	case syntax.Concat:
		return b.concat(n, next)
	case syntax.Alternate:
		return b.alternate(dotnet.Branches(n), next)
	case syntax.Repeat:
		return b.repeat(n, next)
	case syntax.Group:
		return b.node(n.Nodes[0], next)
	case syntax.Capture:
		if n.Pop != syntax.NoGroup {
			next = b.check(uncertain, next)
		}
		return b.node(n.Nodes[0], next)
	case syntax.Atomic:
		return b.inside(n.Nodes[0], next)
	case syntax.LookAhead, syntax.NotLookAhead, syntax.LookBehind, syntax.NotLookBehind:
		return b.look(n.Nodes[0], next)
	case syntax.IfGroup:
		return b.check(uncertain, b.branches(n.Nodes, next))
	case syntax.IfLook:
		return b.look(n.Nodes[0], b.branches(n.Nodes[1:], next))
	case syntax.Backreference:
		return b.reference(n, next)
	}
	if when, ok := b.anchor(n.Kind); ok {
		return b.check(when, next)
	}
	return next
}

func (b *builder) take(n *syntax.Node, set syntax.Set, next int) int {
	if len(b.states) >= maxStates {
		panic(tooLarge{})
	}
	b.states = append(b.states, state{set: b.ask(set), node: n, scope: b.scope})
	b.after = append(b.after, next)
	return b.point(point{is: take, state: len(b.states) - 1})
}

func (b *builder) concat(n *syntax.Node, next int) int {
	for i := range n.Nodes {
		if !b.backward {
			i = len(n.Nodes) - 1 - i
		}
		next = b.node(n.Nodes[i], next)
	}
	return next
}

func (b *builder) alternate(nodes []*syntax.Node, next int) int {
	starts := make([]int, len(nodes))
	for i, n := range nodes {
		starts[i] = b.node(n, next)
	}
	return b.fork(starts...)
}

// branches are those of a conditional, whose second may be left out.
func (b *builder) branches(nodes []*syntax.Node, next int) int {
	start := b.alternate(nodes, next)
	if len(nodes) == 1 {
		start = b.fork(start, next)
	}
	return start
}

func (b *builder) repeat(n *syntax.Node, next int) int {
	body, least, most := dotnet.Loop(n)
	endless := most == syntax.Unlimited || most >= manyRounds
	if endless && least > manyRounds {
		least = 1
	}
	if !endless {
		start := next
		for range most - least {
			start = b.fork(b.node(body, start), next)
		}
		return b.copies(body, least, start)
	}
	start := b.loop(n, body, next)
	if least == 0 {
		return b.fork(start, next)
	}
	return b.copies(body, least-1, start)
}

func (b *builder) copies(body *syntax.Node, n, next int) int {
	for range n {
		next = b.node(body, next)
	}
	return next
}

// loop adds one round or more.
func (b *builder) loop(n, body *syntax.Node, next int) int {
	round := b.round(n)
	start := b.node(body, round)
	b.depth--
	b.points[round].next = []int{next, start}
	return start
}

// round begins a loop and gives the point at which its rounds end.
func (b *builder) round(n *syntax.Node) int {
	b.depth++
	b.loops, b.depths = append(b.loops, n), append(b.depths, b.depth)
	return b.point(point{is: again, loop: len(b.loops) - 1})
}

// inside adds what nothing is tried again of once it has matched.
func (b *builder) inside(n *syntax.Node, next int) int {
	outer := b.scope
	b.scopes = append(b.scopes, scope{node: n, parent: outer, depth: b.scopes[outer].depth + 1})
	inner := len(b.scopes) - 1
	last := b.point(point{is: leave, ends: inner})
	if next != none {
		b.points[last].next = []int{next}
	}
	b.scope = inner
	start := b.node(n, last)
	b.scope = outer
	return start
}

// look adds what is looked at beside the way on.
func (b *builder) look(n *syntax.Node, next int) int {
	on := b.check(uncertain, next)
	if n.Options&syntax.RightToLeft != 0 != b.backward {
		b.elsewhere = append(b.elsewhere, n)
		return on
	}
	return b.fork(b.inside(n, none), on)
}

// reference takes any text, in one way.
func (b *builder) reference(n *syntax.Node, next int) int {
	outer := b.scope
	b.scopes = append(b.scopes, scope{node: n, parent: outer, depth: b.scopes[outer].depth + 1})
	inner := len(b.scopes) - 1
	last := b.point(point{is: leave, ends: inner, next: []int{next}})
	b.scope = inner
	round := b.round(n)
	start := b.take(n, syntax.All, round)
	b.depth--
	b.points[round].next = []int{last, start}
	b.scope = outer
	return b.check(uncertain, b.fork(start, next))
}

// anchor gives the condition an anchor stands for.
func (b *builder) anchor(k syntax.Kind) (condition, bool) {
	switch k {
	case syntax.WordBoundary, syntax.NotWordBoundary:
		b.ask(syntax.WordUnits())
		b.told = true
	case syntax.LineStart, syntax.LineEnd:
		b.told = true
	}
	conditions := map[syntax.Kind]condition{
		syntax.TextStart: atStart, syntax.TextEnd: atEnd, syntax.FinalLineEnd: atEnd, syntax.LineStart: afterLine,
		syntax.LineEnd: beforeLine, syntax.SearchStart: atStart, syntax.WordBoundary: atBoundary, syntax.NotWordBoundary: offBoundary,
	}
	if b.backward {
		conditions[syntax.TextStart], conditions[syntax.TextEnd], conditions[syntax.FinalLineEnd] = atEnd, atStart, atStart
		conditions[syntax.LineStart], conditions[syntax.LineEnd] = beforeLine, afterLine
	}
	when, ok := conditions[k]
	return when, ok
}

// connect makes ways of the paths between states.
func (b *builder) connect(first int) {
	for i := range b.states {
		s := &b.states[i]
		s.letters = b.of[s.set]
		switch i {
		case startState:
			s.leaving = b.closure(closureKey{point: first, start: true})
			s.ways = append(s.ways, way{to: searchState, loop: none})
		case searchState:
			l := *b.closure(closureKey{point: first})
			l.ways = append(l.ways[:len(l.ways):len(l.ways)], way{to: searchState, loop: none})
			s.leaving = &l
		default:
			s.leaving = b.closure(b.leavingKey(i))
		}
	}
}

func (b *builder) leavingKey(i int) closureKey {
	next := b.after[i]
	// A unit was taken in the round that is under way, of every loop around.
	return closureKey{point: next, taken: b.points[next].depth, scope: b.states[i].scope}
}

// closureKey says where empty moves begin: the loops around the point in whose present round a unit was taken, outermost first,
// are taken many.
type closureKey struct {
	point, taken, scope int
	start               bool
}

// visit is a point reached on a path, with what is to be known of the path.
type visit struct {
	point, taken, apex, loop int
	when                     condition
}

// closure follows the empty moves from a point. A round that took no unit is not followed by another one, as in .NET, so that
// there is no end to no path.
func (b *builder) closure(key closureKey) *leaving {
	if l, ok := b.known[key]; ok {
		return l
	}
	c := &closing{builder: b, from: key, index: map[visit]int{}}
	apex := key.scope
	if p := b.points[key.point]; b.scopes[p.scope].depth < b.scopes[apex].depth {
		apex = p.scope
	}
	c.visit(visit{point: key.point, taken: key.taken, apex: apex, loop: none})
	l := c.count()
	b.known[key] = l
	if b.ways += len(l.ways); b.ways > maxWays {
		panic(tooLarge{})
	}
	return l
}

// closing is a closure in the making: the visits, those that paths come to last first.
type closing struct {
	*builder
	from  closureKey
	index map[visit]int // place in visits
	all   []visit
	next  [][]visit
}

func (c *closing) visit(v visit) {
	if _, known := c.index[v]; known {
		return
	}
	c.index[v] = none
	next := c.moves(v)
	for _, n := range next {
		c.visit(n)
	}
	c.index[v] = len(c.all)
	c.all, c.next = append(c.all, v), append(c.next, next)
}

// moves gives where a path goes on without taking a unit.
func (c *closing) moves(v visit) []visit {
	p := &c.points[v.point]
	if p.is == take {
		return nil
	}
	var all []visit
	for i, next := range p.next {
		n := v
		n.point = next
		n.taken = min(v.taken, c.points[next].depth)
		if p.is == again && i == 1 {
			if v.taken < p.depth {
				continue
			}
			n.taken = p.depth - 1
			if n.loop == none || p.depth <= c.depths[n.loop] {
				n.loop = p.loop
			}
		}
		if p.is == check {
			n.when |= p.when
			if n.when&atStart != 0 && !c.from.start {
				continue
			}
		}
		if at := c.points[next].scope; c.scopes[at].depth < c.scopes[v.apex].depth {
			n.apex = at
		}
		all = append(all, n)
	}
	return all
}

// count counts the paths to each visit and gives where they lead. Of paths that differ within a scope deeper than their apex
// only one is ever tried.
func (c *closing) count() *leaving {
	l := &leaving{}
	paths := make([]int, len(c.all))
	paths[len(paths)-1] = 1
	for i := len(c.all) - 1; i >= 0; i-- {
		v, p := c.all[i], &c.points[c.all[i].point]
		switch p.is {
		case take:
			if c.from.start {
				v.when &^= atStart | afterLine | atBoundary | offBoundary
			}
			if v.when&atEnd == 0 {
				l.ways = append(l.ways, way{to: p.state, when: v.when, many: paths[i] > 1, apex: v.apex, loop: v.loop})
			}
		case leave:
			l.ends = append(l.ends, end{scope: p.ends, when: v.when})
		}
		for _, n := range c.next[i] {
			at := c.index[n]
			switch {
			case n.apex != v.apex:
				paths[at] = max(paths[at], 1)
			case c.points[n.point].scope == n.apex && p.scope == v.apex:
				paths[at] = min(paths[at]+paths[i], 2)
			default:
				paths[at] = max(paths[at], paths[i])
			}
		}
	}
	return l
}
