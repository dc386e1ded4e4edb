package change

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/kpgen/kpgen/pack/diag"
)

// What is shown of an expression around a change and of a change itself, in characters, and how many places of one change are listed.
const (
	around    = 50
	maxShown  = 200
	maxPlaces = 10
)

// WriteText writes the result for people.
func (r *Result) WriteText(w io.Writer, colour bool) error {
	p := &printer{Writer: bufio.NewWriter(w), colour: colour}
	fmt.Fprintf(p, "%s\n", r.title())
	step := None
	heading := func(s Step) {
		if s != step {
			fmt.Fprintf(p, "\n%s\n", p.paint(paints[s], string(s)))
		}
		step = s
	}
	for i := range r.Changes {
		heading(r.Changes[i].Step)
		p.change(&r.Changes[i])
	}
	if r.Samples != nil {
		fmt.Fprintf(p, "\nsamples: %s\n", r.Samples.summary())
		step = None
		for i := range r.Samples.Effects {
			heading(r.Samples.Effects[i].Step)
			p.effect(&r.Samples.Effects[i])
		}
	}
	fmt.Fprintln(p)
	for _, kind := range r.NotCompared {
		fmt.Fprintf(p, "not compared: %s\n", notCompared(kind))
	}
	fmt.Fprintf(p, "%s\n", r.Version)
	return p.Flush()
}

// notCompared says why a kind, or a value by its path, was not compared.
func notCompared(what string) string {
	if strings.Contains(what, "[") {
		return what + ", which the files of one side have no place for"
	}
	return strings.ReplaceAll(what, "_", " ") + ", which only one of the sides has files of"
}

// title names the packs and sums up.
func (r *Result) title() string {
	what := "no change in meaning"
	if n := len(r.Changes); n > 0 {
		what = fmt.Sprintf("%s, %s", counted(n, "change"), r.gravest())
	}
	return diag.Visible(fmt.Sprintf("%s → %s: %s", r.Old.title(), r.New.title(), what))
}

// gravest is the gravest step of the packs' own differences.
func (r *Result) gravest() Step { return r.Changes[0].Step }

func (e End) title() string {
	if e.Name == "" {
		return e.Path
	}
	return e.Name + " " + e.Version
}

func (r *Replay) summary() string {
	return fmt.Sprintf("%s, %d of them differ", counted(r.Lines, "line"), r.Differ)
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// String says in a line what the version did and whether that fits.
func (v Version) String() string {
	did := "version: unknown"
	switch {
	case v.Old != "" && v.New != "":
		did = diag.Visible(fmt.Sprintf("version: %s → %s", v.Old, v.New))
		if v.Moved == "" {
			did += " (not a step forward)"
		}
	}
	switch {
	case v.Needed == None:
		return did + "; nothing asks for another"
	case v.Fits:
		return fmt.Sprintf("%s fits: the changes ask for a %s step", did, v.Needed)
	case v.Suggested == "":
		return fmt.Sprintf("%s; the changes ask for a %s step", did, v.Needed)
	}
	return fmt.Sprintf("%s does not fit: the changes ask for a %s step, %s or later", did, v.Needed, v.Suggested)
}

// printer writes text; its first error is kept by the writer.
type printer struct {
	*bufio.Writer
	colour bool
}

var paints = map[Step]string{Breaking: "1;31", Feature: "1;32", Fix: "1;36"}

func (p *printer) paint(code, s string) string {
	if !p.colour || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p *printer) change(c *Change) {
	what := diag.Visible(c.What)
	if c.Field != "" {
		what += ", " + c.Field
	}
	if len(c.Places) > 1 {
		what = fmt.Sprintf("in %d places", len(c.Places))
	}
	fmt.Fprintf(p, "  %s [%s]\n", what, c.ID)
	for _, line := range p.values(c) {
		fmt.Fprintf(p, "      %s\n", line)
	}
	p.places(c.Places)
}

// places lists places; what is the same of all, as that of a shared expression is, is told first and once.
func (p *printer) places(all []Place) {
	if len(all) == 1 {
		if at := all[0].span(); at != "" {
			fmt.Fprintf(p, "      %s\n", at)
		}
		return
	}
	same := all[0]
	for _, at := range all {
		if at.Old != same.Old {
			same.Old = diag.Span{}
		}
		if at.New != same.New {
			same.New = diag.Span{}
		}
	}
	if at := same.span(); at != "" {
		fmt.Fprintf(p, "      all written at %s\n", at)
	}
	for _, at := range all[:min(len(all), maxPlaces)] {
		if same.Old != (diag.Span{}) {
			at.Old = diag.Span{}
		}
		if same.New != (diag.Span{}) {
			at.New = diag.Span{}
		}
		line := diag.Visible(at.What)
		if span := at.span(); span != "" {
			line += ": " + span
		}
		fmt.Fprintf(p, "        %s\n", line)
	}
	if more := len(all) - maxPlaces; more > 0 {
		fmt.Fprintf(p, "        … %d more; --format json lists all\n", more)
	}
}

// span names the place in both packs.
func (at Place) span() string {
	old, now := diag.Visible(at.Old.String()), diag.Visible(at.New.String())
	if old == "" || now == "" {
		return old + now
	}
	return old + " → " + now
}

// values shows what was and what is.
func (p *printer) values(c *Change) []string {
	switch {
	case c.Removed != "" || c.Inserted != "":
		m := c.marked()
		removed, inserted := "[-"+m.removed+"-]", "{+"+m.inserted+"+}"
		if p.colour {
			removed, inserted = p.paint("9;31", m.removed), p.paint("32", m.inserted)
		}
		if m.removed == "" {
			removed = ""
		}
		if m.inserted == "" {
			inserted = ""
		}
		return []string{m.before + removed + inserted + m.after}
	case c.Alike > 0:
		return []string{fmt.Sprintf("%s → %s%s", p.paint("31", quoted(c.Old)), p.paint("32", quoted(c.New)), c.sure())}
	case c.Old != "" && c.New != "":
		return []string{p.paint("31", quoted(c.Old)) + " → " + p.paint("32", quoted(c.New))}
	case c.Old != "":
		return []string{p.paint("31", "- "+shorten(c.Old))}
	case c.New != "":
		return []string{p.paint("32", "+ "+shorten(c.New))}
	}
	return nil
}

// sure says how much of a renamed item is the same.
func (c *Change) sure() string {
	if c.Alike == 1 {
		return " (the rest is the same)"
	}
	return fmt.Sprintf(" (%.0f %% alike)", 100*c.Alike)
}

// marking is an expression cut down to what is near a change.
type marking struct{ before, removed, inserted, after string }

func (c *Change) marked() marking {
	m := marking{removed: shorten(c.Removed), inserted: shorten(c.Inserted)}
	before, after := []rune(c.New[:c.marks[1].from]), []rune(c.New[c.marks[1].to:])
	m.before, m.after = string(before), string(after)
	if len(before) > around {
		m.before = "…" + string(before[len(before)-around:])
	}
	if len(after) > around {
		m.after = string(after[:around]) + "…"
	}
	m.before, m.after = diag.Visible(m.before), diag.Visible(m.after)
	return m
}

func quoted(s string) string { return `"` + shorten(s) + `"` }

// shorten shows a text without what drives a terminal, and of a long one its beginning and its end.
func shorten(s string) string {
	if utf8.RuneCountInString(s) > maxShown {
		all := []rune(s)
		s = string(all[:maxShown/2]) + "…" + string(all[len(all)-maxShown/2:])
	}
	return diag.Visible(s)
}

func (p *printer) effect(e *Effect) {
	fmt.Fprintf(p, "  %s: %s [%s]\n", diag.Visible(e.title()), counted(e.Lines, "line"), e.ID)
	for _, x := range e.Examples {
		value := ""
		if x.Old != "" || x.New != "" {
			value = fmt.Sprintf("  %s → %s", p.paint("31", quoted(x.Old)), p.paint("32", quoted(x.New)))
		}
		if e.Points > 0 {
			value = "  " + shorten(x.point()) + ":" + value
		}
		fmt.Fprintf(p, "      %s:%d%s\n", diag.Visible(x.File), x.Line, value)
	}
}

func (e *Effect) title() string {
	switch {
	case e.Rule != "":
		return e.What + ", " + e.Rule
	case e.Points > 0:
		return e.What + ", " + counted(e.Points, "point")
	}
	return e.What
}

// point names a dashlet's point as its legend does.
func (x *Example) point() string {
	if x.Series == "" {
		return x.Axis
	}
	return x.Axis + ", " + x.Series
}
