package dotnet

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"
	"github.com/dlclark/regexp2/v2/syntax"
)

func init() {
	// The engine looks at its clock as often as this; its own 100 ms would make every shorter limit a lie.
	regexp2.SetTimeoutCheckPeriod(time.Millisecond)
}

// backtracking runs an expression on regexp2, on UTF-16 units.
type backtracking struct {
	re      *regexp2.Regexp
	names   []string // of all groups, in order
	numbers []int
}

func compileBacktracking(pattern string, opt Options) (*backtracking, *Error) {
	// .NET's CultureInvariant has the value of regexp2's RE2 mode: it must not get there.
	re, err := regexp2.Compile(inUnits(pattern), regexp2.RegexOptions(opt.Regex&^CultureInvariant),
		// The stack is bounded by the time limit; the engine's own bound ends matches .NET finds.
		regexp2.OptionMaxBacktrackingStackSize(-1))
	if err != nil {
		return nil, refusal(pattern, err)
	}
	re.MatchTimeout = opt.Timeout
	b := &backtracking{re: re, numbers: re.GetGroupNumbers()}
	for _, n := range b.numbers {
		b.names = append(b.names, re.GroupNameFromNumber(n))
	}
	return b, nil
}

// inUnits writes characters beyond the basic plane as the two units .NET sees.
func inUnits(pattern string) string {
	var b strings.Builder
	for _, r := range pattern {
		if hi, lo := utf16.EncodeRune(r); hi != utf8.RuneError {
			fmt.Fprintf(&b, `\u%04x\u%04x`, hi, lo)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func refusal(pattern string, err error) *Error {
	e := &Error{To: len(pattern), Kind: "syntax", Message: err.Error()}
	var parse *syntax.Error
	if errors.As(err, &parse) {
		e.Message = parse.Code.String()
	}
	return e
}

func (b *backtracking) match(s *Subject) (bool, error) { return b.re.MatchRunes(s.units) }

func (b *backtracking) find(s *Subject, yield func(*Match) bool) error {
	found, err := b.re.FindRunesMatch(s.units)
	for found != nil && err == nil && yield(b.result(s, found)) {
		found, err = b.re.FindNextMatch(found)
	}
	return err
}

func (b *backtracking) result(s *Subject, found *regexp2.Match) *Match {
	m := &Match{Capture: s.capture(found.RuneIndex, found.RuneLength)}
	for i, n := range b.numbers {
		g := Group{Name: b.names[i]}
		for _, c := range found.GroupByNumber(n).Captures {
			g.Captures = append(g.Captures, s.capture(c.RuneIndex, c.RuneLength))
		}
		m.Groups = append(m.Groups, g)
	}
	return m
}

func (b *backtracking) groups() []string {
	var named []string
	for _, n := range b.names {
		if n[0] < '0' || n[0] > '9' {
			named = append(named, n)
		}
	}
	return named
}
