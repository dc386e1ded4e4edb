package template

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/diag"
)

// The instructions of templates; their names have the prefix kp.
const prefix = "kp"

var instructions = []string{"each", "tag", "first", "inside", "always", "null", "valued", "empty", "cdata", "again", "between", "by"}

// compiler binds one template, collecting everything wrong with it.
type compiler struct {
	doc    *container.Document
	own    Forms
	format container.Format // of the document that is described, which may stand in a text
	t      *Template
	at     map[*element]etree.Token // where an element of the template stands
	first  map[string]int           // number of the first item, by the generic path of the list
	found  diag.List

	inText  bool           // in a document in a text
	serials map[string]int // where each counter begins
	lasts   []*place       // that have a counter's last number
}

// inner is where the compiler is: inside the items of a list, in the scope of their type at the generic path.
type inner struct {
	scope reflect.Type
	path  string
	list  *list      // nil: in the pack itself
	outer *inner     // where the list stands
	again bool       // in copies of items that have their places elsewhere
	in    []*element // the elements of this scope that it is inside
}

// show notes that the elements around have a place for the field.
func (in *inner) show(ref *fields.Ref) {
	for _, e := range in.in {
		e.fields = append(e.fields, ref)
	}
}

// number notes that the elements around hold the number of an item, their own or that of one they are in.
func (in *inner) number() {
	for at := in; at != nil; at = at.outer {
		for _, e := range at.in {
			e.numbered = true
		}
	}
}

func (in *inner) inside(e *element) *inner {
	deeper := *in
	deeper.in = append(slices.Clone(in.in), e)
	return &deeper
}

// Forms are a dialect's own, by name.
type Forms struct {
	Values map[string]map[string]string // of values
	Inner  map[string]container.Format  // of documents in texts
}

// Compile binds the document to a list of the pack, such as alerts, whose files are of the format.
func Compile(list string, format container.Format, doc *container.Document, own Forms) (*Template, diag.List) {
	c := compiler{doc: doc, format: format, own: own, at: map[*element]etree.Token{}, first: map[string]int{}, serials: map[string]int{},
		t: &Template{list: list, places: map[string]*place{}, which: map[string]*place{}, units: map[string]*place{}, tags: map[string][]*element{}}}
	in := &inner{scope: reflect.TypeFor[pack.Pack]()}
	c.t.body = c.body(&doc.Tree.Element, in)
	c.checkList()
	c.checkSerials()
	return c.t, c.found
}

// isXML reports whether the document that is described is as the template is: XML.
func (c *compiler) isXML() bool { return c.format.Format == "xml" }

// checkList makes sure that the template writes its list, and nothing of the pack besides.
func (c *compiler) checkList() {
	root := c.t.body.root
	at := c.doc.Tree.Root()
	if root.each != nil {
		c.fault(at, "a document has one root element; kp:each belongs on one inside it")
		return
	}
	for _, f := range root.fields {
		if f.Name != c.t.list {
			c.fault(at, "the template of %s names %s, which other files carry", strings.ReplaceAll(c.t.list, "_", " "), f.Name)
		}
	}
	if len(root.fields) == 0 {
		c.fault(at, `no element has kp:each="%s"`, c.t.list)
	}
}

func (c *compiler) fault(at etree.Token, message string, args ...any) {
	c.found = append(c.found, *c.doc.Fault("bad-template", at, message, args...))
}

// body binds a document, or the tree of one inside a text.
func (c *compiler) body(x *etree.Element, in *inner) *body {
	b := &body{}
	around := &b.prolog
	for _, token := range x.Child {
		switch token := token.(type) {
		case *etree.Element:
			if b.root != nil {
				c.fault(token, "a document has one root element")
				continue
			}
			b.root = c.element(token, in)
			around = &b.epilog
		default:
			if p, ok := token.(*etree.ProcInst); ok && p.Target == "xml" {
				continue // the declaration is the container's
			}
			if c.isXML() {
				*around = append(*around, c.copied(token, in))
			}
		}
	}
	if want := c.format.Root(); b.root != nil && want != "" && b.root.tag.String() != want {
		c.fault(c.at[b.root], "the root element is <%s>; that of %s is <%s>", b.root.tag.String(), c.format.Format, want)
	}
	return b
}

// element binds x.
func (c *compiler) element(x *etree.Element, in *inner) *element {
	e := &element{group: x.Space == prefix && x.Tag == "group", always: instruction(x, "always") == "true", empty: instruction(x, "empty"),
		cdata: instruction(x, "cdata") == "always", between: instruction(x, "between")}
	e.needCData, _ = strings.CutPrefix(instruction(x, "cdata"), "needed ")
	if e.cdata {
		e.needCData = ""
	}
	c.at[e] = x
	within := in.inside(e)
	each, again := instruction(x, "each"), instruction(x, "again")
	e.again = again != ""
	switch by := instruction(x, "by"); {
	case by != "" && each+again != "":
		c.fault(x, "kp:by makes an element stand for groups of items, kp:each for each of them; an element has one of the two")
		return e
	case by != "":
		within = c.by(x, e, by, within)
	case each+again != "":
		within = c.list(x, e, each+again, within)
	case e.group:
		c.fault(x, "a kp:group says which list it stands for, as in kp:each=\"rules\"")
	}
	if within == nil {
		return e
	}
	e.scope = within.scope
	if err := c.tag(x, e, within); err != nil {
		c.fault(x, "%v", err)
	}
	c.attributes(x, e, within)
	if how := instruction(x, "inside"); how != "" {
		c.inside(x, e, how, within)
		c.nulls(x, e)
		return e
	}
	if c.format.Format == "zip" && x.FullTag() == "entry" {
		defer func(outer container.Format) { c.format = outer }(c.format)
		c.format = c.format.Entry(x.SelectAttrValue("name", ""))
	}
	c.children(x, e, within)
	if e.group && len(e.below()) == 0 {
		c.fault(x, "a kp:group holds the elements of an item; this one holds none")
	}
	c.nulls(x, e)
	return e
}

func instruction(x *etree.Element, name string) string { return x.SelectAttrValue(prefix+":"+name, "") }

// list binds the list an element stands for, and gives where its inside is.
func (c *compiler) list(x *etree.Element, e *element, name string, in *inner) *inner {
	l, err := newList(in.scope, name)
	if err == nil {
		l.first, err = firstNumber(instruction(x, "first"))
	}
	path := in.around()
	if err == nil {
		for i, ref := range l.refs {
			path = ref.Path(path)
			if i < len(l.refs)-1 {
				path += "[]"
			}
		}
		if !e.again {
			err = c.claim(path, nil)
		}
	}
	if err != nil {
		c.fault(x, "kp:each: %v", err)
		return nil
	}
	in.show(l.refs[0])
	if !e.again {
		c.first[path] = l.first
	}
	e.each = l
	return &inner{scope: l.item(), path: path + "[]", list: l, outer: in, again: e.again || in.again}
}

// newList resolves a list from a scope, as in rules or alerts[].rules.
func newList(scope reflect.Type, name string) (*list, error) {
	l := &list{name: name, first: 1}
	for part := range strings.SplitSeq(name, "[].") {
		ref, ok := fields.Resolve(scope, part)
		if !ok || part == "." || ref.Type.Kind() != reflect.Slice {
			return nil, fmt.Errorf("%q is no list here", name)
		}
		l.refs, scope = append(l.refs, ref), ref.Type.Elem()
	}
	return l, nil
}

func firstNumber(text string) (int, error) {
	if text == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("kp:first is %q; expected a number from 0", text)
	}
	return n, nil
}

// tag binds the element's tag.
func (c *compiler) tag(x *etree.Element, e *element, in *inner) error {
	if e.group {
		return nil
	}
	text := instruction(x, "tag")
	if text == "" {
		e.tag = tag{parts: []part{{text: x.FullTag()}}}
		return nil
	}
	var err error
	e.tag, err = c.newTag(text, e, in)
	return err
}

func (c *compiler) attributes(x *etree.Element, e *element, in *inner) {
	for _, a := range x.Attr {
		if a.Space == prefix || a.Space == "xmlns" && a.Key == prefix {
			if a.Key != prefix && !slices.Contains(instructions, a.Key) {
				c.fault(x, "kp:%s is no instruction; expected one of kp:%s", a.Key, strings.Join(instructions, ", kp:"))
			}
			continue
		}
		text, err := c.content(a.Value, in)
		if err != nil {
			c.fault(x, "attribute %s: %v", a.FullKey(), err)
		} else if text.place != nil && text.place.elements != nil {
			c.fault(x, "attribute %s: {@elements} is for an element's text", a.FullKey())
		}
		e.attributes = append(e.attributes, attribute{name: a.FullKey(), content: text})
	}
}

// inside binds the document in an element's text: its container, behind the forms the whole text is spelled in.
func (c *compiler) inside(x *etree.Element, e *element, how string, in *inner) {
	names := strings.Fields(how)
	format, known := c.own.Inner[names[len(names)-1]]
	if !known {
		format = container.Format{Format: names[len(names)-1], Charset: "utf-8", LineEnds: "lf"}
	}
	for _, problem := range format.Check() {
		c.fault(x, "kp:inside: %s", problem.Message)
	}
	e.inside = &inside{format: format}
	for _, name := range slices.Backward(names[:len(names)-1]) {
		f, ok := forms[name]
		if ofBytes, is := bytesForms[name]; is {
			f, e.inside.bytes = ofBytes, true
		}
		if !ok {
			c.fault(x, "kp:inside: there is no form %q; expected one of %s", name, strings.Join(Names(), ", "))
			continue
		}
		e.inside.forms = append(e.inside.forms, f)
	}
	outer, inText := c.format, c.inText
	c.format, c.inText = format, true
	e.inside.body = c.body(x, in)
	c.format, c.inText = outer, inText
	if e.inside.body.root == nil {
		c.fault(x, "kp:inside: the element holds no root element of the document in its text")
	}
}

func (c *compiler) children(x *etree.Element, e *element, in *inner) {
	blank := ""
	for _, token := range x.Child {
		switch token := token.(type) {
		case *etree.Element:
			e.children = append(e.children, child{before: blank, element: c.element(token, in)})
			blank = ""
		case *etree.CharData:
			if container.IsBlank(token.Data) {
				if c.isXML() || token.IsCData() {
					blank += token.Data
				}
				continue
			}
			text, err := c.content(token.Data, in)
			if err != nil {
				c.fault(token, "%v", err)
			}
			if text.place != nil {
				text.place.always = text.place.always || e.always
				e.text, e.cdata = &text, e.cdata || token.IsCData() && c.isXML()
				continue
			}
			copied := newText(text.before, token.IsCData() && c.isXML())
			e.children, blank = append(e.children, child{before: blank, copied: copied}), ""
		default:
			if c.isXML() {
				e.children, blank = append(e.children, child{before: blank, copied: c.copied(token, in)}), ""
			}
		}
	}
	if last, ok := lastToken(x).(*etree.CharData); ok && e.group && last.IsCData() && blank != "" { // belongs to each item
		e.children, blank = append(e.children, child{copied: etree.NewText(blank)}), ""
	}
	e.after = blank
	if e.text != nil && c.format.Format == "json" {
		e.sort = &scalarSort{name: x.SelectAttrValue("type", "")}
		if refs := e.text.place.refs; e.sort.name != "" && len(refs) > 0 {
			e.sort.zero = fields.Format(reflect.Zero(refs[0].Type))
		}
	}
	if e.text != nil && len(e.children) > 0 {
		c.fault(x, "<%s> holds a value and more; a value has its element to itself", x.FullTag())
	}
	c.tellApart(e)
}

func lastToken(x *etree.Element) etree.Token {
	if len(x.Child) == 0 {
		return nil
	}
	return x.Child[len(x.Child)-1]
}

// tellApart finds what tells elements of one tag from each other: the constants, or what is constant around a place, that all of them
// have, each another; an element inside that no other has; or else all constants. Those that are alike are told by their order, where
// all of them always stand.
func (c *compiler) tellApart(e *element) {
	below := e.below()
	for _, a := range below {
		a.beside = below
	}
	for _, group := range byTag(below) {
		if len(group) == 1 {
			continue
		}
		exact, around := make([][]mark, len(group)), make([][]mark, len(group))
		for i, a := range group {
			around[i] = a.constants()
			exact[i] = slices.DeleteFunc(slices.Clone(around[i]), func(m mark) bool { return m.open })
		}
		told := distinguishing(exact)
		if told == nil {
			told = distinguishing(around)
		}
		if told == nil {
			told = shapes(group)
		}
		if told == nil && slices.ContainsFunc(group, func(e *element) bool { return !e.stands() }) {
			told = exact
		} else if told == nil {
			told = make([][]mark, len(group)) // their order tells
		}
		for i, a := range group {
			a.marks = told[i]
			for _, b := range group[:i] {
				if slices.Equal(a.marks, b.marks) && !(a.stands() && b.stands()) {
					c.fault(c.at[a], "<%s> stands here twice, and reading could not tell which is which", a.tag.String())
				}
			}
		}
	}
}

// stands reports whether the element always stands, and once.
func (e *element) stands() bool { return e.each == nil && (e.always || len(e.fields) == 0) }

// distinguishing gives, for each element, the one mark of a place in which no two of them are alike; nil when there is none.
func distinguishing(group [][]mark) [][]mark {
	for _, first := range group[0] {
		var told [][]mark
		for _, marks := range group {
			at := slices.IndexFunc(marks, func(m mark) bool { return m.attribute == first.attribute && m.leaf == first.leaf })
			if at < 0 || slices.ContainsFunc(told, func(other []mark) bool { return other[0] == marks[at] }) {
				break
			}
			told = append(told, marks[at:at+1])
		}
		if len(told) == len(group) {
			return told
		}
	}
	return nil
}

// shapes gives, for each element but perhaps one, the mark of a tag inside that no other has; nil where that is not so.
func shapes(group []*element) [][]mark {
	told, bare := make([][]mark, len(group)), 0
	for i, e := range group {
		at := slices.IndexFunc(e.children, func(c child) bool {
			return c.element != nil && !c.element.group && c.element.tag.pattern == nil && !slices.ContainsFunc(group, func(o *element) bool {
				return o != e && (o.children == nil || slices.ContainsFunc(o.below(), func(sub *element) bool { return sub.tag.String() == c.element.tag.String() }))
			})
		})
		if at < 0 {
			bare++
			continue
		}
		told[i] = []mark{{leaf: e.children[at].element.tag.String(), open: true}}
	}
	if bare > 1 {
		return nil
	}
	return told
}

// below gives the elements that stand in the element's own, those of groups among them.
func (e *element) below() []*element {
	var all []*element
	for _, c := range e.children {
		switch {
		case c.element == nil:
		case c.element.group:
			all = append(all, c.element.below()...)
		default:
			all = append(all, c.element)
		}
	}
	return all
}

// constants gives the constant attributes and leaf texts of an element.
func (e *element) constants() []mark {
	marks := e.ownConstants("")
	for _, c := range e.children {
		if sub := c.element; sub != nil && sub.each == nil && len(sub.fields) == 0 {
			marks = append(marks, sub.ownConstants(sub.tag.String())...)
		}
	}
	return marks
}

func (e *element) ownConstants(leaf string) []mark {
	var marks []mark
	for _, a := range e.attributes {
		if a.place == nil || a.before+a.after != "" {
			marks = append(marks, mark{attribute: a.name, leaf: leaf, text: a.before, after: a.after, open: a.place != nil})
		}
	}
	if text, ok := e.constant(); ok {
		marks = append(marks, mark{leaf: leaf, text: text})
	}
	return marks
}

// holdsNothing reports whether the template has nothing in the element, and no place for anything.
func (e *element) holdsNothing() bool {
	return len(e.children) == 0 && e.text == nil && e.inside == nil && container.IsBlank(e.after)
}

// otherSort reports whether a value of JSON holds something and is an object or an array where the template has another type, or
// another type where that has one of the two: what it holds has no place then. It gives both types.
func (e *element) otherSort(x *etree.Element) (is, want string, other bool) {
	is, want = x.SelectAttrValue("type", "string"), "string"
	if at := slices.IndexFunc(e.attributes, func(a attribute) bool { return a.name == "type" }); at >= 0 {
		if e.attributes[at].place != nil {
			return is, "", false
		}
		want = e.attributes[at].before
	}
	holds := len(x.ChildElements()) > 0 || !container.IsBlank(textOf(x))
	return is, want, holds && is != want && (isStructure(is) || isStructure(want))
}

func isStructure(sort string) bool { return sort == "object" || sort == "array" }

// constant is the text of an element that holds nothing else.
func (e *element) constant() (string, bool) {
	if len(e.children) != 1 || e.children[0].copied == nil || e.inside != nil {
		return "", false
	}
	text, ok := e.children[0].copied.(*etree.CharData)
	if !ok {
		return "", false
	}
	return text.Data, true
}
