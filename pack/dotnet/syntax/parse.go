package syntax

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Parse reads an expression of .NET's; the error is an *Error.
func Parse(pattern string, options Options) (*Expression, error) {
	return run(pattern, options, func(p *parser) *Expression {
		p.checkOptions()
		p.numberGroups()
		*p = parser{source: p.source, options: options, top: options, groups: p.groups, autocap: 1}
		return &Expression{Pattern: pattern, Options: options, Root: p.whole(), Groups: p.groups.ordered()}
	})
}

// run reads with a fresh parser and turns its panic with an *Error into an error.
func run(pattern string, options Options, read func(*parser) *Expression) (e *Expression, err error) {
	if len(pattern) > MaxBytes {
		return nil, &Error{From: MaxBytes, To: len(pattern), Kind: "expression-too-long",
			Message: fmt.Sprintf("the expression is %d bytes long, expected at most %d", len(pattern), MaxBytes)}
	}
	defer func() {
		switch cause := recover().(type) {
		case nil:
		case *Error:
			err = cause
		default:
			panic(cause)
		}
	}()
	p := &parser{source: decode(pattern), options: options, top: options, autocap: 1}
	p.groups = &numbering{at: map[int]int{}, named: map[string]int{}}
	return read(p), nil
}

// source is an expression in UTF-16 units with their byte offsets.
type source struct {
	pattern string
	units   []uint16
	offsets []int // of each unit and of the end; the second half of a pair has the end's of the first
}

func decode(pattern string) source {
	s := source{pattern: pattern}
	for i, r := range pattern {
		units := utf16.AppendRune(nil, r)
		for range units {
			s.offsets = append(s.offsets, i)
		}
		s.units = append(s.units, units...)
	}
	s.offsets = append(s.offsets, len(pattern))
	return s
}

// parser reads an expression from left to right. It panics with an *Error.
type parser struct {
	source
	pos     int     // in units
	options Options // in force
	top     Options // given from outside
	depth   int
	groups  *numbering
	autocap int // number of the next group that has to be given one
	// bare says that the next parenthesis without ?, opening the condition of (?(…)…), does not capture. As in .NET it is only
	// taken back when one comes: in (?(?=a)(b)) that is the one around b.
	bare   bool
	within Kind // of the group around what is read
	// folded are the sets of classes without regard to case, by their text: the same few come again and again.
	folded map[string]Set
}

// checkOptions refuses what .NET's constructor refuses.
func (p *parser) checkOptions() {
	allowed := Options(1<<10 - 1)
	if p.options&ECMAScript != 0 {
		allowed = ECMAScript | IgnoreCase | Multiline | compiled | CultureInvariant
	}
	if p.options&^allowed != 0 {
		panic(&Error{Kind: "options-out-of-range",
			Message: "the options do not go together, expected ECMAScript only with IgnoreCase and Multiline"})
	}
}

// compiled asks .NET to make machine code of an expression.
const compiled Options = 8

func (p *parser) more() bool { return p.pos < len(p.units) }

func (p *parser) left() int { return len(p.units) - p.pos }

// peek gives the unit n ahead, or 0 at the end; where 0 may be in the text it means nothing either.
func (p *parser) peek(n int) uint16 {
	if p.pos+n >= len(p.units) {
		return 0
	}
	return p.units[p.pos+n]
}

func (p *parser) next() uint16 {
	p.pos++
	return p.units[p.pos-1]
}

// skip goes past a unit if it comes next.
func (p *parser) skip(unit uint16) bool {
	if p.more() && p.peek(0) == unit {
		p.pos++
		return true
	}
	return false
}

func (p *parser) has(o Options) bool { return p.options&o != 0 }

// written gives the text between two positions.
func (p *parser) written(from, to int) string { return p.pattern[p.offsets[from]:p.offsets[to]] }

// fail ends reading; from and to are positions.
func (p *parser) fail(from, to int, kind, help, format string, args ...any) {
	e := &Error{From: p.offsets[from], To: p.offsets[min(to, len(p.units))], Kind: kind, Help: help}
	if e.To < e.From || e.To == e.From && to > from {
		_, size := utf8.DecodeRuneInString(p.pattern[e.From:])
		e.To = e.From + size
	}
	e.Message = fmt.Sprintf(format, args...)
	panic(e)
}

func (p *parser) node(kind Kind, from int) *Node {
	return &Node{Kind: kind, From: p.offsets[from], To: p.offsets[p.pos], Options: p.options}
}

// end sets where a node ends: here.
func (p *parser) end(n *Node) *Node {
	n.To = p.offsets[p.pos]
	return n
}

// enter counts nesting; its result is to be deferred.
func (p *parser) enter(from int) func() {
	if p.depth++; p.depth > MaxNesting {
		p.fail(from, p.pos, "nesting-too-deep", "", "nested deeper than %d levels", MaxNesting)
	}
	return func() { p.depth-- }
}

// blank goes past comments and, with IgnorePatternWhitespace, white space.
func (p *parser) blank() {
	for {
		switch {
		case p.has(IgnorePatternWhitespace) && p.more() && isBlank(p.peek(0)):
			p.pos++
		case p.has(IgnorePatternWhitespace) && p.more() && p.peek(0) == '#':
			for p.more() && p.peek(0) != '\n' {
				p.pos++
			}
		case p.comment():
		default:
			return
		}
	}
}

// isBlank reports whether IgnorePatternWhitespace skips a unit; vertical tab is none of them.
func isBlank(unit uint16) bool {
	return unit == ' ' || unit == '\t' || unit == '\n' || unit == '\f' || unit == '\r'
}

// comment goes past (?#…) if it comes next.
func (p *parser) comment() bool {
	if p.left() < 3 || p.peek(0) != '(' || p.peek(1) != '?' || p.peek(2) != '#' {
		return false
	}
	from := p.pos
	for p.more() {
		if p.next() == ')' {
			return true
		}
	}
	p.fail(from, p.pos, "unterminated-comment", "", "the comment has no end, expected )")
	return false
}

// whole reads the expression to its end.
func (p *parser) whole() *Node {
	root := &Node{Kind: Group, Options: p.options}
	p.branches(root)
	if p.more() {
		p.fail(p.pos, p.pos+1, "insufficient-opening-parentheses", `write \) for the character itself`,
			"this ) closes nothing, expected a ( before it")
	}
	return p.end(root.Nodes[0])
}

// branches reads up to a closing parenthesis or the end: the inside of a group, or the rest of a conditional, whose condition
// when it is an expression is read here, too.
func (p *parser) branches(group *Node) {
	defer func(outer Kind) { p.within = outer }(p.within)
	p.within = group.Kind
	var branches []*Node
	from := p.pos
	for {
		branches = append(branches, p.concat(group))
		if !p.skip('|') {
			break
		}
	}
	if group.Kind == IfGroup || group.Kind == IfLook {
		group.Nodes = append(group.Nodes, branches...)
		return
	}
	group.Nodes = []*Node{branches[0]}
	if len(branches) > 1 {
		group.Nodes[0] = p.node(Alternate, from)
		group.Nodes[0].Nodes = branches
	}
}

// concat reads one branch of a group.
func (p *parser) concat(group *Node) *Node {
	n := p.node(Concat, p.pos)
	for repeated := false; ; {
		p.blank()
		if !p.more() || p.peek(0) == '|' || p.peek(0) == ')' {
			break
		}
		from := p.pos
		if p.quantifierAhead() {
			p.strayQuantifier(repeated)
		}
		repeated = false
		atom := p.atom()
		if atom == nil {
			continue
		}
		if group.Kind == IfLook && len(group.Nodes) == 0 {
			group.Nodes = []*Node{atom}
			n.From = p.offsets[p.pos]
			continue
		}
		p.blank()
		if p.quantifierAhead() {
			atom = p.quantifier(atom, from)
			repeated = true
		}
		n.Nodes = append(n.Nodes, atom)
	}
	p.end(n)
	switch len(n.Nodes) {
	case 0:
		n.Kind = Empty
	case 1:
		return n.Nodes[0]
	}
	return n
}

// atom reads what a quantifier may follow; an inline option is none and gives nil.
func (p *parser) atom() *Node {
	from := p.pos
	switch unit := p.next(); unit {
	case '(':
		return p.group(from)
	case '[':
		return p.bracketed(from)
	case '\\':
		return p.escape(from)
	case '^':
		return p.node(either(p.has(Multiline), LineStart, TextStart), from)
	case '$':
		return p.node(either(p.has(Multiline), LineEnd, FinalLineEnd), from)
	case '.':
		n := p.node(Class, from)
		n.Set = newline.Negate()
		if p.has(Singleline) {
			n.Set = All
		}
		n.Ranges = n.Set
		return n
	default:
		return p.literal(from, unit)
	}
}

// fold gives what a class takes under IgnoreCase; the class begins at from and ends here.
func (p *parser) fold(from int, s Set) Set {
	key := p.written(from, p.pos)
	if p.has(ECMAScript) {
		key = "e" + key
	}
	if _, known := p.folded[key]; !known {
		if p.folded == nil {
			p.folded = map[string]Set{}
		}
		p.folded[key] = fold(s)
	}
	return p.folded[key]
}

func (p *parser) literal(from int, unit uint16) *Node {
	n := p.node(Literal, from)
	n.Unit = unit
	return n
}

func either[T any](condition bool, yes, no T) T {
	if condition {
		return yes
	}
	return no
}

// quantifierAhead reports whether a quantifier comes next; a brace that is none is a literal.
func (p *parser) quantifierAhead() bool {
	switch p.peek(0) {
	case '*', '+', '?':
		return p.more()
	case '{':
		return p.braces() > 0
	}
	return false
}

// braces gives the length of the {n}, {n,} or {n,m} that comes next, or 0.
func (p *parser) braces() int {
	n := 1
	for isDigit(p.peek(n)) {
		n++
	}
	if n == 1 {
		return 0
	}
	if p.peek(n) == ',' {
		n++
		for isDigit(p.peek(n)) {
			n++
		}
	}
	if p.peek(n) != '}' {
		return 0
	}
	return n + 1
}

func isDigit(unit uint16) bool { return '0' <= unit && unit <= '9' }

// strayQuantifier refuses a quantifier without something to repeat.
func (p *parser) strayQuantifier(repeated bool) {
	from, to := p.pos, p.pos+max(1, p.braces())
	if repeated {
		help := "put what is repeated in (?:…)"
		if p.peek(0) == '+' {
			help = ".NET has no possessive quantifiers: write (?>a+) for a++"
		}
		p.fail(from, to, "nested-quantifiers-not-parenthesized", help,
			"the quantifier %s follows a quantifier, expected something to repeat", p.written(from, to))
	}
	p.fail(from, to, "quantifier-after-nothing", foreignVerb(p.pattern[:p.offsets[to]]),
		"the quantifier %s follows nothing, expected something to repeat", p.written(from, to))
}

// quantifier reads the quantifier that follows an atom.
func (p *parser) quantifier(atom *Node, from int) *Node {
	n := &Node{Kind: Repeat, From: atom.From, Options: p.options, Nodes: []*Node{atom}, Max: Unlimited}
	at := p.pos
	switch p.next() {
	case '+':
		n.Min = 1
	case '?':
		n.Max = 1
	case '{':
		n.Min = p.decimal()
		n.Max = n.Min
		if p.skip(',') {
			n.Max = Unlimited
			if p.peek(0) != '}' {
				n.Max = p.decimal()
			}
		}
		p.pos++
	}
	to := p.pos
	p.blank()
	if n.Lazy = p.skip('?'); !n.Lazy {
		p.pos = to
	}
	if n.Max != Unlimited && n.Min > n.Max {
		p.fail(at, to, "reversed-quantifier-range", "", "%s asks for at least %d and at most %d, expected no more than at most",
			p.written(at, to), n.Min, n.Max)
	}
	return p.end(n)
}

// decimal reads the digits that come next, if any. .NET's numbers end at 2³¹-1.
func (p *parser) decimal() int {
	from, value := p.pos, 0
	for isDigit(p.peek(0)) {
		value = value*10 + int(p.next()-'0')
		if value > math.MaxInt32 {
			for isDigit(p.peek(0)) {
				p.pos++
			}
			p.fail(from, p.pos, "quantifier-or-capture-group-out-of-range", "",
				"%s is too large, expected at most %d", p.written(from, p.pos), math.MaxInt32)
		}
	}
	return value
}

// word reads the word characters that come next, as in a group's name.
func (p *parser) word() string {
	from := p.pos
	for p.more() && IsWord(p.peek(0)) {
		p.pos++
	}
	return p.written(from, p.pos)
}

// numbering knows an expression's groups before it is read: .NET counts them first.
type numbering struct {
	at    map[int]int    // group number to where its parenthesis is
	named map[string]int // name to number
	order []string       // names as they come
	top   int            // above all numbers
}

func (g *numbering) note(number, at int) {
	if _, known := g.at[number]; known {
		return
	}
	g.at[number] = at
	g.top = max(g.top, number+1)
}

func (g *numbering) noteName(name string, at int) {
	if _, known := g.named[name]; known {
		return
	}
	g.named[name] = at // its number comes when all are known
	g.order = append(g.order, name)
}

// assign gives the named groups the numbers that are free from next on.
func (g *numbering) assign(next int) {
	for _, name := range g.order {
		for g.has(next) {
			next++
		}
		g.note(next, g.named[name])
		g.named[name] = next
	}
}

func (g *numbering) has(number int) bool {
	_, known := g.at[number]
	return known
}

// byName finds the number of a group by its name, which for a group without one is its number's digits.
func (g *numbering) byName(name string) (int, bool) {
	if number, ok := g.named[name]; ok {
		return number, true
	}
	if number, err := strconv.Atoi(name); err == nil && strconv.Itoa(number) == name && g.has(number) {
		return number, true
	}
	return NoGroup, false
}

func (g *numbering) ordered() []Numbered {
	names := map[int]string{}
	for name, number := range g.named {
		names[number] = name
	}
	var groups []Numbered
	for number := range g.at {
		name, named := names[number]
		if !named {
			name = strconv.Itoa(number)
		}
		groups = append(groups, Numbered{number, name, named})
	}
	slices.SortFunc(groups, func(a, b Numbered) int { return cmp.Compare(a.Number, b.Number) })
	return groups
}

// numberGroups goes over the expression once to find its groups, as .NET does: what is wrong with escapes and classes shows here
// already.
func (p *parser) numberGroups() {
	p.groups.note(0, 0)
	var outer []Options
	for p.more() {
		from := p.pos
		switch p.next() {
		case '\\':
			p.escapeSpan(from)
		case '#':
			p.pos--
			if p.has(IgnorePatternWhitespace) {
				p.blank()
			} else {
				p.pos++
			}
		case '[':
			p.class(from, true)
		case ')':
			if len(outer) > 0 {
				p.options, outer = outer[len(outer)-1], outer[:len(outer)-1]
			}
		case '(':
			p.pos--
			if p.comment() {
				p.bare = false
				continue
			}
			p.pos++
			outer = append(outer, p.options)
			if p.numberGroup(from) {
				outer = outer[:len(outer)-1]
			}
		}
	}
	p.groups.assign(p.autocap)
}

// numberGroup looks at what follows an opening parenthesis and reports whether it set options for the group around it.
func (p *parser) numberGroup(from int) bool {
	if !p.skip('?') {
		if !p.has(ExplicitCapture) && !p.bare {
			p.groups.note(p.autocap, from)
			p.autocap++
		}
		p.bare = false
		return false
	}
	if p.left() > 1 && (p.peek(0) == '<' || p.peek(0) == '\'') {
		p.pos++
		p.numberNamed(from)
		p.bare = false
		return false
	}
	p.inlineOptions()
	if p.peek(0) == '(' {
		p.bare = true
		return false
	}
	p.bare = false
	return p.skip(')')
}

func (p *parser) numberNamed(from int) {
	switch unit := p.peek(0); {
	case unit == '0' || !IsWord(unit):
	case isDigit(unit):
		p.groups.note(p.decimal(), from)
	default:
		p.groups.noteName(p.word(), from)
	}
}

// inlineOptions reads letters as in (?im-s and stops at what is none.
func (p *parser) inlineOptions() {
	for on := true; p.more(); p.pos++ {
		switch unit := p.peek(0); unit {
		case '-':
			on = false
		case '+':
			on = true
		default:
			option := inlineOption(unit)
			if option == 0 {
				return
			}
			if on {
				p.options |= option
			} else {
				p.options &^= option
			}
		}
	}
}

func inlineOption(letter uint16) Options {
	switch letter | ' ' {
	case 'i':
		return IgnoreCase
	case 'm':
		return Multiline
	case 'n':
		return ExplicitCapture
	case 's':
		return Singleline
	case 'x':
		return IgnorePatternWhitespace
	}
	return 0
}
