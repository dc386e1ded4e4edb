package artifact

import (
	"github.com/kpgen/kpgen/pack/artifact/container"
	"reflect"
	"slices"

	"github.com/beevik/etree"
)

// build writes the pack into a new document.
func (t *template) build(p reflect.Value) *container.Document {
	doc := t.format.New()
	root := &etree.Element{Tag: t.root.name}
	appendCopies(&doc.Tree.Element, t.prolog)
	doc.Tree.AddChild(root)
	appendCopies(&doc.Tree.Element, t.epilog)
	t.root.update(root, reflect.Value{}, p)
	return doc
}

// update writes what differs between the two packs into a document that was read from the old one.
func (t *template) update(doc *container.Document, old, now reflect.Value) {
	t.root.update(doc.Tree.Root(), old, now)
}

func appendCopies(e *etree.Element, tokens []etree.Token) {
	for _, token := range tokens {
		e.AddChild(copyOf(token))
	}
}

// copyOf makes a token of the template one of the document.
func copyOf(t etree.Token) etree.Token {
	switch t := t.(type) {
	case *etree.CharData:
		return newText(t.Data, t.IsCData())
	case *etree.Comment:
		return etree.NewComment(t.Data)
	}
	p := t.(*etree.ProcInst)
	return etree.NewProcInst(p.Target, p.Inst)
}

func newText(text string, cdata bool) *etree.CharData {
	if cdata {
		return etree.NewCData(text)
	}
	return etree.NewText(text)
}

// update makes x, which says what the item old says, say what now does. Without old, x is new and gets everything the template
// has; else what the template does not explain stays, and an element whose value went is emptied but kept.
func (e *element) update(x *etree.Element, old, now reflect.Value) {
	e.updateAttributes(x, old, now)
	if e.text != nil {
		e.updateText(x, old, now)
		return
	}
	bare := len(x.Child) == 0
	in := inserter{x: x}
	for _, c := range e.children {
		switch {
		case c.element == nil:
			if !old.IsValid() {
				in.insert(c.before, copyOf(c.copied))
			}
		case c.element.each != nil:
			c.updateItems(&in, old, now)
		default:
			c.updateElement(&in, old, now)
		}
	}
	if bare && len(x.Child) > 0 && e.after != "" {
		x.AddChild(etree.NewText(e.after))
	}
}

// inserter puts new tokens into an element, each after the one passed last.
type inserter struct {
	x  *etree.Element
	at int
}

func (in *inserter) pass(t etree.Token) { in.at = t.Index() + 1 }

func (in *inserter) insert(before string, t etree.Token) {
	if before != "" {
		in.x.InsertChildAt(in.at, etree.NewText(before))
		in.at++
	}
	in.x.InsertChildAt(in.at, t)
	in.at++
}

// remove takes an element out with the white space before it.
func (in *inserter) remove(e *etree.Element) {
	i := e.Index()
	in.x.RemoveChildAt(i)
	if i == 0 {
		return
	}
	if c, ok := in.x.Child[i-1].(*etree.CharData); ok && container.IsBlank(c.Data) {
		in.x.RemoveChildAt(i - 1)
	}
}

// updateAttributes writes the attributes. One the item no longer has is emptied; an empty one is not added.
func (e *element) updateAttributes(x *etree.Element, old, now reflect.Value) {
	for _, a := range e.attributes {
		if a.field == nil {
			if !old.IsValid() {
				x.CreateAttr(a.name, a.value)
			}
			continue
		}
		before, _ := a.field.text(old)
		after, present := a.field.text(now)
		if old.IsValid() && before == after || !old.IsValid() && !present {
			continue
		}
		x.CreateAttr(a.name, after)
	}
}

// text is the field's text in the item, empty where the normal form leaves it out.
func (r *ref) text(item reflect.Value) (text string, present bool) {
	v, present := r.get(item)
	if !present {
		return "", false
	}
	return format(v), true
}

func (e *element) updateText(x *etree.Element, old, now reflect.Value) {
	before, _ := e.text.text(old)
	after, _ := e.text.text(now)
	if before == after {
		return
	}
	if e.sort != nil { // what was null is a value now, and a number that went is nought
		x.Attr = nil
		if e.sort.name != "" {
			x.CreateAttr(typeAttribute, e.sort.name)
		}
		if after == "" {
			after = e.sort.zero
		}
	}
	for _, token := range slices.Clone(x.Child) {
		if _, ok := token.(*etree.CharData); ok {
			x.RemoveChild(token)
		}
	}
	if after != "" {
		x.InsertChildAt(0, newText(after, e.cdata))
	}
}

// updateElement writes an element that stands once.
func (c child) updateElement(in *inserter, old, now reflect.Value) {
	e := c.element
	if old.IsValid() {
		if x := first(in.x, e.name); x != nil {
			e.update(x, old, now)
			in.pass(x)
			return
		}
		if !e.changed(old, now) {
			return
		}
	}
	if !e.shows(now) {
		return
	}
	x := &etree.Element{Tag: e.name}
	e.update(x, reflect.Value{}, now)
	in.insert(c.before, x)
}

// updateItems writes the elements of a list. Items at either end that did not change keep their elements; those between are
// written over, one by one, and what is then too many or too few is removed or inserted there.
func (c child) updateItems(in *inserter, old, now reflect.Value) {
	var (
		e        = c.element
		was, _   = e.each.get(old)
		is, _    = e.each.get(now)
		elements = all(in.x, e.name, old.IsValid())
		n, m     = len(elements), is.Len()
		same     = func(i, j int) bool { return reflect.DeepEqual(was.Index(i).Interface(), is.Index(j).Interface()) }
	)
	head, tail := 0, 0
	for head < min(n, m) && same(head, head) {
		head++
	}
	for tail < min(n, m)-head && same(n-1-tail, m-1-tail) {
		tail++
	}
	if head > 0 {
		in.pass(elements[head-1])
	}
	for j := head; j < m-tail; j++ {
		if j < n-tail {
			e.update(elements[j], was.Index(j), is.Index(j))
			in.pass(elements[j])
			continue
		}
		x := &etree.Element{Tag: e.name}
		e.update(x, reflect.Value{}, is.Index(j))
		in.insert(c.before, x)
	}
	for j := max(head, m-tail); j < n-tail; j++ {
		in.remove(elements[j])
	}
	if tail > 0 {
		in.pass(elements[n-1])
	}
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

// all gives the child elements of the name, if there was anything to read.
func all(x *etree.Element, name string, read bool) []*etree.Element {
	var list []*etree.Element
	for _, token := range x.Child {
		if e, ok := token.(*etree.Element); ok && read && e.FullTag() == name {
			list = append(list, e)
		}
	}
	return list
}
