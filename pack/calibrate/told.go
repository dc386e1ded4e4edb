package calibrate

import (
	"reflect"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/artifact/fields"
)

// leastTelling is the least length of an item's name that a text hardly has in it by chance, in characters.
const leastTelling = 6

// doubtConstants takes texts that never change, and have the name of an item of the pack in them, for such as are not understood: they
// would stand in the files of every pack.
func (l *learned) doubtConstants() {
	names := namesOf(l.kind, l.samples)
	tells := func(c copied) bool {
		return c.present && slices.ContainsFunc(names, func(name string) bool { return strings.Contains(c.text, name) })
	}
	l.root.eachSpot(func(s *spot) {
		if s.outcome == nil && s.sort == constant && slices.ContainsFunc(s.copies, tells) {
			s.sort = unexplained
		}
	})
}

// namesOf gives the names and titles of the samples' items of a kind that are long enough to tell them.
func namesOf(k artifact.Kind, samples []Sample) []string {
	var names []string
	for _, s := range samples {
		fields.Leaves(reflect.ValueOf(s.Pack).Elem(), "", func(path string, v reflect.Value) {
			switch fields.Generic(path) {
			case string(k) + "[].name", string(k) + "[].title":
				if name := fields.Format(v); len([]rune(name)) >= leastTelling {
					names = append(names, name)
				}
			}
		})
	}
	return names
}
