package artifact

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/diag"
)

// reading is what a template found in a document besides the items themselves.
type reading struct {
	doc     *container.Document
	places  map[string]container.Place
	unknown []Unknown
	found   diag.List
}

// read sets the kind's list of the pack from the document.
func (t *template) read(doc *container.Document, p reflect.Value) *reading {
	r := &reading{doc: doc, places: map[string]container.Place{}}
	root := doc.Tree.Root()
	if root.FullTag() != t.root.name {
		r.fault("wrong-root-element", root, "the root element is <%s>; a file of %s has <%s>",
			diag.Clip(root.FullTag()), t.kind.plural(), t.root.name)
		return r
	}
	r.element(t.root, root, p, "")
	r.places[string(t.kind)] = r.doc.Place(root)
	return r
}

func (r *reading) fault(id string, e *etree.Element, message string, args ...any) {
	r.found = append(r.found, *r.doc.Fault(id, e, message, args...))
}

// element reads x, which the template element e explains, into the item at the path.
func (r *reading) element(e *element, x *etree.Element, item reflect.Value, path string) {
	r.attributes(e, x, item, path)
	r.unknownAttributes(e, x, path)
	if e.text != nil {
		text, at := r.doc.Text(x)
		r.scalar(e.text, item, path, text, at)
	}
	found := make([][]*etree.Element, len(e.children))
	for _, token := range x.Child {
		sub, ok := token.(*etree.Element)
		if !ok {
			continue
		}
		if i := e.index(sub.FullTag()); i >= 0 {
			found[i] = append(found[i], sub)
		} else {
			r.unknown = append(r.unknown, Unknown{
				Path: path, Name: sub.FullTag(), Text: diag.Clip(allText(sub)), Span: r.doc.Place(sub).Span(-1, -1)})
		}
	}
	for i, c := range e.children {
		if c.element != nil {
			r.children(c.element, found[i], item, path)
		}
	}
}

// index is the place among the children of the element of the name, or -1.
func (e *element) index(name string) int {
	return slices.IndexFunc(e.children, func(c child) bool { return c.element != nil && c.element.name == name })
}

// children reads the elements x that the template element e explains.
func (r *reading) children(e *element, x []*etree.Element, item reflect.Value, path string) {
	if e.each != nil {
		r.items(e, x, item, path)
		return
	}
	for i, sub := range x {
		if i > 0 {
			r.fault("duplicate-element", sub, "<%s> stands here a second time; expected once", e.name)
			continue
		}
		r.element(e, sub, item, path)
	}
}

// items reads the elements of a list. No element leaves the list nil.
func (r *reading) items(e *element, x []*etree.Element, item reflect.Value, path string) {
	if len(x) == 0 {
		return
	}
	list, _ := e.each.get(item)
	list.Set(reflect.MakeSlice(list.Type(), len(x), len(x)))
	for i, sub := range x {
		at := fmt.Sprintf("%s[%d]", e.each.path(path), i)
		r.places[at] = r.doc.Place(sub)
		r.element(e, sub, list.Index(i), at)
	}
}

func (r *reading) attributes(e *element, x *etree.Element, item reflect.Value, path string) {
	var values []container.Place
	for _, a := range e.attributes {
		if a.field == nil {
			continue
		}
		if values == nil {
			values = r.doc.Attributes(x)
		}
		for i := range x.Attr {
			if x.Attr[i].FullKey() == a.name {
				r.scalar(a.field, item, path, x.Attr[i].Value, values[i])
			}
		}
	}
}

// unknownAttributes notes those of x that the template element does not have. What XML itself says with one is of no account, and
// where files are no XML the attributes are none of theirs.
func (r *reading) unknownAttributes(e *element, x *etree.Element, path string) {
	if r.doc.Format.Format != "xml" {
		return
	}
	var values []container.Place
	for i, a := range x.Attr {
		name := a.FullKey()
		if a.Space == "xmlns" || name == "xmlns" || a.Space == "xml" ||
			slices.ContainsFunc(e.attributes, func(known attribute) bool { return known.name == name }) {
			continue
		}
		if values == nil {
			values = r.doc.Attributes(x)
		}
		r.unknown = append(r.unknown, Unknown{Path: path, Name: "@" + name, Text: diag.Clip(a.Value), Span: values[i].Span(-1, -1)})
	}
}

// scalar sets a field from its text.
func (r *reading) scalar(f *ref, item reflect.Value, path, text string, at container.Place) {
	path = f.path(path)
	r.places[path] = at
	v, _ := f.get(item)
	if problem := parse(v, text); problem != nil {
		problem.Span = at.Span(-1, -1)
		r.found = append(r.found, atPath(path, *problem))
	}
}

// allText is the text of an element and of those in it, without the white space around each.
func allText(e *etree.Element) string {
	var words []string
	for _, token := range e.Child {
		switch token := token.(type) {
		case *etree.CharData:
			words = append(words, strings.Fields(token.Data)...)
		case *etree.Element:
			words = append(words, allText(token))
		}
	}
	return strings.TrimSpace(strings.Join(words, " "))
}
