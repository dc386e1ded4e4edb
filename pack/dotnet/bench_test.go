package dotnet_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coregx/ahocorasick"
	"github.com/dlclark/regexp2/v2"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/dotnet"
	"github.com/kpgen/kpgen/pack/dotnet/internal/oracle"
	"github.com/kpgen/kpgen/pack/internal/corpus"
	"github.com/kpgen/kpgen/pack/internal/cputime"
	"github.com/kpgen/kpgen/pack/load"
)

// question is what is asked of every line: the first match of an expression with its groups, or only whether it matches.
type question struct {
	pattern string
	first   bool
	flavour pack.Flavour
}

// set is a set of questions. Those who take long to answer are asked of few of the lines.
type set struct {
	name      string
	questions []question
	few       int
}

// sets gives the sets of the benchmark. That of the Heroku pack is what a console asks of an event: whether the conditions of its
// rules match, and what the expressions of its knowledge objects and for the device id find first, each once. (A console asks for
// a rule's exception only where the rule matches; here it is always asked, so that all are asked the same.) Of the other sets the
// first match of every expression is wanted.
func sets(tb testing.TB) []set {
	return []set{
		{"heroku", herokuQuestions(tb), 500},
		{"forty", logQuestions(1), 1000},
		{"400", logQuestions(10), 200},
		{"4000", logQuestions(100), 50},
	}
}

func logQuestions(times int) []question {
	var all []question
	for _, pattern := range dotnet.ManyPatterns(times) {
		all = append(all, question{pattern, true, pack.DotNet})
	}
	return all
}

func herokuQuestions(tb testing.TB) []question {
	tb.Helper()
	spec, found := load.Load(corpus.Spec)
	if err := found.Err(); err != nil {
		tb.Fatal(err)
	}
	p := spec.Pack
	all := []question{{p.Source.DeviceID.Expression, true, p.Source.DeviceID.Flavour}}
	rule := func(r pack.Rule) {
		for _, condition := range []pack.Pattern{r.Match, r.Exception} {
			q := question{condition.Regex, false, pack.DotNet}
			if q.pattern != "" && !slices.Contains(all, q) {
				all = append(all, q)
			}
		}
	}
	for _, o := range p.KnowledgeObjects {
		for _, r := range o.Rules {
			rule(r.Rule)
			for _, e := range r.Expressions {
				all = append(all, question{e.Expression1, true, pack.DotNet})
			}
		}
	}
	for _, c := range p.Categories {
		for _, r := range c.Rules {
			rule(r)
		}
	}
	for _, a := range p.Alerts {
		for _, r := range a.Rules {
			rule(r)
		}
	}
	for _, r := range p.Reports {
		for _, r := range r.Rules {
			rule(r)
		}
	}
	return all
}

// contestant answers a set's questions.
type contestant interface {
	// pass asks all questions of all lines and gives the processor time that took.
	pass(lines []string) (time.Duration, error)
	// answers gives what is found, in the form of oracle.Stopwatch.
	answers(lines []string) ([][]string, error)
}

// engine is what the plan is compared with, and the plan itself. Mono 6.8 takes RegexOptions.Compiled and interprets all the same:
// it makes no factory for such an expression. Both are measured all the same: another version may compile.
type engine struct {
	name  string
	slow  bool // is asked of few lines
	start func(testing.TB, []question) contestant
}

var (
	byPlan  = engine{"plan", false, startPlan}
	byGo    = engine{"go", true, startGo}
	engines = []engine{
		byPlan,
		{"plain", true, startPlain},
		{"regexp2", true, startRegexp2},
		{"mono", true, func(tb testing.TB, q []question) contestant { return startMono(tb, q, 0) }},
		{"mono-compiled", true, func(tb testing.TB, q []question) contestant { return startMono(tb, q, oracle.Compiled) }},
	}
)

// bounds do less than is asked: the first two find the literals a plan of the set looks for, but no match, by the plan's own
// automaton and, so that the bound is not ours alone, by a library's, which is given lines folded beforehand. The third one counts
// one byte.
var bounds = []engine{
	{"scan", false, startScan},
	{"aho-corasick", false, startAhoCorasick},
	{"count", false, startCount},
}

// BenchmarkPatterns measures each engine on each set. What Go's engine can compile of a set, in which .NET's constructs are, is a
// set of its own. Times are those of one line with all questions, and of the processor: what else the machine does counts little, and
// collecting garbage on another core counts. See "make bench".
func BenchmarkPatterns(b *testing.B) {
	describe(b)
	lines := corpus.Spread(texts(b, corpus.Size(b)))
	for _, s := range sets(b) {
		for _, e := range append(slices.Clone(engines), bounds...) {
			benchmark(b, s, e, lines)
		}
		if s := goSet(s); len(s.questions) > 1 {
			benchmark(b, s, byPlan, lines)
			benchmark(b, s, byGo, lines)
		}
	}
}

var described sync.Once

// describe prints what was measured on what, once, in the form of the benchmark format's configuration.
func describe(b *testing.B) {
	described.Do(func() {
		fmt.Printf("corpus: kpgen synth spec/heroku --lines %d --seed %d\n", corpus.Size(b), corpus.Seed(b))
		version, err := exec.Command("mono", "--version").Output()
		if err != nil {
			fmt.Printf("mono: not here, so it is not measured\n")
			return
		}
		first, _, _ := strings.Cut(string(version), " (")
		fmt.Printf("mono: %s\n", first)
	})
}

func benchmark(b *testing.B, s set, e engine, lines []string) {
	b.Run("set="+s.name+"/engine="+e.name, func(b *testing.B) {
		c := e.start(b, s.questions)
		if e.slow {
			lines = lines[:min(s.few, len(lines))]
		}
		// What is compiled when it is first run is not measured.
		if _, err := c.pass(lines[:min(len(lines), 1000)]); err != nil {
			b.Fatal(err)
		}
		b.ResetTimer()
		var took time.Duration
		for range b.N {
			t, err := c.pass(lines)
			if err != nil {
				b.Fatal(err)
			}
			took += t
		}
		perLine := float64(took.Nanoseconds()) / float64(b.N*len(lines))
		b.ReportMetric(perLine, "ns/op")
		b.ReportMetric(1e9/perLine, "lines/s")
		b.ReportMetric(meanLength(lines)/perLine*1e3, "MB/s")
		b.ReportMetric(float64(len(s.questions)), "patterns")
	})
}

func meanLength(lines []string) float64 {
	sum := 0
	for _, line := range lines {
		sum += len(line)
	}
	return float64(sum) / float64(len(lines))
}

// texts gives generated lines as a console asks of them: without priorities.
func texts(tb testing.TB, lines int) []string {
	var all []string
	for _, e := range corpus.Events(tb, lines, corpus.Seed(tb)) {
		all = append(all, e.Text)
	}
	return all
}

// goSet gives the questions Go's engine takes as they are.
func goSet(s set) set {
	s.name += "-go"
	s.questions = slices.DeleteFunc(slices.Clone(s.questions), func(q question) bool {
		_, err := regexp.Compile(q.pattern)
		return err != nil
	})
	return s
}

// timed is pass for what runs in this process.
func timed(lines []string, ask func(line string) error) (time.Duration, error) {
	start := cputime.Used()
	for _, line := range lines {
		if err := ask(line); err != nil {
			return 0, err
		}
	}
	return cputime.Used() - start, nil
}

// answered is answers for what answers one question after the other, each line's in their order.
func answered(lines []string, questions []question, answer func(line string, i int) (string, error)) ([][]string, error) {
	all := make([][]string, len(lines))
	for n, line := range lines {
		for i := range questions {
			a, err := answer(line, i)
			if err != nil {
				return nil, err
			}
			all[n] = append(all[n], a)
		}
	}
	return all, nil
}

// group writes a group's value, or that it has none.
func group(value string, ok bool) string {
	if !ok {
		return "-"
	}
	return "=" + value + "\x1f"
}

func yes(ok bool) string {
	if ok {
		return "="
	}
	return "-"
}

// planned is a plan's reading.
type planned struct {
	*dotnet.Reading
	questions []question
}

func startPlan(tb testing.TB, questions []question) contestant {
	return planned{dotnet.NewPlan(compiled(tb, questions)).NewReading(), questions}
}

// startPlain has every expression asked alone, on the engine that is right for it.
func startPlain(tb testing.TB, questions []question) contestant {
	return planned{dotnet.NewPlain(compiled(tb, questions)).NewReading(), questions}
}

func compiled(tb testing.TB, questions []question) []*dotnet.Regexp {
	tb.Helper()
	var all []*dotnet.Regexp
	for _, q := range questions {
		re, err := dotnet.Compile(q.pattern, dotnet.Options{Flavour: q.flavour, Timeout: time.Minute})
		if err != nil {
			tb.Fatalf("%s: %v", q.pattern, err)
		}
		all = append(all, re)
	}
	return all
}

func (p planned) pass(lines []string) (time.Duration, error) {
	return timed(lines, func(line string) (err error) {
		p.Read(line)
		for _, i := range p.Candidates() { // without a plan these are all
			if p.questions[i].first {
				_, err = p.Find(i)
			} else {
				_, err = p.Match(i)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (p planned) answers(lines []string) ([][]string, error) {
	return answered(lines, p.questions, func(line string, i int) (string, error) {
		if i == 0 {
			p.Read(line)
		}
		if !p.questions[i].first {
			ok, err := p.Match(i)
			return yes(ok), err
		}
		m, err := p.Find(i)
		if m == nil || err != nil {
			return yes(false), err
		}
		answer := yes(true)
		for _, g := range m.Groups {
			last, ok := g.Last()
			answer += group(last.Value, ok)
		}
		return answer, nil
	})
}

// byRegexp2 asks regexp2 as its users do: the expression as it is written, the line as a string. (The device id's is written for
// another engine, so its group is named in .NET's way.)
type byRegexp2 struct {
	expressions []*regexp2.Regexp
	questions   []question
}

func startRegexp2(tb testing.TB, questions []question) contestant {
	tb.Helper()
	r := byRegexp2{questions: questions}
	for _, q := range questions {
		re, err := regexp2.Compile(inDotNet(q.pattern))
		if err != nil {
			tb.Fatalf("%s: %v", q.pattern, err)
		}
		r.expressions = append(r.expressions, re)
	}
	return r
}

func inDotNet(pattern string) string { return strings.ReplaceAll(pattern, "(?P<", "(?<") }

func (r byRegexp2) pass(lines []string) (time.Duration, error) {
	return timed(lines, func(line string) (err error) {
		for i, re := range r.expressions {
			if r.questions[i].first {
				_, err = re.FindStringMatch(line)
			} else {
				_, err = re.MatchString(line)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (r byRegexp2) answers(lines []string) ([][]string, error) {
	return answered(lines, r.questions, func(line string, i int) (string, error) {
		if !r.questions[i].first {
			ok, err := r.expressions[i].MatchString(line)
			return yes(ok), err
		}
		m, err := r.expressions[i].FindStringMatch(line)
		if m == nil || err != nil {
			return yes(false), err
		}
		answer := yes(true)
		for _, g := range m.Groups() {
			answer += group(g.String(), len(g.Captures) > 0)
		}
		return answer, nil
	})
}

// inGo asks Go's engine.
type inGo struct {
	expressions []*regexp.Regexp
	questions   []question
}

func startGo(_ testing.TB, questions []question) contestant {
	g := inGo{questions: questions}
	for _, q := range questions {
		g.expressions = append(g.expressions, regexp.MustCompile(q.pattern))
	}
	return g
}

func (g inGo) pass(lines []string) (time.Duration, error) {
	return timed(lines, func(line string) error {
		for i, re := range g.expressions {
			if g.questions[i].first {
				re.FindStringSubmatchIndex(line)
			} else {
				re.MatchString(line)
			}
		}
		return nil
	})
}

func (g inGo) answers(lines []string) ([][]string, error) {
	return answered(lines, g.questions, func(line string, i int) (string, error) {
		if !g.questions[i].first {
			return yes(g.expressions[i].MatchString(line)), nil
		}
		return g.found(g.expressions[i], line), nil
	})
}

// found writes the first match. A name used twice is one group in .NET, two of which one may take part in Go.
func (inGo) found(re *regexp.Regexp, line string) string {
	m := re.FindStringSubmatchIndex(line)
	answer := yes(m != nil)
	var names, groups []string
	for slot, name := range re.SubexpNames()[:len(m)/2] {
		value := group("", false)
		if from, to := m[2*slot], m[2*slot+1]; from >= 0 {
			value = group(line[from:to], true)
		}
		at := slices.Index(names, name)
		if name == "" || at < 0 {
			names, groups = append(names, name), append(groups, value)
		} else if value != "-" {
			groups[at] = value
		}
	}
	return answer + strings.Join(groups, "")
}

// onMono asks Mono, which takes the time itself.
type onMono struct{ *oracle.Stopwatch }

func startMono(tb testing.TB, questions []question, options int) contestant {
	tb.Helper()
	var all []oracle.Timed
	for _, q := range questions {
		all = append(all, oracle.Timed{Pattern: inDotNet(q.pattern), First: q.first})
	}
	return onMono{oracle.NewStopwatch(tb, options, all)}
}

func (m onMono) pass(lines []string) (time.Duration, error) { return m.Pass(lines) }
func (m onMono) answers(lines []string) ([][]string, error) { return m.Answers(lines) }

// bound is a contestant that answers nothing.
type bound func(line string)

func (f bound) pass(lines []string) (time.Duration, error) {
	return timed(lines, func(line string) error { f(line); return nil })
}

func (bound) answers([]string) ([][]string, error) { return nil, nil }

func startScan(tb testing.TB, questions []question) contestant {
	scan := dotnet.NewScan(dotnet.Literals(compiled(tb, questions)))
	found := 0
	count := func(literals []int32) { found += len(literals) }
	return bound(func(line string) { scan(line, count) })
}

// folded has lines folded once, before they are measured.
type folded struct {
	find func(line []byte)
	made map[string][]byte
}

func startAhoCorasick(tb testing.TB, questions []question) contestant {
	a := automaton(tb, dotnet.Literals(compiled(tb, questions)))
	return folded{func(line []byte) { a.FindAllOverlapping(line) }, map[string][]byte{}}
}

func automaton(tb testing.TB, literals []string) *ahocorasick.Automaton {
	tb.Helper()
	a, err := ahocorasick.NewBuilder().AddStrings(literals).Build()
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func startCount(testing.TB, []question) contestant {
	return folded{func(line []byte) { bytes.Count(line, []byte{'='}) }, map[string][]byte{}}
}

func (f folded) pass(lines []string) (time.Duration, error) {
	ready := make([][]byte, len(lines))
	for i, line := range lines {
		if f.made[line] == nil {
			f.made[line] = []byte(dotnet.Folded(line))
		}
		ready[i] = f.made[line]
	}
	start := cputime.Used()
	for _, line := range ready {
		f.find(line)
	}
	return cputime.Used() - start, nil
}

func (folded) answers([]string) ([][]string, error) { return nil, nil }

// TestEnginesAgree holds all who claim to answer the same questions to the plan's answers, on generated lines. Where regexp2 is
// known to differ it is told.
func TestEnginesAgree(t *testing.T) {
	lines := texts(t, 2000)
	all := sets(t)[:3]
	for i, s := range all {
		few := []int{200, 2000, 200}[i]
		if testing.Short() {
			few /= 10
		}
		sample := corpus.Spread(lines)[:few]
		want, err := startPlan(t, s.questions).answers(sample)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range engines[1:] {
			t.Run(s.name+"/"+e.name, func(t *testing.T) { holdTo(t, want, s, e, sample) })
		}
		g := goSet(s)
		want, err = startPlan(t, g.questions).answers(sample)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(g.name, func(t *testing.T) { holdTo(t, want, g, byGo, sample) })
	}
}

func holdTo(t *testing.T, want [][]string, s set, e engine, lines []string) {
	got, err := e.start(t, s.questions).answers(lines)
	if err != nil {
		t.Fatal(err)
	}
	matched, differ := 0, 0
	for n := range lines {
		for i, q := range s.questions {
			if want[n][i] != "-" {
				matched++
			}
			if got[n][i] == want[n][i] {
				continue
			}
			if differ++; differ <= 3 {
				t.Errorf("%.200s on %s:\n%s %q\nplan %q", q.pattern, lines[n], e.name, got[n][i], want[n][i])
			}
		}
	}
	t.Logf("%d lines, %d questions: %d of %d match, %d differ", len(lines), len(s.questions), matched, len(lines)*len(s.questions), differ)
}

// TestBoundsFindTheSame holds the library's automaton to the plan's own.
func TestBoundsFindTheSame(t *testing.T) {
	for _, s := range sets(t) {
		literals := dotnet.Literals(compiled(t, s.questions))
		scan, a := dotnet.NewScan(literals), automaton(t, literals)
		for _, line := range texts(t, 300) {
			want, got := map[string]bool{}, map[string]bool{}
			scan(line, func(found []int32) {
				for _, i := range found {
					want[literals[i]] = true
				}
			})
			for _, m := range a.FindAllOverlapping([]byte(dotnet.Folded(line))) {
				got[literals[m.PatternID]] = true
			}
			if w, g := fmt.Sprint(want), fmt.Sprint(got); w != g {
				t.Fatalf("%s on %s:\nscan %s\nlibrary %s", s.name, line, w, g)
			}
		}
	}
}
