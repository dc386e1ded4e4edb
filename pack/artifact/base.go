package artifact

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/templates"
)

// Over gives what a dialect of these facts and templates has to say if it rests on another: the facts that differ, and those kinds' templates
// that do. The base is loaded; ref is what dialect.yaml calls it.
func (f Facts) Over(base *Dialect, ref string, kinds map[Kind][]byte) (Facts, map[Kind][]byte) {
	own := f
	own.Base, own.Container, own.Containers = ref, container.Format{}, map[Kind]container.Format{}
	differing := map[Kind][]byte{}
	for k, data := range kinds {
		format, ok := f.Containers[k]
		if !ok {
			format = f.Container
		}
		if there := base.kinds[k]; there == nil || !reflect.DeepEqual(there.format, format) {
			own.Containers[k] = format
		}
		if !bytes.Equal(base.templateBytes(k), data) {
			differing[k] = data
		}
	}
	own.Values = without(f.Values, base.facts.Values)
	own.Assumed = Assumed{without(f.Assumed.Characters, base.facts.Assumed.Characters), without(f.Assumed.Words, base.facts.Assumed.Words)}
	own.Inner = without(f.Inner, base.facts.Inner)
	own.Unexplained = without(f.Unexplained, base.facts.Unexplained)
	own.Without = slices.DeleteFunc(slices.Clone(f.Without), base.without)
	own.Sorted = without(f.Sorted, base.facts.Sorted)
	own.Generated = slices.DeleteFunc(slices.Clone(f.Generated), func(where string) bool { return slices.Contains(base.facts.Generated, where) })
	return own, differing
}

// Base gives the dialect that this one rests on, and what dialect.yaml calls it; nil: none.
func (d *Dialect) Base() (base *Dialect, ref string) { return d.base, d.facts.Base }

// Keep gives the facts and templates of a dialect in which the kinds are to stay as they are, and the others are learned anew.
func (d *Dialect) Keep(kinds []Kind) (Facts, map[Kind][]byte) {
	f := d.facts
	f.Base, f.Verified, f.Container, f.Containers = "", false, container.Format{}, map[Kind]container.Format{}
	f.Values, f.Inner = cloned(f.Values), cloned(f.Inner)
	others := func(at string) bool { return !slices.Contains(kinds, Kind(at[:strings.IndexAny(at+"[", "[")])) }
	f.Assumed = Assumed{cloned(f.Assumed.Characters), cloned(f.Assumed.Words)}
	maps.DeleteFunc(f.Assumed.Characters, func(at, _ string) bool { return others(at) })
	maps.DeleteFunc(f.Assumed.Words, func(at string, _ []string) bool { return others(at) })
	f.Unexplained = cloned(f.Unexplained)
	maps.DeleteFunc(f.Unexplained, func(k Kind, _ []string) bool { return others(string(k)) })
	f.Sorted = cloned(f.Sorted)
	maps.DeleteFunc(f.Sorted, func(at string, _ Order) bool { return others(at) })
	templates := map[Kind][]byte{}
	for _, k := range kinds {
		if d.kinds[k] != nil {
			f.Containers[k], templates[k] = d.kinds[k].format, d.templateBytes(k)
		}
	}
	return f, templates
}

// cloned is a map that can be written to.
func cloned[K comparable, V any](m map[K]V) map[K]V {
	all := map[K]V{}
	maps.Copy(all, m)
	return all
}

// without gives the entries that are not the same in the base.
func without[K comparable, V any](own, base map[K]V) map[K]V {
	rest := maps.Clone(own)
	maps.DeleteFunc(rest, func(name K, v V) bool {
		there, ok := base[name]
		return ok && reflect.DeepEqual(there, v)
	})
	return rest
}

// templateBytes gives the template of a kind as it was read; nil where there is none.
func (d *Dialect) templateBytes(k Kind) []byte {
	if d.kinds[k] == nil {
		return nil
	}
	data, _ := d.kinds[k].source.Bytes() // it was read
	return data
}

// FindDialect gives where LoadDialect finds a dialect: its folder, or its name when it is built in. The error is a diag.List.
func FindDialect(name string) (at string, builtIn bool, err error) {
	if _, ok := templates.Dialect(name); ok {
		return name, true, nil
	}
	for _, file := range []string{"dialect.yaml", ""} { // a spec may have the dialect's name
		for _, at := range []string{name, filepath.Join(Folder, name)} {
			if info, err := os.Stat(at); err != nil || !info.IsDir() || name == "" {
				continue
			}
			if _, err := os.Stat(filepath.Join(at, file)); err == nil {
				return at, false, nil
			}
		}
	}
	return "", false, diag.List{notFound(name)}
}
