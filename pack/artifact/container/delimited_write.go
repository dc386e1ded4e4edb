package container

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"
)

type delimitedWriter struct {
	*writer
	style   Delimited
	tags    []string
	columns map[string]int // by tag
}

// writeDelimited writes fields as they were read, and those that are new in the file's style.
func writeDelimited(w *writer) {
	root := onlyElement(w.top)
	if root == nil || root.FullTag() != "records" {
		w.refuse(w.top, "its root is one element records")
		return
	}
	d := delimitedWriter{w, w.Format.Delimited, columnTags(w.Format.Delimited.Header), map[string]int{}}
	for i, tag := range d.tags {
		d.columns[tag] = i
	}
	waits := len(d.style.Header) > 0
	for _, t := range root.Child {
		at, same := w.known(t)
		if waits && (!same || w.header == nil || at.start > w.header.start) {
			d.headerLine()
			waits = false
		}
		switch t := t.(type) {
		case *etree.Element:
			d.newLine()
			d.record(t, at, same)
		case *etree.CharData:
			d.blankLines(root, t, at, same)
		default:
			w.refuse(root, "there are no comments")
		}
	}
	if waits {
		d.headerLine()
	}
}

// headerLine writes the header, as it was read when it is still the same.
func (w *delimitedWriter) headerLine() {
	if w.header != nil && slices.Equal(w.read.format.Delimited.Header, w.style.Header) {
		w.raw(w.header.start, w.header.end)
		return
	}
	for i, name := range w.style.Header {
		if i > 0 {
			w.WriteString(w.style.Delimiter)
		}
		w.WriteString(w.spell(name))
	}
	w.WriteString(w.Format.lineEnd())
}

func (w *delimitedWriter) newLine() {
	if s := w.String(); s != "" && !strings.HasSuffix(s, "\n") {
		w.WriteString(w.Format.lineEnd())
	}
}

func (w *delimitedWriter) blankLines(root *etree.Element, c *etree.CharData, at origin, same bool) {
	switch {
	case same:
		w.newLine()
		w.raw(at.start, at.end)
	case strings.Trim(c.Data, "\n") == "":
		w.newLine()
		w.WriteString(w.lineEnds(c.Data))
	default:
		w.refuse(root, "there is no text between records")
	}
}

var columnNumber = regexp.MustCompile(`^f[1-9][0-9]{0,3}$`)

// column is that of the tag, or -1.
func (w *delimitedWriter) column(tag string) int {
	if i, ok := w.columns[tag]; ok {
		return i
	}
	if !columnNumber.MatchString(tag) {
		return -1
	}
	n, _ := strconv.Atoi(tag[1:]) // at most four digits
	if n <= len(w.tags) {
		return -1
	}
	return n - 1
}

// record writes a record: its line as it was read where that still says the same, else field by field.
func (w *delimitedWriter) record(e *etree.Element, at origin, same bool) {
	spelled := make([]string, 0, len(e.Child))
	columns := max(len(w.tags), w.style.Columns)
	if at.end > 0 {
		old, _, _ := w.splitting().row(w.text[at.start:at.end], nil)
		columns = len(old)
	} else if len(w.style.Types) > 0 {
		columns = w.style.Types[typeOfRecord(e)]
	}
	for _, t := range e.Child {
		child, ok := t.(*etree.Element)
		if !ok {
			w.refuse(e, "a record holds fields and nothing else")
			return
		}
		column := w.column(child.FullTag())
		if column < len(spelled) || column >= maxColumns {
			w.refuse(child, "a record has one field for a column, in their order")
			return
		}
		for len(spelled) < column {
			spelled = append(spelled, w.spell(""))
		}
		spelled = append(spelled, w.field(child))
	}
	for len(spelled) < columns {
		spelled = append(spelled, w.spell(""))
	}
	w.WriteString(strings.Join(spelled, w.style.Delimiter))
	switch raw := w.text[at.start:at.end]; {
	case !same:
		w.WriteString(w.Format.lineEnd())
	case strings.HasSuffix(raw, "\r\n"):
		w.WriteString("\r\n")
	case strings.HasSuffix(raw, "\n"):
		w.WriteString("\n")
	}
}

// splitting is how what was read was cut into fields.
func (w *delimitedWriter) splitting() splitting {
	return splitting{w.style.Delimiter, w.style.Quote != "never" && !w.style.Backslash, w.style.Backslash}
}

// typeOfRecord is the text of the first field.
func typeOfRecord(e *etree.Element) string {
	for c := range e.ChildElementsSeq() {
		text, _ := plainText(c)
		return text
	}
	return ""
}

// field spells a field, as it was read when it still says the same.
func (w *delimitedWriter) field(e *etree.Element) string {
	text, plain := plainText(e)
	if !plain || len(e.Attr) > 0 {
		w.refuse(e, "a field holds text and nothing else")
	}
	at, same := w.known(e)
	raw := w.text[at.start:at.end]
	switch {
	case same && len(e.Child) == 0 && (raw == "" || raw == `""` && w.style.Quote != "never"):
		return raw
	case same && len(e.Child) == 1:
		if _, same := w.known(e.Child[0]); same {
			return raw
		}
	}
	return w.spell(text)
}

// spell gives a value as a field of the style.
func (w *delimitedWriter) spell(text string) string {
	quoted := strings.HasPrefix(text, "\ufeff") // which would be one of the file
	if w.style.Backslash {
		return w.escape(text)
	}
	switch w.style.Quote {
	case "never":
		return text
	case "always":
		quoted = true
	case "text":
		quoted = quoted || text != "" && !number.MatchString(text)
	}
	if !quoted && !strings.ContainsAny(text, w.style.Delimiter+"\"\r\n") {
		return text
	}
	breaks := w.style.LineBreaks
	if breaks == "" {
		breaks = w.Format.LineEnds
	}
	if breaks == "crlf" {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}

// escape gives a value with backslashes before what a field cannot hold.
func (w *delimitedWriter) escape(text string) string {
	delimiter := w.style.Delimiter
	if delimiter == "\t" {
		delimiter = "t"
	}
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, w.style.Delimiter, `\`+delimiter).Replace(text)
}
