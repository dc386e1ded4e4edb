package dotnet

import (
	"sync"
	"time"

	"github.com/dlclark/regexp2/v2"

	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

func init() {
	// The engine looks at its clock as often as this; its own 100 ms would make every shorter limit a lie.
	regexp2.SetTimeoutCheckPeriod(time.Millisecond)
}

// backtracking runs an expression on regexp2 where a rewriting is right, and else on our own matcher. There is a rewriting for each
// alphabet, made when the first text in it comes.
type backtracking [anyUnits + 1]func() engine

func newBacktracking(tree *syntax.Expression, timeout time.Duration) *backtracking {
	matcher := sync.OnceValue(func() engine { return &own{program: compileProgram(tree), timeout: timeout} })
	var b backtracking
	for a := range anyUnits {
		b[a] = sync.OnceValue(func() engine {
			if r := newRewriting(tree, a, timeout); r != nil {
				return r
			}
			return matcher()
		})
	}
	b[anyUnits] = matcher
	return &b
}

func (b *backtracking) engine(s *Subject) engine { return b[s.alphabet]() }

func (b *backtracking) match(s *Subject) (bool, error) { return b.engine(s).match(s) }

func (b *backtracking) find(s *Subject, yield func(*Match) bool) error {
	return b.engine(s).find(s, yield)
}

// rewriting is an expression regexp2 is right about.
type rewriting struct {
	re     *regexp2.Regexp
	groups []syntax.Numbered
}

// newRewriting gives nil where no rewriting is right.
func newRewriting(tree *syntax.Expression, a alphabet, timeout time.Duration) *rewriting {
	pattern, ok := rewritten(tree, a)
	if !ok {
		return nil
	}
	// The stack is bounded by the time limit; the engine's own bound ends matches that .NET finds.
	re, err := regexp2.Compile(pattern, regexp2.OptionMaxBacktrackingStackSize(-1))
	if err != nil {
		return nil
	}
	re.MatchTimeout = timeout
	return &rewriting{re: re, groups: tree.Groups}
}

func (r *rewriting) match(s *Subject) (bool, error) { return r.re.MatchRunes(s.units) }

func (r *rewriting) find(s *Subject, yield func(*Match) bool) error {
	found, err := r.re.FindRunesMatch(s.units)
	for found != nil && err == nil && yield(r.result(s, found)) {
		found, err = r.re.FindNextMatch(found)
	}
	return err
}

func (r *rewriting) result(s *Subject, found *regexp2.Match) *Match {
	m := &Match{Capture: s.capture(found.RuneIndex, found.RuneLength), Groups: make([]Group, len(r.groups))}
	for slot, group := range r.groups {
		g := Group{Name: group.Name}
		if captured := found.GroupByNumber(slot); captured != nil {
			for _, c := range captured.Captures {
				g.Captures = append(g.Captures, s.capture(c.RuneIndex, c.RuneLength))
			}
		}
		m.Groups[slot] = g
	}
	return m
}
