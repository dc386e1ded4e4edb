package template

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/beevik/etree"
)

// serial is the number of a place among all the places of one counter in the file, in the order in which they stand, as serializers
// give them to objects that others refer to.
type serial struct {
	counter string
	first   int
	last    bool // the number that was given last, of the counter's place before it
}

// bindSerial binds a number of a counter that runs through the file.
func (c *compiler) bindSerial(p *place, last bool, words []string) error {
	p.serial = &serial{last: last}
	p.made = func(*scope) string { return "0" } // until all places are there
	switch {
	case c.inText:
		return fmt.Errorf("%s counts through a file; it does not stand in a document in a text", p.source)
	case len(words) == 0:
		return fmt.Errorf("%s names no counter, as in {@serial id 1}", p.source)
	case last && len(words) == 1:
		p.serial.counter = words[0]
		c.lasts = append(c.lasts, p)
		return nil
	}
	first, err := strconv.Atoi(words[len(words)-1])
	if last || len(words) != 2 || err != nil {
		return fmt.Errorf("%s is no number of a counter; expected its name and where it begins, as in {@serial id 1}, or its name, as in {@last id}", p.source)
	}
	p.serial.counter, p.serial.first = words[0], first
	if known, ok := c.serials[words[0]]; ok && known != first {
		return fmt.Errorf("%s counts from %d, and another place of the counter from %d", p.source, first, known)
	}
	c.serials[words[0]] = first
	return nil
}

// checkSerials makes sure that all counters that are referred to count something.
func (c *compiler) checkSerials() {
	for _, p := range c.lasts {
		first, ok := c.serials[p.serial.counter]
		if !ok {
			c.fault(c.doc.Tree.Root(), "%s has no {@serial %s 1}, whose number it could have", p.source, p.serial.counter)
		}
		p.serial.first = first
	}
}

// newSerial notes that a place of a counter was written that has no number yet.
func (w *writer) newSerial(c *content) {
	w.serials = w.serials || c.place != nil && c.place.serial != nil
}

// serialNumbers gives all places of counters their numbers, if any has none. Where none is new those in the file stay as they are, though
// numbers between them may be of places that went.
func (w *writer) serialNumbers(b *body, root *etree.Element) {
	if w.serials {
		serials{}.element(b.root, root)
	}
}

// serials has how many places of each counter were passed.
type serials map[string]int

// number gives the text for the next place.
func (n serials) number(c *content) string {
	of := c.place.serial
	if !of.last {
		n[of.counter]++
	}
	number, _ := spell(c.place.forms, strconv.Itoa(of.first+n[of.counter]-1))
	return c.before + number + c.after
}

func (n serials) element(e *element, x *etree.Element) {
	for i := range e.attributes {
		if a := &e.attributes[i]; a.place != nil && a.place.serial != nil && hasAttribute(x, a.name) {
			x.CreateAttr(a.name, n.number(&a.content))
		}
	}
	switch {
	case e.inside != nil:
	case e.text == nil:
		n.level(e.children, x.ChildElements())
	case e.text.place.serial != nil:
		if text := n.number(e.text); text != textOf(x) {
			setText(x, text, e.inCData(text))
		}
	}
}

// hasAttribute reports whether the element has an attribute of the full name.
func hasAttribute(x *etree.Element, name string) bool {
	return slices.ContainsFunc(x.Attr, func(a etree.Attr) bool { return a.FullKey() == name })
}

// level numbers elements that stand side by side, in the order of the file.
func (n serials) level(children []child, found []*etree.Element) {
	type copy struct {
		element *element
		there   occurrence
	}
	var copies []copy
	assigned, _ := assign(children, found)
	for i, c := range children {
		for _, there := range assigned[i] {
			copies = append(copies, copy{c.element, there})
		}
	}
	slices.SortStableFunc(copies, func(a, b copy) int { return a.there[0].Index() - b.there[0].Index() })
	for _, c := range copies {
		if c.element.group {
			n.level(c.element.children, c.there)
			continue
		}
		n.element(c.element, c.there[0])
	}
}
