package calibrate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/kpgen/kpgen/pack/artifact/fields"
)

// scope is an item of a pack that a part of a file is about, with its way from the pack.
type scope struct {
	item   reflect.Value
	outer  *scope // the item whose list it is in; nil: a pack
	number int    // in the list that the file's parts stand for
	lists  map[string][]*scope
	told   []told // by the number of the field
}

// told is what an item has in a field.
type told struct {
	known bool
	zero  bool
	text  string
	texts []string // of a joined field
}

// kind is what all scopes of one list have in common.
type kind struct {
	path   string       // generic, as in alerts[].rules[]; empty for packs
	typ    reflect.Type // of the items
	outer  *kind
	fields []*field
	lists  []*list
	again  []*list // that stand elsewhere, and may stand here once more
	counts []*list // that a text may be the number of items of

	grouped bool // the items are groups of a list's
	through bool // the list leads through lists: an item says which it belongs to
}

// field is a value of an item: a scalar, or a list of texts.
type field struct {
	name   string // as a template names it: threshold.count, systems, columns[].heading
	ref    *fields.Ref
	joined *fields.Ref // the list whose items have the field; nil: a field of the item itself
	number int         // among the fields of its kind
}

// list is one of an item's lists, or one that leads through lists.
type list struct {
	name string // as kp:each names it
	refs []*fields.Ref

	of    *list       // the list whose items in groups it is; nil: it is one of the model
	field *fields.Ref // that the items of a group have in common
}

// kinds holds the kind of each type of item, without a path.
var kinds sync.Map

// kindOf gives the fields and lists of a type of item.
func kindOf(t reflect.Type, path string, outer *kind) *kind {
	known, ok := kinds.Load(t)
	if !ok {
		known, _ = kinds.LoadOrStore(t, newKind(t))
	}
	k := *known.(*kind)
	k.path, k.outer = path, outer
	return &k
}

func newKind(t reflect.Type) *kind {
	k := &kind{typ: t}
	if fields.IsScalar(t) {
		ref, _ := fields.Resolve(t, ".")
		k.fields = []*field{{name: ".", ref: ref}}
		return k
	}
	k.walk(t, "")
	k.counts = k.lists
	for i, f := range k.fields {
		f.number = i
	}
	return k
}

// only keeps one of the lists and no fields, for a pack of which a file holds one list.
func (k *kind) only(name string) {
	k.fields = nil
	var kept []*list
	for _, l := range k.lists {
		if l.name == name || strings.HasPrefix(l.name, name+"[].") {
			kept = append(kept, l)
		}
	}
	k.lists, k.counts = kept, slices.Clone(kept)
}

// without gives the kind without some of its lists.
func (k *kind) without(lists []*list) *kind {
	if len(lists) == 0 {
		return k
	}
	rest := *k
	rest.again = append(slices.Clone(k.again), slices.DeleteFunc(slices.Clone(lists), func(l *list) bool { return l.of != nil })...)
	rest.lists = slices.DeleteFunc(slices.Clone(k.lists), func(l *list) bool { return slices.Contains(lists, l) || slices.Contains(lists, l.of) })
	return &rest
}

// within gives a list and those that lead through it.
func (k *kind) within(l *list) []*list {
	lists := []*list{l}
	if l.of != nil {
		l = l.of
		lists = append(lists, l)
	}
	for _, other := range k.lists {
		if strings.HasPrefix(other.name, l.name+"[].") {
			lists = append(lists, other)
		}
	}
	return lists
}

func (k *kind) walk(t reflect.Type, at string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" { // embedded
			k.walk(f.Type, at)
			continue
		}
		name = fields.Join(at, name)
		switch {
		case f.Type.Kind() == reflect.Struct:
			k.walk(f.Type, name)
		case f.Type.Kind() == reflect.Slice:
			k.list(name, f.Type.Elem())
		default:
			ref, _ := fields.Resolve(k.typ, name)
			k.fields = append(k.fields, &field{name: name, ref: ref})
		}
	}
}

// list notes a list, the lists inside it, and the fields of its items that may stand joined in one text.
func (k *kind) list(name string, items reflect.Type) {
	ref, _ := fields.Resolve(k.typ, name)
	k.lists = append(k.lists, &list{name: name, refs: []*fields.Ref{ref}})
	inner := kindOf(items, "", nil)
	for _, l := range inner.lists {
		k.lists = append(k.lists, &list{name: name + "[]." + l.name, refs: append([]*fields.Ref{ref}, l.refs...)})
	}
	for _, f := range inner.fields {
		if f.joined != nil {
			continue
		}
		joined := &field{name: name + "[]." + f.name, ref: f.ref, joined: ref}
		if f.name == "." {
			joined.name = name
		}
		k.fields = append(k.fields, joined)
	}
}

// ofTexts reports whether the list's items are texts.
func (l *list) ofTexts() bool { return fields.IsScalar(l.item()) }

// items gives the items of a list in order.
func (s *scope) items(l *list) []*scope {
	if items, known := s.lists[l.name]; known {
		return items
	}
	if s.lists == nil {
		s.lists = map[string][]*scope{}
	}
	s.lists[l.name] = s.itemsOf(l)
	return s.lists[l.name]
}

func (s *scope) itemsOf(l *list) []*scope {
	if l.of != nil {
		return s.groups(l)
	}
	level := []*scope{s}
	for _, ref := range l.refs {
		var next []*scope
		for _, outer := range level {
			v, _ := ref.Get(outer.item)
			for i := range v.Len() {
				next = append(next, &scope{item: v.Index(i), outer: outer, number: len(next)})
			}
		}
		level = next
	}
	return level
}

// text is a field's text in an item, and whether it says anything.
func (f *field) text(s *scope) (text string, zero bool) {
	t := f.told(s)
	return t.text, t.zero
}

// texts gives the texts of a joined field.
func (f *field) texts(s *scope) []string { return f.told(s).texts }

// told reads a field of an item once: every place in a file is held against it.
func (f *field) told(s *scope) *told {
	for len(s.told) <= f.number {
		s.told = append(s.told, told{})
	}
	t := &s.told[f.number]
	if t.known {
		return t
	}
	t.known = true
	if f.joined == nil {
		v, _ := f.ref.Get(s.item)
		t.text, t.zero = fields.Format(v), v.IsZero()
		return t
	}
	list, _ := f.joined.Get(s.item)
	for i := range list.Len() {
		v, _ := f.ref.Get(list.Index(i))
		t.texts = append(t.texts, fields.Format(v))
	}
	return t
}

// path is the field's generic path in the pack.
func (k *kind) pathOf(f *field) string { return strings.TrimSuffix(fields.Join(k.path, f.name), "..") }

func (s *scope) String() string { return fmt.Sprintf("%v[%d]", s.item.Type(), s.number) }
