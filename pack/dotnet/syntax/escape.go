package syntax

import "strings"

// escape reads from after a backslash outside a class.
func (p *parser) escape(from int) *Node {
	if !p.more() {
		p.danglingBackslash(from)
	}
	unit := p.peek(0)
	if kind, ok := anchors[unit]; ok {
		p.pos++
		return p.node(kind, from)
	}
	if p.classEscapeAhead() {
		p.pos++
		set, ranges := p.classEscape(from, unit)
		if p.has(IgnoreCase) && ranges && unit|' ' == 'p' {
			set = loweredAll(set)
		}
		n := p.node(Class, from)
		n.Set = set
		if p.has(IgnoreCase) {
			n.Set = p.fold(from, set)
		}
		if ranges {
			n.Ranges = set
		} else {
			n.Categories = set
		}
		n.Negated = unit == 'W' || unit == 'S' || unit == 'D' && p.has(ECMAScript)
		return n
	}
	if number, ok := p.reference(from); ok {
		n := p.node(Backreference, from)
		n.Number = number
		return n
	}
	unit = p.character(from)
	return p.literal(from, unit)
}

var anchors = map[uint16]Kind{
	'b': WordBoundary, 'B': NotWordBoundary, 'A': TextStart, 'G': SearchStart, 'Z': FinalLineEnd, 'z': TextEnd,
}

func (p *parser) danglingBackslash(from int) {
	p.fail(from, p.pos, "unescaped-ending-backslash", `write \\ for a backslash`, "nothing follows the \\, expected what it escapes")
}

// escapeSpan goes past an escape while groups are being counted, when references cannot be resolved.
func (p *parser) escapeSpan(from int) {
	if !p.more() {
		return // what is wrong before it is told first
	}
	unit := p.peek(0)
	if _, ok := anchors[unit]; ok {
		p.pos++
		return
	}
	if p.classEscapeAhead() {
		p.pos++ // the braces of a property are looked at later
		return
	}
	if !p.referenceSpan(from) {
		p.character(from)
	}
}

// classEscapeAhead reports whether \d, \s, \w, \p or its opposite comes next, the backslash read.
func (p *parser) classEscapeAhead() bool {
	return p.more() && p.peek(0) < 0x80 && strings.IndexByte("dDsSwWpP", byte(p.peek(0))) >= 0
}

// classEscape gives the set of \d, \s, \w, \p{…} or its opposite, its letter read. Case is not folded but for \p{Lu}, \p{Ll}
// and \p{Lt}, which IgnoreCase makes the same. It also tells whether .NET keeps the set as ranges of units, as it does blocks and
// the classes of ECMAScript, instead of as categories: in a class IgnoreCase adds to ranges.
func (p *parser) classEscape(from int, letter uint16) (set Set, ranges bool) {
	ranges = p.has(ECMAScript)
	t := unicodeTables()
	switch letter | ' ' {
	case 'd':
		set = either(ranges, digits, t.properties["Nd"])
	case 's':
		set = either(ranges, ecmaSpace, t.space)
	case 'w':
		set = either(ranges, t.ecmaWord, t.word)
	case 'p':
		set, ranges = p.property(from)
	}
	if letter&' ' == 0 {
		set = set.Negate()
	}
	return set, ranges
}

const propertyHelp = `write \p{L} for a category, \p{IsGreek} for a block`

// property reads {name} and gives the units that have the property, and whether it is more than a category.
func (p *parser) property(from int) (set Set, ranges bool) {
	at, name := p.propertyName(from)
	properties := unicodeTables().properties
	set, ok := properties[name]
	if !ok {
		p.fail(at, p.pos-1, "unrecognized-unicode-property", foreignProperty(name),
			"%q is no property, expected a category as L or Lu, or a block as IsGreek", name)
	}
	if p.has(IgnoreCase) && (name == "Lu" || name == "Ll" || name == "Lt") {
		set = properties["Lu"].Union(properties["Ll"]).Union(properties["Lt"])
	}
	return set, len(name) > 2
}

// propertyName reads {name} and gives the name and where it begins.
func (p *parser) propertyName(from int) (at int, name string) {
	if p.left() < 3 {
		p.fail(from, len(p.units), "invalid-unicode-property-escape", propertyHelp, "the property has no end, expected {name}")
	}
	if !p.skip('{') {
		p.fail(from, p.pos+1, "malformed-unicode-property-escape", propertyHelp, "the property has no braces, expected {name}")
	}
	at = p.pos
	for p.more() && (IsWord(p.peek(0)) || p.peek(0) == '-') {
		p.pos++
	}
	name = p.written(at, p.pos)
	if !p.skip('}') {
		p.fail(from, p.pos+1, "invalid-unicode-property-escape", propertyHelp, "the property's name has no end, expected }")
	}
	return at, name
}

// delimiter reads the < or ' of a reference, after k when there is one, and gives what closes it; ok is false where none begins.
func (p *parser) delimiter(from int) (closing uint16, ok bool) {
	if p.peek(0) == 'k' {
		p.pos++
		closing, ok = closer(p.peek(0))
		if p.more() {
			p.pos++
		}
		if !ok || !p.more() {
			p.fail(from, p.pos, "malformed-named-reference", `write \k<name>`, "the reference names no group, expected <name>")
		}
		return closing, true
	}
	if closing, ok = closer(p.peek(0)); !ok || p.left() < 2 {
		return 0, false
	}
	p.pos++
	return closing, true
}

func closer(open uint16) (uint16, bool) {
	switch open {
	case '<':
		return '>', true
	case '\'':
		return '\'', true
	}
	return 0, false
}

// reference reads a backreference if one comes next, and otherwise stays where it is.
func (p *parser) reference(from int) (int, bool) {
	at := p.pos
	closing, delimited := p.delimiter(from)
	name := p.pos
	switch unit := p.peek(0); {
	case delimited && isDigit(unit):
		number := p.decimal()
		if p.skip(closing) {
			if !p.groups.has(number) {
				p.pos--
				p.undefinedNumber(name, number)
			}
			return number, true
		}
	case delimited && p.more() && IsWord(unit):
		word := p.word()
		if p.skip(closing) {
			number, known := p.groups.byName(word)
			if !known {
				p.pos--
				p.undefinedName(name, word)
			}
			return number, true
		}
	case !delimited && isDigit(unit) && unit != '0':
		if number, ok := p.numericReference(from); ok {
			return number, true
		}
	}
	p.pos = at
	return NoGroup, false
}

// numericReference reads \1, \12 and so on. More than one digit may also be a character in octal.
func (p *parser) numericReference(from int) (int, bool) {
	if p.has(ECMAScript) {
		return p.longestReference(from)
	}
	number := p.decimal()
	if p.groups.has(number) {
		return number, true
	}
	if number <= 9 {
		p.undefinedNumber(from, number)
	}
	return NoGroup, false
}

// longestReference takes the longest number that is a group's that opens before. Like .NET it goes past all digits that make a
// number no higher than there may be groups, even when a shorter one is taken.
func (p *parser) longestReference(from int) (int, bool) {
	found := NoGroup
	for number := 0; isDigit(p.peek(0)); p.pos++ {
		number = number*10 + int(p.peek(0)-'0')
		if number > p.groups.top {
			break
		}
		if at, ok := p.groups.at[number]; ok && at < from {
			found = number
		}
	}
	return found, found != NoGroup
}

// referenceSpan is reference while groups are being counted: it goes past what looks like one.
func (p *parser) referenceSpan(from int) bool {
	at := p.pos
	closing, delimited := p.delimiter(from)
	switch unit := p.peek(0); {
	case delimited && isDigit(unit):
		p.decimal()
		if p.skip(closing) {
			return true
		}
	case delimited && p.more() && IsWord(unit):
		p.word()
		if p.skip(closing) {
			return true
		}
	case !delimited && isDigit(unit) && unit != '0' && !p.has(ECMAScript):
		p.decimal()
		return true
	}
	p.pos = at
	return false
}

// character reads what a backslash makes one unit: \n, \x41, \u0041, \cA, \101, or a character that is not a word's.
func (p *parser) character(from int) uint16 {
	unit := p.next()
	if '0' <= unit && unit <= '7' {
		p.pos--
		return p.octal()
	}
	switch unit {
	case 'x':
		return p.hex(from, 2)
	case 'u':
		return p.hex(from, 4)
	case 'c':
		return p.control(from)
	}
	if plain, ok := controls[unit]; ok {
		return plain
	}
	if !p.has(ECMAScript) && IsWord(unit) {
		what, help := foreignEscape(p.pattern[p.offsets[from]:])
		p.fail(from, p.pos, "unrecognized-escape", help, "%s, expected an escape of .NET's", what)
	}
	return unit
}

var controls = map[uint16]uint16{'a': 7, 'b': 8, 'e': 0x1B, 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v'}

// octal reads up to three octal digits; only the lower eight bits count.
func (p *parser) octal() uint16 {
	var value uint16
	for n := 0; n < 3 && '0' <= p.peek(0) && p.peek(0) <= '7'; n++ {
		value = value*8 + p.next() - '0'
		if p.has(ECMAScript) && value >= 0x20 {
			break
		}
	}
	return value & 0xFF
}

// hex reads a number of hexadecimal digits.
func (p *parser) hex(from, count int) uint16 {
	var value uint16
	for range count {
		digit := strings.IndexByte("0123456789abcdef", byte(p.peek(0)|' '))
		if !p.more() || p.peek(0) > 'f' || p.peek(0) < '0' || digit < 0 {
			_, help := foreignEscape(p.pattern[p.offsets[from]:])
			p.fail(from, p.pos, "insufficient-or-invalid-hex-digits", help,
				"the character's number is too short, expected %d hexadecimal digits", count)
		}
		value = value<<4 | uint16(digit)
		p.pos++
	}
	return value
}

// control reads the letter of \cA.
func (p *parser) control(from int) uint16 {
	if !p.more() {
		p.fail(from, p.pos, "missing-control-character", "", `nothing follows \c, expected a letter`)
	}
	unit := p.next()
	if 'a' <= unit && unit <= 'z' {
		unit -= ' '
	}
	if unit-'@' >= ' ' {
		p.fail(from, p.pos, "unrecognized-control-character", "", `%s is no control character, expected \cA to \cZ`,
			p.written(from, p.pos))
	}
	return unit - '@'
}
