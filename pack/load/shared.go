package load

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

// text is an expression with its shared expressions in place.
type text struct {
	value
	spliced string
	parts   []part
}

// part is a stretch of the spliced text: written here, or a shared expression's.
type part struct {
	at, n      int // in the spliced text
	from, size int // in the text as written; of a shared expression, its %{name}
	shared     *text
}

// span is the place of the spliced text's bytes from up to to: within a shared expression when it holds them all, else in the
// text itself, where a shared expression counts as its %{name}.
func (t *text) span(from, to int) diag.Span {
	to = max(from, to)
	for _, p := range t.parts {
		if p.shared != nil && p.at <= from && to <= p.at+p.n && p.n > 0 {
			return p.shared.span(from-p.at, to-p.at)
		}
	}
	start, _ := t.written(from)
	end := start
	if to > from {
		_, end = t.written(to - 1)
	}
	from, to = t.src.scan(t.Node).where(start, end)
	return t.src.span(from, to)
}

// written gives the bytes of the text as written that stand for the spliced text's byte i.
func (t *text) written(i int) (from, to int) {
	for _, p := range t.parts {
		if i >= p.at+p.n {
			from = p.from + p.size
			continue
		}
		if p.shared != nil {
			return p.from, p.from + p.size
		}
		return p.from + i - p.at, p.from + i - p.at + 1
	}
	return from, from
}

// progress of a shared expression or a rule fragment, to find those that use themselves.
type progress int

const (
	waiting progress = iota
	busy
	done
)

// names lists the names of a map when they are asked for.
func names[V any](m map[string]V) func() []string {
	return func() []string { return slices.Sorted(maps.Keys(m)) }
}

// shared is a shared expression.
type shared struct {
	entry
	state progress
	text  *text // nil when it was refused
	used  bool
}

// fragment is a rule fragment.
type fragment struct {
	entry
	state   progress
	entries []entry // its own fields and those it takes in
	used    bool
}

func (l *loader) defineShared(v value) {
	for _, e := range l.entries(v, "expressions") {
		if first, twice := l.shared[e.name]; twice {
			l.twice(e, "expressions", first.key)
			continue
		}
		if !l.named(e, "expressions") {
			continue
		}
		l.shared[e.name] = &shared{entry: e}
	}
}

func (l *loader) defineFragments(v value) {
	for _, e := range l.entries(v, "rules") {
		if first, twice := l.fragments[e.name]; twice {
			l.twice(e, "rules", first.key)
			continue
		}
		if !l.named(e, "rules") {
			continue
		}
		l.fragments[e.name] = &fragment{entry: e}
	}
}

func (l *loader) twice(e entry, path string, first value) {
	l.bad(e.key, join(path, e.name), "duplicate-key", fmt.Sprintf("%q is defined already in %s", e.name, first.span()), "")
}

// named tells whether a name can be used, and reports one that cannot.
func (l *loader) named(e entry, path string) bool {
	ok := ident.MatchString(e.name)
	if !ok {
		l.bad(e.key, join(path, e.name), "bad-value", fmt.Sprintf("%q is no name; expected %s", e.name, ident.says), "")
	}
	return ok
}

// define works out every shared expression and every rule fragment, so that those nobody uses are checked too.
func (l *loader) define() {
	for _, name := range slices.Sorted(maps.Keys(l.shared)) {
		l.resolveShared(l.shared[name])
	}
	for _, name := range slices.Sorted(maps.Keys(l.fragments)) {
		f := l.fragments[name]
		path := join("rules", name)
		l.resolveFragment(f)
		l.mapping(f.entries, reflect.ValueOf(&pack.Rule{}).Elem(), path)
	}
}

// unused warns of what is defined and not used.
func (l *loader) unused() {
	for _, s := range l.shared {
		if !s.used {
			l.warn(s.key.span(), "unused-expression", fmt.Sprintf("no expression uses %%{%s}", s.name), "")
		}
	}
	for _, f := range l.fragments {
		if !f.used {
			l.warn(f.key.span(), "unused-fragment", fmt.Sprintf("no rule uses the fragment %q", f.name), "")
		}
	}
}

func (l *loader) resolveShared(s *shared) {
	s.state = busy
	path := join("expressions", s.name)
	v := l.follow(s.value, path)
	if _, ok := l.text(v, path, key{}); ok {
		s.text = l.splice(v, path)
	}
	s.state = done
}

// splice puts the shared expressions into a regular expression; nil after a diagnostic. A fragment's expression is spliced
// once, however often it is used.
func (l *loader) splice(v value, path string) *text {
	t, known := l.texts[v.Node]
	if !known {
		t = l.spliceNew(v, path)
		l.texts[v.Node] = t
	}
	if t == nil {
		l.mark(path)
	}
	return t
}

func (l *loader) spliceNew(v value, path string) *text {
	s := splicer{loader: l, v: v, path: path}
	t := s.run()
	if t == nil {
		return nil
	}
	l.spliced += len(t.spliced)
	switch {
	case len(t.spliced) > maxExpression:
		l.bad(v, path, "expression-too-long",
			fmt.Sprintf("with shared expressions in place this is longer than %d bytes", maxExpression), "")
	case l.spliced > maxSpliced:
		l.bad(v, path, "expression-too-long",
			fmt.Sprintf("up to here all expressions with shared ones in place are longer than %d bytes", maxSpliced), "")
	default:
		return t
	}
	return nil
}

// maxRefused is the number of references refused after which the rest of an expression is not looked at.
const maxRefused = 20

// splicer builds the spliced text of one expression.
type splicer struct {
	*loader
	v       value
	path    string
	out     strings.Builder
	parts   []part
	refused int // references
}

func (s *splicer) run() *text {
	pos := 0
	for s.out.Len() <= maxExpression && s.refused < maxRefused {
		i := strings.Index(s.v.Value[pos:], "%{")
		if i < 0 {
			break
		}
		i += pos
		if i > pos && s.v.Value[i-1] == '%' { // %%{ is a plain %{
			s.own(pos, i-1)
			s.own(i, i+2)
			pos = i + 2
			continue
		}
		s.own(pos, i)
		pos = s.insert(i)
	}
	s.own(pos, len(s.v.Value))
	if s.refused > 0 {
		return nil
	}
	return &text{value: s.v, spliced: s.out.String(), parts: s.parts}
}

// own adds bytes of the expression itself.
func (s *splicer) own(from, to int) {
	if from == to {
		return
	}
	s.parts = append(s.parts, part{at: s.out.Len(), n: to - from, from: from, size: to - from})
	s.out.WriteString(s.v.Value[from:to])
}

// insert adds the shared expression whose %{name} is at byte i and gives the offset after it.
func (s *splicer) insert(i int) int {
	x, end := s.reference(s.v, i, s.path)
	if x == nil {
		s.refused++
		return end
	}
	s.parts = append(s.parts, part{at: s.out.Len(), n: len(x.text.spliced), from: i, size: end - i, shared: x.text})
	s.out.WriteString(x.text.spliced)
	return end
}

// reference reads the %{name} at byte i of an expression and gives its shared expression, nil after a diagnostic, and the
// offset after it.
func (l *loader) reference(v value, i int, path string) (*shared, int) {
	n := strings.IndexByte(v.Value[i:], '}')
	if n < 0 || !ident.MatchString(v.Value[i+2:i+n]) {
		l.badPart(v, i, i+2, path, "bad-reference", "%{ begins the name of a shared expression; expected %{name}",
			"write %%{ where a plain %{ is meant")
		return nil, i + 2
	}
	name, end := v.Value[i+2:i+n], i+n+1
	s, known := l.shared[name]
	if !known {
		l.badPart(v, i, end, path, "unknown-expression", fmt.Sprintf("no shared expression is called %q", name),
			l.suggest(name, names(l.shared)))
		return nil, end
	}
	s.used = true
	switch s.state {
	case busy:
		l.badPart(v, i, end, path, "expression-cycle", fmt.Sprintf("the shared expression %q uses itself", name), "")
		return nil, end
	case waiting:
		l.resolveShared(s)
	}
	if s.text == nil { // reported where it is defined
		return nil, end
	}
	return s, end
}

// badPart reports bytes of a value.
func (l *loader) badPart(v value, from, to int, path, id, message, help string) {
	l.mark(path)
	from, to = v.src.scan(v.Node).where(from, to)
	l.list = append(l.list, diag.Diagnostic{
		ID: id, Severity: diag.Error, Span: v.src.span(from, to), Path: path, Message: message, Help: help,
	})
}

func (l *loader) resolveFragment(f *fragment) {
	if f.state == done {
		return
	}
	f.state = busy
	path := join("rules", f.name)
	f.entries = l.withFragments(l.entries(f.value, path), path)
	f.state = done
}

// withFragments replaces the use of a rule's keys with the fields of the fragments it names. The rule's own fields win; two
// fragments that give one field are an error, unless it is one field they both took from a third.
func (l *loader) withFragments(entries []entry, path string) []entry {
	i := slices.IndexFunc(entries, func(e entry) bool { return e.name == "use" })
	if i < 0 {
		return entries
	}
	use := entries[i].value
	out := slices.Delete(slices.Clone(entries), i, i+1)
	given := map[string]entry{}
	for _, name := range l.used(use, join(path, "use")) {
		for _, e := range l.fragment(name, join(path, "use")) {
			if slices.ContainsFunc(entries, func(own entry) bool { return own.name == e.name }) {
				continue
			}
			first, twice := given[e.name]
			if !twice {
				given[e.name] = e
				out = append(out, e)
				continue
			}
			if first.value.Node != e.value.Node {
				l.bad(name, join(path, "use"), "fragment-conflict",
					fmt.Sprintf("the fragment %q gives %q, which %s gives already", name.Value, e.name, first.key.span()),
					"give the field in the rule itself, or use one of the fragments")
			}
		}
	}
	return out
}

// used lists the names a use gives: one, or a list.
func (l *loader) used(use value, path string) []value {
	use = l.follow(use, path)
	nodes := []*yaml.Node{use.Node}
	if use.Kind == yaml.SequenceNode {
		nodes = use.Content
	}
	var out []value
	for _, n := range nodes {
		v := l.follow(use.below(n), path)
		if _, ok := l.text(v, path, key{}); ok {
			out = append(out, v)
		}
	}
	return out
}

// fragment gives the fields of a named fragment.
func (l *loader) fragment(name value, path string) []entry {
	f, known := l.fragments[name.Value]
	if !known {
		l.bad(name, path, "unknown-fragment", fmt.Sprintf("no rule fragment is called %q", name.Value),
			l.suggest(name.Value, names(l.fragments)))
		return nil
	}
	f.used = true
	if f.state == busy {
		l.bad(name, path, "fragment-cycle", fmt.Sprintf("the rule fragment %q uses itself", name.Value), "")
		return nil
	}
	l.resolveFragment(f)
	return f.entries
}
