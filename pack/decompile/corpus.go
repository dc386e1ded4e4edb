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
	inside   []inner // the branches of a group, parts of which can be shared on their own
	word     string  // the text a symbol takes when that is one word
	capture  string  // the name of a group
	negative bool    // a group that must not match
}

// inner is a branch within a symbol's text, and where its symbols are.
type inner struct {
	from, to int
	sequence stretch
}

// stretch is a part of the corpus.
type stretch struct{ from, to int }

// corpus holds expressions as sequences of symbols, one after the other, each with a separator behind it.
type corpus struct {
	symbols    []symbol
	ids        map[string]int32
	text       []int32 // ids of symbols; separators are below 0 and no two are the same
	separators int32
}

func newCorpus() *corpus { return &corpus{ids: map[string]int32{}} }

// whole adds an expression that is written so many times, and gives where. An expression .NET refuses is one symbol.
func (c *corpus) whole(pattern string, times int) []stretch {
	var nodes []*syntax.Node
	if e, err := syntax.Parse(pattern, 0); err == nil {
		nodes = parts(e.Root)
	}
	first := c.sequence(pattern, 0, len(pattern), nodes)
	if times == 1 {
		return []stretch{first}
	}
	id, known := c.ids[pattern]
	if known {
		out := []stretch{first}
		for range times - 1 {
			out = append(out, c.append([]int32{id}))
		}
		return out
	}
	id = c.newSymbol(symbol{text: pattern, inside: []inner{{0, len(pattern), first}}})
	var out []stretch
	for range times {
		out = append(out, c.append([]int32{id}))
	}
	return out
}

// parts are the nodes of a branch in order.
func parts(branch *syntax.Node) []*syntax.Node {
	if branch.Kind == syntax.Concat {
		return branch.Nodes
	}
	return []*syntax.Node{branch}
}

// sequence adds the symbols of pattern[from:to], whose nodes are given.
func (c *corpus) sequence(pattern string, from, to int, nodes []*syntax.Node) stretch {
	var own []int32
	for _, p := range cut(pattern, from, to, nodes) {
		own = append(own, c.intern(pattern, p))
	}
	return c.append(own)
}

func (c *corpus) append(own []int32) stretch {
	from := len(c.text)
	c.separators--
	c.text = append(append(c.text, own...), c.separators)
	return stretch{from, from + len(own)}
}

func (c *corpus) newSymbol(s symbol) int32 {
	c.ids[s.text] = int32(len(c.symbols))
	c.symbols = append(c.symbols, s)
	return c.ids[s.text]
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
	inWord := 0 // where the word so far ends
	for _, n := range nodes {
		add(n.From, nil, false)
		word := isWord(pattern, n)
		add(n.To, n, word && inWord == n.From && inWord > from)
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

// intern gives the symbol of a piece; the branches of a group become sequences of their own.
func (c *corpus) intern(pattern string, p piece) int32 {
	text := pattern[p.from:p.to]
	if id, known := c.ids[text]; known {
		return id
	}
	id := c.newSymbol(symbol{text: text})
	s := symbol{text: text}
	if !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf || !isWordByte(byte(r)) }) {
		s.word = text
	}
	if p.node != nil {
		c.open(&s, pattern, p.node)
	}
	c.symbols[id] = s
	return id
}

// open adds what is inside a group.
func (c *corpus) open(s *symbol, pattern string, n *syntax.Node) {
	branch := func(b *syntax.Node) {
		if b.From < b.To {
			s.inside = append(s.inside, inner{b.From - n.From, b.To - n.From, c.sequence(pattern, b.From, b.To, parts(b))})
		}
	}
	switch n.Kind {
	case syntax.Repeat:
		if a := n.Nodes[0]; a.Kind != syntax.Literal {
			branch(a)
		}
		return
	case syntax.Capture:
		s.capture = captureName(s.text)
	case syntax.NotLookAhead, syntax.NotLookBehind:
		s.negative = true
	case syntax.Group, syntax.Atomic, syntax.LookAhead, syntax.LookBehind, syntax.Alternate:
	default:
		return
	}
	for _, child := range n.Nodes {
		if child.Kind != syntax.Alternate {
			branch(child)
			continue
		}
		for _, b := range child.Nodes {
			branch(b)
		}
	}
}

// captureName is the name a group begins with, if any.
func captureName(group string) string {
	rest, named := strings.CutPrefix(group, "(?<")
	if end := strings.IndexByte(rest, '>'); named && end > 0 {
		return rest[:end]
	}
	return ""
}
