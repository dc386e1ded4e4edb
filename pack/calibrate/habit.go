package calibrate

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/beevik/etree"
)

// most gives the text that is counted most, of several the first in order.
func most(counts map[string]int) string {
	best := ""
	for _, text := range slices.Sorted(maps.Keys(counts)) {
		if counts[text] > counts[best] {
			best = text
		}
	}
	return best
}

// Habits are what files do that the copies of one place leave open: whether a place stands without a value, what stands for no value,
// which escapes texts have.

// A place stands where there is no value, or does not, or no copy tells.
const (
	untold = iota
	stands
	omitted
)

// observe learns what the files do with places that have no value.
func (e *emitter) observe(n *node) {
	for _, s := range n.attributes {
		e.note(s.sortOf(), s.whenEmpty())
	}
	for _, s := range n.own() {
		if r := s.outcome; r != nil && r.isText() && !r.zero {
			e.noteForm(r)
		}
		if r := s.outcome; r != nil && r.isText() && r.empty {
			e.nones[r.values[""]]++
		}
		if none, ok := s.nothing(); ok {
			e.nones[none]++
		}
	}
	e.note(n.sortOf(), n.whenEmpty())
	for _, c := range n.children {
		e.observe(c)
	}
}

// nothing gives the one text of a spot that may stand for no value, where its items have a text that none of them tells.
func (s *spot) nothing() (string, bool) {
	at := slices.IndexFunc(s.copies, func(c copied) bool { return c.present })
	if at < 0 || s.outcome != nil || !s.same() || s.copies[at].text == "" || !saysNothing(s.copies[at].text) {
		return "", false
	}
	return s.copies[at].text, slices.ContainsFunc(s.kind.fields, func(f *field) bool {
		return f.joined == nil && f.ref.Type == reflect.TypeFor[string]() && !slices.ContainsFunc(s.copies, func(c copied) bool { return f.tells(c.s) })
	})
}

// isText reports whether the reading is of any text, in one of the forms texts have.
func (r *reading) isText() bool {
	return len(r.fields) > 0 && r.fields[0].joined == nil && r.fields[0].ref.Type == reflect.TypeFor[string]()
}

func (e *emitter) note(sort string, how int) {
	switch how {
	case stands:
		e.habits[sort]++
	case omitted:
		e.habits[sort]--
	}
}

// always reports whether the element stands where none of the fields it has a place for says anything.
func (e *emitter) always(n *node) bool {
	how := n.whenEmpty()
	if how == untold && n.text != nil && n.text.outcome != nil && len(n.text.outcome.fields) > 0 && e.habits[n.sortOf()] == 0 { // no place of its sort tells
		n.text.outcome.infer(InferredEmpty)
	}
	return how == stands || how == untold && e.habits[n.sortOf()] > 0 && n.sortOf() != ""
}

// stands reports whether an attribute stands where there is no value.
func (e *emitter) stands(s *spot) bool {
	how := s.whenEmpty()
	if how == untold && e.habits[s.sortOf()] == 0 {
		s.outcome.infer(InferredEmpty)
	}
	return how == stands || how == untold && e.habits[s.sortOf()] > 0
}

// sortOf names the places that likely are alike in what is done without a value.
func (n *node) sortOf() string {
	switch {
	case n.tag == "" || n.each != nil:
		return ""
	case n.text != nil && n.text.outcome != nil:
		return "text " + n.text.outcome.sortOf()
	}
	fields, lists := n.shown()
	if len(fields)+len(lists) == 0 {
		return ""
	}
	return fmt.Sprintf("element %v", len(n.children) > 0)
}

func (s *spot) sortOf() string {
	if s.outcome == nil {
		return ""
	}
	return "attribute " + s.outcome.sortOf()
}

func (r *reading) sortOf() string {
	switch {
	case len(r.fields) == 0:
		return r.made
	case r.fields[0].joined != nil:
		return "list"
	}
	return r.fields[0].ref.Type.Kind().String()
}

// whenEmpty tells what becomes of the element where it has nothing to show.
func (n *node) whenEmpty() int {
	if n.tag == "" || n.each != nil {
		return untold
	}
	fields, lists := n.shown()
	if len(fields)+len(lists) == 0 {
		return untold
	}
	empty := func(s *scope) bool {
		return !slices.ContainsFunc(fields, func(f *field) bool { return f.shows(s) }) &&
			!slices.ContainsFunc(lists, func(l *list) bool { return len(s.items(l)) > 0 })
	}
	switch {
	case slices.ContainsFunc(n.parts, func(p part) bool { return empty(p.s) }):
		return stands
	case slices.ContainsFunc(n.absent, empty):
		return omitted
	}
	return untold
}

// whenEmpty tells what becomes of an attribute where it has nothing to show.
func (s *spot) whenEmpty() int {
	if s.outcome == nil {
		return untold
	}
	how := untold
	for _, c := range s.copies {
		switch {
		case slices.ContainsFunc(append(s.outcome.fields, s.outcome.of...), func(f *field) bool { return f.shows(c.s) }):
		case c.present:
			return stands
		default:
			how = omitted
		}
	}
	return how
}

// shows reports whether the field has a value in the item, as templates ask.
func (f *field) shows(s *scope) bool {
	v, _ := cmp.Or(f.joined, f.ref).Get(s.item)
	return v.Kind() == reflect.Slice && v.Len() > 0 || v.Kind() != reflect.Slice && !v.IsZero()
}

// shown gives the fields and lists of the scope that the node has places for.
func (n *node) shown() ([]*field, []*list) {
	var fields []*field
	for _, s := range n.spots {
		if s.outcome != nil && !s.copyOf {
			fields = append(append(fields, s.outcome.fields...), s.outcome.of...)
		}
	}
	return fields, n.lists
}

func newHabits() *emitter {
	return &emitter{habits: map[string]int{}, forms: map[string]int{}, nones: map[string]int{}, nullTags: map[string]string{}, empties: map[bool]map[string]int{},
		taken: map[etree.Token]bool{}}
}

// adopt takes over the habits of files of which it has seen none of its own.
func (e *emitter) adopt(other *emitter) {
	for sort, how := range other.habits {
		if e.habits[sort] == 0 {
			e.habits[sort] = how
		}
	}
	if len(e.forms) == 0 {
		maps.Copy(e.forms, other.forms)
	}
	if len(e.nones) == 0 {
		maps.Copy(e.nones, other.nones)
	}
	e.adoptForms(other)
}
