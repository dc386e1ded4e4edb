package dotnet

import "github.com/kpgen/kpgen/pack/dotnet/syntax"

// first is what a part of an expression may begin with, as .NET works it out to skip where no match can begin. It is right but for
// one case, in which it decides what .NET finds: a conditional without a second branch counts as beginning like its first one,
// though it may take nothing.
type first struct {
	set      syntax.Set
	nullable bool // may take nothing
	composed bool // .NET cannot join the set with another
	fold     bool // some of it without regard to case, which .NET then takes for all of it
}

// join adds what another part may begin with. It fails where .NET cannot.
func (f *first) join(next first, ok bool) bool {
	if !ok || f.composed || next.composed {
		return false
	}
	f.set = f.set.Union(next.set)
	f.fold = f.fold || next.fold
	return true
}

// firstUnits gives what a match begins with, or false where .NET gives up or looks for an anchor instead.
func firstUnits(n *syntax.Node) (syntax.Set, bool) {
	if anchored(n) {
		return nil, false
	}
	f, ok := firstOf(n)
	if f.fold {
		f.set = f.set.Fold()
	}
	return f.set, ok && !f.nullable
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
		switch child := bare(n.Nodes[i]); child.Kind {
		case syntax.Empty, syntax.LookAhead, syntax.NotLookAhead, syntax.LookBehind, syntax.NotLookBehind:
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
		return first{set: n.Units(), composed: n.Composed, fold: n.Options&syntax.IgnoreCase != 0}, true
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
		return first{set: syntax.All, nullable: true}, true
	}
	return first{nullable: true}, true
}

func firstOfConcat(n *syntax.Node) (first, bool) {
	var sum *first
	for i := range n.Nodes {
		if n.Options&syntax.RightToLeft != 0 {
			i = len(n.Nodes) - 1 - i
		}
		if bare(n.Nodes[i]).Kind == syntax.Empty {
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
	f.nullable = f.nullable || l.min == 0
	return f, ok
}
