package change

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aymanbagabas/go-udiff/lcs"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/dotnet/syntax"
	"github.com/kpgen/kpgen/pack/lucene"
)

// hunk is a differing stretch of two texts. Its key has the whole words around it, so that the same change reads the same.
type hunk struct {
	old, new stretch
	key      string
}

// A text that differs in more stretches, or of which less than a third stays, was written anew: it differs in one stretch.
const maxHunks = 8

// compareTexts gives the differing stretches of two texts, each cut only where pieces meet. Says is what the old pieces are compared
// as: themselves, or with other names.
func compareTexts(old, now string, oldPieces, says, newPieces []string) []hunk {
	kept := len(old)
	oldAt, newAt := offsets(oldPieces), offsets(newPieces)
	diffs := together(lcs.DiffLines(says, newPieces), oldAt)
	var out []hunk
	for _, d := range diffs {
		h := hunk{old: stretch{oldAt[d.Start], oldAt[d.End]}, new: stretch{newAt[d.ReplStart], newAt[d.ReplEnd]}}
		kept -= h.old.to - h.old.from
		h.key = old[h.old.from:h.old.to] + "\x00" + now[h.new.from:h.new.to]
		out = append(out, h)
	}
	if len(out) > maxHunks || len(out) > 1 && 3*kept < len(old) {
		out = []hunk{{old: stretch{out[0].old.from, out[len(out)-1].old.to}, new: stretch{out[0].new.from, out[len(out)-1].new.to}}}
		out[0].key = old[out[0].old.from:out[0].old.to] + "\x00" + now[out[0].new.from:out[0].new.to]
	}
	return out
}

// nearby is how many bytes between two stretches make them one, as where (?:a|b) became a.
const nearby = 8

// together joins differences with next to nothing between them.
func together(diffs []lcs.Diff, at []int) []lcs.Diff {
	var out []lcs.Diff
	for _, d := range diffs {
		if n := len(out); n > 0 && at[d.Start]-at[out[n-1].End] <= nearby {
			out[n-1].End, out[n-1].ReplEnd = d.End, d.ReplEnd
			continue
		}
		out = append(out, d)
	}
	return out
}

func offsets(pieces []string) []int {
	at := make([]int, 1, len(pieces)+1)
	for _, p := range pieces {
		at = append(at, at[len(at)-1]+len(p))
	}
	return at
}

// cutBoth cuts two expressions at the borders of their syntax trees' nodes, or when one is no expression both into words.
func cutBoth(old, now string, flavour pack.Flavour) (oldPieces, newPieces []string) {
	a, b := parse(old, flavour), parse(now, flavour)
	if a == nil || b == nil {
		return words(old), words(now)
	}
	return pieces(old, a), pieces(now, b)
}

// pieces cuts an expression at the borders of its nodes; the letters and digits of a word stay together.
func pieces(text string, e *syntax.Expression) []string {
	cut := make([]bool, len(text)+1)
	var visit func(n *syntax.Node)
	visit = func(n *syntax.Node) {
		cut[n.From], cut[n.To] = true, true
		if from, to := nameOf(text, n); from < to {
			cut[from], cut[to] = true, true
		}
		for _, below := range n.Nodes {
			visit(below)
		}
		for i := 1; i < len(n.Nodes); i++ {
			a, b := n.Nodes[i-1], n.Nodes[i]
			if n.Kind == syntax.Concat && a.To == b.From && isLetter(text, a) && isLetter(text, b) {
				cut[a.To] = false
			}
		}
	}
	visit(e.Root)
	return split(text, cut)
}

// nameOf gives the place of the name of the group that a node is or refers to; of a group without a name, that of its opening. From
// and to are the same where there is none.
func nameOf(text string, n *syntax.Node) (from, to int) {
	switch n.Kind {
	case syntax.Capture:
		to = n.Nodes[0].From
	case syntax.Backreference: // \k<name>
		to = n.To
	case syntax.IfGroup: // (?(name)…|…)
		from = n.From + len("(?(")
		return from, from + strings.IndexByte(text[from:n.To], ')')
	default:
		return 0, 0
	}
	open := strings.IndexAny(text[n.From:to], "<'")
	if open < 0 {
		return n.From, to
	}
	return n.From + open + 1, to - 1
}

// parse reads an expression; nil when it is none.
func parse(text string, flavour pack.Flavour) *syntax.Expression {
	read := func() (*syntax.Expression, error) { return syntax.Parse(text, 0) }
	if flavour == pack.PCRE {
		read = func() (*syntax.Expression, error) { return syntax.ParsePCRE(text) }
	}
	e, err := read()
	if err != nil {
		return nil
	}
	return e
}

// isLetter tells a literal that is part of a word.
func isLetter(text string, n *syntax.Node) bool {
	r, size := utf8.DecodeRuneInString(text[n.From:n.To])
	return n.Kind == syntax.Literal && size == n.To-n.From && isWord(r)
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// words cuts a text into runs of letters and digits and the single characters between them.
func words(text string) []string {
	cut := make([]bool, len(text)+1)
	before := false
	for i, r := range text {
		cut[i] = !(before && isWord(r))
		before = isWord(r)
	}
	return split(text, cut)
}

// split cuts a text where cut says, but never within a character: a tree has two literals for one beyond the basic plane.
func split(text string, cut []bool) []string {
	var out []string
	from := 0
	for i := 1; i <= len(text); i++ {
		if i == len(text) || cut[i] && utf8.RuneStart(text[i]) {
			out = append(out, text[from:i])
			from = i
		}
	}
	return out
}

// token is a name in an expression or a query, and where it stands.
type token struct {
	name string
	stretch
}

// tokens gives the named groups of a .NET expression, each in its first place, in the order written.
func tokens(text string) []token {
	var out []token
	for _, t := range groupsIn(text) {
		if !slices.ContainsFunc(out, func(u token) bool { return u.name == t.name }) {
			out = append(out, t)
		}
	}
	return out
}

// groupsIn gives every place where a .NET expression names one of its groups.
func groupsIn(text string) []token {
	e := parse(text, pack.DotNet)
	if e == nil {
		return nil
	}
	var out []token
	e.Root.Walk(func(n *syntax.Node) {
		from, to := nameOf(text, n)
		i := slices.IndexFunc(e.Groups, func(g syntax.Numbered) bool { return g.Number == n.Number && g.Named })
		if from == to || i < 0 {
			return
		}
		out = append(out, token{e.Groups[i].Name, stretch{from, to}})
	})
	return out
}

// fieldsIn gives every place where a query names a field.
func fieldsIn(text string) []token {
	q, err := lucene.Parse(text)
	if err != nil {
		return nil
	}
	var out []token
	for _, f := range q.Fields() {
		out = append(out, token{f.Name, stretch{f.From, f.To}})
	}
	return out
}
