package proof

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/replay"
)

// maxRange bounds how many lines one expectation is for.
const maxRange = 1 << 20

// maxSheet bounds an expectation file, in bytes.
const maxSheet = 16 << 20

// Sheet is an expectation file.
type Sheet struct {
	Location   *time.Location // the time zone of the console that received the lines; time_zone, UTC unless said
	SourceType string         // source_type: the sender's, when it is not the pack's
	Expect     []*Expectation

	file string
	doc  *yaml.Node // nil when there is no file yet
}

// Expectation says what a line, or every line of a run, is. What is left out is expected not to be: no category, no alert, no
// row; Tokens, Event and Properties are held against the line only where they are given.
type Expectation struct {
	First, Last int // lines
	What        string
	Categories  []string
	Alerts      []string
	NearMiss    []string // items, or "item / rule title", that must not take the line though it comes near
	Tokens      map[string]string
	Event       map[string]string
	Properties  map[string]string
	Rows        map[string]map[string]string // report → heading → value; a token column not listed is empty
	Error       bool                         // the line is no event

	node *yaml.Node
}

// span is the place of a key of the expectation, and of keys within its value; of the innermost that is there.
func (s *Sheet) span(e *Expectation, keys ...string) diag.Span {
	at, in := e.node, e.node
	for _, key := range keys {
		k, v := member(in, key)
		if k == nil {
			break
		}
		at, in = k, v
	}
	return diag.Span{File: s.file, Line: at.Line, Column: at.Column}
}

// loadSheet reads an expectation file; one that is not there is an empty sheet.
func loadSheet(name string) (*Sheet, diag.List) {
	s := &Sheet{file: name, Location: time.UTC}
	data, err := readBounded(name)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	p := &sheetParser{sheet: s}
	if err != nil {
		p.report(&yaml.Node{}, "sheet-unreadable", fmt.Sprintf("the expectations cannot be read: %v", err), "")
		return s, p.found
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		p.report(&yaml.Node{Line: lineOf(err)}, "sheet-invalid", fmt.Sprintf("no YAML: %v", err), "")
		return s, p.found
	}
	if len(doc.Content) == 0 {
		return s, nil
	}
	s.doc = &doc
	p.top(doc.Content[0])
	return s, p.found
}

func readBounded(name string) ([]byte, error) {
	f, err := replay.FileSource(name).Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSheet+1))
	if err == nil && len(data) > maxSheet {
		err = fmt.Errorf("larger than %d MiB", maxSheet>>20)
	}
	return bytes.TrimPrefix(data, []byte("\ufeff")), err
}

// lineOf finds the line a YAML error names, 0 when it names none.
func lineOf(err error) int {
	_, after, _ := strings.Cut(err.Error(), "line ")
	digits := after[:len(after)-len(strings.TrimLeft(after, "0123456789"))]
	n, _ := strconv.Atoi(digits)
	return n
}

// sheetParser reads the nodes of a sheet and gathers all that is wrong with them.
type sheetParser struct {
	sheet *Sheet
	found diag.List
}

func (p *sheetParser) report(n *yaml.Node, id, message, help string) {
	p.found = append(p.found, diag.Diagnostic{ID: id, Severity: diag.Error, Message: message, Help: help,
		Span: diag.Span{File: p.sheet.file, Line: n.Line, Column: n.Column}})
}

// mapping calls take for every member of a mapping whose keys must be among the allowed.
func (p *sheetParser) mapping(n *yaml.Node, allowed []string, take func(key string, k, v *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		p.report(n, "sheet-invalid", "a mapping is expected here", "")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		switch {
		case seen[k.Value]:
			p.report(k, "sheet-invalid", fmt.Sprintf("%q is said twice", k.Value), "keep one")
		case allowed != nil && !slices.Contains(allowed, k.Value):
			p.report(k, "sheet-unknown-key", fmt.Sprintf("unknown key %q; the keys are %s", k.Value, strings.Join(allowed, ", ")),
				diag.DidYouMean(k.Value, allowed))
		default:
			take(k.Value, k, v)
		}
		seen[k.Value] = true
	}
}

func (p *sheetParser) top(n *yaml.Node) {
	p.mapping(n, []string{"time_zone", "source_type", "expect"}, func(key string, _, v *yaml.Node) {
		switch key {
		case "time_zone":
			zone, err := time.LoadLocation(v.Value)
			if err != nil {
				p.report(v, "sheet-invalid", fmt.Sprintf("unknown time zone %q", v.Value), "write an IANA name, as in Europe/Berlin")
				return
			}
			p.sheet.Location = zone
		case "source_type":
			p.sheet.SourceType = p.text(v)
		case "expect":
			p.expect(v)
		}
	})
}

func (p *sheetParser) expect(n *yaml.Node) {
	if n.Kind != yaml.SequenceNode {
		p.report(n, "sheet-invalid", "a list of expectations is expected here", "")
		return
	}
	for _, item := range n.Content {
		if e := p.expectation(item); e != nil {
			p.sheet.Expect = append(p.sheet.Expect, e)
		}
	}
}

var expectationKeys = []string{"line", "lines", "what", "error", "categories", "alerts", "near_miss", "tokens", "event", "properties", "rows"}

func (p *sheetParser) expectation(n *yaml.Node) *Expectation {
	e := &Expectation{node: n}
	p.mapping(n, expectationKeys, func(key string, k, v *yaml.Node) {
		switch key {
		case "line", "lines":
			e.First, e.Last = p.lines(v)
		case "what":
			e.What = p.text(v)
		case "error":
			e.Error = p.text(v) == "true"
		case "categories":
			e.Categories = p.texts(v)
		case "alerts":
			e.Alerts = p.texts(v)
		case "near_miss":
			e.NearMiss = p.texts(v)
		case "tokens":
			e.Tokens = p.values(v)
		case "event":
			e.Event = p.values(v)
		case "properties":
			e.Properties = p.values(v)
		case "rows":
			e.Rows = map[string]map[string]string{}
			p.mapping(v, nil, func(report string, _, row *yaml.Node) { e.Rows[report] = p.values(row) })
		}
	})
	if e.First == 0 {
		if n.Kind == yaml.MappingNode {
			p.report(n, "sheet-invalid", "the expectation does not say which line it is for", "add line: N, or lines: M-N")
		}
		return nil
	}
	return e
}

// lines reads N or M-N.
func (p *sheetParser) lines(n *yaml.Node) (first, last int) {
	a, b, isRange := strings.Cut(n.Value, "-")
	first, err := strconv.Atoi(strings.TrimSpace(a))
	last = first
	if err == nil && isRange {
		last, err = strconv.Atoi(strings.TrimSpace(b))
	}
	if err != nil || first < 1 || last < first || last-first > maxRange {
		p.report(n, "sheet-invalid", fmt.Sprintf("%q names no lines: write a line from 1, or first-last, at most %d", n.Value, maxRange), "")
		return 0, 0
	}
	return first, last
}

func (p *sheetParser) text(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		p.report(n, "sheet-invalid", "a text is expected here", "")
	}
	return n.Value
}

// texts reads a list of texts, or one text alone.
func (p *sheetParser) texts(n *yaml.Node) []string {
	if n.Kind != yaml.SequenceNode {
		return []string{p.text(n)}
	}
	var all []string
	for _, item := range n.Content {
		all = append(all, p.text(item))
	}
	return all
}

func (p *sheetParser) values(n *yaml.Node) map[string]string {
	all := map[string]string{}
	p.mapping(n, nil, func(key string, _, v *yaml.Node) { all[key] = p.text(v) })
	return all
}

// member finds a key of a mapping.
func member(n *yaml.Node, key string) (k, v *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}
