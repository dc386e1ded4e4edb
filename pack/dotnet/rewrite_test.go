package dotnet

import (
	"testing"
	"time"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// TestRewritingIsOwnMatcher compares regexp2 on rewritten expressions with our own matcher, which the oracle vouches for.
func TestRewritingIsOwnMatcher(t *testing.T) {
	patterns, seed := fuzzing(t, 6000)
	const timeout = 300 * time.Millisecond
	compared := 0
	g := newGenerator(seed, false)
	for range patterns {
		g.ascii = !g.ascii
		pattern, options := g.expression()
		tree, err := syntax.Parse(pattern, options)
		if err != nil {
			continue
		}
		o := &own{compileProgram(tree), timeout}
		for _, text := range g.texts(5) {
			s := NewSubject(text)
			r := rewritingFor(tree, s, timeout)
			if r == nil {
				continue
			}
			compared++
			got, want := matches(r, s), matches(o, s)
			if got != want && got != "timeout" && want != "timeout" {
				q := question{[]expression{{pattern, int(options), pack.DotNet}}, text}
				t.Errorf("%s\nregexp2 %s\n    own %s", q, got, want)
			}
		}
	}
	t.Logf("seed %d: %d compared", seed, compared)
	if compared < patterns {
		t.Errorf("regexp2 took only %d texts for %d expressions", compared, patterns)
	}
}

func rewritingFor(tree *syntax.Expression, s *Subject, timeout time.Duration) *rewriting {
	if s.alphabet == anyUnits {
		return nil
	}
	return newRewriting(tree, s.alphabet, timeout)
}
