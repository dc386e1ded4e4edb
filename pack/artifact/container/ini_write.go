package container

import (
	"strings"

	"github.com/beevik/etree"
)

type iniWriter struct {
	*writer
	style INI
}

// writeINI writes lines as they were read, and those that are new in the file's style.
func writeINI(w *writer) {
	i := iniWriter{w, w.Format.INI}
	root := onlyElement(w.top)
	if root == nil || root.FullTag() != "ini" {
		w.refuse(w.top, "its root is one element ini")
		return
	}
	i.lines(root, 0)
}

// lines writes what a section holds.
func (w *iniWriter) lines(e *etree.Element, depth int) {
	for _, t := range e.Child {
		w.newLine()
		at, same := w.known(t)
		switch t := t.(type) {
		case *etree.Element:
			w.element(t, at, same, depth)
		case *etree.CharData:
			w.other(at, same, t.Data)
		case *etree.Comment:
			w.comment(t, at, same)
		default:
			w.refuse(e, "processing instructions are XML's")
		}
	}
}

// newLine ends a line that has no end yet.
func (w *iniWriter) newLine() {
	if s := w.String(); s != "" && !strings.HasSuffix(s, "\n") {
		w.WriteString(w.Format.lineEnd())
	}
}

func (w *iniWriter) other(at origin, same bool, text string) {
	if same {
		w.raw(at.start, at.end)
		return
	}
	w.WriteString(w.lineEnds(text))
}

func (w *iniWriter) comment(c *etree.Comment, at origin, same bool) {
	if same {
		w.raw(at.start, at.end)
		return
	}
	w.WriteString(c.Data + w.Format.lineEnd())
}

func (w *iniWriter) element(e *etree.Element, at origin, same bool, depth int) {
	switch sort := typeOf(e); {
	case sort == iniSection:
		w.section(e, at, same, depth)
	case sort == iniBare && same && len(e.Child) == 0:
		w.raw(at.start, at.end)
	case sort == iniBare && len(e.Child) == 0:
		w.WriteString(w.indent(depth, w.style.KeyOutdent) + e.FullTag() + w.Format.lineEnd())
	case sort == "":
		w.key(e, at, same, depth)
	default:
		w.refuse(e, "its type is neither section nor bare, or a bare word has a value")
	}
}

// indent is what stands before a line inside as many sections.
func (w *iniWriter) indent(depth, outdent int) string {
	return strings.Repeat(w.style.Indent, max(0, depth-outdent))
}

func (w *iniWriter) section(e *etree.Element, at origin, same bool, depth int) {
	indent := w.indent(depth, w.style.SectionOutdent)
	if same {
		w.raw(at.start, at.end)
	} else {
		w.WriteString(indent + "[" + e.FullTag() + "]" + w.Format.lineEnd())
	}
	w.lines(e, depth+1)
	switch {
	case same && at.endTag < at.endTagEnd:
		w.newLine()
		w.raw(at.endTag, at.endTagEnd)
	case !same && w.style.Close != "":
		w.newLine()
		w.WriteString(indent + strings.Replace(w.style.Close, "*", e.FullTag(), 1) + w.Format.lineEnd())
	}
}

func (w *iniWriter) key(e *etree.Element, at origin, same bool, depth int) {
	text, plain := plainText(e)
	if !plain {
		w.refuse(e, `only an element of type="section" holds others`)
		return
	}
	if same {
		w.raw(at.start, at.end)
	} else {
		w.WriteString(w.indent(depth, w.style.KeyOutdent) + e.FullTag() + w.style.Separator)
	}
	if same && w.sameValue(e, at) {
		w.raw(at.end, at.endTag)
	} else {
		w.WriteString(w.quote(text))
	}
	if same {
		w.raw(at.endTag, at.endTagEnd)
	} else {
		w.WriteString(w.Format.lineEnd())
	}
}

// sameValue reports whether the value is still the one that was read.
func (w *iniWriter) sameValue(e *etree.Element, at origin) bool {
	if len(e.Child) == 0 {
		raw := w.text[at.end:at.endTag]
		return raw == "" || raw == `""` && w.style.Quote != ""
	}
	_, same := w.known(e.Child[0])
	return same && len(e.Child) == 1
}

// quote spells a value.
func (w *iniWriter) quote(text string) string {
	needed := strings.Trim(text, " \t") != text || quotedINI(text)
	if w.style.Quote == "always" || w.style.Quote == "needed" && needed {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}
