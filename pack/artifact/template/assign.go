package template

import (
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// occurrence is what a document has for one copy of a template's element: an element, or those that a group holds.
type occurrence []*etree.Element

// assign gives, for each child of the template, its copies among elements that stand side by side, and what is none of them.
func assign(children []child, found []*etree.Element) (copies [][]occurrence, unknown []*etree.Element) {
	copies = make([][]occurrence, len(children))
	numbers := make([][]int, len(children)) // of the items of groups
	for _, x := range found {
		i := taker(children, x, copies)
		if i < 0 {
			unknown = append(unknown, x)
			continue
		}
		e := children[i].element
		if !e.group {
			copies[i] = append(copies[i], occurrence{x})
			continue
		}
		at := e.item(x, numbers[i])
		if at == len(copies[i]) {
			n, _ := e.numberOf(x)
			copies[i], numbers[i] = append(copies[i], nil), append(numbers[i], n)
		}
		copies[i][at] = append(copies[i][at], x)
	}
	return copies, unknown
}

// taker gives the child of the template that an element is a copy of: the one with the closest marks, and of several alike the first
// that has none yet; -1: none.
func taker(children []child, x *etree.Element, copies [][]occurrence) int {
	best, closest := -1, -1
	for i, c := range children {
		if c.element == nil {
			continue
		}
		how := c.element.takes(x)
		taken := best >= 0 && how == closest && len(copies[best]) > 0 && len(copies[i]) == 0 && c.element.stands()
		if how > closest || how >= 0 && taken {
			best, closest = i, how
		}
	}
	return best
}

// takes tells how close x is to a copy of the element or, of a group, of one it holds; -1: it is none.
func (e *element) takes(x *etree.Element) int {
	if e.group {
		closest := -1
		for _, c := range e.children {
			if c.element != nil {
				closest = max(closest, c.element.takes(x))
			}
		}
		return closest
	}
	if _, ok := e.tag.match(x.FullTag(), nil); !ok && (e.nullTag == "" || e.nullTag != x.FullTag()) {
		return -1
	}
	how := e.tag.closeness()
	for _, m := range e.marks {
		text, ok := m.of(x)
		switch {
		case !ok || !m.open && text != m.text:
			return -1
		case m.open && !(len(text) >= len(m.text)+len(m.after) && strings.HasPrefix(text, m.text) && strings.HasSuffix(text, m.after)):
			return -1
		case m.open:
			how += len(m.text) + len(m.after) + 1
		default:
			how += len(text) + 2
		}
	}
	return how
}

// of gives the text that x has where the mark stands.
func (m mark) of(x *etree.Element) (string, bool) {
	at := x
	if m.leaf != "" {
		if at = first(x, m.leaf); at == nil {
			return "", false
		}
	}
	if m.attribute == "" {
		return textOf(at), true
	}
	for _, a := range at.Attr {
		if a.FullKey() == m.attribute {
			return a.Value, true
		}
	}
	return "", false
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

// item gives which item of a group an element belongs to: by the number in its tag or, without one, the item begun last, the
// group's first element beginning another.
func (e *element) item(x *etree.Element, numbers []int) int {
	if n, ok := e.numberOf(x); ok {
		if at := slices.Index(numbers, n); at >= 0 {
			return at
		}
		return len(numbers)
	}
	if e.begins(x) || len(numbers) == 0 {
		return len(numbers)
	}
	return len(numbers) - 1
}

// begins reports whether an element is a copy of the group's first, and closer to it than to any other.
func (e *element) begins(x *etree.Element) bool {
	how := e.head().takes(x)
	return how >= 0 && how == e.takes(x)
}

// head is a group's first element.
func (e *element) head() *element {
	return e.children[slices.IndexFunc(e.children, func(c child) bool { return c.element != nil })].element
}

// numberOf gives the number that an element's tag has for the group's list.
func (e *element) numberOf(x *etree.Element) (int, bool) {
	for _, c := range e.children {
		if c.element == nil || c.element.takes(x) < 0 {
			continue
		}
		if c.element.group {
			// the tag of an element further in may hold the number of this group's item, too
			for _, sub := range c.element.below() {
				if n, ok := sub.tag.match(x.FullTag(), e.each); ok && n >= 0 {
					return n, true
				}
			}
			continue
		}
		if n, ok := c.element.tag.match(x.FullTag(), e.each); ok && n >= 0 {
			return n, true
		}
	}
	return 0, false
}

// first is the child element of the name, or nil.
func first(x *etree.Element, name string) *etree.Element {
	for _, token := range x.Child {
		if e, ok := token.(*etree.Element); ok && e.FullTag() == name {
			return e
		}
	}
	return nil
}
