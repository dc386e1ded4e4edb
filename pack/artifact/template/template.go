// Package template binds an example document to the model of a pack: one template reads a kind's file and writes it.
//
// A template is an XML document that describes the tree of the kind's file, whatever container the file is in.
//
//	<Alerts xmlns:kp="urn:kpgen:template">
//	  <Alert kp:each="alerts">
//	    <Name>{name}</Name>
//	    <Active>{active|yesno}</Active>
//	    <Systems>{systems|join &&}</Systems>
//	    <Rules><Rule kp:each="rules" Title="{title}"/></Rules>
//
// What it says:
//
//   - {field} is the text of that field of the item around it, {.} an item that is a text itself. Constant text may stand around
//     it, and forms behind it, which are how the text is spelled: {description|c}, {within|seconds}, {active|yesno} (see Names).
//   - {systems|join &&} is a list of texts in one text; {columns[].heading|join ,} one field of every item of a list. Forms before
//     join are for each text, those behind it for all; a joint has \p for |, \o and \c for braces and \n for a line feed.
//   - {period|amount} is a span's number, whose unit {@unit period|units} tells in another place of the item: day, hour, minute or
//     second, as the dialect's values units write it.
//   - {description|breaks <br>} writes a line break as <br>, with the same marks as a joint has.
//   - {match.regex or match.text} is whichever has a value; {@of match.regex or match.text|kinds} in the same item says which:
//     its text is the field's name before its forms. Of no value its text may be that of an alternative. Or the text
//     tells it itself: {match.regex or match.text|led leads}, where the dialect's values leads say what stands before each.
//   - {@n} is the number of the item in its list, counted from kp:first ({@n 0}: from 0), {@count rules} how many items a list has,
//     {@elements 2}, in an element's text, how many elements the file's root element has but two, {@parent} the number ({@parent 0}: from 0) of the item that
//     an item of a list through lists belongs to, {@parent guid} its id and {@parent name} a field of it, {@serial id 1} the number of the
//     place among all that have {@serial id 1}, in the order of the file, and {@last id} that of the last before it, as an element has that
//     of the one it is in, {@guid} an id that derives from the item's name, {@copy name} a field that has its place elsewhere, {@open} an
//     opening brace; {@n|pad 4} is written with four digits. They are written, and not asked for when reading, and a text may have several of
//     them: {@copy group}/{@copy name}.
//   - kp:each="rules" makes an element stand for each item of a list, whose fields its inside then names. The list may lead through
//     lists: alerts[].rules are the rules of all alerts, each beside its {@parent}.
//   - kp:again="rules" is kp:each for a list whose items have their elements elsewhere, as an index of them has: what is inside are
//     copies, written and not asked for when reading.
//   - <kp:group kp:each="rules"> is no element: what it holds stands in the element around it, once for each item, and its first
//     element begins an item.
//   - kp:by="categories[].group" makes an element, or a kp:group, stand for the items of a list that stand side by side and have the same
//     text in a field, as a folder does. Inside, {group} is that text, kp:each="categories" an element for each of these items, {@count
//     categories} how many they are, and {@n} the number of one among them; outside, {@count categories[].group} is the number of groups.
//     New files have the items of a group together, the groups in the order in which the first of their items stand; an element without
//     items is kept, and is nothing of the pack.
//   - kp:between="&#10;" on any of these is a text that stands between two items.
//   - kp:tag="Rule{n}Title" is the element's tag, where that is no XML name or has the number of the item of the list around it,
//     counted from the kp:first of that list (1); {n alerts} is the number of a list further out, {n|pad 4} one of four digits.
//   - kp:tag="Alert:{name}" is a tag that has a field, as where items are called by their names; {@copy name} there is one that has its
//     place elsewhere, {@copy name alerts} that of the item of a list further out. Such an element is any of those side by side that the
//     constant text fits, and that no other element of the template fits more closely.
//   - kp:inside="json" (xml, ini, or base64 before it) makes the element's text a document of its own, which its inside describes. Behind
//     base64 or hex it may be packed, and in any character set.
//   - An element in which no field has a value (none that is empty, 0 or false) is left out, unless kp:always="true", and so is an
//     attribute, unless its place has the form always, {description|always}. kp:null="type=null" is the attribute an element has
//     instead of a text when its value is none, kp:null="Nil" the tag it then has instead of its own, and kp:valued="xsi:type" names
//     constant attributes that it then has not. kp:empty="pair" writes an element that holds nothing with an end tag of its own,
//     kp:empty="blank" with the white space of the template between the two, kp:empty="cdata" with a CDATA section that is empty.
//   - Elements of one tag are told apart by the constant attributes and constant leaf texts they have in the template, or by the
//     constant text around a place, or by an element inside that no other has; those that are alike, and always stand, by their order.
//
// Where the files are no XML the template is an XML document all the same, which describes the tree of the container (package
// container): attributes such as type="object" are the tree's. White space and comments are then the template's own; text that
// belongs to the file, such as a blank line or a banner of an INI file, stands in a CDATA section. In XML a comment may have a place for what
// is made, {@count rules}.
//
// In XML a text in a CDATA section is written in one, and so is that of an element with kp:cdata="always", or with kp:cdata="needed &amp;&lt;"
// if it has any of those characters. White space is the layout: what stands before an element is written before each of
// its copies. Everything else is written as it stands and not asked for when reading.
package template

import (
	"reflect"
	"slices"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/artifact/fields"
)

// Template is an example document bound to the list of a pack that its files carry.
type Template struct {
	list   string
	body   *body
	places map[string]*place     // by the generic path of the field or list; nil: a list with elements of its own
	which  map[string]*place     // by the generic path of the first of alternatives: what tells which of them has a value
	units  map[string]*place     // by the generic path of a span: what tells the unit of its amount
	tags   map[string][]*element // by the generic path of a field that their tags have
	breaks []breaks              // what line breaks are in some of its texts

	grouped string // the field by which the list's items stand in groups; empty: none
}

// body is a tree: the root element and what stands around it.
type body struct {
	prolog []etree.Token // comments and white space
	root   *element
	epilog []etree.Token
}

// element is a template's element, or a group.
type element struct {
	tag        tag
	sort       *scalarSort // of an element of JSON whose text stands for a field
	group      bool
	each       *list // the list whose items it stands for
	again      bool  // they have their places elsewhere
	attributes []attribute
	text       *content
	cdata      bool
	inside     *inside
	always     bool
	null       *attribute
	nullTag    string // what it is called when its value is none; empty: as ever
	empty      string // pair, blank or cdata: how it is written when it holds nothing
	between    string // what is written before every item but the first
	needCData  string // characters; a text with any of them stands in a CDATA section
	children   []child
	after      string        // white space before its end tag
	fields     []*fields.Ref // every field and list of the scope it stands in that it or an element inside it has a place for
	numbered   bool          // its tags or texts hold numbers of items
	outer      bool          // they hold fields of an item further out
	beside     []*element    // those that stand side by side with it, and itself
	marks      []mark        // what tells it from its like
	scope      reflect.Type  // of what is inside
}

type attribute struct {
	name   string
	valued bool // a constant that stands only beside a value
	content
}

// scalarSort is the attribute type of a JSON value, empty for a string, and what is written for no value.
type scalarSort struct{ name, zero string }

// child is an element, or a token that is copied, with the white space before it.
type child struct {
	before  string
	element *element
	copied  etree.Token
}

// inside is how an element's text is a document.
type inside struct {
	forms  []Form
	bytes  bool // the forms are of bytes, which the document is read from like a file
	format container.Format
	body   *body
}

// mark is a constant attribute or leaf by which an element is known among others of its tag.
type mark struct {
	attribute string // full key; empty: the leaf's text
	leaf      string // tag of the child; empty: the element's own attribute or text
	text      string
	after     string // open: constant text behind a place, as text is before it
	open      bool
}

// list leads to the items an element stands for: through the items of all lists but the last.
type list struct {
	name  string // as in alerts[].rules
	refs  []*fields.Ref
	first int // number of the first item
	by    *by // what its elements stand for are groups of the items; nil: the items
}

func (l *list) last() *fields.Ref { return l.refs[len(l.refs)-1] }

// item is the type of the list's items.
func (l *list) item() reflect.Type {
	if l.by != nil {
		return l.by.typ
	}
	return l.last().Type.Elem()
}

// scope is an item of the model with its way from the pack.
type scope struct {
	item   reflect.Value // zero: there is none
	path   string        // as in alerts[0].rules[1]
	outer  *scope        // the item whose list it is in
	list   *list
	number int // in the list its element stands for, from 0
	from   int // of a group: the number of its first item in the list
}

// items gives the items of a list in order.
func (s *scope) items(l *list) []*scope {
	if l.by != nil {
		return s.groups(l)
	}
	level := []*scope{s}
	for _, ref := range l.refs {
		var next []*scope
		for _, outer := range level {
			v, _ := ref.Get(outer.item)
			if !v.IsValid() {
				continue
			}
			for i := range v.Len() {
				next = append(next, &scope{item: v.Index(i), path: outer.itemPath(ref, i), outer: outer, list: l})
			}
		}
		for i, item := range next {
			item.number = i
		}
		level = next
	}
	return level
}

// shows reports whether the item has anything the element would show. An element without fields always shows.
func (e *element) shows(s *scope) bool {
	return e.always || len(e.fields) == 0 || slices.ContainsFunc(e.fields, func(f *fields.Ref) bool {
		v, _ := f.Get(s.item)
		return v.Kind() == reflect.Slice && v.Len() > 0 || v.Kind() != reflect.Slice && !v.IsZero()
	})
}

// changed reports whether a field of the element has another value in the one item than in the other.
func (e *element) changed(old, now *scope) bool {
	return slices.ContainsFunc(e.fields, func(f *fields.Ref) bool {
		a, _ := f.Get(old.item)
		b, _ := f.Get(now.item)
		return !reflect.DeepEqual(a.Interface(), b.Interface())
	})
}

// Holds reports whether the template has a place for a value at the generic path. A zero value needs none of its own, as long as
// the item it belongs to has one.
func (t *Template) Holds(path string, zero bool) bool {
	if _, ok := t.places[path]; ok || !zero {
		return ok
	}
	_, ok := t.places[fields.List(path)]
	return ok
}
