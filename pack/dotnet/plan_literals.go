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
	maxClauses = 6
)

// How many clauses of a way are looked for: of what is its own, and of the stem it shares with others.
const (
	ownClauses  = 3
	stemClauses = maxClauses
)

// A literal is worth the sum of its characters' weights: what is rare in texts weighs much. Lighter ones than leastWorth stand in
// nearly every text, and so do digits alone.
const leastWorth = 5

func weight(b byte) int {
	switch {
	case b == '0':
		return 1
	case strings.IndexByte("@`#$|~^;!&%*{}\\", b) >= 0:
		return 5
	case b == '+':
		return 4
	case strings.IndexByte("=\"'+<>?()[]", b) >= 0 || b < ' ':
		return 3
	}
	return 2
}

func worthOf(literal string) int {
	sum, digits := 0, true
	for i := range len(literal) {
		sum += weight(literal[i])
		digits = digits && literal[i] == '0'
	}
	if digits {
		return 0
	}
	return sum
}

// worth tells clauses apart: heavy literals are rare, and few are rarer than many.
func (c clause) worth() int {
	least := worthOf(c[0])
	for _, literal := range c[1:] {
		least = min(least, worthOf(literal))
	}
	return 16*min(least, 16) - min(len(c), 15)
}

// best gives the clauses that say most, the best first.
func best(clauses []clause) []clause {
	slices.SortStableFunc(clauses, func(a, b clause) int { return b.worth() - a.worth() })
	return clauses[:min(len(clauses), maxClauses)]
}

// usable gives the clause that a text holds one of, when that says anything.
func usable(exact clause) []clause {
	if len(exact) == 0 || slices.ContainsFunc(exact, func(literal string) bool { return worthOf(literal) < leastWorth }) {
		return nil
	}
	return []clause{exact}
}

// necessary is what a part of an expression needs of a text: clauses and, when exact, all the texts the part takes; else what
// those begin and end with, as far as known.
type necessary struct {
	exact          clause // nil: not known
	prefix, suffix clause // nil: not known
	clauses        []clause
}

var nothingTaken = clause{""}

// ends gives what the texts a part takes begin and end with.
func (n *necessary) ends() (prefix, suffix clause) {
	if n.exact != nil {
		return n.exact, n.exact
	}
	return n.prefix, n.suffix
}

// all gives the clauses of a part, the best first.
func (n *necessary) all() []clause { return best(append(slices.Clone(n.clauses), usable(n.exact)...)) }

// clauses gives so many of the best clauses of parts of an expression, one after the other.
func (k needs) clauses(nodes []*syntax.Node, most int) []clause {
	found := k.all(nodes)
	all := found.all()
	return all[:min(len(all), most)]
}

// imply reports whether a text with one of the literals fulfils another clause.
func (c clause) imply(other clause) bool {
	return len(c) > 0 && !slices.ContainsFunc(c, func(literal string) bool {
		return !slices.ContainsFunc(other, func(within string) bool { return strings.Contains(literal, within) })
	})
}

// needs finds what parts of one expression need, and keeps it: parts are asked about again.
type needs map[*syntax.Node]necessary

func (k needs) of(n *syntax.Node) necessary {
	if len(n.Nodes) == 0 {
		return k.find(n)
	}
	known, ok := k[n]
	if !ok {
		known = k.find(n)
		k[n] = known
	}
	return known
}

func (k needs) find(n *syntax.Node) necessary {
	switch n.Kind {
	case syntax.Literal, syntax.Class:
		return necessary{exact: lettersOf(n.Units())}
	case syntax.Concat:
		return k.all(n.Nodes)
	case syntax.Alternate:
		return k.one(n.Nodes)
	case syntax.Repeat:
		return k.repeat(n)
	case syntax.Group, syntax.Capture, syntax.Atomic:
		return k.of(n.Nodes[0])
	case syntax.LookAhead, syntax.LookBehind:
		inside := k.of(n.Nodes[0])
		return necessary{exact: nothingTaken, clauses: inside.all()}
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

// all joins what is known from part to part, so that literals get as long as they can.
func (k needs) all(nodes []*syntax.Node) necessary {
	var sum necessary
	whole, run := true, nothingTaken // run: what the last parts take, or end with
	cut := func() {
		sum.clauses = append(sum.clauses, usable(run)...)
		if whole {
			sum.prefix, whole = run, false
		}
	}
	for _, n := range nodes {
		next := k.of(n)
		sum.clauses = append(sum.clauses, next.clauses...)
		prefix, suffix := next.ends()
		joined := products(run, prefix)
		if joined != nil && next.exact != nil {
			run = joined
			continue
		}
		if joined != nil {
			run = joined
		}
		cut()
		if run = suffix; run == nil {
			run = nothingTaken
		}
	}
	if whole {
		sum.exact = run
	} else {
		cut()
		sum.suffix = run
	}
	sum.clauses = best(sum.clauses)
	return sum
}

// products gives every text of one followed by every text of the other; nil when one is not known or there are too many.
func products(a, b clause) clause {
	if len(a) == 0 || len(b) == 0 || len(a)*len(b) > 4*maxClause {
		return nil
	}
	all := make(clause, 0, len(a)*len(b))
	known := map[string]bool{}
	for _, x := range a {
		for _, y := range b {
			if len(x)+len(y) > maxLiteral {
				return nil
			}
			if !known[x+y] {
				known[x+y] = true
				all = append(all, x+y)
			}
		}
	}
	if len(all) > maxClause {
		return nil
	}
	return all
}

// one needs, of each way, one thing, so of all ways one of those: of the best things of each, of the second best, and so on.
func (k needs) one(nodes []*syntax.Node) necessary {
	var sum necessary
	var exact, prefix, suffix union
	ways := make([][]clause, len(nodes))
	most, least := 0, 1
	for i, n := range nodes {
		next := k.of(n)
		begin, end := next.ends()
		exact.add(next.exact)
		prefix.add(begin)
		suffix.add(end)
		ways[i] = next.all()
		most, least = max(most, len(ways[i])), min(least, len(ways[i]))
	}
	if sum.exact = exact.get(); sum.exact != nil {
		return sum
	}
	sum.prefix, sum.suffix = prefix.get(), suffix.get()
	if least == 0 {
		return sum
	}
	for nth := range most {
		var any union
		for _, clauses := range ways {
			any.add(clauses[min(nth, len(clauses)-1)])
		}
		if all := any.get(); all != nil {
			sum.clauses = append(sum.clauses, all)
		}
	}
	return sum
}

// union is what one of several ways takes.
type union struct {
	all     clause
	unknown bool // of some way, or too much
}

func (u *union) add(c clause) {
	u.all = append(u.all, c...)
	u.unknown = u.unknown || c == nil || len(u.all) > 4*maxClause
}

func (u *union) get() clause {
	if u.unknown {
		return nil
	}
	if all := unique(u.all); len(all) <= maxClause {
		return all
	}
	return nil
}

func unique(c clause) clause {
	c = slices.Clone(c)
	slices.Sort(c)
	return slices.Compact(c)
}

func (k needs) repeat(n *syntax.Node) necessary {
	if n.Max == 0 {
		return necessary{exact: nothingTaken}
	}
	inside := k.of(n.Nodes[0])
	optional := n.Min == 0
	switch {
	case n.Max == 1 && optional && len(inside.exact) > 0 && len(inside.exact) < maxClause:
		return necessary{exact: unique(append(slices.Clone(inside.exact), ""))}
	case optional:
		return necessary{}
	case n.Max == 1:
		return inside
	case len(inside.exact) > 0 && 0 < n.Max && n.Max <= maxLiteral:
		if all := powers(inside.exact, n.Min, n.Max); all != nil {
			return necessary{exact: all}
		}
	}
	least := inside
	if inside.exact != nil { // as often as it is taken for certain
		for times := 2; times <= min(n.Min, maxLiteral); times++ {
			joined := products(least.exact, inside.exact)
			if joined == nil {
				break
			}
			least.exact = joined
		}
	}
	prefix, suffix := least.ends()
	return necessary{prefix: prefix, suffix: suffix, clauses: least.all()}
}

// powers gives every text of one, least to most times over; nil when there are too many.
func powers(one clause, least, most int) clause {
	all, power := clause{}, nothingTaken
	if least == 0 {
		all = clause{""}
	}
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
