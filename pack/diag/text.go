package diag

import (
	"bufio"
	"fmt"
	"io"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Cells of a terminal: how far a tab goes, how much of a long line is shown, and how much of it before the marked place.
const (
	tabWidth  = 4
	maxCells  = 120
	leadCells = 40
)

// PrintText writes the list for people: path:line:col: severity: message [id], the source line with the place underlined, and
// the help. Sources gives a file's text, nil when there is none to show; it is asked once for a file. Control characters, in
// messages as in source lines, are written as escapes: what a file holds cannot drive the terminal.
func PrintText(w io.Writer, list List, sources func(file string) []byte, color bool) error {
	out := bufio.NewWriter(w)
	p := printer{Writer: out, sources: sources, color: color, lines: map[string][]string{}}
	for _, d := range list[:min(len(list), maxShown)] {
		p.print(d)
	}
	if more := len(list) - maxShown; more > 0 {
		fmt.Fprintf(p, "… %d more findings; --format json, where there is one, has all\n", more)
	}
	return out.Flush()
}

// maxShown bounds the findings that are written for people.
const maxShown = 1_000

type printer struct {
	*bufio.Writer
	sources func(file string) []byte
	color   bool
	lines   map[string][]string
}

// paints are the terminal's codes (ECMA-48 section 8.3.117).
var paints = map[Severity]string{Error: "1;31", Warning: "1;33", Note: "1;36", "place": "1", "help": "32", "margin": "34"}

func (p *printer) paint(as Severity, s string) string {
	if !p.color || s == "" {
		return s
	}
	return "\x1b[" + paints[as] + "m" + s + "\x1b[0m"
}

func (p *printer) print(d Diagnostic) {
	place := d.Span.String()
	if place == "" {
		place = d.Path
	}
	if place != "" {
		fmt.Fprintf(p, "%s ", p.paint("place", Visible(place)+":"))
	}
	fmt.Fprintf(p, "%s %s [%s]\n", p.paint(d.Severity, string(d.Severity)+":"), Visible(d.Message), Visible(d.ID))
	margin := p.excerpt(d)
	if d.Help != "" {
		fmt.Fprintf(p, "%s%s %s\n", strings.Repeat(" ", margin), p.paint("help", "help:"), Visible(d.Help))
	}
}

// excerpt shows the line of a diagnostic with the place underlined, and gives the width of the margin before it.
func (p *printer) excerpt(d Diagnostic) int {
	lines := p.file(d.File)
	if d.Line < 1 || d.Line > len(lines) {
		return 2
	}
	line, skipped := clip(lines[d.Line-1], d.Column)
	row := render(line)
	from := row.at(d.Column - skipped)
	to := from
	switch {
	case d.EndLine == d.Line:
		to = max(row.at(d.EndColumn-skipped), from)
	case d.EndLine > d.Line:
		to = len(row)
	}
	number := fmt.Sprintf("%4d", d.Line)
	shown, mark := row.window(from, to)
	fmt.Fprintf(p, "%s%s\n", p.paint("margin", number+" | "), shown)
	if d.Column > 0 {
		fmt.Fprintf(p, "%s%s\n", p.paint("margin", strings.Repeat(" ", len(number))+" | "), p.underline(d.Severity, mark))
	}
	return len(number) + len(" | ")
}

// underline paints the carets and not the blanks before them.
func (p *printer) underline(as Severity, mark string) string {
	carets := strings.TrimLeft(mark, " ")
	return mark[:len(mark)-len(carets)] + p.paint(as, carets)
}

// file gives the lines of a file.
func (p *printer) file(name string) []string {
	lines, known := p.lines[name]
	if known || name == "" || p.sources == nil {
		return lines
	}
	if data := p.sources(name); data != nil {
		text := strings.TrimPrefix(string(data), "\uFEFF")
		lines = strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n")
	}
	p.lines[name] = lines
	return lines
}

// cell is what is shown for a user-perceived character.
type cell struct {
	text   string
	width  int
	column int // of its first code point, from 1
	runes  int
}

type row []cell

// clip cuts a line of a megabyte down to what is near a column, and tells how many characters it cut before it.
func clip(line string, column int) (near string, skipped int) {
	if len(line) <= 8*maxCells {
		return line, 0
	}
	start := 0
	for i := range line {
		if skipped == max(column-2*maxCells, 0) {
			start = i
			break
		}
		skipped++
	}
	end, n := len(line), 0
	for i := range line[start:] {
		if n == 4*maxCells {
			end = start + i
			break
		}
		n++
	}
	return line[start:end], skipped
}

// render lays a line out in cells.
func render(line string) row {
	var out row
	column, width, state := 1, 0, -1
	for line != "" {
		var c cell
		var cluster string
		cluster, line, c.width, state = uniseg.FirstGraphemeClusterInString(line, state)
		c.text, c.column, c.runes = Visible(cluster), column, utf8.RuneCountInString(cluster)
		switch {
		case cluster == "\t":
			c.width = tabWidth - width%tabWidth
			c.text = strings.Repeat(" ", c.width)
		case c.text != cluster:
			c.width = uniseg.StringWidth(c.text)
		}
		column += c.runes
		width += c.width
		out = append(out, c)
	}
	return out
}

// at gives the index of the cell a column falls in; past the line's end, its length.
func (r row) at(column int) int {
	return sort.Search(len(r), func(i int) bool { return r[i].column+r[i].runes > column })
}

// window cuts a long line around the cells from up to to, and marks those with carets, at least one.
func (r row) window(from, to int) (shown, mark string) {
	first, before := 0, r.width(0, from)
	if r.width(0, len(r)) > maxCells && before > maxCells-leadCells {
		// A part before the place, and more of it where little follows.
		for first = from; first > 0 && (r.width(first, from) < leadCells || r.width(first-1, len(r)) <= maxCells); first-- {
		}
	}
	var line, carets strings.Builder
	if first > 0 {
		line.WriteString("…")
		carets.WriteString(" ")
	}
	used, i := 0, first
	for ; i < len(r) && used+r[i].width <= maxCells; i++ {
		line.WriteString(r[i].text)
		sign := " "
		if i >= from && i < to {
			sign = "^"
		}
		carets.WriteString(strings.Repeat(sign, r[i].width))
		used += r[i].width
	}
	if i < len(r) {
		line.WriteString("…")
	}
	marked := strings.TrimRight(carets.String(), " ")
	if !strings.Contains(marked, "^") { // an empty place: a caret where it is
		marked = strings.Repeat(" ", carets.Len()-r.width(from, i)) + "^"
	}
	return line.String(), marked
}

func (r row) width(from, to int) int {
	n := 0
	for _, c := range r[min(from, len(r)):min(to, len(r))] {
		n += c.width
	}
	return n
}

// Visible gives a text in which every character that could move a cursor, hide text or reorder it is written as an escape, as in
// \x1b or \u202e.
func Visible(s string) string {
	if !strings.ContainsFunc(s, unseen) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case !unseen(r):
			b.WriteString(s[i : i+n])
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		i += n
	}
	return b.String()
}

// unseen tells control characters, line separators and the signs that set the direction of writing.
func unseen(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}
