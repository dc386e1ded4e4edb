package calibrate

import (
	"regexp"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/artifact/container"
)

// part is one copy of a stretch of a file: an element, or elements that stand side by side, and the item it is about.
type part struct {
	x     *etree.Element   // nil: a group
	below []*etree.Element // of a group
	s     *scope
	// numbered lists the lists whose numbers the tags inside hold, in the order they stand in the tag.
	numbered []numbering
	// marker is the attribute (@Type) or leaf whose text tells the sorts of elements inside that have one tag.
	marker string
}

// numbering is the number that tags have for an item of a list.
type numbering struct{ list, number string }

// tag is the tag of an element in the part as kp:tag has it.
func (p part) tag(x *etree.Element) string {
	tag := x.FullTag()
	for _, of := range p.numbered {
		if m := numberInTag.FindStringSubmatch(tag); m != nil {
			tag = m[1] + "{n " + of.list + "}" + m[3]
		}
	}
	if mark, ok := markOf(x, p.marker); ok && p.marker != "" {
		tag += "[" + p.marker + "=" + mark + "]"
	}
	return tag
}

func (p part) children() []*etree.Element {
	if p.x == nil {
		return p.below
	}
	return p.x.ChildElements()
}

// node is what all copies of a part have in common: an element of the template to be.
type node struct {
	tag        string // as kp:tag has it; empty: a group
	each       *list  // the list whose items its copies are about
	kind       *kind  // of what is inside
	first      int    // number of the list's first item
	parts      []part
	absent     []*scope // the items of the scope around in which it does not stand
	attributes []*spot
	text       *spot
	marks      map[string]string // constant attributes that tell it from others of its tag
	children   []*node
	inside     *container.Document // the first document in its text
	behind     string              // the forms it is behind
	spots      []*spot             // of its own scope, in it and below
	lists      []*list             // of its own scope, that it or what is below stands for
	score      int
}

// numberInTag is the first number in a tag that no list is known to give.
var numberInTag = regexp.MustCompile(`^((?:[^\d{]|\{[^}]*\})*)(\d{1,9})(.*)$`)

// learner finds the structure of one kind's files.
type learner struct{}

// element learns what copies of an element have in common, all in one kind of scope.
func (l *learner) element(tag, where string, parts []part, absent []*scope, k *kind) *node {
	n := &node{tag: tag, kind: k, parts: parts, absent: absent, first: 1}
	l.attributes(n, where)
	if !l.text(n, where) && !l.inner(n, where) {
		l.children(n, where)
	}
	n.sum()
	return n
}

// sum adds up what the node's own spots and its children explain.
func (n *node) sum() {
	for _, s := range n.own() {
		n.spots = append(n.spots, s)
		n.score += s.worth()
	}
	for _, c := range n.children {
		n.score += c.score
		if c.each == nil {
			n.spots = append(n.spots, c.spots...)
			n.lists = append(n.lists, c.lists...)
		} else {
			n.lists = append(n.lists, c.each)
		}
	}
}

func (n *node) own() []*spot {
	if n.text == nil {
		return n.attributes
	}
	return append(slices.Clone(n.attributes), n.text)
}

// attributes makes a spot of every attribute, in the order they first stand in.
func (l *learner) attributes(n *node, where string) {
	var names []string
	for _, p := range n.parts {
		if p.x == nil {
			return
		}
		at := 0
		for _, a := range p.x.Attr {
			found := slices.Index(names, a.FullKey())
			if found < 0 {
				names = slices.Insert(names, at, a.FullKey())
				found = at
			}
			at = max(at, found+1)
		}
	}
	for _, name := range names {
		s := &spot{where: where + "/@" + name, name: name, kind: n.kind}
		for _, p := range n.parts {
			c := copied{s: p.s}
			for _, a := range p.x.Attr {
				if a.FullKey() == name {
					c.text, c.present = a.Value, true
				}
			}
			s.copies = append(s.copies, c)
		}
		s.missing(n.absent)
		s.readings()
		n.attributes = append(n.attributes, s)
	}
}

// text makes a spot of the elements' text when none holds an element; it reports false where the text is a document itself.
func (l *learner) text(n *node, where string) bool {
	s := &spot{where: where, name: n.tag, kind: n.kind}
	for _, p := range n.parts {
		if p.x == nil || holdsElements(p.x) {
			return false
		}
		s.copies = append(s.copies, copied{textOf(p.x), true, p.s})
	}
	s.missing(n.absent)
	s.readings()
	if len(s.found) == 0 || s.found[0].zero {
		if l.opens(s) {
			return false
		}
	}
	n.text = s
	return true
}

// opens reports whether all texts are documents.
func (l *learner) opens(s *spot) bool {
	some := false
	for _, c := range s.copies {
		if c.text == "" {
			continue
		}
		if _, _, ok := readInside(c.text); !ok {
			return false
		}
		some = true
	}
	return some
}

// inner learns the documents in the elements' texts.
func (l *learner) inner(n *node, where string) bool {
	var parts []part
	absent := slices.Clone(n.absent)
	for _, p := range n.parts {
		if p.x == nil || holdsElements(p.x) {
			return false
		}
		text := textOf(p.x)
		if text == "" {
			absent = append(absent, p.s)
			continue
		}
		doc, how, ok := readInside(text)
		if !ok || n.inside != nil && n.behind != how {
			return false
		}
		if n.inside == nil {
			n.inside, n.behind = doc, how
		}
		parts = append(parts, part{x: doc.Tree.Root(), s: p.s})
	}
	if len(parts) == 0 {
		return false
	}
	tag := parts[0].x.FullTag()
	n.children = []*node{l.element(tag, where+"/"+tag, parts, absent, n.kind)}
	return true
}

func holdsElements(x *etree.Element) bool {
	return slices.ContainsFunc(x.Child, func(t etree.Token) bool { _, ok := t.(*etree.Element); return ok })
}

func textOf(x *etree.Element) string {
	text := ""
	for _, token := range x.Child {
		if c, ok := token.(*etree.CharData); ok {
			text += c.Data
		}
	}
	return text
}

// children learns what stands inside.
func (l *learner) children(n *node, where string) {
	n.parts = fitting(n.parts)
	n.children = l.level(n.parts, n.absent, where, n.kind)
}

// level learns elements that stand side by side: element by element or, where that explains more, in groups, also of the sorts that
// a marker tells.
func (l *learner) level(parts []part, absent []*scope, where string, k *kind) []*node {
	best := l.plain(parts, absent, where, k)
	score := worth(best)
	better := func(others ...[]*node) {
		for _, other := range others {
			if w := worth(other); other != nil && w > score {
				best, score = other, w
			}
		}
	}
	better(l.groupings(parts, absent, where, k)...)
	if marker := marker(parts); marker != "" {
		marked := slices.Clone(parts)
		for i := range marked {
			marked[i].marker = marker
		}
		better(l.plain(marked, absent, where, k))
		better(l.groupings(marked, absent, where, k)...)
	}
	return best
}

// Bounds of a marker: so many sorts of elements, and so many texts that are looked at.
const maxSorts = 12

// maxTold bounds how many elements of one tag are told apart by their marks: more are items.
const maxTold = 60

// fitting gives the parts with the numberings of lists further out that the numbers in the tags inside agree with.
func fitting(parts []part) []part {
	if len(parts) == 0 || len(parts[0].numbered) == 0 {
		return parts
	}
	for _, p := range parts {
		for _, x := range p.children() {
			tag := x.FullTag()
			for _, of := range p.numbered {
				m := numberInTag.FindStringSubmatch(tag)
				if m != nil && m[2] != of.number {
					return unnumbered(parts)
				}
				if m != nil {
					tag = m[1] + "{n}" + m[3]
				}
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
		fits := !slices.ContainsFunc(all, func(x *etree.Element) bool {
			mark, ok := markOf(x, key)
			sorts[mark] = true
			return !ok || len(sorts) > maxSorts || !isSort.MatchString(mark)
		})
		if fits && len(sorts) > 1 && len(sorts) < len(all) {
			return key
		}
	}
	return ""
}

var isSort = regexp.MustCompile(`^[\pL_][\pL\pN_ .\-]{0,39}$`)

func worth(nodes []*node) int {
	sum := 0
	for _, n := range nodes {
		sum += n.score
	}
	return sum
}

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
		if n.each != nil {
			lists = append(lists, n.each)
		} else {
			lists = append(lists, n.lists...)
		}
	}
	return lists
}

// scoreOf gives how much the elements of a list explain; -1 where there are none.
func scoreOf(nodes []*node, l *list) int {
	best := -1
	for _, n := range nodes {
		switch {
		case n.each == l:
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
	if told := l.toldApart(s, parts, absent, where, k); told != nil && (best == nil || worth(told) > worth(best)) {
		best = told
	}
	if best == nil {
		best = []*node{l.leftOver(s, parts, where, k)}
	}
	return best
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
			flat = append(flat, part{x: x, s: parts[i].s, numbered: parts[i].numbered})
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

// items learns copies as the items of a list, if there are as many; tag is empty for groups.
func (l *learner) items(list *list, copies [][]part, parts []part, tag, where string, k *kind) *node {
	total := 0
	for i, p := range parts {
		if len(p.s.items(list)) != len(copies[i]) {
			return nil
		}
		total += len(copies[i])
	}
	paired := make([]part, 0, total)
	for i, p := range parts {
		items := p.s.items(list)
		for j, item := range items {
			copy := copies[i][j]
			copy.s = item
			paired = append(paired, copy)
		}
	}
	if len(paired) == 0 {
		return nil
	}
	if !l.speaks(list, paired) {
		return nil
	}
	inner := kindOf(list.refs[len(list.refs)-1].Type.Elem(), "", k)
	inner.path = itemPath(k.path, list)
	inner.through = len(list.refs) > 1
	n := l.element(tag, where, paired, nil, inner)
	n.each = list
	n.resolve()
	if len(n.lists) == 0 && !slices.ContainsFunc(n.spots, (*spot).mayBeField) {
		return nil // as many, and nothing of the items in them
	}
	if inner.through && !slices.ContainsFunc(n.spots, func(s *spot) bool { return s.outcome != nil && strings.HasPrefix(s.outcome.made, "@parent") }) {
		return nil // nothing tells which item they belong to
	}
	return n
}

// mayBeField reports whether the spot stands for a field, or may.
func (s *spot) mayBeField() bool {
	return s.outcome != nil && len(s.outcome.fields) > 0 ||
		slices.ContainsFunc(s.found, func(r reading) bool { return !r.zero && len(r.fields) > 0 })
}

func itemPath(outer string, l *list) string {
	if outer == "" {
		return l.name + "[]"
	}
	return outer + "." + l.name + "[]"
}

// speaks reports whether some text of the copies holds a text of the list's items, so that it is worth a closer look.
func (l *learner) speaks(list *list, paired []part) bool {
	inner := kindOf(list.refs[len(list.refs)-1].Type.Elem(), "", nil)
	for _, p := range paired[:min(len(paired), 8)] {
		for _, f := range inner.fields {
			if f.joined != nil {
				if slices.ContainsFunc(f.texts(p.s), func(text string) bool { return text != "" && p.holds(text) }) {
					return true
				}
				continue
			}
			if text, zero := f.text(p.s); !zero && p.holds(text) {
				return true
			}
		}
	}
	return false
}

// holds reports whether a text of the part, or of its attributes, has the text in it.
func (p part) holds(text string) bool {
	if p.x != nil {
		return holds(p.x, text)
	}
	return slices.ContainsFunc(p.below, func(x *etree.Element) bool { return holds(x, text) })
}

func holds(x *etree.Element, text string) bool {
	own := textOf(x)
	if own == text || len(own) > len(text) && (len(text) > 2 && strings.Contains(own, text) || len(own) > 24) {
		return true // a long text may be a document, or spelled otherwise
	}
	for _, a := range x.Attr {
		if a.Value == text || len(text) > 2 && strings.Contains(a.Value, text) {
			return true
		}
	}
	return slices.ContainsFunc(x.Child, func(t etree.Token) bool {
		c, ok := t.(*etree.Element)
		return ok && holds(c, text)
	})
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
		if len(list.refs) > 1 {
			continue
		}
		for _, s := range stacks {
			if s.counts(list, parts) && len(stacks) > 1 {
				all = append(all, l.grouped(parts, absent, list, where, byHead(s.tag), false, k))
				break
			}
		}
		for _, prefix := range prefixes[:min(len(prefixes), maxSorts)] {
			all = append(all, l.grouped(parts, absent, list, where, byNumber(prefix), true, k))
		}
		if len(prefixes) > 1 {
			all = append(all, l.grouped(parts, absent, list, where, byNumber(""), true, k))
		}
	}
	return all
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

// split is the children of a part in groups, and those before and behind them.
type split struct {
	before []*etree.Element
	groups [][]*etree.Element
	after  []*etree.Element

	numbers []string // of the groups, where their tags have some
}

// grouped learns the children before the groups, the groups, and those behind them.
func (l *learner) grouped(parts []part, absent []*scope, list *list, where string, how func(part) (split, bool), numbered bool, k *kind) []*node {
	before, after := make([]part, len(parts)), make([]part, len(parts))
	groups := make([][]part, len(parts))
	first := -1
	for i, p := range parts {
		marker := p.marker
		s, ok := how(p)
		if !ok || len(s.groups) != len(p.s.items(list)) {
			return nil
		}
		before[i] = part{below: s.before, s: p.s, numbered: p.numbered, marker: p.marker}
		after[i] = part{below: s.after, s: p.s, numbered: p.numbered, marker: p.marker}
		for g, elements := range s.groups {
			inside := p.numbered
			if numbered {
				inside = append(slices.Clone(p.numbered), numbering{list.name, s.numbers[g]})
			}
			groups[i] = append(groups[i], part{below: elements, numbered: inside, marker: marker})
		}
		if len(s.groups) > 0 && first < 0 && numbered {
			first = atoi(numberInTag.FindStringSubmatch(p.tag(s.groups[0][0]))[2])
		}
	}
	group := l.items(list, groups, parts, "", where+"/("+list.name+")", k)
	if group == nil {
		return nil
	}
	if first >= 0 {
		group.first = first
	}
	group.score-- // an element of its own explains as much more simply
	rest := k.without(k.within(list))
	around := once(2, rest, func(i int, k *kind) []*node { return l.level([][]part{before, after}[i], absent, where, k) })
	return slices.Concat(around[0], []*node{group}, around[1])
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
