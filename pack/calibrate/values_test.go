package calibrate_test

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
)

// valued is a pack of dashlets with these values, and another one with others, of which an inner writer makes files of attributes.
func valued(salt int) *pack.Pack {
	p := &pack.Pack{}
	for i := range 8 {
		n := i + salt
		p.Dashlets = append(p.Dashlets, pack.Dashlet{Title: fmt.Sprintf(`D "%d" \ & <é> 'x'`, n), Query: fmt.Sprint("q", n), Chart: pack.Charts()[i%4],
			UseSQL: n%3 == 0, Axis: pack.Axis{Property: fmt.Sprint("p", n), Limit: 1000*n + 7}, Value: pack.Value{Aggregate: pack.Aggregates()[i%2]},
			Period: pack.Duration(time.Duration(n) * 24 * time.Hour)})
	}
	return p
}

// write makes a file of the dashlets with the attributes that the row gives.
func writeDashlets(p *pack.Pack, row func(i int, d pack.Dashlet) string) artifact.File {
	text := "<E>"
	for i, d := range p.Dashlets {
		text += "<D " + row(i, d) + "/>"
	}
	return artifact.File{Name: "d.etwd", Data: []byte(text + "</E>")}
}

func attribute(name, text string) string {
	return name + `="` + strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;").Replace(text) + `" `
}

// TestSpellingsOfValues: values are found in every spelling programs have for them, and others of their sort are then read and written.
func TestSpellingsOfValues(t *testing.T) {
	days := func(d pack.Dashlet) int { return int(time.Duration(d.Period) / (24 * time.Hour)) }
	plural := func(n int, word string) string {
		if n == 1 {
			return fmt.Sprint(n, " ", word)
		}
		return fmt.Sprint(n, " ", word, "s")
	}
	period := func(spell func(n int) string) func(int, pack.Dashlet) string {
		return func(_ int, d pack.Dashlet) string { return attribute("P", spell(days(d))) }
	}
	title := func(spell func(string) string) func(int, pack.Dashlet) string {
		return func(_ int, d pack.Dashlet) string { return attribute("T", spell(d.Title)) }
	}
	html := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;", "é", "&#233;")
	for name, test := range map[string]struct {
		path string
		row  func(int, pack.Dashlet) string
	}{
		"ticks":         {"dashlets[].period", period(func(n int) string { return fmt.Sprint(n * 864000000000) })},
		"milliseconds":  {"dashlets[].period", period(func(n int) string { return fmt.Sprint(n * 86400000) })},
		"words":         {"dashlets[].period", period(func(n int) string { return plural(n, "Day") })},
		"small words":   {"dashlets[].period", period(func(n int) string { return plural(n, "day") })},
		"hours on end":  {"dashlets[].period", period(func(n int) string { return fmt.Sprintf("%02d:00:00", n*24) })},
		"ISO 8601":      {"dashlets[].period", period(func(n int) string { return fmt.Sprintf("P%dD", n) })},
		"HTML":          {"dashlets[].title", title(html.Replace)},
		"quotes and C":  {"dashlets[].title", title(func(s string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"` })},
		"base64 UTF-16": {"dashlets[].title", title(base64UTF16)},
		"percent": {"dashlets[].title", title(func(s string) string {
			return strings.NewReplacer(" ", "%20", `"`, "%22", `\`, "%5C", "&", "%26", "<", "%3C", ">", "%3E", "'", "%27", "é", "%C3%A9").Replace(s)
		})},
		"thousands": {"dashlets[].axis.limit", func(_ int, d pack.Dashlet) string {
			return attribute("L", fmt.Sprintf("%d,%03d", d.Axis.Limit/1000, d.Axis.Limit%1000))
		}},
		"leading zeros": {"dashlets[].axis.limit", func(_ int, d pack.Dashlet) string { return attribute("L", fmt.Sprintf("%06d", d.Axis.Limit)) }},
		"truth there":   {"dashlets[].use_sql", func(_ int, d pack.Dashlet) string { return map[bool]string{true: attribute("S", "yes")}[d.UseSQL] }},
		"truth empty":   {"dashlets[].use_sql", func(_ int, d pack.Dashlet) string { return map[bool]string{true: attribute("S", "")}[d.UseSQL] }},
		"flags":         {"dashlets[].chart", func(i int, d pack.Dashlet) string { return attribute("C", fmt.Sprint(1<<(i%4))) }},
	} {
		t.Run(name, func(t *testing.T) {
			row := func(i int, d pack.Dashlet) string { return attribute("Q", d.Query) + test.row(i, d) }
			r, err := calibrate.Learn("x", []calibrate.Sample{{Pack: valued(2), File: writeDashlets(valued(2), row)}})
			if err != nil {
				t.Fatal(err)
			}
			f := fieldOf(t, r, test.path)
			if len(f.Where) != 1 || f.Sure != calibrate.Certain && f.Sure != calibrate.Likely {
				t.Fatalf("%+v\n%s", f, r.Files[1].Data)
			}
			other := valued(1)
			file := writeDashlets(other, row)
			if p, err := calibrate.Check(file, r.Dialect); err != nil || !p.Exact {
				t.Errorf("%v %s\n%s", err, faultsOf(p), r.Files[1].Data)
			}
			bundle, err := artifact.Decode([]artifact.File{file}, r.Dialect)
			if err != nil {
				t.Fatal(err)
			}
			want, got := leaves(other, artifact.Dashlets), leaves(bundle.Pack, artifact.Dashlets)
			for path, text := range want {
				if strings.HasSuffix(path, test.path[len("dashlets[]"):]) && got[path] != text {
					t.Errorf("%s: %q, not %q", path, got[path], text)
				}
			}
		})
	}
}

func base64UTF16(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return base64.StdEncoding.EncodeToString(b)
}

// TestDates: points in time are told from what is not understood, in the spellings programs have for them, by name.
func TestDates(t *testing.T) {
	for text, sort := range map[string]string{
		"2024-05-06T07:08:09Z": "date, ISO 8601", "20240506070809": "date, ISO 8601", "5/31/2024 7:08:09 PM": "date, month/day/year",
		"31.05.2024 19:08": "date, day/month/year", "31-May-2024": "date, with the month's name", "Mon, 06 May 2024 07:08:09 GMT": "date, with the month's name",
		"/Date(1714979289000)/": "date, JSON of .NET", "1714979289": "date, Unix seconds", "1714979289123": "date, Unix milliseconds",
		"638505760890000000": "date, .NET ticks", "133594528890000000": "date, FILETIME", "45418.2973": "date, OLE date",
		"d41d8cd98f00b204e9800998ecf8427e": "checksum", "17149": "constant", "9.4.12.0": "constant",
	} {
		row := func(_ int, d pack.Dashlet) string { return attribute("Q", d.Query) + attribute("X", text) }
		r, err := calibrate.Learn("x", []calibrate.Sample{{Pack: valued(2), File: writeDashlets(valued(2), row)}})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, s := range r.Kinds[0].Spots {
			if s.Where == "E/D/@X" {
				got = s.What()
			}
		}
		if got != sort {
			t.Errorf("%s: %s, not %s", text, got, sort)
		}
	}
}

// TestEmptyTextsInLists: of fields in parallel texts some items have none; a list without items may have a text of its own.
func TestEmptyTextsInLists(t *testing.T) {
	columns := func(all ...string) []pack.Column {
		var out []pack.Column
		for i, text := range all {
			c := pack.Column{Heading: fmt.Sprint("h", i)}
			if name, ok := strings.CutPrefix(text, "@"); ok {
				c.Property = name
			} else {
				c.Token = text
			}
			out = append(out, c)
		}
		return out
	}
	write := func(p *pack.Pack) artifact.File {
		text := "<E>"
		for _, r := range p.Reports {
			var h, k, o []string
			for _, c := range r.Columns {
				h, k, o = append(h, c.Heading), append(k, c.Token), append(o, c.Property)
			}
			systems := strings.Join(r.Systems, "; ")
			if systems == "" {
				systems = "(All)"
			}
			text += "<R " + attribute("N", r.Title) + attribute("H", strings.Join(h, ",")) + attribute("T", strings.Join(k, ",")) + attribute("P", strings.Join(o, ",")) +
				attribute("S", systems) + "/>"
		}
		return artifact.File{Name: "r.etcrx", Data: []byte(text + "</E>")}
	}
	taught := &pack.Pack{Reports: []pack.Report{
		{Title: "one", Columns: columns("@a", "b", "@c"), Systems: []string{"x", "y"}},
		{Title: "two", Columns: columns("d", "@e")}, {Title: "three", Columns: columns("@f", "@g", "h"), Systems: []string{"z"}}, {Title: "none"}}}
	other := &pack.Pack{Reports: []pack.Report{
		{Title: "four", Columns: columns("@i", "@j")}, {Title: "five", Columns: columns("k"), Systems: []string{"u", "v", "w"}}, {Title: "six"}}}
	for i := range other.Reports {
		other.Reports[i].Frequency = "Undefined" // the console's own, as no place says it
	}
	r, err := calibrate.Learn("x", []calibrate.Sample{{Pack: taught, File: write(taught)}})
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := artifact.Decode([]artifact.File{write(other)}, r.Dialect)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(leaves(other, artifact.Reports), leaves(bundle.Pack, artifact.Reports)); diff != "" {
		t.Errorf("%s\n%s", diff, r.Files[1].Data)
	}
	if p, err := calibrate.Check(write(other), r.Dialect); err != nil || !p.Exact {
		t.Errorf("%v %s", err, faultsOf(p))
	}
}

// TestBlanksTaken: a console that takes line breaks and blanks at the ends out of a text still tells where the text stands; the report
// says what is not kept.
func TestBlanksTaken(t *testing.T) {
	p := valued(2)
	p.Dashlets[1].Description, p.Dashlets[2].Description, p.Dashlets[3].Description, p.Dashlets[4].Description = "one line", "two\nlines", " blanks ", "more"
	for name, take := range map[string]func(string) string{
		"into blanks": func(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\n", " ")) },
		"first line":  func(s string) string { first, _, _ := strings.Cut(s, "\n"); return strings.TrimSpace(first) },
	} {
		row := func(_ int, d pack.Dashlet) string {
			return attribute("Q", d.Query) + attribute("X", take(d.Description))
		}
		r, err := calibrate.Learn("x", []calibrate.Sample{{Pack: p, File: writeDashlets(p, row)}})
		if err != nil {
			t.Fatal(err)
		}
		f := fieldOf(t, r, "dashlets[].description")
		if !cmp.Equal(f.Where, []string{"E/D/@X"}) || !slices.Contains(f.Inferred, calibrate.SmoothedBlanks) || r.Exact() {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// TestCharactersUnseen: of characters that no text has, the dialect says that their spelling is assumed, and which text would show it.
func TestCharactersUnseen(t *testing.T) {
	p := valued(2)
	for i := range p.Dashlets {
		p.Dashlets[i].Title = fmt.Sprint("plain ", i)
	}
	row := func(_ int, d pack.Dashlet) string { return attribute("Q", d.Query) + attribute("T", d.Title) }
	r, err := calibrate.Learn("x", []calibrate.Sample{{Pack: p, File: writeDashlets(p, row)}})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(askedOf(r), "characters-unseen dashlets[].title") {
		t.Error(askedOf(r))
	}
	other := valued(1)
	proof, err := calibrate.Check(writeDashlets(other, row), r.Dialect)
	if err != nil || !cmp.Equal(proof.Assumed, []string{"dashlets[].title"}) {
		t.Errorf("%+v %v", proof, err)
	}
	p.Dashlets[0].Title = `"quoted" \ and more`
	if r, err = calibrate.Learn("x", []calibrate.Sample{{Pack: p, File: writeDashlets(p, row)}}); err != nil {
		t.Fatal(err)
	}
	if proof, err = calibrate.Check(writeDashlets(other, row), r.Dialect); err != nil || len(proof.Assumed) > 0 || slices.Contains(askedOf(r), "characters-unseen dashlets[].title") {
		t.Errorf("%+v %v %v", proof, err, askedOf(r))
	}
}

// TestPatternsToldApart: one place holds a regular expression or a text, and what tells which is a flag, one of them only having it, or
// what stands before the text.
func TestPatternsToldApart(t *testing.T) {
	patterns := func(all ...pack.Pattern) *pack.Pack {
		c := pack.Category{Name: "Doors", Group: "House"}
		for i, p := range all {
			c.Rules = append(c.Rules, pack.Rule{Title: fmt.Sprint(`rule "\`, i), Match: p})
		}
		return categoriesOf(c, pack.Category{Name: "Gates", Group: "Yard", Rules: c.Rules[:2]})
	}
	taught := patterns(pack.Pattern{Regex: "a+"}, pack.Pattern{Text: "b c"}, pack.Pattern{}, pack.Pattern{Text: "d"}, pack.Pattern{Regex: "^e"})
	other := patterns(pack.Pattern{Text: "f+"}, pack.Pattern{}, pack.Pattern{Regex: "g h"})
	for name, row := range map[string]func(p pack.Pattern) string{
		"a truth value": func(p pack.Pattern) string {
			return attribute("M", p.Regex+p.Text) + attribute("X", fmt.Sprint(p.Regex != ""))
		},
		"three words": func(p pack.Pattern) string {
			return attribute("M", p.Regex+p.Text) + attribute("X", map[bool]string{true: "None", false: map[bool]string{true: "Regex", false: "Text"}[p.Regex != ""]}[p.IsZero()])
		},
		"there for texts": func(p pack.Pattern) string {
			return attribute("M", p.Regex+p.Text) + map[bool]string{true: attribute("X", "plain")}[p.Text != ""]
		},
		"before the text": func(p pack.Pattern) string {
			return attribute("M", map[bool]string{true: "REGEX " + p.Regex, false: map[bool]string{true: "TEXT " + p.Text}[p.Text != ""]}[p.Regex != ""])
		},
	} {
		t.Run(name, func(t *testing.T) {
			write := func(p *pack.Pack) artifact.File {
				text := "<E>"
				for _, c := range p.Categories {
					text += "<C " + strings.TrimSpace(attribute("N", c.Name)+attribute("G", c.Group)) + ">"
					for _, r := range c.Rules {
						text += "<R " + attribute("T", r.Title) + row(r.Match) + "/>"
					}
					text += "</C>"
				}
				return artifact.File{Name: "c.iscat", Data: []byte(text + "</E>")}
			}
			r, err := calibrate.Learn("x", []calibrate.Sample{{Pack: taught, File: write(taught)}})
			if err != nil {
				t.Fatal(err)
			}
			if asks := askedOf(r); len(asks) > 0 {
				t.Error(asks)
			}
			bundle, err := artifact.Decode([]artifact.File{write(other)}, r.Dialect)
			if err != nil || len(bundle.Warnings) > 0 {
				t.Fatal(err, bundle)
			}
			if diff := cmp.Diff(leaves(other, artifact.Categories), leaves(bundle.Pack, artifact.Categories)); diff != "" {
				t.Errorf("%s\n%s", diff, r.Files[1].Data)
			}
			if p, err := calibrate.Check(write(other), r.Dialect); err != nil || !p.Exact {
				t.Errorf("%v %s\n%s", err, faultsOf(p), r.Files[1].Data)
			}
		})
	}
}
