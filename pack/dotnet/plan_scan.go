package dotnet

import (
	"slices"
	"strings"
)

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

// scan calls say with the clauses of every literal that is found, some more than once.
func (s *scanner) scan(text string, say func([]int32)) {
	state, next, speaks := int32(0), s.next, s.speaks
	for i := range len(text) {
		state = next[int(state)+int(s.kinds[text[i]])]
		if state >= speaks {
			say(s.says[int(state)/s.width])
		}
	}
}

// lowered gives a text with characters beyond ASCII as the scanner looks through it.
func lowered(s *Subject) string {
	var b strings.Builder
	for _, unit := range s.units {
		b.WriteByte(lowerUnit(uint16(unit)))
	}
	return b.String()
}
