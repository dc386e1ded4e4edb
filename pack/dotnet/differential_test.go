package dotnet

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kpgen/kpgen/pack/dotnet/internal/oracle"
	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// kinds gives our kind for the beginning of what the oracle says after "parsing … - ".
var kinds = []struct{ message, kind string }{
	{"Unterminated [] set", "unterminated-bracket"},
	{"Unrecognized grouping construct", "invalid-grouping-construct"},
	{"Incomplete \\p{X}", "invalid-unicode-property-escape"},
	{"Malformed \\p{X}", "malformed-unicode-property-escape"},
	{"Unknown property", "unrecognized-unicode-property"},
	{"Nested quantifier", "nested-quantifiers-not-parenthesized"},
	{"[x-y] range in reverse order", "reversed-character-range"},
	{"Cannot include class", "shorthand-class-in-character-range"},
	{"Unrecognized escape sequence", "unrecognized-escape"},
	{"Not enough )'s", "insufficient-closing-parentheses"},
	{"Too many )'s", "insufficient-opening-parentheses"},
	{"Illegal {x,y}", "reversed-quantifier-range"},
	{"Reference to undefined group number", "undefined-numbered-reference"},
	{"Reference to undefined group name", "undefined-named-reference"},
	{"Too many | in", "alternation-has-too-many-conditions"},
	{"Specified argument was out of the range", "options-out-of-range"},
	{"Capture number cannot be zero", "capture-group-of-zero"},
	{"Missing control character", "missing-control-character"},
	{"Insufficient hexadecimal digits", "insufficient-or-invalid-hex-digits"},
	{"Illegal \\ at end", "unescaped-ending-backslash"},
	{"A subtraction must be the last", "exclusion-group-not-last"},
	{"Capture group numbers must be", "quantifier-or-capture-group-out-of-range"},
	{"Unterminated (?#", "unterminated-comment"},
	{"Alternation conditions cannot be comments", "alternation-has-comment"},
	{"Alternation conditions do not capture", "alternation-has-named-capture"},
	{"Invalid group name", "capture-group-name-invalid"},
	{"Unrecognized control character", "unrecognized-control-character"},
	{"Quantifier {x,y} following nothing", "quantifier-after-nothing"},
	{"Malformed \\k<", "malformed-named-reference"},
}

// kindOf gives our kind for the oracle's message.
func kindOf(pattern, message string) string {
	message = strings.TrimPrefix(message, `parsing "`+pattern+`" - `)
	for _, k := range kinds {
		if strings.HasPrefix(message, k.message) {
			return k.kind
		}
	}
	if strings.HasPrefix(message, "(?(") {
		if strings.HasSuffix(message, "malformed.") {
			return "alternation-has-malformed-reference"
		}
		return "alternation-has-undefined-reference"
	}
	return "unknown: " + message
}

// ownAnswer gives what we answer to a question, in the oracle's form.
func ownAnswer(q oracle.Question, compile func(string, RegexOptions) (engine, error)) oracle.Answer {
	e, err := compile(q.Pattern, RegexOptions(q.Options))
	var refused *syntax.Error
	if errors.As(err, &refused) {
		return oracle.Answer{Refused: refused.Kind}
	}
	var a oracle.Answer
	for _, input := range q.Inputs {
		a.Inputs = append(a.Inputs, matches(e, NewSubject(input)))
	}
	return a
}

func matches(e engine, s *Subject) string {
	var all []string
	err := e.find(s, func(m *Match) bool {
		all = append(all, groupsText(m))
		return true
	})
	switch {
	case err != nil:
		return "timeout"
	case all == nil:
		return "none"
	}
	return strings.Join(all, "|")
}

func groupsText(m *Match) string {
	groups := make([]string, len(m.Groups))
	for i, g := range m.Groups {
		captures := make([]string, len(g.Captures))
		for j, c := range g.Captures {
			captures[j] = fmt.Sprintf("%d+%d", c.Index, c.Length)
		}
		groups[i] = oracle.Escape(g.Name) + "=" + strings.Join(captures, ",")
	}
	return strings.Join(groups, " ")
}

func TestFuzzOwn(t *testing.T) {
	o := oracle.New(t)
	n, _ := strconv.Atoi(os.Getenv("N"))
	seed, _ := strconv.ParseUint(os.Getenv("SEED"), 10, 64)
	g := newGenerator(seed, os.Getenv("ASCII") != "")
	var questions []oracle.Question
	for range n {
		p, opt := g.expression()
		questions = append(questions, oracle.Question{Options: int(opt), Pattern: p, Inputs: g.texts(6)})
	}
	start := time.Now()
	answers, err := o.Ask(questions)
	if err != nil {
		t.Fatal(err)
	}
	t.Log("oracle", time.Since(start))
	start = time.Now()
	refused, pairs, diffs, shown, special := 0, 0, 0, 0, map[string]int{}
	for i, q := range questions {
		got := ownAnswer(q, func(p string, o RegexOptions) (engine, error) {
			tree, err := syntax.Parse(p, syntax.Options(o))
			if err != nil {
				return nil, err
			}
			return &own{compileProgram(tree), time.Second}, nil
		})
		want := answers[i]
		if want.Refused != "" || got.Refused != "" {
			refused++
			kind := ""
			if want.Refused != "" {
				kind = kindOf(q.Pattern, want.Refused)
			}
			if kind != got.Refused {
				diffs++
				if shown++; shown < 30 {
					t.Errorf("%s: got %q want %q %s", describe(q.Pattern, RegexOptions(q.Options)), got.Refused, kind, want.Refused)
				}
			}
			continue
		}
		for j := range q.Inputs {
			pairs++
			w := want.Inputs[j]
			if strings.HasPrefix(w, "crash") || w == "timeout" || w == oracle.Hangs {
				special[w]++
				continue
			}
			if tree, _ := syntax.Parse(q.Pattern, syntax.Options(q.Options)); astray(tree.Root, false) {
				special["astray"]++
				if got.Inputs[j] != w {
					special["astraydiff"]++
				}
				continue
			}
			if got.Inputs[j] != w {
				diffs++
				if shown++; shown < 30 {
					t.Errorf("%s on %q:\n  got %s\n want %s", describe(q.Pattern, RegexOptions(q.Options)), q.Inputs[j], got.Inputs[j], w)
				}
			}
		}
	}
	t.Log("own", time.Since(start), "refused", refused, "pairs", pairs, "diffs", diffs, special)
}

func astray(n *syntax.Node, committed bool) bool {
	if n.Kind == syntax.Repeat {
		l := newLoop(n)
		if committed && l.lazy && l.max == unlimited && l.min <= 1 && mayBeEmpty(l.body) {
			return true
		}
	}
	switch n.Kind {
	case syntax.Atomic, syntax.LookAhead, syntax.LookBehind, syntax.NotLookAhead, syntax.NotLookBehind:
		committed = true
	case syntax.IfLook:
		if astray(n.Nodes[0], true) {
			return true
		}
		for _, c := range n.Nodes[1:] {
			if astray(c, committed) {
				return true
			}
		}
		return false
	}
	for _, c := range n.Nodes {
		if astray(c, committed) {
			return true
		}
	}
	return false
}

func mayBeEmpty(n *syntax.Node) bool {
	switch n.Kind {
	case syntax.Literal, syntax.Class:
		return false
	case syntax.Concat:
		for _, c := range n.Nodes {
			if !mayBeEmpty(c) {
				return false
			}
		}
		return true
	case syntax.Alternate:
		for _, c := range n.Nodes {
			if mayBeEmpty(c) {
				return true
			}
		}
		return false
	case syntax.Group, syntax.Capture, syntax.Atomic:
		return mayBeEmpty(n.Nodes[0])
	case syntax.Repeat:
		return n.Min == 0 || mayBeEmpty(n.Nodes[0])
	}
	return true
}
