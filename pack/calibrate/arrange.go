package calibrate

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/artifact/fields"
)

// Files need not have the items in the pack's order: consoles sort them by name, or write them as their database gives them. So that
// all else may go by position, the pack is put into the file's order first. An item stands where the texts stand that no other item
// of its list has.

// arranged gives samples whose packs have the lists of a kind in the order of their files, and the paths of the lists that stand in
// another there.
func arranged(k artifact.Kind, samples []Sample, docs []*container.Document) ([]Sample, map[string]bool) {
	arranged := slices.Clone(samples)
	moved := map[string]bool{}
	for i, s := range samples {
		a := &arranger{text: newStream(docs[i]), held: map[string]map[string]int{}, moved: moved}
		arranged[i].Pack = clone(s.Pack)
		p := reflect.ValueOf(arranged[i].Pack).Elem()
		whole := kindOf(p.Type(), "", nil)
		whole.only(string(k))
		a.gather(whole, p)
		a.lists(whole, p, a.whole())
	}
	return arranged, moved
}

// stretch is a part of a document's texts, as offsets.
type stretch struct{ from, to int }

// stream is all texts of a document, one after the other, those of documents in texts among them.
type stream struct {
	all    string
	begins map[string][]int                  // where texts begin, each in order
	holder map[int]*etree.Element            // of the text that begins at an offset
	spans  map[*etree.Element]stretch        // what belongs to an element
	around map[*etree.Element]*etree.Element // the element in whose text a document is, by its root
}

func newStream(doc *container.Document) *stream {
	s := &stream{begins: map[string][]int{}, holder: map[int]*etree.Element{}, spans: map[*etree.Element]stretch{}, around: map[*etree.Element]*etree.Element{}}
	var b strings.Builder
	s.element(&b, doc.Tree.Root())
	s.all = b.String()
	return s
}

func (s *stream) element(b *strings.Builder, x *etree.Element) {
	from := b.Len()
	if tag := x.FullTag(); !isName(tag) { // a text, as one may call items by it
		s.add(b, x, tag)
	}
	for _, a := range x.Attr {
		s.add(b, x, a.Value)
	}
	for _, c := range x.ChildElements() {
		s.element(b, c)
	}
	if !holdsElements(x) {
		text := textOf(x)
		if doc, _, ok := readInside(container.Place{}, text); ok {
			s.around[doc.Tree.Root()] = x
			s.element(b, doc.Tree.Root())
		} else {
			s.add(b, x, text)
		}
	}
	s.spans[x] = stretch{from, b.Len()}
}

// add adds a text; between two stands a character that no text has.
func (s *stream) add(b *strings.Builder, x *etree.Element, text string) {
	if text == "" {
		return
	}
	s.begins[text] = append(s.begins[text], b.Len())
	s.holder[b.Len()] = x
	b.WriteString(text)
	b.WriteByte(0)
}

// find gives where the text first stands in the stretch, as a whole text.
func (s *stream) find(text string, in stretch) (int, bool) {
	all := s.begins[text]
	at, _ := slices.BinarySearch(all, in.from)
	if at == len(all) || all[at] >= in.to {
		return 0, false
	}
	return all[at], true
}

// findInside gives where the text first stands in the stretch as a part of another, between characters that are of no word.
func (s *stream) findInside(text string, in stretch) (int, bool) {
	for from := in.from; len(text) > 2; {
		at := strings.Index(s.all[from:in.to], text)
		if at < 0 {
			break
		}
		at += from
		if !isWordBefore(s.all[:at]) && !isWordAfter(s.all[at+len(text):]) {
			return at, true
		}
		from = at + 1
	}
	return 0, false
}

// findJoined gives the first text in the stretch that has all of the given ones in it.
func (s *stream) findJoined(texts []string, in stretch) (stretch, bool) {
	for from := in.from; ; {
		at, ok := s.findInside(texts[0], stretch{from, in.to})
		if !ok {
			return stretch{}, false
		}
		from = at + strings.IndexByte(s.all[at:], 0)
		host := stretch{1 + strings.LastIndexByte(s.all[:at], 0), from}
		if !slices.ContainsFunc(texts, func(text string) bool { _, ok := s.findInside(text, host); return !ok }) {
			return host, true
		}
	}
}

func isWordBefore(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	return isWord(r)
}

func isWordAfter(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return isWord(r)
}

// way gives the elements around one, the outermost first.
func (s *stream) way(x *etree.Element) []*etree.Element {
	var way []*etree.Element
	for x != nil {
		way = append(way, x)
		outer := x.Parent()
		if known, inside := s.around[x]; inside {
			outer = known
		}
		x = outer
	}
	slices.Reverse(way)
	return way
}

// arranger puts the lists of a pack into the order of a document.
type arranger struct {
	text  *stream
	held  map[string]map[string]int // how many items of a list, by its generic path, have a text
	moved map[string]bool           // generic paths of lists that stood in another order
}

// gather counts the texts of the items of every list, those of all packs' items of the path together.
func (a *arranger) gather(k *kind, item reflect.Value) {
	for _, l := range k.lists {
		if len(l.refs) > 1 {
			continue
		}
		path, items := k.itemPath(l), listOf(l, item)
		inner := kindOf(l.refs[0].Type.Elem(), path, k)
		if a.held[path] == nil {
			a.held[path] = map[string]int{}
		}
		for i := range items.Len() {
			count(a.held[path], newStanding(inner, items.Index(i)))
			a.gather(inner, items.Index(i))
		}
	}
}

func listOf(l *list, item reflect.Value) reflect.Value {
	v, _ := l.refs[0].Get(item)
	return v
}

// textsOf gives an item's own texts, each with the number of the first field that has it.
func textsOf(k *kind, item reflect.Value) map[string]int {
	texts := map[string]int{}
	for i, f := range k.fields {
		if f.joined != nil {
			continue
		}
		if v, _ := f.ref.Get(item); isOwnText(v) {
			if _, known := texts[v.String()]; !known {
				texts[v.String()] = i
			}
		}
	}
	return texts
}

// textsInside gives the texts of the items in an item's lists, as if of one field.
func textsInside(k *kind, item reflect.Value) map[string]int {
	texts := map[string]int{}
	for _, l := range k.lists {
		if len(l.refs) == 1 {
			fields.Leaves(listOf(l, item), "", func(_ string, v reflect.Value) {
				if isOwnText(v) {
					texts[v.String()] = 0
				}
			})
		}
	}
	return texts
}

// isOwnText reports whether a value is a text that tells an item from others, and no word of an enumeration.
func isOwnText(v reflect.Value) bool {
	return v.Kind() == reflect.String && v.String() != "" && pack.Allowed(v.Type()) == nil
}

// lists arranges the lists of an item that stands in a stretch, then those inside.
func (a *arranger) lists(k *kind, item reflect.Value, in stretch) {
	for _, l := range k.lists {
		if len(l.refs) > 1 {
			continue
		}
		path := k.itemPath(l)
		inner := kindOf(l.refs[0].Type.Elem(), path, k)
		items := listOf(l, item)
		places := a.arrange(inner, items, in)
		for i := range items.Len() {
			a.lists(inner, items.Index(i), places[i])
		}
	}
}

// whole is the stretch of all texts.
func (a *arranger) whole() stretch { return stretch{0, len(a.text.all)} }

// arrange sorts the items of a list by where they stand, and gives the stretch of each.
func (a *arranger) arrange(k *kind, items reflect.Value, in stretch) []stretch {
	all := make([]standing, items.Len())
	siblings := map[string]int{}
	for i := range all {
		all[i] = newStanding(k, items.Index(i))
		count(siblings, all[i])
	}
	in = a.find(k, all, siblings, in)
	a.seat(all)
	if !slices.IsSortedFunc(all, standing.before) {
		slices.SortStableFunc(all, standing.before)
		a.moved[k.path] = true
		for i := range all {
			items.Index(i).Set(all[i].item)
		}
	}
	places := make([]stretch, len(all))
	for i, s := range all {
		if places[i] = in; s.seat != nil {
			places[i] = a.text.spans[s.seat]
		}
	}
	return places
}

// find finds where the items of a list stand: in the stretch of the item around them or, where that has none of their texts or is not
// known, by texts that no other item of any such list has. It gives the stretch in which they stand.
func (a *arranger) find(k *kind, all []standing, siblings map[string]int, in stretch) stretch {
	own := in != a.whole() || k.outer.outer == nil
	switch {
	case fields.IsScalar(k.typ):
		if a.stand(all, siblings, in, a.text.find) < len(all) || !own {
			a.joined(all, siblings, in)
		}
		return in
	case own && a.stand(all, siblings, in, a.text.find, a.text.findInside) > 0:
		return in
	}
	a.stand(all, a.held[k.path], a.whole(), a.text.find)
	return a.whole()
}

// joined finds where texts stand in one, if they do.
func (a *arranger) joined(all []standing, siblings map[string]int, in stretch) {
	var texts []string
	for _, s := range all {
		texts = append(texts, s.item.String())
	}
	host := stretch{}
	if len(all) > 1 {
		host, _ = a.text.findJoined(texts, in)
	}
	a.stand(all, siblings, host, a.text.findInside)
}

// standing is an item and where its texts stand.
type standing struct {
	item   reflect.Value
	texts  []map[string]int // its own, and those in its lists, each with the number of its field
	fields map[int]int      // offsets, by the number of the field
	first  int              // of the offsets; -1: none
	seat   *etree.Element   // in which it stands; nil: not known
}

func newStanding(k *kind, item reflect.Value) standing {
	s := standing{item: reflect.New(item.Type()).Elem(), texts: []map[string]int{textsOf(k, item), textsInside(k, item)}}
	s.item.Set(item)
	return s
}

// count adds an item's texts to those that are held.
func count(held map[string]int, s standing) {
	for _, texts := range s.texts {
		for text := range texts {
			held[text]++
		}
	}
}

// finder gives where a text stands in a stretch.
type finder func(text string, in stretch) (int, bool)

// stand finds where the items' texts stand in the stretch, those that no other item has; it counts the items it found.
func (a *arranger) stand(all []standing, held map[string]int, in stretch, ways ...finder) int {
	found := 0
	for i := range all {
		if all[i].find(held, in, ways) {
			found++
		}
	}
	return found
}

// find finds an item by its own texts, else by those in its lists, each in the first of the ways that finds it.
func (s *standing) find(held map[string]int, in stretch, ways []finder) bool {
	for _, texts := range s.texts {
		s.fields, s.first = map[int]int{}, -1
		for text, f := range texts {
			at, ok := 0, false
			for n := 0; n < len(ways) && !ok && held[text] < 2; n++ {
				at, ok = ways[n](text, in)
			}
			if !ok {
				continue
			}
			if known, before := s.fields[f]; !before || at < known {
				s.fields[f] = at
			}
			if s.first < 0 || at < s.first {
				s.first = at
			}
		}
		if len(s.fields) > 0 {
			return true
		}
	}
	return false
}

// before tells which of two items stands first, by most of the fields of which both have a text.
func (s standing) before(other standing) int {
	votes, both := 0, false
	for f, at := range s.fields {
		switch theirs, ok := other.fields[f]; {
		case !ok:
		case at < theirs:
			votes, both = votes-1, true
		case at > theirs:
			votes, both = votes+1, true
		}
	}
	switch {
	case both:
		return votes
	case s.first < 0 || other.first < 0:
		return 0
	}
	return s.first - other.first
}

// seat finds the element in which each item stands, and no other does. An item of which no text was found has the one that is left.
func (a *arranger) seat(all []standing) {
	var found []*standing
	var ways [][]*etree.Element
	common := math.MaxInt
	for i := range all {
		if x := a.text.holder[all[i].first]; x != nil {
			found, ways = append(found, &all[i]), append(ways, a.text.way(x))
			common = min(common, shared(ways[0], ways[len(ways)-1]))
		}
	}
	switch {
	case len(found) == 0 || len(all) < 2:
		return
	case len(found) == 1:
		common = repeated(ways[0], len(all))
	}
	seats := map[*etree.Element]bool{}
	for _, way := range ways {
		if len(way) <= common || seats[way[common]] {
			return
		}
		seats[way[common]] = true
	}
	for i, s := range found {
		s.seat = ways[i][common]
	}
	if len(found) == len(all) {
		return
	}
	left := slices.DeleteFunc(tagged(found[0].seat.Parent(), found[0].seat.FullTag()), func(x *etree.Element) bool { return seats[x] })
	if len(left)+len(found) != len(all) {
		return
	}
	for i := range all {
		if all[i].seat == nil {
			all[i].seat, left = left[0], left[1:]
			all[i].first = a.text.spans[all[i].seat].from
		}
	}
}

// repeated gives the place on a way of the innermost element of whose tag so many stand side by side.
func repeated(way []*etree.Element, times int) int {
	for at := len(way) - 1; at > 0; at-- {
		if outer := way[at].Parent(); outer != nil && len(tagged(outer, way[at].FullTag())) == times {
			return at
		}
	}
	return len(way)
}

// shared counts the elements that two ways have in common.
func shared(a, b []*etree.Element) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// sorted finds how a file sorts the lists of a path, of packs that are in its order; false where that is the console's own.
func sortedBy(samples []Sample, path string) (artifact.Order, bool) {
	var lists []reflect.Value
	for _, s := range samples {
		lists = append(lists, listsAt(reflect.ValueOf(s.Pack).Elem(), strings.TrimSuffix(path, "[]"))...)
	}
	chance := 1.0 // that they are sorted by a field without any rule
	for _, l := range lists {
		for n := range l.Len() {
			chance /= float64(n + 1)
		}
	}
	if most := map[bool]float64{true: 1.0 / 6, false: 1.0 / 100}; chance > most[!strings.Contains(path, "[].")] {
		return artifact.Order{}, false
	}
	for _, by := range sortKeys(lists[0].Type().Elem()) {
		for _, ignore := range []bool{true, false} {
			order := artifact.Order{By: by, IgnoreCase: ignore}
			if !slices.ContainsFunc(lists, func(l reflect.Value) bool { return !isSorted(l, order) }) {
				return order, true
			}
		}
	}
	return artifact.Order{}, false
}

// sortKeys gives the fields by which a console may sort: what items are called, or first the group they are in.
func sortKeys(t reflect.Type) [][]string {
	var name string
	grouped := false
	for _, f := range kindOf(t, "", nil).fields {
		if f.joined != nil || f.ref.Type.Kind() != reflect.String || pack.Allowed(f.ref.Type) != nil {
			continue
		}
		if name == "" {
			name = f.name
		}
		grouped = grouped || f.name == "group"
	}
	if grouped && name != "group" {
		return [][]string{{name}, {"group", name}}
	}
	return [][]string{{name}}
}

func isSorted(list reflect.Value, o artifact.Order) bool {
	for i := 1; i < list.Len(); i++ {
		if o.Compare(list.Index(i-1), list.Index(i)) > 0 {
			return false
		}
	}
	return true
}

// listsAt gives the lists at a generic path, as in alerts[].rules.
func listsAt(v reflect.Value, path string) []reflect.Value {
	name, rest, inside := strings.Cut(path, "[].")
	ref, _ := fields.Resolve(v.Type(), name)
	list, _ := ref.Get(v)
	if !inside {
		return []reflect.Value{list}
	}
	var all []reflect.Value
	for i := range list.Len() {
		all = append(all, listsAt(list.Index(i), rest)...)
	}
	return all
}

// tagged gives the elements of a tag in another.
func tagged(x *etree.Element, tag string) []*etree.Element {
	return slices.DeleteFunc(x.ChildElements(), func(c *etree.Element) bool { return c.FullTag() != tag })
}
