package dotnet

import (
	"regexp"

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
//     lookaround or a condition. .NET's bookkeeping slips: it finds other matches, throws, or never comes back.
//   - repeated-lazy-empty-loop: the same inside another repetition. .NET may tell of a match that begins one before the text, which
//     here begins with it, or give the same match for ever, which here is out of time.
//   - empty-counted-loop: a repetition of nothing at all for more than 16 times. .NET throws.
//   - self-balancing: a group that takes captures off itself, as (?<n-n>…). .NET may throw when it goes back over it.
//   - non-ascii-ignore-case: letters beyond ASCII without regard to case, which depend on the Unicode version of the machine.
//
// The last one is no difference, but seldom meant:
//
//   - posix-class: [:name:], alone a class of its characters, in a class a [.
func (re *Regexp) Doubts() []Doubt {
	if _, linear := re.engine.(*linear); linear {
		return nil
	}
	d := doubter{pattern: re.pattern}
	d.node(re.tree.Root, around{})
	return d.found
}

var posixClass = regexp.MustCompile(`\[:\^?[A-Za-z]+:\]`)

type doubter struct {
	pattern string
	found   []Doubt
}

func (d *doubter) add(n *syntax.Node, kind, message string) {
	d.found = append(d.found, Doubt{n.From, n.To, kind, message})
}

// around says what a node is in: something that is matched once, and a repetition outside of that.
type around struct{ committed, repeated bool }

func (d *doubter) node(n *syntax.Node, in around) {
	switch n.Kind {
	case syntax.Repeat:
		d.repeat(n, in)
		in.repeated = in.repeated || n.Max == syntax.Unlimited || n.Max > 1 || n.Min == 0
	case syntax.Class:
		part := d.pattern[n.From:n.To]
		if posixClass.MatchString(part) {
			d.add(n, "posix-class", "[:name:] is no class of .NET's, but its characters one by one")
		}
		d.ignoreCase(n, n.Options&syntax.IgnoreCase != 0 && !ascii(part))
	case syntax.Capture:
		if n.Pop != syntax.NoGroup && n.Pop == n.Number {
			d.add(n, "self-balancing", "the group takes captures off itself, over which .NET may stumble")
		}
	case syntax.Literal:
		d.ignoreCase(n, n.Unit >= 0x80 && len(n.Units()) > 1)
	case syntax.Atomic, syntax.LookAhead, syntax.LookBehind, syntax.NotLookAhead, syntax.NotLookBehind:
		in.committed = true
	}
	for i, child := range n.Nodes {
		d.node(child, around{in.committed || n.Kind == syntax.IfLook && i == 0, in.repeated})
	}
}

func (d *doubter) ignoreCase(n *syntax.Node, doubtful bool) {
	if doubtful {
		d.add(n, "non-ascii-ignore-case", "the other case of a letter beyond ASCII depends on the machine")
	}
}

// maxEmptyRounds is how many rounds of nothing .NET has room for.
const maxEmptyRounds = 16

func (d *doubter) repeat(n *syntax.Node, in around) {
	l := newLoop(n)
	unbounded := l.max == unlimited && l.min <= 1
	loose := l.lazy && unbounded && mayBeEmpty(l.body)
	switch {
	case loose && in.committed:
		d.add(n, "lazy-empty-loop",
			"the repetition goes on lazily over what may be empty, inside something matched once, where .NET goes astray")
	case loose && in.repeated:
		d.add(n, "repeated-lazy-empty-loop",
			"the repetition goes on lazily over what may be empty, inside another repetition, where .NET may never come to an end")
	case !unbounded && l.min > maxEmptyRounds && bare(l.body).Kind == syntax.Empty:
		d.add(n, "empty-counted-loop", "the repetition counts nothing, over which .NET stumbles")
	}
}
