package calibrate

import (
	"slices"

	"github.com/beevik/etree"
)

// How files say that there is no value, other than by no text: by an attribute such as xsi:nil="true" or type="null", by the lack of
// one such as xsi:type, or by another tag, as <Nil N="Title"/> stands for <S N="Title">.

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

// valued gives the constant attributes that the node's element has where there is a value, and only there.
func (n *node) valued() []string {
	if n.text == nil || n.text.outcome == nil {
		return nil
	}
	var names []string
	for _, a := range n.attributes {
		if a.outcome == nil && a.same() && a.besideTexts(n.text) {
			names = append(names, a.name)
		}
	}
	return names
}

// besideTexts reports whether the attribute stands where the other spot has a text, and does not where it is empty.
func (s *spot) besideTexts(text *spot) bool {
	told := map[bool]bool{}
	for i, c := range s.copies {
		if !text.copies[i].present {
			continue
		}
		if c.present != (text.copies[i].text != "") {
			return false
		}
		told[c.present] = true
	}
	return len(told) == 2
}

// nullTags are the tags of the elements that others stand for, which have a tag of their own as they have no value.
type nullTags struct {
	null string            // the tag for no value; empty: there is none
	key  string            // the attribute by which these elements are known
	tags map[string]string // by the attribute's value
}

// of gives the tag of the element that x stands for, and else its own.
func (n nullTags) of(x *etree.Element) (tag string, null bool) {
	tag = x.FullTag()
	if n.null == "" || tag != n.null {
		return tag, false
	}
	value, _ := markOf(x, n.key)
	if other, ok := n.tags[value]; ok {
		return other, true
	}
	return tag, false
}

// withNullTags finds the elements in parts that stand for others: they are empty, and have an attribute by which elements of another
// tag are known in other parts.
func withNullTags(parts []part) []part {
	for _, null := range alwaysEmpty(parts) {
		for _, a := range null.Attr {
			found := nullTags{null: null.FullTag(), key: "@" + a.FullKey()}
			if found.tags = counterparts(parts, found); len(found.tags) == 0 {
				continue
			}
			parts = slices.Clone(parts)
			for i := range parts {
				parts[i].nulls = found
			}
			return parts
		}
	}
	return parts
}

// alwaysEmpty gives the first element of each tag of which no element holds anything.
func alwaysEmpty(parts []part) []*etree.Element {
	var found []*etree.Element
	filled := map[string]bool{}
	for _, p := range parts {
		for _, x := range p.children() {
			tag := x.FullTag()
			if filled[tag] = filled[tag] || len(x.Child) > 0; !slices.ContainsFunc(found, func(o *etree.Element) bool { return o.FullTag() == tag }) {
				found = append(found, x)
			}
		}
	}
	return slices.DeleteFunc(found, func(x *etree.Element) bool { return filled[x.FullTag()] })
}

// counterparts gives the tags of the elements with texts that those of the tag for no value stand for, by the values of the attribute.
// There are none where two elements of a part have one value, or elements of several other tags have.
func counterparts(parts []part, n nullTags) map[string]string {
	others, texts, stood := map[string]string{}, map[string]bool{}, map[string]bool{}
	for _, p := range parts {
		seen := map[string]bool{}
		for _, x := range p.children() {
			value, ok := markOf(x, n.key)
			tag := x.FullTag()
			switch {
			case !ok && tag != n.null:
				continue
			case !ok || seen[value], tag != n.null && others[value] != "" && others[value] != tag:
				return nil
			case tag == n.null:
				stood[value] = true
			default:
				others[value] = tag
				texts[value] = texts[value] || len(x.Child) > 0 && !holdsElements(x)
			}
			seen[value] = true
		}
	}
	tags := map[string]string{}
	for value := range stood {
		if texts[value] {
			tags[value] = others[value]
		}
	}
	return tags
}

// nullTag is the tag that the node's element has instead of its own where there is no value. Where no copy tells, it is that of the
// others in the file, if this one is known by the same attribute.
func (e *emitter) nullTag(n *node) string {
	if n.text == nil || n.text.outcome == nil || n.each != nil {
		return ""
	}
	own, _ := n.ownNullTag()
	if own != "" || len(e.nullTags) != 1 || slices.ContainsFunc(n.text.copies, func(c copied) bool { return c.present && c.text == "" }) {
		return own
	}
	for tag, key := range e.nullTags {
		if slices.ContainsFunc(n.attributes, func(a *spot) bool { return "@"+a.name == key && a.outcome == nil }) {
			return tag
		}
	}
	return ""
}

// ownNullTag is the tag of the node's copies that have no value, and the attribute by which these are known.
func (n *node) ownNullTag() (tag, key string) {
	at := slices.IndexFunc(n.parts, func(p part) bool { return p.nullKey != "" })
	if at < 0 {
		return "", ""
	}
	return n.parts[at].x.FullTag(), n.parts[at].nullKey
}

// seeNullTags notes the tags that elements have in the file where there is no value.
func (e *emitter) seeNullTags(n *node) {
	if tag, key := n.ownNullTag(); tag != "" {
		e.nullTags[tag] = key
	}
	for _, c := range n.children {
		e.seeNullTags(c)
	}
}
