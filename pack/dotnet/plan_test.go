package dotnet

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kpgen/kpgen/pack"
)

// TestPlanAnswersAsPlain holds plans of random expressions, some of which begin alike, to each expression asked alone.
// KPGEN_FUZZ_PATTERNS and KPGEN_FUZZ_SEED ask for more than the default, and others.
func TestPlanAnswersAsPlain(t *testing.T) {
	patterns, seed := fuzzing(t, 8_000)
	matched, asked := 0, 0
	for done := 0; done < patterns; {
		g := newGenerator(seed+uint64(done), done%3 != 0)
		expressions := randomSet(t, g)
		done += len(expressions)
		m, n := holdToPlain(t, expressions, append(g.texts(6), placedText(g), placedText(g), placedText(g)))
		matched, asked = matched+m, asked+n
	}
	t.Logf("seed %d: %d of %d pairs match", seed, matched, asked)
}

// randomSet gives a few expressions that begin alike, and a few that do not.
func randomSet(t *testing.T, g *generator) []*Regexp {
	t.Helper()
	set := []*Regexp{}
	for range 2 {
		pattern, _ := g.expression()
		if re, err := Compile(g.pick("^", "", "")+pattern, Options{Flavour: pack.PCRE}); err == nil {
			set = append(set, re)
		}
	}
	for range 3 {
		start, options := g.expression()
		for range 3 {
			end, _ := g.expression()
			pattern := g.pick("^", `\A`, "^", "") + g.pick("(?:"+start+")", "(?>"+start+")", start+"(?:a|b)*?", "") + end
			if re := compileRandom(pattern, options); re != nil {
				set = append(set, re)
			}
		}
	}
	for range 4 {
		_, options := g.expression()
		if re := compileRandom(placedExpression(g), options); re != nil {
			set = append(set, re)
		}
	}
	return append(set, compileRandomOr(g))
}

// placedExpression gives an expression whose matches begin with or near a literal, or several such ways.
func placedExpression(g *generator) string {
	var ways []string
	for len(ways) == 0 || g.IntN(4) == 0 {
		way := g.pick("", "", "", "^", "^.*", `\G`)
		way += g.pick("", "", `\b`, "(?<=k)", "(?<=abc)", "(?<=a.c|1b)", "(?<!a)", "(?=.)", "[ab]+", `\w*`, `\w+?`, "(?<n>[a-c]+)", "(a|b)", ".*?", ".*", ".",
			`\d{1,3}`, "(?:a|ab)?", "(?>[^-]*)", "(?:k|)", `\1`, "[a-c]{2,}", `[^\W\d]`)
		way += g.pick("abc", "(?:abc|ab1c)", "(?i:abc)", "a1b", "==", "k=", `\d\d-\d`, "(?:abc|b-12|kk=k)", "(abc)+", "(?:ab1c){1,2}", "-", `\+\d+`, "abc==k=", "(?=abc)",
			"(?<m>1b|abc)", `(?:\d{1,2}-){2}`)
		way += g.pick("", "", g.concat(), `\1`, `(?<v>\w+)`, `(?<v>[^-\n]*)`, "[a-c]*$", ".*=", `.*?\b1`, ".+k=", `(?<v>.*)\b`, `(?<v>.*?)$`, `(?=-|$)`, "(?:-|(.))*")
		ways = append(ways, way)
	}
	return strings.Join(ways, "|")
}

// placedText gives a text that such expressions match, short or long.
func placedText(g *generator) string {
	var b strings.Builder
	for range g.IntN(either(g.IntN(3) == 0, 80, 8)) {
		b.WriteString(g.pick("abc", "abc", "ABC", "ab1c", "a1b", "k=", "k=", "==", "12-3", "1-22-3", "b-12", "+1", "x", "k", "aab", " ", " ", "-", "\n"))
		if !g.ascii && g.IntN(8) == 0 {
			b.WriteString(g.pick("\u212a=", "é", "٣-", "😀", "ſ", "\u0301"))
		}
	}
	return b.String()
}

func compileRandomOr(g *generator) *Regexp {
	for {
		pattern, options := g.expression()
		if re := compileRandom(pattern, options); re != nil {
			return re
		}
	}
}

// compileRandom gives nil for what is none or goes astray.
func compileRandom(pattern string, options RegexOptions) *Regexp {
	re, err := Compile(pattern, Options{Regex: options, Timeout: 100 * time.Millisecond})
	if err != nil || goesAstray(re) != "" {
		return nil
	}
	return re
}

// holdToPlain asks a plan and each expression and counts the pairs that match, of all.
func holdToPlain(t *testing.T, expressions []*Regexp, texts []string) (matched, asked int) {
	t.Helper()
	reading := NewPlan(expressions).NewReading()
	for _, text := range texts {
		s := NewSubject(text)
		reading.Read(text)
		candidates := reading.Candidates()
		if !slices.IsSorted(candidates) {
			t.Errorf("candidates %v", candidates)
		}
		for i, re := range expressions {
			asked++
			yes, differs := differsFromPlain(reading, i, re, s)
			if yes {
				matched++
				if !slices.Contains(candidates, i) {
					t.Errorf("no candidate: %s", questionOf([]*Regexp{re}, text))
				}
			}
			if differs {
				report(t, []question{questionOf(expressions, text)}, planDiffers)
			}
		}
	}
	return matched, asked
}

// differsFromPlain reports whether an expression matches and whether the plan's answer is another one.
func differsFromPlain(reading *Reading, i int, re *Regexp, s *Subject) (matches, differs bool) {
	want, wantErr := re.Find(s)
	got, gotErr := reading.Find(i)
	if wantErr != nil || gotErr != nil {
		return false, false // out of time, which is no answer to be held to
	}
	ok, err := reading.Match(i)
	return want != nil, found(got) != found(want) || err == nil && ok != (want != nil)
}

// planDiffers says of each question whether a plan of its expressions answers for any of them otherwise than it does alone.
func planDiffers(candidates []question) []bool {
	differ := make([]bool, len(candidates))
	for n, q := range candidates {
		var expressions []*Regexp
		for _, e := range q.expressions {
			re, err := e.compile()
			if err != nil || goesAstray(re) != "" {
				expressions = nil
				break
			}
			expressions = append(expressions, re)
		}
		reading, s := NewPlan(expressions).NewReading(), NewSubject(q.text)
		reading.Read(q.text)
		for i, re := range expressions {
			_, differs := differsFromPlain(reading, i, re, s)
			differ[n] = differ[n] || differs
		}
	}
	return differ
}

// found writes a match with all that is told of its captures.
func found(m *Match) string {
	if m == nil {
		return "none"
	}
	text := fmt.Sprintf("%+v", m.Capture)
	for _, g := range m.Groups {
		text += fmt.Sprintf(" %s=%+v", g.Name, g.Captures)
	}
	return text
}

// TestPlanOfPCREIsPlain holds what differs between the machine and Go's engine to the latter.
func TestPlanOfPCREIsPlain(t *testing.T) {
	var set []*Regexp
	for _, pattern := range []string{`^[^a-c]😀{0,3}`, `(?i)[^\W\d_]+`, `(?<a>a*)*b`, `b$`, `\+\d+:\d+\s(?P<c>d\.[^\s]+)`, `(?<k>\w)=(?:(?<v>\d);?)+`} {
		re, err := Compile(pattern, Options{Flavour: pack.PCRE})
		if err != nil {
			t.Fatal(err)
		}
		set = append(set, re)
	}
	holdToPlain(t, set, []string{"status=200", "_AB1Ki", "aab", "ab\n", "2021-02-15T15:52:07+00:00 d.5a8f app", "x=1;2;3", "é x=1;2"})
}

// TestHostileExpressionsOfPlansEnd plans expressions that take long to match or have many parts.
func TestHostileExpressionsOfPlansEnd(t *testing.T) {
	texts := []string{strings.Repeat("ab 1", 2000), strings.Repeat("é😀", 2000)}
	for _, pattern := range []string{
		strings.Repeat(`\w`, 30_000), strings.Repeat(`[\W\d]?`, 9000), strings.Repeat(`(a|b)*`, 10_000),
		strings.Repeat(`(`, 200) + `a` + strings.Repeat(`+)`, 199) + `)`, strings.Repeat(`(?:`, 200) + `ab` + strings.Repeat(`){3}`, 200),
		`(?:(?:(?:a?){1000}){1000}){1000}c`, `(?:){2147483647}`, `((a|b)*)*c`, `(?:a|ab|b| |1)*?x`, `(\w+)*\1!`, `.*.*.*.*.*=x`, `^(a| |b|1|.)*!$`,
	} {
		start := time.Now()
		re, err := Compile(pattern, Options{Regex: IgnoreCase, Timeout: 50 * time.Millisecond})
		if err != nil {
			t.Errorf("%.20s: %v", pattern, err)
			continue
		}
		r := NewPlan([]*Regexp{re, re}).NewReading()
		for _, text := range texts {
			r.Read(text)
			if _, err := r.Find(1); err != nil && err.(*TimeoutError).Limit != 50*time.Millisecond {
				t.Errorf("%.20s: %v", pattern, err)
			}
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%.20s takes %v", pattern, took)
		}
	}
}

// TestPlanOutOfTime asks again after a shared beginning ran out of time.
func TestPlanOutOfTime(t *testing.T) {
	var set []*Regexp
	for _, pattern := range []string{`^(?:(?:a|aa)+b)?a+c`, `^(?:(?:a|aa)+b)?a+!`} {
		re, err := Compile(pattern, Options{Timeout: 20 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		set = append(set, re)
	}
	r := NewPlan(set).NewReading()
	for _, text := range []string{strings.Repeat("a", 40) + "c!", "aa!", strings.Repeat("a", 40) + "!c"} {
		r.Read(text)
		for i := range set {
			for range 2 {
				ok, err := r.Match(i)
				if slow := len(text) > 3; (err != nil) != slow || ok != (!slow && i == 1) {
					t.Errorf("%s on %s: %v, %v", set[i], text, ok, err)
				}
			}
		}
	}
}

func TestPlanConcurrently(t *testing.T) {
	p := NewPlan(compileAll(t, logPatterns))
	texts := sampleTexts(t)[:200]
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			r := p.NewReading()
			for _, text := range texts {
				r.Read(text)
				for i := range logPatterns {
					if _, err := r.Match(i); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	group.Wait()
}

func TestReadingAllocatesNothing(t *testing.T) {
	r := NewPlan(compileAll(t, logPatterns)).NewReading()
	texts := slices.DeleteFunc(sampleTexts(t), func(text string) bool { return !ascii(text) })
	read := func() {
		for _, text := range texts {
			r.Read(text)
			for i := range logPatterns {
				if _, err := r.Find(i); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	read()
	if n := testing.AllocsPerRun(3, read); n > 0 {
		t.Errorf("%v allocations on %d texts", n, len(texts))
	}
}
