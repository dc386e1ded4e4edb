package dotnet

import (
	"math"

	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// program is an expression as our own matcher runs it. It keeps the order in which .NET tries things and the bookkeeping of its
// loops, whose corners decide what matches when the body of a loop may be empty.
type program struct {
	code   []instruction
	groups []syntax.Numbered
	slots  map[int]int // group number to slot
	back   bool        // the search goes from right to left
	ecma   bool
	first  *unitSet // what a match begins with; nil: anything
}

type instruction struct {
	op   opcode
	back bool // takes text leftwards
	fold bool // opReference: without regard to case
	x, y int  // see opcode
	set  *unitSet
}

type opcode uint8

const (
	opMatch     opcode = iota
	opFail             // gives up this way
	opUnit             // takes a unit of set
	opRun              // takes x to y units of set, most first
	opRunLazy          // fewest first
	opSplit            // goes on; x is tried next
	opJump             // to x
	opMark             // pushes the position
	opNullMark         // pushes a position that is none
	opCapture          // pops a position; slot x captures from there to here and takes a capture off slot y
	opReturn           // pops a position and goes back to it
	opLoop             // pops the position this round began at; tries another round at x when it took text
	opLoopLazy         // the same, fewest rounds first; opAgain follows
	opAgain            // begins another round at x
	opCount            // pops position and rounds made beyond the fewest; tries another round at x up to y of them
	opCountLazy        // the same, fewest rounds first
	opMarkCount        // pushes the position and the rounds x
	opNullCount        // pushes a position that is none and no rounds
	opBarrier          // pushes how much could be tried otherwise
	opCommit           // pops that and forgets what came since
	opRefuse           // pops that, forgets and undoes what came since, and gives up this way
	opIsSet            // gives up unless slot x has a capture
	opReference        // takes the last capture of slot x
	opAssert           // x is a syntax.Kind
)

const unlimited = math.MaxInt32

// compiler writes a program.
type compiler struct {
	*program
	committed int // around what is written: constructs whose inside is not tried again
}

func compileProgram(e *syntax.Expression) *program {
	p := &program{
		groups: e.Groups,
		slots:  map[int]int{syntax.NoGroup: syntax.NoGroup},
		back:   e.Options&syntax.RightToLeft != 0,
		ecma:   e.Options&syntax.ECMAScript != 0,
	}
	for slot, g := range e.Groups {
		p.slots[g.Number] = slot
	}
	if first, ok := firstUnits(e.Root); ok {
		p.first = newUnitSet(first.set())
	}
	c := &compiler{program: p}
	c.emit(instruction{op: opMark})
	c.node(e.Root)
	c.emit(instruction{op: opCapture, y: syntax.NoGroup})
	c.emit(instruction{op: opMatch})
	c.emit(instruction{op: opFail}) // for a choice that fails when it is taken up
	return p
}

func (c *compiler) emit(i instruction) int {
	c.code = append(c.code, i)
	return len(c.code) - 1
}

// here sets where an instruction goes.
func (c *compiler) here(at int) { c.code[at].x = len(c.code) }

func (c *compiler) node(n *syntax.Node) {
	back := n.Options&syntax.RightToLeft != 0
	switch n.Kind {
	case syntax.Empty:
	case syntax.Literal, syntax.Class:
		c.emit(instruction{op: opUnit, back: back, set: newUnitSet(n.Units())})
	case syntax.Concat:
		c.concat(n.Nodes, back)
	case syntax.Alternate:
		c.alternate(Branches(n))
	case syntax.Repeat:
		c.repeat(n)
	case syntax.Group:
		c.node(n.Nodes[0])
	case syntax.Capture:
		c.emit(instruction{op: opMark})
		c.node(n.Nodes[0])
		c.emit(instruction{op: opCapture, x: c.slots[n.Number], y: c.slots[n.Pop]})
	case syntax.Atomic:
		c.commit(func() { c.node(n.Nodes[0]) })
	case syntax.LookAhead, syntax.LookBehind:
		c.commit(func() { c.look(n.Nodes[0]) })
	case syntax.NotLookAhead, syntax.NotLookBehind:
		c.notLook(n.Nodes[0])
	case syntax.IfGroup:
		c.ifGroup(n)
	case syntax.IfLook:
		c.ifLook(n)
	case syntax.Backreference:
		c.emit(instruction{op: opReference, back: back, fold: n.Options&syntax.IgnoreCase != 0, x: c.slots[n.Number]})
	default:
		c.emit(instruction{op: opAssert, x: int(n.Kind), fold: n.Options&syntax.ECMAScript != 0})
	}
}

func (c *compiler) concat(nodes []*syntax.Node, back bool) {
	for i := range nodes {
		if back {
			i = len(nodes) - 1 - i
		}
		c.node(nodes[i])
	}
}

func (c *compiler) alternate(nodes []*syntax.Node) {
	var ends []int
	for i, n := range nodes {
		if i == len(nodes)-1 {
			c.node(n)
			break
		}
		split := c.emit(instruction{op: opSplit})
		c.node(n)
		ends = append(ends, c.emit(instruction{op: opJump}))
		c.here(split)
	}
	for _, end := range ends {
		c.here(end)
	}
}

// commit writes what is matched once.
func (c *compiler) commit(inside func()) {
	c.emit(instruction{op: opBarrier})
	c.committed++
	inside()
	c.committed--
	c.emit(instruction{op: opCommit})
}

func (c *compiler) look(n *syntax.Node) {
	c.emit(instruction{op: opMark})
	c.node(n)
	c.emit(instruction{op: opReturn})
}

func (c *compiler) notLook(n *syntax.Node) {
	c.emit(instruction{op: opBarrier})
	split := c.emit(instruction{op: opSplit})
	c.committed++
	c.node(n)
	c.committed--
	c.emit(instruction{op: opRefuse})
	c.here(split)
	c.emit(instruction{op: opCommit})
}

func (c *compiler) ifGroup(n *syntax.Node) {
	c.emit(instruction{op: opBarrier})
	split := c.emit(instruction{op: opSplit})
	c.emit(instruction{op: opIsSet, x: c.slots[n.Number]})
	c.emit(instruction{op: opCommit})
	c.node(n.Nodes[0])
	end := c.emit(instruction{op: opJump})
	c.here(split)
	c.emit(instruction{op: opCommit})
	if len(n.Nodes) > 1 {
		c.node(n.Nodes[1])
	}
	c.here(end)
}

func (c *compiler) ifLook(n *syntax.Node) {
	c.emit(instruction{op: opBarrier})
	c.emit(instruction{op: opMark})
	split := c.emit(instruction{op: opSplit})
	c.committed++
	c.node(n.Nodes[0])
	c.committed--
	c.emit(instruction{op: opReturn})
	c.emit(instruction{op: opCommit})
	c.node(n.Nodes[1])
	end := c.emit(instruction{op: opJump})
	c.here(split)
	c.emit(instruction{op: opReturn})
	c.emit(instruction{op: opCommit})
	if len(n.Nodes) > 2 {
		c.node(n.Nodes[2])
	}
	c.here(end)
}

// loop is a repetition as .NET sees it after joining it with the one inside.
type loop struct {
	body     *syntax.Node
	min, max int
	lazy     bool
}

func (c *compiler) repeat(n *syntax.Node) {
	l := newLoop(n)
	switch {
	case l.max == 0:
	case l.min == 1 && l.max == 1:
		c.node(l.body)
	case single(l.body):
		c.run(l)
	case l.max == unlimited && l.min <= 1:
		c.loop(l)
	default:
		c.counted(l)
	}
}

func newLoop(n *syntax.Node) loop {
	l := loop{body: bare(n.Nodes[0]), min: n.Min, max: n.Max, lazy: n.Lazy}
	if l.max == syntax.Unlimited {
		l.max = unlimited
	}
	if l.body.Kind != syntax.Repeat || l.body.Max == 0 {
		return l
	}
	inner := newLoop(l.body)
	tooLumpy := l.min == 0 && inner.min > 1 || inner.max < 2*inner.min
	if inner.lazy != l.lazy || tooLumpy {
		return l
	}
	return loop{body: inner.body, min: times(l.min, inner.min), max: times(l.max, inner.max), lazy: l.lazy}
}

func times(a, b int) int {
	if a == unlimited || b == unlimited {
		if a == 0 || b == 0 {
			return 0
		}
		return unlimited
	}
	return min(a*b, unlimited)
}

// bare gives what is left of a node without what .NET takes away before it looks at loops: parentheses that only group,
// repetitions of exactly once, empty parts.
func bare(n *syntax.Node) *syntax.Node {
	switch {
	case n.Kind == syntax.Group, n.Kind == syntax.Repeat && n.Min == 1 && n.Max == 1:
		return bare(n.Nodes[0])
	case n.Kind == syntax.Concat:
		var rest []*syntax.Node
		for _, child := range n.Nodes {
			if child = bare(child); !vanishes(child) {
				rest = append(rest, child)
			}
		}
		if len(rest) == 1 {
			return rest[0]
		}
	}
	return n
}

// vanishes reports whether nothing is left of a bare node.
func vanishes(n *syntax.Node) bool {
	return n.Kind == syntax.Empty || n.Kind == syntax.Repeat && n.Max == 0
}

func single(n *syntax.Node) bool { return n.Kind == syntax.Literal || n.Kind == syntax.Class }

func (c *compiler) run(l loop) {
	op := opRun
	if l.lazy {
		op = opRunLazy
	}
	c.emit(instruction{op: op, x: l.min, y: l.max, set: newUnitSet(l.body.Units()), back: l.body.Options&syntax.RightToLeft != 0})
}

func (c *compiler) loop(l loop) {
	op := opMark
	if l.min == 0 {
		op = opNullMark
	}
	c.emit(instruction{op: op})
	c.rounds(l, func(start int) {
		if !l.lazy {
			c.emit(instruction{op: opLoop, x: start})
			return
		}
		quirk := 1
		if c.committed > 0 {
			quirk = 0
		}
		c.emit(instruction{op: opLoopLazy, x: start, y: quirk})
		c.emit(instruction{op: opAgain, x: start})
	})
}

func (c *compiler) counted(l loop) {
	if l.min == 0 {
		c.emit(instruction{op: opNullCount})
	} else {
		c.emit(instruction{op: opMarkCount, x: 1 - l.min})
	}
	most := l.max
	if most != unlimited {
		most -= l.min
	}
	op := opCount
	if l.lazy {
		op = opCountLazy
	}
	c.rounds(l, func(start int) { c.emit(instruction{op: op, x: start, y: most}) })
}

// rounds writes a loop's body and its end; a loop that needs no round begins at the end.
func (c *compiler) rounds(l loop, end func(start int)) {
	skip := -1
	if l.min == 0 {
		skip = c.emit(instruction{op: opJump})
	}
	start := len(c.code)
	c.node(l.body)
	if skip >= 0 {
		c.here(skip)
	}
	end(start)
}

// unitSet is a set that is quick to look up.
type unitSet struct {
	ascii [2]uint64
	set   syntax.Set
}

func newUnitSet(s syntax.Set) *unitSet {
	u := &unitSet{set: s}
	for _, r := range s {
		for unit := int(r.Lo); unit <= int(r.Hi) && unit < 128; unit++ {
			u.ascii[unit>>6] |= 1 << (unit & 63)
		}
	}
	return u
}

func (u *unitSet) contains(unit rune) bool {
	if unit < 128 {
		return u.ascii[unit>>6]>>(unit&63)&1 != 0
	}
	return u.set.Contains(uint16(unit))
}
