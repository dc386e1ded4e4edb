package container

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"github.com/beevik/etree"
)

// writeXML writes tokens as they were read, and those that are new with no more references than XML or the file's style asks for.
func writeXML(w *writer) {
	style := w.Format.XML
	x := xmlWriter{writer: w, empty: cmp.Or(style.Empty, "/>"), quote: cmp.Or(style.Quote, `"`)}
	x.text = style.escaper("&<\r"+style.Escapes, "]]>", "]]"+style.reference('>'))
	x.attribute = style.escaper("&<\r\n\t" + style.AttributeEscapes + x.quote)
	x.cdata = strings.NewReplacer("]]>", "]]]]><![CDATA[>", "\r", "]]>"+style.reference('\r')+"<![CDATA[")
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

// escaper writes characters as references: those that have to be, as a carriage return would be read as a line feed and blanks of an
// attribute as spaces, and the optional ones.
func (x XML) escaper(characters string, pairs ...string) *strings.Replacer {
	for _, r := range characters {
		pairs = append(pairs, string(r), x.reference(r))
	}
	return strings.NewReplacer(pairs...)
}

type xmlWriter struct {
	*writer
	empty, quote           string
	text, attribute, cdata *strings.Replacer
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
			w.WriteString("<![CDATA[" + w.lineBreaks(w.references(w.cdata.Replace(t.Data), true)) + "]]>")
		} else if strings.Trim(t.Data, " \t\n") == "" { // layout
			w.WriteString(w.lineEnds(t.Data))
		} else {
			w.WriteString(w.lineBreaks(w.references(w.text.Replace(t.Data), false)))
		}
	case *etree.Comment:
		w.WriteString("<!--" + w.lineEnds(t.Data) + "-->")
	case *etree.ProcInst:
		w.WriteString("<?" + t.Target + strings.TrimSuffix(" "+t.Inst, " ") + "?>")
	case *etree.Directive:
		w.WriteString("<!" + w.lineEnds(t.Data) + ">")
	}
}

// lineBreaks writes line feeds of a value.
func (w *xmlWriter) lineBreaks(s string) string {
	if w.Format.XML.LineBreaks == "lf" {
		return s
	}
	return w.lineEnds(s)
}

// references writes characters the character set has not as references, in a CDATA section between its parts, and elsewhere all beyond
// ASCII in files that are written so.
func (w *xmlWriter) references(s string, cdata bool) string {
	lacks, before, after := w.Format.lacks, "", ""
	if cdata {
		before, after = "]]>", "<![CDATA["
	} else if w.Format.XML.ASCII {
		lacks = func(r rune) bool { return r >= utf8.RuneSelf }
	}
	if strings.IndexFunc(s, lacks) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if lacks(r) {
			b.WriteString(before + w.Format.XML.reference(r) + after)
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
		gap := " "
		if i > 0 && e.Parent() == w.top {
			gap = cmp.Or(w.lineEnds(w.Format.XML.RootAttributes), gap)
		}
		w.WriteString(gap + e.Attr[i].FullKey() + "=" + w.quote + w.references(w.attribute.Replace(e.Attr[i].Value), false) + w.quote)
	}
	if len(e.Child) == 0 && w.empty != "></>" {
		w.WriteString(w.empty)
		return
	}
	w.WriteString(">")
	w.children(e)
	w.WriteString("</" + e.FullTag() + ">")
}
