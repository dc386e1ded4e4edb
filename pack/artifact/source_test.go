package artifact

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/beevik/etree"
)

// checkPlace walks a value character by character: each stands in the file where its place says, spelled as something that reads
// as that character, and the places follow one another.
func checkPlace(t *testing.T, p place, value string, read func(raw string, s spelling) string) {
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
			if got := read(p.src.text[start:end], s.spelling); got != string(r) {
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

func FuzzXMLPlaces(f *testing.F) {
	for _, text := range []string{"plain", "a &lt; b &amp;&amp; c&#13;&#xA;", "x\r\ny\rz\n", "é😀&#x1F600;&#233;", "a<![CDATA[<b>]]]]><![CDATA[>]]>c<!-- no -->d",
		"&apos;&quot;&gt;", "&#xD800;"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, open := range []string{"<v>", "<v a='"} {
			end := map[string]string{"<v>": "</v>", "<v a='": "'/>"}[open]
			doc, problem := readXML(File{Data: []byte(open + text + end)})
			if problem != nil {
				continue
			}
			root := doc.tree.Root()
			value, segments := doc.textOf(root)
			if open != "<v>" {
				if len(root.Attr) != 1 {
					continue
				}
				value, segments = root.Attr[0].Value, doc.attributes(root)
			}
			if len(segments) == 0 {
				continue
			}
			p := place{doc.source, segments[0].start, segments[len(segments)-1].end, segments}
			checkPlace(t, p, value, func(raw string, s spelling) string {
				wrap := map[spelling][2]string{xmlText: {"<v>", "</v>"}, xmlCData: {"<v><![CDATA[", "]]></v>"}}[s]
				tree := etree.NewDocument()
				if err := tree.ReadFromString(wrap[0] + raw + wrap[1]); err != nil {
					t.Fatal(err)
				}
				return tree.Root().Text()
			})
		}
	})
}

func FuzzJSONPlaces(f *testing.F) {
	for _, text := range []string{"plain", `\"\\\/\b\f\n\r\t`, `\u0041\u00e9\u20ac`, `\ud83d\ude00`,
		`\ud83dx`, `\ud83d\u0041`, `\ude00\ud83d`, "é😀"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var value string
		if !utf8.ValidString(text) || json.Unmarshal([]byte(`"`+text+`"`), &value) != nil {
			return
		}
		r := jsonReader{source: newSource("", `"`+text+`"`)}
		v, problem := r.read()
		if problem != nil || v.scalar != value {
			t.Fatal(problem, v)
		}
		checkPlace(t, r.place(v), value, func(raw string, _ spelling) string {
			var s string
			if err := json.Unmarshal([]byte(`"`+raw+`"`), &s); err != nil {
				t.Fatal(err)
			}
			return s
		})
	})
}
