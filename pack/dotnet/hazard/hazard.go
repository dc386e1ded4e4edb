// Package hazard finds expressions that a backtracking engine as .NET's can be kept busy with: those that can match one text in so
// many ways that trying them all takes exponential or polynomial time in its length.
//
// A finding is proved. The ambiguity of the expression's automaton (Weber and Seidl's criteria EDA and IDA, applied to
// backtracking by Weideman et al., "Analyzing Matching Time Behavior of Backtracking Regular Expression Matchers by Using
// Ambiguity of NFA", 2016) gives a text to repeat; that text, repeated more and more often, is then given to the engines.
package hazard

import (
	"strconv"
	"strings"
	"time"

	"github.com/kpgen/kpgen/pack/dotnet"
	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// Kind says how bad it is.
type Kind string

// The kinds.
const (
	Exponential Kind = "exponential" // a few dozen characters are enough
	Polynomial  Kind = "polynomial"  // it takes hundreds or thousands
	Unjudged    Kind = "unjudged"    // the expression is too large, or too ambiguous, to be judged
)

// Hazard is a part of an expression that makes it slow.
type Hazard struct {
	Kind     Kind
	Degree   int // Polynomial: time grows with this power of the text's length
	From, To int // the part, in byte offsets of the expression
	Attack   Attack
	// Proved says that the attack was seen to take that long. An unproved one is ambiguous by its automaton, but no text was found
	// that makes it slow.
	Proved   bool
	Evidence Evidence
	Advice   string // how to rewrite it
}

// Attack is a text that takes long: Prefix, Pump any number of times, Suffix.
type Attack struct{ Prefix, Pump, Suffix string }

// String shows the attack for people, shortened: "x", then "ab" over and over, then "!".
func (a Attack) String() string {
	const most = 40
	all := strconv.Quote(Cut(a.Pump, most)) + " over and over"
	if a.Prefix != "" {
		all = strconv.Quote(Cut(a.Prefix, most)) + ", then " + all
	}
	if a.Suffix != "" {
		all += ", then " + strconv.Quote(Cut(a.Suffix, most))
	}
	return all
}

// Text gives the text with the pump repeated.
func (a Attack) Text(repeats int) string {
	return a.Prefix + strings.Repeat(a.Pump, repeats) + a.Suffix
}

// Limit is how long a search for the attack of a proved hazard was let go on, in vain.
const Limit = 50 * time.Millisecond

// Evidence is how a hazard was proved.
type Evidence struct {
	Sizes []Size // growing; the search in the last one ran into the limit
	// Shortcut says that regexp2, which matches here, sees a way round where .NET's engine does not: what ran into the limit is our
	// own matcher.
	Shortcut bool
}

// Size is an attack of one size.
type Size struct {
	Repeats int
	Length  int // of the text, in bytes
	Steps   int // what the search takes, as dotnet.Regexp.Steps counts; 0: not counted to the end
}

// Find gives the hazards of an expression, the worst first. It is bounded: an expression that is too large to be judged is told as
// Unjudged. An expression that takes linear time has none.
func Find(re *dotnet.Regexp) []Hazard {
	if re.Linear() {
		return nil
	}
	s := &search{re: re, left: maxSteps}
	s.part(re.Tree().Root, re.Tree().Options&syntax.RightToLeft != 0)
	if s.cut {
		s.hazards = append(s.hazards, Hazard{Kind: Unjudged, To: len(re.String()),
			Advice: "split the expression, or take repetitions out of it"})
	}
	return s.hazards
}

// search is the search for the hazards of an expression.
type search struct {
	re      *dotnet.Regexp
	hazards []Hazard
	cut     bool // not all of it was judged
	left    int  // steps that may still be counted
}

// part judges a part of the expression that is searched in one direction, and the parts of it that are searched in the other.
func (s *search) part(root *syntax.Node, backward bool) {
	g, elsewhere, ok := newGraph(s.re.Tree().Root, root, backward)
	if !ok {
		s.cut = true
		return
	}
	found, whole := find(g, root != s.re.Tree().Root)
	s.cut = s.cut || !whole
	for i := range found {
		s.judge(g, &found[i])
	}
	for _, n := range elsewhere {
		s.part(n, !backward)
	}
}

// judge proves a candidate, unless it is within a hazard that is known.
func (s *search) judge(g *graph, c *candidate) {
	h := Hazard{Kind: c.kind, Degree: c.degree}
	h.From, h.To = span(s.re.Tree().Root, c.parts)
	if s.covered(h) {
		return
	}
	p := &prover{search: s, graph: g, candidate: c}
	if c.first != searchState {
		p.prefix, _ = g.path(startState, c.first, func(*way) bool { return true })
	}
	if p.proveSomehow(&h) {
		h.Advice = p.advice(&h)
		s.hazards = append(s.hazards, h)
		return
	}
	if c.kind == Exponential && !c.doubted {
		h.Attack = p.attack(nil)
		h.Advice = p.advice(&h)
		s.hazards = append(s.hazards, h)
	}
}

// covered reports whether a hazard that is as bad is known for the part or something in it, or a worse one that overlaps with it.
func (s *search) covered(h Hazard) bool {
	for _, known := range s.hazards {
		if !known.Proved && h.Kind == Polynomial {
			continue
		}
		if h.From < known.To && known.From < h.To {
			return true
		}
	}
	return false
}

// span gives the part of the tree that all parts of a candidate are in: a node, or some of the nodes of a concatenation.
func span(n *syntax.Node, parts []*syntax.Node) (from, to int) {
	from, to = parts[0].From, parts[0].To
	for _, p := range parts[1:] {
		from, to = min(from, p.From), max(to, p.To)
	}
	for {
		first, last := -1, -1
		for i, child := range n.Nodes {
			if child.From <= from && from < child.To && first < 0 {
				first = i
			}
			if child.From < to && to <= child.To {
				last = i
			}
		}
		switch {
		case n.From == from && n.To == to || first < 0 || last < 0 || first != last && n.Kind != syntax.Concat:
			return n.From, n.To
		case first != last:
			return n.Nodes[first].From, n.Nodes[last].To
		}
		n = n.Nodes[first]
	}
}
