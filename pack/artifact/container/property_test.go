package container_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"pgregory.net/rapid"

	"github.com/kpgen/kpgen/pack/artifact/container"
)

// The pieces of texts that syntaxes spell in a way of their own; all are in every character set.
var pieces = []string{"a", "B", "7", " ", "  ", "\t", "<", ">", "&", `"`, `""`, "'", "]]>", "&lt;", "<!--", "[", "]", "{", "}", `\`, `\u0041`, "/",
	"=", ";", "#", ",", "|", "é", "€", "\u0081", "[End]", "true", "-1.50"}

// wide are those only Unicode has, breaks those that end lines, controls what only JSON can hold.
var (
	wide     = []string{"日本", "😀", "\u2028", "\ufeff", "\ufffd"}
	breaks   = []string{"\n", "\n\n", "\n "}
	controls = []string{"\x00", "\x1f", "\r", "\r\n", "\uffff"}
)

// maker draws trees that a format can hold.
type maker struct {
	*rapid.T
	format container.Format
	pieces []string
}

func (m *maker) text(label string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(m.pieces), 0, 5).Draw(m.T, label), "")
}

func (m *maker) count(most int, label string) int { return rapid.IntRange(0, most).Draw(m.T, label) }

func (m *maker) oneOf(label string, values ...string) string {
	return rapid.SampledFrom(values).Draw(m.T, label)
}

func (m *maker) element(tag, sort, text string) *etree.Element {
	e := &etree.Element{Tag: tag}
	if sort != "" {
		e.Attr = append(e.Attr, etree.Attr{Key: "type", Value: sort})
	}
	if text != "" {
		e.AddChild(etree.NewText(text))
	}
	return e
}

// drawFormat draws a format of the syntax with a style.
func drawFormat(t *rapid.T, syntax string) *maker {
	m := &maker{T: t, pieces: append([]string{}, pieces...)}
	f := container.Format{Format: syntax, Charset: m.oneOf("charset", "utf-8", "utf-16le", "utf-16be", "windows-1252"),
		LineEnds: m.oneOf("line ends", "lf", "crlf"), Wrap: m.oneOf("wrap", "", "gzip")}
	if syntax == "xml" || syntax == "json" {
		m.pieces = append(m.pieces, wide...)
	}
	if f.Charset != "windows-1252" {
		f.ByteOrderMark = rapid.Bool().Draw(t, "mark")
		m.pieces = append(m.pieces, wide...)
	}
	f.Parts = (syntax == "xml" || syntax == "json") && rapid.Bool().Draw(t, "parts")
	f.XML = container.XML{Empty: m.oneOf("empty", "", " />", "></>"), Quote: m.oneOf("quote", "", "'"), Escapes: m.oneOf("escapes", "", ">", `>"'`, "\n\t"),
		References: m.oneOf("references", "", "&#39; &#10;", "&#x0A;", "&#xe4;"), ASCII: rapid.Bool().Draw(t, "ascii references"),
		RootAttributes: m.oneOf("root attributes", "", "\n\t"), LineBreaks: m.oneOf("breaks", "", "lf")}
	if syntax == "xml" && !f.Parts {
		f.Declaration = m.oneOf("declaration", "", fmt.Sprintf("<?xml version='1.0' encoding='%s'?>\n", f.Charset), `<?xml version="1.0"?>`)
	}
	f.JSON = container.JSON{Indent: m.oneOf("indent", "", "  ", "\t"), Colon: m.oneOf("colon", "", ": ", " :\t"), Comma: m.oneOf("comma", "", ", "),
		Escapes: m.oneOf("escapes", "", "/<>&'a", `"&`, `\`), ASCII: rapid.Bool().Draw(t, "ascii"), UpperHex: rapid.Bool().Draw(t, "hex")}
	f.INI = container.INI{Separator: m.oneOf("separator", "=", " = ", "= ", "\t=\t"), Quote: m.oneOf("quotes", "", "always", "needed"),
		Close: m.oneOf("close", "", "[End]", "[/*]", "[end *]", "[End*]"), Indent: m.oneOf("indent", "", "  ", "\t"),
		KeyOutdent: m.count(2, "key outdent"), SectionOutdent: m.count(2, "section outdent")}
	f.Delimited = container.Delimited{Delimiter: m.oneOf("delimiter", ",", ";", "|", "\t"), Quote: m.oneOf("quoting", "", "always", "text"),
		LineBreaks: m.oneOf("breaks", "", "lf", "crlf"), Columns: 3}
	if rapid.Bool().Draw(t, "header") {
		f.Delimited.Header, f.Delimited.Columns = []string{"Name", "a,\"b\n", "f1"}, 0
	}
	if rapid.Bool().Draw(t, "backslash") {
		f.Delimited.Backslash, f.Delimited.Quote = true, ""
		if syntax == "delimited" { // where nothing stands in quotes, a text cannot begin with what is a file's mark
			m.pieces = slices.DeleteFunc(m.pieces, func(piece string) bool { return piece == "\ufeff" })
		}
	}
	if f.Delimited.Columns > 0 && rapid.Bool().Draw(t, "types") {
		f.Delimited.Types = map[string]int{"": 2, "a": 5}
	}
	m.format = f
	if problems := f.Check(); len(problems) > 0 {
		t.Fatal(problems)
	}
	return m
}

// draw gives a new document.
func (m *maker) draw() *container.Document {
	d := m.format.New()
	top := &d.Tree.Element
	if m.format.Parts {
		top = &etree.Element{Tag: "parts"}
		d.Tree.AddChild(top)
	}
	for range 1 + m.count(1, "more")*map[bool]int{true: 2}[m.format.Parts] {
		switch m.format.Format {
		case "xml":
			m.pieces = append(m.pieces, append(breaks, "\r")...)
			m.xml(top, 3)
		case "json":
			m.pieces = append(m.pieces, append(breaks, controls...)...)
			m.json(top, "json", 3)
		case "ini":
			root := m.element("ini", "", "")
			top.AddChild(root)
			m.ini(root, 0)
		case "reg":
			m.pieces = append(m.pieces, breaks...)
			root := m.element("reg", "", m.oneOf("first line", "REGEDIT4\n", "Windows Registry Editor Version 5.00\n\n"))
			top.AddChild(root)
			m.reg(root, 0)
		case "delimited":
			m.pieces = append(m.pieces, breaks...)
			m.records(top)
		}
	}
	return d
}

func (m *maker) xml(in *etree.Element, depth int) {
	e := m.element(m.oneOf("tag", "a", "b:c", "日本", "x-1"), "", "")
	if m.format.Charset == "windows-1252" {
		e.Tag = "é"
	}
	for i := range m.count(2, "attributes") {
		e.Attr = append(e.Attr, etree.Attr{Key: fmt.Sprintf("k%d", i), Value: m.text("value")})
	}
	in.AddChild(e)
	for range m.count(3, "children") {
		switch m.oneOf("child", "text", "cdata", "comment", "element", "element") {
		case "text":
			e.AddChild(etree.NewText(m.text("text")))
		case "cdata":
			e.AddChild(etree.NewCData(m.text("cdata")))
		case "comment":
			e.AddChild(etree.NewComment("c é"))
		default:
			if depth > 0 {
				m.xml(e, depth-1)
			}
		}
	}
}

func (m *maker) json(in *etree.Element, tag string, depth int) {
	sort := m.oneOf("type", "", "number", "boolean", "null", "object", "array", "object", "array")
	text := map[string]string{"": m.text("string"), "number": m.oneOf("number", "0", "-1.50", "1e9"), "boolean": m.oneOf("boolean", "true", "false")}[sort]
	e := m.element(tag, sort, text)
	in.AddChild(e)
	for range m.count(min(depth, 3), "children") {
		switch sort {
		case "object":
			m.json(e, m.text("key"), depth-1)
		case "array":
			m.json(e, "item", depth-1)
		}
	}
}

func (m *maker) ini(in *etree.Element, depth int) {
	name := func() string {
		return m.oneOf("name", "Name", "a b", "k1", "é", "日本"[:3*map[bool]int{true: 1}[m.format.Charset != "windows-1252"]]+"x", "a/b")
	}
	for range m.count(3, "keys") {
		switch m.oneOf("line", "key", "key", "comment", "banner", "bare") {
		case "comment":
			in.AddChild(etree.NewComment(m.oneOf("mark", "; ", "#", "  ;") + "c"))
		case "banner":
			in.AddChild(etree.NewText(m.oneOf("banner", "\n", "*** é ***\n", "\n\n")))
		case "bare":
			if depth > 0 {
				in.AddChild(m.element("Word", "bare", ""))
			}
		default:
			in.AddChild(m.element(name(), "", m.text("value")))
		}
	}
	if depth > 0 && m.format.INI.Close == "" { // what else stands at the end of a section is the root's
		in.AddChild(m.element("last", "", "1"))
		return
	}
	if depth > 2 {
		return
	}
	for range m.count(2, "sections") {
		e := m.element(name(), "section", "")
		in.AddChild(e)
		m.ini(e, depth+1)
	}
}

func (m *maker) reg(in *etree.Element, depth int) {
	line := func() {
		if text := m.oneOf("line", "", "\n", "; é\n", "\"x\"=-\n"); text != "" {
			in.AddChild(etree.NewText(text))
		}
	}
	for range m.count(3*min(depth, 1), "values") {
		line()
		name := m.oneOf("name", "@", "Name", `a "b\\`, "é", "")
		switch m.oneOf("type", "", "", "dword", "hex(7)") {
		case "dword":
			in.AddChild(m.element(name, "dword", m.oneOf("number", "0", "4294967295")))
		case "hex(7)":
			in.AddChild(m.element(name, "hex(7)", m.oneOf("bytes", "", "61,00,\\\n  00")))
		default:
			in.AddChild(m.element(name, "", m.text("value")))
		}
	}
	for i := range m.count(2-depth, "keys") {
		line()
		e := m.element(fmt.Sprintf("%s%d", m.oneOf("key", "K", `a\b`, "[x"), i), "section", "")
		in.AddChild(e)
		m.reg(e, depth+1)
	}
}

func (m *maker) records(top *etree.Element) {
	root := m.element("records", "", "")
	top.AddChild(root)
	for range m.count(4, "records") {
		record := m.element("record", "", "")
		root.AddChild(record)
		for i, tag := range []string{"f1", "f2", "f3"} {
			if h := m.format.Delimited.Header; len(h) > 0 && i < 2 {
				tag = h[i]
			}
			text := m.text("field")
			if len(root.Child) == 1 && i == 0 && len(m.format.Delimited.Header) == 0 {
				text = strings.TrimLeft(text, "\ufeff") // it would be the file's
			}
			record.AddChild(m.element(tag, "", text))
		}
		if m.oneOf("blank", "", "", "\n") != "" {
			root.AddChild(etree.NewText("\n"))
		}
	}
}

// TestRoundTrip: every tree a format can hold is written and reads as it was, in every style.
func TestRoundTrip(t *testing.T) {
	for _, syntax := range []string{"xml", "json", "ini", "reg", "delimited"} {
		t.Run(syntax, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				m := drawFormat(t, syntax)
				d := m.draw()
				out, problem := d.Bytes()
				if problem != nil {
					t.Fatalf("%v: %s", problem, dump(&d.Tree.Element))
				}
				back, problem := container.ReadAs(m.format, "f", out)
				if problem != nil {
					t.Fatalf("%v\n%q", problem, out)
				}
				if was, is := plain(d), plain(back); strings.TrimSpace(was) != withoutDeclaration(is) {
					t.Fatalf("%s\nis written %q\nand reads\n%s", was, out, is)
				}
				again, problem := back.Bytes()
				if problem != nil || string(again) != string(out) {
					t.Fatalf("%v\n%q\n%q", problem, out, again)
				}
			})
		})
	}
}

// withoutDeclaration takes out what the format puts before the root.
func withoutDeclaration(s string) string {
	if rest, ok := strings.CutPrefix(s, `?"xml" `); ok {
		s = rest[strings.Index(rest, "<"):]
	}
	return strings.TrimSpace(s)
}
