package template

import (
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// nulls binds what an element is where its value is none: it has another attribute, another tag, or lacks some attributes.
func (c *compiler) nulls(x *etree.Element, e *element) {
	null, valued := instruction(x, "null"), strings.Fields(instruction(x, "valued"))
	if null == "" && len(valued) == 0 {
		return
	}
	if e.text == nil || e.text.place.elements != nil {
		c.fault(x, "kp:null and kp:valued tell what <%s> has without a value; it has no place for one in its text", x.FullTag())
		return
	}
	if key, value, ok := strings.Cut(null, "="); ok {
		e.null = &attribute{name: key, content: content{before: value}}
	} else {
		e.nullTag = null
	}
	for _, name := range valued {
		at := slices.IndexFunc(e.attributes, func(a attribute) bool { return a.name == name && a.place == nil })
		if at < 0 {
			c.fault(x, "kp:valued: %q is no constant attribute of <%s>", name, x.FullTag())
			continue
		}
		e.attributes[at].valued = true
	}
}

// byTag groups elements that a document may call by one tag. An element with another tag for no value belongs with those of both.
func byTag(elements []*element) [][]*element {
	var groups [][]*element
	for _, e := range elements {
		group := []*element{e}
		groups = slices.DeleteFunc(groups, func(other []*element) bool {
			same := slices.ContainsFunc(other, e.sharesTag)
			if same {
				group = slices.Concat(other, group)
			}
			return same
		})
		groups = append(groups, group)
	}
	return groups
}

func (e *element) sharesTag(other *element) bool {
	tag, others := e.tag.String(), other.tag.String()
	return tag == others || other.nullTag != "" && tag == other.nullTag || e.nullTag != "" && (e.nullTag == others || e.nullTag == other.nullTag)
}

// isNull reports whether the element's text has no value to show.
func (e *element) isNull(s *scope) bool {
	text, _ := e.text.text(s, true)
	return text == e.text.before+e.text.after
}

// nameOf is the element's tag for an item.
func (e *element) nameOf(s *scope) string {
	if e.nullTag != "" && e.isNull(s) {
		return e.nullTag
	}
	return e.tag.of(s)
}

// saysNull reports whether a document's element says that it has no value.
func (e *element) saysNull(x *etree.Element) bool {
	if e.nullTag != "" && x.FullTag() == e.nullTag {
		return true
	}
	return e.null != nil && x.SelectAttrValue(e.null.name, "") == e.null.before
}

// updateNull writes the attributes that tell whether there is a value, once the others are written.
func (e *element) updateNull(x *etree.Element, old, now *scope) {
	if e.text == nil || old.exists() && e.isNull(old) == e.isNull(now) {
		return
	}
	null := e.isNull(now)
	switch {
	case e.null == nil:
	case null:
		x.CreateAttr(e.null.name, e.null.before)
	case old.exists() && x.SelectAttrValue(e.null.name, "") == e.null.before:
		x.RemoveAttr(e.null.name)
	}
	for _, a := range e.attributes {
		switch {
		case a.place != nil:
		case a.valued && null:
			x.RemoveAttr(a.name)
		case a.valued || !null && e.null != nil && a.name == e.null.name: // which told of no value
			x.CreateAttr(a.name, a.before)
		}
	}
}
