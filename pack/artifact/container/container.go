// Package container turns the bytes of a file into a tree and back. It knows nothing of packs: what a tree means is the business of
// templates, which never see how a file spells it.
//
//	bytes → (gzip) → character set and byte-order mark → text → syntax → tree
//
// What is read is kept: a Document knows where every token of its tree stood and how it was spelled. Written again, tokens that
// still say the same keep their spelling, so that an unchanged document gives the bytes that were read; what is new is written in
// the style the file has, or the dialect's facts ask for. What a container cannot hold is refused, never bent: a changed document
// is read back before its bytes are given out.
//
// The trees. Tags and attribute values may be any text, so they are compared and made as they are (etree.Element{Tag: …}, FullTag),
// never by way of etree's paths or its own reader and writer.
//
//   - xml: as it is: elements, attributes, text, CDATA sections, comments, processing instructions.
//   - json: the top value is the root element, tag json. A member of an object is a child with its key as tag, an element of an array
//     one with tag item. The attribute type says object, array, number, boolean or null; a string has none. A scalar is the
//     element's text, a number as it is spelled.
//   - ini: root tag ini. [Section] is a child with attribute type="section", Key=Value a child with text, a lone word in a section a
//     child with type="bare". Where the file has closing lines ([End], [/Section]) sections nest; else blank lines and comments
//     before one are the root's. Comments are comments; all other lines are the text between, each with its line feed.
//   - reg: an export of the registry editor, root tag reg. [A\B\C] is a child with attribute type="section" and the path as tag, inside
//     that of [A\B], if that stands before it, with C as tag; "Name"="Value" a child with text, @ the default value. A number has
//     type="dword" and its digits in decimal, bytes type="hex" or hex(7) and the text of the file. All other lines are text.
//   - delimited: root tag records; a line is a child record, a field its child with the heading as tag, or f1, f2, … where there is
//     none or it stands twice. Records of several types, which the first field names, stand side by side as they do in the file.
//   - zip: root tag zip; an entry is a child entry with attribute name and the entry's own tree inside, or its bytes in Base64 and
//     type="binary" where they are no container.
//   - several documents in one text: root tag parts around them.
package container

import (
	"fmt"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/diag"
)

// MaxFileSize bounds each file that is read or written, in bytes, packed and unpacked.
const MaxFileSize = 32 << 20

// Bounds on what is read, far above any pack: a person's file has a few thousand nodes, some ten deep.
const (
	MaxDepth   = 64
	MaxNodes   = 500_000 // elements, texts, comments
	MaxEntries = 1_000   // of a zip archive
	MaxNesting = 3       // archives in archives
)

// Document is a file as a tree.
type Document struct {
	Tree   *etree.Document
	Format Format // what was found in the file, or is to be written

	*source
	top    *etree.Element // whose children the syntax reads and writes
	tokens map[etree.Token]origin
	used   *budget
	second bool     // the text goes on after a whole document
	header *origin  // the header line of delimited text
	read   *asRead  // nil: a new document
	zip    *archive // of the format zip
}

// origin is where a token stood and a digest of what it said. Of an element start and end are the start tag or what a syntax has
// in its place (a key with its separator, an opening bracket), endTag and endTagEnd the end tag, or all there is after the value.
type origin struct {
	start, end, endTag, endTagEnd int
	said                          uint64
}

// budget is what a file and the files inside it may still use.
type budget struct{ nodes, bytes, nesting int }

// asRead is what a changed document has to be told from.
type asRead struct {
	format Format
	data   []byte // of a packed file, as packing again may give other bytes
}

// syntax is how a text or an archive spells a tree.
type syntax struct {
	read    func(d *Document) *diag.Diagnostic
	write   func(w *writer)
	segment func(d *Document, c *etree.CharData, at origin) segment // where the characters of a text stand
	refuses func(f Format, text string) *diag.Diagnostic
}

// syntaxes are those of texts, by Format.Format.
var syntaxes map[string]syntax

func init() {
	syntaxes = map[string]syntax{
		"xml":       {readXML, writeXML, xmlSegment, xmlRefuses},
		"json":      {readJSON, writeJSON, jsonSegment, func(Format, string) *diag.Diagnostic { return nil }},
		"ini":       {readINI, writeINI, iniSegment, iniRefuses},
		"reg":       {readReg, writeReg, regSegment, regRefuses},
		"delimited": {readDelimited, writeDelimited, delimitedSegment, delimitedRefuses},
	}
}

// New is an empty document to be written in the format.
func (f Format) New() *Document {
	if f.INI.Separator == "" {
		f.INI.Separator = "="
	}
	return f.document("", "")
}

func (f Format) document(name, text string) *Document {
	d := &Document{Tree: etree.NewDocument(), Format: f, source: newSource(name, text), used: &budget{}}
	d.top = &d.Tree.Element
	return d
}

// Read reads a file of any format. The first thing wrong ends the reading. The name is the one diagnostics show.
func Read(name string, data []byte) (*Document, *diag.Diagnostic) {
	return ReadAs(Format{}, name, data)
}

// ReadAs reads a file that has to be as the format says: packed or not, in its character set and its syntax. What the format leaves
// empty is found out, and so are the byte-order mark, the line ends and the declaration, which may be others than it says. Whether
// delimited text has a header is what it says (headings, or a number of columns), and only otherwise what it looks like.
func ReadAs(f Format, name string, data []byte) (*Document, *diag.Diagnostic) {
	return readFile(f, name, data, nil, &budget{bytes: MaxFileSize})
}

// ReadText reads a document that stands in a value of another one, at the place, and diagnostics show where it is in that file. It is
// text already: what it declares of a character set is of no account. A place of no file shows nothing.
func ReadText(f Format, at Place, text string) (*Document, *diag.Diagnostic) {
	f.Charset, f.ByteOrderMark = utf8Set, strings.HasPrefix(text, byteOrder)
	d := f.document("", strings.TrimPrefix(text, byteOrder))
	switch {
	case at.src == nil:
	case f.ByteOrderMark:
		at = at.Whole()
		fallthrough
	default:
		d.name, d.within = at.src.name, &at
	}
	return d, d.parse()
}

// readFile reads a file, into the element if there is one.
func readFile(f Format, name string, data []byte, into *etree.Element, used *budget) (*Document, *diag.Diagnostic) {
	d := f.document(name, "")
	d.used = used
	if into != nil {
		d.top = into
	}
	if len(data) > MaxFileSize {
		return nil, TooLarge(name)
	}
	d.read = &asRead{}
	plain, problem := d.unpack(data)
	if problem != nil {
		return nil, problem
	}
	if f.Format == "" && isZip(plain) || f.Format == "zip" {
		d.Format.Format, d.read.data = "zip", data
		problem = d.readZip(plain)
	} else if problem = d.decode(plain); problem == nil {
		problem = d.parse()
	}
	if problem != nil {
		return nil, problem
	}
	d.read.format = d.Format
	return d, nil
}

// parse reads the document's text.
func (d *Document) parse() *diag.Diagnostic {
	if problem := d.checkText(); problem != nil {
		return problem
	}
	asked := d.Format
	if lf, crlf := strings.Count(d.text, "\n"), strings.Count(d.text, "\r\n"); 2*crlf > lf {
		d.Format.LineEnds = "crlf"
	} else if lf > 0 || asked.LineEnds == "" {
		d.Format.LineEnds = "lf"
	}
	if asked.Format == "" {
		if problem := d.detect(); problem != nil {
			return problem
		}
	}
	problem := d.readSyntax()
	if d.second && asked.Format == "" {
		first := problem
		d.Format.Parts = true
		if problem = d.readSyntax(); problem != nil {
			return first
		}
	}
	if problem == nil && d.read == nil {
		d.read = &asRead{format: d.Format}
	}
	return problem
}

// readSyntax reads the text into an empty tree.
func (d *Document) readSyntax() *diag.Diagnostic {
	top := d.top
	d.used.nodes -= len(d.tokens)
	d.tokens, top.Child = make(map[etree.Token]origin, d.estimate()), nil
	if d.Format.Parts && d.Format.Format != "xml" && d.Format.Format != "json" {
		return notHeld(d.Format, "only XML and JSON have parts")
	}
	if d.Format.Parts {
		parts := &etree.Element{Tag: "parts"}
		top.AddChild(parts)
		d.top = parts
		defer func() { d.top = top }()
	}
	return syntaxes[d.Format.Format].read(d)
}

// estimate is about how many tokens the text has, from the marks that stand at each.
func (d *Document) estimate() int {
	marks := map[string]string{"xml": "<", "json": ",", "ini": "\n", "reg": "\n", "delimited": ","}[d.Format.Format]
	return min(2*strings.Count(d.text, marks), MaxNodes)
}

// add puts a token that was read into the tree.
func (d *Document) add(in *etree.Element, t etree.Token, at origin) *diag.Diagnostic {
	in.AddChild(t)
	at.said = digest(t)
	d.tokens[t] = at
	if d.used.nodes++; d.used.nodes > MaxNodes {
		return d.fault("too-many-nodes", at.start, at.end, "the file has more than the %d nodes that are read", MaxNodes)
	}
	return nil
}

// tooDeep is the error of an element below as many as are read.
func (d *Document) tooDeep(at origin) *diag.Diagnostic {
	return d.fault("too-deep", at.start, at.end, "elements are nested more than %d deep", MaxDepth)
}

// TooLarge is the error of a file above MaxFileSize.
func TooLarge(name string) *diag.Diagnostic {
	return &diag.Diagnostic{ID: "file-too-large", Severity: diag.Error, Span: diag.Span{File: name},
		Message: fmt.Sprintf("the file is larger than the %d MiB that are read", MaxFileSize>>20)}
}

// owner is the document that read the token: d or one of those in d's entries.
func (d *Document) owner(t etree.Token) *Document {
	if d.zip == nil {
		return d
	}
	for e := t.Parent(); e != nil; e = e.Parent() {
		if in, ok := d.zip.entries[e]; ok && in.document != nil {
			return in.document.owner(t)
		}
	}
	return d
}

// Fault is an error at the token: at an element's start tag.
func (d *Document) Fault(id string, at etree.Token, message string, args ...any) *diag.Diagnostic {
	d = d.owner(at)
	o := d.tokens[at]
	return d.fault(id, o.start, o.end, message, args...)
}

// Place is where the token stands; of an element, its start tag or key.
func (d *Document) Place(t etree.Token) Place {
	d = d.owner(t)
	at := d.tokens[t]
	if d.Format.Format == "json" && at.start < at.end && d.text[at.start] == '"' {
		return d.jsonKey(at)
	}
	return Place{src: d.source, start: at.start, end: at.end}
}

// Text is the element's own text and where it stands; without text, where it would: of XML that is the start tag.
func (d *Document) Text(e *etree.Element) (string, Place) {
	d = d.ownerOfInside(e)
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
		if at, known := d.tokens[c]; known {
			segments = append(segments, syntaxes[d.Format.Format].segment(d, c, at))
		}
	}
	if len(segments) == 0 {
		at := d.Place(e)
		if o, known := d.tokens[e]; known && d.Format.Format != "xml" && o.end < o.endTag {
			at.start, at.end = o.end, o.endTag
		}
		return text.String(), at
	}
	return text.String(), Place{d.source, segments[0].start, segments[len(segments)-1].end, segments}
}

// ownerOfInside is the document that read what is inside the element.
func (d *Document) ownerOfInside(e *etree.Element) *Document {
	if len(e.Child) == 0 {
		return d.owner(e)
	}
	return d.owner(e.Child[0])
}

// FormatAt is the format of the document that the token is in: d, or one in an entry of d.
func (d *Document) FormatAt(t etree.Token) Format { return d.owner(t).Format }

// Attributes gives the places of the element's attribute values, in order. Only XML has attributes of its own.
func (d *Document) Attributes(e *etree.Element) []Place {
	d = d.owner(e)
	if d.Format.Format == "xml" {
		return d.xmlAttributes(e)
	}
	return slices.Repeat([]Place{d.Place(e)}, len(e.Attr))
}

// Refuses says why a file of the format cannot hold the text as a value, or nil.
func (f Format) Refuses(text string) *diag.Diagnostic {
	if s, ok := syntaxes[f.Format]; ok {
		if problem := s.refuses(f, text); problem != nil {
			return problem
		}
	}
	if f.Format == "xml" || f.Format == "json" {
		f.Charset = utf8Set // what the character set has not is written as a reference or an escape
	}
	return f.charsetRefuses(text)
}

// HasEndTag reports whether the element, as it was read, has an end tag of its own.
func (d *Document) HasEndTag(e *etree.Element) bool {
	at := d.owner(e).tokens[e]
	return at.endTag < at.endTagEnd
}

// IsBlank reports whether the text is only what XML counts as white space.
func IsBlank(text string) bool { return strings.Trim(text, " \t\r\n") == "" }
