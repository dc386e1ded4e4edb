package artifact

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/beevik/etree"
)

// generated is a place whose text the console makes, as Facts.Generated names it.
type generated struct {
	steps     []step
	attribute string // full key; empty: the element's text
}

// step is an element on the way to a place: of a tag, in which an item's number or field may stand, and with a mark or a number among
// its like.
type step struct {
	tag        *regexp.Regexp
	key, value string
	nth        int // from 1; 0: any
}

var (
	tagPlace = regexp.MustCompile(`\{[^}]*\}`)
	stepMark = regexp.MustCompile(`^(.*?)\[(?:([^=\]]*)=(.*)|(\d+))\]$`)
)

// Comments is, behind the root element's place and in place of an attribute, what stands in it and around it that is no element.
const Comments = "#comment"

// newGenerated reads a place such as Export/Alert[@Type=a/b]/(rules)/@Id, of which the steps in parentheses are no elements.
func newGenerated(where string) generated {
	var g generated
	for _, text := range splitSteps(where) {
		name, isAttribute := strings.CutPrefix(text, "@")
		switch m := stepMark.FindStringSubmatch(text); {
		case strings.HasPrefix(text, "("):
		case isAttribute:
			g.attribute = name
		case text == Comments:
			g.attribute = text
		case m == nil:
			g.steps = append(g.steps, step{tag: tagPattern(text)})
		default:
			nth, _ := strconv.Atoi(m[4])
			g.steps = append(g.steps, step{tagPattern(m[1]), m[2], m[3], nth})
		}
	}
	return g
}

// splitSteps parts a place at its slashes, but for those in brackets.
func splitSteps(where string) []string {
	var steps []string
	from, depth := 0, 0
	for i, r := range where {
		switch {
		case r == '[':
			depth++
		case r == ']' && depth > 0:
			depth--
		case r == '/' && depth == 0:
			steps, from = append(steps, where[from:i]), i+1
		}
	}
	return append(steps, where[from:])
}

// tagPattern matches the tags of a step: any number where the step has that of an item, any text where it has a field.
func tagPattern(step string) *regexp.Regexp {
	pattern, at := "(?s)^", 0
	for _, m := range tagPlace.FindAllStringIndex(step, -1) {
		pattern += regexp.QuoteMeta(step[at:m[0]])
		switch place := step[m[0]:m[1]]; {
		case strings.HasPrefix(place, "{n "):
			pattern += "[0-9]+"
		case place == "{@open}":
			pattern += regexp.QuoteMeta("{")
		default:
			pattern += ".+"
		}
		at = m[1]
	}
	return regexp.MustCompile(pattern + regexp.QuoteMeta(step[at:]) + "$")
}

// at reports whether the place is that of the attribute, or else of the text, of the element at the end of the way.
func (g generated) at(way []*etree.Element, attribute string) bool {
	if g.attribute != attribute || len(g.steps) != len(way) {
		return false
	}
	for i, s := range g.steps {
		if !s.is(way[i]) {
			return false
		}
	}
	return true
}

func (s step) is(x *etree.Element) bool {
	if !s.tag.MatchString(x.FullTag()) {
		return false
	}
	if name, ok := strings.CutPrefix(s.key, "@"); ok {
		return valueOf(x, name) == s.value
	}
	if s.key != "" {
		for c := range x.ChildElementsSeq() {
			if c.FullTag() == s.key {
				return c.Text() == s.value
			}
		}
		return false
	}
	return s.nth == 0 || s.nth == numberAmong(x)
}

func valueOf(x *etree.Element, key string) string {
	for _, a := range x.Attr {
		if a.FullKey() == key {
			return a.Value
		}
	}
	return ""
}

// numberAmong counts, from 1, the elements of one tag side by side.
func numberAmong(x *etree.Element) int {
	n := 0
	for c := range x.Parent().ChildElementsSeq() {
		if c.FullTag() == x.FullTag() {
			n++
		}
		if c == x {
			break
		}
	}
	return n
}

// Generates reports whether the console makes the text of the attribute, or without one of the element itself, at the end of the
// way from the root element: it is kept as it was learned, and may differ in another file.
func (d *Dialect) Generates(way []*etree.Element, attribute string) bool {
	for _, g := range d.generated {
		if g.at(way, attribute) {
			return true
		}
	}
	return false
}
