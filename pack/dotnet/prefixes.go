package dotnet

import "github.com/kpgen/kpgen/pack/dotnet/syntax"

// Alternative is one of the alternatives an expression is made of, in byte offsets of the expression, and the cuts, ascending, at
// which the alternative cut short is an expression of its own that means the same so far: the ends of the parts it is strung
// together from, its own end being the last. They say how far an expression got in a text it does not match.
type Alternative struct {
	From, To int
	Cuts     []int
}

// Alternatives gives the expression's alternatives; one when its outermost construct is no alternation.
func (re *Regexp) Alternatives() []Alternative {
	root := re.tree.Root
	if root.Kind != syntax.Alternate {
		return []Alternative{alternative(root, 0, len(re.pattern))}
	}
	all := make([]Alternative, len(root.Nodes))
	for i, n := range root.Nodes {
		all[i] = alternative(n, n.From, n.To)
	}
	return all
}

func alternative(n *syntax.Node, from, to int) Alternative {
	a := Alternative{From: from, To: to}
	if n.Kind == syntax.Concat {
		last := from
		groups := references{defined: map[int]bool{syntax.NoGroup: true, 0: true}, wanted: map[int]bool{}}
		for _, part := range n.Nodes[:len(n.Nodes)-1] {
			part.Walk(groups.note)
			if part.To > last && part.To < to && len(groups.wanted) == 0 {
				a.Cuts = append(a.Cuts, part.To)
				last = part.To
			}
		}
	}
	a.Cuts = append(a.Cuts, to)
	return a
}

// references keeps count of groups named before they are defined.
type references struct{ defined, wanted map[int]bool }

func (r references) note(n *syntax.Node) {
	switch n.Kind {
	case syntax.Capture:
		r.defined[n.Number] = true
		delete(r.wanted, n.Number)
		r.want(n.Pop)
	case syntax.Backreference, syntax.IfGroup:
		r.want(n.Number)
	}
}

func (r references) want(number int) {
	if !r.defined[number] {
		r.wanted[number] = true
	}
}
