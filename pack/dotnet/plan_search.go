package dotnet

import (
	"errors"
	"slices"
)

// A search for the first match of an expression goes through its ways. One that begins where the text does is gone on with from each
// end of its stem; any other is tried from the places its literal or mark shows, in ascending order, or from all.

// lane is a text in units of one width, with what is known of it.
type lane[E unit] struct {
	plan    *Plan
	reading *Reading
	text    []E
	oneLine bool
	clock   clock
	ends    []ends[E] // by stem
	scratch machine[E]
}

// ends is where a stem ends in a text, as far as known.
type ends[E unit] struct {
	number  uint64
	known   []int32
	asked   int // how many ends of the parent were gone on from
	running bool
	over    bool // all are known
	unclean bool // a capture is kept that the expression refers to
	machine machine[E]
}

var errUnclean = errors.New("a stem keeps captures")

func (l *lane[E]) init(r *Reading) {
	l.plan, l.reading, l.ends = r.plan, r, make([]ends[E], len(r.plan.stems))
	l.scratch.clock = &l.clock
	for i := range l.ends {
		l.ends[i].machine.clock = &l.clock
	}
}

// search finds the first match: from where to where, or none when there is none or an error. The scratch machine holds its
// captures when they are wanted.
func (l *lane[E]) search(e *planned, captures bool) (from, to int32, err error) {
	l.clock.start(e.timeout)
	l.scratch.text, l.scratch.oneLine = l.text, l.oneLine
	for _, w := range e.ways {
		if l.reading.readyWays[w.id] < l.reading.number {
			continue
		}
		if !w.anchored {
			return l.searchAll(e, w, captures)
		}
		if !mayBegin(e, l.text, 0) {
			continue
		}
		to, err := l.goOn(w, captures)
		if err == errUnclean {
			to, err = l.scratch.start(e.whole.get(), 0)
		}
		if to != none || err != nil {
			return either(to == none, int32(none), 0), to, err
		}
	}
	return none, none, nil
}

// mayBegin reports whether .NET looks for a match at a position.
func mayBegin[E unit](e *planned, text []E, pos int32) bool {
	return e.first == nil || int(pos) < len(text) && has(e.first, text[pos])
}

// searchAll tries a way from each place a match may begin at.
func (l *lane[E]) searchAll(e *planned, w *way, captures bool) (from, to int32, err error) {
	t := try[E]{lane: l, e: e, w: w, part: w.match}
	if captures {
		t.part = w.find
	}
	switch {
	case w.place.mark != none:
		return t.marks(E(w.place.mark))
	case w.place.clause == none:
		return t.between(0, len(l.text))
	}
	found := &l.reading.found
	for at := found.first(w.place.clause); at != none; at = found.places[at].next {
		if from, to, err = t.before(int(found.places[at].end)); from != none || err != nil {
			return from, to, err
		}
	}
	return none, none, nil
}

// try is a way tried from places in ascending order.
type try[E unit] struct {
	lane *lane[E]
	e    *planned
	w    *way
	part *swiftPart
	next int // the first place not tried yet
}

// marks tries the places before each of the marks.
func (t *try[E]) marks(mark E) (from, to int32, err error) {
	text := t.lane.text
	for end := 0; ; {
		next := slices.Index(text[end:], mark)
		if next < 0 {
			return none, none, nil
		}
		end += next + 1
		if from, to, err = t.before(end); from != none || err != nil {
			return from, to, err
		}
	}
}

// before tries the places before the end of a literal or mark.
func (t *try[E]) before(end int) (from, to int32, err error) {
	at := &t.w.place
	last := min(end-at.least, len(t.lane.text))
	if at.run == nil {
		return t.between(max(end-at.most, 0), last)
	}
	first := last
	for first > t.next && has(at.run, t.lane.text[first-1]) {
		first--
	}
	return t.between(first, last)
}

// between tries the places from one to another.
func (t *try[E]) between(first, last int) (from, to int32, err error) {
	text, machine, run := t.lane.text, &t.lane.scratch, t.w.lead.run
	place := max(first, t.next)
	for ; place <= last; place++ {
		pos := int32(place)
		if !holds(&t.part.enter, text, pos) || !mayBegin(t.e, text, pos) || t.w.lead.boundary && !machine.boundary(pos) {
			continue
		}
		to, err := machine.start(t.part.get(), pos)
		if err != nil {
			return none, none, err
		}
		if to != none {
			return pos, to, nil
		}
		for run != nil && place < len(text) && has(run, text[place]) {
			place++
		}
	}
	t.next = max(place, t.next)
	return none, none, nil
}

// goOn runs what is left of a way from each end of its stem and gives the first end of a match.
func (l *lane[E]) goOn(w *way, captures bool) (int32, error) {
	part := w.match
	if captures {
		part = w.find
		if w.captured {
			return none, errUnclean
		}
	}
	known := &l.ends[w.stem]
	for n := 0; ; n++ {
		var pos int32
		if known.number == l.reading.number && n < len(known.known) {
			pos = known.known[n]
		} else {
			var err error
			if pos, err = l.end(w.stem, n); pos == none || err != nil {
				return none, err
			}
		}
		if !l.placed(w, pos) || !holds(&part.enter, l.text, pos) {
			continue
		}
		if to, err := l.scratch.start(part.get(), pos); to != none || err != nil {
			return to, err
		}
	}
}

// placed reports whether a literal stands where what is left of a way needs one.
func (l *lane[E]) placed(w *way, pos int32) bool {
	at := &w.place
	if at.clause == none {
		return true
	}
	least, most := pos+int32(at.least), pos+int32(at.most)
	first := l.reading.found.places[l.reading.found.first(at.clause)]
	return first.end >= least && first.end <= most || first.end < least && l.reading.found.ends(first.next, least, most)
}

// end gives the nth place a stem ends at, or none.
func (l *lane[E]) end(at, n int) (int32, error) {
	if at == root {
		return either(n == 0, int32(0), none), nil
	}
	s := &l.ends[at]
	if s.number != l.reading.number {
		s.number, s.known, s.asked, s.running, s.over, s.unclean = l.reading.number, s.known[:0], 0, false, false, false
		s.machine.text, s.machine.oneLine = l.text, l.oneLine
	}
	for len(s.known) <= n && !s.over && !s.unclean {
		if err := l.advance(s, &l.plan.stems[at]); err != nil {
			s.number = 0 // what is known is not to be gone on with: another search begins anew
			return none, err
		}
	}
	switch {
	case n < len(s.known):
		return s.known[n], nil
	case s.unclean:
		return none, errUnclean
	}
	return none, nil
}

// advance looks for one more end of a stem.
func (l *lane[E]) advance(s *ends[E], st *stem) error {
	pos, err := l.another(s, st)
	if err != nil || pos == none {
		return err
	}
	for _, slot := range st.part.get().state {
		s.unclean = s.unclean || s.machine.last[slot] != none
	}
	if !s.unclean && holds(&st.follow, l.text, pos) {
		s.known = append(s.known, pos)
	}
	return nil
}

// another gives the stem's next end from where its machine stands or from the parent's next end; none when that led to none.
func (l *lane[E]) another(s *ends[E], st *stem) (int32, error) {
	if s.running {
		pos, err := s.machine.next()
		s.running = pos != none
		return pos, err
	}
	from, err := l.end(st.parent, s.asked)
	if err != nil {
		if err == errUnclean {
			s.unclean, err = true, nil
		}
		return none, err
	}
	s.asked++
	if s.over = from == none; s.over || !holds(&st.part.enter, l.text, from) {
		return none, nil
	}
	pos, err := s.machine.start(st.part.get(), from)
	s.running = pos != none
	return pos, err
}
