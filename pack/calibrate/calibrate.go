// Package calibrate learns the dialect of a console from files it exported whose contents a pack describes.
//
// It goes from the file's tree to the model: what repeats as often as a list has items is tried as that list's elements (learn.go),
// every text as every field in every form (spot.go), and what fits more than one field is settled by elimination, then by names,
// or left open (resolve.go). What came out is written as a dialect (emit.go) and proved: the dialect is loaded like any other, the
// pack is built in it, and the result held against the file byte by byte (proof.go).
package calibrate

import (
	"encoding/base64"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/diag"
)

// Sample is a file and the pack that describes what is in it.
type Sample struct {
	Pack *pack.Pack
	File artifact.File
}

// Learned is what was found of one kind's files.
type Learned struct {
	Kind     artifact.Kind
	Format   container.Format
	Template *etree.Document
	Values   map[string]map[string]string

	root *node
}

// learn finds the template of a kind. The error is that of a file that cannot be read.
func learn(k artifact.Kind, samples []Sample, values map[string]map[string]string) (*Learned, *diag.Diagnostic) {
	var docs []*container.Document
	var parts []part
	for _, s := range samples {
		doc, problem := container.Read(s.File.Name, s.File.Data)
		if problem != nil {
			return nil, problem
		}
		docs = append(docs, doc)
		parts = append(parts, part{x: doc.Tree.Root(), s: &scope{item: reflect.ValueOf(s.Pack).Elem()}})
	}
	whole := kindOf(reflect.TypeFor[pack.Pack](), "", nil)
	whole.only(string(k))
	l := &learner{readInside: readInside}
	tag := parts[0].x.FullTag()
	root := l.element(tag, tag, parts, whole)
	root.resolve()
	e := &emitter{values: values, endTags: func(x *etree.Element) bool {
		return slices.ContainsFunc(docs, func(d *container.Document) bool { return d.HasEndTag(x) })
	}}
	return &Learned{Kind: k, Format: docs[0].Format, Template: e.template(root, docs[0].Tree), Values: values, root: root}, nil
}

// readInside reads a text that is a document itself, perhaps behind Base64, and says how a template names that.
func readInside(text string) (*container.Document, string, bool) {
	if doc, format, ok := readDocument(text); ok {
		return doc, format, true
	}
	plain, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(plain) < 4 || !utf8.Valid(plain) {
		return nil, "", false
	}
	doc, format, ok := readDocument(string(plain))
	return doc, "base64 " + format, ok
}

// readDocument reads a text that begins like a document.
func readDocument(text string) (*container.Document, string, bool) {
	trimmed := strings.TrimSpace(text)
	if trimmed == "" || !strings.ContainsRune("<{[", rune(trimmed[0])) {
		return nil, "", false
	}
	doc, problem := container.Read("", []byte(text))
	if problem != nil || len(doc.Tree.Root().Child)+len(doc.Tree.Root().Attr) == 0 {
		return nil, "", false
	}
	return doc, doc.Format.Format, true
}
