package calibrate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
)

// leavesOf writes a pack's alerts, each value by the function, which gets an empty text for none.
func leavesOf(p *pack.Pack, root string, leaf func(sort, name, text string) string) calibrate.Sample {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?>\n<Export" + root + ">\n")
	for _, a := range p.Alerts {
		fmt.Fprintf(&b, " <Alert Known=\"%d\">\n", len(a.Rules))
		for _, l := range []string{leaf("string", "Name", a.Name), leaf("string", "Folder", a.Group), leaf("string", "Notes", a.Description)} {
			b.WriteString("  " + l + "\n")
		}
		for _, r := range a.Rules {
			b.WriteString("  <Rule>\n")
			for _, l := range []string{leaf("string", "Title", r.Title), leaf("string", "Source", r.EventSource), leaf("string", "Login", r.User),
				leaf("number", "Event", r.EventID)} {
				b.WriteString("   " + l + "\n")
			}
			b.WriteString("  </Rule>\n")
		}
		b.WriteString(" </Alert>\n")
	}
	b.WriteString("</Export>\n")
	return calibrate.Sample{Pack: p, File: artifact.File{Name: "a.isalt", Data: []byte(b.String())}}
}

// sheds are doors with events that some rules have, and no line breaks.
func sheds(salt int) *pack.Pack {
	p := doors(salt)
	for i := range p.Alerts {
		a := &p.Alerts[i]
		a.Description = strings.ReplaceAll(a.Description, "\n", " ")
		for j := range a.Rules {
			a.Rules[j].Title = strings.ReplaceAll(a.Rules[j].Title, "\n", " ")
			if (i+j)%2 == 0 {
				a.Rules[j].EventID = fmt.Sprint(1000*salt + 10*i + j)
			}
		}
	}
	return p
}

// TestNulls: files say in several ways that there is no value, and each is learned.
func TestNulls(t *testing.T) {
	text := escapes(">", "&gt;")
	for name, leaf := range map[string]func(sort, name, text string) string{
		"an attribute in another's place": func(sort, name, value string) string {
			if value == "" {
				return "<" + name + ` i:nil="true"/>`
			}
			return "<" + name + ` i:type="x:` + sort + `">` + text.Replace(value) + "</" + name + ">"
		},
		"an attribute beside another": func(sort, name, value string) string {
			if value == "" {
				return "<" + name + ` i:type="x:` + sort + `" i:nil="true"/>`
			}
			return "<" + name + ` i:type="x:` + sort + `">` + text.Replace(value) + "</" + name + ">"
		},
		"an attribute only beside values": func(sort, name, value string) string {
			if value == "" {
				return "<" + name + "/>"
			}
			return "<" + name + ` kind="` + sort + `">` + text.Replace(value) + "</" + name + ">"
		},
		"another element": func(sort, name, value string) string {
			if value == "" {
				return `<none key="` + name + `"/>`
			}
			return "<" + sort + ` key="` + name + `">` + text.Replace(value) + "</" + sort + ">"
		},
	} {
		t.Run(name, func(t *testing.T) {
			const root = ` xmlns:i="http://www.w3.org/2001/XMLSchema-instance"` + "\n\t" + `xmlns:x="http://www.w3.org/2001/XMLSchema"` + "\n\t" + `note="it is"`
			learnAndRead(t, []calibrate.Sample{leavesOf(sheds(1), root, leaf)}, leavesOf(sheds(2), root, leaf))
		})
	}
}

// TestOrderOfAttributes: attributes of which no element has all stand in the order that the elements tell together.
func TestOrderOfAttributes(t *testing.T) {
	write := func(p *pack.Pack) calibrate.Sample {
		var b strings.Builder
		attribute := func(name, text string) {
			if text != "" {
				b.WriteString(" " + name + "='" + escapes("'", "&#x27;").Replace(text) + "'")
			}
		}
		b.WriteString("<Export>")
		for _, a := range p.Alerts {
			b.WriteString("<Alert")
			attribute("Name", a.Name)
			b.WriteString(">")
			for _, r := range a.Rules {
				b.WriteString("<Rule")
				attribute("Title", r.Title)
				attribute("Match", r.Match.Text)
				attribute("Source", r.EventSource)
				attribute("Login", r.User)
				attribute("Device", r.SourceType)
				b.WriteString("/>")
			}
			b.WriteString("</Alert>")
		}
		b.WriteString("</Export>")
		return calibrate.Sample{Pack: p, File: artifact.File{Name: "a.isalt", Data: []byte(b.String())}}
	}
	taught := &pack.Pack{Alerts: []pack.Alert{
		{Name: "it's one", Rules: []pack.Rule{{Title: "first", EventSource: "s 1", User: "u 1"}, {Title: "second", SourceType: "d 2"}}},
		{Name: "two", Rules: []pack.Rule{{Title: "third", User: "u 3", SourceType: "d 3"}, {Match: pack.Pattern{Text: "m 4"}, EventSource: "s 4"}}},
	}}
	other := &pack.Pack{Alerts: []pack.Alert{
		{Name: "other's", Rules: []pack.Rule{{Title: "t", Match: pack.Pattern{Text: "m"}, EventSource: "s", User: "u", SourceType: "d"}, {Title: "v"}}},
		{Name: "more", Rules: []pack.Rule{{Title: "w", EventSource: "x", SourceType: "y"}}},
	}}
	r, err := calibrate.Learn("acme", []calibrate.Sample{write(taught)})
	if err != nil {
		t.Fatal(err)
	}
	data, err := artifact.EncodeKind(other, r.Dialect, artifact.Alerts)
	if err != nil {
		t.Fatal(err)
	}
	if want := string(write(other).File.Data); string(data) != want {
		t.Errorf("%s\nexpected %s", data, want)
	}
}

// TestReferencesOfEveryKind: how a character is referred to that the files of one kind do not show is as in those of another.
func TestReferencesOfEveryKind(t *testing.T) {
	p := houses(3, 3)
	r, err := calibrate.Learn("acme", []calibrate.Sample{exported("h.iscat", `By='plain'`, p), exported("h.isalt", `By='one&#x27;s'`, p)})
	if err != nil {
		t.Fatal(err)
	}
	if text := built(t, r, p); !strings.Contains(text, "By='plain'") {
		t.Error(text)
	}
	if got := r.Dialect.Format(artifact.Categories).XML.References; got != "&#x27;" {
		t.Errorf("references %q", got)
	}
}
