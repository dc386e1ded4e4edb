package hazard

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// ring is a part of the graph that leads back to itself within a scope which has a choice in it: a loop of the expression, or the
// search that begins at every place.
type ring struct {
	scope     int
	component []int // of all states, within the scope
	number    int
	states    []int
	heads     []int // states every round comes through one of
	loop      int   // the outermost, or none for the search
}

func (r *ring) holds(state int) bool { return r.component[state] == r.number }

// rings gives all of them, the search first.
func (f *finder) rings() []*ring {
	var all []*ring
	for s := range f.scopes {
		component := f.components(s)
		known := map[int]*ring{}
		choice := map[*ring]bool{}
		for i := range f.states {
			if component[i] == none || f.states[i].node != nil && f.states[i].node.Kind == syntax.Backreference {
				continue
			}
			r := known[component[i]]
			if r == nil {
				r = &ring{scope: s, component: component, number: component[i], loop: none}
				known[r.number] = r
				all = append(all, r)
			}
			r.states = append(r.states, i)
			for _, w := range f.states[i].ways {
				if !r.holds(w.to) || !f.within(w.apex, s) {
					continue
				}
				choice[r] = choice[r] || w.apex == s
				r.loop = f.outer(r.loop, w.loop)
				if w.loop != none || w.to == searchState {
					r.heads = append(r.heads, w.to)
				}
			}
		}
		all = slices.DeleteFunc(all, func(r *ring) bool { return r.scope == s && !choice[r] })
	}
	for _, r := range all {
		slices.Sort(r.heads)
		r.heads = slices.Compact(r.heads)
	}
	return all
}

// link is chance to hand over: while one ring goes on over a word, a way leads from it to another ring that goes on over it, too (the
// IDA criterion of Weber and Seidl). The engine then tries every place in a text of that word to hand over at.
type link struct {
	from, to *ring
	word     []letter
}

// maxWord is how long the word of a link may get, and maxWords how many words are looked at for longer chains.
const (
	maxWord  = 48
	maxWords = 60
)

// polynomial looks for chains of rings that all go on over one word.
func (f *finder) polynomial() {
	rings := f.rings()
	var words [][]letter
	for l := range f.units {
		words = append(words, []letter{letter(l)})
	}
	linked := map[[2]*ring]bool{}
	for _, w := range words {
		f.chains(rings, w, linked)
	}
	links := f.links(rings, linked)
	words = nil
	for _, a := range links {
		words = append(words, a.word)
	}
	for _, a := range links {
		for _, b := range links {
			if a.to == b.from {
				words = append(words, slices.Concat(a.word, b.word))
			}
		}
	}
	for i, w := range words {
		if i < maxWords && f.work > 0 {
			f.chains(rings, w, linked)
		}
	}
	slices.SortStableFunc(f.found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(b.degree, a.degree), cmp.Compare(len(a.pump), len(b.pump)))
	})
}

// place is a state of a ring in which it goes on over a word.
type place struct {
	*ring
	state int
	orbit map[int]bool // states that the word, once or more, leads to within the ring's scope
}

// chains adds the chains over a word.
func (f *finder) chains(rings []*ring, word []letter, linked map[[2]*ring]bool) {
	var places []*place
	last := word[len(word)-1]
	for _, r := range rings {
		for _, i := range r.heads {
			if !f.states[i].letters.has(last) {
				continue
			}
			if p := (&place{r, i, f.orbit(i, r.scope, word)}); p.orbit[i] {
				places = append(places, p)
				break
			}
		}
	}
	if len(places) < 2 {
		return
	}
	longest := map[*place][]*place{}
	var from func(p *place) []*place
	from = func(p *place) []*place {
		if chain, known := longest[p]; known {
			return chain
		}
		longest[p] = []*place{p}
		chain := longest[p]
		for _, q := range places {
			if !f.handsOver(p, q) {
				continue
			}
			linked[[2]*ring{p.ring, q.ring}] = true
			if rest := from(q); len(rest)+1 > len(chain) && !slices.Contains(rest, p) {
				chain = append([]*place{p}, rest...)
			}
		}
		longest[p] = chain
		return chain
	}
	for _, p := range places {
		f.addChain(from(p), word)
		for _, q := range places {
			if f.handsOver(p, q) && !slices.Contains(from(q), p) {
				f.addChain(append([]*place{p}, from(q)...), word)
			}
		}
	}
}

// handsOver reports whether a ring's scope has the choice at which place to go on with another ring, and may have to try them all.
func (f *finder) handsOver(p, q *place) bool {
	return p.ring != q.ring && p.state != q.state && p.orbit[q.state] && f.within(q.scope, p.scope) &&
		!f.states[q.state].always(p.scope)
}

func (f *finder) addChain(chain []*place, word []letter) {
	if len(chain) < 2 {
		return
	}
	c := candidate{kind: Polynomial, degree: len(chain), scope: chain[len(chain)-2].scope, state: chain[len(chain)-1].state, pump: word}
	if first := chain[0].state; first != searchState {
		c.prefix, _ = f.path(startState, first, func(*way) bool { return true })
	}
	for _, p := range chain {
		if p.state != searchState {
			node := f.loops[p.loop]
			c.parts, c.counted = append(c.parts, node), c.counted || isCounted(node)
		}
	}
	for i, known := range f.found {
		if known.kind == Polynomial && known.degree == c.degree && slices.Equal(known.parts, c.parts) {
			if len(c.pump) < len(known.pump) {
				f.found[i] = c
			}
			return
		}
	}
	f.found = append(f.found, c)
}

// orbit gives the states that a word, read once or more, leads to from a state within a scope.
func (f *finder) orbit(from, scope int, word []letter) map[int]bool {
	type spot struct{ state, at int }
	seen := map[spot]bool{}
	todo := []spot{{from, 0}}
	orbit := map[int]bool{}
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		before := f.kinds[word[(s.at+len(word)-1)%len(word)]]
		next := word[s.at]
		for _, w := range f.states[s.state].ways {
			if !f.states[w.to].letters.has(next) || !f.within(w.apex, scope) || !w.when.holds(before, f.kinds[next]) {
				continue
			}
			n := spot{w.to, (s.at + 1) % len(word)}
			if seen[n] {
				continue
			}
			seen[n] = true
			todo = append(todo, n)
			if n.at == 0 {
				orbit[n.state] = true
			}
		}
	}
	return orbit
}

// links looks for words over which one ring hands over to another, where no single letter is one.
func (f *finder) links(rings []*ring, linked map[[2]*ring]bool) []link {
	var links []link
	for _, r := range rings {
		reached := f.reached(r)
		for _, s := range rings {
			if r == s || linked[[2]*ring{r, s}] || !f.within(s.scope, r.scope) || f.work <= 0 {
				continue
			}
			if !slices.ContainsFunc(s.states, func(i int) bool { return reached[i] }) {
				continue
			}
			if word := f.handover(r, s); word != nil {
				links = append(links, link{r, s, word})
			}
		}
	}
	return links
}

// reached gives the states a ring leads to within its scope.
func (f *finder) reached(r *ring) map[int]bool {
	seen := map[int]bool{}
	todo := slices.Clone(r.states)
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, w := range f.states[i].ways {
			if !seen[w.to] && f.within(w.apex, r.scope) {
				seen[w.to] = true
				todo = append(todo, w.to)
			}
		}
	}
	return seen
}

// triple is three ways over the same text: one stays in a ring, one leads from it to another ring, one stays there.
type triple struct {
	stay, cross, there int
	before             kind
}

// handover gives a shortest word over which a ring hands over to another, or nil.
func (f *finder) handover(r, s *ring) []letter {
	for _, p := range r.heads {
		for _, q := range s.heads {
			if f.states[q].always(r.scope) {
				continue
			}
			for k := range kindCount {
				if word := f.triples(r, s, triple{p, p, q, k}); word != nil {
					return word
				}
				if !f.told {
					break
				}
			}
		}
	}
	return nil
}

func (f *finder) triples(r, s *ring, start triple) []letter {
	type step struct {
		triple
		from, length int
		letter       letter
	}
	goal := triple{start.stay, start.there, start.there, start.before}
	steps := []step{{triple: start, from: none}}
	seen := map[triple]bool{start: true}
	for at := 0; at < len(steps); at++ {
		t := steps[at]
		if t.triple == goal {
			var word []letter
			for ; at != 0; at = steps[at].from {
				word = append(word, steps[at].letter)
			}
			slices.Reverse(word)
			return word
		}
		if t.length == maxWord {
			break
		}
		f.three(r, s, t.triple, func(n triple, l letter) {
			if !seen[n] {
				seen[n] = true
				steps = append(steps, step{n, at, t.length + 1, l})
			}
		})
		if f.work <= 0 {
			break
		}
	}
	return nil
}

// three takes all three ways one letter on.
func (f *finder) three(r, s *ring, t triple, visit func(triple, letter)) {
	both := make(letters, len(f.all))
	all := make(letters, len(f.all))
	for _, u := range f.states[t.stay].ways {
		if !r.holds(u.to) || !f.within(u.apex, r.scope) {
			continue
		}
		for _, w := range f.states[t.there].ways {
			if !s.holds(w.to) || !f.within(w.apex, s.scope) || f.spent(1) {
				continue
			}
			if !both.and(f.states[u.to].letters, f.states[w.to].letters) {
				continue
			}
			for _, v := range f.states[t.cross].ways {
				if f.spent(1) || !f.within(v.apex, r.scope) || !all.and(both, f.states[v.to].letters) {
					continue
				}
				done := [kindCount]bool{}
				all.each(all, func(l letter) bool {
					k := f.kinds[l]
					if !done[k] && u.when.holds(t.before, k) && v.when.holds(t.before, k) && w.when.holds(t.before, k) {
						done[k] = true
						visit(triple{u.to, v.to, w.to, k}, l)
					}
					return true
				})
			}
		}
	}
}

// String names a candidate for tests that fail.
func (c *candidate) String() string {
	return fmt.Sprintf("%s of degree %d in scope %d", c.kind, c.degree, c.scope)
}
