package syntax

import (
	"cmp"
	"slices"
	"sort"
)

// Range is the UTF-16 units from Lo to Hi, both included.
type Range struct{ Lo, Hi uint16 }

// Set is a set of UTF-16 units: ascending ranges with gaps between them.
type Set []Range

const maxUnit = 0xFFFF

// All is every unit.
var All = Set{{0, maxUnit}}

// newSet orders and joins ranges, which it may change.
func newSet(ranges []Range) Set {
	slices.SortFunc(ranges, func(a, b Range) int { return cmp.Compare(a.Lo, b.Lo) })
	var s Set
	for _, r := range ranges {
		s = s.appended(r)
	}
	return s
}

// Contains reports whether a unit is in the set.
func (s Set) Contains(unit uint16) bool {
	i := sort.Search(len(s), func(i int) bool { return s[i].Hi >= unit })
	return i < len(s) && s[i].Lo <= unit
}

// Negate gives all other units.
func (s Set) Negate() Set {
	var out Set
	next := 0
	for _, r := range s {
		if next < int(r.Lo) {
			out = append(out, Range{uint16(next), r.Lo - 1})
		}
		next = int(r.Hi) + 1
	}
	if next <= maxUnit {
		out = append(out, Range{uint16(next), maxUnit})
	}
	return out
}

// Union gives the units in either.
func (s Set) Union(t Set) Set {
	if len(s) == 0 || len(t) == 0 {
		return slices.Concat(s, t)
	}
	out := make(Set, 0, len(s)+len(t))
	for len(s) > 0 || len(t) > 0 {
		if len(s) == 0 || len(t) > 0 && t[0].Lo < s[0].Lo {
			s, t = t, s
		}
		out = out.appended(s[0])
		s = s[1:]
	}
	return out
}

// appended adds a range that begins no earlier than the last one.
func (s Set) appended(r Range) Set {
	if last := len(s) - 1; last >= 0 && int(r.Lo) <= int(s[last].Hi)+1 {
		s[last].Hi = max(s[last].Hi, r.Hi)
		return s
	}
	return append(s, r)
}

// Intersect gives the units in both.
func (s Set) Intersect(t Set) Set {
	var out Set
	for i, j := 0, 0; i < len(s) && j < len(t); {
		if lo, hi := max(s[i].Lo, t[j].Lo), min(s[i].Hi, t[j].Hi); lo <= hi {
			out = append(out, Range{lo, hi})
		}
		if s[i].Hi < t[j].Hi {
			i++
		} else {
			j++
		}
	}
	return out
}

// Minus gives the units that are not in t.
func (s Set) Minus(t Set) Set { return s.Intersect(t.Negate()) }
