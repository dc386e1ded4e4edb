package hazard_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kpgen/kpgen/pack/dotnet"
	"github.com/kpgen/kpgen/pack/dotnet/hazard"
	"github.com/kpgen/kpgen/pack/dotnet/internal/oracle"
)

// generator writes random expressions over a few letters, in which ways to match meet often.
type generator struct {
	*rand.Rand
	plain bool // what an automaton follows exactly
}

func (g *generator) pick(from ...string) string { return from[g.IntN(len(from))] }

func (g *generator) expression() string {
	return g.pick("", "^", "^", "^") + g.concat(2) + g.pick("", "$", "c", "c$")
}

func (g *generator) concat(depth int) string {
	var b strings.Builder
	for range 1 + g.IntN(3) {
		b.WriteString(g.atom(depth) + g.pick("", "", "*", "+", "?", "*?", "+?", "{2}", "{0,3}", "{2,}"))
	}
	return b.String()
}

func (g *generator) atom(depth int) string {
	if depth == 0 || g.IntN(2) == 0 {
		return g.pick("a", "b", "[ab]", "a", ".", `\w`)
	}
	inside := g.concat(depth - 1)
	if g.IntN(2) == 0 {
		inside += "|" + g.concat(depth-1)
	}
	if !g.plain && g.IntN(4) == 0 {
		return g.pick("(?>", "(?=", "(?!", "(?<=", "(?<!") + inside + ")"
	}
	return g.pick("(", "(?:") + inside + ")"
}

// fuzzing gives how many expressions to try from which seed on: KPGEN_FUZZ_PATTERNS and KPGEN_FUZZ_SEED ask for others than usual.
func fuzzing(t *testing.T, usual uint64) (patterns, seed uint64) {
	t.Helper()
	number := func(name string, usual uint64) uint64 {
		s := os.Getenv(name)
		if s == "" {
			return usual
		}
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return number("KPGEN_FUZZ_PATTERNS", usual), number("KPGEN_FUZZ_SEED", 1)
}

// reprove fails unless a proved hazard is seen again.
func reprove(t *testing.T, re *dotnet.Regexp, h hazard.Hazard) {
	t.Helper()
	last := len(h.Evidence.Sizes) - 1
	for _, s := range h.Evidence.Sizes[:last] {
		if got, ok := re.Steps(dotnet.NewSubject(h.Attack.Text(s.Repeats)), 10*s.Steps); got != s.Steps || !ok {
			t.Errorf("%s on %d × %s: %d steps, were %d", re, s.Repeats, h.Attack, got, s.Steps)
		}
	}
	limited, err := dotnet.Compile(re.String(), dotnet.Options{Regex: re.Tree().Options, Timeout: hazard.Limit})
	if err != nil {
		t.Fatal(err)
	}
	if h.Evidence.Shortcut {
		limited = limited.WithoutShortcuts()
	}
	if _, err := limited.Match(dotnet.NewSubject(h.Attack.Text(h.Evidence.Sizes[last].Repeats))); err == nil {
		t.Errorf("%s on %s: there is an answer", re, h.Attack)
	}
}

// What is proved of a random expression is seen again, and stalls .NET's engine.
func TestGeneratedOnOracle(t *testing.T) {
	o := oracle.New(t).Within(100 * time.Millisecond)
	expressions, seed := fuzzing(t, 60)
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 2))}
	var questions []oracle.Question
	for range expressions {
		pattern := g.expression()
		re := compile(t, pattern)
		for _, h := range hazard.Find(re) {
			if h.Proved {
				reprove(t, re, h)
				text := h.Attack.Text(h.Evidence.Sizes[len(h.Evidence.Sizes)-1].Repeats)
				questions = append(questions, oracle.Question{Pattern: pattern, Inputs: []string{text}})
			}
		}
	}
	answers, err := o.Ask(questions)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range answers {
		if a.Inputs[0] != "timeout" && a.Inputs[0] != oracle.Hangs {
			t.Errorf("%s does not stall the oracle: %.100v", questions[i].Pattern, a)
		}
	}
	t.Logf("%d hazards", len(questions))
}

// No short text repeated makes an expression slow in which nothing was found.
func TestGeneratedMissed(t *testing.T) {
	expressions, seed := fuzzing(t, 100)
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 4)), plain: true}
	found := 0
	for range expressions {
		re := compile(t, g.expression())
		if len(hazard.Find(re)) > 0 {
			found++
			continue
		}
		if a, ok := slowOn(re); ok {
			t.Errorf("%s is slow on %s, and nothing was found", re, a)
		}
	}
	t.Logf("%d of %d have hazards", found, expressions)
}

// slowOn looks for a text that an expression is slow on.
func slowOn(re *dotnet.Regexp) (hazard.Attack, bool) {
	for _, pump := range []string{"a", "b", "ab", "aab", "c"} {
		for _, prefix := range []string{"", "b"} {
			for _, suffix := range []string{"", "a", "c", "\n"} {
				if a := (hazard.Attack{Prefix: prefix, Pump: pump, Suffix: suffix}); slow(re, a) {
					return a, true
				}
			}
		}
	}
	return hazard.Attack{}, false
}

// slow reports whether the steps grow clearly faster than the text.
func slow(re *dotnet.Regexp, a hazard.Attack) bool {
	const most = 200_000
	var steps [3]int
	for i := range steps {
		n, ok := re.Steps(dotnet.NewSubject(a.Text(64<<i)), most)
		if !ok {
			return true
		}
		steps[i] = n
	}
	return steps[2]-steps[1] > 3*(steps[1]-steps[0]) && steps[2] > 20_000
}

func FuzzFind(f *testing.F) {
	for _, k := range knownExpressions(f) {
		f.Add(k.pattern, 0)
	}
	f.Add(`(?<=(?:a|aa)*b)c`, int(dotnet.RightToLeft))
	f.Fuzz(func(t *testing.T, pattern string, options int) {
		re, err := dotnet.Compile(pattern, dotnet.Options{Regex: dotnet.RegexOptions(options)})
		if err != nil || len(pattern) > 1000 {
			t.Skip()
		}
		for _, h := range hazard.Find(re) {
			if h.From < 0 || h.From > h.To || h.To > len(pattern) || h.Advice == "" {
				t.Errorf("%q: %+v", pattern, h)
			}
			if h.Proved {
				reprove(t, re, h)
			}
		}
	})
}
