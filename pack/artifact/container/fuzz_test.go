package container_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/artifact/container"
)

// seeds are every syntax in every encoding, and the first bytes of what is not read.
func seeds(f *testing.F) {
	for _, text := range texts {
		for _, encode := range encodings {
			f.Add(encode(f, text))
		}
	}
	f.Add([]byte("<?xml version='1.0' encoding='windows-1252'?><a b='\xe9'>\x80</a>"))
	f.Add([]byte("a=\xe9\r\n[x]\rb=\"\"\"\n"))
	f.Add([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	f.Add([]byte("[End]\n[A]\n[/A]\n[/A]\n=\n"))
	f.Add([]byte("\"a\"\"\",\"\r\n\"\n,\n"))
	f.Add([]byte("REGEDIT4\n[a\\b]\n[a]\n[a\\b\\]\n\"\\\"\"=\"\\\\\r\n\"\n@=dword:FFFFFFFF\r\n\"\"=hex(0):"))
	f.Add([]byte("A|1|\\|\nB|2\nA|\\\\|\\n\n"))
	f.Add([]byte("A\t1\t\"\nB\t\nA\t2\t\n\\"))
	f.Add([]byte(`{"a":"\ud83d\u0000","a":-0.0e1}`))
}

// FuzzLossless: what is read comes back byte for byte, and is read the same as what was found.
func FuzzLossless(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) { lossless(t, data) })
}

// FuzzChange: a document that was changed is written as it now is, or refused.
func FuzzChange(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text), uint(3), "x", uint8(0))
		f.Add([]byte(text), uint(5), "", uint8(1))
		f.Add([]byte(text), uint(9), "a\n\"b", uint8(2))
	}
	f.Fuzz(func(t *testing.T, data []byte, at uint, text string, how uint8) {
		d, problem := container.Read("f", data)
		if problem != nil || d.Format.Format == "zip" { // its entries are documents like others
			return
		}
		change(d, at, text, how)
		out, problem := d.Bytes()
		if problem != nil {
			return
		}
		format := d.Format
		back, problem := container.ReadAs(format, "f", out)
		if problem != nil {
			t.Fatalf("%v\nfrom %q\nto   %q", problem, data, out)
		}
		if was, is := plain(d), plain(back); was != is {
			t.Fatalf("%s\nis written %q\nand reads\n%s", was, out, is)
		}
	})
}

// plain is what a document says apart from layout that a syntax may add or leave out.
func plain(d *container.Document) string {
	s := dumpLines(&d.Tree.Element, d.Format.Format == "ini")
	switch d.Format.Format {
	case "delimited": // a field that is not there is empty
		for _, header := range d.Format.Delimited.Header {
			s = strings.ReplaceAll(s, "<"+strconv.Quote(header)+"> </> ", "")
		}
		s = emptyField.ReplaceAllString(s, "")
	case "ini", "reg": // the last line may have had no end, and lines at the end of a section are the root's
		s = strings.ReplaceAll(s, `\n" `, `" `)
		s = strings.ReplaceAll(s, `"" `, "")
	case "json":
		return strings.Join(strings.Fields(s), " ")
	}
	return s
}

var emptyField = regexp.MustCompile(`<"f\d+"> </> `)

// change changes the element or text at a place in the order of the document.
func change(d *container.Document, at uint, text string, how uint8) {
	var elements []*etree.Element
	var walk func(e *etree.Element)
	walk = func(e *etree.Element) {
		for _, c := range e.ChildElements() {
			elements = append(elements, c)
			walk(c)
		}
	}
	walk(&d.Tree.Element)
	e := elements[at%uint(len(elements))]
	switch how % 4 {
	case 0:
		if sort := e.SelectAttrValue("type", ""); container.IsBlank(text) && (sort == "array" || sort == "object" || d.Format.Parts && e.Tag == "parts") {
			return // white space around values is layout
		}
		e.SetText(text)
	case 1:
		e.Parent().RemoveChild(e)
	case 2:
		x := e.Copy()
		e.Parent().InsertChildAt(e.Index(), x)
	case 3:
		e.Tag, e.Space = text, ""
	}
}
