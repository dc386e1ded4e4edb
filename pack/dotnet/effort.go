package dotnet

import "github.com/kpgen/kpgen/pack/dotnet/syntax"

// Tree gives the expression as it was read. It is shared: nobody changes it.
func (re *Regexp) Tree() *syntax.Expression { return re.tree }

// Linear reports whether a search takes time in proportion to the text at most, as for expressions of the PCRE family, which
// run on Go's engine.
func (re *Regexp) Linear() bool {
	_, linear := re.engine.(*linear)
	return linear
}

// WithoutShortcuts gives the expression run by our own matcher on all texts. It tries one way after the other as .NET's engine does,
// where regexp2 sometimes sees that a way can be left out.
func (re *Regexp) WithoutShortcuts() *Regexp {
	b, ok := re.engine.(*backtracking)
	if !ok {
		return re
	}
	plain := *re
	plain.engine = b[anyUnits]()
	return &plain
}

// Steps counts what it takes to look for the first match without shortcuts. The count is the same on every machine. It is given up,
// and answered is false, after most steps. Of a linear expression there is nothing to count.
func (re *Regexp) Steps(s *Subject, most int) (steps int, answered bool) {
	o, ok := re.WithoutShortcuts().engine.(*own)
	if !ok {
		return 0, true
	}
	m := o.matcher(s)
	m.timeout, m.budget = -1, most // the clock, looked at when the budget is spent, has run out
	_, err := m.find(m.end, none)
	return most - m.budget, err == nil
}

// Loop gives a repetition as .NET runs it once it has taken away parentheses that only group and joined the repetition with the
// one inside, as in (?:a+)+; most is syntax.Unlimited where there is no end.
func Loop(repeat *syntax.Node) (body *syntax.Node, least, most int) {
	l := newLoop(repeat)
	if l.max == unlimited {
		l.max = syntax.Unlimited
	}
	return l.body, l.min, l.max
}

// Branches gives the branches of an alternation as .NET tries them once it has joined those side by side that take one unit:
// a|\d|bc has two.
func Branches(alternate *syntax.Node) []*syntax.Node {
	var all []*syntax.Node
	for _, n := range alternate.Nodes {
		if b := bare(n); b.Kind == syntax.Alternate {
			all = append(all, Branches(b)...)
		} else {
			all = append(all, b)
		}
	}
	joined := all[:0:0]
	for _, n := range all {
		if last := len(joined) - 1; last >= 0 && joinable(joined[last], n) {
			joined[last] = join(joined[last], n)
		} else {
			joined = append(joined, n)
		}
	}
	return joined
}

// joinable reports whether .NET makes one class of two branches side by side.
func joinable(a, b *syntax.Node) bool {
	const of = syntax.IgnoreCase | syntax.RightToLeft
	return joins(a) && joins(b) && a.Options&of == b.Options&of
}

func joins(n *syntax.Node) bool {
	return n.Kind == syntax.Literal || n.Kind == syntax.Class && !n.Negated && !n.Subtracted && !allButOne(n.Set)
}

func join(a, b *syntax.Node) *syntax.Node {
	return &syntax.Node{Kind: syntax.Class, From: a.From, To: b.To, Options: a.Options, Set: a.Units().Union(b.Units())}
}
