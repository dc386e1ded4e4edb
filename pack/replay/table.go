package replay

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"github.com/kpgen/kpgen/pack"
)

// Writer takes lines in order.
type Writer interface {
	Write(*Line) error
	Close() error
}

// rowsOf gives the rows of one report.
func rowsOf(l *Line, r *pack.Report, each func([]string) error) error {
	if l.Err != nil {
		return nil
	}
	for _, row := range l.Result.Rows {
		if row.Report.Title != r.Title {
			continue
		}
		if err := each(row.Values); err != nil {
			return err
		}
	}
	return nil
}

func headings(r *pack.Report) []string {
	h := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		h[i] = c.Heading
	}
	return h
}

// CSV writes the rows of one report as RFC 4180 has it, the headings first. A value a spreadsheet would run as a formula is
// written as it is: the file is for programs too.
type CSV struct {
	w      *csv.Writer
	report *pack.Report
}

// NewCSV gives a writer of a report's rows.
func NewCSV(w io.Writer, r *pack.Report) (*CSV, error) {
	c := &CSV{w: csv.NewWriter(w), report: r}
	return c, c.w.Write(headings(r))
}

// Write writes the line's rows.
func (c *CSV) Write(l *Line) error { return rowsOf(l, c.report, c.w.Write) }

// Close writes what is still held back.
func (c *CSV) Close() error {
	c.w.Flush()
	return c.w.Error()
}

// tableSample is how many rows a Table holds back to choose its widths; a longer value later is cut with an ellipsis.
const tableSample = 200

// maxCell is the widest a table's column gets, in terminal cells.
const maxCell = 48

// Table writes the rows of one report as aligned text for people.
type Table struct {
	w      *bufio.Writer
	report *pack.Report
	held   [][]string // until the widths are chosen
	widths []int      // nil until then
}

// NewTable gives a writer of a report's rows.
func NewTable(w io.Writer, r *pack.Report) *Table {
	return &Table{w: bufio.NewWriter(w), report: r, held: [][]string{headings(r)}}
}

// Write writes the line's rows.
func (t *Table) Write(l *Line) error { return rowsOf(l, t.report, t.row) }

func (t *Table) row(values []string) error {
	shown := make([]string, len(values))
	for i, v := range values {
		shown[i] = printable(v)
	}
	if t.widths != nil {
		return t.print(shown)
	}
	if t.held = append(t.held, shown); len(t.held) > tableSample {
		return t.settle()
	}
	return nil
}

// settle chooses the widths from the rows held back and prints them.
func (t *Table) settle() error {
	t.widths = make([]int, len(t.report.Columns))
	for _, row := range t.held {
		for i, v := range row {
			t.widths[i] = min(max(t.widths[i], uniseg.StringWidth(v)), maxCell)
		}
	}
	for i, row := range t.held {
		if err := t.print(row); err != nil {
			return err
		}
		if i == 0 {
			t.rule()
		}
	}
	t.held = nil
	return nil
}

func (t *Table) rule() {
	lines := make([]string, len(t.widths))
	for i, w := range t.widths {
		lines[i] = strings.Repeat("─", w)
	}
	fmt.Fprintln(t.w, strings.Join(lines, "  "))
}

func (t *Table) print(row []string) error {
	var line strings.Builder
	for i, v := range row {
		v = fit(v, t.widths[i])
		line.WriteString(v)
		line.WriteString(strings.Repeat(" ", t.widths[i]-uniseg.StringWidth(v)+2))
	}
	_, err := fmt.Fprintln(t.w, strings.TrimRight(line.String(), " "))
	return err
}

// Close prints what is still held back.
func (t *Table) Close() error {
	if t.widths == nil {
		if err := t.settle(); err != nil {
			return err
		}
	}
	return t.w.Flush()
}

// fit cuts a text to a width in terminal cells.
func fit(s string, width int) string {
	if uniseg.StringWidth(s) <= width {
		return s
	}
	for s != "" && uniseg.StringWidth(s) >= width {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s + "…"
}

// printable shows what a terminal would act on, escape sequences first, as U+FFFD.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
