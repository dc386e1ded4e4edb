package container

import (
	"fmt"
	"strings"

	"github.com/beevik/etree"
)

// writeXML writes tokens as they were read, and those that are new with no more references than XML or the file's style asks for.
func writeXML(w *writer) {
	x := xmlWriter{writer: w, empty: "/>", quote: `"`}
	if s := w.Format.XML; s.Empty != "" {
		x.empty = s.Empty
	}
	if w.Format.XML.Quote != "" {
		x.quote = w.Format.XML.Quote
	}
	x.text, _ = xmlEscapes(w.Format.XML.Escapes, x.quote)
	_, x.attribute = xmlEscapes(w.Format.XML.AttributeEscapes, x.quote)
	if w.Format.Declaration != "" && !declared(w.top) {
		w.WriteString(w.lineEnds(w.Format.Declaration))
	}
	x.children(w.top)
}

// declared reports whether the tree has a declaration of its own.
func declared(top *etree.Element) bool {
	for _, t := range top.Child {
		if p, ok := t.(*etree.ProcInst); ok && p.Target == "xml" {
			return true
		}
	}
	return false
}

// xmlEscapes are what has to be escaped, and the optional characters: a carriage return would be read as a line feed, and blanks of
// an attribute as spaces.
func xmlEscapes(optional, quote string) (text, attribute *strings.Replacer) {
	pairs := []string{"&", "&amp;", "<", "&lt;", "\r", "&#xD;"}
	for i, reference := range xmlReferences {
		if c := xmlOptional[i : i+1]; strings.Contains(optional, c) {
			pairs = append(pairs, c, reference)
		}
	}
	inText := append([]string{"]]>", "]]&gt;"}, pairs...)
	inAttribute := append([]string{"\n", "&#xA;", "\t", "&#x9;", quote, map[string]string{`"`: "&quot;", "'": "&apos;"}[quote]}, pairs...)
	return strings.NewReplacer(inText...), strings.NewReplacer(inAttribute...)
}

var escapeCData = strings.NewReplacer("]]>", "]]]]><![CDATA[>", "\r", "]]>&#xD;<![CDATA[")

type xmlWriter struct {
	*writer
	empty, quote    string
	text, attribute *strings.Replacer
}

func (w *xmlWriter) children(e *etree.Element) {
	for _, child := range e.Child {
		w.token(child)
	}
}

func (w *xmlWriter) token(t etree.Token) {
	at, known := w.known(t)
	if e, ok := t.(*etree.Element); ok {
		w.element(e, at, known && (at.endTag < at.endTagEnd || len(e.Child) == 0))
		return
	}
	if known {
		w.raw(at.start, at.end)
		return
	}
	switch t := t.(type) {
	case *etree.CharData:
		if t.IsCData() {
			w.WriteString("<![CDATA[" + w.lineEnds(w.references(escapeCData.Replace(t.Data), "]]>", "<![CDATA[")) + "]]>")
		} else {
			w.WriteString(w.lineEnds(w.references(w.text.Replace(t.Data), "", "")))
		}
	case *etree.Comment:
		w.WriteString("<!--" + w.lineEnds(t.Data) + "-->")
	case *etree.ProcInst:
		w.WriteString("<?" + t.Target + " " + t.Inst + "?>")
	}
}

// references writes characters the character set has not as references, in a CDATA section between its parts.
func (w *xmlWriter) references(s, before, after string) string {
	if strings.IndexFunc(s, w.Format.lacks) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if w.Format.lacks(r) {
			fmt.Fprintf(&b, "%s&#x%X;%s", before, r, after)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// element writes an element, spelled as it was read when that still fits.
func (w *xmlWriter) element(e *etree.Element, at origin, asRead bool) {
	if asRead {
		w.raw(at.start, at.end)
		w.children(e)
		w.raw(at.endTag, at.endTagEnd)
		return
	}
	w.WriteString("<" + e.FullTag())
	for i := range e.Attr {
		w.WriteString(" " + e.Attr[i].FullKey() + "=" + w.quote + w.references(w.attribute.Replace(e.Attr[i].Value), "", "") + w.quote)
	}
	if len(e.Child) == 0 && w.empty != "></>" {
		w.WriteString(w.empty)
		return
	}
	w.WriteString(">")
	w.children(e)
	w.WriteString("</" + e.FullTag() + ">")
}
