package container

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/beevik/etree"
)

type regWriter struct{ *writer }

// writeReg writes lines as they were read, and those that are new as the registry editor does.
func writeReg(w *writer) {
	root := onlyElement(w.top)
	if root == nil || root.FullTag() != "reg" {
		w.refuse(w.top, "its root is one element reg")
		return
	}
	regWriter{w}.lines(root, "")
}

// lines writes what a key of the path holds.
func (w regWriter) lines(e *etree.Element, path string) {
	for _, t := range e.Child {
		if s := w.String(); s != "" && !strings.HasSuffix(s, "\n") {
			w.WriteString(w.Format.lineEnd())
		}
		at, same := w.known(t)
		switch t := t.(type) {
		case *etree.Element:
			if typeOf(t) == regSection {
				w.key(t, at, same, path)
			} else {
				w.value(t, at, same)
			}
		case *etree.CharData:
			if same {
				w.raw(at.start, at.end)
			} else {
				w.WriteString(w.lineEnds(t.Data))
			}
		default:
			w.refuse(e, "comments are lines of text, and processing instructions are XML's")
		}
	}
}

func (w regWriter) key(e *etree.Element, at origin, same bool, path string) {
	path += e.FullTag()
	line := "[" + path + "]"
	if same && strings.TrimRight(w.text[at.start:at.end], "\r\n") == line {
		w.raw(at.start, at.end)
	} else {
		w.changed = true
		w.WriteString(line + w.Format.lineEnd())
	}
	w.lines(e, path+`\`)
}

// regEscaped writes the escapes of names and strings.
var regEscaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func (w regWriter) value(e *etree.Element, at origin, same bool) {
	text, plain := plainText(e)
	if !plain {
		w.refuse(e, `only an element of type="section" holds others`)
		return
	}
	switch {
	case same:
		w.raw(at.start, at.end)
	case e.FullTag() == "@":
		w.WriteString("@=")
	default:
		w.WriteString(`"` + regEscaped.Replace(e.FullTag()) + `"=`)
	}
	if same && w.sameValue(e, at) {
		w.raw(at.end, at.endTag)
	} else {
		w.WriteString(w.spell(e, text))
	}
	if same {
		w.raw(at.endTag, at.endTagEnd)
	} else {
		w.WriteString(w.Format.lineEnd())
	}
}

// sameValue reports whether the value is still the one that was read.
func (w regWriter) sameValue(e *etree.Element, at origin) bool {
	if len(e.Child) == 0 {
		raw := w.text[at.end:at.endTag]
		return raw == `""` || strings.HasPrefix(raw, "hex") && strings.HasSuffix(raw, ":")
	}
	_, same := w.known(e.Child[0])
	return same && len(e.Child) == 1
}

// spell gives a value of the element's type.
func (w regWriter) spell(e *etree.Element, text string) string {
	switch sort := typeOf(e); {
	case sort == "":
		return `"` + regEscaped.Replace(w.lineEnds(text)) + `"`
	case sort == regDword:
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			w.refuse(e, "%q is no number of 32 bits", text)
		}
		return fmt.Sprintf("dword:%08x", n)
	case strings.HasPrefix(sort, "hex"):
		return sort + ":" + w.lineEnds(text)
	default:
		w.refuse(e, "its type is none of section, dword and hex")
		return ""
	}
}
