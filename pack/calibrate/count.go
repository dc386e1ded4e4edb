package calibrate

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// leastGuessed is the least number of a file's items that a number there is taken to count, as it is hardly that by chance.
const leastGuessed = 3

// maxCount bounds a text with a number of items in it, as in et:Alert[5].
const maxCount = 40

// isCount is a number that may count, with a text around that has no other; 9.3 is a version.
var isCount = regexp.MustCompile(`^(?:[^\d<{]*[^\d<{.,:+-])?\d{1,9}(?:[^\d<{.,:+-][^\d<{]*)?$`)

// guessCount takes a number that never changes for that of the file's items, where it is it and not a small one.
func (p *spot) guessCount() {
	if l := p.perhapsCounts(); l != nil && p.kind.path == "" && len(p.copies[0].s.items(l)) >= leastGuessed && len(p.found) == 0 {
		before, after := p.aroundNumber()
		p.found = append(p.found, reading{made: "@count " + l.name, before: before, after: after, guessed: true})
	}
}

// perhapsCounts gives the list whose items a number that never changes may count, or nil. Of numbers told apart by a mark, as the columns
// of a schema have them, it is the mark's meaning and no count.
func (p *spot) perhapsCounts() *list {
	text := p.copies[0].text
	if p.fixed || !p.same() || p.generated() != unexplained || strings.Contains(p.where, "[") || len(text) > maxCount || !isCount.MatchString(text) {
		return nil
	}
	for _, l := range p.kind.counts {
		if len(l.refs) > 1 {
			continue
		}
		from, _ := p.counts(func(s *scope) int { return len(s.items(l)) })
		if from == 0 && !slices.ContainsFunc(p.copies, func(c copied) bool { return len(c.s.items(l)) == 0 }) {
			return l
		}
	}
	return nil
}

// askCount asks of a number that never changes and is that of a list's items in all copies.
func (s *spot) askCount() []Ask {
	guessed := s.outcome != nil && s.outcome.guessed
	l := s.perhapsCounts()
	if l == nil || !guessed && (s.outcome != nil || s.sort != constant) {
		return nil
	}
	if l.of != nil {
		return []Ask{{PerhapsCount, s.where, fmt.Sprintf("add an item with a %s of its own to %s, to see whether %s counts the groups", groupField, s.kind.itemPath(l), s.where)}}
	}
	return []Ask{{PerhapsCount, s.where, fmt.Sprintf("add an item to %s, to see whether %s counts them", s.kind.itemPath(l), s.where)}}
}

// leastElements is the least number of elements in a root element of which a number, there or in one besides, is taken to be it.
const leastElements = 6

// countElements takes numbers about the whole file that nothing else explains for those of the elements in the root element, as a
// trailer has the number of records, all or without itself and the header.
func (n *node) countElements() {
	n.eachSpot(func(s *spot) {
		if s.kind.path != "" || s.outcome != nil || len(s.copies) != len(n.parts) || s.attribute() {
			return
		}
		for but := range 3 {
			fits := !slices.ContainsFunc(n.parts, func(p part) bool {
				count := len(p.x.ChildElements())
				return count < leastElements || !slices.ContainsFunc(s.copies, func(c copied) bool {
					return c.s == p.s && c.text == strconv.Itoa(count-but)
				})
			})
			if fits {
				s.outcome, s.sort = &reading{made: strings.TrimSuffix("@elements "+strconv.Itoa(but), " 0")}, made
				return
			}
		}
	})
}

// attribute reports whether the spot is an attribute.
func (s *spot) attribute() bool {
	return strings.HasPrefix(s.where[strings.LastIndex(s.where, "/")+1:], "@")
}

// settleCounts settles numbers that never change in the files of each kind: they count the items of each, or in the files of one kind do
// not, and are none.
func settleCounts(all []*learned) {
	type count struct {
		s *spot
		l *list
	}
	counts, numbers := map[string][]count{}, map[string]map[string]bool{}
	for _, learned := range all {
		learned.root.eachSpot(func(s *spot) {
			if l := s.perhapsCounts(); l != nil && (s.outcome == nil && s.sort == constant || s.outcome != nil && s.outcome.guessed) {
				place := s.place()
				if counts[place] = append(counts[place], count{s, l}); numbers[place] == nil {
					numbers[place] = map[string]bool{}
				}
				numbers[place][strconv.Itoa(len(s.copies[0].s.items(l)))] = true
			}
		})
	}
	others := map[[2]string]bool{} // places and their numbers in the files of a kind that has another number of items
	for _, learned := range all {
		learned.root.eachSpot(func(s *spot) {
			if s.outcome == nil && s.sort == constant && isCount.MatchString(s.copies[0].text) && s.perhapsCounts() == nil {
				others[[2]string{s.place(), s.copies[0].text}] = true
			}
		})
	}
	for place, same := range counts {
		for _, c := range same {
			if others[[2]string{place, c.s.copies[0].text}] {
				c.s.outcome, c.s.sort, c.s.fixed = nil, constant, true
			}
		}
		if len(numbers[place]) < 2 {
			continue
		}
		for _, c := range same {
			if c.s.fixed {
				continue
			}
			before, after := c.s.aroundNumber()
			c.s.outcome, c.s.sort = &reading{made: "@count " + c.l.name, before: before, after: after}, made
		}
	}
}
