package proof

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/replay"
)

// actual is what a line is, as an expectation would say it.
type actual struct {
	e    *Expectation // that the line has already, or nil
	line int
	is   Expectation
	row  map[string][]string // report → headings in the report's order
}

// newActual keeps of a line what an expectation says: always categories, alerts and rows; tokens, event and properties only
// where the expectation there is says them.
func newActual(e *Expectation, l *replay.Line) actual {
	a := actual{e: e, line: l.Line, row: map[string][]string{}}
	if l.Failure() != "" {
		a.is.Error = true
		return a
	}
	r := &l.Result
	a.is.Categories, a.is.Alerts = slices.Clone(r.Categories), slices.Clone(r.Alerts)
	if e == nil {
		e = &Expectation{}
	}
	for _, row := range r.Rows {
		if a.is.Rows == nil {
			a.is.Rows = map[string]map[string]string{}
		}
		said := e.Rows[row.Report.Title]
		values := map[string]string{}
		for i, c := range row.Report.Columns {
			if _, listed := said[c.Heading]; row.Values[i] == "" || c.Token == "" && !listed {
				continue
			}
			values[c.Heading] = row.Values[i]
			a.row[row.Report.Title] = append(a.row[row.Report.Title], c.Heading)
		}
		a.is.Rows[row.Report.Title] = values
	}
	if e.Tokens != nil {
		a.is.Tokens = map[string]string{}
		for _, t := range r.Tokens {
			a.is.Tokens[t.Name] = t.Value
		}
	}
	a.is.Event, a.is.Properties = refresh(e.Event, r.Property), refresh(e.Properties, r.Property)
	return a
}

func refresh(said map[string]string, value func(string) (string, bool)) map[string]string {
	if said == nil {
		return nil
	}
	now := map[string]string{}
	for name := range said {
		now[name], _ = value(name)
	}
	return now
}

// Update writes what the lines of the samples are into the expectations beside them. What a person said there stays: words, near
// misses, comments, order of keys, and which tokens, event properties and properties are worth saying.
func Update(ctx context.Context, p *pack.Pack, samples *Samples, opt Options) error {
	c := newConsoles(p, opt)
	for _, l := range samples.Logs {
		if err := update(ctx, c, l); err != nil {
			return err
		}
	}
	return nil
}

func update(ctx context.Context, c *consoles, l *Log) error {
	expected := newExpected(l)
	byExpectation := map[*Expectation][]actual{}
	found, err := c.replay(ctx, l, func(line *replay.Line) error {
		e := expected.next(line.Line)
		byExpectation[e] = append(byExpectation[e], newActual(e, line))
		return nil
	})
	if err == nil {
		err = found.Err() // a log read in part would lose the expectations of the rest
	}
	if err != nil {
		return err
	}
	before, err := l.dump()
	if err != nil {
		return err
	}
	var items []*yaml.Node
	for _, e := range l.Expect {
		items = append(items, rewritten(e, byExpectation[e])...)
	}
	for _, a := range byExpectation[nil] {
		items = append(items, a.write(&yaml.Node{Kind: yaml.MappingNode}))
	}
	slices.SortStableFunc(items, func(a, b *yaml.Node) int { return cmp.Compare(firstLine(a), firstLine(b)) })
	l.list().Content = items
	after, err := l.dump()
	if err != nil || bytes.Equal(before, after) {
		return err // a sheet that says it all already keeps its own spelling
	}
	return replaceFile(l.Expectations, after)
}

// dump gives the sheet's document, its lists indented and its lines as long as they are; nothing for a sheet without one.
func (s *Sheet) dump() ([]byte, error) {
	if s.doc == nil {
		return nil, nil
	}
	return yaml.Dump(s.doc, yaml.WithV4Defaults(), yaml.WithLineWidth(-1), yaml.WithCompactSeqIndent(false))
}

// list gives the node of the expectations, made when the sheet has none.
func (s *Sheet) list() *yaml.Node {
	if s.doc == nil {
		s.doc = &yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	top := s.doc.Content[0]
	if _, v := member(top, "expect"); v != nil && v.Kind == yaml.SequenceNode {
		return v
	}
	v := &yaml.Node{Kind: yaml.SequenceNode}
	set(top, "expect", v)
	return v
}

// rewritten gives the nodes for an expectation: one when its lines are still alike, else one a line.
func rewritten(e *Expectation, lines []actual) []*yaml.Node {
	if len(lines) == 0 {
		return nil // the log has no such line any more
	}
	alike := !slices.ContainsFunc(lines, func(a actual) bool { return !reflect.DeepEqual(a.is, lines[0].is) })
	if alike && len(lines) == e.Last-e.First+1 {
		return []*yaml.Node{lines[0].fill(e.node)}
	}
	var nodes []*yaml.Node
	for _, a := range lines {
		nodes = append(nodes, a.write(cloneNode(e.node)))
	}
	return nodes
}

func cloneNode(n *yaml.Node) *yaml.Node {
	c := *n
	c.Content = nil
	for _, child := range n.Content {
		c.Content = append(c.Content, cloneNode(child))
	}
	return &c
}

// write makes the node say the line and what it is.
func (a actual) write(n *yaml.Node) *yaml.Node {
	remove(n, "lines")
	if k, _ := member(n, "line"); k == nil {
		n.Content = append([]*yaml.Node{text("line"), {Kind: yaml.ScalarNode, Value: strconv.Itoa(a.line)}}, n.Content...)
	}
	set(n, "line", &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.Itoa(a.line)})
	return a.fill(n)
}

// fill makes the node say what the line is. What it says already stays as a person wrote it.
func (a actual) fill(n *yaml.Node) *yaml.Node {
	said := a.e
	if said == nil {
		said = &Expectation{}
	}
	if !a.is.Error {
		remove(n, "error")
	} else if !said.Error {
		set(n, "error", &yaml.Node{Kind: yaml.ScalarNode, Value: "true"})
	}
	if !slices.Equal(said.Categories, a.is.Categories) {
		setTexts(n, "categories", a.is.Categories)
	}
	if !slices.Equal(said.Alerts, a.is.Alerts) {
		setTexts(n, "alerts", a.is.Alerts)
	}
	setValues(n, "tokens", said.Tokens, a.is.Tokens)
	setValues(n, "event", said.Event, a.is.Event)
	setValues(n, "properties", said.Properties, a.is.Properties)
	a.setRows(n, said.Rows)
	return n
}

func (a actual) setRows(n *yaml.Node, said map[string]map[string]string) {
	if len(a.is.Rows) == 0 {
		remove(n, "rows")
		return
	}
	_, old := member(n, "rows")
	if old == nil {
		old = &yaml.Node{}
	}
	rows := &yaml.Node{Kind: yaml.MappingNode, Style: old.Style}
	for _, title := range sorted(a.is.Rows) {
		_, row := member(old, title)
		if row == nil || !sameRow(said[title], a.is.Rows[title]) {
			row = a.rowNode(title, row)
		}
		rows.Content = append(rows.Content, text(title), row)
	}
	set(n, "rows", rows)
}

// rowNode gives the row's filled columns in the report's order.
func (a actual) rowNode(title string, old *yaml.Node) *yaml.Node {
	row := &yaml.Node{Kind: yaml.MappingNode}
	if old != nil {
		row.Style = old.Style
	}
	for _, heading := range a.row[title] {
		row.Content = append(row.Content, text(heading), text(a.is.Rows[title][heading]))
	}
	return row
}

// sameRow compares rows, a column that is said to be empty being the same as one not said.
func sameRow(said, is map[string]string) bool {
	said = maps.Clone(said)
	maps.DeleteFunc(said, func(_, v string) bool { return v == "" })
	return maps.Equal(said, is)
}

func setTexts(n *yaml.Node, key string, all []string) {
	if len(all) == 0 {
		remove(n, key)
		return
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, s := range all {
		name := text(s)
		name.Style = yaml.DoubleQuotedStyle // names have colons, and people quote them so
		list.Content = append(list.Content, name)
	}
	set(n, key, list)
}

// setValues refreshes a mapping in the order it has, new names behind.
func setValues(n *yaml.Node, key string, said, values map[string]string) {
	if values == nil || maps.Equal(said, values) {
		return
	}
	_, old := member(n, key)
	fresh := &yaml.Node{Kind: yaml.MappingNode}
	if old != nil {
		fresh.Style, fresh.HeadComment, fresh.LineComment = old.Style, old.HeadComment, old.LineComment
		for i := 0; i+1 < len(old.Content); i += 2 {
			if _, ok := values[old.Content[i].Value]; ok {
				set(fresh, old.Content[i].Value, text(values[old.Content[i].Value]))
			}
		}
	}
	for _, name := range sorted(values) {
		set(fresh, name, text(values[name]))
	}
	set(n, key, fresh)
}

func sorted[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func text(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(strings.ToValidUTF8(s, "\uFFFD"))
	return n
}

// set gives a key a value; comments at the old value stay. A key of an expectation that is new stands where people expect it.
func set(n *yaml.Node, key string, v *yaml.Node) {
	at := len(n.Content)
	for i := len(n.Content) - 2; i >= 0; i -= 2 {
		if n.Content[i].Value == key {
			v.LineComment, v.FootComment = n.Content[i+1].LineComment, n.Content[i+1].FootComment
			n.Content[i+1] = v
			return
		}
		if slices.Index(expectationKeys, n.Content[i].Value) > slices.Index(expectationKeys, key) {
			at = i
		}
	}
	if !slices.Contains(expectationKeys, key) {
		at = len(n.Content)
	}
	n.Content = slices.Insert(n.Content, at, text(key), v)
}

func remove(n *yaml.Node, key string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content = slices.Delete(n.Content, i, i+2)
			return
		}
	}
}

// firstLine reads the line an expectation's node begins at.
func firstLine(n *yaml.Node) int {
	for _, key := range []string{"line", "lines"} {
		if _, v := member(n, key); v != nil {
			first, _, _ := strings.Cut(v.Value, "-")
			at, _ := strconv.Atoi(strings.TrimSpace(first))
			return at
		}
	}
	return 0
}

// replaceFile writes a file whole or not at all.
func replaceFile(name string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if e := tmp.Chmod(0o644); err == nil {
		err = e
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}
