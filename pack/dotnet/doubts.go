package dotnet

import (
	"strings"

	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// Doubt is a part of an expression whose meaning on a console is not sure, though it is an expression.
type Doubt struct {
	From, To int    // byte offsets in the expression
	Kind     string // lower-case-with-hyphens
	Message  string
}

// Doubts lists where .NET itself goes astray or its versions differ. These are the known differences between what is matched here
// and what Mono answers:
//
//   - lazy-empty-loop: a lazy repetition without an upper bound, of something that may be empty, inside an atomic group, a
//     lookaround or a condition. .NET's bookkeeping slips: it finds other matches, throws, or never comes back. Inside another
//     repetition .NET may tell of a match that begins one before the text, which here begins with it; that is no doubt.
//   - empty-counted-loop: a repetition of nothing at all for more than 16 times. .NET throws.
//   - non-ascii-ignore-case: letters beyond ASCII without regard to case, which depend on the Unicode version of the machine.
//
// The last one is no difference, but seldom meant:
//
//   - posix-class: [:name:] in a class, which .NET takes for a [.
func (re *Regexp) Doubts() []Doubt {
	if _, linear := re.engine.(*linear); linear {
		return nil
	}
	d := doubter{pattern: re.pattern}
	d.node(re.tree.Root, false)
	return d.found
}

type doubter struct {
	pattern string
	found   []Doubt
}

func (d *doubter) add(n *syntax.Node, kind, message string) {
	d.found = append(d.found, Doubt{n.From, n.To, kind, message})
}

// node looks at a node that is, or is not, in something that is matched once.
func (d *doubter) node(n *syntax.Node, committed bool) {
	switch n.Kind {
	case syntax.Repeat:
		d.repeat(n, committed)
	case syntax.Class:
		if strings.Contains(d.pattern[n.From:n.To], "[:") {
			d.add(n, "posix-class", "the class has a [:name:] in it, which .NET takes for a [")
		}
	case syntax.Literal:
		if n.Unit >= 0x80 && len(n.Units()) > 1 {
			d.add(n, "non-ascii-ignore-case", "the other case of a letter beyond ASCII depends on the machine")
		}
	case syntax.Atomic, syntax.LookAhead, syntax.LookBehind, syntax.NotLookAhead, syntax.NotLookBehind:
		committed = true
	}
	for i, child := range n.Nodes {
		d.node(child, committed || n.Kind == syntax.IfLook && i == 0)
	}
}

// maxEmptyRounds is how many rounds of nothing .NET has room for.
const maxEmptyRounds = 16

func (d *doubter) repeat(n *syntax.Node, committed bool) {
	l := newLoop(n)
	unbounded := l.max == unlimited && l.min <= 1
	switch {
	case committed && l.lazy && unbounded && mayBeEmpty(l.body):
		d.add(n, "lazy-empty-loop",
			"the repetition goes on lazily over what may be empty, inside something matched once, where .NET goes astray")
	case !unbounded && l.min > maxEmptyRounds && bare(l.body).Kind == syntax.Empty:
		d.add(n, "empty-counted-loop", "the repetition counts nothing, over which .NET stumbles")
	}
}
