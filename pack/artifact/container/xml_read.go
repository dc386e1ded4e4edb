package container

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/diag"
)

// readXML reads the text as XML.
func readXML(d *Document) *diag.Diagnostic {
	if i := strings.IndexFunc(d.text, notXML); i >= 0 {
		r, size := utf8.DecodeRuneInString(d.text[i:])
		return d.fault("character-not-in-xml", i, i+size, "XML cannot hold the character %U", r)
	}
	asked := d.Format.XML
	d.Format.Declaration = ""
	problem := d.parseXML()
	if asked != (XML{}) {
		d.Format.XML = asked
	}
	return problem
}

// notXML reports whether XML 1.0 cannot hold the character (section 2.2).
func notXML(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}

// xmlRefuses finds the first character XML cannot hold.
func xmlRefuses(_ Format, text string) *diag.Diagnostic {
	i := strings.IndexFunc(text, notXML)
	if i < 0 {
		return nil
	}
	r, _ := utf8.DecodeRuneInString(text[i:])
	return &diag.Diagnostic{ID: "character-not-in-xml", Severity: diag.Error, Help: "in an expression, write it as an escape such as \\x00",
		Message: fmt.Sprintf("XML cannot hold the character %U at byte %d of the text", r, i)}
}

// parseXML builds the tree from encoding/xml's raw tokens, which come with offsets; that elements nest and that there is one root
// is checked here, because raw tokens do not.
func (d *Document) parseXML() *diag.Diagnostic {
	decoder := xml.NewDecoder(strings.NewReader(d.text))
	decoder.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // checkDeclared has the name
	var style xmlStyle
	in, depth := d.top, 0
	for {
		start := int(decoder.InputOffset())
		token, err := decoder.RawToken()
		at := origin{start: start, end: int(decoder.InputOffset())}
		if errors.Is(err, io.EOF) {
			d.Format.XML = style.facts()
			return d.completeXML(in)
		}
		if err != nil {
			return d.fault("malformed-xml", at.end, at.end, "not well-formed XML: %s", reason(err))
		}
		if end, ok := token.(xml.EndElement); ok {
			if problem := d.closeXML(in, end, at); problem != nil {
				return problem
			}
			in, depth = in.Parent(), depth-1
			continue
		}
		node, problem := d.xmlNode(token, at, depth)
		if problem == nil {
			problem = d.add(in, node, at)
		}
		if problem != nil {
			return problem
		}
		style.see(d.text[at.start:at.end])
		if e, ok := node.(*etree.Element); ok {
			if in, depth = e, depth+1; depth > MaxDepth {
				return d.tooDeep(at)
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

// xmlNode makes a token of the tree.
func (d *Document) xmlNode(token xml.Token, at origin, depth int) (etree.Token, *diag.Diagnostic) {
	switch t := token.(type) {
	case xml.StartElement:
		return d.xmlElement(t, at, depth)
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
		return etree.NewProcInst(t.Target, string(t.Inst)), d.xmlDeclaration(t, at, depth)
	}
	problem := d.fault("document-type-refused", at.start, at.end, "document types and entity declarations are not read")
	problem.Help = "remove the <! line; the five predefined entities and character references need none"
	return nil, problem
}

func (d *Document) xmlElement(t xml.StartElement, at origin, depth int) (etree.Token, *diag.Diagnostic) {
	if depth == 0 && !d.Format.Parts && len(d.top.ChildElements()) > 0 {
		d.second = true
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

// xmlDeclaration takes the declaration, and refuses one that is not at the start of its document.
func (d *Document) xmlDeclaration(t xml.ProcInst, at origin, depth int) *diag.Diagnostic {
	if t.Target != "xml" {
		return nil
	}
	if at.start > 0 && (!d.Format.Parts || depth > 0) {
		d.second = depth == 0 && len(d.top.ChildElements()) > 0
		return d.fault("malformed-xml", at.start, at.end, "not well-formed XML: the declaration is not at the start of the file")
	}
	if at.start == 0 {
		rest := d.text[at.end:]
		d.Format.Declaration = toLineFeeds(d.text[:len(d.text)-len(strings.TrimLeft(rest, " \t\r\n"))])
	}
	return nil
}

// isDeclaration reports whether the text is an XML declaration, with or without white space after it.
func isDeclaration(text string) bool {
	inside, ok := strings.CutPrefix(strings.TrimRight(text, " \t\r\n"), "<?xml")
	inside, closed := strings.CutSuffix(inside, "?>")
	return ok && closed && !strings.Contains(inside, "?>")
}

// toLineFeeds gives the text as readers of XML see it.
func toLineFeeds(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// closeXML ends the element in.
func (d *Document) closeXML(in *etree.Element, end xml.EndElement, at origin) *diag.Diagnostic {
	name := (&etree.Element{Space: end.Name.Space, Tag: end.Name.Local}).FullTag()
	if in == d.top {
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

// completeXML checks that nothing is missing at the end of the file.
func (d *Document) completeXML(in *etree.Element) *diag.Diagnostic {
	if in != d.top {
		at := d.tokens[in]
		return d.fault("malformed-xml", at.start, at.end, "not well-formed XML: <%s> is not closed", diag.Clip(in.FullTag()))
	}
	if len(d.top.ChildElements()) == 0 {
		return d.fault("malformed-xml", len(d.text), len(d.text), "not well-formed XML: the file has no element")
	}
	return nil
}

// xmlSegment is where a text stands, a CDATA section without its marks.
func xmlSegment(_ *Document, c *etree.CharData, at origin) segment {
	if c.IsCData() {
		return segment{at.start + len("<![CDATA["), at.end - len("]]>"), lines}
	}
	return segment{at.start, at.end, xmlText}
}

// xmlAttributes gives the places of attribute values. In a start tag quotes stand only around those.
func (d *Document) xmlAttributes(e *etree.Element) []Place {
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

// xmlStyle gathers how a file spells what can be spelled in several ways.
type xmlStyle struct {
	empty, quote      string
	text, inAttribute xmlSpelling
}

// xmlSpelling is which of > " ' stand as references, and which as they are.
type xmlSpelling struct{ escaped, bare [3]bool }

const xmlOptional = `>"'`

var xmlReferences = [3]string{"&gt;", "&quot;", "&apos;"}

// see takes a token as it is spelled.
func (s *xmlStyle) see(raw string) {
	switch {
	case strings.HasPrefix(raw, "<!"), strings.HasPrefix(raw, "<?"):
		return
	case strings.HasPrefix(raw, "<"):
		s.tag(raw)
		return
	}
	s.text.see(raw)
}

func (s *xmlSpelling) see(raw string) {
	for i, reference := range xmlReferences {
		s.bare[i] = s.bare[i] || strings.IndexByte(raw, xmlOptional[i]) >= 0
		s.escaped[i] = s.escaped[i] || strings.Contains(raw, reference)
	}
}

// facts are the characters that stand as references only.
func (s *xmlSpelling) facts() string {
	facts := ""
	for i, escaped := range s.escaped {
		if escaped && !s.bare[i] {
			facts += xmlOptional[i : i+1]
		}
	}
	return facts
}

// attributes takes the values of a start tag.
func (s *xmlStyle) attributes(raw string) {
	for {
		at := strings.IndexAny(raw, `"'`)
		if at < 0 {
			return
		}
		quote := raw[at : at+1]
		value, rest, _ := strings.Cut(raw[at+1:], quote)
		s.inAttribute.see(value)
		if n := strings.Index(xmlOptional, quote); n > 0 {
			s.inAttribute.escaped[n] = false // has to be
		}
		raw = rest
	}
}

// tag takes a start tag; the first of its sort counts.
func (s *xmlStyle) tag(raw string) {
	s.attributes(raw)
	if i := strings.IndexAny(raw, `"'`); i >= 0 && s.quote == "" {
		s.quote = raw[i : i+1]
	}
	if s.empty == "" && strings.HasSuffix(raw, "/>") {
		s.empty = "/>"
		if strings.HasSuffix(raw, " />") {
			s.empty = " />"
		}
	}
}

// facts is the style, with nothing said of what is plain.
func (s *xmlStyle) facts() XML {
	var x XML
	if s.empty != "/>" {
		x.Empty = s.empty
	}
	if s.quote == "'" {
		x.Quote = s.quote
	}
	for i := range s.text.bare { // what no attribute shows is as in texts
		if !s.inAttribute.bare[i] && !s.inAttribute.escaped[i] && xmlOptional[i:i+1] != s.quote {
			s.inAttribute.bare[i], s.inAttribute.escaped[i] = s.text.bare[i], s.text.escaped[i]
		}
	}
	x.Escapes, x.AttributeEscapes = s.text.facts(), s.inAttribute.facts()
	return x
}
