package change

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/kpgen/kpgen/pack/diag"
)

// WriteMarkdown writes the result for a pull request, in GitHub's Markdown. Whatever names and expressions hold, it shows as text.
func (r *Result) WriteMarkdown(w io.Writer) error {
	m := bufio.NewWriter(w)
	fmt.Fprintf(m, "### %s\n\n", escape(r.title()))
	if len(r.Changes) > 0 {
		fmt.Fprint(m, "| step | change | where |\n| --- | --- | --- |\n")
		for i := range r.Changes {
			c := &r.Changes[i]
			fmt.Fprintf(m, "| %s | `%s` | %s |\n", c.Step, c.ID, c.markdownPlace())
		}
		fmt.Fprintln(m)
	}
	for i := range r.Changes {
		r.Changes[i].markdown(m)
	}
	if r.Samples != nil {
		r.Samples.markdown(m)
	}
	for _, kind := range r.NotCompared {
		fmt.Fprintf(m, "Not compared: %s, which only one of the sides has files of.\n\n", strings.ReplaceAll(kind, "_", " "))
	}
	fmt.Fprintf(m, "%s\n", escape(r.Version.String()))
	return m.Flush()
}

// markdownPlace is where a change is, in a table's cell.
func (c *Change) markdownPlace() string {
	if len(c.Places) > 1 {
		return fmt.Sprintf("%s and %d more", code(c.What), len(c.Places)-1)
	}
	return code(c.What)
}

// markdown is a section with the values and places of a change.
func (c *Change) markdown(w io.Writer) {
	summary := code(c.What)
	if c.Field != "" {
		summary += ", " + code(c.Field)
	}
	if len(c.Places) > 1 {
		summary = fmt.Sprintf("%s and %d more places", summary, len(c.Places)-1)
	}
	fmt.Fprintf(w, "<details><summary>%s: %s</summary>\n\n", c.ID, summary)
	if v := c.markdownValue(); v != "" {
		fmt.Fprintf(w, "%s\n\n", v)
	}
	for _, at := range c.Places {
		fmt.Fprintf(w, "- %s %s\n", code(at.What), escape(at.span()))
	}
	fmt.Fprint(w, "\n</details>\n\n")
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

func (r *Replay) markdown(w io.Writer) {
	fmt.Fprintf(w, "#### Samples: %s\n\n", r.summary())
	if len(r.Effects) == 0 {
		return
	}
	fmt.Fprint(w, "| step | change | what | lines | first |\n| --- | --- | --- | ---: | --- |\n")
	for i := range r.Effects {
		e := &r.Effects[i]
		x := e.Examples[0]
		first := escape(diag.Visible(fmt.Sprintf("%s:%d", x.File, x.Line)))
		if e.Points > 0 {
			first += " " + code(x.point()) + ":"
		}
		if x.Old != "" || x.New != "" {
			first += " " + code(x.Old) + " → " + code(x.New)
		}
		fmt.Fprintf(w, "| %s | `%s` | %s | %d | %s |\n", e.Step, e.ID, code(e.title()), e.Lines, first)
	}
	fmt.Fprintln(w)
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
