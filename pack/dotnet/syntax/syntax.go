// Package syntax reads the regular expressions of .NET Framework's System.Text.RegularExpressions into a tree with positions.
// It takes what .NET takes and refuses what .NET refuses, and names the constructs of other engines with .NET's way to write
// them. Where the documentation is silent, Mono's answers decide (see internal/oracle).
//
// A small second grammar reads the part that PCRE and its relatives have in common into the same tree.
//
// Like .NET's, an expression is made of UTF-16 units: a character beyond the basic plane is two literals.
package syntax

import "fmt"

// Options are .NET's RegexOptions.
type Options int

// The options, with .NET's values.
const (
	IgnoreCase              Options = 1
	Multiline               Options = 2
	ExplicitCapture         Options = 4
	Singleline              Options = 16
	IgnorePatternWhitespace Options = 32
	RightToLeft             Options = 64
	ECMAScript              Options = 256
	CultureInvariant        Options = 512
)

// Limits on what is read: .NET has none, but nothing an author writes comes near them, and they bound what reading costs.
const (
	MaxBytes   = 64 << 10 // length of an expression
	MaxNesting = 250      // groups within groups, conditions and subtracted classes included
)

// Kind is the kind of a node.
type Kind uint8

// The kinds. Nodes that stand between characters take no text.
const (
	Empty           Kind = iota // takes the empty text
	Literal                     // one unit: Unit
	Class                       // one unit of Set, as ., \w, \p{L} or [a-z]
	Concat                      // Nodes one after the other, in the order written
	Alternate                   // one of Nodes
	Repeat                      // Nodes[0], Min to Max times, fewest first when Lazy
	Group                       // Nodes[0], in parentheses that do not capture
	Capture                     // Nodes[0], kept as a capture of Number and, when balancing, taken off Pop
	Atomic                      // Nodes[0], never tried again once it matched: (?>…)
	LookAhead                   // Nodes[0] matches from here: (?=…)
	NotLookAhead                // (?!…)
	LookBehind                  // Nodes[0] matches up to here: (?<=…)
	NotLookBehind               // (?<!…)
	IfGroup                     // Nodes[0] when Number took part, else Nodes[1] or nothing: (?(1)…|…)
	IfLook                      // Nodes[1] when Nodes[0] matches from here, else Nodes[2] or nothing: (?(…)…|…)
	Backreference               // the text Number took last
	LineStart                   // ^ with Multiline
	LineEnd                     // $ with Multiline
	TextStart                   // \A, ^
	TextEnd                     // \z
	FinalLineEnd                // \Z, $: the end or before a newline there
	SearchStart                 // \G: where the search began
	WordBoundary                // \b
	NotWordBoundary             // \B
)

// Unlimited is the Max of a repetition without end.
const Unlimited = -1

// NoGroup is the Number or Pop of a capture that keeps or takes off none.
const NoGroup = -1

// Node is a part of an expression. From and To are byte offsets: Pattern[From:To] is the part as written, and cutting out any
// node leaves the others as they are.
type Node struct {
	Kind     Kind
	From, To int
	Options  Options // in force here; RightToLeft inside a lookbehind, too
	Nodes    []*Node

	Unit uint16 // Literal: as written, whatever IgnoreCase says
	Set  Set    // Class: what it takes, IgnoreCase included
	// Negated says of a Class that .NET keeps the opposite: [^…], \W, \S, and with ECMAScript \D.
	Negated    bool
	Subtracted bool // Class: something is taken off, as in [a-z-[aeiou]]
	// Ranges and Categories are what .NET keeps a class as: units written and categories named, before IgnoreCase looks up the lower
	// case of a text in them.
	Ranges, Categories Set
	Min, Max           int  // Repeat
	Lazy               bool // Repeat
	Number             int  // Capture, Backreference, IfGroup
	Pop                int  // Capture
}

// Numbered is one of an expression's groups.
type Numbered struct {
	Number int
	Name   string // the number's digits when the group has none
	Named  bool
}

// Expression is an expression read.
type Expression struct {
	Pattern string
	Options Options
	Root    *Node
	Groups  []Numbered // by number, as .NET orders them; group 0, the match, first
}

// Error says why an expression is none. Kind is .NET's name of the error (RegexParseError) in kebab-case; three kinds of our
// own are expression-too-long, nesting-too-deep and unsupported, the last for what the PCRE subset leaves out.
type Error struct {
	From, To int    // byte offsets in the expression
	Kind     string // as in unterminated-bracket
	Message  string // what is wrong, then what was expected
	Help     string // how to write it; may be empty
}

// Error gives the message with its place.
func (e *Error) Error() string { return fmt.Sprintf("at %d: %s [%s]", e.From, e.Message, e.Kind) }

// Walk calls visit for the node and everything in it, parents first.
func (n *Node) Walk(visit func(*Node)) {
	visit(n)
	for _, child := range n.Nodes {
		child.Walk(visit)
	}
}

// Units gives what a Literal or Class takes.
func (n *Node) Units() Set {
	if n.Kind == Class {
		return n.Set
	}
	if n.Options&IgnoreCase != 0 {
		return alike(n.Unit)
	}
	return Set{{n.Unit, n.Unit}}
}
