package dotnet

import (
	"slices"

	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// place says where a match may begin: so far before one of the literals it holds. The literals have one length, so that places of
// literals one after the other are places of matches one after the other.
type place struct {
	literals clause // nil: a match may begin anywhere
	clause   int32
	// least and most units are between the beginnings of match and literal; they are below 0 when a match begins behind it, as
	// it does with a lookbehind.
	least, most int
	run         *unitTable // nil, or what those units are of, when there may be any number
}

// Limits on looking for a place: parts of an expression, and places to try for one literal.
const (
	maxParts = 16
	maxTries = 32
)

// placesOf gives the place of what is strung together from parts: that of the literal that says most, of those which begin at one
// distance, or few ones, or behind one run.
func placesOf(t *tables, parts []*syntax.Node) place {
	best, worth := place{clause: none}, 0
	offer := func(c clause, at place) {
		if value := placeWorth(c) - either(at.most > at.least, 16, 0); value > worth {
			best, worth = at, value
			best.literals = c
		}
	}
	at := best
	for i, n := range parts[:min(len(parts), maxParts)] {
		if n.Kind == syntax.LookBehind && at.run == nil {
			inside := need(n.Nodes[0])
			_, suffix := inside.ends()
			if c := ofOneLength(suffix, true); c != nil {
				offer(c, at.after(-len(c[0]), -len(c[0])))
			}
			continue
		}
		ahead := needAll(parts[i:min(len(parts), i+maxLiteral)])
		prefix, _ := ahead.ends()
		offer(ofOneLength(prefix, false), at)
		least, most := widthOf(n)
		if run := runOf(n); run != nil && at.most == 0 {
			at = place{clause: none, least: least, most: most, run: t.of(run.Units())}
			continue
		}
		if at = at.after(least, most); at.run != nil && most > 0 || at.most-at.least >= maxTries {
			break
		}
	}
	return best
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
	frequent := func(literal string) bool {
		b := literal[0]
		return worthOf(literal) == 0 || len(literal) == 1 && ('a' <= b && b <= 'z' || b == ' ')
	}
	if len(c) == 0 || slices.ContainsFunc(c, frequent) {
		return 0
	}
	return c.worth()
}

// ofOneLength cuts literals to the shortest one's length, their ends or their beginnings; nil when that leaves nothing.
func ofOneLength(c clause, ends bool) clause {
	if len(c) == 0 {
		return nil
	}
	least := len(c[0])
	for _, literal := range c {
		least = min(least, len(literal))
	}
	if least == 0 {
		return nil
	}
	var cut clause
	for _, literal := range c {
		if ends {
			cut = append(cut, literal[len(literal)-least:])
		} else {
			cut = append(cut, literal[:least])
		}
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
