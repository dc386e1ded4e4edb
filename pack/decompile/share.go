package decompile

import (
	"container/heap"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack/load"
)

// What makes a shared expression worth its name: it saves reading. Lengths are bytes.
const (
	referenceLength = 12          // of %{name}, about
	definitionCost  = 16          // of one more name to know
	leastOwn        = 12          // length of what a shared expression adds to those it uses
	effort          = 200_000_000 // symbols looked at before the search for repeats ends
	sortEffort      = 8           // of putting one place in order
)

// saving is how much shorter a text of the length becomes in all when it is named and written so many times.
func saving(length, times int) int { return (times-1)*length - times*referenceLength - definitionCost }

// shared is an expression found in several places.
type shared struct {
	stretch        // where its own text is taken from
	name    string // empty until it is named
	dropped bool   // it turned out not to be worth it
	uses    int
}

// use is a place where a shared expression is written, up to a symbol.
type use struct {
	to     int
	shared *shared
}

// sharing is a corpus with those of its stretches that are written as %{name}. No two of these cross: one is within the other, or
// they have nothing in common.
type sharing struct {
	*corpus
	tops   []stretch // the expressions
	shared []*shared
	starts map[int][]use // by their first symbol, longest first

	// Of each symbol: the end of the longest use that begins there, the start of the longest that ends before it, its length as
	// written, and the use that is written where it stands.
	longest, earliest, length []int32
	hidden                    []stretch
	buried                    []bool // in a branch of a symbol that is hidden, so that nothing in it is written
	sums                      []int  // length of the text before each symbol
	left                      int    // effort
}

// share finds the expressions worth sharing.
func share(c *corpus, tops []stretch) *sharing {
	s := newSharing(c, tops)
	text := make([]int32, len(c.text)) // separators behind the symbols: no id may be below 0
	for i, id := range c.text {
		text[i] = id
		if id < 0 {
			text[i] = int32(len(c.symbols)) - 1 - id
		}
	}
	suffixes := suffixArray(text)
	s.choose(repeats(text, suffixes), suffixes)
	s.drop()
	return s
}

// newSharing shares nothing yet.
func newSharing(c *corpus, tops []stretch) *sharing {
	n := len(c.text)
	s := &sharing{corpus: c, tops: tops, starts: map[int][]use{}, left: effort, longest: make([]int32, n+1), earliest: make([]int32, n+1),
		length: make([]int32, n), hidden: make([]stretch, n), buried: make([]bool, n), sums: make([]int, n+1)}
	s.earliest[n] = int32(n)
	for i, id := range c.text {
		s.earliest[i] = int32(n)
		if id >= 0 {
			s.length[i] = int32(len(c.symbols[id].text))
		}
		s.sums[i+1] = s.sums[i] + int(s.length[i])
	}
	return s
}

// candidate is a repeat with what sharing it saves at most.
type candidate struct {
	repeat
	saving int
}

type queue []candidate

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].saving > q[j].saving || q[i].saving == q[j].saving && q[i].lo < q[j].lo
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(candidate)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}

// choose accepts the repeat that saves most, then looks at the others again, as long as one saves anything. What a repeat saves only
// becomes less as others are accepted, so the best is known when its saving, worked out anew, is still the greatest.
func (s *sharing) choose(all []repeat, suffixes []int32) {
	q := &queue{}
	for _, r := range all {
		if r = s.trim(r, suffixes); r.length == 0 {
			continue
		}
		at := int(suffixes[r.lo]) + r.skip
		if most := saving(s.sums[at+r.length]-s.sums[at], r.hi-r.lo); most > 0 {
			*q = append(*q, candidate{r, most})
		}
	}
	heap.Init(q)
	for q.Len() > 0 && s.left > 0 {
		c := heap.Pop(q).(candidate)
		places, now := s.places(c.repeat, suffixes)
		switch {
		case now <= 0:
		case q.Len() > 0 && now < (*q)[0].saving:
			c.saving = now
			heap.Push(q, c)
		default:
			s.accept(places, c.length)
		}
	}
}

// between are symbols that stand between what belongs together. A shared expression does not begin or end with them, but that the
// beginning of a line may go as far as they do.
var between = []string{`\s`, `\s+`, `\s*`, " ", " +", " *", ":", ",", ";", "=", `\:`, `\=`, `\t`, `\ `}

// trim takes what is between off a repeat.
func (s *sharing) trim(r repeat, suffixes []int32) repeat {
	isBetween := func(i int) bool { return slices.Contains(between, s.symbols[s.text[i]].text) }
	at := int(suffixes[r.lo])
	for r.length > 0 && isBetween(at+r.skip) {
		r.skip, r.length = r.skip+1, r.length-1
	}
	for r.length > 0 && s.symbols[s.text[at]].text != "^" && isBetween(at+r.skip+r.length-1) {
		r.length--
	}
	return r
}

// places gives where the repeat can be written as a shared expression, and what that saves.
func (s *sharing) places(r repeat, suffixes []int32) ([]int, int) {
	all := slices.Clone(suffixes[r.lo:r.hi])
	slices.Sort(all)
	s.left -= sortEffort * len(all)
	var out []int
	end := 0
	for _, at := range all {
		if p := int(at) + r.skip; p >= end && s.isFree(p, p+r.length) {
			out = append(out, p)
			end = p + r.length
		}
	}
	if len(out) < 2 {
		return nil, 0
	}
	length, own := s.written(out[0], out[0]+r.length)
	if own < leastOwn {
		return nil, 0
	}
	return out, saving(length, len(out))
}

// isFree tells a stretch that is written, and that no use crosses.
func (s *sharing) isFree(from, to int) bool {
	s.left--
	if h := s.hidden[from]; s.buried[from] || h.to > 0 && (h.from < from || h.to >= to) {
		return false
	}
	if slices.ContainsFunc(s.starts[from], func(u use) bool { return u.to == to }) {
		return false
	}
	s.left -= to - from
	for i := from + 1; i < to; i++ {
		if int(s.longest[i]) > to || int(s.earliest[i]) < from {
			return false
		}
	}
	return true
}

// written gives the length of a stretch as it is written, and that of what is not a use in it.
func (s *sharing) written(from, to int) (length, own int) {
	for i := from; i < to; {
		if u, ok := s.useAt(i, stretch{from, to}, true); ok {
			length += referenceLength
			i = u.to
			continue
		}
		own += int(s.length[i])
		i++
	}
	return length + own, own
}

// useAt is the longest use in the stretch that begins at i; the stretch of a definition is not a use of itself.
func (s *sharing) useAt(i int, w stretch, definition bool) (use, bool) {
	for _, u := range s.starts[i] {
		if !u.shared.dropped && u.to <= w.to && !(definition && i == w.from && u.to == w.to) {
			return u, true
		}
	}
	return use{}, false
}

// accept shares what stands in the places. In the first of them it stays to be looked at, as the text of the definition.
func (s *sharing) accept(places []int, length int) {
	x := &shared{stretch: stretch{places[0], places[0] + length}}
	s.shared = append(s.shared, x)
	before, _ := s.written(x.from, x.to)
	for k, from := range places {
		to := from + length
		s.starts[from] = append(s.starts[from], use{to, x})
		slices.SortFunc(s.starts[from], func(a, b use) int { return b.to - a.to })
		s.longest[from] = max(s.longest[from], int32(to))
		s.earliest[to] = min(s.earliest[to], int32(from))
		for up := s.owner[from]; up >= 0; up = s.owner[up] {
			s.length[up] += int32(referenceLength - before)
		}
		if k > 0 {
			s.hide(stretch{from, to})
		}
	}
}

func (s *sharing) hide(w stretch) {
	for i := w.from; i < w.to; i++ {
		s.hidden[i] = w
		s.bury(i)
	}
}

// bury marks all that is in the branches of a symbol.
func (s *sharing) bury(i int) {
	for _, in := range s.inside[i] {
		for j := in.stretch.from; j < in.stretch.to && !s.buried[j]; j++ {
			s.buried[j] = true
			s.bury(j)
		}
	}
}

// drop takes back what is not worth it now that all are known: others may have made it short, or left it one use. Those without
// another such in them go first, for what they were in becomes longer.
func (s *sharing) drop() {
	for {
		var bad []*shared
		s.count()
		for _, x := range s.shared {
			if !x.dropped && (x.uses < 2 || saving(len(s.body(x)), x.uses) <= 0) {
				bad = append(bad, x)
			}
		}
		if len(bad) == 0 {
			return
		}
		for _, x := range bad {
			x.dropped = !s.holds(x, bad)
		}
	}
}

// holds tells whether the text of a shared expression uses one of others.
func (s *sharing) holds(x *shared, others []*shared) bool {
	found := false
	s.visit(x.stretch, true, func(y *shared) { found = found || slices.Contains(others, y) })
	return found
}

// count counts the uses as they are written.
func (s *sharing) count() {
	for _, x := range s.shared {
		x.uses = 0
	}
	add := func(x *shared) { x.uses++ }
	for _, w := range s.tops {
		s.visit(w, false, add)
	}
	for _, x := range s.shared {
		if !x.dropped {
			s.visit(x.stretch, true, add)
		}
	}
}

// each calls ref and own for the uses in a stretch and the symbols between them, one after the other.
func (s *sharing) each(w stretch, definition bool, ref func(*shared), own func(i int)) {
	for i := w.from; i < w.to; {
		if u, ok := s.useAt(i, w, definition); ok {
			ref(u.shared)
			i = u.to
			continue
		}
		own(i)
		i++
	}
}

// visit calls ref for the uses in a stretch and inside its symbols.
func (s *sharing) visit(w stretch, definition bool, ref func(*shared)) {
	s.each(w, definition, ref, func(i int) {
		for _, in := range s.inside[i] {
			s.visit(in.stretch, false, ref)
		}
	})
}

// body is the text of a shared expression as it is written.
func (s *sharing) body(x *shared) string { return s.render(x.stretch, true) }

// render writes a stretch with its uses.
func (s *sharing) render(w stretch, definition bool) string {
	var b strings.Builder
	s.renderTo(&b, w, definition)
	return b.String()
}

func (s *sharing) renderTo(b *strings.Builder, w stretch, definition bool) {
	s.each(w, definition, func(x *shared) {
		b.WriteString("%{" + x.reference() + "}")
	}, func(i int) {
		text, at := s.symbols[s.text[i]].text, 0
		for _, in := range s.inside[i] {
			b.WriteString(load.Escape(text[at:in.from]))
			s.renderTo(b, in.stretch, false)
			at = in.to
		}
		b.WriteString(load.Escape(text[at:]))
	})
}

// reference is the name, or as long a text until there is one.
func (x *shared) reference() string {
	if x.name == "" {
		return strings.Repeat("x", referenceLength-len("%{}"))
	}
	return x.name
}
