package dotnet

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/kpgen/kpgen/pack/dotnet/internal/oracle"
	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// TestTableCoversTheGrammar and TestGeneratorCoversTheGrammar count the constructs in what we are compared on: none must be missing.
func TestTableCoversTheGrammar(t *testing.T) {
	c := coverage{}
	for _, e := range readTable(t) {
		if !e.comment {
			c.question(e.question)
		}
	}
	c.missing(t)
}

func TestGeneratorCoversTheGrammar(t *testing.T) {
	c := coverage{}
	for seed := range uint64(20) {
		g := newGenerator(1+seed, seed%2 == 0)
		for range 1000 {
			pattern, options := g.expression()
			c.question(oracle.Question{Options: int(options), Pattern: pattern, Inputs: g.texts(4)})
		}
	}
	c.missing(t)
}

// coverage counts constructs by name.
type coverage map[string]int

// kindNames name the kinds of nodes, in their order.
var kindNames = strings.Fields(`Empty Literal Class Concat Alternate Repeat Group Capture Atomic LookAhead NotLookAhead LookBehind
	NotLookBehind IfGroup IfLook Backreference LineStart LineEnd TextStart TextEnd FinalLineEnd SearchStart WordBoundary NotWordBoundary`)

// optionNames name the options and their values.
var optionNames = map[syntax.Options]string{
	IgnoreCase: "IgnoreCase", Multiline: "Multiline", ExplicitCapture: "ExplicitCapture", Singleline: "Singleline",
	IgnorePatternWhitespace: "IgnorePatternWhitespace", RightToLeft: "RightToLeft", ECMAScript: "ECMAScript",
	CultureInvariant: "CultureInvariant",
}

// constructs are all that must be covered but kinds, options and properties.
var constructs = []string{
	"text: empty", "text: ASCII", "text: beyond ASCII", "text: astral", "text: half of a pair", "text: combining", "text: CRLF",
	"text: NUL", "text: long",
	`escape: \x`, `escape: \u`, `escape: \c`, `escape: octal`, `escape: \a`, `escape: \e`, `escape: \f`, `escape: \n`, `escape: \r`,
	`escape: \t`, `escape: \v`, `escape: punctuation`, `escape: beyond ASCII`, "literal: beyond ASCII", "literal: half of a pair",
	"literal: brace", "literal: bracket",
	"class: .", `class: \d`, `class: \D`, `class: \w`, `class: \W`, `class: \s`, `class: \S`, `class: \p`, `class: \P`, "class: negated",
	"class: range", "class: subtraction", "class: nested subtraction", `class: \b inside`, `class: \d inside`, `class: \D inside`,
	`class: \w inside`, `class: \W inside`, `class: \s inside`, `class: \S inside`, `class: \p inside`, `class: \P inside`,
	`class: \x inside`, `class: \u inside`, `class: \c inside`, `class: octal inside`, "class: [: inside", `class: \- inside`,
	"quantifier: *", "quantifier: *?", "quantifier: +", "quantifier: +?", "quantifier: ?", "quantifier: ??", "quantifier: {n}",
	"quantifier: {n}?", "quantifier: {n,}", "quantifier: {n,}?", "quantifier: {n,m}", "quantifier: {n,m}?", "quantifier: {0}",
	"quantifier: large", "quantifier: of a quantified group",
	"group: ()", "group: (?<n>)", "group: (?'n')", "group: (?<1>)", "group: (?<n-m>)", "group: (?<-m>)", "group: (?'n-m')",
	"group: twice of a name", "group: name beyond ASCII", "group: (?i:)", "group: (?-i:)", "options: (?i)", "options: (?-i)",
	"options: several", "options: in the middle",
	`reference: \1`, `reference: \k<n>`, `reference: \k'n'`, `reference: \k<1>`, `reference: \<n>`, `reference: \'n'`,
	`reference: of two digits`, "reference: without regard to case",
	"condition: (?(1)", "condition: (?(n)", "condition: (?(?=", "condition: (?(?!", "condition: (?(?<=", "condition: (?(?<!",
	"condition: (?(expression)", "condition: one branch", "condition: two branches",
	"comment: (?#)", "comment: # to the end of the line",
}

// missing fails the test for what was never counted.
func (c coverage) missing(t *testing.T) {
	t.Helper()
	wanted := slices.Clone(constructs)
	for _, name := range kindNames {
		wanted = append(wanted, "kind: "+name)
	}
	for _, name := range optionNames {
		wanted = append(wanted, "option: "+name)
	}
	for _, name := range propertyNames {
		wanted = append(wanted, "property: "+name)
	}
	for _, k := range kinds {
		wanted = append(wanted, "refused: "+k.kind)
	}
	for _, name := range wanted {
		if c[name] == 0 {
			t.Errorf("never: %s", name)
		}
		delete(c, name)
	}
	for name := range c {
		if !strings.HasPrefix(name, "refused: ") { // kindOf tells some of several words
			t.Errorf("counted and not wanted: %s", name)
		}
	}
}

func (c coverage) question(q oracle.Question) {
	for _, text := range q.Inputs {
		c.text(text)
	}
	pattern := PatternUTF16(oracle.Units(q.Pattern))
	tree, err := syntax.Parse(pattern, syntax.Options(q.Options))
	if err != nil {
		c["refused: "+err.(*Error).Kind]++
		return
	}
	for o, name := range optionNames {
		c.when("option: "+name, tree.Options&o != 0)
	}
	v := &visitor{coverage: c, pattern: pattern, names: map[int]int{}}
	tree.Root.Walk(v.node)
	c.when("comment: (?#)", strings.Contains(pattern, "(?#"))
	c.when("comment: # to the end of the line", tree.Options&IgnorePatternWhitespace != 0 && commentEnds.MatchString(pattern))
	c.options(pattern)
}

func (c coverage) when(name string, yes bool) {
	if yes {
		c[name]++
	}
}

func (c coverage) text(text string) {
	units := oracle.Units(text)
	class := textClass(text)
	c.when("text: empty", text == "")
	c.when("text: ASCII", text != "" && class == "ASCII")
	c.when("text: beyond ASCII", class == "non-ASCII")
	half := strings.ToValidUTF8(text, "") != text
	c.when("text: half of a pair", half)
	c.when("text: astral", class == "astral" && !half)
	c.when("text: combining", strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.M, r) }))
	c.when("text: CRLF", strings.Contains(text, "\r\n"))
	c.when("text: NUL", strings.Contains(text, "\x00"))
	c.when("text: long", len(units) >= 5000)
}

var (
	commentEnds  = regexp.MustCompile(`#[^\n]*\n.`)
	inlineOption = regexp.MustCompile(`\(\?([imnsx+-]+)\)`)
	property     = regexp.MustCompile(`\\[pP]\{([\w-]+)\}`)
	escaped      = regexp.MustCompile(`\\(?s:.)`)
	rangeInside  = regexp.MustCompile(`[a-zA-Z0-9]-[a-zA-Z0-9]`)
)

func (c coverage) options(pattern string) {
	for _, at := range inlineOption.FindAllStringSubmatchIndex(pattern, -1) {
		letters := pattern[at[2]:at[3]]
		c.when("options: (?i)", letters[0] != '-')
		c.when("options: (?-i)", strings.Contains(letters, "-"))
		c.when("options: several", len(letters) > 2)
		c.when("options: in the middle", at[0] > 0)
	}
}

// visitor counts the constructs of one expression.
type visitor struct {
	coverage
	pattern string
	names   map[int]int // groups by number
}

func (v *visitor) node(n *syntax.Node) {
	v.coverage["kind: "+kindNames[n.Kind]]++
	part := v.pattern[n.From:n.To]
	switch n.Kind {
	case syntax.Literal:
		v.literal(part, n)
	case syntax.Class:
		v.class(part, n)
	case syntax.Repeat:
		v.repeat(part, n)
	case syntax.Group:
		v.when("group: (?i:)", len(part) > 4 && part[:2] == "(?" && part[2] != ':' && part[2] != '-')
		v.when("group: (?-i:)", strings.HasPrefix(part, "(?-"))
	case syntax.Capture:
		v.capture(part, n)
	case syntax.Backreference:
		v.reference(part, n)
	case syntax.IfGroup, syntax.IfLook:
		v.condition(part, n)
	}
}

func (v *visitor) literal(part string, n *syntax.Node) {
	v.when("literal: beyond ASCII", part != "" && part[0] >= 0x80)
	v.when("literal: half of a pair", 0xD800 <= n.Unit && n.Unit < 0xE000 && strings.HasPrefix(part, `\u`))
	v.when("literal: brace", part == "{" || part == "}")
	v.when("literal: bracket", part == "]")
	if len(part) > 1 && part[0] == '\\' {
		v.escape("escape: ", part, "")
	}
}

// escape counts an escape that stands for a character.
func (v *visitor) escape(before, part, after string) {
	switch letter := part[1]; {
	case '0' <= letter && letter <= '7':
		v.coverage[before+"octal"+after]++
	case strings.IndexByte("xucaefnrtv", letter) >= 0 && after == "", strings.IndexByte("xuc", letter) >= 0:
		v.coverage[before+part[:2]+after]++
	case letter >= 0x80:
		v.when(before+"beyond ASCII", after == "")
	default:
		v.when(before+"punctuation", after == "")
	}
}

func (v *visitor) class(part string, n *syntax.Node) {
	for _, name := range property.FindAllStringSubmatch(part, -1) {
		v.coverage["property: "+name[1]]++
	}
	switch {
	case part == ".":
		v.coverage["class: ."]++
	case part[0] == '\\':
		v.coverage["class: "+part[:2]]++
	default:
		v.when("class: negated", part[1] == '^')
		v.when("class: range", rangeInside.MatchString(part))
		v.when("class: subtraction", n.Subtracted)
		v.when("class: nested subtraction", n.Subtracted && strings.HasSuffix(part, "]]]"))
		v.when("class: [: inside", strings.Contains(part, "[:"))
		for _, e := range escaped.FindAllString(part, -1) {
			v.when(`class: \b inside`, e == `\b`)
			v.when(`class: \- inside`, e == `\-`)
			if strings.Contains("dDwWsSpP", e[1:]) {
				v.coverage["class: "+e+" inside"]++
			} else {
				v.escape("class: ", e, " inside")
			}
		}
	}
}

func (v *visitor) repeat(part string, n *syntax.Node) {
	form := "{n,m}"
	switch {
	case n.Min == 0 && n.Max == syntax.Unlimited && !strings.Contains(part[n.Nodes[0].To-n.From:], "{"):
		form = "*"
	case n.Min == 1 && n.Max == syntax.Unlimited && !strings.Contains(part[n.Nodes[0].To-n.From:], "{"):
		form = "+"
	case n.Min == 0 && n.Max == 1 && !strings.Contains(part[n.Nodes[0].To-n.From:], "{"):
		form = "?"
	case n.Max == syntax.Unlimited:
		form = "{n,}"
	case n.Min == n.Max:
		form = "{n}"
	}
	if n.Lazy {
		form += "?"
	}
	v.coverage["quantifier: "+form]++
	v.when("quantifier: {0}", n.Max == 0)
	v.when("quantifier: large", n.Min > 16 || n.Max > 1000)
	inside := n.Nodes[0]
	v.when("quantifier: of a quantified group", len(inside.Nodes) == 1 && inside.Nodes[0].Kind == syntax.Repeat)
}

func (v *visitor) capture(part string, n *syntax.Node) {
	form := "()"
	switch {
	case strings.HasPrefix(part, "(?'") && n.Pop != syntax.NoGroup:
		form = "(?'n-m')"
	case strings.HasPrefix(part, "(?'"):
		form = "(?'n')"
	case strings.HasPrefix(part, "(?<-"):
		form = "(?<-m>)"
	case n.Pop != syntax.NoGroup:
		form = "(?<n-m>)"
	case strings.HasPrefix(part, "(?<") && '0' <= part[3] && part[3] <= '9':
		form = "(?<1>)"
	case strings.HasPrefix(part, "(?<"):
		form = "(?<n>)"
	}
	v.coverage["group: "+form]++
	name, _, _ := strings.Cut(part, ">")
	v.when("group: name beyond ASCII", form == "(?<n>)" && textClass(name) != "ASCII")
	v.names[n.Number]++
	v.when("group: twice of a name", n.Number != syntax.NoGroup && v.names[n.Number] == 2)
}

func (v *visitor) reference(part string, n *syntax.Node) {
	switch {
	case strings.HasPrefix(part, `\k<`) && '0' <= part[3] && part[3] <= '9':
		v.coverage[`reference: \k<1>`]++
	case strings.HasPrefix(part, `\k<`):
		v.coverage[`reference: \k<n>`]++
	case strings.HasPrefix(part, `\k'`):
		v.coverage[`reference: \k'n'`]++
	case strings.HasPrefix(part, `\<`):
		v.coverage[`reference: \<n>`]++
	case strings.HasPrefix(part, `\'`):
		v.coverage[`reference: \'n'`]++
	default:
		v.coverage[`reference: \1`]++
		v.when("reference: of two digits", len(part) > 2)
	}
	v.when("reference: without regard to case", n.Options&IgnoreCase != 0)
}

func (v *visitor) condition(part string, n *syntax.Node) {
	branches := len(n.Nodes)
	form := "expression)"
	switch {
	case n.Kind == syntax.IfGroup && '0' <= part[3] && part[3] <= '9':
		form = "1)"
	case n.Kind == syntax.IfGroup:
		form = "n)"
	default:
		branches--
		for _, look := range []string{"?=", "?!", "?<=", "?<!"} {
			if strings.HasPrefix(part[3:], look) {
				form = look
			}
		}
	}
	v.coverage["condition: (?("+form]++
	v.coverage["condition: "+either(branches == 1, "one branch", "two branches")]++
}
