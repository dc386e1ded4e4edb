package hazard_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/dotnet"
	"github.com/kpgen/kpgen/pack/dotnet/hazard"
)

var update = flag.Bool("update", false, "write the parts to blame, and what recheck says, anew")

const knownFile = "testdata/known.txt"

// known is a line of the file of known expressions.
type known struct {
	verdict string // safe, exponential or polynomial and the degree
	part    string
	pattern string
	mend    string
}

func knownExpressions(t testing.TB) []known {
	t.Helper()
	text, err := os.ReadFile(knownFile)
	if err != nil {
		t.Fatal(err)
	}
	var all []known
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n")+"\t\t\t", "\t")
		if fields[0] == "" || strings.HasPrefix(fields[0], "#") {
			continue
		}
		all = append(all, known{fields[0], fields[1], fields[2], fields[3]})
	}
	return all
}

func compile(t testing.TB, pattern string) *dotnet.Regexp {
	t.Helper()
	re, err := dotnet.Compile(pattern, dotnet.Options{})
	if err != nil {
		t.Fatalf("%s: %v", pattern, err)
	}
	return re
}

var findings = map[string][]hazard.Hazard{}

// found gives the hazards of a known expression, looked for once.
func found(t testing.TB, pattern string) []hazard.Hazard {
	t.Helper()
	if _, known := findings[pattern]; !known {
		findings[pattern] = hazard.Find(compile(t, pattern))
	}
	return findings[pattern]
}

// verdict gives the worst of what was found, in the words of the file, and the part it is in.
func verdict(pattern string, found []hazard.Hazard) (verdict, part string) {
	if len(found) == 0 {
		return "safe", ""
	}
	h := found[0]
	part = pattern[h.From:h.To]
	switch {
	case !h.Proved:
		return "unproved " + string(h.Kind), part
	case h.Kind == hazard.Polynomial:
		return fmt.Sprintf("polynomial %d", h.Degree), part
	}
	return string(h.Kind), part
}

// Every known expression gets its verdict, with the part that is to blame.
func TestKnown(t *testing.T) {
	parts := map[string]string{}
	for _, k := range knownExpressions(t) {
		got, part := verdict(k.pattern, found(t, k.pattern))
		parts[k.pattern] = part
		if got != k.verdict || part != k.part && !*update {
			t.Errorf("%s: %s in %q, want %s in %q", k.pattern, got, part, k.verdict, k.part)
		}
	}
	if *update {
		writeParts(t, parts)
	}
}

func writeParts(t *testing.T, parts map[string]string) {
	t.Helper()
	text, err := os.ReadFile(knownFile)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		if fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(fields) > 2 {
			fields[1] = parts[fields[2]]
			line = strings.Join(fields, "\t") + "\n"
		}
		b.WriteString(line)
	}
	if err := os.WriteFile(knownFile, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// An attack grows faster than its length where the safe expression does not, both counted in steps.
func TestMends(t *testing.T) {
	for _, k := range knownExpressions(t) {
		if k.mend == "" {
			continue
		}
		mend := compile(t, k.mend)
		if found := hazard.Find(mend); len(found) > 0 {
			t.Errorf("%s: the safe form %s has a hazard: %+v", k.pattern, k.mend, found)
		}
		found := found(t, k.pattern)
		if len(found) == 0 {
			continue // told by TestKnown
		}
		h := found[0]
		sizes := h.Evidence.Sizes[:len(h.Evidence.Sizes)-1] // those that were counted
		small, large := sizes[0], sizes[len(sizes)-1]
		longer := float64(large.Length) / float64(small.Length)
		bad := float64(large.Steps) / float64(small.Steps)
		good := float64(steps(t, mend, h.Attack, large.Repeats)) / float64(steps(t, mend, h.Attack, small.Repeats))
		if bad < 1.5*longer || good > 1.3*longer {
			t.Errorf("%s: a text %.1f times as long takes %.1f times the steps, and of the safe form %s %.1f", k.pattern, longer, bad, k.mend, good)
		}
	}
}

func steps(t *testing.T, re *dotnet.Regexp, a hazard.Attack, repeats int) int {
	t.Helper()
	const most = 10_000_000
	n, ok := re.Steps(dotnet.NewSubject(a.Text(repeats)), most)
	if !ok {
		t.Fatalf("%s takes more than %d steps", re, most)
	}
	return n
}

// The options are heeded, and the direction.
func TestOptions(t *testing.T) {
	for _, c := range []struct {
		pattern string
		options dotnet.RegexOptions
		want    string
	}{
		{`^(?:a|A)*(?:b|B)*$`, 0, "safe"},
		{`^a*A*$`, 0, "safe"},
		{`^a*A*$`, dotnet.IgnoreCase, "polynomial 2"},
		{`^a+b`, dotnet.Multiline, "safe"},
		{`^\s+b`, 0, "safe"},
		{`^\s+b`, dotnet.Multiline, "polynomial 2"},
		{`^ a + a + $`, dotnet.IgnorePatternWhitespace, "polynomial 2"},
		{`x(?:b|bb)*$`, dotnet.RightToLeft, "exponential"},
		{`a+$`, dotnet.RightToLeft, "safe"},
		{`^a+`, dotnet.RightToLeft, "polynomial 2"},
		{`^(?:\w|\d)*$`, dotnet.ECMAScript, "safe"},
	} {
		re, err := dotnet.Compile(c.pattern, dotnet.Options{Regex: c.options})
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := verdict(c.pattern, hazard.Find(re)); got != c.want {
			t.Errorf("%s with options %d: %s, want %s", c.pattern, c.options, got, c.want)
		}
	}
}

// What runs on a linear engine has no hazards.
func TestLinear(t *testing.T) {
	re, err := dotnet.Compile(`^(a+)+$`, dotnet.Options{Flavour: pack.PCRE})
	if err != nil {
		t.Fatal(err)
	}
	if found := hazard.Find(re); len(found) > 0 {
		t.Errorf("%+v", found)
	}
}

// An expression beyond the bounds is said to be.
func TestTooLarge(t *testing.T) {
	pattern := "^" + strings.Repeat(`(?:\w{1,15}\s?){0,15}`, 400) + "$"
	found := hazard.Find(compile(t, pattern))
	if len(found) != 1 || found[0].Kind != hazard.Unjudged {
		t.Errorf("%+v", found)
	}
}
