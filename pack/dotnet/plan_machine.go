package dotnet

import (
	"slices"
	"time"

	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// machine runs swift programs over a text. It stops at each way the program matches and can be asked for the next one, so it also
// tells all the places an expression's beginning may end at, in the order in which .NET comes to them.
type machine[E unit] struct {
	text    []E
	oneLine bool // the text has no newline
	clock   *clock

	code     []swiftStep
	choices  []swiftChoice
	barrier  int32 // the topmost mark among the choices, or none
	stack    []int32
	trail    []swiftUndo
	captures []swiftCapture
	last     []int32 // of each slot: index of its last capture, or none
}

// unit is what a text is made of: bytes when it is ASCII, else UTF-16 units.
type unit interface{ ~uint8 | ~uint16 }

// swiftChoice is a way not yet taken.
type swiftChoice struct {
	pc, pos int32
	trail   int32 // how much of the trail to keep
	// rest belongs to the step: swRun: the least position to give back to; swRunLazy: the last one to go to; swAlternate: the way to
	// take; swCountLazy: the round to begin; swBarrier: the mark below this one.
	rest int32
	op   swiftOp // what kind of choice: one of the above, or swSplit: go on at pc
}

type swiftUndo struct{ what, value int32 } // see undo

type swiftCapture struct{ from, to, before int32 }

// clock bounds one search. It is first read when there was enough work to be worth it.
type clock struct {
	limit    time.Duration
	deadline time.Time
	left     int // work until the clock is looked at
	running  bool
}

func (c *clock) start(limit time.Duration) { *c = clock{limit: limit, left: workPerLook} }

func (c *clock) look() error {
	now := time.Now()
	if !c.running {
		c.running, c.deadline = true, now.Add(c.limit)
	}
	c.left = workPerLook
	if now.After(c.deadline) {
		return errTimeout
	}
	return nil
}

// start runs a program from a position; it gives the end of the first match, or none.
func (m *machine[E]) start(s *swift, pos int32) (int32, error) {
	m.code, m.barrier = s.code, none
	m.stack, m.choices, m.trail, m.captures = m.stack[:0], m.choices[:0], m.trail[:0], m.captures[:0]
	m.last = slices.Grow(m.last[:0], s.slots)[:s.slots]
	for slot := range m.last {
		m.last[slot] = none
	}
	return m.run(0, pos, true)
}

// next gives the end of the next way the program matches, or none.
func (m *machine[E]) next() (int32, error) { return m.run(0, 0, false) }

func has[E unit](t *unitTable, u E) bool {
	if v := uint(u); v < 256 {
		return t.low[v]
	}
	return t.rest.Contains(uint16(u))
}

// holds reports whether a guard holds the unit at a position.
func holds[E unit](g *guard, text []E, pos int32) bool {
	if int(pos) >= len(text) {
		return g.end
	}
	if v := uint(text[pos]); v < 256 {
		return g.low[v>>6]>>(v&63)&1 != 0
	}
	return g.high
}

// run goes on at pc, or where ok is false at the last choice.
func (m *machine[E]) run(pc, pos int32, ok bool) (int32, error) {
	text, code, clock := m.text, m.code, m.clock
	for {
		if clock.left--; clock.left < 0 {
			if err := clock.look(); err != nil {
				return none, err
			}
		}
		if !ok {
			if len(m.choices) == 0 {
				return none, nil
			}
			pc, pos, ok = m.retry()
			continue
		}
		s := &code[pc]
		pc++
		switch s.op {
		case swMatch:
			return pos, nil
		case swUnit:
			if s.back {
				pos--
				ok = pos >= 0 && has(s.set, text[pos])
			} else {
				ok = int(pos) < len(text) && has(s.set, text[pos])
				pos++
			}
		case swString:
			ok = startsWith(text[pos:], s.units)
			pos += int32(len(s.units))
		case swPeek:
			at := pos
			if s.back {
				at--
			}
			ok = (at >= 0 && int(at) < len(text) && has(s.set, text[at])) != s.not
		case swRun, swRunAll:
			from := pos
			pos, ok = m.take(s, pos)
			clock.left -= int(max(pos-from, from-pos)) / 16
			if ok && s.op == swRun {
				pos, ok = m.keepRun(s, pc, from, pos)
			}
		case swRunCapture:
			from := pos
			if pos, ok = m.take(s, pos); ok {
				m.captures = append(m.captures, swiftCapture{min(from, pos), max(from, pos), m.last[s.slot]})
				m.set(s.slot, int32(len(m.captures)-1))
			}
			clock.left -= int(max(pos-from, from-pos)) / 16
		case swRunLazy:
			pos, ok = m.takeLazily(s, pc, pos)
		case swSplit:
			x, y := holds(&s.first, text, pos), holds(&s.other, text, pos)
			if x && y {
				m.choose(swSplit, s.y, pos, 0)
			}
			pc, ok = s.y, x || y
			if x {
				pc = s.x
			}
		case swAlternate:
			ways := s.ways.of(m.kind(pos))
			if ok = len(ways) > 0; ok {
				if len(ways) > 1 {
					m.choose(swAlternate, pc-1, pos, 1)
				}
				pc = ways[0]
			}
		case swJump:
			pc = s.x
		case swBarrier:
			m.choose(swBarrier, s.x, pos, m.barrier)
			m.barrier = int32(len(m.choices) - 1)
		case swCommit:
			m.cut()
		case swReturn:
			pos = m.cut().pos
		case swRefuse:
			m.undo(m.cut().trail)
			ok = false
		case swMark:
			m.push(pos)
		case swNullMark:
			m.push(none)
		case swMarkCount:
			m.push(pos)
			m.push(s.x)
		case swNullCount:
			m.push(none)
			m.push(0)
		case swCapture:
			ok = m.capture(s, pos)
		case swLoop:
			pc = m.loop(s, pc, pos)
		case swCount, swCountLazy:
			pc = m.count(s, pc, pos)
		case swIfSet:
			if m.last[s.y] == none {
				pc = s.x
			}
		case swReference:
			from := pos
			pos, ok = m.reference(s, pos)
			clock.left -= int(max(pos-from, from-pos)) / 16
		case swAssert:
			ok = m.assert(syntax.Kind(s.x), pos)
		}
	}
}

func startsWith[E unit](text []E, units []uint16) bool {
	if len(text) < len(units) {
		return false
	}
	for i, u := range units {
		if uint16(text[i]) != u {
			return false
		}
	}
	return true
}

// kind gives the next unit as alternations tell units apart.
func (m *machine[E]) kind(pos int32) int {
	switch {
	case int(pos) >= len(m.text):
		return altEnd
	case uint(m.text[pos]) >= altHigh:
		return altHigh
	}
	return int(m.text[pos])
}

func (a *swiftAlt) of(kind int) []int32 { return a.ways[a.by[kind]] }

func (m *machine[E]) choose(op swiftOp, pc, pos, rest int32) {
	m.choices = append(m.choices, swiftChoice{pc: pc, pos: pos, trail: int32(len(m.trail)), rest: rest, op: op})
}

// cut takes away the topmost mark and all choices made since.
func (m *machine[E]) cut() swiftChoice {
	mark := m.choices[m.barrier]
	m.choices = m.choices[:m.barrier]
	m.barrier = mark.rest
	return mark
}

// retry goes back to the last choice.
func (m *machine[E]) retry() (pc, pos int32, ok bool) {
	last := len(m.choices) - 1
	c := &m.choices[last]
	m.undo(c.trail)
	switch c.op {
	case swSplit:
		m.choices = m.choices[:last]
		return c.pc, c.pos, true
	case swBarrier:
		m.choices, m.barrier = m.choices[:last], c.rest
		return c.pc, c.pos, c.pc >= 0
	case swAlternate:
		ways := m.code[c.pc].ways.of(m.kind(c.pos))
		pc, pos = ways[c.rest], c.pos
		if c.rest++; int(c.rest) == len(ways) {
			m.choices = m.choices[:last]
		}
		return pc, pos, true
	case swRun:
		return m.giveBack(c, last)
	case swRunLazy:
		return m.takeMore(c, last)
	}
	pc, pos, rest := c.pc, c.pos, c.rest // swCountLazy
	m.choices = m.choices[:last]
	m.push(pos)
	m.push(rest)
	return pc, pos, true
}

func (m *machine[E]) undo(to int32) {
	for len(m.trail) > int(to) {
		last := len(m.trail) - 1
		u := m.trail[last]
		m.trail = m.trail[:last]
		switch undoing(u.what) {
		case pushed:
			m.stack = m.stack[:len(m.stack)-1]
		case popped:
			m.stack = append(m.stack, u.value)
		default:
			if m.last[u.what] != none && int(m.last[u.what]) == len(m.captures)-1 {
				m.captures = m.captures[:len(m.captures)-1]
			}
			m.last[u.what] = u.value
		}
	}
}

func (m *machine[E]) push(value int32) {
	m.stack = append(m.stack, value)
	m.trail = append(m.trail, swiftUndo{what: int32(pushed)})
}

func (m *machine[E]) pop() int32 {
	last := len(m.stack) - 1
	value := m.stack[last]
	m.stack = m.stack[:last]
	m.trail = append(m.trail, swiftUndo{int32(popped), value})
	return value
}

// take takes as much of a run as there is, up to its most.
func (m *machine[E]) take(s *swiftStep, pos int32) (int32, bool) {
	if s.back {
		return m.takeBack(s, pos)
	}
	text, end := m.text, int32(len(m.text))
	if s.y < end-pos {
		end = pos + s.y
	}
	from := pos
	if s.set.line && m.oneLine {
		pos = end
	}
	for pos < end && has(s.set, text[pos]) {
		pos++
	}
	return pos, pos-from >= s.x
}

func (m *machine[E]) takeBack(s *swiftStep, pos int32) (int32, bool) {
	from, end := pos, int32(0)
	if s.y < pos {
		end = pos - s.y
	}
	for pos > end && has(s.set, m.text[pos-1]) {
		pos--
	}
	return pos, from-pos >= s.x
}

// keepRun goes back to the longest run that what follows may begin after, and leaves the shorter ones as a choice.
func (m *machine[E]) keepRun(s *swiftStep, pc, from, pos int32) (int32, bool) {
	if s.back {
		if least := from - s.x; pos < least {
			m.choose(swRun, pc-1, pos, least)
		}
		return pos, true
	}
	least := from + s.x
	pos, ok := m.lastEnd(s, pos, least)
	if ok && pos > least {
		m.choose(swRun, pc-1, pos, least)
	}
	return pos, ok
}

// lastEnd gives the last place from pos back to least that what follows a run may begin at.
func (m *machine[E]) lastEnd(s *swiftStep, pos, least int32) (int32, bool) {
	text := m.text
	if len(s.units) == 0 {
		for pos >= least && !holds(&s.first, text, pos) {
			pos--
		}
		return pos, pos >= least
	}
	first := E(s.units[0])
	for pos = min(pos, int32(len(text))-1); pos >= least; pos-- {
		if text[pos] == first && startsWith(text[pos:], s.units) && holds(&s.first, text, pos) {
			return pos, true
		}
	}
	return pos, false
}

// follows reports whether what follows a run may begin at a place.
func (m *machine[E]) follows(s *swiftStep, pos int32) bool {
	return holds(&s.first, m.text, pos) && (len(s.units) == 0 || startsWith(m.text[pos:], s.units))
}

// giveBack shortens a run to the next length that what follows may begin after.
func (m *machine[E]) giveBack(c *swiftChoice, last int) (pc, pos int32, ok bool) {
	s := &m.code[c.pc]
	pc, pos = c.pc+1, c.pos
	if s.back {
		pos, ok = pos+1, true
	} else {
		pos, ok = m.lastEnd(s, pos-1, c.rest)
		m.clock.left -= int(c.pos-pos) / 16
	}
	if c.pos = pos; !ok || pos == c.rest {
		m.choices = m.choices[:last]
	}
	return pc, pos, ok
}

// takeLazily takes the fewest units after which what follows may begin, and leaves the longer runs as a choice.
func (m *machine[E]) takeLazily(s *swiftStep, pc, pos int32) (int32, bool) {
	from, to := pos, int32(len(m.text))
	if s.back {
		to = 0
	}
	most := max(to-pos, pos-to)
	if most < s.x {
		return pos, false
	}
	if s.y < most {
		to = from + s.y
		if s.back {
			to = from - s.y
		}
	}
	for range s.x {
		var ok bool
		if pos, ok = m.one(s, pos); !ok {
			return pos, false
		}
	}
	if s.back || m.follows(s, pos) {
		if pos != to {
			m.choose(swRunLazy, pc-1, pos, to)
		}
		return pos, true
	}
	pos, ok := m.goOn(s, pos, to)
	if ok && pos != to {
		m.choose(swRunLazy, pc-1, pos, to)
	}
	return pos, ok
}

// one takes one unit of a run.
func (m *machine[E]) one(s *swiftStep, pos int32) (int32, bool) {
	if s.back {
		return pos - 1, pos > 0 && has(s.set, m.text[pos-1])
	}
	return pos + 1, int(pos) < len(m.text) && has(s.set, m.text[pos])
}

// goOn lengthens a lazy run, by one unit at least, to where what follows may begin.
func (m *machine[E]) goOn(s *swiftStep, pos, to int32) (int32, bool) {
	if s.back {
		return m.one(s, pos)
	}
	text := m.text
	for from := pos; pos < to && has(s.set, text[pos]); {
		pos++
		if m.follows(s, pos) {
			m.clock.left -= int(pos-from) / 16
			return pos, true
		}
	}
	return pos, false
}

// takeMore lengthens a lazy run.
func (m *machine[E]) takeMore(c *swiftChoice, last int) (pc, pos int32, ok bool) {
	pc = c.pc + 1
	pos, ok = m.goOn(&m.code[c.pc], c.pos, c.rest)
	if c.pos = pos; !ok || pos == c.rest {
		m.choices = m.choices[:last]
	}
	return pc, pos, ok
}

// loop ends a round of a repetition, or begins another one.
func (m *machine[E]) loop(s *swiftStep, pc, pos int32) int32 {
	if m.pop() == pos {
		return pc
	}
	m.choose(swSplit, pc, pos, 0)
	m.push(pos)
	return s.x
}

// count is loop for a repetition with a count.
func (m *machine[E]) count(s *swiftStep, pc, pos int32) int32 {
	rounds, start := m.pop(), m.pop()
	another := rounds < s.y && (pos != start || rounds < 0)
	if s.op == swCountLazy && rounds >= 0 {
		if another {
			m.choose(swCountLazy, s.x, pos, rounds+1)
		}
		return pc
	}
	if !another {
		return pc
	}
	if rounds >= 0 {
		m.choose(swSplit, pc, pos, 0)
	}
	m.push(pos)
	m.push(rounds + 1)
	return s.x
}

// capture ends a group; see matcher.capture.
func (m *machine[E]) capture(s *swiftStep, pos int32) bool {
	if s.y != none && m.last[s.y] == none {
		return false
	}
	from, to := m.pop(), pos
	if from > to {
		from, to = to, from
	}
	if s.y != none {
		other := m.captures[m.last[s.y]]
		f, t := between(int(from), int(to), int(other.from), int(other.to))
		from, to = int32(f), int32(t)
		m.set(s.y, other.before)
	}
	if s.x != none {
		m.captures = append(m.captures, swiftCapture{from, to, m.last[s.x]})
		m.set(s.x, int32(len(m.captures)-1))
	}
	return true
}

func (m *machine[E]) set(slot, index int32) {
	m.trail = append(m.trail, swiftUndo{slot, m.last[slot]})
	m.last[slot] = index
}

// reference takes the text of a capture again.
func (m *machine[E]) reference(s *swiftStep, pos int32) (int32, bool) {
	if m.last[s.x] == none {
		return pos, false
	}
	c := m.captures[m.last[s.x]]
	length := c.to - c.from
	from, next := pos, pos+length
	if s.back {
		from, next = pos-length, pos-length
	}
	if length < 0 || from < 0 || int(from+length) > len(m.text) {
		return pos, false
	}
	for n := range length {
		a, b := m.text[from+n], m.text[c.from+n]
		if a != b && (!s.fold || syntax.Lower(uint16(a)) != syntax.Lower(uint16(b))) {
			return pos, false
		}
	}
	return next, true
}

func (m *machine[E]) assert(kind syntax.Kind, pos int32) bool {
	end := int32(len(m.text))
	switch kind {
	case syntax.TextStart, syntax.SearchStart: // a plan asks for first matches, whose search begins with the text
		return pos == 0
	case syntax.TextEnd:
		return pos == end
	case syntax.FinalLineEnd:
		return pos == end || pos == end-1 && m.text[pos] == '\n'
	case syntax.LineStart:
		return pos == 0 || m.text[pos-1] == '\n'
	case syntax.LineEnd:
		return pos == end || m.text[pos] == '\n'
	case syntax.WordBoundary:
		return m.boundary(pos)
	}
	return !m.boundary(pos)
}

func (m *machine[E]) boundary(pos int32) bool {
	before := pos > 0 && isWord(m.text[pos-1])
	after := int(pos) < len(m.text) && isWord(m.text[pos])
	return before != after
}

// isWord is syntax.IsWord, quick for ASCII.
func isWord[E unit](u E) bool {
	if v := uint(u); v < uint(len(asciiWords)) {
		return asciiWords[v]
	}
	return syntax.IsWord(uint16(u))
}

var asciiWords = func() (words [128]bool) {
	for unit := range words {
		words[unit] = syntax.IsWord(uint16(unit))
	}
	return words
}()
