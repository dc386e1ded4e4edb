package load

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kpgen/kpgen/pack"
)

// Notation is how a person would write a pack: what is named once, what is said beside it. Paths are those of the model; the
// rule of a fragment is at rules.NAME.
type Notation struct {
	Expressions []Definition        // shared expressions, in the order they are to stand in their files
	Rules       []Fragment          // rule fragments, likewise
	Written     map[string]string   // expressions of the model as they are to be written, with %{name}; others are written whole
	Uses        map[string][]string // the fragments a rule takes in; what they give is not written again
	Comments    map[string][]string // lines above a value; at "" the head of pack.yaml, at "alerts" of alerts.yaml, and so on
}

// Definition is a shared expression.
type Definition struct {
	Name    string
	Written string // with %{name} of others, and %%{ for a plain %{
	Key     string // the key whose file it belongs in, as in alerts; empty for pack.yaml
}

// Fragment is a rule fragment.
type Fragment struct {
	Name string
	Rule pack.Rule // its own fields
	Use  []string
	Key  string // as a Definition's
}

// Text is a file of a spec folder.
type Text struct {
	Name string // bare
	Data []byte
}

// Escape writes an expression without shared ones as a spec does: a plain %{ is %%{.
func Escape(expression string) string { return strings.ReplaceAll(expression, "%{", "%%{") }

// Format writes a pack as the files of a spec folder, in the forms a person would choose: defaults left out, the short way to write a
// thing where the language has one, a kind's items in its own file. What the language allows, Load reads back as it was. The error
// is a text that is not UTF-8, which YAML has no way to write.
func Format(p *pack.Pack, n Notation) ([]Text, error) {
	f := formatter{Notation: n, group: p.Group, rules: map[string]Fragment{}}
	for _, r := range n.Rules {
		f.rules[r.Name] = r
	}
	v := reflect.ValueOf(p).Elem()
	var out []Text
	for _, file := range files {
		if data := f.file(v, file.key); len(data) > 0 {
			out = append(out, Text{file.name, data})
		}
	}
	return out, f.err
}

type formatter struct {
	Notation
	group string // the pack's
	rules map[string]Fragment
	err   error
}

// file writes the file of a key; nothing for one that would say nothing.
func (f *formatter) file(v reflect.Value, own string) []byte {
	top := &node{}
	for _, fd := range fields[v.Type()] {
		if fileFor(fd.name) != fileFor(own) || f.leftOut(fd, v.FieldByIndex(fd.index)) {
			continue
		}
		sub := f.value(v.FieldByIndex(fd.index), fd.name, fd.key)
		sub.spaced = own != ""
		f.add(top, fd.name, sub, fd.name)
	}
	f.fragments(top, own)
	f.definitions(top, own)
	if len(top.pairs) == 0 {
		return nil
	}
	var w printer
	if own == "" {
		w.comment(f.Comments[""], 0)
	}
	for i, p := range top.pairs {
		if i > 0 && (p.value.isBlock() || top.pairs[i-1].value.isBlock() || len(p.comment) > 0) {
			w.WriteString("\n")
		}
		w.pair(p, 0)
	}
	return w.Bytes()
}

// add puts a value below its key, with its comments; a mapping of which nothing is written is left out.
func (f *formatter) add(to *node, key string, value *node, path string) {
	if !value.isEmpty() {
		to.pairs = append(to.pairs, pair{key, f.Comments[path], value})
	}
}

func (f *formatter) fragments(top *node, own string) {
	all := &node{open: true}
	for _, r := range f.Rules {
		if r.Key != own {
			continue
		}
		path := join("rules", r.Name)
		n := &node{}
		f.use(n, r.Use)
		f.fields(n, reflect.ValueOf(r.Rule), path, nil)
		f.add(all, r.Name, n, path)
	}
	f.add(top, "rules", all, "rules")
}

func (f *formatter) definitions(top *node, own string) {
	all := &node{open: true}
	for _, d := range f.Expressions {
		if d.Key == own {
			f.add(all, d.Name, f.expression(d.Written), join("expressions", d.Name))
		}
	}
	f.add(top, "expressions", all, "expressions")
}

// leftOut tells a value that need not be written, or cannot be: the language knows no empty text but that of a key not written.
func (f *formatter) leftOut(fd field, v reflect.Value) bool {
	switch {
	case fd.group:
		return v.String() == "" || v.String() == f.group
	case fd.def == "":
		return v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0
	case v.IsZero() && (v.Kind() == reflect.String || v.Kind() == reflect.Int64):
		return true
	}
	def := reflect.New(v.Type()).Elem()
	newLoader("").decode(defaults[fd.def], def, fd.name, fd.key)
	return v.Equal(def)
}

func (f *formatter) value(v reflect.Value, path string, k key) *node {
	switch m := v.Interface().(type) {
	case pack.Duration:
		return &node{text: m.String()}
	case pack.Pattern:
		if m.Text == "" && m.Regex != "" {
			return f.regex(m.Regex, join(path, "regex"))
		}
	case pack.Expression:
		if m == (pack.Expression{Type: pack.RegularExpression, Expression1: m.Expression1}) && m.Expression1 != "" {
			return f.regex(m.Expression1, join(path, "expression_1"))
		}
	case pack.Column:
		return f.column(m, path)
	case []pack.PropertyValue:
		if byProperty(m) {
			return f.propertyValues(m, path)
		}
	case pack.Rule, pack.ObjectRule:
		return f.rule(v, path)
	}
	switch v.Kind() {
	case reflect.Struct:
		n := &node{}
		f.fields(n, v, path, nil)
		return n
	case reflect.Slice:
		return f.list(v, path, k)
	case reflect.String:
		if k.regex {
			return f.regex(v.String(), path)
		}
		return f.words(v.String(), k)
	}
	return &node{text: fmt.Sprint(v.Interface())}
}

// fields writes the keys of a struct, but those whose values are given already.
func (f *formatter) fields(n *node, v reflect.Value, path string, given map[string]reflect.Value) {
	for _, fd := range fields[v.Type()] {
		at := v.FieldByIndex(fd.index)
		if f.leftOut(fd, at) {
			continue
		}
		if g, ok := given[fd.name]; ok && g.Equal(at) {
			continue
		}
		f.add(n, fd.name, f.value(at, join(path, fd.name), fd.key), join(path, fd.name))
	}
}

func (f *formatter) list(v reflect.Value, path string, k key) *node {
	n := &node{list: true, flow: v.Type().Elem().Kind() == reflect.String}
	for i := range v.Len() {
		at := item(path, i)
		n.pairs = append(n.pairs, pair{comment: f.Comments[at], value: f.value(v.Index(i), at, k)})
	}
	return n
}

// rule writes what the fragments it uses do not give. Its title comes first, what it uses next.
func (f *formatter) rule(v reflect.Value, path string) *node {
	n, given := &node{}, map[string]reflect.Value{}
	for _, name := range f.Uses[path] {
		f.given(name, given)
	}
	f.fields(n, v, path, given)
	title := n.pairs
	if len(title) > 0 && title[0].key != "title" {
		title = nil
	}
	rest := n.pairs[min(1, len(title)):]
	n.pairs = slices.Clone(n.pairs[:min(1, len(title))])
	f.use(n, f.Uses[path])
	n.pairs = append(n.pairs, rest...)
	return n
}

func (f *formatter) use(n *node, names []string) {
	if len(names) > 0 {
		n.pairs = append(n.pairs, pair{"use", nil, f.oneOrMore(names)})
	}
}

// given collects the fields a fragment gives, those of the fragments it uses among them.
func (f *formatter) given(name string, out map[string]reflect.Value) {
	r := f.rules[name]
	for _, fd := range fields[reflect.TypeFor[pack.Rule]()] {
		if v := reflect.ValueOf(r.Rule).FieldByIndex(fd.index); !v.IsZero() {
			out[fd.name] = v
		}
	}
	for _, below := range r.Use {
		f.given(below, out)
	}
}

// maxKey is the longest text written as a key; YAML ends at 1024.
const maxKey = 200

// column writes "Heading: token" or "Heading: {property: name}", in full what these would not read back.
func (f *formatter) column(c pack.Column, path string) *node {
	n, shown := &node{}, &node{flow: true}
	f.fields(shown, reflect.ValueOf(c), path, map[string]reflect.Value{"heading": reflect.ValueOf(c.Heading)})
	if len(shown.pairs) != 1 || c.Heading == "" || len(c.Heading) > maxKey || slices.Contains(columnKeys, c.Heading) {
		f.fields(n, reflect.ValueOf(c), path, nil)
		return n
	}
	if c.Token != "" {
		shown = shown.pairs[0].value
	}
	n.pairs = []pair{{f.quoted(c.Heading), nil, shown}}
	return n
}

// byProperty tells values that a mapping of property to tokens can hold.
func byProperty(values []pack.PropertyValue) bool {
	seen := map[string]bool{}
	for _, v := range values {
		if v.Property == "" || len(v.Property) > maxKey || len(v.Tokens) == 0 || seen[v.Property] {
			return false
		}
		seen[v.Property] = true
	}
	return true
}

func (f *formatter) propertyValues(values []pack.PropertyValue, path string) *node {
	n := &node{open: true}
	for i, v := range values {
		n.pairs = append(n.pairs, pair{f.quoted(v.Property), f.Comments[item(path, i)], f.oneOrMore(v.Tokens)})
	}
	return n
}

// oneOrMore writes a text, or a list of them.
func (f *formatter) oneOrMore(texts []string) *node {
	if len(texts) == 1 {
		return f.words(texts[0], key{})
	}
	return f.list(reflect.ValueOf(texts), "", key{})
}

// regex writes the expression at the path.
func (f *formatter) regex(s, path string) *node {
	written, ok := f.Written[path]
	if !ok {
		written = Escape(s)
	}
	return f.expression(written)
}

func (f *formatter) expression(written string) *node {
	f.check(written)
	return &node{text: quoteRegex(written), block: literalLines(written), preferBlock: strings.ContainsAny(written, "'\n")}
}

func (f *formatter) words(s string, k key) *node {
	f.check(s)
	if k.digits && isDecimal(s) {
		return &node{text: s}
	}
	return &node{text: quote(s), block: literalLines(s), folded: foldable(s), preferBlock: strings.Contains(s, "\n")}
}

func (f *formatter) quoted(s string) string {
	f.check(s)
	return quote(s)
}

func (f *formatter) check(s string) {
	if f.err == nil && !utf8.ValidString(s) {
		f.err = fmt.Errorf("the text is not UTF-8: %q", s)
	}
}

// node is a value as it is to be written: a scalar with text, or a mapping, or a list whose pairs have no keys.
type node struct {
	text        string   // of a scalar, on one line
	block       []string // the lines of the scalar as a literal block, nil when it cannot be one
	preferBlock bool     // the block is the better way
	folded      bool     // the scalar's words may be spread over lines

	pairs  []pair
	list   bool
	flow   bool // a list or mapping written on one line if it fits
	open   bool // a mapping never written on one line
	spaced bool // empty lines between the pairs
}

type pair struct {
	key     string
	comment []string
	value   *node
}

func (n *node) isScalar() bool { return n.text != "" }

// isEmpty tells a mapping with nothing in it, which is as good as not written.
func (n *node) isEmpty() bool { return !n.isScalar() && len(n.pairs) == 0 && !n.list }

// isBlock tells what takes more lines than one.
func (n *node) isBlock() bool {
	return n.isScalar() && n.preferBlock && n.block != nil || !n.isScalar() && n.oneLine(0) == ""
}

// maxLine is the width of the lines written, where a value can be broken.
const (
	maxLine = 130
	maxFlow = 100 // of a mapping or list on one line
)

// oneLine is a list or a mapping on one line; empty when it does not fit there or is better not written so.
func (n *node) oneLine(column int) string {
	if n.open {
		return ""
	}
	var parts []string
	for _, p := range n.pairs {
		v := p.value.text
		if p.value.list {
			v = p.value.oneLine(column)
		}
		if v == "" || len(p.comment) > 0 || p.value.preferBlock && p.value.block != nil {
			return ""
		}
		if p.value.isScalar() && v[0] != '"' && v[0] != '\'' && strings.ContainsAny(v, ",[]{}") {
			v = quoteFlow(v)
		}
		if !n.list {
			v = p.key + ": " + v
		}
		parts = append(parts, v)
	}
	text := strings.Join(parts, ", ")
	if n.list {
		text = "[" + text + "]"
	} else {
		text = "{" + text + "}"
	}
	if column+utf8.RuneCountInString(text) > maxFlow {
		return ""
	}
	return text
}

// printer writes nodes as YAML.
type printer struct{ bytes.Buffer }

const indentStep = 2

func (w *printer) indent(n int) { w.WriteString(strings.Repeat(" ", n)) }

func (w *printer) comment(lines []string, indent int) {
	for _, line := range lines {
		for _, wrapped := range wrap(line, maxLine-indent-2) {
			w.indent(indent)
			w.WriteString(strings.TrimRight("# "+shown(wrapped), " ") + "\n")
		}
	}
}

// pair writes a key and its value.
func (w *printer) pair(p pair, indent int) {
	w.comment(p.comment, indent)
	w.indent(indent)
	w.WriteString(p.key + ":")
	w.after(p.value, indent, indent+utf8.RuneCountInString(p.key)+2)
}

// after writes a value behind its key or its dash; column is where it would begin on that line.
func (w *printer) after(n *node, indent, column int) {
	long := column+utf8.RuneCountInString(n.text) > maxLine
	switch {
	case n.isScalar() && n.folded && long:
		w.WriteString(" >-\n")
		w.lines(wrap(n.plain(), maxLine-indent-indentStep), indent+indentStep)
	case n.isScalar() && n.block != nil && (n.preferBlock || long):
		w.WriteString(" |-\n")
		w.lines(n.block, indent+indentStep)
	case n.isScalar():
		w.WriteString(" " + n.text + "\n")
	default:
		if text := n.oneLine(column); text != "" && (n.flow || !n.list) || len(n.pairs) == 0 {
			w.WriteString(" " + text + "\n")
			return
		}
		w.WriteString("\n")
		w.below(n, indent+indentStep)
	}
}

// plain is the scalar's text, which a literal block holds as it is.
func (n *node) plain() string { return strings.Join(n.block, "\n") }

func (w *printer) lines(lines []string, indent int) {
	for _, line := range lines {
		if line != "" {
			w.indent(indent)
		}
		w.WriteString(line + "\n")
	}
}

// below writes the pairs of a mapping or list.
func (w *printer) below(n *node, indent int) {
	for i, p := range n.pairs {
		if i > 0 && n.spaced {
			w.WriteString("\n")
		}
		if !n.list {
			w.pair(p, indent)
			continue
		}
		w.comment(p.comment, indent)
		w.indent(indent)
		w.WriteString("-")
		w.item(p.value, indent)
	}
}

// item writes a value behind its dash, a mapping's first key on the same line.
func (w *printer) item(n *node, indent int) {
	if n.isScalar() || n.list || len(n.pairs) == 0 || len(n.pairs[0].comment) > 0 {
		w.after(n, indent, indent+indentStep)
		return
	}
	var rest printer
	rest.below(n, indent+indentStep)
	w.WriteString(" ")
	w.Write(bytes.TrimLeft(rest.Bytes(), " "))
}
