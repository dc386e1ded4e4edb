package calibrate

import (
	"cmp"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/artifact/container"
)

// arrange gives the pack with its items in the order in which a file has them, as consoles list them by name or by number and not as
// they were entered, and the generic paths of the lists that stand in another order there.
func arrange(p *pack.Pack, k artifact.Kind, doc *container.Document) (arranged *pack.Pack, moved []string) {
	whole := kindOf(reflect.TypeFor[pack.Pack](), "", nil)
	whole.only(string(k))
	texts := textsOf(doc)
	arranged = p
	for _, l := range whole.lists {
		root := &scope{item: reflect.ValueOf(arranged).Elem()}
		order := orderOf(root.items(l), texts)
		if order == nil {
			continue
		}
		if arranged == p {
			arranged = clone(p)
			root = &scope{item: reflect.ValueOf(arranged).Elem()}
		}
		move(root.items(l), l, order)
		moved = append(moved, l.name+"[]")
	}
	return arranged, moved
}

// move puts items into the order, which leaves each in its list.
func move(items []*scope, l *list, order []int) {
	ref := l.refs[len(l.refs)-1]
	for from := 0; from < len(items); {
		to := blockEnd(items, from)
		v, _ := ref.Get(items[from].outer.item)
		old := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(old, v)
		for i := range v.Len() {
			v.Index(i).Set(old.Index(order[from+i] - from))
		}
		from = to
	}
}

// blockEnd is where the items of the list that the one at from is in end.
func blockEnd(items []*scope, from int) int {
	to := from
	for to < len(items) && items[to].outer == items[from].outer {
		to++
	}
	return to
}

// orderOf gives the numbers of items in the order in which they stand in the file, each in its list; nil where that is their own, or
// nothing tells. It goes by texts that no other item of the list has, and places that have a text for each of the items with one.
func orderOf(items []*scope, texts *places) []int {
	if len(items) < 2 {
		return nil
	}
	at := make([]int, len(items)) // where each stands
	for _, f := range kindOf(items[0].item.Type(), "", nil).fields {
		if f.joined == nil && f.ref.Type == reflect.TypeFor[string]() {
			texts.locate(items, f, at)
		}
	}
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
		if at[i] == 0 && i > 0 { // nothing tells: as it is
			at[i] = at[i-1]
		}
	}
	for from := 0; from < len(items); {
		to := blockEnd(items, from)
		slices.SortStableFunc(order[from:to], func(a, b int) int { return at[a] - at[b] })
		from = to
	}
	if slices.IsSorted(order) {
		return nil
	}
	return order
}

// locate notes where items stand, of those that are not located yet, by their values in a field.
func (t *places) locate(items []*scope, f *field, at []int) {
	var telling []int
	var values []string
	seen := map[string]*scope{}
	for i, s := range items {
		switch text, zero := f.text(s); {
		case zero:
		case seen[text] == s.outer:
			return
		default:
			telling, values = append(telling, i), append(values, text)
			seen[text] = s.outer
		}
	}
	found := t.column(items, telling, values)
	for i, o := range found {
		if at[telling[i]] == 0 {
			at[telling[i]] = o
		}
	}
}

// column finds a place that has each of the values once, those of a list's items together, and gives where each value stands.
func (t *places) column(items []*scope, telling []int, values []string) []int {
	var fit [][]occurrence
	for _, place := range t.names {
		if said := t.said(place); len(said) == len(values) && len(values) > 0 {
			fit = append(fit, said)
		}
	}
	same := func(text, value string) bool { return text == value }
	for _, form := range textForms[:5] {
		spelled, ok := spellAll(form, values)
		if !ok {
			continue
		}
		var found []int
		for _, said := range fit {
			next := permutation(items, telling, spelled, said, same)
			if slices.IsSorted(next) && next != nil {
				return next
			} else if found == nil {
				found = next
			}
		}
		if found != nil {
			return found
		}
	}
	for _, said := range fit {
		if found := permutation(items, telling, values, said, contains); found != nil {
			return found
		}
	}
	return nil
}

func contains(text, value string) bool { return len(value) > 2 && strings.Contains(text, value) }

// permutation gives where each of the values stands, if every list's stand together and each has one text; nil otherwise.
func permutation(items []*scope, telling []int, values []string, said []occurrence, has func(text, value string) bool) []int {
	at := make([]int, len(values))
	for from := 0; from < len(values); {
		to := from
		for to < len(values) && items[telling[to]].outer == items[telling[from]].outer {
			to++
		}
		for _, o := range said[from:to] {
			best := -1
			for j := from; j < to; j++ {
				if at[j] == 0 && has(o.text, values[j]) && (best < 0 || len(values[j]) > len(values[best])) {
					best = j
				}
			}
			if best < 0 {
				return nil
			}
			at[best] = o.at
		}
		from = to
	}
	return at
}

// places are the texts of a file by the places they stand at, in order: by the tags on the way, and by those with the first text of the
// element around, which may tell what the others are.
type places struct {
	names []string
	texts map[string][]occurrence
	last  int
}

// occurrence is a text and how many stand in the file up to it.
type occurrence struct {
	text string
	at   int
}

func textsOf(doc *container.Document) *places {
	t := &places{texts: map[string][]occurrence{}}
	t.walk(doc.Tree.Root(), "")
	return t
}

// said gives the texts of a place that say something.
func (t *places) said(place string) []occurrence {
	all := t.texts[place]
	if !slices.ContainsFunc(all, occurrence.nothing) {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), occurrence.nothing)
}

func (o occurrence) nothing() bool { return o.text == "" || saysNothing(o.text) }

// digits are numbers in tags, but for those of columns.
var digits = regexp.MustCompile(`\d+`)

func placeOf(x *etree.Element) string {
	if tag := x.FullTag(); column.MatchString(tag) {
		return tag
	}
	return digits.ReplaceAllString(x.FullTag(), "#")
}

var column = regexp.MustCompile(`^f\d+$`)

func (t *places) add(place, text string) {
	if _, known := t.texts[place]; !known {
		t.names = append(t.names, place)
	}
	t.last++
	t.texts[place] = append(t.texts[place], occurrence{text, t.last})
}

func (t *places) walk(x *etree.Element, way string) {
	way += "/" + placeOf(x)
	first := ""
	for _, a := range x.Attr {
		t.add(way+"/@"+a.FullKey(), a.Value)
		if first != "" {
			t.add(way+"["+first+"]/@"+a.FullKey(), a.Value)
		} else if isSort.MatchString(a.Value) {
			first = a.FullKey() + "=" + a.Value
		}
	}
	leaf := ""
	for c := range x.ChildElementsSeq() {
		if holdsElements(c) {
			t.walk(c, way)
			continue
		}
		text := textOf(c)
		if doc, _, ok := readInside(container.Place{}, text); ok {
			t.walk(doc.Tree.Root(), way+"/"+placeOf(c))
			continue
		}
		t.walk(c, way)
		at := way + "/" + placeOf(c)
		t.add(at, text)
		if mark := cmp.Or(leaf, first); mark != "" {
			t.add(way+"["+mark+"]"+strings.TrimPrefix(at, way), text)
		}
		if leaf == "" && isSort.MatchString(text) {
			leaf = c.FullTag() + "=" + text
		}
	}
}
