package syntax

// group reads from after an opening parenthesis to its end. It gives nil for inline options, which stay in force to the end of
// the group around them.
func (p *parser) group(from int) *Node {
	defer p.enter(from)()
	outer := p.options
	open := p.opening(from)
	if open == nil {
		return nil
	}
	p.branches(open)
	p.options = outer
	if !p.skip(')') {
		p.fail(from, from+1, "insufficient-closing-parentheses", `write \( for the character itself`,
			"this ( is not closed, expected )")
	}
	if count := len(open.Nodes); open.Kind == IfGroup && count > 2 || count > 3 {
		p.fail(from, p.pos, "alternation-has-too-many-conditions", "put the branches in (?:…)",
			"the conditional has more than two branches, expected (?(…)yes|no)")
	}
	return p.end(open)
}

// opening reads what says of which kind a group is.
func (p *parser) opening(from int) *Node {
	if !p.more() || p.peek(0) != '?' || p.left() > 1 && p.peek(1) == ')' {
		return p.bareGroup(from)
	}
	p.pos++
	if !p.more() {
		p.badGroup(from)
	}
	switch p.next() {
	case ':':
		return p.node(Group, from)
	case '>':
		return p.node(Atomic, from)
	case '=':
		p.options &^= RightToLeft
		return p.node(LookAhead, from)
	case '!':
		p.options &^= RightToLeft
		return p.node(NotLookAhead, from)
	case '<':
		return p.angled(from, '>')
	case '\'':
		return p.angled(from, '\'')
	case '(':
		return p.conditional(from)
	default:
		p.pos--
		return p.withOptions(from)
	}
}

// bareGroup is a parenthesis without a ?.
func (p *parser) bareGroup(from int) *Node {
	if p.has(ExplicitCapture) || p.bare {
		p.bare = false
		return p.node(Group, from)
	}
	p.autocap++
	return p.capture(from, p.autocap-1, NoGroup)
}

func (p *parser) capture(from, number, pop int) *Node {
	n := p.node(Capture, from)
	n.Number, n.Pop = number, pop
	return n
}

// withOptions reads (?im-s) and (?im-s:…). Right inside a conditional whose condition is an expression .NET knows neither.
func (p *parser) withOptions(from int) *Node {
	if p.within != IfLook {
		p.inlineOptions()
	}
	if p.skip(')') {
		return nil
	}
	if !p.skip(':') {
		p.badGroup(from)
	}
	return p.node(Group, from)
}

// angled reads lookbehinds and names, after the opening < or '.
func (p *parser) angled(from int, closing uint16) *Node {
	if !p.more() {
		p.badGroup(from)
	}
	if closing == '>' && p.skip('=') {
		p.options |= RightToLeft
		return p.node(LookBehind, from)
	}
	if closing == '>' && p.skip('!') {
		p.options |= RightToLeft
		return p.node(NotLookBehind, from)
	}
	if unit := p.peek(0); unit == '=' || unit == '!' { // after '
		p.pos++
		p.badGroup(from)
	}
	number, pop := NoGroup, NoGroup
	balancing := p.peek(0) == '-'
	if !balancing {
		number = p.declared(from, closing)
	}
	if (balancing || number != NoGroup) && p.left() > 1 && p.peek(0) == '-' {
		p.pos++
		pop = p.popped(from, closing)
	}
	if number == NoGroup && pop == NoGroup || !p.skip(closing) {
		p.badGroup(from)
	}
	return p.capture(from, number, pop)
}

// declared reads the name or number a group gives itself; NoGroup for a number that was not counted, as one with a leading zero.
func (p *parser) declared(from int, closing uint16) int {
	number, at := NoGroup, p.pos
	switch unit := p.peek(0); {
	case isDigit(unit):
		number = p.decimal()
		if !p.groups.has(number) {
			number = NoGroup
		}
	case IsWord(unit):
		number, _ = p.groups.byName(p.word())
	}
	if at == p.pos || p.more() && p.peek(0) != closing && p.peek(0) != '-' {
		p.badName(from)
	}
	if number == 0 {
		p.fail(at, p.pos, "capture-group-of-zero", "number groups from 1", "a group cannot have the number 0, which is the match")
	}
	return number
}

// popped reads the name or number of the group a balancing group takes a capture off.
func (p *parser) popped(from int, closing uint16) int {
	at, number := p.pos, NoGroup
	switch unit := p.peek(0); {
	case isDigit(unit):
		number = p.numberedGroup(at)
	case IsWord(unit):
		number = p.namedGroup(at)
	}
	if at == p.pos || p.more() && p.peek(0) != closing {
		p.badName(from)
	}
	return number
}

func (p *parser) numberedGroup(at int) int {
	number := p.decimal()
	if !p.groups.has(number) {
		p.undefinedNumber(at, number)
	}
	return number
}

func (p *parser) namedGroup(at int) int {
	name := p.word()
	number, known := p.groups.byName(name)
	if !known {
		p.undefinedName(at, name)
	}
	return number
}

func (p *parser) undefinedNumber(at, number int) {
	p.fail(at, p.pos, "undefined-numbered-reference", "", "there is no group %d, expected the number of a group", number)
}

func (p *parser) undefinedName(at int, name string) {
	p.fail(at, p.pos, "undefined-named-reference", "", "there is no group named %s, expected the name of a group", name)
}

func (p *parser) badName(from int) {
	p.fail(from, p.pos+1, "capture-group-name-invalid", "write (?<name>…)",
		"the group's name is none, expected letters, digits and _ up to its end")
}

// badGroup refuses what follows an opening (?, naming what it is elsewhere.
func (p *parser) badGroup(from int) {
	what, help := foreignGroup(p.pattern[p.offsets[from]:])
	p.fail(from, p.pos+1, "invalid-grouping-construct", help, "%s, expected one of (?: (?= (?! (?<= (?<! (?> (?<name> (?( or options", what)
}

// conditional reads the condition of (?(…)…) when it is a group's number or name; an expression is left to be read as the first
// atom of the branches.
func (p *parser) conditional(from int) *Node {
	at := p.pos
	if isDigit(p.peek(0)) {
		return p.ifNumber(from)
	}
	if p.more() && IsWord(p.peek(0)) {
		number, known := p.groups.byName(p.word())
		if known && p.skip(')') {
			n := p.node(IfGroup, from)
			n.Number = number
			return n
		}
	}
	n := p.node(IfLook, from)
	p.pos = at - 1
	p.bare = true
	p.checkCondition(from)
	return n
}

func (p *parser) ifNumber(from int) *Node {
	at := p.pos
	number := p.decimal()
	if !p.skip(')') {
		p.fail(from, p.pos+1, "alternation-has-malformed-reference", "write (?(1)yes|no) or, for text, (?(?:1)yes|no)",
			"the conditional asks for a group's number that does not end, expected ) after it")
	}
	if !p.groups.has(number) {
		p.fail(at, p.pos-1, "alternation-has-undefined-reference", "", "there is no group %d, expected the number of a group", number)
	}
	n := p.node(IfGroup, from)
	n.Number = number
	return n
}

// checkCondition refuses conditions that look like a comment or a named group; the position is before the condition's parenthesis.
func (p *parser) checkCondition(from int) {
	if p.left() < 3 || p.peek(1) != '?' {
		return
	}
	switch third, fourth := p.peek(2), p.peek(3); {
	case third == '#':
		p.fail(from, p.pos+3, "alternation-has-comment", "", "the condition is a comment, expected an expression")
	case third == '\'' || third == '<' && p.left() >= 4 && fourth != '!' && fourth != '=':
		p.fail(from, p.pos+3, "alternation-has-named-capture", "write (?(?:…)yes|no), or ask for an earlier group by (?(name)yes|no)",
			"the condition is a named group, expected an expression that does not capture")
	}
}
