package template

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/diag"
)

// Build writes the pack into a new document. The error is that of a document inside a text that its container cannot hold.
func (t *Template) Build(format container.Format, p reflect.Value) (*container.Document, *diag.Diagnostic) {
	doc := format.New()
	w := &writer{}
	w.build(t.body, doc, &scope{item: p})
	w.finish(t.body, doc.Tree.Root())
	return doc, w.problem
}

// Update writes what differs between the two packs into a document that was read from the old one.
func (t *Template) Update(doc *container.Document, old, now reflect.Value) *diag.Diagnostic {
	w := &writer{}
	was, is := &scope{item: old}, &scope{item: now}
	w.update(t.body.root, doc.Tree.Root(), was, is)
	t.body.updateRemarks(doc.Tree, was, is)
	w.finish(t.body, doc.Tree.Root())
	return w.problem
}

// finish writes the numbers that are known when all elements are there.
func (w *writer) finish(b *body, root *etree.Element) {
	w.countElements(root)
	w.serialNumbers(b, root)
}

// writer writes one document.
type writer struct {
	problem  *diag.Diagnostic
	counting []counting
	serials  bool // a place of a counter is new
}

// counting is an element whose text is the number of those in the root element.
type counting struct {
	element *element
	x       *etree.Element
}

// countElements writes the numbers of elements, now that all are there.
func (w *writer) countElements(root *etree.Element) {
	n := len(root.ChildElements())
	for _, c := range w.counting {
		p := c.element.text.place
		number, _ := spell(p.forms, strconv.Itoa(max(0, n-*p.elements)))
		if text := c.element.text.before + number + c.element.text.after; text != textOf(c.x) {
			setText(c.x, text, c.element.inCData(text))
		}
	}
}

// none is the item there was when an element is new.
var none = &scope{}

func (s *scope) exists() bool { return s.item.IsValid() }

func (w *writer) build(b *body, doc *container.Document, now *scope) {
	root := newElement(b.root.tag.of(now))
	appendCopies(&doc.Tree.Element, b.prolog, now)
	doc.Tree.AddChild(root)
	appendCopies(&doc.Tree.Element, b.epilog, now)
	w.update(b.root, root, none, now)
}

func appendCopies(e *etree.Element, tokens []etree.Token, s *scope) {
	for _, token := range tokens {
		e.AddChild(copyOf(token, s))
	}
}

// copyOf makes a token of the template one of the document, about an item.
func copyOf(t etree.Token, s *scope) etree.Token {
	switch t := t.(type) {
	case *remark:
		text, _ := t.text(s, true)
		return etree.NewComment(text)
	case *etree.CharData:
		return newText(t.Data, t.IsCData())
	case *etree.Comment:
		return etree.NewComment(t.Data)
	case *etree.Directive:
		return etree.NewDirective(t.Data)
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
func (w *writer) update(e *element, x *etree.Element, old, now *scope) {
	if name := e.nameOf(now); old.exists() && name != x.FullTag() && (name != e.nameOf(old) || e.nullTag == "") {
		x.Space, x.Tag = "", name
	}
	w.updateAttributes(e, x, old, now)
	switch {
	case e.inside != nil:
		w.updateInside(e, x, old, now)
		return
	case e.text != nil:
		if e.text.place.elements != nil {
			w.counting = append(w.counting, counting{e, x})
		}
		e.updateText(x, old, now)
		if !old.exists() {
			w.newSerial(e.text)
			e.spellEmpty(x)
		}
		return
	}
	bare := len(x.Child) == 0
	in := &inserter{x: x}
	w.level(e.children, in, x.ChildElements(), old, now)
	if bare && len(x.Child) > 0 && e.after != "" {
		x.AddChild(etree.NewText(e.after))
	}
	if !old.exists() {
		e.spellEmpty(x)
	}
}

// spellEmpty gives a new element that holds nothing the form the template asks for.
func (e *element) spellEmpty(x *etree.Element) {
	if len(x.Child) > 0 {
		return
	}
	switch e.empty {
	case "pair":
		x.AddChild(etree.NewText(""))
	case "blank":
		x.AddChild(etree.NewText(e.after))
	case "cdata":
		x.AddChild(etree.NewCData(""))
	}
}

// inCData reports whether the element's text stands in a CDATA section.
func (e *element) inCData(text string) bool {
	return text != "" && (e.cdata || strings.ContainsAny(text, e.needCData))
}

// level updates elements that stand side by side, which are found in the document when there is an old item.
func (w *writer) level(children []child, in *inserter, found []*etree.Element, old, now *scope) {
	var copies [][]occurrence
	if old.exists() {
		copies, _ = assign(children, found)
	}
	for i, c := range children {
		var there []occurrence
		if copies != nil {
			there = copies[i]
		}
		switch {
		case c.element == nil:
			if !old.exists() {
				in.insert(c.before, copyOf(c.copied, now))
			} else if r, ok := c.copied.(*remark); ok {
				r.update(in.x.Child, old, now)
			}
		case c.element.each != nil:
			w.items(c, in, there, old, now)
		default:
			w.once(c, in, there, old, now)
		}
	}
}

// inserter puts new tokens into an element, each after the one passed last.
type inserter struct {
	x  *etree.Element
	at int
}

func (in *inserter) pass(t etree.Token) { in.at = t.Index() + 1 }

func (in *inserter) text(s string) {
	if s != "" {
		in.x.InsertChildAt(in.at, etree.NewText(s))
		in.at++
	}
}

func (in *inserter) insert(before string, t etree.Token) {
	in.text(before)
	in.x.InsertChildAt(in.at, t)
	in.at++
}

// remove takes elements out, each with the white space before it.
func (in *inserter) remove(o occurrence) {
	for _, e := range o {
		i := e.Index()
		in.x.RemoveChildAt(i)
		if i == 0 {
			continue
		}
		if c, ok := in.x.Child[i-1].(*etree.CharData); ok && container.IsBlank(c.Data) {
			in.x.RemoveChildAt(i - 1)
			i--
		}
		if i < in.at {
			in.at = i
		}
	}
}

// updateAttributes writes the attributes. One the item no longer has is emptied; an empty one is not added.
func (w *writer) updateAttributes(e *element, x *etree.Element, old, now *scope) {
	for i := range e.attributes {
		a := &e.attributes[i]
		before, had := a.text(old, false)
		after, has := a.text(now, false)
		if old.exists() && (before == after || a.place == nil) || !had && !has || a.valued && e.isNull(now) {
			continue
		}
		x.CreateAttr(a.name, after)
		w.newSerial(&a.content)
	}
	e.updateNull(x, old, now)
}

func (e *element) updateText(x *etree.Element, old, now *scope) {
	before, _ := e.text.text(old, true)
	after, _ := e.text.text(now, true)
	if before == after {
		return
	}
	if e.sort != nil && e.null == nil { // what was null is a value now, and a number that went is nought
		x.Attr = nil
		if e.sort.name != "" {
			x.CreateAttr("type", e.sort.name)
		}
		if after == "" {
			after = e.sort.zero
		}
	}
	setText(x, after, e.inCData(after))
}

// setText puts a text in the place of the element's own.
func setText(x *etree.Element, text string, cdata bool) {
	for _, token := range slices.Clone(x.Child) {
		if _, ok := token.(*etree.CharData); ok {
			x.RemoveChild(token)
		}
	}
	if text != "" {
		x.InsertChildAt(0, newText(text, cdata))
	}
}

// updateInside writes the document in an element's text.
func (w *writer) updateInside(e *element, x *etree.Element, old, now *scope) {
	doc, problem := w.inner(e.inside, textOf(x), old, now)
	if problem == nil {
		var data []byte
		if data, problem = doc.Bytes(); problem == nil {
			if text, _ := spell(e.inside.forms, string(data)); text != textOf(x) {
				setText(x, text, e.inCData(text))
			}
			return
		}
	}
	w.problem = problem
}

// inner gives the document in a text with what now has.
func (w *writer) inner(in *inside, text string, old, now *scope) (*container.Document, *diag.Diagnostic) {
	plain, ok := plainly(in.forms, text)
	if !old.exists() || !ok || plain == "" {
		doc := in.format.New()
		w.build(in.body, doc, now)
		return doc, nil
	}
	doc, problem := in.read(container.Place{}, plain)
	if problem != nil {
		return nil, problem
	}
	w.update(in.body.root, doc.Tree.Root(), old, now)
	return doc, nil
}

// once writes an element that stands once.
func (w *writer) once(c child, in *inserter, there []occurrence, old, now *scope) {
	e := c.element
	if len(there) > 0 {
		w.update(e, there[0][0], old, now)
		in.pass(there[0][0])
		return
	}
	if old.exists() && !e.changed(old, now) || !e.shows(now) {
		return
	}
	x := newElement(e.nameOf(now))
	w.update(e, x, none, now)
	in.insert(c.before, x)
}

// newElement makes an element whose tag may be any text.
func newElement(tag string) *etree.Element { return &etree.Element{Tag: tag} }

// items writes the elements of a list. Items at either end that did not change keep their elements; those between are written
// over, one by one, and what is then too many or too few is removed or inserted there.
func (w *writer) items(c child, in *inserter, there []occurrence, old, now *scope) {
	e := c.element
	was, is := []*scope(nil), now.items(e.each)
	if old.exists() {
		was, there = old.items(e.each), e.occupied(there)
	}
	n, m := min(len(there), len(was)), len(is)
	head, tail := 0, 0
	for head < min(n, m) && e.same(was[head], is[head]) {
		head++
	}
	for tail < min(n, m)-head && (!e.numbered || n == m) && e.same(was[n-1-tail], is[m-1-tail]) {
		tail++
	}
	if head > 0 {
		in.passAll(there[head-1])
	}
	ahead := n-tail == 0 && tail > 0 // what is new stands before the first that is there
	for j := head; j < m-tail; j++ {
		if j < n-tail {
			w.item(e, in, there[j], was[j], is[j])
			continue
		}
		if j > 0 && !ahead {
			in.text(e.between)
		}
		w.newItem(c, in, is[j])
		if ahead {
			in.text(e.between)
		}
	}
	for j := max(head, m-tail); j < n-tail; j++ {
		in.remove(there[j])
	}
	if tail > 0 {
		in.passAll(there[n-1])
	}
}

// same reports whether an item's elements need no writing: it is the same, and so is the item it belongs to.
func (e *element) same(was, is *scope) bool {
	if len(e.each.refs) > 1 && (was.outer.number != is.outer.number || !reflect.DeepEqual(was.outer.item.Interface(), is.outer.item.Interface())) {
		return false
	}
	for a, b := was.outer, is.outer; e.outer && a.outer != nil; a, b = a.outer, b.outer {
		if !reflect.DeepEqual(a.item.Interface(), b.item.Interface()) {
			return false
		}
	}
	return reflect.DeepEqual(was.item.Interface(), is.item.Interface())
}

func (in *inserter) passAll(o occurrence) {
	for _, x := range o {
		in.at = max(in.at, x.Index()+1)
	}
}

func (w *writer) item(e *element, in *inserter, o occurrence, old, now *scope) {
	if e.group {
		w.level(e.children, in, o, old, now)
		return
	}
	w.update(e, o[0], old, now)
	in.pass(o[0])
}

func (w *writer) newItem(c child, in *inserter, now *scope) {
	e := c.element
	if e.group {
		w.level(e.children, in, nil, none, now)
		return
	}
	x := newElement(e.nameOf(now))
	w.update(e, x, none, now)
	in.insert(c.before, x)
}
