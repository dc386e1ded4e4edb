package dotnet

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"time"
)

// Reading asks a plan's expressions about one text after the other.
type Reading struct {
	plan    *Plan
	text    string
	subject *Subject // nil until it is wanted
	ascii   bool
	narrow  lane[byte]
	wide    lane[uint16]
	found   findings

	expressions []*planned // the plan's, or with a limit of the reading's own

	number     uint64   // of the text, so that what is known of an earlier one is told
	ready      []bool   // by expression: it can match the text
	readyWays  []uint64 // by way
	candidates []int
	sorted     bool
	match      Match // what Find gives
}

// always is the number of no text: what is ready for it is ready for any.
const always = math.MaxUint64

// NewReading gives a reading of the plan, of the empty text.
func (p *Plan) NewReading() *Reading {
	r := &Reading{plan: p, ready: make([]bool, len(p.expressions)), readyWays: make([]uint64, len(p.ways))}
	for i := range p.expressions {
		r.expressions = append(r.expressions, &p.expressions[i])
	}
	for _, w := range p.ways {
		if len(w.needs) == 0 {
			r.readyWays[w.id] = always
		}
	}
	r.found.init(p)
	r.narrow.init(r)
	r.wide.init(r)
	r.Read("")
	return r
}

// Limit gives an expression another limit in this reading: see Regexp.Within.
func (r *Reading) Limit(i int, limit time.Duration) {
	within := r.plan.expressions[i]
	within.Regexp = within.Within(limit)
	r.expressions[i] = &within
}

// Read goes on to another text.
func (r *Reading) Read(text string) {
	r.number++
	r.text, r.subject = text, nil
	r.candidates, r.sorted = r.candidates[:0], false
	clear(r.ready)
	for _, i := range r.plan.always {
		r.admit(i)
	}
	if r.plan.scanner == nil {
		return
	}
	r.narrow.text = append(r.narrow.text[:0], text...)
	if r.ascii = asciiBytes(r.narrow.text); r.ascii {
		r.narrow.oneLine = bytes.IndexByte(r.narrow.text, '\n') < 0
		r.found.look(r.plan, r.narrow.text)
	} else {
		r.readWide()
	}
	for _, c := range r.found.clauses {
		for _, g := range r.plan.clauses[c].gates {
			r.open(g)
		}
	}
}

func (r *Reading) readWide() {
	r.wide.text = r.wide.text[:0]
	for _, unit := range r.Subject().units {
		r.wide.text = append(r.wide.text, uint16(unit))
	}
	r.wide.oneLine = !slices.Contains(r.wide.text, '\n')
	r.narrow.text = appendLowered(r.narrow.text[:0], r.wide.text)
	r.found.look(r.plan, r.narrow.text)
	for _, i := range r.plan.linear { // Go's engine reads other texts than ASCII
		r.admit(i)
	}
}

// open makes the ways behind a gate ready when the text has all the literals they need.
func (r *Reading) open(g *gate) {
	for _, c := range g.others {
		if !r.found.has(c) {
			return
		}
	}
	for _, w := range g.ways {
		r.readyWays[w.id] = r.number
		r.admit(w.of)
	}
}

func (r *Reading) admit(i int) {
	if !r.ready[i] {
		r.ready[i] = true
		r.candidates = append(r.candidates, i)
	}
}

// Candidates gives the expressions that may match the text, in ascending order; no other does. They are valid until the next Read.
func (r *Reading) Candidates() []int {
	if !r.sorted {
		slices.Sort(r.candidates)
		r.sorted = true
	}
	return r.candidates
}

// asciiBytes is ascii, eight bytes at a time.
func asciiBytes(text []byte) bool {
	const high = 0x8080808080808080
	for ; len(text) >= 8; text = text[8:] {
		if binary.LittleEndian.Uint64(text)&high != 0 {
			return false
		}
	}
	for _, b := range text {
		if b&0x80 != 0 {
			return false
		}
	}
	return true
}

// Text gives the text as it came.
func (r *Reading) Text() string { return r.text }

// Subject gives the text made ready for expressions outside the plan.
func (r *Reading) Subject() *Subject {
	if r.subject == nil {
		r.subject = NewSubject(r.text)
	}
	return r.subject
}

// plainly reports whether an expression is to be matched without the machine.
func (r *Reading) plainly(e *planned) bool { return e.ways == nil || e.linear && !r.ascii }

// Match is Regexp.Match of an expression on the text.
func (r *Reading) Match(i int) (matches bool, err error) {
	if r.ready[i] {
		matches, err = r.matchReady(i)
	}
	return matches, err
}

func (r *Reading) matchReady(i int) (bool, error) {
	e := r.expressions[i]
	if r.plainly(e) {
		return e.Match(r.Subject())
	}
	var from int32
	var err error
	if r.ascii {
		from, _, err = r.narrow.search(e, false)
	} else {
		from, _, err = r.wide.search(e, false)
	}
	return from != none, e.limit(err)
}

// Find is Regexp.Find of an expression on the text. The match is valid until the next Find or Read.
func (r *Reading) Find(i int) (m *Match, err error) {
	if r.ready[i] {
		m, err = r.findReady(i)
	}
	return m, err
}

func (r *Reading) findReady(i int) (*Match, error) {
	e := r.expressions[i]
	switch {
	case r.plainly(e):
		return e.Find(r.Subject())
	case r.ascii:
		return find(r, &r.narrow, e)
	}
	return find(r, &r.wide, e)
}

func find[E unit](r *Reading, l *lane[E], e *planned) (*Match, error) {
	from, to, err := l.search(e, true)
	if from == none || err != nil {
		return nil, e.limit(err)
	}
	m := &r.match
	m.Groups = slices.Grow(m.Groups[:0], len(e.tree.Groups))[:len(e.tree.Groups)]
	for slot, g := range e.tree.Groups {
		group := &m.Groups[slot]
		group.Name, group.Captures = g.Name, group.Captures[:0]
		for at := l.scratch.last[slot]; at != none; at = l.scratch.captures[at].before {
			if c := l.scratch.captures[at]; c.from <= c.to {
				group.Captures = append(group.Captures, r.capture(c.from, c.to))
			}
			if e.linear {
				break
			}
		}
		if len(group.Captures) > 1 {
			slices.Reverse(group.Captures)
		}
	}
	m.Capture = r.capture(from, to)
	m.Groups[0].Captures = append(m.Groups[0].Captures[:0], m.Capture)
	return m, nil
}

func (r *Reading) capture(from, to int32) Capture {
	if !r.ascii {
		return r.subject.capture(int(from), int(to-from))
	}
	return Capture{Index: int(from), Length: int(to - from), From: int(from), To: int(to), Value: r.text[from:to]}
}
