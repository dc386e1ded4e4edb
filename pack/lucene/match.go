package lucene

import (
	"cmp"
	"math/big"
	"strings"
	"unicode"
)

// lookup gives a field's value.
type lookup = func(field string) (string, bool)

// node is a part of a query.
type node interface{ match(lookup) bool }

type (
	everything struct{}
	anyOf      []node
	allOf      []node
	none       struct{ node }
)

func (everything) match(lookup) bool { return true }

func (a anyOf) match(value lookup) bool {
	for _, n := range a {
		if n.match(value) {
			return true
		}
	}
	return false
}

func (a allOf) match(value lookup) bool {
	for _, n := range a {
		if !n.match(value) {
			return false
		}
	}
	return true
}

func (n none) match(value lookup) bool { return !n.node.match(value) }

// keyword compares a field's whole value; every event with a value has field:*.
type keyword struct {
	field   string
	pattern []glyph // folded
}

func newTerm(field string, t token) keyword {
	k := keyword{field: field}
	if t.kind == phrase {
		for _, r := range t.text {
			k.pattern = append(k.pattern, glyph{r: fold(r)})
		}
		return k
	}
	for _, g := range t.pattern {
		if !g.wild {
			g.r = fold(g.r)
		}
		k.pattern = append(k.pattern, g)
	}
	return k
}

// match goes through value and pattern once, coming back only to the last *: the cost is bounded by their lengths' product.
func (k keyword) match(value lookup) bool {
	s, ok := value(k.field)
	if !ok {
		return false
	}
	text := []rune(s)
	star, resume := -1, 0
	i, j := 0, 0
	for i < len(text) {
		switch {
		case j < len(k.pattern) && k.pattern[j].wild && k.pattern[j].r == '*':
			star, resume = j, i
			j++
		case j < len(k.pattern) && (k.pattern[j].wild || k.pattern[j].r == fold(text[i])):
			i++
			j++
		case star >= 0:
			resume++
			i, j = resume, star+1
		default:
			return false
		}
	}
	for j < len(k.pattern) && k.pattern[j].wild && k.pattern[j].r == '*' {
		j++
	}
	return j == len(k.pattern)
}

// fold gives the same character for all cases of a letter.
func fold(r rune) rune {
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	return least
}

func upper(s string) string { return strings.ToUpper(s) }

// between takes values from low to high; nil is no bound.
type between struct {
	field             string
	low, high         *string
	withLow, withHigh bool
}

func (b between) match(value lookup) bool {
	v, ok := value(b.field)
	if !ok {
		return false
	}
	if b.low != nil {
		if c := compareValues(v, *b.low); c < 0 || c == 0 && !b.withLow {
			return false
		}
	}
	if b.high != nil {
		if c := compareValues(v, *b.high); c > 0 || c == 0 && !b.withHigh {
			return false
		}
	}
	return true
}

// compareValues orders two numbers as numbers and anything else as text, without regard to case.
func compareValues(a, b string) int {
	x, okX := number(a)
	y, okY := number(b)
	if okX && okY {
		return x.Cmp(y)
	}
	return cmp.Compare(folded(a), folded(b))
}

// longestNumber bounds the cost of comparing numbers.
const longestNumber = 64

// number reads a decimal number; an exponent is none, for 1e999999999 would cost what it says.
func number(s string) (*big.Rat, bool) {
	if len(s) > longestNumber || strings.Trim(s, "+-.0123456789") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

func folded(s string) string { return strings.Map(fold, s) }
