package calibrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact"
)

// Field is a field of the model and what was found of it.
type Field struct {
	Path  string   `json:"path"`            // generic, as in alerts[].rules[].title
	Where []string `json:"where,omitempty"` // the places that stand for it, the first of which is read
	How   string   `json:"how,omitempty"`   // its place as the template has it
	Sure  Surety   `json:"sure"`

	AsIn     artifact.Kind `json:"as_in,omitempty"`    // the kind in whose files the same place is certain
	Inferred []Inferred    `json:"inferred,omitempty"` // what no file shows
	Asks     []Ask         `json:"asks,omitempty"`
}

// Surety is how sure a finding is.
type Surety string

// The sureties, from most to least.
const (
	Certain    Surety = "certain"            // three different values or more are there
	Likely     Surety = "likely"             // two
	Weak       Surety = "one value"          // one, which could be there by chance
	ByName     Surety = "by name"            // the place is called like it, and nothing speaks against it
	Eliminated Surety = "by elimination"     // all else that could stand there, or where it could stand, has another place
	Elsewhere  Surety = "as in another kind" // a place of the same name is certain in the files of another kind
	Single     Surety = "one item"           // of a list: nothing is seen to repeat
	Open       Surety = "open"               // more than one place or field fits
	NotFound   Surety = "not found"          // it has values, and no place holds them
	NotTold    Surety = "no value"           // the pack says nothing of it, so nothing could be found
)

// Spot is a place in the files that no field explains.
type Spot struct {
	Where string   `json:"where"`
	Sort  string   `json:"sort"`           // constant, date, checksum, id, made, ambiguous, unexplained
	Form  string   `json:"form,omitempty"` // of a date: ISO 8601, Unix seconds and the like
	Text  string   `json:"text,omitempty"` // of its first copy
	Fits  []string `json:"fits,omitempty"` // fields that fit, where there are several
	Asks  []Ask    `json:"asks,omitempty"`
}

// What says what the place is, in words.
func (s *Spot) What() string {
	if s.Form != "" {
		return s.Sort + ", " + s.Form
	}
	return s.Sort
}

// eachSpot calls yield with every spot of the node and of what is inside it.
func (n *node) eachSpot(yield func(*spot)) {
	if n.remark != nil {
		yield(n.remark)
	}
	for _, s := range n.own() {
		yield(s)
	}
	for _, c := range n.children {
		c.eachSpot(yield)
	}
}

// report fills in what was found.
func (l *learned) report(k *Kind, sorted map[string]artifact.Order) {
	l.root.eachRepeated(l.root.step(), nil, func(n *node, where string, alike []string) {
		list := n.list(where, alike)
		if l.moved[list.Path] {
			list.Order = "in an order of the console's own"
			if order, ok := sorted[strings.TrimSuffix(list.Path, "[]")]; ok {
				list.Order = order.String()
			}
		}
		k.Lists = append(k.Lists, list)
		for _, f := range n.fields() {
			k.add(f)
		}
	})
	k.Fields = slices.DeleteFunc(k.Fields, func(f Field) bool { // a list that another part of the files has elements of
		return len(f.Where) == 0 && slices.ContainsFunc(k.Fields, func(o Field) bool { return len(o.Where) > 0 && strings.HasPrefix(o.Path, f.Path+"[]") })
	})
	slices.SortStableFunc(k.Fields, func(a, b Field) int { return strings.Count(a.Path, "[]") - strings.Count(b.Path, "[]") })
	l.root.eachSpot(func(s *spot) {
		if s.outcome != nil && s.outcome.made == "" || s.sort == constant && (s.copies[0].text == "" && s.same() || s.marks()) {
			return
		}
		out := Spot{Where: s.where, Sort: string(s.sort), Asks: s.askCount()}
		if s.sort == dated {
			out.Form = s.date()
		}
		if s.outcome != nil {
			if out.Text = s.outcome.made; s.outcome.then != nil {
				out.Text = s.outcome.place(func(map[string]string, *field) string { return "…" }, false)
			}
		} else if first := slices.IndexFunc(s.copies, func(c copied) bool { return c.present }); first >= 0 {
			out.Text = s.copies[first].text
		}
		for _, r := range s.found {
			if s.sort == ambiguous && !r.zero && !slices.Contains(out.Fits, r.names()) {
				out.Fits = append(out.Fits, r.names())
			}
		}
		k.Spots = append(k.Spots, out)
	})
}

// add notes what one part of the files says of a field; what another part says better counts.
func (k *Kind) add(f Field) {
	at := slices.IndexFunc(k.Fields, func(o Field) bool { return o.Path == f.Path })
	switch {
	case at < 0:
		k.Fields = append(k.Fields, f)
	case len(k.Fields[at].Where) == 0:
		k.Fields[at] = f
	}
}

// eachList calls yield with every node that stands for the items of a list.
func (n *node) eachList(yield func(*node)) {
	if n.again {
		return
	}
	if n.each != nil {
		yield(n)
	}
	for _, c := range n.children {
		c.eachList(yield)
	}
}

// fields tells of every field of the node's scope.
func (n *node) fields() []Field {
	var all []Field
	for _, f := range n.kind.fields {
		if f.joined != nil && n.has(f) && !n.spotFor(f) {
			continue // its list has elements of its own
		}
		all = append(all, n.field(f))
	}
	return all
}

func (n *node) spotFor(f *field) bool {
	return slices.ContainsFunc(n.spots, func(s *spot) bool { return s.outcome != nil && slices.Contains(s.outcome.fields, f) })
}

func (n *node) field(f *field) Field {
	out := Field{Path: n.kind.pathOf(f)}
	for _, s := range n.spots {
		if s.outcome == nil || !slices.Contains(s.outcome.fields, f) {
			continue
		}
		if s.copyOf {
			out.Where = append(out.Where, s.where)
			continue
		}
		out.Where = slices.Insert(out.Where, 0, s.where)
		out.How = s.outcome.place(func(map[string]string, *field) string { return "…" }, false)
		out.Sure, out.AsIn = s.outcome.surety(), s.outcome.asIn
		out.Asks = append(s.asks(f, out.Path), n.askAround(f, out)...)
		out.Inferred = s.outcome.inferred
		if len(s.outcome.fields) > 1 && !n.tellsWhich(s.outcome) {
			out.Sure = Open
			out.Asks = append(out.Asks, Ask{EitherUntold, out.Path, fmt.Sprintf("nothing in the files tells whether %s holds %s; find out on the console what says it, if anything does",
				s.where, s.outcome.names())})
		}
	}
	if len(out.Where) > 0 {
		return out
	}
	out.Sure = NotTold
	if n.tells(f) {
		out.Sure = NotFound
	}
	var others []string
	for _, s := range n.spots {
		if s.sort != ambiguous || !slices.ContainsFunc(s.found, func(r reading) bool { return slices.Contains(r.fields, f) }) {
			continue
		}
		out.Sure = Open
		out.Where = append(out.Where, s.where)
		for _, r := range s.found {
			if !r.zero && !slices.Contains(r.fields, f) && !slices.Contains(others, r.names()) {
				others = append(others, r.names())
			}
		}
	}
	switch {
	case out.Sure == Open && len(others) == 0:
		out.Asks = []Ask{{SamePlaces, out.Path, fmt.Sprintf("give %s another value in one item, to see which place follows", out.Path)}}
	case out.Sure == Open:
		out.Asks = []Ask{{SameValue, out.Path, fmt.Sprintf("give %s a value in one item that is not that of %s", out.Path, strings.Join(others, ", "))}}
	case out.Sure == NotTold && n.placed(alternative(f.name)):
		out.Asks = []Ask{{OneAlternative, out.Path, fmt.Sprintf("give %s a value in one item, and %s none there, to see whether both stand in one place", out.Path, alternative(f.name))}}
	case out.Sure == NotTold:
		out.Asks = []Ask{{NoValue, out.Path, fmt.Sprintf("give %s a value of its own in one item", out.Path)}}
	default:
		if out.Where, out.Asks = n.askPlace(f, out.Path); len(out.Asks) > 0 {
			out.Sure = Open
		}
	}
	return out
}

// tellsWhich reports whether some place, or what stands before its text, tells which of the reading's alternatives an item has.
func (n *node) tellsWhich(r *reading) bool {
	return r.leads != nil || slices.ContainsFunc(n.spots, func(s *spot) bool { return s.outcome != nil && slices.Equal(s.outcome.of, r.fields) })
}

// alternative is the field of which an item has none when it has this one, as a pattern is a regular expression or a text; or nothing.
func alternative(name string) string {
	if of, ok := strings.CutSuffix(name, ".regex"); ok {
		return of + ".text"
	}
	if of, ok := strings.CutSuffix(name, ".text"); ok {
		return of + ".regex"
	}
	return ""
}

// placed reports whether the field of the name has a place.
func (n *node) placed(name string) bool {
	return slices.ContainsFunc(n.spots, func(s *spot) bool {
		return s.outcome != nil && slices.ContainsFunc(s.outcome.fields, func(f *field) bool { return f.name == name })
	})
}

func (n *node) tells(f *field) bool {
	return slices.ContainsFunc(n.parts, func(p part) bool { return f.tells(p.s) })
}

func (r *reading) surety() Surety {
	switch {
	case r.asIn != "":
		return Elsewhere
	case r.byName:
		return ByName
	case r.left:
		return Eliminated
	case r.distinct > 2:
		return Certain
	case r.distinct == 2:
		return Likely
	}
	return Weak
}
