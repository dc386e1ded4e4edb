package hazard

import "slices"

// maxSuffixes is how many endings of an attack are tried.
const maxSuffixes = 16

// suffixes gives what an attack may end in so that there is no match, which makes the engine try all ways: what fails by the
// automaton first, then single letters, since the automaton does not follow all that may fail.
func (p *prover) suffixes() [][]letter {
	var all [][]letter
	add := func(word []letter) {
		if !slices.ContainsFunc(all, func(w []letter) bool { return slices.Equal(w, word) }) {
			all = append(all, word)
		}
	}
	everything := p.after(map[int]bool{startState: true}, slices.Concat(p.prefix, p.pump, p.pump), other)
	for _, from := range []map[int]bool{everything, {p.last: true}} {
		failing := 0
		for _, word := range p.endings() {
			if failing < maxSuffixes/3 && p.fails(from, word) {
				failing++
				add(word)
			}
		}
	}
	for _, word := range p.endings() {
		if len(all) < maxSuffixes && len(word) < 2 {
			add(word)
		}
	}
	return all
}

// endings are the words that may end an attack: each letter, none, and two letters.
func (p *prover) endings() [][]letter {
	const few = 12
	var all [][]letter
	for l := range p.graph.units {
		all = append(all, []letter{letter(l)})
	}
	// Marks are the likeliest to fail.
	order := func(w []letter) int {
		if rank(p.graph.units[w[0]]) == mark {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(all, func(a, b []letter) int { return order(a) - order(b) })
	single := all
	all = append(all, nil)
	for _, a := range single[:min(few, len(single))] {
		for _, b := range single[:min(few, len(single))] {
			all = append(all, slices.Concat(a, b))
		}
	}
	return all
}

// after gives the states a word leads to.
func (g *graph) after(from map[int]bool, word []letter, before kind) map[int]bool {
	for _, l := range word {
		next := map[int]bool{}
		for i := range from {
			for _, w := range g.states[i].ways {
				if g.states[w.to].letters.has(l) && (i == startState || w.when.holds(before, g.kinds[l])) {
					next[w.to] = true
				}
			}
		}
		from, before = next, g.kinds[l]
	}
	return from
}

// fails reports whether the end of the candidate's scope is never reached when a word follows the pump and ends the text.
func (p *prover) fails(from map[int]bool, word []letter) bool {
	before := p.kinds[p.pump[len(p.pump)-1]]
	for n := 0; ; n++ {
		for i := range from {
			for _, e := range p.states[i].ends {
				if e.scope == p.scope && p.mayEnd(e.when, before, word[n:]) {
					return false
				}
			}
		}
		if n == len(word) {
			return true
		}
		from = p.after(from, word[n:n+1], before)
		before = p.kinds[word[n]]
	}
}

// mayEnd reports whether a condition may hold before the rest of a text.
func (p *prover) mayEnd(when condition, before kind, rest []letter) bool {
	if when&atEnd != 0 {
		return len(rest) == 0 || len(rest) == 1 && p.graph.units[rest[0]] == '\n'
	}
	if len(rest) == 0 {
		return when&^beforeLine == 0 || (when&^(beforeLine|uncertain)).holds(before, other)
	}
	return (when &^ uncertain).holds(before, p.kinds[rest[0]])
}
