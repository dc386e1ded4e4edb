package syntax

import (
	"regexp"
	"strings"
)

// maxPCRERepeat is the most repetitions the subset takes: engines of the family differ beyond it.
const maxPCRERepeat = 1000

// leadingZero finds a count that Go's engine takes for characters, and others for a count.
var leadingZero = regexp.MustCompile(`[{,]0[0-9]`)

// ParsePCRE reads an expression of the part that PCRE, RE2 and their relatives have in common: literals, classes with POSIX names,
// groups with and without names ((?P<name>…), (?<name>…)), alternation, greedy and lazy quantifiers, anchors, and the options
// i, m and s. Character types and word boundaries are those of ASCII. What only some engines of the family have is refused as
// unsupported. The error is an *Error.
func ParsePCRE(pattern string) (*Expression, error) {
	return run(pattern, 0, func(p *parser) *Expression {
		r := pcre{p}
		p.groups.note(0, 0)
		root := r.alternate()
		if p.more() {
			p.fail(p.pos, p.pos+1, "insufficient-opening-parentheses", `write \) for the character itself`,
				"this ) closes nothing, expected a ( before it")
		}
		return &Expression{Pattern: pattern, Root: root, Groups: p.groups.ordered()}
	})
}

// pcre reads with the means of the other parser.
type pcre struct{ *parser }

func (r pcre) unsupported(from int, what string) {
	r.fail(from, r.pos, "unsupported", "", "%s is not in every engine of the PCRE family, expected what all of them take", what)
}

func (r pcre) alternate() *Node {
	from := r.pos
	branches := []*Node{r.concat()}
	for r.skip('|') {
		branches = append(branches, r.concat())
	}
	if len(branches) == 1 {
		return branches[0]
	}
	n := r.node(Alternate, from)
	n.Nodes = branches
	return n
}

func (r pcre) concat() *Node {
	n := r.node(Concat, r.pos)
	for r.more() && r.peek(0) != '|' && r.peek(0) != ')' {
		if r.quantifierAhead() {
			r.fail(r.pos, r.pos+max(1, r.braces()), "quantifier-after-nothing", `write a \ before it for the character itself`,
				"the quantifier follows nothing, expected something to repeat")
		}
		if atom := r.atom(); atom != nil {
			n.Nodes = append(n.Nodes, r.repeated(atom))
		}
	}
	r.end(n)
	switch len(n.Nodes) {
	case 0:
		n.Kind = Empty
	case 1:
		return n.Nodes[0]
	}
	return n
}

// repeated reads the quantifier that may follow an atom.
func (r pcre) repeated(atom *Node) *Node {
	if !r.quantifierAhead() {
		return atom
	}
	at := r.pos
	n := r.quantifier(atom, at)
	if n.Min > maxPCRERepeat || n.Max > maxPCRERepeat {
		r.unsupported(at, "a repetition of more than 1000")
	}
	if leadingZero.MatchString(r.written(at, r.pos)) {
		r.unsupported(at, "a count that begins with 0")
	}
	if r.quantifierAhead() {
		at = r.pos
		r.pos += max(1, r.braces())
		if r.written(at, r.pos) == "+" {
			r.unsupported(at, "a possessive quantifier")
		}
		r.fail(at, r.pos, "nested-quantifiers-not-parenthesized", "put what is repeated in (?:…)",
			"the quantifier follows a quantifier, expected something to repeat")
	}
	return n
}

func (r pcre) atom() *Node {
	from := r.pos
	switch unit := r.next(); unit {
	case '(':
		return r.group(from)
	case '[':
		return r.class(from)
	case '\\':
		return r.escape(from)
	case '^':
		return r.node(either(r.has(Multiline), LineStart, TextStart), from)
	case '$':
		return r.node(either(r.has(Multiline), LineEnd, FinalLineEnd), from)
	case '.':
		return r.set(from, either(r.has(Singleline), All, newline.Negate()))
	default:
		return r.literal(from, unit)
	}
}

func (r pcre) set(from int, s Set) *Node {
	n := r.node(Class, from)
	n.Set = s
	return n
}

func (r pcre) group(from int) *Node {
	defer r.enter(from)()
	outer := r.options
	n := r.opening(from)
	if n == nil {
		return nil
	}
	n.Nodes = []*Node{r.alternate()}
	r.options = outer
	if !r.skip(')') {
		r.fail(from, from+1, "insufficient-closing-parentheses", `write \( for the character itself`,
			"this ( is not closed, expected )")
	}
	return r.end(n)
}

// opening reads what says of which kind a group is; options for the rest of the group around give nil.
func (r pcre) opening(from int) *Node {
	if !r.skip('?') {
		r.groups.note(r.autocap, from)
		r.autocap++
		return r.capture(from, r.autocap-1, NoGroup)
	}
	switch {
	case r.skip(':'):
		return r.node(Group, from)
	case r.peek(0) == 'P' && r.peek(1) == '<':
		r.pos += 2
		return r.named(from)
	case r.peek(0) == '<' && r.peek(1) != '=' && r.peek(1) != '!':
		r.pos++
		return r.named(from)
	}
	return r.withOptions(from)
}

func (r pcre) named(from int) *Node {
	at := r.pos
	for r.more() && r.peek(0) < 0x80 && IsWord(r.peek(0)) {
		r.pos++
	}
	name := r.written(at, r.pos)
	if name == "" || isDigit(uint16(name[0])) || !r.skip('>') {
		r.fail(from, r.pos+1, "capture-group-name-invalid", "write (?P<name>…)",
			"the group's name is none, expected letters, digits and _ up to >")
	}
	if _, known := r.groups.named[name]; known {
		r.unsupported(from, "a second group of the same name")
	}
	r.groups.note(r.autocap, from)
	r.groups.named[name] = r.autocap
	r.autocap++
	return r.capture(from, r.autocap-1, NoGroup)
}

func (r pcre) withOptions(from int) *Node {
	at := r.pos
	on := true
	for ; r.more() && strings.ContainsRune("ims-", rune(r.peek(0))); r.pos++ {
		switch option := inlineOption(r.peek(0)); {
		case option == 0:
			on = false
		case on:
			r.options |= option
		default:
			r.options &^= option
		}
	}
	if r.pos > at && r.skip(')') {
		return nil
	}
	if r.pos == at || !r.skip(':') {
		r.pos = min(r.pos+1, len(r.units))
		r.unsupported(from, "the group "+r.written(from, r.pos))
	}
	return r.node(Group, from)
}

// asciiTypes are the character types of the subset.
var asciiTypes = map[uint16]Set{'d': digits, 's': {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}}, 'w': asciiWord}

var asciiWord = newSet([]Range{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}})

// typeOf gives the set of \d and its like.
func typeOf(letter uint16) (Set, bool) {
	set, ok := asciiTypes[letter|' ']
	if ok && letter&' ' == 0 {
		set = set.Negate()
	}
	return set, ok && letter < 0x80
}

func (r pcre) escape(from int) *Node {
	if !r.more() {
		r.danglingBackslash(from)
	}
	unit := r.peek(0)
	if set, ok := typeOf(unit); ok {
		r.pos++
		return r.set(from, set)
	}
	if kind, ok := anchors[unit]; ok && unit != 'G' && unit != 'Z' {
		r.pos++
		return r.node(kind, from)
	}
	return r.literal(from, r.character(from))
}

// character reads an escape that stands for one character.
func (r pcre) character(from int) uint16 {
	unit := r.next()
	if unit == 'x' && r.peek(0) != '{' {
		return r.hex(from, 2)
	}
	if plain, ok := controls[unit]; ok && strings.ContainsRune("afnrt", rune(unit)) {
		return plain
	}
	if unit >= 0x80 || IsWord(unit) {
		r.unsupported(from, "the escape "+r.written(from, r.pos))
	}
	return unit
}

var posixClasses = map[string]Set{
	"alpha": asciiLetters, "digit": digits, "alnum": newSet([]Range{{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}), "upper": {{'A', 'Z'}},
	"lower": {{'a', 'z'}}, "blank": {{'\t', '\t'}, {' ', ' '}}, "cntrl": {{0, 0x1F}, {0x7F, 0x7F}}, "graph": {{'!', '~'}},
	"print": {{' ', '~'}}, "punct": {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}, "space": {{'\t', '\r'}, {' ', ' '}},
	"xdigit": {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}, "word": asciiWord,
}

func (r pcre) class(from int) *Node {
	negated := r.skip('^')
	var ranges []Range
	for first := true; ; first = false {
		if !r.more() {
			r.fail(from, r.pos, "unterminated-bracket", `write \[ for the character itself`, "this [ is not closed, expected ]")
		}
		if !first && r.skip(']') {
			break
		}
		ranges = append(ranges, r.member()...)
	}
	set := newSet(ranges)
	if r.has(IgnoreCase) {
		set = Fold(set, nil)
	}
	return r.set(from, either(negated, set.Negate(), set))
}

// member reads a character, a range or a type in a class.
func (r pcre) member() []Range {
	from := r.pos
	unit := r.next()
	switch {
	case unit == '[' && r.peek(0) == ':':
		return r.posix(from)
	case unit == '\\':
		if set, ok := typeOf(r.peek(0)); ok && r.more() {
			r.pos++
			return set
		}
		unit = r.classCharacter(from)
	}
	if r.peek(0) != '-' || r.left() < 2 || r.peek(1) == ']' {
		return []Range{{unit, unit}}
	}
	r.pos++
	end := r.next()
	if end == '\\' {
		end = r.classCharacter(from)
	}
	if unit > end {
		r.fail(from, r.pos, "reversed-character-range", `write \- for the character itself, or put it last`,
			"the range %s is in reverse order", r.written(from, r.pos))
	}
	return []Range{{unit, end}}
}

func (r pcre) classCharacter(from int) uint16 {
	if !r.more() {
		r.danglingBackslash(from)
	}
	return r.character(from)
}

func (r pcre) posix(from int) []Range {
	end := strings.Index(r.pattern[r.offsets[r.pos]:], ":]")
	if end < 1 {
		r.unsupported(from, "[ in a class")
	}
	r.pos++
	name := r.word()
	set, ok := posixClasses[name]
	if !ok || !r.skip(':') || !r.skip(']') {
		r.unsupported(from, "the class [:"+name)
	}
	return set
}
