package artifact

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"

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
	own.Generated = slices.DeleteFunc(slices.Clone(f.Generated), func(where string) bool { return slices.Contains(base.facts.Generated, where) })
	return own, differing
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
