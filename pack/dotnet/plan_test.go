package dotnet

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/kpgen/kpgen/pack"
)

// TestPlanAnswersAsPlain holds plans of random expressions, some of which begin alike, to each expression asked alone.
// KPGEN_FUZZ_PATTERNS and KPGEN_FUZZ_SEED ask for more than the default, and others.
func TestPlanAnswersAsPlain(t *testing.T) {
	patterns, seed := fuzzing(t, 20_000)
	matched, asked := 0, 0
	for done := 0; done < patterns; {
		g := newGenerator(seed+uint64(done), done%3 != 0)
		expressions := randomSet(t, g)
		done += len(expressions)
		m, n := holdToPlain(t, expressions, g.texts(6))
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
	return append(set, compileRandomOr(g))
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
	if err != nil || slices.ContainsFunc(re.Doubts(), func(d Doubt) bool {
		return d.Kind == "lazy-empty-loop" || d.Kind == "empty-counted-loop"
	}) {
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
		for i, re := range expressions {
			asked++
			want, wantErr := re.Find(s)
			got, gotErr := reading.Find(i)
			if wantErr != nil || gotErr != nil {
				continue // out of time, which is no answer to be held to
			}
			if want != nil {
				matched++
			}
			if g, w := found(got), found(want); g != w {
				t.Errorf("%s on %q:\n plan %s\nplain %s", describe(re.pattern, re.tree.Options), text, g, w)
			}
			if ok, err := reading.Match(i); err == nil && ok != (want != nil) {
				t.Errorf("%s on %q: the plan says %v", describe(re.pattern, re.tree.Options), text, ok)
			}
		}
	}
	return matched, asked
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
