package calibrate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// numbering is the number that tags have for an item of a list, or the text of a field.
type numbering struct {
	list, number string
	width        int    // digits at least; 0: no noughts before it
	field, forms string // whose text the number is, and how it is spelled; empty: a number
}

// in puts the place of the number for it in a tag.
func (of numbering) in(tag string) string {
	if of.field != "" {
		behind := strings.LastIndex(tag, "}") + 1 // the places that are in it
		if !strings.Contains(tag[behind:], literal(of.number)) {
			behind = 0
		}
		return tag[:behind] + strings.Replace(tag[behind:], literal(of.number), of.place(), 1)
	}
	if m := numberInTag.FindStringSubmatch(tag); m != nil {
		return m[1] + of.place() + m[3]
	}
	return tag
}

// place is the number in a tag of the template.
func (of numbering) place() string {
	if of.field != "" {
		return fmt.Sprintf("{@copy %s %s%s}", of.field, of.list, of.forms)
	}
	if of.width > 0 {
		return fmt.Sprintf("{n %s|pad %d}", of.list, of.width)
	}
	return "{n " + of.list + "}"
}

// numberInTag is the first number in a tag that no list is known to give.
var numberInTag = regexp.MustCompile(`^((?:[^\d{]|\{[^}]*\})*)(\d{1,9})(.*)$`)

// fitting gives the parts with the numberings of lists further out that the numbers in the tags inside agree with.
func fitting(parts []part) []part {
	parts = uncalled(parts)
	if len(parts) == 0 || len(parts[0].numbered) == 0 {
		return parts
	}
	for _, p := range parts {
		for _, x := range p.children() {
			tag := literal(x.FullTag())
			for _, of := range p.numbered {
				if m := numberInTag.FindStringSubmatch(tag); of.field == "" && m != nil && m[2] != of.number {
					return unnumbered(parts)
				}
				tag = of.in(tag)
			}
		}
	}
	return parts
}

func unnumbered(parts []part) []part {
	parts = slices.Clone(parts)
	for i := range parts {
		parts[i].numbered = nil
	}
	return parts
}

// maxHeads bounds how many elements are tried as the one that begins the only item of a list.
const maxHeads = 4

// holdElements reports whether the copies hold elements, as the row of a table does.
func (s *stack) holdElements() bool {
	return !slices.ContainsFunc(s.copies, func(copies []*etree.Element) bool {
		return slices.ContainsFunc(copies, func(x *etree.Element) bool { return !holdsElements(x) })
	})
}

// groupings learns the children of the parts in groups: one for each item of a list, told by a tag that begins it or by a number.
func (l *learner) groupings(parts []part, absent []*scope, where string, k *kind) [][]*node {
	var all [][]*node
	stacks := stacks(parts)
	var prefixes []string // of tags that hold a number
	for _, s := range stacks {
		if m := numberInTag.FindStringSubmatch(s.tag); m != nil && !slices.Contains(prefixes, m[1]) {
			prefixes = append(prefixes, m[1])
		}
	}
	for _, list := range k.lists {
		if len(list.refs) > 1 || list.ofTexts() && !slices.ContainsFunc(parts, func(p part) bool { return len(p.s.items(list)) > 1 }) {
			continue // of one text in each nobody can tell whether it is one of a list or all of them, joined
		}
		heads := 0
		for _, s := range stacks {
			if !s.counts(list, parts) || len(stacks) < 2 || heads > 0 && !s.holdElements() {
				continue
			}
			all = append(all, l.grouped(parts, absent, list, where, byHead(s.tag), nil, k))
			if heads++; heads == maxHeads || s.most() > 1 {
				break // of items that are seen to repeat, the first begins them
			}
		}
		for _, prefix := range prefixes[:min(len(prefixes), maxSorts)] {
			all = append(all, l.grouped(parts, absent, list, where, byNumber(prefix), &numbering{list: list.name}, k))
		}
		if len(prefixes) > 1 {
			all = append(all, l.grouped(parts, absent, list, where, byNumber(""), &numbering{list: list.name}, k))
		}
	}
	return all
}

// split is the children of a part in groups, and those before and behind them.
type split struct {
	before []*etree.Element
	groups [][]*etree.Element
	after  []*etree.Element

	numbers []string // of the groups, where their tags have some
}

// grouped learns the children before the groups, the groups, and those behind them. In is what the tags of each group have for its item;
// nil: nothing.
func (l *learner) grouped(parts []part, absent []*scope, list *list, where string, how func(part) (split, bool), in *numbering, k *kind) []*node {
	splits := make([]split, len(parts))
	for i, p := range parts {
		var ok bool
		if splits[i], ok = how(p); !ok || len(splits[i].groups) != len(p.s.items(list)) {
			return nil
		}
	}
	splitEmpty(parts, splits)
	width := widthOf(splits)
	before, after := make([]part, len(parts)), make([]part, len(parts))
	groups := make([][]part, len(parts))
	first := -1
	for i, p := range parts {
		marker, s := p.marker, splits[i]
		before[i] = part{below: s.before, s: p.s, numbered: p.numbered, marker: p.marker}
		after[i] = part{below: s.after, s: p.s, numbered: p.numbered, marker: p.marker}
		for g, elements := range s.groups {
			inside := p.numbered
			if in != nil {
				inside = append(slices.Clone(p.numbered), numbering{list.name, s.numbers[g], width, in.field, in.forms})
			}
			groups[i] = append(groups[i], part{below: elements, numbered: inside, marker: marker})
		}
		if len(s.groups) > 0 && first < 0 && in != nil && in.field == "" {
			first = atoi(numberInTag.FindStringSubmatch(p.tag(s.groups[0][0]))[2])
		}
	}
	var group *node
	if tag := calledAlone(groups); tag != "" {
		group = l.items(list, groups, parts, tag, where+"/"+tag, k)
	} else if group = l.items(list, groups, parts, "", where+"/("+list.name+")", k); group != nil {
		group.score-- // an element of its own explains as much more simply
	}
	if group == nil {
		return nil
	}
	if first >= 0 {
		group.first = first
	}
	rest := k.without(k.within(list))
	around := once(2, rest, func(i int, k *kind) []*node { return l.level([][]part{before, after}[i], absent, where, k) })
	return slices.Concat(around[0], []*node{group}, around[1])
}

// widthOf gives the digits of the groups' numbers, where some have noughts before them.
func widthOf(splits []split) int {
	for _, s := range splits {
		for _, number := range s.numbers {
			if len(number) > 1 && number[0] == '0' {
				return len(number)
			}
		}
	}
	return 0
}

// splitEmpty parts the elements of parts without any group as those of the others are: what stands only behind the groups there
// begins what is behind them.
func splitEmpty(parts []part, splits []split) {
	before, behind := map[string]bool{}, map[string]bool{}
	for i, s := range splits {
		if len(s.groups) == 0 {
			continue
		}
		for _, x := range s.before {
			before[parts[i].tag(x)] = true
		}
		for _, x := range s.after {
			behind[parts[i].tag(x)] = true
		}
	}
	for i := range splits {
		s := &splits[i]
		cut := slices.IndexFunc(s.before, func(x *etree.Element) bool { tag := parts[i].tag(x); return behind[tag] && !before[tag] })
		if len(s.groups) == 0 && cut >= 0 {
			s.before, s.after = s.before[:cut], s.before[cut:]
		}
	}
}

// byHead splits a part's children at a tag; what only the last group has is behind it.
func byHead(head string) func(part) (split, bool) {
	return func(p part) (split, bool) {
		var s split
		for _, x := range p.children() {
			if p.tag(x) == head {
				s.groups = append(s.groups, nil)
			}
			if last := len(s.groups) - 1; last >= 0 {
				s.groups[last] = append(s.groups[last], x)
			} else {
				s.before = append(s.before, x)
			}
		}
		last := len(s.groups) - 1
		if last < 1 {
			return s, true
		}
		foot := len(s.groups[last])
		for foot > 1 && !p.anyHas(s.groups[:last], p.tag(s.groups[last][foot-1])) {
			foot--
		}
		s.groups[last], s.after = s.groups[last][:foot], s.groups[last][foot:]
		return s, true
	}
}

// anyHas reports whether a group has an element of the tag.
func (p part) anyHas(groups [][]*etree.Element, tag string) bool {
	return slices.ContainsFunc(groups, func(g []*etree.Element) bool {
		return slices.ContainsFunc(g, func(x *etree.Element) bool { return p.tag(x) == tag })
	})
}

// byNumber splits a part's children by the first number in their tags, where that stands behind the prefix; an empty prefix takes any.
func byNumber(prefix string) func(part) (split, bool) {
	return func(p part) (split, bool) {
		var s split
		for _, x := range p.children() {
			m := numberInTag.FindStringSubmatch(p.tag(x))
			switch counts := m != nil && (prefix == "" || m[1] == prefix); {
			case !counts && len(s.numbers) == 0:
				s.before = append(s.before, x)
				continue
			case !counts:
				s.after = append(s.after, x)
				continue
			case len(s.after) > 0:
				return split{}, false
			}
			at := slices.Index(s.numbers, m[2])
			if at < 0 {
				at = len(s.numbers)
				s.numbers, s.groups = append(s.numbers, m[2]), append(s.groups, nil)
			}
			s.groups[at] = append(s.groups[at], x)
		}
		return s, true
	}
}
