package syntax

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

// tablesText is what the engine knows of characters, as Mono answers (see tables_test.go, which writes it). .NET Framework takes
// these from the Windows it runs on, with a Unicode version of its own, so characters added to Unicode since 6.0 may be classed
// otherwise there. Each line is a name and ranges of units, or for lower case pairs of ranges.
//
//go:embed tables.txt
var tablesText string

type tables struct {
	properties map[string]Set    // by the name in \p{name}
	word       Set               // \w
	boundary   Set               // what \b takes for a word
	space      Set               // \s
	ecmaWord   Set               // \w with ECMAScript
	lower      map[uint16]uint16 // lower case of what has another one
	upper      map[uint16][]uint16
	// rangeLower is what a range in a class brings in under IgnoreCase for each of its units: .NET has a second, older table for it.
	rangeLower map[uint16]uint16
}

var (
	digits    = Set{{'0', '9'}}
	ecmaSpace = Set{{'\t', '\r'}, {' ', ' '}}
	newline   = Set{{'\n', '\n'}}
)

var unicodeTables = sync.OnceValue(func() *tables {
	t := &tables{properties: map[string]Set{}}
	for line := range strings.Lines(tablesText) {
		fields := strings.Fields(line)
		switch name, ranges := fields[0], fields[1:]; name {
		case "#":
		case `\w`:
			t.word = parseSet(ranges)
		case `\b`:
			t.boundary = parseSet(ranges)
		case `\s`:
			t.space = parseSet(ranges)
		case "ecma":
			t.ecmaWord = parseSet(ranges)
		case "lower":
			t.lower = parseMap(ranges)
		case "range-lower":
			t.rangeLower = parseMap(ranges)
		default:
			t.properties[name] = parseSet(ranges)
		}
	}
	t.upper = map[uint16][]uint16{}
	for unit, lower := range t.lower {
		t.upper[lower] = append(t.upper[lower], unit)
	}
	return t
})

// parseMap reads fields like 0041-005a=0061: the units of the range have the lower cases from 0061 on.
func parseMap(fields []string) map[uint16]uint16 {
	lower := map[uint16]uint16{}
	for _, field := range fields {
		from, to, _ := strings.Cut(field, "=")
		r, first := parseRange(from), parseRange(to).Lo
		for i := range r.Hi - r.Lo + 1 {
			lower[r.Lo+i] = first + i
		}
	}
	return lower
}

func parseSet(fields []string) Set {
	s := make(Set, len(fields))
	for i, field := range fields {
		s[i] = parseRange(field)
	}
	return s
}

// parseRange reads 0041 or 0041-005a.
func parseRange(field string) Range {
	var r Range
	n, _ := fmt.Sscanf(field, "%x-%x", &r.Lo, &r.Hi)
	if n == 1 {
		r.Hi = r.Lo
	}
	return r
}

// Lower gives the lower case of a unit in the invariant culture.
func Lower(unit uint16) uint16 {
	if unit < 0x80 {
		if 'A' <= unit && unit <= 'Z' {
			return unit + 'a' - 'A'
		}
		return unit
	}
	if lower, ok := unicodeTables().lower[unit]; ok {
		return lower
	}
	return unit
}

// IsWord reports whether \b takes a unit for a part of a word; so does the grammar for group names.
func IsWord(unit uint16) bool {
	if unit < 0x80 {
		return digits.Contains(unit) || asciiLetters.Contains(unit) || unit == '_'
	}
	return unicodeTables().boundary.Contains(unit)
}

// WordUnits are the units IsWord takes.
func WordUnits() Set { return unicodeTables().boundary }

// IsECMAWord is IsWord with ECMAScript.
func IsECMAWord(unit uint16) bool { return unicodeTables().ecmaWord.Contains(unit) }

var asciiLetters = Set{{'A', 'Z'}, {'a', 'z'}}

// alike gives the units with the lower case of a unit.
func alike(unit uint16) Set {
	lower := Lower(unit)
	ranges := []Range{{lower, lower}}
	for _, upper := range unicodeTables().upper[lower] {
		ranges = append(ranges, Range{upper, upper})
	}
	return newSet(ranges)
}

// fold gives the units whose lower case is in s, which is what s takes under IgnoreCase: .NET looks up the lower case of the text.
func fold(s Set) Set {
	t := unicodeTables()
	var drop, add []Range
	for unit, lower := range t.lower {
		has, wants := s.Contains(unit), s.Contains(lower)
		if has && !wants {
			drop = append(drop, Range{unit, unit})
		}
		if !has && wants {
			add = append(add, Range{unit, unit})
		}
	}
	return s.Minus(newSet(drop)).Union(newSet(add))
}

// lowered gives what .NET puts into a class for a range under IgnoreCase: the lower case of a unit alone, the range and the
// lower cases of what is in it for others.
func lowered(r Range) Set {
	if r.Lo == r.Hi {
		return Set{{Lower(r.Lo), Lower(r.Lo)}}
	}
	ranges := []Range{r}
	for unit, lower := range unicodeTables().rangeLower {
		if r.Lo <= unit && unit <= r.Hi {
			ranges = append(ranges, Range{lower, lower})
		}
	}
	return newSet(ranges)
}

// Fold gives what a class of these ranges and categories takes under IgnoreCase.
func Fold(ranges, categories Set) Set { return fold(loweredAll(ranges).Union(categories)) }

// loweredAll is lowered for each range of a set.
func loweredAll(s Set) Set {
	var out []Range
	for _, r := range s {
		out = append(out, lowered(r)...)
	}
	return newSet(out)
}
