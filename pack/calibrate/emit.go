package calibrate

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/artifact/fields"
)

// emitter writes what was learned as a template.
type emitter struct {
	habits   map[string]int               // how often places of a sort stand where there is no value, less how often they do not
	nones    map[string]int               // how often texts have this one where there is no value
	forms    map[string]int               // how often texts have a form that no other form spells the same
	fitting  []string                     // the forms that spell all texts as they are; nil: there are none that tell
	codes    bool                         // whether a text has codes for its control characters
	nullTags map[string]string            // the tags that elements without a value have, and by which attribute these are known
	values   map[string]map[string]string // forms of the dialect, by name
	inner    map[string]container.Format
	format   string                             // of the document that is described
	endTags  func(x *etree.Element) bool        // whether an element that holds nothing has an end tag of its own
	formatAt func(etree.Token) container.Format // the format of the document that a token is in
	empties  map[bool]map[string]int            // how often elements that hold nothing are spelled so, by whether they may hold a text
	remark   *spot                              // a comment with a number of items, or nil
	taken    map[etree.Token]bool               // what stands around the items of lists
	cdata    string                             // characters for which texts stand in CDATA sections
}

// template makes the template of a kind whose files have the root node in common.
func (e *emitter) template(root *node, doc *etree.Document) *etree.Document {
	t := etree.NewDocument()
	e.remark = root.remark
	if e.format == "xml" {
		e.seeEmpty(root)
		e.seeNullTags(root)
		e.cdata = cdataNeed(root)
	}
	for _, token := range doc.Child {
		switch token := token.(type) {
		case *etree.Element:
			x := e.element(root)
			x.CreateAttr("xmlns:kp", "urn:kpgen:template")
			t.AddChild(x)
		case *etree.CharData:
			if len(t.Child) > 0 { // else it belongs to the declaration
				t.AddChild(e.copyOf(token))
			}
		case *etree.ProcInst:
			if token.Target != "xml" {
				t.AddChild(e.copyOf(token))
			}
		default:
			t.AddChild(e.copyOf(token))
		}
	}
	return t
}

// element writes a node.
func (e *emitter) element(n *node) *etree.Element {
	tag := unmarked(n.tag)
	if n.called != nil && n.called.outcome != nil {
		tag, _ = e.content(n.called)
	}
	x := &etree.Element{Tag: tag}
	switch {
	case tag == "":
		x.Space, x.Tag = "kp", "group"
	case !isName(tag) || strings.Contains(tag, "{"):
		x.Tag = "x"
		x.CreateAttr("kp:tag", tag)
	}
	if n.each != nil {
		x.CreateAttr(n.repeats(), n.each.name)
		if n.first != 1 {
			x.CreateAttr("kp:first", strconv.Itoa(n.first))
		}
	}
	if e.always(n) || n.stands {
		x.CreateAttr("kp:always", "true")
	}
	e.empty(n, x)
	n.orderAttributes()
	null := n.null()
	for _, a := range n.attributes {
		if a == null {
			continue
		}
		if text, ok := e.content(a); ok {
			x.Attr = append(x.Attr, etree.Attr{Key: a.name, Value: text})
		}
	}
	if null != nil {
		e.null(null, n.text, x)
	}
	if valued := n.valued(); len(valued) > 0 {
		x.CreateAttr("kp:valued", strings.Join(valued, " "))
	}
	if tag := e.nullTag(n); tag != "" {
		x.CreateAttr("kp:null", tag)
	}
	if n.inside != nil {
		defer func(outer string) { e.format = outer }(e.format)
		e.format = n.inside.Format
		x.CreateAttr("kp:inside", n.behind+e.container(n.inside.Alike()))
		if n.cdata() {
			x.CreateAttr("kp:cdata", "always")
		}
	}
	if n.text != nil {
		if text, ok := e.content(n.text); ok && text != "" {
			x.AddChild(newText(text, n.cdata() && (e.cdata == "" || n.text.outcome == nil)))
			if e.cdata != "" && n.text.outcome != nil {
				x.CreateAttr("kp:cdata", "needed "+e.cdata)
			}
		}
	}
	if format := e.formatOf(n); format != "" {
		defer func(outer string) { e.format = outer }(e.format)
		e.format = format
	}
	for _, c := range n.ordered() {
		e.child(c, x)
	}
	switch {
	case len(n.children) == 0:
	case n.inside == nil:
		e.after(n.elements(), x)
	default: // what stands behind the root elements of the documents
		var around []*etree.Element
		for _, root := range n.children[0].elements() {
			around = append(around, root.Parent())
		}
		e.after(around, x)
	}
	return x
}

// repeats is the instruction of an element that stands for the items of a list.
func (n *node) repeats() string {
	switch {
	case n.each.of != nil:
		return "kp:by"
	case n.again:
		return "kp:again"
	}
	return "kp:each"
}

// child writes a node into the element around it, with what stands before and behind it.
func (e *emitter) child(n *node, x *etree.Element) {
	if n.each == nil {
		e.before(n, x)
		x.AddChild(e.element(n))
		return
	}
	found := e.around(n)
	e.copyTo(x, found.lead)
	item := e.element(n)
	if n.tag != "" && (says(found.before) || len(found.behind) > 0) { // only in a group something stands beside each element
		item = asGroup(item)
		e.copyTo(item, found.before)
		item.AddChild(item.Child[0])
	} else {
		e.before(n, x)
	}
	if text := textFrom(found.behind); text != "" {
		item.AddChild(etree.NewCData(literal(text)))
	}
	if text := textFrom(found.between); text != "" {
		item.CreateAttr("kp:between", text)
	}
	x.AddChild(item)
}

// asGroup puts a list's element into a group of the list.
func asGroup(item *etree.Element) *etree.Element {
	group := &etree.Element{Space: "kp", Tag: "group"}
	for _, key := range []string{"kp:each", "kp:again", "kp:by", "kp:first"} {
		if a := item.RemoveAttr(key); a != nil {
			group.CreateAttr(key, a.Value)
		}
	}
	item.CreateAttr("kp:always", "true")
	group.AddChild(item)
	return group
}

// formatOf is the container of what is in an entry of an archive; empty for any other element.
func (e *emitter) formatOf(n *node) string {
	if e.format != "zip" || n.tag != "entry" || len(n.children) == 0 {
		return ""
	}
	return e.formatAt(n.children[0].parts[0].x).Format
}

// unmarked is a tag without the mark that tells its sort.
func unmarked(tag string) string {
	if at := strings.Index(tag, "["); at > 0 && strings.HasSuffix(tag, "]") && strings.Contains(tag[at:], "=") {
		return tag[:at]
	}
	return tag
}

// content is what the template has in a spot.
func (e *emitter) content(s *spot) (string, bool) {
	if s.outcome != nil {
		e.likeOthers(s.outcome)
		text := s.outcome.place(e.name, s.copyOf)
		if strings.HasPrefix(s.where[strings.LastIndex(s.where, "/")+1:], "@") && e.stands(s) {
			at := strings.LastIndex(text, "}"+s.outcome.after)
			text = text[:at] + "|always" + text[at:]
		}
		return text, true
	}
	empty := slices.ContainsFunc(s.copies, func(c copied) bool { return c.present && c.text == "" })
	for _, c := range s.copies {
		if c.present && c.text != "" && !(empty && s.sort == unexplained) { // of what is not understood, nothing rather than another item's
			return literal(c.text), true
		}
	}
	return "", s.copies[0].present
}

// name gives a map of values its name in the dialect.
func (e *emitter) name(values map[string]string, f *field) string {
	for _, name := range slices.Sorted(maps.Keys(e.values)) {
		if maps.Equal(e.values[name], values) {
			return name
		}
	}
	base := "which"
	if _, none := values[""]; len(values) == 1 && (none || values[fields.Format(reflect.New(f.ref.Type).Elem())] != "") {
		base = "none"
	} else if f != nil {
		base = strings.NewReplacer(".", "_", "[]", "").Replace(f.name)
	}
	name := base
	for n := 2; e.values[name] != nil; n++ {
		name = base + "_" + strconv.Itoa(n)
	}
	e.values[name] = values
	return name
}

// container gives the container of a document in a text its name in the dialect.
func (e *emitter) container(f container.Format) string {
	for _, name := range slices.Sorted(maps.Keys(e.inner)) {
		if reflect.DeepEqual(e.inner[name], f) {
			return name
		}
	}
	name := f.Format + "_inside"
	for n := 2; e.inner[name].Format != ""; n++ {
		name = f.Format + "_inside_" + strconv.Itoa(n)
	}
	e.inner[name] = f
	return name
}

// isName reports whether a tag is a name in XML, of those that need no table.
func isName(tag string) bool {
	for i, r := range tag {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_' || r >= 0x80
		if !letter && (i == 0 || !strings.ContainsRune("0123456789.-:", r)) {
			return false
		}
	}
	return tag != "" && !strings.HasPrefix(tag, "kp:") && !strings.Contains(tag, "{")
}
