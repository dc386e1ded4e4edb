package hazard

import "slices"

// duo is two rings that read the same text, one of which may hand over to the other. Where there is a word for one pair of their
// states over which it does, there is one for every pair that this one leads to and is led back to from: it is enough to look from
// one of them.
type duo struct {
	*finder
	r, s    *ring
	rs, ss  steering
	seen    []bool // of pairs
	closed  []bool // of pairs: they lead back to the pair that is looked at
	crosses map[int][]*way
	reaches []bool // of states: they lead to ring s within the scope of ring r
	floor   int    // of the work left, at which to give up
}

// steering is a ring's states, numbered, and the ways between them.
type steering struct {
	states []int
	number map[int]int
	ways   [][]*way
}

func (f *finder) steering(r *ring) steering {
	s := steering{states: r.states, number: map[int]int{}, ways: make([][]*way, len(r.states))}
	for n, i := range r.states {
		s.number[i] = n
	}
	shared := map[*leaving][]*way{}
	for n, i := range r.states {
		l := f.states[i].leaving
		ways, ok := shared[l]
		if !ok {
			for j := range l.ways {
				if w := &l.ways[j]; r.holds(w.to) && f.within(w.apex, r.scope) {
					ways = append(ways, w)
				}
			}
			shared[l] = ways
		}
		s.ways[n] = ways
	}
	return s
}

// both is a pair of states of the rings, by their numbers, and the kind of the letter both have read last.
type both struct {
	r, s   int
	before kind
}

func (d *duo) index(b both) int {
	return (b.r*len(d.ss.states)+b.s)*int(kindCount) + int(b.before)
}

// handover gives a short word over which ring r hands over to ring s, or nil.
func (f *finder) handover(r, s *ring) []letter {
	d := &duo{finder: f, r: r, s: s, rs: f.steering(r), ss: f.steering(s), crosses: map[int][]*way{}, floor: max(0, f.work-maxPairWork)}
	pairs := len(r.states) * len(s.states) * int(kindCount)
	d.seen, d.closed = make([]bool, pairs), make([]bool, pairs)
	for _, p := range r.heads {
		for _, q := range s.heads {
			for k := range kindCount {
				if !f.told && k != other || f.states[q].always(r.scope) {
					continue
				}
				if word := d.from(both{d.rs.number[p], d.ss.number[q], k}); word != nil {
					return word
				}
			}
		}
	}
	return nil
}

func (d *duo) from(start both) []letter {
	if d.work <= d.floor || d.seen[d.index(start)] || !d.close(start) {
		return nil
	}
	return d.cross(start)
}

// next visits the pairs that both rings can go on to, and the letters that lead there.
func (d *duo) next(p both, visit func(both, letters)) {
	shared := make(letters, len(d.all))
	for _, u := range d.rs.ways[p.r] {
		d.work -= len(d.ss.ways[p.s])
		for _, w := range d.ss.ways[p.s] {
			if !shared.and(d.states[u.to].letters, d.states[w.to].letters) {
				continue
			}
			to := both{d.rs.number[u.to], d.ss.number[w.to], other}
			if !d.told {
				visit(to, shared)
				continue
			}
			for k := range kindCount {
				some := make(letters, len(d.all))
				if u.when.holds(p.before, k) && w.when.holds(p.before, k) && some.and(shared, d.ofKind[k]) {
					to.before = k
					visit(to, some)
				}
			}
		}
	}
}

// close marks the pairs that a pair leads to and is led back to from, and reports whether it leads back to itself.
func (d *duo) close(start both) bool {
	before := map[both][]both{}
	todo := []both{start}
	d.seen[d.index(start)] = true
	for len(todo) > 0 {
		if d.work <= d.floor {
			return false
		}
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		d.next(p, func(n both, _ letters) {
			before[n] = append(before[n], p)
			if i := d.index(n); !d.seen[i] {
				d.seen[i] = true
				todo = append(todo, n)
			}
		})
	}
	clear(d.closed)
	todo = append(todo, before[start]...)
	for len(todo) > 0 {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if i := d.index(p); !d.closed[i] {
			d.closed[i] = true
			todo = append(todo, before[p]...)
		}
	}
	return d.closed[d.index(start)]
}

// cross looks for a word that leads a pair back to itself, and its first state to its second one.
func (d *duo) cross(start both) []letter {
	type trio struct {
		both
		cross int
	}
	type step struct {
		trio
		from, length int
		letter       letter
	}
	goal := trio{start, d.ss.states[start.s]}
	steps := []step{{trio: trio{start, d.rs.states[start.r]}, from: none}}
	seen := map[trio]bool{}
	found := false
	all := make(letters, len(d.all))
	for at := 0; at < len(steps) && !found; at++ {
		t := steps[at]
		if t.length == maxWord || d.work <= d.floor {
			return nil
		}
		ways := d.crossing(t.cross)
		d.next(t.both, func(n both, shared letters) {
			if found || !d.closed[d.index(n)] {
				return
			}
			d.work -= len(ways)
			for _, v := range ways {
				next := trio{n, v.to}
				if !all.and(shared, d.states[v.to].letters) || seen[next] || !v.when.holds(t.before, n.before) {
					continue
				}
				seen[next] = true
				steps = append(steps, step{next, at, t.length + 1, all.first()})
				if found = next == goal; found {
					return
				}
			}
		})
	}
	if !found {
		return nil
	}
	var word []letter
	for at := len(steps) - 1; at != 0; at = steps[at].from {
		word = append(word, steps[at].letter)
	}
	slices.Reverse(word)
	return word
}

// crossing gives the ways out of a state that lead on to ring s within the scope of ring r.
func (d *duo) crossing(state int) []*way {
	if ways, ok := d.crosses[state]; ok {
		return ways
	}
	if d.reaches == nil {
		d.reaches = d.reaching()
	}
	var ways []*way
	for j := range d.states[state].ways {
		if w := &d.states[state].ways[j]; d.reaches[w.to] && d.within(w.apex, d.r.scope) {
			ways = append(ways, w)
		}
	}
	d.crosses[state] = ways
	return ways
}

func (d *duo) reaching() []bool {
	before := make([][]int, len(d.states))
	for i := range d.states {
		for _, w := range d.states[i].ways {
			if d.within(w.apex, d.r.scope) {
				before[w.to] = append(before[w.to], i)
			}
		}
	}
	reaches := make([]bool, len(d.states))
	todo := slices.Clone(d.s.states)
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !reaches[i] {
			reaches[i] = true
			todo = append(todo, before[i]...)
		}
	}
	return reaches
}
