package template

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/diag"
)

// by is how the items of a list stand under elements of their own: in one all that stand side by side and have the same text in a field.
type by struct {
	list, field  *fields.Ref  // of the scope around, and of the list's items
	typ          reflect.Type // of a group: the text that its items have in common, and the items
	value, items *fields.Ref  // of a group
}

// newBy resolves what elements stand for, as in categories[].group.
func newBy(scope reflect.Type, path string) (*list, error) {
	name, field, _ := strings.Cut(path, "[].")
	of, ok := fields.Resolve(scope, name)
	if !ok || name == "." || of.Type.Kind() != reflect.Slice {
		return nil, fmt.Errorf("%q is no list here", name)
	}
	value, ok := fields.Resolve(of.Type.Elem(), field)
	if !ok || field == "." || strings.Contains(field, ".") || value.Type.Kind() != reflect.String {
		return nil, fmt.Errorf("%q is no text of the items of %s; expected a list and one, as in categories[].group", field, name)
	}
	b := &by{list: of, field: value, typ: GroupType(of, value)}
	b.value, _ = fields.Resolve(b.typ, field)
	b.items, _ = fields.Resolve(b.typ, name)
	return &list{name: path, refs: []*fields.Ref{of}, by: b, first: 1}, nil
}

// GroupType is the type of the items of a list that have a field in common: a struct of the field and the list, under their own names.
func GroupType(list, field *fields.Ref) reflect.Type {
	tag := func(r *fields.Ref) reflect.StructTag { return reflect.StructTag(`json:"` + r.Name + `"`) }
	return reflect.StructOf([]reflect.StructField{
		{Name: "Value", Type: field.Type, Tag: tag(field)},
		{Name: "Items", Type: list.Type, Tag: tag(list)},
	})
}

// by binds the groups that an element stands for, and gives where its inside is.
func (c *compiler) by(x *etree.Element, e *element, path string, in *inner) *inner {
	l, err := newBy(in.scope, path)
	if err == nil && (in.list != nil || in.again) {
		err = fmt.Errorf("it stands in the items of a list; the groups are of the items of a pack's list")
	}
	if err == nil {
		l.first, err = firstNumber(instruction(x, "first"))
	}
	if err != nil {
		c.fault(x, "kp:by: %v", err)
		return nil
	}
	in.show(l.by.list)
	c.t.grouped, e.each = l.by.field.Name, l
	return &inner{scope: l.by.typ, path: l.by.list.Path(in.path) + "[]", list: l, outer: in}
}

// around is the generic path of what the lists of the scope are of: a group's are of what is around it.
func (in *inner) around() string {
	if in.list != nil && in.list.by != nil {
		return in.outer.path
	}
	return in.path
}

// isGroup reports whether the scope is one of items that have a field in common.
func (s *scope) isGroup() bool { return s.list != nil && s.list.by != nil }

// groups gives the items of the scope's list in groups.
func (s *scope) groups(l *list) []*scope {
	list, _ := l.by.list.Get(s.item)
	if !list.IsValid() {
		return nil
	}
	var all []*scope
	for from := 0; from < list.Len(); {
		value, _ := l.by.field.Get(list.Index(from))
		to := from + 1
		for to < list.Len() && l.by.valueOf(list.Index(to)) == value.String() {
			to++
		}
		g := s.group(l, from, len(all))
		g.item.Field(0).Set(value)
		g.item.Field(1).Set(list.Slice(from, to))
		all = append(all, g)
		from = to
	}
	return all
}

func (b *by) valueOf(item reflect.Value) string {
	v, _ := b.field.Get(item)
	return v.String()
}

// group makes an empty group whose items begin at a number in the list. Its path is that of its first item.
func (s *scope) group(l *list, from, number int) *scope {
	return &scope{item: reflect.New(l.by.typ).Elem(), path: fmt.Sprintf("%s[%d]", l.by.list.Path(s.path), from),
		outer: s, list: l, from: from, number: number}
}

// itemPath is the path of an item of the scope's list; one in a group has its place among the items of all.
func (s *scope) itemPath(ref *fields.Ref, i int) string {
	if s.isGroup() {
		return fmt.Sprintf("%s[%d]", ref.Path(s.outer.path), s.from+i)
	}
	return fmt.Sprintf("%s[%d]", ref.Path(s.path), i)
}

// groups reads elements that stand for groups, and gives their items to the list one after the other.
func (r *reader) groups(e *element, found []occurrence, it *item) {
	b := e.each.by
	list, _ := b.list.Get(it.item)
	all := reflect.MakeSlice(list.Type(), 0, len(found))
	last := ""
	for n, o := range found {
		g := it.group(e.each, all.Len(), n)
		r.item(e, o, g)
		value, items := g.item.Field(0), g.item.Field(1)
		if items.Len() == 0 { // nothing of the pack
			r.Unknown = append(r.Unknown, Unknown{Path: it.path, Name: o[0].FullTag(), Text: diag.Clip(allText(o[0])), Span: r.place(o[0]).Span(-1, -1)})
			continue
		}
		if all.Len() > 0 && value.String() == last {
			r.fault("group-again", o[0], "<%s> is of %s %q, as the one before it; expected one element for both", diag.Clip(o[0].FullTag()), b.field.Name, diag.Clip(last))
		}
		last = value.String()
		place, placed := r.Places[b.field.Path(g.path)]
		for i := range items.Len() {
			of, _ := b.field.Get(items.Index(i))
			of.Set(value)
			if placed {
				r.Places[b.field.Path(g.itemPath(b.list, i))] = place
			}
		}
		all = reflect.AppendSlice(all, items)
	}
	list.Set(all)
}

// occupied gives the copies of a group's element that hold items.
func (e *element) occupied(there []occurrence) []occurrence {
	if e.each.by == nil {
		return there
	}
	var some []occurrence
	for _, o := range there {
		if e.group && hasItems(e.children, o) || !e.group && hasItems(e.children, elements(o[0])) {
			some = append(some, o)
		}
	}
	return some
}

// hasItems reports whether an element of a list is among those that stand side by side, or in one of them.
func hasItems(children []child, found []*etree.Element) bool {
	copies, _ := assign(children, found)
	for i, c := range children {
		switch {
		case c.element == nil || len(copies[i]) == 0:
		case c.element.each != nil && !c.element.again, hasItems(c.element.children, elements(copies[i][0][0])):
			return true
		}
	}
	return false
}

// Grouped gives the field by which the items of the template's list stand in groups, or nothing.
func (t *Template) Grouped() string { return t.grouped }
