package tester_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/dotnet"
	"github.com/kpgen/kpgen/pack/dotnet/tester"
)

func TestMarks(t *testing.T) {
	for _, c := range []struct {
		name, pattern, text string
		color               bool
		want                string
	}{
		{"groups within groups", `a(?<Out>b(c)+)`, "zabccz", false,
			"t:1\n  zabccz\n   ^211\n    ^  0    1+4  \"abcc\"\n    1  1    3+1  \"c\"\n    1  1    4+1  \"c\"\n    2  Out  2+3  \"bcc\"\n"},
		{"wide, combining and unseen characters", `x(.)`, "日é\x1bxé", false,
			"t:1\n  日é\\x1bxé\n         ^1\n    ^  0  3+2  \"xé\"\n    1  1  4+1  \"é\"\n"},
		{"empty matches and groups that took no part", `$|(b)`, "", false, ""},
		{"an empty match", `$|(b)`, "ab\n\nab", false,
			"t:1\n  ab\n   1^\n    ^  0  1+1  \"b\"\n    1  1  1+1  \"b\"\n    ^  0  2+0  \"\"\n    1  1  -\n" +
				"t:2\n  \n  ^\n    ^  0  0+0  \"\"\n    1  1  -\n" +
				"t:3\n  ab\n   1^\n    ^  0  1+1  \"b\"\n    1  1  1+1  \"b\"\n    ^  0  2+0  \"\"\n    1  1  -\n"},
		{"colour", `a(b)`, "xab", true,
			"t:1\n  x\x1b[0;1;4ma\x1b[0;1;4;32mb\x1b[0m\n    \x1b[1;4m0\x1b[0m  1+2  \"ab\"\n    \x1b[1;4;32m1\x1b[0m  2+1  \"b\"\n"},
	} {
		re, err := dotnet.Compile(c.pattern, dotnet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		refused := func(d diag.Diagnostic) { t.Error(d) }
		if err := tester.New(re, &out, c.color).Run(context.Background(), strings.NewReader(c.text), "t", refused); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, out.String()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// TestBounds has a line that is too long and one with more groups than are shown.
func TestBounds(t *testing.T) {
	re, err := dotnet.Compile(`()()()`, dotnet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	keep := func(d diag.Diagnostic) { ids = append(ids, d.Span.String()+" "+d.ID) }
	text := strings.Repeat("a", 1<<20+1) + "\n" + strings.Repeat("a", 1<<20-1) + "\na"
	run := tester.New(re, io.Discard, false)
	if err := run.Run(context.Background(), strings.NewReader(text), "t", keep); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"t:1 line-too-long", "t:2 too-many-matches"}, ids); diff != "" || run.Matches != 1<<18+2 {
		t.Errorf("%d matches %s", run.Matches, diff)
	}
}

// TestRefusedLine has a line no answer comes for in time; the others go on.
func TestRefusedLine(t *testing.T) {
	re, err := dotnet.Compile(`^(a+)+$`, dotnet.Options{Timeout: 5 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	var refused diag.List
	var out strings.Builder
	text := "aa\n" + strings.Repeat("a", 40) + "!\r\naaa"
	run := tester.New(re, &out, false)
	keep := func(d diag.Diagnostic) { refused = append(refused, d) }
	if err := run.Run(context.Background(), strings.NewReader(text), "t", keep); err != nil {
		t.Fatal(err)
	}
	if run.Lines != 3 || run.Matched != 2 || run.Matches != 2 {
		t.Errorf("%d lines, %d with a match, %d matches; want 3, 2, 2", run.Lines, run.Matched, run.Matches)
	}
	if len(refused) != 1 || refused[0].ID != "match-timeout" || refused[0].Line != 2 {
		t.Errorf("refused: %v", refused)
	}
}
