// Package corpus gives tests and benchmarks the lines they are held to: the Heroku pack's generated ones, which are those of
// "kpgen synth spec/heroku", and its samples.
package corpus

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack/synth"
	"github.com/kpgen/kpgen/pack/syslog"
)

// Spec is the Heroku pack's folder, as a test finds it from its own, two below the project's.
const Spec = "../../spec/heroku"

// Size is how many lines a benchmark takes: 20,000 unless KPGEN_BENCH_LINES says otherwise.
func Size(tb testing.TB) int { return int(number(tb, "KPGEN_BENCH_LINES", 20_000)) }

// Seed is what a benchmark's lines follow from: 1 unless KPGEN_BENCH_SEED says otherwise.
func Seed(tb testing.TB) uint64 { return number(tb, "KPGEN_BENCH_SEED", 1) }

func number(tb testing.TB, variable string, otherwise uint64) uint64 {
	tb.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil || n == 0 {
		tb.Fatalf("%s=%s is no number above 0", variable, text)
	}
	return n
}

// Log makes the first lines of a seed, as a log file holds them.
func Log(tb testing.TB, lines int, seed uint64) []byte {
	tb.Helper()
	spec, found := synth.Load(Spec)
	if err := found.Err(); err != nil {
		tb.Fatal(err)
	}
	var log []byte
	for g := synth.New(spec, seed); lines > 0; lines-- {
		log = g.AppendLine(log)
	}
	return log
}

// Events reads Log's lines.
func Events(tb testing.TB, lines int, seed uint64) []syslog.Event {
	tb.Helper()
	return events(tb, "generated", strings.NewReader(string(Log(tb, lines, seed))))
}

// Spread orders lines so that the first few are a sample of all: each comes a golden section of them behind the one before.
func Spread[T any](lines []T) []T {
	step := len(lines)*618/1000 + 1
	for gcd(step, len(lines)) != 1 {
		step++
	}
	out := make([]T, len(lines))
	for i := range lines {
		out[i] = lines[i*step%len(lines)]
	}
	return out
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// Samples reads the events of the pack's sample lines.
func Samples(tb testing.TB) []syslog.Event {
	tb.Helper()
	names, err := filepath.Glob(filepath.Join(Spec, "samples", "*.log"))
	if err != nil || len(names) == 0 {
		tb.Fatal("no samples", err)
	}
	var all []syslog.Event
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, events(tb, name, f)...)
		f.Close()
	}
	return all
}

func events(tb testing.TB, name string, log io.Reader) []syslog.Event {
	tb.Helper()
	r, err := syslog.NewReader(log, name, syslog.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	var all []syslog.Event
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			tb.Fatal(err)
		}
		if rec.Err == nil {
			all = append(all, rec.Event)
		}
	}
}
