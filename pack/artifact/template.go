package artifact

import (
	"reflect"
	"regexp"
	"slices"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/diag"
)

// template is a kind's example document, bound to the model.
//
//	<Alerts xmlns:kp="urn:kpgen:template">
//	  <Alert kp:each="alerts">
//	    <Name>{name}</Name>
//	    <Systems><System kp:each="systems">{.}</System></Systems>
//	    <Column Heading="{heading}"/>
//
// A text or an attribute value that is {field} and nothing else stands for that field of the item around it; kp:each makes an
// element stand for each item of a list, whose fields its inside then names; {.} is an item that is a text. A text in a CDATA
// section is written in one. White space is the layout: what stands before an element is written before each of its copies.
// Everything else is written as it stands and not asked for when reading.
//
// The template of a dialect whose files are no XML is an XML document all the same, which describes the tree of the container
// (package container): attributes such as type="object" are the tree's, and kp:tag="Alert 1" is an element's tag where that is no
// name in XML. There white space and comments are the template's own; text that belongs to the file, such as a blank line or a
// banner of an INI file, stands in a CDATA section.
//
//	<ini xmlns:kp="urn:kpgen:template"><![CDATA[; exported
//	]]>
//	  <Alert kp:each="alerts" type="section">
//	    <Name>{name}</Name>
//	    <kp kp:tag="Threat level">{threat_level}</kp>
type template struct {
	kind   Kind
	format container.Format
	prolog []etree.Token // comments and white space around the root
	root   *element
	epilog []etree.Token
	fields map[string]bool // the generic paths of the fields and lists it has a place for
}

// element is a template's element.
type element struct {
	name       string
	sort       *scalarSort // of an element of JSON whose text stands for a field
	attributes []attribute
	text       *ref // what its text stands for
	cdata      bool
	each       *ref // the list whose items it stands for
	children   []child
	after      string // white space before its end tag
	fields     []*ref // every field of the scope it stands in, that it or an element inside it has a place for
}

type attribute struct {
	name  string
	field *ref // nil: always the value
	value string
}

// child is an element, or a token that is copied, with the white space before it.
type child struct {
	before  string
	element *element
	copied  etree.Token
}

// scalarSort is the attribute type of a JSON value, empty for a string, and what is written for no value.
type scalarSort struct{ name, zero string }

const (
	templatePrefix = "kp"
	eachAttribute  = "each"
	tagAttribute   = "tag"
	typeAttribute  = "type"
)

var placeholder = regexp.MustCompile(`^\{([a-z0-9_.]+)\}$`)

// compiler binds one template, collecting everything wrong with it.
type compiler struct {
	doc   *container.Document
	t     *template
	found diag.List
}

// compile binds the document to the kind's list of the pack.
func compile(k Kind, f container.Format, doc *container.Document) (*template, diag.List) {
	comp := compiler{doc: doc, t: &template{kind: k, format: f, fields: map[string]bool{}}}
	around := &comp.t.prolog
	for _, token := range doc.Tree.Child {
		switch token := token.(type) {
		case *etree.Element:
			comp.t.root = comp.element(token, reflect.TypeFor[pack.Pack](), "")
			around = &comp.t.epilog
		case *etree.ProcInst: // the declaration is the container's
		default:
			if comp.isXML() {
				*around = append(*around, token)
			}
		}
	}
	comp.checkList()
	return comp.t, comp.found
}

// isXML reports whether the dialect's files are as the template is: XML.
func (c *compiler) isXML() bool { return c.t.format.Format == "xml" }

// checkList makes sure that the template writes its kind, and nothing of the pack besides.
func (c *compiler) checkList() {
	if want := c.t.format.Root(); want != "" && c.t.root.name != want {
		c.fault(c.doc.Tree.Root(), "the root element is <%s>; that of %s is <%s>", c.t.root.name, c.t.format.Format, want)
	}
	if c.t.root.each != nil {
		c.fault(c.doc.Tree.Root(), "a document has one root element; kp:each belongs on one inside it")
	}
	for _, f := range c.t.root.fields {
		if f.name != string(c.t.kind) {
			c.fault(c.doc.Tree.Root(), "the template of %s names %s, which other files carry", c.t.kind.plural(), f.name)
		}
	}
	if len(c.t.root.fields) == 0 {
		c.fault(c.doc.Tree.Root(), `no element has kp:each="%s"`, c.t.kind)
	}
}

func (c *compiler) fault(at etree.Token, message string, args ...any) {
	c.found = append(c.found, *c.doc.Fault("bad-template", at, message, args...))
}

// element binds x, in the scope of a model type at the generic path.
func (c *compiler) element(x *etree.Element, scope reflect.Type, path string) *element {
	e := &element{name: x.SelectAttrValue(templatePrefix+":"+tagAttribute, x.FullTag())}
	inside := e
	if list := x.SelectAttrValue(templatePrefix+":"+eachAttribute, ""); list != "" {
		e.each = c.list(x, list, scope, path)
		if e.each == nil {
			return e
		}
		scope, path = e.each.typ.Elem(), e.each.path(path)+"[]"
		inside = &element{} // its fields are the item's, not the scope's
	}
	c.bindAttributes(x, e, inside, scope, path)
	c.bindChildren(x, e, inside, scope, path)
	if e.each != nil {
		e.fields = []*ref{e.each}
	}
	return e
}

// list resolves the list a repeated element names.
func (c *compiler) list(x *etree.Element, name string, scope reflect.Type, path string) *ref {
	r, ok := resolve(scope, name)
	if !ok || r.typ.Kind() != reflect.Slice || name == "." {
		c.fault(x, "kp:each names %s, which is no list here", diag.Clip(name))
		return nil
	}
	c.claim(x, r.path(path), name)
	return r
}

// claim notes that the field or list at the generic path has a place. It has one only, or reading could not tell which counts.
func (c *compiler) claim(at etree.Token, path, name string) {
	if c.t.fields[path] {
		c.fault(at, "%s has a place already", name)
	}
	c.t.fields[path] = true
}

// field resolves a placeholder, or gives nil for any other text.
func (c *compiler) field(at etree.Token, text string, scope reflect.Type, path string) *ref {
	m := placeholder.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	r, ok := resolve(scope, m[1])
	if !ok || !isScalar(r.typ) {
		c.fault(at, "%s is no value of the model here", m[0])
		return nil
	}
	c.claim(at, r.path(path), m[1])
	return r
}

func (c *compiler) bindAttributes(x *etree.Element, e, inside *element, scope reflect.Type, path string) {
	for _, a := range x.Attr {
		if a.Space == templatePrefix || a.Space == "xmlns" && a.Key == templatePrefix {
			if a.Key != eachAttribute && a.Key != tagAttribute && a.Key != templatePrefix {
				c.fault(x, "kp:%s is no instruction; they are kp:each and kp:tag", diag.Clip(a.Key))
			}
			continue
		}
		f := c.field(x, a.Value, scope, path)
		if f != nil {
			inside.fields = append(inside.fields, f)
		}
		e.attributes = append(e.attributes, attribute{a.FullKey(), f, a.Value})
	}
}

func (c *compiler) bindChildren(x *etree.Element, e, inside *element, scope reflect.Type, path string) {
	blank, names := "", map[string]bool{}
	for _, token := range x.Child {
		switch token := token.(type) {
		case *etree.Element:
			sub := c.element(token, scope, path)
			if names[sub.name] {
				c.fault(token, "<%s> stands here twice, and reading could not tell which is which", sub.name)
			}
			names[sub.name] = true
			inside.fields = append(inside.fields, sub.fields...)
			e.children = append(e.children, child{before: blank, element: sub})
			blank = ""
		case *etree.CharData:
			if container.IsBlank(token.Data) {
				if c.isXML() || token.IsCData() {
					blank += token.Data
				}
				continue
			}
			if f := c.field(token, token.Data, scope, path); f != nil {
				e.text, e.cdata = f, token.IsCData() && c.isXML()
				inside.fields = append(inside.fields, f)
				continue
			}
			e.children, blank = append(e.children, child{before: blank, copied: newText(token.Data, token.IsCData() && c.isXML())}), ""
		default:
			if c.isXML() {
				e.children, blank = append(e.children, child{before: blank, copied: token}), ""
			}
		}
	}
	e.after = blank
	if e.text != nil && c.t.format.Format == "json" {
		e.sort = &scalarSort{name: x.SelectAttrValue(typeAttribute, "")}
		if e.sort.name != "" {
			e.sort.zero = format(reflect.Zero(e.text.typ))
		}
	}
	if e.text != nil && len(e.children) > 0 {
		c.fault(x, "<%s> holds a value and more; a value has its element to itself", e.name)
	}
}

// shows reports whether the item has anything the element would show. An element without fields always shows.
func (e *element) shows(item reflect.Value) bool {
	return len(e.fields) == 0 || slices.ContainsFunc(e.fields, func(f *ref) bool {
		_, present := f.get(item)
		return present
	})
}

// changed reports whether a field of the element has another value in the one item than in the other.
func (e *element) changed(old, now reflect.Value) bool {
	return slices.ContainsFunc(e.fields, func(f *ref) bool {
		a, _ := f.get(old)
		b, _ := f.get(now)
		return !reflect.DeepEqual(a.Interface(), b.Interface())
	})
}
