package container

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/diag"
)

// writer is what the syntaxes write a document with.
type writer struct {
	*Document
	strings.Builder
	problem *diag.Diagnostic // the first thing the syntax cannot hold
	changed bool             // a token is new, or says something else
}

// known gives where the token stood, if it still says the same.
func (w *writer) known(t etree.Token) (at origin, same bool) {
	at, known := w.tokens[t]
	same = known && at.said == digest(t)
	w.changed = w.changed || !same
	return at, same
}

// raw writes the bytes that were read from start up to end.
func (w *writer) raw(start, end int) { w.WriteString(w.text[start:end]) }

// lineEnds writes line feeds as the file's line ends.
func (w *writer) lineEnds(s string) string {
	if w.Format.LineEnds != "crlf" {
		return s
	}
	return strings.ReplaceAll(s, "\n", "\r\n")
}

// refuse notes that the element cannot be written.
func (w *writer) refuse(e *etree.Element, message string, args ...any) {
	if w.problem == nil {
		w.problem = &diag.Diagnostic{ID: "not-in-container", Severity: diag.Error,
			Message: fmt.Sprintf("%s cannot hold %s: %s", w.Format.Format, pathOf(e), fmt.Sprintf(message, args...))}
	}
}

// Bytes gives the document as a file: the bytes that were read when nothing has changed. A changed document is read back, and what
// does not come back as it is refused.
func (d *Document) Bytes() ([]byte, *diag.Diagnostic) {
	data, same, problem := d.write()
	if problem != nil || same {
		return data, problem
	}
	if len(data) > MaxFileSize {
		return nil, TooLarge("")
	}
	if d.Format.Format == "zip" {
		return data, nil // each of its documents has been read back
	}
	return data, d.verify(data)
}

// write gives the file, and whether it is the one that was read.
func (d *Document) write() (data []byte, same bool, problem *diag.Diagnostic) {
	unchanged := d.read != nil && reflect.DeepEqual(d.read.format, d.Format)
	if d.Format.Format == "zip" {
		if data, same, problem = d.writeZip(); same && unchanged {
			return d.read.data, true, nil
		}
		return d.Format.pack(data), false, problem
	}
	text, changed, problem := d.writeText()
	if problem != nil {
		return nil, false, problem
	}
	same = unchanged && !changed && text == d.text
	if same && d.read.data != nil {
		return d.read.data, true, nil
	}
	if data, problem = d.Format.encode(text); problem != nil {
		return nil, false, problem
	}
	return d.Format.pack(data), same, nil
}

// writeText gives the document's text, and whether anything is new in it: what is new may be in the tree and not in the text.
func (d *Document) writeText() (text string, changed bool, problem *diag.Diagnostic) {
	w := &writer{Document: d}
	if d.Format.Parts {
		root := onlyElement(d.top)
		if root == nil || root.FullTag() != "parts" {
			return "", false, notHeld(d.Format, "the root of several documents is the element parts")
		}
		defer func(top *etree.Element) { d.top = top }(d.top)
		d.top = root
	}
	w.Grow(len(d.text) + 64)
	syntaxes[d.Format.Format].write(w)
	return w.String(), w.changed, w.problem
}

func notHeld(f Format, message string) *diag.Diagnostic {
	return &diag.Diagnostic{ID: "not-in-container", Severity: diag.Error, Message: f.Format + " cannot hold the document: " + message}
}

// onlyElement is the element that is the only one in e, or nil.
func onlyElement(e *etree.Element) *etree.Element {
	if elements := e.ChildElements(); len(elements) == 1 {
		return elements[0]
	}
	return nil
}

// verify reads what was written and compares the trees.
func (d *Document) verify(data []byte) *diag.Diagnostic {
	f := d.Format
	if f.Charset == "" {
		f.Charset = utf8Set // a text in another document's value
	}
	back, problem := ReadAs(f, "", data)
	if problem != nil {
		return notHeld(f, "what was written does not read: "+problem.Message)
	}
	a, b := d.top, back.top
	if f.Parts {
		a, b = onlyElement(a), onlyElement(b)
	}
	if at := difference(a, b, f, true); at != nil {
		return notHeld(f, pathOf(at)+" does not read as it was written")
	}
	return nil
}

// difference is the first element of a that does not say the same as its counterpart in b, or nil. White space around the root is
// of no account, and neither is the declaration.
func difference(a, b *etree.Element, f Format, top bool) *etree.Element {
	x, y := said(a, f, top), said(b, f, top)
	if len(x) != len(y) {
		return a
	}
	for i := range x {
		if x[i].element == nil {
			if x[i] != y[i] {
				return a
			}
			continue
		}
		if y[i].element == nil || digest(x[i].element) != digest(y[i].element) {
			return x[i].element
		}
		if at := difference(x[i].element, y[i].element, f, false); at != nil {
			return at
		}
	}
	return nil
}

// saying is what one or several tokens of an element say.
type saying struct {
	element *etree.Element
	sort    string
	text    string
}

// said gives what is in an element, texts that follow each other as one.
func said(e *etree.Element, f Format, top bool) []saying {
	var list []saying
	for _, t := range e.Child {
		switch t := t.(type) {
		case *etree.Element:
			if f.Format == "delimited" && e.Tag == "record" && len(t.Child) == 0 {
				continue // a field that is not there is empty
			}
			list = append(list, saying{element: t})
		case *etree.CharData:
			if n := len(list) - 1; n >= 0 && list[n].sort == "text" {
				list[n].text += t.Data
			} else {
				list = append(list, saying{sort: "text", text: t.Data})
			}
		case *etree.Comment:
			list = say(list, f, t.Data)
		case *etree.Directive:
			list = append(list, saying{sort: "directive", text: t.Data})
		case *etree.ProcInst:
			if !(top && t.Target == "xml") {
				list = append(list, saying{sort: "?" + t.Target, text: t.Inst})
			}
		}
	}
	return significant(list, f, top)
}

// say adds a comment; one of INI-like text is a line like others.
func say(list []saying, f Format, comment string) []saying {
	if f.Format != "ini" {
		return append(list, saying{sort: "comment", text: comment})
	}
	if n := len(list) - 1; n >= 0 && list[n].sort == "text" {
		list[n].text += comment + "\n"
		return list
	}
	return append(list, saying{sort: "text", text: comment + "\n"})
}

// significant takes out the texts that say nothing.
func significant(list []saying, f Format, top bool) []saying {
	kept := list[:0]
	for _, s := range list {
		layout := top && f.Format == "xml" || f.Format == "json"
		if s.sort == "text" && (s.text == "" || layout && IsBlank(s.text)) {
			continue
		}
		if s.sort == "text" && (f.Format == "ini" || f.Format == "reg") {
			s.text = strings.TrimSuffix(s.text, "\n")
		}
		kept = append(kept, s)
	}
	return kept
}

// pathOf names an element by the way to it.
func pathOf(e *etree.Element) string {
	path := ""
	for ; e != nil && e.Parent() != nil; e = e.Parent() {
		path = "/" + diag.Clip(e.FullTag()) + path
	}
	if path == "" {
		return "the document"
	}
	return path
}
