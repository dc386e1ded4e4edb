package load

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

// fields are the fields of every struct of the model.
var fields = allFields(reflect.TypeFor[pack.Pack](), map[reflect.Type][]field{})

func allFields(t reflect.Type, out map[reflect.Type][]field) map[reflect.Type][]field {
	for t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if _, known := out[t]; known || t.Kind() != reflect.Struct {
		return out
	}
	out[t] = fieldsOf(t)
	for _, f := range out[t] {
		allFields(f.typ, out)
	}
	return out
}

// loader is the state of one Load.
type loader struct {
	dir        string
	list       diag.List
	unreadable bool // a file could not be read or parsed

	found     map[string]value     // the value of each top-level key of the model
	shared    map[string]*shared   // shared expressions by name
	fragments map[string]*fragment // rule fragments by name
	texts     map[*yaml.Node]*text // expressions with shared ones in place, nil for those refused
	places    map[string]place     // where each value of the model is written
	broken    map[string]bool      // true: the value was refused; false: a part of it

	aliasNodes int // read through aliases
	spliced    int // bytes of expressions with shared ones in place
	suggested  int // names a nearest one was looked for
	tooMuch    bool
}

func newLoader(dir string) *loader {
	return &loader{
		dir: dir, found: map[string]value{}, shared: map[string]*shared{}, fragments: map[string]*fragment{},
		texts: map[*yaml.Node]*text{}, places: map[string]place{}, broken: map[string]bool{},
	}
}

// value is a YAML node with the file it is in.
type value struct {
	*yaml.Node
	src *source
	via *yaml.Node // the alias it was reached through, or nil
}

func (v value) span() diag.Span { return v.src.spanOf(v.Node) }

// below is a node of the same file.
func (v value) below(n *yaml.Node) value { return value{Node: n, src: v.src} }

// place is where a value of the model is written; an expression also has its spliced text.
type place struct {
	value
	text *text
}

func (p place) span(from, to int) diag.Span {
	if from < 0 {
		return p.value.span()
	}
	if p.text != nil {
		return p.text.span(from, to)
	}
	start, end := p.src.scan(p.Node).where(from, to)
	return p.src.span(start, end)
}

// file is the name diagnostics give a file of the folder.
func (l *loader) file(name string) string { return filepath.ToSlash(filepath.Join(l.dir, name)) }

func (l *loader) report(at diag.Span, id, message, help string) {
	l.list = append(l.list, diag.Diagnostic{ID: id, Severity: diag.Error, Span: at, Message: message, Help: help})
}

func (l *loader) warn(at diag.Span, id, message, help string) {
	l.list = append(l.list, diag.Diagnostic{ID: id, Severity: diag.Warning, Span: at, Message: message, Help: help})
}

// suggest is help for a name that is not among the known; after many such names there is none, and the known are not asked for.
func (l *loader) suggest(name string, known func() []string) string {
	l.suggested++
	if l.suggested > maxSuggestions {
		return ""
	}
	return diag.DidYouMean(name, known())
}

// refuse reports what keeps a whole file from being read.
func (l *loader) refuse(at diag.Span, id, message, help string) {
	l.unreadable = true
	l.report(at, id, message, help)
}

// bad reports a value of the model and marks it as refused.
func (l *loader) bad(v value, path, id, message, help string) {
	l.mark(path)
	l.list = append(l.list, diag.Diagnostic{ID: id, Severity: diag.Error, Span: v.span(), Path: path, Message: message, Help: help})
}

// mark notes that the value at the path was refused; those that hold it are there, with a part missing.
func (l *loader) mark(path string) {
	l.broken[path] = true
	for p := parent(path); p != ""; p = parent(p) {
		if _, known := l.broken[p]; known {
			return
		}
		l.broken[p] = false
	}
}

// result orders what was found, drops repetitions (a fragment is read at each use) and cuts an endless list.
func (l *loader) result() diag.List {
	list := l.list.Unique()
	if len(list) <= maxDiagnostics {
		return list
	}
	more := len(list) - maxDiagnostics
	return append(list[:maxDiagnostics], diag.Diagnostic{
		ID: "too-many", Severity: diag.Error, Span: diag.Span{File: l.file("")},
		Message: fmt.Sprintf("%d more findings are not shown", more),
	})
}

// entry is one key of a mapping with its value.
type entry struct {
	key   value
	name  string
	value value
}

// topLevel sorts the keys of a file: keys of the model, shared expressions and rule fragments.
func (l *loader) topLevel(v value, file, own string) {
	known := keyNames(reflect.TypeFor[pack.Pack]())
	for _, e := range l.entries(v, "") {
		switch {
		case e.name == "expressions":
			l.defineShared(e.value)
		case e.name == "rules":
			l.defineFragments(e.value)
		case !slices.Contains(known, e.name):
			l.bad(e.key, "", "unknown-key", fmt.Sprintf("no key of a spec is called %q", e.name),
				l.suggest(e.name, func() []string { return known }))
		case own != "" && own != e.name:
			l.bad(e.key, e.name, "misplaced-key", fmt.Sprintf("%q does not belong in %s", e.name, file), "it belongs in "+fileFor(e.name))
		default:
			l.top(e)
		}
	}
}

// top keeps the value of a top-level key, which two files may not both have.
func (l *loader) top(e entry) {
	if first, twice := l.found[e.name]; twice {
		l.bad(e.key, e.name, "duplicate-key", fmt.Sprintf("%q is in %s already", e.name, first.src.name), "")
		return
	}
	l.found[e.name] = e.value
}

// entries lists the keys of a mapping. Keys written twice and keys that are no plain text are reported.
func (l *loader) entries(v value, path string) []entry {
	v = l.follow(v, path)
	if v.Kind != yaml.MappingNode {
		l.wrongType(v, path, "a mapping of keys to values")
		return nil
	}
	var out []entry
	seen := map[string]int{}
	for i := 0; i+1 < len(v.Content); i += 2 {
		k := v.below(v.Content[i])
		e := entry{key: k, name: k.Value, value: v.below(v.Content[i+1])}
		first, twice := seen[e.name]
		switch {
		case k.Kind == yaml.ScalarNode && k.Tag == "!!merge":
			l.bad(k, path, "merge-key", "merge keys are not part of the spec's language",
				"name a rule fragment under rules and take it in with use")
		case k.Kind != yaml.ScalarNode:
			l.wrongType(k, path, "a key")
		case twice:
			l.bad(k, join(path, e.name), "duplicate-key", fmt.Sprintf("%q is given twice, first in line %d", e.name, first), "")
		default:
			seen[e.name] = k.Line
			out = append(out, e)
		}
	}
	return out
}

// join is the path of a mapping's key.
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// item is the path of a list's item.
func item(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// follow gives what an alias stands for. Everything read through aliases is counted: a small file cannot become a huge pack.
func (l *loader) follow(v value, path string) value {
	if v.Kind != yaml.AliasNode {
		return v
	}
	l.aliasNodes += countNodes(v.Alias, maxAliasNodes)
	if l.aliasNodes <= maxAliasNodes {
		return value{Node: v.Alias, src: v.src, via: v.Node}
	}
	if !l.tooMuch {
		l.tooMuch = true
		l.bad(v, path, "too-many-aliases", fmt.Sprintf("aliases repeat more than %d values", maxAliasNodes), "")
	}
	return v.below(&yaml.Node{Kind: yaml.ScalarNode, Tag: refusedTag, Line: v.Line, Column: v.Column})
}

// refusedTag marks a value already reported, of which nothing more is to be said.
const refusedTag = "refused"

// countNodes counts the nodes below n, at most limit of them.
func countNodes(n *yaml.Node, limit int) int {
	count := 1
	for _, c := range n.Content {
		if count >= limit {
			break
		}
		count += countNodes(c, limit-count)
	}
	return count
}

// decode reads a value into the model.
func (l *loader) decode(v value, out reflect.Value, path string, k key) {
	v = l.follow(v, path)
	l.places[path] = place{value: v}
	if v.Tag != refusedTag && v.Style&yaml.TaggedStyle != 0 && !strings.HasPrefix(v.Tag, "!!") {
		l.bad(v, path, "wrong-type", fmt.Sprintf("the tag %s means nothing here", v.Tag), "")
		return
	}
	if special, ok := forms[out.Type()]; ok {
		special(l, v, out, path, k)
		return
	}
	switch out.Kind() {
	case reflect.Struct:
		l.mapping(l.entries(v, path), out, path)
	case reflect.Slice:
		l.sequence(v, out, path, k)
	case reflect.String:
		l.string(v, out, path, k)
	case reflect.Bool:
		l.bool(v, out, path)
	case reflect.Int:
		l.int(v, out, path)
	}
}

// mapping reads the keys of a struct; those not written take their defaults.
func (l *loader) mapping(entries []entry, out reflect.Value, path string) {
	written := map[string]bool{}
	all := fields[out.Type()]
	for _, e := range entries {
		i := slices.IndexFunc(all, func(f field) bool { return f.name == e.name })
		if i < 0 {
			l.unknownKey(e, out.Type(), path)
			continue
		}
		written[e.name] = true
		at := out.FieldByIndex(all[i].index)
		l.decode(e.value, at, join(path, e.name), all[i].key)
		if all[i].omit && at.Kind() == reflect.Struct && at.IsZero() {
			l.nothing(e.value, at.Type(), join(path, e.name))
		}
	}
	for _, f := range all {
		if !written[f.name] {
			l.absent(f, out.FieldByIndex(f.index))
		}
	}
}

// nothing reports what an optional mapping must have when all of it is missing or 0, for the model cannot tell that from one not
// written.
func (l *loader) nothing(v value, t reflect.Type, path string) {
	for _, f := range fields[t] {
		below := join(path, f.name)
		written, ok := l.places[below]
		switch _, part := l.broken[below]; {
		case part || l.broken[path] || !f.need:
		case ok:
			l.bad(written.value, below, "bad-value", fmt.Sprintf("%q must not be empty or 0", f.name), f.doc)
		default:
			l.bad(v, below, "missing-key", fmt.Sprintf("%q is missing", f.name), f.doc)
		}
	}
}

func (l *loader) unknownKey(e entry, t reflect.Type, path string) {
	l.bad(e.key, join(path, e.name), "unknown-key", fmt.Sprintf("no key is called %q here", e.name),
		l.suggest(e.name, func() []string { return keyNames(t) }))
}

// defaults are the values of the language's defaults.
var defaults = func() map[string]value {
	out := map[string]value{}
	for name, k := range keys {
		var n yaml.Node
		if k.def == "" {
			continue
		}
		if err := yaml.Load([]byte(k.def), &n); err != nil {
			panic("default of " + name + ": " + err.Error())
		}
		out[k.def] = value{Node: n.Content[0], src: newSource("", []byte(k.def))}
	}
	return out
}()

// absent gives a key that is not written its default, and those below it theirs unless all of it may be left out.
func (l *loader) absent(f field, out reflect.Value) {
	if def, ok := defaults[f.def]; ok {
		newLoader("").decode(def, out, f.name, f.key)
		return
	}
	if f.typ.Kind() != reflect.Struct || f.omit || f.need {
		return
	}
	for _, below := range fields[f.typ] {
		l.absent(below, out.FieldByIndex(below.index))
	}
}

// sequence reads a list; where texts are wanted, one text is a list of one.
func (l *loader) sequence(v value, out reflect.Value, path string, k key) {
	if v.Kind == yaml.ScalarNode && out.Type().Elem().Kind() == reflect.String && v.Tag == "!!str" {
		v.Node = &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{v.Node}, Line: v.Line, Column: v.Column}
	}
	if v.Kind != yaml.SequenceNode {
		l.wrongType(v, path, "a list")
		return
	}
	if len(v.Content) == 0 {
		return
	}
	out.Set(reflect.MakeSlice(out.Type(), len(v.Content), len(v.Content)))
	for i, n := range v.Content {
		l.decode(v.below(n), out.Index(i), item(path, i), k)
	}
}

func (l *loader) string(v value, out reflect.Value, path string, k key) {
	s, ok := l.text(v, path, k)
	if !ok {
		return
	}
	if k.filled && s == "" {
		l.bad(v, path, "missing-key", "the text is empty", "leave the key out")
		return
	}
	if k.regex {
		t := l.splice(v, path)
		if t == nil {
			return
		}
		l.places[path] = place{value: v, text: t}
		s = t.spliced
	}
	out.SetString(s)
}

// text is the text of a scalar.
func (l *loader) text(v value, path string, k key) (string, bool) {
	if v.Kind == yaml.ScalarNode && (v.Tag == "!!str" || k.digits && v.Tag == "!!int" && isDecimal(v.Value)) {
		return v.Value, true
	}
	l.wrongType(v, path, "text")
	return "", false
}

func (l *loader) bool(v value, out reflect.Value, path string) {
	if v.Kind != yaml.ScalarNode || v.Tag != "!!bool" {
		l.wrongType(v, path, "true or false")
		return
	}
	out.SetBool(strings.EqualFold(v.Value, "true"))
}

func (l *loader) int(v value, out reflect.Value, path string) {
	n, err := strconv.Atoi(v.Value)
	if v.Kind != yaml.ScalarNode || v.Tag != "!!int" || !isDecimal(v.Value) || err != nil {
		l.wrongType(v, path, "a whole number")
		return
	}
	out.SetInt(int64(n))
}

// isDecimal tells a number written the one way that reads the same as a number and as a text.
func isDecimal(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	return digits != "" && strings.Trim(digits, "0123456789") == "" && (digits[0] != '0' || s == "0")
}

// wrongType reports a value that is not what was expected.
func (l *loader) wrongType(v value, path, expected string) {
	if v.Tag == refusedTag {
		l.mark(path)
		return
	}
	help := ""
	if expected == "text" && v.Kind == yaml.ScalarNode && v.Tag != "!!null" {
		help = fmt.Sprintf("put it in quotes: %q", v.Value)
	}
	what := describe(v.Node)
	if v.via != nil { // what it stands for is right elsewhere
		v = v.below(v.via)
	}
	l.bad(v, path, "wrong-type", fmt.Sprintf("this is %s; expected %s", what, expected), help)
}

func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.Tag {
	case "!!null":
		return "empty"
	case "!!bool":
		return "true or false"
	case "!!int", "!!float":
		return "a number"
	case "!!timestamp":
		return "a date"
	case "!!str":
		return "text"
	}
	return "a value with the tag " + n.Tag
}
