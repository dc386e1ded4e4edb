package calibrate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// maxSorts bounds how many sorts of elements a marker tells.
const maxSorts = 12

// maxTold bounds how many elements of one tag are told apart by their marks: more are items.
const maxTold = 60

// marker finds an attribute or leaf that tells sorts of the elements inside: all have it, and it has few texts, which are words.
func marker(parts []part) string {
	var all []*etree.Element
	for _, p := range parts {
		if p.marker != "" {
			return ""
		}
		all = append(all, p.children()...)
	}
	if len(all) < 3 || slices.ContainsFunc(all, func(x *etree.Element) bool { return x.FullTag() != all[0].FullTag() }) {
		return ""
	}
	for _, key := range (&stack{copies: [][]*etree.Element{all}}).markers() {
		sorts := map[string]bool{}
		others := 0 // that are of no sort, as a number in front of all
		fits := !slices.ContainsFunc(all, func(x *etree.Element) bool {
			mark, ok := markOf(x, key)
			if !isSort.MatchString(mark) {
				others++
				return !ok || others > len(parts)
			}
			sorts[mark] = true
			return len(sorts) > maxSorts
		})
		if fits && len(sorts) > 1 && len(sorts) < len(all) {
			return key
		}
	}
	return ""
}

var isSort = regexp.MustCompile(`^[\pL_][\pL\pN_ .\-]{0,39}$`)

// stack is all elements of one tag, and marks, in each part.
type stack struct {
	tag    string
	marks  map[string]string
	copies [][]*etree.Element // by part
}

// most gives how many copies a part has at most.
func (s *stack) most() int {
	most := 0
	for _, c := range s.copies {
		most = max(most, len(c))
	}
	return most
}

// stacks sorts the elements in the parts by their tags, in the order they stand in.
func stacks(parts []part) []*stack {
	var all []*stack
	for i, p := range parts {
		at := 0
		for _, x := range p.children() {
			tag := p.tag(x)
			found := slices.IndexFunc(all, func(s *stack) bool { return s.tag == tag })
			if found < 0 {
				all = slices.Insert(all, at, &stack{tag: tag, copies: make([][]*etree.Element, len(parts))})
				found = at
			}
			all[found].copies[i] = append(all[found].copies[i], x)
			at = max(at, found+1)
		}
	}
	return all
}

// plain learns elements side by side, those of each tag for themselves.
func (l *learner) plain(parts []part, absent []*scope, where string, k *kind) []*node {
	stacks := stacks(parts)
	return slices.Concat(once(len(stacks), k, func(i int, k *kind) []*node {
		return l.stack(stacks[i], parts, absent, where+"/"+stacks[i].tag, k)
	})...)
}

// once learns stretches of a file that stand side by side so that a list stands in one of them only: where it explains most. What
// then is another list's elsewhere may have a place already, too.
func once(stretches int, k *kind, learn func(i int, k *kind) []*node) [][]*node {
	stood, lost := make([][]*node, stretches), make([][]*list, stretches)
	for i := range stood {
		stood[i] = learn(i, k)
	}
	for changed := true; changed; {
		changed = false
		for i := range stood {
			if more := outdone(stood, i); len(more) > 0 {
				lost[i] = append(lost[i], more...)
				stood[i], changed = learn(i, k.without(lost[i])), true
			}
		}
	}
	return stood
}

// outdone gives the lists of one stack's nodes that explain more in another's; of two alike, in the first.
func outdone(stood [][]*node, at int) []*list {
	var lost []*list
	for _, list := range listsOf(stood[at]) {
		own := scoreOf(stood[at], list)
		for i := range stood {
			if other := scoreOf(stood[i], list); i != at && (other > own || other == own && i < at) {
				lost = append(lost, list)
				break
			}
		}
	}
	return lost
}

func listsOf(nodes []*node) []*list {
	var lists []*list
	for _, n := range nodes {
		if n.again {
			continue
		}
		own := n.lists
		if n.each != nil {
			own = []*list{n.each}
		}
		for _, l := range own {
			if lists = append(lists, l); l.of != nil {
				lists = append(lists, l.of)
			}
		}
	}
	return lists
}

// scoreOf gives how much the elements of a list explain; -1 where there are none.
func scoreOf(nodes []*node, l *list) int {
	best := -1
	for _, n := range nodes {
		switch {
		case n.again:
		case n.each != nil && (n.each == l || n.each.of == l):
			best = max(best, n.score)
		case n.each == nil:
			best = max(best, scoreOf(n.children, l))
		}
	}
	return best
}

// stack learns the elements of one tag: as one that stands once, as the items of a list, or as several told apart by a mark.
func (l *learner) stack(s *stack, parts []part, absent []*scope, where string, k *kind) []*node {
	var best []*node
	if s.most() == 1 {
		best = []*node{l.element(s.tag, where, s.flat(parts), s.without(parts, absent), k)}
	}
	var fit []string
	for _, list := range k.lists {
		if slices.ContainsFunc(fit, func(outer string) bool { return strings.HasPrefix(list.name, outer+"[].") }) {
			continue // each stands for an item of the list around, with one of this list inside
		}
		if !s.counts(list, parts) || s.most() == 1 && list.ofTexts() && !s.alone(parts) {
			continue
		}
		n := l.items(list, s.groups(), parts, s.tag, where, k)
		if n == nil {
			continue
		}
		fit = append(fit, list.name)
		if best == nil || n.score > worth(best) {
			best = []*node{n}
		}
	}
	if best == nil {
		best = l.again(s, parts, where, k)
	}
	if told := l.toldApart(s, parts, absent, where, k); told != nil && (best == nil || worth(told) > worth(best)) {
		best = told
	}
	if best == nil {
		best = l.inOrder(s, parts, where, k)
	}
	if sorted := l.amongOthers(s, parts, absent, where, k); sorted != nil && (best == nil || worth(sorted) > worth(best)) {
		best = sorted
	}
	if best == nil {
		best = []*node{l.leftOver(s, parts, where, k)}
	}
	return best
}

// inOrder learns elements of one tag that stand so often in every part, each for itself.
func (l *learner) inOrder(s *stack, parts []part, where string, k *kind) []*node {
	most := s.most()
	if most < 2 || most > maxSorts || slices.ContainsFunc(s.copies, func(copies []*etree.Element) bool { return len(copies) != most }) {
		return nil
	}
	return slices.Concat(once(most, k, func(at int, k *kind) []*node {
		one := &stack{tag: s.tag, copies: make([][]*etree.Element, len(parts))}
		for i := range parts {
			one.copies[i] = s.copies[i][at : at+1]
		}
		n := l.element(s.tag, fmt.Sprintf("%s[%d]", where, at+1), one.flat(parts), nil, k)
		n.stands = true
		return []*node{n}
	})...)
}

// alone reports whether all parts are elements in which nothing else stands: an element around a list. Of an element elsewhere that
// stands once in each, nobody can tell whether it is one text of a list or all of them, joined.
func (s *stack) alone(parts []part) bool {
	for i, p := range parts {
		if p.x == nil || len(p.x.ChildElements()) != len(s.copies[i]) {
			return false
		}
	}
	return true
}

// flat pairs the copies with the items of their parts.
func (s *stack) flat(parts []part) []part {
	total := 0
	for _, c := range s.copies {
		total += len(c)
	}
	flat := make([]part, 0, total)
	for i, c := range s.copies {
		for _, x := range c {
			one := part{x: x, s: parts[i].s, numbered: parts[i].numbered}
			if _, null := parts[i].nulls.of(x); null {
				one.nullKey = parts[i].nulls.key
			}
			flat = append(flat, one)
		}
	}
	return flat
}

// without adds the items of the parts that have no copy.
func (s *stack) without(parts []part, absent []*scope) []*scope {
	absent = slices.Clone(absent)
	for i, c := range s.copies {
		if len(c) == 0 {
			absent = append(absent, parts[i].s)
		}
	}
	return absent
}

// groups gives the copies as groups of one.
func (s *stack) groups() [][]part {
	groups := make([][]part, len(s.copies))
	for i, c := range s.copies {
		groups[i] = make([]part, len(c))
		for j, x := range c {
			groups[i][j].x = x
		}
	}
	return groups
}

// leftOver keeps what no item explains.
func (l *learner) leftOver(s *stack, parts []part, where string, k *kind) *node {
	return l.element(s.tag, where, s.flat(parts), nil, k)
}

// toldApart learns elements of one tag that have each a mark: an attribute, or a child's text, of which a part has every value once.
func (l *learner) toldApart(s *stack, parts []part, absent []*scope, where string, k *kind) []*node {
	if s.most() < 2 {
		return nil
	}
	for _, key := range s.markers() {
		if told := s.by(key); told != nil {
			return slices.Concat(once(len(told), k, func(i int, k *kind) []*node {
				one := told[i]
				n := l.element(one.tag, where+"["+key+"="+one.marks[key]+"]", one.flat(parts), one.without(parts, absent), k)
				n.marks = one.marks
				return []*node{n}
			})...)
		}
	}
	return nil
}

// markers lists the attributes and children of the first copy.
func (s *stack) markers() []string {
	at := slices.IndexFunc(s.copies, func(copies []*etree.Element) bool { return len(copies) > 0 })
	if at < 0 {
		return nil
	}
	var keys []string
	first := s.copies[at][0]
	for _, a := range first.Attr {
		keys = append(keys, "@"+a.FullKey())
	}
	for _, c := range first.ChildElements() {
		if len(c.ChildElements()) == 0 {
			keys = append(keys, c.FullTag())
		}
	}
	return keys
}

// by splits a stack by the values of a marker, each of which a part has at most once and most parts have.
func (s *stack) by(key string) []*stack {
	var told []*stack
	for i, copies := range s.copies {
		at := 0
		for _, x := range copies {
			value, ok := markOf(x, key)
			if !ok {
				return nil
			}
			found := slices.IndexFunc(told, func(t *stack) bool { return t.marks[key] == value })
			if found < 0 {
				told = slices.Insert(told, at, &stack{tag: s.tag, marks: map[string]string{key: value}, copies: make([][]*etree.Element, len(s.copies))})
				found = at
			}
			if len(told[found].copies[i]) > 0 || len(told) > maxTold {
				return nil
			}
			told[found].copies[i] = append(told[found].copies[i], x)
			at = max(at, found+1)
		}
	}
	if len(told) > maxTold || len(told) > 3*s.most() { // values, not names
		return nil
	}
	return told
}

func markOf(x *etree.Element, key string) (string, bool) {
	if name, ok := strings.CutPrefix(key, "@"); ok {
		for _, a := range x.Attr {
			if a.FullKey() == name {
				return a.Value, true
			}
		}
		return "", false
	}
	for c := range x.ChildElementsSeq() {
		if c.FullTag() == key {
			return textOf(c), true
		}
	}
	return "", false
}

// counts reports whether each part has as many copies as its item has items in the list.
func (s *stack) counts(l *list, parts []part) bool {
	for i, p := range parts {
		if len(s.copies[i]) != len(p.s.items(l)) {
			return false
		}
	}
	return true
}
