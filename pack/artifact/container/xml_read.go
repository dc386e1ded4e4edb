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
			if d.Format.XML = style.facts(); d.Format.LineEnds != "crlf" {
				d.Format.XML.LineBreaks = ""
			}
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
	case xml.Directive:
		if text := d.text[at.start+2 : at.end-1]; depth == 0 && len(d.top.ChildElements()) == 0 && documentType.MatchString(text) {
			return etree.NewDirective(toLineFeeds(text)), nil
		}
	}
	problem := d.fault("document-type-refused", at.start, at.end, "declarations of document types and entities are not read")
	problem.Help = "remove the part in brackets, or the <! line; the five predefined entities and character references need none"
	return nil, problem
}

// documentType is one that only names where it is declared, which is never looked up.
var documentType = regexp.MustCompile(`^DOCTYPE\s[^\[<>]*$`)

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
