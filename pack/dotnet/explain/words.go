package explain

import (
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf16"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// plain are the words for kinds that need no more.
var plain = map[syntax.Kind]string{
	syntax.Empty:           "nothing",
	syntax.Concat:          "one after the other:",
	syntax.Alternate:       "the first of these that leads to a match:",
	syntax.Group:           "together, not captured:",
	syntax.Atomic:          "its first match, never another one when what follows fails:",
	syntax.LookAhead:       "only where this follows:",
	syntax.NotLookAhead:    "only where this does not follow:",
	syntax.LookBehind:      "only where this comes before:",
	syntax.NotLookBehind:   "only where this does not come before:",
	syntax.IfLook:          "one of two, by what follows:",
	syntax.LineStart:       "the start of a line",
	syntax.LineEnd:         "the end of a line, before its newline",
	syntax.TextStart:       "the start of the text",
	syntax.TextEnd:         "the very end of the text",
	syntax.FinalLineEnd:    "the end of the text, or before a newline that ends it",
	syntax.SearchStart:     "where the search began, or the match before ended",
	syntax.WordBoundary:    "a word's edge",
	syntax.NotWordBoundary: "not a word's edge",
}

// words says what a node is, what is in it aside.
func (x *explainer) words(n *syntax.Node) string {
	switch n.Kind {
	case syntax.Literal:
		return text([]*syntax.Node{n})
	case syntax.Class:
		return class(n, x.expression.Pattern[n.From:n.To])
	case syntax.Repeat:
		return repeat(n)
	case syntax.Capture:
		return x.capture(n)
	case syntax.Backreference:
		return "the text that " + x.group(n.Number) + " took last" + anyCase(n)
	case syntax.IfGroup:
		return "one of two, by whether " + x.group(n.Number) + " has taken part:"
	}
	return plain[n.Kind]
}

// text says which text literals stand for.
func text(nodes []*syntax.Node) string {
	var units []uint16
	for _, n := range nodes {
		units = append(units, n.Unit)
	}
	what := "the text "
	if len(units) == 1 {
		what = "the character "
	}
	return what + quoted(units) + anyCase(nodes[0])
}

func anyCase(n *syntax.Node) string {
	if n.Options&syntax.IgnoreCase != 0 {
		return ", in any case"
	}
	return ""
}

// quoted writes units in quotes, what would not be seen as escapes; a single one of those by its name.
func quoted(units []uint16) string {
	if len(units) == 1 {
		return character(units[0])
	}
	return "“" + diag.Visible(string(utf16.Decode(units))) + "”"
}

var names = map[uint16]string{
	' ': "space", '\t': "tab", '\n': "newline", '\r': "carriage return", '\v': "vertical tab", '\f': "form feed", 0: "null",
	'\a': "bell", '\b': "backspace", 0x1B: "escape", 0xA0: "no-break space",
}

func character(unit uint16) string {
	if name, ok := names[unit]; ok {
		return name
	}
	if unicode.IsPrint(rune(unit)) {
		return "“" + string(rune(unit)) + "”"
	}
	return fmt.Sprintf("U+%04X", unit)
}

func repeat(n *syntax.Node) string {
	var times string
	switch {
	case n.Min == 0 && n.Max == 1:
		times = "optional"
	case n.Min == n.Max && n.Min == 1:
		times = "once"
	case n.Min == n.Max:
		return fmt.Sprintf("%d times:", n.Min)
	case n.Max == syntax.Unlimited && n.Min == 0:
		times = "any number of times, or not at all"
	case n.Max == syntax.Unlimited && n.Min == 1:
		times = "once or more"
	case n.Max == syntax.Unlimited:
		times = fmt.Sprintf("%d times or more", n.Min)
	default:
		times = fmt.Sprintf("%d to %d times", n.Min, n.Max)
	}
	if n.Lazy {
		return times + ", as few as possible:"
	}
	return times + ", as many as possible:"
}

func (x *explainer) capture(n *syntax.Node) string {
	if n.Pop == syntax.NoGroup {
		return "captured as " + x.group(n.Number) + ":"
	}
	words := "takes the last capture off " + x.group(n.Pop) + ", and fails where there is none"
	if n.Number != syntax.NoGroup {
		words += "; what lies between is captured as " + x.group(n.Number)
	}
	return words + ":"
}

func (x *explainer) group(number int) string {
	for _, g := range x.expression.Groups {
		if g.Number == number && g.Named {
			return fmt.Sprintf("group %q", g.Name)
		}
	}
	return fmt.Sprintf("group %d", number)
}

// known are classes with a name, those that hold others first.
var known = []struct{ written, words string }{
	{`\D`, "a character that is no digit"},
	{`\S`, "a character that is no white space"},
	{`\W`, "a character that is no word character"},
	{`\w`, "a word character"},
	{`\s`, "white space"},
	{`\d`, "a digit"},
}

// class says which characters a class takes: its name if it has one, else its members.
func class(n *syntax.Node, written string) string {
	switch {
	case len(n.Set) == 0:
		return "no character at all: this never matches"
	case len(n.Set.Negate()) == 0:
		return "any character"
	case written == ".":
		return "any character but newline"
	}
	for _, k := range known {
		if written == k.written {
			return k.words
		}
	}
	if len(written) > 1 && (written[1] == 'p' || written[1] == 'P') {
		return property(written)
	}
	if n.Negated && !n.Subtracted || len(n.Set.Negate()) < len(n.Set) {
		return "any character but " + members(n.Set.Negate(), n.Options)
	}
	return "one of: " + members(n.Set, n.Options)
}

// property says what \p{…} is.
func property(written string) string {
	name := strings.Trim(written[2:], "{}")
	what := "of the category " + name
	if block, ok := strings.CutPrefix(name, "Is"); ok {
		what = "of the block " + block
	}
	if written[1] == 'P' {
		return "a character that is not " + what
	}
	return "a character " + what
}

// maxMembers is how many ranges of a class are named.
const maxMembers = 16

// members lists a set: whole classes by name, then what is left, range by range.
func members(s syntax.Set, options syntax.Options) string {
	var all []string
	for i, k := range classes(options&syntax.ECMAScript != 0) {
		if len(k.Minus(s)) == 0 {
			all = append(all, known[i].words)
			s = s.Minus(k)
		}
	}
	for i, r := range s {
		if i == maxMembers {
			all = append(all, fmt.Sprintf("%d more ranges", len(s)-i))
			break
		}
		all = append(all, span(r))
	}
	return strings.Join(all, ", ")
}

func span(r syntax.Range) string {
	switch {
	case r.Lo == r.Hi:
		return character(r.Lo)
	case r.Lo+1 == r.Hi:
		return character(r.Lo) + ", " + character(r.Hi)
	}
	return character(r.Lo) + " to " + character(r.Hi)
}

// classes gives the sets of the known classes.
func classes(ecma bool) []syntax.Set {
	if ecma {
		return ecmaClasses()
	}
	return unicodeClasses()
}

var (
	unicodeClasses = sync.OnceValue(func() []syntax.Set { return parsed(0) })
	ecmaClasses    = sync.OnceValue(func() []syntax.Set { return parsed(syntax.ECMAScript) })
)

// parsed reads the known classes as anybody would write them.
func parsed(options syntax.Options) []syntax.Set {
	var all []syntax.Set
	for _, k := range known {
		e, err := syntax.Parse(k.written, options)
		if err != nil {
			panic(err) // they are expressions
		}
		all = append(all, e.Root.Set)
	}
	return all
}
