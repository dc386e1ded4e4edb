package dotnet

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack/dotnet/internal/oracle"
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

// answer gives what we answer to a question, in the oracle's form.
func answer(q oracle.Question) oracle.Answer {
	re, err := Compile(q.Pattern, Options{Regex: RegexOptions(q.Options)})
	if err != nil {
		return oracle.Answer{Refused: err.(*Error).Kind}
	}
	var a oracle.Answer
	for _, input := range q.Inputs {
		a.Inputs = append(a.Inputs, matches(re.engine, NewSubject(input)))
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

// tally counts what a comparison found.
type tally struct{ patterns, refused, pairs, explained, differences int }

// compare holds our answers to the oracle's, whose refusals are told by our kind.
func (c *tally) compare(t *testing.T, q oracle.Question, want oracle.Answer) {
	t.Helper()
	c.patterns++
	if unsure(q, want) {
		c.explained += len(q.Inputs)
		return
	}
	got := answer(q)
	if got.Refused != want.Refused {
		c.differences++
		t.Errorf("%s: refused as %q, the oracle %q", describe(q.Pattern, RegexOptions(q.Options)), got.Refused, want.Refused)
		return
	}
	if got.Refused != "" {
		c.refused++
		return
	}
	for i, input := range q.Inputs {
		c.pairs++
		if got.Inputs[i] != want.Inputs[i] {
			c.differences++
			t.Errorf("%s on %q:\n   got %s\noracle %s", describe(q.Pattern, RegexOptions(q.Options)), input, got.Inputs[i], want.Inputs[i])
		}
	}
}

// unsure reports whether the oracle gives no answer to be held to: it ran out of time, it tells of a match that begins
// before the text, or the expression has one of the doubts in which .NET goes astray.
func unsure(q oracle.Question, want oracle.Answer) bool {
	for _, input := range want.Inputs {
		if input == "timeout" || strings.Contains(input, "=-") {
			return true
		}
	}
	re, err := Compile(q.Pattern, Options{Regex: RegexOptions(q.Options)})
	return err == nil && slices.ContainsFunc(re.Doubts(), func(d Doubt) bool {
		return d.Kind == "lazy-empty-loop" || d.Kind == "empty-counted-loop"
	})
}

// ask asks the oracle and tells refusals by our kinds.
func ask(t *testing.T, o *oracle.Oracle, questions []oracle.Question) []oracle.Answer {
	t.Helper()
	answers, err := o.Ask(questions)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range answers {
		if a.Refused != "" {
			answers[i].Refused = kindOf(questions[i].Pattern, a.Refused)
		}
	}
	return answers
}

// TestFuzzAgainstOracle compares random expressions on random texts. KPGEN_FUZZ_PATTERNS and KPGEN_FUZZ_SEED ask for more than
// the default, and others.
func TestFuzzAgainstOracle(t *testing.T) {
	o := oracle.New(t)
	patterns, seed := fuzzing(t, 20_000)
	var c tally
	for done := 0; done < patterns; done += 1000 {
		g := newGenerator(seed+uint64(done), done%2000 == 0)
		questions := make([]oracle.Question, min(1000, patterns-done))
		for i := range questions {
			pattern, options := g.expression()
			questions[i] = oracle.Question{Options: int(options), Pattern: pattern, Inputs: g.texts(3)}
		}
		for i, want := range ask(t, o, questions) {
			c.compare(t, questions[i], want)
		}
	}
	t.Logf("seed %d: %+v", seed, c)
}

// fuzzing gives how many expressions to try from which seed on.
func fuzzing(t *testing.T, usual int) (patterns int, seed uint64) {
	t.Helper()
	patterns, seed = usual, 1
	if s := os.Getenv("KPGEN_FUZZ_PATTERNS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		patterns = n
	}
	if s := os.Getenv("KPGEN_FUZZ_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seed = n
	}
	return patterns, seed
}
