package template

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/diag"
)

// Reading is what a template found in a document besides the items themselves.
type Reading struct {
	Places  map[string]container.Place // of every value, by its path
	Unknown []Unknown
	Changed []Changed
	keys    map[key]string // the texts that name items in the document
	Found   diag.List

	warned map[string]bool // generic paths
}

func newReading() *Reading {
	return &Reading{Places: map[string]container.Place{}, keys: map[key]string{}}
}

// key is one of the texts that name an item: by its path, and by what sort of text it is.
type key struct{ path, sort string }

// Changed is a text that is another one than the template's constant.
type Changed struct {
	diag.Span
	Place      any              // the constant: one, whichever copy of its element the text is in
	Way        []*etree.Element // from the root element to its own
	Attribute  string           // that has it; empty: it is the element's text
	Text, Want string
}

// Unknown is an element or an attribute the template does not explain.
type Unknown struct {
	diag.Span
	Path string // the item it belongs to, as in alerts[0]; empty outside any item
	Name string // of the element; an attribute's has an @ before it
	Text string // the attribute's value, or the text of the element and all in it, cut short
}

// reader reads one document, or one inside a text.
type reader struct {
	*Reading
	t      *Template
	doc    *container.Document
	within *container.Place // of the text that the document is in; nil: a file
	around []*etree.Element // the way to that text
}

// Read sets the list of the pack from the document.
func (t *Template) Read(doc *container.Document, p reflect.Value) *Reading {
	r := &reader{Reading: newReading(), t: t, doc: doc}
	root := doc.Tree.Root()
	s := &scope{item: p}
	it := &item{scope: s}
	if r.root(t.body, root, it) {
		r.finish(it)
	}
	r.Places[t.list] = r.place(root)
	return r.Reading
}

func (r *reader) fault(id string, e *etree.Element, message string, args ...any) {
	d := diag.Diagnostic{ID: id, Severity: diag.Error, Span: r.place(e).Span(-1, -1), Message: fmt.Sprintf(message, args...)}
	r.Found = append(r.Found, d)
}

// place is that of the element's start tag.
func (r *reader) place(e *etree.Element) container.Place {
	if r.within != nil {
		return *r.within
	}
	return r.doc.Place(e)
}

// item is an item while it is read: texts whose meaning other texts decide are kept until all are there.
type item struct {
	*scope
	joined  map[*fields.Ref][]column
	choices []choice
	which   map[string]string // the alternatives that have a value, by the name of the first
	owned   []owned
	amounts []choice          // of spans
	units   map[string]string // of their amounts, by the name of the field

	owner     *content // the place of the text that names the item this one belongs to
	ownerText string
}

// column is a field of the items of a list, joined in one text.
type column struct {
	field *fields.Ref
	texts []string
	at    container.Place
}

// choice is the text of one of several fields.
type choice struct {
	refs []*fields.Ref
	text string
	at   container.Place
}

// owned are elements of a list through lists.
type owned struct {
	element *element
	found   []occurrence
}

func (r *reader) root(b *body, root *etree.Element, it *item) bool {
	if root.FullTag() != b.root.tag.String() {
		r.fault("wrong-root-element", root, "the root element is <%s>; expected <%s>", diag.Clip(root.FullTag()), b.root.tag.String())
		return false
	}
	r.element(b.root, root, it)
	return true
}

// element reads x, which the template element e explains, into the item.
func (r *reader) element(e *element, x *etree.Element, it *item) {
	if is, want, ok := e.otherSort(x); ok && r.doc.FormatAt(x).Format == "json" {
		r.fault("other-json-type", x, "%q is of the type %s here; the dialect has %s", diag.Clip(x.FullTag()), is, want)
		r.Found[len(r.Found)-1].Help = "JSON made from XML has one value by itself and several in an array, which no dialect tells; put a single one into an array"
		return
	}
	if c, text := e.tag.field(x.FullTag()); c != nil {
		r.value(c, it, text, r.place(x).Whole())
	}
	r.attributes(e, x, it)
	r.unknownAttributes(e, x, it)
	r.constants(e, x)
	if e.text != nil || e.inside != nil {
		text, at := r.text(x)
		if e.inside != nil {
			r.inside(e.inside, x, text, at, it)
			return
		}
		if !e.saysNull(x) {
			r.value(e.text, it, text, at)
		}
	}
	r.level(e.children, elements(x), it)
}

// text is the element's own text and where it stands; without text, its start tag.
func (r *reader) text(x *etree.Element) (string, container.Place) {
	text, at := r.doc.Text(x)
	if r.within != nil {
		at = *r.within
	}
	return text, at
}

// inside reads a document in a text.
func (r *reader) inside(in *inside, x *etree.Element, text string, at container.Place, it *item) {
	plain, ok := plainly(in.forms, text)
	if plain == "" && ok {
		return
	}
	fault := diag.Diagnostic{ID: "bad-inner-document", Severity: diag.Error, Span: at.Span(-1, -1), Message: "the text is not in the spelling of the dialect"}
	if !ok {
		r.Found = append(r.Found, fault)
		return
	}
	deeper := &reader{Reading: r.Reading, t: r.t, around: r.way(x), within: r.within}
	if len(in.forms) > 0 {
		deeper.within = &at
	}
	doc, problem := in.read(at, plain)
	if problem != nil {
		if fault.Message = problem.Message; problem.Line > 0 && deeper.within == nil {
			fault.Span = problem.Span
		}
		r.Found = append(r.Found, fault)
		return
	}
	deeper.doc = doc
	deeper.root(in.body, doc.Tree.Root(), it)
}

// read reads the document from its text without forms, which stands at the place.
func (in *inside) read(at container.Place, plain string) (*container.Document, *diag.Diagnostic) {
	if in.bytes {
		return container.ReadAs(in.format, "", []byte(plain))
	}
	return container.ReadText(in.format, at, plain)
}

// elements gives the child elements.
func elements(x *etree.Element) []*etree.Element { return x.ChildElements() }

// level reads elements that stand side by side.
func (r *reader) level(children []child, found []*etree.Element, it *item) {
	occurrences, unknown := assign(children, found)
	for _, x := range unknown {
		r.Unknown = append(r.Unknown, Unknown{
			Path: it.path, Name: x.FullTag(), Text: diag.Clip(allText(x)), Span: r.place(x).Span(-1, -1)})
	}
	for i, c := range children {
		switch {
		case c.element == nil || len(occurrences[i]) == 0 || c.element.again:
		case c.element.each == nil:
			r.once(c.element, occurrences[i], it)
		case c.element.each.by != nil:
			r.groups(c.element, occurrences[i], it)
		case len(c.element.each.refs) > 1:
			it.owned = append(it.owned, owned{c.element, occurrences[i]})
		default:
			r.items(c.element, occurrences[i], it)
		}
	}
}

func (r *reader) once(e *element, found []occurrence, it *item) {
	for _, again := range found[1:] {
		r.fault("duplicate-element", again[0], "<%s> stands here a second time; expected once", diag.Clip(again[0].FullTag()))
	}
	r.element(e, found[0][0], it)
}

// items reads the elements of a list.
func (r *reader) items(e *element, found []occurrence, it *item) {
	ref := e.each.last()
	list, _ := ref.Get(it.item)
	list.Set(reflect.MakeSlice(list.Type(), len(found), len(found)))
	for i, o := range found {
		s := &scope{item: list.Index(i), path: it.itemPath(ref, i), outer: it.scope, list: e.each, number: i}
		r.item(e, o, s)
	}
}

// item reads the elements of one item.
func (r *reader) item(e *element, o occurrence, s *scope) {
	it := &item{scope: s}
	r.Places[s.path] = r.place(o[0])
	if e.group {
		r.level(e.children, o, it)
	} else {
		r.element(e, o[0], it)
	}
	r.finish(it)
}

func (r *reader) attributes(e *element, x *etree.Element, it *item) {
	var places []container.Place
	for i := range e.attributes {
		a := &e.attributes[i]
		if a.place == nil {
			continue
		}
		if places == nil && r.within == nil {
			places = r.doc.Attributes(x)
		}
		for n := range x.Attr {
			if x.Attr[n].FullKey() != a.name {
				continue
			}
			at := r.place(x)
			if places != nil {
				at = places[n]
			}
			r.value(&a.content, it, x.Attr[n].Value, at)
		}
	}
}

// unknownAttributes notes those of x that the template element does not have. What XML itself says with one is of no account.
func (r *reader) unknownAttributes(e *element, x *etree.Element, it *item) {
	if r.doc.FormatAt(x).Format != "xml" {
		return // elsewhere attributes are the tree's
	}
	for i, a := range x.Attr {
		name := a.FullKey()
		if a.Space == "xmlns" || name == "xmlns" || a.Space == "xml" || e.null != nil && e.null.name == name ||
			slices.ContainsFunc(e.attributes, func(known attribute) bool { return known.name == name }) {
			continue
		}
		r.Unknown = append(r.Unknown, Unknown{Path: it.path, Name: "@" + name, Text: diag.Clip(a.Value), Span: r.attribute(x, i).Span(-1, -1)})
	}
}

// constants notes where x has another text than the template's constant. What no place and no constant is of is layout.
func (r *reader) constants(e *element, x *etree.Element) {
	if want, ok := e.constant(); ok || e.holdsNothing() {
		if text := textOf(x); text != want && len(x.ChildElements()) == 0 && !(want == "" && container.IsBlank(text)) {
			_, at := r.text(x)
			r.Changed = append(r.Changed, Changed{at.Span(-1, -1), e, r.way(x), "", text, want})
		}
	}
	if r.doc.FormatAt(x).Format != "xml" {
		return // elsewhere attributes are the tree's
	}
	for i := range e.attributes {
		a := &e.attributes[i]
		at := slices.IndexFunc(x.Attr, func(is etree.Attr) bool { return is.FullKey() == a.name })
		if a.place == nil && at >= 0 && x.Attr[at].Value != a.before {
			r.Changed = append(r.Changed, Changed{r.attribute(x, at).Span(-1, -1), a, r.way(x), a.name, x.Attr[at].Value, a.before})
		}
	}
}

// way is the way from the root element to x, of a document in a text from that of the file.
func (r *reader) way(x *etree.Element) []*etree.Element {
	var way []*etree.Element
	for ; x.Parent() != nil; x = x.Parent() {
		way = append(way, x)
	}
	slices.Reverse(way)
	return slices.Concat(r.around, way)
}

// attribute is the place of the value of x's attribute of a number.
func (r *reader) attribute(x *etree.Element, n int) container.Place {
	if r.within != nil {
		return *r.within
	}
	return r.doc.Attributes(x)[n]
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

// value reads a text the template has a place in.
func (r *reader) value(c *content, it *item, text string, at container.Place) {
	p := c.place
	if p.owner != nil {
		it.owner, it.ownerText = c, text
		return
	}
	if p.made != nil {
		if at := (key{it.path, p.key}); p.key != "" && !it.isGroup() && r.keys[at] == "" {
			r.keys[at] = c.plain(text)
		}
		return
	}
	plain, ok := c.bare(text)
	if ok {
		plain, ok = plainly(p.forms, plain)
	}
	var texts []string
	if ok && p.list != nil {
		texts, ok = p.split(plain)
	}
	if text == "" {
		ok = true // no value, whatever the form
	}
	if !ok {
		r.bad(p, it, at, "%q is not in the spelling of the dialect, %s", diag.Clip(text), c.before+p.source+c.after)
		return
	}
	if r.noteSpan(p, it, plain, at) {
		return
	}
	r.perhapsBroken(p, it, plain, at)
	switch {
	case p.which:
		if it.which == nil {
			it.which = map[string]string{}
		}
		it.which[p.refs[0].Name] = plain
	case p.list != nil:
		if it.joined == nil {
			it.joined = map[*fields.Ref][]column{}
		}
		it.columns(p, texts, at)
	case p.led != nil && plain != "":
		ref, rest := p.unled(plain)
		if ref == nil {
			r.bad(p, it, at, "%q begins like none of what %s stands for", diag.Clip(text), p.source)
			return
		}
		r.set(ref, it.scope, rest, at.Whole())
	case len(p.refs) > 1:
		it.choices = append(it.choices, choice{p.refs, plain, at})
	default:
		if text != plain {
			at = at.Whole()
		}
		r.set(p.refs[0], it.scope, plain, at)
	}
}

func (r *reader) bad(p *place, it *item, at container.Place, message string, args ...any) {
	d := diag.Diagnostic{ID: "bad-value", Severity: diag.Error, Span: at.Span(-1, -1), Path: p.refs[0].Path(it.path), Message: fmt.Sprintf(message, args...)}
	if v := p.closed(); v != nil {
		d.Help = fmt.Sprintf("if it is what the console writes for a word of this field, add that to values: %s: in dialect.yaml", v.name)
	}
	r.Found = append(r.Found, d)
}

// set sets a field from its plain text.
func (r *reader) set(f *fields.Ref, s *scope, text string, at container.Place) {
	path := f.Path(s.path)
	r.Places[path] = at
	v, _ := f.Get(s.item)
	if problem := fields.Parse(v, text); problem != nil {
		problem.Span, problem.Path, problem.Severity = at.Span(-1, -1), path, diag.Error
		r.Found = append(r.Found, *problem)
	}
}

// finish reads what had to wait.
func (r *reader) finish(it *item) {
	for _, c := range it.choices {
		r.set(r.chosen(c, it), it.scope, c.text, c.at)
	}
	r.spans(it)
	for list, columns := range it.joined {
		r.join(list, columns, it)
	}
	slices.SortStableFunc(it.owned, func(a, b owned) int { return len(a.element.each.refs) - len(b.element.each.refs) }) // owners first
	for _, o := range it.owned {
		r.ownedItems(o, it)
	}
}

// chosen gives the alternative that a text is: the one the item says, where it says nothing the one that nothing stands for, else
// the first, and a warning.
func (r *reader) chosen(c choice, it *item) *fields.Ref {
	which, told := it.which[c.refs[0].Name]
	at := fields.Generic(c.refs[0].Path(it.path))
	if p := r.t.which[at]; !told && p != nil {
		which, told = plainly(p.forms, "")
	}
	for _, ref := range c.refs {
		if told && ref.Name == which {
			return ref
		}
	}
	if c.text != "" && r.firstAt(at) {
		r.Found = append(r.Found, diag.Diagnostic{ID: "assumed-field", Severity: diag.Warning, Span: c.at.Span(-1, -1), Path: c.refs[0].Path(it.path),
			Message: fmt.Sprintf("nothing tells whether this is %s or %s; it is taken for the first, and so is each such text", c.refs[0].Name, c.refs[1].Name),
			Help:    "see what the console says, and set it right in the spec"})
	}
	return c.refs[0]
}

// firstAt reports whether nothing was said of the generic path, and notes that now something is.
func (r *reader) firstAt(path string) bool {
	if r.warned[path] {
		return false
	}
	if r.warned == nil {
		r.warned = map[string]bool{}
	}
	r.warned[path] = true
	return true
}

// join makes the items of a list of which each text holds one field.
func (r *reader) join(list *fields.Ref, columns []column, it *item) {
	most := 0
	for _, c := range columns {
		most = max(most, len(c.texts))
	}
	v, _ := list.Get(it.item)
	if most == 0 {
		v.SetZero()
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), most, most))
	for i := range most {
		s := &scope{item: v.Index(i), path: fmt.Sprintf("%s[%d]", list.Path(it.path), i), outer: it.scope}
		for _, c := range columns {
			if i < len(c.texts) {
				r.set(c.field, s, c.texts[i], c.at.Whole())
			}
		}
	}
}

// columns notes one field of the items of a list.
func (it *item) columns(p *place, texts []string, at container.Place) {
	for list := range it.joined {
		if list.Name == p.list.Name {
			it.joined[list] = append(it.joined[list], column{p.refs[0], texts, at})
			return
		}
	}
	it.joined[p.list] = []column{{p.refs[0], texts, at}}
}

// ownedItems reads the elements of a list through lists: each goes to the item it says it belongs to.
func (r *reader) ownedItems(o owned, it *item) {
	refs := o.element.each.refs
	owners := it.items(&list{refs: refs[:len(refs)-1]})
	of := make([][]occurrence, len(owners))
	known := map[string]int{}
	for _, found := range o.found {
		c, text := r.owner(o.element, found)
		if len(known) == 0 && c != nil {
			known = r.ownerTexts(c, owners)
		}
		n, ok := -1, false
		if c != nil {
			n, ok = known[c.plain(text)]
		}
		if !ok {
			r.fault("owner-unknown", found[0], "<%s> belongs to %q, which no item is", diag.Clip(found[0].FullTag()), diag.Clip(text))
			continue
		}
		of[n] = append(of[n], found)
	}
	for n, found := range of {
		if len(found) > 0 {
			r.items(o.element, found, &item{scope: owners[n]})
		}
	}
}

// owner gives the text by which an element names the item it belongs to, and its place in the template.
func (r *reader) owner(e *element, o occurrence) (*content, string) {
	it := &item{scope: &scope{item: reflect.New(e.each.item()).Elem(), outer: &scope{}, list: e.each}}
	silent := &reader{Reading: newReading(), t: r.t, doc: r.doc, within: r.within}
	if e.group {
		silent.level(e.children, o, it)
	} else {
		silent.element(e, o[0], it)
	}
	return it.owner, it.ownerText
}

// ownerTexts gives the owners by the texts that name them, which are those in the document where it has any; of two alike the first.
func (r *reader) ownerTexts(c *content, owners []*scope) map[string]int {
	known := map[string]int{}
	for n, owner := range owners {
		text, ok := r.keys[key{owner.path, c.place.key}]
		if !ok {
			text = c.place.owner(owner)
		}
		if _, taken := known[text]; !taken {
			known[text] = n
		}
	}
	return known
}
