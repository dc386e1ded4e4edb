package hazard

import (
	"fmt"
	"strings"

	"github.com/kpgen/kpgen/pack/dotnet"
	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// advice says how to rewrite the repetitions of a candidate.
func (p *prover) advice(h *Hazard) string {
	if h.Kind == Exponential || p.kind == Exponential {
		return p.adviceOnLoop(p.parts[0])
	}
	first := p.parts[0]
	var all []string
	if p.candidate.first == searchState && len(p.parts) == 1 {
		return p.adviceOnSearch(first)
	}
	if p.candidate.first == searchState {
		all = append(all, fmt.Sprintf("%s, so that it does not begin at every place", p.anchored(first)))
	}
	for i, part := range p.parts[1:] {
		all = append(all, p.adviceOnPair(p.parts[i], part))
	}
	return strings.Join(all, "; ")
}

// adviceOnLoop is for a repetition whose rounds can be cut in different ways.
func (p *prover) adviceOnLoop(loop *syntax.Node) string {
	body := loop.Nodes[0]
	for (body.Kind == syntax.Group || body.Kind == syntax.Capture) && len(body.Nodes) == 1 {
		body = body.Nodes[0]
	}
	switch {
	case body.Kind == syntax.Repeat:
		return fmt.Sprintf("a repetition of a repetition takes the same text in many ways: write %s once, without the outer one",
			p.written(body))
	case body.Kind == syntax.Alternate:
		return fmt.Sprintf("let no two branches of %s take the same text, or make it atomic: (?>…) around the branches",
			p.written(loop))
	}
	return fmt.Sprintf("let every round of %s begin with a character that can stand nowhere else in it, or make the round atomic: %s",
		p.written(loop), "(?>…)"+p.quantifier(loop))
}

// adviceOnSearch is for a repetition that is tried from every place of the text it takes.
func (p *prover) adviceOnSearch(part *syntax.Node) string {
	body, _, _ := dotnet.Loop(part)
	if body.Kind == syntax.Class || body.Kind == syntax.Literal {
		set := p.written(body)
		return fmt.Sprintf("let it begin only where the run begins: (?<!%s)%s; or begin the expression with ^ or a text", set, p.written(part))
	}
	return p.anchored(part) + " or with a text that cannot come again in it"
}

func (p *prover) anchored(part *syntax.Node) string {
	return fmt.Sprintf("begin the expression before %s with ^", p.written(part))
}

// adviceOnPair is for two repetitions that take the same text.
func (p *prover) adviceOnPair(a, b *syntax.Node) string {
	if a.From <= b.From && b.To <= a.To {
		return fmt.Sprintf("%s is read again in every round of what is around it: give it an end that no round can do without, or let the "+
			"rounds around it be counted, as in {0,50}", p.written(b))
	}
	sort := "take from one what the other takes, as [^,]* for .*"
	if end := p.next(a); end != "" && end != p.written(b) {
		sort = fmt.Sprintf("let %s not take what ends it, as [^%s]*", p.written(a), end)
	}
	return fmt.Sprintf("%s and %s take the same text: %s; or make the first atomic with what follows it: (?>…)", p.written(a), p.written(b), sort)
}

// next gives the character that follows a node in its concatenation, as a class has it, or "".
func (p *prover) next(n *syntax.Node) string {
	found := ""
	p.re.Tree().Root.Walk(func(parent *syntax.Node) {
		if parent.Kind != syntax.Concat {
			return
		}
		for i, child := range parent.Nodes[:len(parent.Nodes)-1] {
			next := parent.Nodes[i+1]
			if child.From <= n.From && n.To <= child.To && next.From >= n.To && next.Kind == syntax.Literal {
				found = p.re.String()[next.From:next.To]
			}
		}
	})
	return found
}

func (p *prover) quantifier(loop *syntax.Node) string {
	return p.re.String()[loop.Nodes[0].To:loop.To]
}

// maxWritten is how much of a part is quoted, in bytes.
const maxWritten = 60

// written gives a part as written, cut in the middle when it is long.
func (p *prover) written(n *syntax.Node) string { return Cut(p.re.String()[n.From:n.To], maxWritten) }

// Cut shortens a text to about so many bytes, leaving out its middle.
func Cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	half := most / 2
	return strings.ToValidUTF8(text[:half], "") + "…" + strings.ToValidUTF8(text[len(text)-half:], "")
}
