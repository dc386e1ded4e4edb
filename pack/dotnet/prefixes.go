package dotnet

import "github.com/kpgen/kpgen/pack/dotnet/syntax"

// Prefixes gives the byte offsets, ascending, at which the expression cut short is an expression of its own that means the same so
// far: the ends of the parts of its outermost concatenation, without the last one. They say how far an expression got in a text
// it does not match.
func (re *Regexp) Prefixes() []int {
	root := re.tree.Root
	if root.Kind != syntax.Concat {
		return nil
	}
	var cuts []int
	last := 0
	groups := references{defined: map[int]bool{syntax.NoGroup: true, 0: true}, wanted: map[int]bool{}}
	for _, n := range root.Nodes[:len(root.Nodes)-1] {
		n.Walk(groups.note)
		if n.To > last && n.To < len(re.pattern) && len(groups.wanted) == 0 {
			cuts = append(cuts, n.To)
			last = n.To
		}
	}
	return cuts
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
