package container

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/beevik/etree"
)

type jsonWriter struct {
	*writer
	style JSON
}

// writeJSON writes values as they were read, with what stood between them, and those that are new in the file's style.
func writeJSON(w *writer) {
	j := jsonWriter{w, w.Format.JSON}
	if j.style.Colon == "" {
		j.style.Colon = ":"
	}
	if j.style.Comma == "" {
		j.style.Comma = ","
	}
	end, known := 0, len(w.tokens) > 0
	count := 0
	for _, t := range w.top.Child {
		e, ok := t.(*etree.Element)
		if !ok {
			j.refuseText(w.top, t)
			continue
		}
		if at, old := w.tokens[e]; known && old && at.start >= end && IsBlank(w.text[end:at.start]) {
			w.raw(end, at.start)
		} else if count > 0 {
			w.WriteString(w.Format.lineEnd())
		}
		j.value(e, false, 0)
		end, known = j.end(e)
		count++
	}
	if known && IsBlank(w.text[end:]) {
		w.raw(end, len(w.text))
	} else {
		w.WriteString(w.lineEnds(j.style.End))
	}
	if count == 0 || count > 1 && !w.Format.Parts {
		w.refuse(w.top, "a document has one value")
	}
}

// end is where the value ended in what was read.
func (w *jsonWriter) end(e *etree.Element) (end int, known bool) {
	at, known := w.tokens[e]
	return at.endTagEnd, known
}

// refuseText refuses what stands between values, unless it is blank.
func (w *jsonWriter) refuseText(e *etree.Element, t etree.Token) {
	if c, ok := t.(*etree.CharData); !ok || !IsBlank(c.Data) {
		w.refuse(e, "there is no text and no comment between values")
	}
}

// value writes a value, a member with its key.
func (w *jsonWriter) value(e *etree.Element, member bool, depth int) {
	at, known := w.known(e)
	sort := typeOf(e)
	if known {
		w.raw(at.start, at.end)
	} else if member {
		w.string(e.FullTag())
		w.WriteString(w.style.Colon)
	}
	switch {
	case sort == jsonObject || sort == jsonArray:
		if !known {
			w.WriteByte(map[string]byte{jsonObject: '{', jsonArray: '['}[sort])
		}
		w.inside(e, sort, depth)
	case known && w.sameScalar(e, at):
		w.raw(at.end, at.endTag)
	default:
		w.scalar(e, sort)
	}
}

// typeOf is the attribute type, empty for a string.
func typeOf(e *etree.Element) string { return e.SelectAttrValue(typeKey, "") }

// sameScalar reports whether the scalar's text is still the one that was read.
func (w *jsonWriter) sameScalar(e *etree.Element, at origin) bool {
	if len(e.Child) == 0 {
		raw := w.text[at.end:at.endTag]
		return raw == `""` || raw == "null"
	}
	_, same := w.known(e.Child[0])
	return same && len(e.Child) == 1
}

var number = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

func (w *jsonWriter) scalar(e *etree.Element, sort string) {
	text, plain := plainText(e)
	if !plain {
		w.refuse(e, "only an object or an array holds elements, which the attribute type says")
		return
	}
	switch {
	case sort == "":
		w.string(text)
	case sort == jsonNull && text == "":
		w.WriteString("null")
	case sort == jsonNumber && number.MatchString(text), sort == jsonBoolean && (text == "true" || text == "false"):
		w.WriteString(text)
	default:
		w.refuse(e, "%q is no value of type %s", text, sort)
	}
}

// plainText is the text of an element that holds nothing else.
func plainText(e *etree.Element) (text string, plain bool) {
	for _, t := range e.Child {
		c, ok := t.(*etree.CharData)
		if !ok {
			return "", false
		}
		text += c.Data
	}
	return text, true
}

// inside writes what an object or an array holds, and its end.
func (w *jsonWriter) inside(e *etree.Element, sort string, depth int) {
	parent, same := w.known(e)
	last, known := parent.end, same
	margin := w.margin(depth)
	lead := w.lead(e, margin+w.style.Indent)
	count := 0
	for _, t := range e.Child {
		child, ok := t.(*etree.Element)
		if !ok {
			w.refuseText(e, t)
			continue
		}
		w.between(child, last, known, count, lead)
		w.value(child, sort == jsonObject, depth+1)
		last, known = w.end(child)
		count++
	}
	if same && known && last == parent.endTag {
		w.raw(parent.endTag, parent.endTagEnd)
		return
	}
	switch {
	case count > 0 && strings.Contains(lead, "\n"):
		w.WriteString(w.Format.lineEnd() + margin)
	case count == 0 && w.style.Hanging && w.style.Indent != "":
		w.WriteString(w.Format.lineEnd() + w.Format.lineEnd() + margin)
	}
	w.WriteByte(map[string]byte{jsonObject: '}', jsonArray: ']'}[sort])
}

// between writes what stands before a value: what was read, if the one before it is still the same.
func (w *jsonWriter) between(child *etree.Element, last int, known bool, count int, lead string) {
	if at, old := w.tokens[child]; old && known && last <= at.start {
		raw := w.text[last:at.start]
		if strings.Trim(raw, " \t\r\n,") == "" && strings.Count(raw, ",") == min(count, 1) {
			w.WriteString(raw)
			return
		}
	}
	switch {
	case count == 0:
		w.WriteString(lead)
	case strings.Contains(lead, "\n"):
		w.WriteString("," + lead)
	default:
		w.WriteString(w.style.Comma)
	}
}

// lead is what stands before the first value in e: what was read, or a new line where the file is indented.
func (w *jsonWriter) lead(e *etree.Element, indent string) string {
	if at, same := w.known(e); same {
		rest := w.text[at.end:]
		raw := rest[:len(rest)-len(strings.TrimLeft(rest, " \t\r\n"))]
		if !strings.HasPrefix(rest[len(raw):], "}") && !strings.HasPrefix(rest[len(raw):], "]") {
			return raw
		}
	}
	if w.style.Indent == "" {
		return ""
	}
	return w.Format.lineEnd() + indent
}

// margin is the indent of the bracket that ends what was just begun.
func (w *jsonWriter) margin(depth int) string {
	if w.style.Hanging && w.style.Indent != "" {
		return strings.Repeat(" ", column(w.String())-1)
	}
	return strings.Repeat(w.style.Indent, depth)
}

// short are the escapes that have a letter.
var short = map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}

// string writes a string with no more escapes than JSON or the file's style asks for.
func (w *jsonWriter) string(s string) {
	w.WriteByte('"')
	for _, r := range s {
		switch escape := short[r]; {
		case escape != "" && !strings.ContainsRune(w.style.Escapes, r):
			w.WriteString(escape)
		case r == '/' && strings.ContainsRune(w.style.Escapes, r):
			w.WriteString(`\/`)
		case r < ' ' || r < utf8.RuneSelf && strings.ContainsRune(w.style.Escapes, r) || r >= utf8.RuneSelf && w.style.ASCII, w.Format.lacks(r):
			w.unicode(r)
		default:
			w.WriteRune(r)
		}
	}
	w.WriteByte('"')
}

// unicode writes a character as one or two escapes.
func (w *jsonWriter) unicode(r rune) {
	form := `\u%04x`
	if w.style.UpperHex {
		form = `\u%04X`
	}
	if r1, r2 := utf16.EncodeRune(r); r1 != utf8.RuneError {
		fmt.Fprintf(w, form+form, r1, r2)
		return
	}
	fmt.Fprintf(w, form, r)
}
