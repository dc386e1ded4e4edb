package decompile

import (
	"strings"
	"unicode/utf8"

	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// symbol is the smallest part of expressions that is shared or not: a word, a class, a group with all that is in it. The same text is
// the same symbol wherever it stands.
type symbol struct {
	text     string
	word     string // what it takes, when that is one word
	capture  string // the name of a group
	negative bool   // a group that must not match
	optional bool   // it need not be there
}

// inner is a branch within a symbol's text, and where its symbols are.
type inner struct {
	from, to int
	stretch  stretch
}

// stretch is a part of the corpus, from a symbol up to another.
type stretch struct{ from, to int }

// corpus holds expressions as sequences of symbols, one after the other, each with a separator behind it; so are the branches of the
// groups among them, wherever they stand.
type corpus struct {
	symbols    []symbol
	ids        map[string]int32
	text       []int32   // ids of symbols; separators are below 0 and no two are the same
	inside     [][]inner // the branches of the symbols
	owner      []int32   // the group each symbol is in a branch of, -1 for none
	separators int32
	parsed     map[string][]*syntax.Node
}

func newCorpus() *corpus {
	return &corpus{ids: map[string]int32{}, parsed: map[string][]*syntax.Node{}}
}

// add adds an expression. One that .NET refuses is one symbol.
func (c *corpus) add(pattern string) stretch {
	var nodes []*syntax.Node
	if e, err := syntax.Parse(pattern, 0); err == nil {
		nodes = parts(e.Root)
	}
	return c.sequence(pattern, 0, len(pattern), nodes)
}

// parts are the nodes of a branch in order.
func parts(branch *syntax.Node) []*syntax.Node {
	if branch.Kind == syntax.Concat {
		return branch.Nodes
	}
	return []*syntax.Node{branch}
}

// sequence adds the symbols of pattern[from:to], whose nodes are given, behind those of their branches.
func (c *corpus) sequence(pattern string, from, to int, nodes []*syntax.Node) stretch {
	pieces := cut(pattern, from, to, nodes)
	inside := make([][]inner, len(pieces))
	for i, p := range pieces {
		inside[i] = c.open(pattern, p)
	}
	start := len(c.text)
	for i, p := range pieces {
		for _, in := range inside[i] {
			for j := in.stretch.from; j < in.stretch.to; j++ {
				c.owner[j] = int32(len(c.text))
			}
		}
		c.append(c.intern(pattern, p), inside[i])
	}
	end := len(c.text)
	c.separators--
	c.append(c.separators, nil)
	return stretch{start, end}
}

func (c *corpus) append(id int32, inside []inner) {
	c.text = append(c.text, id)
	c.inside = append(c.inside, inside)
	c.owner = append(c.owner, -1)
}

// piece is a symbol's place in an expression; node is nil when it is not just one node.
type piece struct {
	from, to int
	node     *syntax.Node
}

// cut gives the symbols of pattern[from:to]: nodes, and what stands between them; the letters of a word are one symbol. There is
// no cut behind a %, which would make a plain %{ of the %{ of a shared expression.
func cut(pattern string, from, to int, nodes []*syntax.Node) []piece {
	var out []piece
	end := from
	add := func(at int, n *syntax.Node, joins bool) {
		switch {
		case at <= end || at < to && !utf8.RuneStart(pattern[at]):
			return
		case len(out) > 0 && (joins || pattern[end-1] == '%'):
			out[len(out)-1] = piece{from: out[len(out)-1].from, to: at}
		case n != nil && n.From != end:
			out = append(out, piece{from: end, to: at})
		default:
			out = append(out, piece{end, at, n})
		}
		end = at
	}
	inWord := -1 // where the word so far ends
	for _, n := range nodes {
		add(n.From, nil, false)
		word := isWord(pattern, n)
		add(n.To, n, word && inWord == n.From)
		if word {
			inWord = n.To
		}
	}
	add(to, nil, false)
	return out
}

// isWord tells a letter, digit or the like that is written as itself, however often it may come.
func isWord(pattern string, n *syntax.Node) bool {
	if n.Kind == syntax.Repeat {
		n = n.Nodes[0]
	}
	return n.Kind == syntax.Literal && n.To-n.From == 1 && isWordByte(pattern[n.From])
}

func isWordByte(b byte) bool {
	return b == '_' || b == '-' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

// intern gives the symbol of a piece.
func (c *corpus) intern(pattern string, p piece) int32 {
	text := pattern[p.from:p.to]
	if id, known := c.ids[text]; known {
		return id
	}
	s := symbol{text: text, word: wordIn(text)}
	if n := p.node; n != nil {
		if n.Kind == syntax.Repeat {
			s.optional = n.Min == 0
			n = n.Nodes[0]
		}
		switch n.Kind {
		case syntax.Capture:
			s.capture = captureName(text)
		case syntax.NotLookAhead, syntax.NotLookBehind:
			s.negative = true
		}
	}
	id := int32(len(c.symbols))
	c.ids[text] = id
	c.symbols = append(c.symbols, s)
	return id
}

// wordIn is the word that letters with quantifiers behind some of them take. A % before it, which they are not cut from, is no part
// of it.
func wordIn(text string) string {
	text = strings.TrimLeft(text, "%")
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case isWordByte(text[i]):
			b.WriteByte(text[i])
		case b.Len() > 0 && strings.IndexByte("?*+", text[i]) >= 0:
		default:
			return ""
		}
	}
	return b.String()
}

// captureName is the name a group begins with, if any.
func captureName(group string) string {
	rest, named := strings.CutPrefix(group, "(?<")
	if end := strings.IndexByte(rest, '>'); named && end > 0 {
		return rest[:end]
	}
	return ""
}

// open adds the branches of a group, or what a quantifier repeats.
func (c *corpus) open(pattern string, p piece) []inner {
	if p.node == nil {
		return nil
	}
	var out []inner
	branch := func(b *syntax.Node) {
		if b.From < b.To {
			out = append(out, inner{b.From - p.from, b.To - p.from, c.sequence(pattern, b.From, b.To, parts(b))})
		}
	}
	switch p.node.Kind {
	case syntax.Repeat:
		if a := p.node.Nodes[0]; a.Kind != syntax.Literal {
			branch(a)
		}
	case syntax.Capture, syntax.NotLookAhead, syntax.NotLookBehind, syntax.Group, syntax.Atomic, syntax.LookAhead, syntax.LookBehind:
		if inside := p.node.Nodes[0]; inside.Kind == syntax.Alternate {
			for _, b := range inside.Nodes {
				branch(b)
			}
		} else {
			branch(inside)
		}
	case syntax.Alternate:
		for _, b := range p.node.Nodes {
			branch(b)
		}
	}
	return out
}
