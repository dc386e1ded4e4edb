package synth

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/load"
)

// Limits of a synth.yaml, far above what people write.
const (
	maxText   = 64 << 10 // bytes a text may come to
	maxWeight = 1_000_000
	maxTimers = 10_000
)

// Load reads the synth.yaml of a spec folder. The spec is nil when the list has an error.
func Load(dir string) (*Spec, diag.List) {
	f, list := load.ReadFile(dir, load.SynthFile)
	if f == nil {
		return nil, list
	}
	r := reader{file: f, defs: map[string]*def{}, slots: map[string]int{}, spec: &Spec{start: time.Unix(0, 0).UTC(), pace: time.Second}}
	r.read()
	r.list.Sort()
	if r.list.Has(diag.Error) {
		return nil, r.list
	}
	return r.spec, r.list
}

// reader turns YAML into a Spec and collects what is wrong.
type reader struct {
	file  *load.File
	list  diag.List
	spec  *Spec
	defs  map[string]*def
	order []string       // of the values as written
	slots map[string]int // by name, with its #number
}

// def is a value as written and, once it was needed, as read.
type def struct {
	key, node *yaml.Node
	drawer    drawer // nil until read, and when it is wrong
	length    int    // most bytes it comes to
	reading   bool
	read      bool
	used      bool
}

func (r *reader) report(severity diag.Severity, at diag.Span, id, help, format string, args ...any) {
	r.list = append(r.list, diag.Diagnostic{ID: id, Severity: severity, Span: at, Message: fmt.Sprintf(format, args...), Help: help})
}

func (r *reader) bad(n *yaml.Node, id, help, format string, args ...any) {
	r.report(diag.Error, r.file.Locate(n, -1, -1), id, help, format, args...)
}

var keys = []string{"start", "pace", "values", "lines"}

func (r *reader) read() {
	top := r.mapping(r.file.Root, keys)
	if n := top["start"]; n != nil {
		r.start(n)
	}
	if n := top["pace"]; n != nil {
		r.spec.pace = r.duration(n)
	}
	if n := top["values"]; n != nil {
		r.declare(n)
	}
	for _, name := range r.order {
		r.define(r.defs[name])
	}
	if n := top["lines"]; n != nil {
		r.lines(n)
	} else {
		r.bad(r.file.Root, "missing-key", "", `"lines" is missing, expected a list of items`)
	}
	for _, name := range r.order {
		if !r.defs[name].used {
			r.report(diag.Warning, r.file.Locate(r.defs[name].key, -1, -1), "unused-value", "", "no line uses the value %q", name)
		}
	}
}

// pairs gives the keys and values of a mapping by turns; keys that are no texts or come twice are reported.
func (r *reader) pairs(n *yaml.Node) [][2]*yaml.Node {
	if n.Kind != yaml.MappingNode {
		r.bad(n, "wrong-type", "", "expected a mapping of keys to values")
		return nil
	}
	var all [][2]*yaml.Node
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case key.Kind != yaml.ScalarNode:
			r.bad(key, "wrong-type", "", "a key must be a text")
			continue
		case seen[key.Value]:
			r.bad(key, "duplicate-key", "", "%q is written twice", key.Value)
			continue
		}
		seen[key.Value] = true
		all = append(all, [2]*yaml.Node{key, n.Content[i+1]})
	}
	return all
}

// mapping gives the values of a mapping with known keys.
func (r *reader) mapping(n *yaml.Node, known []string) map[string]*yaml.Node {
	out := map[string]*yaml.Node{}
	for _, pair := range r.pairs(n) {
		if name := pair[0].Value; slices.Contains(known, name) {
			out[name] = pair[1]
		} else {
			r.bad(pair[0], "unknown-key", diag.DidYouMean(name, known), "no key is called %q here", name)
		}
	}
	return out
}

func (r *reader) scalar(n *yaml.Node, expected string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.bad(n, "wrong-type", "", "expected %s", expected)
		return "", false
	}
	return n.Value, true
}

func (r *reader) start(n *yaml.Node) {
	const expected = "a time as 2021-03-02T08:00:00Z"
	s, ok := r.scalar(n, expected)
	if !ok {
		return
	}
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		r.bad(n, "bad-value", "", "%q is no time; expected %s", s, expected)
	}
	r.spec.start = at.UTC()
}

// duration reads a time from a microsecond to a year, in Go's form.
func (r *reader) duration(n *yaml.Node) time.Duration {
	const expected = "a length of time from 1us to 8760h, as 20ms or 1m30s"
	s, ok := r.scalar(n, expected)
	if !ok {
		return time.Second
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < time.Microsecond || d > 8760*time.Hour {
		r.bad(n, "bad-value", "", "%q is not right; expected %s", s, expected)
		return time.Second
	}
	return d
}

// whole reads a whole number from 1 to most.
func (r *reader) whole(n *yaml.Node, most int) int {
	s, ok := r.scalar(n, fmt.Sprintf("a whole number from 1 to %d", most))
	if !ok {
		return 1
	}
	v, err := strconv.Atoi(s)
	if err != nil || v < 1 || v > most {
		r.bad(n, "bad-value", "", "%q is not right; expected a whole number from 1 to %d", s, most)
		return 1
	}
	return v
}

var ident = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func (r *reader) declare(n *yaml.Node) {
	for _, pair := range r.pairs(n) {
		name := pair[0].Value
		if !ident.MatchString(name) {
			r.bad(pair[0], "bad-value", "", "%q is no name; expected small letters, digits and _", name)
			continue
		}
		r.defs[name] = &def{key: pair[0], node: pair[1]}
		r.order = append(r.order, name)
	}
}

// slot gives the slot of a name, as service or service#2, reading its value if need be; none after a diagnostic at the place.
func (r *reader) slot(name string, at diag.Span) int {
	base, _, _ := strings.Cut(name, "#")
	d, ok := r.defs[base]
	if !ok {
		r.report(diag.Error, at, "unknown-value", diag.DidYouMean(base, r.order), "no value is called %q", base)
		return none
	}
	d.used = true
	if d.reading {
		r.report(diag.Error, at, "value-cycle", "", "the value %q is made of itself", base)
		return none
	}
	r.define(d)
	if d.drawer == nil {
		return none
	}
	i, known := r.slots[name]
	if !known {
		i = len(r.spec.names)
		r.slots[name] = i
		r.spec.names = append(r.spec.names, d.drawer)
	}
	return i
}

var named = regexp.MustCompile(`%?%\{([^}]*)\}?`)

var reference = regexp.MustCompile(`^%\{[a-z][a-z0-9_]*(#[0-9]{1,3})?\}$`)

// text reads a text with names in it, and gives the most bytes it comes to.
func (r *reader) text(n *yaml.Node) (text, int) {
	s, ok := r.scalar(n, "a text")
	if !ok {
		return nil, 0
	}
	var out text
	length, done := len(s), 0
	literal := ""
	for _, m := range named.FindAllStringSubmatchIndex(s, -1) {
		literal += s[done:m[0]]
		done = m[1]
		whole := s[m[0]:m[1]]
		if strings.HasPrefix(whole, "%%{") {
			literal += whole[1:]
			continue
		}
		at := r.file.Locate(n, m[0], m[1])
		if !reference.MatchString(whole) {
			r.report(diag.Error, at, "bad-reference", "write %%{ for %{ itself", "%s names no value; expected %%{name} or %%{name#2}", whole)
			continue
		}
		name := s[m[2]:m[3]]
		slot := r.slot(name, at)
		if slot != none {
			base, _, _ := strings.Cut(name, "#")
			length = min(length+r.defs[base].length, maxText+1)
		}
		out = append(out, part{literal, slot})
		literal = ""
	}
	if length > maxText {
		r.bad(n, "text-too-long", "", "the text may come to more than %d bytes", maxText)
		length = 0
	}
	return append(out, part{literal + s[done:], none}), length
}

var itemKeys = []string{"weight", "every", "each", "text"}

func (r *reader) lines(n *yaml.Node) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		r.bad(n, "wrong-type", "", "expected a list of items")
		return
	}
	var timed []item
	load := 0.0 // share of all lines that come at their own time
	for _, child := range n.Content {
		it, weight := r.item(child)
		if it.every == 0 {
			r.spec.items = append(r.spec.items, it)
			r.spec.pick.add(uint64(weight))
			continue
		}
		choices := 1
		if it.each != nil {
			choices = len(it.each.texts)
		}
		timed = append(timed, it)
		load += float64(choices*len(it.texts)) * float64(r.spec.pace) / float64(it.every)
	}
	r.spec.items = append(r.spec.items, timed...)
	if load >= 1 && r.spec.pick.total > 0 {
		r.bad(n, "too-many-timed", "let them come less often, or lower pace",
			"the lines with a time of their own leave no room for those with a weight: they are %.1f times as many as pace allows", load)
	}
}

func (r *reader) item(n *yaml.Node) (it item, weight int) {
	it.slot, weight = none, 1
	in := r.mapping(n, itemKeys)
	switch {
	case in["text"] == nil:
		r.bad(n, "missing-key", "", `"text" is missing, expected a text or a list of texts`)
	case in["text"].Kind == yaml.SequenceNode && len(in["text"].Content) > 0:
		for _, child := range in["text"].Content {
			t, _ := r.text(child)
			it.texts = append(it.texts, t)
		}
	default:
		t, _ := r.text(in["text"])
		it.texts = []text{t}
	}
	if (in["weight"] == nil) == (in["every"] == nil) {
		r.bad(n, "weight-or-every", "", "an item comes by weight or every so often; expected one of the keys weight and every")
		return it, weight
	}
	if in["weight"] != nil {
		weight = r.whole(in["weight"], maxWeight)
	} else {
		it.every = r.duration(in["every"])
	}
	if in["each"] != nil {
		r.each(in["each"], &it)
	}
	return it, weight
}

// each reads the name of a choice that an item comes for.
func (r *reader) each(n *yaml.Node, it *item) {
	name, ok := r.scalar(n, "the name of a choice")
	if !ok {
		return
	}
	if it.every == 0 {
		r.bad(n, "bad-value", "", "each goes with every, not with weight")
		return
	}
	if it.slot = r.slot(name, r.file.Locate(n, -1, -1)); it.slot == none {
		return
	}
	it.each, ok = r.spec.names[it.slot].(*choice)
	if !ok || len(it.each.texts) > maxTimers {
		r.bad(n, "bad-value", "", "%q is not right; expected the name of a choice of at most %d texts", name, maxTimers)
	}
}
