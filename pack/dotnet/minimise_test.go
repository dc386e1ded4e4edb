package dotnet

import (
	"cmp"
	"fmt"
	"math/bits"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/dotnet/internal/oracle"
	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// question is a text and the expressions it is asked about: one, or the several of a plan. Texts are in the form of oracle.Units.
type question struct {
	expressions []expression
	text        string
}

type expression struct {
	pattern string
	options int
	flavour pack.Flavour
}

func (e expression) compile() (*Regexp, error) {
	return Compile(PatternUTF16(oracle.Units(e.pattern)), Options{e.flavour, RegexOptions(e.options), time.Second})
}

// questions gives a question for each expression.
func (a question) questions() []oracle.Question {
	questions := make([]oracle.Question, len(a.expressions))
	for i, e := range a.expressions {
		questions[i] = oracle.Question{Options: e.options, Pattern: e.pattern, Inputs: []string{a.text}}
	}
	return questions
}

// String writes the questions as lines of the table; a comment stands for an expression that is not of .NET's.
func (a question) String() string {
	var lines []string
	for _, e := range a.expressions {
		start := strconv.Itoa(e.options)
		if e.flavour == pack.PCRE {
			start = "# pcre"
		}
		lines = append(lines, fmt.Sprintf("%s\t%s\t%s", start, oracle.Escape(e.pattern), oracle.Escape(a.text)))
	}
	return strings.Join(lines, "\n")
}

// reported is how many differences are made small: each takes seconds.
const reported = 10

// report fails the test over each difference, the first ones made small; with -update they go into the table, which is
// recorded afterwards.
func report(t *testing.T, differing []question, differ func([]question) []bool) {
	t.Helper()
	var lines []string
	for i, a := range differing {
		if i == reported {
			t.Errorf("and %d more", len(differing)-i)
			break
		}
		small := minimise(a, differ)
		lines = append(lines, small.String())
		t.Errorf("the answers differ:\n%s\nmade small of\n%s", small, a)
	}
	if *update {
		addToTable(t, lines)
	}
}

func addToTable(t *testing.T, lines []string) {
	t.Helper()
	f, err := os.OpenFile(tableFile, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, line := range lines {
		if _, err := f.WriteString(line + "\n"); err != nil {
			t.Fatal(err)
		}
	}
}

// minimise makes a question small on which answers differ, as long as they do: it leaves out expressions, options, parts of
// expressions and of the text, and puts the letter a in the place of what must stay.
func minimise(a question, differ func([]question) []bool) question {
	for {
		candidates := smaller(a)
		next := slices.Index(differ(candidates), true)
		if next < 0 {
			return a
		}
		a = candidates[next]
	}
}

// smaller gives questions with something less, those with much less first.
func smaller(a question) []question {
	var all []question
	for i, e := range a.expressions {
		if len(a.expressions) > 1 {
			all = append(all, question{slices.Delete(slices.Clone(a.expressions), i, i+1), a.text})
		}
		for _, less := range smallerExpressions(e) {
			expressions := slices.Clone(a.expressions)
			expressions[i] = less
			all = append(all, question{expressions, a.text})
		}
	}
	for _, text := range smallerTexts(a.text) {
		all = append(all, question{a.expressions, text})
	}
	for _, unit := range oracle.Units(a.text) {
		if plain := a.replace(oracle.Text([]uint16{unit}), "a"); unit != 'a' {
			all = append(all, plain)
		}
	}
	return all
}

// replace puts another character for one wherever it stands.
func (a question) replace(old, by string) question {
	expressions := slices.Clone(a.expressions)
	for i := range expressions {
		expressions[i].pattern = strings.ReplaceAll(expressions[i].pattern, old, by)
	}
	return question{expressions, strings.ReplaceAll(a.text, old, by)}
}

// smallerExpressions takes nodes out of the tree, or puts one of their parts in their place; where the expression is none, or when
// nothing else helps, it cuts its text.
func smallerExpressions(e expression) []expression {
	var all []expression
	for bit := range bits.Len(uint(e.options)) {
		if e.options&(1<<bit) != 0 {
			all = append(all, expression{e.pattern, e.options &^ (1 << bit), e.flavour})
		}
	}
	var patterns []string
	if tree, err := syntax.Parse(e.pattern, syntax.Options(e.options)); err == nil {
		tree.Root.Walk(func(n *syntax.Node) {
			before, part, after := e.pattern[:n.From], e.pattern[n.From:n.To], e.pattern[n.To:]
			if part == "" {
				return
			}
			patterns = append(patterns, before+after)
			for _, child := range n.Nodes {
				patterns = append(patterns, before+e.pattern[child.From:child.To]+after)
			}
			if part != "a" {
				patterns = append(patterns, before+"a"+after)
			}
			if n.Kind == syntax.Repeat {
				body := n.Nodes[0]
				star := e.pattern[body.From:body.To] + either(n.Lazy, "*?", "*")
				patterns = append(patterns, before+star+after)
			}
		})
		slices.SortStableFunc(patterns, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	}
	for _, pattern := range append(patterns, cuts(e.pattern)...) {
		if len(pattern) < len(e.pattern) || len(pattern) == len(e.pattern) && strings.Count(pattern, "a") > strings.Count(e.pattern, "a") {
			all = append(all, expression{pattern, e.options, e.flavour})
		}
	}
	return all
}

func smallerTexts(text string) []string {
	all := cuts(text)
	units := oracle.Units(text)
	for i, unit := range units {
		if unit != 'a' {
			plain := slices.Clone(units)
			plain[i] = 'a'
			all = append(all, oracle.Text(plain))
		}
	}
	return all
}

// cuts leaves out a half, a quarter and so on down to a unit.
func cuts(text string) []string {
	var all []string
	units := oracle.Units(text)
	for size := (len(units) + 1) / 2; size > 0; size /= 2 {
		for from := 0; from < len(units); from += size {
			all = append(all, oracle.Text(slices.Concat(units[:from], units[min(from+size, len(units)):])))
		}
	}
	return all
}

// TestMinimise makes questions small that matchers which are wrong on purpose answer otherwise: one takes as much as it can where it
// should take as little, one overlooks all but the first line when it has a second expression with a group to look at.
func TestMinimise(t *testing.T) {
	greedy := func(a question) bool {
		e := a.expressions[0]
		tree, err := syntax.Parse(e.pattern, syntax.Options(e.options))
		if err != nil {
			return false
		}
		wrong := []byte(e.pattern)
		tree.Root.Walk(func(n *syntax.Node) {
			if n.Lazy {
				wrong[n.To-1] = ' '
			}
		})
		q := a.questions()[0]
		right := answer(q)
		q.Pattern = strings.ReplaceAll(string(wrong), " ", "")
		return answer(q).Inputs[0] != right.Inputs[0]
	}
	firstLine := func(a question) bool {
		return len(a.expressions) > 1 && strings.Contains(a.expressions[1].pattern, "(") && strings.Contains(a.text, "\n")
	}
	for name, tt := range map[string]struct {
		differ func(question) bool
		from   question
		want   string
	}{
		"one expression": {greedy, question{[]expression{{`^(?:\w+(?<n>[a-c-[b]]|x{2,3}?y)?)*(?=k*?|(z))`, 3, ""}, {`b`, 0, ""}}, "ccxx😀\nxxxyk"},
			"0\ta*?\ta"},
		"several expressions": {firstLine, question{[]expression{{`b+`, 1, ""}, {`a(b)`, 0, pack.PCRE}, {`(c)`, 64, ""}}, "long\nlines\n"}, "# pcre\t\t\\u000a\n0\t(\t\\u000a"},
	} {
		got := minimise(tt.from, func(candidates []question) []bool {
			differ := make([]bool, len(candidates))
			for i, a := range candidates {
				differ[i] = tt.differ(a)
			}
			return differ
		})
		if got.String() != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, tt.want)
		}
	}
}

// questionOf asks about a text what compiled expressions are.
func questionOf(expressions []*Regexp, text string) question {
	q := question{text: text}
	for _, re := range expressions {
		e := expression{re.pattern, int(re.tree.Options), pack.DotNet}
		if _, linear := re.engine.(*linear); linear {
			e.flavour = pack.PCRE
		}
		q.expressions = append(q.expressions, e)
	}
	return q
}
