package change

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/kpgen/kpgen/pack/diag"
)

// Bounds of a page: GitHub takes 65,536 characters for a comment.
const (
	maxPage  = 60_000 // bytes
	maxTable = 20_000 // bytes of a table, about
	maxRows  = 100
)

// WriteMarkdown writes the result for a pull request, in GitHub's Markdown, the verdict on the version first. Whatever names and
// expressions hold, it shows as text. What there is no room for is counted; JSON has all.
func (r *Result) WriteMarkdown(w io.Writer) error {
	var m, samples strings.Builder
	fmt.Fprintf(&m, "### %s\n\n%s\n\n", escape(r.title()), escape(r.Version.String()))
	for _, what := range r.NotCompared {
		fmt.Fprintf(&m, "Not compared: %s.\n\n", escape(notCompared(what)))
	}
	if r.Samples != nil {
		r.Samples.markdown(&samples)
	}
	r.table(&m)
	told := 0
	for i := range r.Changes {
		section := r.Changes[i].markdown()
		if m.Len()+len(section)+samples.Len() > maxPage {
			break
		}
		m.WriteString(section)
		told++
	}
	if told < len(r.Changes) {
		fmt.Fprintf(&m, "There is no room for the details of %d more.\n\n", len(r.Changes)-told)
	}
	m.WriteString(samples.String())
	_, err := io.WriteString(w, strings.TrimRight(m.String(), "\n")+"\n")
	return err
}

// table lists the changes.
func (r *Result) table(m *strings.Builder) {
	if len(r.Changes) == 0 {
		return
	}
	m.WriteString("| step | change | where |\n| --- | --- | --- |\n")
	rows(m, len(r.Changes), func(i int) string {
		c := &r.Changes[i]
		return fmt.Sprintf("| %s | `%s` | %s |\n", c.Step, c.ID, c.markdownPlace())
	})
}

// rows writes the rows of a table, as many as there is room for.
func rows(m *strings.Builder, n int, row func(i int) string) {
	from, i := m.Len(), 0
	for ; i < min(n, maxRows) && m.Len()-from < maxTable; i++ {
		m.WriteString(row(i))
	}
	m.WriteString("\n")
	if i < n {
		fmt.Fprintf(m, "… and %d more.\n\n", n-i)
	}
}

// markdownPlace is where a change is, in a table's cell.
func (c *Change) markdownPlace() string {
	if len(c.Places) > 1 {
		return fmt.Sprintf("%s and %d more", code(c.What), len(c.Places)-1)
	}
	return code(c.What)
}

// markdown is a section with the values and places of a change.
func (c *Change) markdown() string {
	var w strings.Builder
	summary := code(c.What)
	if c.Field != "" {
		summary += ", " + code(c.Field)
	}
	if len(c.Places) > 1 {
		summary = fmt.Sprintf("%s and %d more places", summary, len(c.Places)-1)
	}
	fmt.Fprintf(&w, "<details><summary>%s: %s</summary>\n\n", c.ID, summary)
	if v := c.markdownValue(); v != "" {
		fmt.Fprintf(&w, "%s\n\n", v)
	}
	for _, at := range c.Places[:min(len(c.Places), maxPlaces)] {
		fmt.Fprintf(&w, "- %s %s\n", code(at.What), escape(at.span()))
	}
	if more := len(c.Places) - maxPlaces; more > 0 {
		fmt.Fprintf(&w, "- … %d more\n", more)
	}
	w.WriteString("\n</details>\n\n")
	return w.String()
}

func (c *Change) markdownValue() string {
	switch {
	case c.Removed != "" || c.Inserted != "":
		m := c.marked()
		out := "<code>" + escape(m.before)
		if m.removed != "" {
			out += "<del>" + escape(m.removed) + "</del>"
		}
		if m.inserted != "" {
			out += "<ins>" + escape(m.inserted) + "</ins>"
		}
		return out + escape(m.after) + "</code>"
	case c.Alike > 0:
		return code(c.Old) + " → " + code(c.New) + c.sure()
	case c.Old != "" && c.New != "":
		return code(c.Old) + " → " + code(c.New)
	case c.Old != "":
		return "removed: " + code(c.Old)
	case c.New != "":
		return "added: " + code(c.New)
	}
	return ""
}

func (r *Replay) markdown(w *strings.Builder) {
	fmt.Fprintf(w, "#### Samples: %s\n\n", r.summary())
	if len(r.Effects) == 0 {
		return
	}
	fmt.Fprint(w, "| step | change | what | lines | first |\n| --- | --- | --- | ---: | --- |\n")
	rows(w, len(r.Effects), func(i int) string {
		e := &r.Effects[i]
		return fmt.Sprintf("| %s | `%s` | %s | %d | %s |\n", e.Step, e.ID, code(e.title()), e.Lines, e.markdownFirst())
	})
}

// markdownFirst is the first line of an effect and what it shows, in a table's cell.
func (e *Effect) markdownFirst() string {
	x := e.Examples[0]
	first := escape(diag.Visible(fmt.Sprintf("%s:%d", x.File, x.Line)))
	if e.Points > 0 {
		first += " " + code(x.point()) + ":"
	}
	if x.Old != "" || x.New != "" {
		first += " " + code(x.Old) + " → " + code(x.New)
	}
	return first
}

// code shows a text as code. HTML's element takes what a span in backticks does not: backticks, bars, blanks at its ends.
func code(s string) string {
	if s == "" {
		return "nothing"
	}
	return "<code>" + escape(shorten(s)) + "</code>"
}

// escape writes every sign of ASCII that Markdown or HTML could read as more than itself as a character reference. Blanks beside
// others are kept, too.
func escape(s string) string {
	var b strings.Builder
	before := ' '
	for _, r := range s {
		sign := r < unicode.MaxASCII && unicode.In(r, unicode.P, unicode.S) && !strings.ContainsRune(",.;()/-", r)
		if sign || r == ' ' && before == ' ' {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
		before = r
	}
	return b.String()
}
