package template

import (
	"crypto/sha1"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/diag"
)

// content is what a text or an attribute value is: constant, or a place with constant text around it.
type content struct {
	before, after string
	place         *place // nil: before is all
}

// place stands for values of the model, or for what is made from them.
type place struct {
	source string        // as the template has it
	refs   []*fields.Ref // the field; several: alternatives, of which one has a value
	list   *fields.Ref   // what is joined: a list of texts, or of items whose field is refs[0]
	joint  string        // between the texts of a list
	each   []Form        // of each text of a list
	forms  []Form
	made   maker             // is written, and not asked for when reading
	which  bool              // the text is the name of the alternative that has a value
	unit   bool              // the text is the unit of a span whose amount stands elsewhere
	always bool              // an attribute stands where there is no value, too
	led    map[string]string // what stands before the text of each alternative
	owner  maker             // the text names the item that the list's item belongs to
	key    string            // what a made text is that names an item: guid, or n and the number of the first; owner: which of the owner's it is

	elements *int    // the text is the number of elements in the root element, but so many
	serial   *serial // the text is the number of a counter
}

// maker makes a text of an item.
type maker func(s *scope) string

// text gives the text for an item; it is not present where the item has no value for it, unless it has to be there.
func (c *content) text(s *scope, always bool) (text string, present bool) {
	if c.place == nil {
		return c.before, true
	}
	text, present = c.place.text(s, always || c.place.always)
	if !present {
		return "", false
	}
	return c.before + text + c.after, true
}

func (p *place) text(s *scope, always bool) (string, bool) {
	if s.item == (reflect.Value{}) {
		return "", false
	}
	text, present := p.plain(s)
	if !present && !always {
		return "", false
	}
	text, _ = spell(p.forms, text) // what cannot be spelled was refused
	return text, text != "" || !p.which || always
}

// leads reports whether a text of the alternative at the generic path is read back as that one.
func (p *place) leads(path, text string) bool {
	for _, r := range p.refs {
		if strings.HasSuffix(path, "."+r.Name) {
			ref, _ := p.unled(p.led[r.Name] + text)
			return ref == r
		}
	}
	return true
}

// plain is the text before its forms.
func (p *place) plain(s *scope) (text string, present bool) {
	switch {
	case p.made != nil:
		return p.made(s), true
	case p.owner != nil:
		return p.owner(s.outer), true
	case p.list != nil:
		return p.joined(s)
	case p.unit:
		return p.unitText(s)
	case p.which:
		if ref := p.alternative(s); ref != nil {
			return ref.Name, true
		}
		return "", false
	}
	ref := p.alternative(s)
	if ref == nil {
		v, _ := p.refs[0].Get(s.item)
		return fields.Format(v), false
	}
	v, _ := ref.Get(s.item)
	return p.led[ref.Name] + fields.Format(v), true
}

// unled gives the alternative that a text is by what stands before it, and the text behind that.
func (p *place) unled(text string) (ref *fields.Ref, rest string) {
	longest := -1
	for _, r := range p.refs {
		lead, ok := p.led[r.Name]
		if plain, is := strings.CutPrefix(text, lead); ok && is && len(lead) > longest {
			ref, rest, longest = r, plain, len(lead)
		}
	}
	return ref, rest
}

// alternative is the field that has a value, or nil.
func (p *place) alternative(s *scope) *fields.Ref {
	for _, ref := range p.refs {
		if v, _ := ref.Get(s.item); !v.IsZero() {
			return ref
		}
	}
	return nil
}

func (p *place) joined(s *scope) (string, bool) {
	list, _ := p.list.Get(s.item)
	texts := make([]string, list.Len())
	for i := range texts {
		v, _ := p.refs[0].Get(list.Index(i))
		texts[i], _ = spell(p.each, fields.Format(v))
	}
	return strings.Join(texts, p.joint), len(texts) > 0
}

// spell applies forms one after the other.
func spell(forms []Form, text string) (string, bool) {
	for _, f := range forms {
		var ok bool
		if text, ok = f.write(text); !ok {
			return "", false
		}
	}
	return text, true
}

// plainly undoes spell.
func plainly(forms []Form, text string) (string, bool) {
	for _, f := range slices.Backward(forms) {
		var ok bool
		if text, ok = f.read(text); !ok {
			return "", false
		}
	}
	return text, true
}

// bare takes off the constant text around a place; false when it is not there.
func (c *content) bare(text string) (string, bool) {
	if len(text) < len(c.before)+len(c.after) || !strings.HasPrefix(text, c.before) || !strings.HasSuffix(text, c.after) {
		return "", text == "" // an empty text is no value
	}
	return text[len(c.before) : len(text)-len(c.after)], true
}

// plain gives the text of a place that names an item, without what is around it and its forms, where it has them.
func (c *content) plain(text string) string {
	if bare, ok := c.bare(text); ok {
		if plain, ok := plainly(c.place.forms, bare); ok {
			return plain
		}
	}
	return text
}

// split gives the plain texts of a joined list.
func (p *place) split(text string) ([]string, bool) {
	if text == "" {
		return nil, true
	}
	texts := strings.Split(text, p.joint)
	for i := range texts {
		var ok bool
		if texts[i], ok = plainly(p.each, texts[i]); !ok {
			return nil, false
		}
	}
	return texts, true
}

// Spelled is the text of a value at the generic path in the place's forms, or as it is where it has none.
func (t *Template) Spelled(path string, v reflect.Value) string {
	text := fields.Format(v)
	p := t.places[path]
	if p == nil {
		return text
	}
	forms := p.forms
	if p.list != nil {
		forms = slices.Concat(p.each, p.forms)
	}
	if spelled, ok := spell(forms, text); ok {
		return spelled
	}
	return text
}

// Refuses says why a value cannot be written at the generic path, or gives nil: its text has no spelling in the place's forms, or
// would be read back as another one.
func (t *Template) Refuses(path string, v reflect.Value) *diag.Diagnostic {
	if d := t.refusesTag(path, v); d != nil {
		return d
	}
	p := t.places[path]
	if p == nil {
		return nil
	}
	text := fields.Format(v)
	forms := p.forms
	if p.list != nil {
		forms = p.each
	}
	if p.isAmount() && !v.IsZero() {
		return t.refusesSpan(p, path, text)
	}
	spelled, ok := spell(forms, text)
	if !ok && v.IsZero() && p.list == nil {
		if back, is := plainly(forms, ""); !p.always || !is || back == "" {
			return nil // it is left out, or an empty text
		}
	}
	if back, read := plainly(forms, spelled); !ok || !read || back != text {
		return p.refuses(fmt.Sprintf("the place %s of the dialect has no way to write it", p.source), fmt.Sprintf("%q", diag.Clip(text)))
	}
	if p.led != nil && !v.IsZero() && !p.leads(path, text) {
		return p.refuses(fmt.Sprintf("the place %s of the dialect tells its fields by what stands before the text, and would take this for the other", p.source), "")
	}
	if p.list != nil && (p.joint != "" && strings.Contains(spelled, p.joint) || spelled == "" && p.refs[0].Name == ".") {
		return p.refuses(fmt.Sprintf("the place %s of the dialect holds a list in one text, of texts that are not empty and without %q", p.source, p.joint), "")
	}
	return nil
}

// Vanishes reports whether a list, of whose items the generic path names a field, has one item only, which is empty in all the texts in
// which the list is joined: it would be read as no item.
func (t *Template) Vanishes(path string, list reflect.Value) bool {
	if p := t.places[path]; p == nil || p.list == nil || list.Len() != 1 {
		return false
	}
	for at, p := range t.places {
		if p == nil || p.list == nil || fields.List(at) != fields.List(path) {
			continue
		}
		if v, _ := p.refs[0].Get(list.Index(0)); !v.IsZero() {
			return false
		}
	}
	return true
}

// refuses completes what is said against a value; of a word of which the dialect's values do not say how the console writes it, with
// the line to add.
func (p *place) refuses(why, word string) *diag.Diagnostic {
	d := &diag.Diagnostic{ID: "value-not-in-dialect", Message: why, Help: "change the value, or the place in the dialect's template"}
	if v := p.closed(); v != nil {
		d.Help = fmt.Sprintf("add to values: %s: in dialect.yaml how the console writes it, as in %s: \"…\"", v.name, word)
	}
	return d
}

// closed gives the place's words, where they are all that may stand there.
func (p *place) closed() *Values {
	for _, f := range p.forms {
		if v, ok := f.(*Values); ok && v.Closed {
			return v
		}
	}
	return nil
}

// counter makes the number of items of a list.
func counter(l *list) maker { return func(s *scope) string { return strconv.Itoa(len(s.items(l))) } }

func number(s *scope) string { return strconv.Itoa(s.number + s.list.first) }

// identifier makes an id in the form of a GUID that derives from where the item stands and what it is called, so that the same
// pack has the same ids (RFC 9562 section 5.5, of a name space of our own).
func identifier(s *scope) string {
	sum := sha1.Sum([]byte("kpgen:" + s.name()))
	sum[6], sum[8] = sum[6]&0x0f|0x50, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// name tells an item from all others, whichever list leads to it: those of the pack by their names, those inside them by their numbers.
func (s *scope) name() string {
	if s.outer == nil {
		return ""
	}
	outer := s.outer
	if outer.isGroup() {
		outer = outer.outer
	}
	if s.isGroup() {
		return s.listName() + " of " + s.list.by.field.Name + ":" + s.item.Field(0).String()
	}
	for _, called := range []string{"name", "title"} {
		if ref, ok := fields.Resolve(s.item.Type(), called); ok && outer.outer == nil {
			v, _ := ref.Get(s.item)
			return s.listName() + ":" + fields.Format(v)
		}
	}
	return fmt.Sprintf("%s/%s[%d]", s.outer.name(), s.listName(), s.number)
}

// listName is the name of the list the item is in, without those that lead to it.
func (s *scope) listName() string {
	path := s.path[:strings.LastIndexByte(s.path, '[')]
	if at := strings.LastIndex(path, "]."); at >= 0 {
		return path[at+2:]
	}
	return path
}
