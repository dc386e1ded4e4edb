package explain_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpgen/kpgen/pack/dotnet/explain"
	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

var update = flag.Bool("update", false, "rewrite the golden file")

// expressions have a part of every kind.
var expressions = []string{
	``,
	`a`,
	`abc+?d{2,}e{3}f{1,4}g?h*`,
	`(?<Code>[HRL]\d\d)(x)\k<Code>\1`,
	`^\A\G(?=a)(?!b)(?<=c)(?<!d)\b\B$\z\Z`,
	`(?m)^$(?s:.).`,
	`(?i)déjà(?-i:vu)`,
	`(?>a|b|)(?:c)`,
	`(?<open>\()(?<inner-open>\))(?<-open>x)(?(open)a|b)(?(?=y)y)(?(1)z)`,
	`\w\W\s\S\d\D\p{Lu}\P{IsGreek}`,
	`[a-z-[aeiou]][^"\n][\w.-][^\W\d][\D\d]\t\x00 \u200b`,
	`[^\D\d]`,
	"(?x) a # one\n  b c\n",
	`\uD83D😀`,
	`(?<name>` + strings.Repeat("long", 20) + `)`,
}

func TestGolden(t *testing.T) {
	var got strings.Builder
	for _, pattern := range expressions {
		got.WriteString("-- " + strings.ReplaceAll(pattern, "\n", "⏎") + " --\n" + explained(t, pattern, 0))
	}
	got.WriteString("-- RightToLeft --\n" + explained(t, `a(?=b)`, syntax.RightToLeft))
	got.WriteString("-- ECMAScript --\n" + explained(t, `[\w-]`, syntax.ECMAScript|syntax.IgnoreCase))
	const golden = "testdata/explained.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Error(diff)
	}
}

func explained(t *testing.T, pattern string, options syntax.Options) string {
	t.Helper()
	e, err := syntax.Parse(pattern, options)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := explain.Write(&b, e); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func FuzzWrite(f *testing.F) {
	for _, pattern := range expressions {
		f.Add(pattern, 0)
	}
	f.Fuzz(func(t *testing.T, pattern string, options int) {
		e, err := syntax.Parse(pattern, syntax.Options(options))
		if err != nil {
			t.Skip()
		}
		var b strings.Builder
		if err := explain.Write(&b, e); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if strings.HasSuffix(line, "  \n") {
				t.Errorf("a part without words: %q", line)
			}
		}
	})
}
