package dotnet

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack"
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
	pattern = oracle.Text(oracle.Units(pattern)) // halves that make a pair are one in the message
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

// compileQuestion compiles a question's expression.
func compileQuestion(q oracle.Question) (*Regexp, error) {
	return Compile(PatternUTF16(oracle.Units(q.Pattern)), Options{Regex: RegexOptions(q.Options)})
}

// answer gives what we answer to a question, in the oracle's form.
func answer(q oracle.Question) oracle.Answer {
	re, err := compileQuestion(q)
	if err != nil {
		return oracle.Answer{Refused: err.(*Error).Kind}
	}
	var a oracle.Answer
	for _, input := range q.Inputs {
		a.Inputs = append(a.Inputs, matches(re.engine, NewSubjectUTF16(oracle.Units(input))))
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

// compare holds our answers to the oracle's, whose refusals are told by our kind, and gives the texts on which they differ; with
// a refusal that differs, one of them.
func (t tally) compare(q oracle.Question, want oracle.Answer) (differing []string) {
	got := answer(q)
	c := t.of(q, "")
	c.patterns++
	if got.Refused != want.Refused {
		c.differences++
		return q.Inputs[:1]
	}
	if got.Refused != "" {
		c.refused++
		return nil
	}
	re, _ := compileQuestion(q)
	doubt := goesAstray(re)
	for i, input := range q.Inputs {
		c := t.of(q, input)
		c.pairs++
		same := got.Inputs[i] == want.Inputs[i]
		if reason := cmp.Or(doubt, unsure(want.Inputs[i]), ourTimeout(got.Inputs[i])); reason != "" {
			c.explain(reason, !same)
			continue
		}
		if want.Inputs[i] != "none" {
			c.matched++
		}
		if !same {
			c.differences++
			differing = append(differing, input)
		}
	}
	return differing
}

// unsure says why an answer of the oracle's is none to be held to: it ran out of time, the engine threw, or it tells of a match that begins before
// the text; else "".
func unsure(answer string) string {
	switch {
	case answer == "timeout", answer == oracle.Hangs:
		return "no answer in time"
	case strings.HasPrefix(answer, "crash"):
		return "exception of the engine's"
	case strings.Contains(answer, "=-"):
		return "match before the text"
	}
	return ""
}

// ourTimeout is told apart: on a busy machine it is no difference, but there must be few.
func ourTimeout(answer string) string {
	return either(answer == "timeout", "no answer of ours in time", "")
}

// goesAstray gives the doubt of an expression in which .NET goes astray, or "".
func goesAstray(re *Regexp) string {
	for _, d := range re.Doubts() {
		if d.Kind == "lazy-empty-loop" || d.Kind == "empty-counted-loop" {
			return d.Kind
		}
	}
	return ""
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
// the default, and others; with -update what differs goes into the table.
func TestFuzzAgainstOracle(t *testing.T) {
	o := oracle.New(t)
	patterns, seed := fuzzing(t, 20_000)
	counts := tally{}
	var differing []question
	for done := 0; done < patterns; done += 1000 {
		g := newGenerator(seed+uint64(done), done%2000 == 0)
		questions := make([]oracle.Question, min(1000, patterns-done))
		for i := range questions {
			pattern, options := g.expression()
			questions[i] = oracle.Question{Options: int(options), Pattern: pattern, Inputs: g.texts(4)}
		}
		for i, want := range ask(t, o, questions) {
			for _, text := range counts.compare(questions[i], want) {
				q := question{[]expression{{questions[i].Pattern, questions[i].Options, pack.DotNet}}, text}
				differing = append(differing, q)
				t.Logf("differs: %s", q)
			}
		}
		if n := done + len(questions); n%20_000 == 0 {
			t.Logf("%d expressions, %d differences", n, len(differing))
		}
	}
	report(t, differing, func(candidates []question) []bool { return differFromOracle(t, o, candidates) })
	t.Logf("seed %d\n%s", seed, counts)
}

// differFromOracle says of each question whether our answer is another than the oracle's.
func differFromOracle(t *testing.T, o *oracle.Oracle, candidates []question) []bool {
	t.Helper()
	questions := make([]oracle.Question, len(candidates))
	for i, a := range candidates {
		questions[i] = a.questions()[0]
	}
	differ := make([]bool, len(candidates))
	for i, want := range ask(t, o, questions) {
		differ[i] = len(tally{}.compare(questions[i], want)) > 0
	}
	return differ
}

// fuzzing gives how many expressions to try and the seed to begin with: the usual ones, or as many as KPGEN_FUZZ_PATTERNS asks for
// from KPGEN_FUZZ_SEED on or, where that is not set, from a fresh one.
func fuzzing(t *testing.T, usual int) (patterns int, seed uint64) {
	t.Helper()
	patterns, seed = usual, 1
	if s := os.Getenv("KPGEN_FUZZ_PATTERNS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		patterns, seed = n, rand.Uint64()>>1
	}
	if s := os.Getenv("KPGEN_FUZZ_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seed = n
	}
	t.Logf("%d expressions, KPGEN_FUZZ_SEED=%d", patterns, seed)
	return patterns, seed
}
