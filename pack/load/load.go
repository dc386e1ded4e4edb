// Package load reads a spec folder into a pack: every value with its place in the files, and all errors of all files at once.
//
// A spec folder holds pack.yaml, which may have every key of the language, and beside it categories.yaml, alerts.yaml,
// knowledge-objects.yaml, reports.yaml and dashlets.yaml with a key each. The table keys in language.go is the language.
package load

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

// Limits of a spec, far above what people write: past them the input is refused instead of costing memory and time.
const (
	MaxFileSize    = 4 << 20  // bytes of one file; a thousand knowledge objects are 2 MiB
	maxNodes       = 200_000  // scalars, lists and mappings of one file; a thousand knowledge objects are 70,000
	maxDepth       = 32       // nesting of YAML collections; the language needs 9
	maxAliasNodes  = 10_000   // nodes read through YAML aliases
	maxExpression  = 64 << 10 // bytes of an expression with its shared expressions in place
	maxSpliced     = 16 << 20 // bytes of all such expressions
	maxDiagnostics = 1_000    // reported; the rest is counted
	maxSuggestions = 200      // names a nearest known one is looked for
)

// Spec is a loaded spec folder. It locates every value of its pack: a value taken from a shared expression or a rule fragment
// is where that is written.
type Spec struct {
	Pack *pack.Pack
	Dir  string
	// Released is the folder of the last released build, relative to Dir with / between names; "" when the spec names none.
	Released string

	places map[string]place
	broken map[string]bool
}

// Load reads the spec folder dir. The spec is nil when a file could not be read or is not YAML, for then what a pack lacks is
// not known; else it holds what could be read, and the list every error found.
func Load(dir string) (*Spec, diag.List) {
	l := newLoader(dir)
	l.read()
	if l.unreadable {
		return nil, l.result()
	}
	spec := &Spec{Pack: l.pack(), Dir: dir, Released: l.released(), places: l.places, broken: l.broken}
	l.list = append(l.list, Check(spec.Pack, spec)...)
	return spec, l.result()
}

// Locate gives the place of a value of the pack; see diag.Locator.
func (s *Spec) Locate(path string, from, to int) diag.Span {
	for path != "" {
		if p, ok := s.places[path]; ok {
			return p.span(from, to)
		}
		path, from, to = parent(path), -1, -1
	}
	return diag.Span{File: filepath.ToSlash(filepath.Join(s.Dir, packFile))}
}

// Broken reports whether the loader has refused the value at the path, or one that holds it or it holds. Such a value is empty
// or in part missing in the pack, so judging it again says nothing.
func (s *Spec) Broken(path string) bool {
	if _, part := s.broken[path]; part {
		return true
	}
	for p := parent(path); p != ""; p = parent(p) {
		if s.broken[p] {
			return true
		}
	}
	return false
}

// parent cuts the last step off a path: alerts[0].name, alerts[0], alerts.
func parent(path string) string {
	return path[:max(strings.LastIndexAny(path, ".["), 0)]
}

// pack decodes what the files hold and fills in what is not written.
func (l *loader) pack() *pack.Pack {
	p := &pack.Pack{}
	l.define()
	v := reflect.ValueOf(p).Elem()
	for _, f := range fields[v.Type()] {
		if val, ok := l.found[f.name]; ok {
			l.decode(val, v.FieldByIndex(f.index), f.name, f.key)
			continue
		}
		l.absent(f, v.FieldByIndex(f.index))
	}
	fillGroups(v, p.Group)
	l.unused()
	return p
}

// released reads the folder of the last released build, which is no part of the pack.
func (l *loader) released() string {
	v, ok := l.found["released"]
	if !ok {
		return ""
	}
	var name string
	k := keys["Pack.released"]
	l.decode(v, reflect.ValueOf(&name).Elem(), "released", k)
	if name != "" && !k.form.MatchString(name) {
		l.bad(v, "released", "bad-value", fmt.Sprintf("%q is not right; expected %s", name, k.form.says), "")
		return ""
	}
	return name
}

// fillGroups gives the pack's group to what has none of its own.
func fillGroups(v reflect.Value, group string) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			fillGroups(v.Index(i), group)
		}
	case reflect.Struct:
		for _, f := range fields[v.Type()] {
			at := v.FieldByIndex(f.index)
			if f.group && at.IsZero() {
				at.SetString(group)
			}
			fillGroups(at, group)
		}
	}
}
