package dotnet

import (
	"slices"
	"strings"
	"sync"

	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// A text an expression matches holds one literal of each of its clauses. Letters are in lower case and every digit is a 0, and so
// they are in the text when it is looked through: that makes the condition weaker, never wrong.
type clause []string

// Limits on clauses: of literals in one, of a literal's bytes, and of clauses kept for an expression.
const (
	maxClause  = 64
	maxLiteral = 24
	maxClauses = 3
)

// seldom holds the characters few texts have; a literal of any other one alone stands in nearly every text.
const seldom = "@`#$|~^;!&%*{}\\"

// necessary is what a part of an expression needs of a text: clauses and, when exact, all the texts the part takes.
type necessary struct {
	exact   clause // nil: not known
	clauses []clause
}

var nothingTaken = clause{""}

// clausesOf gives the best clauses of an expression.
func clausesOf(n *syntax.Node) []clause {
	found := need(n)
	return best(append(found.clauses, usable(found.exact)...))
}

// worth tells clauses apart: long literals are rare, and few are rarer than many.
func worth(c clause) int { return 16*min(shortest(c), 8) - min(len(c), 15) }

func shortest(c clause) int {
	least := len(c[0])
	for _, literal := range c {
		least = min(least, len(literal))
	}
	return least
}

// usable gives the clause that a text holds one of, when that says anything.
func usable(exact clause) []clause {
	common := func(literal string) bool { return len(literal) < 2 && !strings.Contains(seldom, literal) }
	if len(exact) == 0 || slices.ContainsFunc(exact, common) || slices.Contains(exact, "") {
		return nil
	}
	return []clause{exact}
}

func need(n *syntax.Node) necessary {
	switch n.Kind {
	case syntax.Literal, syntax.Class:
		return necessary{exact: lettersOf(n.Units())}
	case syntax.Concat:
		return needAll(n.Nodes)
	case syntax.Alternate:
		return needOne(n.Nodes)
	case syntax.Repeat:
		return needRepeat(n)
	case syntax.Group, syntax.Capture, syntax.Atomic:
		return need(n.Nodes[0])
	case syntax.LookAhead, syntax.LookBehind:
		inside := need(n.Nodes[0])
		return necessary{exact: nothingTaken, clauses: append(inside.clauses, usable(inside.exact)...)}
	case syntax.Backreference, syntax.IfGroup, syntax.IfLook:
		return necessary{}
	}
	return necessary{exact: nothingTaken}
}

// lettersOf gives the few characters a set takes, as lowerUnit writes them; nil when it takes more or others.
func lettersOf(s syntax.Set) clause {
	var letters clause
	if len(s.Intersect(digits())) > 0 {
		letters, s = clause{"0"}, s.Minus(digits())
	}
	for _, r := range s {
		if int(r.Hi)-int(r.Lo) > 3 {
			return nil
		}
		for unit := int(r.Lo); unit <= int(r.Hi); unit++ {
			letter := lowerUnit(uint16(unit))
			if letter == otherUnit {
				return nil
			}
			if !slices.Contains(letters, string(rune(letter))) {
				letters = append(letters, string(rune(letter)))
			}
		}
	}
	if len(letters) > 3 {
		return nil
	}
	return letters
}

// needAll joins what is exact from part to part, so that literals get as long as they can.
func needAll(nodes []*syntax.Node) necessary {
	sum := necessary{exact: nothingTaken}
	whole, run := true, nothingTaken // run: what the last parts take exactly
	for _, n := range nodes {
		next := need(n)
		sum.clauses = append(sum.clauses, next.clauses...)
		if joined := products(run, next.exact); joined != nil {
			run = joined
			continue
		}
		sum.clauses = append(sum.clauses, usable(run)...)
		whole, run = false, nothingTaken
		if next.exact != nil {
			run = next.exact
		}
	}
	if whole {
		sum.exact = run
	} else {
		sum.exact, sum.clauses = nil, append(sum.clauses, usable(run)...)
	}
	sum.clauses = best(sum.clauses)
	return sum
}

func best(clauses []clause) []clause {
	slices.SortStableFunc(clauses, func(a, b clause) int { return worth(b) - worth(a) })
	return clauses[:min(len(clauses), maxClauses)]
}

// products gives every text of one followed by every text of the other; nil when one is not known or there are too many.
func products(a, b clause) clause {
	if len(a) == 0 || len(b) == 0 || len(a)*len(b) > maxClause {
		return nil
	}
	var all clause
	for _, x := range a {
		for _, y := range b {
			if len(x)+len(y) > maxLiteral {
				return nil
			}
			if !slices.Contains(all, x+y) {
				all = append(all, x+y)
			}
		}
	}
	return all
}

// needOne needs, of each way, one thing, so of all ways one of those.
func needOne(nodes []*syntax.Node) necessary {
	var sum necessary
	var any clause
	exact, certain := clause{}, true
	for _, n := range nodes {
		next := need(n)
		if exact != nil && next.exact != nil && len(exact)+len(next.exact) <= maxClause {
			exact = append(exact, next.exact...)
		} else {
			exact = nil
		}
		all := best(append(next.clauses, usable(next.exact)...))
		if len(all) == 0 || len(any)+len(all[0]) > maxClause {
			certain = false
			continue
		}
		any = append(any, all[0]...)
	}
	if len(exact) > 0 {
		sum.exact = unique(exact)
	}
	if certain && sum.exact == nil {
		sum.clauses = []clause{unique(any)}
	}
	return sum
}

func unique(c clause) clause {
	c = slices.Clone(c)
	slices.Sort(c)
	return slices.Compact(c)
}

func needRepeat(n *syntax.Node) necessary {
	if n.Max == 0 {
		return necessary{exact: nothingTaken}
	}
	inside := need(n.Nodes[0])
	optional := n.Min == 0
	switch {
	case n.Max == 1 && optional && len(inside.exact) > 0 && len(inside.exact) < maxClause:
		return necessary{exact: unique(append(slices.Clone(inside.exact), ""))}
	case optional:
		return necessary{}
	case n.Max == 1:
		return inside
	case len(inside.exact) > 0 && 0 < n.Max && n.Max <= 4:
		if all := powers(inside.exact, n.Min, n.Max); all != nil {
			return necessary{exact: all}
		}
	}
	return necessary{clauses: append(inside.clauses, usable(inside.exact)...)}
}

// powers gives every text of one, least to most times over; nil when there are too many.
func powers(one clause, least, most int) clause {
	all, power := clause{}, nothingTaken
	for times := 1; times <= most && power != nil; times++ {
		power = products(power, one)
		if times >= least {
			all = append(all, power...)
		}
	}
	if power == nil || len(all) > maxClause {
		return nil
	}
	return unique(all)
}

// otherUnit stands for all units no literal has.
const otherUnit = 0x80

// lowerUnit gives the ASCII character whose case variant a unit is, a letter in lower case: a for A, and k for the Kelvin sign.
// For a digit of any script that is 0, for any other unit otherUnit.
func lowerUnit(unit uint16) byte {
	switch lower := syntax.Lower(unit); {
	case digits().Contains(unit):
		return '0'
	case lower < otherUnit:
		return byte(lower)
	}
	return otherUnit
}

// digits are what \d takes.
var digits = sync.OnceValue(func() syntax.Set {
	e, err := syntax.Parse(`\d`, 0)
	if err != nil {
		panic(err)
	}
	return e.Root.Units()
})
