package container

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/beevik/etree"
)

// checkPlace walks a value character by character: each stands in the file where its place says, spelled as something that reads
// as that character, and the places follow one another.
func checkPlace(t *testing.T, p Place, value string) {
	t.Helper()
	last := p.start
	for i, r := range value {
		start, end := p.character(i)
		if start < last || end <= start || end > p.end {
			t.Fatalf("character %q at %d stands from %d to %d, after one that ended at %d", r, i, start, end, last)
		}
		last = end
		for _, s := range p.segments {
			if s.start > start || end > s.end {
				continue
			}
			if got := unspell(t, p.src.text[start:end], s.spelling); got != string(r) {
				t.Fatalf("character %q at %d is spelled %q, which reads as %q", r, i, p.src.text[start:end], got)
			}
		}
	}
	if size := len(value); size > 0 {
		if start, _ := p.character(size); start != p.end {
			t.Fatalf("the value ends at %d of %d", start, p.end)
		}
	}
}

// unspell reads a character as other readers do.
func unspell(t *testing.T, raw string, s spelling) string {
	t.Helper()
	switch s {
	case verbatim:
		return raw
	case doubled, doubledLines:
		if raw == `""` {
			return `"`
		}
		return strings.ReplaceAll(raw, "\r\n", "\n")
	case jsonText:
		var value string
		if err := json.Unmarshal([]byte(`"`+raw+`"`), &value); err != nil {
			t.Fatal(err)
		}
		return value
	}
	wrap := map[spelling][2]string{xmlText: {"<v>", "</v>"}, lines: {"<v><![CDATA[", "]]></v>"}}[s]
	tree := etree.NewDocument()
	if err := tree.ReadFromString(wrap[0] + raw + wrap[1]); err != nil {
		t.Fatal(err)
	}
	return tree.Root().Text()
}

// FuzzPlaces: every character of every value is found where it stands, in every syntax.
func FuzzPlaces(f *testing.F) {
	for _, text := range []string{"plain", "a &lt; b &amp;&amp; c&#13;&#xA;", "x\r\ny\rz\n", "é😀&#x1F600;&#233;",
		"a<![CDATA[<b>]]]]><![CDATA[>]]>c<!-- no -->d", "&apos;&quot;&gt;", "&#xD800;", `\"\\\/\b\f\n\r\t`, `\u0041\u00e9\u20ac`, `\ud83d\ude00`,
		`\ud83dx`, `\ud83d\u0041`, `\ude00\ud83d`, `""`, `a""b,c`, "b\nc=d\n"} {
		f.Add(text)
	}
	around := []struct {
		format        Format
		before, after string
	}{
		{Format{Format: "xml"}, "<v>", "</v>"}, {Format{Format: "xml"}, "<v a='", "'/>"}, {Format{Format: "json"}, `"`, `"`},
		{Format{Format: "json"}, `{"a": [1, "`, `"], "a": true}`}, {Format{Format: "ini"}, "[s]\nk = ", ""},
		{Format{Format: "ini"}, "k=\"", "\"\nl=\"\"\n"}, {Format{Format: "delimited"}, `1,"`, "\"\n3,4\n"},
		{Format{Format: "delimited"}, "1;", ";2\r\n3;4;5\r\n"},
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, a := range around {
			d, problem := ReadAs(a.format, "", []byte(a.before+text+a.after))
			if problem == nil {
				checkPlaces(t, d, &d.Tree.Element)
			}
		}
	})
}

func checkPlaces(t *testing.T, d *Document, in *etree.Element) {
	for _, e := range in.ChildElements() {
		value, at := d.Text(e)
		if len(at.segments) > 0 {
			checkPlace(t, at, value)
		}
		at.Span(0, 1)
		if d.Format.Format == "xml" {
			for i, at := range d.Attributes(e) {
				checkPlace(t, at, e.Attr[i].Value)
			}
		}
		if key := d.Place(e); d.Format.Format == "json" && len(key.segments) > 0 {
			checkPlace(t, key, e.FullTag())
		}
		checkPlaces(t, d, e)
	}
}
