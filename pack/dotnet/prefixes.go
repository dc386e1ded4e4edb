package dotnet

import (
	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// Prefixes gives the byte offsets, ascending, at which the expression cut short is an expression of its own: the ends of the parts
// of its outermost concatenation, without the last one. They say how far an expression got in a text it does not match.
func (re *Regexp) Prefixes() []int {
	root := re.tree.Root
	if root.Kind != syntax.Concat {
		return nil
	}
	var cuts []int
	last := 0
	for _, n := range root.Nodes[:len(root.Nodes)-1] {
		if n.To > last && n.To < len(re.pattern) && re.reads(re.pattern[:n.To]) {
			cuts = append(cuts, n.To)
			last = n.To
		}
	}
	return cuts
}

// reads reports whether a part of the expression is one, which a reference to a later group forbids.
func (re *Regexp) reads(pattern string) bool {
	var err error
	if re.flavour == pack.PCRE {
		_, err = syntax.ParsePCRE(pattern)
	} else {
		_, err = syntax.Parse(pattern, re.tree.Options)
	}
	return err == nil
}
