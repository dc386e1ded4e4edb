package dotnet

import "github.com/kpgen/kpgen/pack/dotnet/syntax"

// place says where a match may begin: so far before the end of one of the literals it holds.
type place struct {
	literals clause // nil: see mark
	clause   int32  // of the literals, or none
	mark     int    // a single unit that is no clause, or none
	// least and most units are between the beginning of the match and the end of the literal or mark; they may be below 0 when it
	// is within a lookbehind.
	least, most int
	run         *unitTable // nil, or what those units before the literal are of, when there may be any number
}

// nowhere is the place of what may begin anywhere.
var nowhere = place{clause: none, mark: none}

// Limits on looking for a place: parts of an expression, and places to try for one literal.
const (
	maxParts = 16
	maxTries = 32
)

// placeOf gives the place of what is strung together from parts: that of the literal that says most, of those which end at one
// distance, or few ones, or behind one run.
func placeOf(t *tables, known needs, parts []*syntax.Node) place {
	best, worth := nowhere, 0
	offer := func(c clause, at place) {
		if value := placeWorth(c) - either(at.most > at.least, 16, 0); value > worth {
			best, worth = at, value
			if best.literals = c; len(usable(c)) == 0 {
				best.literals, best.mark = nil, int(c[0][0])
			}
		}
	}
	at := nowhere
	for i, n := range parts[:min(len(parts), maxParts)] {
		if n.Kind == syntax.LookBehind && at.run == nil {
			inside := known.of(n.Nodes[0])
			_, suffix := inside.ends()
			offer(suffix, at)
			continue
		}
		ahead := known.all(parts[i:min(len(parts), i+maxLiteral)])
		if prefix, _ := ahead.ends(); at.run != nil {
			prefix = ofOneLength(prefix)
			offer(prefix, at.after(longest(prefix), 0))
		} else {
			offer(prefix, at.after(shortest(prefix), longest(prefix)))
		}
		least, most := widthOf(n)
		if run := runOf(n); run != nil && at.most == 0 {
			at.least, at.most, at.run = least, most, t.of(run.Units())
			continue
		}
		if at = at.after(least, most); at.run != nil && most > 0 || at.most-at.least >= maxTries {
			break
		}
	}
	return best
}

func shortest(c clause) int {
	least := maxLiteral
	for _, literal := range c {
		least = min(least, len(literal))
	}
	return least
}

func longest(c clause) int {
	most := 0
	for _, literal := range c {
		most = max(most, len(literal))
	}
	return most
}

// after is a place behind more units.
func (p place) after(least, most int) place {
	p.least, p.most = p.least+least, min(p.most+most, unlimited)
	return p
}

// runOf gives what a run without upper bound is of.
func runOf(n *syntax.Node) *syntax.Node {
	if n.Kind == syntax.Repeat {
		if l := newLoop(n); single(l.body) && l.max == unlimited {
			return l.body
		}
	}
	return nil
}

// placeWorth is a clause's worth as a place, for which a single mark may do.
func placeWorth(c clause) int {
	if len(c) == 0 || len(usable(c)) == 0 && !isMark(c) {
		return 0
	}
	return c.worth()
}

// isMark reports whether a clause is one unit that is neither a letter nor frequent.
func isMark(c clause) bool {
	if len(c) != 1 || len(c[0]) != 1 {
		return false
	}
	b := c[0][0]
	return b > ' ' && b != '0' && (b < 'a' || b > 'z')
}

// ofOneLength cuts literals to the shortest one's length.
func ofOneLength(c clause) clause {
	var cut clause
	for _, literal := range c {
		cut = append(cut, literal[:shortest(c)])
	}
	return unique(cut)
}

// widthOf gives the fewest and the most units a part takes; unlimited stands for what is not known, too.
func widthOf(n *syntax.Node) (least, most int) {
	switch n.Kind {
	case syntax.Literal, syntax.Class:
		return 1, 1
	case syntax.Concat:
		for _, child := range n.Nodes {
			l, m := widthOf(child)
			least, most = min(least+l, unlimited), min(most+m, unlimited)
		}
		return least, most
	case syntax.Alternate:
		least, most = widthOf(n.Nodes[0])
		for _, child := range n.Nodes[1:] {
			l, m := widthOf(child)
			least, most = min(least, l), max(most, m)
		}
		return least, most
	case syntax.Repeat:
		l, m := widthOf(n.Nodes[0])
		return times(l, n.Min), times(m, either(n.Max == syntax.Unlimited, unlimited, n.Max))
	case syntax.Group, syntax.Capture, syntax.Atomic:
		return widthOf(n.Nodes[0])
	case syntax.Backreference, syntax.IfGroup, syntax.IfLook:
		return 0, unlimited
	}
	return 0, 0
}

// lead is what a way that is searched for begins with.
type lead struct {
	boundary bool // \b
	// run holds the units of a run without upper bound that comes next. When there is no match from where such a run begins, there
	// is none from any place in it or right behind it: what follows the run was tried at every end a shorter run has.
	run *unitTable
}

func leadOf(t *tables, parts []*syntax.Node) lead {
	var l lead
	if len(parts) > 0 && parts[0].Kind == syntax.WordBoundary {
		l.boundary, parts = true, parts[1:]
	}
	if len(parts) > 0 {
		if run := runOf(parts[0]); run != nil {
			l.run = t.of(run.Units())
		}
	}
	return l
}

// partsWithin takes concatenations apart, and captures nothing in the expression asks for.
func partsWithin(parts []*syntax.Node, n *syntax.Node, needed map[int]bool) []*syntax.Node {
	n = bare(n)
	if n.Kind == syntax.Capture && n.Pop == syntax.NoGroup && !needed[n.Number] {
		return partsWithin(parts, n.Nodes[0], needed)
	}
	if n.Kind != syntax.Concat {
		return append(parts, n)
	}
	for _, child := range n.Nodes {
		parts = partsWithin(parts, child, needed)
	}
	return parts
}
