package load

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

// checkScalars checks of every scalar of a YAML text that each character of its value is found where it is written, and tells how
// many scalars there were.
func checkScalars(text string) (int, error) {
	if len(text) > MaxFileSize || invalidUTF8([]byte(text)) >= 0 || strings.ContainsFunc(text, noYAML) {
		return 0, nil
	}
	in, err := yaml.NewLoader(strings.NewReader(text))
	if err != nil {
		return 0, err
	}
	var doc yaml.Node
	if in.Load(&doc) != nil || len(doc.Content) == 0 || doc.Content[0].Kind == yaml.ScalarNode { // no spec is a scalar
		return 0, nil
	}
	src := newSource("a.yaml", []byte(text))
	count := 0
	var walk func(n *yaml.Node) error
	walk = func(n *yaml.Node) error {
		if n.Kind == yaml.ScalarNode {
			count++
			return checkScalar(src, n)
		}
		for _, c := range n.Content {
			if err := walk(c); err != nil {
				return err
			}
		}
		return nil
	}
	return count, walk(&doc)
}

func checkScalar(src *source, n *yaml.Node) error {
	s := src.scan(n)
	end := s.start
	for i, r := range n.Value {
		from, to := s.where(i, i+utf8.RuneLen(r))
		if from < end || to < from || to == from && to < len(src.text) || to > s.end {
			return fmt.Errorf("%q: character %d (%q) at %d-%d, after %d, in %d-%d", n.Value, i, r, from, to, end, s.start, s.end)
		}
		if err := sameCharacter(r, src.text[from:to], n.Style); err != nil {
			return fmt.Errorf("%q: character %d: %w", n.Value, i, err)
		}
		end = from
	}
	return nil
}

// sameCharacter checks that a character is written as it is, as an escape, or as a folded line break.
func sameCharacter(r rune, written string, style yaml.Style) error {
	quote := style&yaml.DoubleQuotedStyle != 0
	switch {
	case written == string(r), r == '\'' && written == "''", r == '\n' && written == "": // at the end of the file
		return nil
	case r == '\n' && isBreak(written), r == ' ' && strings.ContainsFunc(written, func(r rune) bool { return r == '\n' || r == '\r' || r == '\u0085' }):
		return nil
	case r == '\n' && strings.Trim(written, " \t\r\n\u0085\u2028\u2029") == "": // several breaks folded into fewer
		return nil
	case quote && strings.HasPrefix(written, `\`):
		var s string
		if yaml.Load([]byte(`"`+written+`"`), &s) == nil && strings.HasPrefix(s, string(r)) {
			return nil
		}
	case strings.ContainsAny(written, "\u2028\u2029"):
		return nil
	}
	return fmt.Errorf("%q is written %q", r, written)
}

// Every style in every way of writing it.
func TestScanSpellsEveryStyle(t *testing.T) {
	for _, text := range []string{
		"a: plain text", "a: plain\n  over\n\n  lines\n", "a: 日本 語", "a: 'it''s'", "a: ''", "a: 'x\n  y\n\n  z '", "a: \" x\\n\\x41\\u00e9\\U0001F600\\\\\\\"\"",
		"a: \"x \\\n   y\"", "a: \"x\\\n\n   \\ y\"", "a: \"x  \n  y\"", "a: \"\\/\\_\\N\\L\\P\\0\\e\"",
		"a: |\n  x\n  y\n", "a: |-\n  x\n   y\n", "a: |+\n  x\n\n\n", "a: |2\n   x\n  y\n", "a: |1-\n  x\n y\n", "a: |-1\n  x\n", "a: | # note\n  x\n",
		"a:\n  - |2\n     x\n", "a:\n- |1\n   x\n", "a: |\n\n\n  x\n", "a: |\n  x\n  \n   \n  y", "a: |\n  x",
		"a: >\n  x\n  y\n", "a: >-\n  x\n\n  y\n", "a: >+\n  x\n   y\n  z\n\n", "a: >\n   x\n\n\n    y\n\n   z\n", "a: >2-\n    x\n  y\n", "a: >\n\n  x\n  \ty\n  z\n",
		"a: |\r\n  x\r\n  y\r\n", "a: >\r\n  x\r\n  y\r\n", "a: 'x\r\n  y'", "a: x\r\n  y", "\ufeffa: x", "a: |\r  x\r  y\r", "a: &b x", "a: !!str &b\n  # note\n  x",
		"a: &b !!str |\n  x\n", "- x\n- - y\n  - 'z'", "{a: x, 'b': [y, \"z\"]}", "a: |\n  日本\n  語\n", "? |\n  key\n: value", "a: x #y", "a: 'x\u2028y'", "a: |\n  x\u0085  y\n",
		"--- # x\na: x\n...\n", "a: |\n x\n# note\n", "a: >-\n  a\n  b\n  # no note\n",
	} {
		if n, err := checkScalars(text); err != nil || n == 0 {
			t.Errorf("%q: %d scalars, %v", text, n, err)
		}
	}
}

func TestScanOfWhatTheLibraryWrites(t *testing.T) {
	styles := []yaml.Style{0, yaml.SingleQuotedStyle, yaml.DoubleQuotedStyle, yaml.LiteralStyle, yaml.FoldedStyle}
	alphabet := []rune("ab \n\t'\"\\:#%{}é日\U0001F600-")
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringOfN(rapid.SampledFrom(alphabet), 1, 60, -1).Draw(t, "value")
		n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value, Style: rapid.SampledFrom(styles).Draw(t, "style")}
		doc := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{
			{Kind: yaml.ScalarNode, Tag: "!!str", Value: "key"},
			{Kind: yaml.SequenceNode, Content: []*yaml.Node{n}},
		}}
		text, err := yaml.Dump(doc, yaml.WithV4Defaults(), yaml.WithLineWidth(rapid.SampledFrom([]int{-1, 12, 30}).Draw(t, "width")))
		if err != nil {
			t.Skip(err)
		}
		if rapid.Bool().Draw(t, "crlf") {
			text = bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
		}
		if n, err := checkScalars(string(text)); err != nil || n == 0 {
			t.Fatalf("%q: %d scalars, %v", text, n, err)
		}
	})
}

func TestScanOfBlocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		header := rapid.SampledFrom([]string{"|", ">"}).Draw(t, "style") + rapid.SampledFrom([]string{"", "-", "+"}).Draw(t, "chomping")
		header += rapid.SampledFrom([]string{"", "", "1", "2", "3"}).Draw(t, "indentation")
		prefix := rapid.SampledFrom([]string{"a: ", "a:\n  b: ", "- ", "a:\n- - ", "a: !!str &x ", ""}).Draw(t, "before")
		line := rapid.StringOfN(rapid.SampledFrom([]rune("ab  \t#é日:-")), 0, 8, -1)
		var b strings.Builder
		b.WriteString(prefix + header + "\n")
		for _, l := range rapid.SliceOfN(line, 1, 8).Draw(t, "lines") {
			fmt.Fprintf(&b, "%*s%s\n", rapid.IntRange(0, 8).Draw(t, "indent"), "", l)
		}
		if _, err := checkScalars(b.String()); err != nil {
			t.Fatalf("%q: %v", b.String(), err)
		}
	})
}

func FuzzScan(f *testing.F) {
	for _, s := range []string{"a:\n  b: |+\n\n #\n", "a: b", "a: |\n  b\n", "a: >+1\n   b\n  c\n\n", "a: \"\\u00e9\\\n b\"", "- 'a''b\n\n  c'", "a: &b !!str c\nd: *b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := checkScalars(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}

// Each row of the language's table is a key, with a default that is a value of it.
func TestLanguageHasNoRowTooMany(t *testing.T) {
	known := map[string]bool{}
	for typ, all := range fields {
		for _, f := range all {
			owner := typ
			if len(f.index) > 1 {
				owner = typ.FieldByIndex(f.index[:len(f.index)-1]).Type
			}
			known[owner.Name()+"."+f.name] = true
			if f.doc == "" {
				t.Errorf("%s.%s is not in the table", owner.Name(), f.name)
			}
		}
		for _, name := range resolved[typ] {
			known[typ.Name()+"."+name] = true
		}
	}
	for name := range keys {
		if !known[name] {
			t.Errorf("no field is called %s", name)
		}
	}
}
