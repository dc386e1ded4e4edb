package artifact

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/diag"
)

// without reports whether the dialect says that the console has no field of the generic path.
func (d *Dialect) without(path string) bool { return slices.Contains(d.facts.Without, path) }

// LeavesOut warns of the pack's values that are in no file, as the dialect says that the console has no such field: once for each field,
// with the path of the first.
func (d *Dialect) LeavesOut(p *pack.Pack) diag.List {
	first, count := map[string]string{}, map[string]int{}
	fields.Leaves(reflect.ValueOf(p).Elem(), "", func(path string, v reflect.Value) {
		if at := fields.Generic(path); !v.IsZero() && d.without(at) {
			if count[at]++; count[at] == 1 {
				first[at] = path
			}
		}
	})
	var found diag.List
	for _, at := range slices.Sorted(maps.Keys(first)) {
		message := fmt.Sprintf("dialect %s says that the console has no such field: the value is left out", d.Name)
		if more := count[at] - 1; more > 0 {
			message += fmt.Sprintf(", and so are %d more of %s", more, at)
		}
		found = append(found, diag.Diagnostic{ID: "value-left-out", Severity: diag.Warning, Path: first[at], Message: message})
	}
	return found
}

// checkWithout finds, in a dialect.yaml of the name and text, fields that there are not, or that have a place after all.
func (d *Dialect) checkWithout(at string, data []byte) diag.List {
	var found diag.List
	for i, path := range d.facts.Without {
		message := ""
		switch {
		case !fields.IsLeaf(reflect.TypeFor[pack.Pack](), path):
			message = fmt.Sprintf("without names %q, which is no field of a pack; expected one such as alerts[].description", diag.Clip(path))
		case d.Holds(path):
			message = fmt.Sprintf("without names %s, which has a place in the dialect's template", path)
		default:
			continue
		}
		span := diag.Span{File: at}
		span.Line, span.Column = keyPosition(data, fmt.Sprintf("without[%d]", i))
		found = append(found, diag.Diagnostic{ID: "bad-dialect", Severity: diag.Error, Span: span, Message: message})
	}
	return found
}
