package tester

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/dotnet"
)

// Bounds on what is shown of one line.
const (
	maxLine   = 1 << 20 // bytes of the line
	maxGroups = 1 << 20 // groups of all its matches
)

// Tester shows people what an expression finds in lines.
type Tester struct {
	re    *dotnet.Regexp
	out   *bufio.Writer
	color bool

	Lines, Matched, Matches int // counted so far
}

// New gives a tester that writes to w: in colour, or with a row of marks below each line.
func New(re *dotnet.Regexp, w io.Writer, color bool) *Tester {
	return &Tester{re: re, out: bufio.NewWriter(w), color: color}
}

// Run shows every line of r with a match: where it is, the line with its captures marked, and the groups of each match with index
// and length in UTF-16 units. A line that is too long or runs out of time is told to refused, and the run goes on. The error is
// one of reading or writing, or the context's.
func (t *Tester) Run(ctx context.Context, r io.Reader, name string, refused func(diag.Diagnostic)) error {
	in := newLines(r, maxLine)
	for number := 1; ; number++ {
		line, long, err := in.next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		t.Lines++
		at := diag.Diagnostic{Severity: diag.Warning, Span: diag.Span{File: name, Line: number}}
		if long {
			at.ID, at.Message = "line-too-long", fmt.Sprintf("the line is longer than %d bytes and is left out", maxLine)
			refused(at)
			continue
		}
		if err := t.line(at, string(line), refused); err != nil {
			return err
		}
	}
}

func (t *Tester) line(at diag.Diagnostic, line string, refused func(diag.Diagnostic)) error {
	var matches []*dotnet.Match
	groups := 0
	err := t.re.Each(dotnet.NewSubject(line), func(m *dotnet.Match) bool {
		matches = append(matches, m)
		groups += len(m.Groups)
		return groups < maxGroups
	})
	var late *dotnet.TimeoutError
	if errors.As(err, &late) {
		at.ID = "match-timeout"
		at.Message = fmt.Sprintf("no answer within %v, expected one; %d matches were found before", late.Limit, len(matches))
		refused(at)
	} else if groups >= maxGroups {
		at.ID, at.Message = "too-many-matches", fmt.Sprintf("only the first %d matches of the line are shown", len(matches))
		refused(at)
	}
	if len(matches) == 0 {
		return nil
	}
	t.Matched++
	t.Matches += len(matches)
	fmt.Fprintf(t.out, "%s:%d\n", diag.Visible(at.File), at.Line)
	t.show(line, matches)
	for _, m := range matches {
		t.groups(m)
	}
	return t.out.Flush()
}

// marks are what stands below what a group took: the match, then the groups in .NET's order. Groups without a mark of their own
// share the last.
const marks = "^123456789abcdefghijklmnopqrstuvwxyz#"

func mark(group int) byte { return marks[min(group, len(marks)-1)] }

// taken is a capture and the group whose it is.
type taken struct {
	dotnet.Capture
	group int
}

// owners gives for each byte of the line, and its end, 1 + the group that is shown to have taken it, or 0. Where captures overlap the
// shorter is shown, which is the one within the other.
func owners(line string, matches []*dotnet.Match) []int {
	owner := make([]int, len(line)+1)
	for _, m := range matches {
		var all []taken
		for group, g := range m.Groups {
			for _, c := range g.Captures {
				all = append(all, taken{c, group})
			}
		}
		slices.SortStableFunc(all, func(a, b taken) int { return b.Length - a.Length })
		for _, c := range all {
			for i := c.From; i < c.To; i++ {
				owner[i] = c.group + 1
			}
			if c.Length == 0 && owner[c.From] == 0 {
				owner[c.From] = c.group + 1
			}
		}
	}
	return owner
}

// show writes a line with the captures marked.
func (t *Tester) show(line string, matches []*dotnet.Match) {
	owner := owners(line, matches)
	var text, row strings.Builder
	painted := 0
	for at, state := 0, -1; at < len(line); {
		var cluster string
		var width int
		cluster, _, width, state = uniseg.FirstGraphemeClusterInString(line[at:], state)
		shown := diag.Visible(cluster)
		if shown != cluster {
			width = uniseg.StringWidth(shown)
		}
		text.WriteString(t.paint(&painted, owner[at]))
		text.WriteString(shown)
		row.WriteString(strings.Repeat(sign(owner[at]), width))
		at += len(cluster)
	}
	text.WriteString(t.paint(&painted, 0))
	row.WriteString(sign(owner[len(line)]))
	fmt.Fprintf(t.out, "  %s\n", text.String())
	if !t.color {
		fmt.Fprintf(t.out, "  %s\n", strings.TrimRight(row.String(), " "))
	}
}

func sign(owner int) string {
	if owner == 0 {
		return " "
	}
	return string(mark(owner - 1))
}

// paints are the terminal's codes (ECMA-48 section 8.3.117) for the match and, in turn, its groups.
var paints = []string{"1;4", "1;4;32", "1;4;36", "1;4;33", "1;4;35", "1;4;34", "1;4;31"}

func paintOf(group int) string {
	if group == 0 {
		return paints[0]
	}
	return paints[1+(group-1)%(len(paints)-1)]
}

// paint changes from one owner's colour to another's.
func (t *Tester) paint(painted *int, owner int) string {
	if !t.color || *painted == owner {
		return ""
	}
	*painted = owner
	if owner == 0 {
		return "\x1b[0m"
	}
	return "\x1b[0;" + paintOf(owner-1) + "m"
}

// groups lists the groups of a match; the value of each is its last capture, which .NET lists last.
func (t *Tester) groups(m *dotnet.Match) {
	name := 0
	for _, g := range m.Groups {
		name = max(name, utf8.RuneCountInString(g.Name))
	}
	for group, g := range m.Groups {
		label := fmt.Sprintf("%c  %-*s", mark(group), name, g.Name)
		if t.color {
			label = "\x1b[" + paintOf(group) + "m" + g.Name + "\x1b[0m" + strings.Repeat(" ", name-utf8.RuneCountInString(g.Name))
		}
		if len(g.Captures) == 0 {
			fmt.Fprintf(t.out, "    %s  -\n", label)
		}
		for _, c := range g.Captures {
			fmt.Fprintf(t.out, "    %s  %s  \"%s\"\n", label, fmt.Sprintf("%d+%d", c.Index, c.Length), diag.Visible(c.Value))
		}
	}
}
