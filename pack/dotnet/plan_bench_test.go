package dotnet

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// logPatterns are forty expressions as people write them for logs, with those that are hard to search for: led by a lookbehind or
// by what the line must not hold, words without regard to case, stack traces, dotted addresses.
var logPatterns = []string{
	`\bat=(?<v>\w+)`, `\bcode=(?<v>[HRL]\d+)`, `\bmethod=(?<v>[A-Z]+)`, `\bpath="(?<v>[^"]*)"`, `\bhost=(?<v>\S+)`, `\brequest_id=(?<v>[0-9a-f-]{36})`,
	`(?<=fwd=")[^"]+`, `\bdyno=(?<v>[a-z_]+\.\d+)`, `\bconnect=(?<v>\d+)ms`, `\bservice=(?<v>\d+)ms`, `\bstatus=(?<v>\d{3})`, `\bbytes=(?<v>\d+)`,
	`sample#load_avg_1m=(?<v>[\d.]+)`, `sample#memory_total=(?<v>[\d.]+)MB`, `sample#memory_rss=(?<v>[\d.]+)(?<u>[KMG]B)`, `(?<=source=)\S+`,
	`\bby user (?<v>[^\s]+)`, "with command `(?<v>[^`]+)`", `State changed from (?<a>\w+) to (?<b>\w+)`, `Process exited with status (?<v>\d+)`,
	`Error (?<v>[RHL]\d{2}) \((?<t>[^)]*)\)`, `^(?!.*heroku).*\bweb\.\d+`, `^(?!.*(?:DEBUG|INFO)).*\bERROR\b.*$`, `(?i)\b(?:error|fatal|panic)\b`,
	`(?i)authentication (?:failed|failure)`, `(?i)invalid (?:user|password|credentials|token)`, `(?i)\btimeout\b`, `(?i)access denied`,
	`(?<e>[A-Za-z_.]+Exception): (?<m>.*)`, `[^\s:]+\.rb:\d+:in`, `File "(?<f>[^"]+)", line (?<l>\d+)`, `at (?<c>[\w$.]+)\((?<f>\w+\.java):(?<l>\d+)\)`,
	`\b(?:\d{1,3}\.){3}\d{1,3}\b`, `\b[\w.+-]+@[\w-]+\.[\w.-]+\b`, `\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`,
	`"level":\s*"(?<v>[^"]+)"`, `"msg":"(?<v>(?:[^"\\]|\\.)*)"`, `\blevel=(?<v>\w+)\s.*\bmsg=(?:"(?<m>[^"]*)"|(?<m>\S+))`, `\[(?<v>\d{2}/\w{3}/\d{4}[^\]]*)\]`,
	`(?<k>[a-z_]+)="(?<v>[^"]*)"\s*$`,
}

// BenchmarkForty measures the first match of forty expressions on every line, with a plan and plainly.
func BenchmarkForty(b *testing.B) { benchmarkPatterns(b, logPatterns) }

// BenchmarkManyPatterns measures what ten and a hundred times the expressions cost a plan.
func BenchmarkManyPatterns(b *testing.B) {
	for _, times := range []int{10, 100} {
		var many []string
		for n := range times {
			for _, pattern := range logPatterns {
				many = append(many, derived(pattern, n))
			}
		}
		b.Run(fmt.Sprint(len(many)), func(b *testing.B) { benchmarkPlan(b, NewPlan(compileAll(b, many)), sampleTexts(b)) })
	}
}

// derived gives another expression of the same kind: one that wants a further word, which few texts have.
func derived(pattern string, n int) string {
	if n == 0 {
		return pattern
	}
	return pattern + fmt.Sprintf(`.*key%03d=`, n)
}

func benchmarkPatterns(b *testing.B, patterns []string) {
	set, texts := compileAll(b, patterns), sampleTexts(b)
	b.Run("plan", func(b *testing.B) { benchmarkPlan(b, NewPlan(set), texts) })
	b.Run("plain", func(b *testing.B) { benchmarkPlan(b, NewPlain(set), texts) })
}

func compileAll(b testing.TB, patterns []string) []*Regexp {
	b.Helper()
	var set []*Regexp
	for _, pattern := range patterns {
		re, err := Compile(pattern, Options{})
		if err != nil {
			b.Fatal(err)
		}
		set = append(set, re)
	}
	return set
}

func benchmarkPlan(b *testing.B, p *Plan, texts []string) {
	b.Helper()
	r := p.NewReading()
	ask := func(text string) {
		r.Read(text)
		for i := range p.expressions {
			if _, err := r.Find(i); err != nil {
				b.Fatal(err)
			}
		}
	}
	for _, text := range texts { // what is compiled when it is first run is not measured
		ask(text)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		ask(texts[i%len(texts)])
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}

// sampleTexts gives the lines of the Heroku pack's samples without their priorities.
func sampleTexts(t testing.TB) []string {
	t.Helper()
	names, err := filepath.Glob("../../spec/heroku/samples/*.log")
	if err != nil || len(names) == 0 {
		t.Fatal("no samples", err)
	}
	var texts []string
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			_, text, ok := strings.Cut(lines.Text(), ">")
			if ok {
				texts = append(texts, text)
			}
		}
	}
	return texts
}

// TestPlanOfLogPatternsIsPlain holds the benchmarks' plan to plain answers.
func TestPlanOfLogPatternsIsPlain(t *testing.T) {
	matched, asked := holdToPlain(t, compileAll(t, logPatterns), sampleTexts(t))
	t.Logf("%d of %d pairs match", matched, asked)
}
