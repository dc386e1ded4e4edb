package dotnet

import (
	"fmt"
	"strings"

	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// rewritten writes an expression in a form in which regexp2 does what .NET does: every class and every letter without regard to
// case as explicit ranges of units, every option as a construct, every group by the number of its slot. The ranges are those of
// the text's alphabet, which for ASCII are short. It reports false where no form is right:
//
//   - repetitions of what may be empty, where regexp2 goes on otherwise: it finds nothing for (?>a?)*a;
//   - repetitions of atomic groups, which it joins with the loops inside: it finds ab for (?>\w{1,2}){2};
//   - conditionals, balancing groups, RightToLeft, \G, and references that ECMAScript lets match nothing;
//   - expressions that begin both with and without regard to case, where .NET overlooks matches (see first);
//   - references without regard to case in other texts than ASCII, for which regexp2 has other tables.
func rewritten(e *syntax.Expression, a alphabet) (string, bool) {
	if e.Options&(syntax.RightToLeft|syntax.ECMAScript) != 0 {
		return "", false
	}
	w := &rewriter{alphabet: a, slots: map[int]int{}}
	for slot, g := range e.Groups {
		w.slots[g.Number] = slot
	}
	if first, ok := firstUnits(e.Root); ok && first.fold && first.exact {
		return "", false
	}
	w.node(e.Root)
	return w.String(), !w.wrong && w.Len() <= maxRewriting
}

// maxRewriting is how long a rewriting may get, in bytes: the letters of all scripts take eight thousand.
const maxRewriting = 1 << 20

// alphabet says which units a text is made of.
type alphabet int

const (
	asciiOnly alphabet = iota
	basic              // no surrogates
	anyUnits           // regexp2 looks for surrogates in the wrong way: there is no rewriting
)

var alphabetUnits = map[alphabet]syntax.Set{
	asciiOnly: {{Lo: 0, Hi: 0x7F}},
	basic:     {{Lo: 0, Hi: 0xD7FF}, {Lo: 0xE000, Hi: 0xFFFF}},
}

type rewriter struct {
	strings.Builder
	alphabet
	slots map[int]int
	wrong bool
}

// groupForms are the beginnings of groups.
var groupForms = map[syntax.Kind]string{
	syntax.Group: "(?:", syntax.Atomic: "(?>", syntax.LookAhead: "(?=", syntax.NotLookAhead: "(?!", syntax.LookBehind: "(?<=",
	syntax.NotLookBehind: "(?<!",
}

var anchorForms = map[syntax.Kind]string{
	syntax.TextStart: `\A`, syntax.TextEnd: `\z`, syntax.FinalLineEnd: `\Z`, syntax.LineStart: `(?m:^)`, syntax.LineEnd: `(?m:$)`,
}

func (w *rewriter) node(n *syntax.Node) {
	if w.wrong || w.Len() > maxRewriting {
		return
	}
	if form, ok := anchorForms[n.Kind]; ok {
		w.WriteString(form)
		return
	}
	if form, ok := groupForms[n.Kind]; ok {
		w.group(form, n.Nodes[0])
		return
	}
	switch n.Kind {
	case syntax.Empty:
	case syntax.Literal, syntax.Class:
		w.units(n.Units())
	case syntax.Concat:
		for _, child := range n.Nodes {
			w.node(child)
		}
	case syntax.Alternate:
		w.alternate(n.Nodes)
	case syntax.Repeat:
		w.repeat(n)
	case syntax.Capture:
		w.wrong = w.wrong || n.Pop != syntax.NoGroup
		w.group(fmt.Sprintf("(?<%d>", w.slots[n.Number]), n.Nodes[0])
	case syntax.Backreference:
		w.reference(n)
	case syntax.WordBoundary, syntax.NotWordBoundary:
		w.boundary(n.Kind == syntax.WordBoundary)
	default:
		w.wrong = true
	}
}

func (w *rewriter) group(form string, inside *syntax.Node) {
	w.WriteString(form)
	w.node(inside)
	w.WriteString(")")
}

// alternate is put in a group: it may stand in a concatenation once its own group is gone.
func (w *rewriter) alternate(nodes []*syntax.Node) {
	w.WriteString("(?:")
	for i, n := range nodes {
		if i > 0 {
			w.WriteString("|")
		}
		w.node(n)
	}
	w.WriteString(")")
}

func (w *rewriter) repeat(n *syntax.Node) {
	l := newLoop(n)
	switch {
	case l.max == 0:
		return
	case single(l.body):
		w.units(l.body.Units())
	case l.min == 1 && l.max == 1:
		w.group("(?:", l.body)
		return
	case mayBeEmpty(l.body) || hasAtomic(l.body):
		w.wrong = true
		return
	default:
		w.group("(?:", l.body)
	}
	if l.max == unlimited {
		fmt.Fprintf(w, "{%d,}", l.min)
	} else {
		fmt.Fprintf(w, "{%d,%d}", l.min, l.max)
	}
	if l.lazy {
		w.WriteString("?")
	}
}

func (w *rewriter) reference(n *syntax.Node) {
	fold := n.Options&syntax.IgnoreCase != 0
	w.wrong = w.wrong || fold && w.alphabet != asciiOnly
	if fold {
		fmt.Fprintf(w, `(?i:\k<%d>)`, w.slots[n.Number])
		return
	}
	fmt.Fprintf(w, `\k<%d>`, w.slots[n.Number])
}

func (w *rewriter) boundary(positive bool) {
	if w.alphabet == asciiOnly {
		w.WriteString(either(positive, `\b`, `\B`))
		return
	}
	word := rangesForm(syntax.WordUnits())
	w.WriteString(either(positive,
		"(?:(?<="+word+")(?!"+word+")|(?<!"+word+")(?="+word+"))",
		"(?:(?<="+word+")(?="+word+")|(?<!"+word+")(?!"+word+"))"))
}

func either[T any](condition bool, yes, no T) T {
	if condition {
		return yes
	}
	return no
}

// units writes a set, as one unit where it is one.
func (w *rewriter) units(s syntax.Set) {
	s = s.Intersect(alphabetUnits[w.alphabet])
	switch {
	case len(s) == 0:
		w.WriteString("(?!)")
	case len(s) == 1 && s[0].Lo == s[0].Hi:
		w.WriteString(unitForm(s[0].Lo))
	default:
		w.WriteString(rangesForm(s))
	}
}

func rangesForm(s syntax.Set) string {
	var b strings.Builder
	b.WriteByte('[')
	for _, r := range s {
		b.WriteString(unitForm(r.Lo))
		if r.Lo != r.Hi {
			b.WriteString("-" + unitForm(r.Hi))
		}
	}
	b.WriteByte(']')
	return b.String()
}

func unitForm(unit uint16) string {
	if '0' <= unit && unit <= '9' || 'A' <= unit && unit <= 'Z' || 'a' <= unit && unit <= 'z' {
		return string(rune(unit))
	}
	return fmt.Sprintf(`\u%04x`, unit)
}

func hasAtomic(n *syntax.Node) bool {
	found := false
	n.Walk(func(n *syntax.Node) { found = found || n.Kind == syntax.Atomic })
	return found
}

// mayBeEmpty reports whether a node can match without taking anything.
func mayBeEmpty(n *syntax.Node) bool {
	switch n.Kind {
	case syntax.Literal, syntax.Class:
		return false
	case syntax.Concat:
		for _, child := range n.Nodes {
			if !mayBeEmpty(child) {
				return false
			}
		}
		return true
	case syntax.Alternate:
		for _, child := range n.Nodes {
			if mayBeEmpty(child) {
				return true
			}
		}
		return false
	case syntax.Group, syntax.Capture, syntax.Atomic:
		return mayBeEmpty(n.Nodes[0])
	case syntax.Repeat:
		return n.Min == 0 || mayBeEmpty(n.Nodes[0])
	}
	return true
}
