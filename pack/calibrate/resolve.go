package calibrate

import (
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
)

// resolve decides what each spot of the node's scope stands for: first those that only one field fits, then what that leaves, then
// by names; what is still open then is ambiguous.
func (n *node) resolve() {
	r := &resolver{node: n, taken: map[string]*spot{}}
	r.withoutLists()
	for r.settle() {
	}
	r.byName(false)
	for r.settle() {
	}
	r.byName(true)
	r.byElimination()
	r.rest()
	n.score = 0
	for _, s := range n.spots {
		n.score += s.settled()
	}
	n.score += r.below(n)
}

// below adds up what the lists inside explain.
func (r *resolver) below(n *node) int {
	sum := 0
	for _, c := range n.children {
		if c.each != nil {
			sum += c.score
		} else {
			sum += r.below(c)
		}
	}
	return sum
}

// settled tells how much a decided spot explains.
func (s *spot) settled() int {
	switch {
	case s.outcome != nil && s.copyOf:
		return 1
	case s.outcome != nil:
		return s.outcome.worth() + 1
	case s.sort == ambiguous: // a field explains it, though which is open
		return 1
	case s.sort == unexplained:
		return -1
	}
	return 0
}

type resolver struct {
	*node
	taken map[string]*spot // fields by name
}

// withoutLists takes away readings as a joined list whose items have elements of their own.
func (r *resolver) withoutLists() {
	for _, s := range r.spots {
		s.found = slices.DeleteFunc(s.found, func(c reading) bool {
			return len(c.fields) > 0 && c.fields[0].joined != nil && slices.ContainsFunc(r.lists, func(l *list) bool {
				return l.refs[0].Name == c.fields[0].joined.Name
			})
		})
	}
}

// open gives the readings of a spot of which no field is taken.
func (r *resolver) open(s *spot) []*reading {
	var open []*reading
	for i := range s.found {
		c := &s.found[i]
		if !c.zero && !slices.ContainsFunc(c.fields, func(f *field) bool { return r.taken[f.name] != nil }) {
			open = append(open, c)
		}
	}
	return open
}

// settle gives spots the one reading that is open to them; it reports whether that closed any to others.
func (r *resolver) settle() bool {
	progress := false
	for _, s := range r.spots {
		if s.outcome != nil {
			continue
		}
		if open := r.open(s); (len(open) == 1 || len(open) > 1 && r.strongest(open)) && !r.plainer(s, open[0]) {
			r.take(s, open[0])
			progress = true
		}
	}
	return progress
}

// plainer reports whether another spot has the field of the reading with no text around it, as an entry's name has that of the item
// whose file it is.
func (r *resolver) plainer(s *spot, c *reading) bool {
	if c.before+c.after == "" || len(c.fields) != 1 {
		return false
	}
	return slices.ContainsFunc(r.spots, func(o *spot) bool {
		return o != s && slices.ContainsFunc(o.found, func(p reading) bool {
			return p.before+p.after == "" && len(p.fields) == 1 && p.fields[0] == c.fields[0] && p.distinct >= c.distinct
		})
	})
}

// strongest reports whether the first reading is of more fields than the others, which are of one of them each.
func (r *resolver) strongest(open []*reading) bool {
	return !slices.ContainsFunc(open[1:], func(c *reading) bool {
		return c.made != "" || slices.ContainsFunc(c.fields, func(f *field) bool { return !slices.Contains(open[0].fields, f) })
	})
}

// take decides a spot.
func (r *resolver) take(s *spot, c *reading) {
	s.outcome, s.sort = c, value
	if c.made != "" {
		s.sort = made
		return
	}
	for _, f := range c.fields {
		r.taken[f.name] = s
	}
}

// byName settles spots whose name is that of one of the fields open to them; weak: of those no value speaks for, too.
func (r *resolver) byName(weak bool) {
	for _, s := range r.spots {
		if s.outcome != nil {
			continue
		}
		var named []*reading
		for i := range s.found {
			c := &s.found[i]
			switch {
			case c.zero != weak:
			case len(c.fields) == 1 && r.taken[c.fields[0].name] == nil && called(s, c.fields[0]), c.made != "" && s.isCalledNumber():
				named = append(named, c)
			}
		}
		if len(named) == 1 {
			named[0].byName = true
			r.take(s, named[0])
		}
	}
}

// byElimination settles words of an enumeration that are written in a way of the file's own and are the one text left that could
// be them, as they are the one field left that the text could be.
func (r *resolver) byElimination() {
	free := func(s *spot) []*reading {
		var all []*reading
		for i := range s.found {
			if c := &s.found[i]; c.zero && (len(c.values) > 2 || len(c.values) == len(pack.Allowed(c.fields[0].ref.Type))) && r.taken[c.fields[0].name] == nil {
				all = append(all, c)
			}
		}
		return all
	}
	for _, s := range r.spots {
		own := free(s)
		if s.outcome != nil || len(own) != 1 {
			continue
		}
		rival := slices.ContainsFunc(r.spots, func(o *spot) bool {
			return o != s && o.outcome == nil && slices.ContainsFunc(free(o), func(c *reading) bool { return c.fields[0] == own[0].fields[0] })
		})
		if !rival {
			own[0].left = true
			r.take(s, own[0])
		}
	}
}

// rest decides what is left: copies of fields that have their place, what tells alternatives, what looks made.
func (r *resolver) rest() {
	for _, s := range r.spots {
		if s.outcome != nil {
			continue
		}
		switch open := r.open(s); {
		case len(open) > 1:
			s.sort = ambiguous
		case r.copies(s), r.unit(s), s.sort == constant && s.generated() == unexplained, r.which(s), r.composed(s):
		default:
			s.sort = s.generated()
		}
	}
	for _, s := range r.spots { // what stands with one of the alternatives only tells it, where nothing else does
		if s.outcome == nil && s.sort == constant && !s.marks() && slices.ContainsFunc(s.copies, func(c copied) bool { return !c.present }) {
			r.which(s)
		}
	}
	r.withoutUnit()
}

// copies makes the spot one more place of a field that has one.
func (r *resolver) copies(s *spot) bool {
	for i := range s.found {
		if c := &s.found[i]; !c.zero && len(c.fields) == 1 && c.fields[0].joined == nil && (c.distinct > 1 || called(s, c.fields[0])) {
			s.outcome, s.sort, s.copyOf = c, value, true
			return true
		}
	}
	return false
}

// which tries whether the spot tells which of two fields another spot stands for.
func (r *resolver) which(s *spot) bool {
	for _, other := range r.spots {
		if other.outcome == nil || len(other.outcome.fields) < 2 || s.sort == constant && r.tellsWhich(other.outcome) {
			continue
		}
		to := map[string]string{} // how each alternative, and none, is told
		fits := true
		for _, c := range s.copies {
			name := ""
			for _, f := range other.outcome.fields {
				if _, zero := f.text(c.s); !zero {
					name = f.name
				}
			}
			if known, ok := to[name]; ok && known != c.text {
				fits = false
			}
			to[name] = c.text
		}
		for i, f := range other.outcome.fields {
			for _, g := range other.outcome.fields[:i] {
				fits = fits && to[f.name] != to[g.name]
			}
		}
		if fits {
			s.outcome = &reading{made: "@of " + other.outcome.names(), of: other.outcome.fields, values: to, distinct: len(to)}
			s.sort = made
			return true
		}
	}
	return false
}

// names tells what the reading is of.
func (c *reading) names() string {
	if c.made != "" {
		return "{" + c.made + "}"
	}
	var names []string
	for _, f := range c.fields {
		names = append(names, f.name)
	}
	return strings.Join(names, " or ")
}

// tells reports whether the field says anything of the item.
func (f *field) tells(s *scope) bool {
	if f.joined != nil {
		return slices.ContainsFunc(f.texts(s), func(t string) bool { return t != "" })
	}
	_, zero := f.text(s)
	return !zero
}

// has reports whether the field has a place.
func (n *node) has(f *field) bool {
	if f.joined != nil {
		for _, l := range n.lists {
			if l.refs[0].Name == f.joined.Name {
				return true
			}
		}
	}
	return slices.ContainsFunc(n.spots, func(s *spot) bool {
		return s.outcome != nil && slices.ContainsFunc(s.outcome.fields, func(g *field) bool { return g.name == f.name })
	})
}
