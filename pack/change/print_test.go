package change_test

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	htmlrenderer "github.com/yuin/goldmark/renderer/html"
	"pgregory.net/rapid"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/change"
	"github.com/kpgen/kpgen/pack/console"
)

var (
	awkward = rapid.SampledFrom([]string{"`", "``", "|", `\|`, "<", ">", "&", "&amp;", "*", "_", "**x**", "[a](b)", "~~", "<!--", "</code>", "</details>",
		"@someone", "#1", ":bug:", "https://example.com", " ", "  ", "a", "é", "😀", "$x$", `(?<Who>\S+)`, "{2,3}", "^", "\\", "\n", "\x1b[31m", "\u202e"})
	awkwardText = rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(awkward, 1, 6).Draw(t, "pieces"), "") })
	anyTag      = regexp.MustCompile(`<[^>]*>`)
)

// TestMarkdownShowsText: whatever names and expressions hold, the page a renderer of GitHub's Markdown makes shows it, and no table or
// section is broken by it.
func TestMarkdownShowsText(t *testing.T) {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(htmlrenderer.WithUnsafe()))
	rapid.Check(t, func(t *rapid.T) {
		p, q := full(), full()
		name, regex := awkwardText.Draw(t, "name"), awkwardText.Draw(t, "regex")
		p.Categories[0].Name, q.Categories[0].Name = name, name
		p.Categories[0].Rules[0].Match.Regex, q.Categories[0].Rules[0].Match.Regex = "was", regex
		q.Reports[0].Columns[1].Heading = name
		q.Alerts = append(q.Alerts, pack.Alert{Name: name})
		r := change.Compare(change.Side{Name: "old", Pack: p}, change.Side{Name: "new", Pack: q})
		var text, page bytes.Buffer
		if err := r.WriteMarkdown(&text); err != nil {
			t.Fatal(err)
		}
		if err := md.Convert(text.Bytes(), &page); err != nil {
			t.Fatal(err)
		}
		shown := html.UnescapeString(anyTag.ReplaceAllString(page.String(), ""))
		for _, want := range []string{name, regex} {
			if want = visible(want); !strings.Contains(shown, want) {
				t.Fatalf("%q is not shown:\n%s", want, text.String())
			}
		}
		rows, cells := strings.Count(page.String(), "<tr>"), strings.Count(page.String(), "<td")
		if rows != len(r.Changes)+1 || cells != 3*len(r.Changes) {
			t.Fatalf("%d rows, %d cells of %d changes:\n%s", rows, cells, len(r.Changes), text.String())
		}
		if n := strings.Count(page.String(), "</details>"); n != len(r.Changes) {
			t.Fatalf("%d sections of %d changes:\n%s", n, len(r.Changes), text.String())
		}
	})
}

// TestMarkdownFits: however much differs, a page is one that GitHub takes, and says what it leaves out.
func TestMarkdownFits(t *testing.T) {
	p, q := full(), full()
	for i := range 2000 {
		name := strings.Repeat(fmt.Sprintf("<%d>", i), 300)
		p.Categories = append(p.Categories, pack.Category{Name: name, Group: "a"})
		q.Categories = append(q.Categories, pack.Category{Name: name, Group: name})
	}
	var page bytes.Buffer
	r := change.Compare(change.Side{Pack: p}, change.Side{Pack: q})
	if err := r.WriteMarkdown(&page); err != nil {
		t.Fatal(err)
	}
	if len(r.Changes) != 2000 || page.Len() > 65_536 || strings.Count(page.String(), " more") < 2 {
		t.Errorf("%d changes, %d bytes", len(r.Changes), page.Len())
	}
}

// visible is what a page shows of a text: characters that drive a terminal as escapes.
func visible(s string) string {
	return strings.NewReplacer("\n", `\x0a`, "\x1b", `\x1b`, "\u202e", `\u202e`).Replace(s)
}

// TestTextInColour: on a terminal the changed part is coloured, and what a pack or a log holds cannot drive it.
func TestTextInColour(t *testing.T) {
	p, q := full(), full()
	q.Alerts[0].Rules[0].Match.Regex = "\x1b[2J" + q.Alerts[0].Rules[0].Match.Regex
	r := change.Compare(change.Side{Pack: p}, change.Side{Pack: q})
	if _, err := change.Samples(t.Context(), r, change.Side{Pack: p}, change.Side{Pack: q}, nil, console.Options{}); err != nil {
		t.Fatal(err)
	}
	var plain, coloured bytes.Buffer
	if r.WriteText(&plain, false) != nil || r.WriteText(&coloured, true) != nil {
		t.Fatal("not written")
	}
	if strings.Contains(plain.String(), "\x1b") || strings.Contains(coloured.String(), "\x1b[2J") {
		t.Errorf("%q", coloured.String())
	}
	if !strings.Contains(coloured.String(), "\x1b[32m\\x1b[2J\x1b[0m") || !strings.Contains(plain.String(), `{+\x1b[2J+}`) {
		t.Errorf("%q", coloured.String())
	}
}
