package syntax

// bracketed reads a class as a node, from after its opening bracket.
func (p *parser) bracketed(from int) *Node {
	c := p.class(from, false)
	n := p.node(Class, from)
	n.Set = c.set()
	n.Negated, n.Subtracted = c.negated, c.minus != nil
	n.Ranges, n.Categories = n.Set, nil
	if !c.negated {
		n.Ranges, n.Categories = newSet(c.ranges), c.categories
	}
	if p.has(IgnoreCase) {
		n.Set = p.fold(from, n.Set)
	}
	return n
}

// class reads from after an opening bracket to the closing one. While groups are being counted .NET reads classes less exactly: it
// does not see a subtraction in the place of a range's end.
func (p *parser) class(from int, counting bool) *classReader {
	defer p.enter(from)()
	c := &classReader{parser: p, counting: counting, negated: p.skip('^')}
	for c.first = true; p.more(); c.first = false {
		if p.peek(0) == ']' && !c.first {
			p.pos++
			return c
		}
		c.item()
	}
	p.fail(from, p.pos, "unterminated-bracket", `write \[ for the character itself`, "this [ is not closed, expected ]")
	return nil
}

// classReader is a class half read.
type classReader struct {
	*parser
	counting bool
	negated  bool
	first    bool // nothing but ^ was read
	inRange  bool // lo and - were read
	lo       uint16
	loAt     int

	ranges     []Range // with IgnoreCase in lower case
	categories Set
	minus      *Set
}

// set gives what the class looks for: units, or with IgnoreCase the lower case of units.
func (c *classReader) set() Set {
	set := newSet(c.ranges).Union(c.categories)
	if c.negated {
		set = set.Negate()
	}
	if c.minus != nil {
		set = set.Minus(*c.minus)
	}
	return set
}

// addRange adds a range as IgnoreCase wants it.
func (c *classReader) addRange(r Range) {
	if c.counting {
		return
	}
	if c.has(IgnoreCase) {
		c.ranges = append(c.ranges, lowered(r)...)
		return
	}
	c.ranges = append(c.ranges, r)
}

// item reads one member.
func (c *classReader) item() {
	at := c.pos
	unit := c.next()
	escaped := false
	if unit == '\\' && c.more() {
		if c.escapedClass(at) {
			return
		}
		unit, escaped = c.character(at), true
	} else if unit == '[' && c.peek(0) == ':' && !c.inRange {
		c.posix()
	}
	switch {
	case c.inRange:
		c.endRange(at, unit, escaped)
	case c.left() >= 2 && c.peek(0) == '-' && c.peek(1) != ']':
		c.lo, c.loAt, c.inRange = unit, at, true
		c.pos++
	case unit == '-' && !escaped && c.peek(0) == '[' && !c.first:
		c.subtract()
	default:
		c.addRange(Range{unit, unit})
	}
}

// escapedClass reads \d and its like, and \-, which .NET adds without regard to a range begun.
func (c *classReader) escapedClass(at int) bool {
	letter := c.peek(0)
	if letter == '-' {
		c.pos++
		c.addRange(Range{'-', '-'})
		return true
	}
	if !c.classEscapeAhead() {
		return false
	}
	c.pos++
	if c.inRange && !c.counting {
		c.fail(c.loAt, c.pos, "shorthand-class-in-character-range", `write \- for the character itself`,
			"the range ends in a class, expected a character")
	}
	if c.counting {
		if letter|' ' == 'p' {
			c.propertyName(at)
		}
		return true
	}
	switch set, ranges := c.classEscape(at, letter); {
	case !ranges:
		c.categories = c.categories.Union(set)
	case c.has(IgnoreCase):
		c.ranges = append(c.ranges, loweredAll(set)...)
	default:
		c.ranges = append(c.ranges, set...)
	}
	return true
}

// posix goes past [:name:], which .NET reserves and takes for [ alone.
func (c *classReader) posix() {
	before := c.pos
	c.pos++
	c.word()
	if c.left() < 2 || c.next() != ':' || c.next() != ']' {
		c.pos = before
	}
}

// endRange takes the end of a range, or the subtraction that stands in its place.
func (c *classReader) endRange(at int, unit uint16, escaped bool) {
	c.inRange = false
	if c.counting {
		return
	}
	if unit == '[' && !escaped && !c.first {
		c.addRange(Range{c.lo, c.lo})
		c.pos--
		c.subtract()
		return
	}
	if c.lo > unit {
		c.fail(c.loAt, c.pos, "reversed-character-range", `write \- for the character itself, or put it last`,
			"the range %s is in reverse order", c.written(c.loAt, c.pos))
	}
	c.addRange(Range{c.lo, unit})
}

// subtract reads the class that follows.
func (c *classReader) subtract() {
	at := c.pos
	c.pos++
	minus := c.class(at, c.counting).set()
	c.minus = &minus
	if !c.counting && c.more() && c.peek(0) != ']' {
		c.fail(at, c.pos, "exclusion-group-not-last", "put what follows before the subtraction",
			"more follows the subtraction, expected ]")
	}
}
