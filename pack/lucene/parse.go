package lucene

import "fmt"

// parser reads tokens by recursive descent.
type parser struct {
	tokens []token
	depth  int
	fields []Field
	mixed  *Error
}

func (p *parser) peek() token { return p.tokens[0] }

func (p *parser) take() token {
	t := p.tokens[0]
	if t.kind != end {
		p.tokens = p.tokens[1:]
	}
	return t
}

func fail(t token, help, format string, args ...any) *Error {
	return &Error{From: t.from, To: t.to, Message: fmt.Sprintf(format, args...), Help: help}
}

func (p *parser) query() (node, error) {
	if p.peek().kind == end {
		return nil, fail(p.peek(), "write *:* for every event", "the query is empty; expected field:value")
	}
	n, err := p.either(p.clause)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != end {
		return nil, p.unexpected(t)
	}
	return n, nil
}

// unexpected says what is wrong with a token where an operator could stand.
func (p *parser) unexpected(t token) *Error {
	switch t.kind {
	case closed, rangeClosed:
		return fail(t, "", "%s closes nothing", t)
	case colon:
		return fail(t, `write \: where a plain : is meant`, "a second : after the value")
	}
	return fail(t, "the console's default operator is not known", "no operator before %s; expected AND or OR", t)
}

// either reads terms joined by OR, all reads terms joined by AND; the unit is a clause, or inside field:(…) a value.
func (p *parser) either(unit func() (node, error)) (node, error) {
	var parts anyOf
	ands, ors := token{}, token{}
	for {
		n, sign, err := p.all(unit)
		if err != nil {
			return nil, err
		}
		parts = append(parts, n)
		if sign.kind == and {
			ands = sign
		}
		if p.peek().kind != or {
			break
		}
		ors = p.take()
	}
	if later := max(ands.from, ors.from); ands.kind == and && ors.kind == or && p.mixed == nil {
		p.mixed = &Error{
			From: later, To: max(ands.to, ors.to), Message: "AND and OR side by side mean different things to different readers",
			Help: "put brackets around the terms that belong together",
		}
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return parts, nil
}

func (p *parser) all(unit func() (node, error)) (n node, sign token, err error) {
	var parts allOf
	for {
		n, err := p.negated(unit)
		if err != nil {
			return nil, sign, err
		}
		parts = append(parts, n)
		if p.peek().kind != and {
			break
		}
		sign = p.take()
	}
	if len(parts) == 1 {
		return parts[0], sign, nil
	}
	return parts, sign, nil
}

func (p *parser) negated(unit func() (node, error)) (node, error) {
	t := p.peek()
	if t.kind != not && t.kind != open {
		return unit()
	}
	p.take()
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return nil, fail(t, "", "brackets and NOTs are nested more than %d deep", maxDepth)
	}
	if t.kind == not {
		n, err := p.negated(unit)
		return none{n}, err
	}
	n, err := p.either(unit)
	if err != nil {
		return nil, err
	}
	if c := p.take(); c.kind != closed {
		if c.kind == end {
			return nil, fail(t, "", "the bracket is not closed")
		}
		return nil, p.unexpected(c)
	}
	return n, nil
}

// clause reads field:value.
func (p *parser) clause() (node, error) {
	t := p.take()
	if t.kind != term {
		if t.kind == phrase {
			return nil, fail(t, "the console's default field is not known", "a phrase without a field; expected field:%q", t.text)
		}
		return nil, fail(t, "", "%s is no term; expected field:value", t)
	}
	if p.peek().kind != colon {
		help := "the console's default field is not known"
		if k, ok := signs[upper(t.text)]; ok && k <= not {
			help = "operators are written in capitals: " + upper(t.text)
		}
		return nil, fail(t, help, "%s has no field; expected field:value", t)
	}
	p.take()
	if t.text == "*" && p.peek().text == "*" {
		p.take()
		return everything{}, nil
	}
	if t.wild() {
		return nil, fail(t, "", "a field's name has no wildcards")
	}
	p.fields = append(p.fields, Field{t.text, t.from, t.to})
	value := func() (node, error) { return p.value(t.text) }
	if p.peek().kind == open {
		return p.negated(value)
	}
	return value()
}

// value reads what a field is compared with.
func (p *parser) value(field string) (node, error) {
	t := p.take()
	switch t.kind {
	case phrase:
		return newTerm(field, t), nil
	case term:
		return newTerm(field, t), nil
	case rangeOpen:
		return p.span(field, t)
	case compare:
		return p.comparison(field, t)
	case closed, rangeClosed, end, colon:
		return nil, fail(t, "", "%s where a value was expected", t)
	}
	return nil, fail(t, "put it in quotes where it is meant as a value", "%s is no value", t)
}

// span reads [low TO high], with { and } where a bound is left out; * is no bound.
func (p *parser) span(field string, opened token) (node, error) {
	r := between{field: field, withLow: opened.text == "[", withHigh: true}
	low, err := p.bound()
	if err != nil {
		return nil, err
	}
	if to := p.take(); to.kind != term || to.text != "TO" {
		return nil, fail(to, "a range is written [low TO high]", "%s where TO was expected", to)
	}
	high, err := p.bound()
	if err != nil {
		return nil, err
	}
	c := p.take()
	if c.kind != rangeClosed {
		return nil, fail(c, "a range is written [low TO high]", "%s where ] or } was expected", c)
	}
	r.low, r.high, r.withHigh = low, high, c.text == "]"
	return r, nil
}

// bound reads a bound of a range, nil for *.
func (p *parser) bound() (*string, error) {
	t := p.take()
	if t.kind != term && t.kind != phrase {
		return nil, fail(t, "a range is written [low TO high]", "%s where a bound was expected", t)
	}
	if t.kind == term && t.text == "*" && t.wild() {
		return nil, nil
	}
	if t.wild() {
		return nil, fail(t, "", "a bound has no wildcards")
	}
	return &t.text, nil
}

// comparison reads <value, <=value, >value or >=value.
func (p *parser) comparison(field string, sign token) (node, error) {
	t := p.take()
	if t.kind != term && t.kind != phrase || t.wild() {
		return nil, fail(t, "", "%s where a value was expected after %s", t, sign.text)
	}
	with := len(sign.text) == 2
	if sign.text[0] == '<' {
		return between{field: field, high: &t.text, withHigh: with}, nil
	}
	return between{field: field, low: &t.text, withLow: with}, nil
}
