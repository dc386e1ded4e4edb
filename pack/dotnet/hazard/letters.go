package hazard

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// letter is a class of units that no part of an expression tells apart.
type letter int

// letters is a set of them.
type letters = bitset[letter]

// bitset is a set of small numbers.
type bitset[T ~int] []uint64

func (s bitset[T]) has(l T) bool { return s[l>>6]>>(l&63)&1 != 0 }

func (s bitset[T]) add(l T) { s[l>>6] |= 1 << (l & 63) }

// and makes s what two sets have in common and reports whether that is anything.
func (s bitset[T]) and(t, u bitset[T]) bool {
	some := uint64(0)
	for i := range s {
		s[i] = t[i] & u[i]
		some |= s[i]
	}
	return some != 0
}

// len counts the set.
func (s bitset[T]) len() int {
	n := 0
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// first gives the letter of a set that reads best.
func (s bitset[T]) first() T {
	for i, word := range s {
		if word != 0 {
			return T(i<<6 + bits.TrailingZeros64(word))
		}
	}
	return none
}

// each visits the letters in both sets until it is told to stop.
func (s bitset[T]) each(t bitset[T], visit func(T) bool) {
	for i, word := range s {
		for both := word & t[i]; both != 0; both &= both - 1 {
			if !visit(T(i<<6 + bits.TrailingZeros64(both))) {
				return
			}
		}
	}
}

// alphabet is all letters, those that are best to look at in an attack first.
type alphabet struct {
	units  []uint16 // of each letter, one that stands for it
	kinds  []kind   // of each letter
	all    letters
	ofKind [kindCount]letters
	sets   []syntax.Set // that were asked for, and
	of     []letters    // the letters in each
	known  map[string]int
	told   bool // there are conditions, for which letters have kinds; else all are other
}

// kind is what the conditions of a path want to know of a letter.
type kind uint8

const (
	other kind = iota
	wordCharacter
	newline
	kindCount
)

// ask notes a set that is to be told from others, and gives its number.
func (a *alphabet) ask(s syntax.Set) int {
	var key []byte
	for _, r := range s {
		key = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(key, r.Lo), r.Hi)
	}
	if i, ok := a.known[string(key)]; ok {
		return i
	}
	if a.known == nil {
		a.known = map[string]int{}
	}
	a.known[string(key)] = len(a.sets)
	a.sets = append(a.sets, s)
	return len(a.sets) - 1
}

// segment is a run of units that are in the same of the sets.
type segment struct {
	lo, hi int
	in     []uint64
	like   int // the first segment that is in the same sets
}

// split makes the letters once all sets are asked for.
func (a *alphabet) split() {
	segments := a.segments()
	best := map[int]uint16{} // segment that is like no earlier one to its best unit
	for _, s := range segments {
		unit := bestOf(s.lo, s.hi)
		if b, ok := best[s.like]; !ok || rank(unit) < rank(b) {
			best[s.like] = unit
		}
	}
	var order []int
	for like, unit := range best {
		if rank(unit) < unwritable {
			order = append(order, like)
		}
	}
	slices.SortFunc(order, func(i, j int) int {
		return cmp.Or(cmp.Compare(rank(best[i]), rank(best[j])), cmp.Compare(best[i], best[j]))
	})
	words := len(order)/64 + 1
	a.all = make(letters, words)
	for k := range a.ofKind {
		a.ofKind[k] = make(letters, words)
	}
	a.of = make([]letters, len(a.sets))
	for i := range a.of {
		a.of[i] = make(letters, words)
	}
	for l, like := range order {
		unit := best[like]
		a.units, a.kinds = append(a.units, unit), append(a.kinds, a.kindOf(unit))
		a.all.add(letter(l))
		a.ofKind[a.kinds[l]].add(letter(l))
		for i := range a.sets {
			if segments[like].in[i>>6]>>(i&63)&1 != 0 {
				a.of[i].add(letter(l))
			}
		}
	}
}

// segments cuts the units where a set begins or ends.
func (a *alphabet) segments() []segment {
	type change struct{ at, set int }
	changes := []change{{0, -1}}
	for i, s := range a.sets {
		for _, r := range s {
			changes = append(changes, change{int(r.Lo), i}, change{int(r.Hi) + 1, i})
		}
	}
	slices.SortFunc(changes, func(x, y change) int { return cmp.Compare(x.at, y.at) })
	in := make([]uint64, len(a.sets)/64+1)
	first := map[string]int{}
	var all []segment
	for i := 0; i < len(changes); {
		at := changes[i].at
		for ; i < len(changes) && changes[i].at == at; i++ {
			if s := changes[i].set; s >= 0 {
				in[s>>6] ^= 1 << (s & 63)
			}
		}
		hi := 0xFFFF
		if i < len(changes) {
			hi = changes[i].at - 1
		}
		if at > hi {
			continue
		}
		var key []byte
		for _, word := range in {
			key = binary.BigEndian.AppendUint64(key, word)
		}
		if _, ok := first[string(key)]; !ok {
			first[string(key)] = len(all)
		}
		all = append(all, segment{at, hi, slices.Clone(in), first[string(key)]})
	}
	return all
}

// The ranks, those that read best first: how well an attack reads that is made of such units. A half of a surrogate pair is in no
// text alone.
const (
	small = iota
	alphanumeric
	mark
	space
	tab
	control
	lineBreak
	beyondASCII
	unwritable
)

func rank(unit uint16) int {
	switch {
	case 'a' <= unit && unit <= 'z':
		return small
	case '0' <= unit && unit <= '9', 'A' <= unit && unit <= 'Z':
		return alphanumeric
	case '!' <= unit && unit <= '~':
		return mark
	case unit == ' ':
		return space
	case unit == '\t':
		return tab
	case unit == '\n':
		return lineBreak
	case unit < 0x80:
		return control
	case 0xD800 <= unit && unit <= 0xDFFF:
		return unwritable
	}
	return beyondASCII
}

// favourites are units to look for first in a range.
var favourites = []uint16{'a', 'A', '0', '-', ' ', '\t', '\n', '\r'}

func bestOf(lo, hi int) uint16 {
	best := uint16(lo)
	for _, unit := range favourites {
		if int(unit) >= lo && int(unit) <= hi && rank(unit) < rank(best) {
			best = unit
		}
	}
	for unit := lo; unit <= min(hi, 0x7F); unit++ {
		if rank(uint16(unit)) < rank(best) {
			best = uint16(unit)
		}
	}
	if rank(best) == unwritable && hi > 0xDFFF {
		best = 0xE000
	}
	return best
}

func (a *alphabet) kindOf(unit uint16) kind {
	switch {
	case !a.told:
	case unit == '\n':
		return newline
	case syntax.IsWord(unit):
		return wordCharacter
	}
	return other
}
