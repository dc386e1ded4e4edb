package artifact

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/diag"
)

// Assumed is what no file of a console has shown of how it writes values, and the dialect has as consoles likely do. Whoever has
// seen that it is right takes it out.
type Assumed struct {
	// Characters are those whose spelling is assumed in the texts of a kind or, by its generic path, of one field. NotASCII stands for
	// all that are beyond ASCII.
	Characters map[string]string `yaml:"characters,omitempty"`
	// Words are the values of an enumeration, or truth values, whose text is assumed, by the generic path of the field.
	Words map[string][]string `yaml:"words,omitempty"`
}

// NotASCII stands in Assumed for every character beyond ASCII.
const NotASCII = 'é'

// with adds what a dialect assumes to what the one that it rests on does.
func (a Assumed) with(base Assumed) Assumed {
	return Assumed{merged(base.Characters, a.Characters), merged(base.Words, a.Words)}
}

// in gives what of a value at a generic path is spelled as the dialect assumes; empty: nothing.
func (a Assumed) in(at string, v reflect.Value) string {
	if v.Kind() == reflect.Bool || pack.Allowed(v.Type()) != nil {
		if word := fields.Format(v); slices.Contains(a.Words[at], word) {
			return word
		}
		return ""
	}
	characters, own := a.Characters[at]
	if !own {
		kind, _, _ := strings.Cut(at, "[")
		characters = a.Characters[kind]
	}
	if characters == "" || v.Kind() != reflect.String {
		return ""
	}
	text := v.String()
	if i := strings.IndexFunc(text, func(r rune) bool {
		return strings.ContainsRune(characters, r) || r > '~' && strings.ContainsRune(characters, NotASCII)
	}); i >= 0 {
		return string([]rune(text[i:])[:1])
	}
	return ""
}

// Assumes warns of the pack's values that are spelled in a way no file of the console has shown: once for each field, with the path of
// the first.
func (d *Dialect) Assumes(p *pack.Pack) diag.List {
	first := map[string]*diag.Diagnostic{}
	count := map[string]int{}
	fields.Leaves(reflect.ValueOf(p).Elem(), "", func(path string, v reflect.Value) {
		at := fields.Generic(path)
		what := d.facts.Assumed.in(at, v)
		if what == "" {
			return
		}
		if count[at]++; first[at] == nil {
			first[at] = &diag.Diagnostic{ID: "assumed-spelling", Severity: diag.Warning, Path: path,
				Message: fmt.Sprintf("no file has shown how the console writes %q; dialect %s assumes it", what, d.Name),
				Help:    "export a pack that has it and calibrate again; or, if you know that it is right, take it out of assumed in dialect.yaml"}
		}
	})
	var found diag.List
	for _, at := range slices.Sorted(maps.Keys(first)) {
		if more := count[at] - 1; more > 0 {
			first[at].Message += fmt.Sprintf(", here and in %d more of %s", more, at)
		}
		found = append(found, *first[at])
	}
	return found
}

// Unexplained warns of the kinds of file, of those that the pack has, in which places are built alike for all items that are not alike
// on the console.
func (d *Dialect) Unexplained(p *pack.Pack) diag.List {
	var found diag.List
	for _, k := range Kinds() {
		places := d.facts.Unexplained[k]
		if len(places) == 0 || items(p, k).Len() == 0 {
			continue
		}
		shown := strings.Join(places[:min(len(places), 5)], ", ")
		if more := len(places) - 5; more > 0 {
			shown += fmt.Sprintf(" and %d more", more)
		}
		found = append(found, diag.Diagnostic{ID: "unexplained-place", Severity: diag.Warning, Path: string(k),
			Message: fmt.Sprintf("no field explains what changes in the console's %s at %s; dialect %s builds it alike for all", k.plural(), shown, d.Name),
			Help:    "look at what stands there in an export; if it is of no account to the console, take the place out of unexplained in dialect.yaml"})
	}
	return found
}
