package dotnet

import "slices"

// scanner is an Aho-Corasick automaton over the literals of all clauses, with a next state for every state and kind of unit. It
// tells in one pass over a text which clauses the text fulfils.
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

// scan adds an event for every place text[from:to] has literals end at.
func (s *scanner) scan(text []byte, from, to int, events []event) []event {
	state, next, speaks := int32(0), s.next, s.speaks
	for i, b := range text[from:to] {
		state = next[int(state)+int(s.kinds[b])]
		if state >= speaks {
			events = append(events, event{int32(from + i + 1), state})
		}
	}
	return events
}

// findings are the clauses a text fulfils and the places their literals begin at.
type findings struct {
	number  uint64
	clauses []int32
	known   []finding // by clause
	places  []spot
	events  []event
}

// finding is what is known of a clause: the last text that fulfils it and the first and the last of its places.
type finding struct {
	text        uint64
	first, last int32
}

// spot is a place, and the index of the next one of the same clause.
type spot struct{ at, next int32 }

func (f *findings) init(p *Plan) { f.known = make([]finding, len(p.clauses)) }

// look goes on to a text.
func (f *findings) look(p *Plan, text []byte) {
	f.number++
	f.clauses, f.places = f.clauses[:0], f.places[:0]
	f.events = p.scanner.scan(text, 0, len(text), f.events[:0])
	for _, ev := range f.events {
		for _, c := range p.scanner.says[int(ev.state)/p.scanner.width] {
			f.note(c, ev.end, p.clauses[c].length)
		}
	}
}

// note is for a literal that ends at a place; length is 0 where places are not kept.
func (f *findings) note(c, end int32, length int) {
	k := &f.known[c]
	fresh := k.text != f.number
	if fresh {
		k.text, k.first = f.number, none
		f.clauses = append(f.clauses, c)
	}
	if length == 0 {
		return
	}
	at := int32(len(f.places))
	f.places = append(f.places, spot{end - int32(length), none})
	if fresh {
		k.first = at
	} else {
		f.places[k.last].next = at
	}
	k.last = at
}

// has reports whether the text fulfils a clause.
func (f *findings) has(c int32) bool { return f.known[c].text == f.number }

// first gives the first place of a clause the text fulfils.
func (f *findings) first(c int32) int32 { return f.known[c].first }

// begins reports whether a literal of a clause begins at a place.
func (f *findings) begins(c, place int32) bool {
	for at := f.first(c); at != none; at = f.places[at].next {
		if f.places[at].at == place {
			return true
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
