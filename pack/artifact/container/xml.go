package container

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/diag"
)

// origin is where a token stood and a digest of what it said: an element's start tag and its end tag, which is empty after a start
// tag that closes itself.
type origin struct {
	start, end, endTag, endTagEnd int
	said                          uint64
}

// readXML reads a file with or without byte-order mark, with line ends of either sort.
func readXML(name string, data []byte) (*Document, *diag.Diagnostic) {
	text := string(data)
	d := &Document{Tree: etree.NewDocument(), Format: Format{Format: "xml", Charset: "utf-8", LineEnds: "lf"}, tokens: map[etree.Token]origin{}}
	text, d.Format.ByteOrderMark = strings.CutPrefix(text, byteOrderMark)
	d.source = newSource(name, text)
	if strings.Contains(text, "\r\n") {
		d.Format.LineEnds = "crlf"
	}
	if problem := d.checkCharset(); problem != nil {
		return nil, problem
	}
	if problem := d.parse(); problem != nil {
		return nil, problem
	}
	return d, nil
}

// checkCharset finds the first character XML cannot hold, and names UTF-16 by its marks.
func (d *Document) checkCharset() *diag.Diagnostic {
	for _, mark := range []string{"\xff\xfe", "\xfe\xff", "<\x00", "\x00<"} {
		if strings.HasPrefix(d.text, mark) {
			return d.fault("wrong-charset", 0, 0, "the file is in UTF-16; the dialect's files are in UTF-8")
		}
	}
	if problem := d.checkText(); problem != nil {
		return problem
	}
	if i := strings.IndexFunc(d.text, notXML); i >= 0 {
		r, size := utf8.DecodeRuneInString(d.text[i:])
		return d.fault("character-not-in-xml", i, i+size, "XML cannot hold the character %U", r)
	}
	return nil
}

// notXML reports whether XML 1.0 cannot hold the character (section 2.2).
func notXML(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}

// parse builds the tree from encoding/xml's raw tokens, which come with offsets; that elements nest and that there is one root
// is checked here, because raw tokens do not.
func (d *Document) parse() *diag.Diagnostic {
	decoder := xml.NewDecoder(strings.NewReader(d.text))
	decoder.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // declaration checks the name
	in, depth := &d.Tree.Element, 0
	for {
		start := int(decoder.InputOffset())
		token, err := decoder.RawToken()
		at := origin{start: start, end: int(decoder.InputOffset())}
		if errors.Is(err, io.EOF) {
			return d.complete(in)
		}
		if err != nil {
			return d.fault("malformed-xml", at.end, at.end, "not well-formed XML: %s", reason(err))
		}
		if end, ok := token.(xml.EndElement); ok {
			if problem := d.close(in, end, at); problem != nil {
				return problem
			}
			in, depth = in.Parent(), depth-1
			continue
		}
		node, problem := d.node(token, at, depth)
		if problem != nil {
			return problem
		}
		in.AddChild(node)
		at.said = digest(node)
		d.tokens[node] = at
		if d.nodes++; d.nodes > MaxNodes {
			return d.fault("too-many-nodes", at.start, at.end, "the file has more than the %d nodes that are read", MaxNodes)
		}
		if e, ok := node.(*etree.Element); ok {
			if in, depth = e, depth+1; depth > MaxDepth {
				return d.fault("too-deep", at.start, at.end, "elements are nested more than %d deep", MaxDepth)
			}
		}
	}
}

// reason is what encoding/xml found wrong, without its line number.
func reason(err error) string {
	if s, ok := errors.AsType[*xml.SyntaxError](err); ok {
		return s.Msg
	}
	return strings.TrimPrefix(err.Error(), "xml: ")
}

// node makes a token of the tree.
func (d *Document) node(token xml.Token, at origin, depth int) (etree.Token, *diag.Diagnostic) {
	switch t := token.(type) {
	case xml.StartElement:
		return d.element(t, at, depth)
	case xml.CharData:
		text := string(t)
		if depth == 0 && !IsBlank(text) {
			return nil, d.fault("malformed-xml", at.start, at.end, "not well-formed XML: text outside the root element")
		}
		if strings.HasPrefix(d.text[at.start:], "<![CDATA[") {
			return etree.NewCData(text), nil
		}
		return etree.NewText(text), nil
	case xml.Comment:
		return etree.NewComment(string(t)), nil
	case xml.ProcInst:
		return etree.NewProcInst(t.Target, string(t.Inst)), d.checkDeclaration(t, at)
	}
	problem := d.fault("document-type-refused", at.start, at.end, "document types and entity declarations are not read")
	problem.Help = "remove the <! line; the five predefined entities and character references need none"
	return nil, problem
}

func (d *Document) element(t xml.StartElement, at origin, depth int) (etree.Token, *diag.Diagnostic) {
	if depth == 0 && d.Tree.Root() != nil {
		return nil, d.fault("malformed-xml", at.start, at.end, "not well-formed XML: a second root element")
	}
	e := &etree.Element{Space: t.Name.Space, Tag: t.Name.Local}
	seen := make(map[xml.Name]bool, len(t.Attr))
	for _, a := range t.Attr {
		if seen[a.Name] {
			return nil, d.fault("malformed-xml", at.start, at.end, "not well-formed XML: attribute %s twice", diag.Clip(a.Name.Local))
		}
		seen[a.Name] = true
		e.Attr = append(e.Attr, etree.Attr{Space: a.Name.Space, Key: a.Name.Local, Value: a.Value})
	}
	return e, nil
}

var declaredCharset = regexp.MustCompile(`encoding\s*=\s*["']([^"']*)["']`)

// checkDeclaration refuses a declaration that is not at the start, or that names a character set the text is not in.
func (d *Document) checkDeclaration(t xml.ProcInst, at origin) *diag.Diagnostic {
	if t.Target != "xml" {
		return nil
	}
	if at.start > 0 {
		return d.fault("malformed-xml", at.start, at.end, "not well-formed XML: the declaration is not at the start of the file")
	}
	m := declaredCharset.FindSubmatch(t.Inst)
	if m == nil || strings.EqualFold(string(m[1]), "utf-8") || strings.EqualFold(string(m[1]), "us-ascii") {
		return nil
	}
	return d.fault("wrong-charset", at.start, at.end, "the file is declared as %s; the dialect's files are in UTF-8",
		diag.Clip(string(m[1])))
}

// close ends the element in.
func (d *Document) close(in *etree.Element, end xml.EndElement, at origin) *diag.Diagnostic {
	name := (&etree.Element{Space: end.Name.Space, Tag: end.Name.Local}).FullTag()
	if in.Parent() == nil {
		return d.fault("malformed-xml", at.start, at.end, "not well-formed XML: </%s> closes nothing", diag.Clip(name))
	}
	start := d.tokens[in]
	if name != in.FullTag() {
		line, _ := d.position(start.start)
		return d.fault("malformed-xml", at.start, at.end, "not well-formed XML: </%s> where </%s> was expected, to close line %d",
			diag.Clip(name), diag.Clip(in.FullTag()), line)
	}
	start.endTag, start.endTagEnd = at.start, at.end
	d.tokens[in] = start
	return nil
}

// complete checks that nothing is missing at the end of the file.
func (d *Document) complete(in *etree.Element) *diag.Diagnostic {
	if in.Parent() != nil {
		at := d.tokens[in]
		return d.fault("malformed-xml", at.start, at.end, "not well-formed XML: <%s> is not closed", diag.Clip(in.FullTag()))
	}
	if d.Tree.Root() == nil {
		return d.fault("malformed-xml", len(d.text), len(d.text), "not well-formed XML: the file has no element")
	}
	return nil
}

// Text is the element's own text and where it stands; without text, that is the place of the start tag.
func (d *Document) Text(e *etree.Element) (string, Place) {
	var (
		text     strings.Builder
		segments []segment
	)
	for _, child := range e.Child {
		c, ok := child.(*etree.CharData)
		if !ok || c.Data == "" {
			continue
		}
		text.WriteString(c.Data)
		at, s := d.tokens[c], xmlText
		if c.IsCData() {
			s = xmlCData
			at.start, at.end = at.start+len("<![CDATA["), at.end-len("]]>")
		}
		segments = append(segments, segment{at.start, at.end, s})
	}
	if len(segments) == 0 {
		return "", d.Place(e)
	}
	return text.String(), Place{d.source, segments[0].start, segments[len(segments)-1].end, segments}
}

// Attributes gives the places of the element's attribute values, in order. In a start tag quotes stand only around those.
func (d *Document) Attributes(e *etree.Element) []Place {
	var values []Place
	at := d.tokens[e]
	for i := at.start; i < at.end; i++ {
		if quote := d.text[i]; quote == '"' || quote == '\'' {
			n := strings.IndexByte(d.text[i+1:at.end], quote)
			s := segment{i + 1, i + 1 + n, xmlText}
			values = append(values, Place{d.source, s.start, s.end, []segment{s}})
			i += n + 1
		}
	}
	return values
}

// writeXML gives the document's bytes: tokens as they were read, and those that are new with no more escapes than XML asks for.
func (d *Document) writeXML() ([]byte, *diag.Diagnostic) {
	w := xmlWriter{Document: d}
	if d.Format.ByteOrderMark {
		w.WriteString(byteOrderMark)
	}
	w.children(&d.Tree.Element)
	if w.Len() > MaxFileSize {
		return nil, TooLarge("")
	}
	if w.written > MaxNodes {
		return nil, &diag.Diagnostic{ID: "too-many-nodes", Severity: diag.Error,
			Message: fmt.Sprintf("the file would have %d nodes, more than the %d that are read", w.written, MaxNodes)}
	}
	return []byte(w.String()), nil
}

type xmlWriter struct {
	*Document
	strings.Builder
	written int
}

func (w *xmlWriter) children(e *etree.Element) {
	for _, child := range e.Child {
		w.written++
		w.token(child)
	}
}

func (w *xmlWriter) token(t etree.Token) {
	at, known := w.tokens[t]
	known = known && at.said == digest(t)
	if e, ok := t.(*etree.Element); ok {
		w.element(e, at, known && (at.endTag < at.endTagEnd || len(e.Child) == 0))
		return
	}
	if known {
		w.WriteString(w.text[at.start:at.end])
		return
	}
	switch t := t.(type) {
	case *etree.CharData:
		if t.IsCData() {
			w.WriteString("<![CDATA[" + w.lineEnds(escapeCData.Replace(t.Data)) + "]]>")
		} else {
			w.WriteString(w.lineEnds(escapeText.Replace(t.Data)))
		}
	case *etree.Comment:
		w.WriteString("<!--" + w.lineEnds(t.Data) + "-->")
	case *etree.ProcInst:
		w.WriteString("<?" + t.Target + " " + t.Inst + "?>")
	}
}

// element writes an element, spelled as it was read when that still fits.
func (w *xmlWriter) element(e *etree.Element, at origin, asRead bool) {
	if asRead {
		w.WriteString(w.text[at.start:at.end])
		w.children(e)
		w.WriteString(w.text[at.endTag:at.endTagEnd])
		return
	}
	w.WriteString("<" + e.FullTag())
	for i := range e.Attr {
		w.WriteString(" " + e.Attr[i].FullKey() + `="` + escapeAttribute.Replace(e.Attr[i].Value) + `"`)
	}
	if len(e.Child) == 0 {
		w.WriteString("/>")
		return
	}
	w.WriteString(">")
	w.children(e)
	w.WriteString("</" + e.FullTag() + ">")
}

// lineEnds writes line feeds as the file's line ends, as XML readers turn these back into line feeds (section 2.11).
func (w *xmlWriter) lineEnds(s string) string {
	if w.Format.LineEnds != "crlf" {
		return s
	}
	return strings.ReplaceAll(s, "\n", "\r\n")
}

// What has to be escaped: a carriage return would be read as a line feed, and blanks of an attribute as spaces.
var (
	escapeText      = strings.NewReplacer("&", "&amp;", "<", "&lt;", "]]>", "]]&gt;", "\r", "&#xD;")
	escapeAttribute = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\r", "&#xD;", "\n", "&#xA;", "\t", "&#x9;")
	escapeCData     = strings.NewReplacer("]]>", "]]]]><![CDATA[>", "\r", "]]>&#xD;<![CDATA[")
)
