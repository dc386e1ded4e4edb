package dotnet

import "slices"

// A scanner goes through a text once and tells where literals end; findings keep what that says of clauses.

// scanner is an Aho-Corasick automaton over the literals of all clauses, with a next state for every state and kind of unit.
type scanner struct {
	kinds  [256]uint8 // of a byte; letters have the kind of their lower case, digits that of 0; 0 is what no literal has
	width  int        // how many kinds there are
	next   []int32    // by state*width+kind: next state times width
	speaks int32      // states from here on, times width, end a literal
	says   [][]int32  // by state/width: clauses fulfilled there, of literals that end there
}

// newScanner builds the automaton of clauses.
func newScanner(clauses []clause) *scanner {
	s := &scanner{width: 1}
	for _, c := range clauses {
		for _, literal := range c {
			for i := range len(literal) {
				if b := literal[i]; s.kinds[b] == 0 {
					s.kinds[b] = uint8(s.width)
					s.width++
				}
			}
		}
	}
	for b := 'A'; b <= 'Z'; b++ {
		s.kinds[b] = s.kinds[b+'a'-'A']
	}
	for b := '1'; b <= '9'; b++ {
		s.kinds[b] = s.kinds['0']
	}
	t := s.trie(clauses)
	t.link()
	s.number(t)
	return s
}

// scannerTrie is the automaton while it is built, states in the order they were met.
type scannerTrie struct {
	width int
	next  [][]int32 // 0: none, as the root follows nothing
	says  [][]int32
	order []int32 // states by length
}

func (s *scanner) trie(clauses []clause) *scannerTrie {
	t := &scannerTrie{width: s.width}
	t.add()
	for id, c := range clauses {
		for _, literal := range c {
			state := int32(0)
			for i := range len(literal) {
				kind := s.kinds[literal[i]]
				if t.next[state][kind] == 0 {
					t.next[state][kind] = t.add()
				}
				state = t.next[state][kind]
			}
			t.says[state] = append(t.says[state], int32(id))
		}
	}
	return t
}

func (t *scannerTrie) add() int32 {
	t.next, t.says = append(t.next, make([]int32, t.width)), append(t.says, nil)
	return int32(len(t.next) - 1)
}

// link fills in where a state goes with a unit none of its literals has: where the longest end of what was read goes, whose
// literals end here, too.
func (t *scannerTrie) link() {
	fail := make([]int32, len(t.next))
	queue := []int32{0}
	for len(queue) > 0 {
		state := queue[0]
		queue = queue[1:]
		t.order = append(t.order, state)
		for kind, child := range t.next[state] {
			back := t.next[fail[state]][kind]
			if child == 0 {
				t.next[state][kind] = back
				continue
			}
			if state != 0 {
				fail[child] = back
				t.says[child] = append(t.says[child], t.says[back]...)
			}
			queue = append(queue, child)
		}
	}
}

// number lays the states out: those that end a literal last, so that one comparison tells them.
func (s *scanner) number(t *scannerTrie) {
	slices.SortStableFunc(t.order, func(a, b int32) int { return min(len(t.says[a]), 1) - min(len(t.says[b]), 1) })
	place := make([]int32, len(t.order))
	s.speaks = int32(len(t.order) * s.width)
	for at, state := range t.order {
		place[state] = int32(at * s.width)
		if len(t.says[state]) > 0 {
			s.speaks = min(s.speaks, int32(at*s.width))
		}
	}
	for _, state := range t.order {
		for _, next := range t.next[state] {
			s.next = append(s.next, place[next])
		}
		said := slices.Clone(t.says[state])
		slices.Sort(said)
		s.says = append(s.says, slices.Compact(said))
	}
}

// event is that literals end in a text: those of a state, at a place.
type event struct{ end, state int32 }

// lanes is how many parts of a text are gone through at the same time: each step waits for the one before it, so a processor has
// time for several. Shorter texts than leastShared are gone through in one.
const (
	lanes       = 4
	leastShared = 96
)

// scan gives an event for every place literals end at, part by part. A part is gone through beyond its end as far as a literal that
// began in it may reach, so there places may come twice, and behind later ones.
func (s *scanner) scan(text []byte, events *[lanes][]event) {
	for i := range events {
		events[i] = events[i][:0]
	}
	if len(text) < leastShared {
		events[0] = s.scanPart(text, 0, 0, events[0])
		return
	}
	part := len(text) / lanes
	reach := part + maxLiteral - 1
	t0, t1, t2, t3 := text[:reach], text[part:part+reach], text[2*part:2*part+reach], text[3*part:]
	s0, s1, s2, s3 := int32(0), int32(0), int32(0), int32(0)
	next, kinds, speaks := s.next, &s.kinds, s.speaks
	common := len(t3)
	c0, c1, c2 := t0[:common], t1[:common], t2[:common]
	for i, b := range t3 {
		s0 = next[int(s0)+int(kinds[c0[i]])]
		s1 = next[int(s1)+int(kinds[c1[i]])]
		s2 = next[int(s2)+int(kinds[c2[i]])]
		s3 = next[int(s3)+int(kinds[b])]
		if max(s0, s1, s2, s3) < speaks {
			continue
		}
		end := int32(i + 1)
		if s0 >= speaks {
			events[0] = append(events[0], event{end, s0})
		}
		if s1 >= speaks {
			events[1] = append(events[1], event{end + int32(part), s1})
		}
		if s2 >= speaks {
			events[2] = append(events[2], event{end + int32(2*part), s2})
		}
		if s3 >= speaks {
			events[3] = append(events[3], event{end + int32(3*part), s3})
		}
	}
	events[0] = s.scanPart(t0[common:], s0, common, events[0])
	events[1] = s.scanPart(t1[common:], s1, part+common, events[1])
	events[2] = s.scanPart(t2[common:], s2, 2*part+common, events[2])
}

// scanPart goes on in a state with a part of a text that begins at a place.
func (s *scanner) scanPart(part []byte, state int32, begin int, events []event) []event {
	next, speaks := s.next, s.speaks
	for i, b := range part {
		state = next[int(state)+int(s.kinds[b])]
		if state >= speaks {
			events = append(events, event{int32(begin + i + 1), state})
		}
	}
	return events
}

// findings are the clauses a text fulfils and the places their literals end at.
type findings struct {
	number  uint64
	clauses []int32
	known   []finding // by clause
	places  []spot
	events  [lanes][]event
}

// finding is what is known of a clause: the last text that fulfils it and the first and the last of its places.
type finding struct {
	text        uint64
	first, last int32
}

// spot is a place literals end at, and the index of the next one of the same clause.
type spot struct{ end, next int32 }

func (f *findings) init(p *Plan) { f.known = make([]finding, len(p.clauses)) }

// look goes on to a text.
func (f *findings) look(p *Plan, text []byte) {
	f.number++
	f.clauses, f.places = f.clauses[:0], f.places[:0]
	p.scanner.scan(text, &f.events)
	for _, events := range f.events {
		for _, ev := range events {
			for _, c := range p.scanner.says[int(ev.state)/p.scanner.width] {
				f.note(c, ev.end, p.clauses[c].located)
			}
		}
	}
}

// note is for a literal that ends at a place.
func (f *findings) note(c, end int32, located bool) {
	k := &f.known[c]
	fresh := k.text != f.number
	if fresh {
		k.text = f.number
		f.clauses = append(f.clauses, c)
	}
	if !located {
		return
	}
	at := int32(len(f.places))
	f.places = append(f.places, spot{end, none})
	switch {
	case fresh:
		k.first, k.last = at, at
	case f.places[k.last].end < end:
		f.places[k.last].next = at
		k.last = at
	default:
		f.insert(k, at)
	}
}

// insert puts a place before the last one, in order.
func (f *findings) insert(k *finding, at int32) {
	to := &k.first
	for f.places[*to].end < f.places[at].end {
		to = &f.places[*to].next
	}
	if f.places[*to].end > f.places[at].end {
		f.places[at].next, *to = *to, at
	}
}

// has reports whether the text fulfils a clause.
func (f *findings) has(c int32) bool { return f.known[c].text == f.number }

// first gives the first place of a clause the text fulfils.
func (f *findings) first(c int32) int32 { return f.known[c].first }

// ends reports whether a literal ends between two places, from that of an index on.
func (f *findings) ends(at, least, most int32) bool {
	for ; at != none; at = f.places[at].next {
		if end := f.places[at].end; end >= least {
			return end <= most
		}
	}
	return false
}

// appendLowered appends a text with characters beyond ASCII as the scanner looks through it.
func appendLowered(to []byte, units []uint16) []byte {
	for _, unit := range units {
		to = append(to, lowerUnit(unit))
	}
	return to
}
