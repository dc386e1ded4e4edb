package calibrate

import (
	"cmp"
	"fmt"
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
	habits  map[string]int               // how often places of a sort stand where there is no value, less how often they do not
	nones   map[string]int               // how often texts have this one where there is no value
	forms   map[string]int               // how often texts have a form that no other form spells the same
	values  map[string]map[string]string // forms of the dialect, by name
	inner   map[string]container.Format
	format  string                      // of the document that is described
	endTags func(x *etree.Element) bool // whether an element that holds nothing has an end tag of its own
}

// template makes the template of a kind whose files have the root node in common.
func (e *emitter) template(root *node, doc *etree.Document) *etree.Document {
	t := etree.NewDocument()
	for _, token := range doc.Child {
		switch token := token.(type) {
		case *etree.Element:
			x := e.element(root)
			x.CreateAttr("xmlns:kp", "urn:kpgen:template")
			t.AddChild(x)
		case *etree.Comment:
			t.AddChild(e.copyOf(token))
		case *etree.CharData:
			if root := t.Root(); root != nil || hasComment(t) {
				t.AddChild(e.copyOf(token))
			}
		}
	}
	return t
}

func hasComment(t *etree.Document) bool {
	return slices.ContainsFunc(t.Child, func(c etree.Token) bool { _, ok := c.(*etree.Comment); return ok })
}

// element writes a node.
func (e *emitter) element(n *node) *etree.Element {
	tag := unmarked(n.tag)
	x := &etree.Element{Tag: tag}
	switch {
	case tag == "":
		x.Space, x.Tag = "kp", "group"
	case !isName(tag) || strings.Contains(tag, "{"):
		x.Tag = "x"
		x.CreateAttr("kp:tag", tag)
	}
	if n.each != nil {
		x.CreateAttr("kp:each", n.each.name)
		if n.first != 1 {
			x.CreateAttr("kp:first", strconv.Itoa(n.first))
		}
	}
	if e.always(n) {
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
	if n.inside != nil {
		defer func(outer string) { e.format = outer }(e.format)
		e.format = n.inside.Format.Format
		x.CreateAttr("kp:inside", n.behind+e.container(n.inside.Format))
	}
	if n.text != nil {
		if text, ok := e.content(n.text); ok && text != "" {
			x.AddChild(newText(text, n.cdata()))
		}
	}
	for _, c := range n.ordered() {
		e.before(c, x)
		x.AddChild(e.element(c))
	}
	if len(n.children) > 0 && n.inside == nil {
		e.after(n, x)
	}
	return x
}

// unmarked is a tag without the mark that tells its sort.
func unmarked(tag string) string {
	if at := strings.Index(tag, "["); at > 0 && strings.HasSuffix(tag, "]") && strings.Contains(tag[at:], "=") {
		return tag[:at]
	}
	return tag
}

// ordered gives the children in an order that all copies keep. Where they leave it open, as no copy has both of two children, it is
// the model's order of what they stand for.
func (n *node) ordered() []*node {
	first := n.precedence()
	left := make([]int, len(n.children))
	for i := range left {
		left[i] = i
	}
	var ordered []*node
	for len(left) > 0 {
		next := -1
		for i, c := range left {
			if (next < 0 || n.children[c].rank(n.kind) < n.children[left[next]].rank(n.kind)) &&
				!slices.ContainsFunc(left, func(o int) bool { return first[[2]int{o, c}] }) {
				next = i
			}
		}
		next = max(next, 0) // the copies do not agree
		ordered, left = append(ordered, n.children[left[next]]), slices.Delete(left, next, next+1)
	}
	return ordered
}

// precedence tells of which two children a copy has an element of the one before one of the other.
func (n *node) precedence() map[[2]int]bool {
	type stretch struct{ child, from, to int }
	inside := map[*etree.Element][]stretch{}
	for i, c := range n.children {
		for _, p := range c.parts {
			for _, x := range p.elements() {
				all := inside[x.Parent()]
				if last := len(all) - 1; last >= 0 && all[last].child == i {
					all[last].from, all[last].to = min(all[last].from, x.Index()), max(all[last].to, x.Index())
					continue
				}
				inside[x.Parent()] = append(all, stretch{i, x.Index(), x.Index()})
			}
		}
	}
	first := map[[2]int]bool{}
	for _, all := range inside {
		for _, a := range all {
			for _, b := range all {
				if a.child != b.child && a.from < b.to {
					first[[2]int{a.child, b.child}] = true
				}
			}
		}
	}
	return first
}

// orderAttributes puts attributes that no copy has both of in the model's order.
func (n *node) orderAttributes() {
	for i := range n.attributes {
		for j := i; j > 0 && !together(n.attributes[j-1], n.attributes[j]) && n.spotRank(n.attributes[j]) < n.spotRank(n.attributes[j-1]); j-- {
			n.attributes[j-1], n.attributes[j] = n.attributes[j], n.attributes[j-1]
		}
	}
}

func together(a, b *spot) bool {
	for i := range a.copies {
		if a.copies[i].present && b.copies[i].present {
			return true
		}
	}
	return false
}

func (n *node) spotRank(s *spot) int {
	for i, f := range n.kind.fields {
		if s.outcome != nil && slices.Contains(s.outcome.fields, f) {
			return i
		}
	}
	return len(n.kind.fields)
}

// rank is the place in the model of the first field or list that a node of the scope stands for.
func (n *node) rank(k *kind) int {
	for i, f := range k.fields {
		for _, s := range n.spots {
			if s.outcome != nil && n.each == nil && slices.Contains(s.outcome.fields, f) {
				return i
			}
		}
	}
	return len(k.fields)
}

func (p part) elements() []*etree.Element {
	if p.x == nil {
		return p.below
	}
	return []*etree.Element{p.x}
}

func newText(text string, cdata bool) *etree.CharData {
	if cdata {
		return etree.NewCData(text)
	}
	return etree.NewText(text)
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
	for _, c := range s.copies {
		if c.present && c.text != "" {
			return strings.ReplaceAll(c.text, "{", "{@open}"), true
		}
	}
	return "", s.copies[0].present
}

// likeOthers gives a text what its copies leave open as other texts of the file have it: the form, where it is spelled the same in
// several, and what stands for no value, where all copies have one.
func (e *emitter) likeOthers(r *reading) {
	if len(r.alike) > 0 {
		r.infer(InferredForm)
	}
	if none := most(e.nones); none != "" && r.isText() && !r.empty && len(r.values) == 0 && r.made == "" {
		r.values = map[string]string{"": none}
		r.infer(InferredNone)
	}
	alike := r.alike
	if r.zero && r.isText() {
		alike = textForms // no copy shows any
	}
	for _, form := range alike {
		if e.forms[piped(form)] > e.forms[r.forms] {
			r.forms = piped(form)
		}
	}
	r.alike = nil
}

// null is the attribute that the node's element has instead of a text where there is no value, as type="null" of JSON; nil: none.
func (n *node) null() *spot {
	if n.text == nil || n.text.outcome == nil {
		return nil
	}
	for _, a := range n.attributes {
		if a.outcome == nil && a.tellsEmpty(n.text) {
			return a
		}
	}
	return nil
}

// tellsEmpty reports whether an attribute has one text where the other spot is empty, and another one, or does not stand, elsewhere.
func (s *spot) tellsEmpty(text *spot) bool {
	told := map[bool]map[string]bool{true: {}, false: {}}
	for i, c := range s.copies {
		if !text.copies[i].present {
			continue
		}
		empty := text.copies[i].text == ""
		if empty && !c.present {
			return false
		}
		told[empty][c.text] = true
	}
	for empty := range told[true] {
		return len(told[true]) == 1 && len(told[false]) <= 1 && !told[false][empty]
	}
	return false
}

// null writes an attribute that tells that there is no value.
func (e *emitter) null(s, text *spot, x *etree.Element) {
	null, other := "", -1
	for i, c := range s.copies {
		switch {
		case !c.present:
		case text.copies[i].text == "":
			null = c.text
		default:
			other = i
		}
	}
	if other >= 0 {
		x.Attr = append(x.Attr, etree.Attr{Key: s.name, Value: s.copies[other].text})
	}
	x.CreateAttr("kp:null", s.name+"="+null)
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

// before writes what stands before a node in most of its copies: white space, comments, lines that say nothing.
func (e *emitter) before(n *node, x *etree.Element) {
	if n.tag == "" { // what stands before its elements stands in the group, but for what begins the file
		if len(n.parts) > 1 && len(n.parts[0].below) > 0 && len(n.parts[1].below) > 0 {
			for _, t := range lead(tokensBefore(n.parts[0].below[0]), tokensBefore(n.parts[1].below[0])) {
				x.AddChild(e.copyOf(t))
			}
		}
		return
	}
	copies := map[string][]etree.Token{}
	counts := map[string]int{}
	for _, p := range n.parts {
		tokens := tokensBefore(p.x)
		key := strings.Join(said(tokens), "\n")
		counts[key]++
		copies[key] = tokens
	}
	common := copies[most(counts)]
	if n.each != nil {
		for _, t := range lead(tokensBefore(n.parts[0].x), common) {
			x.AddChild(e.copyOf(t))
		}
	}
	for _, t := range common {
		x.AddChild(e.copyOf(t))
	}
}

// lead gives what stands before the first item and not before the others, as a comment that begins a file.
func lead(first, common []etree.Token) []etree.Token {
	rest := len(first) - len(common)
	if rest <= 0 || !slices.Equal(said(first[rest:]), said(common)) {
		return nil
	}
	return first[:rest]
}

// tokensBefore gives what stands between an element and the one before it.
func tokensBefore(x *etree.Element) []etree.Token {
	parent := x.Parent()
	if parent == nil {
		return nil
	}
	end := x.Index()
	from := end
	for from > 0 {
		if _, ok := parent.Child[from-1].(*etree.Element); ok {
			break
		}
		if d, ok := parent.Child[from-1].(*etree.ProcInst); ok && d.Target == "xml" { // it is the container's, with the white space after it
			if blank, ok := parent.Child[from].(*etree.CharData); ok && container.IsBlank(blank.Data) {
				from++
			}
			break
		}
		from--
	}
	return parent.Child[from:end]
}

// tokensAfter gives what stands behind an element's last one.
func tokensAfter(x *etree.Element) []etree.Token {
	from := len(x.Child)
	for from > 0 {
		if _, ok := x.Child[from-1].(*etree.Element); ok {
			break
		}
		from--
	}
	return x.Child[from:]
}

func said(tokens []etree.Token) []string {
	var all []string
	for _, t := range tokens {
		switch t := t.(type) {
		case *etree.CharData:
			all = append(all, "text "+t.Data)
		case *etree.Comment:
			all = append(all, "comment "+t.Data)
		}
	}
	return all
}

// copyOf makes a token of the file one of the template. Where the file is no XML, what belongs to it stands in CDATA sections.
func (e *emitter) copyOf(t etree.Token) etree.Token {
	switch t := t.(type) {
	case *etree.CharData:
		return newText(strings.ReplaceAll(t.Data, "{", "{@open}"), t.IsCData() || e.format != "xml")
	case *etree.Comment:
		if e.format == "ini" {
			return etree.NewCData(strings.ReplaceAll(t.Data, "{", "{@open}") + "\n")
		}
		return etree.NewComment(t.Data)
	case *etree.ProcInst:
		if t.Target != "xml" { // the declaration is the container's
			return etree.NewProcInst(t.Target, t.Inst)
		}
	}
	return etree.NewText("")
}

// most gives the text that is counted most, of several the first in order.
func most(counts map[string]int) string {
	best := ""
	for _, text := range slices.Sorted(maps.Keys(counts)) {
		if counts[text] > counts[best] {
			best = text
		}
	}
	return best
}

// after writes what stands before the end tags of most copies that hold elements.
func (e *emitter) after(n *node, x *etree.Element) {
	copies := map[string][]etree.Token{}
	counts := map[string]int{}
	for _, p := range n.parts {
		if p.x == nil || !holdsElements(p.x) {
			continue
		}
		tokens := tokensAfter(p.x)
		key := strings.Join(said(tokens), "\n")
		counts[key]++
		copies[key] = tokens
	}
	for _, t := range copies[most(counts)] {
		x.AddChild(e.copyOf(t))
	}
}

// cdata reports whether the text stands in a CDATA section.
func (n *node) cdata() bool {
	return slices.ContainsFunc(n.parts, func(p part) bool {
		return p.x != nil && slices.ContainsFunc(p.x.Child, func(t etree.Token) bool {
			c, ok := t.(*etree.CharData)
			return ok && c.IsCData()
		})
	})
}

// A place stands where there is no value, or does not, or no copy tells.
const (
	untold = iota
	stands
	omitted
)

// observe learns what the files do with places that have no value.
func (e *emitter) observe(n *node) {
	for _, s := range n.attributes {
		e.note(s.sortOf(), s.whenEmpty())
	}
	for _, s := range n.own() {
		if r := s.outcome; r != nil && len(r.alike) == 0 && r.isText() && !r.zero {
			e.forms[r.forms]++
		}
		if r := s.outcome; r != nil && r.isText() && r.empty {
			e.nones[r.values[""]]++
		}
		if none, ok := s.nothing(); ok {
			e.nones[none]++
		}
	}
	e.note(n.sortOf(), n.whenEmpty())
	for _, c := range n.children {
		e.observe(c)
	}
}

// nothing gives the one text of a spot that may stand for no value, where its items have a text that none of them tells.
func (s *spot) nothing() (string, bool) {
	at := slices.IndexFunc(s.copies, func(c copied) bool { return c.present })
	if at < 0 || s.outcome != nil || !s.same() || s.copies[at].text == "" || !saysNothing(s.copies[at].text) {
		return "", false
	}
	return s.copies[at].text, slices.ContainsFunc(s.kind.fields, func(f *field) bool {
		return f.joined == nil && f.ref.Type == reflect.TypeFor[string]() && !slices.ContainsFunc(s.copies, func(c copied) bool { return f.tells(c.s) })
	})
}

// isText reports whether the reading is of any text, in one of the forms texts have.
func (r *reading) isText() bool {
	return len(r.fields) > 0 && r.fields[0].joined == nil && r.fields[0].ref.Type == reflect.TypeFor[string]()
}

func (e *emitter) note(sort string, how int) {
	switch how {
	case stands:
		e.habits[sort]++
	case omitted:
		e.habits[sort]--
	}
}

// always reports whether the element stands where none of the fields it has a place for says anything.
func (e *emitter) always(n *node) bool {
	how := n.whenEmpty()
	if how == untold && n.text != nil && n.text.outcome != nil && len(n.text.outcome.fields) > 0 {
		n.text.outcome.infer(InferredEmpty)
	}
	return how == stands || how == untold && e.habits[n.sortOf()] > 0 && n.sortOf() != ""
}

// stands reports whether an attribute stands where there is no value.
func (e *emitter) stands(s *spot) bool {
	how := s.whenEmpty()
	if how == untold {
		s.outcome.infer(InferredEmpty)
	}
	return how == stands || how == untold && e.habits[s.sortOf()] > 0
}

// sortOf names the places that likely are alike in what is done without a value.
func (n *node) sortOf() string {
	switch {
	case n.tag == "" || n.each != nil:
		return ""
	case n.text != nil && n.text.outcome != nil:
		return "text " + n.text.outcome.sortOf()
	}
	fields, lists := n.shown()
	if len(fields)+len(lists) == 0 {
		return ""
	}
	return fmt.Sprintf("element %v", len(n.children) > 0)
}

func (s *spot) sortOf() string {
	if s.outcome == nil {
		return ""
	}
	return "attribute " + s.outcome.sortOf()
}

func (r *reading) sortOf() string {
	switch {
	case len(r.fields) == 0:
		return r.made
	case r.fields[0].joined != nil:
		return "list"
	}
	return r.fields[0].ref.Type.Kind().String()
}

// whenEmpty tells what becomes of the element where it has nothing to show.
func (n *node) whenEmpty() int {
	if n.tag == "" || n.each != nil {
		return untold
	}
	fields, lists := n.shown()
	if len(fields)+len(lists) == 0 {
		return untold
	}
	empty := func(s *scope) bool {
		return !slices.ContainsFunc(fields, func(f *field) bool { return f.shows(s) }) &&
			!slices.ContainsFunc(lists, func(l *list) bool { return len(s.items(l)) > 0 })
	}
	switch {
	case slices.ContainsFunc(n.parts, func(p part) bool { return empty(p.s) }):
		return stands
	case slices.ContainsFunc(n.absent, empty):
		return omitted
	}
	return untold
}

// whenEmpty tells what becomes of an attribute where it has nothing to show.
func (s *spot) whenEmpty() int {
	if s.outcome == nil {
		return untold
	}
	how := untold
	for _, c := range s.copies {
		switch {
		case slices.ContainsFunc(append(s.outcome.fields, s.outcome.of...), func(f *field) bool { return f.shows(c.s) }):
		case c.present:
			return stands
		default:
			how = omitted
		}
	}
	return how
}

// shows reports whether the field has a value in the item, as templates ask.
func (f *field) shows(s *scope) bool {
	v, _ := cmp.Or(f.joined, f.ref).Get(s.item)
	return v.Kind() == reflect.Slice && v.Len() > 0 || v.Kind() != reflect.Slice && !v.IsZero()
}

// shown gives the fields and lists of the scope that the node has places for.
func (n *node) shown() ([]*field, []*list) {
	var fields []*field
	for _, s := range n.spots {
		if s.outcome != nil && !s.copyOf {
			fields = append(append(fields, s.outcome.fields...), s.outcome.of...)
		}
	}
	return fields, n.lists
}

// empty writes how copies that hold nothing are spelled.
func (e *emitter) empty(n *node, x *etree.Element) {
	for _, p := range n.parts {
		if p.x == nil || holdsElements(p.x) {
			continue
		}
		switch text := textOf(p.x); {
		case text == "" && e.endTags(p.x):
			x.CreateAttr("kp:empty", "pair")
			return
		case len(n.children) > 0 && text != "" && container.IsBlank(text):
			x.CreateAttr("kp:empty", "blank")
			return
		}
	}
}
