package dotnet

import (
	"errors"
	"slices"
	"time"

	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

var errTimeout = errors.New("time is up")

// matcher runs a program over a text. What was done since a choice is undone by a trail when the choice is tried otherwise.
type matcher struct {
	*program
	text     []rune
	begin    int // where the search began, for \G
	end      int // where the match ended, in the direction of the search
	timeout  time.Duration
	deadline time.Time
	budget   int // of work until the clock is looked at

	stack    []int
	choices  []choice
	trail    []undo
	captures []capture
	last     []int // of each slot: index of its last capture, or none
}

// choice is a way not yet taken.
type choice struct {
	pc, pos int
	trail   int // how much of the trail to keep
	// rest is above 0 when the choice belongs to the instruction at pc instead of going on there. Runs: how many more units may be
	// given back or taken; opCountLazy: the number of the round to begin.
	rest int
}

// undo takes one change back.
type undo struct {
	what  undoing
	value int
}

type undoing int

const (
	popped undoing = -1 - iota // push value
	pushed                     // pop
	// any other: slot of a capture; value is what last was before
)

// capture is one capture of a slot, and the one before it.
type capture struct{ from, to, before int }

const none = -1

// workPerLook is how much is done between looks at the clock: well under a millisecond's worth.
const workPerLook = 4096

// find looks for the next match from begin on, where one of the length previous ended; previous is below 0 at the first search.
// It reports whether there is one, which slot 0 holds.
func (m *matcher) find(begin, previous int) (bool, error) {
	m.begin, m.deadline = begin, time.Now().Add(m.timeout)
	pos, end, step := begin, len(m.text), 1
	if m.back {
		end, step = 0, -1
	}
	if previous == 0 {
		if pos == end {
			return false, nil
		}
		pos += step
	}
	for ; ; pos += step {
		if m.mayBegin(pos) {
			if err := m.run(pos); err != nil {
				return false, err
			}
			if m.last[0] != none {
				return true, nil
			}
		}
		if pos == end {
			return false, nil
		}
	}
}

// mayBegin reports whether a match may begin at a position.
func (m *matcher) mayBegin(pos int) bool {
	if m.first == nil {
		return true
	}
	if m.back {
		pos--
	}
	return pos >= 0 && pos < len(m.text) && m.first.contains(m.text[pos])
}

// run tries to match from a position; afterwards slot 0 has a capture when it did.
func (m *matcher) run(pos int) error {
	m.stack, m.choices, m.trail, m.captures = m.stack[:0], m.choices[:0], m.trail[:0], m.captures[:0]
	for slot := range m.last {
		m.last[slot] = none
	}
	pc, ok := 0, true
	for {
		if m.budget--; m.budget < 0 {
			if time.Now().After(m.deadline) {
				return errTimeout
			}
			m.budget = workPerLook
		}
		if !ok {
			if len(m.choices) == 0 {
				return nil
			}
			pc, pos = m.retry()
		}
		i := &m.code[pc]
		if i.op == opMatch {
			m.end = pos
			return nil
		}
		pc, pos, ok = m.step(i, pc, pos)
	}
}

// step does one instruction and gives where to go on, or false when this way fails.
func (m *matcher) step(i *instruction, pc, pos int) (int, int, bool) {
	switch i.op {
	case opFail:
		return 0, 0, false
	case opUnit:
		at, next := ahead(i, pos)
		return pc + 1, next, at >= 0 && at < len(m.text) && i.set.contains(m.text[at])
	case opRun, opRunLazy:
		return m.runUnits(i, pc, pos)
	case opSplit:
		m.choose(i.x, pos, 0)
	case opJump:
		return i.x, pos, true
	case opMark:
		m.push(pos)
	case opNullMark:
		m.push(none)
	case opMarkCount:
		m.push(pos)
		m.push(i.x)
	case opNullCount:
		m.push(none)
		m.push(0)
	case opReturn:
		return pc + 1, m.pop(), true
	case opCapture:
		return pc + 1, pos, m.capture(i, pos)
	case opLoop, opLoopLazy, opAgain:
		return m.loop(i, pc, pos)
	case opCount, opCountLazy:
		return m.count(i, pc, pos)
	case opBarrier:
		m.push(len(m.choices))
		m.push(len(m.trail) - 1) // before the first push
	case opCommit:
		m.pop()
		m.choices = m.choices[:m.pop()]
	case opRefuse:
		trail := m.pop()
		m.choices = m.choices[:m.pop()]
		m.undo(trail)
		return 0, 0, false
	case opIsSet:
		return pc + 1, pos, m.last[i.x] != none
	case opReference:
		return m.reference(i, pc, pos)
	case opAssert:
		return pc + 1, pos, m.assert(syntax.Kind(i.x), i.fold, pos)
	}
	return pc + 1, pos, true
}

// ahead gives the index of the unit that comes next and the position after it.
func ahead(i *instruction, pos int) (at, next int) {
	if i.back {
		return pos - 1, pos - 1
	}
	return pos, pos + 1
}

func (m *matcher) choose(pc, pos, rest int) {
	m.choices = append(m.choices, choice{pc: pc, pos: pos, trail: len(m.trail), rest: rest})
}

// retry goes back to the last choice.
func (m *matcher) retry() (pc, pos int) {
	last := len(m.choices) - 1
	c := m.choices[last]
	m.choices = m.choices[:last]
	m.undo(c.trail)
	if c.rest == 0 {
		return c.pc, c.pos
	}
	switch i := &m.code[c.pc]; i.op {
	case opRun:
		return m.giveOneBack(i, c)
	case opRunLazy:
		return m.takeOneMore(i, c)
	default:
		m.push(c.pos)
		m.push(c.rest)
		return i.x, c.pos
	}
}

func (m *matcher) undo(to int) {
	for len(m.trail) > to {
		last := len(m.trail) - 1
		u := m.trail[last]
		m.trail = m.trail[:last]
		switch u.what {
		case pushed:
			m.stack = m.stack[:len(m.stack)-1]
		case popped:
			m.stack = append(m.stack, u.value)
		default:
			if m.last[u.what] != none && m.last[u.what] == len(m.captures)-1 {
				m.captures = m.captures[:len(m.captures)-1]
			}
			m.last[u.what] = u.value
		}
	}
}

func (m *matcher) push(value int) {
	m.stack = append(m.stack, value)
	m.trail = append(m.trail, undo{what: pushed})
}

func (m *matcher) pop() int {
	last := len(m.stack) - 1
	value := m.stack[last]
	m.stack = m.stack[:last]
	m.trail = append(m.trail, undo{popped, value})
	return value
}

// runUnits takes a run of units and leaves the choice of another length.
func (m *matcher) runUnits(i *instruction, pc, pos int) (int, int, bool) {
	most := len(m.text) - pos
	if i.back {
		most = pos
	}
	if most < i.x {
		return 0, 0, false
	}
	want := min(i.y, most)
	if i.op == opRunLazy {
		want = i.x
	}
	taken := 0
	for ; taken < want; taken++ {
		at, next := ahead(i, pos)
		if !i.set.contains(m.text[at]) {
			break
		}
		pos = next
	}
	m.budget -= taken / 16
	if taken < i.x {
		return 0, 0, false
	}
	if i.op == opRun && taken > i.x {
		m.choose(pc, pos, taken-i.x)
	}
	if i.op == opRunLazy && min(i.y, most) > i.x {
		m.choose(pc, pos, min(i.y, most)-i.x)
	}
	return pc + 1, pos, true
}

// giveOneBack shortens a greedy run.
func (m *matcher) giveOneBack(i *instruction, c choice) (pc, pos int) {
	pos = c.pos - 1
	if i.back {
		pos = c.pos + 1
	}
	if c.rest > 1 {
		m.choose(c.pc, pos, c.rest-1)
	}
	return c.pc + 1, pos
}

// takeOneMore lengthens a lazy run.
func (m *matcher) takeOneMore(i *instruction, c choice) (pc, pos int) {
	at, next := ahead(i, c.pos)
	if !i.set.contains(m.text[at]) {
		return m.failing(), 0
	}
	if c.rest > 1 {
		m.choose(c.pc, next, c.rest-1)
	}
	return c.pc + 1, next
}

// failing gives where the program fails.
func (m *matcher) failing() int { return len(m.code) - 1 }

// loop ends a round of a repetition without a count, or begins another one.
func (m *matcher) loop(i *instruction, pc, pos int) (int, int, bool) {
	if i.op == opAgain {
		m.push(pos)
		return i.x, pos, true
	}
	start := m.pop()
	if i.op == opLoop {
		if pos == start {
			return pc + 1, pos, true
		}
		m.choose(pc+1, pos, 0)
		m.push(pos)
		return i.x, pos, true
	}
	if pos != start {
		m.choose(pc+1, pos, 0)
	} else if i.y != 0 {
		m.push(start) // .NET leaves it there: what pops next finds this
	}
	return pc + 2, pos, true
}

// count is loop for a repetition with a count.
func (m *matcher) count(i *instruction, pc, pos int) (int, int, bool) {
	rounds, start := m.pop(), m.pop()
	another := rounds < i.y && (pos != start || rounds < 0)
	if i.op == opCountLazy && rounds >= 0 {
		if another {
			m.choose(pc, pos, rounds+1)
		}
		return pc + 1, pos, true
	}
	if !another {
		return pc + 1, pos, true
	}
	if rounds >= 0 {
		m.choose(pc+1, pos, 0)
	}
	m.push(pos)
	m.push(rounds + 1)
	return i.x, pos, true
}

// capture ends a group. A balancing group takes the last capture off slot y and captures what lies between it and itself.
func (m *matcher) capture(i *instruction, pos int) bool {
	if i.y != none && m.last[i.y] == none {
		return false
	}
	// What a lazy loop left behind may be no position: .NET then keeps one that is outside the text.
	from, to := min(max(m.pop(), 0), len(m.text)), pos
	if from > to {
		from, to = to, from
	}
	if i.y != none {
		other := m.captures[m.last[i.y]]
		from, to = between(from, to, other.from, other.to)
		m.set(i.y, other.before)
	}
	if i.x != none {
		m.captures = append(m.captures, capture{from, to, m.last[i.x]})
		m.set(i.x, len(m.captures)-1)
	}
	return true
}

// between gives the gap between two spans, or where they overlap the overlap. Where the other one comes later, which takes
// RightToLeft, .NET gets it wrong and keeps a span of negative length, which it does not show.
func between(from, to, otherFrom, otherTo int) (int, int) {
	switch {
	case from >= otherTo:
		return otherTo, from
	case to <= otherFrom:
		return otherFrom, to
	}
	return max(from, otherFrom), min(to, otherTo)
}

func (m *matcher) set(slot, index int) {
	m.trail = append(m.trail, undo{undoing(slot), m.last[slot]})
	m.last[slot] = index
}

// reference takes the text of a capture again. A group that took no part fails, but with ECMAScript matches the empty text.
func (m *matcher) reference(i *instruction, pc, pos int) (int, int, bool) {
	if m.last[i.x] == none {
		return pc + 1, pos, m.ecma
	}
	c := m.captures[m.last[i.x]]
	length := c.to - c.from
	from, next := pos, pos+length
	if i.back {
		from, next = pos-length, pos-length
	}
	if length < 0 || from < 0 || from+length > len(m.text) {
		return 0, 0, false
	}
	m.budget -= length / 16
	for n := range length {
		a, b := m.text[from+n], m.text[c.from+n]
		if a != b && (!i.fold || syntax.Lower(uint16(a)) != syntax.Lower(uint16(b))) {
			return 0, 0, false
		}
	}
	return pc + 1, next, true
}

func (m *matcher) assert(kind syntax.Kind, ecma bool, pos int) bool {
	end := len(m.text)
	switch kind {
	case syntax.TextStart:
		return pos == 0
	case syntax.TextEnd:
		return pos == end
	case syntax.FinalLineEnd:
		return pos == end || pos == end-1 && m.text[pos] == '\n'
	case syntax.LineStart:
		return pos == 0 || m.text[pos-1] == '\n'
	case syntax.LineEnd:
		return pos == end || m.text[pos] == '\n'
	case syntax.SearchStart:
		return pos == m.begin
	case syntax.WordBoundary:
		return m.boundary(pos, ecma)
	}
	return !m.boundary(pos, ecma)
}

func (m *matcher) boundary(pos int, ecma bool) bool {
	word := syntax.IsWord
	if ecma {
		word = syntax.IsECMAWord
	}
	before := pos > 0 && word(uint16(m.text[pos-1]))
	after := pos < len(m.text) && word(uint16(m.text[pos]))
	return before != after
}

// own runs an expression on our own matcher.
type own struct {
	program *program
	timeout time.Duration
}

func (o *own) match(s *Subject) (bool, error) {
	found := false
	err := o.search(s, func(*matcher) bool {
		found = true
		return false
	})
	return found, err
}

func (o *own) find(s *Subject, yield func(*Match) bool) error {
	return o.search(s, func(m *matcher) bool { return yield(m.result(s)) })
}

func (o *own) matcher(s *Subject) *matcher {
	m := &matcher{program: o.program, text: s.units, timeout: o.timeout, last: make([]int, len(o.program.groups))}
	if m.back {
		m.end = len(m.text)
	}
	return m
}

// search calls yield for one match after the other until it returns false.
func (o *own) search(s *Subject, yield func(*matcher) bool) error {
	m := o.matcher(s)
	previous := -1
	for {
		begin, empty := m.end, previous == 0
		found, err := m.find(begin, previous)
		if !found || err != nil || !yield(m) {
			return err
		}
		match := m.captures[m.last[0]]
		previous = match.to - match.from
		if m.end == begin && previous != 0 && !empty {
			return errTimeout // the same match again and for ever: what a lazy loop left behind has it begin before the search
		}
	}
}

// result reads the captures of a match.
func (m *matcher) result(s *Subject) *Match {
	match := &Match{Groups: make([]Group, len(m.groups))}
	for slot, g := range m.groups {
		var captures []Capture
		for at := m.last[slot]; at != none; at = m.captures[at].before {
			if c := m.captures[at]; c.from <= c.to {
				captures = append(captures, s.capture(c.from, c.to-c.from))
			}
		}
		slices.Reverse(captures)
		match.Groups[slot] = Group{Name: g.Name, Captures: captures}
	}
	match.Capture, _ = match.Groups[0].Last()
	return match
}
