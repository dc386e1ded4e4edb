package dotnet

import (
	"slices"
	"sync"

	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// swift is a part of an expression as a plan's machine runs it. It does what program does, in larger steps and with a look at the
// next unit before a way is taken:
//
//   - letters one after the other are one step, and so is a lookaround for one unit;
//   - a run whose units cannot begin what follows gives none back, and nor does one that nothing follows;
//   - a run that gives back goes to where the letters stand that follow it;
//   - a loop over what cannot be empty keeps no record of where a round began;
//   - an atomic group or lookaround marks its place among the choices, so leaving it is cutting those off;
//   - captures nobody asks for are not kept.
type swift struct {
	code  []swiftStep
	slots int
	// state lists the slots that may hold a capture at the end and that the expression refers to.
	state []int32
}

type swiftStep struct {
	op    swiftOp
	back  bool // takes text leftwards
	fold  bool // swReference: without regard to case; swAssert: as ECMAScript
	not   bool // swPeek: the unit is not in set
	x, y  int32
	set   *unitTable
	units []uint16  // runs: letters that follow
	slot  int32     // swRunCapture: captures the run
	first guard     // swSplit: of the way x; runs: of what follows
	other guard     // swSplit: of the way y
	ways  *swiftAlt // swAlternate
}

// swiftAlt is the ways of an alternation by the next unit: by[unit] for those below 256, then all others, then the end.
type swiftAlt struct {
	by   [258]uint8
	ways [][]int32
}

const (
	altHigh = 256
	altEnd  = 257
)

type swiftOp uint8

const (
	swMatch      swiftOp = iota
	swFail               // gives up this way
	swUnit               // takes a unit of set
	swString             // takes units
	swPeek               // the next unit is of set, or not
	swRun                // takes x to y units of set, most first
	swRunAll             // takes x to y units of set, as many as there are
	swRunCapture         // the same, captured
	swRunLazy            // takes x to y units of set, fewest first
	swSplit              // goes to x; y is tried next
	swAlternate          // one of ways
	swJump               // to x
	swBarrier            // marks the choices; when all that follow fail, goes on at x from here
	swCommit             // cuts the choices off at the mark
	swReturn             // the same, and goes back to where the mark was made
	swRefuse             // the same, takes back all captures since, and gives up this way
	swMark               // pushes the position
	swNullMark           // pushes a position that is none
	swCapture            // pops a position; slot x captures from there to here and takes a capture off slot y
	swLoop               // pops the position this round began at; tries another round at x when it took text
	swMarkCount          // pushes the position and the rounds x
	swNullCount          // pushes a position that is none and no rounds
	swCount              // pops position and rounds beyond the fewest; tries another round at x up to y of them
	swCountLazy          // the same, fewest rounds first
	swIfSet              // goes to x unless slot y has a capture
	swReference          // takes the last capture of slot x
	swAssert             // x is a syntax.Kind
)

// unitTable is a set that is quick to look up.
type unitTable struct {
	low  [256]bool
	rest syntax.Set
	line bool // all but the newline
}

var anyButNewline = syntax.Set{{Lo: 0, Hi: '\n' - 1}, {Lo: '\n' + 1, Hi: 0xFFFF}}

// tables keeps one table for equal sets.
type tables struct {
	lock  sync.Mutex
	known map[string]*unitTable
}

func (t *tables) of(s syntax.Set) *unitTable {
	t.lock.Lock()
	defer t.lock.Unlock()
	key := string(appendSet(nil, s))
	if known := t.known[key]; known != nil {
		return known
	}
	u := newUnitTable(s)
	t.known[key] = u
	return u
}

func newUnitTable(s syntax.Set) *unitTable {
	u := &unitTable{rest: s, line: slices.Equal(s, anyButNewline)}
	for _, r := range s {
		for unit := int(r.Lo); unit <= int(r.Hi) && unit < 256; unit++ {
			u.low[unit] = true
		}
	}
	return u
}

// swiftPart is a part of an expression, compiled when it is first run: of many expressions most never are.
type swiftPart struct {
	enter guard
	get   func() *swift
}

// partOf gives the part that nodes of an expression are, one after the other; next guards what follows them.
func (t *tables) partOf(e *syntax.Expression, nodes []*syntax.Node, next guard, captures bool) *swiftPart {
	enter := guardOfNode(&syntax.Node{Kind: syntax.Concat, Nodes: nodes}, next)
	enter.last = false
	return &swiftPart{
		enter: enter,
		get:   sync.OnceValue(func() *swift { return compileSwift(t, e, nodes, next, captures) }),
	}
}

// swiftCompiler writes a swift program.
type swiftCompiler struct {
	tables   *tables
	captures bool         // all are wanted
	needed   map[int]bool // groups the expression refers to
	slots    map[int]int
	code     []swiftStep
	state    map[int]bool
}

// maxUnrolled bounds the steps of a counted repetition that is written out.
const maxUnrolled = 24

// isSwift reports whether the machine is right about an expression. It is not about lazy loops over what may be empty, whose
// bookkeeping in .NET slips into what is around them, and knows neither RightToLeft nor ECMAScript.
func isSwift(e *syntax.Expression) bool {
	right := e.Options&(syntax.ECMAScript|syntax.RightToLeft) == 0
	e.Root.Walk(func(n *syntax.Node) {
		if n.Kind != syntax.Repeat {
			return
		}
		l := newLoop(n)
		right = right && !(l.lazy && l.max == unlimited && l.min <= 1 && mayBeEmpty(l.body))
	})
	return right
}

// isSwiftPCRE reports whether the machine does with an ASCII text what Go's engine does: both take the first of the ways in the
// same order, but differ in loops over what may be empty, in $, in what is alike without regard to case, and in that a quantifier
// repeats a whole character beyond the basic plane.
func isSwiftPCRE(e *syntax.Expression) bool {
	right := true
	e.Root.Walk(func(n *syntax.Node) {
		right = right && n.Options&syntax.IgnoreCase == 0
		switch n.Kind {
		case syntax.Literal:
			right = right && n.Unit < 0x80
		case syntax.Empty, syntax.Class, syntax.Concat, syntax.Alternate, syntax.Group, syntax.Capture,
			syntax.TextStart, syntax.WordBoundary, syntax.NotWordBoundary:
		case syntax.Repeat:
			right = right && !mayBeEmpty(n.Nodes[0])
		default:
			right = false
		}
	})
	return right
}

// compileSwift compiles nodes one after the other.
func compileSwift(t *tables, e *syntax.Expression, nodes []*syntax.Node, next guard, captures bool) *swift {
	c := &swiftCompiler{tables: t, captures: captures, needed: referred(e), state: map[int]bool{},
		slots: map[int]int{syntax.NoGroup: syntax.NoGroup}}
	for slot, g := range e.Groups {
		c.slots[g.Number] = slot
	}
	c.sequence(nodes, next)
	c.emit(swiftStep{op: swMatch})
	s := &swift{code: c.code, slots: len(e.Groups)}
	for slot := range c.state {
		s.state = append(s.state, int32(slot))
	}
	return s
}

// referred gives the groups by number that a backreference, a condition or a balancing group asks for.
func referred(e *syntax.Expression) map[int]bool {
	groups := map[int]bool{}
	e.Root.Walk(func(n *syntax.Node) {
		switch n.Kind {
		case syntax.Backreference, syntax.IfGroup:
			groups[n.Number] = true
		case syntax.Capture:
			if n.Pop != syntax.NoGroup {
				groups[n.Pop], groups[n.Number] = true, true
			}
		}
	})
	return groups
}

func (c *swiftCompiler) emit(s swiftStep) int32 {
	c.code = append(c.code, s)
	return int32(len(c.code) - 1)
}

func (c *swiftCompiler) here() int32 { return int32(len(c.code)) }

// sequence writes nodes from left to right.
func (c *swiftCompiler) sequence(nodes []*syntax.Node, next guard) {
	follow := make([]guard, len(nodes)+1)
	follow[len(nodes)] = next
	for i := len(nodes) - 1; i >= 0; i-- {
		follow[i] = guardOfNode(nodes[i], follow[i+1])
		follow[i].last = false
	}
	for i := 0; i < len(nodes); {
		if taken := c.string(nodes[i:]); taken > 0 {
			i += taken
			continue
		}
		at := len(c.code)
		c.node(nodes[i], follow[i+1])
		i++
		if len(c.code) == at+1 && (c.code[at].op == swRun || c.code[at].op == swRunLazy) && !c.code[at].back {
			c.code[at].units, _ = lettersAhead(nil, nodes[i:])
		}
	}
}

// lettersAhead gives the letters a text goes on with for certain where nodes match, and whether more may follow.
func lettersAhead(letters []uint16, nodes []*syntax.Node) ([]uint16, bool) {
	more := true
	for _, n := range nodes {
		switch n.Kind {
		case syntax.Literal, syntax.Class:
			s := n.Units()
			if len(s) != 1 || s[0].Lo != s[0].Hi || len(letters) == maxLiteral {
				return letters, false
			}
			letters = append(letters, s[0].Lo)
		case syntax.Concat, syntax.Group, syntax.Capture:
			letters, more = lettersAhead(letters, n.Nodes)
		default:
			if _, most := widthOf(n); most > 0 {
				return letters, false
			}
		}
		if !more {
			return letters, false
		}
	}
	return letters, true
}

// string writes the letters the nodes begin with as one step when there are several, and gives how many.
func (c *swiftCompiler) string(nodes []*syntax.Node) int {
	var units []uint16
	for _, n := range nodes {
		set := n.Units
		if !single(n) || len(set()) != 1 || set()[0].Lo != set()[0].Hi {
			break
		}
		units = append(units, set()[0].Lo)
	}
	if len(units) < 2 {
		return 0
	}
	c.emit(swiftStep{op: swString, units: units})
	return len(units)
}

func leftwards(n *syntax.Node) bool { return n.Options&syntax.RightToLeft != 0 }

func (c *swiftCompiler) node(n *syntax.Node, next guard) {
	if leftwards(n) {
		next = anyGuard
	}
	switch n.Kind {
	case syntax.Empty:
	case syntax.Literal, syntax.Class:
		c.emit(swiftStep{op: swUnit, back: leftwards(n), set: c.tables.of(n.Units())})
	case syntax.Concat:
		c.concat(n, next)
	case syntax.Alternate:
		c.alternate(n, next)
	case syntax.Repeat:
		c.repeat(n, next)
	case syntax.Group:
		c.node(n.Nodes[0], next)
	case syntax.Capture:
		c.capture(n, next)
	case syntax.Atomic:
		c.atomic(n)
	case syntax.LookAhead, syntax.LookBehind:
		c.look(n)
	case syntax.NotLookAhead, syntax.NotLookBehind:
		c.notLook(n)
	case syntax.IfGroup:
		c.ifGroup(n, next)
	case syntax.IfLook:
		c.ifLook(n, next)
	case syntax.Backreference:
		c.emit(swiftStep{op: swReference, back: leftwards(n), fold: n.Options&syntax.IgnoreCase != 0, x: int32(c.slots[n.Number])})
	default:
		c.emit(swiftStep{op: swAssert, x: int32(n.Kind)})
	}
}

func (c *swiftCompiler) concat(n *syntax.Node, next guard) {
	if !leftwards(n) {
		c.sequence(n.Nodes, next)
		return
	}
	for i := len(n.Nodes) - 1; i >= 0; i-- {
		c.node(n.Nodes[i], anyGuard)
	}
}

// guard gives the guard of a node where one is right.
func (c *swiftCompiler) guard(n *syntax.Node, next guard) guard {
	if leftwards(n) {
		return anyGuard
	}
	return guardOfNode(n, next)
}

func (c *swiftCompiler) alternate(n *syntax.Node, next guard) {
	guards := make([]guard, len(n.Nodes))
	for i, way := range n.Nodes {
		guards[i] = c.guard(way, next)
	}
	at := c.emit(swiftStep{op: swAlternate})
	starts := make([]int32, len(n.Nodes))
	var ends []int32
	for i, way := range n.Nodes {
		starts[i] = c.here()
		c.node(way, next)
		if i < len(n.Nodes)-1 {
			ends = append(ends, c.emit(swiftStep{op: swJump}))
		}
	}
	for _, end := range ends {
		c.code[end].x = c.here()
	}
	c.code[at].ways = newSwiftAlt(guards, starts)
	c.code[at].back = leftwards(n)
}

func newSwiftAlt(guards []guard, starts []int32) *swiftAlt {
	a := &swiftAlt{}
	known := map[string]uint8{}
	for unit := range a.by {
		var ways []int32
		key := make([]byte, len(guards))
		for i, g := range guards {
			if unit < 256 && g.has(unit) || unit == altHigh && g.high || unit == altEnd && g.end {
				ways, key[i] = append(ways, starts[i]), 1
			}
		}
		index, ok := known[string(key)]
		if !ok && len(a.ways) == 256 { // more kinds of units than fit: all others take every way
			a.ways[255], index = starts, 255
		} else if !ok {
			index = uint8(len(a.ways))
			known[string(key)] = index
			a.ways = append(a.ways, ways)
		}
		a.by[unit] = index
	}
	return a
}

func (c *swiftCompiler) capture(n *syntax.Node, next guard) {
	if !c.captures && !c.needed[n.Number] && n.Pop == syntax.NoGroup {
		c.node(n.Nodes[0], next)
		return
	}
	if n.Number != syntax.NoGroup {
		c.state[c.slots[n.Number]] = true
	}
	next.last = next.last && n.Pop == syntax.NoGroup // which may fail
	at := c.emit(swiftStep{op: swMark})
	c.node(n.Nodes[0], next)
	if n.Pop == syntax.NoGroup && c.here() == at+2 && c.code[at+1].op == swRunAll {
		c.code[at] = c.code[at+1]
		c.code[at].op, c.code[at].slot = swRunCapture, int32(c.slots[n.Number])
		c.code = c.code[:at+1]
		return
	}
	c.emit(swiftStep{op: swCapture, x: int32(c.slots[n.Number]), y: int32(c.slots[n.Pop])})
}

// atomic writes a group that is matched once: no way in it is passed over for what follows. A run in it gives nothing back.
func (c *swiftCompiler) atomic(n *syntax.Node) {
	inside := bare(n.Nodes[0])
	if inside.Kind == syntax.Repeat {
		if l := newLoop(inside); single(l.body) && !l.lazy {
			c.emit(swiftStep{op: swRunAll, x: int32(l.min), y: int32(l.max), set: c.tables.of(l.body.Units()), back: leftwards(l.body)})
			return
		}
	}
	at := c.emit(swiftStep{op: swBarrier})
	c.node(n.Nodes[0], lastGuard)
	c.emit(swiftStep{op: swCommit})
	c.code[at].x = c.failing()
}

// failing marks a way that leads nowhere.
func (c *swiftCompiler) failing() int32 { return -1 }

func (c *swiftCompiler) look(n *syntax.Node) {
	if c.peek(n, false) {
		return
	}
	at := c.emit(swiftStep{op: swBarrier})
	c.node(n.Nodes[0], lastGuard)
	c.emit(swiftStep{op: swReturn})
	c.code[at].x = c.failing()
}

func (c *swiftCompiler) notLook(n *syntax.Node) {
	if c.peek(n, true) {
		return
	}
	at := c.emit(swiftStep{op: swBarrier})
	c.node(n.Nodes[0], lastGuard)
	c.emit(swiftStep{op: swRefuse})
	c.code[at].x = c.here()
}

// peek writes a lookaround for one unit.
func (c *swiftCompiler) peek(n *syntax.Node, not bool) bool {
	inside := bare(n.Nodes[0])
	if !single(inside) {
		return false
	}
	c.emit(swiftStep{op: swPeek, not: not, back: leftwards(inside), set: c.tables.of(inside.Units())})
	return true
}

func (c *swiftCompiler) ifGroup(n *syntax.Node, next guard) {
	at := c.emit(swiftStep{op: swIfSet, y: int32(c.slots[n.Number])})
	c.node(n.Nodes[0], next)
	c.otherwise(at, n.Nodes[1:], next)
}

// otherwise writes the second branch of a condition, at which the step at goes on when it does not hold.
func (c *swiftCompiler) otherwise(at int32, second []*syntax.Node, next guard) {
	end := c.emit(swiftStep{op: swJump})
	c.code[at].x = c.here()
	if len(second) > 0 {
		c.node(second[0], next)
	}
	c.code[end].x = c.here()
}

func (c *swiftCompiler) ifLook(n *syntax.Node, next guard) {
	at := c.emit(swiftStep{op: swBarrier})
	c.node(n.Nodes[0], lastGuard)
	c.emit(swiftStep{op: swReturn})
	c.node(n.Nodes[1], next)
	c.otherwise(at, n.Nodes[2:], next)
}

func (c *swiftCompiler) repeat(n *syntax.Node, next guard) {
	l := newLoop(n)
	switch {
	case l.max == 0:
	case l.min == 1 && l.max == 1:
		c.node(l.body, next)
	case single(l.body):
		c.run(l, next)
	case mayBeEmpty(l.body):
		c.emptyLoop(l)
	case l.max == unlimited && l.min <= 1:
		c.loop(l, next)
	case l.max <= 3 && size(l.body)*l.max <= maxUnrolled:
		c.unrolled(l, next)
	default:
		c.counted(l)
	}
}

func size(n *syntax.Node) int {
	nodes := 0
	n.Walk(func(*syntax.Node) { nodes++ })
	return nodes
}

func (c *swiftCompiler) run(l loop, next guard) {
	s := swiftStep{op: swRun, x: int32(l.min), y: int32(l.max), back: leftwards(l.body), first: next}
	s.set = c.tables.of(l.body.Units())
	switch {
	case l.lazy && next.last:
		s.op, s.y = swRunAll, s.x
	case l.lazy:
		s.op = swRunLazy
	case next.last:
		s.op = swRunAll
	case !next.meets(l.body.Units()):
		s.op = swRunAll // what follows begins with no unit of the run, so it does not match where the run gave one back
	}
	c.emit(s)
}

// again guards another round of a loop: its body, then more rounds or what follows.
func (c *swiftCompiler) again(l loop, next guard) (body, after guard) {
	if leftwards(l.body) {
		return anyGuard, anyGuard
	}
	body = guardOfNode(l.body, anyGuard)
	return body, body.union(next)
}

// loop writes a repetition without a count of what cannot be empty.
func (c *swiftCompiler) loop(l loop, next guard) {
	body, after := c.again(l, next)
	skip := int32(-1)
	if l.min == 0 {
		skip = c.emit(swiftStep{op: swJump})
	}
	start := c.here()
	c.node(l.body, after)
	if skip >= 0 {
		c.code[skip].x = c.here()
	}
	c.split(l, start, c.here()+1, body, next)
}

// split tries one way and then the other, the first for a greedy loop.
func (c *swiftCompiler) split(l loop, round, exit int32, body, next guard) {
	s := swiftStep{op: swSplit, x: round, y: exit, first: body, other: next}
	if l.lazy {
		s.x, s.y, s.first, s.other = exit, round, next, body
	}
	c.emit(s)
}

// unrolled writes a short repetition round by round.
func (c *swiftCompiler) unrolled(l loop, next guard) {
	body, after := c.again(l, next)
	for range l.min {
		c.node(l.body, after)
	}
	var splits []int32
	for range l.max - l.min {
		at := c.here()
		c.split(l, at+1, 0, body, next)
		splits = append(splits, at)
		c.node(l.body, after)
	}
	for _, at := range splits {
		if l.lazy {
			c.code[at].x = c.here()
		} else {
			c.code[at].y = c.here()
		}
	}
}

func (c *swiftCompiler) emptyLoop(l loop) {
	if l.max != unlimited || l.min > 1 {
		c.counted(l)
		return
	}
	op := swMark
	if l.min == 0 {
		op = swNullMark
	}
	c.emit(swiftStep{op: op})
	c.rounds(l, func(start int32) { c.emit(swiftStep{op: swLoop, x: start}) })
}

func (c *swiftCompiler) counted(l loop) {
	if l.min == 0 {
		c.emit(swiftStep{op: swNullCount})
	} else {
		c.emit(swiftStep{op: swMarkCount, x: int32(1 - l.min)})
	}
	most := l.max
	if most != unlimited {
		most -= l.min
	}
	op := swCount
	if l.lazy {
		op = swCountLazy
	}
	c.rounds(l, func(start int32) { c.emit(swiftStep{op: op, x: start, y: int32(most)}) })
}

// rounds writes a loop's body and its end; a loop that needs no round begins at the end.
func (c *swiftCompiler) rounds(l loop, end func(start int32)) {
	skip := int32(-1)
	if l.min == 0 {
		skip = c.emit(swiftStep{op: swJump})
	}
	start := c.here()
	c.node(l.body, anyGuard)
	if skip >= 0 {
		c.code[skip].x = c.here()
	}
	end(start)
}
