package dotnet

import "github.com/kpgen/kpgen/pack/dotnet/syntax"

// first is what a part of an expression may begin with, as .NET works it out to skip where no match can begin. It is wrong in two
// cases, in which it decides what .NET finds: a conditional without a second branch counts as beginning like its first one, though
// it may take nothing; and when one way to begin is without regard to case, the lower case of the text is looked up for all.
type first struct {
	whole              syntax.Set // of a part alone
	ranges, categories syntax.Set // of parts joined
	nullable           bool       // may take nothing
	composed           bool       // .NET cannot join it with another
	fold, exact        bool       // some of it is without regard to case, some not
	joined             bool
}

// join adds what another part may begin with. It fails where .NET cannot.
func (f *first) join(next first, ok bool) bool {
	if !ok || f.composed || next.composed {
		return false
	}
	f.ranges, f.categories = f.ranges.Union(next.ranges), f.categories.Union(next.categories)
	f.fold, f.exact, f.joined = f.fold || next.fold, f.exact || next.exact, true
	return true
}

func (f *first) set() syntax.Set {
	switch {
	case !f.joined:
		return f.whole
	case f.fold:
		return syntax.Fold(f.ranges, f.categories)
	}
	return f.ranges.Union(f.categories)
}

// firstUnits gives what a match begins with, or false where .NET gives up or looks for an anchor instead.
func firstUnits(n *syntax.Node) (first, bool) {
	if anchored(n) {
		return first{}, false
	}
	f, ok := firstOf(n)
	return f, ok && !f.nullable
}

// anchored reports whether a match begins at an anchor that .NET goes to at once.
func anchored(n *syntax.Node) bool {
	switch n = bare(n); n.Kind {
	case syntax.TextStart, syntax.TextEnd, syntax.FinalLineEnd, syntax.SearchStart:
		return true
	case syntax.Atomic, syntax.Capture:
		return anchored(n.Nodes[0])
	case syntax.Concat:
		return anchoredConcat(n)
	}
	return false
}

func anchoredConcat(n *syntax.Node) bool {
	for i := range n.Nodes {
		if n.Options&syntax.RightToLeft != 0 {
			i = len(n.Nodes) - 1 - i
		}
		child := bare(n.Nodes[i])
		if vanishes(child) {
			continue
		}
		switch child.Kind {
		case syntax.LookAhead, syntax.NotLookAhead, syntax.LookBehind, syntax.NotLookBehind:
		case syntax.Concat:
			return anchoredConcat(child)
		default:
			return anchored(child)
		}
	}
	return false
}

func firstOf(n *syntax.Node) (first, bool) {
	switch n.Kind {
	case syntax.Literal, syntax.Class:
		return firstOfUnit(n), true
	case syntax.Concat:
		return firstOfConcat(n)
	case syntax.Alternate:
		return firstOfAny(n.Nodes)
	case syntax.IfGroup:
		return firstOfAny(n.Nodes)
	case syntax.IfLook:
		return firstOfAny(n.Nodes[1:])
	case syntax.Group, syntax.Capture, syntax.Atomic:
		return firstOf(n.Nodes[0])
	case syntax.Repeat:
		return firstOfRepeat(n)
	case syntax.Backreference:
		return first{whole: syntax.All, ranges: syntax.All, nullable: true}, true
	}
	return first{nullable: true}, true
}

func firstOfUnit(n *syntax.Node) first {
	fold := n.Options&syntax.IgnoreCase != 0
	f := first{whole: n.Units(), ranges: n.Ranges, categories: n.Categories, fold: fold, exact: !fold}
	f.composed = n.Subtracted || n.Negated && !allButOne(n.Ranges)
	switch {
	case n.Kind == syntax.Literal:
		f.ranges = syntax.Set{{Lo: n.Unit, Hi: n.Unit}}
	case fold && n.Negated && allButOne(n.Ranges):
		f.whole = syntax.Fold(n.Ranges, nil) // the other case of the one comes back in
	}
	return f
}

// allButOne reports whether a set lacks a single unit: then .NET takes [^x] apart.
func allButOne(s syntax.Set) bool {
	rest := s.Negate()
	return len(rest) == 1 && rest[0].Lo == rest[0].Hi
}

func firstOfConcat(n *syntax.Node) (first, bool) {
	var sum *first
	for i := range n.Nodes {
		if n.Options&syntax.RightToLeft != 0 {
			i = len(n.Nodes) - 1 - i
		}
		if vanishes(bare(n.Nodes[i])) {
			continue
		}
		next, ok := firstOf(n.Nodes[i])
		if sum == nil {
			sum = &next
		} else if ok = sum.join(next, ok); ok {
			sum.nullable = next.nullable
		}
		if !ok {
			return first{}, false
		}
		if !sum.nullable {
			break
		}
	}
	if sum == nil {
		return first{nullable: true}, true
	}
	return *sum, true
}

func firstOfAny(nodes []*syntax.Node) (first, bool) {
	sum, ok := firstOf(nodes[0])
	for _, n := range nodes[1:] {
		next, nextOK := firstOf(n)
		if ok = ok && sum.join(next, nextOK); !ok {
			return first{}, false
		}
		sum.nullable = sum.nullable || next.nullable
	}
	return sum, ok
}

func firstOfRepeat(n *syntax.Node) (first, bool) {
	l := newLoop(n)
	if l.max == 0 {
		return first{nullable: true}, true
	}
	f, ok := firstOf(l.body)
	if l.min == 1 && l.max == 1 {
		return f, ok
	}
	f.composed = f.composed || l.lazy && l.body.Negated // which .NET does not take apart
	f.nullable = f.nullable || l.min == 0
	return f, ok
}
