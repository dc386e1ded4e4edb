package artifact

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

// Bounds on what is read as XML, far above any pack: a person's file has a few thousand nodes, some ten deep. There are no
// entity declarations, so a file cannot grow when read.
const (
	maxDepth = 64
	maxNodes = 500_000 // elements, texts, comments
)

// container is how a dialect's files hold a tree. The only sort so far is XML in UTF-8.
type container struct {
	Format        string `yaml:"format"`
	Charset       string `yaml:"charset"`
	ByteOrderMark bool   `yaml:"byte_order_mark"`
	LineEnds      string `yaml:"line_ends"` // lf or crlf
	Declaration   bool   `yaml:"declaration"`
}

const byteOrderMark = "\ufeff"

// document is a file as a tree. Of a file that was read it knows where every token stood and so how it was spelled: writing an
// unchanged document gives the bytes that were read.
type document struct {
	*source
	mark, crlf bool
	tree       *etree.Document
	tokens     map[etree.Token]extent // the tokens still spelled as they were read
	nodes      int
}

// extent is where a token stood: an element's start tag and its end tag, which is empty after a start tag that closes itself.
type extent struct{ start, end, endTag, endTagEnd int }

// newDocument is an empty document to be written as the container says.
func (c container) newDocument() *document {
	d := &document{source: newSource("", ""), mark: c.ByteOrderMark, crlf: c.LineEnds == "crlf", tree: etree.NewDocument()}
	if c.Declaration {
		d.tree.AddChild(etree.NewProcInst("xml", fmt.Sprintf(`version="1.0" encoding="%s"`, c.Charset)))
		d.tree.AddChild(etree.NewText("\n"))
	}
	return d
}

// readXML reads a file with or without byte-order mark, with line ends of either sort. The first thing wrong ends the reading.
func readXML(f File) (*document, *diag.Diagnostic) {
	if len(f.Data) > MaxFileSize {
		return nil, tooLarge(f.Name)
	}
	text := string(f.Data)
	d := &document{mark: strings.HasPrefix(text, byteOrderMark), tree: etree.NewDocument(), tokens: map[etree.Token]extent{}}
	d.source = newSource(f.Name, strings.TrimPrefix(text, byteOrderMark))
	d.crlf = strings.Contains(text, "\r\n")
	if problem := d.checkCharset(); problem != nil {
		return nil, problem
	}
	if problem := d.parse(); problem != nil {
		return nil, problem
	}
	return d, nil
}

// tooLarge is the error of a file above MaxFileSize.
func tooLarge(name string) *diag.Diagnostic {
	return &diag.Diagnostic{ID: "file-too-large", Severity: diag.Error, Span: diag.Span{File: name},
		Message: fmt.Sprintf("the file is larger than the %d MiB that are read", MaxFileSize>>20)}
}

// checkCharset finds the first character XML cannot hold, and names UTF-16 by its marks.
func (d *document) checkCharset() *diag.Diagnostic {
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

// refuses says why the container cannot hold the text, or nil.
func (c container) refuses(text string) *diag.Diagnostic {
	i := strings.IndexFunc(text, notXML)
	if i < 0 {
		return nil
	}
	r, _ := utf8.DecodeRuneInString(text[i:])
	return &diag.Diagnostic{ID: "character-not-in-xml", Help: "in an expression, write it as an escape such as \\x00",
		Message: fmt.Sprintf("XML cannot hold the character %U at byte %d of the text", r, i)}
}

// parse builds the tree from encoding/xml's raw tokens, which come with offsets; that elements nest and that there is one root
// is checked here, because raw tokens do not.
func (d *document) parse() *diag.Diagnostic {
	decoder := xml.NewDecoder(strings.NewReader(d.text))
	decoder.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // declaration checks the name
	in, depth := &d.tree.Element, 0
	for {
		start := int(decoder.InputOffset())
		token, err := decoder.RawToken()
		at := extent{start: start, end: int(decoder.InputOffset())}
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
		d.tokens[node] = at
		if d.nodes++; d.nodes > maxNodes {
			return d.fault("too-many-nodes", at.start, at.end, "the file has more than the %d nodes that are read", maxNodes)
		}
		if e, ok := node.(*etree.Element); ok {
			if in, depth = e, depth+1; depth > maxDepth {
				return d.fault("too-deep", at.start, at.end, "elements are nested more than %d deep", maxDepth)
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
func (d *document) node(token xml.Token, at extent, depth int) (etree.Token, *diag.Diagnostic) {
	switch t := token.(type) {
	case xml.StartElement:
		return d.element(t, at, depth)
	case xml.CharData:
		text := string(t)
		if depth == 0 && !isBlank(text) {
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

func (d *document) element(t xml.StartElement, at extent, depth int) (etree.Token, *diag.Diagnostic) {
	if depth == 0 && d.tree.Root() != nil {
		return nil, d.fault("malformed-xml", at.start, at.end, "not well-formed XML: a second root element")
	}
	e := &etree.Element{Space: t.Name.Space, Tag: t.Name.Local}
	seen := make(map[xml.Name]bool, len(t.Attr))
	for _, a := range t.Attr {
		if seen[a.Name] {
			return nil, d.fault("malformed-xml", at.start, at.end, "not well-formed XML: attribute %s twice", clip(a.Name.Local))
		}
		seen[a.Name] = true
		e.Attr = append(e.Attr, etree.Attr{Space: a.Name.Space, Key: a.Name.Local, Value: a.Value})
	}
	return e, nil
}

var declaredCharset = regexp.MustCompile(`encoding\s*=\s*["']([^"']*)["']`)

// checkDeclaration refuses a declaration that is not at the start, or that names a character set the text is not in.
func (d *document) checkDeclaration(t xml.ProcInst, at extent) *diag.Diagnostic {
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
		clip(string(m[1])))
}

// close ends the element in.
func (d *document) close(in *etree.Element, end xml.EndElement, at extent) *diag.Diagnostic {
	name := (&etree.Element{Space: end.Name.Space, Tag: end.Name.Local}).FullTag()
	if in.Parent() == nil {
		return d.fault("malformed-xml", at.start, at.end, "not well-formed XML: </%s> closes nothing", clip(name))
	}
	start := d.tokens[in]
	if name != in.FullTag() {
		line, _ := d.position(start.start)
		return d.fault("malformed-xml", at.start, at.end, "not well-formed XML: </%s> where </%s> was expected, to close line %d",
			clip(name), clip(in.FullTag()), line)
	}
	start.endTag, start.endTagEnd = at.start, at.end
	d.tokens[in] = start
	return nil
}

// complete checks that nothing is missing at the end of the file.
func (d *document) complete(in *etree.Element) *diag.Diagnostic {
	if in.Parent() != nil {
		at := d.tokens[in]
		return d.fault("malformed-xml", at.start, at.end, "not well-formed XML: <%s> is not closed", clip(in.FullTag()))
	}
	if d.tree.Root() == nil {
		return d.fault("malformed-xml", len(d.text), len(d.text), "not well-formed XML: the file has no element")
	}
	return nil
}

// isBlank reports whether the text is only what XML counts as white space.
func isBlank(text string) bool { return strings.Trim(text, " \t\r\n") == "" }

// textOf is the element's own text and the segments it stands in.
func (d *document) textOf(e *etree.Element) (string, []segment) {
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
	return text.String(), segments
}

// attributes gives the segments of the element's attribute values. In a start tag quotes stand only around those.
func (d *document) attributes(e *etree.Element) []segment {
	var values []segment
	at := d.tokens[e]
	for i := at.start; i < at.end; i++ {
		if quote := d.text[i]; quote == '"' || quote == '\'' {
			n := strings.IndexByte(d.text[i+1:at.end], quote)
			values = append(values, segment{i + 1, i + 1 + n, xmlText})
			i += n + 1
		}
	}
	return values
}

// write gives the document's bytes: tokens as they were read, and those that are new with no more escapes than XML asks for.
func (c container) write(d *document) ([]byte, *diag.Diagnostic) {
	w := xmlWriter{document: d}
	if d.mark {
		w.WriteString(byteOrderMark)
	}
	w.children(&d.tree.Element)
	if w.Len() > MaxFileSize {
		return nil, tooLarge("")
	}
	if w.written > maxNodes {
		return nil, &diag.Diagnostic{ID: "too-many-nodes", Severity: diag.Error,
			Message: fmt.Sprintf("the file would have %d nodes, more than the %d that are read", w.written, maxNodes)}
	}
	return []byte(w.String()), nil
}

type xmlWriter struct {
	*document
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
func (w *xmlWriter) element(e *etree.Element, at extent, asRead bool) {
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
	if !w.crlf {
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
