package container

import (
	"testing"

	"github.com/beevik/etree"
)

// checkPlace walks a value character by character: each stands in the file where its place says, spelled as something that reads
// as that character, and the places follow one another.
func checkPlace(t *testing.T, p Place, value string, read func(raw string, s spelling) string) {
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
			doc, problem := Read("", []byte(open+text+end))
			if problem != nil {
				continue
			}
			root := doc.Tree.Root()
			value, p := doc.Text(root)
			if open != "<v>" {
				if len(root.Attr) != 1 {
					continue
				}
				value, p = root.Attr[0].Value, doc.Attributes(root)[0]
			}
			if len(p.segments) == 0 {
				continue
			}
			checkPlace(t, p, value, func(raw string, s spelling) string {
				wrap := map[spelling][2]string{xmlText: {"<v>", "</v>"}, lines: {"<v><![CDATA[", "]]></v>"}}[s]
				tree := etree.NewDocument()
				if err := tree.ReadFromString(wrap[0] + raw + wrap[1]); err != nil {
					t.Fatal(err)
				}
				return tree.Root().Text()
			})
		}
	})
}
