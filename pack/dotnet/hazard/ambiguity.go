package hazard

import (
	"slices"

	"github.com/kpgen/kpgen/pack/dotnet"
	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// candidate is a part of an expression that can be matched in many ways, by the automaton.
type candidate struct {
	kind    Kind
	degree  int // polynomial
	scope   int // whose end must not be reached for all ways to be tried
	first   int // state from which the pump leads back to itself; of a chain the first one
	last    int // of a chain the last one
	pump    []letter
	spread  int            // polynomial: how many states the pump leads to; the fewer, the likelier no way ends in a match
	parts   []*syntax.Node // the repetitions, in the order of the search; without the search itself
	doubted bool           // one of them has an upper bound, or may end whatever follows: it may do no harm
}

// finder looks for candidates in a graph.
type finder struct {
	*graph
	work  int // left
	found []candidate
	// everyWord keeps the chains over every word: which of them makes the engine look at all is not known here.
	everyWord bool
	stamps    []int // of what was visited in the present orbit: stamp
	stamp     int
}

// Bounds on the work, in steps from pair to pair of states. The search for words of several letters over which repetitions hand
// over to one another is given up quietly when its share is spent: it is a search for the rarer half of the polynomial cases, and
// most of it finds nothing.
const (
	maxWork     = 6_000_000 // for what is exponential
	maxLinkWork = 500_000   // for all words of several letters, and
	maxPairWork = 100_000   // for those of two repetitions
)

// spent counts work and reports whether there is none left.
func (f *finder) spent(n int) bool {
	f.work -= n
	return f.work < 0
}

// find gives the candidates of a graph; whole is false when the work was broken off. With everyWord there is a candidate for each
// word that a chain goes on over, not only for a short one.
func find(g *graph, everyWord bool) (found []candidate, whole bool) {
	f := &finder{graph: g, work: maxWork, everyWord: everyWord}
	for s := range g.scopes {
		f.exponential(s)
	}
	whole = f.work >= 0
	f.polynomial()
	return f.found, whole
}

// pair is two places of one search in which two ways stand after the same text; before is the kind of its last letter.
type pair struct {
	a, b   int
	before kind
}

// trace is how a pair was come to.
type trace struct {
	pair
	from   int // place in the list of traces, or none
	origin int // the state where the two parted
	letter letter
	loop   int // the outermost loop begun anew by either way
}

// maxWitnesses is how many words are tried for one ambiguous loop.
const maxWitnesses = 6

// exponential looks for states from which two different paths lead back to them over one word (the EDA criterion of Weber and
// Seidl). The two must part where the scope itself has the choice.
func (f *finder) exponential(scope int) {
	component := f.components(scope)
	type leaver struct {
		*leaving
		component int
	}
	seen := map[leaver]bool{}
	parting := map[int][]int{} // component to the states where two ways may part
	for i, s := range f.states {
		l := leaver{s.leaving, component[i]}
		if l.component == none || seen[l] {
			continue
		}
		seen[l] = true
		parting[l.component] = append(parting[l.component], i)
	}
	for c := range len(f.states) {
		if states, ok := parting[c]; ok {
			f.component(scope, component, c, states)
		}
	}
}

func (f *finder) component(scope int, component []int, c int, states []int) {
	e := &eda{finder: f, scope: scope, component: component, number: c, seen: map[pair]bool{}, met: map[int]bool{}, harmless: true}
	for i := range f.states {
		e.harmless = e.harmless && (component[i] != c || f.states[i].always(scope))
	}
	for _, i := range states {
		e.part(i)
	}
	for at := 0; at < len(e.traces) && len(e.met) < maxWitnesses && f.work >= 0; at++ {
		e.follow(at)
	}
}

// eda is the search for a state where two ways that parted meet again.
type eda struct {
	*finder
	scope     int
	component []int
	number    int
	traces    []trace
	seen      map[pair]bool
	met       map[int]bool
	harmless  bool // all states may end whatever follows: the first way is the last
}

// stays reports whether a way stays in the component.
func (e *eda) stays(w *way) bool {
	return e.component[w.to] == e.number && e.within(w.apex, e.scope)
}

// part notes all pairs that two ways out of a state lead to.
func (e *eda) part(i int) {
	s := &e.states[i]
	var ways []*way
	for j := range s.ways {
		if w := &s.ways[j]; w.apex == e.scope && e.stays(w) {
			ways = append(ways, w)
		}
	}
	start := trace{from: none, origin: i, loop: none}
	for j, v := range ways {
		if v.many {
			e.step(start, i, i, v, v)
		}
		if e.spent(len(ways) - j) {
			return
		}
		for _, w := range ways[j+1:] {
			if e.chosen(v, w) {
				e.step(start, i, i, v, w)
			}
		}
	}
}

// chosen reports whether the scope has the choice between two ways: they do not lead into the same scope within it.
func (e *eda) chosen(v, w *way) bool {
	a := e.child(e.states[v.to].scope, e.scope)
	return a == none || a != e.child(e.states[w.to].scope, e.scope) || v.loop != w.loop
}

// step takes two ways at once, over every letter that matters.
func (e *eda) step(t trace, a, b int, v, w *way) {
	before := [kindCount]bool{}
	if t.from == none {
		e.states[a].letters.each(e.all, func(l letter) bool {
			before[e.kinds[l]] = true
			return true
		})
	} else {
		before[t.before] = true
	}
	after := [kindCount]bool{}
	e.states[v.to].letters.each(e.states[w.to].letters, func(l letter) bool {
		k := e.kinds[l]
		if after[k] {
			return true
		}
		for b := range kindCount {
			if before[b] && v.when.holds(b, k) && w.when.holds(b, k) {
				after[k] = true
				next := trace{pair{v.to, w.to, k}, t.from, t.origin, l, e.outer(t.loop, e.outer(v.loop, w.loop))}
				e.come(next)
				break
			}
		}
		return true
	})
}

// outer gives the outer one of two loops.
func (g *graph) outer(a, b int) int {
	if a == none || b != none && g.depths[b] < g.depths[a] {
		return b
	}
	return a
}

// come notes that two ways come to a pair, and that they meet when it is one state.
func (e *eda) come(t trace) {
	if t.a > t.b {
		t.a, t.b = t.b, t.a
	}
	if t.a == t.b {
		if !e.met[t.a] && len(e.met) < maxWitnesses {
			e.met[t.a] = true
			e.meet(t)
		}
		return
	}
	if e.seen[t.pair] || e.spent(1) {
		return
	}
	e.seen[t.pair] = true
	e.traces = append(e.traces, t)
}

// follow takes both ways of a pair on.
func (e *eda) follow(at int) {
	t := e.traces[at]
	t.from = at
	for i := range e.states[t.a].ways {
		v := &e.states[t.a].ways[i]
		if !e.stays(v) {
			continue
		}
		for j := range e.states[t.b].ways {
			if e.spent(1) {
				return
			}
			if w := &e.states[t.b].ways[j]; e.stays(w) {
				e.step(t, t.a, t.b, v, w)
			}
		}
	}
}

// meet makes a candidate of two ways that parted and meet again: they read one word, and another leads back to where they parted.
func (e *eda) meet(last trace) {
	if e.harmless {
		return
	}
	pump := []letter{last.letter}
	for t := last; t.from != none; {
		t = e.traces[t.from]
		pump = append(pump, t.letter)
	}
	slices.Reverse(pump)
	loop := last.loop
	if last.a != last.origin {
		back, through := e.path(last.a, last.origin, func(w *way) bool { return e.stays(w) })
		pump, loop = append(pump, back...), e.outer(loop, through)
	}
	node := e.loops[loop]
	e.found = append(e.found, candidate{kind: Exponential, scope: e.scope, first: last.origin, last: last.origin, pump: root(pump),
		parts: []*syntax.Node{node}, doubted: isCounted(node) || e.states[last.origin].always(e.scope)})
}

// root gives the shortest word that a word repeats: texts can then be made longer in smaller steps.
func root(word []letter) []letter {
	for n := 1; n <= len(word)/2; n++ {
		if len(word)%n == 0 && slices.Equal(word[n:], word[:len(word)-n]) {
			return word[:n]
		}
	}
	return word
}

// isCounted reports whether a repetition has an upper bound.
func isCounted(repeat *syntax.Node) bool {
	if repeat.Kind != syntax.Repeat {
		return false
	}
	_, _, most := dotnet.Loop(repeat)
	return most != syntax.Unlimited
}

// always reports whether the end of a scope can be reached from here whatever comes.
func (l *leaving) always(scope int) bool {
	return slices.ContainsFunc(l.ends, func(e end) bool { return e.scope == scope && e.when == 0 })
}

// path gives the letters of a shortest path from a state to another over the ways that are allowed, and the outermost loop begun
// anew on it. There is one.
func (g *graph) path(from, to int, allowed func(*way) bool) (word []letter, loop int) {
	type place struct {
		state  int
		before kind
	}
	type step struct {
		from   int
		letter letter
		loop   int
		place
	}
	steps := []step{}
	seen := map[place]bool{}
	some := make(letters, len(g.all))
	grow := func(at int, p place) bool {
		for i := range g.states[p.state].ways {
			w := &g.states[p.state].ways[i]
			if !allowed(w) {
				continue
			}
			for k := range kindCount {
				next := place{w.to, k}
				if seen[next] || !some.and(g.states[w.to].letters, g.ofKind[k]) || p.state != startState && !w.when.holds(p.before, k) {
					continue
				}
				seen[next] = true
				steps = append(steps, step{at, some.first(), w.loop, next})
				if w.to == to {
					return true
				}
			}
		}
		return false
	}
	arrived := false
	for k := range kindCount {
		if arrived = arrived || grow(none, place{from, k}); arrived || from == startState {
			break
		}
	}
	for at := 0; at < len(steps) && !arrived; at++ {
		arrived = grow(at, steps[at].place)
	}
	loop = none
	if !arrived {
		return nil, none
	}
	for at := len(steps) - 1; at != none; at = steps[at].from {
		word = append(word, steps[at].letter)
		loop = g.outer(loop, steps[at].loop)
	}
	slices.Reverse(word)
	return word, loop
}
