package calibrate

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/kpgen/kpgen/pack"
)

// Ask is something the files leave open, and the one change, made in the pack and on the console, that settles it.
type Ask struct {
	ID     Question `json:"id"`
	At     string   `json:"at"` // generic path of the field or list; of what no field explains, the place in the files
	Change string   `json:"change"`
}

// Question is what an ask is about.
type Question string

// The questions.
const (
	SameValue        Question = "same-value"        // fields have one value in all items, so each fits the place
	SamePlaces       Question = "same-places"       // places have one text in all items, so the field fits each
	OneItem          Question = "one-item"          // a list never has two items, so nothing is seen to repeat
	ValuesUnseen     Question = "values-unseen"     // an enumeration has values whose text was not seen
	OtherWord        Question = "other-word"        // a truth value was seen as one of the two only
	PerhapsCount     Question = "perhaps-count"     // a number that never changes is that of a list's items
	CharactersUnseen Question = "characters-unseen" // no text shows how a character is written that programs write in ways of their own
	EitherUntold     Question = "either-untold"     // a place holds one of two fields, and nothing tells which
	OneAlternative   Question = "one-alternative"   // of two fields of which an item has one, one is never there: it may stand in the other's place
	NoValue          Question = "no-value"          // the pack says nothing of a field
)

// Inferred is what no file shows and the dialect has as other places of the files have it.
type Inferred string

// What may be inferred.
const (
	InferredEmpty    Inferred = "empty"    // whether the place stands where there is no value
	InferredNone     Inferred = "none"     // the text for no value
	InferredForm     Inferred = "form"     // the escapes, as no text needed any, or the leading nought of hours
	InferredSpelling Inferred = "spelling" // the text of values that were not seen
	SmoothedBlanks   Inferred = "blanks"   // not inferred, but lost: the console takes out line breaks, or blanks at the ends
)

func (r *reading) infer(what Inferred) {
	if !slices.Contains(r.inferred, what) {
		r.inferred = append(r.inferred, what)
	}
}

// doubt opens again what was decided though another place fits as well: a field with one value that several places have in all items.
// Names decide between them, or nothing does.
func (n *node) doubt() {
	for _, s := range slices.Clone(n.spots) {
		if s.outcome == nil || s.copyOf || len(s.outcome.fields) != 1 || s.outcome.surety() != Weak {
			continue
		}
		f := s.outcome.fields[0]
		rivals := n.rivals(s, f)
		if len(rivals) == 0 {
			continue
		}
		all := append([]*spot{s}, rivals...)
		named := slices.DeleteFunc(slices.Clone(all), func(o *spot) bool { return !called(o, f) })
		for _, o := range all {
			o.outcome, o.copyOf = nil, false
			switch {
			case len(named) == 0:
				o.sort = ambiguous
			case o == named[0]:
				o.outcome, o.sort = o.fitting(f), value
				o.outcome.byName = true
			case o.same() && !slices.Contains(named, o):
				o.sort = constant
			default:
				o.outcome, o.sort, o.copyOf = o.fitting(f), value, true
			}
		}
	}
}

// rivals gives the other places that a field with one value fits as well as its own.
func (n *node) rivals(s *spot, f *field) []*spot {
	var rivals []*spot
	for _, o := range n.spots {
		if o != s && (o.outcome == nil || o.copyOf) && o.fitting(f) != nil {
			rivals = append(rivals, o)
		}
	}
	return rivals
}

// fitting gives the reading as the field alone that some value speaks for.
func (s *spot) fitting(f *field) *reading {
	for i := range s.found {
		if c := &s.found[i]; !c.zero && len(c.fields) == 1 && c.fields[0] == f {
			return c
		}
	}
	return nil
}

// values gives the values that the items of the spot have in a field.
func (s *spot) values(f *field) map[string]bool {
	seen := map[string]bool{}
	for _, c := range s.copies {
		text, _ := f.text(c.s)
		seen[text] = true
	}
	return seen
}

// unseen gives the words of an enumeration that no item of the spot has.
func (s *spot) unseen(f *field) []string {
	seen := s.values(f)
	return slices.DeleteFunc(slices.Clone(pack.Allowed(f.ref.Type)), func(word string) bool { return word == "" || seen[word] })
}

// asks says what is open of a field that has its place.
func (s *spot) asks(f *field, path string) []Ask {
	return append(s.askWords(f, path), askCharacters(s.open, path)...)
}

// askWords says what is open of a field that has its place: the values whose text was not seen.
func (s *spot) askWords(f *field, path string) []Ask {
	if f.joined != nil {
		return nil
	}
	switch isBool := f.ref.Type.Kind() == reflect.Bool; {
	case isBool && len(s.values(f)) < 2:
		other := strconv.FormatBool(!s.values(f)["true"])
		if len(s.outcome.values) != 1 {
			s.outcome.infer(InferredSpelling)
			return nil
		}
		return []Ask{{OtherWord, path, fmt.Sprintf("make %s %s in one item, to see how that is written", path, other)}}
	case isBool:
		return nil
	}
	unseen := s.unseen(f)
	if len(unseen) == 0 {
		return nil
	}
	if len(s.outcome.values) == 0 {
		s.outcome.infer(InferredSpelling)
	}
	return []Ask{{ValuesUnseen, path, fmt.Sprintf("give %s these values too, each in an item, as the probe pack does: %s", path, strings.Join(unseen, ", "))}}
}

// askPlace says of a field with values and no place where it may stand, and what would tell.
func (n *node) askPlace(f *field, path string) (where []string, asks []Ask) {
	for _, s := range n.spots {
		if s.outcome == nil && s.mayBe(f) {
			where = append(where, s.where)
		}
	}
	if len(where) == 0 {
		return nil, nil
	}
	switch {
	case f.joined != nil:
		return where, []Ask{{OneItem, path, fmt.Sprintf("give %s two texts in one item, to see how they are joined", path)}}
	case f.ref.Type.Kind() == reflect.Bool:
		return where, []Ask{{OtherWord, path, fmt.Sprintf("make %s false in one item and true in another, to see which place follows", path)}}
	case len(pack.Allowed(f.ref.Type)) == 1: // no pack has another
		return nil, nil
	case pack.Allowed(f.ref.Type) != nil:
		return where, []Ask{{ValuesUnseen, path, fmt.Sprintf("give %s every value it can have, each in an item, as the probe pack does: %s",
			path, strings.Join(pack.Allowed(f.ref.Type), ", "))}}
	}
	return where, []Ask{{SamePlaces, path, fmt.Sprintf("give %s another value in one item, to see which place follows", path)}}
}

// mayBe reports whether a place that nothing explains could be the field's: of an enumeration, with words of the file's own; of a
// list, with one text in each item.
func (s *spot) mayBe(f *field) bool {
	if f.joined == nil {
		return slices.ContainsFunc(s.found, func(c reading) bool { return slices.Contains(c.fields, f) })
	}
	some := false
	for _, c := range s.copies {
		texts := f.texts(c.s)
		if len(texts) > 1 || len(texts) == 1 && (!c.present || texts[0] != c.text) || len(texts) == 0 && c.text != "" {
			return false
		}
		some = some || len(texts) == 1 && texts[0] != ""
	}
	return some
}

// askAround asks of a field of a list's only item that has the same text as a field of the item around: the place may be that one's.
func (n *node) askAround(f *field, found Field) []Ask {
	if found.Sure != Weak && found.Sure != ByName || n.most() > 1 || n.kind.outer == nil || n.kind.outer.path == "" || f.joined != nil {
		return nil
	}
	for _, g := range n.kind.outer.fields {
		if g.joined == nil && g.ref.Type == f.ref.Type && !slices.ContainsFunc(n.parts, func(p part) bool {
			own, zero := f.text(p.s)
			around, none := g.text(p.s.outer)
			return own != around || zero || none
		}) {
			return []Ask{{SameValue, found.Path, fmt.Sprintf("give %s a value in one item that is not that of %s", found.Path, n.kind.outer.pathOf(g))}}
		}
	}
	return nil
}

// List is a list of the model and what repeats for each of its items.
type List struct {
	Path  string `json:"path"`            // generic, as in alerts[].rules[]
	Where string `json:"where"`           // what repeats
	Most  int    `json:"most"`            // items that one list has at most
	Order string `json:"order,omitempty"` // of the items in the files, in words, where it is not that of the pack
	Sure  Surety `json:"sure"`
	Asks  []Ask  `json:"asks,omitempty"`
}

// eachRepeated calls yield with every node that stands for a list's items, its place, and the places around or inside it that fit the
// list alike if it never has two items.
func (n *node) eachRepeated(where string, around []string, yield func(n *node, where string, alike []string)) {
	switch {
	case n.again:
		return
	case n.each != nil:
		yield(n, where, append(slices.Clone(around), n.alone(where)...))
		around = nil
	case len(n.lists) == 1 && len(n.spots) == 0 && strings.Contains(where, "/"):
		around = append(slices.Clone(around), where)
	default:
		around = nil
	}
	for _, c := range n.children {
		c.eachRepeated(where+"/"+c.step(), around, yield)
	}
}

// step is the node's part of the places inside it.
func (n *node) step() string {
	step := n.tag
	if step == "" && n.each != nil {
		step = "(" + n.each.name + ")"
	}
	for key, mark := range n.marks {
		step += "[" + key + "=" + mark + "]"
	}
	return step
}

// alone gives the elements inside an item's that hold all there is of it.
func (n *node) alone(where string) []string {
	var places []string
	for len(n.attributes) == 0 && n.text == nil && len(n.children) == 1 && n.children[0].each == nil {
		n = n.children[0]
		where += "/" + n.step()
		places = append(places, where)
	}
	if n.text != nil {
		return nil // a field's element
	}
	return places
}

// most gives how many items one list has at most.
func (n *node) most() int {
	items := map[*scope]int{}
	most := 0
	for _, p := range n.parts {
		items[p.s.outer]++
		most = max(most, items[p.s.outer])
	}
	return most
}

// list tells of the list whose items the node stands for.
func (n *node) list(where string, alike []string) List {
	l := List{Path: n.kind.path, Where: where, Most: n.most(), Sure: Certain}
	if n.kind.grouped {
		return n.groupList(l)
	}
	if l.Most > 1 {
		if inside := n.perhapsGroup(where); inside != "" {
			l.Sure = Open
			l.Asks = []Ask{{OneItem, l.Path, fmt.Sprintf("give two items of %s one group, to see whether it is %s that repeats, in an element for each group", l.Path, inside)}}
		}
		return l
	}
	l.Sure = Single
	change := fmt.Sprintf("give %s two items in one list, with values of their own, to see that %s repeats", l.Path, where)
	if len(alike) > 0 {
		change += ", not " + strings.Join(alike, " or ")
	}
	l.Asks = []Ask{{OneItem, l.Path, change}}
	return l
}

// perhapsGroup gives the element in the items' that may be the item itself, and the one around it that of its group: as it has what the
// item is called and the group stands outside, and no two items that stand together have one group.
func (n *node) perhapsGroup(where string) string {
	group, name := n.placeOf("group"), n.placeOf(n.kind.fields[0].name)
	if group == nil || name == nil || n.kind.through || n.sharesGroup(group.outcome.fields[0]) {
		return ""
	}
	found := ""
	for inside := n; ; {
		at := slices.IndexFunc(inside.children, func(c *node) bool { return c.each == nil && slices.Contains(c.spots, name) && c.text != name })
		if at < 0 || found != "" && len(inside.children) > 1 {
			return found
		}
		inside = inside.children[at]
		where += "/" + inside.step()
		if !slices.Contains(inside.spots, group) && len(inside.absent) == 0 && len(inside.spots) > 1 {
			found = where
		}
	}
}

// placeOf gives the place that a field of the items is read from.
func (n *node) placeOf(name string) *spot {
	for _, s := range n.spots {
		if s.outcome != nil && !s.copyOf && len(s.outcome.fields) == 1 && s.outcome.fields[0].name == name {
			return s
		}
	}
	return nil
}

// sharesGroup reports whether two items of one list have the same text in a field.
func (n *node) sharesGroup(f *field) bool {
	seen := map[string]*scope{}
	for _, p := range n.parts {
		text, _ := f.text(p.s)
		if outer, known := seen[text]; known && outer == p.s.outer {
			return true
		}
		seen[text] = p.s.outer
	}
	return false
}
