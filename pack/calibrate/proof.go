package calibrate

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/diag"
)

// Difference is a place where a file that was built differs from the one a console wrote.
type Difference struct {
	Where     string `json:"where"`          // as in Alerts/Alert/@Id
	Line      int    `json:"line,omitempty"` // in the console's file
	Console   string `json:"console"`
	Built     string `json:"built"`
	Generated bool   `json:"generated,omitempty"` // the dialect names the place as one that the console makes
}

// Compare holds a built file against the one a console wrote. Only what the dialect names as generated may differ: exact says
// that with those places set alike all bytes are the same; of packed files, those inside. Otherwise rest is what differs all the same.
func Compare(console, built artifact.File, dialect *artifact.Dialect) (differences []Difference, exact bool, rest artifact.Difference) {
	if bytes.Equal(container.Plain(console.Data), container.Plain(built.Data)) {
		return nil, true, rest
	}
	rest = artifact.Difference{Old: console, New: built}
	a, problem := readIn(dialect, console)
	if problem != nil {
		return []Difference{{Console: problem.Message}}, false, rest
	}
	b, problem := readIn(dialect, built)
	if problem != nil {
		return []Difference{{Built: problem.Message}}, false, rest
	}
	c := &comparison{console: a, dialect: dialect}
	c.element(a.Tree.Root(), b.Tree.Root(), nil)
	c.comments(a, b)
	if data, problem := b.Bytes(); problem == nil {
		rest.New.Data = data
	}
	return c.found, bytes.Equal(container.Plain(console.Data), container.Plain(rest.New.Data)), rest
}

// readIn reads a file as one of the dialect's: a small one may not show what it is.
func readIn(d *artifact.Dialect, f artifact.File) (*container.Document, *diag.Diagnostic) {
	if k, ok := artifact.KindOf(f.Name); ok {
		if doc, problem := container.ReadAs(d.Format(k), f.Name, f.Data); problem == nil {
			return doc, nil
		}
	}
	return container.Read(f.Name, f.Data)
}

// datePart is a date and time in a text.
var datePart = regexp.MustCompile(`\d{1,2}[/.]\d{1,2}[/.]\d{4}(?:,? \d{1,2}:\d\d(?::\d\d)?(?: [AP]M)?)?|` +
	`\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?`)

// comments gives what stands in a document's root element and around it that is no element.
func comments(doc *container.Document) []etree.Token {
	return slices.DeleteFunc(slices.Concat(doc.Tree.Child, doc.Tree.Root().Child), func(t etree.Token) bool {
		_, isElement := t.(*etree.Element)
		return isElement
	})
}

func commentText(t etree.Token) string {
	switch t := t.(type) {
	case *etree.CharData:
		return t.Data
	case *etree.Comment:
		return t.Data
	}
	return ""
}

// comments sets comments and other text of the built file that differs in dates only as in the console's.
func (c *comparison) comments(a, b *container.Document) {
	as, bs := comments(a), comments(b)
	way := []*etree.Element{a.Tree.Root()}
	if len(as) != len(bs) || !c.dialect.Generates(way, artifact.Comments) {
		return
	}
	for i := range as {
		is, built := commentText(as[i]), commentText(bs[i])
		if is == built || datePart.ReplaceAllString(is, "") != datePart.ReplaceAllString(built, "") {
			continue
		}
		switch t := bs[i].(type) {
		case *etree.CharData:
			t.SetData(is)
		case *etree.Comment:
			t.Data = is
		}
		c.found = append(c.found, Difference{whereOf(way, "") + "/" + artifact.Comments, a.Place(as[i]).Span(-1, -1).Line, is, built, true})
	}
}

// comparison walks two trees side by side and sets what is generated in the built one as in the console's.
type comparison struct {
	console *container.Document
	dialect *artifact.Dialect
	found   []Difference
	inside  bool // in a document in a text, whose tokens have no place in the file
}

func (c *comparison) differ(way []*etree.Element, attribute, console, built string) bool {
	at := way[len(way)-1]
	line := 0
	if !c.inside {
		line = c.console.Place(at).Span(-1, -1).Line
	}
	where := whereOf(way, attribute)
	generated := c.dialect.Generates(way, attribute)
	c.found = append(c.found, Difference{where, line, console, built, generated})
	return generated
}

func (c *comparison) element(a, b *etree.Element, way []*etree.Element) {
	way = append(slices.Clone(way), a)
	if a.FullTag() != b.FullTag() {
		c.differ(way, "", "<"+a.FullTag()+">", "<"+b.FullTag()+">")
		return
	}
	c.attributes(a, b, way)
	as, bs := a.ChildElements(), b.ChildElements()
	if len(as) == 0 && len(bs) == 0 {
		c.text(a, b, way)
		return
	}
	for i := range min(len(as), len(bs)) {
		c.element(as[i], bs[i], way)
	}
	if len(as) != len(bs) {
		c.differ(way, "", fmt.Sprintf("%d elements inside", len(as)), fmt.Sprintf("%d elements inside", len(bs)))
	}
}

func (c *comparison) attributes(a, b *etree.Element, way []*etree.Element) {
	for i := range max(len(a.Attr), len(b.Attr)) {
		if i >= len(a.Attr) || i >= len(b.Attr) || a.Attr[i].FullKey() != b.Attr[i].FullKey() {
			c.differ(way, "", fmt.Sprint("attributes ", names(a)), fmt.Sprint("attributes ", names(b)))
			return
		}
		if a.Attr[i].Value != b.Attr[i].Value && c.differ(way, a.Attr[i].FullKey(), a.Attr[i].Value, b.Attr[i].Value) {
			b.Attr[i].Value = a.Attr[i].Value
		}
	}
}

func names(x *etree.Element) []string {
	var names []string
	for _, a := range x.Attr {
		names = append(names, a.FullKey())
	}
	return names
}

func (c *comparison) text(a, b *etree.Element, way []*etree.Element) {
	is, built := textOf(a), textOf(b)
	if is == built || c.inner(a, b, way) || !c.differ(way, "", is, built) {
		return
	}
	setText(b, is)
}

// inner compares documents inside of texts, and sets what is generated in the built one as in the console's; it reports false where
// they are none, or differ in spelling only.
func (c *comparison) inner(a, b *etree.Element, way []*etree.Element) bool {
	text, at := c.console.Text(a)
	is, how, ok := readInside(at, text)
	built, as, also := readInside(container.Place{}, textOf(b))
	if !ok || !also || how != as {
		return false
	}
	deeper := &comparison{console: is, dialect: c.dialect, inside: c.inside || how != ""}
	deeper.element(is.Tree.Root(), built.Tree.Root(), way)
	data, problem := built.Bytes()
	if problem != nil {
		return false
	}
	same := false // but for how well it was packed
	if how != "" {
		packed, _ := base64.StdEncoding.DecodeString(text)
		same = bytes.Equal(container.Plain(packed), container.Plain(data))
	}
	c.found = append(c.found, deeper.found...)
	switch {
	case same:
		return setText(b, text)
	case len(deeper.found) == 0:
		return false
	case how != "":
		return setText(b, base64.StdEncoding.EncodeToString(data))
	}
	return setText(b, string(data))
}

func setText(x *etree.Element, text string) bool {
	cdata := false
	for _, token := range slices.Clone(x.Child) {
		if t, ok := token.(*etree.CharData); ok {
			cdata = cdata || t.IsCData()
			x.RemoveChild(token)
		}
	}
	x.AddChild(newText(text, cdata))
	return true
}

// whereOf names a place by the tags on the way to it.
func whereOf(way []*etree.Element, attribute string) string {
	var steps []string
	for _, x := range way {
		steps = append(steps, x.FullTag())
	}
	if attribute != "" {
		steps = append(steps, "@"+attribute)
	}
	return strings.Join(steps, "/")
}
