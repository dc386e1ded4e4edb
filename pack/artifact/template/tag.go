package template

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/diag"
)

// tag is an element's tag, which may hold numbers of items and fields.
type tag struct {
	parts   []part
	pattern *regexp.Regexp // nil: the one part's text
}

// part is a text of a tag or, where list is set, the number of the item of that list, or a place.
type part struct {
	text  string
	list  *list
	width int    // digits of the number at least
	place *place // of one field, or made
}

var tagNumber = regexp.MustCompile(`^\{n(?: ([a-z0-9_.\[\]]+))?(?:\|pad ([1-9]))?\}$`)

// newTag binds what stands in a tag.
func (c *compiler) newTag(text string, e *element, in *inner) (tag, error) {
	var t tag
	pattern, at := "(?s)^", 0
	constant := func(text string) {
		pattern += regexp.QuoteMeta(text)
		t.parts = append(t.parts, part{text: text})
	}
	for _, m := range placeSyntax.FindAllStringIndex(text, -1) {
		constant(text[at:m[0]])
		source := text[m[0]:m[1]]
		at = m[1]
		if number := tagNumber.FindStringSubmatch(source); number != nil {
			l := in.listAround(number[1])
			if l == nil {
				return t, fmt.Errorf("kp:tag: %s is the number of an item, and stands in no list of that name", source)
			}
			width, _ := strconv.Atoi(number[2])
			t.parts = append(t.parts, part{list: l, width: width})
			pattern += "([0-9]{1,9})"
			in.number()
			continue
		}
		found, err := c.content(source, in)
		if err != nil {
			return t, fmt.Errorf("kp:tag: %v", err)
		}
		if found.place == nil { // {@open}
			constant(found.before)
			continue
		}
		if err := c.tagPlace(found.place, e, in); err != nil {
			return t, err
		}
		t.parts = append(t.parts, part{place: found.place})
		pattern += "(.+)"
	}
	constant(text[at:])
	return t.compiled(pattern + "$"), nil
}

// compiled gives the tag its pattern, if it is not constant.
func (t tag) compiled(pattern string) tag {
	text := ""
	for _, p := range t.parts {
		if p.list != nil || p.place != nil {
			t.pattern = regexp.MustCompile(pattern)
			return t
		}
		text += p.text
	}
	t.parts = []part{{text: text}}
	return t
}

// tagPlace notes the field that a tag has. It has one to be read at most, and only what says itself what it is.
func (c *compiler) tagPlace(p *place, e *element, in *inner) error {
	if p.list != nil || p.which || p.owner != nil || p.elements != nil || len(p.refs) > 1 {
		return fmt.Errorf("kp:tag: %s has no place in a tag; expected one field, as in {name}, a copy or a number", p.source)
	}
	p.always = true
	if len(p.refs) == 1 && !e.outer {
		path := p.refs[0].Path(in.path)
		c.t.tags[path] = append(c.t.tags[path], e)
	}
	return nil
}

// listAround finds the list of the name that the place is in, the innermost where no name is given.
func (in *inner) listAround(name string) *list {
	for at := in; at != nil && at.list != nil; at = at.outer {
		if name == "" || at.list.name == name {
			return at.list
		}
	}
	return nil
}

// String is the tag as the template has it.
func (t tag) String() string {
	var b strings.Builder
	for _, p := range t.parts {
		switch {
		case p.list != nil:
			b.WriteString("{n " + p.list.name + "}")
		case p.place != nil:
			b.WriteString(p.place.source)
		}
		b.WriteString(p.text)
	}
	return b.String()
}

// of is the tag for an item.
func (t tag) of(s *scope) string {
	var b strings.Builder
	for _, p := range t.parts {
		switch {
		case p.list != nil:
			at := s
			for at.list != p.list {
				at = at.outer
			}
			digits, _ := padded(p.width).write(number(at))
			b.WriteString(digits)
		case p.place != nil:
			text, _ := p.place.text(s, true)
			b.WriteString(text)
		}
		b.WriteString(p.text)
	}
	return b.String()
}

// match reports whether a document's tag is of the template's, and gives the number it has for a list, or -1.
func (t tag) match(name string, l *list) (number int, ok bool) {
	if t.pattern == nil {
		return -1, name == t.parts[0].text
	}
	m := t.pattern.FindStringSubmatch(name)
	if m == nil {
		return -1, false
	}
	number = -1
	for p, text := range t.open(m) {
		if p.list != nil && p.list == l {
			number, _ = strconv.Atoi(text)
		}
	}
	return number, true
}

// open gives the parts that are no constant text with what a document's tag has for each.
func (t tag) open(match []string) func(yield func(part, string) bool) {
	return func(yield func(part, string) bool) {
		group := 0
		for _, p := range t.parts {
			if p.list == nil && p.place == nil {
				continue
			}
			if group++; !yield(p, match[group]) {
				return
			}
		}
	}
}

// field gives the place in the tag that is read, and the text that a document's tag has there; nil where there is none.
func (t tag) field(name string) (*content, string) {
	if t.pattern == nil {
		return nil, ""
	}
	for p, text := range t.open(t.pattern.FindStringSubmatch(name)) {
		if p.place != nil && p.place.made == nil {
			return &content{place: p.place}, text
		}
	}
	return nil, ""
}

// named is how close a tag is to one that is constant, or holds numbers only: closer than to any that has a field.
const named = 1 << 20

// closeness tells how much a tag that fits says.
func (t tag) closeness() int {
	constant, fits := 0, named
	for _, p := range t.parts {
		constant += len(p.text)
		if p.place != nil {
			fits = 0
		}
	}
	if fits == named {
		return named
	}
	return constant
}

// refusesTag says why a value cannot stand in the tags that have the field at the generic path, or gives nil: the tag would be empty, or
// taken for that of another element.
func (t *Template) refusesTag(path string, v reflect.Value) *diag.Diagnostic {
	for _, e := range t.tags[path] {
		name, source := "", ""
		for _, p := range e.tag.parts {
			switch {
			case p.place != nil && len(p.place.refs) == 1:
				text, ok := spell(p.place.forms, fields.Format(v))
				if name, source = name+text, p.place.source; !ok || text == "" {
					return p.place.refuses(fmt.Sprintf("the place %s of the dialect is an element's tag, and has no way to write it", source), "")
				}
			case p.list != nil:
				name += "1"
			}
			name += p.text
		}
		for _, other := range e.beside {
			_, fits := other.tag.match(name, nil)
			if other != e && fits && other.tag.closeness() > e.tag.closeness() {
				return &diag.Diagnostic{ID: "value-not-in-dialect",
					Message: fmt.Sprintf("the place %s of the dialect is an element's tag, and %q would be taken for <%s>", source, diag.Clip(name), other.tag.String()),
					Help:    "change the value, or the place in the dialect's template"}
			}
		}
	}
	return nil
}
