package calibrate_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
	"github.com/kpgen/kpgen/pack/diag"
)

// verses is a pack of which some descriptions have more lines than one.
func verses(word string) *pack.Pack {
	p := &pack.Pack{}
	for i, text := range []string{`%s a path C:\old "and" more`, "%s one,\ntwo", "", "%s one,\n\nthree; two"} {
		a := pack.Alert{Name: fmt.Sprintf("Verse %d of %s", i, word), Group: fmt.Sprintf("Book %d", i*i), Description: strings.ReplaceAll(text, "%s", word)}
		p.Alerts = append(p.Alerts, a)
	}
	return p
}

// sections writes a pack as INI, a line break as the mark.
func sections(p *pack.Pack, mark string) calibrate.Sample {
	text := ""
	for i, a := range p.Alerts {
		text += fmt.Sprintf("[Alert%d]\r\nTitle=%s\r\nFolder=%s\r\nNote=%s\r\n", i+1, a.Name, a.Group, strings.ReplaceAll(a.Description, "\n", mark))
	}
	return calibrate.Sample{Pack: p, File: artifact.File{Name: "v.isalt", Data: []byte(text)}}
}

// TestLineBreaks: what stands for a line break in the lines of a file is found, where nothing else is written otherwise.
func TestLineBreaks(t *testing.T) {
	for _, mark := range []string{`\n`, `\r\n`, "<br>", "<br />", "&#10;", "|", " | ", "¶", "_x000D__x000A_", "{}"} {
		t.Run(mark, func(t *testing.T) {
			r := learnAndRead(t, []calibrate.Sample{sections(verses("first"), mark)}, sections(verses("other"), mark))
			p := verses("third")
			p.Alerts[0].Description = "a" + mark + "b"
			_, err := artifact.EncodeKind(p, r.Dialect, artifact.Alerts)
			if !slices.Equal(ids(err), []string{"value-not-in-dialect"}) {
				t.Errorf("a text that would be read as a line break: %v", err)
			}
		})
	}
}

// TestPerhapsLineBreak: what is a line break in one field may be none in another, which is told.
func TestPerhapsLineBreak(t *testing.T) {
	r, err := calibrate.Learn("acme", []calibrate.Sample{sections(verses("first"), `\n`)})
	if err != nil {
		t.Fatal(err)
	}
	p := verses("other")
	p.Alerts[1].Name = `^a\nb`
	b, err := artifact.Decode([]artifact.File{sections(p, `\n`).File}, r.Dialect)
	if err != nil || b.Pack.Alerts[1].Name != `^a\nb` || !slices.Equal(ids(b.Warnings), []string{"perhaps-line-break"}) {
		t.Errorf("%v %v", err, b)
	}
}

// TestHexCodes: control characters as codes, and an underscore that would begin one.
func TestHexCodes(t *testing.T) {
	s := spelling{text: escapes(">", "&gt;", "\n", "_x000A_", "\t", "_x0009_", "_x0041_", "_x005F_x0041_"), quote: `"`, empty: "/>", nest: " ",
		attribute: escapes(">", "&gt;", `"`, "&quot;", "\n", "_x000A_", "\t", "_x0009_", "_x0041_", "_x005F_x0041_")}
	p := doors(2)
	p.Alerts[0].Group, p.Alerts[1].Description = "no\ncode", "_x0041_ is no A"
	learnAndRead(t, []calibrate.Sample{s.sample(doors(1))}, s.sample(p))
}

// TestConvention: a field whose texts have nothing to escape is spelled as those are that have.
func TestConvention(t *testing.T) {
	twice := []string{"&", "&amp;amp;", "<", "&amp;lt;", ">", "&amp;gt;", `"`, "&amp;quot;"}
	s := spelling{text: strings.NewReplacer(twice...), attribute: strings.NewReplacer(append(twice, "\n", "&#xA;", "\t", "&#x9;")...),
		quote: `"`, empty: "/>", nest: " "}
	p := doors(2)
	p.Alerts[0].Group, p.Alerts[0].Rules[0].User = `one's <own> & "more"`, `it's < & >`
	learnAndRead(t, []calibrate.Sample{s.sample(doors(1))}, s.sample(p))
}

// ids gives the ids of diagnostics.
func ids(err error) []string {
	var found diag.List
	if !errors.As(err, &found) {
		return nil
	}
	var ids []string
	for _, d := range found {
		ids = append(ids, d.ID)
	}
	return ids
}
