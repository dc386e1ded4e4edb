package calibrate

import (
	"reflect"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact"
)

// known is what the files of all kinds tell for certain, which settles what one kind's leave open.
type known struct {
	fields map[string]map[string]evidence // by place and field
	truths map[[2]string]bool             // how true and false are written
}

// evidence is a reading that is certain in the files of a kind.
type evidence struct {
	kind    artifact.Kind
	reading *reading
}

// knowledge gathers what is certain.
func knowledge(all []*learned) known {
	k := known{map[string]map[string]evidence{}, map[[2]string]bool{}}
	for _, l := range all {
		l.root.eachList(func(n *node) {
			for _, s := range n.spots {
				if s.outcome != nil && !s.copyOf && len(s.outcome.fields) == 1 && s.outcome.fields[0].joined == nil {
					k.note(s, l.kind)
				}
			}
		})
	}
	return k
}

func (k known) note(s *spot, kind artifact.Kind) {
	f := s.outcome.fields[0]
	if f.ref.Type.Kind() == reflect.Bool && len(s.outcome.values) == 2 && len(s.values(f)) == 2 {
		k.truths[[2]string{s.outcome.values["true"], s.outcome.values["false"]}] = true
	}
	if s.outcome.surety() != Certain {
		return
	}
	place := s.place()
	if k.fields[place] == nil {
		k.fields[place] = map[string]evidence{}
	}
	if _, ok := k.fields[place][f.name]; !ok {
		k.fields[place][f.name] = evidence{kind, s.outcome}
	}
}

// place is the spot's name as other files may have it: the last step of where it stands, with the mark of the element around.
func (s *spot) place() string {
	steps := strings.Split(numberOfItem.ReplaceAllString(s.where, "{n}"), "/")
	last := len(steps) - 1
	if last > 0 && markOfSpot.MatchString(steps[last-1]) {
		return steps[last-1] + "/" + steps[last]
	}
	return steps[last]
}

// settle decides what the node's spots leave open by what is certain of places of the same name in the files of other kinds.
func (k known) settle(n *node, kind artifact.Kind) {
	r := &resolver{node: n, taken: map[string]*spot{}}
	for _, s := range n.spots {
		if s.outcome != nil && !s.copyOf {
			for _, f := range s.outcome.fields {
				r.taken[f.name] = s
			}
			k.confirm(s, kind)
		}
	}
	some := false
	for _, s := range n.spots {
		if s.outcome == nil && k.decide(r, s, kind) {
			some = true
		}
	}
	for _, s := range n.spots {
		if s.outcome == nil && some && s.same() {
			s.sort = constant
		}
		if s.outcome != nil {
			k.complete(s)
		}
	}
	if !some {
		return
	}
	for r.settle() {
	}
	r.rest()
}

// decide takes the one reading of a spot that is certain elsewhere.
func (k known) decide(r *resolver, s *spot, kind artifact.Kind) bool {
	var fits []*reading
	for i := range s.found {
		c := &s.found[i]
		if len(c.fields) != 1 || r.taken[c.fields[0].name] != nil {
			continue
		}
		if _, ok := k.elsewhere(s, c.fields[0], kind); ok {
			fits = append(fits, c)
		}
	}
	if len(fits) != 1 {
		return false
	}
	c := fits[0]
	at, _ := k.elsewhere(s, c.fields[0], kind)
	c.asIn = at.kind
	if c.zero && c.isText() {
		c.forms, c.alike = at.reading.forms, nil
	}
	r.take(s, c)
	return true
}

// confirm notes that what one value or a name spoke for is certain elsewhere.
func (k known) confirm(s *spot, kind artifact.Kind) {
	c := s.outcome
	if len(c.fields) != 1 || c.surety() == Certain || c.surety() == Likely {
		return
	}
	if at, ok := k.elsewhere(s, c.fields[0], kind); ok {
		c.asIn = at.kind
	}
}

// elsewhere gives what is certain of a place and a field in the files of another kind.
func (k known) elsewhere(s *spot, f *field, kind artifact.Kind) (evidence, bool) {
	at, ok := k.fields[s.place()][f.name]
	return at, ok && at.kind != kind && f.joined == nil && at.reading.fields[0].ref.Type == f.ref.Type
}

// complete adds the other truth value's text as the files write it elsewhere.
func (k known) complete(s *spot) {
	c := s.outcome
	if len(c.fields) != 1 || len(c.values) != 1 || c.fields[0].joined != nil || c.fields[0].ref.Type.Kind() != reflect.Bool {
		return
	}
	var fits [][2]string
	for pair := range k.truths {
		if c.values["true"] == pair[0] || c.values["false"] == pair[1] {
			fits = append(fits, pair)
		}
	}
	if len(fits) == 1 {
		c.values = map[string]string{"true": fits[0][0], "false": fits[0][1]}
		c.infer(InferredSpelling)
	}
}
