package artifact

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aymanbagabas/go-udiff"

	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/diag"
)

// Bounds on what is shown of a file's difference.
const (
	maxDiffLines = 200
	wideLine     = 240 // bytes; a longer line is cut to show what differs in it
	widePiece    = 160 // bytes of a piece of it, where nothing ends before
	shownBytes   = 32  // of what is no text
	bytesInRow   = 16
)

// unified is the bounded diff of one file, of which nothing drives a terminal. Files are compared as the text they hold, unpacked and
// out of their character set; behind a hunk's range stands the line and column of its first difference in the old file. What is no
// text, or differs only in how the text is written, is shown as bytes. The number is that of the lines removed or added, 0
// where they are too many to show.
func unified(from, to string, old, now []byte) (diff string, lines int) {
	head := fmt.Sprintf("--- %s\n+++ %s\n", from, to)
	if len(old) > MaxFileSize {
		return fmt.Sprintf("%sThe file is larger than the %d MiB that are compared.\n", head, MaxFileSize>>20), 0
	}
	a, isText := container.Text(old)
	b, alsoText := container.Text(now)
	switch {
	case !isText || !alsoText:
		return head + bytesDiffer(container.Plain(old), container.Plain(now)), 0
	case a == b && bytes.Equal(container.Plain(old), container.Plain(now)):
		return head + "What is in it is the same, packed otherwise.\n", 0
	case a == b:
		return head + "The text is the same, in another character set or with another byte-order mark.\n" +
			bytesDiffer(container.Plain(old), container.Plain(now)), 0
	}
	// Line ends are shown when nothing else differs.
	if x, y := strings.ReplaceAll(a, "\r\n", "\n"), strings.ReplaceAll(b, "\r\n", "\n"); x != y {
		a, b = x, y
	}
	hunks, lines := textsDiffer(a, b)
	return head + hunks, lines
}

// textsDiffer gives the hunks of two texts, and how many lines they remove or add.
func textsDiffer(was, is string) (hunks string, changed int) {
	old, now := cutLines(was), cutLines(is)
	edits := udiff.Lines(old.text, now.text)
	edits = edits[:min(len(edits), maxDiffLines)] // each is a line at least, and takes time in proportion to the text
	u, err := udiff.ToUnifiedDiff("", "", old.text, edits, udiff.DefaultContextLines)
	if err != nil {
		panic(err) // the edits are those of the text
	}
	var lines []string
	grown := 0 // lines that the new text has more, up to the hunk; the library's own count goes wrong
	for _, h := range u.Hunks {
		i, j := h.FromLine-1, h.FromLine-1+grown
		fromOld, fromNow := i, j
		header := len(lines)
		lines = append(lines, "")
		for _, l := range h.Lines {
			lines = append(lines, string("-+ "[l.Kind])+shownLine(l.Content))
			if !strings.HasSuffix(l.Content, "\n") {
				lines = append(lines, `\ No newline at end of file`)
			}
			if l.Kind != udiff.Equal {
				changed++
			}
			if l.Kind != udiff.Insert {
				i++
			}
			if l.Kind != udiff.Delete {
				j++
			}
		}
		grown = j - i
		lines[header] = fmt.Sprintf("@@ -%s +%s @@ %s", old.lines(fromOld, i), now.lines(fromNow, j), old.firstDifference(h))
	}
	if len(lines) > maxDiffLines {
		lines, changed = append(lines[:maxDiffLines], "… more"), 0
	}
	return strings.Join(lines, "\n") + "\n", changed
}

// laidOut is a text whose long lines are cut, and where each of its lines begins in the text as it was: line and column, from 1.
type laidOut struct {
	text   string
	places [][2]int
}

// cutMark ends a line where a long one is cut, so that none is taken for a line of the text.
const cutMark = "\x00\n"

// cutLines cuts lines of more than wideLine bytes behind what ends an element or a member, and where there is none too long.
func cutLines(text string) laidOut {
	out := laidOut{}
	var b strings.Builder
	n := 0
	for line := range strings.Lines(text) {
		n++
		column := 1
		for rest := line; rest != ""; {
			piece := rest
			if len(line) > wideLine {
				piece = rest[:pieceEnd(rest)]
			}
			rest = rest[len(piece):]
			out.places = append(out.places, [2]int{n, column})
			column += utf8.RuneCountInString(piece)
			b.WriteString(piece)
			if rest != "" {
				b.WriteString(cutMark)
			}
		}
	}
	out.text = b.String()
	return out
}

func pieceEnd(s string) int {
	if len(s) <= widePiece {
		return len(s)
	}
	if i := strings.IndexAny(s[:widePiece], ">,"); i >= 0 {
		return i + 1
	}
	end := widePiece
	for end > 1 && !utf8.RuneStart(s[end]) {
		end--
	}
	return end
}

// lines is the range of lines from one up to another, as a hunk's header says it.
func (t laidOut) lines(from, to int) string {
	if from == to {
		at := 0
		if from > 0 {
			at = t.places[from-1][0]
		}
		return fmt.Sprintf("%d,0", at)
	}
	first, last := t.places[from][0], t.places[min(to, len(t.places))-1][0]
	if first == last {
		return fmt.Sprint(first)
	}
	return fmt.Sprintf("%d,%d", first, last-first+1)
}

// firstDifference is the place in the old text, as LINE:COLUMN, of what differs first in a hunk.
func (t laidOut) firstDifference(h *udiff.Hunk) string {
	equal := func(l udiff.Line) bool { return l.Kind == udiff.Equal }
	first := slices.IndexFunc(h.Lines, func(l udiff.Line) bool { return !equal(l) })
	i := h.FromLine - 1 + first
	if i >= len(t.places) {
		return "at the end"
	}
	place := t.places[i]
	rest := h.Lines[first:]
	if j := slices.IndexFunc(rest, func(l udiff.Line) bool { return l.Kind == udiff.Insert }); j > 0 && !slices.ContainsFunc(rest[:j], equal) {
		place[1] += utf8.RuneCountInString(commonPrefix(rest[0].Content, rest[j].Content))
	}
	return fmt.Sprintf("%d:%d", place[0], place[1])
}

func commonPrefix(a, b string) string {
	for i, r := range a {
		if now, size := utf8.DecodeRuneInString(b[min(i, len(b)):]); now != r || size == 0 {
			return a[:i]
		}
	}
	return a
}

// shownLine is a line with nothing in it that drives a terminal.
func shownLine(line string) string {
	line = strings.TrimSuffix(strings.TrimSuffix(line, cutMark), "\n")
	parts := strings.Split(line, "\t")
	for i := range parts {
		parts[i] = diag.Visible(parts[i])
	}
	return strings.Join(parts, "\t")
}

// bytesDiffer shows the bytes from the row of the first difference on.
func bytesDiffer(old, now []byte) string {
	at := 0
	for at < min(len(old), len(now)) && old[at] == now[at] {
		at++
	}
	var b strings.Builder
	fmt.Fprintf(&b, "@@ byte %d @@\n", at)
	from := at - at%bytesInRow
	for _, side := range []struct {
		sign string
		data []byte
	}{{"-", old}, {"+", now}} {
		for i := from; i < min(from+shownBytes, len(side.data)); i += bytesInRow {
			row := side.data[i:min(i+bytesInRow, len(side.data))]
			fmt.Fprintf(&b, "%s%08x  % -48x|%s|\n", side.sign, i, row, printable(row))
		}
	}
	return b.String()
}

// printable are bytes as ASCII, with points for those it has no sign for.
func printable(row []byte) string {
	var b strings.Builder
	for _, c := range row {
		if c < ' ' || c > '~' {
			c = '.'
		}
		b.WriteByte(c)
	}
	return b.String()
}
