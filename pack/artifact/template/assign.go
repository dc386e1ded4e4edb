package template

import (
	"slices"

	"github.com/beevik/etree"
)

// occurrence is what a document has for one copy of a template's element: an element, or those that a group holds.
type occurrence []*etree.Element

// assign gives, for each child of the template, its copies among elements that stand side by side, and what is none of them.
func assign(children []child, found []*etree.Element) (copies [][]occurrence, unknown []*etree.Element) {
	copies = make([][]occurrence, len(children))
	numbers := make([][]int, len(children)) // of the items of groups
	for _, x := range found {
		i := slices.IndexFunc(children, func(c child) bool { return c.element != nil && c.element.takes(x) })
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

// takes reports whether x is a copy of the element or, of a group, of one it holds.
func (e *element) takes(x *etree.Element) bool {
	if e.group {
		return slices.ContainsFunc(e.children, func(c child) bool { return c.element != nil && c.element.takes(x) })
	}
	_, ok := e.tag.match(x.FullTag(), nil)
	return ok && !slices.ContainsFunc(e.marks, func(m mark) bool { return !m.on(x) })
}

// on reports whether x bears the mark.
func (m mark) on(x *etree.Element) bool {
	at := x
	if m.leaf != "" {
		if at = first(x, m.leaf); at == nil {
			return false
		}
	}
	if m.attribute == "" {
		return textOf(at) == m.text
	}
	for _, a := range at.Attr {
		if a.FullKey() == m.attribute {
			return a.Value == m.text
		}
	}
	return false
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
	if e.head().takes(x) || len(numbers) == 0 {
		return len(numbers)
	}
	return len(numbers) - 1
}

// head is a group's first element.
func (e *element) head() *element {
	return e.children[slices.IndexFunc(e.children, func(c child) bool { return c.element != nil })].element
}

// numberOf gives the number that an element's tag has for the group's list.
func (e *element) numberOf(x *etree.Element) (int, bool) {
	for _, c := range e.children {
		if c.element == nil || !c.element.takes(x) {
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
