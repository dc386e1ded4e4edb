package load

import (
	"fmt"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/kpgen/kpgen/pack"
)

// forms are the types of the model with a shorter way to write them.
var forms map[reflect.Type]func(l *loader, v value, out reflect.Value, path string, k key)

func init() { // the forms decode what is in them, which looks forms up
	forms = map[reflect.Type]func(*loader, value, reflect.Value, string, key){
		reflect.TypeFor[pack.Duration]():        (*loader).duration,
		reflect.TypeFor[pack.Pattern]():         shorthand("regex"),
		reflect.TypeFor[pack.Expression]():      shorthand("expression_1"),
		reflect.TypeFor[pack.Rule]():            (*loader).rule,
		reflect.TypeFor[pack.ObjectRule]():      (*loader).rule,
		reflect.TypeFor[pack.Column]():          (*loader).column,
		reflect.TypeFor[[]pack.PropertyValue](): (*loader).propertyValues,
	}
}

func (l *loader) duration(v value, out reflect.Value, path string, _ key) {
	if v.Kind != yaml.ScalarNode || v.Tag != "!!str" {
		l.wrongType(v, path, "a duration, as in 90s, 15m, 1h or 7d")
		return
	}
	d, err := pack.ParseDuration(v.Value)
	if err != nil {
		l.bad(v, path, "bad-value", err.Error(), "")
		return
	}
	out.SetInt(int64(d))
}

// shorthand reads a mapping, or a text that stands for a mapping with the one key.
func shorthand(name string) func(l *loader, v value, out reflect.Value, path string, k key) {
	return func(l *loader, v value, out reflect.Value, path string, _ key) {
		if v.Kind != yaml.ScalarNode {
			l.mapping(l.entries(v, path), out, path)
			return
		}
		l.mapping([]entry{{key: v, name: name, value: v}}, out, path)
	}
}

func (l *loader) rule(v value, out reflect.Value, path string, _ key) {
	l.mapping(l.withFragments(l.entries(v, path), path), out, path)
}

// columnKeys are the keys of a column written in full. A heading of the same name has to be, too.
var columnKeys = []string{"heading", "token", "property"}

// column reads {heading, token, property}, or "Heading: token", or "Heading: {token or property}".
func (l *loader) column(v value, out reflect.Value, path string, _ key) {
	entries := l.entries(v, path)
	if len(entries) != 1 || slices.Contains(columnKeys, entries[0].name) {
		l.mapping(entries, out, path)
		return
	}
	heading, shown := entries[0].key, l.follow(entries[0].value, path)
	written := []entry{{key: heading, name: "heading", value: heading}}
	if shown.Kind != yaml.MappingNode {
		l.mapping(append(written, entry{key: heading, name: "token", value: shown}), out, path)
		return
	}
	for _, e := range l.entries(shown, path) {
		if e.name == "heading" {
			l.bad(e.key, join(path, "heading"), "duplicate-key", fmt.Sprintf("the column has a heading already: %q", heading.Value), "")
			continue
		}
		written = append(written, e)
	}
	l.mapping(written, out, path)
}

// propertyValues reads a list, or a mapping of each property to its token or tokens.
func (l *loader) propertyValues(v value, out reflect.Value, path string, k key) {
	if v.Kind != yaml.MappingNode {
		l.sequence(v, out, path, k)
		return
	}
	entries := l.entries(v, path)
	if len(entries) == 0 {
		return
	}
	out.Set(reflect.MakeSlice(out.Type(), len(entries), len(entries)))
	for i, e := range entries {
		at := item(path, i)
		l.places[at] = place{value: e.key}
		l.mapping([]entry{{e.key, "property", e.key}, {e.key, "tokens", e.value}}, out.Index(i), at)
	}
}
