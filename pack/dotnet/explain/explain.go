// Package explain says in plain words what an expression looks for, part by part, from the tree that matching uses.
package explain

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// Write writes a line for each part of the expression: where it is, in characters from 1, as line:column when the expression has
// lines; the part as written, indented to where it belongs; and what it means. The groups follow.
func Write(w io.Writer, e *syntax.Expression) error {
	x := explainer{expression: e, positions: positions(e.Pattern)}
	x.node(e.Root, 0, "")
	out := bufio.NewWriter(w)
	if names := optionNames(e.Options); names != "" {
		fmt.Fprintf(out, "options: %s\n", names)
	}
	x.write(out)
	fmt.Fprintf(out, "groups: %s\n", groups(e))
	return out.Flush()
}

type explainer struct {
	expression *syntax.Expression
	positions  []position
	rows       []row
}

// row is one line of an explanation.
type row struct {
	place, part, words string
}

// Widths of the columns, in characters: a part that does not fit is cut.
const (
	maxPart   = 40
	maxIndent = 24
)

func (x *explainer) write(w io.Writer) {
	place, part := 0, 0
	for _, r := range x.rows {
		place = max(place, utf8.RuneCountInString(r.place))
		part = max(part, utf8.RuneCountInString(r.part))
	}
	for _, r := range x.rows {
		fmt.Fprintf(w, "%-*s  %-*s  %s\n", place, r.place, part, r.part, r.words)
	}
}

// node adds a row for a node and rows for what is in it; role is what the node is to the one around it.
func (x *explainer) node(n *syntax.Node, depth int, role string) {
	if n.Kind == syntax.Concat && literals(n.Nodes) == len(n.Nodes) {
		x.add(n.From, n.To, depth, role+text(n.Nodes))
		return
	}
	x.add(n.From, n.To, depth, role+x.words(n))
	if n.Kind == syntax.Concat {
		x.sequence(n.Nodes, depth+1)
		return
	}
	for i, child := range n.Nodes {
		x.node(child, depth+1, roleOf(n, i))
	}
}

// sequence adds the parts of a concatenation, characters side by side as one text.
func (x *explainer) sequence(nodes []*syntax.Node, depth int) {
	for len(nodes) > 0 {
		run := literals(nodes)
		if run > 1 {
			x.add(nodes[0].From, nodes[run-1].To, depth, text(nodes[:run]))
		} else {
			run = 1
			x.node(nodes[0], depth, "")
		}
		nodes = nodes[run:]
	}
}

// literals counts the characters with the same options that nodes begin with.
func literals(nodes []*syntax.Node) int {
	n := 0
	for n < len(nodes) && nodes[n].Kind == syntax.Literal && nodes[n].Options == nodes[0].Options {
		n++
	}
	return n
}

func (x *explainer) add(from, to, depth int, words string) {
	part := []rune(diag.Visible(x.expression.Pattern[from:to]))
	if len(part) > maxPart {
		part = append(part[:maxPart-1], '…')
	}
	x.rows = append(x.rows, row{x.place(from, to), strings.Repeat(" ", min(2*depth, maxIndent)) + string(part), words})
}

// place gives where a part stands: its first and its last character.
func (x *explainer) place(from, to int) string {
	first := x.position(from)
	if to == from {
		return first
	}
	_, size := utf8.DecodeLastRuneInString(x.expression.Pattern[:to])
	last := x.position(max(from, to-size))
	if first == last {
		return first
	}
	return first + "-" + last
}

func (x *explainer) position(offset int) string {
	at := x.positions[offset]
	if x.positions[len(x.expression.Pattern)].line > 1 {
		return fmt.Sprintf("%d:%d", at.line, at.column)
	}
	return fmt.Sprint(at.column)
}

// position is a line and a column in characters, from 1.
type position struct{ line, column int }

// positions gives the position of every byte of a text and of its end.
func positions(text string) []position {
	all := make([]position, len(text)+1)
	at := position{1, 1}
	for i, r := range text {
		all[i] = at
		at.column++
		if r == '\n' {
			at = position{at.line + 1, 1}
		}
	}
	all[len(text)] = at
	return all
}

// roleOf says what a child is to a node that tells its children apart.
func roleOf(n *syntax.Node, child int) string {
	branches := child
	switch n.Kind {
	case syntax.Alternate:
		if child == 0 {
			return "either "
		}
		return "or "
	case syntax.IfLook:
		if child == 0 {
			return "if this matches: "
		}
		branches--
	case syntax.IfGroup:
	default:
		return ""
	}
	if branches == 0 {
		return "then "
	}
	return "else "
}

func groups(e *syntax.Expression) string {
	var all []string
	for _, g := range e.Groups[1:] {
		if g.Named {
			all = append(all, fmt.Sprintf("%d %q", g.Number, g.Name))
		} else {
			all = append(all, fmt.Sprint(g.Number))
		}
	}
	if len(all) == 0 {
		return "none but the match"
	}
	return strings.Join(all, ", ")
}

func optionNames(o syntax.Options) string {
	var names []string
	for _, known := range []struct {
		option syntax.Options
		name   string
	}{
		{syntax.IgnoreCase, "IgnoreCase"}, {syntax.Multiline, "Multiline"}, {syntax.ExplicitCapture, "ExplicitCapture"},
		{syntax.Singleline, "Singleline"}, {syntax.IgnorePatternWhitespace, "IgnorePatternWhitespace"},
		{syntax.RightToLeft, "RightToLeft (searched from the end of the text)"}, {syntax.ECMAScript, "ECMAScript"},
	} {
		if o&known.option != 0 {
			names = append(names, known.name)
		}
	}
	return strings.Join(names, ", ")
}
