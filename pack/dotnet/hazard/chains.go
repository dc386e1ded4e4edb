package hazard

import (
	"cmp"
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
	f.work = maxLinkWork
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
		if i < maxWords {
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
	orbit bitset[int] // states that the word, once or more, leads to within the ring's scope
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
			if orbit := f.orbit(i, r.scope, word); orbit != nil {
				places = append(places, &place{r, i, orbit})
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
	return p.ring != q.ring && p.state != q.state && p.orbit.has(q.state) && f.within(q.scope, p.scope) &&
		!f.states[q.state].always(p.scope)
}

func (f *finder) addChain(chain []*place, word []letter) {
	if len(chain) < 2 {
		return
	}
	c := candidate{kind: Polynomial, degree: len(chain), scope: chain[len(chain)-2].scope, pump: root(word),
		first: chain[0].state, last: chain[len(chain)-1].state}
	for _, p := range chain {
		if p.state != searchState {
			node := f.loops[p.loop]
			c.parts, c.doubted = append(c.parts, node), c.doubted || isCounted(node)
		}
	}
	c.spread = chain[len(chain)-1].orbit.len()
	for i, known := range f.found {
		if known.kind == Polynomial && known.degree == c.degree && slices.Equal(known.parts, c.parts) && !f.everyWord {
			if cmp.Or(cmp.Compare(c.spread, known.spread), cmp.Compare(len(c.pump), len(known.pump))) < 0 {
				f.found[i] = c
			}
			return
		}
	}
	f.found = append(f.found, c)
}

// orbit gives the states that a word, read once or more, leads to from a state within a scope; nil when it does not lead back to it.
func (f *finder) orbit(from, scope int, word []letter) bitset[int] {
	n := len(word)
	if len(f.stamps) < len(f.states)*n {
		f.stamps = make([]int, len(f.states)*n)
	}
	f.stamp++
	todo := []int{from * n} // state and place in the word
	var ends []int
	back := false
	for len(todo) > 0 {
		state, at := todo[len(todo)-1]/n, todo[len(todo)-1]%n
		todo = todo[:len(todo)-1]
		before, next := f.kinds[word[(at+n-1)%n]], word[at]
		for i := range f.states[state].ways {
			w := &f.states[state].ways[i]
			to := w.to*n + (at+1)%n
			if !f.states[w.to].letters.has(next) || f.stamps[to] == f.stamp || !f.within(w.apex, scope) ||
				!w.when.holds(before, f.kinds[next]) {
				continue
			}
			f.stamps[to] = f.stamp
			todo = append(todo, to)
			if at+1 == n {
				ends = append(ends, w.to)
				back = back || w.to == from
			}
		}
	}
	if !back {
		return nil
	}
	orbit := make(bitset[int], len(f.states)/64+1)
	for _, i := range ends {
		orbit.add(i)
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
