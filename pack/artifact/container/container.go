// Package container turns the bytes of a file into a tree and back. It knows nothing of packs: what the tree means is the business
// of templates.
//
// A Document that was read knows where every token of its tree stood and how it was spelled. Written again, tokens that are still
// the same keep their spelling, so that an unchanged document gives the bytes that were read.
package container

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/diag"
)

// MaxFileSize bounds each file that is read or written, in bytes.
const MaxFileSize = 32 << 20

// Bounds on what is read, far above any pack: a person's file has a few thousand nodes, some ten deep.
const (
	MaxDepth = 64
	MaxNodes = 500_000 // elements, texts, comments
)

// Format is how a file holds a tree: the facts a dialect.yaml states below container.
type Format struct {
	Format        string `yaml:"format"`  // xml
	Charset       string `yaml:"charset"` // utf-8
	ByteOrderMark bool   `yaml:"byte_order_mark"`
	LineEnds      string `yaml:"line_ends"` // lf or crlf
	Declaration   bool   `yaml:"declaration"`
}

const byteOrderMark = "\ufeff"

// Problem is a fact of a format that is not known.
type Problem struct{ Key, Message string }

// Check gives what is wrong with the format's facts.
func (f Format) Check() []Problem {
	var found []Problem
	oneOf := func(key, value string, allowed ...string) {
		for _, a := range allowed {
			if value == a {
				return
			}
		}
		found = append(found, Problem{key, key + " is not known; expected " + strings.Join(allowed, " or ")})
	}
	oneOf("format", f.Format, "xml")
	oneOf("charset", f.Charset, "utf-8")
	oneOf("line_ends", f.LineEnds, "lf", "crlf")
	return found
}

// Document is a file as a tree.
type Document struct {
	Tree   *etree.Document
	Format Format // what was found in the file, or is to be written

	*source
	tokens map[etree.Token]origin
	nodes  int
}

// New is an empty document to be written in the format.
func (f Format) New() *Document {
	d := &Document{Tree: etree.NewDocument(), Format: f, source: newSource("", "")}
	if f.Declaration {
		d.Tree.AddChild(etree.NewProcInst("xml", fmt.Sprintf(`version="1.0" encoding="%s"`, f.Charset)))
		d.Tree.AddChild(etree.NewText("\n"))
	}
	return d
}

// Read reads a file. The first thing wrong ends the reading. The name is the one diagnostics show.
func Read(name string, data []byte) (*Document, *diag.Diagnostic) {
	if len(data) > MaxFileSize {
		return nil, TooLarge(name)
	}
	return readXML(name, data)
}

// ReadAs reads a file that has to be in the format. A byte-order mark and the line ends may be others than the format says.
func ReadAs(_ Format, name string, data []byte) (*Document, *diag.Diagnostic) {
	return Read(name, data)
}

// Bytes gives the document as a file.
func (d *Document) Bytes() ([]byte, *diag.Diagnostic) { return d.writeXML() }

// TooLarge is the error of a file above MaxFileSize.
func TooLarge(name string) *diag.Diagnostic {
	return &diag.Diagnostic{ID: "file-too-large", Severity: diag.Error, Span: diag.Span{File: name},
		Message: fmt.Sprintf("the file is larger than the %d MiB that are read", MaxFileSize>>20)}
}

// Refuses says why a file of the format cannot hold the text, or nil.
func (f Format) Refuses(text string) *diag.Diagnostic {
	i := strings.IndexFunc(text, notXML)
	if i < 0 {
		return nil
	}
	r, _ := utf8.DecodeRuneInString(text[i:])
	return &diag.Diagnostic{ID: "character-not-in-xml", Help: "in an expression, write it as an escape such as \\x00",
		Message: fmt.Sprintf("XML cannot hold the character %U at byte %d of the text", r, i)}
}

// Fault is an error at the token: at an element's start tag.
func (d *Document) Fault(id string, at etree.Token, message string, args ...any) *diag.Diagnostic {
	o := d.tokens[at]
	return d.fault(id, o.start, o.end, message, args...)
}

// Place is where the token stands; of an element, its start tag.
func (d *Document) Place(t etree.Token) Place {
	at := d.tokens[t]
	return Place{src: d.source, start: at.start, end: at.end}
}

// HasEndTag reports whether the element, as it was read, has an end tag of its own.
func (d *Document) HasEndTag(e *etree.Element) bool {
	at := d.tokens[e]
	return at.endTag < at.endTagEnd
}

// IsBlank reports whether the text is only what XML counts as white space.
func IsBlank(text string) bool { return strings.Trim(text, " \t\r\n") == "" }
